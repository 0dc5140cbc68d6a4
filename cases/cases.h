/* The topics of the suite: one list of cases each. cases/registry.c puts them in canonical order. */
#ifndef CASES_CASES_H
#define CASES_CASES_H

#include "suite/states.h"
#include "suite/test_case.h"

/* Scopes for tables of cases. */
#define ROUTER_ANY                                                                                           \
    {                                                                                                        \
        .roles = ROLE_ROUTER, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY, .lane = LANE_V1 | LANE_V2,         \
        .media = MEDIUM_ETHERNET                                                                             \
    }
#define ROUTER_V2                                                                                            \
    {                                                                                                        \
        .roles = ROLE_ROUTER, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY, .lane = LANE_V2,                   \
        .media = MEDIUM_ETHERNET                                                                             \
    }
#define ROUTER_V1                                                                                            \
    {                                                                                                        \
        .roles = ROLE_ROUTER, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY, .lane = LANE_V1,                   \
        .media = MEDIUM_ETHERNET                                                                             \
    }
#define ROUTER_NON_PROXY                                                                                     \
    {                                                                                                        \
        .roles = ROLE_ROUTER, .schemes = SCHEME_NON_PROXY, .lane = LANE_V1 | LANE_V2,                        \
        .media = MEDIUM_ETHERNET                                                                             \
    }
#define ROUTER_PROXY                                                                                         \
    {                                                                                                        \
        .roles = ROLE_ROUTER, .schemes = SCHEME_PROXY, .lane = LANE_V1 | LANE_V2, .media = MEDIUM_ETHERNET   \
    }

extern const struct case_list timers_cases;                /* RFC 2338 6.1.2, 6.2 */
extern const struct case_list election_cases;              /* RFC 2338 6.4, draft 3.3.3 */
extern const struct case_list receive_cases;               /* RFC 2338 7.1, 5.3 */
extern const struct case_list frame_forms_cases;           /* draft 2, items 5 and 6 */
extern const struct case_list definitions_cases;           /* definitions and permissions */
extern const struct case_list backup_cases;                /* draft 3.3.2 */
extern const struct case_list cell_cases;                  /* the state x event table */
extern const struct case_list transmit_cases;              /* RFC 2338 5.1 to 5.3, 7.2, 7.3 */
extern const struct case_list join_cases;                  /* draft 3.3.1, lane-rules 1 */
extern const struct case_list association_non_proxy_cases; /* draft 3.1 */
extern const struct case_list association_proxy_cases;     /* draft 3.2 */
extern const struct case_list scenario_cases;              /* draft 2, 2.1, 7 */
extern const struct case_list several_vrids_cases;         /* draft 2.2 */
extern const struct case_list lane_versions_cases;         /* draft 6 */
extern const struct case_list arp_cases;                   /* RFC 2338 6.4, 8.2, 8.3 */
extern const struct case_list forwarding_cases;            /* RFC 2338 5.2.2, 6.4, 8.1 */
extern const struct case_list router_states_cases;         /* RFC 2338 6.4, draft 3.3 */
extern const struct case_list lec_cache_cases;             /* draft 2, 6; lane-rules 5: LE_ARP cache */
extern const struct case_list lec_paths_cases;             /* lane-rules 5, lane-wire 9 to 11: paths */
extern const struct case_list lec_frames_cases;            /* lane-rules 5, lane-wire: answers, frames */

#endif
