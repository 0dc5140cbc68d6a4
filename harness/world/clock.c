#include "world/clock.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <time.h>
#include <unistd.h>

#include "base/duration.h"

#define WATCH_ROOM 16

struct watch {
    void (*ready)(void *context);
    void *context;
};

struct clock {
    bool wall;
    int epoll;
    int timer;
    int64_t start_ns; /* CLOCK_MONOTONIC when the world began */
    int64_t lateness_ns;
    struct watch watches[WATCH_ROOM];
    size_t watch_count;
};

static int64_t monotonic_ns(void);

struct clock *clock_new(bool wall, struct reason *reason)
{
    struct clock *clock = calloc(1, sizeof *clock);
    if (!clock)
        abort();
    clock->wall = wall;
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
    clock->start_ns = monotonic_ns();
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
    int count = monotonic_ns() >= due_ns ? 0 : epoll_wait(clock->epoll, events, WATCH_ROOM + 1, -1);
    int64_t time_ns = monotonic_ns() - clock->start_ns;
    *now_ns = time_ns < until_ns ? time_ns : until_ns;
    for (int i = 0; i < count; i++) {
        const struct watch *watch = events[i].data.ptr;
        if (!watch)
            continue;
        watch->ready(watch->context);
    }
    if (time_ns < until_ns)
        return false;
    if (time_ns - until_ns > clock->lateness_ns)
        clock->lateness_ns = time_ns - until_ns;
    return true;
}

int64_t clock_lateness_ns(const struct clock *clock)
{
    return clock->lateness_ns;
}

bool clock_watch(struct clock *clock, int fd, void (*ready)(void *context), void *context,
                 struct reason *reason)
{
    if (!clock->wall)
        return reason_set(reason, "descriptors are watched on the wall clock only; use --clock wall");
    if (clock->watch_count == WATCH_ROOM)
        return reason_set(reason, "more than %d descriptors to watch in one world", WATCH_ROOM);
    struct watch *watch = &clock->watches[clock->watch_count];
    *watch = (struct watch){ready, context};
    struct epoll_event event = {.events = EPOLLIN, .data = {.ptr = watch}};
    if (epoll_ctl(clock->epoll, EPOLL_CTL_ADD, fd, &event) != 0)
        return reason_set(reason, "descriptor %d can't be watched: %s", fd, strerror(errno));
    clock->watch_count++;
    return true;
}

static int64_t monotonic_ns(void)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * NS_PER_S + now.tv_nsec;
}
