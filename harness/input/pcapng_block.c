/* What pcapng says around the packets: sections, interfaces, statistics; and how its times are read. */
#include "input/pcapng_private.h"

#include <stdlib.h>

#define SECTION_SIZE_LEAST   28
#define SECTION_OPTIONS      24 /* offset in the block */
#define INTERFACE_OPTIONS    16
#define STATISTICS_OPTIONS   20
#define SECTION_COMMENT_ROOM ((size_t)256 * 1024) /* octets of all comments of a section that are kept */
#define SECOND_NS            INT64_C(1000000000)
#define MICROSECONDS         6 /* if_tsresol when the file says nothing */
#define NANOSECONDS          9
#define RESOLUTION_BINARY    0x80u /* the rest is a power of 2, else of 10 */

static struct octets options_of(const uint8_t *block, size_t offset, uint32_t size);
static void read_section_options(struct capture_input *input, struct octets options);
static void add_comment(struct capture_input *input, struct octets comment);
static void set_resolution(struct input_interface *interface, uint8_t resolution, int64_t offset_s);
static uint64_t power_of_ten(unsigned exponent);
static void copy_text(char text[CAPTURE_NAME_SIZE], struct octets octets);

bool pcapng_section_good(struct capture_input *input)
{
    struct source *source = &input->source;
    unsigned long long offset = source_offset(source);
    if (!source_need(source, SECTION_SIZE_LEAST))
        return input_cut_short(input, "section header", offset, SECTION_SIZE_LEAST);
    input->big_endian = octets_u32(source->at + 8) == BYTE_ORDER_MARK;
    if (input_u32(source->at + 8, input->big_endian) != BYTE_ORDER_MARK)
        return input_fail(
            input,
            "is damaged at offset %llu: no byte order mark in a section header; copy it again in "
            "binary mode",
            offset);
    uint32_t size = input_u32(source->at + 4, input->big_endian);
    uint16_t version = input_u16(source->at + 12, input->big_endian);
    if (version != 1)
        return input_fail(
            input,
            "has a section of pcapng version %u at offset %llu, which is newer than this program; "
            "convert it with editcap -F pcapng",
            version, offset);
    if (size < SECTION_SIZE_LEAST || size % 4 || size > CAPTURE_RECORD_LIMIT)
        return pcapng_size_wrong(input, BLOCK_SECTION, size);
    if (!source_need(source, size))
        return input_cut_short(input, "section header", offset, size);
    return input_u32(source->at + size - BLOCK_TAIL_SIZE, input->big_endian) == size ||
           pcapng_size_wrong(input, BLOCK_SECTION, size);
}

void pcapng_read_section(struct capture_input *input)
{
    if (!pcapng_section_good(input))
        return;
    uint32_t size = input_u32(input->source.at + 4, input->big_endian);
    input->section_count++;
    input->first_interface = input->interface_count;
    read_section_options(input, options_of(input->source.at, SECTION_OPTIONS, size));
    input_pass(input, size);
}

bool pcapng_read_interface(struct capture_input *input, const uint8_t *block, uint32_t size)
{
    bool big_endian = input->big_endian;
    struct input_interface *interface = input_add_interface(input);
    if (!interface)
        return false;
    interface->public.link_type = input_u16(block + 8, big_endian);
    interface->public.snap_size = input_u32(block + 12, big_endian);
    interface->public.section = input->section_count - 1;
    uint8_t resolution = MICROSECONDS;
    int64_t offset_s = 0;
    struct octets options = options_of(block, INTERFACE_OPTIONS, size);
    struct pcapng_option_value option;
    for (size_t cursor = 0; pcapng_option_next(options, big_endian, &cursor, &option);)
        switch (option.code) {
        case OPTION_INTERFACE_NAME:
            copy_text(interface->name, option.value);
            break;
        case OPTION_INTERFACE_DESCRIPTION:
            copy_text(interface->description, option.value);
            break;
        case OPTION_INTERFACE_RESOLUTION:
            if (option.value.size == 1)
                resolution = option.value.data[0];
            break;
        case OPTION_INTERFACE_OFFSET:
            if (option.value.size == sizeof(uint64_t))
                offset_s = (int64_t)input_u64(option.value.data, big_endian);
            break;
        case OPTION_INTERFACE_FCS_SIZE: /* some writers count octets, some bits */
            if (option.value.size == 1)
                interface->public.fcs_size =
                    option.value.data[0] < 8 ? option.value.data[0] : option.value.data[0] / 8;
            break;
        }
    set_resolution(interface, resolution, offset_s);
    return true;
}

