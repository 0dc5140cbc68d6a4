/* The common form of LE control frames: header, length, op-codes, unused fields (lane-wire 1 to 4). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* Parts of a control frame that a message may use (lane-wire 1.1). */
#define PART_SOURCE_LAN 0x01u
#define PART_TARGET_LAN 0x02u
#define PART_SOURCE_ATM 0x04u
#define PART_TARGET_ATM 0x08u
#define PART_ELAN       0x10u /* LAN-TYPE, MAXIMUM-FRAME-SIZE, ELAN-NAME */
#define PART_STATUS     0x20u

/* What each message may carry besides header and TLVs; everything else is sent as zero. */
struct usage {
    uint16_t opcode;
    uint16_t flags;
    unsigned parts;
};

#define JOIN_FLAGS                                                                                           \
    (LE_FLAG_V2_CAPABLE | LE_FLAG_SELECTIVE_MULTICAST | LE_FLAG_PROXY | LE_FLAG_EXCLUDE_EXPLORER)
#define ALL_DESTINATIONS (PART_SOURCE_LAN | PART_TARGET_LAN | PART_SOURCE_ATM | PART_TARGET_ATM)

/* The targets of registrations and of targetless requests have requirements of their own, so they count as
 * used here. */
static const struct usage usages[] = {
    {LE_CONFIGURE_REQUEST, JOIN_FLAGS, PART_SOURCE_LAN | PART_SOURCE_ATM | PART_ELAN},
    {LE_JOIN_REQUEST, JOIN_FLAGS, PART_SOURCE_LAN | PART_SOURCE_ATM | PART_ELAN},
    {LE_REGISTER_REQUEST, 0, ALL_DESTINATIONS},
    {LE_UNREGISTER_REQUEST, 0, ALL_DESTINATIONS},
    {LE_ARP_REQUEST, LE_FLAG_REMOTE_ADDRESS, PART_SOURCE_LAN | PART_TARGET_LAN | PART_SOURCE_ATM},
    {LE_ARP_RESPONSE, 0xffff, ALL_DESTINATIONS | PART_STATUS},
    {LE_FLUSH_REQUEST, 0, ALL_DESTINATIONS},
    {LE_FLUSH_RESPONSE, 0xffff, ALL_DESTINATIONS | PART_STATUS},
    {LE_NARP_REQUEST, LE_FLAG_REMOTE_ADDRESS, PART_TARGET_LAN | PART_SOURCE_ATM | PART_TARGET_ATM},
    {LE_TOPOLOGY_REQUEST, LE_FLAG_TOPOLOGY_CHANGE, PART_SOURCE_ATM},
    {LE_VERIFY_REQUEST, 0, PART_SOURCE_ATM | PART_TARGET_ATM},
};

static void judge_malformed(struct rule_context *context, struct tap_event *event);
static void judge_header(struct rule_context *context, struct tap_event *event,
                         const struct le_control *control);
static void judge_opcode(struct rule_context *context, struct tap_event *event,
                         const struct le_control *control);
static void judge_v1(struct rule_context *context, struct tap_event *event, const struct le_control *control);
static const char *misused_part(const struct le_control *control, const struct usage *usage);
static bool empty(const struct lan_destination *destination);
static bool absent_but_filled(const struct lan_destination *destination);
static bool name_overflows(const struct le_control *control);

static void control_form(struct rule_context *context, void *state, struct tap_event *event)
{
    (void)state;
    const struct frame *frame = context->frame;
    if (frame->name == FRAME_MALFORMED) {
        judge_malformed(context, event);
        return;
    }
    judge_header(context, event, &frame->control);
    judge_opcode(context, event, &frame->control);
    if (!context->device->v2)
        judge_v1(context, event, &frame->control);
    for (size_t i = 0; i < sizeof usages / sizeof *usages; i++) {
        if (usages[i].opcode != frame->control.opcode)
            continue;
        const char *part = misused_part(&frame->control, &usages[i]);
        if (part)
            rule_broken(context, "L-frame-02", event, "%s with %s zero", frame_name_text(frame->name), part);
    }
}

const struct rule control_form_rule = {
    .name = "control-form",
    .title = "header, length, op-code and unused fields of control frames",
    .requirements = "L-frame-01 L-frame-02 L-frame-04 R-7-02 L-v2-03",
    .roles = CLIENT_ROLES,
    .sent = CONTROL_FRAMES | FRAME_SET(MALFORMED),
    .event = control_form,
};

