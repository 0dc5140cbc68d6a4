#include <stdlib.h>

#include "peers/lec_private.h"

static struct represented *get(struct peer_lec *lec, struct mac_address mac);
static void drop(struct represented *represented);
static void stop(struct represented *represented);
static void begin(struct represented *represented);
static void send_register(struct represented *represented);
static void announce(struct represented *represented);
static void probe(struct represented *represented);
static void register_timer_fired(void *owner);
static void announce_timer_fired(void *owner);
static void probe_timer_fired(void *owner);
static struct le_control request_about(struct peer_lec *lec, enum le_opcode opcode, struct mac_address mac);

/* Announcements of an unfinished association, and registrations after a refusal (draft 3.1, 3.2). */
#define REPETITION_NS SECONDS(1)

void peer_lec_represent(struct peer_lec *lec, struct mac_address mac, enum peer_lec_scheme scheme)
{
    struct represented *represented = get(lec, mac);
    represented->scheme = scheme;
    if (scheme == PEER_LEC_REGISTERED && lec->phase == LEC_OPERATIONAL)
        send_register(represented);
}

void peer_lec_abandon(struct peer_lec *lec, struct mac_address mac)
{
    struct represented *represented = peer_lec_represented_find(lec, mac);
    if (represented)
        drop(represented);
}

void peer_lec_associate(struct peer_lec *lec, struct mac_address mac)
{
    struct represented *represented = get(lec, mac);
    represented->scheme = lec->settings.proxy ? PEER_LEC_PROXIED : PEER_LEC_REGISTERED;
    represented->associated = true;
    if (lec->phase == LEC_OPERATIONAL)
        begin(represented);
}

/* Unregisters what was registered or may still be; then the no-source LE_NARP_REQUEST, which v1 hasn't got.
 */
void peer_lec_disassociate(struct peer_lec *lec, struct mac_address mac)
{
    struct represented *represented = peer_lec_represented_find(lec, mac);
    if (!represented)
        return;
    bool unregister = represented->registered || represented->register_pending;
    drop(represented);
    if (unregister)
        peer_lec_send_unregister(lec, mac);
    if (lec->v2)
        peer_lec_withdraw(lec, mac);
}

bool peer_lec_represents(const struct peer_lec *lec, struct mac_address mac)
{
    return peer_lec_represented_find(lec, mac) != NULL;
}

bool peer_lec_registered(const struct peer_lec *lec, struct mac_address mac)
{
    const struct represented *represented = peer_lec_represented_find(lec, mac);
    return represented && represented->registered;
}

void peer_lec_send_register(struct peer_lec *lec, struct mac_address mac)
{
    struct le_control request = request_about(lec, LE_REGISTER_REQUEST, mac);
    peer_lec_tell_les(lec, &request);
}

void peer_lec_send_unregister(struct peer_lec *lec, struct mac_address mac)
{
    struct le_control request = request_about(lec, LE_UNREGISTER_REQUEST, mac);
    peer_lec_tell_les(lec, &request);
}

void peer_lec_announce(struct peer_lec *lec, struct mac_address mac)
{
    struct le_control request;
    if (lec->v2) {
        request = request_about(lec, LE_ARP_REQUEST, mac);
        const struct represented *represented = peer_lec_represented_find(lec, mac);
        if (represented && represented->scheme == PEER_LEC_PROXIED)
            request.flags |= LE_FLAG_REMOTE_ADDRESS;
    } else {
        request = peer_lec_request(lec, LE_NARP_REQUEST);
        request.source_atm = (struct atm_address){0};
        request.target_lan = lan_destination_of_mac(mac);
    }
    peer_lec_tell_les(lec, &request);
}

void peer_lec_withdraw(struct peer_lec *lec, struct mac_address mac)
{
    struct le_control request = peer_lec_request(lec, LE_NARP_REQUEST);
    request.source_atm = (struct atm_address){0};
    request.target_lan = lan_destination_of_mac(mac);
    request.target_atm = lec->settings.atm_address;
    peer_lec_tell_les(lec, &request);
}

void peer_lec_send_topology(struct peer_lec *lec, bool changed)
{
    struct le_control request = peer_lec_request(lec, LE_TOPOLOGY_REQUEST);
    if (changed)
        request.flags |= LE_FLAG_TOPOLOGY_CHANGE;
    peer_lec_tell_les(lec, &request);
}

struct represented *peer_lec_represented_find(const struct peer_lec *lec, struct mac_address mac)
{
    for (struct represented *represented = lec->represented; represented; represented = represented->next)
        if (mac_equal(represented->mac, mac))
            return represented;
    return NULL;
}

/* The client is operational (again): everything it represents is made known completely. */
void peer_lec_represented_joined(struct peer_lec *lec)
{
    for (struct represented *represented = lec->represented; represented; represented = represented->next) {
        if (represented->associated)
            begin(represented);
        else if (represented->scheme == PEER_LEC_REGISTERED)
            send_register(represented);
    }
}

void peer_lec_represented_lost(struct peer_lec *lec)
{
    for (struct represented *represented = lec->represented; represented; represented = represented->next)
        stop(represented);
}

