/* A LANE bridge between a token-ring ELAN and token rings (draft 5; RFC 2338 9.2): functional addresses,
 * hosts on both sides, source-routed frames. That everything else is as on Ethernet is shown by the other
 * topics, which run on both media. */
#include "wire/token_ring.h"

#include "cases/cases.h"
#include "steps/lan_side.h"
#include "steps/plan_changes.h"

#define HERE  1u
#define THERE 0u

#define PING_NS SECONDS(16)

static struct tap_event *ask_for_descriptor(struct scene *scene, uint16_t descriptor,
                                            uint32_t *transaction_id);

/* --- functional addresses --- */

static void functional(struct scene_plan *plan)
{
    plan_vrid(plan, (uint8_t)random_between(&plan->random, 1, FUNCTIONAL_VRID_LAST));
    for (size_t i = 0; i < plan->device.bridge.lan_port_count; i++)
        plan->lans[i].speaker.vrid = plan->speaker.vrid;
    plan->device.functional_addresses = true;
}

/* The router behind the bridge advertises from its real MAC address, which is learned as any other; the
 * functional address is a group address, with which nobody associates. */
static void functional_not_associated(struct scene *scene)
{
    bring_to_elan(scene);
    struct mac_address real = scene->plan.lans[HERE].speaker.mac;
    struct tap_event *heard = lan_router_advertises(scene, HERE);
    expect_station_associated(scene, real, mark_at(heard), "R-4-02");
    vrrp_speaker_send_gratuitous_arps(scene->lans[HERE].speaker);
    struct pattern about = {.names = FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) |
                                     FRAME_SET(ZERO_LE_NARP_REQUEST) | FRAME_SET(LE_ARP_REQUEST),
                            .about = true,
                            .about_mac = scene->vmac};
    expect_none(scene, .requirements = "R-5-04", .pattern = about, .since = mark_at(heard),
                .max_ns = SECONDS(3));
    expect_represented(scene, real, "R-2-03");
}

static void functional_by_bus(struct scene *scene)
{
    bring_to_elan(scene);
    struct mac_address source = scene->plan.lans[HERE].host.mac;
    struct tap_event *heard =
        inject_on_lan(scene, HERE, &(struct lan_frame){.source = source, .destination = scene->vmac});
    struct pattern by_bus = frame_on_elan(scene, source);
    by_bus.vcc_kinds = 1u << VCC_MULTICAST_SEND;
    expect(scene, .requirements = "R-4-05 R-5-01", .pattern = by_bus, .since = mark_at(heard),
           .max_ns = SECONDS(1));
    expect_none(scene, .requirements = "R-5-01", .pattern = probe(scene, scene->vmac),
                .since = mark_at(heard), .max_ns = SECONDS(5));
    prove_alive(scene);
}

/* --- hosts on ATM and on token ring --- */

static void ring_host_served(struct scene *scene)
{
    bring_to_elan(scene);
    vrrp_speaker_become_master(scene->speaker);
    scene_advance(scene, SECONDS(2));
    struct host *host = scene->lans[HERE].host;
    uint16_t sequence = host_ping(host, scene->plan.far_ip, scene->virtual_ip);
    int64_t limit_ns = scene_now_ns(scene) + PING_NS;
    while (host_reply_ns(host, sequence) == TIME_NEVER && scene_now_ns(scene) < limit_ns)
        scene_advance(scene, MILLISECONDS(200));
    expect_true(scene, host_reply_ns(host, sequence) != TIME_NEVER, NULL, "R-5-03 R-4-05",
                "a ping of a host on a ring through the VMAC of a Master on the ELAN answered", "no reply");
}

/* --- source routing --- */

static void source_routing(struct scene_plan *plan)
{
    struct bridge_settings *bridge = &plan->device.bridge;
    uint16_t first = (uint16_t)random_between(&plan->random, 1, 0xff0);
    bridge->source_routing = true;
    bridge->bridge_number = (uint16_t)random_between(&plan->random, 1, 15);
    bridge->elan_ring = first;
    for (size_t i = 0; i < bridge->lan_port_count; i++)
        bridge->rings[i] = (uint16_t)(first + 1 + i);
}

