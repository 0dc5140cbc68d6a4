#include "json/json_members.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <string.h>

#include "base/duration.h"
#include "base/hexadecimal.h"
#include "base/scope.h"
#include "base/utf8.h"
#include "wire/atm_address.h"

static void write_list(struct json_text *text, const struct json_member *member, const uint8_t *structure);
static void write_value(struct json_text *text, const struct json_member *member, const void *value);
static void write_octets(struct json_text *text, const uint8_t *data, size_t size);
static void write_bits(struct json_text *text, uint64_t bits);
static void write_claims(struct json_text *text, const struct scope *scope);
static void write_number(struct json_text *text, uint64_t number);
static void write_words(struct json_text *text, const char *words);
static void write_special(struct json_text *text, unsigned char character);
static char *claim(struct json_text *text, size_t size);
static bool list_of_json(const struct json_member *member, const cJSON *json, uint8_t *structure,
                         const struct json_room *room, struct reason *reason);
static bool value_of_json(const struct json_member *member, const cJSON *json, void *value,
                          const struct json_room *room, struct reason *reason);
static bool structure_of_json(const struct json_member *members, const cJSON *object, void *structure,
                              const struct json_room *room, struct reason *reason);
static bool number_of_json(const cJSON *json, int64_t most, int64_t *number, struct reason *reason);
static bool octets_of_json(const cJSON *json, struct octets *octets, const struct json_room *room,
                           struct reason *reason);
static bool bits_of_json(const cJSON *json, uint64_t *bits, struct reason *reason);
static bool mac_of_text(const char *text, struct mac_address *mac);
static bool ipv4_of_text(const char *text, struct ipv4_address *address);
static bool claims_of_json(const cJSON *json, struct scope *scope, struct reason *reason);

bool json_member_is_zero(const struct json_member *member, const void *structure)
{
    static const uint8_t zero[sizeof(uint64_t)];
    return memcmp((const uint8_t *)structure + member->offset, zero, member->size) == 0;
}

void json_write_member(struct json_text *text, const struct json_member *member, const void *structure)
{
    const uint8_t *at = structure;
    char *key = claim(text, strlen(member->key) + 3);
    if (!key)
        return;
    *key++ = '"';
    memcpy(key, member->key, strlen(member->key));
    key += strlen(member->key);
    *key++ = '"';
    *key = ':';
    if (member->given_offset != MEMBER_NONE && !*(const bool *)(at + member->given_offset))
        write_words(text, "null");
    else if (member->count_offset != MEMBER_NONE)
        write_list(text, member, at);
    else
        write_value(text, member, at + member->offset);
}

void json_write_structure(struct json_text *text, const struct json_member *members, const void *structure)
{
    json_write_character(text, '{');
    for (const struct json_member *member = members; member->key; member++) {
        if (member != members)
            json_write_character(text, ',');
        json_write_member(text, member, structure);
    }
    json_write_character(text, '}');
}

void json_write_character(struct json_text *text, char character)
{
    char *at = claim(text, 1);
    if (at)
        *at = character;
}

void json_write_string(struct json_text *text, const char *string)
{
    json_write_character(text, '"');
    while (*string && text->good) {
        unsigned char first = (unsigned char)*string;
        unsigned size = first < 0x80 ? 1 : utf8_character_size(string);
        char *at = NULL;
        if (first < ' ' || first == '"' || first == '\\')
            write_special(text, first);
        else if (!size)
            text->good = false;
        else if ((at = claim(text, size)))
            memcpy(at, string, size);
        string += size;
    }
    json_write_character(text, '"');
}

bool json_take_member(const cJSON *object, const struct json_member *member, void *structure,
                      const struct json_room *room, struct reason *reason)
{
    uint8_t *at = structure;
    const cJSON *json = cJSON_GetObjectItemCaseSensitive(object, member->key);
    struct reason inner;
    if (!json && member->zero_when_absent) {
        memset(at + member->offset, 0, member->size);
        return true;
    }
    if (!json)
        return reason_set(reason, "no member \"%s\"", member->key);
    if (member->given_offset != MEMBER_NONE) {
        *(bool *)(at + member->given_offset) = !cJSON_IsNull(json);
        if (cJSON_IsNull(json))
            return true;
    }
    bool good = member->count_offset == MEMBER_NONE
                    ? value_of_json(member, json, at + member->offset, room, &inner)
                    : list_of_json(member, json, at, room, &inner);
    return good || reason_set(reason, "member \"%s\": %.300s", member->key, inner.text);
}

