/* The reference LEC on its way into the ELAN, out of it and in again (lane-rules 1), what it answers, and
 * what it takes for its own. */
#include <check.h>
#include <stdlib.h>

#include "fake_elan.h"

static struct fake_elan *elan;

static void setup(void)
{
    elan = fake_elan_new();
}

static void teardown(void)
{
    fake_elan_free(elan);
}

/* Between the bounds of the wait before a new attempt (C37, C38) something must have begun. */
static void expect_restart(void)
{
    int64_t since_ns = elan->now_ns;
    fake_expect_none(elan);
    fake_wait(elan, SECONDS(5));
    ck_assert_uint_eq(elan->record_count - elan->read_count, 1);
    ck_assert_int_ge(elan->records[elan->read_count].time_ns - since_ns, MILLISECONDS(1));
}

static void expect_release_of(const uint32_t *vccs, size_t count)
{
    uint64_t released = 0;
    for (size_t i = 0; i < count; i++)
        released |= UINT64_C(1) << fake_next(elan, FAKE_RELEASE)->vcc;
    for (size_t i = 0; i < count; i++)
        ck_assert_msg(released >> vccs[i] & 1, "VCC %u not released", vccs[i]);
}

START_TEST(configure_request)
{
    elan->settings.v2_capable = _i;
    fake_start(elan);
    struct le_control request = fake_to_configure_request(elan);
    ck_assert_uint_eq(request.requester_lecid, 0);
    ck_assert_uint_eq(request.flags, _i ? LE_FLAG_V2_CAPABLE : 0);
    ck_assert(lan_destination_is_mac(request.source_lan, fake_own_mac));
    ck_assert(atm_address_equal(&request.source_atm, &elan->settings.atm_address));
    ck_assert(atm_address_is_zero(&request.target_atm));
    ck_assert_uint_eq(request.lan_type, LAN_TYPE_8023);
    ck_assert_uint_eq(request.max_frame_size, MAX_FRAME_1516);
    ck_assert_uint_eq(request.elan_name_size, 9);
    ck_assert_mem_eq(request.elan_name, "vrrp-elan", 10);
    ck_assert_uint_eq(request.tlv_count, 0);
    ck_assert_uint_eq(elan->registered_count, 1);
    ck_assert(atm_address_equal(&elan->registered[0], &elan->settings.atm_address));
}
END_TEST

/* Bit 0 of the loop: proxy; bit 1: the proxy registers its own MAC address. */
START_TEST(join_request)
{
    elan->settings.proxy = _i & 1;
    elan->settings.registers_own_mac = _i & 2;
    fake_start(elan);
    struct le_control request = fake_to_join_request(elan);
    ck_assert_uint_eq(request.requester_lecid, 0);
    ck_assert_uint_eq(request.flags, LE_FLAG_V2_CAPABLE | (_i & 1 ? LE_FLAG_PROXY : 0));
    if (_i == 1)
        ck_assert(lan_destination_equal(request.source_lan, LAN_DESTINATION_NONE));
    else
        ck_assert(lan_destination_is_mac(request.source_lan, fake_own_mac));
    ck_assert(atm_address_equal(&request.source_atm, &elan->settings.atm_address));
    ck_assert_uint_eq(request.lan_type, LAN_TYPE_8023);
    ck_assert_mem_eq(request.elan_name, "vrrp-elan", 10);
    fake_expect_none(elan);
}
END_TEST

START_TEST(manual_configuration_goes_straight_to_the_les)
{
    elan->settings.lecs_given = false;
    fake_start(elan);
    uint32_t control_direct = fake_expect_call(elan, &fake_les, B_LLI_CONTROL);
    struct le_control request = fake_expect(elan, control_direct, LE_JOIN_REQUEST);
    ck_assert_mem_eq(request.elan_name, "vrrp-elan", 10);
}
END_TEST

