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
    size_t size = strlen(id);
    for (const char *at = list; at && *(at += strspn(at, " ")); at += strcspn(at, " "))
        if (strcspn(at, " ") == size && memcmp(at, id, size) == 0)
            return true;
    return false;
}
