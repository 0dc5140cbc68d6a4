/* ARP about virtual addresses: with the VMAC, from the Master alone (RFC 2338 6.4, 8.2, 8.3; draft 3.3). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* A reply of a device that isn't Master breaks these, by why it isn't; ended by NULL. */
#define REQUIREMENT_ROOM 5
static const char *const reply_breaks[][REQUIREMENT_ROOM] = {
    [REST_OFF] = {"V-6.4.1-07"},
    [REST_STARTED] = {"R-3.3.2-01", "V-6.4.2-01"},
    [REST_HIGHER] = {"R-3.3.2-01", "V-6.4.2-01", "V-6.4.3-16"},
    [REST_EQUAL] = {"R-3.3.2-01", "V-6.4.2-01", "V-6.4.3-16"},
    [REST_STOPPED] = {"V-6.4.3-07"},
    [REST_STOPPED_BACKUP] = {"V-6.4.2-05"},
    [REST_GAVE_UP] = {"R-3.3.2-01", "V-6.4.2-01"},
    [REST_LOST] = {"R-3.3.2-01", "V-6.4.2-01"},
};

/* ARP requests for virtual addresses, the latest ones. An answer may wait for seconds until its path is open
 * (C21, C22), so that what counts is the state in which the question was heard. */
#define HEARD_ROOM    32
#define ARP_ANSWER_NS SECONDS(10)
struct asked {
    struct mac_address requester_mac;
    struct mac_address from; /* source of the frame */
    struct ipv4_address requester;
    struct ipv4_address target;
    int64_t time_ns;
    bool at_rest;  /* the device could not be Master */
    bool answered; /* by a reply that is the requester's by its addresses */
};

struct arp_form {
    struct asked heard[HEARD_ROOM]; /* in a ring */
    size_t heard_count;             /* in all */
};

static void hear(struct rule_context *context, struct arp_form *state, struct tap_event *event);
static bool asked_at_rest(const struct arp_form *state, const struct arp *reply, int64_t now_ns);
static void judge_gratuitous(struct rule_context *context, struct tap_event *event,
                             const struct virtual_router_history *router);
static void judge_reply(struct rule_context *context, const struct arp_form *state, struct tap_event *event,
                        const struct virtual_router_history *router);
static void judge_target(struct rule_context *context, struct arp_form *state, struct tap_event *event);
static void judge_owner_at_rest(struct rule_context *context, struct tap_event *event, bool vmac);
static void judge_proxy_reply(struct rule_context *context, struct tap_event *event);
static void judge_frame_source(struct rule_context *context, struct tap_event *event,
                               const struct virtual_router_history *router);
static bool has_vmac(const struct rule_context *context, const struct virtual_router_history *router);
static bool is_owner(const struct virtual_router_history *router);

static void arp_form(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct arp_form *state = memory;
    const struct frame *frame = context->frame;
    if (!on_vrrp_interface(context->facts, event))
        return;
    if (!context->sent) {
        hear(context, state, event);
        return;
    }
    const struct virtual_router_history *router =
        device_virtual_address(context->device, frame->arp.sender_ip);
    if (!router) {
        if (frame->name == FRAME_ARP_REPLY)
            judge_proxy_reply(context, event);
        return;
    }
    if (frame->name == FRAME_ARP_REPLY) {
        judge_reply(context, state, event, router);
        if (!certainly_not_master(context->device, router, event->time_ns))
            judge_target(context, state, event);
    }
    if (frame->name == FRAME_GRATUITOUS_ARP)
        judge_gratuitous(context, event, router);
    if (frame->name == FRAME_ARP_REQUEST && is_owner(router) && !has_vmac(context, router))
        rule_broken(context, "V-8.2-04", event, "ARP_REQUEST from the owned address with the VMAC");
    judge_frame_source(context, event, router);
}

const struct rule arp_form_rule = {
    .name = "arp-form",
    .title = "ARP about virtual addresses: with the VMAC, from the Master alone",
    .requirements =
        "R-3.3.2-01 R-3.3.3-01 R-5-02 V-6.4.1-02 V-6.4.1-07 V-6.4.2-01 V-6.4.2-05 V-6.4.2-07 V-6.4.3-01 "
        "V-6.4.3-07 V-6.4.3-16 V-8.2-01 V-8.2-02 V-8.2-03 V-8.2-04 V-8.2-06 V-8.3-01 V-9.2-07",
    .needs = FACT_SETTINGS,
    .roles = ROLE_ROUTER | ROLE_VRRP,
    .sent = ARP_FRAMES,
    .heard = FRAME_SET(ARP_REQUEST),
    .state_size = sizeof(struct arp_form),
    .event = arp_form,
};

