/* The emulated LECS, LES and BUS, with LECs as their clients, in a real world. */
#include <check.h>
#include <stdlib.h>

#include "elan_stage.h"
#include "peers/sdu_sender.h"

/* --- configuration and join --- */

START_TEST(join_in_the_version_of_the_les)
{
    open_pair(_i);
    for (unsigned i = 0; i < 2; i++) {
        struct atm_address atm = peer_elan_atm(i);
        ck_assert_int_eq(peer_lec_is_v2(elan->lecs_of[i]), _i);
        ck_assert_int_eq(les_is_v2(elan->les, &atm), _i);
        ck_assert(!les_is_proxy(elan->les, &atm));
        ck_assert_uint_ne(les_lecid_of(elan->les, &atm), 0);
        ck_assert_uint_eq(les_lecid_of(elan->les, &atm), peer_lec_lecid(elan->lecs_of[i]));
        ck_assert(peer_elan_registered(elan, peer_elan_mac(i), i));
        ck_assert(bus_reaches(elan->bus, &atm));
    }
    ck_assert_uint_ne(peer_lec_lecid(elan->lecs_of[0]), peer_lec_lecid(elan->lecs_of[1]));
    ck_assert_uint_eq(les_member_count(elan->les), 2);
    ck_assert_uint_eq(lecs_request_count(elan->lecs), 2);
}
END_TEST

START_TEST(v1_client_stays_v1_on_a_v2_les)
{
    open_elan(true);
    struct peer_lec_settings settings = peer_elan_lec_settings(elan);
    settings.v2_capable = false;
    struct peer_lec *lec = peer_elan_lec(elan, &settings);
    peer_elan_run(elan, SECONDS(1));
    ck_assert(peer_lec_operational(lec));
    ck_assert(!peer_lec_is_v2(lec));
    const struct frame *response = peer_elan_last(elan, elan->les_port, FRAME_LE_JOIN_RESPONSE);
    ck_assert_uint_eq(response->control.flags & LE_FLAG_V2_REQUIRED, 0);
    ck_assert_ptr_null(le_control_find_tlv(&response->control, TLV_ELAN_ID));
}
END_TEST

START_TEST(proxy_joins_as_proxy_and_registers_later)
{
    open_elan(true);
    struct peer_lec_settings settings = peer_elan_lec_settings(elan);
    settings.proxy = true;
    settings.mac_in_join = false;
    struct peer_lec *lec = peer_elan_lec(elan, &settings);
    peer_elan_run(elan, SECONDS(1));
    struct atm_address atm = peer_elan_atm(0);
    ck_assert(peer_lec_operational(lec));
    ck_assert(les_is_proxy(elan->les, &atm));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_REGISTER_REQUEST, 0), 1);
    ck_assert(peer_elan_registered(elan, peer_elan_mac(0), 0));
}
END_TEST

START_TEST(control_distribute_comes_before_the_join_answer)
{
    open_pair(true);
    size_t added = 0, answered = 0;
    for (size_t i = 0; i < tap_count(elan->tap); i++) {
        struct tap_event *event = tap_at(elan->tap, i);
        bool distribute = event->vcc && event->vcc->kind == VCC_CONTROL_DISTRIBUTE;
        if (distribute && (event->kind == TAP_CALL_CONNECTED || event->kind == TAP_PARTY_ADDED))
            added++;
        const struct frame *frame = tap_frame(elan->tap, event);
        if (frame && frame->name == FRAME_LE_JOIN_RESPONSE)
            ck_assert_uint_ge(added, ++answered);
    }
    ck_assert_uint_eq(added, 2);
    ck_assert_uint_eq(answered, 2);
}
END_TEST

START_TEST(les_without_distribute_and_answers_on_distribute)
{
    elan = peer_elan_new(true);
    elan->les_settings.omits_distribute = _i == 0;
    elan->les_settings.answers_on_distribute = _i == 1;
    peer_elan_build(elan);
    struct peer_lec *a = peer_elan_lec(elan, NULL), *b = peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    ck_assert(peer_lec_operational(a) && peer_lec_operational(b));
    enum vcc_kind wanted = _i == 0 ? VCC_CONTROL_DIRECT : VCC_CONTROL_DISTRIBUTE;
    struct tap_event *answer = peer_elan_last_event(elan, elan->les_port, FRAME_LE_JOIN_RESPONSE);
    ck_assert_int_eq(answer->vcc->kind, wanted);
    peer_lec_prime(b, vmac, &(struct atm_address){{1}}, false);
    peer_lec_announce(a, vmac);
    peer_elan_run(elan, SECONDS(1));
    ck_assert(peer_elan_bound(b, vmac, 0));
}
END_TEST

