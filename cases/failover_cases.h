/* What the tables of scenarios with traffic share (cases/failover.c and its siblings). */
#ifndef CASES_FAILOVER_CASES_H
#define CASES_FAILOVER_CASES_H

#include "cases/cases.h"
#include "steps/scenario.h"

/* How long a scenario goes on after a move. */
#define SCENARIO_AFTERWARDS SECONDS(8)

static inline void plan_non_proxy_peer(struct scene_plan *plan)
{
    plan_scenario(plan, false);
}

static inline void plan_proxy_peer(struct scene_plan *plan)
{
    plan_scenario(plan, true);
}

#define FAILOVER_WITH(name, what, ids, stimulates, accepts, needs, preparation, function, value)             \
    {                                                                                                        \
        .id = "failover/" name, .title = what, .requirements = ids, .stimulus = stimulates,                  \
        .accepted = accepts, .scope = ROUTER_ANY,                                                            \
        .capabilities = CAPABILITY_CONTROL_STARTUP | CAPABILITY_LAN_PORT | CAPABILITY_FORWARDING | (needs),  \
        .prepare = preparation, .run = function, .parameter = value                                          \
    }
#define FAILOVER(name, what, ids, stimulates, accepts, preparation, function, value)                         \
    FAILOVER_WITH(name, what, ids, stimulates, accepts, 0, preparation, function, value)

#endif
