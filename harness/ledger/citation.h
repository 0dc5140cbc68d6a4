/* Lists of requirement ids with spaces between, as cases, rules and expectations carry them. */
#ifndef LEDGER_CITATION_H
#define LEDGER_CITATION_H

#include <stdbool.h>

/* The next id of a list, copied to 'id'; false at its end. '*at' starts at the list and moves on. */
#define ID_SIZE 40
bool citation_next(const char **at, char id[static ID_SIZE]);

/* True if 'id' is in the list; NULL is the empty list. */
bool citation_has(const char *list, const char *id);

#endif
