/* Frames of real stacks (tests/real-frames): each gets its right name, its checksums are good, and the
 * encoders write the same octets.
 *
 * What is expected here was read with tshark, not with the decoders under test. Run it in the root of the
 * source tree, or name the directory of the frames in REAL_FRAMES.
 *
 * Rewritten octet for octet: LE control frames, and data frames with ARP, VRRP or ICMP, through every layer.
 * The encoders do not claim IPv4 with options (the IGMP reports have a router alert), IPv6, or signalling.
 */
#define _DEFAULT_SOURCE /* pcap.h uses u_int and its kin */
#include <check.h>
#include <pcap/pcap.h>
#include <stdio.h>
#include <stdlib.h>

#include "golden_frames.h"
#include "wire/field.h"

/* Octets in front of the SDU in a SUNATM capture: flags and traffic type, VPI, VCI. */
#define SUNATM_HEADER_SIZE 4
#define SIGNALLING_VPI     0
#define SIGNALLING_VCI     5

struct name_count {
    enum frame_name name;
    unsigned count;
};

/* Advertisements with these values. */
struct advertisement_count {
    unsigned lecid; /* 0 on Ethernet */
    const char *from, *source;
    unsigned vrid, priority;
    const char *address;
    unsigned count;
};

struct capture {
    const char *file;
    int link_type;
    unsigned signalling_count;
    struct name_count names[24]; /* ends with a count of 0 */
    struct advertisement_count advertisements[8];
    unsigned b_lli_count[B_LLI_LLC_MULTIPLEXED + 1]; /* SETUP messages by B-LLI */
};

