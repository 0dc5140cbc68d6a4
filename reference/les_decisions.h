/* The parameters and decisions of the reference LAN Emulation Server and its BUS (lane-rules 3, 4, 7), in one
 * table, so that a variant of it is a copy with one entry changed.
 *
 * A decision is a pure function of the facts that it gets.
 */
#ifndef REFERENCE_LES_DECISIONS_H
#define REFERENCE_LES_DECISIONS_H

#include "wire/le_control.h"

/* Where a LAN destination stands in the register database, seen by the client that speaks of it. */
enum les_ownership {
    LES_UNBOUND,
    LES_BOUND_TO_REQUESTER, /* to the ATM address in the request */
    LES_BOUND_ELSEWHERE,
};

/* What decides about a LAN destination that a client wants to register, by join or by LE_REGISTER_REQUEST. */
struct les_registering {
    struct lan_destination lan;
    bool token_ring;          /* medium of the ELAN: order of the bits of MAC addresses, route descriptors */
    bool v2;                  /* the client joined, or joins, as v2 */
    bool selective_multicast; /* C32 of the client */
    bool atm_foreign;         /* SOURCE-ATM-ADDRESS is not the client's own */
    enum les_ownership ownership;
};

/* What decides about LE_JOIN_REQUEST. */
struct les_joining {
    const struct le_control *request;
    enum lan_type lan_type;             /* S2 */
    enum max_frame_size max_frame_size; /* S3 */
    const char *elan_name;              /* of the server; empty: any */
    bool atm_in_use;                    /* another client joined with this ATM address */
    uint16_t registration; /* status of the LAN destination that the join brings, 0 if it brings none */
};

/* Clients that a frame is forwarded to. */
enum les_recipients {
    LES_RECIPIENTS_NOBODY,
    LES_RECIPIENTS_FIRST_PROXY,
    LES_RECIPIENTS_PROXIES,
    LES_RECIPIENTS_ALL,    /* on Control Distribute; the originator gets its own frame back */
    LES_RECIPIENTS_OTHERS, /* each but the originator, on Control Direct */
};

/* When a client becomes a leaf of Control Distribute (lane-rules 1: the LES may add it before it answers the
 * join). */
enum les_distribution {
    LES_DISTRIBUTES_BEFORE_ANSWER,
    LES_DISTRIBUTES_AFTER_ANSWER,
    LES_DISTRIBUTES_NEVER, /* all goes on Control Direct */
};

/* What an LE_ARP_REQUEST asks for. */
struct les_question {
    struct mac_address target;
    bool lost; /* the binding is that of a client that is gone (lost_binding_ns) */
};

/* A forwarded frame, as a decision about its recipients sees it. */
struct les_forwarding {
    const struct le_control *request;
    bool v2; /* the server's LANE version */
};

struct les_options {
    int64_t join_timeout_ns; /* S4: Control Direct without a valid join is released after this: 120 s */

    /* Joining (lane-rules 4.1) */

    uint16_t (*join_status)(const struct les_joining *joining);
    /* The LECID to try behind the last one that was tried; `lecid_usable` says whether it is taken. */
    uint16_t (*next_lecid)(uint16_t last);
    bool (*lecid_usable)(bool held);
    enum les_distribution distribution;
    /* V2 Required in LE_JOIN_RESPONSE (lane-wire 4). */
    bool (*requires_v2)(bool server_v2, uint16_t join_flags);

    /* The register database (lane-rules 4.2) */

    /* A request with this op-code and REQUESTER-LECID is one of the client on whose VCC it came; 'lecid' is
     * that of the client, 0 before the join. */
    bool (*knows_requester)(const struct le_control *request, uint16_t lecid);
    uint16_t (*register_status)(const struct les_registering *registering);
    uint16_t (*unregister_status)(enum les_ownership ownership);
    /* LE_UNREGISTER_REQUEST removes this binding; the first one in the order of registration goes. */
    bool (*removes)(struct lan_destination lan, const struct atm_address *atm,
                    const struct le_control *request);
    /* A registration takes the place of a binding to another ATM address. */
    bool replaces_binding;

    /* Loss of a client (lane-rules 4.5, draft 3.1) */

    int64_t lost_binding_ns; /* its bindings stay this long: 0; LES_FOR_EVER: for good */

    /* Address resolution (lane-rules 4.3) */

    /* The target is one for the BUS. */
    bool (*is_group)(struct mac_address target, bool token_ring);
    /* The server answers for a binding that it has; else it does nothing. */
    bool (*answers)(const struct les_question *question);
    /* It answers for no client: requests for registered addresses are forwarded like others. */
    bool leaves_answers_to_clients;
    /* Responses of its own go out on Control Distribute to whom it reaches. */
    bool answers_on_distribute;
    /* Status of an answer for an address that nobody registered; 0: no answer, the request is forwarded. */
    uint16_t unregistered_status;

    /* Forwarding (lane-rules 4.4) */

    enum les_recipients (*recipients)(const struct les_forwarding *forwarding);
};

#define LES_FOR_EVER INT64_MAX

/* The conforming server. */
struct les_options les_options_default(void);

#endif
