/* Findings and verdicts: what a case or a rule has to say about the device, and what follows from it.
 */
#ifndef LEDGER_FINDING_H
#define LEDGER_FINDING_H

#include "ledger/ledger.h"
#include "world/tap.h"

/* Every verdict once: enum, text and the colour it has on a terminal. */
#define VERDICTS(X)                                                                                          \
    X(PASS, "pass", "32")                    /* nothing violated, perhaps with remarks */                    \
    X(FAIL, "fail", "31")                    /* at least one violation */                                    \
    X(INCONCLUSIVE, "inconclusive", "33")    /* the precondition or a proof of life was missing */           \
    X(NOT_APPLICABLE, "not-applicable", "2") /* the device lacks what the case needs */                      \
    X(ERROR, "error", "35")                  /* the harness's own fault */

enum verdict {
#define X(name, text, colour) VERDICT_##name,
    VERDICTS(X)
#undef X
        VERDICT_COUNT
};
const char *verdict_text(enum verdict verdict);

/* The number of its colour on a terminal, "32". */
const char *verdict_colour(enum verdict verdict);

enum finding_kind {
    FINDING_VIOLATION, /* a `must` broken; with --strict a `should` as well */
    FINDING_REMARK     /* a `should` broken, or unusual but allowed */
};

/* One thing found. It names exactly one requirement; what breaks several makes several findings. All texts
 * live as long as the world. */
struct finding {
    enum finding_kind kind;
    const struct requirement *requirement;
    const char *source; /* "case", or the name of the rule */
    const char *site;   /* "cases/backup.c:57": the expectation in the source; the rule's for a rule */
    int64_t time_ns;    /* when it was certain */
    struct tap_event
        *event;   /* the offending frame; for a silence the last frame before its end, NULL if none */
    bool silence; /* something that was due did not come */
    int64_t window_from_ns; /* when it was allowed or due; both 0 if time did not matter */
    int64_t window_to_ns;
    const char *expected; /* in the one-line notation */
    const char *actual;   /* the same, or "nothing" */
};

/* The most findings that are kept for one case instance, and of those the most with the same requirement and
 * site, so that a defect in every frame leaves room for others. Further ones are counted only; but a
 * violation takes the place of a remark when either room is used up, so that it is never lost behind remarks.
 */
#define FINDING_ROOM        64
#define FINDING_REPEAT_ROOM 4

/* Takes findings one by one where there may be any number of them (audit). */
struct finding_sink {
    /* Asked before the texts are made: false if they are not worth making. The sink may count it then. */
    bool (*wanted)(void *context, const struct requirement *requirement, const char *site,
                   enum finding_kind kind, const struct tap_event *event);
    /* The texts are valid during the call. */
    void (*found)(void *context, const struct finding *finding);
    void *context;
};

struct findings {
    const struct finding_sink *sink; /* not NULL: gets the findings, and the list stays empty */
    struct finding list[FINDING_ROOM];
    size_t count;
    size_t dropped; /* found but not kept */
    bool strict;    /* turns a broken `should` into a violation */
};

/* Records that 'requirement' was broken. Its level decides the kind: must -> violation (remark while its
 * provenance is memory), should -> remark or, strict, violation, may and info -> remark. A finding with the
 * same requirement, site and event is recorded once, as a violation if it was found to be one. */
void finding_broken(struct findings *findings, struct finding finding);

/* Records something unusual but allowed, or the part of a requirement that is marked "remark": never a
 * violation. */
void finding_remark(struct findings *findings, struct finding finding);

/* True if a further finding on 'requirement' from 'site', of the same kind as those before, would be kept, so
 * that its texts are worth making; if not, the caller counts it in 'dropped'. */
bool findings_have_room(const struct findings *findings, const struct requirement *requirement,
                        const char *site);

/* What a broken requirement is a finding of: see finding_broken(). */
enum finding_kind finding_kind_of_broken(const struct findings *findings,
                                         const struct requirement *requirement);

/* True if a finding of either kind names 'requirement'. */
bool findings_name(const struct findings *findings, const struct requirement *requirement);

size_t findings_violations(const struct findings *findings);

/* Forgets what became certain at 'time_ns' or later; a silence is certain at the end of its window. */
void findings_forget_from(struct findings *findings, int64_t time_ns);

#endif
