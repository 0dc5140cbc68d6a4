#include <stdlib.h>

#include "peers/lec_private.h"

#define READY_QUERY_COUNT 3

static struct data_vcc *add(struct peer_lec *lec, uint32_t vcc, const struct atm_address *atm, bool calling);
static void drop(struct data_vcc *data_vcc);
static void send_ready(struct data_vcc *data_vcc, enum le_opcode opcode);
static void ready_timer_fired(void *owner);
static void forget_bindings(struct peer_lec *lec, const struct atm_address *atm);
static bool better(const struct peer_lec *lec, const struct data_vcc *a, const struct data_vcc *b);

void peer_lec_call(struct peer_lec *lec, const struct atm_address *atm)
{
    struct call call = {.calling = lec->settings.atm_address,
                        .called = *atm,
                        .b_lli = peer_lec_data_b_lli(lec),
                        .max_sdu_size = peer_lec_max_sdu_size(lec)};
    add(lec, lec->services->call_setup(lec->services->context, &call), atm, true);
}

bool peer_lec_has_data_direct(const struct peer_lec *lec, const struct atm_address *atm)
{
    return peer_lec_data_vcc_best(lec, atm) != NULL;
}

size_t peer_lec_release_data_direct(struct peer_lec *lec, const struct atm_address *atm)
{
    size_t count = 0;
    struct data_vcc *next;
    for (struct data_vcc *data_vcc = lec->data_vccs; data_vcc; data_vcc = next) {
        next = data_vcc->next;
        if (atm && !atm_address_equal(&data_vcc->atm, atm))
            continue;
        struct atm_address other = data_vcc->atm;
        lec->services->call_release(lec->services->context, data_vcc->vcc, CAUSE_NORMAL);
        drop(data_vcc);
        if (!peer_lec_data_vcc_best(lec, &other))
            forget_bindings(lec, &other);
        count++;
    }
    return count;
}

struct data_vcc *peer_lec_data_vcc_find(const struct peer_lec *lec, uint32_t vcc)
{
    for (struct data_vcc *data_vcc = lec->data_vccs; data_vcc; data_vcc = data_vcc->next)
        if (data_vcc->vcc == vcc)
            return data_vcc;
    return NULL;
}

/* The VCC to send on; NULL if there is none (yet). */
struct data_vcc *peer_lec_data_vcc_best(const struct peer_lec *lec, const struct atm_address *atm)
{
    struct data_vcc *best = NULL;
    for (struct data_vcc *data_vcc = lec->data_vccs; data_vcc; data_vcc = data_vcc->next)
        if (data_vcc->usable && atm_address_equal(&data_vcc->atm, atm) &&
            (!best || better(lec, data_vcc, best)))
            best = data_vcc;
    return best;
}

/* There is one, or one is being set up. */
bool peer_lec_data_vcc_any(const struct peer_lec *lec, const struct atm_address *atm)
{
    for (const struct data_vcc *data_vcc = lec->data_vccs; data_vcc; data_vcc = data_vcc->next)
        if (atm_address_equal(&data_vcc->atm, atm))
            return true;
    return false;
}

/* The called end may send when it heard READY_IND, or anything else, and asks for it after C28. */
void peer_lec_data_vcc_offered(struct peer_lec *lec, uint32_t vcc, const struct call *call)
{
    struct data_vcc *data_vcc = add(lec, vcc, &call->calling, false);
    lec->services->call_accept(lec->services->context, vcc);
    peer_lec_start_timer(lec, &data_vcc->ready_timer, lec->timing.connection_completion_ns);
}

bool peer_lec_data_vcc_connected(struct peer_lec *lec, uint32_t vcc)
{
    struct data_vcc *data_vcc = peer_lec_data_vcc_find(lec, vcc);
    if (!data_vcc)
        return false;
    data_vcc->usable = true;
    if (!lec->behaviour.silent_when_called)
        send_ready(data_vcc, READY_IND);
    peer_lec_path_vcc_usable(lec, &data_vcc->atm);
    return true;
}

