/* The reference bridge in a whole ELAN, two of them with two LANs each: learning, representation, station
 * moves, ageing, topology changes; and source routing on token ring. Frames of LAN stations are sent as they
 * are by "taps" on the LANs, one per LAN. */
#include <check.h>
#include <stdio.h>

#include "base/text.h"
#include "peers/bus.h"
#include "peers/lan_port.h"
#include "peers/lec.h"
#include "peers/les.h"
#include "reference/bridge.h"
#include "reference/bridge_table.h"
#include "world/tap.h"
#include "world/world.h"

#define BRIDGE_COUNT 2
#define LAN_COUNT    2
#define AGEING_S     60
#define STATION      mac(0x77)
#define JOINED_NS    SECONDS(5)

static struct arena *arena;
static struct world *world;
static struct peer_lec *client; /* a bystander on the ELAN */
static struct port *client_port;
static struct port *ports[BRIDGE_COUNT];
static struct lan_port *stations[BRIDGE_COUNT][LAN_COUNT];
static struct port *station_ports[BRIDGE_COUNT][LAN_COUNT];
static struct device_settings settings[BRIDGE_COUNT];
static struct reference_options options;

static struct atm_address atm(uint8_t number)
{
    static const uint8_t prefix[13] = {0x47};
    return atm_address_of(prefix, (struct mac_address){{2, 0, 0, 0, 0, number}}, 0);
}

static struct mac_address mac(uint8_t number)
{
    return (struct mac_address){{0x02, 0, 0, 0, 0, number}};
}

static void attach_servers(bool v2, bool token_ring)
{
    struct les_settings server = les_settings_default(v2);
    server.address = atm(2);
    server.bus_address = atm(3);
    server.lan_type = token_ring ? LAN_TYPE_8025 : LAN_TYPE_8023;
    struct bus_settings bus = bus_settings_default();
    bus.address = atm(3);
    bus.token_ring = token_ring;
    struct port *port = world_port(world, "les");
    port_set_service(port, SERVICE_LES);
    port_attach(port, &les_handlers, les_new(port_services(port), &server));
    port = world_port(world, "bus");
    port_set_service(port, SERVICE_BUS);
    port_attach(port, &bus_handlers, bus_new(port_services(port), &bus));
}

static void attach_client(bool v2, bool token_ring)
{
    struct peer_lec_settings here = peer_lec_settings_default();
    here.atm_address = atm(0x32);
    here.mac = mac(0x32);
    here.v2_capable = v2;
    here.token_ring = token_ring;
    here.les_address = atm(2);
    client_port = world_port(world, "client");
    client = peer_lec_new(port_services(client_port), &here);
    port_attach(client_port, &peer_lec_handlers, client);
    peer_lec_start(client);
}

static void attach_bridge(uint8_t bridge, bool token_ring, bool source_routing)
{
    static const char *const names[BRIDGE_COUNT][LAN_COUNT] = {{"lan-00", "lan-01"}, {"lan-10", "lan-11"}};
    static const struct source_route none;
    settings[bridge] = (struct device_settings){
        .role = ROLE_BRIDGE,
        .proxy = true,
        .v2_capable = true,
        .token_ring = token_ring,
        .atm_address = atm(10 + bridge),
        .les_address = atm(2),
        .elan = {.mac = mac(10 + bridge)},
        .bridge = {.lan_port_count = LAN_COUNT,
                   .ageing_s = AGEING_S,
                   .source_routing = source_routing,
                   .bridge_number = 5,
                   .elan_ring = 0x100,
                   .rings = {(uint16_t)(0x200 + 2 * bridge), (uint16_t)(0x201 + 2 * bridge)}},
    };
    ports[bridge] = world_port(world, bridge ? "bridge-1" : "bridge-0");
    for (unsigned lan = 0; lan < LAN_COUNT; lan++) {
        struct port *port = station_ports[bridge][lan] = world_port(world, names[bridge][lan]);
        stations[bridge][lan] = token_ring ? lan_port_new_on_ring(port_services(port), 0, &none)
                                           : lan_port_new(port_services(port), 0);
        port_attach(port, &lan_port_handlers, stations[bridge][lan]);
        struct segment *segment = world_segment(world, names[bridge][lan]);
        if (token_ring)
            segment_set_token_ring(segment);
        segment_join(segment, ports[bridge], lan);
        segment_join(segment, port, 0);
    }
    port_attach(ports[bridge], &bridge_handlers,
                bridge_new(port_services(ports[bridge]), &settings[bridge], &options));
}

