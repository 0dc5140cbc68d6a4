#include "ledger/ledger_print.h"

#include <string.h>

/* Columns of a line, and where the text of a labelled paragraph starts. */
enum { LINE_WIDTH = 100, TEXT_COLUMN = 14 };

/* A paragraph under way: its words wrap at LINE_WIDTH. */
struct paragraph {
    FILE *out;
    int column;     /* of the next character, from 0 */
    int indent;     /* column at which the second line starts */
    bool has_words; /* so that the next one needs a space before it */
};

static void print_head(FILE *out, const struct requirement *requirement);
static void print_scope(FILE *out, const struct scope *scope);
static void print_reading(FILE *out, const struct reading *reading);
static void print_pixit(FILE *out, const struct pixit_item *item);
static void print_mutants(FILE *out, const struct requirement *requirement);
static void print_paragraph(FILE *out, const char *label, const char *words);
static struct paragraph paragraph_start(FILE *out, const char *label);
static void paragraph_add(struct paragraph *paragraph, const char *words);
static void paragraph_end(struct paragraph *paragraph);
static int column_count(const char *word, size_t size);
static const char *provenance_text(enum requirement_provenance provenance);
static json_t *scope_json(const struct scope *scope, enum scope_dimension dimension);
static json_t *reading_json(const struct reading *reading);
static json_t *pixit_json(const struct pixit_item *item);
static json_t *pixit_values_json(const struct pixit_item *item);
static json_t *mutants_json(const struct requirement *requirement);

void ledger_print_requirement(FILE *out, const struct requirement *requirement)
{
    print_head(out, requirement);
    print_scope(out, &requirement->scope);
    print_paragraph(out, "seen as", requirement->observable);
    if (requirement->unobservable)
        print_paragraph(out, "unobservable", requirement->unobservable);
    if (requirement->reading)
        print_reading(out, requirement->reading);
    if (requirement->pixit)
        print_pixit(out, requirement->pixit);
    print_mutants(out, requirement);
}

json_t *ledger_requirement_json(const struct requirement *requirement)
{
    const char *sentence = requirement->source == SOURCE_LANE ? "rule" : "quote";
    const struct scope *scope = &requirement->scope;
    /* An 'o' that is NULL, because memory ran out, makes the whole object NULL and frees the others. */
    return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s, s:o, s:o, s:o, s:o, s:s, s:o, s:o, s:s?, s:o}", "id",
                     requirement->id, "source", requirement_source_name(requirement->source), "section",
                     requirement->section, "level", requirement_level_name(requirement->level), "provenance",
                     requirement_provenance_name(requirement->provenance), sentence, requirement->quote,
                     "roles", scope_json(scope, SCOPE_ROLES), "schemes", scope_json(scope, SCOPE_SCHEMES),
                     "lane", scope_json(scope, SCOPE_LANE), "media", scope_json(scope, SCOPE_MEDIA),
                     "observable", requirement->observable, "reading", reading_json(requirement->reading),
                     "pixit", pixit_json(requirement->pixit), "unobservable", requirement->unobservable,
                     "mutants", mutants_json(requirement));
}

/* 'R-3.1-05  must  draft-ietf-vrrp-lane-02, section 3.1' and the sentence. */
static void print_head(FILE *out, const struct requirement *requirement)
{
    static const char *const texts[] = {
        [SOURCE_DRAFT] = "draft-ietf-vrrp-lane-02",
        [SOURCE_RFC2338] = "RFC 2338",
        [SOURCE_LANE] = "LAN Emulation",
    };
    bool quoted = requirement->source != SOURCE_LANE;
    bool numbered = requirement->section[0] >= '0' && requirement->section[0] <= '9';
    fprintf(out, "%s  %s  %s, %s%s\n", requirement->id, requirement_level_name(requirement->level),
            texts[requirement->source], numbered ? "section " : "", requirement->section);
    struct paragraph paragraph = paragraph_start(out, quoted ? "quote" : "rule");
    paragraph_add(&paragraph, requirement->quote);
    if (!quoted)
        paragraph_add(&paragraph, provenance_text(requirement->provenance));
    paragraph_end(&paragraph);
}

/* 'router, bridge; non-proxy; v1, v2; ethernet' */
static void print_scope(FILE *out, const struct scope *scope)
{
    struct paragraph paragraph = paragraph_start(out, "applies to");
    for (unsigned i = 0; i < SCOPE_DIMENSION_COUNT; i++) {
        enum scope_dimension dimension = (enum scope_dimension)i;
        unsigned mask = scope_mask(scope, dimension);
        const char *name;
        for (unsigned bit = 1; (name = scope_bit_name(dimension, bit)); bit <<= 1) {
            if (!(mask & bit))
                continue;
            const char *stop = mask > 2 * bit - 1 ? "," : i + 1 < SCOPE_DIMENSION_COUNT ? ";" : "";
            char word[32];
            snprintf(word, sizeof word, "%s%s", name, stop);
            paragraph_add(&paragraph, word);
        }
    }
    paragraph_end(&paragraph);
}

static void print_reading(FILE *out, const struct reading *reading)
{
    struct paragraph paragraph = paragraph_start(out, "reading");
    paragraph_add(&paragraph, reading->id);
    paragraph_add(&paragraph, reading->title);
    paragraph_add(&paragraph, "-");
    paragraph_add(&paragraph, reading->text);
    paragraph_end(&paragraph);
}

