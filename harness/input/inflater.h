/* Gzip (RFC 1952), any number of members one behind the other, as a stream. */
#ifndef INPUT_INFLATER_H
#define INPUT_INFLATER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

struct inflater;

/* Fills up to 'room' octets of 'data' and returns how many came; 0 at the end. */
typedef size_t inflater_refill(void *context, uint8_t *data, size_t room);

/* An inflater that takes over 'buffer' (from malloc) with the first 'size' compressed octets in it, and asks
 * 'refill' to fill its 'room' octets with more. Ends the program when memory is exhausted. */
struct inflater *inflater_new(uint8_t *buffer, size_t size, size_t room, inflater_refill *refill,
                              void *context);

/* Uncompressed octets, at most 'room' and at least one; 0 at the end, and with 'damage' filled when the data
 * end in the middle or are no gzip. */
size_t inflater_read(struct inflater *inflater, uint8_t *data, size_t room, struct reason *damage);

void inflater_free(struct inflater *inflater);

#endif
