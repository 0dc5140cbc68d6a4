/* Many instances in threads: equal outcomes at any number of jobs, handed on in canonical order. */
#include <check.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "made_up.h"
#include "steps/states.h"
#include "suite/run.h"

static struct run_options options;
static const struct test_case meeting = {
    .id = "fake/case", .title = "a case", .requirements = MADE_UP_REQUIREMENT, .run = meet};
static const struct case_instance instance = {&meeting, ROLE_ROUTER, SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET};

static void set_up(void)
{
    options = (struct run_options){.seed = 7, .pixit = pixit_default()};
}

#define MANY   24
#define SHARES 4u /* of VRIDs from 10 on */

struct crowd {
    struct case_instance instances[MANY];
    struct test_case tests[MANY];
    size_t counts[VERDICT_COUNT];
    struct reason reason;
    size_t emitted;    /* instances, in order so far */
    size_t stop_after; /* emitted instances; 0: never */
    atomic_size_t rendered;
    atomic_size_t opened;
    atomic_size_t closed;
    size_t labs; /* that can be opened */
    uint64_t digests[MANY];
    enum verdict verdicts[MANY];
    size_t started[MANY]; /* in one thread: which instance was rendered first, second … */
    uint8_t vrids[MANY];  /* that the device had, by instance */
    atomic_uint in_use[SHARES];
    atomic_size_t clashes; /* of shares in use */
    size_t seen_done;      /* by 'progress' */
    size_t seen_running;
};

static struct crowd crowd;

static void close_counted(struct lab *lab)
{
    atomic_fetch_add(&crowd.closed, 1);
    free(lab);
}

static bool take_back_always(struct lab *lab, struct reason *reason)
{
    (void)lab;
    (void)reason;
    return true;
}

static struct lab *open_lab(void *context, struct reason *reason)
{
    static const struct lab_kind kind = {
        .lend = lend_silent_device, .take_back = take_back_always, .close = close_counted};
    ck_assert_ptr_eq(context, &crowd);
    if (atomic_fetch_add(&crowd.opened, 1) >= crowd.labs) {
        reason_set(reason, "no lab left");
        return NULL;
    }
    struct lab *lab = calloc(1, sizeof *lab);
    *lab = (struct lab){.name = "fake",
                        .capabilities = CAPABILITY_EGRESS_ORDER | CAPABILITY_LAN_PORT,
                        .claims = {ROLE_ROUTER, SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET},
                        .kind = &kind};
    return lab;
}

/* What an instance looked like, down to each line of its tap. */
static void *render(void *context, size_t index, const struct case_result *of)
{
    ck_assert_ptr_eq(context, &crowd);
    uint64_t *digest = calloc(1, sizeof *digest);
    *digest = 0xcbf29ce484222325u;
    for (size_t i = 0; of->tap && i < tap_count(of->tap); i++) {
        char line[TAP_TEXT_SIZE];
        for (const char *at = tap_text(of->tap, tap_at(of->tap, i), line, sizeof line); *at; at++)
            *digest = (*digest ^ (unsigned char)*at) * 0x100000001b3u;
    }
    ck_assert_ptr_eq(of->instance.test, &crowd.tests[index]);
    crowd.verdicts[index] = of->verdict;
    crowd.started[atomic_fetch_add(&crowd.rendered, 1)] = index;
    return digest;
}

static void emit(void *context, size_t index, void *rendered)
{
    ck_assert_ptr_eq(context, &crowd);
    ck_assert_uint_eq(index, crowd.emitted);
    crowd.digests[index] = *(uint64_t *)rendered;
    crowd.emitted++;
    free(rendered);
}

/* How far the run is never goes back, and no more run than are left. */
static void progress(void *context, size_t done, size_t running)
{
    ck_assert_ptr_eq(context, &crowd);
    ck_assert_uint_ge(done, crowd.seen_done);
    ck_assert_uint_le(done + running, MANY);
    crowd.seen_done = done;
    if (running > crowd.seen_running)
        crowd.seen_running = running;
}

static bool stop(void *context)
{
    ck_assert_ptr_eq(context, &crowd);
    return crowd.stop_after && crowd.emitted >= crowd.stop_after;
}

