/* From a recipe to the words of a line. */
#include <stdio.h>

#include "notation/recipe.h"
#include "wire/token_ring.h"

static void put_fields(const struct recipe *recipe, struct line *line);
static void put_field(const struct recipe *recipe, enum frame_field field, struct line *line);
static void put_text(const char *text, struct line *line);
static void put_tlvs(const struct recipe *recipe, struct line *line);
static void put_tlv(const struct le_tlv *tlv, struct line *line);
static void put_addresses(const struct recipe *recipe, struct line *line);
static void put_octets_words(const struct recipe *recipe, struct line *line);
static void put_remark(const char *remark, struct line *line);

void recipe_print(const struct recipe *recipe, struct line *line)
{
    bool raw = recipe->named[WORD_OCTETS];
    if (!raw)
        line_put(line, frame_name_text(recipe->name));
    else if (recipe->remark[0])
        put_remark(recipe->remark, line);
    if (!raw)
        put_fields(recipe, line);
    put_octets_words(recipe, line);
    if (!raw && recipe->remark[0]) {
        line_put(line, " ");
        put_remark(recipe->remark, line);
    }
}

static void put_fields(const struct recipe *recipe, struct line *line)
{
    for (int number = FIELD_NONE + 1; number < FIELD_COUNT; number++) {
        enum frame_field field = (enum frame_field)number;
        if (field == FIELD_ACCESS_CONTROL) /* behind the fields of control frames */
            put_tlvs(recipe, line);
        if (field == FIELD_VIRTUAL_ADDRESS)
            put_addresses(recipe, line);
        else if (recipe->given[field] && field != FIELD_SIZE)
            put_field(recipe, field, line);
    }
    if (recipe->named[WORD_SNAP])
        line_add(line, " snap=%d", recipe->snap);
}

static void put_field(const struct recipe *recipe, enum frame_field field, struct line *line)
{
    const struct value *value = &recipe->values[field];
    line_put(line, " ");
    line_put(line, field_name(field));
    line_put(line, "=");
    char text[VALUE_TEXT_SIZE];
    if (field_is_checksum(field)) {
        if (recipe->checksums[field] == CHECKSUM_NUMBER)
            line_add(line, "0x%04llx", (unsigned long long)value->number);
        else
            line_put(line, recipe->checksums[field] == CHECKSUM_WRONG ? "bad" : "good");
    } else if (field == FIELD_ROUTE) {
        char route[ROUTE_TEXT_SIZE];
        line_put(line, source_route_text(recipe->route, route, sizeof route));
    } else if (value->kind == VALUE_TEXT) {
        put_text(value->text, line);
    } else if (value->kind == VALUE_ATM && atm_address_is_zero(&value->atm)) {
        line_put(line, "0");
    } else {
        line_put(line, value_text(field, value, text));
    }
}

/* In quotation marks only where they are needed. */
static void put_text(const char *text, struct line *line)
{
    bool plain = text[0] && text[0] != '"';
    for (const char *at = text; *at; at++)
        plain = plain && *at > ' ' && *at <= '~';
    if (plain)
        line_put(line, text);
    else
        line_put_quoted(line, text, strlen(text));
}

static void put_tlvs(const struct recipe *recipe, struct line *line)
{
    for (size_t i = 0; i < recipe->tlv_count; i++)
        put_tlv(&recipe->tlvs[i], line);
}

/* As a field if it has one, by name if its value has the size of its type, else in octets. */
static void put_tlv(const struct le_tlv *tlv, struct line *line)
{
    unsigned size = TLV_ANY_SIZE;
    const char *name = tlv_type_name(tlv->type, &size);
    bool usual = name && (size == TLV_ANY_SIZE || size == tlv->value.size);
    if (tlv->type == TLV_ELAN_ID && usual) {
        line_add(line, " %s=%u", field_name(FIELD_ELAN_ID), octets_u32(tlv->value.data));
        return;
    }
    if (tlv->type == TLV_LLC_MUXED_ATM_ADDRESS && usual) {
        line_add(line, " %s=", field_name(FIELD_LLC_MUXED_ATM));
        struct atm_address atm;
        char text[ATM_ADDRESS_TEXT_SIZE];
        memcpy(atm.octet, tlv->value.data, sizeof atm.octet);
        line_put(line, atm_address_is_zero(&atm) ? "0" : atm_address_text(&atm, text));
        return;
    }
    if (!usual)
        line_add(line, " tlv=0x%08x:", tlv->type);
    else
        line_add(line, " tlv=%s:", name);
    if (usual && size == 2)
        line_add(line, "%u", octets_u16(tlv->value.data));
    else if (usual && size == 4)
        line_add(line, "%u", octets_u32(tlv->value.data));
    else
        line_put_octets(line, tlv->value);
}

static void put_addresses(const struct recipe *recipe, struct line *line)
{
    if (!recipe->named[WORD_ADDRESS])
        return;
    line_put(line, " address=");
    for (size_t i = 0; i < recipe->address_count; i++) {
        char text[IPV4_TEXT_SIZE];
        line_put(line, i ? "," : "");
        line_put(line, ipv4_text(recipe->addresses[i], text));
    }
}

static void put_octets_words(const struct recipe *recipe, struct line *line)
{
    const struct {
        enum recipe_word word;
        struct octets octets;
    } words[] = {
        {WORD_OCTETS, recipe->octets},   {WORD_IP_OPTIONS, recipe->ip_options},
        {WORD_ICV, recipe->icv},         {WORD_KEY, recipe->key},
        {WORD_PAYLOAD, recipe->payload}, {WORD_TRAILING, recipe->trailing},
    };
    for (size_t i = 0; i < sizeof words / sizeof *words; i++)
        if (recipe->named[words[i].word]) {
            line_add(line, " %s=", recipe_word_name(words[i].word));
            line_put_octets(line, words[i].octets);
        }
    if (recipe->given[FIELD_SIZE])
        line_add(line, " size=%llu", (unsigned long long)recipe->values[FIELD_SIZE].number);
    for (size_t i = 0; i < recipe->patch_count; i++) {
        line_add(line, " @%zu=", recipe->patches[i].offset);
        line_put_octets(line, recipe->patches[i].octets);
    }
    if (recipe->named[WORD_CUT])
        line_add(line, " cut=%zu", recipe->cut);
}

/* In parentheses; those inside become brackets, so that the end is found. */
static void put_remark(const char *remark, struct line *line)
{
    line_put(line, "(");
    for (const char *at = remark; *at; at++) {
        char character = *at == '(' ? '[' : *at == ')' ? ']' : *at == '\n' ? ' ' : *at;
        line_put_part(line, &character, 1);
    }
    line_put(line, ")");
}
