/* Reading pcapng: blocks, times, sections, options, and what is damaged. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "capture_builder.h"
#include "input/capture_input.h"

#define SECTION_SIZE   28u
#define INTERFACE_SIZE 20u
#define PACKET_SIZE    32u /* without octets and options */
#define COUNT(array)   (sizeof(array) / sizeof *(array))

static struct reason reason;
static struct capture_record record;

static struct capture_input *open_built(void)
{
    struct capture_input *input = capture_input_open(build_save(), &reason);
    ck_assert_msg(input, "%s", reason.text);
    return input;
}

/* The file ends early with a line that has 'text'. */
static void expect_error(struct capture_input *input, const char *text)
{
    ck_assert(!capture_input_next(input, &record));
    ck_assert_ptr_nonnull(capture_input_error(input));
    ck_assert_msg(strstr(capture_input_error(input)->text, text), "%s", capture_input_error(input)->text);
    ck_assert(!capture_input_next(input, &record));
    capture_input_close(input);
}

/* What can't be read from its start on is refused. */
static void expect_refusal(const char *text)
{
    ck_assert_ptr_null(capture_input_open(build_save(), &reason));
    ck_assert_msg(strstr(reason.text, text), "%s", reason.text);
}

static void expect_end(struct capture_input *input)
{
    ck_assert(!capture_input_next(input, &record));
    ck_assert_msg(!capture_input_error(input), "%s", capture_input_error(input)->text);
    capture_input_close(input);
}

/* A section with one interface. */
static void build_front(bool big_endian)
{
    build_start(big_endian);
    build_section(NULL, 0);
    build_interface(LINK_TYPE_ETHERNET, 0, NULL, 0);
}

START_TEST(packets_of_either_order)
{
    bool big_endian = _i;
    build_start(big_endian);
    build_section((struct built_option[]){{OPTION_COMMENT, "first", 5},
                                          {OPTION_SECTION_APPLICATION, "tcpdump", 7},
                                          {OPTION_COMMENT, "second", 6}},
                  3);
    build_interface(LINK_TYPE_SUNATM, 9000,
                    (struct built_option[]){{OPTION_INTERFACE_NAME, "atm0", 4},
                                            {OPTION_INTERFACE_DESCRIPTION, "to the switch", 13},
                                            {OPTION_INTERFACE_RESOLUTION, "\11", 1},
                                            {OPTION_INTERFACE_FCS_SIZE, "\40", 1}},
                    4);
    build_interface(LINK_TYPE_ETHERNET, 0, NULL, 0);
    size_t offset = built.size;
    struct built_option options[] = {{OPTION_COMMENT, "one", 3},
                                     {OPTION_PACKET_FLAGS, build_number(DIRECTION_OUTBOUND, 4), 4},
                                     {OPTION_COMMENT, "", 0},
                                     {OPTION_COMMENT, "three", 5}};
    build_packet(
        &(struct built_packet){.ticks = 0x123456789abcdef, .size = 5, .options = options, .option_count = 4});
    build_packet(&(struct built_packet){.interface = 1, .ticks = 1, .size = 4, .original = 1500});
    struct capture_input *input = open_built();
    ck_assert(capture_input_next(input, &record));
    ck_assert_str_eq(capture_input_section(input)->application, "tcpdump");
    ck_assert_str_eq(capture_input_section(input)->comment, "first\nsecond");
    ck_assert_uint_eq(capture_input_interface_count(input), 2);
    const struct capture_interface *interface = capture_input_interface(input, record.interface);
    ck_assert_uint_eq(interface->link_type, LINK_TYPE_SUNATM);
    ck_assert_uint_eq(interface->snap_size, 9000);
    ck_assert_uint_eq(interface->fcs_size, 4);
    ck_assert_str_eq(interface->name, "atm0");
    ck_assert_str_eq(interface->description, "to the switch");
    ck_assert(interface->directions);
    ck_assert_uint_eq(record.number, 1);
    ck_assert_uint_eq(record.offset, offset);
    ck_assert_int_eq(record.time_ns, 0x123456789abcdef);
    ck_assert_uint_eq(record.octets.size, 5);
    ck_assert_mem_eq(record.octets.data, "\5\6\7\10\11", 5);
    ck_assert_uint_eq(record.original_size, 5);
    ck_assert_uint_eq(record.direction, DIRECTION_OUTBOUND);
    ck_assert_uint_eq(record.flags, RECORD_COMMENTED | (big_endian ? RECORD_BIG_ENDIAN : 0));
    static const char *const comments[] = {"one", "", "three"};
    size_t cursor = 0;
    struct octets comment;
    for (size_t i = 0; i < COUNT(comments); i++) {
        ck_assert(capture_record_comment(&record, &cursor, &comment));
        ck_assert_uint_eq(comment.size, strlen(comments[i]));
        ck_assert_int_eq(memcmp(comment.data, comments[i], comment.size), 0);
    }
    ck_assert(!capture_record_comment(&record, &cursor, &comment));
    ck_assert(capture_input_next(input, &record));
    ck_assert_uint_eq(record.interface, 1);
    ck_assert_uint_eq(record.original_size, 1500);
    ck_assert_uint_eq(record.direction, DIRECTION_UNKNOWN);
    ck_assert_uint_eq(record.flags & ~RECORD_BIG_ENDIAN, RECORD_SNAPPED | RECORD_BACKWARDS);
    ck_assert(!capture_input_interface(input, 1)->directions);
    expect_end(input);
}
END_TEST

