/* Every field that a text line shows, a pattern matches and a report lists: its name, how to read it from a
 * decoded frame, and where its octets lie. One table (field.c) serves them all.
 */
#ifndef WIRE_FIELD_H
#define WIRE_FIELD_H

#include "wire/frame.h"

/* Every field once: enum and the name in the text line. */
#define FRAME_FIELDS(X)                                                                                      \
    X(LECID, "lecid") /* REQUESTER-LECID, or the LE header of a data frame */                                \
    X(TRANSACTION_ID, "tid")                                                                                 \
    X(STATUS, "status")                                                                                      \
    X(OPCODE, "opcode")                                                                                      \
    X(VERSION, "version")    /* of the control frame */                                                      \
    X(FLAGS, "flags")        /* FLAGS as a number */                                                         \
    X(FLAG_REMOTE, "remote") /* single flags, 0 or 1 */                                                      \
    X(FLAG_PROXY, "proxy")                                                                                   \
    X(FLAG_V2_CAPABLE, "v2-capable")                                                                         \
    X(FLAG_V2_REQUIRED, "v2-required")                                                                       \
    X(FLAG_TOPOLOGY_CHANGE, "topology-change")                                                               \
    X(SOURCE_TAG, "source-tag")                                                                              \
    X(SOURCE_LAN, "source") /* MAC of SOURCE-LAN-DESTINATION; absent unless its tag is 1 */                  \
    X(TARGET_TAG, "target-tag")                                                                              \
    X(TARGET_LAN, "target")         /* MAC of TARGET-LAN-DESTINATION; absent unless its tag is 1 */          \
    X(SOURCE_ROUTE, "source-route") /* route descriptor there; absent unless its tag is 2 */                 \
    X(TARGET_ROUTE, "target-route")                                                                          \
    X(SOURCE_ATM, "source-atm")                                                                              \
    X(TARGET_ATM, "target-atm")                                                                              \
    X(LAN_TYPE, "lan-type")                                                                                  \
    X(MAX_FRAME_SIZE, "max-frame-size")                                                                      \
    X(ELAN_NAME, "elan-name")                                                                                \
    X(TLV_COUNT, "tlvs")                                                                                     \
    X(LLC_MUXED_ATM, "llc-muxed-atm") /* value of the TLV */                                                 \
    X(ELAN_ID, "elan-id")             /* value of the TLV, or of the LLC prefix */                           \
    X(ACCESS_CONTROL, "ac")           /* 802.5 AC */                                                         \
    X(FRAME_CONTROL, "fc")            /* 802.5 FC */                                                         \
    X(DESTINATION, "to")              /* Ethernet destination */                                             \
    X(ORIGIN, "from")                 /* Ethernet source */                                                  \
    X(ROUTE, "route")                 /* 802.5 routing information, read only: source_route_text() */        \
    X(LARGEST_FRAME, "largest-frame") /* of the routing information, six bits */                             \
    X(ETHERTYPE, "type")                                                                                     \
    X(ARP_HARDWARE, "hardware") /* type: 1 Ethernet, 6 IEEE 802 */                                           \
    X(ARP_OPERATION, "operation")                                                                            \
    X(ARP_SENDER_MAC, "sender-mac")                                                                          \
    X(ARP_SENDER_IP, "sender")                                                                               \
    X(ARP_TARGET_MAC, "target-mac")                                                                          \
    X(ARP_TARGET_IP, "target-ip")                                                                            \
    X(IP_SOURCE, "ip")                                                                                       \
    X(IP_DESTINATION, "ip-to")                                                                               \
    X(IP_TYPE_OF_SERVICE, "tos")                                                                             \
    X(IP_IDENTIFICATION, "ip-id")                                                                            \
    X(IP_FRAGMENT, "fragment") /* flags and offset */                                                        \
    X(IP_TTL, "ttl")                                                                                         \
    X(IP_PROTOCOL, "protocol")                                                                               \
    X(IP_CHECKSUM_GOOD, "ip-checksum") /* 1 good, 0 bad */                                                   \
    X(AH_SPI, "spi")                   /* authentication header before VRRP */                               \
    X(AH_SEQUENCE, "ah-seq")                                                                                 \
    X(ICMP_TYPE, "icmp-type")                                                                                \
    X(ICMP_CODE, "icmp-code")                                                                                \
    X(ICMP_CHECKSUM_GOOD, "icmp-checksum") /* 1 good, 0 bad */                                               \
    X(ICMP_IDENTIFIER, "id")                                                                                 \
    X(ICMP_SEQUENCE, "seq")                                                                                  \
    X(ICMP_GATEWAY, "gateway") /* redirect only */                                                           \
    X(VRRP_VERSION, "vrrp-version")                                                                          \
    X(VRRP_TYPE, "vrrp-type")                                                                                \
    X(VRID, "vrid")                                                                                          \
    X(PRIORITY, "priority")                                                                                  \
    X(ADDRESS_COUNT, "addresses")                                                                            \
    X(VIRTUAL_ADDRESS, "address") /* the first address */                                                    \
    X(AUTHENTICATION_TYPE, "auth")                                                                           \
    X(AUTHENTICATION_DATA, "auth-data") /* eight octets */                                                   \
    X(INTERVAL, "interval")             /* Adver Int, seconds */                                             \
    X(VRRP_CHECKSUM_GOOD, "checksum")   /* 1 good, 0 bad */                                                  \
    X(VRRP_SIZE, "vrrp-size")           /* octets of the VRRP message */                                     \
    X(SIZE, "size")                     /* octets of the whole frame */

