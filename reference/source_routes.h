/* What an end station on source-route bridged token rings knows: for each station the way that its last frame
 * came, turned round (RFC 2338 9.2: "cached source route information").
 *
 *   source_routes_learn(&routes, ethernet.source, route);       // of each frame that was taken
 *   struct octets way = source_routes_find(&routes, mac);       // routing information of the answer
 */
#ifndef REFERENCE_SOURCE_ROUTES_H
#define REFERENCE_SOURCE_ROUTES_H

#include "wire/token_ring.h"

#define SOURCE_ROUTE_ROOM 32

/* The way to one station; 'size' 0: free. */
struct known_route {
    struct mac_address mac;
    uint64_t learned; /* count of 'source_routes' when it was */
    size_t size;
    uint8_t octets[ROUTE_ROOM];
};

/* All zero: nothing is known. */
struct source_routes {
    uint64_t count; /* learned so far */
    struct known_route known[SOURCE_ROUTE_ROOM];
};

/* A frame of station 'mac' came with the routing information 'heard'. Without any, or with no more than the
 * ring that both are on, the station is here, and what was known of it is forgotten. */
void source_routes_learn(struct source_routes *routes, struct mac_address mac, struct octets heard);

/* Routing information for a frame to 'mac', empty when no way is known. Valid until the next call. */
struct octets source_routes_find(const struct source_routes *routes, struct mac_address mac);

/* Routing information of a group frame: a spanning-tree explorer that has gone nowhere yet (RFC 1042). */
struct octets source_routes_explorer(void);

#endif
