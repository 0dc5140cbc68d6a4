/* Deeds by a control plan: what commands are told, what comes of them, what is kept of it; the operator's
 * part; heartbeats. */
#define _GNU_SOURCE /* posix_openpt(3), TIOCSCTTY */
#include <check.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/duration.h"
#include "control/deed_variables.h"
#include "control/deed_words.h"
#include "control/device_control.h"
#include "control/evidence.h"
#include "control/heartbeat.h"

static struct reason reason;
static struct device_settings settings;

static void set_up(void)
{
    reason.text[0] = '\0';
    settings = (struct device_settings){
        .role = ROLE_VRRP,
        .elan_name = "an ELAN",
        .elan = {{{0x00, 0x20, 0x5a, 0x12, 0x34, 0x56}}, {0x0a010203}, 24},
        .virtual_router_count = 1,
        .virtual_routers = {{.vrid = 7,
                             .priority_given = true,
                             .priority = 101,
                             .preempt_given = true,
                             .preempt = false,
                             .address_count = 2,
                             .addresses = {{0x0a010201}, {0x0a010202}}}},
    };
}

static struct device_control *control_of(struct control_plan *plan, enum deed deed, const char *command)
{
    *plan = (struct control_plan){.limit_s = 50};
    plan->commands[deed] = command;
    return device_control_new(plan, 3);
}

static void expect_evidence(struct device_control *control, const char *expected)
{
    ck_assert_str_eq(device_control_evidence(control), expected);
}

static size_t entries(const char *folder)
{
    size_t count = 0;
    DIR *open = opendir(folder);
    ck_assert_ptr_nonnull(open);
    while (readdir(open))
        count++;
    closedir(open);
    return count;
}

START_TEST(a_deed_is_done)
{
    struct control_plan plan;
    struct device_control *control = control_of(&plan, DEED_STARTUP, "echo starting; echo started >&2");
    ck_assert(device_control_can(control, DEED_STARTUP));
    ck_assert(!device_control_can(control, DEED_START));
    ck_assert(!device_control_can(NULL, DEED_START));
    ck_assert_int_eq(device_control_descriptor(control), -1);
    ck_assert(device_control_begin(control, DEED_STARTUP, NULL, NULL, NULL, &reason));
    enum deed_progress progress;
    while ((progress = device_control_look(control, &reason)) == DEED_GOES_ON) {
        struct pollfd watched = {device_control_descriptor(control), POLLIN, 0};
        ck_assert_int_eq(poll(&watched, 1, 50000), 1);
    }
    ck_assert_int_eq(progress, DEED_DONE);
    ck_assert_int_eq(device_control_descriptor(control), -1);
    expect_evidence(control, "startup: starting\nstartup: started\n");
    ck_assert(device_control_do(control, DEED_STARTUP, NULL, NULL, "another", &reason));
    expect_evidence(control, "startup: starting\nstartup: started\nstartup: starting\nstartup: started\n");
    device_control_forget_evidence(control);
    expect_evidence(control, "");
    device_control_free(control);
    device_control_free(NULL);
}
END_TEST

START_TEST(a_deed_without_a_command_can_not_begin)
{
    struct control_plan plan;
    struct device_control *control = control_of(&plan, DEED_HEARTBEAT, "echo");
    ck_assert(!device_control_do(control, DEED_FAIL, NULL, NULL, NULL, &reason));
    ck_assert_str_eq(reason.text, "fail: the device file says no command for it; give one below 'control'");
    ck_assert(!device_control_do(control, DEED_HEARTBEAT, NULL, NULL, NULL, &reason));
    plan.commands[DEED_FAIL] = "true";
    plan.folder = "/no/such/folder";
    ck_assert(!device_control_do(control, DEED_FAIL, NULL, &settings, NULL, &reason));
    ck_assert_str_eq(reason.text,
                     "fail: the command could not be started in /no/such/folder: No such file or directory");
    device_control_free(control);
}
END_TEST

