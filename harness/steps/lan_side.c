#include "steps/lan_side.h"

#include <stdio.h>

#include "scene/role_network.h"

#define PRIME_ROUNDS 30
#define FRAME_ROOM   128
#define BPDU_SIZE    38 /* with LLC */

static size_t encode(struct scene *scene, const struct lan_frame *frame, uint8_t *data);
static struct tap_event *arrival_from_host(struct scene *scene, unsigned lan, struct mark since);
static uint8_t *octets_put(uint8_t *at, const uint8_t *data, size_t size);
static void open_data_direct(struct scene *scene);
static struct tap_event *await_direct(struct scene *scene, const uint8_t *data, size_t size);
static struct tap_event *expect_frame(struct scene *scene, const char *site, struct pattern pattern,
                                      struct mark since, const char *requirements, const char *more);

void send_on_lan(struct scene *scene, unsigned lan, const struct lan_frame *frame)
{
    uint8_t data[FRAME_ROOM];
    peer_link_send(scene->lans[lan].link, data, encode(scene, frame, data));
}

struct tap_event *inject_on_lan(struct scene *scene, unsigned lan, const struct lan_frame *frame)
{
    uint8_t data[FRAME_ROOM];
    size_t size = encode(scene, frame, data);
    struct mark since = mark_now(scene);
    peer_link_send(scene->lans[lan].link, data, size);
    return arrival_from_host(scene, lan, since);
}

struct tap_event *inject_routed_on_lan(struct scene *scene, unsigned lan, const struct lan_frame *frame,
                                       const struct source_route *route)
{
    uint8_t data[FRAME_ROOM];
    uint8_t ring[2 * FRAME_ROOM];
    uint8_t octets[ROUTE_ROOM];
    struct ethernet ethernet;
    struct reason reason;
    if (!ethernet_decode(data, encode(scene, frame, data), &ethernet, &reason))
        scene_inconclusive(scene, "a frame for the ring can't be made: %s", reason.text);
    struct octets routing = {octets, source_route_encode(route, octets)};
    size_t size = token_ring_encode(&ethernet, routing, ring, sizeof ring);
    struct mark since = mark_now(scene);
    lan_port_send_octets(scene->lans[lan].host_station, ring, size);
    return arrival_from_host(scene, lan, since);
}

struct tap_event *inject_on_elan(struct scene *scene, const struct lan_frame *frame)
{
    uint8_t data[FRAME_ROOM];
    size_t size = encode(scene, frame, data);
    struct mark since = mark_now(scene);
    peer_lec_send_on_bus(scene->speaker_lec, peer_lec_lecid(scene->speaker_lec), data, size);
    return arrival_from(scene, scene->speaker_port, since, "the frame on the ELAN");
}

struct tap_event *inject_on_data_direct(struct scene *scene, const struct lan_frame *frame)
{
    uint8_t data[FRAME_ROOM];
    open_data_direct(scene);
    struct tap_event *event = await_direct(scene, data, encode(scene, frame, data));
    if (!event)
        scene_inconclusive(scene, "the speaker has no Data Direct VCC to the device for this destination");
    return event;
}

struct tap_event *station_speaks(struct scene *scene, unsigned lan, struct mac_address mac)
{
    return inject_on_lan(scene, lan, &(struct lan_frame){.source = mac, .destination = MAC_BROADCAST});
}

struct tap_event *station_speaks_on_elan(struct scene *scene, struct mac_address mac)
{
    return inject_on_elan(scene, &(struct lan_frame){.source = mac, .destination = MAC_BROADCAST});
}

struct tap_event *lan_host_speaks(struct scene *scene, unsigned lan)
{
    return inject_on_lan(
        scene, lan,
        &(struct lan_frame){.source = scene->plan.lans[lan].host.mac, .destination = scene->device_mac});
}

struct tap_event *lan_router_advertises(struct scene *scene, unsigned lan)
{
    struct pattern pattern = {.names = FRAME_SET(ADVERTISEMENT),
                              .from = (uint8_t)port_index(scene->lans[lan].speaker_port),
                              .reaches = port_bit(port_index(scene->device_port)),
                              .on_segment = true};
    struct mark since = mark_now(scene);
    vrrp_speaker_advertise(scene->lans[lan].speaker, scene->plan.lans[lan].speaker.priority);
    struct tap_event *event = await(scene, &pattern, since, SECONDS(2));
    if (!event)
        scene_inconclusive(scene, "the advertisement did not reach LAN port %u of the device", lan);
    return event;
}

