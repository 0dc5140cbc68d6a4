#include "output/capture.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/text.h"
#include "output/capture_signalling.h"
#include "output/file.h"
#include "output/plain.h"
#include "output/version.h"
#include "wire/signalling_encode.h"

#define SENT_BY_DEVICE     0x80u /* SUNATM, octet 0: direction bit and kind of traffic */
#define TRAFFIC_LANE       1u
#define TRAFFIC_LLC        2u
#define TRAFFIC_SIGNALLING 6u
#define SUNATM_HEAD_SIZE   4
#define NAMES_SIZE         256 /* octets of a list of ports */
#define COMMENT_SIZE       2048
#define SECTION_SIZE       (COMMENT_SIZE * 4)

/* The interface of a VCC or segment, or that of signalling, made at its first event. */
struct channel {
    const void *subject; /* struct vcc, struct segment, or the tap: signalling of the device */
    uint32_t interface;
};

/* A capture under way. */
struct capture {
    struct pcapng *pcapng;
    const struct case_result *result;
    struct channel *channels; /* in the order of interfaces; few, and mostly the last one is wanted */
    size_t channel_count;
    size_t channel_room;
    uint32_t sequences[2];         /* of SSCOP: of the network, of the device; the next one */
    char *comments[FINDING_ROOM];  /* of each finding */
    uint32_t frames[FINDING_ROOM]; /* and the frame it stands on, 0: the section */
};

static void comments_make(struct capture *capture);
static char *comment_of(const struct finding *finding);
static void put_section(struct capture *capture);
static uint32_t interface_of(struct capture *capture, const void *subject, const struct tap_event *event);
static uint32_t signalling_interface(struct capture *capture);
static uint32_t segment_interface(struct capture *capture, const struct segment *segment);
static uint32_t vcc_interface(struct capture *capture, const struct vcc *vcc);
static void put_hearers(struct text *text, struct tap *tap, const struct vcc *vcc);
static void put_frame(struct capture *capture, const struct tap_event *event, uint32_t interface);

void capture_build(struct pcapng *pcapng, const struct case_result *result)
{
    struct capture capture = {.pcapng = pcapng, .result = result};
    pcapng_clear(pcapng);
    comments_make(&capture);
    put_section(&capture);
    size_t count = tap_count(result->tap);
    for (size_t i = 0; i < count; i++) {
        const struct tap_event *event = tap_at(result->tap, i);
        if (!event->vcc && !event->segment)
            continue;
        uint32_t interface = interface_of(
            &capture, event->vcc ? (const void *)event->vcc : (const void *)event->segment, event);
        if (event->frame_number && tap_kind_is_call((enum tap_kind)event->kind))
            interface = interface_of(&capture, result->tap, event);
        if (event->frame_number)
            put_frame(&capture, event, interface);
    }
    for (size_t i = 0; i < result->findings.count; i++)
        free(capture.comments[i]);
    free(capture.channels);
}

bool capture_write(const char *path, const struct case_result *result, struct reason *reason)
{
    struct pcapng pcapng = {0};
    capture_build(&pcapng, result);
    bool written = file_replace(path, pcapng.data, pcapng.size, reason);
    pcapng_free(&pcapng);
    return written;
}

uint32_t capture_frame_number(struct tap *tap, const struct finding *finding)
{
    if (!tap || !finding->event)
        return 0;
    const struct tap_event *event = finding->event;
    while (event->frame_number == 0 && event->index > 0)
        event = tap_at(tap, event->index - 1);
    return event->frame_number;
}

static void comments_make(struct capture *capture)
{
    const struct findings *findings = &capture->result->findings;
    for (size_t i = 0; i < findings->count; i++) {
        capture->comments[i] = comment_of(&findings->list[i]);
        capture->frames[i] = capture_frame_number(capture->result->tap, &findings->list[i]);
    }
}

/* "FAIL R-3.1-05: expected …; got …", freed by the caller. */
static char *comment_of(const struct finding *finding)
{
    char line[COMMENT_SIZE];
    struct text text = text_in(line, sizeof line);
    text_add(&text, "%s %s: expected %s", finding->kind == FINDING_VIOLATION ? "FAIL" : "REMARK",
             finding->requirement->id, finding->expected);
    if (finding->window_from_ns || finding->window_to_ns)
        text_add(&text, " from %.6f s to %.6f s", (double)finding->window_from_ns / 1e9,
                 (double)finding->window_to_ns / 1e9);
    text_add(&text, "; got %s", finding->actual);
    return plain_copy(line);
}

static void put_section(struct capture *capture)
{
    const struct case_result *result = capture->result;
    char comment[SECTION_SIZE];
    struct text text = text_in(comment, sizeof comment);
    char instance[INSTANCE_TEXT_SIZE];
    char *reason = plain_copy(result->reason);
    char *device = plain_copy(result->device);
    text_add(&text, "case: %s\nverdict: %s: %s\nseed: %llu\ndevice: %s",
             instance_text(&result->instance, instance), verdict_text(result->verdict), reason,
             (unsigned long long)result->seed, device);
    for (size_t i = 0; i < result->findings.count; i++)
        if (capture->frames[i] == 0)
            text_add(&text, "\n%s", capture->comments[i]);
    pcapng_section(capture->pcapng, "vmacheck " VMACHECK_VERSION, comment);
    free(reason);
    free(device);
}