/* The way from the ring of LAN 'lan' to the ELAN. */
static struct source_route way_to_elan(const struct scene *scene, unsigned lan)
{
    const struct bridge_settings *bridge = &scene->plan.device.bridge;
    return (struct source_route){.kind = ROUTE_SPECIFIC,
                                 .largest_frame = 0x18,
                                 .descriptor_count = 2,
                                 .descriptors = {route_descriptor(bridge->rings[lan], bridge->bridge_number),
                                                 route_descriptor(bridge->elan_ring, 0)}};
}

/* The frame carries this route; direction and largest frame aside. */
static bool carries(struct scene *scene, struct tap_event *event, const struct source_route *wanted)
{
    struct source_route route;
    return source_route_decode(tap_frame(scene->tap, event)->route, &route) &&
           route.descriptor_count == wanted->descriptor_count &&
           memcmp(route.descriptors, wanted->descriptors,
                  wanted->descriptor_count * sizeof wanted->descriptors[0]) == 0;
}

/* The draft permits the environment (R-5-07) and leaves its rules to 802.1D: a remark. */
static void judge_route(struct scene *scene, struct tap_event *relayed, const struct source_route *wanted)
{
    if (!carries(scene, relayed, wanted))
        remark(scene, relayed, "R-5-07", "the ring, the bridge and the ELAN's ring as its route",
               "another route");
}

static void explorer_takes_way_down(struct scene *scene)
{
    const struct bridge_settings *bridge = &scene->plan.device.bridge;
    struct source_route nowhere = {.kind = ROUTE_SPANNING_EXPLORER, .largest_frame = 0x18};
    struct source_route way = way_to_elan(scene, HERE);
    bring_to_elan(scene);
    struct tap_event *heard = inject_routed_on_lan(
        scene, HERE, &(struct lan_frame){scene->plan.third_mac, MAC_BROADCAST}, &nowhere);
    struct tap_event *relayed =
        expect(scene, .requirements = "R-5-07", .pattern = frame_on_elan(scene, scene->plan.third_mac),
               .since = mark_at(heard), .max_ns = SECONDS(1));
    if (relayed)
        judge_route(scene, relayed, &way);
    /* One that has been on the ELAN's ring before. */
    struct source_route been = {
        .kind = ROUTE_SPANNING_EXPLORER,
        .largest_frame = 0x18,
        .descriptor_count = 2,
        .descriptors = {route_descriptor(bridge->elan_ring, 1), route_descriptor(bridge->rings[HERE], 0)}};
    heard =
        inject_routed_on_lan(scene, HERE, &(struct lan_frame){scene->plan.third_mac, MAC_BROADCAST}, &been);
    struct pattern relays = frame_on_elan(scene, scene->plan.third_mac);
    struct tap_event *again = await(scene, &relays, mark_at(heard), SECONDS(1));
    if (again)
        remark(scene, again, "R-5-07", "an explorer sent to no ring that it has visited", "relayed");
}

static void route_is_followed(struct scene *scene)
{
    struct source_route way = way_to_elan(scene, HERE);
    struct source_route other = way;
    other.descriptors[0] ^= 0x000f; /* over another bridge of the ring */
    bring_to_elan(scene);
    struct lan_frame frame = {scene->plan.third_mac, scene->plan.host_lec.mac};
    struct tap_event *heard = inject_routed_on_lan(scene, HERE, &frame, &other);
    struct pattern relays = frame_on_elan(scene, scene->plan.third_mac);
    struct tap_event *astray = await(scene, &relays, mark_at(heard), SECONDS(4));
    if (astray)
        remark(scene, astray, "R-5-07", "a frame routed over another bridge left to that one", "relayed");
    heard = inject_routed_on_lan(scene, HERE, &frame, &way);
    struct tap_event *relayed =
        expect(scene, .requirements = "R-5-07", .pattern = frame_on_elan(scene, scene->plan.third_mac),
               .since = mark_at(heard), .max_ns = SECONDS(4));
    if (relayed)
        judge_route(scene, relayed, &way);
    uint32_t id;
    struct tap_event *asked = ask_for_descriptor(scene, other.descriptors[0], &id);
    expect_none(scene, .requirements = "L-le_arp-03", .pattern = le_arp_answer(scene, id),
                .since = mark_at(asked), .max_ns = SECONDS(2));
    prove_alive(scene);
}

