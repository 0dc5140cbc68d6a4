/* The passive rules, each with conforming histories that it has to leave alone and broken ones that it has to
 * find, and the record of findings that they write to. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "rule_stage.h"

static const struct sample *const lists[] = {
    control_samples, answer_samples,     association_samples, rate_samples,
    vrrp_samples,    token_ring_samples, les_samples,
};
#define LIST_COUNT (sizeof lists / sizeof *lists)

static size_t sample_count(void);
static const struct sample *sample_at(size_t index);
static struct stage *play(const struct sample *sample, bool broken);
static bool listed(const char *list, const char *id);
static bool sampled(const char *rule, const char *id);
static void each_id(const char *list, void (*visit)(const void *context, const char *id),
                    const void *context);
static void expect_found(const void *context, const char *id);
static void expect_sampled(const void *context, const char *id);
static void check_listed(const struct stage *stage, const char *name);

/* What a sample found. */
struct played {
    const struct sample *sample;
    const struct stage *stage;
};

START_TEST(conforming_histories_are_left_alone)
{
    const struct sample *sample = sample_at((size_t)_i);
    struct stage *stage = play(sample, false);
    for (size_t i = 0; i < stage->findings.count; i++) {
        const struct finding *finding = &stage->findings.list[i];
        ck_abort_msg("%s: %s found %s: expected %s; got %s", sample->name, finding->source,
                     finding->requirement->id, finding->expected, finding->actual);
    }
    stage_free(stage);
}
END_TEST

START_TEST(broken_histories_are_found)
{
    const struct sample *sample = sample_at((size_t)_i);
    struct stage *stage = play(sample, true);
    struct played played = {sample, stage};
    each_id(sample->requirements, expect_found, &played);
    check_listed(stage, sample->name);
    stage_free(stage);
}
END_TEST

/* Without its facts a rule says nothing at all. */
START_TEST(rules_without_their_facts_are_silent)
{
    const struct sample *sample = sample_at((size_t)_i);
    for (unsigned bit = FACT_VCC_KINDS; bit <= FACT_EGRESS_ORDER; bit <<= 1) {
        struct stage *stage = stage_new(sample->options, true);
        if (sample->prepare)
            sample->prepare(stage);
        stage->facts.known &= ~bit;
        stage_watch(stage);
        sample->play(stage);
        rule_set_finish(stage->rules, stage->now_ns);
        for (size_t i = 0; i < rule_registry_count; i++) {
            const struct rule *rule = rule_registry[i];
            for (size_t j = 0; j < stage->findings.count && rule->needs & bit; j++)
                ck_assert_str_ne(stage->findings.list[j].source, rule->name);
        }
        stage_free(stage);
    }
}
END_TEST

/* A conforming history stays clean whatever is not known of it, and wherever a capture of it begins. */
START_TEST(fewer_facts_find_nothing_new)
{
    static const size_t missed[] = {0, 3, 7, 12, 17, 23};
    const struct sample *sample = sample_at((size_t)_i);
    for (unsigned trial = 0; trial < 2 * FACT_EGRESS_ORDER * sizeof missed / sizeof *missed; trial++) {
        struct stage *stage = stage_new(sample->options, false);
        if (sample->prepare)
            sample->prepare(stage);
        stage->facts.known = trial % (2 * FACT_EGRESS_ORDER);
        stage->missed_count = missed[trial / (2 * FACT_EGRESS_ORDER)];
        stage_watch(stage);
        sample->play(stage);
        rule_set_finish(stage->rules, stage->now_ns);
        const struct finding *finding = &stage->findings.list[0];
        ck_assert_msg(!stage->findings.count,
                      "%s with facts 0x%x from event %zu: %s found %s: expected %s; got %s", sample->name,
                      stage->facts.known, stage->missed_count, finding->source, finding->requirement->id,
                      finding->expected, finding->actual);
        stage_free(stage);
    }
}
END_TEST

START_TEST(every_requirement_of_a_rule_has_a_sample)
{
    for (size_t i = 0; i < rule_registry_count; i++)
        each_id(rule_registry[i]->requirements, expect_sampled, rule_registry[i]);
}
END_TEST

START_TEST(rules_are_complete)
{
    for (size_t i = 0; i < rule_registry_count; i++) {
        const struct rule *rule = rule_registry[i];
        ck_assert_ptr_nonnull(rule->name);
        ck_assert_ptr_nonnull(rule->title);
        ck_assert_ptr_nonnull((const void *)rule->requirements);
        ck_assert(rule->event);
        ck_assert(rule->roles);
        ck_assert(rule->sent | rule->heard | rule->kinds);
        for (size_t j = 0; j < i; j++)
            ck_assert_str_ne(rule->name, rule_registry[j]->name);
    }
}
END_TEST

