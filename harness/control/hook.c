#define _GNU_SOURCE /* pipe2(2) */
#include "control/hook.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/pidfd.h>
#include <sys/timerfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/shell.h"
#include "control/guard.h"
#include "control/printable.h"

#define READ_SIZE (64u * 1024)
#define READ_LIMIT                                                                                           \
    (256u * 1024) /* at one look: more than a pipe holds, so that an end leaves nothing in it */
#define STATUS_UNKNOWN (255 << 8) /* as wait(2) has it: somebody else took the status */
#define LINE_ROOM      160        /* octets of a line that are quoted */

/* The start of a line. */
struct line {
    char octets[LINE_ROOM];
    size_t size;
};

struct hook {
    pid_t pid; /* of the shell and its group; 0: it has ended */
    const struct guard *guard;
    int status;
    int64_t limit_ns;
    bool late;      /* killed for it */
    int descriptor; /* epoll of the following, -1 when done with */
    int pipe;       /* what it prints */
    int end;        /* pidfd: the end of the shell */
    int limit;      /* timerfd */
    char *output;   /* the first HOOK_OUTPUT_ROOM octets */
    size_t output_size;
    uint64_t size; /* of all output */
    uint64_t line_count;
    struct line line; /* under way */
    struct line last; /* before it; not empty if there was one */
};

extern char **environ;

static bool start(struct hook *hook, const struct hook_call *call, struct reason *reason);
static bool spawn(const struct hook_call *call, int output, pid_t *pid, struct reason *reason);
static char **environment_of(const struct hook_call *call);
static bool is_replaced(const char *variable, const struct hook_call *call);
static bool watch(struct hook *hook, const struct hook_call *call, struct reason *reason);
static bool watch_descriptor(struct hook *hook, int descriptor);
static void take_output(struct hook *hook);
static void note_output(struct hook *hook, const char *data, size_t size);
static void end(struct hook *hook);
static bool limit_is_reached(const struct hook *hook);
static enum hook_progress outcome(const struct hook *hook, struct reason *reason);
static const char *last_line(const struct hook *hook, char text[static PRINTABLE_SIZE(LINE_ROOM)]);
static void close_descriptor(int *descriptor);

struct hook *hook_start(const struct hook_call *call, struct reason *reason)
{
    struct hook *hook = calloc(1, sizeof *hook);
    if (!hook)
        abort();
    hook->guard = call->guard;
    hook->descriptor = hook->pipe = hook->end = hook->limit = -1;
    hook->status = STATUS_UNKNOWN;
    hook->limit_ns = call->limit_ns;
    if (start(hook, call, reason))
        return hook;
    hook_free(hook);
    return NULL;
}

enum hook_progress hook_look(struct hook *hook, struct reason *reason)
{
    pid_t ended = hook->pid ? waitpid(hook->pid, &hook->status, WNOHANG) : 0;
    take_output(hook); /* after the end: nothing of the shell comes later */
    if (ended)
        end(hook);
    if (!hook->pid)
        return outcome(hook, reason);
    if (!hook->late && limit_is_reached(hook)) {
        hook->late = true;
        shell_kill(hook->pid);
    }
    return HOOK_RUNS;
}

int hook_descriptor(const struct hook *hook)
{
    return hook->descriptor;
}

const char *hook_output(const struct hook *hook, size_t *size)
{
    *size = hook->output_size;
    return hook->output;
}

uint64_t hook_output_size(const struct hook *hook)
{
    return hook->size;
}

uint64_t hook_line_count(const struct hook *hook)
{
    return hook->line_count;
}

void hook_free(struct hook *hook)
{
    if (!hook)
        return;
    if (hook->pid) {
        shell_kill(hook->pid);
        while (waitpid(hook->pid, &hook->status, 0) < 0 && errno == EINTR)
            continue;
    }
    end(hook);
    close_descriptor(&hook->descriptor);
    free(hook->output);
    free(hook);
}

static bool start(struct hook *hook, const struct hook_call *call, struct reason *reason)
{
    int ends[2];
    struct sigaction of_children;
    if (sigaction(SIGCHLD, NULL, &of_children) == 0 && of_children.sa_handler == SIG_IGN)
        return reason_set(reason,
                          "no command can be started: vmacheck runs with SIGCHLD ignored, so that nobody "
                          "would learn its status");
    if (pipe2(ends, O_CLOEXEC) != 0)
        return reason_set(reason, "no pipe for the command: %s", strerror(errno));
    hook->pipe = ends[0];
    fcntl(hook->pipe, F_SETFL, O_NONBLOCK);
    bool good = spawn(call, ends[1], &hook->pid, reason);
    close(ends[1]);
    return good && watch(hook, call, reason);
}

static bool spawn(const struct hook_call *call, int output, pid_t *pid, struct reason *reason)
{
    char **environment = environment_of(call);
    struct shell_call command = {.command = call->command,
                                 .folder = call->folder,
                                 .environment = environment,
                                 .input = -1,
                                 .output = output,
                                 .error = output};
    *pid = shell_start(&command, reason);
    if (*pid)
        guard_keep_group(call->guard, *pid);
    for (size_t i = 0; i < call->variable_count; i++)
        free(environment[i]);
    free(environment);
    return *pid;
}

