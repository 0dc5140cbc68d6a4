#include "wire/authentication_header.h"

/* Without the ICV. */
#define FIXED_SIZE 12

bool authentication_header_decode(struct octets octets, struct authentication_header *header,
                                  struct reason *reason)
{
    *header = (struct authentication_header){0};
    const uint8_t *data = octets.data;
    if (octets.size < FIXED_SIZE)
        return reason_set(reason,
                          "AH: %zu octets are left, but the fixed part of an authentication header has %d",
                          octets.size, FIXED_SIZE);
    /* In words of four octets, less two. */
    size_t size = ((size_t)data[1] + 2) * 4;
    if (size < FIXED_SIZE || size > octets.size)
        return reason_set(reason, "AH: the length %u is a header of %zu octets; %zu are left", data[1], size,
                          octets.size);
    header->next_protocol = data[0];
    header->reserved = octets_u16(data + 2);
    header->spi = octets_u32(data + 4);
    header->sequence = octets_u32(data + 8);
    header->icv = (struct octets){data + FIXED_SIZE, size - FIXED_SIZE};
    header->payload = (struct octets){data + size, octets.size - size};
    return true;
}
