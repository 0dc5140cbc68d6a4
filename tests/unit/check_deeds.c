/* Deeds of the lab in a run: hooks in place of the device's own control, sanity, reset, evidence, and
 * verdicts that don't claim to know times closer than the deeds allow. */
#include <check.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scene/companions.h"
#include "scene/device_fitness.h"
#include "steps/states.h"
#include "suite/run.h"

static struct lab lab;
static struct control_plan plan;
static struct arena *arena;
static struct run_options options;
static struct case_result result;
static struct case_instance instance;
static struct test_case test;
static size_t controlled; /* by the device itself */
static size_t lent;
static bool lends; /* it can be lent */
static char folder[] = "/tmp/vmacheck-deeds-XXXXXX";

static bool control(void *station, const struct control_action *action, struct reason *reason)
{
    (void)action;
    if (station != &lab)
        return reason_set(reason, "no such knob");
    controlled++;
    return true;
}

static bool lend(struct lab *of, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    static const struct station_handlers handlers = {.control = control};
    (void)settings;
    lent++;
    if (!lends)
        return reason_set(reason, "it is gone");
    port_attach(port, &handlers, of);
    return true;
}

static void close_lab(struct lab *of)
{
    (void)of;
}

static const struct lab_kind kind = {.lend = lend, .close = close_lab};

static void set_up(void)
{
    controlled = lent = 0;
    lends = true;
    strcpy(folder + strlen(folder) - 6, "XXXXXX");
    ck_assert_ptr_nonnull(mkdtemp(folder));
    plan = (struct control_plan){.folder = folder};
    lab = (struct lab){
        .name = "fake",
        .capabilities = CAPABILITY_EGRESS_ORDER,
        .claims = {ROLE_VRRP, SCHEME_NON_PROXY | SCHEME_PROXY, LANE_V1 | LANE_V2, MEDIUM_ETHERNET},
        .kind = &kind};
    lab.control = device_control_new(&plan, 3);
    arena = arena_new();
    options = (struct run_options){.seed = 7, .pixit = pixit_default()};
    options.pixit.choice[PIXIT_TIME_TOLERANCE_MS] = 5000;
    test = (struct test_case){.id = "fake/case", .title = "a case", .requirements = "V-6.4.1-01"};
    instance = (struct case_instance){&test, ROLE_VRRP, SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET};
}

static void tear_down(void)
{
    char command[100];
    lab_close(&lab);
    arena_free(arena);
    snprintf(command, sizeof command, "rm -r %s", folder);
    ck_assert_int_eq(system(command), 0);
}

static enum verdict run(void (*function)(struct scene *scene))
{
    test.run = function;
    run_instance(&instance, &lab, &options, arena, &result);
    return result.verdict;
}

static bool exists(const char *name)
{
    char path[100];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return access(path, F_OK) == 0;
}

static void meet(struct scene *scene)
{
    expect_true(scene, true, NULL, test.requirements, "this", "that");
}

static void control_and_meet(struct scene *scene)
{
    scene_control(scene, CONTROL_STARTUP, 9, 0);
    scene_control(scene, CONTROL_SHUTDOWN, 9, 0);
    meet(scene);
}

START_TEST(missing_deeds_are_named)
{
    test.capabilities = CAPABILITY_CONTROL_FAIL;
    ck_assert_int_eq(run(meet), VERDICT_NOT_APPLICABLE);
    ck_assert_str_eq(result.reason, "fake lacks the capability control-fail that the case needs; `fail` "
                                    "under `control` gives it");
    test.capabilities = CAPABILITY_LAN_PORT;
    ck_assert_int_eq(run(meet), VERDICT_NOT_APPLICABLE);
    ck_assert_str_eq(result.reason, "fake lacks the capability lan-port that the case needs");
}
END_TEST

/* A deed that the plan has is done by its command, with the action in its environment; others by the device.
 */
START_TEST(hook_goes_before_the_device)
{
    plan.commands[DEED_STARTUP] = "echo $VMACHECK_ACTION of $VMACHECK_VRID at $VMACHECK_INSTANCE >done";
    options.wall_clock = _i;
    ck_assert_int_eq(run(control_and_meet), VERDICT_PASS);
    ck_assert(exists("done"));
    ck_assert_uint_eq(controlled, 1);
    size_t seen = 0;
    for (size_t i = 0; i < tap_count(result.tap); i++)
        seen += tap_at(result.tap, i)->kind == TAP_CONTROL;
    ck_assert_uint_eq(seen, 2);
}
END_TEST

