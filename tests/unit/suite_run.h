/* Runs of the suite for tests that look at what its cases put on the tap.
 *
 *   static void *look(void *context, size_t index, const struct case_result *result) { …; return NULL; }
 *
 *   struct selection selection = {.selectors = (const char *[]){"join/"}, .selector_count = 1};
 *   ck_assert(run_suite(&selection, "reference", 2, look));
 */
#ifndef TESTS_UNIT_SUITE_RUN_H
#define TESTS_UNIT_SUITE_RUN_H

#include "suite/run.h"
#include "suite/selection.h"

/* Runs what is selected on a device (a spec of lab_open()), with seed 1 and the default PIXIT, in 'jobs'
 * threads, each of which calls 'look' (run_callbacks.render, without a context). False when nothing is
 * selected; fails the test when the run does not come to its end. */
bool run_suite(const struct selection *selection, const char *device, unsigned jobs,
               void *(*look)(void *context, size_t index, const struct case_result *result));

#endif
