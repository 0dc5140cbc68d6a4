/* From a recipe to octets: structure and defaults first, with the encoders of wire; then the fields that were
 * given, from the innermost outwards, each with its checksum; then what no field says. */
#include <stdarg.h>
#include <stdio.h>

#include "base/text.h"
#include "notation/defaults.h"
#include "notation/recipe.h"
#include "wire/token_ring.h"

/* Octets of all headers and fixed parts together, with room to spare. */
#define HEADERS_ROOM 512

/* A frame that is being made. */
struct making {
    const struct recipe *recipe;
    struct recipe_carrier carrier;
    struct arena *arena;
    struct mistakes *mistakes; /* may be NULL */
    bool good;
    uint8_t *data;
    size_t room;
    size_t size; /* octets so far */
};

static size_t room_for(const struct recipe *recipe);
static bool check(struct making *making);
static void put_control(struct making *making);
static void put_data(struct making *making);
static struct octets datagram_of(struct making *making);
static struct octets advertisement_of(struct making *making);
static struct octets protect(struct making *making, struct octets message);
static struct octets icmp_of(struct making *making);
static struct octets arp_of(struct making *making);
static void put_frame(struct making *making, struct octets payload);
static void drop_snap(struct making *making, size_t payload_size);
static void pad(struct making *making);
static void set_fields(struct making *making);
static void set_field(struct making *making, enum frame_field field);
static bool is_structure(enum frame_field field);
static void say_why(struct making *making, enum frame_field field);
static void list_fields(struct making *making, char *list, size_t size);
static void set_checksums(struct making *making);
static void set_check_value(struct making *making);
static void set_patches(struct making *making);
static void cut(struct making *making);
static void mistake(struct making *making, struct place place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

bool recipe_encode(const struct recipe *recipe, struct recipe_carrier carrier, struct arena *arena,
                   struct octets *frame, struct mistakes *mistakes)
{
    struct making making = {.recipe = recipe,
                            .carrier = carrier,
                            .arena = arena,
                            .mistakes = mistakes,
                            .good = true,
                            .room = room_for(recipe)};
    *frame = (struct octets){0};
    if (!check(&making))
        return false;
    making.data = arena_zeroed(arena, making.room);
    if (recipe->named[WORD_OCTETS]) {
        if (recipe->octets.size)
            memcpy(making.data, recipe->octets.data, recipe->octets.size);
        making.size = recipe->octets.size;
    } else if (frame_name_is_control(recipe->name)) {
        put_control(&making);
    } else {
        put_data(&making);
    }
    pad(&making);
    set_fields(&making);
    set_checksums(&making);
    set_check_value(&making);
    set_patches(&making);
    cut(&making);
    *frame = (struct octets){making.data, making.size};
    return making.good;
}

bool frame_name_is_control(enum frame_name name)
{
    return name > FRAME_MALFORMED && name < FRAME_ADVERTISEMENT;
}

bool field_is_checksum(enum frame_field field)
{
    return field == FIELD_VRRP_CHECKSUM_GOOD || field == FIELD_IP_CHECKSUM_GOOD ||
           field == FIELD_ICMP_CHECKSUM_GOOD;
}

static size_t room_for(const struct recipe *recipe)
{
    size_t room = HEADERS_ROOM + recipe->octets.size + recipe->payload.size + recipe->trailing.size +
                  recipe->ip_options.size;
    for (size_t i = 0; i < recipe->tlv_count; i++)
        room += recipe->tlvs[i].value.size + 5;
    if (recipe->given[FIELD_SIZE])
        room += recipe->values[FIELD_SIZE].number;
    if (recipe->given[FIELD_VRRP_SIZE])
        room += recipe->values[FIELD_VRRP_SIZE].number;
    return room;
}

/* What has to be right before anything can be made. */
static bool check(struct making *making)
{
    const struct recipe *recipe = making->recipe;
    bool on_lan =
        making->carrier.carrier == CARRIER_ETHERNET || making->carrier.carrier == CARRIER_TOKEN_RING;
    if (recipe->named[WORD_OCTETS])
        return true;
    if (recipe->name == FRAME_MALFORMED)
        mistake(making, recipe->place,
                "MALFORMED doesn't say which octets; give them with octets=, or the name of a whole frame "
                "and cut=");
    else if (frame_name_is_control(recipe->name) && on_lan)
        mistake(making, recipe->place, "%s can't be on a LAN; give a VCC, as in 0/34",
                frame_name_text(recipe->name));
    if (recipe->given[FIELD_ROUTE] && !making->carrier.token_ring)
        mistake(making, recipe->places[FIELD_ROUTE],
                "only frames on token ring have a route; put `media token-ring` before the line, or drop it");
    if (recipe->named[WORD_IP_OPTIONS] && (recipe->ip_options.size % 4 || recipe->ip_options.size > 40))
        mistake(making, recipe->word_places[WORD_IP_OPTIONS],
                "ip-options are 4, 8… to 40 octets, here are %zu", recipe->ip_options.size);
    if (recipe->named[WORD_ICV] && recipe->icv.size != ICV_SIZE)
        mistake(making, recipe->word_places[WORD_ICV], "an icv has %d octets, here are %zu", ICV_SIZE,
                recipe->icv.size);
    return making->good;
}

static void put_control(struct making *making)
{
    const struct recipe *recipe = making->recipe;
    size_t prefix = making->carrier.carrier == CARRIER_LANE_LLC
                        ? llc_prefix_encode(making->carrier.token_ring, 0, making->data, making->room)
                        : 0;
    struct le_control control = default_control(recipe, making->carrier.token_ring);
    memcpy(control.tlvs, recipe->tlvs, recipe->tlv_count * sizeof recipe->tlvs[0]);
    control.tlv_present = recipe->tlv_count;
    control.tlv_count = (uint8_t)recipe->tlv_count;
    making->size = prefix + le_control_encode(&control, making->data + prefix, making->room - prefix);
}

static void put_data(struct making *making)
{
    switch (making->recipe->name) {
    case FRAME_ADVERTISEMENT:
    case FRAME_ICMP_ECHO_REQUEST:
    case FRAME_ICMP_ECHO_REPLY:
    case FRAME_ICMP_REDIRECT:
    case FRAME_ICMP:
    case FRAME_IPV4:
        put_frame(making, datagram_of(making));
        return;
    case FRAME_ARP_REQUEST:
    case FRAME_GRATUITOUS_ARP:
    case FRAME_ARP_REPLY:
        put_frame(making, arp_of(making));
        return;
    default: /* ETHERNET */
        put_frame(making, making->recipe->payload);
        return;
    }
}

static struct octets datagram_of(struct making *making)
{
    const struct recipe *recipe = making->recipe;
    struct ipv4 ipv4 = default_ipv4(recipe);
    ipv4.payload = recipe->payload;
    if (recipe->name == FRAME_ADVERTISEMENT && !recipe->named[WORD_PAYLOAD])
        ipv4.payload = advertisement_of(making);
    else if (recipe->name != FRAME_IPV4 && recipe->name != FRAME_ADVERTISEMENT)
        ipv4.payload = icmp_of(making);
    size_t options = recipe->ip_options.size;
    uint8_t *body = arena_zeroed(making->arena, making->room);
    if (options)
        memcpy(body, recipe->ip_options.data, options);
    if (ipv4.payload.size)
        memcpy(body + options, ipv4.payload.data, ipv4.payload.size);
    ipv4.payload = (struct octets){body, options + ipv4.payload.size};
    uint8_t *datagram = arena_zeroed(making->arena, making->room);
    size_t size = ipv4_encode(&ipv4, datagram, making->room);
    if (!size)
        mistake(making, recipe->place, "a datagram has at most 65535 octets; this one has %zu",
                IPV4_HEADER_SIZE + ipv4.payload.size);
    datagram[0] = (uint8_t)(datagram[0] + options / 4); /* field_set() or set_checksums() mend the checksum */
    return (struct octets){datagram, size};
}

/* The VRRP message, with an authentication header when the recipe speaks of one. */
static struct octets advertisement_of(struct making *making)
{
    const struct recipe *recipe = making->recipe;
    struct vrrp vrrp = default_vrrp(recipe);
    uint8_t *message = arena_zeroed(making->arena, making->room);
    size_t size = vrrp_encode(&vrrp, message, making->room);
    if (recipe->given[FIELD_VRRP_SIZE]) {
        size_t wanted = recipe->values[FIELD_VRRP_SIZE].number;
        if (wanted < size)
            memset(message + wanted, 0, size - wanted);
        size = wanted;
    }
    return protect(making, (struct octets){message, size});
}

static struct octets protect(struct making *making, struct octets message)
{
    if (!recipe_is_protected(making->recipe))
        return message;
    struct authentication_header header = {
        .next_protocol = IPV4_PROTOCOL_VRRP, .spi = SPI_MINIMUM, .sequence = 1, .payload = message};
    uint8_t *data = arena_zeroed(making->arena, making->room);
    return (struct octets){data, authentication_header_encode(&header, data, making->room)};
}

static struct octets icmp_of(struct making *making)
{
    struct icmp icmp = default_icmp(making->recipe->name);
    icmp.payload = making->recipe->payload;
    uint8_t *message = arena_zeroed(making->arena, making->room);
    return (struct octets){message, icmp_encode(&icmp, message, making->room)};
}

static struct octets arp_of(struct making *making)
{
    const struct recipe *recipe = making->recipe;
    if (recipe->named[WORD_PAYLOAD])
        mistake(making, recipe->word_places[WORD_PAYLOAD],
                "%s has no payload; octets behind it are trailing=", frame_name_text(recipe->name));
    struct arp arp = default_arp(recipe, making->carrier.token_ring);
    uint8_t *message = arena_zeroed(making->arena, making->room);
    uint16_t hardware = making->carrier.token_ring ? ARP_IEEE_802 : ARP_ETHERNET;
    return (struct octets){message, arp_encode_as(hardware, &arp, message, making->room)};
}

/* The data frame with all that stands before its payload. */
static void put_frame(struct making *making, struct octets payload)
{
    const struct recipe *recipe = making->recipe;
    struct ethernet ethernet = default_ethernet(recipe, making->carrier.token_ring);
    ethernet.payload = payload;
    if (making->carrier.token_ring) /* the group bit of a source would announce a route */
        ethernet.source.octet[0] &= (uint8_t)~TOKEN_RING_ROUTE_PRESENT;
    uint8_t *at = making->data;
    uint8_t *end = making->data + making->room;
    if (making->carrier.carrier == CARRIER_LANE_LLC)
        at += llc_prefix_encode(making->carrier.token_ring, 1, at, making->room);
    if (making->carrier.carrier != CARRIER_ETHERNET && making->carrier.carrier != CARRIER_TOKEN_RING) {
        octets_put_u16(at, DEFAULT_LECID);
        at += 2;
    }
    if (making->carrier.token_ring)
        at += token_ring_encode(&ethernet, recipe->route, at, (size_t)(end - at));
    else
        at += ethernet_encode(&ethernet, false, at, (size_t)(end - at));
    making->size = (size_t)(at - making->data);
    if (making->carrier.token_ring && recipe->named[WORD_SNAP] && !recipe->snap)
        drop_snap(making, payload.size);
}

/* Takes the LLC/SNAP header out of an 802.5 frame. */
static void drop_snap(struct making *making, size_t payload_size)
{
    uint8_t *end = making->data + making->size;
    memmove(end - payload_size - SNAP_SIZE, end - payload_size, payload_size);
    making->size -= SNAP_SIZE;
    memset(making->data + making->size, 0, SNAP_SIZE);
}

/* Trailing octets, then zeros up to the size that was asked for or else the least that the carrier allows. */
static void pad(struct making *making)
{
    const struct recipe *recipe = making->recipe;
    if (recipe->trailing.size)
        memcpy(making->data + making->size, recipe->trailing.data, recipe->trailing.size);
    making->size += recipe->trailing.size;
    size_t least = recipe_minimum_size(recipe, making->carrier);
    if (recipe->given[FIELD_SIZE])
        least = recipe->values[FIELD_SIZE].number;
    if (making->size < least)
        making->size = least;
}

/* In the reverse order of the table: setting an outer field may end what the inner ones are. */
static void set_fields(struct making *making)
{
    for (int field = FIELD_COUNT - 1; field > FIELD_NONE; field--)
        if (making->recipe->given[field] && !is_structure((enum frame_field)field))
            set_field(making, (enum frame_field)field);
}

static void set_field(struct making *making, enum frame_field field)
{
    if (!field_set(making->carrier.carrier, making->data, making->size, field,
                   &making->recipe->values[field]))
        say_why(making, field);
}

/* True for what is no matter of field_set(). */
static bool is_structure(enum frame_field field)
{
    return field == FIELD_SIZE || field == FIELD_VRRP_SIZE || field == FIELD_ROUTE ||
           field_is_checksum(field);
}

static void say_why(struct making *making, enum frame_field field)
{
    const struct recipe *recipe = making->recipe;
    struct frame frame;
    frame_decode(making->carrier.carrier, making->data, making->size, &frame);
    making->good = false;
    if (!making->mistakes)
        return;
    if (field_octets(&frame, field).size) {
        mistake(making, recipe->places[field], "%s is too large; %s is at most %llu", field_name(field),
                field_name(field), (unsigned long long)field_maximum(field));
        return;
    }
    char list[400];
    list_fields(making, list, sizeof list);
    mistake(making, recipe->places[field], "%s has no field %s here; it has %s",
            frame_name_text(recipe->name), field_name(field), list);
}

/* Names of the fields that the frame has. */
static void list_fields(struct making *making, char *list, size_t size)
{
    struct text text = text_in(list, size);
    struct frame frame;
    frame_decode(making->carrier.carrier, making->data, making->size, &frame);
    for (int field = FIELD_NONE + 1; field < FIELD_COUNT; field++)
        if (field_octets(&frame, (enum frame_field)field).size) {
            text_put(&text, text.length ? ", " : "");
            text_put(&text, field_name((enum frame_field)field));
        }
}

/* A checksum of a message that the recipe gives as octets is left alone unless it is spoken of. */
static void set_checksums(struct making *making)
{
    static const enum frame_field fields[] = {FIELD_VRRP_CHECKSUM_GOOD, FIELD_ICMP_CHECKSUM_GOOD,
                                              FIELD_IP_CHECKSUM_GOOD};
    const struct recipe *recipe = making->recipe;
    bool raw[] = {recipe->name != FRAME_ADVERTISEMENT || recipe->named[WORD_PAYLOAD],
                  recipe->name < FRAME_ICMP_ECHO_REQUEST || recipe->name > FRAME_ICMP,
                  recipe->named[WORD_OCTETS]};
    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        enum frame_field field = fields[i];
        struct value good = number_value(!recipe->given[field] || recipe->checksums[field] != CHECKSUM_WRONG);
        if (!recipe->given[field] && raw[i])
            continue;
        bool set = field_set(making->carrier.carrier, making->data, making->size, field, &good);
        if (!recipe->given[field])
            continue;
        if (!set)
            say_why(making, field);
        else if (recipe->checksums[field] == CHECKSUM_NUMBER) {
            struct frame frame;
            frame_decode(making->carrier.carrier, making->data, making->size, &frame);
            struct octets at = field_octets(&frame, field);
            octets_put_u16(making->data + (at.data - making->data), (uint16_t)recipe->values[field].number);
        }
    }
}

