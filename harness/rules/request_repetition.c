/* How fast a client repeats requests that were not answered: LE_ARP_REQUESTs after C20, configuration, join
 * and registration after the control time-out (lane-rules 1, 2, 5.1, 5.5). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* The shortest time-outs that the variables allow. */
#define C20_LEAST_NS SECONDS(1)
#define C7I_LEAST_NS SECONDS(1)
#define C7_LEAST_NS  SECONDS(10)
/* A spacing this much below a bound is no jitter (draft-requirements 10.1: 0.9 s where 1 s is due). */
#define BROKEN_PERCENT 90

/* A request that awaits its answer. */
#define ASKED_ROOM 32
struct asked {
    enum frame_name name;
    struct lan_destination about; /* what it asks for or registers; none for configuration and join */
    const struct vcc *vcc;
    struct tap_event *last;
    bool open; /* nothing came that answers it or makes a fresh start of it */
    unsigned episode;
    unsigned disturbances;
};

struct request_repetition {
    struct asked list[ASKED_ROOM];
    size_t count;
};

static const struct lan_destination nothing = {0};

static void sent(struct rule_context *context, struct request_repetition *state, struct tap_event *event);
static void heard(struct rule_context *context, struct request_repetition *state);
static struct asked *asked_of(struct request_repetition *state, enum frame_name name,
                              const struct lan_destination *about);
static void judge(struct rule_context *context, struct tap_event *event, int64_t spacing_ns, bool of_vmac);
static void judge_bound(struct rule_context *context, struct tap_event *event, int64_t spacing_ns,
                        int64_t bound_ns, const char *requirement);
static const struct lan_destination *subject(const struct frame *frame);
static bool in_v2(const struct rule_context *context);

static void request_repetition(struct rule_context *context, void *memory, struct tap_event *event)
{
    if (context->sent)
        sent(context, memory, event);
    else
        heard(context, memory);
}

const struct rule request_repetition_rule = {
    .name = "request-repetition",
    .title = "unanswered requests are not repeated before their time-out",
    .requirements = "L-join-09 L-le_arp-10 L-rate-02",
    .needs = FACT_COMPLETE,
    .roles = CLIENT_ROLES,
    .sent = FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(LE_CONFIGURE_REQUEST) | FRAME_SET(LE_JOIN_REQUEST) |
            FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_UNREGISTER_REQUEST) |
            FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST),
    .heard = FRAME_SET(LE_ARP_RESPONSE) | FRAME_SET(LE_CONFIGURE_RESPONSE) | FRAME_SET(LE_JOIN_RESPONSE) |
             FRAME_SET(LE_REGISTER_RESPONSE) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | NARP_FRAMES,
    .state_size = sizeof(struct request_repetition),
    .event = request_repetition,
};

static void sent(struct rule_context *context, struct request_repetition *state, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    const struct lan_destination *about = subject(frame);
    if (frame->name == FRAME_LE_UNREGISTER_REQUEST) { /* a registration behind it is a new one */
        asked_of(state, FRAME_LE_REGISTER_REQUEST, about)->open = false;
        return;
    }
    if (frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST || frame->name == FRAME_ZERO_LE_NARP_REQUEST) {
        /* The association of a station that a bridge has learned: its probe (draft 3.2) repeats no question
         * of the LEC's own. The associations of virtual routers have their episodes. */
        about = frame->name == FRAME_ZERO_LE_NARP_REQUEST ? &frame->control.target_lan
                                                          : &frame->control.source_lan;
        if (context->facts->role == ROLE_BRIDGE && about->tag == LAN_TAG_MAC)
            asked_of(state, FRAME_LE_ARP_REQUEST, about)->open = false;
        return;
    }
    if (frame->name == FRAME_LE_ARP_REQUEST && about->tag != LAN_TAG_MAC)
        return;
    const struct virtual_router_history *router =
        about->tag == LAN_TAG_MAC ? device_vmac(context->device, about->mac) : NULL;
    unsigned episode = router ? router->episode : 0;
    unsigned disturbances = context->device->disturbances;
    struct asked *asked = asked_of(state, frame->name, about);
    if (asked->open && asked->vcc == event->vcc && asked->episode == episode &&
        asked->disturbances == disturbances)
        judge(context, event, event->time_ns - asked->last->time_ns, router);
    asked->last = event;
    asked->vcc = event->vcc;
    asked->open = true;
    asked->episode = episode;
    asked->disturbances = disturbances;
}