START_TEST(what_a_hook_prints_is_evidence)
{
    plan.commands[DEED_STARTUP] = "echo one; echo two >&2";
    plan.commands[DEED_STOP] = "echo over";
    ck_assert_int_eq(run(control_and_meet), VERDICT_PASS);
    ck_assert_ptr_nonnull(result.evidence);
    ck_assert_ptr_nonnull(strstr(result.evidence, "startup"));
    ck_assert_ptr_nonnull(strstr(result.evidence, "one"));
    ck_assert_ptr_nonnull(strstr(result.evidence, "two"));
    ck_assert_ptr_nonnull(strstr(result.evidence, "over"));
    run(meet);
    ck_assert_ptr_null(strstr(result.evidence, "one")); /* of its own case */
}
END_TEST

START_TEST(hook_that_fails_is_inconclusive)
{
    plan.commands[DEED_STARTUP] = "echo no such router; exit 3";
    options.wall_clock = _i;
    ck_assert_int_eq(run(control_and_meet), VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(result.reason, "the lab could not do 'startup vrid=9'"));
    ck_assert_ptr_nonnull(strstr(result.reason, "no such router"));
}
END_TEST

START_TEST(device_is_configured_before_it_is_lent)
{
    plan.commands[DEED_CONFIGURE] =
        "test -s \"$VMACHECK_SETTINGS\" && test \"$VMACHECK_CASE\" = 'fake/case[vrrp,ethernet]'";
    ck_assert_int_eq(run(meet), VERDICT_PASS);
    plan.commands[DEED_CONFIGURE] = "exit 1";
    ck_assert_int_eq(run(meet), VERDICT_INCONCLUSIVE);
    ck_assert_uint_eq(lent, 1);
}
END_TEST

/* --- the moment of a deed --- */

static void see_the_duration(struct scene *scene)
{
    scene_control(scene, CONTROL_STARTUP, 9, 0);
    struct tap_event *event = tap_at(scene->tap, tap_count(scene->tap) - 1);
    ck_assert_int_eq(event->kind, TAP_CONTROL);
    ck_assert_int_ge(event->late_ns, MILLISECONDS(200));
    ck_assert_int_ge(scene_now_ns(scene), MILLISECONDS(200)); /* the world went on */
    meet(scene);
}

START_TEST(duration_of_a_deed_is_its_uncertainty)
{
    plan.commands[DEED_STARTUP] = "sleep 0.2";
    options.wall_clock = true;
    ck_assert_int_eq(run(see_the_duration), VERDICT_PASS);
    ck_assert_int_ge(result.longest_deed_ns, MILLISECONDS(200));
}
END_TEST

/* What a rule finds while a deed goes on, or about times after one that took longer than the tolerance. */
static struct finding rule_finding;

static void rule_finds(struct scene *scene)
{
    scene_control(scene, CONTROL_STARTUP, 9, 0);
    struct finding finding = rule_finding;
    finding.time_ns += scene_now_ns(scene);
    finding.requirement = ledger_find("V-6.4.1-01");
    finding_broken(&scene->findings, finding);
    meet(scene);
}

START_TEST(rules_know_no_time_closer_than_the_deeds)
{
    static const struct {
        const char *source;
        int64_t after_ns; /* of the deed's end */
        bool timed;
        unsigned tolerance_ms;
        enum verdict verdict;
    } samples[] = {
        {"a-rule", SECONDS(1), false, 50, VERDICT_FAIL},
        {"a-rule", SECONDS(1), true, 50, VERDICT_INCONCLUSIVE},
        {"a-rule", SECONDS(1), true, 5000, VERDICT_FAIL},
        {"a-rule", -MILLISECONDS(50), false, 5000, VERDICT_INCONCLUSIVE},
        {"case", -MILLISECONDS(50), true, 50, VERDICT_FAIL}, /* knows its mark */
    };
    plan.commands[DEED_STARTUP] = "sleep 0.2";
    options.wall_clock = true;
    rule_finding = (struct finding){.source = samples[_i].source,
                                    .site = "here",
                                    .time_ns = samples[_i].after_ns,
                                    .window_to_ns = samples[_i].timed ? 1 : 0};
    options.pixit.choice[PIXIT_TIME_TOLERANCE_MS] = samples[_i].tolerance_ms;
    enum verdict verdict = run(rule_finds);
    if (strstr(result.reason, "the harness was late")) /* a busy machine shows nothing here */
        return;
    ck_assert_int_eq(verdict, samples[_i].verdict);
    if (verdict == VERDICT_INCONCLUSIVE)
        ck_assert_ptr_nonnull(strstr(result.reason, "a deed of the lab took"));
}
END_TEST

