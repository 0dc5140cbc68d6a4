/* The signalling decoder: the PDUs of real stacks, elements built by hand, and octets that are none.
 *
 * What is expected of real frames was read with tshark. Run it in the root of the source tree, or name the
 * directory of the frames in REAL_FRAMES.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/random.h"
#include "golden_frames.h"
#include "input/capture_input.h"
#include "signalling_builder.h"
#include "wire/signalling.h"

#define SUNATM_HEADER_SIZE 4

static struct signalling read;
static struct reason reason;
static uint8_t pdu[BUILT_PDU_ROOM];

static const struct atm_address lec = {
    {0x47, 0, 5, 0x80, 0xff, 0xe1, 0, 0, 0, 0xf2, 0x1a, 0x26, 0xd8, 0, 0x20, 0xea, 0, 0, 0xb0, 0}};
static const struct atm_address les = {
    {0x47, 0, 5, 0x80, 0xff, 0xe1, 0, 0, 0, 0xf2, 0x1a, 0x26, 0xd8, 0, 0x20, 0xea, 0, 0, 0x0a, 1}};

static const char *line(void)
{
    static char text[SIGNALLING_TEXT_SIZE];
    return signalling_text(&read, text, sizeof text);
}

static bool decode(const uint8_t *data, size_t size)
{
    reason.text[0] = '\0';
    return signalling_decode(data, size, &read, &reason);
}

static bool decode_message(const struct built_message *message)
{
    return decode(pdu, message_pdu(message, 7, pdu));
}

static const char *path_of(const char *file)
{
    static char path[512];
    const char *directory = getenv("REAL_FRAMES");
    snprintf(path, sizeof path, "%s/%s", directory ? directory : "tests/real-frames", file);
    return path;
}

/* --- real frames --- */

/* Messages of a capture by type, and SSCOP PDUs. */
static const struct {
    const char *file;
    unsigned setup, call_proceeding, connect, connect_acknowledge, release, release_complete;
    unsigned bgn, bgak, poll, stat;
} real_captures[] = {
    {"linux-two-lecs-join-and-ping.pcap", 12, 12, 12, 12, 3, 3, 2, 2, 12, 12},
    {"linux-keepalived-vmac-on-lec.pcap", 12, 12, 12, 12, 3, 3, 2, 2, 30, 30},
    {"linux-v1-client-receives-narp.pcap", 6, 6, 6, 6, 1, 1, 2, 2, 12, 12},
};

START_TEST(real_captures_are_read_whole)
{
    struct capture_input *input = capture_input_open(path_of(real_captures[_i].file), &reason);
    ck_assert_msg(input, "%s", reason.text);
    unsigned messages[256] = {0}, pdus[16] = {0};
    struct capture_record record;
    while (capture_input_next(input, &record)) {
        const uint8_t *data = record.octets.data;
        if (data[1] != SIGNALLING_VPI || octets_u16(data + 2) != SIGNALLING_VCI)
            continue;
        ck_assert_msg(decode(data + SUNATM_HEADER_SIZE, record.octets.size - SUNATM_HEADER_SIZE), "%s",
                      reason.text);
        ck_assert_uint_eq(read.unread_count, 0);
        ck_assert(read.sscop == SSCOP_SD ? read.has_message : !read.has_message);
        pdus[read.sscop]++;
        if (read.has_message)
            messages[read.message]++;
        if (read.has_message && read.message == CALL_MESSAGE_SETUP) {
            ck_assert_uint_eq(read.elements, SIGNALLING_CALLED | SIGNALLING_CALLING | SIGNALLING_B_LLI |
                                                 SIGNALLING_BEARER | SIGNALLING_MAX_SDU);
            ck_assert(read.from_originator && !read.point_to_multipoint);
            ck_assert_uint_eq(read.forward_max_sdu, 1516);
            ck_assert_uint_eq(read.backward_max_sdu, 1516);
        }
    }
    capture_input_close(input);
    ck_assert_uint_eq(messages[CALL_MESSAGE_SETUP], real_captures[_i].setup);
    ck_assert_uint_eq(messages[CALL_MESSAGE_CALL_PROCEEDING], real_captures[_i].call_proceeding);
    ck_assert_uint_eq(messages[CALL_MESSAGE_CONNECT], real_captures[_i].connect);
    ck_assert_uint_eq(messages[CALL_MESSAGE_CONNECT_ACKNOWLEDGE], real_captures[_i].connect_acknowledge);
    ck_assert_uint_eq(messages[CALL_MESSAGE_RELEASE], real_captures[_i].release);
    ck_assert_uint_eq(messages[CALL_MESSAGE_RELEASE_COMPLETE], real_captures[_i].release_complete);
    ck_assert_uint_eq(pdus[SSCOP_BGN], real_captures[_i].bgn);
    ck_assert_uint_eq(pdus[SSCOP_BGAK], real_captures[_i].bgak);
    ck_assert_uint_eq(pdus[SSCOP_POLL], real_captures[_i].poll);
    ck_assert_uint_eq(pdus[SSCOP_STAT], real_captures[_i].stat);
}
END_TEST

