/* What is done with IP packets: forwarded, accepted, discarded, redirected (RFC 2338 5.2.2, 6.4, 8.1;
 * draft 3.3). */
#include <stdio.h>

#include "cases/cases.h"
#include "steps/plan_changes.h"

#define FORWARD_NS SECONDS(5) /* ARP for the next hop included */

static void expect_forwarded(struct scene *scene, struct mac_address mac, const char *requirements);
static void expect_not_forwarded(struct scene *scene, const char *requirements);
static void prove_forwarding(struct scene *scene, struct mac_address mac);
static void start_second_router(struct scene *scene);
static struct tap_event *redirect_of_packet_to(struct scene *scene, struct mac_address mac);

static void with_upstream(struct scene_plan *plan)
{
    plan->upstream = true;
}

/* V-5.2.2-02: neither a good advertisement nor one with another TTL leaves on the other side. */
static void group_stays(struct scene *scene)
{
    static const uint8_t ttls[] = {VRRP_TTL, 64, 2};
    bring_to_master(scene);
    for (size_t i = 0; i < sizeof ttls / sizeof *ttls; i++) {
        struct advertisement sent = good_advertisement(scene, scene->plan.lower_priority);
        sent.ttl = ttls[i];
        struct tap_event *heard = inject_advertisement(scene, &sent);
        struct pattern passed_on = pattern_with((struct pattern){.segment = scene->upstream_lan},
                                                FIELD_IP_SOURCE, ipv4_value(scene->plan.speaker.address));
        expect_none(scene, .requirements = "V-5.2.2-02", .pattern = passed_on, .since = mark_at(heard),
                    .max_ns = SECONDS(1));
    }
    prove_forwarding(scene, scene->vmac);
}

/* --- frames for the VMAC (6.4.2, 6.4.3) --- */

static void master_forwards(struct scene *scene)
{
    bring_to_master(scene);
    expect_forwarded(scene, scene->vmac, "V-6.4.3-02 R-3.3.3-07");
}

