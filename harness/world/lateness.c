#include "world/lateness.h"

#include <stddef.h>

#include "base/duration.h"

#define STEPS_PER_DOUBLING 8

static size_t step_of(int64_t late_ns);
static int64_t upper_bound_ns(size_t step);

void lateness_add(struct lateness *lateness, int64_t late_ns)
{
    if (late_ns < 0)
        late_ns = 0;
    lateness->count++;
    lateness->steps[step_of(late_ns)]++;
    if (late_ns > lateness->longest_ns)
        lateness->longest_ns = late_ns;
}

int64_t lateness_quantile_ns(const struct lateness *lateness, double share)
{
    uint64_t allowed = (uint64_t)((double)lateness->count * (1 - share) + 1e-9);
    uint64_t later = 0;
    for (size_t step = LATENESS_STEP_COUNT; step-- > 0;) {
        later += lateness->steps[step];
        if (later > allowed) {
            int64_t bound_ns = upper_bound_ns(step);
            return bound_ns < lateness->longest_ns && step + 1 < LATENESS_STEP_COUNT ? bound_ns
                                                                                     : lateness->longest_ns;
        }
    }
    return 0;
}

/* Microseconds one by one up to 8; from there each doubling has eight steps of equal width. */
static size_t step_of(int64_t late_ns)
{
    uint64_t micros = (uint64_t)late_ns / 1000;
    if (micros < STEPS_PER_DOUBLING)
        return (size_t)micros;
    unsigned doublings = 0;
    while (micros >> (doublings + 1) >= STEPS_PER_DOUBLING)
        doublings++;
    size_t step = (doublings + 1) * STEPS_PER_DOUBLING + (size_t)(micros >> doublings) - STEPS_PER_DOUBLING;
    return step < LATENESS_STEP_COUNT ? step : LATENESS_STEP_COUNT - 1;
}

static int64_t upper_bound_ns(size_t step)
{
    if (step < STEPS_PER_DOUBLING)
        return MICROSECONDS((int64_t)step + 1);
    size_t doublings = step / STEPS_PER_DOUBLING - 1;
    return MICROSECONDS((int64_t)(step % STEPS_PER_DOUBLING + STEPS_PER_DOUBLING + 1) << doublings);
}
