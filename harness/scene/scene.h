/* The scene of one case instance: the network around the device, the values that its seed drew, and what was
 * found.
 *
 * The network: LECS, LES and BUS of one ELAN; the device under test; `speaker`, another VRRP router of the
 * ELAN with a LEC of its own; `host`, a bystander on the ELAN; when the plan asks for it `upstream`, a host
 * on an Ethernet segment behind the device's LAN port. A case's `prepare` may change the plan before it is
 * built.
 *
 * Role vrrp: the same on a LAN segment at the device's LAN port 0, without LANE; lecs, les, bus and the LECs
 * are NULL, and the upstream segment is at LAN port 1. Other roles: suite/role_<name>.c.
 *
 * Everything drawn from the seed is a member here, so that a case never names a fixed address, VRID or
 * priority.
 */
#ifndef SCENE_SCENE_H
#define SCENE_SCENE_H

#include <setjmp.h>

#include "base/duration.h"
#include "base/random.h"
#include "ledger/finding.h"
#include "ledger/pixit.h"
#include "links/lab.h"
#include "peers/bus.h"
#include "peers/caller.h"
#include "peers/host.h"
#include "peers/lan_port.h"
#include "peers/lec.h"
#include "peers/lecs.h"
#include "peers/les.h"
#include "peers/vrrp_speaker.h"
#include "scene/device_profile.h"
#include "scene/measurement.h"
#include "scene/test_case.h"
#include "station/device_settings.h"
#include "world/world.h"

/* One LAN behind a bridge: a host and a VRRP router of the bridged subnet. */
struct scene_lan_plan {
    struct host_settings host;
    struct vrrp_speaker_settings speaker; /* of the same virtual router as the speaker on the ELAN */
    bool heard_early;                     /* drawn: its host speaks before the bridge has joined */
};

/* Role les: further clients of the ELAN, two proxies and a client of LANE v1. */
#define BYSTANDER_COUNT 3

/* The network as it will be built; filled from instance and seed, then changed by the case. */
struct scene_plan {
    const struct case_instance *instance;
    struct pixit pixit;                   /* the choices in force */
    uint64_t seed;                        /* of the run: for what instances share out among them */
    unsigned capabilities;                /* of the lab */
    const struct device_profile *profile; /* what the lab says of the device; may be NULL */
    struct random random;                 /* for further draws of the case */
    struct device_settings device;        /* one virtual router, started by CONTROL_STARTUP */
    struct lecs_settings lecs;
    struct les_settings les;
    struct bus_settings bus;
    struct peer_lec_settings speaker_lec;
    struct vrrp_speaker_settings speaker;
    struct peer_lec_settings host_lec;
    struct host_settings host;
    bool upstream; /* LAN segment and host behind the device's LAN port; needs CAPABILITY_LAN_PORT */
    struct host_settings upstream_host;
    struct scene_lan_plan lans[LAN_PORT_ROOM]; /* role bridge: device.bridge.lan_port_count of them */
    struct peer_lec_settings bystander_lecs[BYSTANDER_COUNT]; /* role les */
    uint8_t lower_priority;                                   /* drawn: below and above the device's */
    uint8_t higher_priority;
    int64_t latency_low_ns;
    int64_t latency_high_ns;
    int64_t t309_ns;            /* of the switch; 0: 4 s (draft 3.1) */
    int64_t device_latency_ns;  /* fixed latency of the device's VCCs; -1: drawn */
    int64_t le_arp_response_ns; /* C20, given to all LECs by the LECS: longer than any answer can take */
    struct atm_address
        ghost_atm; /* of a client that hangs or is elsewhere: bound to the VMAC in some states */
    struct ipv4_address third_ip; /* of nobody, on the subnet of the ELAN */
    struct mac_address third_mac;
    struct ipv4_address far_ip; /* the upstream host, or beyond it */
    unsigned start_order;       /* drawn: of the device among the peers */
};

struct role_network;

/* One LAN behind a bridge, as it was built. */
struct scene_lan {
    struct segment *segment;
    struct port *host_port;
    struct port *speaker_port;
    struct lan_port *host_station;
    struct peer_link *link; /* of the host: any frame can be sent there */
    struct host *host;
    struct vrrp_speaker *speaker;
};

/* A client of the ELAN besides speaker and host. */
struct bystander {
    struct port *port;
    struct peer_lec *lec;
};

struct scene {
    /* the instance */
    const struct test_case *test;
    const struct case_instance *instance;
    bool proxy; /* scheme */
    bool v2;    /* LANE version in force */
    bool lane;  /* the virtual routers are on an ELAN; false for role vrrp: on a LAN */
    uint64_t seed;
    struct pixit pixit;
    struct random random;