static void print_pixit(FILE *out, const struct pixit_item *item)
{
    struct paragraph paragraph = paragraph_start(out, "PIXIT");
    char word[64];
    snprintf(word, sizeof word, "%s:", item->name);
    paragraph_add(&paragraph, word);
    if (item->value_count == 0) {
        snprintf(word, sizeof word, "%u %s", item->default_value, item->unit);
        paragraph_add(&paragraph, word);
        paragraph_add(&paragraph, "(default)");
    }
    for (unsigned i = 0; i < item->value_count; i++) {
        snprintf(word, sizeof word, "%s%s%s", item->values[i], i == item->default_value ? " (default)" : "",
                 i + 1 < item->value_count ? "," : "");
        paragraph_add(&paragraph, word);
    }
    paragraph_add(&paragraph, "-");
    paragraph_add(&paragraph, item->text);
    paragraph_end(&paragraph);
}

static void print_mutants(FILE *out, const struct requirement *requirement)
{
    for (size_t i = 0; i < requirement->mutant_count; i++) {
        const struct mutant *mutant = requirement->mutants[i];
        struct paragraph paragraph = paragraph_start(out, i == 0 ? "broken by" : "");
        paragraph_add(&paragraph, mutant->id);
        paragraph.indent = paragraph.column + 1;
        paragraph_add(&paragraph, mutant->text);
        paragraph_end(&paragraph);
    }
}

static void print_paragraph(FILE *out, const char *label, const char *words)
{
    struct paragraph paragraph = paragraph_start(out, label);
    paragraph_add(&paragraph, words);
    paragraph_end(&paragraph);
}

/* Prints the label, which is shorter than TEXT_COLUMN. */
static struct paragraph paragraph_start(FILE *out, const char *label)
{
    fprintf(out, "  %-*s", TEXT_COLUMN - 2, label);
    return (struct paragraph){.out = out, .column = TEXT_COLUMN, .indent = TEXT_COLUMN};
}

/* Adds words that spaces part; a word too long for any line gets one of its own. */
static void paragraph_add(struct paragraph *paragraph, const char *words)
{
    while (*words) {
        size_t size = strcspn(words, " ");
        int width = column_count(words, size);
        if (paragraph->has_words && paragraph->column + 1 + width > LINE_WIDTH) {
            fprintf(paragraph->out, "\n%*s", paragraph->indent, "");
            paragraph->column = paragraph->indent;
        } else if (paragraph->has_words) {
            fputc(' ', paragraph->out);
            paragraph->column++;
        }
        fwrite(words, 1, size, paragraph->out);
        paragraph->column += width;
        paragraph->has_words = true;
        words += size;
        words += strspn(words, " ");
    }
}

static void paragraph_end(struct paragraph *paragraph)
{
    fputc('\n', paragraph->out);
}

/* Characters of a UTF-8 word: octets that do not continue one. */
static int column_count(const char *word, size_t size)
{
    int count = 0;
    for (size_t i = 0; i < size; i++)
        count += ((unsigned char)word[i] & 0xC0) != 0x80;
    return count;
}

/* What to think of a paraphrase. */
static const char *provenance_text(enum requirement_provenance provenance)
{
    switch (provenance) {
    case PROVENANCE_QUOTED:
        return "";
    case PROVENANCE_TWO_SOURCES:
        return "[two independent sources]";
    case PROVENANCE_ONE_SOURCE:
        return "[one source]";
    case PROVENANCE_MEMORY:
        return "[from memory: a remark at most until a real frame confirms it]";
    }
    return "";
}

/* The names of one dimension in an array. */
static json_t *scope_json(const struct scope *scope, enum scope_dimension dimension)
{
    json_t *names = json_array();
    const char *name;
    for (unsigned bit = 1; (name = scope_bit_name(dimension, bit)); bit <<= 1) {
        if ((scope_mask(scope, dimension) & bit) && json_array_append_new(names, json_string(name)) != 0) {
            json_decref(names);
            return NULL;
        }
    }
    return names;
}

static json_t *reading_json(const struct reading *reading)
{
    if (!reading)
        return json_null();
    return json_pack("{s:s, s:s, s:s}", "id", reading->id, "title", reading->title, "text", reading->text);
}

static json_t *pixit_json(const struct pixit_item *item)
{
    if (!item)
        return json_null();
    bool named = item->value_count > 0;
    json_t *fallback =
        named ? json_string(item->values[item->default_value]) : json_integer(item->default_value);
    return json_pack("{s:s, s:s, s:o, s:s?, s:o}", "name", item->name, "text", item->text, "values",
                     named ? pixit_values_json(item) : json_null(), "unit", item->unit, "default", fallback);
}

static json_t *pixit_values_json(const struct pixit_item *item)
{
    json_t *values = json_array();
    for (size_t i = 0; i < item->value_count; i++) {
        if (json_array_append_new(values, json_string(item->values[i])) != 0) {
            json_decref(values);
            return NULL;
        }
    }
    return values;
}

static json_t *mutants_json(const struct requirement *requirement)
{
    json_t *mutants = json_array();
    for (size_t i = 0; i < requirement->mutant_count; i++) {
        const struct mutant *mutant = requirement->mutants[i];
        if (json_array_append_new(mutants, json_pack("{s:s, s:s}", "id", mutant->id, "text", mutant->text)) !=
            0) {
            json_decref(mutants);
            return NULL;
        }
    }
    return mutants;
}
