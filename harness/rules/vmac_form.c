/* The shape of VMACs: 00-00-5E-00-01-{VRID}, and on an 802.5 ELAN one bit order throughout (RFC
 * 2338 7.3, 9.2; draft-requirements A-14). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* Orders seen on an 802.5 ELAN. */
struct vmac_form {
    bool data_seen[2];    /* VMACs in data frames: canonical, turned round */
    bool control_seen[2]; /* in control frames */
};

static const struct mac_address *vmac_of(const struct frame *frame);
static void judge_order(struct rule_context *context, struct vmac_form *state, struct tap_event *event,
                        struct mac_address mac);

static void vmac_form(struct rule_context *context, void *memory, struct tap_event *event)
{
    const struct mac_address *mac = vmac_of(context->frame);
    uint8_t vrid;
    if (!mac || !vrid_of_mac(context->facts, *mac, &vrid))
        return;
    if (!device_virtual_router(context->device, vrid)) {
        rule_broken(context, "V-7.3-01", event, "a VMAC with a configured VRID, not %u", vrid);
        rule_broken(context, "V-9.2-06", event, "a VMAC with a configured VRID, not %u", vrid);
        if (context->facts->token_ring && context->frame->layers & LAYER_CONTROL)
            rule_broken(context, "L-frame-08", event, "a VMAC in one bit order");
    } else if (context->facts->token_ring) {
        judge_order(context, memory, event, *mac);
    }
}

const struct rule vmac_form_rule = {
    .name = "vmac-form",
    .title = "VMACs carry a configured VRID, in one bit order",
    .requirements = "V-7.3-01 V-9.2-06 L-frame-08",
    .needs = FACT_SETTINGS,
    .roles = ROLE_ROUTER | ROLE_VRRP,
    .sent = REGISTRATION_FRAMES | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | NARP_FRAMES |
            FRAME_SET(GRATUITOUS_ARP) | FRAME_SET(ARP_REPLY) | FRAME_SET(ADVERTISEMENT),
    .state_size = sizeof(struct vmac_form),
    .event = vmac_form,
};

/* The address that stands where a VMAC of the device belongs, NULL if there is none. */
static const struct mac_address *vmac_of(const struct frame *frame)
{
    if (frame->layers & LAYER_ARP)
        return &frame->arp.sender_mac;
    if (!(frame->layers & LAYER_CONTROL))
        return frame->layers & LAYER_ETHERNET ? &frame->ethernet.source : NULL;
    bool narp = NARP_FRAMES >> frame->name & 1;
    const struct lan_destination *about = narp ? &frame->control.target_lan : &frame->control.source_lan;
    return about->tag == LAN_TAG_MAC ? &about->mac : NULL;
}

/* tr_bit_order: one of the two, the same throughout a run. */
static void judge_order(struct rule_context *context, struct vmac_form *state, struct tap_event *event,
                        struct mac_address mac)
{
    bool turned = !mac_is_vmac(mac);
    bool control = context->frame->layers & LAYER_CONTROL;
    enum tr_bit_order order = (enum tr_bit_order)context->facts->pixit.choice[PIXIT_TR_BIT_ORDER];
    bool wrong =
        (order == TR_BIT_ORDER_CANONICAL && turned) || (order == TR_BIT_ORDER_NON_CANONICAL && !turned);
    if (wrong)
        rule_broken(context, control ? "L-frame-08" : "V-9.2-06", event, "VMACs in %s order",
                    turned ? "canonical" : "token ring");
    (control ? state->control_seen : state->data_seen)[turned] = true;
    bool mixed =
        (state->data_seen[0] || state->control_seen[0]) && (state->data_seen[1] || state->control_seen[1]);
    if (mixed)
        rule_remark(context, "L-frame-08", event, "VMACs in one bit order throughout");
}
