/* A small run to write out: a world whose tap holds a call, frames on three VCCs and a LAN segment and some
 * other events, and results with findings on them. */
#ifndef TESTS_OUTPUT_SAMPLE_H
#define TESTS_OUTPUT_SAMPLE_H

#include "suite/run.h"

#define SAMPLE_NOTE_INDEX     0 /* places in the tap: a note, before any frame */
#define SAMPLE_CALL_INDEX     1 /* the SETUP of the first VCC, frame 1 */
#define SAMPLE_REGISTER_INDEX 3 /* the device's LE_REGISTER_REQUEST, frame 3 */
#define SAMPLE_CONTROL_INDEX  6 /* a control action, behind frame 5 */
#define SAMPLE_VCC_COUNT      3
#define SAMPLE_FRAME_COUNT    7 /* with the LAN frame */

struct sample {
    struct arena *arena;
    struct world *world;
    struct tap *tap;
    struct test_case test;
    struct vcc
        vccs[SAMPLE_VCC_COUNT]; /* control-direct dut -> les, control-distribute les -> dut, peer; LLC data */
    struct case_result result;
};

/* A result without findings, passed; with a LAN frame among the others if 'lan'. */
void sample_make(struct sample *sample, bool lan);
void sample_free(struct sample *sample);

/* Adds a finding on 'requirement' at tap event 'index'; SIZE_MAX: at no event. The verdict becomes what
 * follows. */
void sample_find(struct sample *sample, enum finding_kind kind, const char *requirement, size_t index);

/* A file in a directory of the running test, which is made the first time and removed with the sample, if it
 * is empty by then. Returns 'path'. */
#define SAMPLE_PATH_SIZE 256
const char *sample_path(const char *name, char path[static SAMPLE_PATH_SIZE]);

/* The whole file with a '\0' behind it, freed by the caller; NULL if there is none. */
char *sample_read(const char *path, size_t *size);

#endif
