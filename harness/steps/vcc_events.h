/* What happens to the device's VCCs: calls, releases, leaves dropped. As await() in expect.h, for events that
 * are no frames.
 */
#ifndef STEPS_VCC_EVENTS_H
#define STEPS_VCC_EVENTS_H

#include "steps/expect.h"

/* Runs the world until an event of this kind (TAP_CALL_SETUP, TAP_CALL_RELEASED, TAP_PARTY_DROPPED…) happens
 * to a VCC of the device that is for 'vcc', for at most 'max_ns' after the mark, without judging. NULL: it
 * did not. */
struct tap_event *await_vcc(struct scene *scene, enum tap_kind event, enum vcc_kind vcc, struct mark since,
                            int64_t max_ns);

/* The same among what is already in the tap. */
struct tap_event *seen_vcc(struct scene *scene, enum tap_kind event, enum vcc_kind vcc, struct mark since);

#endif