static void takeover_forwards(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    struct tap_event *last = speaker_falls_silent(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    if (!await(scene, &own, mark_at(last), 2 * master_down_ns(scene)))
        scene_inconclusive(scene, "the device did not take over");
    expect_forwarded(scene, scene->vmac, "V-6.4.2-09");
}

static void backup_discards(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    expect_not_forwarded(scene, "V-6.4.2-02 R-3.3.3-07");
    prove_forwarding(scene, scene->device_mac);
}

static void yielded_discards(struct scene *scene)
{
    bring_to_master(scene);
    speaker_takes_over(scene, scene->plan.higher_priority);
    expect_not_forwarded(scene, "V-6.4.2-02 R-3.3.3-07");
    prove_forwarding(scene, scene->device_mac);
}

/* --- packets to the virtual address (6.4.2, 6.4.3) --- */

/* Echo requests to the virtual address, in frames to the VMAC and to the physical MAC address. */
static void expect_not_accepted(struct scene *scene, const char *requirements)
{
    const struct mac_address macs[] = {scene->vmac, scene->device_mac};
    for (size_t i = 0; i < sizeof macs / sizeof *macs; i++) {
        struct tap_event *asked = inject_echo_request(scene, scene->virtual_ip, macs[i]);
        expect_none(scene, .requirements = requirements, .pattern = echo_reply(scene, scene->virtual_ip),
                    .since = mark_at(asked), .max_ns = FORWARD_NS);
    }
    struct tap_event *asked = inject_echo_request(scene, scene->device_ip, scene->device_mac);
    struct pattern reply = echo_reply(scene, scene->device_ip);
    if (!await(scene, &reply, mark_at(asked), FORWARD_NS))
        scene_inconclusive(scene, "the device answers no echo request to its own address either");
    prove_alive(scene);
}

static void backup_accepts_nothing(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    expect_not_accepted(scene, "V-6.4.2-03 R-3.3.2-04");
}

static void master_accepts_nothing(struct scene *scene)
{
    bring_to_master(scene);
    expect_not_accepted(scene, "V-6.4.3-03");
}

static void owner_accepts(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *asked = inject_echo_request(scene, scene->virtual_ip, scene->vmac);
    expect(scene, .requirements = "V-6.4.3-04", .pattern = good_echo_reply(scene, scene->virtual_ip),
           .since = mark_at(asked), .max_ns = FORWARD_NS);
}

/* --- redirects (8.1) --- */

/* The way to a far network leads back onto the ELAN, to the speaker. */
static void with_detour(struct scene_plan *plan)
{
    struct ipv4_address network = {0xc6130000u | (uint32_t)random_between(&plan->random, 0, 255)
                                                     << 8}; /* 198.18/15 */
    plan->device.redirects = true;
    plan->device.routes[0] = (struct static_route){network, 24, plan->speaker.address};
    plan->device.route_count = 1;
    plan->far_ip = (struct ipv4_address){network.number + (uint32_t)random_between(&plan->random, 1, 254)};
}

static void with_detour_and_second_router(struct scene_plan *plan)
{
    with_detour(plan);
    plan_second_router(plan);
}

/* V-8.1-01 and V-8.1-04 leave it to the device whether it redirects; without redirects the case does not
 * apply. */
static void redirect_source(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *redirect = redirect_of_packet_to(scene, scene->vmac);
    world_note(scene->world, "the device sends redirects, as V-8.1-01 allows");
    expect_field(scene, redirect, FIELD_IP_SOURCE, ipv4_value(scene->virtual_ip), "V-8.1-02");
}

static void redirect_of_two_routers(struct scene *scene)
{
    bring_to_master(scene);
    start_second_router(scene);
    const struct device_settings *device = &scene->plan.device;
    for (size_t i = 0; i < device->virtual_router_count; i++) {
        const struct virtual_router_settings *router = &device->virtual_routers[i];
        const struct virtual_router_settings *other = &device->virtual_routers[1 - i];
        struct tap_event *redirect = redirect_of_packet_to(scene, virtual_mac_of(device, router->vrid));
        char expected[64];
        char actual[64];
        char text[IPV4_TEXT_SIZE];
        snprintf(expected, sizeof expected, "ICMP_REDIRECT ip=%s", ipv4_text(router->addresses[0], text));
        snprintf(actual, sizeof actual, "ip=%s, of another virtual router",
                 ipv4_text(other->addresses[0], text));
        expect_true(scene, !ipv4_equal(tap_frame(scene->tap, redirect)->ipv4.source, other->addresses[0]),
                    redirect, "V-8.1-03", expected, actual);
    }
}

/* A packet of the host to the upstream host, in a frame to 'mac', comes out with TTL less one. */
static void expect_forwarded(struct scene *scene, struct mac_address mac, const char *requirements)
{
    uint8_t ttl = (uint8_t)random_between(&scene->random, 3, 255);
    struct tap_event *heard = inject_packet(scene, scene->plan.far_ip, mac, ttl);
    expect(scene, .requirements = requirements,
           .pattern = forwarded_packet_to(scene, scene->plan.far_ip, (uint8_t)(ttl - 1)),
           .since = mark_at(heard), .max_ns = FORWARD_NS);
}

static void expect_not_forwarded(struct scene *scene, const char *requirements)
{
    struct tap_event *heard = inject_packet(scene, scene->plan.far_ip, scene->vmac, 64);
    expect_none(scene, .requirements = requirements, .pattern = packet_to(scene, scene->plan.far_ip),
                .since = mark_at(heard), .max_ns = FORWARD_NS);
}

/* The same packet in a frame that the device has to take: the way out works. */
static void prove_forwarding(struct scene *scene, struct mac_address mac)
{
    struct tap_event *heard = inject_packet(scene, scene->plan.far_ip, mac, 64);
    struct pattern forwarded = packet_to(scene, scene->plan.far_ip);
    if (!await(scene, &forwarded, mark_at(heard), FORWARD_NS))
        scene_inconclusive(scene, "the device does not forward to its LAN port at all");
    prove_alive(scene);
}

static void start_second_router(struct scene *scene)
{
    uint8_t vrid = scene->plan.device.virtual_routers[1].vrid;
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_STARTUP, vrid, 0);
    struct pattern own = advertisement(scene, vrid);
    if (!await(scene, &own, since, 2 * master_down_ns(scene)))
        scene_inconclusive(scene, "the device did not become Master of its second virtual router");
}

