/* Whole scenarios: traffic flows through the virtual router while a case moves it, and the case measures what
 * that cost.
 *
 *                    upstream host
 *        ----+-------------+--------------+----     LAN
 *            | device      | speaker-lan
 *         [device]      [speaker]                   VRRP routers
 *        @@@@+@@@@@@@@@@@@@+@@@@@@@@@@@@@@@@@@@     ELAN
 *            | host        | ageing-host
 *
 * Three streams of a packet each 100 ms: from the host to the upstream host through the VMAC; the same from
 * the ageing host, whose LEC ignores every announcement and so has plain LANE ageing only, each second; and
 * back from the upstream host to the host through the device's own MAC addresses, which no move of the VMAC
 * concerns.
 *
 *   struct scenario *scenario = scenario_new(scene, SCENARIO_AGEING);
 *   bring_to(scene, STATE_BACKUP);
 *   scenario_flow(scenario, scene->speaker_port, scene->device_port);
 *   … move …
 *   scenario_expect_gap(scenario, SCENARIO_HOST, limit_ns, "R-0-01");
 */
#ifndef STEPS_SCENARIO_H
#define STEPS_SCENARIO_H

#include "scene/measurement.h"
#include "steps/failover.h"

enum scenario_stream {
    SCENARIO_HOST,
    SCENARIO_AGEING_HOST,
    SCENARIO_BACK,
    SCENARIO_OTHER_HOST, /* through another virtual router */
    SCENARIO_ROUTED,     /* from the upstream host through the device and a virtual router of others */
    SCENARIO_LAN_HOST,   /* from the LAN of a bridge */
    SCENARIO_STREAM_COUNT
};

/* Options of scenario_new(). */
#define SCENARIO_AGEING     0x01u /* with the ageing host */
#define SCENARIO_OTHER_VMAC 0x02u /* with a second virtual router, and a host that uses that one */

/* How long a path through the VMAC may take to be set up once its new Master is known: C11, and the latencies
 * of plan_scenario() beside it. */
#define SCENARIO_PATH_NS MILLISECONDS(1500)

struct scenario {
    struct scene *scene;
    struct port *old_port;              /* of the Master before the move */
    struct port *new_port;              /* of the Master after it */
    struct peer_lec *ageing_lec;        /* NULL without the ageing host */
    struct peer_lec *other_lec;         /* of the other host; NULL without one */
    struct vrrp_speaker *other_speaker; /* of the device's second virtual router, on the speaker's LEC */
    struct mac_address other_vmac;
    struct traffic *traffic[SCENARIO_STREAM_COUNT]; /* NULL: no such stream */
    struct traffic_way ways[SCENARIO_STREAM_COUNT];
    int64_t since_ns; /* from when on is measured */
    const char *move; /* "non-proxy to proxy" */
};

/* For `prepare`: a quiet network with latencies of 10 us to 5 ms and servers that answer within 20 ms, so
 * that the measurements tell of the protocol; with the LAN behind the device. The speaker is proxy or not. */
void plan_scenario(struct scene_plan *plan, bool speaker_is_proxy);

/* Adds the stations that a scenario has besides those of every scene. Before bring_to(). SCENARIO_OTHER_VMAC
 * needs a plan with two virtual routers; the speaker has to be Master of the second one when traffic flows.
 */
struct scenario *scenario_new(struct scene *scene, unsigned options);

/* The same without stations and streams, for a case that adds its own with scenario_add_stream(). */
struct scenario *scenario_empty(struct scene *scene);
void scenario_add_stream(struct scenario *scenario, enum scenario_stream stream, struct host *host,
                         struct ipv4_address destination, struct ipv4_address via, const struct port *sender,
                         const struct port *sink);

/* A station on a segment, which may be a ring: its link, and, unless 'port' is NULL, its port. */
struct peer_link *scenario_add_lan_station(struct scene *scene, struct segment *segment, const char *name,
                                           struct port **port);

/* Another bridge on the ELAN, at a port of its own ("far-bridge"), with the third MAC address. Returns its
 * LAN
 * ("far-lan"), of the medium of the ELAN. */
struct segment *scenario_add_bridge(struct scene *scene, struct port **bridge);

/* A host on the ELAN whose LEC ignores announcements, and its stream to 'sink' through the virtual router. */
void scenario_add_ageing_host(struct scenario *scenario, const struct port *sink);

/* Who is old and new Master in what is measured from now on; scenario_flow() says it as well. */
void scenario_direct(struct scenario *scenario, struct port *old_port, struct port *new_port,
                     const char *move);

/* Starts the streams, waits until frames for the VMAC go to 'old_port' on Data Direct VCCs and arrive, and
 * begins to measure. Inconclusive when they don't. The VMAC is going to move to 'new_port'. */
void scenario_flow(struct scenario *scenario, struct port *old_port, struct port *new_port);

/* The next move goes the other way: old and new Master change places. */
void scenario_turn(struct scenario *scenario);

/* Measures anew, from now on. */
void scenario_since_now(struct scenario *scenario);

/* What became of a stream since scenario_flow(), up to a second ago. */
struct traffic_loss scenario_loss(struct scenario *scenario, enum scenario_stream stream);

/* Nothing of any stream was lost in that time. */
bool scenario_is_unharmed(struct scenario *scenario);

/* The same, and keeps it as a measurement of the case. */
struct traffic_loss scenario_measure(struct scenario *scenario, enum scenario_stream stream,
                                     int64_t limit_ns);

/* Measures; at no time longer than 'limit_ns' nothing arrived, no more was lost than is sent in that time
 * (nothing lost is fine in any case), and packets arrive in the end. */
#define scenario_expect_gap(scenario, stream, limit_ns, requirements)                                        \
    scenario_expect_gap_at((scenario), SITE, (stream), (limit_ns), (requirements))
bool scenario_expect_gap_at(struct scenario *scenario, const char *site, enum scenario_stream stream,
                            int64_t limit_ns, const char *requirements);

/* Measures; the stream did not notice anything: nothing lost, nothing sent through the BUS. */
#define scenario_expect_untouched(scenario, stream, requirements)                                            \
    scenario_expect_untouched_at((scenario), SITE, (stream), (requirements))
bool scenario_expect_untouched_at(struct scenario *scenario, const char *site, enum scenario_stream stream,
                                  const char *requirements);

/* Waits until the ageing host found the new Master, or C17 and a verification are over, and measures what it
 * lost: the same move with nobody announcing. The other streams end. */
void scenario_await_ageing(struct scenario *scenario);

/* Ends the streams, so that waiting costs nothing. */
void scenario_stop(struct scenario *scenario);

#endif
