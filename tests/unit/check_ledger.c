/* The generated ledger and the interface over it. What it has to hold is written out here by hand, so that a
 * generator that loses or mixes up something shows; tests/e2e/test_ledger.py compares all of it with the YAML
 * files. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "ledger/ledger.h"

START_TEST(every_id_is_found)
{
    ck_assert_uint_eq(ledger_count(), 304);
    for (size_t i = 0; i < ledger_count(); i++) {
        const struct requirement *requirement = ledger_at(i);
        ck_assert_ptr_eq(ledger_find(requirement->id), requirement);
        ck_assert_uint_eq(ledger_index(requirement), i);
    }
}
END_TEST

START_TEST(unknown_ids_are_not_found)
{
    static const char *const unknown[] = {"",         "R",        "R-3.1-5", "R-3.1-05 ",
                                          "r-3.1-05", "R-3.1-20", "Z-1-01",  "L-zz-01"};
    for (size_t i = 0; i < sizeof unknown / sizeof *unknown; i++)
        ck_assert_msg(!ledger_find(unknown[i]), "found '%s'", unknown[i]);
    ck_assert_ptr_null(ledger_mutant_find("M0"));
    ck_assert_ptr_null(ledger_mutant_find("M"));
    ck_assert_ptr_null(ledger_mutant_find("M06"));
    ck_assert_ptr_null(ledger_reading_find("A-0"));
}
END_TEST

START_TEST(levels_sources_and_provenance)
{
    unsigned levels[4] = {0}, sources[3] = {0}, provenances[4] = {0};
    for (size_t i = 0; i < ledger_count(); i++) {
        const struct requirement *requirement = ledger_at(i);
        levels[requirement->level]++;
        sources[requirement->source]++;
        provenances[requirement->provenance]++;
        ck_assert_int_eq(requirement->id[0], "RVL"[requirement->source]);
        ck_assert(requirement->provenance != PROVENANCE_MEMORY || requirement->level != LEVEL_MUST);
    }
    ck_assert_uint_eq(levels[LEVEL_MUST], 202);
    ck_assert_uint_eq(levels[LEVEL_SHOULD], 47);
    ck_assert_uint_eq(levels[LEVEL_MAY], 12);
    ck_assert_uint_eq(levels[LEVEL_INFO], 43);
    ck_assert_uint_eq(sources[SOURCE_DRAFT], 101);
    ck_assert_uint_eq(sources[SOURCE_RFC2338], 135);
    ck_assert_uint_eq(sources[SOURCE_LANE], 68);
    ck_assert_uint_eq(provenances[PROVENANCE_QUOTED], 236);
    ck_assert_uint_eq(provenances[PROVENANCE_TWO_SOURCES], 35);
    ck_assert_uint_eq(provenances[PROVENANCE_ONE_SOURCE], 25);
    ck_assert_uint_eq(provenances[PROVENANCE_MEMORY], 8);
}
END_TEST

START_TEST(one_requirement_in_full)
{
    const struct requirement *requirement = ledger_find("R-3.1-05");
    ck_assert_ptr_nonnull(requirement);
    ck_assert_str_eq(requirement->section, "3.1");
    ck_assert_int_eq(requirement->level, LEVEL_MUST);
    ck_assert_str_eq(requirement->quote,
                     "If the VMAC registration fails, the master must persist with the registration phase.");
    ck_assert_uint_eq(requirement->scope.roles, ROLE_ROUTER);
    ck_assert_uint_eq(requirement->scope.schemes, SCHEME_NON_PROXY);
    ck_assert_uint_eq(requirement->scope.lane, LANE_V1 | LANE_V2);
    ck_assert_uint_eq(requirement->scope.media, MEDIUM_ETHERNET | MEDIUM_TOKEN_RING);
    ck_assert_str_eq(requirement->reading->id, "A-4");
    ck_assert_str_eq(requirement->reading->title, "Registration persistence interval unspecified");
    ck_assert_ptr_eq(requirement->pixit, ledger_pixit(PIXIT_REGISTRATION_RETRY_MAX_S));
    ck_assert_ptr_null(requirement->unobservable);
    ck_assert_uint_eq(requirement->mutant_count, 6);
    ck_assert_str_eq(requirement->mutants[0]->id, "M6");
    ck_assert_str_eq(requirement->mutants[5]->id, "M78");
}
END_TEST

START_TEST(scope_of_other_kinds)
{
    const struct requirement *les = ledger_find("R-2-05");
    ck_assert(scope_has(&les->scope, ROLE_LES, SCHEME_NON_PROXY, LANE_V1, MEDIUM_ETHERNET));
    ck_assert(!scope_has(&les->scope, ROLE_LES, SCHEME_PROXY, LANE_V1, MEDIUM_ETHERNET));
    ck_assert(!scope_has(&les->scope, ROLE_ROUTER, SCHEME_NON_PROXY, LANE_V1, MEDIUM_ETHERNET));
    const struct requirement *targetless = ledger_find("R-2-08");
    ck_assert(scope_has(&targetless->scope, ROLE_CLIENT, SCHEME_PROXY, LANE_V2, MEDIUM_TOKEN_RING));
    ck_assert(!scope_has(&targetless->scope, ROLE_CLIENT, SCHEME_PROXY, LANE_V1, MEDIUM_TOKEN_RING));
    const struct requirement *functional = ledger_find("R-5-01");
    ck_assert(!scope_has(&functional->scope, ROLE_ROUTER, SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET));
    ck_assert_uint_eq(ledger_find("V-7.1-07")->scope.roles, ROLE_ROUTER | ROLE_VRRP);
}
END_TEST

START_TEST(scope_names)
{
    ck_assert_str_eq(role_name(ROLE_VRRP), "vrrp");
    ck_assert_str_eq(scheme_name(SCHEME_NON_PROXY), "non-proxy");
    ck_assert_str_eq(lane_name(LANE_V2), "v2");
    ck_assert_str_eq(medium_name(MEDIUM_TOKEN_RING), "token-ring");
    enum role role = ROLE_ROUTER;
    enum scheme scheme = SCHEME_NON_PROXY;
    enum lane_version lane = LANE_V1;
    enum medium medium = MEDIUM_ETHERNET;
    ck_assert(role_of_name("switch", &role) && role == ROLE_SWITCH);
    ck_assert(scheme_of_name("proxy", &scheme) && scheme == SCHEME_PROXY);
    ck_assert(lane_of_name("v2", &lane) && lane == LANE_V2);
    ck_assert(medium_of_name("token-ring", &medium) && medium == MEDIUM_TOKEN_RING);
    ck_assert(!role_of_name("hub", &role) && role == ROLE_SWITCH);
    ck_assert(!scheme_of_name("", &scheme));
    ck_assert(!lane_of_name("v3", &lane));
    ck_assert(!medium_of_name("Ethernet", &medium));
    unsigned bits = 0;
    for (unsigned i = 0; i < SCOPE_DIMENSION_COUNT; i++) {
        enum scope_dimension dimension = (enum scope_dimension)i;
        const char *name;
        for (unsigned bit = 1; (name = scope_bit_name(dimension, bit)); bit <<= 1) {
            ck_assert_uint_eq(scope_bit_of_name(dimension, name), bit);
            bits++;
        }
    }
    ck_assert_uint_eq(bits, 6 + 2 + 2 + 2);
}
END_TEST

START_TEST(mutants_and_requirements_point_at_each_other)
{
    ck_assert_uint_eq(ledger_mutant_count(), 308);
    size_t from_mutants = 0, from_requirements = 0;
    for (size_t i = 0; i < ledger_mutant_count(); i++) {
        const struct mutant *mutant = ledger_mutant_at(i);
        ck_assert_ptr_eq(ledger_mutant_find(mutant->id), mutant);
        ck_assert_uint_eq(ledger_mutant_index(mutant), i);
        ck_assert(i == 0 ||
                  strtoul(ledger_mutant_at(i - 1)->id + 1, NULL, 10) <= strtoul(mutant->id + 1, NULL, 10));
        ck_assert_uint_ge(mutant->requirement_count, 1);
        from_mutants += mutant->requirement_count;
        for (size_t j = 0; j < mutant->requirement_count; j++) {
            const struct requirement *requirement = mutant->requirements[j];
            bool back = false;
            for (size_t k = 0; k < requirement->mutant_count; k++)
                back = back || requirement->mutants[k] == mutant;
            ck_assert_msg(back, "%s names %s, but not the other way round", mutant->id, requirement->id);
        }
    }
    for (size_t i = 0; i < ledger_count(); i++) {
        const struct requirement *requirement = ledger_at(i);
        from_requirements += requirement->mutant_count;
        for (size_t k = 0; k < requirement->mutant_count; k++)
            ck_assert(mutant_breaks(requirement->mutants[k], requirement));
    }
    ck_assert_uint_eq(from_mutants, 392);
    ck_assert_uint_eq(from_requirements, 392);
}
END_TEST

START_TEST(one_mutant_in_full)
{
    const struct mutant *mutant = ledger_mutant_find("M8");
    ck_assert_str_eq(mutant->text, "Backup answers LE_ARP_REQUEST for the VMAC");
    ck_assert_uint_eq(mutant->requirement_count, 2);
    ck_assert_ptr_eq(mutant->requirements[0], ledger_find("R-2-01"));
    ck_assert_ptr_eq(mutant->requirements[1], ledger_find("R-3.3.2-02"));
    ck_assert(!mutant_breaks(mutant, ledger_find("R-2-03")));
}
END_TEST

START_TEST(pixit_choices)
{
    const struct pixit_item *item = ledger_pixit(PIXIT_V1_DISASSOCIATION);
    ck_assert_str_eq(item->name, "v1_disassociation");
    ck_assert_uint_eq(item->value_count, 3);
    ck_assert_str_eq(item->values[V1_DISASSOCIATION_NO_SOURCE], "no-source");
    ck_assert_uint_eq(item->default_value, V1_DISASSOCIATION_EITHER);
    ck_assert_ptr_eq(item->reading, ledger_reading_find("A-5"));
    ck_assert_ptr_null(item->unit);
    item = ledger_pixit(PIXIT_TIME_TOLERANCE_MS);
    ck_assert_uint_eq(item->value_count, 0);
    ck_assert_str_eq(item->unit, "milliseconds");
    ck_assert_uint_eq(item->default_value, 50);
    ck_assert_uint_eq(PIXIT_CHOICE_COUNT, 10);
    for (unsigned i = 0; i < PIXIT_CHOICE_COUNT; i++) {
        enum pixit_choice choice = (enum pixit_choice)i, found = (enum pixit_choice)0;
        item = ledger_pixit(choice);
        ck_assert(pixit_choice_of_name(item->name, &found) && found == choice);
        for (unsigned k = 0; k < item->value_count; k++) {
            unsigned value = 99;
            ck_assert(pixit_value_of_name(choice, item->values[k], &value) && value == k);
        }
    }
    enum pixit_choice choice;
    unsigned value;
    ck_assert(!pixit_choice_of_name("v1", &choice));
    ck_assert(!pixit_value_of_name(PIXIT_V1_REPETITION, "allowed", &value));
}
END_TEST

START_TEST(readings)
{
    ck_assert_uint_eq(ledger_reading_count(), 28);
    for (size_t i = 0; i < ledger_reading_count(); i++) {
        const struct reading *reading = ledger_reading_at(i);
        ck_assert_ptr_eq(ledger_reading_find(reading->id), reading);
        ck_assert_uint_eq(strtoul(reading->id + 2, NULL, 10), i + 1);
        ck_assert_uint_ge(strlen(reading->title), strlen("order"));
        ck_assert_uint_gt(strlen(reading->text), 50);
        ck_assert_ptr_null(strstr(reading->text, "**"));
    }
    const struct reading *reading = ledger_reading_find("A-22");
    ck_assert_str_eq(reading->title, "v1/v2 mode");
    ck_assert_str_eq(reading->text,
                     "\"LANE v1 client\" = LEC operating in v1 mode, including a v2-capable LEC joined to "
                     "a v1 LES.");
}
END_TEST

START_TEST(untested_sentences_have_reasons)
{
    ck_assert_uint_eq(ledger_untested_count(), 29);
    for (size_t i = 0; i < ledger_untested_count(); i++) {
        const struct untested_sentence *sentence = ledger_untested_at(i);
        ck_assert(sentence->source != SOURCE_LANE);
        ck_assert(sentence->quote[0] && sentence->reason[0] && sentence->section[0]);
    }
}
END_TEST

START_TEST(cells_cover_the_table)
{
    unsigned possible = 0, count = 0;
    for (unsigned s = 0; s < ROUTER_STATE_COUNT; s++) {
        for (unsigned e = 0; e < ROUTER_EVENT_COUNT; e++) {
            const struct state_cell *cell = ledger_cell((enum router_state)s, (enum router_event)e);
            count++;
            ck_assert_uint_eq(cell->state, s);
            ck_assert_uint_eq(cell->event, e);
            ck_assert_int_eq(cell->possible, strcmp(cell->vrrp_action, "n/a") != 0);
            ck_assert_int_eq(cell->possible, strcmp(cell->lane_action, "n/a") != 0);
            possible += cell->possible;
            if (!cell->possible)
                ck_assert(cell->next_non_proxy == cell->state && cell->next_proxy == cell->state);
            else if (cell->level == LEVEL_MUST || cell->level == LEVEL_SHOULD)
                ck_assert_uint_ge(cell->requirement_count, 1);
            for (size_t i = 0; i < cell->requirement_count; i++)
                ck_assert_ptr_nonnull(cell->requirements[i]);
        }
    }
    ck_assert_uint_eq(count, 273);
    ck_assert_uint_eq(possible, 217);
}
END_TEST

START_TEST(one_cell_in_full)
{
    const struct state_cell *cell = ledger_cell(STATE_BACKUP, EVENT_MASTER_DOWN_TIMER);
    ck_assert(cell->possible);
    ck_assert_int_eq(cell->level, LEVEL_MUST);
    ck_assert_str_eq(cell->lane_action, "ASSOC before the ADV");
    ck_assert_int_eq(state_cell_next(cell, SCHEME_NON_PROXY), STATE_MASTER_NP_PENDING);
    ck_assert_int_eq(state_cell_next(cell, SCHEME_PROXY), STATE_MASTER_PX_PERSISTING);
    ck_assert_uint_eq(cell->requirement_count, 8);
    ck_assert_ptr_eq(cell->requirements[0], ledger_find("R-3.3.2-03"));
    ck_assert_str_eq(cell->note, "A-9");
    cell = ledger_cell(STATE_MASTER_PX_SETTLED, EVENT_SHUTDOWN);
    ck_assert_int_eq(state_cell_next(cell, SCHEME_PROXY), STATE_INITIALIZE);
    cell = ledger_cell(STATE_BACKUP, EVENT_JOIN_COMPLETE);
    ck_assert(!cell->possible);
    ck_assert_ptr_null(cell->note);
    ck_assert_uint_eq(cell->requirement_count, 0);
}
END_TEST

START_TEST(names_of_states_events_and_kinds)
{
    ck_assert_str_eq(router_state_name(STATE_MASTER_PX_PERSISTING), "Master/px-persisting");
    ck_assert_str_eq(router_event_name(EVENT_ADV_PRIO_0), "adv-prio-0");
    ck_assert_str_eq(router_event_text(EVENT_ADV_PRIO_0), "ADV, priority 0");
    ck_assert_str_eq(requirement_level_name(LEVEL_SHOULD), "should");
    ck_assert_str_eq(requirement_source_name(SOURCE_RFC2338), "rfc2338");
    ck_assert_str_eq(requirement_provenance_name(PROVENANCE_MEMORY), "mem");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("ledger");
    TCase *tests = tcase_create("ledger");
    tcase_add_test(tests, every_id_is_found);
    tcase_add_test(tests, unknown_ids_are_not_found);
    tcase_add_test(tests, levels_sources_and_provenance);
    tcase_add_test(tests, one_requirement_in_full);
    tcase_add_test(tests, scope_of_other_kinds);
    tcase_add_test(tests, scope_names);
    tcase_add_test(tests, mutants_and_requirements_point_at_each_other);
    tcase_add_test(tests, one_mutant_in_full);
    tcase_add_test(tests, pixit_choices);
    tcase_add_test(tests, readings);
    tcase_add_test(tests, untested_sentences_have_reasons);
    tcase_add_test(tests, cells_cover_the_table);
    tcase_add_test(tests, one_cell_in_full);
    tcase_add_test(tests, names_of_states_events_and_kinds);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
