/* The way of data through the reference LEC: the LE_ARP cache, BUS and Data Direct VCCs, flush and READY
 * (lane-rules 5.1 to 5.7, draft 2 and 6). */
#include <check.h>
#include <stdlib.h>

#include "fake_elan.h"

static struct fake_elan *elan;
static struct mac_address vmac; /* what the LEC sends to: VRID 7, served by X and then by Y */
static struct atm_address x;    /* higher than the own address */
static struct atm_address y;    /* lower than the own address */

static void setup(void)
{
    elan = fake_elan_new();
    vmac = mac_of_vrid(7);
    x = fake_atm(60);
    y = fake_atm(40);
}

static void teardown(void)
{
    fake_elan_free(elan);
}

/* The first frame to 'mac': an LE_ARP_REQUEST, and the frame by the BUS. */
static struct le_control send_first(struct mac_address mac, uint8_t mark)
{
    fake_send(elan, mac, mark);
    struct le_control request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    ck_assert(lan_destination_is_mac(request.source_lan, fake_own_mac));
    ck_assert(lan_destination_is_mac(request.target_lan, mac));
    ck_assert(atm_address_equal(&request.source_atm, &elan->settings.atm_address));
    ck_assert(atm_address_is_zero(&request.target_atm));
    ck_assert_uint_eq(request.requester_lecid, FAKE_LECID);
    fake_expect_data(elan, elan->multicast_send, mark);
    fake_expect_none(elan);
    return request;
}

static struct le_control expect_flush(uint32_t vcc, const struct atm_address *target)
{
    struct le_control request = fake_expect(elan, vcc, LE_FLUSH_REQUEST);
    ck_assert_uint_eq(request.requester_lecid, FAKE_LECID);
    ck_assert(atm_address_equal(&request.source_atm, &elan->settings.atm_address));
    ck_assert(atm_address_equal(&request.target_atm, target));
    return request;
}

/* Binds 'mac' to 'atm' and lets data flow on a Data Direct VCC of the own making, which is returned. */
static uint32_t prime(struct mac_address mac, const struct atm_address *atm, bool remote)
{
    struct le_control request = send_first(mac, 1);
    fake_answer_le_arp(elan, &request, atm, remote);
    const struct fake_record *call = fake_next(elan, FAKE_SETUP);
    ck_assert(atm_address_equal(&call->call.called, atm));
    ck_assert_int_eq(call->call.b_lli, B_LLI_DATA_DIRECT_8023);
    lec_call_connected(elan->lec, call->vcc);
    fake_expect(elan, call->vcc, READY_IND);
    fake_send(elan, mac, 2);
    request = expect_flush(elan->multicast_send, atm);
    fake_expect_none(elan);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    fake_expect_data(elan, call->vcc, 2);
    fake_send(elan, mac, 3);
    fake_expect_data(elan, call->vcc, 3);
    fake_expect_none(elan);
    return call->vcc;
}

/* Delivers READY_IND, so that the called LEC may send. */
static void deliver_ready(uint32_t vcc)
{
    struct le_control ready = le_control_of(READY_IND);
    fake_deliver(elan, vcc, &ready);
}

static struct le_control targetless(struct mac_address mac, const struct atm_address *atm)
{
    struct le_control request = le_control_of(LE_ARP_REQUEST);
    request.requester_lecid = 9;
    request.source_lan = lan_destination_of_mac(mac);
    request.source_atm = *atm;
    return request;
}

static struct le_control narp(struct mac_address mac, const struct atm_address *source,
                              const struct atm_address *target)
{
    struct le_control request = le_control_of(LE_NARP_REQUEST);
    request.requester_lecid = 9;
    request.target_lan = lan_destination_of_mac(mac);
    if (source)
        request.source_atm = *source;
    if (target)
        request.target_atm = *target;
    return request;
}

/* The next frame to 'mac' must still travel on 'vcc'. */
static void expect_kept(struct mac_address mac, uint32_t vcc)
{
    fake_send(elan, mac, 4);
    fake_expect_data(elan, vcc, 4);
    fake_expect_none(elan);
}

START_TEST(resolved_destination_gets_a_data_direct_vcc)
{
    fake_join(elan, _i);
    prime(vmac, &x, false);
    fake_send(elan, MAC_BROADCAST, 9);
    fake_expect_data(elan, elan->multicast_send, 9);
}
END_TEST

