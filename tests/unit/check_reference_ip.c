/* The IP part of the reference router: whom it answers in ARP, what it accepts, forwards and redirects in
 * each VRRP state, and with which MAC address its frames leave. */
#include <check.h>
#include <stdlib.h>

#include "base/duration.h"
#include "fake_router_services.h"
#include "reference/ip.h"
#include "reference/vrrp_machine.h"
#include "wire/frame.h"

#define SEEN_ROOM  40
#define FRAME_ROOM 1600
#define ADDRESS(n) ((struct ipv4_address){n})
#define MAC(n)     ((struct mac_address){{2, 0, 0, 0, 0, (n)}})
#define NO_MAC     ((struct mac_address){{0}})

/* The ELAN has 10.0.0.0/24, the LAN port 192.168.1.0/24. */
#define ELAN_IP     ADDRESS(0x0a000003)
#define ELAN_MAC    MAC(0x03)
#define LAN_IP      ADDRESS(0xc0a80103)
#define LAN_MAC     MAC(0x13)
#define VIRTUAL_1   ADDRESS(0x0a000001) /* VRID 1 */
#define VIRTUAL_2   ADDRESS(0x0a000002) /* VRID 2 */
#define VIRTUAL_2B  ADDRESS(0x0a00000c) /* VRID 2 */
#define HOST_IP     ADDRESS(0x0a000032) /* on the ELAN */
#define HOST_MAC    MAC(0x32)
#define FAR_IP      ADDRESS(0xc0a80132) /* on the LAN */
#define FAR_MAC     MAC(0x42)
#define GATEWAY_IP  ADDRESS(0x0a000009) /* on the ELAN; the way to 172.17.0.0/16 */
#define GATEWAY_MAC MAC(0x09)
#define BEYOND_LAN  ADDRESS(0xac100001) /* 172.16.0.1, by 192.168.1.99 */
#define LAN_GATEWAY ADDRESS(0xc0a80163)
#define BEYOND_ELAN ADDRESS(0xac110001) /* 172.17.0.1 */

static struct fake_services *fake;
static struct device_settings settings;
static struct vrrp_options vrrp_options;
static struct ip_options options;
static struct vrrp_instance *vrrp;
static struct ip *ip;

/* The frames that left, in order. */
static struct seen {
    enum ip_port port;
    uint8_t octets[FRAME_ROOM];
    size_t size;
    struct frame frame;
} seen[SEEN_ROOM];
static size_t seen_count;

/* The last VRRP message handed up. */
static struct vrrp_arrival arrived;
static size_t arrival_count;

static void send_frame(void *owner, enum ip_port port, const uint8_t *data, size_t size)
{
    ck_assert_ptr_eq(owner, &settings);
    ck_assert_uint_lt(seen_count, SEEN_ROOM);
    ck_assert_uint_ge(size, ETHERNET_MINIMUM_SIZE);
    struct seen *at = &seen[seen_count++];
    at->port = port;
    at->size = size;
    memcpy(at->octets, data, size);
    frame_decode(CARRIER_ETHERNET, at->octets, size, &at->frame);
}

static void advertisement_received(void *owner, const struct vrrp_arrival *arrival)
{
    ck_assert_ptr_eq(owner, &settings);
    arrived = *arrival;
    arrival_count++;
}

static const struct ip_actions actions = {send_frame, advertisement_received};

static void ignore_number(void *owner, unsigned number)
{
    (void)owner;
    (void)number;
}

static void ignore_message(void *owner, unsigned number, const uint8_t *message, size_t size)
{
    (void)owner;
    (void)number;
    (void)message;
    (void)size;
}

static const struct vrrp_actions vrrp_actions = {ignore_number, ignore_number, ignore_message, ignore_number};

static void set_up(void)
{
    fake = fake_services_new();
    settings = (struct device_settings){
        .elan = {ELAN_MAC, ELAN_IP, 24},
        .lan_port = true,
        .lan = {LAN_MAC, LAN_IP, 24},
        .route_count = 2,
        .routes = {{{0xac100000}, 16, LAN_GATEWAY}, {{0xac110000}, 16, GATEWAY_IP}},
        .redirects = true,
        .virtual_router_count = 2,
        .virtual_routers = {{.vrid = 1, .address_count = 1, .addresses = {VIRTUAL_1}},
                            {.vrid = 2, .address_count = 2, .addresses = {VIRTUAL_2, VIRTUAL_2B}}},
    };
    vrrp_options = vrrp_options_default();
    options = ip_options_default();
    vrrp = NULL;
    ip = NULL;
    seen_count = 0;
    arrival_count = 0;
}

static void tear_down(void)
{
    ip_free(ip);
    vrrp_free(vrrp);
    fake_services_free(fake);
}

static void make(void)
{
    vrrp = vrrp_new(&fake->services, &settings, &vrrp_options, &vrrp_actions, &settings);
    ip = ip_new(&fake->services, &settings, &options, vrrp, &actions, &settings);
}

/* Makes VRID 1 the owner of 10.0.0.1, which is then the address of the interface, too. */
static void own_virtual_1(void)
{
    settings.elan.address = VIRTUAL_1;
    settings.virtual_routers[0].priority_given = true;
    settings.virtual_routers[0].priority = 255;
}

