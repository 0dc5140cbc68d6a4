/* The parameters and the decisions of a LAN Emulation client, in one table: the numbers of LANE (lane-rules
 * 2), and the questions that the texts answer in a sentence: does this frame change the cache, is this answer
 * mine, must I announce again. The client's own code asks the table and never decides such a question by
 * itself, so a client that differs in one point is a copy of the table with one entry changed.
 *
 *   struct lec_options options = lec_options_default();
 *   options.v1.aging_time_ns = SECONDS(60);
 */
#ifndef REFERENCE_LEC_DECISIONS_H
#define REFERENCE_LEC_DECISIONS_H

#include "wire/le_control.h"

/* The variables of a LEC (lane-rules 2). TLVs of LE_CONFIGURE_RESPONSE go before them. */
struct lec_variables {
    int64_t control_timeout_ns;            /* C7 */
    int64_t initial_control_timeout_ns;    /* C7i; v1 has none */
    unsigned control_timeout_multiplier;   /* C7x; v1 has none */
    unsigned maximum_unknown_frame_count;  /* C10: frames to the BUS per destination… */
    int64_t maximum_unknown_frame_time_ns; /* C11: …in this time */
    int64_t vcc_timeout_ns;                /* C12: idle Data Direct VCC; 0 = never */
    unsigned maximum_retry_count;          /* C13: repetitions of an LE_ARP_REQUEST */
    int64_t aging_time_ns;                 /* C17 */
    int64_t forward_delay_ns;         /* C18: takes the place of C17 for remote entries while C19 is set */
    int64_t le_arp_response_ns;       /* C20 */
    int64_t flush_timeout_ns;         /* C21 */
    int64_t path_switching_delay_ns;  /* C22 */
    int64_t connection_completion_ns; /* C28: READY_QUERY after this time without a frame */
    int64_t forward_disconnect_ns;    /* C33: longest time without a Multicast Forward VCC; in v1 as C7 */
    int64_t reconfigure_low_ns;       /* C37: wait before joining again, drawn between this… */
    int64_t reconfigure_high_ns;      /* C38: …and this; v1 has none, the v2 numbers serve */
    unsigned bus_connect_retries;     /* C39; v1 has none */
};

/* Why the client starts all over. */
enum lec_failure {
    LEC_REFUSED, /* LE_CONFIGURE_RESPONSE, LE_JOIN_RESPONSE or the initial registration with a failure status
                  */
    LEC_UNANSWERED,   /* no answer within the control time-out */
    LEC_CALL_FAILED,  /* a call on the way into the ELAN was refused or lost */
    LEC_CONTROL_LOST, /* Control Direct or Control Distribute released */
    LEC_BUS_LOST,     /* the BUS can't be reached any more */
    LEC_UNREGISTERED, /* a registration was refused and `leaves_elan` says to go */
};

/* How far the registration of an associated address is (draft-requirements 10: sub-states of a non-proxy
 * Master). */
enum registration_state {
    REGISTRATION_NONE, /* proxy, or not yet asked for */
    REGISTRATION_PENDING,
    REGISTRATION_REFUSED,
    REGISTRATION_CONFIRMED,
};

/* How far the probe of an announcement round is (draft 3.2). */
enum probe_state {
    PROBE_NONE,       /* this round had none */
    PROBE_WAITING,    /* sent, its window C20 is open */
    PROBE_ANSWERED,   /* somebody else answered for the address */
    PROBE_UNANSWERED, /* the window closed without an answer: settled */
};

/* What decisions about an ADDRESS ASSOCIATION may look at. */
struct association_state {
    struct mac_address vmac;
    bool associated; /* false from the ADDRESS DISASSOCIATION on */
    bool proxy;      /* C4 */
    bool v2;         /* C29 */
    enum registration_state registration;
    uint16_t refusal; /* status of the last refusal of this association's registration; 0: none, or a later
                         success */
    enum probe_state probe;
    unsigned announcement_count; /* sent since the association was made */
    unsigned association_count;  /* how many times this address was associated, this time included */
    unsigned join_count;         /* how many times the client joined */
};

/* What the client is for an address that an LE_ARP_REQUEST asks for. */
enum representation {
    REPRESENTED_NOT,
    REPRESENTED_REGISTERED, /* its own MAC address, registered (C6) */
    REPRESENTED_REMOTE,     /* its own MAC address as a proxy that has not registered it (C27) */
    REPRESENTED_ASSOCIATED, /* by an ADDRESS ASSOCIATION */
};

struct le_arp_question {
    struct mac_address target;
    enum representation representation;
    bool associated_before; /* had been associated and is not any more */
    bool proxy;
};

/* One binding of the LE_ARP cache (C16). */
struct le_arp_binding {
    struct lan_destination lan; /* a MAC address, or on token ring a route descriptor */
    struct atm_address atm;
    bool remote; /* Remote Address flag of the frame that brought it */
};

/* What a received frame does to one binding. */
enum cache_effect {
    CACHE_KEEPS,
    CACHE_DELETES,
    CACHE_REPLACES, /* by SOURCE-ATM-ADDRESS and the Remote Address flag of the frame */
};

