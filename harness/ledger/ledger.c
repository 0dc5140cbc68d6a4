#include "ledger/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "ledger_tables.inc"

/* An id that bsearch() looks for, and the table it looks in. */
static int compare_requirement(const void *id, const void *position);
static int compare_mutant(const void *id, const void *position);

size_t ledger_count(void)
{
    return LEDGER_REQUIREMENT_COUNT;
}

const struct requirement *ledger_at(size_t index)
{
    return &requirement_table[index];
}

size_t ledger_index(const struct requirement *requirement)
{
    return (size_t)(requirement - requirement_table);
}

const struct requirement *ledger_find(const char *id)
{
    const unsigned short *position = bsearch(id, requirement_order, LEDGER_REQUIREMENT_COUNT,
                                             sizeof requirement_order[0], compare_requirement);
    return position ? &requirement_table[*position] : NULL;
}

size_t ledger_mutant_count(void)
{
    return LEDGER_MUTANT_COUNT;
}

const struct mutant *ledger_mutant_at(size_t index)
{
    return &mutant_table[index];
}

size_t ledger_mutant_index(const struct mutant *mutant)
{
    return (size_t)(mutant - mutant_table);
}

const struct mutant *ledger_mutant_find(const char *id)
{
    const unsigned short *position =
        bsearch(id, mutant_order, LEDGER_MUTANT_COUNT, sizeof mutant_order[0], compare_mutant);
    return position ? &mutant_table[*position] : NULL;
}

bool mutant_breaks(const struct mutant *mutant, const struct requirement *requirement)
{
    for (size_t i = 0; i < mutant->requirement_count; i++) {
        if (mutant->requirements[i] == requirement)
            return true;
    }
    return false;
}

const struct pixit_item *ledger_pixit(enum pixit_choice choice)
{
    return &pixit_table[choice];
}

bool pixit_choice_of_name(const char *name, enum pixit_choice *choice)
{
    for (unsigned i = 0; i < PIXIT_CHOICE_COUNT; i++) {
        if (strcmp(name, pixit_table[i].name) == 0) {
            *choice = (enum pixit_choice)i;
            return true;
        }
    }
    return false;
}

bool pixit_value_of_name(enum pixit_choice choice, const char *name, unsigned *value)
{
    const struct pixit_item *item = &pixit_table[choice];
    for (unsigned i = 0; i < item->value_count; i++) {
        if (strcmp(name, item->values[i]) == 0) {
            *value = i;
            return true;
        }
    }
    return false;
}

size_t ledger_reading_count(void)
{
    return LEDGER_READING_COUNT;
}

const struct reading *ledger_reading_at(size_t index)
{
    return &reading_table[index];
}

const struct reading *ledger_reading_find(const char *id)
{
    for (size_t i = 0; i < LEDGER_READING_COUNT; i++) {
        if (strcmp(id, reading_table[i].id) == 0)
            return &reading_table[i];
    }
    return NULL;
}

size_t ledger_untested_count(void)
{
    return LEDGER_UNTESTED_COUNT;
}

const struct untested_sentence *ledger_untested_at(size_t index)
{
    return &untested_table[index];
}

const struct state_cell *ledger_cell(enum router_state state, enum router_event event)
{
    return &cell_table[state][event];
}

enum router_state state_cell_next(const struct state_cell *cell, enum scheme scheme)
{
    switch (scheme) {
    case SCHEME_NON_PROXY:
        return cell->next_non_proxy;
    case SCHEME_PROXY:
        return cell->next_proxy;
    }
    return cell->state;
}

const char *router_state_name(enum router_state state)
{
    return state_names[state];
}

const char *router_event_name(enum router_event event)
{
    return event_names[event];
}

const char *router_event_text(enum router_event event)
{
    return event_texts[event];
}

const char *requirement_level_name(enum requirement_level level)
{
    switch (level) {
    case LEVEL_MUST:
        return "must";
    case LEVEL_SHOULD:
        return "should";
    case LEVEL_MAY:
        return "may";
    case LEVEL_INFO:
        return "info";
    }
    return "?";
}

const char *requirement_source_name(enum requirement_source source)
{
    switch (source) {
    case SOURCE_DRAFT:
        return "draft";
    case SOURCE_RFC2338:
        return "rfc2338";
    case SOURCE_LANE:
        return "lane";
    }
    return "?";
}

const char *requirement_provenance_name(enum requirement_provenance provenance)
{
    switch (provenance) {
    case PROVENANCE_QUOTED:
        return "quoted";
    case PROVENANCE_TWO_SOURCES:
        return "2src";
    case PROVENANCE_ONE_SOURCE:
        return "1src";
    case PROVENANCE_MEMORY:
        return "mem";
    }
    return "?";
}

static int compare_requirement(const void *id, const void *position)
{
    return strcmp(id, requirement_table[*(const unsigned short *)position].id);
}

static int compare_mutant(const void *id, const void *position)
{
    return strcmp(id, mutant_table[*(const unsigned short *)position].id);
}
