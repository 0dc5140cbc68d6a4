/* A stage for tests of the peers: the emulated ELAN of the test (peer_elan.h), and two joined clients in it
 * where that is all a test wants.
 *
 *   tcase_add_checked_fixture(tests, NULL, close_elan);
 *   open_pair(true);
 *   peer_lec_resolve(elan->lecs_of[0], peer_elan_mac(1));
 *   peer_elan_run(elan, SECONDS(1));
 */
#ifndef TESTS_UNIT_ELAN_STAGE_H
#define TESTS_UNIT_ELAN_STAGE_H

#include "peer_elan.h"

/* One ELAN per test program. */
extern struct peer_elan *elan;

/* The virtual router's MAC address of VRID 1. */
extern const struct mac_address vmac;

/* An ELAN of the version with default settings and without clients. */
void open_elan(bool v2);
void close_elan(void);

/* The same with two clients (numbers 0 and 1) of the version, joined; the time is SECONDS(1). */
void open_pair(bool v2);

#endif
