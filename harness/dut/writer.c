/* `vmacheck dut init`. */
#include "dut/writer.h"

#include <string.h>

#include "base/text.h"
#include "dut/schema.h"
#include "ledger/ledger.h"
#include "station/station.h"

#define LINE_WIDTH 100

/* A file under way. */
struct writing {
    FILE *out;
    unsigned role;
    struct scope scope; /* claimed: masks are empty where the schema's own value stands */
};

static void write_keys(const struct writing *writing, const struct schema_key *section, unsigned indent,
                       bool comment);
static void write_comment(const struct writing *writing, unsigned indent, bool commented, const char *text);
static void write_value(const struct writing *writing, const struct schema_key *key);
static void scope_text(const struct writing *writing, const struct schema_key *key, struct text *text);
static void option_text(const struct writing *writing, struct text *text);
static void pixit_text(const struct schema_key *key, struct text *text);

static const char head[] = "A device file of vmacheck: what a device is and claims (PICS), how this lab "
                           "reaches and reads it (PIXIT), and "
                           "what of it is waived. `vmacheck run --dut FILE` runs the cases that it claims; "
                           "`vmacheck dut check FILE` only "
                           "looks for mistakes. docs/device-file.md explains every key. This one is for the "
                           "built-in device; keys behind "
                           "'#' need not be there.";

void device_file_write(FILE *out, const struct scope *scope)
{
    unsigned roles = scope->roles ? scope->roles : (unsigned)ROLE_ROUTER;
    struct writing writing = {.out = out, .role = roles & (~roles + 1), .scope = *scope};
    writing.scope.roles = (uint8_t)writing.role;
    if (writing.role == ROLE_BRIDGE)
        writing.scope.schemes = SCHEME_PROXY;
    write_comment(&writing, 0, false, head);
    write_keys(&writing, &schema, 0, false);
}

static void write_keys(const struct writing *writing, const struct schema_key *section, unsigned indent,
                       bool comment)
{
    const char *first = section->kind == SCHEMA_LIST ? "- " : "";
    for (size_t i = 0; i < schema_key_count(section); i++) {
        const struct schema_key key = schema_key_at(section, i);
        bool below = key.kind == SCHEMA_SECTION || key.kind == SCHEMA_LIST;
        bool commented = comment || (key.optional && section == &schema);
        char values[SCHEMA_TEXT_SIZE];
        if (!(key.roles & writing->role))
            continue;
        if (section == &schema)
            putc('\n', writing->out);
        if (section->kind != SCHEMA_LIST) /* one comment above the list explains its keys */
            write_comment(writing, indent, commented, key.text);
        if (!below && section->kind != SCHEMA_LIST) {
            char line[SCHEMA_TEXT_SIZE + 10];
            snprintf(line, sizeof line, "Value: %s.", schema_value_text(&key, values, sizeof values));
            write_comment(writing, indent, commented, line);
        }
        if (key.optional && section != &schema && !comment)
            commented = true;
        fprintf(writing->out, "%s%*s%s%s:", commented ? "#" : "", (int)indent, "", first, key.name);
        if (!below)
            write_value(writing, &key);
        putc('\n', writing->out);
        if (below)
            write_keys(writing, &key, indent + 2, commented);
        if (*first)
            first = "  ";
    }
}

/* Wrapped; in front of a key that is a comment itself, two signs make the difference. */
static void write_comment(const struct writing *writing, unsigned indent, bool commented, const char *text)
{
    const char *sign = commented ? "##" : "#";
    int column = 0;
    while (*text) {
        int size = (int)strcspn(text, " ");
        if (column && column + 1 + size > LINE_WIDTH) {
            putc('\n', writing->out);
            column = 0;
        }
        if (!column)
            column = fprintf(writing->out, "%*s%s", commented ? 0 : (int)indent, "", sign);
        column += fprintf(writing->out, " %.*s", size, text);
        text += size;
        text += strspn(text, " ");
    }
    putc('\n', writing->out);
}

static void write_value(const struct writing *writing, const struct schema_key *key)
{
    char line[SCHEMA_TEXT_SIZE];
    struct text text = text_in(line, sizeof line);
    if (key->kind == SCHEMA_SCOPE)
        scope_text(writing, key, &text);
    else if (key->kind == SCHEMA_OPTIONS)
        option_text(writing, &text);
    else if (key->kind == SCHEMA_PIXIT)
        pixit_text(key, &text);
    else
        text_put(&text, key->value);
    fprintf(writing->out, " %s", line);
}

/* "router", "[v1, v2]" */
static void scope_text(const struct writing *writing, const struct schema_key *key, struct text *text)
{
    enum scope_dimension dimension = (enum scope_dimension)key->parameter;
    unsigned mask = scope_mask(&writing->scope, dimension);
    const char *name;
    if (!mask) {
        text_put(text, key->value);
        return;
    }
    if (dimension == SCOPE_ROLES) {
        text_put(text, role_name((enum role)mask));
        return;
    }
    const char *before = "[";
    for (unsigned bit = 1; (name = scope_bit_name(dimension, bit)); bit <<= 1)
        if (mask & bit) {
            text_add(text, "%s%s", before, name);
            before = ", ";
        }
    text_put(text, "]");
}

/* All that the role, its LANE versions and media leave room for. */
static void option_text(const struct writing *writing, struct text *text)
{
    const struct scope *scope = &writing->scope;
    const char *before = "";
    text_put(text, "[");
    for (const struct capability_name *known = capability_names; known->bit; known++) {
        struct schema_option option;
        if (!schema_option_of(known->bit, &option) || !(option.roles & writing->role) ||
            (scope->lane && !(scope->lane & option.lane)) ||
            !((scope->media ? scope->media : MEDIUM_ETHERNET) & option.media))
            continue;
        text_add(text, "%s%s", before, known->name);
        before = ", ";
    }
    text_put(text, "]");
}

static void pixit_text(const struct schema_key *key, struct text *text)
{
    const struct pixit_item *item = ledger_pixit((enum pixit_choice)key->parameter);
    if (item->values)
        text_put(text, item->values[item->default_value]);
    else
        text_add(text, "%u", item->default_value);
}
