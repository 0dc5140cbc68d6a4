/* The settings of a case as a private file, for commands that configure a device. */
#ifndef CONTROL_SETTINGS_FILE_H
#define CONTROL_SETTINGS_FILE_H

#include "base/reason.h"
#include "station/device_settings.h"

struct guard;

/* Writes them as JSON, as in the adapter protocol, into a new file that only this user can read. Returns its
 * path, to be given to settings_file_remove() with the same guard (control/guard.h, may be NULL); NULL with
 * the reason. */
char *settings_file_write(const struct device_settings *settings, const struct guard *guard,
                          struct reason *reason);

/* Removes the file and frees its path; NULL is accepted. */
void settings_file_remove(char *path, const struct guard *guard);

#endif
