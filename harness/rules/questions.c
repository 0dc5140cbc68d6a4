#include "rules/questions.h"

void question_add(struct rule_context *context, struct questions *questions, struct tap_event *event,
                  unsigned episode)
{
    const struct device_history *device = context->device;
    if (questions->count == QUESTION_ROOM || device->silenced || device->join != JOIN_DONE ||
        !bus_up(device) || !facts_known(context->facts, FACT_COMPLETE | FACT_CONTROL))
        return;
    int64_t due_ns = event->time_ns + ANSWER_NS + rule_tolerance_ns(context->facts, ANSWER_NS);
    questions->open[questions->count++] = (struct question){event, due_ns, device->disturbances, episode};
    rule_call_at(context, due_ns);
}

void question_remove(struct questions *questions, size_t index)
{
    questions->count--;
    memmove(&questions->open[index], &questions->open[index + 1],
            (questions->count - index) * sizeof *questions->open);
}

bool question_expired(struct rule_context *context, struct questions *questions, int64_t now_ns,
                      struct question *question)
{
    while (questions->count && questions->open[0].due_ns < now_ns) {
        *question = questions->open[0];
        question_remove(questions, 0);
        if (question->disturbances == context->device->disturbances)
            return true;
    }
    if (questions->count)
        rule_call_at(context, questions->open[0].due_ns);
    return false;
}
