#include "steps/spoil.h"

#include <stdio.h>
#include <string.h>

#include "wire/le_control.h"

#define OF(array) ((unsigned)(sizeof(array) / sizeof *(array)))

/* Where fields lie (lane-wire 1). */
enum place {
    PROTOCOL_AT = 2,
    VERSION_AT = 3,
    OPCODE_AT = 4,
    STATUS_AT = 6,
    FLAGS_AT = 14,
    SOURCE_LAN_AT = 16,
    TARGET_LAN_AT = 24,
    SOURCE_ATM_AT = 32,
    LAN_TYPE_AT = 52,
    MAX_FRAME_SIZE_AT = 53,
    TLV_COUNT_AT = 54,
    ELAN_NAME_SIZE_AT = 55,
    TARGET_ATM_AT = 56,
    ELAN_NAME_AT = 76
};
#define LAN_DESTINATION_SIZE 8
#define TLV_HEADER_SIZE      5

static bool cut(const struct spoilable *good, unsigned step, struct spoilt *spoilt);
static bool longer(const struct spoilable *good, unsigned step, struct spoilt *spoilt);
static bool set_unused(const struct spoilable *good, unsigned step, struct spoilt *spoilt);
static bool spoil_header(const struct spoilable *good, unsigned step, struct spoilt *spoilt);
static bool spoil_opcode(const struct spoilable *good, unsigned step, struct spoilt *spoilt);
static bool lie_about_tlvs(const struct spoilable *good, unsigned step, struct spoilt *spoilt);
static bool add_unknown_tlvs(const struct spoilable *good, unsigned step, struct spoilt *spoilt);
static bool is_ready(const struct spoilable *good);
static void add_tlv(struct spoilt *spoilt, uint32_t type, unsigned length, unsigned present);

bool spoil(const struct spoilable *good, enum spoil_way way, unsigned step, struct spoilt *spoilt)
{
    static bool (*const ways[])(const struct spoilable *, unsigned, struct spoilt *) = {
        [SPOIL_CUT] = cut,
        [SPOIL_LONGER] = longer,
        [SPOIL_UNUSED] = set_unused,
        [SPOIL_HEADER] = spoil_header,
        [SPOIL_OPCODE] = spoil_opcode,
        [SPOIL_TLV_LIE] = lie_about_tlvs,
        [SPOIL_UNKNOWN_TLV] = add_unknown_tlvs,
    };
    memcpy(spoilt->data, good->data, good->size);
    spoilt->size = good->size;
    spoilt->effect = EFFECT_NONE;
    return ways[way](good, step, spoilt);
}

unsigned spoil_count(const struct spoilable *good, enum spoil_way way)
{
    struct spoilt spoilt;
    unsigned count = 0;
    while (spoil(good, way, count, &spoilt))
        count++;
    return count;
}

/* An SDU without octets is none (I.363.5). */
static bool cut(const struct spoilable *good, unsigned step, struct spoilt *spoilt)
{
    spoilt->size = step + 1;
    spoilt->effect = spoilt->size < good->needed_size ? EFFECT_NONE : EFFECT_EITHER;
    snprintf(spoilt->what, sizeof spoilt->what, "cut after %u octets", step + 1);
    return spoilt->size < good->size;
}

static bool longer(const struct spoilable *good, unsigned step, struct spoilt *spoilt)
{
    static const uint16_t sizes[] = {1, 2, 3, 4, 5, 6, 12, 48, 255, 1024, 1400};
    static const uint8_t fills[] = {0x00, 0xff, 0xaa};
    if (step >= OF(sizes) * OF(fills))
        return false;
    size_t size = sizes[step % OF(sizes)];
    uint8_t fill = fills[step / OF(sizes)];
    memset(spoilt->data + good->size, fill, size);
    spoilt->size = good->size + size;
    spoilt->effect = EFFECT_OF_GOOD_FRAME;
    snprintf(spoilt->what, sizeof spoilt->what, "with %zu octets of %02x behind its end", size, fill);
    return true;
}

/* A field that is filled; 'unused' is the bit that says that the good frame has no use for it, 0: never used.
 */
struct filling {
    const char *name;
    unsigned unused;
    uint8_t at;
    uint8_t size;
    uint8_t fill;
};

