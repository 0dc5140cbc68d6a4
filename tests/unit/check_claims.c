/* Claims and what is seen against them: the reference in cases that let it do what a profile denies. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cli/labs.h"
#include "suite/run.h"
#include "suite/selection.h"

static struct arena *arena;
static struct lab *lab;
static struct device_profile profile;
static struct run_options options;
static struct case_instance instance;
static struct case_result result;

static void set_up(void)
{
    struct reason reason;
    arena = arena_new();
    lab = lab_open("reference", &reason);
    ck_assert_ptr_nonnull(lab);
    profile = (struct device_profile){.source = "device.yaml",
                                      .claims = lab->claims,
                                      .options = lab->capabilities & ~CAPABILITIES_OF_ATTACHMENT};
    options = (struct run_options){.seed = 7, .pixit = pixit_default(), .profile = &profile};
    instance = (struct case_instance){NULL, ROLE_ROUTER, SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET};
}

static void tear_down(void)
{
    lab_close(lab);
    arena_free(arena);
}

static void run(const char *id)
{
    instance.test = case_find(id);
    ck_assert_msg(instance.test, "%s", id);
    run_instance(&instance, lab, &options, arena, &result);
    ck_assert_msg(result.verdict == VERDICT_PASS, "%s: %s", id, result.reason);
}

static const struct contradiction *contradiction(const char *part)
{
    for (size_t i = 0; i < result.contradictions.count; i++)
        if (strstr(result.contradictions.list[i].text, part))
            return &result.contradictions.list[i];
    return NULL;
}

/* Options: a case in which the reference uses each, and what is told of it. */
static const struct {
    unsigned option;
    const char *id;
    const char *part;
} uses[] = {
    {CAPABILITY_REDIRECT, "forwarding/redirect-source", "does not claim redirect"},
    {CAPABILITY_AUTHENTICATION, "transmit/password-8", "does not claim authentication"},
    {CAPABILITY_AUTHENTICATION_HEADER, "transmit/authentication-header",
     "does not claim authentication-header"},
    {CAPABILITY_LLC_MULTIPLEXING, "association-non-proxy/same-binding-multiplexed",
     "does not claim llc-multiplexing"},
    {CAPABILITY_SEVERAL_VRIDS, "several-vrids/one-yields", "does not claim several-vrids"},
    {CAPABILITY_LAN_PORT, "forwarding/master-forwards", "does not claim lan-port"},
    {CAPABILITY_PROXY_ARP, "arp/proxy-arp", "does not claim proxy-arp"},
    {CAPABILITY_FORWARDING, "forwarding/master-forwards", "does not claim forwarding"},
};

START_TEST(an_option_that_is_not_claimed_is_seen)
{
    run(uses[_i].id);
    ck_assert_msg(!result.contradictions.count, "%s", result.contradictions.list[0].text);
    profile.options &= ~uses[_i].option;
    run(uses[_i].id);
    const struct contradiction *told = contradiction(uses[_i].part);
    ck_assert_msg(told, "%s", uses[_i].id);
    ck_assert_str_eq(told->key, "options");
    ck_assert_uint_eq(told->event->from, 0);
    ck_assert_uint_gt(told->event->frame_number, 0);
    ck_assert_uint_eq(result.contradictions.count, 1);
}
END_TEST

/* A device that is set up as the case wants it and not as the profile says. */
static void other_scheme(struct scene_plan *plan)
{
    plan->device.proxy = !plan->device.proxy;
}

static void joins(struct scene *scene)
{
    scene_control(scene, CONTROL_START, 0, 0);
    scene_advance(scene, SECONDS(20));
}

static void run_join(void (*prepare)(struct scene_plan *plan))
{
    static struct test_case test;
    test = (struct test_case){.id = "made-up/join", .requirements = "", .prepare = prepare, .run = joins};
    instance.test = &test;
    run_instance(&instance, lab, &options, arena, &result);
}

START_TEST(the_scheme_is_seen_in_the_join)
{
    profile.claims.schemes = SCHEME_NON_PROXY;
    run_join(NULL);
    ck_assert_uint_eq(result.contradictions.count, 0);
    run_join(other_scheme);
    ck_assert_ptr_nonnull(contradiction("claims non-proxy only, but joins with the Proxy flag"));
    instance.scheme = SCHEME_PROXY;
    profile.claims.schemes = SCHEME_PROXY;
    run_join(NULL);
    ck_assert_uint_eq(result.contradictions.count, 0);
    run_join(other_scheme);
    ck_assert_ptr_nonnull(contradiction("claims proxy only, but joins without the Proxy flag"));
}
END_TEST

