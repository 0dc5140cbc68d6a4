/* Samples of the rules about advertisements, ARP and ICMP. */
#include "rule_stage.h"

/* --- form of advertisements
 * ------------------------------------------------------------------------------------ */

/* The second advertisement of a Master, spoiled. */
static void advertise_with(struct stage *stage,
                           void (*spoil)(struct stage *stage, struct advertisement *message))
{
    uint8_t priority = stage->settings.virtual_routers[0].priority;
    stage_master(stage);
    stage_wait(stage, SECONDS(stage->settings.virtual_routers[0].interval_s));
    struct advertisement message = advertisement_of(stage, priority);
    if (stage->broken)
        spoil(stage, &message);
    stage_advertise(stage, &message);
}

#define SPOILED(name, ...)                                                                                   \
    static void name##_spoil(struct stage *stage, struct advertisement *message)                             \
    {                                                                                                        \
        (void)stage;                                                                                         \
        __VA_ARGS__;                                                                                         \
    }                                                                                                        \
    static void name(struct stage *stage)                                                                    \
    {                                                                                                        \
        advertise_with(stage, name##_spoil);                                                                 \
    }

SPOILED(physical_source, message->ethernet.source = stage->settings.elan.mac)
SPOILED(vmac_of_another, message->ethernet.source = mac_of_vrid(0x15))
SPOILED(ethernet_destination, message->ethernet.destination = stage->peer_mac)
SPOILED(all_systems, message->ipv4.destination.number = 0xe0000001)
SPOILED(ttl, message->ipv4.ttl = 1)
SPOILED(protocol, message->ipv4.protocol = 113)
SPOILED(virtual_source, message->ipv4.source = stage->virtual_address)
SPOILED(version, message->vrrp.version = 3)
SPOILED(type, message->vrrp.type = 0)
SPOILED(vrid, message->vrrp.vrid = 1)
SPOILED(priority, message->vrrp.priority = 150)
SPOILED(owner_priority, message->vrrp.priority = 255)
SPOILED(count, message->vrrp.address_count = 0)
SPOILED(second_address, message->vrrp.addresses_present = 2, message->vrrp.address_count = 2)
SPOILED(address, message->vrrp.addresses[0] = stage->settings.elan.address)
SPOILED(authentication_type, message->vrrp.authentication_type = 1)
SPOILED(authentication_data, message->vrrp.authentication_data[3] = 1)
SPOILED(data_with_ah, message->vrrp.authentication_type = 2, message->vrrp.authentication_data[0] = 'x')
SPOILED(header_missing, message->authentication_header = false)
SPOILED(header_unasked, message->authentication_header = true)
SPOILED(header_key, message->key[0] = 'k')
SPOILED(header_spi, message->spi = 257)
SPOILED(other_password, memset(message->vrrp.authentication_data, 0, 8))
SPOILED(cut_password, message->vrrp.authentication_data[7] = 0)
SPOILED(blanks, message->vrrp.authentication_data[7] = ' ')
SPOILED(octet, message->vrrp.interval_s = 1)
SPOILED(checksum, message->bad_checksum = true)
SPOILED(ip_checksum, message->bad_ip_checksum = true)
SPOILED(cut, message->cut = 8)
SPOILED(cut_header, message->cut = 14)

static void password(struct stage *stage)
{
    stage->settings.authentication_type = VRRP_AUTHENTICATION_PASSWORD;
    memcpy(stage->settings.password, "secret", 7);
}

static void key(struct stage *stage)
{
    stage->settings.authentication_type = VRRP_AUTHENTICATION_AH;
    stage->settings.spi = 256;
    memcpy(stage->settings.key, "0123456789abcdef", 17);
}

static void long_password(struct stage *stage)
{
    stage->settings.authentication_type = VRRP_AUTHENTICATION_PASSWORD;
    memcpy(stage->settings.password, "eight-ch", 9);
}

static void two_addresses(struct stage *stage)
{
    struct virtual_router_settings *router = &stage->settings.virtual_routers[0];
    router->address_count = 2;
    router->addresses[1].number = 0x0a000002;
}

static void defaults(struct stage *stage)
{
    stage->settings.virtual_routers[0].priority_given = false;
    stage->settings.virtual_routers[0].interval_given = false;
}

static void two_seconds(struct stage *stage)
{
    stage->settings.virtual_routers[0].interval_s = 2;
}

/* As on the wall clock of a slow lab: 0.8 s of an interval of 1 s. */
static void wide_tolerance(struct stage *stage)
{
    stage->facts.tolerance_ns = MILLISECONDS(800);
}

static void vrid_255(struct stage *stage)
{
    stage->settings.virtual_routers[0].vrid = 255;
    stage->vmac = mac_of_vrid(255);
}

/* Two addresses: the advertisement of a takeover carries both, or the first only. */
static void serves_one_address(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    stage_associate(stage);
    struct advertisement message = advertisement_of(stage, 100);
    if (stage->broken) {
        message.vrrp.address_count = 1;
        message.vrrp.addresses_present = 1;
    }
    stage_advertise(stage, &message);
}

static void default_interval(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    stage_associate(stage);
    struct advertisement message = advertisement_of(stage, 100);
    message.vrrp.interval_s = stage->broken ? 3 : 1;
    message.vrrp.priority = stage->broken ? 128 : 100;
    stage_advertise(stage, &message);
}

static void folded_vrid(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    stage_associate(stage);
    struct advertisement message = advertisement_of(stage, 100);
    if (stage->broken)
        message.ethernet.source = mac_of_vrid(15);
    stage_advertise(stage, &message);
}

/* An IGMP report to the group that it joins, or an advertisement that says it is one. */
static void joins_group(struct stage *stage)
{
    static const uint8_t report[] = {0x16, 0, 0x09, 0xed, 224, 0, 0, 18};
    uint8_t message[64];
    uint8_t packet[128];
    stage_master(stage);
    struct advertisement advertisement = advertisement_of(stage, 100);
    struct ipv4 *ipv4 = &advertisement.ipv4;
    ipv4->protocol = 2;
    ipv4->payload = stage->broken
                        ? (struct octets){message, vrrp_encode(&advertisement.vrrp, message, sizeof message)}
                        : (struct octets){report, sizeof report};
    if (!stage->broken)
        ipv4->ttl = 1;
    struct ethernet ethernet = advertisement.ethernet;
    ethernet.payload = (struct octets){packet, ipv4_encode(ipv4, packet, sizeof packet)};
    stage_data(stage, stage->send, &ethernet);
}

static void forwards_group(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_hear_advertisement(stage, 200);
    struct advertisement message = advertisement_of(stage, 200);
    message.ipv4.source = stage->peer_address;
    message.ipv4.ttl = 254;
    if (stage->broken)
        stage_advertise(stage, &message);
}

/* --- the time between them
 * ---------------------------------------------------------------------------------------- */

static void advertise_after(struct stage *stage, int64_t ns)
{
    struct advertisement message = advertisement_of(stage, stage->settings.virtual_routers[0].priority);
    stage_wait(stage, ns);
    stage_advertise(stage, &message);
}

static void period(struct stage *stage)
{
    stage_master(stage);
    advertise_after(stage, stage->broken ? MILLISECONDS(1200) : SECONDS(1));
}

static void too_often(struct stage *stage)
{
    stage_master(stage);
    advertise_after(stage, stage->broken ? SECONDS(1) : SECONDS(2));
}

static void left_out(struct stage *stage)
{
    stage_master(stage);
    stage_advertise_for(stage, 1);
    if (stage->broken)
        stage_wait(stage, SECONDS(2));
    else
        stage_advertise_for(stage, 2);
}

static void late_within_tolerance(struct stage *stage)
{
    stage_master(stage);
    advertise_after(stage, MILLISECONDS(1700));
    stage_wait(stage, stage->broken ? SECONDS(2) : MILLISECONDS(1700));
}

static void never_again(struct stage *stage)
{
    stage_master(stage);
    if (stage->broken)
        stage_wait(stage, SECONDS(3));
    else
        stage_advertise_for(stage, 3);
}

static void restarted_by_inferior(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_hear_advertisement(stage, 50);
    advertise_after(stage, stage->broken ? SECONDS(1) : MILLISECONDS(500));
}

static void timer_runs_on(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(400));
    stage_hear_advertisement(stage, 0);
    advertise_after(stage, 0);
    advertise_after(stage, stage->broken ? MILLISECONDS(600) : SECONDS(1));
}

