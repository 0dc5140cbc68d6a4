/* Captures, read back with libpcap, block by block, and with tshark where it is installed. */
#define _DEFAULT_SOURCE /* pcap.h wants u_char */
#include <check.h>
#include <pcap/pcap.h>
#include <stdlib.h>
#include <unistd.h>

#include "base/duration.h"
#include "output/capture.h"
#include "output/file.h"
#include "output_sample.h"
#include "wire/signalling.h"

static struct sample sample;
static struct pcapng pcapng;

/* Counts blocks of a type; the one numbered 'wanted' (from 0) comes back in '*found', without its frame. */
static size_t find_block(uint32_t type, size_t wanted, struct octets *found)
{
    size_t count = 0;
    for (size_t at = 0; at < pcapng.size;) {
        uint32_t head[2];
        uint32_t length;
        memcpy(head, pcapng.data + at, sizeof head);
        ck_assert_uint_eq(head[1] % 4, 0);
        ck_assert_uint_le(at + head[1], pcapng.size);
        memcpy(&length, pcapng.data + at + head[1] - sizeof length, sizeof length);
        ck_assert_uint_eq(length, head[1]);
        if (head[0] == type && count++ == wanted && found)
            *found = (struct octets){pcapng.data + at + sizeof head, head[1] - sizeof head - sizeof length};
        at += head[1];
    }
    return count;
}

/* The text of the option 'code' numbered 'wanted' among 'options', freed by the caller; NULL if there is
 * none. */
static char *option_text(struct octets options, uint16_t code, size_t wanted)
{
    for (size_t at = 0; at + 4 <= options.size;) {
        uint16_t head[2];
        memcpy(head, options.data + at, sizeof head);
        if (head[0] == 0)
            break;
        if (head[0] == code && wanted-- == 0)
            return strndup((const char *)options.data + at + 4, head[1]);
        at += 4 + (head[1] + 3u) / 4 * 4;
    }
    return NULL;
}

static struct octets options_behind(struct octets block, size_t size)
{
    return (struct octets){block.data + size, block.size - size};
}

static struct octets packet_options(struct octets block)
{
    uint32_t size;
    memcpy(&size, block.data + 12, sizeof size);
    return options_behind(block, 20 + (size + 3) / 4 * 4);
}

/* The comment numbered 'wanted' of frame 'number'. */
static char *frame_comment(size_t number, size_t wanted)
{
    struct octets block;
    ck_assert_uint_lt(number - 1, find_block(BLOCK_PACKET, number - 1, &block));
    return option_text(packet_options(block), 1, wanted);
}

static char *section_comment(void)
{
    struct octets block;
    ck_assert_uint_eq(find_block(BLOCK_SECTION, 0, &block), 1);
    return option_text(options_behind(block, 16), 1, 0);
}

static void assert_text(char *text, const char *expected)
{
    ck_assert_pstr_eq(text, expected);
    free(text);
}

static void assert_contains(char *text, const char *part)
{
    ck_assert_ptr_nonnull(text);
    ck_assert_msg(strstr(text, part), "'%s' is not in '%s'", part, text);
    free(text);
}

START_TEST(libpcap_reads_every_frame)
{
    char path[SAMPLE_PATH_SIZE];
    char error[PCAP_ERRBUF_SIZE] = "";
    struct reason reason = {""};
    ck_assert_msg(capture_write(sample_path("libpcap.pcapng", path), &sample.result, &reason), "%s",
                  reason.text);
    pcap_t *pcap = pcap_open_offline_with_tstamp_precision(path, PCAP_TSTAMP_PRECISION_NANO, error);
    ck_assert_msg(pcap, "%s", error);
    ck_assert_int_eq(pcap_datalink(pcap), DLT_SUNATM);
    struct pcap_pkthdr *header;
    const u_char *packet;
    size_t frames = 0;
    for (size_t i = 0; i < tap_count(sample.tap); i++) {
        const struct tap_event *event = tap_at(sample.tap, i);
        if (!event->frame_number)
            continue;
        ck_assert_uint_eq(event->frame_number, ++frames);
        ck_assert_msg(pcap_next_ex(pcap, &header, &packet) == 1, "frame %zu: %s", frames, pcap_geterr(pcap));
        ck_assert_int_eq(SECONDS(header->ts.tv_sec) + header->ts.tv_usec, event->time_ns);
        ck_assert_uint_eq(header->len, header->caplen);
        ck_assert_uint_eq(packet[0] >> 7, event->from == 0);
        if (tap_kind_is_call((enum tap_kind)event->kind)) {
            ck_assert_uint_eq(octets_u32(packet) & 0x0fffffff, 6u << 24 | SIGNALLING_VCI);
            continue;
        }
        ck_assert_uint_eq(header->caplen, 4 + event->size);
        ck_assert_uint_eq(packet[0] & 0xf, event->vcc == &sample.vccs[2] ? 2 : 1);
        ck_assert_uint_eq(packet[1], 0);
        ck_assert_uint_eq(octets_u16(packet + 2), event->vcc->vci);
        ck_assert_mem_eq(packet + 4, event->data, event->size);
    }
    ck_assert_uint_eq(frames, SAMPLE_FRAME_COUNT - 1);
    ck_assert_int_eq(pcap_next_ex(pcap, &header, &packet), PCAP_ERROR_BREAK);
    pcap_close(pcap);
    unlink(path);
}
END_TEST

