/* The verdict of a case instance that ran, and why: what the case and the rules found, unless something else
 * than the device may be why.
 */
#ifndef SUITE_CASE_VERDICT_H
#define SUITE_CASE_VERDICT_H

#include "suite/run.h"

/* When the case is over and its world still there: takes what was found into the result, and judges it. */
void case_judge(struct scene *scene, struct case_result *result);

/* Sets verdict and reason; the text has to live as long as the result. */
void case_conclude(struct case_result *result, enum verdict verdict, const char *reason);

#endif
