/* The reference router in a whole ELAN: what draft 3.1 to 3.3 make of LEC, VRRP and IP together. Two of them,
 * a host on the ELAN and one behind the LAN port of both. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/duration.h"
#include "base/text.h"
#include "peers/bus.h"
#include "peers/host.h"
#include "peers/lan_port.h"
#include "peers/lec.h"
#include "peers/lecs.h"
#include "peers/les.h"
#include "reference/router.h"
#include "world/tap.h"
#include "world/world.h"

#define ROUTER_COUNT 2
#define VRID         7
#define VMAC         mac_of_vrid(VRID)
#define VIRTUAL_IP   ((struct ipv4_address){0x0a000001})
#define HOST_IP      ((struct ipv4_address){0x0a000032})
#define FAR_IP       ((struct ipv4_address){0xc0a80132})

/* Master_Down_Interval at priority 100, and time enough for a join and a takeover. */
#define MASTER_DOWN MICROSECONDS(3609375)
#define SETTLED     SECONDS(12)

/* Scheme and version of a loop test. */
static const struct variant {
    bool proxy;
    bool v2;
    const char *association; /* frames in front of the advertisement */
    const char *disassociation;
} variants[] = {
    {false, true, "LE_REGISTER_REQUEST TARGETLESS_LE_ARP_REQUEST ",
     "LE_UNREGISTER_REQUEST NO_SOURCE_LE_NARP_REQUEST "},
    {false, false, "LE_REGISTER_REQUEST ZERO_LE_NARP_REQUEST ", "LE_UNREGISTER_REQUEST "},
    {true, true, "TARGETLESS_LE_ARP_REQUEST LE_ARP_REQUEST ", "NO_SOURCE_LE_NARP_REQUEST "},
    {true, false, "ZERO_LE_NARP_REQUEST LE_ARP_REQUEST ", ""},
};
#define VARIANT_COUNT (sizeof variants / sizeof *variants)

static struct arena *arena;
static struct world *world;
static struct les *les;
static struct host *host;
static struct host *upstream;
static struct port *ports[ROUTER_COUNT];
static struct device_settings settings[ROUTER_COUNT];
static const struct variant *variant;

static struct atm_address atm(uint8_t number)
{
    static const uint8_t prefix[13] = {0x47};
    return atm_address_of(prefix, (struct mac_address){{2, 0, 0, 0, 0, number}}, 0);
}

static struct mac_address mac(uint8_t number)
{
    return (struct mac_address){{2, 0, 0, 0, 0, number}};
}

static void attach_servers(void)
{
    struct lecs_settings lecs = lecs_settings_default();
    lecs.address = atm(1);
    lecs.les_address = atm(2);
    struct les_settings server = les_settings_default(variant->v2);
    server.address = atm(2);
    server.bus_address = atm(3);
    struct bus_settings bus = bus_settings_default();
    bus.address = atm(3);
    struct port *port = world_port(world, "lecs");
    port_set_service(port, SERVICE_LECS);
    port_attach(port, &lecs_handlers, lecs_new(port_services(port), &lecs));
    port = world_port(world, "les");
    port_set_service(port, SERVICE_LES);
    les = les_new(port_services(port), &server);
    port_attach(port, &les_handlers, les);
    port = world_port(world, "bus");
    port_set_service(port, SERVICE_BUS);
    port_attach(port, &bus_handlers, bus_new(port_services(port), &bus));
}

static void attach_hosts(struct segment *segment)
{
    struct peer_lec_settings client = peer_lec_settings_default();
    client.atm_address = atm(0x32);
    client.mac = mac(0x32);
    client.lecs_given = true;
    client.lecs_address = atm(1);
    struct port *port = world_port(world, "host");
    struct peer_lec *lec = peer_lec_new(port_services(port), &client);
    port_attach(port, &peer_lec_handlers, lec);
    struct host_settings here = host_settings_default();
    here.mac = client.mac;
    here.address = HOST_IP;
    here.gateway = VIRTUAL_IP;
    host = host_new(peer_lec_link(lec), &here);
    peer_lec_start(lec);

    port = world_port(world, "upstream");
    struct lan_port *lan = lan_port_new(port_services(port), 0);
    port_attach(port, &lan_port_handlers, lan);
    struct host_settings there = host_settings_default();
    there.mac = mac(0x42);
    there.address = FAR_IP;
    there.gateway = (struct ipv4_address){0xc0a8010a};
    upstream = host_new(lan_port_link(lan), &there);
    segment_join(segment, port, 0);
}

