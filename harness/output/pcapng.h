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

#define LINK_TYPE_ETHERNET   1
#define LINK_TYPE_TOKEN_RING 6   /* 802.5 from AC on */
#define LINK_TYPE_SUNATM     123 /* 4 octets of direction, traffic type, VPI and VCI, then the AAL5 SDU */

/* Blocks so far. Zeroed: none yet. */
struct pcapng {
    uint8_t *data; /* owned; pcapng_free() gives it up */
    size_t size;   /* octets of finished blocks */
    size_t room;
    uint32_t interface_count;
};

/* Which way a packet went at the interface of the device. */
enum pcapng_direction { DIRECTION_UNKNOWN = 0, DIRECTION_INBOUND = 1, DIRECTION_OUTBOUND = 2 };

/* A packet: 'head' and 'body' stand one behind the other in it. */
struct pcapng_packet {
    uint32_t interface; /* from pcapng_interface() */
    int64_t time_ns;    /* since the epoch of the capture; not negative */
    enum pcapng_direction direction;
    struct octets head; /* may be empty */
    struct octets body;
    const char *const *comments; /* comment_count of them, plain UTF-8 */
    size_t comment_count;
};

/* Section Header Block; the first. 'application' and 'comment' may be NULL. */
void pcapng_section(struct pcapng *pcapng, const char *application, const char *comment);

/* Interface Description Block with times in nanoseconds and packets of any size; returns the interface's
 * number. 'name' and 'description' may be NULL. */
uint32_t pcapng_interface(struct pcapng *pcapng, uint16_t link_type, const char *name,
                          const char *description);

/* Enhanced Packet Block. */
void pcapng_packet(struct pcapng *pcapng, const struct pcapng_packet *packet);

/* Forgets the blocks but keeps the memory for the next ones. */
void pcapng_clear(struct pcapng *pcapng);

void pcapng_free(struct pcapng *pcapng);

#endif
