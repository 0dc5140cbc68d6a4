/* The network of a LES with its BUS: an emulated LECS, and clients of both schemes and LANE versions
 * (steps/elan_clients.h). No LES and no BUS are emulated. */
#include "scene/role_network.h"
#include "scene/scene_plan.h"
#include "steps/device_frames.h"
#include "steps/elan_clients.h"

#define SERVICE_LIMIT SECONDS(2)

static void draw(struct scene_plan *plan);
static struct peer_lec_settings draw_bystander(struct scene_plan *plan, size_t number);
static bool is_taken(const struct scene_plan *plan, struct mac_address mac, size_t bystander_count);
static void attach(struct scene *scene);
static void start(struct scene *scene);
static bool ready(const struct scene *scene);
static bool alive(struct scene *scene);
static bool serves(struct scene *scene);

const struct role_network les_network = {
    .draw = draw,
    .attach = attach,
    .start = start,
    .ready = ready,
    .alive = alive,
    .no_life = "the device does not answer a client's LE_REGISTER_REQUEST, so its silence proves nothing",
    .serves = serves,
    .no_service = "the BUS does not deliver a broadcast after the case",
};

static void draw(struct scene_plan *plan)
{
    struct random *random = &plan->random;
    bool v2 = plan->instance->lane == LANE_V2;
    struct device_settings *device = &plan->device;
    device->les.bus_address = plan->bus.address;
    device->les.v2 = v2;
    device->les.elan_id = plan->les.elan_id;
    /* With a v1 server every client operates as v1, whatever it can do. */
    plan->speaker_lec.proxy = plan->instance->scheme == SCHEME_PROXY;
    plan->speaker_lec.v2_capable = v2 || random_between(random, 0, 1);
    plan->host_lec.v2_capable = random_between(random, 0, 1);
    for (size_t i = 0; i < BYSTANDER_COUNT; i++)
        plan->bystander_lecs[i] = draw_bystander(plan, i);
    plan->start_order = (unsigned)random_between(random, 0, ELAN_CLIENT_COUNT);
}

static struct peer_lec_settings draw_bystander(struct scene_plan *plan, size_t number)
{
    enum elan_client client = CLIENT_PROXY + (enum elan_client)number;
    struct random *random = &plan->random;
    struct peer_lec_settings settings = plan->host_lec;
    settings.proxy = client != CLIENT_PLAIN;
    settings.v2_capable = client != CLIENT_PLAIN && random_between(random, 0, 1);
    settings.mac_in_join = random_between(random, 0, 1);
    do {
        settings.mac = plan_draw_mac(random);
    } while (is_taken(plan, settings.mac, number));
    settings.atm_address = atm_address_of(plan->host_lec.atm_address.octet, settings.mac,
                                          (uint8_t)random_between(random, 0, 15));
    return settings;
}

static bool is_taken(const struct scene_plan *plan, struct mac_address mac, size_t bystander_count)
{
    const struct mac_address others[] = {plan->device.elan.mac, plan->speaker_lec.mac, plan->host_lec.mac,
                                         plan->third_mac};
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        if (mac_equal(mac, others[i]))
            return true;
    for (size_t i = 0; i < bystander_count; i++)
        if (mac_equal(mac, plan->bystander_lecs[i].mac))
            return true;
    return false;
}

static void attach(struct scene *scene)
{
    static const char *const names[BYSTANDER_COUNT] = {"proxy-1", "proxy-2", "plain"};
    const struct device_settings *device = &scene->plan.device;
    port_set_address_service(scene->device_port, &device->les_address, SERVICE_LES);
    port_set_address_service(scene->device_port, &device->les.bus_address, SERVICE_BUS);
    scene->lecs_port = world_port(scene->world, "lecs");
    port_set_service(scene->lecs_port, SERVICE_LECS);
    scene->lecs = lecs_new(port_services(scene->lecs_port), &scene->plan.lecs);
    port_attach(scene->lecs_port, &lecs_handlers, scene->lecs);
    attach_peers(scene);
    for (size_t i = 0; i < BYSTANDER_COUNT; i++) {
        struct port *port = world_port(scene->world, names[i]);
        struct peer_lec *lec = peer_lec_new(port_services(port), &scene->plan.bystander_lecs[i]);
        port_attach(port, &peer_lec_handlers, lec);
        scene->bystanders[i] = (struct bystander){port, lec};
    }
    scene->caller_port = world_port(scene->world, "caller");
    scene->caller = caller_new(port_services(scene->caller_port), &scene->plan.ghost_atm);
    port_attach(scene->caller_port, &caller_handlers, scene->caller);
}

static void start(struct scene *scene)
{
    struct reason reason;
    for (unsigned i = 0; i <= ELAN_CLIENT_COUNT; i++) {
        if (i == scene->plan.start_order)
            scene_control(scene, CONTROL_START, 0, 0);
        if (i < ELAN_CLIENT_COUNT)
            port_control(client_port(scene, i), &(struct control_action){.kind = CONTROL_START}, &reason);
        scene_advance(scene, MICROSECONDS(random_between(&scene->random, 0, 50000)));
    }
}

static bool ready(const struct scene *scene)
{
    return clients_operational(scene, ALL_CLIENTS);
}

/* Any answer to a registration that stands already. */
static bool alive(struct scene *scene)
{
    struct le_control request = registration_of(scene, CLIENT_HOST, client_mac(scene, CLIENT_HOST));
    struct tap_event *asked = client_sends(scene, CLIENT_HOST, &request);
    struct pattern answer = answer_to(scene, asked);
    struct tap_event *event = await(scene, &answer, mark_at(asked), LES_ANSWER_LIMIT);
    if (event)
        event->matched = 1;
    return event;
}

static bool serves(struct scene *scene)
{
    struct mark since = mark_now(scene);
    host_ask(scene->host, scene->plan.third_ip);
    struct pattern broadcast = {.names = FRAME_SET(ARP_REQUEST),
                                .reaches = port_bit(port_index(scene->speaker_port)),
                                .vcc_kinds = 1u << VCC_MULTICAST_FORWARD};
    broadcast = pattern_with(broadcast, FIELD_ARP_TARGET_IP, ipv4_value(scene->plan.third_ip));
    return await(scene, &broadcast, since, SERVICE_LIMIT);
}
