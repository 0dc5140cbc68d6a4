/* What expectations mean (docs/writing-a-case.md): windows, consumption, order, choice, count, silence. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"

/* --- anchors and windows --- */

START_TEST(fast_device_is_seen_afterwards)
{
    says(MS(10), 7);
    run_to(MS(500));
    struct tap_event *event =
        expect(scene, .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = MS(100));
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
        expect(scene, .requirements = must, .pattern = tid(8), .since = script.start, .max_ns = MS(100)));
    ck_assert_int_eq(now_ns(), MS(20));
}
END_TEST

START_TEST(answer_behind_its_window_is_a_miss)
{
    says(MS(150), 7);
    run_to(MS(500));
    ck_assert_ptr_null(
        expect(scene, .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = MS(100)));
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
    ck_assert_int_eq(now.time_ns, script.start.time_ns + MS(20));
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
    struct tap_event *event = seen(scene, &(struct pattern){0}, script.start);
    ck_assert_int_eq(mark_at(event).time_ns, script.start.time_ns + MS(10));
    ck_assert_int_eq(mark_after(event).time_ns, script.start.time_ns + MS(10));
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
    expect(scene, .requirements = must, .pattern = tid(7), .since = script.start, .min_ns = MS(10),
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
    struct tap_event *event = expect(scene, .requirements = must, .pattern = tid(7), .since = script.start,
                                     .min_ns = MS(50), .max_ns = MS(100));
    ck_assert_ptr_nonnull(event);
    const struct finding *finding = only_finding();
    ck_assert_ptr_eq(finding->event, event);
    ck_assert(!finding->silence);
    ck_assert_int_eq(finding->time_ns, event->time_ns);
    ck_assert_int_eq(finding->window_from_ns, script.start.time_ns + MS(49));
    ck_assert_int_eq(finding->window_to_ns, script.start.time_ns + MS(101));
    ck_assert_str_eq(finding->expected, "frame tid=0x7 from dut not before 1.049000 s");
    ck_assert_ptr_nonnull(strstr(finding->actual, "LE_REGISTER_REQUEST lecid=0 tid=0x7"));
    ck_assert_ptr_nonnull(strstr(finding->actual, " at 1.010000 s"));
    check_site(finding->site, 1, 1);
}
END_TEST

START_TEST(miss_is_told_at_the_end_of_the_window)
{
    says(MS(10), 1);
    says(MS(200), 2);
    run_to(MS(300));
    ck_assert_ptr_null(expect(scene, .requirements = must, .pattern = tid(7), .since = script.start,
                              .min_ns = MS(50), .max_ns = MS(100)));
    const struct finding *finding = only_finding();
    ck_assert(finding->silence);
    ck_assert_int_eq(finding->kind, FINDING_VIOLATION);
    ck_assert_uint_eq(tid_of(finding->event), 1);
    ck_assert_int_eq(finding->time_ns, script.start.time_ns + MS(101));
    ck_assert_int_eq(finding->window_from_ns, script.start.time_ns + MS(49));
    ck_assert_int_eq(finding->window_to_ns, script.start.time_ns + MS(101));
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
        expect(scene, .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = MS(100)));
    ck_assert_int_eq(now_ns(), MS(101));
    ck_assert_int_eq(only_finding()->event->kind,
                     TAP_CALL_CONNECTED); /* the last frame: of the scene's call */
}
END_TEST

/* --- consumption --- */

START_TEST(match_is_consumed)
{
    says(MS(10), 7);
    says(MS(20), 7);
    struct expectation seven = {
        .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = MS(100)};
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
        .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = MS(100), .keep = true};
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
    ck_assert_ptr_null(seen(scene, &seven, script.start));
    struct tap_event *event = await(scene, &seven, script.start, MS(100));
    ck_assert_int_eq(time_of(event), MS(10));
    ck_assert_int_eq(now_ns(), MS(10));
    ck_assert_ptr_eq(seen(scene, &seven, script.start), event);
    ck_assert_ptr_null(seen(scene, &seven, mark_after(event)));
    ck_assert_ptr_eq(
        expect(scene, .requirements = must, .pattern = seven, .since = script.start, .max_ns = MS(100)),
        event);
    ck_assert_ptr_eq(await(scene, &seven, script.start, MS(100)), event);
    ck_assert_ptr_eq(seen(scene, &seven, script.start), event);
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
    ck_assert_int_eq(await(scene, &seven, script.start, MS(100)) != NULL, samples[_i].found);
}
END_TEST

