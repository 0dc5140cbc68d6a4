#include "steps/scenario.h"

#include "peers/peer_bridge.h"
#include "scene/role_network.h"

#define STREAM_INTERVAL MILLISECONDS(100)
#define UNDER_WAY       SECONDS(1) /* nothing is longer under way, a flush aside */
#define AGEING_INTERVAL SECONDS(1) /* it has to go on for minutes */
#define AGEING_STEP     SECONDS(50)
#define FLOW_LIMIT      SECONDS(20)
#define HIGH_LATENCY    MILLISECONDS(5)
#define HIGH_DELAY      MILLISECONDS(20)

static struct peer_link *add_speaker_lan(struct scenario *scenario, struct mac_address lan_mac);
static struct peer_lec *add_host(struct scenario *scenario, enum scenario_stream stream, const char *name,
                                 struct peer_lec_behaviour behaviour, struct ipv4_address via,
                                 const struct port *sink);
static void add_other_virtual_router(struct scenario *scenario, struct peer_link *lan,
                                     struct mac_address lan_mac);
static bool uses(const struct peer_lec *lec, struct mac_address vmac, struct atm_address atm);
static void direct(struct scenario *scenario, struct port *old_port, struct port *new_port);
static bool all_flow(const struct scenario *scenario, struct port *master);
static const char *scheme_of(const struct scene *scene, const struct port *port);
static struct mac_address draw_mac(struct scene *scene);
static struct ipv4_address draw_address(struct scene *scene);

void plan_scenario(struct scene_plan *plan, bool speaker_is_proxy)
{
    plan->latency_high_ns = HIGH_LATENCY;
    plan->lecs.delay_ns %= HIGH_DELAY;
    for (size_t i = 0; i < plan->les.delay_count; i++)
        plan->les.delays[i].delay_ns %= HIGH_DELAY;
    plan->upstream = true;
    plan->speaker_lec.proxy = speaker_is_proxy;
}

struct scenario *scenario_empty(struct scene *scene)
{
    struct scenario *scenario = arena_zeroed(scene->arena, sizeof *scenario);
    scenario->scene = scene;
    return scenario;
}

struct scenario *scenario_new(struct scene *scene, unsigned options)
{
    struct scenario *scenario = scenario_empty(scene);
    struct mac_address lan_mac = draw_mac(scene);
    struct peer_link *lan = add_speaker_lan(scenario, lan_mac);
    scenario_add_stream(scenario, SCENARIO_HOST, scene->host, scene->plan.far_ip, scene->virtual_ip,
                        scene->host_port, scene->upstream_port);
    scenario_add_stream(scenario, SCENARIO_BACK, scene->upstream, scene->plan.host.address, HOST_NO_HOP,
                        scene->device_port, scene->host_port);
    if (options & SCENARIO_AGEING)
        scenario_add_ageing_host(scenario, scene->upstream_port);
    if (options & SCENARIO_OTHER_VMAC)
        add_other_virtual_router(scenario, lan, lan_mac);
    return scenario;
}

void scenario_add_stream(struct scenario *scenario, enum scenario_stream stream, struct host *host,
                         struct ipv4_address destination, struct ipv4_address via, const struct port *sender,
                         const struct port *sink)
{
    struct traffic_settings settings = {.stream = (uint16_t)stream,
                                        .destination = destination,
                                        .via = via,
                                        .interval_ns = stream == SCENARIO_AGEING_HOST ? AGEING_INTERVAL
                                                                                      : STREAM_INTERVAL};
    scenario->traffic[stream] = traffic_new(host, &settings);
    scenario->ways[stream] = (struct traffic_way){
        .traffic = scenario->traffic[stream], .sender = port_index(sender), .sink = port_index(sink)};
}

void scenario_add_ageing_host(struct scenario *scenario, const struct port *sink)
{
    struct peer_lec_behaviour deaf = {.ignores_targetless = true, .ignores_le_narp = true};
    scenario->ageing_lec =
        add_host(scenario, SCENARIO_AGEING_HOST, "ageing-host", deaf, scenario->scene->virtual_ip, sink);
}

void scenario_direct(struct scenario *scenario, struct port *old_port, struct port *new_port,
                     const char *move)
{
    scenario->old_port = old_port;
    scenario->new_port = new_port;
    scenario->move = move;
    for (size_t i = 0; i < SCENARIO_STREAM_COUNT; i++) {
        scenario->ways[i].old_master = port_bit(port_index(old_port));
        scenario->ways[i].new_master = port_bit(port_index(new_port));
    }
}

