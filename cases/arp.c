/* ARP about virtual addresses (RFC 2338 6.4, 8.2, 8.3; draft 3.3): who answers, how often, and with which MAC
 * address. */
#include "cases/cases.h"
#include "steps/plan_changes.h"

/* Until a unicast answer is out: C11 where C10 is used up, LE_ARP, a SETUP and a flush. */
#define ANSWER_NS SECONDS(5)

static void expect_takeover_announced(struct scene *scene, struct tap_event *last);
static void expect_announced(struct scene *scene, struct mark since, const char *requirements);
static struct tap_event *inject_arp_request_direct(struct scene *scene, struct ipv4_address address);
static void prove_arp_works(struct scene *scene);

/* --- gratuitous ARP (6.4.1, 6.4.2) --- */

static void takeover_announced(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    expect_takeover_announced(scene, speaker_falls_silent(scene));
}

/* The second time it was Master before: the hosts that the other router drew to itself meanwhile have to come
 * back. */
static void each_takeover_announced(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    expect_takeover_announced(scene, speaker_falls_silent(scene));
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    struct pattern own = advertisement(scene, scene->vrid);
    if (await(scene, &own, mark_after(heard), interval_ns(scene) * 3 / 2))
        scene_inconclusive(scene, "the device does not yield to a higher priority");
    expect_takeover_announced(scene, heard);
    prove_alive(scene);
}

static void owner_with_two_addresses(struct scene_plan *plan)
{
    plan_owner(plan);
    plan_second_address(plan);
}

static void owner_announced(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    expect_announced(scene, mark_at(scene->started), "V-6.4.1-02 V-8.2-05");
}

/* --- requests (6.4.2, 6.4.3, 8.2) --- */

static void master_replies(struct scene *scene)
{
    bring_to_master(scene);
    const struct virtual_router_settings *router = &scene->plan.device.virtual_routers[0];
    for (size_t i = 0; i < router->address_count; i++) {
        struct pattern reply = arp_reply(scene, router->addresses[i]);
        reply = pattern_with(reply, FIELD_ARP_TARGET_IP, ipv4_value(scene->plan.host.address));
        reply = pattern_with(reply, FIELD_ARP_TARGET_MAC, mac_value(scene->plan.host.mac));
        struct tap_event *asked = inject_arp_request(scene, router->addresses[i]);
        struct tap_event *answer = expect(scene, .requirements = "V-6.4.3-01 R-3.3.3-01 V-8.2-01",
                                          .pattern = reply, .since = mark_at(asked), .max_ns = ANSWER_NS);
        if (answer)
            expect_field(scene, answer, FIELD_ARP_SENDER_MAC, mac_value(scene->vmac), "V-8.2-01 R-3.3.3-01");
    }
}

/* One reply, not one with each MAC address. */
static void never_physical(struct scene *scene)
{
    bring_to_master(scene);
    struct pattern reply = arp_reply(scene, scene->virtual_ip);
    struct tap_event *asked = inject_arp_request(scene, scene->virtual_ip);
    expect_none(scene, .requirements = "V-8.2-02",
                .pattern = pattern_with(reply, FIELD_ARP_SENDER_MAC, mac_value(scene->device_mac)),
                .since = mark_at(asked), .max_ns = ANSWER_NS);
    prove_arp_works(scene);
}

static void backup_silent(struct scene *scene)
{
    bool direct = scene->test->parameter;
    bring_to(scene, STATE_BACKUP);
    struct tap_event *asked = direct ? inject_arp_request_direct(scene, scene->virtual_ip)
                                     : inject_arp_request(scene, scene->virtual_ip);
    expect_none(scene, .requirements = "R-3.3.2-01 V-6.4.2-01",
                .pattern = arp_reply(scene, scene->virtual_ip), .since = mark_at(asked), .max_ns = ANSWER_NS);
    prove_arp_works(scene);
}

/* --- the owner before its virtual router starts (8.2) --- */

