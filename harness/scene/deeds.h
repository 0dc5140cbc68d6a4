/* What the lab does to a device by hooks or by the operator (control/device_control.h) while a case goes on:
 * the world runs meanwhile. When exactly it took effect is not known closer than its duration; it is kept as
 * the lateness of the action in the tap, and expectations take that into account.
 */
#ifndef SCENE_DEEDS_H
#define SCENE_DEEDS_H

#include "scene/scene.h"

/* Does a control action to the device of 'lab', which stands at 'port' with these settings: by the command
 * that the lab has for it, else the device does it itself. False, with the reason, when the lab could not do
 * it (the command failed, the operator declined), or the device refused. */
bool deed_do(struct scene *scene, struct lab *lab, struct port *port, const struct device_settings *settings,
             const struct control_action *action, struct reason *reason);

/* Makes the device one of these settings, while the world runs; true when the lab has no command for it. */
bool deed_configure(struct scene *scene, struct lab *lab, const struct device_settings *settings,
                    struct reason *reason);

/* Looks whether the harness kept in touch with the devices that are on; scene->out_of_touch says when not. A
 * device that is off, or boots, may be without link. */
void scene_keep_in_touch(struct scene *scene);

/* Wall clock: the heartbeat of the host of a device, if it has one, is listened to from now on. */
void scene_listen_to_heartbeat(struct scene *scene, struct lab *lab);

/* By how much a host was starved, as far as can be told: that of the device under test, or of a companion, if
 * it was worse; 'whose' says which. 0: none was. INT64_MAX: a heartbeat ended. */
int64_t scene_starved_ns(struct scene *scene, const struct lab **whose);

/* After a case: what its hooks printed, which the labs forget. First those of the device under test, then of
 * its companions, each line of these behind a name. NULL: nothing. */
const char *deeds_evidence(struct lab *lab, struct arena *arena);

#endif
