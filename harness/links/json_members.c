#include "links/json_members.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/duration.h"
#include "base/hexadecimal.h"
#include "base/scope.h"
#include "wire/atm_address.h"

static json_t *member_to_json(const struct json_member *member, const uint8_t *structure);
static json_t *list_to_json(const struct json_member *member, const uint8_t *structure);
static json_t *value_to_json(const struct json_member *member, const void *value);
static json_t *structure_to_json(const struct json_member *members, const void *structure);
static json_t *octets_to_json(const uint8_t *data, size_t size);
static json_t *bits_to_json(uint64_t bits);
static json_t *claims_to_json(const struct scope *scope);
static bool list_of_json(const struct json_member *member, const json_t *json, uint8_t *structure,
                         const struct json_room *room, struct reason *reason);
static bool value_of_json(const struct json_member *member, const json_t *json, void *value,
                          const struct json_room *room, struct reason *reason);
static bool structure_of_json(const struct json_member *members, const json_t *object, void *structure,
                              const struct json_room *room, struct reason *reason);
static bool number_of_json(const json_t *json, json_int_t most, json_int_t *number, struct reason *reason);
static bool octets_of_json(const json_t *json, struct octets *octets, const struct json_room *room,
                           struct reason *reason);
static bool bits_of_json(const json_t *json, uint64_t *bits, struct reason *reason);
static bool mac_of_text(const char *text, struct mac_address *mac);
static bool ipv4_of_text(const char *text, struct ipv4_address *address);
static bool claims_of_json(const json_t *json, struct scope *scope, struct reason *reason);

bool json_put_member(json_t *object, const struct json_member *member, const void *structure)
{
    return json_object_set_new_nocheck(object, member->key, member_to_json(member, structure)) == 0;
}

bool json_take_member(const json_t *object, const struct json_member *member, void *structure,
                      const struct json_room *room, struct reason *reason)
{
    uint8_t *at = structure;
    const json_t *json = json_object_get(object, member->key);
    struct reason inner;
    if (!json)
        return reason_set(reason, "no member \"%s\"", member->key);
    if (member->given_offset != MEMBER_NONE) {
        *(bool *)(at + member->given_offset) = !json_is_null(json);
        if (json_is_null(json))
            return true;
    }
    bool good = member->count_offset == MEMBER_NONE
                    ? value_of_json(member, json, at + member->offset, room, &inner)
                    : list_of_json(member, json, at, room, &inner);
    return good || reason_set(reason, "member \"%s\": %.300s", member->key, inner.text);
}

static json_t *member_to_json(const struct json_member *member, const uint8_t *structure)
{
    if (member->given_offset != MEMBER_NONE && !*(const bool *)(structure + member->given_offset))
        return json_null();
    if (member->count_offset != MEMBER_NONE)
        return list_to_json(member, structure);
    return value_to_json(member, structure + member->offset);
}

static json_t *list_to_json(const struct json_member *member, const uint8_t *structure)
{
    size_t count;
    memcpy(&count, structure + member->count_offset, sizeof count);
    json_t *list = json_array();
    bool good = true;
    for (size_t i = 0; good && i < count && i < member->room; i++)
        good = json_array_append_new(
                   list, value_to_json(member, structure + member->offset + i * member->size)) == 0;
    if (good)
        return list;
    json_decref(list);
    return NULL;
}

static json_t *value_to_json(const struct json_member *member, const void *value)
{
    uint16_t u16;
    uint32_t u32;
    int64_t time_ns;
    char text[ATM_ADDRESS_TEXT_SIZE];
    switch (member->kind) {
    case MEMBER_BOOL:
        return json_boolean(*(const bool *)value);
    case MEMBER_U8:
        return json_integer(*(const uint8_t *)value);
    case MEMBER_U16:
        memcpy(&u16, value, sizeof u16);
        return json_integer(u16);
    case MEMBER_U32:
        memcpy(&u32, value, sizeof u32);
        return json_integer(u32);
    case MEMBER_BITS:
        return bits_to_json(*(const uint64_t *)value);
    case MEMBER_TIME:
        memcpy(&time_ns, value, sizeof time_ns);
        return time_ns == TIME_NEVER ? json_null() : json_integer(time_ns);
    case MEMBER_TEXT:
        return json_string(value);
    case MEMBER_NAME:
        return json_string(*(const char *const *)value);
    case MEMBER_OCTETS:
        return octets_to_json(((const struct octets *)value)->data, ((const struct octets *)value)->size);
    case MEMBER_MAC:
        return json_string(mac_text(*(const struct mac_address *)value, text));
    case MEMBER_IPV4:
        return json_string(ipv4_text(*(const struct ipv4_address *)value, text));
    case MEMBER_ATM:
        return json_string(atm_address_text(value, text));
    case MEMBER_ROLE:
        return json_string(role_name(*(const enum role *)value));
    case MEMBER_OBJECT:
        return structure_to_json(member->members, value);
    case MEMBER_CLAIMS:
        return claims_to_json(value);
    }
    return NULL;
}

static json_t *structure_to_json(const struct json_member *members, const void *structure)
{
    json_t *object = json_object();
    for (; members->key; members++)
        if (!json_put_member(object, members, structure)) {
            json_decref(object);
            return NULL;
        }
    return object;
}