START_TEST(unanswered_le_arp_is_repeated_once)
{
    fake_join(elan, true);
    send_first(vmac, 1);
    fake_expect_none_for(elan, SECONDS(1) - 1);
    fake_wait(elan, 1);
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_expect_none_for(elan, SECONDS(5));
    fake_send(elan, vmac, 2); /* the pause is not over */
    fake_expect_data(elan, elan->multicast_send, 2);
    fake_expect_none_for(elan, SECONDS(10));
    send_first(vmac, 3);
}
END_TEST

START_TEST(responses_for_others_bind_nothing)
{
    fake_join(elan, true);
    struct le_control request = send_first(vmac, 1);
    struct le_control other = request;
    other.requester_lecid++;
    fake_answer_le_arp(elan, &other, &x, false);
    other = request;
    other.transaction_id += 100;
    fake_answer_le_arp(elan, &other, &x, false);
    other = request;
    other.target_lan = lan_destination_of_mac(mac_of_vrid(8));
    fake_answer_le_arp(elan, &other, &x, false);
    other = le_control_response(&request);
    other.status = LE_STATUS_INSUFFICIENT_RESOURCES;
    other.target_atm = x;
    fake_deliver(elan, elan->control_direct, &other);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);                         /* TARGET-ATM-ADDRESS zero */
    fake_answer_le_arp(elan, &request, &elan->settings.atm_address, false); /* itself: no place to send to */
    fake_expect_none(elan);
    fake_answer_le_arp(elan, &request, &x, false);
    fake_next(elan, FAKE_SETUP);
}
END_TEST

/* v1: C10 = 1, v2: C10 = 10, per C11 = 1 s. What is above waits for the next second, in order. */
START_TEST(limit_of_unknown_frames)
{
    uint8_t limit = _i ? 10 : 1;
    uint8_t count = (uint8_t)(limit + 3);
    fake_join(elan, _i);
    int64_t begin_ns = elan->now_ns;
    for (uint8_t mark = 0; mark < count; mark++)
        fake_send(elan, vmac, mark);
    fake_wait(elan, SECONDS(10));
    uint8_t marks = 0;
    while (elan->read_count < elan->record_count) {
        const struct fake_record *next = fake_next(elan, FAKE_SDU);
        if (next->vcc != elan->multicast_send)
            continue;
        ck_assert_uint_eq(next->data[2 + ETHERNET_HEADER_SIZE], marks);
        ck_assert_int_eq(next->time_ns, begin_ns + SECONDS(marks / limit));
        marks++;
    }
    ck_assert_uint_eq(marks, count);
}
END_TEST

/* A frame does not overtake those that are held, not even in the instant in which their wait ends. */
START_TEST(held_frames_keep_their_order)
{
    fake_join(elan, false);
    for (uint8_t mark = 1; mark <= 2; mark++)
        fake_send(elan, vmac, mark);
    elan->read_count = elan->record_count;
    elan->now_ns += SECONDS(1);
    fake_send(elan, vmac, 3);
    fake_wait(elan, SECONDS(5));
    uint8_t mark = 2;
    while (elan->read_count < elan->record_count) {
        const struct fake_record *next = fake_next(elan, FAKE_SDU);
        if (next->vcc == elan->multicast_send)
            ck_assert_uint_eq(next->data[2 + ETHERNET_HEADER_SIZE], mark++);
    }
    ck_assert_uint_eq(mark, 4);
}
END_TEST

/* What was held when the BUS went away leaves when it is back; what comes meanwhile is lost. */
START_TEST(held_frames_survive_the_loss_of_the_bus)
{
    fake_join(elan, false);
    fake_wait(elan, SECONDS(10));
    send_first(vmac, 1);
    fake_send(elan, vmac, 2);
    lec_call_released(elan->lec, elan->multicast_send, CAUSE_NORMAL);
    fake_next(elan, FAKE_RELEASE);
    struct le_control request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_send(elan, vmac, 3);
    elan->now_ns += SECONDS(1);
    fake_connect_bus(elan, &request);
    const struct fake_record *next = fake_next(elan, FAKE_SDU);
    ck_assert_uint_eq(next->vcc, elan->multicast_send);
    ck_assert_uint_eq(next->data[2 + ETHERNET_HEADER_SIZE], 2);
    fake_expect_none(elan);
}
END_TEST