static void answer_then_nothing(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(400));
    stage_hear_advertisement(stage, 0);
    advertise_after(stage, 0);
    if (stage->broken)
        stage_wait(stage, SECONDS(2));
    else
        advertise_after(stage, SECONDS(1));
}

static void wrong_octet(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, SECONDS(2));
    struct advertisement message = advertisement_of(stage, 100);
    message.vrrp.interval_s = stage->broken ? 1 : 2;
    stage_advertise(stage, &message);
}

/* --- ARP
 * ------------------------------------------------------------------------------------------------------------
 */

static struct arp reply_of(struct stage *stage, struct mac_address mac)
{
    return (struct arp){ARP_REPLY, mac, stage->virtual_address, stage->peer_mac, stage->peer_address};
}

static void hear_arp_request(struct stage *stage)
{
    struct arp arp = {ARP_REQUEST, stage->peer_mac, stage->peer_address, {{0}}, stage->virtual_address};
    uint8_t payload[ARP_SIZE];
    struct ethernet ethernet = {
        .destination = MAC_BROADCAST, .source = stage->peer_mac, .type = ETHERTYPE_ARP};
    ethernet.payload = (struct octets){payload, arp_encode(&arp, payload, sizeof payload)};
    stage_hear_data(stage, &ethernet);
}

