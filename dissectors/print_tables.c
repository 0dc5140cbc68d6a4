/* Prints dissectors/vmacheck/tables.lua, so that the dissector has names, numbers and requirements from where
 * vmacheck has them: `make dissector-tables` renews it, and tests/e2e/test_dissector.py compares the two. */
#include <stdio.h>
#include <stdlib.h>

#include "ledger/ledger.h"
#include "wire/frame.h"
#include "wire/token_ring.h"

/* FLAGS: bit, name, and the messages in which it means something (lane-wire 4). */
struct flag {
    uint16_t bit;
    const char *name;
    uint16_t opcodes[4]; /* 0: no more */
};

static const struct flag flags[] = {
    {LE_FLAG_REMOTE_ADDRESS, "remote-address", {LE_ARP_REQUEST, LE_ARP_RESPONSE, LE_NARP_REQUEST}},
    {LE_FLAG_V2_CAPABLE,
     "v2-capable",
     {LE_CONFIGURE_REQUEST, LE_CONFIGURE_RESPONSE, LE_JOIN_REQUEST, LE_JOIN_RESPONSE}},
    {LE_FLAG_SELECTIVE_MULTICAST, "selective-multicast", {LE_JOIN_REQUEST, LE_JOIN_RESPONSE}},
    {LE_FLAG_V2_REQUIRED, "v2-required", {LE_CONFIGURE_RESPONSE, LE_JOIN_RESPONSE}},
    {LE_FLAG_PROXY, "proxy", {LE_JOIN_REQUEST, LE_JOIN_RESPONSE}},
    {LE_FLAG_TOPOLOGY_CHANGE, "topology-change", {LE_TOPOLOGY_REQUEST}},
    {LE_FLAG_EXCLUDE_EXPLORER, "exclude-explorer-frames", {LE_JOIN_REQUEST, LE_JOIN_RESPONSE}},
};

/* A number and what it is called. */
struct named {
    unsigned number;
    const char *name;
};

static const struct named lan_tags[] = {
    {LAN_TAG_NOT_PRESENT, "not present"},
    {LAN_TAG_MAC, "MAC address"},
    {LAN_TAG_ROUTE_DESCRIPTOR, "route descriptor"},
};

static const struct named lan_types[] = {
    {LAN_TYPE_UNSPECIFIED, "unspecified"},
    {LAN_TYPE_8023, "Ethernet/802.3"},
    {LAN_TYPE_8025, "802.5"},
};

/* Octets of an AAL5 SDU; those on LLC-multiplexed VCCs have 12 more (lane-wire 6). */
static const struct named max_frame_sizes[] = {
    {MAX_FRAME_UNSPECIFIED, "unspecified"},
    {MAX_FRAME_1516, "1516 (LLC-multiplexed 1528)"},
    {MAX_FRAME_4544, "4544 (LLC-multiplexed 4556)"},
    {MAX_FRAME_9234, "9234 (LLC-multiplexed 9246)"},
    {MAX_FRAME_18190, "18190 (LLC-multiplexed 18202)"},
    {MAX_FRAME_1580, "1580 (LLC-multiplexed 1592)"},
};

static void print_named(const char *table, const struct named *list, size_t count);
static void print_frame_names(void);
static void print_opcodes(void);
static void print_statuses(void);
static void print_flags(void);
static void print_tlvs(void);
static void print_requirements(void);
static void print_scope(const struct scope *scope);
static void print_string(const char *text);

int main(void)
{
    puts("-- Names, numbers and requirements of vmacheck. Made by dissectors/print_tables.c: `make "
         "dissector-tables`.\n"
         "local tables = {}\n");
    print_frame_names();
    print_opcodes();
    print_statuses();
    print_flags();
    print_named("lan_tags", lan_tags, sizeof lan_tags / sizeof *lan_tags);
    print_named("lan_types", lan_types, sizeof lan_types / sizeof *lan_types);
    print_named("max_frame_sizes", max_frame_sizes, sizeof max_frame_sizes / sizeof *max_frame_sizes);
    print_tlvs();
    print_requirements();
    puts("return tables");
    return fflush(stdout) == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}

