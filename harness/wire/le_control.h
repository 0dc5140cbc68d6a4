/* LE control frames (lane-wire 1 to 9): the 108 fixed octets and their TLVs, and the six-octet READY frames.
 *
 * le_control_decode() accepts any octets and says exactly why it can't read them. It keeps every octet of the
 * frame, reserved ones included, so that rules can judge them. le_control_encode() is a separate path.
 */
#ifndef WIRE_LE_CONTROL_H
#define WIRE_LE_CONTROL_H

#include "base/reason.h"
#include "wire/atm_address.h"
#include "wire/octets.h"

/* Every op-code once: name and value (lane-wire 2). */
#define LE_OPCODES(X)                                                                                        \
    X(LE_CONFIGURE_REQUEST, 0x0001)                                                                          \
    X(LE_CONFIGURE_RESPONSE, 0x0101)                                                                         \
    X(LE_JOIN_REQUEST, 0x0002)                                                                               \
    X(LE_JOIN_RESPONSE, 0x0102)                                                                              \
    X(READY_QUERY, 0x0003)                                                                                   \
    X(READY_IND, 0x0103)                                                                                     \
    X(LE_REGISTER_REQUEST, 0x0004)                                                                           \
    X(LE_REGISTER_RESPONSE, 0x0104)                                                                          \
    X(LE_UNREGISTER_REQUEST, 0x0005)                                                                         \
    X(LE_UNREGISTER_RESPONSE, 0x0105)                                                                        \
    X(LE_ARP_REQUEST, 0x0006)                                                                                \
    X(LE_ARP_RESPONSE, 0x0106)                                                                               \
    X(LE_FLUSH_REQUEST, 0x0007)                                                                              \
    X(LE_FLUSH_RESPONSE, 0x0107)                                                                             \
    X(LE_NARP_REQUEST, 0x0008)                                                                               \
    X(LE_TOPOLOGY_REQUEST, 0x0009)                                                                           \
    X(LE_VERIFY_REQUEST, 0x000a)                                                                             \
    X(LE_VERIFY_RESPONSE, 0x010a)

enum le_opcode {
#define X(name, value) name = value,
    LE_OPCODES(X)
#undef X
};

/* Response op-code = request op-code | this. */
#define LE_RESPONSE_BIT 0x0100

/* STATUS (lane-wire 3). */
enum le_status {
    LE_STATUS_SUCCESS = 0,
    LE_STATUS_VERSION_NOT_SUPPORTED = 1,
    LE_STATUS_INVALID_PARAMETERS = 2,
    LE_STATUS_DUPLICATE_LAN_DESTINATION = 4,
    LE_STATUS_DUPLICATE_ATM_ADDRESS = 5,
    LE_STATUS_INSUFFICIENT_RESOURCES = 6,
    LE_STATUS_ACCESS_DENIED = 7,
    LE_STATUS_INVALID_LECID = 8,
    LE_STATUS_INVALID_LAN_DESTINATION = 9,
    LE_STATUS_INVALID_ATM_ADDRESS = 10,
    LE_STATUS_NO_CONFIGURATION = 20,
    LE_STATUS_CONFIGURE_ERROR = 21,
    LE_STATUS_INSUFFICIENT_INFORMATION = 22,
    LE_STATUS_TLV_NOT_FOUND = 24,
};

/* "success", "duplicate LAN destination"…; NULL for an unassigned code. */
const char *le_status_name(uint16_t status);

/* "LE_ARP_REQUEST"…; NULL for an unknown op-code. */
const char *le_opcode_name(uint16_t opcode);

/* FLAGS (lane-wire 4). */
#define LE_FLAG_REMOTE_ADDRESS      0x0001
#define LE_FLAG_V2_CAPABLE          0x0002
#define LE_FLAG_SELECTIVE_MULTICAST 0x0004
#define LE_FLAG_V2_REQUIRED         0x0008
#define LE_FLAG_PROXY               0x0080
#define LE_FLAG_TOPOLOGY_CHANGE     0x0100
#define LE_FLAG_EXCLUDE_EXPLORER    0x0200
#define LE_FLAGS                                                                                             \
    (LE_FLAG_REMOTE_ADDRESS | LE_FLAG_V2_CAPABLE | LE_FLAG_SELECTIVE_MULTICAST | LE_FLAG_V2_REQUIRED |       \
     LE_FLAG_PROXY | LE_FLAG_TOPOLOGY_CHANGE | LE_FLAG_EXCLUDE_EXPLORER) /* those that are defined */

