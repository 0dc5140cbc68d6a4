/* LE_FLUSH: the answer to a request for the own ATM address, and to no other (lane-wire 9). */
#include "rules/questions.h"

struct flush {
    struct tap_event *heard[16]; /* the latest requests, in a ring */
    size_t heard_count;          /* in all */
    struct questions open;       /* those for the device */
};

#define HEARD_ROOM (sizeof((struct flush *)0)->heard / sizeof(struct tap_event *))

static void hear(struct rule_context *context, struct flush *state, struct tap_event *event);
static void judge_answer(struct rule_context *context, struct flush *state, struct tap_event *event);
static bool same_question(const struct le_control *request, const struct le_control *response);

static void flush(struct rule_context *context, void *memory, struct tap_event *event)
{
    if (context->sent)
        judge_answer(context, memory, event);
    else
        hear(context, memory, event);
}

static void flush_unanswered(struct rule_context *context, void *memory, int64_t now_ns)
{
    struct flush *state = memory;
    struct question question;
    while (question_expired(context, &state->open, now_ns, &question))
        rule_missed(context, "L-flush-01", question.event, question.due_ns, "LE_FLUSH_RESPONSE tid=0x%x",
                    (unsigned)tap_frame(context->tap, question.event)->control.transaction_id);
}

const struct rule flush_rule = {
    .name = "flush",
    .title = "LE_FLUSH_REQUESTs for the own ATM address are answered on Control Direct, others are not",
    .requirements = "L-flush-01 L-flush-02",
    .needs = FACT_COMPLETE,
    .roles = ROLE_ROUTER | ROLE_BRIDGE | ROLE_CLIENT,
    .sent = FRAME_SET(LE_FLUSH_RESPONSE),
    .heard = FRAME_SET(LE_FLUSH_REQUEST),
    .state_size = sizeof(struct flush),
    .event = flush,
    .due = flush_unanswered,
};

static void hear(struct rule_context *context, struct flush *state, struct tap_event *event)
{
    const struct le_control *request = &context->frame->control;
    state->heard[state->heard_count++ % HEARD_ROOM] = event;
    if (atm_is_own(context->device, &request->target_atm) && context->device->join == JOIN_DONE &&
        request->requester_lecid != context->device->lecid && plain_question(request))
        question_add(context, &state->open, event, 0);
}

static void judge_answer(struct rule_context *context, struct flush *state, struct tap_event *event)
{
    const struct le_control *response = &context->frame->control;
    const struct le_control *request = NULL;
    if (event->vcc && event->vcc->kind != VCC_CONTROL_DIRECT && event->vcc->kind != VCC_UNKNOWN)
        rule_broken(context, "L-flush-01", event, "LE_FLUSH_RESPONSE on control-direct");
    size_t present = state->heard_count < HEARD_ROOM ? state->heard_count : HEARD_ROOM;
    for (size_t age = 0; age < present && !request; age++) {
        struct tap_event *heard = state->heard[(state->heard_count - 1 - age) % HEARD_ROOM];
        if (same_question(&tap_frame(context->tap, heard)->control, response))
            request = &tap_frame(context->tap, heard)->control;
    }
    for (size_t i = state->open.count; i > 0; i--) {
        const struct le_control *open = &tap_frame(context->tap, state->open.open[i - 1].event)->control;
        if (!same_question(open, response))
            continue;
        request = request ? request : open; /* more may have been heard since than the ring has room for */
        question_remove(&state->open, i - 1);
    }
    if (request && atm_is_foreign(context->device, &request->target_atm))
        rule_broken(context, "L-flush-02", event, "no answer to LE_FLUSH_REQUEST for another ATM address");
    else if (!request && present < HEARD_ROOM && !heard_unreadable(context->device, event->time_ns))
        rule_broken(context, "L-flush-01", event,
                    "LE_FLUSH_RESPONSE with the TRANSACTION-ID and LECID of a request");
}

static bool same_question(const struct le_control *request, const struct le_control *response)
{
    return request->transaction_id == response->transaction_id &&
           request->requester_lecid == response->requester_lecid;
}
