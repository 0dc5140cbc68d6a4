/* What the roles client and switch make of a plan (roles/role_client.c, roles/role_switch.c). */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "scene/scene_plan.h"

#define SEEDS 30

static const struct test_case nothing = {.id = "nothing/at-all"};

static struct scene_plan draw(enum role role, enum scheme scheme, uint64_t seed)
{
    const struct case_instance instance = {&nothing, role, scheme, LANE_V2, MEDIUM_ETHERNET};
    struct scene_plan plan;
    scene_plan_draw(&plan, &instance, seed, 0, NULL);
    return plan;
}

/* The scheme is that of those who have the VMAC; the device joins either way. */
START_TEST(client_stands_beside_a_router_of_the_scheme)
{
    enum scheme scheme = _i ? SCHEME_PROXY : SCHEME_NON_PROXY;
    unsigned proxies = 0;
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct scene_plan plan = draw(ROLE_CLIENT, scheme, seed);
        ck_assert_int_eq(plan.speaker_lec.proxy, scheme == SCHEME_PROXY);
        ck_assert_int_eq(plan.host_lec.proxy, scheme == SCHEME_PROXY);
        ck_assert_uint_eq(plan.device.virtual_router_count, 0);
        ck_assert_uint_eq(plan.device.virtual_routers[0].vrid, plan.speaker.vrid);
        proxies += plan.device.proxy;
    }
    ck_assert_uint_gt(proxies, 0);
    ck_assert_uint_lt(proxies, SEEDS);
}
END_TEST

/* Every call takes the same time, and there are leaves to drop. */
START_TEST(switch_carries_all_calls_alike)
{
    for (uint64_t seed = 1; seed <= SEEDS; seed++) {
        struct scene_plan plan = draw(ROLE_SWITCH, SCHEME_PROXY, seed);
        ck_assert_int_eq(plan.latency_low_ns, plan.latency_high_ns);
        ck_assert_int_le(plan.latency_high_ns, MILLISECONDS(20));
        ck_assert(plan.speaker_lec.proxy);
        ck_assert(!plan.les.omits_distribute);
        ck_assert(plan.bus.echo);
    }
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("plans of roles");
    TCase *tests = tcase_create("draw");
    tcase_add_loop_test(tests, client_stands_beside_a_router_of_the_scheme, 0, 2);
    tcase_add_test(tests, switch_carries_all_calls_alike);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
