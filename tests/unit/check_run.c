/* The runner by itself: verdicts of made-up cases on a made-up lab. Many of them: check_run_instances.c. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "made_up.h"
#include "steps/states.h"
#include "suite/run.h"

#define REQUIREMENT MADE_UP_REQUIREMENT

/* --- a lab whose device does nothing --- */

struct fake_lab {
    struct lab lab;
    bool refuses; /* to lend */
    bool keeps;   /* fails to take back */
    bool loses;   /* the device, as soon as the case runs */
    size_t lent;
    size_t returned;
    size_t attached; /* stations */
    size_t destroyed;
    size_t closed;
};

static struct fake_lab fake;
static struct arena *arena;
static struct run_options options;
static struct case_result result;
static struct case_instance instance;
static struct test_case test;

static bool control(void *station, const struct control_action *action, struct reason *reason)
{
    (void)station;
    return action->kind != CONTROL_SET_PRIORITY || reason_set(reason, "no such knob");
}

static void destroy(void *station)
{
    ((struct fake_lab *)station)->destroyed++;
}

static bool lend(struct lab *lab, struct port *port, const struct device_settings *settings,
                 struct reason *reason)
{
    static const struct station_handlers handlers = {.control = control, .destroy = destroy};
    struct fake_lab *owner = lab->context;
    ck_assert_uint_eq(settings->virtual_router_count, 1);
    owner->lent++;
    if (owner->refuses)
        return reason_set(reason, "out of order");
    owner->attached++;
    port_attach(port, &handlers, owner);
    return true;
}

static bool take_back(struct lab *lab, struct reason *reason)
{
    struct fake_lab *owner = lab->context;
    ck_assert_uint_eq(owner->destroyed, owner->attached); /* the world is freed */
    owner->returned++;
    return !owner->keeps || reason_set(reason, "it burns");
}

static void close_lab(struct lab *lab)
{
    ((struct fake_lab *)lab->context)->closed++;
}

static const struct lab_kind fake_kind = {.lend = lend, .take_back = take_back, .close = close_lab};

static void set_up(void)
{
    memset(&fake, 0, sizeof fake);
    fake.lab =
        (struct lab){.name = "fake",
                     .capabilities = CAPABILITY_EGRESS_ORDER | CAPABILITY_LAN_PORT,
                     .claims = {ROLE_ROUTER, SCHEME_NON_PROXY | SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET},
                     .context = &fake,
                     .kind = &fake_kind};
    arena = arena_new();
    options = (struct run_options){.seed = 7, .pixit = pixit_default()};
    test = (struct test_case){.id = "fake/case", .title = "a case", .requirements = REQUIREMENT};
    instance = (struct case_instance){&test, ROLE_ROUTER, SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET};
}

static void tear_down(void)
{
    arena_free(arena);
}

static enum verdict run(void (*function)(struct scene *scene))
{
    test.run = function;
    run_instance(&instance, &fake.lab, &options, arena, &result);
    ck_assert_ptr_nonnull(result.reason);
    return result.verdict;
}

static void check_reason(const char *part)
{
    ck_assert_msg(strstr(result.reason, part), "'%s' is not in '%s'", part, result.reason);
}

/* --- what the made-up cases do --- */

static void be_silent(struct scene *scene)
{
    expect_none(scene, .requirements = REQUIREMENT, .pattern = {0}, .since = mark_now(scene),
                .max_ns = MILLISECONDS(10));
}

static void forbid_pass(struct scene *scene)
{
    meet(scene);
    scene->inconclusive = "nobody knows";
}

static struct timer restless;

static void restart_at_once(void *owner)
{
    struct scene *scene = owner;
    world_timer_start(scene->world, &restless, world_now_ns(scene->world));
}

static void get_stuck(struct scene *scene)
{
    meet(scene);
    timer_init(&restless, restart_at_once, scene);
    world_timer_start(scene->world, &restless, MILLISECONDS(5));
    world_run_until(scene->world, MILLISECONDS(10));
}

static void (*steps[4])(struct scene *scene);

static void do_steps(struct scene *scene)
{
    for (size_t i = 0; i < 4 && steps[i]; i++)
        steps[i](scene);
}

/* --- verdicts --- */

