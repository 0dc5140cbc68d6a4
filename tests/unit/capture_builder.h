/* Captures for tests, built octet by octet in either byte order, apart from the writer that the product has.
 *
 *   build_start(true);                          big-endian
 *   build_section(NULL, 0);
 *   build_interface(LINK_TYPE_ETHERNET, 0, NULL, 0);
 *   build_packet(&(struct built_packet){.ticks = 1000, .size = 20});
 *   const char *path = build_save();
 */
#ifndef CAPTURE_BUILDER_H
#define CAPTURE_BUILDER_H

#include "wire/octets.h"
#include "wire/pcapng_format.h"

#define BUILT_ROOM ((size_t)4 * 1024 * 1024)

/* The capture under construction; one per test. */
struct built {
    uint8_t data[BUILT_ROOM];
    size_t size;
    bool big_endian;
    size_t block; /* where the block under construction starts */
};

extern struct built built;

/* An option of a block; 'data' is as it comes into the file. */
struct built_option {
    uint16_t code;
    const void *data;
    uint16_t size;
};

struct built_packet {
    uint32_t interface;
    uint64_t ticks;
    uint32_t size;     /* octets of data: 0, 1, 2… from the packet's number on */
    uint32_t original; /* 0: as many as size */
    const struct built_option *options;
    size_t option_count;
};

/* Forgets what was built. */
void build_start(bool big_endian);

void build_u16(uint16_t number);
void build_u32(uint32_t number);
void build_u64(uint64_t number);
void build_octets(const void *data, size_t size);

/* Files with 'size' octets 'first', 'first' + 1… */
void build_pattern(uint8_t first, size_t size);

/* The classic format. */
void build_pcap(uint32_t magic, uint32_t link_type);
void build_record(uint32_t seconds, uint32_t fraction, uint32_t size, uint32_t original);

/* pcapng. */
void build_block(uint32_t type);
void build_block_end(void);
void build_options(const struct built_option *options, size_t count);
void build_section(const struct built_option *options, size_t count);
void build_interface(uint16_t link_type, uint32_t snap_size, const struct built_option *options,
                     size_t count);
void build_packet(const struct built_packet *packet);

/* The octets of a number as they stand in the file, for an option; a new place for each of the last few
 * calls. */
const void *build_number(uint64_t number, size_t size);

/* Writes what was built into a temporary file and returns its path, which build_remove() removes. */
const char *build_save(void);

/* The same, compressed; 'members' gzip files one behind the other. */
const char *build_save_gzip(size_t members);

void build_remove(void);

#endif
