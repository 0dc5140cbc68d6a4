/* A station with nothing but Ethernet or token-ring ports: the place of an upstream host, or of a VRRP router
 * on a LAN behind a bridge. Who uses LAN port 'number' goes onto its link:
 *
 *   struct lan_port *lan = lan_port_new(services, 0);      attach with lan_port_handlers
 *   struct host *host = host_new(lan_port_link(lan), &settings);
 */
#ifndef PEERS_LAN_PORT_H
#define PEERS_LAN_PORT_H

#include "peers/peer_link.h"
#include "wire/token_ring.h"

struct lan_port;

/* 'number' is the station's LAN port; 'services' must outlive it. lan_port_handlers.destroy frees it and its
 * users. */
struct lan_port *lan_port_new(const struct station_services *services, unsigned number);

/* The same on a ring: its users' frames travel as 802.5 frames with LLC/SNAP. 'route' is the way from the
 * ring of the port to the others, for source-routed rings: unicast frames carry it, group frames begin as
 * explorers; no descriptors: frames carry no routing information. */
struct lan_port *lan_port_new_on_ring(const struct station_services *services, unsigned number,
                                      const struct source_route *route);

/* Sends a frame as it is, on a ring from AC on. */
void lan_port_send_octets(struct lan_port *port, const uint8_t *data, size_t size);

/* Its link; up from the beginning. */
struct peer_link *lan_port_link(struct lan_port *port);

extern const struct station_handlers lan_port_handlers;

#endif
