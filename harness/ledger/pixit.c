#include "ledger/pixit.h"

struct pixit pixit_default(void)
{
    struct pixit pixit;
    for (unsigned i = 0; i < PIXIT_CHOICE_COUNT; i++)
        pixit.choice[i] = ledger_pixit((enum pixit_choice)i)->default_value;
    return pixit;
}
