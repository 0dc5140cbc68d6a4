/* The network of a scene: drawn from instance and seed, then built.
 */
#ifndef SCENE_SCENE_PLAN_H
#define SCENE_SCENE_PLAN_H

#include "scene/scene.h"

/* Draws everything that a seed decides: per-VCC latencies (0.01 to 300 ms), answer times of the LES (0 to 900
 * ms), MACs, ATM and IP addresses, VRID, priorities, LECIDs, order of starting. What 'profile' (may be NULL)
 * gives is used instead. False when two stations have
 * one address in every draw. */
bool scene_plan_draw(struct scene_plan *plan, const struct case_instance *instance, uint64_t seed,
                     unsigned capabilities, const struct device_profile *profile);

/* Lays down what the PIXIT decides in place of the seed. */
void scene_plan_choose(struct scene_plan *plan, const struct pixit *pixit);

/* An assigned unicast address outside the VRRP block. */
struct mac_address plan_draw_mac(struct random *random);

/* Builds the network that 'scene->plan' describes into scene->world, attaches the peers and lends the device.
 * False, with the reason, when the lab can't lend it. */
bool scene_build(struct scene *scene, bool wall_clock, struct reason *reason);

#endif
