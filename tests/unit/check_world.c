/* The world by itself: calls, VCCs, links, segments, order, time and the tap. */
#include <check.h>
#include <stdlib.h>

#include "world_stage.h"

static uint32_t connected_call(void)
{
    uint32_t vcc = probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(world, world_now_ns(world) + 3 * LATENCY);
    ck_assert_uint_eq(probe_count(&device, PROBE_CONNECTED), 1);
    return vcc;
}

START_TEST(call_takes_one_latency_each_way)
{
    probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(world, SECONDS(1));
    ck_assert_int_eq(probe_last(&peer, PROBE_OFFERED)->time_ns, LATENCY);
    ck_assert_int_eq(probe_last(&device, PROBE_CONNECTED)->time_ns, 2 * LATENCY);
}
END_TEST

START_TEST(called_side_may_send_at_once)
{
    uint32_t vcc = probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(world, LATENCY);
    probe_send(&peer, vcc, 7);
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_last(&device, PROBE_SDU)->first_octet, 7);
    ck_assert_int_eq(probe_last(&device, PROBE_SDU)->time_ns, 2 * LATENCY);
}
END_TEST

START_TEST(caller_sends_only_when_connected)
{
    uint32_t vcc = probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    probe_send(&device, vcc, 1);
    world_run_until(world, SECONDS(1));
    probe_send(&device, vcc, 2);
    world_run_until(world, SECONDS(2));
    ck_assert_uint_eq(probe_count(&peer, PROBE_SDU), 1);
    ck_assert_uint_eq(probe_last(&peer, PROBE_SDU)->first_octet, 2);
}
END_TEST

START_TEST(nobody_at_the_address)
{
    probe_call(&device, 1, 99, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(world, SECONDS(1));
    ck_assert_int_eq(probe_last(&device, PROBE_RELEASED)->cause, CAUSE_NO_ROUTE);
}
END_TEST

START_TEST(rejected_with_its_cause)
{
    peer.accepts = false;
    peer.rejects = true;
    probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(world, SECONDS(10));
    ck_assert_int_eq(probe_last(&device, PROBE_RELEASED)->cause, CAUSE_BUSY);
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
}
END_TEST

START_TEST(unanswered_call_ends_with_t303)
{
    peer.accepts = false;
    probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(world, SECONDS(10));
    ck_assert_int_eq(probe_last(&device, PROBE_RELEASED)->cause, CAUSE_TIMER_EXPIRED);
    ck_assert_int_eq(probe_last(&device, PROBE_RELEASED)->time_ns, SECONDS(4) + LATENCY);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 1);
}
END_TEST

START_TEST(release_follows_the_frames_before_it)
{
    uint32_t vcc = connected_call();
    probe_send(&device, vcc, 1);
    device.services->call_release(device.services->context, vcc, CAUSE_NORMAL);
    probe_send(&device, vcc, 2);
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_count(&peer, PROBE_SDU), 1);
    ck_assert_int_eq(probe_last(&peer, PROBE_RELEASED)->cause, CAUSE_NORMAL);
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 0);
}
END_TEST

START_TEST(crossing_releases_are_heard_by_nobody)
{
    uint32_t vcc = connected_call();
    device.services->call_release(device.services->context, vcc, CAUSE_NORMAL);
    peer.services->call_release(peer.services->context, vcc, CAUSE_NORMAL);
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 0);
}
END_TEST

START_TEST(called_side_releases)
{
    uint32_t vcc = connected_call();
    peer.services->call_release(peer.services->context, vcc, CAUSE_NORMAL);
    probe_send(&device, vcc, 1); /* under way when the release comes the other way */
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_count(&peer, PROBE_SDU), 0);
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 1);
}
END_TEST

START_TEST(network_clears_both_ends)
{
    uint32_t vcc = connected_call();
    world_clear_vcc(world, vcc, CAUSE_TEMPORARY_FAILURE);
    world_run_until(world, SECONDS(1));
    ck_assert_int_eq(probe_last(&peer, PROBE_RELEASED)->cause, CAUSE_TEMPORARY_FAILURE);
    ck_assert_int_eq(probe_last(&device, PROBE_RELEASED)->cause, CAUSE_TEMPORARY_FAILURE);
}
END_TEST

