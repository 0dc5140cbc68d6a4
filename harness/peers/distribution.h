/* How a server reaches all its clients: one point-to-multipoint VCC that grows and shrinks (Control
 * Distribute, Multicast Forward), or, when it must be able to leave out a client, a point-to-point VCC to
 * each.
 *
 * The server hands its VCC events on: each *_connected / *_released function says whether the VCC was one of
 * ours.
 */
#ifndef PEERS_DISTRIBUTION_H
#define PEERS_DISTRIBUTION_H

#include "station/station.h"

/* What the server hears about its leaves; called from inside the functions below, never from
 * distribution_add(). */
struct distribution_events {
    void (*leaf_connected)(void *owner, const struct atm_address *leaf);
    /* Refused, or gone without being asked to. The leaf is forgotten already. */
    void (*leaf_lost)(void *owner, const struct atm_address *leaf);
};

enum leaf_state { LEAF_WAITING, LEAF_CALLED, LEAF_CONNECTED };

/* A client. */
struct distribution_leaf {
    struct atm_address address;
    enum leaf_state state;
    uint32_t vcc;   /* its own VCC; the common one otherwise */
    uint32_t party; /* on the common VCC */
};

struct distribution {
    const struct station_services *services;
    const struct distribution_events *events;
    void *owner;
    struct call call;  /* all but the called address */
    bool one_vcc_each; /* point-to-point VCCs instead of a common one */
    uint32_t vcc;      /* the common one, VCC_NONE without leaves */
    bool connected;    /* the common one carries frames */
    struct distribution_leaf *leaves;
    size_t count;
    size_t room;
};

/* 'services' and 'events' must outlive it. 'call' says calling address, B-LLI and SDU size. */
struct distribution distribution_of(const struct station_services *services,
                                    const struct distribution_events *events, void *owner,
                                    const struct call *call, bool one_vcc_each);
void distribution_free(struct distribution *distribution);

/* Sets up a leaf; leaf_connected or leaf_lost follows. A leaf that is there already stays as it is. */
void distribution_add(struct distribution *distribution, const struct atm_address *leaf);

/* Drops a leaf; nothing is heard about it any more. */
void distribution_remove(struct distribution *distribution, const struct atm_address *leaf);

/* True when frames reach the leaf. */
bool distribution_reaches(const struct distribution *distribution, const struct atm_address *leaf);

/* Sends to all leaves; 'except' (may be NULL) is left out where each has a VCC of its own. */
void distribution_send(struct distribution *distribution, const uint8_t *data, size_t size,
                       const struct atm_address *except);

/* Events of the station; false: not a VCC of this distribution. */
bool distribution_call_connected(struct distribution *distribution, uint32_t vcc);
bool distribution_call_released(struct distribution *distribution, uint32_t vcc);
bool distribution_party_connected(struct distribution *distribution, uint32_t vcc, uint32_t party);
bool distribution_party_released(struct distribution *distribution, uint32_t vcc, uint32_t party);

#endif
