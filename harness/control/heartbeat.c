#include "control/heartbeat.h"

bool heartbeat_hear(struct heartbeat *heartbeat, int64_t now_ns, struct reason *reason)
{
    bool runs = hook_look(heartbeat->hook, reason) == HOOK_RUNS;
    uint64_t came = hook_line_count(heartbeat->hook) - heartbeat->beats;
    int64_t gap_ns = now_ns - heartbeat->last_ns;
    if (came > 1) {
        bool covered = came - 1 > (uint64_t)(gap_ns / heartbeat->period_ns);
        gap_ns -= covered ? gap_ns : (int64_t)(came - 1) * heartbeat->period_ns;
    }
    if (gap_ns > heartbeat->gap_ns)
        heartbeat->gap_ns = gap_ns;
    if (came)
        heartbeat->last_ns = now_ns;
    heartbeat->beats += came;
    return runs;
}

void heartbeat_mark(struct heartbeat *heartbeat, int64_t now_ns)
{
    heartbeat_hear(heartbeat, now_ns, NULL);
    heartbeat->last_ns = now_ns;
    heartbeat->gap_ns = 0;
}

int64_t heartbeat_starved_ns(struct heartbeat *heartbeat, int64_t now_ns)
{
    if (!heartbeat_hear(heartbeat, now_ns, NULL))
        return INT64_MAX;
    return heartbeat->gap_ns > heartbeat->period_ns ? heartbeat->gap_ns - heartbeat->period_ns : 0;
}
