/* An emulated LAN Emulation Client (lane-rules 1, 2 and 5), LANE v1 or v2, proxy or not: the bystander, or
 * the ATM side of an emulated host or VRRP router.
 *
 *   struct peer_lec_settings settings = peer_lec_settings_default();
 *   settings.atm_address = …; settings.mac = …; settings.les_address = …;
 *   struct peer_lec *lec = peer_lec_new(services, &settings);     attach with peer_lec_handlers
 *   peer_lec_start(lec);                                          or CONTROL_START
 *
 * It configures, joins, registers and connects to the BUS by itself, and again when it lost the ELAN. It
 * keeps an LE_ARP cache (verification, C17, C18 with C19, C20, C13), obeys targetless LE_ARP_REQUEST and
 * every form of LE_NARP_REQUEST, answers LE_ARP, READY_QUERY and LE_FLUSH_REQUEST, and uses the BUS (C10,
 * C11) until a Data Direct VCC is there and the path is flushed (C21, C22). Data Direct VCCs stay until
 * somebody releases them: C12 is never.
 *
 * Whoever sends and hears Ethernet frames through it goes onto its link (peers/peer_link.h): hosts, VRRP
 * speakers, a case. A case that wants it to misbehave changes its `struct peer_lec_behaviour`, or sends
 * control frames of its own.
 */
#ifndef PEERS_LEC_H
#define PEERS_LEC_H

#include "peers/peer_link.h"
#include "station/station.h"
#include "wire/le_control.h"
#include "wire/token_ring.h"

/* The LEC variables that rule its timing (lane-rules 2). TLVs of LE_CONFIGURE_RESPONSE replace them. */
struct peer_lec_timing {
    int64_t control_timeout_ns;         /* C7: give up a request */
    int64_t initial_control_timeout_ns; /* C7i, then doubled: repeat it; v1 clients wait C7 */
    uint32_t unknown_frame_count;       /* C10: frames per C11 to the BUS for an unresolved destination */
    int64_t unknown_frame_time_ns;      /* C11 */
    uint32_t retry_count;               /* C13: repetitions of LE_ARP for a destination */
    int64_t aging_time_ns;              /* C17 */
    int64_t forward_delay_ns;           /* C18 */
    int64_t le_arp_response_time_ns;    /* C20 */
    int64_t flush_timeout_ns;           /* C21 */
    int64_t path_switching_delay_ns;    /* C22 */
    int64_t connection_completion_ns;   /* C28 */
    int64_t restart_delay_ns; /* from the loss of the ELAN, or a failed attempt, to the next attempt */
};

/* What it does other than a well-behaved client would; all false and zero in the beginning. */
struct peer_lec_behaviour {
    bool ignores_le_arp;      /* answers no LE_ARP_REQUEST */
    int64_t le_arp_delay_ns;  /* answers LE_ARP_REQUEST that late */
    bool ignores_flush;       /* answers no LE_FLUSH_REQUEST */
    bool ignores_ready_query; /* answers no READY_QUERY */
    bool silent_when_called;  /* caller of a Data Direct VCC: sends no READY_IND */
    bool refuses_calls;       /* rejects Data Direct VCCs */
    bool ignores_le_narp;     /* obeys no LE_NARP_REQUEST */
    bool ignores_targetless;  /* obeys no targetless LE_ARP_REQUEST */
    bool stays_on_bus;        /* sets up no Data Direct VCC and sends nothing on one */
    bool learns_from_data;    /* a source MAC on a Data Direct VCC makes or changes a cache entry */
};

struct peer_lec_settings {
    struct atm_address atm_address; /* C1 */
    struct mac_address mac;         /* C6, order of the ELAN */
    bool proxy;                     /* C4 */
    bool v2_capable;                /* claims LANE v2; V2 Required of the join response decides */
    bool token_ring;                /* C2 */
    uint8_t max_frame_size;         /* C3, enum max_frame_size */
    char elan_name[33];             /* C5; may be empty */
    bool lecs_given;                /* false: no configuration phase, 'les_address' counts */
    struct atm_address lecs_address;
    struct atm_address les_address; /* C9 */
    bool mac_in_join;      /* the join carries its MAC; otherwise an LE_REGISTER_REQUEST follows. Proxies too
                              register their own MAC (draft 3.2: "can optionally register") */
    bool mac_unregistered; /* registers its own MAC in no way; only for proxies */
    bool rejoins;          /* after the loss of the ELAN */
    /* Token ring: it is a source-route bridge in front of its users, and this is the way from their ring to
     * the ELAN, which is the last descriptor; no descriptors: they are on the ELAN itself. Their unicast
     * frames carry it, group frames as explorers; of what comes they hear explorers and what follows it
     * backwards. It answers LE_ARP for the route descriptor of the way back. */
    struct source_route route;
    struct peer_lec_timing timing;
    struct peer_lec_behaviour behaviour;
};

/* Non-proxy, v2 capable, 802.3, 1516 octets, MAC in the join; C7 30 s, C10 10 in 1 s, C13 1, C17 300 s, C18
 * 15 s, C20 1 s, C21 4 s, C22 6 s, C28 4 s. */
struct peer_lec_settings peer_lec_settings_default(void);

struct peer_lec;

/* 'settings' are copied; 'services' must outlive it. peer_lec_handlers.destroy frees it and the users of its
 * link. */
struct peer_lec *peer_lec_new(const struct station_services *services,
                              const struct peer_lec_settings *settings);

extern const struct station_handlers peer_lec_handlers;

/* Where frames are sent and heard; up while the client is operational. */
struct peer_link *peer_lec_link(struct peer_lec *lec);

/* Its life: begins to join; leaves the ELAN in order (all VCCs released); dies (nothing is released or sent
 * any more). */
