/* Numbers with a decimal point as people write them on the command line, read exactly. */
#ifndef CLI_DECIMAL_H
#define CLI_DECIMAL_H

#include <stdbool.h>
#include <stdint.h>

/* Reads "12", "0.5", ".5" as a whole number of units of 10^-places: "0.5" with 3 places is 500. False when it
 * is something else, has more places, or is above 'highest' (in those units). */
bool decimal_read(const char *text, unsigned places, int64_t highest, int64_t *value);

#endif
