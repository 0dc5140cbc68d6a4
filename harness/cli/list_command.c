/* `vmacheck list`: the cases of a selection. */
#include <stdlib.h>

#include "cli/commands.h"
#include "output/json_parts.h"

static size_t same_case(const struct case_instance *instances, size_t count);
static void print_case(const struct case_instance *instances, size_t count);
static json_t *case_json(const struct case_instance *instances, size_t count);
static json_t *capabilities_json(unsigned capabilities);

int list_command(const struct arguments *arguments)
{
    struct selection selection = selection_of(arguments);
    struct case_instance *instances = NULL;
    size_t count = 0;
    struct reason reason = {""};
    if (!select_instances(&selection, &instances, &count, &reason))
        return complain(RUN_USAGE, "%s", reason.text);
    json_t *cases = json_array();
    size_t case_count = 0;
    for (size_t i = 0, size; i < count; i += size, case_count++) {
        size = same_case(instances + i, count - i);
        if (arguments->json)
            json_array_append_new(cases, case_json(instances + i, size));
        else
            print_case(instances + i, size);
    }
    free(instances);
    if (arguments->json)
        return print_json(cases, RUN_CONFORMS);
    json_decref(cases);
    printf("\n%zu cases, %zu instances\n", case_count, count);
    return output_end(RUN_CONFORMS);
}

/* How many instances of one case stand at the start. */
static size_t same_case(const struct case_instance *instances, size_t count)
{
    size_t size = 1;
    while (size < count && instances[size].test == instances[0].test)
        size++;
    return size;
}

static void print_case(const struct case_instance *instances, size_t count)
{
    printf("%-44s %3zu  %s\n", instances[0].test->id, count, instances[0].test->title);
}

static json_t *case_json(const struct case_instance *instances, size_t count)
{
    const struct test_case *test = instances[0].test;
    json_t *array = json_array();
    for (size_t i = 0; i < count; i++) {
        char text[INSTANCE_TEXT_SIZE];
        json_t *instance = json_object();
        json_put(instance, "instance", json_text(instance_text(&instances[i], text)));
        json_put(instance, "role", json_text(role_name(instances[i].role)));
        json_put(instance, "scheme", json_text(scheme_name(instances[i].scheme)));
        json_put(instance, "lane", json_text(lane_name(instances[i].lane)));
        json_put(instance, "media", json_text(medium_name(instances[i].medium)));
        json_array_append_new(array, instance);
    }
    json_t *object = json_object();
    json_put(object, "id", json_text(test->id));
    json_put(object, "title", json_text(test->title));
    json_put(object, "stimulus", json_text(test->stimulus));
    json_put(object, "accepted", json_text(test->accepted));
    json_put(object, "requirements", json_words(test->requirements));
    json_set_scope(object, &test->scope);
    json_put(object, "capabilities", capabilities_json(test->capabilities));
    json_put(object, "instances", array);
    return object;
}

static json_t *capabilities_json(unsigned capabilities)
{
    json_t *array = json_array();
    for (const struct capability_name *name = capability_names; name->bit; name++)
        if (capabilities & name->bit)
            json_array_append_new(array, json_text(name->name));
    return array;
}
