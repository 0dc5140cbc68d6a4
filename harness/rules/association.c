/* Becoming Master: the association comes first, then the advertisement, then the gratuitous ARPs, all of it
 * within a second (draft 3.1, 3.2, 3.3.1, 3.3.2; RFC 2338 6.4.1, 6.4.2; draft-requirements A-9, 10.1).
 *
 * The way of the device into Master is watched from the first frame that belongs to it. Order is judged frame
 * by frame; what is missing, when the second is over.
 */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* The rate limit may hold the announcement back so long behind the last one of an earlier association
 * (draft-requirements 10.1: more than that is remarkable). */
#define HELD_BACK_NS MILLISECONDS(1500)

/* The way of one virtual router into Master. */
struct way {
    bool running;
    bool owner;    /* by start-up with priority 255; else from Backup */
    bool rejoined; /* it was Master when it lost the ELAN */
    struct tap_event *first;
    int64_t due_ns;
    unsigned episode;
    unsigned disturbances;
    bool bus_was_down;               /* at some time: advertisement and ARP may be missing */
    struct tap_event *advertisement; /* the first, NULL */
    bool registered;
    bool announced; /* targetless LE_ARP_REQUEST (v2) or zero LE_NARP_REQUEST (v1) for the VMAC */
    bool probed;
    bool touched;             /* any control frame about the VMAC */
    bool zero_sent;           /* zero LE_NARP_REQUEST in v2 */
    bool misnamed;            /* announced another address of its own, or the VMAC as target as well */
    bool announces_addresses; /* a gratuitous ARP for one of its addresses */
};

struct association {
    struct way *by_vrid[256];
};

static const struct virtual_router_history *router_of(const struct rule_context *context, bool *begins);
static struct way *way_of(struct rule_context *context, struct association *state, uint8_t vrid);
static void begin(struct rule_context *context, struct way *way, struct tap_event *event,
                  const struct virtual_router_history *router);
static void note(struct rule_context *context, struct way *way, struct tap_event *event,
                 const struct virtual_router_history *router);
static void note_misnamed(const struct rule_context *context, const struct association *state);
static void judge_advertisement(struct rule_context *context, struct way *way, struct tap_event *event,
                                const struct virtual_router_history *router);
static void judge_gratuitous_arp(struct rule_context *context, struct way *way, struct tap_event *event,
                                 const struct virtual_router_history *router);
static void judge_complete(struct rule_context *context, const struct way *way,
                           const struct virtual_router_history *router);
static void judge_frames(struct rule_context *context, const struct way *way);
static void missed(struct rule_context *context, const struct way *way, const char *requirements,
                   const char *expected);
static const char *order_requirement(const struct way *way);

static void association(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct association *state = memory;
    bool begins;
    if (event->kind != TAP_SDU)
        return;
    note_misnamed(context, state);
    const struct virtual_router_history *router = router_of(context, &begins);
    if (!router || router->shutdown || certainly_not_master(context->device, router, event->time_ns))
        return;
    struct way *way = way_of(context, state, router->vrid);
    if (context->frame->name == FRAME_ZERO_LE_NARP_REQUEST &&
        within_disassociation(context->device, router, event->time_ns))
        begins = false;
    if (!way->running && begins && router->mastery == MASTERY_NO && !router->premature &&
        context->device->join == JOIN_DONE && !reacting(router, event->time_ns))
        begin(context, way, event, router);
    if (way->running)
        note(context, way, event, router);
}

static void association_due(struct rule_context *context, void *memory, int64_t now_ns)
{
    struct association *state = memory;
    const struct device_history *device = context->device;
    for (size_t i = 0; i < device->vrid_count; i++) {
        struct way *way = state->by_vrid[device->vrids[i]];
        const struct virtual_router_history *router = device_virtual_router(device, device->vrids[i]);
        if (!way || !way->running)
            continue;
        if (way->due_ns >= now_ns) {
            rule_call_at(context, way->due_ns);
            continue;
        }
        way->running = false;
        bool alive =
            !device->silenced && device->join == JOIN_DONE && way->disturbances == device->disturbances;
        if (alive && way->episode == router->episode && facts_known(context->facts, FACT_CONTROL))
            judge_complete(context, way, router);
    }
}

