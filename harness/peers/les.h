/* An emulated LAN Emulation Server (lane-rules 4): joins, registrations, LE_ARP, forwarding.
 *
 *   struct les_settings settings = les_settings_default(v2);
 *   settings.address = …; settings.bus_address = …;
 *   struct les *les = les_new(services, &settings);        attach with les_handlers
 *
 * It behaves well by itself. A case makes it behave otherwise for single frames with les_when():
 *
 *   // the next two registrations of the VMAC are refused, then all is well again
 *   les_when(les, (struct les_rule){.opcode = LE_REGISTER_REQUEST, .lan_given = true, .lan = vmac, .times =
 * 2, .action = LES_ANSWER_STATUS, .status = LE_STATUS_DUPLICATE_LAN_DESTINATION});
 */
#ifndef PEERS_LES_H
#define PEERS_LES_H

#include "station/station.h"
#include "wire/le_control.h"

#define LES_DELAY_ROOM 8

/* Whom a frame is forwarded to. Its originator gets it too when settings.echo says so. */
enum les_audience { LES_TO_ALL, LES_TO_PROXIES, LES_TO_NOBODY };

/* How late the LES answers requests of one op-code. */
struct les_delay {
    uint16_t opcode; /* of the request */
    int64_t delay_ns;
};

struct les_settings {
    struct atm_address address;     /* S1 */
    struct atm_address bus_address; /* S6: answer to LE_ARP for group addresses */
    uint8_t lan_type;               /* S2, enum lan_type: LAN_TYPE_8023 or LAN_TYPE_8025 */
    uint8_t max_frame_size;         /* S3, enum max_frame_size */
    char elan_name[33];             /* a join to another name gets status 20; empty: every name is taken */
    bool v2;                        /* V2 Required for clients that are V2 Capable */
    uint32_t elan_id;               /* TLV of the join response of a v2 client (C31) */
    uint16_t first_lecid;           /* further clients get the next ones; 1 to 0xfeff */
    bool omits_distribute;          /* no Control Distribute: everything goes on Control Direct */
    bool answers_on_distribute; /* answers, own and forwarded, go on Control Distribute where there is one */
    bool echo;                  /* what is forwarded to many reaches its originator too */
    bool forwards_every_le_arp; /* LE_ARP is forwarded to all clients even if the LES knows the answer */
    enum les_audience unregistered_to; /* LE_ARP_REQUEST for an address that nobody registered */
    enum les_audience targetless_to;   /* targetless LE_ARP_REQUEST */
    enum les_audience le_narp_to;      /* LE_NARP_REQUEST of any form */
    enum les_audience topology_to;     /* LE_TOPOLOGY_REQUEST */
    int64_t join_timeout_ns;           /* S4: Control Direct without a valid join is released after this */
    size_t delay_count;                /* the first entry for an op-code counts */
    struct les_delay delays[LES_DELAY_ROOM]; /* of the LES's own answers; what it forwards goes at once */
};

/* A conforming LES of LANE v1 or v2 on an 802.3 ELAN that answers on Control Direct and echoes. */
struct les_settings les_settings_default(bool v2);

/* What a rule makes of a frame that matches it. */
enum les_action {
    LES_ANSWER_STATUS, /* answers with 'status' and does nothing else; LE_NARP and the like get no answer */
    LES_STAY_SILENT,   /* does nothing at all */
    LES_DELAY,         /* as usual, but everything it sends because of the frame leaves 'delay_ns' late */
    LES_FORWARD,       /* forwards the frame as it is to 'audience' and does nothing else */
    LES_RELEASE_CONTROL_DIRECT, /* releases the sender's Control Direct (and so its membership) */
    LES_DROP_CONTROL_DISTRIBUTE /* drops the sender's leaf of Control Distribute; the sender stays a member */
};

struct les_rule {
    uint16_t opcode; /* enum le_opcode of the frame that the LES receives */
    bool targetless; /* LE_ARP_REQUEST only: the targetless form instead of the questions */
    bool lan_given;  /* only frames about 'lan' */
    struct mac_address
        lan;         /* the address that the frame is about, wherever it stands in this kind of frame */
    bool from_given; /* only frames of the client at 'from' */
    struct atm_address from;
    unsigned times; /* how often it applies; 0: for ever */
    enum les_action action;
    uint16_t status;            /* LES_ANSWER_STATUS: enum le_status or any other number */
    int64_t delay_ns;           /* LES_DELAY */
    enum les_audience audience; /* LES_FORWARD */
};

struct les;

/* 'settings' are copied; 'services' must outlive it. les_handlers.destroy frees it. */
struct les *les_new(const struct station_services *services, const struct les_settings *settings);

/* The settings in force; a case may change all but the addresses at any time. */
struct les_settings *les_settings_of(struct les *les);

/* Appends a rule; of the rules that match a frame the oldest one decides. */
void les_when(struct les *les, struct les_rule rule);

/* Back to good behaviour. */
void les_forget_rules(struct les *les);

/* Questions: the member at an ATM address has this LECID (0: no member), joined as proxy, joined as v2. */
uint16_t les_lecid_of(const struct les *les, const struct atm_address *atm);
bool les_is_proxy(const struct les *les, const struct atm_address *atm);
bool les_is_v2(const struct les *les, const struct atm_address *atm);
size_t les_member_count(const struct les *les);

/* The ATM address registered for 'mac'; false if there is none. 'atm' may be NULL. */
bool les_binding(const struct les *les, struct mac_address mac, struct atm_address *atm);

/* Registers 'mac' for 'atm' as a client would have done that hangs now: it stays until les_unbind(), or until
 * a member of that ATM address unregisters it or is lost. Replaces any other binding of 'mac'. */
void les_bind(struct les *les, struct mac_address mac, const struct atm_address *atm);
void les_unbind(struct les *les, struct mac_address mac);

/* Which VCC the LES sends on. */
enum les_path { LES_ON_CONTROL_DIRECT, LES_ON_CONTROL_DISTRIBUTE };

/* Sends a frame that nobody asked for to the member at 'atm'; on Control Distribute all members get it. False
 * when there is no such member or VCC. */
bool les_send_to_member(struct les *les, const struct atm_address *atm, enum les_path path,
                        const struct le_control *control);
bool les_send_octets_to_member(struct les *les, const struct atm_address *atm, enum les_path path,
                               const uint8_t *data, size_t size);

/* Releases the Control Direct of the member at 'atm': its entries go. False: no such member. */
bool les_release_control_direct(struct les *les, const struct atm_address *atm);

/* Drops its leaf of Control Distribute; it stays a member. False: no such leaf. */
bool les_drop_control_distribute(struct les *les, const struct atm_address *atm);

/* A transaction id for frames that the LES itself makes up. */
uint32_t les_transaction_id(struct les *les);

extern const struct station_handlers les_handlers;

#endif
