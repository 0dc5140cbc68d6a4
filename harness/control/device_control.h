/* Doing what a control plan says to one device: runs the command, or asks the operator, without stopping the
 * world meanwhile.
 *
 *   struct device_control *control = device_control_new(plan, instance);
 *   device_control_begin(control, DEED_STARTUP, &action, settings, case, &reason)
 *   … wait until device_control_descriptor() can be read, at most a second …
 *   device_control_look(control, &reason)     DEED_GOES_ON: wait again
 *
 * A command runs in a shell, in a process group of its own, with standard input from /dev/null. What it has
 * to know comes in its environment only, never in its text: VMACHECK_ACTION, VMACHECK_INSTANCE (from 1),
 * VMACHECK_CASE, VMACHECK_VRID and VMACHECK_PRIORITY (of the action, 0: none), VMACHECK_SETTINGS (path of a
 * file with the settings of the case as JSON, as in the adapter protocol, that is gone after the command) and
 * more that control/deed_variables.h lists. Its output and error output are kept as evidence.
 */
#ifndef CONTROL_DEVICE_CONTROL_H
#define CONTROL_DEVICE_CONTROL_H

#include <stdint.h>

#include "base/reason.h"
#include "control/control_plan.h"
#include "station/device_settings.h"

struct device_control;

/* One per device instance, in one thread. 'plan' must outlive it. 'instance' counts from 1. */
struct device_control *device_control_new(const struct control_plan *plan, unsigned instance);
void device_control_free(struct device_control *control); /* kills what runs; NULL is accepted */

/* From now on the operator is asked nothing more once 'descriptor' can be read: deeds that are his fail as
 * interrupted, also one that goes on. Commands go on. 'control' may be NULL. */
void device_control_interrupt_by(struct device_control *control, int descriptor);

/* True when the plan says how to do it. 'control' may be NULL. */
bool device_control_can(const struct device_control *control, enum deed deed);

/* Begins a deed; none may be going on, and the heartbeat is none. 'action' may be NULL for deeds that are no
 * control action, 'settings' too; 'case_name' is the instance's text. False, with the reason, when it can't
 * even begin. */
bool device_control_begin(struct device_control *control, enum deed deed, const struct control_action *action,
                          const struct device_settings *settings, const char *case_name,
                          struct reason *reason);

enum deed_progress {
    DEED_GOES_ON,
    DEED_DONE,
    DEED_FAILED,  /* status, signal or time limit: the reason says which and quotes the last line of output;
                     an operator that can't be asked, did not answer, or found the device unfit */
    DEED_DECLINED /* by the operator; the reason says so */
};

/* How far it is; never blocks. After any answer but DEED_GOES_ON nothing goes on any more. */
enum deed_progress device_control_look(struct device_control *control, struct reason *reason);

/* Can be read when there is something to look at; -1: nothing goes on. */
int device_control_descriptor(const struct device_control *control);

/* begin, and look until it is over, blocking. */
bool device_control_do(struct device_control *control, enum deed deed, const struct control_action *action,
                       const struct device_settings *settings, const char *case_name, struct reason *reason);

/* What the deeds of the present case printed, each line with the name of its deed, at most 16 KiB (then a
 * line says how much is left out); empty text: nothing. Valid until the next call. */
const char *device_control_evidence(struct device_control *control);
void device_control_forget_evidence(struct device_control *control);

/* The heartbeat of the device's host, when the plan has one: a command that prints a line each
 * HEARTBEAT_PERIOD_NS. Starting waits for the first two beats, as long as a deed may take; false, with the
 * reason, when they don't come. Descriptor -1: none. */
#define HEARTBEAT_PERIOD_NS INT64_C(100000000)
bool device_control_heartbeat_start(struct device_control *control, struct reason *reason);
int device_control_heartbeat_descriptor(const struct device_control *control);

/* Reads the beats that came; 'now_ns' by any clock that stays the same. Call it when the descriptor can be
 * read and at the end of a case. Returns by how much the longest gap between beats since
 * device_control_heartbeat_mark() was longer than the period, also one that has not ended yet; beats that
 * came in a bunch because vmacheck read them late are no gap. INT64_MAX: the command ended; the evidence says
 * how. */
void device_control_heartbeat_mark(struct device_control *control, int64_t now_ns);
int64_t device_control_heartbeat_starved_ns(struct device_control *control, int64_t now_ns);

#endif
