#include "base/scope.h"

#include <stddef.h>
#include <string.h>

/* The most bits that a dimension has, and the NULL that ends its list. */
enum { NAME_LIMIT = 7 };

/* One dimension: the name of bit 1 << i is names[i]. */
struct dimension {
    const char *name;
    const char *names[NAME_LIMIT];
};

static const struct dimension dimensions[SCOPE_DIMENSION_COUNT] = {
    [SCOPE_ROLES] = {"roles", {"router", "bridge", "client", "les", "switch", "vrrp"}},
    [SCOPE_SCHEMES] = {"schemes", {"non-proxy", "proxy"}},
    [SCOPE_LANE] = {"lane", {"v1", "v2"}},
    [SCOPE_MEDIA] = {"media", {"ethernet", "token-ring"}},
};

static const char *name_or_mark(enum scope_dimension dimension, unsigned bit);

bool scope_has(const struct scope *scope, enum role role, enum scheme scheme, enum lane_version lane,
               enum medium medium)
{
    return (scope->roles & role) && (scope->schemes & scheme) && (scope->lane & lane) &&
           (scope->media & medium);
}

const char *role_name(enum role role)
{
    return name_or_mark(SCOPE_ROLES, role);
}

const char *scheme_name(enum scheme scheme)
{
    return name_or_mark(SCOPE_SCHEMES, scheme);
}

const char *lane_name(enum lane_version lane)
{
    return name_or_mark(SCOPE_LANE, lane);
}

const char *medium_name(enum medium medium)
{
    return name_or_mark(SCOPE_MEDIA, medium);
}

bool role_of_name(const char *name, enum role *role)
{
    unsigned bit = scope_bit_of_name(SCOPE_ROLES, name);
    if (bit)
        *role = (enum role)bit;
    return bit;
}

bool scheme_of_name(const char *name, enum scheme *scheme)
{
    unsigned bit = scope_bit_of_name(SCOPE_SCHEMES, name);
    if (bit)
        *scheme = (enum scheme)bit;
    return bit;
}

bool lane_of_name(const char *name, enum lane_version *lane)
{
    unsigned bit = scope_bit_of_name(SCOPE_LANE, name);
    if (bit)
        *lane = (enum lane_version)bit;
    return bit;
}

bool medium_of_name(const char *name, enum medium *medium)
{
    unsigned bit = scope_bit_of_name(SCOPE_MEDIA, name);
    if (bit)
        *medium = (enum medium)bit;
    return bit;
}

const char *scope_dimension_name(enum scope_dimension dimension)
{
    return dimensions[dimension].name;
}

unsigned scope_mask(const struct scope *scope, enum scope_dimension dimension)
{
    switch (dimension) {
    case SCOPE_ROLES:
        return scope->roles;
    case SCOPE_SCHEMES:
        return scope->schemes;
    case SCOPE_LANE:
        return scope->lane;
    case SCOPE_MEDIA:
        return scope->media;
    }
    return 0;
}

const char *scope_bit_name(enum scope_dimension dimension, unsigned bit)
{
    for (unsigned i = 0; dimensions[dimension].names[i]; i++) {
        if (bit == 1u << i)
            return dimensions[dimension].names[i];
    }
    return NULL;
}

unsigned scope_bit_of_name(enum scope_dimension dimension, const char *name)
{
    for (unsigned i = 0; dimensions[dimension].names[i]; i++) {
        if (strcmp(name, dimensions[dimension].names[i]) == 0)
            return 1u << i;
    }
    return 0;
}

static const char *name_or_mark(enum scope_dimension dimension, unsigned bit)
{
    const char *name = scope_bit_name(dimension, bit);
    return name ? name : "?";
}