/* The PDUs of signalling-and-atmtcp-hexdump.txt, in its order. */
static const char *const dumped[] = {
    "SSCOP BGN sequence=30",
    "SSCOP BGN sequence=30",
    "SSCOP BGAK sequence=30",
    "SSCOP BGAK sequence=30",
    "SSCOP POLL sequence=0",
    "SSCOP POLL sequence=0",
    "SSCOP STAT sequence=0",
    "SSCOP STAT sequence=0",
    "SETUP call=1 called=47000580ffe1000000f21a26d80020ea00000a05 "
    "calling=47000580ffe1000000f21a26d80020ea0000b000 lane-protocol=1",
    "CALL PROCEEDING call=1' vpci=1 vci=32",
    "CONNECT call=1'",
    "CONNECT ACKNOWLEDGE call=1",
    "RELEASE call=1 cause=16",
    "RELEASE COMPLETE call=1'",
    "SETUP call=2 called=47000580ffe1000000f21a26d80020ea00000a01 "
    "calling=47000580ffe1000000f21a26d80020ea0000b000 lane-protocol=1",
    "CALL PROCEEDING call=2' vpci=1 vci=32",
    "CONNECT call=2'",
    "CONNECT ACKNOWLEDGE call=2",
    "SETUP call=3 called=47000580ffe1000000f21a26d80020ea0000b000 "
    "calling=47000580ffe1000000f21a26d80020ea00000a01 lane-protocol=1",
    "CALL PROCEEDING call=3' vpci=1 vci=33",
    "CONNECT call=3'",
    "CONNECT ACKNOWLEDGE call=3",
};
#define DUMPED_COUNT (sizeof dumped / sizeof *dumped)

START_TEST(dumped_session_has_its_lines)
{
    FILE *file = fopen(path_of("signalling-and-atmtcp-hexdump.txt"), "r");
    ck_assert_ptr_nonnull(file);
    char text[1024];
    size_t count = 0;
    while (fgets(text, sizeof text, file)) {
        const char *hex = strchr(text, '|');
        if (!strstr(text, "hdr 00 00 00 05") || !hex)
            continue;
        uint8_t data[512];
        size_t size = golden_read(hex + 1, data, sizeof data);
        ck_assert_msg(decode(data, size), "%s", reason.text);
        ck_assert_uint_lt(count, DUMPED_COUNT);
        ck_assert_str_eq(line(), dumped[count]);
        count++;
    }
    fclose(file);
    ck_assert_uint_eq(count, DUMPED_COUNT);
}
END_TEST

/* --- elements that the real frames lack; the octets were shown to tshark --- */

START_TEST(point_to_multipoint_setup)
{
    struct built_message setup = message_start(CALL_MESSAGE_SETUP, 0x123456);
    message_bearer(&setup, true);
    message_b_lli(&setup, B_LLI_MULTICAST_8025);
    message_called(&setup, &lec);
    message_calling(&setup, &les);
    message_endpoint(&setup, 0);
    message_connection(&setup, 1, 50);
    ck_assert_msg(decode_message(&setup), "%s", reason.text);
    ck_assert_str_eq(line(), "SETUP call=1193046 called=47000580ffe1000000f21a26d80020ea0000b000 "
                             "calling=47000580ffe1000000f21a26d80020ea00000a01 lane-protocol=5 "
                             "point-to-multipoint endpoint=0 vpci=1 vci=50");
    ck_assert_uint_eq(read.sequence, 7);
    ck_assert_uint_eq(read.information.size, setup.size);
}
END_TEST

START_TEST(parties_are_added_and_dropped)
{
    struct built_message add = message_start(CALL_MESSAGE_ADD_PARTY, 9);
    message_called(&add, &lec);
    message_endpoint(&add, 5);
    ck_assert(decode_message(&add));
    ck_assert_str_eq(line(), "ADD PARTY call=9 called=47000580ffe1000000f21a26d80020ea0000b000 endpoint=5");
    struct built_message added = message_start(CALL_MESSAGE_ADD_PARTY_ACKNOWLEDGE, 9 | OTHER_SIDE);
    message_element(&added, 0x54, "\0\x80\5", 3); /* the flag is of the endpoint reference's originator */
    ck_assert(decode_message(&added));
    ck_assert_str_eq(line(), "ADD PARTY ACKNOWLEDGE call=9' endpoint=5");
    struct built_message drop = message_start(CALL_MESSAGE_DROP_PARTY, 9);
    message_endpoint(&drop, 5);
    message_cause(&drop, 27);
    ck_assert(decode_message(&drop));
    ck_assert_str_eq(line(), "DROP PARTY call=9 endpoint=5 cause=27");
}
END_TEST

