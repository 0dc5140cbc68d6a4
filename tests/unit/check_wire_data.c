/* Ethernet, ARP, IPv4, ICMP and VRRP: vectors of spec/vrrp.md 9, both ways, and what their decoders refuse.
 */
#include <check.h>
#include <stdlib.h>

#include "golden_frames.h"

static uint8_t data[GOLDEN_ROOM];
static uint8_t written[GOLDEN_ROOM];

static struct octets read_hex(const char *hex)
{
    return (struct octets){data, golden_read(hex, data, sizeof data)};
}

static struct ipv4_address ip(unsigned a, unsigned b, unsigned c, unsigned d)
{
    return (struct ipv4_address){a << 24 | b << 16 | c << 8 | d};
}

static const struct {
    const char *hex;
    struct vrrp vrrp;
} vectors[] = {
    {"21 01 64 01 00 01 70 fb 0a 00 00 01 00 00 00 00 00 00 00 00",
     {.vrid = 1, .priority = 100, .interval_s = 1, .checksum = 0x70fb, .addresses = {{0x0a000001}}}},
    {"21 01 ff 01 00 01 d5 fa 0a 00 00 01 00 00 00 00 00 00 00 00",
     {.vrid = 1, .priority = 255, .interval_s = 1, .checksum = 0xd5fa, .addresses = {{0x0a000001}}}},
    {"21 01 00 01 00 01 d4 fb 0a 00 00 01 00 00 00 00 00 00 00 00",
     {.vrid = 1, .priority = 0, .interval_s = 1, .checksum = 0xd4fb, .addresses = {{0x0a000001}}}},
    {"21 01 64 01 00 02 70 fa 0a 00 00 01 00 00 00 00 00 00 00 00",
     {.vrid = 1, .priority = 100, .interval_s = 2, .checksum = 0x70fa, .addresses = {{0x0a000001}}}},
    {"21 01 64 02 00 01 66 f8 0a 00 00 01 0a 00 00 02 00 00 00 00 00 00 00 00",
     {.vrid = 1,
      .priority = 100,
      .interval_s = 1,
      .checksum = 0x66f8,
      .addresses = {{0x0a000001}, {0x0a000002}}}},
    {"21 c8 fe 01 00 01 1e 33 c0 00 02 01 00 00 00 00 00 00 00 00",
     {.vrid = 200, .priority = 254, .interval_s = 1, .checksum = 0x1e33, .addresses = {{0xc0000201}}}},
    {"21 01 64 01 01 01 56 18 0a 00 00 01 76 72 72 70 31 00 00 00",
     {.vrid = 1,
      .priority = 100,
      .authentication_type = VRRP_AUTHENTICATION_PASSWORD,
      .interval_s = 1,
      .checksum = 0x5618,
      .addresses = {{0x0a000001}},
      .authentication_data = "vrrp1"}},
};
#define VECTOR_COUNT (sizeof vectors / sizeof *vectors)

START_TEST(vrrp_vectors_are_read)
{
    const struct vrrp *wanted = &vectors[_i].vrrp;
    size_t addresses = wanted->addresses[1].number ? 2 : 1;
    struct octets octets = read_hex(vectors[_i].hex);
    struct vrrp vrrp;
    ck_assert(vrrp_decode(octets, &vrrp, NULL));
    ck_assert_uint_eq(vrrp.version, 2);
    ck_assert_uint_eq(vrrp.type, 1);
    ck_assert_uint_eq(vrrp.vrid, wanted->vrid);
    ck_assert_uint_eq(vrrp.priority, wanted->priority);
    ck_assert_uint_eq(vrrp.address_count, addresses);
    ck_assert_uint_eq(vrrp.authentication_type, wanted->authentication_type);
    ck_assert_uint_eq(vrrp.interval_s, wanted->interval_s);
    ck_assert_uint_eq(vrrp.checksum, wanted->checksum);
    ck_assert(vrrp.checksum_good);
    ck_assert_uint_eq(vrrp.addresses_present, addresses);
    for (size_t i = 0; i < VRRP_ADDRESS_ROOM; i++)
        ck_assert_uint_eq(vrrp.addresses[i].number, wanted->addresses[i].number);
    ck_assert_mem_eq(vrrp.authentication_data, wanted->authentication_data, VRRP_AUTHENTICATION_DATA_SIZE);
    ck_assert_uint_eq(vrrp.size, octets.size);
    ck_assert(vrrp.complete);
    ck_assert_uint_eq(vrrp.trailing_size, 0);
}
END_TEST