/* Answers close a request; so does whatever may empty the LE_ARP cache again. */
static void heard(struct rule_context *context, struct request_repetition *state)
{
    const struct le_control *control = &context->frame->control;
    uint16_t lecid = context->device->lecid;
    bool foreign = lecid && control->requester_lecid != lecid;
    enum frame_name name = FRAME_LE_ARP_REQUEST;
    const struct lan_destination *about = &control->target_lan;
    switch (context->frame->name) {
    case FRAME_LE_ARP_RESPONSE:
        if (foreign)
            return;
        break;
    case FRAME_TARGETLESS_LE_ARP_REQUEST:
        about = &control->source_lan;
        break;
    case FRAME_LE_REGISTER_RESPONSE:
        if (foreign)
            return;
        name = FRAME_LE_REGISTER_REQUEST;
        about = &control->source_lan;
        break;
    case FRAME_LE_CONFIGURE_RESPONSE:
        name = FRAME_LE_CONFIGURE_REQUEST;
        about = &nothing;
        break;
    case FRAME_LE_JOIN_RESPONSE:
        name = FRAME_LE_JOIN_REQUEST;
        about = &nothing;
        break;
    default:
        break;
    }
    asked_of(state, name, about)->open = false;
}

/* The entry of a request; the oldest gives way. */
static struct asked *asked_of(struct request_repetition *state, enum frame_name name,
                              const struct lan_destination *about)
{
    struct asked *oldest = &state->list[0];
    for (size_t i = 0; i < state->count; i++) {
        struct asked *asked = &state->list[i];
        if (asked->name == name && lan_destination_equal(asked->about, *about))
            return asked;
        if (!asked->last || (oldest->last && asked->last->index < oldest->last->index))
            oldest = asked;
    }
    if (state->count < ASKED_ROOM)
        oldest = &state->list[state->count++];
    *oldest = (struct asked){.name = name, .about = *about};
    return oldest;
}

static void judge(struct rule_context *context, struct tap_event *event, int64_t spacing_ns, bool of_vmac)
{
    if (context->frame->name == FRAME_LE_ARP_REQUEST) {
        judge_bound(context, event, spacing_ns, C20_LEAST_NS, "L-rate-02");
        judge_bound(context, event, spacing_ns, C20_LEAST_NS, "L-le_arp-10");
        return;
    }
    judge_bound(context, event, spacing_ns, C7I_LEAST_NS, "L-join-09");
    /* Vendors go below the C7 of LANE v1, and section 3.1 of the draft wants the VMAC repeated within it. */
    if (!in_v2(context) && !of_vmac && spacing_ns >= C7I_LEAST_NS &&
        spacing_ns < C7_LEAST_NS - rule_tolerance_ns(context->facts, C7_LEAST_NS))
        rule_remark(context, "L-join-09", event, "%s repeated after C7, at least 10 s, not %.3f s",
                    frame_name_text(context->frame->name), (double)spacing_ns / NS_PER_S);
}

static void judge_bound(struct rule_context *context, struct tap_event *event, int64_t spacing_ns,
                        int64_t bound_ns, const char *requirement)
{
    const char *name = frame_name_text(context->frame->name);
    double bound_s = (double)bound_ns / NS_PER_S;
    double spacing_s = (double)spacing_ns / NS_PER_S;
    if (spacing_ns < bound_ns / 100 * BROKEN_PERCENT)
        rule_broken(context, requirement, event, "%s repeated after %.0f s, not %.3f s", name, bound_s,
                    spacing_s);
    else if (spacing_ns < bound_ns - rule_tolerance_ns(context->facts, bound_ns))
        rule_remark(context, requirement, event, "%s repeated after %.0f s, not %.3f s", name, bound_s,
                    spacing_s);
}

static const struct lan_destination *subject(const struct frame *frame)
{
    switch (frame->name) {
    case FRAME_LE_ARP_REQUEST:
        return &frame->control.target_lan;
    case FRAME_LE_REGISTER_REQUEST:
    case FRAME_LE_UNREGISTER_REQUEST:
        return &frame->control.source_lan;
    default:
        return &nothing;
    }
}

/* Before the join the request itself tells. */
static bool in_v2(const struct rule_context *context)
{
    if (context->frame->name == FRAME_LE_REGISTER_REQUEST)
        return context->device->v2;
    return context->frame->control.flags & LE_FLAG_V2_CAPABLE;
}
