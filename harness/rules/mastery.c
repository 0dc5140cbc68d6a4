/* Frames that speak for a virtual router in a state that forbids it: advertisements and associations of a
 * device that can't be Master, and advertisements of priority 0 at the wrong time (RFC 2338 3, 5.3.4, 6.4;
 * draft 3.3). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* What an advertisement breaks, by why the device isn't Master; ended by NULL. */
#define REQUIREMENT_ROOM 4
static const char *const advertisement_breaks[][REQUIREMENT_ROOM] = {
    [REST_OFF] = {"V-3-01", "V-6.4.1-07"},
    [REST_STARTED] = {"V-3-01"},
    [REST_HIGHER] = {"V-3-01"},
    [REST_EQUAL] = {"V-3-01"},
    [REST_STOPPED] = {"V-3-01", "V-6.4.3-05", "R-3.3.3-03"},
    [REST_STOPPED_BACKUP] = {"V-3-01", "V-6.4.2-04"},
    [REST_GAVE_UP] = {"V-3-01"},
    [REST_LOST] = {"V-3-01"},
};

/* What a registration or announcement breaks. */
static const char *const association_breaks[][REQUIREMENT_ROOM] = {
    [REST_OFF] = {"V-6.4.1-07", "R-3.1-03"},
    [REST_STARTED] = {"R-3.1-03", "R-3.3.1-03"},
    [REST_HIGHER] = {"R-3.1-06", "R-2-16"},
    [REST_EQUAL] = {"R-3.1-06", "R-2-16"},
    [REST_STOPPED] = {"R-3.1-06", "R-2-16", "R-3.3.3-03"},
    [REST_STOPPED_BACKUP] = {"R-3.1-03", "V-6.4.2-05"},
    [REST_GAVE_UP] = {"R-3.1-06", "R-2-16"},
    [REST_LOST] = {"R-3.1-03"},
};

static void judge_advertisement(struct rule_context *context, struct tap_event *event,
                                const struct virtual_router_history *router);
static void judge_yielded(struct rule_context *context, struct tap_event *event,
                          const struct virtual_router_history *router);
static void judge_early(struct rule_context *context, struct tap_event *event,
                        const struct virtual_router_history *router);
static void judge_stop(struct rule_context *context, struct tap_event *event,
                       const struct virtual_router_history *router);
static void judge_association(struct rule_context *context, struct tap_event *event,
                              const struct virtual_router_history *router);
static void all_broken(struct rule_context *context, struct tap_event *event, const char *const *requirements,
                       const char *expected);

static void mastery(struct rule_context *context, void *state, struct tap_event *event)
{
    (void)state;
    const struct frame *frame = context->frame;
    const struct virtual_router_history *router;
    if (!on_vrrp_interface(context->facts, event))
        return;
    if (frame->name == FRAME_ADVERTISEMENT) {
        router = frame->layers & LAYER_VRRP ? device_virtual_router(context->device, frame->vrrp.vrid) : NULL;
        if (router && frame->vrrp.priority == VRRP_PRIORITY_STOP)
            judge_stop(context, event, router);
        else if (router && certainly_not_master(context->device, router, event->time_ns))
            judge_advertisement(context, event, router);
        return;
    }
    bool narp = frame->name == FRAME_ZERO_LE_NARP_REQUEST;
    const struct lan_destination *subject = narp ? &frame->control.target_lan : &frame->control.source_lan;
    router = subject->tag == LAN_TAG_MAC ? device_vmac(context->device, subject->mac) : NULL;
    bool withdrawal = narp && (context->device->v2 ||
                               (router && within_disassociation(context->device, router, event->time_ns)));
    if (router && !withdrawal && certainly_not_master(context->device, router, event->time_ns))
        judge_association(context, event, router);
}

const struct rule mastery_rule = {
    .name = "mastery",
    .title = "nothing but a Master advertises and associates; priority 0 only on leaving",
    .requirements =
        "V-3-01 V-5.3.4-04 V-6.1.2-02 V-6.1.2-05 V-6.1.2-06 V-6.2-01 V-6.4.2-10 V-6.4.2-12 V-6.4.1-05 "
        "V-6.4.1-06 V-6.4.1-07 V-6.4.2-04 V-6.4.2-05 V-6.4.3-05 "
        "V-6.4.3-06 V-6.4.3-12 V-6.4.3-13 V-6.4.3-14 R-2-01 R-2-16 R-3.1-03 R-3.1-06 R-3.3.1-01 R-3.3.1-03 "
        "R-3.3.2-04 "
        "R-3.3.3-03 R-3.3.3-04 R-3.3.3-05",
    .needs = FACT_SETTINGS | FACT_CONTROL | FACT_COMPLETE,
    .roles = ROLE_ROUTER | ROLE_VRRP,
    .sent = FRAME_SET(ADVERTISEMENT) | FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) |
            FRAME_SET(ZERO_LE_NARP_REQUEST),
    .event = mastery,
};