/* A destination whose VCC is lost, or that can't be called, is resolved again. */
bool peer_lec_data_vcc_released(struct peer_lec *lec, uint32_t vcc)
{
    struct data_vcc *data_vcc = peer_lec_data_vcc_find(lec, vcc);
    if (!data_vcc)
        return false;
    struct atm_address atm = data_vcc->atm;
    drop(data_vcc);
    if (!peer_lec_data_vcc_best(lec, &atm))
        forget_bindings(lec, &atm);
    return true;
}

/* Something came on it: the other end is ready. */
void peer_lec_data_vcc_heard(struct data_vcc *data_vcc)
{
    if (data_vcc->usable)
        return;
    data_vcc->usable = true;
    peer_lec_stop_timer(data_vcc->lec, &data_vcc->ready_timer);
    peer_lec_path_vcc_usable(data_vcc->lec, &data_vcc->atm);
}

void peer_lec_data_vcc_clear(struct peer_lec *lec, bool release)
{
    while (lec->data_vccs) {
        if (release)
            lec->services->call_release(lec->services->context, lec->data_vccs->vcc, CAUSE_NORMAL);
        drop(lec->data_vccs);
    }
}

enum b_lli peer_lec_data_b_lli(const struct peer_lec *lec)
{
    return lec->settings.token_ring ? B_LLI_DATA_DIRECT_8025 : B_LLI_DATA_DIRECT_8023;
}

static struct data_vcc *add(struct peer_lec *lec, uint32_t vcc, const struct atm_address *atm, bool calling)
{
    struct data_vcc *data_vcc = malloc(sizeof *data_vcc);
    if (!data_vcc)
        abort();
    *data_vcc =
        (struct data_vcc){.next = lec->data_vccs, .lec = lec, .vcc = vcc, .atm = *atm, .calling = calling};
    timer_init(&data_vcc->ready_timer, ready_timer_fired, data_vcc);
    lec->data_vccs = data_vcc;
    return data_vcc;
}

static void drop(struct data_vcc *data_vcc)
{
    struct peer_lec *lec = data_vcc->lec;
    struct data_vcc **place = &lec->data_vccs;
    while (*place != data_vcc)
        place = &(*place)->next;
    *place = data_vcc->next;
    peer_lec_stop_timer(lec, &data_vcc->ready_timer);
    free(data_vcc);
}

static void send_ready(struct data_vcc *data_vcc, enum le_opcode opcode)
{
    struct le_control ready = le_control_of(opcode);
    sdu_sender_send_control(&data_vcc->lec->sender, data_vcc->vcc, &ready, 0);
}

static void ready_timer_fired(void *owner)
{
    struct data_vcc *data_vcc = owner;
    if (data_vcc->queries == READY_QUERY_COUNT)
        return; /* the caller never gets ready; it may still send */
    data_vcc->queries++;
    send_ready(data_vcc, READY_QUERY);
    peer_lec_start_timer(data_vcc->lec, &data_vcc->ready_timer,
                         data_vcc->lec->timing.connection_completion_ns);
}

static void forget_bindings(struct peer_lec *lec, const struct atm_address *atm)
{
    struct cache_entry *next;
    for (struct cache_entry *entry = lec->cache; entry; entry = next) {
        next = entry->next;
        if (entry->known && atm_address_equal(&entry->atm, atm))
            peer_lec_cache_drop(entry);
    }
}

/* Of two VCCs between the same clients the one called by the lower ATM address carries the data
 * (lane-rules 5.7). */
static bool better(const struct peer_lec *lec, const struct data_vcc *a, const struct data_vcc *b)
{
    bool own_is_lower = memcmp(lec->settings.atm_address.octet, a->atm.octet, ATM_ADDRESS_SIZE) < 0;
    return a->calling != b->calling && a->calling == own_is_lower;
}
