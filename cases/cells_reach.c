/* Reaching the states of the table with their evidence, and what several events need (cases/cells.h). */
#include <stdio.h>

#include "cases/cells.h"

#define DEVICE_PORT      0u
#define QUESTION_WAIT    SECONDS(2) /* an ARP reply may wait for the flush of its old path */
#define SETTLING         SECONDS(2)
#define REGISTER_LIMIT   SECONDS(15) /* two requests: C7 is 10 s here */
#define PROVEN_PERIODS   4
#define LONGEST_GAP      SECONDS(3)
#define SHORTEST_GAP     MILLISECONDS(900)
#define REMARKED_SHORTER SECONDS(1)

static void reach_by_shutdown(struct scene *scene);
static void prove_silence(struct scene *scene);
static void prove_answers(struct scene *scene);
static void prove_periods(struct scene *scene);
static void prove_persistence(struct scene *scene, enum router_state state);
static void await_fresh_refusal(struct scene *scene);
static void judge_gap(struct scene *scene, struct tap_event *event, int64_t gap_ns, int64_t longest_ns,
                      int64_t remarked_ns, const char *requirements);
static void expect_announcements(struct scene *scene, struct mark since, int64_t for_ns, int64_t longest_ns,
                                 int64_t remarked_ns, const char *requirements);

void reach(struct scene *scene, enum router_state state)
{
    bool again = scene->seed % 2 ^ scene->proxy ^ scene->v2;
    if (state == STATE_INITIALIZE && again && scene->priority != VRRP_PRIORITY_OWNER)
        reach_by_shutdown(scene);
    else
        reach_without(scene, state, 0);
}

void arrive(struct scene *scene, enum router_state state)
{
    if (state == STATE_INITIALIZE)
        reach(scene, state);
    else
        reach_without(scene, state, UNPROVEN_ALL);
}

void reach_without(struct scene *scene, enum router_state state, unsigned unproven)
{
    bring_to_elan(scene);
    enter_proven(scene, state, unproven);
}

void enter_proven(struct scene *scene, enum router_state state, unsigned unproven)
{
    enter_state(scene, state);
    if (!(unproven & UNPROVEN_ANSWERS))
        is_master(state) ? prove_answers(scene) : prove_silence(scene);
    if (is_master(state) && !(unproven & UNPROVEN_PERIODS))
        prove_periods(scene);
    if (!(unproven & UNPROVEN_PERSISTENCE))
        prove_persistence(scene, state);
    renew(scene, state);
}

void renew(struct scene *scene, enum router_state state)
{
    if (state == STATE_MASTER_NP_REFUSED)
        await_fresh_refusal(scene);
}

void reach_from_master(struct scene *scene, enum router_state state, enum router_state master,
                       unsigned unproven)
{
    bring_to(scene, master);
    if (state == STATE_INITIALIZE) {
        shut_down(scene);
        return;
    }
    speaker_takes_over(scene, scene->plan.higher_priority);
    scene_advance(scene, SETTLING);
    if (!(unproven & UNPROVEN_ANSWERS))
        prove_silence(scene);
}

void shut_down(struct scene *scene)
{
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    scene_advance(scene, SETTLING);
}

bool is_master(enum router_state state)
{
    return state != STATE_INITIALIZE && state != STATE_BACKUP;
}

struct answers ask_both(struct scene *scene)
{
    uint32_t id;
    struct tap_event *le_arp = inject_le_arp_request(scene, scene->vmac, &id);
    struct tap_event *arp = inject_arp_request(scene, scene->virtual_ip);
    scene_advance(scene, QUESTION_WAIT);
    struct pattern arp_answer = arp_reply(scene, scene->virtual_ip);
    struct pattern le_arp_response = le_arp_answer(scene, id);
    return (struct answers){seen(scene, &arp_answer, mark_at(arp)),
                            seen(scene, &le_arp_response, mark_at(le_arp))};
}

void in_mid_interval(struct scene *scene)
{
    struct pattern own = advertisement(scene, scene->vrid);
    if (!await(scene, &own, mark_now(scene), 2 * interval_ns(scene)))
        scene_inconclusive(scene, "the Master stopped advertising before anything was done to it");
    scene_advance(scene, interval_ns(scene) * 3 / 10);
}

struct tap_event *last_seen(struct scene *scene, const struct pattern *pattern)
{
    for (size_t i = tap_count(scene->tap); i-- > 0;)
        if (pattern_matches(pattern, scene->tap, tap_at(scene->tap, i)))
            return tap_at(scene->tap, i);
    return NULL;
}

struct le_control response_to_last(struct scene *scene, struct pattern request)
{
    struct tap_event *event = last_seen(scene, &request);
    char line[FRAME_TEXT_SIZE];
    if (!event)
        scene_inconclusive(scene, "the device never sent %s",
                           pattern_text(scene, &request, line, sizeof line));
    return le_control_response(&tap_frame(scene->tap, event)->control);
}

