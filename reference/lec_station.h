/* The ATM side of a station that consists of a LAN Emulation client and something above it: what the network
 * does goes to the client, and to nobody while the station is off.
 *
 *   struct bridge { struct lec_station station; … };     the first member
 *   const struct station_handlers bridge_handlers = {LEC_STATION_HANDLERS, .control = …};
 */
#ifndef REFERENCE_LEC_STATION_H
#define REFERENCE_LEC_STATION_H

#include "reference/lec.h"

struct lec_station {
    struct lec *lec; /* NULL: the station is off, or has failed, and notices nothing */
};

void lec_station_call_offered(void *station, uint32_t vcc, const struct call *call);
void lec_station_call_connected(void *station, uint32_t vcc);
void lec_station_call_released(void *station, uint32_t vcc, enum release_cause cause);
void lec_station_sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size);

/* For initializers of struct station_handlers. */
#define LEC_STATION_HANDLERS                                                                                 \
    .call_offered = lec_station_call_offered, .call_connected = lec_station_call_connected,                  \
    .call_released = lec_station_call_released, .sdu_received = lec_station_sdu_received

#endif