static void bring_to(unsigned number, enum vrrp_state state)
{
    if (state != VRRP_INITIALIZE)
        vrrp_startup(vrrp, number);
    if (state == VRRP_MASTER && vrrp_state_of(vrrp, number) != VRRP_MASTER)
        fake_run(fake, vrrp_router(vrrp, number)->master_down_timer.due_ns);
    ck_assert_int_eq(vrrp_state_of(vrrp, number), state);
    seen_count = 0;
}

/* An owner that an equal priority from a greater address has sent to Backup. */
static void yield(unsigned number)
{
    struct vrrp message = {.version = 2,
                           .type = 1,
                           .vrid = settings.virtual_routers[number].vrid,
                           .priority = 255,
                           .interval_s = 1};
    uint8_t data[100];
    const struct vrrp_arrival arrival = {.source = {0xfe000000},
                                         .ttl = 255,
                                         .protocol = 112,
                                         .message = {data, vrrp_encode(&message, data, 100)}};
    vrrp_receive(vrrp, &arrival);
    ck_assert_int_eq(vrrp_state_of(vrrp, number), VRRP_BACKUP);
    seen_count = 0;
}

static void deliver_as(enum ip_port port, bool snap, struct mac_address destination,
                       struct mac_address source, uint16_t type, struct octets payload)
{
    const struct ethernet ethernet = {
        .destination = destination, .source = source, .type = type, .snap = snap, .payload = payload};
    uint8_t data[FRAME_ROOM + 1];
    size_t size = ethernet_encode(&ethernet, true, data, sizeof data);
    ck_assert_uint_gt(size, 0);
    ip_frame_received(ip, port, data, size);
}

static void deliver(enum ip_port port, struct mac_address destination, struct mac_address source,
                    uint16_t type, struct octets payload)
{
    deliver_as(port, false, destination, source, type, payload);
}

static void deliver_arp(enum ip_port port, struct mac_address destination, const struct arp *arp)
{
    uint8_t data[ARP_SIZE];
    deliver(port, destination, arp->sender_mac, ETHERTYPE_ARP,
            (struct octets){data, arp_encode(arp, data, sizeof data)});
}

static void who_has(enum ip_port port, struct ipv4_address target)
{
    bool elan = port == IP_ELAN;
    deliver_arp(
        port, MAC_BROADCAST,
        &(struct arp){ARP_REQUEST, elan ? HOST_MAC : FAR_MAC, elan ? HOST_IP : FAR_IP, NO_MAC, target});
}

static void is_at(enum ip_port port, struct ipv4_address address, struct mac_address mac)
{
    const struct interface_settings *own = port == IP_ELAN ? &settings.elan : &settings.lan;
    deliver_arp(port, own->mac, &(struct arp){ARP_REPLY, mac, address, own->mac, own->address});
}

/* Both hosts and the gateway have been heard of. */
static void meet_everybody(void)
{
    is_at(IP_ELAN, HOST_IP, HOST_MAC);
    is_at(IP_ELAN, GATEWAY_IP, GATEWAY_MAC);
    is_at(IP_LAN, FAR_IP, FAR_MAC);
    ck_assert_uint_eq(seen_count, 0);
}

static void deliver_ipv4(enum ip_port port, struct mac_address destination, const struct ipv4 *ipv4)
{
    uint8_t data[FRAME_ROOM];
    size_t size = ipv4_encode(ipv4, data, sizeof data);
    deliver(port, destination, port == IP_ELAN ? HOST_MAC : FAR_MAC, ETHERTYPE_IPV4,
            (struct octets){data, size});
}

/* A UDP-like packet of the ELAN host, with its sequence number as payload. */
static void send_to(struct mac_address destination, struct ipv4_address target, uint8_t ttl, uint8_t number)
{
    deliver_ipv4(IP_ELAN, destination,
                 &(struct ipv4){.ttl = ttl,
                                .protocol = 17,
                                .identification = 77,
                                .source = HOST_IP,
                                .destination = target,
                                .payload = {&number, 1}});
}

static void ping(enum ip_port port, struct mac_address destination, struct ipv4_address target)
{
    const struct icmp icmp = {
        .type = ICMP_ECHO_REQUEST, .identifier = 5, .sequence = 6, .payload = {(const uint8_t *)"hello", 5}};
    uint8_t data[100];
    size_t size = icmp_encode(&icmp, data, sizeof data);
    deliver_ipv4(port, destination,
                 &(struct ipv4){.ttl = 9,
                                .protocol = IPV4_PROTOCOL_ICMP,
                                .source = port == IP_ELAN ? HOST_IP : FAR_IP,
                                .destination = target,
                                .payload = {data, size}});
}

static const struct frame *only_frame(enum ip_port port, enum frame_name name)
{
    ck_assert_uint_eq(seen_count, 1);
    ck_assert_int_eq(seen[0].port, port);
    ck_assert_str_eq(frame_name_text(seen[0].frame.name), frame_name_text(name));
    seen_count = 0;
    return &seen[0].frame;
}

static void assert_mac(struct mac_address mac, struct mac_address expected)
{
    ck_assert_mem_eq(mac.octet, expected.octet, sizeof mac.octet);
}

static void assert_ip(struct ipv4_address address, struct ipv4_address expected)
{
    ck_assert_uint_eq(address.number, expected.number);
}

static void assert_silent(void)
{
    ck_assert_uint_eq(seen_count, 0);
}

