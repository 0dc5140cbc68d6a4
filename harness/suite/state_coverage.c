#include "suite/state_coverage.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "rules/virtual_router_history.h"
#include "steps/device_frames.h"

#define DEVICE_PORT 0u
/* Announcements and advertisements are a second, or an interval, apart; less a little
 * (draft-requirements 10.1). */
#define ALMOST(ns) ((ns) / 10 * 9)

struct state_coverage {
    atomic_size_t visits[ROUTER_STATE_COUNT][ROUTER_EVENT_COUNT][2][2][2]; /* scheme, version, medium */
};

struct state_observer {
    struct scene *scene;
    const struct device_history *device;
    bool visited[ROUTER_STATE_COUNT][ROUTER_EVENT_COUNT];
    int64_t announced_ns;         /* the last announcement, or the last second since it; TIME_NEVER */
    int64_t probed_ns;            /* the last probe that is neither answered nor given up; TIME_NEVER */
    bool settled;                 /* proxy: a probe went unanswered since the association began */
    bool lost;                    /* the ELAN was lost … */
    enum router_state lost_state; /* … in this state */
    bool joined;                  /* it has joined before */
};

static void watch(void *context, struct tap_event *event);
static void time_passes(struct state_observer *observer, const struct virtual_router_history *router,
                        int64_t now_ns);
static void saw_sent(struct state_observer *observer, const struct virtual_router_history *router,
                     const struct tap_event *event, const struct frame *frame);
static void saw_heard(struct state_observer *observer, const struct virtual_router_history *router,
                      const struct tap_event *event, const struct frame *frame);
static void saw_control_frame(struct state_observer *observer, const struct frame *frame);
static bool withdraws(const struct le_control *control);
static void saw_le_arp_response(struct state_observer *observer, const struct le_control *control);
static void saw_advertisement(struct state_observer *observer, const struct virtual_router_history *router,
                              const struct tap_event *event, const struct frame *frame);
static void saw_packet(struct state_observer *observer, const struct frame *frame);
static void saw_release(struct state_observer *observer, const struct tap_event *event);
static void saw_control(struct state_observer *observer, const struct control_action *action);
static bool state_of(const struct state_observer *observer, const struct virtual_router_history *router,
                     enum router_state *state);
static void visit(struct state_observer *observer, enum router_event event);
static bool is_vmac(const struct state_observer *observer, struct lan_destination destination);
static size_t index_of(unsigned bit);

struct state_coverage *state_coverage_new(void)
{
    struct state_coverage *coverage = calloc(1, sizeof *coverage);
    if (!coverage)
        abort();
    return coverage;
}

void state_coverage_free(struct state_coverage *coverage)
{
    free(coverage);
}

size_t state_coverage_visits(const struct state_coverage *coverage, enum router_state state,
                             enum router_event event, enum scheme scheme, enum lane_version lane,
                             enum medium medium)
{
    return coverage->visits[state][event][index_of(scheme)][index_of(lane)][index_of(medium)];
}

struct state_observer *state_observer_new(struct scene *scene, const struct rule_set *rules)
{
    struct state_observer *observer = arena_zeroed(scene->arena, sizeof *observer);
    observer->scene = scene;
    observer->device = rule_set_history(rules);
    observer->announced_ns = TIME_NEVER;
    observer->probed_ns = TIME_NEVER;
    return observer;
}

struct tap_observer state_observer_of(struct state_observer *observer)
{
    return (struct tap_observer){watch, observer};
}

void state_coverage_add(struct state_coverage *coverage, const struct state_observer *observer)
{
    const struct case_instance *instance = observer->scene->instance;
    for (size_t state = 0; state < ROUTER_STATE_COUNT; state++)
        for (size_t event = 0; event < ROUTER_EVENT_COUNT; event++)
            if (observer->visited[state][event])
                coverage->visits[state][event][index_of(instance->scheme)][index_of(instance->lane)]
                                [index_of(instance->medium)]++;
}