/* --- fit for use --- */

START_TEST(unfit_device_is_reset_once)
{
    plan.commands[DEED_ALIVE] = "test ! -e poisoned || { echo it foams; exit 1; }";
    plan.commands[DEED_RESET] = "rm poisoned; echo x >>resets";
    plan.commands[DEED_STARTUP] = "touch poisoned";
    ck_assert_int_eq(run(control_and_meet), VERDICT_PASS);
    ck_assert_ptr_nonnull(strstr(result.restored, "the device was reset after this case"));
    ck_assert_ptr_nonnull(strstr(result.restored, "it foams"));
    ck_assert_int_eq(run(meet), VERDICT_PASS);
    ck_assert_ptr_null(result.restored);
}
END_TEST

static size_t line_count(const char *name)
{
    char path[100];
    size_t count = 0;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "r");
    ck_assert_ptr_nonnull(file);
    for (int octet; (octet = getc(file)) != EOF;)
        count += octet == '\n';
    fclose(file);
    return count;
}

/* Looked at before the reset, behind it and after the case. */
START_TEST(device_that_was_unfit_before_is_reset)
{
    plan.commands[DEED_ALIVE] = "echo >>looks; test -e fine || { echo it foams; exit 1; }";
    plan.commands[DEED_RESET] = "touch fine; echo >>resets";
    ck_assert_int_eq(run(meet), VERDICT_PASS);
    ck_assert_uint_eq(line_count("looks"), 3);
    ck_assert_uint_eq(line_count("resets"), 1);
    ck_assert_ptr_nonnull(strstr(result.restored, "the device was reset before this case: alive"));
    ck_assert_ptr_nonnull(strstr(result.restored, "it foams"));
    ck_assert_ptr_null(strstr(result.restored, "after"));
    ck_assert_int_eq(run(meet), VERDICT_PASS);
    ck_assert_ptr_null(result.restored);
}
END_TEST

START_TEST(resets_before_and_after_a_case_are_both_told)
{
    plan.commands[DEED_ALIVE] = "test -e fine";
    plan.commands[DEED_RESET] = "touch fine";
    plan.commands[DEED_STARTUP] = "rm fine";
    ck_assert_int_eq(run(control_and_meet), VERDICT_PASS);
    ck_assert_ptr_nonnull(strstr(result.restored, "the device was reset before this case: "));
    ck_assert_ptr_nonnull(strstr(result.restored, "; the device was reset after this case: "));
}
END_TEST

