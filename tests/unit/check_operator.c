/* Questions to the operator, on a terminal of their own: a pseudo terminal at whose other end the test sits.
 */
#define _GNU_SOURCE /* posix_openpt(3), TIOCSCTTY */
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/duration.h"
#include "control/operator.h"

#define LONG_NS SECONDS(60)
#define PROMPT  "Enter when done, n to decline: "

/* The side of vmacheck: runs in a process of its own, writes what came out into 'result'. */
struct asking {
    void (*ask)(struct asking *asking);
    const char *words;
    int64_t limit_ns;
    FILE *result;
    int start; /* can be read when the test allows it to ask; -1: at once */
};

static int terminal; /* the operator's side */
static int result;
static int start_asking;
static pid_t child;
static char screen[20000];
static size_t screen_size;

/* 'terminal' is that of the child's session if 'attach' is set. */
static void fork_asking(struct asking asking, bool attach)
{
    int results[2];
    int starts[2];
    ck_assert_int_eq(pipe(results), 0);
    ck_assert_int_eq(pipe(starts), 0);
    terminal = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert_int_ge(terminal, 0);
    ck_assert_int_eq(grantpt(terminal), 0);
    ck_assert_int_eq(unlockpt(terminal), 0);
    screen_size = 0;
    child = fork();
    ck_assert_int_ge(child, 0);
    if (child == 0) {
        int own = open(ptsname(terminal), O_RDWR | O_NOCTTY);
        close(terminal);
        close(results[0]);
        close(starts[1]);
        if (setsid() < 0 || own < 0 || (attach && ioctl(own, TIOCSCTTY, 0) != 0))
            _exit(3); /* 'own' stays open, or the operator would see a hangup */
        asking.result = fdopen(results[1], "w");
        asking.start = starts[0];
        asking.ask(&asking);
        fflush(asking.result);
        _exit(0);
    }
    close(results[1]);
    close(starts[0]);
    result = results[0];
    start_asking = starts[1];
}

/* Reads the screen until 'words' stood there 'times' times. */
static void see(const char *words, int times)
{
    for (;;) {
        int seen = 0;
        screen[screen_size] = '\0';
        for (const char *at = screen; (at = strstr(at, words)); at++)
            seen++;
        if (seen >= times)
            return;
        struct pollfd watched = {terminal, POLLIN, 0};
        ck_assert_msg(poll(&watched, 1, 50000) == 1, "no '%s' on: %s", words, screen);
        ssize_t size = read(terminal, screen + screen_size, sizeof screen - 1 - screen_size);
        ck_assert_msg(size > 0, "no '%s' on: %s", words, screen);
        screen_size += (size_t)size;
    }
}

static void type(const char *text)
{
    ck_assert_int_eq(write(terminal, text, strlen(text)), (ssize_t)strlen(text));
}

/* What the child wrote, after its end. */
static void expect_result(const char *expected)
{
    char text[2000] = "";
    size_t size = 0;
    ssize_t count;
    int status;
    while ((count = read(result, text + size, sizeof text - 1 - size)) > 0)
        size += (size_t)count;
    ck_assert_str_eq(text, expected);
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_msg(WIFEXITED(status) && WEXITSTATUS(status) == 0, "status %x", (unsigned)status);
    close(result);
    close(start_asking);
    if (terminal >= 0)
        close(terminal);
}

static size_t descriptor_count(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    while (folder && readdir(folder))
        count++;
    if (folder)
        closedir(folder);
    return count;
}

static enum question_progress wait_for(struct question *question, struct reason *reason)
{
    enum question_progress progress;
    while ((progress = question_look(question, reason)) == QUESTION_OPEN)
        poll(&(struct pollfd){question_descriptor(question), POLLIN, 0}, 1, 50000);
    return progress;
}

static const char *progress_text(enum question_progress progress)
{
    static const char *const texts[] = {"open", "done", "declined", "failed"};
    return texts[progress];
}

