/* The forms of LE_NARP_REQUEST: no-source, the zero form of LANE v1, and the plain one (draft 2, 3.1, 3.2,
 * 6). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* What an LE_NARP_REQUEST of a v1 device about its VMAC can be for. */
enum purpose { PURPOSE_UNKNOWN, PURPOSE_ASSOCIATION, PURPOSE_DISASSOCIATION };

static void judge_v2(struct rule_context *context, struct tap_event *event);
static void judge_withdrawal(struct rule_context *context, struct tap_event *event);
static void judge_v1(struct rule_context *context, struct tap_event *event);
static void judge_v1_disassociation(struct rule_context *context, struct tap_event *event);
static void judge_plain(struct rule_context *context, struct tap_event *event);
static void v1_announcement_broken(struct rule_context *context, struct tap_event *event);
static enum purpose purpose_of(const struct rule_context *context, const struct tap_event *event,
                               const struct virtual_router_history *router);

static void narp_form(struct rule_context *context, void *state, struct tap_event *event)
{
    (void)state;
    const struct le_control *control = &context->frame->control;
    if (control->opcode == LE_ARP_REQUEST) {
        if (atm_address_is_zero(&control->source_atm) && !atm_address_is_zero(&control->target_atm))
            rule_broken(context, "R-2-11", event, "NO_SOURCE_LE_NARP_REQUEST opcode=0x0008");
        return;
    }
    if (context->frame->name == FRAME_LE_NARP_REQUEST)
        judge_plain(context, event);
    if (context->device->v2)
        judge_v2(context, event);
    else
        judge_v1(context, event);
}

const struct rule narp_form_rule = {
    .name = "narp-form",
    .title = "form of LE_NARP_REQUESTs",
    .requirements = "R-2-11 R-3.1-07 R-3.2-07 R-6-02 R-6-03 R-6-04 R-6-07 R-6-08 R-5-05",
    .roles = CLIENT_ROLES,
    .sent = NARP_FRAMES | FRAME_SET(LE_ARP_REQUEST),
    .event = narp_form,
};

static void judge_v2(struct rule_context *context, struct tap_event *event)
{
    const struct le_control *control = &context->frame->control;
    switch (context->frame->name) {
    case FRAME_ZERO_LE_NARP_REQUEST:
        rule_broken(context, "R-6-07", event,
                    "TARGETLESS_LE_ARP_REQUEST or NO_SOURCE_LE_NARP_REQUEST in LANE v2");
        break;
    case FRAME_LE_NARP_REQUEST:
        if (atm_is_own(context->device, &control->target_atm))
            rule_broken(context, "R-2-11", event, "NO_SOURCE_LE_NARP_REQUEST with a zero source-atm");
        break;
    default:
        judge_withdrawal(context, event);
        break;
    }
}

static void judge_withdrawal(struct rule_context *context, struct tap_event *event)
{
    const struct le_control *control = &context->frame->control;
    char text[ATM_ADDRESS_TEXT_SIZE];
    if (control->target_lan.tag == LAN_TAG_ROUTE_DESCRIPTOR)
        rule_broken(context, "R-5-05", event, "NO_SOURCE_LE_NARP_REQUEST target-tag=1");
    else if (control->target_lan.tag != LAN_TAG_MAC)
        rule_broken(context, "R-2-11", event, "NO_SOURCE_LE_NARP_REQUEST target-tag=1");
    if (atm_is_foreign(context->device, &control->target_atm))
        rule_broken(context, "R-2-11", event, "NO_SOURCE_LE_NARP_REQUEST target-atm=%s",
                    atm_address_text(&context->device->atm, text));
    const struct virtual_router_history *router = device_vmac(context->device, control->target_lan.mac);
    if (!router || !router->registration)
        return;
    const struct le_control *registration = &tap_frame(context->tap, router->registration)->control;
    if (le_control_find_tlv(registration, TLV_LLC_MUXED_ATM_ADDRESS) &&
        !le_control_find_tlv(control, TLV_LLC_MUXED_ATM_ADDRESS))
        rule_remark(context, "R-2-11", event,
                    "NO_SOURCE_LE_NARP_REQUEST with the LLC-Muxed-ATM-Address registered");
}

