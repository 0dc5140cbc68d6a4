/* What the files of the LES share; not for others. */
#ifndef PEERS_LES_PRIVATE_H
#define PEERS_LES_PRIVATE_H

#include "peers/distribution.h"
#include "peers/les.h"
#include "peers/sdu_sender.h"

/* A client, from its Control Direct on. */
struct les_member {
    struct les_member *next;
    struct les *les;
    uint32_t control_direct;
    struct atm_address atm; /* calling address, then SOURCE-ATM-ADDRESS of the join */
    uint16_t lecid;         /* 0 until it joined */
    bool proxy;
    bool v2;
    struct timer join_timer; /* S4 */
    bool join_pending;       /* Control Distribute is on its way, the answer waits */
    struct le_control join_response;
    int64_t join_delay_ns;
};

/* An entry of REG-DB. */
struct les_binding_entry {
    struct lan_destination lan;
    struct atm_address atm;
    bool llc_muxed_given; /* TLV of the registration */
    struct atm_address llc_muxed;
};

struct les {
    const struct station_services *services;
    struct les_settings settings;
    struct sdu_sender sender;
    struct distribution distribute;
    struct les_member *members; /* in the order of their calls */
    uint16_t next_lecid;
    struct les_binding_entry *bindings;
    size_t binding_count;
    size_t binding_room;
    struct les_rule *rules;
    size_t rule_count;
    size_t rule_room;
    uint8_t elan_id[4]; /* value of the TLV */
};

/* A frame from a client, on its way through the LES. */
struct les_request {
    struct les_member *member;
    const struct le_control *control;
    struct octets octets;
    int64_t answer_delay_ns;
    int64_t forward_delay_ns;
};

/* les.c */
struct les_member *les_member_by_lecid(const struct les *les, uint16_t lecid);
struct les_member *les_member_by_atm(const struct les *les, const struct atm_address *atm);
void les_lose_member(struct les_member *member);
bool les_mac_is_group(const struct les *les, struct mac_address mac);

/* les_join.c */
void les_handle_join(struct les *les, const struct les_request *request);
void les_answer_join(struct les_member *member);

/* les_requests.c */
void les_handle(struct les *les, struct les_member *member, const uint8_t *data, size_t size);
void les_answer(struct les *les, struct les_member *member, const struct le_control *response,
                int64_t delay_ns);

/* les_database.c */
struct les_binding_entry *les_find_binding(const struct les *les, struct lan_destination lan);
void les_add_binding(struct les *les, struct lan_destination lan, const struct atm_address *atm,
                     const struct le_tlv *llc_muxed);
void les_remove_binding(struct les *les, struct les_binding_entry *binding);
void les_remove_bindings_of(struct les *les, const struct atm_address *atm);

/* les_rules.c: the rule that applies to a frame, counted down; false: none. */
bool les_take_rule(struct les *les, const struct les_member *member, const struct le_control *control,
                   struct les_rule *rule);

#endif
