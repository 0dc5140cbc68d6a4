#include "scene/companions.h"

#include "scene/deeds.h"

bool companions_there(const struct scene *scene, size_t count)
{
    return scene->lab->companion_count >= count;
}

struct companion *companion_add(struct scene *scene, size_t index, const struct device_settings *settings,
                                const char *name, struct segment *lan, struct segment *beyond)
{
    struct companion *companion = arena_zeroed(scene->arena, sizeof *companion);
    struct lab *lab = scene->lab->companions[index];
    *companion = (struct companion){scene, lab, world_port(scene->world, name), *settings};
    segment_join(lan, companion->port, 0);
    segment_join(beyond, companion->port, 1);
    struct reason reason = {""};
    lab->case_name = scene->lab->case_name;
    lab->lent = true;
    lab->off = device_control_can(lab->control, DEED_START);
    if (!deed_configure(scene, lab, &companion->settings, &reason) ||
        !lab->kind->lend(lab, companion->port, &companion->settings, &reason))
        scene_inconclusive(scene, "%s could not be lent as %s: %s", lab->name, name, reason.text);
    scene_listen_to_heartbeat(scene, lab);
    return companion;
}

void companion_start(struct companion *companion)
{
    companion_control(companion, CONTROL_START);
    companion_control(companion, CONTROL_STARTUP);
}

struct tap_event *companion_control(struct companion *companion, enum control_kind kind)
{
    struct scene *scene = companion->scene;
    struct control_action action = {.kind = kind, .vrid = companion->settings.virtual_routers[0].vrid};
    struct reason reason = {""};
    size_t began = tap_count(scene->tap);
    if (!deed_do(scene, companion->lab, companion->port, &companion->settings, &action, &reason))
        scene_inconclusive(scene, "%s: %s", companion->lab->name, reason.text);
    return tap_at(scene->tap, began);
}

const char *companions_dead(struct scene *scene)
{
    struct reason reason = {""};
    for (size_t i = 0; i < scene->lab->companion_count; i++) {
        struct lab *companion = scene->lab->companions[i];
        if (companion->lent && !companion->off && device_control_can(companion->control, DEED_ALIVE) &&
            !device_control_do(companion->control, DEED_ALIVE, NULL, NULL, companion->case_name, &reason))
            return arena_text(scene->arena, "%s has died: %s", companion->name, reason.text);
    }
    return NULL;
}

void companions_give_back(struct lab *lab, struct reason *report)
{
    struct reason reason;
    report->text[0] = '\0';
    for (size_t i = 0; i < lab->companion_count; i++) {
        struct lab *companion = lab->companions[i];
        if (!companion->lent)
            continue;
        companion->lent = false;
        if (companion->kind->take_back)
            companion->kind->take_back(companion, &reason);
        if (device_control_can(companion->control, DEED_STOP) &&
            !device_control_do(companion->control, DEED_STOP, NULL, NULL, companion->case_name, &reason) &&
            !report->text[0])
            reason_set(report, "after this case %s could not be stopped: %.200s", companion->name,
                       reason.text);
    }
}
