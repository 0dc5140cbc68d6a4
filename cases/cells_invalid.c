/* Cells of the table: advertisements that fail a receive check (RFC 2338 7.1, 5.3), each with its valid twin.
 */
#include <string.h>

#include "cases/cells.h"

/* What makes an advertisement bad (RFC 2338 7.1), without and with a configured password. */
struct flaw {
    const char *requirements;
    bool password; /* one is configured */
    void (*spoil)(const struct scene *scene, struct advertisement *advertisement);
};

static const struct flaw *flaw_of(const struct scene_plan *plan);
static void invalid_in_initialize(struct scene *scene, const struct advertisement *bad,
                                  const struct advertisement *good);
static void prove_twin_obeyed(struct scene *scene, const struct advertisement *good);

static void ttl(const struct scene *scene, struct advertisement *advertisement);
static void version(const struct scene *scene, struct advertisement *advertisement);
static void type(const struct scene *scene, struct advertisement *advertisement);
static void length(const struct scene *scene, struct advertisement *advertisement);
static void checksum(const struct scene *scene, struct advertisement *advertisement);
static void unknown_authentication(const struct scene *scene, struct advertisement *advertisement);
static void unasked_authentication(const struct scene *scene, struct advertisement *advertisement);
static void missing_authentication(const struct scene *scene, struct advertisement *advertisement);
static void password(const struct scene *scene, struct advertisement *advertisement);
static void vrid(const struct scene *scene, struct advertisement *advertisement);
static void interval(const struct scene *scene, struct advertisement *advertisement);

/* Those without a password first. */
#define PLAIN_FLAW_COUNT 9
static const struct flaw flaws[] = {
    {"V-5.2.3-02 V-7.1-01", false, ttl},
    {"V-7.1-02", false, version},
    {"V-5.3.2-02", false, type},
    {"V-7.1-03", false, length},
    {"V-7.1-04", false, checksum},
    {"V-5.3.6-01", false, unknown_authentication},
    {"V-5.3.6-02", false, unasked_authentication},
    {"V-7.1-06", false, vrid},
    {"V-7.1-08", false, interval},
    {"V-7.1-01", true, ttl},
    {"V-5.3.6-02", true, missing_authentication},
    {"V-7.1-05", true, password},
};

void prepare_invalid_advertisement(struct scene_plan *plan)
{
    if (!flaw_of(plan)->password)
        return;
    for (size_t i = 0; i < 6; i++)
        plan->device.password[i] = (char)random_between(&plan->random, 'a', 'z');
    plan->device.authentication_type = plan->speaker.authentication_type = VRRP_AUTHENTICATION_PASSWORD;
    memcpy(plan->speaker.password, plan->device.password, sizeof plan->speaker.password);
}

void cell_invalid_advertisement(struct scene *scene, const struct state_cell *cell)
{
    const struct flaw *flaw = flaw_of(&scene->plan);
    reach(scene, cell->state);
    struct advertisement good = good_advertisement(scene, scene->plan.higher_priority);
    struct advertisement bad = good;
    flaw->spoil(scene, &bad);
    if (cell->state == STATE_INITIALIZE) {
        invalid_in_initialize(scene, &bad, &good);
        return;
    }
    if (cell->state == STATE_BACKUP) {
        struct tap_event *last = last_advertisement_of_speaker(scene);
        struct tap_event *heard = inject_advertisement(scene, &bad);
        expect_timer(scene, heard, last->time_ns + master_down_ns(scene),
                     heard->time_ns + master_down_ns(scene), flaw->requirements);
    } else {
        inject_advertisement(scene, &bad);
        expect_state(scene, cell->state, flaw->requirements);
    }
    prove_twin_obeyed(scene, &good);
}

