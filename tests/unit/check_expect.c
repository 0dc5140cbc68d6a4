/* What expectations mean (docs/writing-a-case.md), with a device that says what the test wrote down. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "fake_scene.h"
#include "suite/site_log.h"
#include "suite/vcc_events.h"

#define MS(n) MILLISECONDS(n)

static struct fake_scene fake;
static struct scene *scene;
static const char *must; /* ids of requirements by level */
static const char *other_must;
static const char *should;

static void set_up(void)
{
    fake_scene_set_up(&fake);
    scene = fake.scene;
    must = any_requirement(&fake, LEVEL_MUST, false, true)->id;
    other_must = "R-3.3.2-02";
    should = any_requirement(&fake, LEVEL_SHOULD, false, true)->id;
    ck_assert_str_ne(must, other_must);
}

static void tear_down(void)
{
    ck_assert_ptr_null(scene->harness_error);
    fake_scene_tear_down(&fake);
}

static void tear_down_after_error(void)
{
    ck_assert_ptr_nonnull(scene->harness_error);
    fake_scene_tear_down(&fake);
}

static void says(int64_t after_ns, uint32_t transaction_id)
{
    device_says(&fake, after_ns, LE_REGISTER_REQUEST, transaction_id);
}

static int64_t now_ns(void)
{
    return world_now_ns(scene->world) - fake.start.time_ns;
}

static void run_to(int64_t after_ns)
{
    world_run_until(scene->world, fake.start.time_ns + after_ns);
}

static int64_t time_of(const struct tap_event *event)
{
    return event->time_ns - fake.start.time_ns;
}

static uint32_t tid_of(struct tap_event *event)
{
    return tap_frame(scene->tap, event)->control.transaction_id;
}

static const struct finding *only_finding(void)
{
    ck_assert_uint_eq(scene->findings.count, 1);
    return &scene->findings.list[0];
}

/* What the site log says of a place: it ran and failed so often. */
struct site_count {
    const char *site;
    size_t ran;
    size_t failed;
};

static void count_site(void *context, const char *site, size_t ran, size_t failed)
{
    struct site_count *count = context;
    if (strcmp(site, count->site) == 0) {
        count->ran = ran;
        count->failed = failed;
    }
}

static void check_site(const char *site, size_t ran, size_t failed)
{
    struct site_count count = {.site = site};
    site_log_each(fake.sites, count_site, &count);
    ck_assert_uint_eq(count.ran, ran);
    ck_assert_uint_eq(count.failed, failed);
}

/* --- anchors and windows --- */

START_TEST(fast_device_is_seen_afterwards)
{
    says(MS(10), 7);
    run_to(MS(500));
    struct tap_event *event =
        expect(scene, .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = MS(100));
    ck_assert_int_eq(time_of(event), MS(10));
    ck_assert_int_eq(now_ns(), MS(500));
    ck_assert_uint_eq(scene->findings.count, 0);
}
END_TEST

START_TEST(slow_device_is_waited_for)
{
    says(MS(10), 7);
    says(MS(20), 8);
    ck_assert_ptr_nonnull(
        expect(scene, .requirements = must, .pattern = tid(8), .since = fake.start, .max_ns = MS(100)));
    ck_assert_int_eq(now_ns(), MS(20));
}
END_TEST

START_TEST(answer_behind_its_window_is_a_miss)
{
    says(MS(150), 7);
    run_to(MS(500));
    ck_assert_ptr_null(
        expect(scene, .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = MS(100)));
    ck_assert(only_finding()->silence);
}
END_TEST

START_TEST(events_before_the_mark_do_not_count)
{
    says(MS(10), 7);
    run_to(MS(20));
    struct tap_event *event = tap_at(scene->tap, tap_count(scene->tap) - 1);
    struct mark now = mark_now(scene);
    ck_assert_uint_eq(now.index, tap_count(scene->tap));
    ck_assert_int_eq(now.time_ns, fake.start.time_ns + MS(20));
    ck_assert_ptr_null(
        expect(scene, .requirements = must, .pattern = tid(7), .since = now, .max_ns = MS(100)));
    ck_assert_ptr_null(expect(scene, .requirements = other_must, .pattern = tid(7),
                              .since = mark_after(event), .max_ns = MS(100)));
    ck_assert_ptr_eq(
        expect(scene, .requirements = must, .pattern = tid(7), .since = mark_at(event), .max_ns = MS(100)),
        event);
}
END_TEST

START_TEST(windows_are_measured_from_the_mark)
{
    says(MS(10), 7);
    says(MS(60), 8);
    says(MS(61) + 1, 9);
    run_to(MS(100));
    struct tap_event *event = seen(scene, &(struct pattern){0}, fake.start);
    ck_assert_int_eq(mark_at(event).time_ns, fake.start.time_ns + MS(10));
    ck_assert_int_eq(mark_after(event).time_ns, fake.start.time_ns + MS(10));
    ck_assert_ptr_nonnull(expect(scene, .requirements = must, .pattern = tid(8), .since = mark_after(event),
                                 .min_ns = MS(50), .max_ns = MS(50)));
    ck_assert_uint_eq(scene->findings.count, 0);
    ck_assert_ptr_null(
        expect(scene, .requirements = must, .pattern = tid(9), .since = mark_after(event), .max_ns = MS(50)));
}
END_TEST

/* The device speaks once, 'after_ns' behind the mark; is that in [10 ms, 20 ms]? */
static void speak_into_window(int64_t after_ns, size_t violations)
{
    says(after_ns, 7);
    expect(scene, .requirements = must, .pattern = tid(7), .since = fake.start, .min_ns = MS(10),
           .max_ns = MS(20));
    ck_assert_uint_eq(findings_violations(&scene->findings), violations);
}

