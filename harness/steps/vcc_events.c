#include "steps/vcc_events.h"

#define DEVICE_PORT 0u

static bool matches(const struct tap_event *event, enum tap_kind kind, enum vcc_kind vcc);

struct tap_event *await_vcc(struct scene *scene, enum tap_kind event, enum vcc_kind vcc, struct mark since,
                            int64_t max_ns)
{
    int64_t until_ns = since.time_ns + max_ns + scene_tolerance_ns(scene, max_ns);
    for (size_t next = since.index;;) {
        for (; next < tap_count(scene->tap); next++) {
            struct tap_event *candidate = tap_at(scene->tap, next);
            if (candidate->time_ns > until_ns)
                return NULL;
            if (matches(candidate, event, vcc))
                return candidate;
        }
        if (!scene_run_to_next_tap_event(scene, until_ns))
            return NULL;
    }
}

struct tap_event *seen_vcc(struct scene *scene, enum tap_kind event, enum vcc_kind vcc, struct mark since)
{
    for (size_t i = since.index; i < tap_count(scene->tap); i++)
        if (matches(tap_at(scene->tap, i), event, vcc))
            return tap_at(scene->tap, i);
    return NULL;
}

static bool matches(const struct tap_event *event, enum tap_kind kind, enum vcc_kind vcc)
{
    return event->kind == kind && event->vcc && event->vcc->kind == vcc &&
           (event->vcc->caller == DEVICE_PORT || event->from == DEVICE_PORT ||
            tap_reaches(event, DEVICE_PORT));
}