void scenario_flow(struct scenario *scenario, struct port *old_port, struct port *new_port)
{
    struct scene *scene = scenario->scene;
    direct(scenario, old_port, new_port);
    for (size_t i = 0; i < SCENARIO_STREAM_COUNT; i++)
        if (scenario->traffic[i])
            traffic_start(scenario->traffic[i]);
    int64_t end_ns = scene_now_ns(scene) + FLOW_LIMIT;
    scenario->since_ns = scene_now_ns(scene);
    scene_advance(scene, 2 * UNDER_WAY);
    while (!all_flow(scenario, old_port)) {
        if (scene_now_ns(scene) >= end_ns)
            scene_inconclusive(scene, "the traffic does not flow through the Master before the move");
        scenario->since_ns = scene_now_ns(scene);
        /* Off the second: a Master may make everybody resolve the VMAC again each second. */
        scene_advance(scene, 2 * UNDER_WAY + STREAM_INTERVAL);
    }
    /* Failures keep no step with advertisements. */
    scene_advance(scene, MICROSECONDS(random_between(&scene->random, 0, 1000000)));
    scenario_since_now(scenario);
}

void scenario_turn(struct scenario *scenario)
{
    direct(scenario, scenario->new_port, scenario->old_port);
}

void scenario_since_now(struct scenario *scenario)
{
    scenario->since_ns = scene_now_ns(scenario->scene);
}

struct traffic_loss scenario_loss(struct scenario *scenario, enum scenario_stream stream)
{
    struct scene *scene = scenario->scene;
    return traffic_loss_read(scene->tap, &scenario->ways[stream], scenario->since_ns,
                             scene_now_ns(scene) - UNDER_WAY, scene->arena);
}

bool scenario_is_unharmed(struct scenario *scenario)
{
    for (size_t i = 0; i < SCENARIO_STREAM_COUNT; i++)
        if (scenario->traffic[i] && scenario_loss(scenario, (enum scenario_stream)i).lost)
            return false;
    return true;
}

struct traffic_loss scenario_measure(struct scenario *scenario, enum scenario_stream stream, int64_t limit_ns)
{
    static const char *const names[] = {[SCENARIO_HOST] = "host",
                                        [SCENARIO_AGEING_HOST] = "host with ageing alone",
                                        [SCENARIO_BACK] = "back to the host",
                                        [SCENARIO_OTHER_HOST] = "host of the other virtual router",
                                        [SCENARIO_ROUTED] = "host behind the device",
                                        [SCENARIO_LAN_HOST] = "host on the LAN"};
    struct measurements *measurements = &scenario->scene->measurements;
    struct measurement measurement = {.traffic = names[stream], .move = scenario->move, .limit_ns = limit_ns};
    measurement.loss = scenario_loss(scenario, stream);
    if (measurements->count < MEASUREMENT_ROOM)
        measurements->list[measurements->count++] = measurement;
    return measurement.loss;
}

bool scenario_expect_gap_at(struct scenario *scenario, const char *site, enum scenario_stream stream,
                            int64_t limit_ns, const char *requirements)
{
    struct scene *scene = scenario->scene;
    struct traffic_loss loss = scenario_measure(scenario, stream, limit_ns);
    scene_judges_within(scene, limit_ns);
    int64_t allowed_ns = limit_ns + scene_tolerance_ns(scene, limit_ns);
    /* What trickles through a broken path is no service: the losses together may not last longer either. */
    bool brief = loss.gap_ns <= allowed_ns && (int64_t)loss.lost * STREAM_INTERVAL <= allowed_ns;
    bool good = loss.lost == 0 || (loss.recovered && brief);
    const char *expected =
        arena_text(scene->arena, "packets through the virtual router, never longer than %.3f s without one",
                   (double)limit_ns / (double)NS_PER_S);
    const char *actual = arena_text(scene->arena, "%zu of %zu lost, nothing for %.3f s%s", loss.lost,
                                    loss.sent, (double)loss.gap_ns / (double)NS_PER_S,
                                    loss.recovered ? "" : ", and none arrives in the end");
    return expect_true_at(scene, site, good, NULL, requirements, expected, actual);
}

