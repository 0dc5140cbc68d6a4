#include "ethernet/relay.h"

#include <stdlib.h>
#include <string.h>

#include "base/system_time.h"
#include "base/timer_queue.h"
#include "world/clock.h"

#define LONGEST_WAIT_NS SECONDS(3600)

/* One direction. */
struct direction {
    struct relay *relay;
    struct ethernet *from;
    struct ethernet *to;
    unsigned port; /* of 'from' */
    struct impairment impairment;
    struct relay_counts counts;
    uint64_t highest_sent; /* number of the latest frame that was forwarded, from 1 */
};

struct relay {
    struct clock *clock;
    struct timer_queue queue;
    struct copy *copies; /* on the way */
    struct direction directions[RELAY_PORT_COUNT];
    struct relay_settings settings;
    struct reason lost;    /* a port was */
    struct reason refusal; /* the first frame that could not be sent */
    bool stopped;
};

/* A frame, or its duplicate, on the way. */
struct copy {
    struct timer timer;
    struct direction *direction;
    struct copy *next; /* in the list of the relay */
    struct copy **link;
    uint64_t number; /* of the frames of its direction, from 1 */
    bool duplicate;
    size_t size;
    uint8_t data[];
};

static void can_read(void *context);
static void stop(void *context);
static void frame_arrived(void *context, const uint8_t *data, size_t size, int64_t time_ns);
static struct copy *copy_new(struct direction *direction, const uint8_t *data, size_t size);
static void copy_free(struct copy *copy);
static void send_copy(void *owner);

struct relay *relay_new(struct ethernet *const ports[static RELAY_PORT_COUNT],
                        const struct relay_settings *settings, struct reason *reason)
{
    static const char *const labels[RELAY_PORT_COUNT] = {"there", "back"};
    struct relay *relay = calloc(1, sizeof *relay);
    if (!relay)
        abort();
    relay->settings = *settings;
    relay->clock = clock_new(true, reason);
    bool good = relay->clock;
    for (unsigned i = 0; i < RELAY_PORT_COUNT; i++) {
        struct direction *direction = &relay->directions[i];
        *direction = (struct direction){
            .relay = relay,
            .from = ports[i],
            .to = ports[1 - i],
            .port = i,
            .impairment = impairment_start(&settings->impairment, settings->seed, labels[i]),
        };
        good = good &&
               clock_watch(relay->clock, ethernet_descriptor(direction->from), can_read, direction, reason);
    }
    if (good)
        return relay;
    relay_free(relay);
    return NULL;
}

void relay_free(struct relay *relay)
{
    if (!relay)
        return;
    while (relay->copies)
        copy_free(relay->copies);
    timer_queue_clear(&relay->queue);
    clock_free(relay->clock);
    free(relay);
}

bool relay_run(struct relay *relay, int64_t duration_ns, int stop_descriptor, struct reason *reason)
{
    struct clock *clock = relay->clock;
    int64_t now_ns = clock_real_ns(clock);
    int64_t end_ns = duration_ns < TIME_NEVER - now_ns ? now_ns + duration_ns : TIME_NEVER;
    relay->stopped = false;
    if (stop_descriptor >= 0 && !clock_watch(clock, stop_descriptor, stop, relay, reason))
        return false;
    while (!relay->stopped && !relay->lost.text[0] && now_ns < end_ns) {
        int64_t due_ns = now_ns + LONGEST_WAIT_NS;
        if (due_ns > end_ns)
            due_ns = end_ns;
        if (due_ns > timer_queue_next_ns(&relay->queue))
            due_ns = timer_queue_next_ns(&relay->queue);
        clock_wait(clock, due_ns, &now_ns);
        now_ns = clock_real_ns(clock);
        for (struct timer *timer; (timer = timer_queue_take(&relay->queue, now_ns));)
            timer->fire(timer->owner);
    }
    if (stop_descriptor >= 0)
        clock_unwatch(clock, stop_descriptor);
    return !relay->lost.text[0] || reason_set(reason, "%s", relay->lost.text);
}

