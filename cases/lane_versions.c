/* Section 6: what a LEC sends in LANE v1 and what in v2, and that it serves both. */
#include "cases/cases.h"
#include "steps/failover.h"

/* Everything about the VMAC from association to disassociation. */
static struct tap_event *serve_and_give_up(struct scene *scene)
{
    bring_to_master(scene);
    if (random_between(&scene->random, 0, 1))
        return inject_priority(scene, scene->plan.higher_priority);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    return tap_at(scene->tap, since.index);
}

/* --- the forms of v1 --- */

static void with_multiplexing(struct scene_plan *plan)
{
    plan->device.llc_multiplexed = true;
    plan->device.v2_capable = true;
}

static void narp_without_tlv(struct scene *scene)
{
    bring_to_master(scene);
    struct pattern pattern = announcement(scene, scene->vmac);
    struct tap_event *announced = seen(scene, &pattern, mark_at(scene->started));
    if (!announced)
        scene_inconclusive(scene, "the device did not announce the VMAC");
    expect_field(scene, announced, FIELD_TLV_COUNT, number_value(0), "R-6-02");
    expect_field(scene, announced, FIELD_SIZE, number_value(108), "R-6-02");
}

static void zero_narp(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    struct mark since = mark_at(scene->started);
    struct pattern own = advertisement(scene, scene->vrid);
    if (!await(scene, &own, since, master_down_ns(scene) + SECONDS(2)))
        scene_inconclusive(scene, "the device does not become Master");
    struct pattern zero = {.names = FRAME_SET(ZERO_LE_NARP_REQUEST), .about = true, .about_mac = scene->vmac};
    struct tap_event *announced = expect(scene, .requirements = "R-6-04", .pattern = zero, .since = since,
                                         .max_ns = master_down_ns(scene) + SECONDS(1));
    const struct {
        enum frame_field field;
        struct value value;
    } facts[] = {{FIELD_TARGET_LAN, mac_value(scene->vmac)},
                 {FIELD_SOURCE_TAG, number_value(LAN_TAG_NOT_PRESENT)}};
    for (size_t i = 0; announced && i < 2; i++)
        expect_field(scene, announced, facts[i].field, facts[i].value,
                     scene->proxy ? "R-3.2-07" : "R-3.1-07");
    prove_alive(scene);
}

/* A plain LE_NARP_REQUEST names the client that served the address before. */
static void plain_narp(struct scene *scene)
{
    bring_to_master(scene);
    scene_advance(scene, SECONDS(2));
    struct pattern plain = {.names = FRAME_SET(LE_NARP_REQUEST), .about = true, .about_mac = scene->vmac};
    struct atm_address nobody = {{0}};
    const struct atm_address wrong[] = {nobody, scene->device_atm};
    struct mark since = mark_at(scene->started);
    for (size_t i = 0; i < 2; i++)
        expect_none(scene, .requirements = "R-6-03",
                    .pattern = pattern_with(plain, FIELD_TARGET_ATM, atm_value(wrong[i])), .since = since,
                    .max_ns = scene_now_ns(scene) - since.time_ns);
    prove_alive(scene);
}

static void no_tlv(struct scene *scene)
{
    struct tap_event *given_up = serve_and_give_up(scene);
    scene_advance(scene, SECONDS(2));
    struct pattern with_tlv = {.names = FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_UNREGISTER_REQUEST) |
                                        FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) |
                                        FRAME_SET(LE_ARP_RESPONSE)};
    const struct pattern unknown_to_v1[] = {pattern_without(with_tlv, FIELD_TLV_COUNT, number_value(0)),
                                            {.names = FRAME_SET(LE_VERIFY_REQUEST)}};
    struct mark since = {0, 0};
    for (size_t i = 0; i < 2; i++)
        expect_none(scene, .requirements = "L-v2-03", .pattern = unknown_to_v1[i], .since = since,
                    .max_ns = given_up->time_ns + SECONDS(2));
    prove_alive(scene);
}

/* --- disassociation in v1 (A-5) --- */

