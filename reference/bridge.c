#include "reference/bridge.h"

#include <stdlib.h>
#include <string.h>

#include "reference/bridge_table.h"
#include "reference/lec_station.h"
#include "wire/token_ring.h"

#define FRAME_ROOM 4600                                  /* of both media */
#define FRAME_HEAD (TOKEN_RING_HEADER_SIZE + ROUTE_ROOM) /* before the LLC header, at most */

struct bridge {
    struct lec_station station; /* its LEC */
    const struct station_services *services;
    struct device_settings settings;
    struct reference_options options;
    /* Its parts, while it is on; a bridge that is off, or has failed, has none of them. */
    struct bridge_table *table;
    struct timer age_timer;
    bool changing;             /* the topology, as the last BPDU said */
    struct timer change_timer; /* until the change is over when no further BPDU comes */
};

/* A frame of either medium, decoded as far as a bridge looks at it. */
struct bridge_frame {
    struct bridge_arrival arrival;
    struct octets route; /* routing information, empty without */
    struct octets llc;   /* what stands behind the addresses and the routing information */
    const uint8_t *data; /* the whole frame */
    size_t size;
};

/* Relay */
static void take(struct bridge *bridge, unsigned from, enum bridge_way way, const uint8_t *data, size_t size);
static void relay(struct bridge *bridge, unsigned from, const struct bridge_frame *frame);
static void flood(struct bridge *bridge, unsigned from, const struct bridge_frame *frame);
static void send_on(struct bridge *bridge, unsigned port, const uint8_t *data, size_t size);

/* Source routing */
static void relay_by_route(struct bridge *bridge, unsigned from, const struct bridge_frame *frame);
static void explore(struct bridge *bridge, unsigned from, unsigned to, const struct bridge_frame *frame,
                    struct source_route route);
static bool leads_over(const struct source_route *route, uint16_t from, uint16_t bridge_number, uint16_t to);
static uint16_t ring_of(const struct bridge *bridge, unsigned port);

/* Learning */
static void learn(struct bridge *bridge, unsigned port, const struct bridge_arrival *arrival);
static void move(struct bridge *bridge, struct bridge_station *station, unsigned port);
static void associate(struct bridge *bridge, struct bridge_station *station);
static void disassociate(struct bridge *bridge, struct bridge_station *station);
static void forgotten(void *owner, struct bridge_station *station);
static void age(void *owner);
static int64_t ageing_ns(const struct bridge *bridge);

/* Topology */
static bool is_bridge_address(const struct bridge *bridge, struct mac_address mac);
static void hear_bpdu(struct bridge *bridge, struct octets llc);
static void set_changing(struct bridge *bridge, bool changing);
static void change_over(void *owner);

/* Frames */
static bool read_frame(const struct bridge *bridge, const uint8_t *data, size_t size,
                       struct bridge_frame *frame);
static bool is_group(const struct bridge *bridge, struct mac_address mac);

/* Events of the LEC */
static void joined(void *owner);
static void lost(void *owner);
static void elan_frame_received(void *owner, enum lec_arrival arrival, const uint8_t *data, size_t size);

/* The station */
static void lan_frame_received(void *station, unsigned port, const uint8_t *data, size_t size);
static bool control(void *station, const struct control_action *action, struct reason *reason);
static void destroy(void *station);
static void take_apart(struct bridge *bridge);

static const struct lec_events lec_events = {joined, lost, elan_frame_received, NULL};

const struct station_handlers bridge_handlers = {
    LEC_STATION_HANDLERS,
    .lan_frame_received = lan_frame_received,
    .control = control,
    .destroy = destroy,
};

unsigned bridge_capabilities(const struct device_settings *settings)
{
    (void)settings;
    return CAPABILITY_CONTROL_FAIL | CAPABILITY_EGRESS_ORDER | CAPABILITY_LAN_PORT |
           CAPABILITY_LLC_MULTIPLEXING;
}

struct bridge *bridge_new(const struct station_services *services, const struct device_settings *settings,
                          const struct reference_options *options)
{
    struct bridge *bridge = calloc(1, sizeof *bridge);
    if (!bridge)
        abort();
    bridge->services = services;
    bridge->settings = *settings;
    bridge->options = options ? *options : reference_options_default();
    timer_init(&bridge->age_timer, age, bridge);
    timer_init(&bridge->change_timer, change_over, bridge);
    return bridge;
}

/* --- relay --- */