/* 'mac' is in the reply and the source of its frame. */
static void assert_arp_reply(enum ip_port port, struct mac_address mac, struct ipv4_address address)
{
    bool elan = port == IP_ELAN;
    const struct frame *frame = only_frame(port, FRAME_ARP_REPLY);
    assert_mac(frame->ethernet.source, mac);
    assert_mac(frame->ethernet.destination, elan ? HOST_MAC : FAR_MAC);
    assert_mac(frame->arp.sender_mac, mac);
    assert_ip(frame->arp.sender_ip, address);
    assert_mac(frame->arp.target_mac, elan ? HOST_MAC : FAR_MAC);
    assert_ip(frame->arp.target_ip, elan ? HOST_IP : FAR_IP);
}

/* ARP (RFC 2338 6.4, 8.2) */

START_TEST(arp_for_the_interfaces)
{
    make();
    who_has(IP_ELAN, ELAN_IP);
    assert_arp_reply(IP_ELAN, ELAN_MAC, ELAN_IP);
    who_has(IP_LAN, LAN_IP);
    assert_arp_reply(IP_LAN, LAN_MAC, LAN_IP);
    who_has(IP_ELAN, LAN_IP);
    assert_silent();
    who_has(IP_ELAN, ADDRESS(0x0a000077));
    assert_silent();
}
END_TEST

