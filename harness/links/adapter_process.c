#include "links/adapter_process.h"

#include <errno.h>
#include <poll.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/shell.h"
#include "base/system_time.h"

#define PARTING_LIMIT_MS 1000  /* for a process to end by itself */
#define READ_SIZE        65536 /* octets asked for at once */

struct adapter_process {
    pid_t pid; /* of the process and its group; 0: ended */
    int socket;
    int limit_ms;     /* for the answer that is under way, as a reason names it */
    int64_t limit_ns; /* when it has to be there, by the system's clock */
    int patience_ms;  /* how long the socket waits for the first octets of an answer by itself */
    bool fresh;       /* nothing of the answer was read yet */
    char *buffer;     /* what was read */
    size_t start;     /* of what was not handed out yet */
    size_t end;
    size_t room;
};

static bool wait_for(struct adapter_process *process, short events, struct reason *reason);
static bool receive(struct adapter_process *process, int flags, bool *any, struct reason *reason);
static bool await(struct adapter_process *process, struct reason *reason);
static void make_room(struct adapter_process *process);
static bool is_gone(struct adapter_process *process, struct reason *reason);
static int end_group(struct adapter_process *process);
static const char *quote(const struct adapter_process *process, char text[static ADAPTER_QUOTE_SIZE]);

struct adapter_process *adapter_process_start(const char *command, const char *folder, struct reason *reason)
{
    int sockets[2];
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets) != 0) {
        reason_set(reason, "no socket for the process: %s", strerror(errno));
        return NULL;
    }
    struct shell_call call = {
        .command = command, .folder = folder, .input = sockets[1], .output = sockets[1], .error = -1};
    pid_t pid = shell_start(&call, reason);
    close(sockets[1]);
    if (!pid) {
        close(sockets[0]);
        return NULL;
    }
    struct adapter_process *process = calloc(1, sizeof *process);
    if (!process)
        abort();
    process->pid = pid;
    process->socket = sockets[0];
    return process;
}

void adapter_process_stop(struct adapter_process *process)
{
    if (!process)
        return;
    shutdown(process->socket, SHUT_WR);
    process->limit_ms = PARTING_LIMIT_MS;
    process->limit_ns = monotonic_ns() + MILLISECONDS(PARTING_LIMIT_MS);
    bool any;
    bool open = true;
    while (process->pid && open && monotonic_ns() < process->limit_ns && wait_for(process, POLLIN, NULL)) {
        process->start = process->end = 0;
        open = receive(process, MSG_DONTWAIT, &any, NULL);
    }
    end_group(process);
    close(process->socket);
    free(process->buffer);
    free(process);
}