/* BPDUs tell of the topology on the LANs; on the ELAN the LES does. */
static void take(struct bridge *bridge, unsigned from, enum bridge_way way, const uint8_t *data, size_t size)
{
    struct bridge_frame frame;
    if (!read_frame(bridge, data, size, &frame))
        return;
    frame.arrival.way = way;
    frame.arrival.port = from;
    learn(bridge, from, &frame.arrival);
    if (!is_bridge_address(bridge, frame.arrival.destination))
        relay(bridge, from, &frame);
    else if (from != BRIDGE_ELAN_PORT)
        hear_bpdu(bridge, frame.llc);
}

/* A frame for a station on the port that it came from is there already. One for the bridge itself ends here:
 * it has no host behind it. Source-routed frames go where their routing information says, or nowhere. */
static void relay(struct bridge *bridge, unsigned from, const struct bridge_frame *frame)
{
    if (mac_equal(frame->arrival.destination, bridge->settings.elan.mac))
        return;
    struct bridge_station *station =
        frame->arrival.group ? NULL : bridge_table_find(bridge->table, frame->arrival.destination);
    if (station && station->port != from && from == BRIDGE_ELAN_PORT) {
        station->state.asked_for = true;
        associate(bridge, station);
    }
    if (frame->route.size)
        relay_by_route(bridge, from, frame);
    else if (!station)
        flood(bridge, from, frame);
    else if (station->port != from)
        send_on(bridge, station->port, frame->data, frame->size);
}

static void flood(struct bridge *bridge, unsigned from, const struct bridge_frame *frame)
{
    for (unsigned port = 0; port < bridge->settings.bridge.lan_port_count; port++)
        if (port != from)
            send_on(bridge, port, frame->data, frame->size);
    if (from != BRIDGE_ELAN_PORT)
        send_on(bridge, BRIDGE_ELAN_PORT, frame->data, frame->size);
}

static void send_on(struct bridge *bridge, unsigned port, const uint8_t *data, size_t size)
{
    if (port == BRIDGE_ELAN_PORT)
        lec_send(bridge->station.lec, data, size);
    else
        bridge->services->lan_frame_send(bridge->services->context, port, data, size);
}

/* --- source routing (802.1D annex C) --- */

static void relay_by_route(struct bridge *bridge, unsigned from, const struct bridge_frame *frame)
{
    const struct bridge_settings *settings = &bridge->settings.bridge;
    struct source_route route;
    if (!settings->source_routing || !source_route_decode(frame->route, &route))
        return;
    for (unsigned i = 0; i <= settings->lan_port_count; i++) {
        unsigned to = i < settings->lan_port_count ? i : BRIDGE_ELAN_PORT;
        if (to == from)
            continue;
        if (route.kind != ROUTE_SPECIFIC)
            explore(bridge, from, to, frame, route);
        else if (leads_over(&route, ring_of(bridge, from), settings->bridge_number, ring_of(bridge, to)))
            send_on(bridge, to, frame->data, frame->size);
    }
}

/* True when the descriptors say: from ring 'from' over this bridge to ring 'to'. */
static bool leads_over(const struct source_route *route, uint16_t from, uint16_t bridge_number, uint16_t to)
{
    uint16_t first = route->backwards ? to : from;
    uint16_t second = route->backwards ? from : to;
    for (size_t i = 0; i + 1 < route->descriptor_count; i++)
        if (route->descriptors[i] == route_descriptor(first, bridge_number) &&
            route_ring(route->descriptors[i + 1]) == second)
            return true;
    return false;
}

/* An explorer visits no ring twice, and takes down the way as it goes. */
static void explore(struct bridge *bridge, unsigned from, unsigned to, const struct bridge_frame *frame,
                    struct source_route route)
{
    uint16_t here = ring_of(bridge, from);
    uint16_t there = ring_of(bridge, to);
    uint8_t data[FRAME_ROOM];
    if (route.descriptor_count == 0)
        route.descriptors[route.descriptor_count++] = route_descriptor(here, 0);
    if (route.descriptor_count >= ROUTE_DESCRIPTOR_ROOM || frame->llc.size > FRAME_ROOM - FRAME_HEAD)
        return;
    for (size_t i = 0; i < route.descriptor_count; i++)
        if (route_ring(route.descriptors[i]) == there)
            return;
    uint16_t *last = &route.descriptors[route.descriptor_count - 1];
    if (route_ring(*last) != here)
        return;
    *last = route_descriptor(here, bridge->settings.bridge.bridge_number);
    route.descriptors[route.descriptor_count++] = route_descriptor(there, 0);
    memcpy(data, frame->data, TOKEN_RING_HEADER_SIZE);
    size_t size = TOKEN_RING_HEADER_SIZE + source_route_encode(&route, data + TOKEN_RING_HEADER_SIZE);
    memcpy(data + size, frame->llc.data, frame->llc.size);
    send_on(bridge, to, data, size + frame->llc.size);
}

