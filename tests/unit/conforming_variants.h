/* Variants of the reference devices that conform as they do and yet behave otherwise: what another vendor may
 * have built. None of them may be blamed (check_variants.c).
 */
#ifndef CONFORMING_VARIANTS_H
#define CONFORMING_VARIANTS_H

#include "ledger/pixit.h"
#include "mutants/mutants.h"

/* How a lab has to read the draft for the variant to conform; ended by PIXIT_CHOICE_COUNT. */
#define VARIANT_CHOICE_ROOM 2
struct variant_choice {
    enum pixit_choice choice;
    unsigned value;
};

/* Part of the reason of a verdict "inconclusive" that is right with the variant, and why it is. */
#define VARIANT_EXCUSE_ROOM 4
struct variant_excuse {
    const char *reason; /* NULL ends the list */
    const char *why;
};

struct conforming_variant {
    const char *name; /* NULL ends the table */
    const char *text; /* why it conforms: the sentence, or the reading */
    struct mutant_definition difference;
    struct variant_choice choices[VARIANT_CHOICE_ROOM];
    size_t choice_count;
    unsigned without; /* CAPABILITY_* that it lacks */
    uint8_t roles;    /* ROLE_* in which it differs; 0: router and vrrp */
    uint8_t lane;     /* LANE_* versions that it claims; 0: both */
    uint8_t media;    /* MEDIUM_* on which it runs; 0: Ethernet */
    bool no_calls;    /* never sets up a Data Direct VCC */
    struct variant_excuse excuses[VARIANT_EXCUSE_ROOM];
};

extern const struct conforming_variant conforming_variants[];

/* The number of rows. */
size_t conforming_variant_count(void);

#endif