START_TEST(lecs_gives_variables_and_refuses_names)
{
    elan = peer_elan_new(true);
    strcpy(elan->lecs_settings.elan_name, "blue");
    lecs_settings_add_number(&elan->lecs_settings, TLV_AGING_TIME, 10);
    lecs_settings_add_number(&elan->lecs_settings, TLV_EXPECTED_LE_ARP_RESPONSE_TIME, 2);
    lecs_settings_add_number(&elan->lecs_settings, TLV_ELAN_ID, 9);
    lecs_settings_add_number(&elan->lecs_settings, TLV_LLC_MUXED_ATM_ADDRESS, 1); /* no number: left out */
    peer_elan_build(elan);
    struct peer_lec_settings settings = peer_elan_lec_settings(elan);
    struct peer_lec *blue = peer_elan_lec(elan, &settings);
    settings = peer_elan_lec_settings(elan);
    strcpy(settings.elan_name, "red");
    struct peer_lec *red = peer_elan_lec(elan, &settings);
    peer_elan_run(elan, MILLISECONDS(500));
    ck_assert(peer_lec_operational(blue));
    ck_assert(!peer_lec_operational(red));
    size_t refused = 0, accepted = 0;
    for (size_t i = 0; i < tap_count(elan->tap); i++) {
        const struct frame *frame = tap_frame(elan->tap, tap_at(elan->tap, i));
        if (!frame || frame->name != FRAME_LE_CONFIGURE_RESPONSE)
            continue;
        if (frame->control.status == LE_STATUS_SUCCESS) {
            accepted++;
            ck_assert_uint_eq(frame->control.tlv_present, 3);
        } else {
            refused++;
            ck_assert_uint_eq(frame->control.status, LE_STATUS_NO_CONFIGURATION);
        }
    }
    ck_assert_uint_eq(accepted, 1);
    ck_assert_uint_eq(refused, 1);
    /* C17 and C20 rule: an unused entry is gone after 10 s, a question is repeated after 2 s */
    struct atm_address atm = peer_elan_atm(3);
    peer_lec_prime(blue, vmac, &atm, false);
    size_t since = tap_count(elan->tap);
    peer_lec_resolve(blue, peer_elan_mac(3));
    peer_elan_run(elan, MILLISECONDS(1900));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, since), 1);
    peer_elan_run(elan, MILLISECONDS(200));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, since), 2);
    peer_elan_run(elan, MILLISECONDS(7800));
    ck_assert(peer_lec_binding(blue, vmac, NULL));
    peer_elan_run(elan, MILLISECONDS(200));
    ck_assert(!peer_lec_binding(blue, vmac, NULL));
}
END_TEST

START_TEST(silent_or_late_lecs)
{
    elan = peer_elan_new(true);
    elan->lecs_settings.silent = true;
    peer_elan_build(elan);
    struct peer_lec *lec = peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(4));
    ck_assert_uint_eq(lecs_request_count(elan->lecs), 1);
    lecs_settings_of(elan->lecs)->silent = false;
    lecs_settings_of(elan->lecs)->delay_ns = MILLISECONDS(700);
    peer_elan_run(elan, MILLISECONDS(1500)); /* repeated after C7i = 5 s, answered 0.7 s later */
    ck_assert_uint_eq(lecs_request_count(elan->lecs), 2);
    ck_assert(!peer_lec_operational(lec));
    peer_elan_run(elan, MILLISECONDS(400));
    ck_assert(peer_lec_operational(lec));
}
END_TEST

/* A join with one thing wrong, by hand on the Control Direct of a client that stays unjoined. */
struct wrong_join {
    uint16_t lecid;
    uint8_t lan_type;
    uint8_t max_frame_size;
    uint8_t version;
    const char *elan_name;
    struct mac_address mac;
    unsigned atm;
    uint16_t status;
};

