/* One case instance: draw, build, run, judge. */
#include "rules/rules.h"
#include "scene/companions.h"
#include "scene/deeds.h"
#include "scene/device_fitness.h"
#include "scene/scene_plan.h"
#include "steps/states.h"
#include "suite/case_verdict.h"
#include "suite/run.h"

static bool applies(const struct case_instance *instance, const struct lab *lab, struct reason *reason);
static struct scene *scene_of(const struct case_instance *instance, struct lab *lab,
                              const struct run_options *options, struct arena *arena);
static bool plan(struct scene *scene, const struct run_options *options, struct case_result *result);
static bool is_fit(struct scene *scene, struct case_result *result);
static void run_on_device(struct scene *scene, const struct run_options *options, struct case_result *result);
static void run_case(struct scene *scene, struct state_coverage *coverage, struct case_result *result);
static void give_back(struct scene *scene, struct case_result *result);
static void tell_restored(struct scene *scene, const struct reason *report, struct case_result *result);

void run_instance(const struct case_instance *instance, struct lab *lab, const struct run_options *options,
                  struct arena *arena, struct case_result *result)
{
    char name[INSTANCE_TEXT_SIZE];
    struct reason reason = {""};
    *result = (struct case_result){.instance = *instance, .seed = options->seed, .device = lab->name};
    if (options->profile)
        result->waiver = waiver_of(options->profile->waivers, options->profile->waiver_count, instance);
    if (!applies(instance, lab, &reason)) {
        case_conclude(result, VERDICT_NOT_APPLICABLE, arena_text(arena, "%s", reason.text));
        return;
    }
    struct scene *scene = scene_of(&result->instance, lab, options, arena);
    if (!plan(scene, options, result))
        return;
    lab->case_name = instance_text(instance, name);
    if (is_fit(scene, result)) {
        run_on_device(scene, options, result);
        companions_give_back(lab, &reason);
        tell_restored(scene, &reason, result);
        give_back(scene, result);
    }
    result->evidence = deeds_evidence(lab, arena);
    lab->case_name = NULL;
}

static struct scene *scene_of(const struct case_instance *instance, struct lab *lab,
                              const struct run_options *options, struct arena *arena)
{
    struct scene *scene = arena_zeroed(arena, sizeof *scene);
    scene->test = instance->test;
    scene->instance = instance;
    scene->proxy = instance->scheme == SCHEME_PROXY;
    scene->v2 = instance->lane == LANE_V2;
    scene->lane = instance->role != ROLE_VRRP;
    scene->seed = options->seed;
    scene->pixit = options->pixit;
    scene->arena = arena;
    scene->lab = lab;
    scene->sites = options->sites;
    scene->silence_index = SIZE_MAX;
    scene->finest_tolerance_ns = INT64_MAX;
    scene->wall_clock = options->wall_clock;
    scene->findings.strict = options->strict;
    enum pixit_choice tolerance =
        options->wall_clock ? PIXIT_TIME_TOLERANCE_MS : PIXIT_VIRTUAL_TIME_TOLERANCE_MS;
    scene->tolerance_ns = MILLISECONDS(options->pixit.choice[tolerance]);
    scene->tolerance_percent = options->wall_clock ? options->pixit.choice[PIXIT_TIME_TOLERANCE_PERCENT] : 0;
    return scene;
}

/* False, with the verdict, when there is no such network, or the device is not made for it. */
static bool plan(struct scene *scene, const struct run_options *options, struct case_result *result)
{
    struct reason reason = {""};
    if (!scene_plan_draw(&scene->plan, scene->instance, options->seed, scene->lab->capabilities,
                         options->profile)) {
        case_conclude(result, VERDICT_ERROR,
                      "two stations of the network have one address, whatever is drawn");
        return false;
    }
    scene_plan_choose(&scene->plan, &options->pixit);
    if (scene->test->prepare)
        scene->test->prepare(&scene->plan);
    bool fits = profile_fits(options->profile, &scene->plan.device, &reason);
    if (!fits)
        case_conclude(result, VERDICT_NOT_APPLICABLE, arena_text(scene->arena, "%s", reason.text));
    return fits;
}

/* False, with the verdict, when the device is unfit for any case. */
static bool is_fit(struct scene *scene, struct case_result *result)
{
    struct reason report;
    bool fit = device_is_fit(scene->lab, &report);
    tell_restored(scene, &report, result);
    if (!fit)
        case_conclude(result, VERDICT_INCONCLUSIVE, arena_text(scene->arena, "%s", scene->lab->unfit.text));
    return fit;
}

/* Lends the device to the world, and has it back when the world is gone. */
static void run_on_device(struct scene *scene, const struct run_options *options, struct case_result *result)
{
    struct lab *lab = scene->lab;
    struct reason reason = {""};
    struct reason report = {""};
    bool lent = scene_build(scene, options->wall_clock, &reason);
    if (lent)
        run_case(scene, options->coverage, result);
    else if (scene->world)
        case_conclude(result, VERDICT_INCONCLUSIVE,
                      arena_text(scene->arena, "the lab could not lend the device: %s", reason.text));
    else
        case_conclude(result, VERDICT_ERROR, arena_text(scene->arena, "%s", reason.text));
    if (scene->world)
        device_count_lend(lab, scene->test->id, lent, reason.text, &report);
    tell_restored(scene, &report, result);
    result->tap = scene->tap;
    result->event_count = scene->tap ? tap_count(scene->tap) : 0;
    world_free(scene->world);
    bool back = !scene->world || !lab->kind->take_back || lab->kind->take_back(lab, &reason);
    if (!back && lent && result->verdict != VERDICT_FAIL && result->verdict != VERDICT_ERROR)
        case_conclude(result, VERDICT_INCONCLUSIVE,
                      arena_text(scene->arena, "the device did not come back: %s", reason.text));
}

/* By the lab's own means, when it has any: stopped, checked, mended. */
static void give_back(struct scene *scene, struct case_result *result)
{
    struct lab *lab = scene->lab;
    struct reason failure = {""};
    struct reason report;
    if (!lab->control)
        return;
    bool stopped =
        !device_control_can(lab->control, DEED_STOP) ||
        device_control_do(lab->control, DEED_STOP, NULL, &scene->plan.device, lab->case_name, &failure);
    const struct device_doubt doubt = {.stop = stopped ? NULL : failure.text, .seen = scene->unfit};
    device_restore(lab, &doubt, &report);
    tell_restored(scene, &report, result);
}

/* Behind what the result tells already. */
static void tell_restored(struct scene *scene, const struct reason *report, struct case_result *result)
{
    const char *told = result->restored;
    if (report->text[0])
        result->restored =
            arena_text(scene->arena, "%s%s%s", told ? told : "", told ? "; " : "", report->text);
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
        if (missing & name->bit) {
            const char *mend = lab->control ? control_plan_mend(name->bit) : NULL;
            return reason_set(reason, "%s lacks the capability %s that the case needs%s%s", lab->name,
                              name->name, mend ? "; " : "", mend ? mend : "");
        }
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
    case_judge(scene, result);
    if (watch)
        result->contradictions = claim_watch_end(watch);
    if (observer && (result->verdict == VERDICT_PASS || result->verdict == VERDICT_FAIL))
        state_coverage_add(coverage, observer);
}
