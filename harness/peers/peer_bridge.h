/* An emulated LANE bridge with one LAN port (draft 4): a proxy LEC that represents the stations it hears on
 * the LAN, and gives up those it hears on the ELAN.
 *
 *   struct peer_bridge *bridge = peer_bridge_new(lec, lan_port_link(lan));
 *
 * It learns from every frame, group frames included, forwards as 802.1D asks, and forgets nobody.
 */
#ifndef PEERS_PEER_BRIDGE_H
#define PEERS_PEER_BRIDGE_H

#include "peers/lec.h"

struct peer_bridge;

/* 'lec' must be a proxy. Freed when the stations of both links are gone. */
struct peer_bridge *peer_bridge_new(struct peer_lec *lec, struct peer_link *lan);

/* It has heard the station on its LAN last. */
bool peer_bridge_has(const struct peer_bridge *bridge, struct mac_address mac);

#endif