static const struct wrong_join wrong_joins[] = {
    {0, LAN_TYPE_8025, 1, 1, "", {{2}}, 1, LE_STATUS_INVALID_PARAMETERS},
    {0, LAN_TYPE_8023, 1, 2, "", {{2}}, 1, LE_STATUS_VERSION_NOT_SUPPORTED},
    {0, LAN_TYPE_8023, 1, 1, "red", {{2}}, 1, LE_STATUS_NO_CONFIGURATION},
    {77, LAN_TYPE_8023, 1, 1, "", {{2}}, 1, LE_STATUS_INVALID_LECID},
    {0, LAN_TYPE_8023, 1, 1, "", {{1}}, 1, LE_STATUS_INVALID_LAN_DESTINATION},
    {0, LAN_TYPE_8023, 1, 1, "", {{2}}, 0, LE_STATUS_DUPLICATE_ATM_ADDRESS},
    {0, LAN_TYPE_8023, 1, 1, "", {{0x00, 0x20, 0x5a, 0x00, 0x00, 1}}, 1, LE_STATUS_DUPLICATE_LAN_DESTINATION},
    {0, LAN_TYPE_8023, 0, 1, "blue", {{2}}, 1, LE_STATUS_SUCCESS},
    {0, LAN_TYPE_UNSPECIFIED, 2, 1, "blue", {{2}}, 1, LE_STATUS_SUCCESS},
};

START_TEST(join_checks)
{
    const struct wrong_join *wrong = &wrong_joins[_i];
    elan = peer_elan_new(true);
    strcpy(elan->les_settings.elan_name, "blue");
    peer_elan_build(elan);
    peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    les_when(elan->les, (struct les_rule){.opcode = LE_JOIN_REQUEST, .times = 1, .action = LES_STAY_SILENT});
    struct peer_lec *other = peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    struct le_control join = peer_lec_request(other, LE_JOIN_REQUEST);
    join.version = wrong->version;
    join.requester_lecid = wrong->lecid;
    join.lan_type = wrong->lan_type;
    join.max_frame_size = wrong->max_frame_size;
    join.elan_name_size = (uint8_t)strlen(wrong->elan_name);
    memcpy(join.elan_name, wrong->elan_name, strlen(wrong->elan_name));
    join.source_lan = lan_destination_of_mac(wrong->mac);
    join.source_atm = peer_elan_atm(wrong->atm);
    ck_assert(peer_lec_send_control(other, PEER_LEC_CONTROL_DIRECT, &join));
    peer_elan_run(elan, MILLISECONDS(50));
    const struct frame *answer = peer_elan_last(elan, elan->les_port, FRAME_LE_JOIN_RESPONSE);
    ck_assert_uint_eq(answer->control.transaction_id, join.transaction_id);
    ck_assert_uint_eq(answer->control.status, wrong->status);
    ck_assert_uint_eq(les_member_count(elan->les), wrong->status == LE_STATUS_SUCCESS ? 2 : 1);
}
END_TEST

START_TEST(control_direct_without_join_is_released_after_s4)
{
    elan = peer_elan_new(true);
    elan->les_settings.join_timeout_ns = SECONDS(12);
    peer_elan_build(elan);
    les_when(elan->les, (struct les_rule){.opcode = LE_JOIN_REQUEST, .action = LES_STAY_SILENT});
    struct peer_lec_settings settings = peer_elan_lec_settings(elan);
    settings.rejoins = false;
    peer_elan_lec(elan, &settings);
    peer_elan_run(elan, MILLISECONDS(11900));
    struct le_control probe = le_control_of(LE_TOPOLOGY_REQUEST);
    ck_assert(peer_lec_send_control(elan->lecs_of[0], PEER_LEC_CONTROL_DIRECT, &probe));
    peer_elan_run(elan, MILLISECONDS(200));
    ck_assert(!peer_lec_send_control(elan->lecs_of[0], PEER_LEC_CONTROL_DIRECT, &probe));
}
END_TEST

START_TEST(lost_elan_is_joined_again)
{
    open_pair(true);
    struct atm_address atm = peer_elan_atm(0), other = peer_elan_atm(1);
    peer_lec_prime(elan->lecs_of[0], vmac, &other, false);
    peer_lec_call(elan->lecs_of[0], &other);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_lec_has_data_direct(elan->lecs_of[1], &atm));
    if (_i == 0)
        ck_assert(les_release_control_direct(elan->les, &atm));
    else if (_i == 1)
        ck_assert(les_drop_control_distribute(elan->les, &atm));
    else if (_i == 2)
        ck_assert(bus_release_send(elan->bus, &atm));
    else
        ck_assert(bus_drop_forward(elan->bus, &atm));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(!peer_lec_operational(elan->lecs_of[0]));
    ck_assert(peer_lec_operational(elan->lecs_of[1]));
    ck_assert(!peer_lec_binding(elan->lecs_of[0], vmac, NULL));
    ck_assert(!peer_lec_has_data_direct(elan->lecs_of[1], &atm));
    peer_elan_run(elan, SECONDS(2));
    ck_assert(peer_lec_operational(elan->lecs_of[0]));
    ck_assert(bus_reaches(elan->bus, &atm));
    ck_assert_uint_eq(les_member_count(elan->les), 2);
    struct peer_listener *listener = peer_elan_listen(elan->lecs_of[0]);
    peer_elan_send_frame(elan->lecs_of[1], MAC_BROADCAST);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(listener->count, 1);
}
END_TEST

