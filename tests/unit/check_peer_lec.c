/* The emulated LEC, with the emulated servers and other LECs around it, in a real world. */
#include <check.h>
#include <stdlib.h>

#include "elan_stage.h"

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
    ck_assert(peer_elan_bound(a, vmac, 2));
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
    ck_assert(peer_elan_bound(a, vmac, 2));
}
END_TEST

START_TEST(every_le_arp_is_forwarded_when_asked_for)
{
    open_pair(true);
    les_settings_of(elan->les)->forwards_every_le_arp = true;
    size_t since = tap_count(elan->tap);
    peer_lec_resolve(elan->lecs_of[0], peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_elan_bound(elan->lecs_of[0], peer_elan_mac(1), 1));
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
    ck_assert(peer_elan_bound(elan->lecs_of[0], peer_elan_mac(1), 1));
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
    ck_assert(peer_elan_bound(a, vmac, 9));
}
END_TEST

START_TEST(entries_age_and_are_verified)
{
    elan = peer_elan_new(true);
    lecs_settings_add_number(&elan->lecs_settings, TLV_AGING_TIME, 20);
    peer_elan_build(elan);
    struct peer_lec *a = peer_elan_lec(elan, NULL), *b = peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    peer_elan_send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_elan_bound(a, peer_elan_mac(1), 1));
    size_t since = tap_count(elan->tap);
    peer_elan_run(elan, SECONDS(10));
    peer_elan_send_frame(a, peer_elan_mac(1)); /* in use: verified before the end */
    peer_elan_run(elan, SECONDS(15));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, since), 1);
    ck_assert(peer_elan_bound(a, peer_elan_mac(1), 1));
    peer_elan_run(elan, SECONDS(20)); /* not used since: it goes without a word */
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, since), 1);
    ck_assert(!peer_lec_binding(a, peer_elan_mac(1), NULL));
    /* in use, but the verification is not answered: gone after C17 */
    peer_elan_send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    peer_elan_send_frame(a, peer_elan_mac(1));
    les_when(elan->les, (struct les_rule){.opcode = LE_ARP_REQUEST, .action = LES_STAY_SILENT});
    peer_elan_run(elan, MILLISECONDS(19800));
    ck_assert(peer_elan_bound(a, peer_elan_mac(1), 1));
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
    ck_assert(peer_elan_bound(a, vmac, _i ? 1 : 9)); /* v1 clients don't know the frame */
    ck_assert(peer_elan_bound(b, vmac, 9));          /* its own frame come back */
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
            ck_assert_msg(peer_elan_bound(a, vmac, (unsigned)forms[i].outcome), "form %zu", i);
        ck_assert(peer_elan_bound(a, bystander, 8));
    }
    peer_lec_prime(a, vmac, &old, false);
    peer_lec_behave(a)->ignores_le_narp = true;
    peer_lec_withdraw(b, vmac);
    struct le_control narp = peer_lec_request(b, LE_NARP_REQUEST);
    narp.source_atm = narp.target_atm = zero;
    narp.target_lan = lan_destination_of_mac(vmac);
    peer_lec_send_control(b, PEER_LEC_CONTROL_DIRECT, &narp);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_elan_bound(a, vmac, 8));
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
    struct peer_listener *at_a = peer_elan_listen(a), *at_b = peer_elan_listen(b);
    size_t since = tap_count(elan->tap);
    peer_elan_send_frame(a, MAC_BROADCAST);
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
    struct peer_listener *listener = peer_elan_listen(b);
    struct atm_address a_atm = peer_elan_atm(0), b_atm = peer_elan_atm(1);
    peer_elan_send_frame(a, peer_elan_mac(1)); /* unknown: BUS */
    peer_elan_run(elan, MILLISECONDS(20));
    ck_assert_uint_eq(listener->count, 1);
    ck_assert_int_eq(listener->last.path, PEER_PATH_BUS);
    peer_elan_send_frame(a, peer_elan_mac(1)); /* resolved: still the BUS, the call begins */
    peer_elan_run(elan, MILLISECONDS(1));
    peer_elan_send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(listener->count, 3);
    ck_assert(peer_lec_has_data_direct(a, &b_atm));
    ck_assert(peer_lec_has_data_direct(b, &a_atm)); /* READY_IND was heard */
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_READY_IND, 0), 1);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_FLUSH_REQUEST, 0), 1);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[1], FRAME_LE_FLUSH_RESPONSE, 0), 1);
    ck_assert_uint_eq(peer_elan_got(elan, elan->ports_of[0], FRAME_LE_FLUSH_RESPONSE, 0), 1);
    peer_elan_send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(20));
    ck_assert_uint_eq(listener->count, 4);
    ck_assert_int_eq(listener->last.path, PEER_PATH_DATA_DIRECT);
    ck_assert(atm_address_equal(&listener->last.sender, &a_atm));
    /* back: the same VCC */
    struct peer_listener *back = peer_elan_listen(a);
    size_t since = tap_count(elan->tap);
    peer_elan_send_frame(b, peer_elan_mac(0));
    peer_elan_run(elan, MILLISECONDS(100));
    peer_elan_send_frame(b, peer_elan_mac(0));
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
    struct peer_listener *listener = peer_elan_listen(b);
    peer_lec_behave(b)->ignores_flush = true;
    struct atm_address b_atm = peer_elan_atm(1);
    peer_elan_send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(20));
    int64_t on_bus_ns = peer_elan_now_ns(elan);
    peer_elan_send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_lec_has_data_direct(a, &b_atm));
    ck_assert_uint_eq(listener->count, 2);
    peer_elan_send_frame(a, peer_elan_mac(1)); /* is held */
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
    struct peer_listener *listener = peer_elan_listen(b);
    peer_elan_send_frame(a, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_int_eq(listener->last.path, PEER_PATH_BUS);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_FLUSH_REQUEST, 0), 0);
    peer_elan_send_frame(a, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_FLUSH_REQUEST, 0), 1);
    ck_assert_uint_eq(listener->count, 2);
    ck_assert_int_eq(listener->last.path, PEER_PATH_DATA_DIRECT);
    /* moved to a client without a VCC: through the BUS again */
    struct atm_address elsewhere = peer_elan_atm(9);
    peer_lec_prime(a, vmac, &elsewhere, false);
    peer_elan_send_frame(a, vmac);
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
    struct peer_listener *listener = peer_elan_listen(b);
    peer_lec_behave(a)->stays_on_bus = true;
    for (int i = 0; i < 3; i++) {
        peer_elan_send_frame(a, peer_elan_mac(1));
        peer_elan_run(elan, MILLISECONDS(100));
        ck_assert_int_eq(listener->last.path, PEER_PATH_BUS);
    }
    ck_assert_uint_eq(listener->count, 3);
    ck_assert_uint_eq(peer_elan_setups(elan, VCC_DATA_DIRECT), 0);
    peer_lec_behave(a)->ignores_targetless = true;
    peer_lec_prime(a, vmac, &old, false);
    peer_lec_announce(b, vmac);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert(peer_elan_bound(a, vmac, 9));
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
    ck_assert(peer_elan_bound(b, vmac, 0));
    ck_assert(peer_lec_has_data_direct(b, &a_atm));
}
END_TEST

