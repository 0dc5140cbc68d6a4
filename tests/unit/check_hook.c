/* Commands of the lab: what they are told arrives whole, what they print comes back whole, and each of their
 * ends is told, within the time limit and without anything left behind. */
#define _GNU_SOURCE /* pipe2(2), memmem(3) */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/duration.h"
#include "control/hook.h"

#define LONG_NS  SECONDS(60)
#define SHORT_NS MILLISECONDS(200)

static struct reason reason;

static struct hook *start(const char *command, int64_t limit_ns)
{
    reason.text[0] = '\0';
    struct hook_call call = {.command = command, .limit_ns = limit_ns};
    struct hook *hook = hook_start(&call, &reason);
    ck_assert_msg(hook, "%s", reason.text);
    return hook;
}

static enum hook_progress wait_for(struct hook *hook)
{
    enum hook_progress progress;
    while ((progress = hook_look(hook, &reason)) == HOOK_RUNS) {
        struct pollfd watched = {hook_descriptor(hook), POLLIN, 0};
        ck_assert_int_eq(poll(&watched, 1, 50000), 1);
    }
    return progress;
}

static void expect_output(const struct hook *hook, const char *expected)
{
    size_t size;
    const char *output = hook_output(hook, &size);
    ck_assert_msg(size == strlen(expected) && (!size || memcmp(output, expected, size) == 0),
                  "expected '%s', got '%.*s'", expected, (int)size, output);
    ck_assert_uint_eq(hook_output_size(hook), size);
}

static void expect_failure(const char *command, int64_t limit_ns, const char *expected)
{
    struct hook *hook = start(command, limit_ns);
    ck_assert_int_eq(wait_for(hook), HOOK_FAILED);
    ck_assert_str_eq(reason.text, expected);
    struct pollfd watched = {hook_descriptor(hook), POLLIN, 0};
    ck_assert_int_eq(poll(&watched, 1, 0), 0); /* nothing more to look at */
    ck_assert_int_eq(hook_look(hook, &reason), HOOK_FAILED);
    hook_free(hook);
}

static size_t descriptor_count(void)
{
    size_t count = 0;
    DIR *folder = opendir("/proc/self/fd");
    ck_assert_ptr_nonnull(folder);
    while (readdir(folder))
        count++;
    closedir(folder);
    return count;
}

static void expect_no_children(void)
{
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
}

START_TEST(output_and_error_output_come_in_their_order)
{
    struct hook *hook = start("echo one; echo two >&2; printf three", LONG_NS);
    ck_assert_int_eq(wait_for(hook), HOOK_SUCCEEDED);
    expect_output(hook, "one\ntwo\nthree");
    ck_assert_uint_eq(hook_line_count(hook), 2);
    ck_assert_str_eq(reason.text, "");
    hook_free(hook);
    expect_no_children();
}
END_TEST

START_TEST(a_silent_command_succeeds)
{
    struct hook *hook = start("exit 0", LONG_NS);
    ck_assert_int_eq(wait_for(hook), HOOK_SUCCEEDED);
    expect_output(hook, "");
    hook_free(hook);
}
END_TEST

START_TEST(each_end_has_its_reason)
{
    expect_failure("exit 3", LONG_NS, "ended with status 3");
    expect_failure("echo first; echo no such interface >&2; exit 1", LONG_NS,
                   "ended with status 1; its last words: no such interface");
    expect_failure("echo said; printf 'half a line'; exit 1", LONG_NS,
                   "ended with status 1; its last words: half a line");
    expect_failure("printf 'said\\n\\n\\n'; exit 1", LONG_NS, "ended with status 1; its last words: said");
    expect_failure("exec /no/such/command", LONG_NS,
                   "the shell did not find the command (status 127); its last words: "
                   "sh: 1: exec: /no/such/command: not found");
    expect_failure("exec /etc/passwd", LONG_NS,
                   "the command can't be executed (status 126); its last words: "
                   "sh: 1: exec: /etc/passwd: Permission denied");
    expect_failure("kill -9 $$", LONG_NS, "killed by signal 9");
    expect_failure("kill -TERM $$", LONG_NS, "killed by signal 15");
}
END_TEST

