#include "base/timer_queue.h"

#include <stdlib.h>

#include "base/duration.h"

static bool before(const struct timer *a, const struct timer *b);
static void put(struct timer_queue *queue, size_t place, struct timer *timer);
static void sift_up(struct timer_queue *queue, size_t place);
static void sift_down(struct timer_queue *queue, size_t place);

void timer_queue_start(struct timer_queue *queue, struct timer *timer, int64_t due_ns)
{
    timer_queue_stop(queue, timer);
    if (queue->count == queue->room) {
        queue->room = queue->room ? queue->room * 2 : 32;
        queue->heap = realloc(queue->heap, queue->room * sizeof *queue->heap);
        if (!queue->heap)
            abort();
    }
    timer->due_ns = due_ns;
    timer->sequence = queue->next_sequence++;
    put(queue, queue->count++, timer);
    sift_up(queue, queue->count - 1);
}

void timer_queue_stop(struct timer_queue *queue, struct timer *timer)
{
    if (!timer->place)
        return;
    size_t place = timer->place - 1;
    timer->place = 0;
    struct timer *last = queue->heap[--queue->count];
    if (last == timer)
        return;
    put(queue, place, last);
    sift_up(queue, place);
    sift_down(queue, last->place - 1);
}

int64_t timer_queue_next_ns(const struct timer_queue *queue)
{
    return queue->count ? queue->heap[0]->due_ns : TIME_NEVER;
}

struct timer *timer_queue_take(struct timer_queue *queue, int64_t now_ns)
{
    if (!queue->count || queue->heap[0]->due_ns > now_ns)
        return NULL;
    struct timer *timer = queue->heap[0];
    timer_queue_stop(queue, timer);
    return timer;
}

void timer_queue_clear(struct timer_queue *queue)
{
    for (size_t i = 0; i < queue->count; i++)
        queue->heap[i]->place = 0;
    free(queue->heap);
    *queue = (struct timer_queue){0};
}

static bool before(const struct timer *a, const struct timer *b)
{
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->sequence < b->sequence;
}

static void put(struct timer_queue *queue, size_t place, struct timer *timer)
{
    queue->heap[place] = timer;
    timer->place = place + 1;
}

static void sift_up(struct timer_queue *queue, size_t place)
{
    struct timer *timer = queue->heap[place];
    while (place > 0 && before(timer, queue->heap[(place - 1) / 2])) {
        put(queue, place, queue->heap[(place - 1) / 2]);
        place = (place - 1) / 2;
    }
    put(queue, place, timer);
}

static void sift_down(struct timer_queue *queue, size_t place)
{
    struct timer *timer = queue->heap[place];
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= queue->count)
            break;
        if (child + 1 < queue->count && before(queue->heap[child + 1], queue->heap[child]))
            child++;
        if (!before(queue->heap[child], timer))
            break;
        put(queue, place, queue->heap[child]);
        place = child;
    }
    put(queue, place, timer);
}
