/* Scenario 2 of the draft's section 2.2 with routers of their own beside the device, real ones when the lab
 * has them: two VRRP routers on LANs behind two bridges, the device one of these, and traffic through the
 * virtual router while it moves.
 *
 *    lan-host-0  near router                          far router     sink
 *   -----+-----------+------- lan-0        far-lan --------+      ----+---- lan-beyond (both routers are on
 * it) [device]                          far bridge
 *    @@@@+@@@@@@@@@@@@@+@@@@@@@@@@@@@@@@@@@@+@@@@ ELAN
 *                     host
 *
 * The routers are not judged. From the far router's first advertisement on it is the bridges' turn.
 */
#include "cases/failover_cases.h"
#include "scene/companions.h"

#define NEAR_PRIORITY  200
#define FAR_PRIORITY   100
#define ELECTION_LIMIT SECONDS(30) /* a real router may take its time to start */
#define FLOW_LIMIT     SECONDS(20)
/* In v1 a host asks, and may be answered by the old bridge before that hears of the move. */
#define SECOND_ROUND SECONDS(1)

struct network {
    struct scenario *scenario;
    struct companion *near;
    struct companion *far;
    struct port *far_bridge;
};

static void plan_two_routers(struct scene_plan *plan)
{
    plan_scenario(plan, false);
    plan->upstream = false;
}

/* Routers of the bridged subnet, with one virtual router and a second interface to where the traffic goes. */
static struct device_settings router_of(struct scene *scene, unsigned lan, uint8_t priority)
{
    const struct vrrp_speaker_settings *place = &scene->plan.lans[lan].speaker;
    struct device_settings settings = {
        .role = ROLE_VRRP,
        .elan = {.mac = place->mac, .address = place->address, .prefix_length = 24},
        .lan_port = true,
        .lan = scene->plan.device.lan,
        .virtual_router_count = 1,
    };
    settings.lan.mac.octet[5] = (uint8_t)(settings.lan.mac.octet[5] + lan);
    settings.lan.address.number += lan ? 100 : 0;
    settings.virtual_routers[0] = (struct virtual_router_settings){.vrid = place->vrid,
                                                                   .priority_given = true,
                                                                   .priority = priority,
                                                                   .interval_given = true,
                                                                   .interval_s = 1,
                                                                   .preempt_given = true,
                                                                   .preempt = true,
                                                                   .address_count = 1,
                                                                   .addresses = {place->addresses[0]}};
    return settings;
}

static struct network *lay_network(struct scene *scene)
{
    struct network *network = arena_zeroed(scene->arena, sizeof *network);
    if (!companions_there(scene, 2))
        scene_not_applicable(scene,
                             "the lab has no two VRRP routers besides the device (key `routers` of the "
                             "device file)");
    network->scenario = scenario_empty(scene);
    struct segment *beyond = world_segment(scene->world, "lan-beyond");
    struct port *sink;
    host_new(scenario_add_lan_station(scene, beyond, "sink", &sink), &scene->plan.upstream_host);
    struct segment *far_lan = scenario_add_bridge(scene, &network->far_bridge);
    struct device_settings near = router_of(scene, 0, NEAR_PRIORITY);
    struct device_settings far = router_of(scene, 1, FAR_PRIORITY);
    network->near = companion_add(scene, 0, &near, "near-router", scene->lans[0].segment, beyond);
    network->far = companion_add(scene, 1, &far, "far-router", far_lan, beyond);
    struct ipv4_address via = near.virtual_routers[0].addresses[0];
    scenario_add_stream(network->scenario, SCENARIO_HOST, scene->host, scene->plan.upstream_host.address, via,
                        scene->host_port, sink);
    scenario_add_stream(network->scenario, SCENARIO_LAN_HOST, scene->lans[0].host,
                        scene->plan.upstream_host.address, via, scene->device_port, sink);
    return network;
}

static struct pattern advertisement_of(const struct companion *router)
{
    struct pattern pattern = {
        .names = FRAME_SET(ADVERTISEMENT),
        .from = (uint8_t)port_index(router->port),
        .on_segment = true,
        .conditions = {{.field = FIELD_PRIORITY, .value = {.number = 0}, .differs = true}}};
    return pattern;
}

/* When the router speaks as Master. */
static struct tap_event *await_master(struct companion *router, struct mark since, int64_t limit_ns)
{
    struct pattern speaks = advertisement_of(router);
    struct tap_event *event = await(router->scene, &speaks, since, limit_ns);
    if (!event)
        scene_inconclusive(router->scene, "%s does not become Master within %.0f s", router->lab->name,
                           (double)limit_ns / (double)NS_PER_S);
    return event;
}