static uint32_t interface_of(struct capture *capture, const void *subject, const struct tap_event *event)
{
    for (size_t i = capture->channel_count; i-- > 0;)
        if (capture->channels[i].subject == subject)
            return capture->channels[i].interface;
    if (capture->channel_count == capture->channel_room) {
        capture->channel_room = capture->channel_room ? 2 * capture->channel_room : 32;
        capture->channels = realloc(capture->channels, capture->channel_room * sizeof *capture->channels);
        if (!capture->channels)
            abort();
    }
    uint32_t interface = subject == capture->result->tap ? signalling_interface(capture)
                         : event->vcc                    ? vcc_interface(capture, event->vcc)
                                                         : segment_interface(capture, event->segment);
    capture->channels[capture->channel_count++] = (struct channel){subject, interface};
    return interface;
}

static uint32_t segment_interface(struct capture *capture, const struct segment *segment)
{
    return segment_is_token_ring(segment)
               ? pcapng_interface(capture->pcapng, LINK_TYPE_TOKEN_RING, segment_name(segment), "ring")
               : pcapng_interface(capture->pcapng, LINK_TYPE_ETHERNET, segment_name(segment), "LAN segment");
}

static uint32_t signalling_interface(struct capture *capture)
{
    char name[NAMES_SIZE];
    char description[NAMES_SIZE];
    const char *device = tap_port_name(capture->result->tap, tap_device(capture->result->tap));
    snprintf(name, sizeof name, "signalling %s", device);
    snprintf(description, sizeof description, "VPI %d VCI %d, UNI 3.1 between %s and the network",
             SIGNALLING_VPI, SIGNALLING_VCI, device);
    return pcapng_interface(capture->pcapng, LINK_TYPE_SUNATM, name, description);
}

/* "control-direct dut -> les", with VCI and addresses as the description. */
static uint32_t vcc_interface(struct capture *capture, const struct vcc *vcc)
{
    struct tap *tap = capture->result->tap;
    char name[NAMES_SIZE];
    struct text text = text_in(name, sizeof name);
    text_add(&text, "%s %s -> ", vcc_kind_text(vcc->kind), tap_port_name(tap, vcc->caller));
    put_hearers(&text, tap, vcc);

    char description[NAMES_SIZE];
    char calling[ATM_ADDRESS_TEXT_SIZE];
    char called[ATM_ADDRESS_TEXT_SIZE];
    snprintf(description, sizeof description, "VCI %u, calling %s, called %s, LANE protocol id %d%s%s",
             vcc->vci, atm_address_text(&vcc->call.calling, calling),
             atm_address_text(&vcc->call.called, called), (int)vcc->call.b_lli,
             vcc->call.b_lli == B_LLI_LLC_MULTIPLEXED ? " (LLC-multiplexed)" : "",
             vcc->call.point_to_multipoint ? ", point-to-multipoint" : "");
    return pcapng_interface(capture->pcapng, LINK_TYPE_SUNATM, name, description);
}

/* Everybody who was ever at the far end. */
static void put_hearers(struct text *text, struct tap *tap, const struct vcc *vcc)
{
    struct tap_event heard = {.to = vcc->leaves};
    if (vcc->called != PORT_NONE)
        heard.to |= port_bit(vcc->called);
    size_t count = vcc->call.point_to_multipoint ? tap_count(tap) : 0;
    for (size_t i = 0; i < count; i++) {
        const struct tap_event *event = tap_at(tap, i);
        if (event->vcc == vcc && event->from == vcc->caller)
            heard.to |= event->to;
    }
    char names[NAMES_SIZE];
    text_put(text, heard.to ? tap_receivers(tap, &heard, names, sizeof names) : "nobody");
}

static void put_frame(struct capture *capture, const struct tap_event *event, uint32_t interface)
{
    unsigned device = tap_device(capture->result->tap);
    bool sent = device != PORT_NONE && tap_from(event, device);
    bool received = device != PORT_NONE && tap_reaches(event, device);
    const char *comments[FINDING_ROOM];
    uint8_t head[SUNATM_HEAD_SIZE] = {0};
    uint8_t sdu[SIGNALLING_SDU_ROOM];
    struct pcapng_packet packet = {
        .interface = interface,
        .time_ns = event->time_ns,
        .direction = sent       ? DIRECTION_OUTBOUND
                     : received ? DIRECTION_INBOUND
                                : DIRECTION_UNKNOWN,
        .body = {event->data, event->size},
        .comments = comments,
    };
    for (size_t i = 0; i < capture->result->findings.count; i++)
        if (capture->frames[i] == event->frame_number)
            comments[packet.comment_count++] = capture->comments[i];
    if (tap_kind_is_call((enum tap_kind)event->kind)) {
        struct signalling message = capture_signalling(capture->result->tap, event);
        message.sequence = capture->sequences[sent]++;
        packet.body = (struct octets){sdu, signalling_encode(&message, sdu)};
        head[0] = (uint8_t)((sent ? SENT_BY_DEVICE : 0) | TRAFFIC_SIGNALLING);
        octets_put_u16(head + 2, SIGNALLING_VCI);
        packet.head = (struct octets){head, sizeof head};
    } else if (event->vcc) {
        bool llc = event->vcc->call.b_lli == B_LLI_LLC_MULTIPLEXED;
        head[0] = (uint8_t)((sent ? SENT_BY_DEVICE : 0) | (llc ? TRAFFIC_LLC : TRAFFIC_LANE));
        octets_put_u16(head + 2, event->vcc->vci);
        packet.head = (struct octets){head, sizeof head};
    }
    pcapng_packet(capture->pcapng, &packet);
}
