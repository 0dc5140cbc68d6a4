/* The state x event table (spec/states.yaml, draft-requirements section 10): each possible cell is a case,
 * cell/<state>/<event>.
 *
 * cells.c makes the cases from the ledger and has the table of events; cells_<subject>.c have one function
 * per event, which does for each state what the cell says. Each function goes the same way: reach() the
 * state, with its evidence; do what the event is; expect the action; expect the evidence of the state that
 * follows.
 *
 * A line here is shared by the cells of its event: the kill matrix asks of the line that it failed, not of
 * each cell.
 */
#ifndef CASES_CELLS_H
#define CASES_CELLS_H

#include "cases/cases.h"

/* Evidence of a state that reach() leaves out, because it is what the event is about. */
#define UNPROVEN_ANSWERS     1u /* answers to ARP and LE_ARP, or silence */
#define UNPROVEN_PERIODS     2u /* a Master's priority and Advertisement_Interval */
#define UNPROVEN_PERSISTENCE 4u /* that a Master's registration or announcement rounds go on */
#define UNPROVEN_ALL         (UNPROVEN_ANSWERS | UNPROVEN_PERIODS | UNPROVEN_PERSISTENCE)

/* Brings the device to the state and proves it by probes, without judging: silence or answers to ARP and
 * LE_ARP, advertisements, the persistence of the sub-state. Inconclusive when a piece is missing. What is
 * broken afterwards was broken by the event. In np-refused a refusal has just arrived: the state lasts for a
 * second at least. In every other instance reach() comes to Initialize by Shutdown. */
void reach(struct scene *scene, enum router_state state);
void reach_without(struct scene *scene, enum router_state state, unsigned unproven);

/* As reach(), but proven by bring_to() alone: for events after which the state is judged by its own
 * requirements, so that nothing is blamed on the event. */
void arrive(struct scene *scene, enum router_state state);

/* The second half of it, where the device is in Initialize in the ELAN already. */
void enter_proven(struct scene *scene, enum router_state state, unsigned unproven);

/* np-refused: waits for the next refusal, when other proofs took their time. */
void renew(struct scene *scene, enum router_state state);

/* Initialize by Shutdown (unproven: what lingers is for the case to find), or Backup by yielding to the
 * speaker, of a device that has been in the sub-state 'master'. */
void reach_from_master(struct scene *scene, enum router_state state, enum router_state master,
                       unsigned unproven);

/* Shutdown, and the time that everything about it takes. */
void shut_down(struct scene *scene);

bool is_master(enum router_state state);

/* ARP for the virtual address and LE_ARP for the VMAC, asked at about the same time; back when each had time
 * for its answer. */
struct answers {
    struct tap_event *arp; /* NULL: unanswered */
    struct tap_event *le_arp;
};
struct answers ask_both(struct scene *scene);

/* In the midst of an interval of the Master: 0.3 of it after an advertisement. */
void in_mid_interval(struct scene *scene);

/* The last frame so far that matches; NULL if none. */
struct tap_event *last_seen(struct scene *scene, const struct pattern *pattern);

/* A response of the LES, or of a client, to a request of the device: a case changes it and injects it.
 * Inconclusive when the device sent no such request. */
struct le_control response_to_last(struct scene *scene, struct pattern request);

/* px-persisting: takes the other owner of the VMAC away as soon as a probe was answered. The next probe,
 * which nobody answers, has just left. */
struct tap_event *probe_left_unanswered(struct scene *scene);

/* px-persisting: nobody answered the probe 'last'. No announcement and no probe once its window is over, and
 * the state is px-settled. */
void expect_rounds_end(struct scene *scene, struct tap_event *last);

/* R-3.2-05: nothing of a round from min_ns to max_ns after the mark, of a proxy Master whose VMAC nobody else
 * claims. */
void expect_no_round(struct scene *scene, struct pattern pattern, struct mark since, int64_t min_ns,
                     int64_t max_ns);

/* True when 'event' is there and came at 'due_ns', within the tolerance. */
bool came_at(const struct scene *scene, const struct tap_event *event, int64_t due_ns);

