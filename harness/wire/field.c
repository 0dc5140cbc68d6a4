#include "wire/field.h"
#include "wire/token_ring.h"

/* What the offset of a field counts from. */
enum base {
    BASE_FRAME,     /* first octet of the frame */
    BASE_CONTROL,   /* MARKER of an LE control frame */
    BASE_ADDRESSES, /* destination address of an Ethernet or 802.5 frame */
    BASE_ARP,
    BASE_IPV4,
    BASE_AH,
    BASE_ICMP,
    BASE_VRRP,
};

/* Where a field lies and how it reads. */
struct row {
    enum base base;
    uint8_t offset;
    uint8_t size;         /* octets; 0: can be read but not written */
    uint16_t mask;        /* bits of the number that belong to the field; 0: all */
    enum value_kind kind; /* VALUE_NUMBER unless stated */
    bool hexadecimal;     /* as people read it */
    /* Fields that depend on more: their first octet, or NULL when this frame does not have them. */
    const uint8_t *(*find)(const struct frame *frame);
    /* Fields whose value is not what their octets say. */
    uint64_t (*number)(const struct frame *frame);
};

static const uint8_t *place_of(const struct frame *frame, const struct row *row);
static const uint8_t *lane_start(const struct frame *frame);
static const uint8_t *addresses_start(const struct frame *frame);
static size_t control_size(const struct frame *frame);
static void read_value(const struct row *row, const uint8_t *at, struct value *value);
static bool write_value(const struct row *row, const struct value *value, uint8_t *at);
static bool write_number(const struct row *row, uint64_t number, uint8_t *at);
static void read_elan_name(const struct le_control *control, struct value *value);
static bool write_elan_name(const struct value *value, uint8_t *at);
static void keep_route_mark(const struct frame *frame, uint8_t *source);
static bool mend(const struct frame *frame, enum base base, uint8_t *data, bool good);
static void mend_checksum(uint8_t *start, size_t size, size_t offset, bool good);
static unsigned shift_of(const struct row *row);
static const uint8_t *find_lecid(const struct frame *frame);
static const uint8_t *find_source_lan(const struct frame *frame);
static const uint8_t *find_target_lan(const struct frame *frame);
static const uint8_t *find_source_route(const struct frame *frame);
static const uint8_t *find_target_route(const struct frame *frame);
static const uint8_t *find_tlv(const struct frame *frame, uint32_t type, size_t size);
static const uint8_t *find_llc_muxed_atm(const struct frame *frame);
static const uint8_t *find_elan_id(const struct frame *frame);
static const uint8_t *find_access_control(const struct frame *frame);
static const uint8_t *find_frame_control(const struct frame *frame);
static const uint8_t *find_route(const struct frame *frame);
static const uint8_t *find_largest_frame(const struct frame *frame);
static const uint8_t *find_ethertype(const struct frame *frame);
static const uint8_t *find_icmp_identifier(const struct frame *frame);
static const uint8_t *find_icmp_sequence(const struct frame *frame);
static const uint8_t *find_icmp_gateway(const struct frame *frame);
static const uint8_t *find_virtual_address(const struct frame *frame);
static const uint8_t *find_authentication_data(const struct frame *frame);
static uint64_t frame_size(const struct frame *frame);
static uint64_t vrrp_size(const struct frame *frame);
static uint64_t ip_checksum_good(const struct frame *frame);
static uint64_t icmp_checksum_good(const struct frame *frame);
static uint64_t vrrp_checksum_good(const struct frame *frame);

