#include "reference/bridge_table.h"

#include <stdlib.h>
#include <string.h>

#define BUCKET_COUNT 256

struct bridge_table {
    size_t room;
    size_t count;
    struct bridge_station *buckets[BUCKET_COUNT];
};

static unsigned bucket_of(struct mac_address mac);

struct bridge_table *bridge_table_new(size_t room)
{
    struct bridge_table *table = calloc(1, sizeof *table);
    if (!table)
        abort();
    table->room = room;
    return table;
}

void bridge_table_free(struct bridge_table *table)
{
    if (table)
        bridge_table_age(table, TIME_NEVER, NULL, NULL);
    free(table);
}

size_t bridge_table_count(const struct bridge_table *table)
{
    return table->count;
}

struct bridge_station *bridge_table_find(const struct bridge_table *table, struct mac_address mac)
{
    struct bridge_station *station = table->buckets[bucket_of(mac)];
    while (station && !mac_equal(station->state.mac, mac))
        station = station->next;
    return station;
}

struct bridge_station *bridge_table_add(struct bridge_table *table, struct mac_address mac, unsigned port,
                                        int64_t now_ns)
{
    if (table->count >= table->room)
        return NULL;
    struct bridge_station *station = calloc(1, sizeof *station);
    if (!station)
        abort();
    struct bridge_station **bucket = &table->buckets[bucket_of(mac)];
    *station =
        (struct bridge_station){.next = *bucket, .state = {.mac = mac}, .port = port, .heard_ns = now_ns};
    *bucket = station;
    table->count++;
    return station;
}

int64_t bridge_table_age(struct bridge_table *table, int64_t limit_ns,
                         void (*forgotten)(void *owner, struct bridge_station *station), void *owner)
{
    int64_t oldest_ns = TIME_NEVER;
    for (size_t i = 0; i < BUCKET_COUNT; i++)
        for (struct bridge_station **link = &table->buckets[i]; *link;) {
            struct bridge_station *station = *link;
            if (station->heard_ns > limit_ns) {
                if (station->heard_ns < oldest_ns)
                    oldest_ns = station->heard_ns;
                link = &station->next;
                continue;
            }
            *link = station->next;
            table->count--;
            if (forgotten)
                forgotten(owner, station);
            free(station);
        }
    return oldest_ns;
}

/* The low octets are those that differ, in either bit order. */
static unsigned bucket_of(struct mac_address mac)
{
    return (mac.octet[5] * 31u + mac.octet[4] * 7u + mac.octet[3]) % BUCKET_COUNT;
}