START_TEST(times_of_every_resolution)
{
    static const struct {
        uint8_t resolution;
        int64_t offset_s;
        uint64_t ticks;
        int64_t time_ns;
    } rows[] = {
        {6, 0, 1600000000123456, INT64_C(1600000000123456000)},
        {0, 0, 1600000000, INT64_C(1600000000000000000)},
        {3, 0, 1600000000123, INT64_C(1600000000123000000)},
        {9, 0, INT64_C(1600000000123456789), INT64_C(1600000000123456789)},
        {12, 0, INT64_C(1600000000123456789), INT64_C(1600000000123456)},
        {29, 0, UINT64_MAX, 0},
        {127, 0, UINT64_MAX, 0},
        {0x80 | 10, 0, 3 * 1024 + 512, INT64_C(3500000000)},
        {0x80, 0, 7, INT64_C(7000000000)},
        {0x80 | 32, 0, INT64_C(1600000000) << 32 | 1u << 31, INT64_C(1600000000500000000)},
        {0x80 | 64, 0, UINT64_MAX, 999999999},
        {0x80 | 127, 0, UINT64_MAX, 0},
        {6, 100, 5, INT64_C(100000005000)},
        {6, -100, 5, INT64_C(-99999995000)},
        {9, 1, CAPTURE_TIME_LAST, CAPTURE_TIME_LAST},
        {9, INT64_MAX, 1000000000, CAPTURE_TIME_LAST},
        {9, INT64_MIN, 0, INT64_C(-1152921504000000000)},
        {9, -1, CAPTURE_TIME_LAST, CAPTURE_TIME_LAST - 1000000000},
        {6, 0, UINT64_MAX, CAPTURE_TIME_LAST},
        {0, 0, UINT64_MAX, CAPTURE_TIME_LAST},
        {9, 0, CAPTURE_TIME_LAST, CAPTURE_TIME_LAST},
        {9, 0, CAPTURE_TIME_LAST + 1, CAPTURE_TIME_LAST},
        {9, 0, (uint64_t)INT64_MAX + 1, CAPTURE_TIME_LAST},
    };
    build_start(_i % 2);
    build_section(NULL, 0);
    for (size_t i = 0; i < COUNT(rows); i++) {
        struct built_option options[] = {
            {OPTION_INTERFACE_RESOLUTION, &rows[i].resolution, 1},
            {OPTION_INTERFACE_OFFSET, build_number((uint64_t)rows[i].offset_s, 8), 8},
        };
        build_interface(LINK_TYPE_ETHERNET, 0, options, rows[i].offset_s ? 2 : 1);
        build_packet(&(struct built_packet){.interface = (uint32_t)i, .ticks = rows[i].ticks, .size = 1});
    }
    struct capture_input *input = open_built();
    for (size_t i = 0; i < COUNT(rows); i++) {
        ck_assert(capture_input_next(input, &record));
        ck_assert_msg(record.time_ns == rows[i].time_ns, "row %zu: %lld", i, (long long)record.time_ns);
    }
    expect_end(input);
}
END_TEST

