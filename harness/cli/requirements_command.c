/* `vmacheck requirements`: the ledger, and what checks each sentence. */
#include <stdlib.h>
#include <string.h>

#include "cli/citations.h"
#include "cli/commands.h"
#include "cli/nearest.h"
#include "cli/requirements_page.h"
#include "ledger/ledger_print.h"
#include "output/json_parts.h"
#include "suite/unchecked.h"

static int print_gaps(const struct arguments *arguments);
static bool words_known(const struct arguments *arguments, struct reason *reason);
static bool wanted(const struct arguments *arguments, const struct requirement *requirement);
static bool chosen_by(const char *word, const struct requirement *requirement);
static void print_line(const struct requirement *requirement);

int requirements_command(const struct arguments *arguments)
{
    struct reason reason = {""};
    if (!words_known(arguments, &reason))
        return complain(RUN_USAGE, "%s", reason.text);
    if (arguments->gaps && (arguments->json || arguments->markdown))
        return complain(RUN_USAGE, "--gaps prints text alone; take --json or --format out");
    if (arguments->markdown) {
        requirements_page(stdout);
        return output_end(RUN_CONFORMS);
    }
    if (arguments->gaps)
        return print_gaps(arguments);
    json_t *array = json_array();
    size_t count = 0;
    for (size_t i = 0; i < ledger_count(); i++) {
        const struct requirement *requirement = ledger_at(i);
        if (!wanted(arguments, requirement))
            continue;
        if (!arguments->json) {
            if (!count)
                puts("level   id         cases rules mutants  sentence");
            print_line(requirement);
        } else {
            json_t *object = ledger_requirement_json(requirement);
            citations_put_json(object, requirement);
            json_array_append_new(array, object);
        }
        count++;
    }
    if (count && arguments->json)
        return print_json(array, RUN_CONFORMS);
    json_decref(array);
    if (!count)
        return complain(RUN_USAGE, "no requirement applies to this role, scheme, LANE version and media");
    printf("\n%zu requirements\n", count);
    return output_end(RUN_CONFORMS);
}

/* Who is bound by what nobody checks. */
static int print_gaps(const struct arguments *arguments)
{
    size_t count = 0;
    for (size_t i = 0; i < ledger_count(); i++) {
        const struct requirement *requirement = ledger_at(i);
        unsigned gaps = wanted(arguments, requirement) ? requirement_gap_roles(requirement) : 0;
        count += gaps != 0;
        for (unsigned role = 1; role <= gaps; role <<= 1)
            if (gaps & role)
                printf("no case and no rule checks %s (%s) for role %s\n", requirement->id,
                       requirement_level_name(requirement->level), role_name((enum role)role));
    }
    if (count)
        printf(
            "\n%zu requirements with a gap; harness/suite/unchecked.c takes the reason where there is one\n",
            count);
    else
        puts("every requirement has a check or a stated reason for each of its roles");
    return output_end(count ? RUN_FAILED : RUN_CONFORMS);
}

static bool words_known(const struct arguments *arguments, struct reason *reason)
{
    for (size_t i = 0; i < arguments->word_count; i++) {
        const char *word = arguments->words[i];
        bool known = false;
        for (size_t j = 0; j < ledger_count() && !known; j++)
            known = chosen_by(word, ledger_at(j));
        if (known)
            continue;
        struct nearest nearest = nearest_to(word);
        for (size_t j = 0; j < ledger_count(); j++)
            nearest_offer(&nearest, ledger_at(j)->id);
        return reason_set(
            reason, "%s is no requirement and no section with one%s%s; `vmacheck requirements` lists all",
            word, nearest.best ? ", did you mean " : "", nearest.best ? nearest.best : "");
    }
    return true;
}

static bool wanted(const struct arguments *arguments, const struct requirement *requirement)
{
    for (int i = 0; i < SCOPE_DIMENSION_COUNT; i++) {
        unsigned asked = scope_mask(&arguments->scope, (enum scope_dimension)i);
        if (asked && !(asked & scope_mask(&requirement->scope, (enum scope_dimension)i)))
            return false;
    }
    bool chosen = arguments->word_count == 0;
    for (size_t i = 0; i < arguments->word_count && !chosen; i++)
        chosen = chosen_by(arguments->words[i], requirement);
    return chosen;
}

/* An id, or a section of the requirement's text or one above it. */
static bool chosen_by(const char *word, const struct requirement *requirement)
{
    size_t size = strlen(word);
    if (strcmp(word, requirement->id) == 0)
        return true;
    return size && strncmp(requirement->section, word, size) == 0 &&
           (requirement->section[size] == '\0' || requirement->section[size] == '.');
}

static void print_line(const struct requirement *requirement)
{
    struct citation_count count = citations_count(requirement);
    printf("%-6s  %-10s %5zu %5zu %7zu  %s%s%s%s\n", requirement_level_name(requirement->level),
           requirement->id, count.cases, count.rules, requirement->mutant_count,
           requirement->source == SOURCE_LANE ? "" : "\"", requirement->quote,
           requirement->source == SOURCE_LANE ? "" : "\"",
           requirement->unobservable ? " (no frame can show it)" : "");
}
