/* Section 3.3.1 and lane-rules 1: the way into the ELAN, and back into it. */
#include "cases/cases.h"
#include "steps/plan_changes.h"
#include "steps/vcc_events.h"

/* Longer than any device waits before it tries again: C38 of LANE v2 is at most 10 s. */
#define RETRY_LIMIT SECONDS(60)
/* C7, given by the LECS. */
#define C7_NS SECONDS(10)

#define DATA_FRAMES                                                                                          \
    (FRAME_SET(ADVERTISEMENT) | FRAME_SET(ARP_REQUEST) | FRAME_SET(GRATUITOUS_ARP) | FRAME_SET(ARP_REPLY) |  \
     FRAME_SET(ICMP_ECHO_REQUEST) | FRAME_SET(ICMP_ECHO_REPLY) | FRAME_SET(ICMP_REDIRECT) |                  \
     FRAME_SET(ICMP) | FRAME_SET(IPV4) | FRAME_SET(ETHERNET))
/* What only a member of the ELAN sends. */
#define OPERATION                                                                                            \
    (DATA_FRAMES | FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(LE_ARP_RESPONSE) | \
     FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST) |                                \
     FRAME_SET(NO_SOURCE_LE_NARP_REQUEST))

static const struct mark since_power_on = {0, 0};

/* What a bridge sends on its LANs is no matter of the join. */
static struct pattern sent(uint64_t names)
{
    return (struct pattern){.names = names, .vcc_kinds = ANY_VCC};
}

/* A response of this name to the device. */
static struct pattern answered(const struct scene *scene, uint64_t names, bool success)
{
    struct pattern pattern = {
        .names = names, .from_any = true, .reaches = port_bit(port_index(scene->device_port))};
    pattern = pattern_with(pattern, FIELD_SOURCE_ATM, atm_value(scene->device_atm));
    return success ? pattern_with(pattern, FIELD_STATUS, number_value(LE_STATUS_SUCCESS))
                   : pattern_without(pattern, FIELD_STATUS, number_value(LE_STATUS_SUCCESS));
}

static struct tap_event *await_join(struct scene *scene, struct mark since)
{
    struct pattern pattern = answered(scene, FRAME_SET(LE_JOIN_RESPONSE), true);
    struct tap_event *event = await(scene, &pattern, since, RETRY_LIMIT);
    if (!event)
        scene_inconclusive(scene, "the device did not join the ELAN");
    return event;
}

/* In the ELAN: joined, and the BUS reaches it and hears it. */
static bool in_elan(struct scene *scene, int64_t limit_ns)
{
    for (int64_t end_ns = scene_now_ns(scene) + limit_ns; scene_now_ns(scene) < end_ns;) {
        if (les_lecid_of(scene->les, &scene->device_atm) && bus_hears(scene->bus, &scene->device_atm) &&
            bus_reaches(scene->bus, &scene->device_atm))
            return true;
        scene_advance(scene, MILLISECONDS(100));
    }
    return false;
}

static void bring_into_elan(struct scene *scene, int64_t limit_ns)
{
    if (!in_elan(scene, limit_ns))
        scene_inconclusive(scene, "the device did not come into the ELAN");
}

static void expect_in_elan(struct scene *scene, int64_t limit_ns, const char *requirements)
{
    expect_true(scene, in_elan(scene, limit_ns), NULL, requirements, "in the ELAN: joined and on the BUS",
                "it is not");
}

/* LE_JOIN_REQUEST comes (again). */
static struct tap_event *expect_join_request(struct scene *scene, struct mark since, const char *requirements)
{
    return expect(scene, .requirements = requirements, .pattern = sent(FRAME_SET(LE_JOIN_REQUEST)),
                  .since = since, .max_ns = RETRY_LIMIT);
}

/* Control Direct is closed and the procedure started again. */
static struct tap_event *expect_restart(struct scene *scene, struct tap_event *failed, int64_t closed_in_ns)
{
    struct pattern request = sent(FRAME_SET(LE_JOIN_REQUEST));
    struct tap_event *closed =
        await_vcc(scene, TAP_CALL_RELEASED, VCC_CONTROL_DIRECT, mark_at(failed), closed_in_ns);
    struct tap_event *again = closed ? await(scene, &request, mark_at(closed), RETRY_LIMIT) : NULL;
    expect_true(scene, again, failed, "L-join-03", "Control Direct closed, and later LE_JOIN_REQUEST again",
                closed ? "closed for good" : "it is open");
    return again;
}

