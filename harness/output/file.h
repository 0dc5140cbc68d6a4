/* Whole files, written so that a reader never meets half of one. */
#ifndef OUTPUT_FILE_H
#define OUTPUT_FILE_H

#include <stddef.h>

#include "base/reason.h"

/* Puts 'size' octets into the file 'path': first under a name of its own with the ending ".part", then,
 * complete, under 'path', whatever was there before. False, with the reason, when the directory or the disk
 * refuses. */
bool file_replace(const char *path, const void *data, size_t size, struct reason *reason);

/* A file that is written piece by piece in the same way. */
struct file_writing;

/* Starts; NULL with the reason. */
struct file_writing *file_start(const char *path, struct reason *reason);

/* Another piece; what goes wrong is told at the end. */
void file_put(struct file_writing *writing, const void *data, size_t size);

/* Puts the file into its place and frees 'writing'. False with the reason: then what was there before still
 * is. */
bool file_finish(struct file_writing *writing, struct reason *reason);

/* Gives the file up and frees 'writing': what was there before still is. */
void file_abandon(struct file_writing *writing);

/* Writes everything to a descriptor, however often write(2) comes back early. False with errno set. */
bool file_write_all(int descriptor, const void *data, size_t size);

/* Makes 'path' and every directory above it that is missing. */
bool directory_make(const char *path, struct reason *reason);

#endif
