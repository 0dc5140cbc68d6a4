/* The PIXIT choices in force: how the lab reads the draft where two readings are defensible, and its
 * tolerances (spec/draft-requirements.md 9.1). */
#ifndef LEDGER_PIXIT_H
#define LEDGER_PIXIT_H

#include "ledger/ledger.h"

/* Per choice the index of the value (enum <choice> of ledger_enums.h), or the number. */
struct pixit {
    unsigned choice[PIXIT_CHOICE_COUNT];
};

/* The defaults of the ledger. */
struct pixit pixit_default(void);

/* The highest number that a choice may be, in its unit: more would be a slip. 0: it is no number. */
unsigned pixit_highest(enum pixit_choice choice);

#endif
