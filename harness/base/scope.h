/* Where a sentence, a case or a device belongs: role, scheme, LANE version and medium, each a bit, so that a
 * mask says to which of them something applies. The names are those of spec/requirements.yaml, device files
 * and output.
 */
#ifndef BASE_SCOPE_H
#define BASE_SCOPE_H

#include <stdbool.h>
#include <stdint.h>

/* What a device is in the network. */
enum role {
    ROLE_ROUTER = 1 << 0, /* a VRRP router with its LEC */
    ROLE_BRIDGE = 1 << 1, /* a LANE bridge */
    ROLE_CLIENT = 1 << 2, /* any other LEC of the ELAN, as receiver */
    ROLE_LES = 1 << 3,
    ROLE_SWITCH = 1 << 4, /* an ATM switch */
    ROLE_VRRP = 1 << 5    /* RFC 2338 without LANE */
};

/* How the LEC of the VMAC's owner joins the ELAN (draft 3.1, 3.2); for roles LES, SWITCH and CLIENT that of
 * the router they face. */
enum scheme { SCHEME_NON_PROXY = 1 << 0, SCHEME_PROXY = 1 << 1 };

/* LANE version in which the LEC operates: decided by V2 Required in LE_JOIN_RESPONSE. */
enum lane_version { LANE_V1 = 1 << 0, LANE_V2 = 1 << 1 };

/* What the ELAN emulates. */
enum medium { MEDIUM_ETHERNET = 1 << 0, MEDIUM_TOKEN_RING = 1 << 1 };

/* One mask per dimension; an empty mask applies to nothing. */
struct scope {
    uint8_t roles;   /* of enum role */
    uint8_t schemes; /* of enum scheme */
    uint8_t lane;    /* of enum lane_version */
    uint8_t media;   /* of enum medium */
};

/* True if 'scope' has all four bits. */
bool scope_has(const struct scope *scope, enum role role, enum scheme scheme, enum lane_version lane,
               enum medium medium);

/* The name of one bit, "?" for anything else. */
const char *role_name(enum role role);
const char *scheme_name(enum scheme scheme);
const char *lane_name(enum lane_version lane);
const char *medium_name(enum medium medium);

/* The bit called 'name'; false leaves the bit alone. */
bool role_of_name(const char *name, enum role *role);
bool scheme_of_name(const char *name, enum scheme *scheme);
bool lane_of_name(const char *name, enum lane_version *lane);
bool medium_of_name(const char *name, enum medium *medium);

/* The dimensions, for code that treats them alike (printing, reading lists). */
enum scope_dimension { SCOPE_ROLES, SCOPE_SCHEMES, SCOPE_LANE, SCOPE_MEDIA };
enum { SCOPE_DIMENSION_COUNT = SCOPE_MEDIA + 1 };

/* "roles", "schemes", "lane", "media". */
const char *scope_dimension_name(enum scope_dimension dimension);

/* The mask of one dimension. */
unsigned scope_mask(const struct scope *scope, enum scope_dimension dimension);

/* The name of one bit of a dimension, NULL if it has no such bit: counting 'bit' up from 1 by doubling until
 * NULL visits all. */
const char *scope_bit_name(enum scope_dimension dimension, unsigned bit);

/* The bit of a dimension called 'name', 0 if there is none. */
unsigned scope_bit_of_name(enum scope_dimension dimension, const char *name);

#endif
