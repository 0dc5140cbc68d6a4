/* What happens to calls when things cross: who hears of it, once, and what the tap shows. */
#include <check.h>
#include <stdlib.h>

#include "world_stage.h"

static void pass(int64_t time_ns)
{
    world_run_until(world, world_now_ns(world) + time_ns);
}

static void release(struct probe_station *station, uint32_t vcc)
{
    station->services->call_release(station->services->context, vcc, CAUSE_NORMAL);
}

static void accept(struct probe_station *station, uint32_t vcc)
{
    station->services->call_accept(station->services->context, vcc);
}

static void reject(struct probe_station *station, uint32_t vcc)
{
    station->services->call_reject(station->services->context, vcc, CAUSE_BUSY);
}

static uint32_t add(struct probe_station *station, uint32_t vcc, uint8_t to)
{
    struct atm_address address = probe_address(to);
    return station->services->party_add(station->services->context, vcc, &address);
}

static void drop(struct probe_station *station, uint32_t vcc, uint32_t party)
{
    station->services->party_drop(station->services->context, vcc, party, CAUSE_NORMAL);
}

/* A call between device and peer; the device calls if 'calling'. */
static uint32_t connected(bool calling)
{
    uint32_t vcc = calling ? probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false)
                           : probe_call(&peer, 2, 1, B_LLI_DATA_DIRECT_8023, false);
    pass(3 * LATENCY);
    return vcc;
}

/* From the peer to the device, and to 'third' as party 1. */
static uint32_t distribution(void)
{
    uint32_t vcc = probe_call(&peer, 2, 1, B_LLI_MULTICAST_8023, true);
    pass(3 * LATENCY);
    ck_assert_uint_eq(add(&peer, vcc, 3), 1);
    pass(3 * LATENCY);
    return vcc;
}

static size_t tapped(enum tap_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < tap_count(tap); i++)
        count += tap_at(tap, i)->kind == kind;
    return count;
}

static struct tap_event *last_tapped(void)
{
    return tap_at(tap, tap_count(tap) - 1);
}

/* --- setup and release cross --- */

START_TEST(call_given_up_under_way_is_never_offered)
{
    struct probe_station *caller = _i ? &peer : &device;
    struct probe_station *called = _i ? &device : &peer;
    uint32_t vcc = probe_call(caller, _i ? 2 : 1, _i ? 1 : 2, B_LLI_DATA_DIRECT_8023, false);
    release(caller, vcc);
    pass(SECONDS(10));
    ck_assert_uint_eq(caller->count, 0);
    ck_assert_uint_eq(called->count, 0);
    ck_assert_uint_eq(tapped(TAP_CALL_SETUP), _i ? 0 : 1);
    ck_assert_uint_eq(tapped(TAP_CALL_RELEASED), _i ? 0 : 1);
}
END_TEST

START_TEST(unanswered_call_is_given_up)
{
    device.accepts = false;
    uint32_t vcc = probe_call(&peer, 2, 1, B_LLI_DATA_DIRECT_8023, false);
    pass(2 * LATENCY);
    release(&peer, vcc);
    pass(LATENCY);
    ck_assert_int_eq(probe_last(&device, PROBE_RELEASED)->cause, CAUSE_NORMAL);
    accept(&device, vcc);
    reject(&device, vcc);
    pass(SECONDS(10));
    ck_assert_uint_eq(device.count, 2);
    ck_assert_uint_eq(peer.count, 0);
    ck_assert_uint_eq(tapped(TAP_CALL_CONNECTED), 0);
    ck_assert_uint_eq(tapped(TAP_CALL_RELEASED), 1);
}
END_TEST

START_TEST(released_before_the_connect_is_heard)
{
    uint32_t vcc = probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    pass(LATENCY + 1);
    release(&device, vcc);
    pass(SECONDS(10));
    ck_assert_uint_eq(device.count, 0);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 1);
}
END_TEST

START_TEST(answer_counts_once)
{
    peer.accepts = false;
    uint32_t vcc = probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    accept(&peer, vcc); /* not offered yet */
    reject(&peer, vcc);
    pass(SECONDS(1));
    ck_assert_uint_eq(device.count, 0);
    accept(&peer, vcc);
    accept(&peer, vcc);
    reject(&peer, vcc);
    pass(SECONDS(10));
    ck_assert_uint_eq(device.count, 1);
    ck_assert_uint_eq(probe_count(&device, PROBE_CONNECTED), 1);
}
END_TEST

