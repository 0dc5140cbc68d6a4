/* Section 2.2 as a scenario, the device a LANE bridge: two virtual routers backing each other, one router on
 * the device's LAN, the other behind another bridge or on the ELAN itself.
 *
 *      lan-host-0   near router (1)                                    sink
 *     -----+------------+-------------- lan-0           near, far --- lan-beyond
 *       [device]    lan-1 --- lan-host-1
 *      @@@@+@@@@@@@@@@@@@@@@@@+@@@@@@@@@@@@@@+@@@@ ELAN
 *                           host      far router (2): on the ELAN, or behind a bridge
 */
#include "cases/failover_cases.h"

#define NEAR_PRIORITY 200 /* of each router for its own virtual router, and for the other's */
#define FAR_PRIORITY  100
#define MOVED_NS      (SCENARIO_PATH_NS + SECONDS(1))

enum far_place { FAR_BEHIND_BRIDGE, FAR_NON_PROXY, FAR_PROXY };

static void without_announcements(struct scene *scene);

struct routers {
    struct scenario *scenario;
    struct port *near_port;
    struct port *far_port;      /* the LEC of the far router, or of the bridge in front of it */
    struct port *far_lan_port;  /* the far router itself */
    struct vrrp_speaker *near;  /* the first virtual router's, Master as long as it lives */
    struct vrrp_speaker *far;   /* the same, Backup */
    struct vrrp_speaker *other; /* the second virtual router's Master, beside the far router */
};

static void plan_bridges(struct scene_plan *plan)
{
    plan_scenario(plan, plan->instance->test->parameter == FAR_PROXY);
    plan->upstream = false;
}

/* The far router's link to the bridged network, and where its frames come from. */
static struct peer_link *add_far_side(struct scene *scene, struct routers *routers)
{
    if (scene->test->parameter != FAR_BEHIND_BRIDGE) {
        routers->far_port = routers->far_lan_port = scene->speaker_port;
        return peer_lec_link(scene->speaker_lec);
    }
    struct segment *segment = scenario_add_bridge(scene, &routers->far_port);
    return scenario_add_lan_station(scene, segment, "far-router", &routers->far_lan_port);
}

static struct vrrp_speaker *add_speaker(struct scene *scene, struct peer_link *link, bool on_lec,
                                        const struct vrrp_speaker_settings *settings,
                                        struct peer_link *beyond)
{
    struct vrrp_speaker *speaker =
        on_lec ? vrrp_speaker_new(scene->speaker_lec, settings) : vrrp_speaker_new_on_lan(link, settings);
    vrrp_speaker_forward_to(speaker, beyond, settings->mac, scene->plan.upstream_host.mac);
    return speaker;
}

static struct routers *lay_network(struct scene *scene)
{
    struct routers *routers = arena_zeroed(scene->arena, sizeof *routers);
    bool on_lec = scene->test->parameter != FAR_BEHIND_BRIDGE;
    struct scenario *scenario = routers->scenario = scenario_empty(scene);
    struct segment *segment = world_segment(scene->world, "lan-beyond");
    struct port *sink;
    struct port *port;
    struct peer_link *near_beyond = scenario_add_lan_station(scene, segment, "near-beyond", &port);
    struct peer_link *far_beyond = scenario_add_lan_station(scene, segment, "far-beyond", &port);
    scenario_add_lan_station(scene, segment, "sink", &sink);
    struct peer_link *near_link =
        scenario_add_lan_station(scene, scene->lans[0].segment, "near-router", &routers->near_port);
    struct peer_link *far_link = add_far_side(scene, routers);

    struct vrrp_speaker_settings first = scene->plan.lans[0].speaker;
    first.canonical_order = scene->plan.speaker.canonical_order;
    first.priority = NEAR_PRIORITY;
    routers->near = add_speaker(scene, near_link, false, &first, near_beyond);
    first = scene->plan.speaker;
    first.priority = FAR_PRIORITY;
    routers->far = add_speaker(scene, far_link, on_lec, &first, far_beyond);
    struct vrrp_speaker_settings second = first;
    second.vrid = (uint8_t)(first.vrid % 255 + 1);
    second.addresses[0] = scene->plan.third_ip;
    second.priority = NEAR_PRIORITY;
    routers->other = add_speaker(scene, far_link, on_lec, &second, far_beyond);

