/* Where captures come from: plain files, gzip, pipes; and what is none. */
#include <check.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "capture_builder.h"
#include "input/capture_input.h"
#include "output/file.h"

#define MAGIC_MICROSECONDS 0xa1b2c3d4u
#define PATH_SIZE          64
#define BATCH              64
#define GZIP_COUNT         20 /* records in a gzip file that is damaged in every place */

static struct reason reason;
static struct capture_record records[BATCH];

/* Reads on and returns the number of records, whose octets are those that build_record() made. */
static uint64_t read_all(struct capture_input *input)
{
    uint64_t count = 0;
    bool same = true;
    for (size_t got; (got = capture_input_batch(input, records, BATCH)) > 0;)
        for (size_t i = 0; i < got; i++) {
            same &= records[i].number == ++count;
            for (size_t j = 0; j < records[i].octets.size; j++)
                same &= records[i].octets.data[j] == (uint8_t)(records[i].octets.size + j);
        }
    ck_assert(same);
    return count;
}

static void build_records(uint32_t count, uint32_t size)
{
    build_start(false);
    build_pcap(MAGIC_MICROSECONDS, LINK_TYPE_ETHERNET);
    for (uint32_t i = 0; i < count; i++)
        build_record(i, 0, size + i % 100, size + i % 100);
}

static void expect_all(struct capture_input *input, uint64_t count)
{
    ck_assert_msg(input, "%s", reason.text);
    ck_assert_uint_eq(read_all(input), count);
    ck_assert_msg(!capture_input_error(input), "%s", capture_input_error(input)->text);
    ck_assert_uint_eq(capture_input_offset(input), built.size);
    capture_input_close(input);
}

static void expect_refusal(const char *path, const char *text)
{
    reason.text[0] = '\0';
    ck_assert_ptr_null(capture_input_open(path, &reason));
    ck_assert_msg(strstr(reason.text, text), "%s", reason.text);
}

START_TEST(gzip_of_any_number_of_members)
{
    build_records(9000, 100);
    struct capture_input *input = capture_input_open(build_save_gzip((size_t)_i), &reason);
    ck_assert(!capture_input_stable(input));
    expect_all(input, 9000);
}
END_TEST

START_TEST(records_larger_than_the_buffer)
{
    build_records(3, 1100000);
    expect_all(capture_input_open(build_save_gzip(1), &reason), 3);
    expect_all(capture_input_open(build_save(), &reason), 3);
}
END_TEST

/* Offsets are those of what is compressed. */
START_TEST(claims_of_compressed_records)
{
    build_records(1, 10);
    size_t offset = built.size;
    build_u64(0);
    build_u32(0xfffffff0);
    build_u32(0xfffffff0);
    build_pattern(0, 100000);
    struct capture_input *input = capture_input_open(build_save_gzip(1), &reason);
    char text[64];
    snprintf(text, sizeof text, "is damaged at offset %zu: record 2", offset);
    ck_assert_uint_eq(read_all(input), 1);
    ck_assert_msg(strstr(capture_input_error(input)->text, text), "%s", capture_input_error(input)->text);
    capture_input_close(input);
}
END_TEST

/* Compressed data with its size, in 'path'. */
static size_t gzip_file(uint8_t *data, size_t room, const char **path)
{
    build_records(GZIP_COUNT, 1);
    *path = build_save_gzip(1);
    int descriptor = open(*path, O_RDONLY);
    ssize_t size = read(descriptor, data, room);
    close(descriptor);
    ck_assert_int_gt(size, 100);
    return (size_t)size;
}

START_TEST(cut_gzip)
{
    static uint8_t data[65536];
    const char *path;
    uint64_t before = 0;
    size_t size = gzip_file(data, sizeof data, &path);
    for (size_t cut = 2; cut < size; cut++) {
        char text[128];
        ck_assert(file_replace(path, data, cut, &reason));
        struct capture_input *input = capture_input_open(path, &reason);
        snprintf(text, sizeof text,
                 "the gzip data are damaged at offset %zu of the compressed file: it ends before", cut);
        if (!input) {
            ck_assert_msg(strstr(reason.text, text), "%s", reason.text);
            continue;
        }
        uint64_t count = read_all(input);
        ck_assert_uint_ge(count, before);
        before = count;
        ck_assert_msg(strstr(capture_input_error(input)->text, text), "%s", capture_input_error(input)->text);
        capture_input_close(input);
    }
    ck_assert_uint_eq(before, GZIP_COUNT); /* all but the checksum */
}
END_TEST

