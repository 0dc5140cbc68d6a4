/* The reference router in role vrrp: RFC 2338 on a LAN segment without LANE, also with authentication type 2.
 * Two of them, a host on their LAN and one behind the second interface of both. */
#include <check.h>
#include <stdlib.h>

#include "base/duration.h"
#include "peers/host.h"
#include "peers/lan_port.h"
#include "reference/reference.h"
#include "world/tap.h"
#include "world/world.h"

#define ROUTER_COUNT 2
#define VRID         7
#define VMAC         mac_of_vrid(VRID)
#define VIRTUAL_IP   ((struct ipv4_address){0x0a000001})
#define HOST_IP      ((struct ipv4_address){0x0a000032})
#define FAR_IP       ((struct ipv4_address){0xc0a80132})

/* Master_Down_Interval at priority 100, and time for more than a takeover. */
#define MASTER_DOWN MICROSECONDS(3609375)
#define SETTLED     SECONDS(8)

static struct arena *arena;
static struct world *world;
static struct host *host;
static struct port *ports[ROUTER_COUNT];
static struct device_settings settings[ROUTER_COUNT];

static struct mac_address mac(uint8_t number)
{
    return (struct mac_address){{2, 0, 0, 0, 0, number}};
}

static void describe_router(unsigned number)
{
    settings[number] = (struct device_settings){
        .role = ROLE_VRRP,
        .elan = {mac((uint8_t)(0x10 + number)), {0x0a000002 + number}, 24},
        .lan_port = true,
        .lan = {mac((uint8_t)(0x20 + number)), {0xc0a80102 + number}, 24},
        .virtual_router_count = 1,
        .virtual_routers = {{.vrid = VRID,
                             .priority_given = true,
                             .priority = (uint8_t)(100 + number),
                             .started_by_join = true,
                             .address_count = 1,
                             .addresses = {VIRTUAL_IP}}},
    };
}

static struct host *attach_host(const char *name, struct segment *segment, struct ipv4_address address,
                                struct ipv4_address gateway)
{
    struct port *port = world_port(world, name);
    struct lan_port *lan = lan_port_new(port_services(port), 0);
    struct host_settings described = host_settings_default();
    described.mac = mac((uint8_t)address.number);
    described.address = address;
    described.gateway = gateway;
    port_attach(port, &lan_port_handlers, lan);
    segment_join(segment, port, 0);
    return host_new(lan_port_link(lan), &described);
}

static void build(void)
{
    world = world_new(&(struct world_settings){.seed = 1,
                                               .latency_low_ns = MICROSECONDS(10),
                                               .latency_high_ns = MILLISECONDS(5)},
                      arena);
    struct segment *lan = world_segment(world, "lan");
    struct segment *far = world_segment(world, "far-lan");
    for (unsigned number = 0; number < ROUTER_COUNT; number++) {
        const struct station_handlers *handlers;
        struct reason reason = {""};
        ports[number] = world_port(world, number ? "router-1" : "router-0");
        void *station =
            reference_new(port_services(ports[number]), &settings[number], NULL, &handlers, &reason);
        ck_assert_msg(station != NULL, "%s", reason.text);
        port_attach(ports[number], handlers, station);
        segment_join(lan, ports[number], 0);
        segment_join(far, ports[number], 1);
    }
    host = attach_host("host", lan, HOST_IP, VIRTUAL_IP);
    attach_host("far-host", far, FAR_IP, settings[0].lan.address);
}

static void act(unsigned router, enum control_kind kind)
{
    struct reason reason = {""};
    ck_assert_msg(port_control(ports[router], &(struct control_action){.kind = kind, .vrid = VRID}, &reason),
                  "%s", reason.text);
}

static void wait_for(int64_t duration_ns)
{
    world_run_until(world, world_now_ns(world) + duration_ns);
}

/* The advertisements of a router since 'from_ns', 0 for none; 'last' gets the last one. */
static size_t advertisements(unsigned router, int64_t from_ns, struct tap_event **last)
{
    struct tap *tap = world_tap(world);
    size_t count = 0;
    for (size_t i = 0; i < tap_count(tap); i++) {
        struct tap_event *event = tap_at(tap, i);
        const struct frame *frame = tap_frame(tap, event);
        if (!frame || frame->name != FRAME_ADVERTISEMENT || event->sent_ns < from_ns ||
            event->from != port_index(ports[router]))
            continue;
        count++;
        if (last)
            *last = event;
    }
    return count;
}

static void setup(void)
{
    arena = arena_new();
    for (unsigned number = 0; number < ROUTER_COUNT; number++)
        describe_router(number);
}

static void teardown(void)
{
    world_free(world);
    arena_free(arena);
}

START_TEST(becomes_master_without_any_elan)
{
    build();
    act(0, CONTROL_START);
    wait_for(MASTER_DOWN + MILLISECONDS(10));
    struct tap *tap = world_tap(world);
    struct tap_event *event = NULL;
    ck_assert_uint_eq(advertisements(0, 0, &event), 1);
    ck_assert_int_eq(event->sent_ns, MASTER_DOWN);
    const struct frame *frame = tap_frame(tap, event);
    ck_assert_uint_eq(frame->layers, LAYER_ETHERNET | LAYER_IPV4 | LAYER_VRRP);
    ck_assert(mac_equal(frame->ethernet.source, VMAC));
    ck_assert_uint_eq(event->lan_port, 0);
    for (size_t i = 0; i < tap_count(tap); i++)
        ck_assert(tap_at(tap, i)->kind == TAP_LAN_FRAME || tap_at(tap, i)->kind == TAP_CONTROL);
}
END_TEST

