/* Texts of the notation: interfaces, channels, times, repetition, and what is wrong with them. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "notation/script.h"

#define ROOM 64

/* What was put, in one line each. */
static char lines[ROOM][256];
static size_t line_count;
static struct mistakes mistakes;

static void put_interface(void *context, const struct script_interface *interface)
{
    (void)context;
    snprintf(lines[line_count++ % ROOM], sizeof lines[0], "interface %u '%s' '%s'", interface->link_type,
             interface->name, interface->description);
}

/* Interface, time, direction, size and original size, the first four octets, comments. */
static void put_frame(void *context, const struct script_frame *frame)
{
    (void)context;
    char *line = lines[line_count++ % ROOM];
    int size =
        snprintf(line, sizeof lines[0], "%u %lld %d %zu %u", frame->interface, (long long)frame->time_ns,
                 (int)frame->direction, frame->octets.size, frame->original_size);
    if (frame->octets.size >= 4)
        size += snprintf(line + size, sizeof lines[0] - (size_t)size, " %08x",
                         (unsigned)octets_u32(frame->octets.data));
    for (size_t i = 0; i < frame->comment_count; i++)
        size += snprintf(line + size, sizeof lines[0] - (size_t)size, " '%s'", frame->comments[i]);
}

/* Reads lines with "\n" between. */
static void read_text(const char *text)
{
    line_count = 0;
    mistakes = (struct mistakes){0};
    struct script *script = script_new((struct script_sink){put_interface, put_frame, NULL}, &mistakes);
    while (*text) {
        char line[512];
        size_t size = strcspn(text, "\n");
        snprintf(line, sizeof line, "%.*s", (int)size, text);
        script_line(script, line);
        text += size + (text[size] == '\n');
    }
    script_free(script);
}

static void assert_text(const char *text, const char *const *wanted)
{
    read_text(text);
    ck_assert_msg(mistakes.count == 0, "%s: %s", text, mistakes.list[0].text);
    for (size_t i = 0; wanted[i] || i < line_count; i++) {
        ck_assert_msg(i < line_count && wanted[i], "%s: %zu lines", text, line_count);
        ck_assert_str_eq(lines[i], wanted[i]);
    }
}

#define LINES(...) ((const char *const[]){__VA_ARGS__, NULL})

START_TEST(times)
{
    assert_text("1.5 READY_IND\n+0.25 READY_IND\n+0 READY_IND\nREADY_IND\n2 READY_IND\n1 READY_IND",
                LINES("interface 123 '' ''", "0 1500000000 2 10 10 81000020", "0 1750000000 2 10 10 81000020",
                      "0 1750000000 2 10 10 81000020", "0 1750000000 2 10 10 81000020",
                      "0 2000000000 2 10 10 81000020", "0 1000000000 2 10 10 81000020"));
    assert_text("0.000000001 READY_IND\n7ns READY_IND\n1.5us READY_IND\n+2ms READY_IND\n+3s READY_IND\n"
                "9223372036.854775807 READY_IND",
                LINES("interface 123 '' ''", "0 1 2 10 10 81000020", "0 7 2 10 10 81000020",
                      "0 1500 2 10 10 81000020", "0 2001500 2 10 10 81000020",
                      "0 3002001500 2 10 10 81000020", "0 9223372036854775807 2 10 10 81000020"));
}
END_TEST

START_TEST(repetition)
{
    assert_text("1 x3 READY_IND", LINES("interface 123 '' ''", "0 1000000000 2 10 10 81000020",
                                        "0 1000000000 2 10 10 81000020", "0 1000000000 2 10 10 81000020"));
    assert_text("1 x2 every 100ms READY_IND\n+1 READY_IND\nx0 READY_QUERY",
                LINES("interface 123 '' ''", "0 1000000000 2 10 10 81000020", "0 1100000000 2 10 10 81000020",
                      "0 2100000000 2 10 10 81000020"));
}
END_TEST

START_TEST(channels)
{
    assert_text(
        "interface lan ethernet name=\"LAN segment\" description=\"a \\\"b\\\"\"\n"
        "interface direct sunatm 0/40\n"
        "interface atm sunatm\n"
        "interface other 276\n"
        "lan <- octets=0102\n"
        "direct -> READY_IND\n"
        "READY_IND\n"
        "direct:1/50 -- READY_IND\n"
        "atm READY_IND\n"
        "atm:3/65535 READY_IND\n"
        "other octets=00*5\n"
        "0/33 READY_IND\n"
        "token-ring octets=00*4",
        LINES("interface 1 'LAN segment' 'a \"b\"'", "interface 123 'direct' ''", "interface 123 'atm' ''",
              "interface 276 'other' ''", "0 0 1 2 2", "1 0 2 10 10 81000028", "1 0 2 10 10 81000028",
              "1 0 0 10 10 01010032", "2 0 2 10 10 81000020", "2 0 2 10 10 8103ffff", "3 0 2 5 5 00000000",
              "interface 123 '' ''", "4 0 2 10 10 81000021", "interface 6 '' ''", "5 0 2 4 4 00000000"));
}
END_TEST

START_TEST(records)
{
    assert_text(
        "17: 0/5 octets=0102\n0/34 ADVERTISEMENT elan-id=1\n0/34 READY_IND traffic=0x7f\n"
        "0/34 octets=81 traffic=none\n0/34 <- READY_IND direction=-> original-size=99 \"one\" \"tw\\no\"",
        LINES("interface 123 '' ''", "0 0 2 6 6 86000005", "0 0 2 78 78 82000022", "0 0 2 10 10 ff000022",
              "0 0 2 1 1", "0 0 2 10 99 01000022 'one' 'tw\no'"));
}
END_TEST