START_TEST(refused_or_unanswered_join_is_tried_again)
{
    open_elan(true);
    les_when(elan->les, (struct les_rule){.opcode = LE_JOIN_REQUEST,
                                          .times = _i == 0 ? 1 : 0,
                                          .action = _i == 0 ? LES_ANSWER_STATUS : LES_STAY_SILENT,
                                          .status = LE_STATUS_ACCESS_DENIED});
    struct peer_lec *lec = peer_elan_lec(elan, NULL);
    peer_elan_run(elan, MILLISECONDS(900));
    ck_assert(!peer_lec_operational(lec));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, 0),
                      0); /* no BUS connect */
    if (_i == 1) {        /* C7i = 5 s, 10 s, the rest of C7 = 30 s, then a second until the next attempt */
        peer_elan_run(elan, MILLISECONDS(29000));
        ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_JOIN_REQUEST, 0), 3);
        ck_assert_uint_eq(peer_elan_setups(elan, VCC_CONTROL_DIRECT), 1);
        les_forget_rules(elan->les);
    }
    peer_elan_run(elan, SECONDS(2));
    ck_assert(peer_lec_operational(lec));
    ck_assert_uint_eq(peer_elan_setups(elan, VCC_CONTROL_DIRECT), 2);
}
END_TEST

START_TEST(servers_let_go_of_a_dead_client)
{
    open_pair(true);
    struct atm_address dead = peer_elan_atm(0);
    peer_lec_die(elan->lecs_of[0]);
    if (_i == 0)
        ck_assert(les_release_control_direct(elan->les, &dead));
    else if (_i == 1)
        world_clear_vcc(elan->world, peer_elan_last_vcc(elan, VCC_CONTROL_DISTRIBUTE)->id,
                        CAUSE_TEMPORARY_FAILURE);
    else
        for (size_t i = 0; i < tap_count(elan->tap); i++)
            if (tap_at(elan->tap, i)->kind == TAP_CALL_CONNECTED &&
                tap_at(elan->tap, i)->vcc->kind == VCC_MULTICAST_SEND &&
                atm_address_equal(&tap_at(elan->tap, i)->vcc->call.calling, &dead))
                world_clear_vcc(elan->world, tap_at(elan->tap, i)->vcc->id, CAUSE_TEMPORARY_FAILURE);
    peer_elan_run(elan, SECONDS(2));
    ck_assert_int_eq(les_lecid_of(elan->les, &dead) == 0, _i < 2);
    ck_assert_int_eq(bus_reaches(elan->bus, &dead), _i < 2);
    ck_assert(peer_lec_operational(elan->lecs_of[1]));
    size_t since = tap_count(elan->tap);
    peer_lec_announce(elan->lecs_of[1], vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[0], FRAME_TARGETLESS_LE_ARP_REQUEST, since),
                      _i < 2 ? 0 : 1);
}
END_TEST

START_TEST(the_last_leaf_is_released)
{
    open_elan(true);
    struct peer_lec *lec = peer_elan_lec(elan, NULL);
    struct atm_address atm = peer_elan_atm(0);
    peer_elan_run(elan, SECONDS(1));
    ck_assert(bus_drop_forward(elan->bus, &atm));
    ck_assert(!bus_drop_forward(elan->bus, &atm));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(!peer_lec_operational(lec));
    peer_elan_run(elan, SECONDS(2));
    ck_assert(peer_lec_operational(lec));
}
END_TEST

START_TEST(a_second_multicast_send_replaces_the_first)
{
    open_pair(true);
    const struct station_services *services = port_services(elan->ports_of[0]);
    struct call call = {
        .calling = peer_elan_atm(0), .called = elan->bus_settings.address, .b_lli = B_LLI_MULTICAST_8023};
    services->call_setup(services->context, &call);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(!peer_lec_operational(elan->lecs_of[0])); /* its own VCCs were released */
    peer_elan_run(elan, SECONDS(2));
    ck_assert(peer_lec_operational(elan->lecs_of[0]));
    struct atm_address atm = peer_elan_atm(0);
    ck_assert(bus_reaches(elan->bus, &atm));
}
END_TEST

