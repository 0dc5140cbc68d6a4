/* Emulated hosts and VRRP speakers, on LECs and on LAN ports, in a real world. */
#include <check.h>
#include <stdlib.h>

#include "elan_stage.h"

#define VIRTUAL peer_elan_ip(1)
#define FAR     ((struct ipv4_address){0xc0000263})

static struct host *hosts[2];
static struct vrrp_speaker *speakers[2];

/* An ELAN with two LECs, proxies or not. */
static void open_lecs(bool v2, bool proxy)
{
    open_elan(v2);
    for (unsigned i = 0; i < 2; i++) {
        struct peer_lec_settings settings = peer_elan_lec_settings(elan);
        settings.proxy = proxy;
        peer_elan_lec(elan, &settings);
    }
}

static struct host *host_on(struct peer_link *link, unsigned number, unsigned last_octet)
{
    struct host_settings settings = host_settings_default();
    settings.mac = peer_elan_mac(number);
    settings.address = peer_elan_ip(last_octet);
    return host_new(link, &settings);
}

static struct vrrp_speaker_settings speaker_settings(unsigned number)
{
    struct vrrp_speaker_settings settings = vrrp_speaker_settings_default();
    settings.mac = peer_elan_mac(number);
    settings.address = peer_elan_ip(11 + number);
    settings.address_count = 1;
    settings.addresses[0] = VIRTUAL;
    return settings;
}

/* Hosts 10.0.0.21 and .22 on the two LECs. */
static void open_hosts(bool v2)
{
    open_lecs(v2, false);
    for (unsigned i = 0; i < 2; i++)
        hosts[i] = host_on(peer_lec_link(elan->lecs_of[i]), i, 21 + i);
    peer_elan_run(elan, SECONDS(1));
}

/* Speakers 10.0.0.11 and .12 on two LECs, a host 10.0.0.21 on a third. */
static void open_speakers(bool v2, bool proxy)
{
    open_lecs(v2, proxy);
    for (unsigned i = 0; i < 2; i++) {
        struct vrrp_speaker_settings settings = speaker_settings(i);
        speakers[i] = vrrp_speaker_new(elan->lecs_of[i], &settings);
    }
    peer_elan_lec(elan, NULL);
    hosts[0] = host_on(peer_lec_link(elan->lecs_of[2]), 2, 21);
    peer_elan_run(elan, SECONDS(1));
}

/* --- hosts --- */

START_TEST(hosts_ping_each_other)
{
    open_hosts(_i);
    uint16_t first = host_ping(hosts[0], peer_elan_ip(22), HOST_NO_HOP);
    ck_assert(host_reply_ns(hosts[0], first) == TIME_NEVER);
    peer_elan_run(elan, SECONDS(1));
    ck_assert(host_reply_ns(hosts[0], first) < peer_elan_now_ns(elan));
    struct mac_address mac;
    ck_assert(host_arp_entry(hosts[0], peer_elan_ip(22), &mac));
    ck_assert(mac_equal(mac, peer_elan_mac(1)));
    ck_assert(host_arp_entry(hosts[1], peer_elan_ip(21), &mac)); /* learned from the question */
    ck_assert(mac_equal(mac, peer_elan_mac(0)));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[1], FRAME_ARP_REQUEST, 0), 0);
    host_ping_every(hosts[1], peer_elan_ip(21), HOST_NO_HOP, MILLISECONDS(200));
    peer_elan_run(elan, MILLISECONDS(1900));
    host_stop_pings(hosts[1]);
    peer_elan_run(elan, SECONDS(1));
    struct host_ping_count count = host_pings(hosts[1]);
    ck_assert_uint_eq(count.sent, 10);
    ck_assert_uint_eq(count.replied, 10);
    ck_assert(count.longest_gap_ns > MILLISECONDS(190) && count.longest_gap_ns < MILLISECONDS(210));
    ck_assert(count.last_reply_ns - count.first_reply_ns > MILLISECONDS(1790));
    ck_assert_uint_eq(host_pings(hosts[0]).sent, 1);
    ck_assert_uint_eq(host_pings(hosts[0]).replied, 1);
    struct atm_address atm = peer_elan_atm(0);
    ck_assert(peer_lec_has_data_direct(elan->lecs_of[1], &atm));
}
END_TEST