START_TEST(lines_without_frames)
{
    assert_text("\n   \n# nothing\n(remark)\nmedia token-ring\nmedia ethernet\nREADY_IND\r",
                LINES("interface 123 '' ''", "0 0 2 10 10 81000020"));
}
END_TEST

/* The media decides how data frames of the ELAN are made: AC and FC behind the LECID. */
START_TEST(media)
{
    read_text("0/34 ETHERNET size=20\nmedia token-ring\n0/34 ETHERNET size=40\nmedia ethernet\n0/34 ETHERNET "
              "size=20");
    ck_assert_uint_eq(mistakes.count, 0);
    ck_assert_str_eq(lines[1], lines[3]);
    ck_assert_str_eq(lines[2], "0 0 2 44 44 81000022");
}
END_TEST

static const struct {
    const char *text;
    size_t line;
    size_t column;
    const char *what;
} wrong[] = {
    {"lan READY_IND", 1, 1, "there is no channel lan"},
    {"interface lan ethernet\nlam ADVERTISEMENT", 2, 1, "did you mean lan"},
    {"lam -> ADVERTISEMENT", 1, 1, "there is no channel lam"},
    {"READY_INT", 1, 1, "did you mean READY_IND"},
    {"1.2.3 READY_IND", 1, 1, "is no time"},
    {"1. READY_IND\n1.0000000001 READY_IND", 2, 1, "is no time"},
    {"1h READY_IND", 1, 1, "is no time"},
    {"0.5ns READY_IND", 1, 1, "is no time"},
    {"9223372036.854775808 READY_IND", 1, 1, "is no time"},
    {"+ READY_IND", 1, 1, "is no time"},
    {"9223372036 READY_IND\n+1 READY_IND", 2, 1, "is too late"},
    {"1 x2 every 9223372036s READY_IND", 1, 24, "too late"},
    {"1 x2 every READY_IND", 1, 6, "behind every stands a time"},
    {"x999999999 READY_IND", 1, 1, "at most 100000000 frames"},
    {"0/34:0/35 READY_IND", 1, 1, "there is no channel 0/34:0/35; write a VCC"},
    {"0/99999 READY_IND", 1, 1, "there is no channel"},
    {"interface lan ethernet\nlan:0/34 READY_IND", 2, 1, "behind the label of a sunatm interface"},
    {"interface a sunatm\na:x READY_IND", 2, 1, "stands a VCC"},
    {"interface lan", 1, 1, "write interface LABEL TYPE"},
    {"interface 1 ethernet", 1, 11, "can't be a label"},
    {"interface x5 ethernet", 1, 11, "can't be a label"},
    {"interface a:b ethernet", 1, 11, "can't be a label"},
    {"interface ADVERTISEMENT ethernet", 1, 11, "can't be a label"},
    {"interface lan ethernet\ninterface lan sunatm", 2, 11, "already"},
    {"interface lan ether", 1, 15, "is no link type"},
    {"interface lan 65536", 1, 15, "is no link type"},
    {"interface lan ethernet 0/34", 1, 24, "behind label and type"},
    {"interface lan ethernet size=3", 1, 24, "behind label and type"},
    {"media fddi", 1, 1, "write media ethernet"},
    {"->", 1, 1, "names no frame"},
    {"interface o 276\no ADVERTISEMENT", 2, 3, "in octets only"},
    {"interface lan ethernet\nlan LE_ARP_REQUEST", 2, 5, "can't be on a LAN"},
    {"READY_IND traffic=300", 1, 11, "at most 127"},
    {"READY_IND original-size=9", 1, 11, "is less than the 10 octets"},
    {"READY_IND direction=out", 1, 11, "write ->, <- or --"},
    {"READY_IND \"comment", 1, 11, "has no end"},
    {"\xc3\xa4 READY_IND", 1, 1, "there is no channel"},
    {"elan-name=\"\xc3\xa4\" READY_INX", 1, 15, "did you mean READY_IND"},
};

START_TEST(mistakes_are_told)
{
    read_text(wrong[_i].text);
    ck_assert_uint_ge(mistakes.count, 1);
    const struct mistake *last = &mistakes.list[mistakes.count - 1];
    ck_assert_msg(strstr(last->text, wrong[_i].what) != NULL, "%s: %s", wrong[_i].text, last->text);
    ck_assert_uint_eq(last->place.line, wrong[_i].line);
    ck_assert_uint_eq(last->place.column, wrong[_i].column);
}
END_TEST

/* One mistake does not hide the next, nor leave something behind. */
START_TEST(every_line_is_read)
{
    read_text("0/34 READY_INT\n0/35 READY_IND\n0/36 READY_IND lecid=x\nREADY_IND");
    ck_assert_uint_eq(mistakes.count, 2);
    ck_assert_uint_eq(mistakes.list[1].place.line, 3);
    ck_assert_str_eq(lines[line_count - 1], "0 0 2 10 10 81000023");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("notation: script");
    TCase *tcase = tcase_create("script");
    tcase_add_test(tcase, times);
    tcase_add_test(tcase, repetition);
    tcase_add_test(tcase, channels);
    tcase_add_test(tcase, records);
    tcase_add_test(tcase, lines_without_frames);
    tcase_add_test(tcase, media);
    tcase_add_loop_test(tcase, mistakes_are_told, 0, (int)(sizeof wrong / sizeof *wrong));
    tcase_add_test(tcase, every_line_is_read);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
