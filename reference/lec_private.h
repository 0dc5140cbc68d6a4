/* What the parts of the LAN Emulation client share: its state, and the functions by which one part calls
 * another. */
#ifndef REFERENCE_LEC_PRIVATE_H
#define REFERENCE_LEC_PRIVATE_H

#include "base/duration.h"
#include "reference/lec.h"
#include "wire/frame.h"

/* Where the client stands (lane-rules 1). */
enum lec_phase {
    LEC_OFF,          /* not started, or dead */
    LEC_WAITING,      /* initial state, waits to begin */
    LEC_LECS_CONNECT, /* Configuration Direct is being set up */
    LEC_CONFIGURE,    /* LE_CONFIGURE_REQUEST is out */
    LEC_LES_CONNECT,  /* Control Direct is being set up */
    LEC_JOIN,         /* LE_JOIN_REQUEST is out */
    LEC_REGISTER,     /* initial registration: LE_REGISTER_REQUEST for the own MAC address is out */
    LEC_BUS_CONNECT,  /* connects to the BUS for the first time */
    LEC_OPERATIONAL,  /* member of the ELAN; may be connecting to the BUS again */
};

/* Where the connection to the BUS stands. */
enum lec_bus_phase {
    BUS_DISCONNECTED,
    BUS_RESOLVE,      /* LE_ARP_REQUEST for the broadcast address is out */
    BUS_CALL,         /* Multicast Send is being set up */
    BUS_FORWARD_WAIT, /* waits for the first Multicast Forward */
    BUS_CONNECTED,
};

/* Kinds of VCCs (lane-wire 10), as bits so that a set of them can be named. */
enum lec_vcc_kind {
    KIND_CONFIGURATION_DIRECT = 0x01,
    KIND_CONTROL_DIRECT = 0x02,
    KIND_CONTROL_DISTRIBUTE = 0x04,
    KIND_MULTICAST_SEND = 0x08,
    KIND_MULTICAST_FORWARD = 0x10,
    KIND_DATA_DIRECT = 0x20,
};
#define KINDS_CONTROL   (KIND_CONTROL_DIRECT | KIND_CONTROL_DISTRIBUTE)
#define KINDS_MULTICAST (KIND_MULTICAST_SEND | KIND_MULTICAST_FORWARD)
#define KINDS_DATA      (KINDS_MULTICAST | KIND_DATA_DIRECT)

/* One VCC of the client, from SETUP to release. */
struct lec_vcc {
    struct lec_vcc *next;
    struct lec *lec;
    uint32_t number; /* of the station */
    enum lec_vcc_kind kind;
    struct atm_address calling;
    struct atm_address peer;  /* the other end */
    struct atm_address local; /* own end */
    bool outgoing;
    bool connected;
    bool llc_multiplexed; /* Data Direct with an LLC prefix; received on only */
    /* Data Direct only */
    bool ready;       /* data may be sent (READY procedure, lane-wire 9) */
    unsigned queries; /* READY_QUERY frames sent */
    int64_t used_ns;  /* last data frame in either direction */
    struct timer ready_timer;
    struct timer idle_timer;
};

/* A data frame that waits for its path. */
struct held_frame {
    struct held_frame *next;
    size_t size;
    uint8_t data[]; /* a frame of the medium */
};

/* What the client asks about a destination. */
enum le_arp_asking {
    ASKING_NOT,
    ASKING_OPEN,       /* a request is out, or waits for its turn */
    ASKING_UNANSWERED, /* nobody answered; asked again after a pause */
};

/* One destination: its binding, its question, its path. */
struct lec_cache_entry {
    struct lec_cache_entry *next;
    struct lec *lec;
    bool known; /* 'binding' holds more than the LAN destination */
    struct le_arp_binding binding;
    int64_t confirmed_ns; /* when the binding was last told */
    struct timer age_timer;

    enum le_arp_asking asking;
    unsigned asked_count;       /* requests of this question */
    int64_t asked_ns;           /* the last request */
    uint32_t first_transaction; /* requests of this question */
    uint32_t last_transaction;
    struct timer ask_timer;

    uint32_t path;   /* VCC that carried the last frame; VCC_NONE: drained */
    int64_t sent_ns; /* when it did */
    bool flushing;   /* 'path' is being drained; frames are held */
    uint32_t flush_transaction;
    struct timer flush_timer;
    int64_t setup_due_ns; /* no SETUP for this destination before */

    int64_t window_start_ns; /* BUS frames are counted from here (C11) */
    unsigned window_count;
    struct timer window_timer; /* runs while frames wait for the next window */
    struct held_frame *held;
    unsigned held_count;
};

/* One virtual MAC address that is, or was, associated. */
struct lec_association {
    struct lec_association *next;
    struct lec *lec;
    struct association_state state;
    bool in_time;         /* the first announcement keeps the interval too */
    int64_t announced_ns; /* last announcement, of an earlier association too */
    struct timer announcement_timer;
    uint32_t probe_transaction;
    struct timer probe_timer;
    unsigned request_count; /* LE_REGISTER_REQUESTs since the last answer, or since the waits began anew */
    bool requested;         /* LE_REGISTER_REQUEST was sent for the present, or last, association */
    uint32_t first_transaction; /* of those */
    uint32_t last_transaction;
    bool unregistered; /* LE_UNREGISTER_REQUEST followed the last LE_REGISTER_REQUEST */
    struct timer registration_timer;
};

