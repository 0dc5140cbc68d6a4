#include "ethernet/checksum_offload.h"

#include <string.h>

#include "wire/octets.h"

#define TYPE_PLACE  12 /* in an Ethernet header */
#define TYPE_SIZE   2
#define TAG_SIZE    4
#define TYPE_TAG    0x8100 /* IEEE 802.1Q */
#define TYPE_S_TAG  0x88a8 /* IEEE 802.1ad */
#define TYPE_IPV4   0x0800
#define TYPE_IPV6   0x86dd
#define IPV4_SIZE   20 /* without options */
#define IPV6_SIZE   40
#define PSEUDO_ROOM 36     /* addresses of IPv6, protocol, size */
#define IPV4_PART   0x3fff /* MF and Fragment Offset: none of them in a whole datagram */

#define PROTOCOL_HOP_BY_HOP  0
#define PROTOCOL_TCP         6
#define PROTOCOL_UDP         17
#define PROTOCOL_DESTINATION 60

/* A TCP segment or UDP datagram. */
struct segment {
    size_t at; /* in the frame */
    size_t size;
    uint8_t protocol;
    size_t address_at; /* source and destination, one behind the other */
    size_t address_size;
};

static size_t network_place(const uint8_t *frame, size_t size, uint16_t *type);
static bool find_in_ipv4(const uint8_t *frame, size_t size, size_t at, struct segment *segment);
static bool find_in_ipv6(const uint8_t *frame, size_t size, size_t at, struct segment *segment);
static uint16_t pseudo_sum(const uint8_t *frame, const struct segment *segment);

bool checksum_offload_between_kernels(const char *driver)
{
    static const char *const drivers[] = {"veth",    "virtio_net",  "tun", "bridge",
                                          "macvlan", "openvswitch", "vif", "802.1Q VLAN Support"};
    for (size_t i = 0; i < sizeof drivers / sizeof drivers[0]; i++)
        if (strcmp(driver, drivers[i]) == 0)
            return true;
    return false;
}

size_t checksum_offload_place(const uint8_t *frame, size_t size, uint16_t *checksum)
{
    struct segment segment;
    uint16_t type;
    size_t at = network_place(frame, size, &type);
    bool found = type == TYPE_IPV4   ? find_in_ipv4(frame, size, at, &segment)
                 : type == TYPE_IPV6 ? find_in_ipv6(frame, size, at, &segment)
                                     : false;
    if (!found)
        return 0;
    bool udp = segment.protocol == PROTOCOL_UDP;
    size_t place = udp ? 6 : 16;
    if (segment.size < place + 2 || octets_u16(frame + segment.at + place) != pseudo_sum(frame, &segment))
        return 0;
    /* The pseudo-header is in the sum, since the field has it. */
    *checksum = internet_checksum(frame + segment.at, segment.size);
    if (udp && *checksum == 0)
        *checksum = 0xffff; /* RFC 768: 0 says that there is none */
    return segment.at + place;
}

/* Where the IP header starts, behind VLAN tags; 'type' is 0 when the frame ends before. */
static size_t network_place(const uint8_t *frame, size_t size, uint16_t *type)
{
    for (size_t at = TYPE_PLACE; size >= at + TYPE_SIZE; at += TAG_SIZE) {
        *type = octets_u16(frame + at);
        if (*type != TYPE_TAG && *type != TYPE_S_TAG)
            return at + TYPE_SIZE;
    }
    *type = 0;
    return size;
}

static bool find_in_ipv4(const uint8_t *frame, size_t size, size_t at, struct segment *segment)
{
    const uint8_t *header = frame + at;
    if (size - at < IPV4_SIZE || header[0] >> 4 != 4)
        return false;
    size_t header_size = (size_t)(header[0] & 0xf) * 4;
    size_t total_size = octets_u16(header + 2);
    if (header_size < IPV4_SIZE || header_size > total_size || total_size > size - at ||
        octets_u16(header + 6) & IPV4_PART)
        return false;
    *segment = (struct segment){.at = at + header_size,
                                .size = total_size - header_size,
                                .protocol = header[9],
                                .address_at = at + 12,
                                .address_size = 8};
    return segment->protocol == PROTOCOL_TCP || segment->protocol == PROTOCOL_UDP;
}

static bool find_in_ipv6(const uint8_t *frame, size_t size, size_t at, struct segment *segment)
{
    const uint8_t *header = frame + at;
    if (size - at < IPV6_SIZE || header[0] >> 4 != 6 || octets_u16(header + 4) > size - at - IPV6_SIZE)
        return false;
    *segment = (struct segment){.at = at + IPV6_SIZE,
                                .size = octets_u16(header + 4),
                                .protocol = header[6],
                                .address_at = at + 8,
                                .address_size = 32};
    while (segment->protocol == PROTOCOL_HOP_BY_HOP || segment->protocol == PROTOCOL_DESTINATION) {
        const uint8_t *options = frame + segment->at;
        size_t options_size = segment->size < 2 ? 0 : ((size_t)options[1] + 1) * 8;
        if (!options_size || options_size > segment->size)
            return false;
        segment->protocol = options[0];
        segment->at += options_size;
        segment->size -= options_size;
    }
    return segment->protocol == PROTOCOL_TCP || segment->protocol == PROTOCOL_UDP;
}

/* The one's complement sum of the pseudo-header (RFC 768; RFC 9293 3.1; RFC 8200 8.1), not complemented. The
 * zeros in it, and where they stand, are nothing in a sum. */
static uint16_t pseudo_sum(const uint8_t *frame, const struct segment *segment)
{
    uint8_t header[PSEUDO_ROOM];
    memcpy(header, frame + segment->address_at, segment->address_size);
    octets_put_u16(header + segment->address_size, segment->protocol);
    octets_put_u16(header + segment->address_size + 2, (uint16_t)segment->size);
    return (uint16_t)~internet_checksum(header, segment->address_size + 4);
}