static void owner_boots(struct scene *scene)
{
    const struct mark boot = {0, 0};
    bring_to_elan(scene);
    inject_arp_request(scene, scene->device_ip);
    scene_advance(scene, ANSWER_NS);
    struct pattern any = pattern_with(
        (struct pattern){.names = FRAME_SET(ARP_REPLY) | FRAME_SET(GRATUITOUS_ARP) | FRAME_SET(ARP_REQUEST)},
        FIELD_ARP_SENDER_IP, ipv4_value(scene->device_ip));
    expect_none(scene, .requirements = "V-8.2-03 V-8.2-04",
                .pattern = pattern_with(any, FIELD_ARP_SENDER_MAC, mac_value(scene->device_mac)),
                .since = boot, .max_ns = scene_now_ns(scene));
    start_router(scene);
    struct pattern reply = arp_reply(scene, scene->device_ip);
    struct tap_event *asked = inject_arp_request(scene, scene->device_ip);
    if (!await(scene, &reply, mark_at(asked), ANSWER_NS))
        scene_inconclusive(scene, "the owner does not answer ARP when its virtual router runs either");
    prove_alive(scene);
}

static void owner_waits(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *asked = inject_arp_request(scene, scene->device_ip);
    expect_none(scene, .requirements = "V-8.2-06", .pattern = arp_reply(scene, scene->device_ip),
                .since = mark_at(asked), .max_ns = ANSWER_NS);
    start_router(scene);
    struct pattern reply = arp_reply(scene, scene->device_ip);
    asked = inject_arp_request(scene, scene->device_ip);
    if (!await(scene, &reply, mark_at(asked), ANSWER_NS))
        scene_inconclusive(scene, "the owner does not answer ARP when its virtual router runs either");
    prove_alive(scene);
}

/* --- proxy ARP (8.3) --- */

static void with_proxy_arp(struct scene_plan *plan)
{
    plan->upstream = true;
    plan->device.proxy_arp = true;
}

static void proxy_arp(struct scene *scene)
{
    bring_to_master(scene);
    struct pattern reply = arp_reply(scene, scene->plan.far_ip);
    struct tap_event *asked = inject_arp_request(scene, scene->plan.far_ip);
    struct tap_event *answer = await(scene, &reply, mark_at(asked), ANSWER_NS);
    if (!answer)
        scene_inconclusive(scene, "the device does not answer ARP for an address beyond it");
    expect_field(scene, answer, FIELD_ARP_SENDER_MAC, mac_value(scene->vmac), "V-8.3-01");
}

/* Nobody is Master any more since 'last'. */
static void expect_takeover_announced(struct scene *scene, struct tap_event *last)
{
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *sent = await(scene, &own, mark_at(last), 2 * master_down_ns(scene));
    if (!sent)
        scene_inconclusive(scene, "the device did not take over");
    expect_announced(scene, (struct mark){last->index, sent->time_ns}, "V-6.4.2-07");
}

/* A gratuitous ARP with the VMAC for each address. */
static void expect_announced(struct scene *scene, struct mark since, const char *requirements)
{
    const struct virtual_router_settings *router = &scene->plan.device.virtual_routers[0];
    for (size_t i = 0; i < router->address_count; i++)
        expect(scene, .requirements = requirements,
               .pattern = pattern_with(gratuitous_arp(scene, router->addresses[i]), FIELD_ARP_SENDER_MAC,
                                       mac_value(scene->vmac)),
               .since = since, .max_ns = SECONDS(1));
}

/* The host asks in a unicast frame on a Data Direct VCC. */
static struct tap_event *inject_arp_request_direct(struct scene *scene, struct ipv4_address address)
{
    for (unsigned i = 0; i < 20 && !peer_lec_has_data_direct(scene->host_lec, &scene->device_atm); i++) {
        host_ping(scene->host, scene->device_ip, HOST_NO_HOP);
        scene_advance(scene, MILLISECONDS(500));
    }
    /* The path that the pings took before is flushed or quiet. */
    scene_advance(scene, SECONDS(8));
    struct mark since = mark_now(scene);
    struct arp request = {.operation = ARP_REQUEST,
                          .sender_mac = scene->plan.host.mac,
                          .sender_ip = scene->plan.host.address,
                          .target_ip = address};
    peer_link_send_arp(peer_lec_link(scene->host_lec), scene->plan.host.mac, scene->device_mac, &request);
    struct pattern arrival = {.names = FRAME_SET(ARP_REQUEST),
                              .from = (uint8_t)port_index(scene->host_port),
                              .vcc_kinds = 1u << VCC_DATA_DIRECT};
    struct tap_event *asked = await(scene, &arrival, since, SECONDS(2));
    if (!asked)
        scene_inconclusive(scene, "no Data Direct VCC from the host to the device could be used");
    return asked;
}

