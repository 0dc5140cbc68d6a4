/* The interposer of the mutants by itself: a probe station inside, a world with a peer outside. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "mutants/interposer.h"
#include "probe_station.h"
#include "world/tap.h"

#define MS(n)   MILLISECONDS(n)
#define LATENCY MS(5)
#define VRID    7

static struct arena *arena;
static struct world *world;
static struct tap *tap;
static struct probe_station inner;
static struct probe_station peer;
static struct port *device_port;
static struct interposer *interposer;
static struct device_settings settings;
static struct station_handlers inner_handlers;
static struct control_action controlled;
static unsigned destroyed;
static uint32_t vcc;

static bool control_inner(void *station, const struct control_action *action, struct reason *reason)
{
    ck_assert_ptr_eq(station, &inner);
    controlled = *action;
    return action->kind != CONTROL_SET_PRIORITY || reason_set(reason, "no");
}

static void destroy_inner(void *station)
{
    ck_assert_ptr_eq(station, &inner);
    destroyed++;
}

static void set_up(void)
{
    arena = arena_new();
    world = world_new(
        &(struct world_settings){.seed = 1, .latency_low_ns = LATENCY, .latency_high_ns = LATENCY}, arena);
    tap = world_tap(world);
    memset(&inner, 0, sizeof inner);
    memset(&peer, 0, sizeof peer);
    memset(&settings, 0, sizeof settings);
    inner.accepts = peer.accepts = true;
    settings.atm_address = probe_address(1);
    settings.lecs_given = true;
    settings.lecs_address = probe_address(9);
    settings.elan.mac = (struct mac_address){{0, 0x20, 0x5a, 1, 2, 3}};
    settings.elan.address = (struct ipv4_address){0x0a00000b};
    settings.virtual_router_count = 2;
    settings.virtual_routers[0].vrid = VRID;
    settings.virtual_routers[0].address_count = 2;
    settings.virtual_routers[0].addresses[0] = (struct ipv4_address){0x0a000001};
    settings.virtual_routers[0].addresses[1] = (struct ipv4_address){0x0a000002};
    settings.virtual_routers[1].vrid = VRID + 1;
    inner_handlers = probe_handlers;
    inner_handlers.control = control_inner;
    inner_handlers.destroy = destroy_inner;
    destroyed = 0;
    interposer = NULL;
}

/* The device with its defect, and a VCC to the peer. */
static void make(const struct interposition *interposition)
{
    device_port = world_port(world, "dut");
    port_mark_device(device_port);
    interposer = interposer_new(interposition, port_services(device_port), &settings);
    inner.services = interposer_services(interposer);
    interposer_adopt(interposer, &inner_handlers, &inner);
    port_attach(device_port, &interposer_handlers, interposer);
    inner.services->address_register(inner.services->context, &settings.atm_address);
    struct atm_address address = probe_address(2);
    probe_attach(world, "peer", &peer, &address);
    vcc = probe_call(&inner, 1, 2, B_LLI_CONTROL, false);
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_count(&inner, PROBE_CONNECTED), 1);
}

/* The same with one rule. */
static struct interposer_rule one_rule[2];
static const struct interposition one = {.rules = one_rule};
#define MAKE(...) (one_rule[0] = (struct interposer_rule){__VA_ARGS__}, make(&one))

static void tear_down(void)
{
    world_free(world);
    if (interposer)
        ck_assert_uint_eq(destroyed, 1);
    arena_free(arena);
}

static void pass(int64_t time_ns)
{
    world_run_until(world, world_now_ns(world) + time_ns);
}

static bool act(enum control_kind kind, uint8_t vrid)
{
    struct reason reason;
    return port_control(device_port, &(struct control_action){.kind = kind, .vrid = vrid}, &reason);
}

static void send(struct probe_station *station, struct le_control control)
{
    uint8_t data[LE_CONTROL_SIZE];
    size_t size = le_control_encode(&control, data, sizeof data);
    station->services->sdu_send(station->services->context, vcc, data, size);
}

static void send_both(struct le_control control)
{
    send(&inner, control);
    send(&peer, control);
    pass(LATENCY);
}

/* Frames that came through each way. */
static void check_heard(size_t by_peer, size_t by_inner)
{
    ck_assert_uint_eq(probe_count(&peer, PROBE_SDU), by_peer);
    ck_assert_uint_eq(probe_count(&inner, PROBE_SDU), by_inner);
}

static struct le_control about(enum le_opcode opcode, struct mac_address mac)
{
    struct le_control control = le_control_of(opcode);
    control.source_lan = lan_destination_of_mac(mac);
    return control;
}

