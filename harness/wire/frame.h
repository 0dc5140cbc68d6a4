/* One frame of any kind, decoded into its layers, with the name that the field gives it.
 *
 * frame_decode() is total: what can't be read is FRAME_MALFORMED (with the reason) or the name of the last
 * layer that could be read. The decoded frame points into the octets it was made from.
 */
#ifndef WIRE_FRAME_H
#define WIRE_FRAME_H

#include "wire/authentication_header.h"
#include "wire/ethernet.h"
#include "wire/le_control.h"
#include "wire/vrrp.h"

/* What carries the frame; decides how its first octets are read. */
enum frame_carrier {
    CARRIER_LANE_8023, /* AAL5 SDU of a LANE VCC: control by its marker, else 802.3 LE data */
    CARRIER_LANE_8025, /* the same in a token-ring ELAN */
    CARRIER_LANE_LLC,  /* LLC-multiplexed Data Direct VCC: 12 octets of LLC, OUI, frame type, ELAN-ID first */
    CARRIER_ETHERNET,  /* LAN segment */
    CARRIER_TOKEN_RING, /* LAN segment of 802.5: a frame from AC on */
};

/* Every name once: enum and text. The special forms of the draft (section 2) have names of their own. */
#define FRAME_NAMES(X)                                                                                       \
    X(MALFORMED, "MALFORMED")                                                                                \
    X(LE_UNKNOWN, "LE_UNKNOWN") /* control frame of an op-code that nobody knows */                          \
    X(LE_CONFIGURE_REQUEST, "LE_CONFIGURE_REQUEST")                                                          \
    X(LE_CONFIGURE_RESPONSE, "LE_CONFIGURE_RESPONSE")                                                        \
    X(LE_JOIN_REQUEST, "LE_JOIN_REQUEST")                                                                    \
    X(LE_JOIN_RESPONSE, "LE_JOIN_RESPONSE")                                                                  \
    X(READY_QUERY, "READY_QUERY")                                                                            \
    X(READY_IND, "READY_IND")                                                                                \
    X(LE_REGISTER_REQUEST, "LE_REGISTER_REQUEST")                                                            \
    X(LE_REGISTER_RESPONSE, "LE_REGISTER_RESPONSE")                                                          \
    X(LE_UNREGISTER_REQUEST, "LE_UNREGISTER_REQUEST")                                                        \
    X(LE_UNREGISTER_RESPONSE, "LE_UNREGISTER_RESPONSE")                                                      \
    X(LE_ARP_REQUEST, "LE_ARP_REQUEST")                       /* with a target: a question */                \
    X(TARGETLESS_LE_ARP_REQUEST, "TARGETLESS_LE_ARP_REQUEST") /* target tag 0, source tag 1 */               \
    X(LE_ARP_RESPONSE, "LE_ARP_RESPONSE")                                                                    \
    X(LE_FLUSH_REQUEST, "LE_FLUSH_REQUEST")                                                                  \
    X(LE_FLUSH_RESPONSE, "LE_FLUSH_RESPONSE")                                                                \
    X(LE_NARP_REQUEST, "LE_NARP_REQUEST") /* plain: both ATM addresses, or source only */                    \
    X(NO_SOURCE_LE_NARP_REQUEST, "NO_SOURCE_LE_NARP_REQUEST") /* source ATM address zero, target not */      \
    X(ZERO_LE_NARP_REQUEST, "ZERO_LE_NARP_REQUEST") /* the VRRP v1 form: both ATM addresses zero */          \
    X(LE_TOPOLOGY_REQUEST, "LE_TOPOLOGY_REQUEST")                                                            \
    X(LE_VERIFY_REQUEST, "LE_VERIFY_REQUEST")                                                                \
    X(LE_VERIFY_RESPONSE, "LE_VERIFY_RESPONSE")                                                              \
    X(ADVERTISEMENT, "ADVERTISEMENT") /* VRRP, whatever its version and type */                              \
    X(ARP_REQUEST, "ARP_REQUEST")                                                                            \
    X(GRATUITOUS_ARP, "GRATUITOUS_ARP") /* ARP request, sender address = target address */                   \
    X(ARP_REPLY, "ARP_REPLY")                                                                                \
    X(ICMP_ECHO_REQUEST, "ICMP_ECHO_REQUEST")                                                                \
    X(ICMP_ECHO_REPLY, "ICMP_ECHO_REPLY")                                                                    \
    X(ICMP_REDIRECT, "ICMP_REDIRECT")                                                                        \
    X(ICMP, "ICMP")         /* any other ICMP */                                                             \
    X(IPV4, "IPV4")         /* any other IPv4 */                                                             \
    X(ETHERNET, "ETHERNET") /* any other data frame */

