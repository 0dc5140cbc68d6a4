/* Cells of the table: the registration of the VMAC and its announcements (draft 3.1). */
#include "cases/cells.h"

#define REPEAT_LIMIT      SECONDS(11) /* C7 is 10 s here */
#define FOLLOWS_CLOSELY   SECONDS(2)
#define OBSERVED          SECONDS(6)
#define LATE_ANNOUNCEMENT MILLISECONDS(1500)

static void answer_registration(struct scene *scene, uint16_t status);
static void confirm_pending(struct scene *scene);
static void confirm_refused(struct scene *scene);
static void expect_after_confirmation(struct scene *scene);
static void expect_persistence(struct scene *scene, struct mark since);
static struct tap_event *expect_asked_again(struct scene *scene, const char *requirements, struct mark since,
                                            int64_t max_ns);
static void expect_retry(struct scene *scene, struct mark refused);
static bool announces_again(struct scene *scene);
static uint16_t draw_refusal(struct scene *scene);

void cell_register_success(struct scene *scene, const struct state_cell *cell)
{
    switch (cell->state) {
    case STATE_MASTER_NP_PENDING:
        arrive(scene, cell->state);
        confirm_pending(scene);
        expect_after_confirmation(scene);
        expect_state(scene, STATE_MASTER_NP_CONFIRMED, NULL);
        break;
    case STATE_MASTER_NP_REFUSED:
        arrive(scene, cell->state);
        confirm_refused(scene);
        expect_after_confirmation(scene);
        expect_state(scene, STATE_MASTER_NP_CONFIRMED, NULL);
        break;
    case STATE_MASTER_NP_CONFIRMED:
        arrive(scene, cell->state);
        answer_registration(scene, LE_STATUS_SUCCESS);
        expect_state(scene, cell->state, NULL);
        break;
    default: {
        struct mark before = mark_now(scene);
        reach_from_master(scene, cell->state, STATE_MASTER_NP_PENDING, 0);
        expect_late_success_undone(scene, before);
        expect_state(scene, cell->state, NULL);
    }
    }
}

void cell_register_refused(struct scene *scene, const struct state_cell *cell)
{
    uint16_t status = draw_refusal(scene);
    bool pending = cell->state == STATE_MASTER_NP_PENDING;
    if (pending || cell->state == STATE_MASTER_NP_REFUSED) {
        reach(scene, cell->state);
        if (pending) {
            les_forget_rules(scene->les);
            les_bind(scene->les, scene->vmac, &scene->plan.ghost_atm);
        }
        struct mark before = mark_now(scene);
        answer_registration(scene, status);
        expect_persistence(scene, before);
        if (pending)
            expect_retry(scene, mark_now(scene));
        expect_state(scene, STATE_MASTER_NP_REFUSED, "R-3.1-05");
        return;
    }
    if (is_master(cell->state))
        arrive(scene, cell->state);
    else
        reach_from_master(scene, cell->state, STATE_MASTER_NP_PENDING, 0);
    answer_registration(scene, status);
    expect_state(scene, cell->state, NULL);
}

void cell_register_timeout(struct scene *scene, const struct state_cell *cell)
{
    reach_without(scene, cell->state, UNPROVEN_PERSISTENCE);
    struct pattern request = registration(scene, scene->vmac);
    struct tap_event *first = last_seen(scene, &request);
    struct tap_event *second = expect_asked_again(scene, "R-3.1-05", mark_after(first), SECONDS(10));
    /* v1 waits C7 (10 s here), v2 C7i (its own choice from 1 s on). */
    int64_t wait_ns = scene->v2 ? SECONDS(1) : SECONDS(10);
    if (second)
        expect_true(
            scene, second->time_ns - first->time_ns >= just_before(scene, wait_ns), second, "L-join-09",
            scene->v2 ? "the repetition C7i after the request" : "the repetition C7 after the request",
            "an earlier one");
    if (announces_again(scene))
        expect_every_second(scene, mark_after(first), scene_now_ns(scene) - first->time_ns, LATE_ANNOUNCEMENT,
                            "R-3.1-06");
    expect_state(scene, cell->state, "R-3.1-05");
}

