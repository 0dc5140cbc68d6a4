/* What the files of the peer LEC share; not for others. */
#ifndef PEERS_LEC_PRIVATE_H
#define PEERS_LEC_PRIVATE_H

#include "base/duration.h"
#include "peers/lec.h"
#include "peers/sdu_sender.h"

/* Phases (lane-rules 1). */
enum peer_lec_phase {
    LEC_IDLE, /* not started, left, or waiting for the next attempt */
    LEC_LECS_CONNECT,
    LEC_CONFIGURE,
    LEC_LES_CONNECT,
    LEC_JOIN,
    LEC_REGISTER, /* of its own MAC */
    LEC_BUS_RESOLVE,
    LEC_BUS_CONNECT,
    LEC_OPERATIONAL,
    LEC_DEAD
};

/* Where frames for a destination go. */
enum peer_lec_way { WAY_BUS, WAY_FLUSHING, WAY_DIRECT };

/* A frame that waits until its path is flushed. */
struct held_frame {
    struct held_frame *next;
    size_t size;
    uint8_t data[];
};

/* An entry of the LE_ARP cache (C16) and the path to that destination. */
struct cache_entry {
    struct cache_entry *next;
    struct peer_lec *lec;
    struct mac_address mac;
    bool known; /* 'atm' is valid */
    struct atm_address atm;
    bool remote; /* Remote Address flag of what it was learned from */
    int64_t verified_ns;
    bool used;               /* since it was verified */
    bool asking;             /* an LE_ARP_REQUEST is out */
    uint32_t transaction_id; /* of it */
    uint32_t retries_left;
    struct timer ask_timer; /* C20 */
    struct timer age_timer; /* when to verify, then when to go */
    bool verifying;         /* age_timer runs for the end */
    /* path */
    enum peer_lec_way way;
    bool bus_used; /* frames went to the BUS */
    int64_t bus_last_ns;
    int64_t window_start_ns; /* C10 and C11 */
    uint32_t window_count;
    uint32_t flush_transaction_id;
    struct timer flush_timer; /* C21, then what is left of C22 */
    bool flush_failed;        /* flush_timer runs for C22 */
    struct held_frame *held;
};

/* A Data Direct VCC. */
struct data_vcc {
    struct data_vcc *next;
    struct peer_lec *lec;
    uint32_t vcc;
    struct atm_address atm;   /* the other end */
    bool calling;             /* this end set it up */
    bool usable;              /* READY */
    unsigned queries;         /* READY_QUERYs sent */
    struct timer ready_timer; /* C28 */
};

/* An address that it represents besides its own. */
struct represented {
    struct represented *next;
    struct peer_lec *lec;
    struct mac_address mac;
    enum peer_lec_scheme scheme;
    bool associated;       /* by the rules of the draft; otherwise only represented */
    bool registered;       /* confirmed */
    bool register_pending; /* an answer is due */
    uint32_t register_transaction_id;
    struct timer register_timer; /* next LE_REGISTER_REQUEST */
    struct timer announce_timer; /* next announcement */
    bool probing;                /* proxy: the window C20 is open */
    bool probe_answered;         /* proxy: by somebody else */
    uint32_t probe_transaction_id;
    struct timer probe_timer; /* end of the window */
};

struct peer_lec {
    const struct station_services *services;
    struct peer_lec_settings settings;
    struct peer_lec_timing timing; /* in force */
    struct peer_lec_behaviour behaviour;
    struct sdu_sender sender;
    struct peer_link link;

    enum peer_lec_phase phase;
    struct timer phase_timer; /* repetition in a phase, or the next attempt */
    int64_t phase_wait_ns;    /* of the running repetition */
    int64_t phase_waited_ns;  /* sum so far */
    uint32_t transaction_id;  /* of the request of the phase */

    uint32_t configuration_direct;
    uint32_t control_direct;
    uint32_t control_distribute;
    uint32_t multicast_send;
    uint32_t multicast_forward;
    bool multicast_send_connected;

    struct atm_address les_address;
    struct atm_address bus_address;
    uint16_t lecid;
    bool v2;               /* C29 */
    bool topology_changed; /* C19 */
    struct cache_entry *cache;
    struct data_vcc *data_vccs;
    struct represented *represented;
};