START_TEST(a_failed_deed_has_its_reason)
{
    struct control_plan plan;
    struct device_control *control =
        control_of(&plan, DEED_CONFIGURE, "echo careful; echo no such interface >&2; exit 4");
    ck_assert(!device_control_do(control, DEED_CONFIGURE, NULL, &settings, "case", &reason));
    ck_assert_str_eq(reason.text, "configure: ended with status 4; its last words: no such interface");
    expect_evidence(control, "configure: careful\nconfigure: no such interface\n");
    plan.commands[DEED_CONFIGURE] = "sleep 1000";
    plan.limit_s = 1;
    ck_assert(!device_control_do(control, DEED_CONFIGURE, NULL, &settings, "case", &reason));
    ck_assert_str_eq(reason.text, "configure: not done within 1 s, killed");
    device_control_free(control);
}
END_TEST

/* All variables, and nothing of them in the command's text. */
START_TEST(a_command_is_told_what_it_has_to_know)
{
    struct control_plan plan;
    struct device_control *control =
        control_of(&plan, DEED_SET_PRIORITY,
                   "env | grep '^VMACHECK_' | grep -v '^VMACHECK_SETTINGS=/tmp/vmacheck-settings-' | sort; "
                   "stat -c %a \"$VMACHECK_SETTINGS\"; grep -c '\"elan_name\"' \"$VMACHECK_SETTINGS\"");
    struct control_action action = {.kind = CONTROL_SET_PRIORITY, .vrid = 7, .number = 200};
    unsetenv("TMPDIR");
    setenv("VMACHECK_MAC", "not this one", 1);
    ck_assert_msg(
        device_control_do(control, DEED_SET_PRIORITY, &action, &settings, "a/case[$(x) \"y\" 'z']", &reason),
        "%s", reason.text);
    expect_evidence(control, "set-priority: VMACHECK_ACTION=set-priority\n"
                             "set-priority: VMACHECK_ADDRESS=10.1.2.3\n"
                             "set-priority: VMACHECK_CASE=a/case[$(x) \"y\" 'z']\n"
                             "set-priority: VMACHECK_INSTANCE=3\n"
                             "set-priority: VMACHECK_MAC=00-20-5a-12-34-56\n"
                             "set-priority: VMACHECK_PREFIX_LENGTH=24\n"
                             "set-priority: VMACHECK_PRIORITY=200\n"
                             "set-priority: VMACHECK_ROUTER_ADDRESSES=10.1.2.1 10.1.2.2\n"
                             "set-priority: VMACHECK_ROUTER_INTERVAL_S=\n"
                             "set-priority: VMACHECK_ROUTER_PREEMPT=0\n"
                             "set-priority: VMACHECK_ROUTER_PRIORITY=101\n"
                             "set-priority: VMACHECK_ROUTER_VRID=7\n"
                             "set-priority: VMACHECK_VRID=7\n"
                             "set-priority: 600\n"
                             "set-priority: 1\n");
    device_control_forget_evidence(control);
    plan.commands[DEED_STOP] = "env | grep '^VMACHECK_' | grep -v '=$' | sort";
    ck_assert(device_control_do(control, DEED_STOP, NULL, NULL, NULL, &reason));
    expect_evidence(control,
                    "stop: VMACHECK_ACTION=stop\nstop: VMACHECK_INSTANCE=3\nstop: VMACHECK_PRIORITY=0\n"
                    "stop: VMACHECK_VRID=0\n");
    device_control_free(control);
}
END_TEST

