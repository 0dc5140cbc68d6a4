/* From the initial state into the ELAN, and back to the start when something fails (lane-rules 1). */
#include <string.h>

#include "base/duration.h"
#include "reference/lec_private.h"

static void enter(struct lec *lec, enum lec_phase phase);
static void connect_les(struct lec *lec);
static void send_request(struct lec *lec);
static struct le_control configure_request(struct lec *lec);
static struct le_control join_request(struct lec *lec);
static struct le_control register_request(struct lec *lec);
static bool answers_phase(const struct lec *lec, const struct le_control *response, enum lec_phase phase);
static bool registers_own_mac(const struct lec *lec);
static bool own_mac_in_join(const struct lec *lec);
static int64_t restart_wait_ns(struct lec *lec, enum lec_failure failure);

/* Initial state: variables as configured, no LECID (lane-rules 1, phase 0). Until LE_JOIN_RESPONSE tells, a
 * client that can be v2 keeps the times of v2. */
void lec_join_begin(struct lec *lec)
{
    const struct device_settings *settings = lec->settings;
    lec_variables_forget_overrides(lec);
    lec_variables_set(lec, settings->v2_capable);
    lec->lecid = 0;
    lec->v2 = settings->v2_capable;
    lec->elan_id = 0;
    lec->topology_change = false;
    lec->elan_name_size = (uint8_t)strnlen(settings->elan_name, sizeof lec->elan_name);
    memset(lec->elan_name, 0, sizeof lec->elan_name);
    memcpy(lec->elan_name, settings->elan_name, lec->elan_name_size);
    lec->les_address = settings->les_address;
    if (!settings->lecs_given) {
        connect_les(lec);
        return;
    }
    enter(lec, LEC_LECS_CONNECT);
    lec_vcc_call(lec, KIND_CONFIGURATION_DIRECT, &settings->lecs_address, B_LLI_CONTROL);
}

void lec_join_vcc_connected(struct lec *lec, struct lec_vcc *vcc)
{
    if (lec->phase == LEC_LECS_CONNECT && vcc->kind == KIND_CONFIGURATION_DIRECT) {
        enter(lec, LEC_CONFIGURE);
        send_request(lec);
    } else if (lec->phase == LEC_LES_CONNECT && vcc->kind == KIND_CONTROL_DIRECT) {
        enter(lec, LEC_JOIN);
        send_request(lec);
    }
}

/* The start again is due, or the request of this phase was not answered in time. */
void lec_join_timer_fired(void *owner)
{
    struct lec *lec = owner;
    switch (lec->phase) {
    case LEC_WAITING:
        lec_join_begin(lec);
        break;
    case LEC_CONFIGURE:
    case LEC_JOIN:
    case LEC_REGISTER:
        if (lec->options->control_wait_ns(&lec->variables, lec->v2, lec->request_count + 1))
            send_request(lec);
        else
            lec_join_restart(lec, LEC_UNANSWERED);
        break;
    case LEC_OFF:
    case LEC_LECS_CONNECT:
    case LEC_LES_CONNECT:
    case LEC_BUS_CONNECT:
    case LEC_OPERATIONAL:
        break;
    }
}

void lec_join_restart(struct lec *lec, enum lec_failure failure)
{
    bool was_operational = lec->phase == LEC_OPERATIONAL;
    int64_t wait_ns = restart_wait_ns(lec, failure);
    enter(lec, LEC_WAITING);
    lec_bus_stop(lec);
    lec_association_suspend(lec);
    lec_cache_clear(lec);
    while (lec->vccs)
        lec_vcc_release(lec->vccs);
    if (lec->options->joins_again(failure))
        lec_timer_start(lec, &lec->phase_timer, wait_ns);
    if (was_operational)
        lec->events->lost(lec->owner);
}

void lec_join_configure_response(struct lec *lec, const struct le_control *response)
{
    if (!answers_phase(lec, response, LEC_CONFIGURE))
        return;
    if (response->status != LE_STATUS_SUCCESS) {
        lec_join_restart(lec, LEC_REFUSED);
        return;
    }
    lec_variables_take_overrides(lec, response);
    lec_variables_set(lec, lec->settings->v2_capable);
    lec->les_address = response->target_atm;
    if (response->elan_name_size <= sizeof lec->elan_name) {
        lec->elan_name_size = response->elan_name_size;
        memcpy(lec->elan_name, response->elan_name, sizeof lec->elan_name);
    }
    lec_vcc_release_kinds(lec, KIND_CONFIGURATION_DIRECT);
    connect_les(lec);
}

void lec_join_response(struct lec *lec, const struct le_control *response)
{
    if (!answers_phase(lec, response, LEC_JOIN))
        return;
    if (!lec->options->join_accepted(response)) {
        lec_join_restart(lec, LEC_REFUSED);
        return;
    }
    lec->lecid = response->requester_lecid;
    lec->v2 = lec->options->operates_as_v2(response, lec->settings->v2_capable);
    lec_variables_set(lec, lec->v2);
    const struct le_tlv *elan_id = lec->v2 ? le_control_find_tlv(response, TLV_ELAN_ID) : NULL;
    if (elan_id && elan_id->value.size == 4)
        lec->elan_id = octets_u32(elan_id->value.data);
    lec->join_count++;
    if (registers_own_mac(lec) && !own_mac_in_join(lec)) {
        enter(lec, LEC_REGISTER);
        send_request(lec);
    } else {
        enter(lec, LEC_BUS_CONNECT);
        lec_bus_connect(lec);
    }
}