void peer_lec_start(struct peer_lec *lec);
void peer_lec_leave(struct peer_lec *lec);
void peer_lec_die(struct peer_lec *lec);

/* State: joined and connected to the BUS; LECID (0 before the join); LANE version in force; own addresses. */
bool peer_lec_operational(const struct peer_lec *lec);
uint16_t peer_lec_lecid(const struct peer_lec *lec);
bool peer_lec_is_v2(const struct peer_lec *lec);
const struct peer_lec_settings *peer_lec_settings_of(const struct peer_lec *lec);

/* How it behaves from now on; a case writes into it. */
struct peer_lec_behaviour *peer_lec_behave(struct peer_lec *lec);

/* Token ring: what stands behind it is reached by this way from now on (settings.route). */
void peer_lec_reroute(struct peer_lec *lec, const struct source_route *route);

/* Sends an Ethernet frame: group addresses on the BUS, others as the cache says. Dropped while not
 * operational. */
void peer_lec_send(struct peer_lec *lec, const uint8_t *data, size_t size);

/* The same, with a LECID of the caller's choice in the LE header and on the BUS in any case. */
void peer_lec_send_on_bus(struct peer_lec *lec, uint16_t lecid, const uint8_t *data, size_t size);

/* --- LE_ARP cache --- */

/* The ATM address cached for 'mac'; false if there is none or it is not resolved yet. 'atm' may be NULL. */
bool peer_lec_binding(const struct peer_lec *lec, struct mac_address mac, struct atm_address *atm);

/* Puts an entry into the cache as if it had just been verified. */
void peer_lec_prime(struct peer_lec *lec, struct mac_address mac, const struct atm_address *atm, bool remote);

/* Forgets an entry, resolved or not. */
void peer_lec_forget(struct peer_lec *lec, struct mac_address mac);

/* Sends an LE_ARP_REQUEST for 'mac' now, as for a frame that is due. Returns its transaction id. */
uint32_t peer_lec_resolve(struct peer_lec *lec, struct mac_address mac);

/* C19, as the last LE_TOPOLOGY_REQUEST said. */
bool peer_lec_topology_changed(const struct peer_lec *lec);

/* --- Data Direct VCCs --- */

/* Sets one up to 'atm', whatever the cache says. */
void peer_lec_call(struct peer_lec *lec, const struct atm_address *atm);

/* True when frames can be sent to 'atm' on a Data Direct VCC. */
bool peer_lec_has_data_direct(const struct peer_lec *lec, const struct atm_address *atm);

/* Releases those to 'atm', NULL: all. Returns their number. */
size_t peer_lec_release_data_direct(struct peer_lec *lec, const struct atm_address *atm);

/* --- Addresses that it represents besides its own --- */

/* How an address is represented. */
enum peer_lec_scheme {
    PEER_LEC_REGISTERED, /* registered with the LES; LE_ARP answered with the Remote Address flag clear */
    PEER_LEC_PROXIED     /* LE_ARP answered with the Remote Address flag set */
};

/* Answers LE_ARP for 'mac' from now on; REGISTERED sends one LE_REGISTER_REQUEST. Nothing is announced. */
void peer_lec_represent(struct peer_lec *lec, struct mac_address mac, enum peer_lec_scheme scheme);

/* Ends it without a word to anybody. */
void peer_lec_abandon(struct peer_lec *lec, struct mac_address mac);

/* ADDRESS ASSOCIATION and DISASSOCIATION of the draft (3.1, 3.2) in the scheme of the client, persistence and
 * probes included. An association is made anew after a new join. */
void peer_lec_associate(struct peer_lec *lec, struct mac_address mac);
void peer_lec_disassociate(struct peer_lec *lec, struct mac_address mac);

/* True while it represents 'mac'; true once the LES has confirmed the registration. */
bool peer_lec_represents(const struct peer_lec *lec, struct mac_address mac);
bool peer_lec_registered(const struct peer_lec *lec, struct mac_address mac);

/* Single frames of the association: LE_REGISTER_REQUEST, LE_UNREGISTER_REQUEST, targetless LE_ARP_REQUEST
 * (v1: the zero LE_NARP_REQUEST), no-source LE_NARP_REQUEST. Each sends one frame and changes nothing else.
 */
void peer_lec_send_register(struct peer_lec *lec, struct mac_address mac);
void peer_lec_send_unregister(struct peer_lec *lec, struct mac_address mac);
void peer_lec_announce(struct peer_lec *lec, struct mac_address mac);
void peer_lec_withdraw(struct peer_lec *lec, struct mac_address mac);

/* LE_TOPOLOGY_REQUEST. */
void peer_lec_send_topology(struct peer_lec *lec, bool changed);

/* --- Frames of a case's own making --- */

/* A request of this client: LECID, own ATM address as SOURCE-ATM-ADDRESS, a fresh transaction id. */
struct le_control peer_lec_request(struct peer_lec *lec, enum le_opcode opcode);

/* Which VCC it sends on. */
enum peer_lec_path { PEER_LEC_CONTROL_DIRECT, PEER_LEC_MULTICAST_SEND };

/* Sends a frame as it is; false when that VCC isn't there. */
bool peer_lec_send_control(struct peer_lec *lec, enum peer_lec_path path, const struct le_control *control);
bool peer_lec_send_octets(struct peer_lec *lec, enum peer_lec_path path, const uint8_t *data, size_t size);

/* Sends octets on a Data Direct VCC to 'atm', LE header or marker included; false when there is none. */
bool peer_lec_send_octets_direct(struct peer_lec *lec, const struct atm_address *atm, const uint8_t *data,
                                 size_t size);

#endif