static size_t make_ip(uint8_t *frame, size_t room, uint8_t protocol, const uint8_t *payload, size_t size)
{
    uint8_t packet[200];
    struct ipv4 ipv4 = {
        .ttl = 255, .protocol = protocol, .source = settings.elan.address, .payload = {payload, size}};
    struct ethernet ethernet = {.destination = VRRP_GROUP_MAC,
                                .type = ETHERTYPE_IPV4,
                                .payload = {packet, ipv4_encode(&ipv4, packet, sizeof packet)}};
    return le_data_encode(1, &ethernet, true, frame, room);
}

static void advertise(uint8_t vrid, uint8_t priority)
{
    uint8_t message[64];
    uint8_t frame[200];
    struct vrrp vrrp = {.version = 2, .type = 1, .vrid = vrid, .priority = priority, .interval_s = 1};
    size_t size = make_ip(frame, sizeof frame, IPV4_PROTOCOL_VRRP, message,
                          vrrp_encode(&vrrp, message, sizeof message));
    inner.services->sdu_send(inner.services->context, vcc, frame, size);
}

static void send_arp(struct ipv4_address sender, struct ipv4_address target)
{
    uint8_t message[ARP_SIZE];
    uint8_t frame[200];
    struct arp arp = {.operation = ARP_REQUEST, .sender_ip = sender, .target_ip = target};
    struct ethernet ethernet = {.destination = MAC_BROADCAST,
                                .type = ETHERTYPE_ARP,
                                .payload = {message, arp_encode(&arp, message, sizeof message)}};
    inner.services->sdu_send(inner.services->context, vcc, frame,
                             le_data_encode(1, &ethernet, true, frame, sizeof frame));
}

/* The last frame of the device in the tap. */
static const struct frame *last_sent(void)
{
    for (size_t i = tap_count(tap); i-- > 0;)
        if (tap_at(tap, i)->kind == TAP_SDU && tap_at(tap, i)->from == 0)
            return tap_frame(tap, tap_at(tap, i));
    ck_abort_msg("nothing was sent");
}

/* --- what passes --- */

static const struct interposition nothing = {0};

START_TEST(everything_passes_without_rules)
{
    make(&nothing);
    ck_assert_int_eq(probe_last(&inner, PROBE_CONNECTED)->time_ns, 2 * LATENCY);
    probe_send(&inner, vcc, 1);
    probe_send(&peer, vcc, 2);
    pass(LATENCY);
    ck_assert_uint_eq(probe_last(&peer, PROBE_SDU)->first_octet, 1);
    ck_assert_uint_eq(probe_last(&inner, PROBE_SDU)->first_octet, 2);
    uint32_t back = probe_call(&peer, 2, 1, B_LLI_DATA_DIRECT_8023, false);
    pass(3 * LATENCY);
    ck_assert_uint_eq(probe_last(&inner, PROBE_OFFERED)->vcc, back);
    ck_assert_uint_eq(probe_last(&peer, PROBE_CONNECTED)->vcc, back);
    peer.services->call_release(peer.services->context, back, CAUSE_BUSY);
    inner.services->call_release(inner.services->context, vcc, CAUSE_REJECTED);
    pass(LATENCY);
    ck_assert_int_eq(probe_last(&inner, PROBE_RELEASED)->cause, CAUSE_BUSY);
    ck_assert_int_eq(probe_last(&peer, PROBE_RELEASED)->cause, CAUSE_REJECTED);
    inner.accepts = false;
    inner.rejects = true;
    probe_call(&peer, 2, 1, B_LLI_DATA_DIRECT_8023, false);
    pass(3 * LATENCY);
    ck_assert_int_eq(probe_last(&peer, PROBE_RELEASED)->cause, CAUSE_BUSY);
}
END_TEST

START_TEST(parties_pass)
{
    make(&nothing);
    struct probe_station third = {.accepts = true};
    struct atm_address address = probe_address(3);
    probe_attach(world, "third", &third, &address);
    uint32_t tree = probe_call(&inner, 1, 2, B_LLI_MULTICAST_8023, true);
    pass(3 * LATENCY);
    uint32_t party = inner.services->party_add(inner.services->context, tree, &address);
    pass(3 * LATENCY);
    ck_assert_uint_eq(probe_last(&inner, PROBE_PARTY_CONNECTED)->party, party);
    third.services->call_release(third.services->context, tree, CAUSE_NORMAL);
    pass(LATENCY);
    ck_assert_uint_eq(probe_last(&inner, PROBE_PARTY_RELEASED)->party, party);
    party = inner.services->party_add(inner.services->context, tree, &address);
    pass(3 * LATENCY);
    inner.services->party_drop(inner.services->context, tree, party, CAUSE_NORMAL);
    pass(LATENCY);
    ck_assert_uint_eq(probe_count(&third, PROBE_RELEASED), 1);
}
END_TEST

