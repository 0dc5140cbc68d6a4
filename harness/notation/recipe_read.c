/* From the words of a line to a recipe. */
#include <stdlib.h>

#include "base/hexadecimal.h"
#include "base/nearest.h"
#include "notation/words.h"
#include "wire/token_ring.h"

/* A recipe that is being read. */
struct recipe_reading {
    struct recipe *recipe;
    struct arena *arena;
    struct mistakes *mistakes;
    const struct word *last_field; /* NULL: none so far; for what doesn't go with octets= */
    bool named;                    /* it has a name */
};

static bool read_name(struct recipe_reading *reading, const struct word *word);
static bool read_pair(struct recipe_reading *reading, const struct word *word, other_word *other,
                      void *context);
static bool unknown_key(struct recipe_reading *reading, const struct word *word);
static bool read_recipe_word(struct recipe_reading *reading, enum recipe_word which, const struct word *word);
static bool read_addresses(struct recipe_reading *reading, const struct word *word);
static bool read_tlv(struct recipe_reading *reading, const struct word *word);
static bool add_tlv(struct recipe_reading *reading, const struct word *word, uint32_t type,
                    struct octets value);
static bool tlv_value(struct recipe_reading *reading, const struct word *word, uint32_t type, unsigned size,
                      const char *text);
static bool read_patch(struct recipe_reading *reading, const struct word *word);
static bool read_field(struct recipe_reading *reading, enum frame_field field, const struct word *word);
static bool read_checksum(struct recipe_reading *reading, enum frame_field field, const struct word *word);
static bool read_route(struct recipe_reading *reading, const struct word *word);
static bool wrong_value(struct recipe_reading *reading, enum frame_field field, const struct word *word);
static bool is_control_tlv(const struct recipe_reading *reading, enum frame_field field);
static bool check_octets(struct recipe_reading *reading);
static bool name_of_text(const char *text, enum frame_name *name);
static bool word_of_name(const char *name, enum recipe_word *word);

static const struct {
    const char *name;
    const char *help;
} recipe_words[RECIPE_WORD_COUNT] = {
#define X(name, text, help) {text, help},
    RECIPE_WORDS(X)
#undef X
};

const char *recipe_word_name(enum recipe_word word)
{
    return recipe_words[word].name;
}

bool recipe_read(const struct words *words, size_t first, other_word *other, void *context,
                 struct arena *arena, struct recipe *recipe, struct mistakes *mistakes)
{
    struct recipe_reading reading = {.recipe = recipe, .arena = arena, .mistakes = mistakes};
    bool good = true;
    *recipe = (struct recipe){0};
    if (words->count > 0)
        recipe->place = words->list[first < words->count ? first : words->count - 1].place;
    for (size_t i = first; i < words->count; i++) {
        const struct word *word = &words->list[i];
        if (word->kind == PAIR_WORD)
            good = read_pair(&reading, word, other, context) && good;
        else if (word->kind == QUOTED_WORD)
            good = other(context, word) && good;
        else
            good = read_name(&reading, word) && good;
    }
    if (good && !reading.named && !recipe->named[WORD_OCTETS])
        return mistake_add(mistakes, recipe->place,
                           "the line names no frame; give a name, as in ADVERTISEMENT, or octets=");
    return good && check_octets(&reading);
}

static bool read_name(struct recipe_reading *reading, const struct word *word)
{
    struct recipe *recipe = reading->recipe;
    enum frame_name name;
    if (!name_of_text(word->text, &name)) {
        struct nearest nearest = nearest_to(word->text);
        for (int i = 0; i < FRAME_NAME_COUNT; i++)
            nearest_offer(&nearest, frame_name_text((enum frame_name)i));
        return mistake_add(reading->mistakes, word->place,
                           "%s is no frame%s%s; docs/notation.md lists the names", word->text,
                           nearest.best ? ", did you mean " : "", nearest.best ? nearest.best : "");
    }
    if (reading->named)
        return mistake_add(reading->mistakes, word->place,
                           "the line names a frame already, %s; a line is one frame",
                           frame_name_text(recipe->name));
    reading->named = true;
    recipe->name = name;
    recipe->place = word->place;
    return true;
}