START_TEST(sections_have_interfaces_of_their_own)
{
    build_start(false);
    build_section((struct built_option[]){{OPTION_COMMENT, "one", 3}}, 1);
    build_interface(LINK_TYPE_SUNATM, 0, NULL, 0);
    build_interface(LINK_TYPE_ETHERNET, 0, NULL, 0);
    build_packet(&(struct built_packet){.interface = 1, .ticks = 1, .size = 1});
    built.big_endian = true;
    build_section(NULL, 0);
    build_interface(LINK_TYPE_TOKEN_RING, 0, NULL, 0);
    build_packet(&(struct built_packet){.interface = 0, .ticks = 2, .size = 1});
    build_packet(&(struct built_packet){.interface = 1, .ticks = 3, .size = 1}); /* of the first section */
    struct capture_record records[10];
    struct capture_input *input = open_built();
    ck_assert_uint_eq(capture_input_batch(input, records, 10), 1); /* a batch is of one section */
    ck_assert_uint_eq(records[0].interface, 1);
    ck_assert_str_eq(capture_input_section(input)->comment, "one");
    ck_assert_uint_eq(capture_input_batch(input, records, 10), 1);
    ck_assert_uint_eq(records[0].interface, 2);
    ck_assert_int_eq(records[0].time_ns, 2000);
    ck_assert_uint_eq(records[0].number, 2);
    ck_assert_str_eq(capture_input_section(input)->comment, "");
    ck_assert_uint_eq(capture_input_interface(input, 0)->section, 0);
    ck_assert_uint_eq(capture_input_interface(input, 2)->section, 1);
    ck_assert_uint_eq(capture_input_interface(input, 2)->link_type, LINK_TYPE_TOKEN_RING);
    expect_error(input, "record 3 is of interface 1, but its section has described only 1");
}
END_TEST

START_TEST(simple_and_old_packets)
{
    build_start(_i);
    build_section(NULL, 0);
    build_interface(LINK_TYPE_ETHERNET, 6, NULL, 0);
    build_packet(&(struct built_packet){.ticks = 1000000, .size = 5});
    build_block(BLOCK_PACKET_SIMPLE);
    build_u32(4);
    build_octets("abcd", 4);
    build_block_end();
    build_block(BLOCK_PACKET_SIMPLE);
    build_u32(100);
    build_octets("abcdef", 6);
    build_block_end();
    build_block(BLOCK_PACKET_OLD);
    build_u16(0);
    build_u16(65535);
    build_u32(0);
    build_u32(2000000);
    build_u32(3);
    build_u32(3);
    build_octets("xyz\0", 4);
    build_options((struct built_option[]){{OPTION_PACKET_FLAGS, build_number(DIRECTION_INBOUND, 4), 4},
                                          {OPTION_COMMENT, "old", 3}},
                  2);
    build_block_end();
    struct capture_input *input = open_built();
    ck_assert(capture_input_next(input, &record));
    ck_assert(capture_input_next(input, &record));
    ck_assert_uint_eq(record.octets.size, 4);
    ck_assert_mem_eq(record.octets.data, "abcd", 4);
    ck_assert_uint_eq(record.flags & ~RECORD_BIG_ENDIAN, RECORD_TIMELESS);
    ck_assert_int_eq(record.time_ns, 1000000000);
    ck_assert(capture_input_next(input, &record));
    ck_assert_uint_eq(record.octets.size, 6);
    ck_assert_uint_eq(record.original_size, 100);
    ck_assert_uint_eq(record.flags & ~RECORD_BIG_ENDIAN, RECORD_TIMELESS | RECORD_SNAPPED);
    ck_assert(capture_input_next(input, &record));
    ck_assert_uint_eq(record.number, 4);
    ck_assert_mem_eq(record.octets.data, "xyz", 3);
    ck_assert_int_eq(record.time_ns, 2000000000);
    ck_assert_uint_eq(record.direction, DIRECTION_INBOUND);
    size_t cursor = 0;
    struct octets comment;
    ck_assert(capture_record_comment(&record, &cursor, &comment));
    ck_assert_mem_eq(comment.data, "old", 3);
    expect_end(input);
}
END_TEST

