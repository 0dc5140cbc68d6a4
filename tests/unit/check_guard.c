/* What is left when vmacheck ends, and what the guard makes of it. */
#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/duration.h"
#include "base/shell.h"
#include "base/system_time.h"
#include "control/guard.h"

#define LIMIT SECONDS(10) /* for something that has to happen */

static struct reason reason;
static char kept[64], forgotten[64];
static pid_t commands[2]; /* of these the second is forgotten */

static void make_file(char path[static 64])
{
    strcpy(path, "/tmp/check-guard-XXXXXX");
    int file = mkstemp(path);
    ck_assert_int_ge(file, 0);
    close(file);
}

/* Orphans come to this process, so that their ends are seen. */
static void set_up(void)
{
    int nowhere = open("/dev/null", O_RDWR | O_CLOEXEC);
    struct shell_call call = {.command = "sleep 60 & wait", .input = -1, .output = nowhere, .error = nowhere};
    prctl(PR_SET_CHILD_SUBREAPER, 1);
    make_file(kept);
    make_file(forgotten);
    for (size_t i = 0; i < 2; i++)
        ck_assert_int_gt(commands[i] = shell_start(&call, &reason), 0);
    close(nowhere);
}

static void tear_down(void)
{
    shell_kill(commands[0]);
    shell_kill(commands[1]);
    unlink(kept);
    unlink(forgotten);
    while (waitpid(-1, NULL, 0) > 0)
        continue;
}

/* What vmacheck does, in a process of its own: it ends by this signal. */
static void be_vmacheck(int signal_number)
{
    pid_t child = fork();
    if (child == 0) {
        const struct guard *guard = guard_start(&reason);
        if (!guard)
            _exit(1);
        guard_keep_file(guard, forgotten);
        guard_keep_file(guard, kept);
        guard_keep_group(guard, commands[1]);
        guard_keep_group(guard, commands[0]);
        guard_forget_group(guard, commands[1]);
        guard_forget_file(guard, forgotten);
        guard_forget_file(guard, "/never/kept");
        signal(signal_number, SIG_DFL);
        kill(getpid(), signal_number);
        _exit(1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == signal_number);
}

static void expect_cleared(void)
{
    int64_t until_ns = monotonic_ns() + LIMIT;
    int status;
    pid_t ended = 0;
    while ((access(kept, F_OK) == 0 || !ended) && monotonic_ns() < until_ns) {
        ended = ended ? ended : waitpid(commands[0], &status, WNOHANG);
        poll(NULL, 0, 10);
    }
    ck_assert_int_ne(access(kept, F_OK), 0);
    ck_assert_int_eq(access(forgotten, F_OK), 0);
    ck_assert_int_eq(ended, commands[0]);
    ck_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
    ck_assert_int_eq(waitpid(commands[1], &status, WNOHANG), 0);
}

START_TEST(cleared_up_however_vmacheck_ends)
{
    static const int signals[] = {SIGKILL, SIGINT, SIGTERM, SIGHUP, SIGSEGV};
    be_vmacheck(signals[_i]);
    expect_cleared();
}
END_TEST

START_TEST(an_orderly_end_waits_for_it)
{
    struct guard *guard = guard_start(&reason);
    ck_assert_msg(guard, "%s", reason.text);
    guard_keep_file(guard, kept);
    guard_keep_file(guard, forgotten);
    guard_keep_group(guard, commands[0]);
    guard_forget_file(guard, forgotten);
    ck_assert_int_eq(access(kept, F_OK), 0);
    guard_end(guard);
    ck_assert_int_ne(access(kept, F_OK), 0);
    expect_cleared();
    guard_end(NULL); /* there is none */
    guard_keep_file(NULL, forgotten);
    ck_assert_int_eq(access(forgotten, F_OK), 0);
}
END_TEST

START_TEST(a_path_of_any_length)
{
    char path[2 * GUARD_PATH_SIZE];
    memset(path, '/', sizeof path - 1);
    path[sizeof path - 1] = '\0';
    struct guard *guard = guard_start(&reason);
    ck_assert_msg(guard, "%s", reason.text);
    guard_keep_file(guard, path);
    guard_forget_file(guard, path);
    size_t size = strlen(kept);
    memcpy(path + GUARD_PATH_SIZE - 1 - size, kept, size + 1); /* just short enough */
    guard_keep_file(guard, path);
    guard_end(guard);
    ck_assert_int_ne(access(kept, F_OK), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("guard");
    TCase *tests = tcase_create("guard");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, cleared_up_however_vmacheck_ends, 0, 5);
    tcase_add_test(tests, an_orderly_end_waits_for_it);
    tcase_add_test(tests, a_path_of_any_length);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
