/* The one clock of a world, the order of events, and what the tap keeps. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/system_time.h"
#include "world/clock.h"
#include "world_stage.h"

static uint32_t vcc;

/* Device and peer with a VCC, time at 1 s. */
static void make_world(struct world_settings settings)
{
    world_stage_make(settings);
    vcc = probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    if (!settings.wall_clock)
        world_run_until(world, SECONDS(1));
}

static void set_up(void)
{
    make_world((struct world_settings){0});
}

/* --- running --- */

static char order[16];

static void note(void *owner)
{
    strcat(order, owner);
}

START_TEST(world_stops_at_the_next_entry)
{
    size_t before = tap_count(tap);
    struct timer later;
    order[0] = '\0';
    timer_init(&later, note, "l");
    peer.services->timer_start(peer.services->context, &later, LATENCY);
    probe_send(&peer, vcc, 1);
    probe_send(&peer, vcc, 2);
    ck_assert(world_run_to_next_tap_event(world, SECONDS(2)));
    ck_assert_int_eq(world_now_ns(world), SECONDS(1) + LATENCY);
    ck_assert_uint_eq(tap_count(tap), before + 1);
    ck_assert_str_eq(order, "");
    ck_assert(world_run_to_next_tap_event(world, SECONDS(2)));
    ck_assert(!world_run_to_next_tap_event(world, SECONDS(2)));
    ck_assert_str_eq(order, "l");
    ck_assert_int_eq(world_now_ns(world), SECONDS(2));
    ck_assert(!world_run_to_next_tap_event(world, SECONDS(1)));
    ck_assert_int_eq(world_now_ns(world), SECONDS(2));
}
END_TEST

START_TEST(world_runs_what_is_due_at_its_end)
{
    probe_send(&peer, vcc, 1);
    world_run_until(world, SECONDS(1) + LATENCY - 1);
    ck_assert_uint_eq(probe_count(&device, PROBE_SDU), 0);
    world_run_until(world, SECONDS(1) + LATENCY);
    ck_assert_uint_eq(probe_count(&device, PROBE_SDU), 1);
    probe_send(&peer, vcc, 2);
    ck_assert(world_run_to_next_tap_event(world, SECONDS(1) + 2 * LATENCY));
    world_run_until(world, SECONDS(1));
    ck_assert_int_eq(world_now_ns(world), SECONDS(1) + 2 * LATENCY);
}
END_TEST

START_TEST(timers_of_the_world_come_first)
{
    struct timer timers[4];
    char *names[] = {"d", "p", "w", "q"};
    order[0] = '\0';
    for (size_t i = 0; i < 4; i++)
        timer_init(&timers[i], note, names[i]);
    peer.services->timer_start(peer.services->context, &timers[1], MILLISECONDS(1));
    peer.services->timer_start(peer.services->context, &timers[3], MILLISECONDS(1));
    device.services->timer_start(device.services->context, &timers[0], MILLISECONDS(1));
    world_timer_start(world, &timers[2], SECONDS(1) + MILLISECONDS(1));
    world_run_until(world, SECONDS(2));
    ck_assert_str_eq(order, "wdpq");
}
END_TEST

START_TEST(stopped_timers_do_not_fire)
{
    struct timer timers[2];
    order[0] = '\0';
    timer_init(&timers[0], note, "a");
    timer_init(&timers[1], note, "b");
    device.services->timer_start(device.services->context, &timers[0], -5); /* at once */
    world_timer_start(world, &timers[1], SECONDS(1));
    device.services->timer_stop(device.services->context, &timers[0]);
    world_timer_stop(world, &timers[1]);
    world_run_until(world, SECONDS(2));
    ck_assert_str_eq(order, "");
    device.services->timer_start(device.services->context, &timers[0], -5);
    world_run_until(world, SECONDS(2));
    ck_assert_str_eq(order, "a");
}
END_TEST

