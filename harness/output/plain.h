/* Text that every format can carry: valid UTF-8 without control characters.
 *
 * Most texts of a run are vmacheck's own and plain already. Names and reasons that come from a device may be
 * anything; they are mended once, before they reach JSON, XML, a capture or a terminal.
 */
#ifndef OUTPUT_PLAIN_H
#define OUTPUT_PLAIN_H

#include <stdbool.h>

/* True if 'text' is plain. Quick for ASCII. */
bool plain_is(const char *text);

/* Puts '?' for each octet that is not part of plain text, in place. */
void plain_mend(char *text);

/* A plain copy, freed by the caller; NULL for NULL. */
char *plain_copy(const char *text);

#endif
