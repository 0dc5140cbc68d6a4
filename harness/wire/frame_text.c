#include "base/text.h"
#include "wire/field.h"

#define EVERY_NAME UINT64_MAX
#define RESPONSES                                                                                            \
    (FRAME_SET(LE_CONFIGURE_RESPONSE) | FRAME_SET(LE_JOIN_RESPONSE) | FRAME_SET(LE_REGISTER_RESPONSE) |      \
     FRAME_SET(LE_UNREGISTER_RESPONSE) | FRAME_SET(LE_ARP_RESPONSE) | FRAME_SET(LE_FLUSH_RESPONSE) |         \
     FRAME_SET(LE_VERIFY_RESPONSE))
#define ECHOES (FRAME_SET(ICMP_ECHO_REQUEST) | FRAME_SET(ICMP_ECHO_REPLY))

/* A field of the line. The first row whose names hold the frame's name decides: the field is left out when
 * the bits in 'mask' of its value equal 'hidden'. MAC and IPv4 addresses count as numbers, anything else as 0
 * when it is all zero or empty. */
struct shown {
    enum frame_field field;
    uint64_t names; /* FRAME_SET */
    uint64_t mask;
    uint64_t hidden;
    bool (*usual)(const struct frame *frame); /* not NULL: decides instead */
};

/* What becomes of a field that the frame has. */
#define SHOW                 0, 1
#define HIDE                 0, 0
#define HIDE_IF(value)       UINT64_MAX, (value)
#define HIDE_IF_CLEAR(flags) (flags), 0

#define FLAGS_WITH_FIELD                                                                                     \
    (LE_FLAG_REMOTE_ADDRESS | LE_FLAG_PROXY | LE_FLAG_V2_CAPABLE | LE_FLAG_V2_REQUIRED |                     \
     LE_FLAG_TOPOLOGY_CHANGE)

static bool is_shown(const struct frame *frame, const struct shown *row, struct value *value);
static bool vrrp_size_is_usual(const struct frame *frame);
static bool is_hidden(const struct frame *frame, const struct shown *row, const struct value *value);
static uint64_t number_of(const struct value *value);

static const struct shown shown[] = {
    {FIELD_LECID, EVERY_NAME, SHOW, NULL},
    {FIELD_TRANSACTION_ID, EVERY_NAME, SHOW, NULL},
    {FIELD_STATUS, RESPONSES, SHOW, NULL},
    {FIELD_STATUS, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_OPCODE, FRAME_SET(LE_UNKNOWN) | FRAME_SET(MALFORMED), SHOW, NULL},
    {FIELD_VERSION, EVERY_NAME, HIDE_IF(1), NULL},
    {FIELD_FLAGS, EVERY_NAME, HIDE_IF_CLEAR(~(uint64_t)FLAGS_WITH_FIELD), NULL},
    {FIELD_FLAG_REMOTE, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_FLAG_PROXY, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_FLAG_V2_CAPABLE, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_FLAG_V2_REQUIRED, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_FLAG_TOPOLOGY_CHANGE, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_SOURCE_TAG, EVERY_NAME, HIDE_IF_CLEAR(~(uint64_t)LAN_TAG_MAC), NULL},
    {FIELD_SOURCE_LAN, EVERY_NAME, SHOW, NULL},
    {FIELD_TARGET_TAG, EVERY_NAME, HIDE_IF_CLEAR(~(uint64_t)LAN_TAG_MAC), NULL},
    {FIELD_TARGET_LAN, EVERY_NAME, SHOW, NULL},
    {FIELD_SOURCE_ATM, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_TARGET_ATM, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_LAN_TYPE, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_MAX_FRAME_SIZE, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_ELAN_NAME, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_TLV_COUNT, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_LLC_MUXED_ATM, EVERY_NAME, SHOW, NULL},
    {FIELD_ELAN_ID, EVERY_NAME, SHOW, NULL},
    {FIELD_DESTINATION, FRAME_SET(ADVERTISEMENT), HIDE_IF(0x01005e000012), NULL},
    {FIELD_DESTINATION, FRAME_SET(ARP_REQUEST) | FRAME_SET(GRATUITOUS_ARP), HIDE_IF(0xffffffffffff), NULL},
    {FIELD_DESTINATION, EVERY_NAME, SHOW, NULL},
    {FIELD_ORIGIN, EVERY_NAME, SHOW, NULL},
    {FIELD_ROUTE, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_ETHERTYPE, FRAME_SET(ETHERNET), SHOW, NULL},
    {FIELD_ARP_SENDER_MAC, EVERY_NAME, SHOW, NULL},
    {FIELD_ARP_SENDER_IP, EVERY_NAME, SHOW, NULL},
    {FIELD_ARP_TARGET_MAC, FRAME_SET(GRATUITOUS_ARP), HIDE, NULL},
    {FIELD_ARP_TARGET_MAC, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_ARP_TARGET_IP, FRAME_SET(GRATUITOUS_ARP), HIDE, NULL},
    {FIELD_ARP_TARGET_IP, EVERY_NAME, SHOW, NULL},
    {FIELD_IP_SOURCE, EVERY_NAME, SHOW, NULL},
    {FIELD_IP_DESTINATION, FRAME_SET(ADVERTISEMENT), HIDE_IF(0xe0000012), NULL},
    {FIELD_IP_DESTINATION, EVERY_NAME, SHOW, NULL},
    {FIELD_IP_TTL, FRAME_SET(ADVERTISEMENT), HIDE_IF(VRRP_TTL), NULL},
    {FIELD_IP_TTL, EVERY_NAME, SHOW, NULL},
    {FIELD_IP_PROTOCOL, FRAME_SET(IPV4), SHOW, NULL},
    {FIELD_IP_CHECKSUM_GOOD, EVERY_NAME, HIDE_IF(1), NULL},
    {FIELD_AH_SPI, EVERY_NAME, SHOW, NULL},
    {FIELD_AH_SEQUENCE, EVERY_NAME, SHOW, NULL},
    {FIELD_ICMP_IDENTIFIER, ECHOES, SHOW, NULL},
    {FIELD_ICMP_SEQUENCE, ECHOES, SHOW, NULL},
    {FIELD_ICMP_GATEWAY, EVERY_NAME, SHOW, NULL},
    {FIELD_VRRP_VERSION, EVERY_NAME, HIDE_IF(2), NULL},
    {FIELD_VRRP_TYPE, EVERY_NAME, HIDE_IF(1), NULL},
    {FIELD_VRID, EVERY_NAME, SHOW, NULL},
    {FIELD_PRIORITY, EVERY_NAME, SHOW, NULL},
    {FIELD_ADDRESS_COUNT, EVERY_NAME, HIDE_IF(1), NULL},
    {FIELD_VIRTUAL_ADDRESS, EVERY_NAME, SHOW, NULL},
    {FIELD_AUTHENTICATION_TYPE, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_AUTHENTICATION_DATA, EVERY_NAME, HIDE_IF(0), NULL},
    {FIELD_INTERVAL, EVERY_NAME, HIDE_IF(1), NULL},
    {FIELD_VRRP_CHECKSUM_GOOD, EVERY_NAME, HIDE_IF(1), NULL},
    {FIELD_VRRP_SIZE, EVERY_NAME, HIDE, vrrp_size_is_usual},
    {FIELD_SIZE, FRAME_SET(MALFORMED) | FRAME_SET(ETHERNET) | FRAME_SET(IPV4), SHOW, NULL},
};

