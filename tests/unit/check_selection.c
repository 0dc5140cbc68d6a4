/* Which case instances a run is about, with a registry of made-up cases. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "suite/selection.h"

#define ROUTERS                                                                                              \
    {                                                                                                        \
        ROLE_ROUTER, SCHEME_NON_PROXY | SCHEME_PROXY, LANE_V1 | LANE_V2, MEDIUM_ETHERNET                     \
    }

static const struct test_case backup[] = {
    {.id = "backup/silent", .requirements = "R-3.3.2-02 R-2-01", .scope = ROUTERS},
    {.id = "backup/takeover",
     .requirements = "V-6.1.2-06 R-3.3.2-03",
     .scope = {ROLE_ROUTER, SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET | MEDIUM_TOKEN_RING}},
};
static const struct test_case les[] = {
    {.id = "les/refusal", .requirements = "L-register-03 R-3.1-05", .scope = {ROLE_LES, 3, LANE_V1, 1}},
    {.id = "les/backup", .requirements = "R-3.1-01", .scope = {ROLE_LES, SCHEME_PROXY, LANE_V1, 1}},
};
static const struct case_list backup_list = {backup, 2};
static const struct case_list les_list = {les, 2};
const struct case_list *const case_registry[] = {&backup_list, &les_list};
const size_t case_registry_count = 2;

static struct case_instance *instances;
static size_t count;
static struct reason reason;

static void tear_down(void)
{
    free(instances);
    instances = NULL;
}

static bool choose(const char *first, const char *second, struct scope scope)
{
    const char *selectors[] = {first, second};
    struct selection selection = {selectors, (size_t)(first ? 1 : 0) + (second ? 1 : 0), scope};
    reason.text[0] = '\0';
    tear_down();
    return select_instances(&selection, &instances, &count, &reason);
}

/* The selected instances, one after the other. */
static const char *chosen(const char *first, const char *second)
{
    static char all[2000];
    char text[INSTANCE_TEXT_SIZE];
    all[0] = '\0';
    ck_assert_msg(choose(first, second, (struct scope){0}), "%s", reason.text);
    for (size_t i = 0; i < count; i++) {
        strcat(all, i ? " " : "");
        strcat(all, instance_text(&instances[i], text));
    }
    return all;
}

#define SILENT                                                                                               \
    "backup/silent[router,non-proxy,v1,ethernet] backup/silent[router,non-proxy,v2,ethernet] "               \
    "backup/silent[router,proxy,v1,ethernet] backup/silent[router,proxy,v2,ethernet]"
#define TAKEOVER "backup/takeover[router,proxy,v2,ethernet] backup/takeover[router,proxy,v2,token-ring]"
#define REFUSAL  "les/refusal[les,non-proxy,v1,ethernet] les/refusal[les,proxy,v1,ethernet]"
#define BACKUP   "les/backup[les,proxy,v1,ethernet]"

START_TEST(everything_in_canonical_order)
{
    ck_assert_str_eq(chosen(NULL, NULL), SILENT " " TAKEOVER " " REFUSAL " " BACKUP);
    ck_assert_int_eq(instances[0].role, ROLE_ROUTER);
    ck_assert_int_eq(instances[8].role, ROLE_LES);
}
END_TEST

START_TEST(case_by_id)
{
    ck_assert_str_eq(chosen("backup/takeover", NULL), TAKEOVER);
}
END_TEST

START_TEST(cases_by_prefix)
{
    ck_assert_str_eq(chosen("backup/", NULL), SILENT " " TAKEOVER);
    ck_assert(!choose("back", NULL, (struct scope){0}));
    ck_assert(!choose("backu/", NULL, (struct scope){0}));
}
END_TEST

START_TEST(one_instance)
{
    ck_assert_str_eq(chosen("backup/silent[router,proxy,v1,ethernet]", NULL),
                     "backup/silent[router,proxy,v1,ethernet]");
    ck_assert(!choose("backup/takeover[router,proxy,v1,ethernet]", NULL, (struct scope){0}));
}
END_TEST

START_TEST(cases_by_requirement)
{
    ck_assert_str_eq(chosen("R-3.3.2-02", NULL), SILENT);
    ck_assert_str_eq(chosen("R-3.3.2-03", NULL), TAKEOVER);
    ck_assert_str_eq(chosen("L-register-03", NULL), REFUSAL);
}
END_TEST

START_TEST(cases_by_section)
{
    ck_assert_str_eq(chosen("3.3.2", NULL), SILENT " " TAKEOVER);
    ck_assert_str_eq(chosen("3.3", NULL), SILENT " " TAKEOVER);
    ck_assert_str_eq(chosen("3.1", NULL), REFUSAL " " BACKUP);
    ck_assert_str_eq(chosen("3", NULL), SILENT " " TAKEOVER " " REFUSAL " " BACKUP);
    ck_assert_str_eq(chosen("2", NULL), SILENT);
    ck_assert_str_eq(chosen("6.1.2", NULL), TAKEOVER);
}
END_TEST