/* LE_ARP_REQUEST of the host for a bridge of a ring (lane-wire 5). */
static struct tap_event *ask_for_descriptor(struct scene *scene, uint16_t descriptor,
                                            uint32_t *transaction_id)
{
    struct le_control request = peer_lec_request(scene->host_lec, LE_ARP_REQUEST);
    request.source_lan = lan_destination_of_mac(scene->plan.host_lec.mac);
    request.target_lan.tag = LAN_TAG_ROUTE_DESCRIPTOR;
    octets_put_u16(request.target_lan.mac.octet + 4, descriptor);
    *transaction_id = request.transaction_id;
    return inject_control(scene, &request);
}

/* The VMAC of a router behind the bridge is announced as a MAC address, never as a place in a route.
 */
static void no_route_descriptor(struct scene *scene)
{
    static const enum frame_field tags[] = {FIELD_SOURCE_TAG, FIELD_TARGET_TAG};
    struct source_route nowhere = {.kind = ROUTE_SPANNING_EXPLORER, .largest_frame = 0x18};
    bring_to_elan(scene);
    struct tap_event *heard =
        inject_routed_on_lan(scene, HERE, &(struct lan_frame){scene->vmac, TOKEN_RING_MULTICAST}, &nowhere);
    expect_station_associated(scene, scene->vmac, mark_at(heard), "R-4-02");
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        struct pattern described = {.names = FRAME_SET(TARGETLESS_LE_ARP_REQUEST) |
                                             FRAME_SET(ZERO_LE_NARP_REQUEST) | FRAME_SET(LE_ARP_REQUEST)};
        expect_none(scene, .requirements = "R-5-05",
                    .pattern = pattern_with(described, tags[i], number_value(LAN_TAG_ROUTE_DESCRIPTOR)),
                    .since = mark_at(heard), .max_ns = SECONDS(2));
    }
    expect_represented(scene, scene->vmac, "R-2-03");
}

#define RING(name, what, ids, stimulates, accepts, preparation, function)                                    \
    {                                                                                                        \
        .id = "bridge-ring/" name, .title = what, .requirements = ids, .stimulus = stimulates,               \
        .accepted = accepts,                                                                                 \
        .scope = {.roles = ROLE_BRIDGE,                                                                      \
                  .schemes = SCHEME_PROXY,                                                                   \
                  .lane = LANE_V1 | LANE_V2,                                                                 \
                  .media = MEDIUM_TOKEN_RING},                                                               \
        .capabilities = CAPABILITY_LAN_PORT, .prepare = preparation, .run = function                         \
    }

static const struct test_case cases[] = {
    RING("functional-not-associated", "A functional address behind a bridge is not associated",
         "R-2-03 R-3.2-03 R-3.2-04 R-3.2-07 R-4-02 R-5-04 R-6-04 R-6-10",
         "a router in functional mode advertises on a ring, and sends gratuitous ARP",
         "an association with its real MAC address and none with the functional one", functional,
         functional_not_associated),
    RING("functional-by-bus", "Frames for a functional address go by the BUS", "R-4-05 R-5-01",
         "a host on a ring sends to the functional address of the virtual router",
         "the frame on Multicast Send; no LE_ARP_REQUEST for the address", functional, functional_by_bus),
    RING("ring-host-served", "A host on a ring uses a Master on the ELAN", "R-4-05 R-5-03",
         "a router on the ELAN is Master; a host on a ring pings through it", "a reply", NULL,
         ring_host_served),
    RING("explorer-takes-way-down", "An explorer is relayed with the way it took", "R-5-07",
         "a station on a ring broadcasts an explorer, then one that comes from the ELAN's ring; the bridge "
         "routes by source",
         "on the ELAN it carries ring, bridge and the ELAN's ring; the second is not seen there",
         source_routing, explorer_takes_way_down),
    RING("route-is-followed", "A source-routed frame goes where its route leads", "R-5-07 L-le_arp-03",
         "a frame routed over another bridge, then one over this one; LE_ARP for the other bridge",
         "only the second on the ELAN, its route unchanged; silence", source_routing, route_is_followed),
    RING("no-route-descriptor", "The VMAC behind a source-route bridge is associated as a MAC address",
         "R-2-03 R-3.2-03 R-3.2-04 R-3.2-07 R-4-02 R-5-05 R-6-04 R-6-10",
         "a router on a ring is heard by an explorer; the bridge routes by source",
         "announcement and probe with tag 0001, none with tag 0002", source_routing, no_route_descriptor),
};

const struct case_list bridge_ring_cases = {cases, sizeof cases / sizeof *cases};