START_TEST(silent_hosts)
{
    open_hosts(true);
    host_settings_of(hosts[1])->ignores_arp = true;
    size_t since = tap_count(elan->tap);
    host_ping(hosts[0], peer_elan_ip(22), HOST_NO_HOP);
    peer_elan_run(elan, SECONDS(5));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_ARP_REQUEST, since), 3);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[1], FRAME_ARP_REPLY, since), 0);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_ICMP_ECHO_REQUEST, since), 0);
    ck_assert_uint_eq(host_pings(hosts[0]).replied, 0);
    host_settings_of(hosts[1])->ignores_ping = true;
    host_ping_mac(hosts[0], peer_elan_ip(22), peer_elan_mac(1));
    peer_elan_run(elan, SECONDS(1));
    ck_assert_uint_eq(host_packet_count(hosts[1]), 1);
    ck_assert_uint_eq(host_pings(hosts[0]).replied, 0);
    host_ping(hosts[0], FAR, HOST_NO_HOP); /* no way there */
    peer_elan_run(elan, SECONDS(1));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_ARP_REQUEST, since), 3);
}
END_TEST

START_TEST(gratuitous_arp_changes_an_entry)
{
    open_hosts(true);
    struct mac_address mac, old = {{2, 0, 0, 0, 0, 9}};
    host_announce(hosts[1]);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(!host_arp_entry(hosts[0], peer_elan_ip(22), &mac)); /* not asked for */
    host_set_arp(hosts[0], peer_elan_ip(22), old);
    host_announce(hosts[1]);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(host_arp_entry(hosts[0], peer_elan_ip(22), &mac));
    ck_assert(mac_equal(mac, peer_elan_mac(1)));
    host_forget_arp(hosts[0], peer_elan_ip(22));
    ck_assert(!host_arp_entry(hosts[0], peer_elan_ip(22), NULL));
    host_ask(hosts[0], peer_elan_ip(22));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[1], FRAME_ARP_REPLY, 0), 1);
}
END_TEST

static void remember(void *owner, const struct host_packet *packet)
{
    *(struct host_packet *)owner = *packet;
}

START_TEST(packets_of_any_kind_are_reported)
{
    static struct host_packet seen;
    open_hosts(true);
    host_on_packet(hosts[1], remember, &seen);
    struct ipv4 packet = {
        .ttl = 3, .protocol = 99, .destination = FAR, .payload = {(const uint8_t *)"abc", 3}};
    host_send_mac(hosts[0], &packet, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    packet.source = peer_elan_ip(200);
    host_send(hosts[0], &packet, peer_elan_ip(22)); /* by way of the other host */
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(host_packet_count(hosts[1]), 2);
    const struct host_packet *first = host_packet(hosts[1], 1), *second = host_packet(hosts[1], 0);
    ck_assert(ipv4_equal(first->source, peer_elan_ip(21)));
    ck_assert(ipv4_equal(first->destination, FAR));
    ck_assert_uint_eq(first->ttl, 3);
    ck_assert_uint_eq(first->protocol, 99);
    ck_assert(mac_equal(first->source_mac, peer_elan_mac(0)));
    ck_assert_int_eq(first->path, PEER_PATH_BUS);
    ck_assert(ipv4_equal(second->source, peer_elan_ip(200)));
    ck_assert(ipv4_equal(seen.source, peer_elan_ip(200)));
    ck_assert_ptr_null(host_packet(hosts[1], 2));
    host_send_mac(hosts[0], &packet, peer_elan_mac(7)); /* comes through the BUS, but is for somebody else */
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(host_packet_count(hosts[1]), 2);
}
END_TEST

START_TEST(hosts_on_a_lan_and_their_gateway)
{
    open_elan(true);
    struct segment *segment = world_segment(elan->world, "lan");
    struct peer_link *links[2];
    for (unsigned i = 0; i < 2; i++) {
        struct port *port = world_port(elan->world, i ? "upstream-1" : "upstream-0");
        struct lan_port *lan = lan_port_new(port_services(port), 0);
        port_attach(port, &lan_port_handlers, lan);
        segment_join(segment, port, 0);
        elan->ports_of[i] = port;
        links[i] = lan_port_link(lan);
        hosts[i] = host_on(links[i], i, 21 + i);
    }
    host_settings_of(hosts[0])->gateway = peer_elan_ip(22);
    host_ping(hosts[0], peer_elan_ip(22), HOST_NO_HOP);
    host_ping(hosts[0], FAR, HOST_NO_HOP);
    peer_elan_run(elan, SECONDS(1));
    ck_assert_uint_eq(host_pings(hosts[0]).replied, 1); /* the gateway is no router */
    ck_assert_uint_eq(host_packet_count(hosts[1]), 2);
    ck_assert(ipv4_equal(host_packet(hosts[1], 0)->destination, FAR));
    ck_assert_int_eq(host_packet(hosts[1], 0)->path, PEER_PATH_LAN);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_ARP_REQUEST, 0), 1); /* one for both */
    struct peer_listener *listener = peer_elan_listen_on(links[1]);
    struct control_action fail = {.kind = CONTROL_FAIL};
    ck_assert(port_control(elan->ports_of[1], &fail, NULL));
    host_ping(hosts[0], peer_elan_ip(22), HOST_NO_HOP);
    peer_elan_run(elan, SECONDS(1));
    ck_assert_uint_eq(host_pings(hosts[0]).replied, 1);
    ck_assert_uint_eq(listener->count, 0);
}
END_TEST