bool scenario_expect_untouched_at(struct scenario *scenario, const char *site, enum scenario_stream stream,
                                  const char *requirements)
{
    struct scene *scene = scenario->scene;
    struct traffic_loss loss = scenario_measure(scenario, stream, 0);
    return expect_true_at(
        scene, site, loss.lost == 0 && loss.flooded == 0, NULL, requirements,
        "no packet through the other virtual router lost, and none through the BUS",
        arena_text(scene->arena, "%zu of %zu lost, %zu through the BUS", loss.lost, loss.sent, loss.flooded));
}

void scenario_await_ageing(struct scenario *scenario)
{
    struct scene *scene = scenario->scene;
    const struct peer_lec_timing *timing = &scene->plan.host_lec.timing;
    int64_t end_ns = scene_now_ns(scene) + timing->aging_time_ns + SECONDS(10);
    traffic_stop(scenario->traffic[SCENARIO_HOST]);
    traffic_stop(scenario->traffic[SCENARIO_BACK]);
    do {
        scene_advance(scene, AGEING_STEP);
    } while (!scenario_loss(scenario, SCENARIO_AGEING_HOST).recovered && scene_now_ns(scene) < end_ns);
    scenario_measure(scenario, SCENARIO_AGEING_HOST, 0);
    scenario_stop(scenario);
}

struct peer_link *scenario_add_lan_station(struct scene *scene, struct segment *segment, const char *name,
                                           struct port **port)
{
    static const struct source_route transparent;
    struct port *own = world_port(scene->world, name);
    struct lan_port *lan = segment_is_token_ring(segment)
                               ? lan_port_new_on_ring(port_services(own), 0, &transparent)
                               : lan_port_new(port_services(own), 0);
    port_attach(own, &lan_port_handlers, lan);
    segment_join(segment, own, 0);
    if (port)
        *port = own;
    return lan_port_link(lan);
}

struct segment *scenario_add_bridge(struct scene *scene, struct port **bridge)
{
    struct peer_lec_settings lec = scene->plan.speaker_lec;
    lec.proxy = true;
    lec.mac = scene->plan.third_mac;
    memcpy(lec.atm_address.octet + 13, lec.mac.octet, sizeof lec.mac.octet);
    *bridge = world_port(scene->world, "far-bridge");
    struct peer_lec *station = peer_lec_new(port_services(*bridge), &lec);
    port_attach(*bridge, &peer_lec_handlers, station);
    struct segment *lan = world_segment(scene->world, "far-lan");
    if (scene->plan.device.token_ring)
        segment_set_token_ring(lan);
    peer_bridge_new(station, scenario_add_lan_station(scene, lan, "far-bridge-lan", NULL));
    peer_lec_start(station);
    return lan;
}

void scenario_stop(struct scenario *scenario)
{
    for (size_t i = 0; i < SCENARIO_STREAM_COUNT; i++)
        if (scenario->traffic[i])
            traffic_stop(scenario->traffic[i]);
}

/* The speaker forwards to the upstream host by a LAN port of its own. */
static struct peer_link *add_speaker_lan(struct scenario *scenario, struct mac_address lan_mac)
{
    struct scene *scene = scenario->scene;
    struct port *port = world_port(scene->world, "speaker-lan");
    struct lan_port *lan = lan_port_new(port_services(port), 0);
    port_attach(port, &lan_port_handlers, lan);
    segment_join(scene->upstream_lan, port, 0);
    vrrp_speaker_forward_to(scene->speaker, lan_port_link(lan), lan_mac, scene->plan.upstream_host.mac);
    return lan_port_link(lan);
}

/* Another host on the ELAN, and its stream to the upstream host by way of 'via'. */
static struct peer_lec *add_host(struct scenario *scenario, enum scenario_stream stream, const char *name,
                                 struct peer_lec_behaviour behaviour, struct ipv4_address via,
                                 const struct port *sink)
{
    struct scene *scene = scenario->scene;
    struct peer_lec_settings lec = scene->plan.host_lec;
    struct host_settings settings = scene->plan.host;
    lec.mac = settings.mac = draw_mac(scene);
    memcpy(lec.atm_address.octet + 13, lec.mac.octet, sizeof lec.mac.octet);
    lec.behaviour = behaviour;
    settings.address = draw_address(scene);
    struct port *port = world_port(scene->world, name);
    struct peer_lec *station = peer_lec_new(port_services(port), &lec);
    port_attach(port, &peer_lec_handlers, station);
    struct host *host = host_new(peer_lec_link(station), &settings);
    scenario_add_stream(scenario, stream, host, scene->plan.far_ip, via, port, sink);
    peer_lec_start(station);
    return station;
}

