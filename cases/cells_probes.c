/* Cells of the table: answers to the probe of a proxy Master (draft 3.2, A-6). */
#include "cases/cells.h"

#define ROUND_LIMIT SECONDS(5)
#define OBSERVED    SECONDS(5)

static struct tap_event *answer_probe(struct scene *scene, const struct atm_address *atm);
static void expect_round_since(struct scene *scene, struct mark since);

void cell_probe_answered(struct scene *scene, const struct state_cell *cell)
{
    const struct atm_address *foreign =
        random_between(&scene->random, 0, 1) ? &scene->plan.ghost_atm : &scene->plan.host_lec.atm_address;
    bool persisting = cell->state == STATE_MASTER_PX_PERSISTING;
    if (persisting) {
        /* The LES that answered so far is quiet: it is this answer that keeps the rounds going. */
        reach(scene, cell->state);
        probe_left_unanswered(scene);
        struct mark since = mark_at(answer_probe(scene, foreign));
        les_bind(scene->les, scene->vmac, &scene->plan.ghost_atm);
        expect_round_since(scene, since);
        expect_rate_kept(scene, since, OBSERVED, "R-3.2-06");
    } else {
        if (is_master(cell->state))
            arrive(scene, cell->state);
        else
            reach_from_master(scene, cell->state, quiet_master(scene), 0);
        answer_probe(scene, foreign);
    }
    expect_state(scene, cell->state, persisting ? "R-3.2-05" : NULL);
}

void cell_probe_answered_own(struct scene *scene, const struct state_cell *cell)
{
    if (cell->state == STATE_MASTER_PX_PERSISTING) {
        reach(scene, cell->state);
        struct tap_event *asked = probe_left_unanswered(scene);
        answer_probe(scene, &scene->device_atm);
        expect_rounds_end(scene, asked);
        return;
    }
    if (is_master(cell->state))
        arrive(scene, cell->state);
    else
        reach_from_master(scene, cell->state, quiet_master(scene), 0);
    struct mark before = mark_now(scene);
    answer_probe(scene, &scene->device_atm);
    if (cell->state == STATE_MASTER_PX_SETTLED)
        expect_no_round(scene, probe(scene, scene->vmac), before, 0, OBSERVED);
    expect_state(scene, cell->state, NULL);
}

void cell_probe_unanswered(struct scene *scene, const struct state_cell *cell)
{
    (void)cell;
    reach(scene, STATE_MASTER_PX_PERSISTING);
    expect_rounds_end(scene, probe_left_unanswered(scene));
}

struct tap_event *probe_left_unanswered(struct scene *scene)
{
    struct pattern answer =
        pattern_with((struct pattern){.names = FRAME_SET(LE_ARP_RESPONSE),
                                      .from_any = true,
                                      .reaches = port_bit(port_index(scene->device_port))},
                     FIELD_TARGET_LAN, mac_value(scene->vmac));
    answer = pattern_with(answer, FIELD_LECID, number_value(les_lecid_of(scene->les, &scene->device_atm)));
    struct tap_event *answered = await(scene, &answer, mark_now(scene), ROUND_LIMIT);
    les_unbind(scene->les, scene->vmac);
    struct pattern pattern = probe(scene, scene->vmac);
    struct tap_event *asked = answered ? await(scene, &pattern, mark_at(answered), ROUND_LIMIT) : NULL;
    if (!asked)
        scene_inconclusive(scene, "the device made no further round after an answered probe");
    return asked;
}

void expect_rounds_end(struct scene *scene, struct tap_event *last)
{
    int64_t window_ns = scene->plan.le_arp_response_ns;
    struct pattern pattern = announcement(scene, scene->vmac);
    pattern = (struct pattern){
        .names = pattern.names | FRAME_SET(LE_ARP_REQUEST), .about = true, .about_mac = scene->vmac};
    expect_no_round(scene, pattern, mark_after(last), window_ns + MILLISECONDS(1), window_ns + OBSERVED);
    expect_state(scene, STATE_MASTER_PX_SETTLED, NULL);
}

void expect_no_round(struct scene *scene, struct pattern pattern, struct mark since, int64_t min_ns,
                     int64_t max_ns)
{
    expect_none(scene, .requirements = "R-3.2-05", .pattern = pattern, .since = since, .min_ns = min_ns,
                .max_ns = max_ns);
    prove_alive(scene);
}

/* LE_ARP_RESPONSE for the VMAC with this ATM address, to the last probe; to a request that was never made,
 * where the device made none. */
static struct tap_event *answer_probe(struct scene *scene, const struct atm_address *atm)
{
    struct pattern asked = probe(scene, scene->vmac);
    struct tap_event *last = last_seen(scene, &asked);
    struct le_control response = le_control_of(LE_ARP_RESPONSE);
    if (last) {
        response = le_control_response(&tap_frame(scene->tap, last)->control);
    } else {
        response.transaction_id = (uint32_t)random_next(&scene->random);
        response.requester_lecid = les_lecid_of(scene->les, &scene->device_atm);
        response.source_lan = lan_destination_of_mac(scene->device_mac);
        response.source_atm = scene->device_atm;
        response.target_lan = lan_destination_of_mac(scene->vmac);
    }
    response.target_atm = *atm;
    return inject_control(scene, &response);
}

/* Both halves of a round. */
static void expect_round_since(struct scene *scene, struct mark since)
{
    struct pattern halves[] = {announcement(scene, scene->vmac), probe(scene, scene->vmac)};
    for (size_t i = 0; i < 2; i++)
        expect(scene, .requirements = "R-3.2-05", .pattern = halves[i], .since = since, .max_ns = SECONDS(2));
}
