#include "control/printable.h"

#include <string.h>

#include "base/utf8.h"

static unsigned character_size(const char *at, size_t left);

size_t printable(const char *octets, size_t size, char *text)
{
    static const char replacement[] = "\xef\xbf\xbd";
    char *out = text;
    if (size && octets[size - 1] == '\r')
        size--;
    for (size_t i = 0; i < size;) {
        unsigned length = character_size(octets + i, size - i);
        if (octets[i] == '\t') {
            *out++ = ' ';
        } else if (length) {
            memcpy(out, octets + i, length);
            out += length;
        } else {
            memcpy(out, replacement, sizeof replacement - 1);
            out += sizeof replacement - 1;
        }
        i += length ? length : 1;
    }
    *out = '\0';
    return (size_t)(out - text);
}

/* Of the character at 'at', of which 'left' octets are there; 0: none. */
static unsigned character_size(const char *at, size_t left)
{
    char character[5] = "";
    memcpy(character, at, left < 4 ? left : 4);
    return utf8_character_size(character);
}
