/* Sections 2.1 and 3.1 as scenarios, the device as new Master: the virtual router comes to it from another
 * ATM attached router, in each way it can, while hosts use it. What they lose is measured and judged against
 * the timing budget (draft-requirements 10.1) as far as the draft says how long it may take. */
#include "cases/failover_cases.h"

#define SHORT_T309 SECONDS(2)

/* The speaker is Master, the device its Backup, and traffic flows. */
static struct scenario *flow_through_speaker(struct scene *scene, unsigned options)
{
    struct scenario *scenario = scenario_new(scene, options);
    bring_to(scene, STATE_BACKUP);
    scenario_flow(scenario, scene->speaker_port, scene->device_port);
    return scenario;
}

/* From its first advertisement on the device forwards what reaches it; the host is without service for
 * 'limit_ns' at most (0: nothing says how long). */
static void judge_service(struct scenario *scenario, struct tap_event *takeover, int64_t limit_ns)
{
    struct scene *scene = scenario->scene;
    if (limit_ns)
        scenario_expect_gap(scenario, SCENARIO_HOST, limit_ns, "R-0-01");
    else
        scenario_measure(scenario, SCENARIO_HOST, 0);
    if (!takeover)
        return;
    int64_t since_ns = scenario->since_ns;
    scenario->since_ns = takeover->time_ns;
    size_t dropped = scenario_loss(scenario, SCENARIO_HOST).where[LOSS_NEW_MASTER];
    scenario->since_ns = since_ns;
    expect_true(scene, dropped == 0, takeover, "V-6.4.2-09",
                "frames for the VMAC that reach the new Master on a Data Direct VCC are forwarded",
                arena_text(scene->arena, "%zu of them are not", dropped));
}

/* The Master is gone: the device takes over 'due_ns' after its last advertisement at the latest. */
static void judge_takeover(struct scenario *scenario, int64_t due_ns, int64_t limit_ns)
{
    struct scene *scene = scenario->scene;
    struct tap_event *last = last_speaker_advertisement(scene);
    struct tap_event *takeover = expect(scene, .requirements = "R-2.1-01", .since = mark_at(last),
                                        .max_ns = due_ns, .pattern = advertisement(scene, scene->vrid));
    scene_advance(scene, SCENARIO_AFTERWARDS);
    judge_service(scenario, takeover, limit_ns);
    scenario_measure(scenario, SCENARIO_BACK, 0);
}

static void master_shuts_down(struct scene *scene)
{
    struct scenario *scenario = flow_through_speaker(scene, SCENARIO_AGEING);
    vrrp_speaker_shut_down(scene->speaker);
    scene->speaker_is_master = false;
    judge_takeover(scenario, skew_ns(scene) + SECONDS(1), skew_ns(scene) + SCENARIO_PATH_NS);
    scenario_await_ageing(scenario);
}

/* --- the Master dies --- */

enum death {
    DIES_CARRIER,   /* the switch sees its carrier go and releases its calls at once */
    DIES_SAAL,      /* the switch releases its calls after T309 */
    DIES_SAAL_SOON, /* the same, set so that the failure is detected under 3 s as the draft recommends */
    DIES_HANGS,     /* its VRRP stops, while its LEC keeps the ELAN and the VMAC */
    DIES_UNNOTICED  /* its link is dead, and nothing is released */
};

/* Until when the LES, or the old Master itself, gives its address to whoever asks. */
static bool stale_answers(const struct scene *scene)
{
    bool kept_by_les = !scene->plan.speaker_lec.proxy;
    bool kept_by_itself = scene->test->parameter == DIES_HANGS;
    bool gone = scene->test->parameter == DIES_CARRIER || scene->test->parameter == DIES_SAAL_SOON;
    return !gone && (kept_by_les || kept_by_itself);
}

static void die(struct scene *scene)
{
    vrrp_speaker_crash(scene->speaker);
    scene->speaker_is_master = false;
    switch ((enum death)scene->test->parameter) {
    case DIES_CARRIER:
        port_fail_link(scene->speaker_port, LINK_CARRIER_LOSS);
        break;
    case DIES_SAAL:
    case DIES_SAAL_SOON:
        port_fail_link(scene->speaker_port, LINK_SAAL_LOSS);
        break;
    case DIES_HANGS:
        break;
    case DIES_UNNOTICED:
        port_fail_link(scene->speaker_port, LINK_UNNOTICED);
        break;
    }
}

/* In v2 the announcement carries the new address; in v1 the host has to ask, and a stale answer leads it back
 * to the old Master for as long as there is one. */
static void master_dies(struct scene *scene)
{
    struct scenario *scenario = flow_through_speaker(scene, SCENARIO_AGEING);
    die(scene);
    bool stale = !scene->v2 && stale_answers(scene);
    int64_t limit_ns = stale ? 0 : master_down_ns(scene) + SCENARIO_PATH_NS;
    judge_takeover(scenario, master_down_ns(scene) + SECONDS(1), limit_ns);
    scenario_await_ageing(scenario);
}

/* After that the operator clears the calls of the dead router: whatever was stale is gone, and the new
 * Master's persistence mends the rest. */
