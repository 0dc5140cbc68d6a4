/* ADDRESS ASSOCIATION and ADDRESS DISASSOCIATION of the reference LEC, in both schemes and both versions
 * (draft 3.1, 3.2, 6; draft-requirements 9 and 10). */
#include <check.h>
#include <stdlib.h>

#include "fake_elan.h"

/* The four instances of a looped test; tests of one scheme loop over the versions, v1 first. */
#define INSTANCES 4
static bool is_proxy(int instance)
{
    return instance & 1;
}
static bool is_v2(int instance)
{
    return instance & 2;
}

static struct fake_elan *elan;
static struct mac_address vmac; /* VRID 7 */

static void setup(void)
{
    elan = fake_elan_new();
    vmac = mac_of_vrid(7);
}

static void teardown(void)
{
    fake_elan_free(elan);
}

static void join(bool proxy, bool v2)
{
    elan->settings.proxy = proxy;
    fake_join(elan, v2);
}

/* The announcement of the version, with all its fields. */
static void expect_announcement(bool proxy, bool v2, struct mac_address mac)
{
    struct le_control frame = fake_expect(elan, elan->control_direct, v2 ? LE_ARP_REQUEST : LE_NARP_REQUEST);
    ck_assert_uint_eq(frame.status, 0);
    ck_assert_uint_eq(frame.requester_lecid, FAKE_LECID);
    ck_assert_uint_eq(frame.flags, proxy && v2 ? LE_FLAG_REMOTE_ADDRESS : 0);
    ck_assert_uint_eq(frame.tlv_count, 0);
    ck_assert_uint_eq(frame.lan_type, 0);
    ck_assert(atm_address_is_zero(&frame.target_atm));
    if (v2) {
        ck_assert(lan_destination_is_mac(frame.source_lan, mac));
        ck_assert(lan_destination_equal(frame.target_lan, LAN_DESTINATION_NONE));
        ck_assert(atm_address_equal(&frame.source_atm, &elan->settings.atm_address));
    } else {
        ck_assert(lan_destination_equal(frame.source_lan, LAN_DESTINATION_NONE));
        ck_assert(lan_destination_is_mac(frame.target_lan, mac));
        ck_assert(atm_address_is_zero(&frame.source_atm));
    }
}

static struct le_control expect_register(struct mac_address mac)
{
    struct le_control frame = fake_expect(elan, elan->control_direct, LE_REGISTER_REQUEST);
    ck_assert_uint_eq(frame.requester_lecid, FAKE_LECID);
    ck_assert(lan_destination_is_mac(frame.source_lan, mac));
    ck_assert(lan_destination_equal(frame.target_lan, LAN_DESTINATION_NONE));
    ck_assert(atm_address_equal(&frame.source_atm, &elan->settings.atm_address));
    ck_assert(atm_address_is_zero(&frame.target_atm));
    return frame;
}

static struct le_control expect_probe(struct mac_address mac)
{
    struct le_control frame = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    ck_assert(lan_destination_is_mac(frame.source_lan, fake_own_mac));
    ck_assert(lan_destination_is_mac(frame.target_lan, mac));
    ck_assert(atm_address_equal(&frame.source_atm, &elan->settings.atm_address));
    return frame;
}

static void expect_unregister(struct mac_address mac)
{
    struct le_control frame = fake_expect(elan, elan->control_direct, LE_UNREGISTER_REQUEST);
    ck_assert(lan_destination_is_mac(frame.source_lan, mac));
    ck_assert(lan_destination_equal(frame.target_lan, LAN_DESTINATION_NONE));
    ck_assert(atm_address_equal(&frame.source_atm, &elan->settings.atm_address));
    ck_assert(atm_address_is_zero(&frame.target_atm));
}

static void expect_no_source_narp(struct mac_address mac)
{
    struct le_control frame = fake_expect(elan, elan->control_direct, LE_NARP_REQUEST);
    ck_assert(lan_destination_equal(frame.source_lan, LAN_DESTINATION_NONE));
    ck_assert(lan_destination_is_mac(frame.target_lan, mac));
    ck_assert(atm_address_is_zero(&frame.source_atm));
    ck_assert(atm_address_equal(&frame.target_atm, &elan->settings.atm_address));
    ck_assert_uint_eq(frame.tlv_count, 0);
}