    struct ipv4_address far_ip = scene->plan.far_ip;
    scenario_add_stream(scenario, SCENARIO_HOST, scene->host, far_ip, first.addresses[0], scene->host_port,
                        sink);
    scenario_add_stream(scenario, SCENARIO_LAN_HOST, scene->lans[0].host, far_ip, first.addresses[0],
                        scene->device_port, sink);
    scenario_add_stream(scenario, SCENARIO_OTHER_HOST, scene->lans[1].host, far_ip, second.addresses[0],
                        scene->device_port, sink);
    if (scene->test->run == without_announcements)
        scenario_add_ageing_host(scenario, sink);
    return routers;
}

static void direct(struct routers *routers, bool back)
{
    static const char *const far[] = {
        [FAR_BEHIND_BRIDGE] = "bridge", [FAR_NON_PROXY] = "non-proxy router", [FAR_PROXY] = "proxy router"};
    struct scene *scene = routers->scenario->scene;
    const char *name = far[scene->test->parameter];
    struct port *near = scene->device_port; /* that is where the ELAN finds the near router */
    scenario_direct(routers->scenario, back ? routers->far_port : near, back ? near : routers->far_port,
                    back ? arena_text(scene->arena, "%s to bridge", name)
                         : arena_text(scene->arena, "bridge to %s", name));
    scenario_since_now(routers->scenario);
}

#define FLOW_LIMIT SECONDS(20)

/* Each router is Master of its own virtual router, and traffic flows through both. */
static struct routers *flow_through_both(struct scene *scene)
{
    struct routers *routers = lay_network(scene);
    bring_to_elan(scene);
    vrrp_speaker_become_master(routers->near);
    vrrp_speaker_become_master(routers->other);
    for (size_t i = 0; i < SCENARIO_STREAM_COUNT; i++)
        if (routers->scenario->traffic[i])
            traffic_start(routers->scenario->traffic[i]);
    scene_advance(scene, SECONDS(10));
    direct(routers, false);
    scene_advance(scene, SECONDS(3));
    for (int64_t end_ns = scene_now_ns(scene) + FLOW_LIMIT; !scenario_is_unharmed(routers->scenario);) {
        if (scene_now_ns(scene) >= end_ns)
            scene_inconclusive(scene,
                               "the traffic does not flow through the bridged network before the move");
        scenario_since_now(routers->scenario);
        scene_advance(scene, SECONDS(3));
    }
    scene_advance(scene, MICROSECONDS(random_between(&scene->random, 0, 1000000)));
    scenario_since_now(routers->scenario);
    return routers;
}

/* In v1 a host has to ask, and may be answered by the old bridge before that hears of the move. The new
 * Master's probe is answered too then, so another round mends it: C20 and a second later. */
static int64_t second_round_ns(const struct scene *scene)
{
    return scene->v2 ? 0 : scene->plan.le_arp_response_ns + SECONDS(1);
}

/* Those who use the virtual router that moved are without service for 'limit_ns' at most, on the ELAN and on
 * the LAN behind the device; those who use the other one lose nothing. */
static void judge(struct routers *routers, int64_t limit_ns)
{
    struct scene *scene = routers->scenario->scene;
    limit_ns += second_round_ns(scene);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_expect_gap(routers->scenario, SCENARIO_HOST, limit_ns, "R-0-01 R-2.2-03");
    scenario_expect_gap(routers->scenario, SCENARIO_LAN_HOST, limit_ns, "R-2.2-03 R-2.2-04");
    scenario_expect_untouched(routers->scenario, SCENARIO_OTHER_HOST,
                              scene->v2 ? "R-2.2-05" : "R-2.2-05 R-6-06");
}