START_TEST(deliveries_come_in_the_order_of_sending)
{
    for (uint8_t i = 0; i < 50; i++)
        probe_send(&device, vcc, i);
    world_run_until(world, SECONDS(2));
    uint8_t next = 0;
    for (size_t i = 0; i < peer.count; i++)
        if (peer.events[i].kind == PROBE_SDU)
            ck_assert_uint_eq(peer.events[i].first_octet, next++);
    ck_assert_uint_eq(next, 50);
}
END_TEST

START_TEST(deliveries_come_in_the_order_of_time)
{
    uint32_t vccs[40];
    struct random random = random_stream((uint64_t)_i, "latencies");
    for (size_t i = 0; i < 40; i++) {
        port_set_latency(device_port, random_between(&random, MILLISECONDS(1), MILLISECONDS(100)));
        vccs[i] = probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    }
    world_run_until(world, SECONDS(2));
    memset(&peer.events, 0, sizeof peer.events);
    peer.count = 0;
    for (size_t i = 0; i < 40; i++)
        probe_send(&device, vccs[i], (uint8_t)i);
    world_run_until(world, SECONDS(3));
    ck_assert_uint_eq(peer.count, 40);
    for (size_t i = 1; i < 40; i++)
        ck_assert_int_le(peer.events[i - 1].time_ns, peer.events[i].time_ns);
}
END_TEST

START_TEST(limit_of_events_at_one_instant)
{
    for (uint8_t i = 0; i < 20; i++)
        probe_send(&peer, vcc, i);
    world_run_until(world, SECONDS(2));
    ck_assert_ptr_null(world_stuck(world));
    ck_assert_uint_eq(probe_count(&device, PROBE_SDU), 20);
    for (uint8_t i = 0; i < 21; i++)
        probe_send(&peer, vcc, i);
    world_run_until(world, SECONDS(3));
    ck_assert_ptr_nonnull(world_stuck(world));
    ck_assert_uint_eq(probe_count(&device, PROBE_SDU), 40);
    ck_assert_int_eq(world_now_ns(world), SECONDS(2) + LATENCY);
    ck_assert(!world_run_to_next_tap_event(world, SECONDS(3)));
    ck_assert_int_eq(world_now_ns(world), SECONDS(2) + LATENCY);
}
END_TEST

static void set_up_limited(void)
{
    make_world((struct world_settings){.instant_limit = 20});
}

/* --- latency --- */

static int64_t latency_of_call(struct probe_station *from, uint8_t number, uint8_t to)
{
    uint32_t id = probe_call(from, number, to, B_LLI_DATA_DIRECT_8023, false);
    world_run_until(world, world_now_ns(world) + SECONDS(1));
    for (size_t i = tap_count(tap); i-- > 0;)
        if (tap_at(tap, i)->vcc && tap_at(tap, i)->vcc->id == id)
            return tap_at(tap, i)->vcc->latency_ns;
    return -1;
}

START_TEST(fixed_latency_counts_both_ways)
{
    port_set_latency(device_port, MILLISECONDS(77));
    ck_assert_int_eq(latency_of_call(&device, 1, 2), MILLISECONDS(77));
    ck_assert_int_eq(latency_of_call(&peer, 2, 1), MILLISECONDS(77));
    ck_assert_int_eq(tap_at(tap, 0)->vcc->latency_ns, LATENCY);
    port_set_latency(peer_port, MILLISECONDS(5));
    ck_assert_int_eq(latency_of_call(&peer, 2, 1), MILLISECONDS(5)); /* the caller's */
    port_set_latency(peer_port, 0);
    ck_assert_int_eq(latency_of_call(&peer, 2, 1), MICROSECONDS(10)); /* nothing is faster */
}
END_TEST

