/* Companions: VRRP routers beside the device under test, each a device of its own lab (links/lab.h). They are
 * the built-in reference unless the device file names real ones; nothing that they do is judged.
 *
 *   struct companion *router = companion_add(scene, 0, &settings, "near-router", lan, beyond);
 *   companion_start(router);                 it is switched on, and its virtual routers start
 *   companion_control(router, CONTROL_FAIL);
 */
#ifndef SCENE_COMPANIONS_H
#define SCENE_COMPANIONS_H

#include "scene/scene.h"

struct companion {
    struct scene *scene;
    struct lab *lab;
    struct port *port;
    struct device_settings settings; /* role vrrp, one virtual router */
};

/* True when the lab has 'count' companions. */
bool companions_there(const struct scene *scene, size_t count);

/* Puts companion 'index' at a port called 'name', its LAN port 0 on 'lan' and 1 on 'beyond'. Before time
 * begins to matter: configuring it may take a while. Inconclusive when the lab can't lend it. */
struct companion *companion_add(struct scene *scene, size_t index, const struct device_settings *settings,
                                const char *name, struct segment *lan, struct segment *beyond);

/* Switched on, with its virtual router started. */
void companion_start(struct companion *companion);

/* Does something to it, or to its virtual router; inconclusive when it can't be done. Returns when it began.
 */
struct tap_event *companion_control(struct companion *companion, enum control_kind kind);

/* At the end of a case: why something that is seen of the device may be the fault of a companion that has
 * died, though nobody told it to; NULL: they are all alive, as far as the lab can tell. */
const char *companions_dead(struct scene *scene);

/* After the case: all that were lent are stopped and taken back. 'report' tells of the first one that could
 * not be stopped; empty: all could. */
void companions_give_back(struct lab *lab, struct reason *report);

#endif
