/* "Did you mean …": the known word that is nearest to a wrong one. */
#ifndef BASE_NEAREST_H
#define BASE_NEAREST_H

#include <stddef.h>

struct nearest {
    const char *word;
    const char *best; /* NULL: nothing is near so far */
    size_t distance;  /* letters to change, add or drop to get from 'word' to 'best' */
};

/* Starts a search; what needs more changes than a third of the word is not near. */
struct nearest nearest_to(const char *word);

/* Offers a known word, which has to live as long as the search. */
void nearest_offer(struct nearest *nearest, const char *known);

#endif