START_TEST(optional_octets_of_elements)
{
    struct built_message setup = message_start(CALL_MESSAGE_SETUP, 1);
    uint8_t calling[2 + ATM_ADDRESS_SIZE] = {0x02, 0x83}; /* presentation and screening */
    memcpy(calling + 2, les.octet, ATM_ADDRESS_SIZE);
    message_element(&setup, 0x6c, calling, sizeof calling);
    message_element(&setup, 0x5e, "\x10\x81\x81", 3); /* traffic type */
    message_element(&setup, 0x63, "\x8a", 1);         /* repeat indicator, for two B-LLIs */
    message_element(&setup, 0x5f, "\x6b\x40\x80\x80\x00\x00\x00\x08\x00", 9);
    message_element(&setup, 0x5f, "\xcc", 1);
    message_element(&setup, 0x5f, "\x6b\x40\x80\x80\x00\xa0\x3e\x00\x02", 9);
    ck_assert(decode_message(&setup));
    ck_assert_str_eq(line(), "SETUP call=1 calling=47000580ffe1000000f21a26d80020ea00000a01 "
                             "llc-multiplexed point-to-multipoint");
    ck_assert_uint_eq(read.unread_count, 0);
    ck_assert(atm_address_equal(&read.calling, &les));
}
END_TEST

START_TEST(connection_identifiers)
{
    static const struct {
        const char *content;
        size_t size;
        const char *line;
    } samples[] = {
        {"\x88\0\1\0\x20", 5, "CALL PROCEEDING call=1' vpci=1 vci=32"},
        {"\x80\0\0\0\x21", 5, "CALL PROCEEDING call=1' vci=33"}, /* VP-associated signalling */
        {"\x89\0\1\0\0", 5, "CALL PROCEEDING call=1'"},          /* any VCI */
        {"\x8c\0\1", 3, "CALL PROCEEDING call=1'"},              /* VPCI only */
        {"\x88\0\1\0", 4, "CALL PROCEEDING call=1' unread=1"},
        {"\x90\0\1\0\x20", 5, "CALL PROCEEDING call=1' unread=1"}, /* reserved */
        {"", 0, "CALL PROCEEDING call=1' unread=1"},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct built_message message = message_start(CALL_MESSAGE_CALL_PROCEEDING, 1 | OTHER_SIDE);
        message_element(&message, 0x5a, samples[i].content, samples[i].size);
        ck_assert(decode_message(&message));
        ck_assert_str_eq(line(), samples[i].line);
    }
}
END_TEST

START_TEST(elements_that_cannot_be_read_are_counted)
{
    static const struct {
        uint8_t identifier;
        const char *content;
        size_t size;
    } samples[] = {
        {0x70, "\x81\x31\x32", 3}, /* E.164 */
        {0x70, "\x82\x47", 2},     /* too short */
        {0x70, "", 0},
        {0x6c, "\x02\x03\x04", 3},
        {0x5e, "\x90", 1},
        {0x5e, "\x10\x11\x12", 3},
        {0x58, "\x03", 1}, /* AAL 3/4 */
        {0x58, "\x05\x8c\x05", 3},
        {0x08, "\x80", 1},
        {0x08, "", 0},
        {0x14, "", 0},
        {0x54, "\0\0", 2},
    };
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct built_message message = message_start(CALL_MESSAGE_NOTIFY, 1);
        message_element(&message, samples[i].identifier, samples[i].content, samples[i].size);
        ck_assert(decode_message(&message));
        ck_assert_msg(read.elements == 0 && read.unread_count == 1, "sample %zu: %s", i, line());
    }
    struct built_message unknown = message_start(0x33, 1);
    message_element(&unknown, 0x42, "abc", 3);
    ck_assert(decode_message(&unknown));
    ck_assert_str_eq(line(), "MESSAGE-33 call=1");
}
END_TEST

START_TEST(call_state_and_cause)
{
    struct built_message status = message_start(CALL_MESSAGE_STATUS, 3 | OTHER_SIDE);
    message_element(&status, 0x14, "\xca", 1);
    message_cause(&status, 30);
    ck_assert(decode_message(&status));
    ck_assert_str_eq(line(), "STATUS call=3' cause=30 call-state=10");
}
END_TEST

/* --- what is no PDU --- */

