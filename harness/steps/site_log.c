#include "steps/site_log.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

struct site {
    const char *text; /* NULL: empty slot */
    size_t ran;
    size_t failed;
};

/* A hash table by the text, open addressing; 'room' is a power of two and never more than half full. */
struct site_log {
    struct site *sites;
    size_t room;
    size_t count;
};

static struct site *slot_of(const struct site_log *log, const char *text);
static void grow(struct site_log *log);
static void count(struct site_log *log, const char *text, size_t ran, size_t failed);
static int by_text(const void *a, const void *b);

struct site_log *site_log_new(void)
{
    struct site_log *log = calloc(1, sizeof *log);
    if (!log)
        abort();
    return log;
}

void site_log_free(struct site_log *log)
{
    if (!log)
        return;
    free(log->sites);
    free(log);
}

void site_log_ran(struct site_log *log, const char *site, bool failed)
{
    if (log)
        count(log, site, 1, failed);
}

void site_log_add(struct site_log *sum, const struct site_log *log)
{
    for (size_t i = 0; i < log->room; i++)
        if (log->sites[i].text)
            count(sum, log->sites[i].text, log->sites[i].ran, log->sites[i].failed);
}

void site_log_each(const struct site_log *log,
                   void (*visit)(void *context, const char *site, size_t ran, size_t failed), void *context)
{
    struct site *sorted = calloc(log->count + 1, sizeof *sorted);
    if (!sorted)
        abort();
    size_t next = 0;
    for (size_t i = 0; i < log->room; i++)
        if (log->sites[i].text)
            sorted[next++] = log->sites[i];
    qsort(sorted, log->count, sizeof *sorted, by_text);
    for (size_t i = 0; i < log->count; i++)
        visit(context, sorted[i].text, sorted[i].ran, sorted[i].failed);
    free(sorted);
}

static struct site *slot_of(const struct site_log *log, const char *text)
{
    uint64_t hash = 0xcbf29ce484222325u;
    for (const char *at = text; *at; at++)
        hash = (hash ^ (unsigned char)*at) * 0x100000001b3u;
    size_t slot = hash & (log->room - 1);
    while (log->sites[slot].text && log->sites[slot].text != text && strcmp(log->sites[slot].text, text) != 0)
        slot = (slot + 1) & (log->room - 1);
    return &log->sites[slot];
}

static void grow(struct site_log *log)
{
    struct site_log larger = {.room = log->room ? log->room * 2 : 256, .count = log->count};
    larger.sites = calloc(larger.room, sizeof *larger.sites);
    if (!larger.sites)
        abort();
    for (size_t i = 0; i < log->room; i++)
        if (log->sites[i].text)
            *slot_of(&larger, log->sites[i].text) = log->sites[i];
    free(log->sites);
    *log = larger;
}

static void count(struct site_log *log, const char *text, size_t ran, size_t failed)
{
    if (2 * (log->count + 1) > log->room)
        grow(log);
    struct site *site = slot_of(log, text);
    if (!site->text) {
        site->text = text;
        log->count++;
    }
    site->ran += ran;
    site->failed += failed;
}

static int by_text(const void *a, const void *b)
{
    return strcmp(((const struct site *)a)->text, ((const struct site *)b)->text);
}
