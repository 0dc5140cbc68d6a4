/* A device file: one YAML file that says what a device is and claims (PICS), how this lab reaches and reads
 * it (PIXIT), and what of it is waived. docs/device-file.md is its reference.
 *
 *   struct device_file *file = device_file_read("device.yaml", &mistakes);   NULL: see 'mistakes'
 */
#ifndef DUT_DEVICE_FILE_H
#define DUT_DEVICE_FILE_H

#include "base/arena.h"
#include "base/mistakes.h"
#include "ledger/pixit.h"
#include "links/lab.h"
#include "suite/device_profile.h"

struct device_file {
    const char *path;
    const char *attached; /* as --dut takes it */
    struct pixit pixit;   /* the defaults of the ledger, where the file says nothing */
    struct device_profile profile;
    struct arena *arena;     /* of all texts */
    struct place schemes_at; /* where the claims stand that an attachment may contradict */
    struct place lane_at;
    struct place media_at;
    struct place attached_at;
    struct place role_at;
    struct place options_at;
};

/* Reads and checks a file. NULL when there are mistakes. Freed by device_file_free(). */
struct device_file *device_file_read(const char *path, struct mistakes *mistakes);
void device_file_free(struct device_file *file);

/* Claims that the attachment does not offer are mistakes; true if there are none. Then the lab offers no more
 * than what the device claims. */
bool device_file_bind(const struct device_file *file, struct lab *lab, struct mistakes *mistakes);

#endif
