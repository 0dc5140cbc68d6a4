/* What a case does to the device under test: frames from the peers, and frames that only a test would send.
 *
 * Each function sends, runs the world until the frame arrives at the device, and returns the event of its
 * arrival: the mark from which answers are measured (mark_at(event)). A frame that does not arrive within a
 * few seconds of world time ends the case as inconclusive, with the reason: the harness could not apply its
 * stimulus.
 */
#ifndef STEPS_INJECT_H
#define STEPS_INJECT_H

#include "steps/expect.h"

/* An advertisement by the speaker; as vrrp_speaker.h, any field may be wrong. */
struct tap_event *inject_advertisement(struct scene *scene, const struct advertisement *advertisement);

/* A good one for the device's first virtual router with this priority, from the speaker's own address. */
struct tap_event *inject_priority(struct scene *scene, uint8_t priority);

/* The same from another sender address. */
struct tap_event *inject_priority_from(struct scene *scene, uint8_t priority, struct ipv4_address sender);

/* An advertisement that conforms in everything to the settings of the device's first virtual router; the
 * starting point of bad ones. */
struct advertisement good_advertisement(const struct scene *scene, uint8_t priority);

/* LE_ARP_REQUEST for 'mac' by the host, handed to the device by the LES on Control Direct.
 * 'transaction_id' may be NULL. */
struct tap_event *inject_le_arp_request(struct scene *scene, struct mac_address mac,
                                        uint32_t *transaction_id);

/* Any control frame, from the LES to the device, on Control Direct. */
struct tap_event *inject_control(struct scene *scene, const struct le_control *control);

/* ARP request by the host, through the BUS (role vrrp: on the LAN). */
struct tap_event *inject_arp_request(struct scene *scene, struct ipv4_address address);

/* Any ARP request, broadcast through the BUS by the host's client; the Ethernet source is the sender's MAC
 * address in it. */
struct tap_event *inject_arp(struct scene *scene, const struct arp *arp);

/* ARP request for the device's own address by somebody with this MAC and IP address, through the BUS: from
 * now on the device owes that MAC address a unicast frame. */
struct tap_event *inject_arp_request_of(struct scene *scene, struct mac_address mac,
                                        struct ipv4_address sender);

/* ICMP echo request by the host to 'address', in a frame to 'mac'. */
struct tap_event *inject_echo_request(struct scene *scene, struct ipv4_address address,
                                      struct mac_address mac);

/* An IP packet of the host to the upstream host (or to any address) in a frame to 'mac', with this TTL. */
struct tap_event *inject_packet(struct scene *scene, struct ipv4_address destination, struct mac_address mac,
                                uint8_t ttl);

/* A copy of an SDU that the device sent, handed back to it on the Multicast Forward VCC or Control VCC it
 * would come back on. */
struct tap_event *inject_echo_of(struct scene *scene, const struct tap_event *sent);

/* The next advertisement of the speaker (which advertises by itself) at the device. */
struct tap_event *next_speaker_advertisement(struct scene *scene);

/* For vocabulary that sends in other ways: the arrival at the device of what 'sender' sends next, on
 * Multicast Send or a LAN of its own; and of exactly these octets, sent at 'since' or later. 'what' names the
 * frame in the reason when it does not come. */
struct tap_event *arrival_from(struct scene *scene, struct port *sender, struct mark since, const char *what);
struct tap_event *arrival_of_octets(struct scene *scene, struct mark since, const uint8_t *data, size_t size,
                                    const char *what);

#endif
