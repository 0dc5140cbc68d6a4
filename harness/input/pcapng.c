/* The reader of pcapng. Enhanced Packet Blocks, which nearly all are, are read in a loop without calls;
 * whatever is different, or damaged, goes one by one through other_block(). */
#include "input/pcapng_private.h"

#define PACKET_HEAD_SIZE  28 /* of the enhanced and the old block, type and size included */
#define PACKET_SIZE_LEAST (PACKET_HEAD_SIZE + BLOCK_TAIL_SIZE)
#define SIMPLE_HEAD_SIZE  12
#define DIRECTION_MASK    3u
#define PREFETCH_DISTANCE 1024

/* A kind of block that is read. */
struct block_kind {
    uint32_t type;
    uint32_t size_least;
    bool has_record;
};

static size_t other_block(struct capture_input *input, struct capture_record *record);
static const struct block_kind *kind_of(uint32_t type);
static bool read_block(struct capture_input *input, uint32_t type, uint32_t size,
                       struct capture_record *record);
static bool read_simple_packet(struct capture_input *input, const uint8_t *block, uint32_t size,
                               struct capture_record *record);
static bool packet_wrong(struct capture_input *input, uint32_t captured, uint32_t room, uint32_t local);
static bool is_counted(uint32_t type);

bool pcapng_recognized(const struct source *source)
{
    return source_there(source) >= sizeof(uint32_t) && octets_u32(source->at) == BLOCK_SECTION;
}

/* Direction and drops; and whether there is more. */
static inline __attribute__((always_inline)) void read_packet_options(struct input_interface *interface,
                                                                      struct octets options, bool big_endian,
                                                                      struct capture_record *record)
{
    struct pcapng_option_value option;
    for (size_t cursor = 0; pcapng_option_next(options, big_endian, &cursor, &option);)
        if (option.code == OPTION_PACKET_FLAGS && option.value.size == sizeof(uint32_t)) {
            uint32_t direction = input_u32(option.value.data, big_endian) & DIRECTION_MASK;
            record->direction = (uint8_t)(direction <= DIRECTION_OUTBOUND ? direction : DIRECTION_UNKNOWN);
            if (record->direction != DIRECTION_UNKNOWN && !interface->public.directions)
                interface->public.directions = true;
        } else if (option.code == OPTION_COMMENT) {
            record->flags |= RECORD_COMMENTED;
        } else if (option.code == OPTION_PACKET_DROPPED && option.value.size == sizeof(uint64_t)) {
            pcapng_note_dropped(interface, input_u64(option.value.data, big_endian));
        }
}

/* Fills the record from an Enhanced Packet Block, or an old one, that is complete in memory. False, leaving
 * it to others to say why, when its octets or its interface aren't there. */
static inline __attribute__((always_inline)) bool read_packet(struct capture_input *input,
                                                              const uint8_t *block, uint32_t size,
                                                              uint32_t local, bool big_endian,
                                                              struct capture_record *record)
{
    uint32_t captured = input_u32(block + 20, big_endian);
    uint32_t room = size - PACKET_SIZE_LEAST;
    if (captured > room || local >= input->interface_count - input->first_interface)
        return false;
    uint32_t padded = (captured + 3) / 4 * 4; /* within the room, which is a multiple of 4 */
    uint64_t ticks = (uint64_t)input_u32(block + 12, big_endian) << 32 | input_u32(block + 16, big_endian);
    struct input_interface *interface = input_interface(input, input->first_interface + local);
    *record = (struct capture_record){
        .offset = source_offset(&input->source),
        .time_ns = ticks <= interface->tick_limit
                       ? (int64_t)(ticks * interface->tick_ns) + interface->offset_ns
                       : pcapng_time(interface, ticks),
        .octets = {block + PACKET_HEAD_SIZE, captured},
        .raw = {block, size},
        .interface = input->first_interface + local,
        .original_size = input_u32(block + 24, big_endian),
        .flags = big_endian ? RECORD_BIG_ENDIAN : 0,
    };
    if (padded < room)
        read_packet_options(interface, (struct octets){block + PACKET_HEAD_SIZE + padded, room - padded},
                            big_endian, record);
    return true;
}

/* With 'big_endian' a constant, which makes a loop of its own for either order. */
static inline __attribute__((always_inline)) size_t
batch(struct capture_input *input, struct capture_record *records, size_t room, bool big_endian)
{
    struct source *source = &input->source;
    size_t count = 0;
    while (count < room && source_there(source) >= PACKET_SIZE_LEAST) {
        const uint8_t *block = source->at;
        uint32_t size = input_u32(block + 4, big_endian);
        if (input_u32(block, big_endian) != BLOCK_PACKET || size < PACKET_SIZE_LEAST || size % 4 ||
            size > CAPTURE_RECORD_LIMIT || size > source_there(source) ||
            input_u32(block + size - BLOCK_TAIL_SIZE, big_endian) != size ||
            !read_packet(input, block, size, input_u32(block + 8, big_endian), big_endian, &records[count]))
            break;
        __builtin_prefetch(block + PREFETCH_DISTANCE);
        input_number_record(input, &records[count++]);
        source->at += size;
    }
    return count ? count : other_block(input, records);
}

size_t pcapng_batch(struct capture_input *input, struct capture_record *records, size_t room)
{
    return input->big_endian ? batch(input, records, room, true) : batch(input, records, room, false);
}

size_t pcapng_size_wrong(struct capture_input *input, uint32_t type, uint32_t size)
{
    return input_fail(
        input,
        "is damaged at offset %llu: a block of type 0x%x can't have %lu octets, or says another size "
        "at its end; copy or take the capture again",
        (unsigned long long)source_offset(&input->source), (unsigned)type, (unsigned long)size);
}