static void judge_advertisement(struct rule_context *context, struct tap_event *event,
                                const struct virtual_router_history *router)
{
    if (started_before_join(context->device, router, event->time_ns)) {
        rule_remark(context, "R-3.3.1-01", event, "ADVERTISEMENT a Master_Down_Interval after the join");
        return;
    }
    all_broken(context, event, advertisement_breaks[router->rest], "no ADVERTISEMENT: not Master");
    if (router->rest == REST_HIGHER || router->rest == REST_EQUAL)
        judge_yielded(context, event, router);
    else if (router->rest == REST_STARTED)
        judge_early(context, event, router);
}

/* Too early: why, is told from what its Master_Down_Timer runs from. */
static void judge_early(struct rule_context *context, struct tap_event *event,
                        const struct virtual_router_history *router)
{
    static const char *const from_start[] = {"R-3.3.1-03", "V-6.4.1-05", "V-6.4.1-06", NULL};
    static const char *const from_priority_0[] = {"V-6.4.2-10", "V-6.1.2-05", "R-3.3.2-04", NULL};
    static const char *const from_living_master[] = {"V-6.2-01", "V-6.4.2-12", "R-3.3.2-04", NULL};
    static const char *const from_dead_master[] = {"V-6.1.2-06", "R-3.3.2-04", NULL};
    const struct tap_event *other = router->master_heard;
    const struct tap_event *stop = router->priority_0_heard;
    if (stop && stop->time_ns == router->counted_from_ns)
        all_broken(context, event, from_priority_0, "ADVERTISEMENT a Skew_Time after priority 0");
    else if (!other || other->time_ns < router->counted_from_ns)
        all_broken(context, event, from_start,
                   "ADVERTISEMENT a Master_Down_Interval after the Startup event");
    else if (other_master_lives(context->device, router, event->time_ns))
        all_broken(context, event, from_living_master, "no ADVERTISEMENT while another Master is heard");
    else
        all_broken(context, event, from_dead_master,
                   "ADVERTISEMENT a Master_Down_Interval after the last one heard");
}

/* Advertisements that go on although a superior one was heard: the device has given the VMAC up, or it
 * ignores it. */
static void judge_yielded(struct rule_context *context, struct tap_event *event,
                          const struct virtual_router_history *router)
{
    static const char *const went_on[] = {"V-6.4.3-14", NULL};
    static const char *const ignored_higher[] = {"V-6.4.3-12", "R-3.3.3-04", NULL};
    static const char *const ignored_equal[] = {"V-6.4.3-13", "R-3.3.3-05", NULL};
    int64_t interval_ns = router->interval_ns;
    bool goes_on = router->advertisement && event->time_ns - router->advertisement->time_ns <=
                                                interval_ns + rule_tolerance_ns(context->facts, interval_ns);
    if (!goes_on)
        judge_early(context, event, router);
    else if (router->gave_up_ns >= router->left_ns)
        all_broken(context, event, went_on, "no ADVERTISEMENT after yielding");
    else if (router->rest == REST_HIGHER)
        all_broken(context, event, ignored_higher, "no ADVERTISEMENT: a higher priority was heard");
    else
        all_broken(context, event, ignored_equal,
                   "no ADVERTISEMENT: an equal priority and greater address was heard");
}

static void judge_stop(struct rule_context *context, struct tap_event *event,
                       const struct virtual_router_history *router)
{
    const struct tap_event *shutdown = router->shutdown;
    if (!shutdown && router->last_shutdown_ns >= event->time_ns - ASSOCIATION_NS)
        return; /* started again at once: a late one of the Shutdown before */
    if (!shutdown) {
        rule_broken(context, "V-5.3.4-04", event, "ADVERTISEMENT priority=0 after a Shutdown event only");
        rule_broken(context, "V-6.1.2-02", event, "ADVERTISEMENT priority=0 after a Shutdown event only");
    } else if (router->stop_advertisement && router->stop_advertisement->index > shutdown->index) {
        rule_broken(context, "V-6.4.3-06", event, "one ADVERTISEMENT priority=0");
    } else if (router->rest == REST_STOPPED_BACKUP && router->mastery == MASTERY_NO) {
        rule_broken(context, "V-6.4.2-05", event, "nothing at Shutdown in Backup");
        rule_broken(context, "V-5.3.4-04", event, "ADVERTISEMENT priority=0 from a Master only");
    }
}

static void judge_association(struct rule_context *context, struct tap_event *event,
                              const struct virtual_router_history *router)
{
    if (started_before_join(context->device, router, event->time_ns)) {
        rule_remark(context, "R-3.3.1-01", event, "association a Master_Down_Interval after the join");
        return;
    }
    bool registers = context->frame->name == FRAME_LE_REGISTER_REQUEST;
    static const char *const registration_breaks[] = {"R-3.1-03", NULL};
    bool left = router->rest == REST_HIGHER || router->rest == REST_EQUAL || router->rest == REST_STOPPED;
    all_broken(context, event, registers && left ? registration_breaks : association_breaks[router->rest],
               "no association: not Master");
    if (other_master_settled(context->device, router, event->time_ns))
        rule_broken(context, "R-2-01", event, "one owner of the VMAC, the other Master");
}

static void all_broken(struct rule_context *context, struct tap_event *event, const char *const *requirements,
                       const char *expected)
{
    for (size_t i = 0; i < REQUIREMENT_ROOM && requirements[i]; i++)
        rule_broken(context, requirements[i], event, "%s", expected);
}
