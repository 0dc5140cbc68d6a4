/* A stage for tests of the world by itself: a device under test and two other probe stations in a world whose
 * latency is LATENCY. Nobody has called anybody, and the time is 0.
 *
 *   tcase_add_checked_fixture(tests, world_stage_set_up, world_stage_tear_down);
 *   uint32_t vcc = probe_call(&device, 1, 2, B_LLI_DATA_DIRECT_8023, false);
 *   world_run_until(world, SECONDS(1));
 *   ck_assert_uint_eq(probe_count(&peer, PROBE_OFFERED), 1);
 *
 * The stations have the addresses 1, 2 and 3 of probe_address(), and accept calls.
 */
#ifndef TESTS_UNIT_WORLD_STAGE_H
#define TESTS_UNIT_WORLD_STAGE_H

#include "base/duration.h"
#include "probe_station.h"
#include "world/tap.h"

#define LATENCY MILLISECONDS(5)

/* One stage per test program. */
extern struct arena *arena;
extern struct world *world;
extern struct tap *tap; /* of the world */
extern struct probe_station device;
extern struct probe_station peer;
extern struct probe_station third;
extern struct port *device_port; /* "dut" */
extern struct port *peer_port;   /* "peer" */
extern struct port *third_port;  /* "third" */

/* The fixture. */
void world_stage_set_up(void);
void world_stage_tear_down(void);

/* The same with other settings; seed and latency are the stage's. */
void world_stage_make(struct world_settings settings);

#endif
