/* RFC 2338 6.1.2 and 6.2: Skew_Time, Master_Down_Interval and Advertisement_Interval.
 *
 * Skew_Time is measured at priorities far from 128, where Priority/256 and (256 - Priority)/256 are told
 * apart by more than any tolerance (draft-requirements 10.1). */
#include "cases/cases.h"

#define PRIORITY_OF(parameter)      ((uint8_t)((parameter) % 1000))
#define INTERVAL_OF(parameter)      ((uint8_t)((parameter) / 1000))
#define INTERVAL(seconds, priority) ((seconds)*1000 + (priority))

/* The priority and interval of the case, and other routers above and below it. */
static void with_priority_and_interval(struct scene_plan *plan)
{
    struct virtual_router_settings *router = &plan->device.virtual_routers[0];
    int parameter = plan->instance->test->parameter;
    router->priority = PRIORITY_OF(parameter);
    router->interval_s = plan->speaker.interval_s = INTERVAL_OF(parameter);
    plan->higher_priority = router->priority < 254 ? 254 : VRRP_PRIORITY_OWNER;
    plan->lower_priority = 1;
    plan->speaker.priority = plan->higher_priority;
}

/* Takeover Skew_Time after a Master said that it stops. */
static void skew(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    speaker_falls_silent(scene);
    struct tap_event *stopped = inject_priority(scene, VRRP_PRIORITY_STOP);
    expect(scene, .requirements = "V-6.1.2-05 R-3.3.2-04", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(stopped), .min_ns = skew_ns(scene), .max_ns = skew_ns(scene));
}

/* Takeover Master_Down_Interval after the last advertisement of a Master. */
static void master_down(struct scene *scene)
{
    bring_to(scene, STATE_BACKUP);
    struct tap_event *last = speaker_falls_silent(scene);
    expect(scene, .requirements = "V-6.1.2-06 R-3.3.2-04", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(last), .min_ns = master_down_ns(scene), .max_ns = master_down_ns(scene));
}

