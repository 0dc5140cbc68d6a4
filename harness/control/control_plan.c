#include "control/control_plan.h"

#include <string.h>

#include "base/duration.h"

static const char *const deed_names[] = {
#define X(name, text, meaning) text,
    DEEDS(X)
#undef X
};

/* What deeds amount to; where one does, it stands twice. */
static const struct {
    unsigned capability;
    enum deed deeds[2];
    const char *mend;
} amounts[] = {
    {CAPABILITY_CONTROL_STARTUP,
     {DEED_STARTUP, DEED_SHUTDOWN},
     "`startup` and `shutdown` under `control` give it"},
    {CAPABILITY_CONTROL_FAIL, {DEED_FAIL, DEED_FAIL}, "`fail` under `control` gives it"},
    {CAPABILITY_CONTROL_PRIORITY,
     {DEED_SET_PRIORITY, DEED_SET_PRIORITY},
     "`set-priority` under `control` gives it"},
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
    for (size_t i = 0; plan && i < sizeof amounts / sizeof *amounts; i++)
        if (plan->commands[amounts[i].deeds[0]] && plan->commands[amounts[i].deeds[1]])
            capabilities |= amounts[i].capability;
    return capabilities;
}

const char *control_plan_mend(unsigned capability)
{
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        if (amounts[i].capability == capability)
            return amounts[i].mend;
    return NULL;
}
