#include "control/device_control.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/system_time.h"
#include "control/deed_variables.h"
#include "control/deed_words.h"
#include "control/evidence.h"
#include "control/heartbeat.h"
#include "control/operator.h"
#include "control/settings_file.h"

#define FIRST_BEATS 2 /* one may be the last words of a command that fails */

struct device_control {
    const struct control_plan *plan;
    unsigned instance;
    int interrupt;  /* can be read once the operator is no longer asked; -1: never */
    enum deed deed; /* that goes on; of these one is there: */
    struct hook *hook;
    struct question *question;
    char *settings_path; /* while it goes on */
    struct evidence evidence;
    struct heartbeat heartbeat;
    bool end_told; /* the evidence has that the heartbeat ended */
};

static bool start_hook(struct device_control *control, enum deed deed, const struct control_action *action,
                       const struct device_settings *settings, const char *case_name, struct reason *reason);
static bool ask_operator(struct device_control *control, enum deed deed, const struct control_action *action,
                         const struct device_settings *settings, const char *case_name,
                         struct reason *reason);
static enum deed_progress look_at_hook(struct device_control *control, struct reason *reason);
static enum deed_progress look_at_question(struct device_control *control, struct reason *reason);
static void end_deed(struct device_control *control);
static void add_prefix(struct reason *reason, const char *what);
static bool wait_for(int descriptor, int64_t until_ns);
static void tell_end(struct hook *hook, struct reason *reason);

struct device_control *device_control_new(const struct control_plan *plan, unsigned instance)
{
    struct device_control *control = calloc(1, sizeof *control);
    if (!control)
        abort();
    control->plan = plan;
    control->instance = instance;
    control->interrupt = -1;
    return control;
}

void device_control_interrupt_by(struct device_control *control, int descriptor)
{
    if (control)
        control->interrupt = descriptor;
}

void device_control_free(struct device_control *control)
{
    if (!control)
        return;
    end_deed(control);
    hook_free(control->heartbeat.hook);
    evidence_clear(&control->evidence);
    free(control);
}

bool device_control_can(const struct device_control *control, enum deed deed)
{
    return control && control->plan->commands[deed];
}

bool device_control_begin(struct device_control *control, enum deed deed, const struct control_action *action,
                          const struct device_settings *settings, const char *case_name,
                          struct reason *reason)
{
    if (!device_control_can(control, deed) || deed == DEED_HEARTBEAT)
        return reason_set(reason, "%s: the device file says no command for it; give one below 'control'",
                          deed_name(deed));
    if (settings && !(control->settings_path = settings_file_write(settings, control->plan->guard, reason)))
        return false;
    control->deed = deed;
    bool manual = control_plan_is_manual(control->plan, deed);
    if (manual ? ask_operator(control, deed, action, settings, case_name, reason)
               : start_hook(control, deed, action, settings, case_name, reason))
        return true;
    add_prefix(reason, deed_name(deed));
    end_deed(control);
    return false;
}

enum deed_progress device_control_look(struct device_control *control, struct reason *reason)
{
    if (!control->hook && !control->question)
        return DEED_DONE;
    enum deed_progress progress =
        control->hook ? look_at_hook(control, reason) : look_at_question(control, reason);
    if (progress == DEED_GOES_ON)
        return progress;
    if (progress != DEED_DONE)
        add_prefix(reason, deed_name(control->deed));
    end_deed(control);
    return progress;
}

int device_control_descriptor(const struct device_control *control)
{
    if (control->hook)
        return hook_descriptor(control->hook);
    return control->question ? question_descriptor(control->question) : -1;
}

bool device_control_do(struct device_control *control, enum deed deed, const struct control_action *action,
                       const struct device_settings *settings, const char *case_name, struct reason *reason)
{
    if (!device_control_begin(control, deed, action, settings, case_name, reason))
        return false;
    enum deed_progress progress;
    while ((progress = device_control_look(control, reason)) == DEED_GOES_ON)
        wait_for(device_control_descriptor(control), TIME_NEVER);
    return progress == DEED_DONE;
}

const char *device_control_evidence(struct device_control *control)
{
    return evidence_text(&control->evidence);
}

void device_control_forget_evidence(struct device_control *control)
{
    evidence_clear(&control->evidence);
    control->end_told = false;
}

bool device_control_heartbeat_start(struct device_control *control, struct reason *reason)
{
    struct heartbeat *heartbeat = &control->heartbeat;
    const struct control_plan *plan = control->plan;
    if (!plan->commands[DEED_HEARTBEAT] || heartbeat->hook)
        return true;
    struct deed_variables variables;
    deed_variables_set(&variables, DEED_HEARTBEAT, control->instance, NULL, NULL, NULL, NULL);
    struct hook_call call = {
        plan->commands[DEED_HEARTBEAT], plan->folder, variables.list, DEED_VARIABLE_COUNT, 0, plan->guard};
    int64_t limit_ns = control_plan_limit_ns(plan, DEED_HEARTBEAT);
    int64_t until_ns = monotonic_ns() + limit_ns;
    *heartbeat = (struct heartbeat){.hook = hook_start(&call, reason), .period_ns = HEARTBEAT_PERIOD_NS};
    while (heartbeat->hook) {
        bool runs = heartbeat_hear(heartbeat, monotonic_ns(), reason);
        if (heartbeat->beats >= FIRST_BEATS && runs)
            return true;
        if (runs && wait_for(hook_descriptor(heartbeat->hook), until_ns))
            continue;
        if (runs)
            reason_set(reason, "no beat within %g s (`limit_s`); it has to print a line each %g ms",
                       (double)limit_ns / 1e9, (double)HEARTBEAT_PERIOD_NS / 1e6);
        else
            tell_end(heartbeat->hook, reason);
        hook_free(heartbeat->hook);
        heartbeat->hook = NULL;
    }
    add_prefix(reason, deed_name(DEED_HEARTBEAT));
    return false;
}

