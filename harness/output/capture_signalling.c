#include "output/capture_signalling.h"

#define PARTIES (SIGNALLING_MAX_SDU | SIGNALLING_B_LLI | SIGNALLING_CALLED | SIGNALLING_CALLING)

static void set_up(struct signalling *message, const struct tap_event *event, bool calling, bool sent);
static void connect(struct signalling *message, const struct tap *tap, const struct tap_event *event,
                    bool calling);
static void release(struct signalling *message, const struct tap *tap, const struct tap_event *event,
                    bool calling, bool sent);
static void give_vci(struct signalling *message, const struct vcc *vcc);
static bool answered(const struct tap *tap, const struct tap_event *event, uint32_t party);

struct signalling capture_signalling(const struct tap *tap, const struct tap_event *event)
{
    const struct vcc *vcc = event->vcc;
    bool calling = vcc->caller == tap_device(tap);
    bool sent = tap_from(event, tap_device(tap));
    struct signalling message = {.call_reference = vcc->id, .from_originator = calling == sent};
    switch ((enum tap_kind)event->kind) {
    case TAP_CALL_SETUP:
        set_up(&message, event, calling, sent);
        break;
    case TAP_CALL_CONNECTED:
    case TAP_PARTY_ADDED:
        connect(&message, tap, event, calling);
        break;
    case TAP_CALL_RELEASED:
        release(&message, tap, event, calling, sent);
        break;
    case TAP_PARTY_DROPPED:
        message.message =
            answered(tap, event, event->party) ? CALL_MESSAGE_DROP_PARTY : CALL_MESSAGE_ADD_PARTY_REJECT;
        message.elements = SIGNALLING_ENDPOINT | SIGNALLING_CAUSE;
        break;
    case TAP_SDU:
    case TAP_LAN_FRAME:
    case TAP_CONTROL:
    case TAP_LINK_DOWN:
    case TAP_LINK_UP:
    case TAP_NOTE:
        break;
    }
    message.cause = (uint8_t)event->cause;
    if (calling && event->party != PARTY_ALL)
        message.endpoint_reference = (uint16_t)event->party;
    return message;
}

static void set_up(struct signalling *message, const struct tap_event *event, bool calling, bool sent)
{
    const struct call *call = &event->vcc->call;
    bool further = calling && event->party;
    message->message = further ? CALL_MESSAGE_ADD_PARTY : CALL_MESSAGE_SETUP;
    message->elements = PARTIES | (further ? 0 : SIGNALLING_BEARER);
    if (call->point_to_multipoint)
        message->elements |= SIGNALLING_ENDPOINT;
    message->called = *event->called;
    message->calling = call->calling;
    message->b_lli = call->b_lli;
    message->point_to_multipoint = call->point_to_multipoint;
    message->forward_max_sdu = call->max_sdu_size;
    message->backward_max_sdu = call->point_to_multipoint ? 0 : call->max_sdu_size;
    if (!sent)
        give_vci(message, event->vcc);
}

static void connect(struct signalling *message, const struct tap *tap, const struct tap_event *event,
                    bool calling)
{
    if (event->vcc->call.point_to_multipoint)
        message->elements |= SIGNALLING_ENDPOINT;
    if (calling && answered(tap, event, PARTY_ALL)) {
        message->message = CALL_MESSAGE_ADD_PARTY_ACKNOWLEDGE;
        return;
    }
    message->message = CALL_MESSAGE_CONNECT;
    give_vci(message, event->vcc);
}

static void release(struct signalling *message, const struct tap *tap, const struct tap_event *event,
                    bool calling, bool sent)
{
    message->elements = SIGNALLING_CAUSE;
    if (calling && sent && event->vcc->call.point_to_multipoint && event->party != PARTY_ALL) {
        message->message = CALL_MESSAGE_DROP_PARTY;
        message->elements |= SIGNALLING_ENDPOINT;
        return;
    }
    bool is_answer = calling != sent && !answered(tap, event, PARTY_ALL);
    message->message = is_answer ? CALL_MESSAGE_RELEASE_COMPLETE : CALL_MESSAGE_RELEASE;
}

static void give_vci(struct signalling *message, const struct vcc *vcc)
{
    message->elements |= SIGNALLING_CONNECTION;
    message->vpci = SIGNALLING_VPI;
    message->vci = vcc->vci;
}

/* True when the party, or any of them, has said CONNECT since it was called, as far as the device heard or
 * said it. */
static bool answered(const struct tap *tap, const struct tap_event *event, uint32_t party)
{
    const struct vcc *vcc = event->vcc;
    bool calling = vcc->caller == tap_device(tap);
    for (uint32_t i = event->index; i-- > 0;) {
        const struct tap_event *earlier = tap_at(tap, i);
        if (earlier->vcc != vcc || !earlier->frame_number || !tap_kind_is_call((enum tap_kind)earlier->kind))
            continue;
        bool concerned = party == PARTY_ALL || party == earlier->party;
        if (earlier->kind == TAP_CALL_CONNECTED || earlier->kind == TAP_PARTY_ADDED) {
            if (concerned)
                return true;
        } else if (earlier->kind == TAP_CALL_SETUP &&
                   (!calling || earlier->party == 0 || party == earlier->party)) {
            return false;
        }
    }
    return false;
}