static void watch(void *context, struct tap_event *event)
{
    struct state_observer *observer = context;
    bool sent = tap_from(event, DEVICE_PORT);
    if (!sent && !tap_reaches(event, DEVICE_PORT))
        return;
    const struct virtual_router_history *router =
        device_virtual_router(observer->device, observer->scene->vrid);
    if (router)
        time_passes(observer, router, event->time_ns);
    const struct frame *frame = tap_frame(observer->scene->tap, event);
    if (frame && router && sent)
        saw_sent(observer, router, event, frame);
    else if (frame && router)
        saw_heard(observer, router, event, frame);
    else if (event->kind == TAP_CALL_RELEASED || event->kind == TAP_PARTY_DROPPED)
        saw_release(observer, event);
    else if (event->kind == TAP_CONTROL)
        saw_control(observer, &event->control);
}

/* Timers of the device that nobody sees fire. */
static void time_passes(struct state_observer *observer, const struct virtual_router_history *router,
                        int64_t now_ns)
{
    if (!router->associated) {
        observer->settled = false;
        observer->probed_ns = TIME_NEVER;
    }
    if (observer->announced_ns != TIME_NEVER && now_ns >= observer->announced_ns + SECONDS(1)) {
        observer->announced_ns += SECONDS(1);
        visit(observer, EVENT_ANNOUNCE_SECOND);
    }
    if (observer->probed_ns != TIME_NEVER &&
        now_ns >= observer->probed_ns + observer->scene->plan.le_arp_response_ns) {
        observer->probed_ns = TIME_NEVER;
        visit(observer, EVENT_PROBE_UNANSWERED);
        observer->settled = true;
    }
}

static void saw_sent(struct state_observer *observer, const struct virtual_router_history *router,
                     const struct tap_event *event, const struct frame *frame)
{
    int64_t now_ns = event->time_ns;
    if (frame->name == FRAME_ADVERTISEMENT && frame->vrrp.vrid == router->vrid && frame->vrrp.priority) {
        const struct tap_event *last = router->advertisement;
        if (router->mastery == MASTERY_NO)
            visit(observer, EVENT_MASTER_DOWN_TIMER);
        else if (last && now_ns - last->time_ns >= ALMOST(router->interval_ns))
            visit(observer, EVENT_ADVER_TIMER);
    }
    if (!(frame->layers & LAYER_CONTROL))
        return;
    const struct le_control *control = &frame->control;
    if (frame->name == FRAME_LE_REGISTER_REQUEST && is_vmac(observer, control->source_lan) &&
        router->registration_count > 0 && router->mastery == MASTERY_YES)
        visit(observer, router->registration_state == REGISTRATION_REFUSED ? EVENT_REGISTER_RETRY_DUE
                                                                           : EVENT_REGISTER_TIMEOUT);
    bool announces =
        (frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST && is_vmac(observer, control->source_lan)) ||
        (frame->name == FRAME_ZERO_LE_NARP_REQUEST && is_vmac(observer, control->target_lan));
    if (announces) {
        if (router->announcement && now_ns - router->announcement->time_ns >= ALMOST(NS_PER_S))
            visit(observer, EVENT_ANNOUNCE_SECOND);
        observer->announced_ns = now_ns;
    }
    if (frame->name == FRAME_LE_ARP_REQUEST && is_vmac(observer, control->target_lan)) {
        observer->probed_ns = now_ns;
        observer->settled = false;
    }
}

static void saw_heard(struct state_observer *observer, const struct virtual_router_history *router,
                      const struct tap_event *event, const struct frame *frame)
{
    const struct scene *scene = observer->scene;
    if (frame->layers & LAYER_CONTROL)
        saw_control_frame(observer, frame);
    else if (frame->name == FRAME_ADVERTISEMENT)
        saw_advertisement(observer, router, event, frame);
    else if (frame->name == FRAME_ARP_REQUEST && ipv4_equal(frame->arp.target_ip, scene->virtual_ip))
        visit(observer, EVENT_ARP_REQUEST_VRIP);
    else
        saw_packet(observer, frame);
}