/* ARP for the device's own address is answered: the way there and back works. */
static void prove_arp_works(struct scene *scene)
{
    struct pattern reply = arp_reply(scene, scene->device_ip);
    struct tap_event *asked = inject_arp_request(scene, scene->device_ip);
    if (!await(scene, &reply, mark_at(asked), ANSWER_NS))
        scene_inconclusive(scene, "the device does not answer ARP for its own address either");
    prove_alive(scene);
}

#define ARP_CASE_IN(where, name, what, ids, stimulates, accepts, needs, preparation, function, value)        \
    {                                                                                                        \
        .id = "arp/" name, .title = what, .requirements = ids, .stimulus = stimulates, .accepted = accepts,  \
        .scope = where, .capabilities = CAPABILITY_CONTROL_STARTUP | (needs), .prepare = preparation,        \
        .run = function, .parameter = value                                                                  \
    }
#define ARP_CASE(...)  ARP_CASE_IN(ROUTER_AND_VRRP, __VA_ARGS__)
#define LANE_CASE(...) ARP_CASE_IN(ROUTER_ANY, __VA_ARGS__)

static const struct test_case cases[] = {
    ARP_CASE("takeover-announced", "A new Master announces each of its addresses", "V-6.4.2-07",
             "the Master of a virtual router with two addresses falls silent",
             "a gratuitous ARP request with the VMAC for each", 0u, plan_second_address, takeover_announced,
             0),
    ARP_CASE(
        "each-takeover-announced", "A router that becomes Master again announces its addresses again",
        "V-6.4.2-07", "the Master falls silent, another one of higher priority is heard once, and no more",
        "a gratuitous ARP request with the VMAC for each of two addresses, at the first takeover and at the "
        "second",
        0u, plan_second_address, each_takeover_announced, 0),
    ARP_CASE("owner-announced", "The owner announces each of its addresses", "V-6.4.1-02 V-8.2-05",
             "Startup event to the owner of two addresses", "a gratuitous ARP request with the VMAC for each",
             0u, owner_with_two_addresses, owner_announced, 0),
    ARP_CASE("master-replies", "A Master answers ARP with the VMAC", "V-6.4.3-01 R-3.3.3-01 V-8.2-01",
             "an ARP request for each of two virtual addresses",
             "a reply with the VMAC to each, with the MAC and IP address of who asked as its target", 0u,
             plan_second_address, master_replies, 0),
    ARP_CASE("never-physical", "A Master does not answer ARP with its physical MAC address as well",
             "V-8.2-02", "an ARP request for the virtual address",
             "no reply with the physical MAC; ARP for its own address is answered", 0u, NULL, never_physical,
             0),
    ARP_CASE("backup-silent", "A Backup does not answer ARP for the virtual address", "R-3.3.2-01 V-6.4.2-01",
             "an ARP request for the virtual address by the BUS",
             "no reply within 5 s; ARP for its own address is answered", 0u, NULL, backup_silent, 0),
    LANE_CASE("backup-silent-direct", "A Backup does not answer ARP that comes on a Data Direct VCC",
              "R-3.3.2-01 V-6.4.2-01", "an ARP request for the virtual address on a Data Direct VCC",
              "no reply within 5 s; ARP for its own address is answered", 0u, NULL, backup_silent, 1),
    ARP_CASE("owner-boots", "A booting owner sends no ARP with its physical MAC address", "V-8.2-03 V-8.2-04",
             "the owner joins the ELAN and is asked for its address; then the Startup event",
             "no ARP with the physical MAC for the owned address; a reply after the start", 0u, plan_owner,
             owner_boots, 0),
    ARP_CASE("owner-waits", "The owner answers ARP only when its virtual router runs", "V-8.2-06",
             "ARP for the owned address before the Startup event, and after it", "a reply to the second only",
             0u, plan_owner, owner_waits, 0),
    ARP_CASE("proxy-arp", "Proxy ARP replies carry the VMAC", "V-8.3-01",
             "an ARP request for an address behind the Master, proxy ARP switched on",
             "a reply with the VMAC", CAPABILITY_PROXY_ARP | CAPABILITY_LAN_PORT, with_proxy_arp, proxy_arp,
             0),
};

const struct case_list arp_cases = {cases, sizeof cases / sizeof *cases};