/* C values that LE_CONFIGURE_RESPONSE can set; the places of the table in lec_variables.c. */
#define LEC_OVERRIDE_COUNT 11
struct lec_override {
    bool given;
    uint32_t number; /* as in the TLV */
};

/* What depends on the medium of the ELAN (lane-wire 6, 11, 12). */
#define LEC_SDU_ROOM 4544 /* of both media */
struct lec_medium {
    enum lan_type lan_type;
    enum max_frame_size max_frame_size;
    uint16_t max_sdu_size;
    size_t least_frame_size; /* shorter ones are padded: LE data of at least 62 octets (lane-wire 12.1) */
    enum b_lli multicast;
    enum b_lli data_direct;
    /* Where a frame goes; not present: to the BUS. */
    struct lan_destination (*destination)(const struct lec *lec, const uint8_t *data, size_t size);
};

struct lec {
    const struct station_services *services;
    const struct device_settings *settings;
    const struct lec_options *options;
    const struct lec_events *events;
    void *owner;

    const struct lec_medium *medium;
    struct atm_address llc_multiplexed_address;
    uint32_t next_transaction;

    enum lec_phase phase;
    struct timer phase_timer;
    unsigned request_count;     /* requests sent in this phase */
    uint32_t first_transaction; /* of this phase */
    unsigned join_count;
    bool addresses_registered; /* with the network */

    struct lec_override overrides[LEC_OVERRIDE_COUNT];
    struct lec_variables variables;
    struct atm_address les_address;
    char elan_name[32];
    uint8_t elan_name_size;
    uint16_t lecid;
    bool v2;
    uint32_t elan_id;
    bool topology_change; /* C19 */

    enum lec_bus_phase bus_phase;
    struct timer bus_timer;
    unsigned bus_request_count;
    int64_t bus_asked_ns; /* last LE_ARP_REQUEST for the broadcast address */
    unsigned bus_call_count;
    uint32_t bus_first_transaction;
    struct atm_address bus_address;

    struct lec_vcc *vccs;
    struct lec_cache_entry *cache;
    struct lec_association *associations;
};

/* lec.c */

/* A time before anything that can matter. */
#define LONG_AGO_NS (-SECONDS(1000000))

int64_t lec_now_ns(const struct lec *lec);
void lec_timer_start(struct lec *lec, struct timer *timer, int64_t delay_ns);
void lec_timer_stop(struct lec *lec, struct timer *timer);

/* Transaction ids count up, so that the answers to a run of requests lie between its first and its last. */
uint32_t lec_new_transaction(struct lec *lec);
bool lec_transaction_between(uint32_t transaction, uint32_t first, uint32_t last);

/* 'from' + 'wait', or TIME_NEVER if that is too late to be told. */
int64_t lec_later_ns(int64_t from_ns, int64_t wait_ns);

/* Memory that ends the program when there is none. */
void *lec_zeroed(size_t size);

/* lec_variables.c */

void lec_variables_forget_overrides(struct lec *lec);
void lec_variables_take_overrides(struct lec *lec, const struct le_control *configure_response);

/* The variables of the version with the overrides in place. */
void lec_variables_set(struct lec *lec, bool v2);

/* lec_vcc.c */

struct lec_vcc *lec_vcc_find(const struct lec *lec, uint32_t number);

/* The first VCC whose kind is in 'kinds', or NULL. */
struct lec_vcc *lec_vcc_of_kind(const struct lec *lec, unsigned kinds);

/* Sets up a call from the own address. */
struct lec_vcc *lec_vcc_call(struct lec *lec, enum lec_vcc_kind kind, const struct atm_address *called,
                             enum b_lli b_lli);

/* Accepts an offered call. */
struct lec_vcc *lec_vcc_accept(struct lec *lec, enum lec_vcc_kind kind, uint32_t number,
                               const struct call *call);

/* Releases the VCC and forgets it. */
void lec_vcc_release(struct lec_vcc *vcc);

/* Forgets a VCC that is released already. */
void lec_vcc_forget(struct lec_vcc *vcc);
void lec_vcc_release_kinds(struct lec *lec, unsigned kinds);

/* Sends a control frame on 'vcc', with the LLC prefix where that VCC has one. */
void lec_vcc_send_control(struct lec_vcc *vcc, const struct le_control *control);

/* True when 'data' starts with the prefix of this ELAN's LLC-multiplexed frames (lane-wire 12.3). */
bool lec_vcc_has_llc_prefix(const struct lec *lec, const uint8_t *data, size_t size);

/* Sends a control frame on Control Direct. */
void lec_control_send(struct lec *lec, const struct le_control *control);