/* The retry is left unanswered, so that the state it leads to stays. */
void cell_register_retry(struct scene *scene, const struct state_cell *cell)
{
    (void)cell;
    reach_without(scene, STATE_MASTER_NP_REFUSED, UNPROVEN_PERSISTENCE);
    struct mark refused = mark_now(scene);
    keep_unconfirmed(scene);
    expect_retry(scene, refused);
    expect_state(scene, STATE_MASTER_NP_PENDING, "R-3.1-05");
}

void cell_announce_second(struct scene *scene, const struct state_cell *cell)
{
    struct mark since;
    switch (cell->state) {
    case STATE_INITIALIZE:
    case STATE_BACKUP:
        reach_from_master(scene, cell->state, quiet_master(scene), UNPROVEN_ANSWERS);
        expect_none(scene, .requirements = "R-3.1-06", .pattern = announcement(scene, scene->vmac),
                    .since = mark_now(scene), .max_ns = OBSERVED);
        expect_state(scene, cell->state, NULL);
        return;
    case STATE_MASTER_NP_PENDING:
    case STATE_MASTER_NP_REFUSED:
        reach_without(scene, cell->state, UNPROVEN_PERSISTENCE);
        since = mark_now(scene);
        if (announces_again(scene))
            expect_every_second(scene, since, OBSERVED, LATE_ANNOUNCEMENT, "R-3.1-06");
        break;
    case STATE_MASTER_NP_CONFIRMED:
        arrive(scene, cell->state);
        expect_after_confirmation(scene);
        break;
    case STATE_MASTER_PX_PERSISTING:
        reach_without(scene, cell->state, UNPROVEN_PERSISTENCE);
        since = mark_now(scene);
        /* A round waits for the answer to the last one's probe. */
        bool again = announces_again(scene);
        if (again)
            expect_every_second(scene, since, 2 * OBSERVED, SECONDS(3), "R-3.2-05");
        expect_rate_kept(scene, since, 2 * OBSERVED, "R-3.2-06");
        if (again) /* there is a probe per round, and no round more otherwise */
            expect(scene, .requirements = "R-3.2-04", .pattern = probe(scene, scene->vmac), .since = since,
                   .max_ns = 2 * OBSERVED);
        break;
    case STATE_MASTER_PX_SETTLED:
        arrive(scene, cell->state);
        expect_rate_kept(scene, mark_now(scene), OBSERVED, "R-3.2-06");
        expect_no_round(scene, probe(scene, scene->vmac), mark_now(scene), 0, OBSERVED);
        break;
    }
    expect_state(scene, cell->state, NULL);
}

/* An answer to a disassociation of before, with the transaction of the present registration: only the op-code
 * tells, and a registration that is open stays so (L-register-08). */
void cell_unregister_response(struct scene *scene, const struct state_cell *cell)
{
    if (is_master(cell->state))
        reach_without(scene, cell->state, UNPROVEN_ANSWERS | UNPROVEN_PERIODS);
    else
        reach_from_master(scene, cell->state, STATE_MASTER_NP_CONFIRMED, 0);
    struct pattern request = registration(scene, scene->vmac);
    struct le_control response = response_to_last(scene, request);
    response.opcode = LE_UNREGISTER_RESPONSE;
    response.status = random_between(&scene->random, 0, 1) ? LE_STATUS_SUCCESS : LE_STATUS_ACCESS_DENIED;
    struct tap_event *answered = inject_control(scene, &response);
    if (cell->state == STATE_MASTER_NP_PENDING || cell->state == STATE_MASTER_NP_REFUSED)
        expect_asked_again(scene, "L-register-08", mark_at(answered), REPEAT_LIMIT);
    expect_state(scene, cell->state, NULL);
}

/* LE_REGISTER_RESPONSE to the last request of the device. */
static void answer_registration(struct scene *scene, uint16_t status)
{
    struct le_control response = response_to_last(scene, registration(scene, scene->vmac));
    response.status = status;
    inject_control(scene, &response);
}