/* The offsets are those of lane-wire 1, RFC 826, RFC 791, RFC 2402 2, RFC 792 and RFC 2338 5.1. */
static const struct row rows[FIELD_COUNT] = {
    [FIELD_LECID] = {.size = 2, .find = find_lecid},
    [FIELD_TRANSACTION_ID] = {.base = BASE_CONTROL, .offset = 8, .size = 4, .hexadecimal = true},
    [FIELD_STATUS] = {.base = BASE_CONTROL, .offset = 6, .size = 2},
    [FIELD_OPCODE] = {.base = BASE_CONTROL, .offset = 4, .size = 2, .hexadecimal = true},
    [FIELD_VERSION] = {.base = BASE_CONTROL, .offset = 3, .size = 1},
    [FIELD_FLAGS] = {.base = BASE_CONTROL, .offset = 14, .size = 2, .hexadecimal = true},
    [FIELD_FLAG_REMOTE] = {.base = BASE_CONTROL, .offset = 14, .size = 2, .mask = LE_FLAG_REMOTE_ADDRESS},
    [FIELD_FLAG_PROXY] = {.base = BASE_CONTROL, .offset = 14, .size = 2, .mask = LE_FLAG_PROXY},
    [FIELD_FLAG_V2_CAPABLE] = {.base = BASE_CONTROL, .offset = 14, .size = 2, .mask = LE_FLAG_V2_CAPABLE},
    [FIELD_FLAG_V2_REQUIRED] = {.base = BASE_CONTROL, .offset = 14, .size = 2, .mask = LE_FLAG_V2_REQUIRED},
    [FIELD_FLAG_TOPOLOGY_CHANGE] = {.base = BASE_CONTROL,
                                    .offset = 14,
                                    .size = 2,
                                    .mask = LE_FLAG_TOPOLOGY_CHANGE},
    [FIELD_SOURCE_TAG] = {.base = BASE_CONTROL, .offset = 16, .size = 2},
    [FIELD_SOURCE_LAN] = {.size = 6, .kind = VALUE_MAC, .find = find_source_lan},
    [FIELD_TARGET_TAG] = {.base = BASE_CONTROL, .offset = 24, .size = 2},
    [FIELD_TARGET_LAN] = {.size = 6, .kind = VALUE_MAC, .find = find_target_lan},
    [FIELD_SOURCE_ROUTE] = {.size = 2, .hexadecimal = true, .find = find_source_route},
    [FIELD_TARGET_ROUTE] = {.size = 2, .hexadecimal = true, .find = find_target_route},
    [FIELD_SOURCE_ATM] = {.base = BASE_CONTROL, .offset = 32, .size = 20, .kind = VALUE_ATM},
    [FIELD_TARGET_ATM] = {.base = BASE_CONTROL, .offset = 56, .size = 20, .kind = VALUE_ATM},
    [FIELD_LAN_TYPE] = {.base = BASE_CONTROL, .offset = 52, .size = 1},
    [FIELD_MAX_FRAME_SIZE] = {.base = BASE_CONTROL, .offset = 53, .size = 1},
    [FIELD_ELAN_NAME] = {.base = BASE_CONTROL, .offset = 76, .size = 32, .kind = VALUE_TEXT},
    [FIELD_TLV_COUNT] = {.base = BASE_CONTROL, .offset = 54, .size = 1},
    [FIELD_LLC_MUXED_ATM] = {.size = 20, .kind = VALUE_ATM, .find = find_llc_muxed_atm},
    [FIELD_ELAN_ID] = {.size = 4, .find = find_elan_id},
    [FIELD_ACCESS_CONTROL] = {.size = 1, .hexadecimal = true, .find = find_access_control},
    [FIELD_FRAME_CONTROL] = {.size = 1, .hexadecimal = true, .find = find_frame_control},
    [FIELD_DESTINATION] = {.base = BASE_ADDRESSES, .offset = 0, .size = 6, .kind = VALUE_MAC},
    [FIELD_ORIGIN] = {.base = BASE_ADDRESSES, .offset = 6, .size = 6, .kind = VALUE_MAC},
    [FIELD_ROUTE] = {.kind = VALUE_TEXT, .find = find_route},
    [FIELD_LARGEST_FRAME] = {.size = 1, .mask = 0x7e, .find = find_largest_frame},
    [FIELD_ETHERTYPE] = {.size = 2, .hexadecimal = true, .find = find_ethertype},
    [FIELD_ARP_HARDWARE] = {.base = BASE_ARP, .offset = 0, .size = 2},
    [FIELD_ARP_OPERATION] = {.base = BASE_ARP, .offset = 6, .size = 2},
    [FIELD_ARP_SENDER_MAC] = {.base = BASE_ARP, .offset = 8, .size = 6, .kind = VALUE_MAC},
    [FIELD_ARP_SENDER_IP] = {.base = BASE_ARP, .offset = 14, .size = 4, .kind = VALUE_IPV4},
    [FIELD_ARP_TARGET_MAC] = {.base = BASE_ARP, .offset = 18, .size = 6, .kind = VALUE_MAC},
    [FIELD_ARP_TARGET_IP] = {.base = BASE_ARP, .offset = 24, .size = 4, .kind = VALUE_IPV4},
    [FIELD_IP_SOURCE] = {.base = BASE_IPV4, .offset = 12, .size = 4, .kind = VALUE_IPV4},
    [FIELD_IP_DESTINATION] = {.base = BASE_IPV4, .offset = 16, .size = 4, .kind = VALUE_IPV4},
    [FIELD_IP_TYPE_OF_SERVICE] = {.base = BASE_IPV4, .offset = 1, .size = 1, .hexadecimal = true},
    [FIELD_IP_IDENTIFICATION] = {.base = BASE_IPV4, .offset = 4, .size = 2},
    [FIELD_IP_FRAGMENT] = {.base = BASE_IPV4, .offset = 6, .size = 2, .hexadecimal = true},
    [FIELD_IP_TTL] = {.base = BASE_IPV4, .offset = 8, .size = 1},
    [FIELD_IP_PROTOCOL] = {.base = BASE_IPV4, .offset = 9, .size = 1},
    [FIELD_IP_CHECKSUM_GOOD] = {.base = BASE_IPV4, .offset = 10, .size = 2, .number = ip_checksum_good},
    [FIELD_AH_SPI] = {.base = BASE_AH, .offset = 4, .size = 4, .hexadecimal = true},
    [FIELD_AH_SEQUENCE] = {.base = BASE_AH, .offset = 8, .size = 4},
    [FIELD_ICMP_TYPE] = {.base = BASE_ICMP, .offset = 0, .size = 1},
    [FIELD_ICMP_CODE] = {.base = BASE_ICMP, .offset = 1, .size = 1},
    [FIELD_ICMP_CHECKSUM_GOOD] = {.base = BASE_ICMP, .offset = 2, .size = 2, .number = icmp_checksum_good},
    [FIELD_ICMP_IDENTIFIER] = {.base = BASE_ICMP, .size = 2, .find = find_icmp_identifier},
    [FIELD_ICMP_SEQUENCE] = {.base = BASE_ICMP, .size = 2, .find = find_icmp_sequence},
    [FIELD_ICMP_GATEWAY] = {.base = BASE_ICMP, .size = 4, .kind = VALUE_IPV4, .find = find_icmp_gateway},
    [FIELD_VRRP_VERSION] = {.base = BASE_VRRP, .offset = 0, .size = 1, .mask = 0xf0},
    [FIELD_VRRP_TYPE] = {.base = BASE_VRRP, .offset = 0, .size = 1, .mask = 0x0f},
    [FIELD_VRID] = {.base = BASE_VRRP, .offset = 1, .size = 1},
    [FIELD_PRIORITY] = {.base = BASE_VRRP, .offset = 2, .size = 1},
    [FIELD_ADDRESS_COUNT] = {.base = BASE_VRRP, .offset = 3, .size = 1},
    [FIELD_VIRTUAL_ADDRESS] = {.base = BASE_VRRP,
                               .size = 4,
                               .kind = VALUE_IPV4,
                               .find = find_virtual_address},
    [FIELD_AUTHENTICATION_TYPE] = {.base = BASE_VRRP, .offset = 4, .size = 1},
    [FIELD_AUTHENTICATION_DATA] = {.base = BASE_VRRP,
                                   .size = 8,
                                   .kind = VALUE_OCTETS8,
                                   .find = find_authentication_data},
    [FIELD_INTERVAL] = {.base = BASE_VRRP, .offset = 5, .size = 1},
    [FIELD_VRRP_CHECKSUM_GOOD] = {.base = BASE_VRRP, .offset = 6, .size = 2, .number = vrrp_checksum_good},
    [FIELD_VRRP_SIZE] = {.base = BASE_VRRP, .number = vrrp_size},
    [FIELD_SIZE] = {.base = BASE_FRAME, .number = frame_size},
};

