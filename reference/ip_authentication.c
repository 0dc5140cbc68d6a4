/* VRRP authentication type 2: the authentication header around advertisements (RFC 2338 5.3.6.3; RFC 2402
 * with a key that was configured by hand). */
#include "reference/ip_parts.h"
#include "wire/authentication_header.h"

static struct octets key_of(const struct ip *ip);

bool ip_is_authenticated(const struct ip *ip)
{
    return ip->settings->authentication_type == VRRP_AUTHENTICATION_AH;
}

void ip_put_authentication_header(struct ip *ip, struct ipv4 *ipv4, uint8_t *data, size_t room)
{
    const struct authentication_header header = {.next_protocol = ipv4->protocol,
                                                 .spi = ip->settings->spi,
                                                 .sequence = ++ip->authentication_sequence,
                                                 .payload = ipv4->payload};
    ipv4->protocol = IPV4_PROTOCOL_AH;
    ipv4->payload = (struct octets){data, authentication_header_encode(&header, data, room)};
}

void ip_sign(const struct ip *ip, uint8_t *datagram, size_t size)
{
    authentication_header_sign(datagram, size, key_of(ip));
}

/* All routers of the link send under one SPI, each with a count of its own: sequence numbers tell nothing
 * here (RFC 2402 2.5, 3.4.3). */
bool ip_take_authentication_header(const struct ip *ip, const struct ip_packet *packet,
                                   struct vrrp_arrival *arrival)
{
    struct authentication_header header;
    if (!authentication_header_decode(packet->ipv4.payload, &header, NULL) ||
        header.next_protocol != IPV4_PROTOCOL_VRRP)
        return false;
    arrival->message = header.payload;
    arrival->digest_good = ip_is_authenticated(ip) && header.spi == ip->settings->spi &&
                           authentication_header_is_good(packet->octets, key_of(ip));
    return true;
}

static struct octets key_of(const struct ip *ip)
{
    const char *key = ip->settings->key;
    return (struct octets){(const uint8_t *)key, strnlen(key, sizeof ip->settings->key)};
}