/* One block of any kind, good or not. Returns the number of its records, 0 or 1. */
static size_t other_block(struct capture_input *input, struct capture_record *record)
{
    struct source *source = &input->source;
    uint64_t from = source_offset(source);
    if (!source_need(source, BLOCK_SIZE_LEAST)) {
        if (source_there(source) > 0 || source->damage.text[0])
            return input_cut_short(input, "block", from, BLOCK_SIZE_LEAST);
        input->ended = true;
        return 0;
    }
    uint32_t type = input_u32(source->at, input->big_endian);
    uint32_t size = input_u32(source->at + 4, input->big_endian);
    if (type == BLOCK_SECTION) { /* which reads the same in either order */
        pcapng_read_section(input);
        return 0;
    }
    const struct block_kind *kind = kind_of(type);
    if (size % 4 || size < (kind ? kind->size_least : BLOCK_SIZE_LEAST) || size > CAPTURE_RECORD_LIMIT)
        return pcapng_size_wrong(input, type, size);
    if (!source_need(source, size))
        return input_cut_short(input, "block", from, size);
    if (input_u32(source->at + size - BLOCK_TAIL_SIZE, input->big_endian) != size)
        return pcapng_size_wrong(input, type, size);
    if (kind && !read_block(input, type, size, record))
        return 0;
    if (kind && kind->has_record) {
        input_number_record(input, record);
        source->at += size;
        return 1;
    }
    input->last_number += is_counted(type);
    input_pass(input, size);
    return 0;
}

/* NULL for a block that is passed over. */
static const struct block_kind *kind_of(uint32_t type)
{
    static const struct block_kind kinds[] = {
        {BLOCK_PACKET, PACKET_SIZE_LEAST, true},
        {BLOCK_PACKET_OLD, PACKET_SIZE_LEAST, true},
        {BLOCK_PACKET_SIMPLE, SIMPLE_HEAD_SIZE + BLOCK_TAIL_SIZE, true},
        {BLOCK_INTERFACE, 20, false},
        {BLOCK_STATISTICS, 24, false},
    };
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
        if (kinds[i].type == type)
            return &kinds[i];
    return NULL;
}

/* A block of a kind that is read, complete in memory. */
static bool read_block(struct capture_input *input, uint32_t type, uint32_t size,
                       struct capture_record *record)
{
    const uint8_t *block = input->source.at;
    bool big_endian = input->big_endian;
    if (type == BLOCK_INTERFACE)
        return pcapng_read_interface(input, block, size);
    if (type == BLOCK_STATISTICS)
        return pcapng_read_statistics(input, block, size);
    if (type == BLOCK_PACKET_SIMPLE)
        return read_simple_packet(input, block, size, record);
    uint32_t local =
        type == BLOCK_PACKET_OLD ? input_u16(block + 8, big_endian) : input_u32(block + 8, big_endian);
    return read_packet(input, block, size, local, big_endian, record) ||
           packet_wrong(input, input_u32(block + 20, big_endian), size - PACKET_SIZE_LEAST, local);
}

/* A Simple Packet Block belongs to the first interface, and the size captured follows from that one's limit.
 */
static bool read_simple_packet(struct capture_input *input, const uint8_t *block, uint32_t size,
                               struct capture_record *record)
{
    uint32_t room = size - SIMPLE_HEAD_SIZE - BLOCK_TAIL_SIZE;
    uint32_t original = input_u32(block + 8, input->big_endian);
    if (input->interface_count == input->first_interface)
        return packet_wrong(input, 0, room, 0);
    uint32_t snap = input_interface(input, input->first_interface)->public.snap_size;
    uint32_t captured = snap && snap < original ? snap : original;
    *record = (struct capture_record){
        .offset = source_offset(&input->source),
        .time_ns = input->last_time_ns,
        .octets = {block + SIMPLE_HEAD_SIZE, captured},
        .raw = {block, size},
        .interface = input->first_interface,
        .original_size = original,
        .flags = RECORD_TIMELESS | (input->big_endian ? RECORD_BIG_ENDIAN : 0),
    };
    return captured <= room || packet_wrong(input, captured, room, 0);
}

static bool packet_wrong(struct capture_input *input, uint32_t captured, uint32_t room, uint32_t local)
{
    unsigned long long offset = source_offset(&input->source);
    unsigned long long number = input->last_number + 1;
    if (captured > room)
        return input_fail(
            input,
            "is damaged at offset %llu: record %llu claims %lu octets, its block has %lu; copy or take "
            "the capture again",
            offset, number, (unsigned long)captured, (unsigned long)room);
    return input_fail(
        input,
        "is damaged at offset %llu: record %llu is of interface %lu, but its section has described "
        "only %lu; take the capture again, or repair it with editcap",
        offset, number, (unsigned long)local,
        (unsigned long)(input->interface_count - input->first_interface));
}

/* Blocks without a frame that Wireshark numbers like frames (wiretap/pcapng.c of 4.0): custom ones, journals,
 * and the events of sysdig. */
static bool is_counted(uint32_t type)
{
    static const uint32_t counted[] = {0x00000bad, 0x40000bad, 0x00000009, 0x00000204, 0x00000208,
                                       0x00000216, 0x00000217, 0x00000221, 0x00000222};
    for (size_t i = 0; i < sizeof counted / sizeof *counted; i++)
        if (counted[i] == type)
            return true;
    return false;
}