START_TEST(latencies_are_drawn_from_their_range)
{
    static const struct {
        int64_t low_ns;
        int64_t high_ns;
        int64_t least_ns;
        int64_t most_ns;
    } samples[] = {{0, 0, MICROSECONDS(10), MICROSECONDS(10)},
                   {MILLISECONDS(7), MILLISECONDS(3), MILLISECONDS(7), MILLISECONDS(7)},
                   {MILLISECONDS(1), MILLISECONDS(2), MILLISECONDS(1), MILLISECONDS(2)}};
    world_stage_tear_down();
    arena = arena_new();
    world = world_new(&(struct world_settings){.seed = 1,
                                               .latency_low_ns = samples[_i].low_ns,
                                               .latency_high_ns = samples[_i].high_ns},
                      arena);
    tap = world_tap(world);
    struct atm_address address = probe_address(1);
    probe_attach(world, "dut", &device, &address);
    for (unsigned i = 0; i < 20; i++) {
        int64_t latency_ns = latency_of_call(&device, 1, 1);
        ck_assert(latency_ns >= samples[_i].least_ns && latency_ns <= samples[_i].most_ns);
    }
}
END_TEST

START_TEST(streams_of_ports_repeat_and_differ)
{
    struct random ahead = port_random(device_port);
    uint64_t bits = device.services->random_bits(device.services->context);
    ck_assert_uint_eq(random_next(&ahead), bits);
    ck_assert_uint_ne(peer.services->random_bits(peer.services->context), bits);
}
END_TEST

/* --- the wall clock --- */

static void set_up_wall(void)
{
    make_world((struct world_settings){.wall_clock = true});
}

static int pipe_ends[2];

/* What comes through the pipe, the device sends on. */
static void pipe_ready(void *context)
{
    uint8_t octet;
    ck_assert_ptr_eq(context, &device);
    ck_assert_int_eq(read(pipe_ends[0], &octet, 1), 1);
    probe_send(&device, vcc, octet);
}

static void write_pipe(void *owner)
{
    (void)owner;
    ck_assert_int_eq(write(pipe_ends[1], "x", 1), 1);
}

/* The world waits a second; in the middle a frame comes from outside: it has its time, and goes on at once.
 */
START_TEST(descriptor_is_served_in_time)
{
    struct timer timer;
    struct reason reason;
    ck_assert_int_eq(pipe(pipe_ends), 0);
    ck_assert(world_watch(world, pipe_ends[0], pipe_ready, &device, &reason));
    world_run_until(world, MILLISECONDS(100));
    timer_init(&timer, write_pipe, NULL);
    world_timer_start(world, &timer, MILLISECONDS(150));
    int64_t end_ns = SECONDS(1);
    if (_i) {
        ck_assert(world_run_to_next_tap_event(world, end_ns));
        ck_assert_int_lt(world_now_ns(world), MILLISECONDS(900));
    }
    world_run_until(world, end_ns);
    ck_assert_int_eq(world_now_ns(world), end_ns);
    const struct tap_event *sent = tap_at(tap, tap_count(tap) - 1);
    ck_assert_int_eq(sent->kind, TAP_SDU);
    ck_assert_int_ge(sent->time_ns, MILLISECONDS(150));
    ck_assert_int_lt(sent->time_ns, MILLISECONDS(900));
    ck_assert_int_eq(probe_last(&peer, PROBE_SDU)->time_ns, sent->time_ns + LATENCY);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}
END_TEST

START_TEST(wall_clock_waits)
{
    int64_t start_ns = monotonic_ns();
    world_run_until(world, MILLISECONDS(50));
    ck_assert_int_ge(monotonic_ns() - start_ns, MILLISECONDS(40)); /* it began a little earlier */
    ck_assert_int_eq(world_now_ns(world), MILLISECONDS(50));
}
END_TEST

START_TEST(lateness_is_kept)
{
    world_run_until(world, MILLISECONDS(20));
    int64_t start_ns = monotonic_ns();
    while (monotonic_ns() - start_ns < MILLISECONDS(80))
        ;
    world_run_until(world, MILLISECONDS(30));
    int64_t lateness_ns = world_lateness(world)->longest_ns;
    ck_assert_int_ge(lateness_ns, MILLISECONDS(70));
    world_run_until(world, MILLISECONDS(300));
    ck_assert_int_ge(world_lateness(world)->longest_ns, lateness_ns);
}
END_TEST

