/* What the switch of a world does when a link fails, entry by entry of its table. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "base/duration.h"
#include "probe_station.h"
#include "world/tap.h"

#define LATENCY MILLISECONDS(5)
#define CUT     SECONDS(1)

static struct arena *arena;
static struct world *world;
static struct probe_station router; /* its link fails */
static struct probe_station peer;
static struct probe_station third;
static struct port *router_port;

static void set_up(void)
{
    arena = arena_new();
    memset(&router, 0, sizeof router);
    memset(&peer, 0, sizeof peer);
    memset(&third, 0, sizeof third);
}

static void tear_down(void)
{
    world_free(world);
    arena_free(arena);
}

/* Router and peer have called each other; the third has a point-to-multipoint call to both. At CUT the
 * router's link fails in this way; twenty seconds pass. */
static void fail_link(const struct switch_behaviour *behaviour, enum link_failure failure)
{
    world = world_new(
        &(struct world_settings){
            .seed = 1, .latency_low_ns = LATENCY, .latency_high_ns = LATENCY, .switch_behaviour = behaviour},
        arena);
    const struct atm_address addresses[] = {probe_address(1), probe_address(2), probe_address(3)};
    router_port = probe_attach(world, "router", &router, &addresses[0]);
    probe_attach(world, "peer", &peer, &addresses[1]);
    probe_attach(world, "third", &third, &addresses[2]);
    router.accepts = peer.accepts = third.accepts = true;
    probe_call(&router, 1, 2, B_LLI_DATA_DIRECT_8023, false);
    probe_call(&peer, 2, 1, B_LLI_DATA_DIRECT_8023, false);
    uint32_t distribution = probe_call(&third, 3, 1, B_LLI_CONTROL, true);
    world_run_until(world, 4 * LATENCY);
    third.services->party_add(third.services->context, distribution, &addresses[1]);
    world_run_until(world, CUT);
    port_fail_link(router_port, failure);
    world_run_until(world, CUT + SECONDS(20));
}

static int64_t last_ns(const struct probe_station *station, enum probe_kind kind)
{
    const struct probe_event *event = probe_last(station, kind);
    return event ? event->time_ns - CUT - LATENCY : -1;
}

/* The router's three ends, both ends at the peer and the leaf at its root. */
static void expect_all_released_after(int64_t after_ns)
{
    ck_assert_uint_eq(probe_count(&router, PROBE_RELEASED), 3);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 2);
    ck_assert_int_eq(last_ns(&peer, PROBE_RELEASED), after_ns);
    ck_assert_uint_eq(probe_count(&third, PROBE_PARTY_RELEASED), 1);
    ck_assert_int_eq(last_ns(&third, PROBE_PARTY_RELEASED), after_ns);
    ck_assert_uint_eq(probe_count(&third, PROBE_RELEASED), 0);
}

START_TEST(carrier_loss_releases_all_at_once)
{
    fail_link(NULL, LINK_CARRIER_LOSS);
    expect_all_released_after(0);
}
END_TEST

START_TEST(saal_loss_waits_for_t309)
{
    fail_link(NULL, LINK_SAAL_LOSS);
    expect_all_released_after(SECONDS(4));
}
END_TEST

START_TEST(recommended_switch_is_below_three_seconds)
{
    struct switch_behaviour behaviour = switch_behaviour_recommended();
    int64_t sum_ns = behaviour.saal_detection_ns + behaviour.t309_ns;
    ck_assert_int_lt(sum_ns, SECONDS(3));
    fail_link(&behaviour, LINK_SAAL_LOSS);
    expect_all_released_after(sum_ns);
}
END_TEST

START_TEST(carrier_loss_unseen_waits_for_saal)
{
    struct switch_behaviour behaviour = switch_behaviour_recommended();
    behaviour.detects_carrier_loss = false;
    fail_link(&behaviour, LINK_CARRIER_LOSS);
    expect_all_released_after(behaviour.saal_detection_ns + behaviour.t309_ns);
}
END_TEST

START_TEST(calls_may_stay)
{
    struct switch_behaviour behaviour = switch_behaviour_default();
    behaviour.releases_calls = false;
    fail_link(&behaviour, LINK_CARRIER_LOSS);
    ck_assert_uint_eq(probe_count(&router, PROBE_RELEASED), 0);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
    ck_assert_uint_eq(probe_count(&third, PROBE_PARTY_RELEASED), 0);
}
END_TEST

START_TEST(far_ends_may_stay)
{
    struct switch_behaviour behaviour = switch_behaviour_default();
    behaviour.tells_far_end = false;
    fail_link(&behaviour, LINK_CARRIER_LOSS);
    ck_assert_uint_eq(probe_count(&router, PROBE_RELEASED), 3);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 0);
    ck_assert_uint_eq(probe_count(&third, PROBE_PARTY_RELEASED), 1);
}
END_TEST

START_TEST(leaves_may_stay)
{
    struct switch_behaviour behaviour = switch_behaviour_default();
    behaviour.drops_leaves = false;
    fail_link(&behaviour, LINK_CARRIER_LOSS);
    ck_assert_uint_eq(probe_count(&router, PROBE_RELEASED), 2);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 2);
    ck_assert_uint_eq(probe_count(&third, PROBE_PARTY_RELEASED), 0);
}
END_TEST

START_TEST(calls_may_go_one_by_one)
{
    struct switch_behaviour behaviour = switch_behaviour_default();
    behaviour.release_spacing_ns = SECONDS(1);
    fail_link(&behaviour, LINK_CARRIER_LOSS);
    ck_assert_uint_eq(probe_count(&peer, PROBE_RELEASED), 2);
    ck_assert_int_eq(last_ns(&peer, PROBE_RELEASED), SECONDS(1));
    ck_assert_int_eq(last_ns(&third, PROBE_PARTY_RELEASED), SECONDS(2));
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("switch behaviour");
    TCase *tests = tcase_create("links");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, carrier_loss_releases_all_at_once);
    tcase_add_test(tests, saal_loss_waits_for_t309);
    tcase_add_test(tests, recommended_switch_is_below_three_seconds);
    tcase_add_test(tests, carrier_loss_unseen_waits_for_saal);
    tcase_add_test(tests, calls_may_stay);
    tcase_add_test(tests, far_ends_may_stay);
    tcase_add_test(tests, leaves_may_stay);
    tcase_add_test(tests, calls_may_go_one_by_one);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
