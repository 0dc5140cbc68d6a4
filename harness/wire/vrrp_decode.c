#include "wire/vrrp.h"

bool vrrp_decode(struct octets octets, struct vrrp *vrrp, struct reason *reason)
{
    *vrrp = (struct vrrp){0};
    const uint8_t *data = octets.data;
    size_t size = octets.size;
    if (size < VRRP_HEADER_SIZE)
        return reason_set(reason, "VRRP: the message has %zu octets, but its header has %d", size,
                          VRRP_HEADER_SIZE);
    vrrp->version = data[0] >> 4;
    vrrp->type = data[0] & 15;
    vrrp->vrid = data[1];
    vrrp->priority = data[2];
    vrrp->address_count = data[3];
    vrrp->authentication_type = data[4];
    vrrp->interval_s = data[5];
    vrrp->checksum = octets_u16(data + 6);
    vrrp->checksum_good = internet_checksum(data, size) == 0;
    vrrp->size = size;

    size_t addresses_end = VRRP_HEADER_SIZE + (size_t)vrrp->address_count * 4;
    for (size_t at = VRRP_HEADER_SIZE;
         at < addresses_end && at + 4 <= size && vrrp->addresses_present < VRRP_ADDRESS_ROOM; at += 4)
        vrrp->addresses[vrrp->addresses_present++].number = octets_u32(data + at);

    size_t end = addresses_end + VRRP_AUTHENTICATION_DATA_SIZE;
    vrrp->complete = size >= end;
    if (vrrp->complete) {
        memcpy(vrrp->authentication_data, data + addresses_end, VRRP_AUTHENTICATION_DATA_SIZE);
        vrrp->trailing_size = size - end;
    }
    return true;
}