/* A client's scheme is that of the router it faces. */
START_TEST(a_client_claims_no_scheme)
{
    instance.role = ROLE_CLIENT;
    profile.claims.schemes = SCHEME_NON_PROXY;
    run_join(other_scheme);
    ck_assert_uint_eq(result.contradictions.count, 0);
}
END_TEST

START_TEST(a_claim_of_v1_makes_a_v1_client)
{
    profile.claims.lane = LANE_V1;
    instance.lane = LANE_V1;
    for (options.seed = 1; options.seed < 10; options.seed++) {
        run_join(NULL);
        ck_assert_uint_eq(result.contradictions.count, 0);
        ck_assert_int_ne(result.verdict, VERDICT_NOT_APPLICABLE);
    }
    run("lane-versions/v1-zero-narp");
}
END_TEST

static void v2_capable(struct scene_plan *plan)
{
    plan->device.v2_capable = true;
}

START_TEST(a_case_that_needs_v2_is_not_for_a_claim_of_v1)
{
    profile.claims.lane = LANE_V1;
    instance.lane = LANE_V1;
    run_join(v2_capable);
    ck_assert_int_eq(result.verdict, VERDICT_NOT_APPLICABLE);
    ck_assert_str_eq(result.reason, "the case needs a LEC of LANE v2, which device.yaml does not claim");
}
END_TEST

static void breaks_the_list_check(struct scene *scene)
{
    joins(scene);
    finding_broken(&scene->findings, (struct finding){.requirement = ledger_find("V-7.1-07"),
                                                      .source = "case",
                                                      .site = "here",
                                                      .expected = "a",
                                                      .actual = "b"});
}

START_TEST(a_finding_contradicts_a_choice)
{
    struct test_case test = {.id = "made-up/list", .requirements = "V-7.1-07", .run = breaks_the_list_check};
    instance.test = &test;
    run_instance(&instance, lab, &options, arena, &result);
    ck_assert_uint_eq(result.contradictions.count, 0); /* unknown */
    options.pixit.choice[PIXIT_ADDRESS_LIST_CHECK] = ADDRESS_LIST_CHECK_OFF;
    run_instance(&instance, lab, &options, arena, &result);
    ck_assert_uint_eq(result.contradictions.count, 1);
    ck_assert_str_eq(result.contradictions.list[0].key, "pixit.address_list_check");
    ck_assert_ptr_null(result.contradictions.list[0].event);
    ck_assert_ptr_nonnull(contradiction("claims address_list_check off, but discards"));
    options.pixit.choice[PIXIT_ADDRESS_LIST_CHECK] = ADDRESS_LIST_CHECK_ON;
    run_instance(&instance, lab, &options, arena, &result);
    ck_assert_ptr_nonnull(contradiction("claims address_list_check on, but does not check"));
}
END_TEST

START_TEST(without_a_profile_nothing_is_claimed)
{
    options.profile = NULL;
    run_join(other_scheme);
    ck_assert_uint_eq(result.contradictions.count, 0);
    ck_assert_ptr_null(result.waiver);
}
END_TEST

/* --- values --- */

START_TEST(vrids_are_drawn_of_those_allowed)
{
    struct random random = random_stream(1, "vrids");
    bool seen[256] = {false};
    profile.values.vrid_given = true;
    profile.values.vrid[7] = profile.values.vrid[200] = true;
    for (int i = 0; i < 100; i++) {
        seen[profile_draw_vrid(&profile, &random, 1, 255)] = true;
        ck_assert_uint_eq(profile_draw_vrid(&profile, &random, 8, 255), 200);
        ck_assert_uint_eq(profile_draw_other_vrid(&profile, &random, 200), 7);
        ck_assert_uint_ne(profile_draw_other_vrid(NULL, &random, 200), 200);
    }
    for (unsigned vrid = 0; vrid < 256; vrid++)
        ck_assert_int_eq(seen[vrid], vrid == 7 || vrid == 200);
    uint8_t outside = profile_draw_vrid(&profile, &random, 10, 20); /* none is allowed there */
    ck_assert_uint_ge(outside, 10);
    ck_assert_uint_le(outside, 20);
    profile.values.vrid[200] = false;
    ck_assert_uint_ne(profile_draw_other_vrid(&profile, &random, 7), 7);
}
END_TEST

