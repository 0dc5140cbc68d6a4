/* Somebody who sets up one call and sends on it what a case says, octet by octet: a client that joins in a
 * wrong way, or hangs after its join. It accepts every call that is offered to it and listens to nothing.
 *
 *   struct caller *caller = caller_new(services, &own_atm);      attach with caller_handlers
 *   caller_call(caller, &own_atm, &les_address, B_LLI_CONTROL);
 */
#ifndef PEERS_CALLER_H
#define PEERS_CALLER_H

#include "station/station.h"

struct caller;

/* 'atm' is the address at which it can be called; 'services' must outlive it. caller_handlers.destroy frees
 * it.
 */
struct caller *caller_new(const struct station_services *services, const struct atm_address *atm);

/* Sets up its call, which takes the place of the one before (released, if it stands). */
void caller_call(struct caller *caller, const struct atm_address *calling, const struct atm_address *called,
                 enum b_lli b_lli);

/* True from CONNECT to release. */
bool caller_connected(const struct caller *caller);

/* False when the call does not stand. */
bool caller_send(struct caller *caller, const uint8_t *data, size_t size);
void caller_release(struct caller *caller);

extern const struct station_handlers caller_handlers;

#endif
