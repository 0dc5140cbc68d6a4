/* The forms of a bridge's announcements and withdrawals (draft 2, 3.2, 6): those of any other proxy LEC. */
#include "cases/cases.h"
#include "steps/lan_side.h"

#define HERE 1u

/* Any frame that may stand for an announcement or a withdrawal of the VMAC. */
static struct pattern narp_about_vmac(const struct scene *scene)
{
    return (struct pattern){.names = FRAME_SET(NO_SOURCE_LE_NARP_REQUEST) | FRAME_SET(ZERO_LE_NARP_REQUEST) |
                                     FRAME_SET(LE_NARP_REQUEST),
                            .about = true,
                            .about_mac = scene->vmac};
}

/* Its form is judged on whatever the device sends in its place. */
static void targetless_form(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = lan_router_advertises(scene, HERE);
    struct pattern announces = {.names = FRAME_SET(TARGETLESS_LE_ARP_REQUEST)};
    struct pattern of_vmac = pattern_with(announces, FIELD_SOURCE_LAN, mac_value(scene->vmac));
    bool right = await(scene, &of_vmac, mark_at(heard), SECONDS(1));
    struct tap_event *event =
        expect(scene, .requirements = "R-2-06 R-3.2-03", .pattern = right ? of_vmac : announces,
               .since = mark_at(heard), .max_ns = SECONDS(1));
    if (!event)
        return;
    expect_field(scene, event, FIELD_SOURCE_LAN, mac_value(scene->vmac), "R-2-06 R-3.2-03");
    expect_field(scene, event, FIELD_SOURCE_ATM, atm_value(scene->device_atm), "R-2-06");
    expect_true(scene, event->vcc && event->vcc->kind == VCC_CONTROL_DIRECT, event, "L-vcc-01",
                "the announcement on Control Direct", "on another VCC");
}

static void no_source_form(struct scene *scene)
{
    bring_to_elan(scene);
    lan_router_advertises(scene, HERE);
    await_representation(scene, scene->vmac);
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    struct tap_event *event = expect(scene, .requirements = "R-2-11", .pattern = narp_about_vmac(scene),
                                     .since = mark_at(heard), .max_ns = SECONDS(1));
    if (!event)
        return;
    expect_field(scene, event, FIELD_TARGET_LAN, mac_value(scene->vmac), "R-2-11");
    expect_field(scene, event, FIELD_TARGET_ATM, atm_value(scene->device_atm), "R-2-11");
    expect_field(scene, event, FIELD_SOURCE_ATM, atm_value((struct atm_address){{0}}), "R-2-11");
}

/* A TLV that a v2 client would have. */
static void with_multiplexing(struct scene_plan *plan)
{
    plan->device.llc_multiplexed = plan->capabilities & CAPABILITY_LLC_MULTIPLEXING;
}

static void zero_form(struct scene *scene)
{
    struct value nowhere = atm_value((struct atm_address){{0}});
    bring_to_elan(scene);
    struct tap_event *heard = lan_router_advertises(scene, HERE);
    struct pattern targetless = {.names = FRAME_SET(TARGETLESS_LE_ARP_REQUEST)};
    struct pattern announces = narp_about_vmac(scene);
    struct tap_event *event = expect(scene, .requirements = "R-3.2-07 R-6-04", .pattern = announces,
                                     .since = mark_at(heard), .max_ns = SECONDS(1));
    expect_none(scene, .requirements = "L-v2-02 R-3.2-07 R-6-04", .pattern = targetless,
                .since = mark_at(heard), .max_ns = SECONDS(1));
    prove_alive(scene);
    if (!event)
        return;
    struct value source;
    expect_field(scene, event, FIELD_TARGET_ATM, nowhere, "R-3.2-07 R-6-04");
    expect_field(scene, event, FIELD_SOURCE_ATM, nowhere, "R-3.2-07 R-6-04");
    expect_field(scene, event, FIELD_TLV_COUNT, number_value(0), "R-6-02");
    /* With a source it is a plain one, and lacks the address of who was there before. */
    bool plain =
        field_get(tap_frame(scene->tap, event), FIELD_SOURCE_ATM, &source) && !value_equal(&source, &nowhere);
    expect_true(scene, !plain, event, "R-6-03", "no plain LE_NARP_REQUEST with a target of zero", "one");
}