static const char *const names[FIELD_COUNT] = {[FIELD_NONE] = "none",
#define X(name, text) [FIELD_##name] = text,
                                               FRAME_FIELDS(X)
#undef X
};

const char *field_name(enum frame_field field)
{
    return (size_t)field < FIELD_COUNT ? names[field] : names[FIELD_NONE];
}

enum frame_field field_of_name(const char *name)
{
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++)
        if (strcmp(names[field], name) == 0)
            return (enum frame_field)field;
    return FIELD_NONE;
}

bool field_is_hexadecimal(enum frame_field field)
{
    return (size_t)field < FIELD_COUNT && rows[field].hexadecimal;
}

enum value_kind field_kind(enum frame_field field)
{
    return (size_t)field < FIELD_COUNT ? rows[field].kind : VALUE_NUMBER;
}

uint64_t field_maximum(enum frame_field field)
{
    if ((size_t)field >= FIELD_COUNT || rows[field].kind != VALUE_NUMBER || !rows[field].size)
        return UINT64_MAX;
    const struct row *row = &rows[field];
    uint64_t all = (UINT64_C(1) << 8 * row->size) - 1;
    uint64_t mask = row->mask ? row->mask : all;
    return row->number ? 1 : mask >> shift_of(row);
}

struct octets field_octets(const struct frame *frame, enum frame_field field)
{
    if ((size_t)field >= FIELD_COUNT || !rows[field].size)
        return (struct octets){0};
    const uint8_t *at = place_of(frame, &rows[field]);
    return at ? (struct octets){at, rows[field].size} : (struct octets){0};
}