bool adapter_process_ask(struct adapter_process *process, const char *line, size_t size, int limit_ms,
                         struct reason *reason)
{
    if (!adapter_process_quiet(process, reason))
        return false;
    process->start = process->end = 0;
    process->fresh = true;
    process->limit_ms = limit_ms;
    process->limit_ns = monotonic_ns() + MILLISECONDS(limit_ms);
    while (size) {
        ssize_t sent = send(process->socket, line, size, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (sent < 0 && errno != EAGAIN && errno != EINTR)
            return is_gone(process, reason);
        if (sent < 0 && !wait_for(process, POLLOUT, reason))
            return false;
        line += sent > 0 ? sent : 0;
        size -= sent > 0 ? (size_t)sent : 0;
    }
    return true;
}

bool adapter_process_read(struct adapter_process *process, size_t room, const char **line, size_t *size,
                          struct reason *reason)
{
    char words[ADAPTER_QUOTE_SIZE];
    size_t looked_at = process->start;
    for (;;) {
        const char *newline =
            process->buffer ? memchr(process->buffer + looked_at, '\n', process->end - looked_at) : NULL;
        if (newline) {
            *line = process->buffer + process->start;
            *size = (size_t)(newline - *line);
            process->start += *size + 1;
            return true;
        }
        looked_at = process->end;
        if (process->end - process->start > room)
            return reason_set(reason, "more than %zu octets without a newline: %s…", room,
                              quote(process, words));
        size_t before = process->start;
        if (!await(process, reason))
            return false;
        looked_at -= before - process->start; /* what is kept moved to the front */
    }
}

bool adapter_process_quiet(struct adapter_process *process, struct reason *reason)
{
    char words[ADAPTER_QUOTE_SIZE];
    bool any = false;
    if (process->start == process->end && !receive(process, MSG_DONTWAIT, &any, reason))
        return false;
    return process->start == process->end ||
           reason_set(reason, "it speaks without being asked: %s", quote(process, words));
}

const char *adapter_quote(const char *data, size_t size, char text[static ADAPTER_QUOTE_SIZE])
{
    if (size > ADAPTER_QUOTE_SIZE - 1)
        size = ADAPTER_QUOTE_SIZE - 1;
    for (size_t i = 0; i < size; i++)
        text[i] = data[i] >= ' ' && data[i] <= '~' ? data[i] : '.';
    text[size] = '\0';
    return text;
}

/* Waits until the socket can be read or written; false when the time limit is reached. */
static bool wait_for(struct adapter_process *process, short events, struct reason *reason)
{
    for (;;) {
        int64_t left_ns = process->limit_ns - monotonic_ns();
        struct pollfd watched = {process->socket, events, 0};
        int ready = poll(&watched, 1, left_ns > 0 ? (int)(left_ns / NS_PER_MS) + 1 : 0);
        if (ready > 0)
            return true;
        if (ready < 0 && errno != EINTR)
            return reason_set(reason, "the process can't be heard: %s", strerror(errno));
        if (ready == 0 && left_ns <= 0)
            break;
    }
    char words[ADAPTER_QUOTE_SIZE];
    double limit_s = process->limit_ms / 1000.0;
    if (events == POLLOUT)
        return reason_set(reason, "it reads nothing for %g s", limit_s);
    if (process->start < process->end)
        return reason_set(reason, "half a line, and no more within %g s: %s", limit_s, quote(process, words));
    return reason_set(reason, "no complete answer within %g s", limit_s);
}

/* Waits for more of the answer and takes it in. Mostly an answer comes as a whole, and a socket that waits by
 * itself costs one system call instead of two. */
static bool await(struct adapter_process *process, struct reason *reason)
{
    bool any = false;
    if (process->fresh) {
        process->fresh = false;
        if (process->patience_ms != process->limit_ms) {
            struct timeval patience = {process->limit_ms / 1000, process->limit_ms % 1000 * 1000};
            setsockopt(process->socket, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
            process->patience_ms = process->limit_ms;
        }
        if (!receive(process, 0, &any, reason))
            return false;
    }
    while (!any)
        if (!wait_for(process, POLLIN, reason) || !receive(process, MSG_DONTWAIT, &any, reason))
            return false;
    return true;
}

/* Takes in what is there; 'any' is false when that is nothing. */
static bool receive(struct adapter_process *process, int flags, bool *any, struct reason *reason)
{
    make_room(process);
    ssize_t count =
        recv(process->socket, process->buffer + process->end, process->room - process->end, flags);
    *any = count > 0;
    if (count > 0)
        process->end += (size_t)count;
    if (count > 0 || (count < 0 && (errno == EAGAIN || errno == EINTR)))
        return true;
    return is_gone(process, reason);
}

/* Behind what was not handed out yet, which moves to the front. */
static void make_room(struct adapter_process *process)
{
    if (process->start)
        memmove(process->buffer, process->buffer + process->start, process->end - process->start);
    process->end -= process->start;
    process->start = 0;
    if (process->room - process->end >= READ_SIZE)
        return;
    process->room = process->end + 2 * READ_SIZE;
    process->buffer = realloc(process->buffer, process->room);
    if (!process->buffer)
        abort();
}

/* The socket has ended: ends the process and tells how it went. Always false. */
static bool is_gone(struct adapter_process *process, struct reason *reason)
{
    char words[ADAPTER_QUOTE_SIZE] = "";
    const char *half = "";
    if (process->start < process->end) {
        half = " in the middle of a line: ";
        quote(process, words);
        process->start = process->end = 0;
    }
    if (!process->pid)
        return reason_set(reason, "it has ended");
    int status = end_group(process);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    if (code == 127)
        return reason_set(reason, "the shell did not find the command%s%s", half, words);
    if (code > 128)
        return reason_set(reason, "it was killed by signal %d%s%s", code - 128, half, words);
    if (WIFEXITED(status))
        return reason_set(reason, "it ended with status %d%s%s", code, half, words);
    if (WTERMSIG(status) == SIGKILL)
        return reason_set(reason, "it closed its standard output, or was killed%s%s", half, words);
    return reason_set(reason, "it was killed by signal %d%s%s", WTERMSIG(status), half, words);
}

/* Kills the group and returns the wait status: a process that was about to exit keeps its own. */
static int end_group(struct adapter_process *process)
{
    int status = 0;
    if (process->pid) {
        shell_kill(process->pid);
        while (waitpid(process->pid, &status, 0) < 0 && errno == EINTR)
            continue;
    }
    process->pid = 0;
    return status;
}

/* What was read and not handed out. */
static const char *quote(const struct adapter_process *process, char text[static ADAPTER_QUOTE_SIZE])
{
    return adapter_quote(process->buffer + process->start, process->end - process->start, text);
}