/* --- advertisements --- */

START_TEST(advertisements_are_heard)
{
    open_speakers(_i, false);
    struct vrrp_speaker_settings *settings = vrrp_speaker_settings_of(speakers[0]);
    settings->priority = 150;
    settings->interval_s = 2;
    settings->authentication_type = VRRP_AUTHENTICATION_PASSWORD;
    strcpy(settings->password, "vrrp1");
    ck_assert_ptr_null(vrrp_speaker_heard(speakers[1]));
    int64_t start_ns = peer_elan_now_ns(elan);
    vrrp_speaker_start(speakers[0], NULL, 0);
    peer_elan_run(elan, MILLISECONDS(4500));
    vrrp_speaker_stop(speakers[0]);
    peer_elan_run(elan, SECONDS(5));
    ck_assert_uint_eq(vrrp_speaker_heard_count(speakers[1]), 3);
    ck_assert_uint_eq(vrrp_speaker_heard_count(speakers[0]), 0); /* not its own */
    const struct heard_advertisement *heard = vrrp_speaker_heard(speakers[1]);
    ck_assert(heard->time_ns > start_ns + SECONDS(4) && heard->time_ns < start_ns + MILLISECONDS(4010));
    ck_assert(mac_equal(heard->source_mac, mac_of_vrid(1)));
    ck_assert(ipv4_equal(heard->source, peer_elan_ip(11)));
    ck_assert_uint_eq(heard->ttl, 255);
    ck_assert_uint_eq(heard->message.priority, 150);
    ck_assert_uint_eq(heard->message.interval_s, 2);
    ck_assert(heard->message.checksum_good && heard->message.complete);
    ck_assert_uint_eq(heard->message.authentication_type, 1);
    ck_assert_mem_eq(heard->message.authentication_data, "vrrp1\0\0", 8);
    ck_assert_uint_eq(heard->message.address_count, 1);
    ck_assert(ipv4_equal(heard->message.addresses[0], VIRTUAL));
    vrrp_speaker_settings_of(speakers[0])->vrid = 9; /* another virtual router */
    vrrp_speaker_advertise(speakers[0], 1);
    peer_elan_run(elan, SECONDS(1));
    ck_assert_uint_eq(vrrp_speaker_heard_count(speakers[1]), 3);
}
END_TEST

