#include "output/plain.h"

#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"

bool plain_is(const char *text)
{
    while (*text) {
        unsigned size = utf8_character_size(text);
        if (size == 0)
            return false;
        text += size;
    }
    return true;
}

void plain_mend(char *text)
{
    while (*text) {
        unsigned size = utf8_character_size(text);
        if (size == 0)
            *text = '?';
        text += size ? size : 1;
    }
}

char *plain_copy(const char *text)
{
    if (!text)
        return NULL;
    char *copy = strdup(text);
    if (!copy)
        abort();
    plain_mend(copy);
    return copy;
}
