/* Token ring on the wire: frames, routing information, functional addresses, bit order. */
#include <check.h>
#include <stdlib.h>

#include "wire/frame.h"
#include "wire/token_ring.h"

static const struct mac_address station = {{0x00, 0x20, 0x5a, 0x01, 0x02, 0x03}};

/* vrrp.md 7: VRID, octet of the VMAC in token ring order. */
START_TEST(vmac_turned_round)
{
    static const uint8_t samples[][2] = {{1, 0x80},  {2, 0x40},   {3, 0xc0},  {10, 0x50},
                                         {11, 0xd0}, {100, 0x26}, {200, 0x13}};
    for (size_t i = 0; i < sizeof samples / sizeof *samples; i++) {
        struct mac_address turned = mac_reversed(mac_of_vrid(samples[i][0]));
        ck_assert(mac_equal(turned, (struct mac_address){{0x00, 0x00, 0x7a, 0x00, 0x80, samples[i][1]}}));
        ck_assert(mac_equal(mac_reversed(turned), mac_of_vrid(samples[i][0])));
    }
    ck_assert(!token_ring_is_group(mac_reversed(mac_of_vrid(1))));
    ck_assert(token_ring_is_group(MAC_BROADCAST) && token_ring_is_group(TOKEN_RING_MULTICAST));
    ck_assert(!token_ring_is_group(VRRP_GROUP_MAC)); /* a group in canonical order only */
}
END_TEST

/* RFC 2338 9.2 gives the table in canonical order. */
START_TEST(functional_addresses)
{
    static const uint8_t table[][2] = {{0x02, 0x00}, {0x04, 0x00}, {0x08, 0x00}, {0x10, 0x00},
                                       {0x20, 0x00}, {0x40, 0x00}, {0x80, 0x00}, {0x00, 0x01},
                                       {0x00, 0x02}, {0x00, 0x04}, {0x00, 0x08}};
    struct mac_address address;
    for (uint8_t vrid = 1; vrid <= FUNCTIONAL_VRID_LAST; vrid++) {
        const struct mac_address canonical = {{0x03, 0x00, table[vrid - 1][0], table[vrid - 1][1]}};
        ck_assert(token_ring_functional_address(vrid, &address));
        ck_assert(mac_equal(mac_reversed(address), canonical));
        ck_assert(token_ring_is_group(address));
    }
    ck_assert(!token_ring_functional_address(0, &address));
    ck_assert(!token_ring_functional_address(12, &address));
    ck_assert(!token_ring_functional_address(255, &address));
}
END_TEST

START_TEST(frame_with_route)
{
    static const uint8_t route[] = {0x06, 0xb0, 0x0a, 0x11, 0x0a, 0x20};
    static const uint8_t payload[] = {0x45, 0x00};
    static const uint8_t expected[] = {0x00, 0x40, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x80, 0x20,
                                       0x5a, 0x01, 0x02, 0x03, 0x06, 0xb0, 0x0a, 0x11, 0x0a, 0x20,
                                       0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00, 0x08, 0x00, 0x45, 0x00};
    const struct ethernet ethernet = {.destination = MAC_BROADCAST,
                                      .source = station,
                                      .type = ETHERTYPE_IPV4,
                                      .payload = {payload, sizeof payload}};
    struct octets routing = {route, sizeof route};
    uint8_t data[64];
    ck_assert_uint_eq(token_ring_encode(&ethernet, routing, data, sizeof data), sizeof expected);
    ck_assert_mem_eq(data, expected, sizeof expected);
    ck_assert_uint_eq(token_ring_encode(&ethernet, routing, data, sizeof expected - 1), 0);

    struct ethernet read;
    struct octets heard;
    ck_assert(token_ring_decode(expected, sizeof expected, 0, &read, &heard, NULL));
    ck_assert(mac_equal(read.source, station) && mac_equal(read.destination, MAC_BROADCAST));
    ck_assert(read.snap && read.type == ETHERTYPE_IPV4 && read.payload.size == sizeof payload);
    ck_assert_uint_eq(heard.size, sizeof route);
    ck_assert_mem_eq(heard.data, route, sizeof route);
    /* Every cut within the header or the routing information is noticed. */
    for (size_t size = 0; size < TOKEN_RING_HEADER_SIZE + sizeof route; size++) {
        struct reason reason = {""};
        ck_assert(!token_ring_decode(expected, size, 0, &read, &heard, &reason));
        ck_assert_uint_ne(strlen(reason.text), 0);
    }
}
END_TEST

