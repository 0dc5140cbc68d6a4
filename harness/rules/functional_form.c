/* Functional addresses on an 802.5 ELAN (RFC 2338 9.2, draft 5, draft-requirements A-19): which one stands
 * for a virtual router, that it is no source, that it is not associated, and that it is reached by the BUS.
 */
#include "rules/device_history.h"
#include "rules/frame_sets.h"
#include "wire/token_ring.h"

/* Behind the LE header: where an 802.5 frame begins. */
#define LE_HEADER_SIZE 2

/* The bit of the user-defined addresses that belongs to IPX, in token ring order. */
#define IPX_ADDRESS ((struct mac_address){{0xc0, 0x00, 0x00, 0x08, 0x00, 0x00}})

static void judge_path(struct rule_context *context, struct tap_event *event);
static void judge_arp(struct rule_context *context, struct tap_event *event);
static void judge_source(struct rule_context *context, struct tap_event *event);
static void judge_association(struct rule_context *context, struct tap_event *event);
static void not_functional(struct rule_context *context, struct tap_event *event, const char *expected);
static bool is_functional(struct mac_address mac);

static void functional_form(struct rule_context *context, void *state, struct tap_event *event)
{
    (void)state;
    const struct frame *frame = context->frame;
    if (event->kind != TAP_SDU || !context->facts->token_ring)
        return;
    judge_path(context, event);
    if (!functional_mode(context->facts))
        return;
    if (frame->layers & LAYER_CONTROL)
        judge_association(context, event);
    else if (frame->layers & LAYER_ARP)
        judge_arp(context, event);
    else
        judge_source(context, event);
}

const struct rule functional_form_rule = {
    .name = "functional-form",
    .title = "functional addresses: the table's, never a source, by the BUS, without association",
    .requirements = "R-5-01 R-5-04 R-5-06 V-9.2-01 V-9.2-02 V-9.2-03 V-9.2-04",
    .needs = FACT_SETTINGS | FACT_VCC_KINDS,
    .roles = CLIENT_ROLES,
    .sent = DATA_FRAMES | FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | NARP_FRAMES |
            REGISTRATION_FRAMES,
    .event = functional_form,
};

/* R-5-01: Multicast Send alone, and nothing that would lead to another VCC. */
static void judge_path(struct rule_context *context, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    if (frame->layers & LAYER_ETHERNET) {
        if (is_functional(frame->ethernet.destination) && event->vcc->kind != VCC_MULTICAST_SEND)
            rule_broken(context, "R-5-01", event, "frames to a functional address on MULTICAST_SEND");
    } else if (frame->name == FRAME_LE_ARP_REQUEST && frame->control.target_lan.tag == LAN_TAG_MAC &&
               is_functional(frame->control.target_lan.mac)) {
        rule_broken(context, "R-5-01", event, "no LE_ARP_REQUEST for a functional address");
    }
}

static void judge_arp(struct rule_context *context, struct tap_event *event)
{
    const struct arp *arp = &context->frame->arp;
    const struct virtual_router_history *router = device_virtual_address(context->device, arp->sender_ip);
    struct mac_address functional;
    char text[MAC_TEXT_SIZE];
    if (mac_equal(arp->sender_mac, IPX_ADDRESS)) {
        rule_broken(context, "V-9.2-02", event, "ARP without %s", mac_text(IPX_ADDRESS, text));
        return;
    }
    if (!router || !token_ring_functional_address(router->vrid, &functional) ||
        mac_equal(arp->sender_mac, functional))
        return;
    if (is_functional(arp->sender_mac))
        rule_broken(context, "V-9.2-01", event, "ARP sender-mac=%s", mac_text(functional, text));
    else
        not_functional(context, event, "ARP with a functional address as sender-mac");
}

/* A source with its group bit set reads as one with routing information, so what lies behind it can't be
 * read; the destination tells that it is an advertisement. */
static void judge_source(struct rule_context *context, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    struct mac_address source = frame->ethernet.source;
    uint8_t vrid;
    if (!(frame->layers & LAYER_ETHERNET))
        return;
    source.octet[0] |= TOKEN_RING_ROUTE_PRESENT;
    bool routed = frame->octets.data[LE_HEADER_SIZE + TOKEN_RING_SOURCE] & TOKEN_RING_ROUTE_PRESENT;
    if (is_functional(source) && routed && mac_equal(frame->ethernet.destination, TOKEN_RING_MULTICAST))
        rule_broken(context, "V-9.2-03", event, "ADVERTISEMENT from the real MAC address");
    else if (frame->name == FRAME_ADVERTISEMENT && vrid_of_mac(context->facts, frame->ethernet.source, &vrid))
        not_functional(context, event, "ADVERTISEMENT from the real MAC address");
}

/* nothing is associated, neither functional address nor VMAC. */
static void judge_association(struct rule_context *context, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    bool about_target = NARP_FRAMES >> frame->name & 1;
    bool announces = REGISTRATION_FRAMES >> frame->name & 1 || frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST;
    const struct lan_destination *subject =
        about_target ? &frame->control.target_lan : &frame->control.source_lan;
    uint8_t vrid;
    if (!(about_target || announces) || subject->tag != LAN_TAG_MAC)
        return;
    if (is_functional(subject->mac))
        rule_broken(context, "R-5-04", event, "no association with a functional address");
    else if (vrid_of_mac(context->facts, subject->mac, &vrid))
        not_functional(context, event, "no association with a VMAC");
}

/* The device runs in unicast mode. */
static void not_functional(struct rule_context *context, struct tap_event *event, const char *expected)
{
    rule_broken(context, "R-5-04", event, "%s", expected);
    rule_broken(context, "R-5-06", event, "%s", expected);
    rule_broken(context, "V-9.2-04", event, "%s", expected);
}

/* One of C0-00-xx-xx-xx-xx (RFC 2338 9.2: the two high order bits are set). */
static bool is_functional(struct mac_address mac)
{
    return mac.octet[0] == 0xc0 && mac.octet[1] == 0x00 && !(mac.octet[2] & 0x80);
}
