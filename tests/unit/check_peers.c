/* The emulated LECS, LES, BUS and LEC against each other in a real world. */
#include <check.h>
#include <stdlib.h>

#include "peer_elan.h"

static const struct mac_address vmac = {{0x00, 0x00, 0x5e, 0x00, 0x01, 0x01}};

static struct peer_elan *elan;

static void open_elan(bool v2)
{
    elan = peer_elan_new(v2);
    peer_elan_build(elan);
}

static void teardown(void)
{
    peer_elan_free(elan);
}

/* Two clients of the version, joined. */
static void open_pair(bool v2)
{
    open_elan(v2);
    peer_elan_lec(elan, NULL);
    peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    ck_assert(peer_lec_operational(elan->lecs_of[0]));
    ck_assert(peer_lec_operational(elan->lecs_of[1]));
}

static bool bound_to(struct peer_lec *lec, struct mac_address mac, unsigned number)
{
    struct atm_address atm, wanted = peer_elan_atm(number);
    return peer_lec_binding(lec, mac, &atm) && atm_address_equal(&atm, &wanted);
}

static bool registered_to(struct mac_address mac, unsigned number)
{
    struct atm_address atm, wanted = peer_elan_atm(number);
    return les_binding(elan->les, mac, &atm) && atm_address_equal(&atm, &wanted);
}

/* An Ethernet frame of an unassigned type. */
static void send_frame(struct peer_lec *lec, struct mac_address to)
{
    uint8_t frame[ETHERNET_MINIMUM_SIZE] = {0};
    memcpy(frame, to.octet, 6);
    memcpy(frame + 6, peer_lec_settings_of(lec)->mac.octet, 6);
    frame[12] = 0x88;
    frame[13] = 0xb5;
    peer_lec_send(lec, frame, sizeof frame);
}

/* Counts frames that a LEC hands up. */
struct listener {
    struct peer_user user;
    size_t count;
    struct peer_frame last;
};

static void listener_hears(void *owner, const struct peer_frame *frame)
{
    struct listener *listener = owner;
    listener->count++;
    listener->last = *frame;
}

/* Belongs to the LEC. */
static struct listener *listen_to(struct peer_lec *lec)
{
    struct listener *listener = malloc(sizeof *listener);
    *listener =
        (struct listener){.user = {.owner = listener, .frame_received = listener_hears, .destroy = free}};
    peer_link_add(peer_lec_link(lec), &listener->user);
    return listener;
}

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
        ck_assert(registered_to(peer_elan_mac(i), i));
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
    ck_assert(registered_to(peer_elan_mac(0), 0));
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
    ck_assert(bound_to(b, vmac, 0));
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
    struct listener *listener = listen_to(elan->lecs_of[0]);
    send_frame(elan->lecs_of[1], MAC_BROADCAST);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(listener->count, 1);
}
END_TEST

/* The VCC of a kind that a port called or heard of last. */
static const struct vcc *last_vcc(enum vcc_kind kind)
{
    for (size_t i = tap_count(elan->tap); i > 0; i--) {
        const struct tap_event *event = tap_at(elan->tap, i - 1);
        if (event->vcc && event->vcc->kind == kind)
            return event->vcc;
    }
    return NULL;
}

static size_t setups_of(enum vcc_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < tap_count(elan->tap); i++) {
        const struct tap_event *event = tap_at(elan->tap, i);
        count += event->kind == TAP_CALL_SETUP && event->vcc->kind == kind;
    }
    return count;
}

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
    if (_i == 1) { /* C7i = 5 s, 10 s, the rest of C7 = 30 s, then a second until the next attempt */
        peer_elan_run(elan, MILLISECONDS(29000));
        ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_JOIN_REQUEST, 0), 3);
        ck_assert_uint_eq(setups_of(VCC_CONTROL_DIRECT), 1);
        les_forget_rules(elan->les);
    }
    peer_elan_run(elan, SECONDS(2));
    ck_assert(peer_lec_operational(lec));
    ck_assert_uint_eq(setups_of(VCC_CONTROL_DIRECT), 2);
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
        world_clear_vcc(elan->world, last_vcc(VCC_CONTROL_DISTRIBUTE)->id, CAUSE_TEMPORARY_FAILURE);
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
    ck_assert(registered_to(vmac, 0));
    peer_lec_represent(b, vmac, PEER_LEC_REGISTERED);
    peer_elan_run(elan, MILLISECONDS(100));
    const struct frame *answer = peer_elan_last(elan, elan->les_port, FRAME_LE_REGISTER_RESPONSE);
    ck_assert_uint_eq(answer->control.status, LE_STATUS_DUPLICATE_LAN_DESTINATION);
    ck_assert(!peer_lec_registered(b, vmac));
    ck_assert(registered_to(vmac, 0));
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
    ck_assert(registered_to(peer_elan_mac(0), 0)); /* its own MAC is untouched */
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
    ck_assert(registered_to(vmac, 0));
    port_fail_link(elan->ports_of[0], _i == 0 ? LINK_CARRIER_LOSS : LINK_UNNOTICED);
    peer_elan_run(elan, SECONDS(1));
    bool gone = _i == 0;
    ck_assert_int_eq(les_binding(elan->les, vmac, NULL), !gone);
    ck_assert_int_eq(les_binding(elan->les, peer_elan_mac(0), NULL), !gone);
    ck_assert_int_eq(les_lecid_of(elan->les, &atm) == 0, gone);
    ck_assert(registered_to(peer_elan_mac(1), 1));
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
    ck_assert(registered_to(vmac, 9));
    les_unbind(elan->les, vmac);
    peer_lec_represent(elan->lecs_of[0], vmac, PEER_LEC_REGISTERED);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(registered_to(vmac, 0));
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
    ck_assert(registered_to(unmatched, 0));
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
    ck_assert(registered_to(vmac, 0));
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
    ck_assert(bound_to(elan->lecs_of[1], peer_elan_mac(0), 0));
    ck_assert(bound_to(elan->lecs_of[1], vmac, 0));
    les_forget_rules(elan->les);
    /* forwarded although the LES knows the answer: the owner answers */
    les_when(elan->les,
             (struct les_rule){.opcode = LE_ARP_REQUEST, .action = LES_FORWARD, .audience = LES_TO_ALL});
    peer_lec_resolve(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(50));
    ck_assert(bound_to(a, peer_elan_mac(1), 1));
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
    ck_assert(bound_to(elan->lecs_of[0], vmac, 9));
    ck_assert(bound_to(elan->lecs_of[1], vmac, 0));
    ck_assert(les_send_to_member(elan->les, &a, LES_ON_CONTROL_DISTRIBUTE, &frame));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(bound_to(elan->lecs_of[1], vmac, 9));
    frame.requester_lecid = peer_lec_lecid(elan->lecs_of[1]); /* its own come back: no effect */
    frame.source_atm = a;
    ck_assert(les_send_to_member(elan->les, &a, LES_ON_CONTROL_DISTRIBUTE, &frame));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(bound_to(elan->lecs_of[0], vmac, 0));
    ck_assert(bound_to(elan->lecs_of[1], vmac, 9));
    uint8_t octets[] = {0xff, 0x00, 0x01};
    size_t since = tap_count(elan->tap);
    ck_assert(les_send_octets_to_member(elan->les, &a, LES_ON_CONTROL_DIRECT, octets, sizeof octets));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[0], FRAME_MALFORMED, since), 1);
}
END_TEST

