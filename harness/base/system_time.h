/* The system's clocks, for limits in real time and for what the kernel stamps. Worlds have a clock of their
 * own (world/clock.h).
 */
#ifndef BASE_SYSTEM_TIME_H
#define BASE_SYSTEM_TIME_H

#include <stdint.h>

/* CLOCK_MONOTONIC, which nobody sets, in nanoseconds. */
int64_t monotonic_ns(void);

/* CLOCK_REALTIME, by which the kernel stamps frames, in nanoseconds. */
int64_t realtime_ns(void);

#endif
