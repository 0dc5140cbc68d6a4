#include "peers/peer_bridge.h"

#include <stdlib.h>
#include <string.h>

enum side { SIDE_LAN, SIDE_ELAN };

/* Where a station was heard last. */
struct station {
    struct mac_address mac;
    enum side side;
    struct station *next;
};

struct peer_bridge {
    struct peer_lec *lec;
    struct peer_link *lan;
    struct peer_user users[2]; /* by side */
    unsigned destroyed;        /* of the users */
    struct station *stations;
};

static void heard_on_lan(void *owner, const struct peer_frame *frame);
static void heard_on_elan(void *owner, const struct peer_frame *frame);
static void destroy(void *owner);
static struct station *find(const struct peer_bridge *bridge, struct mac_address mac);
static void learn(struct peer_bridge *bridge, const struct peer_frame *frame, enum side side);
static bool has_to_cross(const struct peer_bridge *bridge, const struct peer_frame *frame, enum side from);

struct peer_bridge *peer_bridge_new(struct peer_lec *lec, struct peer_link *lan)
{
    struct peer_bridge *bridge = calloc(1, sizeof *bridge);
    if (!bridge)
        abort();
    bridge->lec = lec;
    bridge->lan = lan;
    bridge->users[SIDE_LAN] =
        (struct peer_user){.owner = bridge, .frame_received = heard_on_lan, .destroy = destroy};
    bridge->users[SIDE_ELAN] =
        (struct peer_user){.owner = bridge, .frame_received = heard_on_elan, .destroy = destroy};
    peer_link_add(lan, &bridge->users[SIDE_LAN]);
    peer_link_add(peer_lec_link(lec), &bridge->users[SIDE_ELAN]);
    return bridge;
}

bool peer_bridge_has(const struct peer_bridge *bridge, struct mac_address mac)
{
    const struct station *station = find(bridge, mac);
    return station && station->side == SIDE_LAN;
}

static void heard_on_lan(void *owner, const struct peer_frame *frame)
{
    struct peer_bridge *bridge = owner;
    learn(bridge, frame, SIDE_LAN);
    if (has_to_cross(bridge, frame, SIDE_LAN))
        peer_lec_send(bridge->lec, frame->data, frame->size);
}

static void heard_on_elan(void *owner, const struct peer_frame *frame)
{
    struct peer_bridge *bridge = owner;
    learn(bridge, frame, SIDE_ELAN);
    if (has_to_cross(bridge, frame, SIDE_ELAN))
        peer_link_send(bridge->lan, frame->data, frame->size);
}

static void destroy(void *owner)
{
    struct peer_bridge *bridge = owner;
    if (++bridge->destroyed < 2)
        return;
    while (bridge->stations) {
        struct station *station = bridge->stations;
        bridge->stations = station->next;
        free(station);
    }
    free(bridge);
}

static struct station *find(const struct peer_bridge *bridge, struct mac_address mac)
{
    struct station *station = bridge->stations;
    while (station && !mac_equal(station->mac, mac))
        station = station->next;
    return station;
}

/* A station that is new on the LAN or moved there is associated with; one that moved away is given up (draft
 * 2.2, 4). */
static void learn(struct peer_bridge *bridge, const struct peer_frame *frame, enum side side)
{
    struct mac_address source;
    memcpy(source.octet, frame->data + sizeof source.octet, sizeof source.octet);
    if (peer_link_is_group(bridge->lan, source))
        return;
    struct station *station = find(bridge, source);
    if (station && station->side == side)
        return;
    if (!station) {
        station = calloc(1, sizeof *station);
        if (!station)
            abort();
        *station = (struct station){.mac = source, .side = SIDE_ELAN, .next = bridge->stations};
        bridge->stations = station;
    }
    if (side == SIDE_LAN)
        peer_lec_associate(bridge->lec, source);
    else if (station->side == SIDE_LAN)
        peer_lec_disassociate(bridge->lec, source);
    station->side = side;
}

/* 802.1D: filtered when the destination is known to be where the frame came from. */
static bool has_to_cross(const struct peer_bridge *bridge, const struct peer_frame *frame, enum side from)
{
    struct mac_address destination;
    memcpy(destination.octet, frame->data, sizeof destination.octet);
    const struct station *station = find(bridge, destination);
    return peer_link_is_group(bridge->lan, destination) || !station || station->side != from;
}
