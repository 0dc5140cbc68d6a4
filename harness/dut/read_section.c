/* Keys and sections of a device file: known, once, where they apply, and all that have to be there. */
#include <string.h>

#include "base/nearest.h"
#include "base/text.h"
#include "dut/reader.h"

static void read_roles(struct reader *reader);
static void read_key(struct reader *reader, const struct schema_key *section, const struct yaml_node *value,
                     void *target);
static bool find_key(const struct schema_key *section, const char *name, struct schema_key *key);
static void refuse_unknown(struct reader *reader, const struct schema_key *section,
                           const struct yaml_node *name);
static void refuse_missing(struct reader *reader, const struct schema_key *section,
                           const struct yaml_node *node);
static void read_waivers(struct reader *reader, const struct schema_key *list, const struct yaml_node *node);
static const char *title_of(const struct schema_key *section);

void read_section(struct reader *reader, const struct schema_key *section, const struct yaml_node *node,
                  void *target)
{
    if (node->refused)
        return;
    if (node->kind != YAML_MAPPING) {
        mistake_add(reader->mistakes, node->place,
                    "%s is %s; write keys with their values there, `key: value`", title_of(section),
                    node->empty ? "empty" : yaml_kind_text(node->kind));
        return;
    }
    if (node == reader->root)
        read_roles(reader);
    for (const struct yaml_node *child = node->children; child; child = child->next) {
        const struct yaml_node *first = yaml_child(node, child->key->text);
        if (child->key->refused)
            continue;
        if (first != child)
            mistake_add(reader->mistakes, child->key->place,
                        "key '%s' stands in line %zu as well; take one of them out", child->key->text,
                        first->key->place.line);
        else
            read_key(reader, section, child, target);
    }
    refuse_missing(reader, section, node);
}

struct place place_of_key(const struct reader *reader, const char *section, const char *key)
{
    const struct yaml_node *mapping = section ? yaml_child(reader->root, section) : reader->root;
    const struct yaml_node *value = yaml_child(mapping, key);
    if (!value)
        value = mapping ? mapping : reader->root;
    return value->place;
}

const char *first_role_text(unsigned roles)
{
    return role_name((enum role)(roles & (~roles + 1)));
}

/* First of all: which keys apply depends on them. Mistakes in it are told when its turn comes. */
static void read_roles(struct reader *reader)
{
    const struct yaml_node *role = yaml_child(reader->root, "role");
    const struct yaml_node *name = role && role->kind == YAML_LIST ? role->children : role;
    for (; name; name = role->kind == YAML_LIST ? name->next : NULL)
        if (name->kind == YAML_SCALAR)
            reader->roles |= scope_bit_of_name(SCOPE_ROLES, name->text);
}

static void read_key(struct reader *reader, const struct schema_key *section, const struct yaml_node *value,
                     void *target)
{
    struct schema_key key;
    if (!find_key(section, value->key->text, &key)) {
        refuse_unknown(reader, section, value->key);
        return;
    }
    if (reader->roles && !(key.roles & reader->roles)) {
        mistake_add(reader->mistakes, value->key->place, "a device in the role %s has no '%s'; take it out",
                    first_role_text(reader->roles), key.name);
        return;
    }
    if (key.kind == SCHEMA_SECTION)
        read_section(reader, &key, value, target);
    else if (key.kind == SCHEMA_LIST)
        read_waivers(reader, &key, value);
    else
        read_value(reader, &key, value, target);
}

static bool find_key(const struct schema_key *section, const char *name, struct schema_key *key)
{
    for (size_t i = 0; i < schema_key_count(section); i++) {
        *key = schema_key_at(section, i);
        if (strcmp(key->name, name) == 0)
            return true;
    }
    return false;
}

/* The nearest key of this section, or the section where it belongs. */
static void refuse_unknown(struct reader *reader, const struct schema_key *section,
                           const struct yaml_node *name)
{
    struct nearest nearest = nearest_to(name->text);
    struct schema_key key;
    for (size_t i = 0; i < schema_key_count(section); i++)
        nearest_offer(&nearest, schema_key_at(section, i).name);
    for (size_t i = 0; i < schema_key_count(&schema); i++) {
        const struct schema_key other = schema_key_at(&schema, i);
        bool section_too = other.kind == SCHEMA_SECTION || other.kind == SCHEMA_LIST;
        if (section_too && strcmp(other.name, section->name ? section->name : "") != 0 &&
            find_key(&other, name->text, &key)) {
            mistake_add(reader->mistakes, name->place, "unknown key '%s' in %s; it belongs below '%s'",
                        name->text, title_of(section), other.name);
            return;
        }
    }
    if (section != &schema && find_key(&schema, name->text, &key))
        mistake_add(reader->mistakes, name->place,
                    "unknown key '%s' in %s; it belongs to the file itself, without indentation", name->text,
                    title_of(section));
    else if (nearest.best)
        mistake_add(reader->mistakes, name->place, "unknown key '%s' in %s; did you mean '%s'?", name->text,
                    title_of(section), nearest.best);
    else
        mistake_add(reader->mistakes, name->place,
                    "unknown key '%s' in %s; `vmacheck dut init` shows all keys, take it out", name->text,
                    title_of(section));
}

static void refuse_missing(struct reader *reader, const struct schema_key *section,
                           const struct yaml_node *node)
{
    for (size_t i = 0; i < schema_key_count(section); i++) {
        const struct schema_key key = schema_key_at(section, i);
        char values[SCHEMA_TEXT_SIZE];
        unsigned roles = reader->roles ? reader->roles : ROLE_ROUTER;
        if (!(key.required & roles) || yaml_child(node, key.name))
            continue;
        mistake_add(reader->mistakes, node->place, "%s says no '%s'; give %s", title_of(section), key.name,
                    schema_value_text(&key, values, sizeof values));
    }
}

static void read_waivers(struct reader *reader, const struct schema_key *list, const struct yaml_node *node)
{
    if (node->refused)
        return;
    if (node->kind != YAML_LIST) {
        mistake_add(reader->mistakes, node->place,
                    "'%s' is %s; write a list with an entry per waiver, `- case: ...`, or [] for none",
                    list->name, node->empty ? "empty" : yaml_kind_text(node->kind));
        return;
    }
    for (const struct yaml_node *entry = node->children; entry; entry = entry->next) {
        size_t number = reader->waiver_count++;
        const struct yaml_node *named = yaml_child(entry, "case");
        const struct yaml_node *expires = yaml_child(entry, "expires");
        reader->waiver_at[number] = named ? named->place : entry->place;
        reader->expires_at[number] = expires ? expires->place : entry->place;
        read_section(reader, list, entry, &reader->waivers[number]);
    }
}

static const char *title_of(const struct schema_key *section)
{
    if (!section->name)
        return "the file";
    return section->kind == SCHEMA_LIST ? "a waiver" : section->name;
}