START_TEST(broken_pdus_are_refused_with_the_octet)
{
    struct built_message setup = message_start(CALL_MESSAGE_SETUP, 1);
    message_called(&setup, &les);
    size_t size = message_pdu(&setup, 0, pdu);
    uint8_t broken[BUILT_PDU_ROOM];
    static const struct {
        size_t at;
        uint8_t octet;
        const char *reason;
    } samples[] = {
        {0, 0x08, "Q.2931: octet 0 is 08, but the protocol discriminator is 09"},
        {1, 2, "Q.2931: octet 1 says a call reference of 2 octets, not of 3"},
        {8, 200, "Q.2931: octet 7 says 200 octets of information elements, but 25 are there"},
        {8, 24, "Q.2931: the information element 70 in octet 9 says 21 octets, but 20 are left"},
        {12, 20, "Q.2931: 1 octets are left behind the last information element"},
        {36, 0x80, "SSCOP: octet 36 has PDU type 0, which does not exist"},
    };
    ck_assert_uint_eq(size, 40);
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        memcpy(broken, pdu, size);
        broken[samples[i].at] = samples[i].octet;
        ck_assert(!decode(broken, size));
        ck_assert_str_eq(reason.text, samples[i].reason);
    }
    ck_assert(!decode(pdu, 0));
    ck_assert_str_eq(reason.text, "SSCOP: the PDU has 0 octets, but its trailer has 4");
    ck_assert(!decode(pdu, size - 2));
    ck_assert_str_eq(reason.text, "SSCOP: the PDU has 38 octets, which is no multiple of 4");
    ck_assert(!decode((const uint8_t[]){0xc8, 0, 0, 0}, 4));
    ck_assert_str_eq(reason.text, "SSCOP: the PDU has 4 octets, but 4 of trailer and 3 of padding");
    ck_assert(!decode((const uint8_t[]){0x08, 0, 0, 0}, 4));
    ck_assert_str_eq(reason.text, "Q.2931: the message has 0 octets, but its header has 9");
}
END_TEST

/* What was read before the broken place is there. */
START_TEST(broken_message_keeps_what_was_before)
{
    struct built_message release = message_start(CALL_MESSAGE_RELEASE, 5);
    message_cause(&release, 41);
    message_element(&release, 0x70, "x", 1);
    release.octets[release.size - 2] = 9; /* longer than what is left */
    ck_assert(!decode_message(&release));
    ck_assert(read.has_message);
    ck_assert_str_eq(line(), "RELEASE call=5 cause=41");
}
END_TEST

/* Every prefix and every changed octet, in memory of exactly the size, for the sanitizers. */
START_TEST(any_octets_are_accepted)
{
    struct built_message setup = message_start(CALL_MESSAGE_SETUP, 1);
    message_bearer(&setup, true);
    message_b_lli(&setup, 1);
    message_called(&setup, &lec);
    message_calling(&setup, &les);
    message_connection(&setup, 1, 50);
    message_element(&setup, 0x58, "\x05\x8c\x05\xec\x81\x05\xec\x84\x00", 9);
    message_cause(&setup, 16);
    size_t size = message_pdu(&setup, 0, pdu);
    struct random random = random_stream(1, "octets");
    for (unsigned round = 0; round < 20000; round++) {
        size_t kept = round % 4 ? size : (size_t)random_between(&random, 0, (int64_t)size);
        uint8_t *octets = malloc(kept ? kept : 1);
        memcpy(octets, pdu, kept);
        for (unsigned i = 0; kept && i < round % 5; i++)
            octets[random_between(&random, 0, (int64_t)kept - 1)] = (uint8_t)random_between(&random, 0, 255);
        decode(octets, kept);
        ck_assert_uint_lt(strlen(line()), SIGNALLING_TEXT_SIZE);
        free(octets);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire: signalling");
    TCase *tcase = tcase_create("signalling");
    tcase_add_loop_test(tcase, real_captures_are_read_whole, 0,
                        (int)(sizeof real_captures / sizeof *real_captures));
    tcase_add_test(tcase, dumped_session_has_its_lines);
    tcase_add_test(tcase, point_to_multipoint_setup);
    tcase_add_test(tcase, parties_are_added_and_dropped);
    tcase_add_test(tcase, optional_octets_of_elements);
    tcase_add_test(tcase, connection_identifiers);
    tcase_add_test(tcase, elements_that_cannot_be_read_are_counted);
    tcase_add_test(tcase, call_state_and_cause);
    tcase_add_test(tcase, broken_pdus_are_refused_with_the_octet);
    tcase_add_test(tcase, broken_message_keeps_what_was_before);
    tcase_add_test(tcase, any_octets_are_accepted);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
