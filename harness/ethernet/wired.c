#include "ethernet/wired.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ethernet/ethernet.h"

#define PORT_NAME_SIZE 160
#define SMALLEST_FRAME 14 /* octets: the Ethernet header */

struct wired;

/* One LAN port of the device and what is plugged into it. */
struct wired_port {
    struct wired *wired;
    unsigned number;
    struct ethernet *ethernet;
    struct ethernet_counts counts; /* when somebody looked last */
};

struct wired {
    struct lab lab;
    char *name;
    struct wired_port ports[LAN_PORT_ROOM];
    size_t port_count;
    struct port *at;        /* the place in the world of the present case; NULL: no case runs */
    struct reason why_lost; /* while lab.lost */
};

static bool open_ports(struct wired *wired, const struct wired_plan *plan, unsigned instance,
                       struct reason *reason);
static void name_of_port(const char *pattern, unsigned instance, char name[static PORT_NAME_SIZE]);
static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason);
static bool take_back(struct lab *lab, struct reason *reason);
static bool in_touch(struct lab *lab, struct reason *reason);
static void close_lab(struct lab *lab);
static bool watch(struct wired *wired, struct world *world, struct reason *reason);
static void ready(void *context);
static bool receive(struct wired_port *port,
                    void (*received)(void *context, const uint8_t *data, size_t size, int64_t time_ns),
                    struct reason *reason);
static void lose(struct wired *wired, const struct reason *reason);
static void seen(void *context, const uint8_t *data, size_t size, int64_t time_ns);
static void throw_away(void *context, const uint8_t *data, size_t size, int64_t time_ns);
static void lan_frame_received(void *station, unsigned number, const uint8_t *data, size_t size);
static bool control(void *station, const struct control_action *action, struct reason *reason);
static void destroy(void *station);

static const struct lab_kind wired_lab = {
    .lend = lend, .take_back = take_back, .in_touch = in_touch, .close = close_lab};

static const struct station_handlers wired_handlers = {
    .lan_frame_received = lan_frame_received, .control = control, .destroy = destroy};

struct lab *wired_lab_open(const struct wired_plan *plan, unsigned instance, struct reason *reason)
{
    struct wired *wired = calloc(1, sizeof *wired);
    if (!wired || !(wired->name = strdup(plan->name)))
        abort();
    wired->lab =
        (struct lab){.name = wired->name, .context = wired, .kind = &wired_lab, .claims = plan->claims};
    /* Frames of one port are seen in their order. Of two ports they are read one port after the other: no
     * case of role vrrp asks for the order across ports. */
    wired->lab.capabilities =
        plan->options | control_plan_capabilities(plan->control) | CAPABILITY_EGRESS_ORDER;
    wired->lab.control = device_control_new(plan->control, instance);
    if (open_ports(wired, plan, instance, reason))
        return &wired->lab;
    lab_close(&wired->lab);
    return NULL;
}

static bool open_ports(struct wired *wired, const struct wired_plan *plan, unsigned instance,
                       struct reason *reason)
{
    char name[PORT_NAME_SIZE];
    for (size_t i = 0; i < plan->port_count && i < LAN_PORT_ROOM; i++) {
        struct wired_port *port = &wired->ports[i];
        name_of_port(plan->ports[i], instance, name);
        *port = (struct wired_port){
            .wired = wired, .number = (unsigned)i, .ethernet = ethernet_open(name, reason)};
        if (!port->ethernet)
            return false;
        wired->port_count++;
    }
    return true;
}

static void name_of_port(const char *pattern, unsigned instance, char name[static PORT_NAME_SIZE])
{
    const char *place = strchr(pattern, '%');
    if (place)
        snprintf(name, PORT_NAME_SIZE, "%.*s%u%s", (int)(place - pattern), pattern, instance, place + 1);
    else
        snprintf(name, PORT_NAME_SIZE, "%s", pattern);
}

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    struct wired *wired = lab->context;
    (void)settings;
    if (lab->unfit.text[0])
        return reason_set(reason, "%s", lab->unfit.text);
    lab->lost = false;
    for (size_t i = 0; i < wired->port_count; i++)
        if (!receive(&wired->ports[i], throw_away, reason))
            return false;
    struct reason ignored;
    in_touch(lab, &ignored); /* what went missing before this case */
    wired->at = port;
    if (!watch(wired, port_world(port), reason))
        return false;
    port_attach(port, &wired_handlers, wired);
    return true;
}

