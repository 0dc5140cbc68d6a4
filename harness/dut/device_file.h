/* A device file: one YAML file that says what a device is and claims (PICS), how this lab reaches and reads
 * it (PIXIT), and what of it is waived. docs/device-file.md is its reference.
 *
 *   struct device_file *file = device_file_read("device.yaml", &mistakes);   NULL: see 'mistakes'
 */
#ifndef DUT_DEVICE_FILE_H
#define DUT_DEVICE_FILE_H

#include "base/arena.h"
#include "base/mistakes.h"
#include "control/control_plan.h"
#include "ledger/pixit.h"
#include "links/lab.h"
#include "scene/device_profile.h"
#include "suite/waiver.h"

/* The most of each that a file can have. */
#define DEVICE_FILE_INSTANCES 256u
#define DEVICE_FILE_ROUTERS   4u

/* What `attached` says. Ethernet ports take a device file, --dut takes the others as well. */
#define ATTACHED_REFERENCE "reference"
#define ATTACHED_MUTANT    "mutant:"  /* and its ID */
#define ATTACHED_ADAPTER   "adapter:" /* and a command */
#define ATTACHED_PORTS     "ports"

struct device_file {
    const char *path;
    const char *attached;             /* as --dut takes it, or ATTACHED_PORTS */
    const char *ports[LAN_PORT_ROOM]; /* as ethernet_open() takes them, '%' for the number of the instance */
    size_t port_count;                /* 0: not attached by ports */
    uint32_t instances;               /* equal devices, at least 1 */
    struct control_plan control; /* runs in the file's folder; capabilities: control_plan_capabilities() */
    bool control_given;
    const char *routers[DEVICE_FILE_ROUTERS]; /* device files of VRRP routers behind the LAN ports of a
                                                 bridge; paths from where vmacheck runs */
    struct device_file *router_files[DEVICE_FILE_ROUTERS]; /* read; owned */
    size_t router_count;
    struct pixit pixit; /* the defaults of the ledger, where the file says nothing */
    struct device_profile profile;
    struct arena *arena;     /* of all texts */
    struct place schemes_at; /* where the claims stand that an attachment may contradict */
    struct place lane_at;
    struct place media_at;
    struct place attached_at;
    struct place heartbeat_at;
    struct place role_at;
    struct place options_at;
    struct place routers_at[DEVICE_FILE_ROUTERS];
};

/* Reads and checks a file. NULL when there are mistakes. Freed by device_file_free(). */
struct device_file *device_file_read(const char *path, struct mistakes *mistakes);
void device_file_free(struct device_file *file);

/* Claims that the attachment does not offer are mistakes; true if there are none. Then the lab offers no more
 * than what the device claims. */
bool device_file_bind(const struct device_file *file, struct lab *lab, struct mistakes *mistakes);

#endif