/* --- LE_ARP and the cache --- */

START_TEST(le_arp_is_forwarded_to_proxies)
{
    open_elan(true);
    struct peer_lec *a = peer_elan_lec(elan, NULL), *plain = peer_elan_lec(elan, NULL);
    struct peer_lec_settings settings = peer_elan_lec_settings(elan);
    settings.proxy = true;
    struct peer_lec *proxy = peer_elan_lec(elan, &settings);
    peer_elan_run(elan, SECONDS(1));
    peer_lec_represent(proxy, vmac, PEER_LEC_PROXIED);
    peer_lec_represent(plain, vmac, PEER_LEC_PROXIED); /* is not asked */
    size_t since = tap_count(elan->tap);
    uint32_t asked = peer_lec_resolve(a, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(bound_to(a, vmac, 2));
    ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[1], FRAME_LE_ARP_REQUEST, since), 0);
    const struct frame *answer = peer_elan_last(elan, elan->ports_of[2], FRAME_LE_ARP_RESPONSE);
    ck_assert_uint_eq(answer->control.transaction_id, asked);
    ck_assert_uint_eq(answer->control.requester_lecid, peer_lec_lecid(a));
    ck_assert_uint_eq(answer->control.flags, LE_FLAG_REMOTE_ADDRESS);
    ck_assert(lan_destination_is_mac(answer->control.source_lan, peer_elan_mac(0)));
    /* told not to answer, or late */
    peer_lec_forget(a, vmac);
    peer_lec_behave(proxy)->ignores_le_arp = true;
    peer_lec_resolve(a, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(!peer_lec_binding(a, vmac, NULL));
    peer_lec_behave(proxy)->ignores_le_arp = false;
    peer_lec_behave(proxy)->le_arp_delay_ns = MILLISECONDS(400);
    peer_elan_run(elan, MILLISECONDS(1000)); /* asked again after C20 */
    ck_assert(!peer_lec_binding(a, vmac, NULL));
    peer_elan_run(elan, MILLISECONDS(500));
    ck_assert(bound_to(a, vmac, 2));
}
END_TEST

START_TEST(every_le_arp_is_forwarded_when_asked_for)
{
    open_pair(true);
    les_settings_of(elan->les)->forwards_every_le_arp = true;
    size_t since = tap_count(elan->tap);
    peer_lec_resolve(elan->lecs_of[0], peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(bound_to(elan->lecs_of[0], peer_elan_mac(1), 1));
    const struct frame *answer = peer_elan_last(elan, elan->ports_of[1], FRAME_LE_ARP_RESPONSE);
    ck_assert_ptr_nonnull(answer);
    ck_assert_uint_eq(answer->control.flags, 0); /* registered: not remote */
    ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[0], FRAME_LE_ARP_RESPONSE, since), 1);
    /* forwarded late */
    les_when(elan->les,
             (struct les_rule){
                 .opcode = LE_ARP_REQUEST, .times = 1, .action = LES_DELAY, .delay_ns = MILLISECONDS(300)});
    peer_lec_forget(elan->lecs_of[0], peer_elan_mac(1));
    peer_lec_resolve(elan->lecs_of[0], peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(290));
    ck_assert(!peer_lec_binding(elan->lecs_of[0], peer_elan_mac(1), NULL));
    peer_elan_run(elan, MILLISECONDS(30));
    ck_assert(bound_to(elan->lecs_of[0], peer_elan_mac(1), 1));
}
END_TEST

