/* Data Direct VCCs: set-up, READY procedure (C28), choice between two (lane-rules 5.7), idle time-out (C12).
 */
#include "base/duration.h"
#include "reference/lec_private.h"

static void open_vcc(struct lec_vcc *vcc);
static void become_ready(struct lec_vcc *vcc);
static void ready_timer_fired(void *owner);
static void idle_timer_fired(void *owner);
static bool reaches(const struct lec_vcc *vcc, const struct atm_address *peer);

struct lec_vcc *lec_direct_to(const struct lec *lec, const struct atm_address *peer)
{
    struct lec_vcc *best = NULL;
    for (struct lec_vcc *vcc = lec->vccs; vcc; vcc = vcc->next) {
        if (!reaches(vcc, peer) || !vcc->ready)
            continue;
        if (!best || lec->options->carries_data(&vcc->calling, &best->calling, &lec->settings->atm_address))
            best = vcc;
    }
    return best;
}

void lec_direct_want(struct lec_cache_entry *entry)
{
    struct lec *lec = entry->lec;
    for (struct lec_vcc *vcc = lec->vccs; vcc; vcc = vcc->next)
        if (reaches(vcc, &entry->binding.atm))
            return;
    if (lec_now_ns(lec) < entry->setup_due_ns)
        return;
    lec_vcc_call(lec, KIND_DATA_DIRECT, &entry->binding.atm, lec->medium->data_direct);
}

void lec_direct_offered(struct lec *lec, uint32_t number, const struct call *call)
{
    bool multiplexed = call->b_lli == B_LLI_LLC_MULTIPLEXED;
    bool wanted = !multiplexed || (lec->settings->llc_multiplexed && lec->v2 &&
                                   atm_address_equal(&call->called, &lec->llc_multiplexed_address));
    if (call->point_to_multipoint || !wanted) {
        lec->services->call_reject(lec->services->context, number, CAUSE_REJECTED);
        return;
    }
    struct lec_vcc *vcc = lec_vcc_accept(lec, KIND_DATA_DIRECT, number, call);
    vcc->llc_multiplexed = multiplexed;
    open_vcc(vcc);
    lec_timer_start(lec, &vcc->ready_timer, lec->variables.connection_completion_ns);
}

void lec_direct_connected(struct lec_vcc *vcc)
{
    struct le_control ready = le_control_of(READY_IND);
    open_vcc(vcc);
    lec_vcc_send_control(vcc, &ready);
    become_ready(vcc);
}

/* A refused SETUP is not repeated at once. A VCC that broke takes the bindings of its peer with it: the
 * station is gone, or has moved. One that the peer gave up in good order does not. */
void lec_direct_released(struct lec *lec, const struct atm_address *peer, bool was_connected,
                         enum release_cause cause)
{
    if (!was_connected) {
        for (struct lec_cache_entry *entry = lec->cache; entry; entry = entry->next)
            if (entry->known && atm_address_equal(&entry->binding.atm, peer))
                entry->setup_due_ns = lec_later_ns(lec_now_ns(lec), lec->options->setup_pause_ns);
    } else if (cause != CAUSE_NORMAL && !lec_direct_to(lec, peer)) {
        lec_cache_forget_peer(lec, peer);
    }
    lec_data_continue_peer(lec, peer);
}

void lec_direct_heard(struct lec_vcc *vcc)
{
    if (vcc->connected && !vcc->ready)
        become_ready(vcc);
}

void lec_direct_ready_query(struct lec_vcc *vcc)
{
    struct le_control ready = le_control_of(READY_IND);
    lec_vcc_send_control(vcc, &ready);
}

static void open_vcc(struct lec_vcc *vcc)
{
    struct lec *lec = vcc->lec;
    timer_init(&vcc->ready_timer, ready_timer_fired, vcc);
    timer_init(&vcc->idle_timer, idle_timer_fired, vcc);
    vcc->used_ns = lec_now_ns(lec);
    if (lec->variables.vcc_timeout_ns)
        lec_timer_start(lec, &vcc->idle_timer, lec->variables.vcc_timeout_ns);
}

static void become_ready(struct lec_vcc *vcc)
{
    vcc->ready = true;
    lec_timer_stop(vcc->lec, &vcc->ready_timer);
    lec_data_continue_peer(vcc->lec, &vcc->peer);
}

/* Nothing came from the caller since the call was accepted: ask, as often as an LE_ARP is repeated. */
static void ready_timer_fired(void *owner)
{
    struct lec_vcc *vcc = owner;
    struct le_control query = le_control_of(READY_QUERY);
    lec_vcc_send_control(vcc, &query);
    if (vcc->queries++ < vcc->lec->variables.maximum_retry_count)
        lec_timer_start(vcc->lec, &vcc->ready_timer, vcc->lec->variables.connection_completion_ns);
}

static void idle_timer_fired(void *owner)
{
    struct lec_vcc *vcc = owner;
    struct lec *lec = vcc->lec;
    int64_t left_ns = vcc->used_ns + lec->variables.vcc_timeout_ns - lec_now_ns(lec);
    if (left_ns > 0)
        lec_timer_start(lec, &vcc->idle_timer, left_ns);
    else
        lec_vcc_release(vcc);
}

/* True for a Data Direct VCC, open or being set up, on which data can go to 'peer'. */
static bool reaches(const struct lec_vcc *vcc, const struct atm_address *peer)
{
    return vcc->kind == KIND_DATA_DIRECT && !vcc->llc_multiplexed && atm_address_equal(&vcc->peer, peer);
}
