/* A LANE bridge (draft 2.2, 4): what it learns on its LAN ports it represents on the ELAN, what moves to the
 * ELAN it gives up. */
#include "cases/cases.h"
#include "steps/lan_side.h"

/* The LAN port on which stations appear, and another one. */
#define HERE  1u
#define THERE 0u

/* Longer than a bridge needs to relay a frame that has to wait for LE_ARP, a SETUP or a flush. */
#define RELAY_NS SECONDS(8)

static void settle_on_lan(struct scene *scene, struct mac_address mac);
static void router_settles_on_lan(struct scene *scene);
static void expect_never_registered(struct scene *scene, struct mac_address mac);
static void expect_kept(struct scene *scene, struct mac_address mac, struct mark since,
                        const char *requirements);
static void expect_relayed(struct scene *scene, const struct pattern *pattern, struct tap_event *sent);

/* A station that nobody has heard so far, outside the VRRP block. */
static struct mac_address newcomer(const struct scene *scene)
{
    return scene->plan.third_mac;
}

/* --- joining --- */

static void joins_as_proxy(struct scene *scene)
{
    bring_to_elan(scene);
    struct pattern joins = {.names = FRAME_SET(LE_JOIN_REQUEST)};
    struct tap_event *join = seen(scene, &joins, (struct mark){0, 0});
    if (!join)
        scene_inconclusive(scene, "the device joined, but no LE_JOIN_REQUEST was seen");
    expect_field(scene, join, FIELD_FLAG_PROXY, number_value(1), "R-4-01");
}

static void with_early_station(struct scene_plan *plan)
{
    plan->lans[HERE].heard_early = true;
}

static void learned_while_joining(struct scene *scene)
{
    struct mac_address mac = scene->plan.lans[HERE].host.mac;
    bring_to_elan(scene);
    struct pattern announced = announcement(scene, mac);
    expect_true(scene, seen(scene, &announced, (struct mark){0, 0}), NULL, "R-4-02",
                "an announcement of the station when the ELAN is joined", "none");
    expect_represented(scene, mac, "R-4-02");
}

/* --- learning --- */

static void station_associated(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = station_speaks(scene, HERE, newcomer(scene));
    expect_station_associated(scene, newcomer(scene), mark_at(heard), "R-4-02 R-4-04");
    expect_represented(scene, newcomer(scene), "R-2-03 R-4-02 R-4-04");
    expect_never_registered(scene, newcomer(scene));
}

/* The advertisement is all that is heard: multicast, its source the VMAC (R-2.2-04). */
static void router_associated(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = lan_router_advertises(scene, HERE);
    expect_station_associated(scene, scene->vmac, mark_at(heard), "R-2.2-04 R-4-02 R-4-05 R-2-14 R-1-01");
    expect_represented(scene, scene->vmac, "R-2.2-04 R-2-03 R-2-15 R-4-02");
    expect_never_registered(scene, scene->vmac);
}

/* A frame that the bridge has not to relay tells it where its sender is all the same. */
static void silent_listener_associated(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = inject_on_lan(
        scene, HERE, &(struct lan_frame){.source = newcomer(scene), .destination = scene->device_mac});
    expect_station_associated(scene, newcomer(scene), mark_at(heard), "R-4-02");
    expect_represented(scene, newcomer(scene), "R-4-02");
}

static void elan_station_not_represented(struct scene *scene)
{
    bring_to_elan(scene);
    station_speaks_on_elan(scene, newcomer(scene));
    scene_advance(scene, SECONDS(2));
    expect_given_up(scene, newcomer(scene), "L-le_arp-03");
}

/* --- to the ELAN --- */

static void moves_to_elan(struct scene *scene)
{
    bring_to_elan(scene);
    settle_on_lan(scene, newcomer(scene));
    struct tap_event *heard = station_speaks_on_elan(scene, newcomer(scene));
    expect_station_given_up(scene, newcomer(scene), mark_at(heard), "R-2.2-02 R-2-16 R-4-03 R-4-04");
}

