/* The reference LAN Emulation Server with its BUS, LANE v1 or v2, both at one ATM port (lane-rules 3, 4, 7).
 *
 *   struct les_server *server = les_server_new(services, &settings, NULL);
 *   … attach(&les_server_handlers, server) …; CONTROL_START switches it on.
 *
 * S1 is settings.les_address, S6 settings.les.bus_address; S2 follows the medium, S3 is 1516 octets on 802.3
 * and 4544 on 802.5. Clients are told apart by the VCC on which they speak. Answers go to a client on its
 * Control Direct; what all clients shall hear goes on Control Distribute, its originator included. The BUS
 * sends everything to everybody, its sender included. Switched off by CONTROL_FAIL it forgets all clients.
 */
#ifndef REFERENCE_LES_H
#define REFERENCE_LES_H

#include "reference/options.h"
#include "station/device_settings.h"
#include "station/station.h"

struct les_server;

/* CAPABILITY_* of the server. */
unsigned les_server_capabilities(void);

/* 'settings' and 'options' are copied; NULL options = the conforming server. les_server_handlers.destroy
 * frees it. */
struct les_server *les_server_new(const struct station_services *services,
                                  const struct device_settings *settings,
                                  const struct reference_options *options);

extern const struct station_handlers les_server_handlers;

#endif