/* Advertisements stay an interval apart, and the field says so. */
static void interval(struct scene *scene)
{
    bring_to_master(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *event = await(scene, &own, mark_now(scene), 2 * interval_ns(scene));
    if (!event)
        scene_inconclusive(scene, "the device stopped advertising");
    for (unsigned i = 0; event && i < 3; i++) {
        expect_field(scene, event, FIELD_INTERVAL, number_value(scene->interval_s), "V-5.3.7-01");
        event =
            expect(scene, .requirements = "V-6.1.2-04 V-5.3.7-01", .pattern = own, .since = mark_after(event),
                   .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
    }
}

/* Without drift: the twentieth advertisement is twenty intervals behind the first. */
static void drift(struct scene *scene)
{
    bring_to_master(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *first = await(scene, &own, mark_now(scene), 2 * interval_ns(scene));
    if (!first)
        scene_inconclusive(scene, "the device stopped advertising");
    scene_advance(scene, 20 * interval_ns(scene) - interval_ns(scene) / 2);
    expect(scene, .requirements = "V-6.2-02 V-6.4.3-09", .pattern = own,
           .since = {tap_count(scene->tap), first->time_ns}, .min_ns = 20 * interval_ns(scene),
           .max_ns = 20 * interval_ns(scene));
}

/* Every advertisement starts the Master_Down_Timer anew. The device is not brought to Backup first: staying
 * there is what is tested. */
static void restarted(struct scene *scene)
{
    bring_to_elan(scene);
    speaker_takes_over(scene, scene->plan.higher_priority);
    start_router(scene);
    expect_none(scene, .requirements = "V-6.2-01", .pattern = advertisement(scene, scene->vrid),
                .since = mark_at(scene->started), .max_ns = 3 * master_down_ns(scene));
    struct tap_event *last = speaker_falls_silent(scene);
    expect(scene, .requirements = "V-6.2-01", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(last), .min_ns = master_down_ns(scene), .max_ns = master_down_ns(scene));
}

static void without_interval(struct scene_plan *plan)
{
    plan->device.virtual_routers[0].interval_given = false;
}

static void without_priority(struct scene_plan *plan)
{
    plan->device.virtual_routers[0].priority_given = false;
    plan->lower_priority = 50;
    plan->higher_priority = plan->speaker.priority = 200;
}

static void default_interval(struct scene *scene)
{
    bring_to_elan(scene);
    start_router(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *event = await(scene, &own, mark_at(scene->started), SECONDS(60));
    if (!event)
        scene_inconclusive(scene, "the device did not become Master");
    expect_field(scene, event, FIELD_INTERVAL, number_value(1), "V-5.3.7-02");
    expect(scene, .requirements = "V-5.3.7-02", .pattern = own, .since = mark_after(event),
           .min_ns = SECONDS(1), .max_ns = SECONDS(1));
}

static void default_priority(struct scene *scene)
{
    bring_to_master(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *event = await(scene, &own, mark_now(scene), 2 * interval_ns(scene));
    if (!event)
        scene_inconclusive(scene, "the device stopped advertising");
    expect_field(scene, event, FIELD_PRIORITY, number_value(VRRP_PRIORITY_DEFAULT), "V-5.3.4-03");
}

#define TIMER(name, what, ids, stimulates, accepts, function, value)                                         \
    {                                                                                                        \
        .id = "timers/" name, .title = what, .requirements = ids, .stimulus = stimulates,                    \
        .accepted = accepts, .scope = ROUTER_AND_VRRP, .capabilities = CAPABILITY_CONTROL_STARTUP,           \
        .prepare = with_priority_and_interval, .run = function, .parameter = value                           \
    }
#define SKEW(name, priority)                                                                                 \
    TIMER("skew-" name, "Skew_Time at priority " name, "V-6.1.2-05 R-3.3.2-04",                              \
          "an advertisement of priority 0",                                                                  \
          "the first advertisement of the Backup (256 - " name ")/256 s later", skew, INTERVAL(1, priority))
#define MASTER_DOWN(name, seconds, priority)                                                                 \
    TIMER("master-down-" name, "Master_Down_Interval at " name, "V-6.1.2-06 R-3.3.2-04",                     \
          "the Master stops advertising",                                                                    \
          "the first advertisement of the Backup 3 x Advertisement_Interval + "                              \
          "Skew_Time after the last one of the Master",                                                      \
          master_down, INTERVAL(seconds, priority))
#define SPACING(name, seconds)                                                                               \
    TIMER("interval-" name, "An Advertisement_Interval of " name " s is kept", "V-6.1.2-04 V-5.3.7-01",      \
          "none: the device is Master", "advertisements " name " s apart that say so", interval,             \
          INTERVAL(seconds, 100))

static const struct test_case cases[] = {
    SKEW("1", 1),
    SKEW("50", 50),
    SKEW("200", 200),
    SKEW("254", 254),
    MASTER_DOWN("priority-1", 1, 1),
    MASTER_DOWN("priority-50", 1, 50),
    MASTER_DOWN("priority-100", 1, 100),
    MASTER_DOWN("priority-150", 1, 150),
    MASTER_DOWN("priority-200", 1, 200),
    MASTER_DOWN("priority-254", 1, 254),
    MASTER_DOWN("priority-1-interval-2", 2, 1),
    MASTER_DOWN("priority-254-interval-2", 2, 254),
    SPACING("1", 1),
    SPACING("2", 2),
    SPACING("255", 255),
    {.id = "timers/drift",
     .title = "The advertisement interval is kept over many periods",
     .requirements = "V-6.2-02 V-6.4.3-09",
     .stimulus = "none: the device is Master for twenty intervals",
     .accepted = "the twentieth advertisement twenty intervals behind the first",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = drift},
    {.id = "timers/master-down-restarted",
     .title = "Every advertisement starts the Master_Down_Timer anew",
     .requirements = "V-6.2-01",
     .stimulus =
         "the device starts beside a Master that advertises for three Master_Down_Intervals and then stops",
     .accepted = "silent all the time, then takeover one Master_Down_Interval after the last advertisement",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .run = restarted},
    {.id = "timers/default-interval",
     .title = "Without a configured interval a Master advertises once a second",
     .requirements = "V-5.3.7-02",
     .stimulus = "none: the device is Master with no interval configured",
     .accepted = "advertisements one second apart that say so",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .prepare = without_interval,
     .run = default_interval},
    {.id = "timers/default-priority",
     .title = "Without a configured priority a router advertises 100",
     .requirements = "V-5.3.4-03",
     .stimulus = "none: the device is Master with no priority configured",
     .accepted = "advertisements of priority 100",
     .scope = ROUTER_AND_VRRP,
     .capabilities = CAPABILITY_CONTROL_STARTUP,
     .prepare = without_priority,
     .run = default_priority},
};

const struct case_list timers_cases = {cases, sizeof cases / sizeof *cases};
