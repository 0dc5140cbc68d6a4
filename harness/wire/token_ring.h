/* Token ring (IEEE 802.5): frames, functional addresses, and the routing information of source-routed frames.
 * Addresses are in the order of the ring: the first bit sent, the group bit, is 80 of the first octet. */
#ifndef WIRE_TOKEN_RING_H
#define WIRE_TOKEN_RING_H

#include "wire/ethernet.h"

/* AC, FC, two addresses. */
#define TOKEN_RING_HEADER_SIZE 14

/* Places in a frame. */
#define TOKEN_RING_DESTINATION 2
#define TOKEN_RING_SOURCE      8

/* Set in the first octet of a source address when routing information follows (RII). */
#define TOKEN_RING_ROUTE_PRESENT 0x80

/* True for group, functional and broadcast addresses. */
static inline bool token_ring_is_group(struct mac_address mac)
{
    return mac.octet[0] & 0x80;
}

/* The functional address of IP multicast (RFC 1469), which VRRP advertisements go to (RFC 2338 9.2). */
#define TOKEN_RING_MULTICAST ((struct mac_address){{0xc0, 0x00, 0x00, 0x04, 0x00, 0x00}})

/* The functional address of a virtual router (table of RFC 2338 9.2); false for VRIDs without one: 0 and
 * those above 11. */
#define FUNCTIONAL_VRID_LAST 11
bool token_ring_functional_address(uint8_t vrid, struct mac_address *address);

/* Reads a frame from AC on, without frame check sequence. 'route' gets the routing information, empty without
 * one; its mark is taken out of the source address. A frame that isn't LLC/SNAP has type 0. False when the
 * header or the routing information is not complete; the octets of the reason count from AC as 'first'. */
bool token_ring_decode(const uint8_t *data, size_t size, size_t first, struct ethernet *ethernet,
                       struct octets *route, struct reason *reason);

/* Writes AC, FC of an LLC frame, addresses, 'route' (at most ROUTE_ROOM octets; empty: none), the LLC/SNAP
 * header with the type, and the payload; never padded. Returns the size, 0 when it does not fit. */
size_t token_ring_encode(const struct ethernet *ethernet, struct octets route, uint8_t *data, size_t room);

/* --- routing information --- */

#define ROUTE_ROOM            30 /* octets */
#define ROUTE_DESCRIPTOR_ROOM 14

/* Upper three bits of the first octet of the routing control. */
enum route_kind {
    ROUTE_SPECIFIC = 0,         /* along the descriptors */
    ROUTE_ALL_ROUTES = 4,       /* all-routes explorer (ARE) */
    ROUTE_SPANNING_EXPLORER = 6 /* spanning-tree explorer (STE) */
};

/* Routing information, decoded. A descriptor is a ring number (12 bits) and the number (4 bits) of the bridge
 * that leads from that ring to the next one of the list; the last one has bridge number 0. */
struct source_route {
    uint8_t kind;          /* enum route_kind, or another value of three bits */
    bool backwards;        /* direction bit: travels from the last descriptor to the first */
    uint8_t largest_frame; /* six bits, as they are */
    size_t descriptor_count;
    uint16_t descriptors[ROUTE_DESCRIPTOR_ROOM];
};

/* Reads routing information; false when its size is odd, below 2, above ROUTE_ROOM or not what its length
 * field says. */
bool source_route_decode(struct octets octets, struct source_route *route);

/* Writes it; returns its size. */
size_t source_route_encode(const struct source_route *route, uint8_t data[static ROUTE_ROOM]);

/* Routing information for people: "STE:", "ARE:" or nothing, "<" when it travels backwards, then ring,
 * bridge, ring… in hexadecimal: "<0a1-3-0a2"; "-" for the own ring alone. Cut at the end of 'text', "?"
 * when it can't be read. Returns
 * 'text'. */
#define ROUTE_TEXT_SIZE 96 /* room for every one */
const char *source_route_text(struct octets octets, char *text, size_t size);

/* Reads what source_route_text() writes; the largest frame, which it leaves out, is 1,516 octets. False when
 * 'text' is something else. */
#define LARGEST_FRAME_1516 0x18
bool source_route_read(const char *text, struct source_route *route);

static inline uint16_t route_descriptor(uint16_t ring, uint16_t bridge)
{
    return (uint16_t)(ring << 4 | (bridge & 15));
}

static inline uint16_t route_ring(uint16_t descriptor)
{
    return descriptor >> 4;
}

static inline uint16_t route_bridge(uint16_t descriptor)
{
    return descriptor & 15;
}

#endif