bool field_get(const struct frame *frame, enum frame_field field, struct value *value)
{
    if (field <= FIELD_NONE || field >= FIELD_COUNT)
        return false;
    const struct row *row = &rows[field];
    const uint8_t *at = place_of(frame, row);
    if (!at)
        return false;
    if (row->number) {
        value->kind = VALUE_NUMBER;
        value->number = row->number(frame);
    } else if (field == FIELD_ELAN_NAME) {
        read_elan_name(&frame->control, value);
    } else if (field == FIELD_ROUTE) {
        value->kind = VALUE_TEXT;
        source_route_text(frame->route, value->text, sizeof value->text);
    } else {
        read_value(row, at, value);
        if (field == FIELD_ORIGIN)
            value->mac = frame->ethernet.source; /* without the mark of routing information */
    }
    return true;
}

bool field_set(enum frame_carrier carrier, uint8_t *data, size_t size, enum frame_field field,
               const struct value *value)
{
    struct frame frame;
    frame_decode(carrier, data, size, &frame);
    if (field <= FIELD_NONE || field >= FIELD_COUNT || !rows[field].size || rows[field].kind != value->kind)
        return false;
    const struct row *row = &rows[field];
    const uint8_t *place = place_of(&frame, row);
    if (!place)
        return false;
    if (row->number)
        return value->number <= 1 && mend(&frame, row->base, data, value->number);
    uint8_t *at = data + (place - data);
    if (!(field == FIELD_ELAN_NAME ? write_elan_name(value, at) : write_value(row, value, at)))
        return false;
    if (field == FIELD_ORIGIN)
        keep_route_mark(&frame, at);
    mend(&frame, row->base, data, true);
    return true;
}

