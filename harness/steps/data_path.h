/* The way that the device's unicast frames take, seen from outside: somebody with a MAC address of the case's
 * choice asks for the device's own IP address, and the VCC of the reply shows what the device's LE_ARP cache
 * says about that MAC address. The router has no part in it, so its virtual routers may be in any state.
 *
 *   les_bind(scene->les, mac, &atm_of_host);
 *   prime_path(scene, mac, scene->host_port);        until replies go to the host on a Data Direct VCC
 *   …
 *   let_frame_be_due(scene, mac);
 *
 * A bridge owes the MAC address what a station on one of its LANs sends to it.
 */
#ifndef STEPS_DATA_PATH_H
#define STEPS_DATA_PATH_H

#include "steps/inject.h"

/* How long a unicast frame may take to leave: C11 where C10 is used up, LE_ARP, a SETUP, a flush. */
#define PATH_NS SECONDS(8)

/* A frame of the device to 'mac' is due from the arrival that is returned: as above, by somebody with this
 * MAC address and the plan's third_ip; a bridge gets a frame for it on a LAN port. */
struct tap_event *let_frame_be_due(struct scene *scene, struct mac_address mac);

/* The same once more, without waiting: 'due' is what it returned. */
void let_frame_be_due_again(struct scene *scene, const struct tap_event *due);

/* The frames that the device owes 'mac' then, on the ELAN. */
struct pattern frame_to(const struct scene *scene, struct mac_address mac);

/* Those of them that travel on a Data Direct VCC to the station at 'port'. */
struct pattern frame_directly_to(const struct scene *scene, struct mac_address mac, const struct port *port);

/* Asks as 'mac' with the plan's third_ip, and waits for the frame. Inconclusive when the device sends none.
 */
struct tap_event *await_frame_to(struct scene *scene, struct mac_address mac);

/* Lets frames to 'mac' be due until one travels on a Data Direct VCC to the station at 'port'; returns that
 * one. The LES, or whoever answers for it, has to know the binding. Inconclusive when the device keeps to the
 * BUS. */
struct tap_event *prime_path(struct scene *scene, struct mac_address mac, const struct port *port);

/* The first SETUP, or the first connected call, from the station at 'from' to that at 'to' since the mark;
 * NULL if there is none yet. */
struct tap_event *call_event(struct scene *scene, enum tap_kind kind, const struct port *from,
                             const struct port *to, struct mark since);

/* The same, waited for until 'max_ns' after the mark. */
struct tap_event *await_call_event(struct scene *scene, enum tap_kind kind, const struct port *from,
                                   const struct port *to, struct mark since, int64_t max_ns);

#endif
