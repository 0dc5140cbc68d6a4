#include "output/results_event.h"

#include <stdlib.h>

#include "output/plain.h"

#define KIND_COUNT (TAP_NOTE + 1)

static const char *const member_names[] = {"time_ns", "from", "to", "channel", "text", "frame", "kind"};

static const char *const kind_texts[KIND_COUNT] = {
    [TAP_SDU] = "sdu",
    [TAP_LAN_FRAME] = "lan-frame",
    [TAP_CALL_SETUP] = "call-setup",
    [TAP_CALL_CONNECTED] = "call-connected",
    [TAP_CALL_RELEASED] = "call-released",
    [TAP_PARTY_ADDED] = "party-added",
    [TAP_PARTY_DROPPED] = "party-dropped",
    [TAP_CONTROL] = "control",
    [TAP_LINK_DOWN] = "link-down",
    [TAP_LINK_UP] = "link-up",
    [TAP_NOTE] = "note",
};

static void put_event(struct line *line, struct tap *tap, struct tap_event *event);
static void put_sender(struct line *line, const struct tap *tap, const struct tap_event *event);
static void put_receivers(struct line *line, const struct tap *tap, const struct tap_event *event);
static void put_channel(struct line *line, const struct tap_event *event);
static void put_string(struct line *line, const char *text);
static void put_escaped(struct line *line, const char *text);
static void put_number(struct line *line, int64_t number);
static inline void put_words(struct line *line, const char *words);
static inline bool stands_for_itself(char letter);

void line_put_slowly(struct line *line, const char *text, size_t size)
{
    size_t room = line->room ? line->room : (size_t)32 * 1024;
    while (room - line->size < size)
        room *= 2;
    line->text = realloc(line->text, room);
    if (!line->text)
        abort();
    line->room = room;
    line_put(line, text, size);
}

json_t *results_event_members(void)
{
    json_t *array = json_array();
    for (size_t i = 0; i < sizeof member_names / sizeof member_names[0]; i++)
        json_array_append_new(array, json_string_nocheck(member_names[i]));
    return array;
}

void results_events_put(struct line *line, struct tap *tap)
{
    size_t count = tap ? tap_count(tap) : 0;
    put_words(line, "[");
    for (size_t i = 0; i < count; i++) {
        if (i)
            put_words(line, ",");
        put_event(line, tap, tap_at(tap, i));
    }
    put_words(line, "]");
}

const char *tap_kind_text(enum tap_kind kind)
{
    return kind_texts[kind];
}

/* In the order of member_names. */
static void put_event(struct line *line, struct tap *tap, struct tap_event *event)
{
    char what[TAP_TEXT_SIZE];
    put_words(line, "[");
    put_number(line, event->time_ns);
    put_words(line, ",");
    put_sender(line, tap, event);
    put_words(line, ",");
    put_receivers(line, tap, event);
    put_words(line, ",");
    put_channel(line, event);
    put_words(line, ",");
    put_string(line, tap_what(tap, event, what, sizeof what));
    put_words(line, ",");
    if (event->frame_number)
        put_number(line, event->frame_number);
    else
        put_words(line, "null");
    put_words(line, ",");
    put_string(line, kind_texts[event->kind]);
    put_words(line, "]");
}

static void put_sender(struct line *line, const struct tap *tap, const struct tap_event *event)
{
    if (event->from == PORT_NONE)
        put_words(line, "null");
    else
        put_string(line, tap_port_name(tap, event->from));
}

static void put_receivers(struct line *line, const struct tap *tap, const struct tap_event *event)
{
    const char *before = "[";
    unsigned port = 0;
    for (uint64_t left = event->to; left; left >>= 1, port++) {
        if (!(left & 1))
            continue;
        put_words(line, before);
        put_string(line, tap_port_name(tap, port));
        before = ",";
    }
    put_words(line, event->to ? "]" : "[]");
}

/* "control-direct/34", kind and VCI of a VCC, or the name of a LAN segment. */
static void put_channel(struct line *line, const struct tap_event *event)
{
    if (event->vcc) {
        put_words(line, "\"");
        put_words(line, vcc_kind_text(event->vcc->kind));
        put_words(line, "/");
        put_number(line, event->vcc->vci);
        put_words(line, "\"");
    } else if (event->segment) {
        put_string(line, segment_name(event->segment));
    } else {
        put_words(line, "null");
    }
}

static void put_string(struct line *line, const char *text)
{
    size_t size = 0;
    while (stands_for_itself(text[size]))
        size++;
    put_words(line, "\"");
    if (!text[size]) { /* nearly always */
        line_put(line, text, size);
    } else {
        char *plain = plain_copy(text);
        put_escaped(line, plain);
        free(plain);
    }
    put_words(line, "\"");
}

/* Plain text needs a backslash before quotes and backslashes only (RFC 8259 7). */
static void put_escaped(struct line *line, const char *text)
{
    for (;;) {
        size_t size = strcspn(text, "\"\\");
        line_put(line, text, size);
        text += size;
        if (!*text)
            return;
        put_words(line, "\\");
        line_put(line, text++, 1);
    }
}

static void put_number(struct line *line, int64_t number)
{
    char digits[24];
    char *at = digits + sizeof digits;
    uint64_t left = number < 0 ? -(uint64_t)number : (uint64_t)number;
    do
        *--at = (char)('0' + left % 10);
    while (left /= 10);
    if (number < 0)
        *--at = '-';
    line_put(line, at, (size_t)(digits + sizeof digits - at));
}

static inline void put_words(struct line *line, const char *words)
{
    line_put(line, words, strlen(words));
}

/* Printable ASCII without quotes and backslashes. */
static inline bool stands_for_itself(char letter)
{
    return letter >= ' ' && letter <= '~' && letter != '"' && letter != '\\';
}
