/* The form of announcements, that is targetless LE_ARP_REQUESTs, and of the proxy's probe (draft 2, 3.1, 3.2,
 * 6). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

#define REGISTERED_ROOM 16

/* The last LE_REGISTER_REQUEST of each address. */
struct announcement_form {
    struct tap_event *registrations[REGISTERED_ROOM];
    size_t count;
};

static void remember(struct rule_context *context, struct announcement_form *state, struct tap_event *event);
static void judge_targetless(struct rule_context *context, const struct announcement_form *state,
                             struct tap_event *event);
static void judge_v1_targetless(struct rule_context *context, struct tap_event *event);
static void judge_binding(struct rule_context *context, const struct announcement_form *state,
                          struct tap_event *event);
static void judge_remote(struct rule_context *context, struct tap_event *event);
static void judge_request(struct rule_context *context, struct tap_event *event);
static void judge_probe(struct rule_context *context, struct tap_event *event);
static bool same_tlvs(const struct le_control *a, const struct le_control *b);

static void announcement_form(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct announcement_form *state = memory;
    if (context->frame->name == FRAME_LE_REGISTER_REQUEST)
        remember(context, state, event);
    else if (context->frame->name == FRAME_LE_ARP_REQUEST)
        judge_request(context, event);
    else if (!context->device->v2)
        judge_v1_targetless(context, event);
    else
        judge_targetless(context, state, event);
}

const struct rule announcement_form_rule = {
    .name = "announcement-form",
    .title = "form of targetless LE_ARP_REQUESTs and probes",
    .requirements = "R-2-06 R-2-07 R-3.1-07 R-3.2-07 R-6-04 L-v2-02 R-3.2-04 R-5-05 L-le_arp-02",
    .roles = ROLE_ROUTER | ROLE_BRIDGE,
    .sent = FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(LE_REGISTER_REQUEST),
    .state_size = sizeof(struct announcement_form),
    .event = announcement_form,
};

static void remember(struct rule_context *context, struct announcement_form *state, struct tap_event *event)
{
    const struct lan_destination *address = &context->frame->control.source_lan;
    for (size_t i = 0; i < state->count; i++) {
        const struct frame *other = tap_frame(context->tap, state->registrations[i]);
        if (lan_destination_equal(other->control.source_lan, *address)) {
            state->registrations[i] = event;
            return;
        }
    }
    if (state->count < REGISTERED_ROOM)
        state->registrations[state->count++] = event;
}

static void judge_targetless(struct rule_context *context, const struct announcement_form *state,
                             struct tap_event *event)
{
    const struct le_control *control = &context->frame->control;
    char text[ATM_ADDRESS_TEXT_SIZE];
    if (!lan_destination_equal(control->target_lan, LAN_DESTINATION_NONE))
        rule_broken(context, "R-2-06", event, "TARGETLESS_LE_ARP_REQUEST with octets 24-31 zero");
    if (atm_address_is_zero(&control->source_atm) || atm_is_foreign(context->device, &control->source_atm))
        rule_broken(context, "R-2-06", event, "TARGETLESS_LE_ARP_REQUEST source-atm=%s",
                    context->device->atm_known ? atm_address_text(&context->device->atm, text) : "its own");
    if (control->status)
        rule_broken(context, "R-2-06", event, "TARGETLESS_LE_ARP_REQUEST status=0");
    judge_binding(context, state, event);
    judge_remote(context, event);
}

static void judge_v1_targetless(struct rule_context *context, struct tap_event *event)
{
    static const char expected[] = "ZERO_LE_NARP_REQUEST in LANE v1";
    rule_broken(context, "L-v2-02", event, "%s", expected);
    if (!device_vmac(context->device, context->frame->control.source_lan.mac))
        return;
    rule_broken(context, "R-3.1-07", event, "%s", expected);
    rule_broken(context, "R-3.2-07", event, "%s", expected);
    rule_broken(context, "R-6-04", event, "%s", expected);
}

