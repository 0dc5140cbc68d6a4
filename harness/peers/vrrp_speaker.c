#include "peers/vrrp_speaker.h"

#include <stdlib.h>

#include "wire/authentication_header.h"
#include "wire/token_ring.h"

#define TRAILING_ROOM 64
#define MESSAGE_ROOM  (VRRP_HEADER_SIZE + 4 * VRRP_ADDRESS_ROOM + VRRP_AUTHENTICATION_DATA_SIZE)
#define DATAGRAM_ROOM (IPV4_HEADER_SIZE + AUTHENTICATION_HEADER_SIZE + MESSAGE_ROOM + TRAILING_ROOM)

struct vrrp_speaker {
    struct peer_link *link;
    struct peer_lec *lec; /* NULL on a LAN */
    const struct station_services *services;
    struct vrrp_speaker_settings settings;
    struct peer_user user;
    bool dead;
    bool master;

    uint32_t sequence; /* of the last authentication header */
    struct timer advertisement_timer;
    int64_t interval_ns;
    bool repeated_given; /* 'repeated' instead of right ones */
    struct advertisement repeated;

    size_t heard_count;
    struct heard_advertisement heard;
    size_t taken_count;
    struct frame_for_vmac taken;

    struct peer_link *forward_link; /* NULL: forwards nothing */
    struct mac_address forward_from;
    struct mac_address forward_to;
};

static struct vrrp_speaker *speaker_new(struct peer_link *link, struct peer_lec *lec,
                                        const struct vrrp_speaker_settings *settings);
static void frame_received(void *owner, const struct peer_frame *frame);
static void died(void *owner);
static void destroy(void *owner);
static void advertisement_timer_fired(void *owner);
static size_t encode_message(const struct advertisement *advertisement, uint8_t *data);
static size_t encode_datagram(struct vrrp_speaker *speaker, const struct advertisement *advertisement,
                              uint8_t *data, size_t room);
static void authenticate(const struct advertisement *advertisement, uint8_t *datagram, size_t size);
static void hear(struct vrrp_speaker *speaker, const struct peer_frame *frame,
                 const struct ethernet *ethernet, const struct ipv4 *ipv4);
static void take(struct vrrp_speaker *speaker, const struct peer_frame *frame,
                 const struct ethernet *ethernet, const struct ipv4 *ipv4);
static void answer_arp(struct vrrp_speaker *speaker, const struct ethernet *ethernet);
static void answer_ping(struct vrrp_speaker *speaker, const struct ethernet *ethernet,
                        const struct ipv4 *ipv4);
static bool is_own(const struct vrrp_speaker *speaker, struct ipv4_address address);
static void end_mastership(struct vrrp_speaker *speaker);
static struct mac_address source_mac(const struct vrrp_speaker *speaker);

struct vrrp_speaker_settings vrrp_speaker_settings_default(void)
{
    return (struct vrrp_speaker_settings){.vrid = 1, .priority = VRRP_PRIORITY_DEFAULT, .interval_s = 1};
}

struct vrrp_speaker *vrrp_speaker_new(struct peer_lec *lec, const struct vrrp_speaker_settings *settings)
{
    return speaker_new(peer_lec_link(lec), lec, settings);
}

struct vrrp_speaker *vrrp_speaker_new_on_lan(struct peer_link *link,
                                             const struct vrrp_speaker_settings *settings)
{
    return speaker_new(link, NULL, settings);
}

struct vrrp_speaker_settings *vrrp_speaker_settings_of(struct vrrp_speaker *speaker)
{
    return &speaker->settings;
}

struct mac_address vrrp_speaker_vmac(const struct vrrp_speaker *speaker)
{
    const struct vrrp_speaker_settings *settings = &speaker->settings;
    struct mac_address vmac = mac_of_vrid(settings->vrid);
    if (settings->vmac_given)
        return settings->vmac;
    if (settings->functional_addresses && token_ring_functional_address(settings->vrid, &vmac))
        return vmac;
    return speaker->link->token_ring && !settings->canonical_order ? mac_reversed(vmac) : vmac;
}

