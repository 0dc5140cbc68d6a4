#include "dut/schema.h"

#include <string.h>

#include "base/scope.h"
#include "base/text.h"
#include "dut/device_file.h"
#include "ledger/pixit.h"
#include "station/station.h"

#define ROLES_EVERY  (ROLE_ROUTER | ROLE_BRIDGE | ROLE_CLIENT | ROLE_LES | ROLE_SWITCH | ROLE_VRRP)
#define ROLES_LANE   (ROLES_EVERY & ~ROLE_VRRP)
#define ROLES_VRRP   (ROLE_ROUTER | ROLE_VRRP) /* those with virtual routers */
#define ROLES_LEC    (ROLE_ROUTER | ROLE_BRIDGE | ROLE_CLIENT)
#define IN_FILE(m)   offsetof(struct device_file, m)
#define IN_WAIVER(m) offsetof(struct waiver, m)
#define KEYS(table)  .keys = (table), .key_count = sizeof(table) / sizeof *(table)

static const struct schema_key device_keys[] = {
    {.name = "name",
     .kind = SCHEMA_TEXT,
     .roles = ROLES_EVERY,
     .required = ROLES_EVERY,
     .place = IN_FILE(profile.name),
     .value = "vmacheck reference",
     .text = "What it is called, for reports."},
    {.name = "version",
     .kind = SCHEMA_TEXT,
     .roles = ROLES_EVERY,
     .required = ROLES_EVERY,
     .place = IN_FILE(profile.version),
     .value = "built in",
     .text = "Of its hardware and software, as exactly as a report needs it."},
    {.name = "attached",
     .kind = SCHEMA_ATTACHMENT,
     .roles = ROLES_EVERY,
     .required = ROLES_EVERY,
     .place = IN_FILE(attached),
     .value = "reference",
     .text =
         "How it is reached, as for --dut: reference (the built-in device), mutant:ID, or adapter:COMMAND (a "
         "process on the adapter protocol, docs/adapter.md; it runs in the folder of this file). ports: a "
         "device on Ethernet ports of this "
         "machine, "
         "given below."},
};

static const struct schema_key address_keys[] = {
    {.name = "mac",
     .kind = SCHEMA_MAC,
     .roles = ROLES_LEC | ROLE_VRRP,
     .place = IN_FILE(profile.values.mac),
     .given = IN_FILE(profile.values.mac_given),
     .value = "00-20-5a-12-34-56",
     .optional = true,
     .text = "MAC address of its interface on the ELAN."},
    {.name = "atm",
     .kind = SCHEMA_ATM,
     .roles = ROLES_LEC,
     .place = IN_FILE(profile.values.atm),
     .given = IN_FILE(profile.values.atm_given),
     .value = "47.0005.80ff.e100.0000.f215.1065.0020.5a12.3456.00",
     .optional = true,
     .text = "ATM address of its LEC: 20 octets in hexadecimal."},
    {.name = "ip",
     .kind = SCHEMA_IPV4,
     .roles = ROLE_ROUTER | ROLE_CLIENT | ROLE_VRRP,
     .place = IN_FILE(profile.values.ip),
     .given = IN_FILE(profile.values.ip_given),
     .value = "10.1.2.3",
     .optional = true,
     .text = "IP address of its interface on the ELAN; the subnet has 24 bits, and the suite takes the "
             "addresses of "
             "all others from it."},
    {.name = "virtual",
     .kind = SCHEMA_IPV4_LIST,
     .roles = ROLES_VRRP,
     .place = IN_FILE(profile.values.virtual),
     .value = "[10.1.2.1, 10.1.2.2]",
     .optional = true,
     .text =
         "Addresses of its virtual routers, on the same subnet: the first one is that of the first virtual "
         "router; a second one is used by cases with two addresses or two virtual routers."},
};

static const struct schema_key timer_keys[] = {
    {.name = "C17",
     .kind = SCHEMA_SECONDS,
     .roles = ROLES_LEC,
     .lowest = 10,
     .highest = 300,
     .place = IN_FILE(profile.values.aging_s),
     .value = "300",
     .optional = true,
     .text = "Aging time of its LE_ARP cache. Cases about ageing use 10 s and 300 s whatever stands here."},
    {.name = "C20",
     .kind = SCHEMA_SECONDS,
     .roles = ROLES_LEC,
     .lowest = 2,
     .highest = 5,
     .place = IN_FILE(profile.values.le_arp_response_s),
     .value = "2",
     .optional = true,
     .text =
         "Expected LE_ARP response time: how long a question stays open, and how far apart the probes of the "
         "proxy scheme are."},
};

