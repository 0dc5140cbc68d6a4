/* C structures as JSON objects and back, by a table that names their members once.
 *
 *   static const struct json_member route_members[] = {
 *       MEMBER(static_route, MEMBER_IPV4, network),
 *       MEMBER(static_route, MEMBER_U8, prefix_length),
 *       {0},
 *   };
 *
 * The key of a member is its name. Reading is total: whatever the object holds, the structure is filled or a
 * reason names the member that is missing or not of its kind; members that no table names are ignored.
 */
#ifndef JSON_MEMBERS_H
#define JSON_MEMBERS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"
#include "json/json_parse.h"

enum member_kind {
    MEMBER_BOOL, /* bool: true or false */
    MEMBER_U8,   /* uint8_t, uint16_t, uint32_t: numbers; enumerations count as uint32_t */
    MEMBER_U16,
    MEMBER_U32,
    MEMBER_BITS,   /* uint64_t: 16 hexadecimal digits, since not every JSON reader keeps 64-bit numbers */
    MEMBER_TIME,   /* int64_t of nanoseconds, 0 to JSON_NUMBER_LIMIT: a number; TIME_NEVER: null */
    MEMBER_TEXT,   /* char[]: a string that fits with its end */
    MEMBER_NAME,   /* const char *: a string; belongs to the tree that was read */
    MEMBER_OCTETS, /* struct octets: hexadecimal digits; points into the room given for reading */
    MEMBER_MAC,    /* struct mac_address: "00-20-5a-01-01-01" */
    MEMBER_IPV4,   /* struct ipv4_address: "10.0.0.1" */
    MEMBER_ATM,    /* struct atm_address: 40 hexadecimal digits */
    MEMBER_OBJECT, /* a structure with a table of its own */
    MEMBER_ROLE,   /* enum role: "router" */
    MEMBER_CLAIMS  /* struct scope: {"roles": ["router"], "schemes": …, "lane": …, "media": …} */
};

#define MEMBER_NONE SIZE_MAX

/* A member of a structure: where it is and how it looks in JSON. */
struct json_member {
    const char *key; /* NULL ends a table */
    enum member_kind kind;
    size_t offset;
    size_t size;                       /* of the value; in a list, of one element */
    const struct json_member *members; /* MEMBER_OBJECT: its table */
    size_t given_offset;               /* of the bool that says whether it is there, else null; MEMBER_NONE */
    size_t count_offset;               /* a list: of the size_t that counts it; MEMBER_NONE */
    size_t room;                       /* a list: the most it can have */
    bool zero_when_absent;             /* a number that may be left out when it is 0 */
};

#define MEMBER_SIZE_OF(type, name) sizeof(((struct type *)0)->name)
#define MEMBER_PLACE(type, kind_of, name)                                                                    \
    .key = #name, .kind = (kind_of), .offset = offsetof(struct type, name), .size = MEMBER_SIZE_OF(type, name)

/* A plain member. */
#define MEMBER(type, kind_of, name)                                                                          \
    {                                                                                                        \
        MEMBER_PLACE(type, kind_of, name), .given_offset = MEMBER_NONE, .count_offset = MEMBER_NONE          \
    }

/* A number that may be left out when it is 0. */
#define MEMBER_ZERO_WHEN_ABSENT(type, kind_of, name)                                                         \
    {                                                                                                        \
        MEMBER_PLACE(type, kind_of, name), .given_offset = MEMBER_NONE, .count_offset = MEMBER_NONE,         \
                                           .zero_when_absent = true                                          \
    }

/* A member that is null unless the bool 'given' is set. */
#define MEMBER_OPTIONAL(type, kind_of, name, table, given)                                                   \
    {                                                                                                        \
        MEMBER_PLACE(type, kind_of, name), .members = (table), .given_offset = offsetof(struct type, given), \
                                           .count_offset = MEMBER_NONE                                       \
    }

/* A structure in the structure. */
#define MEMBER_STRUCTURE(type, name, table)                                                                  \
    {                                                                                                        \
        MEMBER_PLACE(type, MEMBER_OBJECT, name), .members = (table), .given_offset = MEMBER_NONE,            \
                                                 .count_offset = MEMBER_NONE                                 \
    }

/* An array of which 'count' elements are in use. */
#define MEMBER_LIST(type, kind_of, name, table, count)                                                       \
    {                                                                                                        \
        .key = #name, .kind = (kind_of), .offset = offsetof(struct type, name),                              \
        .size = MEMBER_SIZE_OF(type, name[0]), .members = (table), .given_offset = MEMBER_NONE,              \
        .count_offset = offsetof(struct type, count),                                                        \
        .room = MEMBER_SIZE_OF(type, name) / MEMBER_SIZE_OF(type, name[0])                                   \
    }

/* Where MEMBER_OCTETS are put when read; each message has one such member at most. */
struct json_room {
    uint8_t *data;
    size_t size;
};

/* Text that is being written; what does not fit, is not UTF-8, or a time too far away, makes it no good, and
 * no more is written. */
struct json_text {
    char *at;
    const char *end;
    bool good;
};

/* True when a member that may be left out is 0. */
bool json_member_is_zero(const struct json_member *member, const void *structure);

/* Adds `"key":value` for one member of 'structure'. */
void json_write_member(struct json_text *text, const struct json_member *member, const void *structure);

/* Adds `{"key":value,…}` for the members of a table. */
void json_write_structure(struct json_text *text, const struct json_member *members, const void *structure);

/* Adds one character, and a string with its quotes. */
void json_write_character(struct json_text *text, char character);
void json_write_string(struct json_text *text, const char *string);

/* Reads one member from 'object'. */
bool json_take_member(const cJSON *object, const struct json_member *member, void *structure,
                      const struct json_room *room, struct reason *reason);

#endif