START_TEST(expired_call_is_tapped_at_both_ends)
{
    device.accepts = false;
    probe_call(&peer, 2, 1, B_LLI_DATA_DIRECT_8023, false);
    pass(SECONDS(10));
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 1);
    ck_assert_uint_eq(tapped(TAP_CALL_RELEASED), 2);
    struct tap_event *event = tap_at(tap, tap_count(tap) - 2);
    ck_assert_int_eq(event->time_ns, SECONDS(4));
    ck_assert_uint_eq(event->to, port_bit(0));
    char line[TAP_TEXT_SIZE];
    ck_assert_str_eq(tap_text(tap, event, line, sizeof line),
                     "4.000000 network -> dut data-direct RELEASE cause=102");
}
END_TEST

START_TEST(lost_setup_is_unknown_to_the_called_side)
{
    port_fail_link(device_port, LINK_UNNOTICED);
    probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    pass(SECONDS(10));
    ck_assert_uint_eq(peer.count, 0);
    ck_assert_int_eq(probe_last(&device, PROBE_RELEASED)->cause, CAUSE_TIMER_EXPIRED);
}
END_TEST

START_TEST(stranger_has_no_say)
{
    uint32_t vcc = connected(true);
    release(&third, vcc);
    accept(&third, vcc);
    probe_send(&third, vcc, 1);
    ck_assert_uint_eq(add(&third, vcc, 3), 0);
    drop(&third, vcc, 0);
    release(&third, 99);
    probe_send(&device, 99, 1);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED) + probe_count(&device, PROBE_RELEASED), 0);
    ck_assert_uint_eq(probe_count(&peer, PROBE_SDU) + probe_count(&device, PROBE_SDU), 0);
}
END_TEST

START_TEST(cleared_twice_is_heard_once)
{
    uint32_t vcc = connected(_i);
    world_clear_vcc(world, vcc, CAUSE_TEMPORARY_FAILURE);
    world_clear_vcc(world, vcc, CAUSE_TEMPORARY_FAILURE);
    world_clear_vcc(world, 99, CAUSE_TEMPORARY_FAILURE);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 1);
    ck_assert_uint_eq(tapped(TAP_CALL_RELEASED), 2);
    ck_assert(!tap_at(tap, 0)->vcc->open);
    ck_assert_uint_eq(tap_at(tap, 0)->vcc->leaves, 0);
}
END_TEST

/* --- frames on a VCC that is just gone --- */

START_TEST(frame_leaves_the_device_though_nobody_hears_it)
{
    bool calling = _i;
    uint32_t vcc = connected(calling);
    release(&peer, vcc);
    size_t before = tap_count(tap);
    probe_send(&device, vcc, 7);
    ck_assert_uint_eq(tap_count(tap), before + 1);
    ck_assert_int_eq(last_tapped()->kind, TAP_SDU);
    ck_assert_uint_eq(last_tapped()->to, 0);
    char line[TAP_TEXT_SIZE];
    ck_assert_int_eq(
        strncmp(tap_text(tap, last_tapped(), line, sizeof line), "0.015000 dut data-direct ", 25), 0);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&peer, PROBE_SDU), 0);
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 1);
    before = tap_count(tap);
    probe_send(&device, vcc, 8);
    ck_assert_uint_eq(tap_count(tap), before);
}
END_TEST

START_TEST(frame_under_way_is_lost_with_its_receiver)
{
    uint32_t vcc = connected(true);
    probe_send(&peer, vcc, 7);
    release(&device, vcc);
    size_t before = tap_count(tap);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&device, PROBE_SDU), 0);
    ck_assert_uint_eq(tap_at(tap, before)->to, 0);
}
END_TEST

/* --- parties --- */

START_TEST(party_at_no_address_is_dropped)
{
    uint32_t vcc = distribution();
    uint32_t party = add(&peer, vcc, 99);
    if (_i)
        drop(&peer, vcc, party);
    pass(SECONDS(10));
    ck_assert_uint_eq(probe_count(&peer, PROBE_PARTY_RELEASED), _i ? 0 : 1);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
    ck_assert_uint_eq(tapped(TAP_PARTY_DROPPED), _i ? 0 : 1);
}
END_TEST

START_TEST(party_dropped_under_way_is_never_offered)
{
    uint32_t vcc = probe_call(&peer, 2, 1, B_LLI_MULTICAST_8023, true);
    pass(3 * LATENCY);
    drop(&peer, vcc, add(&peer, vcc, 3));
    pass(SECONDS(10));
    ck_assert_uint_eq(third.count, 0);
    ck_assert_uint_eq(probe_count(&peer, PROBE_PARTY_CONNECTED) + probe_count(&peer, PROBE_PARTY_RELEASED),
                      0);
}
END_TEST

