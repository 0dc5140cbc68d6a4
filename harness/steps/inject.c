#include "steps/inject.h"

#include <string.h>

/* Longer than any way to the device: four VCCs of 300 ms and answer times of the servers. */
#define ARRIVAL_LIMIT SECONDS(5)

#define DEVICE_PORT 0u

static struct tap_event *first_sent_since(struct scene *scene, const struct pattern *pattern,
                                          struct mark since);
static void send_ip(struct scene *scene, struct mac_address mac, const struct ipv4 *ipv4);
static void send_to_everybody(struct scene *scene, const uint8_t *frame, size_t size);
static void require_lane(struct scene *scene);

struct tap_event *inject_advertisement(struct scene *scene, const struct advertisement *advertisement)
{
    struct mark since = mark_now(scene);
    vrrp_speaker_send(scene->speaker, advertisement);
    return arrival_from(scene, scene->speaker_port, since, "the advertisement");
}

struct tap_event *inject_priority(struct scene *scene, uint8_t priority)
{
    struct advertisement advertisement = good_advertisement(scene, priority);
    return inject_advertisement(scene, &advertisement);
}

struct tap_event *inject_priority_from(struct scene *scene, uint8_t priority, struct ipv4_address sender)
{
    struct advertisement advertisement = good_advertisement(scene, priority);
    advertisement.source = sender;
    return inject_advertisement(scene, &advertisement);
}

struct advertisement good_advertisement(const struct scene *scene, uint8_t priority)
{
    struct advertisement advertisement = vrrp_speaker_advertisement(scene->speaker);
    advertisement.message.priority = priority;
    return advertisement;
}

