/* One question to the process and its answer: lines there, lines back until `done`. */
#include "base/duration.h"
#include "links/adapter_private.h"

#define OUTPUT_LIMIT 10000 /* lines in one answer: more is babble */

static bool converse(struct adapter *adapter, const struct adapter_message *question, int limit_ms,
                     struct adapter_answer *answer, struct reason *reason);
static bool take_line(struct adapter *adapter, const struct adapter_message *question,
                      struct adapter_answer *answer, struct adapter_message *message, struct reason *reason);
static void take_answer(const struct adapter_message *question, const struct adapter_message *message,
                        struct adapter_answer *answer);
static bool set_deadline(struct adapter *adapter, int64_t deadline_ns, struct reason *reason);

bool adapter_ask(struct adapter *adapter, const struct adapter_message *question, int limit_ms,
                 struct adapter_answer *answer, struct reason *reason)
{
    struct reason inner;
    struct adapter_answer unread;
    if (converse(adapter, question, limit_ms, answer ? answer : &unread, &inner))
        return true;
    return reason_set(reason, "asked \"%s\" at %.9f s: %.300s", adapter_kind_name(question->kind),
                      (double)question->time_ns / (double)NS_PER_S, inner.text);
}

static bool converse(struct adapter *adapter, const struct adapter_message *question, int limit_ms,
                     struct adapter_answer *answer, struct reason *reason)
{
    *answer = (struct adapter_answer){0};
    struct adapter_host *host = adapter->host;
    size_t size = adapter_encode(question, host->line);
    if (!size)
        return reason_set(reason, "the question can't be written as a line of JSON");
    if (!adapter_process_ask(host->process, host->line, size, limit_ms, reason))
        return false;
    struct adapter_message message;
    unsigned count = 0;
    do {
        if (++count > OUTPUT_LIMIT)
            return reason_set(reason, "more than %d lines and no \"done\" among them", OUTPUT_LIMIT);
        if (!take_line(adapter, question, answer, &message, reason))
            return false;
    } while (message.kind != ADAPTER_DONE);
    if (adapter_answer_to(question->kind) != ADAPTER_DONE && !answer->heard)
        return reason_set(reason, "done without a \"%s\"",
                          adapter_kind_name(adapter_answer_to(question->kind)));
    return set_deadline(adapter, message.deadline_ns, reason);
}

/* Reads one line and does what it says. */
static bool take_line(struct adapter *adapter, const struct adapter_message *question,
                      struct adapter_answer *answer, struct adapter_message *message, struct reason *reason)
{
    const char *line;
    size_t size;
    char words[ADAPTER_QUOTE_SIZE];
    struct reason inner;
    struct adapter_host *host = adapter->host;
    if (!adapter_process_read(host->process, ADAPTER_LINE_ROOM, &line, &size, reason))
        return false;
    bool good = adapter_decode(host->decoder, ADAPTER_DEVICE, line, size, message, &inner);
    if (good && message->instance != question->instance)
        good =
            reason_set(&inner, "it is of instance %u, asked was %u", message->instance, question->instance);
    if (good && message->time_ns != question->time_ns)
        good = reason_set(&inner, "its time is not that of the question");
    if (good && message->kind == ADAPTER_DONE)
        return true;
    if (good && message->kind == adapter_answer_to(question->kind) && !answer->heard)
        take_answer(question, message, answer);
    else if (good)
        good = adapter_carry_out(adapter, message, &inner);
    return good || reason_set(reason, "%.200s, in the line %s", inner.text, adapter_quote(line, size, words));
}

static void take_answer(const struct adapter_message *question, const struct adapter_message *message,
                        struct adapter_answer *answer)
{
    answer->heard = true;
    if (message->kind == ADAPTER_HELLO_ANSWER) {
        answer->version = message->version;
        answer->claims = message->claims;
        answer->instances = message->instances;
        reason_set(&answer->text, "%.300s", message->name);
    } else if (message->kind == ADAPTER_ECHO_ANSWER) {
        answer->ok = message->data.size == question->data.size &&
                     memcmp(message->data.data, question->data.data, question->data.size) == 0;
    } else {
        answer->ok = message->ok;
        reason_set(&answer->text, "%.300s", message->reason);
    }
}

/* The world never passes the deadline: it is a timer of the station. */
static bool set_deadline(struct adapter *adapter, int64_t deadline_ns, struct reason *reason)
{
    const struct station_services *services = adapter->services;
    if (!services || (timer_running(&adapter->deadline) && adapter->deadline.due_ns == deadline_ns))
        return true;
    int64_t now_ns = services->now_ns(services->context);
    if (deadline_ns < now_ns)
        return reason_set(reason, "its deadline has passed: %.9f s", (double)deadline_ns / (double)NS_PER_S);
    if (deadline_ns == TIME_NEVER)
        services->timer_stop(services->context, &adapter->deadline);
    else
        services->timer_start(services->context, &adapter->deadline, deadline_ns - now_ns);
    return true;
}