static void write_list(struct json_text *text, const struct json_member *member, const uint8_t *structure)
{
    size_t count;
    memcpy(&count, structure + member->count_offset, sizeof count);
    json_write_character(text, '[');
    for (size_t i = 0; i < count && i < member->room; i++) {
        if (i)
            json_write_character(text, ',');
        write_value(text, member, structure + member->offset + i * member->size);
    }
    json_write_character(text, ']');
}

static void write_value(struct json_text *text, const struct json_member *member, const void *value)
{
    uint16_t u16;
    uint32_t u32;
    int64_t time_ns;
    char address[ATM_ADDRESS_TEXT_SIZE];
    switch (member->kind) {
    case MEMBER_BOOL:
        write_words(text, *(const bool *)value ? "true" : "false");
        break;
    case MEMBER_U8:
        write_number(text, *(const uint8_t *)value);
        break;
    case MEMBER_U16:
        memcpy(&u16, value, sizeof u16);
        write_number(text, u16);
        break;
    case MEMBER_U32:
        memcpy(&u32, value, sizeof u32);
        write_number(text, u32);
        break;
    case MEMBER_BITS:
        write_bits(text, *(const uint64_t *)value);
        break;
    case MEMBER_TIME:
        memcpy(&time_ns, value, sizeof time_ns);
        if (time_ns == TIME_NEVER)
            write_words(text, "null");
        else if (time_ns >= 0 && time_ns <= JSON_NUMBER_LIMIT)
            write_number(text, (uint64_t)time_ns);
        else
            text->good = false;
        break;
    case MEMBER_TEXT:
        json_write_string(text, value);
        break;
    case MEMBER_NAME:
        json_write_string(text, *(const char *const *)value);
        break;
    case MEMBER_OCTETS:
        write_octets(text, ((const struct octets *)value)->data, ((const struct octets *)value)->size);
        break;
    case MEMBER_MAC:
        json_write_string(text, mac_text(*(const struct mac_address *)value, address));
        break;
    case MEMBER_IPV4:
        json_write_string(text, ipv4_text(*(const struct ipv4_address *)value, address));
        break;
    case MEMBER_ATM:
        write_octets(text, ((const struct atm_address *)value)->octet, ATM_ADDRESS_SIZE);
        break;
    case MEMBER_ROLE:
        json_write_string(text, role_name(*(const enum role *)value));
        break;
    case MEMBER_OBJECT:
        json_write_structure(text, member->members, value);
        break;
    case MEMBER_CLAIMS:
        write_claims(text, value);
        break;
    }
}

static void write_octets(struct json_text *text, const uint8_t *data, size_t size)
{
    char *at = claim(text, 2 * size + 2);
    if (!at)
        return;
    *at++ = '"';
    at = hexadecimal_write(data, size, at);
    *at = '"';
}

static void write_bits(struct json_text *text, uint64_t bits)
{
    uint8_t octet[8];
    for (size_t i = 0; i < sizeof octet; i++)
        octet[i] = (uint8_t)(bits >> (56 - 8 * i));
    write_octets(text, octet, sizeof octet);
}

static void write_claims(struct json_text *text, const struct scope *scope)
{
    char before = '{';
    for (enum scope_dimension dimension = SCOPE_ROLES; dimension <= SCOPE_MEDIA; dimension++) {
        json_write_character(text, before);
        json_write_string(text, scope_dimension_name(dimension));
        write_words(text, ":[");
        bool first = true;
        for (unsigned bit = 1; scope_bit_name(dimension, bit); bit <<= 1)
            if (scope_mask(scope, dimension) & bit) {
                if (!first)
                    json_write_character(text, ',');
                json_write_string(text, scope_bit_name(dimension, bit));
                first = false;
            }
        json_write_character(text, ']');
        before = ',';
    }
    json_write_character(text, '}');
}

