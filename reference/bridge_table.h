/* The station learning cache of a bridge (802.1D filtering database): which port a MAC address was heard on
 * last, and until when that counts.
 *
 * A station is forgotten when it was silent for the ageing time; bridge_table_age() does that for all that
 * are due and tells when the next one is.
 */
#ifndef REFERENCE_BRIDGE_TABLE_H
#define REFERENCE_BRIDGE_TABLE_H

#include "reference/bridge_decisions.h"

/* The ELAN port among the ports of the table; LAN ports have the numbers from 0. */
#define BRIDGE_ELAN_PORT 0xffu

struct bridge_station {
    struct bridge_station *next; /* in its bucket */
    struct bridge_station_state state;
    unsigned port;
    bool associated;
    int64_t heard_ns;
};

struct bridge_table;

/* Holds up to 'room' stations. */
struct bridge_table *bridge_table_new(size_t room);
void bridge_table_free(struct bridge_table *table);
size_t bridge_table_count(const struct bridge_table *table);

/* NULL when the address is not known. */
struct bridge_station *bridge_table_find(const struct bridge_table *table, struct mac_address mac);

/* A new station; NULL when the table is full. The address must not be in the table. */
struct bridge_station *bridge_table_add(struct bridge_table *table, struct mac_address mac, unsigned port,
                                        int64_t now_ns);

/* Forgets the stations last heard at 'limit_ns' or before; 'forgotten' is called for each before it goes.
 * Returns when the one that is silent for longest was heard, TIME_NEVER when none is left. */
int64_t bridge_table_age(struct bridge_table *table, int64_t limit_ns,
                         void (*forgotten)(void *owner, struct bridge_station *station), void *owner);

#endif
