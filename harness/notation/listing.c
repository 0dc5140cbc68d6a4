#include "notation/listing.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "notation/channel.h"

#define LABEL_SIZE 64

/* An interface that was declared. */
struct listed {
    char label[LABEL_SIZE]; /* empty: not declared yet */
    bool implied;           /* needs no declaration */
    bool has_vcc;
    struct vcc_number vcc;
};

/* A record taken apart. */
struct record_parts {
    const struct capture_interface *interface;
    const struct capture_record *record;
    bool headless; /* SUNATM without all octets in front of the SDU */
    unsigned traffic;
    struct vcc_number vcc;
    enum pcapng_direction direction;
    struct octets octets; /* of the frame */
};

struct listing {
    struct listed *listed; /* by number of the interface */
    size_t listed_room;
    struct line before;
    struct line line;
    struct line channel;
    struct arena *arena; /* of one record */
    struct recipe recipe;
    struct record_parts parts;
    bool whole;
    bool token_ring;      /* what the capture says of the ELAN at this place */
    bool told_token_ring; /* what the text says */
    uint64_t count;
    uint64_t patched_count;
};

static void declare(struct listing *listing, const struct capture_input *input, uint32_t index,
                    struct line *line);
static void make_room(struct listing *listing, uint32_t index);
static void make_label(struct listing *listing, const struct capture_interface *interface, uint32_t index);
static bool label_is_taken(const struct listing *listing, const char *label, uint32_t index);
static bool vcc_of(const struct capture_interface *interface, struct vcc_number *vcc);
static struct record_parts parts_of(const struct capture_input *input, const struct capture_record *record);
static enum pcapng_direction sunatm_direction(const struct capture_input *input,
                                              const struct capture_record *record, unsigned head);
static void learn_media(struct listing *listing, const struct record_parts *parts);
static bool media_is_told(const struct record_parts *parts, bool *token_ring);
static bool configuration_tells(const struct record_parts *parts, bool *token_ring);
static bool data_tells(const struct record_parts *parts, bool token_ring);
static void put_time(struct line *line, int64_t time_ns);
static void put_channel(struct listing *listing, const struct record_parts *parts);
static void put_record_words(struct listing *listing, const struct record_parts *parts);
static void put_comments(struct line *line, const struct capture_record *record);
static void remark_foreign(struct listing *listing, const struct record_parts *parts);

struct listing *listing_new(bool whole)
{
    struct listing *listing = calloc(1, sizeof *listing);
    if (!listing)
        abort();
    listing->whole = whole;
    listing->arena = arena_new();
    return listing;
}

void listing_read(struct listing *listing, const struct capture_input *input,
                  const struct capture_record *record, struct listing_item *item)
{
    struct recipe *recipe = &listing->recipe;
    arena_clear(listing->arena);
    listing->parts = parts_of(input, record);
    const struct record_parts *parts = &listing->parts;
    learn_media(listing, parts);
    *item = (struct listing_item){.input = input,
                                  .record = record,
                                  .interface = parts->interface,
                                  .octets = parts->octets,
                                  .direction = parts->direction};
    item->is_frame = !parts->headless && carrier_of(parts->interface->link_type, parts->traffic,
                                                    listing->token_ring, &item->carrier);
    if (item->is_frame) {
        recipe_of(item->carrier, parts->octets, listing->arena, recipe);
        frame_decode(item->carrier.carrier, parts->octets.data, parts->octets.size, &item->frame);
    } else {
        *recipe = (struct recipe){.octets = parts->octets};
        recipe->named[WORD_OCTETS] = true;
        remark_foreign(listing, parts);
    }
    item->name = recipe->named[WORD_OCTETS] ? FRAME_MALFORMED : recipe->name;
    listing->count++;
    listing->patched_count +=
        item->is_frame && (recipe->patch_count || recipe->named[WORD_OCTETS] || recipe->named[WORD_CUT]);
}

void listing_print(struct listing *listing, struct listing_item *item)
{
    const struct record_parts *parts = &listing->parts;
    uint32_t last = item->record->interface;
    line_clear(&listing->before);
    line_clear(&listing->line);
    for (uint32_t index = listing->whole ? 0 : last; index <= last; index++)
        declare(listing, item->input, index, &listing->before);
    if (listing->told_token_ring != listing->token_ring)
        line_add(&listing->before, "media %s\n", listing->token_ring ? "token-ring" : "ethernet");
    listing->told_token_ring = listing->token_ring;
    put_time(&listing->line, item->record->time_ns);
    put_channel(listing, parts);
    line_add(&listing->line, " %s %s ", listing->channel.text, direction_word(parts->direction));
    recipe_print(&listing->recipe, &listing->line);
    put_record_words(listing, parts);
    put_comments(&listing->line, item->record);
    item->before = listing->before.text;
    item->line = listing->line.text;
    item->channel = listing->channel.text;
}

