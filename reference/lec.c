#include "reference/lec.h"

#include <stdlib.h>

#include "base/duration.h"
#include "reference/lec_private.h"

static void control_released(struct lec *lec);

struct lec *lec_new(const struct station_services *services, const struct device_settings *settings,
                    const struct lec_options *options, const struct lec_events *events, void *owner)
{
    struct lec *lec = lec_zeroed(sizeof *lec);
    lec->services = services;
    lec->settings = settings;
    lec->options = options;
    lec->events = events;
    lec->owner = owner;
    lec->medium = settings->token_ring ? &lec_medium_8025 : &lec_medium_8023;
    lec->llc_multiplexed_address = lec_llc_multiplexed_address(settings);
    lec->bus_asked_ns = LONG_AGO_NS;
    timer_init(&lec->phase_timer, lec_join_timer_fired, lec);
    timer_init(&lec->bus_timer, lec_bus_timer_fired, lec);
    lec_variables_set(lec, settings->v2_capable);
    return lec;
}

void lec_free(struct lec *lec)
{
    if (!lec)
        return;
    lec_die(lec);
    free(lec);
}

void lec_start(struct lec *lec)
{
    if (lec->phase != LEC_OFF)
        return;
    if (!lec->addresses_registered) {
        lec->addresses_registered = true;
        lec->next_transaction = (uint32_t)lec->services->random_bits(lec->services->context);
        lec->services->address_register(lec->services->context, &lec->settings->atm_address);
        if (lec->settings->llc_multiplexed)
            lec->services->address_register(lec->services->context, &lec->llc_multiplexed_address);
    }
    lec_join_begin(lec);
}

/* A dead client leaves its VCCs to the network. */
void lec_die(struct lec *lec)
{
    lec->phase = LEC_OFF;
    lec_timer_stop(lec, &lec->phase_timer);
    lec_bus_stop(lec);
    lec_association_free_all(lec);
    lec_cache_clear(lec);
    while (lec->vccs)
        lec_vcc_forget(lec->vccs);
}

bool lec_operational(const struct lec *lec)
{
    return lec->phase == LEC_OPERATIONAL;
}

struct atm_address lec_llc_multiplexed_address(const struct device_settings *settings)
{
    struct atm_address address = settings->atm_address;
    address.octet[ATM_ADDRESS_SIZE - 1]++;
    return address;
}

void lec_call_offered(struct lec *lec, uint32_t vcc, const struct call *call)
{
    bool joined = lec->phase >= LEC_BUS_CONNECT;
    if (call->b_lli == B_LLI_CONTROL && lec->phase >= LEC_JOIN &&
        atm_address_equal(&call->calling, &lec->les_address) &&
        !lec_vcc_of_kind(lec, KIND_CONTROL_DISTRIBUTE))
        lec_vcc_accept(lec, KIND_CONTROL_DISTRIBUTE, vcc, call);
    else if (call->b_lli == lec->medium->multicast && joined)
        lec_bus_forward_offered(lec, vcc, call);
    else if ((call->b_lli == lec->medium->data_direct || call->b_lli == B_LLI_LLC_MULTIPLEXED) && joined)
        lec_direct_offered(lec, vcc, call);
    else if (lec->phase != LEC_OFF)
        lec->services->call_reject(lec->services->context, vcc, CAUSE_REJECTED);
}

void lec_call_connected(struct lec *lec, uint32_t number)
{
    struct lec_vcc *vcc = lec->phase == LEC_OFF ? NULL : lec_vcc_find(lec, number);
    if (!vcc || !vcc->outgoing || vcc->connected)
        return;
    vcc->connected = true;
    if (vcc->kind == KIND_DATA_DIRECT)
        lec_direct_connected(vcc);
    else if (vcc->kind == KIND_MULTICAST_SEND)
        lec_bus_vcc_connected(lec, vcc);
    else
        lec_join_vcc_connected(lec, vcc);
}

void lec_call_released(struct lec *lec, uint32_t number, enum release_cause cause)
{
    struct lec_vcc *vcc = lec->phase == LEC_OFF ? NULL : lec_vcc_find(lec, number);
    if (!vcc)
        return;
    enum lec_vcc_kind kind = vcc->kind;
    bool was_connected = vcc->connected;
    struct atm_address peer = vcc->peer;
    lec_vcc_forget(vcc);
    switch (kind) {
    case KIND_CONFIGURATION_DIRECT:
    case KIND_CONTROL_DIRECT:
    case KIND_CONTROL_DISTRIBUTE:
        control_released(lec);
        break;
    case KIND_MULTICAST_SEND:
        lec_bus_vcc_released(lec, was_connected);
        break;
    case KIND_MULTICAST_FORWARD:
        if (!lec_vcc_of_kind(lec, KIND_MULTICAST_FORWARD))
            lec_bus_vcc_released(lec, was_connected);
        break;
    case KIND_DATA_DIRECT:
        lec_direct_released(lec, &peer, was_connected, cause);
        break;
    }
}

void lec_sdu_received(struct lec *lec, uint32_t number, const uint8_t *data, size_t size)
{
    struct lec_vcc *vcc = lec->phase == LEC_OFF ? NULL : lec_vcc_find(lec, number);
    if (!vcc)
        return;
    if (vcc->llc_multiplexed) {
        if (!lec_vcc_has_llc_prefix(lec, data, size))
            return;
        data += LLC_PREFIX_SIZE;
        size -= LLC_PREFIX_SIZE;
    }
    if (vcc->kind == KIND_DATA_DIRECT)
        lec_direct_heard(vcc);
    if (le_control_marked(data, size))
        lec_control_received(vcc, data, size);
    else if (vcc->kind & KINDS_DATA)
        lec_data_received(vcc, data, size);
}

int64_t lec_now_ns(const struct lec *lec)
{
    return lec->services->now_ns(lec->services->context);
}

void lec_timer_start(struct lec *lec, struct timer *timer, int64_t delay_ns)
{
    if (delay_ns == TIME_NEVER)
        lec->services->timer_stop(lec->services->context, timer);
    else
        lec->services->timer_start(lec->services->context, timer, delay_ns > 0 ? delay_ns : 0);
}

void lec_timer_stop(struct lec *lec, struct timer *timer)
{
    if (timer_running(timer))
        lec->services->timer_stop(lec->services->context, timer);
}

uint32_t lec_new_transaction(struct lec *lec)
{
    return lec->next_transaction++;
}

bool lec_transaction_between(uint32_t transaction, uint32_t first, uint32_t last)
{
    return transaction - first <= last - first;
}

int64_t lec_later_ns(int64_t from_ns, int64_t wait_ns)
{
    return wait_ns >= TIME_NEVER - (from_ns > 0 ? from_ns : 0) ? TIME_NEVER : from_ns + wait_ns;
}

void *lec_zeroed(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        abort();
    return memory;
}

/* Once joined, the loss of a control VCC is the loss of the ELAN (L-join-06); before, the attempt failed. */
static void control_released(struct lec *lec)
{
    lec_join_restart(lec, lec->phase >= LEC_REGISTER ? LEC_CONTROL_LOST : LEC_CALL_FAILED);
}
