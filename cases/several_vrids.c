/* Section 2.2 and draft-requirements A-24: several virtual routers on one LEC. All rules apply to each VMAC
 * alone; giving one up touches neither another one nor the physical MAC address. */
#include "cases/cases.h"

#define ROUTERS(scene) ((scene)->plan.device.virtual_router_count)

static struct mac_address vmac_of(const struct scene *scene, size_t number)
{
    return virtual_mac_of(&scene->plan.device, scene->plan.device.virtual_routers[number].vrid);
}

/* Two or three, of the same priority, with VRIDs and addresses of their own. */
static void several(struct scene_plan *plan)
{
    struct device_settings *device = &plan->device;
    struct virtual_router_settings *routers = device->virtual_routers;
    const uint32_t taken[] = {device->elan.address.number, plan->speaker.address.number,
                              plan->host.address.number, plan->third_ip.number,
                              routers[0].addresses[0].number};
    device->virtual_router_count = (size_t)random_between(&plan->random, 2, 3);
    uint32_t address = routers[0].addresses[0].number;
    unsigned vrid = routers[0].vrid;
    for (size_t i = 1; i < device->virtual_router_count; i++) {
        routers[i] = routers[0];
        do {
            vrid = vrid % 255 + 1;
        } while (!profile_allows_vrid(plan->profile, vrid) && vrid != routers[0].vrid);
        routers[i].vrid = (uint8_t)vrid;
        /* The next address of the subnet that nobody has. */
        for (bool free = false; !free;) {
            address = (address & ~0xffu) | (address % 256 % 254 + 1);
            free = true;
            for (size_t j = 0; j < sizeof taken / sizeof *taken; j++)
                free = free && address != taken[j];
        }
        routers[i].addresses[0].number = address;
    }
}

/* Gives every virtual router its Startup event; Master of all of them, and registered or settled. */
static void start_all(struct scene *scene)
{
    for (size_t i = ROUTERS(scene); i-- > 1;)
        scene_control(scene, CONTROL_STARTUP, scene->plan.device.virtual_routers[i].vrid, 0);
    start_router(scene);
}

static void await_mastership(struct scene *scene, size_t number, struct mark since)
{
    struct pattern own = advertisement(scene, scene->plan.device.virtual_routers[number].vrid);
    if (!await(scene, &own, since, master_down_ns(scene) + SECONDS(2)))
        scene_inconclusive(scene, "the device did not become Master of VRID %u",
                           scene->plan.device.virtual_routers[number].vrid);
}

static void become_master_of_all(struct scene *scene)
{
    bring_to_elan(scene);
    start_all(scene);
    for (size_t i = 0; i < ROUTERS(scene); i++)
        await_mastership(scene, i, mark_at(scene->started));
    scene_advance(scene, SECONDS(3));
}

static bool registered(const struct scene *scene, struct mac_address mac)
{
    struct atm_address atm;
    return les_binding(scene->les, mac, &atm) && atm_address_equal(&atm, &scene->device_atm);
}

static struct tap_event *ask(struct scene *scene, struct mac_address mac, struct pattern *answer)
{
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, mac, &id);
    *answer = le_arp_answer(scene, id);
    return asked;
}

/* How the LEC stood for its addresses before one of them was given up; the last one is the physical MAC
 * address. */
struct standing {
    struct mac_address mac[VIRTUAL_ROUTER_ROOM + 1];
    bool registered[VIRTUAL_ROUTER_ROOM + 1];
    size_t count;
};

/* All of them represented; inconclusive otherwise. */
static struct standing stand(struct scene *scene)
{
    struct standing standing = {.count = ROUTERS(scene) + 1};
    for (size_t i = 0; i < standing.count; i++) {
        standing.mac[i] = i < ROUTERS(scene) ? vmac_of(scene, i) : scene->device_mac;
        standing.registered[i] = registered(scene, standing.mac[i]);
        struct pattern answer;
        struct tap_event *asked = ask(scene, standing.mac[i], &answer);
        if (!await(scene, &answer, mark_at(asked), SECONDS(1)))
            scene_inconclusive(scene, "the device does not answer LE_ARP for all of its addresses");
    }
    return standing;
}

/* The association with this address is as it was: nothing said about it, answered for, registered if it was.
 */
static void expect_untouched(struct scene *scene, struct mac_address mac, struct mark since,
                             bool was_registered)
{
    uint64_t frames = FRAME_SET(LE_UNREGISTER_REQUEST) | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST) |
                      FRAME_SET(LE_REGISTER_REQUEST);
    expect_none(scene, .requirements = "R-2.2-05",
                .pattern = {.names = frames, .about = true, .about_mac = mac}, .since = since,
                .max_ns = SECONDS(2));
    struct pattern answer;
    struct tap_event *asked = ask(scene, mac, &answer);
    expect(scene, .requirements = "R-2.2-05", .pattern = answer, .since = mark_at(asked),
           .max_ns = SECONDS(1));
    if (was_registered)
        expect_true(scene, registered(scene, mac), NULL, "R-2.2-05", "the address registered as before",
                    "it is not");
}

