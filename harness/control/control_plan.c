#include "control/control_plan.h"

#include <string.h>

#include "base/duration.h"

static const char *const deed_names[] = {
#define X(name, text, meaning) text,
    DEEDS(X)
#undef X
};

const char *deed_name(enum deed deed)
{
    return deed_names[deed];
}

enum deed deed_of(enum control_kind kind)
{
    switch (kind) {
    case CONTROL_START:
        return DEED_START;
    case CONTROL_STARTUP:
        return DEED_STARTUP;
    case CONTROL_SHUTDOWN:
        return DEED_SHUTDOWN;
    case CONTROL_FAIL:
        return DEED_FAIL;
    case CONTROL_SET_PRIORITY:
        return DEED_SET_PRIORITY;
    }
    return DEED_COUNT;
}

bool control_plan_is_manual(const struct control_plan *plan, enum deed deed)
{
    return plan->commands[deed] && strcmp(plan->commands[deed], COMMAND_MANUAL) == 0;
}

bool control_plan_asks(const struct control_plan *plan)
{
    bool asks = false;
    for (enum deed deed = 0; deed < DEED_COUNT; deed++)
        asks |= control_plan_is_manual(plan, deed);
    return asks;
}

int64_t control_plan_limit_ns(const struct control_plan *plan, enum deed deed)
{
    if (control_plan_is_manual(plan, deed))
        return SECONDS(OPERATOR_LIMIT_S);
    return SECONDS(plan->limit_s ? plan->limit_s : COMMAND_LIMIT_S);
}

unsigned control_plan_capabilities(const struct control_plan *plan)
{
    unsigned capabilities = 0;
    if (!plan)
        return 0;
    if (plan->commands[DEED_STARTUP] && plan->commands[DEED_SHUTDOWN])
        capabilities |= CAPABILITY_CONTROL_STARTUP;
    if (plan->commands[DEED_FAIL])
        capabilities |= CAPABILITY_CONTROL_FAIL;
    if (plan->commands[DEED_SET_PRIORITY])
        capabilities |= CAPABILITY_CONTROL_PRIORITY;
    return capabilities;
}
