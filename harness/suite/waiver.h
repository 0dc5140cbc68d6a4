/* A waiver: a failure that the lab knows of and accepts for a time, with its reason. The verdict stays what
 * it is; a waived failure does not fail the run, but a waived case that passes does, since its waiver is
 * needless.
 */
#ifndef SUITE_WAIVER_H
#define SUITE_WAIVER_H

#include <stdbool.h>

#include "ledger/finding.h"
#include "scene/test_case.h"

struct waiver {
    const char *cases; /* an instance, a case, or a prefix of cases ending in '/' */
    const char *reason;
    const char *ticket;
    const char
        *expires; /* "2026-12-31": the last day; whoever made the waiver saw to it that it is not over */
};

/* What a waiver did for an instance. */
enum waiver_effect {
    WAIVER_IDLE,    /* neither pass nor fail */
    WAIVER_WAIVES,  /* the failure is waived */
    WAIVER_NEEDLESS /* it passes */
};
const char *waiver_effect_text(enum waiver_effect effect);
enum waiver_effect waiver_effect_on(enum verdict verdict);

/* The waiver for an instance, of several the one that names it most closely; NULL if there is none. */
const struct waiver *waiver_of(const struct waiver *waivers, size_t count,
                               const struct case_instance *instance);

/* "waived: REASON, TICKET, until 2026-12-31". Returns 'line'. */
#define WAIVER_TEXT_SIZE 512
const char *waiver_text(const struct waiver *waiver, char *line, size_t size);

#endif
