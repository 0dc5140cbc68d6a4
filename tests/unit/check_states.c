/* States and their evidence (steps/states.h), on the reference: where it is brought to it is seen to be, and
 * nowhere else. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/labs.h"
#include "steps/states.h"
#include "suite/run.h"

#define REQUIREMENT "R-3.3.2-02"

static struct test_case test;
static struct case_instance instance;
static struct run_options options;
static struct case_result result;
static struct arena *arena;
static struct lab *lab;

static void set_up(void)
{
    struct reason reason;
    test = (struct test_case){.id = "a/b", .requirements = REQUIREMENT};
    instance = (struct case_instance){&test, ROLE_ROUTER, SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET};
    options = (struct run_options){.seed = 7, .pixit = pixit_default()};
    arena = arena_new();
    lab = lab_open("reference", &reason);
}

static void tear_down(void)
{
    lab_close(lab);
    arena_free(arena);
}

static enum verdict run(void (*function)(struct scene *scene))
{
    test.run = function;
    run_instance(&instance, lab, &options, arena, &result);
    return result.verdict;
}

static void check_pass(void (*function)(struct scene *scene))
{
    ck_assert_msg(run(function) == VERDICT_PASS, "%s", result.reason);
    ck_assert_uint_eq(result.findings.count, 0);
}

static void check_fail(void (*function)(struct scene *scene), const char *requirement)
{
    ck_assert_int_eq(run(function), VERDICT_FAIL);
    ck_assert_msg(findings_name(&result.findings, ledger_find(requirement)), "%s", result.reason);
}

/* --- each state --- */

static enum router_state brought_to;
static enum router_state expected;

static void bring_and_expect(struct scene *scene)
{
    bring_to(scene, brought_to);
    expect_state(scene, expected, NULL);
    ck_assert_uint_eq(scene->silence_index, SIZE_MAX);
}

static const enum router_state non_proxy_states[] = {STATE_INITIALIZE, STATE_BACKUP, STATE_MASTER_NP_PENDING,
                                                     STATE_MASTER_NP_REFUSED, STATE_MASTER_NP_CONFIRMED};
static const enum router_state proxy_states[] = {STATE_INITIALIZE, STATE_BACKUP, STATE_MASTER_PX_PERSISTING,
                                                 STATE_MASTER_PX_SETTLED};

START_TEST(states_of_a_non_proxy)
{
    brought_to = expected = non_proxy_states[_i];
    check_pass(bring_and_expect);
    instance.lane = LANE_V1;
    check_pass(bring_and_expect);
}
END_TEST

START_TEST(states_of_a_proxy)
{
    instance.scheme = SCHEME_PROXY;
    brought_to = expected = proxy_states[_i];
    check_pass(bring_and_expect);
    instance.lane = LANE_V1;
    check_pass(bring_and_expect);
}
END_TEST

START_TEST(another_state_is_found_out)
{
    static const struct {
        enum scheme scheme;
        enum router_state brought_to;
        enum router_state expected;
        const char *requirement; /* that the missing evidence breaks */
    } samples[] = {
        {SCHEME_NON_PROXY, STATE_INITIALIZE, STATE_BACKUP, "V-6.2-01"},
        {SCHEME_NON_PROXY, STATE_INITIALIZE, STATE_MASTER_NP_CONFIRMED, "V-6.4.3-08"},
        {SCHEME_NON_PROXY, STATE_INITIALIZE, STATE_MASTER_NP_CONFIRMED, "R-3.3.3-02"},
        {SCHEME_NON_PROXY, STATE_INITIALIZE, STATE_MASTER_NP_CONFIRMED, "V-6.4.3-01"},
        {SCHEME_NON_PROXY, STATE_INITIALIZE, STATE_MASTER_NP_CONFIRMED, "R-3.1-03"},
        {SCHEME_NON_PROXY, STATE_BACKUP, STATE_INITIALIZE, "V-6.4.1-07"},
        {SCHEME_NON_PROXY, STATE_BACKUP, STATE_MASTER_NP_CONFIRMED, "V-6.4.3-08"},
        {SCHEME_NON_PROXY, STATE_MASTER_NP_CONFIRMED, STATE_INITIALIZE, "V-6.4.1-07"},
        {SCHEME_NON_PROXY, STATE_MASTER_NP_CONFIRMED, STATE_MASTER_NP_PENDING, "R-3.1-05"},
        {SCHEME_NON_PROXY, STATE_MASTER_NP_CONFIRMED, STATE_MASTER_NP_REFUSED, "R-3.1-05"},
        {SCHEME_NON_PROXY, STATE_MASTER_NP_PENDING, STATE_MASTER_NP_CONFIRMED, "R-3.1-03"},
        {SCHEME_NON_PROXY, STATE_MASTER_NP_REFUSED, STATE_MASTER_NP_CONFIRMED, "R-3.1-03"},
        {SCHEME_PROXY, STATE_MASTER_PX_SETTLED, STATE_MASTER_PX_PERSISTING, "R-3.2-05"},
        {SCHEME_PROXY, STATE_BACKUP, STATE_MASTER_PX_SETTLED, "V-6.4.3-08"},
    };
    options.strict = true;
    instance.scheme = samples[_i].scheme;
    brought_to = samples[_i].brought_to;
    expected = samples[_i].expected;
    check_fail(bring_and_expect, samples[_i].requirement);
}
END_TEST

