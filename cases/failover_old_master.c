/* Sections 2.1 and 3.1 as scenarios, the device as old Master: it gives the virtual router up, dies, or is
 * cut off, another router takes over, and the device comes back. */
#include "cases/failover_cases.h"

#define RETURN_LIMIT SECONDS(60)

/* The device is Master, and traffic flows. */
static struct scenario *flow_through_device(struct scene *scene, unsigned options)
{
    struct scenario *scenario = scenario_new(scene, options);
    bring_to_master(scene);
    scenario_flow(scenario, scene->device_port, scene->speaker_port);
    return scenario;
}

/* --- the device gives the virtual router up --- */

/* The old Master disassociates, so the LES takes the registration of the new one at its first repetition. */
#define MOVED_NS (SCENARIO_PATH_NS + SECONDS(1))

static void device_shuts_down(struct scene *scene)
{
    struct scenario *scenario = flow_through_device(scene, SCENARIO_AGEING);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    struct pattern stop = stop_advertisement(scene, scene->vrid);
    struct tap_event *stopped = await(scene, &stop, since, SECONDS(1));
    if (!stopped)
        scene_inconclusive(scene, "the device shuts down without a priority-0 advertisement");
    int64_t skew = skew_of_priority_ns(scene->plan.speaker.priority);
    scene_run_until(scene, stopped->time_ns + skew);
    speaker_takes_over(scene, scene->plan.speaker.priority);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_expect_gap(scenario, SCENARIO_HOST, skew + MOVED_NS, "R-0-01");
    scenario_measure(scenario, SCENARIO_BACK, 0);
    scenario_await_ageing(scenario);
    prove_alive(scene);
}

static void device_is_preempted(struct scene *scene)
{
    struct scenario *scenario = flow_through_device(scene, SCENARIO_AGEING);
    speaker_takes_over(scene, scene->plan.higher_priority);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_expect_gap(scenario, SCENARIO_HOST, MOVED_NS, "R-0-01");
    scenario_measure(scenario, SCENARIO_BACK, 0);
    scenario_await_ageing(scenario);
    prove_alive(scene);
}

/* --- the device dies and comes back --- */

enum death {
    FAILS,         /* it is dead, and its calls stay: nobody notices */
    LOSES_CARRIER, /* its link: the calls are released at once */
    LOSES_SAAL     /* its link: the calls are released after T309 */
};

static void die(struct scene *scene)
{
    switch ((enum death)scene->test->parameter) {
    case FAILS:
        scene_control(scene, CONTROL_FAIL, 0, 0);
        break;
    case LOSES_CARRIER:
        port_fail_link(scene->device_port, LINK_CARRIER_LOSS);
        break;
    case LOSES_SAAL:
        port_fail_link(scene->device_port, LINK_SAAL_LOSS);
        break;
    }
}

/* A link that comes up again resets the calls of its interface; a device that was dead is started again. */
static void come_back(struct scene *scene)
{
    bool was_dead = scene->test->parameter == FAILS;
    struct mark since = mark_now(scene);
    if (was_dead)
        port_fail_link(scene->device_port, LINK_CARRIER_LOSS);
    scene_advance(scene, MILLISECONDS(20));
    port_restore_link(scene->device_port);
    if (was_dead) {
        scene_control(scene, CONTROL_START, 0, 0);
        start_router(scene);
    }
    struct pattern joined = {.names = FRAME_SET(LE_JOIN_RESPONSE), .from_any = true, .reaches = port_bit(0)};
    joined = pattern_with(joined, FIELD_SOURCE_ATM, atm_value(scene->device_atm));
    joined = pattern_with(joined, FIELD_STATUS, number_value(LE_STATUS_SUCCESS));
    if (!await(scene, &joined, since, RETURN_LIMIT))
        scene_inconclusive(scene, "the device does not join the ELAN again");
}

/* Nobody judges the dead; the speaker takes over when it has to. Then the device comes back as Backup and
 * leaves the VMAC alone. */
