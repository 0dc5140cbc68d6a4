/* The IP part of the reference router as a neighbour: whom it answers in ARP in each VRRP state, with which
 * MAC address its frames leave, whom it learns from, and the VRRP messages it carries. */
#include <check.h>
#include <stdlib.h>

#include "ip_stage.h"

/* ARP (RFC 2338 6.4, 8.2) */

START_TEST(arp_for_the_interfaces)
{
    stage_make();
    stage_who_has(IP_ELAN, ELAN_IP);
    stage_assert_arp_reply(IP_ELAN, ELAN_MAC, ELAN_IP);
    stage_who_has(IP_LAN, LAN_IP);
    stage_assert_arp_reply(IP_LAN, LAN_MAC, LAN_IP);
    stage_who_has(IP_ELAN, LAN_IP);
    stage_assert_silent();
    stage_who_has(IP_ELAN, ADDRESS(0x0a000077));
    stage_assert_silent();
}
END_TEST

START_TEST(arp_for_virtual_addresses_by_state)
{
    stage_make();
    stage_who_has(IP_ELAN, VIRTUAL_1);
    stage_assert_silent();
    stage_bring_to(0, VRRP_BACKUP);
    stage_who_has(IP_ELAN, VIRTUAL_1);
    stage_assert_silent();
    stage_bring_to(1, VRRP_BACKUP);
    fake_run(stage.fake, SECONDS(4));
    ck_assert_int_eq(vrrp_state_of(stage.vrrp, 0), VRRP_MASTER);
    ck_assert_int_eq(vrrp_state_of(stage.vrrp, 1), VRRP_MASTER);
    stage_who_has(IP_ELAN, VIRTUAL_1);
    stage_assert_arp_reply(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    stage_who_has(IP_ELAN, VIRTUAL_2);
    stage_assert_arp_reply(IP_ELAN, mac_of_vrid(2), VIRTUAL_2);
    stage_who_has(IP_ELAN, VIRTUAL_2B);
    stage_assert_arp_reply(IP_ELAN, mac_of_vrid(2), VIRTUAL_2B);
    stage_who_has(IP_LAN, VIRTUAL_1);
    stage_assert_silent();
    vrrp_shutdown(stage.vrrp, 1);
    stage_who_has(IP_ELAN, VIRTUAL_2);
    stage_assert_silent();
    stage_who_has(IP_ELAN, VIRTUAL_1);
    stage_assert_arp_reply(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    stage_yield(0);
    stage_who_has(IP_ELAN, VIRTUAL_1);
    stage_assert_silent();
    stage_who_has(IP_ELAN, ELAN_IP);
    stage_assert_arp_reply(IP_ELAN, ELAN_MAC, ELAN_IP);
}
END_TEST

START_TEST(owner_speaks_with_the_vmac_only)
{
    stage_own_virtual_1();
    stage_make();
    ip_interface_up(stage.ip, IP_ELAN);
    stage_who_has(IP_ELAN, VIRTUAL_1);
    stage_assert_silent();
    stage_bring_to(0, VRRP_MASTER);
    stage_who_has(IP_ELAN, VIRTUAL_1);
    stage_assert_arp_reply(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    stage_yield(0);
    stage_who_has(IP_ELAN, VIRTUAL_1);
    stage_assert_silent();
}
END_TEST

/* Its own questions carry its address as sender, so they need the VMAC as well. */
START_TEST(owner_asks_with_the_vmac_only)
{
    stage_own_virtual_1();
    stage_make();
    stage_is_at(IP_LAN, FAR_IP, FAR_MAC);
    stage_deliver_ipv4(IP_LAN, LAN_MAC,
                       &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    stage_assert_silent();
    fake_run(stage.fake, SECONDS(10));
    stage_assert_silent();
    stage_bring_to(0, VRRP_MASTER);
    stage_deliver_ipv4(IP_LAN, LAN_MAC,
                       &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    const struct frame *frame = stage_only_frame(IP_ELAN, FRAME_ARP_REQUEST);
    stage_assert_mac(frame->arp.sender_mac, mac_of_vrid(1));
    stage_assert_mac(frame->ethernet.source, mac_of_vrid(1));
    stage_assert_ip(frame->arp.sender_ip, VIRTUAL_1);
    stage_deliver_arp(IP_ELAN, mac_of_vrid(1),
                      &(struct arp){ARP_REPLY, HOST_MAC, HOST_IP, mac_of_vrid(1), VIRTUAL_1});
    stage_assert_mac(stage_only_frame(IP_ELAN, FRAME_IPV4)->ethernet.source, ELAN_MAC);
}
END_TEST

START_TEST(gratuitous_arp_per_address)
{
    stage_make();
    ip_send_gratuitous_arps(stage.ip, 1);
    ck_assert_uint_eq(stage.seen_count, 2);
    const struct ipv4_address expected[] = {VIRTUAL_2, VIRTUAL_2B};
    for (size_t i = 0; i < 2; i++) {
        const struct frame *frame = &stage.seen[i].frame;
        ck_assert_int_eq(stage.seen[i].port, IP_ELAN);
        ck_assert_int_eq(frame->name, FRAME_GRATUITOUS_ARP);
        stage_assert_mac(frame->ethernet.destination, MAC_BROADCAST);
        stage_assert_mac(frame->ethernet.source, mac_of_vrid(2));
        stage_assert_mac(frame->arp.sender_mac, mac_of_vrid(2));
        ck_assert_uint_eq(frame->arp.operation, ARP_REQUEST);
        stage_assert_ip(frame->arp.sender_ip, expected[i]);
        stage_assert_ip(frame->arp.target_ip, expected[i]);
    }
}
END_TEST

/* The frame of spec/vrrp.md 9. */
START_TEST(advertisement_octet_by_octet)
{
    static const uint8_t expected[ETHERNET_MINIMUM_SIZE] = {
        0x01, 0x00, 0x5e, 0x00, 0x00, 0x12, 0x00, 0x00, 0x5e, 0x00, 0x01, 0x01, 0x08, 0x00, 0x45, 0x00,
        0x00, 0x28, 0x00, 0x00, 0x00, 0x00, 0xff, 0x70, 0xd1, 0x50, 0x0a, 0x00, 0x00, 0x03, 0xe0, 0x00,
        0x00, 0x12, 0x21, 0x01, 0x64, 0x01, 0x00, 0x01, 0x70, 0xfb, 0x0a, 0x00, 0x00, 0x01};
    stage_make();
    ip_send_advertisement(stage.ip, 0, expected + 34, 20);
    ck_assert_uint_eq(stage.seen_count, 1);
    ck_assert_int_eq(stage.seen[0].port, IP_ELAN);
    ck_assert_uint_eq(stage.seen[0].size, sizeof expected);
    ck_assert_mem_eq(stage.seen[0].octets, expected, sizeof expected);
}
END_TEST

/* Proxy ARP (RFC 2338 8.3) */

START_TEST(proxy_arp_with_the_vmac)
{
    stage.settings.proxy_arp = true;
    stage_make();
    stage_who_has(IP_ELAN, FAR_IP);
    stage_assert_silent();
    stage_bring_to(1, VRRP_BACKUP);
    stage_who_has(IP_ELAN, FAR_IP);
    stage_assert_silent();
    stage_bring_to(0, VRRP_MASTER);
    stage_who_has(IP_ELAN, FAR_IP);
    stage_assert_arp_reply(IP_ELAN, mac_of_vrid(1), FAR_IP);
    stage_who_has(IP_ELAN, BEYOND_LAN);
    stage_assert_arp_reply(IP_ELAN, mac_of_vrid(1), BEYOND_LAN);
    stage_who_has(IP_ELAN, BEYOND_ELAN);
    stage_assert_silent();
    stage_who_has(IP_ELAN, GATEWAY_IP);
    stage_assert_silent();
    stage_who_has(IP_ELAN, ELAN_IP);
    stage_assert_arp_reply(IP_ELAN, ELAN_MAC, ELAN_IP);
    vrrp_shutdown(stage.vrrp, 1);
    stage_who_has(IP_ELAN, VIRTUAL_2);
    stage_assert_silent();
    stage_who_has(IP_ELAN, ADDRESS(0x08080808));
    stage_assert_silent();
    stage_who_has(IP_LAN, HOST_IP);
    stage_assert_arp_reply(IP_LAN, LAN_MAC, HOST_IP);
    stage_deliver_arp(IP_ELAN, MAC_BROADCAST, &(struct arp){ARP_REQUEST, HOST_MAC, FAR_IP, NO_MAC, FAR_IP});
    stage_assert_silent();
}
END_TEST

START_TEST(no_proxy_arp_unless_set)
{
    stage_make();
    stage_bring_to(0, VRRP_MASTER);
    stage_who_has(IP_ELAN, FAR_IP);
    stage_assert_silent();
}
END_TEST

/* The ARP cache */

START_TEST(packets_wait_for_the_answer)
{
    stage_make();
    for (uint8_t number = 1; number <= 6; number++)
        stage_send_to(ELAN_MAC, FAR_IP, 9, number);
    const struct frame *request = stage_only_frame(IP_LAN, FRAME_ARP_REQUEST);
    stage_assert_mac(request->ethernet.destination, MAC_BROADCAST);
    stage_assert_mac(request->ethernet.source, LAN_MAC);
    stage_assert_mac(request->arp.sender_mac, LAN_MAC);
    stage_assert_ip(request->arp.sender_ip, LAN_IP);
    stage_assert_ip(request->arp.target_ip, FAR_IP);
    stage_is_at(IP_LAN, FAR_IP, FAR_MAC);
    ck_assert_uint_eq(stage.seen_count, 4); /* the latest */
    for (uint8_t i = 0; i < 4; i++) {
        stage_assert_mac(stage.seen[i].frame.ethernet.destination, FAR_MAC);
        ck_assert_uint_eq(stage.seen[i].frame.ipv4.payload.data[0], 3 + i);
    }
    stage.seen_count = 0;
    stage_send_to(ELAN_MAC, FAR_IP, 9, 7);
    stage_assert_forwarded(8, 7);
}
END_TEST

START_TEST(asks_three_times)
{
    stage_make();
    stage_send_to(ELAN_MAC, FAR_IP, 9, 1);
    fake_run(stage.fake, SECONDS(1) - 1);
    stage_only_frame(IP_LAN, FRAME_ARP_REQUEST);
    fake_run(stage.fake, SECONDS(1));
    stage_only_frame(IP_LAN, FRAME_ARP_REQUEST);
    fake_run(stage.fake, SECONDS(2));
    stage_only_frame(IP_LAN, FRAME_ARP_REQUEST);
    fake_run(stage.fake, SECONDS(60));
    stage_assert_silent();
    stage_is_at(IP_LAN, FAR_IP, FAR_MAC); /* too late: the packet is gone */
    stage_assert_silent();
    stage_send_to(ELAN_MAC, FAR_IP, 9, 2);
    stage_assert_forwarded(8, 2);
    fake_run(stage.fake, stage.fake->now_ns + SECONDS(1200)); /* a new round, from the beginning */
    stage_send_to(ELAN_MAC, FAR_IP, 9, 3);
    fake_run(stage.fake, stage.fake->now_ns + SECONDS(10));
    ck_assert_uint_eq(stage.seen_count, 3);
}
END_TEST

START_TEST(bindings_follow_their_owner_and_age)
{
    stage_make();
    stage_meet_everybody();
    stage_deliver_arp(IP_LAN, MAC_BROADCAST, &(struct arp){ARP_REQUEST, MAC(0x66), FAR_IP, NO_MAC, FAR_IP});
    stage_send_to(ELAN_MAC, FAR_IP, 9, 1);
    stage_assert_mac(stage_only_frame(IP_LAN, FRAME_IPV4)->ethernet.destination, MAC(0x66));
    fake_run(stage.fake, SECONDS(1200) - 1);
    stage_send_to(ELAN_MAC, FAR_IP, 9, 1);
    stage_only_frame(IP_LAN, FRAME_IPV4);
    fake_run(stage.fake, SECONDS(1200));
    stage_send_to(ELAN_MAC, FAR_IP, 9, 1);
    stage_only_frame(IP_LAN, FRAME_ARP_REQUEST);
}
END_TEST

START_TEST(learns_from_those_who_ask_for_it_only)
{
    stage_make();
    stage_who_has(IP_ELAN, ADDRESS(0x0a000077)); /* not about this router */
    stage_deliver_ipv4(IP_LAN, LAN_MAC,
                       &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    stage_only_frame(IP_ELAN, FRAME_ARP_REQUEST);
    stage_who_has(IP_ELAN, ELAN_IP);
    ck_assert_uint_eq(stage.seen_count, 2);
    ck_assert_int_eq(stage.seen[0].frame.name, FRAME_IPV4);
    ck_assert_int_eq(stage.seen[1].frame.name, FRAME_ARP_REPLY);
}
END_TEST

START_TEST(senders_without_address)
{
    stage_make();
    stage_deliver_arp(IP_ELAN, ELAN_MAC, &(struct arp){ARP_REPLY, MAC_BROADCAST, HOST_IP, ELAN_MAC, ELAN_IP});
    stage_deliver_arp(IP_ELAN, MAC_BROADCAST,
                      &(struct arp){ARP_REQUEST, HOST_MAC, ADDRESS(0), NO_MAC, ELAN_IP});
    stage_only_frame(IP_ELAN, FRAME_ARP_REPLY); /* to the probe of RFC 5227 */
    stage_deliver_ipv4(IP_LAN, LAN_MAC,
                       &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    stage_only_frame(IP_ELAN, FRAME_ARP_REQUEST);
}
END_TEST

START_TEST(cache_survives_more_hosts_than_it_holds)
{
    stage_make();
    stage_is_at(IP_LAN, FAR_IP, FAR_MAC);
    for (uint32_t host = 0; host < 200; host++) {
        fake_run(stage.fake, stage.fake->now_ns + MILLISECONDS(1));
        stage_is_at(IP_ELAN, ADDRESS(0x0a000020 + host), MAC((uint8_t)host));
    }
    stage_deliver_ipv4(
        IP_LAN, LAN_MAC,
        &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = {0x0a000020 + 199}});
    stage_assert_mac(stage_only_frame(IP_ELAN, FRAME_IPV4)->ethernet.destination, MAC(199));
    stage_deliver_ipv4(
        IP_LAN, LAN_MAC,
        &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = {0x0a000020}});
    stage_only_frame(IP_ELAN, FRAME_ARP_REQUEST);
}
END_TEST

/* VRRP messages */

static void deliver_vrrp(enum ip_port port, struct ipv4_address destination, uint8_t protocol,
                         struct octets payload)
{
    stage_deliver_ipv4(port, VRRP_GROUP_MAC,
                       &(struct ipv4){.ttl = 254,
                                      .protocol = protocol,
                                      .source = HOST_IP,
                                      .destination = destination,
                                      .payload = payload});
}

START_TEST(vrrp_messages_are_handed_up)
{
    static const uint8_t message[20] = {0x21, 1};
    stage_make();
    stage_meet_everybody();
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 112, (struct octets){message, sizeof message});
    ck_assert_uint_eq(stage.arrival_count, 1);
    stage_assert_ip(stage.arrived.source, HOST_IP);
    ck_assert_uint_eq(stage.arrived.ttl, 254);
    ck_assert_uint_eq(stage.arrived.protocol, 112);
    ck_assert_uint_eq(stage.arrived.message.size, sizeof message); /* without the padding of the frame */
    deliver_vrrp(IP_LAN, VRRP_GROUP, 112, (struct octets){message, sizeof message});
    deliver_vrrp(IP_ELAN, ELAN_IP, 112, (struct octets){message, sizeof message});
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 17, (struct octets){message, sizeof message});
    ck_assert_uint_eq(stage.arrival_count, 1);
    stage_assert_silent();
}
END_TEST

START_TEST(vrrp_messages_behind_an_authentication_header)
{
    uint8_t data[24 + 20] = {112, 4}; /* next header, six words */
    stage_make();
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 51, (struct octets){data, sizeof data});
    ck_assert_uint_eq(stage.arrival_count, 1);
    ck_assert_uint_eq(stage.arrived.protocol, 51);
    ck_assert_uint_eq(stage.arrived.message.size, 20);
    data[1] = 40; /* longer than the packet */
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 51, (struct octets){data, sizeof data});
    data[1] = 0; /* shorter than its own fixed part */
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 51, (struct octets){data, sizeof data});
    data[0] = 17;
    data[1] = 4;
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 51, (struct octets){data, sizeof data});
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 51, (struct octets){data, 3});
    ck_assert_uint_eq(stage.arrival_count, 1);
}
END_TEST

