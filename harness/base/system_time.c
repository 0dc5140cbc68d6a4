#include "base/system_time.h"

#include <time.h>

#include "base/duration.h"

static int64_t read_clock(clockid_t clock);

int64_t monotonic_ns(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

int64_t realtime_ns(void)
{
    return read_clock(CLOCK_REALTIME);
}

static int64_t read_clock(clockid_t clock)
{
    struct timespec now;
    clock_gettime(clock, &now);
    return SECONDS(now.tv_sec) + now.tv_nsec;
}
