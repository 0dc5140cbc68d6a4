/* Defects of ADDRESS ASSOCIATION and DISASSOCIATION (draft 3.1, 3.2, 6). */
#include "mutants/mutants.h"

/* The common case: one rule at the ports. */
#define ONE_RULE(...)                                                                                                  \
    .interposition = &(const struct interposition)                                                                     \
    {                                                                                                                  \
        .rules = (const struct interposer_rule[]) { {__VA_ARGS__}, {0} }                                               \
    }

const struct mutant_definition association_mutants[] = {
    {.id = "M1",
     ONE_RULE(.side = SENT, .names = FRAME_SET(TARGETLESS_LE_ARP_REQUEST), .about = ABOUT_VMAC, .action = DROP_FRAME)},
    {.id = "M3",
     ONE_RULE(.side = SENT, .names = FRAME_SET(TARGETLESS_LE_ARP_REQUEST), .about = ABOUT_VMAC,
              .action = CHANGE_FIELD, .field = FIELD_SOURCE_ATM, .to = VALUE_ZERO)},
    {0},
};
