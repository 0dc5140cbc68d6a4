/* Time inside vmacheck: signed 64-bit nanoseconds since the start of a world.
 *
 * Every variable that holds a time or a duration carries its unit in its name (`due_ns`, `interval_s`).
 */
#ifndef BASE_DURATION_H
#define BASE_DURATION_H

#include <stdint.h>

#define NS_PER_US 1000LL
#define NS_PER_MS 1000000LL
#define NS_PER_S  1000000000LL

/* Whole seconds, milliseconds and microseconds as nanoseconds. */
#define SECONDS(n)      ((int64_t)(n)*NS_PER_S)
#define MILLISECONDS(n) ((int64_t)(n)*NS_PER_MS)
#define MICROSECONDS(n) ((int64_t)(n)*NS_PER_US)

/* "Never": later than anything that can happen. */
#define TIME_NEVER INT64_MAX

#endif
