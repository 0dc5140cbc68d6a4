/* The lines of the adapter protocol: what is written is read again, what is wrong is refused with the reason,
 * and no octets whatever do harm. The literal lines here are those of docs/adapter.md. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "base/random.h"
#include "links/adapter_message.h"
#include "links/number_map.h"
#include "json/json_parse.h"

#define ATM_1 "47000580ffe1000000f21a2b3c00205a01010100"
#define ATM_2 "47000580ffe1000000f21a2b3c00205a02020200"
#define CALL                                                                                                 \
    "{\"calling\":\"" ATM_1 "\",\"called\":\"" ATM_2                                                         \
    "\",\"b_lli\":2,\"point_to_multipoint\":true,\"max_sdu_size\":1516}"
#define VRID_LEFT_OPEN                                                                                       \
    "{\"vrid\":1,\"priority\":null,\"interval_s\":null,\"preempt\":null,\"started_by_join\":true,"           \
    "\"addresses\":[\"10.0.0.1\",\"10.0.0.2\"]}"
#define VRID_GIVEN                                                                                           \
    "{\"vrid\":255,\"priority\":0,\"interval_s\":255,\"preempt\":false,\"started_by_join\":false,"           \
    "\"addresses\":[]}"
#define SETTINGS                                                                                             \
    "{\"role\":\"bridge\",\"proxy\":true,\"v2_capable\":false,\"token_ring\":true,\"canonical_order\":true," \
    "\"llc_multiplexed\":true,"                                                                              \
    "\"registers_own_mac\":false,\"atm_address\":\"" ATM_1                                                   \
    "\",\"lecs_address\":null,\"les_address\":\"" ATM_2                                                      \
    "\",\"elan_name\":\"red \\\"elan\\\"\",\"elan\":{\"mac\":\"00-20-5a-01-01-ff\",\"address\":"             \
    "\"255.255.255.254\",\"prefix_length\":24},\"lan\":{\"mac\":\"00-20-5a-02-02-02\",\"address\":"          \
    "\"192.0.2.1\",\"prefix_length\":32},\"routes\":[{\"network\":\"0.0.0.0\",\"prefix_length\":0,"          \
    "\"next_hop\":\"192.0.2.9\"}],\"proxy_arp\":true,\"redirects\":false,\"authentication_type\":1,"         \
    "\"password\":\"12345678\",\"key\":\"hmac "                                                              \
    "key\",\"spi\":4294967295,\"functional_addresses\":true,\"route_explorers\":true,\"address_list_"        \
    "check\":true,\"virtual_"                                                                                \
    "routers\":[" VRID_LEFT_OPEN "," VRID_GIVEN                                                              \
    "],\"bridge\":{\"ageing_s\":300,\"source_routing\":true,\"bridge_number\":7,\"elan_"                     \
    "ring\":4095,\"rings\":[1,2]}"                                                                           \
    ",\"les\":{\"bus_address\":\"" ATM_2 "\",\"v2\":true,\"elan_id\":4294967295}}"

/* Every kind of message once, as it stands on the line. */
static const struct {
    enum adapter_side sender;
    const char *line;
} lines[] = {
    {ADAPTER_HARNESS, "{\"type\":\"hello\",\"time_ns\":0,\"version\":1}"},
    {ADAPTER_HARNESS, "{\"type\":\"echo\",\"time_ns\":0,\"data\":\"00ff7f\"}"},
    {ADAPTER_HARNESS, "{\"type\":\"capability\",\"time_ns\":0,\"name\":\"egress-order\"}"},
    {ADAPTER_HARNESS,
     "{\"type\":\"configure\",\"time_ns\":0,\"random\":\"fedcba9876543210\",\"settings\":" SETTINGS "}"},
    {ADAPTER_HARNESS,
     "{\"type\":\"control\",\"time_ns\":5,\"action\":\"set-priority\",\"vrid\":255,\"priority\":200}"},
    {ADAPTER_HARNESS, "{\"type\":\"call_offered\",\"time_ns\":5,\"vcc\":1000001,\"call\":" CALL "}"},
    {ADAPTER_HARNESS, "{\"type\":\"call_connected\",\"time_ns\":5,\"vcc\":4294967295}"},
    {ADAPTER_HARNESS, "{\"type\":\"call_released\",\"time_ns\":5,\"vcc\":2,\"cause\":102}"},
    {ADAPTER_HARNESS, "{\"type\":\"party_connected\",\"time_ns\":5,\"vcc\":2,\"party\":1}"},
    {ADAPTER_HARNESS, "{\"type\":\"party_released\",\"time_ns\":5,\"vcc\":2,\"party\":1,\"cause\":16}"},
    {ADAPTER_HARNESS, "{\"type\":\"sdu\",\"time_ns\":9007199254740991,\"vcc\":2,\"data\":\"\"}"},
    {ADAPTER_HARNESS, "{\"type\":\"lan_frame\",\"time_ns\":5,\"port\":3,\"data\":\"ff00\"}"},
    {ADAPTER_HARNESS, "{\"type\":\"advance\",\"time_ns\":5}"},
    {ADAPTER_DEVICE, "{\"type\":\"hello\",\"time_ns\":0,\"version\":1,\"name\":\"r\xc3\xb6uter\",\"claims\":{"
                     "\"roles\":[\"router\",\"bridge\"],"
                     "\"schemes\":[\"non-proxy\",\"proxy\"],\"lane\":[\"v2\"],\"media\":[\"token-ring\"]}}"},
    {ADAPTER_DEVICE, "{\"type\":\"echo\",\"time_ns\":0,\"data\":\"00ff7f\"}"},
    {ADAPTER_DEVICE, "{\"type\":\"result\",\"time_ns\":0,\"ok\":false,\"reason\":\"not today\"}"},
    {ADAPTER_DEVICE, "{\"type\":\"done\",\"time_ns\":0,\"deadline_ns\":null}"},
    {ADAPTER_DEVICE, "{\"type\":\"done\",\"time_ns\":0,\"deadline_ns\":1000000000}"},
    {ADAPTER_DEVICE, "{\"type\":\"address_register\",\"time_ns\":5,\"address\":\"" ATM_1 "\"}"},
    {ADAPTER_DEVICE, "{\"type\":\"call_setup\",\"time_ns\":5,\"vcc\":1,\"call\":" CALL "}"},
    {ADAPTER_DEVICE, "{\"type\":\"call_accept\",\"time_ns\":5,\"vcc\":1}"},
    {ADAPTER_DEVICE, "{\"type\":\"call_reject\",\"time_ns\":5,\"vcc\":1,\"cause\":21}"},
    {ADAPTER_DEVICE, "{\"type\":\"call_release\",\"time_ns\":5,\"vcc\":1,\"cause\":16}"},
    {ADAPTER_DEVICE,
     "{\"type\":\"party_add\",\"time_ns\":5,\"vcc\":1,\"party\":2,\"address\":\"" ATM_2 "\"}"},
    {ADAPTER_DEVICE, "{\"type\":\"party_drop\",\"time_ns\":5,\"vcc\":1,\"party\":2,\"cause\":16}"},
    {ADAPTER_DEVICE, "{\"type\":\"sdu_send\",\"time_ns\":5,\"vcc\":1,\"data\":\"ff000101\"}"},
    {ADAPTER_DEVICE, "{\"type\":\"lan_frame_send\",\"time_ns\":5,\"port\":0,\"data\":\"00\"}"},
};
#define LINE_COUNT (sizeof lines / sizeof *lines)

