/* Captures as a stream of records: pcap and pcapng, plain or gzip, from a file or a pipe.
 *
 *   struct capture_input *input = capture_input_open(path, reason);
 *   struct capture_record records[256];
 *   size_t count;
 *   while ((count = capture_input_batch(input, records, 256)) > 0)
 *       for (size_t i = 0; i < count; i++)
 *           … records[i].octets …
 *   if (capture_input_error(input))
 *       … the file is damaged; everything before that place was delivered
 *   capture_input_close(input);
 *
 * A plain file is mapped and its records point into the mapping; nothing is copied or allocated for a record.
 * Gzip and pipes go through a buffer of at most CAPTURE_RECORD_LIMIT octets and some. Whatever the file
 * holds, the memory in use stays bounded.
 *
 * One thread at a time may call the functions that read. Interfaces never move: what another thread was
 * handed with a record stays where it is.
 */
#ifndef INPUT_CAPTURE_INPUT_H
#define INPUT_CAPTURE_INPUT_H

#include "base/reason.h"
#include "wire/octets.h"
#include "wire/pcapng_format.h"

/* No frame is larger: what claims to be ends the input as damaged. */
#define CAPTURE_RECORD_LIMIT (16u * 1024 * 1024)

/* As many interfaces as one capture may have, all sections together; more end the input as damaged. */
#define CAPTURE_INTERFACE_LIMIT 65536u

/* Times that a file has outside of these, 1933 and 2116, become one of them: differences of times, and waits
 * added to them, always fit into an int64_t. */
#define CAPTURE_TIME_FIRST (-(INT64_C(1) << 60))
#define CAPTURE_TIME_LAST  (INT64_C(1) << 62)

/* Octets of a name, a description or an application that are kept, with the zero at the end; the rest is cut
 * off. */
#define CAPTURE_NAME_SIZE 256

struct capture_input;

/* Where records were taken. */
struct capture_interface {
    uint16_t link_type; /* LINK_TYPE_*, or any other of the registry */
    uint32_t snap_size; /* longer frames were cut to so many octets; 0: no limit */
    uint32_t section;   /* of the file, from 0; a pcap has one */
    uint8_t fcs_size;   /* octets of checksum at the end of each frame, as the file says; mostly 0 */
    bool directions;    /* some record so far said which way it went */
    const char *name;   /* UTF-8, "" if the file has none */
    const char *description;
    uint64_t dropped_count; /* frames that the capturing machine says it lost, as far as was read */
};

/* Properties of a record. */
#define RECORD_SNAPPED    0x01u /* the capture kept fewer octets than the frame had */
#define RECORD_BACKWARDS  0x02u /* its time is before that of the record in front of it */
#define RECORD_TIMELESS   0x04u /* the file has no time for it; it has that of the record in front of it */
#define RECORD_COMMENTED  0x08u /* it has comments: capture_record_comment() */
#define RECORD_BIG_ENDIAN 0x10u /* the order of its options */

/* One frame of the capture. */
struct capture_record {
    uint64_t number;        /* from 1, as Wireshark counts */
    uint64_t offset;        /* of the record in the file, of the uncompressed data if that is gzip */
    int64_t time_ns;        /* since 1970, CAPTURE_TIME_FIRST to CAPTURE_TIME_LAST */
    struct octets octets;   /* as captured, from the link type's first octet on */
    struct octets raw;      /* all of it as it stands in the file, with its head and its options */
    uint32_t interface;     /* for capture_input_interface() */
    uint32_t original_size; /* octets that the frame had on the wire */
    uint8_t direction;      /* of enum pcapng_direction */
    uint8_t flags;          /* RECORD_* */
};

/* What a section says of itself. */
struct capture_section {
    const char *application; /* "" if it doesn't say */
    const char *comment;     /* several are put below each other; "" if there is none */
};

/* Opens the capture 'path', "-" being standard input, and reads its file header. NULL with the reason when
 * that can't be done, when it is a directory, empty, or no capture. */
struct capture_input *capture_input_open(const char *path, struct reason *reason);

/* The next records, at most 'room'; 0 at the end of the file or of what can be read of it. Octets and options
 * of the records are valid until the next call, with a stable input as long as it is open. From a pipe it
 * returns what is there as soon as there is a record. */
size_t capture_input_batch(struct capture_input *input, struct capture_record *records, size_t room);

/* The next record; false as above. */
bool capture_input_next(struct capture_input *input, struct capture_record *record);

/* Why no more records can be read, with file, offset and mend; NULL while there is nothing wrong. */
const struct reason *capture_input_error(const struct capture_input *input);

/* True if octets of records stay valid while the input is open. */
bool capture_input_stable(const struct capture_input *input);

/* The interface of a record, or any one so far. */
const struct capture_interface *capture_input_interface(const struct capture_input *input, uint32_t index);

/* How many interfaces were met so far. */
uint32_t capture_input_interface_count(const struct capture_input *input);

/* The section that the last record was in. The texts are valid until the next call that reads. */
const struct capture_section *capture_input_section(const struct capture_input *input);

/* True if the capture is a pcapng, false for a pcap. */
bool capture_input_is_pcapng(const struct capture_input *input);

/* As it was given, "standard input" for "-". */
const char *capture_input_path(const struct capture_input *input);

/* Octets of the (uncompressed) capture that were read so far. */
uint64_t capture_input_offset(const struct capture_input *input);

void capture_input_close(struct capture_input *input);

/* Somebody who wants to know what stands between the records of a pcapng: gets every block that is no record,
 * as it is and in its place. */
typedef void capture_input_follower(void *context, struct octets block);

/* Has 'follower' called from now on, while records are read. */
void capture_input_follow(struct capture_input *input, capture_input_follower *follower, void *context);

/* The options of a record; empty where the format has none. */
struct octets capture_record_options(const struct capture_record *record);

/* One comment of the record after the other; '*cursor' starts at 0. False when there are no more. The comment
 * is UTF-8, as far as its writer kept to the format, without a zero at the end. */
bool capture_record_comment(const struct capture_record *record, size_t *cursor, struct octets *comment);

/* "SUNATM", "Ethernet", "Linux cooked"…; "link type 276" has to be made by the caller if this is NULL. */
const char *link_type_name(uint16_t link_type);

#endif
