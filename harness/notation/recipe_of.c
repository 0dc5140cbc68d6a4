/* From octets to a recipe: what can be read becomes fields; the recipe is then followed, and what the result
 * lacks becomes patches. So recipe_encode() gives the same octets whatever the frame is. */
#include <stdio.h>

#include "notation/defaults.h"
#include "notation/recipe.h"
#include "wire/token_ring.h"

/* A patch costs this many characters beside its digits; a frame that needs more text in patches than half of
 * its own digits is told in octets. */
#define PATCH_COST 4

/* Octets between two differences that are cheaper than another patch. */
#define PATCH_GAP 2

/* A frame that is being read. */
struct reading {
    struct recipe *recipe;
    struct recipe_carrier carrier;
    struct arena *arena;
    struct octets octets; /* of the frame */
    struct frame frame;   /* decoded from 'whole' */
    struct octets whole;  /* the frame with zeros for what was cut off */
};

static bool read_frame(struct reading *reading);
static void complete(struct reading *reading);
static size_t whole_size(const struct reading *reading);
static size_t data_size(const struct reading *reading, size_t at);
static uint16_t u16_at(const struct reading *reading, size_t at);
static enum frame_name name_of(const struct reading *reading);
static void read_structure(struct reading *reading);
static void read_tlvs(struct reading *reading);
static void read_data(struct reading *reading);
static void read_route(struct reading *reading);
static void read_advertisement(struct reading *reading);
static void keep_payload(struct reading *reading, struct octets payload);
static void keep_trailing(struct reading *reading, struct octets trailing);
static void keep_fields(struct reading *reading);
static void keep_checksum(struct reading *reading, enum frame_field field);
static void keep_differences(struct reading *reading);
static void settle_checksum(struct reading *reading, enum frame_field field);
static bool has_field(const struct reading *reading, enum frame_field field, struct value *value);
static bool is_told(const struct reading *reading, enum frame_field field);
static enum frame_field last_field(const struct recipe *recipe);
static bool keep_rest(struct reading *reading);
static void keep_size(struct reading *reading);
static bool keep_patches(struct reading *reading, struct octets made);
static bool gives_frame(const struct reading *reading);
static void tell_in_octets(struct reading *reading);
static void remark(struct reading *reading);
static struct octets within(const struct reading *reading, struct octets octets);
static struct octets behind(const struct reading *reading, const uint8_t *at);
static struct octets without_zeros(struct octets octets);

void recipe_of(struct recipe_carrier carrier, struct octets frame, struct arena *arena, struct recipe *recipe)
{
    struct reading reading = {.recipe = recipe, .carrier = carrier, .arena = arena, .octets = frame};
    *recipe = (struct recipe){0};
    if (!read_frame(&reading) || !keep_rest(&reading) || !gives_frame(&reading))
        tell_in_octets(&reading);
    remark(&reading);
}

/* False when nothing but octets can tell the frame. */
static bool read_frame(struct reading *reading)
{
    complete(reading);
    if (!(reading->frame.layers & (LAYER_CONTROL | LAYER_ETHERNET)))
        return false;
    reading->recipe->name = name_of(reading);
    if (reading->frame.token_ring != reading->carrier.token_ring && reading->frame.layers & LAYER_ETHERNET)
        return false; /* an LLC prefix of the other kind */
    read_structure(reading);
    keep_fields(reading);
    keep_differences(reading);
    return true;
}

/* Decodes the frame; one that ends too early is decoded with zeros behind it, so that the fields that are
 * there can be read. */
static void complete(struct reading *reading)
{
    reading->whole = reading->octets;
    frame_decode(reading->carrier.carrier, reading->octets.data, reading->octets.size, &reading->frame);
    if (!reading->frame.reason.text[0])
        return;
    size_t size = whole_size(reading);
    if (size <= reading->octets.size)
        return;
    uint8_t *data = arena_zeroed(reading->arena, size);
    if (reading->octets.size)
        memcpy(data, reading->octets.data, reading->octets.size);
    struct frame whole;
    frame_decode(reading->carrier.carrier, data, size, &whole);
    if (whole.layers == reading->frame.layers && !(whole.layers & LAYER_CONTROL))
        return; /* nothing gained */
    reading->frame = whole;
    reading->whole = (struct octets){data, size};
}

