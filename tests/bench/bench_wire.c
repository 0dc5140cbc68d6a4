/* How fast the wire layer is: lines of `name value unit`.
 *
 *   encode and decode of one LE control frame and one advertisement, reading a field, writing a text line;
 *   a libpcap loop over a generated capture, alone and with decoding every frame.
 *
 *   bench_wire [FILE]    keeps the capture in FILE, for other readers of it
 */
#define _DEFAULT_SOURCE /* pcap.h uses u_int and its kin */
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "base/duration.h"
#include "wire/field.h"

#define ROUNDS        2000000
#define CAPTURE_COUNT 1000000 /* frames in the generated capture */

/* Keeps results alive without cost. */
static volatile uint64_t sink;

static uint8_t control_octets[256], advertisement_octets[256];
static size_t control_size, advertisement_size;

static double now_s(void)
{
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return (double)time.tv_sec + (double)time.tv_nsec / (double)NS_PER_S;
}

static void report(const char *name, double start_s, double count)
{
    double took_s = now_s() - start_s;
    printf("%s %.1f ns\n", name, took_s / count * (double)NS_PER_S);
    printf("%s_rate %.0f frames/s\n", name, count / took_s);
}

static size_t encode_control(uint32_t transaction_id, uint8_t *data, size_t room)
{
    struct le_control control = le_control_of(LE_ARP_REQUEST);
    control.transaction_id = transaction_id;
    control.requester_lecid = 5;
    control.source_lan = lan_destination_of_mac(mac_of_vrid(1));
    control.source_atm.octet[0] = 0x47;
    return le_control_encode(&control, data, room);
}

/* All layers in one buffer: LE header 2, Ethernet 14, IPv4 20, message 20 octets. */
static size_t encode_advertisement(uint16_t identification, uint8_t *data, size_t room)
{
    struct vrrp vrrp = {.version = 2,
                        .type = 1,
                        .vrid = 1,
                        .priority = VRRP_PRIORITY_DEFAULT,
                        .address_count = 1,
                        .interval_s = 1,
                        .addresses = {{0x0a000001}},
                        .addresses_present = 1};
    struct ipv4 ipv4 = {.identification = identification,
                        .ttl = VRRP_TTL,
                        .protocol = IPV4_PROTOCOL_VRRP,
                        .source = {0x0a00000b},
                        .destination = VRRP_GROUP,
                        .payload = {data + 36, vrrp_encode(&vrrp, data + 36, room - 36)}};
    struct ethernet ethernet = {.destination = VRRP_GROUP_MAC,
                                .source = mac_of_vrid(1),
                                .type = ETHERTYPE_IPV4,
                                .payload = {data + 16, ipv4_encode(&ipv4, data + 16, room - 16)}};
    return le_data_encode(5, &ethernet, true, data, room);
}

static void bench_codec(void)
{
    static struct frame frame;
    double start_s = now_s();
    for (uint32_t i = 0; i < ROUNDS; i++)
        sink += control_size = encode_control(i, control_octets, sizeof control_octets);
    report("encode_le_control", start_s, ROUNDS);

    start_s = now_s();
    for (uint32_t i = 0; i < ROUNDS; i++)
        sink += advertisement_size = encode_advertisement((uint16_t)i, advertisement_octets, 256);
    report("encode_advertisement", start_s, ROUNDS);

    start_s = now_s();
    for (uint32_t i = 0; i < ROUNDS; i++) {
        frame_decode(CARRIER_LANE_8023, advertisement_octets, advertisement_size, &frame);
        sink += (uint64_t)frame.name;
    }
    report("decode_advertisement", start_s, ROUNDS);

    start_s = now_s();
    for (uint32_t i = 0; i < ROUNDS; i++) {
        frame_decode(CARRIER_LANE_8023, control_octets, control_size, &frame);
        sink += (uint64_t)frame.name;
    }
    report("decode_le_control", start_s, ROUNDS);

    struct value value = number_value(0);
    start_s = now_s();
    for (uint32_t i = 0; i < ROUNDS; i++) {
        field_get(&frame, i & 1 ? FIELD_SOURCE_LAN : FIELD_TRANSACTION_ID, &value);
        sink += (uint64_t)value.kind;
    }
    report("field_get", start_s, ROUNDS);

    char line[FRAME_TEXT_SIZE];
    start_s = now_s();
    for (uint32_t i = 0; i < ROUNDS / 10; i++)
        sink += (uint64_t)frame_text(&frame, line, sizeof line)[0];
    report("frame_text", start_s, ROUNDS / 10);
}

/* Half control frames, half advertisements, as SUNATM. */
static void write_capture(const char *path)
{
    pcap_t *pcap = pcap_open_dead(DLT_SUNATM, 65535);
    pcap_dumper_t *dumper = pcap ? pcap_dump_open(pcap, path) : NULL;
    if (!dumper) {
        fprintf(stderr, "bench_wire: %s can't be written\n", path);
        exit(EXIT_FAILURE);
    }
    uint8_t record[260] = {0x01, 0, 0, 32};
    for (uint32_t i = 0; i < CAPTURE_COUNT; i++) {
        size_t size =
            i & 1 ? encode_control(i, record + 4, 256) : encode_advertisement((uint16_t)i, record + 4, 256);
        struct pcap_pkthdr header = {.caplen = (bpf_u_int32)(4 + size), .len = (bpf_u_int32)(4 + size)};
        pcap_dump((u_char *)dumper, &header, record);
    }
    pcap_dump_close(dumper);
    pcap_close(pcap);
}

static void look(u_char *user, const struct pcap_pkthdr *header, const u_char *data)
{
    (void)user;
    sink += header->caplen + data[0];
}

static void decode(u_char *user, const struct pcap_pkthdr *header, const u_char *data)
{
    struct frame *frame = (void *)user;
    frame_decode(CARRIER_LANE_8023, data + 4, header->caplen - 4, frame);
    sink += (uint64_t)frame->name;
}

static void bench_capture(const char *name, const char *path, pcap_handler handler)
{
    static struct frame frame;
    char error[PCAP_ERRBUF_SIZE];
    pcap_t *pcap = pcap_open_offline(path, error);
    if (!pcap) {
        fprintf(stderr, "bench_wire: %s\n", error);
        exit(EXIT_FAILURE);
    }
    double start_s = now_s();
    pcap_loop(pcap, -1, handler, (u_char *)&frame);
    report(name, start_s, CAPTURE_COUNT);
    pcap_close(pcap);
}

int main(int count, char **words)
{
    bench_codec();
    char temporary[] = "/tmp/bench_wire_XXXXXX";
    char *path = count > 1 ? words[1] : temporary;
    int file = count > 1 ? -1 : mkstemp(temporary);
    if (count <= 1 && file < 0) {
        perror("bench_wire: /tmp");
        return EXIT_FAILURE;
    }
    if (file >= 0)
        close(file);
    write_capture(path);
    bench_capture("pcap_loop", path, look);
    bench_capture("pcap_loop_and_decode", path, decode);
    if (path == temporary)
        unlink(path);
    return EXIT_SUCCESS;
}
