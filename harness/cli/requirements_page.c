/* docs/requirements.md: the whole ledger as a page, with what checks each sentence. */
#include <string.h>

#include "cli/citations.h"
#include "cli/requirements_page.h"
#include "rules/rules.h"
#include "suite/selection.h"
#include "suite/unchecked.h"

static void print_section(FILE *out, enum requirement_source source, const char *title);
static void print_row(FILE *out, const struct requirement *requirement);
static void print_scope(FILE *out, const struct requirement *requirement);
static void print_checks(FILE *out, const struct requirement *requirement);
static void print_unchecked(FILE *out, const struct requirement *requirement);
static void print_escaped(FILE *out, const char *text);

void requirements_page(FILE *out)
{
    fputs(
        "# Requirements\n\n"
        "<!-- Generated: vmacheck requirements --format markdown > docs/requirements.md -->\n\n"
        "Every testable sentence, where it applies, the cases and rules that can find it broken, and the\n"
        "mutants that prove it. `vmacheck explain ID` says more about each. A role in brackets is bound but\n"
        "not checked, with the reason.\n",
        out);
    print_section(out, SOURCE_DRAFT, "draft-ietf-vrrp-lane-02");
    print_section(out, SOURCE_RFC2338, "RFC 2338");
    print_section(out, SOURCE_LANE, "LAN Emulation");
}

static void print_section(FILE *out, enum requirement_source source, const char *title)
{
    fprintf(
        out,
        "\n## %s\n\n| id | level | sentence | where | checked by | mutants |\n|---|---|---|---|---|---|\n",
        title);
    for (size_t i = 0; i < ledger_count(); i++)
        if (ledger_at(i)->source == source)
            print_row(out, ledger_at(i));
}

static void print_row(FILE *out, const struct requirement *requirement)
{
    fprintf(out, "| %s | %s | ", requirement->id, requirement_level_name(requirement->level));
    print_escaped(out, requirement->quote);
    fputs(" | ", out);
    print_scope(out, requirement);
    fputs(" | ", out);
    print_checks(out, requirement);
    print_unchecked(out, requirement);
    fputs(" |", out);
    for (size_t i = 0; i < requirement->mutant_count; i++)
        fprintf(out, " %s", requirement->mutants[i]->id);
    fputs(" |\n", out);
}

/* Dimensions that leave nothing out are not named. */
static void print_scope(FILE *out, const struct requirement *requirement)
{
    const char *between = "";
    for (int i = 0; i < SCOPE_DIMENSION_COUNT; i++) {
        enum scope_dimension dimension = (enum scope_dimension)i;
        unsigned mask = scope_mask(&requirement->scope, dimension);
        bool everything = dimension != SCOPE_ROLES;
        for (unsigned bit = 1; scope_bit_name(dimension, bit); bit <<= 1)
            everything &= (mask & bit) != 0;
        if (everything)
            continue;
        fputs(between, out);
        between = "; ";
        const char *comma = "";
        for (unsigned bit = 1; scope_bit_name(dimension, bit); bit <<= 1) {
            if (!(mask & bit))
                continue;
            fprintf(out, "%s%s", comma, scope_bit_name(dimension, bit));
            comma = ", ";
        }
    }
}

/* Topics with the number of their cases, then the rules. */
static void print_checks(FILE *out, const struct requirement *requirement)
{
    const char *between = "";
    for (size_t i = 0; i < case_registry_count; i++) {
        size_t count = 0;
        const struct test_case *last = NULL;
        for (size_t j = 0; j < case_registry[i]->count; j++)
            if (case_cites(&case_registry[i]->cases[j], requirement)) {
                last = &case_registry[i]->cases[j];
                count++;
            }
        if (!count)
            continue;
        if (count == 1)
            fprintf(out, "%s%s", between, last->id);
        else
            fprintf(out, "%s%.*s (%zu cases)", between, (int)strcspn(last->id, "/") + 1, last->id, count);
        between = ", ";
    }
    for (size_t i = 0; i < rule_registry_count; i++)
        if (citation_has(rule_registry[i]->requirements, requirement->id)) {
            fprintf(out, "%srule %s", between, rule_registry[i]->name);
            between = ", ";
        }
}

static void print_unchecked(FILE *out, const struct requirement *requirement)
{
    unsigned unchecked = requirement->scope.roles & ~requirement_checked_roles(requirement);
    for (unsigned role = 1; role <= unchecked; role <<= 1) {
        const char *reason = requirement_unchecked_reason(requirement, (enum role)role);
        if (unchecked & role)
            fprintf(out, " [%s: %s]", role_name((enum role)role), reason ? reason : "no check");
    }
}

static void print_escaped(FILE *out, const char *text)
{
    for (; *text; text++) {
        if (strchr("|<>*_`", *text))
            putc('\\', out);
        putc(*text, out);
    }
}
