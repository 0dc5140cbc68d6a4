/* Cells of the table: advertisements that are heard (RFC 2338 6.4; draft 3.3.2, 3.3.3). */
#include "cases/cells.h"

/* What the Master_Down_Timer of a Backup does, and what a Master does. */
enum backup_action { TIMER_TO_SKEW, TIMER_RUNS_ON, TIMER_RESTARTS };
enum master_action { ADVERTISES_AT_ONCE, DISCARDS, YIELDS };

struct heard {
    enum backup_action backup;
    const char *backup_requirements;
    enum master_action master;
    const char *master_requirements; /* broken when a Master does nothing of it */
};

static const struct heard table[ROUTER_EVENT_COUNT] = {
    [EVENT_ADV_PRIO_0] = {TIMER_TO_SKEW, "V-6.4.2-10", ADVERTISES_AT_ONCE, "R-3.3.3-06 V-6.4.3-10"},
    [EVENT_ADV_LOWER_PREEMPT] = {TIMER_RUNS_ON, "V-6.4.2-13 V-6.1.2-07", DISCARDS, NULL},
    [EVENT_ADV_LOWER_NO_PREEMPT] = {TIMER_RESTARTS, "V-6.4.2-11 V-6.1.2-08", DISCARDS, NULL},
    [EVENT_ADV_EQUAL_NOT_GREATER_ADDRESS] = {TIMER_RESTARTS, "V-6.4.2-12", DISCARDS, NULL},
    [EVENT_ADV_EQUAL_GREATER_ADDRESS] = {TIMER_RESTARTS, "V-6.4.2-12", YIELDS, "R-3.3.3-05 V-6.4.3-13"},
    [EVENT_ADV_HIGHER] = {TIMER_RESTARTS, "V-6.4.2-12", YIELDS, "R-3.3.3-04 V-6.4.3-12"},
};

static struct tap_event *hear(struct scene *scene, enum router_event event);
static struct ipv4_address draw_address(struct scene *scene, bool greater);
static void heard_by_backup(struct scene *scene, const struct heard *heard, enum router_event event);
static void heard_by_master(struct scene *scene, const struct state_cell *cell, const struct heard *heard);
static void expect_discarded(struct scene *scene, struct tap_event *event);
static void expect_answer_at_once(struct scene *scene, struct tap_event *event, const char *requirements);
static void expect_yield(struct scene *scene, const struct state_cell *cell, struct tap_event *event,
                         const char *requirements);
static void expect_skew(struct scene *scene, struct tap_event *heard, const char *requirements);
static void expect_backup_until(struct scene *scene, struct tap_event *heard, int64_t due_ns,
                                const char *requirements);

void prepare_advertisement(struct scene_plan *plan)
{
    struct virtual_router_settings *router = &plan->device.virtual_routers[0];
    bool preempts =
        (unsigned)plan->instance->test->parameter % ROUTER_EVENT_COUNT != EVENT_ADV_LOWER_NO_PREEMPT;
    router->preempt = preempts;
    router->preempt_given =
        !preempts || random_between(&plan->random, 0, 1); /* True is the default as well */
    draw_priority(plan, 3, 200);                          /* Skew_Time is told from "at once" by any clock */
}

void cell_advertisement(struct scene *scene, const struct state_cell *cell)
{
    const struct heard *heard = &table[cell->event];
    if (is_master(cell->state)) {
        heard_by_master(scene, cell, heard);
    } else if (cell->state == STATE_BACKUP) {
        heard_by_backup(scene, heard, cell->event);
    } else {
        reach(scene, STATE_INITIALIZE);
        hear(scene, cell->event);
        expect_state(scene, STATE_INITIALIZE, "V-6.4.1-07");
    }
}

struct tap_event *last_advertisement_of_speaker(struct scene *scene)
{
    next_speaker_advertisement(scene);
    return speaker_falls_silent(scene);
}

