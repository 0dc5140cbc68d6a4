/* The verdict of a case on the wall clock whose harness was late itself. */
#include <check.h>
#include <poll.h>
#include <string.h>

#include "steps/expect.h"
#include "suite/run.h"

#define STALL_MS 120 /* of the harness */
#define BOUND_MS 800 /* what the case waits for */

static struct run_options options;
static struct arena *arena;
static struct case_result result;
static bool violated;
static unsigned starved_ms; /* the device's host was so much late */

static const struct station_handlers silent_device = {0};

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    (void)settings;
    (void)reason;
    lab->starved_ns = MILLISECONDS(starved_ms);
    port_attach(port, &silent_device, lab);
    return true;
}

static void close_lab(struct lab *lab)
{
    (void)lab;
}

static const struct lab_kind kind = {.lend = lend, .close = close_lab};

static void set_up(void)
{
    arena = arena_new();
    options = (struct run_options){.seed = 7, .wall_clock = true, .pixit = pixit_default()};
    options.pixit.choice[PIXIT_TIME_TOLERANCE_MS] = 50;
    violated = false;
    starved_ms = 0;
}

static void tear_down(void)
{
    arena_free(arena);
}

static void stall_and_judge(struct scene *scene)
{
    scene_advance(scene, MILLISECONDS(1));
    poll(NULL, 0, STALL_MS);
    scene_advance(scene, MILLISECONDS(1));
    struct pattern never = {.names = FRAME_SET(ADVERTISEMENT)};
    expect_none(scene, .requirements = "V-6.4.1-01", .pattern = never, .since = mark_now(scene),
                .max_ns = MILLISECONDS(BOUND_MS));
    expect_true(scene, !violated, NULL, "V-6.4.1-01", "this", "that");
    scene->silence_index = SIZE_MAX;
}

static enum verdict run(unsigned tolerance_percent)
{
    static const struct test_case test = {
        .id = "fake/case", .title = "a case", .requirements = "V-6.4.1-01", .run = stall_and_judge};
    static const struct case_instance instance = {&test, ROLE_VRRP, SCHEME_NON_PROXY, LANE_V2,
                                                  MEDIUM_ETHERNET};
    struct lab lab = {.name = "fake",
                      .capabilities = CAPABILITY_EGRESS_ORDER,
                      .claims = {ROLE_VRRP, SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET},
                      .kind = &kind};
    options.pixit.choice[PIXIT_TIME_TOLERANCE_PERCENT] = tolerance_percent;
    run_instance(&instance, &lab, &options, arena, &result);
    ck_assert_int_gt(result.lateness.longest_ns, MILLISECONDS(50));
    return result.verdict;
}

START_TEST(late_harness_judges_nothing)
{
    ck_assert_int_eq(run(5), VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(result.reason, "the harness was late itself by "));
}
END_TEST

/* Unless every bound of the case has a tolerance that is greater. */
START_TEST(late_harness_judges_what_is_wide_enough)
{
    bool wide_enough = run(100) == VERDICT_PASS;
    ck_assert_msg(wide_enough == (result.lateness.longest_ns <= MILLISECONDS(BOUND_MS)), "%s", result.reason);
}
END_TEST

START_TEST(late_harness_blames_nobody)
{
    violated = true;
    ck_assert_int_eq(run(100), VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(result.reason, "the harness was late itself by "));
}
END_TEST

/* A late harness and a starved device may add up. */
START_TEST(lateness_adds_up_in_violations_only)
{
    options.pixit.choice[PIXIT_TIME_TOLERANCE_MS] = 700;
    starved_ms = 600;
    violated = _i;
    enum verdict verdict = run(0);
    if (result.lateness.longest_ns <= MILLISECONDS(700))
        ck_assert_int_eq(verdict, violated ? VERDICT_INCONCLUSIVE : VERDICT_PASS);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verdicts");
    TCase *tests = tcase_create("lateness");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, late_harness_judges_nothing);
    tcase_add_test(tests, late_harness_judges_what_is_wide_enough);
    tcase_add_test(tests, late_harness_blames_nobody);
    tcase_add_loop_test(tests, lateness_adds_up_in_violations_only, 0, 2);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? 1 : 0;
}