START_TEST(party_dropped_before_it_answers)
{
    third.accepts = false;
    uint32_t vcc = probe_call(&peer, 2, 1, B_LLI_MULTICAST_8023, true);
    pass(3 * LATENCY);
    uint32_t party = add(&peer, vcc, 3);
    pass(LATENCY);
    drop(&peer, vcc, party);
    drop(&peer, vcc, party);
    accept(&third, vcc);
    probe_send(&peer, vcc, 7);
    pass(SECONDS(10));
    ck_assert_uint_eq(probe_count(&third, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&third, PROBE_SDU), 0);
    ck_assert_uint_eq(probe_count(&device, PROBE_SDU), 1);
    ck_assert_uint_eq(probe_count(&peer, PROBE_PARTY_CONNECTED) + probe_count(&peer, PROBE_PARTY_RELEASED),
                      0);
}
END_TEST

START_TEST(drop_and_release_cross)
{
    uint32_t vcc = distribution();
    drop(&peer, vcc, 1);
    release(&third, vcc);
    pass(SECONDS(10));
    ck_assert_uint_eq(probe_count(&third, PROBE_RELEASED), 0);
    ck_assert_uint_eq(probe_count(&peer, PROBE_PARTY_RELEASED), 0);
    ck_assert_uint_eq(tapped(TAP_PARTY_DROPPED), 0);
}
END_TEST

START_TEST(last_party_behind_a_dropped_one_takes_the_call)
{
    uint32_t vcc = distribution();
    drop(&peer, vcc, 1);
    release(&device, vcc);
    pass(SECONDS(10));
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&peer, PROBE_PARTY_RELEASED), 0);
}
END_TEST

START_TEST(dropped_party_hears_nothing_more)
{
    uint32_t vcc = distribution();
    drop(&peer, vcc, 1);
    probe_send(&peer, vcc, 7);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&third, PROBE_SDU), 0);
    ck_assert_uint_eq(probe_count(&device, PROBE_SDU), 1);
    probe_send(&device, vcc, 8);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&peer, PROBE_SDU), 0);
}
END_TEST

START_TEST(released_party_can_be_added_again)
{
    uint32_t vcc = distribution();
    release(&third, vcc);
    pass(SECONDS(1));
    ck_assert_uint_eq(add(&peer, vcc, 3), 2);
    pass(SECONDS(1));
    probe_send(&peer, vcc, 7);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&third, PROBE_SDU), 1);
}
END_TEST

START_TEST(released_call_takes_no_party)
{
    uint32_t vcc = distribution();
    release(&peer, vcc);
    ck_assert_uint_eq(add(&peer, vcc, 3), 0);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&third, PROBE_RELEASED), 1);
    ck_assert_uint_eq(tapped(TAP_CALL_RELEASED), 1);
    ck_assert_uint_eq(last_tapped()->to, port_bit(0) | port_bit(2));
}
END_TEST

/* The device is the root: each of its calls is a frame of the capture. */
START_TEST(events_tell_their_party)
{
    static const struct {
        enum tap_kind kind;
        uint32_t party;
    } expected[] = {{TAP_CALL_SETUP, 0},  {TAP_CALL_CONNECTED, 0}, {TAP_CALL_SETUP, 1},
                    {TAP_PARTY_ADDED, 1}, {TAP_CALL_RELEASED, 1},  {TAP_CALL_SETUP, 2},
                    {TAP_PARTY_ADDED, 2}, {TAP_PARTY_DROPPED, 2},  {TAP_CALL_RELEASED, PARTY_ALL}};
    uint32_t vcc = probe_call(&device, 1, 2, B_LLI_MULTICAST_8023, true);
    pass(3 * LATENCY);
    ck_assert_uint_eq(add(&device, vcc, 3), 1);
    pass(3 * LATENCY);
    drop(&device, vcc, 1);
    pass(3 * LATENCY);
    ck_assert_uint_eq(add(&device, vcc, 3), 2);
    pass(3 * LATENCY);
    release(&third, vcc);
    pass(3 * LATENCY);
    release(&device, vcc);
    pass(3 * LATENCY);
    ck_assert_uint_eq(tap_count(tap), sizeof expected / sizeof *expected);
    for (uint32_t i = 0; i < tap_count(tap); i++) {
        ck_assert_int_eq(tap_at(tap, i)->kind, expected[i].kind);
        ck_assert_uint_eq(tap_at(tap, i)->party, expected[i].party);
        ck_assert_uint_eq(tap_at(tap, i)->frame_number, i + 1);
    }
}
END_TEST