/* Octets that the frame would have, had it not been cut; its own size when that can't be told. */
static size_t whole_size(const struct reading *reading)
{
    size_t at = reading->carrier.carrier == CARRIER_LANE_LLC ? LLC_PREFIX_SIZE : 0;
    if (reading->octets.size < at + 2)
        return 0;
    bool lan = reading->carrier.carrier == CARRIER_ETHERNET || reading->carrier.carrier == CARRIER_TOKEN_RING;
    if (!lan && u16_at(reading, at) == LE_CONTROL_MARKER)
        return reading->octets.size < at + LE_READY_SIZE ? 0 : at + LE_CONTROL_SIZE;
    return data_size(reading, at + (lan ? 0 : 2));
}

/* The same for a data frame whose addresses, or AC, are at 'at'. */
static size_t data_size(const struct reading *reading, size_t at)
{
    size_t header = at + ETHERNET_HEADER_SIZE;
    if (reading->octets.size < header)
        return 0; /* without both addresses it is no frame */
    if (reading->carrier.token_ring) {
        if (reading->octets.data[at + TOKEN_RING_SOURCE] & TOKEN_RING_ROUTE_PRESENT)
            header += u16_at(reading, header) >> 8 & 0x1f;
        header += SNAP_SIZE;
    } else if (u16_at(reading, header - 2) < 0x0600) {
        header += SNAP_SIZE;
    }
    switch (u16_at(reading, header - 2)) {
    case ETHERTYPE_ARP:
        return header + ARP_SIZE;
    case ETHERTYPE_IPV4: {
        size_t total = u16_at(reading, header + 2);
        return header + (total > IPV4_HEADER_SIZE ? total : IPV4_HEADER_SIZE);
    }
    }
    return header;
}

/* 0 where no octets are. */
static uint16_t u16_at(const struct reading *reading, size_t at)
{
    return at + 2 <= reading->octets.size ? octets_u16(reading->octets.data + at) : 0;
}

/* The name under which the octets are made: that of the innermost layer that can be. */
static enum frame_name name_of(const struct reading *reading)
{
    const struct frame *frame = &reading->frame;
    if (frame->layers & LAYER_CONTROL)
        return frame_name_of_control(&frame->control);
    if (frame->layers & LAYER_ARP && frame->name == FRAME_ETHERNET)
        return FRAME_ARP_REQUEST; /* of another operation */
    if (frame->layers & (LAYER_VRRP | LAYER_ARP | LAYER_ICMP) || frame->name == FRAME_ADVERTISEMENT)
        return frame->name;
    return frame->layers & LAYER_IPV4 ? FRAME_IPV4 : FRAME_ETHERNET;
}

static void read_structure(struct reading *reading)
{
    const struct frame *frame = &reading->frame;
    if (!(frame->layers & LAYER_CONTROL)) {
        read_data(reading);
        return;
    }
    const uint8_t *start = frame->octets.data + (frame->llc_multiplexed ? LLC_PREFIX_SIZE : 0);
    if (le_control_is_ready(&frame->control))
        keep_trailing(reading, behind(reading, start + LE_READY_SIZE));
    else
        read_tlvs(reading);
}

/* All TLVs that are there whole; what follows is trailing. */
static void read_tlvs(struct reading *reading)
{
    const struct frame *frame = &reading->frame;
    struct recipe *recipe = reading->recipe;
    const uint8_t *end =
        frame->octets.data + (frame->llc_multiplexed ? LLC_PREFIX_SIZE : 0) + LE_CONTROL_SIZE;
    recipe->tlv_count = frame->control.tlv_present;
    memcpy(recipe->tlvs, frame->control.tlvs, recipe->tlv_count * sizeof recipe->tlvs[0]);
    recipe->named[WORD_TLV] = recipe->tlv_count > 0;
    for (size_t i = 0; i < recipe->tlv_count; i++)
        end += 5 + recipe->tlvs[i].value.size;
    keep_trailing(reading, behind(reading, end));
}

