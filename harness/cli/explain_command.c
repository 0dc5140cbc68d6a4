/* `vmacheck explain`: everything about one id. */
#include <string.h>

#include "cli/citations.h"
#include "cli/commands.h"
#include "cli/nearest.h"
#include "ledger/ledger_print.h"
#include "output/json_parts.h"
#include "rules/rules.h"

/* A kind of id: 'find' gives what it names or NULL. */
struct topic {
    const char *kind;
    const void *(*find)(const char *id);
    void (*print)(const void *subject);
    json_t *(*json)(const void *subject);
};

static const void *find_case(const char *id);
static const void *find_rule(const char *id);
static const void *find_requirement(const char *id);
static const void *find_mutant(const char *id);
static const void *find_reading(const char *id);
static const void *find_choice(const char *id);
static void print_case(const void *subject);
static void print_rule(const void *subject);
static void print_requirement(const void *subject);
static void print_mutant(const void *subject);
static void print_reading(const void *subject);
static void print_choice(const void *subject);
static json_t *case_json(const void *subject);
static json_t *rule_json(const void *subject);
static json_t *requirement_json(const void *subject);
static json_t *mutant_json(const void *subject);
static json_t *reading_json(const void *subject);
static json_t *choice_json(const void *subject);

static bool explain(const char *id, json_t *array);
static void explain_choices(json_t *array);
static int unknown_id(const char *id);
static void print_scope(const struct scope *scope);
static void print_citations(const char *requirements);
static void print_fact(const char *label, const char *text);

static const struct topic topics[] = {
    {"case", find_case, print_case, case_json},
    {"rule", find_rule, print_rule, rule_json},
    {"requirement", find_requirement, print_requirement, requirement_json},
    {"mutant", find_mutant, print_mutant, mutant_json},
    {"reading", find_reading, print_reading, reading_json},
    {"choice", find_choice, print_choice, choice_json},
};

int explain_command(const struct arguments *arguments)
{
    if (!arguments->word_count)
        return complain(RUN_USAGE,
                        "explain what? Give an id: of a case, rule, requirement, mutant, reading or choice");
    json_t *array = arguments->json ? json_array() : NULL;
    for (size_t i = 0; i < arguments->word_count; i++) {
        const char *id = arguments->words[i];
        if (i && !array)
            putchar('\n');
        if (strcmp(id, "pixit") == 0) {
            explain_choices(array);
        } else if (!explain(id, array)) {
            json_decref(array);
            return unknown_id(id);
        }
    }
    if (!array)
        return output_end(RUN_CONFORMS);
    json_t *object = json_object();
    json_put(object, "explained", array);
    return print_json(object, RUN_CONFORMS);
}

/* Prints what 'id' names or, when there is an array, adds it to that. False if there is no such id. */
static bool explain(const char *id, json_t *array)
{
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++) {
        const void *subject = topics[i].find(id);
        if (!subject)
            continue;
        if (array) {
            json_t *object = topics[i].json(subject);
            json_put(object, "kind", json_text(topics[i].kind));
            json_array_append_new(array, object);
        } else {
            topics[i].print(subject);
        }
        return true;
    }
    return false;
}

static void explain_choices(json_t *array)
{
    for (unsigned i = 0; i < PIXIT_CHOICE_COUNT; i++)
        explain(ledger_pixit((enum pixit_choice)i)->name, array);
}

static int unknown_id(const char *id)
{
    struct nearest nearest = nearest_to(id);
    nearest_offer_ids(&nearest);
    if (nearest.best)
        return complain(RUN_USAGE, "nothing is called %s; did you mean %s?", id, nearest.best);
    return complain(
        RUN_USAGE,
        "nothing is called %s; `vmacheck list`, `vmacheck requirements` and `vmacheck mutants --list` "
        "show the ids",
        id);
}

static const void *find_case(const char *id)
{
    return case_find(id);
}

static const void *find_rule(const char *id)
{
    for (size_t i = 0; i < rule_registry_count; i++)
        if (strcmp(rule_registry[i]->name, id) == 0)
            return rule_registry[i];
    return NULL;
}

static const void *find_requirement(const char *id)
{
    return ledger_find(id);
}

static const void *find_mutant(const char *id)
{
    return ledger_mutant_find(id);
}

static const void *find_reading(const char *id)
{
    return ledger_reading_find(id);
}

static const void *find_choice(const char *id)
{
    enum pixit_choice choice;
    return pixit_choice_of_name(id, &choice) ? ledger_pixit(choice) : NULL;
}

static void print_case(const void *subject)
{
    const struct test_case *test = subject;
    printf("%s  case\n", test->id);
    print_fact("tests", test->title);
    print_fact("stimulus", test->stimulus);
    print_fact("accepted", test->accepted);
    print_scope(&test->scope);
    const char *label = "needs";
    for (const struct capability_name *name = capability_names; name->bit; name++)
        if (test->capabilities & name->bit) {
            print_fact(label, name->name);
            label = "";
        }
    print_citations(test->requirements);
}

