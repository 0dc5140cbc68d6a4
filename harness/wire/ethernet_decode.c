#include "wire/ethernet.h"

/* Smallest EtherType; smaller numbers are the length of an LLC frame. */
#define ETHERTYPE_MINIMUM 0x0600

static struct octets from(struct octets octets, size_t offset);
static struct mac_address read_mac(const uint8_t *at);
static struct ipv4_address read_ipv4(const uint8_t *at);

bool ethernet_decode(const uint8_t *data, size_t size, struct ethernet *ethernet, struct reason *reason)
{
    *ethernet = (struct ethernet){0};
    if (size < ETHERNET_HEADER_SIZE)
        return reason_set(reason, "Ethernet: %zu octets are left, but the header has %d", size,
                          ETHERNET_HEADER_SIZE);
    ethernet->destination = read_mac(data);
    ethernet->source = read_mac(data + 6);
    ethernet->type = octets_u16(data + 12);
    ethernet->payload = (struct octets){data + ETHERNET_HEADER_SIZE, size - ETHERNET_HEADER_SIZE};
    if (ethernet->type < ETHERTYPE_MINIMUM)
        snap_decode(ethernet);
    return true;
}

bool snap_decode(struct ethernet *ethernet)
{
    static const uint8_t header[] = {0xaa, 0xaa, 0x03, 0x00, 0x00, 0x00};
    if (ethernet->payload.size < SNAP_SIZE || memcmp(ethernet->payload.data, header, sizeof header) != 0)
        return false;
    ethernet->snap = true;
    ethernet->type = octets_u16(ethernet->payload.data + sizeof header);
    ethernet->payload = from(ethernet->payload, SNAP_SIZE);
    return true;
}

bool arp_decode(struct octets octets, struct arp *arp, struct reason *reason)
{
    *arp = (struct arp){0};
    const uint8_t *data = octets.data;
    if (octets.size < ARP_SIZE)
        return reason_set(reason, "ARP: %zu octets are left, but a message has %d", octets.size, ARP_SIZE);
    uint16_t hardware = octets_u16(data);
    if (hardware != 1 && hardware != 6)
        return reason_set(reason, "ARP octet 0: hardware type %u is neither Ethernet (1) nor IEEE 802 (6)",
                          hardware);
    if (octets_u16(data + 2) != ETHERTYPE_IPV4 || data[4] != 6 || data[5] != 4)
        return reason_set(
            reason,
            "ARP octet 2: protocol type 0x%04x with addresses of %u and %u octets is not IPv4 over "
            "48-bit addresses (0x0800, 6, 4)",
            octets_u16(data + 2), data[4], data[5]);
    arp->operation = octets_u16(data + 6);
    arp->sender_mac = read_mac(data + 8);
    arp->sender_ip = read_ipv4(data + 14);
    arp->target_mac = read_mac(data + 18);
    arp->target_ip = read_ipv4(data + 24);
    return true;
}

bool ipv4_decode(struct octets octets, struct ipv4 *ipv4, struct reason *reason)
{
    *ipv4 = (struct ipv4){0};
    const uint8_t *data = octets.data;
    if (octets.size < IPV4_HEADER_SIZE)
        return reason_set(reason, "IPv4: %zu octets are left, but the header has at least %d", octets.size,
                          IPV4_HEADER_SIZE);
    size_t header_size = (size_t)(data[0] & 15) * 4;
    if (data[0] >> 4 != 4 || header_size < IPV4_HEADER_SIZE)
        return reason_set(reason, "IPv4 octet 0: 0x%02x is not version 4 with a header of 5 to 15 words",
                          data[0]);
    ipv4->total_size = octets_u16(data + 2);
    if (ipv4->total_size < header_size || ipv4->total_size > octets.size)
        return reason_set(reason,
                          "IPv4 octet 2: total length is %u, but the header has %zu octets and %zu are there",
                          ipv4->total_size, header_size, octets.size);
    ipv4->type_of_service = data[1];
    ipv4->identification = octets_u16(data + 4);
    ipv4->fragment = octets_u16(data + 6);
    ipv4->ttl = data[8];
    ipv4->protocol = data[9];
    ipv4->checksum = octets_u16(data + 10);
    ipv4->checksum_good = internet_checksum(data, header_size) == 0;
    ipv4->source = read_ipv4(data + 12);
    ipv4->destination = read_ipv4(data + 16);
    ipv4->payload = (struct octets){data + header_size, ipv4->total_size - header_size};
    return true;
}

bool icmp_decode(struct octets octets, struct icmp *icmp, struct reason *reason)
{
    *icmp = (struct icmp){0};
    const uint8_t *data = octets.data;
    if (octets.size < ICMP_HEADER_SIZE)
        return reason_set(reason, "ICMP: %zu octets are left, but the header has %d", octets.size,
                          ICMP_HEADER_SIZE);
    icmp->type = data[0];
    icmp->code = data[1];
    icmp->checksum_good = internet_checksum(data, octets.size) == 0;
    icmp->identifier = octets_u16(data + 4);
    icmp->sequence = octets_u16(data + 6);
    icmp->gateway = read_ipv4(data + 4);
    icmp->payload = from(octets, ICMP_HEADER_SIZE);
    return true;
}

static struct octets from(struct octets octets, size_t offset)
{
    return (struct octets){octets.data + offset, octets.size - offset};
}

static struct mac_address read_mac(const uint8_t *at)
{
    struct mac_address mac;
    memcpy(mac.octet, at, sizeof mac.octet);
    return mac;
}

static struct ipv4_address read_ipv4(const uint8_t *at)
{
    return (struct ipv4_address){octets_u32(at)};
}
