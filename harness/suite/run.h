/* Running cases: one result per case instance, many in parallel, in canonical order.
 */
#ifndef SUITE_RUN_H
#define SUITE_RUN_H

#include "scene/scene.h"
#include "steps/site_log.h"
#include "suite/claims.h"
#include "suite/state_coverage.h"
#include "suite/waiver.h"

/* The outcome of one instance. Texts, findings and tap live until the arena of the run is cleared. */
struct case_result {
    struct case_instance instance;
    uint64_t seed;
    enum verdict verdict;
    const char *reason;          /* one line: why this verdict; never NULL */
    const char *device;          /* name of the lab */
    const struct waiver *waiver; /* for this instance; NULL if there is none */
    struct findings findings;
    struct contradictions contradictions; /* of claims and what was seen */
    struct measurements measurements;
    const char *evidence; /* what hooks printed, each line with its deed; NULL: nothing */
    const char *restored; /* what was done to the device, that was unfit before the case or after it; NULL:
                             nothing */
    struct lateness lateness; /* wall clock: of the harness with each of its actions */
    int64_t starved_ns; /* wall clock: by how much the device's host, or a companion's, was late; INT64_MAX:
                           its heartbeat ended */
    int64_t longest_deed_ns; /* wall clock: the longest time that a deed of the lab took */
    int64_t start_ns;        /* of the case in world time: 0 */
    int64_t end_ns;
    size_t event_count; /* tap events */
    struct tap *tap;    /* NULL if the world was never built */
};

/* What every instance runs with. */
struct run_options {
    uint64_t seed;
    bool strict;
    bool wall_clock;
    struct pixit pixit;
    const struct device_profile *profile; /* what the lab says of the device; may be NULL */
    struct site_log
        *sites; /* run_instance: counted there; run_instances: all are added up here. May be NULL */
    struct state_coverage
        *coverage; /* cells of the state table that cases visit are counted there; may be NULL */
    /* run_instances only: */
    const int64_t *durations_ns; /* of each instance on the wall clock, in canonical order; NULL: not known */
    const size_t *order; /* which instance starts first, second …, all of them; NULL: in canonical order */
    /* Of the profile's VRIDs, 0: all are for every case. Each instance has one, whatever runs besides it:
     * equal seeds draw the same however many run at once. No two with the same share do. */
    unsigned vrid_shares;
};

/* Runs one instance in 'arena', which the caller clears after it has read the result. */
void run_instance(const struct case_instance *instance, struct lab *lab, const struct run_options *options,
                  struct arena *arena, struct case_result *result);

/* Exit codes (docs/formats.md). */
enum run_exit {
    RUN_CONFORMS = 0,
    RUN_FAILED = 1,
    RUN_USAGE = 2, /* usage, bad file, nothing selected */
    RUN_HARNESS_ERROR = 3,
    RUN_INCONCLUSIVE = 4 /* nothing failed, but something is inconclusive */
};

/* The exit code of a whole run from the counts per verdict. A run in which nothing was applicable is
 * RUN_INCONCLUSIVE: it has shown nothing. */
enum run_exit run_exit_of(const size_t counts[static VERDICT_COUNT]);

/* What the outside does with the results. */
struct run_callbacks {
    /* A lab for one thread. */
    struct lab *(*open_lab)(void *context, struct reason *reason);
    /* In the worker thread, right when instance 'index' ended, in no order, while its tap is alive: writes
     * the capture and makes of the result whatever 'emit' needs. */
    void *(*render)(void *context, size_t index, const struct case_result *result);
    /* In canonical order, one call at a time; frees what 'render' made. */
    void (*emit)(void *context, size_t index, void *rendered);
    /* True when the run shall end early; asked before each instance. May be NULL. */
    bool (*stop)(void *context);
    /* One call at a time, whenever an instance began or ended and twice a second: how many are done, and how
     * many run. May be NULL. */
    void (*progress)(void *context, size_t done, size_t running);
    /* Once, within half a second of 'stop', while instances still run: how many, and in what time the last of
     * them ends (-1: not known; the others will be over by then). May be NULL. */
    void (*stopped)(void *context, size_t running, int64_t left_ns);
    void *context;
};

/* Runs all of 'instances' in 'jobs' threads (at least 1) and counts the verdicts. On the wall clock nothing
 * begins before each thread has its lab. False, with the reason, when no lab could be opened. */
bool run_instances(const struct case_instance *instances, size_t count, const struct run_options *options,
                   unsigned jobs, const struct run_callbacks *callbacks, size_t counts[static VERDICT_COUNT],
                   struct reason *reason);

#endif
