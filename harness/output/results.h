/* results.jsonl: one JSON object per line, the record of a run (docs/formats.md, Results).
 *
 * The first line describes the run, one follows per case instance, the last one closes it. Lines stand in
 * canonical order, whatever the order in which instances end, so that equal seeds give equal bytes at any
 * number of jobs. A line that ends before its turn is put at once into a file of its own,
 * "results.jsonl.early", and moved when its turn comes. So a run that is killed leaves a readable prefix, and
 * beside it what else was done; the last line is missing then.
 *
 *   struct results *results = results_open("out/results.jsonl", -1, &head, reason);
 *   …in any thread, in any order:   results_put(results, results_case_line(…), reason);
 *   results_close(results, &end, reason);
 */
#ifndef OUTPUT_RESULTS_H
#define OUTPUT_RESULTS_H

#include "suite/run.h"
#include "suite/selection.h"

/* What the first line says. */
struct results_head {
    const char *device;                /* name of the device source */
    const struct selection *selection; /* as it was asked for */
    size_t planned;                    /* instances selected */
    const struct run_options *options; /* seed, strict, PIXIT */
};

/* What the last line says. */
struct run_report;

struct results_end {
    const struct run_report *report; /* waivers and contradictions of the whole run; NULL: none */
    const char *reason; /* why the run ended before its end: "interrupted"…; NULL if it is complete */
    int exit_code;
};

/* The line of one instance. */
struct results_line {
    size_t index;         /* place in canonical order, from 0 */
    enum verdict verdict; /* for the counts of the last line */
    char *text;           /* with its newline; owned, size octets */
    size_t size;
};

struct results;

/* Starts the record in the file 'path' (NULL: none) and on the descriptor 'stream' (-1: none; it stays open).
 * NULL, with the reason, when the file can't be written. */
struct results *results_open(const char *path, int stream, const struct results_head *head,
                             struct reason *reason);

/* Makes the line of an instance, in any thread, while the tap of the result is alive. 'capture' is the name
 * of its capture as readers of the record find it, NULL if there is none. */
struct results_line results_case_line(size_t index, const struct case_result *result, const char *capture);

/* Takes over a line. From any thread; each index once. False, with the reason, when something could not be
 * written. */
bool results_put(struct results *results, struct results_line line, struct reason *reason);

/* Writes the last line and gives everything up; lines with a gap before them come in order too. False, with
 * the reason, when anything of the record could not be written. */
bool results_close(struct results *results, const struct results_end *end, struct reason *reason);

#endif
