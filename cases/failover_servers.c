/* Section 3.1 as scenarios: the LES starts anew, the BUS is lost or forwards nothing for a while so that
 * there are two Masters, and an impostor of lower priority takes the VMAC. */
#include "cases/failover_cases.h"
#include "scene/role_network.h"

#define REJOIN_LIMIT SECONDS(60)
/* Until the LES takes a registration after the VMAC is free, and the path. */
#define MOVED_NS (SCENARIO_PATH_NS + SECONDS(1))

static struct scenario *flow_through_device(struct scene *scene)
{
    struct scenario *scenario = scenario_new(scene, 0);
    bring_to_master(scene);
    scenario_flow(scenario, scene->device_port, scene->speaker_port);
    return scenario;
}

static struct scenario *flow_through_speaker(struct scene *scene)
{
    struct scenario *scenario = scenario_new(scene, 0);
    bring_to(scene, STATE_BACKUP);
    scenario_flow(scenario, scene->speaker_port, scene->device_port);
    return scenario;
}

static void await_rejoin(struct scene *scene)
{
    int64_t end_ns = scene_now_ns(scene) + REJOIN_LIMIT;
    do {
        if (scene_now_ns(scene) >= end_ns)
            scene_inconclusive(scene, "the device and the peers do not all join the ELAN again");
        scene_advance(scene, MILLISECONDS(100));
    } while (!scene->network->ready(scene));
}

/* --- LES --- */

/* All calls of the LES go at once, and with them all that it knew; everybody joins again. The device was
 * Master of the highest priority, and is so again: with a complete association. */
static void les_restarts_under_master(struct scene *scene)
{
    struct scenario *scenario = flow_through_device(scene);
    port_fail_link(scene->les_port, LINK_CARRIER_LOSS);
    scene_advance(scene, MILLISECONDS(random_between(&scene->random, 100, 3000)));
    struct mark since = mark_now(scene);
    port_restore_link(scene->les_port);
    await_rejoin(scene);
    int64_t limit_ns = master_down_ns(scene) + SECONDS(5); /* through Initialize and Backup */
    expect(scene, .requirements = "R-3.3.3-08", .pattern = announcement(scene, scene->vmac), .since = since,
           .max_ns = scene_now_ns(scene) - since.time_ns + limit_ns);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_measure(scenario, SCENARIO_HOST, 0);
    struct atm_address atm;
    if (!scene->proxy)
        expect_true(scene,
                    les_binding(scene->les, scene->vmac, &atm) && atm_address_equal(&atm, &scene->device_atm),
                    NULL, "R-3.3.3-08", "the VMAC registered for the device with the LES again", "it is not");
}

/* The device is Backup and stays so: the Master's association is made anew by the Master. */
static void les_restarts_under_backup(struct scene *scene)
{
    struct scenario *scenario = flow_through_speaker(scene);
    port_fail_link(scene->les_port, LINK_CARRIER_LOSS);
    scene_advance(scene, MILLISECONDS(random_between(&scene->random, 100, 3000)));
    port_restore_link(scene->les_port);
    await_rejoin(scene);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_measure(scenario, SCENARIO_HOST, 0);
    scenario_since_now(scenario);
    expect_silent_router(scene, NULL);
    scenario_expect_gap(scenario, SCENARIO_HOST, MILLISECONDS(500), "R-2-01");
}

/* --- BUS --- */

/* The calls of the BUS go and come again; meanwhile no advertisement is heard, and frames go on Data Direct
 * VCCs only. Then the better router is Master. */
static void bus_is_lost(struct scene *scene)
{
    struct scenario *scenario = flow_through_speaker(scene);
    port_fail_link(scene->bus_port, LINK_CARRIER_LOSS);
    scene_advance(scene, MILLISECONDS(random_between(&scene->random, 1000, 9000)));
    port_restore_link(scene->bus_port);
    await_rejoin(scene);
    next_speaker_advertisement(scene);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_measure(scenario, SCENARIO_HOST, 0);
    expect_silent_router(scene, NULL);
}

/* --- two Masters --- */

/* The frames go to the Master that is left. A v1 router has no word for the end of its association: a host
 * that learned its address may go on with it until the entry ages, which is only measured. */
static void judge_end_of_association(struct scenario *scenario)
{
    if (scenario->scene->v2)
        scenario_expect_gap(scenario, SCENARIO_HOST, MOVED_NS, "R-0-01");
    else
        scenario_measure(scenario, SCENARIO_HOST, 0);
}

/* The BUS keeps its calls and forwards nothing: the device hears no Master and becomes one. When the BUS is
 * well again the better one is Master alone. */
static void device_yields_after_split(struct scene *scene)
{
    struct scenario *scenario = flow_through_speaker(scene);
    bus_settings_of(scene->bus)->silent = true;
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *second = await(scene, &own, mark_now(scene), master_down_ns(scene) + SECONDS(2));
    if (!second)
        scene_inconclusive(scene, "the device does not become Master when it hears no other one");
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_measure(scenario, SCENARIO_HOST, 0);
    bus_settings_of(scene->bus)->silent = false;
    struct tap_event *heard = next_speaker_advertisement(scene);
    expect_none(scene, .requirements = "R-3.3.3-04", .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(heard), .max_ns = 3 * interval_ns(scene));
    scenario->since_ns = heard->time_ns;
    scenario->move = arena_text(scene->arena, "%s, healed", scenario->move);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    judge_end_of_association(scenario);
    prove_alive(scene);
}

