/* The directory that `vmacheck run --out` fills (docs/formats.md, Files of a run). */
#ifndef CLI_RUN_DIRECTORY_H
#define CLI_RUN_DIRECTORY_H

#include <limits.h>

#include "base/reason.h"
#include "scene/test_case.h"

/* Makes the directory with a directory of captures per topic, and removes what an earlier run left in it:
 * captures only beside a results.jsonl. Other files stay. False, with the reason, when it can't be written
 * to, or when another run writes there: then nothing is changed. '*claim' is a descriptor that keeps other
 * runs out as long as it is open, and ends with the program at the latest; it is the caller's, also after
 * false; -1: there is none. */
bool run_directory_prepare(const char *directory, int *claim, struct reason *reason);

/* The path of a file in it. Returns 'path'. */
const char *run_directory_file(const char *directory, const char *name, char path[static PATH_MAX]);

/* The name of an instance's capture in it:
 * "captures/backup/le-arp-unanswered.router.non-proxy.v2.ethernet.pcapng". */
void run_directory_capture_name(const struct case_instance *instance, char name[static PATH_MAX]);

#endif