START_TEST(conforming_device_passes)
{
    ck_assert_int_eq(run(meet), VERDICT_PASS);
    ck_assert_str_eq(result.reason, "conforms");
    ck_assert_str_eq(result.device, "fake");
    ck_assert_uint_eq(result.seed, 7);
    ck_assert_ptr_eq(result.instance.test, &test);
    ck_assert_uint_eq(result.findings.count, 0);
    ck_assert_ptr_nonnull(result.tap);
    ck_assert_int_eq(result.start_ns, 0);
    ck_assert_uint_eq(fake.lent, 1);
    ck_assert_uint_eq(fake.returned, 1);
    ck_assert_uint_eq(fake.destroyed, 1);
}
END_TEST

static void look_at_scene(struct scene *scene)
{
    meet(scene);
    ck_assert(scene->proxy && scene->v2);
    ck_assert_uint_eq(scene->seed, 7);
    ck_assert_ptr_eq(scene->test, &test);
    ck_assert_int_eq(scene->tolerance_ns, options.wall_clock ? MILLISECONDS(40) : MILLISECONDS(1));
    ck_assert_uint_eq(scene->tolerance_percent, options.wall_clock ? 3 : 0);
    ck_assert_uint_eq(scene->plan.capabilities, fake.lab.capabilities);
    ck_assert_uint_eq(port_index(scene->device_port), 0);
    world_note(scene->world, "an event");
    scene_advance(scene, MILLISECONDS(3));
}

START_TEST(case_sees_its_instance)
{
    options.pixit.choice[PIXIT_TIME_TOLERANCE_MS] = 40;
    options.pixit.choice[PIXIT_TIME_TOLERANCE_PERCENT] = 3;
    options.wall_clock = _i;
    run(look_at_scene);
    ck_assert_uint_eq(result.event_count, 1);
    ck_assert_int_eq(result.end_ns, MILLISECONDS(3));
}
END_TEST

static void look_at_v1(struct scene *scene)
{
    meet(scene);
    ck_assert(!scene->proxy && !scene->v2);
}

START_TEST(case_sees_the_other_instance)
{
    fake.lab.claims.lane = LANE_V1;
    instance.scheme = SCHEME_NON_PROXY;
    instance.lane = LANE_V1;
    ck_assert_int_eq(run(look_at_v1), VERDICT_PASS);
}
END_TEST

static void remark_once(struct scene *scene)
{
    meet(scene);
    remark(scene, NULL, REQUIREMENT, "this", "that");
}

static void remark_twice(struct scene *scene)
{
    remark_once(scene);
    remark(scene, NULL, REQUIREMENT, "this", "that");
}

START_TEST(remarks_pass)
{
    ck_assert_int_eq(run(remark_once), VERDICT_PASS);
    ck_assert_str_eq(result.reason, "conforms, with 1 remark");
    ck_assert_int_eq(run(remark_twice), VERDICT_PASS);
    ck_assert_str_eq(result.reason, "conforms, with 2 remarks");
}
END_TEST

static void remark_and_violate(struct scene *scene)
{
    remark(scene, NULL, REQUIREMENT, "usual", "unusual");
    violate(scene);
}

START_TEST(violation_fails)
{
    ck_assert_int_eq(run(remark_and_violate), VERDICT_FAIL);
    ck_assert_str_eq(result.reason, REQUIREMENT ": expected this; got that");
    ck_assert_uint_eq(result.findings.count, 2);
}
END_TEST

static void break_should(struct scene *scene)
{
    const struct requirement *requirement = NULL;
    for (size_t i = 0; i < ledger_count() && !requirement; i++)
        if (ledger_at(i)->level == LEVEL_SHOULD && ledger_at(i)->provenance != PROVENANCE_MEMORY &&
            scope_has(&ledger_at(i)->scope, ROLE_ROUTER, SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET))
            requirement = ledger_at(i);
    expect_true(scene, false, NULL, requirement->id, "this", "that");
}

START_TEST(strict_makes_a_should_fail)
{
    options.strict = _i;
    ck_assert_int_eq(run(break_should), _i ? VERDICT_FAIL : VERDICT_PASS);
}
END_TEST