/* --- sets, sequences, choices, counts --- */

static struct expectation wanted(const char *requirements, uint32_t transaction_id)
{
    return (struct expectation){.requirements = requirements,
                                .pattern = tid(transaction_id),
                                .since = script.start,
                                .max_ns = MS(100)};
}

static struct expectation wanted_by_name(const char *requirements, uint64_t names)
{
    return (struct expectation){
        .requirements = requirements, .pattern.names = names, .since = script.start, .max_ns = MS(100)};
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
    device_says(MS(20), LE_UNREGISTER_REQUEST, 2);
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
    says(MS(15), 2);
    says(MS(40), 1);
    run_to(MS(20));
    struct expectation list[] = {wanted(must, 2), wanted(must, 1)};
    struct tap_event *events[2];
    list[1].since = mark_now(scene);
    ck_assert(expect_all(scene, list, 2, events));
    ck_assert_int_eq(time_of(events[0]), MS(15));
    ck_assert_int_eq(time_of(events[1]), MS(40));
}
END_TEST

START_TEST(set_waits_for_its_longest_window)
{
    says(MS(150), 1);
    says(MS(20), 2);
    struct expectation list[] = {wanted(must, 1), wanted(must, 2)};
    list[0].max_ns = MS(200);
    ck_assert(expect_all(scene, list, 2, NULL));
}
END_TEST

START_TEST(set_takes_nothing_twice)
{
    says(MS(10), 1);
    says(MS(20), 1);
    struct expectation list[] = {wanted(must, 1)};
    struct tap_event *events[1];
    ck_assert(expect_all(scene, list, 1, NULL));
    ck_assert(expect_all(scene, list, 1, events));
    ck_assert_int_eq(time_of(events[0]), MS(20));
    ck_assert(!expect_all(scene, list, 1, NULL));
    list[0].keep = true;
    ck_assert(expect_all(scene, list, 1, events));
    ck_assert_int_eq(time_of(events[0]), MS(10));
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
    ck_assert_ptr_nonnull(strstr(finding->expected, "after LE_REGISTER_REQUEST lecid=0 tid=0x1"));
    ck_assert_ptr_nonnull(strstr(finding->actual, "LE_REGISTER_REQUEST lecid=0 tid=0x2"));
    check_site(finding->site, 3, 1);
}
END_TEST

START_TEST(nothing_comes_behind_itself)
{
    says(MS(10), 1);
    struct expectation list[] = {wanted(must, 1), wanted(must, 1)};
    list[0].keep = list[1].keep = true;
    ck_assert(!expect_sequence(scene, other_must, list, 2, NULL));
    ck_assert_str_eq(only_finding()->requirement->id, other_must);
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
    script.lab.capabilities = 0;
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
    script.lab.capabilities = 0;
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
    ck_assert_int_eq(finding->window_to_ns, script.start.time_ns + MS(201));
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
            .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = MS(100)});
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
    ck_assert(seen(scene, &seven, script.start)->matched);
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
    ck_assert_int_eq(finding->time_ns, script.start.time_ns + MS(20));
    ck_assert_int_eq(finding->window_to_ns, script.start.time_ns + MS(101));
    ck_assert_str_eq(finding->expected, "1 times frame tid=0x7 from dut");
    ck_assert_str_eq(finding->actual, "3 times");
    check_site("count", 1, 1);
}
END_TEST

START_TEST(too_few)
{
    says(MS(10), 7);
    says(MS(20), 8);
    says(MS(150), 8);
    run_to(MS(200));
    ck_assert_uint_eq(count_sevens(2), 1);
    check_site("count", 1, 1);
    const struct finding *finding = only_finding();
    ck_assert(finding->silence);
    ck_assert_uint_eq(tid_of(finding->event), 8);
    ck_assert_int_eq(finding->time_ns, script.start.time_ns + MS(101));
    ck_assert_int_eq(finding->window_from_ns, script.start.time_ns);
}
END_TEST

START_TEST(counting_without_consuming)
{
    says(MS(10), 7);
    says(MS(20), 7);
    struct expectation sevens = {
        .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = MS(100), .keep = true};
    ck_assert_uint_eq(expect_count_at(scene, "count", 2, &sevens), 2);
    ck_assert_uint_eq(expect_count_at(scene, "count", 2, &sevens), 2);
    ck_assert_uint_eq(scene->findings.count, 0);
}
END_TEST

START_TEST(none_of_several_is_no_silence)
{
    ck_assert_uint_eq(count_sevens(1), 0);
    ck_assert_uint_eq(scene->silence_index, SIZE_MAX);
}
END_TEST