int device_control_heartbeat_descriptor(const struct device_control *control)
{
    return control->heartbeat.hook ? hook_descriptor(control->heartbeat.hook) : -1;
}

void device_control_heartbeat_mark(struct device_control *control, int64_t now_ns)
{
    if (control->heartbeat.hook)
        heartbeat_mark(&control->heartbeat, now_ns);
}

int64_t device_control_heartbeat_starved_ns(struct device_control *control, int64_t now_ns)
{
    struct heartbeat *heartbeat = &control->heartbeat;
    struct reason reason = {"ended"};
    if (!heartbeat->hook)
        return 0;
    int64_t starved_ns = heartbeat_starved_ns(heartbeat, now_ns);
    if (starved_ns == INT64_MAX && !control->end_told) {
        hook_look(heartbeat->hook, &reason);
        size_t size = strlen(reason.text);
        evidence_add(&control->evidence, deed_name(DEED_HEARTBEAT), reason.text, size, size);
        control->end_told = true;
    }
    return starved_ns;
}

static bool start_hook(struct device_control *control, enum deed deed, const struct control_action *action,
                       const struct device_settings *settings, const char *case_name, struct reason *reason)
{
    struct deed_variables variables;
    deed_variables_set(&variables, deed, control->instance, action, settings, case_name,
                       control->settings_path);
    struct hook_call call = {.command = control->plan->commands[deed],
                             .folder = control->plan->folder,
                             .guard = control->plan->guard,
                             .variables = variables.list,
                             .variable_count = DEED_VARIABLE_COUNT,
                             .limit_ns = control_plan_limit_ns(control->plan, deed)};
    control->hook = hook_start(&call, reason);
    return control->hook;
}

static bool ask_operator(struct device_control *control, enum deed deed, const struct control_action *action,
                         const struct device_settings *settings, const char *case_name, struct reason *reason)
{
    char words[DEED_WORDS_SIZE];
    deed_words(deed, control->instance, action, settings, case_name, control->settings_path, words);
    control->question =
        question_ask(words, control_plan_limit_ns(control->plan, deed), control->interrupt, reason);
    return control->question;
}

static enum deed_progress look_at_hook(struct device_control *control, struct reason *reason)
{
    enum hook_progress progress = hook_look(control->hook, reason);
    if (progress == HOOK_RUNS)
        return DEED_GOES_ON;
    size_t size;
    const char *output = hook_output(control->hook, &size);
    evidence_add(&control->evidence, deed_name(control->deed), output, size, hook_output_size(control->hook));
    return progress == HOOK_SUCCEEDED ? DEED_DONE : DEED_FAILED;
}

static enum deed_progress look_at_question(struct device_control *control, struct reason *reason)
{
    static const char done[] = "done by the operator";
    struct reason words = {""};
    enum deed_progress progress = DEED_GOES_ON;
    switch (question_look(control->question, &words)) {
    case QUESTION_OPEN:
        return DEED_GOES_ON;
    case QUESTION_DONE:
        progress = DEED_DONE;
        reason_set(&words, "%s", done);
        break;
    case QUESTION_DECLINED: /* of a sanity check it is the answer */
        progress = control->deed == DEED_ALIVE ? DEED_FAILED : DEED_DECLINED;
        break;
    case QUESTION_FAILED:
        progress = DEED_FAILED;
        break;
    }
    size_t size = strlen(words.text);
    evidence_add(&control->evidence, deed_name(control->deed), words.text, size, size);
    if (progress != DEED_DONE)
        reason_set(reason, "%s", words.text);
    return progress;
}

static void end_deed(struct device_control *control)
{
    hook_free(control->hook);
    question_free(control->question);
    settings_file_remove(control->settings_path, control->plan->guard);
    control->hook = NULL;
    control->question = NULL;
    control->settings_path = NULL;
}

/* "startup: ended with status 1" */
static void add_prefix(struct reason *reason, const char *what)
{
    struct reason plain;
    if (!reason)
        return;
    plain = *reason;
    reason_set(reason, "%s: %s", what, plain.text);
}

/* False when nothing could be read up to then. */
static bool wait_for(int descriptor, int64_t until_ns)
{
    struct pollfd watched = {descriptor, POLLIN, 0};
    int64_t left_ns = until_ns == TIME_NEVER ? 0 : until_ns - monotonic_ns();
    int left_ms = until_ns == TIME_NEVER ? -1 : left_ns > 0 ? (int)(left_ns / NS_PER_MS) + 1 : 0;
    return poll(&watched, 1, left_ms) != 0;
}

/* Of a heartbeat's command, which has to go on. */
static void tell_end(struct hook *hook, struct reason *reason)
{
    struct reason how = {"ended"};
    hook_look(hook, &how);
    reason_set(reason, "%.300s; it has to run as long as the run and print a line each %g ms", how.text,
               (double)HEARTBEAT_PERIOD_NS / 1e6);
}
