#include "reference/router.h"

#include <stdlib.h>

#include "reference/ip.h"
#include "reference/lec_station.h"
#include "reference/vrrp.h"

struct router;

/* What carries the interface of the virtual routers: a LEC on an ELAN (draft 3), or a LAN port (RFC 2338
 * alone). */
struct carrier {
    void (*start)(struct router *router); /* joined() when frames can be sent */
    bool (*operational)(const struct router *router);
    void (*send)(struct router *router, const uint8_t *data, size_t size);
    void (*associate)(struct router *router, struct mac_address vmac);
    void (*disassociate)(struct router *router, struct mac_address vmac);
    unsigned lan_port; /* number of the LAN port of the other interface; those before carry this one */
};

struct router {
    struct lec_station station; /* its LEC */
    const struct station_services *services;
    const struct carrier *carrier;
    struct device_settings settings;
    struct reference_options options;
    /* By virtual router: it has had its Startup event, or gets it as soon as the ELAN is joined. */
    bool started[VIRTUAL_ROUTER_ROOM];
    /* Its parts, while it is on; a router that is off, or has failed, has none of them and notices nothing.
     */
    struct vrrp_instance *vrrp;
    struct ip *ip;
};

static void build(struct router *router);
static void take_apart(struct router *router);
static void start_virtual_routers(struct router *router);

/* Events of the LEC */
static void joined(void *owner);
static void lost(void *owner);
static void elan_frame_received(void *owner, enum lec_arrival arrival, const uint8_t *data, size_t size);
static void registration_refused(void *owner, struct mac_address vmac, uint16_t status);

/* Carriers */
static void lane_start(struct router *router);
static bool lane_operational(const struct router *router);
static void lane_send(struct router *router, const uint8_t *data, size_t size);
static void lane_associate(struct router *router, struct mac_address vmac);
static void lane_disassociate(struct router *router, struct mac_address vmac);
static void lan_start(struct router *router);
static bool lan_operational(const struct router *router);
static void lan_send(struct router *router, const uint8_t *data, size_t size);
static void lan_keeps_no_addresses(struct router *router, struct mac_address vmac);

/* What VRRP asks for */
static void associate(void *owner, unsigned number);
static void disassociate(void *owner, unsigned number);
static void send_advertisement(void *owner, unsigned number, const uint8_t *message, size_t size);
static void send_gratuitous_arps(void *owner, unsigned number);

/* What IP asks for */
static void send_frame(void *owner, enum ip_port port, const uint8_t *data, size_t size);
static void advertisement_received(void *owner, const struct vrrp_arrival *arrival);

/* The station */
static void lan_frame_received(void *station, unsigned port, const uint8_t *data, size_t size);
static bool control(void *station, const struct control_action *action, struct reason *reason);
static void destroy(void *station);

/* Control actions */
static bool switch_on(struct router *router, struct reason *reason);
static bool control_virtual_router(struct router *router, const struct control_action *action,
                                   struct reason *reason);
static bool set_priority(struct router *router, unsigned number, uint32_t priority, struct reason *reason);
static bool find_vrid(const struct router *router, uint8_t vrid, unsigned *number);

static const struct lec_events lec_events = {joined, lost, elan_frame_received, registration_refused};
static const struct vrrp_actions vrrp_actions = {associate, disassociate, send_advertisement,
                                                 send_gratuitous_arps};
static const struct ip_actions ip_actions = {send_frame, advertisement_received};

static const struct carrier elan_carrier = {lane_start,     lane_operational,  lane_send,
                                            lane_associate, lane_disassociate, .lan_port = 0};
static const struct carrier lan_carrier = {
    lan_start, lan_operational, lan_send, lan_keeps_no_addresses, lan_keeps_no_addresses, .lan_port = 1};

const struct station_handlers router_handlers = {
    LEC_STATION_HANDLERS,
    .lan_frame_received = lan_frame_received,
    .control = control,
    .destroy = destroy,
};

