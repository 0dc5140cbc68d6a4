#include "station/device_settings.h"

#include "wire/token_ring.h"

struct mac_address virtual_mac_of(const struct device_settings *settings, uint8_t vrid)
{
    struct mac_address mac = mac_of_vrid(vrid);
    if (!settings->token_ring)
        return mac;
    if (settings->functional_addresses && token_ring_functional_address(vrid, &mac))
        return mac;
    return settings->canonical_order ? mac : mac_reversed(mac);
}
