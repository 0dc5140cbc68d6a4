/* A station for tests of the world and the suite: it does what the test says and remembers what it hears. */
#ifndef UNIT_PROBE_STATION_H
#define UNIT_PROBE_STATION_H

#include "world/world.h"

#define PROBE_ROOM 64

enum probe_kind {
    PROBE_OFFERED,
    PROBE_CONNECTED,
    PROBE_RELEASED,
    PROBE_PARTY_CONNECTED,
    PROBE_PARTY_RELEASED,
    PROBE_SDU,
    PROBE_LAN_FRAME
};

/* Something that the station heard. */
struct probe_event {
    enum probe_kind kind;
    int64_t time_ns;
    uint32_t vcc; /* PROBE_LAN_FRAME: the port */
    uint32_t party;
    enum release_cause cause;
    uint8_t first_octet;
    size_t size;
};

struct probe_station {
    const struct station_services *services;
    bool accepts; /* offered calls; otherwise they stay unanswered */
    bool rejects; /* offered calls, at once */
    struct probe_event events[PROBE_ROOM];
    size_t count;
};

extern const struct station_handlers probe_handlers;

/* Attaches the station (memory of the caller) to a new port and registers 'address'. */
struct port *probe_attach(struct world *world, const char *name, struct probe_station *station,
                          const struct atm_address *address);

/* The address number 'n' of the tests. */
struct atm_address probe_address(uint8_t n);

/* How many events of a kind were heard; the last one of a kind, NULL if none. */
size_t probe_count(const struct probe_station *station, enum probe_kind kind);
const struct probe_event *probe_last(const struct probe_station *station, enum probe_kind kind);

/* Sets up a call from 'station' to 'to'. */
uint32_t probe_call(struct probe_station *station, uint8_t from, uint8_t to, enum b_lli b_lli,
                    bool point_to_multipoint);

/* Sends one octet. */
void probe_send(struct probe_station *station, uint32_t vcc, uint8_t octet);

#endif
