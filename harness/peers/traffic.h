/* A steady stream of numbered packets from an emulated host: UDP to the discard port, each with the number of
 * its stream and a sequence number, so that whoever reads the tap can tell what became of each of them.
 *
 *   struct traffic *traffic = traffic_new(host, &(struct traffic_settings){…});   belongs to the host's
 * station traffic_start(traffic);  …  traffic_stop(traffic);
 */
#ifndef PEERS_TRAFFIC_H
#define PEERS_TRAFFIC_H

#include "peers/host.h"
#include "wire/frame.h"

struct traffic_settings {
    uint16_t stream;                 /* tells the streams of a world apart */
    struct ipv4_address destination; /* IP address of the packets */
    struct ipv4_address via;         /* next hop, HOST_NO_HOP: on the link, or by the host's gateway */
    int64_t interval_ns;             /* from one packet to the next */
};

struct traffic;

/* 'settings' are copied; sends on the host's link, with its MAC and IP address. */
struct traffic *traffic_new(struct host *host, const struct traffic_settings *settings);

/* Sends a packet now and each interval; stops. */
void traffic_start(struct traffic *traffic);
void traffic_stop(struct traffic *traffic);

/* Packets so far, and when the one with this sequence number was handed to the host's IP layer. */
size_t traffic_sent_count(const struct traffic *traffic);
int64_t traffic_sent_ns(const struct traffic *traffic, size_t sequence);

uint16_t traffic_stream(const struct traffic *traffic);

/* True when the decoded frame is a packet of such a stream. */
bool traffic_read(const struct frame *frame, uint16_t *stream, uint32_t *sequence);

#endif