struct advertisement vrrp_speaker_advertisement(const struct vrrp_speaker *speaker)
{
    const struct vrrp_speaker_settings *settings = &speaker->settings;
    struct advertisement advertisement = {
        .source_mac = source_mac(speaker),
        .destination_mac = speaker->link->token_ring ? TOKEN_RING_MULTICAST : VRRP_GROUP_MAC,
        .source = settings->address,
        .destination = VRRP_GROUP,
        .ttl = VRRP_TTL,
        .ip_protocol = IPV4_PROTOCOL_VRRP,
        .message = {.version = 2,
                    .type = 1,
                    .vrid = settings->vrid,
                    .priority = settings->priority,
                    .address_count = (uint8_t)settings->address_count,
                    .authentication_type = settings->authentication_type,
                    .interval_s = settings->interval_s,
                    .addresses_present = settings->address_count},
    };
    memcpy(advertisement.message.addresses, settings->addresses,
           settings->address_count * sizeof settings->addresses[0]);
    if (settings->authentication_type == VRRP_AUTHENTICATION_PASSWORD)
        memcpy(advertisement.message.authentication_data, settings->password, strlen(settings->password));
    advertisement.authentication_header = settings->authentication_type == VRRP_AUTHENTICATION_AH;
    memcpy(advertisement.key, settings->key, sizeof advertisement.key);
    advertisement.spi = settings->spi;
    return advertisement;
}

void vrrp_speaker_send(struct vrrp_speaker *speaker, const struct advertisement *advertisement)
{
    uint8_t datagram[DATAGRAM_ROOM];
    uint8_t frame[ETHERNET_HEADER_SIZE + DATAGRAM_ROOM];
    if (speaker->dead)
        return;
    struct ethernet ethernet = {.destination = advertisement->destination_mac,
                                .source = advertisement->source_mac,
                                .type = ETHERTYPE_IPV4};
    ethernet.payload =
        (struct octets){datagram, encode_datagram(speaker, advertisement, datagram, sizeof datagram)};
    peer_link_send(speaker->link, frame, ethernet_encode(&ethernet, true, frame, sizeof frame));
}

void vrrp_speaker_advertise(struct vrrp_speaker *speaker, uint8_t priority)
{
    struct advertisement advertisement = vrrp_speaker_advertisement(speaker);
    advertisement.message.priority = priority;
    vrrp_speaker_send(speaker, &advertisement);
}

void vrrp_speaker_start(struct vrrp_speaker *speaker, const struct advertisement *advertisement,
                        int64_t interval_ns)
{
    if (speaker->dead)
        return;
    speaker->interval_ns = interval_ns;
    speaker->repeated_given = advertisement != NULL;
    if (advertisement)
        speaker->repeated = *advertisement;
    advertisement_timer_fired(speaker);
}

void vrrp_speaker_stop(struct vrrp_speaker *speaker)
{
    speaker->services->timer_stop(speaker->services->context, &speaker->advertisement_timer);
}

size_t vrrp_speaker_heard_count(const struct vrrp_speaker *speaker)
{
    return speaker->heard_count;
}

const struct heard_advertisement *vrrp_speaker_heard(const struct vrrp_speaker *speaker)
{
    return speaker->heard_count ? &speaker->heard : NULL;
}

void vrrp_speaker_become_master(struct vrrp_speaker *speaker)
{
    if (speaker->dead)
        return;
    speaker->master = true;
    if (speaker->lec && !speaker->settings.functional_addresses)
        peer_lec_associate(speaker->lec, vrrp_speaker_vmac(speaker));
    vrrp_speaker_start(speaker, NULL, 0);
    vrrp_speaker_send_gratuitous_arps(speaker);
}

