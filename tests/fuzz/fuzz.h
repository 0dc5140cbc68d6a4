/* What fuzz targets share. A target is one file, fuzz_<name>.c, with libFuzzer's entry point; `make fuzz`
 * links it with libFuzzer, `make check` with replay.c, which feeds it its corpus (corpus/<name>/).
 *
 * Targets check more than that nothing crashes: what is written comes back when it is read, and two ways to
 * the same thing agree. FUZZ_CHECK ends the program when that is not so.
 */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#define FUZZ_CHECK(condition)                                                                                \
    do {                                                                                                     \
        if (!(condition)) {                                                                                  \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #condition);                          \
            abort();                                                                                         \
        }                                                                                                    \
    } while (0)

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The path of a file in memory with these octets; the same file in every call. */
const char *fuzz_file(const uint8_t *data, size_t size);

/* The path of a pipe with these octets, which have to fit into one (65,536); the one of the call before is
 * closed. */
const char *fuzz_pipe(const uint8_t *data, size_t size);

#endif
