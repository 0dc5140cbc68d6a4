#include "reference/source_routes.h"

static struct known_route *find(struct source_routes *routes, struct mac_address mac);
static struct known_route *place(struct source_routes *routes, struct mac_address mac);

void source_routes_learn(struct source_routes *routes, struct mac_address mac, struct octets heard)
{
    struct source_route route;
    bool bridged = heard.size && source_route_decode(heard, &route) && route.descriptor_count > 1;
    if (!bridged) {
        struct known_route *known = find(routes, mac);
        if (known)
            known->size = 0;
        return;
    }
    struct known_route *known = place(routes, mac);
    route.kind = ROUTE_SPECIFIC;
    route.backwards = !route.backwards;
    known->mac = mac;
    known->learned = ++routes->count;
    known->size = source_route_encode(&route, known->octets);
}

struct octets source_routes_find(const struct source_routes *routes, struct mac_address mac)
{
    for (size_t i = 0; i < SOURCE_ROUTE_ROOM; i++)
        if (routes->known[i].size && mac_equal(routes->known[i].mac, mac))
            return (struct octets){routes->known[i].octets, routes->known[i].size};
    return (struct octets){0};
}

struct octets source_routes_explorer(void)
{
    /* STE, two octets, largest frame not limited yet (the bridges lower it). */
    static const uint8_t explorer[] = {ROUTE_SPANNING_EXPLORER << 5 | 2, 0x70};
    return (struct octets){explorer, sizeof explorer};
}

static struct known_route *find(struct source_routes *routes, struct mac_address mac)
{
    for (size_t i = 0; i < SOURCE_ROUTE_ROOM; i++)
        if (routes->known[i].size && mac_equal(routes->known[i].mac, mac))
            return &routes->known[i];
    return NULL;
}

/* Its own, a free one, or the one learned longest ago. */
static struct known_route *place(struct source_routes *routes, struct mac_address mac)
{
    struct known_route *known = find(routes, mac);
    for (size_t i = 0; i < SOURCE_ROUTE_ROOM && !known; i++)
        if (!routes->known[i].size)
            known = &routes->known[i];
    if (known)
        return known;
    known = &routes->known[0];
    for (size_t i = 1; i < SOURCE_ROUTE_ROOM; i++)
        if (routes->known[i].learned < known->learned)
            known = &routes->known[i];
    return known;
}
