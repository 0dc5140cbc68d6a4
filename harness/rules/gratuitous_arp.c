/* A new Master broadcasts a gratuitous ARP with the VMAC for each of its addresses, each time (RFC
 * 2338 6.4.1, 6.4.2).
 *
 * A second is waited for it (draft-requirements 10.1). What comes meanwhile in another form breaks nothing as
 * long as the right one comes too: an owner announces its interface as well, with its physical MAC address
 * (8.2 says that it should not, which is the rule arp-form's matter).
 */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* What one virtual router announced since its first advertisement as Master. */
struct announcing {
    bool running;
    struct tap_event *advertisement;
    int64_t due_ns;
    unsigned episode;
    unsigned disturbances;
    uint32_t settled; /* bit per address: broadcast with the VMAC, or blamed already */
    struct tap_event *other[VIRTUAL_ADDRESS_ROOM]; /* the last one in another form, NULL */
    /* Before the advertisement. */
    uint32_t early;
    int64_t early_ns;
};

struct gratuitous_arp {
    struct announcing *by_vrid[256];
};

static struct announcing *announcing_of(struct rule_context *context, struct gratuitous_arp *state,
                                        uint8_t vrid);
static bool becomes_master(const struct rule_context *context, const struct virtual_router_history *router,
                           int64_t now_ns);
static void begin(struct rule_context *context, struct announcing *announcing, struct tap_event *event,
                  const struct virtual_router_history *router);
static void note(struct rule_context *context, struct announcing *announcing, struct tap_event *event,
                 const struct virtual_router_history *router);
static void judge(struct rule_context *context, const struct announcing *announcing,
                  const struct virtual_router_history *router);
static int64_t bound_ns(const struct rule_context *context);
static const char *requirement_of(const struct virtual_router_history *router);

static void gratuitous_arp(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct gratuitous_arp *state = memory;
    const struct frame *frame = context->frame;
    if (!on_vrrp_interface(context->facts, event))
        return;
    if (frame->name == FRAME_GRATUITOUS_ARP) {
        const struct virtual_router_history *router =
            device_virtual_address(context->device, frame->arp.sender_ip);
        if (router)
            note(context, announcing_of(context, state, router->vrid), event, router);
    } else if (frame->layers & LAYER_VRRP && frame->vrrp.priority != VRRP_PRIORITY_STOP) {
        const struct virtual_router_history *router =
            device_virtual_router(context->device, frame->vrrp.vrid);
        if (router && router->settings && becomes_master(context, router, event->time_ns))
            begin(context, announcing_of(context, state, router->vrid), event, router);
    }
}

static void gratuitous_arp_due(struct rule_context *context, void *memory, int64_t now_ns)
{
    struct gratuitous_arp *state = memory;
    const struct device_history *device = context->device;
    for (size_t i = 0; i < device->vrid_count; i++) {
        struct announcing *announcing = state->by_vrid[device->vrids[i]];
        const struct virtual_router_history *router = device_virtual_router(device, device->vrids[i]);
        if (!announcing || !announcing->running)
            continue;
        if (announcing->due_ns >= now_ns) {
            rule_call_at(context, announcing->due_ns);
            continue;
        }
        announcing->running = false;
        if (!device->silenced && announcing->disturbances == device->disturbances &&
            announcing->episode == router->episode && router->mastery == MASTERY_YES)
            judge(context, announcing, router);
    }
}

const struct rule gratuitous_arp_rule = {
    .name = "gratuitous-arp",
    .title = "a new Master announces each of its addresses by gratuitous ARP with the VMAC",
    .requirements = "V-6.4.1-02 V-6.4.2-07",
    .needs = FACT_SETTINGS,
    .roles = ROLE_ROUTER | ROLE_VRRP,
    .sent = FRAME_SET(ADVERTISEMENT) | FRAME_SET(GRATUITOUS_ARP),
    .state_size = sizeof(struct gratuitous_arp),
    .event = gratuitous_arp,
    .due = gratuitous_arp_due,
};

static struct announcing *announcing_of(struct rule_context *context, struct gratuitous_arp *state,
                                        uint8_t vrid)
{
    if (!state->by_vrid[vrid])
        state->by_vrid[vrid] = arena_zeroed(context->arena, sizeof(struct announcing));
    return state->by_vrid[vrid];
}

