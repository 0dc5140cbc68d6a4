#include "suite/selection.h"

#include "ledger/citation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static bool selected(const struct selection *selection, const struct case_instance *instance);
static bool matches(const char *selector, const struct case_instance *instance);
static bool cites_section(const struct test_case *test, const char *section);
static bool every_selector_matches(const struct selection *selection, struct reason *reason);
static size_t each_instance(const struct selection *selection, struct case_instance *instances);
/* So many equal letters at the start, of an id or of what stands behind its topic, make it near. */
#define NEAR_LENGTH 3

static const char *nearest_id(const char *selector);
static size_t common_prefix(const char *a, const char *b);

bool select_instances(const struct selection *selection, struct case_instance **instances, size_t *count,
                      struct reason *reason)
{
    *instances = NULL;
    *count = 0;
    if (!every_selector_matches(selection, reason))
        return false;
    size_t room = each_instance(selection, NULL);
    if (!room)
        return reason_set(
            reason, "nothing is selected: no case applies to this role, scheme, LANE version and medium; "
                    "`vmacheck list` shows what each case applies to");
    *instances = calloc(room, sizeof **instances);
    if (!*instances)
        abort();
    *count = each_instance(selection, *instances);
    return true;
}

const struct test_case *case_find(const char *id)
{
    for (size_t i = 0; i < case_registry_count; i++)
        for (size_t j = 0; j < case_registry[i]->count; j++)
            if (strcmp(case_registry[i]->cases[j].id, id) == 0)
                return &case_registry[i]->cases[j];
    return NULL;
}

bool case_cites(const struct test_case *test, const struct requirement *requirement)
{
    return citation_has(test->requirements, requirement->id);
}

const char *instance_text(const struct case_instance *instance, char text[static INSTANCE_TEXT_SIZE])
{
    if (instance->role == ROLE_VRRP)
        snprintf(text, INSTANCE_TEXT_SIZE, "%s[vrrp,%s]", instance->test->id, medium_name(instance->medium));
    else
        snprintf(text, INSTANCE_TEXT_SIZE, "%s[%s,%s,%s,%s]", instance->test->id, role_name(instance->role),
                 scheme_name(instance->scheme), lane_name(instance->lane), medium_name(instance->medium));
    return text;
}

bool instance_named(const struct case_instance *instance, const char *name)
{
    size_t length = strlen(name);
    char text[INSTANCE_TEXT_SIZE];
    if (!length)
        return false;
    if (name[length - 1] == '/')
        return strncmp(instance->test->id, name, length) == 0;
    return strcmp(name, instance->test->id) == 0 || strcmp(name, instance_text(instance, text)) == 0;
}

size_t instances_named(const char *name, const struct scope *scope)
{
    struct selection everything = {.scope = *scope};
    size_t count = each_instance(&everything, NULL);
    struct case_instance *instances = calloc(count + 1, sizeof *instances);
    if (!instances)
        abort();
    each_instance(&everything, instances);
    size_t named = 0;
    for (size_t i = 0; i < count; i++)
        named += !*name || instance_named(&instances[i], name);
    free(instances);
    return named;
}

/* Counts the selected instances and, unless 'instances' is NULL, writes them there. */
static size_t each_instance(const struct selection *selection, struct case_instance *instances)
{
    static const enum role roles[] = {ROLE_ROUTER, ROLE_BRIDGE, ROLE_CLIENT,
                                      ROLE_LES,    ROLE_SWITCH, ROLE_VRRP};
    static const enum scheme schemes[] = {SCHEME_NON_PROXY, SCHEME_PROXY};
    static const enum lane_version lanes[] = {LANE_V1, LANE_V2};
    static const enum medium media[] = {MEDIUM_ETHERNET, MEDIUM_TOKEN_RING};
    size_t count = 0;
    for (size_t list = 0; list < case_registry_count; list++)
        for (size_t i = 0; i < case_registry[list]->count; i++)
            for (size_t r = 0; r < sizeof roles / sizeof *roles; r++)
                for (size_t s = 0; s < 2; s++)
                    for (size_t l = 0; l < 2; l++)
                        for (size_t m = 0; m < 2; m++) {
                            struct case_instance instance = {&case_registry[list]->cases[i], roles[r],
                                                             schemes[s], lanes[l], media[m]};
                            if (!selected(selection, &instance))
                                continue;
                            if (instances)
                                instances[count] = instance;
                            count++;
                        }
    return count;
}

