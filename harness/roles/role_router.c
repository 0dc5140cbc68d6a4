/* The network of a router: LECS, LES and BUS of an ELAN, another VRRP router, a bystander. */
#include "scene/role_network.h"
#include "steps/states.h"

#define ANSWER_LIMIT SECONDS(1)
/* A unicast frame may have to wait for a flush of its path. */
#define UNICAST_LIMIT SECONDS(5)

const struct role_network router_network = {
    .attach = attach_elan,
    .start = start_elan,
    .ready = elan_ready,
    .alive = answers_le_arp,
    .no_life = "the device does not answer LE_ARP for its own MAC address, so its silence proves nothing",
    .serves = answers_arp,
    .no_service = "the device does not answer ARP for its own address after the case",
};

void attach_servers(struct scene *scene)
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

void attach_peers(struct scene *scene)
{
    scene->speaker_port = world_port(scene->world, "speaker");
    scene->speaker_lec = peer_lec_new(port_services(scene->speaker_port), &scene->plan.speaker_lec);
    port_attach(scene->speaker_port, &peer_lec_handlers, scene->speaker_lec);
    scene->speaker = vrrp_speaker_new(scene->speaker_lec, &scene->plan.speaker);
    scene->host_port = world_port(scene->world, "host");
    scene->host_lec = peer_lec_new(port_services(scene->host_port), &scene->plan.host_lec);
    port_attach(scene->host_port, &peer_lec_handlers, scene->host_lec);
    scene->host_link = peer_lec_link(scene->host_lec);
    scene->host = host_new(scene->host_link, &scene->plan.host);
}

void attach_upstream(struct scene *scene)
{
    unsigned lan_port = scene->lane ? 0 : 1;
    scene->upstream_lan = world_segment(scene->world, "upstream-lan");
    scene->upstream_port = world_port(scene->world, "upstream");
    struct lan_port *lan = lan_port_new(port_services(scene->upstream_port), 0);
    port_attach(scene->upstream_port, &lan_port_handlers, lan);
    scene->upstream = host_new(lan_port_link(lan), &scene->plan.upstream_host);
    segment_join(scene->upstream_lan, scene->device_port, lan_port);
    segment_join(scene->upstream_lan, scene->upstream_port, 0);
}

void attach_elan(struct scene *scene)
{
    attach_servers(scene);
    attach_peers(scene);
    if (scene->plan.upstream)
        attach_upstream(scene);
}

void start_elan(struct scene *scene)
{
    struct port *peers[] = {scene->speaker_port, scene->host_port};
    struct reason reason;
    for (unsigned i = 0; i < 3; i++) {
        if (i == scene->plan.start_order)
            scene_control(scene, CONTROL_START, 0, 0);
        if (i < 2)
            port_control(peers[i], &(struct control_action){.kind = CONTROL_START}, &reason);
        scene_advance(scene, MICROSECONDS(random_between(&scene->random, 0, 50000)));
    }
}

bool elan_ready(const struct scene *scene)
{
    return peer_lec_operational(scene->speaker_lec) && peer_lec_operational(scene->host_lec) &&
           bus_hears(scene->bus, &scene->device_atm) && bus_reaches(scene->bus, &scene->device_atm);
}

bool answers_le_arp(struct scene *scene)
{
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->device_mac, &id);
    struct pattern answer = le_arp_answer(scene, id);
    struct tap_event *event = await(scene, &answer, mark_at(asked), ANSWER_LIMIT);
    if (event)
        event->matched = 1;
    return event;
}

bool answers_arp(struct scene *scene)
{
    if (ipv4_equal(scene->device_ip, scene->virtual_ip))
        return true;
    struct tap_event *asked = inject_arp_request(scene, scene->device_ip);
    struct pattern reply = arp_reply(scene, scene->device_ip);
    return await(scene, &reply, mark_at(asked), UNICAST_LIMIT);
}