START_TEST(what_is_late_is_killed_with_its_group)
{
    expect_failure("sleep 1000", SHORT_NS, "not done within 0.2 s, killed");
    expect_failure("trap '' TERM INT HUP; echo stuck; while :; do sleep 1000; done", SHORT_NS,
                   "not done within 0.2 s, killed; its last words: stuck");
    /* the child's end closes the pipe that it inherited */
    int ends[2];
    char octet;
    char command[100];
    ck_assert_int_eq(pipe(ends), 0);
    snprintf(command, sizeof command, "exec 9>&%d; sleep 1000 & wait", ends[1]);
    expect_failure(command, SHORT_NS, "not done within 0.2 s, killed");
    close(ends[1]);
    struct pollfd watched = {ends[0], POLLIN, 0};
    ck_assert_int_eq(poll(&watched, 1, 50000), 1);
    ck_assert_int_eq(read(ends[0], &octet, 1), 0);
    close(ends[0]);
    expect_no_children();
}
END_TEST

START_TEST(a_command_that_is_no_longer_wanted_is_killed)
{
    int ends[2];
    char octet;
    char command[100];
    ck_assert_int_eq(pipe(ends), 0);
    snprintf(command, sizeof command, "exec 9>&%d; sleep 1000 & sleep 1000", ends[1]);
    struct hook *hook = start(command, LONG_NS);
    ck_assert_int_eq(hook_look(hook, &reason), HOOK_RUNS);
    close(ends[1]);
    hook_free(hook);
    ck_assert_int_eq(read(ends[0], &octet, 1), 0);
    close(ends[0]);
    expect_no_children();
    hook_free(NULL);
}
END_TEST

/* `keepalived &`: the shell's end counts, whoever holds its output; and what it started lives on. */
START_TEST(what_stays_in_the_background_is_not_waited_for)
{
    int ends[2];
    char command[200];
    ck_assert_int_eq(pipe(ends), 0);
    snprintf(command, sizeof command, "exec 9>&%d; sleep 1000 & echo $!", ends[1]);
    struct hook *hook = start(command, LONG_NS);
    ck_assert_int_eq(wait_for(hook), HOOK_SUCCEEDED);
    close(ends[1]);
    size_t size;
    char number[20] = "";
    const char *output = hook_output(hook, &size);
    ck_assert(size > 0 && size < sizeof number);
    memcpy(number, output, size);
    hook_free(hook);
    struct pollfd watched = {ends[0], POLLIN, 0};
    ck_assert_int_eq(poll(&watched, 1, 0), 0); /* it still holds the pipe */
    ck_assert_int_eq(kill((pid_t)atoi(number), SIGKILL), 0);
    ck_assert_int_eq(poll(&watched, 1, 50000), 1);
    close(ends[0]);
}
END_TEST

START_TEST(what_babbles_in_the_background_is_not_waited_for)
{
    struct hook *hook = start("(while echo babble; do :; done) & echo $!", LONG_NS);
    ck_assert_int_eq(wait_for(hook), HOOK_SUCCEEDED);
    hook_free(hook); /* the babbler ends by SIGPIPE */
    expect_no_children();
}
END_TEST

START_TEST(a_closed_output_is_no_end)
{
    struct hook *hook = start("exec >&- 2>&-; sleep 0.3; exit 5", LONG_NS);
    int looks = 0;
    while (hook_look(hook, &reason) == HOOK_RUNS) {
        struct pollfd watched = {hook_descriptor(hook), POLLIN, 0};
        poll(&watched, 1, 50000);
        looks++;
    }
    ck_assert_str_eq(reason.text, "ended with status 5");
    ck_assert_int_lt(looks, 20);
    hook_free(hook);
}
END_TEST

START_TEST(megabytes_of_output_are_taken_in)
{
    struct hook *hook = start("head -c 8000000 /dev/zero | tr '\\0' x; echo; echo end; exit 1", LONG_NS);
    ck_assert_int_eq(wait_for(hook), HOOK_FAILED);
    ck_assert_str_eq(reason.text, "ended with status 1; its last words: end");
    size_t size;
    const char *output = hook_output(hook, &size);
    ck_assert_uint_eq(size, HOOK_OUTPUT_ROOM);
    ck_assert(output[0] == 'x' && output[size - 1] == 'x');
    ck_assert_uint_eq(hook_output_size(hook), 8000005);
    ck_assert_uint_eq(hook_line_count(hook), 2);
    hook_free(hook);
}
END_TEST

