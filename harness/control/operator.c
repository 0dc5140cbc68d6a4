#define _DEFAULT_SOURCE /* flock(2), TIOCGDEV */
#include "control/operator.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/sysmacros.h>
#include <sys/timerfd.h>
#include <termios.h>
#include <unistd.h>

#include "base/duration.h"
#include "control/printable.h"

#define TURN_PERIOD_NS MILLISECONDS(100) /* between two looks whether it is this question's turn */
#define ANSWER_ROOM    200u
#define PROMPT         "\nEnter when done, n to decline: "

struct question {
    char *words;
    int64_t limit_ns;
    bool asked; /* it stands on the terminal */
    bool over;
    int descriptor; /* epoll of terminal and clock, -1 when done with */
    int terminal;
    int interrupt; /* another's; -1: there is none */
    int turn;      /* who holds its lock may ask */
    int clock;     /* timerfd: the next look, or the end of the operator's time */
};

static bool open_terminal(struct question *question, struct reason *reason);
static bool watch(const struct question *question, int descriptor);
static bool is_interrupted(const struct question *question);
static int open_turn(int terminal);
static bool start_clock(struct question *question, int64_t first_ns, int64_t period_ns);
static bool take_turn(struct question *question);
static enum question_progress read_answer(struct question *question, struct reason *reason);
static enum question_progress judge_answer(struct question *question, const char *answer, size_t size,
                                           struct reason *reason);
static void put(const struct question *question, const char *before, const char *words, const char *after);
static void block_stops(sigset_t *before);
static void close_all(struct question *question);

struct question *question_ask(const char *words, int64_t limit_ns, int interrupt, struct reason *reason)
{
    struct question *question = calloc(1, sizeof *question);
    if (!question || !(question->words = strdup(words)))
        abort();
    question->limit_ns = limit_ns;
    question->interrupt = interrupt;
    question->descriptor = question->terminal = question->turn = question->clock = -1;
    if (open_terminal(question, reason))
        return question;
    question_free(question);
    return NULL;
}

enum question_progress question_look(struct question *question, struct reason *reason)
{
    uint64_t count;
    bool rung = read(question->clock, &count, sizeof count) == (ssize_t)sizeof count;
    enum question_progress progress = QUESTION_OPEN;
    if (is_interrupted(question)) {
        reason_set(reason, "interrupted");
        return QUESTION_FAILED;
    }
    if (!question->asked) {
        if (take_turn(question))
            put(question, "\nvmacheck asks: ", question->words, PROMPT);
        return QUESTION_OPEN;
    }
    progress = read_answer(question, reason);
    if (progress == QUESTION_OPEN && rung) {
        reason_set(reason, "the operator gave no answer within %g s", (double)question->limit_ns / 1e9);
        progress = QUESTION_FAILED;
    }
    question->over |= progress == QUESTION_DONE || progress == QUESTION_DECLINED;
    return progress;
}

int question_descriptor(const struct question *question)
{
    return question->descriptor;
}

void question_free(struct question *question)
{
    if (!question)
        return;
    if (question->asked && !question->over)
        put(question, "", "(no answer is needed any more)", "\n");
    close_all(question);
    free(question->words);
    free(question);
}

static bool open_terminal(struct question *question, struct reason *reason)
{
    question->terminal = open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    if (question->terminal < 0)
        return reason_set(reason,
                          "there is no terminal to ask the operator on (%s); run vmacheck on one, or give "
                          "a command in place of `manual`",
                          strerror(errno));
    if (tcgetpgrp(question->terminal) != getpgrp())
        return reason_set(reason,
                          "the operator can't be asked while vmacheck runs in the background; run it in "
                          "the foreground of a terminal");
    question->turn = open_turn(question->terminal);
    question->clock = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC | TFD_NONBLOCK);
    question->descriptor = epoll_create1(EPOLL_CLOEXEC);
    if (question->turn < 0 || question->clock < 0 || question->descriptor < 0 ||
        !start_clock(question, 1, TURN_PERIOD_NS) || !watch(question, question->clock) ||
        (question->interrupt >= 0 && !watch(question, question->interrupt)))
        return reason_set(reason, "the operator can't be asked: %s", strerror(errno));
    return true;
}

