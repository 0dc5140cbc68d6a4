/* Defects of ADDRESS ASSOCIATION and DISASSOCIATION (draft 3.1, 3.2, 6). */
#include "mutants/one_rule.h"

const struct mutant_definition association_mutants[] = {
    {.id = "M1",
     ONE_RULE(.side = SENT, .names = FRAME_SET(TARGETLESS_LE_ARP_REQUEST), .about = ABOUT_VMAC,
              .action = DROP_FRAME)},
    {.id = "M3",
     ONE_RULE(.side = SENT, .names = FRAME_SET(TARGETLESS_LE_ARP_REQUEST), .about = ABOUT_VMAC,
              .action = CHANGE_FIELD, .field = FIELD_SOURCE_ATM, .to = VALUE_ZERO)},
    {.id = NULL},
};