/* The other way round: the device is the better one, the speaker becomes Master beside it and yields in the
 * end. The device keeps its association throughout (it may announce it again, A-11). */
static void device_stays_after_split(struct scene *scene)
{
    struct scenario *scenario = flow_through_device(scene);
    struct mark since = mark_now(scene);
    vrrp_speaker_settings_of(scene->speaker)->priority = scene->plan.lower_priority;
    bus_settings_of(scene->bus)->silent = true;
    scene_advance(scene, 3 * interval_ns(scene) + skew_of_priority_ns(scene->plan.lower_priority));
    vrrp_speaker_become_master(scene->speaker);
    scene->speaker_is_master = true;
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_measure(scenario, SCENARIO_HOST, 0);
    bus_settings_of(scene->bus)->silent = false;
    next_speaker_advertisement(scene);
    scenario_since_now(scenario);
    scenario->move = arena_text(scene->arena, "%s, healed", scenario->move);
    scene_advance(scene, interval_ns(scene));
    vrrp_speaker_yield(scene->speaker);
    scene->speaker_is_master = false;
    scene_advance(scene, SCENARIO_AFTERWARDS);
    expect_association_kept(scene, since, scene_now_ns(scene) - since.time_ns, "R-3.3.3-06");
    judge_end_of_association(scenario);
    expect_master(scene, NULL);
}

/* --- impostor --- */

/* A router of lower priority associates with the VMAC beside a living Master, takes its frames and forwards
 * none. The Master does not give way; when the impostor goes in order, the frames come back. */
static void impostor(struct scene *scene)
{
    struct scenario *scenario = flow_through_device(scene);
    struct mark since = mark_now(scene);
    vrrp_speaker_forward_to(scene->speaker, NULL, (struct mac_address){{0}}, (struct mac_address){{0}});
    speaker_takes_over(scene, scene->plan.lower_priority);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario->move = arena_text(scene->arena, "%s, impostor", scenario->move);
    scenario_measure(scenario, SCENARIO_HOST, 0);
    vrrp_speaker_yield(scene->speaker);
    scene->speaker_is_master = false;
    scenario_since_now(scenario);
    scenario->move = arena_text(scene->arena, "%s gone", scenario->move);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    expect_association_kept(scene, since, scene_now_ns(scene) - since.time_ns, "R-3.3.3-06");
    judge_end_of_association(scenario);
    expect_master(scene, NULL);
}

#define SILENT "R-3.3.2-01 R-3.3.2-02 V-6.2-01 V-6.4.2-01"

#define STREAM "; a host sends a packet through the virtual router each 100 ms"

#define BOTH(name, what, ids, stimulates, accepts, function)                                                 \
    FAILOVER(name "-non-proxy-peer", what "; the other router is non-proxy", ids, stimulates STREAM,         \
             accepts, plan_non_proxy_peer, function, 0),                                                     \
        FAILOVER(name "-proxy-peer", what "; the other router is a proxy", ids, stimulates STREAM, accepts,  \
                 plan_proxy_peer, function, 0)

static const struct test_case cases[] = {
    BOTH("les-restarts-master", "The LES starts anew and the Master associates again", "R-3.3.3-08",
         "all calls of the LES go at once; it comes back within 3 s and knows nothing",
         "a new association after the join", les_restarts_under_master),
    BOTH("les-restarts-backup", "The LES starts anew and the Backup leaves the VMAC alone", "R-2-01 " SILENT,
         "all calls of the LES go at once; it comes back within 3 s and knows nothing",
         "in the end the device is silent about the VMAC, and packets get through the other router",
         les_restarts_under_backup),
    BOTH("bus-is-lost", "The BUS is lost and comes back", SILENT,
         "all calls of the BUS go at once; it comes back within 9 s",
         "in the end the device is silent about the VMAC", bus_is_lost),
    BOTH("split-device-yields", "A BUS that forwarded nothing heals and the worse of two Masters yields",
         "R-0-01 R-3.3.3-04", "the BUS forwards nothing until both routers are Master, and then again",
         "the device yields to the first advertisement; v2: no gap longer than 2.5 s",
         device_yields_after_split),
    BOTH("split-device-stays", "A BUS that forwarded nothing heals and the better of two Masters stays",
         "R-0-01 R-3.3.3-06", "the BUS forwards nothing until both routers are Master, and then again",
         "the device keeps its association; v2: no gap longer than 2.5 s", device_stays_after_split),
    BOTH("impostor", "An impostor of lower priority takes the VMAC and gives it back", "R-0-01 R-3.3.3-06",
         "a router of lower priority associates, advertises and forwards nothing; 8 s later it disassociates",
         "the device stays Master and keeps its association; v2: no gap longer than 2.5 s once the impostor "
         "is "
         "gone",
         impostor),
};

const struct case_list failover_servers_cases = {cases, sizeof cases / sizeof *cases};
