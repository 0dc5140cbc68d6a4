/* Section 3.1, last paragraphs: what the ATM switch makes of a router's dead link (draft-requirements A-10).
 *
 * The speaker and the host have Data Direct VCCs to each other, the speaker's LEC those of the ELAN. Its link
 * fails, and every call that had an end there is looked for at the other end. */
#include <stdio.h>

#include "cases/cases.h"

/* Nothing lies between but the way of the cells: "immediately". */
#define AT_ONCE MILLISECONDS(500)
/* "detect the UNI failure under 3 seconds" */
#define DETECTION_LIMIT SECONDS(3)
/* Longer than any sensible timers of SSCOP and Q.2931. */
#define WATCH_NS  SECONDS(30)
#define CALL_ROOM 32

/* The far end of a call of the failed link. */
struct far_end {
    const struct vcc *vcc;
    unsigned port;              /* at which its release is due */
    struct tap_event *released; /* NULL: it never was */
};

/* What became of the calls. */
struct releases {
    int64_t cut_ns;
    size_t due;
    size_t count;            /* released within WATCH_NS */
    struct tap_event *first; /* NULL: none */
    struct tap_event *last;
    struct far_end ends[CALL_ROOM];
};

static struct releases cut(struct scene *scene, enum link_failure failure);
static void bring_to_calls(struct scene *scene);
static void list_far_ends(struct scene *scene, struct releases *releases);
static void watch(struct scene *scene, struct releases *releases);
static void expect_count_released(struct scene *scene, const struct releases *releases, size_t due,
                                  const char *requirements, const char *expected);
static void expect_within(struct scene *scene, struct tap_event *event, int64_t since_ns, int64_t max_ns,
                          const char *requirements, const char *expected);

static void carrier_at_once(struct scene *scene)
{
    struct releases releases = cut(scene, LINK_CARRIER_LOSS);
    expect_within(scene, releases.first, releases.cut_ns, AT_ONCE, "R-3.1-14",
                  "calls of the interface released as soon as its carrier is lost");
    prove_alive(scene);
}

static void saal_in_time(struct scene *scene)
{
    struct releases releases = cut(scene, LINK_SAAL_LOSS);
    expect_within(scene, releases.first, releases.cut_ns, WATCH_NS, "R-3.1-13",
                  "calls of the interface released after SAAL failure and T309");
    if (releases.first) {
        expect_within(scene, releases.first, releases.cut_ns, DETECTION_LIMIT, "R-3.1-15",
                      "calls of the interface released less than 3 s after the SAAL fell silent");
        world_note(scene->world,
                   arena_text(scene->arena, "SAAL failure and T309 took %.3f s",
                              (double)(releases.first->time_ns - releases.cut_ns) / (double)NS_PER_S));
    }
    prove_alive(scene);
}

static void complete(struct scene *scene)
{
    struct releases releases = cut(scene, (enum link_failure)scene->test->parameter);
    expect_count_released(scene, &releases, releases.due, "R-3.1-16",
                          "every call of the link released at its other end, and every leaf dropped");
    if (releases.first)
        expect_within(scene, releases.last, releases.first->time_ns, AT_ONCE, "R-3.1-16",
                      "the last call released together with the first");
    prove_alive(scene);
}

static void peers_lose_calls(struct scene *scene)
{
    struct releases releases = cut(scene, LINK_CARRIER_LOSS);
    struct releases direct = {.due = 0};
    for (size_t i = 0; i < releases.due; i++) {
        if (releases.ends[i].vcc->kind != VCC_DATA_DIRECT)
            continue;
        direct.ends[direct.due++] = releases.ends[i];
        direct.count += releases.ends[i].released != NULL;
    }
    expect_count_released(scene, &direct, direct.due, "R-3.1-11",
                          "the Data Direct VCCs to the failed router released at the host");
    prove_alive(scene);
}

/* The link lives, so nothing tells the switch; then it dies, and the calls go. */
static void hang_unnoticed(struct scene *scene)
{
    bring_to_calls(scene);
    struct releases releases = {.cut_ns = scene_now_ns(scene)};
    list_far_ends(scene, &releases);
    peer_lec_die(scene->speaker_lec);
    watch(scene, &releases);
    expect_count_released(scene, &releases, 0, "R-3.1-18", "the calls of a hung client left alone");
    port_fail_link(scene->speaker_port, LINK_CARRIER_LOSS);
    releases.cut_ns = scene_now_ns(scene);
    watch(scene, &releases);
    if (!releases.first)
        scene_inconclusive(scene, "the switch releases nothing when the link fails either");
    prove_alive(scene);
}

static struct releases cut(struct scene *scene, enum link_failure failure)
{
    bring_to_calls(scene);
    struct releases releases = {.cut_ns = scene_now_ns(scene)};
    list_far_ends(scene, &releases);
    vrrp_speaker_crash(scene->speaker);
    port_fail_link(scene->speaker_port, failure);
    watch(scene, &releases);
    return releases;
}

/* The speaker is Master, and has called the host as the host has called it. */
static void bring_to_calls(struct scene *scene)
{
    struct atm_address speaker = scene->plan.speaker_lec.atm_address;
    struct atm_address host = scene->plan.host_lec.atm_address;
    bring_to_elan(scene);
    vrrp_speaker_become_master(scene->speaker);
    peer_lec_call(scene->host_lec, &speaker);
    peer_lec_call(scene->speaker_lec, &host);
    scene_advance(scene, SECONDS(5));
    if (!peer_lec_has_data_direct(scene->host_lec, &speaker) ||
        !peer_lec_has_data_direct(scene->speaker_lec, &host))
        scene_inconclusive(scene, "the switch does not carry calls between router and host");
}