static const struct capture captures[] = {
    {.file = "linux-two-lecs-join-and-ping.pcap",
     .link_type = DLT_SUNATM,
     .signalling_count = 82,
     .names = {{FRAME_LE_CONFIGURE_REQUEST, 2},
               {FRAME_LE_CONFIGURE_RESPONSE, 2},
               {FRAME_LE_JOIN_REQUEST, 2},
               {FRAME_LE_JOIN_RESPONSE, 2},
               {FRAME_READY_IND, 1},
               {FRAME_LE_ARP_REQUEST, 4},
               {FRAME_LE_ARP_RESPONSE, 4},
               {FRAME_LE_FLUSH_REQUEST, 6},
               {FRAME_LE_FLUSH_RESPONSE, 6},
               {FRAME_ARP_REQUEST, 3},
               {FRAME_ARP_REPLY, 3},
               {FRAME_ICMP_ECHO_REQUEST, 7},
               {FRAME_ICMP_ECHO_REPLY, 5},
               {FRAME_ETHERNET, 34}}, /* IPv6 */
     .b_lli_count = {[B_LLI_CONTROL] = 6, [B_LLI_DATA_DIRECT_8023] = 2, [B_LLI_MULTICAST_8023] = 4}},
    {.file = "linux-keepalived-vmac-on-lec.pcap",
     .link_type = DLT_SUNATM,
     .signalling_count = 118,
     .names = {{FRAME_LE_CONFIGURE_REQUEST, 2},
               {FRAME_LE_CONFIGURE_RESPONSE, 2},
               {FRAME_LE_JOIN_REQUEST, 2},
               {FRAME_LE_JOIN_RESPONSE, 2},
               {FRAME_READY_IND, 1},
               {FRAME_LE_ARP_REQUEST, 12},
               {FRAME_LE_ARP_RESPONSE, 4},
               {FRAME_LE_FLUSH_REQUEST, 6},
               {FRAME_LE_FLUSH_RESPONSE, 6},
               {FRAME_ADVERTISEMENT, 165},
               {FRAME_ARP_REQUEST, 9},
               {FRAME_GRATUITOUS_ARP, 60},
               {FRAME_ARP_REPLY, 7},
               {FRAME_ICMP_ECHO_REQUEST, 16},
               {FRAME_ICMP_ECHO_REPLY, 8},
               {FRAME_IPV4, 24},      /* IGMP */
               {FRAME_ETHERNET, 88}}, /* IPv6 */
     .advertisements = {{0x100, "00-00-5e-00-01-33", "10.1.1.1", 51, 0, "10.1.1.100", 3},
                        {0x100, "00-00-5e-00-01-33", "10.1.1.1", 51, 200, "10.1.1.100", 144},
                        {0x200, "00-00-5e-00-01-33", "10.1.1.2", 51, 0, "10.1.1.100", 3},
                        {0x200, "00-00-5e-00-01-33", "10.1.1.2", 51, 220, "10.1.1.100", 15}},
     .b_lli_count = {[B_LLI_CONTROL] = 6, [B_LLI_DATA_DIRECT_8023] = 2, [B_LLI_MULTICAST_8023] = 4}},
    {.file = "linux-v1-client-receives-narp.pcap",
     .link_type = DLT_SUNATM,
     .signalling_count = 54,
     .names = {{FRAME_LE_CONFIGURE_REQUEST, 1},
               {FRAME_LE_CONFIGURE_RESPONSE, 1},
               {FRAME_LE_JOIN_REQUEST, 1},
               {FRAME_LE_JOIN_RESPONSE, 1},
               {FRAME_READY_IND, 1},
               {FRAME_LE_ARP_REQUEST, 4},
               {FRAME_TARGETLESS_LE_ARP_REQUEST, 1},
               {FRAME_LE_ARP_RESPONSE, 3},
               {FRAME_LE_FLUSH_REQUEST, 1},
               {FRAME_LE_FLUSH_RESPONSE, 1},
               {FRAME_NO_SOURCE_LE_NARP_REQUEST, 2},
               {FRAME_ZERO_LE_NARP_REQUEST, 1},
               {FRAME_ADVERTISEMENT, 5},
               {FRAME_ARP_REQUEST, 1},
               {FRAME_GRATUITOUS_ARP, 5},
               {FRAME_ARP_REPLY, 1},
               {FRAME_ICMP_ECHO_REQUEST, 34},
               {FRAME_IPV4, 3}}, /* IGMP */
     .advertisements = {{7, "00-00-5e-00-01-33", "10.1.1.1", 51, 0, "10.1.1.100", 1},
                        {7, "00-00-5e-00-01-33", "10.1.1.1", 51, 200, "10.1.1.100", 4}},
     .b_lli_count = {[B_LLI_CONTROL] = 3, [B_LLI_DATA_DIRECT_8023] = 1, [B_LLI_MULTICAST_8023] = 2}},
    {.file = "keepalived-vmac-election-ethernet.pcap",
     .link_type = DLT_EN10MB,
     .names = {{FRAME_ADVERTISEMENT, 18}, {FRAME_GRATUITOUS_ARP, 55}, {FRAME_ARP_REPLY, 5}},
     .advertisements = {{0, "00-00-5e-00-01-07", "10.9.0.1", 7, 0, "10.9.0.254", 1},
                        {0, "00-00-5e-00-01-07", "10.9.0.1", 7, 150, "10.9.0.254", 7},
                        {0, "00-00-5e-00-01-07", "10.9.0.2", 7, 0, "10.9.0.254", 1},
                        {0, "00-00-5e-00-01-07", "10.9.0.2", 7, 100, "10.9.0.254", 5},
                        {0, "00-00-5e-00-01-07", "10.9.0.99", 7, 200, "10.9.0.254", 3},
                        {0, "00-00-5e-00-01-07", "10.9.0.99", 7, 254, "10.9.0.254", 1}}},
    {.file = "keepalived-no-vmac-ethernet.pcap",
     .link_type = DLT_EN10MB,
     .names = {{FRAME_ADVERTISEMENT, 7}, {FRAME_GRATUITOUS_ARP, 20}},
     .advertisements = {{0, "ae-f0-24-8a-81-f0", "10.9.0.1", 7, 150, "10.9.0.254", 4},
                        {0, "ce-52-bb-91-28-d5", "10.9.0.2", 7, 0, "10.9.0.254", 1},
                        {0, "ce-52-bb-91-28-d5", "10.9.0.2", 7, 100, "10.9.0.254", 2}}},
    {.file = "frr-vrrpd-v2-ethernet.pcap",
     .link_type = DLT_EN10MB,
     .names = {{FRAME_ADVERTISEMENT, 7}, {FRAME_GRATUITOUS_ARP, 2}},
     .advertisements = {{0, "00-00-5e-00-01-09", "10.9.0.1", 9, 150, "10.9.0.253", 3},
                        {0, "00-00-5e-00-01-09", "10.9.0.2", 9, 100, "10.9.0.253", 3},
                        {0, "00-00-5e-00-01-09", "10.9.0.99", 9, 200, "10.9.0.253", 1}}},
};