unsigned router_capabilities(const struct device_settings *settings)
{
    unsigned lan = CAPABILITY_LAN_PORT | CAPABILITY_FORWARDING | CAPABILITY_PROXY_ARP;
    return CAPABILITY_CONTROL_STARTUP | CAPABILITY_CONTROL_FAIL | CAPABILITY_CONTROL_PRIORITY |
           CAPABILITY_EGRESS_ORDER | CAPABILITY_REDIRECT | CAPABILITY_AUTHENTICATION |
           CAPABILITY_AUTHENTICATION_HEADER | CAPABILITY_LLC_MULTIPLEXING | CAPABILITY_SEVERAL_VRIDS |
           (settings->lan_port ? lan : 0);
}

struct router *router_new(const struct station_services *services, const struct device_settings *settings,
                          const struct reference_options *options)
{
    struct router *router = calloc(1, sizeof *router);
    if (!router)
        abort();
    router->services = services;
    router->carrier = settings->role == ROLE_VRRP ? &lan_carrier : &elan_carrier;
    router->settings = *settings;
    router->options = options ? *options : reference_options_default();
    return router;
}

static void build(struct router *router)
{
    router->station.lec =
        lec_new(router->services, &router->settings, &router->options.lec, &lec_events, router);
    router->vrrp =
        vrrp_new(router->services, &router->settings, &router->options.vrrp, &vrrp_actions, router);
    router->ip =
        ip_new(router->services, &router->settings, &router->options.ip, router->vrrp, &ip_actions, router);
}

static void take_apart(struct router *router)
{
    if (!router->station.lec)
        return;
    ip_free(router->ip);
    vrrp_free(router->vrrp);
    lec_free(router->station.lec);
    router->station.lec = NULL;
}

/* Those that are due; the others, and those that run already, stay as they are. */
static void start_virtual_routers(struct router *router)
{
    for (unsigned number = 0; number < router->settings.virtual_router_count; number++)
        if (router->started[number])
            vrrp_startup(router->vrrp, number);
}

/* Draft 3.3.1: "complete the LANE JOIN PHASE", then what RFC 2338 does on Startup. */
static void joined(void *owner)
{
    struct router *router = owner;
    ip_interface_up(router->ip, IP_ELAN);
    start_virtual_routers(router);
}

static void lost(void *owner)
{
    struct router *router = owner;
    vrrp_interface_lost(router->vrrp);
}

static void elan_frame_received(void *owner, enum lec_arrival arrival, const uint8_t *data, size_t size)
{
    struct router *router = owner;
    (void)arrival;
    ip_frame_received(router->ip, IP_ELAN, data, size);
}

static void registration_refused(void *owner, struct mac_address vmac, uint16_t status)
{
    struct router *router = owner;
    (void)status; /* whatever it is, the master must persist (draft 3.1) */
    for (unsigned number = 0; number < router->settings.virtual_router_count; number++)
        if (mac_equal(vrrp_vmac_of(router->vrrp, number), vmac))
            vrrp_registration_refused(router->vrrp, number);
}

static void lane_start(struct router *router)
{
    lec_start(router->station.lec);
}

static bool lane_operational(const struct router *router)
{
    return lec_operational(router->station.lec);
}

static void lane_send(struct router *router, const uint8_t *data, size_t size)
{
    lec_send(router->station.lec, data, size);
}

static void lane_associate(struct router *router, struct mac_address vmac)
{
    lec_associate(router->station.lec, vmac);
}

static void lane_disassociate(struct router *router, struct mac_address vmac)
{
    lec_disassociate(router->station.lec, vmac);
}

static void lan_start(struct router *router)
{
    joined(router);
}

static bool lan_operational(const struct router *router)
{
    return router->station.lec;
}

static void lan_send(struct router *router, const uint8_t *data, size_t size)
{
    router->services->lan_frame_send(router->services->context, 0, data, size);
}

/* Bridges learn the place of the VMAC from frames (RFC 2338 7.2). */
static void lan_keeps_no_addresses(struct router *router, struct mac_address vmac)
{
    (void)router;
    (void)vmac;
}