static bool read_pair(struct recipe_reading *reading, const struct word *word, other_word *other,
                      void *context)
{
    enum recipe_word which;
    enum frame_field field = field_of_name(word->key);
    if (word->key[0] == '@')
        return read_patch(reading, word);
    if (word_of_name(word->key, &which)) {
        reading->recipe->named[which] = true;
        reading->recipe->word_places[which] = word->place;
        if (which != WORD_OCTETS && which != WORD_CUT)
            reading->last_field = word;
        return read_recipe_word(reading, which, word);
    }
    if (field == FIELD_NONE)
        return other(context, word) || unknown_key(reading, word);
    if (field != FIELD_SIZE)
        reading->last_field = word;
    return read_field(reading, field, word);
}

static bool unknown_key(struct recipe_reading *reading, const struct word *word)
{
    struct nearest nearest = nearest_to(word->key);
    for (int i = FIELD_NONE + 1; i < FIELD_COUNT; i++)
        nearest_offer(&nearest, field_name((enum frame_field)i));
    for (int i = 0; i < RECIPE_WORD_COUNT; i++)
        nearest_offer(&nearest, recipe_words[i].name);
    return mistake_add(reading->mistakes, word->place,
                       "there is no field %s%s%s; docs/notation.md lists them", word->key,
                       nearest.best ? ", did you mean " : "", nearest.best ? nearest.best : "");
}

static bool read_recipe_word(struct recipe_reading *reading, enum recipe_word which, const struct word *word)
{
    struct recipe *recipe = reading->recipe;
    struct octets *const octets[RECIPE_WORD_COUNT] = {
        [WORD_OCTETS] = &recipe->octets,   [WORD_IP_OPTIONS] = &recipe->ip_options,
        [WORD_ICV] = &recipe->icv,         [WORD_KEY] = &recipe->key,
        [WORD_PAYLOAD] = &recipe->payload, [WORD_TRAILING] = &recipe->trailing,
    };
    uint64_t number = 0;
    if (octets[which])
        return octets_read(word, word->text, reading->arena, octets[which], reading->mistakes);
    switch (which) {
    case WORD_ADDRESS:
        return read_addresses(reading, word);
    case WORD_TLV:
        return read_tlv(reading, word);
    case WORD_SNAP:
        if (!word_number(word, 1, &number, reading->mistakes))
            return false;
        recipe->snap = number;
        return true;
    case WORD_CUT:
        if (!word_number(word, FRAME_SIZE_LIMIT, &number, reading->mistakes))
            return false;
        recipe->cut = number;
        return true;
    case WORD_OCTETS:
    case WORD_IP_OPTIONS:
    case WORD_ICV:
    case WORD_KEY:
    case WORD_PAYLOAD:
    case WORD_TRAILING:
    case RECIPE_WORD_COUNT:
        break;
    }
    return false;
}

/* "10.0.0.254,10.0.0.253"; empty: none. */
static bool read_addresses(struct recipe_reading *reading, const struct word *word)
{
    struct recipe *recipe = reading->recipe;
    recipe->address_count = 0;
    for (const char *at = word->text; *at;) {
        char text[IPV4_TEXT_SIZE + 1] = "";
        size_t size = strcspn(at, ",");
        memcpy(text, at, size < sizeof text ? size : sizeof text - 1);
        if (recipe->address_count == VRRP_ADDRESS_ROOM)
            return mistake_add(reading->mistakes, word->place,
                               "an advertisement is made with at most %d addresses", VRRP_ADDRESS_ROOM);
        if (!ipv4_read(text, &recipe->addresses[recipe->address_count++]))
            return mistake_add(reading->mistakes, word->place,
                               "address=%s: addresses are like 10.0.0.254,10.0.0.253", word->text);
        at += size + (at[size] == ',');
    }
    return true;
}