START_TEST(answers_of_others_are_ignored)
{
    open_pair(true);
    struct peer_lec *a = elan->lecs_of[0];
    struct atm_address atm = peer_elan_atm(0);
    les_when(elan->les, (struct les_rule){.opcode = LE_ARP_REQUEST, .action = LES_STAY_SILENT});
    struct le_control request = peer_lec_request(a, LE_ARP_REQUEST);
    request.transaction_id = peer_lec_resolve(a, vmac);
    request.target_lan = lan_destination_of_mac(vmac);
    struct le_control answer = le_control_response(&request);
    answer.target_atm = peer_elan_atm(9);
    for (int wrong = 0; wrong < 4; wrong++) {
        struct le_control sent = answer;
        if (wrong == 0)
            sent.requester_lecid = peer_lec_lecid(elan->lecs_of[1]);
        else if (wrong == 1)
            sent.transaction_id++;
        else if (wrong == 2)
            sent.target_lan = lan_destination_of_mac(peer_elan_mac(7));
        else
            sent.status = LE_STATUS_INVALID_LECID;
        ck_assert(les_send_to_member(elan->les, &atm, LES_ON_CONTROL_DIRECT, &sent));
        peer_elan_run(elan, MILLISECONDS(50));
        ck_assert_msg(!peer_lec_binding(a, vmac, NULL), "wrong answer %d was taken", wrong);
    }
    ck_assert(les_send_to_member(elan->les, &atm, LES_ON_CONTROL_DIRECT, &answer));
    peer_elan_run(elan, MILLISECONDS(50));
    ck_assert(bound_to(a, vmac, 9));
}
END_TEST

START_TEST(entries_age_and_are_verified)
{
    elan = peer_elan_new(true);
    lecs_settings_add_number(&elan->lecs_settings, TLV_AGING_TIME, 20);
    peer_elan_build(elan);
    struct peer_lec *a = peer_elan_lec(elan, NULL), *b = peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(bound_to(a, peer_elan_mac(1), 1));
    size_t since = tap_count(elan->tap);
    peer_elan_run(elan, SECONDS(10));
    send_frame(a, peer_elan_mac(1)); /* in use: verified before the end */
    peer_elan_run(elan, SECONDS(15));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, since), 1);
    ck_assert(bound_to(a, peer_elan_mac(1), 1));
    peer_elan_run(elan, SECONDS(20)); /* not used since: it goes without a word */
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, since), 1);
    ck_assert(!peer_lec_binding(a, peer_elan_mac(1), NULL));
    /* in use, but the verification is not answered: gone after C17 */
    send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    send_frame(a, peer_elan_mac(1));
    les_when(elan->les, (struct les_rule){.opcode = LE_ARP_REQUEST, .action = LES_STAY_SILENT});
    peer_elan_run(elan, MILLISECONDS(19800));
    ck_assert(bound_to(a, peer_elan_mac(1), 1));
    peer_elan_run(elan, MILLISECONDS(200));
    ck_assert(!peer_lec_binding(a, peer_elan_mac(1), NULL));
    (void)b;
}
END_TEST

START_TEST(topology_change_shortens_the_age_of_remote_entries)
{
    elan = peer_elan_new(_i);
    lecs_settings_add_number(&elan->lecs_settings, TLV_AGING_TIME, 60);
    lecs_settings_add_number(&elan->lecs_settings, TLV_FORWARD_DELAY_TIME, 5);
    peer_elan_build(elan);
    struct peer_lec *a = peer_elan_lec(elan, NULL), *b = peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    struct mac_address local = {{2, 0, 0, 0, 0, 1}}, remote = {{2, 0, 0, 0, 0, 2}},
                       later = {{2, 0, 0, 0, 0, 3}};
    struct atm_address atm = peer_elan_atm(1);
    peer_lec_prime(a, local, &atm, false);
    peer_lec_prime(a, remote, &atm, true);
    peer_elan_run(elan, SECONDS(10));
    ck_assert(peer_lec_binding(a, remote, NULL));
    peer_lec_send_topology(b, true);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_lec_topology_changed(a));
    ck_assert(!peer_lec_topology_changed(b)); /* its own frame */
    ck_assert(!peer_lec_binding(a, remote, NULL));
    ck_assert(peer_lec_binding(a, local, NULL));
    peer_lec_prime(a, later, &atm, true);
    peer_elan_run(elan, SECONDS(4));
    ck_assert(peer_lec_binding(a, later, NULL));
    peer_lec_send_topology(b, false); /* over: C17 again */
    peer_elan_run(elan, SECONDS(4));
    ck_assert(!peer_lec_topology_changed(a));
    ck_assert(peer_lec_binding(a, later, NULL));
}
END_TEST