static void ask_once(struct asking *asking)
{
    struct reason reason = {""};
    size_t before = descriptor_count();
    struct question *question = question_ask(asking->words, asking->limit_ns, -1, &reason);
    if (!question) {
        fprintf(asking->result, "nobody: %s", reason.text);
        return;
    }
    enum question_progress progress = wait_for(question, &reason);
    question_free(question);
    fprintf(asking->result, "%s: %s%s", progress_text(progress), reason.text,
            descriptor_count() == before ? "" : " (descriptors are left)");
}

static const struct asking once = {ask_once, "switch device 1 on", LONG_NS, NULL, -1};

static void answer(const char *typed, const char *expected)
{
    fork_asking(once, true);
    see("vmacheck asks: switch device 1 on", 1);
    see(PROMPT, 1);
    type(typed);
    expect_result(expected);
}

START_TEST(enter_says_done)
{
    answer("\n", "done: ");
    answer("  \n", "done: ");
}
END_TEST

START_TEST(n_declines)
{
    answer("n\n", "declined: the operator declined");
    answer(" No, its plug is out of reach\n", "declined: the operator declined: its plug is out of reach");
    answer("N: \xff\n", "declined: the operator declined: \xef\xbf\xbd");
}
END_TEST

START_TEST(anything_else_is_asked_again)
{
    fork_asking(once, true);
    see(PROMPT, 1);
    type("yes\n");
    see(PROMPT, 2);
    poll(NULL, 0, 250); /* he takes his time: longer than between two looks whose turn it is */
    type("nothing\n");
    see(PROMPT, 3);
    type("\n");
    expect_result("done: ");
}
END_TEST

START_TEST(half_a_line_is_no_answer)
{
    fork_asking(once, true);
    see(PROMPT, 1);
    type("n");
    see(PROMPT "n", 1);
    type("ot so fast\n");
    see(PROMPT, 2);
    type("\n");
    expect_result("done: ");
}
END_TEST

START_TEST(an_operator_has_a_time_limit)
{
    struct asking asking = once;
    asking.limit_ns = MILLISECONDS(200);
    fork_asking(asking, true);
    see("(no answer is needed any more)", 1);
    expect_result("failed: the operator gave no answer within 0.2 s");
}
END_TEST

START_TEST(a_closed_input_is_no_answer)
{
    answer("\4", "failed: the operator closed the input (Ctrl-D), or the terminal is gone");
    ck_assert_ptr_null(strstr(screen, "no answer is needed"));
}
END_TEST

static void ask_without_hangup(struct asking *asking)
{
    signal(SIGHUP, SIG_IGN);
    ask_once(asking);
}

START_TEST(a_terminal_that_goes_away_is_told)
{
    struct asking asking = once;
    asking.ask = ask_without_hangup;
    fork_asking(asking, true);
    see(PROMPT, 1);
    close(terminal);
    terminal = -1;
    char text[200] = "";
    ck_assert_int_gt(read(result, text, sizeof text - 1), 0);
    ck_assert_msg(strncmp(text, "failed: the operator", 20) == 0 && strstr(text, "terminal is gone"), "%s",
                  text);
    expect_result("");
}
END_TEST

START_TEST(without_a_terminal_nobody_is_asked)
{
    fork_asking(once, false);
    expect_result("nobody: there is no terminal to ask the operator on (No such device or address); run "
                  "vmacheck on one, or give a command in place of `manual`");
}
END_TEST

/* A job in the background, which the terminal would stop. */
static void ask_in_background(struct asking *asking)
{
    pid_t job = fork();
    if (job == 0) {
        setpgid(0, 0);
        ask_once(asking);
        fflush(asking->result);
        _exit(0);
    }
    int status;
    waitpid(job, &status, WUNTRACED);
    if (WIFSTOPPED(status)) {
        fprintf(asking->result, "stopped");
        kill(job, SIGKILL);
    }
}

