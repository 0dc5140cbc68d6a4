/* Token ring: section 5 of the draft and RFC 2338 9.2. Unicast addresses in one bit order, functional
 * addresses without association, 802.5 frames, source-routed ones among them. That everything else is as on
 * Ethernet (R-5-09) is shown by the other topics, which run on both media. */
#include "wire/token_ring.h"
#include "cases/cases.h"
#include "steps/data_path.h"
#include "steps/plan_changes.h"

#define ANSWER_NS  SECONDS(10) /* a flush of the path included (C21, C22) */
#define FORWARD_NS SECONDS(5)

/* Nothing of the draft's messages. */
#define ASSOCIATIONS                                                                                         \
    (FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_UNREGISTER_REQUEST) |                                     \
     FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(LE_NARP_REQUEST) |                                     \
     FRAME_SET(NO_SOURCE_LE_NARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST))

/* The address of IPX, which VRID 12 would have (RFC 2338 9.2). */
#define VRID_OF_IPX 12
#define IPX_ADDRESS ((struct mac_address){{0xc0, 0x00, 0x00, 0x08, 0x00, 0x00}})

/* --- how a network is planned --- */

static void with_small_vrid(struct scene_plan *plan)
{
    plan_vrid(plan, profile_draw_vrid(plan->profile, &plan->random, 1, FUNCTIONAL_VRID_LAST));
}

static void functional(struct scene_plan *plan)
{
    with_small_vrid(plan);
    plan->device.functional_addresses = true;
}

static void functional_upstream(struct scene_plan *plan)
{
    functional(plan);
    plan->upstream = true;
}

static void functional_and_vrid_12(struct scene_plan *plan)
{
    functional(plan);
    plan_second_router(plan);
    plan->device.virtual_routers[1].vrid = VRID_OF_IPX;
}

/* The host is on another ring: its ring, a bridge, the ring that is the ELAN. */
static void host_behind_bridge(struct scene_plan *plan)
{
    struct source_route *route = &plan->host_lec.route;
    uint16_t ring = (uint16_t)random_between(&plan->random, 1, 0xffe);
    route->largest_frame = 0x18; /* 1,516 octets */
    route->descriptor_count = 2;
    route->descriptors[0] = route_descriptor(ring, (uint16_t)random_between(&plan->random, 1, 15));
    route->descriptors[1] = route_descriptor((uint16_t)(ring + 1), 0);
    plan->host_lec.proxy = true;
}

static void unicast_behind_bridge(struct scene_plan *plan)
{
    host_behind_bridge(plan);
    plan->device.route_explorers = true;
}

static void functional_behind_bridge(struct scene_plan *plan)
{
    functional(plan);
    unicast_behind_bridge(plan);
}

/* --- unicast addresses --- */

static struct tap_event *first_advertisement(struct scene *scene)
{
    struct pattern own = advertisement(scene, scene->vrid);
    return seen(scene, &own, mark_at(scene->started));
}

static struct tap_event *ask_virtual_address(struct scene *scene, const char *requirements)
{
    struct tap_event *asked = inject_arp_request(scene, scene->virtual_ip);
    return expect(scene, .requirements = requirements, .pattern = arp_reply(scene, scene->virtual_ip),
                  .since = mark_at(asked), .max_ns = ANSWER_NS);
}

/* With a VRID that has a functional address, and nothing configured that asks for it. */
static void unicast_address(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    struct tap_event *sent =
        expect(scene, .requirements = "R-5-09", .pattern = advertisement(scene, scene->vrid),
               .since = mark_at(scene->started), .max_ns = master_down_ns(scene) + SECONDS(1));
    if (sent)
        expect_field(scene, sent, FIELD_ORIGIN, mac_value(scene->vmac), "R-5-02 R-5-03 V-9.2-05");
    struct pattern association = association_frame(scene, scene->vmac);
    expect(scene, .requirements = "R-5-02 R-5-09", .pattern = association, .since = mark_at(scene->started),
           .max_ns = master_down_ns(scene) + SECONDS(2));
    struct tap_event *reply = ask_virtual_address(scene, "R-5-09");
    if (reply)
        expect_field(scene, reply, FIELD_ARP_SENDER_MAC, mac_value(scene->vmac), "R-5-02 R-5-03 V-9.2-05");
}

