/* The phases of a client: configuration, join, registration, BUS connect, data (lane-rules 1, draft 3.1
 * and 3.3.1). */
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* Before the join as well: a Data Direct VCC may outlive a join, and so may a question. */
#define FRAMES_AT_ANY_TIME                                                                                   \
    (FRAME_SET(LE_CONFIGURE_REQUEST) | FRAME_SET(READY_QUERY) | FRAME_SET(READY_IND) |                       \
     FRAME_SET(LE_FLUSH_RESPONSE))

/* About the join at hand. */
struct join_order {
    bool configured; /* an LE_CONFIGURE_RESPONSE of success was heard since the device was switched on */
    bool registered; /* the physical MAC is in the join or in a registration */
    bool registered_judged;
    bool bus_connected; /* Multicast Send was up, called at the address that the LES gave */
};

static void judge_sent(struct rule_context *context, struct join_order *state, struct tap_event *event);
static void judge_before_join(struct rule_context *context, struct tap_event *event);
static void judge_join_request(struct rule_context *context, struct join_order *state,
                               struct tap_event *event);
static void judge_data(struct rule_context *context, struct join_order *state, struct tap_event *event);
static void judge_bus_call(struct rule_context *context, struct tap_event *event);
static bool registers_mac(const struct rule_context *context);
static bool speaks_for_vmac(const struct rule_context *context);

static void join_order(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct join_order *state = memory;
    if (event->kind == TAP_CONTROL) {
        if (event->control.kind == CONTROL_START)
            *state = (struct join_order){0};
    } else if (event->kind == TAP_CALL_SETUP) {
        if (event->vcc->caller == context->facts->device)
            judge_bus_call(context, event);
    } else if (event->kind == TAP_CALL_CONNECTED) {
        if (event->vcc->kind == VCC_MULTICAST_SEND && event->vcc->caller == context->facts->device)
            state->bus_connected |= context->device->bus_known;
    } else if (context->sent) {
        if (event->kind == TAP_SDU)
            judge_sent(context, state, event);
    } else if (context->frame->control.status == LE_STATUS_SUCCESS) {
        state->configured = true;
    }
}

const struct rule join_order_rule = {
    .name = "join-order",
    .title = "order of configuration, join, registration, BUS connect and data",
    .requirements = "L-join-01 L-join-03 L-join-05 L-register-09 R-3.1-02 R-3.3.1-01",
    .needs = FACT_COMPLETE | FACT_EGRESS_ORDER,
    .roles = CLIENT_ROLES,
    .sent = CONTROL_FRAMES | DATA_FRAMES,
    .heard = FRAME_SET(LE_CONFIGURE_RESPONSE),
    .kinds = 1u << TAP_CALL_SETUP | 1u << TAP_CALL_CONNECTED | 1u << TAP_CONTROL,
    .state_size = sizeof(struct join_order),
    .event = join_order,
};

static void judge_sent(struct rule_context *context, struct join_order *state, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    if (FRAMES_AT_ANY_TIME >> frame->name & 1)
        return;
    if (frame->name == FRAME_LE_JOIN_REQUEST) {
        judge_join_request(context, state, event);
        return;
    }
    if (frame->name == FRAME_LE_REGISTER_REQUEST)
        state->registered |= registers_mac(context);
    if (certainly_not_joined(context->device))
        judge_before_join(context, event);
    else if (frame->layers & LAYER_LE_DATA && context->device->join == JOIN_DONE)
        judge_data(context, state, event);
}

static void judge_before_join(struct rule_context *context, struct tap_event *event)
{
    if (context->device->join == JOIN_REFUSED)
        rule_broken(context, "L-join-03", event, "no operation after a refused join");
    else
        rule_broken(context, "L-join-01", event,
                    "nothing but LE_CONFIGURE_REQUEST and LE_JOIN_REQUEST before the join");
    if (speaks_for_vmac(context))
        rule_broken(context, "R-3.3.1-01", event,
                    "no advertisement and no association before LE_JOIN_RESPONSE status=0");
}

static void judge_join_request(struct rule_context *context, struct join_order *state,
                               struct tap_event *event)
{
    bool lecs = facts_known(context->facts, FACT_SETTINGS) && context->facts->settings->lecs_given;
    if (lecs && !state->configured)
        rule_broken(context, "L-join-01", event, "LE_CONFIGURE_RESPONSE status=0 before LE_JOIN_REQUEST");
    state->registered = registers_mac(context);
    state->registered_judged = false;
    state->bus_connected = false;
}

static void judge_data(struct rule_context *context, struct join_order *state, struct tap_event *event)
{
    if (!state->registered && !state->registered_judged) {
        state->registered_judged = true;
        rule_broken(context, "R-3.1-02", event,
                    "LE_REGISTER_REQUEST of the physical MAC address before any data");
        rule_broken(context, "L-register-09", event, "LE_REGISTER_REQUEST of the physical MAC address");
    }
    if (!state->bus_connected && facts_known(context->facts, FACT_VCC_KINDS))
        rule_broken(context, "L-join-01", event, "no data before the BUS is connected");
}

/* "BUS connect: LE_ARP for the broadcast address, Multicast Send to the answer". */
static void judge_bus_call(struct rule_context *context, struct tap_event *event)
{
    const struct call *call = &event->vcc->call;
    char text[ATM_ADDRESS_TEXT_SIZE];
    bool multicast = event->vcc->kind == VCC_MULTICAST_SEND || call->b_lli == B_LLI_MULTICAST_8023 ||
                     call->b_lli == B_LLI_MULTICAST_8025;
    if (!multicast || context->device->join == JOIN_LOST)
        return;
    if (!context->device->bus_known)
        rule_broken(context, "L-join-05", event,
                    "LE_ARP_REQUEST target=ff-ff-ff-ff-ff-ff answered before this SETUP");
    else if (!atm_address_equal(&call->called, &context->device->bus))
        rule_broken(context, "L-join-05", event, "SETUP called=%s",
                    atm_address_text(&context->device->bus, text));
}

/* The frame's source destination is the physical MAC address. */
static bool registers_mac(const struct rule_context *context)
{
    const struct lan_destination *source = &context->frame->control.source_lan;
    uint8_t vrid;
    if (source->tag != LAN_TAG_MAC)
        return false;
    return context->device->mac_known ? same_mac(context->facts, source->mac, context->device->mac)
                                      : !vrid_of_mac(context->facts, source->mac, &vrid);
}

/* An advertisement, or a frame that makes or ends an association. */
static bool speaks_for_vmac(const struct rule_context *context)
{
    const struct frame *frame = context->frame;
    if (frame->name == FRAME_ADVERTISEMENT)
        return true;
    if (!(frame->layers & LAYER_CONTROL))
        return false;
    return (frame->control.source_lan.tag == LAN_TAG_MAC &&
            device_vmac(context->device, frame->control.source_lan.mac)) ||
           (frame->control.target_lan.tag == LAN_TAG_MAC &&
            device_vmac(context->device, frame->control.target_lan.mac));
}