static void stale_master_is_cleared(struct scene *scene)
{
    struct scenario *scenario = flow_through_speaker(scene, 0);
    die(scene);
    bool stale = !scene->v2 && stale_answers(scene);
    int64_t limit_ns = stale ? 0 : master_down_ns(scene) + SCENARIO_PATH_NS;
    judge_takeover(scenario, master_down_ns(scene) + SECONDS(1), limit_ns);
    scenario_since_now(scenario);
    scenario->move = arena_text(scene->arena, "%s, cleared", scenario->move);
    port_fail_link(scene->speaker_port, LINK_CARRIER_LOSS);
    int64_t retry_ns = SECONDS(scene->pixit.choice[PIXIT_REGISTRATION_RETRY_MAX_S]);
    scene_advance(scene, retry_ns + SCENARIO_AFTERWARDS);
    scenario_expect_gap(scenario, SCENARIO_HOST, (stale ? retry_ns : 0) + SCENARIO_PATH_NS, "R-0-01");
    struct atm_address atm;
    if (!scene->proxy)
        expect_true(scene,
                    les_binding(scene->les, scene->vmac, &atm) && atm_address_equal(&atm, &scene->device_atm),
                    NULL, "R-3.1-05 R-3.1-12",
                    "the VMAC registered for the device once the old Master's calls are gone", "it is not");
}

/* --- the Master yields --- */

/* A device of higher priority comes up beside a living Master. */
static void preempts(struct scene *scene)
{
    struct scenario *scenario = scenario_new(scene, 0);
    bring_to_elan(scene);
    speaker_takes_over(scene, scene->plan.lower_priority);
    scenario_flow(scenario, scene->speaker_port, scene->device_port);
    start_router(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *takeover =
        await(scene, &own, mark_at(scene->started), master_down_ns(scene) + SECONDS(2));
    if (!takeover)
        scene_inconclusive(scene, "the device does not take over from a Master of lower priority");
    scene_advance(scene, MILLISECONDS(20)); /* until the old Master hears of it: two VCCs */
    vrrp_speaker_yield(scene->speaker);
    scene->speaker_is_master = false;
    scene_advance(scene, SCENARIO_AFTERWARDS);
    judge_service(scenario, takeover, SCENARIO_PATH_NS + SECONDS(1));
}

static void non_proxy_with_short_t309(struct scene_plan *plan)
{
    plan_non_proxy_peer(plan);
    plan->t309_ns = SHORT_T309;
}

static void proxy_with_short_t309(struct scene_plan *plan)
{
    plan_proxy_peer(plan);
    plan->t309_ns = SHORT_T309;
}

#define STREAM "; a host sends a packet through the virtual router each 100 ms"

#define TAKES_OVER "R-0-01 R-2.1-01 V-6.4.2-09"

#define BOTH(name, what, ids, stimulates, accepts, function, value)                                          \
    FAILOVER("non-proxy-" name, "A non-proxy Master " what, ids, stimulates STREAM, accepts,                 \
             plan_non_proxy_peer, function, value),                                                          \
        FAILOVER("proxy-" name, "A proxy Master " what, ids, stimulates STREAM, accepts, plan_proxy_peer,    \
                 function, value)

#define SOON(name, what, preparation)                                                                        \
    FAILOVER(name "-loses-saal-soon", what " dies with its link and the switch detects it under 3 s",        \
             TAKES_OVER, "the Master's link fails and its calls are released after a T309 of 2 s" STREAM,    \
             "the device takes over in time; no gap longer than until then and 1.5 s for the path",          \
             preparation, master_dies, DIES_SAAL_SOON)

#define IN_TIME                                                                                              \
    "the device takes over in time; no gap longer than until then and 1.5 s for the path (v1: not judged "   \
    "while somebody gives stale answers)"

static const struct test_case cases[] = {
    BOTH("shuts-down", "shuts down and the device takes over", TAKES_OVER,
         "the Master sends priority 0 and disassociates",
         "the device takes over after Skew_Time; no gap longer than that and 1.5 s for the path",
         master_shuts_down, 0),
    BOTH("loses-carrier", "dies with its link and the switch sees the carrier go", TAKES_OVER,
         "the Master's link loses its carrier: all its calls are released at once", IN_TIME, master_dies,
         DIES_CARRIER),
    BOTH("loses-saal", "dies with its link and the switch waits for T309", TAKES_OVER,
         "the Master's link fails and its calls are released after T309, 4 s", IN_TIME, master_dies,
         DIES_SAAL),
    SOON("non-proxy", "A non-proxy Master", non_proxy_with_short_t309),
    SOON("proxy", "A proxy Master", proxy_with_short_t309),
    BOTH("hangs", "hangs while its LEC stays in the ELAN, until its calls are cleared",
         TAKES_OVER " R-3.1-05 R-3.1-12",
         "the Master's VRRP stops while its LEC keeps the VMAC; later all its calls are released",
         IN_TIME "; afterwards a registration that holds and no gap longer than the longest retry",
         stale_master_is_cleared, DIES_HANGS),
    BOTH("is-cut-off", "is cut off and nothing is released, until its calls are cleared",
         TAKES_OVER " R-3.1-05 R-3.1-12",
         "the Master's link fails and nobody notices; later all its calls are released",
         IN_TIME "; afterwards a registration that holds and no gap longer than the longest retry",
         stale_master_is_cleared, DIES_UNNOTICED),
    BOTH("is-preempted", "of lower priority hands over to the device", "R-0-01 V-6.4.2-09",
         "the device starts beside a Master of lower priority, which yields when it hears the device",
         "no gap longer than 2.5 s", preempts, 0),
};

const struct case_list failover_cases = {cases, sizeof cases / sizeof *cases};