const struct rule association_rule = {
    .name = "association",
    .title =
        "becoming Master: association, advertisement, gratuitous ARPs, in this order and within a second",
    .requirements =
        "L-v2-02 R-1-01 R-2-04 R-2-06 R-2-14 R-2.1-01 R-3.1-03 R-3.1-04 R-3.1-07 R-3.2-03 R-3.2-04 R-3.2-07 "
        "R-3.3.1-02 R-3.3.2-03 R-3.3.3-08 R-6-10 V-2.5-02 V-6.4.1-01 V-6.4.2-06",
    .needs = FACT_COMPLETE | FACT_EGRESS_ORDER,
    .roles = ROLE_ROUTER,
    .associations = true,
    .sent = FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) |
            FRAME_SET(LE_ARP_REQUEST) | NARP_FRAMES | FRAME_SET(ADVERTISEMENT) | FRAME_SET(GRATUITOUS_ARP) |
            FRAME_SET(LE_UNKNOWN),
    .state_size = sizeof(struct association),
    .event = association,
    .due = association_due,
};

/* The virtual router that the frame is about, NULL if about none. 'begins': it can be the first on the way to
 * Master. */
static const struct virtual_router_history *router_of(const struct rule_context *context, bool *begins)
{
    const struct frame *frame = context->frame;
    const struct device_history *device = context->device;
    *begins = true;
    switch (frame->name) {
    case FRAME_ADVERTISEMENT:
        return frame->layers & LAYER_VRRP && frame->vrrp.priority
                   ? device_virtual_router(device, frame->vrrp.vrid)
                   : NULL;
    case FRAME_GRATUITOUS_ARP: {
        if (!facts_known(context->facts, FACT_SETTINGS))
            return device_vmac(device, frame->arp.sender_mac);
        const struct virtual_router_history *router = device_virtual_address(device, frame->arp.sender_ip);
        *begins =
            router && router->priority != VRRP_PRIORITY_OWNER; /* an owner announces its interface as well */
        return router;
    }
    case FRAME_ZERO_LE_NARP_REQUEST:
        *begins = !device->v2;
        break;
    case FRAME_LE_REGISTER_REQUEST:
    case FRAME_TARGETLESS_LE_ARP_REQUEST:
        break;
    default:
        *begins = false;
        break;
    }
    const struct le_control *control = &frame->control;
    const struct virtual_router_history *router = NULL;
    if (control->source_lan.tag == LAN_TAG_MAC)
        router = device_vmac(device, control->source_lan.mac);
    if (!router && control->target_lan.tag == LAN_TAG_MAC)
        router = device_vmac(device, control->target_lan.mac);
    return router;
}

static struct way *way_of(struct rule_context *context, struct association *state, uint8_t vrid)
{
    if (!state->by_vrid[vrid])
        state->by_vrid[vrid] = arena_zeroed(context->arena, sizeof(struct way));
    return state->by_vrid[vrid];
}

static void begin(struct rule_context *context, struct way *way, struct tap_event *event,
                  const struct virtual_router_history *router)
{
    int64_t second_ns = ASSOCIATION_NS;
    *way = (struct way){.running = true,
                        .owner = router->priority == VRRP_PRIORITY_OWNER,
                        .rejoined = router->rest == REST_LOST,
                        .first = event,
                        .due_ns = event->time_ns + second_ns + rule_tolerance_ns(context->facts, second_ns),
                        .episode = router->episode,
                        .disturbances = context->device->disturbances};
    if (router->associated) { /* by frames of a way that ended without an advertisement */
        way->touched = true;
        way->registered = router->registration && router->registration->time_ns >= router->associated_ns;
        way->announced = router->announcement_count > 0;
        way->probed = router->probe_count > 0;
    }
    if (router->announcement && router->announcement->time_ns + HELD_BACK_NS > way->due_ns)
        way->due_ns = router->announcement->time_ns + HELD_BACK_NS;
    /* The probe may come a little earlier than the rest. */
    const struct tap_event *probe = router->probe;
    if (probe && probe->time_ns >= event->time_ns - second_ns && probe->time_ns > router->left_ns)
        way->probed = way->touched = true;
    rule_call_at(context, way->due_ns);
}

static void note(struct rule_context *context, struct way *way, struct tap_event *event,
                 const struct virtual_router_history *router)
{
    const struct frame *frame = context->frame;
    bool v2 = context->device->v2;
    way->bus_was_down |= !bus_up(context->device);
    switch (frame->name) {
    case FRAME_ADVERTISEMENT:
        if (!way->advertisement)
            judge_advertisement(context, way, event, router);
        return;
    case FRAME_GRATUITOUS_ARP:
        judge_gratuitous_arp(context, way, event, router);
        return;
    case FRAME_LE_REGISTER_REQUEST:
        way->registered = true;
        break;
    case FRAME_TARGETLESS_LE_ARP_REQUEST:
        way->announced |= v2;
        break;
    case FRAME_ZERO_LE_NARP_REQUEST:
        way->announced |= !v2;
        way->zero_sent |= v2;
        break;
    case FRAME_LE_ARP_REQUEST:
        way->probed = true;
        way->misnamed |= lan_destination_equal(frame->control.source_lan, frame->control.target_lan);
        break;
    default:
        break;
    }
    way->touched = true;
}

