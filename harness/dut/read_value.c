/* Single values of a device file. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/hexadecimal.h"
#include "base/nearest.h"
#include "base/text.h"
#include "dut/date.h"
#include "dut/reader.h"

#define TEXT_LIMIT    200  /* octets of a name or reason */
#define COMMAND_LIMIT 1000 /* octets of a command or path */

/* A value that is being read. */
struct value_at {
    struct reader *reader;
    const struct schema_key *key;
    const struct yaml_node *node; /* a scalar */
    void *place;
};

static bool each_scalar(struct value_at *at, bool list_only, bool (*read)(const struct value_at *));
static bool scalar(const struct value_at *at, bool (*read)(const struct value_at *));
static bool wrong_shape(const struct value_at *at, const char *shape);
static bool wrong(const struct value_at *at);
static bool text_value(const struct value_at *at);
static bool scope_value(const struct value_at *at);
static bool option_value(const struct value_at *at);
static bool vrid_value(const struct value_at *at);
static bool priority_value(const struct value_at *at);
static bool number_value(const struct value_at *at);
static bool command_value(const struct value_at *at);
static bool port_value(const struct value_at *at);
static bool interface_is_good(const char *name);
static bool router_value(const struct value_at *at);
static bool attachment_value(const struct value_at *at);
static bool begins_more(const char *text, const char *start);
static bool text_fits(const struct value_at *at, size_t limit);
static bool mac_value_of(const struct value_at *at);
static bool atm_value_of(const struct value_at *at);
static bool ipv4_value_of(const struct value_at *at);
static bool virtual_value(const struct value_at *at);
static bool date_value(const struct value_at *at);
static bool pixit_value(const struct value_at *at);
static bool range_read(const struct value_at *at, uint32_t *lowest, uint32_t *highest);
static bool number_read(const char *digits, size_t size, uint32_t *number);

bool read_value(struct reader *reader, const struct schema_key *key, const struct yaml_node *node,
                void *target)
{
    struct value_at at = {reader, key, node, (char *)target + key->place};
    bool good = false;
    switch (key->kind) {
    case SCHEMA_TEXT:
    case SCHEMA_CASE:
        good = scalar(&at, text_value);
        break;
    case SCHEMA_ATTACHMENT:
        good = scalar(&at, attachment_value);
        break;
    case SCHEMA_SCOPE:
        good = each_scalar(&at, false, scope_value);
        break;
    case SCHEMA_OPTIONS:
        good = each_scalar(&at, true, option_value);
        break;
    case SCHEMA_VRIDS:
        reader->file->profile.values.vrid_given = true;
        good = each_scalar(&at, false, vrid_value);
        break;
    case SCHEMA_PRIORITIES:
        good = scalar(&at, priority_value);
        break;
    case SCHEMA_SECONDS:
    case SCHEMA_COUNT:
        good = scalar(&at, number_value);
        break;
    case SCHEMA_COMMAND:
        good = scalar(&at, command_value);
        break;
    case SCHEMA_PORTS:
        good = each_scalar(&at, false, port_value);
        break;
    case SCHEMA_FILES:
        good = each_scalar(&at, false, router_value);
        break;
    case SCHEMA_MAC:
        good = scalar(&at, mac_value_of);
        break;
    case SCHEMA_ATM:
        good = scalar(&at, atm_value_of);
        break;
    case SCHEMA_IPV4:
        good = scalar(&at, ipv4_value_of);
        break;
    case SCHEMA_IPV4_LIST:
        good = each_scalar(&at, true, virtual_value);
        break;
    case SCHEMA_DATE:
        good = scalar(&at, date_value);
        break;
    case SCHEMA_PIXIT:
        good = scalar(&at, pixit_value);
        break;
    case SCHEMA_SECTION:
    case SCHEMA_LIST:
        break; /* read_section() */
    }
    if (good && key->given)
        *((bool *)((char *)target + key->given)) = true;
    return good;
}

/* A list, or a single value that stands for a list of one. */
static bool each_scalar(struct value_at *at, bool list_only, bool (*read)(const struct value_at *))
{
    const struct yaml_node *node = at->node;
    if (node->kind == YAML_MAPPING)
        return wrong_shape(at, list_only ? "a list" : "a list or one of them");
    if (node->kind == YAML_SCALAR)
        return list_only && !node->refused ? wrong_shape(at, "a list") : scalar(at, read);
    bool good = true;
    if (!node->children && !list_only)
        good = mistake_add(at->reader->mistakes, node->place, "'%s' is an empty list; give at least one",
                           at->key->name);
    for (at->node = node->children; at->node; at->node = at->node->next)
        good &= scalar(at, read);
    return good;
}

static bool scalar(const struct value_at *at, bool (*read)(const struct value_at *))
{
    if (at->node->refused)
        return false;
    if (at->node->kind != YAML_SCALAR)
        return wrong_shape(at, "one value");
    if (at->node->empty)
        return wrong_shape(at, "a value");
    return read(at);
}

