#include "cli/frame_selection.h"

#include <stdlib.h>
#include <string.h>

#include "base/nearest.h"
#include "notation/words.h"

static bool read_ranges(const char *list, struct frame_selection *selection, struct reason *reason);
static bool read_names(const char *list, struct frame_selection *selection, struct reason *reason);
static bool in_ranges(const struct frame_selection *selection, uint64_t number);
static bool in_names(const struct frame_selection *selection, const struct listing_item *item);

bool frame_selection_read(const struct arguments *arguments, struct frame_selection *selection,
                          struct reason *reason)
{
    *selection = (struct frame_selection){0};
    bool good = (!arguments->frames || read_ranges(arguments->frames, selection, reason)) &&
                (!arguments->names || read_names(arguments->names, selection, reason));
    for (size_t i = 0; good && i < arguments->where_count; i++) {
        struct frame_condition *condition = &selection->conditions[selection->condition_count++];
        good = condition_read(arguments->where[i], &condition->field, &condition->value, reason);
    }
    if (!good)
        frame_selection_free(selection);
    return good;
}

bool frame_selection_chooses(const struct frame_selection *selection)
{
    return selection->range_count || selection->names || selection->condition_count;
}

bool frame_selection_has(const struct frame_selection *selection, const struct listing_item *item)
{
    if (selection->range_count && !in_ranges(selection, item->record->number))
        return false;
    if (selection->names && !in_names(selection, item))
        return false;
    for (size_t i = 0; i < selection->condition_count; i++) {
        const struct frame_condition *condition = &selection->conditions[i];
        struct value value;
        if (!item->is_frame || !field_get(&item->frame, condition->field, &value) ||
            !value_equal(&value, &condition->value))
            return false;
    }
    return true;
}

void frame_selection_free(struct frame_selection *selection)
{
    free(selection->ranges);
    *selection = (struct frame_selection){0};
}

/* "39,41-50,100-" */
static bool read_ranges(const char *list, struct frame_selection *selection, struct reason *reason)
{
    const char *at = list;
    do {
        struct number_range range = {1, UINT64_MAX};
        char *end = (char *)at;
        if (*at >= '0' && *at <= '9')
            range.first = strtoull(at, &end, 10);
        bool open = *end == '-';
        if (end == at)
            range.first = 0;
        else if (!open)
            range.last = range.first;
        else if (end[1] >= '0' && end[1] <= '9')
            range.last = strtoull(end + 1, &end, 10);
        else
            end++;
        if (range.first == 0 || range.last < range.first || (*end && *end != ','))
            return reason_set(reason, "--frame %s: write numbers and ranges, as in 39,41-50,100-", list);
        selection->ranges =
            realloc(selection->ranges, (selection->range_count + 1) * sizeof *selection->ranges);
        if (!selection->ranges)
            abort();
        selection->ranges[selection->range_count++] = range;
        at = end;
    } while (*at++ == ',');
    return true;
}

static bool read_names(const char *list, struct frame_selection *selection, struct reason *reason)
{
    const char *at = list;
    do {
        char name[64] = "";
        size_t size = strcspn(at, ",");
        memcpy(name, at, size < sizeof name ? size : sizeof name - 1);
        struct nearest nearest = nearest_to(name);
        uint64_t before = selection->names;
        for (int i = 0; i < FRAME_NAME_COUNT; i++) {
            nearest_offer(&nearest, frame_name_text((enum frame_name)i));
            if (strcmp(name, frame_name_text((enum frame_name)i)) == 0)
                selection->names |= UINT64_C(1) << i;
        }
        if (selection->names == before && !nearest.best)
            return reason_set(reason, "--name %s: %s is no frame; docs/notation.md lists the names", list,
                              name);
        if (selection->names == before && strcmp(nearest.best, name) != 0)
            return reason_set(reason, "--name %s: %s is no frame, did you mean %s?", list, name,
                              nearest.best);
        at += size;
    } while (*at++ == ',');
    return true;
}

static bool in_ranges(const struct frame_selection *selection, uint64_t number)
{
    for (size_t i = 0; i < selection->range_count; i++)
        if (number >= selection->ranges[i].first && number <= selection->ranges[i].last)
            return true;
    return false;
}

/* A frame that was cut has two: MALFORMED, and that of what it was. */
static bool in_names(const struct frame_selection *selection, const struct listing_item *item)
{
    uint64_t names = UINT64_C(1) << item->name | UINT64_C(1) << item->frame.name;
    return item->is_frame && names & selection->names;
}
