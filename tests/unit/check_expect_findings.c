/* What expectations find: fields and conditions, requirements and their levels; a world that stands still;
 * VCCs. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"
#include "steps/vcc_events.h"

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
    ck_assert_int_eq(finding->time_ns, script.start.time_ns + MS(30));
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
    break_requirements(any_requirement(samples[_i].level, samples[_i].memory, true)->id);
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
    snprintf(list, sizeof list, "%s %s", any_requirement(LEVEL_MUST, false, false)->id, must);
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
    ck_assert_ptr_nonnull(strstr(scene->harness_error, "check_expect_findings.c:"));
    ck_assert_uint_eq(scene->findings.count, met ? 0 : 1);
}
END_TEST

START_TEST(expectation_that_cannot_fail_is_a_fault_of_the_harness)
{
    const char *lists[] = {NULL, "", any_requirement(LEVEL_MUST, false, false)->id};
    says(MS(10), 7);
    expect(scene, .requirements = lists[_i], .pattern = tid(7), .since = script.start, .max_ns = MS(100));
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
    await(scene, &seven, script.start, MS(100));
    seen(scene, &seven, script.start);
    ck_assert(!scene->judged);
    break_requirements(must);
    ck_assert(scene->judged);
}
END_TEST

/* --- a world that stands still --- */

static void expect_seven(void)
{
    expect(scene, .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = SECONDS(1));
}

static void count_seven(void)
{
    expect_count(scene, 1, .requirements = must, .pattern = tid(7), .since = script.start,
                 .max_ns = SECONDS(1));
}

static void hear_nothing(void)
{
    expect_none(scene, .requirements = must, .pattern = tid(7), .since = script.start, .max_ns = SECONDS(1));
}

static void await_seven(void)
{
    struct pattern seven = tid(7);
    await(scene, &seven, script.start, SECONDS(1));
}

static void await_release(void)
{
    await_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, script.start, SECONDS(1));
}

static void advance(void)
{
    scene_advance(scene, SECONDS(1));
}

START_TEST(stuck_world_is_nobodys_fault)
{
    static void (*const ways[])(void) = {expect_seven, count_seven,   hear_nothing,
                                         await_seven,  await_release, advance};
    world_gets_stuck(MS(50));
    ck_assert(LEAVES(ways[_i]()));
    ck_assert_int_eq(scene->leave_verdict, VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(scene->leave_reason, "without any time passing"));
    ck_assert_uint_eq(scene->findings.count, 0);
}
END_TEST

/* --- VCCs --- */

static void peer_releases(void)
{
    script.peer.services->call_release(script.peer.services->context, script.vcc, CAUSE_NORMAL);
}

START_TEST(release_of_a_vcc_is_awaited)
{
    ck_assert_ptr_null(seen_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, script.start));
    peer_releases();
    struct tap_event *event = await_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, script.start, SECONDS(1));
    ck_assert_int_eq(time_of(event), SCRIPT_LATENCY);
    ck_assert_ptr_eq(seen_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, script.start), event);
    ck_assert_ptr_null(seen_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, mark_after(event)));
    ck_assert_ptr_null(seen_vcc(scene, TAP_CALL_SETUP, VCC_DATA_DIRECT, script.start));
    ck_assert_ptr_null(seen_vcc(scene, TAP_CALL_RELEASED, VCC_CONTROL_DIRECT, script.start));
    ck_assert_ptr_null(await_vcc(scene, TAP_CALL_SETUP, VCC_DATA_DIRECT, script.start, SECONDS(1)));
    ck_assert_int_eq(now_ns(), SECONDS(1) + MS(1));
}
END_TEST

START_TEST(awaiting_a_vcc_has_a_limit)
{
    run_to(MS(100) + _i);
    peer_releases();
    run_to(MS(500));
    struct tap_event *event =
        await_vcc(scene, TAP_CALL_RELEASED, VCC_DATA_DIRECT, script.start, MS(99) + SCRIPT_LATENCY);
    ck_assert_int_eq(event != NULL, _i == 0);
}
END_TEST

START_TEST(vccs_of_others_do_not_count)
{
    struct probe_station third = {.accepts = true};
    struct atm_address address = probe_address(3);
    probe_attach(scene->world, "third", &third, &address);
    struct call call = {.calling = probe_address(2), .called = address, .b_lli = B_LLI_DATA_DIRECT_8023};
    script.peer.services->call_setup(script.peer.services->context, &call);
    ck_assert_ptr_null(await_vcc(scene, TAP_CALL_SETUP, VCC_DATA_DIRECT, script.start, SECONDS(1)));
    call.called = probe_address(1);
    script.peer.services->call_setup(script.peer.services->context, &call);
    ck_assert_ptr_nonnull(await_vcc(scene, TAP_CALL_SETUP, VCC_DATA_DIRECT, script.start, SECONDS(3)));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("findings of expectations");
    TCase *tests = tcase_create("findings of expectations");
    tcase_add_checked_fixture(tests, script_set_up, script_tear_down);
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
    tcase_add_checked_fixture(faults, script_set_up, script_tear_down_after_error);
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
