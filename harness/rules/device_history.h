/* What the tap tells about the device so far: its place in the ELAN, its addresses, and for each of its
 * virtual routers whether it is Master and how far the association with the VMAC has come. The rule set keeps
 * it; rules read it and see it as it was before the event at hand.
 *
 * Nothing here believes the device: what it should have done is told from the facts and from what it heard.
 * Where that can't be told, the history says so (MASTERY_UNKNOWN, `may_be_master_ns` = MASTER_ANY_TIME), and
 * no rule judges.
 */
#ifndef RULES_DEVICE_HISTORY_H
#define RULES_DEVICE_HISTORY_H

#include "rules/rules.h"

/* How far the LEC's join has come (lane-rules 1). */
enum join_state {
    JOIN_UNSEEN,  /* no LE_JOIN_REQUEST yet: not joined if the tap is complete, else unknown */
    JOIN_ASKED,   /* LE_JOIN_REQUEST sent */
    JOIN_REFUSED, /* the answer was a failure */
    JOIN_DONE,    /* the answer was a success */
    JOIN_LOST     /* Control Direct is gone; the device may not have noticed yet */
};

/* Requests of one join whose answers are known again; a v2 client sends three or four before it begins anew.
 */
#define JOIN_TRANSACTION_ROOM 8

/* The same for registrations. */
#define REGISTRATION_TRANSACTION_ROOM 8

/* Whether a virtual router is Master. */
enum mastery { MASTERY_UNKNOWN, MASTERY_NO, MASTERY_YES };

/* Why it is not. */
enum rest {
    REST_OFF,            /* has had no Startup event */
    REST_STARTED,        /* Backup since its Startup event */
    REST_HIGHER,         /* yielded to a higher priority */
    REST_EQUAL,          /* yielded to an equal priority and a greater address */
    REST_STOPPED,        /* shut down as Master */
    REST_STOPPED_BACKUP, /* shut down as Backup */
    REST_GAVE_UP,        /* its own frames gave the VMAC up; why can't be told */
    REST_LOST            /* the ELAN was lost while it was Master */
};

/* The registration of the VMAC with the LES (draft 3.1). */
enum registration_state {
    REGISTRATION_NONE,
    REGISTRATION_ASKED, /* and not answered */
    REGISTRATION_CONFIRMED,
    REGISTRATION_REFUSED,
    REGISTRATION_UNKNOWN /* whether the device takes it for confirmed can't be told */
};

/* What an advertisement that was heard makes of a conforming Master (RFC 2338 6.4.3, 7.1). */
enum yielding { YIELD_NO, YIELD_MAYBE, YIELD_HIGHER, YIELD_EQUAL };

#define MASTER_ANY_TIME INT64_MIN
#define TIME_LONG_AGO   (INT64_MIN / 2) /* before every world; leaves room to subtract */

/* One virtual router of the device. */
struct virtual_router_history {
    uint8_t vrid;
    const struct virtual_router_settings *settings; /* NULL when not known */
    bool priority_known;
    uint8_t priority;    /* in force; from settings, control or own advertisements */
    int64_t interval_ns; /* Advertisement_Interval; 0 while not known */

    enum mastery mastery;
    enum rest rest;   /* unless it is Master */
    bool started;     /* had its Startup event, or will have it with the join */
    bool ever_master; /* since the device was switched on */
    /* The earliest time at which a conforming device may be Master: MASTER_ANY_TIME, or TIME_NEVER in
     * Initialize. It holds for frames sent after 'certain_ns' (the device needs a moment to act on what it
     * heard). */
    int64_t may_be_master_ns;
    int64_t counted_from_ns; /* when the time that leads to it began; for its tolerance */
    int64_t certain_ns;
    int64_t startup_ns;       /* its last Startup event by CONTROL_STARTUP; TIME_NEVER */
    int64_t last_shutdown_ns; /* when its last Shutdown event was; TIME_LONG_AGO */
    bool premature; /* it sent as Master what it couldn't be yet: until it rests again, no rule follows it */
    unsigned episode; /* counted up by everything that may have ended an association or mastership */

