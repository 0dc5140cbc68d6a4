/* Captures with comments added, read back by our own reader and by tshark. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture_builder.h"
#include "input/capture_input.h"
#include "output/annotate.h"
#include "output/file.h"

#define MAGIC_MICROSECONDS 0xa1b2c3d4u
#define MAGIC_NANOSECONDS  0xa1b23c4du
#define FCS_OF_FOUR        0x24000000u
#define LINK_TYPE_USER     147
#define SECTION_LENGTH     16
#define OUT                "/tmp/check-annotate-%d.pcapng"
#define COUNT(array)       (sizeof(array) / sizeof *(array))

static char out[64];
static struct reason reason;
static struct capture_record record;

static struct capture_input *annotated(const char *path, const struct frame_comment *comments, size_t count,
                                       const char *section)
{
    ck_assert_msg(annotate(path, out, comments, count, section, &reason), "%s", reason.text);
    struct capture_input *input = capture_input_open(out, &reason);
    ck_assert_msg(input, "%s", reason.text);
    ck_assert(capture_input_is_pcapng(input));
    return input;
}

/* The next record has just these comments, NULL behind the last. */
static void expect_comments(struct capture_input *input, const char *const *comments)
{
    size_t cursor = 0;
    struct octets comment;
    ck_assert_msg(capture_input_next(input, &record), "%s",
                  capture_input_error(input) ? capture_input_error(input)->text : "no record");
    for (; *comments; comments++) {
        ck_assert_msg(capture_record_comment(&record, &cursor, &comment), "no comment %s", *comments);
        ck_assert_uint_eq(comment.size, strlen(*comments));
        ck_assert_int_eq(memcmp(comment.data, *comments, comment.size), 0);
    }
    ck_assert(!capture_record_comment(&record, &cursor, &comment));
}

static void expect_end(struct capture_input *input)
{
    ck_assert(!capture_input_next(input, &record));
    ck_assert_msg(!capture_input_error(input), "%s", capture_input_error(input)->text);
    capture_input_close(input);
}

static size_t read_out(uint8_t *data, size_t room)
{
    FILE *file = fopen(out, "rb");
    ck_assert_ptr_nonnull(file);
    size_t size = fread(data, 1, room, file);
    fclose(file);
    return size;
}

/* Everything that a pcapng can have, in two sections. */
static void build_everything(bool big_endian)
{
    build_start(big_endian);
    build_section(
        (struct built_option[]){{OPTION_COMMENT, "a lab", 5}, {OPTION_SECTION_APPLICATION, "dumpcap", 7}}, 2);
    build_interface(
        LINK_TYPE_USER, 0,
        (struct built_option[]){{OPTION_INTERFACE_NAME, "atm0", 4}, {OPTION_INTERFACE_RESOLUTION, "\3", 1}},
        2);
    build_interface(LINK_TYPE_ETHERNET, 100, NULL, 0);
    struct built_option options[] = {{OPTION_COMMENT, "old", 3},
                                     {OPTION_PACKET_FLAGS, build_number(DIRECTION_INBOUND, 4), 4},
                                     {0x8bad, "x", 1}};
    build_packet(&(struct built_packet){.ticks = 5000, .size = 5, .options = options, .option_count = 3});
    build_packet(&(struct built_packet){.interface = 1, .ticks = 5000, .size = 8, .original = 80});
    build_block(0x7777);
    build_pattern(9, 9);
    build_block_end();
    build_block(BLOCK_PACKET_SIMPLE);
    build_u32(3);
    build_octets("abc", 3);
    build_block_end();
    build_block(BLOCK_PACKET_OLD);
    build_u16(1);
    build_u16(65535);
    build_u64((uint64_t)6 << (big_endian ? 0 : 32));
    build_u32(3);
    build_u32(3);
    build_octets("xyz\0", 4);
    build_block_end();
    build_block(BLOCK_STATISTICS);
    build_u32(0);
    build_u64(0);
    build_block_end();
    built.big_endian = !big_endian;
    build_section(NULL, 0);
    build_interface(LINK_TYPE_USER, 0, NULL, 0);
    build_packet(&(struct built_packet){.ticks = 7, .size = 4});
    built.data[SECTION_LENGTH] = built.data[SECTION_LENGTH + 7] = 0; /* a length that nobody checks */
}

/* Nothing changes but the length of the section. */
START_TEST(without_comments_it_is_a_copy)
{
    static uint8_t copy[4096];
    build_everything(_i);
    ck_assert(annotate(build_save(), out, NULL, 0, NULL, &reason));
    memset(built.data + SECTION_LENGTH, 0xff, 8);
    static const uint8_t end[4];
    size_t size = read_out(copy, sizeof copy);
    /* The second section header had no options: it gets the end of them. */
    ck_assert_uint_eq(size, built.size + sizeof end);
    size_t second = built.size - (28 + 20 + 36);
    ck_assert_mem_eq(copy, built.data, second + 4);
    ck_assert_mem_eq(copy + second + 8, built.data + second + 8, 16);
    ck_assert_mem_eq(copy + second + 28 + sizeof end, built.data + second + 28, 20 + 36);
}
END_TEST