START_TEST(tolerance_widens_the_window)
{
    static const struct {
        int64_t after_ns;
        size_t violations;
    } samples[] = {{MS(9) - 1, 1}, {MS(9), 0}, {MS(21), 0}, {MS(21) + 1, 1}};
    speak_into_window(samples[_i].after_ns, samples[_i].violations);
}
END_TEST

START_TEST(larger_tolerance_counts)
{
    static const struct {
        unsigned percent;
        int64_t absolute_ns;
        int64_t after_ns;
        size_t violations;
    } samples[] = {{20, MS(1), MS(24), 0}, {20, MS(1), MS(24) + 1, 1}, {20, MS(5), MS(25), 0},
                   {20, MS(1), MS(8), 0},  {20, MS(1), MS(8) - 1, 1},  {20, MS(5), MS(5), 0}};
    scene->tolerance_percent = samples[_i].percent;
    scene->tolerance_ns = samples[_i].absolute_ns;
    speak_into_window(samples[_i].after_ns, samples[_i].violations);
}
END_TEST

START_TEST(too_early_is_a_finding_and_a_match)
{
    says(MS(10), 7);
    struct tap_event *event = expect(scene, .requirements = must, .pattern = tid(7), .since = fake.start,
                                     .min_ns = MS(50), .max_ns = MS(100));
    ck_assert_ptr_nonnull(event);
    const struct finding *finding = only_finding();
    ck_assert_ptr_eq(finding->event, event);
    ck_assert(!finding->silence);
    ck_assert_int_eq(finding->time_ns, event->time_ns);
    ck_assert_int_eq(finding->window_from_ns, fake.start.time_ns + MS(49));
    ck_assert_int_eq(finding->window_to_ns, fake.start.time_ns + MS(101));
    ck_assert_str_eq(finding->expected, "frame tid=0x7 from dut not before 1.049000 s");
    ck_assert_ptr_nonnull(strstr(finding->actual, "LE_REGISTER_REQUEST tid=0x7"));
    ck_assert_ptr_nonnull(strstr(finding->actual, " at 1.010000 s"));
    check_site(finding->site, 1, 1);
}
END_TEST

START_TEST(miss_is_told_at_the_end_of_the_window)
{
    says(MS(10), 1);
    says(MS(200), 2);
    run_to(MS(300));
    ck_assert_ptr_null(expect(scene, .requirements = must, .pattern = tid(7), .since = fake.start,
                              .min_ns = MS(50), .max_ns = MS(100)));
    const struct finding *finding = only_finding();
    ck_assert(finding->silence);
    ck_assert_int_eq(finding->kind, FINDING_VIOLATION);
    ck_assert_uint_eq(tid_of(finding->event), 1);
    ck_assert_int_eq(finding->time_ns, fake.start.time_ns + MS(101));
    ck_assert_int_eq(finding->window_from_ns, fake.start.time_ns + MS(49));
    ck_assert_int_eq(finding->window_to_ns, fake.start.time_ns + MS(101));
    ck_assert_str_eq(finding->expected, "frame tid=0x7 from dut");
    ck_assert_str_eq(finding->actual, "nothing");
    ck_assert_str_eq(finding->source, "case");
    ck_assert_ptr_nonnull(strstr(finding->site, "check_expect.c:"));
    check_site(finding->site, 1, 1);
}
END_TEST

START_TEST(miss_waits_for_the_end_of_the_window)
{
    ck_assert_ptr_null(
        expect(scene, .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = MS(100)));
    ck_assert_int_eq(now_ns(), MS(101));
    ck_assert_ptr_null(only_finding()->event);
}
END_TEST

/* --- consumption --- */

START_TEST(match_is_consumed)
{
    says(MS(10), 7);
    says(MS(20), 7);
    struct expectation seven = {
        .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = MS(100)};
    ck_assert_int_eq(time_of(expect_at(scene, "a", &seven)), MS(10));
    ck_assert_int_eq(time_of(expect_at(scene, "a", &seven)), MS(20));
    ck_assert_ptr_null(expect_at(scene, "a", &seven));
    check_site("a", 3, 1);
}
END_TEST

START_TEST(kept_match_matches_again)
{
    says(MS(10), 7);
    struct expectation seven = {
        .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = MS(100), .keep = true};
    struct tap_event *event = expect_at(scene, "a", &seven);
    ck_assert_ptr_nonnull(event);
    ck_assert_ptr_eq(expect_at(scene, "a", &seven), event);
    seven.keep = false;
    ck_assert_ptr_eq(expect_at(scene, "a", &seven), event);
    seven.keep = true;
    ck_assert_ptr_eq(expect_at(scene, "a", &seven), event);
    ck_assert_uint_eq(scene->findings.count, 0);
}
END_TEST

START_TEST(looking_judges_and_consumes_nothing)
{
    says(MS(10), 7);
    struct pattern seven = tid(7);
    ck_assert_ptr_null(seen(scene, &seven, fake.start));
    struct tap_event *event = await(scene, &seven, fake.start, MS(100));
    ck_assert_int_eq(time_of(event), MS(10));
    ck_assert_int_eq(now_ns(), MS(10));
    ck_assert_ptr_eq(seen(scene, &seven, fake.start), event);
    ck_assert_ptr_null(seen(scene, &seven, mark_after(event)));
    ck_assert_ptr_eq(
        expect(scene, .requirements = must, .pattern = seven, .since = fake.start, .max_ns = MS(100)), event);
    ck_assert_ptr_eq(await(scene, &seven, fake.start, MS(100)), event);
    ck_assert_ptr_eq(seen(scene, &seven, fake.start), event);
    ck_assert_ptr_null(await(scene, &seven, mark_after(event), MS(100)));
    ck_assert_int_eq(now_ns(), MS(111));
    ck_assert_uint_eq(scene->findings.count, 0);
}
END_TEST

