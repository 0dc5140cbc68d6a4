/* ADDRESS ASSOCIATION and ADDRESS DISASSOCIATION (draft 2, 3.1, 3.2), one state per virtual MAC address.
 *
 * Non-proxy: the address is registered, and announced every second until the registration is confirmed; a
 * refused or unanswered registration is asked for again for as long as the association lasts. Proxy: the
 * address is announced and probed, every second for as long as somebody else answers the probe. The record of
 * an address stays after its disassociation, because answers to its requests may still come.
 */
#include <stdlib.h>

#include "base/duration.h"
#include "reference/lec_private.h"

static struct lec_association *find(const struct lec *lec, struct mac_address vmac);
static struct lec_association *find_or_add(struct lec *lec, struct mac_address vmac);
static void associate(struct lec *lec, struct mac_address vmac, bool in_time);
static void begin(struct lec_association *association);
static void end(struct lec_association *association);
static void suspend(struct lec_association *association);
static void announce(struct lec_association *association);
static void probe(struct lec_association *association);
static void announcement_timer_set(struct lec_association *association);
static void announcement_timer_fired(void *owner);
static void probe_timer_fired(void *owner);
static void ask_registration(struct lec_association *association);
static void registration_timer_fired(void *owner);
static void confirmed(struct lec_association *association);
static void refused(struct lec_association *association, uint16_t status);
static void send_unregister(struct lec_association *association);
static void send_no_source_narp(struct lec_association *association);

void lec_associate(struct lec *lec, struct mac_address vmac)
{
    associate(lec, vmac, false);
}

void lec_associate_in_time(struct lec *lec, struct mac_address vmac)
{
    associate(lec, vmac, true);
}

void lec_disassociate(struct lec *lec, struct mac_address vmac)
{
    for (struct lec_association *association = lec->associations; association;
         association = association->next)
        if (association->state.associated && lec->options->gives_up(vmac, association->state.vmac))
            end(association);
}

enum representation lec_representation(const struct lec *lec, struct mac_address mac, bool *associated_before)
{
    const struct lec_association *association = find(lec, mac);
    *associated_before = association && !association->state.associated;
    if (association && association->state.associated)
        return REPRESENTED_ASSOCIATED;
    if (!mac_equal(mac, lec->settings->elan.mac))
        return REPRESENTED_NOT;
    return !lec->settings->proxy || lec->settings->registers_own_mac ? REPRESENTED_REGISTERED
                                                                     : REPRESENTED_REMOTE;
}

void lec_association_resume(struct lec *lec)
{
    for (struct lec_association *association = lec->associations; association;
         association = association->next)
        if (association->state.associated)
            begin(association);
}

void lec_association_suspend(struct lec *lec)
{
    for (struct lec_association *association = lec->associations; association;
         association = association->next)
        suspend(association);
}

void lec_association_free_all(struct lec *lec)
{
    while (lec->associations) {
        struct lec_association *association = lec->associations;
        lec->associations = association->next;
        suspend(association);
        free(association);
    }
}

/* Answers to any LE_REGISTER_REQUEST of the present, or the last, association count (draft-requirements 10:
 * answer to an earlier request); a refusal only if it answers the last request, since otherwise another
 * answer is to come. */
void lec_association_register_response(struct lec *lec, const struct le_control *response)
{
    if (response->source_lan.tag != LAN_TAG_MAC)
        return;
    struct lec_association *association = find(lec, response->source_lan.mac);
    if (!association)
        return;
    bool known = association->requested &&
                 lec_transaction_between(response->transaction_id, association->first_transaction,
                                         association->last_transaction);
    if (!lec->options->takes_response(response, lec->lecid, known))
        return;
    if (response->status == LE_STATUS_SUCCESS)
        confirmed(association);
    else if (response->transaction_id == association->last_transaction)
        refused(association, response->status);
}

bool lec_association_probe_response(struct lec *lec, const struct le_control *response)
{
    if (response->target_lan.tag != LAN_TAG_MAC)
        return false;
    struct lec_association *association = find(lec, response->target_lan.mac);
    bool known = association && association->state.probe == PROBE_WAITING &&
                 association->probe_transaction == response->transaction_id;
    if (!known || !lec->options->takes_response(response, lec->lecid, known))
        return false;
    if (lec->options->probe_answered(response, &lec->settings->atm_address)) {
        association->state.probe = PROBE_ANSWERED;
        lec_timer_stop(lec, &association->probe_timer);
        announcement_timer_set(association);
    }
    return true;
}

