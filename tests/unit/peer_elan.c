#include "peer_elan.h"

#include <stdio.h>
#include <stdlib.h>

static const uint8_t prefix[13] = {0x47, 0x00, 0x05, 0x80, 0xff, 0xe1, 0x00,
                                   0x00, 0x00, 0xf2, 0x1a, 0x2b, 0x3c};

static struct atm_address server_atm(uint8_t number)
{
    return atm_address_of(prefix, (struct mac_address){{0x00, 0x20, 0x5a, 0xff, 0xff, number}}, 0);
}

struct peer_elan *peer_elan_new(bool v2)
{
    struct peer_elan *elan = calloc(1, sizeof *elan);
    elan->arena = arena_new();
    elan->latency_low_ns = MICROSECONDS(100);
    elan->latency_high_ns = MILLISECONDS(2);
    elan->lecs_settings = lecs_settings_default();
    elan->les_settings = les_settings_default(v2);
    elan->bus_settings = bus_settings_default();
    elan->lecs_settings.address = server_atm(1);
    elan->lecs_settings.les_address = elan->les_settings.address = server_atm(2);
    elan->les_settings.bus_address = elan->bus_settings.address = server_atm(3);
    return elan;
}

void peer_elan_build(struct peer_elan *elan)
{
    struct world_settings settings = {.seed = 7,
                                      .latency_low_ns = elan->latency_low_ns,
                                      .latency_high_ns = elan->latency_high_ns,
                                      .token_ring = elan->token_ring};
    elan->world = world_new(&settings, elan->arena);
    elan->tap = world_tap(elan->world);
    if (elan->token_ring) {
        elan->lecs_settings.lan_type = elan->les_settings.lan_type = LAN_TYPE_8025;
        elan->bus_settings.token_ring = true;
    }
    struct port *lecs_port = world_port(elan->world, "lecs");
    elan->les_port = world_port(elan->world, "les");
    elan->bus_port = world_port(elan->world, "bus");
    port_set_service(lecs_port, SERVICE_LECS);
    port_set_service(elan->les_port, SERVICE_LES);
    port_set_service(elan->bus_port, SERVICE_BUS);
    elan->lecs = lecs_new(port_services(lecs_port), &elan->lecs_settings);
    elan->les = les_new(port_services(elan->les_port), &elan->les_settings);
    elan->bus = bus_new(port_services(elan->bus_port), &elan->bus_settings);
    port_attach(lecs_port, &lecs_handlers, elan->lecs);
    port_attach(elan->les_port, &les_handlers, elan->les);
    port_attach(elan->bus_port, &bus_handlers, elan->bus);
}

void peer_elan_free(struct peer_elan *elan)
{
    world_free(elan->world);
    arena_free(elan->arena);
    free(elan);
}

struct mac_address peer_elan_mac(unsigned number)
{
    return (struct mac_address){{0x00, 0x20, 0x5a, 0x00, 0x00, (uint8_t)(number + 1)}};
}

struct atm_address peer_elan_atm(unsigned number)
{
    return atm_address_of(prefix, peer_elan_mac(number), 0);
}

struct ipv4_address peer_elan_ip(unsigned last_octet)
{
    return (struct ipv4_address){0x0a000000u | last_octet};
}

struct peer_lec_settings peer_elan_lec_settings(const struct peer_elan *elan)
{
    struct peer_lec_settings settings = peer_lec_settings_default();
    settings.atm_address = peer_elan_atm((unsigned)elan->lec_count);
    settings.mac = peer_elan_mac((unsigned)elan->lec_count);
    settings.token_ring = elan->token_ring;
    settings.lecs_given = true;
    settings.lecs_address = elan->lecs_settings.address;
    return settings;
}

struct peer_lec *peer_elan_lec(struct peer_elan *elan, const struct peer_lec_settings *settings)
{
    static const char *const names[PEER_ELAN_LECS] = {"lec-0", "lec-1", "lec-2", "lec-3"};
    struct peer_lec_settings defaults = peer_elan_lec_settings(elan);
    size_t number = elan->lec_count++;
    struct port *port = world_port(elan->world, names[number]);
    struct peer_lec *lec = peer_lec_new(port_services(port), settings ? settings : &defaults);
    port_attach(port, &peer_lec_handlers, lec);
    elan->ports_of[number] = port;
    elan->lecs_of[number] = lec;
    peer_lec_start(lec);
    return lec;
}