static void reply_with(struct stage *stage, struct mac_address mac)
{
    struct arp arp = reply_of(stage, mac);
    hear_arp_request(stage);
    stage_arp(stage, &arp, mac, stage->peer_mac);
}

static void gratuitous_with(struct stage *stage, bool physical, bool unicast, bool physical_frame)
{
    struct arp arp = stage_gratuitous(stage);
    struct mac_address source = stage->vmac;
    stage_master(stage);
    if (stage->broken && physical)
        arp.sender_mac = stage->settings.elan.mac;
    if (stage->broken && physical_frame)
        source = stage->settings.elan.mac;
    stage_arp(stage, &arp, source, stage->broken && unicast ? stage->peer_mac : MAC_BROADCAST);
}

static void gratuitous_physical(struct stage *stage)
{
    gratuitous_with(stage, true, false, false);
}

/* The one announcement of a takeover, spoilt, left out, or behind one for the interface. */
enum spoilt { PHYSICAL, UNICAST, ABSENT };

static void takes_over(struct stage *stage, enum spoilt spoilt)
{
    struct arp arp = stage_gratuitous(stage);
    struct mac_address destination = MAC_BROADCAST;
    struct advertisement message = advertisement_of(stage, stage->settings.virtual_routers[0].priority);
    stage_associate(stage);
    stage_advertise(stage, &message);
    if (stage->broken && spoilt == PHYSICAL)
        arp.sender_mac = stage->settings.elan.mac;
    if (stage->broken && spoilt == UNICAST)
        destination = stage->peer_mac;
    if (!stage->broken || spoilt != ABSENT)
        stage_arp(stage, &arp, arp.sender_mac, destination);
    stage_advertise_for(stage, 1);
    stage_wait(stage, MILLISECONDS(100));
}

static void takeover_with(struct stage *stage, enum spoilt spoilt)
{
    stage_join(stage);
    stage_down_interval(stage);
    takes_over(stage, spoilt);
}

static void takeover_physical(struct stage *stage)
{
    takeover_with(stage, PHYSICAL);
}