START_TEST(awaiting_ends_with_its_limit)
{
    static const struct {
        int64_t after_ns;
        bool found;
    } samples[] = {{MS(101), true}, {MS(101) + 1, false}};
    says(samples[_i].after_ns, 7);
    run_to(MS(500));
    struct pattern seven = tid(7);
    ck_assert_int_eq(await(scene, &seven, fake.start, MS(100)) != NULL, samples[_i].found);
}
END_TEST

/* --- sets, sequences, choices, counts --- */

static struct expectation wanted(const char *requirements, uint32_t transaction_id)
{
    return (struct expectation){
        .requirements = requirements, .pattern = tid(transaction_id), .since = fake.start, .max_ns = MS(100)};
}

static struct expectation wanted_by_name(const char *requirements, uint64_t names)
{
    return (struct expectation){
        .requirements = requirements, .pattern.names = names, .since = fake.start, .max_ns = MS(100)};
}

START_TEST(set_comes_in_any_order)
{
    says(MS(10), 2);
    says(MS(20), 1);
    struct expectation list[] = {wanted(must, 1), wanted(must, 2)};
    struct tap_event *events[2];
    ck_assert(expect_all(scene, list, 2, events));
    ck_assert_uint_eq(tid_of(events[0]), 1);
    ck_assert_uint_eq(tid_of(events[1]), 2);
    ck_assert(events[0]->matched && events[1]->matched);
    ck_assert_int_eq(now_ns(), MS(20));
    ck_assert_uint_eq(scene->findings.count, 0);
}
END_TEST

START_TEST(what_a_set_lacks_is_named)
{
    says(MS(10), 2);
    struct expectation list[] = {wanted(must, 1), wanted(other_must, 2)};
    list[1].max_ns = MS(200);
    struct tap_event *events[2];
    ck_assert(!expect_all(scene, list, 2, events));
    ck_assert_ptr_null(events[0]);
    ck_assert_uint_eq(tid_of(events[1]), 2);
    ck_assert_str_eq(only_finding()->requirement->id, must);
    ck_assert(!expect_all(scene, list, 2, NULL));
}
END_TEST

START_TEST(broad_pattern_leaves_the_narrow_one_its_event)
{
    says(MS(10), 1);
    device_says(&fake, MS(20), LE_UNREGISTER_REQUEST, 2);
    struct expectation list[] = {
        wanted_by_name(must, 0), wanted(must, 1), /* the first event fits both, the second only one */
    };
    struct tap_event *events[2];
    ck_assert(expect_all(scene, list, 2, events));
    ck_assert_uint_eq(tid_of(events[0]), 2);
    ck_assert_uint_eq(tid_of(events[1]), 1);
    ck_assert_uint_eq(scene->findings.count, 0);
}
END_TEST

START_TEST(set_needs_an_event_for_each)
{
    says(MS(10), 1);
    struct expectation list[] = {wanted(must, 1), wanted(must, 1)};
    ck_assert(!expect_all(scene, list, 2, NULL));
    ck_assert_uint_eq(scene->findings.count, 1);
}
END_TEST

START_TEST(set_looks_from_each_mark_on)
{
    says(MS(10), 1);
    says(MS(30), 2);
    says(MS(40), 1);
    run_to(MS(20));
    struct expectation list[] = {wanted(must, 2), wanted(must, 1)};
    list[1].since = mark_now(scene);
    struct tap_event *events[2];
    ck_assert(expect_all(scene, list, 2, events));
    ck_assert_int_eq(time_of(events[1]), MS(40));
}
END_TEST

START_TEST(set_has_windows)
{
    says(MS(10), 1);
    says(MS(150), 2);
    run_to(MS(200));
    struct expectation list[] = {wanted(must, 1), wanted(other_must, 2)};
    list[0].min_ns = MS(50);
    ck_assert(!expect_all(scene, list, 2, NULL));
    ck_assert_uint_eq(scene->findings.count, 2);
    ck_assert(!scene->findings.list[0].silence); /* too early */
    ck_assert(scene->findings.list[1].silence);  /* too late */
}
END_TEST

START_TEST(early_event_of_a_whole_set_is_found)
{
    says(MS(10), 1);
    says(MS(60), 2);
    struct expectation list[] = {wanted(must, 1), wanted(must, 2)};
    list[0].min_ns = MS(50);
    ck_assert(expect_all_at(scene, "set", list, 2, NULL));
    ck_assert(!only_finding()->silence);
    check_site("set", 2, 1);
}
END_TEST

START_TEST(sequence_in_order)
{
    says(MS(10), 1);
    says(MS(10), 2);
    says(MS(20), 3);
    struct expectation list[] = {wanted(must, 1), wanted(must, 2), wanted(must, 3)};
    struct tap_event *events[3];
    ck_assert(expect_sequence(scene, other_must, list, 3, events));
    ck_assert_uint_eq(tid_of(events[2]), 3);
    ck_assert_uint_eq(scene->findings.count, 0);
    ck_assert_ptr_null(scene->inconclusive);
}
END_TEST