enum frame_field {
    FIELD_NONE = 0, /* ends a list of conditions */
#define X(name, text) FIELD_##name,
    FRAME_FIELDS(X)
#undef X
        FIELD_COUNT
};

/* Kinds of values. */
enum value_kind { VALUE_NUMBER, VALUE_MAC, VALUE_ATM, VALUE_IPV4, VALUE_TEXT, VALUE_OCTETS8 };

/* A value of a field, small enough to pass around. */
struct value {
    enum value_kind kind;
    union {
        uint64_t number;
        struct mac_address mac;
        struct atm_address atm;
        struct ipv4_address ipv4;
        char text[33];
        uint8_t octets8[8];
    };
};

/* Values for conditions, in short. */
struct value number_value(uint64_t number);
struct value mac_value(struct mac_address mac);
struct value atm_value(struct atm_address atm);
struct value ipv4_value(struct ipv4_address address);
struct value octets8_value(const uint8_t octets[static 8]);

bool value_equal(const struct value *a, const struct value *b);

/* "100", "0x13" where the field is usually read in hexadecimal, "00-00-5e-00-01-01"…; in texts, characters
 * that would break a line of words are shown as '_'. */
#define VALUE_TEXT_SIZE 48
const char *value_text(enum frame_field field, const struct value *value, char text[static VALUE_TEXT_SIZE]);

/* Reads what value_text() writes and people do: numbers also as 0x…, MAC addresses with ':', the ATM address
 * of zeros as 0. False when 'text' is no value of the field's kind. */
bool value_read(enum frame_field field, const char *text, struct value *value);

/* The name in the text line. */
const char *field_name(enum frame_field field);

/* The kind of its values. */
enum value_kind field_kind(enum frame_field field);

/* The largest number that fits into the field; UINT64_MAX for fields of other kinds. */
uint64_t field_maximum(enum frame_field field);

/* The field called 'name', FIELD_NONE if there is none. */
enum frame_field field_of_name(const char *name);

/* True when people read the field in hexadecimal. */
bool field_is_hexadecimal(enum frame_field field);

/* Reads a field; false when this frame does not have it. */
bool field_get(const struct frame *frame, enum frame_field field, struct value *value);

/* The octets of the frame in which the field lies; empty when this frame does not have it, or it has no
 * octets of its own (sizes, routing information). */
struct octets field_octets(const struct frame *frame, enum frame_field field);

/* True when frame_text() shows the field of this frame; 'value' then gets it. */
bool field_is_shown(const struct frame *frame, enum frame_field field, struct value *value);

/* Writes a field into the octets of a frame that frame_decode() has read, and mends the VRRP, ICMP or IP
 * checksums around it (an ICV, which needs the key, stays as it is), except when the field is a checksum (0
 * makes it wrong). False, with nothing written, when the frame has no such field, the value is of another
 * kind or too large, or the field has no place of its own (sizes). TLV values that are there and tags of
 * absent destinations may be written. */
bool field_set(enum frame_carrier carrier, uint8_t *data, size_t size, enum frame_field field,
               const struct value *value);

#endif