START_TEST(interfaces_are_vccs_and_segments)
{
    static const struct {
        uint16_t link_type;
        const char *name;
    } expected[] = {
        {LINK_TYPE_SUNATM, "control-direct dut -> les"},
        {LINK_TYPE_SUNATM, "signalling dut"},
        {LINK_TYPE_SUNATM, "control-distribute les -> dut,peer"},
        {LINK_TYPE_SUNATM, "data-direct peer -> les"},
        {LINK_TYPE_ETHERNET, "upstream"},
    };
    sample_free(&sample);
    sample_make(&sample, true);
    capture_build(&pcapng, &sample.result);
    struct octets block;
    ck_assert_uint_eq(find_block(BLOCK_INTERFACE, 0, NULL), 5);
    for (size_t i = 0; i < 5; i++) {
        uint16_t link_type;
        find_block(BLOCK_INTERFACE, i, &block);
        memcpy(&link_type, block.data, sizeof link_type);
        ck_assert_uint_eq(link_type, expected[i].link_type);
        struct octets options = options_behind(block, 8);
        assert_text(option_text(options, 2, 0), expected[i].name);
        assert_text(option_text(options, 9, 0), "\x09"); /* nanoseconds */
    }
    find_block(BLOCK_INTERFACE, 0, &block);
    assert_text(option_text(options_behind(block, 8), 3, 0),
                "VCI 32, calling 4700000000000000000000000000205a02020200, "
                "called 4700000000000000000000000000205a03030300, LANE protocol id 1");
    uint32_t interface;
    ck_assert_uint_eq(find_block(BLOCK_PACKET, SAMPLE_FRAME_COUNT - 1, &block), SAMPLE_FRAME_COUNT);
    memcpy(&interface, block.data, sizeof interface);
    ck_assert_uint_eq(interface, 4);
}
END_TEST

START_TEST(section_tells_the_case)
{
    capture_build(&pcapng, &sample.result);
    assert_text(section_comment(), "case: backup/le-arp-unanswered[router,non-proxy,v2,ethernet]\n"
                                   "verdict: pass: nothing was violated\nseed: 18446744073709551615\n"
                                   "device: reference");
    struct octets block;
    find_block(BLOCK_SECTION, 0, &block);
    assert_contains(option_text(options_behind(block, 16), 4, 0), "vmacheck ");
    for (size_t i = 1; i < SAMPLE_FRAME_COUNT; i++)
        ck_assert_ptr_null(frame_comment(i, 0));
}
END_TEST

START_TEST(findings_stand_on_their_frames)
{
    sample_find(&sample, FINDING_VIOLATION, "R-3.1-05", SAMPLE_REGISTER_INDEX);
    sample_find(&sample, FINDING_REMARK, "R-3.1-06", SAMPLE_REGISTER_INDEX);
    sample_find(&sample, FINDING_VIOLATION, "R-3.1-07", SAMPLE_CONTROL_INDEX); /* no frame: the last before */
    sample_find(&sample, FINDING_VIOLATION, "R-3.1-08", SAMPLE_NOTE_INDEX);    /* none before */
    sample_find(&sample, FINDING_VIOLATION, "R-3.1-09", SIZE_MAX);
    sample_find(&sample, FINDING_REMARK, "R-3.1-10", SAMPLE_CALL_INDEX);
    capture_build(&pcapng, &sample.result);
    assert_contains(frame_comment(1, 0), "REMARK R-3.1-10: ");
    ck_assert_ptr_null(frame_comment(2, 0));
    assert_text(frame_comment(3, 0),
                "FAIL R-3.1-05: expected LE_REGISTER_REQUEST lecid=\"5\" from 0.000000 s to "
                "2.000000 s; got <nothing> & more");
    assert_contains(frame_comment(3, 1), "REMARK R-3.1-06: ");
    ck_assert_ptr_null(frame_comment(3, 2));
    ck_assert_ptr_null(frame_comment(4, 0));
    assert_contains(frame_comment(5, 0), "FAIL R-3.1-07: ");
    ck_assert_ptr_null(frame_comment(6, 0));
    assert_contains(section_comment(), "\nFAIL R-3.1-08: ");
    assert_contains(section_comment(), "\nFAIL R-3.1-09: ");
}
END_TEST

