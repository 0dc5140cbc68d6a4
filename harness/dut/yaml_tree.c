#include "dut/yaml_tree.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <yaml.h>

#include "base/utf8.h"

#define BYTE_ORDER_MARK "\xef\xbb\xbf" /* some editors put this first */

/* A tree under construction. */
struct builder {
    yaml_parser_t parser;
    struct arena *arena;
    struct mistakes *mistakes;
    bool broken; /* nothing further can be read */
};

static char *read_text(const char *path, struct arena *arena, size_t *size, struct mistakes *mistakes);
static char *read_all(int file, struct arena *arena, size_t *size, struct mistakes *mistakes);
static bool characters_are_good(const char *text, size_t size, struct mistakes *mistakes);
static bool indentation_is_good(const char *text, struct mistakes *mistakes);
static bool next_event(struct builder *builder, yaml_event_t *event);
static void report_parser(struct builder *builder);
static struct yaml_node *read_document(struct builder *builder);
static struct yaml_node *read_node(struct builder *builder, const yaml_event_t *event, unsigned depth);
static struct yaml_node *read_scalar(struct builder *builder, const yaml_event_t *event);
static struct yaml_node *read_collection(struct builder *builder, const yaml_event_t *event, unsigned depth);
static struct yaml_node *node_new(struct builder *builder, enum yaml_kind kind, struct place place);
static void refuse_marks(struct builder *builder, const yaml_event_t *event);
static struct place place_of(yaml_mark_t mark);

static const struct place top = {1, 1};

struct yaml_node *yaml_tree_read(const char *path, struct arena *arena, struct mistakes *mistakes)
{
    size_t size;
    const char *text = read_text(path, arena, &size, mistakes);
    if (text && strncmp(text, BYTE_ORDER_MARK, strlen(BYTE_ORDER_MARK)) == 0) {
        text += strlen(BYTE_ORDER_MARK);
        size -= strlen(BYTE_ORDER_MARK);
    }
    if (!text || !characters_are_good(text, size, mistakes) || !indentation_is_good(text, mistakes))
        return NULL;
    struct builder builder = {.arena = arena, .mistakes = mistakes};
    if (!yaml_parser_initialize(&builder.parser))
        abort();
    yaml_parser_set_encoding(&builder.parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&builder.parser, (const unsigned char *)text, size);
    struct yaml_node *root = read_document(&builder);
    yaml_parser_delete(&builder.parser);
    return builder.broken ? NULL : root;
}

const struct yaml_node *yaml_child(const struct yaml_node *mapping, const char *key)
{
    if (!mapping || mapping->kind != YAML_MAPPING)
        return NULL;
    for (const struct yaml_node *child = mapping->children; child; child = child->next)
        if (strcmp(child->key->text, key) == 0)
            return child;
    return NULL;
}

const char *yaml_kind_text(enum yaml_kind kind)
{
    switch (kind) {
    case YAML_SCALAR:
        return "text";
    case YAML_LIST:
        return "a list";
    case YAML_MAPPING:
        return "a mapping";
    }
    return "?";
}

static char *read_text(const char *path, struct arena *arena, size_t *size, struct mistakes *mistakes)
{
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (file < 0 || fstat(file, &status) != 0) {
        int error = errno;
        if (file >= 0)
            close(file);
        mistake_add(mistakes, top,
                    "the file can't be read: %s; give the path of a device file, or make one with "
                    "`vmacheck dut init %s`",
                    strerror(error), path);
        return NULL;
    }
    char *text = NULL;
    if (S_ISDIR(status.st_mode))
        mistake_add(mistakes, top, "this is a directory; give the path of a device file in it");
    else if (!S_ISREG(status.st_mode))
        mistake_add(mistakes, top, "this is no ordinary file; give the path of a device file");
    else
        text = read_all(file, arena, size, mistakes);
    close(file);
    return text;
}

