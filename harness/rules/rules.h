/* Passive rules: they watch everything that is seen and judge the device without doing anything to it. The
 * same rules run in every case and over captures.
 *
 * A rule is a pure function of the tap's events and the facts: it keeps its state in memory of the rule set,
 * never looks at a clock, and reports through rule_broken(), rule_remark() and rule_missed(). It names the
 * frames and events that it wants to see, so that the set calls nobody in vain, and the facts that it needs;
 * without them it does not run and is listed as not judged. Beside its own state it reads the device's
 * history (rules/device_history.h), which stands as it was before the event at hand.
 *
 *   struct rule_set *rules = rule_set_new(&facts, tap, findings, arena);
 *   tap_observe(tap, rule_set_observer(rules));
 *   …
 *   rule_set_finish(rules, world_now_ns(world));   // what was still due
 */
#ifndef RULES_RULES_H
#define RULES_RULES_H

#include "base/arena.h"
#include "base/duration.h"
#include "ledger/finding.h"
#include "ledger/pixit.h"
#include "station/device_settings.h"
#include "world/tap.h"

/* What the rules know beside the frames. */
#define FACT_VCC_KINDS 0x01u /* the role of every VCC */
#define FACT_CONTROL   0x02u /* startup, shutdown and the like are in the tap */
#define FACT_SETTINGS  0x04u /* how the device is configured */
#define FACT_COMPLETE                                                                                        \
    0x08u /* everything that the device sent and heard since it was switched on is in the tap */
#define FACT_EGRESS_ORDER 0x10u /* its frames are in the tap in the order in which it sent them */

struct facts {
    unsigned known;   /* FACT_* */
    enum role role;   /* of the device */
    bool proxy;       /* scheme it claims */
    bool scheme_open; /* which scheme can't be told: 'proxy' says nothing */
    bool v2;          /* LANE version in force after the join (harness decides it) */
    bool token_ring;  /* medium of its ELAN */
    unsigned device;  /* its port index */
    const struct segment
        *segment; /* role vrrp: of LAN port 0; NULL: not known, every segment is taken for it */
    const struct device_settings *settings; /* FACT_SETTINGS */
    struct pixit pixit;
    int64_t tolerance_ns; /* of times; for longer ones tolerance_percent of them, if that is more */
    unsigned tolerance_percent;
};

struct device_history;

/* What a rule is called with. */
struct rule_context {
    const struct facts *facts;
    const struct device_history *device; /* before the event at hand */
    struct tap *tap;
    struct arena *arena; /* for texts and state that grows */
    struct findings *findings;
    const struct rule *rule;
    const struct frame *frame; /* of the event at hand; NULL if it has none */
    bool sent;                 /* the device sent the frame; else it heard it */
    struct tap_event *last;    /* the last frame before, sent or heard; NULL at the start */
    int64_t due_ns; /* set by the rule: its 'due' is called before the first event later than this */
};

/* One rule: a subject such as "form of announcements" that checks one or several requirements. */
struct rule {
    const char *name;         /* "announcement-form" */
    const char *title;        /* one line for people */
    const char *requirements; /* ids with spaces between: those it can find broken */
    unsigned needs;           /* FACT_* */
    unsigned roles;           /* of enum role: devices it is for */
    bool associations; /* it waits for address associations, which functional addresses have not */
    uint64_t sent;     /* names of frames from the device that it wants (FRAME_SET) */
    uint64_t heard;    /* names of frames that reach the device and that it wants */
    unsigned kinds;    /* other events of the device's calls, link and control: 1u << TAP_CALL_SETUP | … */
    size_t state_size; /* zeroed memory it gets */
    void (*event)(struct rule_context *context, void *state, struct tap_event *event);
    void (*due)(struct rule_context *context, void *state,
                int64_t now_ns); /* 'due_ns' is over; may be NULL */
};

/* All rules (rules/registry.c), at most RULE_ROOM. */
#define RULE_ROOM 64
extern const struct rule *const rule_registry[];
extern const size_t rule_registry_count;

/* True when the rule runs for a device with these facts; else it is "not judged". */
bool rule_judges(const struct rule *rule, const struct facts *facts);

/* 'facts' is copied; everything else, the settings too, must outlive the set. Memory comes from 'arena'. */
struct rule_set;
struct rule_set *rule_set_new(const struct facts *facts, struct tap *tap, struct findings *findings,
                              struct arena *arena);
struct tap_observer rule_set_observer(struct rule_set *set);

/* What the set goes by. A capture tells it bit by bit: 'proxy', 'scheme_open', 'v2', 'token_ring' and the
 * PIXIT may be changed between events; 'known', 'role' and 'device' stay as they were: they decided which
 * rules run. */
struct facts *rule_set_facts(struct rule_set *set);

/* Judges what was due up to and including 'now_ns'. */
void rule_set_finish(struct rule_set *set, int64_t now_ns);

/* The device's history as the set keeps it. An observer added before that of the set sees it as it was before
 * the event at hand. */
const struct device_history *rule_set_history(const struct rule_set *set);

/* For rules. A requirement whose scope (role, scheme, LANE version, medium) does not fit the device is left
 * alone, so a rule may name all that share a sentence. */

/* 'event' breaks 'requirement'. 'expected' is a line in frame notation; what was seen is taken from the
 * event. */
#define rule_broken(context, requirement, event, ...)                                                        \
    rule_broken_at((context), SITE_OF_RULE, (requirement), (event), __VA_ARGS__)
/* The part of a requirement that is marked "remark", or something unusual but allowed. */
#define rule_remark(context, requirement, event, ...)                                                        \
    rule_remark_at((context), SITE_OF_RULE, (requirement), (event), __VA_ARGS__)
#define RULE_TEXT_(line) #line
#define RULE_TEXT(line)  RULE_TEXT_(line)
#define SITE_OF_RULE     (__FILE__ ":" RULE_TEXT(__LINE__))
void rule_broken_at(struct rule_context *context, const char *site, const char *requirement,
                    struct tap_event *event, const char *format, ...) __attribute__((format(printf, 5, 6)));
void rule_remark_at(struct rule_context *context, const char *site, const char *requirement,
                    struct tap_event *event, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Something that was due between the time of 'event', which called for it, and 'due_ns' did not come. */
#define rule_missed(context, requirement, event, due_ns, ...)                                                \
    rule_missed_at((context), SITE_OF_RULE, (requirement), (event), (due_ns), __VA_ARGS__)
void rule_missed_at(struct rule_context *context, const char *site, const char *requirement,
                    struct tap_event *event, int64_t due_ns, const char *format, ...)
    __attribute__((format(printf, 6, 7)));

/* The tolerance of a bound: the larger of the absolute and the relative one (draft-requirements 10.1). */
int64_t rule_tolerance_ns(const struct facts *facts, int64_t bound_ns);

/* True when all of 'facts' are known. */
static inline bool facts_known(const struct facts *facts, unsigned known)
{
    return (facts->known & known) == known;
}

/* Asks to be called at 'due_ns' if nothing earlier is asked for yet. */
static inline void rule_call_at(struct rule_context *context, int64_t due_ns)
{
    if (due_ns < context->due_ns)
        context->due_ns = due_ns;
}

#endif
