#define _GNU_SOURCE /* posix_spawn_file_actions_addchdir_np(3) */
#include "base/shell.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

static void set_signals(posix_spawnattr_t *attributes);
static void set_files(posix_spawn_file_actions_t *actions, const struct shell_call *call);

pid_t shell_start(const struct shell_call *call, struct reason *reason)
{
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    set_signals(&attributes);
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    set_files(&actions, call);
    char *arguments[] = {"sh", "-c", (char *)(uintptr_t)call->command, NULL};
    pid_t pid;
    int error = posix_spawn(&pid, "/bin/sh", &actions, &attributes, arguments,
                            call->environment ? call->environment : environ);
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    if (!error)
        return pid;
    reason_set(reason, "the command could not be started in %s: %s",
               call->folder ? call->folder : "this folder", strerror(error));
    return 0;
}

void shell_kill(pid_t pid)
{
    kill(-pid, SIGKILL);
    kill(pid, SIGKILL); /* it may have left its group */
}

static void set_signals(posix_spawnattr_t *attributes)
{
    sigset_t none, pipe;
    sigemptyset(&none);
    sigemptyset(&pipe);
    sigaddset(&pipe, SIGPIPE);
    posix_spawnattr_setflags(attributes,
                             POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    posix_spawnattr_setpgroup(attributes, 0);
    posix_spawnattr_setsigdefault(attributes, &pipe);
    posix_spawnattr_setsigmask(attributes, &none);
}

static void set_files(posix_spawn_file_actions_t *actions, const struct shell_call *call)
{
    if (call->input >= 0)
        posix_spawn_file_actions_adddup2(actions, call->input, STDIN_FILENO);
    else
        posix_spawn_file_actions_addopen(actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(actions, call->output, STDOUT_FILENO);
    if (call->error >= 0)
        posix_spawn_file_actions_adddup2(actions, call->error, STDERR_FILENO);
    if (call->folder)
        posix_spawn_file_actions_addchdir_np(actions, call->folder);
}