static void saw_packet(struct state_observer *observer, const struct frame *frame)
{
    const struct scene *scene = observer->scene;
    if (frame->layers & LAYER_ETHERNET && mac_equal(frame->ethernet.destination, scene->vmac))
        visit(observer, EVENT_FRAME_TO_VMAC);
    if (frame->layers & LAYER_IPV4 && ipv4_equal(frame->ipv4.destination, scene->virtual_ip))
        visit(observer, EVENT_IP_TO_VRIP);
}

static void saw_control_frame(struct state_observer *observer, const struct frame *frame)
{
    const struct le_control *control = &frame->control;
    const struct scene *scene = observer->scene;
    bool own = control->requester_lecid == observer->device->lecid;
    bool success = control->status == LE_STATUS_SUCCESS;
    bool source = is_vmac(observer, control->source_lan);
    bool target = is_vmac(observer, control->target_lan);
    if (frame->name == FRAME_LE_JOIN_RESPONSE && success) {
        visit(observer, observer->joined ? EVENT_ELAN_REJOINED : EVENT_JOIN_COMPLETE);
        observer->joined = true;
        observer->lost = false;
    } else if (frame->name == FRAME_LE_ARP_REQUEST && target)
        visit(observer, own ? EVENT_OWN_PROBE_ECHO : EVENT_LE_ARP_REQUEST_VMAC);
    else if (frame->name == FRAME_LE_ARP_REQUEST &&
             lan_destination_is_mac(control->target_lan, scene->device_mac))
        visit(observer, EVENT_LE_ARP_REQUEST_PHYSICAL);
    else if (frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST && source)
        visit(observer, own ? EVENT_OWN_TLA_ECHO : EVENT_TLA_FOREIGN);
    else if (control->opcode == LE_NARP_REQUEST && target && withdraws(control))
        visit(observer, own ? EVENT_OWN_NARP_ECHO : EVENT_NARP_FOREIGN);
    else if (frame->name == FRAME_LE_REGISTER_RESPONSE && source)
        visit(observer, success ? EVENT_REGISTER_SUCCESS : EVENT_REGISTER_REFUSED);
    else if (frame->name == FRAME_LE_UNREGISTER_RESPONSE && source)
        visit(observer, EVENT_UNREGISTER_RESPONSE);
    else if (frame->name == FRAME_LE_ARP_RESPONSE && target && own && success)
        saw_le_arp_response(observer, control);
    else if (frame->name == FRAME_LE_TOPOLOGY_REQUEST)
        visit(observer, EVENT_TOPOLOGY_CHANGE);
    else if (frame->name == FRAME_LE_FLUSH_REQUEST &&
             atm_address_equal(&control->target_atm, &scene->device_atm))
        visit(observer, EVENT_FLUSH_REQUEST);
}

/* NSN, or ZN, which may name a source. */
static bool withdraws(const struct le_control *control)
{
    static const struct atm_address zero;
    return atm_address_equal(&control->source_atm, &zero) || atm_address_equal(&control->target_atm, &zero);
}

static void saw_le_arp_response(struct state_observer *observer, const struct le_control *control)
{
    if (atm_address_equal(&control->target_atm, &observer->scene->device_atm)) {
        visit(observer, EVENT_PROBE_ANSWERED_OWN);
        return;
    }
    visit(observer, EVENT_PROBE_ANSWERED);
    observer->probed_ns = TIME_NEVER;
}

static void saw_advertisement(struct state_observer *observer, const struct virtual_router_history *router,
                              const struct tap_event *event, const struct frame *frame)
{
    const struct scene *scene = observer->scene;
    const struct vrrp *vrrp = &frame->vrrp;
    bool own = ipv4_equal(frame->ipv4.source, scene->device_ip);
    bool preempts = router->settings && (!router->settings->preempt_given || router->settings->preempt);
    if (own && frame->lecid == observer->device->lecid)
        visit(observer, EVENT_ADV_OWN_ECHO);
    else if (vrrp->vrid != router->vrid ||
             advertisement_validity(observer->device, router, event, frame) != VALID)
        visit(observer, EVENT_ADV_INVALID);
    else if (vrrp->priority == VRRP_PRIORITY_STOP)
        visit(observer, EVENT_ADV_PRIO_0);
    else if (vrrp->priority < router->priority)
        visit(observer, preempts ? EVENT_ADV_LOWER_PREEMPT : EVENT_ADV_LOWER_NO_PREEMPT);
    else if (vrrp->priority > router->priority)
        visit(observer, EVENT_ADV_HIGHER);
    else
        visit(observer, frame->ipv4.source.number > scene->device_ip.number
                            ? EVENT_ADV_EQUAL_GREATER_ADDRESS
                            : EVENT_ADV_EQUAL_NOT_GREATER_ADDRESS);
}