/* "the same bindings and TLVs as the most recent LE_REGISTER_REQUEST" (draft 2, definition 5). */
static void judge_binding(struct rule_context *context, const struct announcement_form *state,
                          struct tap_event *event)
{
    const struct le_control *control = &context->frame->control;
    char text[ATM_ADDRESS_TEXT_SIZE];
    for (size_t i = 0; i < state->count; i++) {
        const struct le_control *registration = &tap_frame(context->tap, state->registrations[i])->control;
        if (!lan_destination_equal(registration->source_lan, control->source_lan))
            continue;
        if (!atm_address_equal(&registration->source_atm, &control->source_atm))
            rule_broken(context, "R-2-07", event, "TARGETLESS_LE_ARP_REQUEST source-atm=%s as registered",
                        atm_address_text(&registration->source_atm, text));
        if (!same_tlvs(registration, control))
            rule_broken(context, "R-2-07", event,
                        "TARGETLESS_LE_ARP_REQUEST with the %u TLVs of the registration",
                        registration->tlv_count);
    }
}

/* The draft is silent about the flag (draft-requirements A-16). */
static void judge_remote(struct rule_context *context, struct tap_event *event)
{
    bool remote = context->frame->control.flags & LE_FLAG_REMOTE_ADDRESS;
    if (context->facts->scheme_open)
        return;
    if (context->facts->proxy && !remote &&
        device_vmac(context->device, context->frame->control.source_lan.mac))
        rule_remark(context, "L-le_arp-02", event, "TARGETLESS_LE_ARP_REQUEST remote=1 from a proxy");
    else if (!context->facts->proxy && remote)
        rule_remark(context, "L-le_arp-02", event, "TARGETLESS_LE_ARP_REQUEST remote=0");
}

/* An LE_ARP_REQUEST that should have been a targetless one, or a probe. */
static void judge_request(struct rule_context *context, struct tap_event *event)
{
    static const struct mac_address zero = {{0}};
    const struct le_control *control = &context->frame->control;
    bool targetless = control->target_lan.tag == LAN_TAG_NOT_PRESENT;
    if (control->source_lan.tag == LAN_TAG_ROUTE_DESCRIPTOR && targetless) {
        rule_broken(context, "R-5-05", event, "TARGETLESS_LE_ARP_REQUEST source-tag=1");
        return;
    }
    if (targetless || lan_destination_is_mac(control->target_lan, zero)) {
        rule_broken(context, "R-2-06", event, "TARGETLESS_LE_ARP_REQUEST source-tag=1 target-tag=0");
        return;
    }
    if (control->target_lan.tag != LAN_TAG_MAC || !device_vmac(context->device, control->target_lan.mac))
        return;
    if (context->facts->proxy)
        judge_probe(context, event);
    else if (lan_destination_equal(control->source_lan, control->target_lan))
        rule_broken(context, "R-2-06", event, "TARGETLESS_LE_ARP_REQUEST target-tag=0");
}

/* Source destination: an address of its own, or none. */
static void judge_probe(struct rule_context *context, struct tap_event *event)
{
    const struct le_control *control = &context->frame->control;
    const struct device_history *device = context->device;
    char text[ATM_ADDRESS_TEXT_SIZE];
    bool own = control->source_lan.tag != LAN_TAG_MAC || !device->mac_known ||
               same_mac(context->facts, control->source_lan.mac, device->mac) ||
               device_vmac(device, control->source_lan.mac);
    if (!own && context->facts->role == ROLE_ROUTER)
        rule_broken(context, "R-3.2-04", event, "LE_ARP_REQUEST with an own source, or source-tag=0");
    if (atm_is_foreign(device, &control->source_atm) && !atm_address_is_zero(&control->source_atm))
        rule_broken(context, "R-3.2-04", event, "LE_ARP_REQUEST source-atm=%s",
                    atm_address_text(&device->atm, text));
}

/* The same TLVs, in whatever order. */
static bool same_tlvs(const struct le_control *a, const struct le_control *b)
{
    if (a->tlv_count != b->tlv_count || a->tlv_present != b->tlv_present)
        return false;
    for (size_t i = 0; i < a->tlv_present; i++) {
        bool found = false;
        for (size_t j = 0; j < b->tlv_present && !found; j++)
            found = a->tlvs[i].type == b->tlvs[j].type && a->tlvs[i].value.size == b->tlvs[j].value.size &&
                    (a->tlvs[i].value.size == 0 ||
                     memcmp(a->tlvs[i].value.data, b->tlvs[j].value.data, a->tlvs[i].value.size) == 0);
        if (!found)
            return false;
    }
    return true;
}