static uint16_t ring_of(const struct bridge *bridge, unsigned port)
{
    return port == BRIDGE_ELAN_PORT ? bridge->settings.bridge.elan_ring : bridge->settings.bridge.rings[port];
}

/* --- learning --- */

static void learn(struct bridge *bridge, unsigned port, const struct bridge_arrival *arrival)
{
    if (is_group(bridge, arrival->source) || mac_equal(arrival->source, bridge->settings.elan.mac) ||
        !bridge->options.bridge.learns(arrival))
        return;
    int64_t now_ns = bridge->services->now_ns(bridge->services->context);
    struct bridge_station *station = bridge_table_find(bridge->table, arrival->source);
    if (!station)
        station = bridge_table_add(bridge->table, arrival->source, port, now_ns);
    else if (station->port != port && bridge->options.bridge.moves(arrival))
        move(bridge, station, port);
    if (!station)
        return;
    station->heard_ns = now_ns;
    associate(bridge, station);
    if (!timer_running(&bridge->age_timer))
        bridge->services->timer_start(bridge->services->context, &bridge->age_timer, ageing_ns(bridge));
}

static void move(struct bridge *bridge, struct bridge_station *station, unsigned port)
{
    station->state.moves++;
    if (port == BRIDGE_ELAN_PORT) {
        station->state.asked_for = false;
        if (bridge->options.bridge.disassociates(&station->state))
            disassociate(bridge, station);
    }
    station->port = port;
}

static void associate(struct bridge *bridge, struct bridge_station *station)
{
    if (station->associated || station->port == BRIDGE_ELAN_PORT ||
        !bridge->options.bridge.associates(&station->state))
        return;
    station->associated = true;
    lec_associate_in_time(bridge->station.lec, station->state.mac);
}

static void disassociate(struct bridge *bridge, struct bridge_station *station)
{
    if (!station->associated)
        return;
    station->associated = false;
    lec_disassociate(bridge->station.lec, station->state.mac);
}

/* The draft does not ask for a word about it; the LEC says it all the same, so that the ELAN does not
 * send here what has to be flooded. */
static void forgotten(void *owner, struct bridge_station *station)
{
    disassociate(owner, station);
}

static void age(void *owner)
{
    struct bridge *bridge = owner;
    int64_t now_ns = bridge->services->now_ns(bridge->services->context);
    int64_t oldest_ns = bridge_table_age(bridge->table, now_ns - ageing_ns(bridge), forgotten, bridge);
    if (oldest_ns != TIME_NEVER)
        bridge->services->timer_start(bridge->services->context, &bridge->age_timer,
                                      oldest_ns + ageing_ns(bridge) - now_ns);
}

static int64_t ageing_ns(const struct bridge *bridge)
{
    int64_t usual_ns = SECONDS(bridge->settings.bridge.ageing_s);
    int64_t short_ns = bridge->options.bridge.forward_delay_ns;
    return bridge->changing && short_ns < usual_ns ? short_ns : usual_ns;
}

/* --- topology --- */

/* 01-80-C2-00-00-00 to -0F: for bridges, never relayed (802.1D 7.12.6); on a ring the same in its bit order,
 * and the functional address of bridges. */
static bool is_bridge_address(const struct bridge *bridge, struct mac_address mac)
{
    static const struct mac_address functional = {{0xc0, 0x00, 0x00, 0x00, 0x01, 0x00}};
    static const uint8_t start[5] = {0x01, 0x80, 0xc2, 0x00, 0x00};
    struct mac_address canonical = bridge->settings.token_ring ? mac_reversed(mac) : mac;
    return (memcmp(canonical.octet, start, sizeof start) == 0 && canonical.octet[5] < 0x10) ||
           (bridge->settings.token_ring && mac_equal(mac, functional));
}

/* A configuration BPDU behind LLC 42-42-03: protocol 0000, version, type 00, flags with bit 0 for a topology
 * change (802.1D 9.3.1). */