/* The settings tell the device which of the two orders the lab expects (tr_bit_order). */
static void bit_order(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *sent = await(scene, &own, mark_at(scene->started), master_down_ns(scene) + SECONDS(1));
    if (!sent)
        scene_inconclusive(scene, "the device did not become Master");
    expect_field(scene, sent, FIELD_ORIGIN, mac_value(scene->vmac), "V-9.2-06");
    struct pattern association = association_frame(scene, scene->vmac);
    if (scene->lane)
        expect(scene, .requirements = "L-frame-08", .pattern = association, .since = mark_at(scene->started),
               .max_ns = master_down_ns(scene) + SECONDS(2));
    struct tap_event *reply = ask_virtual_address(scene, "V-9.2-06");
    if (reply)
        expect_field(scene, reply, FIELD_ARP_SENDER_MAC, mac_value(scene->vmac), "V-9.2-06");
}

static void arp_frame_source(struct scene *scene)
{
    bring_to_master(scene);
    struct pattern gratuitous = gratuitous_arp(scene, scene->virtual_ip);
    struct tap_event *announced = seen(scene, &gratuitous, mark_at(scene->started));
    if (announced)
        expect_field(scene, announced, FIELD_ORIGIN, mac_value(scene->vmac), "V-9.2-07");
    struct tap_event *reply = ask_virtual_address(scene, "V-9.2-07");
    if (reply)
        expect_field(scene, reply, FIELD_ORIGIN, mac_value(scene->vmac), "V-9.2-07");
}

static void advertisement_destination(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    own.vcc_kinds = 1u << VCC_MULTICAST_SEND;
    struct tap_event *sent =
        expect(scene, .requirements = "R-5-09", .pattern = own, .since = mark_at(scene->started),
               .max_ns = master_down_ns(scene) + SECONDS(1));
    if (!sent)
        return;
    const struct frame *frame = tap_frame(scene->tap, sent);
    char line[FRAME_TEXT_SIZE];
    if (!mac_equal(frame->ethernet.destination, TOKEN_RING_MULTICAST) || !frame->ethernet.snap)
        remark(scene, sent, "V-9.2-08", "ADVERTISEMENT to=c0-00-00-04-00-00 behind LLC/SNAP",
               tap_what(scene->tap, sent, line, sizeof line));
}

/* A frame to a functional address needs no other VCC than Multicast Send, so nobody asks for one. */
static void no_path_to_functional(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *sent = first_advertisement(scene);
    if (!sent)
        scene_inconclusive(scene, "the Master sent no advertisement");
    struct pattern question = pattern_with((struct pattern){.names = FRAME_SET(LE_ARP_REQUEST)},
                                           FIELD_TARGET_LAN, mac_value(TOKEN_RING_MULTICAST));
    expect_none(scene, .requirements = "R-5-01", .pattern = question, .since = mark_at(scene->started),
                .max_ns = scene_now_ns(scene) - scene->started->time_ns + SECONDS(5));
    struct tap_event *setup =
        call_event(scene, TAP_CALL_SETUP, scene->device_port, scene->bus_port, mark_at(scene->started));
    expect_true(scene, !setup, setup, "R-5-01", "no SETUP to the BUS but that of MULTICAST_SEND",
                "another SETUP");
    prove_alive(scene);
}

/* --- functional addresses --- */

static void become_master(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
}

static void functional_address(struct scene *scene)
{
    const char *has_address = scene->lane ? "R-5-04" : "V-9.2-04";
    become_master(scene);
    expect(scene, .requirements = "R-5-06 V-9.2-04", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(scene->started), .max_ns = master_down_ns(scene) + SECONDS(1));
    struct tap_event *announced =
        expect(scene, .requirements = has_address, .pattern = gratuitous_arp(scene, scene->virtual_ip),
               .since = mark_at(scene->started), .max_ns = master_down_ns(scene) + SECONDS(2));
    struct tap_event *reply = ask_virtual_address(scene, has_address);
    struct tap_event *const events[] = {announced, reply};
    for (size_t i = 0; i < sizeof events / sizeof *events; i++) {
        if (!events[i])
            continue;
        struct mac_address sender = tap_frame(scene->tap, events[i])->arp.sender_mac;
        const char *broken = sender.octet[0] == scene->vmac.octet[0] ? "V-9.2-01" : "R-5-04 R-5-06 V-9.2-04";
        expect_field(scene, events[i], FIELD_ARP_SENDER_MAC, mac_value(scene->vmac), broken);
    }
}

/* A functional address as source would read as routing information, so the frame is taken by its place and
 * not by its name. */