/* Router 'index' is 10.0.0.10 or 10.0.0.11 with priority 100, or 200 for the second, both with a LAN port. */
static void fill_settings(uint8_t index)
{
    settings[index] = (struct device_settings){
        .proxy = variant->proxy,
        .v2_capable = true,
        .atm_address = atm(10 + index),
        .lecs_given = true,
        .lecs_address = atm(1),
        .elan = {mac(10 + index), {0x0a00000aU + index}, 24},
        .lan_port = true,
        .lan = {mac(20 + index), {0xc0a8010aU + index}, 24},
        .virtual_router_count = 1,
        .virtual_routers = {{.vrid = VRID,
                             .priority_given = true,
                             .priority = index ? 200 : 100,
                             .address_count = 1,
                             .addresses = {VIRTUAL_IP}}},
    };
}

/* 'index' of variants; only the first 'router_count' routers are on. */
static void make(int index, unsigned router_count)
{
    variant = &variants[index];
    arena = arena_new();
    const struct world_settings how = {
        .seed = 1, .latency_low_ns = MICROSECONDS(100), .latency_high_ns = MILLISECONDS(2)};
    world = world_new(&how, arena);
    attach_servers();
    struct segment *segment = world_segment(world, "lan");
    for (uint8_t i = 0; i < ROUTER_COUNT; i++) {
        fill_settings(i);
        ports[i] = world_port(world, i ? "router-1" : "router-0");
        segment_join(segment, ports[i], 0);
    }
    port_mark_device(ports[0]);
    attach_hosts(segment);
    for (uint8_t i = 0; i < router_count; i++)
        port_attach(ports[i], &router_handlers, router_new(port_services(ports[i]), &settings[i], NULL));
}

static void tear_down(void)
{
    ck_assert_ptr_null(world_stuck(world));
    world_free(world);
    arena_free(arena);
}

static bool act(unsigned router, enum control_kind kind, uint8_t vrid, uint32_t number)
{
    const struct control_action action = {kind, vrid, number};
    struct reason reason = {""};
    bool done = port_control(ports[router], &action, &reason);
    ck_assert(done || reason.text[0]);
    return done;
}

static void run_for(int64_t duration_ns)
{
    world_run_until(world, world_now_ns(world) + duration_ns);
}

static size_t mark(void)
{
    return tap_count(world_tap(world));
}

/* True for frames about the virtual router. */
static bool is_about_virtual_router(const struct frame *frame)
{
    if (frame->layers & LAYER_CONTROL)
        return (frame->control.source_lan.tag == LAN_TAG_MAC &&
                mac_equal(frame->control.source_lan.mac, VMAC)) ||
               (frame->control.target_lan.tag == LAN_TAG_MAC &&
                mac_equal(frame->control.target_lan.mac, VMAC));
    return frame->name == FRAME_ADVERTISEMENT || frame->name == FRAME_GRATUITOUS_ARP ||
           mac_equal(frame->ethernet.source, VMAC);
}

/* Names of the frames about the virtual router that a router has sent since 'since', and the time of the
 * first. */
static const char *sent_since(unsigned router, size_t since, int64_t *first_ns)
{
    static char line[4000];
    struct text text = text_in(line, sizeof line);
    struct tap *tap = world_tap(world);
    *first_ns = TIME_NEVER;
    for (size_t i = since; i < tap_count(tap); i++) {
        struct tap_event *event = tap_at(tap, i);
        const struct frame *frame = tap_frame(tap, event);
        if (!frame || !tap_from(event, port_index(ports[router])) || !is_about_virtual_router(frame))
            continue;
        if (text.length == 0)
            *first_ns = event->sent_ns;
        text_add(&text, "%s ", frame_name_text(frame->name));
    }
    return line;
}

