/* Sections 2 and 6 as a scenario, the device as bystander: a router that sends packets through a virtual
 * router of others. When that moves, its LEC has to follow like everybody else's.
 *
 *     upstream host -- [device] @@@@ ELAN @@@@ [speaker], [second] -- LAN beyond -- sink
 */
#include "cases/failover_cases.h"
#include "steps/plan_changes.h"

#define BEYOND           ((struct ipv4_address){0xcb007100u}) /* 203.0.113.0/24 */
#define SPEAKER_PRIORITY 200
#define SECOND_PRIORITY  100

/* The virtual router is none of the device's. */
static void plan_route(struct scene_plan *plan)
{
    uint8_t own = plan->device.virtual_routers[0].vrid;
    plan->speaker.vrid = (uint8_t)(own % 255 + 1);
    plan->speaker.addresses[0] = plan->third_ip;
    plan->device.routes[0] =
        (struct static_route){.network = BEYOND, .prefix_length = 24, .next_hop = plan->third_ip};
    plan->device.route_count = 1;
}

static void with_non_proxies(struct scene_plan *plan)
{
    plan_non_proxy_peer(plan);
    plan_route(plan);
}

static void with_proxies(struct scene_plan *plan)
{
    plan_proxy_peer(plan);
    plan_route(plan);
}

/* The way of the packets: the device sends them to the VMAC; whoever is Master puts them on the LAN beyond.
 */
struct ways {
    struct scenario *scenario;
    struct port *second_port;
    struct peer_lec *second_lec;
    struct vrrp_speaker *second;
    struct mac_address vmac;
};

static struct peer_link *add_lan_port(struct scene *scene, struct segment *segment, const char *name,
                                      struct port **port)
{
    *port = world_port(scene->world, name);
    struct lan_port *lan = lan_port_new(port_services(*port), 0);
    port_attach(*port, &lan_port_handlers, lan);
    segment_join(segment, *port, 0);
    return lan_port_link(lan);
}

/* The second router, and the LAN beyond it and the speaker; where the packets go there is nobody who answers.
 */
static struct ways lay_ways(struct scene *scene)
{
    struct ways ways = {.scenario = scenario_empty(scene), .vmac = vrrp_speaker_vmac(scene->speaker)};
    struct peer_lec_settings lec = scene->plan.speaker_lec;
    lec.mac = scene->plan.third_mac;
    memcpy(lec.atm_address.octet + 13, lec.mac.octet, sizeof lec.mac.octet);
    ways.second_port = world_port(scene->world, "second");
    ways.second_lec = peer_lec_new(port_services(ways.second_port), &lec);
    port_attach(ways.second_port, &peer_lec_handlers, ways.second_lec);
    struct vrrp_speaker_settings settings = scene->plan.speaker;
    settings.mac = lec.mac;
    settings.priority = SECOND_PRIORITY;
    ways.second = vrrp_speaker_new(ways.second_lec, &settings);
    vrrp_speaker_settings_of(scene->speaker)->priority = SPEAKER_PRIORITY;
    peer_lec_start(ways.second_lec);

    struct segment *segment = world_segment(scene->world, "lan-beyond");
    struct port *port;
    struct mac_address sink = scene->plan.upstream_host.mac;
    struct peer_link *link = add_lan_port(scene, segment, "speaker-beyond", &port);
    vrrp_speaker_forward_to(scene->speaker, link, scene->plan.speaker.mac, sink);
    link = add_lan_port(scene, segment, "second-beyond", &port);
    vrrp_speaker_forward_to(ways.second, link, settings.mac, sink);
    add_lan_port(scene, segment, "sink", &port);
    struct ipv4_address far = {BEYOND.number + (uint32_t)random_between(&scene->random, 1, 254)};
    scenario_add_stream(ways.scenario, SCENARIO_ROUTED, scene->upstream, far, HOST_NO_HOP, scene->device_port,
                        port);
    scenario_direct(ways.scenario, scene->speaker_port, ways.second_port,
                    scene->plan.speaker_lec.proxy ? "proxy to proxy" : "non-proxy to non-proxy");
    return ways;
}

/* The speaker is Master, and the device sends on a Data Direct VCC to it. */
static struct ways flow_through_speaker(struct scene *scene)
{
    struct ways ways = lay_ways(scene);
    bring_to_elan(scene);
    vrrp_speaker_become_master(scene->speaker);
    traffic_start(ways.scenario->traffic[SCENARIO_ROUTED]);
    struct pattern direct = {.from = 0,
                             .reaches = port_bit(port_index(scene->speaker_port)),
                             .vcc_kinds = 1u << VCC_DATA_DIRECT,
                             .names = FRAME_SET(IPV4)};
    direct = pattern_with(direct, FIELD_DESTINATION, mac_value(ways.vmac));
    if (!await(scene, &direct, mark_now(scene), SECONDS(20)))
        scene_inconclusive(scene,
                           "the device does not send packets for the route on a Data Direct VCC to the "
                           "router that has the VMAC of the next hop");
    scene_advance(scene, SECONDS(2) + MICROSECONDS(random_between(&scene->random, 0, 1000000)));
    scenario_since_now(ways.scenario);
    return ways;
}

