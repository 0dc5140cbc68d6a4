#include "suite/deeds.h"

#include <poll.h>
#include <stdint.h>

/* A deed of an operator may take its time; the world comes by now and then in any case. */
#define LOOK_AGAIN SECONDS(1)

struct going_on {
    struct device_control *control;
    bool over;
    enum deed_progress progress;
    struct reason reason;
};

static bool run_deed(struct scene *scene, struct lab *lab, enum deed deed,
                     const struct device_settings *settings, const struct control_action *action,
                     struct reason *reason);
static void look(void *context);
static void run_meanwhile(struct scene *scene, struct going_on *deed);
static bool check(struct lab *lab, struct reason *reason);
static void keep_in_touch(struct scene *scene, struct lab *lab);
static void beat(void *context);

enum deed_outcome deed_do(struct scene *scene, struct lab *lab, struct port *port,
                          const struct device_settings *settings, const struct control_action *action,
                          struct reason *reason)
{
    enum deed deed = deed_of(action->kind);
    if (!device_control_can(lab->control, deed))
        return DEED_OUTCOME_ELSEWHERE;
    if (deed == DEED_FAIL) {
        keep_in_touch(scene, lab);
        lab->off = true;
    }
    struct tap_event *event = port_control_begins(port, action);
    bool done = run_deed(scene, lab, deed, settings, action, reason);
    if (deed == DEED_START) {
        keep_in_touch(scene, lab);
        lab->off = false;
    }
    int64_t took_ns = world_now_ns(scene->world) - event->time_ns;
    event->late_ns = took_ns > event->late_ns ? took_ns : event->late_ns;
    if (lab == scene->lab && event->late_ns > scene->longest_deed_ns)
        scene->longest_deed_ns = event->late_ns;
    return done ? DEED_OUTCOME_DONE : DEED_OUTCOME_REFUSED;
}

bool deed_configure(struct scene *scene, struct lab *lab, const struct device_settings *settings,
                    struct reason *reason)
{
    return !device_control_can(lab->control, DEED_CONFIGURE) ||
           run_deed(scene, lab, DEED_CONFIGURE, settings, NULL, reason);
}

static bool run_deed(struct scene *scene, struct lab *lab, enum deed deed,
                     const struct device_settings *settings, const struct control_action *action,
                     struct reason *reason)
{
    struct going_on going_on = {.control = lab->control, .progress = DEED_GOES_ON};
    if (!device_control_begin(lab->control, deed, action, settings, lab->case_name, reason))
        return false;
    run_meanwhile(scene, &going_on);
    *reason = going_on.reason;
    return going_on.progress == DEED_DONE;
}

/* On the virtual clock no time passes. */
static void run_meanwhile(struct scene *scene, struct going_on *deed)
{
    struct reason ignored;
    int descriptor = device_control_descriptor(deed->control);
    bool watched = world_watch(scene->world, descriptor, look, deed, &ignored);
    look(deed);
    while (!deed->over && watched && !world_stuck(scene->world)) {
        world_run_until_set(scene->world, &deed->over, world_now_ns(scene->world) + LOOK_AGAIN);
        look(deed);
    }
    if (watched)
        world_unwatch(scene->world, descriptor);
    while (!deed->over) {
        struct pollfd waits = {.fd = descriptor, .events = POLLIN};
        poll(&waits, 1, LOOK_AGAIN / NS_PER_MS);
        look(deed);
    }
}

static void look(void *context)
{
    struct going_on *deed = context;
    if (deed->over)
        return;
    deed->progress = device_control_look(deed->control, &deed->reason);
    deed->over = deed->progress != DEED_GOES_ON;
}

bool device_is_fit(struct lab *lab, struct reason *reason)
{
    struct reason report;
    if (lab->unfit.text[0])
        return reason_set(reason, "%s", lab->unfit.text);
    if (check(lab, reason))
        return true;
    device_restore(lab, "", &report);
    return !lab->unfit.text[0] || reason_set(reason, "%s", lab->unfit.text);
}

void device_restore(struct lab *lab, const char *doubt, struct reason *report)
{
    struct reason why = {""};
    struct reason failure = {""};
    report->text[0] = '\0';
    bool fit = check(lab, &why);
    if (fit && !doubt[0])
        return;
    if (fit)
        reason_set(&why, "%s", doubt);
    if (!device_control_can(lab->control, DEED_RESET)) {
        if (!fit)
            reason_set(&lab->unfit, "after %.160s the device is unfit: %.120s; the lab has no `reset`",
                       lab->case_name, why.text);
    } else if (!device_control_do(lab->control, DEED_RESET, NULL, NULL, lab->case_name, &failure) ||
               !check(lab, &failure)) {
        reason_set(&lab->unfit, "after %.120s the device is unfit: %.100s; its reset failed: %.120s",
                   lab->case_name, why.text, failure.text);
    } else {
        reason_set(report, "the device was reset after this case: %.300s", why.text);
        return;
    }
    if (lab->unfit.text[0])
        *report = lab->unfit;
}

/* The sanity check of the lab, if it has one. */
static bool check(struct lab *lab, struct reason *reason)
{
    return !device_control_can(lab->control, DEED_ALIVE) ||
           device_control_do(lab->control, DEED_ALIVE, NULL, NULL, lab->case_name, reason);
}

void scene_keep_in_touch(struct scene *scene)
{
    keep_in_touch(scene, scene->lab);
    for (size_t i = 0; i < scene->lab->companion_count; i++) {
        struct lab *companion = scene->lab->companions[i];
        if (!companion->lent)
            continue;
        if (companion->lost && !scene->out_of_touch)
            scene->out_of_touch = arena_text(scene->arena, "%s was lost", companion->name);
        keep_in_touch(scene, companion);
    }
}

static void keep_in_touch(struct scene *scene, struct lab *lab)
{
    struct reason reason;
    bool kept = !lab->kind->in_touch || lab->kind->in_touch(lab, &reason);
    if (!kept && !lab->off && !scene->out_of_touch)
        scene->out_of_touch = arena_text(scene->arena, "%s", reason.text);
}

void scene_listen_to_heartbeat(struct scene *scene)
{
    struct reason ignored;
    struct device_control *control = scene->lab->control;
    int descriptor = control ? device_control_heartbeat_descriptor(control) : -1;
    if (descriptor < 0)
        return;
    device_control_heartbeat_mark(control, world_real_ns(scene->world));
    scene->heartbeat = world_watch(scene->world, descriptor, beat, scene, &ignored);
}

int64_t scene_starved_ns(struct scene *scene)
{
    if (!scene->heartbeat)
        return 0;
    return device_control_heartbeat_starved_ns(scene->lab->control, world_real_ns(scene->world));
}

static void beat(void *context)
{
    struct scene *scene = context;
    int64_t starved_ns =
        device_control_heartbeat_starved_ns(scene->lab->control, world_real_ns(scene->world));
    if (starved_ns == INT64_MAX) /* it ended: readable for ever */
        world_unwatch(scene->world, device_control_heartbeat_descriptor(scene->lab->control));
}