static void judge_v1(struct rule_context *context, struct tap_event *event)
{
    const struct le_control *control = &context->frame->control;
    const struct virtual_router_history *router = NULL;
    if (control->tlv_count)
        rule_broken(context, "R-6-02", event, "%s tlvs=0", frame_name_text(context->frame->name));
    if (control->target_lan.tag == LAN_TAG_MAC)
        router = device_vmac(context->device, control->target_lan.mac);
    switch (context->frame->name) {
    case FRAME_ZERO_LE_NARP_REQUEST:
        if (control->target_lan.tag == LAN_TAG_ROUTE_DESCRIPTOR)
            rule_broken(context, "R-5-05", event, "ZERO_LE_NARP_REQUEST target-tag=1");
        else if (control->target_lan.tag != LAN_TAG_MAC)
            v1_announcement_broken(context, event);
        else if (router && router->may_be_master_ns != MASTER_ANY_TIME &&
                 within_disassociation(context->device, router, event->time_ns))
            rule_remark(context, "R-6-08", event, "no ZERO_LE_NARP_REQUEST on disassociation");
        break;
    case FRAME_LE_NARP_REQUEST:
        if (router && atm_address_is_zero(&control->target_atm))
            v1_announcement_broken(context, event);
        break;
    default:
        if (!router)
            break;
        switch (purpose_of(context, event, router)) {
        case PURPOSE_ASSOCIATION:
            v1_announcement_broken(context, event);
            break;
        case PURPOSE_UNKNOWN: /* wrong for an association, and a withdrawal is what it looks like */
        case PURPOSE_DISASSOCIATION:
            judge_v1_disassociation(context, event);
            break;
        }
        break;
    }
}

/* The draft has no frame for it in LANE v1 (draft-requirements A-5). */
static void judge_v1_disassociation(struct rule_context *context, struct tap_event *event)
{
    static const char expected[] = "no LE_NARP_REQUEST to give up a VMAC in LANE v1";
    switch ((enum v1_disassociation)context->facts->pixit.choice[PIXIT_V1_DISASSOCIATION]) {
    case V1_DISASSOCIATION_EITHER:
        rule_remark(context, "R-6-08", event, "%s", expected);
        break;
    case V1_DISASSOCIATION_NONE:
        rule_broken(context, "R-6-08", event, "%s", expected);
        break;
    case V1_DISASSOCIATION_NO_SOURCE:
        break;
    }
}

/* "MUST include the ATM address of the LE Client which was previously representing the LAN destination"
 * (draft 6). */
static void judge_plain(struct rule_context *context, struct tap_event *event)
{
    const struct le_control *control = &context->frame->control;
    if (atm_address_is_zero(&control->target_atm) || atm_is_own(context->device, &control->target_atm))
        rule_broken(context, "R-6-03", event, "LE_NARP_REQUEST with the previous client's target-atm");
}

static void v1_announcement_broken(struct rule_context *context, struct tap_event *event)
{
    static const char expected[] = "ZERO_LE_NARP_REQUEST target-tag=1 with zero source-atm and target-atm";
    rule_broken(context, "R-3.1-07", event, "%s", expected);
    rule_broken(context, "R-3.2-07", event, "%s", expected);
    rule_broken(context, "R-6-04", event, "%s", expected);
}

static enum purpose purpose_of(const struct rule_context *context, const struct tap_event *event,
                               const struct virtual_router_history *router)
{
    const struct device_history *device = context->device;
    int64_t now_ns = event->time_ns;
    bool shut_down = router->shutdown || router->last_shutdown_ns >= now_ns - ASSOCIATION_NS;
    if (shut_down || within_disassociation(device, router, now_ns) || reacting(router, now_ns) ||
        certainly_not_master(device, router, now_ns))
        return PURPOSE_DISASSOCIATION;
    if (router->mastery == MASTERY_UNKNOWN)
        return PURPOSE_UNKNOWN;
    /* An owner may have yielded to another owner, or not (RFC 2338 6.4.3). */
    if (router->mastery == MASTERY_UNKNOWN)
        return PURPOSE_UNKNOWN;
    if (router->associated || router->mastery == MASTERY_YES)
        return PURPOSE_ASSOCIATION;
    bool takeover = router->mastery == MASTERY_NO &&
                    (router->may_be_master_ns != MASTER_ANY_TIME || !router->ever_master);
    return takeover ? PURPOSE_ASSOCIATION : PURPOSE_UNKNOWN;
}
