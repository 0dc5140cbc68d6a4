/* What the parts of the reference LES and BUS share: their state, and the functions by which one part calls
 * another. */
#ifndef REFERENCE_LES_PRIVATE_H
#define REFERENCE_LES_PRIVATE_H

#include "reference/les.h"
#include "wire/le_control.h"

/* --- a point-to-multipoint VCC and its leaves (les_multipoint.c) --- */

struct les_leaf {
    struct les_leaf *next;
    struct atm_address atm;
    uint32_t party; /* 0: the first one, which came with the SETUP */
    bool connected;
};

struct les_multipoint {
    struct les_server *server;
    struct atm_address calling;
    enum b_lli b_lli;
    uint16_t max_sdu_size;
    uint32_t vcc; /* VCC_NONE without leaves */
    struct les_leaf *leaves;
    /* A leaf is connected, or will not be (refused, released). May be NULL. */
    void (*leaf_settled)(struct les_server *server, const struct atm_address *atm);
};

/* Adds a leaf, unless it is there already. */
void les_multipoint_add(struct les_multipoint *multipoint, const struct atm_address *atm);
void les_multipoint_drop(struct les_multipoint *multipoint, const struct atm_address *atm);
bool les_multipoint_reaches(const struct les_multipoint *multipoint, const struct atm_address *atm);
/* Sends to all leaves. */
void les_multipoint_send(struct les_multipoint *multipoint, const uint8_t *data, size_t size);
/* What the network says about the VCC. */
void les_multipoint_connected(struct les_multipoint *multipoint, uint32_t party);
void les_multipoint_released(struct les_multipoint *multipoint, uint32_t party);
void les_multipoint_ended(struct les_multipoint *multipoint);
/* Forgets all leaves without a word. */
void les_multipoint_clear(struct les_multipoint *multipoint);

/* --- clients, each with its Control Direct (les_join.c) --- */

/* The answer to a join, kept until the client hears Control Distribute, and for repeated requests. */
#define JOIN_ANSWER_ROOM 256

struct les_client {
    struct les_client *next;
    struct les_server *server;
    uint32_t control_direct;
    uint16_t lecid; /* 0: has not joined */
    struct atm_address atm;
    bool proxy;
    bool v2;
    bool selective_multicast;
    struct timer join_timer; /* S4 */
    bool join_answered;      /* with status 0 */
    size_t answer_size;
    uint8_t answer[JOIN_ANSWER_ROOM];
};

/* A new Control Direct; the client has S4 to join. */
void les_client_add(struct les_server *server, uint32_t vcc);
struct les_client *les_client_of_vcc(const struct les_server *server, uint32_t vcc);
/* Members only; NULL: none. */
struct les_client *les_member_of_lecid(const struct les_server *server, uint16_t lecid);
struct les_client *les_member_of_atm(const struct les_server *server, const struct atm_address *atm);
/* LE_JOIN_REQUEST. */
void les_client_joins(struct les_client *client, const struct le_control *request);
/* Control Distribute reaches the client at 'atm', or won't. */
void les_client_distributed(struct les_server *server, const struct atm_address *atm);
/* Its Control Direct is gone (lane-rules 4.5). */
void les_client_lost(struct les_client *client);
void les_clients_clear(struct les_server *server);

/* --- the register database (les_registration.c) --- */

#define BINDING_TLV_ROOM 512 /* octets of the TLVs that are kept with a registration */

struct les_binding {
    struct les_binding *next; /* in the order of registration */
    struct lan_destination lan;
    struct atm_address atm;
    size_t tlv_count; /* TLVs of the registration, given with the answers to v2 clients */
    struct le_tlv tlvs[LE_TLV_ROOM];
    uint8_t octets[BINDING_TLV_ROOM]; /* their values */
    bool lost;                        /* its client is gone */
    int64_t lost_ns;
};

/* The binding that answers for 'lan'; NULL: none. */
struct les_binding *les_binding_of(struct les_server *server, struct lan_destination lan);
/* Status of registering 'lan' for the client. */
uint16_t les_register_status(const struct les_client *client, struct lan_destination lan,
                             const struct atm_address *atm);
/* Enters the SOURCE-LAN-DESTINATION, SOURCE-ATM-ADDRESS and TLVs of the request. */
void les_binding_enter(struct les_server *server, const struct le_control *request);
/* LE_REGISTER_REQUEST, LE_UNREGISTER_REQUEST. */
void les_client_registers(struct les_client *client, const struct le_control *request);
void les_client_unregisters(struct les_client *client, const struct le_control *request);
/* All bindings of a client that is gone. */
void les_bindings_lost(struct les_server *server, const struct atm_address *atm);
void les_bindings_clear(struct les_server *server);

/* --- address resolution and forwarding (les_forward.c) --- */

/* A control frame as it came, for frames that are forwarded octet by octet. */
struct les_arrival {
    struct les_client *client; /* on whose Control Direct it came */
    const struct le_control *control;
    const uint8_t *data;
    size_t size;
};

void les_asked(const struct les_arrival *arrival);    /* LE_ARP_REQUEST, targetless or not */
void les_told(const struct les_arrival *arrival);     /* LE_NARP_REQUEST, LE_TOPOLOGY_REQUEST */
void les_answered(const struct les_arrival *arrival); /* LE_ARP_RESPONSE, LE_FLUSH_RESPONSE */

/* --- the BUS (les_bus.c) --- */

/* A client's Multicast Send. */
struct les_sender {
    struct les_sender *next;
    uint32_t vcc;
    struct atm_address atm;
};

void les_bus_call(struct les_server *server, uint32_t vcc, const struct call *call);
/* False: 'vcc' is no Multicast Send. */
bool les_bus_released(struct les_server *server, uint32_t vcc);
bool les_bus_received(struct les_server *server, uint32_t vcc, const uint8_t *data, size_t size);
void les_bus_clear(struct les_server *server);

/* --- the whole --- */

struct les_server {
    const struct station_services *services;
    struct device_settings settings;
    struct les_options options;
    bool on;
    uint16_t last_lecid; /* assigned, or tried, last */
    struct les_client *clients;
    struct les_binding *bindings;
    struct les_multipoint distribute; /* Control Distribute */
    struct les_multipoint forward;    /* Multicast Forward */
    struct les_sender *senders;
};

void *les_zeroed(size_t size);
enum max_frame_size les_max_frame_size(const struct les_server *server); /* S3 */
uint16_t les_max_sdu_size(const struct les_server *server);

/* Sends to one client, on its Control Direct. */
void les_send(struct les_client *client, const struct le_control *control);
void les_send_octets(struct les_client *client, const uint8_t *data, size_t size);

#endif
