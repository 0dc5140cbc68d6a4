/* The network of a LES under test: its clients, what they send to it, and what it makes of that
 * (roles/role_les.c builds it).
 *
 * The clients are the speaker's LEC, which stands for the router that owns the VMAC (scheme and LANE version
 * of the instance), the host's, and three bystanders. With a v2 server at least one of them is a client of
 * LANE v1. Besides there is a `caller` (peers/caller.h) for joins that no client would send.
 */
#ifndef STEPS_ELAN_CLIENTS_H
#define STEPS_ELAN_CLIENTS_H

#include "steps/expect.h"

enum elan_client {
    CLIENT_OWNER,        /* the speaker's */
    CLIENT_HOST,         /* non-proxy */
    CLIENT_PROXY,        /* bystanders */
    CLIENT_SECOND_PROXY, /* … */
    CLIENT_PLAIN,        /* non-proxy, of LANE v1 */
    ELAN_CLIENT_COUNT
};

/* A set of clients: CLIENT_SET(CLIENT_HOST) | …. */
#define CLIENT_SET(client) (1u << (client))
#define ALL_CLIENTS        ((1u << ELAN_CLIENT_COUNT) - 1)
#define ALL_PROXIES        (CLIENT_SET(CLIENT_PROXY) | CLIENT_SET(CLIENT_SECOND_PROXY))

struct peer_lec *client_lec(const struct scene *scene, enum elan_client client);
struct port *client_port(const struct scene *scene, enum elan_client client);
struct atm_address client_atm(const struct scene *scene, enum elan_client client);
struct mac_address client_mac(const struct scene *scene, enum elan_client client);

/* True when all clients of the set are operational. */
bool clients_operational(const struct scene *scene, unsigned clients);

/* --- Requests --- */

struct le_control registration_of(const struct scene *scene, enum elan_client client, struct mac_address mac);
struct le_control unregistration_of(const struct scene *scene, enum elan_client client,
                                    struct mac_address mac);
/* LE_ARP_REQUEST for 'mac'. */
struct le_control question_of(const struct scene *scene, enum elan_client client, struct mac_address mac);
/* LE_JOIN_REQUEST of the caller, good in everything, without a LAN destination. */
struct le_control join_of_caller(struct scene *scene);

/* A LECID that no client has; a group address of the medium, as LAN destination. */
uint16_t unknown_lecid(struct scene *scene);
struct mac_address group_mac(const struct scene *scene);

/* Each sends a frame on Control Direct, runs the world until it arrives at the device and returns the event
 * of its arrival; inconclusive when it can't be sent or does not arrive. caller_joins() sets up a Control
 * Direct first, which takes the place of the last one. */
struct tap_event *client_sends(struct scene *scene, enum elan_client client,
                               const struct le_control *control);
struct tap_event *client_sends_octets(struct scene *scene, enum elan_client client, const uint8_t *data,
                                      size_t size);
struct tap_event *caller_joins(struct scene *scene, const struct le_control *join);
/* On the Control Direct that stands. */
struct tap_event *caller_sends(struct scene *scene, const struct le_control *control);

/* --- What the device does --- */

/* Longest time for an answer, a way over another client and back included. */
#define LES_ANSWER_LIMIT SECONDS(2)

/* The response to the request 'asked', at whoever sent it. */
struct pattern answer_to(const struct scene *scene, struct tap_event *asked);

/* It comes, with this status; inconclusive otherwise: a precondition, or the valid twin of a bad request. */
struct tap_event *require_answer(struct scene *scene, struct tap_event *asked, uint16_t status);

/* The client registers 'mac' and answers LE_ARP for it from now on; inconclusive when the device refuses. */
void client_registers(struct scene *scene, enum elan_client client, struct mac_address mac);

/* LE_ARP by 'asker' says that 'mac' is at 'atm'; inconclusive otherwise. */
void require_bound(struct scene *scene, enum elan_client asker, struct mac_address mac,
                   struct atm_address atm);

/* It comes, with this status. NULL: there was none. */
#define expect_answer(scene, asked, status, requirements)                                                    \
    expect_answer_at((scene), SITE, (asked), (status), (requirements))
struct tap_event *expect_answer_at(struct scene *scene, const char *site, struct tap_event *asked,
                                   uint16_t status, const char *requirements);

/* LE_ARP by 'asker': 'mac' is at 'atm' (the answer may be one of the client itself, A-7). */
#define expect_bound(scene, asker, mac, atm, requirements)                                                   \
    expect_bound_at((scene), SITE, (asker), (mac), (atm), (requirements))
struct tap_event *expect_bound_at(struct scene *scene, const char *site, enum elan_client asker,
                                  struct mac_address mac, struct atm_address atm, const char *requirements);

/* LE_ARP by 'asker': nobody says that 'mac' is at 'atm'. */
#define expect_unbound(scene, asker, mac, atm, requirements)                                                 \
    expect_unbound_at((scene), SITE, (asker), (mac), (atm), (requirements))
bool expect_unbound_at(struct scene *scene, const char *site, enum elan_client asker, struct mac_address mac,
                       struct atm_address atm, const char *requirements);

/* 'sent' reaches each of the clients: missing at one of them breaks 'requirements'; there, but with other
 * octets, 'changed_requirements' (the same where it is NULL). */
#define expect_forwarded(scene, sent, clients, requirements, changed_requirements)                           \
    expect_forwarded_at((scene), SITE, (sent), (clients), (requirements), (changed_requirements))
void expect_forwarded_at(struct scene *scene, const char *site, const struct tap_event *sent,
                         unsigned clients, const char *requirements, const char *changed_requirements);

/* Looks: a copy of 'sent', octet by octet, left the device for the client by now. */
bool was_forwarded(struct scene *scene, const struct tap_event *sent, enum elan_client client);

#endif