void lec_association_add_tlvs(const struct lec *lec, struct le_control *control)
{
    if (lec->v2 && lec->settings->llc_multiplexed)
        le_control_add_tlv(control, TLV_LLC_MUXED_ATM_ADDRESS, lec->llc_multiplexed_address.octet,
                           ATM_ADDRESS_SIZE);
}

static struct lec_association *find(const struct lec *lec, struct mac_address vmac)
{
    for (struct lec_association *association = lec->associations; association;
         association = association->next)
        if (mac_equal(association->state.vmac, vmac))
            return association;
    return NULL;
}

static struct lec_association *find_or_add(struct lec *lec, struct mac_address vmac)
{
    struct lec_association *association = find(lec, vmac);
    if (association)
        return association;
    association = lec_zeroed(sizeof *association);
    association->lec = lec;
    association->state.vmac = vmac;
    association->state.proxy = lec->settings->proxy;
    association->announced_ns = LONG_AGO_NS;
    timer_init(&association->announcement_timer, announcement_timer_fired, association);
    timer_init(&association->probe_timer, probe_timer_fired, association);
    timer_init(&association->registration_timer, registration_timer_fired, association);
    struct lec_association **link = &lec->associations;
    while (*link)
        link = &(*link)->next;
    *link = association;
    return association;
}

static void associate(struct lec *lec, struct mac_address vmac, bool in_time)
{
    struct lec_association *association = find_or_add(lec, vmac);
    if (association->state.associated)
        return;
    association->state.associated = true;
    association->in_time = in_time;
    if (lec->phase == LEC_OPERATIONAL)
        begin(association);
}

static void begin(struct lec_association *association)
{
    struct lec *lec = association->lec;
    struct association_state *state = &association->state;
    state->v2 = lec->v2;
    state->join_count = lec->join_count;
    state->association_count++;
    state->announcement_count = 0;
    state->registration = REGISTRATION_NONE;
    state->refusal = LE_STATUS_SUCCESS;
    state->probe = PROBE_NONE;
    association->request_count = 0;
    association->requested = false;
    if (!lec->options->associates(state)) {
        state->associated = false;
        return;
    }
    struct lec_cache_entry *entry = lec_cache_find(lec, lan_destination_of_mac(state->vmac));
    if (entry && entry->known)
        lec_cache_forget(entry);
    if (lec->options->registers(state))
        ask_registration(association);
    announcement_timer_set(association);
}

static void end(struct lec_association *association)
{
    struct lec *lec = association->lec;
    struct association_state *state = &association->state;
    state->associated = false;
    if (lec->phase != LEC_OPERATIONAL)
        return;
    if (lec->options->unregisters(state))
        send_unregister(association);
    if (lec->options->withdraws(state))
        send_no_source_narp(association);
    state->registration = REGISTRATION_NONE;
    state->probe = PROBE_NONE;
    lec_timer_stop(lec, &association->registration_timer);
    lec_timer_stop(lec, &association->probe_timer);
    announcement_timer_set(association);
}

static void suspend(struct lec_association *association)
{
    struct lec *lec = association->lec;
    association->state.registration = REGISTRATION_NONE;
    association->state.probe = PROBE_NONE;
    association->requested = false;
    lec_timer_stop(lec, &association->announcement_timer);
    lec_timer_stop(lec, &association->probe_timer);
    lec_timer_stop(lec, &association->registration_timer);
}

/* v2: targetless LE_ARP_REQUEST; v1: LE_NARP_REQUEST with both ATM addresses zero (draft 3.1, 3.2, 6). */
static void announce(struct lec_association *association)
{
    struct lec *lec = association->lec;
    struct association_state *state = &association->state;
    struct le_control frame = lec_request(lec, lec->v2 ? LE_ARP_REQUEST : LE_NARP_REQUEST);
    if (lec->v2) {
        frame.flags = state->proxy ? LE_FLAG_REMOTE_ADDRESS : 0;
        frame.source_lan = lan_destination_of_mac(state->vmac);
        frame.source_atm = lec->settings->atm_address;
        lec_association_add_tlvs(lec, &frame);
    } else {
        frame.target_lan = lan_destination_of_mac(state->vmac);
    }
    lec_control_send(lec, &frame);
    association->announced_ns = lec_now_ns(lec);
    state->probe = PROBE_NONE;
    if (lec->options->probes(state))
        probe(association);
    state->announcement_count++;
}

