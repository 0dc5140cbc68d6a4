/* One case instance: draw, build, run, judge. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "rules/rules.h"
#include "suite/companions.h"
#include "suite/deeds.h"
#include "suite/run.h"
#include "suite/scene_plan.h"
#include "suite/states.h"

static bool applies(const struct case_instance *instance, const struct lab *lab, struct reason *reason);
static void run_case(struct scene *scene, struct state_coverage *coverage, struct case_result *result);
static void give_back(struct scene *scene, struct case_result *result);
static void judge(struct scene *scene, struct case_result *result);
static int64_t host_starved_ns(struct scene *scene);
static bool is_certain(const struct scene *scene, const struct finding *finding);
static size_t violations(struct scene *scene, const char **text);

void run_instance(const struct case_instance *instance, struct lab *lab, const struct run_options *options,
                  struct arena *arena, struct case_result *result)
{
    memset(result, 0, sizeof *result);
    result->instance = *instance;
    result->seed = options->seed;
    result->device = lab->name;
    if (options->profile)
        result->waiver = waiver_of(options->profile->waivers, options->profile->waiver_count, instance);
    struct reason reason = {""};
    if (!applies(instance, lab, &reason)) {
        result->verdict = VERDICT_NOT_APPLICABLE;
        result->reason = arena_text(arena, "%s", reason.text);
        return;
    }
    struct scene *scene = arena_zeroed(arena, sizeof *scene);
    scene->test = instance->test;
    scene->instance = &result->instance;
    scene->proxy = instance->scheme == SCHEME_PROXY;
    scene->v2 = instance->lane == LANE_V2;
    scene->lane = instance->role != ROLE_VRRP;
    scene->seed = options->seed;
    scene->pixit = options->pixit;
    scene->arena = arena;
    scene->lab = lab;
    scene->sites = options->sites;
    scene->silence_index = SIZE_MAX;
    scene->wall_clock = options->wall_clock;
    scene->findings.strict = options->strict;
    scene->tolerance_ns =
        options->wall_clock ? MILLISECONDS(options->pixit.choice[PIXIT_TIME_TOLERANCE_MS]) : MILLISECONDS(1);
    scene->tolerance_percent = options->wall_clock ? options->pixit.choice[PIXIT_TIME_TOLERANCE_PERCENT] : 0;
    if (!scene_plan_draw(&scene->plan, &result->instance, options->seed, lab->capabilities,
                         options->profile)) {
        result->verdict = VERDICT_ERROR;
        result->reason = "two stations of the network have one address, whatever is drawn";
        return;
    }
    scene_plan_choose(&scene->plan, &options->pixit);
    if (instance->test->prepare)
        instance->test->prepare(&scene->plan);
    if (!profile_fits(options->profile, &scene->plan.device, &reason)) {
        result->verdict = VERDICT_NOT_APPLICABLE;
        result->reason = arena_text(arena, "%s", reason.text);
        return;
    }
    char name[INSTANCE_TEXT_SIZE];
    lab->case_name = instance_text(instance, name);
    if (!device_is_fit(lab, &reason)) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = arena_text(arena, "%s", reason.text);
        lab->case_name = NULL;
        return;
    }
    bool lent = scene_build(scene, options->wall_clock, &reason);
    if (lent) {
        run_case(scene, options->coverage, result);
    } else if (scene->world) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = arena_text(arena, "the lab could not lend the device: %s", reason.text);
    } else {
        result->verdict = VERDICT_ERROR;
        result->reason = arena_text(arena, "%s", reason.text);
    }
    result->tap = scene->tap;
    result->event_count = scene->tap ? tap_count(scene->tap) : 0;
    world_free(scene->world);
    bool back = !scene->world || !lab->kind->take_back || lab->kind->take_back(lab, &reason);
    if (!back && lent && result->verdict != VERDICT_FAIL && result->verdict != VERDICT_ERROR) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = arena_text(arena, "the device did not come back: %s", reason.text);
    }
    companions_give_back(lab);
    give_back(scene, result);
    lab->case_name = NULL;
}

/* By the lab's own means, when it has any: stopped, checked, mended. */
static void give_back(struct scene *scene, struct case_result *result)
{
    struct lab *lab = scene->lab;
    struct reason reason = {""};
    if (!lab->control)
        return;
    bool stopped =
        !device_control_can(lab->control, DEED_STOP) ||
        device_control_do(lab->control, DEED_STOP, NULL, &scene->plan.device, lab->case_name, &reason);
    if (stopped && scene->unfit)
        reason_set(&reason, "%s", scene->unfit);
    struct reason report;
    device_restore(lab, reason.text, &report);
    if (report.text[0])
        result->restored = arena_text(scene->arena, "%s", report.text);
    const char *evidence = device_control_evidence(lab->control);
    if (evidence[0])
        result->evidence = arena_text(scene->arena, "%s", evidence);
    device_control_forget_evidence(lab->control);
}

