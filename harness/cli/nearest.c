#include "cli/nearest.h"

#include "ledger/ledger.h"
#include "rules/rules.h"
#include "scene/test_case.h"

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