/* What the device releases itself it did not lose. */
static void saw_release(struct state_observer *observer, const struct tap_event *event)
{
    if (tap_from(event, DEVICE_PORT) || !event->vcc || observer->device->join != JOIN_DONE)
        return;
    switch (event->vcc->kind) {
    case VCC_CONTROL_DIRECT:
    case VCC_CONTROL_DISTRIBUTE: {
        const struct virtual_router_history *router =
            device_virtual_router(observer->device, observer->scene->vrid);
        enum router_state state;
        visit(observer, EVENT_ELAN_LOST);
        if (!observer->lost && router && state_of(observer, router, &state)) {
            observer->lost_state = state;
            observer->lost = true;
        }
        break;
    }
    case VCC_DATA_DIRECT:
        visit(observer, EVENT_DATA_DIRECT_LOST);
        break;
    case VCC_MULTICAST_SEND:
    case VCC_MULTICAST_FORWARD:
        visit(observer, EVENT_BUS_LOST);
        break;
    case VCC_UNKNOWN:
    case VCC_CONFIGURATION_DIRECT:
    case VCC_KIND_COUNT:
        break;
    }
}

static void saw_control(struct state_observer *observer, const struct control_action *action)
{
    if (action->vrid != observer->scene->vrid)
        return;
    const struct virtual_router_history *router = device_virtual_router(observer->device, action->vrid);
    if (action->kind == CONTROL_SHUTDOWN)
        visit(observer, EVENT_SHUTDOWN);
    else if (action->kind == CONTROL_STARTUP && router)
        visit(observer, router->priority == VRRP_PRIORITY_OWNER ? EVENT_STARTUP_255 : EVENT_STARTUP_LOWER);
}

/* The state before the event at hand; false when it can't be told. */
static bool state_of(const struct state_observer *observer, const struct virtual_router_history *router,
                     enum router_state *state)
{
    if (observer->lost) {
        *state = observer->lost_state;
        return true;
    }
    switch (router->mastery) {
    case MASTERY_UNKNOWN:
        return false;
    case MASTERY_NO:
        *state = router->started && !router->shutdown && observer->device->join == JOIN_DONE
                     ? STATE_BACKUP
                     : STATE_INITIALIZE;
        return true;
    case MASTERY_YES:
        break;
    }
    if (observer->scene->proxy) {
        *state = observer->settled ? STATE_MASTER_PX_SETTLED : STATE_MASTER_PX_PERSISTING;
        return true;
    }
    switch (router->registration_state) {
    case REGISTRATION_NONE:
    case REGISTRATION_ASKED:
        *state = STATE_MASTER_NP_PENDING;
        return true;
    case REGISTRATION_REFUSED:
        *state = STATE_MASTER_NP_REFUSED;
        return true;
    case REGISTRATION_CONFIRMED:
        *state = STATE_MASTER_NP_CONFIRMED;
        return true;
    case REGISTRATION_UNKNOWN:
        break;
    }
    return false;
}

static void visit(struct state_observer *observer, enum router_event event)
{
    const struct virtual_router_history *router =
        device_virtual_router(observer->device, observer->scene->vrid);
    enum router_state state;
    if (router && state_of(observer, router, &state))
        observer->visited[state][event] = true;
}

static bool is_vmac(const struct state_observer *observer, struct lan_destination destination)
{
    return lan_destination_is_mac(destination, observer->scene->vmac);
}

/* Masks of two bits: 0 or 1. */
static size_t index_of(unsigned bit)
{
    return bit == 2;
}
