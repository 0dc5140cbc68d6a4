/* Cells of the table: answers to the probe of a proxy Master (draft 3.2, A-6). */
#include "cases/cells.h"

#define ROUND_LIMIT SECONDS(5)
#define OBSERVED    SECONDS(5)

static struct tap_event *answer_probe(struct scene *scene, const struct atm_address *atm);
static void expect_rounds_end(struct scene *scene, struct tap_event *last);

void cell_probe_answered(struct scene *scene, const struct state_cell *cell)
{
    const struct atm_address *foreign =
        random_between(&scene->random, 0, 1) ? &scene->plan.ghost_atm : &scene->plan.host_lec.atm_address;
    switch (cell->state) {
    case STATE_MASTER_PX_PERSISTING: {
        /* The LES that answered so far is quiet: it is this answer that keeps the rounds going. */
        reach(scene, cell->state);
        probe_left_unanswered(scene);
        struct mark since = mark_at(answer_probe(scene, foreign));
        les_bind(scene->les, scene->vmac, &scene->plan.ghost_atm);
        expect(scene, .requirements = "R-3.2-05", .pattern = announcement(scene, scene->vmac), .since = since,
               .max_ns = SECONDS(2));
        expect(scene, .requirements = "R-3.2-05", .pattern = probe(scene, scene->vmac), .since = since,
               .max_ns = SECONDS(2));
        expect_rate_kept(scene, since, OBSERVED, "R-3.2-06");
        expect_state(scene, cell->state, "R-3.2-05");
        break;
    }
    case STATE_MASTER_PX_SETTLED:
        arrive(scene, cell->state);
        answer_probe(scene, foreign);
        expect_state(scene, cell->state, NULL);
        break;
    default:
        reach_from_master(scene, cell->state, quiet_master(scene), 0);
        answer_probe(scene, foreign);
        expect_state(scene, cell->state, NULL);
    }
}

void cell_probe_answered_own(struct scene *scene, const struct state_cell *cell)
{
    switch (cell->state) {
    case STATE_MASTER_PX_PERSISTING: {
        reach(scene, cell->state);
        struct tap_event *asked = probe_left_unanswered(scene);
        answer_probe(scene, &scene->device_atm);
        expect_rounds_end(scene, asked);
        expect_state(scene, STATE_MASTER_PX_SETTLED, NULL);
        break;
    }
    case STATE_MASTER_PX_SETTLED: {
        arrive(scene, cell->state);
        struct mark before = mark_now(scene);
        answer_probe(scene, &scene->device_atm);
        expect_none(scene, .requirements = "R-3.2-05", .pattern = probe(scene, scene->vmac), .since = before,
                    .max_ns = OBSERVED);
        expect_state(scene, cell->state, NULL);
        break;
    }
    case STATE_INITIALIZE:
    case STATE_BACKUP:
        reach_from_master(scene, cell->state, quiet_master(scene), 0);
        answer_probe(scene, &scene->device_atm);
        expect_state(scene, cell->state, NULL);
        break;
    default:
        arrive(scene, cell->state);
        answer_probe(scene, &scene->device_atm);
        expect_state(scene, cell->state, NULL);
    }
}

void cell_probe_unanswered(struct scene *scene, const struct state_cell *cell)
{
    (void)cell;
    reach(scene, STATE_MASTER_PX_PERSISTING);
    expect_rounds_end(scene, probe_left_unanswered(scene));
    expect_state(scene, STATE_MASTER_PX_SETTLED, NULL);
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

/* No announcement and no probe once the window of this one is over. */
static void expect_rounds_end(struct scene *scene, struct tap_event *last)
{
    int64_t window_ns = scene->plan.le_arp_response_ns;
    struct pattern pattern = announcement(scene, scene->vmac);
    pattern = (struct pattern){
        .names = pattern.names | FRAME_SET(LE_ARP_REQUEST), .about = true, .about_mac = scene->vmac};
    expect_none(scene, .requirements = "R-3.2-05", .pattern = pattern, .since = mark_after(last),
                .min_ns = window_ns + MILLISECONDS(1), .max_ns = window_ns + OBSERVED);
    prove_alive(scene);
}
