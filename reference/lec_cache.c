/* The LE_ARP cache (C16): asking (C20, C13), ageing (C17, C18, C19), and what received control frames change.
 */
#include <stdlib.h>

#include "base/duration.h"
#include "reference/lec_private.h"

static void remove_entry(struct lec_cache_entry *entry);
static void unbind(struct lec_cache_entry *entry);
static void ask(struct lec_cache_entry *entry);
static void ask_timer_fired(void *owner);
static void age_timer_fired(void *owner);
static void age_timer_set(struct lec_cache_entry *entry);
static int64_t expiry_ns(const struct lec_cache_entry *entry);
static int64_t question_length_ns(const struct lec *lec);
static bool idle(const struct lec_cache_entry *entry);
static void apply(struct lec_cache_entry *entry, enum cache_effect effect, const struct le_control *request);

struct lec_cache_entry *lec_cache_find(const struct lec *lec, struct lan_destination lan)
{
    for (struct lec_cache_entry *entry = lec->cache; entry; entry = entry->next)
        if (lan_destination_equal(entry->binding.lan, lan))
            return entry;
    return NULL;
}

struct lec_cache_entry *lec_cache_find_or_add(struct lec *lec, struct lan_destination lan)
{
    struct lec_cache_entry *entry = lec_cache_find(lec, lan);
    if (entry)
        return entry;
    entry = lec_zeroed(sizeof *entry);
    entry->lec = lec;
    entry->binding.lan = lan;
    entry->asked_ns = LONG_AGO_NS;
    entry->sent_ns = LONG_AGO_NS;
    entry->window_start_ns = LONG_AGO_NS;
    timer_init(&entry->age_timer, age_timer_fired, entry);
    timer_init(&entry->ask_timer, ask_timer_fired, entry);
    timer_init(&entry->flush_timer, lec_data_flush_timer_fired, entry);
    timer_init(&entry->window_timer, lec_data_window_timer_fired, entry);
    entry->next = lec->cache;
    lec->cache = entry;
    age_timer_set(entry);
    return entry;
}

/* At once, but not sooner after the last request for the same destination than C20 allows (L-rate-02). */
void lec_cache_resolve(struct lec_cache_entry *entry)
{
    struct lec *lec = entry->lec;
    int64_t now_ns = lec_now_ns(lec);
    if (entry->asking == ASKING_OPEN)
        return;
    if (entry->asking == ASKING_UNANSWERED &&
        now_ns < lec_later_ns(entry->asked_ns, lec->options->unanswered_pause_ns))
        return;
    entry->asking = ASKING_OPEN;
    entry->asked_count = 0;
    int64_t due_ns = lec_later_ns(entry->asked_ns, lec->variables.le_arp_response_ns);
    if (due_ns > now_ns)
        lec_timer_start(lec, &entry->ask_timer, due_ns - now_ns);
    else
        ask(entry);
}

void lec_cache_bind(struct lec_cache_entry *entry, const struct atm_address *atm, bool remote)
{
    struct lec *lec = entry->lec;
    if (entry->known && !atm_address_equal(&entry->binding.atm, atm))
        unbind(entry);
    entry->known = true;
    entry->binding.atm = *atm;
    entry->binding.remote = remote;
    entry->confirmed_ns = lec_now_ns(lec);
    entry->asking = ASKING_NOT;
    lec_timer_stop(lec, &entry->ask_timer);
    age_timer_set(entry);
    lec_data_continue(entry);
}

void lec_cache_forget(struct lec_cache_entry *entry)
{
    unbind(entry);
    age_timer_set(entry);
    lec_data_continue(entry);
}

void lec_cache_forget_peer(struct lec *lec, const struct atm_address *peer)
{
    for (struct lec_cache_entry *entry = lec->cache; entry; entry = entry->next)
        if (entry->known && atm_address_equal(&entry->binding.atm, peer))
            lec_cache_forget(entry);
}

void lec_cache_ages_changed(struct lec *lec)
{
    for (struct lec_cache_entry *entry = lec->cache; entry; entry = entry->next)
        if (entry->known && entry->binding.remote)
            age_timer_set(entry);
}

void lec_cache_clear(struct lec *lec)
{
    while (lec->cache)
        remove_entry(lec->cache);
}

void lec_cache_le_arp_response(struct lec *lec, const struct le_control *response)
{
    if (response->target_lan.tag == LAN_TAG_NOT_PRESENT)
        return;
    struct lec_cache_entry *entry = lec_cache_find(lec, response->target_lan);
    bool known =
        entry && entry->asking == ASKING_OPEN && entry->asked_count > 0 &&
        lec_transaction_between(response->transaction_id, entry->first_transaction, entry->last_transaction);
    if (!lec->options->takes_response(response, lec->lecid, known) || response->status != LE_STATUS_SUCCESS)
        return;
    if (atm_address_is_zero(&response->target_atm) ||
        atm_address_equal(&response->target_atm, &lec->settings->atm_address))
        return; /* no place to send to */
    if (!entry)
        entry = lec_cache_find_or_add(lec, response->target_lan);
    lec_cache_bind(entry, &response->target_atm, response->flags & LE_FLAG_REMOTE_ADDRESS);
    lec_direct_want(entry); /* asked for because there is data for it */
}

void lec_cache_targetless_le_arp(struct lec *lec, const struct le_control *request)
{
    for (struct lec_cache_entry *entry = lec->cache; entry; entry = entry->next)
        if (entry->known)
            apply(entry, lec->options->targetless_le_arp_effect(&entry->binding, request, lec->v2), request);
    if (request->source_lan.tag != LAN_TAG_MAC || !lec->options->targetless_le_arp_adds(request, lec->v2))
        return;
    struct lec_cache_entry *entry = lec_cache_find_or_add(lec, request->source_lan);
    if (!entry->known)
        apply(entry, CACHE_REPLACES, request);
}

