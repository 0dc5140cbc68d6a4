/* What a Master owes while its association isn't complete (draft 3.1, 3.2; draft-requirements,
 * A-6, 10.1).
 */
#ifndef STEPS_PERSISTENCE_H
#define STEPS_PERSISTENCE_H

#include "steps/device_frames.h"

/* False where the lab reads the draft so that a v1 LEC announces once and no more (PIXIT v1_repetition). */
bool announcements_repeated(const struct scene *scene);

/* 'count' announcements of the VMAC since 'since', about a second apart: a gap above 3 s and a spacing below
 * 0.9 s break 'requirements', above 1.5 s and below 1 s are remarks. Returns the last one, NULL when one did
 * not come. */
#define expect_announcements(scene, since, count, requirements)                                              \
    expect_announcements_at((scene), SITE, (since), (count), (requirements))
struct tap_event *expect_announcements_at(struct scene *scene, const char *site, struct mark since,
                                          unsigned count, const char *requirements);

/* The next LE_REGISTER_REQUEST for the VMAC after the registration was refused by 'refusal' (the answer at
 * the device): within registration_retry_max_s; sooner than 1 s is a remark. NULL when it did not come. */
#define expect_registered_again(scene, refusal, requirements)                                                \
    expect_registered_again_at((scene), SITE, (refusal), (requirements))
struct tap_event *expect_registered_again_at(struct scene *scene, const char *site, struct tap_event *refusal,
                                             const char *requirements);

/* The answer of the LES to a registration of the VMAC by the device, at the device; a refusal, or a success.
 * Inconclusive when none comes within 'max_ns' of the mark. */
struct tap_event *await_registration_answer(struct scene *scene, bool refused, struct mark since,
                                            int64_t max_ns);

/* One round of a proxy: the announcement and the probe that goes with it. */
struct round {
    struct tap_event *announcement; /* NULL: it did not come */
    struct tap_event *probe;        /* the same */
};

/* The first round of an association since the mark. Inconclusive when its announcement or probe does not
 * come. */
struct round await_first_round(struct scene *scene, struct mark since, int64_t max_ns);

/* The next round of a proxy whose last probe was answered: not sooner than a second after the last
 * announcement, and not later than C20 and a second. A missing announcement, or one too soon, breaks
 * 'requirements', a missing probe R-3.2-04. */
#define expect_round(scene, last, requirements) expect_round_at((scene), SITE, (last), (requirements))
struct round expect_round_at(struct scene *scene, const char *site, struct round last,
                             const char *requirements);

/* The rounds end: C20 after 'last' (a probe) was sent no announcement and no probe follows for 'for_ns'. */
#define expect_settled(scene, last, for_ns, requirements)                                                    \
    expect_settled_at((scene), SITE, (last), (for_ns), (requirements))
void expect_settled_at(struct scene *scene, const char *site, struct tap_event *last, int64_t for_ns,
                       const char *requirements);

#endif
