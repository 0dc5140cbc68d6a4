#include "reference/ip_parts.h"

#define ICMP_REDIRECT_HOST 1 /* RFC 792 */
#define ICMP_TTL_EXCEEDED  0 /* RFC 792, in transit */
#define FRAGMENT_OFFSET    0x1fff
#define QUOTED_PAYLOAD     8u /* octets behind the header that an error quotes (RFC 792) */

static bool deserves_error(const struct ip_packet *packet);
static struct octets quote(const struct ip_packet *packet);
static void send_icmp(struct ip *ip, const struct icmp *icmp, struct ipv4_address source,
                      struct ipv4_address destination);

void icmp_received(struct ip *ip, const struct ip_packet *packet)
{
    struct icmp icmp;
    if (packet->ipv4.protocol != IPV4_PROTOCOL_ICMP || !icmp_decode(packet->ipv4.payload, &icmp, NULL) ||
        !icmp.checksum_good || icmp.type != ICMP_ECHO_REQUEST)
        return;
    icmp.type = ICMP_ECHO_REPLY;
    send_icmp(ip, &icmp, packet->ipv4.destination, packet->ipv4.source);
}

void icmp_send_time_exceeded(struct ip *ip, const struct ip_packet *packet)
{
    if (!deserves_error(packet))
        return;
    const struct icmp icmp = {
        .type = ICMP_TIME_EXCEEDED, .code = ICMP_TTL_EXCEEDED, .payload = quote(packet)};
    send_icmp(ip, &icmp, packet->from->settings->address, packet->ipv4.source);
}

void icmp_send_redirect(struct ip *ip, const struct ip_packet *packet, struct ipv4_address gateway)
{
    if (!deserves_error(packet))
        return;
    const struct icmp icmp = {
        .type = ICMP_REDIRECT, .code = ICMP_REDIRECT_HOST, .gateway = gateway, .payload = quote(packet)};
    struct ipv4_address source =
        ip->options->redirect_source(packet->router, packet->from->settings->address);
    send_icmp(ip, &icmp, source, packet->ipv4.source);
}

/* RFC 1812 4.3.2.7: none about errors, later fragments, and packets from nobody in particular. */
static bool deserves_error(const struct ip_packet *packet)
{
    const struct ipv4 *ipv4 = &packet->ipv4;
    uint32_t first = ipv4->source.number >> 24;
    if (ipv4->fragment & FRAGMENT_OFFSET || first == 0 || first == 127 || first >= 224)
        return false;
    struct icmp icmp;
    return ipv4->protocol != IPV4_PROTOCOL_ICMP ||
           (icmp_decode(ipv4->payload, &icmp, NULL) &&
            (icmp.type == ICMP_ECHO_REQUEST || icmp.type == ICMP_ECHO_REPLY));
}

/* The start of the packet that an error is about. */
static struct octets quote(const struct ip_packet *packet)
{
    size_t payload_size = packet->ipv4.payload.size;
    size_t left_out = payload_size > QUOTED_PAYLOAD ? payload_size - QUOTED_PAYLOAD : 0;
    return (struct octets){packet->octets.data, packet->octets.size - left_out};
}

static void send_icmp(struct ip *ip, const struct icmp *icmp, struct ipv4_address source,
                      struct ipv4_address destination)
{
    uint8_t message[IP_MTU - IPV4_HEADER_SIZE];
    size_t size = icmp_encode(icmp, message, sizeof message);
    struct ipv4 ipv4 = {
        .protocol = IPV4_PROTOCOL_ICMP,
        .source = source,
        .destination = destination,
        .payload = {message, size},
    };
    if (size)
        ip_send_packet(ip, &ipv4);
}
