/* One case instance: draw, build, run, judge. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "rules/rules.h"
#include "suite/run.h"
#include "suite/scene_plan.h"
#include "suite/states.h"

static bool applies(const struct case_instance *instance, const struct lab *lab, struct reason *reason);
static void run_case(struct scene *scene, struct state_coverage *coverage, struct case_result *result);
static void judge(struct scene *scene, struct case_result *result);
static const char *first_violation(struct scene *scene);

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
                          .tolerance_ns = scene->tolerance_ns,
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
    int64_t lateness_ns = world_lateness_ns(scene->world);
    if (scene->harness_error) {
        result->verdict = VERDICT_ERROR;
        result->reason = scene->harness_error;
    } else if (lateness_ns > scene->tolerance_ns) {
        result->verdict = VERDICT_INCONCLUSIVE;
        result->reason =
            arena_text(scene->arena, "the harness was late itself by %.1f ms; its machine is too busy",
                       (double)lateness_ns / (double)NS_PER_MS);
    } else if (findings_violations(&scene->findings)) {
        result->verdict = VERDICT_FAIL;
        result->reason = first_violation(scene);
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

static const char *first_violation(struct scene *scene)
{
    for (size_t i = 0; i < scene->findings.count; i++) {
        const struct finding *finding = &scene->findings.list[i];
        if (finding->kind == FINDING_VIOLATION)
            return arena_text(scene->arena, "%s: expected %s; got %s", finding->requirement->id,
                              finding->expected ? finding->expected : "?",
                              finding->actual ? finding->actual : "?");
    }
    return "violated";
}
