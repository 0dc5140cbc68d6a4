/* What carries an advertisement: Ethernet or 802.5 addresses and IP header (RFC 2338 5.2, 7.2, 7.3;
 * draft 2.2, 5). */
#include "rules/device_history.h"
#include "wire/token_ring.h"

static void judge_ip(struct rule_context *context, struct tap_event *event);
static void judge_destination(struct rule_context *context, struct tap_event *event);
static void judge_source_address(struct rule_context *context, struct tap_event *event);
static void judge_source_mac(struct rule_context *context, struct tap_event *event);
static bool passes_through(const struct rule_context *context);

static void advertisement_carrier(struct rule_context *context, void *state, struct tap_event *event)
{
    (void)state;
    const struct frame *frame = context->frame;
    bool vrrp = frame->name == FRAME_ADVERTISEMENT;
    if (!(frame->layers & LAYER_IPV4) || (!vrrp && !ipv4_equal(frame->ipv4.destination, VRRP_GROUP)))
        return;
    if (passes_through(context)) {
        rule_broken(context, "V-5.2.2-02", event, "datagrams to 224.0.0.18 not forwarded");
        return;
    }
    if (!vrrp) {
        if (frame_is_disguised_advertisement(frame)) {
            rule_broken(context, "V-5.2.4-01", event, "ADVERTISEMENT protocol=112");
            rule_broken(context, "V-7.2-05", event, "ADVERTISEMENT protocol=112");
        }
        return;
    }
    judge_ip(context, event);
    judge_destination(context, event);
    judge_source_address(context, event);
    if (frame->layers & LAYER_VRRP)
        judge_source_mac(context, event);
}

const struct rule advertisement_carrier_rule = {
    .name = "advertisement-carrier",
    .title = "addresses, TTL and protocol of advertisements",
    .requirements = "V-1.2-01 V-2.5-01 V-5.1-01 V-5.2.1-01 V-5.2.2-01 V-5.2.2-02 V-5.2.3-01 V-5.2.4-01 "
                    "V-6.1.2-01 V-7.2-03 "
                    "V-7.2-04 V-7.2-05 V-7.2-06 V-7.3-01 V-7.3-02 V-9.2-08 R-2.2-01 R-5-02 R-5-03",
    .roles = ROLE_ROUTER | ROLE_VRRP,
    .sent = FRAME_SET(ADVERTISEMENT) | FRAME_SET(IPV4),
    .event = advertisement_carrier,
};

/* Somebody else's datagram that a hop was counted for. */
static bool passes_through(const struct rule_context *context)
{
    const struct ipv4 *ipv4 = &context->frame->ipv4;
    return facts_known(context->facts, FACT_SETTINGS) && ipv4->ttl != VRRP_TTL &&
           !device_has_address(context->device, ipv4->source);
}

/* An authentication header belongs to authentication type 2 alone. Every receiver discards a datagram with a
 * bad header checksum; a recording made where the network adapter fills it in has 0 there. */
static void judge_ip(struct rule_context *context, struct tap_event *event)
{
    if (context->frame->layers & LAYER_AH && facts_known(context->facts, FACT_SETTINGS) &&
        context->facts->settings->authentication_type != VRRP_AUTHENTICATION_AH) {
        rule_broken(context, "V-5.2.4-01", event, "ADVERTISEMENT protocol=112");
        rule_broken(context, "V-7.2-05", event, "ADVERTISEMENT protocol=112");
    }
    if (context->frame->ipv4.ttl != VRRP_TTL)
        rule_broken(context, "V-5.2.3-01", event, "ADVERTISEMENT ttl=255");
    if (!context->frame->ipv4.checksum_good &&
        (context->frame->ipv4.checksum != 0 || facts_known(context->facts, FACT_CONTROL)))
        rule_broken(context, "V-5.1-01", event, "ADVERTISEMENT ip-checksum=1");
}

