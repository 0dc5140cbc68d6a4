#include <stdlib.h>

#include "peers/lec_private.h"

static void ask(struct cache_entry *entry);
static void send_le_arp(struct cache_entry *entry);
static void ask_timer_fired(void *owner);
static void age_timer_fired(void *owner);
static void start_ageing(struct cache_entry *entry);
static int64_t age_ns(const struct cache_entry *entry);

bool peer_lec_binding(const struct peer_lec *lec, struct mac_address mac, struct atm_address *atm)
{
    const struct cache_entry *entry = peer_lec_cache_find(lec, mac);
    if (!entry || !entry->known)
        return false;
    if (atm)
        *atm = entry->atm;
    return true;
}

void peer_lec_prime(struct peer_lec *lec, struct mac_address mac, const struct atm_address *atm, bool remote)
{
    peer_lec_cache_learn(peer_lec_cache_get(lec, mac), atm, remote);
}

void peer_lec_forget(struct peer_lec *lec, struct mac_address mac)
{
    struct cache_entry *entry = peer_lec_cache_find(lec, mac);
    if (entry)
        peer_lec_cache_drop(entry);
}

uint32_t peer_lec_resolve(struct peer_lec *lec, struct mac_address mac)
{
    struct cache_entry *entry = peer_lec_cache_get(lec, mac);
    ask(entry);
    return entry->transaction_id;
}

bool peer_lec_topology_changed(const struct peer_lec *lec)
{
    return lec->topology_changed;
}

struct cache_entry *peer_lec_cache_find(const struct peer_lec *lec, struct mac_address mac)
{
    for (struct cache_entry *entry = lec->cache; entry; entry = entry->next)
        if (mac_equal(entry->mac, mac))
            return entry;
    return NULL;
}

/* The entry of 'mac', made if need be; a new one knows nothing. */
struct cache_entry *peer_lec_cache_get(struct peer_lec *lec, struct mac_address mac)
{
    struct cache_entry *entry = peer_lec_cache_find(lec, mac);
    if (entry)
        return entry;
    entry = calloc(1, sizeof *entry);
    if (!entry)
        abort();
    entry->lec = lec;
    entry->mac = mac;
    timer_init(&entry->ask_timer, ask_timer_fired, entry);
    timer_init(&entry->age_timer, age_timer_fired, entry);
    timer_init(&entry->flush_timer, peer_lec_path_flush_timer_fired, entry);
    entry->next = lec->cache;
    lec->cache = entry;
    return entry;
}

void peer_lec_cache_drop(struct cache_entry *entry)
{
    struct peer_lec *lec = entry->lec;
    struct cache_entry **place = &lec->cache;
    while (*place != entry)
        place = &(*place)->next;
    *place = entry->next;
    peer_lec_stop_timer(lec, &entry->ask_timer);
    peer_lec_stop_timer(lec, &entry->age_timer);
    peer_lec_stop_timer(lec, &entry->flush_timer);
    while (entry->held) {
        struct held_frame *frame = entry->held;
        entry->held = frame->next;
        free(frame);
    }
    free(entry);
}

void peer_lec_cache_clear(struct peer_lec *lec)
{
    while (lec->cache)
        peer_lec_cache_drop(lec->cache);
}

/* The binding was seen just now. */
void peer_lec_cache_learn(struct cache_entry *entry, const struct atm_address *atm, bool remote)
{
    bool moved = entry->known && !atm_address_equal(&entry->atm, atm);
    entry->known = true;
    entry->atm = *atm;
    entry->remote = remote;
    entry->verified_ns = peer_lec_now_ns(entry->lec);
    entry->used = false;
    entry->asking = false;
    peer_lec_stop_timer(entry->lec, &entry->ask_timer);
    start_ageing(entry);
    if (moved)
        peer_lec_path_reset(entry);
}

/* A frame for this destination is due. */
void peer_lec_cache_use(struct cache_entry *entry)
{
    entry->used = true;
    if (!entry->known && !entry->asking)
        ask(entry);
}

/* An answer to one of the cache's own questions; false: it is not. */
bool peer_lec_cache_response(struct peer_lec *lec, const struct le_control *response)
{
    if (response->target_lan.tag != LAN_TAG_MAC)
        return false;
    struct cache_entry *entry = peer_lec_cache_find(lec, response->target_lan.mac);
    if (!entry || !entry->asking || entry->transaction_id != response->transaction_id)
        return false;
    if (response->status == LE_STATUS_SUCCESS)
        peer_lec_cache_learn(entry, &response->target_atm, response->flags & LE_FLAG_REMOTE_ADDRESS);
    return true;
}

