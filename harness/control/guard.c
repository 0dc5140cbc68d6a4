#define _GNU_SOURCE /* close_range(2) */
#include "control/guard.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/privileges.h"

enum order { KEEP, FORGET };

/* What vmacheck tells. */
struct message {
    enum order order;
    pid_t group;                /* 0: a file */
    char path[GUARD_PATH_SIZE]; /* up to its end only */
};

struct kept {
    struct message thing;
    struct kept *next;
};

struct guard {
    pid_t pid;
    int line; /* to it; it ends when nobody holds this */
};

static _Noreturn void be_guard(int line);
static void let_go_of_everything_else(int *line);
static void keep(struct kept **list, const struct message *message);
static void forget(struct kept **list, const struct message *message);
static void clear_up(const struct kept *list);
static void tell_of_file(const struct guard *guard, enum order order, const char *path);
static void tell(const struct guard *guard, const struct message *message);

struct guard *guard_start(struct reason *reason)
{
    int ends[2];
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
        reason_set(reason, "no sockets for the guard of commands: %s", strerror(errno));
        return NULL;
    }
    struct guard *guard = calloc(1, sizeof *guard);
    if (!guard)
        abort();
    *guard = (struct guard){fork(), ends[0]};
    if (guard->pid == 0) {
        close(ends[0]);
        be_guard(ends[1]);
    }
    close(ends[1]);
    if (guard->pid > 0)
        return guard;
    reason_set(reason, "no process for the guard of commands: %s", strerror(errno));
    close(guard->line);
    free(guard);
    return NULL;
}

void guard_keep_group(const struct guard *guard, pid_t group)
{
    tell(guard, &(struct message){.order = KEEP, .group = group});
}

void guard_forget_group(const struct guard *guard, pid_t group)
{
    tell(guard, &(struct message){.order = FORGET, .group = group});
}

void guard_keep_file(const struct guard *guard, const char *path)
{
    tell_of_file(guard, KEEP, path);
}

void guard_forget_file(const struct guard *guard, const char *path)
{
    tell_of_file(guard, FORGET, path);
}

void guard_end(struct guard *guard)
{
    if (!guard)
        return;
    close(guard->line);
    while (waitpid(guard->pid, NULL, 0) < 0 && errno == EINTR)
        continue;
    free(guard);
}

/* In the process of the guard, until nobody holds the other end of the line. */
static _Noreturn void be_guard(int line)
{
    struct kept *list = NULL;
    struct message message;
    let_go_of_everything_else(&line);
    for (;;) {
        ssize_t size = recv(line, &message, sizeof message, 0);
        if (size < 0 && errno == EINTR)
            continue;
        if (size <= 0)
            break;
        if (message.order == KEEP)
            keep(&list, &message);
        else
            forget(&list, &message);
    }
    clear_up(list);
    _exit(EXIT_SUCCESS);
}

/* Signals to the terminal or to all of vmacheck are not for the guard, and it holds no file open. */
static void let_go_of_everything_else(int *line)
{
    static const int signals[] = {SIGINT, SIGTERM, SIGHUP, SIGQUIT};
    setsid();
    for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++)
        signal(signals[i], SIG_IGN);
    struct reason ignored;
    privileges_drop(&ignored);            /* it needs none to end what its own user started */
    prctl(PR_SET_NAME, "vmacheck-guard"); /* not to be taken for vmacheck by killall(1) */
    if (chdir("/") != 0)
        return;
    dup2(*line, STDIN_FILENO);
    *line = STDIN_FILENO;
    close_range(STDIN_FILENO + 1, ~0U, 0);
    open("/dev/null", O_RDWR);
    open("/dev/null", O_RDWR);
}

static void keep(struct kept **list, const struct message *message)
{
    struct kept *kept = malloc(sizeof *kept);
    if (!kept)
        return;
    *kept = (struct kept){*message, *list};
    *list = kept;
}

static void forget(struct kept **list, const struct message *message)
{
    for (struct kept **place = list; *place; place = &(*place)->next) {
        struct kept *kept = *place;
        if (kept->thing.group != message->group ||
            (!message->group && strcmp(kept->thing.path, message->path) != 0))
            continue;
        *place = kept->next;
        free(kept);
        return;
    }
}

/* Commands first: they may make use of a file. */
static void clear_up(const struct kept *list)
{
    for (const struct kept *kept = list; kept; kept = kept->next)
        if (kept->thing.group)
            kill(-kept->thing.group, SIGKILL);
    for (const struct kept *kept = list; kept; kept = kept->next)
        if (!kept->thing.group)
            unlink(kept->thing.path);
}

static void tell_of_file(const struct guard *guard, enum order order, const char *path)
{
    struct message message = {.order = order};
    size_t size = strlen(path);
    if (size >= sizeof message.path)
        return;
    memcpy(message.path, path, size + 1);
    tell(guard, &message);
}

/* A guard that has died is not worth a word: everything is cleared up as long as vmacheck lives. */
static void tell(const struct guard *guard, const struct message *message)
{
    size_t size = offsetof(struct message, path) + strlen(message->path) + 1;
    while (guard && send(guard->line, message, size, MSG_NOSIGNAL) < 0 && errno == EINTR)
        continue;
}
