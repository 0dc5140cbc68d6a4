/* Ways of spoiling an LE control frame: one good frame, and every frame that one way makes of it.
 *
 *   struct spoilable good = {.needed_size = 52};
 *   good.size = le_control_encode(&request, good.data, sizeof good.data);
 *   struct spoilt spoilt;
 *   for (unsigned step = 0; spoil(&good, SPOIL_CUT, step, &spoilt); step++)
 *       … send spoilt.data …
 *
 * What a receiver makes of it (lane-wire 1, 4, 7): what is no LE control frame has no effect; what is only
 * longer, has unused fields set or TLVs that nobody knows has the effect of the good frame; where the texts
 * say nothing, it may do either, and has to live on.
 */
#ifndef STEPS_SPOIL_H
#define STEPS_SPOIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum spoil_way {
    SPOIL_CUT,         /* ends after each of its octets but the last */
    SPOIL_LONGER,      /* octets behind the end */
    SPOIL_UNUSED,      /* undefined flags and unused fields set */
    SPOIL_HEADER,      /* another marker, protocol or version */
    SPOIL_OPCODE,      /* op-codes that no frame has, or none that is answered */
    SPOIL_TLV_LIE,     /* NUMBER-TLVs or a length says what is not there */
    SPOIL_UNKNOWN_TLV, /* TLVs of unknown types */
    SPOIL_WAY_COUNT
};

/* What the frame does to its receiver. */
enum spoilt_effect { EFFECT_NONE, EFFECT_OF_GOOD_FRAME, EFFECT_EITHER };

/* Fields of the good frame that carry nothing, besides those that only configuration and join use
 * (lane-wire 1.1).
 */
#define UNUSED_SOURCE_LAN 1u
#define UNUSED_TARGET_LAN 2u
#define UNUSED_SOURCE_ATM 4u
#define UNUSED_TARGET_ATM 8u

#define SPOIL_ROOM 1516 /* octets: the largest SDU of an 802.3 ELAN */

struct spoilable {
    uint8_t data[SPOIL_ROOM];
    size_t size;
    size_t needed_size; /* octets up to the end of the last field that says something */
    unsigned unused;    /* UNUSED_* */
};

struct spoilt {
    uint8_t data[SPOIL_ROOM];
    size_t size;
    enum spoilt_effect effect;
    char what[80]; /* what was done: "cut after 17 octets" */
};

/* What the way makes of the good frame in its step, counted from 0. False when there is no such step. READY
 * frames have nothing unused and no TLVs. */
bool spoil(const struct spoilable *good, enum spoil_way way, unsigned step, struct spoilt *spoilt);

/* The number of steps. */
unsigned spoil_count(const struct spoilable *good, enum spoil_way way);

#endif
