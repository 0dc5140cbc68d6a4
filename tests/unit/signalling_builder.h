/* Signalling PDUs for tests, built octet by octet from Q.2931 and Q.2110, apart from the decoder under test.
 *
 *   struct built_message setup = message_start(CALL_MESSAGE_SETUP, 1);
 *   message_b_lli(&setup, 1);
 *   size_t size = message_pdu(&setup, 0, pdu);
 */
#ifndef SIGNALLING_BUILDER_H
#define SIGNALLING_BUILDER_H

#include "wire/atm_address.h"
#include "wire/octets.h"

#define BUILT_PDU_ROOM 512

struct built_message {
    uint8_t octets[BUILT_PDU_ROOM];
    size_t size;
};

/* A message with its header; bit 23 of the reference is the flag of the other side. */
#define OTHER_SIDE 0x800000u
struct built_message message_start(uint8_t type, uint32_t call_reference);

/* An information element; the length of the message is kept right. */
void message_element(struct built_message *message, uint8_t identifier, const void *content, size_t size);

/* Elements as linux-atm writes them; 'b_lli' is a LANE protocol id. */
void message_called(struct built_message *message, const struct atm_address *address);
void message_calling(struct built_message *message, const struct atm_address *address);
void message_b_lli(struct built_message *message, uint16_t b_lli);
void message_bearer(struct built_message *message, bool point_to_multipoint);
void message_connection(struct built_message *message, uint16_t vpci, uint16_t vci);
void message_endpoint(struct built_message *message, uint16_t reference);
void message_cause(struct built_message *message, uint8_t cause);

/* The SSCOP SD PDU around it. Returns its size. */
size_t message_pdu(const struct built_message *message, uint32_t sequence,
                   uint8_t pdu[static BUILT_PDU_ROOM]);

/* A PDU without information of the type: 8 octets. */
size_t sscop_pdu(uint8_t type, uint32_t sequence, uint8_t pdu[static BUILT_PDU_ROOM]);

#endif
