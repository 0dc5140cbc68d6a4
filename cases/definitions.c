/* Sentences that define or permit: what is unusual about them is a remark (levels `info` and `may`). */
#include "cases/cases.h"
#include "steps/plan_changes.h"

/* R-2-15: a LEC that announced the VMAC represents it, so it answers for it. */
static void represents_what_it_announced(struct scene *scene)
{
    bring_to_master(scene);
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect(scene, .requirements = "R-2-15", .pattern = le_arp_answer(scene, id), .since = mark_at(asked),
           .max_ns = SECONDS(1));
}

/* Each frame of this name that the device sent is about its own MAC address or its VMAC. */
static void expect_own_addresses_only(struct scene *scene, enum frame_name name, enum frame_field field,
                                      const char *requirement)
{
    struct pattern pattern = {.names = UINT64_C(1) << name};
    struct mark since = mark_at(scene->started);
    struct tap_event *event = expect(scene, .requirements = requirement, .pattern = pattern, .since = since,
                                     .max_ns = scene_now_ns(scene) - since.time_ns, .keep = true);
    for (; event; event = seen(scene, &pattern, mark_after(event))) {
        struct value about;
        bool own = field_get(tap_frame(scene->tap, event), field, &about) &&
                   (mac_equal(about.mac, scene->vmac) || mac_equal(about.mac, scene->device_mac));
        expect_true(scene, own, event, requirement, "an address that the device represents",
                    "another address");
    }
}

static void vrid_of_two_digits(struct scene_plan *plan)
{
    plan_vrid(plan, profile_draw_vrid(plan->profile, &plan->random, 10, 255));
}

static void announces_its_own(struct scene *scene)
{
    bring_to_master(scene);
    expect_own_addresses_only(scene, FRAME_TARGETLESS_LE_ARP_REQUEST, FIELD_SOURCE_LAN, "R-2-17");
}

static void withdraws_its_own(struct scene *scene)
{
    bring_to_master(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    scene_advance(scene, SECONDS(1));
    expect_own_addresses_only(scene, FRAME_NO_SOURCE_LE_NARP_REQUEST, FIELD_TARGET_LAN, "R-2-18");
}

/* R-3.1-17, R-3.2-10: which section applies is shown in the join. */
static void scheme_shows_in_the_join(struct scene *scene)
{
    bring_to_elan(scene);
    expect_true(scene, les_is_proxy(scene->les, &scene->device_atm) == scene->proxy, NULL,
                "R-3.1-17 R-3.2-10", "a join in the scheme that the device claims", "the other scheme");
}

/* R-3.3-01: RFC 2338 6.4 goes on to hold. */
static void state_machine_of_rfc_2338(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    expect(scene, .requirements = "R-3.3-01", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(scene->started), .min_ns = master_down_ns(scene),
           .max_ns = master_down_ns(scene));
}

static void two_routers_with_a_password(struct scene_plan *plan)
{
    plan_second_router(plan);
    plan_password(plan, 8);
}

/* V-5.3.6-03: one authentication type per interface. */
static void one_authentication_type(struct scene *scene)
{
    bring_to_elan(scene);
    for (size_t i = 0; i < 2; i++) {
        uint8_t vrid = scene->plan.device.virtual_routers[i].vrid;
        scene_control(scene, CONTROL_STARTUP, vrid, 0);
        expect(scene, .requirements = "V-5.3.6-03",
               .pattern = pattern_with(advertisement(scene, vrid), FIELD_AUTHENTICATION_TYPE,
                                       number_value(VRRP_AUTHENTICATION_PASSWORD)),
               .since = mark_now(scene), .max_ns = SECONDS(10));
    }
}

static const struct test_case cases[] = {
    {.id = "definitions/represents-what-it-announced",
     .title = "A LEC that announced a VMAC represents it",
     .requirements = "R-2-15",
     .stimulus = "LE_ARP_REQUEST for the VMAC, after the device announced it",
     .accepted = "an answer within a second",
     .scope = ROUTER_ANY,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = represents_what_it_announced},
    {.id = "definitions/announces-its-own",
     .title = "Targetless LE_ARP_REQUESTs are about addresses that the device represents",
     .requirements = "R-2-17",
     .stimulus = "none: the device becomes Master",
     .accepted = "its VMAC or its own MAC address as SOURCE-LAN-DESTINATION",
     .scope = ROUTER_V2,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .prepare = vrid_of_two_digits,
     .run = announces_its_own},
    {.id = "definitions/withdraws-its-own",
     .title = "No-source LE_NARP_REQUESTs are about addresses that the device represented",
     .requirements = "R-2-18",
     .stimulus = "Shutdown of a Master",
     .accepted = "its VMAC or its own MAC address as TARGET-LAN-DESTINATION",
     .scope = ROUTER_V2,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .prepare = vrid_of_two_digits,
     .run = withdraws_its_own},
    {.id = "definitions/scheme-shows-in-the-join",
     .title = "The device joins in the scheme that it claims",
     .requirements = "R-3.1-17 R-3.2-10",
     .stimulus = "none: the device joins",
     .accepted = "the Proxy flag as the scheme says",
     .scope = {.roles = ROLE_ROUTER | ROLE_BRIDGE,
               .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,
               .lane = LANE_V1 | LANE_V2,
               .media = ANY_MEDIUM},
     .run = scheme_shows_in_the_join},
    {.id = "definitions/state-machine-of-rfc-2338",
     .title = "Section 3.3 augments the state machine of RFC 2338 6.4, which goes on to hold",
     .requirements = "R-3.3-01",
     .stimulus = "the device starts alone",
     .accepted = "an advertisement one Master_Down_Interval after the start",
     .scope = ROUTER_ANY,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = state_machine_of_rfc_2338},
    {.id = "definitions/one-authentication-type",
     .title = "All virtual routers of an interface have one authentication type",
     .requirements = "V-5.3.6-03",
     .stimulus = "two virtual routers start on an interface with a password",
     .accepted = "advertisements of both with authentication type 1",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP | CAPABILITY_AUTHENTICATION | CAPABILITY_SEVERAL_VRIDS,
     .prepare = two_routers_with_a_password,
     .run = one_authentication_type},
};

const struct case_list definitions_cases = {cases, sizeof cases / sizeof *cases};
