/* An emulated VRRP router (RFC 2338) on a peer LEC or a LAN port. It has no state machine: a case says what
 * it sends and when it acts as Master.
 *
 *   struct vrrp_speaker *speaker = vrrp_speaker_new(lec, &settings);
 *   vrrp_speaker_become_master(speaker);       associates, advertises each interval, gratuitous ARP
 *
 *   struct advertisement advertisement = vrrp_speaker_advertisement(speaker);
 *   advertisement.ttl = 254;                   … or anything else
 *   vrrp_speaker_send(speaker, &advertisement);
 *
 * As Master it answers ARP for the virtual addresses and echo requests that come to the VMAC, as if their
 * destination were right behind it; both can be switched off. To a virtual address it answers no echo request
 * unless it is the owner. It forwards packets only after vrrp_speaker_forward_to().
 */
#ifndef PEERS_VRRP_SPEAKER_H
#define PEERS_VRRP_SPEAKER_H

#include "base/duration.h"
#include "peers/lec.h"
#include "peers/peer_link.h"
#include "station/device_settings.h"
#include "wire/ethernet.h"
#include "wire/vrrp.h"

struct vrrp_speaker_settings {
    uint8_t vrid;
    uint8_t priority;
    uint8_t interval_s; /* Adver Int and its own interval, 1 to 255 */
    struct mac_address
        mac; /* physical address, order of the link; not answered for: put a host on the link */
    struct ipv4_address address; /* primary address: IP source of advertisements */
    size_t address_count;
    struct ipv4_address addresses[VIRTUAL_ADDRESS_ROOM]; /* of the virtual router */
    uint8_t authentication_type;                         /* RFC 2338 5.3.6: 0, 1 or 2 */
    char password[9];                                    /* type 1 */
    char key[33];                                        /* type 2, as in struct device_settings */
    uint32_t spi;
    bool vmac_given; /* 'vmac' counts; otherwise 00-00-5E-00-01-{VRID} in the bit order of the link */
    struct mac_address vmac;
    bool canonical_order; /* token ring: 00-00-5E-00-01-{VRID} as it stands */
    bool
        functional_addresses; /* token ring, VRIDs 1 to 11: the functional address of RFC 2338 9.2 in place of
                                 the VMAC; frames leave with the physical MAC, and nothing is associated */
    bool ignores_arp;         /* as Master: answers no ARP request for the virtual addresses */
    bool ignores_ping;        /* as Master: answers no echo request */
};

/* VRID 1, priority 100, 1 s, no addresses, no authentication. */
struct vrrp_speaker_settings vrrp_speaker_settings_default(void);

/* An advertisement, right or wrong in every part. */
struct advertisement {
    struct mac_address source_mac;
    struct mac_address destination_mac;
    struct ipv4_address source;
    struct ipv4_address destination;
    uint8_t ttl;
    uint8_t ip_protocol;        /* behind the authentication header, if there is one */
    bool authentication_header; /* type 2: stands before the message, signed with 'key' */
    char key[33];
    uint32_t spi;
    bool digest_bad;
    struct vrrp message; /* version, type, VRID, priority, count, addresses, authentication, interval */
    bool ip_checksum_bad;
    bool checksum_bad;     /* of the VRRP message */
    bool checksum_absent;  /* with checksum_bad: zero, as of a sender that computed none */
    size_t truncated_size; /* octets of the message that are sent, checksum made for them; 0: all */
    size_t trailing_size;  /* octets of zero behind the message, inside the IP packet; at most 64 */
};

/* An advertisement that was heard. */
struct heard_advertisement {
    int64_t time_ns;
    struct mac_address source_mac;
    struct ipv4_address source;
    uint8_t ttl;
    enum peer_path path;
    struct vrrp message;
};

/* A frame that came to the VMAC while this speaker was Master. */
struct frame_for_vmac {
    int64_t time_ns;
    struct mac_address source_mac;
    enum peer_path path;
    uint16_t type;     /* EtherType */
    bool sender_known; /* Data Direct: 'sender' is the ATM address at the other end */
    struct atm_address sender;
};

struct vrrp_speaker;

/* 'settings' are copied. Belongs to the LEC, or to the link's station. */
struct vrrp_speaker *vrrp_speaker_new(struct peer_lec *lec, const struct vrrp_speaker_settings *settings);
struct vrrp_speaker *vrrp_speaker_new_on_lan(struct peer_link *link,
                                             const struct vrrp_speaker_settings *settings);

/* The settings in force; a case may change them at any time, a VMAC in use excepted. */
struct vrrp_speaker_settings *vrrp_speaker_settings_of(struct vrrp_speaker *speaker);

/* The VMAC, in the order of the link. */
struct mac_address vrrp_speaker_vmac(const struct vrrp_speaker *speaker);

/* --- advertisements --- */

/* A right one, as the settings say. */
struct advertisement vrrp_speaker_advertisement(const struct vrrp_speaker *speaker);

/* Sends one now. */
void vrrp_speaker_send(struct vrrp_speaker *speaker, const struct advertisement *advertisement);

/* Sends a right one now, with this priority. */
void vrrp_speaker_advertise(struct vrrp_speaker *speaker, uint8_t priority);

/* Sends 'advertisement' (NULL: right ones, from the settings each time) now and each 'interval_ns' (0: the
 * interval of the settings) until stopped. */
void vrrp_speaker_start(struct vrrp_speaker *speaker, const struct advertisement *advertisement,
                        int64_t interval_ns);
void vrrp_speaker_stop(struct vrrp_speaker *speaker);

/* Advertisements of its own VRID heard so far, and the last one (NULL if none). */
size_t vrrp_speaker_heard_count(const struct vrrp_speaker *speaker);
const struct heard_advertisement *vrrp_speaker_heard(const struct vrrp_speaker *speaker);

/* --- acting as Master --- */

/* Takes over: ADDRESS ASSOCIATION (on a LEC), advertisement, gratuitous ARP, then advertisements each
 * interval. */
void vrrp_speaker_become_master(struct vrrp_speaker *speaker);

/* Shuts down in order: priority 0, then ADDRESS DISASSOCIATION (draft 3.3.3). */
void vrrp_speaker_shut_down(struct vrrp_speaker *speaker);

/* Yields to another router: ADDRESS DISASSOCIATION without an advertisement. */
void vrrp_speaker_yield(struct vrrp_speaker *speaker);

/* Stops in the middle: no advertisement, no disassociation, no answer; its LEC goes on as if the router above
 * it had crashed, and still represents the VMAC. */
void vrrp_speaker_crash(struct vrrp_speaker *speaker);

/* One gratuitous ARP per virtual address, with the VMAC. */
void vrrp_speaker_send_gratuitous_arps(struct vrrp_speaker *speaker);

/* As Master, and not crashed. */
bool vrrp_speaker_is_master(const struct vrrp_speaker *speaker);

/* Frames that came to the VMAC so far while it was Master, and the last one (NULL if none). */
size_t vrrp_speaker_taken_count(const struct vrrp_speaker *speaker);
const struct frame_for_vmac *vrrp_speaker_taken(const struct vrrp_speaker *speaker);

/* As Master sends the IP packets that come to the VMAC on to 'link', TTL less one, from MAC 'from' to MAC
 * 'to', in place of answering echo requests. NULL: no longer. 'link' has to live as long as the speaker. */
void vrrp_speaker_forward_to(struct vrrp_speaker *speaker, struct peer_link *link, struct mac_address from,
                             struct mac_address to);

#endif
