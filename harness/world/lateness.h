/* How late something was, many times: the count, the worst and any quantile, in a fixed amount of memory.
 */
#ifndef WORLD_LATENESS_H
#define WORLD_LATENESS_H

#include <stdint.h>

/* Eight steps for each doubling of a microsecond: a quantile is exact to an eighth of it. */
#define LATENESS_STEP_COUNT 320

/* Starts as zero octets. */
struct lateness {
    uint64_t count;
    int64_t longest_ns;
    uint64_t steps[LATENESS_STEP_COUNT];
};

void lateness_add(struct lateness *lateness, int64_t late_ns);

/* At least 'share' (0 to 1) of all were no later than this; 0 when there were none. */
int64_t lateness_quantile_ns(const struct lateness *lateness, double share);

#endif
