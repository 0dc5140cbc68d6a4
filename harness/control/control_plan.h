/* How a lab does things to a device that it can't reach otherwise: for each deed a command of the lab (a
 * hook) or a question to the operator. Part of a device file, section `control`.
 */
#ifndef CONTROL_CONTROL_PLAN_H
#define CONTROL_CONTROL_PLAN_H

#include <stddef.h>

#include "station/station.h"

/* Every deed once: enum, name in device files and in VMACHECK_ACTION. The first ones are the control actions
 * of a station, in the order of enum control_kind. */
#define DEEDS(X)                                                                                             \
    X(START, "start")               /* power on */                                                           \
    X(STARTUP, "startup")           /* Startup event of a virtual router */                                  \
    X(SHUTDOWN, "shutdown")         /* its Shutdown event */                                                 \
    X(FAIL, "fail")                 /* the device dies at once */                                            \
    X(SET_PRIORITY, "set-priority") /* of a virtual router */                                                \
    X(CONFIGURE, "configure")       /* before each case: be the device of these settings, switched off */    \
    X(STOP, "stop")                 /* after each case: switched off, nothing left */                        \
    X(ALIVE, "alive")               /* before and after each case: status 0 when it is fit for use */        \
    X(RESET, "reset")               /* after a case that left it unfit */                                    \
    X(HEARTBEAT, "heartbeat")       /* runs as long as the run: prints a line each 100 ms */

enum deed {
#define X(name, text) DEED_##name,
    DEEDS(X)
#undef X
        DEED_COUNT
};
const char *deed_name(enum deed deed);

/* The deed that a control action is. */
enum deed deed_of(enum control_kind kind);

/* The command of a deed that the operator is asked to do. */
#define COMMAND_MANUAL "manual"

/* What a device file says. Texts belong to the file. */
struct control_plan {
    const char *commands[DEED_COUNT]; /* NULL: not by these means; COMMAND_MANUAL: the operator */
    unsigned limit_s;                 /* longest time of a command; 0: 10 s. An operator has 10 minutes */
};

/* CAPABILITY_CONTROL_* that the commands amount to; 'plan' may be NULL. */
unsigned control_plan_capabilities(const struct control_plan *plan);

#endif
