/* Frames with random damage, for tests that read very many of them; the same ones each time.
 *
 *   struct random random = random_stream(SEED, "what it is for");
 *   size = damage(&random, data, size, sizeof data);
 *   REQUIRE(whatever holds of any octets);
 */
#ifndef TESTS_UNIT_DAMAGE_H
#define TESTS_UNIT_DAMAGE_H

#include <check.h>
#include <stddef.h>

#include "base/random.h"

/* ck_assert() and ck_assert_msg() tell their runner about every call; here only failures count. */
#define REQUIRE_MSG(condition, ...)                                                                          \
    do {                                                                                                     \
        if (!(condition))                                                                                    \
            ck_abort_msg(__VA_ARGS__);                                                                       \
    } while (0)
#define REQUIRE(condition) REQUIRE_MSG(condition, "not so: %s", #condition)

/* A number below 'count'. */
size_t pick(struct random *random, size_t count);

/* Flips, overwrites, removes, doubles, cuts or appends some octets, up to 'room' of them in all; returns the
 * new size. */
size_t damage(struct random *random, uint8_t *data, size_t size, size_t room);

#endif