/* Every open call with an end at the speaker: the other end, or the root where the speaker is a leaf. */
static void list_far_ends(struct scene *scene, struct releases *releases)
{
    unsigned speaker = port_index(scene->speaker_port);
    for (size_t i = 0; i < tap_count(scene->tap); i++) {
        const struct vcc *vcc = tap_at(scene->tap, i)->vcc;
        if (!vcc || !vcc->open || (vcc->caller != speaker && !(vcc->leaves & port_bit(speaker))))
            continue;
        size_t known = 0;
        while (known < releases->due && releases->ends[known].vcc != vcc)
            known++;
        if (known == releases->due && known < CALL_ROOM)
            releases->ends[releases->due++] =
                (struct far_end){.vcc = vcc, .port = vcc->caller == speaker ? vcc->called : vcc->caller};
    }
}

/* Releases by the network at the far ends. A root that takes the leaf out by itself has done the work of the
 * switch, and does not count. */
static void watch(struct scene *scene, struct releases *releases)
{
    size_t next = tap_count(scene->tap);
    scene_run_until(scene, releases->cut_ns + WATCH_NS);
    for (; next < tap_count(scene->tap); next++) {
        struct tap_event *event = tap_at(scene->tap, next);
        if (event->kind != TAP_CALL_RELEASED && event->kind != TAP_PARTY_DROPPED)
            continue;
        for (size_t i = 0; i < releases->due; i++) {
            struct far_end *end = &releases->ends[i];
            if (end->vcc != event->vcc || end->released || !tap_reaches(event, end->port))
                continue;
            end->released = event;
            releases->count++;
            releases->first = releases->first ? releases->first : event;
            releases->last = event;
        }
    }
}

static void expect_count_released(struct scene *scene, const struct releases *releases, size_t due,
                                  const char *requirements, const char *expected)
{
    char actual[300];
    int size = snprintf(actual, sizeof actual, "%zu of %zu released", releases->count, releases->due);
    for (size_t i = 0; i < releases->due && due && size < (int)sizeof actual; i++)
        if (!releases->ends[i].released)
            size += snprintf(actual + size, sizeof actual - (size_t)size, ", not the %s at %s",
                             vcc_kind_text(releases->ends[i].vcc->kind),
                             tap_port_name(scene->tap, releases->ends[i].port));
    expect_true(scene, releases->count == due, releases->last, requirements, expected, actual);
}

static void expect_within(struct scene *scene, struct tap_event *event, int64_t since_ns, int64_t max_ns,
                          const char *requirements, const char *expected)
{
    char actual[64] = "none released";
    if (event)
        snprintf(actual, sizeof actual, "%.3f s later",
                 (double)(event->time_ns - since_ns) / (double)NS_PER_S);
    expect_true(scene, event && event->time_ns - since_ns <= max_ns + scene->tolerance_ns, event,
                requirements, expected, actual);
}

#define SWITCH(name, what, ids, stimulates, accepts, function, value)                                        \
    {                                                                                                        \
        .id = "switch/" name, .title = what, .requirements = ids, .stimulus = stimulates,                    \
        .accepted = accepts,                                                                                 \
        .scope = {.roles = ROLE_SWITCH,                                                                      \
                  .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,                                                \
                  .lane = LANE_V1 | LANE_V2,                                                                 \
                  .media = ANY_MEDIUM},                                                                      \
        .run = function, .parameter = value                                                                  \
    }
#define ALL_AT_ONCE                                                                                          \
    "every call of the link released at its other end, leaves of Control Distribute and Multicast Forward "  \
    "included, the last within half a second of the first"

static const struct test_case cases[] = {
    SWITCH("carrier-loss", "A lost carrier releases the calls at once", "R-3.1-14",
           "the link of a router loses its carrier", "the first release within half a second",
           carrier_at_once, 0),
    SWITCH("saal-loss", "A silent SAAL releases the calls in less than 3 s", "R-3.1-13 R-3.1-15",
           "the SAAL at a router's link falls silent, while the carrier stays",
           "the first release less than 3 s later; how long it took is noted", saal_in_time, 0),
    SWITCH("carrier-loss-complete", "A lost carrier takes all calls of the link with it", "R-3.1-16",
           "the link of a router loses its carrier", ALL_AT_ONCE, complete, LINK_CARRIER_LOSS),
    SWITCH("saal-loss-complete", "A SAAL failure takes all calls of the link with it", "R-3.1-16",
           "the SAAL at a router's link falls silent, while the carrier stays", ALL_AT_ONCE, complete,
           LINK_SAAL_LOSS),
    SWITCH("peers-lose-calls", "The peers of a failed router lose their VCCs to it", "R-3.1-11",
           "the link of a router loses its carrier; it and a host had called each other",
           "both Data Direct VCCs released at the host", peers_lose_calls, 0),
    SWITCH("hang-unnoticed", "A client that hangs behind a living link is not noticed", "R-3.1-18",
           "the router's client stops, its link stays up for 30 s; then the link loses its carrier",
           "nothing released by the switch until then", hang_unnoticed, 0),
};

const struct case_list switch_cases = {cases, sizeof cases / sizeof *cases};