/* The call's variables, each a text of its own, before those that vmacheck itself has. */
static char **environment_of(const struct hook_call *call)
{
    size_t count = 0;
    while (environ[count])
        count++;
    char **environment = calloc(call->variable_count + count + 1, sizeof *environment);
    if (!environment)
        abort();
    char **next = environment;
    for (size_t i = 0; i < call->variable_count; i++) {
        const struct hook_variable *variable = &call->variables[i];
        size_t name_size = strlen(variable->name);
        size_t value_size = strlen(variable->value);
        char *text = malloc(name_size + 1 + value_size + 1);
        if (!text)
            abort();
        memcpy(text, variable->name, name_size);
        text[name_size] = '=';
        memcpy(text + name_size + 1, variable->value, value_size + 1);
        *next++ = text;
    }
    for (size_t i = 0; i < count; i++)
        if (!is_replaced(environ[i], call))
            *next++ = environ[i];
    return environment;
}

static bool is_replaced(const char *variable, const struct hook_call *call)
{
    size_t size = strcspn(variable, "=");
    for (size_t i = 0; i < call->variable_count; i++)
        if (strlen(call->variables[i].name) == size && memcmp(call->variables[i].name, variable, size) == 0)
            return true;
    return false;
}

/* One descriptor for output, end and limit. */
static bool watch(struct hook *hook, const struct hook_call *call, struct reason *reason)
{
    struct itimerspec limit = {
        .it_value = {(time_t)(call->limit_ns / NS_PER_S), (long)(call->limit_ns % NS_PER_S)}};
    hook->descriptor = epoll_create1(EPOLL_CLOEXEC);
    hook->end = pidfd_open(hook->pid, 0);
    if (call->limit_ns)
        hook->limit = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    bool good = hook->descriptor >= 0 && hook->end >= 0 && watch_descriptor(hook, hook->pipe) &&
                watch_descriptor(hook, hook->end);
    if (call->limit_ns)
        good = good && hook->limit >= 0 && timerfd_settime(hook->limit, 0, &limit, NULL) == 0 &&
               watch_descriptor(hook, hook->limit);
    return good ||
           reason_set(reason, "the command can't be watched: %s (it takes Linux 5.3)", strerror(errno));
}

static bool watch_descriptor(struct hook *hook, int descriptor)
{
    struct epoll_event event = {.events = EPOLLIN};
    return epoll_ctl(hook->descriptor, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

/* What the pipe holds; when nobody holds its other end any more it is closed. */
static void take_output(struct hook *hook)
{
    char data[READ_SIZE];
    for (size_t sum = 0; hook->pipe >= 0 && sum < READ_LIMIT;) {
        ssize_t size = read(hook->pipe, data, sizeof data);
        if (size < 0 && errno == EINTR)
            continue;
        if (size < 0 && errno == EAGAIN)
            return;
        if (size <= 0)
            close_descriptor(&hook->pipe); /* takes it out of the epoll as well */
        else
            note_output(hook, data, (size_t)size);
        sum += size > 0 ? (size_t)size : 0;
    }
}

static void note_output(struct hook *hook, const char *data, size_t size)
{
    if (!hook->output && !(hook->output = malloc(HOOK_OUTPUT_ROOM)))
        abort();
    size_t kept = HOOK_OUTPUT_ROOM - hook->output_size < size ? HOOK_OUTPUT_ROOM - hook->output_size : size;
    memcpy(hook->output + hook->output_size, data, kept);
    hook->output_size += kept;
    hook->size += size;
    for (size_t i = 0; i < size; i++) {
        if (data[i] != '\n') {
            if (hook->line.size < LINE_ROOM)
                hook->line.octets[hook->line.size++] = data[i];
            continue;
        }
        hook->line_count++;
        if (hook->line.size)
            hook->last = hook->line;
        hook->line.size = 0;
    }
}

/* Nothing more is to be seen of it: its descriptor can't be read any more. */
static void end(struct hook *hook)
{
    if (hook->pid)
        guard_forget_group(hook->guard, hook->pid);
    hook->pid = 0;
    close_descriptor(&hook->pipe);
    close_descriptor(&hook->end);
    close_descriptor(&hook->limit);
}

static bool limit_is_reached(const struct hook *hook)
{
    uint64_t count;
    return hook->limit >= 0 && read(hook->limit, &count, sizeof count) == (ssize_t)sizeof count;
}

static enum hook_progress outcome(const struct hook *hook, struct reason *reason)
{
    char line[PRINTABLE_SIZE(LINE_ROOM)];
    const char *words = last_line(hook, line);
    const char *before = *words ? "; its last words: " : "";
    int code = WIFEXITED(hook->status) ? WEXITSTATUS(hook->status) : 0;
    if (WIFEXITED(hook->status) && code == 0)
        return HOOK_SUCCEEDED;
    if (hook->late)
        reason_set(reason, "not done within %g s, killed%s%s", (double)hook->limit_ns / 1e9, before, words);
    else if (code == 127)
        reason_set(reason, "the shell did not find the command (status 127)%s%s", before, words);
    else if (code == 126)
        reason_set(reason, "the command can't be executed (status 126)%s%s", before, words);
    else if (WIFEXITED(hook->status))
        reason_set(reason, "ended with status %d%s%s", code, before, words);
    else
        reason_set(reason, "killed by signal %d%s%s", WTERMSIG(hook->status), before, words);
    return HOOK_FAILED;
}

static const char *last_line(const struct hook *hook, char text[static PRINTABLE_SIZE(LINE_ROOM)])
{
    const struct line *line = hook->line.size ? &hook->line : &hook->last;
    printable(line->octets, line->size, text);
    return text;
}

static void close_descriptor(int *descriptor)
{
    if (*descriptor >= 0)
        close(*descriptor);
    *descriptor = -1;
}