/* Without LANE a Master is a Master, and ARP is the evidence. */
START_TEST(states_on_a_lan)
{
    static const enum router_state states[] = {STATE_INITIALIZE, STATE_BACKUP, STATE_MASTER_NP_CONFIRMED};
    instance.role = ROLE_VRRP;
    brought_to = expected = states[_i];
    check_pass(bring_and_expect);
}
END_TEST

START_TEST(another_state_on_a_lan_is_found_out)
{
    static const struct {
        enum router_state brought_to;
        enum router_state expected;
        const char *requirement;
    } samples[] = {
        {STATE_INITIALIZE, STATE_BACKUP, "V-6.2-01"},
        {STATE_INITIALIZE, STATE_MASTER_NP_CONFIRMED, "V-6.4.3-08"},
        {STATE_INITIALIZE, STATE_MASTER_NP_CONFIRMED, "V-6.4.3-01"},
        {STATE_BACKUP, STATE_INITIALIZE, "V-6.4.1-07"},
        {STATE_BACKUP, STATE_MASTER_NP_CONFIRMED, "V-6.4.3-08"},
        {STATE_MASTER_NP_CONFIRMED, STATE_INITIALIZE, "V-6.4.1-07"},
    };
    instance.role = ROLE_VRRP;
    options.strict = true;
    brought_to = samples[_i].brought_to;
    expected = samples[_i].expected;
    check_fail(bring_and_expect, samples[_i].requirement);
}
END_TEST

/* There is no LES that could hand it over. */
static void ask_by_le_arp(struct scene *scene)
{
    bring_to_elan(scene);
    inject_le_arp_request(scene, scene->vmac, NULL);
}

START_TEST(lane_on_a_lan_is_inconclusive)
{
    instance.role = ROLE_VRRP;
    ck_assert_int_eq(run(ask_by_le_arp), VERDICT_INCONCLUSIVE);
}
END_TEST

static void see_backup_of_master(struct scene *scene)
{
    bring_to_master(scene);
    inject_priority(scene, scene->plan.lower_priority);
    expect_silent_router(scene, NULL);
}

START_TEST(master_is_not_silent)
{
    static const char *const requirements[] = {"R-3.3.2-02", "R-3.3.2-01", "V-6.2-01"};
    instance.scheme = SCHEME_PROXY;
    for (size_t i = 0; i < 3; i++)
        check_fail(see_backup_of_master, requirements[i]);
}
END_TEST

static void blame_master(struct scene *scene)
{
    bring_to_master(scene);
    expect_silent_router(scene, "R-2-06");
}

static void blame(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    expect_state(scene, STATE_INITIALIZE, "R-2-06");
}

START_TEST(blame_goes_where_the_case_says)
{
    static const char *const own[] = {"V-6.4.1-07", "R-3.3.2-02", "R-3.3.2-01", "V-6.2-01"};
    check_fail(_i ? blame_master : blame, "R-2-06");
    for (size_t i = 0; i < result.findings.count; i++)
        for (size_t j = 0; j < 4; j++)
            ck_assert(strcmp(result.findings.list[i].source, "case") != 0 ||
                      strcmp(result.findings.list[i].requirement->id, own[j]) != 0);
}
END_TEST

/* --- associations and takeovers --- */

static int64_t due_error_ns;

static void take_over(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    struct tap_event *last = speaker_falls_silent(scene);
    struct tap_event *event =
        expect_takeover(scene, mark_at(last), master_down_ns(scene) + due_error_ns, "V-6.2-01");
    ck_assert_int_eq(event->time_ns, last->time_ns + master_down_ns(scene));
    expect_association(scene, mark_at(last), master_down_ns(scene) - MILLISECONDS(900), "R-2-14");
    prove_alive(scene);
}

START_TEST(takeover_in_time)
{
    instance.scheme = _i % 2 ? SCHEME_PROXY : SCHEME_NON_PROXY;
    instance.lane = _i / 2 ? LANE_V1 : LANE_V2;
    due_error_ns = 0;
    check_pass(take_over);
    due_error_ns = MILLISECONDS(100);
    check_fail(take_over, "V-6.2-01");
    due_error_ns = -MILLISECONDS(100);
    check_fail(take_over, "V-6.2-01");
}
END_TEST