bool lec_join_register_response(struct lec *lec, const struct le_control *response)
{
    if (!answers_phase(lec, response, LEC_REGISTER) || response->requester_lecid != lec->lecid)
        return false;
    if (response->status == LE_STATUS_SUCCESS) {
        enter(lec, LEC_BUS_CONNECT);
        lec_bus_connect(lec);
    } else {
        lec_join_restart(lec, LEC_REFUSED);
    }
    return true;
}

void lec_join_completed(struct lec *lec)
{
    enter(lec, LEC_OPERATIONAL);
    lec_association_resume(lec);
    lec->events->joined(lec->owner);
}

static void enter(struct lec *lec, enum lec_phase phase)
{
    lec->phase = phase;
    lec->request_count = 0;
    lec_timer_stop(lec, &lec->phase_timer);
}

static void connect_les(struct lec *lec)
{
    enter(lec, LEC_LES_CONNECT);
    lec_vcc_call(lec, KIND_CONTROL_DIRECT, &lec->les_address, B_LLI_CONTROL);
}

/* Sends the request of the phase, again if need be. */
static void send_request(struct lec *lec)
{
    enum lec_vcc_kind kind = lec->phase == LEC_CONFIGURE ? KIND_CONFIGURATION_DIRECT : KIND_CONTROL_DIRECT;
    struct le_control request = lec->phase == LEC_CONFIGURE ? configure_request(lec)
                                : lec->phase == LEC_JOIN    ? join_request(lec)
                                                            : register_request(lec);
    if (lec->request_count++ == 0)
        lec->first_transaction = request.transaction_id;
    lec_vcc_send_control(lec_vcc_of_kind(lec, kind), &request);
    lec_timer_start(lec, &lec->phase_timer,
                    lec->options->control_wait_ns(&lec->variables, lec->v2, lec->request_count));
}

static struct le_control configure_request(struct lec *lec)
{
    struct le_control request = lec_request(lec, LE_CONFIGURE_REQUEST);
    request.flags = lec->settings->v2_capable ? LE_FLAG_V2_CAPABLE : 0;
    request.source_lan = lan_destination_of_mac(lec->settings->elan.mac);
    request.source_atm = lec->settings->atm_address;
    request.lan_type = (uint8_t)lec->medium->lan_type;
    request.max_frame_size = (uint8_t)lec->medium->max_frame_size;
    request.elan_name_size = lec->elan_name_size;
    memcpy(request.elan_name, lec->elan_name, sizeof request.elan_name);
    return request;
}

static struct le_control join_request(struct lec *lec)
{
    struct le_control request = configure_request(lec);
    request.opcode = LE_JOIN_REQUEST;
    if (lec->settings->proxy)
        request.flags |= LE_FLAG_PROXY;
    if (!own_mac_in_join(lec))
        request.source_lan = LAN_DESTINATION_NONE;
    return request;
}

static struct le_control register_request(struct lec *lec)
{
    struct le_control request = lec_request(lec, LE_REGISTER_REQUEST);
    request.source_lan = lan_destination_of_mac(lec->settings->elan.mac);
    request.source_atm = lec->settings->atm_address;
    return request;
}

/* True when the response answers a request of this phase. Those of other clients come the same way on Control
 * Distribute and may carry the same transaction id, so the requester's ATM address counts too. */
static bool answers_phase(const struct lec *lec, const struct le_control *response, enum lec_phase phase)
{
    return lec->phase == phase &&
           lec_transaction_between(response->transaction_id, lec->first_transaction,
                                   lec->next_transaction - 1) &&
           atm_address_equal(&response->source_atm, &lec->settings->atm_address);
}

/* C6: a non-proxy client registers its address, a proxy may (draft 3.1, 3.2). */
static bool registers_own_mac(const struct lec *lec)
{
    return !lec->settings->proxy || lec->settings->registers_own_mac;
}

static bool own_mac_in_join(const struct lec *lec)
{
    return registers_own_mac(lec) && lec->options->joins_with_own_mac;
}

/* Drawn from C37 to C38, so that clients that lost the same ELAN do not come back at the same instant. A v1
 * client that has waited for C7 has waited enough (L-join-09). */
static int64_t restart_wait_ns(struct lec *lec, enum lec_failure failure)
{
    if (failure == LEC_UNANSWERED && !lec->settings->v2_capable)
        return 0;
    uint64_t span_ns = (uint64_t)(lec->variables.reconfigure_high_ns - lec->variables.reconfigure_low_ns);
    return lec->variables.reconfigure_low_ns +
           (int64_t)(lec->services->random_bits(lec->services->context) % (span_ns + 1));
}
