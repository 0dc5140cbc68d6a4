#include "base/random.h"

struct random random_stream(uint64_t seed, const char *label)
{
    uint64_t hash = 0xcbf29ce484222325u ^ seed; /* FNV-1a over the label */
    for (const char *at = label; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    struct random random = {hash};
    random_next(&random);
    return random;
}

uint64_t random_next(struct random *random)
{
    uint64_t z = (random->state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

int64_t random_between(struct random *random, int64_t low, int64_t high)
{
    uint64_t span = (uint64_t)high - (uint64_t)low + 1;
    uint64_t bits = random_next(random);
    return (int64_t)((uint64_t)low + (span ? bits % span : bits));
}