START_TEST(wrong_order_is_judged_strictly)
{
    says(MS(10), 2);
    says(MS(10), 1);
    struct expectation list[] = {wanted(must, 1), wanted(must, 2)};
    struct tap_event *events[2];
    ck_assert(!expect_sequence(scene, other_must, list, 2, events));
    const struct finding *finding = only_finding();
    ck_assert_str_eq(finding->requirement->id, other_must);
    ck_assert_ptr_eq(finding->event, events[1]);
    ck_assert_ptr_nonnull(strstr(finding->expected, "after LE_REGISTER_REQUEST tid=0x1"));
    ck_assert_ptr_nonnull(strstr(finding->actual, "LE_REGISTER_REQUEST tid=0x2"));
    check_site(finding->site, 3, 1);
}
END_TEST

START_TEST(order_skips_what_is_missing)
{
    says(MS(10), 3);
    says(MS(20), 1);
    struct expectation list[] = {wanted(must, 1), wanted(must, 2), wanted(must, 3)};
    struct tap_event *events[3];
    ck_assert(!expect_sequence(scene, other_must, list, 3, events));
    ck_assert_ptr_null(events[1]);
    ck_assert_uint_eq(scene->findings.count, 2);
    ck_assert_str_eq(scene->findings.list[0].requirement->id, must);
    ck_assert_str_eq(scene->findings.list[1].requirement->id, other_must);
}
END_TEST

START_TEST(missing_end_of_a_sequence)
{
    says(MS(10), 1);
    struct expectation list[] = {wanted(must, 1), wanted(must, 2)};
    ck_assert(!expect_sequence(scene, other_must, list, 2, NULL));
    ck_assert_str_eq(only_finding()->requirement->id, must);
}
END_TEST

START_TEST(order_without_egress_order_is_inconclusive)
{
    fake.lab.capabilities = 0;
    says(MS(10), 2);
    says(MS(20), 1);
    struct expectation list[] = {wanted(must, 1), wanted(must, 2)};
    ck_assert(expect_sequence(scene, other_must, list, 2, NULL));
    ck_assert_uint_eq(scene->findings.count, 0);
    ck_assert_ptr_nonnull(strstr(scene->inconclusive, "egress order"));
}
END_TEST

START_TEST(sequence_of_one_needs_no_egress_order)
{
    fake.lab.capabilities = 0;
    says(MS(10), 1);
    struct expectation list[] = {wanted(must, 1)};
    ck_assert(expect_sequence(scene, other_must, list, 1, NULL));
    ck_assert_ptr_null(scene->inconclusive);
}
END_TEST

START_TEST(first_match_decides)
{
    says(MS(10), 2);
    says(MS(20), 1);
    struct expectation list[] = {wanted(must, 1), wanted(must, 2)};
    struct tap_event *event;
    ck_assert_uint_eq(expect_choice(scene, list, 2, &event), 1);
    ck_assert_uint_eq(tid_of(event), 2);
    ck_assert(event->matched);
    ck_assert_int_eq(now_ns(), MS(10));
    ck_assert_uint_eq(expect_choice(scene, list, 2, &event), 0);
    ck_assert_int_eq(time_of(event), MS(20));
    ck_assert_uint_eq(scene->findings.count, 0);
}
END_TEST

START_TEST(first_match_in_the_tap_decides)
{
    says(MS(10), 2);
    says(MS(20), 1);
    run_to(MS(50));
    struct expectation list[] = {wanted(must, 1), wanted(must, 2)};
    ck_assert_uint_eq(expect_choice(scene, list, 2, NULL), 1);
    check_site(SITE, 0, 0);
}
END_TEST

START_TEST(of_equal_matches_the_first_alternative_decides)
{
    says(MS(10), 1);
    struct expectation list[] = {wanted(must, 2), wanted(must, 1), wanted_by_name(must, 0)};
    ck_assert_uint_eq(expect_choice(scene, list, 3, NULL), 1);
}
END_TEST

START_TEST(no_choice_is_a_miss_of_the_first)
{
    says(MS(150), 2); /* in the window of none */
    struct expectation list[] = {wanted(must, 1), wanted(other_must, 2), wanted(other_must, 3)};
    list[2].max_ns = MS(200);
    struct tap_event *event = tap_at(scene->tap, 0);
    ck_assert_uint_eq(expect_choice(scene, list, 3, &event), 3);
    ck_assert_ptr_null(event);
    ck_assert_int_eq(now_ns(), MS(201));
    const struct finding *finding = only_finding();
    ck_assert_str_eq(finding->requirement->id, must);
    ck_assert(finding->silence);
    ck_assert_int_eq(finding->window_to_ns, fake.start.time_ns + MS(201));
    ck_assert_uint_eq(tid_of(finding->event), 2);
    ck_assert_str_eq(finding->expected,
                     "frame tid=0x1 from dut or frame tid=0x2 from dut or frame tid=0x3 from dut");
}
END_TEST

START_TEST(choice_may_come_too_early)
{
    says(MS(10), 2);
    struct expectation list[] = {wanted(must, 1), wanted(other_must, 2)};
    list[1].min_ns = MS(50);
    ck_assert_uint_eq(expect_choice_at(scene, "choice", list, 2, NULL), 1);
    ck_assert_str_eq(only_finding()->requirement->id, other_must);
    check_site("choice", 1, 1);
}
END_TEST

START_TEST(choice_of_many)
{
    struct expectation list[12];
    for (uint32_t i = 0; i < 12; i++)
        list[i] = wanted(must, i);
    says(MS(10), 11);
    ck_assert_uint_eq(expect_choice_at(scene, "choice", list, 12, NULL), 11);
    ck_assert_uint_eq(expect_choice_at(scene, "choice", list, 12, NULL), 12);
    check_site("choice", 2, 1);
}
END_TEST

