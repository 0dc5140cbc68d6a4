/* An ELAN of LANE v1 and v2 clients around a v2 LES (draft 6; draft-requirements ): each
 * LEC speaks its own version, whatever the others do, and what it says is heard by those who know the form.
 *
 * The LANE version of the instance is the device's; the case's parameter says those of the other router and
 * of the bystander, whose gateway is the virtual router. A v1 bystander does not know the targetless
 * LE_ARP_REQUEST of a v2 Master: it stays with the old one until its entry ages (C17). */
#include "cases/cases.h"
#include "steps/failover.h"

#define AGING_S    10 /* C17 */
#define SPEAKER_V2 1
#define HOST_V2    2

static bool host_is_v2(const struct scene *scene);
static bool host_has(const struct scene *scene, const struct atm_address *atm);
static void lose_speaker(struct scene *scene);
static void expect_own_form(struct scene *scene, struct mark since);
static void expect_moved(struct scene *scene, const struct atm_address *to, bool announced);

static void mixed(struct scene_plan *plan)
{
    int others = plan->instance->test->parameter;
    plan->les.v2 = true;
    plan->device.v2_capable = plan->instance->lane == LANE_V2;
    plan->speaker_lec.v2_capable = others & SPEAKER_V2;
    plan->host_lec.v2_capable = others & HOST_V2;
    lecs_settings_add_number(&plan->lecs, TLV_AGING_TIME, AGING_S);
}

/* The old Master is gone, and nobody said so; the device takes over and announces itself. */
static void takes_over(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    bystander_uses_virtual_router(scene);
    bring_bystander_to(scene, scene->plan.speaker_lec.atm_address);
    struct mark since = mark_now(scene);
    lose_speaker(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    if (!await(scene, &own, since, master_down_ns(scene) + SECONDS(2)))
        scene_inconclusive(scene, "the device does not take over");
    expect_own_form(scene, since);
    expect_moved(scene, &scene->device_atm, !scene->v2 || host_is_v2(scene));
    prove_alive(scene);
}

/* The device is Master and yields to a higher priority; the bystander goes where the new Master is. */
static void yields(struct scene *scene)
{
    bring_to_master(scene);
    bystander_uses_virtual_router(scene);
    bring_bystander_to(scene, scene->device_atm);
    struct mark since = mark_now(scene);
    struct tap_event *heard = speaker_takes_over(scene, scene->plan.higher_priority);
    expect_disassociation(scene, mark_at(heard), !scene->proxy, "R-3.3.3-04");
    expect_own_form(scene, since);
    /* Whoever asks after the announcement of v1, and before the LES has the new binding, is told the old one.
     */
    bool announced = scene->test->parameter & SPEAKER_V2 && host_is_v2(scene);
    expect_moved(scene, &scene->plan.speaker_lec.atm_address, announced);
    prove_alive(scene);
}

static bool host_is_v2(const struct scene *scene)
{
    return scene->test->parameter & HOST_V2;
}

static bool host_has(const struct scene *scene, const struct atm_address *atm)
{
    struct atm_address bound;
    return peer_lec_binding(scene->host_lec, scene->vmac, &bound) && atm_address_equal(&bound, atm);
}

/* It forgets the VMAC, and the LES as well. */
static void lose_speaker(struct scene *scene)
{
    vrrp_speaker_crash(scene->speaker);
    scene->speaker_is_master = false;
    peer_lec_abandon(scene->speaker_lec, scene->vmac);
    les_unbind(scene->les, scene->vmac);
}

/* Whoever else is there: in v1 no targetless LE_ARP_REQUEST, in v2 no zero/zero LE_NARP_REQUEST. */
static void expect_own_form(struct scene *scene, struct mark since)
{
    struct pattern foreign = {.names = scene->v2 ? FRAME_SET(ZERO_LE_NARP_REQUEST)
                                                 : FRAME_SET(TARGETLESS_LE_ARP_REQUEST),
                              .about = true,
                              .about_mac = scene->vmac};
    scene_advance(scene, SECONDS(1));
    expect_none(scene, .requirements = scene->v2 ? "R-6-07" : "L-v2-02 R-6-04", .pattern = foreign,
                .since = since, .max_ns = scene_now_ns(scene) - since.time_ns);
}

/* Those who understood the announcement at once, the others when their entry has aged. Within that time their
 * cache is not the device's affair. */
static void expect_moved(struct scene *scene, const struct atm_address *to, bool announced)
{
    int64_t end_ns = scene_now_ns(scene) + SECONDS(AGING_S);
    while (!announced && !host_has(scene, to) && scene_now_ns(scene) < end_ns)
        scene_advance(scene, MILLISECONDS(100));
    expect_bystander_reaches(scene, *to, "R-1-01");
}

#define MIXED(name, what, ids, stimulates, accepts, function, versions)                                      \
    {                                                                                                        \
        .id = "mixed-elan/" name, .title = what, .requirements = ids, .stimulus = stimulates,                \
        .accepted = accepts, .scope = ROUTER_ANY, .capabilities = CAPABILITY_CONTROL_STARTUP,                \
        .prepare = mixed, .run = function, .parameter = versions                                             \
    }
#define TAKES_OVER(name, speaker, host, versions)                                                            \
    MIXED(                                                                                                   \
        "takes-over-" name, "The device takes over from a " speaker " Master before a " host " bystander",   \
        "L-v2-02 R-1-01 R-6-04 R-6-07", "a " speaker " Master falls silent, and the LES loses its binding",  \
        "association in the form of the device's own version; the bystander's frames reach the device, in "  \
        "v1 behind a v2 device when its entry has aged",                                                     \
        takes_over, versions)
#define YIELDS(name, speaker, host, versions)                                                                \
    MIXED("yields-" name, "The device yields to a " speaker " Master before a " host " bystander",           \
          "L-v2-02 R-1-01 R-3.1-08 R-3.1-09 R-3.2-08 R-3.3.3-04 R-6-04 R-6-07",                              \
          "a " speaker " router of higher priority becomes Master",                                          \
          "disassociation in the form of the device's own version; the bystander's frames reach the new "    \
          "Master, at the latest when its entry has aged",                                                   \
          yields, versions)

static const struct test_case cases[] = {
    TAKES_OVER("v1-v1", "v1", "v1", 0),
    TAKES_OVER("v1-v2", "v1", "v2", HOST_V2),
    TAKES_OVER("v2-v1", "v2", "v1", SPEAKER_V2),
    TAKES_OVER("v2-v2", "v2", "v2", SPEAKER_V2 | HOST_V2),
    YIELDS("v1-v1", "v1", "v1", 0),
    YIELDS("v1-v2", "v1", "v2", HOST_V2),
    YIELDS("v2-v1", "v2", "v1", SPEAKER_V2),
    YIELDS("v2-v2", "v2", "v2", SPEAKER_V2 | HOST_V2),
};

const struct case_list mixed_elan_cases = {cases, sizeof cases / sizeof *cases};
