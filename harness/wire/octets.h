/* Bounded reading and writing of big-endian numbers, and the two address types of the data link. */
#ifndef WIRE_OCTETS_H
#define WIRE_OCTETS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* A stretch of octets somewhere else; never owns them. */
struct octets {
    const uint8_t *data; /* may be NULL when size is 0 */
    size_t size;
};

/* A 48-bit MAC address in the order of the frame that carries it (canonical on an Ethernet ELAN). */
struct mac_address {
    uint8_t octet[6];
};

/* An IPv4 address as a number in host order, so that 10.0.0.1 < 200.0.0.1 (RFC 2338 6.4.3 compares them). */
struct ipv4_address {
    uint32_t number;
};

static inline uint16_t octets_u16(const uint8_t *at)
{
    return (uint16_t)(at[0] << 8 | at[1]);
}

static inline uint32_t octets_u32(const uint8_t *at)
{
    return (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | at[3];
}

static inline void octets_put_u16(uint8_t *at, uint16_t number)
{
    at[0] = (uint8_t)(number >> 8);
    at[1] = (uint8_t)number;
}

static inline void octets_put_u32(uint8_t *at, uint32_t number)
{
    octets_put_u16(at, (uint16_t)(number >> 16));
    octets_put_u16(at + 2, (uint16_t)number);
}

static inline bool mac_equal(struct mac_address a, struct mac_address b)
{
    return memcmp(a.octet, b.octet, sizeof a.octet) == 0;
}

/* True for group (multicast, broadcast) addresses in canonical order. */
static inline bool mac_is_group(struct mac_address mac)
{
    return mac.octet[0] & 1;
}

static inline bool ipv4_equal(struct ipv4_address a, struct ipv4_address b)
{
    return a.number == b.number;
}

#define MAC_BROADCAST ((struct mac_address){{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}})

/* The VMAC of a virtual router, canonical order (RFC 2338 7.3). */
static inline struct mac_address mac_of_vrid(uint8_t vrid)
{
    return (struct mac_address){{0x00, 0x00, 0x5e, 0x00, 0x01, vrid}};
}

/* The same address with the bits of each octet turned round: canonical order to token ring order, and back
 * (vrrp.md 7). */
struct mac_address mac_reversed(struct mac_address mac);

/* True for 00-00-5E-00-01-xx. */
static inline bool mac_is_vmac(struct mac_address mac)
{
    return memcmp(mac.octet, (const uint8_t[]){0x00, 0x00, 0x5e, 0x00, 0x01}, 5) == 0;
}

/* "00-00-5e-00-01-01"; room for the text, end included. */
#define MAC_TEXT_SIZE 18
const char *mac_text(struct mac_address mac, char text[static MAC_TEXT_SIZE]);

/* Reads six octets with '-' or ':' between; false if 'text' is something else. */
bool mac_read(const char *text, struct mac_address *mac);

/* "10.0.0.1". */
#define IPV4_TEXT_SIZE 16
const char *ipv4_text(struct ipv4_address address, char text[static IPV4_TEXT_SIZE]);

/* Reads four decimal numbers with dots between; false if 'text' is something else. */
bool ipv4_read(const char *text, struct ipv4_address *address);

/* The 16-bit one's complement of the one's complement sum (RFC 2338 5.3.8, RFC 791). */
uint16_t internet_checksum(const uint8_t *data, size_t size);

#endif