static void make_on(bool v2, bool token_ring, bool source_routing)
{
    arena = arena_new();
    const struct world_settings how = {.seed = 1,
                                       .latency_low_ns = MICROSECONDS(100),
                                       .latency_high_ns = MILLISECONDS(2),
                                       .token_ring = token_ring};
    world = world_new(&how, arena);
    attach_servers(v2, token_ring);
    attach_client(v2, token_ring);
    for (uint8_t bridge = 0; bridge < BRIDGE_COUNT; bridge++) {
        attach_bridge(bridge, token_ring, source_routing);
        struct reason reason;
        ck_assert(port_control(ports[bridge], &(struct control_action){.kind = CONTROL_START}, &reason));
    }
    world_run_until(world, JOINED_NS);
    ck_assert(peer_lec_operational(client));
}

static void make(bool v2)
{
    options = reference_options_default();
    make_on(v2, false, false);
}

static void tear_down(void)
{
    ck_assert_ptr_null(world_stuck(world));
    world_free(world);
    arena_free(arena);
}

static void run_for(int64_t duration_ns)
{
    world_run_until(world, world_now_ns(world) + duration_ns);
}

static size_t mark(void)
{
    return tap_count(world_tap(world));
}

static size_t frame_of(struct mac_address source, struct mac_address destination, uint8_t *data)
{
    static const uint8_t payload[46] = "station";
    struct ethernet ethernet = {
        .destination = destination, .source = source, .type = 0x9000, .payload = {payload, sizeof payload}};
    return ethernet_encode(&ethernet, true, data, 128);
}

/* Time enough for what follows from it, but for no second round. */
static void speak(unsigned bridge, unsigned lan, struct mac_address source, struct mac_address destination)
{
    uint8_t data[128];
    size_t size = frame_of(source, destination, data);
    peer_link_send(lan_port_link(stations[bridge][lan]), data, size);
    run_for(MILLISECONDS(500));
}

static void client_speaks(struct mac_address source, struct mac_address destination)
{
    uint8_t data[128];
    size_t size = frame_of(source, destination, data);
    peer_lec_send_on_bus(client, peer_lec_lecid(client), data, size);
    run_for(MILLISECONDS(500));
}

/* Names of the control frames about 'about' that a bridge has sent since 'since'. */
static const char *told(unsigned bridge, size_t since, struct mac_address about)
{
    static char line[2000];
    struct text text = text_in(line, sizeof line);
    struct tap *tap = world_tap(world);
    line[0] = '\0';
    for (size_t i = since; i < tap_count(tap); i++) {
        struct tap_event *event = tap_at(tap, i);
        const struct frame *frame = tap_frame(tap, event);
        if (!frame || !tap_from(event, port_index(ports[bridge])) || !(frame->layers & LAYER_CONTROL))
            continue;
        if (lan_destination_is_mac(frame->control.source_lan, about) ||
            lan_destination_is_mac(frame->control.target_lan, about))
            text_add(&text, "%s ", frame_name_text(frame->name));
    }
    return line;
}

/* The client asks anew; where it has the address now. */
static bool resolves_to(struct mac_address about, unsigned bridge)
{
    struct atm_address bound;
    peer_lec_forget(client, about);
    peer_lec_resolve(client, about);
    run_for(SECONDS(3));
    return peer_lec_binding(client, about, &bound) &&
           atm_address_equal(&bound, &settings[bridge].atm_address);
}

/* Frames from 'source' to 'destination' that reached a LAN since 'since'. */
static size_t reached(unsigned bridge, unsigned lan, size_t since, struct mac_address source)
{
    struct tap *tap = world_tap(world);
    size_t count = 0;
    for (size_t i = since; i < tap_count(tap); i++) {
        struct tap_event *event = tap_at(tap, i);
        if (event->kind == TAP_LAN_FRAME && tap_reaches(event, port_index(station_ports[bridge][lan])))
            count += mac_equal(tap_frame(tap, event)->ethernet.source, source);
    }
    return count;
}

