/* VRRP version 2 advertisements (RFC 2338 5): the message inside an IP datagram of protocol 112. */
#ifndef WIRE_VRRP_H
#define WIRE_VRRP_H

#include "base/reason.h"
#include "wire/octets.h"

#define VRRP_HEADER_SIZE              8
#define VRRP_AUTHENTICATION_DATA_SIZE 8
#define VRRP_ADDRESS_ROOM             16 /* addresses that a decoded advertisement remembers */
#define VRRP_GROUP                    ((struct ipv4_address){0xe0000012}) /* 224.0.0.18 */
#define VRRP_GROUP_MAC                ((struct mac_address){{0x01, 0x00, 0x5e, 0x00, 0x00, 0x12}})
#define VRRP_TTL                      255

#define VRRP_AUTHENTICATION_NONE     0
#define VRRP_AUTHENTICATION_PASSWORD 1
#define VRRP_AUTHENTICATION_AH       2

#define VRRP_PRIORITY_OWNER   255
#define VRRP_PRIORITY_DEFAULT 100
#define VRRP_PRIORITY_STOP    0

/* One VRRP message. */
struct vrrp {
    uint8_t version; /* 2 */
    uint8_t type;    /* 1 = ADVERTISEMENT */
    uint8_t vrid;    /* 1 to 255 */
    uint8_t priority;
    uint8_t address_count; /* Count IP Addrs as sent */
    uint8_t authentication_type;
    uint8_t interval_s; /* Adver Int */
    uint16_t checksum;  /* as received; encode computes it */
    bool checksum_good;
    struct ipv4_address addresses[VRRP_ADDRESS_ROOM]; /* those that are there, at most the room */
    size_t addresses_present;
    uint8_t authentication_data[VRRP_AUTHENTICATION_DATA_SIZE];
    size_t size;          /* octets of the message as received */
    bool complete;        /* all of 16 + 4 x address_count octets are there */
    size_t trailing_size; /* octets behind them */
};

/* Reads a message of any size. False when fewer than VRRP_HEADER_SIZE octets are there; a message cut behind
 * that is read as far as it goes, with 'complete' false. */
bool vrrp_decode(struct octets octets, struct vrrp *vrrp, struct reason *reason);

/* Writes header, 'addresses_present' addresses and Authentication Data, with a right checksum.
 * 'address_count' is written as it stands. Returns the size, 0 when it does not fit. */
size_t vrrp_encode(const struct vrrp *vrrp, uint8_t *data, size_t room);

#endif