/* Nothing of these names before 'until_ns'. */
static void expect_unsent(struct scene *scene, uint64_t names, struct mark since, int64_t until_ns,
                          const char *requirements)
{
    expect_none(scene, .requirements = requirements, .pattern = sent(names), .since = since,
                .max_ns = until_ns - since.time_ns);
}

/* Both happened, in this order. */
static void expect_order(struct scene *scene, struct tap_event *first, struct tap_event *second,
                         const char *requirements, const char *expected)
{
    expect_true(scene, first && second && first->index < second->index, second, requirements, expected,
                first && second ? "the other way round" : "it did not");
}

/* --- the phases --- */

static void order(struct scene *scene)
{
    start_stations(scene);
    expect_join_request(scene, since_power_on, "L-join-01");
    struct tap_event *joined = await_join(scene, since_power_on);
    struct pattern pattern = sent(FRAME_SET(LE_CONFIGURE_REQUEST));
    struct tap_event *configured = seen(scene, &pattern, since_power_on);
    struct tap_event *connected =
        await_vcc(scene, TAP_CALL_CONNECTED, VCC_MULTICAST_SEND, since_power_on, RETRY_LIMIT);
    if (!configured || !connected)
        scene_inconclusive(scene, "the device does not go through configuration and BUS connect");
    expect_order(scene, configured, joined, "L-join-01", "configuration before the join");
    expect_order(scene, joined, connected, "L-join-01", "the join before the BUS is connected");
    expect_unsent(scene, DATA_FRAMES, since_power_on, connected->time_ns - 1, "L-join-01");
    bring_into_elan(scene, SECONDS(10));
    prove_alive(scene);
}

static void without_lecs(struct scene_plan *plan)
{
    plan->device.lecs_given = false;
}

static void manual_configuration(struct scene *scene)
{
    start_stations(scene);
    expect_join_request(scene, since_power_on, "L-join-01");
    expect_unsent(scene, FRAME_SET(LE_CONFIGURE_REQUEST), since_power_on, scene_now_ns(scene), "L-join-01");
    bring_into_elan(scene, RETRY_LIMIT);
    prove_alive(scene);
}

static void join_request(struct scene *scene)
{
    start_stations(scene);
    struct tap_event *request = expect_join_request(scene, since_power_on, "L-join-02");
    if (!request)
        return;
    const struct {
        enum frame_field field;
        struct value value;
        const char *requirement;
    } facts[] = {
        {FIELD_FLAG_PROXY, number_value(scene->proxy), scene->proxy ? "R-3.2-01" : "R-3.1-01"},
        {FIELD_LECID, number_value(0), "L-join-02"},
        {FIELD_SOURCE_ATM, atm_value(scene->device_atm), "L-join-02"},
        {FIELD_LAN_TYPE, number_value(scene->plan.lecs.lan_type), "L-join-02"},
        {FIELD_MAX_FRAME_SIZE, number_value(scene->plan.lecs.max_frame_size), "L-join-02"},
    };
    for (size_t i = 0; i < sizeof facts / sizeof *facts; i++) {
        /* A client joins as it likes; the scheme is that of the router beside it. A bridge: R-4-01. */
        if (facts[i].field != FIELD_FLAG_PROXY || scene->instance->role == ROLE_ROUTER)
            expect_field(scene, request, facts[i].field, facts[i].value, facts[i].requirement);
    }
    await_join(scene, mark_at(request));
}

/* --- addresses --- */

static void physical_mac(struct scene *scene)
{
    start_stations(scene);
    bring_into_elan(scene, RETRY_LIMIT);
    struct atm_address atm;
    bool bound =
        les_binding(scene->les, scene->device_mac, &atm) && atm_address_equal(&atm, &scene->device_atm);
    expect_true(scene, bound, NULL, "R-3.1-02 L-register-09",
                "the physical MAC address registered for the device", "it is not");
    expect_true(scene, !les_binding(scene->les, scene->vmac, NULL), NULL, "R-3.1-02",
                "the VMAC not registered", "it is");
}

