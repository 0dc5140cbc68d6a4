/* Which cells of the state x event table (spec/states.yaml) the suite visits, told from what is seen on the
 * wire and not from what a case says of itself: an observer follows the device's first virtual router through
 * its states and marks, for each event, the cell that it met.
 *
 *   struct state_coverage *coverage = state_coverage_new();
 *   options.coverage = coverage;            (run.h) … run_instances(…)
 *   state_coverage_visits(coverage, STATE_BACKUP, EVENT_ADV_PRIO_0, SCHEME_PROXY, LANE_V1, MEDIUM_ETHERNET);
 */
#ifndef SUITE_STATE_COVERAGE_H
#define SUITE_STATE_COVERAGE_H

#include "ledger/ledger.h"
#include "rules/rules.h"
#include "scene/scene.h"

struct state_coverage;

struct state_coverage *state_coverage_new(void);
void state_coverage_free(struct state_coverage *coverage);

/* Case instances that visited a cell in a scheme, version and medium. */
size_t state_coverage_visits(const struct state_coverage *coverage, enum router_state state,
                             enum router_event event, enum scheme scheme, enum lane_version lane,
                             enum medium medium);

/* Why no suite can visit the cell there: the state belongs to the other scheme, the event can't happen in the
 * state, in this version or on this medium. NULL: it has to be visited. */
const char *state_cell_impossible(enum router_state state, enum router_event event, enum scheme scheme,
                                  enum lane_version lane, enum medium medium);

/* The observer of one case, in memory of the scene; to be added to the tap before the one of 'rules'. */
struct state_observer;
struct state_observer *state_observer_new(struct scene *scene, const struct rule_set *rules);
struct tap_observer state_observer_of(struct state_observer *observer);

/* Adds what the case visited, from any thread. */
void state_coverage_add(struct state_coverage *coverage, const struct state_observer *observer);

#endif