START_TEST(endless_output_ends_at_the_limit)
{
    struct hook *hook = start("yes", SHORT_NS);
    ck_assert_int_eq(wait_for(hook), HOOK_FAILED);
    ck_assert_str_eq(reason.text, "not done within 0.2 s, killed; its last words: y");
    hook_free(hook);
}
END_TEST

START_TEST(any_octets_are_quoted_as_text)
{
    expect_failure("printf 'a\\377\\033[1m\\tb\\303\\251\\302\\n'; exit 1", LONG_NS,
                   "ended with status 1; its last words: a\xef\xbf\xbd\xef\xbf\xbd[1m b\xc3\xa9\xef\xbf\xbd");
    struct hook *hook = start("head -c 300 /dev/zero; exit 1", LONG_NS);
    ck_assert_int_eq(wait_for(hook), HOOK_FAILED);
    ck_assert_ptr_nonnull(strstr(reason.text, "its last words: \xef\xbf\xbd\xef\xbf\xbd"));
    hook_free(hook);
}
END_TEST

/* Texts that a shell would act upon arrive as they are, before what vmacheck itself was told. */
START_TEST(the_environment_is_exact)
{
    static const struct hook_variable variables[] = {
        {"VMACHECK_A", "$(touch /tmp/vmacheck-not-this) `id` \"quoted\" 'too' ; rm x & | > < \\ * ~"},
        {"VMACHECK_B", "two\nlines\n"},
        {"VMACHECK_C", ""},
        {"VMACHECK_D", "\xff\xfe=\t"},
        {"HOME", "/replaced"},
    };
    struct hook_call call = {.command =
                                 "printf '%s|' \"$VMACHECK_A\" \"$VMACHECK_B\" \"${VMACHECK_C-unset}\" "
                                 "\"$VMACHECK_D\" \"$HOME\" \"$VMACHECK_E\" \"$VMACHECK_AB\"; "
                                 "env -0 | tr '\\0' '\\1' | tr -d '\\n' | tr '\\1' '\\n' | grep -c '^HOME='",
                             .variables = variables,
                             .variable_count = 5,
                             .limit_ns = LONG_NS};
    setenv("VMACHECK_A", "old", 1);
    setenv("VMACHECK_AB", "kept", 1);
    setenv("VMACHECK_E", "kept too", 1);
    setenv("HOME", "/old", 1);
    struct hook *hook = hook_start(&call, &reason);
    ck_assert_msg(hook, "%s", reason.text);
    ck_assert_int_eq(wait_for(hook), HOOK_SUCCEEDED);
    expect_output(hook,
                  "$(touch /tmp/vmacheck-not-this) `id` \"quoted\" 'too' ; rm x & | > < \\ * ~|two\nlines\n||"
                  "\xff\xfe=\t|/replaced|kept too|kept|1\n");
    ck_assert_int_ne(access("/tmp/vmacheck-not-this", F_OK), 0);
    hook_free(hook);
}
END_TEST

START_TEST(a_folder_is_gone_to)
{
    struct hook_call call = {.command = "pwd", .folder = "/usr/share", .limit_ns = LONG_NS};
    struct hook *hook = hook_start(&call, &reason);
    ck_assert_msg(hook, "%s", reason.text);
    ck_assert_int_eq(wait_for(hook), HOOK_SUCCEEDED);
    expect_output(hook, "/usr/share\n");
    hook_free(hook);
    call.folder = "/no/such/folder";
    ck_assert_ptr_null(hook_start(&call, &reason));
    ck_assert_str_eq(reason.text,
                     "the command could not be started in /no/such/folder: No such file or directory");
    expect_no_children();
}
END_TEST

