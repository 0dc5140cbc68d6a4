#include "peers/lan_port.h"

#include <stdlib.h>

struct lan_port {
    const struct station_services *services;
    unsigned number;
    bool dead;
    struct peer_link link;
};

static void frame_received(void *station, unsigned port, const uint8_t *data, size_t size);
static bool control(void *station, const struct control_action *action, struct reason *reason);
static void destroy(void *station);
static void send_frame(void *station, const uint8_t *data, size_t size);

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

struct peer_link *lan_port_link(struct lan_port *port)
{
    return &port->link;
}

static void frame_received(void *station, unsigned number, const uint8_t *data, size_t size)
{
    struct lan_port *port = station;
    if (port->dead || number != port->number)
        return;
    peer_link_receive(&port->link, &(struct peer_frame){.data = data, .size = size, .path = PEER_PATH_LAN});
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
    if (!port->dead)
        port->services->lan_frame_send(port->services->context, port->number, data, size);
}
