/* Cells of the table: VCCs are lost, and the ELAN with them (lane-rules 1; ). */
#include "cases/cells.h"

#define REJOIN_LIMIT   SECONDS(120) /* C38 and the control time-outs */
#define LOSS_NOTICED   SECONDS(1)
#define ROUTER_RESTART SECONDS(3)

static struct mark lose_elan(struct scene *scene);
static struct tap_event *expect_rejoin(struct scene *scene, struct mark lost);
static void await_bus(struct scene *scene);
static void expect_nothing_said(struct scene *scene, struct expectation silence);
static void expect_associated_again(struct scene *scene, struct tap_event *joined);
static uint32_t data_direct_to_device(struct scene *scene);

void cell_elan_lost(struct scene *scene, const struct state_cell *cell)
{
    arrive(scene, cell->state);
    struct mark lost = lose_elan(scene);
    if (!expect_rejoin(scene, lost))
        return;
    await_bus(scene);
    if (cell->state == STATE_INITIALIZE)
        expect_state(scene, STATE_INITIALIZE, NULL);
    else
        prove_alive(scene); /* what it is now, the cells of elan-rejoined ask */
}

/* An owner comes back as Master, any other as Backup: half of the seeds each. */
void prepare_rejoin(struct scene_plan *plan)
{
    unsigned state = (unsigned)plan->instance->test->parameter / ROUTER_EVENT_COUNT;
    if (state == STATE_INITIALIZE && random_between(&plan->random, 0, 1))
        prepare_owner(plan);
}

void cell_elan_rejoined(struct scene *scene, const struct state_cell *cell)
{
    reach(scene, cell->state);
    if (is_master(cell->state))
        keep_unconfirmed(scene);
    struct tap_event *joined = expect_rejoin(scene, lose_elan(scene));
    if (!joined)
        return;
    await_bus(scene);
    struct pattern speaks = speaks_as_master(scene);
    if (is_master(cell->state)) {
        expect_associated_again(scene, joined);
        expect_state(scene, state_cell_next(cell, scene->instance->scheme), "R-3.3.3-08");
    } else if (cell->state == STATE_BACKUP) {
        expect_nothing_said(scene, (struct expectation){.requirements = "R-3.3.1-03",
                                                        .pattern = speaks,
                                                        .since = mark_at(joined),
                                                        .max_ns = master_down_ns(scene)});
        expect_state(scene, STATE_BACKUP, "R-3.3.1-03");
    } else {
        speaks.names &=
            ~(FRAME_SET(GRATUITOUS_ARP) | FRAME_SET(ARP_REPLY)); /* an owner's interface has a say */
        expect_nothing_said(scene, (struct expectation){.requirements = "R-3.3.1-01",
                                                        .pattern = speaks,
                                                        .since = mark_at(joined),
                                                        .max_ns = SECONDS(2)});
        if (scene->speaker_is_master)
            speaker_falls_silent(scene);
        start_router(scene);
        if (scene->priority == VRRP_PRIORITY_OWNER)
            expect(scene, .requirements = "R-3.3.1-02", .pattern = advertisement(scene, scene->vrid),
                   .since = mark_at(scene->started), .max_ns = MILLISECONDS(100));
        else
            expect(scene, .requirements = "R-3.3.1-03", .pattern = advertisement(scene, scene->vrid),
                   .since = mark_at(scene->started), .min_ns = master_down_ns(scene),
                   .max_ns = master_down_ns(scene));
    }
}

void cell_data_direct_lost(struct scene *scene, const struct state_cell *cell)
{
    arrive(scene, cell->state);
    uint32_t vcc = data_direct_to_device(scene);
    renew(scene, cell->state);
    world_clear_vcc(scene->world, vcc, CAUSE_NORMAL);
    scene_advance(scene, LOSS_NOTICED);
    expect_state(scene, cell->state, NULL);
}

void cell_bus_lost(struct scene *scene, const struct state_cell *cell)
{
    arrive(scene, cell->state);
    struct mark lost = mark_now(scene);
    bool there = random_between(&scene->random, 0, 1) ? bus_release_send(scene->bus, &scene->device_atm)
                                                      : bus_drop_forward(scene->bus, &scene->device_atm);
    if (!there)
        scene_inconclusive(scene, "the device has no VCC to or from the BUS that could be lost");
    struct pattern asks = pattern_with((struct pattern){.names = FRAME_SET(LE_ARP_REQUEST)}, FIELD_TARGET_LAN,
                                       mac_value(MAC_BROADCAST));
    expect(scene, .requirements = "L-join-05", .pattern = asks, .since = lost, .max_ns = REJOIN_LIMIT);
    await_bus(scene);
    if (cell->state == STATE_BACKUP) { /* it may have become Master meanwhile, and yields then */
        next_speaker_advertisement(scene);
        scene_advance(scene, ROUTER_RESTART);
    }
    /* A client that joined the ELAN anew has its router start anew. */
    struct pattern own = advertisement(scene, scene->vrid);
    if (is_master(cell->state))
        await(scene, &own, mark_now(scene), master_down_ns(scene) + ROUTER_RESTART);
    expect_state(scene, cell->state, NULL);
}

