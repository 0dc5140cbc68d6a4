/* The heartbeat of a device's host: a command that prints a line each period. Where lines are missing the
 * host did not come to run it, nor the device.
 */
#ifndef CONTROL_HEARTBEAT_H
#define CONTROL_HEARTBEAT_H

#include "control/hook.h"

struct heartbeat {
    struct hook *hook; /* prints the beats */
    int64_t period_ns;
    uint64_t beats;  /* heard of so far */
    int64_t last_ns; /* the latest of them, or the mark after it */
    int64_t gap_ns;  /* the longest since the mark */
};

/* Notes the beats that came up to 'now_ns'. Beats that were not read in time, because vmacheck itself was
 * late, are no gap: several that come at once stand for as many periods. False: the command has ended. */
bool heartbeat_hear(struct heartbeat *heartbeat, int64_t now_ns, struct reason *reason);

/* From now on only gaps after 'now_ns' count. */
void heartbeat_mark(struct heartbeat *heartbeat, int64_t now_ns);

/* By how much the longest gap up to 'now_ns' is longer than a period, at least 0; INT64_MAX: the command has
 * ended. */
int64_t heartbeat_starved_ns(struct heartbeat *heartbeat, int64_t now_ns);

#endif
