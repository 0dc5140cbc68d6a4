/* The IP part of the reference router as a router: what it forwards, accepts and redirects in each VRRP
 * state. */
#include <check.h>
#include <stdlib.h>

#include "ip_stage.h"

/* Forwarding (RFC 2338 6.4.2, 6.4.3) */

START_TEST(forwards_what_is_sent_to_its_mac)
{
    stage_make();
    stage_meet_everybody();
    stage_send_to(ELAN_MAC, FAR_IP, 64, 1);
    stage_assert_forwarded(63, 1);
    stage_send_to(ELAN_MAC, FAR_IP, 2, 2);
    stage_assert_forwarded(1, 2);
    stage_send_to(HOST_MAC, FAR_IP, 64, 3);
    stage_assert_silent();
    stage_send_to(LAN_MAC, FAR_IP, 64, 4);
    stage_assert_silent();
    stage_send_to(MAC_BROADCAST, FAR_IP, 64, 5);
    stage_assert_silent();
    stage_send_to(VRRP_GROUP_MAC, FAR_IP, 64, 6);
    stage_assert_silent();
}
END_TEST

START_TEST(forwards_what_is_sent_to_the_vmac_of_a_master)
{
    stage_make();
    stage_meet_everybody();
    stage_send_to(mac_of_vrid(1), FAR_IP, 64, 1);
    stage_assert_silent();
    stage_bring_to(0, VRRP_BACKUP);
    stage_send_to(mac_of_vrid(1), FAR_IP, 64, 2);
    stage_assert_silent();
    stage_bring_to(0, VRRP_MASTER);
    stage_send_to(mac_of_vrid(1), FAR_IP, 64, 3);
    stage_assert_forwarded(63, 3);
    stage_send_to(mac_of_vrid(2), FAR_IP, 64, 4);
    stage_assert_silent();
    stage_send_to(mac_of_vrid(9), FAR_IP, 64, 5);
    stage_assert_silent();
    stage_yield(0);
    stage_send_to(mac_of_vrid(1), FAR_IP, 64, 6);
    stage_assert_silent();
    stage_send_to(ELAN_MAC, FAR_IP, 64, 7);
    stage_assert_forwarded(63, 7);
}
END_TEST

