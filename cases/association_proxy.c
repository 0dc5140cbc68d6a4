/* Section 3.2: ADDRESS ASSOCIATION and DISASSOCIATION of a proxy LEC; its rounds of announcement and probe.
 */
#include "cases/rounds.h"

/* Starts alone and becomes Master; the first round of its association. */
static struct round first_round_alone(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    return await_first_round(scene, mark_at(scene->started), master_down_ns(scene) + SECONDS(2));
}

/* --- the association --- */

static void association(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    struct mark since = mark_at(scene->started);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *master = await(scene, &own, since, master_down_ns(scene) + SECONDS(2));
    if (!master)
        scene_inconclusive(scene, "the device does not become Master");
    /* Made when it becomes Master, and not before. */
    expect_none(scene, .requirements = "R-3.3.1-03", .pattern = association_frame(scene, scene->vmac),
                .since = since, .max_ns = master->time_ns - since.time_ns - SECONDS(1));
    expect_association(scene, since, master_down_ns(scene), "");
    expect_state(scene, STATE_MASTER_PX_SETTLED, NULL);
}

static void not_registered(struct scene *scene)
{
    bring_to_master(scene);
    struct mark since = {0, 0};
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect(scene, .requirements = "R-2-03", .pattern = le_arp_answer(scene, id), .since = mark_at(asked),
           .max_ns = SECONDS(1));
    expect_true(scene, !les_binding(scene->les, scene->vmac, NULL), NULL, "R-2-02 R-3.2-09",
                "the VMAC not registered with the LES", "it is registered");
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    scene_advance(scene, SECONDS(2));
    expect_none(scene, .requirements = "R-2-02 R-3.2-09",
                .pattern = {.names = FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_UNREGISTER_REQUEST),
                            .about = true,
                            .about_mac = scene->vmac},
                .since = since, .max_ns = scene_now_ns(scene));
    prove_alive(scene);
}

/* --- rounds --- */

static void persists(struct scene *scene)
{
    enum answerer answerer = (enum answerer)scene->test->parameter;
    bring_to_elan(scene);
    start_answering(scene, answerer);
    start_router(scene);
    struct round round =
        await_first_round(scene, mark_at(scene->started), master_down_ns(scene) + SECONDS(2));
    for (unsigned i = 0; i < 5; i++) {
        round = expect_round(scene, round, "R-3.2-05");
        if (!round.announcement || !round.probe)
            return;
    }
    stop_answering(scene, answerer);
    expect_settled(scene, last_probe(scene, round.probe), SECONDS(8), "R-3.2-05");
    expect_state(scene, STATE_MASTER_PX_SETTLED, NULL);
}

/* Nobody answers: one round and no more. */
static void settles(struct scene *scene)
{
    struct round round = first_round_alone(scene);
    expect_settled(scene, round.probe, SECONDS(10), "R-3.2-05");
    expect_state(scene, STATE_MASTER_PX_SETTLED, NULL);
}

/* The LES hands the probe to everybody, its sender included. */
static void echoing(struct scene_plan *plan)
{
    plan->les.unregistered_to = LES_TO_ALL;
    plan->les.echo = true;
}

static void own_echo(struct scene *scene)
{
    struct round round = first_round_alone(scene);
    inject_echo_of(scene, round.probe);
    expect_none(scene, .requirements = "L-le_arp-04", .pattern = le_arp_answer_for(scene, scene->vmac),
                .since = mark_at(round.probe), .max_ns = SECONDS(2));
    expect_settled(scene, round.probe, SECONDS(8), "R-3.2-05");
    expect_state(scene, STATE_MASTER_PX_SETTLED, NULL);
}

/* Another one answers, then the LES answers with the device's own address: that is no reply of somebody else
 * (A-6). */
static void own_address(struct scene *scene)
{
    bring_to(scene, STATE_MASTER_PX_PERSISTING);
    les_bind(scene->les, scene->vmac, &scene->device_atm);
    expect_settled(scene, last_probe(scene, scene->started), SECONDS(8), "R-3.2-05");
    expect_state(scene, STATE_MASTER_PX_SETTLED, NULL);
}

/* An answer of failure is no successful reply. */
static void failed_answer(struct scene *scene)
{
    bring_to_elan(scene);
    les_when(scene->les, (struct les_rule){.opcode = LE_ARP_REQUEST,
                                           .lan_given = true,
                                           .lan = scene->vmac,
                                           .from_given = true,
                                           .from = scene->device_atm,
                                           .action = LES_ANSWER_STATUS,
                                           .status = LE_STATUS_ACCESS_DENIED});
    start_router(scene);
    struct round round =
        await_first_round(scene, mark_at(scene->started), master_down_ns(scene) + SECONDS(2));
    expect_settled(scene, round.probe, SECONDS(8), "R-3.2-05");
    prove_alive(scene);
}

static void spacing(struct scene *scene)
{
    bring_to(scene, STATE_MASTER_PX_PERSISTING);
    expect_spacing(scene, await_announcement(scene, mark_now(scene)), 5);
    prove_alive(scene);
}

/* --- answers --- */

static void answers(struct scene *scene)
{
    bring_to(scene, (enum router_state)scene->test->parameter);
    expect_le_arp_answered(scene);
}

/* --- the disassociation --- */

static struct tap_event *give_up(struct scene *scene, bool by_shutdown)
{
    if (by_shutdown) {
        struct mark since = mark_now(scene);
        scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
        return tap_at(scene->tap, since.index);
    }
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    struct pattern own = advertisement(scene, scene->vrid);
    if (await(scene, &own, mark_after(heard), interval_ns(scene)))
        scene_inconclusive(scene, "the device does not yield to a higher priority");
    return heard;
}