START_TEST(what_comes_first_decides)
{
    /* Each of these alone has its verdict; put together, the worse one counts. */
    static const struct {
        void (*steps[4])(struct scene *scene);
        enum verdict verdict;
        const char *reason;
    } samples[] = {
        {{be_silent}, VERDICT_INCONCLUSIVE, "nothing showed afterwards that it was alive"},
        {{forbid_pass}, VERDICT_INCONCLUSIVE, "nobody knows"},
        {{meet, give_up}, VERDICT_INCONCLUSIVE, "no answer within 5 s"},
        {{meet, not_apply}, VERDICT_NOT_APPLICABLE, "no need"},
        {{get_stuck}, VERDICT_INCONCLUSIVE, "without any time passing"},
        {{name_unknown}, VERDICT_ERROR, "X-1"},
        {{be_silent, forbid_pass}, VERDICT_INCONCLUSIVE, "nobody knows"},
        {{forbid_pass, get_stuck}, VERDICT_INCONCLUSIVE, "without any time passing"},
        {{forbid_pass, give_up}, VERDICT_INCONCLUSIVE, "no answer"},
        {{be_silent, not_apply}, VERDICT_NOT_APPLICABLE, "no need"},
        {{violate, be_silent}, VERDICT_FAIL, REQUIREMENT},
        {{violate, forbid_pass}, VERDICT_FAIL, REQUIREMENT},
        {{violate, give_up}, VERDICT_FAIL, REQUIREMENT},
        {{violate, not_apply}, VERDICT_FAIL, REQUIREMENT},
        {{violate, get_stuck}, VERDICT_FAIL, REQUIREMENT},
        {{violate, name_unknown}, VERDICT_ERROR, "X-1"},
        {{name_unknown, give_up}, VERDICT_ERROR, "X-1"},
    };
    memcpy(steps, samples[_i].steps, sizeof steps);
    ck_assert_int_eq(run(do_steps), samples[_i].verdict);
    check_reason(samples[_i].reason);
}
END_TEST

static void judge_nothing(struct scene *scene)
{
    scene_advance(scene, SECONDS(1));
}

START_TEST(case_that_judges_nothing_does_not_pass)
{
    ck_assert_int_eq(run(judge_nothing), VERDICT_INCONCLUSIVE);
    check_reason("before it judged anything");
}
END_TEST

START_TEST(dead_device_passes_nothing)
{
    ck_assert_int_eq(run(bring_to_elan), VERDICT_INCONCLUSIVE);
    check_reason("did not all join");
}
END_TEST

static void turn_a_knob(struct scene *scene)
{
    scene_control(scene, CONTROL_STARTUP, 1, 0);
    scene_control(scene, CONTROL_SET_PRIORITY, 1, 100);
}

START_TEST(refused_action_is_inconclusive)
{
    ck_assert_int_eq(run(turn_a_knob), VERDICT_INCONCLUSIVE);
    check_reason("the device refused 'set-priority vrid=1");
    check_reason("no such knob");
}
END_TEST

/* --- a harness without means --- */

START_TEST(harness_without_descriptors_says_so)
{
    struct rlimit limit;
    getrlimit(RLIMIT_NOFILE, &limit);
    setrlimit(RLIMIT_NOFILE, &(struct rlimit){0, limit.rlim_max});
    options.wall_clock = true;
    run(meet);
    setrlimit(RLIMIT_NOFILE, &limit);
    ck_assert_int_eq(result.verdict, VERDICT_ERROR);
    check_reason("descriptors");
    ck_assert_ptr_null(result.tap);
    ck_assert_uint_eq(fake.lent + fake.returned, 0);
}
END_TEST

/* --- what applies --- */

START_TEST(claims_decide_what_applies)
{
    static const struct {
        struct scope claims;
        const char *reason;
    } samples[] = {
        {{ROLE_BRIDGE, SCHEME_PROXY, LANE_V2, MEDIUM_ETHERNET}, "router"},
        {{ROLE_ROUTER, SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET}, "proxy"},
        {{ROLE_ROUTER, SCHEME_PROXY, LANE_V1, MEDIUM_ETHERNET}, "v2"},
        {{ROLE_ROUTER, SCHEME_PROXY, LANE_V2, MEDIUM_TOKEN_RING}, "ethernet"},
    };
    fake.lab.claims = samples[_i].claims;
    ck_assert_int_eq(run(violate), VERDICT_NOT_APPLICABLE);
    check_reason("fake does not claim");
    check_reason(samples[_i].reason);
    ck_assert_uint_eq(fake.lent + fake.returned, 0);
    ck_assert_ptr_null(result.tap);
    ck_assert_uint_eq(result.event_count, 0);
}
END_TEST