START_TEST(vmac_means_nothing_on_the_lan_port)
{
    stage_make();
    stage_meet_everybody();
    stage_bring_to(0, VRRP_MASTER);
    stage_deliver_ipv4(IP_LAN, mac_of_vrid(1),
                       &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    stage_assert_silent();
    stage_deliver_ipv4(IP_LAN, LAN_MAC,
                       &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    const struct frame *frame = stage_only_frame(IP_ELAN, FRAME_IPV4);
    stage_assert_mac(frame->ethernet.source, ELAN_MAC); /* never the VMAC, although VRID 1 is in Master */
    stage_assert_mac(frame->ethernet.destination, HOST_MAC);
}
END_TEST

START_TEST(never_forwarded)
{
    static const struct ipv4_address never[] = {{0xe0000012}, {0xe0000001}, {0xe0000101}, {0xffffffff},
                                                {0x7f000001}, {0x00000001}, {0xf0000001}, {0x08080808}};
    /* Even a default route changes nothing but for the last. */
    stage.settings.routes[0] = (struct static_route){{0}, 0, FAR_IP};
    stage_make();
    stage_meet_everybody();
    for (size_t i = 0; i + 1 < sizeof never / sizeof *never; i++) {
        stage_send_to(ELAN_MAC, never[i], 255, 1);
        stage_assert_silent();
        stage_send_to(VRRP_GROUP_MAC, never[i], 255, 1);
        stage_assert_silent();
    }
    stage_send_to(ELAN_MAC, never[7], 255, 1);
    stage_only_frame(IP_LAN, FRAME_IPV4);
}
END_TEST

START_TEST(time_exceeded)
{
    stage_make();
    stage_meet_everybody();
    for (uint8_t ttl = 0; ttl < 2; ttl++) {
        stage_send_to(ELAN_MAC, FAR_IP, ttl, 1);
        const struct frame *frame = stage_only_frame(IP_ELAN, FRAME_ICMP);
        ck_assert_uint_eq(frame->icmp.type, ICMP_TIME_EXCEEDED);
        ck_assert(frame->icmp.checksum_good);
        stage_assert_ip(frame->ipv4.source, ELAN_IP);
        stage_assert_ip(frame->ipv4.destination, HOST_IP);
        stage_assert_mac(frame->ethernet.source, ELAN_MAC);
        ck_assert_uint_eq(frame->icmp.payload.size, IPV4_HEADER_SIZE + 1);
    }
}
END_TEST

START_TEST(no_error_about_an_error)
{
    stage_make();
    stage_meet_everybody();
    const struct icmp icmp = {.type = ICMP_TIME_EXCEEDED};
    uint8_t data[100];
    size_t size = icmp_encode(&icmp, data, sizeof data);
    struct ipv4 ipv4 = {.ttl = 1,
                        .protocol = IPV4_PROTOCOL_ICMP,
                        .source = HOST_IP,
                        .destination = FAR_IP,
                        .payload = {data, size}};
    stage_deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    stage_assert_silent();
    data[0] = ICMP_ECHO_REQUEST; /* its twin */
    stage_deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    stage_only_frame(IP_ELAN, FRAME_ICMP);
    ipv4.fragment = 7;
    stage_deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    stage_assert_silent();
}
END_TEST

START_TEST(options_and_snap_survive_or_go)
{
    static const uint8_t datagram[] = {0x46, 0, 0,  25,  0,   1, 0,  0,    64, 17, 0, 0,   10,
                                       0,    0, 50, 192, 168, 1, 50, 0x94, 4,  0,  0, 0x77};
    uint8_t data[sizeof datagram];
    memcpy(data, datagram, sizeof data);
    octets_put_u16(data + 10, internet_checksum(data, 24));
    stage_make();
    stage_meet_everybody();
    stage_deliver_as(IP_ELAN, true, ELAN_MAC, HOST_MAC, ETHERTYPE_IPV4, (struct octets){data, sizeof data});
    const struct frame *frame = stage_only_frame(IP_LAN, FRAME_IPV4);
    ck_assert(!frame->ethernet.snap);
    ck_assert(frame->ipv4.checksum_good);
    ck_assert_uint_eq(frame->ipv4.ttl, 63);
    ck_assert_mem_eq(frame->ethernet.payload.data, datagram, 8);
    ck_assert_mem_eq(frame->ethernet.payload.data + 12, datagram + 12, sizeof datagram - 12);
}
END_TEST

START_TEST(spoiled_headers_are_dropped)
{
    stage_make();
    stage_meet_everybody();
    uint8_t data[100];
    const struct ipv4 ipv4 = {.ttl = 9, .protocol = 17, .source = HOST_IP, .destination = FAR_IP};
    size_t size = ipv4_encode(&ipv4, data, sizeof data);
    data[11] ^= 1;
    stage_deliver(IP_ELAN, ELAN_MAC, HOST_MAC, ETHERTYPE_IPV4, (struct octets){data, size});
    stage_assert_silent();
    data[11] ^= 1;
    stage_deliver(IP_ELAN, ELAN_MAC, HOST_MAC, ETHERTYPE_IPV4, (struct octets){data, size});
    stage_only_frame(IP_LAN, FRAME_IPV4);
}
END_TEST

START_TEST(size_up_to_the_mtu)
{
    static const uint8_t zeros[1500];
    stage_make();
    stage_meet_everybody();
    struct ipv4 ipv4 = {
        .ttl = 9, .protocol = 17, .source = HOST_IP, .destination = FAR_IP, .payload = {zeros, 1480}};
    stage_deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    ck_assert_uint_eq(stage_only_frame(IP_LAN, FRAME_IPV4)->octets.size, 1514);
    ipv4.payload.size = 1481;
    stage_deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    stage_assert_silent();
}
END_TEST

START_TEST(longest_prefix_wins)
{
    stage.settings.routes[0] = stage.settings.routes[1];
    stage.settings.routes[1] = (struct static_route){{0xac100000}, 12, LAN_GATEWAY}; /* 172.16.0.0/12 */
    stage.settings.redirects = false;
    stage_make();
    stage_meet_everybody();
    stage_is_at(IP_LAN, LAN_GATEWAY, MAC(0x63));
    stage_send_to(ELAN_MAC, BEYOND_LAN, 9, 1);
    stage_assert_mac(stage_only_frame(IP_LAN, FRAME_IPV4)->ethernet.destination, MAC(0x63));
    stage_send_to(ELAN_MAC, BEYOND_ELAN, 9, 1); /* 172.17.0.0/16 */
    stage_assert_mac(stage_only_frame(IP_ELAN, FRAME_IPV4)->ethernet.destination, GATEWAY_MAC);
}
END_TEST

START_TEST(without_lan_port)
{
    stage.settings.lan_port = false;
    stage_make();
    stage_bring_to(0, VRRP_MASTER);
    stage_is_at(IP_ELAN, HOST_IP, HOST_MAC);
    stage_send_to(mac_of_vrid(1), FAR_IP, 64, 1);
    stage_assert_silent();
    stage_who_has(IP_LAN, LAN_IP);
    stage_assert_silent();
    stage_who_has(IP_ELAN, VIRTUAL_1);
    stage_assert_arp_reply(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
}
END_TEST

/* Packets to the router itself (RFC 2338 6.4.2, 6.4.3) */

START_TEST(echo_of_interface_addresses)
{
    stage_make();
    stage_meet_everybody();
    stage_ping(IP_ELAN, ELAN_MAC, ELAN_IP);
    stage_assert_echo_reply(IP_ELAN, ELAN_IP);
    stage_ping(IP_ELAN, ELAN_MAC, LAN_IP);
    stage_assert_echo_reply(IP_ELAN, LAN_IP);
    stage_ping(IP_LAN, LAN_MAC, LAN_IP);
    stage_assert_echo_reply(IP_LAN, LAN_IP);
    stage_ping(IP_ELAN, MAC_BROADCAST, ELAN_IP);
    stage_assert_silent();
    stage_bring_to(0, VRRP_MASTER);
    stage_ping(IP_ELAN, mac_of_vrid(1), ELAN_IP);
    stage_assert_echo_reply(IP_ELAN, ELAN_IP);
}
END_TEST

START_TEST(echo_of_virtual_addresses)
{
    stage.settings.virtual_routers[0].priority_given = true;
    stage.settings.virtual_routers[0].priority = 255;
    stage_make();
    stage_meet_everybody();
    stage_ping(IP_ELAN, ELAN_MAC, VIRTUAL_1); /* Initialize */
    stage_assert_silent();
    stage_bring_to(0, VRRP_MASTER);
    stage_bring_to(1, VRRP_MASTER);
    stage_ping(IP_ELAN, mac_of_vrid(1), VIRTUAL_1); /* owner */
    stage_assert_echo_reply(IP_ELAN, VIRTUAL_1);
    stage_ping(IP_ELAN, ELAN_MAC, VIRTUAL_1);
    stage_assert_echo_reply(IP_ELAN, VIRTUAL_1);
    stage_ping(IP_LAN, LAN_MAC, VIRTUAL_1);
    stage_assert_echo_reply(IP_LAN, VIRTUAL_1);
    stage_ping(IP_ELAN, mac_of_vrid(2), VIRTUAL_2); /* not the owner */
    stage_assert_silent();
    stage_ping(IP_ELAN, ELAN_MAC, VIRTUAL_2B);
    stage_assert_silent();
    stage_yield(0);
    stage_ping(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    stage_assert_silent();
    stage_ping(IP_ELAN, ELAN_MAC, VIRTUAL_1);
    stage_assert_silent();
}
END_TEST

START_TEST(spoiled_echo_requests)
{
    stage_make();
    stage_meet_everybody();
    uint8_t data[ICMP_HEADER_SIZE] = {ICMP_ECHO_REQUEST, 0, 0, 0, 0, 1, 0, 2};
    const struct ipv4 ipv4 = {.ttl = 9,
                              .protocol = IPV4_PROTOCOL_ICMP,
                              .source = HOST_IP,
                              .destination = ELAN_IP,
                              .payload = {data, sizeof data}};
    stage_deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    stage_assert_silent();
    octets_put_u16(data + 2, internet_checksum(data, sizeof data));
    stage_deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    stage_only_frame(IP_ELAN, FRAME_ICMP_ECHO_REPLY);
}
END_TEST

/* Redirects (RFC 2338 8.1) */

static void assert_redirect(struct ipv4_address source)
{
    ck_assert_uint_eq(stage.seen_count, 2);
    const struct frame *redirect = &stage.seen[0].frame;
    ck_assert_int_eq(redirect->name, FRAME_ICMP_REDIRECT);
    stage_assert_ip(redirect->ipv4.source, source);
    stage_assert_ip(redirect->ipv4.destination, HOST_IP);
    stage_assert_ip(redirect->icmp.gateway, GATEWAY_IP);
    stage_assert_mac(redirect->ethernet.destination, HOST_MAC);
    ck_assert(redirect->icmp.checksum_good);
    ck_assert_uint_eq(redirect->icmp.payload.size, IPV4_HEADER_SIZE + 1);
    ck_assert_uint_eq(octets_u32(redirect->icmp.payload.data + 16), BEYOND_ELAN.number);
    const struct frame *forwarded = &stage.seen[1].frame;
    ck_assert_int_eq(forwarded->name, FRAME_IPV4);
    stage_assert_mac(forwarded->ethernet.destination, GATEWAY_MAC);
    stage_assert_ip(forwarded->ipv4.destination, BEYOND_ELAN);
    stage.seen_count = 0;
}

START_TEST(redirect_comes_from_the_address_the_host_used)
{
    stage_make();
    stage_meet_everybody();
    stage_bring_to(0, VRRP_BACKUP);
    stage_bring_to(1, VRRP_BACKUP);
    fake_run(stage.fake, SECONDS(4));
    stage_send_to(mac_of_vrid(1), BEYOND_ELAN, 9, 1);
    assert_redirect(VIRTUAL_1);
    stage_send_to(mac_of_vrid(2), BEYOND_ELAN, 9, 1);
    assert_redirect(VIRTUAL_2);
    stage_send_to(ELAN_MAC, BEYOND_ELAN, 9, 1);
    assert_redirect(ELAN_IP);
}
END_TEST

START_TEST(redirects_when_set_and_of_use)
{
    stage.settings.redirects = false;
    stage_make();
    stage_meet_everybody();
    stage_send_to(ELAN_MAC, BEYOND_ELAN, 9, 1);
    stage_only_frame(IP_ELAN, FRAME_IPV4);
    stage.settings.redirects = true;
    stage_deliver_ipv4(
        IP_ELAN, ELAN_MAC, /* from a host beyond */
        &(struct ipv4){.ttl = 9, .protocol = 17, .source = BEYOND_ELAN, .destination = GATEWAY_IP});
    stage_only_frame(IP_ELAN, FRAME_IPV4);
    stage_send_to(ELAN_MAC, FAR_IP, 9, 1); /* to another interface */
    stage_only_frame(IP_LAN, FRAME_IPV4);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference ip forwarding");
    TCase *tests = tcase_create("reference ip forwarding");
    tcase_add_checked_fixture(tests, stage_set_up, stage_tear_down);
    tcase_add_test(tests, forwards_what_is_sent_to_its_mac);
    tcase_add_test(tests, forwards_what_is_sent_to_the_vmac_of_a_master);
    tcase_add_test(tests, vmac_means_nothing_on_the_lan_port);
    tcase_add_test(tests, never_forwarded);
    tcase_add_test(tests, time_exceeded);
    tcase_add_test(tests, no_error_about_an_error);
    tcase_add_test(tests, options_and_snap_survive_or_go);
    tcase_add_test(tests, spoiled_headers_are_dropped);
    tcase_add_test(tests, size_up_to_the_mtu);
    tcase_add_test(tests, longest_prefix_wins);
    tcase_add_test(tests, without_lan_port);
    tcase_add_test(tests, echo_of_interface_addresses);
    tcase_add_test(tests, echo_of_virtual_addresses);
    tcase_add_test(tests, spoiled_echo_requests);
    tcase_add_test(tests, redirect_comes_from_the_address_the_host_used);
    tcase_add_test(tests, redirects_when_set_and_of_use);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