struct lec_options {
    /* Token ring: the frames of an address go to the BUS, as group and functional addresses do (draft 5). */
    bool (*is_group_8025)(struct mac_address mac);

    /* Variables of a client that operates as v1 and as v2. */
    struct lec_variables v1;
    struct lec_variables v2;

    /* Numbers that LANE leaves to the client. */
    int64_t
        announcement_interval_ns;  /* from one announcement of an address to the next (draft 3.1, 3.2): 1 s */
    int64_t registration_retry_ns; /* from a refused registration to the next request: 5 s */
    int64_t unanswered_pause_ns;   /* no new LE_ARP for a destination that nobody answered for: 10 s */
    int64_t setup_pause_ns;        /* no new SETUP to an ATM address that refused one: 10 s */
    unsigned held_frame_count;     /* frames kept for a destination while its path is not open: 16 */

    /* Joining (lane-rules 1) */

    /* True when the own MAC address travels in LE_JOIN_REQUEST; else by LE_REGISTER_REQUEST. */
    bool joins_with_own_mac;
    /* Wait after the request was sent 'sent' times (from 1); 0 when the control time-out has run out
     * (L-join-09). */
    int64_t (*control_wait_ns)(const struct lec_variables *variables, bool v2, unsigned sent);
    /* LE_JOIN_RESPONSE lets the client in (L-join-03, L-join-08). */
    bool (*join_accepted)(const struct le_control *response);
    /* The client operates as v2 (L-v2-02). */
    bool (*operates_as_v2)(const struct le_control *join_response, bool v2_capable);
    /* It tries to join again (L-join-03, L-join-06). */
    bool (*joins_again)(enum lec_failure failure);

    /* Which frames are for this client (lane-wire 13) */

    /* An LE data frame with this LE HEADER is taken (L-lecid-01). */
    bool (*takes_data)(uint16_t le_header, uint16_t own_lecid);
    /* A request from the LES is taken (L-lecid-02). */
    bool (*takes_request)(const struct le_control *request, uint16_t own_lecid);
    /* A response is taken; 'transaction_known' when it answers a request that this client made (L-lecid-03).
     */
    bool (*takes_response)(const struct le_control *response, uint16_t own_lecid, bool transaction_known);

    /* Answering (lane-rules 5.2, lane-wire 9) */

    bool (*answers_le_arp)(const struct le_arp_question *question);
    /* 'own' is the address on which the VCC of the request is. */
    bool (*answers_flush)(const struct le_control *request, const struct atm_address *own);

    /* The LE_ARP cache (lane-rules 5.3, 5.4; draft 2, 6): asked for every binding in the cache. */

    enum cache_effect (*targetless_le_arp_effect)(const struct le_arp_binding *binding,
                                                  const struct le_control *request, bool v2);
    enum cache_effect (*narp_effect)(const struct le_arp_binding *binding, const struct le_control *request,
                                     bool v2);
    /* A targetless LE_ARP_REQUEST for an address that is not in the cache makes an entry (R-2-09). */
    bool (*targetless_le_arp_adds)(const struct le_control *request, bool v2);

    /* The way of data (lane-rules 5.1, 5.7) */

    /* Of two Data Direct VCCs to one peer the one that 'calling' set up carries the data, not that of
     * 'other'. */
    bool (*carries_data)(const struct atm_address *calling, const struct atm_address *other,
                         const struct atm_address *own);
    /* The old path must be flushed before data takes another one (L-flush-04). */
    bool (*needs_flush)(int64_t since_last_frame_ns, const struct lec_variables *variables);

    /* ADDRESS ASSOCIATION (draft 3.1, 3.2) */

    /* The association is made at all, on request or after a new join. */
    bool (*associates)(const struct association_state *state);
    /* The address is registered with the LES (R-2-02, R-2-04). */
    bool (*registers)(const struct association_state *state);
    /* A registration that was refused, or not answered in time, is asked for again (R-3.1-05). */
    bool (*registers_again)(const struct association_state *state);
    /* The client leaves the ELAN because a registration of an associated address was refused. */
    bool (*leaves_elan)(const struct association_state *state, uint16_t status);
    /* A further announcement is due one announcement interval after the last (R-3.1-06, R-3.2-05). */
    bool (*announces_again)(const struct association_state *state);
    /* The announcement goes with a probe (R-3.2-04); announcement_count does not count this one yet. */
    bool (*probes)(const struct association_state *state);
    /* The response to a probe is one of another client or of the LES for another client. */
    bool (*probe_answered)(const struct le_control *response, const struct atm_address *own);

    /* ADDRESS DISASSOCIATION (draft 3.1, 3.2) */

    /* Giving up 'vmac' gives up 'associated'. */
    bool (*gives_up)(struct mac_address vmac, struct mac_address associated);
    /* It sends LE_UNREGISTER_REQUEST (R-3.1-08, A-27). */
    bool (*unregisters)(const struct association_state *state);
    /* It sends a no-source LE_NARP_REQUEST (R-3.1-09, R-3.2-08, A-5, A-27). */
    bool (*withdraws)(const struct association_state *state);
};

/* The conforming client. */
struct lec_options lec_options_default(void);

#endif
