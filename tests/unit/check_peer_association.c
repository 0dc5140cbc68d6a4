/* ADDRESS ASSOCIATION and DISASSOCIATION by the emulated LEC (draft 3.1, 3.2), in a real world. */
#include <check.h>
#include <stdlib.h>

#include "elan_stage.h"

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
        ck_assert(peer_elan_bound(b, vmac, 0));
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
    ck_assert(peer_elan_registered(elan, vmac, 0));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[0], FRAME_TARGETLESS_LE_ARP_REQUEST, since), 1);
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("peer association");
    TCase *association = tcase_create("association");
    tcase_add_checked_fixture(association, NULL, close_elan);
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