/* The first vector of spec/vrrp.md section 9. */
START_TEST(golden_advertisement)
{
    static const uint8_t golden[] = {0x21, 0x01, 0x64, 0x01, 0x00, 0x01, 0x70, 0xfb, 0x0a, 0x00,
                                     0x00, 0x01, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00};
    open_speakers(true, false);
    vrrp_speaker_advertise(speakers[0], 100);
    peer_elan_run(elan, MILLISECONDS(100));
    const struct frame *frame = peer_elan_last(elan, elan->ports_of[0], FRAME_ADVERTISEMENT);
    ck_assert_uint_eq(frame->octets.size, 62);
    ck_assert_uint_eq(frame->ipv4.payload.size, sizeof golden);
    ck_assert_mem_eq(frame->ipv4.payload.data, golden, sizeof golden);
    ck_assert(mac_equal(frame->ethernet.destination, VRRP_GROUP_MAC));
    ck_assert(frame->ipv4.checksum_good);
}
END_TEST

START_TEST(every_part_of_an_advertisement_can_be_wrong)
{
    open_speakers(true, false);
    struct advertisement wrong = vrrp_speaker_advertisement(speakers[0]);
    wrong.source_mac = peer_elan_mac(0);
    wrong.source = peer_elan_ip(99);
    wrong.destination = peer_elan_ip(21);
    wrong.ttl = 254;
    wrong.ip_checksum_bad = true;
    wrong.checksum_bad = true;
    wrong.trailing_size = 6;
    wrong.message.version = 3;
    wrong.message.type = 2;
    wrong.message.priority = 0;
    wrong.message.address_count = 7;
    wrong.message.authentication_type = 5;
    wrong.message.interval_s = 9;
    vrrp_speaker_send(speakers[0], &wrong);
    peer_elan_run(elan, MILLISECONDS(100));
    const struct frame *frame = peer_elan_last(elan, elan->ports_of[0], FRAME_ADVERTISEMENT);
    ck_assert(mac_equal(frame->ethernet.source, peer_elan_mac(0)));
    ck_assert(ipv4_equal(frame->ipv4.source, peer_elan_ip(99)));
    ck_assert(ipv4_equal(frame->ipv4.destination, peer_elan_ip(21)));
    ck_assert_uint_eq(frame->ipv4.ttl, 254);
    ck_assert(!frame->ipv4.checksum_good);
    ck_assert(!frame->vrrp.checksum_good);
    ck_assert_uint_eq(frame->vrrp.version, 3);
    ck_assert_uint_eq(frame->vrrp.type, 2);
    ck_assert_uint_eq(frame->vrrp.priority, 0);
    ck_assert_uint_eq(frame->vrrp.address_count, 7);
    ck_assert_uint_eq(frame->vrrp.authentication_type, 5);
    ck_assert_uint_eq(frame->vrrp.interval_s, 9);
    ck_assert_uint_eq(frame->vrrp.size, 26);
}
END_TEST

START_TEST(truncated_and_lengthened_advertisements)
{
    open_speakers(true, false);
    struct advertisement wrong = vrrp_speaker_advertisement(speakers[0]);
    wrong.truncated_size = 12; /* header and address only: nothing but the size is wrong */
    vrrp_speaker_send(speakers[0], &wrong);
    peer_elan_run(elan, MILLISECONDS(100));
    const struct frame *frame = peer_elan_last(elan, elan->ports_of[0], FRAME_ADVERTISEMENT);
    ck_assert_uint_eq(frame->vrrp.size, 12);
    ck_assert(frame->vrrp.checksum_good);
    ck_assert(!frame->vrrp.complete);
    wrong.truncated_size = 7;
    vrrp_speaker_send(speakers[0], &wrong);
    peer_elan_run(elan, MILLISECONDS(100));
    frame = peer_elan_last(elan, elan->ports_of[0], FRAME_ADVERTISEMENT);
    ck_assert_uint_eq(frame->ipv4.payload.size, 7);
    ck_assert(frame->ipv4.checksum_good);
    wrong.truncated_size = 0;
    wrong.trailing_size = 8;
    vrrp_speaker_send(speakers[0], &wrong);
    peer_elan_run(elan, MILLISECONDS(100));
    frame = peer_elan_last(elan, elan->ports_of[0], FRAME_ADVERTISEMENT);
    ck_assert_uint_eq(frame->vrrp.size, 28);
    ck_assert_uint_eq(frame->vrrp.trailing_size, 8);
    ck_assert(frame->vrrp.checksum_good);
    wrong.trailing_size = 0;
    wrong.ip_protocol = IPV4_PROTOCOL_AH;
    vrrp_speaker_send(speakers[0], &wrong);
    peer_elan_run(elan, MILLISECONDS(100));
    frame = peer_elan_last(elan, elan->ports_of[0], FRAME_IPV4);
    ck_assert_ptr_nonnull(frame);
    ck_assert_uint_eq(frame->ipv4.protocol, IPV4_PROTOCOL_AH);
    /* a wrong one can be repeated as well */
    vrrp_speaker_start(speakers[0], &wrong, MILLISECONDS(250));
    size_t since = tap_count(elan->tap);
    peer_elan_run(elan, MILLISECONDS(900));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_IPV4, since), 4);
}
END_TEST

