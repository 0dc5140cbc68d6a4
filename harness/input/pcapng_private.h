/* What the two files of the pcapng reader share. Only for them. */
#ifndef INPUT_PCAPNG_PRIVATE_H
#define INPUT_PCAPNG_PRIVATE_H

#include "input/capture_input_private.h"

#define BLOCK_SIZE_LEAST 12 /* type, size, size */

/* Reads the Section Header Block that stands at the source and goes behind it, or fails. */
void pcapng_read_section(struct capture_input *input);

/* Reads a block that is complete in memory, with the least size that its kind has. False with 'error'. */
bool pcapng_read_interface(struct capture_input *input, const uint8_t *block, uint32_t size);
bool pcapng_read_statistics(struct capture_input *input, const uint8_t *block, uint32_t size);

/* Its packets say that so many were lost in front of one. */
void pcapng_note_dropped(struct input_interface *interface, uint64_t count);

/* The time of a packet in nanoseconds, whatever unit the interface has. */
int64_t pcapng_time(const struct input_interface *interface, uint64_t ticks);

/* Fails because of the size that the block at the source claims. Returns 0. */
size_t pcapng_size_wrong(struct capture_input *input, uint32_t type, uint32_t size);

#endif
