#include "output/annotate.h"

#include <stdlib.h>
#include <sys/stat.h>

#include "input/byte_order.h"
#include "input/capture_input.h"
#include "input/pcapng_option.h"
#include "output/file.h"
#include "output/pcapng.h"
#include "output/version.h"

#define BATCH_COUNT       256
#define COMMENT_LIMIT     64 /* on one frame: 4 MB at most, which readers still take */
#define BLOCK_FIELDS      8  /* type and size stand in front of them */
#define PACKET_HEAD_SIZE  28
#define SECTION_HEAD_SIZE 24
#define SECTION_LENGTH    16 /* where a section header says how many octets the section has */

/* An annotation under way. */
struct annotation {
    struct capture_input *input;
    struct file_writing *writing;
    const struct frame_comment *next; /* the first one that isn't written */
    const struct frame_comment *end;
    const char *section; /* not written yet; else NULL */
};

/* Comments that go to one place. */
struct comments {
    const char *texts[COMMENT_LIMIT];
    size_t count;
};

/* A block that gets comments. */
struct block {
    struct octets head; /* from the type on; its size is made anew */
    struct octets body; /* goes behind it; may be empty */
    struct octets options;
    bool big_endian;
};

static bool is_file(const char *path, struct reason *reason);
static void annotate_pcap(struct annotation *annotation);
static void annotate_pcapng(struct annotation *annotation);
static void take_comments(struct annotation *annotation, uint64_t number, struct comments *comments);
static void put_record(struct annotation *annotation, const struct capture_record *record,
                       const struct comments *comments);
static void put_simple_packet(struct annotation *annotation, const struct capture_record *record,
                              const struct comments *comments);
static void put_other_block(void *context, struct octets octets);
static void put_block(struct file_writing *writing, const struct block *block,
                      const struct comments *comments);
static void put_comments(struct file_writing *writing, const struct comments *comments, bool big_endian);
static size_t padding_of(size_t size);
static void put_padding(struct file_writing *writing, size_t size);

bool annotate(const char *path, const char *out, const struct frame_comment *comments, size_t count,
              const char *section, struct reason *reason)
{
    struct annotation annotation = {.next = comments, .end = comments + count, .section = section};
    if (!is_file(path, reason))
        return false;
    annotation.input = capture_input_open(path, reason);
    if (!annotation.input)
        return false;
    annotation.writing = file_start(out, reason);
    if (annotation.writing) {
        if (capture_input_is_pcapng(annotation.input))
            annotate_pcapng(&annotation);
        else
            annotate_pcap(&annotation);
    }
    capture_input_close(annotation.input);
    return annotation.writing && file_finish(annotation.writing, reason);
}

/* What came out of a pipe is gone. */
static bool is_file(const char *path, struct reason *reason)
{
    struct stat status;
    if (strcmp(path, "-") != 0 &&
        (stat(path, &status) != 0 || S_ISREG(status.st_mode) || S_ISDIR(status.st_mode)))
        return true; /* if it failed, or for a directory, opening tells */
    return reason_set(reason, "%.160s can't be annotated, as it can't be read twice; save it in a file first",
                      strcmp(path, "-") == 0 ? "standard input" : path);
}

static void annotate_pcap(struct annotation *annotation)
{
    struct pcapng pcapng = {0};
    struct capture_record records[BATCH_COUNT];
    const struct capture_interface *interface = capture_input_interface(annotation->input, 0);
    pcapng_section(&pcapng, "vmacheck " VMACHECK_VERSION, annotation->section);
    pcapng_interface_with(&pcapng, &(struct pcapng_interface){.link_type = interface->link_type,
                                                              .snap_size = interface->snap_size,
                                                              .fcs_size = interface->fcs_size});
    for (size_t count; (count = capture_input_batch(annotation->input, records, BATCH_COUNT)) > 0;) {
        for (size_t i = 0; i < count; i++) {
            struct comments comments;
            take_comments(annotation, records[i].number, &comments);
            pcapng_packet(&pcapng, &(struct pcapng_packet){.time_ns = records[i].time_ns,
                                                           .body = records[i].octets,
                                                           .original_size = records[i].original_size,
                                                           .comments = comments.texts,
                                                           .comment_count = comments.count});
        }
        file_put(annotation->writing, pcapng.data, pcapng.size);
        pcapng_clear(&pcapng);
    }
    file_put(annotation->writing, pcapng.data, pcapng.size);
    pcapng_free(&pcapng);
}

static void annotate_pcapng(struct annotation *annotation)
{
    struct capture_record record;
    capture_input_follow(annotation->input, put_other_block, annotation);
    while (capture_input_next(annotation->input, &record)) {
        struct comments comments;
        take_comments(annotation, record.number, &comments);
        if (comments.count == 0)
            file_put(annotation->writing, record.raw.data, record.raw.size);
        else if (record.flags & RECORD_TIMELESS)
            put_simple_packet(annotation, &record, &comments);
        else
            put_record(annotation, &record, &comments);
    }
}

