#include "wire/frame.h"
#include "wire/token_ring.h"

size_t le_data_encode(uint16_t lecid, const struct ethernet *ethernet, bool pad, uint8_t *data, size_t room)
{
    if (room < 2)
        return 0;
    octets_put_u16(data, lecid);
    size_t size = ethernet_encode(ethernet, pad, data + 2, room - 2);
    return size ? 2 + size : 0;
}

size_t le_data_8025_encode(uint16_t lecid, const struct ethernet *ethernet, struct octets route,
                           uint8_t *data, size_t room)
{
    if (room < 2)
        return 0;
    octets_put_u16(data, lecid);
    size_t size = token_ring_encode(ethernet, route, data + 2, room - 2);
    return size ? 2 + size : 0;
}

size_t llc_prefix_encode(bool token_ring, uint32_t elan_id, uint8_t *data, size_t room)
{
    if (room < LLC_PREFIX_SIZE)
        return 0;
    memcpy(data, (const uint8_t[]){0xaa, 0xaa, 0x03, 0x00, 0xa0, 0x3e, 0x00, 0x0c}, 8);
    if (token_ring)
        data[7] = 0x0d;
    octets_put_u32(data + 8, elan_id);
    return LLC_PREFIX_SIZE;
}
