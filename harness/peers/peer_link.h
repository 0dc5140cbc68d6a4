/* How hosts and VRRP speakers send and hear Ethernet frames: through a peer LEC (peers/lec.h) or a LAN port
 * (peers/lan_port.h), without knowing which.
 *
 * On a token ring ELAN the addresses are in the order of the ELAN; frames are Ethernet frames all the same,
 * and the LEC converts them.
 */
#ifndef PEERS_PEER_LINK_H
#define PEERS_PEER_LINK_H

#include "station/station.h"
#include "wire/atm_address.h"
#include "wire/ethernet.h"

/* Which way a frame came. */
enum peer_path { PEER_PATH_LAN, PEER_PATH_BUS, PEER_PATH_DATA_DIRECT };

/* A frame as it is heard; valid during the call. */
struct peer_frame {
    const uint8_t *data; /* Ethernet frame without LE header, padding included */
    size_t size;
    enum peer_path path;
    bool sender_known; /* Data Direct: 'sender' is the ATM address at the other end */
    struct atm_address sender;
    uint16_t lecid; /* LE header; 0 on a LAN */
};

/* Somebody on the link; lives in the memory of its owner. */
struct peer_user {
    void *owner;
    /* Every frame for anybody, own echoes taken out. */
    void (*frame_received)(void *owner, const struct peer_frame *frame);
    /* The link is usable, or no longer. May be NULL. */
    void (*link_up)(void *owner);
    void (*link_down)(void *owner);
    /* The station dies (its device failed): stop all timers. May be NULL. */
    void (*died)(void *owner);
    /* Frees the owner; called when the station of the link is destroyed. */
    void (*destroy)(void *owner);
    struct peer_user *next;
};

struct peer_link {
    const struct station_services *services;
    bool token_ring; /* bit order of its MAC addresses */
    bool up;         /* frames sent now go somewhere */
    void *station;
    void (*send)(void *station, const uint8_t *data, size_t size);
    struct peer_user *users; /* in the order of adding */
};

/* Adds somebody who hears frames. */
void peer_link_add(struct peer_link *link, struct peer_user *user);

/* Sends an Ethernet frame. */
void peer_link_send(struct peer_link *link, const uint8_t *data, size_t size);

/* Sends an IPv4 packet, or an ARP message, from MAC to MAC. One that fits no frame is dropped. */
void peer_link_send_ipv4(struct peer_link *link, struct mac_address from, struct mac_address to,
                         const struct ipv4 *ipv4);
void peer_link_send_arp(struct peer_link *link, struct mac_address from, struct mac_address to,
                        const struct arp *arp);

/* One gratuitous ARP (RFC 2338 8.2) that 'address' is at 'mac': request, sender address = target address,
 * broadcast in a frame from 'from'. */
void peer_link_send_gratuitous_arp(struct peer_link *link, struct mac_address from, struct mac_address mac,
                                   struct ipv4_address address);

/* True for group addresses in the order of the link. */
bool peer_link_is_group(const struct peer_link *link, struct mac_address mac);

/* For the station of the link: hands events on to all users. */
void peer_link_receive(struct peer_link *link, const struct peer_frame *frame);
void peer_link_set_up(struct peer_link *link, bool up);
void peer_link_die(struct peer_link *link);
void peer_link_destroy_users(struct peer_link *link);

#endif
