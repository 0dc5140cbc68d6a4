/* The network of a VRRP router without LANE (RFC 2338): a LAN segment with another VRRP router and a
 * bystander; behind its second interface the upstream host. */
#include "scene/role_network.h"
#include "steps/states.h"

/* An ARP request may have to be sent first. */
#define ANSWER_LIMIT SECONDS(2)

#define OWN_PORT 0 /* LAN port of the peers */

static void draw(struct scene_plan *plan);
static void attach(struct scene *scene);
static void start(struct scene *scene);
static bool ready(const struct scene *scene);
static bool alive(struct scene *scene);
static bool has_advertised(struct scene *scene);
static struct peer_link *attach_station(struct scene *scene, struct port **port, const char *name);

const struct role_network vrrp_network = {
    .draw = draw,
    .attach = attach,
    .start = start,
    .ready = ready,
    .alive = alive,
    .no_life = "the device does not answer ARP for its own address, so its silence proves nothing",
};

/* An owner has no address of its own on the LAN that it would always answer for: the other interface shows
 * that it lives. */
static void draw(struct scene_plan *plan)
{
    plan->upstream = plan->capabilities & CAPABILITY_LAN_PORT;
}

static void attach(struct scene *scene)
{
    scene->lan = world_segment(scene->world, "lan");
    if (scene->plan.device.token_ring)
        segment_set_token_ring(scene->lan);
    segment_join(scene->lan, scene->device_port, 0);
    struct peer_link *link = attach_station(scene, &scene->speaker_port, "speaker");
    scene->speaker = vrrp_speaker_new_on_lan(link, &scene->plan.speaker);
    scene->host_link = attach_station(scene, &scene->host_port, "host");
    scene->host = host_new(scene->host_link, &scene->plan.host);
    if (scene->plan.upstream)
        attach_upstream(scene);
}

static struct peer_link *attach_station(struct scene *scene, struct port **port, const char *name)
{
    *port = world_port(scene->world, name);
    static const struct source_route transparent = {0};
    const struct station_services *services = port_services(*port);
    struct lan_port *lan = scene->plan.device.token_ring
                               ? lan_port_new_on_ring(services, OWN_PORT, &transparent)
                               : lan_port_new(services, OWN_PORT);
    port_attach(*port, &lan_port_handlers, lan);
    segment_join(scene->lan, *port, OWN_PORT);
    return lan_port_link(lan);
}

/* The peers' ports are up from the beginning. */
static void start(struct scene *scene)
{
    scene_control(scene, CONTROL_START, 0, 0);
    scene_advance(scene, MICROSECONDS(random_between(&scene->random, 0, 50000)));
}

static bool ready(const struct scene *scene)
{
    (void)scene;
    return true;
}

static bool alive(struct scene *scene)
{
    bool owner = ipv4_equal(scene->device_ip, scene->virtual_ip);
    struct ipv4_address address = scene->device_ip;
    struct mark since = mark_now(scene);
    if (owner && scene->upstream) {
        address = scene->plan.device.lan.address;
        host_ask(scene->upstream, address);
    } else {
        since = mark_at(inject_arp_request(scene, address));
    }
    struct pattern reply = arp_reply(scene, address);
    struct tap_event *event = await(scene, &reply, since, ANSWER_LIMIT);
    if (event)
        event->matched = 1;
    else if (owner && !scene->upstream && !has_advertised(scene))
        scene_not_applicable(scene,
                             "an owner whose virtual router does not run shows that it lives on a second "
                             "port, and the device has none (option lan-port)");
    return event;
}

static bool has_advertised(struct scene *scene)
{
    struct pattern own = advertisement(scene, scene->vrid);
    return seen(scene, &own, (struct mark){0});
}