/* Control Direct or Control Distribute. */
static struct mark lose_elan(struct scene *scene)
{
    struct mark now = mark_now(scene);
    if (random_between(&scene->random, 0, 1) && les_drop_control_distribute(scene->les, &scene->device_atm))
        return now;
    if (!les_release_control_direct(scene->les, &scene->device_atm))
        scene_inconclusive(scene, "the device has no Control Direct VCC that could be lost");
    return now;
}

/* A new join, and nothing about the virtual router before it. Returns its success; NULL: not asked for. */
static struct tap_event *expect_rejoin(struct scene *scene, struct mark lost)
{
    struct tap_event *asked = expect(scene, .requirements = "L-join-06",
                                     .pattern = (struct pattern){.names = FRAME_SET(LE_JOIN_REQUEST)},
                                     .since = lost, .max_ns = REJOIN_LIMIT);
    if (!asked)
        return NULL;
    struct pattern success =
        pattern_with((struct pattern){.names = FRAME_SET(LE_JOIN_RESPONSE),
                                      .from_any = true,
                                      .reaches = port_bit(port_index(scene->device_port))},
                     FIELD_STATUS, number_value(LE_STATUS_SUCCESS));
    struct tap_event *joined = await(scene, &success, mark_at(asked), REJOIN_LIMIT);
    if (!joined)
        scene_inconclusive(scene, "the device joined anew, but did not get into the ELAN");
    expect_nothing_said(scene, (struct expectation){.requirements = "R-3.3.1-01",
                                                    .pattern = speaks_as_master(scene),
                                                    .since = lost,
                                                    .min_ns = LOSS_NOTICED,
                                                    .max_ns = joined->time_ns - lost.time_ns - 1});
    return joined;
}

static void await_bus(struct scene *scene)
{
    int64_t limit_ns = scene_now_ns(scene) + REJOIN_LIMIT;
    do {
        if (scene_now_ns(scene) > limit_ns)
            scene_inconclusive(scene, "the device did not get back to the BUS");
        scene_advance(scene, MILLISECONDS(500));
    } while (!bus_hears(scene->bus, &scene->device_atm) || !bus_reaches(scene->bus, &scene->device_atm));
    scene_advance(scene, LOSS_NOTICED);
}

/* A complete association after the join, as soon as the router is Master in it. */
static void expect_associated_again(struct scene *scene, struct tap_event *joined)
{
    struct pattern own = advertisement(scene, scene->vrid);
    int64_t limit_ns = master_down_ns(scene) + ROUTER_RESTART;
    if (!await(scene, &own, mark_at(joined), limit_ns))
        start_router(scene); /* one that waits for a Startup event anew */
    limit_ns = scene_now_ns(scene) - joined->time_ns + limit_ns;
    struct pattern parts[] = {announcement(scene, scene->vmac),
                              scene->proxy ? probe(scene, scene->vmac) : registration(scene, scene->vmac)};
    for (size_t i = 0; i < 2; i++)
        expect(scene, .requirements = "R-3.3.3-08", .pattern = parts[i], .since = mark_at(joined),
               .max_ns = limit_ns);
}

/* The host calls the device. Returns the number of the VCC. */
static uint32_t data_direct_to_device(struct scene *scene)
{
    peer_lec_call(scene->host_lec, &scene->device_atm);
    for (unsigned i = 0; i < 10 && !peer_lec_has_data_direct(scene->host_lec, &scene->device_atm); i++)
        scene_advance(scene, MILLISECONDS(500));
    for (size_t i = tap_count(scene->tap); i-- > 0;) {
        const struct tap_event *event = tap_at(scene->tap, i);
        if (event->kind == TAP_CALL_CONNECTED && event->vcc && event->vcc->kind == VCC_DATA_DIRECT &&
            event->vcc->open &&
            (tap_from(event, port_index(scene->device_port)) ||
             tap_reaches(event, port_index(scene->device_port))))
            return event->vcc->id;
    }
    scene_inconclusive(scene, "the device accepts no Data Direct VCC");
}

/* Around a join nothing about the virtual router leaves the device before its time. */
static void expect_nothing_said(struct scene *scene, struct expectation silence)
{
    expect_none_at(scene, SITE, &silence);
}