/* One destination at its limit does not keep another from the BUS. */
START_TEST(limit_is_kept_per_destination)
{
    fake_join(elan, false);
    send_first(vmac, 1);
    fake_send(elan, vmac, 2);
    fake_expect_none(elan);
    send_first(mac_of_vrid(8), 3);
}
END_TEST

START_TEST(held_frames_are_bounded)
{
    fake_join(elan, false);
    struct le_control request = send_first(vmac, 0);
    for (uint8_t mark = 1; mark < 100; mark++)
        fake_send(elan, vmac, mark);
    fake_expect_none(elan);
    fake_answer_le_arp(elan, &request, &x, false);
    uint32_t direct = fake_expect_call(elan, &x, B_LLI_DATA_DIRECT_8023);
    fake_expect(elan, direct, READY_IND);
    request = expect_flush(elan->multicast_send, &x);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    for (uint8_t mark = 1; mark <= 16; mark++)
        fake_expect_data(elan, direct, mark);
    fake_expect_none(elan);
}
END_TEST

/* Without an answer to the flush: C21, then until the BUS has been quiet for C22. */
START_TEST(unanswered_flush)
{
    fake_join(elan, true);
    struct le_control request = send_first(vmac, 1);
    fake_answer_le_arp(elan, &request, &x, false);
    uint32_t direct = fake_expect_call(elan, &x, B_LLI_DATA_DIRECT_8023);
    fake_expect(elan, direct, READY_IND);
    fake_wait(elan, SECONDS(1));
    fake_send(elan, vmac, 2);
    request = expect_flush(elan->multicast_send, &x);
    struct le_control other = request;
    other.requester_lecid++;
    fake_answer(elan, &other, LE_STATUS_SUCCESS);
    other = request;
    other.transaction_id++;
    fake_answer(elan, &other, LE_STATUS_SUCCESS);
    fake_expect_none_for(elan, SECONDS(5) - 1);
    fake_wait(elan, 1);
    fake_expect_data(elan, direct, 2);
    fake_answer(elan, &request, LE_STATUS_SUCCESS); /* too late */
    fake_expect_none_for(elan, SECONDS(10));
}
END_TEST

START_TEST(quiet_path_needs_no_flush)
{
    fake_join(elan, true);
    struct le_control request = send_first(vmac, 1);
    fake_answer_le_arp(elan, &request, &x, false);
    uint32_t direct = fake_expect_call(elan, &x, B_LLI_DATA_DIRECT_8023);
    fake_expect(elan, direct, READY_IND);
    fake_wait(elan, SECONDS(6)); /* C22 */
    fake_send(elan, vmac, 2);
    fake_expect_data(elan, direct, 2);
}
END_TEST

START_TEST(lost_bus_ends_a_flush)
{
    fake_join(elan, true);
    fake_wait(elan, SECONDS(2));
    struct le_control request = send_first(vmac, 1);
    fake_answer_le_arp(elan, &request, &x, false);
    uint32_t direct = fake_expect_call(elan, &x, B_LLI_DATA_DIRECT_8023);
    fake_expect(elan, direct, READY_IND);
    fake_send(elan, vmac, 2);
    expect_flush(elan->multicast_send, &x);
    lec_call_released(elan->lec, elan->multicast_send, CAUSE_NORMAL);
    fake_expect_data(elan, direct, 2);
}
END_TEST

START_TEST(refused_setup)
{
    fake_join(elan, true);
    struct le_control request = send_first(vmac, 1);
    fake_answer_le_arp(elan, &request, &x, false);
    lec_call_released(elan->lec, fake_next(elan, FAKE_SETUP)->vcc, CAUSE_NO_ROUTE);
    fake_wait(elan, SECONDS(9));
    fake_send(elan, vmac, 2);
    fake_expect_data(elan, elan->multicast_send, 2);
    fake_expect_none_for(elan, SECONDS(1));
    fake_send(elan, vmac, 3);
    fake_next(elan, FAKE_SETUP);
    fake_expect_data(elan, elan->multicast_send, 3);
}
END_TEST

