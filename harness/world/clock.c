#include "world/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/system_time.h"

#define WATCH_ROOM 16

struct watch {
    int fd; /* -1: free */
    void (*ready)(void *context);
    void *context;
};

struct clock {
    bool wall;
    int epoll;
    int timer;
    int64_t start_ns; /* CLOCK_MONOTONIC when the world began */
    struct watch watches[WATCH_ROOM];
};

struct clock *clock_new(bool wall, struct reason *reason)
{
    struct clock *clock = calloc(1, sizeof *clock);
    if (!clock)
        abort();
    clock->wall = wall;
    for (size_t i = 0; i < WATCH_ROOM; i++)
        clock->watches[i].fd = -1;
    if (!wall)
        return clock;
    clock->epoll = epoll_create1(EPOLL_CLOEXEC);
    clock->timer = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = NULL}};
    if (clock->epoll < 0 || clock->timer < 0 ||
        epoll_ctl(clock->epoll, EPOLL_CTL_ADD, clock->timer, &event) != 0) {
        reason_set(reason, "no descriptors for the wall clock: %s; raise the limit (ulimit -n)",
                   strerror(errno));
        clock_free(clock);
        return NULL;
    }
    clock_restart(clock);
    return clock;
}

void clock_free(struct clock *clock)
{
    if (!clock)
        return;
    if (clock->wall && clock->epoll >= 0)
        close(clock->epoll);
    if (clock->wall && clock->timer >= 0)
        close(clock->timer);
    free(clock);
}

void clock_restart(struct clock *clock)
{
    if (clock->wall)
        clock->start_ns = monotonic_ns();
}

bool clock_wait(struct clock *clock, int64_t until_ns, int64_t *now_ns)
{
    if (!clock->wall) {
        *now_ns = until_ns;
        return true;
    }
    int64_t due_ns = clock->start_ns + until_ns;
    struct itimerspec when = {.it_value = {.tv_sec = due_ns / NS_PER_S, .tv_nsec = due_ns % NS_PER_S}};
    timerfd_settime(clock->timer, TFD_TIMER_ABSTIME, &when, NULL);
    struct epoll_event events[WATCH_ROOM + 1];
    bool due = monotonic_ns() >= due_ns;
    int count = epoll_wait(clock->epoll, events, WATCH_ROOM + 1, due ? 0 : -1);
    int64_t time_ns = clock_real_ns(clock);
    *now_ns = time_ns < until_ns ? time_ns : until_ns;
    bool served = false;
    for (int i = 0; i < count; i++) {
        const struct watch *watch = events[i].data.ptr;
        if (!watch || watch->fd < 0)
            continue; /* the timer; one that was unwatched a moment ago */
        served = true;
        watch->ready(watch->context);
    }
    return time_ns >= until_ns && !served;
}

int64_t clock_real_ns(const struct clock *clock)
{
    return clock->wall ? monotonic_ns() - clock->start_ns : 0;
}

int64_t clock_of_realtime_ns(const struct clock *clock, int64_t stamp_ns)
{
    int64_t ago_ns = realtime_ns() - stamp_ns;
    return clock_real_ns(clock) - ago_ns;
}

bool clock_watch(struct clock *clock, int fd, void (*ready)(void *context), void *context,
                 struct reason *reason)
{
    if (!clock->wall)
        return reason_set(reason, "descriptors are watched on the wall clock only; use --clock wall");
    struct watch *watch = clock->watches;
    while (watch < clock->watches + WATCH_ROOM && watch->fd >= 0)
        watch++;
    if (watch == clock->watches + WATCH_ROOM)
        return reason_set(reason, "more than %d descriptors to watch in one world", WATCH_ROOM);
    *watch = (struct watch){fd, ready, context};
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = watch}};
    if (epoll_ctl(clock->epoll, EPOLL_CTL_ADD, fd, &event) == 0)
        return true;
    watch->fd = -1;
    return reason_set(reason, "descriptor %d can't be watched: %s", fd, strerror(errno));
}

void clock_unwatch(struct clock *clock, int fd)
{
    for (size_t i = 0; i < WATCH_ROOM; i++)
        if (clock->watches[i].fd == fd) {
            epoll_ctl(clock->epoll, EPOLL_CTL_DEL, fd, NULL);
            clock->watches[i].fd = -1;
        }
}
