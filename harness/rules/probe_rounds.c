/* A proxy LEC asks for the VMAC in every round of its announcements (draft 3.2, draft-requirements A-6). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* Announcements further apart than this don't belong to one persistence (draft-requirements 10.1). */
#define ROUND_NS MILLISECONDS(1500)

/* Rounds of one VMAC. A round is an announcement and a probe, in either order; so one gap between
 * announcements may be without a probe, two in a row may not. */
struct rounds {
    struct tap_event *announcement; /* the last, NULL */
    unsigned episode;
    bool probed;    /* since the last announcement */
    bool disturbed; /* another client claimed the VMAC since then: announcing once is allowed */
    bool bare;      /* the gap before it had no probe */
};

struct probe_rounds {
    struct rounds *by_vrid[256];
};

static const struct virtual_router_history *router_of(const struct rule_context *context);
static struct rounds *rounds_of(struct rule_context *context, struct probe_rounds *state, uint8_t vrid);
static void announced(struct rule_context *context, struct rounds *rounds, struct tap_event *event,
                      const struct virtual_router_history *router);

static void probe_rounds(struct rule_context *context, void *memory, struct tap_event *event)
{
    const struct virtual_router_history *router = router_of(context);
    if (!context->facts->proxy || !router)
        return;
    struct rounds *rounds = rounds_of(context, memory, router->vrid);
    if (!context->sent)
        rounds->disturbed |= !own_echo(context->device, context->frame);
    else if (context->frame->name == FRAME_LE_ARP_REQUEST)
        rounds->probed = true;
    else if (context->device->v2 == (context->frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST))
        announced(context, rounds, event, router);
}

const struct rule probe_rounds_rule = {
    .name = "probe-rounds",
    .title = "a proxy's announcement rounds have a probe each",
    .requirements = "R-3.2-04",
    .needs = FACT_COMPLETE,
    .roles = ROLE_ROUTER,
    .sent =
        FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST) | FRAME_SET(LE_ARP_REQUEST),
    .heard = FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | NARP_FRAMES | FRAME_SET(ADVERTISEMENT),
    .state_size = sizeof(struct probe_rounds),
    .event = probe_rounds,
};

static const struct virtual_router_history *router_of(const struct rule_context *context)
{
    const struct frame *frame = context->frame;
    if (frame->name == FRAME_ADVERTISEMENT)
        return frame->layers & LAYER_VRRP ? device_virtual_router(context->device, frame->vrrp.vrid) : NULL;
    const struct lan_destination *about = frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST
                                              ? &frame->control.source_lan
                                              : &frame->control.target_lan;
    return about->tag == LAN_TAG_MAC ? device_vmac(context->device, about->mac) : NULL;
}

static struct rounds *rounds_of(struct rule_context *context, struct probe_rounds *state, uint8_t vrid)
{
    if (!state->by_vrid[vrid])
        state->by_vrid[vrid] = arena_zeroed(context->arena, sizeof(struct rounds));
    return state->by_vrid[vrid];
}

static void announced(struct rule_context *context, struct rounds *rounds, struct tap_event *event,
                      const struct virtual_router_history *router)
{
    bool persists = rounds->announcement && rounds->episode == router->episode && !rounds->disturbed &&
                    event->time_ns <= rounds->announcement->time_ns + ROUND_NS;
    bool bare = persists && !rounds->probed;
    if (bare && rounds->bare)
        rule_broken(context, "R-3.2-04", event, "LE_ARP_REQUEST for the VMAC in every round");
    *rounds = (struct rounds){.announcement = event, .episode = router->episode, .bare = bare};
}