static bool watch(const struct question *question, int descriptor)
{
    struct epoll_event event = {.events = EPOLLIN};
    return epoll_ctl(question->descriptor, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

static bool is_interrupted(const struct question *question)
{
    struct pollfd watched = {question->interrupt, POLLIN, 0}; /* -1 is never ready */
    return poll(&watched, 1, 0) > 0;
}

/* A lock belongs to a file, and /dev/tty is one file for all terminals there are: opens the terminal by its
 * own name, where it has one that can be opened. */
static int open_turn(int terminal)
{
    unsigned device;
    char name[40];
    int turn = -1;
    if (ioctl(terminal, TIOCGDEV, &device) == 0 && major(device) >= 136 && major(device) <= 143) {
        snprintf(name, sizeof name, "/dev/pts/%u", (major(device) - 136) * 256 + minor(device));
        turn = open(name, O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    }
    return turn >= 0 ? turn : open("/dev/tty", O_RDWR | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
}

static bool start_clock(struct question *question, int64_t first_ns, int64_t period_ns)
{
    struct itimerspec times = {
        .it_interval = {(time_t)(period_ns / NS_PER_S), (long)(period_ns % NS_PER_S)},
        .it_value = {(time_t)(first_ns / NS_PER_S), (long)(first_ns % NS_PER_S)},
    };
    return timerfd_settime(question->clock, 0, &times, NULL) == 0;
}

/* From now on the operator's time runs, and only what he types from now on is an answer. */
static bool take_turn(struct question *question)
{
    if (flock(question->turn, LOCK_EX | LOCK_NB) != 0)
        return false;
    sigset_t before;
    block_stops(&before);
    tcflush(question->terminal, TCIFLUSH);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    start_clock(question, question->limit_ns, 0);
    watch(question, question->terminal);
    question->asked = true;
    return true;
}

static enum question_progress read_answer(struct question *question, struct reason *reason)
{
    char answer[ANSWER_ROOM];
    sigset_t before;
    block_stops(&before);
    ssize_t size = read(question->terminal, answer, sizeof answer);
    int error = errno;
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (size < 0 && (error == EAGAIN || error == EINTR))
        return QUESTION_OPEN;
    if (size > 0)
        return judge_answer(question, answer, (size_t)size, reason);
    question->over = true; /* nobody reads anything there */
    if (size < 0)
        reason_set(reason, "the operator's terminal is gone, or vmacheck went into its background (%s)",
                   strerror(error));
    else
        reason_set(reason, "the operator closed the input (Ctrl-D), or the terminal is gone");
    put(question, "", "", "\n");
    return QUESTION_FAILED;
}

/* An empty line, or "n" with what he has to say to it. */
static enum question_progress judge_answer(struct question *question, const char *answer, size_t size,
                                           struct reason *reason)
{
    char words[PRINTABLE_SIZE(ANSWER_ROOM)];
    if (answer[size - 1] == '\n')
        size--;
    while (size && (answer[0] == ' ' || answer[0] == '\t')) {
        answer++;
        size--;
    }
    printable(answer, size, words);
    size_t word = strcspn(words, " ,.:;");
    if (!words[0])
        return QUESTION_DONE;
    if ((word == 1 || word == 2) && strncasecmp(words, "no", word) == 0) {
        const char *why = words + word + strspn(words + word, " ,.:;");
        reason_set(reason, "the operator declined%s%s", *why ? ": " : "", why);
        return QUESTION_DECLINED;
    }
    put(question, "", "", PROMPT);
    return QUESTION_OPEN;
}

/* Onto the terminal, as much of it as it takes. */
static void put(const struct question *question, const char *before, const char *words, const char *after)
{
    const char *const parts[] = {before, words, after};
    sigset_t mask;
    block_stops(&mask);
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        for (const char *at = parts[i]; *at;) {
            ssize_t count = write(question->terminal, at, strlen(at));
            if (count < 0 && errno != EINTR)
                break;
            at += count > 0 ? count : 0;
        }
    pthread_sigmask(SIG_SETMASK, &mask, NULL);
}

/* A process that uses its terminal from the background is stopped as a whole; with the signals blocked it
 * writes, and reading is an error. */
static void block_stops(sigset_t *before)
{
    sigset_t stops;
    sigemptyset(&stops);
    sigaddset(&stops, SIGTTIN);
    sigaddset(&stops, SIGTTOU);
    pthread_sigmask(SIG_BLOCK, &stops, before);
}

static void close_all(struct question *question)
{
    int *const descriptors[] = {&question->terminal, &question->turn, &question->clock,
                                &question->descriptor};
    for (size_t i = 0; i < sizeof descriptors / sizeof *descriptors; i++)
        if (*descriptors[i] >= 0)
            close(*descriptors[i]);
}