/* Both routers run, the near one is Master, and traffic flows through it. */
static struct network *flow_through_near(struct scene *scene)
{
    struct network *network = lay_network(scene);
    bring_to_elan(scene);
    struct mark since = mark_now(scene);
    companion_start(network->far);
    companion_start(network->near);
    await_master(network->near, since, ELECTION_LIMIT);
    for (size_t i = 0; i < SCENARIO_STREAM_COUNT; i++)
        if (network->scenario->traffic[i])
            traffic_start(network->scenario->traffic[i]);
    scenario_direct(network->scenario, scene->device_port, network->far_bridge, "bridge to bridge");
    for (int64_t end_ns = scene_now_ns(scene) + FLOW_LIMIT;;) {
        scenario_since_now(network->scenario);
        scene_advance(scene, SECONDS(3));
        if (scenario_is_unharmed(network->scenario))
            break;
        if (scene_now_ns(scene) >= end_ns)
            scene_inconclusive(scene, "the traffic does not flow through %s before the move",
                               network->near->lab->name);
    }
    scene_advance(scene, MICROSECONDS(random_between(&scene->random, 0, 1000000)));
    scenario_since_now(network->scenario);
    return network;
}

/* The new Master spoke for the first time 'took_ns' after the old one was last known to work: so long the
 * bridges can do nothing, then a path has to be there. */
static void judge(struct network *network, int64_t took_ns)
{
    struct scene *scene = network->scenario->scene;
    int64_t limit_ns = took_ns + SCENARIO_PATH_NS;
    if (!scene->v2)
        limit_ns += scene->plan.le_arp_response_ns + SECOND_ROUND;
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_expect_gap(network->scenario, SCENARIO_HOST, limit_ns, "R-0-01 R-2.2-03");
    scenario_expect_gap(network->scenario, SCENARIO_LAN_HOST, limit_ns, "R-2.2-03 R-2.2-04");
}

/* The Master dies, as by kill -9. */
static void master_fails(struct scene *scene)
{
    struct network *network = flow_through_near(scene);
    struct tap_event *died = companion_control(network->near, CONTROL_FAIL);
    struct tap_event *taken = await_master(network->far, mark_at(died), ELECTION_LIMIT);
    judge(network, taken->time_ns - died->time_ns);
    prove_alive(scene);
}

/* The Master resigns with priority 0, and later is back and preempts. */
static void master_resigns(struct scene *scene)
{
    struct network *network = flow_through_near(scene);
    struct tap_event *resigned = companion_control(network->near, CONTROL_SHUTDOWN);
    struct tap_event *taken = await_master(network->far, mark_at(resigned), ELECTION_LIMIT);
    judge(network, taken->time_ns - resigned->time_ns);

    scenario_direct(network->scenario, network->far_bridge, scene->device_port, "bridge to bridge, and back");
    scene_advance(scene, MILLISECONDS(random_between(&scene->random, 100, 900)));
    scenario_since_now(network->scenario);
    struct tap_event *back = companion_control(network->near, CONTROL_STARTUP);
    await_master(network->near, mark_at(back), ELECTION_LIMIT);
    judge(network, SECONDS(1)); /* the far router was Master until then */
    prove_alive(scene);
}

#define ROUTERS(name, what, done, run_by)                                                                    \
    {                                                                                                        \
        .id = "failover/routers-" name, .title = "Two VRRP routers behind two bridges: " what,               \
        .requirements = "R-0-01 R-2.2-03 R-2.2-04",                                                          \
        .stimulus = "VRRP routers of their own, real ones where the device file names them, on the LANs of " \
                    "the device and of another bridge; hosts on ELAN and LAN send a packet through the "     \
                    "virtual router each 100 ms; " done,                                                     \
        .accepted = "from the new Master's first advertisement on no packet is lost for longer than 1.5 s "  \
                    "(v1: 3 s more, for a second round); preempted, 2.5 s",                                  \
        .scope = {ROLE_BRIDGE, SCHEME_PROXY, LANE_V1 | LANE_V2, MEDIUM_ETHERNET},                            \
        .capabilities = CAPABILITY_LAN_PORT, .prepare = plan_two_routers, .run = run_by                      \
    }

static const struct test_case cases[] = {
    ROUTERS("fail", "the Master dies", "the Master fails", master_fails),
    ROUTERS("resign", "the Master resigns and is back", "the Master is shut down, and later starts again",
            master_resigns),
};

const struct case_list failover_routers_cases = {cases, sizeof cases / sizeof *cases};