START_TEST(arp_for_virtual_addresses_by_state)
{
    make();
    who_has(IP_ELAN, VIRTUAL_1);
    assert_silent();
    bring_to(0, VRRP_BACKUP);
    who_has(IP_ELAN, VIRTUAL_1);
    assert_silent();
    bring_to(1, VRRP_BACKUP);
    fake_run(fake, SECONDS(4));
    ck_assert_int_eq(vrrp_state_of(vrrp, 0), VRRP_MASTER);
    ck_assert_int_eq(vrrp_state_of(vrrp, 1), VRRP_MASTER);
    who_has(IP_ELAN, VIRTUAL_1);
    assert_arp_reply(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    who_has(IP_ELAN, VIRTUAL_2);
    assert_arp_reply(IP_ELAN, mac_of_vrid(2), VIRTUAL_2);
    who_has(IP_ELAN, VIRTUAL_2B);
    assert_arp_reply(IP_ELAN, mac_of_vrid(2), VIRTUAL_2B);
    who_has(IP_LAN, VIRTUAL_1);
    assert_silent();
    vrrp_shutdown(vrrp, 1);
    who_has(IP_ELAN, VIRTUAL_2);
    assert_silent();
    who_has(IP_ELAN, VIRTUAL_1);
    assert_arp_reply(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    yield(0);
    who_has(IP_ELAN, VIRTUAL_1);
    assert_silent();
    who_has(IP_ELAN, ELAN_IP);
    assert_arp_reply(IP_ELAN, ELAN_MAC, ELAN_IP);
}
END_TEST

START_TEST(owner_speaks_with_the_vmac_only)
{
    own_virtual_1();
    make();
    ip_interface_up(ip, IP_ELAN);
    who_has(IP_ELAN, VIRTUAL_1);
    assert_silent();
    bring_to(0, VRRP_MASTER);
    who_has(IP_ELAN, VIRTUAL_1);
    assert_arp_reply(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    yield(0);
    who_has(IP_ELAN, VIRTUAL_1);
    assert_silent();
}
END_TEST

/* Its own questions carry its address as sender, so they need the VMAC as well. */
START_TEST(owner_asks_with_the_vmac_only)
{
    own_virtual_1();
    make();
    is_at(IP_LAN, FAR_IP, FAR_MAC);
    deliver_ipv4(IP_LAN, LAN_MAC,
                 &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    assert_silent();
    fake_run(fake, SECONDS(10));
    assert_silent();
    bring_to(0, VRRP_MASTER);
    deliver_ipv4(IP_LAN, LAN_MAC,
                 &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    const struct frame *frame = only_frame(IP_ELAN, FRAME_ARP_REQUEST);
    assert_mac(frame->arp.sender_mac, mac_of_vrid(1));
    assert_mac(frame->ethernet.source, mac_of_vrid(1));
    assert_ip(frame->arp.sender_ip, VIRTUAL_1);
    deliver_arp(IP_ELAN, mac_of_vrid(1),
                &(struct arp){ARP_REPLY, HOST_MAC, HOST_IP, mac_of_vrid(1), VIRTUAL_1});
    assert_mac(only_frame(IP_ELAN, FRAME_IPV4)->ethernet.source, ELAN_MAC);
}
END_TEST

START_TEST(gratuitous_arp_per_address)
{
    make();
    ip_send_gratuitous_arps(ip, 1);
    ck_assert_uint_eq(seen_count, 2);
    const struct ipv4_address expected[] = {VIRTUAL_2, VIRTUAL_2B};
    for (size_t i = 0; i < 2; i++) {
        const struct frame *frame = &seen[i].frame;
        ck_assert_int_eq(seen[i].port, IP_ELAN);
        ck_assert_int_eq(frame->name, FRAME_GRATUITOUS_ARP);
        assert_mac(frame->ethernet.destination, MAC_BROADCAST);
        assert_mac(frame->ethernet.source, mac_of_vrid(2));
        assert_mac(frame->arp.sender_mac, mac_of_vrid(2));
        ck_assert_uint_eq(frame->arp.operation, ARP_REQUEST);
        assert_ip(frame->arp.sender_ip, expected[i]);
        assert_ip(frame->arp.target_ip, expected[i]);
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
    make();
    ip_send_advertisement(ip, 0, expected + 34, 20);
    ck_assert_uint_eq(seen_count, 1);
    ck_assert_int_eq(seen[0].port, IP_ELAN);
    ck_assert_uint_eq(seen[0].size, sizeof expected);
    ck_assert_mem_eq(seen[0].octets, expected, sizeof expected);
}
END_TEST

/* Proxy ARP (RFC 2338 8.3) */

START_TEST(proxy_arp_with_the_vmac)
{
    settings.proxy_arp = true;
    make();
    who_has(IP_ELAN, FAR_IP);
    assert_silent();
    bring_to(1, VRRP_BACKUP);
    who_has(IP_ELAN, FAR_IP);
    assert_silent();
    bring_to(0, VRRP_MASTER);
    who_has(IP_ELAN, FAR_IP);
    assert_arp_reply(IP_ELAN, mac_of_vrid(1), FAR_IP);
    who_has(IP_ELAN, BEYOND_LAN);
    assert_arp_reply(IP_ELAN, mac_of_vrid(1), BEYOND_LAN);
    who_has(IP_ELAN, BEYOND_ELAN);
    assert_silent();
    who_has(IP_ELAN, GATEWAY_IP);
    assert_silent();
    who_has(IP_ELAN, ELAN_IP);
    assert_arp_reply(IP_ELAN, ELAN_MAC, ELAN_IP);
    vrrp_shutdown(vrrp, 1);
    who_has(IP_ELAN, VIRTUAL_2);
    assert_silent();
    who_has(IP_ELAN, ADDRESS(0x08080808));
    assert_silent();
    who_has(IP_LAN, HOST_IP);
    assert_arp_reply(IP_LAN, LAN_MAC, HOST_IP);
    deliver_arp(IP_ELAN, MAC_BROADCAST, &(struct arp){ARP_REQUEST, HOST_MAC, FAR_IP, NO_MAC, FAR_IP});
    assert_silent();
}
END_TEST

START_TEST(no_proxy_arp_unless_set)
{
    make();
    bring_to(0, VRRP_MASTER);
    who_has(IP_ELAN, FAR_IP);
    assert_silent();
}
END_TEST

/* Forwarding (RFC 2338 6.4.2, 6.4.3) */

static void assert_forwarded(uint8_t ttl, uint8_t number)
{
    const struct frame *frame = only_frame(IP_LAN, FRAME_IPV4);
    assert_mac(frame->ethernet.source, LAN_MAC);
    assert_mac(frame->ethernet.destination, FAR_MAC);
    assert_ip(frame->ipv4.source, HOST_IP);
    assert_ip(frame->ipv4.destination, FAR_IP);
    ck_assert(frame->ipv4.checksum_good);
    ck_assert_uint_eq(frame->ipv4.ttl, ttl);
    ck_assert_uint_eq(frame->ipv4.identification, 77);
    ck_assert_uint_eq(frame->ipv4.protocol, 17);
    ck_assert_uint_eq(frame->ipv4.payload.size, 1);
    ck_assert_uint_eq(frame->ipv4.payload.data[0], number);
}

START_TEST(forwards_what_is_sent_to_its_mac)
{
    make();
    meet_everybody();
    send_to(ELAN_MAC, FAR_IP, 64, 1);
    assert_forwarded(63, 1);
    send_to(ELAN_MAC, FAR_IP, 2, 2);
    assert_forwarded(1, 2);
    send_to(HOST_MAC, FAR_IP, 64, 3);
    assert_silent();
    send_to(LAN_MAC, FAR_IP, 64, 4);
    assert_silent();
    send_to(MAC_BROADCAST, FAR_IP, 64, 5);
    assert_silent();
    send_to(VRRP_GROUP_MAC, FAR_IP, 64, 6);
    assert_silent();
}
END_TEST

START_TEST(forwards_what_is_sent_to_the_vmac_of_a_master)
{
    make();
    meet_everybody();
    send_to(mac_of_vrid(1), FAR_IP, 64, 1);
    assert_silent();
    bring_to(0, VRRP_BACKUP);
    send_to(mac_of_vrid(1), FAR_IP, 64, 2);
    assert_silent();
    bring_to(0, VRRP_MASTER);
    send_to(mac_of_vrid(1), FAR_IP, 64, 3);
    assert_forwarded(63, 3);
    send_to(mac_of_vrid(2), FAR_IP, 64, 4);
    assert_silent();
    send_to(mac_of_vrid(9), FAR_IP, 64, 5);
    assert_silent();
    yield(0);
    send_to(mac_of_vrid(1), FAR_IP, 64, 6);
    assert_silent();
    send_to(ELAN_MAC, FAR_IP, 64, 7);
    assert_forwarded(63, 7);
}
END_TEST

START_TEST(vmac_means_nothing_on_the_lan_port)
{
    make();
    meet_everybody();
    bring_to(0, VRRP_MASTER);
    deliver_ipv4(IP_LAN, mac_of_vrid(1),
                 &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    assert_silent();
    deliver_ipv4(IP_LAN, LAN_MAC,
                 &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    const struct frame *frame = only_frame(IP_ELAN, FRAME_IPV4);
    assert_mac(frame->ethernet.source, ELAN_MAC); /* never the VMAC, although VRID 1 is in Master */
    assert_mac(frame->ethernet.destination, HOST_MAC);
}
END_TEST

START_TEST(never_forwarded)
{
    static const struct ipv4_address never[] = {{0xe0000012}, {0xe0000001}, {0xe0000101}, {0xffffffff},
                                                {0x7f000001}, {0x00000001}, {0xf0000001}, {0x08080808}};
    /* Even a default route changes nothing but for the last. */
    settings.routes[0] = (struct static_route){{0}, 0, FAR_IP};
    make();
    meet_everybody();
    for (size_t i = 0; i + 1 < sizeof never / sizeof *never; i++) {
        send_to(ELAN_MAC, never[i], 255, 1);
        assert_silent();
        send_to(VRRP_GROUP_MAC, never[i], 255, 1);
        assert_silent();
    }
    send_to(ELAN_MAC, never[7], 255, 1);
    only_frame(IP_LAN, FRAME_IPV4);
}
END_TEST

START_TEST(time_exceeded)
{
    make();
    meet_everybody();
    for (uint8_t ttl = 0; ttl < 2; ttl++) {
        send_to(ELAN_MAC, FAR_IP, ttl, 1);
        const struct frame *frame = only_frame(IP_ELAN, FRAME_ICMP);
        ck_assert_uint_eq(frame->icmp.type, ICMP_TIME_EXCEEDED);
        ck_assert(frame->icmp.checksum_good);
        assert_ip(frame->ipv4.source, ELAN_IP);
        assert_ip(frame->ipv4.destination, HOST_IP);
        assert_mac(frame->ethernet.source, ELAN_MAC);
        ck_assert_uint_eq(frame->icmp.payload.size, IPV4_HEADER_SIZE + 1);
    }
}
END_TEST

START_TEST(no_error_about_an_error)
{
    make();
    meet_everybody();
    const struct icmp icmp = {.type = ICMP_TIME_EXCEEDED};
    uint8_t data[100];
    size_t size = icmp_encode(&icmp, data, sizeof data);
    struct ipv4 ipv4 = {.ttl = 1,
                        .protocol = IPV4_PROTOCOL_ICMP,
                        .source = HOST_IP,
                        .destination = FAR_IP,
                        .payload = {data, size}};
    deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    assert_silent();
    data[0] = ICMP_ECHO_REQUEST; /* its twin */
    deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    only_frame(IP_ELAN, FRAME_ICMP);
    ipv4.fragment = 7;
    deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    assert_silent();
}
END_TEST

START_TEST(options_and_snap_survive_or_go)
{
    static const uint8_t datagram[] = {0x46, 0, 0,  25,  0,   1, 0,  0,    64, 17, 0, 0,   10,
                                       0,    0, 50, 192, 168, 1, 50, 0x94, 4,  0,  0, 0x77};
    uint8_t data[sizeof datagram];
    memcpy(data, datagram, sizeof data);
    octets_put_u16(data + 10, internet_checksum(data, 24));
    make();
    meet_everybody();
    deliver_as(IP_ELAN, true, ELAN_MAC, HOST_MAC, ETHERTYPE_IPV4, (struct octets){data, sizeof data});
    const struct frame *frame = only_frame(IP_LAN, FRAME_IPV4);
    ck_assert(!frame->ethernet.snap);
    ck_assert(frame->ipv4.checksum_good);
    ck_assert_uint_eq(frame->ipv4.ttl, 63);
    ck_assert_mem_eq(frame->ethernet.payload.data, datagram, 8);
    ck_assert_mem_eq(frame->ethernet.payload.data + 12, datagram + 12, sizeof datagram - 12);
}
END_TEST

START_TEST(spoiled_headers_are_dropped)
{
    make();
    meet_everybody();
    uint8_t data[100];
    const struct ipv4 ipv4 = {.ttl = 9, .protocol = 17, .source = HOST_IP, .destination = FAR_IP};
    size_t size = ipv4_encode(&ipv4, data, sizeof data);
    data[11] ^= 1;
    deliver(IP_ELAN, ELAN_MAC, HOST_MAC, ETHERTYPE_IPV4, (struct octets){data, size});
    assert_silent();
    data[11] ^= 1;
    deliver(IP_ELAN, ELAN_MAC, HOST_MAC, ETHERTYPE_IPV4, (struct octets){data, size});
    only_frame(IP_LAN, FRAME_IPV4);
}
END_TEST

START_TEST(size_up_to_the_mtu)
{
    static const uint8_t zeros[1500];
    make();
    meet_everybody();
    struct ipv4 ipv4 = {
        .ttl = 9, .protocol = 17, .source = HOST_IP, .destination = FAR_IP, .payload = {zeros, 1480}};
    deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    ck_assert_uint_eq(only_frame(IP_LAN, FRAME_IPV4)->octets.size, 1514);
    ipv4.payload.size = 1481;
    deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    assert_silent();
}
END_TEST

START_TEST(longest_prefix_wins)
{
    settings.routes[0] = settings.routes[1];
    settings.routes[1] = (struct static_route){{0xac100000}, 12, LAN_GATEWAY}; /* 172.16.0.0/12 */
    settings.redirects = false;
    make();
    meet_everybody();
    is_at(IP_LAN, LAN_GATEWAY, MAC(0x63));
    send_to(ELAN_MAC, BEYOND_LAN, 9, 1);
    assert_mac(only_frame(IP_LAN, FRAME_IPV4)->ethernet.destination, MAC(0x63));
    send_to(ELAN_MAC, BEYOND_ELAN, 9, 1); /* 172.17.0.0/16 */
    assert_mac(only_frame(IP_ELAN, FRAME_IPV4)->ethernet.destination, GATEWAY_MAC);
}
END_TEST

START_TEST(without_lan_port)
{
    settings.lan_port = false;
    make();
    bring_to(0, VRRP_MASTER);
    is_at(IP_ELAN, HOST_IP, HOST_MAC);
    send_to(mac_of_vrid(1), FAR_IP, 64, 1);
    assert_silent();
    who_has(IP_LAN, LAN_IP);
    assert_silent();
    who_has(IP_ELAN, VIRTUAL_1);
    assert_arp_reply(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
}
END_TEST

/* Packets to the router itself (RFC 2338 6.4.2, 6.4.3) */

static void assert_echo_reply(enum ip_port port, struct ipv4_address from)
{
    const struct frame *frame = only_frame(port, FRAME_ICMP_ECHO_REPLY);
    ck_assert(frame->icmp.checksum_good);
    assert_ip(frame->ipv4.source, from);
    assert_ip(frame->ipv4.destination, port == IP_ELAN ? HOST_IP : FAR_IP);
    ck_assert_uint_eq(frame->icmp.identifier, 5);
    ck_assert_uint_eq(frame->icmp.sequence, 6);
    ck_assert_uint_eq(frame->icmp.payload.size, 5);
    ck_assert_mem_eq(frame->icmp.payload.data, "hello", 5);
    assert_mac(frame->ethernet.source, port == IP_ELAN ? ELAN_MAC : LAN_MAC);
}

START_TEST(echo_of_interface_addresses)
{
    make();
    meet_everybody();
    ping(IP_ELAN, ELAN_MAC, ELAN_IP);
    assert_echo_reply(IP_ELAN, ELAN_IP);
    ping(IP_ELAN, ELAN_MAC, LAN_IP);
    assert_echo_reply(IP_ELAN, LAN_IP);
    ping(IP_LAN, LAN_MAC, LAN_IP);
    assert_echo_reply(IP_LAN, LAN_IP);
    ping(IP_ELAN, MAC_BROADCAST, ELAN_IP);
    assert_silent();
    bring_to(0, VRRP_MASTER);
    ping(IP_ELAN, mac_of_vrid(1), ELAN_IP);
    assert_echo_reply(IP_ELAN, ELAN_IP);
}
END_TEST

START_TEST(echo_of_virtual_addresses)
{
    settings.virtual_routers[0].priority_given = true;
    settings.virtual_routers[0].priority = 255;
    make();
    meet_everybody();
    ping(IP_ELAN, ELAN_MAC, VIRTUAL_1); /* Initialize */
    assert_silent();
    bring_to(0, VRRP_MASTER);
    bring_to(1, VRRP_MASTER);
    ping(IP_ELAN, mac_of_vrid(1), VIRTUAL_1); /* owner */
    assert_echo_reply(IP_ELAN, VIRTUAL_1);
    ping(IP_ELAN, ELAN_MAC, VIRTUAL_1);
    assert_echo_reply(IP_ELAN, VIRTUAL_1);
    ping(IP_LAN, LAN_MAC, VIRTUAL_1);
    assert_echo_reply(IP_LAN, VIRTUAL_1);
    ping(IP_ELAN, mac_of_vrid(2), VIRTUAL_2); /* not the owner */
    assert_silent();
    ping(IP_ELAN, ELAN_MAC, VIRTUAL_2B);
    assert_silent();
    yield(0);
    ping(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    assert_silent();
    ping(IP_ELAN, ELAN_MAC, VIRTUAL_1);
    assert_silent();
}
END_TEST

START_TEST(spoiled_echo_requests)
{
    make();
    meet_everybody();
    uint8_t data[ICMP_HEADER_SIZE] = {ICMP_ECHO_REQUEST, 0, 0, 0, 0, 1, 0, 2};
    const struct ipv4 ipv4 = {.ttl = 9,
                              .protocol = IPV4_PROTOCOL_ICMP,
                              .source = HOST_IP,
                              .destination = ELAN_IP,
                              .payload = {data, sizeof data}};
    deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    assert_silent();
    octets_put_u16(data + 2, internet_checksum(data, sizeof data));
    deliver_ipv4(IP_ELAN, ELAN_MAC, &ipv4);
    only_frame(IP_ELAN, FRAME_ICMP_ECHO_REPLY);
}
END_TEST

/* Redirects (RFC 2338 8.1) */

static void assert_redirect(struct ipv4_address source)
{
    ck_assert_uint_eq(seen_count, 2);
    const struct frame *redirect = &seen[0].frame;
    ck_assert_int_eq(redirect->name, FRAME_ICMP_REDIRECT);
    assert_ip(redirect->ipv4.source, source);
    assert_ip(redirect->ipv4.destination, HOST_IP);
    assert_ip(redirect->icmp.gateway, GATEWAY_IP);
    assert_mac(redirect->ethernet.destination, HOST_MAC);
    ck_assert(redirect->icmp.checksum_good);
    ck_assert_uint_eq(redirect->icmp.payload.size, IPV4_HEADER_SIZE + 1);
    ck_assert_uint_eq(octets_u32(redirect->icmp.payload.data + 16), BEYOND_ELAN.number);
    const struct frame *forwarded = &seen[1].frame;
    ck_assert_int_eq(forwarded->name, FRAME_IPV4);
    assert_mac(forwarded->ethernet.destination, GATEWAY_MAC);
    assert_ip(forwarded->ipv4.destination, BEYOND_ELAN);
    seen_count = 0;
}

START_TEST(redirect_comes_from_the_address_the_host_used)
{
    make();
    meet_everybody();
    bring_to(0, VRRP_BACKUP);
    bring_to(1, VRRP_BACKUP);
    fake_run(fake, SECONDS(4));
    send_to(mac_of_vrid(1), BEYOND_ELAN, 9, 1);
    assert_redirect(VIRTUAL_1);
    send_to(mac_of_vrid(2), BEYOND_ELAN, 9, 1);
    assert_redirect(VIRTUAL_2);
    send_to(ELAN_MAC, BEYOND_ELAN, 9, 1);
    assert_redirect(ELAN_IP);
}
END_TEST

START_TEST(redirects_when_set_and_of_use)
{
    settings.redirects = false;
    make();
    meet_everybody();
    send_to(ELAN_MAC, BEYOND_ELAN, 9, 1);
    only_frame(IP_ELAN, FRAME_IPV4);
    settings.redirects = true;
    deliver_ipv4(IP_ELAN, ELAN_MAC, /* from a host beyond */
                 &(struct ipv4){.ttl = 9, .protocol = 17, .source = BEYOND_ELAN, .destination = GATEWAY_IP});
    only_frame(IP_ELAN, FRAME_IPV4);
    send_to(ELAN_MAC, FAR_IP, 9, 1); /* to another interface */
    only_frame(IP_LAN, FRAME_IPV4);
}
END_TEST

/* The ARP cache */

START_TEST(packets_wait_for_the_answer)
{
    make();
    for (uint8_t number = 1; number <= 6; number++)
        send_to(ELAN_MAC, FAR_IP, 9, number);
    const struct frame *request = only_frame(IP_LAN, FRAME_ARP_REQUEST);
    assert_mac(request->ethernet.destination, MAC_BROADCAST);
    assert_mac(request->ethernet.source, LAN_MAC);
    assert_mac(request->arp.sender_mac, LAN_MAC);
    assert_ip(request->arp.sender_ip, LAN_IP);
    assert_ip(request->arp.target_ip, FAR_IP);
    is_at(IP_LAN, FAR_IP, FAR_MAC);
    ck_assert_uint_eq(seen_count, 4); /* the latest */
    for (uint8_t i = 0; i < 4; i++) {
        assert_mac(seen[i].frame.ethernet.destination, FAR_MAC);
        ck_assert_uint_eq(seen[i].frame.ipv4.payload.data[0], 3 + i);
    }
    seen_count = 0;
    send_to(ELAN_MAC, FAR_IP, 9, 7);
    assert_forwarded(8, 7);
}
END_TEST

START_TEST(asks_three_times)
{
    make();
    send_to(ELAN_MAC, FAR_IP, 9, 1);
    fake_run(fake, SECONDS(1) - 1);
    only_frame(IP_LAN, FRAME_ARP_REQUEST);
    fake_run(fake, SECONDS(1));
    only_frame(IP_LAN, FRAME_ARP_REQUEST);
    fake_run(fake, SECONDS(2));
    only_frame(IP_LAN, FRAME_ARP_REQUEST);
    fake_run(fake, SECONDS(60));
    assert_silent();
    is_at(IP_LAN, FAR_IP, FAR_MAC); /* too late: the packet is gone */
    assert_silent();
    send_to(ELAN_MAC, FAR_IP, 9, 2);
    assert_forwarded(8, 2);
    fake_run(fake, fake->now_ns + SECONDS(1200)); /* a new round, from the beginning */
    send_to(ELAN_MAC, FAR_IP, 9, 3);
    fake_run(fake, fake->now_ns + SECONDS(10));
    ck_assert_uint_eq(seen_count, 3);
}
END_TEST

START_TEST(bindings_follow_their_owner_and_age)
{
    make();
    meet_everybody();
    deliver_arp(IP_LAN, MAC_BROADCAST, &(struct arp){ARP_REQUEST, MAC(0x66), FAR_IP, NO_MAC, FAR_IP});
    send_to(ELAN_MAC, FAR_IP, 9, 1);
    assert_mac(only_frame(IP_LAN, FRAME_IPV4)->ethernet.destination, MAC(0x66));
    fake_run(fake, SECONDS(1200) - 1);
    send_to(ELAN_MAC, FAR_IP, 9, 1);
    only_frame(IP_LAN, FRAME_IPV4);
    fake_run(fake, SECONDS(1200));
    send_to(ELAN_MAC, FAR_IP, 9, 1);
    only_frame(IP_LAN, FRAME_ARP_REQUEST);
}
END_TEST

START_TEST(learns_from_those_who_ask_for_it_only)
{
    make();
    who_has(IP_ELAN, ADDRESS(0x0a000077)); /* not about this router */
    deliver_ipv4(IP_LAN, LAN_MAC,
                 &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    only_frame(IP_ELAN, FRAME_ARP_REQUEST);
    who_has(IP_ELAN, ELAN_IP);
    ck_assert_uint_eq(seen_count, 2);
    ck_assert_int_eq(seen[0].frame.name, FRAME_IPV4);
    ck_assert_int_eq(seen[1].frame.name, FRAME_ARP_REPLY);
}
END_TEST

START_TEST(senders_without_address)
{
    make();
    deliver_arp(IP_ELAN, ELAN_MAC, &(struct arp){ARP_REPLY, MAC_BROADCAST, HOST_IP, ELAN_MAC, ELAN_IP});
    deliver_arp(IP_ELAN, MAC_BROADCAST, &(struct arp){ARP_REQUEST, HOST_MAC, ADDRESS(0), NO_MAC, ELAN_IP});
    only_frame(IP_ELAN, FRAME_ARP_REPLY); /* to the probe of RFC 5227 */
    deliver_ipv4(IP_LAN, LAN_MAC,
                 &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = HOST_IP});
    only_frame(IP_ELAN, FRAME_ARP_REQUEST);
}
END_TEST

START_TEST(cache_survives_more_hosts_than_it_holds)
{
    make();
    is_at(IP_LAN, FAR_IP, FAR_MAC);
    for (uint32_t host = 0; host < 200; host++) {
        fake_run(fake, fake->now_ns + MILLISECONDS(1));
        is_at(IP_ELAN, ADDRESS(0x0a000020 + host), MAC((uint8_t)host));
    }
    deliver_ipv4(
        IP_LAN, LAN_MAC,
        &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = {0x0a000020 + 199}});
    assert_mac(only_frame(IP_ELAN, FRAME_IPV4)->ethernet.destination, MAC(199));
    deliver_ipv4(IP_LAN, LAN_MAC,
                 &(struct ipv4){.ttl = 9, .protocol = 17, .source = FAR_IP, .destination = {0x0a000020}});
    only_frame(IP_ELAN, FRAME_ARP_REQUEST);
}
END_TEST

/* VRRP messages */

static void deliver_vrrp(enum ip_port port, struct ipv4_address destination, uint8_t protocol,
                         struct octets payload)
{
    deliver_ipv4(port, VRRP_GROUP_MAC,
                 &(struct ipv4){.ttl = 254,
                                .protocol = protocol,
                                .source = HOST_IP,
                                .destination = destination,
                                .payload = payload});
}

START_TEST(vrrp_messages_are_handed_up)
{
    static const uint8_t message[20] = {0x21, 1};
    make();
    meet_everybody();
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 112, (struct octets){message, sizeof message});
    ck_assert_uint_eq(arrival_count, 1);
    assert_ip(arrived.source, HOST_IP);
    ck_assert_uint_eq(arrived.ttl, 254);
    ck_assert_uint_eq(arrived.protocol, 112);
    ck_assert_uint_eq(arrived.message.size, sizeof message); /* without the padding of the frame */
    deliver_vrrp(IP_LAN, VRRP_GROUP, 112, (struct octets){message, sizeof message});
    deliver_vrrp(IP_ELAN, ELAN_IP, 112, (struct octets){message, sizeof message});
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 17, (struct octets){message, sizeof message});
    ck_assert_uint_eq(arrival_count, 1);
    assert_silent();
}
END_TEST

START_TEST(vrrp_messages_behind_an_authentication_header)
{
    uint8_t data[24 + 20] = {112, 4}; /* next header, six words */
    make();
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 51, (struct octets){data, sizeof data});
    ck_assert_uint_eq(arrival_count, 1);
    ck_assert_uint_eq(arrived.protocol, 51);
    ck_assert_uint_eq(arrived.message.size, 20);
    data[1] = 40; /* longer than the packet */
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 51, (struct octets){data, sizeof data});
    data[1] = 0; /* shorter than its own fixed part */
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 51, (struct octets){data, sizeof data});
    data[0] = 17;
    data[1] = 4;
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 51, (struct octets){data, sizeof data});
    deliver_vrrp(IP_ELAN, VRRP_GROUP, 51, (struct octets){data, 3});
    ck_assert_uint_eq(arrival_count, 1);
}
END_TEST

/* Whatever comes, nothing is read past the end and nothing breaks. */
START_TEST(any_octets)
{
    settings.proxy_arp = true;
    make();
    bring_to(0, VRRP_MASTER);
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
        ip_frame_received(ip, random_next(&random) & 1 ? IP_ELAN : IP_LAN, data, size);
        free(data);
        seen_count = 0;
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
    options.announces_interface = always;
    options.answers_arp = first_only;
    options.accepts_packets = always;
    options.takes_vmac_frames = always;
    options.gratuitous_arp_mac = the_physical;
    options.advertisement_ttl = 1;
    make();
    meet_everybody();
    ip_interface_up(ip, IP_ELAN);
    assert_mac(only_frame(IP_ELAN, FRAME_GRATUITOUS_ARP)->arp.sender_mac, ELAN_MAC);
    who_has(IP_ELAN, VIRTUAL_1);
    assert_arp_reply(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    who_has(IP_ELAN, VIRTUAL_2B);
    assert_silent();
    ping(IP_ELAN, mac_of_vrid(1), VIRTUAL_1);
    assert_echo_reply(IP_ELAN, VIRTUAL_1);
    ip_send_gratuitous_arps(ip, 0);
    assert_mac(only_frame(IP_ELAN, FRAME_GRATUITOUS_ARP)->arp.sender_mac, ELAN_MAC);
    ip_send_advertisement(ip, 0, (const uint8_t[20]){0x21, 1}, 20);
    ck_assert_uint_eq(only_frame(IP_ELAN, FRAME_ADVERTISEMENT)->ipv4.ttl, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference ip");
    TCase *tests = tcase_create("reference ip");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, arp_for_the_interfaces);
    tcase_add_test(tests, arp_for_virtual_addresses_by_state);
    tcase_add_test(tests, owner_speaks_with_the_vmac_only);
    tcase_add_test(tests, owner_asks_with_the_vmac_only);
    tcase_add_test(tests, gratuitous_arp_per_address);
    tcase_add_test(tests, advertisement_octet_by_octet);
    tcase_add_test(tests, proxy_arp_with_the_vmac);
    tcase_add_test(tests, no_proxy_arp_unless_set);
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
