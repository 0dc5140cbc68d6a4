#include "output_sample.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "golden_frames.h"
#include "world/world_private.h"

enum { DUT, LES, PEER };

static char directory[64]; /* of sample_path(); empty: not made yet */

static struct tap_event *add_event(struct sample *sample, enum tap_kind kind, int64_t time_ns);
static void add_frame(struct sample *sample, int64_t time_ns, const struct vcc *vcc, unsigned from,
                      uint64_t to, enum frame_name name);
static const struct golden_frame *golden_called(enum frame_name name);
static void make_vccs(struct sample *sample);

void sample_make(struct sample *sample, bool lan)
{
    *sample = (struct sample){.arena = arena_new()};
    sample->world = world_new(&(struct world_settings){.seed = 1}, sample->arena);
    sample->tap = world_tap(sample->world);
    port_mark_device(world_port(sample->world, "dut"));
    world_port(sample->world, "les");
    world_port(sample->world, "peer");
    make_vccs(sample);

    struct vcc *vccs = sample->vccs;
    struct tap_event *note = add_event(sample, TAP_NOTE, 0);
    note->text = "quote \" backslash \\ tab \t octet \xff end";
    struct tap_event *setup = add_event(sample, TAP_CALL_SETUP, 1000);
    setup->vcc = &vccs[0];
    setup->called = &vccs[0].call.called;
    setup->from = DUT;
    setup->to = port_bit(LES);
    tap_publish(sample->tap, setup);
    struct tap_event *connected = add_event(sample, TAP_CALL_CONNECTED, 2000);
    connected->vcc = &vccs[0];
    connected->from = LES;
    connected->to = port_bit(DUT);
    tap_publish(sample->tap, connected);
    add_frame(sample, SECONDS(1) + 1, &vccs[0], DUT, port_bit(LES), FRAME_LE_REGISTER_REQUEST);
    add_frame(sample, SECONDS(1) + 2, &vccs[0], LES, port_bit(DUT), FRAME_LE_REGISTER_RESPONSE);
    add_frame(sample, SECONDS(5), &vccs[1], LES, port_bit(DUT) | port_bit(PEER), FRAME_LE_ARP_REQUEST);
    struct tap_event *control = add_event(sample, TAP_CONTROL, SECONDS(5) + 1);
    control->to = port_bit(DUT);
    control->control = (struct control_action){.kind = CONTROL_SHUTDOWN, .vrid = 1};
    add_frame(sample, SECONDS(5000), &vccs[2], PEER, port_bit(LES), FRAME_READY_QUERY);
    if (lan) {
        struct segment *segment = world_segment(sample->world, "upstream");
        add_frame(sample, SECONDS(5001), NULL, DUT, port_bit(PEER), FRAME_ARP_REQUEST);
        tap_at(sample->tap, tap_count(sample->tap) - 1)->segment = segment;
    }

    sample->test = (struct test_case){
        .id = "backup/le-arp-unanswered", .title = "a sample", .requirements = "R-3.1-05  R-3.1-06"};
    sample->result = (struct case_result){
        .instance = {&sample->test, ROLE_ROUTER, SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET},
        .seed = UINT64_MAX,
        .verdict = VERDICT_PASS,
        .reason = "nothing was violated",
        .device = "reference",
        .end_ns = SECONDS(5002),
        .event_count = tap_count(sample->tap),
        .tap = sample->tap,
    };
}

void sample_free(struct sample *sample)
{
    if (directory[0] && rmdir(directory) == 0)
        directory[0] = '\0';
    world_free(sample->world);
    arena_free(sample->arena);
}

void sample_find(struct sample *sample, enum finding_kind kind, const char *requirement, size_t index)
{
    struct findings *findings = &sample->result.findings;
    findings->list[findings->count++] = (struct finding){
        .kind = kind,
        .requirement = ledger_find(requirement),
        .source = "case",
        .site = "cases/backup.c:57",
        .time_ns = SECONDS(1) + 1,
        .event = index == SIZE_MAX ? NULL : tap_at(sample->tap, index),
        .silence = index == SIZE_MAX,
        .window_to_ns = SECONDS(2),
        .expected = "LE_REGISTER_REQUEST lecid=\"5\"",
        .actual = "<nothing> & more",
    };
    if (kind == FINDING_VIOLATION)
        sample->result.verdict = VERDICT_FAIL;
}

const char *sample_path(const char *name, char path[static SAMPLE_PATH_SIZE])
{
    if (!directory[0]) {
        snprintf(directory, sizeof directory, "/tmp/vmacheck-output-XXXXXX");
        if (!mkdtemp(directory))
            abort();
    }
    snprintf(path, SAMPLE_PATH_SIZE, "%s/%s", directory, name);
    return path;
}

char *sample_read(const char *path, size_t *size)
{
    FILE *file = fopen(path, "rb");
    if (!file)
        return NULL;
    size_t room = 1 << 20;
    char *text = calloc(1, room);
    *size = fread(text, 1, room - 1, file);
    fclose(file);
    return text;
}

static struct tap_event *add_event(struct sample *sample, enum tap_kind kind, int64_t time_ns)
{
    struct tap_event *event = tap_add(sample->tap, kind);
    event->time_ns = event->sent_ns = time_ns;
    return event;
}

static void add_frame(struct sample *sample, int64_t time_ns, const struct vcc *vcc, unsigned from,
                      uint64_t to, enum frame_name name)
{
    uint8_t data[GOLDEN_ROOM];
    size_t size = golden_read(golden_called(name)->hex, data, sizeof data);
    struct tap_event *event = add_event(sample, vcc ? TAP_SDU : TAP_LAN_FRAME, time_ns);
    event->vcc = vcc;
    event->from = (uint8_t)from;
    event->to = to;
    event->data = arena_copy(sample->arena, data, size);
    event->size = (uint32_t)size;
}

static const struct golden_frame *golden_called(enum frame_name name)
{
    for (size_t i = 0; i < golden_frame_count; i++)
        if (golden_frames[i].name == name)
            return &golden_frames[i];
    abort();
}

static void make_vccs(struct sample *sample)
{
    struct vcc *vccs = sample->vccs;
    vccs[0] = (struct vcc){.id = 1, .kind = VCC_CONTROL_DIRECT, .caller = DUT, .called = LES, .vci = 32};
    vccs[1] = (struct vcc){.id = 2, .kind = VCC_CONTROL_DISTRIBUTE, .caller = LES, .called = DUT, .vci = 33};
    vccs[2] = (struct vcc){.id = 90, .kind = VCC_DATA_DIRECT, .caller = PEER, .called = LES, .vci = 121};
    vccs[0].call.b_lli = B_LLI_CONTROL;
    vccs[1].call.b_lli = B_LLI_CONTROL;
    vccs[1].call.point_to_multipoint = true;
    vccs[2].call.b_lli = B_LLI_LLC_MULTIPLEXED;
    atm_address_read("4700000000000000000000000000205a02020200", &vccs[0].call.calling);
    atm_address_read("4700000000000000000000000000205a03030300", &vccs[0].call.called);
}
