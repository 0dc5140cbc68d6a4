/* The time between a Master's advertisements (RFC 2338 6.2, 6.4.3; 5.3.7).
 *
 * Judged is the gap between two of them while nothing happened that may shorten or stretch it: no
 * advertisement that may have ended mastership, no control action, no loss of a VCC. A priority-0
 * advertisement from another router draws one at once and restarts the timer: the gap before that answer is
 * not judged, the one behind it is.
 */
#include "rules/device_history.h"

/* Of one virtual router. */
struct period {
    struct tap_event *last;  /* its last advertisement as Master, NULL */
    struct tap_event *first; /* the first since it became Master */
    bool answer;             /* 'last' answered priority 0 */
    unsigned episode;
    unsigned disturbances;
    int64_t due_ns; /* when one is certainly left out; TIME_NEVER */
};

struct advertisement_period {
    struct period *by_vrid[256];
};

static struct period *period_of(struct rule_context *context, struct advertisement_period *state,
                                uint8_t vrid);
static bool undisturbed(const struct rule_context *context, const struct virtual_router_history *router,
                        const struct period *period);
static bool answers_priority_0(const struct rule_context *context,
                               const struct virtual_router_history *router, const struct tap_event *event);
static void judge_gap(struct rule_context *context, struct tap_event *event,
                      const struct virtual_router_history *router, const struct period *period);
static void judge_octet(struct rule_context *context, struct tap_event *event, int64_t gap_ns,
                        int64_t tolerance_ns);
static void judge_overdue(struct rule_context *context, const struct virtual_router_history *router,
                          struct period *period);
static bool heard_since(const struct virtual_router_history *router, const struct tap_event *event);

static void advertisement_period(struct rule_context *context, void *memory, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    if (!(frame->layers & LAYER_VRRP) || !on_vrrp_interface(context->facts, event))
        return;
    const struct virtual_router_history *router = device_virtual_router(context->device, frame->vrrp.vrid);
    if (!router || router->interval_ns == 0)
        return;
    struct period *period = period_of(context, memory, frame->vrrp.vrid);
    if (frame->vrrp.priority == VRRP_PRIORITY_STOP || router->shutdown) {
        period->last = NULL;
        return;
    }
    bool answer = answers_priority_0(context, router, event);
    bool follows = period->last && undisturbed(context, router, period);
    if (follows && !answer)
        judge_gap(context, event, router, period);
    if (!follows)
        period->first = event;
    period->last = event;
    period->answer = answer;
    period->episode = router->episode;
    period->disturbances = context->device->disturbances;
    int64_t tolerance_ns = rule_tolerance_ns(context->facts, router->interval_ns);
    bool wide = 2 * tolerance_ns > router->interval_ns; /* the next one may still come when two are due */
    period->due_ns =
        event->time_ns + router->interval_ns + (wide ? tolerance_ns : router->interval_ns - tolerance_ns);
    if (facts_known(context->facts, FACT_CONTROL))
        rule_call_at(context, period->due_ns);
}

static void advertisement_overdue(struct rule_context *context, void *memory, int64_t now_ns)
{
    struct advertisement_period *state = memory;
    for (size_t i = 0; i < context->device->vrid_count; i++) {
        uint8_t vrid = context->device->vrids[i];
        struct period *period = state->by_vrid[vrid];
        if (!period || !period->last)
            continue;
        if (period->due_ns < now_ns)
            judge_overdue(context, device_virtual_router(context->device, vrid), period);
        else
            rule_call_at(context, period->due_ns);
    }
}

const struct rule advertisement_period_rule = {
    .name = "advertisement-period",
    .title = "time between the advertisements of a Master",
    .requirements = "V-2.5-03 V-5.3.7-01 V-5.3.7-02 V-6.1.2-04 V-6.2-02 V-6.4.1-03 V-6.4.2-08 V-6.4.3-08 "
                    "V-6.4.3-09 V-6.4.3-11 V-6.4.3-17",
    .needs = FACT_COMPLETE,
    .roles = ROLE_ROUTER | ROLE_VRRP,
    .sent = FRAME_SET(ADVERTISEMENT),
    .state_size = sizeof(struct advertisement_period),
    .event = advertisement_period,
    .due = advertisement_overdue,
};