static bool take_back(struct lab *lab, struct reason *reason)
{
    const struct wired *wired = lab->context;
    return !lab->lost || reason_set(reason, "%s", wired->why_lost.text);
}

static bool in_touch(struct lab *lab, struct reason *reason)
{
    struct wired *wired = lab->context;
    bool kept = true;
    for (size_t i = 0; i < wired->port_count; i++) {
        struct wired_port *port = &wired->ports[i];
        struct ethernet_counts before = port->counts;
        struct ethernet_counts now = port->counts = ethernet_counts(port->ethernet);
        const char *name = ethernet_name(port->ethernet);
        if (kept && now.cuts != before.cuts)
            kept = reason_set(reason, "%s: the link was down, though the device was on", name);
        else if (kept && now.dropped != before.dropped)
            kept = reason_set(reason, "%s: %llu frames came faster than they could be read, and are lost",
                              name, (unsigned long long)(now.dropped - before.dropped));
    }
    return kept;
}

static void close_lab(struct lab *lab)
{
    struct wired *wired = lab->context;
    for (size_t i = 0; i < wired->port_count; i++)
        ethernet_close(wired->ports[i].ethernet);
    free(wired->name);
    free(wired);
}

static bool watch(struct wired *wired, struct world *world, struct reason *reason)
{
    for (size_t i = 0; i < wired->port_count; i++) {
        struct wired_port *port = &wired->ports[i];
        if (!world_watch(world, ethernet_descriptor(port->ethernet), ready, port, reason))
            return false;
    }
    return true;
}

static void ready(void *context)
{
    struct wired_port *port = context;
    struct reason reason;
    if (!receive(port, seen, &reason))
        lose(port->wired, &reason);
}

/* Hands on what waits at a port. False, with the reason, when its interface is gone: then the device is of no
 * use for the rest of the run. */
static bool receive(struct wired_port *port,
                    void (*received)(void *context, const uint8_t *data, size_t size, int64_t time_ns),
                    struct reason *reason)
{
    if (ethernet_receive(port->ethernet, received, port, reason))
        return true;
    port->wired->lab.unfit = *reason;
    return false;
}

/* From now on the case does not see all that happens, or the device does not. */
static void lose(struct wired *wired, const struct reason *reason)
{
    if (wired->lab.lost)
        return;
    wired->lab.lost = true;
    wired->why_lost = *reason;
    struct world *world = port_world(wired->at);
    wired->lab.lost_ns = world_now_ns(world);
    for (size_t i = 0; i < wired->port_count; i++)
        world_unwatch(world, ethernet_descriptor(wired->ports[i].ethernet));
}

static void seen(void *context, const uint8_t *data, size_t size, int64_t time_ns)
{
    struct wired_port *port = context;
    port_lan_frame_seen(port->wired->at, port->number, data, size, time_ns);
}

static void throw_away(void *context, const uint8_t *data, size_t size, int64_t time_ns)
{
    (void)context;
    (void)data;
    (void)size;
    (void)time_ns;
}

static void lan_frame_received(void *station, unsigned number, const uint8_t *data, size_t size)
{
    struct wired *wired = station;
    struct reason reason;
    if (wired->lab.lost || number >= wired->port_count)
        return;
    if (size < SMALLEST_FRAME) {
        world_note(port_world(wired->at), "that frame is too short for any wire: it was not sent");
        return;
    }
    if (!ethernet_send(wired->ports[number].ethernet, data, size, &reason))
        lose(wired, &reason);
}

/* Power may always have been on; whatever else has no command in the control plan can't be done. */
static bool control(void *station, const struct control_action *action, struct reason *reason)
{
    char line[64];
    (void)station;
    return action->kind == CONTROL_START ||
           reason_set(reason, "the lab has no command for '%s' (section `control` of the device file)",
                      control_action_text(action, line, sizeof line));
}

static void destroy(void *station)
{
    ((struct wired *)station)->at = NULL;
}
