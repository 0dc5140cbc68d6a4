/* What the VRRP part of the router decides, as one table: parameters, times, the election, the state machine
 * of RFC 2338 6.4 with draft 3.3 cell by cell, the receive checks of RFC 2338 7.1 in their order, and what an
 * advertisement carries.
 *
 * vrrp_options_default() is the conforming table. A variant of the router is a copy of it with one entry
 * changed; what such an entry may do to a virtual router is in reference/vrrp_machine.h.
 */
#ifndef REFERENCE_VRRP_DECISIONS_H
#define REFERENCE_VRRP_DECISIONS_H

#include "station/device_settings.h"
#include "wire/vrrp.h"

struct virtual_router; /* reference/vrrp_machine.h */
struct vrrp_instance;  /* reference/vrrp_machine.h */

/* RFC 2338 6.3 */
enum vrrp_state { VRRP_INITIALIZE, VRRP_BACKUP, VRRP_MASTER, VRRP_STATE_COUNT };

/* What happens to a virtual router: the rows of the state machine (spec/vrrp.md 5). */
enum vrrp_event {
    VRRP_STARTUP_MASTER,       /* Startup, Priority 255 */
    VRRP_STARTUP_BACKUP,       /* Startup, Priority below 255 */
    VRRP_SHUTDOWN,             /* Shutdown */
    VRRP_INTERFACE_LOST,       /* the ELAN is gone (draft-requirements A-18) */
    VRRP_REGISTRATION_REFUSED, /* the LES did not register the VMAC (draft 3.1) */
    VRRP_MASTER_DOWN,          /* Master_Down_Timer fires */
    VRRP_ADVERTISEMENT_DUE,    /* Adver_Timer fires */
    VRRP_HEARD_STOP,           /* advertisement of priority 0 */
    VRRP_HEARD_HIGHER,         /* advertisement of higher priority */
    VRRP_HEARD_EQUAL_WINNER,   /* of equal priority, the sender's address is greater than the local primary
                                  address */
    VRRP_HEARD_EQUAL_LOSER,    /* of equal priority, the sender's address is the same or lower */
    VRRP_HEARD_LOWER,          /* of lower priority, and this router preempts */
    VRRP_HEARD_TOLERATED,      /* of lower priority, and this router does not preempt */
    VRRP_EVENT_COUNT
};

/* The receive checks of RFC 2338 7.1, in their order. */
enum vrrp_check_name {
    VRRP_CHECK_TTL,
    VRRP_CHECK_VERSION,
    VRRP_CHECK_TYPE, /* RFC 2338 5.3.2 */
    VRRP_CHECK_LENGTH,
    VRRP_CHECK_CHECKSUM,
    VRRP_CHECK_AUTHENTICATION_TYPE,
    VRRP_CHECK_AUTHENTICATION_HEADER, /* RFC 2338 5.3.6.3 */
    VRRP_CHECK_AUTHENTICATION_DATA,
    VRRP_CHECK_VRID,
    VRRP_CHECK_ADDRESS_LIST,
    VRRP_CHECK_INTERVAL,
    VRRP_CHECK_COUNT
};

/* A VRRP message as it came in an IP datagram to 224.0.0.18. */
struct vrrp_arrival {
    struct ipv4_address source;
    uint8_t ttl;
    uint8_t protocol;      /* 112, or 51 when an authentication header is in front */
    bool digest_good;      /* protocol 51: SPI and digest are those of the configured key */
    struct octets message; /* without IP header and authentication header */
};

/* What a receive check looks at. */
struct vrrp_heard {
    const struct vrrp_instance *instance;
    const struct vrrp_arrival *arrival;
    struct vrrp message;                 /* all zero when it is shorter than a VRRP header */
    const struct virtual_router *router; /* whose VRID it names; NULL if that is none of this interface */
};

struct vrrp_check {
    const char *name;
    bool (*passes)(const struct vrrp_heard *heard);
};

struct vrrp_options {
    /* Parameters that the settings leave open. */
    uint8_t default_priority;   /* RFC 2338 5.3.4: 100 */
    uint8_t default_interval_s; /* RFC 2338 5.3.7: 1 s */
    bool default_preempt;       /* RFC 2338 6.1.2: True */

    /* The Startup event waits until the LANE JOIN PHASE is complete (draft 3.3.1). */
    bool startup_waits_for_join;

    /* The virtual router MAC address in canonical order (RFC 2338 7.3), and in the order of the ELAN.
     */
    struct mac_address (*vmac)(uint8_t vrid);
    struct mac_address (*in_order)(const struct device_settings *settings, struct mac_address canonical);

    /* Token ring: hosts reach the virtual routers by functional addresses, not by VMACs (RFC 2338 9.2, draft
     * 5); the functional address, in token ring order, false where a VRID has none; and whether a virtual
     * router makes address associations. */
    bool (*functional)(const struct device_settings *settings);
    bool (*functional_address)(uint8_t vrid, struct mac_address *address);
    bool (*associates)(const struct virtual_router *router);

    /* Times (RFC 2338 6.1.2, 6.2). */
    int64_t (*skew_ns)(const struct virtual_router *router);
    int64_t (*master_down_ns)(const struct virtual_router *router);
    int64_t (*advertisement_interval_ns)(const struct virtual_router *router);

    /* The election (RFC 2338 6.4). */
    bool (*starts_as_master)(const struct virtual_router *router);
    /* Below, at or above zero as priority 'heard' is below, at or above 'local'. */
    int (*compare_priorities)(uint8_t heard, uint8_t local);
    /* The address that an equal priority is decided by, and whether the sender's is greater. */
    struct ipv4_address (*local_address)(const struct virtual_router *router);
    bool (*address_greater)(struct ipv4_address sender, struct ipv4_address local);
    bool (*preempts)(const struct virtual_router *router);

    /* Which virtual router of the interface a VRID in an advertisement means; NULL for none. */
    const struct virtual_router *(*router_of_vrid)(const struct vrrp_instance *instance, uint8_t vrid);

    /* Hands an event to the state machine it is for: one machine per virtual router (RFC 2338 6.4). */
    void (*dispatch)(struct virtual_router *router, enum vrrp_event event);

    /* The state machine (RFC 2338 6.4 with draft 3.3): what is done when an event meets a state. NULL:
     * nothing. */
    void (*transitions[VRRP_EVENT_COUNT][VRRP_STATE_COUNT])(struct virtual_router *router);

    /* RFC 2338 7.1: the first check that fails discards the message. */
    struct vrrp_check checks[VRRP_CHECK_COUNT];

    /* Transmission (RFC 2338 7.2, 5.3): priority of a working Master, all other fields but Authentication
     * Data, the Authentication Data, the octets. */
    uint8_t (*advertised_priority)(const struct virtual_router *router);
    void (*fill_message)(const struct virtual_router *router, struct vrrp *message);
    void (*fill_authentication)(const struct device_settings *settings,
                                uint8_t data[static VRRP_AUTHENTICATION_DATA_SIZE]);
    size_t (*encode)(const struct vrrp *message, uint8_t *data, size_t room);
};

/* The conforming table. */
struct vrrp_options vrrp_options_default(void);

#endif
