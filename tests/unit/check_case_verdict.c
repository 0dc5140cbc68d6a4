/* The verdict of a case on the wall clock whose harness was late itself. */
#include <check.h>
#include <string.h>

#include "base/system_time.h"
#include "made_up.h"
#include "steps/expect.h"
#include "suite/run.h"

#define BOUND_MS 800 /* what the case waits for */

static struct run_options options;
static struct arena *arena;
static struct case_result result;
static bool violated;
static unsigned starved_ms; /* the device's host was so much late */

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    lab->starved_ns = MILLISECONDS(starved_ms);
    return lend_silent_device(lab, port, settings, reason);
}

static const struct lab_kind kind = {.lend = lend, .close = keep_open};

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

/* The machine is busy while the world should move on. */
static void be_late(struct scene *scene)
{
    int64_t until_ns = monotonic_ns() + MILLISECONDS(150);
    while (monotonic_ns() < until_ns)
        continue;
    scene_advance(scene, MILLISECONDS(1));
}

static void (*steps[2])(struct scene *scene);

static void do_steps(struct scene *scene)
{
    for (size_t i = 0; i < 2; i++)
        steps[i](scene);
}

static void wait_and_judge(struct scene *scene)
{
    struct pattern never = {.names = FRAME_SET(ADVERTISEMENT)};
    be_late(scene);
    expect_none(scene, .requirements = MADE_UP_REQUIREMENT, .pattern = never, .since = mark_now(scene),
                .max_ns = MILLISECONDS(BOUND_MS));
    scene->silence_index = SIZE_MAX;
    if (violated)
        violate(scene);
}

static enum verdict run(void (*function)(struct scene *scene), unsigned tolerance_percent)
{
    struct test_case test = {
        .id = "fake/case", .title = "a case", .requirements = MADE_UP_REQUIREMENT, .run = function};
    struct case_instance instance = {&test, ROLE_ROUTER, SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET};
    struct lab lab = {.name = "fake",
                      .capabilities = CAPABILITY_EGRESS_ORDER | CAPABILITY_LAN_PORT,
                      .claims = {ROLE_ROUTER, SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET},
                      .kind = &kind};
    options.pixit.choice[PIXIT_TIME_TOLERANCE_PERCENT] = tolerance_percent;
    run_instance(&instance, &lab, &options, arena, &result);
    ck_assert_int_gt(result.lateness.longest_ns, MILLISECONDS(50));
    return result.verdict;
}

START_TEST(late_harness_judges_nothing)
{
    static const struct {
        void (*steps[2])(struct scene *scene);
        unsigned tolerance_ms;
        enum verdict verdict;
    } samples[] = {
        {{meet, be_late}, 50, VERDICT_INCONCLUSIVE},  {{violate, be_late}, 50, VERDICT_INCONCLUSIVE},
        {{name_unknown, be_late}, 50, VERDICT_ERROR}, {{be_late, not_apply}, 50, VERDICT_INCONCLUSIVE},
        {{violate, be_late}, 5000, VERDICT_FAIL},     {{meet, be_late}, 5000, VERDICT_PASS},
    };
    options.pixit.choice[PIXIT_TIME_TOLERANCE_MS] = samples[_i].tolerance_ms;
    memcpy(steps, samples[_i].steps, sizeof steps);
    ck_assert_int_eq(run(do_steps, 5), samples[_i].verdict);
    if (samples[_i].verdict == VERDICT_INCONCLUSIVE)
        ck_assert_ptr_nonnull(strstr(result.reason, "the harness was late itself by "));
}
END_TEST

START_TEST(late_harness_judges_no_bound_either)
{
    ck_assert_int_eq(run(wait_and_judge, 5), VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(result.reason, "the harness was late itself by "));
}
END_TEST

/* Unless every bound of the case has a tolerance that is greater. */
START_TEST(late_harness_judges_what_is_wide_enough)
{
    bool wide_enough = run(wait_and_judge, 100) == VERDICT_PASS;
    ck_assert_msg(wide_enough == (result.lateness.longest_ns <= MILLISECONDS(BOUND_MS)), "%s", result.reason);
}
END_TEST

START_TEST(late_harness_blames_nobody)
{
    violated = true;
    ck_assert_int_eq(run(wait_and_judge, 100), VERDICT_INCONCLUSIVE);
    ck_assert_ptr_nonnull(strstr(result.reason, "the harness was late itself by "));
}
END_TEST

/* A late harness and a starved device may add up. */
START_TEST(lateness_adds_up_in_violations_only)
{
    options.pixit.choice[PIXIT_TIME_TOLERANCE_MS] = 700;
    starved_ms = 600;
    violated = _i;
    enum verdict verdict = run(wait_and_judge, 0);
    if (result.lateness.longest_ns <= MILLISECONDS(700))
        ck_assert_int_eq(verdict, violated ? VERDICT_INCONCLUSIVE : VERDICT_PASS);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("verdicts");
    TCase *tests = tcase_create("lateness");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, late_harness_judges_nothing, 0, 6);
    tcase_add_test(tests, late_harness_judges_no_bound_either);
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