START_TEST(bus_withholds_the_multicast_forward)
{
    elan = peer_elan_new(true);
    elan->bus_settings.withholds_forward = true;
    peer_elan_build(elan);
    struct peer_lec *lec = peer_elan_lec(elan, NULL);
    struct atm_address atm = peer_elan_atm(0);
    peer_elan_run(elan, SECONDS(1));
    ck_assert(bus_hears(elan->bus, &atm));
    ck_assert(!bus_reaches(elan->bus, &atm));
    ck_assert(!peer_lec_operational(lec));
    ck_assert(bus_restore_forward(elan->bus, &atm));
    peer_elan_run(elan, SECONDS(1));
    ck_assert(peer_lec_operational(lec));
}
END_TEST

/* --- registrations --- */

START_TEST(duplicate_registration_gets_status_4)
{
    open_pair(_i);
    struct peer_lec *a = elan->lecs_of[0], *b = elan->lecs_of[1];
    peer_lec_represent(a, vmac, PEER_LEC_REGISTERED);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_lec_registered(a, vmac));
    ck_assert(peer_elan_registered(elan, vmac, 0));
    peer_lec_represent(b, vmac, PEER_LEC_REGISTERED);
    peer_elan_run(elan, MILLISECONDS(100));
    const struct frame *answer = peer_elan_last(elan, elan->les_port, FRAME_LE_REGISTER_RESPONSE);
    ck_assert_uint_eq(answer->control.status, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    ck_assert(!peer_lec_registered(b, vmac));
    ck_assert(peer_elan_registered(elan, vmac, 0));
    /* again by its owner: fine; unregistered by another: refused, by the owner: fine, and then unknown: fine
     */
    peer_lec_send_register(a, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_last(elan, elan->les_port, FRAME_LE_REGISTER_RESPONSE)->control.status, 0);
    static const struct {
        unsigned lec;
        uint16_t status;
        bool stays;
    } steps[] = {{1, LE_STATUS_INVALID_LAN_DESTINATION, true}, {0, 0, false}, {0, 0, false}};
    for (size_t i = 0; i < 3; i++) {
        peer_lec_send_unregister(elan->lecs_of[steps[i].lec], vmac);
        peer_elan_run(elan, MILLISECONDS(100));
        answer = peer_elan_last(elan, elan->les_port, FRAME_LE_UNREGISTER_RESPONSE);
        ck_assert_uint_eq(answer->control.status, steps[i].status);
        ck_assert_int_eq(les_binding(elan->les, vmac, NULL), steps[i].stays);
    }
    ck_assert(peer_elan_registered(elan, peer_elan_mac(0), 0)); /* its own MAC is untouched */
}
END_TEST

START_TEST(bad_registrations_are_refused)
{
    open_pair(true);
    struct le_control request = peer_lec_request(elan->lecs_of[0], LE_REGISTER_REQUEST);
    request.source_lan = lan_destination_of_mac(VRRP_GROUP_MAC);
    peer_lec_send_control(elan->lecs_of[0], PEER_LEC_CONTROL_DIRECT, &request);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_last(elan, elan->les_port, FRAME_LE_REGISTER_RESPONSE)->control.status,
                      LE_STATUS_INVALID_LAN_DESTINATION);
    static const enum le_opcode opcodes[] = {LE_REGISTER_REQUEST, LE_UNREGISTER_REQUEST, LE_ARP_REQUEST};
    static const enum frame_name names[] = {FRAME_LE_REGISTER_RESPONSE, FRAME_LE_UNREGISTER_RESPONSE,
                                            FRAME_LE_ARP_RESPONSE};
    for (size_t i = 0; i < 3; i++) {
        request = peer_lec_request(elan->lecs_of[0], opcodes[i]);
        request.requester_lecid = peer_lec_lecid(elan->lecs_of[1]); /* not that of this VCC */
        request.source_lan = lan_destination_of_mac(vmac);
        if (opcodes[i] == LE_ARP_REQUEST)
            request.target_lan = lan_destination_of_mac(vmac);
        peer_lec_send_control(elan->lecs_of[0], PEER_LEC_CONTROL_DIRECT, &request);
        peer_elan_run(elan, MILLISECONDS(100));
        ck_assert_uint_eq(peer_elan_last(elan, elan->les_port, names[i])->control.status,
                          LE_STATUS_INVALID_LECID);
    }
    ck_assert(!les_binding(elan->les, vmac, NULL));
}
END_TEST