START_TEST(names_of_the_configure_response_are_used)
{
    fake_start(elan);
    struct le_control request = fake_to_configure_request(elan);
    struct le_control response = le_control_response(&request);
    response.target_atm = fake_atm(77);
    response.elan_name_size = 5;
    memcpy(response.elan_name, "other\0\0\0\0", 9);
    fake_deliver(elan, elan->records[1].vcc, &response);
    fake_next(elan, FAKE_RELEASE);
    struct atm_address other_les = fake_atm(77);
    uint32_t control_direct = fake_expect_call(elan, &other_les, B_LLI_CONTROL);
    request = fake_expect(elan, control_direct, LE_JOIN_REQUEST);
    ck_assert_uint_eq(request.elan_name_size, 5);
    ck_assert_mem_eq(request.elan_name, "other\0\0\0\0", 9);
}
END_TEST

START_TEST(joined_only_after_bus_connect)
{
    fake_start(elan);
    struct le_control request = fake_to_join_request(elan);
    fake_answer_join(elan, &request, elan->control_direct, true);
    request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    ck_assert_uint_eq(request.requester_lecid, FAKE_LECID);
    fake_send(elan, MAC_BROADCAST, 1);
    fake_expect_none(elan);
    ck_assert(!lec_operational(elan->lec));
    fake_connect_bus(elan, &request);
    ck_assert_uint_eq(elan->joined, 1);
    fake_send(elan, MAC_BROADCAST, 2);
    fake_expect_data(elan, elan->multicast_send, 2);
}
END_TEST

START_TEST(join_response_on_control_distribute)
{
    fake_start(elan);
    struct le_control request = fake_to_join_request(elan);
    uint32_t distribute = fake_offer(elan, &fake_les, B_LLI_CONTROL);
    fake_next(elan, FAKE_ACCEPT);
    fake_answer_join(elan, &request, distribute, true);
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
}
END_TEST

START_TEST(join_response_of_another_client_is_not_taken)
{
    fake_start(elan);
    struct le_control request = fake_to_join_request(elan);
    struct le_control other = request;
    other.source_atm = fake_atm(51);
    fake_answer_join(elan, &other, elan->control_direct, true);
    other = request;
    other.transaction_id += 100;
    fake_answer_join(elan, &other, elan->control_direct, true);
    fake_expect_none(elan);
    fake_answer_join(elan, &request, elan->control_direct, true);
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
}
END_TEST

/* Loop: 0 refused, 1 a LECID that can't be, 2 Control Direct lost. */
START_TEST(failed_join_starts_again)
{
    fake_start(elan);
    struct le_control request = fake_to_join_request(elan);
    struct le_control response = le_control_response(&request);
    response.requester_lecid = _i == 1 ? 0xff00 : FAKE_LECID;
    response.status = _i == 0 ? LE_STATUS_DUPLICATE_ATM_ADDRESS : LE_STATUS_SUCCESS;
    if (_i == 2) {
        lec_call_released(elan->lec, elan->control_direct, CAUSE_OUT_OF_ORDER);
    } else {
        fake_deliver(elan, elan->control_direct, &response);
        ck_assert_uint_eq(fake_next(elan, FAKE_RELEASE)->vcc, elan->control_direct);
    }
    ck_assert(!lec_operational(elan->lec));
    expect_restart();
    request = fake_to_join_request(elan);
    ck_assert_uint_eq(request.requester_lecid, 0);
    ck_assert_uint_eq(elan->joined + elan->lost, 0);
}
END_TEST

START_TEST(refused_configuration_starts_again)
{
    fake_start(elan);
    struct le_control request = fake_to_configure_request(elan);
    struct le_control response = le_control_response(&request);
    response.status = LE_STATUS_NO_CONFIGURATION;
    fake_deliver(elan, elan->records[1].vcc, &response);
    fake_next(elan, FAKE_RELEASE);
    expect_restart();
    fake_to_configure_request(elan);
}
END_TEST

START_TEST(refused_call_starts_again)
{
    fake_start(elan);
    const struct fake_record *lecs_call = fake_next(elan, FAKE_SETUP);
    lec_call_released(elan->lec, lecs_call->vcc, CAUSE_NO_ROUTE);
    expect_restart();
    fake_to_join_request(elan);
}
END_TEST