/* --- point-to-multipoint --- */

static uint32_t distribution(void)
{
    uint32_t vcc = probe_call(&peer, 2, 1, B_LLI_MULTICAST_8023, true);
    world_run_until(world, 3 * LATENCY);
    struct atm_address third_address = probe_address(3);
    peer.services->party_add(peer.services->context, vcc, &third_address);
    world_run_until(world, 6 * LATENCY);
    ck_assert_uint_eq(probe_count(&peer, PROBE_PARTY_CONNECTED), 1);
    return vcc;
}

START_TEST(one_frame_reaches_all_leaves_as_one_event)
{
    uint32_t vcc = distribution();
    size_t before = tap_count(tap);
    probe_send(&peer, vcc, 9);
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_count(&device, PROBE_SDU), 1);
    ck_assert_uint_eq(probe_count(&third, PROBE_SDU), 1);
    ck_assert_uint_eq(tap_count(tap), before + 1);
    const struct tap_event *event = tap_at(tap, before);
    ck_assert_uint_eq(event->to, port_bit(port_index(device_port)) | port_bit(port_index(third_port)));
}
END_TEST

START_TEST(leaf_cannot_send)
{
    uint32_t vcc = distribution();
    probe_send(&device, vcc, 9);
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_count(&peer, PROBE_SDU), 0);
}
END_TEST

START_TEST(leaf_goes_and_the_rest_stays)
{
    uint32_t vcc = distribution();
    device.services->call_release(device.services->context, vcc, CAUSE_NORMAL);
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_last(&peer, PROBE_PARTY_RELEASED)->party, 0);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
    probe_send(&peer, vcc, 9);
    world_run_until(world, SECONDS(2));
    ck_assert_uint_eq(probe_count(&third, PROBE_SDU), 1);
    ck_assert_uint_eq(probe_count(&device, PROBE_SDU), 0);
}
END_TEST

START_TEST(last_leaf_takes_the_call_with_it)
{
    uint32_t vcc = distribution();
    device.services->call_release(device.services->context, vcc, CAUSE_NORMAL);
    third.services->call_release(third.services->context, vcc, CAUSE_NORMAL);
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 1);
}
END_TEST

START_TEST(root_drops_a_party)
{
    uint32_t vcc = distribution();
    peer.services->party_drop(peer.services->context, vcc, 1, CAUSE_NORMAL);
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_count(&third, PROBE_RELEASED), 1);
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 0);
}
END_TEST

/* --- links --- */

static void fail_link_and_run(enum link_failure failure)
{
    connected_call();
    port_fail_link(device_port, failure);
    world_run_until(world, SECONDS(20));
}

START_TEST(carrier_loss_releases_at_once)
{
    fail_link_and_run(LINK_CARRIER_LOSS);
    ck_assert_int_eq(probe_last(&peer, PROBE_RELEASED)->time_ns, 4 * LATENCY);
    ck_assert_int_eq(probe_last(&peer, PROBE_RELEASED)->cause, CAUSE_OUT_OF_ORDER);
    ck_assert_uint_eq(probe_count(&device, PROBE_RELEASED), 1);
}
END_TEST

START_TEST(saal_loss_releases_after_t309)
{
    fail_link_and_run(LINK_SAAL_LOSS);
    ck_assert_int_eq(probe_last(&peer, PROBE_RELEASED)->time_ns, 4 * LATENCY + SECONDS(4));
}
END_TEST

START_TEST(unnoticed_loss_releases_nothing)
{
    fail_link_and_run(LINK_UNNOTICED);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
}
END_TEST

START_TEST(frames_are_lost_on_a_cut_link)
{
    uint32_t vcc = connected_call();
    port_fail_link(device_port, LINK_UNNOTICED);
    probe_send(&device, vcc, 1);
    probe_send(&peer, vcc, 2);
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_count(&peer, PROBE_SDU), 0);
    ck_assert_uint_eq(probe_count(&device, PROBE_SDU), 0);
    port_restore_link(device_port);
    probe_send(&peer, vcc, 3);
    world_run_until(world, SECONDS(2));
    ck_assert_uint_eq(probe_last(&device, PROBE_SDU)->first_octet, 3);
}
END_TEST

