/* Claims that contradict what is seen: a device that claims LANE v1 only and joins with V2 Capable, or sends
 * ICMP redirects without claiming that option. They change no verdict; they tell that the device file is
 * wrong, so that cases were left out or run in vain.
 */
#ifndef SUITE_CLAIMS_H
#define SUITE_CLAIMS_H

#include "scene/scene.h"

/* A claim, and what of the device was seen against it; the first time in a case only. */
struct contradiction {
    const char *key;         /* of the device file: "lane" */
    const char *text;        /* "claims LANE v1 only, but joins with V2 Capable" */
    struct tap_event *event; /* the frame; NULL if a finding tells */
};

#define CONTRADICTION_ROOM 32
struct contradictions {
    struct contradiction list[CONTRADICTION_ROOM];
    size_t count;
};

/* Watches the device of a scene that was built; memory comes from its arena. */
struct claim_watch;
struct claim_watch *claim_watch_new(struct scene *scene);
struct tap_observer claim_watch_observer(struct claim_watch *watch);

/* All contradictions, once the case is judged. */
struct contradictions claim_watch_end(struct claim_watch *watch);

#endif