START_TEST(comments_are_added)
{
    static const struct frame_comment comments[] = {{1, "first"}, {1, ""},     {1, "4444"},  {3, "three"},
                                                    {4, "four"},  {5, "five"}, {5, "again"}, {9, "nowhere"}};
    static const char *const expected[][5] = {
        {"old", "first", "", "4444", NULL}, {NULL}, {"three", NULL}, {"four", NULL}, {"five", "again", NULL}};
    build_everything(_i);
    struct capture_input *input = annotated(build_save(), comments, COUNT(comments), "verdict: fail");
    expect_comments(input, expected[0]);
    ck_assert_str_eq(capture_input_section(input)->comment, "a lab\nverdict: fail");
    ck_assert_str_eq(capture_input_section(input)->application, "dumpcap");
    ck_assert_str_eq(capture_input_interface(input, 0)->name, "atm0");
    ck_assert_uint_eq(capture_input_interface(input, 1)->snap_size, 100);
    ck_assert_uint_eq(record.direction, DIRECTION_INBOUND);
    ck_assert_int_eq(record.time_ns, 5000000000);
    ck_assert_mem_eq(record.octets.data, "\5\6\7\10\11", 5);
    expect_comments(input, expected[1]);
    ck_assert_uint_eq(record.original_size, 80);
    ck_assert_uint_eq(record.interface, 1);
    ck_assert_int_eq(record.time_ns, 5000000);
    expect_comments(input, expected[2]);
    ck_assert_uint_eq(record.octets.size, 3);
    ck_assert_mem_eq(record.octets.data, "abc", 3);
    expect_comments(input, expected[3]);
    ck_assert_mem_eq(record.octets.data, "xyz", 3);
    ck_assert_int_eq(record.time_ns, 6000);
    expect_comments(input, expected[4]);
    ck_assert_str_eq(capture_input_section(input)->comment, "");
    ck_assert_uint_eq(capture_input_interface(input, record.interface)->link_type, LINK_TYPE_USER);
    ck_assert_uint_eq(record.number, 5);
    expect_end(input);
}
END_TEST

START_TEST(pcap_becomes_pcapng)
{
    static const struct {
        uint32_t magic;
        bool big_endian;
        uint32_t unit_ns;
    } rows[] = {{MAGIC_MICROSECONDS, false, 1000}, {MAGIC_NANOSECONDS, true, 1}};
    static const char *const expected[][2] = {{NULL}, {"second", NULL}};
    build_start(rows[_i].big_endian);
    build_pcap(rows[_i].magic, FCS_OF_FOUR | LINK_TYPE_ETHERNET);
    build_record(4000000000, 999999, 5, 5);
    build_record(1, 7, 6, 600);
    struct capture_input *input =
        annotated(build_save(), &(struct frame_comment){2, "second"}, 1, "verdict: inconclusive");
    expect_comments(input, expected[0]);
    ck_assert_int_eq(record.time_ns, INT64_C(4000000000000000000) + 999999 * (int64_t)rows[_i].unit_ns);
    ck_assert_uint_eq(record.original_size, 5);
    ck_assert_str_eq(capture_input_section(input)->comment, "verdict: inconclusive");
    ck_assert_uint_eq(capture_input_interface(input, 0)->link_type, LINK_TYPE_ETHERNET);
    ck_assert_uint_eq(capture_input_interface(input, 0)->fcs_size, 4);
    ck_assert_uint_eq(capture_input_interface(input, 0)->snap_size, 65535);
    expect_comments(input, expected[1]);
    ck_assert_mem_eq(record.octets.data, "\6\7\10\11\12\13", 6);
    ck_assert_uint_eq(record.original_size, 600);
    expect_end(input);
}
END_TEST

START_TEST(gzip_and_in_place)
{
    static const char *const expected[] = {"x", NULL};
    build_start(false);
    build_section(NULL, 0);
    build_interface(LINK_TYPE_ETHERNET, 0, NULL, 0);
    for (uint32_t i = 0; i < 900; i++)
        build_packet(&(struct built_packet){.ticks = i, .size = 100});
    const char *path = _i ? build_save_gzip(2) : build_save();
    static struct frame_comment comments[900];
    for (size_t i = 0; i < 900; i++)
        comments[i] = (struct frame_comment){i + 1, "x"};
    snprintf(out, sizeof out, "%s", path);
    struct capture_input *input = annotated(path, comments, 900, NULL);
    for (size_t i = 0; i < 900; i++)
        expect_comments(input, expected);
    expect_end(input);
}
END_TEST

START_TEST(damaged_captures_up_to_there)
{
    build_everything(_i % 2);
    built.size -= (size_t)_i * 5;
    struct capture_input *input = annotated(build_save(), &(struct frame_comment){1, "x"}, 1, NULL);
    for (int i = 0; i < (_i ? 4 : 5); i++)
        ck_assert(capture_input_next(input, &record));
    expect_end(input);
}
END_TEST