static bool applies(const struct case_instance *instance, const struct lab *lab, struct reason *reason)
{
    bool claimed =
        scope_has(&lab->claims, instance->role, instance->scheme, instance->lane, instance->medium);
    if (!claimed && instance->role == ROLE_VRRP) /* of no scheme and no LANE version */
        return reason_set(reason, "%s does not claim vrrp on %s", lab->name, medium_name(instance->medium));
    if (!claimed)
        return reason_set(reason, "%s does not claim %s %s %s on %s", lab->name, role_name(instance->role),
                          scheme_name(instance->scheme), lane_name(instance->lane),
                          medium_name(instance->medium));
    if (instance->role == ROLE_SWITCH && !lab->kind->switch_behaviour)
        return reason_set(reason, "%s can't be attached as a switch (docs/switch.md)", lab->name);
    unsigned needed = instance->test->capabilities;
    if (!(instance->role & (ROLE_ROUTER | ROLE_VRRP)))
        needed &= ~CAPABILITY_CONTROL_STARTUP; /* it has no virtual router to start */
    unsigned missing = needed & ~lab->capabilities;
    for (const struct capability_name *name = capability_names; name->bit; name++)
        if (missing & name->bit)
            return reason_set(reason, "%s lacks the capability %s that the case needs", lab->name,
                              name->name);
    return true;
}

static void run_case(struct scene *scene, struct state_coverage *coverage, struct case_result *result)
{
    struct facts facts = {.known = FACT_VCC_KINDS | FACT_CONTROL | FACT_SETTINGS | FACT_COMPLETE,
                          .role = scene->instance->role,
                          .proxy = scene->proxy,
                          .v2 = scene->v2,
                          .token_ring = scene->instance->medium == MEDIUM_TOKEN_RING,
                          .device = port_index(scene->device_port),
                          .segment = scene->lan,
                          .settings = &scene->plan.device,
                          .pixit = scene->pixit,
                          /* A rule does not know how late the harness was; it was not later than that. */
                          .tolerance_ns = scene->tolerance_ns * (scene->wall_clock ? 2 : 1),
                          .tolerance_percent = scene->tolerance_percent};
    if (scene->lab->capabilities & CAPABILITY_EGRESS_ORDER)
        facts.known |= FACT_EGRESS_ORDER;
    scene->rules = rule_set_new(&facts, scene->tap, &scene->findings, scene->arena);
    struct state_observer *observer = NULL;
    if (scene->instance->role == ROLE_ROUTER && coverage) {
        observer = state_observer_new(scene, scene->rules);
        tap_observe(scene->tap, state_observer_of(observer));
    }
    tap_observe(scene->tap, rule_set_observer(scene->rules));
    struct claim_watch *watch = scene->plan.profile ? claim_watch_new(scene) : NULL;
    if (watch)
        tap_observe(scene->tap, claim_watch_observer(watch));
    scene->leave_verdict = VERDICT_PASS;
    if (setjmp(scene->leave) == 0) {
        scene->test->run(scene);
        prove_unharmed(scene);
    }
    rule_set_finish(scene->rules, world_now_ns(scene->world));
    judge(scene, result);
    if (watch)
        result->contradictions = claim_watch_end(watch);
    if (observer && (result->verdict == VERDICT_PASS || result->verdict == VERDICT_FAIL))
        state_coverage_add(coverage, observer);
}