START_TEST(capabilities_decide_what_applies)
{
    test.capabilities = CAPABILITY_LAN_PORT;
    ck_assert_int_eq(run(meet), VERDICT_PASS);
    test.capabilities = CAPABILITY_LAN_PORT | CAPABILITY_REDIRECT;
    ck_assert_int_eq(run(violate), VERDICT_NOT_APPLICABLE);
    check_reason("fake lacks the capability redirect");
    ck_assert_uint_eq(fake.lent, 1);
}
END_TEST

START_TEST(every_capability_has_a_name)
{
    for (unsigned bit = 1; bit <= CAPABILITY_AUTHENTICATION_HEADER; bit <<= 1) {
        test.capabilities = bit;
        fake.lab.capabilities = ~bit;
        ck_assert_int_eq(run(violate), VERDICT_NOT_APPLICABLE);
    }
}
END_TEST

static void change_latency(struct scene_plan *plan)
{
    plan->latency_low_ns = plan->latency_high_ns = MILLISECONDS(77);
}

static void look_at_latency(struct scene *scene)
{
    meet(scene);
    bool reached = false;
    scene_control(scene, CONTROL_START, 0, 0);
    port_control(scene->host_port, &(struct control_action){.kind = CONTROL_START}, NULL);
    scene_advance(scene, SECONDS(1));
    for (size_t i = 0; i < tap_count(scene->tap); i++) {
        const struct tap_event *event = tap_at(scene->tap, i);
        if (event->vcc)
            ck_assert_int_eq(event->vcc->latency_ns, MILLISECONDS(77));
        reached = reached || event->vcc;
    }
    ck_assert(reached);
}

START_TEST(case_prepares_its_plan)
{
    test.prepare = change_latency;
    ck_assert_int_eq(run(look_at_latency), VERDICT_PASS);
}
END_TEST

/* --- labs --- */

START_TEST(lab_that_lends_nothing_is_inconclusive)
{
    fake.refuses = true;
    fake.keeps = _i;
    ck_assert_int_eq(run(violate), VERDICT_INCONCLUSIVE);
    check_reason("could not lend the device: out of order");
    ck_assert_uint_eq(result.findings.count, 0);
    ck_assert_ptr_nonnull(result.tap);
}
END_TEST

START_TEST(device_that_does_not_come_back)
{
    static const struct {
        void (*step)(struct scene *scene);
        enum verdict verdict;
        const char *reason;
    } samples[] = {
        {meet, VERDICT_INCONCLUSIVE, "did not come back: it burns"},
        {not_apply, VERDICT_INCONCLUSIVE, "did not come back: it burns"},
        {violate, VERDICT_FAIL, REQUIREMENT},
        {name_unknown, VERDICT_ERROR, "X-1"},
    };
    fake.keeps = true;
    ck_assert_int_eq(run(samples[_i].step), samples[_i].verdict);
    check_reason(samples[_i].reason);
}
END_TEST

static void lose_device(struct scene *scene)
{
    scene_advance(scene, MILLISECONDS(10));
    if (fake.loses)
        violate(scene);
    scene_advance(scene, MILLISECONDS(10));
    scene->lab->lost = true;
    scene->lab->lost_ns = scene_now_ns(scene);
    violate(scene);
    expect(scene, .requirements = REQUIREMENT, .pattern = {0}, .since = mark_now(scene),
           .max_ns = SECONDS(1));
}

START_TEST(what_a_lost_device_does_is_not_judged)
{
    fake.keeps = true;
    fake.loses = _i;
    ck_assert_int_eq(run(lose_device), _i ? VERDICT_FAIL : VERDICT_INCONCLUSIVE);
    ck_assert_uint_eq(result.findings.count, (size_t)_i);
}
END_TEST

/* --- passive rules --- */

static void call_the_les(struct scene *scene)
{
    const struct station_services *services = port_services(scene->device_port);
    struct call call = {.calling = scene->device_atm,
                        .called = scene->plan.les.address,
                        .b_lli = B_LLI_DATA_DIRECT_8023,
                        .max_sdu_size = 1516};
    meet(scene);
    services->call_setup(services->context, &call);
    scene_advance(scene, SECONDS(1));
}

START_TEST(passive_rules_watch_every_case)
{
    ck_assert_int_eq(run(call_the_les), VERDICT_FAIL);
    ck_assert_str_ne(result.findings.list[0].source, "case");
}
END_TEST

