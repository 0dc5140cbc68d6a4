/* The network of a bridge: the ELAN of a router's, and on each LAN port of the device a segment with a host
 * and a VRRP router of the same subnet and virtual router. */
#include "scene/role_network.h"
#include "scene/scene_plan.h"
#include "steps/lan_side.h"
#include "steps/states.h"

#define ANSWER_LIMIT SECONDS(1)
/* A ping may have to wait for LE_ARP, a SETUP and a flush, both ways. */
#define PING_LIMIT SECONDS(12)

static void draw(struct scene_plan *plan);
static void draw_lan(struct scene_plan *plan, struct scene_lan_plan *lan);
static struct mac_address free_mac(struct scene_plan *plan);
static struct ipv4_address free_address(struct scene_plan *plan);
static void attach(struct scene *scene);
static void attach_lan(struct scene *scene, unsigned port);
static struct lan_port *new_station(struct scene *scene, struct port *port);
static void start(struct scene *scene);
static bool alive(struct scene *scene);
static bool answers_for(struct scene *scene, struct mac_address mac);
static bool serves(struct scene *scene);

const struct role_network bridge_network = {
    .draw = draw,
    .attach = attach,
    .start = start,
    .ready = elan_ready,
    .alive = alive,
    .no_life = "the device answers LE_ARP neither for its own MAC address nor for a station on LAN port 0",
    .serves = serves,
    .no_service = "the device does not forward between the ELAN and LAN port 0 after the case",
};

static void draw(struct scene_plan *plan)
{
    struct bridge_settings *bridge = &plan->device.bridge;
    size_t count = (size_t)random_between(&plan->random, 2, 3);
    bridge->ageing_s = 300;
    for (bridge->lan_port_count = 0; bridge->lan_port_count < count; bridge->lan_port_count++)
        draw_lan(plan, &plan->lans[bridge->lan_port_count]);
}

static void draw_lan(struct scene_plan *plan, struct scene_lan_plan *lan)
{
    lan->speaker = plan->speaker;
    lan->speaker.mac = free_mac(plan);
    lan->speaker.address = free_address(plan);
    lan->host = plan->host;
    do {
        lan->host.mac = free_mac(plan);
    } while (mac_equal(lan->host.mac, lan->speaker.mac));
    do {
        lan->host.address = free_address(plan);
    } while (ipv4_equal(lan->host.address, lan->speaker.address));
    lan->heard_early = random_between(&plan->random, 0, 1);
}

/* Of none that is drawn already. */
static struct mac_address free_mac(struct scene_plan *plan)
{
    const struct mac_address others[] = {plan->device.elan.mac,   plan->device.lan.mac,
                                         plan->speaker_lec.mac,   plan->host_lec.mac,
                                         plan->upstream_host.mac, plan->third_mac};
    struct mac_address mac = plan_draw_mac(&plan->random);
    bool used = false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        used |= mac_equal(mac, others[i]);
    for (size_t i = 0; i < plan->device.bridge.lan_port_count; i++)
        used |= mac_equal(mac, plan->lans[i].host.mac) || mac_equal(mac, plan->lans[i].speaker.mac);
    return used ? free_mac(plan) : mac;
}

static struct ipv4_address free_address(struct scene_plan *plan)
{
    const struct ipv4_address others[] = {plan->device.elan.address,
                                          plan->device.virtual_routers[0].addresses[0], plan->speaker.address,
                                          plan->host.address, plan->third_ip};
    uint32_t network = plan->device.elan.address.number & 0xffffff00u;
    struct ipv4_address address = {network | (uint32_t)random_between(&plan->random, 1, 254)};
    bool used = false;
    for (size_t i = 0; i < sizeof others / sizeof *others; i++)
        used |= ipv4_equal(address, others[i]);
    for (size_t i = 0; i < plan->device.bridge.lan_port_count; i++)
        used |= ipv4_equal(address, plan->lans[i].host.address) ||
                ipv4_equal(address, plan->lans[i].speaker.address);
    return used ? free_address(plan) : address;
}

static void attach(struct scene *scene)
{
    attach_servers(scene);
    attach_peers(scene);
    for (unsigned port = 0; port < scene->plan.device.bridge.lan_port_count; port++)
        attach_lan(scene, port);
}

static void attach_lan(struct scene *scene, unsigned port)
{
    static const char *const names[LAN_PORT_ROOM][3] = {{"lan-0", "lan-host-0", "lan-speaker-0"},
                                                        {"lan-1", "lan-host-1", "lan-speaker-1"},
                                                        {"lan-2", "lan-host-2", "lan-speaker-2"},
                                                        {"lan-3", "lan-host-3", "lan-speaker-3"}};
    struct scene_lan *lan = &scene->lans[port];
    const struct scene_lan_plan *plan = &scene->plan.lans[port];
    lan->segment = world_segment(scene->world, names[port][0]);
    lan->host_port = world_port(scene->world, names[port][1]);
    lan->host_station = new_station(scene, lan->host_port);
    lan->link = lan_port_link(lan->host_station);
    lan->host = host_new(lan->link, &plan->host);
    lan->speaker_port = world_port(scene->world, names[port][2]);
    struct vrrp_speaker_settings speaker = plan->speaker;
    speaker.canonical_order = scene->plan.device.canonical_order;
    speaker.functional_addresses = scene->plan.device.functional_addresses;
    lan->speaker = vrrp_speaker_new_on_lan(lan_port_link(new_station(scene, lan->speaker_port)), &speaker);
    if (scene->plan.device.token_ring)
        segment_set_token_ring(lan->segment);
    segment_join(lan->segment, scene->device_port, port);
    segment_join(lan->segment, lan->host_port, 0);
    segment_join(lan->segment, lan->speaker_port, 0);
}

/* Of the medium of the ELAN. */
static struct lan_port *new_station(struct scene *scene, struct port *port)
{
    static const struct source_route transparent;
    struct lan_port *station = scene->plan.device.token_ring
                                   ? lan_port_new_on_ring(port_services(port), 0, &transparent)
                                   : lan_port_new(port_services(port), 0);
    port_attach(port, &lan_port_handlers, station);
    return station;
}

static void start(struct scene *scene)
{
    start_elan(scene);
    for (size_t i = 0; i < scene->plan.device.bridge.lan_port_count; i++)
        if (scene->plan.lans[i].heard_early)
            host_announce(scene->lans[i].host);
}

/* For its own MAC address; a bridge that has none answers for a station that it has just heard. */
static bool alive(struct scene *scene)
{
    if (answers_for(scene, scene->device_mac))
        return true;
    lan_host_speaks(scene, 0);
    return answers_for(scene, scene->plan.lans[0].host.mac);
}

static bool answers_for(struct scene *scene, struct mac_address mac)
{
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, mac, &id);
    struct pattern answer = le_arp_answer(scene, id);
    struct tap_event *event = await(scene, &answer, mark_at(asked), ANSWER_LIMIT);
    if (event)
        event->matched = 1;
    return event;
}

static bool serves(struct scene *scene)
{
    int64_t limit_ns = scene_now_ns(scene) + PING_LIMIT;
    uint16_t sequence = host_ping(scene->host, scene->plan.lans[0].host.address, HOST_NO_HOP);
    while (host_reply_ns(scene->host, sequence) == TIME_NEVER && scene_now_ns(scene) < limit_ns)
        scene_advance(scene, MILLISECONDS(100));
    return host_reply_ns(scene->host, sequence) != TIME_NEVER;
}