START_TEST(token_ring_advertisement)
{
    elan = peer_elan_new(true);
    elan->token_ring = true;
    peer_elan_build(elan);
    struct vrrp_speaker_settings settings = speaker_settings(0);
    settings.vrid = 10;
    speakers[0] = vrrp_speaker_new(peer_elan_lec(elan, NULL), &settings);
    speakers[1] = vrrp_speaker_new(peer_elan_lec(elan, NULL), &settings);
    peer_elan_run(elan, SECONDS(1));
    vrrp_speaker_advertise(speakers[0], 100);
    peer_elan_run(elan, MILLISECONDS(100));
    struct mac_address reversed = {{0x00, 0x00, 0x7a, 0x00, 0x80, 0x50}};
    ck_assert_uint_eq(vrrp_speaker_heard_count(speakers[1]), 1);
    ck_assert(mac_equal(vrrp_speaker_heard(speakers[1])->source_mac, reversed));
    const struct frame *frame = peer_elan_last(elan, elan->ports_of[0], FRAME_ADVERTISEMENT);
    ck_assert(frame->token_ring);
    ck_assert(mac_equal(frame->ethernet.destination, (struct mac_address){{0xc0, 0, 0, 0x04, 0, 0}}));
    vrrp_speaker_settings_of(speakers[0])->canonical_order = true;
    ck_assert(mac_equal(vrrp_speaker_vmac(speakers[0]), mac_of_vrid(10)));
}
END_TEST

/* RFC 2338 9.2: the functional address is no source, and nothing is associated. */
START_TEST(functional_master)
{
    elan = peer_elan_new(true);
    elan->token_ring = true;
    peer_elan_build(elan);
    struct vrrp_speaker_settings settings = speaker_settings(0);
    const struct mac_address functional = {{0xc0, 0x00, 0x00, 0x20, 0x00, 0x00}};
    settings.vrid = 10;
    settings.functional_addresses = true;
    speakers[0] = vrrp_speaker_new(peer_elan_lec(elan, NULL), &settings);
    hosts[1] = host_new(peer_lec_link(peer_elan_lec(elan, NULL)),
                        &(struct host_settings){.mac = peer_elan_mac(1), .address = peer_elan_ip(99)});
    peer_elan_run(elan, SECONDS(1));
    size_t since = tap_count(elan->tap);
    vrrp_speaker_become_master(speakers[0]);
    host_ask(hosts[1], settings.addresses[0]);
    peer_elan_run(elan, MILLISECONDS(500));
    static const enum frame_name names[] = {FRAME_ADVERTISEMENT, FRAME_GRATUITOUS_ARP, FRAME_ARP_REPLY};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const struct frame *frame = peer_elan_last(elan, elan->ports_of[0], names[i]);
        ck_assert(mac_equal(frame->ethernet.source, settings.mac));
        ck_assert(!(frame->layers & LAYER_ARP) || mac_equal(frame->arp.sender_mac, functional));
    }
    host_ping_mac(hosts[1], FAR, functional);
    peer_elan_run(elan, MILLISECONDS(500));
    ck_assert_uint_eq(vrrp_speaker_taken_count(speakers[0]), 1);
    ck_assert_int_eq(vrrp_speaker_taken(speakers[0])->path, PEER_PATH_BUS);
    vrrp_speaker_shut_down(speakers[0]);
    peer_elan_run(elan, MILLISECONDS(500));
    static const enum frame_name none[] = {FRAME_LE_REGISTER_REQUEST, FRAME_TARGETLESS_LE_ARP_REQUEST,
                                           FRAME_NO_SOURCE_LE_NARP_REQUEST, FRAME_LE_UNREGISTER_REQUEST};
    for (size_t i = 0; i < sizeof none / sizeof *none; i++)
        ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], none[i], since), 0);
}
END_TEST

