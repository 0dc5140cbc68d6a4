/* A text of the notation, line by line, as the interfaces and frames of a capture (docs/notation.md).
 *
 *   struct script *script = script_new(sink, &mistakes);
 *   script_line(script, "0.1 0/34 -> LE_ARP_REQUEST lecid=5");   … once for every line
 *   script_free(script);
 *
 * A line with mistakes gives none; the caller goes on, so that all of a text's are gathered.
 */
#ifndef NOTATION_SCRIPT_H
#define NOTATION_SCRIPT_H

#include "notation/channel.h"
#include "notation/recipe.h"

/* An interface of the capture that is made. */
struct script_interface {
    uint16_t link_type; /* LINK_TYPE_* or any other */
    const char *name;   /* "" for none */
    const char *description;
};

/* A frame of it. All pointers are valid during the call. */
struct script_frame {
    uint32_t interface; /* in the order in which they were put, from 0 */
    int64_t time_ns;
    enum pcapng_direction direction;
    struct octets octets; /* from the link type's first octet on */
    uint32_t original_size;
    const char *const *comments;
    size_t comment_count;
};

/* Who gets them. */
struct script_sink {
    void (*interface)(void *context, const struct script_interface *interface);
    void (*frame)(void *context, const struct script_frame *frame);
    void *context;
};

/* The most frames that one line may make. */
#define REPEAT_LIMIT 100000000u

struct script;

/* 'mistakes' has to live as long as the script. */
struct script *script_new(struct script_sink sink, struct mistakes *mistakes);

/* Reads the next line, without its end. */
void script_line(struct script *script, const char *line);

void script_free(struct script *script);

#endif
