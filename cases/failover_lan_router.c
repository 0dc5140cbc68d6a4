/* The other topology of section 2.2: the device is an ATM attached router, the other router stands on a LAN
 * behind a bridge, and the virtual router moves between them in both directions (R-2.2-03). */
#include "cases/failover_cases.h"
#include "peers/peer_bridge.h"

#define MOVED_NS (SCENARIO_PATH_NS + SECONDS(1))

static void plan_router_behind_bridge(struct scene_plan *plan)
{
    plan_scenario(plan, true);
}

/* Makes a bridge of the speaker's client, with a LAN of its own, and puts a router on that LAN, which has a
 * LAN port to the upstream host as every router here. Returns the router. */
static struct vrrp_speaker *add_router_behind_bridge(struct scene *scene)
{
    struct segment *segment = world_segment(scene->world, "bridge-lan");
    if (scene->plan.device.token_ring)
        segment_set_token_ring(segment);
    peer_bridge_new(scene->speaker_lec, scenario_add_lan_station(scene, segment, "bridge-lan-port", NULL));
    struct vrrp_speaker_settings settings = scene->plan.speaker;
    settings.priority = scene->plan.higher_priority;
    settings.mac = scene->plan.third_mac;
    struct vrrp_speaker *router =
        vrrp_speaker_new_on_lan(scenario_add_lan_station(scene, segment, "lan-router", NULL), &settings);
    vrrp_speaker_forward_to(router,
                            scenario_add_lan_station(scene, scene->upstream_lan, "lan-router-beyond", NULL),
                            settings.mac, scene->plan.upstream_host.mac);
    return router;
}

/* In v1 a host has to ask, and the bridge may answer before it hears of the move; another round mends it. */
static int64_t second_round_ns(const struct scene *scene)
{
    return scene->v2 ? 0 : scene->plan.le_arp_response_ns + SECONDS(1);
}

static void judge(struct scenario *scenario, int64_t limit_ns)
{
    scene_advance(scenario->scene, SCENARIO_AFTERWARDS);
    scenario_expect_gap(scenario, SCENARIO_HOST, limit_ns + second_round_ns(scenario->scene),
                        "R-0-01 R-2.2-03");
}

/* The router behind the bridge is Master and dies; the device takes over; the other one is back. */
static void there_and_back(struct scene *scene)
{
    struct scenario *scenario = scenario_new(scene, 0);
    struct vrrp_speaker *router = add_router_behind_bridge(scene);
    bring_to_elan(scene);
    vrrp_speaker_become_master(router);
    start_router(scene);
    scenario_flow(scenario, scene->speaker_port, scene->device_port);
    scenario->move = "router behind a bridge to device";
    scene_advance(scene, MILLISECONDS(random_between(&scene->random, 0, 900)));

    vrrp_speaker_crash(router);
    struct mark died = mark_now(scene);
    expect(scene, .requirements = "R-2.1-01", .pattern = advertisement(scene, scene->vrid), .since = died,
           .max_ns = master_down_ns(scene) + MILLISECONDS(50));
    judge(scenario, master_down_ns(scene) + SCENARIO_PATH_NS);

    scenario_turn(scenario);
    scenario->move = "device to router behind a bridge";
    scene_advance(scene, MILLISECONDS(random_between(&scene->random, 100, 900)));
    scenario_since_now(scenario);
    struct mark back = mark_now(scene);
    vrrp_speaker_become_master(router);
    judge(scenario, MOVED_NS);
    struct pattern speaks = advertisement(scene, scene->vrid);
    expect_none(scene, .requirements = "V-6.4.3-14", .pattern = speaks,
                .since = {back.index, back.time_ns + SECONDS(1)}, .max_ns = SCENARIO_AFTERWARDS - SECONDS(1));
    prove_alive(scene);
}

static const struct test_case cases[] = {
    FAILOVER(
        "router-behind-bridge",
        "The virtual router moves between the device and a router on a LAN behind a bridge",
        "R-0-01 R-2.1-01 R-2.2-03 V-6.4.3-14",
        "the Master behind the bridge dies, and comes back with its higher priority; a host on the ELAN "
        "sends a packet each 100 ms",
        "the device takes over in time, and yields; no gap longer than until then and 1.5 s for the path",
        plan_router_behind_bridge, there_and_back, 0),
};

const struct case_list failover_lan_router_cases = {cases, sizeof cases / sizeof *cases};