/* "TYPE:VALUE": a type by name has a number or octets as its size says, one in 0x… has octets. */
static bool read_tlv(struct recipe_reading *reading, const struct word *word)
{
    char name[64] = "";
    size_t size = strcspn(word->text, ":");
    memcpy(name, word->text, size < sizeof name ? size : sizeof name - 1);
    const char *value = word->text + size + (word->text[size] == ':');
    struct value number;
    uint32_t type;
    unsigned value_size;
    if (tlv_type_of_name(name, &type)) {
        tlv_type_name(type, &value_size);
        return tlv_value(reading, word, type, value_size, value);
    }
    if (value_read(FIELD_FLAGS, name, &number) && number.number <= UINT32_MAX)
        return tlv_value(reading, word, (uint32_t)number.number, TLV_ANY_SIZE, value);
    struct nearest nearest = nearest_to(name);
#define X(constant, number_of_type, size_of_value, text) nearest_offer(&nearest, text);
    LE_TLVS(X)
#undef X
    return mistake_add(reading->mistakes, word->place,
                       "%s is no type of TLV%s%s; write tlv=aging-time:300 or tlv=0x00a03e06:0000012c", name,
                       nearest.best ? ", did you mean " : "", nearest.best ? nearest.best : "");
}

static bool tlv_value(struct recipe_reading *reading, const struct word *word, uint32_t type, unsigned size,
                      const char *text)
{
    uint8_t *data = arena_zeroed(reading->arena, sizeof(uint32_t));
    struct octets octets = {data, size};
    if (size == 2 || size == 4) {
        struct value number;
        if (!value_read(FIELD_FLAGS, text, &number) || number.number > (size == 2 ? UINT16_MAX : UINT32_MAX))
            return mistake_add(reading->mistakes, word->place, "tlv=%s: the value is a number of %u octets",
                               word->text, size);
        if (size == 2)
            octets_put_u16(data, (uint16_t)number.number);
        else
            octets_put_u32(data, (uint32_t)number.number);
    } else if (!octets_read(word, text, reading->arena, &octets, reading->mistakes)) {
        return false;
    } else if (octets.size > UINT8_MAX || (size != TLV_ANY_SIZE && octets.size != size)) {
        return mistake_add(reading->mistakes, word->place, "tlv=%s: the value has %u octets, here are %zu",
                           word->text, size, octets.size);
    }
    return add_tlv(reading, word, type, octets);
}

static bool add_tlv(struct recipe_reading *reading, const struct word *word, uint32_t type,
                    struct octets value)
{
    struct recipe *recipe = reading->recipe;
    if (recipe->tlv_count == LE_TLV_ROOM)
        return mistake_add(reading->mistakes, word->place, "a frame is made with at most %d TLVs",
                           LE_TLV_ROOM);
    recipe->named[WORD_TLV] = true;
    recipe->word_places[WORD_TLV] = word->place;
    recipe->tlvs[recipe->tlv_count++] = (struct le_tlv){type, value};
    return true;
}

/* "@12=00ff" */
static bool read_patch(struct recipe_reading *reading, const struct word *word)
{
    struct recipe *recipe = reading->recipe;
    struct value offset;
    if (!value_read(FIELD_FLAGS, word->key + 1, &offset) || offset.number > FRAME_SIZE_LIMIT)
        return mistake_add(reading->mistakes, word->place,
                           "%s=%s: write the offset of the first octet, from 0, as in @12=00ff", word->key,
                           word->text);
    if (recipe->patch_count == RECIPE_PATCH_ROOM)
        return mistake_add(reading->mistakes, word->place,
                           "at most %d places can be written; use octets=", RECIPE_PATCH_ROOM);
    struct recipe_patch *patch = &recipe->patches[recipe->patch_count++];
    patch->offset = offset.number;
    patch->place = word->place;
    return octets_read(word, word->text, reading->arena, &patch->octets, reading->mistakes);
}

