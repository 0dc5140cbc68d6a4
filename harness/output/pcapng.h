/* A writer for pcapng (draft-ietf-opsawg-pcapng): blocks are put one behind the other in memory; the caller
 * saves them with one write. Numbers are in the order of this machine, as the format allows.
 *
 *   struct pcapng pcapng = {0};
 *   pcapng_section(&pcapng, "vmacheck 1.0", "what this is");
 *   uint32_t interface = pcapng_interface(&pcapng, LINK_TYPE_ETHERNET, "lan", NULL);
 *   pcapng_packet(&pcapng, &(struct pcapng_packet){.interface = interface, …});
 *   file_replace(path, pcapng.data, pcapng.size, reason);
 *   pcapng_free(&pcapng);
 */
#ifndef OUTPUT_PCAPNG_H
#define OUTPUT_PCAPNG_H

#include "wire/octets.h"
#include "wire/pcapng_format.h"

/* Blocks so far. Zeroed: none yet. */
struct pcapng {
    uint8_t *data; /* owned; pcapng_free() gives it up */
    size_t size;   /* octets of finished blocks */
    size_t room;
    uint32_t interface_count;
};

/* A packet: 'head' and 'body' stand one behind the other in it. */
struct pcapng_packet {
    uint32_t interface; /* from pcapng_interface() */
    int64_t time_ns;    /* since the epoch of the capture; not negative */
    enum pcapng_direction direction;
    struct octets head; /* may be empty */
    struct octets body;
    uint32_t original_size;      /* octets that it had before it was cut; 0: it has all */
    const char *const *comments; /* comment_count of them, plain UTF-8 */
    size_t comment_count;
};

/* Section Header Block; the first. 'application' and 'comment' may be NULL. */
void pcapng_section(struct pcapng *pcapng, const char *application, const char *comment);

/* Interface Description Block with times in nanoseconds and packets of any size; returns the interface's
 * number. 'name' and 'description' may be NULL. */
uint32_t pcapng_interface(struct pcapng *pcapng, uint16_t link_type, const char *name,
                          const char *description);

/* The same with the limit that cut packets (0: none), and the octets of checksum at their end. */
struct pcapng_interface {
    uint16_t link_type;
    uint32_t snap_size;
    uint8_t fcs_size;
    const char *name;
    const char *description;
};
uint32_t pcapng_interface_with(struct pcapng *pcapng, const struct pcapng_interface *interface);

/* Enhanced Packet Block. */
void pcapng_packet(struct pcapng *pcapng, const struct pcapng_packet *packet);

/* How many octets of 'text' an option can have; the cut is between characters. */
size_t pcapng_text_size(const char *text);

/* Forgets the blocks but keeps the memory for the next ones. */
void pcapng_clear(struct pcapng *pcapng);

void pcapng_free(struct pcapng *pcapng);

#endif