static void read_data(struct reading *reading)
{
    const struct frame *frame = &reading->frame;
    struct recipe *recipe = reading->recipe;
    recipe->snap = frame->ethernet.snap;
    recipe->named[WORD_SNAP] = frame->ethernet.snap != frame->token_ring;
    read_route(reading);
    const uint8_t *inner = frame->ethernet.payload.data;
    if (frame->layers & LAYER_ARP) {
        keep_trailing(reading, behind(reading, inner + ARP_SIZE));
        return;
    }
    if (!(frame->layers & LAYER_IPV4)) {
        size_t least = recipe_minimum_size(recipe, reading->carrier);
        keep_payload(reading, reading->octets.size == least ? without_zeros(frame->ethernet.payload)
                                                            : frame->ethernet.payload);
        return;
    }
    size_t header_size = (size_t)(frame->ipv4.payload.data - inner);
    recipe->ip_options = (struct octets){inner + IPV4_HEADER_SIZE, header_size - IPV4_HEADER_SIZE};
    recipe->named[WORD_IP_OPTIONS] = recipe->ip_options.size > 0;
    keep_trailing(reading, behind(reading, inner + frame->ipv4.total_size));
    if (frame->layers & LAYER_VRRP && (!(frame->layers & LAYER_AH) || frame->ah.icv.size == ICV_SIZE))
        read_advertisement(reading);
    else if (frame->layers & LAYER_ICMP)
        keep_payload(reading, frame->icmp.payload);
    else
        keep_payload(reading, frame->ipv4.payload);
}

/* As it is made of its text, which says little of its first two octets. */
static void read_route(struct reading *reading)
{
    struct recipe *recipe = reading->recipe;
    char text[ROUTE_TEXT_SIZE];
    struct source_route route;
    if (!reading->frame.route.size ||
        !source_route_read(source_route_text(reading->frame.route, text, sizeof text), &route))
        return;
    uint8_t *data = arena_zeroed(reading->arena, ROUTE_ROOM);
    recipe->route = (struct octets){data, source_route_encode(&route, data)};
    recipe->given[FIELD_ROUTE] = true;
}

static void read_advertisement(struct reading *reading)
{
    const struct frame *frame = &reading->frame;
    struct recipe *recipe = reading->recipe;
    struct value first;
    recipe->address_count = frame->vrrp.addresses_present;
    recipe->named[WORD_ADDRESS] =
        recipe->address_count != 1 || has_field(reading, FIELD_VIRTUAL_ADDRESS, &first);
    memcpy(recipe->addresses, frame->vrrp.addresses, recipe->address_count * sizeof recipe->addresses[0]);
    if (frame->vrrp.size != VRRP_HEADER_SIZE + 4 * recipe->address_count + VRRP_AUTHENTICATION_DATA_SIZE) {
        recipe->given[FIELD_VRRP_SIZE] = true;
        recipe->values[FIELD_VRRP_SIZE] = number_value(frame->vrrp.size);
    }
    if (frame->layers & LAYER_AH) {
        recipe->icv = within(reading, frame->ah.icv);
        recipe->named[WORD_ICV] = recipe->icv.size == ICV_SIZE;
    }
}

static void keep_payload(struct reading *reading, struct octets payload)
{
    reading->recipe->payload = payload;
    reading->recipe->named[WORD_PAYLOAD] = payload.size > 0 || reading->recipe->name == FRAME_ADVERTISEMENT;
}

/* Zeros at the end are a matter of the frame's size. */
static void keep_trailing(struct reading *reading, struct octets trailing)
{
    reading->recipe->trailing = without_zeros(trailing);
    reading->recipe->named[WORD_TRAILING] = reading->recipe->trailing.size > 0;
}

/* Those that a line shows anyway. */
static void keep_fields(struct reading *reading)
{
    struct recipe *recipe = reading->recipe;
    reading->frame.name = recipe->name; /* for field_is_shown() */
    for (int number = FIELD_NONE + 1; number < FIELD_COUNT; number++) {
        enum frame_field field = (enum frame_field)number;
        struct value value;
        if (is_told(reading, field) && field_is_shown(&reading->frame, field, &value)) {
            recipe->given[field] = true;
            recipe->values[field] = value;
        }
    }
    keep_checksum(reading, FIELD_IP_CHECKSUM_GOOD);
    keep_checksum(reading, FIELD_ICMP_CHECKSUM_GOOD);
    if (!recipe->named[WORD_PAYLOAD])
        keep_checksum(reading, FIELD_VRRP_CHECKSUM_GOOD);
}