/* --- the record of findings
 * --------------------------------------------------------------------------------- */

static struct finding finding_on(const char *id, const char *site, struct tap_event *event)
{
    return (struct finding){.requirement = ledger_find(id), .source = "case", .site = site, .event = event};
}

START_TEST(levels_decide_the_kind)
{
    static const struct {
        const char *id;
        bool strict;
        enum finding_kind kind;
    } samples[] = {
        {"R-2-06", false, FINDING_VIOLATION}, /* must */
        {"R-2-01", false, FINDING_REMARK},    /* should */
        {"R-2-01", true, FINDING_VIOLATION},  /* should, strict */
        {"R-6-11", true, FINDING_REMARK},     /* may */
        {"R-2-02", true, FINDING_REMARK},     /* info */
        {"L-frame-02", true, FINDING_REMARK}, /* should, from memory */
        {"L-frame-01", false, FINDING_VIOLATION},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct findings findings = {.strict = samples[i].strict};
        finding_broken(&findings, finding_on(samples[i].id, "a:1", NULL));
        ck_assert_uint_eq(findings.count, 1);
        ck_assert_msg(findings.list[0].kind == samples[i].kind, "%s", samples[i].id);
        ck_assert_uint_eq(findings_violations(&findings), samples[i].kind == FINDING_VIOLATION);
        finding_remark(&findings, finding_on(samples[i].id, "a:2", NULL));
        ck_assert_int_eq(findings.list[1].kind, FINDING_REMARK);
        ck_assert(findings_name(&findings, ledger_find(samples[i].id)));
        ck_assert(!findings_name(&findings, ledger_find("V-10-01")));
    }
}
END_TEST

START_TEST(findings_are_recorded_once)
{
    struct findings findings = {0};
    struct tap_event events[2] = {{0}};
    finding_broken(&findings, finding_on("R-2-06", "a:1", &events[0]));
    finding_broken(&findings, finding_on("R-2-06", "a:1", &events[0]));
    ck_assert_uint_eq(findings.count, 1);
    finding_broken(&findings, finding_on("R-2-06", "a:1", &events[1]));
    finding_broken(&findings, finding_on("R-2-06", "a:2", &events[0]));
    finding_broken(&findings, finding_on("R-2-07", "a:1", &events[0]));
    ck_assert_uint_eq(findings.count, 4);
    ck_assert_uint_eq(findings.dropped, 0);
}
END_TEST

START_TEST(repeated_findings_leave_room)
{
    struct findings findings = {0};
    struct tap_event events[FINDING_ROOM] = {{0}};
    for (size_t i = 0; i < FINDING_ROOM; i++)
        finding_broken(&findings, finding_on("R-2-06", "a:1", &events[i]));
    ck_assert_uint_eq(findings.count, FINDING_REPEAT_ROOM);
    ck_assert_uint_eq(findings.dropped, FINDING_ROOM - FINDING_REPEAT_ROOM);
    ck_assert(!findings_have_room(&findings, ledger_find("R-2-06"), "a:1"));
    ck_assert(findings_have_room(&findings, ledger_find("R-2-06"), "a:2"));
}
END_TEST

/* Remarks that use up all room give way to violations, violations to nothing. */
START_TEST(violations_are_not_lost_behind_remarks)
{
    struct findings findings = {0};
    static char sites[2 * FINDING_ROOM][8];
    for (size_t i = 0; i < FINDING_ROOM; i++) {
        snprintf(sites[i], sizeof sites[i], "a:%zu", i);
        finding_remark(&findings, finding_on("R-2-01", sites[i], NULL));
    }
    ck_assert_uint_eq(findings.count, FINDING_ROOM);
    finding_remark(&findings, finding_on("R-2-01", "b:1", NULL));
    ck_assert_uint_eq(findings.dropped, 1);
    for (size_t i = FINDING_ROOM; i < 2 * FINDING_ROOM; i++) {
        snprintf(sites[i], sizeof sites[i], "c:%zu", i);
        finding_broken(&findings, finding_on("R-2-06", sites[i], NULL));
    }
    ck_assert_uint_eq(findings.count, FINDING_ROOM);
    ck_assert_uint_eq(findings_violations(&findings), FINDING_ROOM);
    finding_broken(&findings, finding_on("R-2-07", "d:1", NULL));
    ck_assert(!findings_name(&findings, ledger_find("R-2-07")));
}
END_TEST