static void assert_sent(unsigned router, size_t since, const char *expected)
{
    int64_t first_ns;
    ck_assert_str_eq(sent_since(router, since, &first_ns), expected);
}

/* What a takeover sends, in its order (draft 3.3.2). */
static const char *takeover(void)
{
    static char line[200];
    struct text text = text_in(line, sizeof line);
    text_add(&text, "%sADVERTISEMENT GRATUITOUS_ARP ", variant->association);
    return line;
}

static void assert_starts_with(const char *text, const char *start)
{
    ck_assert_msg(strncmp(text, start, strlen(start)) == 0, "\"%s\" does not begin with \"%s\"", text, start);
}

static bool is_bound_to(unsigned router)
{
    struct atm_address bound;
    return les_binding(les, VMAC, &bound) && atm_address_equal(&bound, &settings[router].atm_address);
}

static void ping_far(unsigned expected)
{
    struct host_ping_count before = host_pings(host);
    for (int i = 0; i < 3; i++) {
        host_ping(host, FAR_IP, VIRTUAL_IP);
        run_for(MILLISECONDS(100));
    }
    ck_assert_uint_eq(host_pings(host).replied - before.replied, expected);
}

START_TEST(takes_over_and_shuts_down_in_order)
{
    make(_i, 1);
    act(0, CONTROL_START, 0, 0);
    run_for(SETTLED);
    assert_sent(0, 0, "");
    size_t before = mark();
    int64_t start_ns = world_now_ns(world);
    act(0, CONTROL_STARTUP, VRID, 0);
    run_for(MASTER_DOWN - 1);
    assert_sent(0, before, "");
    run_for(1);
    int64_t first_ns;
    assert_starts_with(sent_since(0, before, &first_ns), takeover());
    ck_assert_int_eq(first_ns, start_ns + MASTER_DOWN);
    run_for(SECONDS(3));
    if (!variant->proxy)
        ck_assert(is_bound_to(0));
    ping_far(3);

    before = mark();
    act(0, CONTROL_SHUTDOWN, VRID, 0);
    run_for(SECONDS(20));
    char expected[200];
    snprintf(expected, sizeof expected, "ADVERTISEMENT %s", variant->disassociation);
    assert_sent(0, before, expected);
    ck_assert(!les_binding(les, VMAC, NULL));
    host_forget_arp(host, VIRTUAL_IP);
    ping_far(0);
}
END_TEST

/* The other router has the higher priority: it preempts, hands over and comes back. */
START_TEST(two_routers_move_the_vmac)
{
    make(_i, 2);
    for (unsigned i = 0; i < 2; i++) {
        act(i, CONTROL_START, 0, 0);
        act(i, CONTROL_STARTUP, VRID, 0);
    }
    run_for(SETTLED);
    assert_sent(0, 0, "");
    host_ping_every(host, FAR_IP, VIRTUAL_IP, MILLISECONDS(100));
    run_for(SECONDS(1));

    size_t before = mark();
    int64_t shutdown_ns = world_now_ns(world);
    act(1, CONTROL_SHUTDOWN, VRID, 0);
    run_for(SECONDS(3));
    int64_t first_ns;
    assert_starts_with(sent_since(0, before, &first_ns), takeover());
    ck_assert_int_ge(first_ns - shutdown_ns,
                     MICROSECONDS(609375)); /* Skew_Time, and the way of the message */
    ck_assert_int_le(first_ns - shutdown_ns, MICROSECONDS(609375) + MILLISECONDS(5));
    ck_assert(variant->proxy || is_bound_to(0));

    before = mark();
    act(1, CONTROL_STARTUP, VRID, 0);
    run_for(SECONDS(3)); /* short of 3 s + 56/256 s */
    run_for(MILLISECONDS(218));
    assert_sent(1, before, "");
    before = mark();
    run_for(SECONDS(7));
    const char *taken = sent_since(1, before, &first_ns); /* in the order of arrival */
    ck_assert_ptr_nonnull(strstr(taken, variant->association));
    ck_assert_ptr_nonnull(strstr(taken, "GRATUITOUS_ARP"));
    const char *yielded = sent_since(0, before, &first_ns);
    if (variant->disassociation[0])
        ck_assert_ptr_nonnull(strstr(yielded, variant->disassociation));
    ck_assert(variant->proxy || is_bound_to(1));
    host_stop_pings(host);
    run_for(SECONDS(1));
    struct host_ping_count pings = host_pings(host);
    ck_assert_int_le(pings.longest_gap_ns, SECONDS(2));
    ck_assert_uint_ge(pings.replied, pings.sent - 20);
}
END_TEST

