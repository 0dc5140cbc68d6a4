/* The IP Authentication Header (RFC 2402) with HMAC-MD5-96 (RFC 2403): VRRP authentication type 2 (RFC 2338
 * 5.3.6.3). It stands between the IP header and what it protects:
 *
 *   struct authentication_header header = {.next_protocol = IPV4_PROTOCOL_VRRP, .spi = 256, .sequence = 1,
 *                                          .payload = {message, size}};
 *   ipv4.protocol = IPV4_PROTOCOL_AH;
 *   ipv4.payload = (struct octets){data, authentication_header_encode(&header, data, sizeof data)};
 *   size = ipv4_encode(&ipv4, datagram, sizeof datagram);
 *   authentication_header_sign(datagram, size, key);
 */
#ifndef WIRE_AUTHENTICATION_HEADER_H
#define WIRE_AUTHENTICATION_HEADER_H

#include "base/reason.h"
#include "wire/octets.h"

#define AUTHENTICATION_HEADER_SIZE 24  /* with the ICV of HMAC-MD5-96 */
#define ICV_SIZE                   12  /* the digest, cut to 96 bits (RFC 2403 2) */
#define SPI_MINIMUM                256 /* those below are reserved (RFC 2402 2.4) */

struct authentication_header {
    uint8_t next_protocol;
    uint16_t reserved;     /* 0 */
    uint32_t spi;          /* Security Parameters Index */
    uint32_t sequence;     /* Sequence Number; the first packet has 1 */
    struct octets icv;     /* Integrity Check Value, as long as the header says; encode writes zeros */
    struct octets payload; /* behind the header */
};

/* Reads a header and what follows. False when it is cut short, or too short for its fixed part. */
bool authentication_header_decode(struct octets octets, struct authentication_header *header,
                                  struct reason *reason);

/* Writes a header of AUTHENTICATION_HEADER_SIZE with an ICV of zeros, and the payload. Returns the size, 0
 * when it does not fit. */
size_t authentication_header_encode(const struct authentication_header *header, uint8_t *data, size_t room);

/* Puts the ICV into a datagram of 'size' octets: an IP header without options, an authentication header of
 * AUTHENTICATION_HEADER_SIZE. False when it is not one. */
bool authentication_header_sign(uint8_t *datagram, size_t size, struct octets key);

/* True when the datagram has such headers and the ICV that the key gives. 'datagram' ends where the IP header
 * says. */
bool authentication_header_is_good(struct octets datagram, struct octets key);

#endif