static size_t count_sevens(size_t times)
{
    return expect_count_at(
        scene, "count", times,
        &(struct expectation){
            .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = MS(100)});
}

START_TEST(exact_count)
{
    says(MS(10), 7);
    says(MS(20), 8);
    says(MS(101), 7);
    says(MS(101) + 1, 7);
    run_to(MS(10));
    ck_assert_uint_eq(count_sevens(2), 2);
    ck_assert_int_eq(now_ns(), MS(101));
    ck_assert_uint_eq(scene->findings.count, 0);
    ck_assert_uint_eq(scene->silence_index, SIZE_MAX);
    check_site("count", 1, 0);
    struct pattern seven = tid(7);
    ck_assert(seen(scene, &seven, fake.start)->matched);
}
END_TEST

START_TEST(too_many)
{
    says(MS(10), 7);
    says(MS(20), 7);
    says(MS(30), 7);
    ck_assert_uint_eq(count_sevens(1), 3);
    const struct finding *finding = only_finding();
    ck_assert_int_eq(time_of(finding->event), MS(20));
    ck_assert(!finding->silence);
    ck_assert_int_eq(finding->time_ns, fake.start.time_ns + MS(20));
    ck_assert_int_eq(finding->window_to_ns, fake.start.time_ns + MS(101));
    ck_assert_str_eq(finding->expected, "1 times frame tid=0x7 from dut");
    ck_assert_str_eq(finding->actual, "3 times");
    check_site("count", 1, 1);
}
END_TEST

START_TEST(too_few)
{
    says(MS(10), 7);
    says(MS(20), 8);
    ck_assert_uint_eq(count_sevens(2), 1);
    const struct finding *finding = only_finding();
    ck_assert(finding->silence);
    ck_assert_uint_eq(tid_of(finding->event), 8);
    ck_assert_int_eq(finding->time_ns, fake.start.time_ns + MS(101));
    ck_assert_int_eq(finding->window_from_ns, fake.start.time_ns);
}
END_TEST

START_TEST(counted_too_early)
{
    says(MS(10), 7);
    expect_count(scene, 1, .requirements = must, .pattern = tid(7), .since = fake.start, .min_ns = MS(50),
                 .max_ns = MS(100));
    ck_assert(strstr(only_finding()->expected, "not before") != NULL);
}
END_TEST

START_TEST(counting_none_is_silence)
{
    ck_assert_uint_eq(count_sevens(0), 0);
    ck_assert_uint_eq(scene->findings.count, 0);
    ck_assert_uint_eq(scene->silence_index, tap_count(scene->tap));
}
END_TEST

/* --- silence --- */

START_TEST(silence_lasts_for_its_window)
{
    says(MS(10), 8);
    ck_assert(
        expect_none_at(scene, "none",
                       &(struct expectation){
                           .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = MS(100)}));
    ck_assert_int_eq(now_ns(), MS(100));
    ck_assert_uint_eq(scene->findings.count, 0);
    check_site("none", 1, 0);
}
END_TEST

START_TEST(silence_sees_consumed_events)
{
    says(MS(10), 7);
    struct tap_event *event =
        expect(scene, .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = MS(100));
    ck_assert(!expect_none_at(
        scene, "none",
        &(struct expectation){
            .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = MS(100)}));
    const struct finding *finding = only_finding();
    ck_assert_ptr_eq(finding->event, event);
    ck_assert(!finding->silence);
    ck_assert_int_eq(finding->window_from_ns, fake.start.time_ns);
    ck_assert_int_eq(finding->window_to_ns, fake.start.time_ns + MS(99));
    ck_assert_str_eq(finding->expected, "no frame tid=0x7 from dut");
    ck_assert_ptr_nonnull(strstr(finding->actual, "LE_REGISTER_REQUEST tid=0x7"));
    check_site("none", 1, 1);
    ck_assert_uint_eq(scene->silence_index, SIZE_MAX);
}
END_TEST

START_TEST(each_breach_of_silence_is_a_finding)
{
    says(MS(10), 7);
    says(MS(20), 7);
    ck_assert(
        !expect_none(scene, .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = MS(100)));
    ck_assert_uint_eq(scene->findings.count, 2);
    ck_assert_int_eq(time_of(scene->findings.list[1].event), MS(20));
}
END_TEST

START_TEST(tolerance_narrows_silence)
{
    static const struct {
        int64_t min_ns;
        int64_t after_ns;
        bool silent;
    } samples[] = {{0, 0, false},          {0, MS(99), false},     {0, MS(99) + 1, true},
                   {0, MS(100) + 1, true}, {MS(50), MS(10), true}, {MS(50), MS(51) - 1, true},
                   {MS(50), MS(51), false}};
    says(samples[_i].after_ns, 7);
    run_to(MS(500));
    ck_assert_int_eq(expect_none(scene, .requirements = must, .pattern = tid(7), .since = fake.start,
                                 .min_ns = samples[_i].min_ns, .max_ns = MS(100)),
                     samples[_i].silent);
}
END_TEST

START_TEST(silence_counts_from_its_mark)
{
    says(MS(10), 7);
    run_to(MS(10));
    struct mark since = mark_now(scene);
    ck_assert(expect_none(scene, .requirements = must, .pattern = tid(7), .since = since, .max_ns = MS(50)));
}
END_TEST