/* Tags of a LAN destination (lane-wire 5). */
#define LAN_TAG_NOT_PRESENT      0
#define LAN_TAG_MAC              1
#define LAN_TAG_ROUTE_DESCRIPTOR 2

/* A LAN destination, all eight octets. */
struct lan_destination {
    uint16_t tag;
    struct mac_address mac; /* the six value octets, whatever the tag */
};

#define LAN_DESTINATION_NONE ((struct lan_destination){0})

static inline struct lan_destination lan_destination_of_mac(struct mac_address mac)
{
    return (struct lan_destination){LAN_TAG_MAC, mac};
}

/* True when both have the same tag and value. */
static inline bool lan_destination_equal(struct lan_destination a, struct lan_destination b)
{
    return a.tag == b.tag && mac_equal(a.mac, b.mac);
}

/* True when 'destination' is the MAC address 'mac'. */
static inline bool lan_destination_is_mac(struct lan_destination destination, struct mac_address mac)
{
    return destination.tag == LAN_TAG_MAC && mac_equal(destination.mac, mac);
}

/* LAN-TYPE and MAXIMUM-FRAME-SIZE codes (lane-wire 6). */
enum lan_type { LAN_TYPE_UNSPECIFIED = 0, LAN_TYPE_8023 = 1, LAN_TYPE_8025 = 2 };
enum max_frame_size {
    MAX_FRAME_UNSPECIFIED = 0,
    MAX_FRAME_1516 = 1,
    MAX_FRAME_4544 = 2,
    MAX_FRAME_9234 = 3,
    MAX_FRAME_18190 = 4,
    MAX_FRAME_1580 = 5
};

/* Every TLV type of lane-wire 7 once: name, type, size of the value (TLV_ANY_SIZE: variable), how it prints.
 */
#define TLV_ANY_SIZE 0xff
#define LE_TLVS(X)                                                                                           \
    X(CONTROL_TIMEOUT, 0x00a03e01, 2, "control-timeout")                                                     \
    X(MAXIMUM_UNKNOWN_FRAME_COUNT, 0x00a03e02, 2, "maximum-unknown-frame-count")                             \
    X(MAXIMUM_UNKNOWN_FRAME_TIME, 0x00a03e03, 2, "maximum-unknown-frame-time")                               \
    X(VCC_TIMEOUT_PERIOD, 0x00a03e04, 4, "vcc-timeout-period")                                               \
    X(MAXIMUM_RETRY_COUNT, 0x00a03e05, 2, "maximum-retry-count")                                             \
    X(AGING_TIME, 0x00a03e06, 4, "aging-time")                                                               \
    X(FORWARD_DELAY_TIME, 0x00a03e07, 2, "forward-delay-time")                                               \
    X(EXPECTED_LE_ARP_RESPONSE_TIME, 0x00a03e08, 2, "expected-le-arp-response-time")                         \
    X(FLUSH_TIMEOUT, 0x00a03e09, 2, "flush-timeout")                                                         \
    X(PATH_SWITCHING_DELAY, 0x00a03e0a, 2, "path-switching-delay")                                           \
    X(LOCAL_SEGMENT_ID, 0x00a03e0b, 2, "local-segment-id")                                                   \
    X(MULTICAST_SEND_VCC_TYPE, 0x00a03e0c, 2, "multicast-send-vcc-type")                                     \
    X(MULTICAST_SEND_AVERAGE_RATE, 0x00a03e0d, 4, "multicast-send-average-rate")                             \
    X(MULTICAST_SEND_PEAK_RATE, 0x00a03e0e, 4, "multicast-send-peak-rate")                                   \
    X(CONNECTION_COMPLETION_TIMER, 0x00a03e0f, 2, "connection-completion-timer")                             \
    X(CONFIG_FRAG_INFO, 0x00a03e10, TLV_ANY_SIZE, "config-frag-info")                                        \
    X(LAYER_3_ADDRESS, 0x00a03e11, TLV_ANY_SIZE, "layer-3-address")                                          \
    X(ELAN_ID, 0x00a03e12, 4, "elan-id")                                                                     \
    X(SERVICE_CATEGORY, 0x00a03e13, 2, "service-category")                                                   \
    X(LLC_MUXED_ATM_ADDRESS, 0x00a03e2b, 20, "llc-muxed-atm-address")                                        \
    X(X5_ADJUSTMENT, 0x00a03e2c, 0, "x5-adjustment")                                                         \
    X(PREFERRED_LES, 0x00a03e2d, 20, "preferred-les")