static void (*const crowd_runs[])(struct scene *scene) = {meet,      violate,      give_up,
                                                          not_apply, name_unknown, bring_to_elan};

/* Every second case is slow, so that later ones overtake it. */
static void delayed(struct scene *scene)
{
    int parameter = scene->test->parameter;
    struct timespec nap = {0, parameter % 2 ? 0 : 3 * NS_PER_MS};
    uint8_t vrid = crowd.vrids[parameter] = scene->plan.device.virtual_routers[0].vrid;
    atomic_uint *in_use = &crowd.in_use[(vrid - 10u) % SHARES];
    if (atomic_fetch_add(in_use, 1) != 0)
        crowd.clashes++;
    nanosleep(&nap, NULL);
    atomic_fetch_sub(in_use, 1);
    crowd_runs[parameter % 6](scene);
}

static bool run_crowd_with(unsigned jobs, size_t labs, bool watched)
{
    static char ids[MANY][16];
    const struct run_callbacks callbacks = {.open_lab = open_lab,
                                            .render = render,
                                            .emit = emit,
                                            .stop = stop,
                                            .progress = watched ? progress : NULL,
                                            .context = &crowd};
    size_t stop_after = crowd.stop_after;
    memset(&crowd, 0, sizeof crowd);
    crowd.stop_after = stop_after;
    crowd.labs = labs;
    for (int i = 0; i < MANY; i++) {
        snprintf(ids[i], sizeof ids[i], "crowd/%d", i);
        crowd.tests[i] = (struct test_case){
            .id = ids[i], .requirements = MADE_UP_REQUIREMENT, .run = delayed, .parameter = i};
        crowd.instances[i] = instance;
        crowd.instances[i].test = &crowd.tests[i];
    }
    return run_instances(crowd.instances, MANY, &options, jobs, &callbacks, crowd.counts, &crowd.reason);
}

static bool run_crowd(unsigned jobs, size_t labs)
{
    return run_crowd_with(jobs, labs, false);
}

static void check_crowd(void)
{
    ck_assert_uint_eq(crowd.emitted, MANY);
    ck_assert_uint_eq(crowd.rendered, MANY);
    ck_assert_uint_eq(crowd.counts[VERDICT_PASS], MANY / 6);
    ck_assert_uint_eq(crowd.counts[VERDICT_FAIL], MANY / 6);
    ck_assert_uint_eq(crowd.counts[VERDICT_INCONCLUSIVE], MANY / 6 * 2);
    ck_assert_uint_eq(crowd.counts[VERDICT_NOT_APPLICABLE], MANY / 6);
    ck_assert_uint_eq(crowd.counts[VERDICT_ERROR], MANY / 6);
}

START_TEST(order_and_outcome_are_the_same_at_any_jobs)
{
    static const unsigned jobs[] = {0, 2, 5, 100};
    ck_assert(run_crowd(1, SIZE_MAX));
    check_crowd();
    ck_assert_uint_eq(crowd.opened, 1);
    struct crowd alone;
    memcpy(&alone, &crowd, sizeof alone);
    ck_assert_uint_ne(alone.digests[5], alone.digests[11]); /* each instance draws for itself */
    ck_assert(run_crowd(jobs[_i], SIZE_MAX));
    check_crowd();
    ck_assert_mem_eq(alone.digests, crowd.digests, sizeof alone.digests);
    ck_assert_mem_eq(alone.verdicts, crowd.verdicts, sizeof alone.verdicts);
    ck_assert_uint_eq(crowd.closed, crowd.opened);
    ck_assert_uint_le(crowd.opened, MANY);
    if (jobs[_i] == 5)
        ck_assert_uint_eq(crowd.opened, 5);
}
END_TEST

START_TEST(stopped_run_hands_on_what_is_done)
{
    crowd.stop_after = 5;
    ck_assert(run_crowd((unsigned)_i, SIZE_MAX));
    ck_assert_uint_ge(crowd.emitted, 5);
    if (_i == 1)
        ck_assert_uint_eq(crowd.emitted, 5);
    ck_assert_uint_eq(crowd.emitted, crowd.rendered);
    size_t sum = 0;
    for (size_t i = 0; i < VERDICT_COUNT; i++)
        sum += crowd.counts[i];
    ck_assert_uint_eq(sum, crowd.emitted);
}
END_TEST