static void print_rule(const void *subject)
{
    const struct rule *rule = subject;
    printf("%s  rule\n", rule->name);
    print_fact("checks", rule->title);
    print_citations(rule->requirements);
}

static void print_requirement(const void *subject)
{
    ledger_print_requirement(stdout, subject);
    citations_print(stdout, subject);
}

static void print_mutant(const void *subject)
{
    const struct mutant *mutant = subject;
    printf("%s  mutant\n", mutant->id);
    print_fact("defect", mutant->text);
    for (size_t i = 0; i < mutant->requirement_count; i++) {
        print_fact(i ? "" : "breaks", mutant->requirements[i]->id);
        print_fact("", mutant->requirements[i]->quote);
    }
}

static void print_reading(const void *subject)
{
    const struct reading *reading = subject;
    printf("%s  reading of the draft\n", reading->id);
    print_fact("about", reading->title);
    print_fact("reading", reading->text);
}

static void print_choice(const void *subject)
{
    const struct pixit_item *item = subject;
    printf("%s  PIXIT choice\n", item->name);
    print_fact("decides", item->text);
    for (size_t i = 0; i < item->value_count; i++)
        printf("  %-12s%s%s\n", i ? "" : "values", item->values[i],
               i == item->default_value ? " (default)" : "");
    if (!item->values)
        printf("  %-12s%u %s\n", "default", item->default_value, item->unit);
    if (item->reading)
        printf("  %-12s%s, %s\n", "reading", item->reading->id, item->reading->title);
}

static json_t *case_json(const void *subject)
{
    const struct test_case *test = subject;
    json_t *object = json_object();
    json_put(object, "id", json_text(test->id));
    json_put(object, "title", json_text(test->title));
    json_put(object, "stimulus", json_text(test->stimulus));
    json_put(object, "accepted", json_text(test->accepted));
    json_put(object, "requirements", json_words(test->requirements));
    json_set_scope(object, &test->scope);
    return object;
}

static json_t *rule_json(const void *subject)
{
    const struct rule *rule = subject;
    json_t *object = json_object();
    json_put(object, "id", json_text(rule->name));
    json_put(object, "title", json_text(rule->title));
    json_put(object, "requirements", json_words(rule->requirements));
    return object;
}

static json_t *requirement_json(const void *subject)
{
    json_t *object = ledger_requirement_json(subject);
    citations_put_json(object, subject);
    return object;
}

static json_t *mutant_json(const void *subject)
{
    const struct mutant *mutant = subject;
    json_t *requirements = json_array();
    for (size_t i = 0; i < mutant->requirement_count; i++)
        json_array_append_new(requirements, json_text(mutant->requirements[i]->id));
    json_t *object = json_object();
    json_put(object, "id", json_text(mutant->id));
    json_put(object, "text", json_text(mutant->text));
    json_put(object, "requirements", requirements);
    return object;
}

static json_t *reading_json(const void *subject)
{
    const struct reading *reading = subject;
    json_t *object = json_object();
    json_put(object, "id", json_text(reading->id));
    json_put(object, "title", json_text(reading->title));
    json_put(object, "text", json_text(reading->text));
    return object;
}

static json_t *choice_json(const void *subject)
{
    const struct pixit_item *item = subject;
    json_t *values = item->values ? json_array() : json_null();
    for (size_t i = 0; i < item->value_count; i++)
        json_array_append_new(values, json_text(item->values[i]));
    json_t *object = json_object();
    json_put(object, "id", json_text(item->name));
    json_put(object, "text", json_text(item->text));
    json_put(object, "values", values);
    json_put(object, "unit", json_text(item->unit));
    json_put(object, "default",
             item->values ? json_text(item->values[item->default_value]) : json_integer(item->default_value));
    json_put(object, "reading", json_text(item->reading ? item->reading->id : NULL));
    return object;
}

static void print_scope(const struct scope *scope)
{
    for (int i = 0; i < SCOPE_DIMENSION_COUNT; i++) {
        enum scope_dimension dimension = (enum scope_dimension)i;
        const char *before = "";
        const char *name;
        printf("  %-12s", scope_dimension_name(dimension));
        for (unsigned bit = 1; (name = scope_bit_name(dimension, bit)); bit <<= 1)
            if (scope_mask(scope, dimension) & bit) {
                printf("%s%s", before, name);
                before = ", ";
            }
        putchar('\n');
    }
}

/* The requirements of a case or rule, each with its sentence. */
static void print_citations(const char *requirements)
{
    char id[ID_SIZE];
    for (const char *at = requirements; citation_next(&at, id);) {
        const struct requirement *requirement = ledger_find(id);
        if (!requirement) {
            print_fact("requirement", id);
            continue;
        }
        printf("  %-12s%s (%s)\n", "requirement", id, requirement_level_name(requirement->level));
        print_fact("", requirement->quote);
    }
}

static void print_fact(const char *label, const char *text)
{
    if (text && *text)
        printf("  %-12s%s\n", label, text);
}
