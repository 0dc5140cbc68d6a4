/* The one clock of a world. Virtual: it jumps to where it is told and nothing sleeps. Wall: it waits in real
 * time (epoll and timerfd) and lets file descriptors be served meanwhile.
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

/* Starts anew at 0: what was done so far was not part of the world. Nothing on the virtual clock. */
void clock_restart(struct clock *clock);

/* Comes back when 'until_ns' is reached (true), or after a descriptor was served (false). What can be read
 * when 'until_ns' is reached is served first, so that a frame which came in time is seen before a timer says
 * that it did not. Sets '*now_ns', the time of the world, before any descriptor is served: never beyond
 * 'until_ns'. */
bool clock_wait(struct clock *clock, int64_t until_ns, int64_t *now_ns);

/* Real time since the start; virtual: 0. */
int64_t clock_real_ns(const struct clock *clock);

/* When it was by this clock at 'stamp_ns' of CLOCK_REALTIME, as the kernel stamps frames; wall clock only. */
int64_t clock_of_realtime_ns(const struct clock *clock, int64_t stamp_ns);

/* Wall clock only: calls 'ready' whenever 'fd' can be read, until it is no longer watched. */
bool clock_watch(struct clock *clock, int fd, void (*ready)(void *context), void *context,
                 struct reason *reason);
void clock_unwatch(struct clock *clock, int fd);

#endif