bool came_at(const struct scene *scene, const struct tap_event *event, int64_t due_ns)
{
    int64_t allowed_ns = due_ns - just_before(scene, due_ns);
    return event && event->time_ns >= due_ns - allowed_ns && event->time_ns <= due_ns + allowed_ns;
}

void advance_to(struct scene *scene, int64_t time_ns)
{
    if (time_ns > scene_now_ns(scene))
        scene_advance(scene, time_ns - scene_now_ns(scene));
}

int64_t just_before(const struct scene *scene, int64_t due_ns)
{
    int64_t relative_ns = due_ns / 100 * (int64_t)scene->tolerance_percent;
    return due_ns - 2 * (relative_ns > scene->tolerance_ns ? relative_ns : scene->tolerance_ns);
}

void expect_every_second(struct scene *scene, struct mark since, int64_t for_ns, int64_t remarked_gap_ns,
                         const char *requirements)
{
    expect_announcements(scene, since, for_ns, LONGEST_GAP, remarked_gap_ns, requirements);
}

void expect_rate_kept(struct scene *scene, struct mark since, int64_t for_ns, const char *requirements)
{
    expect_announcements(scene, since, for_ns, INT64_MAX, INT64_MAX, requirements);
}

void keep_unconfirmed(struct scene *scene)
{
    if (scene->proxy)
        les_bind(scene->les, scene->vmac, &scene->plan.ghost_atm);
    else
        les_when(scene->les, (struct les_rule){.opcode = LE_REGISTER_REQUEST,
                                               .lan_given = true,
                                               .lan = scene->vmac,
                                               .from_given = true,
                                               .from = scene->device_atm,
                                               .action = LES_STAY_SILENT});
}

void expect_late_success_undone(struct scene *scene, struct mark given_up)
{
    struct pattern request = unregistration(scene, scene->vmac);
    bool undone = seen(scene, &request, given_up);
    struct le_control success = response_to_last(scene, registration(scene, scene->vmac));
    if (!undone)
        les_bind(scene->les, scene->vmac, &scene->device_atm);
    struct tap_event *late = inject_control(scene, &success);
    if (!undone && !await(scene, &request, mark_at(late), SECONDS(1)))
        remark_at(scene, SITE, late, "R-3.1-08 R-2-01", "LE_UNREGISTER_REQUEST within 1 s", "nothing");
}

void draw_priority(struct scene_plan *plan, uint8_t low, uint8_t high)
{
    uint8_t priority = (uint8_t)random_between(&plan->random, low, high);
    plan->device.virtual_routers[0].priority = priority;
    plan->lower_priority = (uint8_t)random_between(&plan->random, 1, priority - 1);
    plan->higher_priority = (uint8_t)random_between(&plan->random, priority + 1, 254);
    plan->speaker.priority = plan->higher_priority;
}

void prepare_owner(struct scene_plan *plan)
{
    struct virtual_router_settings *router = &plan->device.virtual_routers[0];
    router->priority = VRRP_PRIORITY_OWNER;
    plan->device.elan.address = router->addresses[0];
    plan->lower_priority = (uint8_t)random_between(&plan->random, 1, 254);
}

/* Out of Backup, whose silence was proven. That the Shutdown was obeyed shows later: V-6.4.1-07 holds after
 * it as well. */
static void reach_by_shutdown(struct scene *scene)
{
    reach_without(scene, STATE_BACKUP, 0);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    if (!prove_alive(scene))
        scene_inconclusive(scene, "the device does not answer LE_ARP for its own MAC address");
}

/* Initialize and Backup: no answer, nothing said about the virtual router. */
static void prove_silence(struct scene *scene)
{
    struct mark since = mark_now(scene);
    struct answers answers = ask_both(scene);
    struct pattern pattern = speaks_as_master(scene);
    struct tap_event *event = answers.arp ? answers.arp : answers.le_arp;
    char line[FRAME_TEXT_SIZE];
    if (!event)
        event = seen(scene, &pattern, since);
    if (event)
        scene_inconclusive(scene,
                           "before anything was done to it the device spoke for the virtual router: %s",
                           tap_what(scene->tap, event, line, sizeof line));
    if (!prove_alive(scene))
        scene_inconclusive(scene, "the device does not answer LE_ARP for its own MAC address");
}

