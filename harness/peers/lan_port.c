#include "peers/lan_port.h"

#include <stdlib.h>

struct lan_port {
    const struct station_services *services;
    unsigned number;
    bool dead;
    struct source_route route; /* on a ring */
    struct peer_link link;
};

#define FRAME_ROOM 4600 /* of both media */

static void frame_received(void *station, unsigned port, const uint8_t *data, size_t size);
static bool control(void *station, const struct control_action *action, struct reason *reason);
static void destroy(void *station);
static void send_frame(void *station, const uint8_t *data, size_t size);
static size_t ethernet_as_token_ring(const struct lan_port *port, const uint8_t *data, size_t size,
                                     uint8_t *ring, size_t room);
static size_t token_ring_as_ethernet(const uint8_t *data, size_t size, uint8_t *ethernet, size_t room);

const struct station_handlers lan_port_handlers = {
    .lan_frame_received = frame_received,
    .control = control,
    .destroy = destroy,
};

struct lan_port *lan_port_new(const struct station_services *services, unsigned number)
{
    struct lan_port *port = malloc(sizeof *port);
    if (!port)
        abort();
    *port = (struct lan_port){
        .services = services,
        .number = number,
        .link = {.services = services, .up = true, .station = port, .send = send_frame},
    };
    return port;
}

struct lan_port *lan_port_new_on_ring(const struct station_services *services, unsigned number,
                                      const struct source_route *route)
{
    struct lan_port *port = lan_port_new(services, number);
    port->link.token_ring = true;
    port->route = *route;
    return port;
}

void lan_port_send_octets(struct lan_port *port, const uint8_t *data, size_t size)
{
    if (!port->dead)
        port->services->lan_frame_send(port->services->context, port->number, data, size);
}

struct peer_link *lan_port_link(struct lan_port *port)
{
    return &port->link;
}

static void frame_received(void *station, unsigned number, const uint8_t *data, size_t size)
{
    struct lan_port *port = station;
    if (port->dead || number != port->number)
        return;
    struct peer_frame frame = {.data = data, .size = size, .path = PEER_PATH_LAN};
    uint8_t ethernet[FRAME_ROOM];
    if (port->link.token_ring) {
        frame.size = token_ring_as_ethernet(data, size, ethernet, sizeof ethernet);
        frame.data = ethernet;
    }
    if (frame.size)
        peer_link_receive(&port->link, &frame);
}

static bool control(void *station, const struct control_action *action, struct reason *reason)
{
    struct lan_port *port = station;
    if (action->kind == CONTROL_START)
        return true;
    if (action->kind != CONTROL_FAIL)
        return reason_set(reason, "an emulated LAN station can start and fail, nothing else");
    port->dead = true;
    peer_link_die(&port->link);
    return true;
}

static void destroy(void *station)
{
    struct lan_port *port = station;
    peer_link_destroy_users(&port->link);
    free(port);
}

static void send_frame(void *station, const uint8_t *data, size_t size)
{
    struct lan_port *port = station;
    uint8_t ring[FRAME_ROOM];
    size_t ring_size =
        port->link.token_ring ? ethernet_as_token_ring(port, data, size, ring, sizeof ring) : 0;
    if (!port->link.token_ring)
        lan_port_send_octets(port, data, size);
    else if (ring_size)
        lan_port_send_octets(port, ring, ring_size);
}

/* Source-routed when the way is; 0 when it can't be an 802.5 frame. */
static size_t ethernet_as_token_ring(const struct lan_port *port, const uint8_t *data, size_t size,
                                     uint8_t *ring, size_t room)
{
    uint8_t octets[ROUTE_ROOM];
    struct octets routing = {octets, 0};
    struct ethernet ethernet;
    struct source_route route = port->route;
    if (!ethernet_decode(data, size, &ethernet, NULL))
        return 0;
    if (route.descriptor_count && token_ring_is_group(ethernet.destination)) {
        route.kind = ROUTE_SPANNING_EXPLORER;
        route.descriptor_count = 0; /* each bridge on the way adds its own */
        routing.size = source_route_encode(&route, octets);
    } else if (route.descriptor_count) {
        routing.size = source_route_encode(&route, octets);
    }
    return token_ring_encode(&ethernet, routing, ring, room);
}

/* A DIX frame; 0 when it is no LLC/SNAP frame. */
static size_t token_ring_as_ethernet(const uint8_t *data, size_t size, uint8_t *ethernet, size_t room)
{
    struct ethernet frame;
    struct octets route;
    if (!token_ring_decode(data, size, 0, &frame, &route, NULL) || !frame.snap)
        return 0;
    frame.snap = false;
    return ethernet_encode(&frame, true, ethernet, room);
}