/* The device, which has not joined, has a Data Direct VCC to the host and registers something on it. */
static void send_too_soon(struct scene *scene)
{
    const struct station_services *services = port_services(scene->device_port);
    struct call call = {.calling = scene->device_atm,
                        .called = scene->plan.host_lec.atm_address,
                        .b_lli = B_LLI_DATA_DIRECT_8023,
                        .max_sdu_size = 1516};
    meet(scene);
    port_control(scene->host_port, &(struct control_action){.kind = CONTROL_START}, NULL);
    scene_advance(scene, SECONDS(20));
    ck_assert(peer_lec_operational(scene->host_lec));
    uint32_t vcc = services->call_setup(services->context, &call);
    scene_advance(scene, SECONDS(1));
    struct le_control control = le_control_of(LE_REGISTER_REQUEST);
    uint8_t data[LE_CONTROL_SIZE];
    services->sdu_send(services->context, vcc, data, le_control_encode(&control, data, sizeof data));
}

START_TEST(rules_of_order_need_it_kept)
{
    ck_assert_int_eq(run(send_too_soon), VERDICT_FAIL);
    ck_assert(findings_name(&result.findings, ledger_find("L-join-01")));
    fake.lab.capabilities = 0;
    ck_assert_int_eq(run(send_too_soon), VERDICT_FAIL);
    ck_assert(!findings_name(&result.findings, ledger_find("L-join-01")));
}
END_TEST

static void ask_on_token_ring(struct scene *scene)
{
    meet(scene);
    port_control(scene->host_port, &(struct control_action){.kind = CONTROL_START}, NULL);
    scene_advance(scene, SECONDS(20));
    host_ask(scene->host, scene->device_ip);
    scene_advance(scene, SECONDS(2));
    struct pattern pattern = {.names = FRAME_SET(ARP_REQUEST), .from_any = true};
    struct tap_event *event = seen(scene, &pattern, (struct mark){0, 0});
    ck_assert_ptr_nonnull(event);
    ck_assert(tap_frame(scene->tap, event)->token_ring);
}

START_TEST(medium_of_the_instance_is_built)
{
    fake.lab.claims.media = MEDIUM_TOKEN_RING;
    instance.medium = MEDIUM_TOKEN_RING;
    ck_assert_int_eq(run(ask_on_token_ring), VERDICT_PASS);
}
END_TEST

static void order_is_known(struct scene *scene)
{
    struct tap_event *now = NULL;
    world_note(scene->world, "earlier");
    now = tap_at(scene->tap, 0);
    world_note(scene->world, "later");
    expect_egress_order(scene, now, tap_at(scene->tap, 1), REQUIREMENT);
}

START_TEST(order_needs_an_attachment_that_keeps_it)
{
    ck_assert_int_eq(run(order_is_known), VERDICT_PASS);
    fake.lab.capabilities = 0;
    ck_assert_int_eq(run(order_is_known), VERDICT_INCONCLUSIVE);
    check_reason("egress order");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("run");
    TCase *tests = tcase_create("run");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_test(tests, conforming_device_passes);
    tcase_add_loop_test(tests, case_sees_its_instance, 0, 2);
    tcase_add_test(tests, case_sees_the_other_instance);
    tcase_add_test(tests, remarks_pass);
    tcase_add_test(tests, violation_fails);
    tcase_add_loop_test(tests, strict_makes_a_should_fail, 0, 2);
    tcase_add_loop_test(tests, what_comes_first_decides, 0, 17);
    tcase_add_test(tests, case_that_judges_nothing_does_not_pass);
    tcase_add_test(tests, dead_device_passes_nothing);
    tcase_add_test(tests, refused_action_is_inconclusive);
    tcase_add_test(tests, harness_without_descriptors_says_so);
    tcase_add_loop_test(tests, claims_decide_what_applies, 0, 4);
    tcase_add_test(tests, capabilities_decide_what_applies);
    tcase_add_test(tests, every_capability_has_a_name);
    tcase_add_test(tests, case_prepares_its_plan);
    tcase_add_loop_test(tests, lab_that_lends_nothing_is_inconclusive, 0, 2);
    tcase_add_loop_test(tests, device_that_does_not_come_back, 0, 4);
    tcase_add_loop_test(tests, what_a_lost_device_does_is_not_judged, 0, 2);
    tcase_add_test(tests, passive_rules_watch_every_case);
    tcase_add_test(tests, rules_of_order_need_it_kept);
    tcase_add_test(tests, medium_of_the_instance_is_built);
    tcase_add_test(tests, order_needs_an_attachment_that_keeps_it);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
