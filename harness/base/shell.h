/* A command in a shell, in a process group of its own, so that everything it started ends with it.
 *
 *   struct shell_call call = {.command = "cat", .input = -1, .output = pipe_end, .error = -1};
 *   pid_t pid = shell_start(&call, &reason);
 *   shell_kill(pid);      and wait for it, waitpid(2)
 */
#ifndef BASE_SHELL_H
#define BASE_SHELL_H

#include <sys/types.h>

#include "base/reason.h"

struct shell_call {
    const char *command;
    const char *folder; /* where it runs; NULL: where vmacheck runs */
    char **environment; /* as environ(7); NULL: vmacheck's own */
    int input;          /* descriptor of its standard input; -1: /dev/null */
    int output;         /* of its standard output */
    int error;          /* of its standard error; -1: vmacheck's own */
};

/* Starts it, with no signal blocked and SIGPIPE as usual. 0, with the reason, when the system can't; that a
 * command does not exist shows in the status, 127. */
pid_t shell_start(const struct shell_call *call, struct reason *reason);

/* Kills it and its group; it is still to be waited for. */
void shell_kill(pid_t pid);

#endif