static void be_silent(void)
{
    ck_assert(
        expect_none(scene, .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = MS(100)));
}

START_TEST(silence_owes_a_proof)
{
    be_silent();
    ck_assert_uint_eq(scene->silence_index, tap_count(scene->tap));
}
END_TEST

START_TEST(later_frame_of_the_device_proves_silence)
{
    says(MS(150), 8);
    be_silent();
    expect(scene, .requirements = must, .pattern = tid(8), .since = fake.start, .max_ns = MS(200),
           .keep = _i == 1);
    ck_assert_uint_eq(scene->silence_index, SIZE_MAX);
}
END_TEST

START_TEST(earlier_frame_of_the_device_proves_nothing)
{
    says(MS(50), 8);
    be_silent();
    expect(scene, .requirements = must, .pattern = tid(8), .since = fake.start, .max_ns = MS(200));
    ck_assert_uint_ne(scene->silence_index, SIZE_MAX);
}
END_TEST

START_TEST(frame_of_another_proves_nothing)
{
    peer_says(&fake, MS(150), LE_REGISTER_REQUEST, 8);
    be_silent();
    struct pattern pattern = tid(8);
    pattern.from_any = true;
    ck_assert_ptr_nonnull(
        expect(scene, .requirements = must, .pattern = pattern, .since = fake.start, .max_ns = MS(200)));
    ck_assert_uint_ne(scene->silence_index, SIZE_MAX);
}
END_TEST

START_TEST(looking_proves_nothing)
{
    says(MS(150), 8);
    be_silent();
    struct pattern pattern = tid(8);
    ck_assert_ptr_nonnull(await(scene, &pattern, fake.start, MS(200)));
    ck_assert_uint_ne(scene->silence_index, SIZE_MAX);
}
END_TEST

START_TEST(silence_of_another_owes_nothing)
{
    struct pattern pattern = tid(7);
    pattern.from_any = _i == 0;
    pattern.from = 1;
    ck_assert(
        expect_none(scene, .requirements = must, .pattern = pattern, .since = fake.start, .max_ns = MS(100)));
    ck_assert_uint_eq(scene->silence_index, SIZE_MAX);
}
END_TEST

/* --- fields and conditions --- */

static struct tap_event *spoken(void)
{
    says(MS(10), 7);
    run_to(MS(20));
    return tap_at(scene->tap, tap_count(scene->tap) - 1);
}

START_TEST(field_has_its_value)
{
    ck_assert(expect_field(scene, spoken(), FIELD_TRANSACTION_ID, number_value(7), must));
    ck_assert_uint_eq(scene->findings.count, 0);
}
END_TEST

START_TEST(field_has_another_value)
{
    struct tap_event *event = spoken();
    ck_assert(!expect_field_at(scene, "field", event, FIELD_TRANSACTION_ID, number_value(8), must));
    const struct finding *finding = only_finding();
    ck_assert_ptr_eq(finding->event, event);
    ck_assert_int_eq(finding->time_ns, event->time_ns);
    ck_assert_str_eq(finding->expected, "tid=0x8");
    ck_assert_str_eq(finding->actual, "tid=0x7");
    check_site("field", 1, 1);
}
END_TEST

START_TEST(missing_field_is_a_finding)
{
    ck_assert(!expect_field(scene, spoken(), FIELD_VRID, number_value(0), must));
    ck_assert_str_eq(only_finding()->expected, "vrid=0");
    ck_assert_str_eq(only_finding()->actual, "no vrid");
}
END_TEST

START_TEST(condition_holds_or_not)
{
    run_to(MS(30));
    ck_assert(expect_true_at(scene, "true", true, NULL, must, "this", "that"));
    ck_assert(!expect_true_at(scene, "true", false, NULL, must, "this", "that"));
    const struct finding *finding = only_finding();
    ck_assert_ptr_null(finding->event);
    ck_assert_int_eq(finding->time_ns, fake.start.time_ns + MS(30));
    ck_assert_str_eq(finding->expected, "this");
    ck_assert_str_eq(finding->actual, "that");
    check_site("true", 2, 1);
}
END_TEST

/* --- findings --- */

static void break_requirements(const char *requirements)
{
    expect_true(scene, false, NULL, requirements, "this", "that");
}

START_TEST(every_cited_requirement_is_named)
{
    char list[600];
    snprintf(list, sizeof list, "  %s  %s %s%400s", must, other_must, should, "");
    break_requirements(list);
    ck_assert_uint_eq(scene->findings.count, 3);
    ck_assert_str_eq(scene->findings.list[0].requirement->id, must);
    ck_assert_str_eq(scene->findings.list[1].requirement->id, other_must);
    ck_assert_str_eq(scene->findings.list[2].requirement->id, should);
}
END_TEST

START_TEST(long_lists_are_read_to_the_end)
{
    char list[800];
    size_t length = 0;
    for (unsigned i = 0; i < 50; i++)
        length += (size_t)sprintf(list + length, "%s ", must);
    sprintf(list + length, "%s", other_must);
    break_requirements(list);
    ck_assert(findings_name(&scene->findings, ledger_find(other_must)));
}
END_TEST

START_TEST(level_decides_the_kind)
{
    static const struct {
        enum requirement_level level;
        bool memory;
        bool strict;
        enum finding_kind kind;
    } samples[] = {
        {LEVEL_MUST, false, false, FINDING_VIOLATION},  {LEVEL_SHOULD, false, false, FINDING_REMARK},
        {LEVEL_SHOULD, false, true, FINDING_VIOLATION}, {LEVEL_SHOULD, true, true, FINDING_REMARK},
        {LEVEL_MAY, false, true, FINDING_REMARK},       {LEVEL_INFO, false, true, FINDING_REMARK},
    };
    scene->findings.strict = samples[_i].strict;
    break_requirements(any_requirement(&fake, samples[_i].level, samples[_i].memory, true)->id);
    ck_assert_int_eq(only_finding()->kind, samples[_i].kind);
}
END_TEST

