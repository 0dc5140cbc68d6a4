#include "base/utf8.h"

#include <stdbool.h>
#include <stdint.h>

static bool ends_in_range(uint32_t number, unsigned size);

unsigned utf8_character_size(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;
    if (at[0] < 0x80)
        return at[0] >= ' ' && at[0] != 0x7f;
    unsigned size = at[0] >= 0xf0 ? 4 : at[0] >= 0xe0 ? 3 : 2;
    if (at[0] < 0xc0 || at[0] > 0xf4)
        return 0;
    uint32_t number = at[0] & (0x7fu >> size);
    for (unsigned i = 1; i < size; i++) { /* the end of the string is no continuation */
        if ((at[i] & 0xc0) != 0x80)
            return 0;
        number = number << 6 | (at[i] & 0x3f);
    }
    return ends_in_range(number, size) ? size : 0;
}

/* True unless the code point was written longer than needed or belongs to nobody. */
static bool ends_in_range(uint32_t number, unsigned size)
{
    static const uint32_t lowest[] = {[2] = 0xa0, [3] = 0x800, [4] = 0x10000};
    bool surrogate = number >= 0xd800 && number <= 0xdfff;
    bool nobody = (number & 0xfffe) == 0xfffe;
    return number >= lowest[size] && number <= 0x10ffff && !surrogate && !nobody;
}
