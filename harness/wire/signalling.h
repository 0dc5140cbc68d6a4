/* Signalling of an ATM port (VPI/VCI 0/5): SSCOP PDUs (Q.2110) and the Q.2931 / UNI 3.1 messages in them, as
 * far as they tell what a VCC is for (uni-signalling 2, 3 and 4, lane-wire 11).
 *
 *   struct signalling signalling;
 *   if (signalling_decode(sdu, size, &signalling, &reason) && signalling.has_message) …
 *
 * The decoder is total: it keeps no state, allocates nothing and accepts any octets. What it decoded is a
 * copy; only 'information' points into the SDU. SSCOP keeps its fields at the end of the PDU, so a snapped
 * record can't be decoded.
 */
#ifndef WIRE_SIGNALLING_H
#define WIRE_SIGNALLING_H

#include "base/reason.h"
#include "wire/atm_address.h"
#include "wire/octets.h"

#define SIGNALLING_VPI 0
#define SIGNALLING_VCI 5
#define ILMI_VCI       16 /* VPI 0 too: SNMP messages, known here by name only */
#define LECS_PVC_VCI   17 /* VPI 0 too: Configuration Direct PVC of LANE v1 */

/* SSCOP PDU types (uni-signalling 4). */
#define SSCOP_TYPES(X)                                                                                       \
    X(BGN, 1)                                                                                                \
    X(BGAK, 2)                                                                                               \
    X(END, 3)                                                                                                \
    X(ENDAK, 4)                                                                                              \
    X(RS, 5)                                                                                                 \
    X(RSAK, 6)                                                                                               \
    X(BGREJ, 7)                                                                                              \
    X(SD, 8)                                                                                                 \
    X(ER, 9)                                                                                                 \
    X(POLL, 10)                                                                                              \
    X(STAT, 11)                                                                                              \
    X(USTAT, 12)                                                                                             \
    X(UD, 13)                                                                                                \
    X(MD, 14)                                                                                                \
    X(ERAK, 15)

enum sscop_type {
#define X(name, value) SSCOP_##name = value,
    SSCOP_TYPES(X)
#undef X
};

/* Message types (uni-signalling 2): name, value, text. */
#define CALL_MESSAGES(X)                                                                                     \
    X(ALERTING, 0x01, "ALERTING")                                                                            \
    X(CALL_PROCEEDING, 0x02, "CALL PROCEEDING")                                                              \
    X(SETUP, 0x05, "SETUP")                                                                                  \
    X(CONNECT, 0x07, "CONNECT")                                                                              \
    X(CONNECT_ACKNOWLEDGE, 0x0f, "CONNECT ACKNOWLEDGE")                                                      \
    X(RESTART, 0x46, "RESTART")                                                                              \
    X(RELEASE, 0x4d, "RELEASE")                                                                              \
    X(RESTART_ACKNOWLEDGE, 0x4e, "RESTART ACKNOWLEDGE")                                                      \
    X(RELEASE_COMPLETE, 0x5a, "RELEASE COMPLETE")                                                            \
    X(NOTIFY, 0x6e, "NOTIFY")                                                                                \
    X(STATUS_ENQUIRY, 0x75, "STATUS ENQUIRY")                                                                \
    X(STATUS, 0x7d, "STATUS")                                                                                \
    X(ADD_PARTY, 0x80, "ADD PARTY")                                                                          \
    X(ADD_PARTY_ACKNOWLEDGE, 0x81, "ADD PARTY ACKNOWLEDGE")                                                  \
    X(ADD_PARTY_REJECT, 0x82, "ADD PARTY REJECT")                                                            \
    X(DROP_PARTY, 0x83, "DROP PARTY")                                                                        \
    X(DROP_PARTY_ACKNOWLEDGE, 0x84, "DROP PARTY ACKNOWLEDGE")

enum call_message {
#define X(name, value, text) CALL_MESSAGE_##name = value,
    CALL_MESSAGES(X)
#undef X
};

/* Which information elements were found and could be read. */
#define SIGNALLING_CALLED     0x001u
#define SIGNALLING_CALLING    0x002u
#define SIGNALLING_B_LLI      0x004u /* one that is LANE's; others leave it out */
#define SIGNALLING_BEARER     0x008u /* broadband bearer capability */
#define SIGNALLING_CONNECTION 0x010u /* connection identifier with a VCI */
#define SIGNALLING_ENDPOINT   0x020u /* endpoint reference */
#define SIGNALLING_CAUSE      0x040u
#define SIGNALLING_CALL_STATE 0x080u
#define SIGNALLING_MAX_SDU    0x100u /* AAL parameters with both sizes */
#define SIGNALLING_ANY_PATH   0x200u /* the connection identifier names no VPCI: VPI as of this PDU */

/* One PDU. All numbers in host order. */
struct signalling {
    uint8_t sscop;     /* enum sscop_type, or 0: none that exists */
    uint32_t sequence; /* N(S) of SD, N(PS) or N(R) of the others: 24 bits */
    struct octets
        information;         /* what the PDU carries, padding taken off: SD, MD, UD and the connection PDUs */
    bool has_message;        /* SD with a Q.2931 message; the fields below are set */
    uint8_t message;         /* enum call_message, or something unknown */
    uint32_t call_reference; /* 23 bits; 0: all calls (RESTART) */
    bool from_originator;    /* call reference flag 0: sent by the side that chose the call reference */
    unsigned elements;       /* SIGNALLING_* */
    struct atm_address called; /* party number of 20 octets */
    struct atm_address calling;
    enum b_lli b_lli;
    bool point_to_multipoint; /* user plane connection configuration of the bearer capability */
    uint16_t vpci;            /* connection identifier; the VPI, where the network does not say otherwise */
    uint16_t vci;
    uint16_t endpoint_reference; /* 15 bits; 0: the first party */
    uint8_t cause;               /* enum release_cause, Q.850 number */
    uint8_t call_state;          /* 0: null, the call is unknown there */
    uint16_t forward_max_sdu;    /* octets */
    uint16_t backward_max_sdu;
    size_t unread_count; /* information elements of known types whose content could not be read */
};

/* Reads an AAL5 SDU of the signalling channel. False, with the octet and the mend in 'reason', when there is
 * no PDU in it, or an SD carries no readable message; what was read before that place is set. */
bool signalling_decode(const uint8_t *data, size_t size, struct signalling *signalling,
                       struct reason *reason);

/* "BGN"…, "SETUP"…; NULL for an unknown one. */
const char *sscop_type_name(unsigned type);
const char *call_message_name(unsigned message);

/* One line, for reports:
 *   SETUP call=1 called=4700… calling=4700… lane-protocol=1 point-to-multipoint
 *   RELEASE call=1 cause=16
 *   SSCOP POLL sequence=1
 * "call=1'" (with the tick) where the message comes from the side that did not choose the call reference.
 * Returns 'line'. */
#define SIGNALLING_TEXT_SIZE 256
const char *signalling_text(const struct signalling *signalling, char *line, size_t size);

#endif