struct relay_counts relay_counts(struct relay *relay, unsigned port)
{
    struct direction *direction = &relay->directions[port];
    struct ethernet_counts from = ethernet_counts(direction->from);
    struct relay_counts counts = direction->counts;
    counts.unseen = from.dropped + from.oversize;
    counts.unheard = ethernet_counts(direction->to).lost;
    return counts;
}

const char *relay_refusal(const struct relay *relay)
{
    return relay->refusal.text;
}

static void can_read(void *context)
{
    struct direction *direction = context;
    ethernet_receive(direction->from, frame_arrived, direction, &direction->relay->lost);
}

static void stop(void *context)
{
    struct relay *relay = context;
    relay->stopped = true;
}

static void frame_arrived(void *context, const uint8_t *data, size_t size, int64_t time_ns)
{
    static const char *const remarks[][2] = {
        {"lost", "lost"}, {NULL, "held back"}, {"duplicated", "duplicated and held back"}};
    struct direction *direction = context;
    struct relay *relay = direction->relay;
    int64_t came_ns = clock_of_realtime_ns(relay->clock, time_ns);
    struct fate fate = impairment_decide(&direction->impairment, came_ns);
    direction->counts.received++;
    if (relay->settings.seen)
        relay->settings.seen(relay->settings.context, &(struct relay_frame){
                                                          .port = direction->port,
                                                          .time_ns = time_ns,
                                                          .data = data,
                                                          .size = size,
                                                          .remark = remarks[fate.copy_count][fate.held_back],
                                                      });
    if (fate.copy_count == 0)
        direction->counts.lost++;
    else
        direction->counts.waiting++;
    for (unsigned i = 0; i < fate.copy_count; i++) {
        struct copy *copy = copy_new(direction, data, size);
        copy->number = direction->counts.received;
        copy->duplicate = i > 0;
        timer_queue_start(&relay->queue, &copy->timer, came_ns + fate.delay_ns[i]);
    }
}

/* The timer of a copy. */
static void send_copy(void *owner)
{
    struct copy *copy = owner;
    struct direction *direction = copy->direction;
    struct relay *relay = direction->relay;
    struct relay_counts *counts = &direction->counts;
    struct reason reason = {0};
    int64_t now_ns = realtime_ns();
    bool sent = ethernet_send(direction->to, copy->data, copy->size, &reason);
    bool overtaken = copy->number < direction->highest_sent;
    if (sent && relay->settings.seen)
        relay->settings.seen(relay->settings.context, &(struct relay_frame){
                                                          .port = 1 - direction->port,
                                                          .out = true,
                                                          .time_ns = now_ns,
                                                          .data = copy->data,
                                                          .size = copy->size,
                                                          .remark = copy->duplicate ? "duplicate"
                                                                    : overtaken     ? "overtaken"
                                                                                    : NULL,
                                                      });
    if (!sent && !relay->refusal.text[0])
        relay->refusal = reason;
    if (sent && !overtaken)
        direction->highest_sent = copy->number;
    if (copy->duplicate) {
        counts->duplicated += sent;
    } else {
        counts->waiting--;
        counts->forwarded += sent;
        counts->unsent += !sent;
        counts->reordered += sent && overtaken;
    }
    copy_free(copy);
}

static struct copy *copy_new(struct direction *direction, const uint8_t *data, size_t size)
{
    struct relay *relay = direction->relay;
    struct copy *copy = malloc(sizeof *copy + size);
    if (!copy)
        abort();
    *copy =
        (struct copy){.direction = direction, .next = relay->copies, .link = &relay->copies, .size = size};
    timer_init(&copy->timer, send_copy, copy);
    memcpy(copy->data, data, size);
    if (relay->copies)
        relay->copies->link = &copy->next;
    relay->copies = copy;
    return copy;
}

static void copy_free(struct copy *copy)
{
    timer_queue_stop(&copy->direction->relay->queue, &copy->timer);
    *copy->link = copy->next;
    if (copy->next)
        copy->next->link = copy->link;
    free(copy);
}
