#include "input/capture_input.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "input/capture_input_private.h"

#define HEADER_SIZE 24 /* octets that tell what a file is; no capture is smaller */

/* How other files start, and what to do with them. */
struct foreign_format {
    const char *magic;
    size_t size;
    const char *what;
};

static const struct foreign_format foreign_formats[] = {
    {"snoop\0\0\0", 8, "a snoop capture; convert it with editcap -F pcapng"},
    {"GMBU", 4, "a Network Monitor capture; convert it with editcap -F pcapng"},
    {"RTSS", 4, "a Network Monitor capture; convert it with editcap -F pcapng"},
    {"\xa1\xb2\xc3\xc4", 4, "no pcap file, but nearly; convert it with editcap -F pcapng"},
    {"\x28\xb5\x2f\xfd", 4, "compressed with zstd; unpack it with unzstd"},
    {"\x04\x22\x4d\x18", 4, "compressed with lz4; unpack it with unlz4"},
    {"\xfd"
     "7zXZ",
     5, "compressed with xz; unpack it with unxz"},
    {"BZh", 3, "compressed with bzip2; unpack it with bunzip2"},
    {"PK\x03\x04", 4, "a zip archive; unpack it with unzip"},
};

static bool start(struct capture_input *input, struct reason *reason);
static bool refuse(struct capture_input *input, struct reason *reason);

struct capture_input *capture_input_open(const char *path, struct reason *reason)
{
    struct capture_input *input = calloc(1, sizeof *input);
    if (!input)
        abort();
    input->section = (struct capture_section){.application = input->application, .comment = ""};
    if (!source_open(&input->source, path, reason)) {
        free(input);
        return NULL;
    }
    if (start(input, reason))
        return input;
    capture_input_close(input);
    return NULL;
}

size_t capture_input_batch(struct capture_input *input, struct capture_record *records, size_t room)
{
    size_t count = 0;
    source_pass(&input->source);
    while (count == 0 && room > 0 && !input->ended)
        count = input->pcapng ? pcapng_batch(input, records, room) : pcap_batch(input, records, room);
    return count;
}

bool capture_input_next(struct capture_input *input, struct capture_record *record)
{
    return capture_input_batch(input, record, 1) == 1;
}

const struct reason *capture_input_error(const struct capture_input *input)
{
    return input->error.text[0] ? &input->error : NULL;
}

bool capture_input_stable(const struct capture_input *input)
{
    return input->source.mapped;
}

const struct capture_interface *capture_input_interface(const struct capture_input *input, uint32_t index)
{
    return &input_interface(input, index)->public;
}

uint32_t capture_input_interface_count(const struct capture_input *input)
{
    return input->interface_count;
}

const struct capture_section *capture_input_section(const struct capture_input *input)
{
    return &input->section;
}

bool capture_input_is_pcapng(const struct capture_input *input)
{
    return input->pcapng;
}

const char *capture_input_path(const struct capture_input *input)
{
    return input->source.path;
}

uint64_t capture_input_offset(const struct capture_input *input)
{
    return source_offset(&input->source);
}

void capture_input_close(struct capture_input *input)
{
    if (!input)
        return;
    for (uint32_t i = 0; i < input->interface_count; i += INTERFACE_CHUNK)
        free(input->chunks[i / INTERFACE_CHUNK]);
    free(input->comment);
    source_close(&input->source);
    free(input);
}

void capture_input_follow(struct capture_input *input, capture_input_follower *follower, void *context)
{
    input->follower = follower;
    input->follower_context = context;
}

struct octets capture_record_options(const struct capture_record *record)
{
    size_t padded = (record->octets.size + 3) / 4 * 4;
    size_t front = (size_t)(record->octets.data - record->raw.data) + padded + BLOCK_TAIL_SIZE;
    if (front >= record->raw.size)
        return (struct octets){NULL, 0};
    return (struct octets){record->octets.data + padded, record->raw.size - front};
}

bool capture_record_comment(const struct capture_record *record, size_t *cursor, struct octets *comment)
{
    struct pcapng_option_value option;
    struct octets options = capture_record_options(record);
    bool big_endian = record->flags & RECORD_BIG_ENDIAN;
    while (pcapng_option_next(options, big_endian, cursor, &option))
        if (option.code == OPTION_COMMENT) {
            *comment = option.value;
            return true;
        }
    return false;
}

struct input_interface *input_add_interface(struct capture_input *input)
{
    uint32_t index = input->interface_count;
    if (index == CAPTURE_INTERFACE_LIMIT) {
        input_fail(input, "has more than %u interfaces, at offset %llu; split it by section, or merge them",
                   CAPTURE_INTERFACE_LIMIT, (unsigned long long)source_offset(&input->source));
        return NULL;
    }
    struct input_interface **chunk = &input->chunks[index / INTERFACE_CHUNK];
    if (!*chunk)
        *chunk = calloc(INTERFACE_CHUNK, sizeof **chunk);
    if (!*chunk)
        abort();
    input->interface_count++;
    struct input_interface *interface = input_interface(input, index);
    interface->public.name = interface->name;
    interface->public.description = interface->description;
    return interface;
}

size_t input_fail(struct capture_input *input, const char *format, ...)
{
    input->ended = true;
    if (input->source.damage.text[0]) {
        input->error = input->source.damage;
        return 0;
    }
    struct text text = text_in(input->error.text, sizeof input->error.text);
    text_add(&text, "%.160s ", input->source.path);
    char line[sizeof input->error.text];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(line, sizeof line, format, arguments);
    va_end(arguments);
    text_put(&text, line);
    return 0;
}

size_t input_cut_short(struct capture_input *input, const char *what, uint64_t from, uint64_t size)
{
    uint64_t end = source_offset(&input->source) + source_there(&input->source);
    return input_fail(
        input,
        "ends at offset %llu in the middle of a %s that starts at offset %llu: %llu octets of its "
        "%llu are there; copy or take the capture again",
        (unsigned long long)end, what, (unsigned long long)from, (unsigned long long)(end - from),
        (unsigned long long)size);
}

static bool start(struct capture_input *input, struct reason *reason)
{
    source_need(&input->source, HEADER_SIZE);
    input->pcapng = pcapng_recognized(&input->source);
    if (!input->pcapng && !pcap_recognized(&input->source))
        return refuse(input, reason);
    if (input->pcapng ? pcapng_section_good(input) : pcap_start(input))
        return true;
    *reason = input->error;
    return false;
}

/* Says what the file is instead of a capture. */
static bool refuse(struct capture_input *input, struct reason *reason)
{
    const struct source *source = &input->source;
    size_t there = source_there(source);
    if (source->damage.text[0]) {
        *reason = source->damage;
        return false;
    }
    if (there == 0)
        return reason_set(reason, "%.160s is empty; take the capture again", source->path);
    for (size_t i = 0; i < sizeof foreign_formats / sizeof *foreign_formats; i++) {
        const struct foreign_format *format = &foreign_formats[i];
        if (there >= format->size && memcmp(source->at, format->magic, format->size) == 0)
            return reason_set(reason, "%.160s is %s", source->path, format->what);
    }
    char start_text[3 * 4 + 1];
    struct text text = text_in(start_text, sizeof start_text);
    for (size_t i = 0; i < 4 && i < there; i++)
        text_add(&text, " %02x", source->at[i]);
    return reason_set(reason,
                      "%.160s is no pcap or pcapng capture: it starts with%s at offset 0; convert it with "
                      "editcap -F pcapng if Wireshark can read it",
                      source->path, start_text);
}
