/* Reading classic captures, good and bad. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture_builder.h"
#include "input/capture_input.h"

#define MAGIC_MICROSECONDS 0xa1b2c3d4u
#define MAGIC_NANOSECONDS  0xa1b23c4du
#define MAGIC_MODIFIED     0xa1b2cd34u
#define FILE_HEAD_SIZE     24u
#define RECORD_HEAD_SIZE   16u
#define FCS_OF_FOUR        0x24000000u

static struct reason reason;

static struct capture_input *open_built(void)
{
    struct capture_input *input = capture_input_open(build_save(), &reason);
    ck_assert_msg(input, "%s", reason.text);
    return input;
}

/* The file ends early with a line that has 'text'. */
static void expect_error(struct capture_input *input, const char *text)
{
    struct capture_record record;
    ck_assert(!capture_input_next(input, &record));
    ck_assert_ptr_nonnull(capture_input_error(input));
    ck_assert_msg(strstr(capture_input_error(input)->text, text), "%s", capture_input_error(input)->text);
    ck_assert(!capture_input_next(input, &record));
    capture_input_close(input);
}

static void expect_end(struct capture_input *input)
{
    struct capture_record record;
    ck_assert(!capture_input_next(input, &record));
    ck_assert_msg(!capture_input_error(input), "%s", capture_input_error(input)->text);
    capture_input_close(input);
}

START_TEST(either_order_and_unit_of_time)
{
    static const struct {
        uint32_t magic;
        bool big_endian;
        int64_t time_ns;
    } rows[] = {
        {MAGIC_MICROSECONDS, false, INT64_C(4000000000000123000)},
        {MAGIC_MICROSECONDS, true, INT64_C(4000000000000123000)},
        {MAGIC_NANOSECONDS, false, INT64_C(4000000000000000123)},
        {MAGIC_NANOSECONDS, true, INT64_C(4000000000000000123)},
    };
    build_start(rows[_i].big_endian);
    build_pcap(rows[_i].magic, LINK_TYPE_SUNATM);
    build_record(4000000000, 123, 5, 5);
    build_record(4000000001, 0, 0, 700);
    struct capture_input *input = open_built();
    struct capture_record record;
    ck_assert(capture_input_next(input, &record));
    ck_assert_uint_eq(record.number, 1);
    ck_assert_uint_eq(record.offset, FILE_HEAD_SIZE);
    ck_assert_int_eq(record.time_ns, rows[_i].time_ns);
    ck_assert_uint_eq(record.octets.size, 5);
    ck_assert_mem_eq(record.octets.data, "\5\6\7\10\11", 5);
    ck_assert_uint_eq(record.original_size, 5);
    ck_assert_uint_eq(record.interface, 0);
    ck_assert_uint_eq(record.direction, DIRECTION_UNKNOWN);
    ck_assert_uint_eq(record.flags, 0);
    size_t cursor = 0;
    struct octets comment;
    ck_assert(!capture_record_comment(&record, &cursor, &comment));
    ck_assert(capture_input_next(input, &record));
    ck_assert_uint_eq(record.number, 2);
    ck_assert_uint_eq(record.offset, FILE_HEAD_SIZE + RECORD_HEAD_SIZE + 5);
    ck_assert_uint_eq(record.flags, RECORD_SNAPPED);
    ck_assert_uint_eq(record.original_size, 700);
    ck_assert(capture_input_stable(input));
    ck_assert_uint_eq(capture_input_interface_count(input), 1);
    const struct capture_interface *interface = capture_input_interface(input, 0);
    ck_assert_uint_eq(interface->link_type, LINK_TYPE_SUNATM);
    ck_assert_uint_eq(interface->snap_size, 65535);
    ck_assert_uint_eq(interface->fcs_size, 0);
    ck_assert(!interface->directions);
    ck_assert_str_eq(interface->name, "");
    ck_assert_str_eq(interface->description, "");
    ck_assert_str_eq(capture_input_section(input)->comment, "");
    expect_end(input);
}
END_TEST

START_TEST(fcs_bits_are_not_the_link_type)
{
    build_start(false);
    build_pcap(MAGIC_MICROSECONDS, FCS_OF_FOUR | LINK_TYPE_ETHERNET);
    struct capture_input *input = open_built();
    ck_assert_uint_eq(capture_input_interface(input, 0)->link_type, LINK_TYPE_ETHERNET);
    ck_assert_uint_eq(capture_input_interface(input, 0)->fcs_size, 4);
    expect_end(input);
}
END_TEST

START_TEST(modified_records_have_a_longer_head)
{
    build_start(true);
    build_pcap(MAGIC_MODIFIED, LINK_TYPE_ETHERNET);
    for (uint32_t i = 1; i <= 2; i++) {
        build_u32(i);
        build_u32(7);
        build_u32(3);
        build_u32(3);
        build_u64(0x1122334455667788); /* interface, protocol, packet type */
        build_octets("abc", 3);
    }
    struct capture_input *input = open_built();
    struct capture_record record;
    for (int64_t i = 1; i <= 2; i++) {
        ck_assert(capture_input_next(input, &record));
        ck_assert_int_eq(record.time_ns, i * 1000000000 + 7000);
        ck_assert_mem_eq(record.octets.data, "abc", 3);
    }
    expect_end(input);
}
END_TEST