/* --- Masters --- */

static const struct {
    bool v2;
    bool proxy;
} kinds[] = {{false, false}, {false, true}, {true, false}, {true, true}};

START_TEST(a_master_takes_over_from_another)
{
    open_speakers(kinds[_i].v2, kinds[_i].proxy);
    vrrp_speaker_become_master(speakers[0]);
    ck_assert(vrrp_speaker_is_master(speakers[0]));
    peer_elan_run(elan, MILLISECONDS(500));
    host_ping_every(hosts[0], FAR, VIRTUAL, MILLISECONDS(100));
    peer_elan_run(elan, SECONDS(2));
    struct mac_address mac;
    ck_assert(host_arp_entry(hosts[0], VIRTUAL, &mac));
    ck_assert(mac_equal(mac, mac_of_vrid(1)));
    ck_assert(host_pings(hosts[0]).replied >= 18);
    ck_assert(vrrp_speaker_taken_count(speakers[0]) >= 18);
    ck_assert_int_eq(vrrp_speaker_taken(speakers[0])->path, PEER_PATH_DATA_DIRECT);
    ck_assert(mac_equal(vrrp_speaker_taken(speakers[0])->source_mac, peer_elan_mac(2)));
    ck_assert_uint_eq(vrrp_speaker_taken_count(speakers[1]), 0);
    struct atm_address atm, wanted = peer_elan_atm(0);
    ck_assert(peer_lec_binding(elan->lecs_of[2], mac_of_vrid(1), &atm) && atm_address_equal(&atm, &wanted));

    size_t before = vrrp_speaker_taken_count(speakers[0]);
    vrrp_speaker_yield(speakers[0]);
    vrrp_speaker_become_master(speakers[1]);
    peer_elan_run(elan, SECONDS(3));
    wanted = peer_elan_atm(1);
    ck_assert(peer_lec_binding(elan->lecs_of[2], mac_of_vrid(1), &atm) && atm_address_equal(&atm, &wanted));
    ck_assert(vrrp_speaker_taken_count(speakers[1]) >= 20);
    ck_assert(vrrp_speaker_taken_count(speakers[0]) <= before + 1);
    struct host_ping_count count = host_pings(hosts[0]);
    ck_assert_uint_ge(count.replied + 3, count.sent);
    ck_assert(peer_elan_now_ns(elan) - count.last_reply_ns < MILLISECONDS(200));
}
END_TEST

START_TEST(a_crashed_master_is_a_black_hole)
{
    open_speakers(true, false);
    vrrp_speaker_become_master(speakers[0]);
    host_ping_every(hosts[0], FAR, VIRTUAL, MILLISECONDS(100));
    peer_elan_run(elan, SECONDS(2));
    size_t replied = host_pings(hosts[0]).replied;
    ck_assert(replied >= 15);
    vrrp_speaker_crash(speakers[0]);
    size_t heard = vrrp_speaker_heard_count(speakers[1]);
    peer_elan_run(elan, SECONDS(2));
    ck_assert_uint_le(host_pings(hosts[0]).replied, replied + 1);
    ck_assert_uint_le(vrrp_speaker_heard_count(speakers[1]), heard + 1);
    ck_assert(les_binding(elan->les, mac_of_vrid(1), NULL));
    peer_lec_die(elan->lecs_of[0]);
    port_fail_link(elan->ports_of[0], LINK_CARRIER_LOSS);
    vrrp_speaker_become_master(speakers[1]);
    peer_elan_run(elan, SECONDS(3));
    ck_assert_uint_ge(host_pings(hosts[0]).replied, replied + 20);
    ck_assert(host_pings(hosts[0]).longest_gap_ns >= SECONDS(2));
}
END_TEST

