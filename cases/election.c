/* Who becomes and stays Master: priorities, primary addresses, preemption (RFC 2338 6.1.2, 6.4; draft 3.3.3).
 */
#include "cases/cases.h"
#include "steps/plan_changes.h"

/* Goes on as Master after an advertisement that must not impress it. */
static void expect_stays_master(struct scene *scene, struct tap_event *heard, const char *requirements)
{
    struct pattern own = advertisement(scene, scene->vrid);
    expect_association_kept(scene, mark_at(heard), interval_ns(scene), requirements);
    struct tap_event *next = expect(scene, .requirements = requirements, .pattern = own,
                                    .since = mark_at(heard), .max_ns = interval_ns(scene));
    if (next)
        expect(scene, .requirements = requirements, .pattern = own, .since = mark_after(next),
               .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
}

/* Yields: no advertisement any more, a disassociation, and Master again a Master_Down_Interval later. */
static void expect_yields(struct scene *scene, struct tap_event *heard, const char *requirements)
{
    expect_disassociation(scene, mark_at(heard), true, requirements);
    expect_none(scene, .requirements = requirements, .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(heard), .max_ns = interval_ns(scene) * 3 / 2);
    prove_alive(scene);
}

/* Two priorities around the border of a signed octet. */
static void across_127(struct scene_plan *plan)
{
    bool above = plan->instance->test->parameter;
    plan->device.virtual_routers[0].priority =
        (uint8_t)random_between(&plan->random, above ? 128 : 2, above ? 254 : 127);
}

static void higher_across_127(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority(scene, (uint8_t)random_between(&scene->random, 128, 254));
    expect_none(scene, .requirements = "V-5.3.4-05", .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(heard), .max_ns = interval_ns(scene) * 3 / 2);
    prove_alive(scene);
}

static void lower_across_127(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority(scene, (uint8_t)random_between(&scene->random, 1, 127));
    expect(scene, .requirements = "V-5.3.4-05", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(heard), .max_ns = interval_ns(scene));
}

/* The senders of equal priority, around the primary address of the device. */
struct rival {
    bool yields;
    struct ipv4_address (*address)(const struct scene *scene);
    void (*prepare)(struct scene_plan *plan);
};

static struct ipv4_address one_above(const struct scene *scene)
{
    return (struct ipv4_address){scene->device_ip.number + 1};
}

static struct ipv4_address one_below(const struct scene *scene)
{
    return (struct ipv4_address){scene->device_ip.number - 1};
}

static struct ipv4_address far_above(const struct scene *scene)
{
    (void)scene;
    return (struct ipv4_address){0xc8000001}; /* 200.0.0.1: negative as a signed number */
}

static struct ipv4_address far_below(const struct scene *scene)
{
    (void)scene;
    return (struct ipv4_address){0x0a000001}; /* 10.0.0.1 */
}

static void move_device(struct scene_plan *plan, uint32_t network, uint32_t host, uint32_t virtual_host)
{
    plan->device.elan.address.number = network | host;
    plan->device.virtual_routers[0].addresses[0].number = network | virtual_host;
    plan->speaker.addresses[0] = plan->device.virtual_routers[0].addresses[0];
    plan->speaker.address.number = network | 250;
    plan->host.address.number = network | 251;
    plan->host.gateway = plan->device.virtual_routers[0].addresses[0];
}

static void device_low(struct scene_plan *plan)
{
    move_device(plan, 0x0a000500, 100, 120);
}

static void device_high(struct scene_plan *plan)
{
    move_device(plan, 0xc8000500, 100, 120);
}

static void virtual_below(struct scene_plan *plan)
{
    move_device(plan, 0x0a000500, 100, 80);
}

static const struct rival rivals[] = {
    {true, one_above, device_low},     /* below the virtual address */
    {false, one_below, virtual_below}, /* above the virtual address */
    {true, far_above, device_low},
    {false, far_below, device_high},
};

static void with_rival(struct scene_plan *plan)
{
    rivals[plan->instance->test->parameter].prepare(plan);
}

static void equal_priority(struct scene *scene)
{
    const struct rival *rival = &rivals[scene->test->parameter];
    bring_to_master(scene);
    struct tap_event *heard = inject_priority_from(scene, scene->priority, rival->address(scene));
    if (rival->yields)
        expect_yields(scene, heard, "R-3.3.3-05 V-6.4.3-13");
    else
        expect_stays_master(scene, heard, "R-3.3.3-05 V-6.4.3-13");
}

/* Its own address: the echo that the LEC did not filter, or a duplicate; the same is not greater. */
static void equal_priority_same_address(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority_from(scene, scene->priority, scene->device_ip);
    expect_stays_master(scene, heard, "R-3.3.3-06 V-6.4.3-17");
}

/* The highest priority of a Backup against the owner's. */
static void at_254(struct scene_plan *plan)
{
    plan->device.virtual_routers[0].priority = 254;
}

/* From a lower address, which would lose at equal priority. */
static void owner_beats_254(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority_from(scene, VRRP_PRIORITY_OWNER, one_below(scene));
    expect_yields(scene, heard, "R-3.3.3-04 V-6.4.3-12");
}

/* Backups come and go: no reason to change. */
static void master_is_stable(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority(scene, scene->plan.lower_priority);
    expect_stays_master(scene, heard, "V-2.3-01");
    heard = inject_priority_from(scene, scene->priority, one_below(scene));
    expect_stays_master(scene, heard, "V-2.3-01");
}

/* --- preemption --- */

static void without_preempt_setting(struct scene_plan *plan)
{
    plan->device.virtual_routers[0].preempt_given = false;
}

static void without_preemption(struct scene_plan *plan)
{
    plan->device.virtual_routers[0].preempt = false;
}

static void owner_without_preemption(struct scene_plan *plan)
{
    plan_owner(plan);
    without_preemption(plan);
}

/* A living Master of lower priority is there when the device starts. */
static void start_beside_lower_master(struct scene *scene)
{
    bring_to_elan(scene);
    speaker_takes_over(scene, scene->plan.lower_priority);
    start_router(scene);
}

static void preempts_by_default(struct scene *scene)
{
    start_beside_lower_master(scene);
    expect(scene, .requirements = "V-6.1.2-07", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(scene->started), .min_ns = master_down_ns(scene),
           .max_ns = master_down_ns(scene));
}

static void does_not_preempt(struct scene *scene)
{
    start_beside_lower_master(scene);
    expect_none(scene, .requirements = "V-6.1.2-08", .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(scene->started), .max_ns = 3 * master_down_ns(scene));
    struct tap_event *last = speaker_falls_silent(scene);
    expect(scene, .requirements = "V-6.4.2-11", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(last), .min_ns = master_down_ns(scene), .max_ns = master_down_ns(scene));
}

static void owner_preempts(struct scene *scene)
{
    start_beside_lower_master(scene);
    expect(scene, .requirements = "V-6.1.2-09 V-1.2-02 V-3-02", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(scene->started), .max_ns = 0);
}

/* An owner gets into Backup by an equal priority from a greater address; what a lower one does to it then is
 * the lab's reading. */
static void owner_in_backup(struct scene *scene)
{
    bring_to_master(scene);
    struct tap_event *heard = inject_priority_from(scene, VRRP_PRIORITY_OWNER, one_above(scene));
    struct pattern own = advertisement(scene, scene->vrid);
    if (await(scene, &own, mark_at(heard), interval_ns(scene) * 3 / 2))
        scene_not_applicable(
            scene, "the owner drops advertisements for its own virtual router, as later RFCs have it");
    /* Behind every tolerance of the wait, well before the timer. */
    struct tap_event *lower = inject_priority(scene, scene->plan.lower_priority);
    bool always = scene->pixit.choice[PIXIT_OWNER_BACKUP_PREEMPT] == OWNER_BACKUP_PREEMPT_ALWAYS;
    struct tap_event *from = always ? heard : lower;
    struct tap_event *takeover =
        await(scene, &own, mark_at(heard), lower->time_ns - heard->time_ns + 2 * master_down_ns(scene));
    if (!expect_true(scene, takeover, lower, "V-6.4.3-15", "an advertisement of the owner, Master again",
                     "nothing"))
        return;
    int64_t due_ns = from->time_ns + master_down_ns(scene);
    bool in_time =
        takeover->time_ns > due_ns - MILLISECONDS(2) && takeover->time_ns < due_ns + MILLISECONDS(2);
    if (!in_time)
        remark(scene, takeover, "V-6.1.2-09",
               always ? "the owner's takeover one Master_Down_Interval after the equal priority"
                      : "the owner's takeover one Master_Down_Interval after the lower priority",
               "another time");
    prove_alive(scene);
}

/* --- two Backups --- */

static void low_and_near(struct scene_plan *plan)
{
    plan->device.virtual_routers[0].priority = (uint8_t)random_between(&plan->random, 2, 10);
    plan->lower_priority = 1;
    plan->higher_priority = plan->speaker.priority = 250;
    plan->device_latency_ns = MILLISECONDS(1);
}

static void higher_backup_wins(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    struct tap_event *last = speaker_falls_silent(scene);
    /* The other Backup, of priority 254, takes over after three intervals and 8 ms. */
    scene_advance(scene,
                  last->time_ns + 3 * interval_ns(scene) + skew_of_priority_ns(254) - scene_now_ns(scene));
    struct tap_event *heard = inject_priority(scene, 254);
    expect_none(scene, .requirements = "V-3-04", .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(last), .max_ns = heard->time_ns + 2 * interval_ns(scene) - last->time_ns);
    prove_alive(scene);
}

#define ELECTION(name, what, ids, stimulates, accepts, preparation, function, value)                         \
    {                                                                                                        \
        .id = "election/" name, .title = what, .requirements = ids, .stimulus = stimulates,                  \
        .accepted = accepts, .scope = ROUTER_AND_VRRP, .capabilities = CAPABILITY_CONTROL_STARTUP,           \
        .prepare = preparation, .run = function, .parameter = value                                          \
    }

#define EQUAL_IDS "R-3.3.3-05 V-6.4.3-13"

static const struct test_case cases[] = {
    ELECTION("higher-across-127", "A priority above 127 beats one below", "V-5.3.4-05",
             "an advertisement of priority 128 to 254 to a Master below", "the Master yields", across_127,
             higher_across_127, 0),
    ELECTION("lower-across-127", "A priority below 128 does not beat one above", "V-5.3.4-05",
             "an advertisement of priority 1 to 127 to a Master above", "the Master goes on", across_127,
             lower_across_127, 1),
    ELECTION("owner-beats-254", "Priority 255 is higher than 254", "R-3.3.3-04 V-6.4.3-12",
             "an advertisement of priority 255 from a lower address to a Master of priority 254",
             "the Master yields", at_254, owner_beats_254, 0),
    ELECTION("equal-one-above", "Equal priority from the next higher primary address", EQUAL_IDS,
             "an advertisement of equal priority from the local primary address plus one, which is below the "
             "virtual one",
             "the Master yields", with_rival, equal_priority, 0),
    ELECTION("equal-one-below", "Equal priority from the next lower primary address", EQUAL_IDS,
             "an advertisement of equal priority from the local primary address less one, which is above the "
             "virtual one",
             "the Master goes on", with_rival, equal_priority, 1),
    ELECTION("equal-far-above", "Equal priority from 200.0.0.1 to 10.0.5.100", EQUAL_IDS,
             "an advertisement of equal priority from across the border of signed numbers",
             "the Master yields", with_rival, equal_priority, 2),
    ELECTION("equal-far-below", "Equal priority from 10.0.0.1 to 200.0.5.100", EQUAL_IDS,
             "an advertisement of equal priority from across the border of signed numbers",
             "the Master goes on", with_rival, equal_priority, 3),
    ELECTION(
        "equal-same-address", "Equal priority from the device's own address", "R-3.3.3-06 V-6.4.3-17",
        "an advertisement of equal priority from the local primary address, not through the LEC's own LECID",
        "the Master goes on", NULL, equal_priority_same_address, 0),
    ELECTION("master-is-stable", "A Master stays while lesser Backups come and go", "V-2.3-01",
             "advertisements of lower priority, and of equal priority from a lower address",
             "the Master goes on", NULL, master_is_stable, 0),
    ELECTION("preempts-by-default", "With factory settings a higher priority preempts", "V-6.1.2-07",
             "the device starts beside a living Master of lower priority, Preempt_Mode not configured",
             "Master one Master_Down_Interval after the start", without_preempt_setting, preempts_by_default,
             0),
    ELECTION("no-preemption", "Preempt_Mode False prohibits preemption", "V-6.1.2-08 V-6.4.2-11",
             "the device starts beside a living Master of lower priority; later that Master falls silent",
             "silent while the Master lives, Master one Master_Down_Interval after its last advertisement",
             without_preemption, does_not_preempt, 0),
    ELECTION("owner-preempts", "The owner preempts whatever its Preempt_Mode", "V-6.1.2-09 V-1.2-02 V-3-02",
             "the owner starts, Preempt_Mode False, beside a living Master", "Master at once",
             owner_without_preemption, owner_preempts, 0),
    ELECTION("owner-in-backup", "An owner in Backup with Preempt_Mode False", "V-6.1.2-09 V-6.4.3-15",
             "equal priority from a greater address, then a lower priority",
             "both readings of A-26; the other one than owner_backup_preempt says is a remark",
             owner_without_preemption, owner_in_backup, 0),
    ELECTION("higher-backup-wins", "Of two Backups the higher priority takes over", "V-3-04",
             "the Master falls silent, another Backup of priority 254 takes over in time",
             "the device stays silent", low_and_near, higher_backup_wins, 0),
};

const struct case_list election_cases = {cases, sizeof cases / sizeof *cases};