/* Of an authentication header: given, or made with a key. */
static void set_check_value(struct making *making)
{
    const struct recipe *recipe = making->recipe;
    if (!recipe->named[WORD_ICV] && !recipe->named[WORD_KEY])
        return;
    struct place place = recipe->word_places[recipe->named[WORD_ICV] ? WORD_ICV : WORD_KEY];
    struct frame frame;
    frame_decode(making->carrier.carrier, making->data, making->size, &frame);
    if (!(frame.layers & LAYER_AH)) {
        mistake(making, place, "%s has no authentication header here", frame_name_text(recipe->name));
    } else if (recipe->named[WORD_ICV]) {
        memcpy(making->data + (frame.ah.icv.data - making->data), recipe->icv.data, ICV_SIZE);
    } else {
        const uint8_t *datagram = frame.ethernet.payload.data;
        if (!authentication_header_sign(making->data + (datagram - making->data), frame.ipv4.total_size,
                                        recipe->key))
            mistake(making, place, "a check value is made for datagrams without options only");
    }
}

static void set_patches(struct making *making)
{
    for (size_t i = 0; i < making->recipe->patch_count; i++) {
        const struct recipe_patch *patch = &making->recipe->patches[i];
        if (patch->offset > making->size || patch->octets.size > making->size - patch->offset)
            mistake(making, patch->place, "octets %zu to %zu: the frame has %zu; size= makes it longer",
                    patch->offset, patch->offset + patch->octets.size - 1, making->size);
        else if (patch->octets.size)
            memcpy(making->data + patch->offset, patch->octets.data, patch->octets.size);
    }
}

static void cut(struct making *making)
{
    const struct recipe *recipe = making->recipe;
    if (recipe->given[FIELD_SIZE])
        making->size = recipe->values[FIELD_SIZE].number;
    if (recipe->named[WORD_CUT] && recipe->cut > making->size)
        mistake(making, recipe->word_places[WORD_CUT], "the frame has only %zu octets; size= makes it longer",
                making->size);
    else if (recipe->named[WORD_CUT])
        making->size = recipe->cut;
}

static void mistake(struct making *making, struct place place, const char *format, ...)
{
    making->good = false;
    if (!making->mistakes)
        return;
    char text[MISTAKE_TEXT_SIZE];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    mistake_add(making->mistakes, place, "%s", text);
}