static void judge_destination(struct rule_context *context, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    bool group = ipv4_equal(frame->ipv4.destination, VRRP_GROUP);
    if (!frame->token_ring && !mac_equal(frame->ethernet.destination, VRRP_GROUP_MAC))
        group = false;
    if (!group) {
        rule_broken(context, "V-5.2.2-01", event, "ADVERTISEMENT to=01-00-5e-00-00-12 ip-to=224.0.0.18");
        rule_broken(context, "V-7.2-06", event, "ADVERTISEMENT to=01-00-5e-00-00-12 ip-to=224.0.0.18");
    }
    if (frame->token_ring && !mac_equal(frame->ethernet.destination, TOKEN_RING_MULTICAST) &&
        !mac_equal(frame->ethernet.destination, MAC_BROADCAST))
        rule_remark(context, "V-9.2-08", event, "ADVERTISEMENT to=c0-00-00-04-00-00");
}

/* The primary address; without settings it can only be told that a router that isn't the owner does not send
 * from a virtual address. */
static void judge_source_address(struct rule_context *context, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    char text[IPV4_TEXT_SIZE];
    const char *expected = "the primary address";
    bool primary = true;
    if (facts_known(context->facts, FACT_SETTINGS)) {
        struct ipv4_address own = context->facts->settings->elan.address;
        primary = ipv4_equal(frame->ipv4.source, own);
        expected = ipv4_text(own, text);
    } else if (frame->layers & LAYER_VRRP && frame->vrrp.priority != VRRP_PRIORITY_OWNER) {
        for (size_t i = 0; i < frame->vrrp.addresses_present; i++)
            primary &= !ipv4_equal(frame->ipv4.source, frame->vrrp.addresses[i]);
    }
    if (primary)
        return;
    rule_broken(context, "V-5.2.1-01", event, "ADVERTISEMENT ip=%s", expected);
    rule_broken(context, "V-7.2-04", event, "ADVERTISEMENT ip=%s", expected);
    rule_broken(context, "V-1.2-01", event, "ADVERTISEMENT ip=%s", expected);
}

/* The VMAC of the VRID in the message. On an 802.5 ELAN another address is functional mode, which section 5
 * of the draft doesn't want there. */
static void judge_source_mac(struct rule_context *context, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    struct mac_address vmac = mac_of_vrid(frame->vrrp.vrid);
    char text[MAC_TEXT_SIZE];
    uint8_t vrid;
    bool configured = !facts_known(context->facts, FACT_SETTINGS) ||
                      device_virtual_router(context->device, frame->vrrp.vrid);
    if (!configured || functional_mode(context->facts) ||
        same_mac(context->facts, frame->ethernet.source, vmac))
        return;
    mac_text(vmac, text);
    if (frame->token_ring && !facts_known(context->facts, FACT_SETTINGS))
        return; /* it may be configured so */
    if (frame->token_ring) {
        rule_broken(context, "R-5-02", event, "ADVERTISEMENT from=%s in either bit order", text);
        rule_broken(context, "R-5-03", event, "ADVERTISEMENT from=%s in either bit order", text);
        return;
    }
    rule_broken(context, "V-7.2-03", event, "ADVERTISEMENT from=%s", text);
    rule_broken(context, "R-2.2-01", event, "ADVERTISEMENT from=%s", text);
    rule_broken(context, "V-2.5-01", event, "ADVERTISEMENT from=%s", text);
    if (!vrid_of_mac(context->facts, frame->ethernet.source, &vrid))
        return;
    rule_broken(context, "V-7.3-01", event, "ADVERTISEMENT from=%s", text);
    if (frame->vrrp.vrid != 1 && frame->vrrp.vrid != 255)
        return;
    rule_broken(context, "V-6.1.2-01", event, "ADVERTISEMENT vrid=%u from=%s", frame->vrrp.vrid, text);
    rule_broken(context, "V-7.3-02", event, "ADVERTISEMENT vrid=%u from=%s", frame->vrrp.vrid, text);
}