static json_t *octets_to_json(const uint8_t *data, size_t size)
{
    char short_text[512];
    char *text = 2 * size <= sizeof short_text ? short_text : malloc(2 * size);
    if (!text)
        return NULL;
    hexadecimal_write(data, size, text);
    json_t *json = json_stringn_nocheck(text, 2 * size);
    if (text != short_text)
        free(text);
    return json;
}

static json_t *bits_to_json(uint64_t bits)
{
    uint8_t octet[8];
    for (size_t i = 0; i < sizeof octet; i++)
        octet[i] = (uint8_t)(bits >> (56 - 8 * i));
    return octets_to_json(octet, sizeof octet);
}

static json_t *claims_to_json(const struct scope *scope)
{
    json_t *object = json_object();
    for (enum scope_dimension dimension = SCOPE_ROLES; dimension <= SCOPE_MEDIA; dimension++) {
        json_t *list = json_array();
        for (unsigned bit = 1; scope_bit_name(dimension, bit); bit <<= 1)
            if (scope_mask(scope, dimension) & bit)
                json_array_append_new(list, json_string(scope_bit_name(dimension, bit)));
        json_object_set_new(object, scope_dimension_name(dimension), list);
    }
    return object;
}

static bool list_of_json(const struct json_member *member, const json_t *json, uint8_t *structure,
                         const struct json_room *room, struct reason *reason)
{
    size_t count = json_array_size(json);
    if (!json_is_array(json) || count > member->room)
        return reason_set(reason, "not a list of at most %zu", member->room);
    for (size_t i = 0; i < count; i++)
        if (!value_of_json(member, json_array_get(json, i), structure + member->offset + i * member->size,
                           room, reason))
            return false;
    memcpy(structure + member->count_offset, &count, sizeof count);
    return true;
}

static bool value_of_json(const struct json_member *member, const json_t *json, void *value,
                          const struct json_room *room, struct reason *reason)
{
    json_int_t number;
    const char *text = json_is_string(json) ? json_string_value(json) : "";
    switch (member->kind) {
    case MEMBER_BOOL:
        *(bool *)value = json_is_true(json);
        return json_is_boolean(json) || reason_set(reason, "not true or false");
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
        if (!json_is_null(json) && !number_of_json(json, TIME_NEVER - 1, &number, reason))
            return false;
        memcpy(value, &(int64_t){number}, sizeof(int64_t));
        return true;
    case MEMBER_TEXT:
        snprintf(value, member->size, "%s", text);
        return (json_is_string(json) && json_string_length(json) < member->size) ||
               reason_set(reason, "not a string of at most %zu octets", member->size - 1);
    case MEMBER_NAME:
        *(const char **)value = text;
        return json_is_string(json) || reason_set(reason, "not a string");
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
        return (json_is_string(json) && role_of_name(json_string_value(json), value)) ||
               reason_set(reason, "no role; one of router, bridge, client, les, switch, vrrp");
    case MEMBER_OBJECT:
        return structure_of_json(member->members, json, value, room, reason);
    case MEMBER_CLAIMS:
        return claims_of_json(json, value, reason);
    }
    return false;
}

static bool structure_of_json(const struct json_member *members, const json_t *object, void *structure,
                              const struct json_room *room, struct reason *reason)
{
    if (!json_is_object(object))
        return reason_set(reason, "not an object");
    for (; members->key; members++)
        if (!json_take_member(object, members, structure, room, reason))
            return false;
    return true;
}

static bool number_of_json(const json_t *json, json_int_t most, json_int_t *number, struct reason *reason)
{
    *number = json_integer_value(json);
    return (json_is_integer(json) && *number >= 0 && *number <= most) ||
           reason_set(reason, "not a whole number from 0 to %lld", (long long)most);
}

static bool octets_of_json(const json_t *json, struct octets *octets, const struct json_room *room,
                           struct reason *reason)
{
    size_t length = json_string_length(json);
    if (!json_is_string(json) || length % 2)
        return reason_set(reason, "not a string of pairs of hexadecimal digits");
    if (!room || length / 2 > room->size)
        return reason_set(reason, "%zu octets are more than the %zu allowed", length / 2,
                          room ? room->size : 0);
    *octets = (struct octets){room->data, length / 2};
    return hexadecimal_read(json_string_value(json), length / 2, room->data) ||
           reason_set(reason, "not a string of pairs of hexadecimal digits");
}

static bool bits_of_json(const json_t *json, uint64_t *bits, struct reason *reason)
{
    uint8_t octet[8];
    if (json_string_length(json) != 16 || !hexadecimal_read(json_string_value(json), sizeof octet, octet))
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

static bool claims_of_json(const json_t *json, struct scope *scope, struct reason *reason)
{
    unsigned masks[SCOPE_DIMENSION_COUNT] = {0};
    for (enum scope_dimension dimension = SCOPE_ROLES; dimension <= SCOPE_MEDIA; dimension++) {
        const json_t *list = json_object_get(json, scope_dimension_name(dimension));
        for (size_t i = 0; i < json_array_size(list); i++) {
            const json_t *name = json_array_get(list, i);
            unsigned bit = json_is_string(name) ? scope_bit_of_name(dimension, json_string_value(name)) : 0;
            if (!bit)
                return reason_set(reason, "\"%.40s\" is none of the %s",
                                  json_is_string(name) ? json_string_value(name) : "",
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
