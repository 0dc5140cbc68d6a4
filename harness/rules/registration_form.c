/* What registrations carry (lane-wire 1.1, draft 2 and 3.2). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

static void judge_fields(struct rule_context *context, struct tap_event *event);
static void judge_proxy(struct rule_context *context, struct tap_event *event);

static void registration_form(struct rule_context *context, void *state, struct tap_event *event)
{
    (void)state;
    if (context->frame->name != FRAME_LE_JOIN_REQUEST)
        judge_fields(context, event);
    judge_proxy(context, event);
}

const struct rule registration_form_rule = {
    .name = "registration-form",
    .title = "fields of registrations; nothing but its own MAC from a proxy",
    .requirements = "L-register-01 R-2-02 R-3.2-09 R-5-05",
    .roles = ROLE_ROUTER | ROLE_BRIDGE,
    .sent = REGISTRATION_FRAMES | FRAME_SET(LE_JOIN_REQUEST),
    .event = registration_form,
};

static void judge_fields(struct rule_context *context, struct tap_event *event)
{
    const struct le_control *control = &context->frame->control;
    const char *name = frame_name_text(context->frame->name);
    char text[ATM_ADDRESS_TEXT_SIZE];
    if (control->source_lan.tag == LAN_TAG_NOT_PRESENT)
        rule_broken(context, "L-register-01", event, "%s source-tag=1", name);
    if (!lan_destination_equal(control->target_lan, LAN_DESTINATION_NONE))
        rule_broken(context, "L-register-01", event, "%s target-tag=0, octets 26-31 zero", name);
    if (!atm_address_is_zero(&control->target_atm))
        rule_broken(context, "L-register-01", event, "%s with a zero target-atm", name);
    if (atm_is_foreign(context->device, &control->source_atm))
        rule_broken(context, "L-register-01", event, "%s source-atm=%s", name,
                    atm_address_text(&context->device->atm, text));
    if (control->source_lan.tag == LAN_TAG_ROUTE_DESCRIPTOR && context->facts->role == ROLE_ROUTER)
        rule_broken(context, "R-5-05", event, "%s source-tag=1", name);
}

/* A proxy LEC registers its own MAC at most (draft 2, definition 3; 3.2). */
static void judge_proxy(struct rule_context *context, struct tap_event *event)
{
    const struct le_control *control = &context->frame->control;
    uint8_t vrid;
    if (!context->facts->proxy || control->source_lan.tag != LAN_TAG_MAC ||
        !vrid_of_mac(context->facts, control->source_lan.mac, &vrid))
        return;
    if (control->opcode != LE_UNREGISTER_REQUEST)
        rule_broken(context, "R-2-02", event, "no registration of a VMAC by a proxy LEC");
    if (control->opcode != LE_JOIN_REQUEST)
        rule_broken(context, "R-3.2-09", event, "no (un)registration of a VMAC by a proxy LEC");
}