START_TEST(counted_too_early)
{
    says(MS(10), 7);
    expect_count(scene, 1, .requirements = must, .pattern = tid(7), .since = script.start, .min_ns = MS(50),
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
    ck_assert(expect_none_at(
        scene, "none",
        &(struct expectation){
            .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = MS(100)}));
    ck_assert_int_eq(now_ns(), MS(100));
    ck_assert_uint_eq(scene->findings.count, 0);
    check_site("none", 1, 0);
}
END_TEST

START_TEST(silence_sees_consumed_events)
{
    says(MS(10), 7);
    struct tap_event *event =
        expect(scene, .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = MS(100));
    ck_assert(!expect_none_at(
        scene, "none",
        &(struct expectation){
            .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = MS(100)}));
    const struct finding *finding = only_finding();
    ck_assert_ptr_eq(finding->event, event);
    ck_assert(!finding->silence);
    ck_assert_int_eq(finding->window_from_ns, script.start.time_ns);
    ck_assert_int_eq(finding->window_to_ns, script.start.time_ns + MS(99));
    ck_assert_str_eq(finding->expected, "no frame tid=0x7 from dut");
    ck_assert_ptr_nonnull(strstr(finding->actual, "LE_REGISTER_REQUEST lecid=0 tid=0x7"));
    check_site("none", 1, 1);
    ck_assert_uint_eq(scene->silence_index, SIZE_MAX);
}
END_TEST

START_TEST(each_breach_of_silence_is_a_finding)
{
    says(MS(10), 7);
    says(MS(20), 7);
    ck_assert(!expect_none(scene, .requirements = must, .pattern = tid(7), .since = script.start,
                           .max_ns = MS(100)));
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
    ck_assert_int_eq(expect_none(scene, .requirements = must, .pattern = tid(7), .since = script.start,
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
    ck_assert(expect_none(scene, .requirements = must, .pattern = tid(7), .since = script.start,
                          .max_ns = MS(100)));
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
    expect(scene, .requirements = must, .pattern = tid(8), .since = script.start, .max_ns = MS(200),
           .keep = _i == 1);
    ck_assert_uint_eq(scene->silence_index, SIZE_MAX);
}
END_TEST

START_TEST(earlier_frame_of_the_device_proves_nothing)
{
    says(MS(50), 8);
    be_silent();
    expect(scene, .requirements = must, .pattern = tid(8), .since = script.start, .max_ns = MS(200));
    ck_assert_uint_ne(scene->silence_index, SIZE_MAX);
}
END_TEST

START_TEST(frame_of_another_proves_nothing)
{
    peer_says(MS(150), LE_REGISTER_REQUEST, 8);
    be_silent();
    struct pattern pattern = tid(8);
    pattern.from_any = true;
    ck_assert_ptr_nonnull(
        expect(scene, .requirements = must, .pattern = pattern, .since = script.start, .max_ns = MS(200)));
    ck_assert_uint_ne(scene->silence_index, SIZE_MAX);
}
END_TEST

START_TEST(looking_proves_nothing)
{
    says(MS(150), 8);
    be_silent();
    struct pattern pattern = tid(8);
    ck_assert_ptr_nonnull(await(scene, &pattern, script.start, MS(200)));
    ck_assert_uint_ne(scene->silence_index, SIZE_MAX);
}
END_TEST

START_TEST(silence_of_another_owes_nothing)
{
    struct pattern pattern = tid(7);
    pattern.from_any = _i == 0;
    pattern.from = (uint8_t)_i;
    ck_assert(expect_none(scene, .requirements = must, .pattern = pattern, .since = script.start,
                          .max_ns = MS(100)));
    ck_assert_uint_eq(scene->silence_index, SIZE_MAX);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("expect");
    TCase *tests = tcase_create("expect");
    tcase_add_checked_fixture(tests, script_set_up, script_tear_down);
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
    tcase_add_test(tests, set_waits_for_its_longest_window);
    tcase_add_test(tests, set_takes_nothing_twice);
    tcase_add_test(tests, set_has_windows);
    tcase_add_test(tests, early_event_of_a_whole_set_is_found);
    tcase_add_test(tests, sequence_in_order);
    tcase_add_test(tests, wrong_order_is_judged_strictly);
    tcase_add_test(tests, nothing_comes_behind_itself);
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
    tcase_add_test(tests, counting_without_consuming);
    tcase_add_test(tests, none_of_several_is_no_silence);
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
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