START_TEST(called_party_waits_for_ready)
{
    fake_join(elan, true);
    uint32_t direct = fake_offer(elan, &x, B_LLI_DATA_DIRECT_8023);
    fake_next(elan, FAKE_ACCEPT);
    struct le_control request = send_first(vmac, 1);
    fake_answer_le_arp(elan, &request, &x, false);
    fake_expect_none(elan); /* no second VCC */
    fake_expect_none_for(elan, SECONDS(4) - 1);
    fake_wait(elan, 1); /* C28 */
    fake_expect(elan, direct, READY_QUERY);
    fake_wait(elan, SECONDS(4));
    fake_expect(elan, direct, READY_QUERY);
    fake_expect_none_for(elan, SECONDS(60));
    fake_send(elan, vmac, 2);
    fake_expect_data(elan, elan->multicast_send, 2);
    fake_wait(elan, SECONDS(7));
    deliver_ready(direct);
    fake_send(elan, vmac, 3);
    fake_expect_data(elan, direct, 3);
}
END_TEST

START_TEST(ready_query_is_answered)
{
    fake_join(elan, true);
    uint32_t direct = prime(vmac, &x, false);
    struct le_control query = le_control_of(READY_QUERY);
    fake_deliver(elan, direct, &query);
    fake_expect(elan, direct, READY_IND);
    uint32_t called = fake_offer(elan, &y, B_LLI_DATA_DIRECT_8023);
    fake_next(elan, FAKE_ACCEPT);
    fake_deliver(elan, called, &query);
    fake_expect(elan, called, READY_IND);
    fake_expect_none_for(elan, SECONDS(30)); /* it was heard: no query of the own */
}
END_TEST

/* lane-rules 5.7: the VCC of the lower calling address carries the data; the old path is flushed. Loop: 0 the
 * peer is higher, 1 it is lower. */
START_TEST(crossing_vccs)
{
    const struct atm_address *peer = _i ? &y : &x;
    fake_join(elan, true);
    uint32_t own = prime(vmac, peer, false);
    uint32_t called = fake_offer(elan, peer, B_LLI_DATA_DIRECT_8023);
    fake_next(elan, FAKE_ACCEPT);
    deliver_ready(called);
    fake_send(elan, vmac, 5);
    if (_i) {
        struct le_control request = expect_flush(own, peer);
        fake_answer(elan, &request, LE_STATUS_SUCCESS);
        fake_expect_data(elan, called, 5);
    } else {
        fake_expect_data(elan, own, 5);
    }
    fake_expect_none(elan);
    uint8_t data[LE_DATA_MINIMUM_SIZE] = {0, 9}; /* received on both */
    lec_sdu_received(elan->lec, own, data, sizeof data);
    lec_sdu_received(elan->lec, called, data, sizeof data);
    ck_assert_uint_eq(elan->received, 2);
}
END_TEST

START_TEST(idle_vcc_is_released)
{
    static const uint8_t seconds_30[4] = {0, 0, 0, 30};
    fake_start(elan);
    struct le_control request = fake_to_configure_request(elan);
    struct le_control response = le_control_response(&request);
    response.target_atm = fake_les;
    le_control_add_tlv(&response, TLV_VCC_TIMEOUT_PERIOD, seconds_30, 4);
    fake_deliver(elan, elan->records[1].vcc, &response);
    fake_next(elan, FAKE_RELEASE);
    elan->control_direct = fake_expect_call(elan, &fake_les, B_LLI_CONTROL);
    request = fake_expect(elan, elan->control_direct, LE_JOIN_REQUEST);
    fake_answer_join(elan, &request, elan->control_direct, true);
    request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_connect_bus(elan, &request);
    uint32_t direct = prime(vmac, &x, false);
    fake_wait(elan, SECONDS(20));
    expect_kept(vmac, direct);
    fake_wait(elan, SECONDS(20));
    uint8_t data[LE_DATA_MINIMUM_SIZE] = {0, 9};
    lec_sdu_received(elan->lec, direct, data, sizeof data);
    fake_expect_none_for(elan, SECONDS(30) - 1);
    fake_wait(elan, 1);
    ck_assert_uint_eq(fake_next(elan, FAKE_RELEASE)->vcc, direct);
    fake_send(elan, vmac, 5); /* the binding is still good */
    fake_next(elan, FAKE_SETUP);
    fake_expect_data(elan, elan->multicast_send, 5);
}
END_TEST