void lec_cache_narp(struct lec *lec, const struct le_control *request)
{
    for (struct lec_cache_entry *entry = lec->cache; entry; entry = entry->next)
        if (entry->known)
            apply(entry, lec->options->narp_effect(&entry->binding, request, lec->v2), request);
}

static void remove_entry(struct lec_cache_entry *entry)
{
    struct lec *lec = entry->lec;
    lec_timer_stop(lec, &entry->age_timer);
    lec_timer_stop(lec, &entry->ask_timer);
    lec_timer_stop(lec, &entry->flush_timer);
    lec_timer_stop(lec, &entry->window_timer);
    lec_data_drop_held(entry);
    struct lec_cache_entry **link = &lec->cache;
    while (*link != entry)
        link = &(*link)->next;
    *link = entry->next;
    free(entry);
}

/* What was sent to the old ATM address can't overtake what goes another way to another one, so that path
 * needs no flush; frames on their way through the BUS can. */
static void unbind(struct lec_cache_entry *entry)
{
    struct lec *lec = entry->lec;
    struct lec_vcc *multicast_send = lec_vcc_of_kind(lec, KIND_MULTICAST_SEND);
    entry->known = false;
    entry->asking = ASKING_NOT;
    entry->flushing = false;
    entry->setup_due_ns = 0;
    if (!multicast_send || entry->path != multicast_send->number)
        entry->path = VCC_NONE;
    lec_timer_stop(lec, &entry->ask_timer);
    lec_timer_stop(lec, &entry->flush_timer);
}

static void ask(struct lec_cache_entry *entry)
{
    struct lec *lec = entry->lec;
    struct le_control request = lec_request(lec, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(lec->settings->elan.mac);
    request.source_atm = lec->settings->atm_address;
    request.target_lan = entry->binding.lan;
    if (entry->asked_count++ == 0)
        entry->first_transaction = request.transaction_id;
    entry->last_transaction = request.transaction_id;
    entry->asked_ns = lec_now_ns(lec);
    lec_control_send(lec, &request);
    lec_timer_start(lec, &entry->ask_timer, lec->variables.le_arp_response_ns);
}

static void ask_timer_fired(void *owner)
{
    struct lec_cache_entry *entry = owner;
    if (entry->asked_count <= entry->lec->variables.maximum_retry_count)
        ask(entry);
    else
        entry->asking = ASKING_UNANSWERED;
}

/* A binding in use is asked for again in time, so that it can be confirmed before its age is reached; one
 * that is not confirmed goes. A destination without a binding goes when it is no longer used. */
static void age_timer_fired(void *owner)
{
    struct lec_cache_entry *entry = owner;
    if (!entry->known) {
        if (idle(entry))
            remove_entry(entry);
        else
            age_timer_set(entry);
        return;
    }
    if (lec_now_ns(entry->lec) >= expiry_ns(entry)) {
        lec_cache_forget(entry);
        return;
    }
    if (entry->sent_ns > entry->confirmed_ns)
        lec_cache_resolve(entry);
    lec_timer_start(entry->lec, &entry->age_timer, expiry_ns(entry) - lec_now_ns(entry->lec));
}

static void age_timer_set(struct lec_cache_entry *entry)
{
    struct lec *lec = entry->lec;
    int64_t now_ns = lec_now_ns(lec);
    if (!entry->known) {
        lec_timer_start(lec, &entry->age_timer, lec->options->unanswered_pause_ns);
        return;
    }
    int64_t due_ns = expiry_ns(entry);
    if (due_ns != TIME_NEVER && due_ns - question_length_ns(lec) > now_ns)
        due_ns -= question_length_ns(lec);
    lec_timer_start(lec, &entry->age_timer, due_ns == TIME_NEVER ? TIME_NEVER : due_ns - now_ns);
}

/* C17; for a remote binding the smaller of C17 and C18 while C19 is set (L-le_arp-11). */
static int64_t expiry_ns(const struct lec_cache_entry *entry)
{
    const struct lec *lec = entry->lec;
    int64_t age_ns = lec->variables.aging_time_ns;
    if (entry->binding.remote && lec->topology_change && lec->variables.forward_delay_ns < age_ns)
        age_ns = lec->variables.forward_delay_ns;
    return lec_later_ns(entry->confirmed_ns, age_ns);
}

/* How long it takes until an LE_ARP is known to be unanswered. */
static int64_t question_length_ns(const struct lec *lec)
{
    return lec->variables.le_arp_response_ns * (lec->variables.maximum_retry_count + 1);
}

/* Nothing waits here, and the limits that hang on earlier frames (C11, C22) have run out. */
static bool idle(const struct lec_cache_entry *entry)
{
    const struct lec *lec = entry->lec;
    int64_t quiet_ns = lec_now_ns(lec) - entry->sent_ns;
    return entry->asking != ASKING_OPEN && !entry->held && quiet_ns > lec->options->unanswered_pause_ns &&
           quiet_ns > lec->variables.path_switching_delay_ns &&
           quiet_ns > lec->variables.maximum_unknown_frame_time_ns;
}

static void apply(struct lec_cache_entry *entry, enum cache_effect effect, const struct le_control *request)
{
    switch (effect) {
    case CACHE_KEEPS:
        break;
    case CACHE_DELETES:
        lec_cache_forget(entry);
        break;
    case CACHE_REPLACES:
        if (atm_address_equal(&request->source_atm, &entry->lec->settings->atm_address))
            lec_cache_forget(entry);
        else
            lec_cache_bind(entry, &request->source_atm, request->flags & LE_FLAG_REMOTE_ADDRESS);
        break;
    }
}
