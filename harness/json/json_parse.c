#include "json/json_parse.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/hexadecimal.h"
#include "base/utf8.h"

#define EVERY(octet) (UINT64_C(0x0101010101010101) * (octet))

static bool is_plain(const char *text, size_t size);
static uint64_t find_special(uint64_t word);
static const char *find_wrong(const char *text, const char *end, const char **place);
static const char *skip_character(const char *at, const char *end);
static const char *skip_escape(const char *at, const char *end);
static bool is_space(char character);

cJSON *json_parse(const char *text, size_t size, struct reason *reason)
{
    const char *end = text + size;
    const char *place = text;
    const char *wrong = is_plain(text, size) ? NULL : find_wrong(text, end, &place);
    cJSON *json = wrong ? NULL : cJSON_ParseWithLengthOpts(text, size, &place, false);
    while (json && place < end && is_space(*place))
        place++;
    if (json && place == end)
        return json;
    if (!wrong)
        wrong = json ? "something follows the value" : "not understood";
    cJSON_Delete(json);
    reason_set(reason, "%s at octet %zu", wrong, (size_t)(place - text) + 1);
    return NULL;
}

/* True when all is ASCII without control characters and escapes, as nearly every line is: then find_wrong()
 * would find nothing. */
static bool is_plain(const char *text, size_t size)
{
    uint64_t special = 0;
    uint64_t word;
    for (; size >= sizeof word; text += sizeof word, size -= sizeof word) {
        memcpy(&word, text, sizeof word);
        special |= find_special(word);
    }
    word = EVERY(' ');
    memcpy(&word, text, size);
    return !((special | find_special(word)) & EVERY(0x80));
}

/* Of eight octets at once; the highest bit of one is set when it is not ASCII, below a space, or a backslash.
 */
static uint64_t find_special(uint64_t word)
{
    return word | (word - EVERY(' ')) | ((word ^ EVERY('\\')) - EVERY(1));
}

/* What stands at 'place' that cJSON would let pass; NULL when there is nothing. */
static const char *find_wrong(const char *text, const char *end, const char **place)
{
    bool inside = false; /* of a string */
    const char *next;
    for (const char *at = text; at < end; at = next) {
        unsigned char character = (unsigned char)*at;
        next = at + 1;
        *place = at;
        if (character == '"')
            inside = !inside;
        else if (character == '\\' && inside)
            next = skip_escape(at, end);
        else if (character < ' ' || character >= 0x80)
            next = inside ? skip_character(at, end) : is_space(*at) ? next : NULL;
        if (!next)
            return character == '\\' ? "an escape that means nothing" : "a control character, or no UTF-8,";
    }
    return NULL;
}

/* Behind a character of a string that is not plain; NULL: it can't stand there. */
static const char *skip_character(const char *at, const char *end)
{
    char character[5] = "";
    memcpy(character, at, end - at < 4 ? (size_t)(end - at) : 4);
    unsigned size = utf8_character_size(character);
    return size ? at + size : NULL;
}

/* Behind an escape, of which only \u has to be looked into: of what is no hexadecimal number cJSON makes 0.
 */
static const char *skip_escape(const char *at, const char *end)
{
    uint8_t unit[2];
    if (end - at < 2)
        return NULL;
    if (at[1] != 'u')
        return at + 2;
    bool good = end - at >= 6 && hexadecimal_read(at + 2, sizeof unit, unit) && (unit[0] || unit[1]);
    return good ? at + 6 : NULL;
}

static bool is_space(char character)
{
    return character == ' ' || character == '\t' || character == '\n' || character == '\r';
}
