/* The form of LE data frames: LE header, minimum size, layout (lane-wire 12, 13). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* FC of 802.5 LLC frames: 01 in its upper two bits (lane-wire 12.2). */
#define FC_PLACE 3
#define FC_KIND  0xc0
#define FC_LLC   0x40

static void judge_8025(struct rule_context *context, struct tap_event *event);

static void data_form(struct rule_context *context, void *state, struct tap_event *event)
{
    (void)state;
    const struct frame *frame = context->frame;
    if (event->kind != TAP_SDU || !(frame->layers & LAYER_LE_DATA))
        return;
    /* a join that a capture has missed may have changed it */
    uint16_t lecid = facts_known(context->facts, FACT_COMPLETE) ? context->device->lecid : 0;
    if (lecid && frame->lecid && frame->lecid != lecid)
        rule_broken(context, "L-frame-06", event, "LE header %u or 0", lecid);
    if (frame->token_ring) {
        judge_8025(context, event);
        return;
    }
    size_t least = LE_DATA_MINIMUM_SIZE + (frame->llc_multiplexed ? LLC_PREFIX_SIZE : 0);
    if (frame->octets.size < least)
        rule_broken(context, "L-frame-05", event, "size=%zu or more", least);
}

const struct rule data_form_rule = {
    .name = "data-form",
    .title = "LE header, size and layout of data frames",
    .requirements = "L-frame-05 L-frame-06 L-frame-07",
    .roles = CLIENT_ROLES,
    .sent = DATA_FRAMES | FRAME_SET(MALFORMED),
    .event = data_form,
};

static void judge_8025(struct rule_context *context, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    size_t prefix = frame->llc_multiplexed ? LLC_PREFIX_SIZE : 0;
    bool llc =
        frame->octets.size > prefix + FC_PLACE && (frame->octets.data[prefix + FC_PLACE] & FC_KIND) == FC_LLC;
    if (frame->name == FRAME_MALFORMED || !llc)
        rule_broken(context, "L-frame-07", event,
                    "LECID, AC, FC=01xxxxxx, addresses, routing information, LLC%s%s",
                    frame->reason.text[0] ? ": " : "", frame->reason.text);
}
