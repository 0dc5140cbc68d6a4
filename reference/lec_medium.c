/* The two media of an ELAN: their codes, and where their frames want to go (lane-wire 6, 11, 12). */
#include "reference/lec_private.h"
#include "wire/token_ring.h"

/* A route with fewer descriptors ends on the ELAN. */
#define DESCRIPTORS_LEAST 2

static struct lan_destination ethernet_destination(const struct lec *lec, const uint8_t *data, size_t size);
static struct lan_destination token_ring_destination(const struct lec *lec, const uint8_t *data, size_t size);
static bool next_descriptor(const struct lec *lec, const struct source_route *route, uint16_t *descriptor);
static size_t own_place(const struct lec *lec, const struct source_route *route);

const struct lec_medium lec_medium_8023 = {
    .lan_type = LAN_TYPE_8023,
    .max_frame_size = MAX_FRAME_1516,
    .max_sdu_size = 1516,
    .least_frame_size = ETHERNET_MINIMUM_SIZE,
    .multicast = B_LLI_MULTICAST_8023,
    .data_direct = B_LLI_DATA_DIRECT_8023,
    .destination = ethernet_destination,
};
const struct lec_medium lec_medium_8025 = {
    .lan_type = LAN_TYPE_8025,
    .max_frame_size = MAX_FRAME_4544,
    .max_sdu_size = LEC_SDU_ROOM,
    .least_frame_size = 0,
    .multicast = B_LLI_MULTICAST_8025,
    .data_direct = B_LLI_DATA_DIRECT_8025,
    .destination = token_ring_destination,
};

static struct lan_destination ethernet_destination(const struct lec *lec, const uint8_t *data, size_t size)
{
    struct mac_address mac;
    (void)lec;
    (void)size;
    memcpy(mac.octet, data, sizeof mac.octet);
    return mac_is_group(mac) ? LAN_DESTINATION_NONE : lan_destination_of_mac(mac);
}

/* lane-wire 12.2: groups, functional addresses and explorers go to the BUS, a frame whose route leads on from
 * the ELAN to the next bridge, any other one to the station itself. */
static struct lan_destination token_ring_destination(const struct lec *lec, const uint8_t *data, size_t size)
{
    struct ethernet ethernet;
    struct octets octets;
    struct source_route route;
    uint16_t descriptor;
    if (!token_ring_decode(data, size, 0, &ethernet, &octets, NULL) ||
        lec->options->is_group_8025(ethernet.destination))
        return LAN_DESTINATION_NONE;
    if (octets.size && (!source_route_decode(octets, &route) || route.kind != ROUTE_SPECIFIC))
        return LAN_DESTINATION_NONE;
    if (!octets.size || !next_descriptor(lec, &route, &descriptor))
        return lan_destination_of_mac(ethernet.destination);
    struct lan_destination destination = {.tag = LAN_TAG_ROUTE_DESCRIPTOR};
    octets_put_u16(destination.mac.octet + 4, descriptor);
    return destination;
}

/* The ring that comes after the ELAN, and the bridge to it; false when the route ends here. */
static bool next_descriptor(const struct lec *lec, const struct source_route *route, uint16_t *descriptor)
{
    if (route->descriptor_count < DESCRIPTORS_LEAST)
        return false;
    size_t place = own_place(lec, route);
    if (route->backwards) {
        if (place == 0)
            return false;
        *descriptor = route->descriptors[place - 1];
        return true;
    }
    if (place + 1 >= route->descriptor_count)
        return false;
    *descriptor =
        route_descriptor(route_ring(route->descriptors[place + 1]), route_bridge(route->descriptors[place]));
    return true;
}

/* Where the ELAN stands in the route. A bridge knows its ring number; an end station stands where the frame
 * begins. */
static size_t own_place(const struct lec *lec, const struct source_route *route)
{
    const struct device_settings *settings = lec->settings;
    bool bridge = settings->role == ROLE_BRIDGE && settings->bridge.source_routing;
    for (size_t i = 0; bridge && i < route->descriptor_count; i++)
        if (route_ring(route->descriptors[i]) == settings->bridge.elan_ring)
            return i;
    return route->backwards ? route->descriptor_count - 1 : 0;
}