/* Loop: 0 given up in good order: the binding stays; 1 broken: it is asked for again. */
START_TEST(lost_data_direct_vcc)
{
    fake_join(elan, true);
    uint32_t direct = prime(vmac, &x, false);
    fake_wait(elan, SECONDS(2));
    lec_call_released(elan->lec, direct, _i ? CAUSE_OUT_OF_ORDER : CAUSE_NORMAL);
    fake_expect_none(elan);
    ck_assert(lec_operational(elan->lec));
    fake_send(elan, vmac, 5);
    if (_i)
        fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    else
        ck_assert(atm_address_equal(&fake_next(elan, FAKE_SETUP)->call.called, &x));
    fake_expect_data(elan, elan->multicast_send, 5);
    fake_expect_none(elan);
}
END_TEST

START_TEST(cache_ages)
{
    fake_join(elan, true);
    uint32_t direct = prime(vmac, &x, false); /* confirmed at 0 s, used at 0 s: not in use since */
    fake_wait(elan, SECONDS(300) - 1);
    fake_expect_none(elan);
    fake_wait(elan, 1);
    fake_send(elan, vmac, 5);
    struct le_control request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_expect_data(elan, elan->multicast_send, 5);
    fake_answer_le_arp(elan, &request, &x, false);
    fake_wait(elan, SECONDS(100));
    fake_send(elan, vmac, 6); /* in use: asked for in time, and kept while nobody answers */
    fake_expect_data(elan, direct, 6);
    fake_expect_none_for(elan, SECONDS(198) - 1);
    fake_wait(elan, 1);
    request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    expect_kept(vmac, direct);
    fake_answer_le_arp(elan, &request, &x, false);
    fake_wait(elan, SECONDS(1));
    expect_kept(vmac, direct);
    fake_wait(elan, SECONDS(297));
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_wait(elan, SECONDS(1));
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_expect_none_for(elan, SECONDS(1) - 1);
    expect_kept(vmac, direct);
    fake_wait(elan, 1);
    fake_send(elan, vmac, 7);
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_expect_data(elan, elan->multicast_send, 7);
}
END_TEST

static void topology_change(bool change)
{
    struct le_control request = le_control_of(LE_TOPOLOGY_REQUEST);
    request.requester_lecid = 9;
    request.flags = change ? LE_FLAG_TOPOLOGY_CHANGE : 0;
    fake_deliver(elan, elan->control_distribute, &request);
}

/* C18 rules over remote bindings while C19 is set. Loop: bit 0 remote, bit 1 C19 is cleared again. */
START_TEST(topology_change_ages_remote_bindings)
{
    bool remote = _i & 1, cleared = _i & 2;
    fake_join(elan, true);
    uint32_t direct = prime(vmac, &x, remote);
    fake_wait(elan, SECONDS(10));
    topology_change(true);
    if (cleared)
        topology_change(false);
    fake_wait(elan, SECONDS(5) - 1);
    fake_expect_none(elan);
    expect_kept(vmac, direct);
    fake_wait(elan, 1);
    fake_send(elan, vmac, 5);
    if (remote && !cleared)
        fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_expect_data(elan, remote && !cleared ? elan->multicast_send : direct, 5);
    fake_expect_none(elan);
}
END_TEST

/* Bindings told while C19 is set. */
START_TEST(bindings_of_a_changing_topology)
{
    fake_join(elan, true);
    topology_change(true);
    uint32_t direct = prime(vmac, &x, _i);
    fake_wait(elan, SECONDS(15));
    fake_send(elan, vmac, 5);
    if (_i)
        fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_expect_data(elan, _i ? elan->multicast_send : direct, 5);
}
END_TEST

START_TEST(topology_change_deletes_old_remote_bindings)
{
    fake_join(elan, true);
    prime(vmac, &x, true);
    fake_wait(elan, SECONDS(20));
    topology_change(true);
    fake_wait(elan, 1);
    fake_send(elan, vmac, 5);
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_expect_data(elan, elan->multicast_send, 5);
}
END_TEST

