#include "suite/case_verdict.h"

#include <string.h>

#include "scene/companions.h"
#include "scene/deeds.h"

static const char *disturbance(struct scene *scene, const struct case_result *result,
                               const struct lab *starved, bool violated);
static int64_t lateness_limit_ns(const struct scene *scene, bool violated);
static const char *starved_host(struct scene *scene, int64_t starved_ns, const struct lab *whose);
static const char *lack(struct scene *scene);
static bool is_certain(const struct scene *scene, const struct finding *finding);
static size_t violations(struct scene *scene, const char **text);

void case_judge(struct scene *scene, struct case_result *result)
{
    if (scene->lab->lost)
        findings_forget_from(&scene->findings, scene->lab->lost_ns);
    result->findings = scene->findings;
    result->measurements = scene->measurements;
    result->end_ns = world_now_ns(scene->world);
    result->lateness = *world_lateness(scene->world);
    result->longest_deed_ns = scene->longest_deed_ns;
    const struct lab *starved;
    result->starved_ns = scene_starved_ns(scene, &starved);
    scene_keep_in_touch(scene);
    const char *violation = NULL;
    size_t certain = violations(scene, &violation);
    const char *disturbed = disturbance(scene, result, starved, violation);
    const char *stuck = world_stuck(scene->world); /* a flood that ends the case makes all late as well */
    const char *lacks = lack(scene);
    const char *dead = certain && !disturbed ? companions_dead(scene) : NULL;
    if (scene->harness_error)
        case_conclude(result, VERDICT_ERROR, scene->harness_error);
    else if (disturbed)
        case_conclude(result, VERDICT_INCONCLUSIVE, stuck ? stuck : disturbed);
    else if (dead)
        case_conclude(result, VERDICT_INCONCLUSIVE, dead);
    else if (certain)
        case_conclude(result, VERDICT_FAIL, violation);
    else if (violation)
        case_conclude(result, VERDICT_INCONCLUSIVE,
                      arena_text(scene->arena, "a deed of the lab took %.1f ms, which may explain %s",
                                 (double)scene->longest_deed_ns / (double)NS_PER_MS, violation));
    else if (scene->leave_verdict != VERDICT_PASS)
        case_conclude(result, scene->leave_verdict, scene->leave_reason);
    else if (lacks)
        case_conclude(result, VERDICT_INCONCLUSIVE, lacks);
    else if (scene->findings.count)
        case_conclude(result, VERDICT_PASS,
                      arena_text(scene->arena, "conforms, with %zu remark%s", scene->findings.count,
                                 scene->findings.count == 1 ? "" : "s"));
    else
        case_conclude(result, VERDICT_PASS, "conforms");
}

void case_conclude(struct case_result *result, enum verdict verdict, const char *reason)
{
    result->verdict = verdict;
    result->reason = reason;
}

/* Why nothing that was seen tells anything of the device for sure; NULL: it does. */
static const char *disturbance(struct scene *scene, const struct case_result *result,
                               const struct lab *starved, bool violated)
{
    int64_t late_ns = result->lateness.longest_ns;
    int64_t limit_ns = lateness_limit_ns(scene, violated);
    int64_t starved_ns = result->starved_ns;
    /* In what is seen as a violation both may add up. */
    bool late = late_ns > limit_ns || starved_ns > limit_ns || (violated && late_ns > limit_ns - starved_ns);
    int64_t itself_ns = world_late_itself_ns(scene->world);
    if (late && itself_ns > starved_ns)
        return arena_text(scene->arena, "the harness was late itself by %.1f ms; its machine is too busy",
                          (double)itself_ns / (double)NS_PER_MS);
    if (late)
        return starved_host(scene, starved_ns, starved);
    return scene->out_of_touch;
}

/* Being late explains no pass when every bound had a greater tolerance: an advertisement that was due in 255
 * s and came within 5 % of that did so, give or take a second. What is seen as a violation it may explain. */
static int64_t lateness_limit_ns(const struct scene *scene, bool violated)
{
    bool bounded = scene->finest_tolerance_ns != INT64_MAX;
    return bounded && !violated ? scene->finest_tolerance_ns : scene->tolerance_ns;
}

static const char *starved_host(struct scene *scene, int64_t starved_ns, const struct lab *whose)
{
    double late_ms = (double)starved_ns / (double)NS_PER_MS;
    if (whose == scene->lab && starved_ns == scene->lab->starved_ns)
        return arena_text(scene->arena,
                          "%s answered %.1f ms late; it is too slow for the wall clock, or its "
                          "machine too busy",
                          scene->lab->name, late_ms);
    const char *host =
        whose == scene->lab ? "the device's host" : arena_text(scene->arena, "the host of %s", whose->name);
    if (starved_ns == INT64_MAX)
        return arena_text(scene->arena, "the heartbeat of %s ended", host);
    return arena_text(scene->arena, "%s was starved: it answered %.1f ms late", host, late_ms);
}

/* Why a case that went to its end shows too little to pass; NULL: it shows enough. */
static const char *lack(struct scene *scene)
{
    if (world_stuck(scene->world))
        return world_stuck(scene->world);
    if (scene->inconclusive)
        return scene->inconclusive;
    if (scene->silence_index != SIZE_MAX)
        return "the device was silent as expected, but nothing showed afterwards that it was alive";
    return scene->judged ? NULL : "the case ended before it judged anything";
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
