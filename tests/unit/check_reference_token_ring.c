/* The reference stack on token ring: where its client sends what, and the routes that its router remembers.
 */
#include <check.h>
#include <stdlib.h>

#include "fake_elan.h"
#include "reference/lec_decisions.h"
#include "reference/source_routes.h"
#include "reference/vrrp_decisions.h"
#include "wire/token_ring.h"

static struct fake_elan *elan;

static void set_up(void)
{
    elan = fake_elan_new();
    elan->settings.token_ring = true;
    fake_join(elan, true);
}

static void tear_down(void)
{
    fake_elan_free(elan);
}

static void send(struct mac_address destination, const struct source_route *route)
{
    static const uint8_t payload[] = {1, 2, 3};
    uint8_t routing[ROUTE_ROOM];
    uint8_t data[64];
    const struct ethernet ethernet = {.destination = destination,
                                      .source = fake_own_mac,
                                      .type = 0x88b5,
                                      .payload = {payload, sizeof payload}};
    struct octets octets = {routing, route ? source_route_encode(route, routing) : 0};
    lec_send(elan->lec, data, token_ring_encode(&ethernet, octets, data, sizeof data));
}

/* LE header, AC, FC, addresses: no padding, and nothing in another order. */
static void expect_on_bus(struct mac_address destination)
{
    const struct fake_record *record = fake_next(elan, FAKE_SDU);
    struct frame frame;
    frame_decode(CARRIER_LANE_8025, record->data, record->size, &frame);
    ck_assert_uint_eq(record->vcc, elan->multicast_send);
    ck_assert_uint_eq(frame.lecid, FAKE_LECID);
    ck_assert(frame.ethernet.snap && mac_equal(frame.ethernet.destination, destination));
    ck_assert(mac_equal(frame.ethernet.source, fake_own_mac));
}

static void expect_question(struct lan_destination about)
{
    struct le_control request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    ck_assert(lan_destination_equal(request.target_lan, about));
}

START_TEST(groups_and_functional_addresses_by_the_bus)
{
    const struct mac_address groups[] = {
        MAC_BROADCAST, TOKEN_RING_MULTICAST, {{0xc0, 0x00, 0x40, 0x00, 0x00, 0x00}}};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        send(groups[i], NULL);
        expect_on_bus(groups[i]);
    }
    fake_expect_none(elan);
}
END_TEST

START_TEST(station_on_the_ring)
{
    const struct source_route here = {.descriptor_count = 1, .descriptors = {route_descriptor(7, 0)}};
    send(fake_mac(60), NULL);
    expect_question(lan_destination_of_mac(fake_mac(60)));
    expect_on_bus(fake_mac(60));
    send(fake_mac(61), &here);
    expect_question(lan_destination_of_mac(fake_mac(61)));
    expect_on_bus(fake_mac(61));
}
END_TEST

START_TEST(route_over_a_bridge)
{
    struct source_route route = {.descriptor_count = 2,
                                 .descriptors = {route_descriptor(0x0a1, 3), route_descriptor(0x0a2, 0)}};
    struct lan_destination next = {.tag = LAN_TAG_ROUTE_DESCRIPTOR};
    route.backwards = true; /* from 0a2, where the client is, over bridge 3 to 0a1 */
    octets_put_u16(next.mac.octet + 4, 0x0a13);
    send(fake_mac(60), &route);
    expect_question(next);
    expect_on_bus(fake_mac(60));
    send(fake_mac(61), &route); /* another station, the same way: no other question */
    expect_on_bus(fake_mac(61));
    fake_expect_none(elan);
    route.backwards = false; /* from 0a1 over bridge 3 to 0a2 */
    octets_put_u16(next.mac.octet + 4, 0x0a23);
    send(fake_mac(62), &route);
    expect_question(next);
    expect_on_bus(fake_mac(62));
}
END_TEST

