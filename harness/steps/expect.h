/* What a case can say about frames: patterns, expectations, silence. docs/writing-a-case.md gives the
 * semantics; in short:
 *
 * - An expectation looks at the tap from a mark, not from "now", so that a fast device can't win a race. Its
 * window is [mark + min, mark + max] by the one clock, widened by the tolerance in force.
 * - A matched event is consumed: no later expectation matches it again. Expectations of silence look at
 * consumed events too.
 * - A missed expectation records a finding for each requirement it cites and the case goes on (NULL is
 * returned); only a precondition that fails ends a case (scene.h).
 * - Silence needs proof: after an expect_none() the case has to see the device act as expected at least once,
 * or its verdict is inconclusive.
 *
 * The macros add the place in the source, which names the expectation in reports and in the kill matrix.
 */
#ifndef STEPS_EXPECT_H
#define STEPS_EXPECT_H

#include "scene/scene.h"
#include "wire/field.h"

/* A place in the tap and its time. */
struct mark {
    size_t index;    /* the first event that counts */
    int64_t time_ns; /* from where windows are measured */
};

/* The end of the tap, now. */
struct mark mark_now(const struct scene *scene);

/* Behind an event: from the next one on, measured from the event's time. */
struct mark mark_after(const struct tap_event *event);

/* From the event on, itself included. */
struct mark mark_at(const struct tap_event *event);

#define PATTERN_CONDITION_ROOM 12
#define ANY_PORT               0xfeu
#define ANY_VCC                UINT32_MAX

/* A condition on a field: equal to 'value', or, with 'differs', unequal to it. A frame without the field
 * fails both. */
struct condition {
    enum frame_field field;
    struct value value;
    bool differs;
};

/* Frames that belong together. Unset members don't matter. */
struct pattern {
    uint64_t names;                /* FRAME_SET(…) | …; 0: any name */
    bool from_any;                 /* from whomever; otherwise from 'from' */
    uint8_t from;                  /* port index; 0 is the device under test */
    uint64_t reaches;              /* at least one of these ports hears it; 0: any */
    uint32_t vcc_kinds;            /* 1u << VCC_CONTROL_DIRECT | …, ANY_VCC; 0: LAN segments as well */
    bool on_segment;               /* on a LAN segment */
    const struct segment *segment; /* on this one; NULL: any */
    bool about; /* speaks of 'about_mac' or 'about_ip': as LAN destination, sender, or virtual router */
    struct mac_address about_mac;
    struct ipv4_address about_ip;
    struct condition conditions[PATTERN_CONDITION_ROOM]; /* ended by FIELD_NONE */
};

/* The pattern in the notation of frames: "from dut LE_REGISTER_REQUEST source=00-00-5e-00-01-01". Returns
 * 'line'. */
const char *pattern_text(const struct scene *scene, const struct pattern *pattern, char *line, size_t size);
bool pattern_matches(const struct pattern *pattern, struct tap *tap, struct tap_event *event);

/* Something that has to happen. */
struct expectation {
    const char *requirements; /* ids with spaces between */
    struct pattern pattern;
    struct mark since;
    int64_t min_ns; /* not sooner after the mark (0: at once is fine) */
    int64_t max_ns; /* not later */
    bool keep;      /* look without consuming */
};

#define SITE_TEXT_(line) #line
#define SITE_TEXT(line)  SITE_TEXT_(line)
#define SITE             (__FILE__ ":" SITE_TEXT(__LINE__))

/* Runs the world until an unconsumed event matches or the window is over. A match before the window's start
 * is a finding too. Returns the event, or NULL when nothing matched. */
#define expect(scene, ...) expect_at((scene), SITE, &(struct expectation){__VA_ARGS__})
struct tap_event *expect_at(struct scene *scene, const char *site, const struct expectation *expectation);

/* All of 'count' expectations (at most 64), in any order, each with an event of its own: of patterns that
 * overlap, the narrower one gets what only it matches. 'events' (may be NULL) gets the matches. True when all
 * were met. */
