/* How often a LEC announces a VMAC: not more than once a second, and about that often while the VMAC isn't
 * registered (draft 3.1, 3.2; draft-requirements A-1, 10.1; lane-rules 5.5). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* The bounds of draft-requirements 10.1. */
#define SPACING_NS        SECONDS(1)
#define SPACING_BROKEN_NS MILLISECONDS(900)
#define GAP_REMARKABLE_NS MILLISECONDS(1500)
#define GAP_BROKEN_NS     SECONDS(3)

/* Announcements and withdrawals of one address. A bridge has many: when there are too many, the oldest gives
 * way. */
#define SUBJECT_START 16
#define SUBJECT_ROOM  1024
struct subject {
    struct mac_address mac;
    enum frame_name name;
    struct tap_event *last;
    unsigned episode; /* of the virtual router, when 'last' was sent; 0 for other addresses */
    unsigned disturbances;
    bool gap_remarked; /* the gap behind 'last' is already reported */
    bool gap_reported;
};

struct announcement_rate {
    struct subject *subjects;
    size_t count;
    size_t room;
};

static struct subject *find_subject(struct announcement_rate *state, struct mac_address mac,
                                    enum frame_name name);
static struct subject *subject_of(struct rule_context *context, struct announcement_rate *state,
                                  struct mac_address mac, enum frame_name name);
static void grow(struct rule_context *context, struct announcement_rate *state);
static bool announced_since(struct announcement_rate *state, const struct subject *withdrawal, bool v2);
static void announced(struct rule_context *context, struct announcement_rate *state, struct tap_event *event);
static void judge_spacing(struct rule_context *context, const struct subject *subject,
                          struct tap_event *event, bool announcement);
static void judge_forbidden(struct rule_context *context, struct tap_event *event,
                            const struct virtual_router_history *router);
static void judge_gap(struct rule_context *context, struct announcement_rate *state, struct tap_event *event,
                      const struct virtual_router_history *router);
static bool repetition_required(const struct rule_context *context,
                                const struct virtual_router_history *router);
static const struct virtual_router_history *router_of(const struct rule_context *context);

static void announcement_rate(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct announcement_rate *state = memory;
    const struct virtual_router_history *router = router_of(context);
    bool proof_of_mastership = context->frame->name == FRAME_ADVERTISEMENT ||
                               context->frame->name == FRAME_LE_REGISTER_RESPONSE ||
                               (router && context->frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST) ||
                               (router && context->frame->name == FRAME_ZERO_LE_NARP_REQUEST);
    if (router && proof_of_mastership)
        judge_gap(context, state, event, router);
    if (context->sent && context->frame->name != FRAME_ADVERTISEMENT)
        announced(context, state, event);
}

const struct rule announcement_rate_rule = {
    .name = "announcement-rate",
    .title = "announcements at most once a second, and once a second while the VMAC isn't registered",
    .requirements = "R-3.1-06 R-3.2-06 L-rate-01",
    .needs = FACT_COMPLETE,
    .roles = CLIENT_ROLES,
    .sent = FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | NARP_FRAMES | FRAME_SET(ADVERTISEMENT),
    .heard = FRAME_SET(LE_REGISTER_RESPONSE),
    .state_size = sizeof(struct announcement_rate),
    .event = announcement_rate,
};

/* The entry of a kind of frame about an address; NULL if there is none. */
static struct subject *find_subject(struct announcement_rate *state, struct mac_address mac,
                                    enum frame_name name)
{
    for (size_t i = 0; i < state->count; i++)
        if (state->subjects[i].name == name && mac_equal(state->subjects[i].mac, mac))
            return &state->subjects[i];
    return NULL;
}

/* The same, made if there is none; the caller sets 'last'. The oldest one gives way. */
static struct subject *subject_of(struct rule_context *context, struct announcement_rate *state,
                                  struct mac_address mac, enum frame_name name)
{
    struct subject *found = find_subject(state, mac, name);
    if (found)
        return found;
    if (state->count == state->room && state->room < SUBJECT_ROOM)
        grow(context, state);
    struct subject *place = &state->subjects[0];
    if (state->count < state->room) {
        place = &state->subjects[state->count++];
    } else {
        for (size_t i = 0; i < state->count; i++)
            if (state->subjects[i].last->index < place->last->index)
                place = &state->subjects[i];
    }
    *place = (struct subject){.mac = mac, .name = name};
    return place;
}

static void grow(struct rule_context *context, struct announcement_rate *state)
{
    size_t room = state->room ? 2 * state->room : SUBJECT_START;
    struct subject *subjects = arena_zeroed(context->arena, room * sizeof *subjects);
    if (state->count)
        memcpy(subjects, state->subjects, state->count * sizeof *subjects);
    state->subjects = subjects;
    state->room = room;
}

/* A station of a bridge came back between the last withdrawal and this one: each move is told (R-3.2-08). */
static bool announced_since(struct announcement_rate *state, const struct subject *withdrawal, bool v2)
{
    const struct subject *announcement = find_subject(
        state, withdrawal->mac, v2 ? FRAME_TARGETLESS_LE_ARP_REQUEST : FRAME_ZERO_LE_NARP_REQUEST);
    return announcement && announcement->last->index > withdrawal->last->index;
}

