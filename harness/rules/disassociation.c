/* Giving the VMAC up: on Shutdown after the advertisement of priority 0, on a superior advertisement at once,
 * within a second, and for no other reason (draft 3.1, 3.2, 3.3.3; draft-requirements, 10.1).
 */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* The way of one virtual router out of Master. */
struct way {
    bool running;
    enum rest rest;          /* REST_STOPPED, REST_HIGHER or REST_EQUAL */
    struct tap_event *first; /* Shutdown event, its priority-0 advertisement, or the superior advertisement */
    int64_t due_ns;
    unsigned disturbances;
    bool stop_due; /* the advertisement of priority 0 is still to come */
    bool unregistration_due;
    bool withdrawal_due;
    bool gave_up;   /* any frame of a disassociation was sent */
    bool zero_sent; /* zero LE_NARP_REQUEST */
};

struct disassociation {
    struct way *by_vrid[256];
    struct tap_event *echo;          /* its own request that last came back, NULL */
    struct tap_event *advertisement; /* the last one heard, of whatever VRID and form, NULL */
};

static void control(struct rule_context *context, struct disassociation *state, struct tap_event *event);
static void heard(struct rule_context *context, struct disassociation *state, struct tap_event *event);
static void stopped(struct rule_context *context, struct disassociation *state, struct tap_event *event);
static void given_up(struct rule_context *context, struct disassociation *state, struct tap_event *event);
static void begin(struct rule_context *context, struct disassociation *state, struct tap_event *event,
                  const struct virtual_router_history *router, enum rest rest);
static struct way *way_of(struct rule_context *context, struct disassociation *state, uint8_t vrid);
static void judge_order(struct rule_context *context, const struct way *way, struct tap_event *event);
static void judge_unprovoked(struct rule_context *context, const struct disassociation *state,
                             struct tap_event *event, const struct virtual_router_history *router);
static void judge_provoked(struct rule_context *context, struct tap_event *event,
                           const struct virtual_router_history *router);
static void judge_missing(struct rule_context *context, const struct way *way, bool advertises);
static bool advertises(const struct rule_context *context, const struct way *way,
                       const struct virtual_router_history *router);
static void missed(struct rule_context *context, const struct way *way, const char *requirement,
                   const char *expected);

static void disassociation(struct rule_context *context, void *memory, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    if (!frame)
        control(context, memory, event);
    else if (!context->sent)
        heard(context, memory, event);
    else if (frame->name == FRAME_ADVERTISEMENT)
        stopped(context, memory, event);
    else
        given_up(context, memory, event);
}

static void disassociation_due(struct rule_context *context, void *memory, int64_t now_ns)
{
    struct disassociation *state = memory;
    const struct device_history *device = context->device;
    for (size_t i = 0; i < device->vrid_count; i++) {
        struct way *way = state->by_vrid[device->vrids[i]];
        if (!way || !way->running)
            continue;
        if (way->due_ns >= now_ns) {
            rule_call_at(context, way->due_ns);
            continue;
        }
        way->running = false;
        const struct virtual_router_history *router = device_virtual_router(device, device->vrids[i]);
        bool again = router->associated && router->associated_ns > way->first->time_ns;
        if (!device->silenced && device->join == JOIN_DONE && way->disturbances == device->disturbances &&
            !again)
            judge_missing(context, way, advertises(context, way, router));
    }
}

const struct rule disassociation_rule = {
    .name = "disassociation",
    .title =
        "giving the VMAC up: for a reason, after the priority-0 advertisement, completely, within a second",
    .requirements = "L-lecid-02 R-2-11 R-2-16 R-3.1-08 R-3.1-09 R-3.2-08 R-3.3.3-03 R-3.3.3-04 R-3.3.3-05 "
                    "R-3.3.3-06 R-6-09 "
                    "V-2.3-01 V-5.3.4-04 V-6.4.3-06 V-6.4.3-13 V-6.4.3-17",
    .needs = FACT_SETTINGS | FACT_CONTROL | FACT_COMPLETE,
    .roles = ROLE_ROUTER,
    .associations = true,
    .sent = FRAME_SET(ADVERTISEMENT) | FRAME_SET(LE_UNREGISTER_REQUEST) |
            FRAME_SET(NO_SOURCE_LE_NARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST),
    .heard = FRAME_SET(ADVERTISEMENT) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | NARP_FRAMES,
    .kinds = 1u << TAP_CONTROL,
    .state_size = sizeof(struct disassociation),
    .event = disassociation,
    .due = disassociation_due,
};