static struct period *period_of(struct rule_context *context, struct advertisement_period *state,
                                uint8_t vrid)
{
    if (!state->by_vrid[vrid])
        state->by_vrid[vrid] = arena_zeroed(context->arena, sizeof(struct period));
    return state->by_vrid[vrid];
}

/* Master all the time, as far as can be told. */
static bool undisturbed(const struct rule_context *context, const struct virtual_router_history *router,
                        const struct period *period)
{
    return router->mastery == MASTERY_YES && router->episode == period->episode &&
           context->device->disturbances == period->disturbances;
}

/* "at once": within the time that a reaction takes. */
static bool answers_priority_0(const struct rule_context *context,
                               const struct virtual_router_history *router, const struct tap_event *event)
{
    return router->priority_0_heard &&
           event->time_ns <= router->priority_0_heard->time_ns + reaction_ns(context->facts);
}

static void judge_gap(struct rule_context *context, struct tap_event *event,
                      const struct virtual_router_history *router, const struct period *period)
{
    int64_t gap_ns = event->time_ns - period->last->time_ns;
    int64_t tolerance_ns = rule_tolerance_ns(context->facts, router->interval_ns);
    judge_octet(context, event, gap_ns, tolerance_ns);
    bool early = gap_ns < router->interval_ns - tolerance_ns;
    bool late = gap_ns > router->interval_ns + tolerance_ns;
    if (!early && !late)
        return;
    const char *const requirements[] = {
        "V-6.2-02",
        "V-6.4.3-09",
        early ? "V-6.1.2-04" : NULL,
        early && period->answer ? "V-6.4.3-11" : NULL,
        late && heard_since(router, period->last) ? "V-6.4.3-17" : NULL,
    };
    for (size_t i = 0; i < sizeof requirements / sizeof *requirements; i++) {
        if (requirements[i])
            rule_broken(context, requirements[i], event,
                        "ADVERTISEMENT %.3f s after the last one, not %.3f s",
                        (double)router->interval_ns / NS_PER_S, (double)gap_ns / NS_PER_S);
    }
}

/* The interval octet tells the spacing that others have to expect. */
static void judge_octet(struct rule_context *context, struct tap_event *event, int64_t gap_ns,
                        int64_t tolerance_ns)
{
    int64_t octet_ns = SECONDS(context->frame->vrrp.interval_s);
    if (gap_ns < octet_ns - tolerance_ns || gap_ns > octet_ns + tolerance_ns)
        rule_broken(context, "V-5.3.7-01", event, "ADVERTISEMENT interval=%.3f, as measured",
                    (double)gap_ns / NS_PER_S);
}

/* An advertisement was left out. */
static void judge_overdue(struct rule_context *context, const struct virtual_router_history *router,
                          struct period *period)
{
    struct tap_event *last = period->last;
    int64_t due_ns = period->due_ns;
    bool first = last == period->first;
    bool owner = router->priority == VRRP_PRIORITY_OWNER;
    period->due_ns = TIME_NEVER;
    if (context->device->silenced || !undisturbed(context, router, period))
        return;
    const char *const requirements[] = {
        "V-6.2-02",
        "V-6.4.3-08",
        "V-2.5-03",
        !router->settings || !router->settings->interval_given ? "V-5.3.7-02" : NULL,
        first ? owner ? "V-6.4.1-03" : "V-6.4.2-08" : NULL,
        period->answer ? "V-6.4.3-11" : NULL,
        heard_since(router, last) ? "V-6.4.3-17" : NULL,
    };
    for (size_t i = 0; i < sizeof requirements / sizeof *requirements; i++) {
        if (requirements[i])
            rule_missed(context, requirements[i], last, due_ns, "ADVERTISEMENT every %.0f s",
                        (double)router->interval_ns / NS_PER_S);
    }
}

/* An inferior advertisement came in between. */
static bool heard_since(const struct virtual_router_history *router, const struct tap_event *event)
{
    return router->master_heard && router->master_heard->index > event->index;
}
