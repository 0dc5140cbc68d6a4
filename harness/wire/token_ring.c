#include "wire/token_ring.h"

#include <ctype.h>
#include <stdio.h>

#include "base/text.h"

/* FC of LLC frames: 01 in its upper two bits. */
#define FC_KIND 0xc0
#define FC_LLC  0x40

#define KIND_SHIFT    5
#define LENGTH_MASK   0x1f
#define BACKWARDS     0x80
#define LARGEST_SHIFT 1
#define LARGEST_MASK  0x3f

bool token_ring_functional_address(uint8_t vrid, struct mac_address *address)
{
    /* Octets 3 and 4 in token ring order. */
    static const uint8_t table[FUNCTIONAL_VRID_LAST + 1][2] = {
        [1] = {0x40, 0x00}, [2] = {0x20, 0x00},  [3] = {0x10, 0x00}, [4] = {0x08, 0x00},
        [5] = {0x04, 0x00}, [6] = {0x02, 0x00},  [7] = {0x01, 0x00}, [8] = {0x00, 0x80},
        [9] = {0x00, 0x40}, [10] = {0x00, 0x20}, [11] = {0x00, 0x10}};
    if (vrid < 1 || vrid > FUNCTIONAL_VRID_LAST)
        return false;
    *address = (struct mac_address){{0xc0, 0x00, table[vrid][0], table[vrid][1], 0x00, 0x00}};
    return true;
}

bool token_ring_decode(const uint8_t *data, size_t size, size_t first, struct ethernet *ethernet,
                       struct octets *route, struct reason *reason)
{
    *route = (struct octets){0};
    *ethernet = (struct ethernet){0};
    if (size < TOKEN_RING_HEADER_SIZE)
        return reason_set(reason, "802.5: %zu octets are left, but AC, FC and addresses have %d", size,
                          TOKEN_RING_HEADER_SIZE);
    memcpy(ethernet->destination.octet, data + TOKEN_RING_DESTINATION, sizeof ethernet->destination.octet);
    memcpy(ethernet->source.octet, data + TOKEN_RING_SOURCE, sizeof ethernet->source.octet);
    size_t at = TOKEN_RING_HEADER_SIZE;
    if (data[TOKEN_RING_SOURCE] & TOKEN_RING_ROUTE_PRESENT) {
        ethernet->source.octet[0] &= (uint8_t)~TOKEN_RING_ROUTE_PRESENT;
        size_t route_size = size > at ? data[at] & LENGTH_MASK : 0;
        if (route_size < 2 || route_size % 2 != 0 || route_size > size - at)
            return reason_set(
                reason,
                "octet %zu: routing information of %zu octets, with %zu octets left; it has an even number "
                "from 2 to 30",
                first + at, route_size, size - at);
        *route = (struct octets){data + at, route_size};
        at += route_size;
    }
    ethernet->payload = (struct octets){data + at, size - at};
    if ((data[1] & FC_KIND) == FC_LLC)
        snap_decode(ethernet);
    return true;
}

size_t token_ring_encode(const struct ethernet *ethernet, struct octets route, uint8_t *data, size_t room)
{
    size_t size = TOKEN_RING_HEADER_SIZE + route.size + SNAP_SIZE + ethernet->payload.size;
    if (size > room || route.size > ROUTE_ROOM)
        return 0;
    data[0] = 0x00; /* AC: ignored on receipt */
    data[1] = FC_LLC;
    memcpy(data + TOKEN_RING_DESTINATION, ethernet->destination.octet, sizeof ethernet->destination.octet);
    memcpy(data + TOKEN_RING_SOURCE, ethernet->source.octet, sizeof ethernet->source.octet);
    uint8_t *at = data + TOKEN_RING_HEADER_SIZE;
    if (route.size) {
        data[TOKEN_RING_SOURCE] |= TOKEN_RING_ROUTE_PRESENT;
        memcpy(at, route.data, route.size);
        at += route.size;
    }
    at = snap_encode(ethernet->type, at);
    if (ethernet->payload.size)
        memmove(at, ethernet->payload.data, ethernet->payload.size);
    return size;
}

bool source_route_decode(struct octets octets, struct source_route *route)
{
    *route = (struct source_route){0};
    if (octets.size < 2 || octets.size > ROUTE_ROOM || octets.size % 2 != 0 ||
        (octets.data[0] & LENGTH_MASK) != octets.size)
        return false;
    route->kind = octets.data[0] >> KIND_SHIFT;
    route->backwards = octets.data[1] & BACKWARDS;
    route->largest_frame = octets.data[1] >> LARGEST_SHIFT & LARGEST_MASK;
    route->descriptor_count = octets.size / 2 - 1;
    for (size_t i = 0; i < route->descriptor_count; i++)
        route->descriptors[i] = octets_u16(octets.data + 2 + 2 * i);
    return true;
}

size_t source_route_encode(const struct source_route *route, uint8_t data[static ROUTE_ROOM])
{
    size_t size = 2 + 2 * route->descriptor_count;
    data[0] = (uint8_t)((unsigned)route->kind << KIND_SHIFT | (unsigned)size);
    data[1] = (uint8_t)((route->backwards ? BACKWARDS : 0) | route->largest_frame << LARGEST_SHIFT);
    for (size_t i = 0; i < route->descriptor_count; i++)
        octets_put_u16(data + 2 + 2 * i, route->descriptors[i]);
    return size;
}

bool source_route_read(const char *text, struct source_route *route)
{
    *route = (struct source_route){.largest_frame = LARGEST_FRAME_1516};
    if (strncmp(text, "STE:", 4) == 0 || strncmp(text, "ARE:", 4) == 0) {
        route->kind = text[0] == 'S' ? ROUTE_SPANNING_EXPLORER : ROUTE_ALL_ROUTES;
        text += 4;
    } else if (text[0] == '-') {
        text++;
        route->backwards = text[0] == '<';
        return !text[route->backwards];
    }
    route->backwards = *text == '<';
    text += route->backwards;
    while (*text && route->descriptor_count < ROUTE_DESCRIPTOR_ROOM) {
        unsigned ring, bridge = 0;
        int size = 0;
        if (sscanf(text, "%3x%n-%1x-%n", &ring, &size, &bridge, &size) < 1 || !isxdigit((unsigned char)*text))
            return false;
        route->descriptors[route->descriptor_count++] = route_descriptor((uint16_t)ring, (uint16_t)bridge);
        if (text[size] && text[size - 1] != '-')
            return false;
        text += size;
    }
    return !*text;
}

const char *source_route_text(struct octets octets, char *text, size_t size)
{
    struct source_route route;
    struct text line = text_in(text, size);
    if (!source_route_decode(octets, &route)) {
        text_put(&line, "?");
        return text;
    }
    if (route.kind != ROUTE_SPECIFIC)
        text_put(&line, route.kind & 2 ? "STE:" : "ARE:"); /* 11x and 10x */
    else if (route.descriptor_count == 0)
        text_put(&line, "-");
    text_put(&line, route.backwards ? "<" : "");
    for (size_t i = 0; i < route.descriptor_count; i++) {
        bool last = i + 1 == route.descriptor_count;
        text_add(&line, last ? "%03x" : "%03x-%x-", route_ring(route.descriptors[i]),
                 route_bridge(route.descriptors[i]));
    }
    return text;
}
