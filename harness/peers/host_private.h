/* What the files of the host share; not for others. */
#ifndef PEERS_HOST_PRIVATE_H
#define PEERS_HOST_PRIVATE_H

#include "peers/host.h"

/* A packet that waits for ARP. */
struct waiting_packet {
    struct waiting_packet *next;
    struct ipv4 packet; /* payload: 'data' */
    uint8_t data[];
};

/* An entry of the ARP cache. */
struct arp_entry {
    struct arp_entry *next;
    struct host *host;
    struct ipv4_address address;
    bool known;
    struct mac_address mac;
    unsigned retries_left;
    struct timer timer;
    struct waiting_packet *waiting;
};

/* A ping. */
struct ping {
    int64_t sent_ns;
    int64_t reply_ns; /* TIME_NEVER until it came */
};

struct host {
    struct peer_link *link;
    const struct station_services *services;
    struct host_settings settings;
    struct peer_user user;
    bool dead;
    struct arp_entry *arp;

    uint16_t ping_identifier;
    struct ping *pings; /* by sequence number */
    size_t ping_count;
    size_t ping_room;
    struct host_ping_count count;
    struct timer ping_timer;
    struct ipv4_address ping_destination;
    struct ipv4_address ping_via;
    int64_t ping_interval_ns;

    struct host_packet log[HOST_LOG_ROOM];
    size_t packet_count;
    void (*received)(void *owner, const struct host_packet *packet);
    void *receiver;
};

/* host_arp.c */
void host_arp_received(struct host *host, const struct ethernet *ethernet);
void host_arp_send(struct host *host, struct ipv4_address next_hop, const struct ipv4 *packet);
void host_arp_clear(struct host *host);

/* host_ping.c */
void host_ping_replied(struct host *host, const struct icmp *icmp);
void host_ping_timer_fired(void *owner);

#endif
