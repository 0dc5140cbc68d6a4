#include "base/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define WORD_LIMIT 64 /* letters that are compared */

static size_t distance_of(const char *a, const char *b);
static size_t least(size_t a, size_t b, size_t c);

struct nearest nearest_to(const char *word)
{
    return (struct nearest){.word = word, .distance = strlen(word) / 3 + 2};
}

void nearest_offer(struct nearest *nearest, const char *known)
{
    size_t distance = distance_of(nearest->word, known);
    if (distance < nearest->distance) {
        nearest->distance = distance;
        nearest->best = known;
    }
}

/* Levenshtein's distance, capitals and small letters alike. */
static size_t distance_of(const char *a, const char *b)
{
    size_t row[WORD_LIMIT + 1];
    size_t width = strnlen(b, WORD_LIMIT);
    size_t height = strnlen(a, WORD_LIMIT);
    for (size_t x = 0; x <= width; x++)
        row[x] = x;
    for (size_t y = 1; y <= height; y++) {
        size_t diagonal = row[0];
        row[0] = y;
        for (size_t x = 1; x <= width; x++) {
            size_t above = row[x];
            bool same = tolower((unsigned char)a[y - 1]) == tolower((unsigned char)b[x - 1]);
            row[x] = least(diagonal + !same, above + 1, row[x - 1] + 1);
            diagonal = above;
        }
    }
    return row[width];
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t lower = a < b ? a : b;
    return lower < c ? lower : c;
}