void vrrp_speaker_shut_down(struct vrrp_speaker *speaker)
{
    if (!speaker->master)
        return;
    vrrp_speaker_advertise(speaker, VRRP_PRIORITY_STOP);
    end_mastership(speaker);
}

void vrrp_speaker_yield(struct vrrp_speaker *speaker)
{
    if (speaker->master)
        end_mastership(speaker);
}

void vrrp_speaker_crash(struct vrrp_speaker *speaker)
{
    speaker->master = false;
    vrrp_speaker_stop(speaker);
}

void vrrp_speaker_send_gratuitous_arps(struct vrrp_speaker *speaker)
{
    for (size_t i = 0; i < speaker->settings.address_count && !speaker->dead; i++)
        peer_link_send_gratuitous_arp(speaker->link, source_mac(speaker), vrrp_speaker_vmac(speaker),
                                      speaker->settings.addresses[i]);
}

bool vrrp_speaker_is_master(const struct vrrp_speaker *speaker)
{
    return speaker->master;
}

size_t vrrp_speaker_taken_count(const struct vrrp_speaker *speaker)
{
    return speaker->taken_count;
}

const struct frame_for_vmac *vrrp_speaker_taken(const struct vrrp_speaker *speaker)
{
    return speaker->taken_count ? &speaker->taken : NULL;
}

void vrrp_speaker_forward_to(struct vrrp_speaker *speaker, struct peer_link *link, struct mac_address from,
                             struct mac_address to)
{
    speaker->forward_link = link;
    speaker->forward_from = from;
    speaker->forward_to = to;
}

static struct vrrp_speaker *speaker_new(struct peer_link *link, struct peer_lec *lec,
                                        const struct vrrp_speaker_settings *settings)
{
    struct vrrp_speaker *speaker = malloc(sizeof *speaker);
    if (!speaker)
        abort();
    *speaker = (struct vrrp_speaker){
        .link = link,
        .lec = lec,
        .services = link->services,
        .settings = *settings,
        .user = {.owner = speaker, .frame_received = frame_received, .died = died, .destroy = destroy},
    };
    timer_init(&speaker->advertisement_timer, advertisement_timer_fired, speaker);
    peer_link_add(link, &speaker->user);
    return speaker;
}

static void frame_received(void *owner, const struct peer_frame *frame)
{
    struct vrrp_speaker *speaker = owner;
    struct ethernet ethernet;
    struct ipv4 ipv4;
    if (speaker->dead || !ethernet_decode(frame->data, frame->size, &ethernet, NULL))
        return;
    bool is_ipv4 = ethernet.type == ETHERTYPE_IPV4 && ipv4_decode(ethernet.payload, &ipv4, NULL);
    struct authentication_header header;
    if (is_ipv4 && ipv4.protocol == IPV4_PROTOCOL_AH &&
        authentication_header_decode(ipv4.payload, &header, NULL)) {
        ipv4.protocol = header.next_protocol; /* whether its digest is right is for cases to say */
        ipv4.payload = header.payload;
    }
    if (is_ipv4 && ipv4.protocol == IPV4_PROTOCOL_VRRP)
        hear(speaker, frame, &ethernet, &ipv4);
    if (!speaker->master)
        return;
    if (mac_equal(ethernet.destination, vrrp_speaker_vmac(speaker)))
        take(speaker, frame, &ethernet, is_ipv4 ? &ipv4 : NULL);
    if (ethernet.type == ETHERTYPE_ARP && !speaker->settings.ignores_arp)
        answer_arp(speaker, &ethernet);
}

static void died(void *owner)
{
    struct vrrp_speaker *speaker = owner;
    vrrp_speaker_crash(speaker);
    speaker->dead = true;
}

static void destroy(void *owner)
{
    died(owner);
    free(owner);
}