/* The first octet of the field; NULL when this frame does not have it. */
static const uint8_t *place_of(const struct frame *frame, const struct row *row)
{
    if (row->find)
        return row->find(frame);
    switch (row->base) {
    case BASE_FRAME:
        return frame->octets.data ? frame->octets.data : (const uint8_t *)"";
    case BASE_CONTROL:
        if (!(frame->layers & LAYER_CONTROL) || row->offset + row->size > control_size(frame))
            return NULL;
        return lane_start(frame) + row->offset;
    case BASE_ADDRESSES:
        if (!(frame->layers & LAYER_ETHERNET))
            return NULL;
        return addresses_start(frame) + row->offset;
    case BASE_ARP:
        return frame->layers & LAYER_ARP ? frame->ethernet.payload.data + row->offset : NULL;
    case BASE_IPV4:
        return frame->layers & LAYER_IPV4 ? frame->ethernet.payload.data + row->offset : NULL;
    case BASE_AH:
        return frame->layers & LAYER_AH ? frame->ipv4.payload.data + row->offset : NULL;
    case BASE_ICMP:
        return frame->layers & LAYER_ICMP ? frame->ipv4.payload.data + row->offset : NULL;
    case BASE_VRRP:
        return frame->layers & LAYER_VRRP ? frame_vrrp_message(frame).data + row->offset : NULL;
    }
    return NULL;
}

/* MARKER or LE header. */
static const uint8_t *lane_start(const struct frame *frame)
{
    return frame->octets.data + (frame->llc_multiplexed ? LLC_PREFIX_SIZE : 0);
}

/* The destination address: behind the LE header, if there is one, and AC and FC of an 802.5 frame. */
static const uint8_t *addresses_start(const struct frame *frame)
{
    size_t le_header = frame->layers & LAYER_LE_DATA ? 2 : 0;
    return lane_start(frame) + le_header + (frame->token_ring ? 2 : 0);
}

/* Octets of an LE control frame that hold fields: six in READY frames, those that are there in one cut short.
 */
static size_t control_size(const struct frame *frame)
{
    if (le_control_is_ready(&frame->control))
        return LE_READY_SIZE;
    return frame->octets.size - (frame->llc_multiplexed ? LLC_PREFIX_SIZE : 0);
}

static void read_value(const struct row *row, const uint8_t *at, struct value *value)
{
    value->kind = row->kind;
    switch (row->kind) {
    case VALUE_NUMBER: {
        uint32_t number = row->size == 1 ? at[0] : row->size == 2 ? octets_u16(at) : octets_u32(at);
        value->number = row->mask ? (number & row->mask) >> shift_of(row) : number;
        break;
    }
    case VALUE_MAC:
        memcpy(value->mac.octet, at, sizeof value->mac.octet);
        break;
    case VALUE_ATM:
        memcpy(value->atm.octet, at, sizeof value->atm.octet);
        break;
    case VALUE_IPV4:
        value->ipv4.number = octets_u32(at);
        break;
    case VALUE_OCTETS8:
        memcpy(value->octets8, at, sizeof value->octets8);
        break;
    case VALUE_TEXT: /* read_elan_name() */
        break;
    }
}

static bool write_value(const struct row *row, const struct value *value, uint8_t *at)
{
    switch (row->kind) {
    case VALUE_NUMBER:
        return write_number(row, value->number, at);
    case VALUE_MAC:
        memcpy(at, value->mac.octet, sizeof value->mac.octet);
        return true;
    case VALUE_ATM:
        memcpy(at, value->atm.octet, sizeof value->atm.octet);
        return true;
    case VALUE_IPV4:
        octets_put_u32(at, value->ipv4.number);
        return true;
    case VALUE_OCTETS8:
        memcpy(at, value->octets8, sizeof value->octets8);
        return true;
    case VALUE_TEXT: /* write_elan_name() */
        break;
    }
    return false;
}

/* False when the number does not fit. */
static bool write_number(const struct row *row, uint64_t number, uint8_t *at)
{
    uint64_t mask = row->mask ? row->mask : (UINT64_C(1) << 8 * row->size) - 1;
    if (number > mask >> shift_of(row))
        return false;
    uint64_t bits = number << shift_of(row);
    for (unsigned i = row->size; i-- > 0; bits >>= 8, mask >>= 8)
        at[i] = (uint8_t)((at[i] & ~mask) | (bits & mask));
    return true;
}

