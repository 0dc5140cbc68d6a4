/* A station with nothing but Ethernet ports: the place of an upstream host, or of a VRRP router on a LAN
 * behind a bridge. Who uses LAN port 'number' goes onto its link:
 *
 *   struct lan_port *lan = lan_port_new(services, 0);      attach with lan_port_handlers
 *   struct host *host = host_new(lan_port_link(lan), &settings);
 */
#ifndef PEERS_LAN_PORT_H
#define PEERS_LAN_PORT_H

#include "peers/peer_link.h"

struct lan_port;

/* 'number' is the station's LAN port; 'services' must outlive it. lan_port_handlers.destroy frees it and its
 * users. */
struct lan_port *lan_port_new(const struct station_services *services, unsigned number);

/* Its link; up from the beginning. */
struct peer_link *lan_port_link(struct lan_port *port);

extern const struct station_handlers lan_port_handlers;

#endif