static bool read_field(struct recipe_reading *reading, enum frame_field field, const struct word *word)
{
    struct recipe *recipe = reading->recipe;
    struct value value;
    recipe->places[field] = word->place;
    if (field == FIELD_ROUTE)
        return read_route(reading, word);
    if (field_is_checksum(field))
        return read_checksum(reading, field, word);
    if (!value_read(field, word->text, &value))
        return wrong_value(reading, field, word);
    if ((field == FIELD_SIZE && value.number > FRAME_SIZE_LIMIT) ||
        (field == FIELD_VRRP_SIZE && value.number > UINT16_MAX))
        return mistake_add(reading->mistakes, word->place, "%s=%s is too large; it is at most %u", word->key,
                           word->text, field == FIELD_SIZE ? FRAME_SIZE_LIMIT : UINT16_MAX);
    if (is_control_tlv(reading, field)) {
        uint8_t *data = arena_zeroed(reading->arena, ATM_ADDRESS_SIZE);
        if (field == FIELD_LLC_MUXED_ATM) {
            memcpy(data, value.atm.octet, ATM_ADDRESS_SIZE);
            return add_tlv(reading, word, TLV_LLC_MUXED_ATM_ADDRESS, (struct octets){data, ATM_ADDRESS_SIZE});
        }
        if (value.number > UINT32_MAX)
            return mistake_add(reading->mistakes, word->place, "elan-id is too large; it is at most %u",
                               UINT32_MAX);
        octets_put_u32(data, (uint32_t)value.number);
        return add_tlv(reading, word, TLV_ELAN_ID, (struct octets){data, 4});
    }
    recipe->given[field] = true;
    recipe->values[field] = value;
    return true;
}

/* TLVs that have a name as a field. */
static bool is_control_tlv(const struct recipe_reading *reading, enum frame_field field)
{
    return (field == FIELD_LLC_MUXED_ATM || field == FIELD_ELAN_ID) &&
           frame_name_is_control(reading->recipe->name);
}

/* good, bad, 1, 0, or the number itself in hexadecimal. */
static bool read_checksum(struct recipe_reading *reading, enum frame_field field, const struct word *word)
{
    struct recipe *recipe = reading->recipe;
    struct value *value = &recipe->values[field];
    bool good = strcmp(word->text, "good") == 0 || strcmp(word->text, "1") == 0;
    bool bad = strcmp(word->text, "bad") == 0 || strcmp(word->text, "0") == 0;
    recipe->given[field] = true;
    recipe->checksums[field] = good ? CHECKSUM_RIGHT : bad ? CHECKSUM_WRONG : CHECKSUM_NUMBER;
    if (good || bad)
        return true;
    bool number = word->text[0] == '0' && value_read(FIELD_FLAGS, word->text, value);
    return (number && value->number <= UINT16_MAX) ||
           mistake_add(reading->mistakes, word->place, "%s=%s: write good, bad or the number, as in 0x1234",
                       word->key, word->text);
}

static bool read_route(struct recipe_reading *reading, const struct word *word)
{
    struct recipe *recipe = reading->recipe;
    struct source_route route;
    if (!source_route_read(word->text, &route))
        return mistake_add(
            reading->mistakes, word->place,
            "route=%s: write rings and bridges in hexadecimal, as in 0a1-3-0a2, STE: or ARE: in front of "
            "an explorer, < in front of a route that travels backwards; - is the own ring",
            word->text);
    uint8_t *data = arena_zeroed(reading->arena, ROUTE_ROOM);
    recipe->route = (struct octets){data, source_route_encode(&route, data)};
    recipe->given[FIELD_ROUTE] = true;
    return true;
}

static bool wrong_value(struct recipe_reading *reading, enum frame_field field, const struct word *word)
{
    static const char *const kinds[] = {
        [VALUE_NUMBER] = "a number, decimal or 0x…",
        [VALUE_MAC] = "a MAC address, as in 00-00-5e-00-01-01",
        [VALUE_ATM] = "an ATM address of 40 hexadecimal digits, or 0",
        [VALUE_IPV4] = "an IP address, as in 10.0.0.1",
        [VALUE_TEXT] = "a text of at most 32 octets",
        [VALUE_OCTETS8] = "8 octets, 16 hexadecimal digits",
    };
    return mistake_add(reading->mistakes, word->place, "%s=%.100s: the value is %s", word->key, word->text,
                       kinds[field_kind(field)]);
}

/* Whole frames go with nothing that would change their form. */
static bool check_octets(struct recipe_reading *reading)
{
    struct recipe *recipe = reading->recipe;
    if (!recipe->named[WORD_OCTETS])
        return true;
    if (reading->last_field)
        return mistake_add(
            reading->mistakes, reading->last_field->place,
            "octets= is the whole frame, so %s does not go with it; @OFFSET=, size= and cut= do",
            reading->last_field->key);
    recipe->name = FRAME_MALFORMED; /* a name in front of it is for people */
    return true;
}