static void device_dies(struct scene *scene)
{
    struct scenario *scenario = flow_through_device(scene, SCENARIO_AGEING);
    int64_t down_ns = 3 * interval_ns(scene) + skew_of_priority_ns(scene->plan.speaker.priority);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *last = seen(scene, &own, (struct mark){0, 0});
    for (struct tap_event *next = last; next; next = seen(scene, &own, mark_after(next)))
        last = next;
    if (!last)
        scene_inconclusive(scene, "the device does not advertise");
    die(scene);
    scene_run_until(scene, last->time_ns + down_ns);
    vrrp_speaker_become_master(scene->speaker);
    scene->speaker_is_master = true;
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_measure(scenario, SCENARIO_HOST, 0);

    struct mark since = mark_now(scene);
    come_back(scene);
    scenario_since_now(scenario);
    scenario->move = arena_text(scene->arena, "%s, old Master back", scenario->move);
    expect_none(scene, .requirements = "R-2-01", .pattern = association_frame(scene, scene->vmac),
                .since = since, .max_ns = scene_now_ns(scene) - since.time_ns + SCENARIO_AFTERWARDS);
    scenario_expect_gap(scenario, SCENARIO_HOST, MILLISECONDS(500), "R-2-01");
    prove_alive(scene);
}

/* --- the device is cut off and goes on as Master --- */

/* Nothing is released, so both are Master until the link is mended; then the device hears the better one. */
static void device_returns_as_master(struct scene *scene)
{
    struct scenario *scenario = flow_through_device(scene, 0);
    port_fail_link(scene->device_port, LINK_UNNOTICED);
    scene_advance(scene, 3 * interval_ns(scene) + skew_of_priority_ns(scene->plan.speaker.priority));
    vrrp_speaker_become_master(scene->speaker);
    scene->speaker_is_master = true;
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_measure(scenario, SCENARIO_HOST, 0);
    port_restore_link(scene->device_port);
    struct tap_event *heard = next_speaker_advertisement(scene);
    expect_none(scene, .requirements = "R-3.3.3-04", .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(heard), .max_ns = 3 * interval_ns(scene));
    scenario->since_ns = heard->time_ns;
    scenario->move = arena_text(scene->arena, "%s, old Master back", scenario->move);
    scene_advance(scene, SECONDS(scene->pixit.choice[PIXIT_REGISTRATION_RETRY_MAX_S]) + SCENARIO_AFTERWARDS);
    /* In v1 a host may have asked between the last announcement of the other router and the registration that
     * the device gave free at last: it goes on with the device until the entry ages. */
    if (scene->v2)
        scenario_expect_gap(scenario, SCENARIO_HOST, MOVED_NS, "R-0-01");
    else
        scenario_measure(scenario, SCENARIO_HOST, 0);
    prove_alive(scene);
}

#define STREAM "; a host sends a packet through the virtual router each 100 ms"

#define BOTH(name, what, ids, stimulates, accepts, needs, function, value)                                   \
    FAILOVER_WITH("device-" name "-non-proxy", what " a non-proxy router", ids, stimulates STREAM, accepts,  \
                  needs, plan_non_proxy_peer, function, value),                                              \
        FAILOVER_WITH("device-" name "-proxy", what " a proxy router", ids, stimulates STREAM, accepts,      \
                      needs, plan_proxy_peer, function, value)

static const struct test_case cases[] = {
    BOTH("shuts-down", "The device shuts down and leaves the VMAC to", "R-0-01",
         "the device shuts down, another router takes over after its Skew_Time",
         "no gap longer than that and 2.5 s for registration and path", 0, device_shuts_down, 0),
    BOTH("is-preempted", "The device hands over to", "R-0-01", "a router of higher priority takes over",
         "no gap longer than 2.5 s", 0, device_is_preempted, 0),
    BOTH("fails", "The device dies without a trace, is backed by, and returns beside", "R-2-01",
         "the device dies and its calls stay; another router takes over; the device is started again",
         "no association by the device that came back; no packet is lost by its return",
         CAPABILITY_CONTROL_FAIL, device_dies, FAILS),
    BOTH("loses-carrier", "The device loses its carrier, is backed by, and returns beside", "R-2-01",
         "the device's link loses its carrier; another router takes over; the link is mended",
         "no association by the device that came back; no packet is lost by its return", CAPABILITY_FAIL_LINK,
         device_dies, LOSES_CARRIER),
    BOTH("loses-saal", "The device loses its UNI, is backed by, and returns beside", "R-2-01",
         "the device's link fails and its calls go after T309; another router takes over; the link is mended",
         "no association by the device that came back; no packet is lost by its return", CAPABILITY_FAIL_LINK,
         device_dies, LOSES_SAAL),
    BOTH("is-cut-off", "The device is cut off as Master, and yields after its return to", "R-0-01 R-3.3.3-04",
         "the device's link fails and nobody notices; another router takes over; the link is mended",
         "the device yields to the first advertisement of the better router; v2: no gap longer than 2.5 s",
         CAPABILITY_FAIL_LINK, device_returns_as_master, 0),
};

const struct case_list failover_old_master_cases = {cases, sizeof cases / sizeof *cases};
