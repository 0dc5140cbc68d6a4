/* The reader of captures and the annotator: a file and a pipe with the same octets give the same records and
 * the same error, and what is annotated has the same records once more. */
#include <string.h>
#include <unistd.h>

#include "fuzz.h"
#include "input/capture_input.h"
#include "output/annotate.h"

#define PIPE_SIZE     65536
#define BATCH_COUNT   7
#define COMMENT_COUNT 3

/* What came out of one way of reading. */
struct summary {
    uint64_t count;
    uint64_t last_number;
    uint64_t sum;
    uint64_t interfaces;
    bool opened;
    bool damaged;
};

static struct summary read_capture(const char *path)
{
    struct summary summary = {0};
    struct capture_record records[BATCH_COUNT];
    struct reason reason = {""};
    struct capture_input *input = capture_input_open(path, &reason);
    FUZZ_CHECK(input || reason.text[0]);
    summary.opened = input;
    if (!input)
        return summary;
    for (size_t count; (count = capture_input_batch(input, records, BATCH_COUNT)) > 0;)
        for (size_t i = 0; i < count; i++) {
            const struct capture_record *record = &records[i];
            struct octets comment;
            FUZZ_CHECK(record->number > summary.last_number);
            FUZZ_CHECK(record->interface < capture_input_interface_count(input));
            FUZZ_CHECK(record->octets.size <= CAPTURE_RECORD_LIMIT &&
                       record->octets.size <= record->raw.size);
            summary.last_number = record->number;
            summary.count++;
            summary.sum =
                summary.sum * 31 + (uint64_t)record->time_ns + record->flags + record->original_size;
            for (size_t j = 0; j < record->octets.size; j++)
                summary.sum = summary.sum * 31 + record->octets.data[j];
            for (size_t cursor = 0; capture_record_comment(record, &cursor, &comment);)
                for (size_t j = 0; j < comment.size; j++)
                    summary.sum = summary.sum * 31 + comment.data[j];
        }
    summary.interfaces = capture_input_interface_count(input);
    for (uint32_t i = 0; i < summary.interfaces; i++)
        summary.sum += strlen(capture_input_interface(input, i)->name) +
                       strlen(capture_input_interface(input, i)->description);
    summary.sum += strlen(capture_input_section(input)->comment);
    summary.damaged = capture_input_error(input);
    capture_input_close(input);
    return summary;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > PIPE_SIZE)
        return 0;
    struct summary piped = read_capture(fuzz_pipe(data, size));
    const char *path = fuzz_file(data, size);
    struct summary mapped = read_capture(path);
    FUZZ_CHECK(memcmp(&piped, &mapped, sizeof piped) == 0);
    static char out[64];
    if (!out[0])
        snprintf(out, sizeof out, "/tmp/fuzz-input-%d.pcapng", (int)getpid());
    struct frame_comment comments[COMMENT_COUNT] = {{1, "one"}, {2, ""}, {mapped.last_number, "last"}};
    struct reason reason;
    FUZZ_CHECK(annotate(path, out, comments, COMMENT_COUNT, "all", &reason) == mapped.opened);
    if (mapped.opened) {
        struct summary annotated = read_capture(out);
        FUZZ_CHECK(annotated.opened && !annotated.damaged);
        FUZZ_CHECK(annotated.count == mapped.count && annotated.last_number >= mapped.last_number);
    }
    unlink(out);
    return 0;
}
