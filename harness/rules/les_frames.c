/* Control frames of a LES: what it makes up itself has the form of an answer, and what it forwards is what it
 * heard, octet by octet (lane-wire 1, 2, 4; lane-rules 4.3, 4.4). */
#include "base/duration.h"
#include "rules/device_history.h"
#include "rules/frame_sets.h"

/* Control frames that were heard, newest last, in a ring. */
#define HEARD_ROOM 256
/* A ring that was turned round within this time may have lost the frame in question. */
#define RING_AGE_NS SECONDS(10)

/* Frames that a LES only hands on. */
#define FORWARDED                                                                                            \
    (FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | NARP_FRAMES |                        \
     FRAME_SET(LE_TOPOLOGY_REQUEST) | FRAME_SET(LE_FLUSH_RESPONSE))

struct les_frames {
    struct tap_event *heard[HEARD_ROOM];
    size_t count; /* in all */
};

static bool is_copy(const struct les_frames *state, const struct tap_event *event);
static bool may_have_lost(const struct les_frames *state, const struct tap_event *event);
static void judge_form(struct rule_context *context, struct tap_event *event);
static void judge_answer(struct rule_context *context, const struct les_frames *state,
                         struct tap_event *event);
static struct tap_event *heard_at(const struct les_frames *state, size_t age);
static size_t present(const struct les_frames *state);

static void les_frames(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct les_frames *state = memory;
    if (!context->sent) {
        state->heard[state->count++ % HEARD_ROOM] = event;
        return;
    }
    uint16_t opcode = context->frame->layers & LAYER_CONTROL ? context->frame->control.opcode : 0;
    if (opcode == (LE_NARP_REQUEST | LE_RESPONSE_BIT) || opcode == (LE_TOPOLOGY_REQUEST | LE_RESPONSE_BIT))
        rule_broken(context, "L-frame-04", event, "no answer to %s",
                    le_opcode_name(opcode & (uint16_t)~LE_RESPONSE_BIT));
    if (is_copy(state, event))
        return;
    judge_form(context, event);
    if (may_have_lost(state, event))
        return;
    if (FORWARDED >> context->frame->name & 1)
        rule_broken(context, "L-le_arp-12", event, "a copy, octet by octet, of a frame that the LES heard");
    else if (context->frame->name == FRAME_LE_ARP_RESPONSE)
        judge_answer(context, state, event);
}

const struct rule les_frames_rule = {
    .name = "les-frames",
    .title = "control frames of a LES: answers of good form, and unchanged copies",
    .requirements = "L-frame-01 L-frame-04 L-le_arp-01 L-le_arp-02 L-le_arp-12",
    .needs = FACT_COMPLETE,
    .roles = ROLE_LES,
    .sent = CONTROL_FRAMES | FRAME_SET(MALFORMED),
    .heard = CONTROL_FRAMES | FRAME_SET(MALFORMED),
    .state_size = sizeof(struct les_frames),
    .event = les_frames,
};

static bool is_copy(const struct les_frames *state, const struct tap_event *event)
{
    for (size_t age = 0; age < present(state); age++) {
        const struct tap_event *heard = heard_at(state, age);
        if (heard->size == event->size && memcmp(heard->data, event->data, event->size) == 0)
            return true;
    }
    return false;
}

static bool may_have_lost(const struct les_frames *state, const struct tap_event *event)
{
    return state->count > HEARD_ROOM &&
           heard_at(state, HEARD_ROOM - 1)->time_ns > event->time_ns - RING_AGE_NS;
}

/* Of a frame that the LES made. */
static void judge_form(struct rule_context *context, struct tap_event *event)
{
    const struct frame *frame = context->frame;
    if (frame->name == FRAME_MALFORMED) {
        if (le_control_marked(frame->octets.data, frame->octets.size))
            rule_broken(context, "L-frame-01", event, "a control frame of %d octets and its TLVs (%s)",
                        LE_CONTROL_SIZE, frame->reason.text);
        return;
    }
    const struct le_control *control = &frame->control;
    if (control->protocol != 1 || control->version != 1)
        rule_broken(context, "L-frame-01", event, "%s starting FF00 01 01, not FF00 %02X %02X",
                    frame_name_text(frame->name), control->protocol, control->version);
    if (control->trailing_size > 0)
        rule_broken(context, "L-frame-01", event, "%s of 108 octets and its TLVs",
                    frame_name_text(frame->name));
}

/* An LE_ARP_RESPONSE of the LES itself; that of a client would be a copy. */
static void judge_answer(struct rule_context *context, const struct les_frames *state,
                         struct tap_event *event)
{
    const struct le_control *response = &context->frame->control;
    const struct le_control *request = NULL;
    for (size_t age = 0; age < present(state) && !request; age++) {
        const struct frame *frame = tap_frame(context->tap, heard_at(state, age));
        if (frame->name == FRAME_LE_ARP_REQUEST &&
            frame->control.transaction_id == response->transaction_id &&
            frame->control.requester_lecid == response->requester_lecid)
            request = &frame->control;
    }
    if (!request) {
        rule_broken(context, "L-le_arp-01", event,
                    "LE_ARP_RESPONSE with TRANSACTION-ID and REQUESTER-LECID of a request that it heard");
        return;
    }
    if (!lan_destination_equal(request->source_lan, response->source_lan) ||
        !lan_destination_equal(request->target_lan, response->target_lan) ||
        !atm_address_equal(&request->source_atm, &response->source_atm))
        rule_broken(context, "L-le_arp-01", event,
                    "LE_ARP_RESPONSE with both LAN destinations and SOURCE-ATM-ADDRESS of the request");
    if (response->flags & LE_FLAG_REMOTE_ADDRESS)
        rule_broken(context, "L-le_arp-02", event, "LE_ARP_RESPONSE remote=0");
}

/* The frame that is 'age' places back from the newest. */
static struct tap_event *heard_at(const struct les_frames *state, size_t age)
{
    return state->heard[(state->count - 1 - age) % HEARD_ROOM];
}

static size_t present(const struct les_frames *state)
{
    return state->count < HEARD_ROOM ? state->count : HEARD_ROOM;
}
