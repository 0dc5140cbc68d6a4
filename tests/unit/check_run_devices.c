/* Instances on several devices side by side: what one does that is unfit, and what is handed on of a run that
 * is stopped in the middle. */
#include <check.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "steps/states.h"
#include "suite/run.h"

#define REQUIREMENT "V-6.4.1-01"
#define COUNT       8

struct device {
    struct lab lab;
    bool refuses; /* to be lent */
    size_t lent;  /* or refused */
};

static struct device devices[2];
static atomic_size_t opened;
static atomic_size_t rendered;
static size_t stop_after; /* so many have ended */
static size_t emitted;
static size_t last_index;
static size_t counts[VERDICT_COUNT];
static struct run_options options;

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    static const struct station_handlers handlers = {0};
    struct device *device = lab->context;
    (void)settings;
    device->lent++;
    if (device->refuses)
        return reason_set(reason, "it is gone");
    port_attach(port, &handlers, lab);
    return true;
}

static void close_lab(struct lab *lab)
{
    (void)lab;
}

static struct lab *open_lab(void *context, struct reason *reason)
{
    (void)context;
    (void)reason;
    return &devices[atomic_fetch_add(&opened, 1)].lab;
}

static void *render(void *context, size_t index, const struct case_result *result)
{
    (void)context;
    (void)index;
    (void)result;
    atomic_fetch_add(&rendered, 1);
    return NULL;
}

static void emit(void *context, size_t index, void *of)
{
    (void)context;
    (void)of;
    ck_assert(!emitted || index > last_index);
    last_index = index;
    emitted++;
}

static bool stop(void *context)
{
    (void)context;
    return stop_after && rendered >= stop_after;
}

static void meet(struct scene *scene)
{
    struct timespec nap = {0, 10 * NS_PER_MS};
    nanosleep(&nap, NULL);
    expect_true(scene, true, NULL, REQUIREMENT, "this", "that");
}

static void set_up(void)
{
    static const struct lab_kind kind = {.lend = lend, .close = close_lab};
    for (size_t i = 0; i < 2; i++)
        devices[i] = (struct device){.lab = {.name = "fake",
                                             .capabilities = CAPABILITY_EGRESS_ORDER,
                                             .claims = {ROLE_VRRP, SCHEME_NON_PROXY | SCHEME_PROXY,
                                                        LANE_V1 | LANE_V2, MEDIUM_ETHERNET},
                                             .context = &devices[i],
                                             .kind = &kind}};
    opened = rendered = emitted = stop_after = 0;
    options = (struct run_options){.seed = 7, .pixit = pixit_default()};
    options.pixit.choice[PIXIT_TIME_TOLERANCE_MS] = 60000;
}

static void run(unsigned jobs)
{
    static const char *const ids[COUNT] = {"fake/a", "fake/b", "fake/c", "fake/d",
                                           "fake/e", "fake/f", "fake/g", "fake/h"};
    static struct test_case tests[COUNT];
    struct case_instance instances[COUNT];
    struct run_callbacks callbacks = {.open_lab = open_lab, .render = render, .emit = emit, .stop = stop};
    struct reason reason;
    for (size_t i = 0; i < COUNT; i++) {
        tests[i] =
            (struct test_case){.id = ids[i], .title = "a case", .requirements = REQUIREMENT, .run = meet};
        instances[i] =
            (struct case_instance){&tests[i], ROLE_VRRP, SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET};
    }
    ck_assert(run_instances(instances, COUNT, &options, jobs, &callbacks, counts, &reason));
    ck_assert_uint_eq(emitted, rendered);
}

/* It ends its cases in no time, and leaves the rest to the other one. */
START_TEST(unfit_device_takes_no_cases_away)
{
    options.wall_clock = true; /* no case begins before both have their lab */
    reason_set(&devices[0].lab.unfit, "it foams");
    run(2);
    ck_assert_uint_eq(counts[VERDICT_INCONCLUSIVE], 1);
    ck_assert_uint_eq(counts[VERDICT_PASS], COUNT - 1);
    ck_assert_uint_eq(devices[1].lent, COUNT - 1);
}
END_TEST

/* One that looks fit, but can't be lent, takes some at most. */
START_TEST(device_that_can_not_be_lent_takes_few_cases_away)
{
    options.wall_clock = true;
    devices[0].refuses = true;
    run(2);
    ck_assert_uint_le(devices[0].lent, 3);
    ck_assert_uint_eq(counts[VERDICT_INCONCLUSIVE], devices[0].lent);
    ck_assert_uint_eq(counts[VERDICT_PASS], devices[1].lent);
    ck_assert_uint_eq(devices[0].lent + devices[1].lent, COUNT);
}
END_TEST

START_TEST(device_that_stands_alone_is_tried_on)
{
    devices[0].refuses = true;
    run(1);
    ck_assert_uint_eq(devices[0].lent, COUNT);
    ck_assert_uint_eq(counts[VERDICT_INCONCLUSIVE], COUNT);
}
END_TEST

START_TEST(last_device_says_what_it_is_unfit_for)
{
    options.wall_clock = true;
    reason_set(&devices[0].lab.unfit, "it foams");
    reason_set(&devices[1].lab.unfit, "it foams as well");
    run(2);
    ck_assert_uint_eq(counts[VERDICT_INCONCLUSIVE], COUNT);
}
END_TEST

/* The longest may come first: what has ended is not next to each other in canonical order. */
START_TEST(stopped_run_hands_on_all_that_ended)
{
    size_t order[COUNT];
    for (size_t i = 0; i < COUNT; i++)
        order[i] = COUNT - 1 - i;
    options.order = order;
    stop_after = 3;
    run(1);
    ck_assert_uint_eq(emitted, 3);
    ck_assert_uint_eq(last_index, COUNT - 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("run on several devices");
    TCase *tests = tcase_create("devices");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, unfit_device_takes_no_cases_away);
    tcase_add_test(tests, device_that_can_not_be_lent_takes_few_cases_away);
    tcase_add_test(tests, device_that_stands_alone_is_tried_on);
    tcase_add_test(tests, last_device_says_what_it_is_unfit_for);
    tcase_add_test(tests, stopped_run_hands_on_all_that_ended);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
