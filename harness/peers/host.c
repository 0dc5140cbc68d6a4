#include <stdlib.h>

#include "peers/host_private.h"

static void frame_received(void *owner, const struct peer_frame *frame);
static void ipv4_received(struct host *host, const struct peer_frame *frame, const struct ethernet *ethernet);
static void echo_asked(struct host *host, const struct ipv4 *request, const struct icmp *icmp);
static void log_packet(struct host *host, const struct host_packet *packet);
static void died(void *owner);
static void destroy(void *owner);

struct host_settings host_settings_default(void)
{
    return (struct host_settings){.prefix_length = 24, .arp_timeout_ns = SECONDS(1), .arp_retries = 2};
}

struct host *host_new(struct peer_link *link, const struct host_settings *settings)
{
    struct host *host = malloc(sizeof *host);
    if (!host)
        abort();
    *host = (struct host){
        .link = link,
        .services = link->services,
        .settings = *settings,
        .user = {.owner = host, .frame_received = frame_received, .died = died, .destroy = destroy},
        .count = {.first_reply_ns = TIME_NEVER, .last_reply_ns = TIME_NEVER},
    };
    host->ping_identifier = (uint16_t)host->services->random_bits(host->services->context);
    timer_init(&host->ping_timer, host_ping_timer_fired, host);
    peer_link_add(link, &host->user);
    return host;
}

struct host_settings *host_settings_of(struct host *host)
{
    return &host->settings;
}

struct peer_link *host_link(struct host *host)
{
    return host->link;
}

void host_on_packet(struct host *host, void (*received)(void *owner, const struct host_packet *packet),
                    void *owner)
{
    host->received = received;
    host->receiver = owner;
}

/* Next hop: the one given; the destination itself if it is on the link; the gateway. */
void host_send(struct host *host, const struct ipv4 *packet, struct ipv4_address via)
{
    const struct host_settings *settings = &host->settings;
    uint32_t mask = settings->prefix_length ? ~UINT32_C(0) << (32 - settings->prefix_length) : 0;
    bool on_link = (packet->destination.number & mask) == (settings->address.number & mask);
    if (via.number == 0)
        via = on_link ? packet->destination : settings->gateway;
    if (via.number != 0)
        host_arp_send(host, via, packet);
}

void host_send_mac(struct host *host, const struct ipv4 *packet, struct mac_address via)
{
    struct ipv4 sent = *packet;
    if (sent.source.number == 0)
        sent.source = host->settings.address;
    if (!host->dead)
        peer_link_send_ipv4(host->link, host->settings.mac, via, &sent);
}

size_t host_packet_count(const struct host *host)
{
    return host->packet_count;
}

const struct host_packet *host_packet(const struct host *host, size_t age)
{
    if (age >= host->packet_count || age >= HOST_LOG_ROOM)
        return NULL;
    return &host->log[(host->packet_count - 1 - age) % HOST_LOG_ROOM];
}

static void frame_received(void *owner, const struct peer_frame *frame)
{
    struct host *host = owner;
    struct ethernet ethernet;
    if (host->dead || !ethernet_decode(frame->data, frame->size, &ethernet, NULL))
        return;
    if (ethernet.type == ETHERTYPE_ARP)
        host_arp_received(host, &ethernet);
    else if (ethernet.type == ETHERTYPE_IPV4 && mac_equal(ethernet.destination, host->settings.mac))
        ipv4_received(host, frame, &ethernet);
}

static void ipv4_received(struct host *host, const struct peer_frame *frame, const struct ethernet *ethernet)
{
    struct ipv4 ipv4;
    struct icmp icmp = {0};
    if (!ipv4_decode(ethernet->payload, &ipv4, NULL) || !ipv4.checksum_good)
        return;
    bool is_icmp = ipv4.protocol == IPV4_PROTOCOL_ICMP && icmp_decode(ipv4.payload, &icmp, NULL);
    log_packet(host, &(struct host_packet){.time_ns = host->services->now_ns(host->services->context),
                                           .source_mac = ethernet->source,
                                           .destination_mac = ethernet->destination,
                                           .path = frame->path,
                                           .sender_known = frame->sender_known,
                                           .sender = frame->sender,
                                           .source = ipv4.source,
                                           .destination = ipv4.destination,
                                           .ttl = ipv4.ttl,
                                           .protocol = ipv4.protocol,
                                           .icmp_type = icmp.type,
                                           .icmp_identifier = icmp.identifier,
                                           .icmp_gateway = icmp.gateway});
    if (!is_icmp || !icmp.checksum_good || !ipv4_equal(ipv4.destination, host->settings.address))
        return;
    if (icmp.type == ICMP_ECHO_REQUEST && !host->settings.ignores_ping)
        echo_asked(host, &ipv4, &icmp);
    else if (icmp.type == ICMP_ECHO_REPLY && icmp.identifier == host->ping_identifier)
        host_ping_replied(host, &icmp);
}

static void echo_asked(struct host *host, const struct ipv4 *request, const struct icmp *icmp)
{
    uint8_t message[1480];
    struct icmp reply = *icmp;
    reply.type = ICMP_ECHO_REPLY;
    struct ipv4 packet = {.ttl = 64,
                          .protocol = IPV4_PROTOCOL_ICMP,
                          .source = request->destination,
                          .destination = request->source,
                          .payload = {message, icmp_encode(&reply, message, sizeof message)}};
    host_send(host, &packet, HOST_NO_HOP);
}

static void log_packet(struct host *host, const struct host_packet *packet)
{
    host->log[host->packet_count++ % HOST_LOG_ROOM] = *packet;
    if (host->received)
        host->received(host->receiver, packet);
}

static void died(void *owner)
{
    struct host *host = owner;
    host->dead = true;
    host->services->timer_stop(host->services->context, &host->ping_timer);
    host_arp_clear(host);
}

static void destroy(void *owner)
{
    struct host *host = owner;
    died(host);
    free(host->pings);
    free(host);
}
