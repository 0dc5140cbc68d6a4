#include "cli/decimal.h"

bool decimal_read(const char *text, unsigned places, int64_t highest, int64_t *value)
{
    int64_t number = 0;
    unsigned left = places;
    bool any = false;
    bool point = false;
    for (const char *at = text; *at; at++) {
        if (*at == '.' && !point) {
            point = true;
            continue;
        }
        if (*at < '0' || *at > '9' || (point && left-- == 0))
            return false;
        any = true;
        number = 10 * number + (*at - '0');
        if (number > highest)
            return false;
    }
    for (; left > 0; left--) {
        if (number > highest / 10)
            return false;
        number *= 10;
    }
    if (!any)
        return false;
    *value = number;
    return true;
}
