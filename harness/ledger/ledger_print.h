/* A requirement as people and programs read it: `vmacheck explain` prints the text, `--json` the object. */
#ifndef LEDGER_LEDGER_PRINT_H
#define LEDGER_LEDGER_PRINT_H

#include <jansson.h>
#include <stdio.h>

#include "ledger/ledger.h"

/* Prints everything that the ledger says about one requirement, in lines of at most 100 columns, with no
 * empty line after it. Errors stay in the stream: see ferror(). */
void ledger_print_requirement(FILE *out, const struct requirement *requirement);

/* The same as an object with the keys of spec/requirements.yaml; reading, pixit and mutants are objects, and
 * a key without a value is null. The caller owns it; NULL if memory ran out. */
json_t *ledger_requirement_json(const struct requirement *requirement);

#endif