/* A checksum is given when it is wrong: then as the number that stands there, which keep_differences() turns
 * into "wrong" where that does. */
static void keep_checksum(struct reading *reading, enum frame_field field)
{
    struct recipe *recipe = reading->recipe;
    struct value good;
    recipe->given[field] = false;
    if (!has_field(reading, field, &good) || good.number)
        return;
    recipe->given[field] = true;
    recipe->checksums[field] = CHECKSUM_NUMBER;
    recipe->values[field] = number_value(octets_u16(field_octets(&reading->frame, field).data));
}

/* Fields that would get another value by default; wrong checksums that are wrong in the usual way. */
static void keep_differences(struct reading *reading)
{
    struct recipe *recipe = reading->recipe;
    struct octets made;
    if (!recipe_encode(recipe, reading->carrier, reading->arena, &made, NULL))
        return;
    struct frame frame;
    frame_decode(reading->carrier.carrier, made.data, made.size, &frame);
    for (int number = FIELD_NONE + 1; number < FIELD_COUNT; number++) {
        enum frame_field field = (enum frame_field)number;
        struct value value, otherwise;
        if (recipe->given[field] && field_is_checksum(field)) {
            settle_checksum(reading, field);
        } else if (!recipe->given[field] && is_told(reading, field) && !field_is_checksum(field) &&
                   has_field(reading, field, &value) && field_get(&frame, field, &otherwise) &&
                   !value_equal(&value, &otherwise)) {
            recipe->given[field] = true;
            recipe->values[field] = value;
        }
    }
}

/* Says the least about a checksum that isn't right: nothing, when another field explains it; "wrong"; or its
 * number. */
static void settle_checksum(struct reading *reading, enum frame_field field)
{
    struct recipe *recipe = reading->recipe;
    struct octets made;
    struct frame frame;
    uint64_t number = recipe->values[field].number;
    for (enum recipe_checksum as = CHECKSUM_RIGHT; as < CHECKSUM_NUMBER; as++) {
        recipe->checksums[field] = as;
        if (!recipe_encode(recipe, reading->carrier, reading->arena, &made, NULL))
            break;
        frame_decode(reading->carrier.carrier, made.data, made.size, &frame);
        struct octets there = field_octets(&frame, field);
        if (there.size && octets_u16(there.data) == number) {
            recipe->given[field] = as != CHECKSUM_RIGHT;
            return;
        }
    }
    recipe->checksums[field] = CHECKSUM_NUMBER;
}

/* True when all octets of the field were there before zeros were put behind the frame. */
static bool has_field(const struct reading *reading, enum frame_field field, struct value *value)
{
    struct octets place = field_octets(&reading->frame, field);
    return place.size && within(reading, place).size == place.size &&
           field_get(&reading->frame, field, value);
}

/* True for the fields that are told by themselves, and not by the structure. */
static bool is_told(const struct reading *reading, enum frame_field field)
{
    struct value value;
    bool control = reading->frame.layers & LAYER_CONTROL;
    switch (field) {
    case FIELD_SIZE:
    case FIELD_VRRP_SIZE:
    case FIELD_ROUTE:
    case FIELD_VIRTUAL_ADDRESS:
        return false;
    case FIELD_TLV_COUNT: /* the count of those that are told needs no word */
        return has_field(reading, field, &value) && value.number != reading->recipe->tlv_count;
    case FIELD_ADDRESS_COUNT:
        return has_field(reading, field, &value) && value.number != reading->recipe->address_count;
    case FIELD_LLC_MUXED_ATM:
        return false;
    case FIELD_ELAN_ID:
        return !control;
    default:
        return has_field(reading, field, &value) && !field_is_checksum(field) &&
               field <= last_field(reading->recipe);
    }
}

/* Those behind it in the table lie in the payload of the recipe. */
static enum frame_field last_field(const struct recipe *recipe)
{
    if (recipe->name == FRAME_ETHERNET)
        return FIELD_ETHERTYPE;
    bool raw = recipe->name == FRAME_ADVERTISEMENT && recipe->named[WORD_PAYLOAD];
    return recipe->name == FRAME_IPV4 || raw ? FIELD_IP_CHECKSUM_GOOD : FIELD_COUNT;
}

