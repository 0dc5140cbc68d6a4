/* Failover as a bystander sees it: a host on the ELAN that uses the virtual router, and the Master that
 * leaves it.
 */
#ifndef STEPS_FAILOVER_H
#define STEPS_FAILOVER_H

#include "steps/states.h"

/* The host begins to send packets through the VMAC, ten a second, to the upstream host (or where it would
 * be). */
void bystander_uses_virtual_router(struct scene *scene);

/* Within five seconds the host's LEC has the VMAC at 'atm'; and its frames for the VMAC go there on a Data
 * Direct VCC within C21 and C22 after that. Returns false when not. */
#define expect_bystander_reaches(scene, atm, requirements)                                                   \
    expect_bystander_reaches_at((scene), SITE, (atm), (requirements))
bool expect_bystander_reaches_at(struct scene *scene, const char *site, struct atm_address atm,
                                 const char *requirements);

/* The same before the stimulus: inconclusive when not. */
void bring_bystander_to(struct scene *scene, struct atm_address atm);

/* Within 'max_ns' a ping of the host that is sent from now on gets through the VMAC to the upstream host and
 * back. */
#define expect_bystander_served(scene, max_ns, requirements)                                                 \
    expect_bystander_served_at((scene), SITE, (max_ns), (requirements))
bool expect_bystander_served_at(struct scene *scene, const char *site, int64_t max_ns,
                                const char *requirements);

/* The speaker's link loses its carrier: the switch releases its calls at once, the LES forgets it, nobody
 * withdraws anything. Returns the mark of that. */
struct mark speaker_link_fails(struct scene *scene);

/* The speaker's VRRP stops in the middle: its LEC stays in the ELAN and still represents the VMAC. Returns
 * the last advertisement that reached the device, as speaker_falls_silent(). */
struct tap_event *speaker_hangs(struct scene *scene);

#endif