static void write_number(struct json_text *text, uint64_t number)
{
    char digits[20];
    size_t count = 0;
    do {
        digits[sizeof digits - ++count] = (char)('0' + number % 10);
        number /= 10;
    } while (number);
    char *at = claim(text, count);
    if (at)
        memcpy(at, digits + sizeof digits - count, count);
}

/* As they are. */
static void write_words(struct json_text *text, const char *words)
{
    char *at = claim(text, strlen(words));
    if (at)
        memcpy(at, words, strlen(words));
}

/* A character that can't stand in a string as it is. */
static void write_special(struct json_text *text, unsigned char character)
{
    static const char characters[] = "\"\\\b\f\n\r\t";
    static const char letters[] = "\"\\bfnrt";
    char escape[7];
    const char *known = strchr(characters, character);
    if (known)
        snprintf(escape, sizeof escape, "\\%c", letters[known - characters]);
    else
        snprintf(escape, sizeof escape, "\\u%04x", character);
    write_words(text, escape);
}

/* Where the next 'size' characters go; NULL when there is no room for them. */
static char *claim(struct json_text *text, size_t size)
{
    text->good = text->good && (size_t)(text->end - text->at) >= size;
    if (!text->good)
        return NULL;
    text->at += size;
    return text->at - size;
}

static bool list_of_json(const struct json_member *member, const cJSON *json, uint8_t *structure,
                         const struct json_room *room, struct reason *reason)
{
    size_t count = (size_t)cJSON_GetArraySize(json);
    if (!cJSON_IsArray(json) || count > member->room)
        return reason_set(reason, "not a list of at most %zu", member->room);
    const cJSON *element;
    uint8_t *at = structure + member->offset;
    cJSON_ArrayForEach(element, json)
    {
        if (!value_of_json(member, element, at, room, reason))
            return false;
        at += member->size;
    }
    memcpy(structure + member->count_offset, &count, sizeof count);
    return true;
}

static bool value_of_json(const struct json_member *member, const cJSON *json, void *value,
                          const struct json_room *room, struct reason *reason)
{
    int64_t number;
    bool string = cJSON_IsString(json);
    const char *text = string ? json->valuestring : "";
    switch (member->kind) {
    case MEMBER_BOOL:
        *(bool *)value = cJSON_IsTrue(json);
        return cJSON_IsBool(json) || reason_set(reason, "not true or false");
    case MEMBER_U8:
        if (!number_of_json(json, UINT8_MAX, &number, reason))
            return false;
        *(uint8_t *)value = (uint8_t)number;
        return true;
    case MEMBER_U16:
        if (!number_of_json(json, UINT16_MAX, &number, reason))
            return false;
        memcpy(value, &(uint16_t){(uint16_t)number}, sizeof(uint16_t));
        return true;
    case MEMBER_U32:
        if (!number_of_json(json, UINT32_MAX, &number, reason))
            return false;
        memcpy(value, &(uint32_t){(uint32_t)number}, sizeof(uint32_t));
        return true;
    case MEMBER_BITS:
        return bits_of_json(json, value, reason);
    case MEMBER_TIME:
        number = TIME_NEVER;
        if (!cJSON_IsNull(json) && !number_of_json(json, JSON_NUMBER_LIMIT, &number, reason))
            return false;
        memcpy(value, &(int64_t){number}, sizeof(int64_t));
        return true;
    case MEMBER_TEXT:
        snprintf(value, member->size, "%s", text);
        return (string && strlen(text) < member->size) ||
               reason_set(reason, "not a string of at most %zu octets", member->size - 1);
    case MEMBER_NAME:
        *(const char **)value = text;
        return string || reason_set(reason, "not a string");
    case MEMBER_OCTETS:
        return octets_of_json(json, value, room, reason);
    case MEMBER_MAC:
        return mac_of_text(text, value) ||
               reason_set(reason, "not a MAC address such as \"00-20-5a-01-01-01\"");
    case MEMBER_IPV4:
        return ipv4_of_text(text, value) || reason_set(reason, "not an IPv4 address such as \"10.0.0.1\"");
    case MEMBER_ATM:
        return atm_address_read(text, value) ||
               reason_set(reason, "not an ATM address of 40 hexadecimal digits");
    case MEMBER_ROLE:
        return (string && role_of_name(text, value)) ||
               reason_set(reason, "no role; one of router, bridge, client, les, switch, vrrp");
    case MEMBER_OBJECT:
        return structure_of_json(member->members, json, value, room, reason);
    case MEMBER_CLAIMS:
        return claims_of_json(json, value, reason);
    }
    return false;
}

