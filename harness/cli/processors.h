/* The processors that a thread may use. */
#ifndef CLI_PROCESSORS_H
#define CLI_PROCESSORS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Some of the processors of this machine. */
struct processors {
    uint64_t mask[16]; /* as the system has it */
};

/* Those that the calling thread may use. */
struct processors processors_of_thread(void);

/* How many; at least 1. */
unsigned processors_count(const struct processors *processors);

/* Which one of them, from 0, the calling thread is on: the system chose it for not being busy. */
unsigned processors_present(const struct processors *processors);

/* From now on the calling thread, and the threads and processes that it starts, use these only. */
void processors_use(const struct processors *processors);

/* One of them; 'number' may be larger than their count. For a thread and a process that only ever take turns:
 * waking each other costs much less on one processor. */
struct processors processors_one(const struct processors *processors, unsigned number);

#endif