/* Targetless LE_ARP_REQUEST (lane-rules 5.3): an entry that is there takes the new binding. v1 clients don't
 * know the frame. */
void peer_lec_cache_targetless(struct peer_lec *lec, const struct le_control *request)
{
    if (!lec->v2 || lec->behaviour.ignores_targetless || request->source_lan.tag != LAN_TAG_MAC)
        return;
    struct cache_entry *entry = peer_lec_cache_find(lec, request->source_lan.mac);
    if (!entry || !entry->known)
        return;
    if (atm_address_is_zero(&request->source_atm))
        peer_lec_cache_drop(entry);
    else
        peer_lec_cache_learn(entry, &request->source_atm, request->flags & LE_FLAG_REMOTE_ADDRESS);
}

/* LE_NARP_REQUEST (lane-rules 5.4). Target ATM address zero: the entry goes, whatever it says (draft 6).
 * Otherwise only an entry with that target: it is replaced, or goes when there is no source. */
void peer_lec_cache_le_narp(struct peer_lec *lec, const struct le_control *request)
{
    if (lec->behaviour.ignores_le_narp || request->target_lan.tag != LAN_TAG_MAC)
        return;
    struct cache_entry *entry = peer_lec_cache_find(lec, request->target_lan.mac);
    if (!entry || !entry->known)
        return;
    if (atm_address_is_zero(&request->target_atm))
        peer_lec_cache_drop(entry);
    else if (!atm_address_equal(&request->target_atm, &entry->atm))
        return;
    else if (atm_address_is_zero(&request->source_atm))
        peer_lec_cache_drop(entry);
    else
        peer_lec_cache_learn(entry, &request->source_atm, request->flags & LE_FLAG_REMOTE_ADDRESS);
}

/* C19: the age of remote entries is C18 from now on, or C17 again. */
void peer_lec_cache_topology(struct peer_lec *lec, bool changed)
{
    if (lec->topology_changed == changed)
        return;
    lec->topology_changed = changed;
    for (struct cache_entry *entry = lec->cache; entry; entry = entry->next)
        if (entry->known && entry->remote)
            start_ageing(entry);
}

static void ask(struct cache_entry *entry)
{
    entry->transaction_id = peer_lec_transaction_id(entry->lec);
    entry->asking = true;
    entry->retries_left = entry->lec->timing.retry_count;
    send_le_arp(entry);
}

static void send_le_arp(struct cache_entry *entry)
{
    struct peer_lec *lec = entry->lec;
    struct le_control request = peer_lec_request(lec, LE_ARP_REQUEST);
    request.transaction_id = entry->transaction_id;
    request.source_lan = lan_destination_of_mac(lec->settings.mac);
    request.target_lan = lan_destination_of_mac(entry->mac);
    peer_lec_tell_les(lec, &request);
    peer_lec_start_timer(lec, &entry->ask_timer, lec->timing.le_arp_response_time_ns);
}

static void ask_timer_fired(void *owner)
{
    struct cache_entry *entry = owner;
    if (entry->retries_left > 0) {
        entry->retries_left--;
        send_le_arp(entry);
        return;
    }
    entry->asking = false;
    if (!entry->known)
        peer_lec_cache_drop(entry); /* the next frame asks again */
}

/* First the time to verify an entry that is in use, so that the answer comes before the end; then the end. */
static void age_timer_fired(void *owner)
{
    struct cache_entry *entry = owner;
    if (entry->verifying) {
        peer_lec_cache_drop(entry);
        return;
    }
    entry->verifying = true;
    if (entry->used && !entry->asking)
        ask(entry);
    peer_lec_start_timer(entry->lec, &entry->age_timer,
                         entry->verified_ns + age_ns(entry) - peer_lec_now_ns(entry->lec));
}

static void start_ageing(struct cache_entry *entry)
{
    const struct peer_lec_timing *timing = &entry->lec->timing;
    int64_t lead_ns = timing->le_arp_response_time_ns * (timing->retry_count + 1);
    if (lead_ns > age_ns(entry) / 2)
        lead_ns = age_ns(entry) / 2;
    entry->verifying = false;
    peer_lec_start_timer(entry->lec, &entry->age_timer,
                         entry->verified_ns + age_ns(entry) - lead_ns - peer_lec_now_ns(entry->lec));
}

/* C17, or for remote entries the smaller of C17 and C18 while the topology changes. */
static int64_t age_ns(const struct cache_entry *entry)
{
    const struct peer_lec_timing *timing = &entry->lec->timing;
    if (entry->remote && entry->lec->topology_changed && timing->forward_delay_ns < timing->aging_time_ns)
        return timing->forward_delay_ns;
    return timing->aging_time_ns;
}