static void moves_to_elan_directly(struct scene *scene)
{
    bring_to_elan(scene);
    settle_on_lan(scene, newcomer(scene));
    struct lan_frame frame = {.source = newcomer(scene), .destination = scene->plan.lans[THERE].host.mac};
    struct tap_event *heard = inject_on_data_direct(scene, &frame);
    expect_station_given_up(scene, newcomer(scene), mark_at(heard), "R-2.2-02 R-4-03");
}

static void router_moves_to_elan(struct scene *scene)
{
    bring_to_elan(scene);
    router_settles_on_lan(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    expect_station_given_up(scene, scene->vmac, mark_at(heard), "R-2.2-02 R-2.2-04 R-4-03 R-2-01");
}

/* --- to the LAN --- */

static void moves_to_lan(struct scene *scene)
{
    bring_to_elan(scene);
    station_speaks_on_elan(scene, newcomer(scene));
    scene_advance(scene, SECONDS(2));
    struct tap_event *heard = station_speaks(scene, HERE, newcomer(scene));
    expect_station_associated(scene, newcomer(scene), mark_at(heard), "R-2.2-02 R-4-02 R-4-04");
    expect_represented(scene, newcomer(scene), "R-2.2-02 R-4-02 R-4-04");
}

static void router_moves_to_lan(struct scene *scene)
{
    bring_to_elan(scene);
    inject_priority(scene, scene->plan.higher_priority);
    scene_advance(scene, SECONDS(2));
    struct tap_event *heard = lan_router_advertises(scene, HERE);
    expect_station_associated(scene, scene->vmac, mark_at(heard), "R-2.2-02 R-2.2-04 R-4-02");
    expect_represented(scene, scene->vmac, "R-2.2-02 R-2.2-04 R-4-02");
}

/* Each election is told anew. */
static void router_comes_back(struct scene *scene)
{
    bring_to_elan(scene);
    router_settles_on_lan(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    expect_station_given_up(scene, scene->vmac, mark_at(heard), "R-2.2-02 R-4-03");
    scene_advance(scene, SECONDS(2));
    heard = lan_router_advertises(scene, HERE);
    expect_station_associated(scene, scene->vmac, mark_at(heard), "R-2-14 R-2.2-02 R-4-02");
    expect_represented(scene, scene->vmac, "R-2.2-02 R-4-02");
}

/* --- from LAN to LAN --- */

/* The ELAN need not know: what the bridge represents stays the same. It may be announced again. */
static void moves_between_lans(struct scene *scene)
{
    bring_to_elan(scene);
    inject_on_lan(scene, HERE,
                  &(struct lan_frame){.source = newcomer(scene), .destination = scene->device_mac});
    await_representation(scene, newcomer(scene));
    struct tap_event *heard = station_speaks(scene, THERE, newcomer(scene));
    expect_kept(scene, newcomer(scene), mark_at(heard), "R-4-02");
    struct lan_frame frame = {.source = scene->plan.host_lec.mac, .destination = newcomer(scene)};
    struct tap_event *sent = inject_on_elan(scene, &frame);
    struct pattern relayed = frame_on_lan(scene, THERE, scene->plan.host_lec.mac);
    expect_relayed(scene, &relayed, sent);
}

/* --- what is no move --- */

/* The BUS hands back what the bridge sent for its station. */
static void own_echo(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = station_speaks(scene, HERE, newcomer(scene));
    struct pattern relayed = frame_on_elan(scene, newcomer(scene));
    struct tap_event *sent = await(scene, &relayed, mark_at(heard), SECONDS(2));
    if (!sent)
        scene_inconclusive(scene, "the device does not relay a broadcast to the ELAN");
    inject_echo_of(scene, sent);
    expect_kept(scene, newcomer(scene), mark_at(heard), "L-lecid-01 R-4-03");
}

/* Its own announcement and probe come back. */
static void own_requests_echoed(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = lan_router_advertises(scene, HERE);
    struct pattern announced = announcement(scene, scene->vmac);
    struct pattern probed = probe(scene, scene->vmac);
    struct tap_event *first = await(scene, &announced, mark_at(heard), SECONDS(2));
    struct tap_event *second = await(scene, &probed, mark_at(heard), SECONDS(2));
    if (!first || !second)
        scene_inconclusive(scene, "the device does not announce and probe the VMAC");
    inject_echo_of(scene, first);
    inject_echo_of(scene, second);
    expect_none(scene, .requirements = "L-le_arp-04", .pattern = le_arp_answer_for(scene, scene->vmac),
                .since = mark_at(heard), .max_ns = scene_now_ns(scene) + SECONDS(2) - heard->time_ns);
    expect_kept(scene, scene->vmac, mark_at(heard), "L-lecid-02 R-4-03");
}

/* Somebody else announces the station's address, but no frame of the station has come from the ELAN. */
static void announcement_is_no_move(struct scene *scene)
{
    bring_to_elan(scene);
    settle_on_lan(scene, newcomer(scene));
    struct le_control request =
        peer_lec_request(scene->speaker_lec, scene->v2 ? LE_ARP_REQUEST : LE_NARP_REQUEST);
    if (scene->v2) {
        request.source_lan = lan_destination_of_mac(newcomer(scene));
    } else {
        request.target_lan = lan_destination_of_mac(newcomer(scene));
        request.source_atm = (struct atm_address){{0}};
    }
    struct tap_event *heard = inject_control(scene, &request);
    expect_kept(scene, newcomer(scene), mark_at(heard), "R-4-02");
}

/* --- one among several --- */

static void second_router(struct scene_plan *plan)
{
    struct vrrp_speaker_settings *other = &plan->lans[THERE].speaker;
    do {
        other->vrid = (uint8_t)random_between(&plan->random, 1, 255);
    } while (other->vrid == plan->speaker.vrid);
    other->addresses[0] = plan->third_ip;
}

/* Two virtual routers, both behind the bridge: the one moves, the other stays (R-2.2-05). */
static void other_router_untouched(struct scene *scene)
{
    struct mac_address other = vrrp_speaker_vmac(scene->lans[THERE].speaker);
    bring_to_elan(scene);
    router_settles_on_lan(scene);
    lan_router_advertises(scene, THERE);
    scene_advance(scene, SECONDS(3));
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    expect_station_given_up(scene, scene->vmac, mark_at(heard), "R-2.2-02");
    struct pattern about_other = {.names = FRAME_SET(TARGETLESS_LE_ARP_REQUEST) |
                                           FRAME_SET(NO_SOURCE_LE_NARP_REQUEST) |
                                           FRAME_SET(ZERO_LE_NARP_REQUEST) | FRAME_SET(LE_ARP_REQUEST),
                                  .about = true,
                                  .about_mac = other};
    expect_none(scene, .requirements = "R-2.2-05", .pattern = about_other, .since = mark_at(heard),
                .max_ns = scene_now_ns(scene) + SECONDS(2) - heard->time_ns);
    expect_represented(scene, other, "R-2.2-05");
}

/* --- loss of the ELAN --- */

static void represented_after_rejoin(struct scene *scene)
{
    bring_to_elan(scene);
    settle_on_lan(scene, newcomer(scene));
    struct mark since = mark_now(scene);
    les_release_control_direct(scene->les, &scene->device_atm);
    struct pattern announced = announcement(scene, newcomer(scene));
    if (!await_rejoin(scene, SECONDS(60)))
        scene_inconclusive(scene, "the device does not join again");
    expect(scene, .requirements = "R-4-02", .pattern = announced, .since = since,
           .max_ns = scene_now_ns(scene) + SECONDS(2) - since.time_ns);
    expect_represented(scene, newcomer(scene), "R-4-02");
}

static void settle_on_lan(struct scene *scene, struct mac_address mac)
{
    station_speaks(scene, HERE, mac);
    await_representation(scene, mac);
}

static void router_settles_on_lan(struct scene *scene)
{
    lan_router_advertises(scene, HERE);
    await_representation(scene, scene->vmac);
}

static void expect_never_registered(struct scene *scene, struct mac_address mac)
{
    expect_true(scene, !les_binding(scene->les, mac, NULL), NULL, "R-2-02 R-3.2-09",
                "an address that the bridge learned not registered with the LES", "it is registered");
}

/* No withdrawal for two seconds, and LE_ARP is answered as before. */
static void expect_kept(struct scene *scene, struct mac_address mac, struct mark since,
                        const char *requirements)
{
    expect_none(scene, .requirements = requirements, .pattern = withdrawal(scene, mac), .since = since,
                .max_ns = scene_now_ns(scene) + SECONDS(2) - since.time_ns);
    expect_represented(scene, mac, requirements);
}

static void expect_relayed(struct scene *scene, const struct pattern *pattern, struct tap_event *sent)
{
    expect(scene, .requirements = "R-4-05", .pattern = *pattern, .since = mark_at(sent), .max_ns = RELAY_NS);
}

#define BRIDGE_CASE(name, what, ids, stimulates, accepts, preparation, function)                             \
    {                                                                                                        \
        .id = "bridge/" name, .title = what, .requirements = ids, .stimulus = stimulates,                    \
        .accepted = accepts, .scope = BRIDGE_ANY, .capabilities = CAPABILITY_LAN_PORT,                       \
        .prepare = preparation, .run = function                                                              \
    }
#define ASSOCIATED "within a second its announcement and a probe for it; LE_ARP for it is answered"
#define GIVEN_UP   "v2: a no-source LE_NARP_REQUEST within a second; LE_ARP for it is no longer answered"
#define KEPT       "no withdrawal; LE_ARP for it is answered as before"

static const struct test_case cases[] = {
    BRIDGE_CASE("joins-as-proxy", "A bridge joins as a proxy client", "R-4-01", "none", "the Proxy flag",
                NULL, joins_as_proxy),
    BRIDGE_CASE("learned-while-joining", "What a bridge learned while it joined it represents then", "R-4-02",
                "a host speaks on a LAN while the bridge joins",
                "its announcement when the ELAN is joined; LE_ARP for it is answered", with_early_station,
                learned_while_joining),
    BRIDGE_CASE("station-associated", "A bridge associates with a station that it learns on a LAN",
                "R-2-02 R-2-03 R-3.2-03 R-3.2-04 R-3.2-07 R-3.2-09 R-4-02 R-4-04 R-6-04 R-6-10",
                "a station outside the VRRP block broadcasts on a LAN; no VRRP in sight", ASSOCIATED, NULL,
                station_associated),
    BRIDGE_CASE("router-associated", "The advertisement alone makes a bridge associate with the VMAC",
                "R-1-01 R-2-02 R-2-03 R-2-14 R-2-15 R-2.2-04 R-3.2-03 R-3.2-04 R-3.2-07 R-3.2-09 R-4-02 "
                "R-4-05 R-6-04 R-6-10",
                "one advertisement on a LAN", ASSOCIATED, NULL, router_associated),
    BRIDGE_CASE("not-relayed-but-learned", "A bridge learns from frames that it does not relay",
                "R-3.2-03 R-3.2-04 R-3.2-07 R-4-02 R-6-04 R-6-10",
                "a station on a LAN sends to the bridge itself", ASSOCIATED, NULL,
                silent_listener_associated),
    BRIDGE_CASE("elan-station", "A bridge does not represent what it learns on the ELAN", "L-le_arp-03",
                "a station broadcasts on the ELAN", "LE_ARP for it is not answered", NULL,
                elan_station_not_represented),
    BRIDGE_CASE("moves-to-elan", "A station that moves to the ELAN is given up",
                "R-2-16 R-2.2-02 R-3.2-08 R-4-03 R-4-04 R-6-09",
                "a station that was heard on a LAN broadcasts on the ELAN; no VRRP in sight", GIVEN_UP, NULL,
                moves_to_elan),
    BRIDGE_CASE("moves-to-elan-directly", "A move is noticed on a Data Direct VCC too",
                "R-2.2-02 R-3.2-08 R-4-03 R-6-09",
                "a station that was heard on a LAN sends a unicast frame on a Data Direct VCC", GIVEN_UP,
                NULL, moves_to_elan_directly),
    BRIDGE_CASE("router-moves-to-elan", "The advertisement alone makes a bridge give the VMAC up",
                "R-2-01 R-2.2-02 R-2.2-04 R-3.2-08 R-4-03 R-6-09",
                "an advertisement on a LAN, later one on the ELAN", GIVEN_UP, NULL, router_moves_to_elan),
    BRIDGE_CASE("moves-to-lan", "A station that moves to a LAN is associated with",
                "R-2.2-02 R-3.2-03 R-3.2-04 R-3.2-07 R-4-02 R-4-04 R-6-04 R-6-10",
                "a station broadcasts on the ELAN, later on a LAN", ASSOCIATED, NULL, moves_to_lan),
    BRIDGE_CASE("router-moves-to-lan", "The advertisement alone brings the VMAC to a LAN",
                "R-2.2-02 R-2.2-04 R-3.2-03 R-3.2-04 R-3.2-07 R-4-02 R-6-04 R-6-10",
                "an advertisement on the ELAN, later one on a LAN", ASSOCIATED, NULL, router_moves_to_lan),
    BRIDGE_CASE("router-comes-back", "Every move of the VMAC is told",
                "R-2-14 R-2.2-02 R-3.2-03 R-3.2-04 R-3.2-07 R-3.2-08 R-4-02 R-4-03 R-6-04 R-6-09 R-6-10",
                "an advertisement on a LAN, one on the ELAN, one on the LAN again", ASSOCIATED, NULL,
                router_comes_back),
    BRIDGE_CASE("moves-between-lans", "A move from LAN to LAN changes nothing on the ELAN", "R-4-02 R-4-05",
                "a station sends on one LAN, then broadcasts on another",
                KEPT "; frames for it go to the new LAN", NULL, moves_between_lans),
    BRIDGE_CASE("own-echo", "The bridge's own frame, back from the BUS, is no move", "L-lecid-01 R-4-03",
                "the BUS hands back a broadcast that the bridge relayed for a station", KEPT, NULL, own_echo),
    BRIDGE_CASE("own-requests-echoed", "The bridge's own announcement and probe have no effect on it",
                "L-le_arp-04 L-lecid-02 R-4-03", "announcement and probe come back on Control Direct", KEPT,
                NULL, own_requests_echoed),
    BRIDGE_CASE("announced-by-another", "An announcement by another client is no move", "R-4-02",
                "another client announces a station that the bridge hears on a LAN", KEPT, NULL,
                announcement_is_no_move),
    BRIDGE_CASE("other-router-untouched", "When one VMAC moves, the other stays as it was",
                "R-2.2-02 R-2.2-05 R-3.2-08 R-6-09",
                "advertisements of two virtual routers on LANs, then one of the first on the ELAN",
                "the first is given up; no frame about the second, which is represented as before",
                second_router, other_router_untouched),
    BRIDGE_CASE("rejoin", "A bridge that joins again represents its stations again", "R-4-02",
                "Control Direct is released", "announcement and answers after the next join", NULL,
                represented_after_rejoin),
};

const struct case_list bridge_cases = {cases, sizeof cases / sizeof *cases};
