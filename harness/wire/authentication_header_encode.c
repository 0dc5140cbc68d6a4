#include "wire/authentication_header.h"

size_t authentication_header_encode(const struct authentication_header *header, uint8_t *data, size_t room)
{
    size_t size = AUTHENTICATION_HEADER_SIZE + header->payload.size;
    if (header->payload.size > room || size > room)
        return 0;
    if (header->payload.size)
        memmove(data + AUTHENTICATION_HEADER_SIZE, header->payload.data, header->payload.size);
    data[0] = header->next_protocol;
    data[1] = AUTHENTICATION_HEADER_SIZE / 4 - 2;
    octets_put_u16(data + 2, header->reserved);
    octets_put_u32(data + 4, header->spi);
    octets_put_u32(data + 8, header->sequence);
    memset(data + AUTHENTICATION_HEADER_SIZE - ICV_SIZE, 0, ICV_SIZE);
    return size;
}
