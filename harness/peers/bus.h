/* An emulated Broadcast and Unknown Server (lane-rules 7): every frame that comes on a Multicast Send,
 * LE_FLUSH_REQUEST included, goes out unchanged on the Multicast Forward of everybody. It is no "intelligent
 * BUS": unicast frames go to everybody too.
 *
 *   struct bus_settings settings = bus_settings_default();
 *   settings.address = …;
 *   struct bus *bus = bus_new(services, &settings);        attach with bus_handlers
 */
#ifndef PEERS_BUS_H
#define PEERS_BUS_H

#include "station/station.h"

struct bus_settings {
    struct atm_address address; /* S6 */
    bool token_ring;            /* 802.5 ELAN: B-LLI of its VCCs */
    uint16_t max_sdu_size;      /* octets, in its SETUPs */
    bool echo; /* the sender gets its own frame back: one point-to-multipoint Multicast Forward for all;
                  otherwise each client has a Multicast Forward of its own */
    bool withholds_forward; /* sets up no Multicast Forward for new clients */
    bool silent;            /* keeps its VCCs but forwards nothing: a BUS that hangs, or is split */
};

/* An 802.3 BUS that echoes. */
struct bus_settings bus_settings_default(void);

struct bus;

/* 'settings' are copied; 'services' must outlive it. bus_handlers.destroy frees it. */
struct bus *bus_new(const struct station_services *services, const struct bus_settings *settings);

/* The settings in force; a case may change 'withholds_forward' and 'silent' at any time. */
struct bus_settings *bus_settings_of(struct bus *bus);

/* True when the client at 'atm' has a Multicast Send, and a Multicast Forward. */
bool bus_hears(const struct bus *bus, const struct atm_address *atm);
bool bus_reaches(const struct bus *bus, const struct atm_address *atm);

/* Releases the Multicast Send of a client (its Multicast Forward stays); drops its Multicast Forward (its
 * Multicast Send stays). False: there is none. */
bool bus_release_send(struct bus *bus, const struct atm_address *atm);
bool bus_drop_forward(struct bus *bus, const struct atm_address *atm);

/* Sets up a Multicast Forward to a client that has a Multicast Send: one withheld or dropped before. */
bool bus_restore_forward(struct bus *bus, const struct atm_address *atm);

/* Sends a frame of its own making to everybody. */
void bus_send(struct bus *bus, const uint8_t *data, size_t size);

extern const struct station_handlers bus_handlers;

#endif
