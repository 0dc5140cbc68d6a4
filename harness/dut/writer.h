/* What is written from the schema: a new device file with comments, and the reference page. */
#ifndef DUT_WRITER_H
#define DUT_WRITER_H

#include <stdio.h>

#include "base/scope.h"

/* Writes a device file for the built-in device in the role of 'scope' (a router, if it has none), with
 * what that role has; the other masks, if they are not empty, are what it claims. Keys that need not be there
 * are comments. */
void device_file_write(FILE *out, const struct scope *scope);

/* Writes docs/device-file.md. */
void device_file_page(FILE *out);

#endif
