/* A script for tests of what expectations mean: a scene without an ELAN, whose device under test is a probe
 * station that says what the test wrote down, at the time it wrote.
 *
 *   says(MS(10), 7);                            the device sends a frame 10 ms after the start
 *   … expect(scene, …, .since = script.start) …
 *
 * The device (port 0) and a peer (port 1) have a Data Direct VCC with a latency of SCRIPT_LATENCY. The
 * instance is a non-proxy v2 router on Ethernet, the tolerance 1 ms. Fixtures: script_set_up(), and one of
 * the two that tear it down.
 */
#ifndef UNIT_SCRIPT_H
#define UNIT_SCRIPT_H

#include "probe_station.h"
#include "steps/expect.h"

#define MS(n)          MILLISECONDS(n)
#define SCRIPT_LATENCY MS(5)

/* Runs 'statement'; true when it left the case by scene_inconclusive() or scene_not_applicable(). */
#define LEAVES(statement) (setjmp(scene->leave) ? true : ((statement), false))

struct script {
    struct arena *arena;
    struct lab lab; /* keeps the egress order */
    struct test_case test;
    struct case_instance instance;
    struct site_log *sites;
    struct probe_station device;
    struct probe_station peer;
    uint32_t vcc;
    struct mark start; /* the VCC stands: SECONDS(1), behind its events */
};

/* One script per test program. */
extern struct script script;
extern struct scene *scene;
extern const char *must; /* ids of requirements by level; all bind the instance */
extern const char *other_must;
extern const char *should;

void script_set_up(void);
void script_tear_down(void);             /* the harness was without fault */
void script_tear_down_after_error(void); /* it was not, as the test wanted */

/* 'after_ns' behind the start the device sends a LE_REGISTER_REQUEST. */
void says(int64_t after_ns, uint32_t transaction_id);

/* The same of any control frame, and of the peer, whose frame is tapped SCRIPT_LATENCY later. */
void device_says(int64_t after_ns, enum le_opcode opcode, uint32_t transaction_id);
void peer_says(int64_t after_ns, enum le_opcode opcode, uint32_t transaction_id);

/* From then on a station acts again and again without any time passing. */
void world_gets_stuck(int64_t after_ns);

/* Times behind the start. */
void run_to(int64_t after_ns);
int64_t now_ns(void);
int64_t time_of(const struct tap_event *event);

/* Frames of the device with this transaction id; the transaction id of a frame. */
struct pattern tid(uint32_t transaction_id);
uint32_t tid_of(struct tap_event *event);

/* The first requirement of the ledger of this level that binds the instance (or not), known from memory (or
 * better). */
const struct requirement *any_requirement(enum requirement_level level, bool memory, bool binds);

/* The one finding that there is. */
const struct finding *only_finding(void);

/* The site log says that the expectation at 'site' ran and failed so often. */
void check_site(const char *site, size_t ran, size_t failed);

#endif