void listing_end(struct listing *listing, const struct capture_input *input, struct line *line)
{
    for (uint32_t index = 0; listing->whole && index < capture_input_interface_count(input); index++)
        declare(listing, input, index, line);
}

uint64_t listing_count(const struct listing *listing)
{
    return listing->count;
}

uint64_t listing_patched_count(const struct listing *listing)
{
    return listing->patched_count;
}

void listing_free(struct listing *listing)
{
    free(listing->listed);
    line_free(&listing->before);
    line_free(&listing->line);
    line_free(&listing->channel);
    arena_free(listing->arena);
    free(listing);
}

/* Once per interface. The first needs no declaration when it has no name. */
static void declare(struct listing *listing, const struct capture_input *input, uint32_t index,
                    struct line *line)
{
    make_room(listing, index);
    struct listed *listed = &listing->listed[index];
    if (listed->label[0])
        return;
    const struct capture_interface *interface = capture_input_interface(input, index);
    const char *type = link_type_word(interface->link_type);
    make_label(listing, interface, index);
    if (listed->implied)
        return;
    line_add(line, "interface %s ", listed->label);
    if (type)
        line_put(line, type);
    else
        line_add(line, "%u", interface->link_type);
    if (listed->has_vcc)
        line_add(line, " %u/%u", listed->vcc.vpi, listed->vcc.vci);
    if (strcmp(interface->name, listed->label) != 0) {
        line_put(line, " name=");
        line_put_quoted(line, interface->name, strlen(interface->name));
    }
    if (interface->description[0]) {
        line_put(line, " description=");
        line_put_quoted(line, interface->description, strlen(interface->description));
    }
    line_put(line, "\n");
}

static void make_room(struct listing *listing, uint32_t index)
{
    if (index < listing->listed_room)
        return;
    size_t room = listing->listed_room ? listing->listed_room : 16;
    while (room <= index)
        room *= 2;
    listing->listed = realloc(listing->listed, room * sizeof *listing->listed);
    if (!listing->listed)
        abort();
    memset(listing->listed + listing->listed_room, 0,
           (room - listing->listed_room) * sizeof *listing->listed);
    listing->listed_room = room;
}

/* The first word of the interface's name, "/VCI" of its only VCC, and a number if others are called the same.
 */
static void make_label(struct listing *listing, const struct capture_interface *interface, uint32_t index)
{
    struct listed *listed = &listing->listed[index];
    const char *type = link_type_word(interface->link_type);
    if (index == 0 && type && !interface->name[0] && !interface->description[0]) {
        snprintf(listed->label, sizeof listed->label, "%s", type);
        listed->implied = true;
        return;
    }
    char stem[LABEL_SIZE / 2] = "";
    size_t size = 0;
    for (const char *at = interface->name; *at && *at != ' ' && size + 1 < sizeof stem; at++) {
        bool letter = (*at >= 'a' && *at <= 'z') || (*at >= 'A' && *at <= 'Z');
        bool plain = letter || (size && ((*at >= '0' && *at <= '9') || strchr("-_./", *at)));
        stem[size++] = plain ? *at : '_';
    }
    listed->has_vcc = vcc_of(interface, &listed->vcc);
    if (!stem[0] || link_type_of_word(stem, &(uint16_t){0}) ||
        (stem[0] == 'x' && stem[1] >= '0' && stem[1] <= '9'))
        snprintf(stem, sizeof stem, "if%u", index);
    for (unsigned number = 1;; number++) {
        char label[LABEL_SIZE];
        size_t length = (size_t)snprintf(label, sizeof label, "%s", stem);
        if (listed->has_vcc)
            length += (size_t)snprintf(label + length, sizeof label - length, "/%u", listed->vcc.vci);
        if (number > 1)
            snprintf(label + length, sizeof label - length, "_%u", number);
        if (!label_is_taken(listing, label, index)) {
            memcpy(listed->label, label, sizeof label);
            return;
        }
    }
}

