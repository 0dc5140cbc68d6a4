/* The device that --dut names: an attachment, or a device file that says more of it. */
#ifndef CLI_DEVICE_OPTION_H
#define CLI_DEVICE_OPTION_H

#include "cli/options.h"
#include "dut/device_file.h"

/* True if 'spec' names a device file: it ends in ".yaml" or ".yml", or something is there by that name. */
bool device_is_file(const char *spec);

/* Prints mistakes as "FILE:LINE:COLUMN: WHAT; MEND" on the standard error output and complains. Returns
 * RUN_USAGE.
 */
int complain_of_mistakes(const char *path, const struct mistakes *mistakes);

/* What is done to the devices of the file, and to routers that it names, is known to 'guard' from now on.
 * NULL files are accepted. */
void device_file_guard(struct device_file *file, const struct guard *guard);

/* Opens the lab of a device file, for one of its instances (from 1), and holds it to the claims. NULL with
 * the mistakes. */
struct lab *device_file_lab(const struct device_file *file, unsigned instance, struct mistakes *mistakes);

/* The same for a further instance of a device that is several at once; 'lab' is any of them. */
struct lab *device_file_share(const struct device_file *file, struct lab *lab, unsigned instance,
                              struct mistakes *mistakes);

/* The choices in force: the file's, before them those of the command line. 'file' may be NULL. */
struct pixit pixit_in_force(const struct arguments *arguments, const struct device_file *file);

/* What was asked for, within what the file, which may be NULL, claims. False, with the reason, when nothing
 * is left. */
bool claimed_scope(const struct scope *asked, const struct device_file *file, struct scope *scope,
                   struct reason *reason);

#endif
