/* Whose a frame of the capture is: the station that sent it, and the one at the capture point that heard it.
 *
 * On a VCC the direction bit tells what the host at the capture point sent; which of its stations that was
 * follows from signalling, metadata, or what it says of itself (REQUESTER-LECID, SOURCE-ATM-ADDRESS, the LE
 * header). A frame that came from elsewhere may have been relayed by LES or BUS; its LECID names its sender
 * all the same. What a local station gets back of its own frames it hears; it has not sent it again.
 */
#ifndef AUDIT_ATTRIBUTION_H
#define AUDIT_ATTRIBUTION_H

#include "audit/channels.h"
#include "audit/stations.h"

/* The ends of a channel, as far as known. */
struct ends {
    struct station *local; /* at the capture point; NULL: not known, or none */
    bool others;           /* nobody at the capture point takes part */
    struct vcc vcc;        /* the local station is port 0; the kind only if it is certain */
    struct vcc told;       /* what the judges were told last */
    struct vcc *shown;     /* the same as the judges have it, some frames behind */
    struct vcc *settled;   /* what it becomes with the next frame; NULL: as it is */
};

/* Ports of 'vcc'. */
#define STATION_PORT 0
#define OTHER_PORT   1

struct attribution {
    struct station *sender; /* NULL: can't be told */
    struct station *hearer; /* NULL: nobody at the capture point, or can't be told */
    struct ends *ends;      /* NULL: a LAN frame */
};

/* A LANE frame on 'channel'. 'arena' is for the ends. */
struct attribution attribute_lane(struct stations *stations, struct channel *channel, bool from_host,
                                  const struct frame *frame, struct arena *arena);

/* The ends of a channel that signalling has opened or released. */
struct ends *attribute_call(struct stations *stations, struct channel *channel, struct arena *arena);

#endif