START_TEST(mended_link_stops_t309)
{
    connected_call();
    port_fail_link(device_port, LINK_SAAL_LOSS);
    world_run_until(world, SECONDS(3));
    port_restore_link(device_port);
    world_run_until(world, SECONDS(20));
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
}
END_TEST

START_TEST(call_to_a_cut_link_is_refused)
{
    port_fail_link(peer_port, LINK_UNNOTICED);
    probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(world, SECONDS(10));
    ck_assert_int_eq(probe_last(&device, PROBE_RELEASED)->cause, CAUSE_OUT_OF_ORDER);
}
END_TEST

/* --- the tap --- */

START_TEST(device_is_tapped_leaving_others_arriving)
{
    uint32_t vcc = connected_call();
    int64_t now_ns = world_now_ns(world);
    size_t before = tap_count(tap);
    probe_send(&device, vcc, 1);
    probe_send(&peer, vcc, 2);
    world_run_until(world, SECONDS(1));
    const struct tap_event *left = tap_at(tap, before);
    const struct tap_event *arrived = tap_at(tap, before + 1);
    ck_assert_int_eq(left->time_ns, now_ns);
    ck_assert_int_eq(arrived->time_ns, now_ns + LATENCY);
    ck_assert_int_eq(arrived->sent_ns, now_ns);
    ck_assert_uint_eq(arrived->frame_number, left->frame_number + 1);
}
END_TEST

START_TEST(kinds_of_vccs_follow_the_ends)
{
    port_set_service(peer_port, SERVICE_LES);
    probe_call(&device, 1, 2, B_LLI_CONTROL, false);
    probe_call(&peer, 2, 1, B_LLI_CONTROL, true);
    port_set_service(third_port, SERVICE_BUS);
    probe_call(&device, 1, 3, B_LLI_MULTICAST_8023, false);
    world_run_until(world, SECONDS(1));
    enum vcc_kind kinds[4] = {VCC_UNKNOWN, VCC_UNKNOWN, VCC_UNKNOWN, VCC_UNKNOWN};
    for (size_t i = 0; i < tap_count(tap); i++) {
        const struct tap_event *event = tap_at(tap, i);
        kinds[event->vcc->id] = event->vcc->kind;
    }
    ck_assert_int_eq(kinds[1], VCC_CONTROL_DIRECT);
    ck_assert_int_eq(kinds[2], VCC_CONTROL_DISTRIBUTE);
    ck_assert_int_eq(kinds[3], VCC_MULTICAST_SEND);
}
END_TEST

/* LES and BUS at one port: their addresses tell them apart, whatever the B-LLI says. */
START_TEST(kinds_of_vccs_follow_the_addresses_of_a_port)
{
    struct atm_address les = probe_address(1), bus = probe_address(9);
    device.services->address_register(device.services->context, &bus);
    port_set_address_service(device_port, &les, SERVICE_LES);
    port_set_address_service(device_port, &bus, SERVICE_BUS);
    probe_call(&peer, 2, 1, B_LLI_MULTICAST_8023, false);
    probe_call(&peer, 2, 9, B_LLI_CONTROL, false);
    probe_call(&device, 1, 2, B_LLI_MULTICAST_8023, true);
    probe_call(&device, 9, 2, B_LLI_CONTROL, true);
    world_run_until(world, SECONDS(1));
    static const enum vcc_kind expected[] = {VCC_UNKNOWN, VCC_CONTROL_DIRECT, VCC_MULTICAST_SEND,
                                             VCC_CONTROL_DISTRIBUTE, VCC_MULTICAST_FORWARD};
    size_t seen = 0;
    for (size_t i = 0; i < tap_count(tap); i++) {
        const struct tap_event *event = tap_at(tap, i);
        ck_assert_int_eq(event->vcc->kind, expected[event->vcc->id]);
        seen |= (size_t)1 << event->vcc->id;
    }
    ck_assert_uint_eq(seen, 0x1e);
}
END_TEST

