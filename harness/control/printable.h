/* What a process printed, whatever it is, as text for reports: UTF-8 without control characters. Octets that
 * are none of it become U+FFFD each, tabs become spaces, a carriage return at the end goes.
 */
#ifndef CONTROL_PRINTABLE_H
#define CONTROL_PRINTABLE_H

#include <stddef.h>

/* Room for the text of so many octets, with its end. */
#define PRINTABLE_SIZE(octets) (3 * (octets) + 1)

/* Writes the text of 'size' octets into 'text', which has PRINTABLE_SIZE(size) octets. Returns its length. */
size_t printable(const char *octets, size_t size, char *text);

#endif