#define expect_all(scene, list, count, events) expect_all_at((scene), SITE, (list), (count), (events))
bool expect_all_at(struct scene *scene, const char *site, const struct expectation *list, size_t count,
                   struct tap_event **events);

/* Each in turn, and each match has to leave the device behind the one before it, as expect_egress_order(): a
 * wrong order breaks 'order_requirements'. True when all came in order. */
#define expect_sequence(scene, order_requirements, list, count, events)                                      \
    expect_sequence_at((scene), SITE, (order_requirements), (list), (count), (events))
bool expect_sequence_at(struct scene *scene, const char *site, const char *order_requirements,
                        const struct expectation *list, size_t count, struct tap_event **events);

/* 'later' left the device behind 'earlier': strictly, without a time allowance. Judged only if the
 * attachment keeps the egress order, else inconclusive. False when the order is wrong. */
#define expect_egress_order(scene, earlier, later, requirements)                                             \
    expect_egress_order_at((scene), SITE, (earlier), (later), (requirements))
bool expect_egress_order_at(struct scene *scene, const char *site, struct tap_event *earlier,
                            struct tap_event *later, const char *requirements);

/* The first of several alternatives that matches decides; returns its place in the list, or 'count' when none
 * did (a finding on the first one's requirements, at the end of the last window). */
#define expect_choice(scene, list, count, event) expect_choice_at((scene), SITE, (list), (count), (event))
size_t expect_choice_at(struct scene *scene, const char *site, const struct expectation *list, size_t count,
                        struct tap_event **event);

/* Exactly 'times' matches in the window; runs to the window's end. Returns how many there were. None at all
 * is silence and needs proof. */
#define expect_count(scene, times, ...)                                                                      \
    expect_count_at((scene), SITE, (times), &(struct expectation){__VA_ARGS__})
size_t expect_count_at(struct scene *scene, const char *site, size_t times,
                       const struct expectation *expectation);

/* Silence: nothing in [since + min, since + max] matches, consumed or not; the window is narrowed by the
 * tolerance where it begins (unless at once) and ends. Runs to the window's end; each match is a finding.
 * True when it was silent. */
#define expect_none(scene, ...) expect_none_at((scene), SITE, &(struct expectation){__VA_ARGS__})
bool expect_none_at(struct scene *scene, const char *site, const struct expectation *expectation);

/* A field of a frame that was seen. True when it has the value. */
#define expect_field(scene, event, field, value, requirements)                                               \
    expect_field_at((scene), SITE, (event), (field), (value), (requirements))
bool expect_field_at(struct scene *scene, const char *site, struct tap_event *event, enum frame_field field,
                     struct value value, const char *requirements);

/* Anything else: 'condition' has to hold; 'event' is the frame it is about (NULL: none); 'expected' and
 * 'actual' are lines for people. Returns 'condition'. */
#define expect_true(scene, condition, event, requirements, expected, actual)                                 \
    expect_true_at((scene), SITE, (condition), (event), (requirements), (expected), (actual))
bool expect_true_at(struct scene *scene, const char *site, bool condition, struct tap_event *event,
                    const char *requirements, const char *expected, const char *actual);

/* A remark under 'requirements': unusual but allowed, whatever the level. */
#define remark(scene, event, requirements, expected, actual)                                                 \
    remark_at((scene), SITE, (event), (requirements), (expected), (actual))
void remark_at(struct scene *scene, const char *site, struct tap_event *event, const char *requirements,
               const char *expected, const char *actual);

/* Looks without judging: the first match since the mark, consumed or not, among what is already in the tap;
 * NULL if none. */
struct tap_event *seen(struct scene *scene, const struct pattern *pattern, struct mark since);

/* Runs the world until an event matches, for at most 'max_ns' after the mark, without judging. For
 * preconditions. */
struct tap_event *await(struct scene *scene, const struct pattern *pattern, struct mark since,
                        int64_t max_ns);

#endif
