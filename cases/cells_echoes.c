/* Cells of the table: the device's own frames come back to it (lane-wire 13: L-lecid-01, L-lecid-02,
 * L-le_arp-04). */
#include "cases/cells.h"

#define ANSWER_WAIT   SECONDS(1)
#define NARP_ANSWERED 0x0108

static struct tap_event *last_own(struct scene *scene, struct pattern pattern);
static struct tap_event *echo_raised(struct scene *scene, const struct tap_event *sent, uint8_t priority);
static void expect_unanswered(struct scene *scene, struct tap_event *echo, struct pattern answer,
                              const char *requirements);
static void reach_disassociated_before(struct scene *scene, enum router_state state);
static void expect_unmoved(struct scene *scene, const struct state_cell *cell, struct tap_event *echo);

/* LES and BUS keep a frame from its originator: the echo is the case's own. */
void prepare_echo(struct scene_plan *plan)
{
    plan->les.echo = false;
    plan->bus.echo = false;
}

/* The echo comes late. The Backup shows by its timer that it took it for another
 * router's, a Master by yielding to its own LECID's frame when its priority is raised. */
void cell_own_advertisement(struct scene *scene, const struct state_cell *cell)
{
    if (cell->state == STATE_INITIALIZE) {
        reach_from_master(scene, STATE_INITIALIZE, quiet_master(scene), 0);
        inject_echo_of(scene, last_own(scene, stop_advertisement(scene, scene->vrid)));
        expect_state(scene, STATE_INITIALIZE, NULL);
    } else if (cell->state == STATE_BACKUP) {
        reach_from_master(scene, STATE_BACKUP, quiet_master(scene), 0);
        struct tap_event *sent = last_own(scene, advertisement(scene, scene->vrid));
        next_speaker_advertisement(scene);
        struct tap_event *last = speaker_falls_silent(scene);
        struct tap_event *echo = inject_echo_of(scene, sent);
        struct pattern own = advertisement(scene, scene->vrid);
        struct tap_event *taken = await(scene, &own, mark_at(echo), 2 * master_down_ns(scene));
        bool obeyed = came_at(scene, taken, echo->time_ns + master_down_ns(scene));
        expect(scene, .requirements = obeyed ? "L-lecid-01" : "V-6.2-01",
               .pattern = advertisement(scene, scene->vrid), .since = mark_at(last),
               .min_ns = master_down_ns(scene), .max_ns = master_down_ns(scene));
    } else {
        reach(scene, cell->state);
        struct tap_event *sent = last_own(scene, advertisement(scene, scene->vrid));
        inject_echo_of(scene, sent);
        struct tap_event *echo = echo_raised(scene, sent, scene->plan.higher_priority);
        expect_association_kept_at(scene, SITE, mark_at(echo), SECONDS(1), "L-lecid-01");
        expect_state(scene, cell->state, "L-lecid-01");
    }
}

void cell_own_probe(struct scene *scene, const struct state_cell *cell)
{
    if (is_master(cell->state))
        reach(scene, cell->state);
    else
        reach_from_master(scene, cell->state, quiet_master(scene), 0);
    struct tap_event *sent = last_own(scene, probe(scene, scene->vmac));
    uint32_t id = tap_frame(scene->tap, sent)->control.transaction_id;
    struct tap_event *echo = inject_echo_of(scene, sent);
    expect_unanswered(scene, echo, le_arp_answer(scene, id),
                      cell->state == STATE_BACKUP ? "L-le_arp-04 L-lecid-02 R-3.3.2-02"
                                                  : "L-le_arp-04 L-lecid-02");
    expect_state(scene, cell->state, is_master(cell->state) ? "L-lecid-02" : NULL);
    if (cell->state != STATE_MASTER_PX_PERSISTING)
        return;
    /* Nobody answers any more but the device's own echo, and that is no answer: the rounds end. */
    struct tap_event *unanswered = probe_left_unanswered(scene);
    inject_echo_of(scene, unanswered);
    expect_rounds_end(scene, unanswered);
}

void cell_own_targetless(struct scene *scene, const struct state_cell *cell)
{
    if (is_master(cell->state))
        reach(scene, cell->state);
    else
        reach_from_master(scene, cell->state, quiet_master(scene), 0);
    struct tap_event *sent = last_own(scene, announcement(scene, scene->vmac));
    uint32_t id = tap_frame(scene->tap, sent)->control.transaction_id;
    struct tap_event *echo = inject_echo_of(scene, sent);
    expect_unanswered(scene, echo, le_arp_answer(scene, id), "L-lecid-02 L-le_arp-13");
    expect_unmoved(scene, cell, echo);
}

/* v1: of the association; v2: of a disassociation, which a Master made before it was Master again. */
void cell_own_narp(struct scene *scene, const struct state_cell *cell)
{
    if (!is_master(cell->state))
        reach_from_master(scene, cell->state, quiet_master(scene), 0);
    else if (scene->v2)
        reach_disassociated_before(scene, cell->state);
    else
        reach(scene, cell->state);
    struct pattern narp = scene->v2 ? withdrawal(scene, scene->vmac) : announcement(scene, scene->vmac);
    struct tap_event *echo = inject_echo_of(scene, last_own(scene, narp));
    expect_unanswered(scene, echo,
                      pattern_with((struct pattern){0}, FIELD_OPCODE, number_value(NARP_ANSWERED)),
                      "L-frame-04");
    expect_unmoved(scene, cell, echo);
}

static struct tap_event *last_own(struct scene *scene, struct pattern pattern)
{
    struct tap_event *event = last_seen(scene, &pattern);
    char line[FRAME_TEXT_SIZE];
    if (!event)
        scene_inconclusive(scene, "the device never sent %s, so it can't come back",
                           pattern_text(scene, &pattern, line, sizeof line));
    return event;
}

/* The frame comes back with the device's own LECID, but with a priority that a Master yields to. */
static struct tap_event *echo_raised(struct scene *scene, const struct tap_event *sent, uint8_t priority)
{
    struct tap_event *copy = arena_zeroed(scene->arena, sizeof *copy);
    uint8_t *data = arena_zeroed(scene->arena, sent->size);
    for (size_t i = 0; i < sent->size; i++)
        data[i] = sent->data[i];
    *copy = *sent;
    copy->data = data;
    struct value raised = number_value(priority);
    if (!field_set(scene_carrier(scene), data, sent->size, FIELD_PRIORITY, &raised))
        scene_inconclusive(scene, "the device's own advertisement can't be read");
    return inject_echo_of(scene, copy);
}

static void expect_unanswered(struct scene *scene, struct tap_event *echo, struct pattern answer,
                              const char *requirements)
{
    expect_none(scene, .requirements = requirements, .pattern = answer, .since = mark_at(echo),
                .max_ns = ANSWER_WAIT);
}

/* Master for the second time, with an ADDRESS DISASSOCIATION before. */
static void reach_disassociated_before(struct scene *scene, enum router_state state)
{
    bring_to_master(scene);
    shut_down(scene);
    enter_proven(scene, state, 0);
}

/* State and association as before the echo. */
static void expect_unmoved(struct scene *scene, const struct state_cell *cell, struct tap_event *echo)
{
    if (cell->state != STATE_INITIALIZE)
        expect_association_kept(scene, mark_at(echo), SECONDS(2), "L-lecid-02");
    /* A Backup that speaks breaks what its state asks for. */
    expect_state(scene, cell->state, is_master(cell->state) ? "L-lecid-02" : NULL);
}