/* --- the table --- */

START_TEST(table_forgets_the_silent)
{
    struct bridge_table *table = bridge_table_new(3);
    for (uint8_t i = 0; i < 3; i++)
        ck_assert_ptr_nonnull(bridge_table_add(table, mac(i), i, SECONDS(i)));
    ck_assert_ptr_null(bridge_table_add(table, mac(9), 0, SECONDS(9)));
    ck_assert_uint_eq(bridge_table_find(table, mac(1))->port, 1);
    ck_assert_int_eq(bridge_table_age(table, SECONDS(1), NULL, NULL), SECONDS(2));
    ck_assert_ptr_null(bridge_table_find(table, mac(1)));
    ck_assert_uint_eq(bridge_table_count(table), 1);
    ck_assert_int_eq(bridge_table_age(table, SECONDS(2), NULL, NULL), TIME_NEVER);
    bridge_table_free(table);
}
END_TEST

/* --- learning and moving --- */

/* _i: LANE version */
START_TEST(represents_what_it_learns)
{
    make(_i);
    size_t since = mark();
    ck_assert(!resolves_to(STATION, 0));
    speak(0, 0, STATION, MAC_BROADCAST);
    ck_assert_str_eq(told(0, since, STATION), _i ? "TARGETLESS_LE_ARP_REQUEST LE_ARP_REQUEST "
                                                 : "ZERO_LE_NARP_REQUEST LE_ARP_REQUEST ");
    ck_assert_str_eq(told(1, since, STATION), "");
    ck_assert(resolves_to(STATION, 0));
    since = mark();
    speak(0, 0, STATION, MAC_BROADCAST);
    ck_assert_str_eq(told(0, since, STATION), "");
}
END_TEST

/* Draft 2.2: bridge B1 disassociates, bridge B2 associates, by one broadcast behind B2. */
START_TEST(station_moves_from_bridge_to_bridge)
{
    make(_i);
    speak(0, 0, STATION, MAC_BROADCAST);
    run_for(SECONDS(2));
    size_t since = mark();
    speak(1, 1, STATION, MAC_BROADCAST);
    run_for(SECONDS(2));
    /* The probe of B2 may overtake the broadcast: B1 still answers, and B2 announces once more. */
    ck_assert_int_eq(strstr(told(0, since, STATION), "NO_SOURCE_LE_NARP_REQUEST") != NULL, _i);
    ck_assert_ptr_nonnull(strstr(told(1, since, STATION), _i ? "TARGETLESS_LE_ARP_REQUEST LE_ARP_REQUEST "
                                                             : "ZERO_LE_NARP_REQUEST LE_ARP_REQUEST "));
    since = mark();
    run_for(SECONDS(5));
    ck_assert_str_eq(told(1, since, STATION), "");
    ck_assert(resolves_to(STATION, 1));
}
END_TEST

START_TEST(a_move_between_lans_is_no_news)
{
    make(true);
    speak(0, 0, STATION, MAC_BROADCAST);
    size_t since = mark();
    speak(0, 1, STATION, MAC_BROADCAST);
    ck_assert_str_eq(told(0, since, STATION), "");
    since = mark();
    client_speaks(mac(0x32), STATION);
    ck_assert_uint_eq(reached(0, 0, since, mac(0x32)), 0);
    ck_assert_uint_eq(reached(0, 1, since, mac(0x32)), 1);
}
END_TEST

