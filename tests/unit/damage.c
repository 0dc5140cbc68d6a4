#include "damage.h"

#include <string.h>

size_t pick(struct random *random, size_t count)
{
    return (size_t)random_between(random, 0, (int64_t)count - 1);
}

size_t damage(struct random *random, uint8_t *data, size_t size, size_t room)
{
    static const uint8_t edges[] = {0x00, 0x01, 0x7f, 0x80, 0xff};
    for (size_t times = 1 + pick(random, 4); times > 0 && size > 0; times--) {
        size_t at = pick(random, size);
        size_t length = 1 + pick(random, size - at);
        switch (pick(random, 7)) {
        case 0:
            data[at] ^= (uint8_t)(1u << pick(random, 8));
            break;
        case 1:
            data[at] = edges[pick(random, sizeof edges)];
            break;
        case 2:
            data[at] = (uint8_t)random_next(random);
            break;
        case 3:
            size = at;
            break;
        case 4:
            memmove(data + at, data + at + length, size - at - length);
            size -= length;
            break;
        case 5:
            if (size + length <= room) {
                memmove(data + at + length, data + at, size - at);
                size += length;
            }
            break;
        case 6: /* octets behind the frame */
            for (length = 1 + pick(random, 20); length > 0 && size < room; length--)
                data[size++] = pick(random, 2) ? 0 : (uint8_t)random_next(random);
            break;
        }
    }
    return size;
}
