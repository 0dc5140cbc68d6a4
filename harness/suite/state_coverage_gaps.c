/* Cells that no suite can visit, and why (suite/state_coverage.h). */
#include "suite/state_coverage.h"

static bool is_non_proxy(enum router_state state)
{
    return state == STATE_MASTER_NP_PENDING || state == STATE_MASTER_NP_REFUSED ||
           state == STATE_MASTER_NP_CONFIRMED;
}

static bool is_proxy(enum router_state state)
{
    return state == STATE_MASTER_PX_PERSISTING || state == STATE_MASTER_PX_SETTLED;
}

/* Events that a scheme or a version does not know: what would have to be echoed is never sent. */
static const struct {
    enum router_event event;
    unsigned schemes; /* in which it can't happen */
    unsigned lane;
    const char *reason;
} unknown_events[] = {
    {EVENT_OWN_PROBE_ECHO, SCHEME_NON_PROXY, LANE_V1 | LANE_V2, "a non-proxy router sends no probe"},
    {EVENT_OWN_TLA_ECHO, SCHEME_NON_PROXY | SCHEME_PROXY, LANE_V1,
     "a v1 client sends no targetless LE_ARP_REQUEST"},
    {EVENT_REGISTER_REFUSED, SCHEME_PROXY, LANE_V1 | LANE_V2, "a proxy router does not register the VMAC"},
};

const char *state_cell_impossible(enum router_state state, enum router_event event, enum scheme scheme,
                                  enum lane_version lane, enum medium medium)
{
    (void)medium;
    if (!ledger_cell(state, event)->possible)
        return "the event can't happen in this state";
    if (scheme == SCHEME_PROXY ? is_non_proxy(state) : is_proxy(state))
        return "a state of the other scheme";
    for (size_t i = 0; i < sizeof unknown_events / sizeof *unknown_events; i++)
        if (unknown_events[i].event == event && unknown_events[i].schemes & scheme &&
            unknown_events[i].lane & lane)
            return unknown_events[i].reason;
    return NULL;
}
