/* The reference bridge: a transparent learning bridge (802.1D) between one ELAN port, which is a proxy LEC
 * (reference/lec.h), and LAN ports 0, 1 … of the same medium (draft-ietf-vrrp-lane-02 sections 2.2 and 4).
 *
 *   struct bridge *bridge = bridge_new(services, &settings, NULL);
 *   … attach(&bridge_handlers, bridge) …; CONTROL_START switches it on.
 *
 * A station that it hears on a LAN port it represents on the ELAN (ADDRESS ASSOCIATION); one that moves to
 * the ELAN it gives up (ADDRESS DISASSOCIATION). One that is silent for the ageing time is forgotten and
 * given up. On token ring it is a source-route bridge as well, if its settings say so: source-routed frames
 * follow their routing information over it, explorers take it down; transparent frames go by the table.
 *
 * It runs no spanning tree of its own: it listens to BPDUs on its LAN ports, and while one of them says that
 * the topology changes it ages stations faster and tells the ELAN (lane-rules 5.6).
 */
#ifndef REFERENCE_BRIDGE_H
#define REFERENCE_BRIDGE_H

#include "reference/options.h"
#include "station/device_settings.h"
#include "station/station.h"

struct bridge;

/* CAPABILITY_* of the reference bridge. */
unsigned bridge_capabilities(const struct device_settings *settings);

/* 'settings' and 'options' are copied; NULL options = the conforming stack. Owned by the caller;
 * bridge_handlers.destroy frees it. */
struct bridge *bridge_new(const struct station_services *services, const struct device_settings *settings,
                          const struct reference_options *options);

extern const struct station_handlers bridge_handlers;

#endif
