/* Captures of the suite without their metadata: signalling tells what every VCC of the device is for, also
 * when the beginning of the capture is missing. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "audit/channels.h"
#include "output/capture.h"
#include "suite_run.h"

#define JOBS           2
#define SHOWN          10
#define VCC_ROOM       4096 /* VCIs of a case */
#define PACKET_HEAD    28   /* octets of an Enhanced Packet Block before its packet */
#define INTERFACE_ROOM 4096

/* What is looked at of a capture, and what came out. */
static struct {
    uint32_t skip_count; /* frames at the start that are missing */
    size_t vcc_count;    /* VCCs with frames of the device whose SETUP is there */
    size_t wrong_count;  /* of them those that signalling did not tell */
    size_t half_count;   /* VCCs whose SETUP is missing */
    size_t half_wrong_count;
} tally;

/* What the capture should tell of a VCC of the device, by VCI. */
struct truth {
    const struct vcc *vcc;
    uint32_t setup_frame; /* at the device's port, that of the first leaf; 0: none */
    uint32_t told_frame;  /* that of the last SDU of the device */
};

static uint32_t u32(const uint8_t *at)
{
    uint32_t number;
    memcpy(&number, at, sizeof number);
    return number;
}

/* Also marks the device's SDUs by frame number. */
static void find_truth(struct tap *tap, struct truth *truths, bool *of_device)
{
    unsigned device = tap_device(tap);
    for (size_t i = 0; i < tap_count(tap); i++) {
        const struct tap_event *event = tap_at(tap, i);
        if (!event->vcc || !event->frame_number)
            continue;
        struct truth *truth = &truths[event->vcc->vci];
        truth->vcc = event->vcc;
        bool calling = event->vcc->caller == device;
        if (event->kind == TAP_CALL_SETUP && (!calling || event->party == 0))
            truth->setup_frame = event->frame_number;
        if (event->kind == TAP_SDU && (tap_from(event, device) || tap_reaches(event, device))) {
            of_device[event->frame_number] = true;
            truth->told_frame = truth->setup_frame;
        }
    }
}

/* Puts the SUNATM packets of the capture into channels, without the names of their interfaces. Finds the
 * channels of the device's SDUs. */
static void read_capture(const struct pcapng *pcapng, struct channels *channels, const bool *of_device,
                         struct channel **by_vci)
{
    static _Thread_local bool sunatm[INTERFACE_ROOM];
    uint32_t interface_count = 0;
    uint64_t number = 0;
    for (const uint8_t *block = pcapng->data; block < pcapng->data + pcapng->size; block += u32(block + 4)) {
        if (u32(block) == BLOCK_INTERFACE)
            sunatm[interface_count++ % INTERFACE_ROOM] = (u32(block + 8) & 0xffff) == LINK_TYPE_SUNATM;
        if (u32(block) != BLOCK_PACKET || ++number <= tally.skip_count || !sunatm[u32(block + 8)])
            continue;
        uint64_t time_ns = (uint64_t)u32(block + 12) << 32 | u32(block + 16);
        struct channel_record record = {
            .interface = u32(block + 8), .number = number, .time_ns = (int64_t)time_ns};
        ck_assert(channel_record_read(block + PACKET_HEAD, u32(block + 20), &record));
        struct channel *channel = channels_record(channels, &record);
        if (of_device[number] && record.vci < VCC_ROOM)
            by_vci[record.vci] = channel;
    }
}

static void *look(void *context, size_t index, const struct case_result *result)
{
    (void)context;
    (void)index;
    if (!result->tap)
        return NULL;
    struct arena *arena = arena_new();
    struct channels *channels = channels_new(arena);
    struct truth *truths = arena_zeroed(arena, (UINT16_MAX + 1) * sizeof *truths);
    struct channel **by_vci = arena_zeroed(arena, VCC_ROOM * sizeof(struct channel *));
    struct pcapng pcapng = {0};
    capture_build(&pcapng, result);
    bool *of_device = arena_zeroed(arena, (tap_count(result->tap) + 1) * sizeof *of_device);
    find_truth(result->tap, truths, of_device);
    read_capture(&pcapng, channels, of_device, by_vci);
    ck_assert_uint_eq(channels_unread_count(channels), 0);
    for (size_t vci = 0; vci < VCC_ROOM; vci++) {
        const struct truth *truth = &truths[vci];
        const struct channel *channel = by_vci[vci];
        if (!channel)
            continue;
        bool whole = truth->told_frame > tally.skip_count;
        bool right = channel->vcc.kind == truth->vcc->kind && channel->known == KNOWN_BY_SIGNALLING;
        if (!whole)
            right = channel->vcc.kind == truth->vcc->kind || channel->vcc.kind == VCC_UNKNOWN;
        __atomic_add_fetch(whole ? &tally.vcc_count : &tally.half_count, 1, __ATOMIC_RELAXED);
        if (right)
            continue;
        char text[CHANNEL_TEXT_SIZE];
        char instance[INSTANCE_TEXT_SIZE];
        if (__atomic_fetch_add(whole ? &tally.wrong_count : &tally.half_wrong_count, 1, __ATOMIC_RELAXED) <
            SHOWN)
            printf("%s: %s is %s%s\n", instance_text(&result->instance, instance),
                   channel_text(channel, text, sizeof text), vcc_kind_text(truth->vcc->kind),
                   whole ? "" : "; its SETUP is missing");
    }
    pcapng_free(&pcapng);
    arena_free(arena);
    return NULL;
}

static void look_at_suite(void)
{
    static const char *topics[] = {"join/", "les-join/", "forwarding/", "bridge/", "lec-paths/"};
    struct selection selection = {.selectors = topics, .selector_count = sizeof topics / sizeof *topics};
    if (getenv("ALL_CASES"))
        selection.selector_count = 0;
    ck_assert(run_suite(&selection, "reference", JOBS, look));
    printf("%u frames missing: %zu VCCs, %zu not told; %zu without their SETUP, %zu wrong\n",
           tally.skip_count, tally.vcc_count, tally.wrong_count, tally.half_count, tally.half_wrong_count);
}

START_TEST(signalling_tells_each_vcc_of_the_device)
{
    static const uint32_t skip_counts[] = {0, 2, 7, 20};
    memset(&tally, 0, sizeof tally);
    tally.skip_count = skip_counts[_i];
    look_at_suite();
    ck_assert_uint_eq(tally.wrong_count, 0);
    ck_assert_uint_eq(tally.half_wrong_count, 0);
    ck_assert_uint_gt(tally.vcc_count, 1000);
    ck_assert(tally.skip_count == 0 || tally.half_count > 500);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("channels_suite");
    TCase *tests = tcase_create("captures of the suite");
    tcase_set_timeout(tests, 120);
    tcase_add_loop_test(tests, signalling_tells_each_vcc_of_the_device, 0, 4);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
