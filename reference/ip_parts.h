/* What the files of the IP part share: ip.c (interfaces, receiving, sending), ip_arp.c (cache, requests,
 * replies), ip_forward.c (routes, forwarding) and ip_icmp.c (echo, errors, redirects). */
#ifndef REFERENCE_IP_PARTS_H
#define REFERENCE_IP_PARTS_H

#include "reference/ip.h"
#include "reference/source_routes.h"
#include "reference/vrrp_machine.h"

#define IP_MTU         1500
#define IP_FRAME_ROOM  (TOKEN_RING_HEADER_SIZE + ROUTE_ROOM + SNAP_SIZE + IP_MTU) /* of both media */
#define ARP_CACHE_ROOM 32
#define ARP_QUEUE_ROOM 4 /* packets that wait for one address */

/* One neighbour. Free when 'used' is false. */
struct arp_entry {
    struct ip_interface *interface;
    bool used;
    bool resolved; /* 'mac' is known; else requests are going out */
    struct ipv4_address address;
    struct mac_address mac;
    unsigned attempts;  /* requests sent so far */
    struct timer timer; /* next request, or end of life */
    int64_t changed_ns; /* when it was made or refreshed */
    size_t waiting_count;
    struct waiting_packet *waiting[ARP_QUEUE_ROOM]; /* owned; oldest first */
};

struct waiting_packet {
    size_t size;
    uint8_t data[]; /* an IP datagram */
};

struct ip_interface {
    struct ip *ip;
    enum ip_port port;
    const struct interface_settings *settings;
    bool token_ring;             /* 802.5 frames, addresses in their order; else Ethernet */
    struct source_routes routes; /* token ring */
    struct arp_entry arp[ARP_CACHE_ROOM];
};

struct ip {
    const struct station_services *services;
    const struct device_settings *settings;
    const struct ip_options *options;
    const struct vrrp_instance *vrrp;
    const struct ip_actions *actions;
    void *owner;
    uint16_t identification;          /* of the next packet that starts here */
    uint32_t authentication_sequence; /* of the last packet with an authentication header */
    size_t interface_count;           /* 1, or 2 with a LAN port */
    struct ip_interface interfaces[IP_PORT_COUNT];
};

/* A packet on its way through the router. */
struct ip_packet {
    struct ip_interface *from;
    const struct virtual_router
        *router;          /* whose VMAC the frame was sent to; NULL: the interface's MAC or a group */
    struct octets octets; /* the datagram, without padding */
    struct ipv4 ipv4;
};

/* Where a packet goes next. */
struct ip_route {
    struct ip_interface *interface;
    struct ipv4_address next_hop;
};

/* ip.c */

/* Sends 'payload' in a frame. */
void ip_send_frame(struct ip_interface *interface, struct mac_address destination, struct mac_address source,
                   uint16_t type, struct octets payload);
/* Sends a packet that starts here; identification and TTL are filled in. */
void ip_send_packet(struct ip *ip, struct ipv4 *ipv4);
/* The first virtual router of the ELAN that has 'address' among its own; NULL when there is none, or when the
 * interface is not on the ELAN. */
const struct virtual_router *ip_router_of_address(const struct ip_interface *interface,
                                                  struct ipv4_address address);
/* True for multicast, broadcast and functional addresses of the interface's medium. */
bool ip_is_group(const struct ip_interface *interface, struct mac_address mac);
bool ip_in_network(struct ipv4_address address, struct ipv4_address network, uint8_t prefix_length);

/* ip_authentication.c */

/* True with VRRP authentication type 2. */
bool ip_is_authenticated(const struct ip *ip);
/* Puts an authentication header, in 'data', around what the packet carries. */
void ip_put_authentication_header(struct ip *ip, struct ipv4 *ipv4, uint8_t *data, size_t room);
/* Fills in the digest of the finished datagram. */
void ip_sign(const struct ip *ip, uint8_t *datagram, size_t size);
/* Reads the header of a packet that has one, and leaves the message behind it in 'arrival'; false when it
 * protects no VRRP message. */
bool ip_take_authentication_header(const struct ip *ip, const struct ip_packet *packet,
                                   struct vrrp_arrival *arrival);

/* ip_arp.c */

void arp_received(struct ip_interface *interface, const struct arp *arp);
/* Sends a datagram to a neighbour, after having asked for its MAC address if need be. */
void arp_send_packet(struct ip_interface *interface, struct ipv4_address next_hop, struct octets datagram);
/* Asks the whole link who has 'address', as its owner: sender and target are the same. */
void arp_announce(struct ip_interface *interface, struct mac_address mac, struct ipv4_address address);
void arp_start(struct ip_interface *interface);
/* Forgets all entries and their packets. */
void arp_clear(struct ip_interface *interface);

/* ip_forward.c */

void ip_forward(struct ip *ip, const struct ip_packet *packet);
/* The best route to 'destination'; false when there is none. */
bool ip_find_route(struct ip *ip, struct ipv4_address destination, struct ip_route *route);

/* ip_icmp.c */

void icmp_received(struct ip *ip, const struct ip_packet *packet);
void icmp_send_time_exceeded(struct ip *ip, const struct ip_packet *packet);
void icmp_send_redirect(struct ip *ip, const struct ip_packet *packet, struct ipv4_address gateway);

#endif
