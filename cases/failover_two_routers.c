/* Sections 2.1 and 2.2 as a scenario: two virtual routers backing each other, half of the hosts using the
 * one, half the other. Whatever happens to one of them, the hosts of the other one don't notice (R-2.2-05,
 * */
#include "cases/failover_cases.h"
#include "scene/role_network.h"
#include "steps/plan_changes.h"

#define MOVED_NS (SCENARIO_PATH_NS + SECONDS(1))

static void two_with_non_proxy_peer(struct scene_plan *plan)
{
    plan_non_proxy_peer(plan);
    plan_second_router(plan);
}

static void two_with_proxy_peer(struct scene_plan *plan)
{
    plan_proxy_peer(plan);
    plan_second_router(plan);
}

static struct tap_event *second_advertised(struct scene *scene, struct mark since, int64_t max_ns)
{
    struct pattern own = advertisement(scene, scene->plan.device.virtual_routers[1].vrid);
    return await(scene, &own, since, max_ns);
}

/* The device is Master of the first virtual router, the speaker of the second one, each Backup of the
 * other's. */
static struct scenario *flow_through_both(struct scene *scene)
{
    struct scenario *scenario = scenario_new(scene, SCENARIO_OTHER_VMAC);
    bring_to_elan(scene);
    vrrp_speaker_settings_of(scenario->other_speaker)->priority = scene->plan.higher_priority;
    vrrp_speaker_settings_of(scene->speaker)->priority = scene->plan.lower_priority;
    vrrp_speaker_become_master(scenario->other_speaker);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_STARTUP, scene->plan.device.virtual_routers[1].vrid, 0);
    enter_state(scene, quiet_master(scene));
    if (second_advertised(scene, since, scene_now_ns(scene) - since.time_ns))
        scene_inconclusive(scene, "the device is Master of the virtual router that another one serves");
    scenario_flow(scenario, scene->device_port, scene->speaker_port);
    return scenario;
}

/* The other router dies: the device serves both. It comes back and takes its own again. */
static void peer_fails_and_returns(struct scene *scene)
{
    struct scenario *scenario = flow_through_both(scene);
    scenario_turn(scenario);
    struct mark since = mark_now(scene);
    vrrp_speaker_crash(scenario->other_speaker);
    port_fail_link(scene->speaker_port, LINK_CARRIER_LOSS);
    if (!second_advertised(scene, since, master_down_ns(scene) + SECONDS(2)))
        scene_inconclusive(scene, "the device does not take over the second virtual router");
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_expect_gap(scenario, SCENARIO_OTHER_HOST, master_down_ns(scene) + SCENARIO_PATH_NS, "R-0-01");
    scenario_measure(scenario, SCENARIO_HOST, 0);

    peer_lec_abandon(scene->speaker_lec, scenario->other_vmac);
    port_restore_link(scene->speaker_port);
    for (int i = 0; !peer_lec_operational(scene->speaker_lec) && i < 60; i++)
        scene_advance(scene, SECONDS(1));
    if (!peer_lec_operational(scene->speaker_lec))
        scene_inconclusive(scene, "the other router does not join the ELAN again");
    scenario_since_now(scenario);
    scenario_turn(scenario);
    vrrp_speaker_become_master(scenario->other_speaker);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_expect_gap(scenario, SCENARIO_OTHER_HOST, MOVED_NS, "R-0-01");
    scenario_expect_untouched(scenario, SCENARIO_HOST, "R-2.2-05");
    prove_alive(scene);
}

/* The device gives its own virtual router up: the other router serves both. */
static void device_shuts_one_down(struct scene *scene)
{
    struct scenario *scenario = flow_through_both(scene);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    struct pattern stop = stop_advertisement(scene, scene->vrid);
    struct tap_event *stopped = await(scene, &stop, since, SECONDS(1));
    if (!stopped)
        scene_inconclusive(scene, "the device shuts down without a priority-0 advertisement");
    int64_t skew = skew_of_priority_ns(scene->plan.lower_priority);
    scene_run_until(scene, stopped->time_ns + skew);
    speaker_takes_over(scene, scene->plan.lower_priority);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_expect_gap(scenario, SCENARIO_HOST, skew + MOVED_NS, "R-0-01");
    scenario_expect_untouched(scenario, SCENARIO_OTHER_HOST, "R-2.2-05");
    prove_alive(scene);
}

#define STREAM "; two hosts send a packet each 100 ms, one through each virtual router"

#define BOTH(name, what, stimulates, accepts, function)                                                      \
    FAILOVER_WITH(name "-non-proxy-peer", what "; the other router is non-proxy", "R-0-01 R-2.2-05",         \
                  stimulates STREAM, accepts, CAPABILITY_SEVERAL_VRIDS, two_with_non_proxy_peer, function,   \
                  0),                                                                                        \
        FAILOVER_WITH(name "-proxy-peer", what "; the other router is a proxy", "R-0-01 R-2.2-05",           \
                      stimulates STREAM, accepts, CAPABILITY_SEVERAL_VRIDS, two_with_proxy_peer, function,   \
                      0)

static const struct test_case cases[] = {
    BOTH("two-peer-fails", "Two routers back each other; one dies and returns",
         "the other router's link loses its carrier; later it is back and takes its virtual router again",
         "its host without service for Master_Down_Interval and 1.5 s at most; the device's own host loses "
         "nothing",
         peer_fails_and_returns),
    BOTH("two-device-shuts-one-down", "Two routers back each other; the device gives its virtual router up",
         "the device's own virtual router is shut down and the other router takes it over",
         "its host without service for Skew_Time and 2.5 s at most; the other router's host loses nothing",
         device_shuts_one_down),
};

const struct case_list failover_two_routers_cases = {cases, sizeof cases / sizeof *cases};
