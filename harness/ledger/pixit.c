#include "ledger/pixit.h"

#include <string.h>

struct pixit pixit_default(void)
{
    struct pixit pixit;
    for (unsigned i = 0; i < PIXIT_CHOICE_COUNT; i++)
        pixit.choice[i] = ledger_pixit((enum pixit_choice)i)->default_value;
    return pixit;
}

unsigned pixit_highest(enum pixit_choice choice)
{
    static const struct {
        const char *unit;
        unsigned highest;
    } limits[] = {{"seconds", 3600}, {"milliseconds", 60000}, {"percent", 100}};
    const char *unit = ledger_pixit(choice)->unit;
    for (size_t i = 0; unit && i < sizeof limits / sizeof *limits; i++)
        if (strcmp(unit, limits[i].unit) == 0)
            return limits[i].highest;
    return 0;
}