static void add_other_virtual_router(struct scenario *scenario, struct peer_link *lan,
                                     struct mac_address lan_mac)
{
    struct scene *scene = scenario->scene;
    const struct virtual_router_settings *second = &scene->plan.device.virtual_routers[1];
    struct vrrp_speaker_settings settings = scene->plan.speaker;
    settings.vrid = second->vrid;
    settings.address_count = second->address_count;
    memcpy(settings.addresses, second->addresses, sizeof settings.addresses);
    scenario->other_speaker = vrrp_speaker_new(scene->speaker_lec, &settings);
    scenario->other_vmac = vrrp_speaker_vmac(scenario->other_speaker);
    vrrp_speaker_forward_to(scenario->other_speaker, lan, lan_mac, scene->plan.upstream_host.mac);
    scenario->other_lec =
        add_host(scenario, SCENARIO_OTHER_HOST, "other-host", (struct peer_lec_behaviour){0},
                 second->addresses[0], scene->upstream_port);
}

static void direct(struct scenario *scenario, struct port *old_port, struct port *new_port)
{
    const struct scene *scene = scenario->scene;
    const char *move =
        arena_text(scene->arena, "%s to %s", scheme_of(scene, old_port), scheme_of(scene, new_port));
    scenario_direct(scenario, old_port, new_port, move);
}

/* Nothing was lost since 'since_ns', and those who use the VMAC have a Data Direct VCC to the Master. */
static bool all_flow(const struct scenario *scenario, struct port *master)
{
    const struct scene *scene = scenario->scene;
    struct atm_address atm =
        master == scene->device_port ? scene->device_atm : scene->plan.speaker_lec.atm_address;
    if (!uses(scene->host_lec, scene->vmac, atm) || !uses(scenario->ageing_lec, scene->vmac, atm) ||
        !uses(scenario->other_lec, scenario->other_vmac, scene->plan.speaker_lec.atm_address))
        return false;
    for (size_t i = 0; i < SCENARIO_STREAM_COUNT; i++) {
        if (!scenario->traffic[i])
            continue;
        struct traffic_loss loss = traffic_loss_read(scene->tap, &scenario->ways[i], scenario->since_ns,
                                                     scene_now_ns(scene) - UNDER_WAY, scene->arena);
        if (loss.lost)
            return false;
    }
    return true;
}

/* NULL: there is no such client. */
static bool uses(const struct peer_lec *lec, struct mac_address vmac, struct atm_address atm)
{
    struct atm_address bound;
    return !lec || (peer_lec_binding(lec, vmac, &bound) && atm_address_equal(&bound, &atm) &&
                    peer_lec_has_data_direct(lec, &atm));
}

static const char *scheme_of(const struct scene *scene, const struct port *port)
{
    bool proxy = port == scene->device_port ? scene->proxy : scene->plan.speaker_lec.proxy;
    return scheme_name(proxy ? SCHEME_PROXY : SCHEME_NON_PROXY);
}

static struct mac_address draw_mac(struct scene *scene)
{
    uint64_t bits = random_next(&scene->random);
    /* 0x5b: none of scene_draw.c has it. */
    return (struct mac_address){
        {0x00, 0x20, 0x5b, (uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits}};
}

/* Of nobody on the subnet of the ELAN. */
static struct ipv4_address draw_address(struct scene *scene)
{
    const struct scene_plan *plan = &scene->plan;
    const struct ipv4_address taken[] = {plan->device.elan.address,
                                         plan->device.virtual_routers[0].addresses[0],
                                         plan->device.virtual_routers[1].addresses[0],
                                         plan->speaker.address,
                                         plan->host.address,
                                         plan->third_ip};
    struct ipv4_address address = {(plan->host.address.number & ~UINT32_C(0xff)) |
                                   (uint32_t)random_between(&scene->random, 1, 254)};
    for (size_t i = 0; i < sizeof taken / sizeof *taken; i++)
        if (ipv4_equal(address, taken[i]))
            return draw_address(scene);
    return address;
}