START_TEST(targetless_le_arp_moves_a_binding)
{
    open_pair(_i);
    struct peer_lec *a = elan->lecs_of[0], *b = elan->lecs_of[1];
    struct atm_address old = peer_elan_atm(9);
    struct mac_address uncached = {{2, 0, 0, 0, 0, 7}};
    struct le_control targetless = peer_lec_request(b, LE_ARP_REQUEST);
    targetless.source_lan = lan_destination_of_mac(vmac);
    peer_lec_prime(a, vmac, &old, false);
    peer_lec_prime(b, vmac, &old, false);
    peer_lec_send_control(b, PEER_LEC_CONTROL_DIRECT, &targetless);
    targetless.source_lan = lan_destination_of_mac(uncached);
    peer_lec_send_control(b, PEER_LEC_CONTROL_DIRECT, &targetless);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(bound_to(a, vmac, _i ? 1 : 9)); /* v1 clients don't know the frame */
    ck_assert(bound_to(b, vmac, 9));          /* its own frame come back */
    ck_assert(!peer_lec_binding(a, uncached, NULL));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_RESPONSE, 0), 0);
}
END_TEST

START_TEST(every_form_of_le_narp)
{
    open_pair(_i);
    struct peer_lec *a = elan->lecs_of[0], *b = elan->lecs_of[1];
    struct atm_address old = peer_elan_atm(8), other = peer_elan_atm(9), zero = {{0}};
    struct mac_address bystander = {{2, 0, 0, 0, 0, 7}};
    const struct {
        const struct atm_address *source, *target;
        int outcome; /* 8: stays, -1: goes, 1: the new one */
    } forms[] = {
        {&zero, &zero, -1},                                 /* the VRRP form of v1 */
        {&zero, &old, -1},                                  /* no source, match */
        {&zero, &other, 8},                                 /* no source, no match */
        {&peer_lec_settings_of(b)->atm_address, &old, 1},   /* plain, match */
        {&peer_lec_settings_of(b)->atm_address, &other, 8}, /* plain, no match */
        {&peer_lec_settings_of(b)->atm_address, &zero, -1}, /* zero target, source given */
    };
    for (size_t i = 0; i < sizeof forms / sizeof forms[0]; i++) {
        peer_lec_prime(a, vmac, &old, false);
        peer_lec_prime(a, bystander, &old, false);
        struct le_control narp = peer_lec_request(b, LE_NARP_REQUEST);
        narp.target_lan = lan_destination_of_mac(vmac);
        narp.source_atm = *forms[i].source;
        narp.target_atm = *forms[i].target;
        peer_lec_send_control(b, PEER_LEC_CONTROL_DIRECT, &narp);
        peer_elan_run(elan, MILLISECONDS(100));
        if (forms[i].outcome < 0)
            ck_assert_msg(!peer_lec_binding(a, vmac, NULL), "form %zu", i);
        else
            ck_assert_msg(bound_to(a, vmac, (unsigned)forms[i].outcome), "form %zu", i);
        ck_assert(bound_to(a, bystander, 8));
    }
    peer_lec_prime(a, vmac, &old, false);
    peer_lec_behave(a)->ignores_le_narp = true;
    peer_lec_withdraw(b, vmac);
    struct le_control narp = peer_lec_request(b, LE_NARP_REQUEST);
    narp.source_atm = narp.target_atm = zero;
    narp.target_lan = lan_destination_of_mac(vmac);
    peer_lec_send_control(b, PEER_LEC_CONTROL_DIRECT, &narp);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(bound_to(a, vmac, 8));
}
END_TEST

START_TEST(forwarded_frames_and_their_originator)
{
    elan = peer_elan_new(true);
    elan->les_settings.echo = _i;
    peer_elan_build(elan);
    struct peer_lec *a = peer_elan_lec(elan, NULL);
    peer_elan_lec(elan, NULL);
    peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    size_t since = tap_count(elan->tap);
    peer_lec_announce(a, vmac);
    peer_lec_withdraw(a, vmac);
    peer_lec_send_topology(a, true);
    peer_elan_run(elan, MILLISECONDS(100));
    static const enum frame_name names[] = {FRAME_TARGETLESS_LE_ARP_REQUEST, FRAME_NO_SOURCE_LE_NARP_REQUEST,
                                            FRAME_LE_TOPOLOGY_REQUEST};
    for (size_t i = 0; i < 3; i++) {
        ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[0], names[i], since), (size_t)_i);
        ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[1], names[i], since), 1);
        ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[2], names[i], since), 1);
        const struct frame *sent = peer_elan_last(elan, elan->ports_of[0], names[i]);
        const struct frame *copy = peer_elan_last(elan, elan->les_port, names[i]);
        ck_assert_uint_eq(sent->octets.size, copy->octets.size);
        ck_assert_mem_eq(sent->octets.data, copy->octets.data, sent->octets.size);
    }
}
END_TEST

/* --- data --- */

START_TEST(bus_echo)
{
    elan = peer_elan_new(true);
    elan->bus_settings.echo = _i;
    peer_elan_build(elan);
    struct peer_lec *a = peer_elan_lec(elan, NULL), *b = peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    struct listener *at_a = listen_to(a), *at_b = listen_to(b);
    size_t since = tap_count(elan->tap);
    send_frame(a, MAC_BROADCAST);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[0], FRAME_ETHERNET, since), (size_t)_i);
    ck_assert_uint_eq(at_a->count, 0); /* the echo has its own LECID */
    ck_assert_uint_eq(at_b->count, 1);
    ck_assert_int_eq(at_b->last.path, PEER_PATH_BUS);
    ck_assert(!at_b->last.sender_known);
    ck_assert_uint_eq(at_b->last.lecid, peer_lec_lecid(a));
    /* a frame of the BUS itself, with LE header 0000, reaches everybody */
    uint8_t sdu[LE_DATA_MINIMUM_SIZE] = {0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                         2, 0, 0,    0,    0,    1,    0x88, 0xb5};
    bus_send(elan->bus, sdu, sizeof sdu);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(at_a->count, 1);
    ck_assert_uint_eq(at_b->count, 2);
}
END_TEST