START_TEST(settings_have_to_fit)
{
    struct device_settings settings = {.role = ROLE_ROUTER, .virtual_router_count = 2};
    struct reason reason;
    settings.virtual_routers[0] =
        (struct virtual_router_settings){.vrid = 7, .priority_given = true, .priority = 100};
    settings.virtual_routers[1] = (struct virtual_router_settings){.vrid = 8};
    ck_assert(profile_fits(&profile, &settings, &reason));
    profile.values.vrid_given = profile.values.vrid[7] = true;
    ck_assert(!profile_fits(&profile, &settings, &reason));
    ck_assert_str_eq(reason.text, "the case needs VRID 8, which is not among those of device.yaml");
    settings.virtual_routers[1].vrid = 7;
    ck_assert(!profile_fits(&profile, &settings, &reason));
    ck_assert_str_eq(reason.text, "the case needs more VRIDs than device.yaml allows");
    settings.virtual_router_count = 1;
    ck_assert(profile_fits(&profile, &settings, &reason));
    profile.values.priority_given = true;
    profile.values.priority_lowest = 100;
    profile.values.priority_highest = 110;
    ck_assert(profile_fits(&profile, &settings, &reason));
    settings.virtual_routers[0].priority = 111;
    ck_assert(!profile_fits(&profile, &settings, &reason));
    settings.virtual_routers[0].priority_given = false; /* 100 */
    ck_assert(profile_fits(&profile, &settings, &reason));
    profile.values.priority_lowest = 101;
    ck_assert(!profile_fits(&profile, &settings, &reason));
    ck_assert(profile_fits(NULL, &settings, &reason));
}
END_TEST

START_TEST(a_priority_out_of_reach_ends_the_case)
{
    profile.values =
        (struct device_values){.priority_given = true, .priority_lowest = 100, .priority_highest = 110};
    for (size_t i = 0; i < case_registry_count; i++)
        for (size_t j = 0; j < case_registry[i]->count; j++) {
            instance.test = &case_registry[i]->cases[j];
            if (!(instance.test->capabilities & CAPABILITY_CONTROL_PRIORITY) ||
                !scope_has(&instance.test->scope, ROLE_ROUTER, SCHEME_NON_PROXY, LANE_V2, MEDIUM_ETHERNET))
                continue;
            run_instance(&instance, lab, &options, arena, &result);
            ck_assert_msg(result.verdict == VERDICT_PASS || strstr(result.reason, "allows 100 to 110"),
                          "%s: %s", instance.test->id, result.reason);
        }
}
END_TEST

/* --- waivers --- */

START_TEST(the_closest_waiver_is_found)
{
    const struct waiver waivers[] = {
        {"backup/", "a", "T-1", "2030-01-01"},
        {"backup/takeover", "b", "T-2", "2030-01-01"},
        {"backup/takeover[router,non-proxy,v2,ethernet]", "c", "T-3", "2030-01-01"}};
    instance.test = case_find("backup/takeover");
    ck_assert_ptr_eq(waiver_of(waivers, 3, &instance), &waivers[2]);
    ck_assert_ptr_eq(waiver_of(waivers, 2, &instance), &waivers[1]);
    instance.lane = LANE_V1;
    ck_assert_ptr_eq(waiver_of(waivers, 3, &instance), &waivers[1]);
    instance.test = case_find("backup/le-arp-unanswered");
    ck_assert_ptr_eq(waiver_of(waivers, 3, &instance), &waivers[0]);
    instance.test = case_find("transmit/ttl");
    ck_assert_ptr_null(waiver_of(waivers, 3, &instance));
    char line[WAIVER_TEXT_SIZE];
    ck_assert_str_eq(waiver_text(&waivers[0], line, sizeof line), "waived: a, T-1, until 2030-01-01");
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("claims");
    TCase *tests = tcase_create("claims");
    tcase_add_checked_fixture(tests, set_up, tear_down);
    tcase_add_loop_test(tests, an_option_that_is_not_claimed_is_seen, 0, sizeof uses / sizeof *uses);
    tcase_add_test(tests, the_scheme_is_seen_in_the_join);
    tcase_add_test(tests, a_client_claims_no_scheme);
    tcase_add_test(tests, a_claim_of_v1_makes_a_v1_client);
    tcase_add_test(tests, a_case_that_needs_v2_is_not_for_a_claim_of_v1);
    tcase_add_test(tests, a_finding_contradicts_a_choice);
    tcase_add_test(tests, without_a_profile_nothing_is_claimed);
    tcase_add_test(tests, vrids_are_drawn_of_those_allowed);
    tcase_add_test(tests, settings_have_to_fit);
    tcase_add_test(tests, a_priority_out_of_reach_ends_the_case);
    tcase_add_test(tests, the_closest_waiver_is_found);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
