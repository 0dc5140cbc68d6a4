/* A LANE bridge over time: the rounds of its associations (draft 3.2, A-6), many stations at once, stations
 * that move to and fro, stations that fall silent. */
#include "cases/rounds.h"
#include "steps/lan_side.h"

#define HERE  1u
#define THERE 0u

#define AGEING_S 10

/* A VRRP router on a LAN is heard for the first time, by one advertisement; the first round that follows. */
static struct round first_round(struct scene *scene)
{
    struct tap_event *heard = lan_router_advertises(scene, HERE);
    return await_first_round(scene, mark_at(heard), SECONDS(2));
}

/* --- rounds --- */

/* The VMAC has an old place that still answers: another bridge, or the LES for a router that hangs. */
static void persists(struct scene *scene)
{
    enum answerer answerer = (enum answerer)scene->test->parameter;
    /* The LES answers for a non-proxy Master that hangs: both schemes in one ELAN. */
    const char *requirements = answerer == LES ? "R-0-01 R-3.2-05" : "R-3.2-05";
    bring_to_elan(scene);
    start_answering(scene, answerer);
    struct round round = first_round(scene);
    for (unsigned i = 0; i < 4; i++) {
        round = expect_round(scene, round, requirements);
        if (!round.announcement || !round.probe)
            return;
    }
    stop_answering(scene, answerer);
    expect_settled(scene, last_probe(scene, round.probe), SECONDS(8), "R-3.2-05");
    expect_represented(scene, scene->vmac, "R-2-03");
}

static void settles(struct scene *scene)
{
    bring_to_elan(scene);
    struct round round = first_round(scene);
    expect_settled(scene, round.probe, SECONDS(10), "R-3.2-05");
    expect_represented(scene, scene->vmac, "R-2-03");
}

static void own_address(struct scene *scene)
{
    bring_to_elan(scene);
    les_bind(scene->les, scene->vmac, &scene->device_atm);
    struct round round = first_round(scene);
    expect_settled(scene, round.probe, SECONDS(8), "R-3.2-05");
    expect_represented(scene, scene->vmac, "R-2-03");
}

static void spacing(struct scene *scene)
{
    bring_to_elan(scene);
    start_answering(scene, LES);
    expect_spacing(scene, first_round(scene).announcement, 5);
    prove_alive(scene);
}

/* --- answers --- */

static void answers(struct scene *scene)
{
    bring_to_elan(scene);
    lan_router_advertises(scene, HERE);
    scene_advance(scene, SECONDS(3));
    struct tap_event *answer = expect_le_arp_answered(scene);
    if (answer)
        expect_field(scene, answer, FIELD_FLAG_REMOTE, number_value(1), "L-le_arp-02");
}

/* --- many --- */

#define STATION_COUNT 256

/* Station 'number' of the burst: outside the VRRP block, and unlike any that the scene has. */
static struct mac_address station(const struct scene *scene, unsigned number)
{
    struct mac_address mac = scene->plan.third_mac;
    mac.octet[0] = 0x02; /* locally administered */
    mac.octet[4] = (uint8_t)(number >> 8);
    mac.octet[5] = (uint8_t)number;
    return mac;
}

/* All at one instant; each is announced once, and not the less for the others. */
static void burst(struct scene *scene)
{
    struct mark since;
    bring_to_elan(scene);
    since = mark_now(scene);
    for (unsigned i = 0; i < STATION_COUNT; i++)
        send_on_lan(scene, HERE,
                    &(struct lan_frame){.source = station(scene, i), .destination = scene->device_mac});
    scene_advance(scene, SECONDS(3));
    for (unsigned i = 0; i < STATION_COUNT; i++) {
        struct pattern announced = announcement(scene, station(scene, i));
        struct tap_event *first = seen(scene, &announced, since);
        expect_true(scene, first, first, "R-4-02", "an announcement of each station", "none of this one");
        if (!first)
            break;
        since = mark_after(first);
    }
    for (unsigned i = 0; i < STATION_COUNT; i += STATION_COUNT / 4 - 1)
        expect_represented(scene, station(scene, i), "R-2-03 R-4-02");
}

/* --- to and fro --- */

/* Faster than it may be announced; what counts is where it is in the end. */
static void to_and_fro(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = lan_router_advertises(scene, HERE);
    for (unsigned i = 0; i < 4; i++) {
        scene_advance(scene, MILLISECONDS(250)); /* whatever time it takes a frame to get to its ports */
        inject_priority(scene, scene->plan.higher_priority);
        heard = lan_router_advertises(scene, HERE);
    }
    scene_advance(scene, SECONDS(3));
    struct pattern announced = announcement(scene, scene->vmac);
    struct mark start = {heard->index, heard->time_ns};
    expect_true(scene, seen(scene, &announced, start), heard, "R-2-14 R-2.2-02 R-4-02",
                "an announcement behind the last move", "none");
    expect_represented(scene, scene->vmac, "R-2.2-02 R-4-02");
}

/* --- silence --- */

