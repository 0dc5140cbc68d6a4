/* The tap of a case instance as a pcapng file for Wireshark (docs/formats.md, Captures).
 *
 * One interface per VCC and per LAN segment, and one for the signalling at the port of the device under test;
 * frames in the order of the tap, so that a frame has the same number in Wireshark, in results and on the
 * console. What was found stands as a comment on its frame.
 */
#ifndef OUTPUT_CAPTURE_H
#define OUTPUT_CAPTURE_H

#include "output/pcapng.h"
#include "suite/run.h"

/* Puts the whole capture of 'result', whose tap is not NULL, into 'pcapng' (cleared first). */
void capture_build(struct pcapng *pcapng, const struct case_result *result);

/* The same into the file 'path'. */
bool capture_write(const char *path, const struct case_result *result, struct reason *reason);

/* The number of the frame that a finding points at: the offending one, else the last before it. 0 if there is
 * none. */
uint32_t capture_frame_number(struct tap *tap, const struct finding *finding);

#endif