START_TEST(frames_with_a_lecid_of_choice)
{
    open_pair(true);
    struct peer_listener *at_a = peer_elan_listen(elan->lecs_of[0]),
                         *at_b = peer_elan_listen(elan->lecs_of[1]);
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
        peer_elan_send_frame(a, vmac);
    peer_elan_run(elan, MILLISECONDS(900));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_ETHERNET, since), 2);
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_REQUEST, since), 1);
    peer_elan_run(elan, MILLISECONDS(200));
    peer_elan_send_frame(a, vmac);
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
    peer_elan_send_frame(elan->lecs_of[0], MAC_BROADCAST);
    uint8_t frame[ETHERNET_MINIMUM_SIZE] = {0};
    peer_lec_send_on_bus(elan->lecs_of[0], 1, frame, sizeof frame);
    peer_elan_run(elan, SECONDS(10));
    for (size_t i = since; i < tap_count(elan->tap); i++)
        ck_assert(!tap_from(tap_at(elan->tap, i), port_index(elan->ports_of[0])));
    ck_assert(peer_elan_registered(elan, vmac, 0)); /* nobody noticed */
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
    struct peer_listener *listener = peer_elan_listen(b);
    struct mac_address group = {{0xc0, 0x00, 0x00, 0x04, 0x00, 0x00}};
    peer_elan_send_frame(a, group);
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(listener->count, 1);
    ck_assert_int_eq(listener->last.path, PEER_PATH_BUS);
    struct tap_event *event = peer_elan_last_event(elan, elan->ports_of[0], FRAME_ETHERNET);
    const struct frame *frame = tap_frame(elan->tap, event);
    ck_assert(frame->token_ring);
    ck_assert(mac_equal(frame->ethernet.destination, group));
    ck_assert_uint_eq(frame->ethernet.type, 0x88b5);
    ck_assert_int_eq(event->vcc->call.b_lli, B_LLI_MULTICAST_8025);
    peer_elan_send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    peer_elan_send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(listener->count, 3);
    peer_elan_send_frame(a, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    ck_assert_uint_eq(listener->count, 4);
    ck_assert_int_eq(listener->last.path, PEER_PATH_DATA_DIRECT);
}
END_TEST

