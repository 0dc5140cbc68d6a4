/* The kill matrix by itself: made-up cases on labs that pretend to have mutants. */
#include <check.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "steps/expect.h"
#include "suite/kill_matrix.h"

/* M44 breaks R-2-01 (should), R-2-16 (info) and R-3.3.2-02 (must); M17 breaks R-3.3.3-06 (must). */
#define SHOULD "R-2-01"
#define INFO   "R-2-16"
#define MUST   "R-3.3.2-02"
#define LONELY "R-3.3.3-06"

static bool is(const struct scene *scene, const char *mutant)
{
    return strcmp(scene->lab->name, mutant) == 0;
}

static void answers(struct scene *scene)
{
    expect_true_at(scene, "site:must", !is(scene, "M44"), NULL, MUST, "silence", "an answer");
    expect_true_at(scene, "site:never", true, NULL, MUST, "this", "that");
}

static void associates(struct scene *scene)
{
    expect_true_at(scene, "site:should", !is(scene, "M44") || scene->proxy, NULL, SHOULD, "one", "two");
}

static void hears(struct scene *scene)
{
    expect_true_at(scene, "site:heard", true, NULL, LONELY, "this", "that");
    if (is(scene, "M17"))
        remark(scene, NULL, LONELY, "this", "that");
}

static void breaks_down(struct scene *scene)
{
    expect_true_at(scene, "site:bad", true, NULL, is(scene, "M18") ? "X-1" : "R-3.3.3-04", "this", "that");
}

#define ROUTERS                                                                                              \
    {                                                                                                        \
        ROLE_ROUTER, SCHEME_NON_PROXY | SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET                               \
    }

static const struct test_case cases[] = {
    {.id = "k/answers", .requirements = MUST, .scope = ROUTERS, .run = answers},
    {.id = "k/associates", .requirements = SHOULD, .scope = ROUTERS, .run = associates},
    {.id = "k/hears", .requirements = LONELY, .scope = ROUTERS, .run = hears},
    {.id = "k/breaks-down", .requirements = "R-3.3.3-04", .scope = ROUTERS, .run = breaks_down},
};
static const struct case_list list = {cases, sizeof cases / sizeof *cases};
const struct case_list *const case_registry[] = {&list};
const size_t case_registry_count = 1;

/* --- labs --- */

static atomic_size_t opened;
static atomic_size_t closed;

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    static const struct station_handlers handlers = {.destroy = NULL};
    (void)lab;
    (void)settings;
    (void)reason;
    port_attach(port, &handlers, NULL);
    return true;
}

static void close_lab(struct lab *lab)
{
    atomic_fetch_add(&closed, 1);
    free(lab);
}

static struct lab *open_lab(const char *id, struct reason *reason)
{
    static const struct lab_kind kind = {.lend = lend, .close = close_lab};
    if (strcmp(id, "M16") == 0) {
        reason_set(reason, "no such lab");
        return NULL;
    }
    struct lab *lab = calloc(1, sizeof *lab);
    *lab = (struct lab){.name = id, .claims = ROUTERS, .kind = &kind};
    atomic_fetch_add(&opened, 1);
    return lab;
}

static const char *absent(const char *id)
{
    return strcmp(id, "M17") == 0 ? "not yet" : NULL;
}

static const struct mutant *mutants[2];
static struct kill_matrix_options options;
static struct kill_matrix matrix;
static struct reason reason;

static void set_up(void)
{
    memset(&matrix, 0, sizeof matrix);
    opened = closed = 0;
    mutants[0] = ledger_mutant_find("M44");
    mutants[1] = ledger_mutant_find("M17");
    options = (struct kill_matrix_options){.mutants = mutants,
                                           .mutant_count = 2,
                                           .run = {.seed = 1, .pixit = pixit_default()},
                                           .open_lab = open_lab,
                                           .jobs = 1};
}

static void tear_down(void)
{
    kill_matrix_free(&matrix);
    ck_assert_uint_eq(opened, closed);
}

static const struct kill *kill_of(const char *mutant, const char *requirement)
{
    for (size_t i = 0; i < matrix.kill_count; i++)
        if (strcmp(matrix.kills[i].mutant->id, mutant) == 0 &&
            strcmp(matrix.kills[i].requirement->id, requirement) == 0)
            return &matrix.kills[i];
    ck_abort_msg("no row %s %s", mutant, requirement);
}

START_TEST(kills_are_named)
{
    options.jobs = (unsigned)_i;
    ck_assert(kill_matrix_run(&options, &matrix, &reason));
    ck_assert(matrix.complete);
    ck_assert(!matrix.sites_judged);
    ck_assert_uint_eq(matrix.kill_count, 4);
    ck_assert_str_eq(matrix.kills[3].mutant->id, "M17");
    const struct kill *kill = kill_of("M44", MUST);
    ck_assert(kill->required);
    ck_assert_uint_eq(kill->killed_by_count, 2);
    ck_assert_str_eq(kill->killed_by[0], "k/answers[router,non-proxy,v2,ethernet]");
    ck_assert_str_eq(kill->killed_by[1], "k/answers[router,proxy,v2,ethernet]");
    kill = kill_of("M44", SHOULD);
    ck_assert(kill->required);
    ck_assert_uint_eq(kill->killed_by_count, 1); /* a remark will do */
    kill = kill_of("M44", INFO);
    ck_assert(!kill->required);
    ck_assert_uint_eq(kill->killed_by_count, 0);
    kill = kill_of("M17", LONELY);
    ck_assert(kill->required);
    ck_assert_uint_eq(kill->killed_by_count, 0); /* a remark will not do */
    ck_assert_uint_eq(matrix.survivor_count, 1);
}
END_TEST

