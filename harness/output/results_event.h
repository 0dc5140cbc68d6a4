/* The tap in results.jsonl: every event as an array. Nine tenths of the file are events, so they are written
 * straight into the line instead of through a tree of JSON values, which takes five times as long. */
#ifndef OUTPUT_RESULTS_EVENT_H
#define OUTPUT_RESULTS_EVENT_H

#include <jansson.h>

#include "world/tap.h"
#include "world/world.h"

/* Text that grows; zeroed: empty. */
struct line {
    char *text; /* owned, not ended by '\0' */
    size_t size;
    size_t room;
};

/* line_put() when the room is used up. */
void line_put_slowly(struct line *line, const char *text, size_t size);

/* Appends 'size' characters as they are. */
static inline void line_put(struct line *line, const char *text, size_t size)
{
    if (line->room - line->size < size) {
        line_put_slowly(line, text, size);
        return;
    }
    memcpy(line->text + line->size, text, size);
    line->size += size;
}

/* The names of the members of an event's array, in their order: the first line of the record explains the
 * others. */
json_t *results_event_members(void);

/* Appends all events of a tap as a JSON array; an empty one for NULL. */
void results_events_put(struct line *line, struct tap *tap);

/* "sdu", "lan-frame", "call-setup"… */
const char *tap_kind_text(enum tap_kind kind);

#endif
