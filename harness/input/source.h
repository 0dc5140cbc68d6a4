/* The octets of a capture file, whatever they come from: a plain file that is mapped, a pipe, or gzip of
 * either. Those who parse look at what is in memory and ask for more when that doesn't do:
 *
 *   if (source_there(source) < 16 && !source_need(source, 16))
 *       … the file ends here, or is damaged: source_damage()
 *   … source->at[0] to source->at[15] …
 *   source->at += 16;
 */
#ifndef INPUT_SOURCE_H
#define INPUT_SOURCE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/reason.h"

struct inflater;

/* Where the octets come from, and those in memory. Only 'at' is written by others, and never beyond 'end'. */
struct source {
    const uint8_t *at;    /* the next octet */
    const uint8_t *end;   /* behind the last one in memory */
    const uint8_t *begin; /* of those in memory */
    uint64_t offset;      /* of 'begin', in the uncompressed data */
    bool mapped;          /* all octets are in memory and stay there */
    bool regular;         /* a regular file, which can be read again */
    bool finished;        /* nothing comes behind 'end' */
    const char *path;     /* for people; owned */
    int descriptor;
    uint8_t *map; /* the file as it is, when it is regular; else NULL */
    size_t map_size;
    size_t map_dropped; /* octets of the mapping that were given back */
    uint8_t *buffer;    /* what 'begin' points into, unless the file itself is the capture */
    size_t buffer_room;
    struct inflater *inflater; /* NULL unless it is gzip */
    struct reason damage;      /* why it can't be read any further; empty if nothing is wrong */
};

/* Opens 'path', "-" being standard input, and has its first octets in memory, if it has any. False with the
 * reason: nothing has to be closed then. */
bool source_open(struct source *source, const char *path, struct reason *reason);

/* Octets in memory from 'at' on. */
static inline size_t source_there(const struct source *source)
{
    return (size_t)(source->end - source->at);
}

/* Of 'at' in the uncompressed data. */
static inline uint64_t source_offset(const struct source *source)
{
    return source->offset + (uint64_t)(source->at - source->begin);
}

/* Has at least 'size' octets from 'at' on in memory, moving them, which ends the validity of all pointers
 * into a source that isn't mapped. It never takes more memory than a few times what really came. False when
 * fewer come; those are in memory then. */
bool source_need(struct source *source, size_t size);

/* Gives back the memory of what was passed long ago; pointers stay valid. */
void source_pass(struct source *source);

void source_close(struct source *source);

#endif
