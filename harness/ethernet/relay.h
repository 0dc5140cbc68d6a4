/* A wire between two Ethernet ports, with impairments in each direction (world/impairment.h): loss and delay
 * for devices whose kernels have no netem, and the same again with the same seed.
 *
 *   struct relay *relay = relay_new(ports, &settings, &reason);
 *   relay_run(relay, SECONDS(60), signals, &reason);
 *   struct relay_counts counts = relay_counts(relay, 0);
 *   relay_free(relay);
 *
 * A delay counts from the kernel's time stamp of the frame, so that what this program takes is not added.
 */
#ifndef ETHERNET_RELAY_H
#define ETHERNET_RELAY_H

#include "ethernet/ethernet.h"
#include "world/impairment.h"

#define RELAY_PORT_COUNT 2

/* Of the frames that came in at one port. Each is lost, forwarded, unsent or on the way. */
struct relay_counts {
    uint64_t received;
    uint64_t forwarded;
    uint64_t lost;       /* by the impairment */
    uint64_t duplicated; /* forwarded twice */
    uint64_t reordered;  /* forwarded after a frame that came later */
    uint64_t waiting;    /* on the way */
    uint64_t unsent;     /* the other port refused them */
    uint64_t unheard;    /* forwarded, with duplicates, while the link of the other port was down */
    uint64_t unseen; /* never received: dropped by the kernel for want of buffer, or larger than the MTU */
};

/* A frame that came in at a port or went out of it; valid during the call only. */
struct relay_frame {
    unsigned port;
    bool out;
    int64_t time_ns; /* CLOCK_REALTIME */
    const uint8_t *data;
    size_t size;
    const char *remark; /* what the impairment did; NULL: nothing */
};

struct relay_settings {
    struct impairment_settings impairment; /* of each direction */
    uint64_t seed;
    void (*seen)(void *context, const struct relay_frame *frame); /* may be NULL */
    void *context;
};

/* The ports stay the caller's. NULL, with the reason, when the system gives no descriptors. */
struct relay *relay_new(struct ethernet *const ports[static RELAY_PORT_COUNT],
                        const struct relay_settings *settings, struct reason *reason);
void relay_free(struct relay *relay); /* NULL is accepted; frames on the way are given up */

/* Relays for 'duration_ns' (TIME_NEVER: no end) or until 'stop' can be read (-1: there is none). False, with
 * the reason, when a port was lost. */
bool relay_run(struct relay *relay, int64_t duration_ns, int stop, struct reason *reason);

/* Of the frames that come in at ports[port]. */
struct relay_counts relay_counts(struct relay *relay, unsigned port);

/* Why a frame could not be sent, the first time; empty: all could. */
const char *relay_refusal(const struct relay *relay);

#endif