static void advertisement_timer_fired(void *owner)
{
    struct vrrp_speaker *speaker = owner;
    struct advertisement advertisement =
        speaker->repeated_given ? speaker->repeated : vrrp_speaker_advertisement(speaker);
    vrrp_speaker_send(speaker, &advertisement);
    speaker->services->timer_start(speaker->services->context, &speaker->advertisement_timer,
                                   speaker->interval_ns ? speaker->interval_ns
                                                        : SECONDS(speaker->settings.interval_s));
}

/* The IP datagram with its faults. Returns its size. */
static size_t encode_datagram(struct vrrp_speaker *speaker, const struct advertisement *advertisement,
                              uint8_t *data, size_t room)
{
    uint8_t message[MESSAGE_ROOM + TRAILING_ROOM];
    uint8_t protected[AUTHENTICATION_HEADER_SIZE + sizeof message];
    struct ipv4 ipv4 = {.ttl = advertisement->ttl,
                        .protocol = advertisement->ip_protocol,
                        .source = advertisement->source,
                        .destination = advertisement->destination,
                        .payload = {message, encode_message(advertisement, message)}};
    if (advertisement->authentication_header) {
        struct authentication_header header = {.next_protocol = ipv4.protocol,
                                               .spi = advertisement->spi,
                                               .sequence = ++speaker->sequence,
                                               .payload = ipv4.payload};
        ipv4.protocol = IPV4_PROTOCOL_AH;
        ipv4.payload =
            (struct octets){protected, authentication_header_encode(&header, protected, sizeof protected)};
    }
    size_t size = ipv4_encode(&ipv4, data, room);
    if (advertisement->authentication_header)
        authenticate(advertisement, data, size);
    if (advertisement->ip_checksum_bad)
        data[10] ^= 0x55;
    return size;
}

static void authenticate(const struct advertisement *advertisement, uint8_t *datagram, size_t size)
{
    struct octets key = {(const uint8_t *)advertisement->key,
                         strnlen(advertisement->key, sizeof advertisement->key)};
    authentication_header_sign(datagram, size, key);
    if (advertisement->digest_bad)
        datagram[IPV4_HEADER_SIZE + AUTHENTICATION_HEADER_SIZE - 1] ^= 0x01;
}

/* The VRRP message with its faults; room for MESSAGE_ROOM and TRAILING_ROOM. Returns its size. */
static size_t encode_message(const struct advertisement *advertisement, uint8_t *data)
{
    size_t size = vrrp_encode(&advertisement->message, data, MESSAGE_ROOM);
    if (advertisement->truncated_size && advertisement->truncated_size < size) {
        size = advertisement->truncated_size;
        if (size >= VRRP_HEADER_SIZE) { /* so that only the size is wrong */
            octets_put_u16(data + 6, 0);
            octets_put_u16(data + 6, internet_checksum(data, size));
        }
    }
    if (advertisement->checksum_bad && size >= VRRP_HEADER_SIZE) {
        if (advertisement->checksum_absent && octets_u16(data + 6))
            octets_put_u16(data + 6, 0);
        else
            data[6] ^= 0x55;
    }
    size_t trailing =
        advertisement->trailing_size < TRAILING_ROOM ? advertisement->trailing_size : TRAILING_ROOM;
    memset(data + size, 0, trailing);
    return size + trailing;
}

static void hear(struct vrrp_speaker *speaker, const struct peer_frame *frame,
                 const struct ethernet *ethernet, const struct ipv4 *ipv4)
{
    struct vrrp message;
    if (!vrrp_decode(ipv4->payload, &message, NULL) || message.vrid != speaker->settings.vrid)
        return;
    speaker->heard_count++;
    speaker->heard =
        (struct heard_advertisement){.time_ns = speaker->services->now_ns(speaker->services->context),
                                     .source_mac = ethernet->source,
                                     .source = ipv4->source,
                                     .ttl = ipv4->ttl,
                                     .path = frame->path,
                                     .message = message};
}