START_TEST(vrrp_vectors_are_written)
{
    struct octets wanted = read_hex(vectors[_i].hex);
    struct vrrp vrrp = vectors[_i].vrrp;
    vrrp.version = 2;
    vrrp.type = 1;
    vrrp.addresses_present = vrrp.addresses[1].number ? 2 : 1;
    vrrp.address_count = (uint8_t)vrrp.addresses_present;
    vrrp.checksum = 0xdead; /* the encoder computes its own */
    ck_assert_uint_eq(vrrp_encode(&vrrp, written, sizeof written), wanted.size);
    ck_assert_mem_eq(written, wanted.data, wanted.size);
    for (size_t room = 0; room < wanted.size; room++)
        ck_assert_uint_eq(vrrp_encode(&vrrp, written, room), 0);
}
END_TEST

/* A flipped bit anywhere shows in the checksum. */
START_TEST(vrrp_checksum_sees_every_octet)
{
    struct octets octets = read_hex(vectors[_i].hex);
    for (size_t at = 0; at < octets.size; at++) {
        data[at] ^= 0x04;
        struct vrrp vrrp;
        ck_assert(vrrp_decode(octets, &vrrp, NULL));
        ck_assert(!vrrp.checksum_good);
        data[at] ^= 0x04;
    }
}
END_TEST

/* Cut at each octet: below 8 refused with a reason, then read as far as it goes. */
START_TEST(vrrp_cut_at_each_octet)
{
    struct octets octets = read_hex(vectors[_i].hex);
    size_t addresses = vectors[_i].vrrp.addresses[1].number ? 2 : 1;
    for (size_t cut = 0; cut < octets.size; cut++) {
        struct vrrp vrrp;
        struct reason reason = {0};
        bool read = vrrp_decode((struct octets){octets.data, cut}, &vrrp, &reason);
        ck_assert_int_eq(read, cut >= 8);
        ck_assert_int_eq(reason.text[0] == '\0', read);
        ck_assert(!vrrp.complete);
        if (!read)
            continue;
        ck_assert_uint_eq(vrrp.size, cut);
        ck_assert_uint_eq(vrrp.address_count, addresses);
        size_t whole = (cut - 8) / 4;
        ck_assert_uint_eq(vrrp.addresses_present, whole < addresses ? whole : addresses);
    }
}
END_TEST

START_TEST(vrrp_with_more_than_it_needs)
{
    struct vrrp vrrp;
    struct octets octets = read_hex("21 01 64 01 00 01 70 fb 0a 00 00 01 00 00 00 00 00 00 00 00 00 00 00");
    ck_assert(vrrp_decode(octets, &vrrp, NULL));
    ck_assert(vrrp.complete);
    ck_assert_uint_eq(vrrp.trailing_size, 3);
    ck_assert(vrrp.checksum_good);
    data[22] = 1; /* the checksum covers the whole message, as long as IP says it is */
    ck_assert(vrrp_decode(octets, &vrrp, NULL));
    ck_assert(!vrrp.checksum_good);

    /* 255 addresses: more than are remembered */
    static uint8_t large[8 + 255 * 4 + 8] = {0x21, 1, 100, 255, 0, 1};
    for (size_t i = 0; i < 255; i++)
        octets_put_u32(large + 8 + 4 * i, 0x0a000000 + (uint32_t)i);
    memcpy(large + sizeof large - 8, "password", 8);
    ck_assert(vrrp_decode((struct octets){large, sizeof large}, &vrrp, NULL));
    ck_assert(vrrp.complete);
    ck_assert_uint_eq(vrrp.addresses_present, VRRP_ADDRESS_ROOM);
    ck_assert_uint_eq(vrrp.addresses[VRRP_ADDRESS_ROOM - 1].number, 0x0a00000f);
    ck_assert_mem_eq(vrrp.authentication_data, "password", 8);
    ck_assert_uint_eq(vrrp.trailing_size, 0);
    ck_assert(vrrp_decode((struct octets){large, sizeof large - 1}, &vrrp, NULL));
    ck_assert(!vrrp.complete);
    vrrp.addresses_present = VRRP_ADDRESS_ROOM + 1;
    ck_assert_uint_eq(vrrp_encode(&vrrp, large, sizeof large), 0);
}
END_TEST

