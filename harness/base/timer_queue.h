/* Timers in the order in which they are due; timers due at the same time fire in the order in which they were
 * started.
 *
 * A `struct timer` belongs to whoever needs it and is set up once with timer_init(); the queue only points to
 * it. The same queue serves a world and a device that runs as a process of its own.
 */
#ifndef BASE_TIMER_QUEUE_H
#define BASE_TIMER_QUEUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct timer {
    void (*fire)(void *owner); /* called when the timer is due; the timer is stopped by then */
    void *owner;
    int64_t due_ns;    /* valid while running */
    uint64_t sequence; /* order of starting, private to the queue */
    size_t place;      /* private to the queue: 0 when stopped, else place in the heap + 1 */
};

struct timer_queue {
    struct timer **heap;
    size_t count;
    size_t room;
    uint64_t next_sequence;
};

/* Sets up a stopped timer. */
static inline void timer_init(struct timer *timer, void (*fire)(void *owner), void *owner)
{
    *timer = (struct timer){.fire = fire, .owner = owner};
}

/* True from starting to firing or stopping. */
static inline bool timer_running(const struct timer *timer)
{
    return timer->place != 0;
}

/* Starts, or starts anew, 'timer' for 'due_ns'. */
void timer_queue_start(struct timer_queue *queue, struct timer *timer, int64_t due_ns);

/* Stops 'timer'; nothing happens if it is not running. */
void timer_queue_stop(struct timer_queue *queue, struct timer *timer);

/* When the next timer is due; TIME_NEVER if none runs. */
int64_t timer_queue_next_ns(const struct timer_queue *queue);

/* Takes the first timer if it is due at 'now_ns' or before, stopped and ready to fire; NULL if none is. */
struct timer *timer_queue_take(struct timer_queue *queue, int64_t now_ns);

/* Frees what the queue holds; the timers stay with their owners. */
void timer_queue_clear(struct timer_queue *queue);

#endif