static void takeover_unicast(struct stage *stage)
{
    takeover_with(stage, UNICAST);
}

static void takeover_unannounced(struct stage *stage)
{
    takeover_with(stage, ABSENT);
}

static void second_takeover_unannounced(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_hear_advertisement(stage, 200);
    stage_disassociate(stage);
    stage_down_interval(stage);
    takes_over(stage, ABSENT);
}

static void one_address_unannounced(struct stage *stage)
{
    struct arp second = stage_gratuitous(stage);
    second.sender_ip = second.target_ip = stage->settings.virtual_routers[0].addresses[1];
    stage_master(stage);
    if (!stage->broken)
        stage_arp(stage, &second, stage->vmac, MAC_BROADCAST);
    stage_advertise_for(stage, 2);
}

static void gratuitous_unicast(struct stage *stage)
{
    gratuitous_with(stage, false, true, false);
}

static void gratuitous_frame(struct stage *stage)
{
    gratuitous_with(stage, false, false, true);
}

static void gratuitous_in_backup(struct stage *stage)
{
    stage_join(stage);
    stage_hear_advertisement(stage, 200);
    stage_wait(stage, MILLISECONDS(500));
    if (stage->broken)
        stage_announce_address(stage);
}

/* The reply is by half somebody else's. */
static void reply_to_another(struct stage *stage, bool mac, bool address, bool frame)
{
    struct mac_address another = mac_of_vrid(0x15);
    struct arp arp = reply_of(stage, stage->vmac);
    stage_master(stage);
    hear_arp_request(stage);
    if (stage->broken && mac)
        arp.target_mac = stage->settings.elan.mac;
    if (stage->broken && address)
        arp.target_ip = stage->settings.elan.address;
    stage_arp(stage, &arp, stage->vmac, stage->broken && frame ? another : stage->peer_mac);
}

static void reply_to_another_mac(struct stage *stage)
{
    reply_to_another(stage, true, false, false);
}

static void reply_to_another_address(struct stage *stage)
{
    reply_to_another(stage, false, true, false);
}

static void reply_sent_to_another(struct stage *stage)
{
    reply_to_another(stage, false, false, true);
}

static void reply_physical(struct stage *stage)
{
    stage_master(stage);
    reply_with(stage, stage->broken ? stage->settings.elan.mac : stage->vmac);
}

static void owner_request_physical(struct stage *stage)
{
    stage_master(stage);
    struct mac_address mac = stage->broken ? stage->settings.elan.mac : stage->vmac;
    struct arp arp = {ARP_REQUEST, mac, stage->virtual_address, {{0}}, stage->peer_address};
    stage_arp(stage, &arp, mac, MAC_BROADCAST);
}

/* Replies where only a Master may. */
static void reply_at_rest(struct stage *stage, struct mac_address mac)
{
    if (stage->broken)
        reply_with(stage, mac);
    else
        hear_arp_request(stage);
}

static void reply_in_initialize(struct stage *stage)
{
    stage_join(stage);
    reply_at_rest(stage, stage->vmac);
}

static void owner_replies_in_initialize(struct stage *stage)
{
    stage_join(stage);
    reply_at_rest(stage, stage->settings.elan.mac);
}

static void reply_in_backup(struct stage *stage)
{
    stage_join(stage);
    stage_hear_advertisement(stage, 200);
    stage_wait(stage, MILLISECONDS(500));
    reply_at_rest(stage, stage->vmac);
}

static void reply_after_yielding(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_hear_advertisement(stage, 200);
    stage_disassociate(stage);
    stage_wait(stage, MILLISECONDS(500));
    reply_at_rest(stage, stage->vmac);
}

static void reply_after_shutdown(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_control(stage, CONTROL_SHUTDOWN, 0);
    struct advertisement stop = advertisement_of(stage, 0);
    stage_advertise(stage, &stop);
    stage_disassociate(stage);
    stage_wait(stage, MILLISECONDS(500));
    reply_at_rest(stage, stage->vmac);
}

