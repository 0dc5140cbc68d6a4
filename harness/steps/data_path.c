#include "steps/data_path.h"

#include "steps/lan_side.h"

#define PRIME_ROUNDS 30
#define POLL_NS      MILLISECONDS(10)

/* The LAN port of a bridge on which frames for the ELAN come. */
#define BRIDGE_LAN 1u

struct tap_event *let_frame_be_due(struct scene *scene, struct mac_address mac)
{
    if (scene->instance->role != ROLE_BRIDGE)
        return inject_arp_request_of(scene, mac, scene->plan.third_ip);
    struct lan_frame frame = {.source = scene->plan.lans[BRIDGE_LAN].host.mac, .destination = mac};
    return inject_on_lan(scene, BRIDGE_LAN, &frame);
}

void let_frame_be_due_again(struct scene *scene, const struct tap_event *due)
{
    if (due->kind == TAP_LAN_FRAME)
        peer_link_send(scene->lans[BRIDGE_LAN].link, due->data, due->size);
    else
        bus_send(scene->bus, due->data, due->size);
}

struct pattern frame_to(const struct scene *scene, struct mac_address mac)
{
    bool bridge = scene->instance->role == ROLE_BRIDGE;
    return (struct pattern){.names = bridge ? FRAME_SET(ICMP_ECHO_REQUEST) : FRAME_SET(ARP_REPLY),
                            .vcc_kinds = bridge ? 1u << VCC_MULTICAST_SEND | 1u << VCC_DATA_DIRECT : 0,
                            .conditions = {{FIELD_DESTINATION, mac_value(mac), false}}};
}

struct pattern frame_directly_to(const struct scene *scene, struct mac_address mac, const struct port *port)
{
    struct pattern pattern = frame_to(scene, mac);
    pattern.vcc_kinds = 1u << VCC_DATA_DIRECT;
    pattern.reaches = port_bit(port_index(port));
    return pattern;
}

struct tap_event *await_frame_to(struct scene *scene, struct mac_address mac)
{
    struct tap_event *due = let_frame_be_due(scene, mac);
    struct pattern pattern = frame_to(scene, mac);
    struct tap_event *event = await(scene, &pattern, mark_at(due), PATH_NS);
    if (!event)
        scene_inconclusive(scene, scene->instance->role == ROLE_BRIDGE
                                      ? "the device does not relay a frame from a LAN to the ELAN"
                                      : "the device does not answer ARP for its own address");
    return event;
}

struct tap_event *prime_path(struct scene *scene, struct mac_address mac, const struct port *port)
{
    struct pattern direct = frame_directly_to(scene, mac, port);
    for (unsigned round = 0; round < PRIME_ROUNDS; round++) {
        struct tap_event *event = await_frame_to(scene, mac);
        if (pattern_matches(&direct, scene->tap, event))
            return event;
        scene_advance(scene, MILLISECONDS(500));
    }
    scene_inconclusive(scene, "the device sets up no Data Direct VCC to %s, or does not use it",
                       port_name(port));
}

struct tap_event *call_event(struct scene *scene, enum tap_kind kind, const struct port *from,
                             const struct port *to, struct mark since)
{
    for (size_t i = since.index; i < tap_count(scene->tap); i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        if (event->kind == kind && event->vcc->caller == port_index(from) &&
            event->vcc->called == port_index(to))
            return event;
    }
    return NULL;
}

struct tap_event *await_call_event(struct scene *scene, enum tap_kind kind, const struct port *from,
                                   const struct port *to, struct mark since, int64_t max_ns)
{
    struct tap_event *event = call_event(scene, kind, from, to, since);
    while (!event && scene_now_ns(scene) < since.time_ns + max_ns) {
        scene_advance(scene, POLL_NS);
        event = call_event(scene, kind, from, to, since);
    }
    return event;
}