static bool selected(const struct selection *selection, const struct case_instance *instance)
{
    const struct scope *asked = &selection->scope;
    /* Without LANE there is neither scheme nor version: one instance stands for all of them. */
    if (instance->role == ROLE_VRRP && (instance->scheme != SCHEME_NON_PROXY || instance->lane != LANE_V2))
        return false;
    /* A bridge is a proxy client (draft 4). */
    if (instance->role == ROLE_BRIDGE && instance->scheme != SCHEME_PROXY)
        return false;
    if (!scope_has(&instance->test->scope, instance->role, instance->scheme, instance->lane,
                   instance->medium))
        return false;
    if ((asked->roles && !(asked->roles & instance->role)) ||
        (asked->schemes && !(asked->schemes & instance->scheme)) ||
        (asked->lane && !(asked->lane & instance->lane)) ||
        (asked->media && !(asked->media & instance->medium)))
        return false;
    for (size_t i = 0; i < selection->selector_count; i++)
        if (matches(selection->selectors[i], instance))
            return true;
    return selection->selector_count == 0;
}

static bool matches(const char *selector, const struct case_instance *instance)
{
    const struct test_case *test = instance->test;
    return instance_named(instance, selector) || citation_has(test->requirements, selector) ||
           cites_section(test, selector);
}

/* A section selects the cases that cite one of its requirements. */
static bool cites_section(const struct test_case *test, const char *section)
{
    if (strspn(section, "0123456789.") != strlen(section))
        return false;
    size_t length = strlen(section);
    for (const char *at = test->requirements; *at; at += strcspn(at, " "), at += strspn(at, " ")) {
        const char *dash = strchr(at, '-');
        if (!dash || at[0] == 'L')
            continue;
        const char *end = strchr(dash + 1, '-');
        if (end && strncmp(dash + 1, section, length) == 0 &&
            (dash[1 + length] == '-' || dash[1 + length] == '.'))
            return true;
    }
    return false;
}

static bool every_selector_matches(const struct selection *selection, struct reason *reason)
{
    for (size_t i = 0; i < selection->selector_count; i++) {
        struct selection alone = {.selectors = &selection->selectors[i], .selector_count = 1};
        if (each_instance(&alone, NULL))
            continue;
        const char *selector = selection->selectors[i];
        if (ledger_find(selector))
            return reason_set(
                reason, "%s is in the ledger, but no case cites it; `vmacheck explain %s` shows what it asks",
                selector, selector);
        const char *nearest = nearest_id(selector);
        return reason_set(
            reason,
            "'%s' is no case, prefix ending in '/', section or requirement; %s%s%s`vmacheck list` "
            "shows all",
            selector, nearest ? "the nearest case is " : "", nearest ? nearest : "", nearest ? ", and " : "");
    }
    return true;
}

/* NULL: none is near. */
static const char *nearest_id(const char *selector)
{
    const char *nearest = NULL;
    size_t best = 0;
    for (size_t i = 0; i < case_registry_count; i++)
        for (size_t j = 0; j < case_registry[i]->count; j++) {
            const char *id = case_registry[i]->cases[j].id;
            const char *topic_end = strchr(id, '/');
            size_t length = common_prefix(selector, id);
            size_t tail = topic_end ? common_prefix(selector, topic_end + 1) : 0;
            if (tail > length)
                length = tail;
            if (length >= NEAR_LENGTH && length > best) {
                best = length;
                nearest = id;
            }
        }
    return nearest;
}

static size_t common_prefix(const char *a, const char *b)
{
    size_t length = 0;
    while (a[length] && a[length] == b[length])
        length++;
    return length;
}