START_TEST(frame_is_decoded_once)
{
    uint32_t vcc = connected_call();
    uint8_t ready[LE_READY_SIZE] = {0xff, 0x00, 0x01, 0x01, 0x00, 0x03};
    device.services->sdu_send(device.services->context, vcc, ready, sizeof ready);
    struct tap_event *event = tap_at(tap, tap_count(tap) - 1);
    const struct frame *frame = tap_frame(tap, event);
    ck_assert_int_eq(frame->name, FRAME_READY_QUERY);
    ck_assert_ptr_eq(tap_frame(tap, event), frame);
    char line[TAP_TEXT_SIZE];
    ck_assert_str_eq(tap_text(tap, event, line, sizeof line), "0.015000 dut -> peer data-direct READY_QUERY");
}
END_TEST

/* --- time and order --- */

static unsigned fired[4];
static unsigned fire_count;

static void note_first(void *owner)
{
    (void)owner;
    fired[fire_count++] = 1;
}

static void note_second(void *owner)
{
    (void)owner;
    fired[fire_count++] = 2;
}

START_TEST(timers_of_one_instant_fire_by_port)
{
    struct timer first;
    struct timer second;
    fire_count = 0;
    timer_init(&first, note_first, NULL);
    timer_init(&second, note_second, NULL);
    peer.services->timer_start(peer.services->context, &second, SECONDS(1));
    device.services->timer_start(device.services->context, &first, SECONDS(1));
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(fire_count, 2);
    ck_assert_uint_eq(fired[0], 1);
    ck_assert_uint_eq(fired[1], 2);
}
END_TEST

START_TEST(delivery_comes_before_a_timer_of_the_same_instant)
{
    uint32_t vcc = connected_call();
    struct timer timer;
    fire_count = 0;
    timer_init(&timer, note_first, NULL);
    peer.services->timer_start(peer.services->context, &timer, LATENCY);
    probe_send(&device, vcc, 1);
    while (!fire_count)
        ck_assert(!world_stuck(world) &&
                  (world_run_until(world, world_now_ns(world) + MILLISECONDS(1)), true));
    ck_assert_uint_eq(probe_count(&peer, PROBE_SDU), 1);
}
END_TEST

static struct timer restless;

static void restart_at_once(void *owner)
{
    device.services->timer_start(device.services->context, owner, 0);
}

START_TEST(zero_delay_loop_ends_in_a_reason)
{
    timer_init(&restless, restart_at_once, &restless);
    device.services->timer_start(device.services->context, &restless, SECONDS(1));
    world_run_until(world, SECONDS(5));
    ck_assert_ptr_nonnull(world_stuck(world));
    ck_assert_int_eq(world_now_ns(world), SECONDS(1));
}
END_TEST

START_TEST(wall_clock_takes_its_time)
{
    struct arena *own = arena_new();
    struct world *real = world_new(&(struct world_settings){.seed = 1, .wall_clock = true}, own);
    struct probe_station station = {0};
    struct atm_address address = probe_address(9);
    probe_attach(real, "dut", &station, &address);
    struct timer timer;
    fire_count = 0;
    timer_init(&timer, note_first, NULL);
    station.services->timer_start(station.services->context, &timer, MILLISECONDS(20));
    world_run_until(real, MILLISECONDS(10));
    ck_assert_uint_eq(fire_count, 0);
    world_run_until(real, MILLISECONDS(30));
    ck_assert_uint_eq(fire_count, 1);
    ck_assert_int_ge(world_lateness(real)->longest_ns, 0);
    world_free(real);
    arena_free(own);
}
END_TEST

START_TEST(segment_carries_frames_to_all_others)
{
    struct segment *segment = world_segment(world, "lan");
    segment_join(segment, device_port, 0);
    segment_join(segment, peer_port, 1);
    segment_join(segment, third_port, 0);
    uint8_t frame[60] = {0xff};
    device.services->lan_frame_send(device.services->context, 0, frame, sizeof frame);
    world_run_until(world, SECONDS(1));
    ck_assert_uint_eq(probe_last(&peer, PROBE_LAN_FRAME)->vcc, 1);
    ck_assert_uint_eq(probe_count(&third, PROBE_LAN_FRAME), 1);
    ck_assert_uint_eq(probe_count(&device, PROBE_LAN_FRAME), 0);
}
END_TEST

