/* The lab of a device on Ethernet ports when it loses a port, on a veth pair in a network namespace of the
 * test's own. */
#define _GNU_SOURCE /* unshare() */
#include <check.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/duration.h"
#include "ethernet/wired.h"

static const char *const ports[] = {"left"};
static const struct control_plan control;
static const struct wired_plan plan = {
    .name = "device", .ports = ports, .port_count = 1, .control = &control};

static struct reason reason;
static struct lab *lab;
static struct arena *arena;
static struct world *world;
static struct port *port;

static bool make_pair(void)
{
    return unshare(CLONE_NEWNET) == 0 && system("ip link add left type veth peer name right && "
                                                "ip link set left up && ip link set right up") == 0;
}

static void lose_port(void)
{
    ck_assert_int_eq(system("ip link delete left"), 0);
}

static void set_up(void)
{
    ck_assert(make_pair());
    lab = wired_lab_open(&plan, 1, &reason);
    ck_assert_msg(lab, "%s", reason.text);
    arena = arena_new();
    world = world_new(&(struct world_settings){.seed = 1, .wall_clock = true}, arena);
    port = world_port(world, "dut");
}

static void tear_down(void)
{
    world_free(world);
    arena_free(arena);
    lab_close(lab);
}

static bool lend(void)
{
    static const struct device_settings settings;
    return lab->kind->lend(lab, port, &settings, &reason);
}

/* No case will have it any more. */
static void expect_unfit(void)
{
    ck_assert_ptr_nonnull(strstr(lab->unfit.text, "left"));
    ck_assert_ptr_nonnull(strstr(lab->unfit.text, "is gone"));
    reason.text[0] = '\0';
    ck_assert(!lend());
    ck_assert_str_eq(reason.text, lab->unfit.text);
}

START_TEST(lost_before_a_case)
{
    lose_port();
    ck_assert(!lend());
    ck_assert_ptr_nonnull(strstr(reason.text, "is gone"));
    expect_unfit();
    ck_assert_msg(lab->kind->take_back(lab, &reason), "this case had no device to lose");
}
END_TEST

START_TEST(lost_while_a_case_runs)
{
    ck_assert_msg(lend(), "%s", reason.text);
    ck_assert_str_eq(lab->unfit.text, "");
    lose_port();
    world_run_until_set(world, &lab->lost, SECONDS(10));
    ck_assert(lab->lost);
    ck_assert(!lab->kind->take_back(lab, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "is gone"));
    expect_unfit();
}
END_TEST

/* In a process of its own: this one stays where it is. */
static bool permitted(void)
{
    int status = 1;
    pid_t child = fork();
    if (child == 0)
        _exit(make_pair() ? 0 : 1);
    return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int main(void)
{
    if (!permitted()) {
        puts("skipped: a network namespace with a veth pair takes root with CAP_SYS_ADMIN and "
             "CAP_NET_ADMIN, and the package iproute2");
        return EXIT_SUCCESS;
    }
    Suite *suite = suite_create("wired");
    TCase *loss = tcase_create("loss");
    tcase_add_checked_fixture(loss, set_up, tear_down);
    tcase_add_test(loss, lost_before_a_case);
    tcase_add_test(loss, lost_while_a_case_runs);
    suite_add_tcase(suite, loss);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