static bool label_is_taken(const struct listing *listing, const char *label, uint32_t index)
{
    for (size_t i = 0; i < listing->listed_room; i++)
        if (i != index && strcmp(listing->listed[i].label, label) == 0)
            return true;
    return strcmp(label, "every") == 0 || strcmp(label, "interface") == 0 || strcmp(label, "media") == 0;
}

/* vmacheck's own captures have one VCC per interface and tell its VCI in the description. */
static bool vcc_of(const struct capture_interface *interface, struct vcc_number *vcc)
{
    unsigned vpi = 0, vci;
    int size = 0;
    bool told = sscanf(interface->description, "VCI %5u,%n", &vci, &size) == 1 ||
                sscanf(interface->description, "VPI %3u VCI %5u,%n", &vpi, &vci, &size) == 2;
    if (interface->link_type != LINK_TYPE_SUNATM || !told || !size || vpi > UINT8_MAX || vci > UINT16_MAX)
        return false;
    *vcc = (struct vcc_number){(uint8_t)vpi, (uint16_t)vci};
    return true;
}

static struct record_parts parts_of(const struct capture_input *input, const struct capture_record *record)
{
    struct record_parts parts = {
        .interface = capture_input_interface(input, record->interface),
        .record = record,
        .direction = (enum pcapng_direction)record->direction,
        .octets = record->octets,
    };
    if (parts.interface->link_type != LINK_TYPE_SUNATM)
        return parts;
    parts.headless = record->octets.size < SUNATM_HEAD_SIZE;
    if (parts.headless)
        return parts;
    const uint8_t *head = record->octets.data;
    parts.direction = sunatm_direction(input, record, head[0]);
    parts.traffic = head[0] & ~SUNATM_SENT;
    parts.vcc = (struct vcc_number){head[1], octets_u16(head + 2)};
    parts.octets = (struct octets){head + SUNATM_HEAD_SIZE, record->octets.size - SUNATM_HEAD_SIZE};
    return parts;
}

/* By the octets themselves; without their bit, what else the record says. In a pcap the bit is all there is.
 */
static enum pcapng_direction sunatm_direction(const struct capture_input *input,
                                              const struct capture_record *record, unsigned head)
{
    if (head & SUNATM_SENT)
        return DIRECTION_OUTBOUND;
    bool inbound = record->direction == DIRECTION_INBOUND || !capture_input_is_pcapng(input);
    return inbound ? DIRECTION_INBOUND : DIRECTION_UNKNOWN;
}

/* Of which kind the ELAN is. */
static void learn_media(struct listing *listing, const struct record_parts *parts)
{
    if (parts->interface->link_type != LINK_TYPE_SUNATM || parts->headless ||
        media_is_told(parts, &listing->token_ring) || configuration_tells(parts, &listing->token_ring))
        return;
    if (data_tells(parts, !listing->token_ring) && !data_tells(parts, listing->token_ring))
        listing->token_ring = !listing->token_ring;
}

/* By the description, in vmacheck's own captures, or by the prefix of an LLC-multiplexed frame. */
static bool media_is_told(const struct record_parts *parts, bool *token_ring)
{
    static const char digits[] = "2345"; /* LANE protocol ids of data: 802.3 and 802.5 by turns */
    static const uint8_t prefix[] = {0xaa, 0xaa, 0x03, 0x00, 0xa0, 0x3e, 0x00};
    static const char words[] = "LANE protocol id ";
    const char *protocol = strstr(parts->interface->description, words);
    const char *digit = protocol ? strchr(digits, protocol[sizeof words - 1]) : NULL;
    bool llc = (parts->traffic & 15) == TRAFFIC_LLC && parts->octets.size >= LLC_PREFIX_SIZE &&
               memcmp(parts->octets.data, prefix, sizeof prefix) == 0;
    if (llc)
        *token_ring = parts->octets.data[sizeof prefix] == 0x0d;
    else if (digit && *digit)
        *token_ring = (digit - digits) % 2;
    return llc || (digit && *digit);
}

/* By LAN-TYPE when a client joins. */
static bool configuration_tells(const struct record_parts *parts, bool *token_ring)
{
    struct le_control control;
    if (!le_control_marked(parts->octets.data, parts->octets.size) ||
        !le_control_decode(parts->octets.data, parts->octets.size, &control, NULL))
        return false;
    unsigned response = control.opcode | LE_RESPONSE_BIT;
    if ((response == LE_JOIN_RESPONSE || response == LE_CONFIGURE_RESPONSE) &&
        (control.lan_type == LAN_TYPE_8023 || control.lan_type == LAN_TYPE_8025))
        *token_ring = control.lan_type == LAN_TYPE_8025;
    return true;
}