static void reply_after_backup_shutdown(struct stage *stage)
{
    stage_join(stage);
    stage_wait(stage, SECONDS(1));
    stage_control(stage, CONTROL_SHUTDOWN, 0);
    stage_wait(stage, SECONDS(1));
    reply_at_rest(stage, stage->vmac);
}

static void proxy_arp(struct stage *stage)
{
    stage->settings.proxy_arp = true;
}

static void proxy_reply(struct stage *stage)
{
    stage_master(stage);
    struct mac_address mac = stage->broken ? stage->settings.elan.mac : stage->vmac;
    struct arp arp = reply_of(stage, mac);
    arp.sender_ip.number = 0xc0000205;
    hear_arp_request(stage);
    stage_arp(stage, &arp, mac, stage->peer_mac);
}

/* --- ICMP
 * ------------------------------------------------------------------------------------------------------------
 */

static void redirect_from(struct stage *stage, struct ipv4_address source)
{
    uint8_t original[28] = {0};
    uint8_t packet[128];
    struct ipv4 ipv4 = {.identification = 77,
                        .ttl = 64,
                        .protocol = 17,
                        .source = stage->peer_address,
                        .destination = {0xc0000207}};
    uint8_t udp[8] = {0};
    ipv4.payload = (struct octets){udp, sizeof udp};
    stage_master(stage);
    struct ethernet ethernet = {
        .destination = stage->vmac, .source = stage->peer_mac, .type = ETHERTYPE_IPV4};
    ethernet.payload = (struct octets){original, ipv4_encode(&ipv4, original, sizeof original)};
    stage_hear_data(stage, &ethernet);
    uint8_t message[64];
    struct icmp icmp = {
        .type = ICMP_REDIRECT, .gateway = stage->peer_address, .payload = {original, sizeof original}};
    struct ipv4 answer = {
        .ttl = 255, .protocol = IPV4_PROTOCOL_ICMP, .source = source, .destination = stage->peer_address};
    answer.payload = (struct octets){message, icmp_encode(&icmp, message, sizeof message)};
    ethernet =
        (struct ethernet){.destination = stage->peer_mac, .source = stage->vmac, .type = ETHERTYPE_IPV4};
    ethernet.payload = (struct octets){packet, ipv4_encode(&answer, packet, sizeof packet)};
    stage_data(stage, stage->send, &ethernet);
}

static void redirect_from_primary(struct stage *stage)
{
    redirect_from(stage, stage->broken ? stage->settings.elan.address : stage->virtual_address);
}

static void second_router(struct stage *stage)
{
    stage->settings.virtual_router_count = 2;
    stage->settings.virtual_routers[1] = stage->settings.virtual_routers[0];
    stage->settings.virtual_routers[1].vrid = 9;
    stage->settings.virtual_routers[1].started_by_join = false;
    stage->settings.virtual_routers[1].addresses[0].number = 0x0a000009;
}

static void redirect_from_other_router(struct stage *stage)
{
    struct ipv4_address other = {0x0a000009};
    redirect_from(stage, stage->broken ? other : stage->virtual_address);
}

static void echo_reply(struct stage *stage)
{
    uint8_t message[ICMP_HEADER_SIZE];
    uint8_t packet[64];
    struct icmp icmp = {.type = ICMP_ECHO_REPLY, .identifier = 1, .sequence = 1};
    struct ipv4 ipv4 = {.ttl = 64,
                        .protocol = IPV4_PROTOCOL_ICMP,
                        .source = stage->virtual_address,
                        .destination = stage->peer_address};
    ipv4.payload = (struct octets){message, icmp_encode(&icmp, message, sizeof message)};
    struct ethernet ethernet = {
        .destination = stage->peer_mac, .source = stage->vmac, .type = ETHERTYPE_IPV4};
    ethernet.payload = (struct octets){packet, ipv4_encode(&ipv4, packet, sizeof packet)};
    if (!stage->broken)
        ipv4.source = stage->settings.elan.address;
    ethernet.payload.size = ipv4_encode(&ipv4, packet, sizeof packet);
    stage_data(stage, stage->send, &ethernet);
}