struct tap_event *inject_bpdu(struct scene *scene, unsigned lan, bool changing)
{
    static const struct mac_address bridges = {{0x01, 0x80, 0xc2, 0x00, 0x00, 0x00}};
    static const struct mac_address bridges_on_ring = {{0xc0, 0x00, 0x00, 0x00, 0x01, 0x00}};
    /* LLC, then a root that is its own designated bridge: message age 0, maximum 20 s, hello 2 s, forward
     * delay 15 s (in 1/256 s). */
    uint8_t bpdu[BPDU_SIZE] = {
        0x42, 0x42, 0x03, [7] = changing ? 0x01 : 0x00, [32] = 20, [34] = 2, [36] = 15};
    bpdu[8] = bpdu[20] = 0x80;
    memcpy(bpdu + 10, scene->plan.third_mac.octet, sizeof scene->plan.third_mac.octet);
    memcpy(bpdu + 22, scene->plan.third_mac.octet, sizeof scene->plan.third_mac.octet);
    bpdu[28] = 0x80;
    bpdu[29] = 0x01;
    bool ring = scene->plan.device.token_ring;
    struct mac_address destination = ring ? bridges_on_ring : bridges;
    uint8_t data[FRAME_ROOM] = {0x00, 0x40}; /* AC, FC of an LLC frame */
    uint8_t *at = data + (ring ? 2 : 0);
    at = octets_put(at, destination.octet, sizeof destination.octet);
    at = octets_put(at, scene->plan.third_mac.octet, sizeof scene->plan.third_mac.octet);
    if (!ring) {
        octets_put_u16(at, BPDU_SIZE);
        at += 2;
    }
    at = octets_put(at, bpdu, sizeof bpdu);
    size_t size = (size_t)(at - data);
    struct mark since = mark_now(scene);
    lan_port_send_octets(scene->lans[lan].host_station, data,
                         ring || size > ETHERNET_MINIMUM_SIZE ? size : ETHERNET_MINIMUM_SIZE);
    return arrival_from_host(scene, lan, since);
}

struct pattern frame_on_lan(const struct scene *scene, unsigned lan, struct mac_address source)
{
    struct pattern pattern = {.on_segment = true,
                              .reaches = port_bit(port_index(scene->lans[lan].host_port))};
    return pattern_with(pattern, FIELD_ORIGIN, mac_value(source));
}

struct pattern frame_on_elan(const struct scene *scene, struct mac_address source)
{
    (void)scene;
    struct pattern pattern = {.vcc_kinds = 1u << VCC_MULTICAST_SEND | 1u << VCC_DATA_DIRECT};
    return pattern_with(pattern, FIELD_ORIGIN, mac_value(source));
}

void await_representation(struct scene *scene, struct mac_address mac)
{
    uint32_t id;
    scene_advance(scene, SECONDS(3));
    struct tap_event *asked = inject_le_arp_request(scene, mac, &id);
    struct pattern answer = le_arp_answer(scene, id);
    if (!await(scene, &answer, mark_at(asked), SECONDS(1)))
        scene_inconclusive(scene, "the device does not represent a station that it heard on a LAN");
}

bool await_rejoin(struct scene *scene, int64_t max_ns)
{
    int64_t limit_ns = scene_now_ns(scene) + max_ns;
    do {
        scene_advance(scene, MILLISECONDS(500));
        if (les_lecid_of(scene->les, &scene->device_atm) && scene->network->ready(scene))
            return true;
    } while (scene_now_ns(scene) < limit_ns);
    return false;
}

struct tap_event *expect_represented_at(struct scene *scene, const char *site, struct mac_address mac,
                                        const char *requirements)
{
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, mac, &id);
    struct pattern answer =
        pattern_with(le_arp_answer(scene, id), FIELD_TARGET_ATM, atm_value(scene->device_atm));
    return expect_at(
        scene, site,
        &(struct expectation){
            .requirements = requirements, .pattern = answer, .since = mark_at(asked), .max_ns = SECONDS(1)});
}

bool expect_given_up_at(struct scene *scene, const char *site, struct mac_address mac,
                        const char *requirements)
{
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, mac, &id);
    bool silent = expect_none_at(scene, site,
                                 &(struct expectation){.requirements = requirements,
                                                       .pattern = le_arp_answer(scene, id),
                                                       .since = mark_at(asked),
                                                       .max_ns = SECONDS(2)});
    prove_alive(scene);
    return silent;
}

void expect_station_associated_at(struct scene *scene, const char *site, struct mac_address mac,
                                  struct mark since, const char *requirements)
{
    expect_frame(scene, site, announcement(scene, mac), since, requirements,
                 scene->v2 ? "R-3.2-03 R-6-10" : "R-3.2-07 R-6-04");
    expect_frame(scene, site, probe(scene, mac), since, requirements, "R-3.2-04");
}

void expect_station_given_up_at(struct scene *scene, const char *site, struct mac_address mac,
                                struct mark since, const char *requirements)
{
    if (scene->v2 || scene->pixit.choice[PIXIT_V1_DISASSOCIATION] == V1_DISASSOCIATION_NO_SOURCE)
        expect_frame(scene, site, withdrawal(scene, mac), since, requirements, "R-3.2-08 R-6-09");
    expect_given_up_at(scene, site, mac, requirements);
}

