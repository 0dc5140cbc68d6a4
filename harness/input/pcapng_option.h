/* The options at the end of pcapng blocks (pcapng 3.5). */
#ifndef INPUT_PCAPNG_OPTION_H
#define INPUT_PCAPNG_OPTION_H

#include "input/byte_order.h"
#include "wire/pcapng_format.h"

#define OPTION_HEAD_SIZE 4 /* code and size */

struct pcapng_option_value {
    uint16_t code; /* what it means hangs on the block */
    struct octets value;
};

/* The option at '*cursor', which starts at 0 and is moved behind it; false behind the last one, also when the
 * next one goes beyond the block. */
static inline bool pcapng_option_next(struct octets options, bool big_endian, size_t *cursor,
                                      struct pcapng_option_value *option)
{
    if (*cursor > options.size || options.size - *cursor < OPTION_HEAD_SIZE)
        return false;
    const uint8_t *head = options.data + *cursor;
    size_t size = input_u16(head + 2, big_endian);
    size_t left = options.size - *cursor - OPTION_HEAD_SIZE;
    option->code = input_u16(head, big_endian);
    option->value = (struct octets){head + OPTION_HEAD_SIZE, size};
    if (option->code == OPTION_END || size > left)
        return false;
    size_t padded = (size + 3) / 4 * 4;
    *cursor += OPTION_HEAD_SIZE + (padded < left ? padded : left);
    return true;
}

#endif