/* R-2-08, R-2-10; L-le_arp-14: a v1 client ignores it. */
START_TEST(targetless_le_arp_moves_the_binding)
{
    bool v2 = _i;
    fake_join(elan, v2);
    uint32_t to_x = prime(vmac, &x, false);
    fake_wait(elan, SECONDS(2));
    struct le_control request = targetless(vmac, &y);
    fake_deliver(elan, elan->control_distribute, &request);
    if (!v2) {
        expect_kept(vmac, to_x);
        return;
    }
    fake_send(elan, vmac, 5);
    uint32_t to_y = fake_next(elan, FAKE_SETUP)->vcc;
    ck_assert(atm_address_equal(&elan->records[elan->read_count - 1].call.called, &y));
    fake_expect_data(elan, elan->multicast_send, 5);
    lec_call_connected(elan->lec, to_y);
    fake_expect(elan, to_y, READY_IND);
    fake_send(elan, vmac, 6);
    request = expect_flush(elan->multicast_send, &y);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    fake_expect_data(elan, to_y, 6);
    fake_expect_none(elan);
}
END_TEST

/* The flush towards X is void when the address moves to Y; what went by the BUS must be flushed towards Y. */
START_TEST(binding_moves_during_a_flush)
{
    fake_join(elan, true);
    uint32_t to_y = fake_offer(elan, &y, B_LLI_DATA_DIRECT_8023);
    fake_next(elan, FAKE_ACCEPT);
    deliver_ready(to_y);
    struct le_control request = send_first(vmac, 1);
    fake_answer_le_arp(elan, &request, &x, false);
    uint32_t to_x = fake_expect_call(elan, &x, B_LLI_DATA_DIRECT_8023);
    fake_expect(elan, to_x, READY_IND);
    fake_send(elan, vmac, 2);
    struct le_control void_flush = expect_flush(elan->multicast_send, &x);
    request = targetless(vmac, &y);
    fake_deliver(elan, elan->control_distribute, &request);
    request = expect_flush(elan->multicast_send, &y);
    fake_answer(elan, &void_flush, LE_STATUS_SUCCESS);
    fake_expect_none(elan);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    fake_expect_data(elan, to_y, 2);
    fake_expect_none_for(elan, SECONDS(30));
}
END_TEST

/* R-2-08: the binding goes also when the frame has no address to put in its place. */
START_TEST(targetless_le_arp_without_an_address)
{
    fake_join(elan, true);
    prime(vmac, &x, false);
    fake_wait(elan, SECONDS(2));
    struct atm_address none = {0};
    struct le_control request = targetless(vmac, &none);
    fake_deliver(elan, elan->control_distribute, &request);
    send_first(vmac, 5);
}
END_TEST

/* R-2-09, and other destinations stay as they are. Loop: 0 never heard of, 1 asked for in vain. */
START_TEST(targetless_le_arp_for_an_unknown_address)
{
    fake_join(elan, true);
    uint32_t to_x = prime(mac_of_vrid(8), &x, false);
    if (_i) {
        send_first(vmac, 1);
        fake_wait(elan, SECONDS(30));
        elan->read_count = elan->record_count;
    }
    struct le_control request = targetless(vmac, &y);
    fake_deliver(elan, elan->control_distribute, &request);
    send_first(vmac, 2);
    expect_kept(mac_of_vrid(8), to_x);
}
END_TEST

/* A frame changes the binding to X, or not. */
struct narp_case {
    const struct atm_address *source;
    const struct atm_address *target;
    enum cache_effect effect;
};

START_TEST(le_narp)
{
    const struct narp_case cases[] = {
        {NULL, &x, CACHE_DELETES},   /* no-source (R-2-12) */
        {NULL, &y, CACHE_KEEPS},     /* no-source of another */
        {NULL, NULL, CACHE_DELETES}, /* zero/zero (R-6-06) */
        {&y, NULL, CACHE_DELETES},   /* zero target, whatever the source (R-6-06) */
        {&y, &x, CACHE_REPLACES},    /* plain (R-6-01) */
        {&x, &y, CACHE_KEEPS},       /* plain, no match (R-6-01) */
    };
    const struct narp_case *narp_case = &cases[_i / 2];
    fake_join(elan, _i % 2);
    uint32_t to_x = prime(vmac, &x, false);
    uint32_t to_other = prime(mac_of_vrid(8), &y, false);
    fake_wait(elan, SECONDS(2));
    struct le_control request = narp(vmac, narp_case->source, narp_case->target);
    fake_deliver(elan, elan->control_distribute, &request);
    switch (narp_case->effect) {
    case CACHE_KEEPS:
        expect_kept(vmac, to_x);
        break;
    case CACHE_DELETES:
        send_first(vmac, 5);
        break;
    case CACHE_REPLACES: /* there is a VCC to Y already, and nothing was sent to Y's vmac by the BUS since */
        fake_send(elan, vmac, 5);
        fake_expect_data(elan, to_other, 5);
        break;
    }
    expect_kept(mac_of_vrid(8), to_other);
}
END_TEST

