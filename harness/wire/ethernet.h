/* Ethernet, ARP, IPv4 and ICMP as far as VRRP and its users need them. Decoders read any octets; encoders are
 * a separate path and write whole headers with checksums. A payload may already lie in the buffer, at the
 * place where the encoder puts it. */
#ifndef WIRE_ETHERNET_H
#define WIRE_ETHERNET_H

#include "base/reason.h"
#include "wire/octets.h"

#define ETHERNET_HEADER_SIZE  14
#define ETHERNET_MINIMUM_SIZE 60 /* without frame check sequence */
#define ETHERTYPE_IPV4        0x0800
#define ETHERTYPE_ARP         0x0806

/* A DIX frame or an LLC/SNAP one with OUI zero. */
struct ethernet {
    struct mac_address destination;
    struct mac_address source;
    uint16_t type;         /* EtherType; below 0600 the length of an LLC frame that isn't SNAP */
    bool snap;             /* the type was found behind AA-AA-03-00-00-00 */
    struct octets payload; /* padding included */
};

/* Reads a frame without frame check sequence. False when fewer than ETHERNET_HEADER_SIZE octets are there. */
bool ethernet_decode(const uint8_t *data, size_t size, struct ethernet *ethernet, struct reason *reason);

/* Looks for AA-AA-03-00-00-00 at the start of the payload: if it is there, takes the type behind it, moves
 * the payload past it and returns true. ethernet_decode() has done this; 802.5 decoders need it. */
bool snap_decode(struct ethernet *ethernet);

/* Writes a DIX frame, or an LLC/SNAP one when 'snap', padded with zeros to ETHERNET_MINIMUM_SIZE when 'pad'.
 * Returns its size, 0 when it does not fit. */
size_t ethernet_encode(const struct ethernet *ethernet, bool pad, uint8_t *data, size_t room);

/* Writes AA-AA-03-00-00-00 and 'type': SNAP_SIZE octets. Returns the place behind them. */
#define SNAP_SIZE 8
uint8_t *snap_encode(uint16_t type, uint8_t *at);

#define ARP_SIZE    28
#define ARP_REQUEST 1
#define ARP_REPLY   2

/* ARP for IPv4 over 48-bit addresses (RFC 826). */
struct arp {
    uint16_t operation; /* ARP_REQUEST, ARP_REPLY */
    struct mac_address sender_mac;
    struct ipv4_address sender_ip;
    struct mac_address target_mac;
    struct ipv4_address target_ip;
};

/* Reads a message of hardware type Ethernet or IEEE 802. False when it is too short or of another kind. */
bool arp_decode(struct octets octets, struct arp *arp, struct reason *reason);

/* Hardware types (RFC 1042 for 802.5). */
#define ARP_ETHERNET 1
#define ARP_IEEE_802 6

/* Writes ARP_SIZE octets, with hardware type ARP_ETHERNET or another one. */
size_t arp_encode(const struct arp *arp, uint8_t *data, size_t room);
size_t arp_encode_as(uint16_t hardware_type, const struct arp *arp, uint8_t *data, size_t room);

#define IPV4_HEADER_SIZE   20
#define IPV4_PROTOCOL_ICMP 1
#define IPV4_PROTOCOL_AH   51
#define IPV4_PROTOCOL_VRRP 112

/* An IPv4 header (RFC 791) and what it carries. */
struct ipv4 {
    uint8_t type_of_service;
    uint16_t total_size; /* as the header says; encode computes it */
    uint16_t identification;
    uint16_t fragment; /* flags and offset */
    uint8_t ttl;
    uint8_t protocol;
    uint16_t checksum; /* as received; encode computes it */
    bool checksum_good;
    struct ipv4_address source;
    struct ipv4_address destination;
    struct octets payload; /* by total length; options are skipped */
};

/* Reads a header; its total length decides how much payload there is. False when the header is not one of
 * version 4 or promises octets that are not there. */
bool ipv4_decode(struct octets octets, struct ipv4 *ipv4, struct reason *reason);

/* Writes a header without options and the payload. Returns the size, 0 when it does not fit. */
size_t ipv4_encode(const struct ipv4 *ipv4, uint8_t *data, size_t room);

#define ICMP_ECHO_REPLY    0
#define ICMP_REDIRECT      5
#define ICMP_ECHO_REQUEST  8
#define ICMP_TIME_EXCEEDED 11
#define ICMP_HEADER_SIZE   8

/* An ICMP message (RFC 792). */
struct icmp {
    uint8_t type;
    uint8_t code;
    bool checksum_good;
    uint16_t identifier;         /* echo; else the upper half of the rest of the header */
    uint16_t sequence;           /* echo; else the lower half */
    struct ipv4_address gateway; /* redirect: the same four octets as an address */
    struct octets payload;
};

/* Reads a message; false when fewer than ICMP_HEADER_SIZE octets are there. */
bool icmp_decode(struct octets octets, struct icmp *icmp, struct reason *reason);

/* Writes header and payload; a redirect writes 'gateway', every other type 'identifier' and 'sequence'. */
size_t icmp_encode(const struct icmp *icmp, uint8_t *data, size_t room);

#endif