/* A frame to the VMAC: the Master's own business. 'ipv4' is NULL when it is none. */
static void take(struct vrrp_speaker *speaker, const struct peer_frame *frame,
                 const struct ethernet *ethernet, const struct ipv4 *ipv4)
{
    speaker->taken_count++;
    speaker->taken = (struct frame_for_vmac){.time_ns = speaker->services->now_ns(speaker->services->context),
                                             .source_mac = ethernet->source,
                                             .path = frame->path,
                                             .type = ethernet->type,
                                             .sender_known = frame->sender_known,
                                             .sender = frame->sender};
    if (!ipv4)
        return;
    if (speaker->forward_link && ipv4->ttl > 1) {
        struct ipv4 forwarded = *ipv4;
        forwarded.ttl--;
        peer_link_send_ipv4(speaker->forward_link, speaker->forward_from, speaker->forward_to, &forwarded);
    } else if (!speaker->forward_link && !speaker->settings.ignores_ping) {
        answer_ping(speaker, ethernet, ipv4);
    }
}

static void answer_arp(struct vrrp_speaker *speaker, const struct ethernet *ethernet)
{
    struct arp arp;
    if (!arp_decode(ethernet->payload, &arp, NULL) || arp.operation != ARP_REQUEST ||
        ipv4_equal(arp.sender_ip, arp.target_ip))
        return;
    for (size_t i = 0; i < speaker->settings.address_count; i++) {
        if (!ipv4_equal(arp.target_ip, speaker->settings.addresses[i]))
            continue;
        struct mac_address vmac = vrrp_speaker_vmac(speaker);
        struct arp reply = {.operation = ARP_REPLY,
                            .sender_mac = vmac,
                            .sender_ip = arp.target_ip,
                            .target_mac = arp.sender_mac,
                            .target_ip = arp.sender_ip};
        peer_link_send_arp(speaker->link, source_mac(speaker), arp.sender_mac, &reply);
        return;
    }
}

static void answer_ping(struct vrrp_speaker *speaker, const struct ethernet *ethernet,
                        const struct ipv4 *ipv4)
{
    uint8_t message[1480];
    struct icmp icmp;
    if (ipv4->protocol != IPV4_PROTOCOL_ICMP || !icmp_decode(ipv4->payload, &icmp, NULL) ||
        icmp.type != ICMP_ECHO_REQUEST || is_own(speaker, ipv4->destination))
        return;
    icmp.type = ICMP_ECHO_REPLY;
    struct ipv4 reply = {.ttl = 63,
                         .protocol = IPV4_PROTOCOL_ICMP,
                         .source = ipv4->destination,
                         .destination = ipv4->source,
                         .payload = {message, icmp_encode(&icmp, message, sizeof message)}};
    peer_link_send_ipv4(speaker->link, speaker->settings.mac, ethernet->source, &reply);
}

/* A Master that is no owner accepts nothing for a virtual address (RFC 2338 6.4.3). */
static bool is_own(const struct vrrp_speaker *speaker, struct ipv4_address address)
{
    const struct vrrp_speaker_settings *settings = &speaker->settings;
    for (size_t i = 0; settings->priority != VRRP_PRIORITY_OWNER && i < settings->address_count; i++)
        if (ipv4_equal(settings->addresses[i], address))
            return true;
    return false;
}

static void end_mastership(struct vrrp_speaker *speaker)
{
    vrrp_speaker_stop(speaker);
    speaker->master = false;
    if (speaker->lec && !speaker->settings.functional_addresses)
        peer_lec_disassociate(speaker->lec, vrrp_speaker_vmac(speaker));
}

/* Source of the frames that stand for the virtual router; a functional address can't be one (RFC 2338 9.2).
 */
static struct mac_address source_mac(const struct vrrp_speaker *speaker)
{
    return speaker->settings.functional_addresses ? speaker->settings.mac : vrrp_speaker_vmac(speaker);
}
