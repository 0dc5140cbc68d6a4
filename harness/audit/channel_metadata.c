/* Names and descriptions of interfaces, as vmacheck's own captures have them (output/capture.c):
 *   "control-direct dut -> les"
 *   "VCI 34, calling 4700…, called 4700…, LANE protocol id 1, point-to-multipoint"
 */
#include "audit/channels_private.h"

#define DEVICE_NAME "dut"

static bool read_name(struct arena *arena, const char *name, struct interface *interface);
static bool read_description(const char *description, struct interface *interface);
static bool take(const char **at, const char *expected);
static bool take_number(const char **at, unsigned highest, unsigned *number);
static bool take_address(const char **at, struct atm_address *address);
static bool names_contain(const char *names, const char *name);

void metadata_read(struct arena *arena, const char *name, const char *description, const char *device_name,
                   struct interface *interface)
{
    struct interface read = *interface;
    if (!name || !description || !read_name(arena, name, &read) || !read_description(description, &read))
        return;
    if (!device_name)
        device_name = DEVICE_NAME;
    if (strcmp(read.caller_name, device_name) == 0)
        read.caller = CALLER_HOST;
    else if (names_contain(read.hearer_names, device_name))
        read.caller = CALLER_NETWORK;
    else
        read.caller = CALLER_OTHERS;
    read.described = true;
    *interface = read;
}

static bool read_name(struct arena *arena, const char *name, struct interface *interface)
{
    const char *arrow = strstr(name, " -> ");
    for (int kind = VCC_UNKNOWN; arrow && kind < VCC_KIND_COUNT; kind++) {
        const char *at = name;
        if (!take(&at, vcc_kind_text((enum vcc_kind)kind)) || !take(&at, " ") || at >= arrow)
            continue;
        interface->kind = (enum vcc_kind)kind;
        interface->caller_name = arena_text(arena, "%.*s", (int)(arrow - at), at);
        interface->hearer_names = arena_text(arena, "%s", arrow + strlen(" -> "));
        return true;
    }
    return false;
}

static bool read_description(const char *description, struct interface *interface)
{
    const char *at = description;
    unsigned vci;
    unsigned b_lli;
    if (!take(&at, "VCI ") || !take_number(&at, UINT16_MAX, &vci) || !take(&at, ", calling ") ||
        !take_address(&at, &interface->call.calling) || !take(&at, ", called ") ||
        !take_address(&at, &interface->call.called) || !take(&at, ", LANE protocol id ") ||
        !take_number(&at, B_LLI_LLC_MULTIPLEXED, &b_lli))
        return false;
    take(&at, " (LLC-multiplexed)");
    interface->call.point_to_multipoint = take(&at, ", point-to-multipoint");
    interface->vci = (uint16_t)vci;
    interface->call.b_lli = (enum b_lli)b_lli;
    return *at == '\0';
}

static bool take(const char **at, const char *expected)
{
    size_t length = strlen(expected);
    if (strncmp(*at, expected, length) != 0)
        return false;
    *at += length;
    return true;
}

static bool take_number(const char **at, unsigned highest, unsigned *number)
{
    const char *start = *at;
    *number = 0;
    while (**at >= '0' && **at <= '9' && *number <= highest)
        *number = *number * 10 + (unsigned)(*(*at)++ - '0');
    return *at > start && *number <= highest;
}

static bool take_address(const char **at, struct atm_address *address)
{
    char digits[ATM_ADDRESS_TEXT_SIZE];
    size_t length = strspn(*at, "0123456789abcdef");
    if (length != sizeof digits - 1)
        return false;
    memcpy(digits, *at, length);
    digits[length] = '\0';
    *at += length;
    return atm_address_read(digits, address);
}

/* True if 'name' is one of the names between commas. */
static bool names_contain(const char *names, const char *name)
{
    size_t length = strlen(name);
    while (strncmp(names, name, length) != 0 || (names[length] && names[length] != ',')) {
        names = strchr(names, ',');
        if (!names)
            return false;
        names++;
    }
    return true;
}
