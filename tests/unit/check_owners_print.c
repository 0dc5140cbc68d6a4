/* Owner timelines as text and as JSON. */
#include <check.h>
#include <stdlib.h>

#include "base/duration.h"
#include "output/owners_print.h"

#define START_NS SECONDS(1000)

static struct arena *arena;
static struct owners *owners;
static uint64_t number; /* of the last frame */

static void set_up(void)
{
    arena = arena_new();
    owners = owners_new(arena);
    number = 0;
}

static void tear_down(void)
{
    arena_free(arena);
}

/* A LEC of ATM address 47 00 … 'lecid' 00 says that VRID 7 is at its address, or that it is no longer. */
static void see(enum frame_name name, unsigned network, int64_t time_ns, uint16_t lecid)
{
    struct frame frame = {.name = name, .layers = LAYER_CONTROL};
    struct atm_address atm = {{0x47}};
    octets_put_u16(atm.octet + 17, lecid);
    frame.control = le_control_of(LE_ARP_REQUEST);
    frame.control.requester_lecid = lecid;
    frame.control.source_atm = frame.control.target_atm = atm;
    frame.control.source_lan = frame.control.target_lan = lan_destination_of_mac(mac_of_vrid(7));
    owners_see(owners,
               &(struct sighting){
                   .network = network, .number = ++number, .time_ns = START_NS + time_ns, .frame = &frame});
}

static struct owners_page page_of(uint64_t entry_count)
{
    static const char *const networks[] = {"elan", "eth\x01\xff"};
    return (struct owners_page){.owners = owners,
                                .networks = networks,
                                .network_count = 2,
                                .start_ns = START_NS,
                                .entry_count = entry_count};
}

/* To be freed. */
static char *printed(uint64_t entry_count)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    ck_assert_ptr_nonnull(out);
    struct owners_page page = page_of(entry_count);
    owners_print(out, &page);
    ck_assert_int_eq(fclose(out), 0);
    return text;
}

#define ATM_1 "4700000000000000000000000000000000000100"
#define ATM_2 "4700000000000000000000000000000000000200"

/* LEC 1, nobody, LEC 2 in network 0; LEC 1 in network 'other'. */
static void see_a_move(unsigned other)
{
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, 0, 0, 1);
    see(FRAME_NO_SOURCE_LE_NARP_REQUEST, 0, MILLISECONDS(1500), 1);
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, 0, MILLISECONDS(3750), 2);
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, other, SECONDS(4), 1);
    see(FRAME_NO_SOURCE_LE_NARP_REQUEST, other, SECONDS(5), 1);
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, 0, SECONDS(12), 2);
}

START_TEST(text_of_timelines)
{
    see_a_move(1);
    char *text = printed(0);
    ck_assert_str_eq(
        text, "00-00-5e-00-01-07 (VRID 7) on elan: LEC 2 at " ATM_2 ", last seen in frame 6 at 12.000000 s\n"
              "  1 move; gap 3.750000 s, up to frame 3\n"
              "       frame          time  held by\n"
              "           1      0.000000  LEC 1 at " ATM_1 ": associated (TARGETLESS_LE_ARP_REQUEST)\n"
              "           2      1.500000  nobody: released (NO_SOURCE_LE_NARP_REQUEST)\n"
              "           3      3.750000  LEC 2 at " ATM_2 ": associated (TARGETLESS_LE_ARP_REQUEST), moved "
              "from LEC 1 at " ATM_1 ", gap 3.750000 s\n"
              "\n"
              "00-00-5e-00-01-07 (VRID 7) on eth??: nobody, before that LEC 1 at " ATM_1
              ", last seen in frame 4 at 4.000000 s\n"
              "       frame          time  held by\n"
              "           4      4.000000  LEC 1 at " ATM_1 ": associated (TARGETLESS_LE_ARP_REQUEST)\n"
              "           5      5.000000  nobody: released (NO_SOURCE_LE_NARP_REQUEST)\n");
    free(text);
}
END_TEST

START_TEST(text_without_timelines)
{
    char *text = printed(0);
    ck_assert_str_eq(text, "Nobody was seen to hold a VMAC.\n");
    free(text);
}
END_TEST

START_TEST(text_is_cut)
{
    see_a_move(5);
    char *text = printed(1);
    ck_assert_ptr_nonnull(strstr(text, "\n           1      0.000000  LEC 1"));
    ck_assert_ptr_nonnull(strstr(text, "\n              2 later changes are not shown\n"));
    ck_assert_ptr_null(strstr(text, "released"));
    ck_assert_ptr_nonnull(strstr(text, " on network 5: nobody"));
    free(text);
}
END_TEST

START_TEST(text_says_what_found_no_room)
{
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, OWNER_NETWORK_ROOM, 0, 1);
    char *text = printed(0);
    ck_assert_ptr_nonnull(strstr(text, "\n1 frame is not in these timelines: there is room for "
                                       "4096 VMACs, 65536 holders and 256 networks\n"));
    free(text);
}
END_TEST

