/* The forms of the frames that the draft defines (section 2, items 5 and 6): every field that has a meaning.
 */
#include "cases/cases.h"

/* R-2-06: the targetless LE_ARP_REQUEST. Its form is judged on whatever the device sends in its place. */
static void announcement_form(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    int64_t limit_ns = master_down_ns(scene) + SECONDS(1);
    struct pattern announces = {.names = FRAME_SET(TARGETLESS_LE_ARP_REQUEST)};
    struct pattern of_vmac = pattern_with(announces, FIELD_SOURCE_LAN, mac_value(scene->vmac));
    /* Its own MAC address it may announce as well (R-2-17). */
    bool right = await(scene, &of_vmac, mark_at(scene->started), limit_ns);
    struct tap_event *event = expect(scene, .requirements = "R-2-06", .pattern = right ? of_vmac : announces,
                                     .since = mark_at(scene->started), .max_ns = limit_ns);
    if (!event)
        return;
    expect_field(scene, event, FIELD_SOURCE_LAN, mac_value(scene->vmac), "R-2-06");
    expect_field(scene, event, FIELD_SOURCE_ATM, atm_value(scene->device_atm), "R-2-06");
}

/* R-2-11: the no-source LE_NARP_REQUEST. */
static void withdrawal_form(struct scene *scene)
{
    bring_to_master(scene);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    /* Whatever form of it comes, told by what it is about. */
    struct pattern withdraws = {.names = FRAME_SET(NO_SOURCE_LE_NARP_REQUEST) |
                                         FRAME_SET(ZERO_LE_NARP_REQUEST) | FRAME_SET(LE_NARP_REQUEST),
                                .about = true,
                                .about_mac = scene->vmac};
    struct tap_event *event =
        expect(scene, .requirements = "R-2-11", .pattern = withdraws, .since = since, .max_ns = SECONDS(1));
    if (!event)
        return;
    expect_field(scene, event, FIELD_TARGET_LAN, mac_value(scene->vmac), "R-2-11");
    expect_field(scene, event, FIELD_TARGET_ATM, atm_value(scene->device_atm), "R-2-11");
    expect_field(scene, event, FIELD_SOURCE_ATM, atm_value((struct atm_address){{0}}), "R-2-11");
}

static const struct test_case cases[] = {
    {.id = "frame-forms/targetless-le-arp",
     .title = "The targetless LE_ARP_REQUEST of an association has the form of section 2, item 5",
     .requirements = "R-2-06",
     .stimulus = "the device starts and becomes Master",
     .accepted = "op-code 0006, no target, the VMAC as source, its own ATM address",
     .scope = ROUTER_V2,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = announcement_form},
    {.id = "frame-forms/no-source-le-narp",
     .title = "The no-source LE_NARP_REQUEST of a disassociation has the form of section 2, item 6",
     .requirements = "R-2-11",
     .stimulus = "Shutdown of a Master",
     .accepted = "op-code 0008, SOURCE-ATM-ADDRESS zero, the VMAC and the own ATM address as target",
     .scope = ROUTER_V2,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = withdrawal_form},
};

const struct case_list frame_forms_cases = {cases, sizeof cases / sizeof *cases};
