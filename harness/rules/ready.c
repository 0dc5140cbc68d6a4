/* READY_IND: from the caller of a Data Direct VCC when it is connected, and in answer to READY_QUERY
 * (lane-wire 9). */
#include "rules/frame_sets.h"
#include "rules/questions.h"

/* More VCCs at the same time than this are not judged. */
#define VCC_ROOM 64

struct ready {
    const struct vcc *open[VCC_ROOM]; /* connected as far as the device knows */
    size_t open_count;
    struct questions connected; /* calls of the device that await its READY_IND */
    struct questions queried;   /* READY_QUERYs that await it */
    const struct vcc *early;    /* the last one with data before READY_IND */
};

static void released(struct ready *state, const struct vcc *vcc);
static bool is_open(const struct ready *state, const struct vcc *vcc);
static void sent_on(struct rule_context *context, struct ready *state, struct tap_event *event);
static void remove_of_vcc(struct questions *questions, const struct vcc *vcc);
static bool awaited(const struct questions *questions, const struct vcc *vcc);

static void ready(struct rule_context *context, void *memory, struct tap_event *event)
{
    struct ready *state = memory;
    if (event->kind == TAP_CONTROL && event->control.kind == CONTROL_START)
        *state = (struct ready){.open_count = 0}; /* a restarted device knows no VCC */
    if (!event->vcc || event->vcc->kind != VCC_DATA_DIRECT)
        return;
    switch ((enum tap_kind)event->kind) {
    case TAP_CALL_CONNECTED:
        if (state->open_count < VCC_ROOM && !context->device->silenced)
            state->open[state->open_count++] = event->vcc;
        if (event->vcc->caller == context->facts->device)
            question_add(context, &state->connected, event, 0);
        break;
    case TAP_CALL_RELEASED:
        released(state, event->vcc);
        break;
    case TAP_SDU:
        if (context->sent)
            sent_on(context, state, event);
        else if (is_open(state, event->vcc))
            question_add(context, &state->queried, event, 0);
        break;
    default:
        break;
    }
}

static void ready_missing(struct rule_context *context, void *memory, int64_t now_ns)
{
    struct ready *state = memory;
    struct question question;
    while (question_expired(context, &state->connected, now_ns, &question))
        rule_missed(context, "L-ready-01", question.event, question.due_ns, "READY_IND from the caller");
    while (question_expired(context, &state->queried, now_ns, &question))
        rule_missed(context, "L-ready-02", question.event, question.due_ns, "READY_IND");
}

const struct rule ready_rule = {
    .name = "ready",
    .title = "READY_IND when a Data Direct VCC is connected and when it is asked for",
    .requirements = "L-ready-01 L-ready-02",
    .needs = FACT_VCC_KINDS | FACT_COMPLETE,
    .roles = CLIENT_ROLES,
    .sent = FRAME_SET(READY_IND) | DATA_FRAMES,
    .heard = FRAME_SET(READY_QUERY),
    .kinds = 1u << TAP_CALL_CONNECTED | 1u << TAP_CALL_RELEASED | 1u << TAP_CONTROL,
    .state_size = sizeof(struct ready),
    .event = ready,
    .due = ready_missing,
};

static void released(struct ready *state, const struct vcc *vcc)
{
    remove_of_vcc(&state->connected, vcc);
    remove_of_vcc(&state->queried, vcc);
    for (size_t i = 0; i < state->open_count; i++) {
        if (state->open[i] == vcc)
            state->open[i] = state->open[--state->open_count];
    }
}

/* A CONNECT that was lost leaves the caller without a VCC, though the other end has one. */
static bool is_open(const struct ready *state, const struct vcc *vcc)
{
    for (size_t i = 0; i < state->open_count; i++) {
        if (state->open[i] == vcc)
            return true;
    }
    return false;
}

/* Data before READY_IND is unusual; no source says that it must not be. */
static void sent_on(struct rule_context *context, struct ready *state, struct tap_event *event)
{
    if (context->frame->name != FRAME_READY_IND) {
        if (state->early == event->vcc || !awaited(&state->connected, event->vcc) ||
            !facts_known(context->facts, FACT_EGRESS_ORDER))
            return;
        rule_remark(context, "L-ready-01", event, "READY_IND before data");
        state->early = event->vcc;
        return;
    }
    remove_of_vcc(&state->connected, event->vcc);
    remove_of_vcc(&state->queried, event->vcc);
}

static void remove_of_vcc(struct questions *questions, const struct vcc *vcc)
{
    for (size_t i = questions->count; i > 0; i--) {
        if (questions->open[i - 1].event->vcc == vcc)
            question_remove(questions, i - 1);
    }
}

static bool awaited(const struct questions *questions, const struct vcc *vcc)
{
    for (size_t i = 0; i < questions->count; i++) {
        if (questions->open[i].event->vcc == vcc)
            return true;
    }
    return false;
}
