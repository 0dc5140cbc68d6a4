/* What a case measured besides its verdict: how traffic fared while the virtual router moved. Measurements
 * go into results.jsonl and into the table of `vmacheck scenarios`.
 */
#ifndef SCENE_MEASUREMENT_H
#define SCENE_MEASUREMENT_H

#include "scene/traffic_loss.h"

#define MEASUREMENT_ROOM 8

struct measurement {
    const char *traffic; /* whose: "a host on the ELAN" */
    const char *move;    /* from whom to whom: "non-proxy to proxy" */
    struct traffic_loss loss;
    int64_t limit_ns; /* what 'gap_ns' was judged against; 0: nothing says how long it may be */
};

struct measurements {
    size_t count;
    struct measurement list[MEASUREMENT_ROOM];
};

#endif