/* A Master's: with the VMAC, and with its ATM address. */
static void prove_answers(struct scene *scene)
{
    struct answers answers = ask_both(scene);
    if (!answers.arp || !mac_equal(tap_frame(scene->tap, answers.arp)->arp.sender_mac, scene->vmac))
        scene_inconclusive(
            scene, "before anything was done to it the Master did not answer ARP for the virtual address "
                   "with the VMAC");
    if (!answers.le_arp ||
        !atm_address_equal(&tap_frame(scene->tap, answers.le_arp)->control.target_atm, &scene->device_atm))
        scene_inconclusive(
            scene, "before anything was done to it the Master did not answer LE_ARP for the VMAC with its "
                   "ATM address");
}

static void prove_periods(struct scene *scene)
{
    struct pattern own =
        pattern_with(advertisement(scene, scene->vrid), FIELD_PRIORITY, number_value(scene->priority));
    struct tap_event *previous = NULL;
    for (unsigned i = 0; i < PROVEN_PERIODS; i++) {
        struct tap_event *next =
            await(scene, &own, previous ? mark_after(previous) : mark_now(scene), 2 * interval_ns(scene));
        if (!next || (previous && !came_at(scene, next, previous->time_ns + interval_ns(scene))))
            scene_inconclusive(
                scene, "before anything was done to it the Master did not advertise its priority each "
                       "Advertisement_Interval");
        previous = next;
    }
}

/* What the sub-state repeats was repeated once more. */
static void prove_persistence(struct scene *scene, enum router_state state)
{
    if (state != STATE_MASTER_NP_PENDING && state != STATE_MASTER_NP_REFUSED &&
        state != STATE_MASTER_PX_PERSISTING)
        return;
    struct pattern repeated = scene->proxy ? probe(scene, scene->vmac) : registration(scene, scene->vmac);
    struct mark since = mark_at(scene->started);
    int64_t limit_ns = scene_now_ns(scene) - since.time_ns + REGISTER_LIMIT;
    for (unsigned times = 0; times < 2; times++) {
        struct tap_event *event = await(scene, &repeated, since, limit_ns);
        if (!event)
            scene_inconclusive(scene, "the device does not persist with what nobody has confirmed");
        limit_ns -= event->time_ns - since.time_ns;
        since = mark_after(event);
    }
}

static void await_fresh_refusal(struct scene *scene)
{
    struct pattern refusal = {
        .names = FRAME_SET(LE_REGISTER_RESPONSE), .from_any = true, .reaches = port_bit(DEVICE_PORT)};
    refusal = pattern_with(refusal, FIELD_SOURCE_LAN, mac_value(scene->vmac));
    refusal = pattern_with(refusal, FIELD_LECID, number_value(les_lecid_of(scene->les, &scene->device_atm)));
    if (!await(scene, &refusal, mark_now(scene), REGISTER_LIMIT))
        scene_inconclusive(scene, "the registration was not asked for again after its refusal");
}

static void expect_announcements(struct scene *scene, struct mark since, int64_t for_ns, int64_t longest_ns,
                                 int64_t remarked_ns, const char *requirements)
{
    int64_t end_ns = since.time_ns + for_ns;
    advance_to(scene, end_ns);
    struct pattern pattern = announcement(scene, scene->vmac);
    struct tap_event *last = NULL;
    for (size_t i = since.index; i < tap_count(scene->tap) && tap_at(scene->tap, i)->time_ns <= end_ns; i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        if (!pattern_matches(&pattern, scene->tap, event))
            continue;
        /* How long ago the one before the window was is not known here: only whether this one is late. */
        int64_t gap_ns = event->time_ns - (last ? last->time_ns : since.time_ns);
        judge_gap(scene, event, last || gap_ns > REMARKED_SHORTER ? gap_ns : REMARKED_SHORTER, longest_ns,
                  remarked_ns, requirements);
        last = event;
    }
    expect_true(scene, last || longest_ns > for_ns, NULL, requirements,
                "announcements of the VMAC, one each second", "none");
    if (last && end_ns - last->time_ns > longest_ns)
        judge_gap(scene, last, end_ns - last->time_ns, longest_ns, remarked_ns, requirements);
}

static void judge_gap(struct scene *scene, struct tap_event *event, int64_t gap_ns, int64_t longest_ns,
                      int64_t remarked_ns, const char *requirements)
{
    char actual[48];
    snprintf(actual, sizeof actual, "%.3f s between two", (double)gap_ns / (double)NS_PER_S);
    const char *text = arena_text(scene->arena, "%s", actual);
    expect_true(scene, gap_ns <= longest_ns, event, requirements,
                "an announcement each second, at most 3 s apart", text);
    expect_true(scene, gap_ns >= SHORTEST_GAP, event, requirements,
                "at least 0.9 s between two announcements", text);
    if (gap_ns > remarked_ns || (gap_ns >= SHORTEST_GAP && gap_ns < REMARKED_SHORTER - scene->tolerance_ns))
        remark_at(scene, SITE, event, requirements, "an announcement each second", text);
}
