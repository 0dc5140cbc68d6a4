#include "base/hexadecimal.h"

/* The value of a digit, plus one; 0: no digit. */
static const uint8_t values[256] = {
    ['0'] = 1,  ['1'] = 2,  ['2'] = 3,  ['3'] = 4,  ['4'] = 5,  ['5'] = 6,  ['6'] = 7,  ['7'] = 8,
    ['8'] = 9,  ['9'] = 10, ['a'] = 11, ['b'] = 12, ['c'] = 13, ['d'] = 14, ['e'] = 15, ['f'] = 16,
    ['A'] = 11, ['B'] = 12, ['C'] = 13, ['D'] = 14, ['E'] = 15, ['F'] = 16,
};

char *hexadecimal_write(const uint8_t *data, size_t size, char *text)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < size; i++) {
        *text++ = digits[data[i] >> 4];
        *text++ = digits[data[i] & 15];
    }
    return text;
}

bool hexadecimal_read(const char *text, size_t size, uint8_t *data)
{
    for (size_t i = 0; i < size; i++) {
        unsigned high = values[(uint8_t)text[2 * i]];
        unsigned low = high ? values[(uint8_t)text[2 * i + 1]] : 0;
        if (!low)
            return false;
        data[i] = (uint8_t)((high - 1) << 4 | (low - 1));
    }
    return true;
}
