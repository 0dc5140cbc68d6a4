/* Frames on their way from those who find out whose they are to the judges of their stations. Where the
 * octets of the capture stay where they are, the judges work in a thread of their own, some batches behind;
 * what they find does not depend on that.
 *
 *   struct judging *judging = judging_new(&court, threaded);
 *   judging_add(judging, &(struct hearing){…}, &frame);
 *   …
 *   judging_finish(judging);                         // all are judged
 *
 * What the judges learn about a station (struct station, "of the judges") is theirs until then.
 */
#ifndef AUDIT_JUDGING_H
#define AUDIT_JUDGING_H

#include "audit/attribution.h"
#include "audit/judge.h"

/* A frame or call, and the station that sent or heard it: one line of a cache. */
struct hearing {
    struct station *station;
    struct octets octets; /* of a frame */
    int64_t time_ns;
    uint64_t number;     /* of the frame */
    struct vcc *vcc;     /* what the rules see of its VCC; NULL: a LAN frame */
    struct vcc *settled; /* not NULL: from now on '*vcc' is this */
    uint8_t kind;        /* enum tap_kind: TAP_SDU, TAP_LAN_FRAME, or a call */
    uint8_t carrier;     /* enum frame_carrier */
    bool sent;           /* else it heard it */
    bool local;          /* the station is at the capture point, as of now */
    bool token_ring;     /* the ELAN is said to be a token ring, or the LAN is one */
    bool stable;         /* the octets stay where they are */
};

struct judging;

/* 'court' is open and outlives it. */
struct judging *judging_new(struct court *court, bool threaded);

/* Adds a hearing. 'frame' is its octets decoded, valid during the call, NULL for a call. */
void judging_add(struct judging *judging, const struct hearing *hearing, struct frame *frame);

/* Waits until all that was added is judged. Octets that are not stable may change after this call only. */
void judging_drain(struct judging *judging);

/* The same, and gives it up. */
void judging_finish(struct judging *judging);

#endif
