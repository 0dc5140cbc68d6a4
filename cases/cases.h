/* The topics of the suite: one list of cases each. cases/registry.c puts them in canonical order. */
#ifndef CASES_CASES_H
#define CASES_CASES_H

#include "scene/test_case.h"
#include "steps/states.h"

/* Scopes for tables of cases. Section 5 of the draft: on token ring as on Ethernet (R-5-09). */
#define ANY_MEDIUM (MEDIUM_ETHERNET | MEDIUM_TOKEN_RING)
#define ROUTER_ANY                                                                                           \
    {                                                                                                        \
        .roles = ROLE_ROUTER, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY, .lane = LANE_V1 | LANE_V2,         \
        .media = ANY_MEDIUM                                                                                  \
    }
#define ROUTER_AND_VRRP                                                                                      \
    {                                                                                                        \
        .roles = ROLE_ROUTER | ROLE_VRRP, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,                        \
        .lane = LANE_V1 | LANE_V2, .media = ANY_MEDIUM                                                       \
    }
#define ROUTER_V2                                                                                            \
    {                                                                                                        \
        .roles = ROLE_ROUTER, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY, .lane = LANE_V2,                   \
        .media = ANY_MEDIUM                                                                                  \
    }
#define ROUTER_V1                                                                                            \
    {                                                                                                        \
        .roles = ROLE_ROUTER, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY, .lane = LANE_V1,                   \
        .media = ANY_MEDIUM                                                                                  \
    }
#define ROUTER_NON_PROXY                                                                                     \
    {                                                                                                        \
        .roles = ROLE_ROUTER, .schemes = SCHEME_NON_PROXY, .lane = LANE_V1 | LANE_V2, .media = ANY_MEDIUM    \
    }
#define ROUTER_PROXY                                                                                         \
    {                                                                                                        \
        .roles = ROLE_ROUTER, .schemes = SCHEME_PROXY, .lane = LANE_V1 | LANE_V2, .media = ANY_MEDIUM        \
    }

/* For whatever concerns any LEC of the ELAN. */
#define LEC_ANY                                                                                              \
    {                                                                                                        \
        .roles = ROLE_ROUTER | ROLE_CLIENT | ROLE_BRIDGE, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,        \
        .lane = LANE_V1 | LANE_V2, .media = ANY_MEDIUM                                                       \
    }
#define LEC_V2                                                                                               \
    {                                                                                                        \
        .roles = ROLE_ROUTER | ROLE_CLIENT | ROLE_BRIDGE, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,        \
        .lane = LANE_V2, .media = ANY_MEDIUM                                                                 \
    }
#define LEC_V1                                                                                               \
    {                                                                                                        \
        .roles = ROLE_ROUTER | ROLE_CLIENT | ROLE_BRIDGE, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,        \
        .lane = LANE_V1, .media = ANY_MEDIUM                                                                 \
    }

/* A bridge joins as a proxy (draft 4). */
#define BRIDGE_ANY                                                                                           \
    {                                                                                                        \
        .roles = ROLE_BRIDGE, .schemes = SCHEME_PROXY, .lane = LANE_V1 | LANE_V2, .media = ANY_MEDIUM        \
    }

#define BRIDGE_V1                                                                                            \
    {                                                                                                        \
        .roles = ROLE_BRIDGE, .schemes = SCHEME_PROXY, .lane = LANE_V1, .media = ANY_MEDIUM                  \
    }
#define BRIDGE_V2                                                                                            \
    {                                                                                                        \
        .roles = ROLE_BRIDGE, .schemes = SCHEME_PROXY, .lane = LANE_V2, .media = ANY_MEDIUM                  \
    }

#define LES_ANY                                                                                              \
    {                                                                                                        \
        .roles = ROLE_LES, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY, .lane = LANE_V1 | LANE_V2,            \
        .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING                                                         \
    }
#define LES_NON_PROXY                                                                                        \
    {                                                                                                        \
        .roles = ROLE_LES, .schemes = SCHEME_NON_PROXY, .lane = LANE_V1 | LANE_V2,                           \
        .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING                                                         \
    }
#define LES_V2                                                                                               \
    {                                                                                                        \
        .roles = ROLE_LES, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY, .lane = LANE_V2,                      \
        .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING                                                         \
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
extern const struct case_list failover_cases;              /* draft 2.1, 3.1 with traffic */
extern const struct case_list failover_old_master_cases;   /* the same, the device as old Master */
extern const struct case_list failover_two_routers_cases;  /* draft 2.1, 2.2 with traffic */
extern const struct case_list failover_bystander_cases;    /* the device sends through the VMAC */
extern const struct case_list failover_bridges_cases;      /* draft 2.2 with traffic */
extern const struct case_list failover_routers_cases;      /* the same with VRRP routers of their own */
extern const struct case_list failover_lan_router_cases;   /* the other topology of draft 2.2 */
extern const struct case_list failover_servers_cases;      /* LES, BUS, partition, impostor */
extern const struct case_list several_vrids_cases;         /* draft 2.2 */
extern const struct case_list lane_versions_cases;         /* draft 6 */
extern const struct case_list arp_cases;                   /* RFC 2338 6.4, 8.2, 8.3 */
extern const struct case_list forwarding_cases;            /* RFC 2338 5.2.2, 6.4, 8.1 */
extern const struct case_list router_states_cases;         /* RFC 2338 6.4, draft 3.3 */
extern const struct case_list lec_cache_cases;             /* draft 2, 6; lane-rules 5: LE_ARP cache */
extern const struct case_list lec_paths_cases;             /* lane-rules 5, lane-wire 9 to 11: paths */
extern const struct case_list lec_frames_cases;            /* lane-rules 5, lane-wire: answers, frames */
extern const struct case_list token_ring_cases;            /* draft 5, RFC 2338 9.2 */
extern const struct case_list bridge_cases;                /* draft 2.2, 4 */
extern const struct case_list bridge_forms_cases;          /* draft 2, 6: frames of a bridge */
extern const struct case_list bridge_ring_cases;           /* draft 5: a bridge with token rings */
extern const struct case_list bridge_rounds_cases;         /* draft 3.2, 4: a bridge over time */
extern const struct case_list bridge_network_cases;   /* draft 4, lane-rules 5.6: a bridge in its network */
extern const struct case_list client_cases;           /* draft 2, 3.1, 6: the bystander */
extern const struct case_list mixed_elan_cases;       /* draft 6: clients of v1 and v2 */
extern const struct case_list switch_cases;           /* draft 3.1: the ATM switch */
extern const struct case_list les_join_cases;         /* lane-rules 4.1: joins at a LES */
extern const struct case_list les_registration_cases; /* lane-rules 4.2: its register database */
extern const struct case_list les_arp_cases;          /* lane-rules 4.3: what it answers */
extern const struct case_list les_forwarding_cases;   /* lane-rules 4.4, 7: what LES and BUS forward */
extern const struct case_list les_robustness_cases;   /* spoilt frames at a LES */
extern const struct case_list les_loss_cases;         /* draft 3.1, lane-rules 4.5: clients lost */
/* spoilt, unasked and untimely frames */
extern const struct case_list robustness_control_cases;
extern const struct case_list robustness_data_cases;
extern const struct case_list robustness_states_cases;
extern const struct case_list robustness_join_cases;

#endif
