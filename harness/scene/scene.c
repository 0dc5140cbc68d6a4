#include "scene/scene.h"

#include <stdarg.h>
#include <stdio.h>

#include "scene/deeds.h"

static const char *format_reason(struct scene *scene, const char *format, va_list arguments);
static void leave_if_stuck(struct scene *scene);
static _Noreturn void leave(struct scene *scene, enum verdict verdict, const char *reason);

enum frame_carrier scene_carrier(const struct scene *scene)
{
    return scene->plan.device.token_ring ? CARRIER_LANE_8025 : CARRIER_LANE_8023;
}

_Noreturn void scene_inconclusive(struct scene *scene, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *reason = format_reason(scene, format, arguments);
    va_end(arguments);
    leave(scene, VERDICT_INCONCLUSIVE, reason);
}

_Noreturn void scene_not_applicable(struct scene *scene, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    const char *reason = format_reason(scene, format, arguments);
    va_end(arguments);
    leave(scene, VERDICT_NOT_APPLICABLE, reason);
}

void scene_advance(struct scene *scene, int64_t duration_ns)
{
    scene_run_until(scene, world_now_ns(scene->world) + duration_ns);
}

void scene_run_until(struct scene *scene, int64_t time_ns)
{
    world_run_until(scene->world, time_ns);
    leave_if_stuck(scene);
}

bool scene_run_to_next_tap_event(struct scene *scene, int64_t until_ns)
{
    bool more = world_run_to_next_tap_event(scene->world, until_ns);
    if (!more)
        leave_if_stuck(scene);
    return more;
}

int64_t scene_tolerance_ns(const struct scene *scene, int64_t bound_ns)
{
    int64_t relative_ns = bound_ns / 100 * (int64_t)scene->tolerance_percent;
    return relative_ns > scene->tolerance_ns ? relative_ns : scene->tolerance_ns;
}

void scene_judges_within(struct scene *scene, int64_t bound_ns)
{
    int64_t tolerance_ns = scene_tolerance_ns(scene, bound_ns);
    if (tolerance_ns < scene->finest_tolerance_ns)
        scene->finest_tolerance_ns = tolerance_ns;
}

int64_t scene_now_ns(const struct scene *scene)
{
    return world_now_ns(scene->world);
}

void scene_control(struct scene *scene, enum control_kind kind, uint8_t vrid, uint32_t number)
{
    struct control_action action = {.kind = kind, .vrid = vrid, .number = number};
    struct reason reason = {""};
    const struct device_values *values = scene->plan.profile ? &scene->plan.profile->values : NULL;
    if (kind == CONTROL_SET_PRIORITY && values && values->priority_given &&
        (number < values->priority_lowest || number > values->priority_highest))
        scene_not_applicable(scene, "the case needs priority %u; %s allows %u to %u", (unsigned)number,
                             scene->plan.profile->source, values->priority_lowest, values->priority_highest);
    if (!deed_do(scene, scene->lab, scene->device_port, &scene->plan.device, &action, &reason))
        scene_inconclusive(scene, "%s", reason.text);
    leave_if_stuck(scene);
}

static const char *format_reason(struct scene *scene, const char *format, va_list arguments)
{
    char line[500];
    vsnprintf(line, sizeof line, format, arguments);
    return arena_text(scene->arena, "%s", line);
}

static void leave_if_stuck(struct scene *scene)
{
    if (world_stuck(scene->world))
        scene_inconclusive(scene, "%s", world_stuck(scene->world));
}

static _Noreturn void leave(struct scene *scene, enum verdict verdict, const char *reason)
{
    scene->leave_verdict = verdict;
    scene->leave_reason = reason;
    longjmp(scene->leave, 1);
}