bool pcapng_read_statistics(struct capture_input *input, const uint8_t *block, uint32_t size)
{
    bool big_endian = input->big_endian;
    uint32_t local = input_u32(block + 8, big_endian);
    if (local >= input->interface_count - input->first_interface)
        return true; /* of nothing that frames came from */
    uint64_t dropped = 0;
    struct octets options = options_of(block, STATISTICS_OPTIONS, size);
    struct pcapng_option_value option;
    for (size_t cursor = 0; pcapng_option_next(options, big_endian, &cursor, &option);)
        if (option.value.size == sizeof(uint64_t) && (option.code == OPTION_STATISTICS_INTERFACE_DROPPED ||
                                                      option.code == OPTION_STATISTICS_SYSTEM_DROPPED))
            dropped += input_u64(option.value.data, big_endian);
    struct input_interface *interface = input_interface(input, input->first_interface + local);
    if (dropped > interface->public.dropped_count)
        interface->public.dropped_count = dropped;
    return true;
}

void pcapng_note_dropped(struct input_interface *interface, uint64_t count)
{
    interface->noted_dropped += count < UINT64_MAX - interface->noted_dropped ? count : 0;
    if (interface->noted_dropped > interface->public.dropped_count)
        interface->public.dropped_count = interface->noted_dropped;
}

int64_t pcapng_time(const struct input_interface *interface, uint64_t ticks)
{
    unsigned exponent = interface->resolution & (RESOLUTION_BINARY - 1);
    __int128 time = ticks;
    if (interface->resolution & RESOLUTION_BINARY)
        time = time * SECOND_NS >> exponent;
    else if (exponent <= NANOSECONDS)
        time *= power_of_ten(NANOSECONDS - exponent);
    else
        time = power_of_ten(exponent - NANOSECONDS) ? time / power_of_ten(exponent - NANOSECONDS) : 0;
    time += interface->offset_ns;
    return time > CAPTURE_TIME_LAST    ? CAPTURE_TIME_LAST
           : time < CAPTURE_TIME_FIRST ? CAPTURE_TIME_FIRST
                                       : (int64_t)time;
}

/* From 'offset' to the size at the end. */
static struct octets options_of(const uint8_t *block, size_t offset, uint32_t size)
{
    return (struct octets){block + offset, size - offset - BLOCK_TAIL_SIZE};
}

static void read_section_options(struct capture_input *input, struct octets options)
{
    struct pcapng_option_value option;
    input->application[0] = '\0';
    input->comment_size = 0;
    for (size_t cursor = 0; pcapng_option_next(options, input->big_endian, &cursor, &option);)
        if (option.code == OPTION_SECTION_APPLICATION)
            copy_text(input->application, option.value);
        else if (option.code == OPTION_COMMENT)
            add_comment(input, option.value);
    input->section.comment = input->comment_size ? input->comment : "";
}

/* Below those that the section has already. */
static void add_comment(struct capture_input *input, struct octets comment)
{
    size_t size = strnlen((const char *)comment.data, comment.size);
    size_t needed = input->comment_size + 1 + size + 1;
    if (needed > SECTION_COMMENT_ROOM)
        return;
    input->comment = realloc(input->comment, needed);
    if (!input->comment)
        abort();
    if (input->comment_size)
        input->comment[input->comment_size++] = '\n';
    memcpy(input->comment + input->comment_size, comment.data, size);
    input->comment_size += size;
    input->comment[input->comment_size] = '\0';
}

static void set_resolution(struct input_interface *interface, uint8_t resolution, int64_t offset_s)
{
    bool whole = !(resolution & RESOLUTION_BINARY) && resolution <= NANOSECONDS;
    if (offset_s > CAPTURE_TIME_LAST / SECOND_NS)
        offset_s = CAPTURE_TIME_LAST / SECOND_NS;
    if (offset_s < CAPTURE_TIME_FIRST / SECOND_NS)
        offset_s = CAPTURE_TIME_FIRST / SECOND_NS;
    interface->resolution = resolution;
    interface->offset_ns = offset_s * SECOND_NS;
    interface->tick_ns = whole ? power_of_ten(NANOSECONDS - (unsigned)resolution) : 0;
    if (whole)
        interface->tick_limit = (uint64_t)(CAPTURE_TIME_LAST - interface->offset_ns) / interface->tick_ns;
}

/* 0 when it doesn't fit. */
static uint64_t power_of_ten(unsigned exponent)
{
    uint64_t power = 1;
    for (unsigned i = 0; i < exponent; i++)
        if (__builtin_mul_overflow(power, 10u, &power))
            return 0;
    return power;
}

/* What a text that should be UTF-8 without a zero has before one, cut between characters. */
static void copy_text(char text[CAPTURE_NAME_SIZE], struct octets octets)
{
    size_t size = strnlen((const char *)octets.data, octets.size);
    if (size >= CAPTURE_NAME_SIZE) {
        size = CAPTURE_NAME_SIZE - 1;
        while (size > 0 && (octets.data[size] & 0xc0) == 0x80)
            size--;
    }
    memcpy(text, octets.data, size);
    text[size] = '\0';
}
