/* Numbers in the byte order of the machine that wrote a capture. */
#ifndef INPUT_BYTE_ORDER_H
#define INPUT_BYTE_ORDER_H

#include "wire/octets.h"

static inline uint16_t input_u16(const uint8_t *at, bool big_endian)
{
    return (uint16_t)(big_endian ? at[0] << 8 | at[1] : at[1] << 8 | at[0]);
}

static inline uint32_t input_u32(const uint8_t *at, bool big_endian)
{
    return big_endian ? octets_u32(at)
                      : (uint32_t)at[3] << 24 | (uint32_t)at[2] << 16 | (uint32_t)at[1] << 8 | at[0];
}

static inline uint64_t input_u64(const uint8_t *at, bool big_endian)
{
    uint64_t first = input_u32(at, big_endian);
    uint64_t second = input_u32(at + 4, big_endian);
    return big_endian ? first << 32 | second : second << 32 | first;
}

static inline void input_put_u16(uint8_t *at, uint16_t number, bool big_endian)
{
    at[big_endian ? 0 : 1] = (uint8_t)(number >> 8);
    at[big_endian ? 1 : 0] = (uint8_t)number;
}

static inline void input_put_u32(uint8_t *at, uint32_t number, bool big_endian)
{
    input_put_u16(at + (big_endian ? 0 : 2), (uint16_t)(number >> 16), big_endian);
    input_put_u16(at + (big_endian ? 2 : 0), (uint16_t)number, big_endian);
}

#endif
