/* What the signalling channel at the device's port carries for an event of a call: one message of UNI 3.1.
 *
 *   event (world/tap.h)     the device is the caller         the device is called, or a leaf
 *   TAP_CALL_SETUP          SETUP; ADD PARTY for a further   SETUP
 *                           party
 *   TAP_CALL_CONNECTED,     CONNECT for the first party that CONNECT
 *   TAP_PARTY_ADDED         answers, then ADD PARTY ACK
 *   TAP_CALL_RELEASED       RELEASE, or RELEASE COMPLETE when SETUP was answered by it; DROP PARTY when it is
 *                           about one party of several
 *   TAP_PARTY_DROPPED       DROP PARTY, or ADD PARTY REJECT when that was the answer
 *
 * Messages that only answer these (CALL PROCEEDING, CONNECT ACKNOWLEDGE, RELEASE COMPLETE after RELEASE), and
 * SSCOP's own, are no events and have no frame. The call reference is the number of the VCC, the VPCI is 0
 * and the VCI that of the data frames: CONNECT has them, and SETUP from the network. To a leaf its own
 * endpoint reference is 0.
 */
#ifndef OUTPUT_CAPTURE_SIGNALLING_H
#define OUTPUT_CAPTURE_SIGNALLING_H

#include "wire/signalling.h"
#include "world/tap.h"

/* The message of 'event', an event of a call that has a frame number, without a sequence number. */
struct signalling capture_signalling(const struct tap *tap, const struct tap_event *event);

#endif