/* The address is looked for in TARGET-LAN-DESTINATION, nowhere else; own echoes count for nothing. */
START_TEST(le_narp_that_is_not_about_the_binding)
{
    fake_join(elan, true);
    uint32_t to_x = prime(vmac, &x, false);
    struct le_control request = narp(mac_of_vrid(9), NULL, &x);
    request.source_lan = lan_destination_of_mac(vmac);
    fake_deliver(elan, elan->control_distribute, &request);
    request = narp(vmac, NULL, &x);
    request.requester_lecid = FAKE_LECID;
    fake_deliver(elan, elan->control_distribute, &request);
    request = targetless(vmac, &y);
    request.requester_lecid = FAKE_LECID;
    fake_deliver(elan, elan->control_distribute, &request);
    request = narp(vmac, NULL, &x);
    fake_deliver(elan, elan->multicast_forward, &request); /* no control VCC */
    expect_kept(vmac, to_x);
}
END_TEST

/* L-rate-02: a binding that was deleted is asked for at once, but not within C20 of the last request. */
START_TEST(deleted_binding_is_not_asked_for_too_soon)
{
    fake_join(elan, true);
    prime(vmac, &x, false);
    fake_wait(elan, MILLISECONDS(400));
    struct le_control request = narp(vmac, NULL, NULL);
    fake_deliver(elan, elan->control_distribute, &request);
    fake_send(elan, vmac, 5);
    fake_expect_data(elan, elan->multicast_send, 5);
    fake_expect_none_for(elan, MILLISECONDS(600) - 1);
    fake_wait(elan, 1);
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
}
END_TEST

START_TEST(association_forgets_the_binding)
{
    fake_join(elan, true);
    prime(vmac, &x, false);
    fake_wait(elan, SECONDS(2));
    lec_associate(elan->lec, vmac);
    elan->read_count = elan->record_count;
    fake_send(elan, vmac, 5); /* to itself: nowhere */
    fake_send(elan, fake_own_mac, 6);
    fake_expect_none(elan);
    lec_disassociate(elan->lec, vmac);
    elan->read_count = elan->record_count;
    send_first(vmac, 7);
}
END_TEST

START_TEST(llc_multiplexed_vcc)
{
    static const uint8_t prefix[LLC_PREFIX_SIZE] = {0xaa, 0xaa, 3, 0, 0xa0, 0x3e, 0, 0x0c, 0, 0, 1, 2};
    elan->settings.llc_multiplexed = true;
    fake_join(elan, true);
    uint32_t direct = fake_offer(elan, &x, B_LLI_LLC_MULTIPLEXED);
    fake_next(elan, FAKE_ACCEPT);
    uint8_t data[LLC_PREFIX_SIZE + LE_DATA_MINIMUM_SIZE] = {0};
    memcpy(data, prefix, sizeof prefix);
    data[LLC_PREFIX_SIZE + 1] = 9;
    data[LLC_PREFIX_SIZE + 2] = 0x22;
    lec_sdu_received(elan->lec, direct, data, sizeof data);
    ck_assert_uint_eq(elan->received, 1);
    ck_assert_uint_eq(elan->last_received[0], 0x22);
    ck_assert_uint_eq(elan->last_received_size, LE_DATA_MINIMUM_SIZE - 2);
    data[11]++; /* another ELAN */
    lec_sdu_received(elan->lec, direct, data, sizeof data);
    lec_sdu_received(elan->lec, direct, data, 5);
    ck_assert_uint_eq(elan->received, 1);
    struct le_control query = le_control_of(READY_QUERY);
    memcpy(data, prefix, sizeof prefix);
    ck_assert_uint_eq(le_control_encode(&query, data + LLC_PREFIX_SIZE, LE_READY_SIZE), LE_READY_SIZE);
    lec_sdu_received(elan->lec, direct, data, LLC_PREFIX_SIZE + LE_READY_SIZE);
    const struct fake_record *answer = fake_next(elan, FAKE_SDU);
    ck_assert_uint_eq(answer->vcc, direct);
    ck_assert_uint_eq(answer->size, LLC_PREFIX_SIZE + LE_READY_SIZE);
    ck_assert_mem_eq(answer->data, prefix, sizeof prefix);
    ck_assert_mem_eq(answer->data + LLC_PREFIX_SIZE, "\xff\x00\x01\x01\x01\x03", LE_READY_SIZE);
    /* data to the peer does not go that way */
    struct le_control request = send_first(vmac, 1);
    fake_answer_le_arp(elan, &request, &x, false);
    ck_assert_int_eq(fake_next(elan, FAKE_SETUP)->call.b_lli, B_LLI_DATA_DIRECT_8023);
}
END_TEST