    struct tap_event *advertisement;      /* its last one with a priority above 0, NULL */
    struct tap_event *stop_advertisement; /* its last one with priority 0, NULL */
    struct tap_event *priority_0_heard;   /* the last one from somebody else, valid or not, NULL */
    struct tap_event *master_heard;       /* the last one of another router with a priority above 0, NULL */
    struct tap_event *inferior_heard; /* the last valid one that a Master has to leave without effect, NULL */
    struct tap_event *shutdown;       /* the last Shutdown event since the Startup event, NULL */

    bool associated; /* from its first association frame until it gives the VMAC up */
    int64_t associated_ns;
    int64_t left_ns;    /* when it last gave the VMAC up, or had to; TIME_LONG_AGO */
    int64_t gave_up_ns; /* when its own frames last did so: unregistration or withdrawal; TIME_LONG_AGO */
    struct tap_event *announcement; /* last targetless LE_ARP_REQUEST, or (v1) zero LE_NARP_REQUEST; NULL */
    unsigned announcement_count;    /* since 'associated_ns' */
    struct tap_event *probe;        /* last LE_ARP_REQUEST for the VMAC, NULL */
    unsigned probe_count;           /* of them since 'associated_ns' */
    struct tap_event *registration; /* last LE_REGISTER_REQUEST for the VMAC, NULL */
    uint32_t registration_transactions[REGISTRATION_TRANSACTION_ROOM]; /* of the latest ones */
    size_t registration_count;                                         /* in all */
    enum registration_state registration_state;
    struct tap_event *registration_answer; /* the last one, NULL */
};

struct device_history {
    const struct facts *facts;
    struct tap *tap;
    struct arena *arena;

    enum join_state join;
    int64_t join_ns;                                   /* when 'join' became what it is */
    struct tap_event *join_request;                    /* the last, NULL */
    uint32_t join_transactions[JOIN_TRANSACTION_ROOM]; /* of its requests since it began to join, the latest
                                                          ones */
    size_t join_transaction_count;                     /* in all */
    uint16_t lecid;                                    /* assigned; 0 while not known */
    bool v2;                                           /* LANE version in force */
    bool atm_known;
    struct atm_address atm; /* its own */
    bool mac_known;
    struct mac_address mac;              /* its physical MAC address */
    const struct vcc *multicast_send;    /* connected, NULL */
    const struct vcc *multicast_forward; /* accepted, NULL */
    bool bus_known;
    struct atm_address bus; /* the LES's answer for the broadcast address, since the join */
    int64_t switched_on_ns; /* CONTROL_START; TIME_NEVER: not seen */
    /* When it last heard a frame that we can't read, or that is no LE control frame of LANE; TIME_LONG_AGO.
     */
    int64_t unreadable_ns;
    bool silenced;         /* failed, or its link is down: what it doesn't send proves nothing */
    unsigned disturbances; /* counted up when a VCC to a server, the link or the whole device came or went */

    struct virtual_router_history *by_vrid[256]; /* NULL: not met, or not the device's */
    uint8_t vrids[256];                          /* those that are there */
    size_t vrid_count;
};

struct device_history *device_history_new(const struct facts *facts, struct tap *tap, struct arena *arena);

/* Meets the virtual routers that a frame of the device is about, before rules see it (settings unknown). */
void device_history_meet(struct device_history *device, const struct frame *frame);

/* Takes an event of the device in. 'frame' is NULL for calls, link and control. */
void device_history_add(struct device_history *device, struct tap_event *event, const struct frame *frame,
                        bool sent);

/* The virtual router of a VRID or VMAC; NULL when the device isn't configured for it. With unknown settings
 * every VRID is the device's own from the first frame that it sends about it. */
struct virtual_router_history *device_virtual_router(const struct device_history *device, uint8_t vrid);
struct virtual_router_history *device_vmac(const struct device_history *device, struct mac_address mac);

/* The VRID of a VMAC as frames of this ELAN carry it; false if 'mac' is none. On an 802.5 ELAN both bit
 * orders are read (draft-requirements A-14). */
bool vrid_of_mac(const struct facts *facts, struct mac_address mac, uint8_t *vrid);

/* True when the device is to use functional addresses in place of VMACs (RFC 2338 9.2). */
bool functional_mode(const struct facts *facts);

/* True when both are the same address; on an 802.5 ELAN whatever the bit order of each. */
bool same_mac(const struct facts *facts, struct mac_address a, struct mac_address b);

