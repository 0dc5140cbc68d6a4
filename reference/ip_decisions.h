/* What the IP part of the router decides, as one table: which frames and packets it takes, when and with
 * which MAC address it speaks ARP, and from where it redirects (RFC 2338 6.4, 8.1 to 8.3, 9.2).
 *
 * ip_options_default() is the conforming table. A variant of the router is a copy of it with one entry
 * changed. Virtual routers are seen as reference/vrrp_machine.h has them.
 */
#ifndef REFERENCE_IP_DECISIONS_H
#define REFERENCE_IP_DECISIONS_H

#include "wire/ethernet.h"

struct virtual_router; /* reference/vrrp_machine.h */
struct vrrp_instance;  /* reference/vrrp_machine.h */

struct ip_options {
    /* Frames with the VMAC as destination: taken in, or discarded (RFC 2338 6.4.2, 6.4.3). */
    bool (*takes_vmac_frames)(const struct virtual_router *router);
    /* Packets to an address of the virtual router: accepted, or discarded (RFC 2338 6.4.2, 6.4.3). */
    bool (*accepts_packets)(const struct virtual_router *router);
    /* Packets to any address that is not this router's: forwarded, or discarded (RFC 2338 5.2.2; RFC
     * 1812 5.3). */
    bool (*forwards)(const struct ipv4 *ipv4);

    /* ARP for 'address', one of the virtual router's (RFC 2338 6.4.2, 6.4.3). */
    bool (*answers_arp)(const struct virtual_router *router, struct ipv4_address address);
    /* ARP with the interface's own MAC address for the interface's own address. 'router' is the virtual
     * router that has the same address, NULL if none has it (RFC 2338 8.2). */
    bool (*speaks_for_interface)(const struct virtual_router *router);
    /* The interface's own address is announced by gratuitous ARP when the interface comes up. 'router' as
     * above. */
    bool (*announces_interface)(const struct virtual_router *router);
    /* The virtual router whose VMAC proxy ARP replies carry, NULL for silence (RFC 2338 8.3). */
    const struct virtual_router *(*proxy_arp_router)(const struct vrrp_instance *instance);
    /* The sender hardware address of ARP messages about an address of the virtual router, by occasion.
     * 'physical' is the MAC address of the interface (RFC 2338 8.2, 8.3). */
    struct mac_address (*arp_reply_mac)(const struct virtual_router *router, struct mac_address physical);
    struct mac_address (*arp_request_mac)(const struct virtual_router *router, struct mac_address physical);
    struct mac_address (*gratuitous_arp_mac)(const struct virtual_router *router,
                                             struct mac_address physical);
    struct mac_address (*proxy_arp_mac)(const struct virtual_router *router, struct mac_address physical);

    /* The source of a redirect. 'router' is the virtual router whose VMAC the packet was sent to, NULL when
     * it was sent to the interface's own MAC address, whose address is 'own' (RFC 2338 8.1). */
    struct ipv4_address (*redirect_source)(const struct virtual_router *router, struct ipv4_address own);

    /* The source of a frame that stands for a virtual router whose MAC address is 'virtual_mac': an
     * advertisement, or an ARP message with it as sender. A group address, functional ones among them, can't
     * be one (RFC 2338 9.2). */
    struct mac_address (*advertisement_frame_source)(struct mac_address virtual_mac, bool group,
                                                     struct mac_address physical);
    struct mac_address (*arp_frame_source)(struct mac_address virtual_mac, bool group,
                                           struct mac_address physical);
    /* The destination of advertisements (RFC 2338 7.2; token ring: RFC 1469). */
    struct mac_address (*advertisement_group)(bool token_ring);

    /* The IP header of advertisements (RFC 2338 5.2, 7.2). */
    struct ipv4_address (*advertisement_source)(const struct virtual_router *router, struct ipv4_address own);
    struct ipv4_address advertisement_destination;
    uint8_t advertisement_ttl;
    uint8_t advertisement_protocol;

    /* Parameters of the host part. */
    uint8_t default_ttl;     /* of packets that start here */
    unsigned arp_attempts;   /* requests before the waiting packets are given up */
    int64_t arp_retry_ns;    /* between them; RFC 1122 2.3.2.1: not more often than once per second */
    int64_t arp_lifetime_ns; /* of a cache entry that nobody refreshed */
};

/* The conforming table. */
struct ip_options ip_options_default(void);

#endif