/* The frames of linux-v2-over-atmtcp, in the order of its INDEX.txt; the file name has the op-code. */
static const struct {
    enum frame_name name;
    const char *line; /* how it starts; read from the octets with the table of lane-wire 1 */
} index_frames[] = {
    {FRAME_LE_CONFIGURE_REQUEST,
     "LE_CONFIGURE_REQUEST lecid=0 tid=0x0 v2-capable=1 source=00-20-ea-00-00-b0"},
    {FRAME_LE_CONFIGURE_RESPONSE,
     "LE_CONFIGURE_RESPONSE lecid=0 tid=0x0 status=0 v2-capable=1 v2-required=1"},
    {FRAME_LE_JOIN_REQUEST, "LE_JOIN_REQUEST lecid=0 tid=0x1 v2-capable=1 source=00-20-ea-00-00-b0"},
    {FRAME_LE_JOIN_RESPONSE, "LE_JOIN_RESPONSE lecid=7 tid=0x1 status=0 v2-capable=1 v2-required=1"},
    {FRAME_LE_ARP_REQUEST,
     "LE_ARP_REQUEST lecid=7 tid=0x2 source=00-20-ea-00-00-b0 target=ff-ff-ff-ff-ff-ff"},
    {FRAME_LE_ARP_RESPONSE, "LE_ARP_RESPONSE lecid=7 tid=0x2 status=0 source=00-20-ea-00-00-b0"},
    {FRAME_LE_ARP_REQUEST,
     "LE_ARP_REQUEST lecid=7 tid=0x3 source=00-20-ea-00-00-b0 target=00-00-5e-00-01-33"},
    {FRAME_LE_ARP_RESPONSE, "LE_ARP_RESPONSE lecid=7 tid=0x3 status=0 remote=1 source=00-20-ea-00-00-b0"},
    {FRAME_READY_IND, "READY_IND"},
    {FRAME_LE_FLUSH_REQUEST, "LE_FLUSH_REQUEST lecid=7 tid=0x4 "
                             "source-atm=47000580ffe1000000f21a26d80020ea0000b000 "
                             "target-atm=47000580ffe1000000f21a26d80020ea0000c000"},
    {FRAME_LE_FLUSH_RESPONSE, "LE_FLUSH_RESPONSE lecid=7 tid=0x4 status=0"},
    {FRAME_TARGETLESS_LE_ARP_REQUEST, "TARGETLESS_LE_ARP_REQUEST lecid=153 tid=0x1000 remote=1 "
                                      "source=00-00-5e-00-01-33 "
                                      "source-atm=47000580ffe1000000f21a26d80020ea0000c100"},
    {FRAME_NO_SOURCE_LE_NARP_REQUEST, "NO_SOURCE_LE_NARP_REQUEST lecid=153 tid=0x1001 remote=1 "
                                      "target=00-00-5e-00-01-33 "
                                      "target-atm=47000580ffe1000000f21a26d80020ea0000c100"},
    {FRAME_ZERO_LE_NARP_REQUEST,
     "ZERO_LE_NARP_REQUEST lecid=153 tid=0x1002 remote=1 target=00-00-5e-00-01-33"},
    {FRAME_LE_ARP_REQUEST,
     "LE_ARP_REQUEST lecid=7 tid=0x5 source=00-20-ea-00-00-b0 target=01-00-5e-00-00-16"},
    {FRAME_LE_ARP_RESPONSE, "LE_ARP_RESPONSE lecid=7 tid=0x5 status=0 source=00-20-ea-00-00-b0"},
    {FRAME_LE_ARP_REQUEST,
     "LE_ARP_REQUEST lecid=7 tid=0x6 source=00-20-ea-00-00-b0 target=01-00-5e-00-00-12"},
    {FRAME_LE_ARP_RESPONSE, "LE_ARP_RESPONSE lecid=7 tid=0x6 status=0 source=00-20-ea-00-00-b0"},
};
#define INDEX_COUNT (sizeof index_frames / sizeof *index_frames)

