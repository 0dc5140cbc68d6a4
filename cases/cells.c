/* Each possible cell of the state x event table as a case (cases/cells.h). */
#include "cases/cells.h"

/* How an event is brought about and what is expected of it. */
struct cell_event {
    cell_function *run;
    void (*prepare)(struct scene_plan *plan); /* NULL: nothing to prepare */
};

static const struct cell_event events[ROUTER_EVENT_COUNT] = {
    [EVENT_JOIN_COMPLETE] = {.run = cell_join_complete},
    [EVENT_STARTUP_255] = {.run = cell_startup_owner, .prepare = prepare_startup_owner},
    [EVENT_STARTUP_LOWER] = {.run = cell_startup_lower, .prepare = prepare_startup_lower},
    [EVENT_SHUTDOWN] = {.run = cell_shutdown},
    [EVENT_MASTER_DOWN_TIMER] = {.run = cell_master_down_timer, .prepare = prepare_entry},
    [EVENT_ADVER_TIMER] = {.run = cell_adver_timer},
    [EVENT_ADV_PRIO_0] = {.run = cell_advertisement, .prepare = prepare_advertisement},
    [EVENT_ADV_LOWER_PREEMPT] = {.run = cell_advertisement, .prepare = prepare_advertisement},
    [EVENT_ADV_LOWER_NO_PREEMPT] = {.run = cell_advertisement, .prepare = prepare_advertisement},
    [EVENT_ADV_EQUAL_NOT_GREATER_ADDRESS] = {.run = cell_advertisement, .prepare = prepare_advertisement},
    [EVENT_ADV_EQUAL_GREATER_ADDRESS] = {.run = cell_advertisement, .prepare = prepare_advertisement},
    [EVENT_ADV_HIGHER] = {.run = cell_advertisement, .prepare = prepare_advertisement},
    [EVENT_ADV_INVALID] = {.run = cell_invalid_advertisement, .prepare = prepare_invalid_advertisement},
    [EVENT_ADV_OWN_ECHO] = {.run = cell_own_advertisement, .prepare = prepare_echo},
    [EVENT_ARP_REQUEST_VRIP] = {.run = cell_arp_request, .prepare = prepare_arp_request},
    [EVENT_LE_ARP_REQUEST_VMAC] = {.run = cell_le_arp_request},
    [EVENT_OWN_PROBE_ECHO] = {.run = cell_own_probe, .prepare = prepare_echo},
    [EVENT_OWN_TLA_ECHO] = {.run = cell_own_targetless, .prepare = prepare_echo},
    [EVENT_OWN_NARP_ECHO] = {.run = cell_own_narp, .prepare = prepare_echo},
    [EVENT_LE_ARP_REQUEST_PHYSICAL] = {.run = cell_le_arp_physical},
    [EVENT_FRAME_TO_VMAC] = {.run = cell_frame_to_vmac, .prepare = prepare_packets},
    [EVENT_IP_TO_VRIP] = {.run = cell_packet_to_virtual_address, .prepare = prepare_virtual_address},
    [EVENT_REGISTER_SUCCESS] = {.run = cell_register_success},
    [EVENT_REGISTER_REFUSED] = {.run = cell_register_refused},
    [EVENT_REGISTER_TIMEOUT] = {.run = cell_register_timeout},
    [EVENT_REGISTER_RETRY_DUE] = {.run = cell_register_retry},
    [EVENT_ANNOUNCE_SECOND] = {.run = cell_announce_second},
    [EVENT_PROBE_ANSWERED] = {.run = cell_probe_answered},
    [EVENT_PROBE_ANSWERED_OWN] = {.run = cell_probe_answered_own},
    [EVENT_PROBE_UNANSWERED] = {.run = cell_probe_unanswered},
    [EVENT_TLA_FOREIGN] = {.run = cell_foreign_targetless, .prepare = prepare_long_memory},
    [EVENT_NARP_FOREIGN] = {.run = cell_foreign_narp},
    [EVENT_UNREGISTER_RESPONSE] = {.run = cell_unregister_response},
    [EVENT_ELAN_LOST] = {.run = cell_elan_lost},
    [EVENT_ELAN_REJOINED] = {.run = cell_elan_rejoined, .prepare = prepare_rejoin},
    [EVENT_DATA_DIRECT_LOST] = {.run = cell_data_direct_lost},
    [EVENT_BUS_LOST] = {.run = cell_bus_lost},
    [EVENT_TOPOLOGY_CHANGE] = {.run = cell_topology_change, .prepare = prepare_remote_station},
    [EVENT_FLUSH_REQUEST] = {.run = cell_flush_request},
};

static void run(struct scene *scene)
{
    unsigned number = (unsigned)scene->test->parameter;
    const struct state_cell *cell = ledger_cell(number / ROUTER_EVENT_COUNT, number % ROUTER_EVENT_COUNT);
    events[cell->event].run(scene, cell);
}

static void prepare(struct scene_plan *plan)
{
    unsigned event = (unsigned)plan->instance->test->parameter % ROUTER_EVENT_COUNT;
    if (events[event].prepare)
        events[event].prepare(plan);
}

/* Only frames that the device forwards need more than its control. */
#define NEEDS(event_)                                                                                        \
    (CAPABILITY_CONTROL_STARTUP |                                                                            \
     ((event_) == EVENT_FRAME_TO_VMAC ? CAPABILITY_LAN_PORT | CAPABILITY_FORWARDING : 0u))

#define CELL(state_, event_, schemes_, lane_, id_, requirements_, title_, accepted_)                         \
    {.id = id_,                                                                                              \
     .title = title_,                                                                                        \
     .requirements = requirements_,                                                                          \
     .stimulus = title_,                                                                                     \
     .accepted = accepted_,                                                                                  \
     .scope = {.roles = ROLE_ROUTER, .schemes = schemes_, .lane = lane_, .media = ANY_MEDIUM},               \
     .capabilities = NEEDS(event_),                                                                          \
     .prepare = prepare,                                                                                     \
     .run = run,                                                                                             \
     .parameter = (state_)*ROUTER_EVENT_COUNT + (event_)},

static const struct test_case cases[] = {
#include "ledger_cells.inc"
};

const struct case_list cell_cases = {cases, sizeof cases / sizeof *cases};