/* ELAN-NAME as far as ELAN-NAME-SIZE goes. */
static void read_elan_name(const struct le_control *control, struct value *value)
{
    size_t size = control->elan_name_size < sizeof control->elan_name ? control->elan_name_size
                                                                      : sizeof control->elan_name;
    value->kind = VALUE_TEXT;
    memcpy(value->text, control->elan_name, size);
    value->text[size] = '\0';
}

/* Writes ELAN-NAME at 'at', and ELAN-NAME-SIZE 21 octets before it. */
static bool write_elan_name(const struct value *value, uint8_t *at)
{
    size_t size = strnlen(value->text, sizeof value->text);
    if (size == sizeof value->text)
        return false;
    memset(at, 0, 32);
    memcpy(at, value->text, size);
    at[55 - 76] = (uint8_t)size;
    return true;
}

/* The first bit of an 802.5 source address belongs to the routing information, not to the address. */
static void keep_route_mark(const struct frame *frame, uint8_t *source)
{
    if (frame->token_ring)
        source[0] = (uint8_t)((source[0] & 0x7f) | (frame->route.size ? 0x80 : 0));
}

/* Writes the checksum of the message that 'base' names, right or wrong. False when it has none. */
static bool mend(const struct frame *frame, enum base base, uint8_t *data, bool good)
{
    switch (base) {
    case BASE_IPV4:
        mend_checksum(data + (frame->ethernet.payload.data - data),
                      (size_t)(frame->ipv4.payload.data - frame->ethernet.payload.data), 10, good);
        return true;
    case BASE_ICMP:
        mend_checksum(data + (frame->ipv4.payload.data - data), frame->ipv4.payload.size, 2, good);
        return true;
    case BASE_VRRP:
        mend_checksum(data + (frame_vrrp_message(frame).data - data), frame->vrrp.size, 6, good);
        return true;
    case BASE_AH: /* its ICV needs the key */
    case BASE_FRAME:
    case BASE_CONTROL:
    case BASE_ADDRESSES:
    case BASE_ARP:
        break;
    }
    return false;
}

static void mend_checksum(uint8_t *start, size_t size, size_t offset, bool good)
{
    octets_put_u16(start + offset, 0);
    uint16_t checksum = internet_checksum(start, size);
    octets_put_u16(start + offset, good ? checksum : checksum ^ 1);
}

static unsigned shift_of(const struct row *row)
{
    return row->mask ? (unsigned)__builtin_ctz(row->mask) : 0;
}

static const uint8_t *find_lecid(const struct frame *frame)
{
    static const struct row requester = {.base = BASE_CONTROL, .offset = 12, .size = 2};
    if (frame->layers & LAYER_LE_DATA)
        return lane_start(frame);
    return place_of(frame, &requester);
}

static const uint8_t *find_source_lan(const struct frame *frame)
{
    static const struct row source = {.base = BASE_CONTROL, .offset = 18, .size = 6};
    const uint8_t *at = place_of(frame, &source);
    return at && frame->control.source_lan.tag == LAN_TAG_MAC ? at : NULL;
}

static const uint8_t *find_target_lan(const struct frame *frame)
{
    static const struct row target = {.base = BASE_CONTROL, .offset = 26, .size = 6};
    const uint8_t *at = place_of(frame, &target);
    return at && frame->control.target_lan.tag == LAN_TAG_MAC ? at : NULL;
}

/* A route descriptor is in the last two octets of its LAN destination. */
static const uint8_t *find_source_route(const struct frame *frame)
{
    static const struct row source = {.base = BASE_CONTROL, .offset = 22, .size = 2};
    const uint8_t *at = place_of(frame, &source);
    return at && frame->control.source_lan.tag == LAN_TAG_ROUTE_DESCRIPTOR ? at : NULL;
}

static const uint8_t *find_target_route(const struct frame *frame)
{
    static const struct row target = {.base = BASE_CONTROL, .offset = 30, .size = 2};
    const uint8_t *at = place_of(frame, &target);
    return at && frame->control.target_lan.tag == LAN_TAG_ROUTE_DESCRIPTOR ? at : NULL;
}

