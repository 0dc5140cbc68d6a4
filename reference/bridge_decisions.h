/* The parameters and the decisions of a LANE bridge, in one table (as reference/lec_decisions.h): which
 * frames it learns from, when a station counts as moved, and what the move means for the ELAN.
 *
 *   struct bridge_options options = bridge_options_default();
 *   options.forward_delay_ns = SECONDS(4);
 */
#ifndef REFERENCE_BRIDGE_DECISIONS_H
#define REFERENCE_BRIDGE_DECISIONS_H

#include "base/duration.h"
#include "wire/octets.h"

/* Which way a frame came to the bridge. */
enum bridge_way { BRIDGE_FROM_LAN, BRIDGE_FROM_BUS, BRIDGE_FROM_DATA_DIRECT };

/* A frame that came to the bridge, as far as learning looks at it. */
struct bridge_arrival {
    enum bridge_way way;
    unsigned port; /* BRIDGE_FROM_LAN: LAN port */
    struct mac_address source;
    struct mac_address destination;
    bool group;    /* 'destination' is a group address */
    uint16_t type; /* EtherType, or length */
};

/* What is known of a station that was heard on a LAN port. */
struct bridge_station_state {
    struct mac_address mac;
    bool asked_for; /* a frame for it has come from the ELAN since it was learned */
    unsigned moves; /* how often it has changed its port */
};

struct bridge_options {
    int64_t forward_delay_ns; /* age of stations while the topology changes (802.1D: 15 s) */
    int64_t change_limit_ns;  /* no BPDU for this long ends a topology change (802.1D Max Age: 20 s) */
    size_t station_room;      /* stations it can remember; further ones are flooded */

    /* The source address goes into the table (draft 4: "MAC addresses that it learns"). */
    bool (*learns)(const struct bridge_arrival *arrival);
    /* A station that is known elsewhere has moved to where this frame came from. */
    bool (*moves)(const struct bridge_arrival *arrival);
    /* The client makes an ADDRESS ASSOCIATION with a station behind a LAN port (R-4-02); asked when it was
     * heard and, as long as it was not associated, when a frame for it comes from the ELAN. */
    bool (*associates)(const struct bridge_station_state *station);
    /* It makes an ADDRESS DISASSOCIATION when the station moved to the ELAN (R-4-03). */
    bool (*disassociates)(const struct bridge_station_state *station);
};

/* The conforming bridge. */
struct bridge_options bridge_options_default(void);

#endif
