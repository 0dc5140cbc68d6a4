/* A run on the screen: a line per case instance as it ends, how far the run is (on a terminal only), at the
 * end every failure again in full, and totals. Plain text in a pipe or when NO_COLOR is set (no-color.org).
 */
#ifndef OUTPUT_CONSOLE_H
#define OUTPUT_CONSOLE_H

#include <stdio.h>

#include "output/case_report.h"

/* How much is printed. */
struct console_settings {
    FILE *out;
    bool terminal; /* lines may be wiped and written over */
    bool progress; /* how far the run is is shown; not where an operator is asked on the same terminal */
    bool colour;
    bool quiet;            /* no line for a pass or a case that is not applicable */
    size_t failure_limit;  /* failures repeated in full at the end; further ones are counted */
    unsigned side_by_side; /* wall clock: instances that run at once; 0: virtual time */
    int64_t expected_ns;   /* what the run is going to take; 0: not known */
};

/* The settings for 'out': asks whether it is a terminal, and the environment. */
struct console_settings console_settings_for(FILE *out);

/* A run on the screen. */
struct console {
    struct console_settings settings;
    int64_t started_ns; /* of the system's monotonic clock */
    int64_t shown_ns;   /* when the progress was last shown */
    bool progress;      /* it is on the screen, in the line of the cursor */
};

/* Prints what will be run. */
void console_begin(struct console *console, const struct console_settings *settings,
                   const struct run_report *run);

/* Prints the line of a case that was just added to 'run'. */
void console_case(struct console *console, const struct run_report *run, const struct case_report *report);

/* Shows how far the run is, with what has ended and waits for its turn in 'done', if the settings say so. */
void console_progress(struct console *console, const struct run_report *run, size_t done, size_t running);

/* Makes room for a line that another prints. */
void console_wipe_progress(struct console *console);

/* Prints failures and totals. 'unfinished' says why the run ended early, NULL if it is complete. */
void console_end(struct console *console, const struct run_report *run, const char *unfinished);

#endif