static void hear_bpdu(struct bridge *bridge, struct octets llc)
{
    static const uint8_t start[] = {0x42, 0x42, 0x03, 0x00, 0x00, 0x00, 0x00};
    const uint8_t *bpdu = llc.data;
    if (llc.size < sizeof start + 1 || memcmp(bpdu, start, sizeof start) != 0)
        return;
    bool changing = bpdu[sizeof start] & 0x01;
    set_changing(bridge, changing);
    if (changing)
        bridge->services->timer_start(bridge->services->context, &bridge->change_timer,
                                      bridge->options.bridge.change_limit_ns);
}

/* Said again with every BPDU while the change lasts, and once that it is over (lane-rules 5.6). */
static void set_changing(struct bridge *bridge, bool changing)
{
    if (!changing && !bridge->changing)
        return;
    bool begins = !bridge->changing;
    bridge->changing = changing;
    lec_tell_topology(bridge->station.lec, changing);
    if (!changing)
        bridge->services->timer_stop(bridge->services->context, &bridge->change_timer);
    else if (begins)
        age(bridge);
}

static void change_over(void *owner)
{
    set_changing(owner, false);
}

/* --- events of the LEC --- */

/* The associations are the LEC's: it makes them when it joins, and again when it joins again. */
static void joined(void *owner)
{
    struct bridge *bridge = owner;
    if (bridge->changing)
        lec_tell_topology(bridge->station.lec, true);
}

static void lost(void *owner)
{
    (void)owner;
}

static void elan_frame_received(void *owner, enum lec_arrival way, const uint8_t *data, size_t size)
{
    take(owner, BRIDGE_ELAN_PORT, way == LEC_FROM_BUS ? BRIDGE_FROM_BUS : BRIDGE_FROM_DATA_DIRECT, data,
         size);
}

/* --- frames --- */

static bool read_frame(const struct bridge *bridge, const uint8_t *data, size_t size,
                       struct bridge_frame *frame)
{
    struct ethernet ethernet;
    *frame = (struct bridge_frame){.data = data, .size = size};
    if (bridge->settings.token_ring ? !token_ring_decode(data, size, 0, &ethernet, &frame->route, NULL)
                                    : !ethernet_decode(data, size, &ethernet, NULL))
        return false;
    size_t header_size = ETHERNET_HEADER_SIZE + frame->route.size; /* of both media */
    frame->llc = (struct octets){data + header_size, size - header_size};
    frame->arrival.source = ethernet.source;
    frame->arrival.destination = ethernet.destination;
    frame->arrival.group = is_group(bridge, ethernet.destination);
    frame->arrival.type = ethernet.type;
    return true;
}

static bool is_group(const struct bridge *bridge, struct mac_address mac)
{
    return bridge->settings.token_ring ? token_ring_is_group(mac) : mac_is_group(mac);
}

/* --- the station --- */

static void lan_frame_received(void *station, unsigned port, const uint8_t *data, size_t size)
{
    struct bridge *bridge = station;
    if (bridge->station.lec && port < bridge->settings.bridge.lan_port_count)
        take(bridge, port, BRIDGE_FROM_LAN, data, size);
}

static bool control(void *station, const struct control_action *action, struct reason *reason)
{
    struct bridge *bridge = station;
    switch (action->kind) {
    case CONTROL_START:
        if (bridge->station.lec)
            return reason_set(reason, "the bridge is on already: fail it first");
        bridge->station.lec =
            lec_new(bridge->services, &bridge->settings, &bridge->options.lec, &lec_events, bridge);
        bridge->table = bridge_table_new(bridge->options.bridge.station_room);
        bridge->changing = false;
        lec_start(bridge->station.lec);
        return true;
    case CONTROL_FAIL:
        take_apart(bridge);
        return true;
    case CONTROL_STARTUP:
    case CONTROL_SHUTDOWN:
    case CONTROL_SET_PRIORITY:
        return reason_set(reason, "a bridge has no virtual routers");
    }
    return reason_set(reason, "control action %d is none that the reference bridge knows", (int)action->kind);
}

static void destroy(void *station)
{
    struct bridge *bridge = station;
    if (!bridge)
        return;
    take_apart(bridge);
    free(bridge);
}

static void take_apart(struct bridge *bridge)
{
    if (!bridge->station.lec)
        return;
    bridge->services->timer_stop(bridge->services->context, &bridge->age_timer);
    bridge->services->timer_stop(bridge->services->context, &bridge->change_timer);
    bridge_table_free(bridge->table);
    lec_free(bridge->station.lec);
    bridge->station.lec = NULL;
}
