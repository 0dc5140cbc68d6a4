#include "control/deed_variables.h"

#include <stdio.h>

#include "base/text.h"

static void set(struct deed_variables *variables, enum deed_variable variable, const char *value);
static void set_number(struct deed_variables *variables, enum deed_variable variable, unsigned number);
static void set_router(struct deed_variables *variables, const struct virtual_router_settings *router);

static const struct {
    const char *name;
    const char *meaning;
} known[] = {
#define X(name, text, meaning) {text, meaning},
    DEED_VARIABLES(X)
#undef X
};

const char *deed_variable_name(enum deed_variable variable)
{
    return known[variable].name;
}

const char *deed_variable_meaning(enum deed_variable variable)
{
    return known[variable].meaning;
}

void deed_variables_set(struct deed_variables *variables, enum deed deed, unsigned instance,
                        const struct control_action *action, const struct device_settings *settings,
                        const char *case_name, const char *settings_path)
{
    for (unsigned i = 0; i < DEED_VARIABLE_COUNT; i++)
        variables->list[i] = (struct hook_variable){known[i].name, ""};
    set(variables, VARIABLE_ACTION, deed_name(deed));
    set_number(variables, VARIABLE_INSTANCE, instance);
    set(variables, VARIABLE_CASE, case_name ? case_name : "");
    set_number(variables, VARIABLE_VRID, action ? action->vrid : 0);
    set_number(variables, VARIABLE_PRIORITY, action ? action->number : 0);
    set(variables, VARIABLE_SETTINGS, settings_path ? settings_path : "");
    if (!settings)
        return;
    if (settings->virtual_router_count)
        set_router(variables, &settings->virtual_routers[0]);
    set(variables, VARIABLE_MAC, mac_text(settings->elan.mac, variables->mac));
    set(variables, VARIABLE_ADDRESS, ipv4_text(settings->elan.address, variables->address));
    set_number(variables, VARIABLE_PREFIX_LENGTH, settings->elan.prefix_length);
}

static void set(struct deed_variables *variables, enum deed_variable variable, const char *value)
{
    variables->list[variable].value = value;
}

static void set_number(struct deed_variables *variables, enum deed_variable variable, unsigned number)
{
    snprintf(variables->numbers[variable], sizeof variables->numbers[variable], "%u", number);
    set(variables, variable, variables->numbers[variable]);
}

static void set_router(struct deed_variables *variables, const struct virtual_router_settings *router)
{
    set_number(variables, VARIABLE_ROUTER_VRID, router->vrid);
    if (router->priority_given)
        set_number(variables, VARIABLE_ROUTER_PRIORITY, router->priority);
    if (router->interval_given)
        set_number(variables, VARIABLE_ROUTER_INTERVAL_S, router->interval_s);
    if (router->preempt_given)
        set_number(variables, VARIABLE_ROUTER_PREEMPT, router->preempt);
    struct text text = text_in(variables->addresses, sizeof variables->addresses);
    for (size_t i = 0; i < router->address_count; i++) {
        char address[IPV4_TEXT_SIZE];
        text_add(&text, "%s%s", i ? " " : "", ipv4_text(router->addresses[i], address));
    }
    set(variables, VARIABLE_ROUTER_ADDRESSES, variables->addresses);
}
