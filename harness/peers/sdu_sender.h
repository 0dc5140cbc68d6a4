/* How emulated peers send SDUs: at once or later, octets or an LE control frame.
 *
 * A server that answers late, or a client that is told to, hands its answer over with a delay; what is still
 * waiting when its VCC goes is dropped.
 */
#ifndef PEERS_SDU_SENDER_H
#define PEERS_SDU_SENDER_H

#include "station/station.h"
#include "wire/le_control.h"

/* Octets of the largest SDU that peers make or keep. */
#define PEER_SDU_ROOM 4608

struct delayed_sdu; /* private */

struct sdu_sender {
    const struct station_services *services;
    struct delayed_sdu *first; /* waiting, oldest first */
};

/* 'services' must outlive the sender. */
struct sdu_sender sdu_sender_of(const struct station_services *services);

/* Frees what is waiting and stops its timers. */
void sdu_sender_clear(struct sdu_sender *sender);

/* Sends octets (copied) on 'vcc' after 'delay_ns'; at once when it is 0. VCC_NONE: nothing happens. */
void sdu_sender_send(struct sdu_sender *sender, uint32_t vcc, const uint8_t *data, size_t size,
                     int64_t delay_ns);

/* The same for an LE control frame. */
void sdu_sender_send_control(struct sdu_sender *sender, uint32_t vcc, const struct le_control *control,
                             int64_t delay_ns);

/* The VCC is gone: what waits for it is dropped. */
void sdu_sender_forget_vcc(struct sdu_sender *sender, uint32_t vcc);

#endif