/* Whatever comes, nothing is read past the end and nothing breaks. */
START_TEST(any_octets)
{
    stage.settings.proxy_arp = true;
    stage_make();
    stage_bring_to(0, VRRP_MASTER);
    struct random random = random_stream((uint64_t)_i, "any octets");
    for (int round = 0; round < 2000; round++) {
        size_t size = (size_t)random_between(&random, 0, 100);
        uint8_t *data = malloc(size ? size : 1);
        for (size_t i = 0; i < size; i++)
            data[i] = (uint8_t)random_next(&random);
        static const uint8_t starts[][24] = {
            {2, 0, 0, 0, 0, 3, 2, 0, 0, 0, 0, 0x32, 8, 0, 0x45, 0, 0, 60, 0, 0, 0, 0, 9, 1},
            {0, 0, 0x5e, 0, 1, 1, 2, 0, 0, 0, 0, 0x32, 8, 0, 0x48, 0, 0, 40, 0, 0, 0, 0, 9, 17},
            {1, 0, 0x5e, 0, 0, 0x12, 2, 0, 0, 0, 0, 0x32, 8, 0, 0x45, 0, 0, 28, 0, 0, 0, 0, 255, 112},
            {255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 0x32, 8, 6, 0, 1, 8, 0, 6, 4, 0, 1, 2, 0},
        };
        const uint8_t *start = starts[random_between(&random, 0, 3)];
        size_t fixed = (size_t)random_between(&random, 0, 24);
        memcpy(data, start, fixed < size ? fixed : size);
        ip_frame_received(stage.ip, random_next(&random) & 1 ? IP_ELAN : IP_LAN, data, size);
        free(data);
        stage.seen_count = 0;
    }
}
END_TEST

