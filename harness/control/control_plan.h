/* How a lab does things to a device that it can't reach otherwise: for each deed a command of the lab (a
 * hook) or a question to the operator. Part of a device file, section `control`.
 */
#ifndef CONTROL_CONTROL_PLAN_H
#define CONTROL_CONTROL_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "station/station.h"

/* Every deed once: enum, name in device files and in VMACHECK_ACTION, and what it is, for people. The first
 * ones are the control actions of a station, in the order of enum control_kind. */
#define DEEDS(X)                                                                                             \
    X(START, "start", "Power on: join the ELAN; virtual routers start.")                                     \
    X(STARTUP, "startup", "Startup event of the virtual router `VMACHECK_VRID` (RFC 2338 6.4).")             \
    X(SHUTDOWN, "shutdown", "Shutdown event of the virtual router `VMACHECK_VRID`.")                         \
    X(FAIL, "fail", "The device dies at once: it sends nothing more, releases nothing.")                     \
    X(SET_PRIORITY, "set-priority", "The virtual router `VMACHECK_VRID` gets priority `VMACHECK_PRIORITY`.") \
    X(CONFIGURE, "configure",                                                                                \
      "Before each case: be the device of these settings, switched off. For ports it has to be there, and "  \
      "so do `start`, `startup` and `shutdown`.")                                                            \
    X(STOP, "stop", "After each case: switched off, with nothing left of the case.")                         \
    X(ALIVE, "alive",                                                                                        \
      "Sanity check before `configure` and after `stop`: status 0 when the device is fit for a case.")       \
    X(RESET, "reset",                                                                                        \
      "After a case that left it unfit: make it fit again. That is reported once, with that case. Without "  \
      "it, or if it does not help, the cases that follow are inconclusive.")                                 \
    X(HEARTBEAT, "heartbeat",                                                                                \
      "Runs on the device's host as long as the run and prints a line each 100 ms; a gap says that the "     \
      "host was starved, and what the device did then late is inconclusive, never fail.")

enum deed {
#define X(name, text, meaning) DEED_##name,
    DEEDS(X)
#undef X
        DEED_COUNT
};
const char *deed_name(enum deed deed);

/* The deed that a control action is. */
enum deed deed_of(enum control_kind kind);

/* The command of a deed that the operator is asked to do. */
#define COMMAND_MANUAL "manual"

#define COMMAND_LIMIT_S  10u /* where a plan says nothing */
#define OPERATOR_LIMIT_S 600u

struct guard;

/* What a device file says. Texts belong to the file. */
struct control_plan {
    const char *commands[DEED_COUNT]; /* NULL: not by these means; COMMAND_MANUAL: the operator */
    const char *folder;               /* where the commands run; NULL: where vmacheck runs */
    const struct guard *guard;        /* control/guard.h; NULL: nobody clears up when vmacheck is killed */
    unsigned limit_s;                 /* longest time of a command; 0: 10 s. An operator has 10 minutes */
};

/* The longest time that a deed may take, by a command or by the operator. */
int64_t control_plan_limit_ns(const struct control_plan *plan, enum deed deed);

/* True when the operator is asked to do it. */
bool control_plan_is_manual(const struct control_plan *plan, enum deed deed);

/* True when the operator is asked to do anything at all. */
bool control_plan_asks(const struct control_plan *plan);

/* CAPABILITY_CONTROL_* that the commands amount to; 'plan' may be NULL. */
unsigned control_plan_capabilities(const struct control_plan *plan);

/* What has to stand in a plan for one of these capabilities; NULL: it is no matter of plans. */
const char *control_plan_mend(unsigned capability);

#endif