START_TEST(virtual_clock_is_never_late_and_watches_nothing)
{
    struct reason reason = {""};
    int64_t start_ns = monotonic_ns();
    while (monotonic_ns() - start_ns < MILLISECONDS(20))
        ;
    world_run_until(world, SECONDS(1000));
    ck_assert_int_eq(world_lateness(world)->longest_ns, 0);
    ck_assert_int_lt(monotonic_ns() - start_ns, SECONDS(30));
    ck_assert(!world_watch(world, 0, pipe_ready, NULL, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "wall"));
}
END_TEST

START_TEST(watching_has_its_limits)
{
    struct reason reason = {""};
    ck_assert_int_eq(pipe(pipe_ends), 0);
    ck_assert(!world_watch(world, 9999, pipe_ready, &device, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "9999"));
    int copies[20];
    size_t watched = 0;
    for (size_t i = 0; i < 20; i++) {
        copies[i] = dup(pipe_ends[0]);
        watched += world_watch(world, copies[i], pipe_ready, &device, &reason);
    }
    ck_assert_uint_eq(watched, 16);
    ck_assert_ptr_nonnull(strstr(reason.text, "16"));
    for (size_t i = 0; i < 20; i++)
        close(copies[i]);
    close(pipe_ends[0]);
    close(pipe_ends[1]);
}
END_TEST

/* --- the tap --- */

START_TEST(tap_keeps_everything)
{
    struct tap_event *first = tap_at(tap, 0);
    for (unsigned i = 0; i < 10000; i++)
        world_note(world, "again");
    ck_assert_ptr_eq(tap_at(tap, 0), first);
    for (size_t i = 0; i < tap_count(tap); i++)
        ck_assert_uint_eq(tap_at(tap, i)->index, i);
    ck_assert_uint_ge(tap_count(tap), 10000);
}
END_TEST

static void observe_first(void *context, struct tap_event *event)
{
    ck_assert_ptr_eq(event, tap_at(tap, tap_count(tap) - 1));
    strcat(context, "1");
}

static void observe_second(void *context, struct tap_event *event)
{
    (void)event;
    strcat(context, "2");
}

START_TEST(observers_hear_in_order)
{
    char heard[16] = "";
    tap_observe(tap, (struct tap_observer){observe_first, heard});
    tap_observe(tap, (struct tap_observer){observe_second, heard});
    world_note(world, "look");
    probe_send(&device, vcc, 1);
    ck_assert_str_eq(heard, "1212");
}
END_TEST

static const char *last_line(void)
{
    static char line[TAP_TEXT_SIZE];
    return tap_text(tap, tap_at(tap, tap_count(tap) - 1), line, sizeof line);
}

START_TEST(lines_of_events)
{
    struct reason reason = {""};
    world_note(world, "a note");
    ck_assert_str_eq(last_line(), "1.000000 lab a note");
    ck_assert(
        !port_control(peer_port, &(struct control_action){.kind = CONTROL_STARTUP, .vrid = 7}, &reason));
    ck_assert_str_eq(last_line(), "1.000000 lab -> peer startup vrid=7");
    ck_assert_str_eq(reason.text, "peer can't be controlled");
    world_clear_vcc(world, vcc, CAUSE_TEMPORARY_FAILURE);
    world_run_until(world, SECONDS(1) + LATENCY);
    ck_assert_str_eq(last_line(), "1.005000 network -> dut data-direct RELEASE cause=41");
    port_fail_link(peer_port, LINK_UNNOTICED);
    ck_assert_str_eq(last_line(), "1.005000 peer -> peer link down");
    port_restore_link(peer_port);
    ck_assert_str_eq(last_line(), "1.005000 peer -> peer link up");
    char line[TAP_TEXT_SIZE];
    ck_assert_str_eq(tap_text(tap, tap_at(tap, 0), line, sizeof line),
                     "0.000000 dut -> peer data-direct SETUP "
                     "called=4700000000000000000000000000000000000002 "
                     "calling=4700000000000000000000000000000000000001 pid=2");
    ck_assert_str_eq(tap_text(tap, tap_at(tap, 1), line, sizeof line),
                     "0.010000 peer -> dut data-direct CONNECT");
}
END_TEST

