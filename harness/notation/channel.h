/* Where a frame of the notation is seen: an interface of a capture and, in SUNATM, a VCC; which way it went;
 * and how that stands in front of its octets. What script.c reads and listing.c writes.
 */
#ifndef NOTATION_CHANNEL_H
#define NOTATION_CHANNEL_H

#include "notation/recipe.h"
#include "wire/pcapng_format.h"
#include "wire/signalling.h"

/* Octets in front of an SDU in SUNATM: direction and traffic type, VPI, VCI. */
#define SUNATM_HEAD_SIZE 4
#define SUNATM_SENT      0x80u /* in the first: by the host at the capture point */

/* Traffic types: the low four bits of the first octet. */
#define TRAFFIC_LANE       1u
#define TRAFFIC_LLC        2u
#define TRAFFIC_SIGNALLING 6u

/* A VCC. */
struct vcc_number {
    uint8_t vpi;
    uint16_t vci;
};

/* "ethernet", "token-ring", "sunatm"; NULL for any other. */
const char *link_type_word(uint16_t link_type);

/* Reads one of those, or a number. */
bool link_type_of_word(const char *word, uint16_t *link_type);

/* "->", "<-", "--". */
const char *direction_word(enum pcapng_direction direction);
bool direction_of_word(const char *word, enum pcapng_direction *direction);

/* "0/34"; false if 'text' is something else. */
bool vcc_number_read(const char *text, struct vcc_number *number);

/* The traffic type that a frame on 'vcc' has unless its line says otherwise. */
unsigned usual_traffic(struct vcc_number vcc, const struct recipe *recipe);

/* How to read and make a frame on an interface of 'link_type', in SUNATM with that traffic type; 'token_ring'
 * of the ELAN. False when the frame can only be told in octets. */
bool carrier_of(uint16_t link_type, unsigned traffic, bool token_ring, struct recipe_carrier *carrier);

#endif
