/* The kill matrix: the whole suite against every mutant. It proves the cases and rules: each must and should
 * that a mutant breaks has to be named by a finding on that mutant, and every expectation in the cases has to
 * fail at least once.
 *
 *   struct kill_matrix matrix;
 *   if (kill_matrix_run(&options, &matrix, reason)) { … kill_matrix_free(&matrix); }
 */
#ifndef SUITE_KILL_MATRIX_H
#define SUITE_KILL_MATRIX_H

#include "suite/run.h"

/* What is run. */
struct kill_matrix_options {
    const struct mutant *const *mutants; /* mutant_count of them; none: all of the ledger */
    size_t mutant_count;
    struct run_options run; /* 'sites' is not used */
    bool full; /* every mutant runs every case of its roles, not only those that cite what it breaks */
    /* Opens a lab with the mutant; NULL, with the reason, ends the matrix. */
    struct lab *(*open_lab)(const char *id, struct reason *reason);
    /* Why a mutant of the ledger is not built (yet), NULL if it is; its pairs are then not required. */
    const char *(*absent)(const char *id);
    unsigned jobs; /* threads, at least 1 */
    /* After each mutant, one call at a time; may be NULL. */
    void (*progress)(void *context, size_t done, size_t planned);
    /* True when the run shall end early; from any thread; may be NULL. */
    bool (*stop)(void *context);
    void *context;
};

/* A pair of the ledger: 'mutant' breaks 'requirement'. */
struct kill {
    const struct mutant *mutant;
    const struct requirement *requirement;
    bool required;      /* a must or a should that a frame can show: it has to be killed */
    const char *absent; /* why the mutant is not built; NULL if it is */
    const char **
        killed_by; /* case instances whose findings on this mutant name the requirement, in canonical order */
    size_t killed_by_count; /* 0: it survived */
    unsigned killed_roles;  /* of the devices that were caught with the defect */
};

struct kill_matrix {
    struct kill *kills; /* in the order of mutants, then of the ledger */
    size_t kill_count;
    size_t survivor_count;     /* required pairs that nothing killed */
    bool complete;             /* every mutant asked for was run */
    bool sites_judged;         /* all mutants ran all cases, so that 'never_failed' means something */
    const char **never_failed; /* expectations that ran and never failed, "cases/backup.c:57", in order */
    size_t never_failed_count;
    size_t site_count; /* expectations that ran */
};

/* Runs the suite against the mutants. False, with the reason, when a mutant can't be opened or the harness
 * fails. */
bool kill_matrix_run(const struct kill_matrix_options *options, struct kill_matrix *matrix,
                     struct reason *reason);

void kill_matrix_free(struct kill_matrix *matrix);

/* Of the musts and shoulds that bind a role, and that some mutant breaks: how many were seen broken on a
 * device of that role. */
struct role_proof {
    size_t count;
    size_t proven;
};
struct role_proof kill_matrix_proof(const struct kill_matrix *matrix, enum role role);

/* True when a mutant of that role was caught breaking 'requirement'. */
bool kill_matrix_proves(const struct kill_matrix *matrix, const struct requirement *requirement,
                        enum role role);

#endif
