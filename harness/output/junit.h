/* A run as JUnit XML, for CI systems (docs/formats.md, JUnit). */
#ifndef OUTPUT_JUNIT_H
#define OUTPUT_JUNIT_H

#include "output/case_report.h"

/* Writes the file 'path': a test suite per topic, a test case per case instance. Fail is a failure; error and
 * inconclusive are errors, so that a run which proved nothing isn't green; not-applicable is skipped. A run
 * that is not complete has a test case more, which is an error with 'unfinished' as its message; NULL if the
 * run is complete. */
bool junit_write(const char *path, const struct run_report *run, const char *unfinished,
                 struct reason *reason);

#endif