START_TEST(unicast_goes_over_to_a_data_direct_vcc)
{
    open_pair(_i);
    struct peer_lec *a = elan->lecs_of[0], *b = elan->lecs_of[1];
    struct listener *listener = listen_to(b);
    struct atm_address a_atm = peer_elan_atm(0), b_atm = peer_elan_atm(1);
    send_frame(a, peer_elan_mac(1)); /* unknown: BUS */
    peer_elan_run(elan, MILLISECONDS(20));
    ck_assert_uint_eq(listener->count, 1);
    ck_assert_int_eq(listener->last.path, PEER_PATH_BUS);
    send_frame(a, peer_elan_mac(1)); /* resolved: still the BUS, the call begins */
    peer_elan_run(elan, MILLISECONDS(1));
    send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(listener->count, 3);
    ck_assert(peer_lec_has_data_direct(a, &b_atm));
    ck_assert(peer_lec_has_data_direct(b, &a_atm)); /* READY_IND was heard */
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_READY_IND, 0), 1);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_FLUSH_REQUEST, 0), 1);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[1], FRAME_LE_FLUSH_RESPONSE, 0), 1);
    ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[0], FRAME_LE_FLUSH_RESPONSE, 0), 1);
    send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(20));
    ck_assert_uint_eq(listener->count, 4);
    ck_assert_int_eq(listener->last.path, PEER_PATH_DATA_DIRECT);
    ck_assert(atm_address_equal(&listener->last.sender, &a_atm));
    /* back: the same VCC */
    struct listener *back = listen_to(a);
    size_t since = tap_count(elan->tap);
    send_frame(b, peer_elan_mac(0));
    peer_elan_run(elan, MILLISECONDS(100));
    send_frame(b, peer_elan_mac(0));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(back->count, 2);
    ck_assert_int_eq(back->last.path, PEER_PATH_DATA_DIRECT);
    for (size_t i = since; i < tap_count(elan->tap); i++)
        ck_assert_int_ne(tap_at(elan->tap, i)->kind, TAP_CALL_SETUP);
    /* released by one end: gone at both, resolved again */
    ck_assert_uint_eq(peer_lec_release_data_direct(a, NULL), 1);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(!peer_lec_has_data_direct(b, &a_atm));
    ck_assert(!peer_lec_binding(b, peer_elan_mac(0), NULL));
}
END_TEST

START_TEST(frames_wait_for_the_flush)
{
    open_pair(true);
    struct peer_lec *a = elan->lecs_of[0], *b = elan->lecs_of[1];
    struct listener *listener = listen_to(b);
    peer_lec_behave(b)->ignores_flush = true;
    struct atm_address b_atm = peer_elan_atm(1);
    send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(20));
    int64_t on_bus_ns = peer_elan_now_ns(elan);
    send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_lec_has_data_direct(a, &b_atm));
    ck_assert_uint_eq(listener->count, 2);
    send_frame(a, peer_elan_mac(1)); /* is held */
    world_run_until(elan->world, on_bus_ns + MILLISECONDS(5950));
    ck_assert_uint_eq(listener->count, 2);
    world_run_until(elan->world, on_bus_ns + MILLISECONDS(6050)); /* C22 */
    ck_assert_uint_eq(listener->count, 3);
    ck_assert_int_eq(listener->last.path, PEER_PATH_DATA_DIRECT);
}
END_TEST

START_TEST(a_further_address_behind_a_vcc_is_flushed_too)
{
    open_pair(true);
    struct peer_lec *a = elan->lecs_of[0], *b = elan->lecs_of[1];
    struct atm_address b_atm = peer_elan_atm(1);
    peer_lec_represent(b, vmac, PEER_LEC_REGISTERED);
    peer_lec_call(a, &b_atm);
    peer_elan_run(elan, MILLISECONDS(100));
    struct listener *listener = listen_to(b);
    send_frame(a, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_int_eq(listener->last.path, PEER_PATH_BUS);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_FLUSH_REQUEST, 0), 0);
    send_frame(a, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_FLUSH_REQUEST, 0), 1);
    ck_assert_uint_eq(listener->count, 2);
    ck_assert_int_eq(listener->last.path, PEER_PATH_DATA_DIRECT);
    /* moved to a client without a VCC: through the BUS again */
    struct atm_address elsewhere = peer_elan_atm(9);
    peer_lec_prime(a, vmac, &elsewhere, false);
    send_frame(a, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(listener->count, 3);
    ck_assert_int_eq(listener->last.path, PEER_PATH_BUS);
}
END_TEST