    /* the network */
    struct arena *arena;
    struct world *world;
    struct tap *tap;
    struct lab *lab;
    struct scene_plan plan;             /* as it was built */
    const struct role_network *network; /* of the role (scene/role_network.h) */
    struct port *device_port;           /* index 0 */
    struct port *lecs_port;
    struct port *les_port;
    struct port *bus_port;
    struct port *speaker_port;
    struct port *host_port;
    struct port *upstream_port;   /* NULL without one */
    struct segment *lan;          /* role vrrp: of device, speaker and host; else NULL */
    struct segment *upstream_lan; /* NULL without an upstream host */
    struct lecs *lecs;
    struct les *les;
    struct bus *bus;
    struct peer_lec *speaker_lec;
    struct vrrp_speaker *speaker;
    struct peer_lec *host_lec;
    struct peer_link *host_link; /* of the host: its LEC's, or its LAN port's */
    struct host *host;
    struct host *upstream;
    struct scene_lan lans[LAN_PORT_ROOM];         /* role bridge: by LAN port of the device */
    struct bystander bystanders[BYSTANDER_COUNT]; /* role les (steps/elan_clients.h); les and bus are NULL */
    struct port *caller_port;                     /* role les: at ghost_atm */
    struct caller *caller;

    /* what bring_to() did */
    bool in_elan;              /* the device joined and was seen alive */
    struct tap_event *started; /* the Startup event of the first virtual router; NULL before */
    bool speaker_is_master;    /* it advertises by itself */

    /* the device and its first virtual router, in short */
    uint8_t vrid;
    uint8_t priority; /* of the device */
    uint8_t interval_s;
    struct mac_address vmac;
    struct mac_address device_mac;
    struct atm_address device_atm;
    struct ipv4_address device_ip;
    struct ipv4_address virtual_ip;

    /* judgement */
    int64_t tolerance_ns; /* absolute; percent of the window is added on the wall clock */
    unsigned tolerance_percent;
    int64_t finest_tolerance_ns; /* of the bounds that the verdict rests on; INT64_MAX: none so far */
    int64_t
        longest_deed_ns; /* what the longest deed of the lab took: no rule knows closer when it happened */
    bool wall_clock;
    const char *unfit;        /* why the device may be unfit for the next case; NULL: it is not known to be */
    const char *out_of_touch; /* how the harness lost touch with a device that was on; NULL: it did not */
    struct heard *heartbeats; /* of hosts that are listened to (scene/deeds.h) */
    struct findings findings;
    struct measurements measurements;
    struct rule_set *rules;
    bool judged;               /* behind the preconditions an expectation was evaluated, or life proven */
    size_t silence_index;      /* tap index from which a proof of life is owed; SIZE_MAX: none */
    const char *inconclusive;  /* reason that forbids a pass; NULL: none */
    struct site_log *sites;    /* expectations that ran and failed; may be NULL */
    const char *harness_error; /* the harness's own fault; NULL: none */
    jmp_buf leave;             /* out of the case */
    enum verdict leave_verdict;
    const char *leave_reason;
};

/* How SDUs of the ELAN's VCCs are decoded and written (wire/frame.h); multiplexed ones excepted. */
enum frame_carrier scene_carrier(const struct scene *scene);

/* Ends the case: a precondition did not hold (inconclusive), or it does not apply (not-applicable). Never
 * return. */
_Noreturn void scene_inconclusive(struct scene *scene, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
_Noreturn void scene_not_applicable(struct scene *scene, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Lets time pass; inconclusive when the world no longer moves. */
void scene_advance(struct scene *scene, int64_t duration_ns);
void scene_run_until(struct scene *scene, int64_t time_ns);

/* Time now. */
int64_t scene_now_ns(const struct scene *scene);

/* Runs the world until something new is in the tap (true), or to 'until_ns' (false); inconclusive as above.
 */
bool scene_run_to_next_tap_event(struct scene *scene, int64_t until_ns);

/* The tolerance in force of a bound: the larger of the absolute and the relative one. */
int64_t scene_tolerance_ns(const struct scene *scene, int64_t bound_ns);

/* A verdict rests on this bound: a harness that is later than its tolerance can't judge. */
void scene_judges_within(struct scene *scene, int64_t bound_ns);

/* Does something to the device; inconclusive when it refuses. */
void scene_control(struct scene *scene, enum control_kind kind, uint8_t vrid, uint32_t number);

#endif