/* By its own steps, in an ELAN that works: one that is back in its ELAN announces nothing anew. */
static bool becomes_master(const struct rule_context *context, const struct virtual_router_history *router,
                           int64_t now_ns)
{
    const struct device_history *device = context->device;
    bool connected =
        context->facts->role == ROLE_VRRP ||
        (device->join == JOIN_DONE && (!facts_known(context->facts, FACT_VCC_KINDS) || bus_up(device)));
    return connected && router->mastery == MASTERY_NO && router->rest != REST_LOST && !router->shutdown &&
           !router->premature && !reacting(router, now_ns) && !certainly_not_master(device, router, now_ns);
}

static void begin(struct rule_context *context, struct announcing *announcing, struct tap_event *event,
                  const struct virtual_router_history *router)
{
    bool just_before = announcing->early && announcing->early_ns >= event->time_ns - bound_ns(context);
    *announcing = (struct announcing){.running = true,
                                      .advertisement = event,
                                      .due_ns = event->time_ns + bound_ns(context),
                                      .episode = router->episode,
                                      .disturbances = context->device->disturbances,
                                      .settled = just_before ? announcing->early : 0};
    rule_call_at(context, announcing->due_ns);
}

static void note(struct rule_context *context, struct announcing *announcing, struct tap_event *event,
                 const struct virtual_router_history *router)
{
    const struct frame *frame = context->frame;
    bool vmac = arp_has_vmac(context->device, router, &frame->arp);
    bool right = vmac && mac_equal(frame->ethernet.destination, MAC_BROADCAST);
    /* The address is no other interface's: nobody may call it his own. */
    bool usurps = !vmac && router->priority != VRRP_PRIORITY_OWNER;
    if (announcing->early_ns < event->time_ns - bound_ns(context))
        announcing->early = 0;
    for (size_t i = 0; i < router->settings->address_count; i++) {
        if (!ipv4_equal(router->settings->addresses[i], frame->arp.sender_ip))
            continue;
        if (right || usurps)
            announcing->settled |= 1u << i;
        else
            announcing->other[i] = event;
        if (right && router->mastery != MASTERY_YES) {
            announcing->early |= 1u << i;
            announcing->early_ns = event->time_ns;
        }
    }
    char text[MAC_TEXT_SIZE];
    mac_text(mac_of_vrid(router->vrid), text);
    if (usurps)
        rule_broken(context, "V-6.4.2-07", event, "GRATUITOUS_ARP sender-mac=%s", text);
    else if (vmac && !right)
        rule_remark(context, requirement_of(router), event, "GRATUITOUS_ARP to=ff-ff-ff-ff-ff-ff");
}

/* The second is over. */
static void judge(struct rule_context *context, const struct announcing *announcing,
                  const struct virtual_router_history *router)
{
    char mac[MAC_TEXT_SIZE];
    mac_text(mac_of_vrid(router->vrid), mac);
    for (size_t i = 0; i < router->settings->address_count; i++) {
        if (announcing->settled >> i & 1)
            continue;
        char address[IPV4_TEXT_SIZE];
        ipv4_text(router->settings->addresses[i], address);
        struct tap_event *other = announcing->other[i];
        if (other)
            rule_broken(context, requirement_of(router), other,
                        "GRATUITOUS_ARP to=ff-ff-ff-ff-ff-ff sender-mac=%s sender-ip=%s", mac, address);
        else if (facts_known(context->facts, FACT_COMPLETE | FACT_CONTROL))
            rule_missed(context, requirement_of(router), announcing->advertisement, announcing->due_ns,
                        "GRATUITOUS_ARP sender-mac=%s sender-ip=%s", mac, address);
    }
}

static int64_t bound_ns(const struct rule_context *context)
{
    return ASSOCIATION_NS + rule_tolerance_ns(context->facts, ASSOCIATION_NS);
}

static const char *requirement_of(const struct virtual_router_history *router)
{
    return router->priority == VRRP_PRIORITY_OWNER ? "V-6.4.1-02" : "V-6.4.2-07";
}
