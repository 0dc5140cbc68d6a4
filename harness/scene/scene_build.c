/* Builds the network that a plan describes. */
#include "scene/deeds.h"
#include "scene/role_network.h"
#include "scene/scene_plan.h"

static struct switch_behaviour switch_of(const struct scene *scene);
static void name_device(struct scene *scene);
static bool lend(struct scene *scene, struct reason *reason);

bool scene_build(struct scene *scene, bool wall_clock, struct reason *reason)
{
    struct scene_plan *plan = &scene->plan;
    scene->network = role_network_of(plan->instance->role);
    plan->device.lan_port = plan->upstream;
    char label[INSTANCE_TEXT_SIZE];
    struct random seeds = random_stream(scene->seed, instance_text(scene->instance, label));
    struct switch_behaviour behaviour = switch_of(scene);
    struct world_settings settings = {.seed = random_next(&seeds),
                                      .latency_low_ns = plan->latency_low_ns,
                                      .latency_high_ns = plan->latency_high_ns,
                                      .switch_behaviour = &behaviour,
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
    plan->speaker.canonical_order = plan->device.canonical_order;
    plan->speaker.functional_addresses = plan->device.functional_addresses;
    scene->network->attach(scene);
    name_device(scene);
    return lend(scene, reason);
}

/* Time in the world begins when the device is there. */
static bool lend(struct scene *scene, struct reason *reason)
{
    struct lab *lab = scene->lab;
    const struct device_settings *settings = &scene->plan.device;
    if (device_control_can(lab->control, DEED_CONFIGURE) &&
        !device_control_do(lab->control, DEED_CONFIGURE, NULL, settings, lab->case_name, reason))
        return false;
    lab->off = device_control_can(lab->control, DEED_START);
    if (!lab->kind->lend(lab, scene->device_port, settings, reason))
        return false;
    world_restart_clock(scene->world);
    scene_listen_to_heartbeat(scene, lab);
    return true;
}

/* The switch that all stand at: in role switch the device under test, else the harness's own, with the T309
 * of the plan. */
static struct switch_behaviour switch_of(const struct scene *scene)
{
    struct switch_behaviour behaviour = switch_behaviour_default();
    if (scene->instance->role == ROLE_SWITCH)
        behaviour = switch_behaviour_recommended();
    else if (scene->plan.t309_ns)
        behaviour.t309_ns = scene->plan.t309_ns;
    if (scene->lab->kind->switch_behaviour)
        scene->lab->kind->switch_behaviour(scene->lab, &behaviour);
    return behaviour;
}

static void name_device(struct scene *scene)
{
    const struct device_settings *device = &scene->plan.device;
    const struct virtual_router_settings *router = &device->virtual_routers[0];
    scene->vrid = router->vrid;
    scene->priority = router->priority_given ? router->priority : VRRP_PRIORITY_DEFAULT;
    scene->interval_s = router->interval_given ? router->interval_s : 1;
    scene->vmac = virtual_mac_of(device, router->vrid);
    scene->device_mac = device->elan.mac;
    scene->device_atm = device->atm_address;
    scene->device_ip = device->elan.address;
    scene->virtual_ip = router->addresses[0];
}