START_TEST(the_settings_file_goes_with_the_deed)
{
    char folder[] = "/tmp/vmacheck-control-XXXXXX";
    struct control_plan plan;
    ck_assert_ptr_nonnull(mkdtemp(folder));
    setenv("TMPDIR", folder, 1);
    size_t empty = entries(folder);
    struct device_control *control =
        control_of(&plan, DEED_CONFIGURE, "cat \"$VMACHECK_SETTINGS\"; exit $EXIT");
    setenv("EXIT", "0", 1);
    ck_assert(device_control_do(control, DEED_CONFIGURE, NULL, &settings, "case", &reason));
    ck_assert_ptr_nonnull(strstr(device_control_evidence(control), "\"an ELAN\""));
    ck_assert_uint_eq(entries(folder), empty);
    setenv("EXIT", "1", 1);
    ck_assert(!device_control_do(control, DEED_CONFIGURE, NULL, &settings, "case", &reason));
    ck_assert_uint_eq(entries(folder), empty);
    plan.commands[DEED_CONFIGURE] = "sleep 1000";
    ck_assert(device_control_begin(control, DEED_CONFIGURE, NULL, &settings, "case", &reason));
    ck_assert_uint_eq(entries(folder), empty + 1);
    device_control_free(control); /* in the middle of it */
    ck_assert_uint_eq(entries(folder), empty);
    ck_assert_int_eq(rmdir(folder), 0);
    control = control_of(&plan, DEED_CONFIGURE, "true");
    ck_assert(!device_control_do(control, DEED_CONFIGURE, NULL, &settings, "case", &reason));
    char expected[200];
    snprintf(expected, sizeof expected, "the settings can't be written into %s: No such file or directory",
             folder);
    ck_assert_str_eq(reason.text, expected);
    unsetenv("TMPDIR");
    device_control_free(control);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

START_TEST(the_evidence_has_an_end)
{
    struct control_plan plan;
    struct device_control *control =
        control_of(&plan, DEED_STOP, "yes | head -c 6000; echo; yes | head -c 20000");
    for (int i = 0; i < 3; i++)
        ck_assert(device_control_do(control, DEED_STOP, NULL, NULL, NULL, &reason));
    const char *text = device_control_evidence(control);
    ck_assert_uint_lt(strlen(text), EVIDENCE_LIMIT + 80);
    ck_assert_uint_gt(strlen(text), EVIDENCE_LIMIT - 10);
    ck_assert_ptr_nonnull(strstr(text, " more octets are left out)\n"));
    size_t lines = 0;
    for (const char *at = text; *at; at = strchr(at, '\n') + 1)
        lines += strncmp(at, "stop: y\n", 8) == 0;
    unsigned long long left = strtoull(strrchr(text, '(') + 1, NULL, 10);
    ck_assert_uint_eq(left, 3 * 26001 - 2 * lines - (strstr(text, "stop: \n") ? 1 : 0));
    device_control_free(control);
}
END_TEST

START_TEST(evidence_is_text_whatever_was_printed)
{
    struct evidence evidence = {0};
    ck_assert_str_eq(evidence_text(&evidence), "");
    evidence_add(&evidence, "a", "", 0, 0);
    ck_assert_str_eq(evidence_text(&evidence), "");
    evidence_add(&evidence, "a", "x\xff\n\nlast\r", 9, 9);
    evidence_add(&evidence, "b", "c\0d\n", 4, 4);
    ck_assert_str_eq(evidence_text(&evidence), "a: x\xef\xbf\xbd\na: \na: last\nb: c\xef\xbf\xbd"
                                               "d\n");
    evidence_clear(&evidence);
    char *babble = malloc(EVIDENCE_LIMIT);
    ck_assert_ptr_nonnull(babble);
    for (const char *octet = "\xffx\xc3"; *octet; octet++) {
        memset(babble, *octet, EVIDENCE_LIMIT);
        evidence_add(&evidence, "babble", babble, EVIDENCE_LIMIT, 1000000);
        const char *text = evidence_text(&evidence);
        const char *last = strstr(text, "\n(9");
        ck_assert_ptr_nonnull(last);
        ck_assert_uint_le((size_t)(last - text), EVIDENCE_LIMIT);
        ck_assert_uint_ge((size_t)(last - text), EVIDENCE_LIMIT - 5);
        evidence_add(&evidence, "later", "x\n\n", 3, 3);
        ck_assert_ptr_null(strstr(evidence_text(&evidence), "later"));
        evidence_clear(&evidence);
    }
    free(babble);
}
END_TEST

static void *do_many(void *context)
{
    struct control_plan plan = {.limit_s = 50};
    plan.commands[DEED_CONFIGURE] = "grep -q elan_name \"$VMACHECK_SETTINGS\" && echo $VMACHECK_INSTANCE";
    size_t *good = context;
    struct device_control *control = device_control_new(&plan, (unsigned)*good);
    *good = 0;
    for (int i = 0; i < 5; i++) {
        struct reason why;
        *good += device_control_do(control, DEED_CONFIGURE, NULL, &settings, "case", &why);
    }
    *good = *good == 5 ? (size_t)atoi(device_control_evidence(control) + strlen("configure: ")) : 0;
    device_control_free(control);
    return NULL;
}

START_TEST(devices_of_several_threads_keep_apart)
{
    pthread_t threads[12];
    size_t good[12];
    size_t before = entries("/proc/self/fd");
    for (size_t i = 0; i < 12; i++) {
        good[i] = i + 1;
        ck_assert_int_eq(pthread_create(&threads[i], NULL, do_many, &good[i]), 0);
    }
    for (size_t i = 0; i < 12; i++) {
        pthread_join(threads[i], NULL);
        ck_assert_uint_eq(good[i], i + 1);
    }
    ck_assert_uint_eq(entries("/proc/self/fd"), before);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
    ck_assert_int_eq(errno, ECHILD);
}
END_TEST

/* Without a terminal. */
START_TEST(a_manual_deed_needs_an_operator)
{
    pid_t child = fork();
    if (child == 0) {
        struct control_plan plan;
        setsid();
        struct device_control *control = control_of(&plan, DEED_START, "manual");
        bool done = device_control_do(control, DEED_START, NULL, &settings, "case", &reason);
        bool told = strncmp(reason.text, "start: there is no terminal to ask the operator on", 50) == 0;
        device_control_free(control);
        _exit(!done && told ? 0 : 1);
    }
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, 0);
}
END_TEST

