/* The states of section 3.3 with the sub-states of Master (spec/states.yaml): how the device is brought
 * there, and how each is proven on the wire.
 *
 * Evidence. Initialize and Backup: silent about the virtual router (no advertisement, no ARP reply, no LE_ARP
 * answer, no association frame) while the device answers LE_ARP for its physical MAC address. Backup, not
 * Initialize: takes over when the Master falls silent. Master: advertises at its interval, answers ARP for
 * the virtual address and LE_ARP for the VMAC. np-pending: its registration is unanswered. np-refused:
 * refused, retry not yet sent. np-confirmed: the LES holds the binding. px-persisting: the last probe was
 * answered by another client's address. px-settled: a probe went unanswered for C20.
 *
 * Role vrrp has neither association nor LE_ARP: ARP takes the place of LE_ARP, Master has no sub-states, and
 * what is said of associations below asks for nothing.
 */
#ifndef STEPS_STATES_H
#define STEPS_STATES_H

#include "steps/device_frames.h"
#include "steps/inject.h"

/* Starts the peers and the device, in an order that the seed draws, without waiting for anything. */
void start_stations(struct scene *scene);

/* Starts the peers and the device and waits until the device is operational in the ELAN: it joined, the BUS
 * reaches it, and it answers LE_ARP for its physical MAC address. Its virtual routers have had no Startup
 * event. */
void bring_to_elan(struct scene *scene);

/* bring_to_elan(), then whatever it takes to be in 'state', with the evidence seen. Inconclusive when it
 * can't be reached. In Backup the speaker is Master (higher priority, associated, advertising). In np-pending
 * the LES leaves registrations of the VMAC unanswered; in np-refused it refuses them because another ATM
 * address ("ghost") holds the VMAC; in px-persisting it answers LE_ARP for the VMAC with the ghost's address.
 */
void bring_to(struct scene *scene, enum router_state state);

/* The second half of bring_to(): from Initialize, in the ELAN, to 'state'. A case that shut the virtual
 * router down may go on with it. */
void enter_state(struct scene *scene, enum router_state state);

/* Gives the device's first virtual router its Startup event and remembers it in scene->started. */
void start_router(struct scene *scene);

/* The speaker acts as Master with this priority: associates, advertises each interval. Comes back when its
 * first advertisement has reached the device, and returns that. */
struct tap_event *speaker_takes_over(struct scene *scene, uint8_t priority);

/* The speaker stops advertising and gives its association up, without priority 0. Returns the last
 * advertisement that reached the device; comes back when nothing of it is under way any more. */
struct tap_event *speaker_falls_silent(struct scene *scene);

/* For a speaker that sends no more: lets what is under way arrive and returns the last advertisement that
 * reached the device. */
struct tap_event *last_speaker_advertisement(struct scene *scene);

/* Any sub-state of Master that needs no misbehaviour: np-confirmed or px-settled. */
void bring_to_master(struct scene *scene);
enum router_state quiet_master(const struct scene *scene);

/* The times of the device's first virtual router (RFC 2338 6.1.2). */
int64_t interval_ns(const struct scene *scene);
int64_t skew_ns(const struct scene *scene);
int64_t master_down_ns(const struct scene *scene);
int64_t skew_of_priority_ns(uint8_t priority);

/* Expectations of a state; each missing piece of evidence is a finding on 'requirements', or, where they are
 * NULL, on the requirement that asks for this piece in any case (a Master answers LE_ARP for the VMAC:
 * R-3.3.3-02). Time goes on. */
#define expect_silent_router(scene, requirements) expect_silent_router_at((scene), SITE, (requirements))
#define expect_initialize(scene, requirements)    expect_initialize_at((scene), SITE, (requirements))
#define expect_backup(scene, requirements)        expect_backup_at((scene), SITE, (requirements))
#define expect_master(scene, requirements)        expect_master_at((scene), SITE, (requirements))
#define expect_state(scene, state, requirements)  expect_state_at((scene), SITE, (state), (requirements))

/* Neither advertises nor answers nor associates, and lives: Initialize or Backup. */
void expect_silent_router_at(struct scene *scene, const char *site, const char *requirements);
/* Silent, and stays so when no Master is heard for longer than Master_Down_Interval. */
void expect_initialize_at(struct scene *scene, const char *site, const char *requirements);
/* Silent while the speaker advertises; the speaker falls silent: Master after Master_Down_Interval. */
void expect_backup_at(struct scene *scene, const char *site, const char *requirements);
/* Advertises with its priority, answers ARP with the VMAC and LE_ARP with its ATM address. */
void expect_master_at(struct scene *scene, const char *site, const char *requirements);
/* The evidence of the state, sub-states included. */
void expect_state_at(struct scene *scene, const char *site, enum router_state state,
                     const char *requirements);

/* The device answers LE_ARP for its physical MAC address: it lives and its control path works. Not a
 * judgement: false makes the verdict inconclusive (a finding on nothing). Also the proof that a silence
 * before needed. */
bool prove_alive(struct scene *scene);

/* After the case: the device that was brought into the ELAN, and is still in it, came out unharmed. One more
 * interval passes, in which the rules watch; then it answers LE_ARP for its MAC address and ARP for its own
 * IP address (unless that is the virtual one). Inconclusive otherwise: what it did in the case may be the
 * doing of a device that was dying. */
void prove_unharmed(struct scene *scene);

/* What an association consists of, as expectations since 'since': registration and announcement (non-proxy)
 * or announcement and probe (proxy), each within a second of the first. 'requirements' are blamed for what is
 * missing, besides the ids of the single frames (R-3.1-03, R-3.1-04 or R-3.1-07; R-3.2-03 or R-3.2-07,
 * R-3.2-04). */
void expect_association_at(struct scene *scene, const char *site, struct mark since, int64_t max_ns,
                           const char *requirements);
#define expect_association(scene, since, max_ns, requirements)                                               \
    expect_association_at((scene), SITE, (since), (max_ns), (requirements))

/* A disassociation since 'since', as scheme, version, PIXIT and 'registered' (the LES had confirmed it) ask
 * for: unregistration (R-3.1-08), withdrawal (R-3.1-09, R-3.2-08); a v1 proxy may owe neither. The silence
 * that follows is evidence of the next state. */
void expect_disassociation_at(struct scene *scene, const char *site, struct mark since, bool registered,
                              const char *requirements);
#define expect_disassociation(scene, since, registered, requirements)                                        \
    expect_disassociation_at((scene), SITE, (since), (registered), (requirements))

/* No frame of a disassociation and no change of the association within 'for_ns'. */
void expect_association_kept_at(struct scene *scene, const char *site, struct mark since, int64_t for_ns,
                                const char *requirements);
#define expect_association_kept(scene, since, for_ns, requirements)                                          \
    expect_association_kept_at((scene), SITE, (since), (for_ns), (requirements))

/* A Master comes into being: association frame, advertisement, gratuitous ARP in this egress order, the first
 * at since + due_ns (within the tolerance), the rest within a second. Cites the order and the frames' own ids
 * besides 'requirements'. Returns the advertisement, NULL if it did not come. */
#define expect_takeover(scene, since, due_ns, requirements)                                                  \
    expect_takeover_at((scene), SITE, (since), (due_ns), (requirements))
struct tap_event *expect_takeover_at(struct scene *scene, const char *site, struct mark since, int64_t due_ns,
                                     const char *requirements);

#endif
