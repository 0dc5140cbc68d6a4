/* A scene without an ELAN, for tests of what expectations mean: the device under test is a probe station that
 * says what the test wrote down, at the time it wrote.
 *
 *   fake_scene_set_up(&fake);
 *   device_says(&fake, MILLISECONDS(10), LE_REGISTER_REQUEST, 7);   counted from fake.start
 *   … expect(fake.scene, …) …
 *   fake_scene_tear_down(&fake);
 *
 * The device (port 0) and a peer (port 1) have a Data Direct VCC with a latency of FAKE_LATENCY. The instance
 * is a non-proxy v2 router on Ethernet, the tolerance 1 ms.
 */
#ifndef UNIT_FAKE_SCENE_H
#define UNIT_FAKE_SCENE_H

#include "probe_station.h"
#include "suite/expect.h"

#define FAKE_LATENCY MILLISECONDS(5)

/* Runs 'statement'; true when it left the case by scene_inconclusive() or scene_not_applicable(). */
#define LEAVES(fake, statement) (setjmp((fake)->scene->leave) ? true : ((statement), false))

struct fake_scene {
    struct arena *arena;
    struct scene *scene;
    struct lab lab; /* keeps the egress order */
    struct test_case test;
    struct case_instance instance;
    struct site_log *sites;
    struct probe_station device;
    struct probe_station peer;
    uint32_t vcc;
    struct mark start; /* when the VCC stands: SECONDS(1), behind its events */
};

void fake_scene_set_up(struct fake_scene *fake);
void fake_scene_tear_down(struct fake_scene *fake);

/* 'after_ns' after the start the device, or the peer, sends a control frame. The peer's is tapped
 * FAKE_LATENCY later. */
void device_says(struct fake_scene *fake, int64_t after_ns, enum le_opcode opcode, uint32_t transaction_id);
void peer_says(struct fake_scene *fake, int64_t after_ns, enum le_opcode opcode, uint32_t transaction_id);

/* From then on some station acts again and again without any time passing. */
void world_gets_stuck(struct fake_scene *fake, int64_t after_ns);

/* Control frames of the device with this transaction id. */
struct pattern tid(uint32_t transaction_id);

/* The first requirement of the ledger of this level that binds the instance (or not), known better than from
 * memory (or not). */
const struct requirement *any_requirement(const struct fake_scene *fake, enum requirement_level level,
                                          bool memory, bool binds);

#endif