START_TEST(time_running_backwards_is_flagged)
{
    static const struct {
        uint32_t fraction;
        bool backwards;
    } rows[] = {{10, false}, {10, false}, {9, true}, {9, false}, {11, false}};
    build_start(false);
    build_pcap(MAGIC_MICROSECONDS, LINK_TYPE_ETHERNET);
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
        build_record(1, rows[i].fraction, 1, 1);
    struct capture_input *input = open_built();
    struct capture_record record;
    for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
        ck_assert(capture_input_next(input, &record));
        ck_assert_int_eq((record.flags & RECORD_BACKWARDS) != 0, rows[i].backwards);
    }
    expect_end(input);
}
END_TEST

START_TEST(batches_go_on_where_they_ended)
{
    struct capture_record records[7];
    uint64_t number = 0;
    build_start(false);
    build_pcap(MAGIC_MICROSECONDS, LINK_TYPE_ETHERNET);
    for (uint32_t i = 0; i < 23; i++)
        build_record(i, 0, i, i);
    struct capture_input *input = open_built();
    for (size_t count; (count = capture_input_batch(input, records, 7)) > 0;)
        for (size_t i = 0; i < count; i++) {
            ck_assert_uint_eq(records[i].octets.size, number);
            ck_assert_uint_eq(records[i].number, ++number);
        }
    ck_assert_uint_eq(number, 23);
    ck_assert_uint_eq(capture_input_offset(input), built.size);
    expect_end(input);
}
END_TEST

/* Wherever the file is cut off, what is before that is delivered. */
START_TEST(cut_anywhere)
{
    size_t ends[4] = {0};
    build_start(_i != 0);
    build_pcap(MAGIC_MICROSECONDS, LINK_TYPE_ETHERNET);
    ends[0] = built.size;
    for (uint32_t i = 1; i < 4; i++) {
        build_record(i, 0, 3 * i, 3 * i);
        ends[i] = built.size;
    }
    size_t complete = 0;
    for (size_t size = ends[0]; size <= ends[3]; size++) {
        char text[128];
        struct capture_record record;
        built.size = size;
        complete += complete < 3 && ends[complete + 1] == size;
        struct capture_input *input = open_built();
        for (size_t i = 1; i <= complete; i++) {
            ck_assert(capture_input_next(input, &record));
            ck_assert_uint_eq(record.octets.size, 3 * i);
        }
        snprintf(text, sizeof text,
                 "ends at offset %zu in the middle of a record that starts at offset %zu:", size,
                 ends[complete]);
        if (size == ends[complete])
            expect_end(input);
        else
            expect_error(input, text);
        build_remove();
    }
}
END_TEST

START_TEST(cut_header_is_refused)
{
    char text[128];
    build_start(false);
    build_pcap(MAGIC_MICROSECONDS, LINK_TYPE_ETHERNET);
    for (built.size = 4; built.size < FILE_HEAD_SIZE; built.size++) {
        ck_assert_ptr_null(capture_input_open(build_save(), &reason));
        snprintf(text, sizeof text, "ends at offset %zu in the middle of a file header", built.size);
        ck_assert_msg(strstr(reason.text, text), "%s", reason.text);
    }
}
END_TEST

START_TEST(absurd_sizes_end_the_file)
{
    static const uint32_t sizes[] = {CAPTURE_RECORD_LIMIT + 1, 0x10000000, 0x7fffffff, 0xfffffff0,
                                     0xffffffff};
    build_start(false);
    build_pcap(MAGIC_MICROSECONDS, LINK_TYPE_ETHERNET);
    build_record(1, 0, 4, 4);
    build_u64(2);
    build_u32(sizes[_i]);
    build_u32(sizes[_i]);
    build_pattern(0, 1000);
    struct capture_record record;
    struct capture_input *input = open_built();
    ck_assert(capture_input_next(input, &record));
    expect_error(input, "is damaged at offset 44: record 2 claims");
}
END_TEST

START_TEST(unknown_version_is_refused)
{
    build_start(false);
    build_pcap(MAGIC_MICROSECONDS, LINK_TYPE_ETHERNET);
    built.data[4] = 3;
    ck_assert_ptr_null(capture_input_open(build_save(), &reason));
    ck_assert_msg(strstr(reason.text, "version 3 at offset 4"), "%s", reason.text);
}
END_TEST

START_TEST(link_types_have_names)
{
    ck_assert_str_eq(link_type_name(LINK_TYPE_SUNATM), "SUNATM");
    ck_assert_str_eq(link_type_name(LINK_TYPE_ETHERNET), "Ethernet");
    ck_assert_str_eq(link_type_name(LINK_TYPE_TOKEN_RING), "802.5 token ring");
    ck_assert_str_eq(link_type_name(113), "Linux cooked");
    ck_assert_ptr_null(link_type_name(65535));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("input_pcap");
    TCase *tests = tcase_create("pcap");
    tcase_add_checked_fixture(tests, NULL, build_remove);
    tcase_add_loop_test(tests, either_order_and_unit_of_time, 0, 4);
    tcase_add_test(tests, fcs_bits_are_not_the_link_type);
    tcase_add_test(tests, modified_records_have_a_longer_head);
    tcase_add_test(tests, time_running_backwards_is_flagged);
    tcase_add_test(tests, batches_go_on_where_they_ended);
    tcase_add_loop_test(tests, cut_anywhere, 0, 2);
    tcase_add_test(tests, cut_header_is_refused);
    tcase_add_loop_test(tests, absurd_sizes_end_the_file, 0, 5);
    tcase_add_test(tests, unknown_version_is_refused);
    tcase_add_test(tests, link_types_have_names);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