/* Whether the announcements that are due came is the rule gratuitous-arp's matter. */
static void judge_gratuitous(struct rule_context *context, struct tap_event *event,
                             const struct virtual_router_history *router)
{
    bool owner = is_owner(router);
    char text[MAC_TEXT_SIZE];
    mac_text(mac_of_vrid(router->vrid), text);
    if (!has_vmac(context, router)) {
        rule_broken(context, "R-5-02", event, "GRATUITOUS_ARP sender-mac=%s", text);
        if (owner) {
            rule_broken(context, "V-8.2-03", event, "GRATUITOUS_ARP sender-mac=%s", text);
            rule_broken(context, "V-8.2-04", event, "GRATUITOUS_ARP sender-mac=%s", text);
        }
    }
    if (!owner && certainly_not_master(context->device, router, event->time_ns))
        rule_remark(context, "V-6.4.2-07", event, "no GRATUITOUS_ARP: not Master");
}

static void judge_reply(struct rule_context *context, const struct arp_form *state, struct tap_event *event,
                        const struct virtual_router_history *router)
{
    bool vmac = has_vmac(context, router);
    char text[MAC_TEXT_SIZE];
    mac_text(mac_of_vrid(router->vrid), text);
    if (certainly_not_master(context->device, router, event->time_ns)) {
        if (!asked_at_rest(state, &context->frame->arp, event->time_ns))
            return;
        bool initialize = router->rest == REST_OFF || (router->rest == REST_STOPPED && !vmac);
        if (is_owner(router) && initialize) {
            judge_owner_at_rest(context, event, vmac);
            return;
        }
        const char *const *requirements = reply_breaks[router->rest];
        for (size_t i = 0; i < REQUIREMENT_ROOM && requirements[i]; i++)
            rule_broken(context, requirements[i], event, "no ARP_REPLY: not Master");
        return;
    }
    if (vmac || (is_owner(router) && router->mastery != MASTERY_YES))
        return;
    static const char *const requirements[] = {"V-8.2-01", "V-8.2-02", "R-3.3.3-01", "R-5-02"};
    for (size_t i = 0; i < sizeof requirements / sizeof *requirements; i++)
        rule_broken(context, requirements[i], event, "ARP_REPLY sender-mac=%s", text);
}

static void hear(struct rule_context *context, struct arp_form *state, struct tap_event *event)
{
    const struct arp *arp = &context->frame->arp;
    const struct virtual_router_history *router = device_virtual_address(context->device, arp->target_ip);
    if (router)
        state->heard[state->heard_count++ % HEARD_ROOM] =
            (struct asked){.requester_mac = arp->sender_mac,
                           .from = context->frame->ethernet.source,
                           .requester = arp->sender_ip,
                           .target = arp->target_ip,
                           .time_ns = event->time_ns,
                           .at_rest = certainly_not_master(context->device, router, event->time_ns)};
}

/* The reply's question was heard, and no other one that a Master heard can be meant. */
static bool asked_at_rest(const struct arp_form *state, const struct arp *reply, int64_t now_ns)
{
    bool found = false;
    for (size_t i = 0; i < HEARD_ROOM && i < state->heard_count; i++) {
        const struct asked *asked = &state->heard[i];
        if (!ipv4_equal(asked->requester, reply->target_ip) || !ipv4_equal(asked->target, reply->sender_ip) ||
            asked->time_ns < now_ns - ARP_ANSWER_NS)
            continue;
        if (!asked->at_rest)
            return false;
        found = true;
    }
    return found;
}

/* A reply has the requester's addresses as its target and goes to it (RFC 826, "Packet Reception"). One that
 * is a reply by half leaves the question without an answer. */