static void with_short_age(struct scene_plan *plan)
{
    plan->device.bridge.ageing_s = AGEING_S;
}

/* What is forgotten is not represented; whether the bridge says so is its own affair. */
static void silent_station_forgotten(struct scene *scene)
{
    struct mac_address mac = scene->plan.third_mac;
    bring_to_elan(scene);
    station_speaks(scene, HERE, mac);
    await_representation(scene, mac);
    scene_advance(scene, SECONDS(2 * AGEING_S));
    if (!expect_given_up(scene, mac, "L-le_arp-03 R-2-16"))
        return; /* what it still represents it need not associate */
    struct tap_event *heard = station_speaks(scene, HERE, mac);
    expect_station_associated(scene, mac, mark_at(heard), "R-4-02");
    expect_represented(scene, mac, "R-4-02");
}

static void talking_station_kept(struct scene *scene)
{
    struct mac_address mac = scene->plan.third_mac;
    bring_to_elan(scene);
    struct mark since = mark_now(scene);
    for (unsigned i = 0; i < 6; i++) {
        station_speaks(scene, HERE, mac);
        scene_advance(scene, SECONDS(AGEING_S / 2));
    }
    expect_none(scene, .requirements = "R-4-02", .pattern = withdrawal(scene, mac), .since = since,
                .max_ns = scene_now_ns(scene) - since.time_ns);
    expect_represented(scene, mac, "R-4-02");
}

#define BRIDGE_CASE(name, what, ids, stimulates, accepts, preparation, function, value)                      \
    {                                                                                                        \
        .id = "bridge-rounds/" name, .title = what, .requirements = ids, .stimulus = stimulates,             \
        .accepted = accepts, .scope = BRIDGE_ANY, .capabilities = CAPABILITY_LAN_PORT,                       \
        .prepare = preparation, .run = function, .parameter = value                                          \
    }
#define ROUNDS                                                                                               \
    "announcement and probe again, from one to C20 and one seconds after the last; the end when the probe "  \
    "is unanswered"

static const struct test_case cases[] = {
    BRIDGE_CASE("persists-peer", "The rounds go on while another client answers the probe",
                "R-2-03 R-3.2-04 R-3.2-05",
                "a peer answers LE_ARP for the VMAC of a router on a LAN, and stops after four rounds",
                ROUNDS, with_rival, persists, PEER),
    BRIDGE_CASE("persists-les", "The rounds go on while the LES answers the probe",
                "R-0-01 R-2-03 R-3.2-04 R-3.2-05",
                "the LES holds a binding of the VMAC to another client, and loses it after four rounds",
                ROUNDS, NULL, persists, LES),
    BRIDGE_CASE("settles", "One round is enough when nobody answers the probe", "R-2-03 R-3.2-05",
                "an advertisement on a LAN; nobody else knows the VMAC",
                "no announcement and no probe later than C20 after the first probe", NULL, settles, 0),
    BRIDGE_CASE("own-address", "An answer with the own ATM address is no reply", "R-2-03 R-3.2-05",
                "the LES answers the probe with the device's own address", "no further round", NULL,
                own_address, 0),
    BRIDGE_CASE("spacing", "Rounds are at least a second apart", "R-3.2-06",
                "the LES answers each probe at once with another client's address",
                "announcements from one to C20 and one seconds apart", with_fast_answers, spacing, 0),
    BRIDGE_CASE("answers", "A bridge answers LE_ARP for what it represents, as a proxy",
                "L-le_arp-01 L-le_arp-02 R-2-03", "LE_ARP_REQUEST for the VMAC of a router on a LAN",
                "LE_ARP_RESPONSE of this TRANSACTION-ID and LECID with the own ATM address and the Remote "
                "flag",
                NULL, answers, 0),
    BRIDGE_CASE("burst", "Many stations at once are represented like one", "R-2-03 R-4-02",
                "256 stations are heard on a LAN at the same instant",
                "an announcement of each, answers for a sample of them", NULL, burst, 0),
    BRIDGE_CASE("to-and-fro", "Fast moves end in the right place", "R-2-14 R-2.2-02 R-4-02",
                "the VMAC moves between LAN and ELAN four times as fast as frames travel, to the LAN at last",
                "announced behind the last move, at most once a second; LE_ARP for it is answered", NULL,
                to_and_fro, 0),
    BRIDGE_CASE("silent-station", "A station that is silent for the ageing time is not represented",
                "L-le_arp-03 R-2-16 R-3.2-03 R-3.2-04 R-3.2-07 R-4-02 R-6-04 R-6-10",
                "a station is silent for twice the ageing time of 10 s, then speaks again",
                "no answer for it, with a withdrawal or without; then an association as with a new one",
                with_short_age, silent_station_forgotten, 0),
    BRIDGE_CASE("talking-station", "A station that goes on talking stays represented", "R-4-02",
                "a station speaks every 5 s, the ageing time is 10 s",
                "no withdrawal; LE_ARP for it is answered", with_short_age, talking_station_kept, 0),
};

const struct case_list bridge_rounds_cases = {cases, sizeof cases / sizeof *cases};