static void judge(struct scene *scene, struct case_result *result)
{
    if (scene->lab->lost)
        findings_forget_from(&scene->findings, scene->lab->lost_ns);
    result->findings = scene->findings;
    result->measurements = scene->measurements;
    result->end_ns = world_now_ns(scene->world);
    result->lateness = *world_lateness(scene->world);
    result->longest_deed_ns = scene->longest_deed_ns;
    int64_t starved_ns = result->starved_ns = host_starved_ns(scene);
    scene_keep_in_touch(scene);
    const char *violation = NULL;
    size_t certain = violations(scene, &violation);
    const char *dead = certain ? companions_dead(scene) : NULL;
    if (scene->harness_error) {
        result->verdict = VERDICT_ERROR;
        result->reason = scene->harness_error;
    } else if (result->lateness.longest_ns > scene->tolerance_ns &&
               result->lateness.longest_ns > starved_ns) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason =
            arena_text(scene->arena, "the harness was late itself by %.1f ms; its machine is too busy",
                       (double)result->lateness.longest_ns / (double)NS_PER_MS);
    } else if (starved_ns == INT64_MAX) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = "the heartbeat of the device's host ended";
    } else if (starved_ns > scene->tolerance_ns) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = arena_text(scene->arena, "the device's host was starved: it answered %.1f ms late",
                                    (double)starved_ns / (double)NS_PER_MS);
    } else if (scene->out_of_touch) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = scene->out_of_touch;
    } else if (dead) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = dead;
    } else if (certain) {
        result->verdict = VERDICT_FAIL;
        result->reason = violation;
    } else if (violation) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = arena_text(scene->arena, "a deed of the lab took %.1f ms, which may explain %s",
                                    (double)scene->longest_deed_ns / (double)NS_PER_MS, violation);
    } else if (scene->leave_verdict != VERDICT_PASS) {
        result->verdict = scene->leave_verdict;
        result->reason = scene->leave_reason;
    } else if (world_stuck(scene->world)) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = world_stuck(scene->world);
    } else if (scene->inconclusive) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = scene->inconclusive;
    } else if (scene->silence_index != SIZE_MAX) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = "the device was silent as expected, but nothing showed afterwards that it was alive";
    } else if (!scene->judged) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason = "the case ended before it judged anything";
    } else {
        result->verdict = VERDICT_PASS;
        result->reason = scene->findings.count
                             ? arena_text(scene->arena, "conforms, with %zu remark%s", scene->findings.count,
                                          scene->findings.count == 1 ? "" : "s")
                             : "conforms";
    }
}

/* By how much the device's host was late, as far as can be told. */
static int64_t host_starved_ns(struct scene *scene)
{
    int64_t starved_ns = scene_starved_ns(scene);
    return starved_ns > scene->lab->starved_ns ? starved_ns : scene->lab->starved_ns;
}

/* How many violations are certain; the first one of them, or of all, is put into words. */
static size_t violations(struct scene *scene, const char **text)
{
    size_t count = 0;
    const struct finding *first = NULL;
    for (size_t i = 0; i < scene->findings.count; i++) {
        const struct finding *finding = &scene->findings.list[i];
        if (finding->kind != FINDING_VIOLATION)
            continue;
        bool certain = is_certain(scene, finding);
        if (!first || (certain && !count))
            first = finding;
        count += certain;
    }
    *text = !first ? NULL
                   : arena_text(scene->arena, "%s: expected %s; got %s", first->requirement->id,
                                first->expected ? first->expected : "?", first->actual ? first->actual : "?");
    return count;
}

/* An expectation of the case knows how late the harness was with what it is measured from. A rule does not,
 * so what it says about times is only certain while deeds were quick, and what it says about frames unless
 * they left while a deed went on. */
static bool is_certain(const struct scene *scene, const struct finding *finding)
{
    if (scene->longest_deed_ns == 0 || strcmp(finding->source, "case") == 0)
        return true;
    if (finding->window_to_ns && scene->longest_deed_ns > scene->tolerance_ns)
        return false;
    for (size_t i = 0; i < tap_count(scene->tap); i++) {
        const struct tap_event *event = tap_at(scene->tap, i);
        if (event->kind == TAP_CONTROL && tap_reaches(event, port_index(scene->device_port)) &&
            finding->time_ns >= event->time_ns && finding->time_ns <= event->time_ns + event->late_ns)
            return false;
    }
    return true;
}
