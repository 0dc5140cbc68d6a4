/* Repeatable pseudo-random numbers (splitmix64).
 *
 * One seed gives a case all its drawn values. Independent streams are split off by label, so that a further
 * draw in one place does not change the values drawn in another.
 */
#ifndef BASE_RANDOM_H
#define BASE_RANDOM_H

#include <stdint.h>

struct random {
    uint64_t state;
};

/* The stream of 'seed' for 'label' (for example "latency" or a case id). */
struct random random_stream(uint64_t seed, const char *label);

/* The next 64 bits. */
uint64_t random_next(struct random *random);

/* A number in [low, high], both included; low <= high. */
int64_t random_between(struct random *random, int64_t low, int64_t high);

#endif
