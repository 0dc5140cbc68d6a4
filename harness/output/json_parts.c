#include "output/json_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "output/plain.h"

json_t *json_text(const char *text)
{
    if (!text)
        return json_null();
    if (plain_is(text))
        return json_string_nocheck(text);
    char *mended = plain_copy(text);
    json_t *string = json_string_nocheck(mended);
    free(mended);
    return string;
}

json_t *json_lines(const char *lines)
{
    if (!lines)
        return json_null();
    json_t *array = json_array();
    while (*lines) {
        size_t size = strcspn(lines, "\n");
        char *line = strndup(lines, size);
        if (!line)
            abort();
        json_array_append_new(array, json_text(line));
        free(line);
        lines += size + (lines[size] == '\n');
    }
    return array;
}

json_t *json_words(const char *words)
{
    json_t *array = json_array();
    const char *at = words ? words : "";
    while (*(at += strspn(at, " "))) {
        size_t size = strcspn(at, " ");
        json_array_append_new(array, json_stringn_nocheck(at, size));
        at += size;
    }
    return array;
}

json_t *json_scope_names(const struct scope *scope, enum scope_dimension dimension)
{
    json_t *array = json_array();
    unsigned mask = scope_mask(scope, dimension);
    const char *name;
    for (unsigned bit = 1; (name = scope_bit_name(dimension, bit)); bit <<= 1)
        if (mask & bit)
            json_array_append_new(array, json_string_nocheck(name));
    return array;
}

void json_set_scope(json_t *object, const struct scope *scope)
{
    for (int i = 0; i < SCOPE_DIMENSION_COUNT; i++) {
        enum scope_dimension dimension = (enum scope_dimension)i;
        json_put(object, scope_dimension_name(dimension), json_scope_names(scope, dimension));
    }
}

json_t *json_pixit(const struct pixit *pixit)
{
    json_t *object = json_object();
    for (unsigned i = 0; i < PIXIT_CHOICE_COUNT; i++) {
        const struct pixit_item *item = ledger_pixit((enum pixit_choice)i);
        unsigned choice = pixit->choice[i];
        json_put(object, item->name,
                 item->values ? json_string_nocheck(item->values[choice]) : json_integer(choice));
    }
    return object;
}

json_t *json_seed(uint64_t seed)
{
    char digits[24];
    snprintf(digits, sizeof digits, "%" PRIu64, seed);
    return json_string_nocheck(digits);
}

void json_put(json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new_nocheck(object, key, value) != 0)
        abort();
}

char *json_line(json_t *value, size_t *size)
{
    char *line = json_dumps(value, JSON_COMPACT);
    json_decref(value);
    if (!line)
        abort();
    *size = strlen(line);
    line = realloc(line, *size + 2);
    if (!line)
        abort();
    line[(*size)++] = '\n';
    line[*size] = '\0';
    return line;
}

void json_print(FILE *out, json_t *value)
{
    json_dumpf(value, out, JSON_INDENT(2));
    putc('\n', out);
    json_decref(value);
}