static struct frame frame;

static void path_of(const char *file, char path[static 512])
{
    const char *directory = getenv("REAL_FRAMES");
    snprintf(path, 512, "%s/%s", directory ? directory : "tests/real-frames", file);
}

/* Writes the frame again from its decoded layers. Returns 0 for a form that the encoders do not claim. */
static size_t rewrite(uint8_t *data, size_t room)
{
    if (frame.layers & LAYER_CONTROL)
        return le_control_encode(&frame.control, data, room);
    uint8_t inner[1600], outer[1600];
    struct ipv4 ipv4 = frame.ipv4;
    struct ethernet ethernet = frame.ethernet;
    if (frame.layers & LAYER_ARP) {
        ethernet.payload = (struct octets){outer, arp_encode(&frame.arp, outer, sizeof outer)};
    } else if (frame.layers & (LAYER_VRRP | LAYER_ICMP)) {
        size_t size = frame.layers & LAYER_VRRP ? vrrp_encode(&frame.vrrp, inner, sizeof inner)
                                                : icmp_encode(&frame.icmp, inner, sizeof inner);
        ipv4.payload = (struct octets){inner, size};
        ethernet.payload = (struct octets){outer, ipv4_encode(&ipv4, outer, sizeof outer)};
    } else {
        return 0;
    }
    if (frame.layers & LAYER_LE_DATA)
        return le_data_encode(frame.lecid, &ethernet, true, data, room);
    return ethernet_encode(&ethernet, false, data, room); /* captured where they were sent, before padding */
}

static void assert_rewritten(const char *what)
{
    uint8_t written[2000];
    size_t size = rewrite(written, sizeof written);
    ck_assert_msg(size == frame.octets.size && memcmp(written, frame.octets.data, size) == 0,
                  "%s: %zu octets became %zu, or differ", what, frame.octets.size, size);
}

/* The B-LLI of a SETUP inside an SSCOP SDU; B_LLI_NONE for other messages. */
static enum b_lli b_lli_of_setup(const uint8_t *data, size_t size)
{
    if (size < 9 || data[0] != 0x09 || data[1] != 3 || data[5] != 0x05)
        return B_LLI_NONE;
    for (size_t at = 9; at + 4 <= size;) {
        size_t length = octets_u16(data + at + 2);
        if (length > size - at - 4)
            break;
        if (data[at] == 0x5f)
            return b_lli_decode((struct octets){data + at + 4, length});
        at += 4 + length;
    }
    return B_LLI_NONE;
}

