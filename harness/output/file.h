/* Whole files, written so that a reader never meets half of one. */
#ifndef OUTPUT_FILE_H
#define OUTPUT_FILE_H

#include <stddef.h>

#include "base/reason.h"

/* Puts 'size' octets into the file 'path': first under a name of its own with the ending ".part", then,
 * complete, under 'path', whatever was there before. False, with the reason, when the directory or the disk
 * refuses. */
bool file_replace(const char *path, const void *data, size_t size, struct reason *reason);

/* Writes everything to a descriptor, however often write(2) comes back early. False with errno set. */
bool file_write_all(int descriptor, const void *data, size_t size);

/* Makes 'path' and every directory above it that is missing. */
bool directory_make(const char *path, struct reason *reason);

#endif