void peer_elan_run(struct peer_elan *elan, int64_t duration_ns)
{
    world_run_until(elan->world, world_now_ns(elan->world) + duration_ns);
}

int64_t peer_elan_now_ns(const struct peer_elan *elan)
{
    return world_now_ns(elan->world);
}

size_t peer_elan_sent(struct peer_elan *elan, const struct port *from, enum frame_name name, size_t since)
{
    size_t count = 0;
    for (size_t i = since; i < tap_count(elan->tap); i++) {
        struct tap_event *event = tap_at(elan->tap, i);
        const struct frame *frame = tap_frame(elan->tap, event);
        count += frame && frame->name == name && tap_from(event, port_index(from));
    }
    return count;
}

size_t peer_elan_got(struct peer_elan *elan, const struct port *to, enum frame_name name, size_t since)
{
    size_t count = 0;
    for (size_t i = since; i < tap_count(elan->tap); i++) {
        struct tap_event *event = tap_at(elan->tap, i);
        const struct frame *frame = tap_frame(elan->tap, event);
        count += frame && frame->name == name && tap_reaches(event, port_index(to));
    }
    return count;
}

struct tap_event *peer_elan_last_event(struct peer_elan *elan, const struct port *from, enum frame_name name)
{
    for (size_t i = tap_count(elan->tap); i > 0; i--) {
        struct tap_event *event = tap_at(elan->tap, i - 1);
        const struct frame *frame = tap_frame(elan->tap, event);
        if (frame && frame->name == name && tap_from(event, port_index(from)))
            return event;
    }
    return NULL;
}

const struct frame *peer_elan_last(struct peer_elan *elan, const struct port *from, enum frame_name name)
{
    struct tap_event *event = peer_elan_last_event(elan, from, name);
    return event ? tap_frame(elan->tap, event) : NULL;
}

void peer_elan_print(struct peer_elan *elan, size_t since)
{
    char line[TAP_TEXT_SIZE];
    for (size_t i = since; i < tap_count(elan->tap); i++)
        puts(tap_text(elan->tap, tap_at(elan->tap, i), line, sizeof line));
}

size_t peer_elan_setups(struct peer_elan *elan, enum vcc_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < tap_count(elan->tap); i++) {
        const struct tap_event *event = tap_at(elan->tap, i);
        count += event->kind == TAP_CALL_SETUP && event->vcc->kind == kind;
    }
    return count;
}

const struct vcc *peer_elan_last_vcc(struct peer_elan *elan, enum vcc_kind kind)
{
    for (size_t i = tap_count(elan->tap); i > 0; i--) {
        const struct tap_event *event = tap_at(elan->tap, i - 1);
        if (event->vcc && event->vcc->kind == kind)
            return event->vcc;
    }
    return NULL;
}

bool peer_elan_bound(struct peer_lec *lec, struct mac_address mac, unsigned number)
{
    struct atm_address atm, wanted = peer_elan_atm(number);
    return peer_lec_binding(lec, mac, &atm) && atm_address_equal(&atm, &wanted);
}

bool peer_elan_registered(struct peer_elan *elan, struct mac_address mac, unsigned number)
{
    struct atm_address atm, wanted = peer_elan_atm(number);
    return les_binding(elan->les, mac, &atm) && atm_address_equal(&atm, &wanted);
}

void peer_elan_send_frame(struct peer_lec *lec, struct mac_address to)
{
    uint8_t frame[ETHERNET_MINIMUM_SIZE] = {0};
    memcpy(frame, to.octet, 6);
    memcpy(frame + 6, peer_lec_settings_of(lec)->mac.octet, 6);
    frame[12] = 0x88;
    frame[13] = 0xb5;
    peer_lec_send(lec, frame, sizeof frame);
}

static void listener_hears(void *owner, const struct peer_frame *frame)
{
    struct peer_listener *listener = owner;
    listener->count++;
    listener->last = *frame;
}

struct peer_listener *peer_elan_listen_on(struct peer_link *link)
{
    struct peer_listener *listener = malloc(sizeof *listener);
    *listener = (struct peer_listener){
        .user = {.owner = listener, .frame_received = listener_hears, .destroy = free}};
    peer_link_add(link, &listener->user);
    return listener;
}

struct peer_listener *peer_elan_listen(struct peer_lec *lec)
{
    return peer_elan_listen_on(peer_lec_link(lec));
}