/* Draft 3.3.1: first the LANE JOIN PHASE, then the Master_Down_Timer. */
START_TEST(startup_waits_for_the_join)
{
    make(_i, 1);
    les_when(les, (struct les_rule){.opcode = LE_JOIN_REQUEST,
                                    .from_given = true,
                                    .from = settings[0].atm_address,
                                    .action = LES_DELAY,
                                    .delay_ns = SECONDS(2)});
    act(0, CONTROL_START, 0, 0);
    act(0, CONTROL_STARTUP, VRID, 0);
    run_for(SETTLED);
    int64_t first_ns;
    assert_starts_with(sent_since(0, 0, &first_ns), takeover());
    ck_assert_int_ge(first_ns, SECONDS(2) + MASTER_DOWN);
    ck_assert_int_le(first_ns, SECONDS(2) + MASTER_DOWN + MILLISECONDS(100));
}
END_TEST

START_TEST(startup_by_the_join)
{
    make(_i, 0);
    settings[0].virtual_routers[0].started_by_join = true;
    settings[0].virtual_routers[0].priority = 255;
    port_attach(ports[0], &router_handlers, router_new(port_services(ports[0]), &settings[0], NULL));
    run_for(SECONDS(3));
    assert_sent(0, 0, ""); /* off */
    act(0, CONTROL_START, 0, 0);
    run_for(SECONDS(1));
    int64_t first_ns;
    assert_starts_with(sent_since(0, 0, &first_ns), takeover());
}
END_TEST

/* The ELAN is lost and joined again: as if the interface had been down (draft-requirements ). */
START_TEST(starts_again_after_the_loss_of_the_elan)
{
    make(_i, 1);
    act(0, CONTROL_START, 0, 0);
    act(0, CONTROL_STARTUP, VRID, 0);
    run_for(SETTLED);
    ping_far(3);
    size_t before = mark();
    int64_t lost_ns = world_now_ns(world);
    ck_assert(les_release_control_direct(les, &settings[0].atm_address));
    run_for(MASTER_DOWN);
    assert_sent(0, before, "");
    run_for(SETTLED);
    int64_t first_ns;
    assert_starts_with(sent_since(0, before, &first_ns), takeover());
    ck_assert_int_gt(first_ns, lost_ns + MASTER_DOWN); /* through Backup */
    ck_assert(variant->proxy || is_bound_to(0));
    ping_far(3);
}
END_TEST

START_TEST(shutdown_while_the_elan_is_lost)
{
    make(_i, 1);
    act(0, CONTROL_START, 0, 0);
    act(0, CONTROL_STARTUP, VRID, 0);
    run_for(SETTLED);
    size_t before = mark();
    les_release_control_direct(les, &settings[0].atm_address);
    run_for(MILLISECONDS(10));
    act(0, CONTROL_SHUTDOWN, VRID, 0);
    run_for(SETTLED);
    assert_sent(0, before, "");
    ck_assert(les_lecid_of(les, &settings[0].atm_address)); /* joined again */
    act(0, CONTROL_STARTUP, VRID, 0);
    run_for(MASTER_DOWN);
    int64_t first_ns;
    assert_starts_with(sent_since(0, before, &first_ns), takeover());
}
END_TEST