static void own_mac_of_proxy(struct scene *scene)
{
    bring_to_elan(scene);
    peer_lec_forget(scene->host_lec, scene->device_mac);
    peer_lec_resolve(scene->host_lec, scene->device_mac);
    scene_advance(scene, SECONDS(3));
    struct atm_address atm;
    bool bound = peer_lec_binding(scene->host_lec, scene->device_mac, &atm) &&
                 atm_address_equal(&atm, &scene->device_atm);
    expect_true(scene, bound, NULL, "R-3.2-02",
                "LE_ARP for the proxy's own MAC address answered with its ATM address, registered or not",
                "it is not");
}

/* --- the join fails --- */

static struct les_rule about_join(const struct scene *scene, struct les_rule rule)
{
    rule.opcode = LE_JOIN_REQUEST;
    rule.from_given = true;
    rule.from = scene->device_atm;
    return rule;
}

static void refused(struct scene *scene)
{
    les_when(scene->les, about_join(scene, (struct les_rule){.times = 2,
                                                             .action = LES_ANSWER_STATUS,
                                                             .status = (uint16_t)scene->test->parameter}));
    start_stations(scene);
    struct pattern refusal = answered(scene, FRAME_SET(LE_JOIN_RESPONSE), false);
    struct mark since = since_power_on;
    for (unsigned i = 0; i < 2; i++) {
        struct tap_event *refused = await(scene, &refusal, since, RETRY_LIMIT);
        if (!refused)
            scene_inconclusive(scene, "the device was not refused");
        since = mark_at(refused);
        struct tap_event *again = expect_restart(scene, refused, SECONDS(10));
        if (!again)
            return;
        expect_unsent(scene, OPERATION, since, again->time_ns, "L-join-03");
    }
    bring_into_elan(scene, SECONDS(20));
    prove_alive(scene);
}

/* The wait before an unanswered request is sent again (L-join-09). A device that can do v2 keeps the times of
 * v2 until the join tells; C7 and C7i of a device that isn't configured yet are its own. */
struct wait {
    int64_t least_ns;
    int64_t most_ns;
};

static struct wait control_wait(const struct scene *scene, bool configured)
{
    /* On an ELAN of v1 nothing proves that the device can more. */
    bool v2 = scene->plan.device.v2_capable;
    int64_t c7_ns = configured ? C7_NS : SECONDS(300);
    return (struct wait){.least_ns = v2 ? SECONDS(1) : C7_NS, .most_ns = scene->v2 ? SECONDS(10) : c7_ns};
}

static void unanswered(struct scene *scene)
{
    les_when(scene->les, about_join(scene, (struct les_rule){.action = LES_STAY_SILENT}));
    start_stations(scene);
    struct pattern request = sent(FRAME_SET(LE_JOIN_REQUEST));
    struct tap_event *asked = await(scene, &request, since_power_on, RETRY_LIMIT);
    if (!asked)
        scene_inconclusive(scene, "the device sends no LE_JOIN_REQUEST");
    asked->matched = 1;
    struct wait wait = control_wait(scene, true);
    /* A restart may lie between: configuration, calls, and the pause of C37 to C38. */
    expect(scene, .requirements = "L-join-09", .pattern = request, .since = mark_after(asked),
           .min_ns = wait.least_ns, .max_ns = wait.most_ns + SECONDS(15));
    struct tap_event *again = expect_restart(scene, asked, C7_NS + SECONDS(2));
    if (!again)
        return;
    expect_unsent(scene, OPERATION, since_power_on, again->time_ns, "L-join-03");
    les_forget_rules(scene->les);
    bring_into_elan(scene, RETRY_LIMIT);
    prove_alive(scene);
}

/* --- the configuration fails --- */

static void refusing_lecs(struct scene_plan *plan)
{
    plan->lecs.status = (uint16_t)plan->instance->test->parameter;
}

static void silent_lecs(struct scene_plan *plan)
{
    plan->lecs.silent = true;
}

static void unreachable_lecs(struct scene_plan *plan)
{
    plan->lecs.refuses_calls = true;
}

/* Without a configuration no join; with it the device comes in. */
static void expect_no_join_yet(struct scene *scene)
{
    expect_unsent(scene, FRAME_SET(LE_JOIN_REQUEST) | OPERATION, since_power_on, scene_now_ns(scene),
                  "L-join-01");
}

