/* A volley: many frames in one go on one VCC to the device, or on its LAN, each followed by a question that
 * every device answers: the positive control. The control that stays unanswered names the frame behind which
 * the device fell silent.
 *
 *   struct volley *volley = volley_begin(scene, scene->les_port, VCC_CONTROL_DIRECT);
 *   volley_shoot(volley, data, size, "cut after 17 octets");      … as often as need be
 *   volley_end(volley, &answer);
 *   … volley->shots[i].control_answer, .effect …
 *
 * The question is LE_FLUSH_REQUEST for the device's ATM address (L-flush-01), which any LEC answers in any
 * state, on whatever VCC it comes; for a LES LE_ARP_REQUEST of the host for the broadcast address
 * (L-le_arp-07); on a LAN (role vrrp) an ARP request for the device's own address.
 */
#ifndef STEPS_VOLLEY_H
#define STEPS_VOLLEY_H

#include "steps/expect.h"

#define VOLLEY_ROOM 512 /* shots */

struct shot {
    const char *what; /* what is wrong with the frame; in memory of the scene */
    struct tap_event *heard;
    struct tap_event *control_answer; /* NULL: none */
    struct tap_event *effect; /* the first frame of the device that the pattern of the volley matched and that
                                 belongs to this shot; NULL: none */
    int number;               /* the case's own */
};

struct volley {
    struct scene *scene;
    struct port *from;
    const struct vcc *vcc; /* NULL: the LAN */
    struct mark since;
    uint32_t first_control;  /* TRANSACTION-ID of the first control */
    uint32_t first_question; /* that of the first shot, for frames that are questions themselves */
    size_t count;
    struct shot shots[VOLLEY_ROOM];
};

/* The VCC of this kind that 'from' can send on and the device hears; NULL if there is none. */
const struct vcc *vcc_to_device(struct scene *scene, const struct port *from, enum vcc_kind kind);

/* A volley from 'from' on a VCC of this kind; inconclusive when there is none. In role vrrp the kind does not
 * matter. In memory of the scene. */
struct volley *volley_begin(struct scene *scene, struct port *from, enum vcc_kind kind);

/* TRANSACTION-ID of the next shot, if it is a question of LANE. */
uint32_t volley_next_question(const struct volley *volley);

/* Sends the frame, and the control behind it. Nothing happens when the room is used up. Returns the shot. */
struct shot *volley_shoot(struct volley *volley, const uint8_t *data, size_t size, const char *what);

/* Lets all arrive and be answered. A frame of the device that 'effect' (may be NULL) matches belongs to the
 * shot with its TRANSACTION-ID, or else to the one whose control is the next to be answered. */
void volley_end(struct volley *volley, const struct pattern *effect);

/* The first shot whose control is unanswered; NULL: the device answered all. */
const struct shot *volley_unanswered(const struct volley *volley);

/* Sends octets on a VCC, or on the LAN, as the station at 'from' would. */
void send_octets(struct scene *scene, struct port *from, const struct vcc *vcc, const uint8_t *data,
                 size_t size);

#endif
