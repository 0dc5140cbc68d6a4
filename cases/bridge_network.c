/* A LANE bridge in its network: traffic of bystanders through a move of the virtual router (draft 2.2, 4),
 * what it relays, topology changes (lane-rules 5.6). */
#include "cases/cases.h"
#include "steps/failover.h"
#include "steps/lan_side.h"

#define HERE  1u
#define THERE 0u

/* Longer than the bridge needs for a frame that waits for LE_ARP, a SETUP or a flush. */
#define RELAY_NS SECONDS(8)

static void lan_router_takes_over(struct scene *scene);
static void expect_lan_router_reached(struct scene *scene, const char *requirements);
static void expect_topology_told(struct scene *scene, struct tap_event *bpdu, bool changing);

/* --- failover --- */

/* MR1 behind the bridge fails, BR1 on the ELAN takes over. */
static void failover_to_elan(struct scene *scene)
{
    bring_to_elan(scene);
    lan_router_takes_over(scene);
    bystander_uses_virtual_router(scene);
    bring_bystander_to(scene, scene->device_atm);
    vrrp_speaker_crash(scene->lans[HERE].speaker);
    scene_advance(scene, SECONDS(3));
    vrrp_speaker_become_master(scene->speaker);
    expect_bystander_reaches(scene, scene->plan.speaker_lec.atm_address, "R-2.2-03 R-4-06");
    expect_given_up(scene, scene->vmac, "R-2.2-02 R-4-03 R-4-06");
}

/* The same, but the new Master's advertisement is all that is heard of it: what turns the bystander is the
 * bridge's withdrawal. The LES knows the new place. */
static void failover_by_withdrawal(struct scene *scene)
{
    bring_to_elan(scene);
    lan_router_takes_over(scene);
    bystander_uses_virtual_router(scene);
    bring_bystander_to(scene, scene->device_atm);
    vrrp_speaker_crash(scene->lans[HERE].speaker);
    scene_advance(scene, SECONDS(3));
    les_bind(scene->les, scene->vmac, &scene->plan.speaker_lec.atm_address);
    inject_priority(scene, scene->plan.higher_priority);
    expect_bystander_reaches(scene, scene->plan.speaker_lec.atm_address, "R-4-06");
}

/* MR1 on the ELAN fails, BR1 behind the bridge takes over. */
static void failover_to_lan(struct scene *scene)
{
    bring_to_elan(scene);
    vrrp_speaker_become_master(scene->speaker);
    bystander_uses_virtual_router(scene);
    bring_bystander_to(scene, scene->plan.speaker_lec.atm_address);
    speaker_link_fails(scene);
    scene_advance(scene, SECONDS(3));
    lan_router_takes_over(scene);
    expect_bystander_reaches(scene, scene->device_atm, "R-2-14 R-2.2-03 R-4-02 R-4-06");
    expect_lan_router_reached(scene, "R-4-05 R-4-06");
}

/* --- relaying --- */

static void advertisement_to_elan(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = lan_router_advertises(scene, HERE);
    struct pattern elan = frame_on_elan(scene, scene->vmac);
    struct pattern lan = frame_on_lan(scene, THERE, scene->vmac);
    struct pattern back = frame_on_lan(scene, HERE, scene->vmac);
    elan.names = lan.names = back.names = FRAME_SET(ADVERTISEMENT);
    expect(scene, .requirements = "R-4-05", .pattern = elan, .since = mark_at(heard), .max_ns = SECONDS(1));
    expect(scene, .requirements = "R-4-05", .pattern = lan, .since = mark_at(heard), .max_ns = SECONDS(1));
    expect_none(scene, .requirements = "R-4-05", .pattern = back, .since = mark_at(heard),
                .max_ns = SECONDS(1));
    prove_alive(scene);
}

static void advertisement_to_lans(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    for (unsigned lan = 0; lan < scene->plan.device.bridge.lan_port_count; lan++) {
        struct pattern relayed = frame_on_lan(scene, lan, scene->vmac);
        relayed.names = FRAME_SET(ADVERTISEMENT);
        expect(scene, .requirements = "R-4-05", .pattern = relayed, .since = mark_at(heard),
               .max_ns = SECONDS(1));
    }
}

/* A host on a LAN and the bystander on the ELAN talk to each other. */
static void unicast_both_ways(struct scene *scene)
{
    bring_to_elan(scene);
    uint16_t sequence = host_ping(scene->lans[HERE].host, scene->plan.host.address, HOST_NO_HOP);
    scene_advance(scene, 2 * RELAY_NS);
    expect_true(scene, host_reply_ns(scene->lans[HERE].host, sequence) != TIME_NEVER, NULL, "R-4-05",
                "a ping from a host on a LAN to one on the ELAN answered", "no reply");
}

/* --- topology change --- */

static void topology_told(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = inject_bpdu(scene, HERE, true);
    expect_topology_told(scene, heard, true);
    scene_advance(scene, SECONDS(2));
    struct pattern elan = frame_on_elan(scene, scene->plan.third_mac);
    struct pattern lan = frame_on_lan(scene, THERE, scene->plan.third_mac);
    struct tap_event *relayed = await(scene, &elan, mark_at(heard), SECONDS(1));
    relayed = relayed ? relayed : await(scene, &lan, mark_at(heard), SECONDS(1));
    if (relayed)
        remark(scene, relayed, "R-4-05", "a BPDU not relayed (802.1D)", "relayed");
    expect_topology_told(scene, inject_bpdu(scene, HERE, false), false);
}