/* A count that lies is written as it stands. */
START_TEST(vrrp_count_that_lies)
{
    struct vrrp vrrp = {
        .version = 2, .type = 1, .vrid = 1, .priority = 100, .interval_s = 1, .address_count = 3};
    ck_assert_uint_eq(vrrp_encode(&vrrp, written, sizeof written), 16);
    ck_assert_uint_eq(written[3], 3);
    ck_assert(vrrp_decode((struct octets){written, 16}, &vrrp, NULL));
    ck_assert(vrrp.checksum_good);
    ck_assert(!vrrp.complete);
    ck_assert_uint_eq(vrrp.addresses_present,
                      2); /* of what is there: the eight octets of Authentication Data */
}
END_TEST

/* The whole Ethernet frame of spec/vrrp.md 9, layer by layer. */
START_TEST(whole_advertisement_is_written)
{
    struct octets wanted = read_hex("01 00 5e 00 00 12 00 00 5e 00 01 01 08 00"
                                    "45 00 00 28 00 00 00 00 ff 70 d1 50 0a 00 00 03 e0 00 00 12"
                                    "21 01 64 01 00 01 70 fb 0a 00 00 01 00 00 00 00 00 00 00 00"
                                    "00 00 00 00 00 00");
    uint8_t message[64], datagram[128];
    struct vrrp vrrp = {.version = 2,
                        .type = 1,
                        .vrid = 1,
                        .priority = VRRP_PRIORITY_DEFAULT,
                        .address_count = 1,
                        .interval_s = 1,
                        .addresses = {{0x0a000001}},
                        .addresses_present = 1};
    struct ipv4 ipv4 = {.ttl = VRRP_TTL,
                        .protocol = IPV4_PROTOCOL_VRRP,
                        .source = ip(10, 0, 0, 3),
                        .destination = VRRP_GROUP,
                        .payload = {message, vrrp_encode(&vrrp, message, sizeof message)}};
    struct ethernet ethernet = {.destination = VRRP_GROUP_MAC,
                                .source = mac_of_vrid(1),
                                .type = ETHERTYPE_IPV4,
                                .payload = {datagram, ipv4_encode(&ipv4, datagram, sizeof datagram)}};
    ck_assert_uint_eq(ethernet_encode(&ethernet, true, written, sizeof written), wanted.size);
    ck_assert_mem_eq(written, wanted.data, wanted.size);
    ck_assert_uint_eq(ethernet_encode(&ethernet, false, written, sizeof written), 54);
    ck_assert_mem_eq(written, wanted.data, 54);
    for (size_t room = 0; room < 60; room++)
        ck_assert_uint_eq(ethernet_encode(&ethernet, true, written, room), 0);
    for (size_t room = 0; room < 40; room++)
        ck_assert_uint_eq(ipv4_encode(&ipv4, written, room), 0);

    /* the same, built up in one buffer */
    memset(written, 0xee, sizeof written);
    ipv4.payload = (struct octets){written + 34, vrrp_encode(&vrrp, written + 34, sizeof written - 34)};
    ethernet.payload = (struct octets){written + 14, ipv4_encode(&ipv4, written + 14, sizeof written - 14)};
    ck_assert_uint_eq(ethernet_encode(&ethernet, true, written, sizeof written), wanted.size);
    ck_assert_mem_eq(written, wanted.data, wanted.size);
}
END_TEST