/* The value of the first TLV of 'type', which must have 'size' octets. */
static const uint8_t *find_tlv(const struct frame *frame, uint32_t type, size_t size)
{
    if (!(frame->layers & LAYER_CONTROL))
        return NULL;
    const struct le_tlv *tlv = le_control_find_tlv(&frame->control, type);
    return tlv && tlv->value.size == size ? tlv->value.data : NULL;
}

static const uint8_t *find_llc_muxed_atm(const struct frame *frame)
{
    return find_tlv(frame, TLV_LLC_MUXED_ATM_ADDRESS, ATM_ADDRESS_SIZE);
}

static const uint8_t *find_elan_id(const struct frame *frame)
{
    const uint8_t *at = find_tlv(frame, TLV_ELAN_ID, 4);
    return at || !frame->llc_multiplexed ? at : frame->octets.data + 8;
}

static const uint8_t *find_access_control(const struct frame *frame)
{
    bool there = frame->layers & LAYER_ETHERNET && frame->token_ring;
    return there ? addresses_start(frame) - 2 : NULL;
}

static const uint8_t *find_frame_control(const struct frame *frame)
{
    const uint8_t *access_control = find_access_control(frame);
    return access_control ? access_control + 1 : NULL;
}

static const uint8_t *find_route(const struct frame *frame)
{
    return frame->layers & LAYER_ETHERNET && frame->route.size ? frame->route.data : NULL;
}

static const uint8_t *find_largest_frame(const struct frame *frame)
{
    const uint8_t *route = find_route(frame);
    return route ? route + 1 : NULL;
}

/* An 802.5 frame has a type only behind an LLC/SNAP header. */
static const uint8_t *find_ethertype(const struct frame *frame)
{
    if (!(frame->layers & LAYER_ETHERNET) || (frame->token_ring && !frame->ethernet.snap))
        return NULL;
    return frame->ethernet.payload.data - 2;
}

/* The rest of an ICMP header is an identifier and a sequence number in echo messages, an address in
 * redirects. */
static const uint8_t *find_icmp_identifier(const struct frame *frame)
{
    bool redirect = frame->layers & LAYER_ICMP && frame->icmp.type == ICMP_REDIRECT;
    return frame->layers & LAYER_ICMP && !redirect ? frame->ipv4.payload.data + 4 : NULL;
}

static const uint8_t *find_icmp_sequence(const struct frame *frame)
{
    const uint8_t *identifier = find_icmp_identifier(frame);
    return identifier ? identifier + 2 : NULL;
}

static const uint8_t *find_icmp_gateway(const struct frame *frame)
{
    bool redirect = frame->layers & LAYER_ICMP && frame->icmp.type == ICMP_REDIRECT;
    return redirect ? frame->ipv4.payload.data + 4 : NULL;
}

static const uint8_t *find_virtual_address(const struct frame *frame)
{
    bool there = frame->layers & LAYER_VRRP && frame->vrrp.addresses_present > 0;
    return there ? frame_vrrp_message(frame).data + VRRP_HEADER_SIZE : NULL;
}

static const uint8_t *find_authentication_data(const struct frame *frame)
{
    if (!(frame->layers & LAYER_VRRP) || !frame->vrrp.complete)
        return NULL;
    return frame_vrrp_message(frame).data + VRRP_HEADER_SIZE + (size_t)frame->vrrp.address_count * 4;
}

static uint64_t frame_size(const struct frame *frame)
{
    return frame->octets.size;
}

static uint64_t vrrp_size(const struct frame *frame)
{
    return frame->vrrp.size;
}

static uint64_t ip_checksum_good(const struct frame *frame)
{
    return frame->ipv4.checksum_good;
}

static uint64_t icmp_checksum_good(const struct frame *frame)
{
    return frame->icmp.checksum_good;
}

static uint64_t vrrp_checksum_good(const struct frame *frame)
{
    return frame->vrrp.checksum_good;
}
