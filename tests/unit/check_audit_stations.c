/* Stations of a capture: who they are, and whose a frame is. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "audit/attribution.h"

static struct arena *arena;
static struct stations *stations;
static struct channel channel;
static struct frame frame;

static struct atm_address address(uint8_t last)
{
    struct atm_address atm = {{0x47}};
    atm.octet[ATM_ADDRESS_SIZE - 1] = last;
    return atm;
}

static void setup(void)
{
    arena = arena_new();
    stations = stations_new();
    memset(&channel, 0, sizeof channel);
    memset(&frame, 0, sizeof frame);
}

static void teardown(void)
{
    stations_free(stations);
    arena_free(arena);
}

static struct attribution control(bool from_host, enum frame_name name, enum le_opcode opcode, uint16_t lecid,
                                  uint8_t atm)
{
    frame = (struct frame){.name = name, .layers = LAYER_CONTROL};
    frame.control = le_control_of(opcode);
    frame.control.requester_lecid = lecid;
    if (atm)
        frame.control.source_atm = address(atm);
    return attribute_lane(stations, &channel, from_host, &frame, arena);
}

static struct attribution data(bool from_host, uint16_t lecid)
{
    frame = (struct frame){.name = FRAME_ADVERTISEMENT, .layers = LAYER_LE_DATA, .lecid = lecid};
    return attribute_lane(stations, &channel, from_host, &frame, arena);
}

static void next_channel(void)
{
    memset(&channel, 0, sizeof channel);
}

/* The device joins on one channel, with LECID 5 at address 1. */
static struct station *join_device(void)
{
    struct attribution whose = control(true, FRAME_LE_JOIN_REQUEST, LE_JOIN_REQUEST, 0, 1);
    control(false, FRAME_LE_JOIN_RESPONSE, LE_JOIN_RESPONSE, 5, 1);
    next_channel();
    return whose.sender;
}

START_TEST(a_lec_gets_its_lecid_with_the_join)
{
    struct station *device = join_device();
    ck_assert(device->local && device->atm_known && device->lecid == 5);
    ck_assert_ptr_eq(stations_lec_of_lecid(stations, 5), device);
    struct atm_address atm = address(1);
    ck_assert_ptr_eq(stations_lec_of_atm(stations, &atm), device);
    ck_assert_uint_eq(stations_count(stations), 1);
}
END_TEST

START_TEST(the_address_of_a_lecid_becomes_known_later)
{
    struct station *lec = data(false, 9).sender;
    ck_assert(lec && !lec->atm_known);
    ck_assert_ptr_eq(control(false, FRAME_LE_ARP_REQUEST, LE_ARP_REQUEST, 9, 3).sender, lec);
    ck_assert(lec->atm_known);
}
END_TEST

START_TEST(what_comes_back_was_not_sent_again)
{
    struct station *device = join_device();
    ck_assert_ptr_eq(data(true, 5).sender, device);
    next_channel();
    channel.vcc.kind = VCC_MULTICAST_FORWARD;
    struct attribution echo = data(false, 5);
    ck_assert_ptr_null(echo.sender);
    ck_assert_ptr_eq(echo.hearer, device);
    ck_assert_uint_eq(data(false, 7).sender->lecid, 7);
}
END_TEST

START_TEST(nobody_is_said_to_hear_on_an_unknown_vcc)
{
    join_device();
    ck_assert_ptr_null(data(false, 7).hearer);
}
END_TEST

START_TEST(servers_are_known_by_their_answers)
{
    struct attribution whose = control(true, FRAME_LE_JOIN_RESPONSE, LE_JOIN_RESPONSE, 6, 2);
    ck_assert_int_eq(whose.sender->kind, STATION_SERVER);
    ck_assert_ptr_eq(control(true, FRAME_LE_ARP_REQUEST, LE_ARP_REQUEST, 6, 2).sender, whose.sender);
    next_channel(); /* and pass on what others asked there */
    ck_assert_ptr_eq(control(true, FRAME_LE_ARP_REQUEST, LE_ARP_REQUEST, 6, 2).sender, whose.sender);
}
END_TEST

START_TEST(signalling_says_who_is_at_the_end)
{
    channel = (struct channel){.known = KNOWN_BY_SIGNALLING,
                               .caller = CALLER_NETWORK,
                               .called_known = true,
                               .vcc = {.kind = VCC_MULTICAST_FORWARD, .call = {.called = address(4)}}};
    struct attribution whose = data(false, 7);
    ck_assert(whose.hearer && whose.hearer->local && whose.hearer->atm.octet[19] == 4);
    ck_assert_uint_eq(whose.ends->settled->called, STATION_PORT);
    ck_assert_int_eq(whose.ends->settled->kind, VCC_MULTICAST_FORWARD);
    channel.caller = CALLER_HOST;
    channel.user = NULL;
    ck_assert_int_eq(data(true, 7).sender->kind, STATION_SERVER); /* the root of Multicast Forward */
}
END_TEST

START_TEST(a_lecid_of_somebody_else_makes_nobody_local)
{
    struct station *device = join_device();
    struct station *other = control(false, FRAME_LE_ARP_REQUEST, LE_ARP_REQUEST, 8, 3).sender;
    other->sent_count = 1;
    next_channel();
    ck_assert_ptr_eq(data(true, 8).sender, device);
    ck_assert(!other->local);
}
END_TEST

START_TEST(there_is_room_for_so_many)
{
    for (unsigned i = 0; i < STATION_ROOM + 10; i++)
        stations_lec_of_lecid(stations, (uint16_t)(i + 1));
    ck_assert_uint_eq(stations_count(stations), STATION_ROOM);
    ck_assert_uint_eq(stations_beyond_count(stations), 10);
    ck_assert_ptr_null(data(false, STATION_ROOM + 5).sender);
}
END_TEST

START_TEST(names)
{
    char text[STATION_TEXT_SIZE];
    struct station *device = join_device();
    ck_assert_str_eq(station_name(device, text), "4700000000000000000000000000000000000001");
    ck_assert_str_eq(station_text(device, text), "LEC 5 at 4700000000000000000000000000000000000001");
    ck_assert_str_eq(station_name(stations_lec_of_lecid(stations, 77), text), "lecid 77");
    struct station *router = stations_lan_router(stations, 2, (struct ipv4_address){0x0a000001});
    ck_assert_str_eq(station_text(router, text), "10.0.0.1");
    ck_assert_ptr_eq(stations_lan_router(stations, 2, router->ip), router);
    ck_assert_ptr_ne(stations_lan_router(stations, 3, router->ip), router);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("stations of a capture");
    TCase *tcase = tcase_create("stations");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, a_lec_gets_its_lecid_with_the_join);
    tcase_add_test(tcase, the_address_of_a_lecid_becomes_known_later);
    tcase_add_test(tcase, what_comes_back_was_not_sent_again);
    tcase_add_test(tcase, nobody_is_said_to_hear_on_an_unknown_vcc);
    tcase_add_test(tcase, servers_are_known_by_their_answers);
    tcase_add_test(tcase, signalling_says_who_is_at_the_end);
    tcase_add_test(tcase, a_lecid_of_somebody_else_makes_nobody_local);
    tcase_add_test(tcase, there_is_room_for_so_many);
    tcase_add_test(tcase, names);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
