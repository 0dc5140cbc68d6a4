#include "cli/citations.h"

#include <string.h>

#include "output/json_parts.h"
#include "rules/rules.h"
#include "suite/selection.h"

static void print_rule_names(FILE *out, const struct requirement *requirement);

struct citation_count citations_count(const struct requirement *requirement)
{
    struct citation_count count = {0};
    for (size_t i = 0; i < case_registry_count; i++)
        for (size_t j = 0; j < case_registry[i]->count; j++)
            count.cases += case_cites(&case_registry[i]->cases[j], requirement);
    for (size_t i = 0; i < rule_registry_count; i++)
        count.rules += citation_has(rule_registry[i]->requirements, requirement->id);
    return count;
}

void citations_put_json(json_t *object, const struct requirement *requirement)
{
    json_t *cases = json_array();
    json_t *rules = json_array();
    for (size_t i = 0; i < case_registry_count; i++)
        for (size_t j = 0; j < case_registry[i]->count; j++)
            if (case_cites(&case_registry[i]->cases[j], requirement))
                json_array_append_new(cases, json_text(case_registry[i]->cases[j].id));
    for (size_t i = 0; i < rule_registry_count; i++)
        if (citation_has(rule_registry[i]->requirements, requirement->id))
            json_array_append_new(rules, json_text(rule_registry[i]->name));
    json_put(object, "cases", cases);
    json_put(object, "rules", rules);
}

void citations_print(FILE *out, const struct requirement *requirement)
{
    const char *label = "cases";
    for (size_t i = 0; i < case_registry_count; i++)
        for (size_t j = 0; j < case_registry[i]->count; j++) {
            const struct test_case *test = &case_registry[i]->cases[j];
            if (!case_cites(test, requirement))
                continue;
            fprintf(out, "  %-12s%s\n", label, test->id);
            label = "";
        }
    print_rule_names(out, requirement);
}

static void print_rule_names(FILE *out, const struct requirement *requirement)
{
    const char *label = "rules";
    for (size_t i = 0; i < rule_registry_count; i++) {
        if (!citation_has(rule_registry[i]->requirements, requirement->id))
            continue;
        fprintf(out, "  %-12s%s\n", label, rule_registry[i]->name);
        label = "";
    }
}
