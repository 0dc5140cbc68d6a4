/* What an ATM switch does when the link at one of its ports fails (draft 3.1; draft-requirements A-10).
 *
 * A switch sees a lost carrier, or it misses the answers of the SAAL (SSCOP) at the other end; then T309
 * runs, and then it releases all calls of the interface: a point-to-point call towards both ends, a leaf of a
 * point-to-multipoint call towards its root and itself.
 */
#ifndef WORLD_SWITCH_BEHAVIOUR_H
#define WORLD_SWITCH_BEHAVIOUR_H

#include <stdbool.h>
#include <stdint.h>

struct switch_behaviour {
    bool
        detects_carrier_loss; /* releases at once when the carrier is gone; else it waits for SAAL and T309 */
    int64_t saal_detection_ns;  /* from the last sign of life to the AAL failure notification */
    int64_t t309_ns;            /* from there to the releases (Q.2931, UNI 3.1) */
    bool releases_calls;        /* false: the calls of a failed interface stay */
    bool tells_far_end;         /* the other end of a point-to-point call hears of it */
    bool drops_leaves;          /* leaves of point-to-multipoint calls go as well */
    int64_t release_spacing_ns; /* from one call to the next; 0: all at the same time */
};

/* A switch with the T309 of the texts, 4 s, that notices a SAAL failure at once: what other devices meet. */
struct switch_behaviour switch_behaviour_default(void);

/* A switch as section 3.1 of the draft recommends it: release on carrier loss, SAAL failure and T309 under 3
 * s in sum. */
struct switch_behaviour switch_behaviour_recommended(void);

#endif