/* Lets time pass until then; nothing when it is over. */
void advance_to(struct scene *scene, int64_t time_ns);

/* The time just before 'due_ns' at which nothing of what is due then may have come. */
int64_t just_before(const struct scene *scene, int64_t due_ns);

/* Backup: the speaker stops right after one of its advertisements, which is returned. */
struct tap_event *last_advertisement_of_speaker(struct scene *scene);

/* Backup until 'due_ns', Master then. One that takes over at 'otherwise_ns' did the opposite of what the
 * event asks, and breaks 'requirements'; one that takes over at another time has a wrong timer (V-6.1.2-06),
 * or none (V-6.2-01). */
void expect_timer(struct scene *scene, struct tap_event *heard, int64_t due_ns, int64_t otherwise_ns,
                  const char *requirements);

/* Announcements in [since, since + for_ns]: one each second. A gap above 3 s or below 0.9 s breaks
 * 'requirements', above 'remarked_gap_ns' or below 1 s is a remark (draft-requirements 10.1). */
void expect_every_second(struct scene *scene, struct mark since, int64_t for_ns, int64_t remarked_gap_ns,
                         const char *requirements);
/* The same without a longest gap. */
void expect_rate_kept(struct scene *scene, struct mark since, int64_t for_ns, const char *requirements);

/* From now on the LES leaves the VMAC's registration open (non-proxy), or answers a probe for it (proxy): a
 * Master stays in np-pending or px-persisting. */
void keep_unconfirmed(struct scene *scene);

/* A success for the last registration reaches the device although it has given the VMAC up since: the binding
 * that it left behind has to go (A-27, a remark), unless LE_UNREGISTER_REQUEST was sent since then already.
 */
void expect_late_success_undone(struct scene *scene, struct mark given_up);

/* What an event changes in the plan of the network. */
void prepare_owner(struct scene_plan *plan);
void draw_priority(struct scene_plan *plan, uint8_t low, uint8_t high); /* and those around it */

/* The events, by file. */
typedef void cell_function(struct scene *scene, const struct state_cell *cell);
cell_function cell_join_complete, cell_startup_owner, cell_startup_lower, cell_shutdown,
    cell_master_down_timer, cell_adver_timer; /* cells_router.c */
cell_function cell_advertisement;             /* cells_advertisements.c */
cell_function cell_invalid_advertisement;     /* cells_invalid.c */
cell_function cell_own_advertisement, cell_own_probe, cell_own_targetless, cell_own_narp; /* cells_echoes.c */
cell_function cell_arp_request, cell_le_arp_request, cell_le_arp_physical, cell_frame_to_vmac,
    cell_packet_to_virtual_address; /* cells_questions.c */
cell_function cell_register_success, cell_register_refused, cell_register_timeout, cell_register_retry,
    cell_announce_second, cell_unregister_response;                                /* cells_registration.c */
cell_function cell_probe_answered, cell_probe_answered_own, cell_probe_unanswered; /* cells_probes.c */
cell_function cell_foreign_targetless, cell_foreign_narp, cell_topology_change,
    cell_flush_request;                                                                 /* cells_clients.c */
cell_function cell_elan_lost, cell_elan_rejoined, cell_data_direct_lost, cell_bus_lost; /* cells_losses.c */

void prepare_echo(struct scene_plan *plan);
void prepare_advertisement(struct scene_plan *plan);
void prepare_invalid_advertisement(struct scene_plan *plan);
void prepare_packets(struct scene_plan *plan);
void prepare_virtual_address(struct scene_plan *plan);
void prepare_remote_station(struct scene_plan *plan);
void prepare_long_memory(struct scene_plan *plan);
void prepare_startup_owner(struct scene_plan *plan);
void prepare_startup_lower(struct scene_plan *plan);
void prepare_entry(struct scene_plan *plan);
void prepare_arp_request(struct scene_plan *plan);
void prepare_rejoin(struct scene_plan *plan);

#endif