/* What the case itself finds, beside the rules. */
static bool case_finds(const char *requirement, const char *expectation)
{
    for (size_t i = 0; i < result.findings.count; i++) {
        const struct finding *finding = &result.findings.list[i];
        if (strcmp(finding->source, "case") == 0 && strcmp(finding->requirement->id, requirement) == 0 &&
            strncmp(finding->expected, expectation, strlen(expectation)) == 0)
            return true;
    }
    return false;
}

START_TEST(takeover_in_wrong_order)
{
    static const char *const samples[][2] = {
        {"mutant:M23", "after LE_REGISTER_REQUEST"}, /* advertises first */
        {"mutant:M105", "after ADVERTISEMENT"},      /* gratuitous ARP first */
        {"mutant:M34", "a gratuitous ARP request"},  /* no gratuitous ARP */
    };
    struct reason reason;
    lab_close(lab);
    lab = lab_open(samples[_i][0], &reason);
    due_error_ns = 0;
    check_fail(take_over, "R-3.3.2-03");
    ck_assert(case_finds("R-3.3.2-03", samples[_i][1]));
}
END_TEST

static void no_takeover(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    expect_takeover(scene, mark_now(scene), master_down_ns(scene), "V-6.2-01");
}

START_TEST(takeover_that_does_not_come)
{
    check_fail(no_takeover, "V-6.2-01");
    ck_assert(findings_name(&result.findings, ledger_find("R-2.1-01")));
    ck_assert(findings_name(&result.findings, ledger_find("V-6.4.2-06")));
}
END_TEST

static void no_association(struct scene *scene)
{
    bring_to_master(scene);
    expect_association(scene, mark_now(scene), 0, NULL);
}

START_TEST(association_that_does_not_come)
{
    static const struct {
        enum scheme scheme;
        enum lane_version lane;
        const char *requirements[3];
    } samples[] = {{SCHEME_NON_PROXY, LANE_V2, {"R-3.1-03", "R-2-04", "R-3.1-04"}},
                   {SCHEME_NON_PROXY, LANE_V1, {"R-3.1-03", "R-3.1-07", "R-6-04"}},
                   {SCHEME_PROXY, LANE_V2, {"R-3.2-03", "R-6-10", "R-3.2-04"}},
                   {SCHEME_PROXY, LANE_V1, {"R-3.2-07", "R-6-04", "R-3.2-04"}}};
    instance.scheme = samples[_i].scheme;
    instance.lane = samples[_i].lane;
    for (size_t i = 0; i < 3; i++)
        check_fail(no_association, samples[_i].requirements[i]);
}
END_TEST

static bool gives_up;

static void give_up(struct scene *scene)
{
    bring_to_master(scene);
    struct mark since = mark_now(scene);
    if (gives_up)
        scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    expect_disassociation(scene, since, true, NULL);
    prove_alive(scene);
}

START_TEST(disassociation_comes)
{
    static const struct {
        enum scheme scheme;
        enum lane_version lane;
        const char *requirements[2];
    } samples[] = {{SCHEME_NON_PROXY, LANE_V2, {"R-3.1-08", "R-3.1-09"}},
                   {SCHEME_NON_PROXY, LANE_V1, {"R-3.1-08", "R-3.1-08"}},
                   {SCHEME_PROXY, LANE_V2, {"R-3.2-08", "R-6-09"}}};
    instance.scheme = samples[_i].scheme;
    instance.lane = samples[_i].lane;
    gives_up = true;
    check_pass(give_up);
    gives_up = false;
    for (size_t i = 0; i < 2; i++)
        check_fail(give_up, samples[_i].requirements[i]);
}
END_TEST

static void keep(struct scene *scene)
{
    bring_to_master(scene);
    struct mark since = mark_now(scene);
    if (gives_up)
        scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    expect_association_kept(scene, since, SECONDS(2), "R-2-14");
    prove_alive(scene);
}

START_TEST(association_is_kept)
{
    instance.scheme = _i ? SCHEME_PROXY : SCHEME_NON_PROXY;
    gives_up = false;
    check_pass(keep);
    gives_up = true;
    check_fail(keep, "R-2-14");
}
END_TEST

/* --- times and parts --- */

static void change_times(struct scene_plan *plan)
{
    plan->device.virtual_routers[0].interval_s = 3;
    plan->device.virtual_routers[0].priority = 64;
}

static void look_at_times(struct scene *scene)
{
    ck_assert_int_eq(interval_ns(scene), SECONDS(3));
    ck_assert_int_eq(skew_ns(scene), MILLISECONDS(750));
    ck_assert_int_eq(master_down_ns(scene), MILLISECONDS(9750));
    ck_assert_int_eq(skew_of_priority_ns(255), 3906250);
    ck_assert_int_eq(skew_of_priority_ns(1), 996093750);
    ck_assert_int_eq(quiet_master(scene), scene->proxy ? STATE_MASTER_PX_SETTLED : STATE_MASTER_NP_CONFIRMED);
    expect_true(scene, true, NULL, REQUIREMENT, "", "");
}