void peer_lec_represented_clear(struct peer_lec *lec)
{
    while (lec->represented)
        drop(lec->represented);
}

/* Takes the answer to a registration or a probe; false: it is something else. */
bool peer_lec_represented_response(struct peer_lec *lec, const struct le_control *response)
{
    for (struct represented *represented = lec->represented; represented; represented = represented->next) {
        if (response->opcode == LE_REGISTER_RESPONSE && represented->register_pending &&
            response->transaction_id == represented->register_transaction_id) {
            represented->register_pending = false;
            represented->registered = response->status == LE_STATUS_SUCCESS;
            if (represented->registered) {
                peer_lec_stop_timer(lec, &represented->register_timer);
                peer_lec_stop_timer(lec, &represented->announce_timer);
            } else if (represented->associated) {
                peer_lec_start_timer(lec, &represented->register_timer, REPETITION_NS);
            }
            return true;
        }
        if (response->opcode == LE_ARP_RESPONSE && represented->probing &&
            response->transaction_id == represented->probe_transaction_id) {
            if (response->status == LE_STATUS_SUCCESS &&
                !atm_address_equal(&response->target_atm, &lec->settings.atm_address))
                represented->probe_answered = true;
            return true;
        }
    }
    return false;
}

static struct represented *get(struct peer_lec *lec, struct mac_address mac)
{
    struct represented *represented = peer_lec_represented_find(lec, mac);
    if (represented)
        return represented;
    represented = malloc(sizeof *represented);
    if (!represented)
        abort();
    *represented = (struct represented){.next = lec->represented, .lec = lec, .mac = mac};
    timer_init(&represented->register_timer, register_timer_fired, represented);
    timer_init(&represented->announce_timer, announce_timer_fired, represented);
    timer_init(&represented->probe_timer, probe_timer_fired, represented);
    lec->represented = represented;
    return represented;
}

static void drop(struct represented *represented)
{
    struct represented **place = &represented->lec->represented;
    while (*place != represented)
        place = &(*place)->next;
    *place = represented->next;
    stop(represented);
    free(represented);
}

static void stop(struct represented *represented)
{
    struct peer_lec *lec = represented->lec;
    peer_lec_stop_timer(lec, &represented->register_timer);
    peer_lec_stop_timer(lec, &represented->announce_timer);
    peer_lec_stop_timer(lec, &represented->probe_timer);
    represented->registered = false;
    represented->register_pending = false;
    represented->probing = false;
}

/* Non-proxy: register, announce every second until registered. Proxy: announce and probe, again while
 * somebody answers. */
static void begin(struct represented *represented)
{
    stop(represented);
    if (represented->scheme == PEER_LEC_REGISTERED)
        send_register(represented);
    announce(represented);
    if (represented->scheme == PEER_LEC_PROXIED)
        probe(represented);
    else
        peer_lec_start_timer(represented->lec, &represented->announce_timer, REPETITION_NS);
}

static void send_register(struct represented *represented)
{
    struct peer_lec *lec = represented->lec;
    struct le_control request = request_about(lec, LE_REGISTER_REQUEST, represented->mac);
    represented->register_pending = true;
    represented->register_transaction_id = request.transaction_id;
    peer_lec_tell_les(lec, &request);
    if (represented->associated)
        peer_lec_start_timer(lec, &represented->register_timer,
                             lec->v2 ? lec->timing.initial_control_timeout_ns
                                     : lec->timing.control_timeout_ns);
}

static void announce(struct represented *represented)
{
    peer_lec_announce(represented->lec, represented->mac);
}

static void probe(struct represented *represented)
{
    struct peer_lec *lec = represented->lec;
    struct le_control request = peer_lec_request(lec, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(lec->settings.mac);
    request.target_lan = lan_destination_of_mac(represented->mac);
    represented->probing = true;
    represented->probe_answered = false;
    represented->probe_transaction_id = request.transaction_id;
    peer_lec_tell_les(lec, &request);
    peer_lec_start_timer(lec, &represented->probe_timer, lec->timing.le_arp_response_time_ns);
}

static void register_timer_fired(void *owner)
{
    send_register(owner);
}

static void announce_timer_fired(void *owner)
{
    struct represented *represented = owner;
    announce(represented);
    if (represented->scheme == PEER_LEC_PROXIED)
        probe(represented);
    else
        peer_lec_start_timer(represented->lec, &represented->announce_timer, REPETITION_NS);
}

/* The window of the probe is over: another round a second after the last one if somebody else answered. */
static void probe_timer_fired(void *owner)
{
    struct represented *represented = owner;
    int64_t window_ns = represented->lec->timing.le_arp_response_time_ns;
    represented->probing = false;
    if (represented->probe_answered)
        peer_lec_start_timer(represented->lec, &represented->announce_timer,
                             window_ns < REPETITION_NS ? REPETITION_NS - window_ns : 0);
}

/* A request with the address as its source: (un)registration and targetless LE_ARP_REQUEST. */
static struct le_control request_about(struct peer_lec *lec, enum le_opcode opcode, struct mac_address mac)
{
    struct le_control request = peer_lec_request(lec, opcode);
    request.source_lan = lan_destination_of_mac(mac);
    return request;
}