/* The device is a leaf: what happens to the other one is no frame. */
START_TEST(calls_of_others_are_no_frames)
{
    uint32_t vcc = distribution();
    release(&third, vcc);
    pass(3 * LATENCY);
    release(&peer, vcc);
    pass(3 * LATENCY);
    uint32_t frame_count = 0;
    for (size_t i = 0; i < tap_count(tap); i++) {
        const struct tap_event *event = tap_at(tap, i);
        bool of_device = tap_from(event, 0) || tap_reaches(event, 0);
        ck_assert_uint_eq(event->frame_number, of_device ? ++frame_count : 0);
    }
    ck_assert_uint_eq(frame_count, 3); /* SETUP, CONNECT, RELEASE */
    ck_assert_uint_eq(tap_count(tap), 6);
}
END_TEST

START_TEST(cleared_distribution_is_heard_by_all)
{
    uint32_t vcc = distribution();
    world_clear_vcc(world, vcc, CAUSE_TEMPORARY_FAILURE);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&third, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&peer, PROBE_PARTY_RELEASED), 0);
}
END_TEST

START_TEST(rejecting_party_does_not_end_the_call)
{
    third.accepts = false;
    third.rejects = true;
    uint32_t vcc = probe_call(&peer, 2, 1, B_LLI_MULTICAST_8023, true);
    pass(3 * LATENCY);
    uint32_t party = add(&peer, vcc, 3);
    pass(SECONDS(10));
    ck_assert_uint_eq(probe_last(&peer, PROBE_PARTY_RELEASED)->party, party);
    ck_assert_int_eq(probe_last(&peer, PROBE_PARTY_RELEASED)->cause, CAUSE_BUSY);
    ck_assert_uint_eq(probe_count(&peer, PROBE_PARTY_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
    ck_assert_uint_eq(probe_count(&third, PROBE_RELEASED), 0);
}
END_TEST

/* --- links --- */

START_TEST(leaf_behind_a_lost_link_is_gone)
{
    uint32_t vcc = distribution();
    port_fail_link(device_port, LINK_CARRIER_LOSS);
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 1);
    ck_assert_int_eq(last_tapped()->kind, TAP_CALL_RELEASED);
    ck_assert_uint_eq(last_tapped()->to, port_bit(0));
    probe_send(&peer, vcc, 7);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_last(&peer, PROBE_PARTY_RELEASED)->party, 0);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
    ck_assert_uint_eq(probe_count(&third, PROBE_SDU), 1);
    ck_assert_uint_eq(probe_count(&third, PROBE_RELEASED), 0);
}
END_TEST

START_TEST(root_behind_a_lost_link_takes_the_call)
{
    distribution();
    port_fail_link(peer_port, LINK_CARRIER_LOSS);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&third, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 1);
}
END_TEST

START_TEST(calls_of_others_survive_a_lost_link)
{
    connected(true);
    port_fail_link(third_port, LINK_CARRIER_LOSS);
    pass(SECONDS(10));
    ck_assert_uint_eq(tapped(TAP_CALL_RELEASED), 0);
}
END_TEST

START_TEST(release_on_a_cut_link_comes_with_its_loss)
{
    bool calling = _i;
    uint32_t vcc = connected(calling);
    port_fail_link(device_port, LINK_SAAL_LOSS);
    release(&device, vcc);
    pass(SECONDS(4));
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
    pass(LATENCY);
    ck_assert_int_eq(probe_last(&peer, PROBE_RELEASED)->cause, CAUSE_OUT_OF_ORDER);
    pass(SECONDS(10));
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 0);
}
END_TEST

START_TEST(release_to_a_cut_link_comes_with_its_loss)
{
    bool calling = _i;
    uint32_t vcc = connected(calling);
    port_fail_link(device_port, LINK_SAAL_LOSS);
    release(&peer, vcc);
    pass(SECONDS(3));
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 0);
    pass(SECONDS(10));
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
}
END_TEST

START_TEST(answer_on_a_cut_link_is_lost)
{
    device.accepts = false;
    uint32_t vcc = probe_call(&peer, 2, 1, B_LLI_DATA_DIRECT_8023, false);
    pass(LATENCY);
    port_fail_link(device_port, LINK_UNNOTICED);
    if (_i)
        accept(&device, vcc);
    else
        reject(&device, vcc);
    pass(SECONDS(1));
    ck_assert_uint_eq(peer.count, 0);
    pass(SECONDS(10));
    ck_assert_int_eq(probe_last(&peer, PROBE_RELEASED)->cause, CAUSE_TIMER_EXPIRED);
}
END_TEST