/* A request with a new transaction id and the own LECID. */
struct le_control lec_request(struct lec *lec, enum le_opcode opcode);

/* lec_join.c */

void lec_join_begin(struct lec *lec);
void lec_join_timer_fired(void *owner);
void lec_join_vcc_connected(struct lec *lec, struct lec_vcc *vcc);

/* Gives up the ELAN: releases all VCCs, forgets all bindings, tells the owner, and tries again later. */
void lec_join_restart(struct lec *lec, enum lec_failure failure);
void lec_join_configure_response(struct lec *lec, const struct le_control *response);
void lec_join_response(struct lec *lec, const struct le_control *response);

/* True when the response belongs to the initial registration. */
bool lec_join_register_response(struct lec *lec, const struct le_control *response);

/* The BUS is connected for the first time: the client is operational. */
void lec_join_completed(struct lec *lec);

/* lec_bus.c */

void lec_bus_connect(struct lec *lec);
void lec_bus_timer_fired(void *owner);
void lec_bus_vcc_connected(struct lec *lec, struct lec_vcc *vcc);
void lec_bus_vcc_released(struct lec *lec, bool was_connected);
void lec_bus_forward_offered(struct lec *lec, uint32_t vcc, const struct call *call);

/* True when the response is about the BUS. */
bool lec_bus_le_arp_response(struct lec *lec, const struct le_control *response);
void lec_bus_stop(struct lec *lec);

/* lec_cache.c */

struct lec_cache_entry *lec_cache_find(const struct lec *lec, struct lan_destination lan);
struct lec_cache_entry *lec_cache_find_or_add(struct lec *lec, struct lan_destination lan);

/* Starts an LE_ARP for the destination if one is due. */
void lec_cache_resolve(struct lec_cache_entry *entry);
void lec_cache_bind(struct lec_cache_entry *entry, const struct atm_address *atm, bool remote);

/* Forgets the binding; the destination's frames go by the BUS. */
void lec_cache_forget(struct lec_cache_entry *entry);
void lec_cache_forget_peer(struct lec *lec, const struct atm_address *peer);

/* C19 changed: remote entries age at another pace. */
void lec_cache_ages_changed(struct lec *lec);
void lec_cache_clear(struct lec *lec);
void lec_cache_le_arp_response(struct lec *lec, const struct le_control *response);
void lec_cache_targetless_le_arp(struct lec *lec, const struct le_control *request);
void lec_cache_narp(struct lec *lec, const struct le_control *request);

/* lec_direct.c */

/* The Data Direct VCC that carries data to 'peer', NULL while none is ready. */
struct lec_vcc *lec_direct_to(const struct lec *lec, const struct atm_address *peer);

/* Sets up a Data Direct VCC for the destination unless there is one already, ready or not. */
void lec_direct_want(struct lec_cache_entry *entry);
void lec_direct_offered(struct lec *lec, uint32_t vcc, const struct call *call);
void lec_direct_connected(struct lec_vcc *vcc);
void lec_direct_released(struct lec *lec, const struct atm_address *peer, bool was_connected,
                         enum release_cause cause);

/* Something came on the VCC: its caller is ready to receive. */
void lec_direct_heard(struct lec_vcc *vcc);
void lec_direct_ready_query(struct lec_vcc *vcc);

/* lec_medium.c */

extern const struct lec_medium lec_medium_8023;
extern const struct lec_medium lec_medium_8025;

/* lec_data.c */

/* The path of the destination may have opened: sends what is held. */
void lec_data_continue(struct lec_cache_entry *entry);
void lec_data_continue_peer(struct lec *lec, const struct atm_address *peer);
void lec_data_continue_all(struct lec *lec);

/* The VCC is gone, and what was on it: nothing is left to be overtaken. */
void lec_data_path_gone(struct lec *lec, uint32_t vcc);
void lec_data_flush_response(struct lec *lec, const struct le_control *response);
void lec_data_flush_timer_fired(void *owner);
void lec_data_window_timer_fired(void *owner);
void lec_data_drop_held(struct lec_cache_entry *entry);
void lec_data_received(struct lec_vcc *vcc, const uint8_t *data, size_t size);

/* lec_control.c */

void lec_control_received(struct lec_vcc *vcc, const uint8_t *data, size_t size);

/* lec_association.c */

/* What the client is for an address. */
enum representation lec_representation(const struct lec *lec, struct mac_address mac,
                                       bool *associated_before);

/* Makes the associations that survived the loss of the ELAN anew. */
void lec_association_resume(struct lec *lec);

/* The ELAN is lost: nothing runs until it is joined again. */
void lec_association_suspend(struct lec *lec);
void lec_association_free_all(struct lec *lec);
void lec_association_register_response(struct lec *lec, const struct le_control *response);

/* Takes the response to a probe; false when it answers none. */
bool lec_association_probe_response(struct lec *lec, const struct le_control *response);

/* The LLC-Muxed-ATM-Address TLV, where this client has one to tell (C34, A-13). */
void lec_association_add_tlvs(const struct lec *lec, struct le_control *control);

#endif