static void expect_others_untouched(struct scene *scene, const struct standing *before, size_t given_up,
                                    struct mark since)
{
    for (size_t i = 0; i < before->count; i++)
        if (i != given_up)
            expect_untouched(scene, before->mac[i], since, before->registered[i]);
}

/* Another router has the first virtual router now; whether the device yields to it is judged elsewhere. */
static void await_yielding(struct scene *scene, struct tap_event *heard)
{
    struct pattern own = advertisement(scene, scene->vrid);
    if (await(scene, &own, mark_after(heard), interval_ns(scene) * 3 / 2))
        scene_inconclusive(scene, "the device does not yield to a higher priority");
}

/* The positive side: this one is given up. */
static void expect_given_up(struct scene *scene, const struct standing *before, size_t number,
                            struct mark since)
{
    struct mac_address mac = before->mac[number];
    if (!scene->proxy && before->registered[number])
        expect(scene, .requirements = "R-3.1-08", .pattern = unregistration(scene, mac), .since = since,
               .max_ns = SECONDS(1));
    if (scene->v2)
        expect(scene, .requirements = scene->proxy ? "R-3.2-08" : "R-3.1-09",
               .pattern = withdrawal(scene, mac), .since = since, .max_ns = SECONDS(1));
    struct pattern answer;
    struct tap_event *asked = ask(scene, mac, &answer);
    expect_none(scene, .requirements = "R-2-16", .pattern = answer, .since = mark_at(asked),
                .max_ns = MILLISECONDS(500));
}

static void one_yields(struct scene *scene)
{
    become_master_of_all(scene);
    struct standing before = stand(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    await_yielding(scene, heard);
    expect_given_up(scene, &before, 0, mark_at(heard));
    expect_others_untouched(scene, &before, 0, mark_at(heard));
    for (size_t i = 1; i < ROUTERS(scene); i++)
        expect(scene, .requirements = "V-6.4-01",
               .pattern = advertisement(scene, scene->plan.device.virtual_routers[i].vrid),
               .since = mark_now(scene), .max_ns = 2 * interval_ns(scene));
    prove_alive(scene);
}

static void one_shuts_down(struct scene *scene)
{
    become_master_of_all(scene);
    struct standing before = stand(scene);
    size_t number = (size_t)random_between(&scene->random, 0, (int64_t)ROUTERS(scene) - 1);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->plan.device.virtual_routers[number].vrid, 0);
    expect_given_up(scene, &before, number, since);
    expect_others_untouched(scene, &before, number, since);
    prove_alive(scene);
}

/* Each router is Master of one; the other one falls silent and comes back. */
static void backing_each_other(struct scene *scene)
{
    bring_to_elan(scene);
    speaker_takes_over(scene, scene->plan.higher_priority);
    start_all(scene);
    for (size_t i = 1; i < ROUTERS(scene); i++)
        await_mastership(scene, i, mark_at(scene->started));
    scene_advance(scene, SECONDS(3));
    struct tap_event *last = speaker_falls_silent(scene);
    await_mastership(scene, 0, mark_at(last));
    scene_advance(scene, SECONDS(3));
    struct standing before = stand(scene);
    struct tap_event *heard = speaker_takes_over(scene, scene->plan.higher_priority);
    await_yielding(scene, heard);
    expect_given_up(scene, &before, 0, mark_at(heard));
    expect_others_untouched(scene, &before, 0, mark_at(heard));
    prove_alive(scene);
}

#define SEVERAL(name, what, ids, stimulates, accepts, function)                                              \
    {                                                                                                        \
        .id = "several-vrids/" name, .title = what, .requirements = "R-2.2-05 " ids, .stimulus = stimulates, \
        .accepted = accepts, .scope = ROUTER_ANY,                                                            \
        .capabilities = CAPABILITY_CONTROL_STARTUP | CAPABILITY_SEVERAL_VRIDS, .prepare = several,           \
        .run = function                                                                                      \
    }

static const struct test_case cases[] = {
    SEVERAL("one-yields", "A virtual router that yields leaves the others of its LEC alone",
            "R-2-16 R-3.1-08 R-3.1-09 R-3.2-08 V-6.4-01",
            "Master of two or three virtual routers hears a higher priority for one of them",
            "disassociation from its VMAC; nothing about the other VMACs and the physical MAC address, which "
            "stay answered "
            "and registered",
            one_yields),
    SEVERAL("one-shuts-down", "A virtual router that shuts down leaves the others of its LEC alone",
            "R-2-16 R-3.1-08 R-3.1-09 R-3.2-08", "one of two or three virtual routers is shut down",
            "disassociation from its VMAC; nothing about the other VMACs and the physical MAC address, which "
            "stay answered "
            "and registered",
            one_shuts_down),
    SEVERAL("backing-each-other", "Two routers, each Master of a virtual router of its own",
            "R-2-16 R-3.1-08 R-3.1-09 R-3.2-08",
            "the other router is Master of the first virtual router, falls silent, and takes over again",
            "the device serves the first one meanwhile; its own ones are untouched throughout",
            backing_each_other),
};

const struct case_list several_vrids_cases = {cases, sizeof cases / sizeof *cases};
