/* Patterns: which frames belong together, and how they read. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"
#include "steps/device_frames.h"

static const struct mac_address vmac = {{0x00, 0x00, 0x5e, 0x00, 0x01, 0x07}};
static const struct mac_address other_mac = {{0x00, 0x20, 0x5a, 0x01, 0x02, 0x03}};
static const struct ipv4_address address = {0x0a000001};

static struct tap_event *last(void)
{
    return tap_at(scene->tap, tap_count(scene->tap) - 1);
}

static bool matches(struct pattern pattern)
{
    return pattern_matches(&pattern, scene->tap, last());
}

static struct le_control register_request(void)
{
    struct le_control control = le_control_of(LE_REGISTER_REQUEST);
    control.transaction_id = 7;
    control.source_lan = lan_destination_of_mac(vmac);
    return control;
}

static void send_octets(const uint8_t *data, size_t size)
{
    script.device.services->sdu_send(script.device.services->context, script.vcc, data, size);
}

static void send_control(struct le_control control)
{
    uint8_t data[LE_CONTROL_SIZE];
    send_octets(data, le_control_encode(&control, data, sizeof data));
}

static void send_data(uint16_t type, const uint8_t *payload, size_t size)
{
    uint8_t data[2000];
    struct ethernet ethernet = {
        .destination = MAC_BROADCAST, .source = other_mac, .type = type, .payload = {payload, size}};
    send_octets(data, le_data_encode(5, &ethernet, true, data, sizeof data));
}

static void send_arp(struct ipv4_address sender)
{
    uint8_t payload[ARP_SIZE];
    struct arp arp = {.operation = ARP_REPLY, .sender_mac = vmac, .sender_ip = sender};
    send_data(ETHERTYPE_ARP, payload, arp_encode(&arp, payload, sizeof payload));
}

static void send_ip(struct ipv4_address source, uint8_t protocol, const uint8_t *payload, size_t size)
{
    uint8_t packet[200];
    struct ipv4 ipv4 = {.ttl = 255, .protocol = protocol, .source = source, .payload = {payload, size}};
    send_data(ETHERTYPE_IPV4, packet, ipv4_encode(&ipv4, packet, sizeof packet));
}

static void send_advertisement(uint8_t vrid, uint8_t priority)
{
    uint8_t message[64];
    struct vrrp vrrp = {.version = 2, .type = 1, .vrid = vrid, .priority = priority, .interval_s = 1};
    send_ip(address, IPV4_PROTOCOL_VRRP, message, vrrp_encode(&vrrp, message, sizeof message));
}

START_TEST(empty_pattern_is_any_frame_of_the_device)
{
    send_control(register_request());
    ck_assert(matches((struct pattern){0}));
    peer_says(MS(10), LE_REGISTER_REQUEST, 7);
    run_to(MS(20));
    ck_assert(!matches((struct pattern){0}));
    ck_assert(matches((struct pattern){.from = 1}));
    ck_assert(matches((struct pattern){.from_any = true}));
    world_note(scene->world, "no frame");
    ck_assert(!matches((struct pattern){.from_any = true}));
}
END_TEST

START_TEST(names_of_frames)
{
    send_control(register_request());
    ck_assert(matches((struct pattern){.names = FRAME_SET(LE_REGISTER_REQUEST)}));
    ck_assert(matches((struct pattern){.names = FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(LE_REGISTER_REQUEST)}));
    ck_assert(!matches((struct pattern){.names = FRAME_SET(LE_UNREGISTER_REQUEST)}));
}
END_TEST

START_TEST(who_hears_it)
{
    send_control(register_request());
    ck_assert(matches((struct pattern){.reaches = port_bit(1)}));
    ck_assert(matches((struct pattern){.reaches = port_bit(1) | port_bit(5)}));
    ck_assert(!matches((struct pattern){.reaches = port_bit(0)}));
}
END_TEST

START_TEST(where_it_travels)
{
    send_control(register_request());
    ck_assert(matches((struct pattern){.vcc_kinds = 1u << VCC_DATA_DIRECT | 1u << VCC_CONTROL_DIRECT}));
    ck_assert(!matches((struct pattern){.vcc_kinds = 1u << VCC_CONTROL_DIRECT}));
    ck_assert(!matches((struct pattern){.on_segment = true}));
    struct segment *segment = world_segment(scene->world, "lan");
    segment_join(segment, scene->device_port, 0);
    uint8_t frame[60] = {0xff};
    script.device.services->lan_frame_send(script.device.services->context, 0, frame, sizeof frame);
    ck_assert(matches((struct pattern){.on_segment = true}));
    ck_assert(matches((struct pattern){0}));
    ck_assert(!matches((struct pattern){.vcc_kinds = 1u << VCC_DATA_DIRECT}));
}
END_TEST

START_TEST(conditions_hold_together)
{
    send_control(register_request());
    struct pattern pattern = pattern_with(tid(7), FIELD_SOURCE_LAN, mac_value(vmac));
    ck_assert(matches(pattern));
    ck_assert(!matches(pattern_with(tid(8), FIELD_SOURCE_LAN, mac_value(vmac))));
    ck_assert(!matches(pattern_with(tid(7), FIELD_SOURCE_LAN, mac_value(other_mac))));
    ck_assert(matches(pattern_without(tid(7), FIELD_SOURCE_LAN, mac_value(other_mac))));
    ck_assert(!matches(pattern_without(tid(7), FIELD_SOURCE_LAN, mac_value(vmac))));
}
END_TEST

START_TEST(missing_field_fails_both_ways)
{
    send_control(register_request());
    ck_assert(!matches(pattern_with((struct pattern){0}, FIELD_VRID, number_value(0))));
    ck_assert(!matches(pattern_without((struct pattern){0}, FIELD_VRID, number_value(1))));
}
END_TEST

START_TEST(conditions_fill_their_room)
{
    send_control(register_request());
    struct pattern pattern = {0};
    for (unsigned i = 0; i < PATTERN_CONDITION_ROOM - 1; i++)
        pattern = pattern_with(pattern, FIELD_TRANSACTION_ID, number_value(7));
    ck_assert(matches(pattern));
    ck_assert(!matches(pattern_without(pattern, FIELD_TRANSACTION_ID, number_value(7))));
    ck_assert(!matches(pattern_with(pattern, FIELD_TRANSACTION_ID, number_value(8))));
}
END_TEST

static bool about(struct mac_address mac, struct ipv4_address ip)
{
    return matches((struct pattern){.about = true, .about_mac = mac, .about_ip = ip});
}

START_TEST(control_frames_speak_of_lan_destinations)
{
    struct le_control control = register_request();
    send_control(control);
    ck_assert(about(vmac, address));
    ck_assert(!about(other_mac, address));
    control.target_lan = control.source_lan;
    control.source_lan = LAN_DESTINATION_NONE;
    send_control(control);
    ck_assert(about(vmac, address));
    control.target_lan.tag = LAN_TAG_ROUTE_DESCRIPTOR;
    send_control(control);
    ck_assert(!about(vmac, address));
}
END_TEST

START_TEST(arp_speaks_of_its_sender)
{
    send_arp(address);
    ck_assert(about(other_mac, address));
    ck_assert(!about(vmac, (struct ipv4_address){0x0a000002}));
}
END_TEST

START_TEST(vrrp_speaks_of_its_virtual_router)
{
    send_advertisement(7, 100);
    ck_assert(about(vmac, (struct ipv4_address){0}));
    ck_assert(!about(mac_of_vrid(8), address));
}
END_TEST

START_TEST(ip_speaks_of_its_source)
{
    static const uint8_t payload[8] = {0};
    send_ip(address, 17, payload, sizeof payload);
    ck_assert(about(vmac, address));
    ck_assert(!about(vmac, (struct ipv4_address){0x0a000002}));
    send_data(0x88b5, payload, sizeof payload);
    ck_assert(!about(vmac, address));
    ck_assert(!about(vmac, (struct ipv4_address){0}));
}
END_TEST

START_TEST(advertisements_and_the_stop)
{
    send_advertisement(7, 100);
    ck_assert(matches(advertisement(scene, 7)));
    ck_assert(!matches(advertisement(scene, 8)));
    ck_assert(!matches(stop_advertisement(scene, 7)));
    send_advertisement(7, 0);
    ck_assert(!matches(advertisement(scene, 7)));
    ck_assert(matches(stop_advertisement(scene, 7)));
    ck_assert(!matches(stop_advertisement(scene, 8)));
}
END_TEST

START_TEST(pattern_reads_like_a_frame)
{
    char line[FRAME_TEXT_SIZE];
    struct pattern pattern = pattern_without(tid(7), FIELD_SOURCE_LAN, mac_value(vmac));
    pattern.names = FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_ARP_REQUEST);
    pattern.vcc_kinds = 1u << VCC_CONTROL_DIRECT | 1u << VCC_DATA_DIRECT;
    ck_assert_str_eq(pattern_text(scene, &pattern, line, sizeof line),
                     "LE_REGISTER_REQUEST|LE_ARP_REQUEST tid=0x7 source!=00-00-5e-00-01-07 from dut on "
                     "control-direct|data-direct");
    pattern = (struct pattern){
        .from_any = true, .on_segment = true, .about = true, .about_mac = vmac, .about_ip = address};
    ck_assert_str_eq(pattern_text(scene, &pattern, line, sizeof line),
                     "frame about 00-00-5e-00-01-07 or 10.0.0.1 on the LAN segment");
    pattern = (struct pattern){.from = 1, .reaches = port_bit(0)};
    ck_assert_str_eq(pattern_text(scene, &pattern, line, sizeof line), "frame from peer heard by dut");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("pattern");
    TCase *tests = tcase_create("pattern");
    tcase_add_checked_fixture(tests, script_set_up, script_tear_down);
    tcase_add_test(tests, empty_pattern_is_any_frame_of_the_device);
    tcase_add_test(tests, names_of_frames);
    tcase_add_test(tests, who_hears_it);
    tcase_add_test(tests, where_it_travels);
    tcase_add_test(tests, conditions_hold_together);
    tcase_add_test(tests, missing_field_fails_both_ways);
    tcase_add_test(tests, conditions_fill_their_room);
    tcase_add_test(tests, control_frames_speak_of_lan_destinations);
    tcase_add_test(tests, arp_speaks_of_its_sender);
    tcase_add_test(tests, vrrp_speaks_of_its_virtual_router);
    tcase_add_test(tests, ip_speaks_of_its_source);
    tcase_add_test(tests, advertisements_and_the_stop);
    tcase_add_test(tests, pattern_reads_like_a_frame);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
