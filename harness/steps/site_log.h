/* The expectations that ran, by their place in the source, and how often each failed. The kill matrix adds
 * the logs of all mutants up: an expectation that never failed proves nothing. */
#ifndef STEPS_SITE_LOG_H
#define STEPS_SITE_LOG_H

#include <stdbool.h>
#include <stddef.h>

struct site_log;

struct site_log *site_log_new(void);
void site_log_free(struct site_log *log);

/* Counts one evaluation of the expectation at 'site' (a string literal, kept by reference); NULL log: does
 * nothing. */
void site_log_ran(struct site_log *log, const char *site, bool failed);

/* Adds 'log' to 'sum'. */
void site_log_add(struct site_log *sum, const struct site_log *log);

/* Calls 'visit' for each site in the order of its text. */
void site_log_each(const struct site_log *log,
                   void (*visit)(void *context, const char *site, size_t ran, size_t failed), void *context);

#endif
