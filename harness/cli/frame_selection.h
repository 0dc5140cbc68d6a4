/* Which frames `vmacheck show` prints: by number, name and fields. */
#ifndef CLI_FRAME_SELECTION_H
#define CLI_FRAME_SELECTION_H

#include "cli/options.h"
#include "notation/listing.h"

struct number_range {
    uint64_t first;
    uint64_t last;
};

struct frame_condition {
    enum frame_field field;
    struct value value;
};

struct frame_selection {
    struct number_range *ranges; /* owned; none: every number */
    size_t range_count;
    uint64_t names; /* FRAME_SET; 0: every name */
    struct frame_condition conditions[WHERE_ROOM];
    size_t condition_count;
};

/* Reads the options; false with the reason when one is wrong. */
bool frame_selection_read(const struct arguments *arguments, struct frame_selection *selection,
                          struct reason *reason);

/* True unless it has every frame. */
bool frame_selection_chooses(const struct frame_selection *selection);

/* True for the frames that are wanted: all kinds of options have to hold. */
bool frame_selection_has(const struct frame_selection *selection, const struct listing_item *item);

void frame_selection_free(struct frame_selection *selection);

#endif