const char *frame_text(const struct frame *frame, char *line, size_t size)
{
    struct text text = text_in(line, size);
    text_put(&text, frame_name_text(frame->name));
    enum frame_field decided = FIELD_NONE;
    for (const struct shown *row = shown; row < shown + sizeof shown / sizeof *shown; row++) {
        if (row->field == decided || !(row->names & UINT64_C(1) << frame->name))
            continue;
        decided = row->field;
        struct value value;
        if (!is_shown(frame, row, &value))
            continue;
        char word[VALUE_TEXT_SIZE];
        text_put(&text, " ");
        text_put(&text, field_name(row->field));
        text_put(&text, "=");
        text_put(&text, value_text(row->field, &value, word));
    }
    if (frame->reason.text[0]) {
        text_put(&text, " (");
        text_put(&text, frame->reason.text);
        text_put(&text, ")");
    }
    return line;
}

bool field_is_shown(const struct frame *frame, enum frame_field field, struct value *value)
{
    for (const struct shown *row = shown; row < shown + sizeof shown / sizeof *shown; row++)
        if (row->field == field && row->names & UINT64_C(1) << frame->name)
            return is_shown(frame, row, value);
    return false;
}

static bool is_shown(const struct frame *frame, const struct shown *row, struct value *value)
{
    return field_get(frame, row->field, value) && !is_hidden(frame, row, value);
}

static bool vrrp_size_is_usual(const struct frame *frame)
{
    return frame->vrrp.complete && frame->vrrp.trailing_size == 0;
}

static bool is_hidden(const struct frame *frame, const struct shown *row, const struct value *value)
{
    if (row->usual)
        return row->usual(frame);
    return (number_of(value) & row->mask) == row->hidden;
}

static uint64_t number_of(const struct value *value)
{
    switch (value->kind) {
    case VALUE_NUMBER:
        return value->number;
    case VALUE_MAC:
        return (uint64_t)octets_u16(value->mac.octet) << 32 | octets_u32(value->mac.octet + 2);
    case VALUE_ATM:
        return !atm_address_is_zero(&value->atm);
    case VALUE_IPV4:
        return value->ipv4.number;
    case VALUE_TEXT:
        return value->text[0] != '\0';
    case VALUE_OCTETS8:
        return (octets_u32(value->octets8) | octets_u32(value->octets8 + 4)) != 0;
    }
    return 0;
}
