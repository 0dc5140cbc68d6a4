#include "world/impairment.h"

#define PPM 1000000

static bool draw_share(struct random *random, unsigned share_ppm);
static int64_t draw_delay(struct impairment *impairment);
static int64_t in_order(struct impairment *impairment, int64_t time_ns);

struct impairment impairment_start(const struct impairment_settings *settings, uint64_t seed,
                                   const char *label)
{
    return (struct impairment){.settings = *settings, .random = random_stream(seed, label)};
}

struct fate impairment_decide(struct impairment *impairment, int64_t time_ns)
{
    const struct impairment_settings *settings = &impairment->settings;
    /* All of them, always: the next frame's draws start at the same place whatever becomes of this one. */
    bool lost = draw_share(&impairment->random, settings->loss_ppm);
    bool duplicated = draw_share(&impairment->random, settings->duplicate_ppm);
    bool held_back = draw_share(&impairment->random, settings->reorder_ppm);
    const int64_t delay_ns[IMPAIRMENT_COPY_LIMIT] = {draw_delay(impairment), draw_delay(impairment)};
    struct fate fate = {.copy_count = lost ? 0 : duplicated ? 2 : 1, .held_back = held_back && !lost};
    for (unsigned i = 0; i < fate.copy_count; i++) {
        int64_t due_ns = time_ns + delay_ns[i] + (held_back ? IMPAIRMENT_HOLD_NS : 0);
        fate.delay_ns[i] = (held_back ? due_ns : in_order(impairment, due_ns)) - time_ns;
    }
    return fate;
}

static bool draw_share(struct random *random, unsigned share_ppm)
{
    return random_between(random, 0, PPM - 1) < (int64_t)share_ppm;
}

static int64_t draw_delay(struct impairment *impairment)
{
    const struct impairment_settings *settings = &impairment->settings;
    int64_t delay_ns =
        settings->delay_ns + random_between(&impairment->random, -settings->jitter_ns, settings->jitter_ns);
    return delay_ns > 0 ? delay_ns : 0;
}

static int64_t in_order(struct impairment *impairment, int64_t time_ns)
{
    if (impairment->latest_ns < time_ns)
        impairment->latest_ns = time_ns;
    return impairment->latest_ns;
}