/* Numbers are Wireshark's: it lists some blocks that hold no frame. */
START_TEST(other_blocks_are_passed_over)
{
    static const struct {
        uint32_t type;
        uint64_t number; /* of the packet behind it */
    } rows[] = {{4, 1},      {0x0a, 1},       {0x80000001, 1}, {0x77777777, 1},
                {0x0bad, 2}, {0x40000bad, 2}, {9, 2},          {0x204, 2}};
    for (size_t i = 0; i < COUNT(rows); i++) {
        build_front(i % 2);
        build_block(rows[i].type);
        build_pattern(0, i * 4);
        build_block_end();
        build_packet(&(struct built_packet){.ticks = 1, .size = 1});
        struct capture_input *input = open_built();
        ck_assert(capture_input_next(input, &record));
        ck_assert_msg(record.number == rows[i].number, "0x%x", (unsigned)rows[i].type);
        ck_assert_uint_eq(record.flags & RECORD_BACKWARDS, 0);
        expect_end(input);
    }
}
END_TEST

START_TEST(drops_are_counted)
{
    build_front(_i);
    build_interface(LINK_TYPE_ETHERNET, 0, NULL, 0);
    for (uint32_t i = 1; i < 3; i++) {
        build_packet(&(struct built_packet){
            .ticks = 1,
            .size = 1,
            .options = (struct built_option[]){{OPTION_PACKET_DROPPED, build_number(10, 8), 8}},
            .option_count = 1});
        build_block(BLOCK_STATISTICS);
        build_u32(i == 1 ? 1 : 0);
        build_u64(0);
        struct built_option options[] = {{OPTION_STATISTICS_INTERFACE_DROPPED, build_number(i * 100, 8), 8},
                                         {OPTION_STATISTICS_SYSTEM_DROPPED, build_number(i, 8), 8}};
        build_options(options, 2);
        build_block_end();
    }
    build_block(BLOCK_STATISTICS); /* of an interface that nobody described */
    build_u32(7);
    build_u64(0);
    build_block_end();
    struct capture_input *input = open_built();
    ck_assert(capture_input_next(input, &record));
    ck_assert_uint_eq(capture_input_interface(input, 0)->dropped_count, 10);
    ck_assert(capture_input_next(input, &record));
    ck_assert_uint_eq(capture_input_interface(input, 0)->dropped_count, 20);
    ck_assert_uint_eq(capture_input_interface(input, 1)->dropped_count, 101);
    ck_assert(!capture_input_next(input, &record));
    ck_assert_uint_eq(capture_input_interface(input, 0)->dropped_count, 202);
    expect_end(input);
}
END_TEST

START_TEST(options_beyond_their_block_are_none)
{
    build_front(_i);
    for (uint16_t size = 0; size < 12; size++) {
        build_packet(&(struct built_packet){.ticks = size, .size = 3});
        built.size -= 4;
        build_u16(OPTION_PACKET_FLAGS);
        build_u16(4);
        build_u32(DIRECTION_INBOUND);
        build_u16(OPTION_COMMENT);
        build_u16((uint16_t)(size + 5));
        build_pattern('a', size / 4 * 4);
        build_block_end();
    }
    struct capture_input *input = open_built();
    for (uint16_t size = 0; size < 12; size++) {
        size_t cursor = 0;
        struct octets comment;
        ck_assert(capture_input_next(input, &record));
        ck_assert_uint_eq(record.direction, DIRECTION_INBOUND);
        ck_assert(!capture_record_comment(&record, &cursor, &comment));
        ck_assert_uint_eq(record.flags & RECORD_COMMENTED, 0);
    }
    expect_end(input);
}
END_TEST