/* A targetless request for another address of the device, where the VMAC was due. */
static void note_misnamed(const struct rule_context *context, const struct association *state)
{
    const struct device_history *device = context->device;
    if (context->frame->name != FRAME_TARGETLESS_LE_ARP_REQUEST ||
        device_vmac(device, context->frame->control.source_lan.mac))
        return;
    for (size_t i = 0; i < device->vrid_count; i++) {
        if (state->by_vrid[device->vrids[i]])
            state->by_vrid[device->vrids[i]]->misnamed = true;
    }
}

static void judge_advertisement(struct rule_context *context, struct way *way, struct tap_event *event,
                                const struct virtual_router_history *router)
{
    way->advertisement = event;
    bool limited = router->announcement && router->announcement->time_ns > event->time_ns - ASSOCIATION_NS;
    if (way->touched || way->rejoined || limited)
        return;
    rule_broken(context, order_requirement(way), event, "the first frame of the association before this");
}

static void judge_gratuitous_arp(struct rule_context *context, struct way *way, struct tap_event *event,
                                 const struct virtual_router_history *router)
{
    bool of_interface = way->owner && facts_known(context->facts, FACT_SETTINGS) &&
                        !arp_has_vmac(context->device, router, &context->frame->arp);
    if (of_interface)
        return;
    way->announces_addresses = true;
    if (!way->advertisement && !way->rejoined)
        rule_broken(context, order_requirement(way), event, "ADVERTISEMENT before this");
}

/* The second is over. */
static void judge_complete(struct rule_context *context, const struct way *way,
                           const struct virtual_router_history *router)
{
    if (way->rejoined) {
        bool v1_complete = context->facts->proxy ? way->probed : way->registered;
        if (way->advertisement && !(way->announced && v1_complete))
            missed(context, way, "R-3.3.3-08", "a complete association after the join");
        return;
    }
    if (way->bus_was_down)
        return;
    if (!way->advertisement) {
        missed(context, way, way->owner ? "R-3.3.1-02 V-6.4.1-01 V-2.5-02" : "R-2.1-01 V-6.4.2-06 V-2.5-02",
               "ADVERTISEMENT");
        return;
    }
    if (router->mastery != MASTERY_YES)
        return;
    if (!way->touched) {
        missed(context, way, way->owner ? "R-2-14 R-3.3.1-02" : "R-2-14 R-2.1-01 R-3.3.2-03",
               "an association");
        if (!context->device->v2)
            missed(context, way, "R-1-01", "an association in LANE v1");
    }
    judge_frames(context, way);
    if (router->settings && !way->announces_addresses) /* each of them: the rule gratuitous-arp */
        missed(context, way, order_requirement(way), "GRATUITOUS_ARP");
}

/* The single frames of an association. */
static void judge_frames(struct rule_context *context, const struct way *way)
{
    bool v2 = context->device->v2;
    if (!way->registered)
        missed(context, way, "R-2-04 R-3.1-03", "LE_REGISTER_REQUEST for the VMAC");
    if (!way->probed)
        missed(context, way, "R-3.2-04", "LE_ARP_REQUEST for the VMAC");
    if (way->announced)
        return;
    if (v2) {
        missed(context, way, "R-3.1-04 R-3.2-03 R-6-10", "TARGETLESS_LE_ARP_REQUEST for the VMAC");
        if (way->misnamed)
            missed(context, way, "R-2-06", "TARGETLESS_LE_ARP_REQUEST with the VMAC as its source alone");
        if (way->zero_sent)
            missed(context, way, "L-v2-02", "TARGETLESS_LE_ARP_REQUEST, not the form of LANE v1");
    } else {
        missed(context, way, "R-3.1-07 R-3.2-07 R-6-10", "ZERO_LE_NARP_REQUEST for the VMAC");
    }
}

/* One finding per id in 'requirements'. */
static void missed(struct rule_context *context, const struct way *way, const char *requirements,
                   const char *expected)
{
    while (*requirements) {
        char id[24];
        size_t size = strcspn(requirements, " ");
        memcpy(id, requirements, size);
        id[size] = '\0';
        requirements += size + (requirements[size] == ' ');
        rule_missed(context, id, way->first, way->due_ns, "%s", expected);
    }
}

static const char *order_requirement(const struct way *way)
{
    return way->owner ? "R-3.3.1-02" : "R-3.3.2-03";
}
