#include "steps/persistence.h"

#include <stdio.h>

#define DEVICE_PORT 0u

/* draft-requirements 10.1 */
#define SPACING_NS        SECONDS(1)
#define SPACING_BROKEN_NS MILLISECONDS(900)
#define GAP_REMARKABLE_NS MILLISECONDS(1500)
#define GAP_BROKEN_NS     SECONDS(3)

static void judge_spacing(struct scene *scene, const char *site, const struct tap_event *last,
                          struct tap_event *next, const char *requirements);

bool announcements_repeated(const struct scene *scene)
{
    return scene->v2 || scene->pixit.choice[PIXIT_V1_REPETITION] == V1_REPETITION_REQUIRED;
}

struct tap_event *expect_announcements_at(struct scene *scene, const char *site, struct mark since,
                                          unsigned count, const char *requirements)
{
    struct tap_event *last = NULL;
    for (unsigned i = 0; i < count; i++) {
        struct tap_event *next = expect_at(scene, site,
                                           &(struct expectation){.requirements = requirements,
                                                                 .pattern = announcement(scene, scene->vmac),
                                                                 .since = last ? mark_after(last) : since,
                                                                 .min_ns = last ? SPACING_BROKEN_NS : 0,
                                                                 .max_ns = GAP_BROKEN_NS});
        if (!next)
            return NULL;
        if (last)
            judge_spacing(scene, site, last, next, requirements);
        last = next;
    }
    return last;
}

struct tap_event *expect_registered_again_at(struct scene *scene, const char *site, struct tap_event *refusal,
                                             const char *requirements)
{
    struct tap_event *again = expect_at(
        scene, site,
        &(struct expectation){.requirements = requirements,
                              .pattern = registration(scene, scene->vmac),
                              .since = mark_at(refusal),
                              .max_ns = SECONDS(scene->pixit.choice[PIXIT_REGISTRATION_RETRY_MAX_S])});
    if (again && again->time_ns - refusal->time_ns < SECONDS(1) - scene->tolerance_ns)
        remark_at(scene, site, again, requirements,
                  "LE_REGISTER_REQUEST not sooner than 1 s after the refusal", "sooner");
    return again;
}

struct tap_event *await_registration_answer(struct scene *scene, bool refused, struct mark since,
                                            int64_t max_ns)
{
    struct value success = number_value(LE_STATUS_SUCCESS);
    struct pattern pattern = {
        .names = FRAME_SET(LE_REGISTER_RESPONSE), .from_any = true, .reaches = port_bit(DEVICE_PORT)};
    pattern = pattern_with(pattern, FIELD_SOURCE_LAN, mac_value(scene->vmac));
    pattern = pattern_with(pattern, FIELD_LECID, number_value(les_lecid_of(scene->les, &scene->device_atm)));
    pattern = refused ? pattern_without(pattern, FIELD_STATUS, success)
                      : pattern_with(pattern, FIELD_STATUS, success);
    struct tap_event *answer = await(scene, &pattern, since, max_ns);
    if (!answer)
        scene_inconclusive(scene, "no %s registration of the VMAC was answered",
                           refused ? "refused" : "successful");
    return answer;
}

struct round await_first_round(struct scene *scene, struct mark since, int64_t max_ns)
{
    struct pattern announced = announcement(scene, scene->vmac);
    struct pattern probed = probe(scene, scene->vmac);
    struct round round = {.announcement = await(scene, &announced, since, max_ns),
                          .probe = await(scene, &probed, since, max_ns)};
    if (!round.announcement || !round.probe)
        scene_inconclusive(scene, "the association of the device has no announcement with a probe");
    return round;
}

struct round expect_round_at(struct scene *scene, const char *site, struct round last,
                             const char *requirements)
{
    struct round round = {NULL, NULL};
    struct tap_event *end = last.probe->index > last.announcement->index ? last.probe : last.announcement;
    round.announcement =
        expect_at(scene, site,
                  &(struct expectation){.requirements = requirements,
                                        .pattern = announcement(scene, scene->vmac),
                                        .since = mark_after(last.announcement),
                                        .min_ns = SPACING_NS,
                                        .max_ns = scene->plan.le_arp_response_ns + SECONDS(1)});
    if (!round.announcement ||
        round.announcement->time_ns - last.announcement->time_ns < SPACING_NS - scene->tolerance_ns)
        return round;
    /* The probe goes with the announcement, in either order: it may be a little earlier. */
    round.probe = expect_at(
        scene, site,
        &(struct expectation){.requirements = "R-3.2-04",
                              .pattern = probe(scene, scene->vmac),
                              .since = {end->index + 1, round.announcement->time_ns - SPACING_NS / 2},
                              .max_ns = SECONDS(1) + SPACING_NS / 2});
    return round;
}

void expect_settled_at(struct scene *scene, const char *site, struct tap_event *last, int64_t for_ns,
                       const char *requirements)
{
    struct pattern round = {.names = announcement(scene, scene->vmac).names | FRAME_SET(LE_ARP_REQUEST),
                            .about = true,
                            .about_mac = scene->vmac};
    /* The round that its answer asked for may be under way. */
    expect_none_at(scene, site,
                   &(struct expectation){.requirements = requirements,
                                         .pattern = round,
                                         .since = mark_after(last),
                                         .min_ns = scene->plan.le_arp_response_ns + scene->tolerance_ns,
                                         .max_ns = scene->plan.le_arp_response_ns + for_ns});
}

static void judge_spacing(struct scene *scene, const char *site, const struct tap_event *last,
                          struct tap_event *next, const char *requirements)
{
    int64_t spacing_ns = next->time_ns - last->time_ns;
    char actual[64];
    snprintf(actual, sizeof actual, "%.3f s after the last", (double)spacing_ns / (double)NS_PER_S);
    if (spacing_ns > GAP_REMARKABLE_NS ||
        (spacing_ns < SPACING_NS - scene->tolerance_ns && spacing_ns >= SPACING_BROKEN_NS))
        remark_at(scene, site, next, requirements, "an announcement a second after the last", actual);
}
