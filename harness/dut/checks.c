/* What the single values of a device file can't show: claims that exclude each other, values that leave no
 * room.
 */
#include <string.h>

#include "dut/reader.h"
#include "wire/token_ring.h"

static void check_roles(struct reader *reader);
static void check_options(struct reader *reader);
static void check_option(struct reader *reader, const struct yaml_node *node, const char *name,
                         const struct schema_option *option);
static void check_values(struct reader *reader);
static bool host_of_a_subnet(struct ipv4_address address);

void check_claims(struct reader *reader)
{
    check_roles(reader);
    check_options(reader);
    check_values(reader);
}

static void check_roles(struct reader *reader)
{
    const struct device_file *file = reader->file;
    const struct scope *claims = &file->profile.claims;
    bool several = claims->roles & (claims->roles - 1u);
    const char *adapter = "adapter:";
    if (several && file->attached && strncmp(file->attached, adapter, strlen(adapter)) == 0)
        mistake_add(reader->mistakes, place_of_key(reader, NULL, "role"),
                    "a device behind an adapter has one role; write a file for each role");
    if ((claims->roles & ROLE_BRIDGE) && !several && (claims->schemes & SCHEME_NON_PROXY))
        mistake_add(reader->mistakes, place_of_key(reader, NULL, "schemes"),
                    "a bridge is a proxy LEC (draft 4), it can't be non-proxy; write `schemes: proxy`");
    if ((claims->roles & ROLE_BRIDGE) && reader->root && yaml_child(reader->root, "options") &&
        !(file->profile.options & CAPABILITY_LAN_PORT))
        mistake_add(reader->mistakes, place_of_key(reader, NULL, "options"),
                    "a bridge without a LAN port has nothing to bridge; claim lan-port");
}

static void check_options(struct reader *reader)
{
    const struct yaml_node *list = yaml_child(reader->root, "options");
    if (!list || list->kind != YAML_LIST)
        return;
    for (const struct yaml_node *node = list->children; node; node = node->next) {
        struct schema_option option;
        unsigned bit = node->kind == YAML_SCALAR ? schema_option_bit(node->text) : 0;
        if (bit && schema_option_of(bit, &option))
            check_option(reader, node, node->text, &option);
    }
}

static void check_option(struct reader *reader, const struct yaml_node *node, const char *name,
                         const struct schema_option *option)
{
    const struct device_profile *profile = &reader->file->profile;
    if (!(option->roles & reader->roles))
        mistake_add(reader->mistakes, node->place, "a device in the role %s has no %s; take it out",
                    first_role_text(reader->roles), name);
    else if (profile->claims.lane && !(option->lane & profile->claims.lane))
        mistake_add(reader->mistakes, node->place,
                    "%s is of LANE %s, which the device does not claim; take it out or claim that version",
                    name, lane_name((enum lane_version)option->lane));
    else if (profile->claims.media && !(option->media & profile->claims.media))
        mistake_add(reader->mistakes, node->place,
                    "%s is of %s, which the device does not claim; take it out or claim that medium", name,
                    medium_name((enum medium)option->media));
    for (const struct capability_name *known = capability_names; known->bit; known++)
        if (option->needs & known->bit & ~profile->options)
            mistake_add(reader->mistakes, node->place,
                        "%s is impossible without %s; claim that too or take %s out", name, known->name,
                        name);
}

static void check_values(struct reader *reader)
{
    const struct device_values *values = &reader->file->profile.values;
    unsigned vrids = 0;
    for (unsigned vrid = 1; vrid <= 255; vrid++)
        vrids += values->vrid[vrid];
    if (vrids == 1 && (reader->file->profile.options & CAPABILITY_SEVERAL_VRIDS))
        mistake_add(
            reader->mistakes, place_of_key(reader, NULL, "vrids"),
            "several-vrids is claimed, but only one VRID may be used; give more or take several-vrids out");
}

void check_addresses(struct reader *reader)
{
    const struct device_values *values = &reader->file->profile.values;
    const struct yaml_node *list = yaml_child(yaml_child(reader->root, "addresses"), "virtual");
    const struct yaml_node *node = list && list->kind == YAML_LIST ? list->children : NULL;
    static const struct mac_address no_mac;
    bool on_ring = reader->file->profile.claims.media & MEDIUM_TOKEN_RING;
    if (values->mac_given && (mac_is_group(values->mac) || mac_equal(values->mac, no_mac)))
        mistake_add(reader->mistakes, place_of_key(reader, "addresses", "mac"),
                    "this is no address of a single station (group bit, or all zero); give the device's own");
    else if (values->mac_given && mac_is_vmac(values->mac))
        mistake_add(reader->mistakes, place_of_key(reader, "addresses", "mac"),
                    "this is a virtual MAC address of VRRP; give the device's own");
    else if (values->mac_given && on_ring && token_ring_is_group(values->mac))
        mistake_add(reader->mistakes, place_of_key(reader, "addresses", "mac"),
                    "on token ring, whose frames carry the bits of an octet the other way round, this is a "
                    "group address; give the device's own");
    if (values->atm_given && atm_address_is_zero(&values->atm))
        mistake_add(reader->mistakes, place_of_key(reader, "addresses", "atm"),
                    "this is the zero address; give the device's own");
    if (values->ip_given && !host_of_a_subnet(values->ip))
        mistake_add(reader->mistakes, place_of_key(reader, "addresses", "ip"),
                    "this is no address of a single host on a subnet of 24 bits; give the device's own");
    for (size_t i = 0; node && i < values->virtual_count; i++, node = node->next) {
        if (!host_of_a_subnet(values->virtual[i]))
            mistake_add(reader->mistakes, node->place,
                        "this is no address of a single host on a subnet of 24 bits; give one");
        uint32_t subnet = values->ip_given ? values->ip.number : values->virtual[0].number;
        if ((values->virtual[i].number ^ subnet) & 0xffffff00u)
            mistake_add(reader->mistakes, node->place,
                        "this address is not on the subnet (24 bits) of %s; give one that is",
                        values->ip_given ? "'ip'" : "the first one");
        if (values->ip_given && ipv4_equal(values->virtual[i], values -> ip))
            mistake_add(reader->mistakes, node->place,
                        "this is the device's own address: cases in which it owns the virtual address use it "
                        "anyway; take it out");
        for (size_t j = 0; j < i; j++)
            if (ipv4_equal(values->virtual[i], values -> virtual[j]))
                mistake_add(reader->mistakes, node->place, "this address stands here twice; take one out");
    }
}

/* No network, broadcast, loopback or multicast address, and not of 198.18.0.0/15, which the suite uses
 * itself. */
static bool host_of_a_subnet(struct ipv4_address address)
{
    uint32_t first = address.number >> 24;
    uint32_t host = address.number & 0xff;
    return host != 0 && host != 255 && first != 0 && first != 127 && first < 224 &&
           (address.number >> 17) != 0xc612u >> 1;
}