static void v1_disassociation(struct scene *scene)
{
    struct tap_event *given_up = serve_and_give_up(scene);
    struct mark since = mark_at(given_up);
    struct pattern withdrawn = withdrawal(scene, scene->vmac);
    struct tap_event *event = await(scene, &withdrawn, since, SECONDS(1));
    switch ((enum v1_disassociation)scene->pixit.choice[PIXIT_V1_DISASSOCIATION]) {
    case V1_DISASSOCIATION_EITHER:
        if (event)
            remark(scene, event, "R-6-08", "no LE_NARP_REQUEST from a v1 LEC that gives an address up",
                   "one");
        break;
    case V1_DISASSOCIATION_NONE:
        expect_none(scene, .requirements = "R-6-08", .pattern = withdrawn, .since = since,
                    .max_ns = SECONDS(1));
        break;
    case V1_DISASSOCIATION_NO_SOURCE:
        expect(scene, .requirements = scene->proxy ? "R-3.2-08" : "R-3.1-09", .pattern = withdrawn,
               .since = since, .max_ns = SECONDS(1));
        break;
    }
    struct pattern zero = announcement(scene, scene->vmac);
    event = await(scene, &zero, mark_after(given_up), SECONDS(1));
    if (event)
        remark(scene, event, "R-6-08", "no zero/zero LE_NARP_REQUEST from a v1 LEC that gives an address up",
               "one");
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect_none(scene, .requirements = "R-2-16", .pattern = le_arp_answer(scene, id), .since = mark_at(asked),
                .max_ns = MILLISECONDS(200));
    prove_alive(scene);
}

/* --- the forms of v2 --- */

static void no_zero_narp(struct scene *scene)
{
    struct tap_event *given_up = serve_and_give_up(scene);
    scene_advance(scene, SECONDS(2));
    expect_none(
        scene, .requirements = "R-6-07",
        .pattern = {.names = FRAME_SET(ZERO_LE_NARP_REQUEST), .about = true, .about_mac = scene->vmac},
        .since = mark_at(scene->started), .max_ns = given_up->time_ns + SECONDS(2) - scene->started->time_ns);
    prove_alive(scene);
}

/* --- which version is in force --- */

static void capable_of_v2(struct scene_plan *plan)
{
    plan->device.v2_capable = true;
}

static void flags_of_v2(struct scene *scene)
{
    bring_to_elan(scene);
    struct pattern pattern = {.names = FRAME_SET(LE_CONFIGURE_REQUEST) | FRAME_SET(LE_JOIN_REQUEST)};
    struct mark since = {0, 0};
    for (struct tap_event *event; (event = seen(scene, &pattern, since)); since = mark_after(event))
        expect_field(scene, event, FIELD_FLAG_V2_CAPABLE, number_value(1), "L-v2-01");
}

static void as_the_les_says(struct scene *scene)
{
    bring_to_elan(scene);
    if (scene->v2)
        if (les_is_v2(scene->les, &scene->device_atm) != scene->v2)
            scene_inconclusive(scene, "the device did not join in this LANE version");
    start_router(scene);
    struct mark since = mark_at(scene->started);
    int64_t limit_ns = master_down_ns(scene) + SECONDS(1);
    struct pattern either = {.names = FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST),
                             .about = true,
                             .about_mac = scene->vmac};
    struct tap_event *announced = await(scene, &either, since, limit_ns);
    if (!announced)
        scene_inconclusive(scene, "the device announces the VMAC in no LANE version");
    struct pattern right = announcement(scene, scene->vmac);
    char line[FRAME_TEXT_SIZE];
    expect_true(scene, pattern_matches(&right, scene->tap, announced), announced, "L-v2-02",
                scene->v2 ? "TARGETLESS_LE_ARP_REQUEST, since LE_JOIN_RESPONSE has V2 Required"
                          : "ZERO_LE_NARP_REQUEST, since LE_JOIN_RESPONSE has no V2 Required",
                tap_what(scene->tap, announced, line, sizeof line));
}

/* --- failover (R-1-01) --- */