/* A client that stands for a ring behind a source-route bridge. */
static struct peer_lec *behind_bridge(const struct source_route *way)
{
    elan = peer_elan_new(true);
    elan->token_ring = true;
    peer_elan_build(elan);
    struct peer_lec_settings settings = peer_elan_lec_settings(elan);
    settings.route = *way;
    settings.proxy = true;
    struct peer_lec *lec = peer_elan_lec(elan, &settings);
    peer_elan_lec(elan, NULL);
    peer_elan_run(elan, SECONDS(1));
    return lec;
}

/* Hands it a frame to its MAC address, as from the other client. */
static void send_along(struct source_route route, unsigned descriptor_count)
{
    static const uint8_t payload[] = {1, 2};
    uint8_t routing[ROUTE_ROOM];
    uint8_t data[64];
    const struct ethernet ethernet = {
        .destination = peer_elan_mac(0), .source = peer_elan_mac(1), .type = 0x88b5, .payload = {payload, 2}};
    route.descriptor_count = descriptor_count;
    struct octets octets = {routing, descriptor_count ? source_route_encode(&route, routing) : 0};
    size_t size = le_data_8025_encode(peer_lec_lecid(elan->lecs_of[1]), &ethernet, octets, data, sizeof data);
    peer_lec_send_octets(elan->lecs_of[1], PEER_LEC_MULTICAST_SEND, data, size);
    peer_elan_run(elan, MILLISECONDS(100));
}

START_TEST(source_routed_both_ways)
{
    struct source_route way = {.descriptor_count = 2,
                               .descriptors = {route_descriptor(0x0a1, 3), route_descriptor(0x0a2, 0)}};
    struct peer_lec *lec = behind_bridge(&way);
    struct peer_listener *listener = peer_elan_listen(lec);
    struct source_route route;
    peer_elan_send_frame(lec, peer_elan_mac(1));
    peer_elan_run(elan, MILLISECONDS(100));
    const struct frame *frame = peer_elan_last(elan, elan->ports_of[0], FRAME_ETHERNET);
    ck_assert(source_route_decode(frame->route, &route) && route.kind == ROUTE_SPECIFIC);
    ck_assert_mem_eq(route.descriptors, way.descriptors, sizeof way.descriptors);
    peer_elan_send_frame(lec, TOKEN_RING_MULTICAST);
    peer_elan_run(elan, MILLISECONDS(100));
    frame = peer_elan_last(elan, elan->ports_of[0], FRAME_ETHERNET);
    ck_assert(source_route_decode(frame->route, &route) && route.kind == ROUTE_SPANNING_EXPLORER);

    send_along(way, 0); /* stays on the ELAN */
    send_along(way, 2); /* not backwards: comes from the other ring */
    ck_assert_uint_eq(listener->count, 0);
    way.backwards = true;
    send_along(way, 2);
    ck_assert_uint_eq(listener->count, 1);
    way.descriptors[0] = route_descriptor(0x0a1, 4); /* over another bridge */
    send_along(way, 2);
    ck_assert_uint_eq(listener->count, 1);
    way.kind = ROUTE_ALL_ROUTES;
    send_along(way, 1);
    ck_assert_uint_eq(listener->count, 2);
}
END_TEST

START_TEST(route_descriptor_answered)
{
    const struct source_route way = {.descriptor_count = 2,
                                     .descriptors = {route_descriptor(0x0a1, 3), route_descriptor(0x0a2, 0)}};
    behind_bridge(&way);
    for (uint16_t bridge = 2; bridge <= 3; bridge++) {
        struct le_control request = peer_lec_request(elan->lecs_of[1], LE_ARP_REQUEST);
        request.target_lan.tag = LAN_TAG_ROUTE_DESCRIPTOR;
        octets_put_u16(request.target_lan.mac.octet + 4, route_descriptor(0x0a1, bridge));
        size_t since = tap_count(elan->tap);
        peer_lec_send_control(elan->lecs_of[1], PEER_LEC_CONTROL_DIRECT, &request);
        peer_elan_run(elan, MILLISECONDS(100));
        ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_LE_ARP_RESPONSE, since), bridge == 3);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("peer LEC");
    TCase *cache = tcase_create("cache");
    tcase_add_checked_fixture(cache, NULL, close_elan);
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
    tcase_add_checked_fixture(data, NULL, close_elan);
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
    tcase_add_test(data, source_routed_both_ways);
    tcase_add_test(data, route_descriptor_answered);
    suite_add_tcase(suite, data);

    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