void expect_timer(struct scene *scene, struct tap_event *heard, int64_t due_ns, int64_t otherwise_ns,
                  const char *requirements)
{
    struct pattern own = advertisement(scene, scene->vrid);
    int64_t last_ns = due_ns > otherwise_ns ? due_ns : otherwise_ns;
    struct tap_event *first = await(scene, &own, mark_at(heard), last_ns + SECONDS(1) - heard->time_ns);
    if (!first)
        requirements = "V-6.2-01";
    else if (!came_at(scene, first, due_ns) && !came_at(scene, first, otherwise_ns))
        requirements = "V-6.1.2-06";
    expect_backup_until(scene, heard, due_ns, requirements);
}

/* The advertisement of the event reaches the device. */
static struct tap_event *hear(struct scene *scene, enum router_event event)
{
    switch (event) {
    case EVENT_ADV_PRIO_0:
        return inject_priority(scene, VRRP_PRIORITY_STOP);
    case EVENT_ADV_LOWER_PREEMPT:
    case EVENT_ADV_LOWER_NO_PREEMPT:
        return inject_priority(scene, scene->plan.lower_priority);
    case EVENT_ADV_EQUAL_NOT_GREATER_ADDRESS:
        return inject_priority_from(scene, scene->priority, draw_address(scene, false));
    case EVENT_ADV_EQUAL_GREATER_ADDRESS:
        return inject_priority_from(scene, scene->priority, draw_address(scene, true));
    default:
        return inject_priority(scene, scene->plan.higher_priority);
    }
}

/* A neighbour of the device's address, or any address of class A to C; never one that hosts drop as source.
 */
static struct ipv4_address draw_address(struct scene *scene, bool greater)
{
    int64_t own = scene->device_ip.number;
    uint32_t number;
    do {
        if (random_between(&scene->random, 0, 1))
            number = (uint32_t)(greater ? own + 1 : own - random_between(&scene->random, 0, 1));
        else
            number = (uint32_t)(greater ? random_between(&scene->random, own + 1, 0xdffffffe)
                                        : random_between(&scene->random, 0x0a000001, own));
    } while (number >> 24 == 127 || (number & 0xff) == 0 || (number & 0xff) == 255);
    return (struct ipv4_address){number};
}

static void heard_by_backup(struct scene *scene, const struct heard *heard, enum router_event event)
{
    reach(scene, STATE_BACKUP);
    struct tap_event *last = last_advertisement_of_speaker(scene);
    struct tap_event *now = hear(scene, event);
    int64_t runs_on_ns = last->time_ns + master_down_ns(scene);
    int64_t restarts_ns = now->time_ns + master_down_ns(scene);
    switch (heard->backup) {
    case TIMER_TO_SKEW:
        expect_skew(scene, now, heard->backup_requirements);
        break;
    case TIMER_RUNS_ON:
        expect_timer(scene, now, runs_on_ns, restarts_ns, heard->backup_requirements);
        break;
    case TIMER_RESTARTS:
        inject_le_arp_request(scene, scene->vmac, NULL);
        inject_arp_request(scene, scene->virtual_ip);
        expect_timer(scene, now, restarts_ns, runs_on_ns, heard->backup_requirements);
        break;
    }
}

static void heard_by_master(struct scene *scene, const struct state_cell *cell, const struct heard *heard)
{
    reach(scene, cell->state);
    if (cell->state != STATE_MASTER_NP_REFUSED) /* its refusal does not stay fresh */
        in_mid_interval(scene);
    struct tap_event *event = hear(scene, cell->event);
    switch (heard->master) {
    case ADVERTISES_AT_ONCE:
        expect_answer_at_once(scene, event, heard->master_requirements);
        expect_state(scene, cell->state, NULL);
        break;
    case DISCARDS:
        expect_discarded(scene, event);
        expect_state(scene, cell->state, "R-3.3.3-06");
        break;
    case YIELDS:
        expect_yield(scene, cell, event, heard->master_requirements);
        break;
    }
}

