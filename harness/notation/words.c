#include "notation/words.h"

#include "base/hexadecimal.h"

#define WORD_LIMIT 400 /* words of one line */

static const char spaces[] = " \t\r";

/* A line that is being split. */
struct splitting {
    const char *line;
    const char *at;
    size_t number;
    struct arena *arena;
    struct mistakes *mistakes;
};

static bool skip_remark(struct splitting *splitting);
static bool read_word(struct splitting *splitting, struct word *word);
static bool read_quoted(struct splitting *splitting, const char **text);
static char escaped(const char **at);
static const char *copy(struct splitting *splitting, const char *start, size_t size);
static struct place place_of(const struct splitting *splitting, const char *at);

bool words_read(const char *line, size_t number, struct arena *arena, struct words *words,
                struct mistakes *mistakes)
{
    struct splitting splitting = {line, line, number, arena, mistakes};
    struct word *list = NULL;
    size_t room = 0;
    *words = (struct words){0};
    for (;;) {
        splitting.at += strspn(splitting.at, spaces);
        if (!*splitting.at || *splitting.at == '#')
            break;
        if (*splitting.at == '(') {
            if (!skip_remark(&splitting))
                return false;
            continue;
        }
        if (words->count == WORD_LIMIT)
            return mistake_add(mistakes, place_of(&splitting, splitting.at), "a line has at most %d words",
                               WORD_LIMIT);
        if (words->count == room) {
            struct word *more = arena_zeroed(arena, (2 * room + 16) * sizeof *more);
            if (room)
                memcpy(more, list, room * sizeof *more);
            list = more;
            room = 2 * room + 16;
        }
        if (!read_word(&splitting, &list[words->count]))
            return false;
        words->count++;
        words->list = list;
    }
    return true;
}

/* Parentheses inside are balanced. */
static bool skip_remark(struct splitting *splitting)
{
    const char *start = splitting->at;
    size_t depth = 0;
    do {
        depth += *splitting->at == '(';
        depth -= *splitting->at == ')';
        if (!*splitting->at++)
            return mistake_add(splitting->mistakes, place_of(splitting, start),
                               "the remark has no end; put a ) behind it");
    } while (depth);
    return true;
}

static bool read_word(struct splitting *splitting, struct word *word)
{
    const char *start = splitting->at;
    *word = (struct word){.kind = PLAIN_WORD, .place = place_of(splitting, start)};
    if (*start == '"') {
        word->kind = QUOTED_WORD;
        return read_quoted(splitting, &word->text);
    }
    size_t key = strcspn(start, "= \t\r#\"");
    if (start[key] == '=') {
        word->kind = PAIR_WORD;
        word->key = copy(splitting, start, key);
        splitting->at = start + key + 1;
        if (*splitting->at == '"')
            return read_quoted(splitting, &word->text);
    }
    size_t size = strcspn(splitting->at, spaces);
    word->text = copy(splitting, splitting->at, size);
    splitting->at += size;
    return true;
}

static bool read_quoted(struct splitting *splitting, const char **text)
{
    const char *start = splitting->at++;
    char *out = arena_zeroed(splitting->arena, strlen(start) + 1);
    *text = out;
    while (*splitting->at && *splitting->at != '"') {
        if (*splitting->at == '\\' && splitting->at[1]) {
            splitting->at++;
            *out++ = escaped(&splitting->at);
        } else {
            *out++ = *splitting->at++;
        }
    }
    if (!*splitting->at++)
        return mistake_add(splitting->mistakes, place_of(splitting, start),
                           "the text has no end; put a \" behind it");
    return true;
}

/* What stands behind a backslash; '*at' is moved past it. */
static char escaped(const char **at)
{
    uint8_t octet;
    if (**at == 'x' && (*at)[1] && hexadecimal_read(*at + 1, 1, &octet)) {
        *at += 3;
        return (char)octet;
    }
    char character = *(*at)++;
    return character == 'n' ? '\n' : character;
}

static const char *copy(struct splitting *splitting, const char *start, size_t size)
{
    char *text = arena_zeroed(splitting->arena, size + 1);
    memcpy(text, start, size);
    return text;
}

/* Columns count characters of UTF-8. */
static struct place place_of(const struct splitting *splitting, const char *at)
{
    struct place place = {splitting->number, 1};
    for (const char *before = splitting->line; before < at; before++)
        place.column += ((unsigned char)*before & 0xc0) != 0x80;
    return place;
}