START_TEST(lan_frames_pass)
{
    make(&nothing);
    struct segment *segment = world_segment(world, "lan");
    uint8_t frame[60] = {5};
    segment_join(segment, device_port, 2);
    struct port *other = world_port(world, "other");
    port_attach(other, &probe_handlers, &peer);
    segment_join(segment, other, 1);
    inner.services->lan_frame_send(inner.services->context, 2, frame, sizeof frame);
    port_services(other)->lan_frame_send(port_services(other)->context, 1, frame, sizeof frame);
    pass(LATENCY);
    ck_assert_uint_eq(probe_last(&peer, PROBE_LAN_FRAME)->first_octet, 5);
    ck_assert_uint_eq(probe_last(&inner, PROBE_LAN_FRAME)->vcc, 2);
}
END_TEST

static unsigned fired;

static void fire(void *owner)
{
    (void)owner;
    fired++;
}

START_TEST(timers_and_random_bits_pass)
{
    make(&nothing);
    struct timer timers[2];
    fired = 0;
    for (size_t i = 0; i < 2; i++) {
        timer_init(&timers[i], fire, NULL);
        inner.services->timer_start(inner.services->context, &timers[i], MS(10));
    }
    inner.services->timer_stop(inner.services->context, &timers[1]);
    pass(MS(10));
    ck_assert_uint_eq(fired, 1);
    ck_assert_int_eq(interposer_now_ns(interposer), SECONDS(1) + MS(10));
    struct random ahead = port_random(device_port);
    ck_assert_uint_eq(inner.services->random_bits(inner.services->context), random_next(&ahead));
}
END_TEST

START_TEST(actions_pass)
{
    make(&nothing);
    ck_assert(act(CONTROL_SHUTDOWN, 9));
    ck_assert_int_eq(controlled.kind, CONTROL_SHUTDOWN);
    ck_assert_uint_eq(controlled.vrid, 9);
    ck_assert(!act(CONTROL_SET_PRIORITY, 9));
}
END_TEST

START_TEST(large_frames_pass)
{
    MAKE(.side = SENT, .names = UINT64_MAX, .action = DROP_FRAME);
    static const uint8_t large[4000] = {9};
    inner.services->sdu_send(inner.services->context, vcc, large, sizeof large);
    peer.services->sdu_send(peer.services->context, vcc, large, sizeof large);
    inner.services->sdu_send(inner.services->context, vcc, large, 2048);
    pass(LATENCY);
    check_heard(1, 1);
    ck_assert_uint_eq(probe_last(&peer, PROBE_SDU)->size, sizeof large);
}
END_TEST

/* --- which frames a rule is for --- */

START_TEST(rule_is_for_one_side_and_some_names)
{
    MAKE(.side = _i ? HEARD : SENT, .names = FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(LE_REGISTER_REQUEST),
         .action = DROP_FRAME);
    send_both(le_control_of(LE_REGISTER_REQUEST));
    check_heard(_i ? 1 : 0, _i ? 0 : 1);
    send_both(le_control_of(LE_UNREGISTER_REQUEST));
    check_heard(_i ? 2 : 1, _i ? 1 : 2);
}
END_TEST

START_TEST(first_rule_that_matches_acts)
{
    static const struct interposer_rule rules[] = {
        {.side = SENT, .names = FRAME_SET(LE_ARP_REQUEST), .action = DROP_FRAME},
        {.side = SENT,
         .names = FRAME_SET(LE_REGISTER_REQUEST),
         .action = CHANGE_FIELD,
         .field = FIELD_LECID,
         .to = VALUE_GIVEN,
         .number = 5},
        {.side = SENT, .names = UINT64_MAX, .action = DROP_FRAME},
        {.names = 0},
        {.side = HEARD, .names = UINT64_MAX, .action = DROP_FRAME},
    };
    static const struct interposition in_order = {.rules = rules};
    make(&in_order);
    send_both(le_control_of(LE_REGISTER_REQUEST));
    check_heard(1, 1);
    ck_assert_uint_eq(last_sent()->control.requester_lecid, 5);
    send_both(le_control_of(LE_UNREGISTER_REQUEST));
    check_heard(1, 2);
}
END_TEST