static bool set_unused(const struct spoilable *good, unsigned step, struct spoilt *spoilt)
{
    static const uint16_t undefined_flags[] = {0x0010, 0x0020, 0x0040, 0x0400, 0x0800,
                                               0x1000, 0x2000, 0x4000, 0x8000, 0xfc70};
    static const struct filling fillings[] = {
        {"STATUS", 0, STATUS_AT, 2, 0xff},
        {"LAN-TYPE", 0, LAN_TYPE_AT, 1, 0x01},
        {"LAN-TYPE", 0, LAN_TYPE_AT, 1, 0xff},
        {"MAXIMUM-FRAME-SIZE", 0, MAX_FRAME_SIZE_AT, 1, 0x02},
        {"MAXIMUM-FRAME-SIZE", 0, MAX_FRAME_SIZE_AT, 1, 0xff},
        {"ELAN-NAME-SIZE", 0, ELAN_NAME_SIZE_AT, 1, 0x01},
        {"ELAN-NAME-SIZE", 0, ELAN_NAME_SIZE_AT, 1, 0x20},
        {"ELAN-NAME-SIZE", 0, ELAN_NAME_SIZE_AT, 1, 0xff},
        {"ELAN-NAME", 0, ELAN_NAME_AT, 32, 'x'},
        {"ELAN-NAME", 0, ELAN_NAME_AT, 32, 0xff},
        {"SOURCE-LAN-DESTINATION", UNUSED_SOURCE_LAN, SOURCE_LAN_AT, LAN_DESTINATION_SIZE, 0xff},
        {"TARGET-LAN-DESTINATION", UNUSED_TARGET_LAN, TARGET_LAN_AT, LAN_DESTINATION_SIZE, 0xff},
        {"SOURCE-ATM-ADDRESS", UNUSED_SOURCE_ATM, SOURCE_ATM_AT, ATM_ADDRESS_SIZE, 0xff},
        {"TARGET-ATM-ADDRESS", UNUSED_TARGET_ATM, TARGET_ATM_AT, ATM_ADDRESS_SIZE, 0xff},
    };
    if (is_ready(good))
        return false;
    spoilt->effect = EFFECT_OF_GOOD_FRAME;
    if (step < OF(undefined_flags)) {
        uint16_t flags = octets_u16(good->data + FLAGS_AT) | undefined_flags[step];
        octets_put_u16(spoilt->data + FLAGS_AT, flags);
        snprintf(spoilt->what, sizeof spoilt->what, "with FLAGS %04x", flags);
        return true;
    }
    const struct filling *filling = fillings;
    for (unsigned left = step - OF(undefined_flags);; filling++) {
        if (filling == fillings + OF(fillings))
            return false;
        bool applies = !filling->unused || filling->unused & good->unused;
        if (applies && left-- == 0)
            break;
    }
    memset(spoilt->data + filling->at, filling->fill, filling->size);
    snprintf(spoilt->what, sizeof spoilt->what, "with %s filled with %02x", filling->name, filling->fill);
    return true;
}

static bool spoil_header(const struct spoilable *good, unsigned step, struct spoilt *spoilt)
{
    static const uint16_t markers[] = {0xff01, 0xff02, 0xff80, 0xffff, 0xfe00, 0x7f00, 0x00ff, 0x0000};
    static const uint8_t numbers[] = {0x00, 0x02, 0x03, 0x10, 0x80, 0xff};
    (void)good;
    if (step < OF(markers)) {
        octets_put_u16(spoilt->data, markers[step]);
        snprintf(spoilt->what, sizeof spoilt->what, "with marker %04x", markers[step]);
        return true;
    }
    step -= OF(markers);
    if (step >= 2 * OF(numbers))
        return false;
    bool protocol = step < OF(numbers);
    spoilt->data[protocol ? PROTOCOL_AT : VERSION_AT] = numbers[step % OF(numbers)];
    snprintf(spoilt->what, sizeof spoilt->what, "with %s %02x", protocol ? "PROTOCOL" : "VERSION",
             numbers[step % OF(numbers)]);
    return true;
}

/* Those of LNNI (lane-wire 2), the two that are undefined, and the good one with further bits set. */
static bool spoil_opcode(const struct spoilable *good, unsigned step, struct spoilt *spoilt)
{
    static const uint16_t unknown[] = {0x0000, 0x000b, 0x000c, 0x000d, 0x000e, 0x000f, 0x0010, 0x0100,
                                       0x0108, 0x0109, 0x010b, 0x01ff, 0x8000, 0xff00, 0xffff};
    static const uint16_t further[] = {0x0200, 0x0400, 0x1000, 0x4000, 0x8000, 0x0080, 0x0040};
    if (step >= OF(unknown) + OF(further))
        return false;
    uint16_t opcode =
        step < OF(unknown) ? unknown[step] : octets_u16(good->data + OPCODE_AT) | further[step - OF(unknown)];
    octets_put_u16(spoilt->data + OPCODE_AT, opcode);
    snprintf(spoilt->what, sizeof spoilt->what, "with OP-CODE %04x", opcode);
    return true;
}

/* 'count' in NUMBER-TLVs, then 'present' TLVs with this length and so many octets of value; the last one may
 * be cut in its header. */
struct tlv_lie {
    uint8_t count;
    uint8_t present;
    uint32_t type;
    uint8_t length;
    uint8_t value_size;
    uint8_t header_size;
};

