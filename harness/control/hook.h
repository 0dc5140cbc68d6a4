/* A command of the lab (a hook) as a process: starting it, hearing what it prints, its end, its time limit.
 *
 *   struct hook *hook = hook_start(&(struct hook_call){.command = "./lab-hook", .limit_ns = SECONDS(10)},
 * &reason); … wait until hook_descriptor() can be read … hook_look(hook, &reason)     HOOK_RUNS: wait again
 *   hook_free(hook)
 *
 * The command runs in a shell, in a process group of its own, with standard input from /dev/null; its output
 * and error output are read as one. Its end is that of the shell: what it left in the background lives on,
 * even if it still holds the output open, and is no longer heard. A command that is not done in time is
 * killed with its whole group.
 */
#ifndef CONTROL_HOOK_H
#define CONTROL_HOOK_H

#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

struct hook;
struct guard; /* control/guard.h */

/* What a command is told, in its environment. */
struct hook_variable {
    const char *name;
    const char *value;
};

struct hook_call {
    const char *command; /* for the shell; nothing is ever put into this text */
    const char *folder;  /* where it runs; NULL: where vmacheck runs */
    const struct hook_variable *variables;
    size_t variable_count;     /* each goes before one of the same name that vmacheck itself has */
    int64_t limit_ns;          /* 0: none */
    const struct guard *guard; /* knows of it while it runs; NULL: nobody */
};

/* Starts it. NULL, with the reason, when the system can't; that there is no such command shows in its status.
 */
struct hook *hook_start(const struct hook_call *call, struct reason *reason);

enum hook_progress {
    HOOK_RUNS,
    HOOK_SUCCEEDED, /* status 0 */
    HOOK_FAILED     /* the reason says how and quotes the last line that it printed */
};

/* How far it is, after taking in what it printed meanwhile; never blocks. */
enum hook_progress hook_look(struct hook *hook, struct reason *reason);

/* Can be read when there is something to look at. */
int hook_descriptor(const struct hook *hook);

/* The first HOOK_OUTPUT_ROOM octets that it printed, whatever they are. */
#define HOOK_OUTPUT_ROOM (16u * 1024)
const char *hook_output(const struct hook *hook, size_t *size);

/* All octets and all newlines that it printed. */
uint64_t hook_output_size(const struct hook *hook);
uint64_t hook_line_count(const struct hook *hook);

/* Kills it with its group if it still runs; NULL is accepted. */
void hook_free(struct hook *hook);

#endif