static void v2_in_force(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = lan_router_advertises(scene, HERE);
    expect(scene, .requirements = "L-v2-02 R-6-07 R-6-10", .pattern = announcement(scene, scene->vmac),
           .since = mark_at(heard), .max_ns = SECONDS(1));
    struct pattern zero = {.names = FRAME_SET(ZERO_LE_NARP_REQUEST), .about = true, .about_mac = scene->vmac};
    expect_none(scene, .requirements = "R-6-07", .pattern = zero, .since = mark_at(heard),
                .max_ns = SECONDS(2));
    prove_alive(scene);
}

/* Draft 6: the v1 LE_NARP_REQUEST is for what a client begins to serve. */
static void v1_gives_up_in_silence(struct scene *scene)
{
    bring_to_elan(scene);
    lan_router_advertises(scene, HERE);
    await_representation(scene, scene->vmac);
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    struct pattern pattern = narp_about_vmac(scene);
    struct tap_event *event = await(scene, &pattern, mark_at(heard), SECONDS(2));
    struct pattern no_source = withdrawal(scene, scene->vmac);
    bool wanted = scene->pixit.choice[PIXIT_V1_DISASSOCIATION] == V1_DISASSOCIATION_NO_SOURCE;
    if (event && !(wanted && pattern_matches(&no_source, scene->tap, event)))
        remark(scene, event, "R-6-08", "no LE_NARP_REQUEST from a v1 LEC that gives an address up", "one");
    expect_station_given_up(scene, scene->vmac, mark_at(heard), "R-2.2-02");
}

#define BRIDGE_CASE(name, what, ids, stimulates, accepts, where, preparation, function)                      \
    {                                                                                                        \
        .id = "bridge-forms/" name, .title = what, .requirements = ids, .stimulus = stimulates,              \
        .accepted = accepts, .scope = where, .capabilities = CAPABILITY_LAN_PORT, .prepare = preparation,    \
        .run = function                                                                                      \
    }

static const struct test_case cases[] = {
    BRIDGE_CASE("targetless-le-arp", "A bridge's announcement has the form of section 2, item 5",
                "L-vcc-01 R-2-06 R-3.2-03", "an advertisement on a LAN",
                "op-code 0006, no target, the VMAC as source, its own ATM address, on Control Direct",
                BRIDGE_V2, NULL, targetless_form),
    BRIDGE_CASE("no-source-le-narp", "A bridge's withdrawal has the form of section 2, item 6", "R-2-11",
                "an advertisement on a LAN, later one on the ELAN",
                "op-code 0008, SOURCE-ATM-ADDRESS zero, the VMAC and the own ATM address as target",
                BRIDGE_V2, NULL, no_source_form),
    BRIDGE_CASE("zero-le-narp", "A bridge's announcement in v1 has the form of section 6",
                "L-v2-02 R-3.2-07 R-6-02 R-6-03 R-6-04", "an advertisement on a LAN",
                "op-code 0008, the VMAC as target, both ATM addresses zero, no TLV", BRIDGE_V1,
                with_multiplexing, zero_form),
    BRIDGE_CASE("v2-in-force", "A bridge in v2 mode announces as v2, and in no other way",
                "L-v2-02 R-6-07 R-6-10", "an advertisement on a LAN",
                "a targetless LE_ARP_REQUEST, no zero/zero LE_NARP_REQUEST", BRIDGE_V2, NULL, v2_in_force),
    BRIDGE_CASE("v1-gives-up-in-silence", "A bridge in v1 mode has no frame to give an address up",
                "R-2.2-02 R-3.2-08 R-6-08 R-6-09", "an advertisement on a LAN, later one on the ELAN",
                "no LE_NARP_REQUEST (v1_disassociation); LE_ARP for the VMAC is no longer answered",
                BRIDGE_V1, NULL, v1_gives_up_in_silence),
};

const struct case_list bridge_forms_cases = {cases, sizeof cases / sizeof *cases};
