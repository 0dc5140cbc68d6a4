/* "Did you mean …" among everything that has an id. */
#ifndef CLI_NEAREST_H
#define CLI_NEAREST_H

#include "base/nearest.h"

/* Offers every id that `vmacheck explain` knows. */
void nearest_offer_ids(struct nearest *nearest);

#endif