START_TEST(device_is_marked)
{
    ck_assert_uint_eq(tap_device(tap), 0);
    ck_assert_str_eq(tap_port_name(tap, 1), "peer");
    ck_assert_str_eq(tap_port_name(tap, 7), "network");
    ck_assert_str_eq(port_name(peer_port), "peer");
}
END_TEST

START_TEST(only_frames_are_decoded)
{
    world_note(world, "no frame");
    ck_assert_ptr_null(tap_frame(tap, tap_at(tap, tap_count(tap) - 1)));
    ck_assert_uint_eq(tap_at(tap, tap_count(tap) - 1)->frame_number, 0);
}
END_TEST

/* A data frame to the virtual router group, as the carrier would read it. */
START_TEST(carrier_decides_how_frames_are_read)
{
    static const struct {
        enum b_lli b_lli;
        bool token_ring;
        bool segment;
        enum frame_name name;
    } samples[] = {{B_LLI_DATA_DIRECT_8023, false, false, FRAME_ARP_REQUEST},
                   {B_LLI_DATA_DIRECT_8025, true, false, FRAME_ARP_REQUEST},
                   {B_LLI_LLC_MULTIPLEXED, false, false, FRAME_ARP_REQUEST},
                   {B_LLI_NONE, false, true, FRAME_ARP_REQUEST}};
    world_stage_tear_down();
    make_world((struct world_settings){.token_ring = samples[_i].token_ring});
    uint8_t message[ARP_SIZE];
    uint8_t frame[200];
    struct arp arp = {.operation = ARP_REQUEST, .sender_ip = {1}, .target_ip = {2}};
    struct ethernet ethernet = {.destination = MAC_BROADCAST,
                                .type = ETHERTYPE_ARP,
                                .payload = {message, arp_encode(&arp, message, sizeof message)}};
    size_t size;
    if (samples[_i].segment) {
        struct segment *segment = world_segment(world, "lan");
        segment_join(segment, device_port, 0);
        size = ethernet_encode(&ethernet, true, frame, sizeof frame);
        device.services->lan_frame_send(device.services->context, 0, frame, size);
    } else {
        uint32_t id = probe_call(&device, 1, 2, samples[_i].b_lli, false);
        world_run_until(world, SECONDS(2));
        size_t prefix =
            samples[_i].b_lli == B_LLI_LLC_MULTIPLEXED ? llc_prefix_encode(false, 5, frame, sizeof frame) : 0;
        size = prefix;
        size +=
            samples[_i].token_ring
                ? le_data_8025_encode(1, &ethernet, (struct octets){0}, frame + prefix, sizeof frame - prefix)
                : le_data_encode(1, &ethernet, true, frame + prefix, sizeof frame - prefix);
        device.services->sdu_send(device.services->context, id, frame, size);
    }
    ck_assert_int_eq(tap_frame(tap, tap_at(tap, tap_count(tap) - 1))->name, samples[_i].name);
}
END_TEST

/* --- segments --- */