static char *read_all(int file, struct arena *arena, size_t *size, struct mistakes *mistakes)
{
    char *text = arena_zeroed(arena, YAML_SIZE_LIMIT + 2);
    *size = 0;
    for (ssize_t count = 1; count > 0 && *size <= YAML_SIZE_LIMIT; *size += (size_t)count) {
        count = read(file, text + *size, YAML_SIZE_LIMIT + 1 - *size);
        if (count < 0) {
            mistake_add(mistakes, top, "the file can't be read: %s; give another one", strerror(errno));
            return NULL;
        }
    }
    if (*size > YAML_SIZE_LIMIT) {
        mistake_add(mistakes, top, "the file is larger than %u KiB; a device file has a few hundred lines",
                    YAML_SIZE_LIMIT / 1024);
        return NULL;
    }
    return text;
}

/* The first octet that no text has; libyaml would tell its offset only. */
static bool characters_are_good(const char *text, size_t size, struct mistakes *mistakes)
{
    struct place place = top;
    for (const char *at = text; at < text + size;) {
        unsigned length = *at == '\n' || *at == '\t' || *at == '\r' ? 1 : utf8_character_size(at);
        if (!length)
            return mistake_add(mistakes, place,
                               "octet 0x%02x is no character of UTF-8 text; save the file as UTF-8",
                               (unsigned)(unsigned char)*at);
        place.column++;
        if (*at == '\n')
            place = (struct place){place.line + 1, 1};
        at += length;
    }
    return true;
}

/* Tabs may stand in comments and behind text; in front of a line's text nobody can tell how deep they are. */
static bool indentation_is_good(const char *text, struct mistakes *mistakes)
{
    size_t line = 1;
    bool good = true;
    for (const char *at = text; *at; line++) {
        size_t spaces = strspn(at, " ");
        if (at[spaces] == '\t')
            good = mistake_add(mistakes, (struct place){line, spaces + 1},
                               "the line is indented with a tab; use spaces");
        at += strcspn(at, "\n");
        at += *at == '\n';
    }
    return good;
}

/* False at the end, and when the parser gives up. */
static bool next_event(struct builder *builder, yaml_event_t *event)
{
    if (builder->broken)
        return false;
    if (yaml_parser_parse(&builder->parser, event))
        return true;
    builder->broken = true;
    report_parser(builder);
    return false;
}

/* In libyaml's words, with what it was reading. */
static void report_parser(struct builder *builder)
{
    const yaml_parser_t *parser = &builder->parser;
    if (parser->error == YAML_MEMORY_ERROR)
        abort();
    const char *problem = parser->problem ? parser->problem : "this is no YAML";
    struct place place = place_of(parser->problem_mark);
    if (parser->context)
        mistake_add(
            builder->mistakes, place,
            "%s %s that starts in line %zu; mend the YAML here or there (indent with spaces, quote text "
            "that has ': ' or ' #' in it or starts with a special character)",
            problem, parser->context, place_of(parser->context_mark).line);
    else
        mistake_add(builder->mistakes, place,
                    "%s; mend the YAML here (indent with spaces, quote text that has ': ' or ' #' in it or "
                    "starts with a special character)",
                    problem);
}

static struct yaml_node *read_document(struct builder *builder)
{
    struct yaml_node *root = NULL;
    bool ended = false;
    yaml_event_t event;
    while (!ended && next_event(builder, &event)) {
        switch (event.type) {
        case YAML_DOCUMENT_START_EVENT:
            if (root) {
                mistake_add(builder->mistakes, place_of(event.start_mark),
                            "a second document starts here; a device file is one document, take it out");
                builder->broken = true;
            }
            break;
        case YAML_SCALAR_EVENT:
        case YAML_SEQUENCE_START_EVENT:
        case YAML_MAPPING_START_EVENT:
        case YAML_ALIAS_EVENT:
            root = read_node(builder, &event, 0);
            break;
        case YAML_STREAM_END_EVENT:
            ended = true;
            break;
        case YAML_NO_EVENT:
        case YAML_STREAM_START_EVENT:
        case YAML_DOCUMENT_END_EVENT:
        case YAML_SEQUENCE_END_EVENT:
        case YAML_MAPPING_END_EVENT:
            break;
        }
        yaml_event_delete(&event);
    }
    if (!root && !builder->broken)
        mistake_add(builder->mistakes, top,
                    "the file is empty; `vmacheck dut init` writes one with every key and what it means");
    return root;
}

