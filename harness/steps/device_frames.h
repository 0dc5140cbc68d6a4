/* Patterns of what the device under test sends about a virtual router, in the scheme and LANE version in
 * force. Cases combine them with expectations. They match loosely, by what a frame is about; its form is
 * judged by the passive rules.
 */
#ifndef STEPS_DEVICE_FRAMES_H
#define STEPS_DEVICE_FRAMES_H

#include "steps/expect.h"

/* Adds a condition to a pattern: pattern_with(advertisement(scene, vrid), FIELD_PRIORITY, number_value(0)).
 */
struct pattern pattern_with(struct pattern pattern, enum frame_field field, struct value value);
struct pattern pattern_without(struct pattern pattern, enum frame_field field, struct value value);

/* VRRP and IP */
struct pattern advertisement(const struct scene *scene, uint8_t vrid);      /* of any priority but 0 */
struct pattern stop_advertisement(const struct scene *scene, uint8_t vrid); /* priority 0 */
struct pattern gratuitous_arp(const struct scene *scene, struct ipv4_address address);
struct pattern arp_reply(const struct scene *scene, struct ipv4_address address);
struct pattern echo_reply(const struct scene *scene, struct ipv4_address from);
/* An IP packet that the device sends to this destination, on the ELAN or the LAN segment. */
struct pattern packet_to(const struct scene *scene, struct ipv4_address destination);
/* The same as its receivers take them: with good checksums, and the packet with this TTL. */
struct pattern forwarded_packet_to(const struct scene *scene, struct ipv4_address destination, uint8_t ttl);
struct pattern good_echo_reply(const struct scene *scene, struct ipv4_address from);

/* Association with a MAC address (draft 3.1, 3.2) */
struct pattern registration(const struct scene *scene, struct mac_address mac);   /* LE_REGISTER_REQUEST */
struct pattern unregistration(const struct scene *scene, struct mac_address mac); /* LE_UNREGISTER_REQUEST */
struct pattern announcement(const struct scene *scene,
                            struct mac_address mac); /* v2: targetless LE_ARP; v1: zero LE_NARP */
struct pattern withdrawal(const struct scene *scene, struct mac_address mac);     /* no-source LE_NARP */
struct pattern probe(const struct scene *scene, struct mac_address mac);          /* LE_ARP_REQUEST for it */
struct pattern le_arp_answer(const struct scene *scene, uint32_t transaction_id); /* LE_ARP_RESPONSE */
struct pattern le_arp_answer_for(const struct scene *scene, struct mac_address mac);

/* The first frame of an association: registration or announcement (non-proxy), announcement or probe (proxy).
 */
struct pattern association_frame(const struct scene *scene, struct mac_address mac);

/* The first frame of a disassociation: unregistration or withdrawal; in v1 and proxy scheme there is none,
 * and pattern.names is 0. */
struct pattern disassociation_frame(const struct scene *scene, struct mac_address mac);

/* Anything that only a Master sends about the virtual router: advertisements, ARP for its addresses,
 * association frames, LE_ARP answers. Not the frames of a disassociation. */
struct pattern speaks_as_master(const struct scene *scene);

#endif