START_TEST(device_is_tapped_leaving_its_lan_port)
{
    struct segment *segment = world_segment(world, "lan");
    ck_assert_str_eq(segment_name(segment), "lan");
    uint8_t frame[60] = {0xff};
    size_t before = tap_count(tap);
    device.services->lan_frame_send(device.services->context, 0, frame, sizeof frame); /* nowhere */
    ck_assert_uint_eq(tap_count(tap), before);
    segment_join(segment, device_port, 1);
    segment_join(segment, peer_port, 2);
    device.services->lan_frame_send(device.services->context, 1, frame, sizeof frame);
    frame[0] = 7;
    peer.services->lan_frame_send(peer.services->context, 2, frame, sizeof frame);
    ck_assert_uint_eq(tap_count(tap), before + 1);
    world_run_until(world, SECONDS(2));
    const struct tap_event *left = tap_at(tap, before);
    const struct tap_event *came = tap_at(tap, before + 1);
    ck_assert_int_eq(left->time_ns, SECONDS(1));
    ck_assert_uint_eq(left->lan_port, 1);
    ck_assert_uint_eq(left->to, port_bit(1));
    ck_assert_int_eq(came->time_ns, SECONDS(1) + LATENCY);
    ck_assert_int_eq(came->sent_ns, SECONDS(1));
    ck_assert_uint_eq(came->lan_port, 2);
    ck_assert_uint_eq(came->to, port_bit(0));
    ck_assert_ptr_eq(came->segment, segment);
    ck_assert_uint_eq(came->frame_number, left->frame_number + 1);
    ck_assert_uint_eq(probe_last(&peer, PROBE_LAN_FRAME)->first_octet, 0xff);
    ck_assert_uint_eq(probe_last(&device, PROBE_LAN_FRAME)->first_octet, 7);
    ck_assert_uint_eq(probe_last(&device, PROBE_LAN_FRAME)->vcc, 1);
    ck_assert_uint_eq(tap_count(tap), before + 2);
}
END_TEST

/* --- the end --- */

static unsigned destroyed;

static void destroy(void *station)
{
    struct timer *timer = station;
    ck_assert(!timer_running(timer));
    destroyed++;
}

START_TEST(stations_are_destroyed_with_the_world)
{
    static const struct station_handlers handlers = {.destroy = destroy};
    static struct timer timers[2];
    for (size_t i = 0; i < 2; i++) {
        struct port *port = world_port(world, "more");
        timer_init(&timers[i], note, "x");
        port_services(port)->timer_start(port_services(port)->context, &timers[i], 0);
        port_attach(port, &handlers, &timers[i]);
    }
    destroyed = 0;
    world_free(world);
    ck_assert_uint_eq(destroyed, 2);
    world = NULL;
    world_free(world);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("time of the world");
    TCase *tests = tcase_create("virtual clock");
    tcase_add_checked_fixture(tests, set_up, world_stage_tear_down);
    tcase_add_test(tests, world_stops_at_the_next_entry);
    tcase_add_test(tests, world_runs_what_is_due_at_its_end);
    tcase_add_test(tests, timers_of_the_world_come_first);
    tcase_add_test(tests, stopped_timers_do_not_fire);
    tcase_add_test(tests, deliveries_come_in_the_order_of_sending);
    tcase_add_loop_test(tests, deliveries_come_in_the_order_of_time, 0, 5);
    tcase_add_test(tests, fixed_latency_counts_both_ways);
    tcase_add_loop_test(tests, latencies_are_drawn_from_their_range, 0, 3);
    tcase_add_test(tests, streams_of_ports_repeat_and_differ);
    tcase_add_test(tests, virtual_clock_is_never_late_and_watches_nothing);
    tcase_add_test(tests, tap_keeps_everything);
    tcase_add_test(tests, observers_hear_in_order);
    tcase_add_test(tests, lines_of_events);
    tcase_add_test(tests, device_is_marked);
    tcase_add_test(tests, only_frames_are_decoded);
    tcase_add_loop_test(tests, carrier_decides_how_frames_are_read, 0, 4);
    tcase_add_test(tests, device_is_tapped_leaving_its_lan_port);
    tcase_add_test(tests, stations_are_destroyed_with_the_world);
    suite_add_tcase(suite, tests);
    TCase *limited = tcase_create("limit of events");
    tcase_add_checked_fixture(limited, set_up_limited, world_stage_tear_down);
    tcase_add_test(limited, limit_of_events_at_one_instant);
    suite_add_tcase(suite, limited);
    TCase *wall = tcase_create("wall clock");
    tcase_add_checked_fixture(wall, set_up_wall, world_stage_tear_down);
    tcase_add_loop_test(wall, descriptor_is_served_in_time, 0, 2);
    tcase_add_test(wall, wall_clock_waits);
    tcase_add_test(wall, lateness_is_kept);
    tcase_add_test(wall, watching_has_its_limits);
    suite_add_tcase(suite, wall);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
