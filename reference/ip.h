/* The IP part of the router: a host and a forwarder with an interface on the ELAN and, when the settings say
 * so, one on LAN port 0. It speaks ARP for the interfaces and for the virtual routers (RFC 2338 8.2, 8.3),
 * forwards what is sent to its own MAC addresses or to the VMAC of a virtual router in Master, answers echo
 * requests, and carries VRRP messages.
 *
 *   struct ip *ip = ip_new(services, &settings, &options, vrrp, &actions, owner);
 *   ip_frame_received(ip, IP_ELAN, data, size);   // every Ethernet frame of that interface
 *
 * Frames that stand for a virtual router (advertisements, ARP about its addresses) leave with the VMAC as
 * their source; forwarded packets and those of the router itself with the interface's MAC address.
 */
#ifndef REFERENCE_IP_H
#define REFERENCE_IP_H

#include "reference/ip_decisions.h"
#include "reference/vrrp.h"

struct ip;

/* The interfaces: where a frame came from or goes. */
enum ip_port { IP_ELAN, IP_LAN, IP_PORT_COUNT };

/* What the IP part asks of the router around it. */
struct ip_actions {
    /* Sends an Ethernet frame, padded to the minimum size. */
    void (*send_frame)(void *owner, enum ip_port port, const uint8_t *data, size_t size);
    /* A VRRP message came from the ELAN; valid during the call. */
    void (*advertisement_received)(void *owner, const struct vrrp_arrival *arrival);
};

/* 'vrrp' tells the states of the virtual routers. All arguments must outlive 'ip', which belongs to the
 * caller. */
struct ip *ip_new(const struct station_services *services, const struct device_settings *settings,
                  const struct ip_options *options, const struct vrrp_instance *vrrp,
                  const struct ip_actions *actions, void *owner);
void ip_free(struct ip *ip);

/* The interface can send from now on. */
void ip_interface_up(struct ip *ip, enum ip_port port);

/* Stops everything at once: no timer runs any more, waiting packets are forgotten. */
void ip_die(struct ip *ip);

/* An Ethernet frame without frame check sequence, for any destination; padding is accepted. */
void ip_frame_received(struct ip *ip, enum ip_port port, const uint8_t *data, size_t size);

/* Sends a VRRP message for virtual router 'number' to the VRRP group (RFC 2338 7.2). */
void ip_send_advertisement(struct ip *ip, unsigned number, const uint8_t *message, size_t size);

/* Broadcasts one gratuitous ARP request per address of virtual router 'number' (RFC 2338 6.4.1, 8.2). */
void ip_send_gratuitous_arps(struct ip *ip, unsigned number);

#endif
