/* A capture as a text of the notation, record by record; script.h makes the same records of it.
 *
 *   struct listing *listing = listing_new(true);
 *   while (capture_input_next(input, &record)) {
 *       listing_read(listing, input, &record, &item);      item.frame…: is it wanted?
 *       listing_print(listing, &item);                     item.before (may be empty), item.line
 *   }
 *   listing_end(listing, input, &line);
 *   listing_free(listing);
 */
#ifndef NOTATION_LISTING_H
#define NOTATION_LISTING_H

#include "input/capture_input.h"
#include "notation/recipe.h"

/* One record. Everything is valid until the next call. */
struct listing_item {
    const struct capture_input *input;
    const struct capture_record *record;
    const struct capture_interface *interface;
    bool is_frame;        /* 'frame' and 'carrier' are set: the notation has fields for it */
    struct frame frame;   /* decoded as it is */
    enum frame_name name; /* that the line begins with; MALFORMED for one in octets */
    struct recipe_carrier carrier;
    struct octets octets; /* of the frame, without those in front of an SDU */
    enum pcapng_direction direction;
    const char *before; /* after listing_print(): lines that declare what this one needs, each with its end */
    const char *line;   /* and the line, without its end */
    const char *channel; /* as the line names it */
};

struct listing;

/* With 'whole', the text has all interfaces in the order of the capture; without, only those of records that
 * are printed. */
struct listing *listing_new(bool whole);

/* Takes the next record. */
void listing_read(struct listing *listing, const struct capture_input *input,
                  const struct capture_record *record, struct listing_item *item);

/* Makes the text of the record that was taken last. */
void listing_print(struct listing *listing, struct listing_item *item);

/* Declarations of the interfaces on which nothing was seen, appended to 'line'; none without 'whole'. */
void listing_end(struct listing *listing, const struct capture_input *input, struct line *line);

/* How many records were taken, and how many of them with @OFFSET=, cut= or octets=: for those who tune the
 * defaults. */
uint64_t listing_count(const struct listing *listing);
uint64_t listing_patched_count(const struct listing *listing);

void listing_free(struct listing *listing);

#endif
