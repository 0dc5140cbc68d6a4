/* What the readers of both formats share. Only for the files of this module. */
#ifndef INPUT_CAPTURE_INPUT_PRIVATE_H
#define INPUT_CAPTURE_INPUT_PRIVATE_H

#include "input/byte_order.h"
#include "input/capture_input.h"
#include "input/pcapng_option.h"
#include "input/source.h"

#define BLOCK_TAIL_SIZE 4   /* of every block of a pcapng: its size once more */
#define INTERFACE_CHUNK 256 /* interfaces that are allocated at once */

/* An interface with what its times need. */
struct input_interface {
    struct capture_interface public;
    uint64_t tick_ns;       /* nanoseconds of one unit of its times; 0: no whole number, see 'resolution' */
    uint64_t tick_limit;    /* times up to this one can be multiplied */
    int64_t offset_ns;      /* added to its times */
    uint8_t resolution;     /* if_tsresol as in the file */
    uint64_t noted_dropped; /* dropped frames as its packets say */
    char name[CAPTURE_NAME_SIZE];
    char description[CAPTURE_NAME_SIZE];
};

struct capture_input {
    struct source source;
    bool ended;           /* no more records come */
    struct reason error;  /* why it ended early; empty if it didn't */
    bool pcapng;          /* else pcap */
    bool big_endian;      /* of the file, of the section */
    uint64_t last_number; /* of the last record */
    int64_t last_time_ns; /* its time */

    capture_input_follower *follower; /* may be NULL */
    void *follower_context;

    /* pcap */
    uint32_t record_head_size;
    uint32_t unit_ns; /* of the fraction of a second */

    /* pcapng */
    uint32_t section_count;   /* so far */
    uint32_t first_interface; /* of the section */
    struct capture_section section;
    char application[CAPTURE_NAME_SIZE];
    char *comment; /* of the section; owned */
    size_t comment_size;

    uint32_t interface_count;
    struct input_interface *chunks[CAPTURE_INTERFACE_LIMIT / INTERFACE_CHUNK];
};

/* Whether the octets in front are of that format, its header included (pcap: the 24 octets of it). */
bool pcap_recognized(const struct source *source);
bool pcapng_recognized(const struct source *source);

/* Reads the file header of a pcap; false with 'error'. */
bool pcap_start(struct capture_input *input);

/* Whether there is a whole Section Header Block at the source, whose byte order is then set; false with
 * 'error'. It is read with the records. */
bool pcapng_section_good(struct capture_input *input);

/* Some records; 0 when it has to be called again, or 'ended' is set. */
size_t pcap_batch(struct capture_input *input, struct capture_record *records, size_t room);
size_t pcapng_batch(struct capture_input *input, struct capture_record *records, size_t room);

/* Another interface, zeroed but for its texts; NULL with 'error' when there are too many. */
struct input_interface *input_add_interface(struct capture_input *input);

/* Ends the input: nothing more can be read because of what the line says, which is put behind the path.
 * Damage of the source goes before it. Returns 0. */
size_t input_fail(struct capture_input *input, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Ends it because the file does, in the middle of 'what' ("record", "block") that starts at 'from' and has
 * 'size' octets. Returns 0. */
size_t input_cut_short(struct capture_input *input, const char *what, uint64_t from, uint64_t size);

/* Goes on behind a block of 'size' octets that is no record. */
static inline void input_pass(struct capture_input *input, size_t size)
{
    if (input->follower)
        input->follower(input->follower_context, (struct octets){input->source.at, size});
    input->source.at += size;
}

static inline struct input_interface *input_interface(const struct capture_input *input, uint32_t index)
{
    return &input->chunks[index / INTERFACE_CHUNK][index % INTERFACE_CHUNK];
}

/* The number, time and flags that every record gets; the last step for each. */
static inline void input_number_record(struct capture_input *input, struct capture_record *record)
{
    record->number = ++input->last_number;
    if (record->time_ns < input->last_time_ns && input->last_number > 1)
        record->flags |= RECORD_BACKWARDS;
    if (record->original_size > record->octets.size)
        record->flags |= RECORD_SNAPPED;
    input->last_time_ns = record->time_ns;
}

#endif