/* Those of the frame 'number'. What was meant for frames before, which don't exist, is passed over. */
static void take_comments(struct annotation *annotation, uint64_t number, struct comments *comments)
{
    comments->count = 0;
    for (; annotation->next < annotation->end && annotation->next->number <= number; annotation->next++)
        if (annotation->next->number == number && comments->count < COMMENT_LIMIT)
            comments->texts[comments->count++] = annotation->next->text;
}

static void put_record(struct annotation *annotation, const struct capture_record *record,
                       const struct comments *comments)
{
    struct octets options = capture_record_options(record);
    size_t tail = options.size + sizeof(uint32_t);
    struct block block = {.head = {record->raw.data, record->raw.size - tail},
                          .options = options,
                          .big_endian = record->flags & RECORD_BIG_ENDIAN};
    put_block(annotation->writing, &block, comments);
}

/* Simple Packet Blocks have no place for comments: it becomes an enhanced one of the section's first
 * interface, at time 0, which is what readers make of it anyway. */
static void put_simple_packet(struct annotation *annotation, const struct capture_record *record,
                              const struct comments *comments)
{
    bool big_endian = record->flags & RECORD_BIG_ENDIAN;
    uint8_t head[PACKET_HEAD_SIZE] = {0};
    input_put_u32(head, BLOCK_PACKET, big_endian);
    input_put_u32(head + 20, (uint32_t)record->octets.size, big_endian);
    input_put_u32(head + 24, record->original_size, big_endian);
    struct block block = {.head = {head, sizeof head}, .body = record->octets, .big_endian = big_endian};
    put_block(annotation->writing, &block, comments);
}

/* Only a section header changes: comments make the section longer than it may say, and the first gets ours.
 */
static void put_other_block(void *context, struct octets octets)
{
    struct annotation *annotation = context;
    if (octets_u32(octets.data) != BLOCK_SECTION) {
        file_put(annotation->writing, octets.data, octets.size);
        return;
    }
    uint8_t head[SECTION_HEAD_SIZE];
    memcpy(head, octets.data, sizeof head);
    memset(head + SECTION_LENGTH, 0xff, sizeof(uint64_t)); /* unknown */
    struct comments comments = {.count = 0};
    if (annotation->section)
        comments.texts[comments.count++] = annotation->section;
    annotation->section = NULL;
    struct block block = {
        .head = {head, sizeof head},
        .options = {octets.data + sizeof head, octets.size - sizeof head - sizeof(uint32_t)},
        .big_endian = octets_u32(head + BLOCK_FIELDS) == BYTE_ORDER_MARK};
    put_block(annotation->writing, &block, &comments);
}

/* The new comments come behind the options that can be read, as a reader stops where it can't. */
static void put_block(struct file_writing *writing, const struct block *block,
                      const struct comments *comments)
{
    static const uint8_t end_of_options[OPTION_HEAD_SIZE];
    struct pcapng_option_value option;
    size_t kept = 0;
    while (pcapng_option_next(block->options, block->big_endian, &kept, &option))
        ;
    struct octets rest = {end_of_options, sizeof end_of_options};
    if (kept < block->options.size)
        rest = (struct octets){block->options.data + kept, block->options.size - kept};
    size_t size = block->head.size + block->body.size + padding_of(block->body.size) + kept + rest.size +
                  sizeof(uint32_t);
    for (size_t i = 0; i < comments->count; i++) {
        size_t text = pcapng_text_size(comments->texts[i]);
        size += OPTION_HEAD_SIZE + text + padding_of(text);
    }
    uint8_t size_octets[sizeof(uint32_t)];
    input_put_u32(size_octets, (uint32_t)size, block->big_endian);
    file_put(writing, block->head.data, BLOCK_FIELDS - sizeof size_octets);
    file_put(writing, size_octets, sizeof size_octets);
    file_put(writing, block->head.data + BLOCK_FIELDS, block->head.size - BLOCK_FIELDS);
    file_put(writing, block->body.data, block->body.size);
    put_padding(writing, block->body.size);
    file_put(writing, block->options.data, kept);
    put_comments(writing, comments, block->big_endian);
    file_put(writing, rest.data, rest.size);
    file_put(writing, size_octets, sizeof size_octets);
}

static void put_comments(struct file_writing *writing, const struct comments *comments, bool big_endian)
{
    for (size_t i = 0; i < comments->count; i++) {
        size_t size = pcapng_text_size(comments->texts[i]);
        uint8_t head[OPTION_HEAD_SIZE];
        input_put_u16(head, OPTION_COMMENT, big_endian);
        input_put_u16(head + 2, (uint16_t)size, big_endian);
        file_put(writing, head, sizeof head);
        file_put(writing, comments->texts[i], size);
        put_padding(writing, size);
    }
}

/* Octets up to the next multiple of 4. */
static size_t padding_of(size_t size)
{
    return (4 - size % 4) % 4;
}

static void put_padding(struct file_writing *writing, size_t size)
{
    static const uint8_t zeros[3];
    file_put(writing, zeros, padding_of(size));
}