static void control(struct rule_context *context, struct disassociation *state, struct tap_event *event)
{
    if (event->control.kind != CONTROL_SHUTDOWN)
        return;
    const struct virtual_router_history *router = device_virtual_router(context->device, event->control.vrid);
    if (router && router->mastery == MASTERY_YES && !router->shutdown && !context->device->silenced)
        begin(context, state, event, router, REST_STOPPED);
}

static void heard(struct rule_context *context, struct disassociation *state, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    if (own_echo(context->device, frame)) {
        if (frame->layers & LAYER_CONTROL)
            state->echo = event;
        return;
    }
    if (frame->name == FRAME_ADVERTISEMENT)
        state->advertisement = event;
    if (frame->name != FRAME_ADVERTISEMENT || !(frame->layers & LAYER_VRRP))
        return;
    const struct virtual_router_history *router = device_virtual_router(context->device, frame->vrrp.vrid);
    if (!router || router->mastery != MASTERY_YES || router->shutdown)
        return;
    enum yielding yielding = yielding_to(context->device, router, event, frame);
    if (yielding == YIELD_HIGHER || yielding == YIELD_EQUAL)
        begin(context, state, event, router, yielding == YIELD_HIGHER ? REST_HIGHER : REST_EQUAL);
}

/* The advertisement of priority 0: from it the disassociation is due. */
static void stopped(struct rule_context *context, struct disassociation *state, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    if (!(frame->layers & LAYER_VRRP) || frame->vrrp.priority != VRRP_PRIORITY_STOP)
        return;
    struct way *way = state->by_vrid[frame->vrrp.vrid];
    if (!way || !way->running || !way->stop_due)
        return;
    way->stop_due = false;
    way->first = event;
    way->due_ns = event->time_ns + ASSOCIATION_NS + rule_tolerance_ns(context->facts, ASSOCIATION_NS);
}

static void given_up(struct rule_context *context, struct disassociation *state, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    bool unregisters = frame->name == FRAME_LE_UNREGISTER_REQUEST;
    const struct lan_destination *subject =
        unregisters ? &frame->control.source_lan : &frame->control.target_lan;
    const struct virtual_router_history *router =
        subject->tag == LAN_TAG_MAC ? device_vmac(context->device, subject->mac) : NULL;
    if (!router)
        return;
    struct way *way = state->by_vrid[router->vrid];
    if (way && way->disturbances != context->device->disturbances)
        way->running = false;
    if (!way || !way->running) {
        if (frame->name != FRAME_ZERO_LE_NARP_REQUEST)
            judge_unprovoked(context, state, event, router);
        return;
    }
    if (frame->name == FRAME_ZERO_LE_NARP_REQUEST) {
        way->zero_sent = true;
        return;
    }
    judge_order(context, way, event);
    way->gave_up = true;
    if (unregisters)
        way->unregistration_due = false;
    else
        way->withdrawal_due = false;
}

static void begin(struct rule_context *context, struct disassociation *state, struct tap_event *event,
                  const struct virtual_router_history *router, enum rest rest)
{
    const struct facts *facts = context->facts;
    bool no_source =
        context->device->v2 || facts->pixit.choice[PIXIT_V1_DISASSOCIATION] == V1_DISASSOCIATION_NO_SOURCE;
    bool announced = router->associated && router->announcement_count > 0;
    struct way *way = way_of(context, state, router->vrid);
    *way = (struct way){.running = true,
                        .rest = rest,
                        .first = event,
                        .due_ns = event->time_ns + ASSOCIATION_NS + rule_tolerance_ns(facts, ASSOCIATION_NS),
                        .disturbances = context->device->disturbances,
                        .stop_due = rest == REST_STOPPED && bus_up(context->device),
                        .unregistration_due =
                            !facts->proxy && router->registration_state == REGISTRATION_CONFIRMED,
                        .withdrawal_due = no_source && announced};
    rule_call_at(context, way->due_ns);
}