START_TEST(verdicts_have_texts)
{
    static const char *const texts[] = {"pass", "fail", "inconclusive", "not-applicable", "error"};
    for (unsigned i = 0; i < VERDICT_COUNT; i++) {
        ck_assert_str_eq(verdict_text((enum verdict)i), texts[i]);
        ck_assert_uint_gt(strlen(verdict_colour((enum verdict)i)), 0);
    }
    ck_assert_str_eq(verdict_text(VERDICT_COUNT), "?");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("rules");
    TCase *tests = tcase_create("rules");
    tcase_set_timeout(tests, 60);
    int count = (int)sample_count();
    tcase_add_loop_test(tests, conforming_histories_are_left_alone, 0, count);
    tcase_add_loop_test(tests, broken_histories_are_found, 0, count);
    tcase_add_loop_test(tests, rules_without_their_facts_are_silent, 0, count);
    tcase_add_loop_test(tests, fewer_facts_find_nothing_new, 0, count);
    tcase_add_test(tests, every_requirement_of_a_rule_has_a_sample);
    tcase_add_test(tests, rules_are_complete);
    tcase_add_test(tests, levels_decide_the_kind);
    tcase_add_test(tests, findings_are_recorded_once);
    tcase_add_test(tests, repeated_findings_leave_room);
    tcase_add_test(tests, violations_are_not_lost_behind_remarks);
    tcase_add_test(tests, verdicts_have_texts);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}

static size_t sample_count(void)
{
    size_t count = 0;
    for (size_t i = 0; i < LIST_COUNT; i++) {
        for (const struct sample *sample = lists[i]; sample->name; sample++)
            count++;
    }
    return count;
}

static const struct sample *sample_at(size_t index)
{
    for (size_t i = 0; i < LIST_COUNT; i++) {
        for (const struct sample *sample = lists[i]; sample->name; sample++) {
            if (index-- == 0)
                return sample;
        }
    }
    return NULL;
}

static struct stage *play(const struct sample *sample, bool broken)
{
    struct stage *stage = stage_new(sample->options, broken);
    if (sample->prepare)
        sample->prepare(stage);
    stage_watch(stage);
    sample->play(stage);
    rule_set_finish(stage->rules, stage->now_ns);
    return stage;
}

static bool listed(const char *list, const char *id)
{
    size_t size = strlen(id);
    for (const char *at = strstr(list, id); at; at = strstr(at + 1, id)) {
        if ((at == list || at[-1] == ' ') && (at[size] == ' ' || at[size] == '\0'))
            return true;
    }
    return false;
}

static bool sampled(const char *rule, const char *id)
{
    for (size_t i = 0; i < sample_count(); i++) {
        const struct sample *sample = sample_at(i);
        if (strcmp(sample->rule, rule) == 0 && listed(sample->requirements, id))
            return true;
    }
    return false;
}

static void each_id(const char *list, void (*visit)(const void *context, const char *id), const void *context)
{
    while (*list) {
        char id[24] = "";
        size_t size = strcspn(list, " ");
        ck_assert_uint_lt(size, sizeof id);
        memcpy(id, list, size);
        ck_assert_msg(ledger_find(id) != NULL, "'%s' is no requirement", id);
        visit(context, id);
        list += size + (list[size] == ' ');
    }
}

static void expect_found(const void *context, const char *id)
{
    const struct played *played = context;
    ck_assert_msg(stage_found(played->stage, played->sample->rule, id), "%s: %s did not find %s",
                  played->sample->name, played->sample->rule, id);
}

static void expect_sampled(const void *context, const char *id)
{
    const struct rule *rule = context;
    ck_assert_msg(sampled(rule->name, id), "%s has no sample of %s", rule->name, id);
}

/* A rule finds only what it lists. */
static void check_listed(const struct stage *stage, const char *name)
{
    for (size_t i = 0; i < stage->findings.count; i++) {
        const struct finding *finding = &stage->findings.list[i];
        for (size_t j = 0; j < rule_registry_count; j++) {
            if (strcmp(rule_registry[j]->name, finding->source) == 0)
                ck_assert_msg(listed(rule_registry[j]->requirements, finding->requirement->id),
                              "%s: %s does not list %s", name, finding->source, finding->requirement->id);
        }
    }
}