/* Associates; returns the LE_REGISTER_REQUEST (non-proxy) or the probe (proxy). */
static struct le_control associate(bool proxy, bool v2, struct mac_address mac)
{
    struct le_control request = {0};
    lec_associate(elan->lec, mac);
    if (!proxy)
        request = expect_register(mac);
    expect_announcement(proxy, v2, mac);
    if (proxy)
        request = expect_probe(mac);
    fake_expect_none(elan);
    return request;
}

/* Associates and lets it settle: registration confirmed, or probe unanswered. */
static void associate_and_settle(bool proxy, bool v2, struct mac_address mac)
{
    struct le_control request = associate(proxy, v2, mac);
    if (!proxy)
        fake_answer(elan, &request, LE_STATUS_SUCCESS);
    fake_expect_none_for(elan, SECONDS(2));
}

static void ask_for(struct mac_address mac)
{
    struct le_control request = le_control_of(LE_ARP_REQUEST);
    request.requester_lecid = 9;
    request.source_lan = lan_destination_of_mac(fake_mac(9));
    request.source_atm = fake_atm(9);
    request.target_lan = lan_destination_of_mac(mac);
    fake_deliver(elan, elan->control_distribute, &request);
}

START_TEST(association_and_disassociation)
{
    bool proxy = is_proxy(_i), v2 = is_v2(_i);
    join(proxy, v2);
    ask_for(vmac);
    fake_expect_none(elan);
    struct le_control request = associate(proxy, v2, vmac);
    ask_for(vmac);
    struct le_control answer = fake_expect(elan, elan->control_direct, LE_ARP_RESPONSE);
    ck_assert_uint_eq(answer.flags, proxy ? LE_FLAG_REMOTE_ADDRESS : 0);
    ck_assert(atm_address_equal(&answer.target_atm, &elan->settings.atm_address));
    if (!proxy)
        fake_answer(elan, &request, LE_STATUS_SUCCESS);
    lec_associate(elan->lec, vmac); /* is so already */
    fake_expect_none_for(elan, SECONDS(400));

    lec_disassociate(elan->lec, vmac);
    if (!proxy)
        expect_unregister(vmac);
    if (v2)
        expect_no_source_narp(vmac);
    lec_disassociate(elan->lec, vmac); /* is so already */
    ask_for(vmac);
    fake_expect_none_for(elan, SECONDS(400));
    ck_assert_uint_eq(elan->refused, 0);
}
END_TEST

