/* A Master persists with the registration of its VMAC: after a failure not sooner than a second and not later
 * than the PIXIT allows, after silence within the control time-out (draft 3.1; draft-requirements A-4, 10.1).
 */
#include "rules/device_history.h"

#define RETRY_LEAST_NS SECONDS(1)
/* The longest that a LEC may wait for the first answer: C7i in LANE v2, C7 in v1 (lane-rules 2). */
#define FIRST_WAIT_V2_NS SECONDS(10)
#define FIRST_WAIT_V1_NS SECONDS(300)

/* The registration of one VMAC since the association began. */
struct persistence {
    struct tap_event *last; /* LE_REGISTER_REQUEST, NULL */
    unsigned count;         /* of them */
    bool overdue_reported;  /* behind 'last' */
    unsigned episode;
    unsigned disturbances;
};

struct registration_persistence {
    struct persistence *by_vrid[256];
};

static struct persistence *persistence_of(struct rule_context *context,
                                          struct registration_persistence *state, uint8_t vrid);
static void asked(struct rule_context *context, struct persistence *persistence, struct tap_event *event,
                  const struct virtual_router_history *router);
static void judge_overdue(struct rule_context *context, struct persistence *persistence,
                          struct tap_event *event, const struct virtual_router_history *router);
static bool same_association(const struct rule_context *context, const struct persistence *persistence,
                             const struct virtual_router_history *router);

static void registration_persistence(struct rule_context *context, void *memory, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    const struct virtual_router_history *router = NULL;
    if (frame->name == FRAME_LE_REGISTER_REQUEST)
        router = device_vmac(context->device, frame->control.source_lan.mac);
    else if (frame->layers & LAYER_VRRP)
        router = device_virtual_router(context->device, frame->vrrp.vrid);
    if (!router)
        return;
    struct persistence *persistence = persistence_of(context, memory, router->vrid);
    if (frame->name == FRAME_LE_REGISTER_REQUEST)
        asked(context, persistence, event, router);
    else
        judge_overdue(context, persistence, event, router);
}

const struct rule registration_persistence_rule = {
    .name = "registration-persistence",
    .title = "the registration of the VMAC is repeated until it succeeds",
    .requirements = "R-3.1-05",
    .needs = FACT_COMPLETE,
    .roles = ROLE_ROUTER,
    .sent = FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(ADVERTISEMENT),
    .state_size = sizeof(struct registration_persistence),
    .event = registration_persistence,
};

static struct persistence *persistence_of(struct rule_context *context,
                                          struct registration_persistence *state, uint8_t vrid)
{
    if (!state->by_vrid[vrid])
        state->by_vrid[vrid] = arena_zeroed(context->arena, sizeof(struct persistence));
    return state->by_vrid[vrid];
}

static void asked(struct rule_context *context, struct persistence *persistence, struct tap_event *event,
                  const struct virtual_router_history *router)
{
    bool again = persistence->last && same_association(context, persistence, router);
    const struct tap_event *answer = router->registration_answer;
    if (again && router->registration_state == REGISTRATION_REFUSED &&
        answer->index > persistence->last->index &&
        event->time_ns < answer->time_ns + RETRY_LEAST_NS - rule_tolerance_ns(context->facts, RETRY_LEAST_NS))
        rule_remark(context, "R-3.1-05", event,
                    "LE_REGISTER_REQUEST not sooner than 1 s after the failure, not %.3f s",
                    (double)(event->time_ns - answer->time_ns) / NS_PER_S);
    persistence->count = again ? persistence->count + 1 : 1;
    persistence->last = event;
    persistence->overdue_reported = false;
    persistence->episode = router->episode;
    persistence->disturbances = context->device->disturbances;
}

/* An advertisement proves that the device is still Master. */
static void judge_overdue(struct rule_context *context, struct persistence *persistence,
                          struct tap_event *event, const struct virtual_router_history *router)
{
    if (context->facts->proxy || !persistence->last || persistence->overdue_reported || router->shutdown ||
        router->mastery != MASTERY_YES || context->device->silenced || !router->associated ||
        !same_association(context, persistence, router))
        return;
    struct tap_event *since = persistence->last;
    int64_t wait_ns = context->device->v2 ? FIRST_WAIT_V2_NS : FIRST_WAIT_V1_NS;
    if (router->registration_state == REGISTRATION_REFUSED) {
        since = router->registration_answer;
        wait_ns = SECONDS(context->facts->pixit.choice[PIXIT_REGISTRATION_RETRY_MAX_S]);
    } else if (router->registration_state != REGISTRATION_ASKED || persistence->count > 1) {
        return;
    }
    if (event->time_ns <= since->time_ns + wait_ns + rule_tolerance_ns(context->facts, wait_ns))
        return;
    persistence->overdue_reported = true;
    rule_missed(context, "R-3.1-05", since, since->time_ns + wait_ns,
                "LE_REGISTER_REQUEST for the VMAC again");
}

static bool same_association(const struct rule_context *context, const struct persistence *persistence,
                             const struct virtual_router_history *router)
{
    return persistence->episode == router->episode &&
           persistence->disturbances == context->device->disturbances;
}
