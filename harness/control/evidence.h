/* What commands printed, and what the operator answered, in the course of a case: text for its record. */
#ifndef CONTROL_EVIDENCE_H
#define CONTROL_EVIDENCE_H

#include <stddef.h>
#include <stdint.h>

/* The most that is kept, in octets. */
#define EVIDENCE_LIMIT (16u * 1024)

struct evidence {
    char *text; /* NULL: nothing yet */
    size_t size;
    uint64_t left_out; /* octets of output for which there was no room */
};

/* Adds output, each line with 'deed' before it; 'whole' is what was printed in all, of which 'size' octets
 * were kept. */
void evidence_add(struct evidence *evidence, const char *deed, const char *output, size_t size,
                  uint64_t whole);

/* All of it, the end of each line included; a last line says how much is left out. Valid until the next call.
 */
const char *evidence_text(struct evidence *evidence);

void evidence_clear(struct evidence *evidence);

#endif
