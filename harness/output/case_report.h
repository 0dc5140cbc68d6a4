/* What console, JUnit and totals keep of a case instance after its world is gone: plain copies of all texts.
 */
#ifndef OUTPUT_CASE_REPORT_H
#define OUTPUT_CASE_REPORT_H

#include "suite/run.h"

struct report_finding {
    enum finding_kind kind;
    const struct requirement *requirement;
    char *source;
    char *site;
    char *expected;
    char *actual;
    int64_t time_ns;
    int64_t window_from_ns; /* both 0 if time did not matter */
    int64_t window_to_ns;
    uint32_t frame_number; /* in the capture; 0: none */
    bool silence;          /* 'frame_number' is then the last frame before */
};

/* A claim of the device file that contradicts what was seen. */
struct report_contradiction {
    const char *key;
    const char *text;
    uint32_t frame_number; /* in the capture; 0: none */
};

struct case_report {
    struct case_instance instance;
    uint64_t seed;
    enum verdict verdict;
    char *reason;
    char *restored;      /* what was done to a device that was unfit before or after; NULL: nothing */
    char *capture;       /* its name in the directory of the run; NULL if there is none */
    int64_t duration_ns; /* in world time */
    struct report_finding *findings;
    size_t finding_count;
    size_t violation_count;
    size_t dropped_count;        /* findings that were counted only */
    const struct waiver *waiver; /* for the instance; of the device file, not copied; NULL if there is none */
    enum waiver_effect waiver_effect;
    struct report_contradiction contradictions[CONTRADICTION_ROOM];
    size_t contradiction_count;
};

/* A copy of 'result', whose tap is alive; freed by case_report_free(). */
struct case_report *case_report_new(const struct case_result *result, const char *capture);
void case_report_free(struct case_report *report);

/* A whole run, in canonical order. */
struct run_report {
    const char *device;    /* plain, not copied */
    const char *directory; /* where the files of the run are, not copied; NULL if there are none */
    bool all_written;      /* each of those files is there and whole */
    bool junit_written;    /* junit.xml is */
    const struct device_profile *profile; /* of the device file, not copied; NULL if there is none */
    size_t planned;                       /* instances selected */
    uint64_t seed;
    bool strict;
    struct case_report **cases; /* owned */
    size_t count;
    size_t room;
    size_t verdicts[VERDICT_COUNT]; /* how many of each */
    size_t violation_count;
    size_t remark_count;
    size_t waived_count;   /* failures that are waived */
    size_t needless_count; /* passes of waived cases */
};

/* Adds the next case; the run report owns it from now on. */
void run_report_add(struct run_report *run, struct case_report *report);

/* The exit code that its verdicts and waivers call for: a waived failure fails nothing, a needless waiver
 * does. */
enum run_exit run_report_exit(const struct run_report *run);

/* True if no case that ran was under the waiver. */
bool run_report_unused(const struct run_report *run, const struct waiver *waiver);

/* A contradiction over the whole run: the first case in which it was seen, and in how many. */
struct run_contradiction {
    const struct report_contradiction *first;
    const struct case_report *report;
    size_t case_count;
};

/* All of them, in the order in which they were first seen. Returns their number. */
size_t run_report_contradictions(const struct run_report *run,
                                 struct run_contradiction list[static CONTRADICTION_ROOM]);

/* "claims LANE v1 only, but joins with V2 Capable; seen in frame 12 of INSTANCE and in 7 further cases".
 * Returns 'line'. */
const char *run_contradiction_text(const struct run_contradiction *contradiction, char *line, size_t size);

/* Gives up the cases. */
void run_report_clear(struct run_report *run);

/* "expected …; got …", with the times: the one line that says what is wrong. Returns 'line'. */
#define FINDING_TEXT_SIZE 1600
const char *report_finding_text(const struct report_finding *finding, char *line, size_t size);

/* "at 1.204113 s, frame 57", or "by 2.000000 s, after frame 57" for a silence. Returns 'line'. */
const char *report_finding_place(const struct report_finding *finding, char *line, size_t size);

#endif
