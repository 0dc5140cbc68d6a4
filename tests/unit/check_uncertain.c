/* What expectations make of an action whose moment is not known exactly (a late harness, a hook that took its
 * time): sure, wrong, or inconclusive. */
#include <check.h>
#include <string.h>

#include "golden_frames.h"
#include "script.h"

#define LATE_MS 30

/* Somebody acted on the device at the mark, and was done only so much later. */
static struct mark late_action(void)
{
    struct mark since = mark_now(scene);
    world_note(scene->world, "the lab acts");
    tap_at(scene->tap, since.index)->late_ns = MS(LATE_MS);
    return since;
}

static bool unsure(void)
{
    return scene->inconclusive && strstr(scene->inconclusive, "is known to 30.0 ms only");
}

struct sample {
    int64_t after_ns; /* the device speaks, behind the mark */
    size_t violations;
    bool unsure;
};

/* Due 50 to 100 ms after the action, give or take a millisecond: the end is later by what is not known. */
START_TEST(answer_to_a_late_action)
{
    static const struct sample samples[] = {
        {MS(49) - 1, 1, false}, {MS(49), 0, true},      {MS(79) - 1, 0, true}, {MS(79), 0, false},
        {MS(101), 0, false},    {MS(101) + 1, 0, true}, {MS(131), 0, true},    {MS(131) + 1, 1, false},
    };
    const struct sample *sample = &samples[_i];
    says(sample->after_ns, 7);
    struct mark since = late_action();
    struct tap_event *event = expect(scene, .requirements = must, .pattern = tid(7), .since = since,
                                     .min_ns = MS(50), .max_ns = MS(100));
    ck_assert(!event == (sample->after_ns > MS(131)));
    ck_assert_uint_eq(findings_violations(&scene->findings), sample->violations);
    ck_assert(unsure() == sample->unsure);
}
END_TEST

/* What the tolerance allows for anyway makes nothing inconclusive that is early enough. */
START_TEST(tolerance_covers_what_is_not_known)
{
    scene->tolerance_ns = MS(LATE_MS);
    says(MS(40), 7);
    struct mark since = late_action();
    expect(scene, .requirements = must, .pattern = tid(7), .since = since, .min_ns = MS(50),
           .max_ns = MS(100));
    ck_assert_uint_eq(findings_violations(&scene->findings), 0);
    ck_assert_ptr_null(scene->inconclusive);
}
END_TEST

/* Only what happened at the mark counts, and not what the device did. */
START_TEST(other_actions_do_not_matter)
{
    says(MS(120), 7);
    struct mark before = mark_now(scene);
    scene_advance(scene, MS(10));
    struct mark since = {.index = late_action().index, .time_ns = before.time_ns};
    ck_assert_ptr_null(
        expect(scene, .requirements = must, .pattern = tid(7), .since = since, .max_ns = MS(100)));
    ck_assert_uint_eq(findings_violations(&scene->findings), 1);
    ck_assert_ptr_null(scene->inconclusive);
}
END_TEST

START_TEST(lateness_of_the_device_is_its_own)
{
    says(MS(10), 3);
    says(MS(120), 7);
    scene_advance(scene, MS(10));
    struct tap_event *spoken = tap_at(scene->tap, tap_count(scene->tap) - 1);
    spoken->late_ns = MS(LATE_MS);
    ck_assert_ptr_null(
        expect(scene, .requirements = must, .pattern = tid(7), .since = mark_at(spoken), .max_ns = MS(100)));
    ck_assert_uint_eq(findings_violations(&scene->findings), 1);
}
END_TEST

/* A frame that left while the action may not have taken effect yet breaks no silence for sure. */
START_TEST(silence_after_a_late_action)
{
    static const struct sample samples[] = {
        {MS(5), 0, true}, {MS(LATE_MS), 0, true}, {MS(LATE_MS) + 1, 1, false}, {MS(90), 1, false}};
    const struct sample *sample = &samples[_i];
    says(sample->after_ns, 7);
    struct mark since = late_action();
    expect_none(scene, .requirements = must, .pattern = tid(7), .since = since, .max_ns = MS(100));
    ck_assert_uint_eq(findings_violations(&scene->findings), sample->violations);
    ck_assert(unsure() == sample->unsure);
}
END_TEST

START_TEST(count_after_a_late_action)
{
    says(MS(20), 7);
    says(MS(110), 7);
    struct mark since = late_action();
    expect_count(scene, 1, .requirements = must, .pattern = tid(7), .since = since, .max_ns = MS(100));
    ck_assert_uint_eq(findings_violations(&scene->findings), 0);
    ck_assert(unsure());
}
END_TEST

/* Frames of a wire are read port by port: one that left in time may come behind one that is in doubt. */
START_TEST(count_of_what_is_read_out_of_order)
{
    says(MS(110), 7);
    says(MS(115), 7);
    struct mark since = late_action();
    run_to(MS(120));
    tap_at(scene->tap, tap_count(scene->tap) - 1)->time_ns = script.start.time_ns + MS(60);
    expect_count(scene, 1, .requirements = must, .pattern = tid(7), .since = since, .max_ns = MS(100));
    ck_assert_uint_eq(findings_violations(&scene->findings), 0);
    ck_assert(unsure());
}
END_TEST

