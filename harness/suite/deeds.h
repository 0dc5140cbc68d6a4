/* What the lab does to a device by hooks or by the operator (control/device_control.h) while a case goes on:
 * the world runs meanwhile. When exactly it took effect is not known closer than its duration; it is kept as
 * the lateness of the action in the tap, and expectations take that into account.
 */
#ifndef SUITE_DEEDS_H
#define SUITE_DEEDS_H

#include "suite/scene.h"

enum deed_outcome {
    DEED_OUTCOME_DONE,
    DEED_OUTCOME_ELSEWHERE, /* the lab has no command for it: the device has to do it itself */
    DEED_OUTCOME_REFUSED    /* failed, or the operator declined; the reason says which */
};

/* Does a control action to the device of 'lab', which stands at 'port' with these settings. Recorded in the
 * tap unless it is left to the device. */
enum deed_outcome deed_do(struct scene *scene, struct lab *lab, struct port *port,
                          const struct device_settings *settings, const struct control_action *action,
                          struct reason *reason);

/* Makes the device one of these settings, while the world runs; true when the lab has no command for it. */
bool deed_configure(struct scene *scene, struct lab *lab, const struct device_settings *settings,
                    struct reason *reason);

/* Before a case: false, with the reason, when a case before left the device unfit, or its sanity check says
 * so and no reset helps. Always true of labs without such means. */
bool device_is_fit(struct lab *lab, struct reason *reason);

/* After a case, when the device was lent: checks it, and resets it if it is not fit or 'doubt' says why it
 * may not be (empty: no doubt). 'report' says what was done; empty: nothing. */
void device_restore(struct lab *lab, const char *doubt, struct reason *report);

/* Looks whether the harness kept in touch with the devices that are on; scene->out_of_touch says when not. A
 * device that is off, or boots, may be without link. */
void scene_keep_in_touch(struct scene *scene);

/* The heartbeat of the device's host is listened to from now on. */
void scene_listen_to_heartbeat(struct scene *scene);

/* By how much the device's host was starved since then; 0: not, or it has no heartbeat. INT64_MAX: it ended.
 */
int64_t scene_starved_ns(struct scene *scene);

#endif
