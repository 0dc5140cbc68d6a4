/* What is kept of what was found, and the log of expectations. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/finding.h"
#include "steps/site_log.h"

#define MUST  "R-2-06"
#define OTHER "R-2-07"

static struct findings findings;
static struct tap_event events[FINDING_ROOM];

static void set_up(void)
{
    memset(&findings, 0, sizeof findings);
}

static struct finding on(const char *requirement, const char *site, size_t event)
{
    return (struct finding){
        .requirement = ledger_find(requirement), .site = site, .event = &events[event], .source = "case"};
}

START_TEST(violation_takes_the_place_of_a_remark_like_it)
{
    for (size_t i = 0; i < FINDING_REPEAT_ROOM; i++)
        finding_remark(&findings, on(MUST, "a", i));
    finding_remark(&findings, on(OTHER, "a", 0));
    finding_remark(&findings, on(MUST, "a", 10));
    ck_assert_uint_eq(findings.count, FINDING_REPEAT_ROOM + 1);
    ck_assert_uint_eq(findings.dropped, 1);
    ck_assert_ptr_eq(findings.list[FINDING_REPEAT_ROOM - 1].event, &events[FINDING_REPEAT_ROOM - 1]);
    finding_broken(&findings, on(MUST, "a", 11));
    ck_assert_uint_eq(findings.count, FINDING_REPEAT_ROOM + 1);
    ck_assert_uint_eq(findings.dropped, 2);
    ck_assert_uint_eq(findings_violations(&findings), 1);
    ck_assert_ptr_eq(findings.list[FINDING_REPEAT_ROOM - 1].event, &events[11]);
    ck_assert(findings_name(&findings, ledger_find(OTHER)));
}
END_TEST

START_TEST(remark_takes_the_place_of_nothing)
{
    for (size_t i = 0; i < FINDING_REPEAT_ROOM; i++)
        finding_broken(&findings, on(MUST, "a", i));
    finding_remark(&findings, on(MUST, "a", 10));
    finding_broken(&findings, on(MUST, "a", 11));
    ck_assert_uint_eq(findings_violations(&findings), FINDING_REPEAT_ROOM);
    ck_assert_uint_eq(findings.count, FINDING_REPEAT_ROOM);
    ck_assert_uint_eq(findings.dropped, 2);
}
END_TEST

START_TEST(same_thing_found_both_ways_is_a_violation)
{
    struct finding finding = on(MUST, "a", 0);
    finding.expected = "usual";
    finding_remark(&findings, finding);
    finding.expected = "right";
    finding_broken(&findings, finding);
    ck_assert_uint_eq(findings.count, 1);
    ck_assert_int_eq(findings.list[0].kind, FINDING_VIOLATION);
    ck_assert_str_eq(findings.list[0].expected, "right");
    finding_remark(&findings, finding);
    ck_assert_uint_eq(findings_violations(&findings), 1);
    finding_broken(&findings, finding);
    ck_assert_uint_eq(findings.count, 1);
}
END_TEST

START_TEST(full_room_is_told)
{
    static char sites[FINDING_ROOM][8];
    ck_assert(findings_have_room(&findings, ledger_find(MUST), "a"));
    for (size_t i = 0; i < FINDING_ROOM; i++) {
        snprintf(sites[i], sizeof sites[i], "%zu", i);
        finding_broken(&findings, on(MUST, sites[i], 0));
    }
    ck_assert(!findings_have_room(&findings, ledger_find(MUST), "a"));
    ck_assert(!findings_name(&findings, ledger_find(OTHER)));
    findings.list[5].kind = FINDING_REMARK;
    ck_assert(findings_have_room(&findings, ledger_find(MUST), "a"));
}
END_TEST

START_TEST(what_came_too_late_is_forgotten)
{
    static const struct {
        int64_t time_ns;
        bool silence;
        int64_t window_to_ns;
        bool kept;
    } samples[] = {{10, false, 0, true},   {99, false, 500, true}, {100, false, 0, false},
                   {150, false, 0, false}, {99, true, 100, false}, {99, true, 99, true},
                   {150, true, 99, true},  {99, true, 150, false}};
    size_t kept = 0;
    for (size_t i = 0; i < 8; i++) {
        struct finding finding = on(MUST, i % 2 ? "a" : "b", i);
        finding.time_ns = samples[i].time_ns;
        finding.silence = samples[i].silence;
        finding.window_to_ns = samples[i].window_to_ns;
        finding_broken(&findings, finding);
    }
    ck_assert_uint_eq(findings.count, 8);
    findings_forget_from(&findings, 100);
    for (size_t i = 0; i < 8; i++)
        if (samples[i].kept)
            ck_assert_ptr_eq(findings.list[kept++].event, &events[i]);
    ck_assert_uint_eq(findings.count, kept);
}
END_TEST

/* --- the log of expectations --- */

struct visit {
    char text[4000];
    size_t count;
};

static void visit(void *context, const char *site, size_t ran, size_t failed)
{
    struct visit *visited = context;
    visited->count++;
    if (strlen(visited->text) < 3000)
        sprintf(visited->text + strlen(visited->text), "%s %zu/%zu ", site, failed, ran);
}

START_TEST(sites_are_counted_by_text)
{
    struct site_log *log = site_log_new();
    char same[] = "b.c:7";
    site_log_ran(log, "b.c:7", false);
    site_log_ran(log, "a.c:9", true);
    site_log_ran(log, same, true);
    site_log_ran(NULL, "a.c:9", true);
    struct visit visited = {"", 0};
    site_log_each(log, visit, &visited);
    ck_assert_str_eq(visited.text, "a.c:9 1/1 b.c:7 1/2 ");
    site_log_free(log);
    site_log_free(NULL);
}
END_TEST

START_TEST(logs_add_up)
{
    struct site_log *sum = site_log_new();
    struct site_log *log = site_log_new();
    site_log_add(sum, log);
    site_log_ran(log, "a", false);
    site_log_ran(log, "b", true);
    site_log_ran(sum, "b", false);
    site_log_add(sum, log);
    site_log_add(sum, log);
    struct visit visited = {"", 0};
    site_log_each(sum, visit, &visited);
    ck_assert_str_eq(visited.text, "a 0/2 b 2/3 ");
    site_log_free(sum);
    site_log_free(log);
}
END_TEST

START_TEST(log_of_many_sites)
{
    static char sites[3000][12];
    struct site_log *log = site_log_new();
    for (unsigned round = 0; round < 2; round++)
        for (size_t i = 0; i < 3000; i++) {
            snprintf(sites[i], sizeof sites[i], "site %04zu", i);
            site_log_ran(log, sites[i], round);
        }
    struct visit visited = {"", 0};
    site_log_each(log, visit, &visited);
    ck_assert_uint_eq(visited.count, 3000);
    ck_assert_int_eq(strncmp(visited.text, "site 0000 1/2 site 0001 1/2 site 0002 1/2 ", 42), 0);
    site_log_free(log);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("finding");
    TCase *tests = tcase_create("finding");
    tcase_add_checked_fixture(tests, set_up, NULL);
    tcase_add_test(tests, violation_takes_the_place_of_a_remark_like_it);
    tcase_add_test(tests, remark_takes_the_place_of_nothing);
    tcase_add_test(tests, same_thing_found_both_ways_is_a_violation);
    tcase_add_test(tests, full_room_is_told);
    tcase_add_test(tests, what_came_too_late_is_forgotten);
    tcase_add_test(tests, sites_are_counted_by_text);
    tcase_add_test(tests, logs_add_up);
    tcase_add_test(tests, log_of_many_sites);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