START_TEST(choice_after_a_late_action)
{
    says(MS(110), 8);
    struct mark since = late_action();
    struct expectation list[] = {
        {.requirements = must, .pattern = tid(7), .since = since, .max_ns = MS(100)},
        {.requirements = must, .pattern = tid(8), .since = since, .max_ns = MS(100)},
    };
    ck_assert_uint_eq(expect_choice(scene, list, 2, NULL), 1);
    ck_assert_uint_eq(findings_violations(&scene->findings), 0);
    ck_assert(unsure());
}
END_TEST

START_TEST(set_after_a_late_action)
{
    says(MS(110), 7);
    says(MS(20), 8);
    struct mark since = late_action();
    struct expectation list[] = {
        {.requirements = must, .pattern = tid(7), .since = since, .max_ns = MS(100)},
        {.requirements = must, .pattern = tid(8), .since = since, .max_ns = MS(100)},
    };
    ck_assert(expect_all(scene, list, 2, NULL));
    ck_assert_uint_eq(findings_violations(&scene->findings), 0);
    ck_assert(unsure());
}
END_TEST

/* --- frames that cross --- */

#define INTERVAL SECONDS(1) /* of the golden advertisement */

struct advertiser {
    struct timer timer;
    uint8_t data[GOLDEN_ROOM];
    size_t size;
};

static void advertise(void *owner)
{
    struct advertiser *advertiser = owner;
    const struct station_services *services = script.device.services;
    services->sdu_send(services->context, script.vcc, advertiser->data, advertiser->size);
}

static void advertises(int64_t after_ns)
{
    struct advertiser *advertiser = arena_zeroed(script.arena, sizeof *advertiser);
    const struct golden_frame *golden = golden_frames;
    while (golden->name != FRAME_ADVERTISEMENT || golden->carrier != CARRIER_LANE_8023)
        golden++;
    advertiser->size = golden_read(golden->hex, advertiser->data, sizeof advertiser->data);
    timer_init(&advertiser->timer, advertise, advertiser);
    world_timer_start(scene->world, &advertiser->timer, script.start.time_ns + after_ns);
}

/* On a wire an advertisement may be under way while the device is told to be silent: one that was due just
 * then, and no other. */
START_TEST(advertisement_that_crosses)
{
    static const struct {
        int64_t told_ns; /* behind the last advertisement */
        int64_t next_ns;
        bool virtual_clock;
        size_t violations;
    } samples[] = {
        {INTERVAL - MS(30), INTERVAL, false, 0},         {INTERVAL - MS(30), INTERVAL + MS(15), false, 0},
        {INTERVAL - MS(30), INTERVAL, true, 1},          /* where nothing takes time */
        {INTERVAL - MS(60), INTERVAL, false, 1},         /* time enough to be told */
        {INTERVAL / 2, INTERVAL / 2 + MS(30), false, 1}, /* its answer */
        {INTERVAL * 2, INTERVAL * 2 + MS(30), false, 1}, /* it had been silent */
        {INTERVAL - MS(30), 2 * INTERVAL, false, 1},
    };
    scene->wall_clock = !samples[_i].virtual_clock;
    scene->tolerance_ns = MS(50);
    advertises(0);
    advertises(samples[_i].next_ns);
    run_to(samples[_i].told_ns);
    world_note(scene->world, "the lab speaks");
    struct pattern own = {.names = FRAME_SET(ADVERTISEMENT)};
    bool silent = expect_none(scene, .requirements = must, .pattern = own, .since = mark_now(scene),
                              .max_ns = 2 * INTERVAL);
    ck_assert_uint_eq(findings_violations(&scene->findings), samples[_i].violations);
    ck_assert(silent == !samples[_i].violations);
    ck_assert(!scene->inconclusive == (samples[_i].violations > 0));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("actions whose moment is uncertain");
    TCase *tests = tcase_create("uncertain");
    tcase_add_checked_fixture(tests, script_set_up, script_tear_down);
    tcase_add_loop_test(tests, answer_to_a_late_action, 0, 8);
    tcase_add_test(tests, tolerance_covers_what_is_not_known);
    tcase_add_test(tests, other_actions_do_not_matter);
    tcase_add_test(tests, lateness_of_the_device_is_its_own);
    tcase_add_loop_test(tests, silence_after_a_late_action, 0, 4);
    tcase_add_test(tests, count_after_a_late_action);
    tcase_add_test(tests, count_of_what_is_read_out_of_order);
    tcase_add_test(tests, choice_after_a_late_action);
    tcase_add_test(tests, set_after_a_late_action);
    tcase_add_loop_test(tests, advertisement_that_crosses, 0, 7);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