/* To and fro faster than once a second: the announcements keep their distance, the last move counts. */
START_TEST(announces_once_a_second_at_most)
{
    make(true);
    size_t since = mark();
    for (unsigned i = 0; i < 10; i++) {
        uint8_t data[128];
        size_t size = frame_of(STATION, MAC_BROADCAST, data);
        peer_link_send(lan_port_link(stations[0][0]), data, size);
        run_for(MILLISECONDS(150));
        peer_lec_send_on_bus(client, peer_lec_lecid(client), data, size);
        run_for(MILLISECONDS(150));
    }
    speak(0, 0, STATION, MAC_BROADCAST);
    run_for(SECONDS(2));
    struct tap *tap = world_tap(world);
    int64_t last_ns = -SECONDS(1);
    unsigned count = 0;
    for (size_t i = since; i < tap_count(tap); i++) {
        struct tap_event *event = tap_at(tap, i);
        const struct frame *frame = tap_frame(tap, event);
        if (!frame || !tap_from(event, port_index(ports[0])) ||
            frame->name != FRAME_TARGETLESS_LE_ARP_REQUEST)
            continue;
        ck_assert_int_ge(event->sent_ns - last_ns, SECONDS(1));
        last_ns = event->sent_ns;
        count++;
    }
    ck_assert_uint_ge(count, 2);
    ck_assert(resolves_to(STATION, 0));
}
END_TEST

START_TEST(holds_many_stations)
{
    make(true);
    for (unsigned i = 0; i < 300; i++) {
        uint8_t data[128];
        struct mac_address station = {{0x02, 1, 0, 0, (uint8_t)(i >> 8), (uint8_t)i}};
        peer_link_send(lan_port_link(stations[0][0]), data, frame_of(station, settings[0].elan.mac, data));
    }
    run_for(SECONDS(3));
    ck_assert(resolves_to((struct mac_address){{0x02, 1, 0, 0, 0, 0}}, 0));
    ck_assert(resolves_to((struct mac_address){{0x02, 1, 0, 0, 1, 43}}, 0));
    ck_assert(!resolves_to((struct mac_address){{0x02, 1, 0, 0, 1, 44}}, 0));
}
END_TEST

START_TEST(forgets_after_the_ageing_time)
{
    make(true);
    speak(0, 0, STATION, MAC_BROADCAST);
    run_for(SECONDS(AGEING_S / 2));
    speak(0, 0, STATION, MAC_BROADCAST);
    run_for(SECONDS(AGEING_S - 5));
    ck_assert(resolves_to(STATION, 0));
    run_for(SECONDS(5));
    ck_assert(!resolves_to(STATION, 0));
}
END_TEST

/* --- relaying --- */

START_TEST(relays_to_where_the_station_is)
{
    make(true);
    size_t since = mark();
    speak(0, 0, STATION, mac(0x78)); /* unknown: everywhere */
    ck_assert_uint_eq(reached(0, 1, since, STATION), 1);
    ck_assert_uint_eq(reached(1, 0, since, STATION), 1);
    ck_assert_uint_eq(reached(0, 0, since, STATION), 0); /* not back */
    speak(0, 1, mac(0x78), STATION);
    since = mark();
    speak(0, 0, STATION, mac(0x78)); /* known on the other LAN */
    ck_assert_uint_eq(reached(0, 1, since, STATION), 1);
    ck_assert_uint_eq(reached(1, 0, since, STATION), 0);
    speak(0, 0, mac(0x79), STATION);
    since = mark();
    speak(0, 0, STATION, mac(0x79)); /* on the same LAN */
    ck_assert_uint_eq(reached(0, 1, since, STATION), 0);
}
END_TEST

/* --- topology --- */

static void send_bpdu(bool changing)
{
    uint8_t data[60] = {0x01, 0x80, 0xc2, 0, 0, 0, 0x02, 0, 0, 0, 0, 0x99, 0, 38, 0x42, 0x42, 0x03};
    data[21] = changing;
    lan_port_send_octets(stations[0][0], data, sizeof data);
    run_for(MILLISECONDS(100));
}

static const char *topology_told(size_t since)
{
    static char line[200];
    struct text text = text_in(line, sizeof line);
    struct tap *tap = world_tap(world);
    line[0] = '\0';
    for (size_t i = since; i < tap_count(tap); i++) {
        struct tap_event *event = tap_at(tap, i);
        const struct frame *frame = tap_frame(tap, event);
        if (frame && tap_from(event, port_index(ports[0])) && frame->name == FRAME_LE_TOPOLOGY_REQUEST)
            text_add(&text, "%d ", (frame->control.flags & LE_FLAG_TOPOLOGY_CHANGE) != 0);
    }
    return line;
}