/* True when the address is known not to be, or to be, the device's own. */
bool atm_is_foreign(const struct device_history *device, const struct atm_address *address);
bool atm_is_own(const struct device_history *device, const struct atm_address *address);

/* True when the device can send to the BUS, as far as the tap shows (FACT_VCC_KINDS): data that it doesn't
 * send is then missing. */
bool bus_up(const struct device_history *device);

/* True when an ARP message about an address of 'router' has its virtual MAC address as sender; where
 * functional addresses take its place (which one is another rule's matter), any but the physical one. */
bool arp_has_vmac(const struct device_history *device, const struct virtual_router_history *router,
                  const struct arp *arp);

/* True when an IP address is one of the device's, virtual ones included. Needs FACT_SETTINGS. */
bool device_has_address(const struct device_history *device, struct ipv4_address address);

/* The virtual router that serves an IP address, NULL if none does. Needs FACT_SETTINGS. */
struct virtual_router_history *device_virtual_address(const struct device_history *device,
                                                      struct ipv4_address address);

/* True when the device has certainly not joined (since it was switched on, or since a refusal). */
bool certainly_not_joined(const struct device_history *device);

/* What it sends now may be the answer to a frame that we can't read, and that it could. */
bool heard_unreadable(const struct device_history *device, int64_t now_ns);

/* A control frame without anything that a device only should tolerate (L-frame-02, L-frame-03): whoever does
 * not answer it breaks the requirement to answer. */
bool plain_question(const struct le_control *request);

/* True when a conforming device can't be Master of it at 'now_ns', by facts and by what it heard. Needs
 * FACT_SETTINGS, FACT_CONTROL and FACT_COMPLETE; false without. */
bool certainly_not_master(const struct device_history *device, const struct virtual_router_history *router,
                          int64_t now_ns);

/* True when another Master lives: it was heard within its interval. */
bool other_master_lives(const struct device_history *device, const struct virtual_router_history *router,
                        int64_t now_ns);

/* True when another Master lives and the settling time is over since the device gave up its place
 * (draft-requirements A-15): by then the VMAC has one owner, and that isn't the device. */
bool other_master_settled(const struct device_history *device, const struct virtual_router_history *router,
                          int64_t now_ns);

/* True when the takeover at 'now_ns' is early only because the Master_Down_Timer may have been started before
 * the join was complete (draft-requirements A-18). */
bool started_before_join(const struct device_history *device, const struct virtual_router_history *router,
                         int64_t now_ns);

/* True while a frame may still come from before the device heard what ends its mastership: it proves nothing.
 */
bool reacting(const struct virtual_router_history *router, int64_t now_ns);

/* True for events on the interface that the virtual routers serve: the ELAN, or the LAN of a router without
 * LANE. */
bool on_vrrp_interface(const struct facts *facts, const struct tap_event *event);

/* What the heard advertisement 'frame' makes of the device as Master. */
enum yielding yielding_to(const struct device_history *device, const struct virtual_router_history *router,
                          const struct tap_event *event, const struct frame *frame);

/* True when an advertisement has an authentication header with the SPI and the digest of the configured key
 * (RFC 2338 5.3.6.3). */
bool authentication_header_fits(const struct device_settings *settings, const struct frame *frame);

/* True when the heard frame is the device's own, come back. */
bool own_echo(const struct device_history *device, const struct frame *frame);

/* Times of RFC 2338 6.1.2; for an unknown priority or interval the shortest possible. */
int64_t skew_time_ns(const struct virtual_router_history *router);
int64_t master_down_interval_ns(const struct virtual_router_history *router);

/* How long the device may take to act on what it heard before its frames count as a reaction: twice the
 * tolerance, that is 100 ms on the wall clock (draft-requirements 10.1). */
int64_t reaction_ns(const struct facts *facts);

/* The bound on associations and disassociations (draft-requirements 10.1). */
#define ASSOCIATION_NS SECONDS(1)

/* True within the second after the device gave up the VMAC, or had to, while frames of the disassociation are
 * due and it can't be Master again. */
bool within_disassociation(const struct device_history *device, const struct virtual_router_history *router,
                           int64_t now_ns);

#endif