static void disassociation(struct scene *scene)
{
    bring_to(scene, (enum router_state)scene->test->parameter);
    bool by_shutdown = random_between(&scene->random, 0, 1);
    struct tap_event *given_up = give_up(scene, by_shutdown);
    expect_disassociation(scene, mark_at(given_up), false, "");
    /* Rounds and answers are over; a router that was preempted takes over again. */
    struct pattern rounds = {.names = announcement(scene, scene->vmac).names | FRAME_SET(LE_ARP_REQUEST),
                             .about = true,
                             .about_mac = scene->vmac};
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect_none(scene, .requirements = "R-2-16", .pattern = le_arp_answer(scene, id), .since = mark_at(asked),
                .max_ns = MILLISECONDS(200));
    expect_none(scene, .requirements = "R-2-16", .pattern = rounds, .since = mark_at(given_up),
                .min_ns = scene->v2 ? 1 : SECONDS(1),
                .max_ns = by_shutdown ? SECONDS(6) : MILLISECONDS(1900));
    prove_alive(scene);
}

#define PROXY_WITH(name, what, ids, stimulates, accepts, preparation, function, value)                       \
    {                                                                                                        \
        .id = "association-proxy/" name, .title = what, .requirements = ids, .stimulus = stimulates,         \
        .accepted = accepts, .scope = ROUTER_PROXY, .capabilities = CAPABILITY_CONTROL_STARTUP,              \
        .prepare = preparation, .run = function, .parameter = value                                          \
    }
#define PROXY(name, what, ids, stimulates, accepts, function, value)                                         \
    PROXY_WITH(name, what, ids, stimulates, accepts, NULL, function, value)

static const struct test_case cases[] = {
    PROXY("association", "A new Master announces and probes the VMAC, and not before it is Master",
          "R-3.2-03 R-3.2-04 R-3.2-07 R-3.3.1-03 R-6-04 R-6-10",
          "the device starts alone; its Master_Down_Timer fires",
          "nothing until then; then announcement and probe within a second", association, 0),
    PROXY(
        "not-registered", "A proxy registers no VMAC", "R-2-02 R-2-03 R-3.2-09",
        "the device becomes Master and shuts down again",
        "neither LE_REGISTER_REQUEST nor LE_UNREGISTER_REQUEST for the VMAC, but an answer to LE_ARP for it",
        not_registered, 0),
    PROXY_WITH("persists-peer", "The rounds go on while another client answers the probe",
               "R-3.2-04 R-3.2-05", "a peer answers LE_ARP for the VMAC, and stops after five rounds",
               "announcement and probe again, from one to C20 and one seconds after the last; the end when "
               "the probe is "
               "unanswered",
               with_rival, persists, PEER),
    PROXY("persists-les", "The rounds go on while the LES answers the probe", "R-3.2-04 R-3.2-05",
          "the LES holds a binding of the VMAC to another client, and loses it after five rounds",
          "announcement and probe again, from one to C20 and one seconds after the last; the end when the "
          "probe is "
          "unanswered",
          persists, LES),
    PROXY("settles", "One round is enough when nobody answers the probe", "R-3.2-05",
          "none: nobody else knows the VMAC",
          "no announcement and no probe later than C20 after the first probe", settles, 0),
    PROXY_WITH("own-echo", "The echo of the own probe is no reply and gets none", "R-3.2-05 L-le_arp-04",
               "the probe comes back from the LES", "no LE_ARP_RESPONSE to it, and no further round", echoing,
               own_echo, 0),
    PROXY("own-address", "An answer with the own ATM address is no reply", "R-3.2-05",
          "the LES answers the probe with another client's address, later with the device's own",
          "rounds while it is the other's, none later than C20 when it is the own", own_address, 0),
    PROXY("failed-answer", "An answer of failure is no successful reply", "R-3.2-05",
          "the LES answers the probe with status 7", "no further round", failed_answer, 0),
    PROXY_WITH("spacing", "Rounds are at least a second apart", "R-3.2-06",
               "the LES answers each probe at once with another client's address",
               "announcements from one to C20 and one seconds apart", with_fast_answers, spacing, 0),
    PROXY("answers-settled", "A proxy Master answers LE_ARP for the VMAC", "R-2-03 L-le_arp-01",
          "LE_ARP_REQUEST for the VMAC",
          "LE_ARP_RESPONSE of this TRANSACTION-ID and LECID with the own ATM address", answers,
          STATE_MASTER_PX_SETTLED),
    PROXY("answers-persisting", "A proxy Master answers LE_ARP for the VMAC while its rounds go on",
          "R-2-03 L-le_arp-01", "LE_ARP_REQUEST for the VMAC while another client answers the probes",
          "LE_ARP_RESPONSE of this TRANSACTION-ID and LECID with the own ATM address", answers,
          STATE_MASTER_PX_PERSISTING),
    PROXY("disassociation-settled", "The VMAC is withdrawn and represented no more", "R-2-16 R-3.2-08 R-6-09",
          "shutdown or an advertisement of higher priority, as the seed draws",
          "a no-source LE_NARP_REQUEST within a second (v1: as v1_disassociation says); neither rounds nor "
          "answers for "
          "the VMAC afterwards",
          disassociation, STATE_MASTER_PX_SETTLED),
    PROXY("disassociation-persisting", "The VMAC is withdrawn in the middle of the rounds",
          "R-2-16 R-3.2-08 R-6-09",
          "shutdown or an advertisement of higher priority, as the seed draws, while another client answers "
          "the probes",
          "a no-source LE_NARP_REQUEST within a second (v1: as v1_disassociation says); neither rounds nor "
          "answers for "
          "the VMAC afterwards",
          disassociation, STATE_MASTER_PX_PERSISTING),
};

const struct case_list association_proxy_cases = {cases, sizeof cases / sizeof *cases};
