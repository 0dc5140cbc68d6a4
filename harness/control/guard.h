/* Leaves nothing behind, however vmacheck ends: a second Ctrl-C, a terminal that is closed, kill -9. A
 * process beside vmacheck, the guard, knows which commands run and which files are there for them; once
 * vmacheck has gone it kills and removes them, and ends.
 *
 *   struct guard *guard = guard_start(&reason);   // before there are threads
 *   guard_keep_group(guard, pid);                 // a command runs, in a process group of its own
 *   guard_forget_group(guard, pid);               // it has ended: what it left in the background lives on
 *   guard_end(guard);
 *
 * Without a guard, NULL, all of this does nothing.
 */
#ifndef CONTROL_GUARD_H
#define CONTROL_GUARD_H

#include <sys/types.h>

#include "base/reason.h"

struct guard;

/* Starts a guard, to be ended by guard_end(). It has no privileges. NULL, with the reason, when the system
 * can't. */
struct guard *guard_start(struct reason *reason);

/* From any thread. A path is absolute; one of GUARD_PATH_SIZE octets or more is not remembered. */
#define GUARD_PATH_SIZE 1024
void guard_keep_group(const struct guard *guard, pid_t group);
void guard_forget_group(const struct guard *guard, pid_t group);
void guard_keep_file(const struct guard *guard, const char *path);
void guard_forget_file(const struct guard *guard, const char *path);

/* Lets the guard clear up what is left now, and waits for its end. */
void guard_end(struct guard *guard);

#endif
