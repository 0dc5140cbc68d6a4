/* What the parts of the reader of device files share. */
#ifndef DUT_READER_H
#define DUT_READER_H

#include "dut/device_file.h"
#include "dut/schema.h"
#include "dut/yaml_tree.h"

#define INTERFACE_NAME_LIMIT 15 /* characters, Linux */

struct reader {
    struct device_file *file; /* being filled */
    struct waiver *waivers;   /* room for one per entry in the file */
    size_t waiver_count;
    struct place *waiver_at; /* of their cases */
    struct place *expires_at;
    struct place port_at[LAN_PORT_ROOM];
    unsigned roles; /* that the file claims; 0: none that can be read */
    const struct yaml_node *root;
    struct mistakes *mistakes;
};

/* Reads the keys of a section into 'target': struct device_file, or struct waiver below a list. */
void read_section(struct reader *reader, const struct schema_key *section, const struct yaml_node *node,
                  void *target);

/* Reads the value of a key; false when it is a mistake. */
bool read_value(struct reader *reader, const struct schema_key *key, const struct yaml_node *node,
                void *target);

/* What single values can't show: claims that exclude each other, values that the claims leave no room for. */
void check_claims(struct reader *reader);
void check_addresses(struct reader *reader);
void check_waivers(struct reader *reader);

void check_attachment(struct reader *reader);

/* Reads the device files that `routers` names. */
void read_router_files(struct reader *reader);

/* Reads a file without those that it names itself. */
struct device_file *device_file_read_router(const char *path, struct mistakes *mistakes);

/* The place of a key below the keys before it, which may be NULL; the top of the file if it is not there. */
struct place place_of_key(const struct reader *reader, const char *section, const char *key);

/* The lowest role of a mask, for "a bridge has no …". */
const char *first_role_text(unsigned roles);

#endif