START_TEST(behaviour_of_a_stubborn_client)
{
    open_pair(true);
    struct peer_lec *a = elan->lecs_of[0], *b = elan->lecs_of[1];
    struct atm_address a_atm = peer_elan_atm(0), b_atm = peer_elan_atm(1), old = peer_elan_atm(9);
    struct listener *listener = listen_to(b);
    peer_lec_behave(a)->stays_on_bus = true;
    for (int i = 0; i < 3; i++) {
        send_frame(a, peer_elan_mac(1));
        peer_elan_run(elan, MILLISECONDS(100));
        ck_assert_int_eq(listener->last.path, PEER_PATH_BUS);
    }
    ck_assert_uint_eq(listener->count, 3);
    ck_assert_uint_eq(setups_of(VCC_DATA_DIRECT), 0);
    peer_lec_behave(a)->ignores_targetless = true;
    peer_lec_prime(a, vmac, &old, false);
    peer_lec_announce(b, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(bound_to(a, vmac, 9));
    peer_lec_behave(a)->ignores_ready_query = true;
    peer_lec_behave(a)->silent_when_called = true;
    peer_lec_call(a, &b_atm);
    peer_elan_run(elan, SECONDS(20));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[1], FRAME_READY_QUERY, 0), 3);
    ck_assert(!peer_lec_has_data_direct(b, &a_atm));
    peer_lec_behave(b)->learns_from_data = true;
    uint8_t sdu[LE_DATA_MINIMUM_SIZE] = {0, 9, 2, 2, 2, 2, 2, 2, 0x00, 0x00, 0x5e, 0x00, 0x01, 0x01};
    ck_assert(peer_lec_send_octets_direct(a, &b_atm, sdu, sizeof sdu));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(bound_to(b, vmac, 0));
    ck_assert(peer_lec_has_data_direct(b, &a_atm));
}
END_TEST

START_TEST(frames_with_a_lecid_of_choice)
{
    open_pair(true);
    struct listener *at_a = listen_to(elan->lecs_of[0]), *at_b = listen_to(elan->lecs_of[1]);
    uint8_t frame[ETHERNET_MINIMUM_SIZE] = {0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    peer_lec_send_on_bus(elan->lecs_of[0], peer_lec_lecid(elan->lecs_of[1]), frame, sizeof frame);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(at_a->count, 1); /* looks like one of the other */
    ck_assert_uint_eq(at_b->count, 0); /* looks like its own */
    uint8_t octets[] = {0xff, 0x00, 0x01, 0x01, 0x00, 0x03};
    size_t since = tap_count(elan->tap);
    ck_assert(peer_lec_send_octets(elan->lecs_of[0], PEER_LEC_MULTICAST_SEND, octets, sizeof octets));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[1], FRAME_READY_QUERY, since), 1);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[1], FRAME_READY_IND, since), 0);
}
END_TEST

START_TEST(unresolved_frames_are_limited)
{
    elan = peer_elan_new(false);
    lecs_settings_add_number(&elan->lecs_settings, TLV_MAXIMUM_UNKNOWN_FRAME_COUNT, 2);
    peer_elan_build(elan);
    struct peer_lec *a = peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    size_t since = tap_count(elan->tap);
    for (int i = 0; i < 5; i++)
        send_frame(a, vmac);
    peer_elan_run(elan, MILLISECONDS(900));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_ETHERNET, since), 2);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, since), 1);
    peer_elan_run(elan, MILLISECONDS(200));
    send_frame(a, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_ETHERNET, since), 3);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, since), 2); /* C13 = 1 */
    peer_elan_run(elan, SECONDS(5));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, since), 2);
}
END_TEST

START_TEST(refused_calls_and_ready_query)
{
    open_pair(true);
    struct peer_lec *a = elan->lecs_of[0], *b = elan->lecs_of[1];
    struct atm_address a_atm = peer_elan_atm(0), b_atm = peer_elan_atm(1);
    peer_lec_behave(b)->refuses_calls = true;
    peer_lec_call(a, &b_atm);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(!peer_lec_has_data_direct(a, &b_atm));
    peer_lec_behave(b)->refuses_calls = false;
    peer_lec_behave(a)->silent_when_called = true;
    peer_lec_call(a, &b_atm);
    peer_elan_run(elan, MILLISECONDS(3900));
    ck_assert(peer_lec_has_data_direct(a, &b_atm));
    ck_assert(!peer_lec_has_data_direct(b, &a_atm));
    peer_elan_run(elan, MILLISECONDS(200)); /* C28: asked, answered */
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[1], FRAME_READY_QUERY, 0), 1);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_READY_IND, 0), 1);
    ck_assert(peer_lec_has_data_direct(b, &a_atm));
}
END_TEST

START_TEST(of_two_vccs_the_one_of_the_lower_caller_is_used)
{
    open_pair(true);
    struct atm_address a_atm = peer_elan_atm(0), b_atm = peer_elan_atm(1);
    peer_lec_call(elan->lecs_of[1], &a_atm);
    peer_elan_run(elan, MILLISECONDS(100));
    peer_lec_call(elan->lecs_of[0], &b_atm);
    peer_elan_run(elan, MILLISECONDS(100));
    uint8_t sdu[LE_DATA_MINIMUM_SIZE] = {0, 9};
    for (unsigned i = 0; i < 2; i++) {
        ck_assert(peer_lec_send_octets_direct(elan->lecs_of[i], i ? &a_atm : &b_atm, sdu, sizeof sdu));
        peer_elan_run(elan, MILLISECONDS(50));
        struct tap_event *event = peer_elan_last_event(elan, elan->ports_of[i], FRAME_ETHERNET);
        ck_assert_ptr_nonnull(event);
        ck_assert_int_eq(event->vcc->caller,
                         (int)port_index(elan->ports_of[0])); /* ATM address of 0 is lower */
    }
}
END_TEST