/* MR1 fails and BR1 takes over; then MR1 is back. The advertisement moves the station each time. */
static void there_and_back(struct scene *scene)
{
    struct routers *routers = flow_through_both(scene);
    int64_t down_ns = 3 * interval_ns(scene) + skew_of_priority_ns(FAR_PRIORITY);
    vrrp_speaker_crash(routers->near);
    scene_advance(scene, down_ns);
    vrrp_speaker_become_master(routers->far);
    judge(routers, down_ns + SCENARIO_PATH_NS);
    direct(routers, true);
    scene_advance(scene, MILLISECONDS(random_between(&scene->random, 100, 900))); /* out of step */
    scenario_since_now(routers->scenario);
    vrrp_speaker_become_master(routers->near);
    scene_advance(scene, MILLISECONDS(30)); /* until the other one hears it */
    vrrp_speaker_yield(routers->far);
    judge(routers, MOVED_NS);
    prove_alive(scene);
}

/* The same move beside plain LANE: a bridge has told of a topology change, so what a host has learned of
 * addresses behind proxies ages after C18, which is 15 s. */
static void without_announcements(struct scene *scene)
{
    struct routers *routers = flow_through_both(scene);
    int64_t down_ns = 3 * interval_ns(scene) + skew_of_priority_ns(FAR_PRIORITY);
    vrrp_speaker_crash(routers->near);
    peer_lec_send_topology(scene->speaker_lec, true);
    scene_advance(scene, down_ns);
    vrrp_speaker_become_master(routers->far);
    scene_advance(scene, SECONDS(20));
    scenario_expect_gap(routers->scenario, SCENARIO_HOST, down_ns + SCENARIO_PATH_NS + second_round_ns(scene),
                        "R-0-01 R-2.2-03");
    scenario_measure(routers->scenario, SCENARIO_AGEING_HOST, 0);
    prove_alive(scene);
}

#define BRIDGES(name, what, where)                                                                           \
    {                                                                                                        \
        .id = "failover/bridges-" name, .title = "A virtual router moves from a LAN to " what " and back",   \
        .requirements = "R-0-01 R-2.2-03 R-2.2-04 R-2.2-05 R-6-06",                                          \
        .stimulus =                                                                                          \
            "the router on the bridge's LAN dies, the other one takes over after Master_Down_Interval; "     \
            "later the first one is back; hosts on ELAN and LANs send packets through two virtual routers "  \
            "each 100 ms",                                                                                   \
        .accepted = "no gap longer than Master_Down_Interval and 1.5 s, and on the way back 2.5 s (v1: 3 s " \
                    "more, for "                                                                             \
                    "a second round); no loss "                                                              \
                    "by hosts of the virtual router that stays",                                             \
        .scope = BRIDGE_ANY, .capabilities = CAPABILITY_LAN_PORT, .prepare = plan_bridges,                   \
        .run = there_and_back, .parameter = where                                                            \
    }

#define AGEING(name, what, where)                                                                            \
    {                                                                                                        \
        .id = "failover/bridges-ageing-" name,                                                               \
        .title = "A virtual router moves from a LAN to " what " while the topology changes",                 \
        .requirements = "R-0-01 R-2.2-03",                                                                   \
        .stimulus = "LE_TOPOLOGY_REQUEST says that the topology changes; the router on the bridge's LAN "    \
                    "dies and the other one takes over after Master_Down_Interval; hosts on the ELAN send "  \
                    "a packet through the virtual router each 100 ms",                                       \
        .accepted =                                                                                          \
            "no gap longer than Master_Down_Interval and 1.5 s (v1: 3 s more, for a second round) for a "    \
            "host that obeys announcements",                                                                 \
        .scope = BRIDGE_ANY, .capabilities = CAPABILITY_LAN_PORT, .prepare = plan_bridges,                   \
        .run = without_announcements, .parameter = where                                                     \
    }

static const struct test_case cases[] = {
    BRIDGES("bridge", "a LAN behind another bridge", FAR_BEHIND_BRIDGE),
    BRIDGES("non-proxy", "a non-proxy router on the ELAN", FAR_NON_PROXY),
    BRIDGES("proxy", "a proxy router on the ELAN", FAR_PROXY),
    AGEING("bridge", "a LAN behind another bridge", FAR_BEHIND_BRIDGE),
    AGEING("non-proxy", "a non-proxy router on the ELAN", FAR_NON_PROXY),
    AGEING("proxy", "a proxy router on the ELAN", FAR_PROXY),
};

const struct case_list failover_bridges_cases = {cases, sizeof cases / sizeof *cases};