/* Its hooks are not asked again, and what they said is of that case only. */
START_TEST(device_that_is_unfit_from_the_beginning)
{
    plan.commands[DEED_ALIVE] = "echo >>looks; echo it foams; exit 1";
    plan.commands[DEED_RESET] = _i ? "echo scrubbing" : NULL;
    ck_assert_int_eq(run(meet), VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(
        strstr(result.reason, "before fake/case[vrrp,ethernet] the device is unfit: alive"));
    ck_assert_ptr_nonnull(strstr(result.reason, _i ? "its reset failed" : "the lab has no `reset`"));
    ck_assert_str_eq(result.restored, result.reason);
    ck_assert_ptr_nonnull(strstr(result.evidence, "alive: it foams\n"));
    ck_assert(!_i || strstr(result.evidence, "reset: scrubbing\n"));
    ck_assert_uint_eq(line_count("looks"), 1 + (size_t)_i);
    ck_assert_int_eq(run(meet), VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(result.reason, "the device is unfit"));
    ck_assert_ptr_null(result.restored);
    ck_assert_ptr_null(result.evidence);
    ck_assert_uint_eq(line_count("looks"), 1 + (size_t)_i);
    ck_assert_uint_eq(lent, 0);
}
END_TEST

START_TEST(device_that_no_reset_mends_runs_no_further_case)
{
    plan.commands[DEED_ALIVE] = "test ! -e poisoned";
    plan.commands[DEED_RESET] = _i ? "true" : NULL;
    plan.commands[DEED_STARTUP] = "touch poisoned";
    ck_assert_int_eq(run(control_and_meet), VERDICT_PASS);
    ck_assert_ptr_nonnull(strstr(result.restored, _i ? "its reset failed" : "the lab has no `reset`"));
    ck_assert_int_eq(run(meet), VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(result.reason, "after fake/case[vrrp,ethernet] the device is unfit"));
    ck_assert_ptr_null(result.restored);
    ck_assert_uint_eq(lent, 1);
}
END_TEST

/* A case that the device did not survive, as far as the case can tell. */
static void leave_it_dead(struct scene *scene)
{
    meet(scene);
    scene->unfit = "it does not answer";
}

START_TEST(doubt_about_the_device_resets_it)
{
    plan.commands[DEED_RESET] = "touch reset";
    run(leave_it_dead);
    ck_assert(exists("reset"));
    ck_assert_ptr_nonnull(strstr(result.restored, "it does not answer"));
}
END_TEST

static void run_case_called(const char *id, bool can_be_lent)
{
    test.id = id;
    lends = can_be_lent;
    ck_assert_int_eq(run(meet), can_be_lent ? VERDICT_PASS : VERDICT_INCONCLUSIVE);
}

/* One that is lost to case after case is told of once, and tried on. */
START_TEST(device_that_can_not_be_lent)
{
    run_case_called("fake/a", false);
    run_case_called("fake/b", false);
    run_case_called("fake/c", true); /* a new row */
    run_case_called("fake/d", false);
    run_case_called("fake/e", false);
    ck_assert(device_is_of_use(&lab));
    ck_assert_ptr_null(result.restored);
    run_case_called("fake/f", false);
    ck_assert(!device_is_of_use(&lab));
    ck_assert_str_eq(result.restored, "the device could not be lent to 3 cases in a row: it is gone");
    run_case_called("fake/g", false);
    ck_assert(!device_is_of_use(&lab));
    ck_assert_ptr_null(result.restored);
    run_case_called("fake/h", true);
    ck_assert(device_is_of_use(&lab));
    ck_assert_uint_eq(lent, 8);
}
END_TEST

/* It is no device for one case, in whatever scheme and medium. */
START_TEST(device_that_can_not_be_lent_to_one_case)
{
    for (size_t i = 0; i < 5; i++) {
        run_case_called("fake/a", false);
        ck_assert_ptr_null(result.restored);
    }
    ck_assert(device_is_of_use(&lab));
}
END_TEST

/* A doubt is no proof. */
START_TEST(doubt_without_a_reset)
{
    run(leave_it_dead);
    ck_assert_ptr_null(result.restored);
    ck_assert(device_is_of_use(&lab));
}
END_TEST

/* With a sanity check it is only told; with nothing to go by the device is unfit for good. */
START_TEST(device_that_can_not_be_stopped)
{
    bool checked = _i == 0;
    plan.commands[DEED_STOP] = "echo it is stuck; exit 1";
    plan.commands[DEED_ALIVE] = checked ? "true" : NULL;
    ck_assert_int_eq(run(meet), VERDICT_PASS);
    ck_assert_ptr_nonnull(strstr(result.restored, "stop: "));
    ck_assert_ptr_nonnull(strstr(result.restored, "it is stuck"));
    ck_assert_ptr_nonnull(strstr(result.restored, "the lab has no `reset`"));
    ck_assert_int_eq(device_is_of_use(&lab), checked);
    ck_assert_int_eq(run(meet), checked ? VERDICT_PASS : VERDICT_INCONCLUSIVE);
    ck_assert(checked || strstr(result.reason, "after fake/case[vrrp,ethernet] the device is unfit: stop: "));
    ck_assert_int_eq(result.restored != NULL, checked);
}
END_TEST

START_TEST(device_that_can_not_be_stopped_is_reset)
{
    plan.commands[DEED_STOP] = "exit 1";
    plan.commands[DEED_RESET] = "touch reset";
    ck_assert_int_eq(run(meet), VERDICT_PASS);
    ck_assert(exists("reset"));
    ck_assert_ptr_nonnull(strstr(result.restored, "the device was reset after this case: stop: "));
    ck_assert(device_is_of_use(&lab));
}
END_TEST

/* --- the harness in touch with its devices --- */

static struct lab router; /* a companion */
static struct lab *cut;   /* its link was down since somebody looked last */

static bool in_touch(struct lab *of, struct reason *reason)
{
    if (of != cut)
        return true;
    cut = NULL;
    return reason_set(reason, "the link of %s was down", of->name);
}

static const struct lab_kind kind_with_links = {.lend = lend, .in_touch = in_touch, .close = close_lab};

static void break_a_requirement(struct scene *scene)
{
    expect_true(scene, false, NULL, test.requirements, "this", "that");
}

static void lose_the_link(struct scene *scene)
{
    cut = &lab;
    break_a_requirement(scene);
}

/* Not before it is switched on, and not after it was switched off. */
static void lose_the_link_while_off(struct scene *scene)
{
    cut = &lab;
    scene_control(scene, CONTROL_START, 0, 0);
    scene_control(scene, CONTROL_FAIL, 0, 0);
    cut = &lab;
    break_a_requirement(scene);
}

static void lose_the_link_while_on(struct scene *scene)
{
    scene_control(scene, CONTROL_START, 0, 0);
    cut = &lab;
    scene_control(scene, CONTROL_FAIL, 0, 0);
    break_a_requirement(scene);
}

static void lose_the_link_of_a_companion(struct scene *scene)
{
    router.lent = true;
    cut = &router;
    break_a_requirement(scene);
}

static void lose_a_companion(struct scene *scene)
{
    router.lent = router.lost = true;
    break_a_requirement(scene);
}

/* A router that dies without being told to may be why the device seems to break something. */
START_TEST(dead_companion_is_inconclusive)
{
    static const struct control_plan alive[] = {{.folder = "/", .commands = {[DEED_ALIVE] = "exit 1"}},
                                                {.folder = "/", .commands = {[DEED_ALIVE] = "true"}}};
    static const enum verdict verdicts[] = {VERDICT_INCONCLUSIVE, VERDICT_FAIL, VERDICT_FAIL};
    router = (struct lab){.name = "router",
                          .kind = &kind_with_links,
                          .control = device_control_new(&alive[_i == 1], 1),
                          .lent = true,
                          .off = _i == 2};
    lab.companions[lab.companion_count++] = &router;
    cut = NULL;
    ck_assert_int_eq(run(break_a_requirement), verdicts[_i]);
    if (_i == 0)
        ck_assert_ptr_nonnull(strstr(result.reason, "router has died: alive"));
}
END_TEST

/* Nobody can tell whether the device broke anything then. */
START_TEST(cut_link_is_inconclusive)
{
    static const struct {
        void (*run)(struct scene *scene);
        enum verdict verdict;
    } samples[] = {
        {break_a_requirement, VERDICT_FAIL},
        {lose_the_link, VERDICT_INCONCLUSIVE},
        {lose_the_link_while_off, VERDICT_FAIL},
        {lose_the_link_while_on, VERDICT_INCONCLUSIVE},
        {lose_the_link_of_a_companion, VERDICT_INCONCLUSIVE},
        {lose_a_companion, VERDICT_INCONCLUSIVE},
    };
    plan.commands[DEED_START] = plan.commands[DEED_FAIL] = "true";
    if (samples[_i].run == lose_the_link)
        plan.commands[DEED_START] = NULL; /* always on */
    router = (struct lab){.name = "router", .kind = &kind_with_links};
    lab.kind = &kind_with_links;
    lab.companions[lab.companion_count++] = &router;
    cut = NULL;
    ck_assert_int_eq(run(samples[_i].run), samples[_i].verdict);
    if (samples[_i].verdict == VERDICT_INCONCLUSIVE)
        ck_assert_msg(strstr(result.reason, "was down") || strstr(result.reason, "router was lost"), "%s",
                      result.reason);
}
END_TEST

/* --- the device's host --- */

START_TEST(starved_host_is_inconclusive)
{
    static const struct {
        int64_t starved_ns;
        enum verdict verdict;
    } samples[] = {{MILLISECONDS(4999), VERDICT_PASS}, {MILLISECONDS(5001), VERDICT_INCONCLUSIVE}};
    options.wall_clock = true;
    lab.starved_ns = samples[_i].starved_ns;
    ck_assert_int_eq(run(meet), samples[_i].verdict);
    if (_i)
        ck_assert_ptr_nonnull(strstr(result.reason, "fake answered 5001.0 ms late"));
}
END_TEST

static void wait_a_while(struct scene *scene)
{
    scene_advance(scene, MILLISECONDS(700));
    meet(scene);
}

START_TEST(heartbeat_is_listened_to)
{
    struct reason reason;
    plan.commands[DEED_HEARTBEAT] = _i ? "echo; echo; exec sleep 0.4" : "while sleep 0.1; do echo; done";
    options.wall_clock = true;
    ck_assert(device_control_heartbeat_start(lab.control, &reason));
    ck_assert_int_eq(run(wait_a_while), _i ? VERDICT_INCONCLUSIVE : VERDICT_PASS);
    if (_i)
        ck_assert_ptr_nonnull(strstr(result.reason, "heartbeat"));
}
END_TEST

/* --- companions --- */

static struct control_plan plan_of_router;

static void add_router(void)
{
    plan_of_router = (struct control_plan){.folder = folder};
    router = (struct lab){.name = "router", .kind = &kind, .control = device_control_new(&plan_of_router, 1)};
    lab.companions[lab.companion_count++] = &router;
}

static struct companion *lend_router(struct scene *scene)
{
    return companion_add(scene, 0, &scene->plan.device, "near-router", scene->lan, scene->lan);
}

static void start_companion(struct scene *scene)
{
    companion_start(lend_router(scene));
    meet(scene);
}

START_TEST(companion_that_can_not_be_controlled)
{
    add_router();
    plan_of_router.commands[DEED_START] = "true";
    plan_of_router.commands[DEED_STARTUP] = _i ? "echo out of memory; exit 1" : NULL;
    ck_assert_int_eq(run(start_companion), VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(result.reason, _i ? "router: the lab could not do 'startup vrid="
                                                   : "router: the device refused 'startup vrid="));
    ck_assert_ptr_nonnull(strstr(result.reason, _i ? "out of memory" : "no such knob"));
}
END_TEST

START_TEST(what_hooks_of_companions_print_is_evidence)
{
    add_router();
    plan.commands[DEED_STOP] = "echo over";
    plan_of_router.commands[DEED_CONFIGURE] = "echo one; echo two >&2";
    plan_of_router.commands[DEED_START] = plan_of_router.commands[DEED_STARTUP] = "true";
    plan_of_router.commands[DEED_STOP] = "echo three";
    ck_assert_int_eq(run(start_companion), VERDICT_PASS);
    ck_assert_str_eq(result.evidence, "stop: over\n"
                                      "router: configure: one\n"
                                      "router: configure: two\n"
                                      "router: stop: three\n");
    ck_assert_ptr_null(result.restored);
    run(meet);
    ck_assert_str_eq(result.evidence, "stop: over\n");
}
END_TEST

START_TEST(companion_that_can_not_be_stopped)
{
    add_router();
    plan_of_router.commands[DEED_START] = plan_of_router.commands[DEED_STARTUP] = "true";
    plan_of_router.commands[DEED_STOP] = "echo stuck; exit 1";
    ck_assert_int_eq(run(start_companion), VERDICT_PASS);
    ck_assert_ptr_nonnull(strstr(result.restored, "after this case router could not be stopped: stop: "));
    ck_assert_ptr_nonnull(strstr(result.restored, "stuck"));
}
END_TEST

static void lend_router_and_wait(struct scene *scene)
{
    lend_router(scene);
    wait_a_while(scene);
}

/* Of a companion that is lent; the host of the device is well. On the virtual clock nobody starves. */
START_TEST(heartbeat_of_a_companion_is_listened_to)
{
    static const struct {
        const char *beats;
        void (*run)(struct scene *scene);
        bool wall_clock;
        const char *reason; /* NULL: it passes */
    } samples[] = {
        {"while sleep 0.1; do echo; done", lend_router_and_wait, true, NULL},
        {"echo; echo; exec sleep 1000", lend_router_and_wait, true, "the host of router was starved"},
        {"echo; echo; exec sleep 0.4", lend_router_and_wait, true,
         "the heartbeat of the host of router ended"},
        {"echo; echo; exec sleep 1000", wait_a_while, true, NULL},
        {"echo; echo; exec sleep 0.1", lend_router_and_wait, false, NULL},
    };
    struct reason reason;
    add_router();
    plan.commands[DEED_HEARTBEAT] = "while sleep 0.1; do echo; done";
    plan_of_router.commands[DEED_HEARTBEAT] = samples[_i].beats;
    if (_i != 1) /* where a busy machine could starve it for longer */
        ck_assert(device_control_heartbeat_start(lab.control, &reason));
    ck_assert(device_control_heartbeat_start(router.control, &reason));
    struct pollfd ends = {.fd = device_control_heartbeat_descriptor(router.control), .events = POLLIN};
    while (!samples[_i].wall_clock &&
           device_control_heartbeat_starved_ns(router.control, 0) != INT64_MAX) /* it is over already */
        poll(&ends, 1, 100);
    options.wall_clock = samples[_i].wall_clock;
    options.pixit.choice[PIXIT_TIME_TOLERANCE_MS] = 400;
    enum verdict verdict = run(samples[_i].run);
    bool busy = strstr(result.reason, "the harness was late") ||
                (!samples[_i].reason && strstr(result.reason, "the device's host was starved")) ||
                (_i == 0 && strstr(result.reason, "was starved"));
    ck_assert_msg(busy || (verdict == VERDICT_PASS) == !samples[_i].reason, "%s", result.reason);
    ck_assert_msg(busy || !samples[_i].reason || strstr(result.reason, samples[_i].reason), "%s",
                  result.reason);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("deeds");
    TCase *tests = tcase_create("deeds");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, hook_goes_before_the_device, 0, 2);
    tcase_add_test(tests, missing_deeds_are_named);
    tcase_add_test(tests, what_a_hook_prints_is_evidence);
    tcase_add_loop_test(tests, hook_that_fails_is_inconclusive, 0, 2);
    tcase_add_test(tests, device_is_configured_before_it_is_lent);
    tcase_add_test(tests, duration_of_a_deed_is_its_uncertainty);
    tcase_add_loop_test(tests, rules_know_no_time_closer_than_the_deeds, 0, 5);
    tcase_add_test(tests, unfit_device_is_reset_once);
    tcase_add_test(tests, device_that_was_unfit_before_is_reset);
    tcase_add_test(tests, resets_before_and_after_a_case_are_both_told);
    tcase_add_loop_test(tests, device_that_is_unfit_from_the_beginning, 0, 2);
    tcase_add_loop_test(tests, device_that_no_reset_mends_runs_no_further_case, 0, 2);
    tcase_add_test(tests, doubt_about_the_device_resets_it);
    tcase_add_test(tests, doubt_without_a_reset);
    tcase_add_loop_test(tests, device_that_can_not_be_stopped, 0, 2);
    tcase_add_test(tests, device_that_can_not_be_stopped_is_reset);
    tcase_add_test(tests, device_that_can_not_be_lent);
    tcase_add_test(tests, device_that_can_not_be_lent_to_one_case);
    tcase_add_loop_test(tests, dead_companion_is_inconclusive, 0, 3);
    tcase_add_loop_test(tests, cut_link_is_inconclusive, 0, 6);
    tcase_add_loop_test(tests, starved_host_is_inconclusive, 0, 2);
    tcase_add_loop_test(tests, heartbeat_is_listened_to, 0, 2);
    tcase_add_loop_test(tests, companion_that_can_not_be_controlled, 0, 2);
    tcase_add_test(tests, what_hooks_of_companions_print_is_evidence);
    tcase_add_test(tests, companion_that_can_not_be_stopped);
    tcase_add_loop_test(tests, heartbeat_of_a_companion_is_listened_to, 0, 5);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
