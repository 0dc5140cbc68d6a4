/* The tap of a recording: what somebody keeps stays, and nothing else. */
#include <check.h>
#include <stdlib.h>

#include "world/tap_stream.h"

#define EVENT_COUNT  50000
#define LECID_OFFSET 12 /* of REQUESTER-LECID */

/* Somebody who keeps events. */
struct keeper {
    struct tap_event *first;
    struct tap_event *many[20000];
};

static struct arena *arena;
static struct tap_stream *stream;
static struct keeper *keeper;
static uint8_t frame[LE_CONTROL_SIZE];
static size_t frame_size;

static void setup(void)
{
    arena = arena_new();
    stream = tap_stream_new(arena);
    keeper = arena_zeroed(arena, sizeof *keeper);
    struct le_control control = le_control_of(LE_ARP_REQUEST);
    frame_size = le_control_encode(&control, frame, sizeof frame);
}

static void teardown(void)
{
    tap_stream_free(stream);
    arena_free(arena);
}

/* An event at a time, with a LECID of its own in a buffer that is overwritten afterwards. */
static struct tap_event *add(uint16_t lecid)
{
    octets_put_u16(frame + LECID_OFFSET, lecid);
    struct tap_event *event =
        tap_stream_add(stream, TAP_SDU, lecid, (struct octets){frame, frame_size}, false);
    event->carrier = CARRIER_LANE_8023;
    return event;
}

static unsigned lecid_of(struct tap_event *event)
{
    return tap_frame(tap_stream_tap(stream), event)->control.requester_lecid;
}

START_TEST(what_is_kept_stays)
{
    keeper->first = add(7);
    for (unsigned i = 0; i < EVENT_COUNT; i++)
        ck_assert_uint_eq(lecid_of(add(9)), 9);
    ck_assert_int_eq(keeper->first->time_ns, 7);
    ck_assert_uint_eq(lecid_of(keeper->first), 7);
    ck_assert_uint_eq(lecid_of(keeper->first), 7); /* decoded once, read twice */
}
END_TEST

START_TEST(what_nobody_keeps_is_used_again)
{
    size_t room = tap_stream_room(stream);
    for (unsigned i = 0; i < EVENT_COUNT; i++)
        add((uint16_t)i);
    ck_assert_uint_eq(tap_stream_room(stream), room);
    ck_assert_uint_lt(room, EVENT_COUNT / 10);
}
END_TEST

START_TEST(many_may_be_kept)
{
    size_t count = sizeof keeper->many / sizeof *keeper->many;
    for (size_t i = 0; i < count; i++) {
        keeper->many[i] = add((uint16_t)i);
        add(0);
        add(0);
    }
    for (size_t i = 0; i < count; i++)
        ck_assert_uint_eq(lecid_of(keeper->many[i]), i);
    ck_assert_uint_lt(tap_stream_room(stream), 6 * count);
}
END_TEST

START_TEST(what_is_let_go_makes_room)
{
    size_t count = sizeof keeper->many / sizeof *keeper->many;
    for (size_t i = 0; i < count; i++)
        keeper->many[i] = add((uint16_t)i);
    size_t room = tap_stream_room(stream);
    for (size_t i = 0; i < count; i++)
        keeper->many[i] = NULL;
    for (unsigned i = 0; i < EVENT_COUNT; i++)
        add(1);
    ck_assert_uint_eq(tap_stream_room(stream), room);
}
END_TEST

START_TEST(stable_octets_are_not_copied)
{
    struct tap_event *event = tap_stream_add(stream, TAP_SDU, 1, (struct octets){frame, frame_size}, true);
    ck_assert_ptr_eq(event->data, frame);
    ck_assert_ptr_ne(add(1)->data, frame);
}
END_TEST

START_TEST(a_frame_that_is_given_is_not_decoded_again)
{
    struct frame given;
    frame_decode(CARRIER_LANE_8023, frame, frame_size, &given);
    struct tap_event *event = add(3);
    tap_stream_decoded(stream, event, &given);
    ck_assert_ptr_eq(tap_frame(tap_stream_tap(stream), event), &given);
    keeper->first = event;
    add(4);
    ck_assert_ptr_ne(tap_frame(tap_stream_tap(stream), keeper->first), &given);
    ck_assert_uint_eq(lecid_of(keeper->first), 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("tap of a recording");
    TCase *tcase = tcase_create("tap_stream");
    tcase_add_checked_fixture(tcase, setup, teardown);
    tcase_add_test(tcase, what_is_kept_stays);
    tcase_add_test(tcase, what_nobody_keeps_is_used_again);
    tcase_add_test(tcase, many_may_be_kept);
    tcase_add_test(tcase, what_is_let_go_makes_room);
    tcase_add_test(tcase, stable_octets_are_not_copied);
    tcase_add_test(tcase, a_frame_that_is_given_is_not_decoded_again);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