static void functional_source(struct scene *scene)
{
    become_master(scene);
    struct pattern frames =
        pattern_with((struct pattern){.names = 0}, FIELD_DESTINATION, mac_value(TOKEN_RING_MULTICAST));
    struct tap_event *sent =
        await(scene, &frames, mark_at(scene->started), master_down_ns(scene) + SECONDS(1));
    if (!sent)
        scene_inconclusive(scene, "the device did not become Master: it sent nothing to the group");
    expect_field(scene, sent, FIELD_ORIGIN, mac_value(scene->device_mac), "V-9.2-03");
}

static void functional_not_associated(struct scene *scene)
{
    become_master(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    if (!await(scene, &own, mark_at(scene->started), master_down_ns(scene) + SECONDS(1)))
        scene_inconclusive(scene, "the device did not become Master");
    scene_advance(scene, SECONDS(3));
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    struct pattern association = {.names = ASSOCIATIONS};
    for (size_t i = 0; i < 2; i++) {
        const struct mac_address macs[] = {scene->vmac, mac_of_vrid(scene->vrid)};
        association.about = true;
        association.about_mac = macs[i];
        expect_none(scene, .requirements = "R-5-04", .pattern = association, .since = mark_at(scene->started),
                    .max_ns = scene_now_ns(scene) - scene->started->time_ns + SECONDS(3));
    }
    prove_alive(scene);
}

static void expect_served(struct scene *scene, const char *requirements)
{
    struct tap_event *heard = inject_packet(scene, scene->plan.far_ip, scene->vmac, 64);
    struct pattern passed_on = packet_to(scene, scene->plan.far_ip);
    passed_on.on_segment = true;
    expect(scene, .requirements = requirements, .pattern = passed_on, .since = mark_at(heard),
           .max_ns = FORWARD_NS);
}

static void functional_served(struct scene *scene)
{
    bring_to_master(scene);
    expect_served(scene, "R-5-08");
}

/* A Backup leaves the frames alone; after its takeover, which no LEC has to be told of, it serves them. */
static void functional_takeover(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    struct tap_event *heard = inject_packet(scene, scene->plan.far_ip, scene->vmac, 64);
    struct pattern passed_on = packet_to(scene, scene->plan.far_ip);
    passed_on.on_segment = true;
    expect_none(scene, .requirements = "V-6.4.2-02", .pattern = passed_on, .since = mark_at(heard),
                .max_ns = SECONDS(1));
    struct tap_event *last = speaker_falls_silent(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    if (!await(scene, &own, mark_at(last), 2 * master_down_ns(scene)))
        scene_inconclusive(scene, "the device did not take over");
    expect_served(scene, "R-5-08");
}

static void vrid_12(struct scene *scene)
{
    const struct virtual_router_settings *second = &scene->plan.device.virtual_routers[1];
    become_master(scene);
    scene_control(scene, CONTROL_STARTUP, second->vrid, 0);
    struct pattern own = advertisement(scene, scene->vrid);
    if (!await(scene, &own, mark_at(scene->started), master_down_ns(scene) + SECONDS(1)))
        scene_inconclusive(scene, "the device did not become Master of VRID %u", scene->vrid);
    scene_advance(scene, SECONDS(1));
    inject_arp_request(scene, second->addresses[0]);
    struct pattern used =
        pattern_with((struct pattern){.names = 0}, FIELD_ARP_SENDER_MAC, mac_value(IPX_ADDRESS));
    expect_none(scene, .requirements = "V-9.2-02", .pattern = used, .since = mark_at(scene->started),
                .max_ns = scene_now_ns(scene) - scene->started->time_ns + SECONDS(3));
    ask_virtual_address(scene, "V-9.2-01");
}

/* --- source-route bridged rings --- */

static void answers_on_the_way(struct scene *scene);

/* Routing information of what goes to the host: its own way, backwards. */
static struct pattern along_way_back(const struct scene *scene, struct pattern pattern)
{
    uint8_t octets[ROUTE_ROOM];
    struct source_route way = scene->plan.host_lec.route;
    struct value value = {.kind = VALUE_TEXT};
    way.backwards = true;
    source_route_text((struct octets){octets, source_route_encode(&way, octets)}, value.text,
                      sizeof value.text);
    return pattern_with(pattern, FIELD_ROUTE, value);
}

static void answers_along_route(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *asked = inject_arp_request(scene, scene->virtual_ip);
    struct pattern reply = along_way_back(scene, arp_reply(scene, scene->virtual_ip));
    struct tap_event *replied = expect(scene, .requirements = "R-5-07", .pattern = reply,
                                       .since = mark_at(asked), .max_ns = ANSWER_NS);
    scene_advance(scene, SECONDS(3));
    struct mac_address mac;
    expect_true(scene, host_arp_entry(scene->host, scene->virtual_ip, &mac) && mac_equal(mac, scene->vmac),
                replied, "R-5-07", "the host behind the bridge knows the way to the virtual address",
                "it does not");
}

/* The newest frame of the host says where it is: behind another bridge, then on the ELAN itself. */
static void answers_along_new_route(struct scene *scene)
{
    struct source_route *way = &scene->plan.host_lec.route;
    bring_to_master(scene);
    answers_on_the_way(scene);
    way->descriptors[0] = (uint16_t)(way->descriptors[0] ^ 0x000f); /* another bridge of the ring */
    peer_lec_reroute(scene->host_lec, way);
    answers_on_the_way(scene);
    *way = (struct source_route){0};
    peer_lec_reroute(scene->host_lec, way);
    struct tap_event *replied = ask_virtual_address(scene, "R-5-07");
    if (replied && tap_frame(scene->tap, replied)->route.size)
        remark(scene, replied, "R-5-07", "no routing information to a host that is on the ELAN now",
               "the way to where it was");
}

static void answers_on_the_way(struct scene *scene)
{
    struct tap_event *asked = inject_arp_request(scene, scene->virtual_ip);
    expect(scene, .requirements = "R-5-07",
           .pattern = along_way_back(scene, arp_reply(scene, scene->virtual_ip)), .since = mark_at(asked),
           .max_ns = ANSWER_NS);
}

/* A host beyond the bridge has the address of the Master that died; only an explorer can tell it. */
static void announces_by_explorers(struct scene *scene)
{
    bring_to_elan(scene);
    host_set_arp(scene->host, scene->virtual_ip, scene->plan.third_mac);
    start_router(scene);
    struct tap_event *announced =
        expect(scene, .requirements = "R-5-07", .pattern = gratuitous_arp(scene, scene->virtual_ip),
               .since = mark_at(scene->started), .max_ns = master_down_ns(scene) + SECONDS(2));
    scene_advance(scene, SECONDS(2));
    struct mac_address mac;
    expect_true(scene, host_arp_entry(scene->host, scene->virtual_ip, &mac) && mac_equal(mac, scene->vmac),
                announced, "R-5-07", "GRATUITOUS_ARP as an explorer, heard behind the bridge",
                "not heard there");
}

/* What a move would make wrong: rings and bridges in the place of the VMAC. */
static void no_route_descriptor(struct scene *scene)
{
    bring_to_master(scene);
    inject_arp_request(scene, scene->virtual_ip);
    scene_advance(scene, SECONDS(3));
    static const enum frame_field tags[] = {FIELD_SOURCE_TAG, FIELD_TARGET_TAG};
    /* Questions may name one: the way to a host beyond a bridge is resolved so (lane-wire 12.2). */
    uint64_t names = ASSOCIATIONS;
    for (size_t i = 0; i < sizeof tags / sizeof *tags; i++) {
        struct pattern described =
            pattern_with((struct pattern){.names = names}, tags[i], number_value(LAN_TAG_ROUTE_DESCRIPTOR));
        expect_none(scene, .requirements = "R-5-05", .pattern = described, .since = mark_at(scene->started),
                    .max_ns = scene_now_ns(scene) - scene->started->time_ns);
    }
    prove_alive(scene);
}

#define RING_CASE(where, name, what, ids, stimulates, accepts, needs, preparation, function)                 \
    {                                                                                                        \
        .id = "token-ring/" name, .title = what, .requirements = ids, .stimulus = stimulates,                \
        .accepted = accepts,                                                                                 \
        .scope = {.roles = where,                                                                            \
                  .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,                                                \
                  .lane = LANE_V1 | LANE_V2,                                                                 \
                  .media = MEDIUM_TOKEN_RING},                                                               \
        .capabilities = CAPABILITY_CONTROL_STARTUP | (needs), .prepare = preparation, .run = function        \
    }
#define TOKEN_RING(...)  RING_CASE(ROLE_ROUTER, __VA_ARGS__)
#define ON_ANY_RING(...) RING_CASE(ROLE_ROUTER | ROLE_VRRP, __VA_ARGS__)
#define THROUGH          (CAPABILITY_LAN_PORT | CAPABILITY_FORWARDING)

static const struct test_case cases[] = {
    TOKEN_RING("unicast-address", "A pure token-ring ELAN works with the VMAC, as an Ethernet one",
               "R-5-02 R-5-03 R-5-09 V-9.2-05",
               "a router with factory settings and a VRID that has a functional address becomes Master",
               "advertisement, association and ARP replies with the VMAC, in either bit order", 0u,
               with_small_vrid, unicast_address),
    ON_ANY_RING("bit-order", "The VMAC has one bit order in data and control frames", "V-9.2-06 L-frame-08",
                "the device becomes Master, and is asked for the virtual address",
                "the VMAC in the order of tr_bit_order in all of them", 0u, NULL, bit_order),
    ON_ANY_RING("arp-frame-source", "ARP about the virtual address leaves with the VMAC as source",
                "V-9.2-07", "the device becomes Master; an ARP request for the virtual address",
                "gratuitous ARP and ARP reply in frames from the VMAC", 0u, NULL, arp_frame_source),
    TOKEN_RING("advertisement-destination", "Advertisements go to the functional address of IP multicast",
               "V-9.2-08 R-5-09", "the device becomes Master",
               "LLC/SNAP to C0-00-00-04-00-00 on Multicast Send", 0u, NULL, advertisement_destination),
    TOKEN_RING("no-path-to-functional", "A functional address is not resolved", "R-5-01",
               "the Master advertises",
               "no LE_ARP_REQUEST for the functional address, and no SETUP but that of Multicast Send", 0u,
               NULL, no_path_to_functional),
    ON_ANY_RING("functional-address", "In functional mode the virtual router has the address of the table",
                "V-9.2-01 V-9.2-04 R-5-04 R-5-06",
                "a router configured for functional addresses becomes Master; ARP for the virtual address",
                "gratuitous ARP and ARP reply with the functional address of the VRID", 0u, functional,
                functional_address),
    ON_ANY_RING("functional-source", "In functional mode advertisements leave with the real MAC address",
                "V-9.2-03", "a router configured for functional addresses becomes Master",
                "advertisement from the physical MAC address", 0u, functional, functional_source),
    TOKEN_RING("functional-not-associated", "A functional address is not associated", "R-5-04",
               "a router configured for functional addresses becomes Master, then is shut down",
               "no registration, announcement or withdrawal of the functional address or the VMAC", 0u,
               functional, functional_not_associated),
    TOKEN_RING("functional-served", "A Master serves what comes to the functional address", "R-5-08",
               "a packet to the upstream host in a frame to the functional address, through the BUS",
               "the packet on the LAN port", THROUGH, functional_upstream, functional_served),
    TOKEN_RING("functional-takeover", "The functional address moves without association", "R-5-08 V-6.4.2-02",
               "a packet to the functional address in Backup; the Master falls silent; another packet",
               "only the second on the LAN port", THROUGH, functional_upstream, functional_takeover),
    ON_ANY_RING("functional-vrid-12", "The address of IPX is not used", "V-9.2-02 V-9.2-01",
                "a second virtual router with VRID 12 is started in functional mode, and asked for by ARP",
                "no ARP with C0-00-00-08-00-00; the first virtual router answers", CAPABILITY_SEVERAL_VRIDS,
                functional_and_vrid_12, vrid_12),
    TOKEN_RING("answers-along-route", "Answers go back along the route of the question", "R-5-07",
               "a host behind a source-route bridge asks for the virtual address",
               "an ARP reply with the same route backwards, which the host hears", 0u, host_behind_bridge,
               answers_along_route),
    TOKEN_RING("answers-along-route-functional", "The same in functional mode", "R-5-07",
               "a host behind a source-route bridge asks for the virtual address",
               "an ARP reply with the same route backwards, which the host hears", 0u,
               functional_behind_bridge, answers_along_route),
    TOKEN_RING("answers-along-new-route", "Answers go along the newest route", "R-5-07",
               "a host behind a source-route bridge asks for the virtual address; again from behind another "
               "bridge, and from the ELAN itself",
               "ARP replies along the way of each question backwards, the last without routing information",
               0u, host_behind_bridge, answers_along_new_route),
    TOKEN_RING("announces-by-explorers", "Gratuitous ARP is heard behind a source-route bridge", "R-5-07",
               "the device, told that there are such bridges, becomes Master", "gratuitous ARP as explorer",
               0u, unicast_behind_bridge, announces_by_explorers),
    TOKEN_RING("no-route-descriptor", "The virtual router is never associated by route descriptor", "R-5-05",
               "a host behind a source-route bridge asks the Master for the virtual address",
               "no registration or announcement with tag 0002", 0u, host_behind_bridge, no_route_descriptor),
};

const struct case_list token_ring_cases = {cases, sizeof cases / sizeof *cases};