START_TEST(what_is_no_section)
{
    static const char *const words[] = {"3.3.", "03", "1", "3.3.22",  "-02",      ".",
                                        "",     " ",  "/", "R-3.3.2", "R-3.3.2-0"};
    ck_assert(!choose(words[_i], NULL, (struct scope){0}));
    ck_assert_uint_eq(count, 0);
    ck_assert_ptr_null(instances);
}
END_TEST

START_TEST(each_instance_once)
{
    ck_assert_str_eq(chosen("backup/silent", "backup/silent"), SILENT);
    ck_assert_str_eq(chosen("R-3.3.2-03", "backup/"), SILENT " " TAKEOVER);
}
END_TEST

START_TEST(order_of_selectors_does_not_matter)
{
    ck_assert_str_eq(chosen("les/backup", "backup/takeover"), TAKEOVER " " BACKUP);
}
END_TEST

START_TEST(scope_narrows)
{
    static const struct {
        struct scope scope;
        size_t count;
    } samples[] = {
        {{.roles = ROLE_LES}, 3},          {{.roles = ROLE_LES | ROLE_ROUTER}, 9},
        {{.schemes = SCHEME_PROXY}, 6},    {{.lane = LANE_V1}, 5},
        {{.media = MEDIUM_TOKEN_RING}, 1}, {{.schemes = SCHEME_NON_PROXY}, 3},
        {{ROLE_ROUTER, 2, 2, 1}, 2},
    };
    ck_assert(choose(NULL, NULL, samples[_i].scope));
    ck_assert_uint_eq(count, samples[_i].count);
}
END_TEST

START_TEST(nothing_selected_is_an_error)
{
    ck_assert(!choose("backup/silent", NULL, (struct scope){.media = MEDIUM_TOKEN_RING}));
    ck_assert_ptr_nonnull(strstr(reason.text, "nothing is selected"));
    ck_assert_uint_eq(count, 0);
    ck_assert_ptr_null(instances);
}
END_TEST

START_TEST(every_selector_has_to_match)
{
    ck_assert(!choose("backup/", "backup/nothing", (struct scope){0}));
    ck_assert_ptr_nonnull(strstr(reason.text, "'backup/nothing'"));
}
END_TEST

START_TEST(nearest_case_is_proposed)
{
    static const char *const words[][2] = {
        {"backup/takeovr", "the nearest case is backup/takeover,"},
        {"takeove", "the nearest case is backup/takeover,"},
        {"l", "requirement; `vmacheck list` shows all"},
        {"les/b", "the nearest case is les/backup,"},
        {"zzz", "requirement; `vmacheck list` shows all"},
    };
    ck_assert(!choose(words[_i][0], NULL, (struct scope){0}));
    ck_assert_msg(strstr(reason.text, words[_i][1]), "%s", reason.text);
}
END_TEST

START_TEST(requirement_without_case_says_so)
{
    ck_assert(!choose("R-2-02", NULL, (struct scope){0}));
    ck_assert_ptr_nonnull(strstr(reason.text, "R-2-02 is in the ledger, but no case cites it"));
}
END_TEST

START_TEST(cases_are_found)
{
    ck_assert_ptr_eq(case_find("les/backup"), &les[1]);
    ck_assert_ptr_null(case_find("les/back"));
    ck_assert_ptr_null(case_find("les/backups"));
}
END_TEST

START_TEST(citations)
{
    const struct test_case test = {.requirements = "R-3.1-055 R-3.3.2-02 R-2-01"};
    ck_assert(case_cites(&test, ledger_find("R-3.3.2-02")));
    ck_assert(case_cites(&test, ledger_find("R-2-01")));
    ck_assert(!case_cites(&test, ledger_find("R-3.1-05")));
    const struct test_case late = {.requirements = "R-3.1-055 XR-3.1-05 R-3.1-05"};
    ck_assert(case_cites(&late, ledger_find("R-3.1-05")));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("selection");
    TCase *tests = tcase_create("selection");
    tcase_add_checked_fixture(tests, NULL, tear_down);
    tcase_add_test(tests, everything_in_canonical_order);
    tcase_add_test(tests, case_by_id);
    tcase_add_test(tests, cases_by_prefix);
    tcase_add_test(tests, one_instance);
    tcase_add_test(tests, cases_by_requirement);
    tcase_add_test(tests, cases_by_section);
    tcase_add_loop_test(tests, what_is_no_section, 0, 11);
    tcase_add_test(tests, each_instance_once);
    tcase_add_test(tests, order_of_selectors_does_not_matter);
    tcase_add_loop_test(tests, scope_narrows, 0, 7);
    tcase_add_test(tests, nothing_selected_is_an_error);
    tcase_add_test(tests, every_selector_has_to_match);
    tcase_add_loop_test(tests, nearest_case_is_proposed, 0, 5);
    tcase_add_test(tests, requirement_without_case_says_so);
    tcase_add_test(tests, cases_are_found);
    tcase_add_test(tests, citations);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
