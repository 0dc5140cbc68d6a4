/* The one clock of a world. Virtual: it jumps to where it is told and nothing sleeps. Wall: it waits in real
 * time (epoll and timerfd), lets file descriptors be served meanwhile, and measures how late it was.
 */
#ifndef WORLD_CLOCK_H
#define WORLD_CLOCK_H

#include <stdbool.h>
#include <stdint.h>

#include "base/reason.h"

struct clock;

/* Starts at 0. NULL, with the reason, when the system gives no descriptors (wall clock only). */
struct clock *clock_new(bool wall, struct reason *reason);
void clock_free(struct clock *clock);

/* Comes back when 'until_ns' is reached (true), or earlier after a descriptor was served (false). Sets
 * '*now_ns', the time of the world, before any descriptor is served: never beyond 'until_ns'. */
bool clock_wait(struct clock *clock, int64_t until_ns, int64_t *now_ns);

/* The latest it ever came back from a wait. */
int64_t clock_lateness_ns(const struct clock *clock);

/* Wall clock only. */
bool clock_watch(struct clock *clock, int fd, void (*ready)(void *context), void *context,
                 struct reason *reason);

#endif