/* A reply of the Master comes in and is sent on, with a lower TTL; broken: not the one that came in. */
static void echo_reply_sent_on(struct stage *stage)
{
    uint8_t message[ICMP_HEADER_SIZE];
    uint8_t packet[64];
    struct icmp icmp = {.type = ICMP_ECHO_REPLY, .identifier = 7, .sequence = 3};
    struct ipv4 ipv4 = {.ttl = 64,
                        .protocol = IPV4_PROTOCOL_ICMP,
                        .source = stage->virtual_address,
                        .destination = stage->peer_address};
    ipv4.payload = (struct octets){message, icmp_encode(&icmp, message, sizeof message)};
    struct ethernet ethernet = {
        .destination = stage->settings.elan.mac, .source = stage->peer_mac, .type = ETHERTYPE_IPV4};
    ethernet.payload = (struct octets){packet, ipv4_encode(&ipv4, packet, sizeof packet)};
    stage_join(stage);
    stage_hear_advertisement(stage, 200);
    stage_hear_data(stage, &ethernet);
    stage_wait(stage, MILLISECONDS(500));
    icmp.sequence = stage->broken ? 4 : 3;
    ipv4.payload.size = icmp_encode(&icmp, message, sizeof message);
    ipv4.ttl = 63;
    ethernet.destination = stage->peer_mac;
    ethernet.source = stage->settings.elan.mac;
    ethernet.payload.size = ipv4_encode(&ipv4, packet, sizeof packet);
    stage_data(stage, stage->send, &ethernet);
}

static void echo_reply_in_backup(struct stage *stage)
{
    stage_join(stage);
    stage_hear_advertisement(stage, 200);
    stage_wait(stage, MILLISECONDS(500));
    echo_reply(stage);
}

static void echo_reply_of_master(struct stage *stage)
{
    stage_master(stage);
    echo_reply(stage);
}

