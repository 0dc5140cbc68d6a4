/* A world on the wall clock: what comes from outside, when it is looked at, and which time it has. */
#include <check.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/system_time.h"
#include "world_stage.h"

static int ends[2]; /* of a pipe */

/* Device and peer on a LAN. */
static void set_up(void)
{
    world_stage_make((struct world_settings){.wall_clock = true});
    struct segment *lan = world_segment(world, "lan");
    segment_join(lan, device_port, 0);
    segment_join(lan, peer_port, 0);
    ck_assert_int_eq(pipe(ends), 0);
}

static void tear_down(void)
{
    world_stage_tear_down();
    close(ends[0]);
    close(ends[1]);
}

/* Nothing happens until the world is 'late_ns' late. */
static void spend(int64_t time_ns)
{
    for (int64_t start_ns = realtime_ns(); realtime_ns() - start_ns < time_ns;)
        ;
}

static const uint8_t frame[60] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0x20, 0x5a, 1, 1, 1, 0x08, 0x06};

/* --- the time of a frame --- */

static int64_t stamp_ns;

static void frame_waits(void *context)
{
    char octet;
    ck_assert_int_eq(read(ends[0], &octet, 1), 1);
    port_lan_frame_seen(context, 0, frame, sizeof frame, stamp_ns);
}

static struct tap_event *last_frame(void)
{
    for (size_t i = tap_count(tap); i-- > 0;)
        if (tap_at(tap, i)->kind == TAP_LAN_FRAME)
            return tap_at(tap, i);
    return NULL;
}

/* Seen by the kernel at 100 ms, read 60 ms later: its time is the kernel's, not that of the reading. */
START_TEST(frame_has_the_time_of_the_kernel)
{
    struct reason reason;
    world_run_until(world, MILLISECONDS(100));
    stamp_ns = realtime_ns();
    int64_t seen_ns = world_real_ns(world);
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    spend(MILLISECONDS(60));
    ck_assert(world_watch(world, ends[0], frame_waits, device_port, &reason));
    world_run_until(world, MILLISECONDS(300));
    struct tap_event *event = last_frame();
    ck_assert_ptr_nonnull(event);
    ck_assert_int_lt(llabs(event->time_ns - seen_ns), MILLISECONDS(10));
    ck_assert_int_eq(event->sent_ns, event->time_ns);
    ck_assert_int_eq(event->late_ns, 0);
    ck_assert_int_eq(event->from, port_index(device_port));
    ck_assert_uint_eq(probe_count(&peer, PROBE_LAN_FRAME), 1);
}
END_TEST

/* The tap is in order: a frame is not earlier than what stands there already, nor later than now. */
START_TEST(stamp_bends_to_the_order_of_the_tap)
{
    world_run_until(world, MILLISECONDS(50));
    world_note(world, "something");
    int64_t noted_ns = world_now_ns(world);
    stamp_ns = realtime_ns() + (_i ? SECONDS(3600) : -SECONDS(3600));
    port_lan_frame_seen(device_port, 0, frame, sizeof frame, stamp_ns);
    ck_assert_int_eq(last_frame()->time_ns, noted_ns);
}
END_TEST

START_TEST(frame_of_another_is_tapped_when_it_arrives)
{
    port_lan_frame_seen(peer_port, 0, frame, sizeof frame, realtime_ns());
    ck_assert_ptr_null(last_frame());
    world_run_until(world, MILLISECONDS(50));
    ck_assert_ptr_nonnull(last_frame());
    ck_assert_uint_eq(probe_count(&device, PROBE_LAN_FRAME), 1);
}
END_TEST

/* --- what is served first --- */

static char order[8];

static void came(void *context)
{
    char octet;
    ck_assert_int_eq(read(ends[0], &octet, 1), 1);
    strcat(order, context);
}

static void fired(void *owner)
{
    strcat(order, owner);
}

/* Both are due: the frame came in time, so it is seen before the timer that would say that it did not. */
START_TEST(what_came_is_seen_before_a_timer)
{
    struct timer timer;
    struct reason reason;
    order[0] = '\0';
    timer_init(&timer, fired, "t");
    world_timer_start(world, &timer, MILLISECONDS(30));
    ck_assert(world_watch(world, ends[0], came, "d", &reason));
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    spend(MILLISECONDS(50));
    world_run_until(world, MILLISECONDS(40));
    ck_assert_str_eq(order, "dt");
}
END_TEST

static void always(void *context)
{
    ++*(size_t *)context;
}

