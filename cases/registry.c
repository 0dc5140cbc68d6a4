/* Every case of the suite, in the order in which runs and reports show them. */
#include "cases/cases.h"

const struct case_list *const case_registry[] = {
    &backup_cases,
    &receive_cases,
    &timers_cases,
    &election_cases,
    &transmit_cases,
};
const size_t case_registry_count = sizeof case_registry / sizeof *case_registry;
