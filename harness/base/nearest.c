#include "base/nearest.h"

#include <ctype.h>
#include <stdbool.h>
#include <string.h>

#define WORD_LIMIT 64 /* letters that are compared */

static size_t distance_of(const char *a, const char *b);
static bool same_letter(char a, char b);
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

/* Levenshtein's distance, capitals and small letters alike; two neighbours that changed places count once. */
static size_t distance_of(const char *a, const char *b)
{
    size_t rows[3][WORD_LIMIT + 1]; /* the row of letter y of 'a' is rows[y % 3] */
    size_t width = strnlen(b, WORD_LIMIT);
    size_t height = strnlen(a, WORD_LIMIT);
    for (size_t x = 0; x <= width; x++)
        rows[0][x] = x;
    for (size_t y = 1; y <= height; y++) {
        size_t *row = rows[y % 3];
        const size_t *above = rows[(y + 2) % 3];
        const size_t *before = rows[(y + 1) % 3];
        row[0] = y;
        for (size_t x = 1; x <= width; x++) {
            row[x] = least(above[x - 1] + !same_letter(a[y - 1], b[x - 1]), above[x] + 1, row[x - 1] + 1);
            if (x > 1 && y > 1 && same_letter(a[y - 1], b[x - 2]) && same_letter(a[y - 2], b[x - 1]))
                row[x] = least(row[x], before[x - 2] + 1, row[x]);
        }
    }
    return rows[height % 3][width];
}

static bool same_letter(char a, char b)
{
    return tolower((unsigned char)a) == tolower((unsigned char)b);
}

static size_t least(size_t a, size_t b, size_t c)
{
    size_t lower = a < b ? a : b;
    return lower < c ? lower : c;
}