START_TEST(rule_about_the_vmac)
{
    MAKE(.side = SENT, .names = UINT64_MAX, .about = ABOUT_VMAC, .action = DROP_FRAME);
    struct le_control target = le_control_of(LE_ARP_REQUEST);
    target.target_lan = lan_destination_of_mac(mac_of_vrid(VRID + 1));
    send(&inner, about(LE_REGISTER_REQUEST, mac_of_vrid(VRID)));
    send(&inner, target);
    advertise(VRID + 1, 100);
    send_arp(settings.virtual_routers[0].addresses[1], settings.elan.address);
    send_arp(settings.elan.address, settings.virtual_routers[0].addresses[0]);
    pass(LATENCY);
    check_heard(0, 0);
    send(&inner, about(LE_REGISTER_REQUEST, settings.elan.mac));
    send(&inner, about(LE_REGISTER_REQUEST, mac_of_vrid(VRID + 2)));
    advertise(VRID + 2, 100);
    send_arp(settings.elan.address, (struct ipv4_address){0x0a000003});
    pass(LATENCY);
    check_heard(4, 0);
}
END_TEST

START_TEST(rule_about_the_own_mac)
{
    MAKE(.side = SENT, .names = UINT64_MAX, .about = ABOUT_OWN_MAC, .action = DROP_FRAME);
    struct le_control target = le_control_of(LE_ARP_REQUEST);
    target.target_lan = lan_destination_of_mac(settings.elan.mac);
    send(&inner, about(LE_REGISTER_REQUEST, settings.elan.mac));
    send(&inner, target);
    send_arp(settings.elan.address, (struct ipv4_address){0});
    pass(LATENCY);
    check_heard(0, 0);
    send(&inner, about(LE_REGISTER_REQUEST, mac_of_vrid(VRID)));
    send_arp(settings.virtual_routers[0].addresses[0], settings.elan.address);
    advertise(VRID, 100);
    pass(LATENCY);
    check_heard(3, 0);
}
END_TEST

static bool when_seven(const struct interposer *of, const struct interposed *interposed)
{
    ck_assert_ptr_eq(of, interposer);
    ck_assert_uint_eq(interposed->vcc, vcc);
    ck_assert(!interposed->lan);
    return interposed->frame.control.transaction_id == 7;
}

START_TEST(rule_with_a_condition)
{
    MAKE(.side = SENT, .names = UINT64_MAX, .when = when_seven, .action = DROP_FRAME);
    struct le_control control = le_control_of(LE_REGISTER_REQUEST);
    control.transaction_id = 7;
    send(&inner, control);
    control.transaction_id = 8;
    send(&inner, control);
    pass(LATENCY);
    check_heard(1, 0);
    ck_assert_uint_eq(last_sent()->control.transaction_id, 8);
}
END_TEST

/* --- what a rule does --- */

START_TEST(changed_field_leaves_the_station_alone)
{
    MAKE(.side = SENT, .names = FRAME_SET(ADVERTISEMENT), .action = CHANGE_FIELD, .field = FIELD_PRIORITY,
         .to = VALUE_GIVEN, .number = 33);
    advertise(VRID, 100);
    ck_assert_uint_eq(last_sent()->vrrp.priority, 33);
    ck_assert(last_sent()->vrrp.checksum_good);
}
END_TEST

START_TEST(changed_field_is_heard)
{
    MAKE(.side = HEARD, .names = UINT64_MAX, .action = CHANGE_FIELD, .field = FIELD_LECID, .to = VALUE_GIVEN,
         .number = 0x1234);
    uint8_t frame[200];
    struct ethernet ethernet = {.destination = MAC_BROADCAST, .type = 0x88b5};
    size_t size = le_data_encode(0x5678, &ethernet, true, frame, sizeof frame);
    peer.services->sdu_send(peer.services->context, vcc, frame, size);
    pass(LATENCY);
    ck_assert_uint_eq(probe_last(&inner, PROBE_SDU)->first_octet, 0x12);
    ck_assert_uint_eq(probe_last(&inner, PROBE_SDU)->size, size);
    ck_assert_uint_eq(frame[0], 0x56);
}
END_TEST