START_TEST(remark_is_never_a_violation)
{
    scene->findings.strict = true;
    remark(scene, NULL, must, "usual", "unusual");
    ck_assert_int_eq(only_finding()->kind, FINDING_REMARK);
    ck_assert_str_eq(only_finding()->expected, "usual");
    ck_assert_str_eq(only_finding()->actual, "unusual");
}
END_TEST

START_TEST(what_does_not_bind_is_not_broken)
{
    char list[100];
    snprintf(list, sizeof list, "%s %s", any_requirement(&fake, LEVEL_MUST, false, false)->id, must);
    break_requirements(list);
    ck_assert_str_eq(only_finding()->requirement->id, must);
}
END_TEST

START_TEST(unknown_requirement_is_a_fault_of_the_harness)
{
    char list[100];
    snprintf(list, sizeof list, "%s X-1", must);
    bool met = _i == 0;
    ck_assert_int_eq(expect_true(scene, met, NULL, list, "this", "that"), met);
    ck_assert_ptr_nonnull(strstr(scene->harness_error, "X-1"));
    ck_assert_ptr_nonnull(strstr(scene->harness_error, "check_expect.c:"));
    ck_assert_uint_eq(scene->findings.count, met ? 0 : 1);
}
END_TEST

START_TEST(expectation_that_cannot_fail_is_a_fault_of_the_harness)
{
    const char *lists[] = {NULL, "", any_requirement(&fake, LEVEL_MUST, false, false)->id};
    says(MS(10), 7);
    expect(scene, .requirements = lists[_i], .pattern = tid(7), .since = fake.start, .max_ns = MS(100));
    ck_assert_ptr_nonnull(strstr(scene->harness_error, "cites nothing that binds"));
}
END_TEST

START_TEST(remark_without_requirement_is_a_fault_of_the_harness)
{
    remark(scene, NULL, "", "usual", "unusual");
    ck_assert_ptr_nonnull(scene->harness_error);
}
END_TEST

START_TEST(judging_is_remembered)
{
    struct pattern seven = tid(7);
    says(MS(10), 7);
    await(scene, &seven, fake.start, MS(100));
    seen(scene, &seven, fake.start);
    ck_assert(!scene->judged);
    break_requirements(must);
    ck_assert(scene->judged);
}
END_TEST

/* --- a world that stands still --- */

static void expect_seven(void)
{
    expect(scene, .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = SECONDS(1));
}

static void count_seven(void)
{
    expect_count(scene, 1, .requirements = must, .pattern = tid(7), .since = fake.start,
                 .max_ns = SECONDS(1));
}

static void hear_nothing(void)
{
    expect_none(scene, .requirements = must, .pattern = tid(7), .since = fake.start, .max_ns = SECONDS(1));
}

static void await_seven(void)
{
    struct pattern seven = tid(7);
    await(scene, &seven, fake.start, SECONDS(1));
}

static void await_release(void)
{
    await_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, fake.start, SECONDS(1));
}

static void advance(void)
{
    scene_advance(scene, SECONDS(1));
}

START_TEST(stuck_world_is_nobodys_fault)
{
    static void (*const ways[])(void) = {expect_seven, count_seven,   hear_nothing,
                                         await_seven,  await_release, advance};
    world_gets_stuck(&fake, MS(50));
    ck_assert(LEAVES(&fake, ways[_i]()));
    ck_assert_int_eq(scene->leave_verdict, VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(scene->leave_reason, "without any time passing"));
    ck_assert_uint_eq(scene->findings.count, 0);
}
END_TEST

/* --- VCCs --- */

static void peer_releases(void)
{
    fake.peer.services->call_release(fake.peer.services->context, fake.vcc, CAUSE_NORMAL);
}

START_TEST(release_of_a_vcc_is_awaited)
{
    ck_assert_ptr_null(seen_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, fake.start));
    peer_releases();
    struct tap_event *event = await_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, fake.start, SECONDS(1));
    ck_assert_int_eq(time_of(event), FAKE_LATENCY);
    ck_assert_ptr_eq(seen_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, fake.start), event);
    ck_assert_ptr_null(seen_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, mark_after(event)));
    ck_assert_ptr_null(seen_vcc(scene, TAP_CALL_SETUP, VCC_DATA_DIRECT, fake.start));
    ck_assert_ptr_null(seen_vcc(scene, TAP_CALL_RELEASED, VCC_CONTROL_DIRECT, fake.start));
    ck_assert_ptr_null(await_vcc(scene, TAP_CALL_SETUP, VCC_DATA_DIRECT, fake.start, SECONDS(1)));
    ck_assert_int_eq(now_ns(), SECONDS(1) + MS(1));
}
END_TEST

START_TEST(awaiting_a_vcc_has_a_limit)
{
    run_to(MS(100) + _i);
    peer_releases();
    run_to(MS(500));
    struct tap_event *event =
        await_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, fake.start, MS(99) + FAKE_LATENCY);
    ck_assert_int_eq(event != NULL, _i == 0);
}
END_TEST