struct tap_event *inject_le_arp_request(struct scene *scene, struct mac_address mac, uint32_t *transaction_id)
{
    require_lane(scene);
    struct le_control request = peer_lec_request(scene->host_lec, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(scene->plan.host_lec.mac);
    request.target_lan = lan_destination_of_mac(mac);
    if (transaction_id)
        *transaction_id = request.transaction_id;
    return inject_control(scene, &request);
}

struct tap_event *inject_control(struct scene *scene, const struct le_control *control)
{
    require_lane(scene);
    uint8_t data[2048];
    size_t size = le_control_encode(control, data, sizeof data);
    struct mark since = mark_now(scene);
    if (!les_send_octets_to_member(scene->les, &scene->device_atm, LES_ON_CONTROL_DIRECT, data, size))
        scene_inconclusive(scene,
                           "the LES has no Control Direct VCC to the device: it is no member of the ELAN");
    return arrival_of_octets(scene, since, data, size, "the control frame");
}

struct tap_event *inject_arp_request(struct scene *scene, struct ipv4_address address)
{
    struct mark since = mark_now(scene);
    host_ask(scene->host, address);
    return arrival_from(scene, scene->host_port, since, "the ARP request");
}

struct tap_event *inject_arp(struct scene *scene, const struct arp *arp)
{
    uint8_t message[ARP_SIZE];
    uint8_t frame[128];
    uint16_t hardware_type = scene->plan.device.token_ring ? ARP_IEEE_802 : ARP_ETHERNET;
    size_t size = arp_encode_as(hardware_type, arp, message, sizeof message);
    struct ethernet ethernet = {.destination = MAC_BROADCAST,
                                .source = arp->sender_mac,
                                .type = ETHERTYPE_ARP,
                                .payload = {message, size}};
    size = ethernet_encode(&ethernet, true, frame, sizeof frame);
    struct mark since = mark_now(scene);
    send_to_everybody(scene, frame, size);
    return arrival_from(scene, scene->host_port, since, "the ARP request");
}

struct tap_event *inject_arp_request_of(struct scene *scene, struct mac_address mac,
                                        struct ipv4_address sender)
{
    return inject_arp(scene, &(struct arp){.operation = ARP_REQUEST,
                                           .sender_mac = mac,
                                           .sender_ip = sender,
                                           .target_ip = scene->device_ip});
}

struct tap_event *inject_echo_request(struct scene *scene, struct ipv4_address address,
                                      struct mac_address mac)
{
    return inject_packet(scene, address, mac, 64);
}

struct tap_event *inject_packet(struct scene *scene, struct ipv4_address destination, struct mac_address mac,
                                uint8_t ttl)
{
    static const uint8_t payload[32] = "vmacheck";
    uint8_t icmp_octets[ICMP_HEADER_SIZE + sizeof payload];
    struct icmp icmp = {.type = ICMP_ECHO_REQUEST,
                        .identifier = (uint16_t)random_next(&scene->random),
                        .sequence = 1,
                        .payload = {payload, sizeof payload}};
    size_t size = icmp_encode(&icmp, icmp_octets, sizeof icmp_octets);
    struct ipv4 ipv4 = {.ttl = ttl,
                        .protocol = IPV4_PROTOCOL_ICMP,
                        .source = scene->plan.host.address,
                        .destination = destination,
                        .payload = {icmp_octets, size}};
    struct mark since = mark_now(scene);
    send_ip(scene, mac, &ipv4);
    return arrival_from(scene, scene->host_port, since, "the IP packet");
}

struct tap_event *inject_echo_of(struct scene *scene, const struct tap_event *sent)
{
    struct mark since = mark_now(scene);
    if (sent->vcc->kind == VCC_MULTICAST_SEND)
        bus_send(scene->bus, sent->data, sent->size);
    else if (!les_send_octets_to_member(scene->les, &scene->device_atm, LES_ON_CONTROL_DIRECT, sent->data,
                                        sent->size))
        scene_inconclusive(scene,
                           "the LES has no Control Direct VCC to the device: it is no member of the ELAN");
    return arrival_of_octets(scene, since, sent->data, sent->size, "the echo of the device's own frame");
}

struct tap_event *next_speaker_advertisement(struct scene *scene)
{
    struct pattern pattern = {
        .names = FRAME_SET(ADVERTISEMENT), .from_any = true, .reaches = port_bit(DEVICE_PORT)};
    pattern.conditions[0] =
        (struct condition){FIELD_IP_SOURCE, ipv4_value(scene->plan.speaker.address), false};
    struct tap_event *event =
        await(scene, &pattern, mark_now(scene), SECONDS(scene->interval_s) + ARRIVAL_LIMIT);
    if (!event)
        scene_inconclusive(scene,
                           "no advertisement of the speaker reached the device: the BUS does not reach it");
    return event;
}

/* Follows what 'sender' sends next to the device: on a LAN at once, in an ELAN by the server that forwards
 * it. */
struct tap_event *arrival_from(struct scene *scene, struct port *sender, struct mark since, const char *what)
{
    struct pattern on_lan = {.from = (uint8_t)port_index(sender), .segment = scene->lan};
    struct pattern to_bus = {.from = (uint8_t)port_index(sender), .vcc_kinds = 1u << VCC_MULTICAST_SEND};
    struct tap_event *sent = first_sent_since(scene, scene->lane ? &to_bus : &on_lan, since);
    if (!sent)
        scene_inconclusive(scene, "%s was not sent: %s is not in the ELAN", what, port_name(sender));
    return scene->lane ? arrival_of_octets(scene, mark_at(sent), sent->data, sent->size, what) : sent;
}

static struct tap_event *first_sent_since(struct scene *scene, const struct pattern *pattern,
                                          struct mark since)
{
    for (struct mark from = since;;) {
        struct tap_event *event = await(scene, pattern, from, ARRIVAL_LIMIT);
        if (!event || event->sent_ns >= since.time_ns)
            return event;
        from.index = event->index + 1;
    }
}

/* The arrival of a frame that was sent at 'since' or later: an equal one may be under way. */
struct tap_event *arrival_of_octets(struct scene *scene, struct mark since, const uint8_t *data, size_t size,
                                    const char *what)
{
    struct pattern pattern = {.from_any = true, .reaches = port_bit(DEVICE_PORT)};
    for (;;) {
        struct tap_event *event = await(scene, &pattern, since, ARRIVAL_LIMIT);
        if (!event)
            scene_inconclusive(scene, "%s did not reach the device", what);
        if (event->sent_ns >= since.time_ns && event->size == size && memcmp(event->data, data, size) == 0)
            return event;
        since.index = event->index + 1;
    }
}

static void send_ip(struct scene *scene, struct mac_address mac, const struct ipv4 *ipv4)
{
    uint8_t packet[512];
    uint8_t frame[600];
    size_t size = ipv4_encode(ipv4, packet, sizeof packet);
    struct ethernet ethernet = {.destination = mac,
                                .source = scene->plan.host.mac,
                                .type = ETHERTYPE_IPV4,
                                .payload = {packet, size}};
    size = ethernet_encode(&ethernet, true, frame, sizeof frame);
    send_to_everybody(scene, frame, size);
}

/* By the host, to each station there is, whatever the destination of the frame. */
static void send_to_everybody(struct scene *scene, const uint8_t *frame, size_t size)
{
    if (scene->host_lec)
        peer_lec_send_on_bus(scene->host_lec, peer_lec_lecid(scene->host_lec), frame, size);
    else
        peer_link_send(scene->host_link, frame, size);
}

static void require_lane(struct scene *scene)
{
    if (!scene->les)
        scene_inconclusive(scene, "no LES is there that could hand a control frame to the device");
}