bool octets_read(const struct word *word, const char *text, struct arena *arena, struct octets *octets,
                 struct mistakes *mistakes)
{
    size_t room = 0;
    uint8_t *data = NULL;
    for (int pass = 0; pass < 2; pass++) { /* the size, then the octets */
        size_t size = 0;
        for (const char *at = text; *at;) {
            size_t digits = strspn(at, "0123456789abcdefABCDEF");
            unsigned long count = 1;
            char *end = (char *)at + digits;
            if (at[digits] == '*' && at[digits + 1] >= '0' && at[digits + 1] <= '9')
                count = strtoul(at + digits + 1, &end, 10);
            if (digits == 0 || digits % 2 || (*end && *end != ',') || (*end == ',' && !end[1]))
                return mistake_add(
                    mistakes, word->place,
                    "\"%.60s\" are no octets; write pairs of hexadecimal digits, repeated ones as 00*40, "
                    "with commas between: 4500,00*40,ff",
                    at);
            if (count > FRAME_SIZE_LIMIT || digits / 2 * count > FRAME_SIZE_LIMIT - size)
                return mistake_add(mistakes, word->place, "too many octets; a frame has at most %u",
                                   FRAME_SIZE_LIMIT);
            for (unsigned long i = 0; data && i < count; i++)
                hexadecimal_read(at, digits / 2, data + size + i * (digits / 2));
            size += digits / 2 * count;
            at = end + (*end == ',');
        }
        room = size;
        if (!data)
            data = arena_zeroed(arena, size + 1);
    }
    *octets = (struct octets){data, room};
    return true;
}

bool word_number(const struct word *word, uint64_t highest, uint64_t *number, struct mistakes *mistakes)
{
    struct value value;
    if (!value_read(FIELD_SIZE, word->text, &value) || value.number > highest)
        return mistake_add(mistakes, word->place, "%s=%.60s: the value is a number, at most %llu", word->key,
                           word->text, (unsigned long long)highest);
    *number = value.number;
    return true;
}

bool condition_read(const char *text, enum frame_field *field, struct value *value, struct reason *reason)
{
    char name[32] = "";
    size_t size = strcspn(text, "=");
    memcpy(name, text, size < sizeof name ? size : sizeof name - 1);
    *field = field_of_name(name);
    if (*field == FIELD_NONE) {
        struct nearest nearest = nearest_to(name);
        for (int i = FIELD_NONE + 1; i < FIELD_COUNT; i++)
            nearest_offer(&nearest, field_name((enum frame_field)i));
        return reason_set(reason, "there is no field %s%s%s; docs/notation.md lists them", name,
                          nearest.best ? ", did you mean " : "", nearest.best ? nearest.best : "");
    }
    if (text[size] != '=' || !value_read(*field, text + size + 1, value))
        return reason_set(reason, "%s: write FIELD=VALUE, as in vrid=1 or source=00-00-5e-00-01-01", text);
    return true;
}

const char *tlv_type_name(uint32_t type, unsigned *size)
{
    switch (type) {
#define X(constant, number, size_of_value, text)                                                             \
    case number:                                                                                             \
        *size = size_of_value;                                                                               \
        return text;
        LE_TLVS(X)
#undef X
    }
    return NULL;
}

bool tlv_type_of_name(const char *name, uint32_t *type)
{
#define X(constant, number, size_of_value, text)                                                             \
    if (strcmp(name, text) == 0) {                                                                           \
        *type = number;                                                                                      \
        return true;                                                                                         \
    }
    LE_TLVS(X)
#undef X
    return false;
}

static bool name_of_text(const char *text, enum frame_name *name)
{
    for (int i = 0; i < FRAME_NAME_COUNT; i++)
        if (strcmp(text, frame_name_text((enum frame_name)i)) == 0) {
            *name = (enum frame_name)i;
            return true;
        }
    return false;
}

static bool word_of_name(const char *name, enum recipe_word *word)
{
    for (int i = 0; i < RECIPE_WORD_COUNT; i++)
        if (strcmp(name, recipe_words[i].name) == 0) {
            *word = (enum recipe_word)i;
            return true;
        }
    return false;
}
