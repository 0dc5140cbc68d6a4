#include "cli/nearest.h"

#include <ctype.h>
#include <string.h>

#include "ledger/ledger.h"
#include "rules/rules.h"
#include "suite/test_case.h"

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

void nearest_offer_ids(struct nearest *nearest)
{
    for (size_t i = 0; i < case_registry_count; i++)
        for (size_t j = 0; j < case_registry[i]->count; j++)
            nearest_offer(nearest, case_registry[i]->cases[j].id);
    for (size_t i = 0; i < rule_registry_count; i++)
        nearest_offer(nearest, rule_registry[i]->name);
    for (size_t i = 0; i < ledger_count(); i++)
        nearest_offer(nearest, ledger_at(i)->id);
    for (size_t i = 0; i < ledger_mutant_count(); i++)
        nearest_offer(nearest, ledger_mutant_at(i)->id);
    for (size_t i = 0; i < ledger_reading_count(); i++)
        nearest_offer(nearest, ledger_reading_at(i)->id);
    for (unsigned i = 0; i < PIXIT_CHOICE_COUNT; i++)
        nearest_offer(nearest, ledger_pixit((enum pixit_choice)i)->name);
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