START_TEST(holder_throughout_takes_a_line)
{
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, 0, 0, 1);
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, 1, SECONDS(1), 1);
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, 1, SECONDS(2), 1);
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, 2, SECONDS(3), 1);
    see(FRAME_NO_SOURCE_LE_NARP_REQUEST, 2, SECONDS(4), 1);
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, 3, SECONDS(5), 1);
    char *text = printed(0);
    ck_assert_ptr_nonnull(strstr(
        text, "00-00-5e-00-01-07 (VRID 7) on elan: LEC 1 at " ATM_1
              ", associated (TARGETLESS_LE_ARP_REQUEST) in frame 1 at 0.000000 s, last seen in frame 1 at "
              "0.000000 s\n"
              "00-00-5e-00-01-07 (VRID 7) on eth??: LEC 1 at " ATM_1
              ", associated (TARGETLESS_LE_ARP_REQUEST) in frame 2 at 1.000000 s, last seen in frame 3 at "
              "2.000000 s\n"
              "\n00-00-5e-00-01-07 (VRID 7) on network 2: nobody, before"));
    ck_assert_ptr_nonnull(strstr(text, "\n\n00-00-5e-00-01-07 (VRID 7) on network 3: LEC 1 at "));
    free(text);
}
END_TEST

START_TEST(times_before_the_start)
{
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, 0, MICROSECONDS(-500000), 1);
    see(FRAME_TARGETLESS_LE_ARP_REQUEST, 0, INT64_MAX - START_NS, 2);
    char *text = printed(0);
    ck_assert_ptr_nonnull(strstr(text, "  -0.500000  LEC 1"));
    free(text);
    struct owners_page page = page_of(0);
    page.start_ns = -1;
    json_t *json = owners_json(&page);
    ck_assert_int_eq(json_integer_value(json_object_get(json_array_get(json, 0), "last_seen_ns")), INT64_MAX);
    json_decref(json);
}
END_TEST

START_TEST(json_of_timelines)
{
    see_a_move(1);
    struct owners_page page = page_of(1); /* counts for text alone */
    json_t *json = owners_json(&page);
    char *text = json_dumps(json, JSON_COMPACT);
    ck_assert_str_eq(
        text,
        "[{\"network\":\"elan\",\"vmac\":\"00-00-5e-00-01-07\",\"vrid\":7,\"holder\":\"" ATM_2
        "\",\"last_holder\":\"" ATM_2 "\",\"last_seen_frame\":6,\"last_seen_ns\":12000000000,\"moves\":1,"
        "\"longest_gap_ns\":3750000000,\"longest_gap_frame\":3,\"changes\":3,\"entries\":["
        "{\"frame\":1,\"time_ns\":0,\"from\":null,\"to\":\"" ATM_1 "\",\"evidence\":\"associated\","
        "\"name\":\"TARGETLESS_LE_ARP_REQUEST\",\"moved_from\":null,\"gap_ns\":null},"
        "{\"frame\":2,\"time_ns\":1500000000,\"from\":\"" ATM_1 "\",\"to\":null,\"evidence\":\"released\","
        "\"name\":\"NO_SOURCE_LE_NARP_REQUEST\",\"moved_from\":null,\"gap_ns\":null},"
        "{\"frame\":3,\"time_ns\":3750000000,\"from\":null,\"to\":\"" ATM_2 "\",\"evidence\":\"associated\","
        "\"name\":\"TARGETLESS_LE_ARP_REQUEST\",\"moved_from\":\"" ATM_1 "\",\"gap_ns\":3750000000}]},"
        "{\"network\":\"eth??\",\"vmac\":\"00-00-5e-00-01-07\",\"vrid\":7,\"holder\":null,"
        "\"last_holder\":\"" ATM_1 "\",\"last_seen_frame\":4,\"last_seen_ns\":4000000000,\"moves\":0,"
        "\"longest_gap_ns\":null,\"longest_gap_frame\":null,\"changes\":2,\"entries\":["
        "{\"frame\":4,\"time_ns\":4000000000,\"from\":null,\"to\":\"" ATM_1 "\",\"evidence\":\"associated\","
        "\"name\":\"TARGETLESS_LE_ARP_REQUEST\",\"moved_from\":null,\"gap_ns\":null},"
        "{\"frame\":5,\"time_ns\":5000000000,\"from\":\"" ATM_1 "\",\"to\":null,\"evidence\":\"released\","
        "\"name\":\"NO_SOURCE_LE_NARP_REQUEST\",\"moved_from\":null,\"gap_ns\":null}]}]");
    free(text);
    json_decref(json);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("output/owners_print");
    TCase *tcase = tcase_create("owners");
    tcase_add_checked_fixture(tcase, set_up, tear_down);
    tcase_add_test(tcase, text_of_timelines);
    tcase_add_test(tcase, text_without_timelines);
    tcase_add_test(tcase, text_is_cut);
    tcase_add_test(tcase, text_says_what_found_no_room);
    tcase_add_test(tcase, holder_throughout_takes_a_line);
    tcase_add_test(tcase, times_before_the_start);
    tcase_add_test(tcase, json_of_timelines);
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
