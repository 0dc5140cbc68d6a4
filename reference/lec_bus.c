/* The connection to the BUS: LE_ARP for the broadcast address, Multicast Send to the answer, Multicast
 * Forward accepted (lane-rules 1, phase 5). When one of them is lost the connection is made again from the
 * start, while the client stays a member of the ELAN. */
#include "reference/lec_private.h"

static void ask(struct lec *lec);
static void call_bus(struct lec *lec);
static void connected(struct lec *lec);
static void fail(struct lec *lec);

void lec_bus_connect(struct lec *lec)
{
    lec->bus_phase = BUS_RESOLVE;
    lec->bus_request_count = 0;
    lec->bus_call_count = 0;
    int64_t due_ns = lec_later_ns(lec->bus_asked_ns, lec->variables.le_arp_response_ns);
    if (due_ns > lec_now_ns(lec)) /* connected a moment ago: not faster than any LE_ARP (L-rate-02) */
        lec_timer_start(lec, &lec->bus_timer, due_ns - lec_now_ns(lec));
    else
        ask(lec);
}

void lec_bus_timer_fired(void *owner)
{
    struct lec *lec = owner;
    if (lec->bus_phase == BUS_RESOLVE && lec->bus_request_count <= lec->variables.maximum_retry_count)
        ask(lec);
    else
        fail(lec);
}

bool lec_bus_le_arp_response(struct lec *lec, const struct le_control *response)
{
    if (!lan_destination_is_mac(response->target_lan, MAC_BROADCAST))
        return false;
    bool known = lec->bus_phase == BUS_RESOLVE &&
                 lec_transaction_between(response->transaction_id, lec->bus_first_transaction,
                                         lec->next_transaction - 1);
    if (!known || !lec->options->takes_response(response, lec->lecid, known))
        return true;
    if (response->status != LE_STATUS_SUCCESS || atm_address_is_zero(&response->target_atm))
        return true;
    lec_timer_stop(lec, &lec->bus_timer);
    lec->bus_address = response->target_atm;
    call_bus(lec);
    return true;
}

void lec_bus_vcc_connected(struct lec *lec, struct lec_vcc *vcc)
{
    (void)vcc;
    if (lec->bus_phase != BUS_CALL)
        return;
    if (lec_vcc_of_kind(lec, KIND_MULTICAST_FORWARD)) {
        connected(lec);
        return;
    }
    lec->bus_phase = BUS_FORWARD_WAIT;
    lec_timer_start(lec, &lec->bus_timer, lec->variables.forward_disconnect_ns);
}

void lec_bus_forward_offered(struct lec *lec, uint32_t vcc, const struct call *call)
{
    lec_vcc_accept(lec, KIND_MULTICAST_FORWARD, vcc, call);
    if (lec->bus_phase == BUS_FORWARD_WAIT)
        connected(lec);
}

/* Both ends of the connection are given up together: a BUS that lost one of them sets the other up anew too.
 */
void lec_bus_vcc_released(struct lec *lec, bool was_connected)
{
    if (!was_connected) {
        if (lec->bus_call_count <= lec->variables.bus_connect_retries)
            call_bus(lec);
        else
            fail(lec);
        return;
    }
    lec_timer_stop(lec, &lec->bus_timer);
    lec_vcc_release_kinds(lec, KINDS_MULTICAST);
    lec_bus_connect(lec);
}

void lec_bus_stop(struct lec *lec)
{
    lec->bus_phase = BUS_DISCONNECTED;
    lec_timer_stop(lec, &lec->bus_timer);
}

/* An LE_ARP_REQUEST like any other, repeated as any other (C20, C13). */
static void ask(struct lec *lec)
{
    struct le_control request = lec_request(lec, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(lec->settings->elan.mac);
    request.source_atm = lec->settings->atm_address;
    request.target_lan = lan_destination_of_mac(MAC_BROADCAST);
    if (lec->bus_request_count++ == 0)
        lec->bus_first_transaction = request.transaction_id;
    lec->bus_asked_ns = lec_now_ns(lec);
    lec_control_send(lec, &request);
    lec_timer_start(lec, &lec->bus_timer, lec->variables.le_arp_response_ns);
}

static void call_bus(struct lec *lec)
{
    lec->bus_phase = BUS_CALL;
    lec->bus_call_count++;
    lec_vcc_call(lec, KIND_MULTICAST_SEND, &lec->bus_address, lec->medium->multicast);
}

static void connected(struct lec *lec)
{
    lec_timer_stop(lec, &lec->bus_timer);
    lec->bus_phase = BUS_CONNECTED;
    if (lec->phase == LEC_BUS_CONNECT)
        lec_join_completed(lec);
    else
        lec_data_continue_all(lec);
}

static void fail(struct lec *lec)
{
    lec_join_restart(lec, LEC_BUS_LOST);
}