/* Options that can't be read stay where they are, behind ours. */
START_TEST(broken_options_stay)
{
    static const char *const expected[] = {"ours", NULL};
    build_start(_i);
    build_section(NULL, 0);
    build_interface(LINK_TYPE_ETHERNET, 0, NULL, 0);
    build_packet(&(struct built_packet){.ticks = 1, .size = 4});
    built.size -= 4;
    build_u16(OPTION_COMMENT);
    build_u16(1000);
    build_octets("abcd", 4);
    build_block_end();
    struct capture_input *input = annotated(build_save(), &(struct frame_comment){1, "ours"}, 1, NULL);
    expect_comments(input, expected);
    ck_assert_mem_eq(record.raw.data + record.raw.size - 8, "abcd", 4);
    expect_end(input);
}
END_TEST

START_TEST(long_comments_are_cut_between_characters)
{
    size_t size = 70000;
    char *text = malloc(size + 2);
    text[0] = 'x';
    for (size_t i = 1; i < size; i += 2)
        memcpy(text + i, "\xc3\xa4", 3);
    build_start(false);
    build_section(NULL, 0);
    build_interface(LINK_TYPE_ETHERNET, 0, NULL, 0);
    build_packet(&(struct built_packet){.ticks = 1, .size = 4});
    struct capture_input *input = annotated(build_save(), &(struct frame_comment){1, text}, 1, text);
    ck_assert(capture_input_next(input, &record));
    size_t cursor = 0;
    struct octets comment;
    ck_assert(capture_record_comment(&record, &cursor, &comment));
    ck_assert_uint_eq(comment.size, 64999);
    ck_assert_uint_eq(strlen(capture_input_section(input)->comment), 64999);
    expect_end(input);
    free(text);
}
END_TEST

START_TEST(what_cannot_be_annotated)
{
    static uint8_t before[64];
    char fifo[80];
    build_everything(false);
    const char *path = build_save();
    ck_assert(!annotate("-", out, NULL, 0, NULL, &reason));
    ck_assert_str_eq(reason.text,
                     "standard input can't be annotated, as it can't be read twice; save it in a file first");
    snprintf(fifo, sizeof fifo, "%s.fifo", out);
    ck_assert_int_eq(mkfifo(fifo, 0600), 0);
    ck_assert(!annotate(fifo, out, NULL, 0, NULL, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "can't be read twice"));
    unlink(fifo);
    ck_assert(!annotate("/nowhere/a", out, NULL, 0, NULL, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "can't open the capture /nowhere/a"));
    ck_assert(!annotate(path, "/nowhere/out", NULL, 0, NULL, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "can't write /nowhere/out"));
    ck_assert(file_replace(out, "before", 6, &reason));
    ck_assert(!annotate("/tmp", out, NULL, 0, NULL, &reason));
    ck_assert_uint_eq(read_out(before, sizeof before), 6);
}
END_TEST

START_TEST(tshark_reads_the_same)
{
    if (system("command -v tshark >/dev/null 2>&1") != 0)
        return;
    char command[256];
    char text[2048];
    build_everything(_i);
    static const struct frame_comment comments[] = {{1, "FAIL a; \"b\""}, {3, "three"}, {5, "five"}};
    ck_assert(annotate(build_save(), out, comments, COUNT(comments), "verdict: fail", &reason));
    snprintf(command, sizeof command,
             "tshark -r %s -T fields -E separator='|' -e frame.number -e frame.len -e frame.cap_len "
             "-e frame.time_epoch -e frame.comment 2>/dev/null",
             out);
    FILE *tshark = popen(command, "r");
    ck_assert_ptr_nonnull(tshark);
    text[fread(text, 1, sizeof text - 1, tshark)] = '\0';
    ck_assert_int_eq(pclose(tshark), 0);
    ck_assert_str_eq(text, "1|5|5|5.000000000|old,FAIL a; \"b\"\n"
                           "2|80|8|0.005000000|\n"
                           "3|3|3|0.000000000|three\n"
                           "4|3|3|0.000006000|\n"
                           "5|4|4|0.000007000|five\n");
    if (system("command -v capinfos >/dev/null 2>&1") != 0)
        return;
    snprintf(command, sizeof command, "capinfos -k %s | grep -c 'a lab\\|verdict: fail' | grep -qx 2", out);
    ck_assert_int_eq(system(command), 0);
}
END_TEST

static void set_up(void)
{
    snprintf(out, sizeof out, OUT, (int)getpid());
}

static void tear_down(void)
{
    unlink(out);
    build_remove();
}

int main(void)
{
    Suite *suite = suite_create("output_annotate");
    TCase *tests = tcase_create("annotate");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, without_comments_it_is_a_copy, 0, 2);
    tcase_add_loop_test(tests, comments_are_added, 0, 2);
    tcase_add_loop_test(tests, pcap_becomes_pcapng, 0, 2);
    tcase_add_loop_test(tests, gzip_and_in_place, 0, 2);
    tcase_add_loop_test(tests, damaged_captures_up_to_there, 0, 4);
    tcase_add_loop_test(tests, broken_options_stay, 0, 2);
    tcase_add_test(tests, long_comments_are_cut_between_characters);
    tcase_add_test(tests, what_cannot_be_annotated);
    tcase_add_loop_test(tests, tshark_reads_the_same, 0, 2);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
