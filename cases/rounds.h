/* What the cases of an association's rounds share (draft 3.2, A-6), of a router and of a bridge: somebody
 * else who answers the probes, and what is expected meanwhile.
 *
 *   start_answering(scene, LES);
 *   struct round round = await_first_round(scene, since, SECONDS(2));
 *   expect_spacing(scene, round.announcement, 5);
 */
#ifndef CASES_ROUNDS_H
#define CASES_ROUNDS_H

#include "cases/cases.h"
#include "steps/persistence.h"

/* Who answers the probe for the VMAC with the address of another client. */
enum answerer { PEER, LES };

void start_answering(struct scene *scene, enum answerer answerer);
void stop_answering(struct scene *scene, enum answerer answerer);

/* Prepares a PEER: it answers as a bridge would that still sees the VMAC in its old place behind it. */
void with_rival(struct scene_plan *plan);

/* Prepares answers that come at once; no round comes sooner for it. */
void with_fast_answers(struct scene_plan *plan);

/* The last probe, behind 'from', that an answer under way can have asked for: nobody answers from now on. */
struct tap_event *last_probe(struct scene *scene, struct tap_event *from);

/* The next announcement of the VMAC, while rounds go on; inconclusive when none comes. */
struct tap_event *await_announcement(struct scene *scene, struct mark since);

/* 'count' announcements behind 'last', each a second after the one before at least (R-3.2-06). */
void expect_spacing(struct scene *scene, struct tap_event *last, unsigned count);

/* The host asks for the VMAC by LE_ARP, and the device answers as what represents it; NULL when it does not.
 */
struct tap_event *expect_le_arp_answered(struct scene *scene);

#endif