START_TEST(broken_gzip)
{
    static uint8_t data[65536];
    const char *path;
    size_t size = gzip_file(data, sizeof data, &path);
    for (size_t i = 0; i < size; i++) {
        data[i] ^= 0x55;
        ck_assert(file_replace(path, data, size, &reason));
        struct capture_input *input = capture_input_open(path, &reason);
        if (input)
            while (capture_input_batch(input, records, BATCH))
                ;
        ck_assert((i >= 4 && i < 10) || (!input && strstr(reason.text, "offset")) ||
                  (input && strstr(capture_input_error(input)->text, "offset")));
        capture_input_close(input);
        data[i] ^= 0x55;
    }
}
END_TEST

START_TEST(behind_gzip)
{
    static uint8_t data[65536];
    const char *path;
    size_t size = gzip_file(data, sizeof data, &path);
    ck_assert(file_replace(path, data, size + 1000, &reason)); /* zeros */
    expect_all(capture_input_open(path, &reason), GZIP_COUNT);
    memcpy(data + size + 5, "rubbish", 7);
    ck_assert(file_replace(path, data, size + 1000, &reason));
    struct capture_input *input = capture_input_open(path, &reason);
    ck_assert_uint_eq(read_all(input), GZIP_COUNT);
    ck_assert_msg(strstr(capture_input_error(input)->text, "the gzip data are damaged at offset"), "%s",
                  capture_input_error(input)->text);
    capture_input_close(input);
}
END_TEST

/* Somebody who writes a file into a pipe, 'step' octets at a time. */
struct writer {
    int descriptor;
    const uint8_t *data;
    size_t size;
    size_t step;
};

static void *write_pipe(void *context)
{
    struct writer *writer = context;
    for (size_t at = 0; at < writer->size; at += writer->step) {
        size_t left = writer->size - at;
        if (!file_write_all(writer->descriptor, writer->data + at, left < writer->step ? left : writer->step))
            break;
    }
    close(writer->descriptor);
    return NULL;
}

START_TEST(pipes_plain_and_gzip)
{
    static uint8_t data[BUILT_ROOM];
    static const size_t steps[] = {1, 7, 1000, BUILT_ROOM};
    bool compressed = _i >= 4;
    bool standard = _i % 2;
    size_t step = steps[_i % 4];
    build_records(step < 10 ? 30 : 9000, 100);
    const char *path = compressed ? build_save_gzip(2) : build_save();
    int descriptor = open(path, O_RDONLY);
    ssize_t size = read(descriptor, data, sizeof data);
    close(descriptor);
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    struct writer writer = {ends[1], data, (size_t)size, step};
    pthread_t thread;
    ck_assert_int_eq(pthread_create(&thread, NULL, write_pipe, &writer), 0);
    char name[PATH_SIZE];
    snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    int before = dup(STDIN_FILENO);
    if (standard)
        dup2(ends[0], STDIN_FILENO);
    struct capture_input *input = capture_input_open(standard ? "-" : name, &reason);
    ck_assert_msg(input, "%s", reason.text);
    ck_assert(!capture_input_stable(input));
    ck_assert_str_eq(capture_input_path(input), standard ? "standard input" : name);
    expect_all(input, step < 10 ? 30 : 9000);
    pthread_join(thread, NULL);
    dup2(before, STDIN_FILENO);
    close(before);
    close(ends[0]);
}
END_TEST

/* A record comes out as soon as it is in the pipe. */
START_TEST(pipes_are_not_waited_for)
{
    char name[PATH_SIZE];
    int ends[2];
    ck_assert_int_eq(pipe(ends), 0);
    snprintf(name, sizeof name, "/dev/fd/%d", ends[0]);
    build_records(1, 10);
    ck_assert(file_write_all(ends[1], built.data, built.size - 1));
    struct capture_input *input = capture_input_open(name, &reason);
    for (int i = 0; i < 3; i++) {
        size_t size = built.size;
        build_record(1, 0, 20, 20);
        ck_assert(file_write_all(ends[1], built.data + size - 1, built.size - size));
        ck_assert_uint_eq(capture_input_batch(input, records, BATCH), 1);
    }
    close(ends[1]);
    ck_assert_uint_eq(capture_input_batch(input, records, BATCH), 0);
    ck_assert(strstr(capture_input_error(input)->text, "standard input") == NULL);
    ck_assert(strstr(capture_input_error(input)->text, "in the middle of a record"));
    capture_input_close(input);
    close(ends[0]);
}
END_TEST

