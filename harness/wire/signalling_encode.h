/* The other way round from wire/signalling.h: a message of UNI 3.1 signalling as an SDU of VPI/VCI 0/5.
 *
 *   struct signalling setup = {.message = CALL_MESSAGE_SETUP, .call_reference = 1, .from_originator = true,
 *                              .elements = SIGNALLING_CALLED | …, .called = …};
 *   uint8_t sdu[SIGNALLING_SDU_ROOM];
 *   size_t size = signalling_encode(&setup, sdu);
 *
 * Pure: the caller keeps call references and sequence numbers. What signalling_decode() reads in the SDU is
 * what was given.
 */
#ifndef WIRE_SIGNALLING_ENCODE_H
#define WIRE_SIGNALLING_ENCODE_H

#include "wire/signalling.h"

#define SIGNALLING_SDU_ROOM 160

/* The message in an SD PDU with N(S) = 'sequence', the fields as described for struct signalling; 'sscop',
 * 'information', 'has_message' and 'unread_count' are not looked at. 'elements' says which information
 * elements it carries; 'point_to_multipoint' counts with SIGNALLING_BEARER only, and a B-LLI that is not
 * LANE's is left out. A SETUP also has a traffic descriptor, best effort, and quality of service class 0.
 * Everything is as Linux writes it (tests/real-frames). Returns the size of the SDU. */
size_t signalling_encode(const struct signalling *message, uint8_t sdu[static SIGNALLING_SDU_ROOM]);

#endif