static bool lie_about_tlvs(const struct spoilable *good, unsigned step, struct spoilt *spoilt)
{
    enum { MUXED = TLV_LLC_MUXED_ATM_ADDRESS, UNKNOWN = 0x00a03eff, WHOLE = TLV_HEADER_SIZE };
    static const struct tlv_lie lies[] = {
        {1, 0, 0, 0, 0, WHOLE},           {2, 0, 0, 0, 0, WHOLE},
        {16, 0, 0, 0, 0, WHOLE},          {17, 0, 0, 0, 0, WHOLE},
        {127, 0, 0, 0, 0, WHOLE},         {255, 0, 0, 0, 0, WHOLE},
        {1, 1, UNKNOWN, 0, 0, 1},         {1, 1, UNKNOWN, 0, 0, 2},
        {1, 1, UNKNOWN, 0, 0, 3},         {1, 1, UNKNOWN, 0, 0, 4},
        {1, 1, UNKNOWN, 1, 0, WHOLE},     {1, 1, UNKNOWN, 4, 3, WHOLE},
        {1, 1, UNKNOWN, 255, 0, WHOLE},   {1, 1, UNKNOWN, 255, 254, WHOLE},
        {2, 1, UNKNOWN, 4, 4, WHOLE},     {255, 1, UNKNOWN, 4, 4, WHOLE},
        {0, 1, UNKNOWN, 4, 4, WHOLE},     {1, 2, UNKNOWN, 4, 4, WHOLE},
        {1, 1, MUXED, 20, 0, WHOLE},      {1, 1, MUXED, 20, 19, WHOLE},
        {1, 1, MUXED, 0, 0, WHOLE},       {1, 1, MUXED, 1, 1, WHOLE},
        {1, 1, MUXED, 19, 19, WHOLE},     {1, 1, MUXED, 21, 21, WHOLE},
        {1, 1, MUXED, 255, 255, WHOLE},   {1, 1, MUXED, 255, 20, WHOLE},
        {17, 17, MUXED, 255, 20, WHOLE},  {1, 1, TLV_ELAN_ID, 0, 0, WHOLE},
        {1, 1, TLV_ELAN_ID, 4, 2, WHOLE}, {1, 1, TLV_ELAN_ID, 255, 4, WHOLE},
    };
    if (is_ready(good) || step >= OF(lies))
        return false;
    const struct tlv_lie *lie = &lies[step];
    for (unsigned i = 0; i < lie->present; i++)
        add_tlv(spoilt, lie->type, lie->length, lie->value_size);
    spoilt->size -= lie->present ? (size_t)TLV_HEADER_SIZE - lie->header_size : 0;
    spoilt->data[TLV_COUNT_AT] = lie->count;
    spoilt->effect = EFFECT_EITHER;
    snprintf(spoilt->what, sizeof spoilt->what, "with NUMBER-TLVs %u and %u TLVs of length %u in %zu octets",
             lie->count, lie->present, lie->length, spoilt->size - good->size);
    return true;
}

/* 'count' TLVs of this type and length. */
struct unknown_tlvs {
    uint32_t type;
    uint8_t count;
    uint8_t length;
};

static bool add_unknown_tlvs(const struct spoilable *good, unsigned step, struct spoilt *spoilt)
{
    static const struct unknown_tlvs unknown[] = {
        {0x00a03eff, 1, 0},   {0x00a03eff, 1, 1},   {0x00a03eff, 1, 4},   {0x00a03eff, 1, 20},
        {0x00a03eff, 1, 255}, {0x00a03e1a, 1, 4},   {0x00a03e14, 1, 20},  {0x00a03e00, 1, 4},
        {0x00000000, 1, 0},   {0x00000000, 1, 4},   {0xffffffff, 1, 4},   {0x00005e01, 1, 20},
        {0x80a03e2b, 1, 20},  {0x00a03eff, 2, 4},   {0x00a03eff, 16, 4},  {0x00a03eff, 17, 4},
        {0x00a03eff, 40, 20}, {0x00a03eff, 255, 0}, {0x00a03eff, 5, 255},
    };
    if (is_ready(good) || step >= OF(unknown))
        return false;
    for (unsigned i = 0; i < unknown[step].count; i++)
        add_tlv(spoilt, unknown[step].type, unknown[step].length, unknown[step].length);
    spoilt->data[TLV_COUNT_AT] = unknown[step].count;
    spoilt->effect = EFFECT_OF_GOOD_FRAME;
    snprintf(spoilt->what, sizeof spoilt->what, "with %u TLVs of type %08x and length %u",
             unknown[step].count, (unsigned)unknown[step].type, unknown[step].length);
    return true;
}

static bool is_ready(const struct spoilable *good)
{
    return good->size <= LE_READY_SIZE;
}

static void add_tlv(struct spoilt *spoilt, uint32_t type, unsigned length, unsigned present)
{
    uint8_t *at = spoilt->data + spoilt->size;
    octets_put_u32(at, type);
    at[4] = (uint8_t)length;
    memset(at + TLV_HEADER_SIZE, 0xa5, present);
    spoilt->size += TLV_HEADER_SIZE + present;
}
