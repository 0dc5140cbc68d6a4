/* A network of nothing but a clock and timers, for testing the parts of the router that never see a VCC.
 *
 *   struct fake_services *fake = fake_services_new();
 *   … vrrp_new(&fake->services, …) …
 *   fake_run(fake, SECONDS(5));   // fires every timer that is due, at its time
 */
#ifndef TESTS_UNIT_FAKE_ROUTER_SERVICES_H
#define TESTS_UNIT_FAKE_ROUTER_SERVICES_H

#include "station/station.h"

struct fake_services {
    struct station_services services;
    struct timer_queue timers;
    int64_t now_ns;
};

/* Owned by the caller. Services that need a network are NULL: using one is a fault of the part under test. */
struct fake_services *fake_services_new(void);

/* Fails the test when a timer still runs: its owner should have stopped it. */
void fake_services_free(struct fake_services *fake);

/* Runs all timers up to and including 'until_ns', then stands there. */
void fake_run(struct fake_services *fake, int64_t until_ns);

#endif