static struct tap_event *redirect_of_packet_to(struct scene *scene, struct mac_address mac)
{
    struct tap_event *heard = inject_packet(scene, scene->plan.far_ip, mac, 64);
    struct pattern redirect = pattern_with((struct pattern){.names = FRAME_SET(ICMP_REDIRECT)},
                                           FIELD_IP_DESTINATION, ipv4_value(scene->plan.host.address));
    struct tap_event *event = await(scene, &redirect, mark_at(heard), FORWARD_NS);
    if (!event)
        scene_not_applicable(scene, "the device sends no redirects, as V-8.1-01 and V-8.1-04 allow");
    return event;
}

#define FORWARDING(name, what, ids, stimulates, accepts, needs, preparation, function)                       \
    {                                                                                                        \
        .id = "forwarding/" name, .title = what, .requirements = ids, .stimulus = stimulates,                \
        .accepted = accepts, .scope = ROUTER_AND_VRRP, .capabilities = CAPABILITY_CONTROL_STARTUP | (needs), \
        .prepare = preparation, .run = function                                                              \
    }
#define THROUGH (CAPABILITY_LAN_PORT | CAPABILITY_FORWARDING)

static const struct test_case cases[] = {
    FORWARDING("group-stays", "Datagrams to 224.0.0.18 are not forwarded", "V-5.2.2-02",
               "advertisements of lower priority with TTL 255, 64 and 2 on the ELAN",
               "none of them on the LAN port; a unicast packet is forwarded", THROUGH, with_upstream,
               group_stays),
    FORWARDING("master-forwards", "A Master forwards what comes to the VMAC", "V-6.4.3-02 R-3.3.3-07",
               "a packet to the upstream host in a frame to the VMAC",
               "the packet on the LAN port with TTL less one", THROUGH, with_upstream, master_forwards),
    FORWARDING("takeover-forwards", "A Backup that took over forwards what comes to the VMAC", "V-6.4.2-09",
               "the Master falls silent; then a packet to the upstream host in a frame to the VMAC",
               "the packet on the LAN port with TTL less one", THROUGH, with_upstream, takeover_forwards),
    FORWARDING("backup-discards", "A Backup discards what comes to the VMAC", "V-6.4.2-02 R-3.3.3-07",
               "a packet to the upstream host in a frame to the VMAC, then in a frame to the physical MAC",
               "only the second on the LAN port", THROUGH, with_upstream, backup_discards),
    FORWARDING("yielded-discards", "A Master that yielded discards what comes to the VMAC",
               "V-6.4.2-02 R-3.3.3-07", "another router of higher priority takes over; then as for a Backup",
               "only the second on the LAN port", THROUGH, with_upstream, yielded_discards),
    FORWARDING("backup-accepts-nothing", "A Backup does not accept packets to the virtual address",
               "V-6.4.2-03 R-3.3.2-04",
               "echo requests to the virtual address, in frames to the VMAC and to the physical MAC",
               "no reply; an echo request to its own address is answered", 0u, NULL, backup_accepts_nothing),
    FORWARDING("master-accepts-nothing",
               "A Master that is not the owner does not accept packets to the virtual address", "V-6.4.3-03",
               "echo requests to the virtual address, in frames to the VMAC and to the physical MAC",
               "no reply; an echo request to its own address is answered", 0u, NULL, master_accepts_nothing),
    FORWARDING("owner-accepts", "The owner accepts packets to its address", "V-6.4.3-04",
               "an echo request to the virtual address in a frame to the VMAC", "a reply", 0u, plan_owner,
               owner_accepts),
    FORWARDING("redirect-source", "A redirect comes from the address that the host used",
               "V-8.1-01 V-8.1-02 V-8.1-04", "a packet in a frame to the VMAC whose next hop is on the ELAN",
               "a redirect from the virtual address, or none at all", CAPABILITY_REDIRECT, with_detour,
               redirect_source),
    FORWARDING("redirect-of-two-routers",
               "A redirect comes from the virtual router that the packet was sent to", "V-8.1-03",
               "the same to each VMAC of a Master of two virtual routers",
               "redirects from the address that belongs to the VMAC, or none at all",
               CAPABILITY_REDIRECT | CAPABILITY_SEVERAL_VRIDS, with_detour_and_second_router,
               redirect_of_two_routers),
};

const struct case_list forwarding_cases = {cases, sizeof cases / sizeof *cases};