static struct yaml_node *read_node(struct builder *builder, const yaml_event_t *event, unsigned depth)
{
    refuse_marks(builder, event);
    if (depth > YAML_DEPTH_LIMIT) {
        mistake_add(builder->mistakes, place_of(event->start_mark),
                    "more than %d levels within each other; a device file has three", YAML_DEPTH_LIMIT);
        builder->broken = true;
        return NULL;
    }
    if (event->type == YAML_SEQUENCE_START_EVENT || event->type == YAML_MAPPING_START_EVENT)
        return read_collection(builder, event, depth);
    return read_scalar(builder, event);
}

/* An alias, which was refused, stands as an empty text. */
static struct yaml_node *read_scalar(struct builder *builder, const yaml_event_t *event)
{
    struct yaml_node *node = node_new(builder, YAML_SCALAR, place_of(event->start_mark));
    node->text = "";
    if (event->type != YAML_SCALAR_EVENT) {
        node->refused = true;
        return node;
    }
    const char *value = (const char *)event->data.scalar.value;
    size_t size = event->data.scalar.length;
    node->text = arena_text(builder->arena, "%.*s", (int)size, value);
    node->empty = event->data.scalar.style == YAML_PLAIN_SCALAR_STYLE &&
                  (size == 0 || strcmp(value, "~") == 0 || strcmp(value, "null") == 0);
    for (const char *at = node->text; at < node->text + size;) {
        unsigned length = utf8_character_size(at);
        if (!length) {
            mistake_add(builder->mistakes, node->place,
                        "the text has a line break or a control character in it; write it in one line");
            node->refused = true;
            break;
        }
        at += length;
    }
    return node;
}

static struct yaml_node *read_collection(struct builder *builder, const yaml_event_t *event, unsigned depth)
{
    bool mapping = event->type == YAML_MAPPING_START_EVENT;
    struct yaml_node *node =
        node_new(builder, mapping ? YAML_MAPPING : YAML_LIST, place_of(event->start_mark));
    struct yaml_node **end = &node->children;
    struct yaml_node *key = NULL;
    bool ended = false;
    yaml_event_t part;
    while (!ended && next_event(builder, &part)) {
        ended = part.type == YAML_SEQUENCE_END_EVENT || part.type == YAML_MAPPING_END_EVENT;
        struct yaml_node *child = ended ? NULL : read_node(builder, &part, depth + 1);
        yaml_event_delete(&part);
        if (!child)
            continue;
        if (mapping && !key) {
            key = child;
            if (key->kind != YAML_SCALAR) {
                mistake_add(builder->mistakes, key->place,
                            "a key is a word; write one in front of the colon");
                key->refused = true;
                key->text = "";
            }
            continue;
        }
        child->key = key;
        key = NULL;
        *end = child;
        end = &child->next;
    }
    return node;
}

static struct yaml_node *node_new(struct builder *builder, enum yaml_kind kind, struct place place)
{
    struct yaml_node *node = arena_zeroed(builder->arena, sizeof *node);
    node->kind = kind;
    node->place = place;
    return node;
}

/* What makes a text mean something that does not stand there. */
static void refuse_marks(struct builder *builder, const yaml_event_t *event)
{
    const unsigned char *anchor = NULL;
    const unsigned char *tag = NULL;
    struct place place = place_of(event->start_mark);
    if (event->type == YAML_ALIAS_EVENT)
        mistake_add(builder->mistakes, place, "*%s is an alias; write its value out",
                    (const char *)event->data.alias.anchor);
    if (event->type == YAML_SCALAR_EVENT) {
        anchor = event->data.scalar.anchor;
        tag = event->data.scalar.tag;
    } else if (event->type == YAML_SEQUENCE_START_EVENT) {
        anchor = event->data.sequence_start.anchor;
        tag = event->data.sequence_start.tag;
    } else if (event->type == YAML_MAPPING_START_EVENT) {
        anchor = event->data.mapping_start.anchor;
        tag = event->data.mapping_start.tag;
    }
    if (anchor)
        mistake_add(builder->mistakes, place, "&%s is an anchor; take it out, a device file has no aliases",
                    (const char *)anchor);
    else if (tag)
        mistake_add(builder->mistakes, place, "%s is a tag; take it out, the key says what its value is",
                    (const char *)tag);
}

static struct place place_of(yaml_mark_t mark)
{
    return (struct place){mark.line + 1, mark.column + 1};
}
