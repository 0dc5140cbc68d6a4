/* The classic format: a file header, then records with a head of 16 octets (draft-ietf-opsawg-pcap). */
#include "input/capture_input_private.h"

#define FILE_HEAD_SIZE   24
#define RECORD_HEAD_SIZE 16
#define VERSION_MAJOR    2

/* The 32 bits of the link type (draft-ietf-opsawg-pcap 4). */
#define LINK_TYPE_MASK 0xffffu
#define FCS_KNOWN      0x04000000u
#define FCS_SIZE_SHIFT 28 /* in units of 16 bits */
#define SECOND_NS      INT64_C(1000000000)
#define FCS_SIZE_UNIT  2u

/* Magic numbers, as their writer has them. */
static const struct variant {
    uint32_t magic;
    uint32_t unit_ns;
    uint32_t record_head_size;
} variants[] = {
    {0xa1b2c3d4, 1000, RECORD_HEAD_SIZE},
    {0xa1b23c4d, 1, RECORD_HEAD_SIZE},
    {0xa1b2cd34, 1000,
     RECORD_HEAD_SIZE + 8}, /* with interface, protocol and packet type (old Linux libpcap) */
};

static const struct variant *variant_of(const struct source *source, bool *big_endian);
static size_t refill(struct capture_input *input, uint32_t size);

bool pcap_recognized(const struct source *source)
{
    bool big_endian;
    return variant_of(source, &big_endian) != NULL;
}

bool pcap_start(struct capture_input *input)
{
    struct source *source = &input->source;
    const struct variant *variant = variant_of(source, &input->big_endian);
    bool big_endian = input->big_endian;
    if (source_there(source) < FILE_HEAD_SIZE)
        return input_cut_short(input, "file header", 0, FILE_HEAD_SIZE);
    uint16_t version = input_u16(source->at + 4, big_endian);
    if (version != VERSION_MAJOR)
        return input_fail(
            input,
            "is pcap of version %u at offset 4, which nobody writes; convert it with editcap -F pcapng",
            version);
    input->unit_ns = variant->unit_ns;
    input->record_head_size = variant->record_head_size;
    struct input_interface *interface = input_add_interface(input);
    uint32_t link_type = input_u32(source->at + 20, big_endian);
    interface->public.link_type = link_type & LINK_TYPE_MASK;
    interface->public.snap_size = input_u32(source->at + 16, big_endian);
    if (link_type & FCS_KNOWN)
        interface->public.fcs_size = (uint8_t)((link_type >> FCS_SIZE_SHIFT) * FCS_SIZE_UNIT);
    source->at += FILE_HEAD_SIZE;
    return true;
}

/* With 'big_endian' a constant, which makes a loop of its own for either order. */
static inline __attribute__((always_inline)) size_t
batch(struct capture_input *input, struct capture_record *records, size_t room, bool big_endian)
{
    struct source *source = &input->source;
    uint32_t head_size = input->record_head_size;
    uint32_t needed = head_size;
    size_t count = 0;
    while (count < room && source_there(source) >= head_size) {
        const uint8_t *head = source->at;
        uint32_t size = input_u32(head + 8, big_endian);
        if (size > CAPTURE_RECORD_LIMIT)
            return count
                       ? count
                       : input_fail(input,
                                    "is damaged at offset %llu: record %llu claims %lu octets, more than any "
                                    "frame has; copy or take the capture again",
                                    (unsigned long long)source_offset(source),
                                    (unsigned long long)input->last_number + 1, (unsigned long)size);
        needed = head_size + size;
        if (source_there(source) < needed)
            break;
        records[count] = (struct capture_record){
            .offset = source_offset(source),
            .time_ns = input_u32(head, big_endian) * SECOND_NS +
                       (int64_t)input_u32(head + 4, big_endian) * input->unit_ns,
            .octets = {head + head_size, size},
            .raw = {head, needed},
            .original_size = input_u32(head + 12, big_endian),
        };
        input_number_record(input, &records[count++]);
        source->at += needed;
        needed = head_size;
    }
    return count ? count : refill(input, needed);
}

size_t pcap_batch(struct capture_input *input, struct capture_record *records, size_t room)
{
    return input->big_endian ? batch(input, records, room, true) : batch(input, records, room, false);
}

static const struct variant *variant_of(const struct source *source, bool *big_endian)
{
    if (source_there(source) < sizeof variants->magic)
        return NULL;
    for (size_t i = 0; i < sizeof variants / sizeof *variants; i++) {
        *big_endian = octets_u32(source->at) == variants[i].magic;
        if (*big_endian || input_u32(source->at, false) == variants[i].magic)
            return &variants[i];
    }
    return NULL;
}

/* Gets the whole record, or finds that the file ends. Returns 0: no records yet. */
static size_t refill(struct capture_input *input, uint32_t size)
{
    struct source *source = &input->source;
    if (source_need(source, size))
        return 0;
    if (source_there(source) == 0 && !source->damage.text[0]) {
        input->ended = true;
        return 0;
    }
    return input_cut_short(input, "record", source_offset(source), size);
}