static void expect_joins_now(struct scene *scene)
{
    struct lecs_settings *lecs = lecs_settings_of(scene->lecs);
    lecs->status = LE_STATUS_SUCCESS;
    lecs->silent = lecs->refuses_calls = false;
    bring_into_elan(scene, SECONDS(330));
    prove_alive(scene);
}

static void configure_refused(struct scene *scene)
{
    start_stations(scene);
    struct pattern refusal = answered(scene, FRAME_SET(LE_CONFIGURE_RESPONSE), false);
    if (!await(scene, &refusal, since_power_on, RETRY_LIMIT))
        scene_inconclusive(scene, "the device does not ask the LECS");
    scene_advance(scene, SECONDS(20));
    expect_no_join_yet(scene);
    expect_joins_now(scene);
}

static void configure_unanswered(struct scene *scene)
{
    start_stations(scene);
    struct pattern request = sent(FRAME_SET(LE_CONFIGURE_REQUEST));
    struct tap_event *asked = await(scene, &request, since_power_on, RETRY_LIMIT);
    if (!asked)
        scene_inconclusive(scene, "the device does not ask the LECS");
    asked->matched = 1;
    struct wait wait = control_wait(scene, false);
    expect(scene, .requirements = "L-join-09", .pattern = request, .since = mark_after(asked),
           .min_ns = wait.least_ns, .max_ns = wait.most_ns + SECONDS(15));
    expect_no_join_yet(scene);
    expect_joins_now(scene);
}

static void lecs_unreachable(struct scene *scene)
{
    start_stations(scene);
    scene_advance(scene, SECONDS(20));
    expect_no_join_yet(scene);
    expect_joins_now(scene);
}

/* --- where the answer comes, and the BUS --- */

static void answers_on(struct scene_plan *plan)
{
    plan->les.omits_distribute = false;
    plan->les.answers_on_distribute = plan->instance->test->parameter;
}

/* It goes on: asks for the BUS, registers or sets up a call. Whoever misses the answer waits for it until C7
 * is over. */
static void answer_taken(struct scene *scene)
{
    start_stations(scene);
    struct mark since = mark_at(await_join(scene, since_power_on));
    struct pattern goes_on = sent(OPERATION);
    bool taken = await(scene, &goes_on, since, SECONDS(4)) ||
                 seen_vcc(scene, TAP_CALL_SETUP, VCC_CONTROL_DIRECT, since) ||
                 seen_vcc(scene, TAP_CALL_SETUP, VCC_MULTICAST_SEND, since);
    expect_true(scene, taken, tap_at(scene->tap, since.index), "L-join-04",
                "the device goes on after LE_JOIN_RESPONSE", "it does nothing");
    bring_into_elan(scene, SECONDS(20));
    prove_alive(scene);
}

static void bus_connect(struct scene *scene)
{
    start_stations(scene);
    await_join(scene, since_power_on);
    struct pattern asks =
        pattern_with(sent(FRAME_SET(LE_ARP_REQUEST)), FIELD_TARGET_LAN, mac_value(MAC_BROADCAST));
    struct tap_event *called =
        await_vcc(scene, TAP_CALL_SETUP, VCC_MULTICAST_SEND, since_power_on, RETRY_LIMIT);
    expect_order(scene, seen(scene, &asks, since_power_on), called, "L-join-05",
                 "LE_ARP for the broadcast address, then a SETUP to the BUS");
    if (called)
        expect_in_elan(scene, SECONDS(20), "L-join-05");
}

/* --- the ELAN is lost --- */

enum loss { CONTROL_DIRECT_LOST, CONTROL_DISTRIBUTE_LOST };

static void lose(struct scene *scene)
{
    bool done = scene->test->parameter == CONTROL_DIRECT_LOST
                    ? les_release_control_direct(scene->les, &scene->device_atm)
                    : les_drop_control_distribute(scene->les, &scene->device_atm);
    if (!done)
        scene_inconclusive(scene, "the device has no such VCC to lose");
}

static void with_distribute(struct scene_plan *plan)
{
    plan->les.omits_distribute = false;
}

static void joins_again(struct scene *scene)
{
    bring_to_elan(scene);
    struct mark since = mark_now(scene);
    lose(scene);
    struct tap_event *request = expect_join_request(scene, since, "L-join-06");
    /* The LES refuses the LECID of an earlier join. */
    if (!request || expect_field(scene, request, FIELD_LECID, number_value(0), "L-join-02"))
        expect_in_elan(scene, SECONDS(20), "L-join-06");
    scene_advance(scene, SECONDS(2));
    prove_alive(scene);
}