/* After the announcement of the new Master nothing goes to the old one, but for what is under way; and the
 * packets get through. */
static void judge_move(struct ways *ways, int64_t announced_ns, int64_t limit_ns)
{
    struct scene *scene = ways->scenario->scene;
    scenario_expect_gap(ways->scenario, SCENARIO_ROUTED, limit_ns, "R-0-01");
    ways->scenario->since_ns = announced_ns + SECONDS(1);
    size_t wrong = scenario_loss(ways->scenario, SCENARIO_ROUTED).where[LOSS_OLD_MASTER];
    expect_true(scene, wrong == 0, NULL, scene->v2 ? "R-2-08" : "R-6-06",
                "no packet to the old Master a second after the new one announced itself",
                arena_text(scene->arena, "%zu packets to the old Master", wrong));
    prove_alive(scene);
}

/* The old Master is still there to take frames, so only the announcement tells. */
static void moves(struct scene *scene)
{
    struct ways ways = flow_through_speaker(scene);
    vrrp_speaker_shut_down(scene->speaker);
    int64_t skew = skew_of_priority_ns(SECOND_PRIORITY);
    scene_advance(scene, skew);
    vrrp_speaker_become_master(ways.second);
    int64_t announced_ns = scene_now_ns(scene);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    judge_move(&ways, announced_ns, skew + SCENARIO_PATH_NS + SECONDS(1));
}

/* It asked, and was told of the old Master. */
static bool led_back(struct scene *scene, const struct ways *ways, struct mark since)
{
    struct pattern stale = {.names = FRAME_SET(LE_ARP_RESPONSE),
                            .from_any = true,
                            .reaches = port_bit(port_index(scene->device_port))};
    stale = pattern_with(stale, FIELD_TARGET_LAN, mac_value(ways->vmac));
    stale = pattern_with(stale, FIELD_TARGET_ATM, atm_value(scene->plan.speaker_lec.atm_address));
    stale = pattern_with(stale, FIELD_LECID, number_value(les_lecid_of(scene->les, &scene->device_atm)));
    return seen(scene, &stale, since);
}

/* The old Master hangs. In v1 the device has to ask, and the stale answer leads it back (R-3.1-12); in v2 it
 * may ask (R-2-13) in place of taking the announced address (R-2-10). */
static void old_one_hangs(struct scene *scene)
{
    struct ways ways = flow_through_speaker(scene);
    vrrp_speaker_crash(scene->speaker);
    int64_t down = SECONDS(3) + skew_of_priority_ns(SECOND_PRIORITY);
    scene_advance(scene, down);
    vrrp_speaker_become_master(ways.second);
    struct mark announced = mark_now(scene);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    if (scene->v2 && !led_back(scene, &ways, announced)) {
        judge_move(&ways, announced.time_ns, down + SCENARIO_PATH_NS);
        return;
    }
    scenario_measure(ways.scenario, SCENARIO_ROUTED, 0);
    port_fail_link(scene->speaker_port, LINK_CARRIER_LOSS);
    scenario_since_now(ways.scenario);
    ways.scenario->move = arena_text(scene->arena, "%s, cleared", ways.scenario->move);
    scene_advance(scene, SCENARIO_AFTERWARDS);
    scenario_measure(ways.scenario, SCENARIO_ROUTED, 0);
    prove_alive(scene);
}

#define STREAM "; the device sends a packet through the virtual router each 100 ms"

#define BOTH(name, what, ids, stimulates, accepts, function)                                                 \
    FAILOVER("bystander-" name "-non-proxy", what "; both are non-proxies", ids, stimulates STREAM, accepts, \
             with_non_proxies, function, 0),                                                                 \
        FAILOVER("bystander-" name "-proxy", what "; both are proxies", ids, stimulates STREAM, accepts,     \
                 with_proxies, function, 0)

static const struct test_case cases[] = {
    BOTH("of-shut-down", "A router sends through a virtual router of others whose Master shuts down",
         "R-0-01 R-2-08 R-6-06", "the Master shuts down and another router takes over after Skew_Time",
         "nothing goes to the old Master a second after the announcement; no gap longer than Skew_Time and "
         "2.5 s",
         moves),
    BOTH("of-hang", "A router sends through a virtual router of others whose Master hangs", "R-0-01 R-2-08",
         "the Master hangs and another router takes over after Master_Down_Interval",
         "v2: nothing goes to the old Master a second after the announcement, unless the device asks and is "
         "told of it; else, and in v1: packets get through once the old Master's calls are cleared",
         old_one_hangs),
};

const struct case_list failover_bystander_cases = {cases, sizeof cases / sizeof *cases};
