/* The owner timelines of a capture, for people and for programs: `vmacheck audit` prints the text, `--json`
 * holds the array. docs/audit.md explains both.
 */
#ifndef OUTPUT_OWNERS_PRINT_H
#define OUTPUT_OWNERS_PRINT_H

#include <jansson.h>
#include <stdio.h>

#include "audit/owners.h"

/* What is printed. */
struct owners_page {
    const struct owners *owners;
    const char *const *networks; /* names by index; may be anything that a capture holds */
    size_t network_count;        /* a network without a name is called by its index */
    int64_t start_ns;            /* from here times count: that of the first frame */
    uint64_t entry_count;        /* text: at most so many changes per VMAC, the first ones; 0: all */
};

/* Prints a line for each VMAC that has had one holder, else a paragraph:
 *
 *   00-00-5e-00-01-01 (VRID 1) on elan: LEC 3 at 4700…0300, last seen in frame 120 at 63.000210 s
 *     1 move; gap 3.609214 s, up to frame 88
 *          frame          time  held by
 *             12      0.001210  LEC 2 at 4700…0200: associated (TARGETLESS_LE_ARP_REQUEST)
 *             88     30.610424  LEC 3 at 4700…0300: master (ADVERTISEMENT), moved from LEC 2 at …, gap …
 *
 *   00-00-5e-00-01-02 (VRID 2) on elan: LEC 2 at 4700…0200, associated (TARGETLESS_LE_ARP_REQUEST) in frame …
 *
 * or a line that says that there is none. Errors stay in the stream: see ferror(). */
void owners_print(FILE *out, const struct owners_page *page);

/* All of it as an array of objects, owned by the caller. */
json_t *owners_json(const struct owners_page *page);

#endif