static void failover(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    bystander_uses_virtual_router(scene);
    bring_bystander_to(scene, scene->plan.speaker_lec.atm_address);
    /* The Master's link fails: the LES forgets it, and nobody withdraws anything. */
    struct mark since = speaker_link_fails(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    if (!await(scene, &own, since, master_down_ns(scene) + SECONDS(2)))
        scene_inconclusive(scene, "the device does not take over");
    expect_bystander_reaches(scene, scene->device_atm, "R-1-01");
}

#define VERSION(name, what, ids, stimulates, accepts, where, needs, preparation, function)                   \
    {                                                                                                        \
        .id = "lane-versions/" name, .title = what, .requirements = ids, .stimulus = stimulates,             \
        .accepted = accepts, .scope = where, .capabilities = CAPABILITY_CONTROL_STARTUP | (needs),           \
        .prepare = preparation, .run = function                                                              \
    }

static const struct test_case cases[] = {
    VERSION("v1-narp-without-tlv", "The LE_NARP_REQUEST of a v1 LEC has no TLV", "R-6-02",
            "a LEC that could multiplex becomes Master in a v1 ELAN", "NUMBER-TLVs 0, 108 octets", ROUTER_V1,
            CAPABILITY_LLC_MULTIPLEXING, with_multiplexing, narp_without_tlv),
    VERSION("v1-zero-narp", "A v1 LEC announces the VMAC with both ATM addresses zero",
            "R-3.1-07 R-3.2-07 R-6-04", "none: the Master_Down_Timer fires",
            "LE_NARP_REQUEST with the VMAC as target, no source LAN destination, both ATM addresses zero",
            ROUTER_V1, 0, NULL, zero_narp),
    VERSION("plain-narp", "A plain LE_NARP_REQUEST for the VMAC names another client", "R-6-03",
            "none: the device becomes Master",
            "no LE_NARP_REQUEST with a source ATM address whose target is zero or the device itself",
            ROUTER_ANY, 0, NULL, plain_narp),
    VERSION("v1-no-tlv", "In LANE v1 registration and LE_ARP have no TLV", "L-v2-03",
            "a LEC that could multiplex becomes Master in a v1 ELAN and gives the VMAC up",
            "no TLV in LE_REGISTER, LE_UNREGISTER and LE_ARP frames, no LE_VERIFY_REQUEST", ROUTER_V1,
            CAPABILITY_LLC_MULTIPLEXING, with_multiplexing, no_tlv),
    VERSION(
        "v1-disassociation", "What a v1 LEC sends when it gives the VMAC up",
        "R-2-16 R-3.1-09 R-3.2-08 R-6-08",
        "shutdown or an advertisement of higher priority, as the seed draws",
        "as v1_disassociation says: either (a no-source LE_NARP_REQUEST is a remark), none, or no-source; a "
        "zero/zero LE_NARP_REQUEST is a remark",
        ROUTER_V1, 0, NULL, v1_disassociation),
    VERSION("v2-no-zero-narp", "A v2 LEC leaves the zero/zero LE_NARP_REQUEST to v1", "R-6-07",
            "the device becomes Master and gives the VMAC up",
            "no LE_NARP_REQUEST with both ATM addresses zero (a remark)", ROUTER_V2, 0, NULL, no_zero_narp),
    VERSION("v2-capable", "A v2 LEC says so when it configures and joins", "L-v2-01",
            "none: the device joins", "V2 Capable in LE_CONFIGURE_REQUEST and LE_JOIN_REQUEST", LEC_V2, 0,
            capable_of_v2, flags_of_v2),
    VERSION("version-in-force", "A LEC that can do v2 does what LE_JOIN_RESPONSE says", "L-v2-02",
            "a v2 capable LEC becomes Master in an ELAN of either version",
            "with V2 Required a targetless LE_ARP_REQUEST, without it the zero/zero LE_NARP_REQUEST",
            ROUTER_ANY, 0, capable_of_v2, as_the_les_says),
    VERSION("failover", "A bystander follows the VMAC to the new Master", "R-1-01",
            "a host pings through the VMAC; the link of the Master fails",
            "within five seconds of the takeover the host's LEC has the VMAC at the device's ATM address, "
            "and its frames "
            "arrive there",
            ROUTER_ANY, 0, NULL, failover),
};

const struct case_list lane_versions_cases = {cases, sizeof cases / sizeof *cases};