/* lec.c */
int64_t peer_lec_now_ns(const struct peer_lec *lec);
uint32_t peer_lec_transaction_id(struct peer_lec *lec);
void peer_lec_start_timer(struct peer_lec *lec, struct timer *timer, int64_t delay_ns);
void peer_lec_stop_timer(struct peer_lec *lec, struct timer *timer);
void peer_lec_tell_les(struct peer_lec *lec, const struct le_control *control);
bool peer_lec_mac_is_group(const struct peer_lec *lec, struct mac_address mac);
uint16_t peer_lec_max_sdu_size(const struct peer_lec *lec);

/* lec_join.c */
void peer_lec_begin(struct peer_lec *lec);
void peer_lec_lose_elan(struct peer_lec *lec, bool again);
void peer_lec_phase_connected(struct peer_lec *lec, uint32_t vcc);
bool peer_lec_phase_released(struct peer_lec *lec, uint32_t vcc);
bool peer_lec_phase_response(struct peer_lec *lec, const struct le_control *control);
void peer_lec_multicast_forward_accepted(struct peer_lec *lec);
void peer_lec_phase_timer_fired(void *owner);

/* lec_control.c */
void peer_lec_control_received(struct peer_lec *lec, const uint8_t *data, size_t size);
void peer_lec_in_band_received(struct peer_lec *lec, uint32_t vcc, const uint8_t *data, size_t size);

/* lec_cache.c */
struct cache_entry *peer_lec_cache_find(const struct peer_lec *lec, struct mac_address mac);
struct cache_entry *peer_lec_cache_get(struct peer_lec *lec, struct mac_address mac);
void peer_lec_cache_drop(struct cache_entry *entry);
void peer_lec_cache_clear(struct peer_lec *lec);
void peer_lec_cache_learn(struct cache_entry *entry, const struct atm_address *atm, bool remote);
void peer_lec_cache_use(struct cache_entry *entry);
bool peer_lec_cache_response(struct peer_lec *lec, const struct le_control *response);
void peer_lec_cache_targetless(struct peer_lec *lec, const struct le_control *request);
void peer_lec_cache_le_narp(struct peer_lec *lec, const struct le_control *request);
void peer_lec_cache_topology(struct peer_lec *lec, bool changed);

/* lec_data.c: frames and paths */
void peer_lec_data_received(struct peer_lec *lec, uint32_t vcc, const uint8_t *data, size_t size);
void peer_lec_path_vcc_usable(struct peer_lec *lec, const struct atm_address *atm);
void peer_lec_path_flushed(struct peer_lec *lec, const struct le_control *response);
void peer_lec_path_reset(struct cache_entry *entry);
void peer_lec_path_flush_timer_fired(void *owner);

/* lec_data_vcc.c */
struct data_vcc *peer_lec_data_vcc_find(const struct peer_lec *lec, uint32_t vcc);
struct data_vcc *peer_lec_data_vcc_best(const struct peer_lec *lec, const struct atm_address *atm);
bool peer_lec_data_vcc_any(const struct peer_lec *lec, const struct atm_address *atm);
void peer_lec_data_vcc_offered(struct peer_lec *lec, uint32_t vcc, const struct call *call);
bool peer_lec_data_vcc_connected(struct peer_lec *lec, uint32_t vcc);
bool peer_lec_data_vcc_released(struct peer_lec *lec, uint32_t vcc);
void peer_lec_data_vcc_heard(struct data_vcc *data_vcc);
void peer_lec_data_vcc_clear(struct peer_lec *lec, bool release);
enum b_lli peer_lec_data_b_lli(const struct peer_lec *lec);

/* lec_association.c */
struct represented *peer_lec_represented_find(const struct peer_lec *lec, struct mac_address mac);
void peer_lec_represented_joined(struct peer_lec *lec);
void peer_lec_represented_lost(struct peer_lec *lec);
void peer_lec_represented_clear(struct peer_lec *lec);
bool peer_lec_represented_response(struct peer_lec *lec, const struct le_control *response);

#endif
