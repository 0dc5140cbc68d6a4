/* Code points of SSCOP and Q.2931 that decoder and encoder share (uni-signalling 2 to 4); not for others. */
#ifndef WIRE_SIGNALLING_FORMAT_H
#define WIRE_SIGNALLING_FORMAT_H

/* An SSCOP PDU ends in a word of pad length, type and sequence number. */
#define SSCOP_TRAILER_SIZE  4
#define SSCOP_SEQUENCE_MASK 0xffffffu

/* A Q.2931 message and an information element in it. */
#define PROTOCOL_DISCRIMINATOR 0x09
#define CALL_REFERENCE_SIZE    3
#define MESSAGE_HEADER_SIZE    9
#define ELEMENT_HEADER_SIZE    4
#define ORIGINATOR_FLAG        0x800000u /* of a call reference: sent by the side that did not choose it */
#define ENDPOINT_FLAG          0x8000u   /* the same of an endpoint reference */

/* In content octets the highest bit says that a group of octets ends here. */
#define LAST_OCTET 0x80u

/* Parameters of AAL 5: the largest SDU in each direction, two octets. */
#define AAL_5                5
#define AAL_FORWARD_MAX_SDU  0x8c
#define AAL_BACKWARD_MAX_SDU 0x81

#define PLAN_AESA             2 /* numbering plan: ATM end system address */
#define USER_PLANE_MULTIPOINT 1

enum element_identifier {
    ELEMENT_CAUSE = 0x08,
    ELEMENT_CALL_STATE = 0x14,
    ELEMENT_ENDPOINT_REFERENCE = 0x54,
    ELEMENT_AAL_PARAMETERS = 0x58,
    ELEMENT_TRAFFIC_DESCRIPTOR = 0x59,
    ELEMENT_CONNECTION_IDENTIFIER = 0x5a,
    ELEMENT_QUALITY_OF_SERVICE = 0x5c,
    ELEMENT_BEARER_CAPABILITY = 0x5e,
    ELEMENT_B_LLI = 0x5f,
    ELEMENT_CALLING_NUMBER = 0x6c,
    ELEMENT_CALLED_NUMBER = 0x70,
};

#endif
