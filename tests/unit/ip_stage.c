#include "ip_stage.h"

#include <check.h>

struct ip_stage stage;

static void send_frame(void *owner, enum ip_port port, const uint8_t *data, size_t size)
{
    ck_assert_ptr_eq(owner, &stage.settings);
    ck_assert_uint_lt(stage.seen_count, STAGE_SEEN_ROOM);
    ck_assert_uint_ge(size, ETHERNET_MINIMUM_SIZE);
    struct seen_frame *at = &stage.seen[stage.seen_count++];
    at->port = port;
    at->size = size;
    memcpy(at->octets, data, size);
    frame_decode(CARRIER_ETHERNET, at->octets, size, &at->frame);
}

static void advertisement_received(void *owner, const struct vrrp_arrival *arrival)
{
    ck_assert_ptr_eq(owner, &stage.settings);
    stage.arrived = *arrival;
    stage.arrival_count++;
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

void stage_set_up(void)
{
    stage.fake = fake_services_new();
    stage.settings = (struct device_settings){
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
    stage.vrrp_options = vrrp_options_default();
    stage.options = ip_options_default();
    stage.vrrp = NULL;
    stage.ip = NULL;
    stage.seen_count = 0;
    stage.arrival_count = 0;
}

void stage_tear_down(void)
{
    ip_free(stage.ip);
    vrrp_free(stage.vrrp);
    fake_services_free(stage.fake);
}

void stage_make(void)
{
    stage.vrrp =
        vrrp_new(&stage.fake->services, &stage.settings, &stage.vrrp_options, &vrrp_actions, &stage.settings);
    stage.ip =
        ip_new(&stage.fake->services, &stage.settings, &stage.options, stage.vrrp, &actions, &stage.settings);
}

void stage_own_virtual_1(void)
{
    stage.settings.elan.address = VIRTUAL_1;
    stage.settings.virtual_routers[0].priority_given = true;
    stage.settings.virtual_routers[0].priority = 255;
}

void stage_bring_to(unsigned number, enum vrrp_state state)
{
    if (state != VRRP_INITIALIZE)
        vrrp_startup(stage.vrrp, number);
    if (state == VRRP_MASTER && vrrp_state_of(stage.vrrp, number) != VRRP_MASTER)
        fake_run(stage.fake, vrrp_router(stage.vrrp, number)->master_down_timer.due_ns);
    ck_assert_int_eq(vrrp_state_of(stage.vrrp, number), state);
    stage.seen_count = 0;
}

void stage_yield(unsigned number)
{
    struct vrrp message = {.version = 2,
                           .type = 1,
                           .vrid = stage.settings.virtual_routers[number].vrid,
                           .priority = 255,
                           .interval_s = 1};
    uint8_t data[100];
    const struct vrrp_arrival arrival = {.source = {0xfe000000},
                                         .ttl = 255,
                                         .protocol = 112,
                                         .message = {data, vrrp_encode(&message, data, 100)}};
    vrrp_receive(stage.vrrp, &arrival);
    ck_assert_int_eq(vrrp_state_of(stage.vrrp, number), VRRP_BACKUP);
    stage.seen_count = 0;
}

void stage_deliver_as(enum ip_port port, bool snap, struct mac_address destination, struct mac_address source,
                      uint16_t type, struct octets payload)
{
    const struct ethernet ethernet = {
        .destination = destination, .source = source, .type = type, .snap = snap, .payload = payload};
    uint8_t data[STAGE_FRAME_ROOM + 1];
    size_t size = ethernet_encode(&ethernet, true, data, sizeof data);
    ck_assert_uint_gt(size, 0);
    ip_frame_received(stage.ip, port, data, size);
}

void stage_deliver(enum ip_port port, struct mac_address destination, struct mac_address source,
                   uint16_t type, struct octets payload)
{
    stage_deliver_as(port, false, destination, source, type, payload);
}

void stage_deliver_arp(enum ip_port port, struct mac_address destination, const struct arp *arp)
{
    uint8_t data[ARP_SIZE];
    stage_deliver(port, destination, arp->sender_mac, ETHERTYPE_ARP,
                  (struct octets){data, arp_encode(arp, data, sizeof data)});
}

void stage_who_has(enum ip_port port, struct ipv4_address target)
{
    bool elan = port == IP_ELAN;
    stage_deliver_arp(
        port, MAC_BROADCAST,
        &(struct arp){ARP_REQUEST, elan ? HOST_MAC : FAR_MAC, elan ? HOST_IP : FAR_IP, NO_MAC, target});
}

void stage_is_at(enum ip_port port, struct ipv4_address address, struct mac_address mac)
{
    const struct interface_settings *own = port == IP_ELAN ? &stage.settings.elan : &stage.settings.lan;
    stage_deliver_arp(port, own->mac, &(struct arp){ARP_REPLY, mac, address, own->mac, own->address});
}

void stage_meet_everybody(void)
{
    stage_is_at(IP_ELAN, HOST_IP, HOST_MAC);
    stage_is_at(IP_ELAN, GATEWAY_IP, GATEWAY_MAC);
    stage_is_at(IP_LAN, FAR_IP, FAR_MAC);
    ck_assert_uint_eq(stage.seen_count, 0);
}

void stage_deliver_ipv4(enum ip_port port, struct mac_address destination, const struct ipv4 *ipv4)
{
    uint8_t data[STAGE_FRAME_ROOM];
    size_t size = ipv4_encode(ipv4, data, sizeof data);
    stage_deliver(port, destination, port == IP_ELAN ? HOST_MAC : FAR_MAC, ETHERTYPE_IPV4,
                  (struct octets){data, size});
}

void stage_send_to(struct mac_address destination, struct ipv4_address target, uint8_t ttl, uint8_t number)
{
    stage_deliver_ipv4(IP_ELAN, destination,
                       &(struct ipv4){.ttl = ttl,
                                      .protocol = 17,
                                      .identification = 77,
                                      .source = HOST_IP,
                                      .destination = target,
                                      .payload = {&number, 1}});
}

void stage_ping(enum ip_port port, struct mac_address destination, struct ipv4_address target)
{
    const struct icmp icmp = {
        .type = ICMP_ECHO_REQUEST, .identifier = 5, .sequence = 6, .payload = {(const uint8_t *)"hello", 5}};
    uint8_t data[100];
    size_t size = icmp_encode(&icmp, data, sizeof data);
    stage_deliver_ipv4(port, destination,
                       &(struct ipv4){.ttl = 9,
                                      .protocol = IPV4_PROTOCOL_ICMP,
                                      .source = port == IP_ELAN ? HOST_IP : FAR_IP,
                                      .destination = target,
                                      .payload = {data, size}});
}

const struct frame *stage_only_frame(enum ip_port port, enum frame_name name)
{
    ck_assert_uint_eq(stage.seen_count, 1);
    ck_assert_int_eq(stage.seen[0].port, port);
    ck_assert_str_eq(frame_name_text(stage.seen[0].frame.name), frame_name_text(name));
    stage.seen_count = 0;
    return &stage.seen[0].frame;
}

void stage_assert_mac(struct mac_address mac, struct mac_address expected)
{
    ck_assert_mem_eq(mac.octet, expected.octet, sizeof mac.octet);
}

void stage_assert_ip(struct ipv4_address address, struct ipv4_address expected)
{
    ck_assert_uint_eq(address.number, expected.number);
}

void stage_assert_silent(void)
{
    ck_assert_uint_eq(stage.seen_count, 0);
}

void stage_assert_arp_reply(enum ip_port port, struct mac_address mac, struct ipv4_address address)
{
    bool elan = port == IP_ELAN;
    const struct frame *frame = stage_only_frame(port, FRAME_ARP_REPLY);
    stage_assert_mac(frame->ethernet.source, mac);
    stage_assert_mac(frame->ethernet.destination, elan ? HOST_MAC : FAR_MAC);
    stage_assert_mac(frame->arp.sender_mac, mac);
    stage_assert_ip(frame->arp.sender_ip, address);
    stage_assert_mac(frame->arp.target_mac, elan ? HOST_MAC : FAR_MAC);
    stage_assert_ip(frame->arp.target_ip, elan ? HOST_IP : FAR_IP);
}

void stage_assert_forwarded(uint8_t ttl, uint8_t number)
{
    const struct frame *frame = stage_only_frame(IP_LAN, FRAME_IPV4);
    stage_assert_mac(frame->ethernet.source, LAN_MAC);
    stage_assert_mac(frame->ethernet.destination, FAR_MAC);
    stage_assert_ip(frame->ipv4.source, HOST_IP);
    stage_assert_ip(frame->ipv4.destination, FAR_IP);
    ck_assert(frame->ipv4.checksum_good);
    ck_assert_uint_eq(frame->ipv4.ttl, ttl);
    ck_assert_uint_eq(frame->ipv4.identification, 77);
    ck_assert_uint_eq(frame->ipv4.protocol, 17);
    ck_assert_uint_eq(frame->ipv4.payload.size, 1);
    ck_assert_uint_eq(frame->ipv4.payload.data[0], number);
}

void stage_assert_echo_reply(enum ip_port port, struct ipv4_address from)
{
    const struct frame *frame = stage_only_frame(port, FRAME_ICMP_ECHO_REPLY);
    ck_assert(frame->icmp.checksum_good);
    stage_assert_ip(frame->ipv4.source, from);
    stage_assert_ip(frame->ipv4.destination, port == IP_ELAN ? HOST_IP : FAR_IP);
    ck_assert_uint_eq(frame->icmp.identifier, 5);
    ck_assert_uint_eq(frame->icmp.sequence, 6);
    ck_assert_uint_eq(frame->icmp.payload.size, 5);
    ck_assert_mem_eq(frame->icmp.payload.data, "hello", 5);
    stage_assert_mac(frame->ethernet.source, port == IP_ELAN ? ELAN_MAC : LAN_MAC);
}