/* The operator answers 'typed' to whatever is asked; the child's exit code is progress, its evidence and
 * reason are what the test expects. */
static void expect_answered(enum deed deed, const char *typed, enum deed_progress expected, const char *why,
                            const char *evidence)
{
    int terminal = posix_openpt(O_RDWR | O_NOCTTY);
    ck_assert(terminal >= 0 && grantpt(terminal) == 0 && unlockpt(terminal) == 0);
    pid_t child = fork();
    if (child == 0) {
        int own = open(ptsname(terminal), O_RDWR | O_NOCTTY);
        close(terminal);
        if (own < 0 || setsid() < 0 || ioctl(own, TIOCSCTTY, 0) != 0)
            _exit(90);
        struct control_plan plan;
        struct device_control *control = control_of(&plan, deed, "manual");
        struct control_action action = {.kind = CONTROL_STARTUP, .vrid = 7, .number = 200};
        if (!device_control_begin(control, deed, &action, &settings, "case", &reason))
            _exit(91);
        enum deed_progress progress;
        while ((progress = device_control_look(control, &reason)) == DEED_GOES_ON)
            poll(&(struct pollfd){device_control_descriptor(control), POLLIN, 0}, 1, 50000);
        if (strcmp(reason.text, why) != 0 || strcmp(device_control_evidence(control), evidence) != 0)
            _exit(92);
        device_control_free(control);
        _exit((int)progress);
    }
    char screen[5000] = "";
    size_t size = 0;
    while (!strstr(screen, "n to decline: ")) {
        ssize_t count = read(terminal, screen + size, sizeof screen - 1 - size);
        ck_assert_int_gt(count, 0);
        size += (size_t)count;
    }
    ck_assert_int_eq(write(terminal, typed, strlen(typed)), (ssize_t)strlen(typed));
    int status;
    ck_assert_int_eq(waitpid(child, &status, 0), child);
    ck_assert_int_eq(status, (int)expected << 8);
    close(terminal);
}