START_TEST(priority_decides_and_shutdown_hands_over)
{
    build();
    act(0, CONTROL_START);
    act(1, CONTROL_START);
    wait_for(SETTLED);
    ck_assert_uint_eq(advertisements(0, 0, NULL), 0);
    ck_assert_uint_gt(advertisements(1, 0, NULL), 3);
    act(1, CONTROL_SHUTDOWN);
    int64_t shut_down_ns = world_now_ns(world);
    wait_for(SECONDS(2));
    struct tap_event *stop = NULL;
    ck_assert_uint_eq(advertisements(1, shut_down_ns, &stop), 1);
    ck_assert_uint_eq(tap_frame(world_tap(world), stop)->vrrp.priority, VRRP_PRIORITY_STOP);
    ck_assert_uint_gt(advertisements(0, shut_down_ns, NULL), 0);
}
END_TEST

START_TEST(master_forwards_between_its_ports)
{
    build();
    act(0, CONTROL_START);
    act(1, CONTROL_START);
    wait_for(SETTLED);
    uint16_t ping = host_ping(host, FAR_IP, HOST_NO_HOP);
    wait_for(SECONDS(2));
    ck_assert_int_ne(host_reply_ns(host, ping), TIME_NEVER);
    struct mac_address entry;
    ck_assert(host_arp_entry(host, VIRTUAL_IP, &entry));
    ck_assert(mac_equal(entry, VMAC));
}
END_TEST

START_TEST(dead_router_is_silent)
{
    build();
    act(0, CONTROL_START);
    wait_for(SETTLED);
    act(0, CONTROL_FAIL);
    int64_t dead_ns = world_now_ns(world);
    wait_for(SETTLED);
    ck_assert_uint_eq(advertisements(0, dead_ns, NULL), 0);
    act(0, CONTROL_START);
    wait_for(SETTLED);
    ck_assert_uint_gt(advertisements(0, dead_ns, NULL), 0);
}
END_TEST

/* --- authentication type 2 --- */

static void give_key(unsigned router, const char *key)
{
    settings[router].authentication_type = VRRP_AUTHENTICATION_AH;
    settings[router].spi = 0x1000;
    memcpy(settings[router].key, key, strlen(key) + 1);
    memcpy(settings[router].password, "leftover", 9);
}

START_TEST(advertisements_are_signed_and_counted)
{
    give_key(0, "0123456789abcdef");
    build();
    act(0, CONTROL_START);
    wait_for(SETTLED);
    struct tap *tap = world_tap(world);
    uint32_t sequence = 0;
    for (size_t i = 0; i < tap_count(tap); i++) {
        const struct frame *frame = tap_frame(tap, tap_at(tap, i));
        static const uint8_t zero[VRRP_AUTHENTICATION_DATA_SIZE];
        if (!frame || frame->name != FRAME_ADVERTISEMENT)
            continue;
        ck_assert(frame->layers & LAYER_AH);
        ck_assert_uint_eq(frame->ah.spi, 0x1000);
        ck_assert_uint_eq(frame->ah.sequence, ++sequence);
        ck_assert_uint_eq(frame->vrrp.authentication_type, VRRP_AUTHENTICATION_AH);
        ck_assert_mem_eq(frame->vrrp.authentication_data, zero, sizeof zero);
        struct octets datagram = {frame->ethernet.payload.data, frame->ipv4.total_size};
        ck_assert(authentication_header_is_good(datagram,
                                                (struct octets){(const uint8_t *)"0123456789abcdef", 16}));
    }
    ck_assert_uint_gt(sequence, 3);
}
END_TEST

START_TEST(one_key_one_master)
{
    give_key(0, "0123456789abcdef");
    give_key(1, "0123456789abcdef");
    build();
    act(0, CONTROL_START);
    act(1, CONTROL_START);
    wait_for(SETTLED);
    ck_assert_uint_eq(advertisements(0, 0, NULL), 0);
    ck_assert_uint_gt(advertisements(1, 0, NULL), 3);
}
END_TEST

/* Whatever doesn't fit is discarded, so both are Master. */
static void expect_two_masters(void)
{
    build();
    act(0, CONTROL_START);
    act(1, CONTROL_START);
    wait_for(SETTLED);
    ck_assert_uint_gt(advertisements(0, 0, NULL), 3);
    ck_assert_uint_gt(advertisements(1, 0, NULL), 3);
}

START_TEST(another_key_is_nobody)
{
    give_key(0, "0123456789abcdef");
    give_key(1, "0123456789abcdeF");
    expect_two_masters();
}
END_TEST

START_TEST(another_spi_is_nobody)
{
    give_key(0, "0123456789abcdef");
    give_key(1, "0123456789abcdef");
    settings[1].spi = 0x1001;
    expect_two_masters();
}
END_TEST

START_TEST(header_only_where_configured)
{
    give_key(1, "0123456789abcdef");
    expect_two_masters();
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference: router on a LAN");
    TCase *plain = tcase_create("RFC 2338 alone");
    tcase_add_checked_fixture(plain, setup, teardown);
    tcase_add_test(plain, becomes_master_without_any_elan);
    tcase_add_test(plain, priority_decides_and_shutdown_hands_over);
    tcase_add_test(plain, master_forwards_between_its_ports);
    tcase_add_test(plain, dead_router_is_silent);
    suite_add_tcase(suite, plain);
    TCase *authenticated = tcase_create("authentication type 2");
    tcase_add_checked_fixture(authenticated, setup, teardown);
    tcase_add_test(authenticated, advertisements_are_signed_and_counted);
    tcase_add_test(authenticated, one_key_one_master);
    tcase_add_test(authenticated, another_key_is_nobody);
    tcase_add_test(authenticated, another_spi_is_nobody);
    tcase_add_test(authenticated, header_only_where_configured);
    suite_add_tcase(suite, authenticated);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