/* The advertisements go on as they were due, and the association stays. */
static void expect_discarded(struct scene *scene, struct tap_event *event)
{
    struct pattern own = advertisement(scene, scene->vrid);
    expect(scene, .requirements = "V-6.4.3-17", .pattern = own, .since = mark_after(last_seen(scene, &own)),
           .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
    expect_association_kept_at(scene, SITE, mark_at(event), 2 * interval_ns(scene), "R-3.3.3-06");
}

/* V-6.4.3-10 and -11: one at once, the next one interval later; no disassociation (R-3.3.3-06). */
static void expect_answer_at_once(struct scene *scene, struct tap_event *event, const char *requirements)
{
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *answer =
        expect(scene, .requirements = requirements, .pattern = own, .since = mark_at(event), .max_ns = 0);
    if (answer)
        expect(scene, .requirements = "V-6.4.3-11", .pattern = own, .since = mark_after(answer),
               .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
    expect_association_kept_at(scene, SITE, mark_at(event), 2 * interval_ns(scene), "R-3.3.3-06");
}

/* Yields: disassociation, silence, and Backup's timer from the advertisement on. One that does nothing of it
 * has not yielded at all; one that does a part of it breaks what the part is about. */
static void expect_yield(struct scene *scene, const struct state_cell *cell, struct tap_event *event,
                         const char *requirements)
{
    struct answers answers = ask_both(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    advance_to(scene, event->time_ns + interval_ns(scene) * 5 / 2);
    struct tap_event *advertised = seen(scene, &own, mark_at(event));
    bool ignored = advertised && answers.arp && answers.le_arp;
    if (!expect_true(scene, !ignored, event, requirements, "the Master yields", "it goes on as Master"))
        return;
    expect_true(scene, !advertised, advertised, "V-6.4.3-14", "no advertisement after yielding",
                "an advertisement");
    expect_true(scene, !answers.arp, answers.arp, "V-6.4.3-16",
                "ARP for the virtual address unanswered after yielding", "an ARP reply");
    const char *gives_up = cell->event == EVENT_ADV_HIGHER ? "R-3.3.3-04" : "R-3.3.3-05";
    struct pattern frames = {.names = FRAME_SET(LE_UNREGISTER_REQUEST) | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST),
                             .about = true,
                             .about_mac = scene->vmac};
    bool gave_up = seen(scene, &frames, mark_at(event));
    expect_true(scene, !answers.le_arp, answers.le_arp, gave_up ? "R-3.3.2-02" : gives_up,
                "LE_ARP for the VMAC unanswered after yielding", "an LE_ARP_RESPONSE");
    if (gave_up || !answers.le_arp) /* else it kept the association */
        expect_disassociation_at(scene, SITE, mark_at(event), cell->state == STATE_MASTER_NP_CONFIRMED, NULL);
    if (!advertised)
        expect(scene, .requirements = "V-6.4.3-15", .pattern = own, .since = mark_at(event),
               .min_ns = master_down_ns(scene), .max_ns = master_down_ns(scene));
}

/* Master after Skew_Time. At once, or not within a second: it does not do so; in between: its Skew_Time is
 * wrong. */
static void expect_skew(struct scene *scene, struct tap_event *heard, const char *requirements)
{
    struct pattern own = advertisement(scene, scene->vrid);
    int64_t due_ns = heard->time_ns + skew_ns(scene);
    struct tap_event *first = await(scene, &own, mark_at(heard), SECONDS(1));
    if (first && !came_at(scene, first, heard->time_ns) && !came_at(scene, first, due_ns))
        requirements = "V-6.1.2-05";
    expect_backup_until(scene, heard, due_ns, requirements);
}

static void expect_backup_until(struct scene *scene, struct tap_event *heard, int64_t due_ns,
                                const char *requirements)
{
    expect_none(scene, .requirements = requirements, .pattern = speaks_as_master(scene),
                .since = mark_at(heard), .max_ns = just_before(scene, due_ns - heard->time_ns));
    expect(scene, .requirements = requirements, .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(heard), .min_ns = due_ns - heard->time_ns, .max_ns = due_ns - heard->time_ns);
    prove_alive(scene);
}