static void judge_malformed(struct rule_context *context, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    size_t prefix = frame->llc_multiplexed ? LLC_PREFIX_SIZE : 0;
    if (le_control_marked(frame->octets.data + prefix, frame->octets.size - prefix))
        rule_broken(context, "L-frame-01", event, "a control frame of %d octets and its TLVs (%s)",
                    LE_CONTROL_SIZE, frame->reason.text);
}

static void judge_header(struct rule_context *context, struct tap_event *event,
                         const struct le_control *control)
{
    const struct frame *frame = context->frame;
    if (control->protocol != 1 || control->version != 1)
        rule_broken(context, "L-frame-01", event, "%s starting FF00 01 01, not FF00 %02X %02X",
                    frame_name_text(frame->name), control->protocol, control->version);
    size_t size = frame->octets.size - (frame->llc_multiplexed ? LLC_PREFIX_SIZE : 0);
    if (le_control_is_ready(control) ? size != LE_READY_SIZE : control->trailing_size > 0)
        rule_broken(context, "L-frame-01", event, "%s of %s", frame_name_text(frame->name),
                    le_control_is_ready(control) ? "6 octets" : "108 octets and its TLVs");
}

static void judge_opcode(struct rule_context *context, struct tap_event *event,
                         const struct le_control *control)
{
    if (context->frame->name != FRAME_LE_UNKNOWN)
        return;
    if (control->opcode == (LE_NARP_REQUEST | LE_RESPONSE_BIT) ||
        control->opcode == (LE_TOPOLOGY_REQUEST | LE_RESPONSE_BIT))
        rule_broken(context, "L-frame-04", event, "no answer to %s",
                    le_opcode_name(control->opcode & (uint16_t)~LE_RESPONSE_BIT));
    else
        rule_broken(context, "R-7-02", event, "an op-code of lane-wire 2, not 0x%04x", control->opcode);
}

static void judge_v1(struct rule_context *context, struct tap_event *event, const struct le_control *control)
{
    switch (control->opcode) {
    case LE_VERIFY_REQUEST:
    case LE_VERIFY_RESPONSE:
        rule_broken(context, "L-v2-03", event, "no LE_VERIFY in LANE v1");
        break;
    case LE_ARP_REQUEST:
    case LE_ARP_RESPONSE:
    case LE_REGISTER_REQUEST:
    case LE_UNREGISTER_REQUEST:
        if (control->tlv_count)
            rule_broken(context, "L-v2-03", event, "%s tlvs=0", frame_name_text(context->frame->name));
        break;
    default:
        break;
    }
}

/* Name of the first part that should be zero and isn't, NULL if there is none. */
static const char *misused_part(const struct le_control *control, const struct usage *usage)
{
    static const struct atm_address none = {{0}};
    bool lan_parts[] = {usage->parts & PART_SOURCE_LAN, usage->parts & PART_TARGET_LAN};
    if (control->status && !(usage->parts & PART_STATUS))
        return "STATUS";
    if (control->flags & ~usage->flags)
        return "the other FLAGS";
    if (lan_parts[0] ? absent_but_filled(&control->source_lan) : !empty(&control->source_lan))
        return "SOURCE-LAN-DESTINATION";
    if (lan_parts[1] ? absent_but_filled(&control->target_lan) : !empty(&control->target_lan))
        return "TARGET-LAN-DESTINATION";
    if (!(usage->parts & PART_SOURCE_ATM) && !atm_address_equal(&control->source_atm, &none))
        return "SOURCE-ATM-ADDRESS";
    if (!(usage->parts & PART_TARGET_ATM) && !atm_address_equal(&control->target_atm, &none))
        return "TARGET-ATM-ADDRESS";
    if (!(usage->parts & PART_ELAN) &&
        (control->lan_type || control->max_frame_size || control->elan_name_size))
        return "LAN-TYPE, MAXIMUM-FRAME-SIZE and ELAN-NAME-SIZE";
    if (name_overflows(control))
        return "unused ELAN-NAME octets";
    return NULL;
}

static bool empty(const struct lan_destination *destination)
{
    return lan_destination_equal(*destination, LAN_DESTINATION_NONE);
}

static bool absent_but_filled(const struct lan_destination *destination)
{
    return destination->tag == LAN_TAG_NOT_PRESENT && !empty(destination);
}

static bool name_overflows(const struct le_control *control)
{
    for (size_t i = control->elan_name_size; i < sizeof control->elan_name; i++) {
        if (control->elan_name[i])
            return true;
    }
    return false;
}
