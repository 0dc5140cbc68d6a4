/* Builds the network that a plan describes. */
#include "suite/scene_plan.h"

static void attach_servers(struct scene *scene);
static void attach_peers(struct scene *scene);
static void attach_upstream(struct scene *scene);
static void name_device(struct scene *scene);

bool scene_build(struct scene *scene, bool wall_clock, struct reason *reason)
{
    struct scene_plan *plan = &scene->plan;
    plan->device.lan_port = plan->upstream;
    char label[INSTANCE_TEXT_SIZE];
    struct random seeds = random_stream(scene->seed, instance_text(scene->instance, label));
    struct world_settings settings = {.seed = random_next(&seeds),
                                      .latency_low_ns = plan->latency_low_ns,
                                      .latency_high_ns = plan->latency_high_ns,
                                      .token_ring = plan->device.token_ring,
                                      .wall_clock = wall_clock};
    scene->world = world_new(&settings, scene->arena);
    if (!scene->world)
        return reason_set(reason, "the world could not be made: no descriptors left for its clock");
    scene->tap = world_tap(scene->world);
    scene->random = plan->random;
    scene->device_port = world_port(scene->world, "dut");
    port_mark_device(scene->device_port);
    if (plan->device_latency_ns >= 0)
        port_set_latency(scene->device_port, plan->device_latency_ns);
    attach_servers(scene);
    attach_peers(scene);
    if (plan->upstream)
        attach_upstream(scene);
    name_device(scene);
    return scene->lab->kind->lend(scene->lab, scene->device_port, &plan->device, reason);
}

static void attach_servers(struct scene *scene)
{
    scene->lecs_port = world_port(scene->world, "lecs");
    scene->les_port = world_port(scene->world, "les");
    scene->bus_port = world_port(scene->world, "bus");
    port_set_service(scene->lecs_port, SERVICE_LECS);
    port_set_service(scene->les_port, SERVICE_LES);
    port_set_service(scene->bus_port, SERVICE_BUS);
    scene->lecs = lecs_new(port_services(scene->lecs_port), &scene->plan.lecs);
    scene->les = les_new(port_services(scene->les_port), &scene->plan.les);
    scene->bus = bus_new(port_services(scene->bus_port), &scene->plan.bus);
    port_attach(scene->lecs_port, &lecs_handlers, scene->lecs);
    port_attach(scene->les_port, &les_handlers, scene->les);
    port_attach(scene->bus_port, &bus_handlers, scene->bus);
}

static void attach_peers(struct scene *scene)
{
    scene->speaker_port = world_port(scene->world, "speaker");
    scene->speaker_lec = peer_lec_new(port_services(scene->speaker_port), &scene->plan.speaker_lec);
    port_attach(scene->speaker_port, &peer_lec_handlers, scene->speaker_lec);
    scene->speaker = vrrp_speaker_new(scene->speaker_lec, &scene->plan.speaker);
    scene->host_port = world_port(scene->world, "host");
    scene->host_lec = peer_lec_new(port_services(scene->host_port), &scene->plan.host_lec);
    port_attach(scene->host_port, &peer_lec_handlers, scene->host_lec);
    scene->host = host_new(peer_lec_link(scene->host_lec), &scene->plan.host);
}

static void attach_upstream(struct scene *scene)
{
    struct segment *segment = world_segment(scene->world, "upstream-lan");
    scene->upstream_port = world_port(scene->world, "upstream");
    struct lan_port *lan = lan_port_new(port_services(scene->upstream_port), 0);
    port_attach(scene->upstream_port, &lan_port_handlers, lan);
    scene->upstream = host_new(lan_port_link(lan), &scene->plan.upstream_host);
    segment_join(segment, scene->device_port, 0);
    segment_join(segment, scene->upstream_port, 0);
}

static void name_device(struct scene *scene)
{
    const struct device_settings *device = &scene->plan.device;
    const struct virtual_router_settings *router = &device->virtual_routers[0];
    scene->vrid = router->vrid;
    scene->priority = router->priority_given ? router->priority : VRRP_PRIORITY_DEFAULT;
    scene->interval_s = router->interval_given ? router->interval_s : 1;
    scene->vmac = mac_of_vrid(router->vrid);
    scene->device_mac = device->elan.mac;
    scene->device_atm = device->atm_address;
    scene->device_ip = device->elan.address;
    scene->virtual_ip = router->addresses[0];
}