/* Asks the ELAN who serves the address (draft 3.2). */
static void probe(struct lec_association *association)
{
    struct lec *lec = association->lec;
    struct le_control request = lec_request(lec, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(lec->settings->elan.mac);
    request.source_atm = lec->settings->atm_address;
    request.target_lan = lan_destination_of_mac(association->state.vmac);
    association->state.probe = PROBE_WAITING;
    association->probe_transaction = request.transaction_id;
    lec_control_send(lec, &request);
    lec_timer_start(lec, &association->probe_timer, lec->variables.le_arp_response_ns);
}

/* Announces now, later or not at all. The first announcement of an association comes at once; only where a
 * registration request has gone before it, or nothing hangs on it, does it wait for the rate limit
 * (L-rate-01), when the address was associated a moment ago. */
static void announcement_timer_set(struct lec_association *association)
{
    struct lec *lec = association->lec;
    const struct association_state *state = &association->state;
    bool first = state->associated && state->announcement_count == 0;
    if (!first && !lec->options->announces_again(state)) {
        lec_timer_stop(lec, &association->announcement_timer);
        return;
    }
    int64_t wait_ns = association->announced_ns + lec->options->announcement_interval_ns - lec_now_ns(lec);
    bool at_once = state->registration == REGISTRATION_NONE && !association->in_time;
    if (first && (wait_ns <= 0 || at_once)) {
        announce(association);
        announcement_timer_set(association);
    } else {
        lec_timer_start(lec, &association->announcement_timer, wait_ns);
    }
}

static void announcement_timer_fired(void *owner)
{
    struct lec_association *association = owner;
    announce(association);
    announcement_timer_set(association);
}

static void probe_timer_fired(void *owner)
{
    struct lec_association *association = owner;
    association->state.probe = PROBE_UNANSWERED;
    announcement_timer_set(association);
}

static void ask_registration(struct lec_association *association)
{
    struct lec *lec = association->lec;
    struct le_control request = lec_request(lec, LE_REGISTER_REQUEST);
    request.source_lan = lan_destination_of_mac(association->state.vmac);
    request.source_atm = lec->settings->atm_address;
    lec_association_add_tlvs(lec, &request);
    if (!association->requested)
        association->first_transaction = request.transaction_id;
    association->last_transaction = request.transaction_id;
    association->state.registration = REGISTRATION_PENDING;
    association->requested = true;
    association->request_count++;
    association->unregistered = false;
    lec_control_send(lec, &request);
    lec_timer_start(lec, &association->registration_timer,
                    lec->options->control_wait_ns(&lec->variables, lec->v2, association->request_count));
}

/* The answer did not come in time, or the wait after a refusal is over. When the control time-out has run out
 * the waits begin anew (A-4: again and again until success). */
static void registration_timer_fired(void *owner)
{
    struct lec_association *association = owner;
    struct lec *lec = association->lec;
    if (!lec->options->registers_again(&association->state))
        return;
    if (!lec->options->control_wait_ns(&lec->variables, lec->v2, association->request_count + 1))
        association->request_count = 0;
    ask_registration(association);
}

/* A success after the disassociation leaves a binding behind, unless LE_UNREGISTER_REQUEST is on its way
 * (A-27). */
static void confirmed(struct lec_association *association)
{
    if (!association->state.associated) {
        if (!association->unregistered)
            send_unregister(association);
        return;
    }
    association->state.registration = REGISTRATION_CONFIRMED;
    association->state.refusal = LE_STATUS_SUCCESS;
    lec_timer_stop(association->lec, &association->registration_timer);
    announcement_timer_set(association);
}

static void refused(struct lec_association *association, uint16_t status)
{
    struct lec *lec = association->lec;
    if (association->state.registration != REGISTRATION_PENDING)
        return;
    association->state.registration = REGISTRATION_REFUSED;
    association->state.refusal = status;
    association->request_count = 0;
    lec_timer_start(lec, &association->registration_timer, lec->options->registration_retry_ns);
    if (lec->events->registration_refused)
        lec->events->registration_refused(lec->owner, association->state.vmac, status);
    if (lec->options->leaves_elan(&association->state, status))
        lec_join_restart(lec, LEC_UNREGISTERED);
}

static void send_unregister(struct lec_association *association)
{
    struct lec *lec = association->lec;
    struct le_control request = lec_request(lec, LE_UNREGISTER_REQUEST);
    request.source_lan = lan_destination_of_mac(association->state.vmac);
    request.source_atm = lec->settings->atm_address;
    association->unregistered = true;
    lec_control_send(lec, &request);
}

static void send_no_source_narp(struct lec_association *association)
{
    struct lec *lec = association->lec;
    struct le_control request = lec_request(lec, LE_NARP_REQUEST);
    request.target_lan = lan_destination_of_mac(association->state.vmac);
    request.target_atm = lec->settings->atm_address;
    lec_association_add_tlvs(lec, &request);
    lec_control_send(lec, &request);
}