START_TEST(instances_start_in_the_order_given_and_are_handed_on_in_canonical_order)
{
    size_t order[MANY];
    crowd.stop_after = 0;
    ck_assert(run_crowd(1, SIZE_MAX));
    struct crowd canonical;
    memcpy(&canonical, &crowd, sizeof canonical);
    for (size_t i = 0; i < MANY; i++)
        order[i] = (i * 7 + 3) % MANY;
    options.order = order;
    ck_assert(run_crowd(1, SIZE_MAX));
    check_crowd();
    ck_assert_mem_eq(crowd.started, order, sizeof order);
    ck_assert_mem_eq(crowd.digests, canonical.digests, sizeof canonical.digests);
    ck_assert(run_crowd(4, SIZE_MAX));
    check_crowd();
    ck_assert_mem_eq(crowd.digests, canonical.digests, sizeof canonical.digests);
    options.order = NULL;
}
END_TEST

START_TEST(progress_is_told_while_others_work)
{
    crowd.stop_after = 0;
    ck_assert(run_crowd_with((unsigned)_i, SIZE_MAX, true));
    check_crowd();
    ck_assert_uint_eq(crowd.seen_done, MANY);
    ck_assert_uint_ge(crowd.seen_running, 1);
    ck_assert_uint_le(crowd.seen_running, (size_t)_i);
    ck_assert_uint_eq(crowd.opened, (size_t)_i);
    ck_assert_uint_eq(crowd.closed, crowd.opened);
}
END_TEST

/* The same whatever the jobs, and none that another case has at that time, nor one of its share. */
START_TEST(vrids_are_dealt_by_the_instance_alone)
{
    static const unsigned jobs[] = {2, 4, 9};
    struct device_profile profile = {.source = "device.yaml",
                                     .claims = {.roles = 0xff, .schemes = 0xff, .lane = 0xff, .media = 0xff},
                                     .values = {.vrid_given = true}};
    for (unsigned vrid = 10; vrid < 10 + 3 * SHARES; vrid++)
        profile.values.vrid[vrid] = true;
    crowd.stop_after = 0;
    options.profile = &profile;
    options.vrid_shares = SHARES;
    ck_assert(run_crowd(1, SIZE_MAX));
    check_crowd();
    struct crowd alone;
    memcpy(&alone, &crowd, sizeof alone);
    unsigned used = 0;
    for (size_t i = 0; i < MANY; i++)
        used |= 1u << (alone.vrids[i] - 10);
    ck_assert_int_ge(__builtin_popcount(used), 2 * SHARES);
    ck_assert(run_crowd(jobs[_i], SIZE_MAX));
    check_crowd();
    ck_assert_mem_eq(alone.digests, crowd.digests, sizeof alone.digests);
    ck_assert_mem_eq(alone.vrids, crowd.vrids, sizeof alone.vrids);
    ck_assert_uint_eq(crowd.clashes, 0);
    ck_assert_uint_eq(crowd.opened, jobs[_i]);
    ck_assert(run_crowd(3, 2)); /* one lab less is no harm */
    check_crowd();
    options.vrid_shares = 0;
    options.profile = NULL;
}
END_TEST

START_TEST(shares_of_vrids_are_equal_and_disjoint)
{
    struct device_profile profile = {.source = "device.yaml", .values = {.vrid_given = true}};
    for (unsigned vrid = 10; vrid < 30; vrid++)
        profile.values.vrid[vrid] = true;
    ck_assert_uint_eq(profile_vrid_count(&profile), 20);
    ck_assert_uint_eq(profile_vrid_count(NULL), 255);
    unsigned owners[256] = {0};
    for (unsigned share = 0; share < 6; share++) {
        struct device_profile mine = profile_share(&profile, share, 6);
        ck_assert_uint_ge(profile_vrid_count(&mine), 3);
        ck_assert_uint_le(profile_vrid_count(&mine), 4);
        for (unsigned vrid = 1; vrid <= 255; vrid++)
            owners[vrid] += profile_allows_vrid(&mine, vrid);
    }
    for (unsigned vrid = 1; vrid <= 255; vrid++)
        ck_assert_uint_eq(owners[vrid], profile_allows_vrid(&profile, vrid));
}
END_TEST

