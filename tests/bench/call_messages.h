/* Octets of UNI 3.1 signalling as a switch and a host exchange them (uni-signalling 2 to 4; the pattern is
 * tests/real-frames/signalling-and-atmtcp-hexdump.txt): Q.2931 messages in SSCOP SD PDUs.
 *
 * Every function writes one SDU of the signalling channel and returns its size; 'data' has CALL_MESSAGE_ROOM
 * octets.
 */
#ifndef BENCH_CALL_MESSAGES_H
#define BENCH_CALL_MESSAGES_H

#include "wire/signalling.h"

#define CALL_MESSAGE_ROOM 256

/* A call as both sides of the interface see it. */
struct call_of_port {
    uint32_t reference; /* 23 bits */
    struct atm_address called;
    struct atm_address calling;
    enum b_lli b_lli;
    bool point_to_multipoint;
    uint16_t vci; /* VPCI 0 */
};

/* SSCOP connection: BGN, BGAK. */
size_t sscop_begin(uint8_t *data);
size_t sscop_begin_acknowledge(uint8_t *data);

/* 'sequence' is N(S) of the SD that carries the message. With the connection identifier if the network sends
 * it. */
size_t call_setup(const struct call_of_port *call, bool from_network, uint32_t sequence, uint8_t *data);

/* The answers of the called side, CALL PROCEEDING with the connection identifier; and what the calling side
 * says to CONNECT. */
size_t call_proceeding(const struct call_of_port *call, uint32_t sequence, uint8_t *data);
size_t call_connect(const struct call_of_port *call, uint32_t sequence, uint8_t *data);
size_t call_connect_acknowledge(const struct call_of_port *call, uint32_t sequence, uint8_t *data);

/* Normal clearing by the calling side, and the answer. */
size_t call_release(const struct call_of_port *call, uint32_t sequence, uint8_t *data);
size_t call_release_complete(const struct call_of_port *call, uint32_t sequence, uint8_t *data);

#endif