START_TEST(tells_of_a_topology_change)
{
    make(true);
    speak(0, 1, STATION, MAC_BROADCAST);
    size_t since = mark();
    send_bpdu(false);
    ck_assert_str_eq(topology_told(since), "");
    send_bpdu(true);
    ck_assert_str_eq(topology_told(since), "1 ");
    ck_assert_uint_eq(reached(0, 1, since, (struct mac_address){{0x02, 0, 0, 0, 0, 0x99}}), 0);
    run_for(SECONDS(16)); /* the forward delay: the station is forgotten */
    ck_assert(!resolves_to(STATION, 0));
    send_bpdu(false);
    ck_assert_str_eq(topology_told(since), "1 0 ");
    send_bpdu(true);
    run_for(SECONDS(21)); /* no BPDU any more */
    ck_assert_str_eq(topology_told(since), "1 0 1 0 ");
}
END_TEST

/* --- failing --- */

START_TEST(fails_and_starts_again)
{
    struct reason reason;
    make(true);
    speak(0, 0, STATION, MAC_BROADCAST);
    ck_assert(!port_control(ports[0], &(struct control_action){.kind = CONTROL_START}, &reason));
    ck_assert(!port_control(ports[0], &(struct control_action){.kind = CONTROL_STARTUP, .vrid = 1}, &reason));
    ck_assert(port_control(ports[0], &(struct control_action){.kind = CONTROL_FAIL}, &reason));
    size_t since = mark();
    speak(0, 0, STATION, MAC_BROADCAST);
    ck_assert_uint_eq(reached(0, 1, since, STATION), 0);
    ck_assert(port_control(ports[0], &(struct control_action){.kind = CONTROL_START}, &reason));
    run_for(SECONDS(5));
    ck_assert(!resolves_to(STATION, 0)); /* it has forgotten everything */
}
END_TEST

/* --- source routing --- */

/* A frame on a ring with this routing information; returns the routing information of the copy that reached
 * another LAN, or none. */
static bool routed(unsigned to_bridge, unsigned to_lan, const struct source_route *route,
                   struct source_route *arrived)
{
    static const uint8_t payload[40] = "ring";
    uint8_t octets[ROUTE_ROOM];
    uint8_t data[200];
    struct octets routing = {octets, source_route_encode(route, octets)};
    struct ethernet ethernet = {
        .destination = mac(0x78), .source = STATION, .type = 0x9000, .payload = {payload, sizeof payload}};
    size_t size = token_ring_encode(&ethernet, routing, data, sizeof data);
    size_t since = mark();
    lan_port_send_octets(stations[0][0], data, size);
    run_for(SECONDS(5));
    struct tap *tap = world_tap(world);
    for (size_t i = since; i < tap_count(tap); i++) {
        struct tap_event *event = tap_at(tap, i);
        if (event->kind == TAP_LAN_FRAME && tap_reaches(event, port_index(station_ports[to_bridge][to_lan])))
            return source_route_decode(tap_frame(tap, event)->route, arrived);
    }
    return false;
}

START_TEST(explorers_take_the_way_down)
{
    struct source_route route = {.kind = ROUTE_ALL_ROUTES};
    struct source_route arrived;
    options = reference_options_default();
    make_on(true, true, true);
    ck_assert(routed(0, 1, &route, &arrived));
    ck_assert_uint_eq(arrived.descriptor_count, 2);
    ck_assert_uint_eq(arrived.descriptors[0], route_descriptor(0x200, 5));
    ck_assert_uint_eq(arrived.descriptors[1], route_descriptor(0x201, 0));
    ck_assert(routed(1, 1, &route, &arrived));
    ck_assert_uint_eq(arrived.descriptor_count, 3);
    ck_assert_uint_eq(arrived.descriptors[1], route_descriptor(0x100, 5));
    ck_assert_uint_eq(arrived.descriptors[2], route_descriptor(0x203, 0));
    arrived.kind = ROUTE_SPECIFIC;
    ck_assert(routed(1, 1, &arrived, &route)); /* along the descriptors now */
}
END_TEST