/* What the fields do not tell: size and octets. False when octets alone are shorter. */
static bool keep_rest(struct reading *reading)
{
    struct octets made;
    if (!recipe_encode(reading->recipe, reading->carrier, reading->arena, &made, NULL))
        return false;
    if (made.size != reading->octets.size) {
        keep_size(reading);
        if (!recipe_encode(reading->recipe, reading->carrier, reading->arena, &made, NULL))
            return false;
    }
    return made.size == reading->octets.size && keep_patches(reading, made);
}

/* "cut" where octets of the frame proper are missing. */
static void keep_size(struct reading *reading)
{
    struct recipe *recipe = reading->recipe;
    if (reading->whole.size > reading->octets.size) {
        recipe->named[WORD_CUT] = true;
        recipe->cut = reading->octets.size;
    } else {
        recipe->given[FIELD_SIZE] = true;
        recipe->values[FIELD_SIZE] = number_value(reading->octets.size);
    }
}

static bool keep_patches(struct reading *reading, struct octets made)
{
    struct recipe *recipe = reading->recipe;
    size_t cost = 0;
    for (size_t at = 0; at < made.size;) {
        if (made.data[at] == reading->octets.data[at]) {
            at++;
            continue;
        }
        size_t end = at + 1; /* behind the last difference */
        for (size_t next = end; next < made.size && next <= end + PATCH_GAP; next++)
            if (made.data[next] != reading->octets.data[next])
                end = next + 1;
        if (recipe->patch_count == RECIPE_PATCH_ROOM)
            return false;
        recipe->patches[recipe->patch_count++] =
            (struct recipe_patch){at, {reading->octets.data + at, end - at}, {0}};
        cost += PATCH_COST + (end - at);
        at = end;
    }
    return cost <= 8 || cost <= made.size / 2;
}

/* The proof. */
static bool gives_frame(const struct reading *reading)
{
    struct octets made;
    return recipe_encode(reading->recipe, reading->carrier, reading->arena, &made, NULL) &&
           made.size == reading->octets.size &&
           (made.size == 0 || memcmp(made.data, reading->octets.data, made.size) == 0);
}

static void tell_in_octets(struct reading *reading)
{
    struct recipe *recipe = reading->recipe;
    *recipe = (struct recipe){.octets = reading->octets};
    recipe->named[WORD_OCTETS] = true;
}

/* What a reader should know beside the recipe: why the frame is malformed; of octets, what can be read in
 * them. */
static void remark(struct reading *reading)
{
    struct recipe *recipe = reading->recipe;
    struct frame frame;
    frame_decode(reading->carrier.carrier, reading->octets.data, reading->octets.size, &frame);
    if (recipe->named[WORD_OCTETS])
        frame_text(&frame, recipe->remark, sizeof recipe->remark);
    else if (frame.name != recipe->name)
        snprintf(recipe->remark, sizeof recipe->remark, "%s%s%s", frame_name_text(frame.name),
                 frame.reason.text[0] ? ": " : "", frame.reason.text);
    else
        snprintf(recipe->remark, sizeof recipe->remark, "%s", frame.reason.text);
}

/* The part of 'octets' of the whole frame that really is there, in the frame itself. */
static struct octets within(const struct reading *reading, struct octets octets)
{
    size_t offset = (size_t)(octets.data - reading->whole.data);
    if (octets.size == 0 || offset >= reading->octets.size)
        return (struct octets){0};
    size_t there = reading->octets.size - offset;
    return (struct octets){reading->octets.data + offset, octets.size < there ? octets.size : there};
}

/* All octets from 'at', in the whole frame, to the end of the frame. */
static struct octets behind(const struct reading *reading, const uint8_t *at)
{
    size_t offset = (size_t)(at - reading->whole.data);
    if (offset >= reading->octets.size)
        return (struct octets){0};
    return (struct octets){reading->octets.data + offset, reading->octets.size - offset};
}

static struct octets without_zeros(struct octets octets)
{
    while (octets.size && octets.data[octets.size - 1] == 0)
        octets.size--;
    return octets;
}