START_TEST(unanswered_join_v1)
{
    elan->settings.v2_capable = false;
    fake_start(elan);
    fake_to_join_request(elan);
    fake_expect_none_for(elan, SECONDS(120) - 1);
    fake_wait(elan, 1);
    fake_next(elan, FAKE_RELEASE);
    fake_wait(elan, 1);
    fake_to_join_request(elan);
}
END_TEST

START_TEST(unanswered_join_v2)
{
    fake_start(elan);
    struct le_control first = fake_to_join_request(elan);
    fake_expect_none_for(elan, SECONDS(5) - 1);
    fake_wait(elan, 1);
    fake_expect(elan, elan->control_direct, LE_JOIN_REQUEST);
    fake_expect_none_for(elan, SECONDS(10) - 1);
    fake_wait(elan, 1);
    struct le_control third = fake_expect(elan, elan->control_direct, LE_JOIN_REQUEST);
    ck_assert_uint_ne(first.transaction_id, third.transaction_id);
    fake_expect_none_for(elan, SECONDS(15) - 1);
    fake_wait(elan, 1);
    ck_assert_uint_eq(fake_next(elan, FAKE_RELEASE)->vcc, elan->control_direct);
    expect_restart();
}
END_TEST

START_TEST(late_answer_to_the_first_join_request)
{
    fake_start(elan);
    struct le_control first = fake_to_join_request(elan);
    fake_wait(elan, SECONDS(5));
    fake_expect(elan, elan->control_direct, LE_JOIN_REQUEST);
    fake_answer_join(elan, &first, elan->control_direct, true);
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
}
END_TEST

START_TEST(initial_registration)
{
    elan->options.joins_with_own_mac = false;
    fake_start(elan);
    struct le_control request = fake_to_join_request(elan);
    ck_assert_uint_eq(request.source_lan.tag, LAN_TAG_NOT_PRESENT);
    fake_answer_join(elan, &request, elan->control_direct, false);
    request = fake_expect(elan, elan->control_direct, LE_REGISTER_REQUEST);
    ck_assert(lan_destination_is_mac(request.source_lan, fake_own_mac));
    ck_assert(atm_address_equal(&request.source_atm, &elan->settings.atm_address));
    ck_assert(lan_destination_equal(request.target_lan, LAN_DESTINATION_NONE));
    ck_assert_uint_eq(request.requester_lecid, FAKE_LECID);
    fake_expect_none_for(elan, SECONDS(120) - 1); /* v1: C7 */
    fake_answer(elan, &request, LE_STATUS_SUCCESS);
    request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_connect_bus(elan, &request);
    ck_assert_uint_eq(elan->joined, 1);
}
END_TEST