/* Whether the frame, read as one of that kind, has IP or ARP in it. */
static bool data_tells(const struct record_parts *parts, bool token_ring)
{
    struct recipe_carrier carrier;
    struct frame frame;
    if (!carrier_of(LINK_TYPE_SUNATM, parts->traffic, token_ring, &carrier))
        return false;
    frame_decode(carrier.carrier, parts->octets.data, parts->octets.size, &frame);
    return frame.layers & (LAYER_IPV4 | LAYER_ARP);
}

/* Microseconds, or nanoseconds where there are some. */
static void put_time(struct line *line, int64_t time_ns)
{
    uint64_t amount = time_ns < 0 ? 0 - (uint64_t)time_ns : (uint64_t)time_ns;
    uint64_t fraction = amount % 1000000000;
    line_add(line, "%s%" PRIu64, time_ns < 0 ? "-" : "", amount / 1000000000);
    if (fraction % 1000)
        line_add(line, ".%09" PRIu64, fraction);
    else
        line_add(line, ".%06" PRIu64, fraction / 1000);
}

static void put_channel(struct listing *listing, const struct record_parts *parts)
{
    const struct listed *listed = &listing->listed[parts->record->interface];
    struct line *channel = &listing->channel;
    line_clear(channel);
    bool usual = listed->has_vcc && listed->vcc.vpi == parts->vcc.vpi && listed->vcc.vci == parts->vcc.vci;
    if (parts->interface->link_type != LINK_TYPE_SUNATM || parts->headless || usual)
        line_put(channel, listed->label);
    else if (listed->implied)
        line_add(channel, "%u/%u", parts->vcc.vpi, parts->vcc.vci);
    else
        line_add(channel, "%s:%u/%u", listed->label, parts->vcc.vpi, parts->vcc.vci);
}

/* What is unusual about the record, not the frame. */
static void put_record_words(struct listing *listing, const struct record_parts *parts)
{
    const struct capture_record *record = parts->record;
    struct line *line = &listing->line;
    bool sunatm = parts->interface->link_type == LINK_TYPE_SUNATM;
    if (parts->headless)
        line_put(line, " traffic=none");
    else if (sunatm && parts->traffic != usual_traffic(parts->vcc, &listing->recipe))
        line_add(line, " traffic=0x%02x", parts->traffic);
    bool contrary = parts->direction == DIRECTION_OUTBOUND ? record->direction == DIRECTION_INBOUND
                                                           : record->direction == DIRECTION_OUTBOUND;
    if (sunatm && contrary && !parts->headless)
        line_add(line, " direction=%s", direction_word((enum pcapng_direction)record->direction));
    if (record->original_size != record->octets.size)
        line_add(line, " original-size=%" PRIu32, record->original_size);
}

static void put_comments(struct line *line, const struct capture_record *record)
{
    struct octets comment;
    size_t cursor = 0;
    while (record->flags & RECORD_COMMENTED && capture_record_comment(record, &cursor, &comment)) {
        line_put(line, " ");
        line_put_quoted(line, (const char *)comment.data, comment.size);
    }
}

/* What is known of a frame that the notation has no fields for. */
static void remark_foreign(struct listing *listing, const struct record_parts *parts)
{
    struct recipe *recipe = &listing->recipe;
    bool sunatm = parts->interface->link_type == LINK_TYPE_SUNATM;
    const char *type = link_type_name(parts->interface->link_type);
    struct signalling signalling;
    struct reason reason = {0};
    bool of_signalling = (parts->vcc.vpi == SIGNALLING_VPI && parts->vcc.vci == SIGNALLING_VCI) ||
                         (parts->traffic & 15) == TRAFFIC_SIGNALLING;
    if (parts->headless)
        snprintf(recipe->remark, sizeof recipe->remark, "cut before the SDU");
    else if (!sunatm)
        snprintf(recipe->remark, sizeof recipe->remark, "%s", type ? type : "link type without a name here");
    else if (!of_signalling)
        recipe->remark[0] = '\0';
    else if (signalling_decode(parts->octets.data, parts->octets.size, &signalling, &reason))
        signalling_text(&signalling, recipe->remark, sizeof recipe->remark);
    else
        snprintf(recipe->remark, sizeof recipe->remark, "signalling: %s", reason.text);
}