static void associate(void *owner, unsigned number)
{
    struct router *router = owner;
    router->carrier->associate(router, vrrp_vmac_of(router->vrrp, number));
}

static void disassociate(void *owner, unsigned number)
{
    struct router *router = owner;
    router->carrier->disassociate(router, vrrp_vmac_of(router->vrrp, number));
}

static void send_advertisement(void *owner, unsigned number, const uint8_t *message, size_t size)
{
    struct router *router = owner;
    ip_send_advertisement(router->ip, number, message, size);
}

static void send_gratuitous_arps(void *owner, unsigned number)
{
    struct router *router = owner;
    ip_send_gratuitous_arps(router->ip, number);
}

static void send_frame(void *owner, enum ip_port port, const uint8_t *data, size_t size)
{
    struct router *router = owner;
    if (port == IP_ELAN)
        router->carrier->send(router, data, size);
    else
        router->services->lan_frame_send(router->services->context, router->carrier->lan_port, data, size);
}

static void advertisement_received(void *owner, const struct vrrp_arrival *arrival)
{
    struct router *router = owner;
    vrrp_receive(router->vrrp, arrival);
}

static void lan_frame_received(void *station, unsigned port, const uint8_t *data, size_t size)
{
    struct router *router = station;
    if (router->station.lec && port <= router->carrier->lan_port)
        ip_frame_received(router->ip, port == router->carrier->lan_port ? IP_LAN : IP_ELAN, data, size);
}

static bool control(void *station, const struct control_action *action, struct reason *reason)
{
    struct router *router = station;
    switch (action->kind) {
    case CONTROL_START:
        return switch_on(router, reason);
    case CONTROL_FAIL:
        take_apart(router);
        return true;
    case CONTROL_STARTUP:
    case CONTROL_SHUTDOWN:
    case CONTROL_SET_PRIORITY:
        return control_virtual_router(router, action, reason);
    }
    return reason_set(reason, "control action %d is none that the reference router knows", (int)action->kind);
}

static void destroy(void *station)
{
    struct router *router = station;
    if (!router)
        return;
    take_apart(router);
    free(router);
}

static bool switch_on(struct router *router, struct reason *reason)
{
    if (router->station.lec)
        return reason_set(reason, "the router is on already: fail it first");
    build(router);
    for (unsigned number = 0; number < router->settings.virtual_router_count; number++)
        router->started[number] = router->settings.virtual_routers[number].started_by_join;
    if (router->settings.lan_port)
        ip_interface_up(router->ip, IP_LAN);
    router->carrier->start(router);
    if (!router->options.vrrp.startup_waits_for_join)
        start_virtual_routers(router);
    return true;
}

static bool control_virtual_router(struct router *router, const struct control_action *action,
                                   struct reason *reason)
{
    unsigned number;
    if (!router->station.lec)
        return reason_set(reason, "the router is off: start it first");
    if (!find_vrid(router, action->vrid, &number))
        return reason_set(reason, "VRID %u is not configured on this router", action->vrid);
    if (action->kind == CONTROL_SET_PRIORITY)
        return set_priority(router, number, action->number, reason);
    router->started[number] = action->kind == CONTROL_STARTUP;
    if (action->kind == CONTROL_SHUTDOWN)
        vrrp_shutdown(router->vrrp, number);
    else if (router->carrier->operational(router) || !router->options.vrrp.startup_waits_for_join)
        vrrp_startup(router->vrrp, number);
    return true;
}

static bool set_priority(struct router *router, unsigned number, uint32_t priority, struct reason *reason)
{
    if (priority < 1 || priority > VRRP_PRIORITY_OWNER)
        return reason_set(reason, "priority %u is not between 1 and 255", priority);
    vrrp_set_priority(router->vrrp, number, (uint8_t)priority);
    return true;
}

static bool find_vrid(const struct router *router, uint8_t vrid, unsigned *number)
{
    for (*number = 0; *number < router->settings.virtual_router_count; ++*number)
        if (router->settings.virtual_routers[*number].vrid == vrid)
            return true;
    return false;
}