START_TEST(the_operators_answer_decides)
{
    expect_answered(DEED_STARTUP, "\n", DEED_DONE, "", "startup: done by the operator\n");
    expect_answered(DEED_CONFIGURE, "n\n", DEED_DECLINED, "configure: the operator declined",
                    "configure: the operator declined\n");
    expect_answered(DEED_ALIVE, "n: it hangs\n", DEED_FAILED, "alive: the operator declined: it hangs",
                    "alive: the operator declined: it hangs\n");
}
END_TEST

START_TEST(deeds_have_words)
{
    char line[DEED_WORDS_SIZE];
    struct control_action action = {.vrid = 7, .number = 200};
    for (enum deed deed = 0; deed < DEED_COUNT; deed++)
        if (deed != DEED_HEARTBEAT)
            ck_assert_msg(strstr(deed_words(deed, 12, &action, NULL, "", NULL, line), "device 12"), "%s",
                          line);
    ck_assert_str_eq(deed_words(DEED_SET_PRIORITY, 1, &action, NULL, "a/case", NULL, line),
                     "a/case: give virtual router 7 of device 1 priority 200");
    ck_assert_str_eq(
        deed_words(DEED_CONFIGURE, 1, NULL, &settings, NULL, "/tmp/x", line),
        "configure device 1 and leave it switched off: interface 00-20-5a-12-34-56, 10.1.2.3/24; virtual "
        "router 7, priority 101, preempt mode false, addresses 10.1.2.1 10.1.2.2 (all settings: /tmp/x)");
}
END_TEST

START_TEST(a_plan_has_capabilities)
{
    struct control_plan plan = {.limit_s = 0};
    ck_assert_uint_eq(control_plan_capabilities(NULL), 0);
    ck_assert_uint_eq(control_plan_capabilities(&plan), 0);
    plan.commands[DEED_STARTUP] = "x";
    ck_assert_uint_eq(control_plan_capabilities(&plan), 0);
    plan.commands[DEED_SHUTDOWN] = "manual";
    ck_assert_uint_eq(control_plan_capabilities(&plan), CAPABILITY_CONTROL_STARTUP);
    plan.commands[DEED_FAIL] = "x";
    plan.commands[DEED_SET_PRIORITY] = "x";
    ck_assert_uint_eq(control_plan_capabilities(&plan),
                      CAPABILITY_CONTROL_STARTUP | CAPABILITY_CONTROL_FAIL | CAPABILITY_CONTROL_PRIORITY);
    ck_assert_str_eq(control_plan_mend(CAPABILITY_CONTROL_STARTUP),
                     "`startup` and `shutdown` under `control` give it");
    ck_assert_str_eq(control_plan_mend(CAPABILITY_CONTROL_FAIL), "`fail` under `control` gives it");
    ck_assert_ptr_null(control_plan_mend(CAPABILITY_REDIRECT));
    ck_assert_int_eq(control_plan_limit_ns(&plan, DEED_FAIL), SECONDS(10));
    ck_assert_int_eq(control_plan_limit_ns(&plan, DEED_SHUTDOWN), SECONDS(600));
    plan.limit_s = 3;
    ck_assert_int_eq(control_plan_limit_ns(&plan, DEED_FAIL), SECONDS(3));
    ck_assert_int_eq(deed_of(CONTROL_START), DEED_START);
    ck_assert_int_eq(deed_of(CONTROL_STARTUP), DEED_STARTUP);
    ck_assert_int_eq(deed_of(CONTROL_SHUTDOWN), DEED_SHUTDOWN);
    ck_assert_int_eq(deed_of(CONTROL_FAIL), DEED_FAIL);
    ck_assert_int_eq(deed_of(CONTROL_SET_PRIORITY), DEED_SET_PRIORITY);
    ck_assert_str_eq(deed_name(DEED_SET_PRIORITY), "set-priority");
}
END_TEST

static struct device_control *beating(struct control_plan *plan, const char *command)
{
    struct device_control *control = control_of(plan, DEED_HEARTBEAT, command);
    ck_assert_msg(device_control_heartbeat_start(control, &reason), "%s", reason.text);
    return control;
}

