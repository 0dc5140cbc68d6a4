#define _GNU_SOURCE /* sched_setaffinity(2) */
#include "cli/processors.h"

#include <sched.h>
#include <string.h>

_Static_assert(sizeof(struct processors) == sizeof(cpu_set_t), "a set of processors is kept as it is");

static cpu_set_t set_of(const struct processors *processors);

struct processors processors_of_thread(void)
{
    struct processors processors = {{0}};
    cpu_set_t set;
    if (sched_getaffinity(0, sizeof set, &set) == 0)
        memcpy(&processors, &set, sizeof processors);
    return processors;
}

unsigned processors_count(const struct processors *processors)
{
    cpu_set_t set = set_of(processors);
    int count = CPU_COUNT(&set);
    return count > 0 ? (unsigned)count : 1;
}

unsigned processors_present(const struct processors *processors)
{
    cpu_set_t set = set_of(processors);
    int present = sched_getcpu();
    unsigned place = 0;
    for (size_t i = 0; present > 0 && i < (size_t)present; i++)
        place += CPU_ISSET(i, &set) != 0;
    return place;
}

void processors_use(const struct processors *processors)
{
    cpu_set_t set = set_of(processors);
    if (CPU_COUNT(&set)) /* else they are not known */
        sched_setaffinity(0, sizeof set, &set);
}

struct processors processors_one(const struct processors *processors, unsigned number)
{
    struct processors one = {{0}};
    cpu_set_t set = set_of(processors);
    cpu_set_t chosen;
    unsigned left = number % processors_count(processors);
    CPU_ZERO(&chosen);
    for (size_t i = 0; i < CPU_SETSIZE; i++)
        if (CPU_ISSET(i, &set) && left-- == 0) {
            CPU_SET(i, &chosen);
            break;
        }
    memcpy(&one, &chosen, sizeof one);
    return one;
}

static cpu_set_t set_of(const struct processors *processors)
{
    cpu_set_t set;
    memcpy(&set, processors, sizeof set);
    return set;
}
