/* Who checks a requirement. */
#ifndef CLI_CITATIONS_H
#define CLI_CITATIONS_H

#include <jansson.h>
#include <stdio.h>

#include "ledger/citation.h"
#include "ledger/ledger.h"

/* How many cases and rules can find 'requirement' broken. */
struct citation_count {
    size_t cases;
    size_t rules;
};
struct citation_count citations_count(const struct requirement *requirement);

/* Sets "cases" and "rules" of a requirement's object to the arrays of their ids. */
void citations_put_json(json_t *object, const struct requirement *requirement);

/* Prints them in two paragraphs, nothing for an empty one. */
void citations_print(FILE *out, const struct requirement *requirement);

#endif