/* A descriptor that can be read for ever keeps no timer from firing. */
START_TEST(restless_descriptor_stops_no_timer)
{
    size_t calls = 0;
    struct timer timer;
    struct reason reason;
    order[0] = '\0';
    timer_init(&timer, fired, "t");
    world_timer_start(world, &timer, MILLISECONDS(30));
    ck_assert(world_watch(world, ends[0], always, &calls, &reason));
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    world_run_until(world, MILLISECONDS(60));
    ck_assert_str_eq(order, "t");
    ck_assert_uint_gt(calls, 1);
}
END_TEST

START_TEST(unwatched_descriptor_is_left_alone)
{
    struct reason reason;
    order[0] = '\0';
    for (int i = 0; i < 40; i++) { /* room comes back */
        ck_assert(world_watch(world, ends[0], came, "d", &reason));
        world_unwatch(world, ends[0]);
    }
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    world_run_until(world, MILLISECONDS(20));
    ck_assert_str_eq(order, "");
    ck_assert(world_watch(world, ends[0], came, "d", &reason));
    world_run_until(world, MILLISECONDS(40));
    ck_assert_str_eq(order, "d");
}
END_TEST

static void over(void *context)
{
    came("d");
    *(bool *)context = true;
}

START_TEST(world_runs_until_it_is_told)
{
    bool told = false;
    struct reason reason;
    struct timer timer;
    order[0] = '\0';
    timer_init(&timer, fired, "t");
    world_timer_start(world, &timer, MILLISECONDS(10));
    ck_assert(world_watch(world, ends[0], over, &told, &reason));
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    world_run_until_set(world, &told, SECONDS(20));
    ck_assert(told);
    ck_assert_int_lt(world_now_ns(world), SECONDS(10));
    told = false;
    world_run_until_set(world, &told, world_now_ns(world) + MILLISECONDS(30));
    ck_assert_str_eq(order, "dt");
}
END_TEST

/* --- who makes the world late --- */

/* Two answers, 140 ms together: 40 ms of them are left when 100 ms have passed in the world. What the machine
 * of the test adds is the world's own. */
START_TEST(waiting_for_a_device_is_not_being_late)
{
    const struct lateness *lateness = world_lateness(world);
    spend(MILLISECONDS(80));
    ck_assert_int_eq(world_kept_waiting(world, MILLISECONDS(80)), MILLISECONDS(80));
    spend(MILLISECONDS(60));
    ck_assert_int_eq(world_kept_waiting(world, MILLISECONDS(60)), MILLISECONDS(140));
    world_run_until(world, MILLISECONDS(100));
    ck_assert_int_ge(lateness->longest_ns, MILLISECONDS(40));
    ck_assert_int_le(world_late_itself_ns(world), lateness->longest_ns - MILLISECONDS(40));
    ck_assert_int_eq(world_kept_waiting(world, 0), MILLISECONDS(40));
    world_run_until(world, MILLISECONDS(200));
    ck_assert_int_eq(world_kept_waiting(world, MILLISECONDS(10)), MILLISECONDS(10)); /* caught up with */
    spend(MILLISECONDS(100));
    world_run_until(world, MILLISECONDS(230));
    ck_assert_int_ge(world_late_itself_ns(world), MILLISECONDS(70));
}
END_TEST

/* --- the beginning of time --- */

START_TEST(time_begins_anew)
{
    spend(MILLISECONDS(80));
    ck_assert_int_ge(world_real_ns(world), MILLISECONDS(80));
    world_restart_clock(world);
    ck_assert_int_lt(world_real_ns(world), MILLISECONDS(60));
    world_run_until(world, MILLISECONDS(5));
    ck_assert_int_lt(world_lateness(world)->longest_ns, MILLISECONDS(70));
}
END_TEST

START_TEST(lateness_of_an_action_is_kept_with_it)
{
    world_run_until(world, MILLISECONDS(5));
    spend(MILLISECONDS(60));
    peer.services->lan_frame_send(peer.services->context, 0, frame, sizeof frame);
    world_run_until(world, MILLISECONDS(10));
    ck_assert_int_ge(last_frame()->late_ns, MILLISECONDS(50));
    ck_assert_uint_ge(world_lateness(world)->count, 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("world on the wall clock");
    TCase *tests = tcase_create("wall");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, frame_has_the_time_of_the_kernel);
    tcase_add_loop_test(tests, stamp_bends_to_the_order_of_the_tap, 0, 2);
    tcase_add_test(tests, frame_of_another_is_tapped_when_it_arrives);
    tcase_add_test(tests, what_came_is_seen_before_a_timer);
    tcase_add_test(tests, restless_descriptor_stops_no_timer);
    tcase_add_test(tests, unwatched_descriptor_is_left_alone);
    tcase_add_test(tests, world_runs_until_it_is_told);
    tcase_add_test(tests, waiting_for_a_device_is_not_being_late);
    tcase_add_test(tests, time_begins_anew);
    tcase_add_test(tests, lateness_of_an_action_is_kept_with_it);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