START_TEST(run_without_a_lab_is_no_run)
{
    crowd.stop_after = 0;
    ck_assert(!run_crowd(3, 0));
    ck_assert_str_eq(crowd.reason.text, "no lab left");
    ck_assert_uint_eq(crowd.emitted, 0);
}
END_TEST

START_TEST(one_lab_does_all_the_work)
{
    crowd.stop_after = 0;
    ck_assert(run_crowd(3, 1));
    check_crowd();
    ck_assert_uint_eq(crowd.closed, 1);
}
END_TEST

START_TEST(nothing_to_run)
{
    static const struct run_callbacks callbacks = {.open_lab = open_lab, .context = &crowd};
    crowd.labs = 1;
    crowd.opened = 0; /* other tests of this process have opened theirs */
    crowd.counts[VERDICT_PASS] = 9;
    ck_assert(run_instances(crowd.instances, 0, &options, 4, &callbacks, crowd.counts, &crowd.reason));
    ck_assert_uint_eq(crowd.counts[VERDICT_PASS], 0);
}
END_TEST

START_TEST(results_may_go_nowhere)
{
    static const struct run_callbacks callbacks = {.open_lab = open_lab, .context = &crowd};
    crowd.labs = 1;
    crowd.opened = 0; /* other tests of this process have opened theirs */
    ck_assert(run_instances(&instance, 1, &options, 1, &callbacks, crowd.counts, &crowd.reason));
    ck_assert_uint_eq(crowd.counts[VERDICT_PASS], 1);
}
END_TEST

static void sum_up(void *context, const char *site, size_t ran, size_t failed)
{
    size_t *sums = context;
    ck_assert_ptr_nonnull(strstr(site, "made_up.c:"));
    sums[0] += ran;
    sums[1] += failed;
}

START_TEST(expectations_of_all_threads_are_added_up)
{
    options.sites = site_log_new();
    ck_assert(run_crowd(3, SIZE_MAX));
    size_t sums[2] = {0};
    site_log_each(options.sites, sum_up, sums);
    ck_assert_uint_eq(sums[0], MANY / 6 * 3); /* meet, violate, name_unknown */
    ck_assert_uint_eq(sums[1], MANY / 6);
    site_log_free(options.sites);
}
END_TEST

START_TEST(exit_codes)
{
    static const struct {
        size_t counts[VERDICT_COUNT]; /* pass, fail, inconclusive, not applicable, error */
        enum run_exit code;
    } samples[] = {
        {{5, 0, 0, 0, 0}, RUN_CONFORMS},     {{5, 0, 0, 3, 0}, RUN_CONFORMS},
        {{5, 1, 0, 0, 0}, RUN_FAILED},       {{5, 1, 2, 1, 0}, RUN_FAILED},
        {{5, 0, 1, 0, 0}, RUN_INCONCLUSIVE}, {{0, 0, 0, 7, 0}, RUN_INCONCLUSIVE},
        {{0, 0, 0, 0, 0}, RUN_INCONCLUSIVE}, {{5, 1, 1, 1, 1}, RUN_HARNESS_ERROR},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++)
        ck_assert_int_eq(run_exit_of(samples[i].counts), samples[i].code);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("instances in threads");
    TCase *tests = tcase_create("crowd");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_loop_test(tests, order_and_outcome_are_the_same_at_any_jobs, 0, 4);
    tcase_add_loop_test(tests, stopped_run_hands_on_what_is_done, 1, 4);
    tcase_add_test(tests, instances_start_in_the_order_given_and_are_handed_on_in_canonical_order);
    tcase_add_loop_test(tests, progress_is_told_while_others_work, 1, 5);
    tcase_add_loop_test(tests, vrids_are_dealt_by_the_instance_alone, 0, 3);
    tcase_add_test(tests, shares_of_vrids_are_equal_and_disjoint);
    tcase_add_test(tests, run_without_a_lab_is_no_run);
    tcase_add_test(tests, one_lab_does_all_the_work);
    tcase_add_test(tests, nothing_to_run);
    tcase_add_test(tests, results_may_go_nowhere);
    tcase_add_test(tests, expectations_of_all_threads_are_added_up);
    tcase_add_test(tests, exit_codes);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