/* Place in the tap of the last such frame that LEC 0 sent. */
static uint32_t last_index(enum frame_name name)
{
    const struct tap_event *event = peer_elan_last_event(elan, elan->ports_of[0], name);
    ck_assert_ptr_nonnull(event);
    return event->index;
}

START_TEST(order_of_takeover_and_shutdown)
{
    open_speakers(_i, false);
    port_mark_device(elan->ports_of[0]); /* so that its frames are tapped in the order of sending */
    size_t since = tap_count(elan->tap);
    vrrp_speaker_become_master(speakers[0]);
    peer_elan_run(elan, MILLISECONDS(300));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_GRATUITOUS_ARP, since), 1);
    uint32_t associated = last_index(FRAME_LE_REGISTER_REQUEST);
    uint32_t announced = last_index(_i ? FRAME_TARGETLESS_LE_ARP_REQUEST : FRAME_ZERO_LE_NARP_REQUEST);
    ck_assert_uint_lt(associated, last_index(FRAME_ADVERTISEMENT));
    ck_assert_uint_lt(announced, last_index(FRAME_ADVERTISEMENT));
    ck_assert_uint_lt(last_index(FRAME_ADVERTISEMENT), last_index(FRAME_GRATUITOUS_ARP));
    vrrp_speaker_shut_down(speakers[0]);
    ck_assert(!vrrp_speaker_is_master(speakers[0]));
    peer_elan_run(elan, SECONDS(3));
    ck_assert_uint_lt(last_index(FRAME_ADVERTISEMENT), last_index(FRAME_LE_UNREGISTER_REQUEST));
    ck_assert_uint_eq(vrrp_speaker_heard(speakers[1])->message.priority, 0);
    ck_assert_uint_eq(vrrp_speaker_heard_count(speakers[1]), 2);
    ck_assert(!les_binding(elan->les, mac_of_vrid(1), NULL));
    vrrp_speaker_shut_down(speakers[0]); /* no Master: nothing */
    peer_elan_run(elan, SECONDS(1));
    ck_assert_uint_eq(vrrp_speaker_heard_count(speakers[1]), 2);
}
END_TEST

START_TEST(a_speaker_that_is_no_master_answers_nothing)
{
    open_speakers(true, false);
    if (_i == 1) {
        vrrp_speaker_settings_of(speakers[0])->ignores_arp = true;
        vrrp_speaker_settings_of(speakers[0])->ignores_ping = true;
        vrrp_speaker_become_master(speakers[0]);
    }
    host_ask(hosts[0], VIRTUAL);
    host_ping_mac(hosts[0], FAR, mac_of_vrid(1));
    peer_elan_run(elan, SECONDS(2));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_ARP_REPLY, 0), 0);
    ck_assert_uint_eq(host_pings(hosts[0]).replied, 0);
    ck_assert_uint_eq(vrrp_speaker_taken_count(speakers[0]), _i == 1 ? 1 : 0);
}
END_TEST