START_TEST(long_texts_are_cut_between_characters)
{
    char name[CAPTURE_NAME_SIZE + 100];
    for (size_t i = 0; i + 1 < sizeof name; i += 2)
        memcpy(name + i, "\xc3\xa4", 2);
    build_start(false);
    build_section((struct built_option[]){{OPTION_SECTION_APPLICATION, "a\0b", 3}}, 1);
    build_interface(LINK_TYPE_ETHERNET, 0,
                    (struct built_option[]){{OPTION_INTERFACE_NAME, name, sizeof name}}, 1);
    struct capture_input *input = open_built();
    ck_assert(!capture_input_next(input, &record));
    ck_assert_uint_eq(strlen(capture_input_interface(input, 0)->name), CAPTURE_NAME_SIZE - 2);
    ck_assert_str_eq(capture_input_section(input)->application, "a");
    expect_end(input);
}
END_TEST

/* Wherever the file is cut off, what is before that is delivered. */
START_TEST(cut_anywhere)
{
    static const struct built_option comment = {OPTION_COMMENT, "hello", 5};
    size_t ends[6];
    size_t count = 0;
    build_start(_i);
    build_section(&comment, 1);
    ends[count++] = built.size;
    build_interface(LINK_TYPE_ETHERNET, 0, NULL, 0);
    ends[count++] = built.size;
    build_packet(&(struct built_packet){.ticks = 1, .size = 3});
    ends[count++] = built.size;
    build_block(0x1234);
    build_pattern(0, 20);
    build_block_end();
    ends[count++] = built.size;
    build_packet(&(struct built_packet){.ticks = 2, .size = 5, .options = &comment, .option_count = 1});
    ends[count++] = built.size;
    build_section(NULL, 0);
    ends[count++] = built.size;
    size_t block = 0;
    for (size_t size = 4; size <= ends[count - 1]; size++) {
        char text[128];
        built.size = size;
        while (ends[block] < size)
            block++;
        snprintf(text, sizeof text,
                 "ends at offset %zu in the middle of a %s that starts at offset %zu:", size,
                 block == 0 || (block == 5 && size - ends[4] >= 12) ? "section header" : "block",
                 block ? ends[block - 1] : 0);
        if (size < ends[0]) {
            expect_refusal(text);
            continue;
        }
        struct capture_input *input = open_built();
        for (size_t i = 0; i < (size >= ends[4] ? 2u : size >= ends[2] ? 1u : 0u); i++)
            ck_assert(capture_input_next(input, &record));
        if (size == ends[block])
            expect_end(input);
        else
            expect_error(input, text);
    }
}
END_TEST

START_TEST(absurd_sizes_end_the_file)
{
    static const struct {
        uint32_t type;
        uint32_t size;
    } rows[] = {
        {BLOCK_PACKET, 0},
        {BLOCK_PACKET, 11},
        {BLOCK_PACKET, 12},
        {BLOCK_PACKET, 28},
        {BLOCK_PACKET, 33},
        {BLOCK_PACKET, 0x01000004},
        {BLOCK_PACKET, 0x80000000},
        {BLOCK_PACKET, 0xfffffffc},
        {BLOCK_PACKET, 0xffffffff},
        {BLOCK_PACKET_OLD, 28},
        {BLOCK_PACKET_SIMPLE, 12},
        {BLOCK_INTERFACE, 16},
        {BLOCK_STATISTICS, 20},
        {BLOCK_SECTION, 24},
        {BLOCK_SECTION, 0xfffffffc},
        {0x7777, 8},
        {0x7777, 13},
        {0x7777, 0x01000004},
        {0x7777, 0xfffffffc},
        {BLOCK_PACKET, 48}, /* another size at the end */
        {BLOCK_INTERFACE, 48},
        {BLOCK_SECTION, 48},
        {0x7777, 48},
        {BLOCK_STATISTICS, 48},
        {BLOCK_PACKET_SIMPLE, 48},
    };
    char text[64];
    build_front(_i);
    build_packet(&(struct built_packet){.ticks = 1, .size = 1});
    size_t offset = built.size;
    snprintf(text, sizeof text, "is damaged at offset %zu: ", offset);
    for (size_t i = 0; i < COUNT(rows); i++) {
        built.size = offset;
        build_u32(rows[i].type);
        build_u32(rows[i].size);
        build_u32(BYTE_ORDER_MARK);
        build_u16(1);
        build_pattern(0, 1002);
        struct capture_input *input = open_built();
        ck_assert(capture_input_next(input, &record));
        expect_error(input, text);
    }
}
END_TEST