static void count_advertisement(const struct capture *capture, unsigned counts[static 8])
{
    char from[MAC_TEXT_SIZE], source[IPV4_TEXT_SIZE], address[IPV4_TEXT_SIZE];
    mac_text(frame.ethernet.source, from);
    ipv4_text(frame.ipv4.source, source);
    ipv4_text(frame.vrrp.addresses[0], address);
    for (size_t i = 0; capture->advertisements[i].count; i++) {
        const struct advertisement_count *each = &capture->advertisements[i];
        if (frame.lecid == each->lecid && frame.vrrp.vrid == each->vrid &&
            frame.vrrp.priority == each->priority && strcmp(from, each->from) == 0 &&
            strcmp(source, each->source) == 0 && strcmp(address, each->address) == 0)
            counts[i]++;
    }
    ck_assert_uint_eq(frame.ipv4.ttl, 255);
    ck_assert_uint_eq(frame.vrrp.version, 2);
    ck_assert_uint_eq(frame.vrrp.type, 1);
    ck_assert_uint_eq(frame.vrrp.address_count, 1);
    ck_assert_uint_eq(frame.vrrp.authentication_type, 0);
    ck_assert_uint_eq(frame.vrrp.interval_s, 1);
    ck_assert(frame.vrrp.checksum_good);
    ck_assert(frame.vrrp.complete);
    ck_assert_uint_eq(frame.vrrp.trailing_size, 0);
}

START_TEST(capture_is_read_and_rewritten)
{
    const struct capture *capture = &captures[_i];
    char path[512], error[PCAP_ERRBUF_SIZE];
    path_of(capture->file, path);
    pcap_t *pcap = pcap_open_offline(path, error);
    ck_assert_msg(pcap != NULL, "%s", error);
    ck_assert_int_eq(pcap_datalink(pcap), capture->link_type);

    unsigned names[FRAME_NAME_COUNT] = {0}, advertisements[8] = {0}, signalling = 0;
    unsigned b_llis[B_LLI_LLC_MULTIPLEXED + 1] = {0};
    unsigned rewritten = 0, wanted_rewritten = 0;
    struct pcap_pkthdr *header;
    const uint8_t *data;
    int got;
    while ((got = pcap_next_ex(pcap, &header, &data)) == 1) {
        ck_assert_uint_eq(header->caplen, header->len);
        size_t size = header->caplen;
        enum frame_carrier carrier = CARRIER_ETHERNET;
        if (capture->link_type == DLT_SUNATM) {
            ck_assert_uint_ge(size, SUNATM_HEADER_SIZE);
            uint8_t vpi = data[1];
            uint16_t vci = octets_u16(data + 2);
            data += SUNATM_HEADER_SIZE;
            size -= SUNATM_HEADER_SIZE;
            if (vpi == SIGNALLING_VPI && vci == SIGNALLING_VCI) {
                signalling++;
                b_llis[b_lli_of_setup(data, size)]++;
                continue;
            }
            carrier = CARRIER_LANE_8023;
        }
        frame_decode(carrier, data, size, &frame);
        char line[FRAME_TEXT_SIZE];
        frame_text(&frame, line, sizeof line);
        ck_assert_msg(frame.name != FRAME_MALFORMED && frame.reason.text[0] == '\0', "%s", line);
        names[frame.name]++;
        if (frame.layers & LAYER_IPV4)
            ck_assert_msg(frame.ipv4.checksum_good, "%s", line);
        if (frame.layers & LAYER_ICMP)
            ck_assert_msg(frame.icmp.checksum_good, "%s", line);
        if (frame.name == FRAME_ADVERTISEMENT)
            count_advertisement(capture, advertisements);
        if (frame.name != FRAME_IPV4 && frame.name != FRAME_ETHERNET) {
            assert_rewritten(line);
            rewritten++;
        }
    }
    ck_assert_int_eq(got, PCAP_ERROR_BREAK); /* end of file */
    pcap_close(pcap);

    unsigned wanted[FRAME_NAME_COUNT] = {0};
    for (const struct name_count *each = capture->names; each->count; each++) {
        wanted[each->name] = each->count;
        wanted_rewritten += each->name == FRAME_IPV4 || each->name == FRAME_ETHERNET ? 0 : each->count;
    }
    for (int name = 0; name < FRAME_NAME_COUNT; name++)
        ck_assert_msg(names[name] == wanted[name], "%s: %u x %s, not %u", capture->file, names[name],
                      frame_name_text((enum frame_name)name), wanted[name]);
    ck_assert_uint_eq(rewritten, wanted_rewritten);
    ck_assert_uint_eq(signalling, capture->signalling_count);
    for (size_t i = 0; i < 8; i++)
        ck_assert_uint_eq(advertisements[i], capture->advertisements[i].count);
    for (size_t i = B_LLI_CONTROL; i <= B_LLI_LLC_MULTIPLEXED; i++)
        ck_assert_uint_eq(b_llis[i], capture->b_lli_count[i]);
}
END_TEST

