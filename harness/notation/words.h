/* The words of a line of the notation: separated by spaces; NAME=VALUE, whose value may stand in quotation
 * marks; "a comment on the frame"; (a remark, which has no effect); # and the rest of the line, which has
 * none either.
 */
#ifndef NOTATION_WORDS_H
#define NOTATION_WORDS_H

#include "notation/recipe.h"

enum word_kind {
    PLAIN_WORD, /* text */
    PAIR_WORD,  /* key = text */
    QUOTED_WORD /* "text" */
};

struct word {
    enum word_kind kind;
    struct place place;
    const char *key;  /* PAIR_WORD */
    const char *text; /* without quotation marks and escapes */
};

/* A line in words; they belong to the arena. */
struct words {
    const struct word *list;
    size_t count;
};

/* Splits 'line', which is line 'number' of its file. False when a quotation mark or parenthesis is left open.
 */
bool words_read(const char *line, size_t number, struct arena *arena, struct words *words,
                struct mistakes *mistakes);

/* Reads words of a recipe from 'first' on: the name, fields and words of RECIPE_WORDS in any order. Words of
 * other kinds are left to 'other', which returns false for those that it does not know. False when there is a
 * mistake; all are added. */
typedef bool other_word(void *context, const struct word *word);
bool recipe_read(const struct words *words, size_t first, other_word *other, void *context,
                 struct arena *arena, struct recipe *recipe, struct mistakes *mistakes);

/* Octets as line_put_octets() writes them. False, with a mistake, when 'word' is no such value. */
bool octets_read(const struct word *word, const char *text, struct arena *arena, struct octets *octets,
                 struct mistakes *mistakes);

/* A number, decimal or 0x…, at most 'highest'. False, with a mistake, when it is none. */
bool word_number(const struct word *word, uint64_t highest, uint64_t *number, struct mistakes *mistakes);

/* "vrid=7,source=00-00-5e-00-01-07": reads a condition of a field; false with the reason. */
bool condition_read(const char *text, enum frame_field *field, struct value *value, struct reason *reason);

#endif
