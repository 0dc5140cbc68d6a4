#include "ledger/citation.h"

#include <stdio.h>
#include <string.h>

bool citation_next(const char **at, char id[static ID_SIZE])
{
    if (!*at)
        return false;
    *at += strspn(*at, " ");
    size_t size = strcspn(*at, " ");
    if (size == 0)
        return false;
    snprintf(id, ID_SIZE, "%.*s", (int)size, *at);
    *at += size;
    return true;
}

bool citation_has(const char *list, const char *id)
{
    char each[ID_SIZE];
    while (citation_next(&list, each))
        if (strcmp(each, id) == 0)
            return true;
    return false;
}
