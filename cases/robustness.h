/* Robustness: frames that are spoilt, unasked for, or come at the wrong time. The device lives on, its state
 * is unharmed, and it answers afterwards.
 *
 * The tables are products: a good frame of every kind that the role receives times the ways of spoiling it
 * (steps/spoil.h), sent in volleys (steps/volley.h). Which requirement is blamed: that of the form when a
 * spoilt frame has an effect that it must not have, or a frame that is to be tolerated has none; and that of
 * the control when the device no longer answers behind a frame, that is, when it died of it or hangs.
 */
#ifndef CASES_ROBUSTNESS_H
#define CASES_ROBUSTNESS_H

#include "cases/cases.h"
#include "steps/spoil.h"
#include "steps/volley.h"

/* Every control of the volley is answered; else the finding names the frame behind which the device fell
 * silent. It breaks L-flush-01 then, as a LES L-le_arp-07, in role vrrp V-6.4.3-08, since there the device is
 * Master and advertises no more. */
bool expect_controls_answered(const struct volley *volley);

/* What a device breaks that obeys a frame spoilt in this way, or does not obey one that it has to tolerate;
 * NULL: it may do either. */
const char *requirement_of_way(enum spoil_way way);

/* A Data Direct VCC from the host to the device; inconclusive when there is none. */
void call_device(struct scene *scene);

/* What is sent as LE_FLUSH_REQUEST and LE_ARP_REQUEST in volleys: from a LECID of nobody, so that the answers
 * end at the LES. */
struct le_control question_of_nobody(const struct scene *scene, enum le_opcode opcode,
                                     uint32_t transaction_id);

#endif