START_TEST(absent_mutants_need_not_be_killed)
{
    options.absent = absent;
    ck_assert(kill_matrix_run(&options, &matrix, &reason));
    ck_assert_str_eq(kill_of("M17", LONELY)->absent, "not yet");
    ck_assert(!kill_of("M17", LONELY)->required);
    ck_assert_ptr_null(kill_of("M44", MUST)->absent);
    ck_assert_uint_eq(matrix.survivor_count, 0);
    ck_assert_uint_eq(opened, 1);
    ck_assert(matrix.complete);
}
END_TEST

/* M44 is seen breaking a must and a should on a router; nobody looked at other devices. */
START_TEST(proofs_are_counted_by_role)
{
    ck_assert(kill_matrix_run(&options, &matrix, &reason));
    ck_assert(kill_matrix_proves(&matrix, ledger_find(MUST), ROLE_ROUTER));
    ck_assert(kill_matrix_proves(&matrix, ledger_find(SHOULD), ROLE_ROUTER));
    ck_assert(!kill_matrix_proves(&matrix, ledger_find(SHOULD), ROLE_BRIDGE));
    struct role_proof routers = kill_matrix_proof(&matrix, ROLE_ROUTER);
    struct role_proof bridges = kill_matrix_proof(&matrix, ROLE_BRIDGE);
    ck_assert_uint_eq(routers.proven, 2);
    ck_assert_uint_gt(routers.count, 200);
    ck_assert_uint_eq(bridges.proven, 0);
    ck_assert_uint_gt(bridges.count, 50);
}
END_TEST

static bool has_site(const char *site)
{
    for (size_t i = 0; i < matrix.never_failed_count; i++)
        if (strcmp(matrix.never_failed[i], site) == 0)
            return true;
    return false;
}

START_TEST(only_citing_cases_run_unless_full)
{
    ck_assert(kill_matrix_run(&options, &matrix, &reason));
    ck_assert_uint_eq(matrix.site_count, 4); /* not k/breaks-down, that cites neither */
    ck_assert_uint_eq(matrix.never_failed_count, 2);
    ck_assert(has_site("site:never") && has_site("site:heard"));
    kill_matrix_free(&matrix);
    options.full = true;
    ck_assert(kill_matrix_run(&options, &matrix, &reason));
    ck_assert_uint_eq(matrix.site_count, 5);
    ck_assert_uint_eq(matrix.never_failed_count, 3);
    ck_assert(!matrix.sites_judged); /* two mutants are not all */
}
END_TEST

START_TEST(lab_that_does_not_open_ends_it)
{
    mutants[0] = ledger_mutant_find("M16");
    ck_assert(!kill_matrix_run(&options, &matrix, &reason));
    ck_assert_str_eq(reason.text, "no such lab");
    ck_assert_ptr_null(matrix.kills);
    ck_assert_uint_eq(opened, 0);
}
END_TEST

START_TEST(error_of_a_case_ends_it)
{
    mutants[0] = ledger_mutant_find("M18");
    options.full = true;
    ck_assert(!kill_matrix_run(&options, &matrix, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "k/breaks-down[router,non-proxy,v2,ethernet] on M18: "));
    ck_assert_ptr_nonnull(strstr(reason.text, "X-1"));
}
END_TEST

static size_t told[2];

static void progress(void *context, size_t done, size_t planned)
{
    ck_assert_ptr_eq(context, &matrix);
    ck_assert_uint_eq(done, ++told[0]);
    told[1] = planned;
}

static bool stop_after_one(void *context)
{
    ck_assert_ptr_eq(context, &matrix);
    return told[0] == 1;
}

START_TEST(matrix_that_is_stopped_says_so)
{
    told[0] = 0;
    options.context = &matrix;
    options.progress = progress;
    options.stop = _i ? stop_after_one : NULL;
    ck_assert(kill_matrix_run(&options, &matrix, &reason));
    ck_assert_uint_eq(told[0], _i ? 1 : 2);
    ck_assert_uint_eq(told[1], 2);
    ck_assert_int_eq(matrix.complete, !_i);
}
END_TEST

static const char *only_some(const char *id)
{
    return strcmp(id, "M16") == 0 || strcmp(id, "M18") == 0 ? "it would fail" : NULL;
}

START_TEST(whole_ledger)
{
    options.mutants = NULL;
    options.mutant_count = 0;
    options.absent = only_some;
    options.full = _i;
    options.jobs = 2;
    ck_assert(kill_matrix_run(&options, &matrix, &reason));
    ck_assert_int_eq(matrix.sites_judged, _i);
    ck_assert_uint_gt(matrix.kill_count, 100);
    size_t required = 0;
    size_t killed = 0;
    for (size_t i = 0; i < matrix.kill_count; i++) {
        const struct kill *kill = &matrix.kills[i];
        ck_assert_ptr_null(kill->requirement->unobservable);
        if (i)
            ck_assert_uint_le(ledger_mutant_index(kill[-1].mutant), ledger_mutant_index(kill->mutant));
        required += kill->required;
        killed += kill->killed_by_count > 0;
    }
    ck_assert_uint_eq(killed, 2);
    ck_assert_uint_eq(matrix.survivor_count, required - 2);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("kill matrix");
    TCase *tests = tcase_create("kill matrix");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, kills_are_named, 0, 4);
    tcase_add_test(tests, absent_mutants_need_not_be_killed);
    tcase_add_test(tests, proofs_are_counted_by_role);
    tcase_add_test(tests, only_citing_cases_run_unless_full);
    tcase_add_test(tests, lab_that_does_not_open_ends_it);
    tcase_add_test(tests, error_of_a_case_ends_it);
    tcase_add_loop_test(tests, matrix_that_is_stopped_says_so, 0, 2);
    tcase_add_loop_test(tests, whole_ledger, 0, 2);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
