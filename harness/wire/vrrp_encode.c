#include "wire/vrrp.h"

size_t vrrp_encode(const struct vrrp *vrrp, uint8_t *data, size_t room)
{
    if (vrrp->addresses_present > VRRP_ADDRESS_ROOM)
        return 0;
    size_t size = VRRP_HEADER_SIZE + vrrp->addresses_present * 4 + VRRP_AUTHENTICATION_DATA_SIZE;
    if (size > room)
        return 0;
    data[0] = (uint8_t)(vrrp->version << 4 | (vrrp->type & 15));
    data[1] = vrrp->vrid;
    data[2] = vrrp->priority;
    data[3] = vrrp->address_count;
    data[4] = vrrp->authentication_type;
    data[5] = vrrp->interval_s;
    octets_put_u16(data + 6, 0);
    uint8_t *at = data + VRRP_HEADER_SIZE;
    for (size_t i = 0; i < vrrp->addresses_present; i++, at += 4)
        octets_put_u32(at, vrrp->addresses[i].number);
    memcpy(at, vrrp->authentication_data, VRRP_AUTHENTICATION_DATA_SIZE);
    octets_put_u16(data + 6, internet_checksum(data, size));
    return size;
}