static bool structure_of_json(const struct json_member *members, const cJSON *object, void *structure,
                              const struct json_room *room, struct reason *reason)
{
    if (!cJSON_IsObject(object))
        return reason_set(reason, "not an object");
    for (; members->key; members++)
        if (!json_take_member(object, members, structure, room, reason))
            return false;
    return true;
}

static bool number_of_json(const cJSON *json, int64_t most, int64_t *number, struct reason *reason)
{
    double value = cJSON_IsNumber(json) ? json->valuedouble : -1;
    bool within = value >= 0 && value <= (double)most;
    *number = within ? (int64_t)value : -1;
    return (within && (double)*number == value) ||
           reason_set(reason, "not a whole number from 0 to %lld", (long long)most);
}

static bool octets_of_json(const cJSON *json, struct octets *octets, const struct json_room *room,
                           struct reason *reason)
{
    const char *text = cJSON_IsString(json) ? json->valuestring : NULL;
    size_t length = text ? strlen(text) : 0;
    if (!text || length % 2)
        return reason_set(reason, "not a string of pairs of hexadecimal digits");
    if (!room || length / 2 > room->size)
        return reason_set(reason, "%zu octets are more than the %zu allowed", length / 2,
                          room ? room->size : 0);
    *octets = (struct octets){room->data, length / 2};
    return hexadecimal_read(text, length / 2, room->data) ||
           reason_set(reason, "not a string of pairs of hexadecimal digits");
}

static bool bits_of_json(const cJSON *json, uint64_t *bits, struct reason *reason)
{
    uint8_t octet[8];
    const char *text = cJSON_IsString(json) ? json->valuestring : "";
    if (strlen(text) != 2 * sizeof octet || !hexadecimal_read(text, sizeof octet, octet))
        return reason_set(reason, "not 16 hexadecimal digits");
    *bits = (uint64_t)octets_u32(octet) << 32 | octets_u32(octet + 4);
    return true;
}

static bool mac_of_text(const char *text, struct mac_address *mac)
{
    for (size_t i = 0; i < sizeof mac->octet; i++) {
        if (!hexadecimal_read(text, 1, &mac->octet[i]))
            return false;
        text += 2;
        if (*text++ != (i + 1 < sizeof mac->octet ? '-' : '\0'))
            return false;
    }
    return true;
}

static bool ipv4_of_text(const char *text, struct ipv4_address *address)
{
    struct in_addr binary;
    if (inet_pton(AF_INET, text, &binary) != 1)
        return false;
    address->number = ntohl(binary.s_addr);
    return true;
}

static bool claims_of_json(const cJSON *json, struct scope *scope, struct reason *reason)
{
    unsigned masks[SCOPE_DIMENSION_COUNT] = {0};
    for (enum scope_dimension dimension = SCOPE_ROLES; dimension <= SCOPE_MEDIA; dimension++) {
        const cJSON *list = cJSON_GetObjectItemCaseSensitive(json, scope_dimension_name(dimension));
        const cJSON *name = NULL;
        if (!cJSON_IsArray(list))
            list = NULL;
        cJSON_ArrayForEach(name, list)
        {
            const char *text = cJSON_IsString(name) ? name->valuestring : "";
            unsigned bit = *text ? scope_bit_of_name(dimension, text) : 0;
            if (!bit)
                return reason_set(reason, "\"%.40s\" is none of the %s", text,
                                  scope_dimension_name(dimension));
            masks[dimension] |= bit;
        }
        if (!masks[dimension])
            return reason_set(reason, "no list \"%s\" with a name in it", scope_dimension_name(dimension));
    }
    *scope = (struct scope){.roles = (uint8_t)masks[SCOPE_ROLES],
                            .schemes = (uint8_t)masks[SCOPE_SCHEMES],
                            .lane = (uint8_t)masks[SCOPE_LANE],
                            .media = (uint8_t)masks[SCOPE_MEDIA]};
    return true;
}