START_TEST(connect_to_a_cut_link_is_lost)
{
    probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    pass(LATENCY + 1);
    port_fail_link(device_port, LINK_UNNOTICED);
    pass(SECONDS(1));
    ck_assert_uint_eq(device.count, 0);
}
END_TEST

START_TEST(link_comes_back_empty)
{
    uint32_t vcc = connected(true);
    port_fail_link(device_port, LINK_CARRIER_LOSS);
    pass(SECONDS(1));
    port_restore_link(device_port);
    ck_assert_int_eq(last_tapped()->kind, TAP_LINK_UP);
    probe_send(&device, vcc, 7);
    pass(SECONDS(10));
    ck_assert_uint_eq(probe_count(&peer, PROBE_SDU), 0);
    probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&device, PROBE_CONNECTED), 2);
}
END_TEST

/* --- stations that do less --- */

START_TEST(nobody_answers_at_a_bare_port)
{
    struct port *bare = world_port(world, "bare");
    struct atm_address address = probe_address(4);
    port_services(bare)->address_register(port_services(bare)->context, &address);
    probe_call(&device, 1, 4, B_LLI_DATA_DIRECT_8023, false);
    pass(SECONDS(1));
    ck_assert_int_eq(probe_last(&device, PROBE_RELEASED)->cause, CAUSE_REJECTED);
}
END_TEST

START_TEST(first_station_keeps_its_address)
{
    struct atm_address address = probe_address(2);
    third.services->address_register(third.services->context, &address);
    probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    pass(SECONDS(1));
    ck_assert_uint_eq(probe_count(&peer, PROBE_OFFERED), 1);
    ck_assert_uint_eq(third.count, 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("calls of the world");
    TCase *tests = tcase_create("calls");
    tcase_add_checked_fixture(tests, world_stage_set_up, world_stage_tear_down);
    tcase_add_loop_test(tests, call_given_up_under_way_is_never_offered, 0, 2);
    tcase_add_test(tests, unanswered_call_is_given_up);
    tcase_add_test(tests, released_before_the_connect_is_heard);
    tcase_add_test(tests, answer_counts_once);
    tcase_add_test(tests, expired_call_is_tapped_at_both_ends);
    tcase_add_test(tests, lost_setup_is_unknown_to_the_called_side);
    tcase_add_test(tests, stranger_has_no_say);
    tcase_add_loop_test(tests, cleared_twice_is_heard_once, 0, 2);
    tcase_add_loop_test(tests, frame_leaves_the_device_though_nobody_hears_it, 0, 2);
    tcase_add_test(tests, frame_under_way_is_lost_with_its_receiver);
    tcase_add_loop_test(tests, party_at_no_address_is_dropped, 0, 2);
    tcase_add_test(tests, party_dropped_under_way_is_never_offered);
    tcase_add_test(tests, party_dropped_before_it_answers);
    tcase_add_test(tests, drop_and_release_cross);
    tcase_add_test(tests, last_party_behind_a_dropped_one_takes_the_call);
    tcase_add_test(tests, dropped_party_hears_nothing_more);
    tcase_add_test(tests, released_party_can_be_added_again);
    tcase_add_test(tests, released_call_takes_no_party);
    tcase_add_test(tests, events_tell_their_party);
    tcase_add_test(tests, calls_of_others_are_no_frames);
    tcase_add_test(tests, cleared_distribution_is_heard_by_all);
    tcase_add_test(tests, rejecting_party_does_not_end_the_call);
    tcase_add_test(tests, leaf_behind_a_lost_link_is_gone);
    tcase_add_test(tests, root_behind_a_lost_link_takes_the_call);
    tcase_add_test(tests, calls_of_others_survive_a_lost_link);
    tcase_add_loop_test(tests, release_on_a_cut_link_comes_with_its_loss, 0, 2);
    tcase_add_loop_test(tests, release_to_a_cut_link_comes_with_its_loss, 0, 2);
    tcase_add_loop_test(tests, answer_on_a_cut_link_is_lost, 0, 2);
    tcase_add_test(tests, connect_to_a_cut_link_is_lost);
    tcase_add_test(tests, link_comes_back_empty);
    tcase_add_test(tests, nobody_answers_at_a_bare_port);
    tcase_add_test(tests, first_station_keeps_its_address);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