/* Standard input is empty, signals are as usual, and nothing else is open. */
START_TEST(a_command_gets_nothing_but_its_own)
{
    static const char command[] = "cat; ls /proc/self/fd; grep -E '^Sig(Blk|Ign)' /proc/self/status; "
                                  "ps -o pgid= -p $$ | tr -d ' ' | grep -x $$ >/dev/null && echo leader";
    struct hook *plain = start(command, LONG_NS);
    ck_assert_int_eq(wait_for(plain), HOOK_SUCCEEDED);
    int ends[2];
    ck_assert_int_eq(pipe2(ends, O_CLOEXEC), 0);
    signal(SIGPIPE, SIG_IGN);
    sigset_t blocked;
    sigemptyset(&blocked);
    sigaddset(&blocked, SIGTERM);
    sigprocmask(SIG_BLOCK, &blocked, NULL);
    struct hook *other = start("sleep 1000", LONG_NS); /* its descriptors are not handed on either */
    struct hook *hook = start(command, LONG_NS);
    ck_assert_int_eq(wait_for(hook), HOOK_SUCCEEDED);
    char expected[1000] = "";
    size_t size;
    const char *output = hook_output(plain, &size);
    ck_assert(size < sizeof expected && memmem(output, size, "SigBlk:\t0000000000000000\n", 24));
    memcpy(expected, output, size);
    ck_assert_str_eq(expected + size - strlen("leader\n"), "leader\n");
    expect_output(hook, expected);
    hook_free(plain);
    hook_free(hook);
    hook_free(other);
    signal(SIGPIPE, SIG_DFL);
    sigprocmask(SIG_UNBLOCK, &blocked, NULL);
    close(ends[0]);
    close(ends[1]);
}
END_TEST

static void *run_many(void *context)
{
    size_t *good = context;
    for (int i = 0; i < 10; i++) {
        char text[12];
        char expected[24];
        struct reason why = {""};
        snprintf(text, sizeof text, "%p%d", context, i);
        struct hook_variable variable = {"VMACHECK_CASE", text};
        struct hook_call call = {.command = "printf %s \"$VMACHECK_CASE\"",
                                 .variables = &variable,
                                 .variable_count = 1,
                                 .limit_ns = LONG_NS};
        struct hook *hook = hook_start(&call, &why);
        if (!hook)
            return NULL;
        while (hook_look(hook, &why) == HOOK_RUNS)
            poll(&(struct pollfd){hook_descriptor(hook), POLLIN, 0}, 1, 50000);
        size_t size;
        const char *output = hook_output(hook, &size);
        snprintf(expected, sizeof expected, "%s", text);
        *good += size == strlen(expected) && memcmp(output, expected, size) == 0;
        hook_free(hook);
    }
    return NULL;
}

START_TEST(many_threads_leave_nothing_behind)
{
    pthread_t threads[16];
    size_t good[16] = {0};
    size_t before = descriptor_count();
    for (int i = 0; i < 16; i++)
        ck_assert_int_eq(pthread_create(&threads[i], NULL, run_many, &good[i]), 0);
    for (int i = 0; i < 16; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_uint_eq(good[i], 10);
    }
    ck_assert_uint_eq(descriptor_count(), before);
    expect_no_children();
}
END_TEST

START_TEST(a_status_that_nobody_would_keep_is_told)
{
    struct hook_call call = {.command = "exit 0"};
    signal(SIGCHLD, SIG_IGN);
    ck_assert_ptr_null(hook_start(&call, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "SIGCHLD ignored"));
    signal(SIGCHLD, SIG_DFL);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("hook");
    TCase *tests = tcase_create("hook");
    tcase_add_test(tests, output_and_error_output_come_in_their_order);
    tcase_add_test(tests, a_silent_command_succeeds);
    tcase_add_test(tests, each_end_has_its_reason);
    tcase_add_test(tests, what_is_late_is_killed_with_its_group);
    tcase_add_test(tests, a_command_that_is_no_longer_wanted_is_killed);
    tcase_add_test(tests, what_stays_in_the_background_is_not_waited_for);
    tcase_add_test(tests, what_babbles_in_the_background_is_not_waited_for);
    tcase_add_test(tests, a_closed_output_is_no_end);
    tcase_add_test(tests, megabytes_of_output_are_taken_in);
    tcase_add_test(tests, endless_output_ends_at_the_limit);
    tcase_add_test(tests, any_octets_are_quoted_as_text);
    tcase_add_test(tests, the_environment_is_exact);
    tcase_add_test(tests, a_folder_is_gone_to);
    tcase_add_test(tests, a_command_gets_nothing_but_its_own);
    tcase_add_test(tests, many_threads_leave_nothing_behind);
    tcase_add_test(tests, a_status_that_nobody_would_keep_is_told);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