/* 'shape' is what should stand there. */
static bool wrong_shape(const struct value_at *at, const char *shape)
{
    char values[SCHEMA_TEXT_SIZE];
    return mistake_add(at->reader->mistakes, at->node->place, "'%s' wants %s and %s; give %s", at->key->name,
                       shape, at->node->empty ? "there is none" : "this is something else",
                       schema_value_text(at->key, values, sizeof values));
}

static bool wrong(const struct value_at *at)
{
    char values[SCHEMA_TEXT_SIZE];
    return mistake_add(at->reader->mistakes, at->node->place, "%s: '%s' is not possible here; give %s",
                       at->key->name, at->node->text, schema_value_text(at->key, values, sizeof values));
}

static bool text_value(const struct value_at *at)
{
    if (!text_fits(at, TEXT_LIMIT))
        return false;
    *(const char **)at->place = at->node->text;
    return true;
}

static bool attachment_value(const struct value_at *at)
{
    const char *text = at->node->text;
    if (!text_fits(at, COMMAND_LIMIT))
        return false;
    if (strcmp(text, ATTACHED_REFERENCE) != 0 && strcmp(text, ATTACHED_PORTS) != 0 &&
        !begins_more(text, ATTACHED_MUTANT) && !begins_more(text, ATTACHED_ADAPTER))
        return wrong(at);
    *(const char **)at->place = text;
    return true;
}

/* 'start' and something that is not blank. */
static bool begins_more(const char *text, const char *start)
{
    size_t size = strlen(start);
    return strncmp(text, start, size) == 0 && text[size + strspn(text + size, " \t")];
}

static bool text_fits(const struct value_at *at, size_t limit)
{
    if (!at->node->text[0])
        return mistake_add(at->reader->mistakes, at->node->place, "'%s' is an empty text; write one",
                           at->key->name);
    return strlen(at->node->text) <= limit ||
           mistake_add(at->reader->mistakes, at->node->place, "'%s' is longer than %zu octets; shorten it",
                       at->key->name, limit);
}

static bool scope_value(const struct value_at *at)
{
    enum scope_dimension dimension = (enum scope_dimension)at->key->parameter;
    unsigned bit = scope_bit_of_name(dimension, at->node->text);
    uint8_t *mask = at->place;
    if (!bit)
        return wrong(at);
    if (*mask & bit)
        return mistake_add(at->reader->mistakes, at->node->place, "%s: %s stands here twice; take one out",
                           at->key->name, at->node->text);
    *mask |= (uint8_t)bit;
    return true;
}

static bool option_value(const struct value_at *at)
{
    unsigned bit = schema_option_bit(at->node->text);
    unsigned *options = at->place;
    if (!bit) {
        struct nearest nearest = nearest_to(at->node->text);
        for (const struct capability_name *known = capability_names; known->bit; known++)
            if (schema_option_bit(known->name))
                nearest_offer(&nearest, known->name);
        if (nearest.best)
            return mistake_add(at->reader->mistakes, at->node->place,
                               "there is no option '%s'; did you mean '%s'?", at->node->text, nearest.best);
        return wrong(at);
    }
    if (*options & bit)
        return mistake_add(at->reader->mistakes, at->node->place, "%s: %s stands here twice; take one out",
                           at->key->name, at->node->text);
    *options |= bit;
    return true;
}

static bool vrid_value(const struct value_at *at)
{
    uint32_t lowest;
    uint32_t highest;
    if (!range_read(at, &lowest, &highest))
        return wrong(at);
    for (uint32_t vrid = lowest; vrid <= highest; vrid++)
        at->reader->file->profile.values.vrid[vrid] = true;
    return true;
}

static bool priority_value(const struct value_at *at)
{
    struct device_values *values = &at->reader->file->profile.values;
    uint32_t lowest;
    uint32_t highest;
    if (!range_read(at, &lowest, &highest))
        return wrong(at);
    values->priority_given = true;
    values->priority_lowest = (uint8_t)lowest;
    values->priority_highest = (uint8_t)highest;
    return true;
}

static bool number_value(const struct value_at *at)
{
    uint32_t lowest;
    uint32_t highest;
    if (!range_read(at, &lowest, &highest) || strchr(at->node->text, '-'))
        return wrong(at);
    *(uint32_t *)at->place = lowest;
    return true;
}

static bool command_value(const struct value_at *at)
{
    if (!text_fits(at, COMMAND_LIMIT))
        return false;
    bool manual = strcmp(at->node->text, COMMAND_MANUAL) == 0;
    if (at->key->parameter == DEED_HEARTBEAT && manual)
        return wrong(at);
    if (!manual && strcasecmp(at->node->text, COMMAND_MANUAL) == 0)
        return mistake_add(at->reader->mistakes, at->node->place,
                           "'%s' would be a shell command; write `manual` to have the operator asked",
                           at->node->text);
    *(const char **)at->place = at->node->text;
    return true;
}

