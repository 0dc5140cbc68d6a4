/* Mutants: the reference router with one named defect each, to prove that the suite sees it. The reference
 * stays clean of them: a defect is either one entry changed in the stack's table of decisions and parameters,
 * or an interposition on its ports that drops, changes, delays, repeats or adds what goes in or out.
 *
 * The definitions stand in tables by subject (lec_join_mutants.c, vrrp_state_mutants.c, …); their ids and
 * what they break are in the ledger (spec/requirements.yaml), which is the only place that says what a mutant
 * is for.
 */
#ifndef MUTANTS_MUTANTS_H
#define MUTANTS_MUTANTS_H

#include "mutants/interposer.h"
#include "reference/reference.h"
#include "world/switch_behaviour.h"

struct mutant_definition {
    const char *id; /* of the ledger, "M17" */
    /* Changes one entry of the table; NULL: none. */
    void (*change)(struct reference_options *options);
    /* What happens at the ports; NULL: nothing. */
    const struct interposition *interposition;
    /* Changes what the ATM switch does when a link fails (role switch); NULL: nothing. */
    void (*change_switch)(struct switch_behaviour *behaviour);
    /* Changes how the device reads its configuration (for defects such as a wrong default); NULL: nothing. */
    void (*misread)(struct device_settings *settings);
};

/* The tables, by subject, each ended by a row without id; mutants/registry.c lists them. */
extern const struct mutant_definition association_mutants[];
extern const struct mutant_definition announcement_mutants[];
extern const struct mutant_definition le_arp_mutants[];
extern const struct mutant_definition lec_join_mutants[];
extern const struct mutant_definition lec_cache_mutants[];
extern const struct mutant_definition lec_frame_mutants[];
extern const struct mutant_definition vrrp_state_mutants[];
extern const struct mutant_definition vrrp_packet_mutants[];
extern const struct mutant_definition ip_mutants[];
extern const struct mutant_definition switch_mutants[];
extern const struct mutant_definition token_ring_mutants[];
extern const struct mutant_definition bridge_mutants[];
extern const struct mutant_definition les_mutants[];

/* The definition of a mutant of the ledger; NULL when it is not built. */
const struct mutant_definition *mutant_definition_find(const char *id);

/* Why a mutant of the ledger is not built; NULL when it is. */
const char *mutant_absent(const char *id);

/* A station with the defect: attaches it to the services. 'handlers' gets the table to attach with. Freed by
 * handlers->destroy. NULL, with the reason, for settings that the reference stack can't be. */
void *mutant_new(const struct mutant_definition *definition, const struct station_services *services,
                 const struct device_settings *settings, const struct station_handlers **handlers,
                 struct reason *reason);

#endif