START_TEST(standard_input_may_be_a_file)
{
    build_records(50, 10);
    int before = dup(STDIN_FILENO);
    int descriptor = open(build_save(), O_RDONLY);
    dup2(descriptor, STDIN_FILENO);
    struct capture_input *input = capture_input_open("-", &reason);
    ck_assert(capture_input_stable(input));
    expect_all(input, 50);
    dup2(before, STDIN_FILENO);
    close(before);
    close(descriptor);
}
END_TEST

START_TEST(stable_octets_stay)
{
    static struct capture_record kept[3000];
    build_records(3000, 100);
    struct capture_input *input = capture_input_open(build_save(), &reason);
    for (size_t i = 0; i < 3000; i++)
        ck_assert(capture_input_next(input, &kept[i]));
    for (size_t i = 0; i < 3000; i++)
        ck_assert_mem_eq(kept[i].octets.data, built.data + kept[i].offset + 16, kept[i].octets.size);
    ck_assert_uint_eq(capture_input_batch(input, records, BATCH), 0);
    capture_input_close(input);
}
END_TEST

START_TEST(what_is_no_capture)
{
    static const struct {
        const char *data;
        size_t size;
        const char *text;
    } rows[] = {
        {"", 0, "is empty"},
        {"\xd4", 1, "is no pcap or pcapng capture: it starts with d4 at offset 0"},
        {"hello, world, this is a text of some length", 43, "it starts with 68 65 6c 6c at offset 0"},
        {"snoop\0\0\0\0\0\0\2", 12, "is a snoop capture; convert it"},
        {"\x28\xb5\x2f\xfd....", 8, "unpack it with unzstd"},
        {"BZh91AY", 7, "unpack it with bunzip2"},
        {"\x1f\x8b", 2, "the gzip data are damaged at offset 2 of the compressed file"},
        {"\x1f\x8b\7\7\7\7\7\7\7\7\7", 11, "the gzip data are damaged at offset"},
    };
    build_start(false);
    build_octets(rows[_i].data, rows[_i].size);
    const char *path = build_save();
    expect_refusal(path, rows[_i].text);
    ck_assert_ptr_nonnull(strstr(reason.text, path));
}
END_TEST

START_TEST(empty_gzip_is_empty)
{
    char command[2 * PATH_SIZE];
    build_start(false);
    const char *path = build_save();
    snprintf(command, sizeof command, "gzip -c /dev/null >%s", path);
    ck_assert_int_eq(system(command), 0);
    expect_refusal(path, "is empty");
}
END_TEST

START_TEST(what_is_no_file)
{
    expect_refusal("/tmp", "/tmp is a directory; name a capture file");
    expect_refusal("/nowhere/a.pcap", "can't open the capture /nowhere/a.pcap: No such file or directory");
    expect_refusal("/dev/null", "/dev/null is empty");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("input_source");
    TCase *tests = tcase_create("source");
    tcase_add_checked_fixture(tests, NULL, build_remove);
    tcase_set_timeout(tests, 60);
    tcase_add_loop_test(tests, gzip_of_any_number_of_members, 1, 4);
    tcase_add_test(tests, records_larger_than_the_buffer);
    tcase_add_test(tests, claims_of_compressed_records);
    tcase_add_test(tests, cut_gzip);
    tcase_add_test(tests, broken_gzip);
    tcase_add_test(tests, behind_gzip);
    tcase_add_loop_test(tests, pipes_plain_and_gzip, 0, 8);
    tcase_add_test(tests, pipes_are_not_waited_for);
    tcase_add_test(tests, standard_input_may_be_a_file);
    tcase_add_test(tests, stable_octets_stay);
    tcase_add_loop_test(tests, what_is_no_capture, 0, 8);
    tcase_add_test(tests, empty_gzip_is_empty);
    tcase_add_test(tests, what_is_no_file);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