/* Reads beats until so many were heard; the command prints them when told to. */
static void hear(struct heartbeat *heartbeat, int64_t now_ns, uint64_t count)
{
    uint64_t wanted = heartbeat->beats + count;
    while (hook_line_count(heartbeat->hook) < wanted) {
        struct pollfd watched = {hook_descriptor(heartbeat->hook), POLLIN, 0};
        ck_assert_int_eq(poll(&watched, 1, 50000), 1);
        ck_assert_int_eq(hook_look(heartbeat->hook, NULL), HOOK_RUNS);
    }
    ck_assert(heartbeat_hear(heartbeat, now_ns, NULL));
    ck_assert_uint_eq(heartbeat->beats, wanted);
}

/* Time is what the test says it is. */
START_TEST(gaps_between_beats_are_measured)
{
    char fifo[] = "/tmp/vmacheck-beat-XXXXXX";
    char command[100];
    ck_assert_ptr_nonnull(mkdtemp(fifo));
    snprintf(command, sizeof command, "cd %s; mkfifo f; echo ready; exec cat f", fifo);
    struct hook_call call = {.command = command};
    struct heartbeat heartbeat = {.hook = hook_start(&call, &reason), .period_ns = 100};
    ck_assert_ptr_nonnull(heartbeat.hook);
    hear(&heartbeat, 0, 1);
    char path[100];
    snprintf(path, sizeof path, "%s/f", fifo);
    int beat = open(path, O_WRONLY);
    ck_assert_int_ge(beat, 0);
    heartbeat_mark(&heartbeat, 1000);
    ck_assert_int_eq(heartbeat_starved_ns(&heartbeat, 1050), 0);
    ck_assert_int_eq(write(beat, "\n", 1), 1);
    hear(&heartbeat, 1130, 1);
    ck_assert_int_eq(heartbeat_starved_ns(&heartbeat, 1130), 30);
    ck_assert_int_eq(write(beat, "\n\n\n", 3), 3); /* read late: no gap of the host */
    hear(&heartbeat, 1430, 3);
    ck_assert_int_eq(heartbeat_starved_ns(&heartbeat, 1430), 30);
    ck_assert_int_eq(write(beat, "\n\n", 2), 2); /* … but one that they don't fill */
    hear(&heartbeat, 1730, 2);
    ck_assert_int_eq(heartbeat_starved_ns(&heartbeat, 1730), 100);
    ck_assert_int_eq(write(beat, "\n\n\n\n\n\n\n\n", 8), 8);
    hear(&heartbeat, 1740, 8);
    ck_assert_int_eq(heartbeat_starved_ns(&heartbeat, 2000), 160); /* a beat that has not come yet */
    heartbeat_mark(&heartbeat, 2500);                              /* what was before does not count */
    ck_assert_int_eq(heartbeat_starved_ns(&heartbeat, 2600), 0);
    close(beat);
    while (hook_look(heartbeat.hook, NULL) == HOOK_RUNS)
        poll(&(struct pollfd){hook_descriptor(heartbeat.hook), POLLIN, 0}, 1, 50000);
    ck_assert_int_eq(heartbeat_starved_ns(&heartbeat, 2650), INT64_MAX);
    hook_free(heartbeat.hook);
    unlink(path);
    rmdir(fifo);
}
END_TEST