static struct way *way_of(struct rule_context *context, struct disassociation *state, uint8_t vrid)
{
    if (!state->by_vrid[vrid])
        state->by_vrid[vrid] = arena_zeroed(context->arena, sizeof(struct way));
    return state->by_vrid[vrid];
}

static void judge_order(struct rule_context *context, const struct way *way, struct tap_event *event)
{
    if (way->stop_due && facts_known(context->facts, FACT_EGRESS_ORDER))
        rule_broken(context, "R-3.3.3-03", event, "ADVERTISEMENT priority=0 before this");
}

/* A Master that gives the VMAC up without a reason. */
static void judge_unprovoked(struct rule_context *context, const struct disassociation *state,
                             struct tap_event *event, const struct virtual_router_history *router)
{
    if (router->mastery != MASTERY_YES || router->shutdown || context->device->join != JOIN_DONE)
        return;
    int64_t since_ns = event->time_ns - ASSOCIATION_NS;
    bool advertised = state->advertisement && state->advertisement->time_ns >= since_ns;
    if (advertised && state->advertisement == router->inferior_heard)
        judge_provoked(context, event, router);
    else if (!advertised && state->echo && state->echo->time_ns >= since_ns)
        rule_broken(context, "L-lecid-02", event, "the association kept: only its own request came back");
    else if (!advertised)
        rule_remark(context, "R-2-16", event, "the association kept while Master");
}

/* It gave way to an inferior advertisement. */
static void judge_provoked(struct rule_context *context, struct tap_event *event,
                           const struct virtual_router_history *router)
{
    uint8_t priority = tap_frame(context->tap, router->inferior_heard)->vrrp.priority;
    bool equal = priority == router->priority;
    const char *const requirements[] = {
        "R-3.3.3-06",
        priority ? "V-6.4.3-17" : NULL,
        priority ? "V-2.3-01" : NULL,
        equal ? "R-3.3.3-05" : NULL,
        equal ? "V-6.4.3-13" : NULL,
    };
    for (size_t i = 0; i < sizeof requirements / sizeof *requirements; i++) {
        if (requirements[i])
            rule_broken(context, requirements[i], event,
                        "the association kept: only an inferior advertisement was heard");
    }
}

/* The second is over. A device that goes on advertising has not left at all. */
static void judge_missing(struct rule_context *context, const struct way *way, bool advertises)
{
    bool missing = way->unregistration_due || way->withdrawal_due;
    bool stays = advertises && way->rest != REST_STOPPED;
    if (way->stop_due) {
        missed(context, way, "V-5.3.4-04", "ADVERTISEMENT priority=0");
        missed(context, way, "V-6.4.3-06", "ADVERTISEMENT priority=0");
        missed(context, way, "R-3.3.3-03", "ADVERTISEMENT priority=0");
    }
    if (way->unregistration_due && !stays)
        missed(context, way, "R-3.1-08", "LE_UNREGISTER_REQUEST for the VMAC");
    if (way->withdrawal_due && !stays) {
        missed(context, way, "R-3.1-09", "NO_SOURCE_LE_NARP_REQUEST for the VMAC");
        missed(context, way, "R-3.2-08", "NO_SOURCE_LE_NARP_REQUEST for the VMAC");
        missed(context, way, "R-6-09", "NO_SOURCE_LE_NARP_REQUEST for the VMAC");
        if (way->zero_sent)
            missed(context, way, "R-2-11", "NO_SOURCE_LE_NARP_REQUEST with its target-atm");
    }
    if (!missing || way->gave_up)
        return;
    if (way->rest == REST_STOPPED)
        missed(context, way, "R-3.3.3-03", "a disassociation");
    else
        missed(context, way, way->rest == REST_HIGHER ? "R-3.3.3-04" : "R-3.3.3-05", "a disassociation");
}

static void missed(struct rule_context *context, const struct way *way, const char *requirement,
                   const char *expected)
{
    rule_missed(context, requirement, way->first, way->due_ns, "%s", expected);
}

/* It went on after it had to yield. */
static bool advertises(const struct rule_context *context, const struct way *way,
                       const struct virtual_router_history *router)
{
    return router->advertisement &&
           router->advertisement->time_ns > way->first->time_ns + reaction_ns(context->facts);
}