/* Reads a text file of the frames; returns its size. */
static size_t read_text(const char *file, char *text, size_t room)
{
    char path[512];
    path_of(file, path);
    FILE *stream = fopen(path, "r");
    ck_assert_msg(stream != NULL, "%s can't be opened", path);
    size_t size = fread(text, 1, room - 1, stream);
    ck_assert(feof(stream));
    fclose(stream);
    text[size] = '\0';
    return size;
}

START_TEST(index_of_v2_frames)
{
    char index[8192], hex[1024], file[128], path[256];
    read_text("linux-v2-over-atmtcp/INDEX.txt", index, sizeof index);
    size_t count = 0;
    for (char *line = strtok(index, "\n"); line; line = strtok(NULL, "\n"), count++) {
        ck_assert_uint_lt(count, INDEX_COUNT);
        size_t promised;
        int end = 0;
        ck_assert_int_eq(sscanf(line, "%127s %zu bytes: %n", file, &promised, &end), 2);
        ck_assert_int_gt(end, 0);
        snprintf(path, sizeof path, "linux-v2-over-atmtcp/%s", file);
        read_text(path, hex, sizeof hex);
        uint8_t data[GOLDEN_ROOM], start[GOLDEN_ROOM];
        size_t size = golden_read(hex, data, sizeof data);
        ck_assert_uint_eq(size, promised);
        size_t start_size = golden_read(line + end, start, sizeof start);
        ck_assert_uint_eq(start_size, size < 32 ? size : 32);
        ck_assert_mem_eq(data, start, start_size);

        frame_decode(CARRIER_LANE_8023, data, size, &frame);
        char text[FRAME_TEXT_SIZE];
        frame_text(&frame, text, sizeof text);
        ck_assert_str_eq(frame_name_text(frame.name), frame_name_text(index_frames[count].name));
        ck_assert_msg(strncmp(text, index_frames[count].line, strlen(index_frames[count].line)) == 0, "%s",
                      text);
        ck_assert_msg(strstr(file, le_opcode_name(frame.control.opcode)) != NULL, "%s: %s", file, text);
        assert_rewritten(text);
    }
    ck_assert_uint_eq(count, INDEX_COUNT);
}
END_TEST

/* Three SETUP messages, all for control VCCs, in the hexadecimal dump of an atmtcp session. */
START_TEST(b_lli_in_the_signalling_dump)
{
    static char dump[16384];
    read_text("signalling-and-atmtcp-hexdump.txt", dump, sizeof dump);
    unsigned setups = 0;
    for (char *at = dump; (at = strstr(at, "Q.2931 SETUP")) != NULL; setups++) {
        at = strchr(at, '|');
        ck_assert_ptr_nonnull(at);
        char *end = strchr(at, '\n');
        ck_assert_ptr_nonnull(end);
        *end = '\0';
        uint8_t message[256];
        size_t size = golden_read(at + 1, message, sizeof message);
        ck_assert_int_eq(b_lli_of_setup(message, size), B_LLI_CONTROL);
        at = end + 1;
    }
    ck_assert_uint_eq(setups, 3);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire: real frames");
    TCase *tcase = tcase_create("real frames");
    tcase_add_loop_test(tcase, capture_is_read_and_rewritten, 0, (int)(sizeof captures / sizeof *captures));
    tcase_add_test(tcase, index_of_v2_frames);
    tcase_add_test(tcase, b_lli_in_the_signalling_dump);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
