#include "wire/ethernet.h"

/* LLC frames of this size and more have 0 in their length field, which would read as an EtherType
 * (lane-wire 12.1). */
#define LLC_LENGTH_LIMIT 0x0600

static uint8_t *put_octets(uint8_t *at, struct octets octets);
static uint8_t *put_mac(uint8_t *at, struct mac_address mac);
static uint8_t *put_u16(uint8_t *at, uint16_t number);
static uint8_t *put_ipv4(uint8_t *at, struct ipv4_address address);

size_t ethernet_encode(const struct ethernet *ethernet, bool pad, uint8_t *data, size_t room)
{
    size_t llc_size = ethernet->payload.size + (ethernet->snap ? SNAP_SIZE : 0);
    size_t size = ETHERNET_HEADER_SIZE + llc_size;
    size_t padding = pad && size < ETHERNET_MINIMUM_SIZE ? ETHERNET_MINIMUM_SIZE - size : 0;
    if (size + padding > room)
        return 0;
    uint8_t *at = put_mac(data, ethernet->destination);
    at = put_mac(at, ethernet->source);
    if (ethernet->snap) {
        at = put_u16(at, llc_size < LLC_LENGTH_LIMIT ? (uint16_t)llc_size : 0);
        at = snap_encode(ethernet->type, at);
    } else {
        at = put_u16(at, ethernet->type);
    }
    at = put_octets(at, ethernet->payload);
    memset(at, 0, padding);
    return size + padding;
}

uint8_t *snap_encode(uint16_t type, uint8_t *at)
{
    memcpy(at, (const uint8_t[]){0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00}, 6);
    return put_u16(at + 6, type);
}

size_t arp_encode(const struct arp *arp, uint8_t *data, size_t room)
{
    return arp_encode_as(ARP_ETHERNET, arp, data, room);
}

size_t arp_encode_as(uint16_t hardware_type, const struct arp *arp, uint8_t *data, size_t room)
{
    if (room < ARP_SIZE)
        return 0;
    uint8_t *at = put_u16(data, hardware_type);
    at = put_u16(at, ETHERTYPE_IPV4);
    *at++ = 6; /* octets of a MAC address */
    *at++ = 4; /* octets of an IPv4 address */
    at = put_u16(at, arp->operation);
    at = put_mac(at, arp->sender_mac);
    at = put_ipv4(at, arp->sender_ip);
    at = put_mac(at, arp->target_mac);
    put_ipv4(at, arp->target_ip);
    return ARP_SIZE;
}

size_t ipv4_encode(const struct ipv4 *ipv4, uint8_t *data, size_t room)
{
    size_t size = IPV4_HEADER_SIZE + ipv4->payload.size;
    if (size > room || size > UINT16_MAX)
        return 0;
    data[0] = 0x45; /* version 4, five words of header */
    data[1] = ipv4->type_of_service;
    uint8_t *at = put_u16(data + 2, (uint16_t)size);
    at = put_u16(at, ipv4->identification);
    at = put_u16(at, ipv4->fragment);
    *at++ = ipv4->ttl;
    *at++ = ipv4->protocol;
    uint8_t *checksum = at;
    at = put_u16(at, 0);
    at = put_ipv4(at, ipv4->source);
    at = put_ipv4(at, ipv4->destination);
    put_octets(at, ipv4->payload);
    put_u16(checksum, internet_checksum(data, IPV4_HEADER_SIZE));
    return size;
}

size_t icmp_encode(const struct icmp *icmp, uint8_t *data, size_t room)
{
    size_t size = ICMP_HEADER_SIZE + icmp->payload.size;
    if (size > room)
        return 0;
    data[0] = icmp->type;
    data[1] = icmp->code;
    uint8_t *at = put_u16(data + 2, 0);
    if (icmp->type == ICMP_REDIRECT) {
        at = put_ipv4(at, icmp->gateway);
    } else {
        at = put_u16(at, icmp->identifier);
        at = put_u16(at, icmp->sequence);
    }
    put_octets(at, icmp->payload);
    put_u16(data + 2, internet_checksum(data, size));
    return size;
}

static uint8_t *put_octets(uint8_t *at, struct octets octets)
{
    if (octets.size)
        memmove(at, octets.data, octets.size);
    return at + octets.size;
}

static uint8_t *put_mac(uint8_t *at, struct mac_address mac)
{
    memcpy(at, mac.octet, sizeof mac.octet);
    return at + sizeof mac.octet;
}

static uint8_t *put_u16(uint8_t *at, uint16_t number)
{
    octets_put_u16(at, number);
    return at + 2;
}

static uint8_t *put_ipv4(uint8_t *at, struct ipv4_address address)
{
    octets_put_u32(at, address.number);
    return at + 4;
}