enum frame_name {
#define X(name, text) FRAME_##name,
    FRAME_NAMES(X)
#undef X
        FRAME_NAME_COUNT
};

/* The name of an LE control frame, whatever is wrong with it. */
enum frame_name frame_name_of_control(const struct le_control *control);

/* A set of names: FRAME_SET(A) | FRAME_SET(B). */
#define FRAME_SET(name) (UINT64_C(1) << (FRAME_##name))

/* "ADVERTISEMENT"…; never NULL. */
const char *frame_name_text(enum frame_name name);

/* Which layers of a struct frame are set. */
#define LAYER_CONTROL  0x01u
#define LAYER_LE_DATA  0x02u /* LE header present: 'lecid' is set */
#define LAYER_ETHERNET 0x04u /* also set for 802.5 data, whose addresses go into the same places */
#define LAYER_ARP      0x08u
#define LAYER_IPV4     0x10u
#define LAYER_ICMP     0x20u
#define LAYER_VRRP     0x40u
#define LAYER_AH       0x80u /* an authentication header stands before VRRP */

struct frame {
    enum frame_name name;
    unsigned layers;      /* LAYER_* */
    struct octets octets; /* the whole frame */
    uint16_t lecid;       /* LE header of a data frame */
    bool llc_multiplexed; /* the frame starts with the LLC prefix (12 octets) */
    bool token_ring;      /* 802.5 data: addresses in token ring order, group bit 0x80 */
    uint32_t elan_id;     /* LLC-multiplexed only */
    struct octets
        route; /* 802.5 routing information, else empty; its mark is taken out of the source address */
    struct ethernet ethernet;
    struct ipv4 ipv4;
    struct authentication_header ah; /* LAYER_AH */
    union {
        struct le_control control;
        struct arp arp;
        struct icmp icmp;
        struct vrrp vrrp;
    };
    struct reason reason; /* why it is FRAME_MALFORMED, or why an inner layer could not be read; else empty */
};

/* Decodes 'data'; never fails. */
void frame_decode(enum frame_carrier carrier, const uint8_t *data, size_t size, struct frame *frame);

/* The VRRP message of a frame with LAYER_VRRP: in the IP datagram, or behind its authentication header. */
static inline struct octets frame_vrrp_message(const struct frame *frame)
{
    return frame->layers & LAYER_AH ? frame->ah.payload : frame->ipv4.payload;
}

/* True of an IPv4 datagram whose payload reads as an ADVERTISEMENT, down to its checksum, though its protocol
 * says something else. Other datagrams to the VRRP group are none: IGMP joins it (RFC 2236 3). */
bool frame_is_disguised_advertisement(const struct frame *frame);

/* The line that console, errors, comments and reports show:
 *   TARGETLESS_LE_ARP_REQUEST lecid=5 tid=0x13 source=00-00-5e-00-01-01 source-atm=4700…0100
 * Fields of the table in field.h that are set, in its order, leaving out those that are zero and unimportant.
 * Returns 'line'. */
#define FRAME_TEXT_SIZE 512
const char *frame_text(const struct frame *frame, char *line, size_t size);

/* 802.3 LE data: LE header, then an Ethernet frame padded to the LANE minimum of 62 octets when 'pad'.
 * Returns the size, 0 when it does not fit. */
#define LE_DATA_MINIMUM_SIZE 62
size_t le_data_encode(uint16_t lecid, const struct ethernet *ethernet, bool pad, uint8_t *data, size_t room);

/* 802.5 LE data (lane-wire 12.2): LE header, AC, FC, addresses, 'route' (at most 30 octets; empty: none),
 * LLC/SNAP header with the type, payload; never padded. Returns the size, 0 when it does not fit. */
size_t le_data_8025_encode(uint16_t lecid, const struct ethernet *ethernet, struct octets route,
                           uint8_t *data, size_t room);

/* The prefix of every frame on an LLC-multiplexed VCC (lane-wire 12.3). Returns its size, 0 when it does not
 * fit. */
#define LLC_PREFIX_SIZE 12
size_t llc_prefix_encode(bool token_ring, uint32_t elan_id, uint8_t *data, size_t room);

#endif
