/* Whether the device is fit for the next case: checked before and after each by the sanity check of its lab,
 * and mended by its reset (control/device_control.h).
 *
 *   device_is_fit(lab, &report)                  before the case
 *   device_restore(lab, &doubt, &report)         after it
 *   device_count_lend(lab, id, lent, why, &report)
 *   device_is_of_use(lab)                        or else others should have its cases
 */
#ifndef SCENE_DEVICE_FITNESS_H
#define SCENE_DEVICE_FITNESS_H

#include "links/lab.h"

/* Before a case: checks the device, unless it is known to be unfit, and resets it if it is not fit. False
 * when it is unfit for good (lab->unfit). 'report' says what was done just now, or why nothing helped; empty:
 * nothing was. Always true of labs without such means. */
bool device_is_fit(struct lab *lab, struct reason *report);

/* Why a device may be unfit after a case, whatever the sanity check says; NULL: it is no reason. */
struct device_doubt {
    const char *stop; /* the lab could not switch it off */
    const char *seen; /* what the case saw of it */
};

/* After a case, when the device was lent: checks it, and resets it if it is not fit or there is doubt.
 * Without a reset the sanity check counts; one that could not be switched off, with neither, is unfit for
 * good. 'report' as above; it also tells a `stop` that failed and that nothing mended. */
void device_restore(struct lab *lab, const struct device_doubt *doubt, struct reason *report);

/* Counts whether the device of 'lab' could be lent to the case with this id, which has to live as long as the
 * lab. When it could not for the last time that is borne with, 'report' says so, with 'why'; else it is left
 * as it is. */
void device_count_lend(struct lab *lab, const char *case_id, bool lent, const char *why,
                       struct reason *report);

/* False when cases are lost on the device, which others could run: it is unfit for good, or could not be lent
 * to several different cases in a row, though it may be fit. A single case that it is not made for says
 * nothing. */
bool device_is_of_use(const struct lab *lab);

#endif