START_TEST(latency_is_drawn_per_vcc_and_stays)
{
    struct arena *own = arena_new();
    struct world *varied = world_new(&(struct world_settings){.seed = 3,
                                                              .latency_low_ns = MICROSECONDS(10),
                                                              .latency_high_ns = MILLISECONDS(300)},
                                     own);
    struct probe_station a = {0};
    struct probe_station b = {.accepts = true};
    struct atm_address address_a = probe_address(1);
    struct atm_address address_b = probe_address(2);
    port_mark_device(probe_attach(varied, "dut", &a, &address_a));
    probe_attach(varied, "peer", &b, &address_b);
    uint32_t first = probe_call(&a, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    uint32_t second = probe_call(&a, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(varied, SECONDS(2));
    ck_assert_int_ne(tap_at(world_tap(varied), 0)->vcc->latency_ns,
                     tap_at(world_tap(varied), 1)->vcc->latency_ns);
    for (uint8_t i = 0; i < 10; i++)
        probe_send(&a, i % 2 ? first : second, i);
    world_run_until(varied, SECONDS(4));
    uint8_t last_even = 0;
    for (size_t i = 0; i < b.count; i++)
        if (b.events[i].kind == PROBE_SDU && b.events[i].first_octet % 2 == 0) {
            ck_assert_uint_ge(b.events[i].first_octet, last_even);
            last_even = b.events[i].first_octet;
        }
    ck_assert_uint_eq(last_even, 8);
    world_free(varied);
    arena_free(own);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("world");
    TCase *tests = tcase_create("world");
    tcase_add_checked_fixture(tests, world_stage_set_up, world_stage_tear_down);
    tcase_add_test(tests, call_takes_one_latency_each_way);
    tcase_add_test(tests, called_side_may_send_at_once);
    tcase_add_test(tests, caller_sends_only_when_connected);
    tcase_add_test(tests, nobody_at_the_address);
    tcase_add_test(tests, rejected_with_its_cause);
    tcase_add_test(tests, unanswered_call_ends_with_t303);
    tcase_add_test(tests, release_follows_the_frames_before_it);
    tcase_add_test(tests, crossing_releases_are_heard_by_nobody);
    tcase_add_test(tests, called_side_releases);
    tcase_add_test(tests, network_clears_both_ends);
    tcase_add_test(tests, one_frame_reaches_all_leaves_as_one_event);
    tcase_add_test(tests, leaf_cannot_send);
    tcase_add_test(tests, leaf_goes_and_the_rest_stays);
    tcase_add_test(tests, last_leaf_takes_the_call_with_it);
    tcase_add_test(tests, root_drops_a_party);
    tcase_add_test(tests, carrier_loss_releases_at_once);
    tcase_add_test(tests, saal_loss_releases_after_t309);
    tcase_add_test(tests, unnoticed_loss_releases_nothing);
    tcase_add_test(tests, frames_are_lost_on_a_cut_link);
    tcase_add_test(tests, mended_link_stops_t309);
    tcase_add_test(tests, call_to_a_cut_link_is_refused);
    tcase_add_test(tests, device_is_tapped_leaving_others_arriving);
    tcase_add_test(tests, kinds_of_vccs_follow_the_ends);
    tcase_add_test(tests, kinds_of_vccs_follow_the_addresses_of_a_port);
    tcase_add_test(tests, frame_is_decoded_once);
    tcase_add_test(tests, timers_of_one_instant_fire_by_port);
    tcase_add_test(tests, delivery_comes_before_a_timer_of_the_same_instant);
    tcase_add_test(tests, zero_delay_loop_ends_in_a_reason);
    tcase_add_test(tests, wall_clock_takes_its_time);
    tcase_add_test(tests, segment_carries_frames_to_all_others);
    tcase_add_test(tests, latency_is_drawn_per_vcc_and_stays);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