static bool port_value(const struct value_at *at)
{
    struct device_file *file = at->reader->file;
    const char *name = at->node->text;
    const char *slash = strchr(name, '/');
    const char *number = strchr(name, '%');
    if (slash ? slash == name || slash - name > TEXT_LIMIT / 2 || !interface_is_good(slash + 1)
              : !interface_is_good(name))
        return wrong(at);
    if (number && strchr(number + 1, '%'))
        return mistake_add(
            at->reader->mistakes, at->node->place,
            "%s: '%%' stands twice in '%s'; write it once, where the number of the instance goes",
            at->key->name, name);
    if (file->port_count == LAN_PORT_ROOM)
        return mistake_add(at->reader->mistakes, at->node->place, "%s: more than %d; take this one out",
                           at->key->name, LAN_PORT_ROOM);
    at->reader->port_at[file->port_count] = at->node->place;
    file->ports[file->port_count++] = name;
    return true;
}

/* A name that the system can give to an interface. */
static bool interface_is_good(const char *name)
{
    return name[0] && strlen(name) <= INTERFACE_NAME_LIMIT && !strpbrk(name, "/ :") &&
           strcmp(name, ".") != 0 && strcmp(name, "..") != 0;
}

static bool router_value(const struct value_at *at)
{
    struct device_file *file = at->reader->file;
    const char *name = at->node->text;
    if (!text_fits(at, COMMAND_LIMIT))
        return false;
    if (file->router_count == DEVICE_FILE_ROUTERS)
        return mistake_add(at->reader->mistakes, at->node->place, "%s: more than %u; take this one out",
                           at->key->name, DEVICE_FILE_ROUTERS);
    const char *path = name[0] == '/' ? name : arena_text(file->arena, "%s/%s", file->control.folder, name);
    if (access(path, R_OK) != 0)
        return mistake_add(
            at->reader->mistakes, at->node->place,
            "%s: '%s' can't be read: %s; give the path of a device file, from the folder of this "
            "one",
            at->key->name, name, strerror(errno));
    file->routers_at[file->router_count] = at->node->place;
    file->routers[file->router_count++] = path;
    return true;
}

static bool mac_value_of(const struct value_at *at)
{
    struct mac_address mac;
    if (!mac_read(at->node->text, &mac))
        return wrong(at);
    *(struct mac_address *)at->place = mac;
    return true;
}

static bool atm_value_of(const struct value_at *at)
{
    if (!atm_address_read(at->node->text, at->place))
        return wrong(at);
    return true;
}

static bool ipv4_value_of(const struct value_at *at)
{
    if (!ipv4_read(at->node->text, at->place))
        return wrong(at);
    return true;
}

static bool virtual_value(const struct value_at *at)
{
    struct device_values *values = &at->reader->file->profile.values;
    struct ipv4_address address;
    if (!ipv4_read(at->node->text, &address))
        return wrong(at);
    if (values->virtual_count == VIRTUAL_ADDRESS_ROOM)
        return mistake_add(at->reader->mistakes, at->node->place,
                           "%s: more than %d addresses; take this one out", at->key->name,
                           VIRTUAL_ADDRESS_ROOM);
    values->virtual[values->virtual_count++] = address;
    return true;
}

static bool date_value(const struct value_at *at)
{
    return date_is(at->node->text) ? text_value(at) : wrong(at);
}

static bool pixit_value(const struct value_at *at)
{
    enum pixit_choice choice = (enum pixit_choice)at->key->parameter;
    unsigned *value = at->place;
    uint32_t number;
    if (ledger_pixit(choice)->values)
        return pixit_value_of_name(choice, at->node->text, value) || wrong(at);
    if (!number_read(at->node->text, strlen(at->node->text), &number) || number > at->key->highest)
        return wrong(at);
    *value = number;
    return true;
}

/* "7" or "7-12" within the limits of the key. */
static bool range_read(const struct value_at *at, uint32_t *lowest, uint32_t *highest)
{
    const char *text = at->node->text;
    size_t size = strcspn(text, "-");
    if (!number_read(text, size, lowest))
        return false;
    *highest = *lowest;
    if (text[size] == '-' && !number_read(text + size + 1, strlen(text + size + 1), highest))
        return false;
    return at->key->lowest <= *lowest && *lowest <= *highest && *highest <= at->key->highest;
}

/* Decimal digits, so few that they fit. */
static bool number_read(const char *digits, size_t size, uint32_t *number)
{
    if (size < 1 || size > 9 || strspn(digits, "0123456789") < size)
        return false;
    *number = (uint32_t)strtoul(digits, NULL, 10);
    return true;
}