START_TEST(refused_initial_registration_leaves_the_elan)
{
    elan->options.joins_with_own_mac = false;
    fake_start(elan);
    struct le_control request = fake_to_join_request(elan);
    fake_answer_join(elan, &request, elan->control_direct, true);
    request = fake_expect(elan, elan->control_direct, LE_REGISTER_REQUEST);
    fake_answer(elan, &request, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    ck_assert_uint_eq(fake_next(elan, FAKE_RELEASE)->vcc, elan->control_direct);
    expect_restart();
}
END_TEST

START_TEST(unresolved_bus)
{
    fake_start(elan);
    struct le_control request = fake_to_join_request(elan);
    fake_answer_join(elan, &request, elan->control_direct, true);
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_wait(elan, SECONDS(1));
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_expect_none_for(elan, SECONDS(1) - 1);
    fake_wait(elan, 1);
    ck_assert_uint_eq(fake_next(elan, FAKE_RELEASE)->vcc, elan->control_direct);
    expect_restart();
}
END_TEST

/* v2 tries the call once more (C39). */
START_TEST(refused_bus_call)
{
    bool v2 = _i;
    fake_start(elan);
    struct le_control request = fake_to_join_request(elan);
    fake_answer_join(elan, &request, elan->control_direct, v2);
    request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_answer_le_arp(elan, &request, &fake_bus, false);
    lec_call_released(elan->lec, fake_next(elan, FAKE_SETUP)->vcc, CAUSE_BUSY);
    if (v2)
        lec_call_released(elan->lec, fake_next(elan, FAKE_SETUP)->vcc, CAUSE_BUSY);
    ck_assert_uint_eq(fake_next(elan, FAKE_RELEASE)->vcc, elan->control_direct);
    expect_restart();
}
END_TEST

START_TEST(missing_multicast_forward)
{
    fake_start(elan);
    struct le_control request = fake_to_join_request(elan);
    fake_answer_join(elan, &request, elan->control_direct, true);
    request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_answer_le_arp(elan, &request, &fake_bus, false);
    uint32_t multicast_send = fake_expect_call(elan, &fake_bus, B_LLI_MULTICAST_8023);
    fake_expect_none_for(elan, SECONDS(60) - 1); /* C33 */
    fake_wait(elan, 1);
    expect_release_of((const uint32_t[]){elan->control_direct, multicast_send}, 2);
    ck_assert_uint_eq(elan->joined, 0);
}
END_TEST

/* Values of the TLVs rule over the defaults of the version; those out of range do not. */
START_TEST(variables_of_the_configure_response)
{
    static const uint8_t seconds_3[2] = {0, 3}, seconds_99[2] = {0, 99}, seconds_10[2] = {0, 10};
    fake_start(elan);
    struct le_control request = fake_to_configure_request(elan);
    struct le_control response = le_control_response(&request);
    response.target_atm = fake_les;
    le_control_add_tlv(&response, 0x00a03e77, seconds_99, 2); /* unknown */
    le_control_add_tlv(&response, TLV_EXPECTED_LE_ARP_RESPONSE_TIME, seconds_3, 2);
    le_control_add_tlv(&response, TLV_MAXIMUM_RETRY_COUNT, seconds_99, 2);
    le_control_add_tlv(&response, TLV_CONTROL_TIMEOUT, seconds_10, 2);
    fake_deliver(elan, elan->records[1].vcc, &response);
    fake_next(elan, FAKE_RELEASE);
    elan->control_direct = fake_expect_call(elan, &fake_les, B_LLI_CONTROL);
    fake_expect(elan, elan->control_direct, LE_JOIN_REQUEST);
    fake_wait(elan, SECONDS(5));
    request = fake_expect(elan, elan->control_direct, LE_JOIN_REQUEST);
    fake_expect_none_for(elan, SECONDS(5) - 1); /* C7 = 10 s in all */
    fake_answer_join(elan, &request, elan->control_direct, false);
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_expect_none_for(elan, SECONDS(3) - 1);
    fake_wait(elan, 1);
    request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_connect_bus(elan, &request);
    fake_send(elan, fake_mac(60), 1); /* C13 is still 1 */
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_expect_data(elan, elan->multicast_send, 1);
    fake_wait(elan, SECONDS(3));
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_expect_none_for(elan, SECONDS(9));
}
END_TEST

/* Loop: 0 Control Direct, 1 Control Distribute. */
START_TEST(lost_control_vcc)
{
    fake_join(elan, true);
    uint32_t data_direct = fake_offer(elan, &(struct atm_address){{0x47, [19] = 9}}, B_LLI_DATA_DIRECT_8023);
    fake_next(elan, FAKE_ACCEPT);
    uint32_t kept = _i ? elan->control_direct : elan->control_distribute;
    lec_call_released(elan->lec, _i ? elan->control_distribute : elan->control_direct, CAUSE_OUT_OF_ORDER);
    ck_assert_uint_eq(elan->lost, 1);
    ck_assert(!lec_operational(elan->lec));
    expect_release_of((const uint32_t[]){kept, elan->multicast_send, elan->multicast_forward, data_direct},
                      4);
    fake_send(elan, MAC_BROADCAST, 1);
    expect_restart();
    fake_join_again(elan, false);
    ck_assert_uint_eq(elan->lost, 1);
}
END_TEST

/* Loop: 0 Multicast Send, 1 Multicast Forward. The client stays a member. */
START_TEST(lost_bus)
{
    fake_join(elan, true);
    fake_wait(elan, SECONDS(10));
    fake_expect_none(elan);
    lec_call_released(elan->lec, _i ? elan->multicast_forward : elan->multicast_send, CAUSE_NORMAL);
    ck_assert_uint_eq(fake_next(elan, FAKE_RELEASE)->vcc,
                      _i ? elan->multicast_send : elan->multicast_forward);
    struct le_control request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    ck_assert(lec_operational(elan->lec));
    fake_send(elan, MAC_BROADCAST, 1);
    fake_expect_none(elan);
    fake_connect_bus(elan, &request);
    fake_send(elan, MAC_BROADCAST, 2);
    fake_expect_data(elan, elan->multicast_send, 2);
    ck_assert_uint_eq(elan->lost, 0);
    ck_assert_uint_eq(elan->joined, 1);
    /* lost again at once: not asked for again within C20 */
    lec_call_released(elan->lec, elan->multicast_send, CAUSE_NORMAL);
    fake_next(elan, FAKE_RELEASE);
    fake_expect_none_for(elan, SECONDS(1) - 1);
    fake_wait(elan, 1);
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
}
END_TEST

START_TEST(bus_that_stays_away_is_the_end_of_membership)
{
    fake_join(elan, true);
    fake_wait(elan, SECONDS(10));
    lec_call_released(elan->lec, elan->multicast_send, CAUSE_NORMAL);
    fake_next(elan, FAKE_RELEASE);
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_wait(elan, SECONDS(1));
    fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    fake_wait(elan, SECONDS(1));
    ck_assert_uint_eq(elan->lost, 1);
}
END_TEST

/* Dead at any step on the way in: no timer of it runs on (fake_elan_free). */
START_TEST(death_while_joining)
{
    fake_start(elan);
    if (_i > 0) {
        struct le_control request = fake_to_join_request(elan);
        if (_i > 1)
            fake_answer_join(elan, &request, elan->control_direct, true);
    }
    elan->read_count = elan->record_count;
    lec_die(elan->lec);
    fake_expect_none_for(elan, SECONDS(1000));
}
END_TEST

START_TEST(dead_client_does_nothing)
{
    fake_join(elan, true);
    lec_associate(elan->lec, mac_of_vrid(1));
    elan->read_count = elan->record_count;
    lec_die(elan->lec);
    fake_send(elan, MAC_BROADCAST, 1);
    fake_offer(elan, &fake_bus, B_LLI_MULTICAST_8023);
    struct le_control request = le_control_of(LE_ARP_REQUEST);
    request.target_lan = lan_destination_of_mac(fake_own_mac);
    fake_deliver(elan, elan->control_direct, &request);
    lec_call_released(elan->lec, elan->control_direct, CAUSE_NORMAL);
    lec_disassociate(elan->lec, mac_of_vrid(1));
    fake_expect_none_for(elan, SECONDS(1000));
    ck_assert_uint_eq(elan->lost, 0);
}
END_TEST

START_TEST(calls_that_are_not_for_this_client_are_rejected)
{
    struct atm_address stranger = fake_atm(9);
    fake_start(elan);
    fake_to_configure_request(elan);
    fake_offer(elan, &stranger, B_LLI_DATA_DIRECT_8023);
    fake_next(elan, FAKE_REJECT);
    fake_elan_free(elan);
    elan = fake_elan_new();
    fake_start(elan);
    fake_to_join_request(elan);
    fake_offer(elan, &stranger, B_LLI_CONTROL); /* not from the LES */
    fake_next(elan, FAKE_REJECT);
    fake_elan_free(elan);
    elan = fake_elan_new();
    fake_join(elan, true);
    fake_offer(elan, &fake_les, B_LLI_CONTROL); /* a second one */
    fake_next(elan, FAKE_REJECT);
    fake_offer(elan, &stranger, B_LLI_DATA_DIRECT_8025);
    fake_next(elan, FAKE_REJECT);
    fake_offer(elan, &stranger, B_LLI_LLC_MULTIPLEXED); /* C34 is clear */
    fake_next(elan, FAKE_REJECT);
    fake_offer(elan, &stranger, B_LLI_DATA_DIRECT_8023);
    fake_next(elan, FAKE_ACCEPT);
}
END_TEST

/* lane-rules 2, default columns, written out once more. */
START_TEST(default_variables)
{
    struct lec_options options = lec_options_default();
    const struct lec_variables *v = _i ? &options.v2 : &options.v1;
    ck_assert_int_eq(v->control_timeout_ns, SECONDS(_i ? 30 : 120));     /* C7 */
    ck_assert_uint_eq(v->maximum_unknown_frame_count, _i ? 10 : 1);      /* C10 */
    ck_assert_int_eq(v->maximum_unknown_frame_time_ns, SECONDS(1));      /* C11 */
    ck_assert_int_eq(v->vcc_timeout_ns, SECONDS(1200));                  /* C12 */
    ck_assert_uint_eq(v->maximum_retry_count, 1);                        /* C13 */
    ck_assert_int_eq(v->aging_time_ns, SECONDS(300));                    /* C17 */
    ck_assert_int_eq(v->forward_delay_ns, SECONDS(15));                  /* C18 */
    ck_assert_int_eq(v->le_arp_response_ns, SECONDS(1));                 /* C20 */
    ck_assert_int_eq(v->flush_timeout_ns, SECONDS(4));                   /* C21 */
    ck_assert_int_eq(v->path_switching_delay_ns, SECONDS(6));            /* C22 */
    ck_assert_int_eq(v->connection_completion_ns, SECONDS(4));           /* C28 */
    ck_assert_int_eq(options.v2.initial_control_timeout_ns, SECONDS(5)); /* C7i */
    ck_assert_uint_eq(options.v2.control_timeout_multiplier, 2);         /* C7x */
    ck_assert_int_eq(options.v2.forward_disconnect_ns, SECONDS(60));     /* C33 */
    ck_assert_int_eq(options.v2.reconfigure_low_ns, MILLISECONDS(1));    /* C37 */
    ck_assert_int_eq(options.v2.reconfigure_high_ns, SECONDS(5));        /* C38 */
    ck_assert_uint_eq(options.v2.bus_connect_retries, 1);                /* C39 */
}
END_TEST

START_TEST(data_before_the_join_is_complete_is_discarded)
{
    uint8_t data[LE_DATA_MINIMUM_SIZE] = {0, 9};
    fake_start(elan);
    struct le_control request = fake_to_join_request(elan);
    fake_answer_join(elan, &request, elan->control_direct, true);
    request = fake_expect(elan, elan->control_direct, LE_ARP_REQUEST);
    uint32_t direct = fake_offer(elan, &(struct atm_address){{0x47, [19] = 9}}, B_LLI_DATA_DIRECT_8023);
    fake_next(elan, FAKE_ACCEPT);
    lec_sdu_received(elan->lec, direct, data, sizeof data);
    ck_assert_uint_eq(elan->received, 0);
    fake_connect_bus(elan, &request);
    lec_sdu_received(elan->lec, direct, data, sizeof data);
    ck_assert_uint_eq(elan->received, 1);
}
END_TEST

START_TEST(own_echo_of_data_is_discarded)
{
    fake_join(elan, true);
    uint8_t data[LE_DATA_MINIMUM_SIZE] = {0, FAKE_LECID, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    lec_sdu_received(elan->lec, elan->multicast_forward, data, sizeof data);
    ck_assert_uint_eq(elan->received, 0);
    data[1] = 0; /* LE HEADER 0000: anybody's */
    lec_sdu_received(elan->lec, elan->multicast_forward, data, sizeof data);
    ck_assert_uint_eq(elan->received, 1);
    data[1] = FAKE_LECID + 1;
    lec_sdu_received(elan->lec, elan->multicast_forward, data, sizeof data);
    ck_assert_uint_eq(elan->received, 2);
    ck_assert_uint_eq(elan->last_received_size, sizeof data - 2);
    ck_assert_mem_eq(elan->last_received, data + 2, sizeof data - 2);
    lec_sdu_received(elan->lec, elan->control_direct, data, sizeof data); /* no VCC for data */
    lec_sdu_received(elan->lec, elan->multicast_forward, data, 15);       /* no Ethernet header */
    ck_assert_uint_eq(elan->received, 2);
}
END_TEST

/* Every size from nothing to more than a frame, on every VCC: nothing is answered, nothing breaks. */
START_TEST(cut_frames_are_ignored)
{
    fake_join(elan, true);
    uint8_t data[140];
    struct le_control request = le_control_of(LE_ARP_REQUEST);
    request.requester_lecid = 9;
    request.target_lan = lan_destination_of_mac(fake_own_mac);
    size_t size = le_control_encode(&request, data, sizeof data);
    for (size_t cut = 0; cut < size; cut++) {
        lec_sdu_received(elan->lec, elan->control_direct, data, cut);
        lec_sdu_received(elan->lec, elan->multicast_forward, data, cut);
    }
    data[3] = 2; /* VERSION */
    lec_sdu_received(elan->lec, elan->control_direct, data, size);
    lec_sdu_received(elan->lec, 9999, data, size);
    fake_expect_none(elan);
    data[3] = 1;
    lec_sdu_received(elan->lec, elan->control_direct, data, size);
    fake_expect(elan, elan->control_direct, LE_ARP_RESPONSE);
}
END_TEST

/* Loop: 0 non-proxy, 1 proxy, 2 proxy that registers its own MAC address. */
START_TEST(le_arp_for_the_own_mac)
{
    elan->settings.proxy = _i > 0;
    elan->settings.registers_own_mac = _i == 2;
    fake_join(elan, true);
    struct le_control request = le_control_of(LE_ARP_REQUEST);
    request.transaction_id = 0x1234;
    request.requester_lecid = 9;
    request.source_lan = lan_destination_of_mac(fake_mac(9));
    request.source_atm = fake_atm(9);
    request.target_lan = lan_destination_of_mac(fake_own_mac);
    fake_deliver(elan, elan->control_distribute, &request);
    struct le_control response = fake_expect(elan, elan->control_direct, LE_ARP_RESPONSE);
    ck_assert_uint_eq(response.status, LE_STATUS_SUCCESS);
    ck_assert_uint_eq(response.transaction_id, 0x1234);
    ck_assert_uint_eq(response.requester_lecid, 9);
    ck_assert_uint_eq(response.flags, _i == 1 ? LE_FLAG_REMOTE_ADDRESS : 0);
    ck_assert(lan_destination_equal(response.source_lan, request.source_lan));
    ck_assert(lan_destination_equal(response.target_lan, request.target_lan));
    ck_assert(atm_address_equal(&response.source_atm, &request.source_atm));
    ck_assert(atm_address_equal(&response.target_atm, &elan->settings.atm_address));
    ck_assert_uint_eq(response.tlv_count, 0);

    request.target_lan = lan_destination_of_mac(fake_mac(9)); /* somebody else's */
    fake_deliver(elan, elan->control_distribute, &request);
    request.target_lan = lan_destination_of_mac(fake_own_mac);
    request.requester_lecid = FAKE_LECID; /* the own request */
    fake_deliver(elan, elan->control_distribute, &request);
    request.requester_lecid = 9;
    request.target_lan.tag = LAN_TAG_ROUTE_DESCRIPTOR;
    fake_deliver(elan, elan->control_distribute, &request);
    request.target_lan = LAN_DESTINATION_NONE; /* targetless */
    fake_deliver(elan, elan->control_distribute, &request);
    fake_expect_none(elan);
}
END_TEST

START_TEST(le_narp_and_topology_requests_are_not_answered)
{
    fake_join(elan, true);
    struct le_control request = le_control_of(LE_NARP_REQUEST);
    request.requester_lecid = 9;
    request.target_lan = lan_destination_of_mac(fake_own_mac);
    fake_deliver(elan, elan->control_distribute, &request);
    request = le_control_of(LE_TOPOLOGY_REQUEST);
    request.requester_lecid = 9;
    fake_deliver(elan, elan->control_distribute, &request);
    fake_expect_none(elan);
}
END_TEST

START_TEST(flush_request)
{
    fake_join(elan, true);
    struct le_control request = le_control_of(LE_FLUSH_REQUEST);
    request.requester_lecid = 9;
    request.transaction_id = 0x77;
    request.source_atm = fake_atm(9);
    request.target_atm = fake_atm(51);
    fake_deliver(elan, elan->multicast_forward, &request);
    fake_expect_none(elan);
    request.target_atm = elan->settings.atm_address;
    fake_deliver(elan, elan->multicast_forward, &request);
    struct le_control response = fake_expect(elan, elan->control_direct, LE_FLUSH_RESPONSE);
    ck_assert_uint_eq(response.transaction_id, 0x77);
    ck_assert_uint_eq(response.requester_lecid, 9);
    ck_assert(atm_address_equal(&response.target_atm, &elan->settings.atm_address));
    ck_assert(atm_address_equal(&response.source_atm, &request.source_atm));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("reference: LEC, membership");
    TCase *join = tcase_create("join");
    tcase_add_checked_fixture(join, setup, teardown);
    tcase_add_loop_test(join, configure_request, 0, 2);
    tcase_add_loop_test(join, join_request, 0, 4);
    tcase_add_test(join, manual_configuration_goes_straight_to_the_les);
    tcase_add_test(join, names_of_the_configure_response_are_used);
    tcase_add_test(join, joined_only_after_bus_connect);
    tcase_add_test(join, join_response_on_control_distribute);
    tcase_add_test(join, join_response_of_another_client_is_not_taken);
    tcase_add_loop_test(join, failed_join_starts_again, 0, 3);
    tcase_add_test(join, refused_configuration_starts_again);
    tcase_add_test(join, refused_call_starts_again);
    tcase_add_test(join, unanswered_join_v1);
    tcase_add_test(join, unanswered_join_v2);
    tcase_add_test(join, late_answer_to_the_first_join_request);
    tcase_add_test(join, initial_registration);
    tcase_add_test(join, refused_initial_registration_leaves_the_elan);
    tcase_add_test(join, unresolved_bus);
    tcase_add_loop_test(join, refused_bus_call, 0, 2);
    tcase_add_test(join, missing_multicast_forward);
    tcase_add_test(join, variables_of_the_configure_response);
    suite_add_tcase(suite, join);
    TCase *member = tcase_create("member");
    tcase_add_checked_fixture(member, setup, teardown);
    tcase_add_loop_test(member, lost_control_vcc, 0, 2);
    tcase_add_loop_test(member, lost_bus, 0, 2);
    tcase_add_test(member, bus_that_stays_away_is_the_end_of_membership);
    tcase_add_loop_test(member, death_while_joining, 0, 3);
    tcase_add_test(member, dead_client_does_nothing);
    tcase_add_test(member, calls_that_are_not_for_this_client_are_rejected);
    tcase_add_loop_test(member, default_variables, 0, 2);
    tcase_add_test(member, data_before_the_join_is_complete_is_discarded);
    tcase_add_test(member, own_echo_of_data_is_discarded);
    tcase_add_test(member, cut_frames_are_ignored);
    tcase_add_loop_test(member, le_arp_for_the_own_mac, 0, 3);
    tcase_add_test(member, le_narp_and_topology_requests_are_not_answered);
    tcase_add_test(member, flush_request);
    suite_add_tcase(suite, member);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