static void judge_target(struct rule_context *context, struct arp_form *state, struct tap_event *event)
{
    const struct arp *arp = &context->frame->arp;
    const struct facts *facts = context->facts;
    struct mac_address to = context->frame->ethernet.destination;
    int64_t since_ns = event->time_ns - ARP_ANSWER_NS;
    const struct asked *waiting = NULL;
    bool complete = false;
    bool forgotten =
        state->heard_count >= HEARD_ROOM && state->heard[state->heard_count % HEARD_ROOM].time_ns >= since_ns;
    for (size_t i = 0; i < HEARD_ROOM && i < state->heard_count; i++) {
        struct asked *asked = &state->heard[i];
        if (asked->time_ns < since_ns || !ipv4_equal(asked->target, arp->sender_ip))
            continue;
        bool named = ipv4_equal(asked->requester, arp->target_ip) &&
                     same_mac(facts, asked->requester_mac, arp->target_mac);
        bool sent_there = same_mac(facts, asked->requester_mac, to) || same_mac(facts, asked->from, to) ||
                          mac_equal(to, MAC_BROADCAST);
        asked->answered |= named && sent_there;
        complete |= named && sent_there;
        if (!asked->answered && (named || (sent_there && !mac_equal(to, MAC_BROADCAST))))
            waiting = asked;
    }
    if (!waiting || complete || forgotten || !facts_known(facts, FACT_COMPLETE))
        return;
    char mac[MAC_TEXT_SIZE];
    char address[IPV4_TEXT_SIZE];
    mac_text(waiting->requester_mac, mac);
    ipv4_text(waiting->requester, address);
    static const char *const requirements[] = {"V-6.4.3-01", "V-8.2-01"};
    for (size_t i = 0; i < sizeof requirements / sizeof *requirements; i++)
        rule_broken(context, requirements[i], event, "ARP_REPLY to=%s target-mac=%s target-ip=%s", mac, mac,
                    address);
}

/* The address is also that of its interface; but until the virtual router runs, ARP waits, and is about the
 * VMAC (RFC 2338 8.2). */
static void judge_owner_at_rest(struct rule_context *context, struct tap_event *event, bool vmac)
{
    rule_broken(context, "V-8.2-06", event, "no ARP_REPLY for the owned address");
    if (vmac)
        return;
    rule_broken(context, "V-8.2-03", event, "no ARP_REPLY with the physical MAC for the owned address");
    rule_broken(context, "V-8.2-04", event, "no ARP_REPLY with the physical MAC for the owned address");
}

/* An answer for somebody else's address is proxy ARP. */
static void judge_proxy_reply(struct rule_context *context, struct tap_event *event)
{
    const struct arp *arp = &context->frame->arp;
    if (!context->facts->settings->proxy_arp || device_has_address(context->device, arp->sender_ip) ||
        !same_mac(context->facts, arp->sender_mac, context->device->mac))
        return;
    for (size_t i = 0; i < context->device->vrid_count; i++) {
        if (device_virtual_router(context->device, context->device->vrids[i])->mastery == MASTERY_YES) {
            rule_broken(context, "V-8.3-01", event, "ARP_REPLY with a VMAC as sender-mac");
            return;
        }
    }
}

/* On Ethernet nothing fixes the source of the frame, but another one than the VMAC misleads bridges (vrrp.md
 * 6). */
static void judge_frame_source(struct rule_context *context, struct tap_event *event,
                               const struct virtual_router_history *router)
{
    const struct frame *frame = context->frame;
    if (frame->name == FRAME_ARP_REQUEST || functional_mode(context->facts) || !has_vmac(context, router) ||
        same_mac(context->facts, frame->ethernet.source, mac_of_vrid(router->vrid)))
        return;
    if (frame->token_ring)
        rule_broken(context, "V-9.2-07", event, "ARP with the VMAC as source of the frame");
    else if (frame->name == FRAME_GRATUITOUS_ARP)
        rule_remark(context, is_owner(router) ? "V-6.4.1-02" : "V-6.4.2-07", event,
                    "GRATUITOUS_ARP with the VMAC as source of the frame");
}

static bool has_vmac(const struct rule_context *context, const struct virtual_router_history *router)
{
    return arp_has_vmac(context->device, router, &context->frame->arp);
}

static bool is_owner(const struct virtual_router_history *router)
{
    return router->priority == VRRP_PRIORITY_OWNER;
}