/* One router starts up, and the LES registers its VMAC for nobody. */
static void start_refused(void)
{
    make(0, 1);
    les_when(les, (struct les_rule){.opcode = LE_REGISTER_REQUEST,
                                    .lan_given = true,
                                    .lan = VMAC,
                                    .action = LES_ANSWER_STATUS,
                                    .status = LE_STATUS_DUPLICATE_LAN_DESTINATION});
    act(0, CONTROL_START, 0, 0);
    act(0, CONTROL_STARTUP, VRID, 0);
}

START_TEST(persists_when_the_registration_is_refused)
{
    start_refused();
    run_for(SECONDS(30));
    ck_assert(!is_bound_to(0));
    size_t before = mark();
    run_for(SECONDS(3));
    int64_t first_ns;
    ck_assert_ptr_nonnull(strstr(sent_since(0, before, &first_ns), "ADVERTISEMENT"));
    ck_assert_ptr_nonnull(strstr(sent_since(0, before, &first_ns), "TARGETLESS_LE_ARP_REQUEST"));
    les_forget_rules(les);
    run_for(SECONDS(10));
    ck_assert(is_bound_to(0));
}
END_TEST

/* Nothing goes on in a router that died: neither advertisements nor what its LEC was busy with. */
START_TEST(dies_in_the_middle_of_everything)
{
    start_refused();
    run_for(SETTLED);
    host_ping_every(upstream, (struct ipv4_address){0x0a000063}, settings[0].lan.address, MILLISECONDS(300));
    run_for(SECONDS(1)); /* ARP for 10.0.0.99, which is nobody */
    act(0, CONTROL_FAIL, 0, 0);
    size_t before = mark();
    run_for(SECONDS(60));
    struct tap *tap = world_tap(world);
    for (size_t i = before; i < tap_count(tap); i++)
        ck_assert(!tap_from(tap_at(tap, i), port_index(ports[0])));
}
END_TEST

START_TEST(dies_and_is_switched_on_again)
{
    make(_i, 1);
    act(0, CONTROL_START, 0, 0);
    act(0, CONTROL_STARTUP, VRID, 0);
    run_for(SETTLED);
    ping_far(3);
    act(0, CONTROL_FAIL, 0, 0);
    run_for(MILLISECONDS(5)); /* what is under way arrives */
    struct tap *tap = world_tap(world);
    size_t before = mark();
    ping_far(0);
    run_for(SECONDS(60));
    for (size_t i = before; i < tap_count(tap); i++)
        ck_assert(!tap_from(tap_at(tap, i), port_index(ports[0])));

    port_fail_link(ports[0], LINK_CARRIER_LOSS); /* its switch notices that it is dead */
    run_for(SECONDS(1));
    port_restore_link(ports[0]);
    before = mark();
    ck_assert(act(0, CONTROL_START, 0, 0));
    run_for(SETTLED);
    assert_sent(0, before, ""); /* nobody has started the virtual router */
    act(0, CONTROL_STARTUP, VRID, 0);
    run_for(SECONDS(4));
    int64_t first_ns;
    assert_starts_with(sent_since(0, before, &first_ns), takeover());
}
END_TEST

START_TEST(controls_that_make_no_sense)
{
    make(0, 1);
    ck_assert(!act(0, CONTROL_STARTUP, VRID, 0)); /* off */
    ck_assert(!act(0, CONTROL_SET_PRIORITY, VRID, 7));
    ck_assert(act(0, CONTROL_START, 0, 0));
    ck_assert(!act(0, CONTROL_START, 0, 0)); /* on already */
    ck_assert(!act(0, CONTROL_STARTUP, VRID + 1, 0));
    ck_assert(!act(0, CONTROL_SET_PRIORITY, VRID, 0));
    ck_assert(!act(0, CONTROL_SET_PRIORITY, VRID, 256));
    ck_assert(act(0, CONTROL_SET_PRIORITY, VRID, 254));
    ck_assert(act(0, CONTROL_FAIL, 0, 0));
    ck_assert(!act(0, CONTROL_SHUTDOWN, VRID, 0));
}
END_TEST