static struct tap_event *expect_frame(struct scene *scene, const char *site, struct pattern pattern,
                                      struct mark since, const char *requirements, const char *more)
{
    char all[200];
    snprintf(all, sizeof all, "%s %s", requirements, more);
    return expect_at(scene, site,
                     &(struct expectation){.requirements = arena_text(scene->arena, "%s", all),
                                           .pattern = pattern,
                                           .since = since,
                                           .max_ns = SECONDS(1)});
}

static size_t encode(struct scene *scene, const struct lan_frame *frame, uint8_t *data)
{
    static const uint8_t filling[32] = "vmacheck";
    uint8_t payload[FRAME_ROOM];
    uint8_t icmp_octets[ICMP_HEADER_SIZE + sizeof filling];
    struct ethernet ethernet = {
        .destination = frame->destination, .source = frame->source, .type = ETHERTYPE_IPV4};
    size_t size;
    if (peer_link_is_group(scene->lans[0].link, frame->destination)) {
        struct arp arp = {.operation = ARP_REQUEST,
                          .sender_mac = frame->source,
                          .sender_ip = scene->plan.third_ip,
                          .target_ip = scene->plan.third_ip};
        ethernet.type = ETHERTYPE_ARP;
        size = arp_encode_as(scene->plan.device.token_ring ? ARP_IEEE_802 : ARP_ETHERNET, &arp, payload,
                             sizeof payload);
    } else {
        struct icmp icmp = {.type = ICMP_ECHO_REQUEST,
                            .identifier = (uint16_t)random_next(&scene->random),
                            .sequence = 1,
                            .payload = {filling, sizeof filling}};
        size = icmp_encode(&icmp, icmp_octets, sizeof icmp_octets);
        struct ipv4 ipv4 = {.ttl = 64,
                            .protocol = IPV4_PROTOCOL_ICMP,
                            .source = scene->plan.third_ip,
                            .destination = scene->plan.far_ip,
                            .payload = {icmp_octets, size}};
        size = ipv4_encode(&ipv4, payload, sizeof payload);
    }
    ethernet.payload = (struct octets){payload, size};
    return ethernet_encode(&ethernet, true, data, FRAME_ROOM);
}

/* The speaker's own traffic to the host of LAN 0 opens the VCC, so that the frame of the case is the first
 * one of its kind that the device hears. */
static void open_data_direct(struct scene *scene)
{
    struct lan_frame frame = {.source = scene->plan.speaker_lec.mac,
                              .destination = scene->plan.lans[0].host.mac};
    uint8_t data[FRAME_ROOM];
    lan_host_speaks(scene, 0);
    for (unsigned round = 0; round < PRIME_ROUNDS; round++) {
        if (await_direct(scene, data, encode(scene, &frame, data)))
            return;
    }
    scene_inconclusive(scene, "the speaker gets no Data Direct VCC to the device");
}

/* Sends an Ethernet frame as the speaker's LEC would; its arrival, if it came on a Data Direct VCC. */
static struct tap_event *await_direct(struct scene *scene, const uint8_t *data, size_t size)
{
    struct ethernet ethernet;
    if (!ethernet_decode(data, size, &ethernet, NULL))
        return NULL;
    struct pattern pattern = {.from = (uint8_t)port_index(scene->speaker_port),
                              .vcc_kinds = 1u << VCC_DATA_DIRECT,
                              .reaches = port_bit(port_index(scene->device_port))};
    pattern = pattern_with(pattern, FIELD_ORIGIN, mac_value(ethernet.source));
    pattern = pattern_with(pattern, FIELD_DESTINATION, mac_value(ethernet.destination));
    struct mark since = mark_now(scene);
    peer_lec_send(scene->speaker_lec, data, size);
    return await(scene, &pattern, since, SECONDS(1));
}

/* The arrival at the device of what the host's station of a LAN sent at 'since' or later. */
static struct tap_event *arrival_from_host(struct scene *scene, unsigned lan, struct mark since)
{
    struct pattern pattern = {.from = (uint8_t)port_index(scene->lans[lan].host_port),
                              .reaches = port_bit(port_index(scene->device_port)),
                              .on_segment = true};
    for (struct mark from = since;;) {
        struct tap_event *event = await(scene, &pattern, from, SECONDS(2));
        if (!event)
            scene_inconclusive(scene, "a frame on LAN port %u did not reach the device", lan);
        if (event->sent_ns >= since.time_ns)
            return event;
        from.index = event->index + 1;
    }
}

static uint8_t *octets_put(uint8_t *at, const uint8_t *data, size_t size)
{
    memcpy(at, data, size);
    return at + size;
}
