/* Messages of signalling: what is written is read again, and looks as real stacks write it. */
#define _DEFAULT_SOURCE /* pcap.h wants u_char */
#include <check.h>
#include <pcap/pcap.h>
#include <stdlib.h>

#include "wire/signalling_encode.h"
#include "wire/signalling_format.h"

#define SUNATM_SIZE 4

static const struct atm_address called = {
    {0x47, 0x00, 0x79, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0x20, 0x5a, 1, 2, 3, 0}};
static const struct atm_address calling = {
    {0x39, 0x84, 0x0f, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 0, 0x20, 0x5a, 4, 5, 6, 1}};

/* Decodes what was encoded and takes away what only the decoder sets. */
static struct signalling there_and_back(const struct signalling *message)
{
    uint8_t sdu[SIGNALLING_SDU_ROOM];
    struct signalling back;
    struct reason reason = {""};
    size_t size = signalling_encode(message, sdu);
    ck_assert_uint_le(size, sizeof sdu);
    ck_assert_uint_eq(size % 4, 0);
    ck_assert_msg(signalling_decode(sdu, size, &back, &reason), "%s", reason.text);
    ck_assert(back.has_message);
    ck_assert_uint_eq(back.sscop, SSCOP_SD);
    ck_assert_uint_eq(back.unread_count, 0);
    ck_assert_ptr_eq(back.information.data, sdu);
    ck_assert_uint_eq(back.information.size, MESSAGE_HEADER_SIZE + octets_u16(sdu + 7));
    return back;
}

static void assert_same(const struct signalling *message)
{
    struct signalling back = there_and_back(message);
    char want[SIGNALLING_TEXT_SIZE];
    char got[SIGNALLING_TEXT_SIZE];
    struct signalling expected = *message;
    expected.has_message = true;
    ck_assert_str_eq(signalling_text(&back, got, sizeof got), signalling_text(&expected, want, sizeof want));
    ck_assert_uint_eq(back.sequence, message->sequence);
    ck_assert_uint_eq(back.elements, message->elements);
    ck_assert_uint_eq(back.forward_max_sdu, message->forward_max_sdu);
    ck_assert_uint_eq(back.backward_max_sdu, message->backward_max_sdu);
    ck_assert_uint_eq(back.message, message->message);
}

static const enum b_lli b_llis[] = {B_LLI_CONTROL,        B_LLI_DATA_DIRECT_8023, B_LLI_DATA_DIRECT_8025,
                                    B_LLI_MULTICAST_8023, B_LLI_MULTICAST_8025,   B_LLI_LLC_MULTIPLEXED};

START_TEST(setup_comes_back)
{
    for (unsigned multipoint = 0; multipoint <= 1; multipoint++) {
        struct signalling setup = {.message = CALL_MESSAGE_SETUP,
                                   .call_reference = 0x7fffff,
                                   .from_originator = true,
                                   .sequence = 0xffffff,
                                   .elements = SIGNALLING_MAX_SDU | SIGNALLING_BEARER | SIGNALLING_B_LLI |
                                               SIGNALLING_CALLED | SIGNALLING_CALLING,
                                   .called = called,
                                   .calling = calling,
                                   .b_lli = b_llis[_i],
                                   .point_to_multipoint = multipoint,
                                   .forward_max_sdu = 1516,
                                   .backward_max_sdu = multipoint ? 0 : 18190};
        assert_same(&setup);
        setup.elements |= SIGNALLING_CONNECTION | SIGNALLING_ENDPOINT;
        setup.vpci = 0x1234;
        setup.vci = 0xfedc;
        assert_same(&setup);
    }
}
END_TEST

START_TEST(every_message_comes_back)
{
    static const struct signalling messages[] = {
        {.message = CALL_MESSAGE_CONNECT, .elements = SIGNALLING_CONNECTION, .vci = 32},
        {.message = CALL_MESSAGE_CONNECT,
         .elements = SIGNALLING_CONNECTION | SIGNALLING_ANY_PATH,
         .vci = 65535},
        {.message = CALL_MESSAGE_CONNECT,
         .elements = SIGNALLING_CONNECTION | SIGNALLING_ENDPOINT,
         .vpci = 255,
         .vci = 33,
         .endpoint_reference = 1},
        {.message = CALL_MESSAGE_CONNECT_ACKNOWLEDGE},
        {.message = CALL_MESSAGE_RELEASE, .elements = SIGNALLING_CAUSE, .cause = 16},
        {.message = CALL_MESSAGE_RELEASE_COMPLETE, .elements = SIGNALLING_CAUSE, .cause = 127},
        {.message = CALL_MESSAGE_RELEASE_COMPLETE},
        {.message = CALL_MESSAGE_ADD_PARTY,
         .elements = SIGNALLING_CALLED | SIGNALLING_CALLING | SIGNALLING_ENDPOINT | SIGNALLING_B_LLI |
                     SIGNALLING_MAX_SDU,
         .b_lli = B_LLI_MULTICAST_8023,
         .forward_max_sdu = 1516,
         .endpoint_reference = 0x7fff},
        {.message = CALL_MESSAGE_ADD_PARTY_ACKNOWLEDGE,
         .elements = SIGNALLING_ENDPOINT,
         .endpoint_reference = 2},
        {.message = CALL_MESSAGE_ADD_PARTY_REJECT,
         .elements = SIGNALLING_ENDPOINT | SIGNALLING_CAUSE,
         .endpoint_reference = 3,
         .cause = 21},
        {.message = CALL_MESSAGE_DROP_PARTY,
         .elements = SIGNALLING_ENDPOINT | SIGNALLING_CAUSE,
         .endpoint_reference = 0,
         .cause = 27},
        {.message = CALL_MESSAGE_STATUS,
         .elements = SIGNALLING_CAUSE | SIGNALLING_CALL_STATE,
         .call_state = 10},
    };
    for (size_t i = 0; i < sizeof messages / sizeof *messages; i++)
        for (unsigned originator = 0; originator <= 1; originator++) {
            struct signalling message = messages[i];
            message.from_originator = originator;
            message.call_reference = 1 + (uint32_t)i;
            message.sequence = 100 * (uint32_t)i;
            assert_same(&message);
        }
}
END_TEST

