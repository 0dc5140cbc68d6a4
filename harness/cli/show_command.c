/* `vmacheck show`: captures as lines of text. */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/hexadecimal.h"
#include "cli/commands.h"
#include "cli/frame_selection.h"
#include "notation/channel.h"
#include "notation/listing.h"
#include "output/json_parts.h"

#define HEX_ROW 16 /* octets in a line of --hex */

static int show(const struct arguments *arguments, const struct frame_selection *selection, const char *path);
static void print_record(const struct arguments *arguments, const struct listing_item *item);
static void print_hex(struct octets octets);
static void print_json_record(const struct listing_item *item);
static json_t *json_fields(const struct frame *frame);
static json_t *json_comments(const struct capture_record *record);
static json_t *json_octets(struct octets octets);

int show_command(const struct arguments *arguments)
{
    struct frame_selection selection;
    struct reason reason = {0};
    int code = RUN_CONFORMS;
    if (arguments->word_count == 0)
        return complain(RUN_USAGE, "give a capture, or - for the standard input");
    if (!frame_selection_read(arguments, &selection, &reason))
        return complain(RUN_USAGE, "%s", reason.text);
    for (size_t i = 0; i < arguments->word_count; i++) {
        if (arguments->word_count > 1 && !arguments->json)
            printf("%s# %s\n", i ? "\n" : "", arguments->words[i]);
        int of_file = show(arguments, &selection, arguments->words[i]);
        code = of_file ? of_file : code;
    }
    frame_selection_free(&selection);
    return code ? code : output_end(RUN_CONFORMS);
}

static int show(const struct arguments *arguments, const struct frame_selection *selection, const char *path)
{
    struct reason reason = {0};
    struct capture_input *input = capture_input_open(path, &reason);
    if (!input)
        return complain(RUN_USAGE, "%s", reason.text);
    struct listing *listing = listing_new(!frame_selection_chooses(selection));
    struct capture_record record;
    struct listing_item item;
    struct line before = {0};
    while (!ferror(stdout) && capture_input_next(input, &record)) {
        listing_read(listing, input, &record, &item);
        if (!frame_selection_has(selection, &item))
            continue;
        listing_print(listing, &item);
        print_record(arguments, &item);
    }
    line_clear(&before);
    listing_end(listing, input, &before);
    if (!arguments->json)
        fputs(before.text, stdout);
    line_free(&before);
    listing_free(listing);
    const struct reason *error = capture_input_error(input);
    int code = error ? complain(RUN_USAGE, "%s", error->text) : RUN_CONFORMS;
    capture_input_close(input);
    return code;
}

static void print_record(const struct arguments *arguments, const struct listing_item *item)
{
    if (arguments->json) {
        print_json_record(item);
        return;
    }
    fputs(item->before, stdout);
    if (arguments->numbers)
        printf("%" PRIu64 ": ", item->record->number);
    puts(item->line);
    if (arguments->hex)
        print_hex(item->octets);
}

/* As comments, so that the text still makes the same frame. */
static void print_hex(struct octets octets)
{
    for (size_t row = 0; row < octets.size; row += HEX_ROW) {
        char text[HEX_ROW + 1] = "";
        printf("#   %04zx ", row);
        for (size_t i = row; i < row + HEX_ROW; i++) {
            bool there = i < octets.size;
            printf(i == row + HEX_ROW / 2 ? "  " : " ");
            if (there)
                printf("%02x", octets.data[i]);
            else
                printf("  ");
            text[i - row] = !there                                           ? '\0'
                            : octets.data[i] >= ' ' && octets.data[i] <= '~' ? (char)octets.data[i]
                                                                             : '.';
        }
        printf("  %s\n", text);
    }
}

/* An object in a line. */
static void print_json_record(const struct listing_item *item)
{
    const struct capture_record *record = item->record;
    json_t *object = json_object();
    json_put(object, "frame", json_integer((json_int_t)record->number));
    json_put(object, "time_ns", json_integer((json_int_t)record->time_ns));
    json_put(object, "channel", json_text(item->channel));
    json_put(object, "direction",
             item->direction == DIRECTION_OUTBOUND  ? json_text("out")
             : item->direction == DIRECTION_INBOUND ? json_text("in")
                                                    : json_null());
    json_put(object, "name", item->is_frame ? json_text(frame_name_text(item->frame.name)) : json_null());
    json_put(object, "line", json_text(item->line));
    json_put(object, "fields", item->is_frame ? json_fields(&item->frame) : json_object());
    json_put(object, "reason",
             item->is_frame && item->frame.reason.text[0] ? json_text(item->frame.reason.text) : json_null());
    json_put(object, "original_size", json_integer((json_int_t)record->original_size));
    json_put(object, "octets", json_octets(item->octets));
    json_put(object, "comments", json_comments(record));
    size_t size;
    char *line = json_line(object, &size);
    fwrite(line, 1, size, stdout);
    free(line);
}

/* Every field that the frame has, by name; numbers as numbers. */
static json_t *json_fields(const struct frame *frame)
{
    json_t *fields = json_object();
    for (int number = FIELD_NONE + 1; number < FIELD_COUNT; number++) {
        enum frame_field field = (enum frame_field)number;
        struct value value;
        char text[VALUE_TEXT_SIZE];
        if (field_get(frame, field, &value))
            json_put(fields, field_name(field),
                     value.kind == VALUE_NUMBER ? json_integer((json_int_t)value.number)
                                                : json_text(value_text(field, &value, text)));
    }
    return fields;
}

static json_t *json_comments(const struct capture_record *record)
{
    json_t *list = json_array();
    struct octets comment;
    size_t cursor = 0;
    while (record->flags & RECORD_COMMENTED && capture_record_comment(record, &cursor, &comment)) {
        char *text = malloc(comment.size + 1);
        if (!text)
            abort();
        memcpy(text, comment.data, comment.size);
        text[comment.size] = '\0';
        json_array_append_new(list, json_text(text));
        free(text);
    }
    return list;
}

static json_t *json_octets(struct octets octets)
{
    char *text = malloc(2 * octets.size + 1);
    if (!text)
        abort();
    *hexadecimal_write(octets.data, octets.size, text) = '\0';
    json_t *string = json_text(text);
    free(text);
    return string;
}