/* What LE_TOPOLOGY_REQUEST says does not stand for a disassociation. */
static void topology_is_no_substitute(struct scene *scene)
{
    bring_to_elan(scene);
    lan_router_advertises(scene, HERE);
    await_representation(scene, scene->vmac);
    expect_topology_told(scene, inject_bpdu(scene, HERE, true), true);
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    expect_station_given_up(scene, scene->vmac, mark_at(heard), "L-topology-04 R-2.2-02");
}

static void lan_router_takes_over(struct scene *scene)
{
    struct pattern pattern = {.names = FRAME_SET(ADVERTISEMENT),
                              .from = (uint8_t)port_index(scene->lans[HERE].speaker_port),
                              .reaches = port_bit(port_index(scene->device_port))};
    struct mark since = mark_now(scene);
    vrrp_speaker_become_master(scene->lans[HERE].speaker);
    if (!await(scene, &pattern, since, SECONDS(2)))
        scene_inconclusive(scene, "no advertisement of the router on LAN port %u reaches the device", HERE);
}

static void expect_lan_router_reached(struct scene *scene, const char *requirements)
{
    size_t taken = vrrp_speaker_taken_count(scene->lans[HERE].speaker);
    scene_advance(scene, SECONDS(2));
    expect_true(scene, vrrp_speaker_taken_count(scene->lans[HERE].speaker) > taken, NULL, requirements,
                "frames of the bystander for the VMAC at the router behind the bridge", "none within 2 s");
}

static void expect_topology_told(struct scene *scene, struct tap_event *bpdu, bool changing)
{
    struct pattern told = pattern_with((struct pattern){.names = FRAME_SET(LE_TOPOLOGY_REQUEST)},
                                       FIELD_FLAG_TOPOLOGY_CHANGE, number_value(changing));
    expect(scene, .requirements = "L-topology-01", .pattern = told, .since = mark_at(bpdu),
           .max_ns = SECONDS(1));
}

#define BRIDGE_CASE(name, what, ids, stimulates, accepts, where, function)                                   \
    {                                                                                                        \
        .id = "bridge-network/" name, .title = what, .requirements = ids, .stimulus = stimulates,            \
        .accepted = accepts, .scope = where, .capabilities = CAPABILITY_LAN_PORT, .run = function            \
    }

static const struct test_case cases[] = {
    BRIDGE_CASE("failover-to-elan", "A bystander follows the VMAC from behind the bridge to the ELAN",
                "R-2.2-02 R-2.2-03 R-4-03 R-4-06",
                "the Master on a LAN falls silent, a router on the ELAN takes over",
                "the bystander's frames travel to the new Master; LE_ARP for the VMAC is not answered",
                BRIDGE_ANY, failover_to_elan),
    BRIDGE_CASE("failover-by-withdrawal", "The bridge's withdrawal is enough to turn a bystander", "R-4-06",
                "the Master on a LAN falls silent, one on the ELAN advertises and announces nothing",
                "the bystander's frames travel to the new Master", BRIDGE_V2, failover_by_withdrawal),
    BRIDGE_CASE("failover-to-lan", "A bystander follows the VMAC from the ELAN to behind the bridge",
                "R-2-14 R-2.2-03 R-4-02 R-4-05 R-4-06",
                "the Master on the ELAN loses its link, a router on a LAN takes over",
                "the bystander's frames travel to the bridge and arrive at the new Master", BRIDGE_ANY,
                failover_to_lan),
    BRIDGE_CASE("advertisement-to-elan", "Advertisements of a router on a LAN reach all others", "R-4-05",
                "an advertisement on a LAN", "it is relayed to the ELAN and the other LANs, and not back",
                BRIDGE_ANY, advertisement_to_elan),
    BRIDGE_CASE("advertisement-to-lans", "Advertisements of a router on the ELAN reach all LANs", "R-4-05",
                "an advertisement on the ELAN", "it is relayed to every LAN", BRIDGE_ANY,
                advertisement_to_lans),
    BRIDGE_CASE("unicast-both-ways", "Hosts on both sides of a bridge reach each other", "R-4-05",
                "a host on a LAN pings a host on the ELAN", "it gets the reply", BRIDGE_ANY,
                unicast_both_ways),
    BRIDGE_CASE("topology-told", "A topology change is told to the ELAN, and its end", "L-topology-01",
                "a BPDU with the topology change flag on a LAN, then one without",
                "LE_TOPOLOGY_REQUEST with flag 0100, then one without; a BPDU relayed is a remark",
                BRIDGE_ANY, topology_told),
    BRIDGE_CASE("topology-no-substitute", "A topology change does not replace a disassociation",
                "L-topology-01 L-topology-04 R-2.2-02 R-3.2-08 R-6-09",
                "a BPDU with the topology change flag, then the VMAC moves to the ELAN",
                "LE_TOPOLOGY_REQUEST, and the VMAC is given up all the same", BRIDGE_ANY,
                topology_is_no_substitute),
};

const struct case_list bridge_network_cases = {cases, sizeof cases / sizeof *cases};