START_TEST(refused_registration_persists)
{
    bool v2 = _i;
    join(false, v2);
    struct le_control request = associate(false, v2, vmac);
    int64_t begin_ns = elan->now_ns;
    fake_answer(elan, &request, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    for (int second = 1; second <= 20; second++) {
        fake_wait(elan, SECONDS(1));
        if (second % 5 == 0) { /* registration_retry_ns */
            bool first = elan->records[elan->read_count].size == LE_CONTROL_SIZE &&
                         elan->records[elan->read_count].data[5] == 0x04;
            if (!first)
                expect_announcement(false, v2, vmac);
            request = expect_register(vmac);
            if (first)
                expect_announcement(false, v2, vmac);
        } else {
            expect_announcement(false, v2, vmac);
        }
        ck_assert_int_eq(elan->records[elan->read_count - 1].time_ns, begin_ns + SECONDS(second));
        fake_expect_none(elan);
        if (second == 5 || second == 10)
            fake_answer(elan, &request, LE_STATUS_INSUFFICIENT_RESOURCES);
        else if (second == 15)
            fake_answer(elan, &request, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    }
    ck_assert_uint_eq(elan->refused, 4);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    fake_expect_none_for(elan, SECONDS(400));
    fake_answer(elan, &request, LE_STATUS_DUPLICATE_LAN_DESTINATION); /* late: no more */
    fake_expect_none_for(elan, SECONDS(400));
    ck_assert(lec_operational(elan->lec));
    lec_disassociate(elan->lec, vmac);
    expect_unregister(vmac);
}
END_TEST

/* v1: after C7; v2: 5, 10, 15 s (C7 in sum), and anew. Announcements every second, counted. */
START_TEST(unanswered_registration_persists)
{
    static const int v1_waits_s[] = {120, 120}, v2_waits_s[] = {5, 10, 15, 5, 10, 15};
    bool v2 = _i;
    join(false, v2);
    associate(false, v2, vmac);
    for (int i = 0; i < (v2 ? 6 : 2); i++) {
        int wait_s = v2 ? v2_waits_s[i] : v1_waits_s[i];
        fake_wait(elan, SECONDS(wait_s));
        int announcements = 0, registrations = 0;
        while (elan->read_count < elan->record_count) {
            const struct fake_record *next = fake_next(elan, FAKE_SDU);
            registrations += next->data[5] == 0x04;
            announcements += next->data[5] == (v2 ? 0x06 : 0x08);
            if (next->data[5] == 0x04)
                ck_assert_int_eq(next->time_ns, elan->now_ns);
        }
        ck_assert_int_eq(registrations, 1);
        ck_assert_int_eq(announcements, wait_s);
    }
    ck_assert_uint_eq(elan->refused, 0);
}
END_TEST

START_TEST(late_success_confirms)
{
    join(false, true);
    struct le_control first = associate(false, true, vmac);
    fake_wait(elan, SECONDS(5));
    for (int i = 0; i < 6; i++)
        fake_next(elan, FAKE_SDU);
    fake_answer(elan, &first, LE_STATUS_DUPLICATE_LAN_DESTINATION); /* the second answer is to come */
    ck_assert_uint_eq(elan->refused, 0);
    fake_answer(elan, &first, LE_STATUS_SUCCESS);
    fake_expect_none_for(elan, SECONDS(60));
}
END_TEST

START_TEST(success_after_a_refusal_confirms)
{
    join(false, true);
    struct le_control first = associate(false, true, vmac);
    fake_answer(elan, &first, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    fake_answer(elan, &first, LE_STATUS_SUCCESS);
    fake_expect_none_for(elan, SECONDS(60));
}
END_TEST

/* Loop: 0 another LECID, 1 an unknown transaction, 2 another address. */
START_TEST(responses_for_others_do_not_confirm)
{
    join(false, true);
    struct le_control request = associate(false, true, vmac);
    struct le_control other = request;
    if (_i == 0)
        other.requester_lecid = FAKE_LECID + 1;
    else if (_i == 1)
        other.transaction_id += 50;
    else
        other.source_lan = lan_destination_of_mac(mac_of_vrid(8));
    fake_answer(elan, &other, LE_STATUS_SUCCESS);
    fake_answer(elan, &other, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    ck_assert_uint_eq(elan->refused, 0);
    fake_wait(elan, SECONDS(1));
    expect_announcement(false, true, vmac);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    fake_expect_none_for(elan, SECONDS(60));
}
END_TEST

START_TEST(registration_response_on_control_distribute)
{
    join(false, true);
    struct le_control request = associate(false, true, vmac);
    struct le_control response = le_control_response(&request);
    fake_deliver(elan, elan->control_distribute, &response);
    fake_expect_none_for(elan, SECONDS(60));
}
END_TEST

/* UNREGISTER at once while the answer is open, and not again when the answer comes. */
START_TEST(disassociation_while_pending)
{
    join(false, true);
    struct le_control request = associate(false, true, vmac);
    lec_disassociate(elan->lec, vmac);
    expect_unregister(vmac);
    expect_no_source_narp(vmac);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    fake_expect_none_for(elan, SECONDS(400));
}
END_TEST

/* nothing to unregister; NSN because caches were changed. A success that comes nevertheless is undone,
 * once. */
START_TEST(disassociation_while_refused)
{
    bool v2 = _i;
    join(false, v2);
    struct le_control request = associate(false, v2, vmac);
    fake_answer(elan, &request, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    lec_disassociate(elan->lec, vmac);
    if (v2)
        expect_no_source_narp(vmac);
    fake_expect_none_for(elan, SECONDS(400));
    fake_answer(elan, &request, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    fake_expect_none(elan);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    expect_unregister(vmac);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    fake_expect_none_for(elan, SECONDS(400));
}
END_TEST

/* The success of an earlier association says nothing about this one. */
START_TEST(association_again)
{
    join(false, true);
    struct le_control first = associate(false, true, vmac);
    lec_disassociate(elan->lec, vmac);
    expect_unregister(vmac);
    expect_no_source_narp(vmac);
    fake_wait(elan, SECONDS(3));
    struct le_control second = associate(false, true, vmac);
    fake_answer(elan, &first, LE_STATUS_SUCCESS);
    fake_wait(elan, SECONDS(1));
    expect_announcement(false, true, vmac);
    fake_answer(elan, &second, LE_STATUS_SUCCESS);
    fake_expect_none_for(elan, SECONDS(60));
    lec_disassociate(elan->lec, vmac);
    expect_unregister(vmac);
}
END_TEST

/* The announcement keeps its second from that of an association a moment ago; the first frame goes out at
 * once. */
START_TEST(association_again_within_a_second)
{
    bool proxy = is_proxy(_i), v2 = is_v2(_i);
    join(proxy, v2);
    associate(proxy, v2, vmac);
    fake_wait(elan, MILLISECONDS(300));
    lec_disassociate(elan->lec, vmac);
    elan->read_count = elan->record_count;
    lec_associate(elan->lec, vmac);
    if (proxy) {
        expect_announcement(proxy, v2, vmac);
        expect_probe(vmac);
    } else {
        struct le_control request = expect_register(vmac);
        fake_answer(elan, &request, LE_STATUS_SUCCESS);
        fake_expect_none_for(elan, MILLISECONDS(700) - 1);
        fake_wait(elan, 1);
        expect_announcement(proxy, v2, vmac);
    }
    fake_expect_none_for(elan, SECONDS(60));
}
END_TEST

START_TEST(probe_rounds)
{
    bool v2 = _i;
    struct atm_address foreign = fake_atm(9);
    join(true, v2);
    struct le_control request = associate(true, v2, vmac);
    int64_t begin_ns = elan->now_ns;
    for (int round = 1; round <= 5; round++) {
        fake_wait(elan, MILLISECONDS(20));
        fake_answer_le_arp(elan, &request, &foreign, round & 1); /* from a proxy, and from the LES */
        fake_expect_none(elan);
        fake_wait(elan, begin_ns + SECONDS(round) - elan->now_ns - 1);
        fake_expect_none(elan);
        fake_wait(elan, 1);
        expect_announcement(true, v2, vmac);
        request = expect_probe(vmac);
        fake_expect_none(elan);
    }
    /* none of these is a reply */
    fake_answer_le_arp(elan, &request, &elan->settings.atm_address, false);
    struct le_control other = request;
    other.requester_lecid++;
    fake_answer_le_arp(elan, &other, &foreign, false);
    other = request;
    other.transaction_id++;
    fake_answer_le_arp(elan, &other, &foreign, false);
    other = le_control_response(&request);
    other.target_atm = foreign;
    other.status = LE_STATUS_INSUFFICIENT_RESOURCES;
    fake_deliver(elan, elan->control_direct, &other);
    fake_deliver(elan, elan->control_distribute, &request); /* the echo */
    fake_expect_none_for(elan, SECONDS(60));
    fake_answer_le_arp(elan, &request, &foreign, false); /* too late */
    fake_expect_none_for(elan, SECONDS(60));
}
END_TEST

START_TEST(disassociation_ends_probe_rounds)
{
    struct atm_address foreign = fake_atm(9);
    join(true, true);
    struct le_control request = associate(true, true, vmac);
    if (_i)
        fake_answer_le_arp(elan, &request, &foreign, true);
    lec_disassociate(elan->lec, vmac);
    expect_no_source_narp(vmac);
    fake_answer_le_arp(elan, &request, &foreign, true);
    fake_expect_none_for(elan, SECONDS(60));
}
END_TEST

START_TEST(own_echoes_change_nothing)
{
    bool proxy = is_proxy(_i), v2 = is_v2(_i);
    join(proxy, v2);
    associate_and_settle(proxy, v2, vmac);
    lec_disassociate(elan->lec, vmac);
    fake_wait(elan, SECONDS(10));
    lec_associate(elan->lec, vmac);
    struct le_control echoes[16];
    size_t count = 0;
    for (size_t i = 0; i < elan->record_count && count < 16; i++) {
        const struct fake_record *past = &elan->records[i];
        if (past->kind == FAKE_SDU && past->vcc == elan->control_direct && past->data[5] >= 0x06)
            ck_assert(le_control_decode(past->data, past->size, &echoes[count++], NULL));
    }
    ck_assert_uint_ge(count, 3);
    elan->read_count = elan->record_count;
    for (size_t i = 0; i < count; i++)
        fake_deliver(elan, elan->control_distribute, &echoes[i]);
    fake_expect_none(elan);
    ask_for(vmac);
    fake_expect(elan, elan->control_direct, LE_ARP_RESPONSE);
}
END_TEST

/* R-2.2-05, A-24 */
START_TEST(associations_are_independent)
{
    bool proxy = is_proxy(_i), v2 = is_v2(_i);
    struct mac_address other = mac_of_vrid(8);
    join(proxy, v2);
    associate_and_settle(proxy, v2, vmac);
    associate_and_settle(proxy, v2, other);
    lec_disassociate(elan->lec, vmac);
    if (!proxy)
        expect_unregister(vmac);
    if (v2)
        expect_no_source_narp(vmac);
    fake_expect_none_for(elan, SECONDS(60));
    ask_for(vmac);
    fake_expect_none(elan);
    ask_for(other);
    fake_expect(elan, elan->control_direct, LE_ARP_RESPONSE);
    ask_for(fake_own_mac);
    fake_expect(elan, elan->control_direct, LE_ARP_RESPONSE);
}
END_TEST

/* claims and withdrawals of others do not end the own association. */
START_TEST(claims_of_others_change_nothing)
{
    bool proxy = is_proxy(_i), v2 = is_v2(_i);
    join(proxy, v2);
    associate_and_settle(proxy, v2, vmac);
    struct le_control claim = le_control_of(LE_ARP_REQUEST);
    claim.requester_lecid = 9;
    claim.source_lan = lan_destination_of_mac(vmac);
    claim.source_atm = fake_atm(9);
    fake_deliver(elan, elan->control_distribute, &claim);
    struct le_control narp = le_control_of(LE_NARP_REQUEST);
    narp.requester_lecid = 9;
    narp.target_lan = lan_destination_of_mac(vmac);
    fake_deliver(elan, elan->control_distribute, &narp);
    narp.target_atm = elan->settings.atm_address;
    fake_deliver(elan, elan->control_distribute, &narp);
    fake_expect_none_for(elan, SECONDS(60));
    ask_for(vmac);
    fake_expect(elan, elan->control_direct, LE_ARP_RESPONSE);
}
END_TEST

/* whatever state it was in, it is made anew and completely. */
START_TEST(association_survives_the_loss_of_the_elan)
{
    bool proxy = is_proxy(_i), v2 = is_v2(_i);
    join(proxy, v2);
    if (_i & 4)
        associate_and_settle(proxy, v2, vmac);
    else
        associate(proxy, v2, vmac);
    lec_call_released(elan->lec, elan->control_direct, CAUSE_OUT_OF_ORDER);
    ck_assert_uint_eq(elan->lost, 1);
    for (int i = 0; i < 3; i++)
        fake_next(elan, FAKE_RELEASE);
    fake_wait(elan, SECONDS(5));
    fake_join_again(elan, v2);
    struct le_control request = {0};
    if (!proxy)
        request = expect_register(vmac);
    expect_announcement(proxy, v2, vmac);
    if (proxy)
        expect_probe(vmac);
    if (!proxy)
        fake_answer(elan, &request, LE_STATUS_SUCCESS);
    fake_expect_none_for(elan, SECONDS(60));
}
END_TEST

START_TEST(disassociation_while_the_elan_is_lost)
{
    bool proxy = is_proxy(_i), v2 = is_v2(_i);
    join(proxy, v2);
    struct le_control request = associate(proxy, v2, vmac);
    elan->disassociates_in_lost = vmac;
    lec_call_released(elan->lec, elan->control_direct, CAUSE_OUT_OF_ORDER);
    for (int i = 0; i < 3; i++)
        fake_next(elan, FAKE_RELEASE);
    fake_wait(elan, SECONDS(5));
    fake_join_again(elan, v2);
    fake_expect_none(elan);
    if (!proxy)
        fake_answer(elan, &request, LE_STATUS_SUCCESS); /* of an earlier life */
    fake_expect_none_for(elan, SECONDS(60));
}
END_TEST

/* In the ELAN again, but not operational: nothing has been announced here yet. */
START_TEST(disassociation_while_joining_again)
{
    join(false, true);
    associate_and_settle(false, true, vmac);
    lec_call_released(elan->lec, elan->control_direct, CAUSE_OUT_OF_ORDER);
    for (int i = 0; i < 3; i++)
        fake_next(elan, FAKE_RELEASE);
    fake_wait(elan, SECONDS(5));
    struct le_control request = fake_to_join_request(elan);
    fake_answer_join(elan, &request, elan->control_direct, true);
    request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    lec_disassociate(elan->lec, vmac);
    fake_expect_none(elan);
    fake_connect_bus(elan, &request);
    fake_expect_none_for(elan, SECONDS(60));
}
END_TEST

START_TEST(association_before_the_join)
{
    elan->lec = lec_new(&elan->services, &elan->settings, &elan->options, &elan->events, elan);
    lec_associate(elan->lec, vmac);
    fake_expect_none(elan);
    fake_join(elan, true);
    expect_register(vmac);
    expect_announcement(false, true, vmac);
    fake_expect_none(elan);
}
END_TEST

START_TEST(bus_loss_leaves_associations_alone)
{
    join(false, true);
    associate_and_settle(false, true, vmac);
    lec_call_released(elan->lec, elan->multicast_send, CAUSE_NORMAL);
    fake_next(elan, FAKE_RELEASE);
    struct le_control request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    ask_for(vmac);
    fake_expect(elan, elan->control_direct, LE_ARP_RESPONSE);
    fake_connect_bus(elan, &request);
    fake_expect_none_for(elan, SECONDS(60));
}
END_TEST

static void check_llc_multiplexed_tlv(const struct le_control *frame, bool present)
{
    const struct le_tlv *tlv = le_control_find_tlv(frame, TLV_LLC_MUXED_ATM_ADDRESS);
    struct atm_address address = lec_llc_multiplexed_address(&elan->settings);
    ck_assert_uint_eq(frame->tlv_count, present);
    ck_assert(present == !!tlv);
    if (!tlv)
        return;
    ck_assert_uint_eq(tlv->value.size, ATM_ADDRESS_SIZE);
    ck_assert_mem_eq(tlv->value.data, address.octet, ATM_ADDRESS_SIZE);
}

/* A-13, R-6-02, L-v2-03: in the v1 ELAN no TLV anywhere. */
START_TEST(llc_multiplexed_address)
{
    bool v2 = _i;
    elan->settings.llc_multiplexed = true;
    join(false, v2);
    struct atm_address address = elan->settings.atm_address;
    address.octet[19] = 1; /* another selector */
    ck_assert_uint_eq(elan->registered_count, 2);
    ck_assert(atm_address_equal(&elan->registered[1], &address));
    lec_associate(elan->lec, vmac);
    struct le_control request = fake_expect(elan, elan->control_direct, LE_REGISTER_REQUEST);
    check_llc_multiplexed_tlv(&request, v2);
    struct le_control frame = fake_expect(elan, elan->control_direct, v2 ? LE_ARP_REQUEST : LE_NARP_REQUEST);
    check_llc_multiplexed_tlv(&frame, v2);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    ask_for(vmac);
    frame = fake_expect(elan, elan->control_direct, LE_ARP_RESPONSE);
    check_llc_multiplexed_tlv(&frame, v2);
    ask_for(fake_own_mac); /* registered without */
    frame = fake_expect(elan, elan->control_direct, LE_ARP_RESPONSE);
    check_llc_multiplexed_tlv(&frame, false);
    lec_disassociate(elan->lec, vmac);
    frame = fake_expect(elan, elan->control_direct, LE_UNREGISTER_REQUEST);
    check_llc_multiplexed_tlv(&frame, false);
    if (v2) {
        frame = fake_expect(elan, elan->control_direct, LE_NARP_REQUEST);
        check_llc_multiplexed_tlv(&frame, true);
    }
    fake_expect_none(elan);
}
END_TEST

static bool never(const struct association_state *state)
{
    (void)state;
    return false;
}

static bool always(const struct association_state *state)
{
    (void)state;
    return true;
}

static bool leaves(const struct association_state *state, uint16_t status)
{
    return state->registration == REGISTRATION_REFUSED && status == LE_STATUS_DUPLICATE_LAN_DESTINATION;
}

/* Each decision of the table is asked where its name says. */
START_TEST(decisions_not_to_act)
{
    elan->options.associates = never;
    join(false, true);
    lec_associate(elan->lec, vmac);
    ask_for(vmac);
    lec_disassociate(elan->lec, vmac);
    fake_expect_none_for(elan, SECONDS(10));
    elan->options = lec_options_default();
    elan->options.registers_again = never;
    elan->options.unregisters = never;
    elan->options.withdraws = never;
    struct le_control request = associate(false, true, vmac);
    fake_answer(elan, &request, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    fake_wait(elan, SECONDS(10));
    for (int i = 0; i < 10; i++)
        expect_announcement(false, true, vmac);
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    lec_disassociate(elan->lec, vmac);
    fake_expect_none_for(elan, SECONDS(10));
    elan->options = lec_options_default();
    elan->options.registers_again = always; /* whatever it says, not after the disassociation */
    request = associate(false, true, vmac);
    lec_disassociate(elan->lec, vmac);
    elan->read_count = elan->record_count;
    fake_expect_none_for(elan, SECONDS(60));
    elan->options = lec_options_default();
    elan->options.leaves_elan = leaves;
    request = associate(false, true, vmac);
    fake_answer(elan, &request, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    ck_assert_uint_eq(elan->lost, 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference: LEC, association");
    TCase *scheme = tcase_create("schemes and versions");
    tcase_add_checked_fixture(scheme, setup, teardown);
    tcase_add_loop_test(scheme, association_and_disassociation, 0, INSTANCES);
    tcase_add_loop_test(scheme, association_again_within_a_second, 0, INSTANCES);
    tcase_add_loop_test(scheme, own_echoes_change_nothing, 0, INSTANCES);
    tcase_add_loop_test(scheme, associations_are_independent, 0, INSTANCES);
    tcase_add_loop_test(scheme, claims_of_others_change_nothing, 0, INSTANCES);
    tcase_add_loop_test(scheme, association_survives_the_loss_of_the_elan, 0, 2 * INSTANCES);
    tcase_add_loop_test(scheme, disassociation_while_the_elan_is_lost, 0, INSTANCES);
    suite_add_tcase(suite, scheme);
    TCase *registration = tcase_create("registration");
    tcase_add_checked_fixture(registration, setup, teardown);
    tcase_add_loop_test(registration, refused_registration_persists, 0, 2);
    tcase_add_loop_test(registration, unanswered_registration_persists, 0, 2);
    tcase_add_test(registration, late_success_confirms);
    tcase_add_test(registration, success_after_a_refusal_confirms);
    tcase_add_loop_test(registration, responses_for_others_do_not_confirm, 0, 3);
    tcase_add_test(registration, registration_response_on_control_distribute);
    tcase_add_test(registration, disassociation_while_pending);
    tcase_add_loop_test(registration, disassociation_while_refused, 0, 2);
    tcase_add_test(registration, association_again);
    tcase_add_test(registration, disassociation_while_joining_again);
    tcase_add_test(registration, association_before_the_join);
    tcase_add_test(registration, bus_loss_leaves_associations_alone);
    tcase_add_loop_test(registration, llc_multiplexed_address, 0, 2);
    tcase_add_test(registration, decisions_not_to_act);
    suite_add_tcase(suite, registration);
    TCase *probing = tcase_create("probing");
    tcase_add_checked_fixture(probing, setup, teardown);
    tcase_add_loop_test(probing, probe_rounds, 0, 2);
    tcase_add_loop_test(probing, disassociation_ends_probe_rounds, 0, 2);
    suite_add_tcase(suite, probing);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