/* Blocks fill words of 32 bits, even if the size at their end agrees. */
START_TEST(sizes_are_whole_words)
{
    build_front(_i);
    build_u32(BLOCK_PACKET);
    build_u32(33);
    build_pattern(0, 12);
    build_u32(0);
    build_u32(0);
    build_pattern(0, 1);
    build_u32(33);
    build_pattern(0, 50);
    expect_error(open_built(), "is damaged at offset 48: a block of type 0x6 can't have 33 octets");
}
END_TEST

START_TEST(packets_claim_more_than_their_block_has)
{
    static const uint32_t sizes[] = {5, 0x10000, 0x7fffffff, 0xfffffffc, 0xffffffff};
    for (size_t i = 0; i < COUNT(sizes); i++) {
        build_front(_i);
        build_packet(&(struct built_packet){.ticks = 1, .size = 4});
        built.size = SECTION_SIZE + INTERFACE_SIZE + 20;
        build_u32(sizes[i]);
        built.size = SECTION_SIZE + INTERFACE_SIZE + PACKET_SIZE + 4;
        expect_error(open_built(), "is damaged at offset 48: record 1 claims");
        build_front(_i);
        build_block(BLOCK_PACKET_SIMPLE);
        build_u32(sizes[i]);
        build_pattern(0, 4);
        build_block_end();
        expect_error(open_built(), "is damaged at offset 48: record 1 claims");
    }
}
END_TEST

START_TEST(packets_without_an_interface)
{
    build_start(_i);
    build_section(NULL, 0);
    build_packet(&(struct built_packet){.ticks = 1, .size = 4});
    expect_error(open_built(), "offset 28: record 1 is of interface 0, but its section has described only 0");
    build_start(_i);
    build_section(NULL, 0);
    build_block(BLOCK_PACKET_SIMPLE);
    build_u32(0);
    build_block_end();
    expect_error(open_built(), "offset 28: record 1 is of interface 0, but its section has described only 0");
    build_front(_i);
    build_packet(&(struct built_packet){.interface = UINT32_MAX, .ticks = 1, .size = 4});
    expect_error(open_built(), "offset 48: record 1 is of interface 4294967295");
}
END_TEST

START_TEST(too_many_interfaces)
{
    build_start(false);
    build_section(NULL, 0);
    for (uint32_t i = 0; i <= CAPTURE_INTERFACE_LIMIT; i++)
        build_interface(LINK_TYPE_ETHERNET, 0, NULL, 0);
    expect_error(open_built(), "has more than 65536 interfaces, at offset 1310748");
}
END_TEST

START_TEST(sections_that_cannot_be_read)
{
    build_front(_i);
    built.data[8] ^= 1;
    expect_refusal("is damaged at offset 0: no byte order mark");
    build_front(_i);
    built.data[12] = built.data[13] = 2;
    expect_refusal("has a section of pcapng version 514 at offset 0");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("input_pcapng");
    TCase *tests = tcase_create("pcapng");
    tcase_add_checked_fixture(tests, NULL, build_remove);
    tcase_add_loop_test(tests, packets_of_either_order, 0, 2);
    tcase_add_loop_test(tests, times_of_every_resolution, 0, 2);
    tcase_add_test(tests, sections_have_interfaces_of_their_own);
    tcase_add_loop_test(tests, simple_and_old_packets, 0, 2);
    tcase_add_test(tests, other_blocks_are_passed_over);
    tcase_add_loop_test(tests, drops_are_counted, 0, 2);
    tcase_add_loop_test(tests, options_beyond_their_block_are_none, 0, 2);
    tcase_add_test(tests, long_texts_are_cut_between_characters);
    tcase_add_loop_test(tests, cut_anywhere, 0, 2);
    tcase_add_loop_test(tests, absurd_sizes_end_the_file, 0, 2);
    tcase_add_loop_test(tests, sizes_are_whole_words, 0, 2);
    tcase_add_loop_test(tests, packets_claim_more_than_their_block_has, 0, 2);
    tcase_add_loop_test(tests, packets_without_an_interface, 0, 2);
    tcase_add_test(tests, too_many_interfaces);
    tcase_add_loop_test(tests, sections_that_cannot_be_read, 0, 2);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
