/* A bystander has no part in a virtual router: it neither announces nor withdraws a VMAC. Section 2 of the
 * draft permits both for addresses that a client represents. */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

#define EXPECTED "nothing about a VMAC that another client represents"

static void bystander_claims(struct rule_context *context, void *state, struct tap_event *event)
{
    (void)state;
    const struct le_control *control = &context->frame->control;
    bool targetless = context->frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST;
    const struct lan_destination *subject = targetless ? &control->source_lan : &control->target_lan;
    if (subject->tag != LAN_TAG_MAC || !mac_is_vmac(subject->mac))
        return;
    if (targetless)
        rule_remark(context, "R-2-17", event, EXPECTED);
    else if (context->frame->name == FRAME_NO_SOURCE_LE_NARP_REQUEST)
        rule_remark(context, "R-2-18", event, EXPECTED);
    else
        rule_remark(context, "R-6-11", event, EXPECTED);
}

const struct rule bystander_claims_rule = {
    .name = "bystander-claims",
    .title = "a bystander announces and withdraws no VMAC",
    .requirements = "R-2-17 R-2-18 R-6-11",
    .roles = ROLE_CLIENT,
    .sent = FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | NARP_FRAMES,
    .event = bystander_claims,
};