START_TEST(routing_information)
{
    struct source_route route = {.kind = ROUTE_SPANNING_EXPLORER,
                                 .backwards = true,
                                 .largest_frame = 0x18,
                                 .descriptor_count = 2,
                                 .descriptors = {route_descriptor(0x0a1, 1), route_descriptor(0x0a2, 0)}};
    static const uint8_t expected[] = {0xc6, 0xb0, 0x0a, 0x11, 0x0a, 0x20};
    uint8_t data[ROUTE_ROOM];
    struct source_route read;
    ck_assert_uint_eq(source_route_encode(&route, data), sizeof expected);
    ck_assert_mem_eq(data, expected, sizeof expected);
    ck_assert(source_route_decode((struct octets){expected, sizeof expected}, &read));
    ck_assert(read.kind == ROUTE_SPANNING_EXPLORER && read.backwards && read.largest_frame == 0x18);
    ck_assert_uint_eq(read.descriptor_count, 2);
    ck_assert_uint_eq(route_ring(read.descriptors[0]), 0x0a1);
    ck_assert_uint_eq(route_bridge(read.descriptors[0]), 1);
    ck_assert_uint_eq(route_ring(read.descriptors[1]), 0x0a2);
    for (size_t size = 0; size < sizeof expected; size++)
        ck_assert(!source_route_decode((struct octets){expected, size}, &read));
    char text[24];
    ck_assert_str_eq(source_route_text((struct octets){expected, sizeof expected}, text, sizeof text),
                     "STE:<0a1-1-0a2");
    ck_assert_str_eq(source_route_text((struct octets){expected, 3}, text, sizeof text), "?");
    route.descriptor_count = ROUTE_DESCRIPTOR_ROOM;
    ck_assert_uint_eq(source_route_encode(&route, data), ROUTE_ROOM);
    ck_assert(source_route_decode((struct octets){data, ROUTE_ROOM}, &read));
    ck_assert_uint_eq(read.descriptor_count, ROUTE_DESCRIPTOR_ROOM);
}
END_TEST

/* RFC 1042: ARP on 802.5 has the hardware type of IEEE 802, and is read like any other. */
START_TEST(arp_hardware_type)
{
    const struct arp arp = {.operation = ARP_REPLY, .sender_mac = station};
    uint8_t data[ARP_SIZE];
    struct arp read;
    ck_assert_uint_eq(arp_encode_as(ARP_IEEE_802, &arp, data, sizeof data), ARP_SIZE);
    ck_assert_uint_eq(octets_u16(data), 6);
    ck_assert(arp_decode((struct octets){data, sizeof data}, &read, NULL));
    ck_assert(mac_equal(read.sender_mac, station));
    ck_assert_uint_eq(arp_encode(&arp, data, sizeof data), ARP_SIZE);
    ck_assert_uint_eq(octets_u16(data), 1);
}
END_TEST

int main(void)
{
    TCase *tcase = tcase_create("token ring");
    tcase_add_test(tcase, vmac_turned_round);
    tcase_add_test(tcase, functional_addresses);
    tcase_add_test(tcase, frame_with_route);
    tcase_add_test(tcase, routing_information);
    tcase_add_test(tcase, arp_hardware_type);
    Suite *suite = suite_create("wire/token_ring");
    suite_add_tcase(suite, tcase);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
