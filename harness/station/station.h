/* The one interface by which anything joins a world: an emulated server, a peer, the reference stack, a
 * mutant of it, an adapter process or a device on a wire. Cases can't tell them apart.
 *
 * A station is a pair of tables. Through `struct station_services` it acts on the network: it registers its
 * ATM addresses, sets up, accepts and releases calls, sends SDUs and LAN frames, runs timers. Through `struct
 * station_handlers` the network acts on it. Every call is asynchronous: a service returns at once, its effect
 * comes back through a handler later, never from inside the service.
 *
 * Calls. A VCC is known to a station by a number that is unique within the station. Point-to-point:
 * call_setup -> (at the other side call_offered -> call_accept or call_reject) -> call_connected, or
 * call_released with the cause. The called side may send once it accepted; the caller once it hears
 * call_connected. Point-to-multipoint: the first party comes with call_setup, further ones with party_add; a
 * leaf sees an ordinary offered call with `point_to_multipoint` set, and cannot send on it. call_released is
 * heard exactly once per VCC that was ever known here, except by the side that released, rejected or dropped
 * it itself. A release that crosses another one is ignored.
 */
#ifndef STATION_STATION_H
#define STATION_STATION_H

#include "base/random.h"
#include "base/reason.h"
#include "base/timer_queue.h"
#include "wire/atm_address.h"

/* A VCC, as one station knows it; 0 is none. */
#define VCC_NONE 0u

/* Why a call was refused or released (uni-signalling 3, Q.850 numbers). */
enum release_cause {
    CAUSE_NO_ROUTE = 3, /* nobody has the called address */
    CAUSE_NORMAL = 16,
    CAUSE_BUSY = 17,
    CAUSE_REJECTED = 21,
    CAUSE_OUT_OF_ORDER = 27, /* the link to the other side failed */
    CAUSE_TEMPORARY_FAILURE = 41,
    CAUSE_TIMER_EXPIRED = 102, /* no answer to SETUP within T303 */
};

/* What a SETUP carries. */
struct call {
    struct atm_address calling;
    struct atm_address called;
    enum b_lli b_lli;
    bool point_to_multipoint;
    uint16_t max_sdu_size; /* octets, both directions */
};

/* What the lab does to a device, apart from frames. */
enum control_kind {
    CONTROL_START,    /* power on: join the ELAN; virtual routers get their Startup event when it is joined,
                         except    those whose settings say otherwise */
    CONTROL_STARTUP,  /* Startup event of virtual router 'vrid' (RFC 2338 6.4) */
    CONTROL_SHUTDOWN, /* Shutdown event of virtual router 'vrid' */
    CONTROL_FAIL,     /* the device dies: it sends nothing more, releases nothing, answers nothing */
    CONTROL_SET_PRIORITY /* virtual router 'vrid' gets priority 'number' */
};

struct control_action {
    enum control_kind kind;
    uint8_t vrid;    /* STARTUP, SHUTDOWN, SET_PRIORITY */
    uint32_t number; /* SET_PRIORITY */
};

/* "start", "startup vrid=1"…, the notation of the tap. Returns 'line'. */
const char *control_action_text(const struct control_action *action, char *line, size_t size);

/* What a station can do; a case names what it needs and is not-applicable without it. */
#define CAPABILITY_CONTROL_STARTUP       0x01u /* CONTROL_STARTUP and CONTROL_SHUTDOWN of one virtual router */
#define CAPABILITY_CONTROL_FAIL          0x02u /* CONTROL_FAIL */
#define CAPABILITY_CONTROL_PRIORITY      0x04u /* CONTROL_SET_PRIORITY */
#define CAPABILITY_EGRESS_ORDER          0x08u /* frames are seen in the order in which the device sent them */
#define CAPABILITY_FAIL_LINK             0x10u   /* its ATM link can be cut */
#define CAPABILITY_LAN_PORT              0x20u   /* has at least one LAN port besides the ATM port */
#define CAPABILITY_FORWARDING            0x40u   /* forwards IP between ELAN and LAN port */
#define CAPABILITY_REDIRECT              0x80u   /* sends ICMP redirects (RFC 2338 8.1) */
#define CAPABILITY_PROXY_ARP             0x100u  /* answers ARP for addresses beyond it (RFC 2338 8.3) */
#define CAPABILITY_AUTHENTICATION        0x200u  /* VRRP authentication type 1 */
#define CAPABILITY_LLC_MULTIPLEXING      0x400u  /* registers an LLC-Muxed-ATM-Address */
#define CAPABILITY_SEVERAL_VRIDS         0x800u  /* more than one virtual router */
#define CAPABILITY_AUTHENTICATION_HEADER 0x1000u /* VRRP authentication type 2 */

/* Every capability once: bit and name, for listings, PICS and the adapter protocol. */
struct capability_name {
    unsigned bit;
    const char *name; /* "control-startup", "lan-port"… */
};
extern const struct capability_name capability_names[]; /* ended by bit 0 */

/* The network acts on the station. Each gets the station it belongs to; SDUs and frames are valid during the
 * call only. Any member may be NULL: the event is then ignored (an offered call is rejected). */
struct station_handlers {
    void (*call_offered)(void *station, uint32_t vcc, const struct call *call);
    void (*call_connected)(void *station, uint32_t vcc);
    void (*call_released)(void *station, uint32_t vcc, enum release_cause cause);
    void (*party_connected)(void *station, uint32_t vcc, uint32_t party);
    void (*party_released)(void *station, uint32_t vcc, uint32_t party, enum release_cause cause);
    void (*sdu_received)(void *station, uint32_t vcc, const uint8_t *data, size_t size);
    void (*lan_frame_received)(void *station, unsigned port, const uint8_t *data, size_t size);
    /* False, with the reason, when the station can't do it. */
    bool (*control)(void *station, const struct control_action *action, struct reason *reason);
    /* Frees the station; its timers are stopped by itself. */
    void (*destroy)(void *station);
};

/* The station acts on the network. */
struct station_services {
    void *context; /* passed back to each of them */
    int64_t (*now_ns)(void *context);
    void (*timer_start)(void *context, struct timer *timer, int64_t delay_ns);
    void (*timer_stop)(void *context, struct timer *timer);
    /* From now on calls to 'address' are offered to this station. */
    void (*address_register)(void *context, const struct atm_address *address);
    uint32_t (*call_setup)(void *context, const struct call *call);
    void (*call_accept)(void *context, uint32_t vcc);
    void (*call_reject)(void *context, uint32_t vcc, enum release_cause cause);
    void (*call_release)(void *context, uint32_t vcc, enum release_cause cause);
    uint32_t (*party_add)(void *context, uint32_t vcc, const struct atm_address *called);
    void (*party_drop)(void *context, uint32_t vcc, uint32_t party, enum release_cause cause);
    void (*sdu_send)(void *context, uint32_t vcc, const uint8_t *data, size_t size);
    void (*lan_frame_send)(void *context, unsigned port, const uint8_t *data, size_t size);
    /* Repeatable random bits for transaction ids and the like. */
    uint64_t (*random_bits)(void *context);
};

#endif