START_TEST(llc_multiplexed_vcc_in_a_v1_elan)
{
    elan->settings.llc_multiplexed = true;
    fake_join(elan, false);
    fake_offer(elan, &x, B_LLI_LLC_MULTIPLEXED);
    fake_next(elan, FAKE_REJECT);
}
END_TEST

START_TEST(frames_that_are_no_frames_are_not_sent)
{
    fake_join(elan, true);
    uint8_t data[1600] = {0xff};
    lec_send(elan->lec, data, ETHERNET_HEADER_SIZE - 1);
    lec_send(elan->lec, data, 1515);
    fake_expect_none(elan);
    lec_send(elan->lec, data, 1514);
    ck_assert_uint_eq(fake_next(elan, FAKE_SDU)->size, 1516);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference: LEC, data");
    TCase *paths = tcase_create("paths");
    tcase_add_checked_fixture(paths, setup, teardown);
    tcase_add_loop_test(paths, resolved_destination_gets_a_data_direct_vcc, 0, 2);
    tcase_add_test(paths, unanswered_le_arp_is_repeated_once);
    tcase_add_test(paths, responses_for_others_bind_nothing);
    tcase_add_loop_test(paths, limit_of_unknown_frames, 0, 2);
    tcase_add_test(paths, limit_is_kept_per_destination);
    tcase_add_test(paths, held_frames_keep_their_order);
    tcase_add_test(paths, held_frames_survive_the_loss_of_the_bus);
    tcase_add_test(paths, held_frames_are_bounded);
    tcase_add_test(paths, unanswered_flush);
    tcase_add_test(paths, quiet_path_needs_no_flush);
    tcase_add_test(paths, lost_bus_ends_a_flush);
    tcase_add_test(paths, refused_setup);
    tcase_add_test(paths, called_party_waits_for_ready);
    tcase_add_test(paths, ready_query_is_answered);
    tcase_add_loop_test(paths, crossing_vccs, 0, 2);
    tcase_add_test(paths, idle_vcc_is_released);
    tcase_add_loop_test(paths, lost_data_direct_vcc, 0, 2);
    tcase_add_test(paths, llc_multiplexed_vcc);
    tcase_add_test(paths, llc_multiplexed_vcc_in_a_v1_elan);
    tcase_add_test(paths, frames_that_are_no_frames_are_not_sent);
    suite_add_tcase(suite, paths);
    TCase *cache = tcase_create("cache");
    tcase_add_checked_fixture(cache, setup, teardown);
    tcase_add_test(cache, cache_ages);
    tcase_add_loop_test(cache, topology_change_ages_remote_bindings, 0, 4);
    tcase_add_loop_test(cache, bindings_of_a_changing_topology, 0, 2);
    tcase_add_test(cache, topology_change_deletes_old_remote_bindings);
    tcase_add_loop_test(cache, targetless_le_arp_moves_the_binding, 0, 2);
    tcase_add_test(cache, binding_moves_during_a_flush);
    tcase_add_test(cache, targetless_le_arp_without_an_address);
    tcase_add_loop_test(cache, targetless_le_arp_for_an_unknown_address, 0, 2);
    tcase_add_loop_test(cache, le_narp, 0, 12);
    tcase_add_test(cache, le_narp_that_is_not_about_the_binding);
    tcase_add_test(cache, deleted_binding_is_not_asked_for_too_soon);
    tcase_add_test(cache, association_forgets_the_binding);
    suite_add_tcase(suite, cache);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