START_TEST(gratuitous_arp_is_written)
{
    struct octets wanted =
        read_hex("00 01 08 00 06 04 00 01 00 00 5e 00 01 01 0a 00 00 01 00 00 00 00 00 00 0a 00 00 01");
    struct arp arp = {.operation = ARP_REQUEST,
                      .sender_mac = mac_of_vrid(1),
                      .sender_ip = ip(10, 0, 0, 1),
                      .target_ip = ip(10, 0, 0, 1)};
    ck_assert_uint_eq(arp_encode(&arp, written, sizeof written), wanted.size);
    ck_assert_mem_eq(written, wanted.data, wanted.size);
    ck_assert_uint_eq(arp_encode(&arp, written, ARP_SIZE - 1), 0);
}
END_TEST

START_TEST(arp_is_read)
{
    struct octets octets = read_hex("0001 0800 06 04 0002 010203040506 0708090a 0b0c0d0e0f10 11121314 ffff");
    struct arp arp;
    struct reason reason = {0};
    ck_assert(arp_decode(octets, &arp, &reason));
    ck_assert_uint_eq(arp.operation, ARP_REPLY);
    ck_assert_mem_eq(arp.sender_mac.octet, data + 8, 6);
    ck_assert(ipv4_equal(arp.sender_ip, ip(7, 8, 9, 10)));
    ck_assert_mem_eq(arp.target_mac.octet, data + 18, 6);
    ck_assert(ipv4_equal(arp.target_ip, ip(17, 18, 19, 20)));
    for (size_t cut = 0; cut < ARP_SIZE; cut++)
        ck_assert(!arp_decode((struct octets){data, cut}, &arp, NULL));
    static const struct {
        size_t at;
        uint8_t octet;
        const char *reason;
    } refused[] = {
        {1, 2, "ARP octet 0: hardware type 2"},
        {3, 1, "ARP octet 2: protocol type 0x0801"},
        {4, 8, "addresses of 8 and 4 octets"},
        {5, 16, "addresses of 6 and 16 octets"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        uint8_t kept = data[refused[i].at];
        data[refused[i].at] = refused[i].octet;
        ck_assert(!arp_decode(octets, &arp, &reason));
        ck_assert_ptr_nonnull(strstr(reason.text, refused[i].reason));
        data[refused[i].at] = kept;
    }
    data[1] = 6; /* IEEE 802, as on token ring */
    ck_assert(arp_decode(octets, &arp, NULL));
}
END_TEST

/* A header with a value of its own in every field. */
START_TEST(ipv4_is_read)
{
    static uint8_t datagram[0x73 + 5];
    golden_read("45 10 00 73 12 34 40 00 40 11 a61d c0a80001 c0a800c7", datagram, sizeof datagram);
    struct octets octets = {datagram, sizeof datagram};
    struct ipv4 ipv4;
    struct reason reason = {0};
    ck_assert(ipv4_decode(octets, &ipv4, &reason));
    ck_assert_uint_eq(ipv4.type_of_service, 0x10);
    ck_assert_uint_eq(ipv4.total_size, 0x73);
    ck_assert_uint_eq(ipv4.identification, 0x1234);
    ck_assert_uint_eq(ipv4.fragment, 0x4000);
    ck_assert_uint_eq(ipv4.ttl, 64);
    ck_assert_uint_eq(ipv4.protocol, 17);
    ck_assert_uint_eq(ipv4.checksum, 0xa61d);
    ck_assert(ipv4.checksum_good);
    ck_assert(ipv4_equal(ipv4.source, ip(192, 168, 0, 1)));
    ck_assert(ipv4_equal(ipv4.destination, ip(192, 168, 0, 199)));
    ck_assert_ptr_eq(ipv4.payload.data, datagram + 20);
    ck_assert_uint_eq(ipv4.payload.size, 0x73 - 20);

    datagram[8]--; /* TTL */
    ck_assert(ipv4_decode(octets, &ipv4, &reason));
    ck_assert(!ipv4.checksum_good);
    ck_assert_str_eq(reason.text, "");
    static const struct {
        size_t at;
        uint8_t octet;
        const char *reason;
    } refused[] = {
        {0, 0x65, "octet 0: 0x65 is not version 4"},
        {0, 0x44, "octet 0: 0x44 is not version 4"},
        {3, 19, "total length is 19"},
        {3, 0x79, "total length is 121, but the header has 20 octets and 120 are there"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++) {
        uint8_t kept = datagram[refused[i].at];
        datagram[refused[i].at] = refused[i].octet;
        ck_assert(!ipv4_decode(octets, &ipv4, &reason));
        ck_assert_ptr_nonnull(strstr(reason.text, refused[i].reason));
        datagram[refused[i].at] = kept;
    }
    for (size_t cut = 0; cut < 0x73; cut++)
        ck_assert(!ipv4_decode((struct octets){datagram, cut}, &ipv4, NULL));
    datagram[0] = 0x4f; /* 60 octets of header */
    ck_assert(ipv4_decode(octets, &ipv4, NULL));
    ck_assert_uint_eq(ipv4.payload.size, 0x73 - 60);
    datagram[3] = 59;
    ck_assert(!ipv4_decode(octets, &ipv4, NULL));
}
END_TEST

START_TEST(ipv4_fields_are_written)
{
    struct octets wanted = read_hex("45 10 00 16 12 34 20 03 3f 11 c777 c0a80001 c0a800c7 aabb");
    static const uint8_t payload[] = {0xaa, 0xbb};
    struct ipv4 ipv4 = {.type_of_service = 0x10,
                        .identification = 0x1234,
                        .fragment = 0x2003,
                        .ttl = 63,
                        .protocol = 17,
                        .source = ip(192, 168, 0, 1),
                        .destination = ip(192, 168, 0, 199),
                        .payload = {payload, sizeof payload}};
    ck_assert_uint_eq(ipv4_encode(&ipv4, written, sizeof written), wanted.size);
    ck_assert_mem_eq(written, wanted.data, wanted.size);

    static uint8_t large[70000], room[70000];
    ipv4.payload = (struct octets){large, 65516};
    ck_assert_uint_eq(ipv4_encode(&ipv4, room, sizeof room), 0); /* no total length says 65536 */
    ipv4.payload.size--;
    ck_assert_uint_eq(ipv4_encode(&ipv4, room, sizeof room), 65535);
}
END_TEST

START_TEST(icmp_both_ways)
{
    struct octets wanted = read_hex("08 00 9658 0042 0003 6162");
    struct icmp icmp;
    ck_assert(icmp_decode(wanted, &icmp, NULL));
    ck_assert_uint_eq(icmp.type, ICMP_ECHO_REQUEST);
    ck_assert_uint_eq(icmp.code, 0);
    ck_assert(icmp.checksum_good);
    ck_assert_uint_eq(icmp.identifier, 0x42);
    ck_assert_uint_eq(icmp.sequence, 3);
    ck_assert_uint_eq(icmp.payload.size, 2);
    ck_assert_uint_eq(icmp_encode(&icmp, written, sizeof written), wanted.size);
    ck_assert_mem_eq(written, wanted.data, wanted.size);
    ck_assert_uint_eq(icmp_encode(&icmp, written, wanted.size - 1), 0);
    data[9] ^= 1;
    ck_assert(icmp_decode(wanted, &icmp, NULL));
    ck_assert(!icmp.checksum_good);
    for (size_t cut = 0; cut < ICMP_HEADER_SIZE; cut++)
        ck_assert(!icmp_decode((struct octets){data, cut}, &icmp, NULL));

    wanted = read_hex("05 01 f000 0a0000fe");
    icmp =
        (struct icmp){.type = ICMP_REDIRECT, .code = 1, .gateway = ip(10, 0, 0, 254), .identifier = 0xdead};
    ck_assert_uint_eq(icmp_encode(&icmp, written, sizeof written), wanted.size);
    ck_assert_mem_eq(written, wanted.data, wanted.size);
    ck_assert(icmp_decode(wanted, &icmp, NULL));
    ck_assert(icmp.checksum_good);
    ck_assert(ipv4_equal(icmp.gateway, ip(10, 0, 0, 254)));
}
END_TEST

START_TEST(ethernet_forms)
{
    static const struct {
        const char *hex;
        uint16_t type;
        bool snap;
        size_t payload; /* offset */
    } forms[] = {
        {"010203040506 0708090a0b0c 0800 45", 0x0800, false, 14},
        {"010203040506 0708090a0b0c 0600 aaaa03000000 0800 45", 0x0600, false, 14},
        {"010203040506 0708090a0b0c 0009 aaaa03000000 0800 45", 0x0800, true, 22},
        {"010203040506 0708090a0b0c 0000 aaaa03000000 0806 45", 0x0806, true, 22}, /* a long LLC frame */
        {"010203040506 0708090a0b0c 05ff aaaa03000000 0800", 0x0800, true, 22},
        {"010203040506 0708090a0b0c 0007 aaaa03000000 08", 0x0007, false, 14},      /* cut in the EtherType */
        {"010203040506 0708090a0b0c 0009 aaaa030000f8 0800 45", 0x0009, false, 14}, /* another OUI */
        {"010203040506 0708090a0b0c 0003 424203", 0x0003, false, 14},
        {"010203040506 0708090a0b0c 0000", 0x0000, false, 14},
    };
    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++) {
        struct octets octets = read_hex(forms[i].hex);
        struct ethernet ethernet;
        ck_assert(ethernet_decode(octets.data, octets.size, &ethernet, NULL));
        ck_assert_mem_eq(ethernet.destination.octet, data, 6);
        ck_assert_mem_eq(ethernet.source.octet, data + 6, 6);
        ck_assert_uint_eq(ethernet.type, forms[i].type);
        ck_assert_int_eq(ethernet.snap, forms[i].snap);
        ck_assert_ptr_eq(ethernet.payload.data, data + forms[i].payload);
        ck_assert_uint_eq(ethernet.payload.size, octets.size - forms[i].payload);
    }
    struct ethernet ethernet;
    for (size_t cut = 0; cut < ETHERNET_HEADER_SIZE; cut++)
        ck_assert(!ethernet_decode(data, cut, &ethernet, NULL));
}
END_TEST

START_TEST(long_llc_frames_have_no_length)
{
    static uint8_t payload[2000], frame[2100];
    struct ethernet ethernet = {.type = ETHERTYPE_IPV4, .snap = true, .payload = {payload, 1535 - 8}};
    ck_assert_uint_eq(ethernet_encode(&ethernet, false, frame, sizeof frame), 14 + 1535);
    ck_assert_uint_eq(octets_u16(frame + 12), 1535);
    ethernet.payload.size++;
    ck_assert_uint_eq(ethernet_encode(&ethernet, false, frame, sizeof frame), 14 + 1536);
    ck_assert_uint_eq(octets_u16(frame + 12), 0);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("wire: data");
    TCase *vrrp_case = tcase_create("VRRP");
    tcase_add_loop_test(vrrp_case, vrrp_vectors_are_read, 0, (int)VECTOR_COUNT);
    tcase_add_loop_test(vrrp_case, vrrp_vectors_are_written, 0, (int)VECTOR_COUNT);
    tcase_add_loop_test(vrrp_case, vrrp_checksum_sees_every_octet, 0, (int)VECTOR_COUNT);
    tcase_add_loop_test(vrrp_case, vrrp_cut_at_each_octet, 0, (int)VECTOR_COUNT);
    tcase_add_test(vrrp_case, vrrp_with_more_than_it_needs);
    tcase_add_test(vrrp_case, vrrp_count_that_lies);
    suite_add_tcase(suite, vrrp_case);
    TCase *other_case = tcase_create("Ethernet, ARP, IPv4, ICMP");
    tcase_add_test(other_case, whole_advertisement_is_written);
    tcase_add_test(other_case, gratuitous_arp_is_written);
    tcase_add_test(other_case, arp_is_read);
    tcase_add_test(other_case, ipv4_is_read);
    tcase_add_test(other_case, ipv4_fields_are_written);
    tcase_add_test(other_case, icmp_both_ways);
    tcase_add_test(other_case, ethernet_forms);
    tcase_add_test(other_case, long_llc_frames_have_no_length);
    suite_add_tcase(suite, other_case);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
