/* A lab: where the device under test is attached. It lives for a whole run and lends its device, as a
 * station, to one world after the other: the built-in reference, a mutant of it, a process on the adapter
 * protocol. Each thread of a run has a lab of its own.
 */
#ifndef LINKS_LAB_H
#define LINKS_LAB_H

#include "base/scope.h"
#include "control/device_control.h"
#include "station/device_settings.h"
#include "world/world.h"

/* Other devices that a lab has besides the one under test: VRRP routers behind a bridge. */
#define COMPANION_ROOM 4

struct lab {
    const char *name;      /* "reference", "mutant:M17", "adapter:python3 device.py"; owned by the lab */
    unsigned capabilities; /* CAPABILITY_* */
    struct scope claims;   /* what the device claims to be; case instances outside are not-applicable */
    bool lost;             /* the harness lost the device in this case (its process died) … */
    int64_t lost_ns;       /* … at this world time: what happens from then on is not judged */
    int64_t starved_ns; /* wall clock: by how much the device's host answered late in this case; 0: in time */
    unsigned instances; /* what stands there once can be so many devices side by side; 0: it is one */
    struct lab *companions[COMPANION_ROOM]; /* closed with the lab */
    size_t companion_count;
    struct device_control *control; /* by hooks or the operator, before what the device can do itself; freed
                                       with the lab; NULL: none */
    bool lent;                      /* a companion: to the case that runs */
    bool off;                       /* the lab switched the device off, or not yet on */
    const char *case_name;          /* of the case that the device is lent to; set by the runner */
    struct reason unfit;            /* a case left the device unfit and nothing could mend it; empty: fit */
    unsigned failed_lends;          /* to how many different cases in a row it could not be lent … */
    const char *failed_lend;        /* … and the id of the latest; set by the runner */
    void *context;                  /* of the kind of lab */
    const struct lab_kind *kind;
};

struct lab_kind {
    /* Configures the device as 'settings' say and attaches it to 'port', until the world is freed. False,
     * with the reason, when it can't; the case is then inconclusive. */
    bool (*lend)(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason);
    /* Where the ATM switch belongs to the lab's device, or is it (role switch): makes of 'behaviour', a
     * conforming one, what it does when a link fails. NULL: the harness's own switch, and no device of role
     * switch. */
    void (*switch_behaviour)(struct lab *lab, struct switch_behaviour *behaviour);
    /* After the world is freed, also when nothing was lent. False, with the reason, when the device did not
     * come back fit for use: the case that just ran is then inconclusive, unless it failed before the device
     * was lost. May be NULL. */
    bool (*take_back)(struct lab *lab, struct reason *reason);
    /* False, with the reason, when since the last time, or since the device was lent, something between the
     * harness and the device went missing that is not the device's fault: a cable was pulled, frames came
     * faster than they could be read. NULL: nothing ever does. */
    bool (*in_touch)(struct lab *lab, struct reason *reason);
    void (*close)(struct lab *lab); /* frees the lab */
    /* The lab of another instance, below `instances`, of the same device: for another thread; without
     * companions and control. The one that was opened is instance 0. NULL where `instances` always is 0. */
    struct lab *(*share)(struct lab *lab, unsigned instance);
};

static inline void lab_close(struct lab *lab)
{
    if (!lab)
        return;
    for (size_t i = 0; i < lab->companion_count; i++)
        lab_close(lab->companions[i]);
    device_control_free(lab->control);
    lab->kind->close(lab);
}

#endif