/* The instances of a run share the flaws out among them, each seed in another way. */
static const struct flaw *flaw_of(const struct scene_plan *plan)
{
    const struct case_instance *instance = plan->instance;
    size_t count =
        plan->capabilities & CAPABILITY_AUTHENTICATION ? sizeof flaws / sizeof *flaws : PLAIN_FLAW_COUNT;
    size_t state = (size_t)instance->test->parameter / ROUTER_EVENT_COUNT;
    size_t place = 2 * state + (instance->lane == LANE_V2);
    if (state == STATE_BACKUP && instance->scheme == SCHEME_PROXY)
        place += 2 * ROUTER_STATE_COUNT - 2;
    return &flaws[(place + plan->seed) % count];
}

/* Nothing is obeyed here; the twin shows its force once the router is started: it puts the takeover off. */
static void invalid_in_initialize(struct scene *scene, const struct advertisement *bad,
                                  const struct advertisement *good)
{
    inject_advertisement(scene, bad);
    expect_state(scene, STATE_INITIALIZE, "V-6.4.1-07");
    start_router(scene);
    struct tap_event *heard = inject_advertisement(scene, good);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *taken =
        await(scene, &own, mark_at(scene->started), 2 * master_down_ns(scene) + interval_ns(scene));
    if (!taken || taken->time_ns < just_before(scene, heard->time_ns + master_down_ns(scene)))
        scene_inconclusive(scene,
                           "the device ignores the valid twin as well, or does not take over after it");
}

/* By now the device is Master: it yields to the valid twin, or its ignoring the bad one proves nothing. */
static void prove_twin_obeyed(struct scene *scene, const struct advertisement *good)
{
    struct tap_event *heard = inject_advertisement(scene, good);
    scene_advance(scene, interval_ns(scene) * 3 / 2);
    struct pattern own = advertisement(scene, scene->vrid);
    if (seen(scene, &own, mark_at(heard)))
        scene_inconclusive(scene, "the device ignores the valid twin as well");
    prove_alive(scene);
}

static void ttl(const struct scene *scene, struct advertisement *advertisement)
{
    (void)scene;
    advertisement->ttl = 254;
}

static void version(const struct scene *scene, struct advertisement *advertisement)
{
    (void)scene;
    advertisement->message.version = 3;
}

static void type(const struct scene *scene, struct advertisement *advertisement)
{
    (void)scene;
    advertisement->message.type = 2;
}

static void length(const struct scene *scene, struct advertisement *advertisement)
{
    (void)scene;
    advertisement->truncated_size = VRRP_HEADER_SIZE - 2;
}

static void checksum(const struct scene *scene, struct advertisement *advertisement)
{
    (void)scene;
    advertisement->checksum_bad = true;
    advertisement->checksum_absent = true; /* as UDP allows it, RFC 2338 does not */
}

static void unknown_authentication(const struct scene *scene, struct advertisement *advertisement)
{
    (void)scene;
    advertisement->message.authentication_type = 3;
}

static void unasked_authentication(const struct scene *scene, struct advertisement *advertisement)
{
    (void)scene;
    advertisement->message.authentication_type = VRRP_AUTHENTICATION_PASSWORD;
    memset(advertisement->message.authentication_data, 'x', VRRP_AUTHENTICATION_DATA_SIZE);
}

static void missing_authentication(const struct scene *scene, struct advertisement *advertisement)
{
    (void)scene;
    advertisement->message.authentication_type = VRRP_AUTHENTICATION_NONE;
    memset(advertisement->message.authentication_data, 0, VRRP_AUTHENTICATION_DATA_SIZE);
}

static void password(const struct scene *scene, struct advertisement *advertisement)
{
    (void)scene;
    advertisement->message.authentication_data[0] ^= 0x03;
}

static void vrid(const struct scene *scene, struct advertisement *advertisement)
{
    advertisement->message.vrid = (uint8_t)(scene->vrid == 255 ? 1 : scene->vrid + 1);
}

static void interval(const struct scene *scene, struct advertisement *advertisement)
{
    advertisement->message.interval_s = (uint8_t)(scene->interval_s + 1);
}
