/* Defects of an ATM switch whose link fails (draft 3.1). */
#include "base/duration.h"
#include "mutants/mutants.h"

static void keeps_calls(struct switch_behaviour *behaviour)
{
    behaviour->releases_calls = false;
}

static void releases_near_ends_only(struct switch_behaviour *behaviour)
{
    behaviour->tells_far_end = false;
}

static void waits_for_saal(struct switch_behaviour *behaviour)
{
    behaviour->detects_carrier_loss = false;
}

/* Timer_NO-RESPONSE of Q.2130, and T309 as section 3.1 quotes it. */
static void default_timers(struct switch_behaviour *behaviour)
{
    behaviour->saal_detection_ns = SECONDS(7);
    behaviour->t309_ns = SECONDS(4);
}

static void keeps_leaves(struct switch_behaviour *behaviour)
{
    behaviour->drops_leaves = false;
}

static void one_by_one(struct switch_behaviour *behaviour)
{
    behaviour->release_spacing_ns = SECONDS(1);
}

const struct mutant_definition switch_mutants[] = {
    {.id = "M37", .change_switch = keeps_calls},
    {.id = "M88", .change_switch = releases_near_ends_only},
    {.id = "M89", .change_switch = waits_for_saal},
    {.id = "M90", .change_switch = default_timers},
    {.id = "M91", .change_switch = keeps_leaves},
    {.id = "M92", .change_switch = one_by_one},
    {.id = NULL},
};