START_TEST(loss_of_a_client_frees_its_bindings)
{
    open_pair(true);
    struct atm_address atm = peer_elan_atm(0);
    peer_lec_represent(elan->lecs_of[0], vmac, PEER_LEC_REGISTERED);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_elan_registered(elan, vmac, 0));
    port_fail_link(elan->ports_of[0], _i == 0 ? LINK_CARRIER_LOSS : LINK_UNNOTICED);
    peer_elan_run(elan, SECONDS(1));
    bool gone = _i == 0;
    ck_assert_int_eq(les_binding(elan->les, vmac, NULL), !gone);
    ck_assert_int_eq(les_binding(elan->les, peer_elan_mac(0), NULL), !gone);
    ck_assert_int_eq(les_lecid_of(elan->les, &atm) == 0, gone);
    ck_assert(peer_elan_registered(elan, peer_elan_mac(1), 1));
}
END_TEST

START_TEST(a_hung_member_keeps_its_binding)
{
    open_pair(true);
    struct atm_address hung = peer_elan_atm(9);
    les_bind(elan->les, vmac, &hung);
    peer_lec_represent(elan->lecs_of[0], vmac, PEER_LEC_REGISTERED);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(!peer_lec_registered(elan->lecs_of[0], vmac));
    ck_assert(peer_elan_registered(elan, vmac, 9));
    les_unbind(elan->les, vmac);
    peer_lec_represent(elan->lecs_of[0], vmac, PEER_LEC_REGISTERED);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_elan_registered(elan, vmac, 0));
}
END_TEST

/* --- rules of a case --- */

START_TEST(rules_refuse_delay_silence_and_forward)
{
    open_pair(true);
    struct peer_lec *a = elan->lecs_of[0];
    struct mac_address other = {{0x02, 0, 0, 0, 0, 9}};
    les_when(elan->les, (struct les_rule){.opcode = LE_REGISTER_REQUEST,
                                          .lan_given = true,
                                          .lan = vmac,
                                          .times = 2,
                                          .action = LES_ANSWER_STATUS,
                                          .status = LE_STATUS_INSUFFICIENT_RESOURCES});
    les_when(elan->les, (struct les_rule){.opcode = LE_REGISTER_REQUEST,
                                          .times = 1,
                                          .lan_given = true,
                                          .lan = vmac,
                                          .action = LES_DELAY,
                                          .delay_ns = MILLISECONDS(500)});
    struct mac_address unmatched = {{0x02, 0, 0, 0, 0, 8}};
    struct le_control unregister = peer_lec_request(a, LE_UNREGISTER_REQUEST); /* another op-code */
    unregister.source_lan = lan_destination_of_mac(vmac);
    peer_lec_send_control(a, PEER_LEC_CONTROL_DIRECT, &unregister);
    peer_elan_run(elan, MILLISECONDS(50));
    ck_assert_uint_eq(peer_elan_last(elan, elan->les_port, FRAME_LE_UNREGISTER_RESPONSE)->control.status, 0);
    peer_lec_send_register(a, unmatched); /* about another address */
    peer_elan_run(elan, MILLISECONDS(50));
    ck_assert(peer_elan_registered(elan, unmatched, 0));
    for (int i = 0; i < 2; i++) {
        peer_lec_send_register(a, vmac);
        peer_elan_run(elan, MILLISECONDS(50));
        ck_assert_uint_eq(peer_elan_last(elan, elan->les_port, FRAME_LE_REGISTER_RESPONSE)->control.status,
                          LE_STATUS_INSUFFICIENT_RESOURCES);
        ck_assert(!les_binding(elan->les, vmac, NULL));
    }
    size_t since = tap_count(elan->tap);
    peer_lec_send_register(a, vmac); /* the third one meets the next rule */
    peer_elan_run(elan, MILLISECONDS(450));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->les_port, FRAME_LE_REGISTER_RESPONSE, since), 0);
    ck_assert(peer_elan_registered(elan, vmac, 0));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->les_port, FRAME_LE_REGISTER_RESPONSE, since), 1);
    since = tap_count(elan->tap);
    peer_lec_send_register(a, other); /* no rule left */
    peer_elan_run(elan, MILLISECONDS(50));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->les_port, FRAME_LE_REGISTER_RESPONSE, since), 1);
    /* silence until forgotten, for one client only, questions only */
    les_when(elan->les, (struct les_rule){.opcode = LE_ARP_REQUEST,
                                          .from_given = true,
                                          .from = peer_elan_atm(0),
                                          .action = LES_STAY_SILENT});
    since = tap_count(elan->tap);
    peer_lec_resolve(a, peer_elan_mac(1));
    peer_lec_resolve(elan->lecs_of[1], peer_elan_mac(0));
    peer_lec_prime(elan->lecs_of[1], vmac, &(struct atm_address){{1}}, false);
    peer_lec_announce(a, vmac);
    peer_elan_run(elan, MILLISECONDS(50));
    ck_assert(!peer_lec_binding(a, peer_elan_mac(1), NULL));
    ck_assert(peer_elan_bound(elan->lecs_of[1], peer_elan_mac(0), 0));
    ck_assert(peer_elan_bound(elan->lecs_of[1], vmac, 0));
    les_forget_rules(elan->les);
    /* forwarded although the LES knows the answer: the owner answers */
    les_when(elan->les,
             (struct les_rule){.opcode = LE_ARP_REQUEST, .action = LES_FORWARD, .audience = LES_TO_ALL});
    peer_lec_resolve(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(50));
    ck_assert(peer_elan_bound(a, peer_elan_mac(1), 1));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[1], FRAME_LE_ARP_RESPONSE, since), 1);
}
END_TEST