/* Frames for the virtual router have the VMAC as source, forwarded ones and those of the router itself have
 * not; nothing for 224.0.0.18 is seen on the LAN. */
START_TEST(source_addresses)
{
    make(_i, 1);
    act(0, CONTROL_START, 0, 0);
    act(0, CONTROL_STARTUP, VRID, 0);
    run_for(SETTLED);
    host_forget_arp(host, VIRTUAL_IP);
    ping_far(3);
    host_ping(upstream, HOST_IP, settings[0].lan.address);
    run_for(SECONDS(1));
    ck_assert_uint_eq(host_pings(upstream).replied, 1);
    struct tap *tap = world_tap(world);
    unsigned virtual_count = 0;
    unsigned physical_count = 0;
    for (size_t i = 0; i < tap_count(tap); i++) {
        struct tap_event *event = tap_at(tap, i);
        const struct frame *frame = tap_frame(tap, event);
        if (!frame || !tap_from(event, port_index(ports[0])) || !(frame->layers & LAYER_ETHERNET))
            continue;
        bool lan = event->kind == TAP_LAN_FRAME;
        bool of_virtual_router = frame->name == FRAME_ADVERTISEMENT || frame->name == FRAME_GRATUITOUS_ARP ||
                                 (frame->name == FRAME_ARP_REPLY && !lan);
        struct mac_address expected = of_virtual_router ? VMAC
                                      : lan             ? settings[0].lan.mac
                                                        : settings[0].elan.mac;
        ck_assert(mac_equal(frame->ethernet.source, expected));
        ck_assert(!lan || frame->name != FRAME_ADVERTISEMENT);
        *(of_virtual_router ? &virtual_count : &physical_count) += 1;
    }
    ck_assert_uint_gt(virtual_count, 10);
    ck_assert_uint_ge(physical_count, 8);
}
END_TEST

START_TEST(capabilities_follow_the_settings)
{
    struct device_settings device = {.lan_port = true};
    unsigned lan = CAPABILITY_LAN_PORT | CAPABILITY_FORWARDING | CAPABILITY_PROXY_ARP;
    unsigned with = router_capabilities(&device);
    device.lan_port = false;
    ck_assert_uint_eq(with & lan, lan);
    ck_assert_uint_eq(router_capabilities(&device), with & ~lan);
    ck_assert(with & CAPABILITY_REDIRECT);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference router");
    TCase *tests = tcase_create("in an ELAN");
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_loop_test(tests, takes_over_and_shuts_down_in_order, 0, VARIANT_COUNT);
    tcase_add_loop_test(tests, two_routers_move_the_vmac, 0, VARIANT_COUNT);
    tcase_add_loop_test(tests, startup_waits_for_the_join, 0, VARIANT_COUNT);
    tcase_add_loop_test(tests, startup_by_the_join, 0, VARIANT_COUNT);
    tcase_add_loop_test(tests, starts_again_after_the_loss_of_the_elan, 0, VARIANT_COUNT);
    tcase_add_loop_test(tests, shutdown_while_the_elan_is_lost, 0, VARIANT_COUNT);
    tcase_add_test(tests, persists_when_the_registration_is_refused);
    tcase_add_test(tests, dies_in_the_middle_of_everything);
    tcase_add_loop_test(tests, dies_and_is_switched_on_again, 0, VARIANT_COUNT);
    tcase_add_test(tests, controls_that_make_no_sense);
    tcase_add_loop_test(tests, source_addresses, 0, VARIANT_COUNT);
    suite_add_tcase(suite, tests);
    TCase *alone = tcase_create("alone");
    tcase_add_test(alone, capabilities_follow_the_settings);
    suite_add_tcase(suite, alone);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