START_TEST(numbers_beyond_their_fields_are_cut)
{
    struct signalling back =
        there_and_back(&(struct signalling){.message = CALL_MESSAGE_ADD_PARTY_ACKNOWLEDGE,
                                            .from_originator = true,
                                            .sequence = 0x1000002,
                                            .elements = SIGNALLING_ENDPOINT,
                                            .endpoint_reference = 0x8003});
    ck_assert_uint_eq(back.sequence, 2);
    ck_assert_uint_eq(back.endpoint_reference, 3);
}
END_TEST

/* Who chose the endpoint reference is said in its highest bit. */
START_TEST(endpoint_reference_is_the_roots)
{
    for (unsigned originator = 0; originator <= 1; originator++) {
        uint8_t sdu[SIGNALLING_SDU_ROOM];
        signalling_encode(&(struct signalling){.message = CALL_MESSAGE_DROP_PARTY,
                                               .from_originator = originator,
                                               .elements = SIGNALLING_ENDPOINT,
                                               .endpoint_reference = 0x8003},
                          sdu);
        const uint8_t *content = sdu + MESSAGE_HEADER_SIZE + ELEMENT_HEADER_SIZE;
        ck_assert_uint_eq(octets_u16(content + 1), originator ? 3 : 0x8003);
        ck_assert_uint_eq(sdu[2] >> 7, !originator);
    }
}
END_TEST

START_TEST(a_b_lli_that_is_none_is_left_out)
{
    struct signalling back = there_and_back(&(struct signalling){
        .message = CALL_MESSAGE_SETUP, .elements = SIGNALLING_B_LLI, .b_lli = B_LLI_NONE});
    ck_assert_uint_eq(back.elements, 0);
    ck_assert_uint_eq(back.information.size, MESSAGE_HEADER_SIZE + 2 * ELEMENT_HEADER_SIZE + 9 + 2);
}
END_TEST

/* What Linux wrote, read and written again, is octet by octet the same. */
START_TEST(real_messages_are_written_alike)
{
    static const char *const files[] = {"tests/real-frames/linux-two-lecs-join-and-ping.pcap",
                                        "tests/real-frames/linux-keepalived-vmac-on-lec.pcap",
                                        "tests/real-frames/linux-v1-client-receives-narp.pcap"};
    unsigned counts[256] = {0};
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        char error[PCAP_ERRBUF_SIZE] = "";
        pcap_t *pcap = pcap_open_offline(files[i], error);
        ck_assert_msg(pcap, "%s", error);
        struct pcap_pkthdr *header;
        const u_char *packet;
        while (pcap_next_ex(pcap, &header, &packet) == 1) {
            struct signalling message;
            uint8_t sdu[SIGNALLING_SDU_ROOM];
            if (octets_u16(packet + 2) != SIGNALLING_VCI ||
                !signalling_decode(packet + SUNATM_SIZE, header->caplen - SUNATM_SIZE, &message, NULL) ||
                !message.has_message)
                continue;
            size_t size = signalling_encode(&message, sdu);
            ck_assert_uint_eq(size, header->caplen - SUNATM_SIZE);
            ck_assert_mem_eq(sdu, packet + SUNATM_SIZE, size);
            counts[message.message]++;
        }
        pcap_close(pcap);
    }
    ck_assert_uint_ge(counts[CALL_MESSAGE_SETUP], 20);
    ck_assert_uint_ge(counts[CALL_MESSAGE_CALL_PROCEEDING], 20);
    ck_assert_uint_ge(counts[CALL_MESSAGE_CONNECT], 20);
    ck_assert_uint_ge(counts[CALL_MESSAGE_CONNECT_ACKNOWLEDGE], 20);
    ck_assert_uint_ge(counts[CALL_MESSAGE_RELEASE], 5);
    ck_assert_uint_ge(counts[CALL_MESSAGE_RELEASE_COMPLETE], 5);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire_signalling_encode");
    TCase *tests = tcase_create("signalling_encode");
    tcase_add_loop_test(tests, setup_comes_back, 0, sizeof b_llis / sizeof *b_llis);
    tcase_add_test(tests, every_message_comes_back);
    tcase_add_test(tests, numbers_beyond_their_fields_are_cut);
    tcase_add_test(tests, endpoint_reference_is_the_roots);
    tcase_add_test(tests, a_b_lli_that_is_none_is_left_out);
    tcase_add_test(tests, real_messages_are_written_alike);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
