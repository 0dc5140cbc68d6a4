/* Requirements as text and as JSON. tests/e2e/test_ledger.py compares the JSON of all with the YAML files. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/ledger_print.h"

/* The printed text; to be freed. */
static char *printed(const char *id)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    ledger_print_requirement(out, ledger_find(id));
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

START_TEST(quoted_requirement)
{
    char *text = printed("R-3.1-05");
    ck_assert_str_eq(
        text,
        "R-3.1-05  must  draft-ietf-vrrp-lane-02, section 3.1\n"
        "  quote       If the VMAC registration fails, the master must persist with the registration phase.\n"
        "  applies to  router; non-proxy; v1, v2; ethernet, token-ring\n"
        "  seen as     After status 4 or 6: next LE_REGISTER_REQUEST within registration_retry_max_s and "
        "not\n"
        "              sooner than 1 s (sooner is a remark); after no answer: within C7 (v1) or the C7i/C7x\n"
        "              back-off (v2); again and again until success, staying Master and advertising.\n"
        "  reading     A-4 Registration persistence interval unspecified - LANE gives C7/C7i only for "
        "missing\n"
        "              answers. One bound: after a failure answer the next REGISTER comes within PIXIT\n"
        "              `registration_retry_max_s` (default 10) and not more often than once per second\n"
        "              (faster = remark); after a missing answer within C7 (v1) or the C7i, C7x back-off\n"
        "              (v2). None within the bound = violation of R-3.1-05. Standard LECs may terminate "
        "ELAN\n"
        "              membership on a failed registration in the initial phase; for the VMAC they must "
        "not.\n"
        "  PIXIT       registration_retry_max_s: 10 seconds (default) - longest wait between a failure "
        "answer\n"
        "              and the next REGISTER\n"
        "  broken by   M6 gives up the registration after the first status 4\n"
        "              M74 leaves the ELAN when the VMAC registration fails\n"
        "              M75 leaves Master when the VMAC registration fails\n"
        "              M76 repeats the registration every 100 ms after a refusal\n"
        "              M77 repeats the registration only while answers are missing, not after a failure\n"
        "                  answer\n"
        "              M78 does not repeat a registration that was never answered\n");
    free(text);
}
END_TEST

START_TEST(paraphrased_requirement_says_how_well_it_is_known)
{
    char *text = printed("L-le_arp-02");
    ck_assert_ptr_nonnull(
        strstr(text, "L-le_arp-02  should  LAN Emulation, lane-wire 4\n  rule        Remote flag: "));
    ck_assert_ptr_nonnull(strstr(text, "[two independent sources]\n"));
    free(text);
}
END_TEST

START_TEST(choice_with_names_shows_them)
{
    char *text = printed("V-7.1-07");
    ck_assert_ptr_nonnull(
        strstr(text, "  PIXIT       address_list_check: unknown (default), on, off - whether"));
    ck_assert_ptr_null(strstr(text, "broken by"));
    free(text);
}
END_TEST

START_TEST(every_line_fits)
{
    for (size_t i = 0; i < ledger_count(); i++) {
        char *text = printed(ledger_at(i)->id);
        for (const char *line = text; *line; line = strchr(line, '\n') + 1) {
            int columns = 0;
            for (const char *c = line; *c != '\n'; c++)
                columns += ((unsigned char)*c & 0xC0) != 0x80;
            ck_assert_msg(columns > 0 && columns <= 100, "%s: %d columns", ledger_at(i)->id, columns);
            ck_assert_msg(strchr(line, '\n')[-1] != ' ', "%s: line ends with a space", ledger_at(i)->id);
        }
        free(text);
    }
}
END_TEST

START_TEST(json_has_every_key)
{
    static const char *const keys[] = {"id",      "source",  "section",      "level",  "provenance",
                                       "roles",   "schemes", "lane",         "media",  "observable",
                                       "reading", "pixit",   "unobservable", "mutants"};
    for (size_t i = 0; i < ledger_count(); i++) {
        const struct requirement *requirement = ledger_at(i);
        json_t *object = ledger_requirement_json(requirement);
        ck_assert_ptr_nonnull(object);
        ck_assert_uint_eq(json_object_size(object), sizeof keys / sizeof *keys + 1);
        for (size_t k = 0; k < sizeof keys / sizeof *keys; k++)
            ck_assert_msg(json_object_get(object, keys[k]), "%s has no %s", requirement->id, keys[k]);
        const char *sentence = requirement->source == SOURCE_LANE ? "rule" : "quote";
        ck_assert_str_eq(json_string_value(json_object_get(object, sentence)), requirement->quote);
        ck_assert_uint_eq(json_array_size(json_object_get(object, "mutants")), requirement->mutant_count);
        json_decref(object);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ledger_print");
    TCase *tests = tcase_create("ledger_print");
    tcase_add_test(tests, quoted_requirement);
    tcase_add_test(tests, paraphrased_requirement_says_how_well_it_is_known);
    tcase_add_test(tests, choice_with_names_shows_them);
    tcase_add_test(tests, every_line_fits);
    tcase_add_test(tests, json_has_every_key);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