static void announced(struct rule_context *context, struct announcement_rate *state, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    bool targetless = frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST;
    const struct lan_destination *about =
        targetless ? &frame->control.source_lan : &frame->control.target_lan;
    const struct virtual_router_history *router = router_of(context);
    if (about->tag != LAN_TAG_MAC)
        return;
    bool v1_announcement = frame->name == FRAME_ZERO_LE_NARP_REQUEST && !context->device->v2;
    if (router && v1_announcement && within_disassociation(context->device, router, event->time_ns))
        return;
    struct subject *subject = subject_of(context, state, about->mac, frame->name);
    bool announcement = targetless || v1_announcement;
    /* A withdrawal ends an episode itself, so that the next one of the same episode has a number more. */
    unsigned episode = router ? router->episode : 0;
    unsigned same = announcement || !router ? subject->episode : subject->episode + 1;
    if (router && !announcement && subject->last && router->advertisement &&
        router->advertisement->index > subject->last->index)
        same = episode + 1; /* it was Master in between */
    bool new_move =
        !router && !announcement && subject->last && announced_since(state, subject, context->device->v2);
    if (subject->last && episode == same && subject->disturbances == context->device->disturbances &&
        !new_move)
        judge_spacing(context, subject, event, announcement);
    if (router && announcement && subject->last && subject->episode == episode)
        judge_forbidden(context, event, router); /* the first of an association is due in any case */
    subject->last = event;
    subject->episode = episode;
    subject->disturbances = context->device->disturbances;
    subject->gap_remarked = subject->gap_reported = false;
}

static void judge_spacing(struct rule_context *context, const struct subject *subject,
                          struct tap_event *event, bool announcement)
{
    int64_t spacing_ns = event->time_ns - subject->last->time_ns;
    bool broken = spacing_ns < SPACING_BROKEN_NS;
    if (spacing_ns >= SPACING_NS - rule_tolerance_ns(context->facts, SPACING_NS))
        return;
    static const char *const requirements[] = {"L-rate-01", "R-3.1-06", "R-3.2-06"};
    for (size_t i = 0; i < (announcement ? 3 : 1); i++) {
        if (broken)
            rule_broken(context, requirements[i], event, "a second since the last, not %.3f s",
                        (double)spacing_ns / NS_PER_S);
        else
            rule_remark(context, requirements[i], event, "a second since the last, not %.3f s",
                        (double)spacing_ns / NS_PER_S);
    }
}

/* PIXIT targetless_after_registration = forbidden (draft-requirements A-1). */
static void judge_forbidden(struct rule_context *context, struct tap_event *event,
                            const struct virtual_router_history *router)
{
    bool forbidden = context->facts->pixit.choice[PIXIT_TARGETLESS_AFTER_REGISTRATION] ==
                     TARGETLESS_AFTER_REGISTRATION_FORBIDDEN;
    const struct tap_event *answer = router->registration_answer;
    if (!forbidden || router->registration_state != REGISTRATION_CONFIRMED || !answer)
        return;
    if (event->time_ns > answer->time_ns + reaction_ns(context->facts))
        rule_broken(context, "R-3.1-06", event, "no announcement after the registration was confirmed");
}

/* The gap behind the last announcement, as long as it is so far. The event proves that the device is Master
 * until now. */
static void judge_gap(struct rule_context *context, struct announcement_rate *state, struct tap_event *event,
                      const struct virtual_router_history *router)
{
    if (context->facts->proxy || router->mastery != MASTERY_YES || router->shutdown || !router->associated ||
        !router->announcement || router->announcement->time_ns < router->associated_ns ||
        !repetition_required(context, router))
        return;
    bool v2 = context->device->v2;
    struct subject *subject =
        find_subject(state,
                     v2 ? tap_frame(context->tap, router->announcement)->control.source_lan.mac
                        : tap_frame(context->tap, router->announcement)->control.target_lan.mac,
                     v2 ? FRAME_TARGETLESS_LE_ARP_REQUEST : FRAME_ZERO_LE_NARP_REQUEST);
    if (!subject || subject->last != router->announcement || subject->episode != router->episode ||
        subject->disturbances != context->device->disturbances || context->device->silenced)
        return;
    int64_t gap_ns = event->time_ns - subject->last->time_ns;
    if (gap_ns > GAP_BROKEN_NS + rule_tolerance_ns(context->facts, GAP_BROKEN_NS) && !subject->gap_reported) {
        subject->gap_reported = subject->gap_remarked = true;
        rule_missed(context, "R-3.1-06", subject->last, subject->last->time_ns + GAP_BROKEN_NS,
                    "an announcement every second while the VMAC isn't registered");
    } else if (gap_ns > GAP_REMARKABLE_NS + rule_tolerance_ns(context->facts, GAP_REMARKABLE_NS) &&
               !subject->gap_remarked) {
        subject->gap_remarked = true;
        rule_remark(context, "R-3.1-06", event, "an announcement every second, the last was %.3f s ago",
                    (double)gap_ns / NS_PER_S);
    }
}

static bool repetition_required(const struct rule_context *context,
                                const struct virtual_router_history *router)
{
    const struct pixit *pixit = &context->facts->pixit;
    if (!context->device->v2 && pixit->choice[PIXIT_V1_REPETITION] == V1_REPETITION_ONCE)
        return false;
    if (pixit->choice[PIXIT_TARGETLESS_AFTER_REGISTRATION] == TARGETLESS_AFTER_REGISTRATION_REQUIRED)
        return true;
    return router->registration_state == REGISTRATION_ASKED ||
           router->registration_state == REGISTRATION_REFUSED;
}

/* The virtual router that the frame is about, NULL if it is about none of the device. */
static const struct virtual_router_history *router_of(const struct rule_context *context)
{
    const struct frame *frame = context->frame;
    const struct lan_destination *about = &frame->control.target_lan;
    if (frame->name == FRAME_ADVERTISEMENT)
        return frame->layers & LAYER_VRRP ? device_virtual_router(context->device, frame->vrrp.vrid) : NULL;
    if (frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST || frame->name == FRAME_LE_REGISTER_RESPONSE)
        about = &frame->control.source_lan;
    return about->tag == LAN_TAG_MAC ? device_vmac(context->device, about->mac) : NULL;
}