START_TEST(times_of_the_virtual_router)
{
    test.prepare = change_times;
    instance.scheme = _i ? SCHEME_PROXY : SCHEME_NON_PROXY;
    check_pass(look_at_times);
}
END_TEST

static void follow_the_speaker(struct scene *scene)
{
    bring_to_elan(scene);
    ck_assert(!scene->judged);
    ck_assert_ptr_null(scene->started);
    speaker_takes_over(scene, 77);
    ck_assert(scene->speaker_is_master);
    struct tap_event *event = next_speaker_advertisement(scene);
    ck_assert_uint_eq(tap_frame(scene->tap, event)->vrrp.priority, 77);
    struct tap_event *last = speaker_falls_silent(scene);
    ck_assert(!scene->speaker_is_master);
    ck_assert_int_ge(last->time_ns, event->time_ns);
    ck_assert(tap_reaches(last, 0));
    struct mark since = mark_now(scene);
    scene_advance(scene, SECONDS(5));
    struct pattern pattern = {.names = FRAME_SET(ADVERTISEMENT), .from_any = true};
    ck_assert_ptr_null(seen(scene, &pattern, since));
    start_router(scene);
    ck_assert_int_eq(scene->started->kind, TAP_CONTROL);
    ck_assert_int_eq(scene->started->control.kind, CONTROL_STARTUP);
    ck_assert_int_eq(scene->started->time_ns, scene_now_ns(scene));
    ck_assert(prove_alive(scene));
    ck_assert(scene->judged);
    pattern = le_arp_answer_for(scene, scene->device_mac);
    ck_assert(seen(scene, &pattern, since)->matched);
}

START_TEST(speaker_comes_and_goes)
{
    check_pass(follow_the_speaker);
}
END_TEST

static void advertise_rarely(struct scene_plan *plan)
{
    plan->device.virtual_routers[0].interval_s = 100;
    plan->speaker.interval_s = 100;
}

static void ask_and_leave(struct scene *scene)
{
    bring_to_master(scene);
    inject_le_arp_request(scene, scene->vmac, NULL);
    scene_advance(scene, SECONDS(5));
    scene_not_applicable(scene, "enough is seen");
}

/* A Master that does not answer LE_ARP; nothing is seen any more when the answer is due. */
START_TEST(rules_judge_what_was_due_at_the_end)
{
    struct reason reason;
    lab_close(lab);
    lab = lab_open("mutant:M10", &reason);
    test.prepare = advertise_rarely;
    check_fail(ask_and_leave, "R-3.3.3-02");
    ck_assert_str_ne(result.findings.list[0].source, "case");
}
END_TEST

static void die(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    scene_control(scene, CONTROL_FAIL, 0, 0);
    ck_assert(!prove_alive(scene));
}

static void be_silent_and_die(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    scene_control(scene, CONTROL_FAIL, 0, 0);
    expect_silent_router(scene, NULL);
}

START_TEST(dead_device_proves_nothing)
{
    instance.role = _i < 2 ? ROLE_ROUTER : ROLE_VRRP;
    ck_assert_int_eq(run(_i % 2 ? die : be_silent_and_die), VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(result.reason, "its silence proves nothing"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("states");
    TCase *tests = tcase_create("states");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, states_of_a_non_proxy, 0, 5);
    tcase_add_loop_test(tests, states_of_a_proxy, 0, 4);
    tcase_add_loop_test(tests, another_state_is_found_out, 0, 14);
    tcase_add_loop_test(tests, states_on_a_lan, 0, 3);
    tcase_add_loop_test(tests, another_state_on_a_lan_is_found_out, 0, 6);
    tcase_add_test(tests, lane_on_a_lan_is_inconclusive);
    tcase_add_test(tests, master_is_not_silent);
    tcase_add_loop_test(tests, blame_goes_where_the_case_says, 0, 2);
    tcase_add_loop_test(tests, takeover_in_time, 0, 4);
    tcase_add_loop_test(tests, takeover_in_wrong_order, 0, 3);
    tcase_add_test(tests, takeover_that_does_not_come);
    tcase_add_loop_test(tests, association_that_does_not_come, 0, 4);
    tcase_add_loop_test(tests, disassociation_comes, 0, 3);
    tcase_add_loop_test(tests, association_is_kept, 0, 2);
    tcase_add_loop_test(tests, times_of_the_virtual_router, 0, 2);
    tcase_add_test(tests, speaker_comes_and_goes);
    tcase_add_test(tests, rules_judge_what_was_due_at_the_end);
    tcase_add_loop_test(tests, dead_device_proves_nothing, 0, 4);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
