/* A capture once more, with comments on its frames and on itself: what `vmacheck audit --annotate` writes.
 *
 * A pcapng keeps all its blocks, options and times, octet by octet; a pcap becomes a pcapng with its times
 * and sizes. Of a damaged capture it has what could be read.
 */
#ifndef OUTPUT_ANNOTATE_H
#define OUTPUT_ANNOTATE_H

#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

/* A comment on a frame. */
struct frame_comment {
    uint64_t number;  /* of the record, as capture_input counts */
    const char *text; /* UTF-8; what is beyond 65,000 octets is cut off */
};

/* Writes 'out', complete or not at all, from the capture 'path', which has to be a file that can be read
 * again. The comments are sorted by number; several may have the same. 'section' is the comment of the whole
 * (NULL: none). 'out' may be 'path'. False with the reason. */
bool annotate(const char *path, const char *out, const struct frame_comment *comments, size_t count,
              const char *section, struct reason *reason);

#endif