START_TEST(in_the_background_nobody_is_asked)
{
    struct asking asking = once;
    asking.ask = ask_in_background;
    fork_asking(asking, true);
    expect_result("nobody: the operator can't be asked while vmacheck runs in the background; run it in the "
                  "foreground of a terminal");
}
END_TEST

/* The job goes into the background while the question stands there. */
static void ask_and_lose_foreground(struct asking *asking)
{
    int own = open("/dev/tty", O_RDWR);
    pid_t job = fork();
    if (job == 0) {
        setpgid(0, 0);
        signal(SIGTTOU, SIG_IGN);
        tcsetpgrp(own, getpgrp());
        signal(SIGTTOU, SIG_DFL);
        ask_once(asking);
        fflush(asking->result);
        _exit(0);
    }
    char octet;
    if (read(asking->start, &octet, 1) != 1)
        _exit(4);
    signal(SIGTTOU, SIG_IGN);
    tcsetpgrp(own, getpgrp());
    int status;
    waitpid(job, &status, WUNTRACED);
    if (WIFSTOPPED(status)) {
        fprintf(asking->result, "stopped");
        kill(job, SIGKILL);
    }
}

START_TEST(a_job_that_goes_into_the_background_is_not_stopped)
{
    struct asking asking = once;
    asking.ask = ask_and_lose_foreground;
    fork_asking(asking, true);
    see(PROMPT, 1);
    ck_assert_int_eq(write(start_asking, "x", 1), 1);
    struct pollfd watched = {result, POLLIN, 0};
    for (int i = 0; i < 1000 && poll(&watched, 1, 50) == 0; i++)
        type("\n"); /* the shell would read it */
    expect_result("failed: the operator's terminal is gone, or vmacheck went into its background "
                  "(Input/output error)");
}
END_TEST

static void ask_when_allowed(struct asking *asking)
{
    char octet;
    fprintf(asking->result, "ready ");
    fflush(asking->result);
    if (read(asking->start, &octet, 1) == 1)
        ask_once(asking);
}

START_TEST(what_was_typed_before_is_no_answer)
{
    char text[6];
    struct asking asking = once;
    asking.ask = ask_when_allowed;
    fork_asking(asking, true);
    ck_assert_int_eq(read(result, text, sizeof text), 6);
    type("n\n");
    see("n", 1); /* the echo: it is in the terminal's line */
    ck_assert_int_eq(write(start_asking, "x", 1), 1);
    see(PROMPT, 1);
    type("\n");
    expect_result("done: ");
}
END_TEST

struct in_thread {
    pthread_t thread;
    char words[40];
    struct reason said;
};

static void *ask_in_thread(void *context)
{
    struct in_thread *in_thread = context;
    struct reason reason = {""};
    struct question *question = question_ask(in_thread->words, LONG_NS, -1, &reason);
    if (!question)
        return NULL;
    enum question_progress progress = wait_for(question, &reason);
    reason_set(&in_thread->said, "%s: %s", progress_text(progress), reason.text);
    question_free(question);
    return NULL;
}

static void ask_five(struct asking *asking)
{
    struct in_thread threads[5] = {0};
    for (int i = 0; i < 5; i++) {
        snprintf(threads[i].words, sizeof threads[i].words, "question %d.", i);
        if (pthread_create(&threads[i].thread, NULL, ask_in_thread, &threads[i]) != 0)
            _exit(5);
    }
    for (int i = 0; i < 5; i++)
        pthread_join(threads[i].thread, NULL);
    for (int i = 0; i < 5; i++)
        fprintf(asking->result, "%d %s\n", i, threads[i].said.text);
}