START_TEST(long_comments_are_cut_between_characters)
{
    enum { COUNT = 40000 };
    char *text = malloc(2 * COUNT + 2);
    text[0] = 'x';
    for (size_t i = 0; i < COUNT; i++)
        memcpy(text + 1 + 2 * i, "\xc3\xa9", 2);
    text[2 * COUNT + 1] = '\0';
    pcapng_clear(&pcapng);
    pcapng_section(&pcapng, NULL, text);
    char *comment = section_comment();
    size_t size = strlen(comment);
    ck_assert_uint_gt(size, 60000);
    ck_assert_uint_lt(size, 65536);
    ck_assert_uint_eq(size % 2, 1);
    ck_assert_mem_eq(comment, text, size);
    free(comment);
    free(text);
}
END_TEST

START_TEST(refused_file_gives_a_reason)
{
    struct reason reason = {""};
    ck_assert(!capture_write("/nowhere/at/all.pcapng", &sample.result, &reason));
    ck_assert_str_eq(reason.text, "can't write /nowhere/at/all.pcapng.part: No such file or directory");
}
END_TEST

/* An independent reader sees numbers, times, VCIs, LANE op-codes, comments and interface names. */
START_TEST(tshark_reads_the_same)
{
    if (system("command -v tshark >/dev/null 2>&1") != 0)
        return;
    char path[SAMPLE_PATH_SIZE];
    char command[SAMPLE_PATH_SIZE + 256];
    char text[4096];
    sample_free(&sample);
    sample_make(&sample, true);
    sample_find(&sample, FINDING_VIOLATION, "R-3.1-05", SAMPLE_REGISTER_INDEX);
    ck_assert(capture_write(sample_path("tshark.pcapng", path), &sample.result, NULL));
    snprintf(
        command, sizeof command,
        "tshark -r %s -T fields -E separator='|' -e frame.number -e frame.time_epoch -e atm.vci "
        "-e atm.le_control.opcode -e q2931.message_type -e frame.interface_name -e frame.comment 2>/dev/null",
        path);
    FILE *tshark = popen(command, "r");
    ck_assert_ptr_nonnull(tshark);
    text[fread(text, 1, sizeof text - 1, tshark)] = '\0';
    ck_assert_int_eq(pclose(tshark), 0);
    ck_assert_str_eq(text,
                     "1|0.000001000|5||0x05|signalling dut|\n"
                     "2|0.000002000|5||0x07|signalling dut|\n"
                     "3|1.000000001|32|0x0004||control-direct dut -> les|FAIL R-3.1-05: expected "
                     "LE_REGISTER_REQUEST lecid=\"5\" from 0.000000 s to 2.000000 s; got <nothing> & more\n"
                     "4|1.000000002|32|0x0104||control-direct dut -> les|\n"
                     "5|5.000000000|33|0x0006||control-distribute les -> dut,peer|\n"
                     "6|5000.000000000|121|||data-direct peer -> les|\n"
                     "7|5001.000000000||||upstream|\n");
    unlink(path);
}
END_TEST

static void set_up(void)
{
    sample_make(&sample, false);
}

static void tear_down(void)
{
    sample_free(&sample);
    pcapng_free(&pcapng);
}

int main(void)
{
    Suite *suite = suite_create("output_capture");
    TCase *tests = tcase_create("capture");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, libpcap_reads_every_frame);
    tcase_add_test(tests, interfaces_are_vccs_and_segments);
    tcase_add_test(tests, section_tells_the_case);
    tcase_add_test(tests, findings_stand_on_their_frames);
    tcase_add_test(tests, long_comments_are_cut_between_characters);
    tcase_add_test(tests, refused_file_gives_a_reason);
    tcase_add_test(tests, tshark_reads_the_same);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
