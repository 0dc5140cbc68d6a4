/* Prints the generated ledger as JSON, for test_ledger.py to compare with the YAML files that it was
 * generated from. */
#include <stdlib.h>

#include "ledger/ledger_print.h"

static json_t *cell_json(const struct state_cell *cell)
{
    json_t *requirements = json_array();
    for (size_t i = 0; i < cell->requirement_count; i++)
        json_array_append_new(requirements, json_string(cell->requirements[i]->id));
    return json_pack("{s:s, s:s, s:b, s:s, s:s, s:s, s:s, s:s, s:o, s:s?}", "state",
                     router_state_name(cell->state), "event", router_event_name(cell->event), "possible",
                     cell->possible, "level", requirement_level_name(cell->level), "vrrp_action",
                     cell->vrrp_action, "lane_action", cell->lane_action, "non-proxy",
                     router_state_name(state_cell_next(cell, SCHEME_NON_PROXY)), "proxy",
                     router_state_name(state_cell_next(cell, SCHEME_PROXY)), "requirements", requirements,
                     "note", cell->note);
}

static json_t *mutant_json(const struct mutant *mutant)
{
    json_t *requirements = json_array();
    for (size_t i = 0; i < mutant->requirement_count; i++)
        json_array_append_new(requirements, json_string(mutant->requirements[i]->id));
    return json_pack("{s:s, s:s, s:o}", "id", mutant->id, "text", mutant->text, "requirements", requirements);
}

static json_t *pixit_json(const struct pixit_item *item)
{
    json_t *values = json_array();
    for (size_t i = 0; i < item->value_count; i++)
        json_array_append_new(values, json_string(item->values[i]));
    json_t *fallback = item->value_count ? json_string(item->values[item->default_value])
                                         : json_integer(item->default_value);
    return json_pack("{s:s, s:s, s:s?, s:o, s:s?, s:o}", "name", item->name, "text", item->text, "reading",
                     item->reading ? item->reading->id : NULL, "values", values, "unit", item->unit,
                     "default", fallback);
}

int main(void)
{
    json_t *requirements = json_array(), *mutants = json_array(), *pixit = json_array(),
           *untested = json_array(), *cells = json_array(), *events = json_array();
    for (size_t i = 0; i < ledger_count(); i++)
        json_array_append_new(requirements, ledger_requirement_json(ledger_at(i)));
    for (size_t i = 0; i < ledger_mutant_count(); i++)
        json_array_append_new(mutants, mutant_json(ledger_mutant_at(i)));
    for (unsigned i = 0; i < PIXIT_CHOICE_COUNT; i++)
        json_array_append_new(pixit, pixit_json(ledger_pixit((enum pixit_choice)i)));
    for (size_t i = 0; i < ledger_untested_count(); i++) {
        const struct untested_sentence *sentence = ledger_untested_at(i);
        json_array_append_new(untested, json_pack("{s:s, s:s, s:s, s:s}", "source",
                                                  requirement_source_name(sentence->source), "section",
                                                  sentence->section, "quote", sentence->quote, "reason",
                                                  sentence->reason));
    }
    for (unsigned e = 0; e < ROUTER_EVENT_COUNT; e++) {
        enum router_event event = (enum router_event)e;
        json_array_append_new(events, json_pack("{s:s, s:s}", "id", router_event_name(event), "text",
                                                router_event_text(event)));
        for (unsigned s = 0; s < ROUTER_STATE_COUNT; s++)
            json_array_append_new(cells, cell_json(ledger_cell((enum router_state)s, event)));
    }
    json_t *all = json_pack("{s:o, s:o, s:o, s:o, s:o, s:o}", "requirements", requirements, "mutants",
                            mutants, "pixit", pixit, "untested", untested, "events", events, "cells", cells);
    int failed = all ? json_dumpf(all, stdout, 0) : -1;
    json_decref(all);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