const struct sample vrrp_samples[] = {
    {"physical source MAC", "advertisement-carrier", "V-7.2-03 R-2.2-01 V-2.5-01", 0, physical_source, NULL},
    {"VMAC of another VRID", "advertisement-carrier", "V-7.3-01", 0, vmac_of_another, NULL},
    {"VRID 255 folded", "advertisement-carrier", "V-7.3-01 V-6.1.2-01 V-7.3-02", 0, folded_vrid, vrid_255},
    {"unicast Ethernet destination", "advertisement-carrier", "V-5.2.2-01 V-7.2-06", 0, ethernet_destination,
     NULL},
    {"sent to 224.0.0.1", "advertisement-carrier", "V-5.2.2-01 V-7.2-06", 0, all_systems, NULL},
    {"TTL 1", "advertisement-carrier", "V-5.2.3-01", 0, ttl, NULL},
    {"protocol 113", "advertisement-carrier", "V-5.2.4-01 V-7.2-05", 0, protocol, NULL},
    {"advertisement as IGMP", "advertisement-carrier", "V-5.2.4-01 V-7.2-05", 0, joins_group, NULL},
    {"bad IP header checksum", "advertisement-carrier", "V-5.1-01", 0, ip_checksum, NULL},
    {"virtual source address", "advertisement-carrier", "V-5.2.1-01 V-7.2-04 V-1.2-01", 0, virtual_source,
     NULL},
    {"forwards 224.0.0.18", "advertisement-carrier", "V-5.2.2-02", 0, forwards_group, NULL},
    {"VRRP version 3", "advertisement-form", "V-5.3.1-01", 0, version, NULL},
    {"type 0", "advertisement-form", "V-5.3.2-01", 0, type, NULL},
    {"VRID 1", "advertisement-form", "V-5.3.3-01 V-7.2-01", 0, vrid, NULL},
    {"another priority", "advertisement-form", "V-7.2-01", 0, priority, NULL},
    {"priority 255", "advertisement-form", "V-5.3.4-02 V-6.1.2-02", 0, owner_priority, NULL},
    {"owner with another priority", "advertisement-form", "V-5.3.4-01", STAGE_OWNER, priority, NULL},
    {"wrong defaults", "advertisement-form", "V-5.3.4-03 V-5.3.7-02", 0, default_interval, defaults},
    {"wrong count", "advertisement-form", "V-5.3.5-01 V-7.2-01", 0, count, NULL},
    {"an address too many", "advertisement-form", "V-5.3.5-01", 0, second_address, NULL},
    {"wrong address", "advertisement-form", "V-5.3.9-01", 0, address, NULL},
    {"one of two addresses", "advertisement-form", "V-6.1.2-03 V-5.3.9-01", 0, serves_one_address,
     two_addresses},
    {"authentication type", "advertisement-form", "V-7.2-01", 0, authentication_type, NULL},
    {"authentication data with type 0", "advertisement-form", "V-5.3.6.1-01", 0, authentication_data, NULL},
    {"authentication data with type 2", "advertisement-form", "V-5.3.6.3-02", 0, data_with_ah, NULL},
    {"no authentication header", "advertisement-form", "V-7.2-01", 0, header_missing, key},
    {"header of another key", "advertisement-form", "V-7.2-01", 0, header_key, key},
    {"header of another SPI", "advertisement-form", "V-7.2-01", 0, header_spi, key},
    {"header without type 2", "advertisement-carrier", "V-5.2.4-01 V-7.2-05", 0, header_unasked, NULL},
    {"no password", "advertisement-form", "V-5.3.6.2-01", 0, other_password, password},
    {"password cut", "advertisement-form", "V-5.3.6.2-01 V-5.3.10-03", 0, cut_password, long_password},
    {"blanks behind the password", "advertisement-form", "V-5.3.10-01", 0, blanks, password},
    {"interval octet", "advertisement-form", "V-5.3.7-01 V-7.2-01", 0, octet, two_seconds},
    {"bad checksum", "advertisement-form", "V-5.3.8-01 V-7.2-02", 0, checksum, NULL},
    {"no Authentication Data", "advertisement-form", "V-5.1-01", 0, cut, NULL},
    {"cut in the header", "advertisement-form", "V-5.1-01", 0, cut_header, NULL},
    {"period of 1.2 s", "advertisement-period", "V-6.2-02 V-6.4.3-09", 0, period, NULL},
    {"every second", "advertisement-period", "V-6.1.2-04", 0, too_often, two_seconds},
    {"one left out", "advertisement-period", "V-6.4.3-08 V-2.5-03", 0, left_out, NULL},
    {"none within a wide tolerance", "advertisement-period", "V-6.4.3-08 V-2.5-03", 0, late_within_tolerance,
     wide_tolerance},
    {"one and no more", "advertisement-period", "V-6.4.2-08", 0, never_again, NULL},
    {"one and no more of the owner", "advertisement-period", "V-6.4.1-03", STAGE_OWNER, never_again, NULL},
    {"no more with the default interval", "advertisement-period", "V-5.3.7-02", 0, never_again, defaults},
    {"restarted by an inferior one", "advertisement-period", "V-6.4.3-17", 0, restarted_by_inferior, NULL},
    {"timer runs on after priority 0", "advertisement-period", "V-6.4.3-11", 0, timer_runs_on, NULL},
    {"no more after priority 0", "advertisement-period", "V-6.4.3-11", 0, answer_then_nothing, NULL},
    {"octet unlike the spacing", "advertisement-period", "V-5.3.7-01", 0, wrong_octet, two_seconds},
    {"gratuitous ARP with the physical MAC", "gratuitous-arp", "V-6.4.2-07", 0, gratuitous_physical, NULL},
    {"owner's gratuitous ARP with the physical MAC", "arp-form", "V-8.2-03 V-8.2-04", STAGE_OWNER,
     gratuitous_physical, NULL},
    {"gratuitous ARP to one host", "gratuitous-arp", "V-6.4.2-07", 0, gratuitous_unicast, NULL},
    {"takeover announced with the physical MAC", "gratuitous-arp", "V-6.4.2-07", 0, takeover_physical, NULL},
    {"start announced with the physical MAC", "gratuitous-arp", "V-6.4.1-02", STAGE_OWNER, takeover_physical,
     NULL},
    {"takeover announced to one host", "gratuitous-arp", "V-6.4.2-07", 0, takeover_unicast, NULL},
    {"takeover without gratuitous ARP", "gratuitous-arp", "V-6.4.2-07", 0, takeover_unannounced, NULL},
    {"start without gratuitous ARP", "gratuitous-arp", "V-6.4.1-02", STAGE_OWNER, takeover_unannounced, NULL},
    {"second takeover without gratuitous ARP", "gratuitous-arp", "V-6.4.2-07", 0, second_takeover_unannounced,
     NULL},
    {"gratuitous ARP for one of two addresses", "gratuitous-arp", "V-6.4.2-07", 0, one_address_unannounced,
     two_addresses},
    {"gratuitous ARP in a physical frame", "arp-form", "V-6.4.2-07", 0, gratuitous_frame, NULL},
    {"owner's gratuitous ARP in a physical frame", "arp-form", "V-6.4.1-02", STAGE_OWNER, gratuitous_frame,
     NULL},
    {"gratuitous ARP in Backup", "arp-form", "V-6.4.2-07", 0, gratuitous_in_backup, NULL},
    {"ARP reply for another MAC address", "arp-form", "V-6.4.3-01 V-8.2-01", 0, reply_to_another_mac, NULL},
    {"ARP reply for another IP address", "arp-form", "V-6.4.3-01 V-8.2-01", 0, reply_to_another_address,
     NULL},
    {"ARP reply sent to somebody else", "arp-form", "V-6.4.3-01 V-8.2-01", 0, reply_sent_to_another, NULL},
    {"ARP reply with the physical MAC", "arp-form", "V-8.2-01 V-8.2-02 R-3.3.3-01", 0, reply_physical, NULL},
    {"owner asks with the physical MAC", "arp-form", "V-8.2-04", STAGE_OWNER, owner_request_physical, NULL},
    {"ARP reply in Initialize", "arp-form", "V-6.4.1-07", STAGE_BY_CONTROL, reply_in_initialize, NULL},
    {"owner's ARP reply in Initialize", "arp-form", "V-8.2-06", STAGE_BY_CONTROL | STAGE_OWNER,
     owner_replies_in_initialize, NULL},
    {"ARP reply in Backup", "arp-form", "R-3.3.2-01 V-6.4.2-01", 0, reply_in_backup, NULL},
    {"ARP reply after yielding", "arp-form", "V-6.4.3-16", 0, reply_after_yielding, NULL},
    {"ARP reply after Shutdown", "arp-form", "V-6.4.3-07", 0, reply_after_shutdown, NULL},
    {"ARP reply after Shutdown in Backup", "arp-form", "V-6.4.2-05", 0, reply_after_backup_shutdown, NULL},
    {"proxy ARP with the physical MAC", "arp-form", "V-8.3-01", 0, proxy_reply, proxy_arp},
    {"redirect from the primary address", "icmp-source", "V-8.1-02", 0, redirect_from_primary, NULL},
    {"redirect from another virtual router", "icmp-source", "V-8.1-03", 0, redirect_from_other_router,
     second_router},
    {"echo reply in Backup", "icmp-source", "V-6.4.2-03 R-3.3.2-04", 0, echo_reply_in_backup, NULL},
    {"echo reply that came in", "icmp-source", "V-6.4.2-03 R-3.3.2-04", 0, echo_reply_sent_on, NULL},
    {"echo reply of a Master", "icmp-source", "V-6.4.3-03", 0, echo_reply_of_master, NULL},
    {0},
};
