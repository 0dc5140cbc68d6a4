/* Frames of every kind as hexadecimal text, written by hand from spec/lane-wire.md, spec/vrrp.md and the
 * RFCs, with the name and the text line that each must get. The tests of the wire layer share them.
 */
#ifndef TESTS_GOLDEN_FRAMES_H
#define TESTS_GOLDEN_FRAMES_H

#include "wire/frame.h"

struct golden_frame {
    enum frame_carrier carrier;
    enum frame_name name;
    unsigned layers; /* LAYER_* that must be set */
    const char *line;
    const char *hex; /* spaces allowed */
};

/* Octets in the largest golden frame, and more. */
#define GOLDEN_ROOM 512

extern const struct golden_frame golden_frames[];
extern const size_t golden_frame_count;

/* Reads hexadecimal text with spaces and newlines into 'data'; returns the number of octets. */
size_t golden_read(const char *hex, uint8_t *data, size_t room);

#endif
