/* Processes that answer in lines: what they say in time is read whole, and every way in which they can fail
 * ends in a reason, within the time limit. */
#include <check.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/system_time.h"
#include "links/adapter_process.h"

#define ROOM     1000
#define LIMIT_MS 150
#define LONG_MS  5000

static struct reason reason;

static struct adapter_process *start(const char *command)
{
    reason.text[0] = '\0';
    struct adapter_process *process = adapter_process_start(command, NULL, &reason);
    ck_assert_msg(process, "%s", reason.text);
    return process;
}

static void ask(struct adapter_process *process, const char *question)
{
    ck_assert_msg(adapter_process_ask(process, question, strlen(question), LONG_MS, &reason), "%s",
                  reason.text);
}

static void expect_line(struct adapter_process *process, const char *expected)
{
    const char *line;
    size_t size;
    ck_assert_msg(adapter_process_read(process, ROOM, &line, &size, &reason), "%s", reason.text);
    ck_assert_uint_eq(size, strlen(expected));
    ck_assert_mem_eq(line, expected, size);
}

static void expect_reason(const char *words)
{
    ck_assert_msg(strstr(reason.text, words), "expected '%s', got '%s'", words, reason.text);
}

static void expect_no_line(struct adapter_process *process, const char *words)
{
    const char *line;
    size_t size;
    ck_assert(!adapter_process_read(process, ROOM, &line, &size, &reason));
    expect_reason(words);
}

START_TEST(lines_come_back_whole_however_they_are_cut)
{
    struct adapter_process *process =
        start("while read word; do printf 'a%s\\n\\nb' $word; printf '%s' $word; printf '\\nc\\n'; done");
    for (int i = 0; i < 3; i++) {
        ask(process, "x\n");
        expect_line(process, "ax");
        expect_line(process, "");
        expect_line(process, "bx");
        expect_line(process, "c");
        ck_assert_msg(adapter_process_quiet(process, &reason), "%s", reason.text);
    }
    adapter_process_stop(process);
}
END_TEST

START_TEST(a_long_line_comes_back)
{
    struct adapter_process *process = start("exec cat");
    static char question[200001];
    memset(question, 'x', sizeof question);
    question[sizeof question - 1] = '\n';
    ck_assert_msg(adapter_process_ask(process, question, sizeof question, LONG_MS, &reason), "%s",
                  reason.text);
    const char *line;
    size_t size;
    ck_assert_msg(adapter_process_read(process, sizeof question, &line, &size, &reason), "%s", reason.text);
    ck_assert_uint_eq(size, sizeof question - 1);
    ck_assert_mem_eq(line, question, size);
    adapter_process_stop(process);
}
END_TEST

START_TEST(no_answer_in_time)
{
    struct adapter_process *process = start("exec sleep 0.5");
    int64_t before_ns = monotonic_ns();
    ck_assert(adapter_process_ask(process, "x\n", 2, LIMIT_MS, &reason));
    expect_no_line(process, "no complete answer within 0.15 s");
    ck_assert_int_ge(monotonic_ns() - before_ns, MILLISECONDS(150));
    ck_assert_int_le(monotonic_ns() - before_ns, SECONDS(2));
    adapter_process_stop(process);
}
END_TEST

START_TEST(half_a_line_in_time)
{
    struct adapter_process *process = start("read word; printf half; exec sleep 0.5");
    ck_assert(adapter_process_ask(process, "x\n", 2, LIMIT_MS, &reason));
    expect_no_line(process, "half a line, and no more within 0.15 s: half");
    adapter_process_stop(process);
}
END_TEST

START_TEST(nothing_is_read)
{
    static char question[4000000];
    struct adapter_process *process = start("exec sleep 0.5");
    ck_assert(!adapter_process_ask(process, question, sizeof question, LIMIT_MS, &reason));
    expect_reason("it reads nothing for 0.15 s");
    adapter_process_stop(process);
}
END_TEST

START_TEST(too_much_without_a_newline)
{
    struct adapter_process *process = start("read word; yes | tr '\\n' '\\001'");
    ask(process, "x\n");
    expect_no_line(process, "more than 1000 octets without a newline: y.y.y.");
    adapter_process_stop(process);
}
END_TEST