START_TEST(values_of_fields)
{
    static const struct {
        enum frame_field field;
        enum interposer_value to;
        const char *text;
    } samples[] = {
        {FIELD_TRANSACTION_ID, VALUE_ZERO, "0x0"},
        {FIELD_TRANSACTION_ID, VALUE_GIVEN, "0x21"},
        {FIELD_SOURCE_ATM, VALUE_ZERO, "0000000000000000000000000000000000000000"},
        {FIELD_SOURCE_ATM, VALUE_OWN_ATM, "4700000000000000000000000000000000000001"},
        {FIELD_SOURCE_ATM, VALUE_FOREIGN_ATM, "470000000000000000000000000000000000005b"},
        {FIELD_SOURCE_LAN, VALUE_OWN_MAC, "00-20-5a-01-02-03"},
        {FIELD_SOURCE_LAN, VALUE_VMAC, "00-00-5e-00-01-07"},
        {FIELD_LECID, VALUE_OWN_LECID, "42"},
        {FIELD_ARP_SENDER_IP, VALUE_OWN_IP, "10.0.0.11"},
        {FIELD_ARP_SENDER_IP, VALUE_VIRTUAL_IP, "10.0.0.1"},
    };
    MAKE(.side = SENT, .names = UINT64_MAX, .action = CHANGE_FIELD, .field = samples[_i].field,
         .to = samples[_i].to, .number = 0x21);
    interposer->lecid = 42;
    if (samples[_i].field == FIELD_ARP_SENDER_IP) {
        send_arp((struct ipv4_address){0x0a0000ff}, settings.elan.address);
    } else {
        struct le_control control = about(LE_REGISTER_REQUEST, mac_of_vrid(99));
        control.transaction_id = 0x99;
        control.source_atm = probe_address(99);
        send(&inner, control);
    }
    struct value value;
    char text[VALUE_TEXT_SIZE];
    ck_assert(field_get(last_sent(), samples[_i].field, &value));
    ck_assert_str_eq(value_text(samples[_i].field, &value, text), samples[_i].text);
}
END_TEST

START_TEST(delayed_frames_come_later)
{
    MAKE(.side = _i ? HEARD : SENT, .names = FRAME_SET(LE_REGISTER_REQUEST), .action = DELAY_FRAME,
         .delay_ns = MS(50));
    size_t none[2] = {0, 0};
    send_both(le_control_of(LE_REGISTER_REQUEST));
    none[!_i]++;
    check_heard(none[1] ? 0 : 1, none[1] ? 1 : 0);
    send_both(le_control_of(LE_UNREGISTER_REQUEST)); /* overtakes */
    check_heard(_i ? 2 : 1, _i ? 1 : 2);
    pass(MS(50) - 1);
    check_heard(2, 2);
    const struct probe_event *late = probe_last(_i ? &inner : &peer, PROBE_SDU);
    ck_assert_int_eq(late->time_ns, SECONDS(1) + LATENCY + MS(50));
    ck_assert_uint_eq(late->vcc, vcc);
    ck_assert_uint_eq(late->size, LE_CONTROL_SIZE);
}
END_TEST

START_TEST(repeated_frames_come_again)
{
    MAKE(.side = _i ? HEARD : SENT, .names = UINT64_MAX, .action = REPEAT_FRAME, .times = 2,
         .delay_ns = MS(50));
    struct probe_station *hearer = _i ? &inner : &peer;
    send(_i ? &peer : &inner, le_control_of(LE_REGISTER_REQUEST));
    int64_t start_ns = world_now_ns(world);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(hearer, PROBE_SDU), 3);
    ck_assert_uint_eq(probe_count(_i ? &peer : &inner, PROBE_SDU), 0);
    for (size_t i = 0, seen = 0; i < hearer->count; i++)
        if (hearer->events[i].kind == PROBE_SDU)
            ck_assert_int_eq(hearer->events[i].time_ns, start_ns + LATENCY + MS(50) * (int64_t)seen++);
}
END_TEST

static bool rewrite(struct interposer *of, struct interposed *interposed)
{
    ck_assert_ptr_eq(of, interposer);
    ck_assert_uint_ge(interposed->room, interposed->size + 4);
    if (interposed->frame.name == FRAME_LE_UNREGISTER_REQUEST)
        return false;
    memset(interposed->data + interposed->size, 0xee, 4);
    interposed->size += 4;
    interposed->vcc = of->data_direct;
    interposer_send(of, vcc, interposed->data, 1);
    return true;
}

