/* The state machine of RFC 2338 6.4 as section 3.3 of the draft keeps it: one action of one transition at a
 * time, so that what is wrong gets its own name. The whole table, cell by cell, is in cells_*.c. */
#include "cases/cases.h"
#include "steps/plan_changes.h"

#define ANSWER_NS SECONDS(5)

static struct tap_event *await_own(struct scene *scene, struct mark since, int64_t max_ns);
static void prove_start(struct scene *scene);

/* --- Initialize (6.4.1) --- */

static void initialize_waits(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *heard = inject_priority(scene, VRRP_PRIORITY_STOP);
    inject_priority(scene, scene->plan.lower_priority);
    expect_none(scene, .requirements = "V-6.4.1-07", .pattern = speaks_as_master(scene),
                .since = mark_at(heard), .max_ns = 2 * master_down_ns(scene));
    prove_start(scene);
}

static void owner_starts(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *first = expect(scene, .requirements = "V-6.4.1-01", .pattern = own,
                                     .since = mark_at(scene->started), .max_ns = 0);
    if (first)
        expect(scene, .requirements = "V-6.4.1-03", .pattern = own, .since = mark_after(first),
               .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
}

static void owner_starts_in_order(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    struct mark since = mark_at(scene->started);
    struct expectation list[] = {
        {.requirements = "R-3.3.1-02",
         .pattern = association_frame(scene, scene->vmac),
         .since = since,
         .max_ns = SECONDS(1)},
        {.requirements = "R-3.3.1-02",
         .pattern = advertisement(scene, scene->vrid),
         .since = since,
         .max_ns = SECONDS(1)},
        {.requirements = "R-3.3.1-02",
         .pattern = gratuitous_arp(scene, scene->virtual_ip),
         .since = since,
         .max_ns = SECONDS(1)},
    };
    expect_sequence(scene, "R-3.3.1-02", list, sizeof list / sizeof *list, NULL);
}

static void owner_is_master(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    if (!await_own(scene, mark_at(scene->started), master_down_ns(scene)))
        scene_inconclusive(scene, "the owner does not advertise");
    struct tap_event *asked = inject_arp_request(scene, scene->virtual_ip);
    expect(scene, .requirements = "V-6.4.1-04", .pattern = arp_reply(scene, scene->virtual_ip),
           .since = mark_at(asked), .max_ns = ANSWER_NS);
}

static void starts_silent(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    int64_t silence_ns = master_down_ns(scene) - MILLISECONDS(100);
    struct pattern advertises = {.names = FRAME_SET(ADVERTISEMENT) | FRAME_SET(GRATUITOUS_ARP)};
    expect_none(scene, .requirements = "R-3.3.1-03 V-6.4.1-06", .pattern = advertises,
                .since = mark_at(scene->started), .max_ns = silence_ns);
    if (scene->lane)
        expect_none(scene, .requirements = "R-3.3.1-03", .pattern = association_frame(scene, scene->vmac),
                    .since = mark_at(scene->started), .max_ns = silence_ns);
    prove_alive(scene);
}

static void starts_timer(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    expect(scene, .requirements = "V-6.4.1-05", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(scene->started), .min_ns = master_down_ns(scene),
           .max_ns = master_down_ns(scene));
}

/* --- Backup (3, 6.4.2) --- */

static void backup_does_not_advertise(struct scene *scene)
{
    bring_to_elan(scene);
    speaker_takes_over(scene, scene->plan.higher_priority);
    start_router(scene);
    expect_none(scene, .requirements = "V-3-01", .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(scene->started), .max_ns = 5 * interval_ns(scene));
    prove_alive(scene);
}

static void backup_shut_down(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    speaker_falls_silent(scene);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    expect_none(scene, .requirements = "V-6.4.2-05", .pattern = stop_advertisement(scene, scene->vrid),
                .since = since, .max_ns = interval_ns(scene));
    expect_none(scene, .requirements = "V-6.4.2-04", .pattern = advertisement(scene, scene->vrid),
                .since = since, .max_ns = 2 * master_down_ns(scene));
    prove_start(scene);
}

static void takeover_at_once(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    struct tap_event *last = speaker_falls_silent(scene);
    expect(scene, .requirements = "V-6.4.2-06 V-2.5-02", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(last), .min_ns = master_down_ns(scene), .max_ns = master_down_ns(scene));
}

static void takeover_goes_on(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    struct tap_event *last = speaker_falls_silent(scene);
    struct tap_event *first = await_own(scene, mark_at(last), 2 * master_down_ns(scene));
    if (!first)
        scene_inconclusive(scene, "the device did not take over");
    expect(scene, .requirements = "V-6.4.2-08 V-2.5-03", .pattern = advertisement(scene, scene->vrid),
           .since = mark_after(first), .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
}

/* Skew_Time long enough to be told from nothing and from Master_Down_Interval. */
static void with_long_skew(struct scene_plan *plan)
{
    uint8_t priority = (uint8_t)random_between(&plan->random, 3, 100);
    plan->device.virtual_routers[0].priority = priority;
    plan->lower_priority = (uint8_t)random_between(&plan->random, 1, priority - 1);
    plan->higher_priority = plan->speaker.priority =
        (uint8_t)random_between(&plan->random, priority + 1, 254);
}

static void backup_hears_stop(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    speaker_falls_silent(scene);
    struct tap_event *stopped = inject_priority(scene, VRRP_PRIORITY_STOP);
    expect(scene, .requirements = "V-6.4.2-10", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(stopped), .min_ns = skew_ns(scene), .max_ns = skew_ns(scene));
}

/* From the next lower address (parameter -1) or the next higher one (1). */
static void backup_hears_equal(struct scene *scene)
{
    struct ipv4_address sender = {scene->device_ip.number + (uint32_t)scene->test->parameter};
    bring_to(scene, STATE_BACKUP);
    struct tap_event *last = speaker_falls_silent(scene);
    scene_advance(scene, last->time_ns + 2 * interval_ns(scene) - scene_now_ns(scene));
    struct tap_event *heard = inject_priority_from(scene, scene->priority, sender);
    expect(scene, .requirements = "V-6.4.2-12 V-3-03", .pattern = advertisement(scene, scene->vrid),
           .since = {last->index, heard->time_ns}, .min_ns = master_down_ns(scene),
           .max_ns = master_down_ns(scene));
}

static void backup_hears_lower(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    struct tap_event *last = speaker_falls_silent(scene);
    scene_advance(scene, last->time_ns + interval_ns(scene) - scene_now_ns(scene));
    inject_priority(scene, scene->plan.lower_priority);
    expect(scene, .requirements = "V-6.4.2-13", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(last), .min_ns = master_down_ns(scene), .max_ns = master_down_ns(scene));
}

/* --- Master is shut down (6.4.3; draft 3.3.3) --- */

static void shutdown_in_order(struct scene *scene)
{
    bring_to_master(scene);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    struct expectation list[] = {
        {.requirements = "R-3.3.3-03",
         .pattern = stop_advertisement(scene, scene->vrid),
         .since = since,
         .max_ns = SECONDS(1)},
        {.requirements = "R-3.3.3-03",
         .pattern = disassociation_frame(scene, scene->vmac),
         .since = since,
         .max_ns = SECONDS(1)},
    };
    expect_sequence(scene, "R-3.3.3-03", list, list[1].pattern.names ? 2 : 1, NULL);
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect_none(scene, .requirements = "R-3.3.3-03", .pattern = le_arp_answer(scene, id),
                .since = mark_at(asked), .max_ns = ANSWER_NS);
    prove_alive(scene);
}

static void shut_down(struct scene *scene)
{
    bring_to_master(scene);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    expect_none(scene, .requirements = "V-6.4.3-05 R-3.3.3-03", .pattern = advertisement(scene, scene->vrid),
                .since = since, .max_ns = 3 * interval_ns(scene));
    struct tap_event *asked = inject_arp_request(scene, scene->virtual_ip);
    expect_none(scene, .requirements = "V-6.4.3-07", .pattern = arp_reply(scene, scene->virtual_ip),
                .since = mark_at(asked), .max_ns = ANSWER_NS);
    prove_alive(scene);
}

/* --- Master (6.4.3) --- */

static void master_advertises(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *event = await_own(scene, mark_now(scene), 2 * interval_ns(scene));
    if (!event)
        scene_inconclusive(scene, "the device stopped advertising");
    for (unsigned i = 0; event && i < 6; i++)
        event =
            expect(scene, .requirements = "V-6.4.3-08 V-2.5-03", .pattern = advertisement(scene, scene->vrid),
                   .since = mark_after(event), .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
}

/* The next advertisement of the device, and a little later: before the one after it by more than any way of
 * an advertisement to the device takes. */
static struct tap_event *between_advertisements(struct scene *scene)
{
    struct tap_event *own = await_own(scene, mark_now(scene), 2 * interval_ns(scene));
    if (!own)
        scene_inconclusive(scene, "the device stopped advertising");
    scene_advance(scene, interval_ns(scene) / 10);
    return own;
}

static void master_hears_stop(struct scene *scene)
{
    bring_to_master(scene);
    between_advertisements(scene);
    struct tap_event *heard = inject_priority(scene, VRRP_PRIORITY_STOP);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *answer =
        expect(scene, .requirements = "V-6.4.3-10", .pattern = own, .since = mark_at(heard), .max_ns = 0);
    if (answer)
        expect(scene, .requirements = "V-6.4.3-11", .pattern = own, .since = mark_after(answer),
               .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
    expect_association_kept(scene, mark_at(heard), interval_ns(scene), "R-3.3.3-06");
    prove_alive(scene);
}

static void master_hears_lower(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *last = between_advertisements(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.lower_priority);
    expect_association_kept(scene, mark_at(heard), interval_ns(scene), "R-3.3.3-06");
    expect(scene, .requirements = "V-6.4.3-17", .pattern = advertisement(scene, scene->vrid),
           .since = mark_after(last), .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
    prove_alive(scene);
}

static void master_answers_le_arp(struct scene *scene)
{
    bring_to_master(scene);
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect(scene, .requirements = "R-3.3.3-02",
           .pattern = pattern_with(le_arp_answer_for(scene, scene->vmac), FIELD_STATUS,
                                   number_value(LE_STATUS_SUCCESS)),
           .since = mark_at(asked), .max_ns = SECONDS(1));
}

static void master_yields(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    expect_none(scene, .requirements = "V-6.4.3-12 V-6.4.3-14", .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(heard), .max_ns = 2 * interval_ns(scene));
    struct tap_event *asked = inject_arp_request(scene, scene->virtual_ip);
    expect_none(scene, .requirements = "V-6.4.3-16", .pattern = arp_reply(scene, scene->virtual_ip),
                .since = mark_at(asked),
                .max_ns = heard->time_ns + master_down_ns(scene) - asked->time_ns - NS_PER_MS);
    prove_alive(scene);
}

static void master_gives_vmac_up(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    expect_disassociation(scene, mark_at(heard), true, "R-3.3.3-04");
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    expect_none(scene, .requirements = "R-3.3.3-04", .pattern = le_arp_answer(scene, id),
                .since = mark_at(asked),
                .max_ns = heard->time_ns + master_down_ns(scene) - asked->time_ns - NS_PER_MS);
    prove_alive(scene);
}

static void master_returns(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.higher_priority);
    scene_advance(scene, interval_ns(scene) * 3 / 2);
    expect(scene, .requirements = "V-6.4.3-15", .pattern = advertisement(scene, scene->vrid),
           .since = {tap_count(scene->tap), heard->time_ns}, .min_ns = master_down_ns(scene),
           .max_ns = master_down_ns(scene));
}

/* --- two virtual routers (6.4) --- */

static void two_states_at_once(struct scene *scene)
{
    const struct virtual_router_settings *second = &scene->plan.device.virtual_routers[1];
    bring_to_master(scene);
    struct pattern of_second = advertisement(scene, second->vrid);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_STARTUP, second->vrid, 0);
    if (!await(scene, &of_second, since, 2 * master_down_ns(scene)))
        scene_inconclusive(scene, "the device did not become Master of its second virtual router");
    struct advertisement higher = good_advertisement(scene, scene->plan.higher_priority);
    higher.source_mac = virtual_mac_of(&scene->plan.device, second->vrid);
    higher.message.vrid = second->vrid;
    higher.message.addresses[0] = second->addresses[0];
    struct tap_event *heard = inject_advertisement(scene, &higher);
    if (await(scene, &of_second, mark_at(heard), 2 * interval_ns(scene)))
        scene_inconclusive(scene, "the second virtual router does not yield to a higher priority");
    expect(scene, .requirements = "V-6.4-01", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(heard), .max_ns = interval_ns(scene));
    prove_alive(scene);
}

/* Master of both of its virtual routers; one is shut down. */
static void one_shuts_down(struct scene *scene)
{
    const struct virtual_router_settings *routers = scene->plan.device.virtual_routers;
    bring_to_master(scene);
    struct pattern of_second = advertisement(scene, routers[1].vrid);
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_STARTUP, routers[1].vrid, 0);
    if (!await(scene, &of_second, since, 2 * master_down_ns(scene)))
        scene_inconclusive(scene, "the device did not become Master of its second virtual router");
    scene_advance(scene, SECONDS(3)); /* its association is complete */
    size_t down = (size_t)random_between(&scene->random, 0, 1);
    const struct virtual_router_settings *other = &routers[1 - down];
    since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, routers[down].vrid, 0);
    for (unsigned i = 0; i < 3; i++)
        expect(scene, .requirements = "V-6.4-01", .pattern = advertisement(scene, other->vrid),
               .since = since, .max_ns = (i + 1) * interval_ns(scene));
    struct tap_event *asked = inject_arp_request(scene, other->addresses[0]);
    expect(scene, .requirements = "V-6.4-01", .pattern = arp_reply(scene, other->addresses[0]),
           .since = mark_at(asked), .max_ns = ANSWER_NS);
    struct pattern of_down = advertisement(scene, routers[down].vrid);
    if (seen(scene, &of_down, since))
        scene_inconclusive(scene, "the virtual router that was shut down goes on");
    prove_alive(scene);
}

static struct tap_event *await_own(struct scene *scene, struct mark since, int64_t max_ns)
{
    struct pattern own = advertisement(scene, scene->vrid);
    return await(scene, &own, since, max_ns);
}

/* The silence was not that of a dead router: it starts now. */
static void prove_start(struct scene *scene)
{
    start_router(scene);
    if (!await_own(scene, mark_at(scene->started), 2 * master_down_ns(scene)))
        scene_inconclusive(scene, "the virtual router does not start either");
    prove_alive(scene);
}

#define STATE_CASE(where, name, what, ids, stimulates, accepts, preparation, function, value)                \
    {                                                                                                        \
        .id = "router-states/" name, .title = what, .requirements = ids, .stimulus = stimulates,             \
        .accepted = accepts, .scope = where, .capabilities = CAPABILITY_CONTROL_STARTUP,                     \
        .prepare = preparation, .run = function, .parameter = value                                          \
    }
#define ROUTER_STATE(...) STATE_CASE(ROUTER_AND_VRRP, __VA_ARGS__)
#define LANE_STATE(...)   STATE_CASE(ROUTER_ANY, __VA_ARGS__)

static const struct test_case cases[] = {
    ROUTER_STATE("initialize-waits", "Before its Startup event a virtual router does nothing", "V-6.4.1-07",
                 "advertisements of priority 0 and of lower priority before the Startup event",
                 "nothing about the virtual router; it starts when told to", NULL, initialize_waits, 0),
    ROUTER_STATE("owner-starts", "The owner advertises at once and goes on", "V-6.4.1-01 V-6.4.1-03",
                 "Startup event to the owner", "an advertisement at once, the next one interval later",
                 plan_owner, owner_starts, 0),
    LANE_STATE(
        "owner-starts-in-order", "The owner associates, advertises, announces", "R-3.3.1-02",
        "Startup event to the owner",
        "the first frame of the ADDRESS ASSOCIATION, the advertisement, the gratuitous ARP in this order",
        plan_owner, owner_starts_in_order, 0),
    ROUTER_STATE("owner-is-master", "The owner that started acts as Master", "V-6.4.1-04",
                 "Startup event to the owner, then ARP for its address", "a reply", plan_owner,
                 owner_is_master, 0),
    ROUTER_STATE("starts-silent", "A router below 255 starts as Backup", "R-3.3.1-03 V-6.4.1-06",
                 "Startup event",
                 "no advertisement and no association frame before the Master_Down_Timer fires", NULL,
                 starts_silent, 0),
    ROUTER_STATE("starts-timer", "Started without a Master it takes over after Master_Down_Interval",
                 "V-6.4.1-05", "Startup event", "the first advertisement one Master_Down_Interval later",
                 NULL, starts_timer, 0),
    ROUTER_STATE("backup-does-not-advertise", "A Backup does not advertise", "V-3-01",
                 "Startup event beside a Master of higher priority", "no advertisement for five intervals",
                 NULL, backup_does_not_advertise, 0),
    ROUTER_STATE("backup-shut-down", "A Backup that is shut down leaves without a word",
                 "V-6.4.2-04 V-6.4.2-05", "the Master falls silent, Shutdown event to the Backup",
                 "no advertisement of any priority; it starts again when told to", NULL, backup_shut_down, 0),
    ROUTER_STATE("takeover-at-once", "A Backup advertises when its Master_Down_Timer fires",
                 "V-6.4.2-06 V-2.5-02", "the Master falls silent",
                 "an advertisement one Master_Down_Interval after its last", NULL, takeover_at_once, 0),
    ROUTER_STATE("takeover-goes-on", "A new Master advertises each interval", "V-6.4.2-08 V-2.5-03",
                 "the Master falls silent", "a second advertisement one interval after the first", NULL,
                 takeover_goes_on, 0),
    ROUTER_STATE("backup-hears-stop", "A Backup takes over Skew_Time after priority 0", "V-6.4.2-10",
                 "an advertisement of priority 0 to a Backup", "an advertisement Skew_Time later",
                 with_long_skew, backup_hears_stop, 0),
    ROUTER_STATE("backup-hears-equal-above", "Equal priority from a greater address holds a Backup off",
                 "V-6.4.2-12 V-3-03",
                 "an advertisement of equal priority two intervals after the last of the Master",
                 "takeover one Master_Down_Interval after it", NULL, backup_hears_equal, 1),
    ROUTER_STATE("backup-hears-equal-below", "Equal priority from a lower address holds a Backup off",
                 "V-6.4.2-12 V-3-03",
                 "an advertisement of equal priority two intervals after the last of the Master",
                 "takeover one Master_Down_Interval after it", NULL, backup_hears_equal, -1),
    ROUTER_STATE("backup-hears-lower", "A lower priority does not hold a Backup off", "V-6.4.2-13",
                 "an advertisement of lower priority one interval after the last of the Master",
                 "takeover one Master_Down_Interval after the last of the Master", NULL, backup_hears_lower,
                 0),
    LANE_STATE("shutdown-in-order", "A Master that is shut down says so, then disassociates", "R-3.3.3-03",
               "Shutdown event to a Master",
               "the advertisement of priority 0, then the first frame of the ADDRESS DISASSOCIATION; "
               "LE_ARP for the VMAC "
               "unanswered",
               NULL, shutdown_in_order, 0),
    ROUTER_STATE("shut-down", "A Master that was shut down is silent", "V-6.4.3-05 V-6.4.3-07 R-3.3.3-03",
                 "Shutdown event to a Master, then ARP for the virtual address",
                 "no advertisement, no ARP reply", NULL, shut_down, 0),
    ROUTER_STATE("master-advertises", "A Master advertises each interval", "V-6.4.3-08 V-2.5-03",
                 "none: the device is Master", "seven advertisements an interval apart", NULL,
                 master_advertises, 0),
    ROUTER_STATE("master-hears-stop", "A Master answers priority 0 with an advertisement",
                 "V-6.4.3-10 V-6.4.3-11 R-3.3.3-06", "an advertisement of priority 0 to a Master",
                 "an advertisement at once, the next one interval later; the association is kept", NULL,
                 master_hears_stop, 0),
    ROUTER_STATE("master-hears-lower", "A lower priority has no effect on a Master", "V-6.4.3-17 R-3.3.3-06",
                 "an advertisement of lower priority to a Master between two of its own",
                 "its next advertisement when due; the association is kept", NULL, master_hears_lower, 0),
    LANE_STATE("master-answers-le-arp", "A Master answers LE_ARP for the VMAC", "R-3.3.3-02",
               "LE_ARP_REQUEST for the VMAC, handed to the Master by the LES",
               "LE_ARP_RESPONSE with status 0", NULL, master_answers_le_arp, 0),
    ROUTER_STATE("master-yields", "A Master yields to a higher priority", "V-6.4.3-12 V-6.4.3-14 V-6.4.3-16",
                 "an advertisement of higher priority to a Master", "no advertisement, no ARP reply", NULL,
                 master_yields, 0),
    LANE_STATE("master-gives-vmac-up", "A Master that yields gives its association up", "R-3.3.3-04",
               "an advertisement of higher priority to a Master",
               "the frames of the ADDRESS DISASSOCIATION; LE_ARP for the VMAC unanswered", NULL,
               master_gives_vmac_up, 0),
    ROUTER_STATE("master-returns", "A Master that yielded takes over again", "V-6.4.3-15",
                 "one advertisement of higher priority to a Master",
                 "Master again one Master_Down_Interval later", NULL, master_returns, 0),
    {.id = "router-states/two-states-at-once",
     .title = "Each virtual router has a state of its own",
     .requirements = "V-6.4-01",
     .stimulus = "an advertisement of higher priority for one of the two virtual routers of a Master",
     .accepted = "that one yields, the other goes on",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP | CAPABILITY_SEVERAL_VRIDS,
     .prepare = plan_second_router,
     .run = two_states_at_once},
    {.id = "router-states/one-shuts-down",
     .title = "A virtual router that is shut down leaves the other one alone",
     .requirements = "V-6.4-01",
     .stimulus =
         "Shutdown event to one of the two virtual routers of a Master, then ARP for the address of the "
         "other",
     .accepted = "the other one goes on advertising and answers",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP | CAPABILITY_SEVERAL_VRIDS,
     .prepare = plan_second_router,
     .run = one_shuts_down},
};

const struct case_list router_states_cases = {cases, sizeof cases / sizeof *cases};