/* Deeds as `dut init` writes them. */
#define EXAMPLE_START        "./control"
#define EXAMPLE_STARTUP      "./control"
#define EXAMPLE_SHUTDOWN     "./control"
#define EXAMPLE_FAIL         "manual"
#define EXAMPLE_SET_PRIORITY "./control"
#define EXAMPLE_CONFIGURE    "./control"
#define EXAMPLE_STOP         "./control"
#define EXAMPLE_ALIVE        "ping -c 1 -W 1 lab-router"
#define EXAMPLE_RESET        "manual"
#define EXAMPLE_HEARTBEAT    "ssh lab-router \"while sleep 0.1; do echo; done\""

static const struct schema_key control_keys[] = {
#define X(deed, word, meaning)                                                                               \
    {.name = (word),                                                                                         \
     .kind = SCHEMA_COMMAND,                                                                                 \
     .roles = ROLES_EVERY,                                                                                   \
     .parameter = DEED_##deed,                                                                               \
     .place = IN_FILE(control.commands[DEED_##deed]),                                                        \
     .value = EXAMPLE_##deed,                                                                                \
     .optional = true,                                                                                       \
     .text = (meaning)},
    DEEDS(X)
#undef X
        {.name = "limit_s",
         .kind = SCHEMA_SECONDS,
         .roles = ROLES_EVERY,
         .lowest = 1,
         .highest = 3600,
         .place = IN_FILE(control.limit_s),
         .value = "10",
         .optional = true,
         .text = "Longest time of a command; without it 10 s. What is not done by then is killed. The "
                 "operator has "
                 "10 minutes."},
};

static const struct schema_key waiver_keys[] = {
    {.name = "case",
     .kind = SCHEMA_CASE,
     .roles = ROLES_EVERY,
     .required = ROLES_EVERY,
     .place = IN_WAIVER(cases),
     .value = "backup/le-arp-unanswered[router,proxy,v1,ethernet]",
     .text = "An instance, a case (backup/le-arp-unanswered) or a topic (backup/). Of several waivers for an "
             "instance the one that names it most closely counts."},
    {.name = "reason",
     .kind = SCHEMA_TEXT,
     .roles = ROLES_EVERY,
     .required = ROLES_EVERY,
     .place = IN_WAIVER(reason),
     .value = "answers once more after it became Backup",
     .text = "Why the failure is accepted."},
    {.name = "ticket",
     .kind = SCHEMA_TEXT,
     .roles = ROLES_EVERY,
     .required = ROLES_EVERY,
     .place = IN_WAIVER(ticket),
     .value = "LAB-1234",
     .text = "Where it is followed up."},
    {.name = "expires",
     .kind = SCHEMA_DATE,
     .roles = ROLES_EVERY,
     .required = ROLES_EVERY,
     .place = IN_WAIVER(expires),
     .value = "2099-12-31",
     .text =
         "The last day of the waiver. Later the file is refused until the waiver is renewed or taken out."},
};

static const struct schema_key file_keys[] = {
    {.name = "device",
     .kind = SCHEMA_SECTION,
     .roles = ROLES_EVERY,
     .required = ROLES_EVERY,
     .text = "The device under test.",
     KEYS(device_keys)},
    {.name = "role",
     .kind = SCHEMA_SCOPE,
     .roles = ROLES_EVERY,
     .required = ROLES_EVERY,
     .parameter = SCOPE_ROLES,
     .place = IN_FILE(profile.claims.roles),
     .value = "router",
     .text = "What it is in the network. One role; only a built-in device can have several."},
    {.name = "schemes",
     .kind = SCHEMA_SCOPE,
     .roles = ROLES_LANE,
     .required = ROLE_ROUTER | ROLE_BRIDGE,
     .parameter = SCOPE_SCHEMES,
     .place = IN_FILE(profile.claims.schemes),
     .value = "[non-proxy, proxy]",
     .text = "How its LEC joins the ELAN and represents virtual MAC addresses (draft 3.1, 3.2); for a "
             "client, LES or "
             "switch the schemes of the routers that it is tested with. A bridge is proxy."},
    {.name = "lane",
     .kind = SCHEMA_SCOPE,
     .roles = ROLES_LANE,
     .required = ROLES_LEC | ROLE_LES,
     .parameter = SCOPE_LANE,
     .place = IN_FILE(profile.claims.lane),
     .value = "[v1, v2]",
     .text = "Versions of LANE in which it can operate. A LEC that claims v2 and joins a v1 ELAN operates as "
             "v1."},
    {.name = "media",
     .kind = SCHEMA_SCOPE,
     .roles = ROLES_EVERY,
     .required = ROLES_EVERY,
     .parameter = SCOPE_MEDIA,
     .place = IN_FILE(profile.claims.media),
     .value = "[ethernet]",
     .text = "The LANs that it can join, emulated or real."},
    {.name = "options",
     .kind = SCHEMA_OPTIONS,
     .roles = ROLES_EVERY,
     .required = ROLE_ROUTER | ROLE_BRIDGE | ROLE_VRRP,
     .place = IN_FILE(profile.options),
     .value = NULL,
     .text = "What it has beside what everyone must have. What is not in the list it claims not to have: "
             "cases that "
             "need it are not-applicable, and seeing it used contradicts the claim."},
    {.name = "vrids",
     .kind = SCHEMA_VRIDS,
     .roles = ROLES_VRRP,
     .lowest = 1,
     .highest = 255,
     .place = IN_FILE(profile.values.vrid),
     .value = "[1-255]",
     .optional = true,
     .text = "VRIDs that it may be given, numbers and ranges. Without it: all."},
    {.name = "priorities",
     .kind = SCHEMA_PRIORITIES,
     .roles = ROLES_VRRP,
     .lowest = 1,
     .highest = 255,
     .place = IN_FILE(profile.values.priority_lowest),
     .value = "1-255",
     .optional = true,
     .text = "Priorities that it may be given; 255 makes it the owner of its virtual addresses. Without it: "
             "all."},
    {.name = "addresses",
     .kind = SCHEMA_SECTION,
     .roles = ROLES_LEC | ROLE_VRRP,
     .text = "For a device that the lab can't configure for each case: what is given here is used instead of "
             "drawn "
             "addresses. A case that needs another one is not-applicable.",
     .optional = true,
     KEYS(address_keys)},
    {.name = "timers",
     .kind = SCHEMA_SECTION,
     .roles = ROLES_LEC,
     .text = "Values that the LECS tells the LECs of the ELAN, in seconds. Without them the suite's own: C20 "
             "2 s; C17 "
             "is not told. C7 is always 10 s.",
     .optional = true,
     KEYS(timer_keys)},
    {.name = "ports",
     .kind = SCHEMA_PORTS,
     .roles = ROLE_VRRP,
     .value = "[lab/dut%-0, lab/dut%-1]",
     .optional = true,
     .text =
         "For `attached: ports`: the interface of this machine that each LAN port of the device is "
         "connected to, LAN port 0 first; NAMESPACE/INTERFACE where it is in a network namespace. `%` stands "
         "for the number of the instance. Whatever comes from there counts as the device's, so nothing else "
         "may "
         "stand on that wire, and no switch: a cable that is pulled behind one is not seen."},
    {.name = "instances",
     .kind = SCHEMA_COUNT,
     .roles = ROLE_VRRP,
     .lowest = 1,
     .highest = DEVICE_FILE_INSTANCES,
     .place = IN_FILE(instances),
     .value = "1",
     .optional = true,
     .text =
         "For `attached: ports`: so many equal devices are there, each with ports of its own, and so many "
         "cases run side by side. Without it: 1."},
    {.name = "control",
     .kind = SCHEMA_SECTION,
     .roles = ROLES_EVERY,
     .text = "How things are done to a device on ports or behind an adapter: by a shell command, or by the "
             "operator (`manual`). A deed that stands here goes before what the adapter itself can do.",
     .optional = true,
     KEYS(control_keys)},
    {.name = "routers",
     .kind = SCHEMA_FILES,
     .roles = ROLE_BRIDGE,
     .value = "[router-a.yaml, router-b.yaml]",
     .optional = true,
     .text = "Real VRRP routers behind the LAN ports of the bridge: a device file for each, role vrrp and "
             "`attached: ports`."},
    {.name = "pixit",
     .kind = SCHEMA_SECTION,
     .roles = ROLES_EVERY,
     .text = "How this lab reads the texts where they leave a choice, and its tolerances. `vmacheck explain "
             "pixit` has "
             "the reading behind each; --pixit on the command line goes before what stands here.",
     .keys = NULL},
    {.name = "waivers",
     .kind = SCHEMA_LIST,
     .roles = ROLES_EVERY,
     .text = "Failures that the lab knows of and accepts for a time. They stay visible as `fail` but do not "
             "fail the "
             "run; a waived case that passes does, so name no more than what fails.",
     .optional = true,
     KEYS(waiver_keys)},
};

const struct schema_key schema = {.kind = SCHEMA_SECTION, .roles = ROLES_EVERY, KEYS(file_keys)};

static const struct schema_option options[] = {
    {CAPABILITY_LAN_PORT, ROLE_ROUTER | ROLE_BRIDGE | ROLE_VRRP, LANE_V1 | LANE_V2,
     MEDIUM_ETHERNET | MEDIUM_TOKEN_RING, 0, "has a LAN port besides its port on the ELAN"},
    {CAPABILITY_FORWARDING, ROLES_VRRP, LANE_V1 | LANE_V2, MEDIUM_ETHERNET | MEDIUM_TOKEN_RING,
     CAPABILITY_LAN_PORT, "forwards IP between the ELAN and its LAN port"},
    {CAPABILITY_REDIRECT, ROLES_VRRP, LANE_V1 | LANE_V2, MEDIUM_ETHERNET | MEDIUM_TOKEN_RING,
     CAPABILITY_FORWARDING, "sends ICMP redirects (RFC 2338 8.1)"},
    {CAPABILITY_PROXY_ARP, ROLES_VRRP, LANE_V1 | LANE_V2, MEDIUM_ETHERNET | MEDIUM_TOKEN_RING,
     CAPABILITY_LAN_PORT, "answers ARP for addresses beyond it (RFC 2338 8.3)"},
    {CAPABILITY_AUTHENTICATION, ROLES_VRRP, LANE_V1 | LANE_V2, MEDIUM_ETHERNET | MEDIUM_TOKEN_RING, 0,
     "VRRP authentication by password (RFC 2338 5.3.6.2)"},
    {CAPABILITY_AUTHENTICATION_HEADER, ROLES_VRRP, LANE_V1 | LANE_V2, MEDIUM_ETHERNET | MEDIUM_TOKEN_RING, 0,
     "VRRP authentication by an authentication header, HMAC-MD5-96 (RFC 2338 5.3.6.3)"},
    {CAPABILITY_LLC_MULTIPLEXING, ROLES_LEC, LANE_V2, MEDIUM_ETHERNET | MEDIUM_TOKEN_RING, 0,
     "registers an LLC-Muxed-ATM-Address; LANE v2 only"},
    {CAPABILITY_SEVERAL_VRIDS, ROLES_VRRP, LANE_V1 | LANE_V2, MEDIUM_ETHERNET | MEDIUM_TOKEN_RING, 0,
     "more than one virtual router"},
};

static void add_names(struct text *text, const struct schema_key *key);
static struct schema_key pixit_key(enum pixit_choice choice);

size_t schema_key_count(const struct schema_key *section)
{
    return section->keys ? section->key_count : PIXIT_CHOICE_COUNT;
}

struct schema_key schema_key_at(const struct schema_key *section, size_t index)
{
    return section->keys ? section->keys[index] : pixit_key((enum pixit_choice)index);
}

const char *schema_value_text(const struct schema_key *key, char *line, size_t size)
{
    struct text text = text_in(line, size);
    switch (key->kind) {
    case SCHEMA_SECTION:
        text_put(&text, "keys with their values, indented");
        break;
    case SCHEMA_LIST:
        text_put(&text, "a list of such keys: `- ` before the first one of each entry");
        break;
    case SCHEMA_TEXT:
        text_put(&text, "text in one line");
        break;
    case SCHEMA_ATTACHMENT:
        text_put(&text, "reference, mutant:ID, adapter:COMMAND or " ATTACHED_PORTS);
        break;
    case SCHEMA_SCOPE:
        text_put(&text, key->parameter == SCOPE_ROLES ? "one of " : "one, or a list, of ");
        add_names(&text, key);
        break;
    case SCHEMA_OPTIONS:
        text_put(&text, "a list of ");
        add_names(&text, key);
        text_put(&text, "; [] for none");
        break;
    case SCHEMA_VRIDS:
        text_add(&text, "a list of numbers and ranges from %u to %u, like [1, 10-20]", key->lowest,
                 key->highest);
        break;
    case SCHEMA_PRIORITIES:
        text_add(&text, "a number or range from %u to %u, like 100-200", key->lowest, key->highest);
        break;
    case SCHEMA_SECONDS:
        text_add(&text, "a whole number of seconds from %u to %u", key->lowest, key->highest);
        break;
    case SCHEMA_COUNT:
        text_add(&text, "a whole number from %u to %u", key->lowest, key->highest);
        break;
    case SCHEMA_COMMAND:
        text_put(&text, key->parameter == DEED_HEARTBEAT ? "a shell command"
                                                         : "a shell command, or " COMMAND_MANUAL);
        break;
    case SCHEMA_PORTS:
        text_add(&text, "a list of at most %d interfaces like eth1 or lab/dut%%-0", LAN_PORT_ROOM);
        break;
    case SCHEMA_FILES:
        text_add(&text, "a list of at most %u paths, from the folder of this file", DEVICE_FILE_ROUTERS);
        break;
    case SCHEMA_MAC:
        text_put(&text, "a MAC address like 00-20-5a-12-34-56");
        break;
    case SCHEMA_ATM:
        text_put(&text, "40 hexadecimal digits, perhaps with dots between octets");
        break;
    case SCHEMA_IPV4:
        text_put(&text, "an IP address like 10.1.2.3");
        break;
    case SCHEMA_IPV4_LIST:
        text_add(&text, "a list of at most %d IP addresses", VIRTUAL_ADDRESS_ROOM);
        break;
    case SCHEMA_CASE:
        text_put(&text, "an instance, a case or a topic with its '/'");
        break;
    case SCHEMA_DATE:
        text_put(&text, "a date like 2030-12-31");
        break;
    case SCHEMA_PIXIT:
        add_names(&text, key);
        break;
    }
    return line;
}

bool schema_option_of(unsigned bit, struct schema_option *option)
{
    if (bit & CAPABILITIES_OF_ATTACHMENT)
        return false;
    for (size_t i = 0; i < sizeof options / sizeof *options; i++)
        if (options[i].bit == bit) {
            *option = options[i];
            return true;
        }
    *option = (struct schema_option){.bit = bit,
                                     .roles = ROLES_EVERY,
                                     .lane = LANE_V1 | LANE_V2,
                                     .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING,
                                     .text = "docs/adapter.md"};
    return true;
}

unsigned schema_option_bit(const char *name)
{
    for (const struct capability_name *known = capability_names; known->bit; known++)
        if (strcmp(known->name, name) == 0)
            return known->bit & ~CAPABILITIES_OF_ATTACHMENT;
    return 0;
}

/* "ethernet, token-ring" */
static void add_names(struct text *text, const struct schema_key *key)
{
    const char *before = "";
    const struct pixit_item *item =
        key->kind == SCHEMA_PIXIT ? ledger_pixit((enum pixit_choice)key->parameter) : NULL;
    const char *name;
    if (key->kind == SCHEMA_SCOPE)
        for (unsigned bit = 1; (name = scope_bit_name((enum scope_dimension)key->parameter, bit));
             bit <<= 1) {
            text_add(text, "%s%s", before, name);
            before = ", ";
        }
    if (key->kind == SCHEMA_OPTIONS)
        for (const struct capability_name *known = capability_names; known->bit; known++) {
            if (known->bit & CAPABILITIES_OF_ATTACHMENT)
                continue;
            text_add(text, "%s%s", before, known->name);
            before = ", ";
        }
    for (size_t i = 0; item && i < item->value_count; i++) {
        text_add(text, "%s%s", before, item->values[i]);
        before = ", ";
    }
    if (item && !item->values)
        text_add(text, "a whole number of %s up to %u", item->unit, key->highest);
}

static struct schema_key pixit_key(enum pixit_choice choice)
{
    const struct pixit_item *item = ledger_pixit(choice);
    return (struct schema_key){.name = item->name,
                               .kind = SCHEMA_PIXIT,
                               .roles = ROLES_EVERY,
                               .parameter = choice,
                               .highest = pixit_highest(choice),
                               .place = IN_FILE(pixit) + choice * sizeof(unsigned),
                               .text = item->text};
}