START_TEST(a_dead_client_is_silent)
{
    open_pair(true);
    struct atm_address a_atm = peer_elan_atm(0);
    peer_lec_associate(elan->lecs_of[0], vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    size_t since = tap_count(elan->tap);
    struct control_action fail = {.kind = CONTROL_FAIL};
    ck_assert(port_control(elan->ports_of[0], &fail, NULL));
    les_settings_of(elan->les)->forwards_every_le_arp = true;
    peer_lec_resolve(elan->lecs_of[1], vmac);
    peer_lec_call(elan->lecs_of[1], &a_atm);
    peer_lec_send_register(elan->lecs_of[0], vmac);
    send_frame(elan->lecs_of[0], MAC_BROADCAST);
    uint8_t frame[ETHERNET_MINIMUM_SIZE] = {0};
    peer_lec_send_on_bus(elan->lecs_of[0], 1, frame, sizeof frame);
    peer_elan_run(elan, SECONDS(10));
    for (size_t i = since; i < tap_count(elan->tap); i++)
        ck_assert(!tap_from(tap_at(elan->tap, i), port_index(elan->ports_of[0])));
    ck_assert(registered_to(vmac, 0)); /* nobody noticed */
    ck_assert(!peer_lec_has_data_direct(elan->lecs_of[1], &a_atm));
}
END_TEST

START_TEST(a_client_leaves_in_order)
{
    open_pair(true);
    struct atm_address a_atm = peer_elan_atm(0);
    peer_lec_leave(elan->lecs_of[0]);
    peer_elan_run(elan, SECONDS(5));
    ck_assert(!peer_lec_operational(elan->lecs_of[0]));
    ck_assert_uint_eq(les_member_count(elan->les), 1);
    ck_assert(!bus_reaches(elan->bus, &a_atm));
    ck_assert(!bus_hears(elan->bus, &a_atm));
    peer_lec_start(elan->lecs_of[0]);
    peer_elan_run(elan, SECONDS(1));
    ck_assert(peer_lec_operational(elan->lecs_of[0]));
}
END_TEST

START_TEST(token_ring_elan)
{
    elan = peer_elan_new(true);
    elan->token_ring = true;
    peer_elan_build(elan);
    struct peer_lec *a = peer_elan_lec(elan, NULL), *b = peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    ck_assert(peer_lec_operational(a) && peer_lec_operational(b));
    struct listener *listener = listen_to(b);
    struct mac_address group = {{0xc0, 0x00, 0x00, 0x04, 0x00, 0x00}};
    send_frame(a, group);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(listener->count, 1);
    ck_assert_int_eq(listener->last.path, PEER_PATH_BUS);
    struct tap_event *event = peer_elan_last_event(elan, elan->ports_of[0], FRAME_ETHERNET);
    const struct frame *frame = tap_frame(elan->tap, event);
    ck_assert(frame->token_ring);
    ck_assert(mac_equal(frame->ethernet.destination, group));
    ck_assert_uint_eq(frame->ethernet.type, 0x88b5);
    ck_assert_int_eq(event->vcc->call.b_lli, B_LLI_MULTICAST_8025);
    send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(listener->count, 3);
    send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(listener->count, 4);
    ck_assert_int_eq(listener->last.path, PEER_PATH_DATA_DIRECT);
}
END_TEST

/* --- association --- */

START_TEST(non_proxy_association)
{
    open_pair(_i);
    struct peer_lec *a = elan->lecs_of[0], *b = elan->lecs_of[1];
    enum frame_name announcement = _i ? FRAME_TARGETLESS_LE_ARP_REQUEST : FRAME_ZERO_LE_NARP_REQUEST;
    struct atm_address old = peer_elan_atm(9);
    peer_lec_prime(b, vmac, &old, false);
    size_t since = tap_count(elan->tap);
    peer_lec_associate(a, vmac);
    peer_elan_run(elan, SECONDS(3));
    ck_assert(peer_lec_registered(a, vmac));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_REGISTER_REQUEST, since), 1);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], announcement, since), 1);
    if (_i)
        ck_assert(bound_to(b, vmac, 0));
    else
        ck_assert(!peer_lec_binding(b, vmac, NULL));
    since = tap_count(elan->tap);
    peer_lec_disassociate(a, vmac);
    peer_elan_run(elan, SECONDS(3));
    ck_assert(!les_binding(elan->les, vmac, NULL));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_UNREGISTER_REQUEST, since), 1);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_NO_SOURCE_LE_NARP_REQUEST, since),
                      (size_t)_i);
    ck_assert(!peer_lec_binding(b, vmac, NULL));
    ck_assert(!peer_lec_represents(a, vmac));
}
END_TEST

START_TEST(registration_is_persistent)
{
    open_pair(_i);
    struct peer_lec *a = elan->lecs_of[0];
    enum frame_name announcement = _i ? FRAME_TARGETLESS_LE_ARP_REQUEST : FRAME_ZERO_LE_NARP_REQUEST;
    struct atm_address hung = peer_elan_atm(9);
    les_bind(elan->les, vmac, &hung);
    size_t since = tap_count(elan->tap);
    peer_lec_associate(a, vmac);
    peer_elan_run(elan, MILLISECONDS(4500));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], announcement, since), 5);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_REGISTER_REQUEST, since), 5);
    les_unbind(elan->les, vmac);
    peer_elan_run(elan, MILLISECONDS(1000));
    ck_assert(peer_lec_registered(a, vmac));
    since = tap_count(elan->tap);
    peer_elan_run(elan, SECONDS(5));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], announcement, since), 0);
}
END_TEST

