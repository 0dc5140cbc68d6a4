/* How many events a second the tap takes with all rules on: lines of `name value unit`.
 *
 * Cases of the suite are run once, on the reference; then what their taps saw is put into new taps again and
 * again, without stations, clocks and expectations: recording, delivery to the rules, decoding of what they
 * ask for, and their judgement. The rules have to come to the result of the real run, or the figure means
 * nothing.
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "cli/labs.h"
#include "rules/rules.h"
#include "scene/scene_plan.h"
#include "suite/run.h"
#include "suite/selection.h"
#include "world/world_private.h"

#define RECORDING_ROOM 128
#define ROUNDS_S       1.5 /* how long each figure is measured */

/* A case that ran. */
struct recording {
    struct arena *arena; /* of everything below */
    struct tap *tap;
    struct scene_plan *plan; /* as it was built */
    struct facts facts;
    int64_t end_ns;
    size_t finding_count;
};

static struct case_instance *instances; /* of the whole suite */
static struct recording recordings[RECORDING_ROOM];
static size_t recording_count;

static void record_suite(void);
static void record(const struct case_instance *instance, struct lab *lab, const struct run_options *options);
static double events_per_second(bool with_rules);
static size_t replay(const struct recording *recording, struct arena *arena, bool with_rules);
static void put_event(struct tap *tap, struct world *world, struct tap_event *recorded);
static double now_s(void);

int main(void)
{
    record_suite();
    printf("tap_events_with_rules %.0f events/s\n", events_per_second(true));
    printf("tap_events_without_rules %.0f events/s\n", events_per_second(false));
    for (size_t i = 0; i < recording_count; i++)
        arena_free(recordings[i].arena);
    free(instances);
    return EXIT_SUCCESS;
}

/* Instances from all over the suite, as many as there is room for. */
static void record_suite(void)
{
    struct reason reason = {""};
    size_t count = 0;
    struct selection all = {.selector_count = 0};
    struct lab *lab = lab_open("reference", &reason);
    if (!lab || !select_instances(&all, &instances, &count, &reason)) {
        fprintf(stderr, "bench_tap: %s\n", reason.text);
        exit(EXIT_FAILURE);
    }
    struct run_options options = {.seed = 1, .pixit = pixit_default()};
    size_t step = (count + RECORDING_ROOM - 1) / RECORDING_ROOM;
    for (size_t i = 0; i < count; i += step)
        record(&instances[i], lab, &options);
    lab_close(lab);
}

static void record(const struct case_instance *instance, struct lab *lab, const struct run_options *options)
{
    struct recording *recording = &recordings[recording_count];
    struct case_result result;
    recording->arena = arena_new();
    run_instance(instance, lab, options, recording->arena, &result);
    if (!result.tap) {
        arena_free(recording->arena);
        return;
    }
    recording->tap = result.tap;
    recording->end_ns = result.end_ns;
    recording->plan = arena_zeroed(recording->arena, sizeof *recording->plan);
    scene_plan_draw(recording->plan, instance, options->seed, lab->capabilities, NULL);
    if (instance->test->prepare)
        instance->test->prepare(recording->plan);
    recording->facts = (struct facts){.known = FACT_VCC_KINDS | FACT_CONTROL | FACT_SETTINGS | FACT_COMPLETE,
                                      .role = instance->role,
                                      .proxy = instance->scheme == SCHEME_PROXY,
                                      .v2 = instance->lane == LANE_V2,
                                      .token_ring = instance->medium == MEDIUM_TOKEN_RING,
                                      .device = tap_device(result.tap),
                                      .settings = &recording->plan->device,
                                      .pixit = options->pixit,
                                      .tolerance_ns = MILLISECONDS(1)};
    recording->finding_count = result.findings.count;
    recording_count++;
}

static double events_per_second(bool with_rules)
{
    struct arena *arena = arena_new();
    size_t count = 0;
    double start_s = 0, took_s = 0;
    for (unsigned round = 0; took_s < ROUNDS_S; round++) {
        if (round == 1) { /* the first one warms up */
            start_s = now_s();
            count = 0;
        }
        for (size_t i = 0; i < recording_count; i++)
            count += replay(&recordings[i], arena, with_rules);
        took_s = round ? now_s() - start_s : 0;
    }
    arena_free(arena);
    return (double)count / took_s;
}

/* Returns the number of events. */
static size_t replay(const struct recording *recording, struct arena *arena, bool with_rules)
{
    struct world world = {.arena = arena, .settings = {.token_ring = recording->facts.token_ring}};
    struct tap *tap = tap_new(&world);
    tap_set_device(tap, recording->facts.device);
    struct findings findings = {0};
    struct rule_set *rules = NULL;
    if (with_rules) {
        rules = rule_set_new(&recording->facts, tap, &findings, arena);
        tap_observe(tap, rule_set_observer(rules));
    }
    size_t count = tap_count(recording->tap);
    for (size_t i = 0; i < count; i++)
        put_event(tap, &world, tap_at(recording->tap, i));
    if (with_rules) {
        rule_set_finish(rules, recording->end_ns);
        if (findings.count != recording->finding_count) {
            fprintf(stderr, "bench_tap: %zu findings in a replay of %s, %zu in the run\n", findings.count,
                    recording->plan->instance->test->id, recording->finding_count);
            exit(EXIT_FAILURE);
        }
    }
    arena_clear(arena);
    return count;
}

static void put_event(struct tap *tap, struct world *world, struct tap_event *recorded)
{
    world->now_ns = recorded->time_ns;
    struct tap_event *event = tap_add(tap, (enum tap_kind)recorded->kind);
    event->sent_ns = recorded->sent_ns;
    event->from = recorded->from;
    event->lan_port = recorded->lan_port;
    event->to = recorded->to;
    event->vcc = recorded->vcc;
    event->segment = recorded->segment;
    event->data = recorded->data;
    event->size = recorded->size;
    event->cause = recorded->cause;
    event->called = recorded->called;
    event->control = recorded->control;
    event->text = recorded->text;
    tap_publish(tap, event);
}

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / (double)NS_PER_S;
}
