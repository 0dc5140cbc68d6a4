/* What each stage of audit costs per frame, without the ones behind it: lines of `name value unit`.
 *
 *   bench_audit_stages FILE
 */
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "audit/owners.h"
#include "base/duration.h"
#include "input/capture_input.h"

#define BATCH    256 /* records */
#define LEAST_NS 0.1 /* what a busy machine may hide */

/* Of SUNATM. */
#define SUNATM_HEADER_SIZE  4
#define SUNATM_TRAFFIC_MASK 0x0f
#define SUNATM_LANE         1

/* Everything up to and with the stage is done. */
enum stage { STAGE_READ, STAGE_DECODE, STAGE_OWNERS, STAGE_COUNT };

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / (double)NS_PER_S;
}

/* Decodes a record; false for frames of signalling. */
static bool decode(const struct capture_input *input, const struct capture_record *record,
                   struct frame *frame)
{
    struct octets octets = record->octets;
    if (capture_input_interface(input, record->interface)->link_type == LINK_TYPE_ETHERNET) {
        frame_decode(CARRIER_ETHERNET, octets.data, octets.size, frame);
        return true;
    }
    if (octets.size < SUNATM_HEADER_SIZE || (octets.data[0] & SUNATM_TRAFFIC_MASK) != SUNATM_LANE)
        return false;
    frame_decode(CARRIER_LANE_8023, octets.data + SUNATM_HEADER_SIZE, octets.size - SUNATM_HEADER_SIZE,
                 frame);
    return true;
}

static void see(struct owners *owners, const struct capture_record *record, const struct frame *frame)
{
    if (UINT64_C(1) << frame->name & OWNER_EVIDENCE)
        owners_see(owners, &(struct sighting){.network = record->interface,
                                              .number = record->number,
                                              .time_ns = record->time_ns,
                                              .frame = frame});
}

/* Returns the number of records; 'sink' keeps results alive. */
static uint64_t run(const char *path, enum stage last, uint64_t *sink)
{
    struct reason reason;
    struct capture_input *input = capture_input_open(path, &reason);
    if (!input) {
        fprintf(stderr, "bench_audit_stages: %s\n", reason.text);
        exit(EXIT_FAILURE);
    }
    static struct capture_record records[BATCH];
    static struct frame frame;
    struct arena *arena = arena_new();
    struct owners *owners = owners_new(arena);
    uint64_t total = 0;
    for (size_t count; (count = capture_input_batch(input, records, BATCH)) > 0; total += count)
        for (size_t i = 0; i < count; i++) {
            *sink += records[i].octets.data[0];
            if (last >= STAGE_DECODE && decode(input, &records[i], &frame)) {
                *sink += (uint64_t)frame.name;
                if (last >= STAGE_OWNERS)
                    see(owners, &records[i], &frame);
            }
        }
    for (const struct owner *owner = owners_next(owners, NULL); owner; owner = owners_next(owners, owner))
        *sink += owner->entry_count;
    arena_free(arena);
    capture_input_close(input);
    return total;
}

int main(int count, char **words)
{
    static const char *const names[STAGE_COUNT] = {"audit_read", "audit_decode", "audit_owners"};
    if (count != 2) {
        fprintf(stderr, "usage: bench_audit_stages FILE\n");
        return 2;
    }
    uint64_t sink = 0;
    run(words[1], STAGE_READ, &sink); /* warms up */
    double before_ns = 0;
    for (int stage = 0; stage < STAGE_COUNT; stage++) {
        double start_s = now_s();
        uint64_t total = run(words[1], (enum stage)stage, &sink);
        double took_ns = (now_s() - start_s) * (double)NS_PER_S / (double)total;
        double stage_ns = took_ns > before_ns + LEAST_NS ? took_ns - before_ns : LEAST_NS;
        printf("%s %.1f ns\n", names[stage], stage_ns);
        before_ns = took_ns;
    }
    printf("audit_stages %.1f ns\n", before_ns);
    return sink == 1; /* never */
}
