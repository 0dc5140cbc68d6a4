/* What became of a stream of packets (peers/traffic.h), read from the tap: how many were lost, for how long
 * nothing arrived, and where the lost ones went.
 *
 * A packet is lost when it did not arrive on the port of its destination. Where it went is told by the frame
 * that the bystander's LEC sent: to the old Master, to the new one (which does not forward yet), on a VCC
 * whose other end is gone, through the BUS without anybody taking it, to another client, or nowhere, since
 * the LEC kept or dropped it. (Frames of the device under test are tapped when they leave it: for them a VCC
 * is dead once the network has released it.)
 */
#ifndef SCENE_TRAFFIC_LOSS_H
#define SCENE_TRAFFIC_LOSS_H

#include "base/arena.h"
#include "peers/traffic.h"
#include "world/tap.h"

/* Every place once: enum, name in results.jsonl, words for people. */
#define LOSS_PLACES(X)                                                                                       \
    X(OLD_MASTER, "old-master", "old Master")                                                                \
    X(NEW_MASTER, "new-master", "new Master")                                                                \
    X(DEAD_VCC, "dead-vcc", "dead VCC")                                                                      \
    X(BUS, "bus", "BUS")                                                                                     \
    X(ELSEWHERE, "elsewhere", "another client")                                                              \
    X(NOWHERE, "nowhere", "nowhere")

enum loss_place {
#define X(name, key, words) LOSS_##name,
    LOSS_PLACES(X)
#undef X
        LOSS_PLACE_COUNT
};
const char *loss_place_key(enum loss_place place);
const char *loss_place_words(enum loss_place place);

/* A stream and the ways it may take. */
struct traffic_way {
    const struct traffic *traffic;
    unsigned sender;     /* port of the LEC that resolves the VMAC */
    unsigned sink;       /* port of the destination */
    uint64_t old_master; /* port_bit() of the routers that had the VMAC before the move … */
    uint64_t new_master; /* … and after it */
};

struct traffic_loss {
    size_t sent;
    size_t lost;
    size_t flooded; /* sent through the BUS, whether they arrived or not */
    int64_t gap_ns; /* longest time in which nothing arrived */
    bool recovered; /* something arrived after the last loss */
    size_t where[LOSS_PLACE_COUNT];
};

/* Of the packets sent in [from_ns, to_ns); what is under way at the end has to have arrived by now. */
struct traffic_loss traffic_loss_read(struct tap *tap, const struct traffic_way *way, int64_t from_ns,
                                      int64_t to_ns, struct arena *arena);

#endif
