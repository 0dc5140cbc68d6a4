/* A proxy LEC asks for the VMAC in every round of its announcements (draft 3.2, draft-requirements A-6). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* Announcements further apart than this don't belong to one persistence (draft-requirements 10.1). */
#define ROUND_NS MILLISECONDS(1500)

/* The rounds of one VMAC since it began to announce it, or since another client claimed it too: then a single
 * announcement is allowed. A round is an announcement and a probe, in either order, within a second.
 */
struct rounds {
    struct tap_event *announcement; /* the last, NULL */
    struct tap_event *probe;        /* the last, NULL */
    unsigned announcement_count;
    unsigned probe_count;
    unsigned episode;
    unsigned disturbances;
    bool claimed; /* by another client since the last announcement */
    int64_t due_ns;
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
    if (!context->sent) {
        rounds->claimed |= !own_echo(context->device, context->frame);
    } else if (context->frame->name == FRAME_LE_ARP_REQUEST) {
        rounds->probe = event;
        rounds->probe_count++;
    } else if (context->device->v2 == (context->frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST)) {
        announced(context, rounds, event, router);
    }
}

static void probe_due(struct rule_context *context, void *memory, int64_t now_ns)
{
    struct probe_rounds *state = memory;
    const struct device_history *device = context->device;
    for (size_t i = 0; i < device->vrid_count; i++) {
        const struct virtual_router_history *router = device_virtual_router(device, device->vrids[i]);
        struct rounds *rounds = state->by_vrid[device->vrids[i]];
        if (!rounds || rounds->due_ns == TIME_NEVER)
            continue;
        if (rounds->due_ns >= now_ns) {
            rule_call_at(context, rounds->due_ns);
            continue;
        }
        int64_t due_ns = rounds->due_ns;
        rounds->due_ns = TIME_NEVER;
        if (rounds->probe_count < rounds->announcement_count && rounds->episode == router->episode &&
            rounds->disturbances == device->disturbances && !device->silenced)
            rule_missed(context, "R-3.2-04", rounds->announcement, due_ns,
                        "LE_ARP_REQUEST for the VMAC in every round");
    }
}

const struct rule probe_rounds_rule = {
    .name = "probe-rounds",
    .title = "a proxy's announcement rounds have a probe each",
    .requirements = "R-3.2-04",
    .needs = FACT_COMPLETE | FACT_CONTROL,
    .roles = ROLE_ROUTER,
    .sent =
        FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST) | FRAME_SET(LE_ARP_REQUEST),
    .heard = FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | NARP_FRAMES | FRAME_SET(ADVERTISEMENT),
    .state_size = sizeof(struct probe_rounds),
    .event = probe_rounds,
    .due = probe_due,
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
    if (!state->by_vrid[vrid]) {
        state->by_vrid[vrid] = arena_zeroed(context->arena, sizeof(struct rounds));
        state->by_vrid[vrid]->due_ns = TIME_NEVER;
    }
    return state->by_vrid[vrid];
}

static void announced(struct rule_context *context, struct rounds *rounds, struct tap_event *event,
                      const struct virtual_router_history *router)
{
    int64_t now_ns = event->time_ns;
    bool persists = rounds->announcement && rounds->episode == router->episode && !rounds->claimed &&
                    now_ns <= rounds->announcement->time_ns + ROUND_NS;
    if (!persists) {
        rounds->announcement_count = 0;
        rounds->probe_count = rounds->probe && rounds->probe->time_ns >= now_ns - ASSOCIATION_NS;
    }
    if (rounds->announcement_count > 1 && rounds->probe_count < rounds->announcement_count)
        rule_broken(context, "R-3.2-04", event, "LE_ARP_REQUEST for the VMAC in every round");
    rounds->announcement = event;
    rounds->announcement_count++;
    rounds->episode = router->episode;
    rounds->disturbances = context->device->disturbances;
    rounds->claimed = false;
    if (rounds->announcement_count == 1)
        return; /* the first round is judged with the association */
    rounds->due_ns = now_ns + ASSOCIATION_NS + rule_tolerance_ns(context->facts, ASSOCIATION_NS);
    rule_call_at(context, rounds->due_ns);
}