START_TEST(explorers_by_the_bus)
{
    struct source_route route = {.kind = ROUTE_ALL_ROUTES};
    send(fake_mac(60), &route);
    expect_on_bus(fake_mac(60));
    route.kind = ROUTE_SPANNING_EXPLORER;
    send(fake_mac(60), &route);
    expect_on_bus(fake_mac(60));
    fake_expect_none(elan);
}
END_TEST

/* --- routes that are remembered --- */

static struct octets encoded(const struct source_route *route)
{
    static uint8_t data[ROUTE_ROOM];
    return (struct octets){data, source_route_encode(route, data)};
}

START_TEST(way_back)
{
    struct source_routes routes = {0};
    struct source_route heard = {.kind = ROUTE_SPANNING_EXPLORER,
                                 .largest_frame = 0x18,
                                 .descriptor_count = 2,
                                 .descriptors = {0x0a11, 0x0a20}};
    struct source_route back;
    source_routes_learn(&routes, fake_mac(1), encoded(&heard));
    ck_assert(source_route_decode(source_routes_find(&routes, fake_mac(1)), &back));
    ck_assert(back.kind == ROUTE_SPECIFIC && back.backwards && back.largest_frame == 0x18);
    ck_assert_mem_eq(back.descriptors, heard.descriptors, sizeof back.descriptors);
    ck_assert_uint_eq(source_routes_find(&routes, fake_mac(2)).size, 0);
    source_routes_learn(&routes, fake_mac(1), (struct octets){0}); /* it is on this ring now */
    ck_assert_uint_eq(source_routes_find(&routes, fake_mac(1)).size, 0);
    heard.descriptor_count = 1;
    source_routes_learn(&routes, fake_mac(1), encoded(&heard));
    ck_assert_uint_eq(source_routes_find(&routes, fake_mac(1)).size, 0);
}
END_TEST

START_TEST(oldest_route_makes_room)
{
    struct source_routes routes = {0};
    const struct source_route heard = {.descriptor_count = 2, .descriptors = {0x0a11, 0x0a20}};
    for (uint8_t number = 0; number <= SOURCE_ROUTE_ROOM; number++) {
        source_routes_learn(&routes, fake_mac(number), encoded(&heard));
        if (number == 1)
            source_routes_learn(&routes, fake_mac(0), encoded(&heard)); /* heard again */
    }
    ck_assert_uint_ne(source_routes_find(&routes, fake_mac(0)).size, 0);
    ck_assert_uint_eq(source_routes_find(&routes, fake_mac(1)).size, 0);
    ck_assert_uint_ne(source_routes_find(&routes, fake_mac(SOURCE_ROUTE_ROOM)).size, 0);
}
END_TEST

/* The formula of RFC 2338 9.2 that the stack uses, against its table. */
START_TEST(functional_addresses)
{
    const struct vrrp_options options = vrrp_options_default();
    struct device_settings settings = {.token_ring = true, .functional_addresses = true};
    for (unsigned vrid = 0; vrid <= 255; vrid++) {
        struct mac_address own;
        struct mac_address table;
        bool given = token_ring_functional_address((uint8_t)vrid, &table);
        ck_assert(options.functional_address((uint8_t)vrid, &own) == given);
        ck_assert(!given || mac_equal(own, table));
    }
    ck_assert(options.functional(&settings));
    settings.token_ring = false;
    ck_assert(!options.functional(&settings));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference on token ring");
    TCase *client = tcase_create("client");
    tcase_add_checked_fixture(client, set_up, tear_down);
    tcase_add_test(client, groups_and_functional_addresses_by_the_bus);
    tcase_add_test(client, station_on_the_ring);
    tcase_add_test(client, route_over_a_bridge);
    tcase_add_test(client, explorers_by_the_bus);
    suite_add_tcase(suite, client);
    TCase *routes = tcase_create("routes");
    tcase_add_test(routes, way_back);
    tcase_add_test(routes, oldest_route_makes_room);
    tcase_add_test(routes, functional_addresses);
    suite_add_tcase(suite, routes);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