/* --- 3.3.1: the join comes first --- */

/* The join succeeds, and until then the virtual router keeps silent. */
static struct tap_event *await_join_silently(struct scene *scene)
{
    struct tap_event *joined = await_join(scene, since_power_on);
    expect_none(scene, .requirements = "R-3.3.1-01", .pattern = speaks_as_master(scene),
                .since = since_power_on, .max_ns = joined->time_ns);
    return joined;
}

static void nothing_before_join(struct scene *scene)
{
    les_when(scene->les, about_join(scene, (struct les_rule){.action = LES_DELAY,
                                                             .delay_ns = MILLISECONDS(random_between(
                                                                 &scene->random, 1000, 4500))}));
    start_stations(scene);
    struct tap_event *joined = await_join_silently(scene);
    bring_into_elan(scene, SECONDS(20));
    struct pattern own = {.names = FRAME_SET(ADVERTISEMENT)};
    if (!await(scene, &own, mark_at(joined), SECONDS(20)))
        scene_inconclusive(scene, "the owner does not advertise after the join either");
    prove_alive(scene);
}

/* The Startup event comes while the join is under way; the timer waits for it (A-18: sooner is a remark). */
static void timer_after_join(struct scene *scene)
{
    les_when(scene->les,
             about_join(scene, (struct les_rule){.action = LES_DELAY, .delay_ns = MILLISECONDS(4500)}));
    start_stations(scene);
    start_router(scene);
    struct tap_event *joined = await_join_silently(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *first = await(scene, &own, mark_at(joined), SECONDS(20));
    if (!first)
        scene_inconclusive(scene, "the device does not become Master after the join");
    bool early = first->time_ns < joined->time_ns + master_down_ns(scene) - scene->tolerance_ns;
    if (early)
        remark(scene, first, "R-3.3.1-01", "the takeover one Master_Down_Interval after the join, not sooner",
               "sooner");
    prove_alive(scene);
}

#define JOIN_IN(name, what, ids, stimulates, accepts, where, preparation, function, value)                   \
    {                                                                                                        \
        .id = "join/" name, .title = what, .requirements = ids, .stimulus = stimulates, .accepted = accepts, \
        .scope = where, .capabilities = CAPABILITY_CONTROL_STARTUP, .prepare = preparation, .run = function, \
        .parameter = value                                                                                   \
    }
#define JOIN(name, what, ids, stimulates, accepts, preparation, function, value)                             \
    JOIN_IN(name, what, ids, stimulates, accepts, LEC_ANY, preparation, function, value)
#define REFUSED(status, name)                                                                                \
    JOIN("refused-status-" name, "A join refused with status " name " is tried again", "L-join-03",          \
         "the LES refuses the join twice with status " name,                                                 \
         "Control Direct closed after each refusal, no operation meanwhile, LE_JOIN_REQUEST again; joined "  \
         "in the end",                                                                                       \
         plan_owner_at_once, refused, status)
#define CONFIGURE_REFUSED(status, name)                                                                      \
    JOIN("configure-refused-status-" name, "No join after a refused configuration", "L-join-01",             \
         "the LECS answers with status " name " for 20 s",                                                   \
         "no LE_JOIN_REQUEST until the LECS answers otherwise", refusing_lecs, configure_refused, status)

static const struct test_case cases[] = {
    JOIN("order", "Configuration, join, BUS, then data", "L-join-01",
         "the device is switched on; its virtual router, an owner, starts as soon as it has joined",
         "LE_CONFIGURE_REQUEST, LE_JOIN_REQUEST, LE_ARP for the broadcast address in this order; no data "
         "before the BUS is "
         "connected",
         plan_owner_at_once, order, 0),
    JOIN("manual-configuration", "A configured LES address takes the place of the LECS", "L-join-01",
         "the device is switched on, without a LECS", "joined", without_lecs, manual_configuration, 0),
    JOIN("join-request", "What LE_JOIN_REQUEST says", "L-join-02 R-3.1-01 R-3.2-01",
         "the device is switched on",
         "Proxy flag as the scheme says, LECID 0, own ATM address, LAN type and frame size of the ELAN", NULL,
         join_request, 0),
    JOIN_IN("physical-mac", "The physical MAC address is registered, the VMAC is not",
            "L-register-09 R-3.1-02", "the device is switched on",
            "the LES has the physical MAC address, by the join or by LE_REGISTER_REQUEST", ROUTER_NON_PROXY,
            NULL, physical_mac, 0),
    JOIN_IN("own-mac-of-proxy", "A proxy can be reached at its own MAC address", "R-3.2-02",
            "LE_ARP of a peer for the physical MAC address", "answered by the LES or the device itself",
            ROUTER_PROXY, NULL, own_mac_of_proxy, 0),
    REFUSED(LE_STATUS_INVALID_PARAMETERS, "2"),
    REFUSED(LE_STATUS_DUPLICATE_LAN_DESTINATION, "4"),
    REFUSED(LE_STATUS_DUPLICATE_ATM_ADDRESS, "5"),
    REFUSED(LE_STATUS_INSUFFICIENT_RESOURCES, "6"),
    REFUSED(LE_STATUS_NO_CONFIGURATION, "20"),
    JOIN("unanswered", "A join without an answer is tried again", "L-join-03 L-join-09",
         "the LES leaves LE_JOIN_REQUEST unanswered; C7 is 10 s",
         "LE_JOIN_REQUEST again after C7 (v1) or C7i (v2); Control Direct closed when C7 is over; no "
         "operation meanwhile; "
         "joined when the LES answers again",
         plan_owner_at_once, unanswered, 0),
    CONFIGURE_REFUSED(LE_STATUS_NO_CONFIGURATION, "20"),
    CONFIGURE_REFUSED(LE_STATUS_CONFIGURE_ERROR, "21"),
    JOIN("configure-unanswered", "A configuration without an answer is asked for again",
         "L-join-01 L-join-09", "the LECS leaves LE_CONFIGURE_REQUEST unanswered",
         "LE_CONFIGURE_REQUEST again after C7 (v1) or C7i (v2); no join meanwhile", silent_lecs,
         configure_unanswered, 0),
    JOIN("lecs-unreachable", "No join while the LECS can't be reached", "L-join-01",
         "the LECS refuses calls for 20 s", "no LE_JOIN_REQUEST until it accepts them", unreachable_lecs,
         lecs_unreachable, 0),
    JOIN("answer-on-control-direct", "LE_JOIN_RESPONSE is taken from Control Direct", "L-join-04",
         "the LES answers on Control Direct", "joined", answers_on, answer_taken, false),
    JOIN("answer-on-control-distribute", "LE_JOIN_RESPONSE is taken from Control Distribute", "L-join-04",
         "the LES answers on Control Distribute", "joined", answers_on, answer_taken, true),
    JOIN("bus-connect", "The BUS is found by LE_ARP for the broadcast address", "L-join-05",
         "the device is switched on",
         "LE_ARP_REQUEST for the broadcast address, Multicast Send to the answer, Multicast Forward accepted",
         answers_on, bus_connect, 0),
    JOIN("control-direct-lost", "Loss of Control Direct leads back into the ELAN", "L-join-02 L-join-06",
         "the LES releases Control Direct", "LE_JOIN_REQUEST with LECID 0; joined and on the BUS again", NULL,
         joins_again, CONTROL_DIRECT_LOST),
    JOIN("control-distribute-lost", "Loss of Control Distribute leads back into the ELAN",
         "L-join-02 L-join-06", "the LES drops the device from Control Distribute",
         "LE_JOIN_REQUEST with LECID 0; joined and on the BUS again", with_distribute, joins_again,
         CONTROL_DISTRIBUTE_LOST),
    JOIN_IN("nothing-before-join", "Neither advertisement nor association before the join", "R-3.3.1-01",
            "an owner starts; its join is answered 1 to 4.5 s late",
            "silent about the virtual router until then", ROUTER_ANY, plan_owner_at_once, nothing_before_join,
            0),
    JOIN_IN("timer-after-join", "The Master_Down_Timer starts when the join is complete", "R-3.3.1-01",
            "the Startup event comes while the join is under way, which is answered 4.5 s late",
            "silent until the join; a takeover sooner than Master_Down_Interval after it is a remark",
            ROUTER_ANY, NULL, timer_after_join, 0),
};

const struct case_list join_cases = {cases, sizeof cases / sizeof *cases};
