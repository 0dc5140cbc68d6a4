/* An emulated IP host on a peer LEC or a LAN port: ARP, ping, packets of any kind, a log of what arrives.
 * With it a case sees whether traffic through the VMAC reaches its destination.
 *
 *   struct host *host = host_new(peer_lec_link(lec), &settings);    freed with the station of the link
 *   host_ping_every(host, far_address, virtual_address, MILLISECONDS(100));
 *   … host_pings(host).replied …
 *
 * Its ARP cache does not age; it learns from answers, from questions to itself and, for entries that it has,
 * from any ARP message (RFC 826), gratuitous ones included.
 */
#ifndef PEERS_HOST_H
#define PEERS_HOST_H

#include "base/duration.h"
#include "peers/peer_link.h"
#include "wire/ethernet.h"

struct host_settings {
    struct mac_address mac; /* order of the link */
    struct ipv4_address address;
    uint8_t prefix_length;       /* addresses outside need a gateway; 0: everything is on the link */
    struct ipv4_address gateway; /* for its answers and for packets without a given next hop; 0.0.0.0: none */
    bool ignores_arp;            /* answers no ARP request */
    bool ignores_ping;           /* answers no echo request */
    int64_t arp_timeout_ns;      /* an ARP request is repeated after this */
    unsigned arp_retries;        /* so often; then the packets that wait are dropped */
};

/* /24, answers everything, ARP repeated twice after a second. */
struct host_settings host_settings_default(void);

/* An IP packet that came to the host's MAC address, whatever its IP destination. */
struct host_packet {
    int64_t time_ns;
    struct mac_address source_mac;
    struct mac_address destination_mac;
    enum peer_path path;
    bool sender_known; /* Data Direct: 'sender' is the ATM address at the other end */
    struct atm_address sender;
    struct ipv4_address source;
    struct ipv4_address destination;
    uint8_t ttl;
    uint8_t protocol;
    uint8_t icmp_type; /* protocol 1 only, as the next two */
    uint16_t icmp_identifier;
    struct ipv4_address icmp_gateway;
};

/* Packets that the log keeps; older ones are forgotten. */
#define HOST_LOG_ROOM 64

/* All pings so far. */
struct host_ping_count {
    size_t sent;
    size_t replied;
    int64_t first_reply_ns; /* TIME_NEVER without one */
    int64_t last_reply_ns;
    int64_t longest_gap_ns; /* longest time between replies that followed each other */
};

struct host;

/* 'settings' are copied. Belongs to the link's station. */
struct host *host_new(struct peer_link *link, const struct host_settings *settings);

/* The settings in force; a case may change all but MAC and address at any time. */
struct host_settings *host_settings_of(struct host *host);

/* The link that it was made on. */
struct peer_link *host_link(struct host *host);

/* 'received' is called for each packet that goes into the log. */
void host_on_packet(struct host *host, void (*received)(void *owner, const struct host_packet *packet),
                    void *owner);

/* --- ping --- */

#define HOST_NO_HOP ((struct ipv4_address){0}) /* on the link, or by the host's gateway */

/* Sends an echo request to 'destination' by way of the next hop 'via' (ARP as needed). Returns its sequence
 * number. */
uint16_t host_ping(struct host *host, struct ipv4_address destination, struct ipv4_address via);

/* The same to a MAC address of the caller's choice, without ARP. */
uint16_t host_ping_mac(struct host *host, struct ipv4_address destination, struct mac_address via);

/* Pings now and then each interval until stopped. */
void host_ping_every(struct host *host, struct ipv4_address destination, struct ipv4_address via,
                     int64_t interval_ns);
void host_stop_pings(struct host *host);

/* When the reply to a ping came; TIME_NEVER: not yet. */
int64_t host_reply_ns(const struct host *host, uint16_t sequence);
struct host_ping_count host_pings(const struct host *host);

/* --- packets --- */

/* Sends an IP packet by way of 'via'. A source of 0.0.0.0 is replaced by the host's address. */
void host_send(struct host *host, const struct ipv4 *packet, struct ipv4_address via);
void host_send_mac(struct host *host, const struct ipv4 *packet, struct mac_address via);

/* Packets received so far; the one that is 'age' places before the last (0: the last), NULL if it is not
 * kept. */
size_t host_packet_count(const struct host *host);
const struct host_packet *host_packet(const struct host *host, size_t age);

/* --- ARP --- */

/* Sends an ARP request whatever the cache says. */
void host_ask(struct host *host, struct ipv4_address address);

/* Broadcasts a gratuitous ARP for its own address. */
void host_announce(struct host *host);

/* The cache: look up, set, forget. */
bool host_arp_entry(const struct host *host, struct ipv4_address address, struct mac_address *mac);
void host_set_arp(struct host *host, struct ipv4_address address, struct mac_address mac);
void host_forget_arp(struct host *host, struct ipv4_address address);

#endif