START_TEST(rewritten_frames)
{
    MAKE(.side = SENT, .names = UINT64_MAX, .action = REWRITE_FRAME, .rewrite = rewrite);
    uint32_t other = probe_call(&inner, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    pass(3 * LATENCY);
    ck_assert_uint_eq(interposer->data_direct, other);
    send(&inner, le_control_of(LE_UNREGISTER_REQUEST));
    send(&inner, le_control_of(LE_REGISTER_REQUEST));
    pass(LATENCY);
    check_heard(2, 0);
    ck_assert_uint_eq(peer.events[peer.count - 2].size, 1); /* past all rules */
    ck_assert_uint_eq(peer.events[peer.count - 2].vcc, vcc);
    ck_assert_uint_eq(peer.events[peer.count - 1].size, LE_CONTROL_SIZE + 4);
    ck_assert_uint_eq(peer.events[peer.count - 1].vcc, other);
}
END_TEST

START_TEST(lan_frames_are_spoiled_too)
{
    MAKE(.side = SENT, .names = FRAME_SET(ARP_REQUEST), .action = CHANGE_FIELD, .field = FIELD_ARP_TARGET_IP,
         .to = VALUE_OWN_IP);
    struct segment *segment = world_segment(world, "lan");
    segment_join(segment, device_port, 0);
    uint8_t message[ARP_SIZE];
    uint8_t frame[100];
    struct arp arp = {.operation = ARP_REQUEST, .sender_ip = {1}, .target_ip = {2}};
    struct ethernet ethernet = {.destination = MAC_BROADCAST,
                                .type = ETHERTYPE_ARP,
                                .payload = {message, arp_encode(&arp, message, sizeof message)}};
    inner.services->lan_frame_send(inner.services->context, 0, frame,
                                   ethernet_encode(&ethernet, true, frame, sizeof frame));
    const struct frame *sent = tap_frame(tap, tap_at(tap, tap_count(tap) - 1));
    ck_assert(ipv4_equal(sent->arp.target_ip, settings.elan.address));
}
END_TEST

static void to_the_void(struct interposer *of, struct call *call)
{
    ck_assert_ptr_eq(of, interposer);
    if (call->b_lli == B_LLI_DATA_DIRECT_8023)
        call->called = probe_address(77);
}

START_TEST(calls_are_changed)
{
    static const struct interposition lost_calls = {.call = to_the_void};
    make(&lost_calls);
    probe_call(&inner, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    pass(SECONDS(1));
    ck_assert_int_eq(probe_last(&inner, PROBE_RELEASED)->cause, CAUSE_NO_ROUTE);
}
END_TEST

static void count_tick(struct interposer *of)
{
    of->count++;
    interposer_send(of, vcc, (const uint8_t *)"t", 1);
}

START_TEST(ticks_from_start_to_failure)
{
    static const struct interposition ticking = {.tick = count_tick, .period_ns = MS(100)};
    make(&ticking);
    pass(SECONDS(1));
    ck_assert_uint_eq(interposer->count, 0);
    act(CONTROL_START, 0);
    pass(MS(99));
    ck_assert_uint_eq(interposer->count, 0);
    pass(MS(1));
    ck_assert_uint_eq(interposer->count, 1);
    pass(MS(900));
    ck_assert_uint_eq(interposer->count, 10);
    act(CONTROL_SHUTDOWN, VRID);
    pass(MS(100));
    ck_assert_uint_eq(interposer->count, 11);
    act(CONTROL_FAIL, 0);
    pass(SECONDS(1));
    ck_assert_uint_eq(interposer->count, 11);
    act(CONTROL_START, 0);
    pass(MS(100));
    ck_assert_uint_eq(interposer->count, 12);
}
END_TEST

START_TEST(dead_device_sends_nothing_more)
{
    MAKE(.side = _i ? HEARD : SENT, .names = UINT64_MAX, .action = REPEAT_FRAME, .times = 3,
         .delay_ns = MS(50));
    send_both(le_control_of(LE_REGISTER_REQUEST));
    act(CONTROL_FAIL, 0);
    ck_assert_int_eq(controlled.kind, CONTROL_FAIL);
    pass(SECONDS(1));
    send_both(le_control_of(LE_REGISTER_REQUEST));
    pass(SECONDS(1));
    check_heard(1, 1);
    act(CONTROL_START, 0);
    send_both(le_control_of(LE_REGISTER_REQUEST));
    check_heard(2, 2);
}
END_TEST

START_TEST(dies_with_frames_put_off)
{
    MAKE(.side = SENT, .names = UINT64_MAX, .action = REPEAT_FRAME, .times = 30, .delay_ns = MS(50));
    send(&inner, le_control_of(LE_REGISTER_REQUEST));
    send(&inner, le_control_of(LE_UNREGISTER_REQUEST));
    pass(MS(500));
    ck_assert_uint_eq(destroyed, 0);
}
END_TEST

/* --- what an interposer knows --- */

START_TEST(vccs_that_matter)
{
    make(&nothing);
    ck_assert_uint_eq(interposer->control_direct, vcc);
    ck_assert_uint_eq(interposer->multicast_send, VCC_NONE);
    struct call to_lecs = {
        .calling = probe_address(1), .called = settings.lecs_address, .b_lli = B_LLI_CONTROL};
    inner.services->call_setup(inner.services->context, &to_lecs);
    ck_assert_uint_eq(interposer->control_direct, vcc);
    uint32_t send_vcc = probe_call(&inner, 1, 2, B_LLI_MULTICAST_8023, false);
    uint32_t data_vcc = probe_call(&inner, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    uint32_t distribute = probe_call(&peer, 2, 1, B_LLI_CONTROL, true);
    uint32_t forward = probe_call(&peer, 2, 1, B_LLI_MULTICAST_8023, true);
    ck_assert_uint_eq(interposer->data_direct, VCC_NONE);
    ck_assert_uint_eq(interposer->data_direct_called, data_vcc);
    pass(SECONDS(1));
    ck_assert_uint_eq(interposer->multicast_send, send_vcc);
    ck_assert_uint_eq(interposer->data_direct, data_vcc);
    ck_assert_uint_eq(interposer->control_distribute, distribute);
    ck_assert_uint_eq(interposer->multicast_forward, forward);
    uint32_t back = probe_call(&peer, 2, 1, B_LLI_DATA_DIRECT_8023, false);
    pass(SECONDS(1));
    ck_assert_uint_eq(interposer->data_direct, back);
    inner.services->call_release(inner.services->context, vcc, CAUSE_NORMAL);
    ck_assert_uint_eq(interposer->control_direct, VCC_NONE);
    ck_assert_uint_eq(interposer->multicast_send, send_vcc);
    peer.services->call_release(peer.services->context, send_vcc, CAUSE_NORMAL);
    peer.services->call_release(peer.services->context, distribute, CAUSE_NORMAL);
    peer.services->call_release(peer.services->context, forward, CAUSE_NORMAL);
    peer.services->call_release(peer.services->context, back, CAUSE_NORMAL);
    pass(SECONDS(1));
    ck_assert_uint_eq(interposer->multicast_send, VCC_NONE);
    ck_assert_uint_eq(interposer->control_distribute, VCC_NONE);
    ck_assert_uint_eq(interposer->multicast_forward, VCC_NONE);
    ck_assert_uint_eq(interposer->data_direct, VCC_NONE);
    inner.accepts = false;
    inner.rejects = true;
    probe_call(&peer, 2, 1, B_LLI_MULTICAST_8023, true);
    pass(SECONDS(1));
    ck_assert_uint_eq(interposer->multicast_forward, VCC_NONE);
}
END_TEST

START_TEST(joins_are_counted)
{
    static const struct {
        uint16_t status;
        uint8_t client;
        uint16_t flags;
        unsigned joins;
        bool v2;
    } samples[] = {{LE_STATUS_SUCCESS, 1, LE_FLAG_V2_REQUIRED, 1, true},
                   {LE_STATUS_SUCCESS, 1, LE_FLAG_V2_CAPABLE, 1, false},
                   {LE_STATUS_SUCCESS, 3, LE_FLAG_V2_REQUIRED, 0, false},
                   {LE_STATUS_VERSION_NOT_SUPPORTED, 1, LE_FLAG_V2_REQUIRED, 0, false}};
    make(&nothing);
    struct le_control control = le_control_of(LE_JOIN_RESPONSE);
    control.status = samples[_i].status;
    control.source_atm = probe_address(samples[_i].client);
    control.flags = samples[_i].flags;
    control.requester_lecid = 42;
    send(&inner, control); /* its own, if it were so mad */
    pass(LATENCY);
    ck_assert_uint_eq(interposer->joins, 0);
    send(&peer, control);
    pass(LATENCY);
    ck_assert_uint_eq(interposer->joins, samples[_i].joins);
    ck_assert_uint_eq(interposer->lecid, samples[_i].joins ? 42 : 0);
    ck_assert_int_eq(interposer->v2, samples[_i].v2);
}
END_TEST

START_TEST(advertising_is_known)
{
    make(&nothing);
    advertise(VRID, 100);
    ck_assert(interposer->advertising);
    advertise(VRID, 0);
    ck_assert(!interposer->advertising);
    advertise(VRID, 1);
    send(&inner, le_control_of(LE_REGISTER_REQUEST));
    send(&peer, le_control_of(LE_UNREGISTER_REQUEST));
    pass(LATENCY);
    ck_assert(interposer->advertising);
    send(&inner, le_control_of(LE_UNREGISTER_REQUEST));
    ck_assert(!interposer->advertising);
    advertise(VRID, 1);
    struct le_control withdrawal = le_control_of(LE_NARP_REQUEST);
    withdrawal.target_lan = lan_destination_of_mac(mac_of_vrid(VRID));
    withdrawal.target_atm = settings.atm_address;
    send(&inner, withdrawal);
    ck_assert(!interposer->advertising);
}
END_TEST

START_TEST(running_is_known)
{
    settings.virtual_routers[0].started_by_join = _i;
    make(&nothing);
    ck_assert(!interposer->running);
    act(CONTROL_START, 0);
    ck_assert_int_eq(interposer->running, _i);
    act(CONTROL_STARTUP, VRID);
    ck_assert(interposer->running);
    act(CONTROL_SHUTDOWN, VRID + 1);
    ck_assert(interposer->running);
    act(CONTROL_SHUTDOWN, VRID);
    ck_assert(!interposer->running);
    act(CONTROL_STARTUP, VRID + 1);
    ck_assert(!interposer->running);
}
END_TEST

/* --- what it sends by itself --- */

START_TEST(frames_of_its_own)
{
    MAKE(.side = _i ? HEARD : SENT, .names = UINT64_MAX, .action = DROP_FRAME);
    interposer->lecid = 42;
    struct le_control request = interposer_request(interposer, LE_ARP_REQUEST);
    ck_assert_uint_eq(request.requester_lecid, 42);
    ck_assert(atm_address_equal(&request.source_atm, &settings.atm_address));
    ck_assert_uint_ne(request.transaction_id, interposer_request(interposer, LE_ARP_REQUEST).transaction_id);
    interposer_send_control(interposer, vcc, &request);
    ck_assert_int_eq(last_sent()->name, FRAME_LE_ARP_REQUEST);
    interposer->multicast_send = vcc;
    struct ethernet ethernet = {.destination = interposer_vmac(interposer), .type = 0x88b5};
    interposer_send_data(interposer, &ethernet);
    ck_assert_uint_eq(last_sent()->lecid, 42);
    ck_assert_uint_eq(last_sent()->octets.size, LE_DATA_MINIMUM_SIZE);
    ck_assert(mac_equal(last_sent()->ethernet.destination, mac_of_vrid(VRID)));
    interposer_deliver(interposer, vcc, (const uint8_t *)"x", 1);
    pass(LATENCY);
    check_heard(2, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("interposer");
    TCase *tests = tcase_create("interposer");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, everything_passes_without_rules);
    tcase_add_test(tests, parties_pass);
    tcase_add_test(tests, lan_frames_pass);
    tcase_add_test(tests, timers_and_random_bits_pass);
    tcase_add_test(tests, actions_pass);
    tcase_add_test(tests, large_frames_pass);
    tcase_add_loop_test(tests, rule_is_for_one_side_and_some_names, 0, 2);
    tcase_add_test(tests, first_rule_that_matches_acts);
    tcase_add_test(tests, rule_about_the_vmac);
    tcase_add_test(tests, rule_about_the_own_mac);
    tcase_add_test(tests, rule_with_a_condition);
    tcase_add_test(tests, changed_field_leaves_the_station_alone);
    tcase_add_test(tests, changed_field_is_heard);
    tcase_add_loop_test(tests, values_of_fields, 0, 10);
    tcase_add_loop_test(tests, delayed_frames_come_later, 0, 2);
    tcase_add_loop_test(tests, repeated_frames_come_again, 0, 2);
    tcase_add_test(tests, rewritten_frames);
    tcase_add_test(tests, lan_frames_are_spoiled_too);
    tcase_add_test(tests, calls_are_changed);
    tcase_add_test(tests, ticks_from_start_to_failure);
    tcase_add_loop_test(tests, dead_device_sends_nothing_more, 0, 2);
    tcase_add_test(tests, dies_with_frames_put_off);
    tcase_add_test(tests, vccs_that_matter);
    tcase_add_loop_test(tests, joins_are_counted, 0, 4);
    tcase_add_test(tests, advertising_is_known);
    tcase_add_loop_test(tests, running_is_known, 0, 2);
    tcase_add_loop_test(tests, frames_of_its_own, 0, 2);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