static char written[ADAPTER_LINE_ROOM];
static struct adapter_decoder *decoder;

static void set_up(void)
{
    decoder = adapter_decoder_new();
}

static void tear_down(void)
{
    adapter_decoder_free(decoder);
}

START_TEST(every_kind_is_read_and_written_again)
{
    bool seen[ADAPTER_KIND_COUNT] = {false};
    for (size_t i = 0; i < LINE_COUNT; i++) {
        struct adapter_message message;
        struct reason reason = {""};
        bool good =
            adapter_decode(decoder, lines[i].sender, lines[i].line, strlen(lines[i].line), &message, &reason);
        ck_assert_msg(good, "%s: %s", lines[i].line, reason.text);
        size_t size = adapter_encode(&message, written);
        ck_assert_uint_eq(size, strlen(lines[i].line) + 1);
        ck_assert_int_eq(written[size - 1], '\n');
        ck_assert_mem_eq(written, lines[i].line, size - 1);
        seen[message.kind] = true;
    }
    for (size_t kind = 0; kind < ADAPTER_KIND_COUNT; kind++)
        ck_assert_msg(seen[kind], "no line of kind %s", adapter_kind_name((enum adapter_kind)kind));
}
END_TEST

START_TEST(settings_are_read_member_by_member)
{
    struct adapter_message message;
    ck_assert(adapter_decode(decoder, ADAPTER_HARNESS, lines[3].line, strlen(lines[3].line), &message, NULL));
    ck_assert_uint_eq(message.random, 0xfedcba9876543210u);
    const struct device_settings *settings = &message.settings;
    ck_assert(settings->proxy && !settings->v2_capable && settings->token_ring && settings->llc_multiplexed);
    ck_assert(!settings->registers_own_mac && !settings->lecs_given && settings->lan_port);
    ck_assert_uint_eq(settings->les_address.octet[13], 0x00);
    ck_assert_uint_eq(settings->les_address.octet[16], 0x02);
    ck_assert_str_eq(settings->elan_name, "red \"elan\"");
    ck_assert_uint_eq(settings->elan.mac.octet[5], 0xff);
    ck_assert_uint_eq(settings->elan.address.number, 0xfffffffeu);
    ck_assert_uint_eq(settings->lan.address.number, 0xc0000201u);
    ck_assert_uint_eq(settings->lan.prefix_length, 32);
    ck_assert_uint_eq(settings->route_count, 1);
    ck_assert_uint_eq(settings->routes[0].next_hop.number, 0xc0000209u);
    ck_assert_int_eq(settings->role, ROLE_BRIDGE);
    ck_assert(settings->canonical_order && settings->functional_addresses && settings->route_explorers);
    ck_assert_str_eq(settings->key, "hmac key");
    ck_assert_uint_eq(settings->spi, 4294967295u);
    ck_assert_uint_eq(settings->bridge.ageing_s, 300);
    ck_assert(settings->bridge.source_routing);
    ck_assert_uint_eq(settings->bridge.bridge_number, 7);
    ck_assert_uint_eq(settings->bridge.elan_ring, 4095);
    ck_assert_uint_eq(settings->bridge.lan_port_count, 2);
    ck_assert_uint_eq(settings->bridge.rings[1], 2);
    ck_assert_uint_eq(settings->les.bus_address.octet[16], 0x02);
    ck_assert(settings->les.v2);
    ck_assert_uint_eq(settings->les.elan_id, 4294967295u);
    ck_assert(settings->proxy_arp && !settings->redirects && settings->address_list_check);
    ck_assert_uint_eq(settings->authentication_type, 1);
    ck_assert_str_eq(settings->password, "12345678");
    ck_assert_uint_eq(settings->virtual_router_count, 2);
    const struct virtual_router_settings *open = &settings->virtual_routers[0];
    ck_assert(open->vrid == 1 && open->started_by_join);
    ck_assert(!open->priority_given && !open->interval_given && !open->preempt_given);
    ck_assert_uint_eq(open->address_count, 2);
    ck_assert_uint_eq(open->addresses[1].number, 0x0a000002u);
    const struct virtual_router_settings *given = &settings->virtual_routers[1];
    ck_assert(given->vrid == 255 && !given->started_by_join && given->address_count == 0);
    ck_assert(given->priority_given && given->priority == 0 && given->interval_given &&
              given->interval_s == 255);
    ck_assert(given->preempt_given && !given->preempt);
}
END_TEST