START_TEST(rules_drop_vccs)
{
    open_pair(true);
    struct atm_address atm = peer_elan_atm(0);
    les_when(elan->les,
             (struct les_rule){.opcode = LE_REGISTER_REQUEST,
                               .times = 1,
                               .action = _i == 0 ? LES_RELEASE_CONTROL_DIRECT : LES_DROP_CONTROL_DISTRIBUTE});
    peer_lec_send_register(elan->lecs_of[0], vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(!peer_lec_operational(elan->lecs_of[0]));
    ck_assert(!les_binding(elan->les, vmac, NULL));
    ck_assert_uint_eq(les_lecid_of(elan->les, &atm), 0);
}
END_TEST

START_TEST(answers_are_delayed_by_op_code)
{
    elan = peer_elan_new(true);
    elan->les_settings.delay_count = 1;
    elan->les_settings.delays[0] = (struct les_delay){LE_REGISTER_REQUEST, MILLISECONDS(900)};
    peer_elan_build(elan);
    peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    peer_lec_represent(elan->lecs_of[0], vmac, PEER_LEC_REGISTERED);
    peer_elan_run(elan, MILLISECONDS(890));
    ck_assert(!peer_lec_registered(elan->lecs_of[0], vmac));
    peer_elan_run(elan, MILLISECONDS(20));
    ck_assert(peer_lec_registered(elan->lecs_of[0], vmac));
}
END_TEST

START_TEST(frames_that_nobody_asked_for)
{
    open_pair(true);
    struct atm_address a = peer_elan_atm(0), nobody = peer_elan_atm(9);
    struct le_control frame = le_control_of(LE_ARP_REQUEST); /* a targetless one of somebody else */
    frame.transaction_id = les_transaction_id(elan->les);
    frame.requester_lecid = 0x1234;
    frame.source_lan = lan_destination_of_mac(vmac);
    frame.source_atm = nobody;
    peer_lec_prime(elan->lecs_of[0], vmac, &a, false);
    peer_lec_prime(elan->lecs_of[1], vmac, &a, false);
    ck_assert(les_send_to_member(elan->les, &a, LES_ON_CONTROL_DIRECT, &frame));
    ck_assert(!les_send_to_member(elan->les, &nobody, LES_ON_CONTROL_DIRECT, &frame));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_elan_bound(elan->lecs_of[0], vmac, 9));
    ck_assert(peer_elan_bound(elan->lecs_of[1], vmac, 0));
    ck_assert(les_send_to_member(elan->les, &a, LES_ON_CONTROL_DISTRIBUTE, &frame));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_elan_bound(elan->lecs_of[1], vmac, 9));
    frame.requester_lecid = peer_lec_lecid(elan->lecs_of[1]); /* its own come back: no effect */
    frame.source_atm = a;
    ck_assert(les_send_to_member(elan->les, &a, LES_ON_CONTROL_DISTRIBUTE, &frame));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_elan_bound(elan->lecs_of[0], vmac, 0));
    ck_assert(peer_elan_bound(elan->lecs_of[1], vmac, 9));
    uint8_t octets[] = {0xff, 0x00, 0x01};
    size_t since = tap_count(elan->tap);
    ck_assert(les_send_octets_to_member(elan->les, &a, LES_ON_CONTROL_DIRECT, octets, sizeof octets));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[0], FRAME_MALFORMED, since), 1);
}
END_TEST