static void print_named(const char *table, const struct named *list, size_t count)
{
    printf("tables.%s = {\n", table);
    for (size_t i = 0; i < count; i++) {
        printf("  [%u] = ", list[i].number);
        print_string(list[i].name);
        puts(",");
    }
    puts("}\n");
}

static void print_frame_names(void)
{
    puts("tables.frame_names = {");
    for (unsigned name = 0; name < FRAME_NAME_COUNT; name++)
        printf("  '%s',\n", frame_name_text((enum frame_name)name));
    puts("}\n");
}

static void print_opcodes(void)
{
    static const uint16_t opcodes[] = {
#define X(name, value) value,
        LE_OPCODES(X)
#undef X
    };
    puts("tables.opcodes = {");
    for (size_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++)
        printf("  [0x%04x] = '%s',\n", opcodes[i], le_opcode_name(opcodes[i]));
    puts("}\n");
}

static void print_statuses(void)
{
    puts("tables.statuses = {");
    for (uint16_t status = 0; status < 256; status++)
        if (le_status_name(status)) {
            printf("  [%u] = ", status);
            print_string(le_status_name(status));
            puts(",");
        }
    puts("}\n");
}

static void print_flags(void)
{
    puts("-- In the order of bits; opcodes: the messages in which the flag means something.\ntables.flags = "
         "{");
    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        printf("  { bit = 0x%04x, name = '%s', opcodes = {", flags[i].bit, flags[i].name);
        for (size_t j = 0; j < sizeof flags[i].opcodes / sizeof *flags[i].opcodes && flags[i].opcodes[j]; j++)
            printf("%s [0x%04x] = true", j ? "," : "", flags[i].opcodes[j]);
        puts(" } },");
    }
    puts("}\n");
}

static void print_tlvs(void)
{
    puts("-- size: octets of the value, nil if they vary.\ntables.tlvs = {");
#define X(name, type, size, text)                                                                            \
    if (size == TLV_ANY_SIZE)                                                                                \
        printf("  [0x%08x] = { name = '%s' },\n", (unsigned)type, text);                                     \
    else                                                                                                     \
        printf("  [0x%08x] = { name = '%s', size = %d },\n", (unsigned)type, text, size);
    LE_TLVS(X)
#undef X
    puts("}\n");
}

static void print_requirements(void)
{
    puts("tables.requirements = {");
    for (size_t i = 0; i < ledger_count(); i++) {
        const struct requirement *requirement = ledger_at(i);
        printf("  ['%s'] = {\n    level = '%s',\n", requirement->id,
               requirement_level_name(requirement->level));
        if (requirement->provenance != PROVENANCE_QUOTED)
            printf("    provenance = '%s',\n", requirement_provenance_name(requirement->provenance));
        printf("    source = '%s',\n    section = '%s',\n", requirement_source_name(requirement->source),
               requirement->section);
        print_scope(&requirement->scope);
        printf("    quote = ");
        print_string(requirement->quote);
        puts(",\n  },");
    }
    puts("}\n");
}

static void print_scope(const struct scope *scope)
{
    for (unsigned d = 0; d < SCOPE_DIMENSION_COUNT; d++) {
        enum scope_dimension dimension = (enum scope_dimension)d;
        printf("    %s = {", scope_dimension_name(dimension));
        const char *separator = " ";
        for (unsigned bit = 1; scope_bit_name(dimension, bit); bit <<= 1)
            if (scope_mask(scope, dimension) & bit) {
                printf("%s['%s'] = true", separator, scope_bit_name(dimension, bit));
                separator = ", ";
            }
        puts(" },");
    }
}

/* A Lua string; texts have no control characters. */
static void print_string(const char *text)
{
    putchar('\'');
    for (; *text; text++)
        printf(*text == '\'' || *text == '\\' ? "\\%c" : "%c", *text);
    putchar('\'');
}