/* The table is asked, not known by heart. */
static bool always(const struct virtual_router *router)
{
    (void)router;
    return true;
}

static bool first_only(const struct virtual_router *router, struct ipv4_address address)
{
    return ipv4_equal(router->settings->addresses[0], address);
}

static struct mac_address the_physical(const struct virtual_router *router, struct mac_address physical)
{
    (void)router;
    return physical;
}

START_TEST(options_decide)
{
    stage.options.announces_interface = always;
    stage.options.answers_arp = first_only;
    stage.options.accepts_packets = always;
    stage.options.takes_vmac_frames = always;
    stage.options.gratuitous_arp_mac = the_physical;
    stage.options.advertisement_ttl = 1;
    stage_make();
    stage_meet_everybody();
    ip_interface_up(stage.ip, IP_ELAN);
    stage_assert_mac(stage_only_frame(IP_ELAN, FRAME_GRATUITOUS_ARP)->arp.sender_mac, ELAN_MAC);
    stage_who_has(IP_ELAN, VIRTUAL_1);
    stage_assert_arp_reply(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    stage_who_has(IP_ELAN, VIRTUAL_2B);
    stage_assert_silent();
    stage_ping(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    stage_assert_echo_reply(IP_ELAN, VIRTUAL_1);
    ip_send_gratuitous_arps(stage.ip, 0);
    stage_assert_mac(stage_only_frame(IP_ELAN, FRAME_GRATUITOUS_ARP)->arp.sender_mac, ELAN_MAC);
    ip_send_advertisement(stage.ip, 0, (const uint8_t[20]){0x21, 1}, 20);
    ck_assert_uint_eq(stage_only_frame(IP_ELAN, FRAME_ADVERTISEMENT)->ipv4.ttl, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference ip");
    TCase *tests = tcase_create("reference ip");
    tcase_add_checked_fixture(tests, stage_set_up, stage_tear_down);
    tcase_add_test(tests, arp_for_the_interfaces);
    tcase_add_test(tests, arp_for_virtual_addresses_by_state);
    tcase_add_test(tests, owner_speaks_with_the_vmac_only);
    tcase_add_test(tests, owner_asks_with_the_vmac_only);
    tcase_add_test(tests, gratuitous_arp_per_address);
    tcase_add_test(tests, advertisement_octet_by_octet);
    tcase_add_test(tests, proxy_arp_with_the_vmac);
    tcase_add_test(tests, no_proxy_arp_unless_set);
    tcase_add_test(tests, packets_wait_for_the_answer);
    tcase_add_test(tests, asks_three_times);
    tcase_add_test(tests, bindings_follow_their_owner_and_age);
    tcase_add_test(tests, learns_from_those_who_ask_for_it_only);
    tcase_add_test(tests, senders_without_address);
    tcase_add_test(tests, cache_survives_more_hosts_than_it_holds);
    tcase_add_test(tests, vrrp_messages_are_handed_up);
    tcase_add_test(tests, vrrp_messages_behind_an_authentication_header);
    tcase_add_loop_test(tests, any_octets, 0, 5);
    tcase_add_test(tests, options_decide);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
