#include "wire/le_control.h"

/* Where each fixed field ends: says which fields a frame cut short still has (lane-wire 1). */
struct extent {
    uint8_t end; /* offset of the octet behind the field */
    const char *name;
};

static const struct extent extents[] = {
    {2, "MARKER"},
    {3, "PROTOCOL"},
    {4, "VERSION"},
    {6, "OP-CODE"},
    {8, "STATUS"},
    {12, "TRANSACTION-ID"},
    {14, "REQUESTER-LECID"},
    {16, "FLAGS"},
    {24, "SOURCE-LAN-DESTINATION"},
    {32, "TARGET-LAN-DESTINATION"},
    {52, "SOURCE-ATM-ADDRESS"},
    {53, "LAN-TYPE"},
    {54, "MAXIMUM-FRAME-SIZE"},
    {55, "NUMBER-TLVs"},
    {56, "ELAN-NAME-SIZE"},
    {76, "TARGET-ATM-ADDRESS"},
    {108, "ELAN-NAME"},
};

static void clear(struct le_control *control);
static bool decode_cut(const uint8_t *data, size_t size, struct le_control *control, struct reason *reason);
static void decode_header(const uint8_t *data, struct le_control *control);
static void decode_fixed(const uint8_t *data, struct le_control *control);
static struct lan_destination decode_lan_destination(const uint8_t *data);
static bool decode_tlvs(const uint8_t *data, size_t size, struct le_control *control, struct reason *reason);

bool le_control_decode(const uint8_t *data, size_t size, struct le_control *control, struct reason *reason)
{
    clear(control);
    if (!le_control_marked(data, size))
        return reason_set(reason, "octet 0: an LE control frame starts with the marker FF00");
    if (size < LE_READY_SIZE)
        return decode_cut(data, size, control, reason);
    decode_header(data, control);
    if (le_control_is_ready(control)) {
        control->trailing_size = size - LE_READY_SIZE;
        return true;
    }
    if (size < LE_CONTROL_SIZE)
        return decode_cut(data, size, control, reason);
    decode_fixed(data, control);
    return decode_tlvs(data, size, control, reason);
}

const struct le_tlv *le_control_find_tlv(const struct le_control *control, uint32_t type)
{
    for (size_t i = 0; i < control->tlv_present; i++)
        if (control->tlvs[i].type == type)
            return &control->tlvs[i];
    return NULL;
}

/* All but the room for TLVs, which is most of it: captures have millions of frames, and few TLVs. */
static void clear(struct le_control *control)
{
    memset(control, 0, offsetof(struct le_control, tlvs));
    control->tlv_present = 0;
    control->trailing_size = 0;
}

/* Reads the fields that are there whole and names the one that isn't. Returns false. */
static bool decode_cut(const uint8_t *data, size_t size, struct le_control *control, struct reason *reason)
{
    uint8_t fixed[LE_CONTROL_SIZE] = {0};
    const struct extent *missing = extents;
    size_t whole = 0; /* octets of whole fields */
    while (missing->end <= size)
        whole = missing++->end;
    memcpy(fixed, data, whole);
    decode_header(fixed, control);
    decode_fixed(fixed, control);
    return reason_set(
        reason,
        "octet %zu: the frame ends before or inside %s (octets %zu to %u); an LE control frame has "
        "%d octets, READY_QUERY and READY_IND have %d",
        size, missing->name, whole, missing->end - 1u, LE_CONTROL_SIZE, LE_READY_SIZE);
}

/* Octets 2 to 5, which READY frames have too. */
static void decode_header(const uint8_t *data, struct le_control *control)
{
    control->protocol = data[2];
    control->version = data[3];
    control->opcode = octets_u16(data + 4);
}

/* Octets 6 to 107. */
static void decode_fixed(const uint8_t *data, struct le_control *control)
{
    control->status = octets_u16(data + 6);
    control->transaction_id = octets_u32(data + 8);
    control->requester_lecid = octets_u16(data + 12);
    control->flags = octets_u16(data + 14);
    control->source_lan = decode_lan_destination(data + 16);
    control->target_lan = decode_lan_destination(data + 24);
    memcpy(control->source_atm.octet, data + 32, ATM_ADDRESS_SIZE);
    control->lan_type = data[52];
    control->max_frame_size = data[53];
    control->tlv_count = data[54];
    control->elan_name_size = data[55];
    memcpy(control->target_atm.octet, data + 56, ATM_ADDRESS_SIZE);
    memcpy(control->elan_name, data + 76, sizeof control->elan_name);
}

static struct lan_destination decode_lan_destination(const uint8_t *data)
{
    struct lan_destination destination = {.tag = octets_u16(data)};
    memcpy(destination.mac.octet, data + 2, sizeof destination.mac.octet);
    return destination;
}

/* Walks over all NUMBER-TLVs TLVs: type 4 octets, length 1 octet, value (lane-wire 7). */
static bool decode_tlvs(const uint8_t *data, size_t size, struct le_control *control, struct reason *reason)
{
    size_t at = LE_CONTROL_SIZE;
    for (unsigned i = 0; i < control->tlv_count; i++) {
        if (size - at < 5)
            return reason_set(
                reason,
                "octet %zu: NUMBER-TLVs (octet 54) is %u, but %zu octets are left for TLV %u; a TLV "
                "has 5 octets before its value",
                at, control->tlv_count, size - at, i + 1);
        uint32_t type = octets_u32(data + at);
        uint8_t length = data[at + 4];
        at += 5;
        if (size - at < length)
            return reason_set(reason, "octet %zu: TLV %u (type %08x) has length %u, but %zu octets are left",
                              at - 1, i + 1, (unsigned)type, length, size - at);
        if (control->tlv_present < LE_TLV_ROOM)
            control->tlvs[control->tlv_present++] = (struct le_tlv){type, {data + at, length}};
        at += length;
    }
    control->trailing_size = size - at;
    return true;
}