START_TEST(what_is_wrong_is_refused_with_the_reason)
{
    static const struct {
        const char *line;
        const char *reason;
    } wrong[] = {
        {"", "no JSON"},
        {"{\"type\":\"done\",\"time_ns\":0,\"deadline_ns\":", "no JSON"},
        {"{\"type\":\"done\",\"time_ns\":0,\"deadline_ns\":null} {}", "no JSON"},
        {"[]", "no object with a string \"type\""},
        {"{\"type\":1}", "no object with a string \"type\""},
        {"{\"type\":\"dona\"}", "unknown type \"dona\""},
        {"{\"type\":\"sdu\",\"time_ns\":0,\"vcc\":1,\"data\":\"\"}",
         "unknown type \"sdu\""}, /* the harness's */
        {"{\"type\":\"done\",\"deadline_ns\":null}", "done: no member \"time_ns\""},
        {"{\"type\":\"done\",\"time_ns\":-1,\"deadline_ns\":null}", "\"time_ns\": not a whole number from 0"},
        {"{\"type\":\"done\",\"time_ns\":0.5,\"deadline_ns\":null}", "\"time_ns\": not a whole number"},
        {"{\"type\":\"done\",\"time_ns\":0,\"deadline_ns\":\"soon\"}", "\"deadline_ns\": not a whole number"},
        {"{\"type\":\"done\",\"time_ns\":0,\"deadline_ns\":9007199254740992}",
         "\"deadline_ns\": not a whole number from 0 to 9007199254740991"},
        {"{\"type\":\"done\",\"time_ns\":0,\"deadline_ns\":9007199254740993}", "not a whole number"},
        {"{\"type\":\"done\",\"time_ns\":0,\"deadline_ns\":99999999999999999999}", "not a whole number"},
        {"{\"type\":\"done\",\"time_ns\":0,\"deadline_ns\":1e999}", "not a whole number"},
        {"{\"type\":\"call_accept\",\"time_ns\":0,\"vcc\":4294967296}",
         "\"vcc\": not a whole number from 0 to 4294967295"},
        {"{\"type\":\"call_release\",\"time_ns\":0,\"vcc\":1,\"cause\":256}",
         "\"cause\": not a whole number from 0 to 255"},
        {"{\"type\":\"sdu_send\",\"time_ns\":0,\"vcc\":1,\"data\":\"0\"}", "pairs of hexadecimal digits"},
        {"{\"type\":\"sdu_send\",\"time_ns\":0,\"vcc\":1,\"data\":\"0g\"}", "pairs of hexadecimal digits"},
        {"{\"type\":\"sdu_send\",\"time_ns\":0,\"vcc\":1,\"data\":7}", "pairs of hexadecimal digits"},
        {"{\"type\":\"result\",\"time_ns\":0,\"ok\":1,\"reason\":\"\"}", "\"ok\": not true or false"},
        {"{\"type\":\"result\",\"time_ns\":0,\"ok\":true,\"reason\":null}", "\"reason\": not a string"},
        {"{\"type\":\"address_register\",\"time_ns\":0,\"address\":\"47\"}", "not an ATM address of 40"},
        {"{\"type\":\"call_setup\",\"time_ns\":0,\"vcc\":1,\"call\":[]}", "\"call\": not an object"},
        {"{\"type\":\"call_setup\",\"time_ns\":0,\"vcc\":1,\"call\":{}}", "\"call\": no member \"calling\""},
        {"{\"type\":\"hello\",\"time_ns\":0,\"version\":1,\"name\":\"\",\"claims\":{}}",
         "no list \"roles\" with a name"},
        {"{\"type\":\"hello\",\"time_ns\":0,\"version\":1,\"name\":\"\",\"claims\":{\"roles\":[\"v2\"]}}",
         "\"v2\" is none of the roles"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        struct adapter_message message;
        struct reason reason = {""};
        ck_assert_msg(
            !adapter_decode(decoder, ADAPTER_DEVICE, wrong[i].line, strlen(wrong[i].line), &message, &reason),
            "accepted: %s", wrong[i].line);
        ck_assert_msg(strstr(reason.text, wrong[i].reason), "%s: got '%s'", wrong[i].line, reason.text);
    }
}
END_TEST

/* Settings that a device could not use are refused one by one: each pair replaces a part of a good line. */
START_TEST(wrong_settings_are_refused_with_the_reason)
{
    static const struct {
        const char *good;
        const char *bad;
        const char *reason;
    } wrong[] = {
        {"\"proxy\":true", "\"proxy\":\"true\"", "\"settings\": member \"proxy\": not true or false"},
        {"00-20-5a-01-01-ff", "00-20-5a-01-01-f", "not a MAC address"},
        {"00-20-5a-01-01-ff", "00-20-5a-01-01-ff-00", "not a MAC address"},
        {"00-20-5a-01-01-ff", "00:20:5a:01:01:ff", "not a MAC address"},
        {"255.255.255.254", "255.255.255.256", "not an IPv4 address"},
        {"\"12345678\"", "\"123456789\"", "\"password\": not a string of at most 8 octets"},
        {"\"vrid\":255", "\"vrid\":256", "\"vrid\": not a whole number from 0 to 255"},
        {"\"addresses\":[]", "\"addresses\":[1]", "\"addresses\": not an IPv4 address"},
        {"\"addresses\":[]", "\"addresses\":[\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\",\"1.1.1.1\"]",
         "\"addresses\": not a list of at most 4"},
        {"\"routes\":[", "\"routes\":[{},", "\"routes\": no member \"network\""},
        {",\"redirects\":false", "", "no member \"redirects\""},
        {"fedcba9876543210", "fedcba987654321", "\"random\": not 16 hexadecimal digits"},
    };
    for (size_t i = 0; i < sizeof wrong / sizeof *wrong; i++) {
        const char *good = lines[3].line;
        const char *at = strstr(good, wrong[i].good);
        ck_assert_ptr_nonnull(at);
        char line[4096];
        snprintf(line, sizeof line, "%.*s%s%s", (int)(at - good), good, wrong[i].bad,
                 at + strlen(wrong[i].good));
        struct adapter_message message;
        struct reason reason = {""};
        ck_assert_msg(!adapter_decode(decoder, ADAPTER_HARNESS, line, strlen(line), &message, &reason),
                      "accepted: %s", wrong[i].bad);
        ck_assert_msg(strstr(reason.text, wrong[i].reason), "%s: got '%s'", wrong[i].bad, reason.text);
    }
}
END_TEST

START_TEST(members_of_later_versions_are_ignored)
{
    static const char line[] = "{\"type\":\"done\",\"colour\":\"red\",\"deadline_ns\":7,\"time_ns\":5}";
    struct adapter_message message;
    ck_assert(adapter_decode(decoder, ADAPTER_DEVICE, line, strlen(line), &message, NULL));
    ck_assert_int_eq(message.time_ns, 5);
    ck_assert_int_eq(message.deadline_ns, 7);
}
END_TEST

START_TEST(the_largest_sdu_fits_and_a_larger_one_is_refused)
{
    static uint8_t data[ADAPTER_DATA_ROOM + 1];
    struct adapter_message message = {.kind = ADAPTER_SDU_SEND, .vcc = 1, .data = {data, ADAPTER_DATA_ROOM}};
    data[ADAPTER_DATA_ROOM - 1] = 0xa5;
    size_t size = adapter_encode(&message, written);
    ck_assert_uint_gt(size, 2 * ADAPTER_DATA_ROOM);
    struct adapter_message read;
    ck_assert(adapter_decode(decoder, ADAPTER_DEVICE, written, size - 1, &read, NULL));
    ck_assert_uint_eq(read.data.size, ADAPTER_DATA_ROOM);
    ck_assert_mem_eq(read.data.data, data, ADAPTER_DATA_ROOM);
    message.data.size++;
    size = adapter_encode(&message, written);
    struct reason reason = {""};
    ck_assert(!adapter_decode(decoder, ADAPTER_DEVICE, written, size - 1, &read, &reason));
    ck_assert_ptr_nonnull(strstr(reason.text, "65536 octets are more than the 65535 allowed"));
}
END_TEST

START_TEST(text_that_is_not_utf_8_has_no_line)
{
    const struct adapter_message message = {.kind = ADAPTER_RESULT, .reason = "\xff"};
    ck_assert_uint_eq(adapter_encode(&message, written), 0);
}
END_TEST

START_TEST(a_time_too_far_away_has_no_line)
{
    struct adapter_message message = {.kind = ADAPTER_DONE, .deadline_ns = JSON_NUMBER_LIMIT};
    ck_assert_uint_gt(adapter_encode(&message, written), 0);
    message.deadline_ns++;
    ck_assert_uint_eq(adapter_encode(&message, written), 0);
    message.deadline_ns = TIME_NEVER;
    ck_assert_uint_gt(adapter_encode(&message, written), 0);
}
END_TEST

START_TEST(control_actions_keep_their_meaning)
{
    for (enum control_kind kind = CONTROL_START; kind <= CONTROL_SET_PRIORITY; kind++) {
        struct adapter_message message = {0};
        struct control_action action;
        adapter_put_control(&message, &(struct control_action){kind, 7, 200});
        ck_assert(adapter_control_of(&message, &action));
        ck_assert(action.kind == kind && action.vrid == 7 && action.number == 200);
    }
    struct control_action action;
    ck_assert(!adapter_control_of(&(struct adapter_message){.action = "dance"}, &action));
}
END_TEST

/* Octets changed, cut out and put in at random: each line gives a message that can be written again, or a
 * reason. */
START_TEST(damaged_lines_do_no_harm)
{
    struct random random = random_stream(1, "damaged lines");
    size_t accepted = 0;
    for (unsigned round = 0; round < 60000; round++) {
        size_t which = random_next(&random) % LINE_COUNT;
        char line[4096];
        size_t size = strlen(lines[which].line);
        memcpy(line, lines[which].line, size);
        for (unsigned damage = 0; damage < 1 + round % 3; damage++) {
            size_t at = random_next(&random) % size;
            if (round % 2)
                line[at] = (char)random_next(&random);
            else
                line[at] = "0123456789\"{}[],:-.eE"[random_next(&random) % 21];
        }
        if (round % 5 == 0)
            size = random_next(&random) % (size + 1);
        struct adapter_message message;
        struct reason reason = {""};
        if (adapter_decode(decoder, lines[which].sender, line, size, &message, &reason)) {
            ck_assert_uint_gt(adapter_encode(&message, written), 0);
            accepted++;
        } else {
            ck_assert_uint_gt(strlen(reason.text), 0);
        }
    }
    ck_assert_uint_gt(accepted, 1000);
}
END_TEST

START_TEST(numbers_of_a_device_are_mapped_once_per_group)
{
    struct number_map map = {0};
    uint32_t number;
    ck_assert(!number_map_world(&map, 0, 1, &number));
    for (uint32_t i = 1; i < 100; i++)
        ck_assert(number_map_add(&map, 0, i, 1000 + i));
    ck_assert(!number_map_add(&map, 0, 50, 7));
    ck_assert(number_map_add(&map, 1, 50, 7));
    ck_assert(number_map_world(&map, 0, 50, &number) && number == 1050);
    ck_assert(number_map_world(&map, 1, 50, &number) && number == 7);
    ck_assert(number_map_device(&map, 0, 1099, &number) && number == 99);
    ck_assert(!number_map_device(&map, 1, 1099, &number));
    number_map_clear(&map);
    ck_assert(!number_map_world(&map, 0, 50, &number));
    number_map_free(&map);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("adapter messages");
    TCase *tests = tcase_create("all");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_set_timeout(tests, 60);
    tcase_add_test(tests, every_kind_is_read_and_written_again);
    tcase_add_test(tests, settings_are_read_member_by_member);
    tcase_add_test(tests, what_is_wrong_is_refused_with_the_reason);
    tcase_add_test(tests, wrong_settings_are_refused_with_the_reason);
    tcase_add_test(tests, members_of_later_versions_are_ignored);
    tcase_add_test(tests, the_largest_sdu_fits_and_a_larger_one_is_refused);
    tcase_add_test(tests, text_that_is_not_utf_8_has_no_line);
    tcase_add_test(tests, a_time_too_far_away_has_no_line);
    tcase_add_test(tests, control_actions_keep_their_meaning);
    tcase_add_test(tests, damaged_lines_do_no_harm);
    tcase_add_test(tests, numbers_of_a_device_are_mapped_once_per_group);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