/* Each answer belongs to the question that stands there. */
START_TEST(questions_of_threads_stand_in_a_row)
{
    struct asking asking = once;
    asking.ask = ask_five;
    fork_asking(asking, true);
    for (int i = 1; i <= 5; i++) {
        see(PROMPT, i);
        const char *last = screen;
        int seen = 0;
        for (const char *at = screen; (at = strstr(at, "question ")); at++) {
            last = at;
            seen++;
        }
        ck_assert_int_eq(seen, i); /* no other was asked meanwhile */
        char text[20];
        snprintf(text, sizeof text, "n to %c\n", last[strlen("question ")]);
        type(text);
    }
    expect_result("0 declined: the operator declined: to 0\n1 declined: the operator declined: to 1\n"
                  "2 declined: the operator declined: to 2\n3 declined: the operator declined: to 3\n"
                  "4 declined: the operator declined: to 4\n");
}
END_TEST

static void take_back(struct asking *asking)
{
    struct reason reason = {""};
    struct question *first = question_ask("first", LONG_NS, -1, &reason);
    struct question *second = question_ask("second", LONG_NS, -1, &reason);
    question_look(first, &reason);
    question_look(second, &reason);
    question_free(second);
    question_free(first);
    ask_once(asking);
}

START_TEST(a_question_is_taken_back)
{
    struct asking asking = once;
    asking.ask = take_back;
    fork_asking(asking, true);
    see("asks: first", 1);
    see("(no answer is needed any more)", 1);
    see("asks: switch", 1);
    ck_assert_ptr_null(strstr(screen, "second"));
    see(PROMPT, 2);
    type("\n");
    expect_result("done: ");
    question_free(NULL);
}
END_TEST

static void be_interrupted(struct asking *asking)
{
    int ends[2];
    struct reason reason = {""};
    ck_assert_int_eq(pipe(ends), 0);
    struct question *first = question_ask("first", LONG_NS, ends[0], &reason);
    struct question *waits = question_ask("second", LONG_NS, ends[0], &reason);
    poll(&(struct pollfd){question_descriptor(first), POLLIN, 0}, 1, 50000);
    question_look(first, &reason);
    ck_assert_int_eq(write(ends[1], "x", 1), 1);
    struct question *late = question_ask("third", LONG_NS, ends[0], &reason);
    struct question *questions[] = {first, waits, late};
    for (size_t i = 0; i < sizeof questions / sizeof *questions; i++) {
        enum question_progress progress = wait_for(questions[i], &reason);
        fprintf(asking->result, "%s: %s\n", progress_text(progress), reason.text);
        question_free(questions[i]);
    }
}

START_TEST(an_interrupt_takes_questions_back)
{
    struct asking asking = once;
    asking.ask = be_interrupted;
    fork_asking(asking, true);
    see("asks: first", 1);
    see("(no answer is needed any more)", 1);
    expect_result("failed: interrupted\nfailed: interrupted\nfailed: interrupted\n");
    ck_assert_ptr_null(strstr(screen, "second"));
    ck_assert_ptr_null(strstr(screen, "third"));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("operator");
    TCase *tests = tcase_create("operator");
    tcase_add_test(tests, enter_says_done);
    tcase_add_test(tests, n_declines);
    tcase_add_test(tests, anything_else_is_asked_again);
    tcase_add_test(tests, half_a_line_is_no_answer);
    tcase_add_test(tests, an_operator_has_a_time_limit);
    tcase_add_test(tests, a_closed_input_is_no_answer);
    tcase_add_test(tests, a_terminal_that_goes_away_is_told);
    tcase_add_test(tests, without_a_terminal_nobody_is_asked);
    tcase_add_test(tests, in_the_background_nobody_is_asked);
    tcase_add_test(tests, a_job_that_goes_into_the_background_is_not_stopped);
    tcase_add_test(tests, what_was_typed_before_is_no_answer);
    tcase_add_test(tests, questions_of_threads_stand_in_a_row);
    tcase_add_test(tests, a_question_is_taken_back);
    tcase_add_test(tests, an_interrupt_takes_questions_back);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