START_TEST(a_heartbeat_runs_beside_deeds)
{
    struct control_plan plan;
    struct device_control *control = beating(&plan, "while sleep 0.05; do echo $VMACHECK_INSTANCE; done");
    plan.commands[DEED_ALIVE] = "true";
    int descriptor = device_control_heartbeat_descriptor(control);
    ck_assert_int_ge(descriptor, 0);
    device_control_heartbeat_mark(control, 0);
    struct pollfd watched = {descriptor, POLLIN, 0};
    ck_assert_int_eq(poll(&watched, 1, 50000), 1);
    ck_assert_int_eq(device_control_heartbeat_starved_ns(control, MILLISECONDS(90)), 0);
    ck_assert(device_control_do(control, DEED_ALIVE, NULL, NULL, NULL, &reason));
    expect_evidence(control, "");
    ck_assert_int_eq(device_control_heartbeat_descriptor(control), descriptor);
    device_control_free(control);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

START_TEST(a_heartbeat_that_ends_is_told)
{
    struct control_plan plan;
    struct device_control *control = beating(&plan, "echo; echo; sleep 0.2; echo gone; exit 1");
    int64_t starved_ns;
    while ((starved_ns = device_control_heartbeat_starved_ns(control, 0)) != INT64_MAX) {
        struct pollfd watched = {device_control_heartbeat_descriptor(control), POLLIN, 0};
        ck_assert_int_eq(poll(&watched, 1, 50000), 1);
    }
    ck_assert_int_eq(device_control_heartbeat_starved_ns(control, 0), INT64_MAX);
    expect_evidence(control, "heartbeat: ended with status 1; its last words: gone\n");
    device_control_forget_evidence(control);
    ck_assert_int_eq(device_control_heartbeat_starved_ns(control, 0), INT64_MAX);
    expect_evidence(control, "heartbeat: ended with status 1; its last words: gone\n");
    device_control_free(control);
}
END_TEST

START_TEST(a_heartbeat_has_to_beat)
{
    struct control_plan plan;
    struct device_control *control = control_of(&plan, DEED_START, "true");
    ck_assert(device_control_heartbeat_start(control, &reason)); /* there is none */
    ck_assert_int_eq(device_control_heartbeat_descriptor(control), -1);
    ck_assert_int_eq(device_control_heartbeat_starved_ns(control, 5), 0);
    device_control_heartbeat_mark(control, 5);
    plan.commands[DEED_HEARTBEAT] = "echo Permission denied >&2; exit 255";
    ck_assert(!device_control_heartbeat_start(control, &reason));
    ck_assert_str_eq(reason.text,
                     "heartbeat: ended with status 255; its last words: Permission denied; it has to "
                     "run as long as the run and print a line each 100 ms");
    ck_assert_int_eq(device_control_heartbeat_descriptor(control), -1);
    plan.commands[DEED_HEARTBEAT] = "true";
    ck_assert(!device_control_heartbeat_start(control, &reason));
    ck_assert_str_eq(reason.text,
                     "heartbeat: ended; it has to run as long as the run and print a line each 100 ms");
    plan.commands[DEED_HEARTBEAT] = "sleep 1000";
    plan.limit_s = 1;
    ck_assert(!device_control_heartbeat_start(control, &reason));
    ck_assert_str_eq(reason.text,
                     "heartbeat: no beat within 1 s (`limit_s`); it has to print a line each 100 ms");
    device_control_free(control);
    ck_assert_int_eq(waitpid(-1, NULL, WNOHANG), -1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("device_control");
    TCase *tests = tcase_create("device_control");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, a_deed_is_done);
    tcase_add_test(tests, a_deed_without_a_command_can_not_begin);
    tcase_add_test(tests, a_failed_deed_has_its_reason);
    tcase_add_test(tests, a_command_is_told_what_it_has_to_know);
    tcase_add_test(tests, the_settings_file_goes_with_the_deed);
    tcase_add_test(tests, the_evidence_has_an_end);
    tcase_add_test(tests, evidence_is_text_whatever_was_printed);
    tcase_add_test(tests, devices_of_several_threads_keep_apart);
    tcase_add_test(tests, a_manual_deed_needs_an_operator);
    tcase_add_test(tests, the_operators_answer_decides);
    tcase_add_test(tests, deeds_have_words);
    tcase_add_test(tests, a_plan_has_capabilities);
    tcase_add_test(tests, gaps_between_beats_are_measured);
    tcase_add_test(tests, a_heartbeat_runs_beside_deeds);
    tcase_add_test(tests, a_heartbeat_that_ends_is_told);
    tcase_add_test(tests, a_heartbeat_has_to_beat);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