START_TEST(proxy_association_goes_on_while_somebody_answers)
{
    open_elan(_i);
    for (int i = 0; i < 2; i++) {
        struct peer_lec_settings settings = peer_elan_lec_settings(elan);
        settings.proxy = true;
        peer_elan_lec(elan, &settings);
    }
    peer_elan_run(elan, SECONDS(1));
    struct peer_lec *a = elan->lecs_of[0], *b = elan->lecs_of[1];
    enum frame_name announcement = _i ? FRAME_TARGETLESS_LE_ARP_REQUEST : FRAME_ZERO_LE_NARP_REQUEST;
    peer_lec_represent(b, vmac, PEER_LEC_PROXIED); /* the old one does not let go */
    size_t since = tap_count(elan->tap);
    peer_lec_associate(a, vmac);
    peer_elan_run(elan, MILLISECONDS(3500));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], announcement, since), 4);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, since), 4);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[1], FRAME_LE_ARP_RESPONSE, since), 4);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_RESPONSE, since),
                      0); /* own probe */
    peer_lec_abandon(b, vmac);
    peer_elan_run(elan, MILLISECONDS(2000));
    since = tap_count(elan->tap);
    peer_elan_run(elan, SECONDS(5));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], announcement, since), 0);
    ck_assert(!les_binding(elan->les, vmac, NULL));
    peer_lec_disassociate(a, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_NO_SOURCE_LE_NARP_REQUEST, since),
                      (size_t)_i);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_UNREGISTER_REQUEST, since), 0);
}
END_TEST

START_TEST(association_is_made_anew_after_a_new_join)
{
    open_pair(true);
    struct atm_address atm = peer_elan_atm(0);
    peer_lec_associate(elan->lecs_of[0], vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    les_release_control_direct(elan->les, &atm);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(!les_binding(elan->les, vmac, NULL));
    size_t since = tap_count(elan->tap);
    peer_elan_run(elan, SECONDS(2));
    ck_assert(registered_to(vmac, 0));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_TARGETLESS_LE_ARP_REQUEST, since), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("peers");
    TCase *join = tcase_create("join");
    tcase_add_checked_fixture(join, NULL, teardown);
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
    tcase_add_checked_fixture(registration, NULL, teardown);
    tcase_add_loop_test(registration, duplicate_registration_gets_status_4, 0, 2);
    tcase_add_test(registration, bad_registrations_are_refused);
    tcase_add_loop_test(registration, loss_of_a_client_frees_its_bindings, 0, 2);
    tcase_add_test(registration, a_hung_member_keeps_its_binding);
    tcase_add_test(registration, rules_refuse_delay_silence_and_forward);
    tcase_add_loop_test(registration, rules_drop_vccs, 0, 2);
    tcase_add_test(registration, answers_are_delayed_by_op_code);
    tcase_add_test(registration, frames_that_nobody_asked_for);
    suite_add_tcase(suite, registration);

    TCase *cache = tcase_create("cache");
    tcase_add_checked_fixture(cache, NULL, teardown);
    tcase_add_test(cache, le_arp_is_forwarded_to_proxies);
    tcase_add_test(cache, every_le_arp_is_forwarded_when_asked_for);
    tcase_add_test(cache, answers_of_others_are_ignored);
    tcase_add_test(cache, entries_age_and_are_verified);
    tcase_add_loop_test(cache, topology_change_shortens_the_age_of_remote_entries, 0, 2);
    tcase_add_loop_test(cache, targetless_le_arp_moves_a_binding, 0, 2);
    tcase_add_loop_test(cache, every_form_of_le_narp, 0, 2);
    tcase_add_loop_test(cache, forwarded_frames_and_their_originator, 0, 2);
    suite_add_tcase(suite, cache);

    TCase *data = tcase_create("data");
    tcase_add_checked_fixture(data, NULL, teardown);
    tcase_add_loop_test(data, bus_echo, 0, 2);
    tcase_add_loop_test(data, unicast_goes_over_to_a_data_direct_vcc, 0, 2);
    tcase_add_test(data, frames_wait_for_the_flush);
    tcase_add_test(data, a_further_address_behind_a_vcc_is_flushed_too);
    tcase_add_test(data, behaviour_of_a_stubborn_client);
    tcase_add_test(data, frames_with_a_lecid_of_choice);
    tcase_add_test(data, unresolved_frames_are_limited);
    tcase_add_test(data, refused_calls_and_ready_query);
    tcase_add_test(data, of_two_vccs_the_one_of_the_lower_caller_is_used);
    tcase_add_test(data, a_dead_client_is_silent);
    tcase_add_test(data, a_client_leaves_in_order);
    tcase_add_test(data, token_ring_elan);
    suite_add_tcase(suite, data);

    TCase *association = tcase_create("association");
    tcase_add_checked_fixture(association, NULL, teardown);
    tcase_add_loop_test(association, non_proxy_association, 0, 2);
    tcase_add_loop_test(association, registration_is_persistent, 0, 2);
    tcase_add_loop_test(association, proxy_association_goes_on_while_somebody_answers, 0, 2);
    tcase_add_test(association, association_is_made_anew_after_a_new_join);
    suite_add_tcase(suite, association);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