/* The LES does its work again: the next request of the device is confirmed. */
static void confirm_pending(struct scene *scene)
{
    les_forget_rules(scene->les);
    struct pattern success =
        pattern_with((struct pattern){.names = FRAME_SET(LE_REGISTER_RESPONSE),
                                      .from_any = true,
                                      .reaches = port_bit(port_index(scene->device_port))},
                     FIELD_SOURCE_LAN, mac_value(scene->vmac));
    if (!await(scene, &success, mark_now(scene), REPEAT_LIMIT + FOLLOWS_CLOSELY))
        scene_inconclusive(scene, "the device did not ask again, so its registration can't be confirmed");
}

/* A success for the request that was refused: as from a LES that made up its mind. A device that takes only
 * the first answer to a request asks again, and succeeds. */
static void confirm_refused(struct scene *scene)
{
    les_bind(scene->les, scene->vmac, &scene->device_atm);
    answer_registration(scene, LE_STATUS_SUCCESS);
    scene_advance(scene, SECONDS(scene->pixit.choice[PIXIT_REGISTRATION_RETRY_MAX_S]) + FOLLOWS_CLOSELY);
}

/* what a confirmed Master does with its announcements. */
static void expect_after_confirmation(struct scene *scene)
{
    struct mark since = mark_now(scene);
    switch ((enum targetless_after_registration)scene->pixit.choice[PIXIT_TARGETLESS_AFTER_REGISTRATION]) {
    case TARGETLESS_AFTER_REGISTRATION_ALLOWED:
        expect_rate_kept(scene, since, OBSERVED, "R-3.1-06");
        break;
    case TARGETLESS_AFTER_REGISTRATION_REQUIRED:
        expect_every_second(scene, since, OBSERVED, LATE_ANNOUNCEMENT, "R-3.1-06");
        break;
    case TARGETLESS_AFTER_REGISTRATION_FORBIDDEN:
        expect_none(scene, .requirements = "R-3.1-06", .pattern = announcement(scene, scene->vmac),
                    .since = since, .max_ns = OBSERVED);
        break;
    }
}

/* Stays Master, in the ELAN, and announces. */
static void expect_persistence(struct scene *scene, struct mark since)
{
    struct pattern own = advertisement(scene, scene->vrid);
    expect(scene, .requirements = "R-3.1-05", .pattern = own, .since = since,
           .max_ns = interval_ns(scene) + SECONDS(1));
    if (announces_again(scene))
        expect_every_second(scene, since, SECONDS(4), LATE_ANNOUNCEMENT, "R-3.1-06");
}

/* The registration goes on: LE_REGISTER_REQUEST for the VMAC once more. Returns it. */
static struct tap_event *expect_asked_again(struct scene *scene, const char *requirements, struct mark since,
                                            int64_t max_ns)
{
    return expect(scene, .requirements = requirements, .pattern = registration(scene, scene->vmac),
                  .since = since, .max_ns = max_ns);
}

/* not sooner than a second after the refusal (a remark), and within the bound. */
static void expect_retry(struct scene *scene, struct mark refused)
{
    struct tap_event *asked = expect_asked_again(
        scene, "R-3.1-05", refused, SECONDS(scene->pixit.choice[PIXIT_REGISTRATION_RETRY_MAX_S]));
    if (asked && asked->time_ns < just_before(scene, refused.time_ns + SECONDS(1)))
        remark_at(scene, SITE, asked, "R-3.1-05", "no LE_REGISTER_REQUEST within a second of the refusal",
                  "an earlier one");
}

/* with v1_repetition = once a v1 client's announcement is not repeated. One that never announced at all
 * breaks another requirement. */
static bool announces_again(struct scene *scene)
{
    struct pattern announced = announcement(scene, scene->vmac);
    bool repeats = scene->v2 || scene->pixit.choice[PIXIT_V1_REPETITION] == V1_REPETITION_REQUIRED;
    return repeats && last_seen(scene, &announced);
}

static uint16_t draw_refusal(struct scene *scene)
{
    return random_between(&scene->random, 0, 1) ? LE_STATUS_DUPLICATE_LAN_DESTINATION
                                                : LE_STATUS_INSUFFICIENT_RESOURCES;
}
