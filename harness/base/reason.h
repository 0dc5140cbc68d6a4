/* Why something could not be done: one line that names the place and the mend.
 *
 * Functions that can fail take a `struct reason *` as their last parameter, fill it and return false. Only
 * the command line prints it.
 */
#ifndef BASE_REASON_H
#define BASE_REASON_H

#include <stdbool.h>

struct reason {
    char text[400]; /* one line, no newline at the end; empty until something failed */
};

/* Writes the line in 'reason' (which may be NULL) and returns false, so that a caller can `return
 * reason_set(…)`. */
bool reason_set(struct reason *reason, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