START_TEST(the_end_has_a_reason)
{
    static const struct {
        const char *command;
        const char *words;
    } ends[] = {
        {"read word; exit 0", "it ended with status 0"},
        {"read word; exit 77", "it ended with status 77"},
        {"read word; printf ha; exit 77", "it ended with status 77 in the middle of a line: ha"},
        {"read word; kill -9 $$", "it closed its standard output, or was killed"},
        {"read word; kill -11 $$", "it was killed by signal 11"},
        {"read word; sh -c 'kill -11 $$'; exit $?", "it was killed by signal 11"},
        {"read word; /no/such/program", "the shell did not find the command"},
        {"read word; exec 0<&- 1>&-; exec sleep 60", "it closed its standard output, or was killed"},
    };
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++) {
        struct adapter_process *process = start(ends[i].command);
        ask(process, "x\n");
        expect_no_line(process, ends[i].words);
        ck_assert(!adapter_process_ask(process, "x\n", 2, LONG_MS, &reason));
        expect_reason("it has ended");
        adapter_process_stop(process);
    }
}
END_TEST

START_TEST(words_between_questions_are_noticed)
{
    struct adapter_process *process = start("read word; echo answer; echo more; exec sleep 0.5");
    ask(process, "x\n");
    expect_line(process, "answer");
    const char *line;
    size_t size;
    ck_assert(adapter_process_read(process, ROOM, &line, &size, &reason)); /* now it is there for certain */
    ck_assert(adapter_process_quiet(process, &reason));
    adapter_process_stop(process);

    process = start("read word; printf 'answer\\nunasked\\n'; exec sleep 60");
    ask(process, "x\n");
    expect_line(process, "answer");
    ck_assert(!adapter_process_quiet(process, &reason));
    expect_reason("it speaks without being asked: unasked");
    ck_assert(!adapter_process_ask(process, "x\n", 2, LONG_MS, &reason));
    adapter_process_stop(process);
}
END_TEST

START_TEST(stopping_waits_for_an_orderly_end_and_no_longer)
{
    int64_t before_ns = monotonic_ns();
    adapter_process_stop(start("exec cat"));
    ck_assert_int_le(monotonic_ns() - before_ns, MILLISECONDS(900));
    before_ns = monotonic_ns();
    adapter_process_stop(start("trap '' TERM HUP PIPE; while :; do sleep 60; done"));
    adapter_process_stop(start("exec yes"));
    ck_assert_int_ge(monotonic_ns() - before_ns, SECONDS(1));
    ck_assert_int_le(monotonic_ns() - before_ns, SECONDS(5));
    adapter_process_stop(NULL);
}
END_TEST

/* True while a process is there and no zombie. */
static bool is_running(long pid)
{
    char path[64];
    char state = 'Z';
    snprintf(path, sizeof path, "/proc/%ld/stat", pid);
    FILE *file = fopen(path, "r");
    if (file && fscanf(file, "%*d (%*[^)]) %c", &state) != 1)
        state = 'Z';
    if (file)
        fclose(file);
    return state != 'Z';
}

START_TEST(what_a_process_started_ends_with_it)
{
    struct adapter_process *process = start("read word; sleep 60 & echo $!; exit 0");
    ask(process, "x\n");
    const char *line;
    size_t size;
    ck_assert(adapter_process_read(process, ROOM, &line, &size, &reason));
    long pid = strtol(line, NULL, 10);
    ck_assert(is_running(pid));
    adapter_process_stop(process);
    int64_t before_ns = monotonic_ns();
    while (is_running(pid)) /* it was killed; its end comes a moment later */
        ck_assert_int_le(monotonic_ns() - before_ns, SECONDS(5));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("adapter process");
    TCase *tests = tcase_create("all");
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, lines_come_back_whole_however_they_are_cut);
    tcase_add_test(tests, a_long_line_comes_back);
    tcase_add_test(tests, no_answer_in_time);
    tcase_add_test(tests, half_a_line_in_time);
    tcase_add_test(tests, nothing_is_read);
    tcase_add_test(tests, too_much_without_a_newline);
    tcase_add_test(tests, the_end_has_a_reason);
    tcase_add_test(tests, words_between_questions_are_noticed);
    tcase_add_test(tests, stopping_waits_for_an_orderly_end_and_no_longer);
    tcase_add_test(tests, what_a_process_started_ends_with_it);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