enum le_tlv_type {
#define X(name, type, size, text) TLV_##name = type,
    LE_TLVS(X)
#undef X
};

/* One TLV; the value stays in the frame it was decoded from. */
struct le_tlv {
    uint32_t type;
    struct octets value; /* 0 to 255 octets */
};

/* TLVs that a decoded frame remembers; further ones are counted and skipped over, not lost from `octets`. */
#define LE_TLV_ROOM 16

#define LE_CONTROL_SIZE        108 /* the fixed octets */
#define LE_READY_SIZE          6   /* READY_QUERY, READY_IND */
#define LE_CONTROL_HEADER_SIZE 16  /* marker to FLAGS */
#define LE_CONTROL_MARKER      0xff00

/* One LE control frame. All numbers in host order. */
struct le_control {
    uint8_t protocol; /* 1 */
    uint8_t version;  /* 1 in LANE v1 and v2 alike */
    uint16_t opcode;  /* enum le_opcode, or something unknown */
    uint16_t status;  /* enum le_status; 0 in requests */
    uint32_t transaction_id;
    uint16_t requester_lecid; /* 0 before the join */
    uint16_t flags;           /* LE_FLAG_* */
    struct lan_destination source_lan;
    struct lan_destination target_lan;
    struct atm_address source_atm;
    uint8_t lan_type;       /* enum lan_type */
    uint8_t max_frame_size; /* enum max_frame_size */
    uint8_t tlv_count;      /* NUMBER-TLVs as sent, whatever follows */
    uint8_t elan_name_size; /* 0 to 32 */
    struct atm_address target_atm;
    char elan_name[32]; /* not terminated */
    struct le_tlv tlvs[LE_TLV_ROOM];
    size_t tlv_present;   /* TLVs in 'tlvs' */
    size_t trailing_size; /* octets behind the last TLV */
};

/* A frame of six octets and a marker, READY_QUERY or READY_IND. */
static inline bool le_control_is_ready(const struct le_control *control)
{
    return control->opcode == READY_QUERY || control->opcode == READY_IND;
}

/* True when the frame starts with the marker FF00 of control frames. */
static inline bool le_control_marked(const uint8_t *data, size_t size)
{
    return size >= 2 && octets_u16(data) == LE_CONTROL_MARKER;
}

/* Reads a control frame. The TLV values point into 'data'. False, with the octet and the mend in 'reason',
 * when the marker is wrong, octets are missing or a TLV reaches past the end; the fields before that place
 * are then set. An unknown op-code, version or flag is no reason to refuse. */
bool le_control_decode(const uint8_t *data, size_t size, struct le_control *control, struct reason *reason);

/* Writes a control frame: LE_READY_SIZE octets for READY_*, else LE_CONTROL_SIZE and 'tlv_present' TLVs.
 * Returns the size, or 0 when 'room' is too small. 'tlv_count' is written as it stands, so that a frame may
 * lie. */
size_t le_control_encode(const struct le_control *control, uint8_t *data, size_t room);

/* Sets protocol, version and op-code, everything else zero. */
struct le_control le_control_of(enum le_opcode opcode);

/* Appends a TLV ('value' must outlive the frame) and counts it; nothing happens when the room is used up. */
void le_control_add_tlv(struct le_control *control, uint32_t type, const void *value, uint8_t size);

/* The first TLV of 'type', or NULL. */
const struct le_tlv *le_control_find_tlv(const struct le_control *control, uint32_t type);

/* The response to 'request' with its copied fields (lane-wire 1.1), unused ones zero (4); status 0. */
struct le_control le_control_response(const struct le_control *request);

#endif