/* Frames that wait for their time, with a clock and a wire of the test's own. */
static struct timer_queue timers;
static size_t sent;

static void start_timer(void *context, struct timer *timer, int64_t delay_ns)
{
    (void)context;
    timer_queue_start(&timers, timer, delay_ns);
}

static void stop_timer(void *context, struct timer *timer)
{
    (void)context;
    timer_queue_stop(&timers, timer);
}

static void count_sdu(void *context, uint32_t vcc, const uint8_t *data, size_t size)
{
    (void)context;
    sent += vcc == 1 && size == 1 && data[0] == 'x';
}

START_TEST(delayed_sdus_are_dropped_with_their_vcc)
{
    static const struct station_services services = {
        .timer_start = start_timer, .timer_stop = stop_timer, .sdu_send = count_sdu};
    struct sdu_sender sender = sdu_sender_of(&services);
    for (uint32_t vcc = 0; vcc < 3; vcc++)
        sdu_sender_send(&sender, vcc, (const uint8_t *)"x", 1, 100);
    ck_assert_uint_eq(timers.count, 2); /* VCC_NONE is none */
    sdu_sender_send(&sender, 1, (const uint8_t *)"x", 1, 0);
    ck_assert_uint_eq(sent, 1);
    sdu_sender_forget_vcc(&sender, 2);
    ck_assert_uint_eq(timers.count, 1);
    struct timer *timer = timer_queue_take(&timers, 100);
    ck_assert_ptr_nonnull(timer);
    timer->fire(timer->owner);
    ck_assert_uint_eq(sent, 2);
    ck_assert_ptr_null(sender.first);
    sdu_sender_send(&sender, 1, (const uint8_t *)"x", 1, 100);
    sdu_sender_clear(&sender);
    ck_assert_uint_eq(timers.count, 0);
    timer_queue_clear(&timers);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("peer servers");
    TCase *join = tcase_create("join");
    tcase_add_checked_fixture(join, NULL, close_elan);
    tcase_add_loop_test(join, join_in_the_version_of_the_les, 0, 2);
    tcase_add_test(join, v1_client_stays_v1_on_a_v2_les);
    tcase_add_test(join, proxy_joins_as_proxy_and_registers_later);
    tcase_add_test(join, control_distribute_comes_before_the_join_answer);
    tcase_add_loop_test(join, les_without_distribute_and_answers_on_distribute, 0, 2);
    tcase_add_test(join, lecs_gives_variables_and_refuses_names);
    tcase_add_test(join, silent_or_late_lecs);
    tcase_add_loop_test(join, join_checks, 0, sizeof wrong_joins / sizeof wrong_joins[0]);
    tcase_add_test(join, control_direct_without_join_is_released_after_s4);
    tcase_add_loop_test(join, lost_elan_is_joined_again, 0, 4);
    tcase_add_loop_test(join, refused_or_unanswered_join_is_tried_again, 0, 2);
    tcase_add_loop_test(join, servers_let_go_of_a_dead_client, 0, 3);
    tcase_add_test(join, the_last_leaf_is_released);
    tcase_add_test(join, a_second_multicast_send_replaces_the_first);
    tcase_add_test(join, bus_withholds_the_multicast_forward);
    suite_add_tcase(suite, join);

    TCase *registration = tcase_create("registration");
    tcase_add_checked_fixture(registration, NULL, close_elan);
    tcase_add_loop_test(registration, duplicate_registration_gets_status_4, 0, 2);
    tcase_add_test(registration, bad_registrations_are_refused);
    tcase_add_loop_test(registration, loss_of_a_client_frees_its_bindings, 0, 2);
    tcase_add_test(registration, a_hung_member_keeps_its_binding);
    tcase_add_test(registration, rules_refuse_delay_silence_and_forward);
    tcase_add_loop_test(registration, rules_drop_vccs, 0, 2);
    tcase_add_test(registration, answers_are_delayed_by_op_code);
    tcase_add_test(registration, frames_that_nobody_asked_for);
    suite_add_tcase(suite, registration);

    TCase *sender = tcase_create("sender");
    tcase_add_test(sender, delayed_sdus_are_dropped_with_their_vcc);
    suite_add_tcase(suite, sender);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
