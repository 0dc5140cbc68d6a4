/* What a bad wire does to frames: loses, delays, duplicates and reorders them, the same way at every run.
 *
 *   struct impairment impairment = impairment_start(&settings, seed, "left to right");
 *   struct fate fate = impairment_decide(&impairment, now_ns);
 *   for (unsigned i = 0; i < fate.copy_count; i++)
 *       …deliver the frame at now_ns + fate.delay_ns[i]…
 *
 * It only decides; nothing is kept, sent or waited for here. Each direction of a wire is one of these. What
 * becomes of the n-th frame comes from seed, label and n alone, one draw for each kind of impairment: to
 * duplicate more doesn't change which frames are lost.
 *
 * Frames stay in order, however large the jitter, except those that are held back.
 */
#ifndef WORLD_IMPAIRMENT_H
#define WORLD_IMPAIRMENT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/duration.h"
#include "base/random.h"

/* How long a frame is held back: those that come meanwhile overtake it. */
#define IMPAIRMENT_HOLD_NS MILLISECONDS(20)

#define IMPAIRMENT_COPY_LIMIT 2

/* Shares of frames are in parts per million. Zeroed: a perfect wire. */
struct impairment_settings {
    unsigned loss_ppm;
    unsigned duplicate_ppm;
    unsigned reorder_ppm; /* held back */
    int64_t delay_ns;
    int64_t
        jitter_ns; /* the delay is drawn from delay_ns - jitter_ns to delay_ns + jitter_ns, but not below 0 */
};

struct impairment {
    struct impairment_settings settings;
    struct random random;
    int64_t latest_ns; /* when the last frame that is in order arrives */
};

/* What becomes of a frame. */
struct fate {
    unsigned copy_count; /* 0: it is lost; 2: it is duplicated */
    int64_t delay_ns[IMPAIRMENT_COPY_LIMIT];
    bool held_back;
};

struct impairment impairment_start(const struct impairment_settings *settings, uint64_t seed,
                                   const char *label);

/* The fate of the next frame, which is sent at 'time_ns', not before the one before. */
struct fate impairment_decide(struct impairment *impairment, int64_t time_ns);

#endif
