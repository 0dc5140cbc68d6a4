#include "scene/deeds.h"

#include <poll.h>
#include <stdint.h>
#include <string.h>

#include "base/text.h"

/* A deed of an operator may take its time; the world comes by now and then in any case. */
#define LOOK_AGAIN SECONDS(1)

struct going_on {
    struct device_control *control;
    bool over;
    enum deed_progress progress;
    struct reason reason;
};

/* A heartbeat that is listened to. */
struct heard {
    struct heard *next;
    struct scene *scene;
    struct lab *lab;
};

static bool command(struct scene *scene, struct lab *lab, struct port *port,
                    const struct device_settings *settings, const struct control_action *action,
                    struct reason *reason);
static bool run_deed(struct scene *scene, struct lab *lab, enum deed deed,
                     const struct device_settings *settings, const struct control_action *action,
                     struct reason *reason);
static void look(void *context);
static void run_meanwhile(struct scene *scene, struct going_on *deed);
static void keep_in_touch(struct scene *scene, struct lab *lab);
static void beat(void *context);
static size_t evidence_size(struct lab *lab, const char *name);
static void put_evidence(struct lab *lab, const char *name, struct text *text);

bool deed_do(struct scene *scene, struct lab *lab, struct port *port, const struct device_settings *settings,
             const struct control_action *action, struct reason *reason)
{
    char line[64];
    struct reason why = {""};
    bool commands = device_control_can(lab->control, deed_of(action->kind));
    bool done =
        commands ? command(scene, lab, port, settings, action, &why) : port_control(port, action, &why);
    return done || reason_set(reason, "%s '%s': %s", commands ? "the lab could not do" : "the device refused",
                              control_action_text(action, line, sizeof line), why.text);
}

/* By the lab's means. The tap has it as if it had been the device's own. */
static bool command(struct scene *scene, struct lab *lab, struct port *port,
                    const struct device_settings *settings, const struct control_action *action,
                    struct reason *reason)
{
    enum deed deed = deed_of(action->kind);
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
    return done;
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

void scene_listen_to_heartbeat(struct scene *scene, struct lab *lab)
{
    struct reason ignored;
    int descriptor = lab->control ? device_control_heartbeat_descriptor(lab->control) : -1;
    struct heard *heard = arena_zeroed(scene->arena, sizeof *heard);
    *heard = (struct heard){scene->heartbeats, scene, lab};
    if (descriptor < 0 || !world_watch(scene->world, descriptor, beat, heard, &ignored))
        return;
    device_control_heartbeat_mark(lab->control, world_real_ns(scene->world));
    scene->heartbeats = heard;
}

int64_t scene_starved_ns(struct scene *scene, const struct lab **whose)
{
    int64_t now_ns = world_real_ns(scene->world);
    int64_t longest_ns = scene->lab->starved_ns;
    *whose = scene->lab;
    for (const struct heard *heard = scene->heartbeats; heard; heard = heard->next) {
        int64_t starved_ns = device_control_heartbeat_starved_ns(heard->lab->control, now_ns);
        if (starved_ns > longest_ns || (starved_ns == longest_ns && heard->lab == scene->lab)) {
            longest_ns = starved_ns;
            *whose = heard->lab;
        }
    }
    return longest_ns;
}

static void beat(void *context)
{
    const struct heard *heard = context;
    struct world *world = heard->scene->world;
    struct device_control *control = heard->lab->control;
    if (device_control_heartbeat_starved_ns(control, world_real_ns(world)) == INT64_MAX)
        world_unwatch(world, device_control_heartbeat_descriptor(control)); /* readable for ever */
}

const char *deeds_evidence(struct lab *lab, struct arena *arena)
{
    size_t size = 1 + evidence_size(lab, NULL);
    for (size_t i = 0; i < lab->companion_count; i++)
        size += evidence_size(lab->companions[i], lab->companions[i]->name);
    if (size == 1)
        return NULL;
    struct text text = text_in(arena_zeroed(arena, size), size);
    put_evidence(lab, NULL, &text);
    for (size_t i = 0; i < lab->companion_count; i++)
        put_evidence(lab->companions[i], lab->companions[i]->name, &text);
    return text.at;
}

/* Octets of what the hooks of a lab printed, when each line stands behind 'name' (NULL: by itself). */
static size_t evidence_size(struct lab *lab, const char *name)
{
    const char *printed = lab->control ? device_control_evidence(lab->control) : "";
    size_t size = strlen(printed);
    for (const char *at = printed; name && (at = strchr(at, '\n')); at++)
        size += strlen(name) + strlen(": ");
    return size;
}

static void put_evidence(struct lab *lab, const char *name, struct text *text)
{
    if (!lab->control)
        return;
    for (const char *at = device_control_evidence(lab->control); *at;) {
        int length = (int)strcspn(at, "\n") + 1; /* each line has an end */
        text_add(text, "%s%s%.*s", name ? name : "", name ? ": " : "", length, at);
        at += length;
    }
    device_control_forget_evidence(lab->control);
}