START_TEST(routes_lead_where_they_say)
{
    struct source_route there = {.kind = ROUTE_SPECIFIC,
                                 .descriptor_count = 2,
                                 .descriptors = {route_descriptor(0x200, 5), route_descriptor(0x201, 0)}};
    struct source_route other = there;
    struct source_route arrived;
    options = reference_options_default();
    make_on(true, true, true);
    ck_assert(routed(0, 1, &there, &arrived));
    ck_assert(!routed(1, 0, &there, &arrived));
    other.descriptors[0] = route_descriptor(0x200, 6); /* another bridge */
    ck_assert(!routed(0, 1, &other, &arrived));
    other = (struct source_route){.kind = ROUTE_ALL_ROUTES,
                                  .descriptor_count = 2,
                                  .descriptors = {route_descriptor(0x201, 9), route_descriptor(0x200, 0)}};
    ck_assert(!routed(0, 1, &other, &arrived)); /* it has been there */
}
END_TEST

/* Whoever asks for the ring behind a bridge gets that bridge's ATM address (lane-wire 12.2). */
START_TEST(answers_for_its_route_descriptors)
{
    static const uint16_t asked[] = {0x2035, 0x2036, 0x2005};
    options = reference_options_default();
    make_on(true, true, true);
    for (unsigned i = 0; i < 3; i++) {
        struct le_control request = peer_lec_request(client, LE_ARP_REQUEST);
        request.target_lan.tag = LAN_TAG_ROUTE_DESCRIPTOR;
        octets_put_u16(request.target_lan.mac.octet + 4, asked[i]);
        size_t since = mark();
        ck_assert(peer_lec_send_control(client, PEER_LEC_CONTROL_DIRECT, &request));
        run_for(SECONDS(1));
        unsigned answers[BRIDGE_COUNT] = {0};
        struct tap *tap = world_tap(world);
        for (size_t j = since; j < tap_count(tap); j++) {
            const struct frame *frame = tap_frame(tap, tap_at(tap, j));
            if (!frame || frame->name != FRAME_LE_ARP_RESPONSE)
                continue;
            for (unsigned bridge = 0; bridge < BRIDGE_COUNT; bridge++)
                answers[bridge] +=
                    tap_from(tap_at(tap, j), port_index(ports[bridge])) &&
                    atm_address_equal(&frame->control.target_atm, &settings[bridge].atm_address);
        }
        ck_assert_uint_eq(answers[0], i == 2); /* ring 200 behind bridge 0 */
        ck_assert_uint_eq(answers[1], i == 0); /* ring 203 behind bridge 1, which has number 5 and not 6 */
    }
}
END_TEST

START_TEST(transparent_bridges_leave_source_routes_alone)
{
    struct source_route route = {.kind = ROUTE_ALL_ROUTES};
    struct source_route arrived;
    options = reference_options_default();
    make_on(true, true, false);
    ck_assert(!routed(0, 1, &route, &arrived));
    speak(0, 0, STATION, MAC_BROADCAST);
    ck_assert(resolves_to(STATION, 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference bridge");
    TCase *table = tcase_create("table");
    tcase_add_test(table, table_forgets_the_silent);
    suite_add_tcase(suite, table);
    TCase *tests = tcase_create("in an ELAN");
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_loop_test(tests, represents_what_it_learns, 0, 2);
    tcase_add_loop_test(tests, station_moves_from_bridge_to_bridge, 0, 2);
    tcase_add_test(tests, a_move_between_lans_is_no_news);
    tcase_add_test(tests, announces_once_a_second_at_most);
    tcase_add_test(tests, holds_many_stations);
    tcase_add_test(tests, forgets_after_the_ageing_time);
    tcase_add_test(tests, relays_to_where_the_station_is);
    tcase_add_test(tests, tells_of_a_topology_change);
    tcase_add_test(tests, fails_and_starts_again);
    tcase_add_test(tests, explorers_take_the_way_down);
    tcase_add_test(tests, routes_lead_where_they_say);
    tcase_add_test(tests, answers_for_its_route_descriptors);
    tcase_add_test(tests, transparent_bridges_leave_source_routes_alone);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_ENV);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed != 0;
}