START_TEST(speakers_on_a_lan_forward_when_asked)
{
    open_speakers(true, false);
    struct segment *segment = world_segment(elan->world, "lan");
    struct peer_link *links[2];
    for (unsigned i = 0; i < 2; i++) {
        struct port *port = world_port(elan->world, i ? "upstream" : "router-lan");
        struct lan_port *lan = lan_port_new(port_services(port), 0);
        port_attach(port, &lan_port_handlers, lan);
        segment_join(segment, port, 0);
        links[i] = lan_port_link(lan);
    }
    struct host *far = host_on(links[1], 3, 31);
    struct vrrp_speaker_settings settings = speaker_settings(3);
    struct vrrp_speaker *on_lan = vrrp_speaker_new_on_lan(links[1], &settings);
    vrrp_speaker_forward_to(speakers[0], links[0], peer_elan_mac(8), peer_elan_mac(3));
    vrrp_speaker_become_master(speakers[0]);
    peer_elan_run(elan, MILLISECONDS(100));
    host_ping(hosts[0], peer_elan_ip(31), VIRTUAL);
    peer_elan_run(elan, SECONDS(1));
    ck_assert_uint_eq(host_packet_count(far), 1);
    ck_assert_uint_eq(host_packet(far, 0)->ttl, 63);
    ck_assert(ipv4_equal(host_packet(far, 0)->source, peer_elan_ip(21)));
    ck_assert_uint_eq(host_pings(hosts[0]).replied, 0);
    /* a speaker on the LAN is heard there, and has no LEC to associate with */
    struct vrrp_speaker *listener = vrrp_speaker_new_on_lan(links[0], &settings);
    vrrp_speaker_become_master(on_lan);
    peer_elan_run(elan, MILLISECONDS(1500));
    ck_assert_uint_eq(vrrp_speaker_heard_count(listener), 2);
    ck_assert_int_eq(vrrp_speaker_heard(listener)->path, PEER_PATH_LAN);
}
END_TEST

START_TEST(a_dead_station_takes_its_users_along)
{
    open_speakers(true, false);
    vrrp_speaker_become_master(speakers[0]);
    host_ping_every(hosts[0], FAR, VIRTUAL, MILLISECONDS(100));
    peer_elan_run(elan, SECONDS(1));
    peer_lec_die(elan->lecs_of[0]);
    peer_lec_die(elan->lecs_of[2]);
    size_t sent = host_pings(hosts[0]).sent;
    peer_elan_run(elan, MILLISECONDS(100)); /* what was on its way */
    size_t since = tap_count(elan->tap);
    vrrp_speaker_become_master(speakers[0]);
    host_announce(hosts[0]);
    peer_elan_run(elan, SECONDS(2));
    ck_assert_uint_eq(host_pings(hosts[0]).sent, sent);
    for (size_t i = since; i < tap_count(elan->tap); i++)
        for (unsigned lec = 0; lec < 3; lec += 2)
            ck_assert(!tap_from(tap_at(elan->tap, i), port_index(elan->ports_of[lec])));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("peer hosts");
    TCase *host_tests = tcase_create("hosts");
    tcase_add_checked_fixture(host_tests, NULL, close_elan);
    tcase_add_loop_test(host_tests, hosts_ping_each_other, 0, 2);
    tcase_add_test(host_tests, silent_hosts);
    tcase_add_test(host_tests, gratuitous_arp_changes_an_entry);
    tcase_add_test(host_tests, packets_of_any_kind_are_reported);
    tcase_add_test(host_tests, hosts_on_a_lan_and_their_gateway);
    suite_add_tcase(suite, host_tests);

    TCase *advertisements = tcase_create("advertisements");
    tcase_add_checked_fixture(advertisements, NULL, close_elan);
    tcase_add_loop_test(advertisements, advertisements_are_heard, 0, 2);
    tcase_add_test(advertisements, golden_advertisement);
    tcase_add_test(advertisements, every_part_of_an_advertisement_can_be_wrong);
    tcase_add_test(advertisements, truncated_and_lengthened_advertisements);
    tcase_add_test(advertisements, token_ring_advertisement);
    tcase_add_test(advertisements, functional_master);
    suite_add_tcase(suite, advertisements);

    TCase *masters = tcase_create("masters");
    tcase_add_checked_fixture(masters, NULL, close_elan);
    tcase_add_loop_test(masters, a_master_takes_over_from_another, 0, sizeof kinds / sizeof kinds[0]);
    tcase_add_test(masters, a_crashed_master_is_a_black_hole);
    tcase_add_loop_test(masters, order_of_takeover_and_shutdown, 0, 2);
    tcase_add_loop_test(masters, a_speaker_that_is_no_master_answers_nothing, 0, 2);
    tcase_add_test(masters, speakers_on_a_lan_forward_when_asked);
    tcase_add_test(masters, a_dead_station_takes_its_users_along);
    suite_add_tcase(suite, masters);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