START_TEST(vccs_of_others_do_not_count)
{
    struct probe_station third = {.accepts = true};
    struct atm_address address = probe_address(3);
    probe_attach(scene->world, "third", &third, &address);
    struct call call = {.calling = probe_address(2), .called = address, .b_lli = B_LLI_DATA_DIRECT_8023};
    fake.peer.services->call_setup(fake.peer.services->context, &call);
    ck_assert_ptr_null(await_vcc(scene, TAP_CALL_SETUP, VCC_DATA_DIRECT, fake.start, SECONDS(1)));
    call.called = probe_address(1);
    fake.peer.services->call_setup(fake.peer.services->context, &call);
    ck_assert_ptr_nonnull(await_vcc(scene, TAP_CALL_SETUP, VCC_DATA_DIRECT, fake.start, SECONDS(3)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("expect");
    TCase *tests = tcase_create("expect");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, fast_device_is_seen_afterwards);
    tcase_add_test(tests, slow_device_is_waited_for);
    tcase_add_test(tests, answer_behind_its_window_is_a_miss);
    tcase_add_test(tests, events_before_the_mark_do_not_count);
    tcase_add_test(tests, windows_are_measured_from_the_mark);
    tcase_add_loop_test(tests, tolerance_widens_the_window, 0, 4);
    tcase_add_loop_test(tests, larger_tolerance_counts, 0, 6);
    tcase_add_test(tests, too_early_is_a_finding_and_a_match);
    tcase_add_test(tests, miss_is_told_at_the_end_of_the_window);
    tcase_add_test(tests, miss_waits_for_the_end_of_the_window);
    tcase_add_test(tests, match_is_consumed);
    tcase_add_test(tests, kept_match_matches_again);
    tcase_add_test(tests, looking_judges_and_consumes_nothing);
    tcase_add_loop_test(tests, awaiting_ends_with_its_limit, 0, 2);
    tcase_add_test(tests, set_comes_in_any_order);
    tcase_add_test(tests, what_a_set_lacks_is_named);
    tcase_add_test(tests, broad_pattern_leaves_the_narrow_one_its_event);
    tcase_add_test(tests, set_needs_an_event_for_each);
    tcase_add_test(tests, set_looks_from_each_mark_on);
    tcase_add_test(tests, set_has_windows);
    tcase_add_test(tests, early_event_of_a_whole_set_is_found);
    tcase_add_test(tests, sequence_in_order);
    tcase_add_test(tests, wrong_order_is_judged_strictly);
    tcase_add_test(tests, order_skips_what_is_missing);
    tcase_add_test(tests, missing_end_of_a_sequence);
    tcase_add_test(tests, order_without_egress_order_is_inconclusive);
    tcase_add_test(tests, sequence_of_one_needs_no_egress_order);
    tcase_add_test(tests, first_match_decides);
    tcase_add_test(tests, first_match_in_the_tap_decides);
    tcase_add_test(tests, of_equal_matches_the_first_alternative_decides);
    tcase_add_test(tests, no_choice_is_a_miss_of_the_first);
    tcase_add_test(tests, choice_may_come_too_early);
    tcase_add_test(tests, choice_of_many);
    tcase_add_test(tests, exact_count);
    tcase_add_test(tests, too_many);
    tcase_add_test(tests, too_few);
    tcase_add_test(tests, counted_too_early);
    tcase_add_test(tests, counting_none_is_silence);
    tcase_add_test(tests, silence_lasts_for_its_window);
    tcase_add_test(tests, silence_sees_consumed_events);
    tcase_add_test(tests, each_breach_of_silence_is_a_finding);
    tcase_add_loop_test(tests, tolerance_narrows_silence, 0, 7);
    tcase_add_test(tests, silence_counts_from_its_mark);
    tcase_add_test(tests, silence_owes_a_proof);
    tcase_add_loop_test(tests, later_frame_of_the_device_proves_silence, 0, 2);
    tcase_add_test(tests, earlier_frame_of_the_device_proves_nothing);
    tcase_add_test(tests, frame_of_another_proves_nothing);
    tcase_add_test(tests, looking_proves_nothing);
    tcase_add_loop_test(tests, silence_of_another_owes_nothing, 0, 2);
    tcase_add_test(tests, field_has_its_value);
    tcase_add_test(tests, field_has_another_value);
    tcase_add_test(tests, missing_field_is_a_finding);
    tcase_add_test(tests, condition_holds_or_not);
    tcase_add_test(tests, every_cited_requirement_is_named);
    tcase_add_test(tests, long_lists_are_read_to_the_end);
    tcase_add_loop_test(tests, level_decides_the_kind, 0, 6);
    tcase_add_test(tests, remark_is_never_a_violation);
    tcase_add_test(tests, what_does_not_bind_is_not_broken);
    tcase_add_test(tests, judging_is_remembered);
    tcase_add_loop_test(tests, stuck_world_is_nobodys_fault, 0, 6);
    tcase_add_test(tests, release_of_a_vcc_is_awaited);
    tcase_add_loop_test(tests, awaiting_a_vcc_has_a_limit, 0, 2);
    tcase_add_test(tests, vccs_of_others_do_not_count);
    suite_add_tcase(suite, tests);
    TCase *faults = tcase_create("faults of the harness");
    tcase_add_checked_fixture(faults, set_up, tear_down_after_error);
    tcase_add_loop_test(faults, unknown_requirement_is_a_fault_of_the_harness, 0, 2);
    tcase_add_loop_test(faults, expectation_that_cannot_fail_is_a_fault_of_the_harness, 0, 3);
    tcase_add_test(faults, remark_without_requirement_is_a_fault_of_the_harness);
    suite_add_tcase(suite, faults);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
