/* Every case of the suite, in the order in which runs and reports show them. */
#include "cases/cases.h"

const struct case_list *const case_registry[] = {
    &definitions_cases,       &frame_forms_cases, &backup_cases,
    &receive_cases,           &timers_cases,      &election_cases,
    &transmit_cases,          &join_cases,        &association_non_proxy_cases,
    &association_proxy_cases, &scenario_cases,    &several_vrids_cases,
    &lane_versions_cases,     &arp_cases,         &forwarding_cases,
    &router_states_cases,     &lec_cache_cases,   &lec_paths_cases,
    &lec_frames_cases,        &cell_cases,
};
const size_t case_registry_count = sizeof case_registry / sizeof *case_registry;
