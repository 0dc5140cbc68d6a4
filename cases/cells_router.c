/* Cells of the table: what the router itself meets: join, Startup, Shutdown, its timers (RFC 2338 6.4;
 * draft 3.3). */
#include "cases/cells.h"

#define AT_ONCE      MILLISECONDS(100)
#define PERIOD_COUNT 4

static void expect_acts_as_master(struct scene *scene, const char *requirements);
static void expect_bus_before_data(struct scene *scene);
static void expect_order(struct scene *scene, struct tap_event *first, struct tap_event *second,
                         const char *expected, const char *requirements);
static void shutdown_as_master(struct scene *scene, const struct state_cell *cell);

/* The join is what every case begins with; here it is looked at. */
void cell_join_complete(struct scene *scene, const struct state_cell *cell)
{
    bring_to_elan(scene);
    struct mark start = {0};
    struct pattern from_device = {.names = FRAME_SET(LE_JOIN_REQUEST)};
    struct tap_event *asked = seen(scene, &from_device, start);
    struct pattern joined =
        pattern_with((struct pattern){.names = FRAME_SET(LE_JOIN_RESPONSE),
                                      .from_any = true,
                                      .reaches = port_bit(port_index(scene->device_port))},
                     FIELD_STATUS, number_value(LE_STATUS_SUCCESS));
    struct tap_event *answered = seen(scene, &joined, start);
    if (!asked || !answered)
        scene_inconclusive(scene, "the join of the device was not seen");
    expect_field(scene, asked, FIELD_FLAG_PROXY, number_value(scene->proxy),
                 scene->proxy ? "R-3.2-01" : "R-3.1-01");
    struct atm_address bound;
    if (!scene->proxy)
        expect_true(scene,
                    les_binding(scene->les, scene->device_mac, &bound) &&
                        atm_address_equal(&bound, &scene->device_atm),
                    answered, "R-3.1-02", "the physical MAC address registered with the LES",
                    "no such registration");
    struct pattern early = speaks_as_master(scene);
    struct tap_event *spoke = seen(scene, &early, start);
    expect_true(scene, !spoke || spoke->index > answered->index, spoke, "R-3.3.1-01",
                "nothing about the virtual router before LE_JOIN_RESPONSE", "a frame before it");
    struct pattern bus_asked = pattern_with((struct pattern){.names = FRAME_SET(LE_ARP_REQUEST)},
                                            FIELD_TARGET_LAN, mac_value(MAC_BROADCAST));
    struct tap_event *connects = seen(scene, &bus_asked, start);
    if (!connects)
        scene_inconclusive(scene, "the device did not ask for the BUS");
    expect_order(scene, answered, connects, "LE_ARP_REQUEST for the broadcast address after LE_JOIN_RESPONSE",
                 "L-join-01");
    expect_bus_before_data(scene);
    expect_state(scene, cell->next_non_proxy, NULL);
}

/* Two addresses, both of the virtual router. */
void prepare_entry(struct scene_plan *plan)
{
    struct virtual_router_settings *router = &plan->device.virtual_routers[0];
    router->addresses[1] = plan->speaker.addresses[1] = plan->third_ip;
    router->address_count = plan->speaker.address_count = 2;
}

void prepare_startup_owner(struct scene_plan *plan)
{
    prepare_owner(plan);
    prepare_entry(plan);
}

void cell_startup_owner(struct scene *scene, const struct state_cell *cell)
{
    reach_without(scene, STATE_INITIALIZE, 0);
    keep_unconfirmed(scene);
    start_router(scene);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *first = expect(scene, .requirements = "R-3.3.1-02 V-6.4.1-01", .pattern = own,
                                     .since = mark_at(scene->started), .max_ns = AT_ONCE);
    struct pattern associates = association_frame(scene, scene->vmac);
    struct tap_event *associated = await(scene, &associates, mark_at(scene->started), SECONDS(1));
    expect_true(scene, associated, first, "R-3.3.1-02 R-2-14", "a frame of the ADDRESS ASSOCIATION", "none");
    expect_order(scene, associated, first, "the association begun before the advertisement", "R-3.3.1-02");
    const struct virtual_router_settings *router = &scene->plan.device.virtual_routers[0];
    for (size_t i = 0; i < router->address_count; i++) {
        struct tap_event *announced = expect(scene, .requirements = "V-6.4.1-02",
                                             .pattern = gratuitous_arp(scene, router->addresses[i]),
                                             .since = mark_at(scene->started), .max_ns = SECONDS(1));
        if (announced)
            expect_field(scene, announced, FIELD_ARP_SENDER_MAC, mac_value(scene->vmac), "V-6.4.1-02");
        expect_order(scene, first, announced, "the advertisement before the gratuitous ARP", "R-3.3.1-02");
    }
    if (first)
        expect(scene, .requirements = "V-6.4.1-03", .pattern = own, .since = mark_after(first),
               .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
    expect_acts_as_master(scene, "V-6.4.1-04");
    expect_state(scene, state_cell_next(cell, scene->instance->scheme), NULL);
}

void prepare_startup_lower(struct scene_plan *plan)
{
    draw_priority(plan, 3, 128); /* Skew_Time of half a second and more, told from "at once" by any clock */
}

void cell_startup_lower(struct scene *scene, const struct state_cell *cell)
{
    (void)cell;
    reach_without(scene, STATE_INITIALIZE, 0);
    start_router(scene);
    expect_none(scene, .requirements = "R-3.3.1-03 V-6.4.1-06", .pattern = speaks_as_master(scene),
                .since = mark_at(scene->started), .max_ns = skew_ns(scene) / 2);
    expect_none(scene, .requirements = "R-3.3.1-03", .pattern = speaks_as_master(scene),
                .since = mark_at(scene->started), .max_ns = just_before(scene, master_down_ns(scene)));
    expect(scene, .requirements = "V-6.4.1-05", .pattern = advertisement(scene, scene->vrid),
           .since = mark_at(scene->started), .min_ns = master_down_ns(scene),
           .max_ns = master_down_ns(scene));
}

void cell_shutdown(struct scene *scene, const struct state_cell *cell)
{
    reach(scene, cell->state);
    if (is_master(cell->state)) {
        shutdown_as_master(scene, cell);
        return;
    }
    bool backup = cell->state == STATE_BACKUP;
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    struct pattern anything = {.names = FRAME_SET(ADVERTISEMENT) | FRAME_SET(LE_UNREGISTER_REQUEST) |
                                        FRAME_SET(NO_SOURCE_LE_NARP_REQUEST),
                               .about = true,
                               .about_mac = scene->vmac};
    expect_none(scene, .requirements = backup ? "V-6.4.2-05" : "V-6.4.1-07", .pattern = anything,
                .since = since, .max_ns = SECONDS(1));
    expect_state(scene, STATE_INITIALIZE, backup ? "V-6.4.2-04 V-6.4.2-05" : "V-6.4.1-07");
}

/* The speaker, Master until now, falls silent. Half of the devices have been Master before. */
void cell_master_down_timer(struct scene *scene, const struct state_cell *cell)
{
    if (random_between(&scene->random, 0, 1))
        reach_from_master(scene, STATE_BACKUP, quiet_master(scene), 0);
    else
        reach(scene, STATE_BACKUP);
    next_speaker_advertisement(scene);
    struct tap_event *last = speaker_falls_silent(scene);
    keep_unconfirmed(scene);
    /* A timer that fired late or early shows in all that follows; else the advertisement alone is late. */
    int64_t due_ns = master_down_ns(scene);
    struct pattern associates = association_frame(scene, scene->vmac);
    struct tap_event *associated = await(scene, &associates, mark_at(last), due_ns + SECONDS(1));
    struct tap_event *first =
        expect_takeover_at(scene, SITE, mark_at(last), due_ns,
                           came_at(scene, associated, last->time_ns + due_ns) ? "V-6.4.2-06" : "V-6.2-01");
    if (first)
        expect(scene, .requirements = "V-6.4.2-08", .pattern = advertisement(scene, scene->vrid),
               .since = mark_after(first), .min_ns = interval_ns(scene), .max_ns = interval_ns(scene));
    expect_acts_as_master(scene, "V-6.4.2-09");
    expect_state(scene, state_cell_next(cell, scene->instance->scheme), NULL);
}

void cell_adver_timer(struct scene *scene, const struct state_cell *cell)
{
    reach_without(scene, cell->state, UNPROVEN_PERIODS);
    struct pattern own = advertisement(scene, scene->vrid);
    struct tap_event *previous = await(scene, &own, mark_now(scene), interval_ns(scene) * 5 / 2);
    if (!previous)
        scene_inconclusive(scene, "the Master stopped advertising before its periods could be measured");
    for (unsigned i = 0; i < PERIOD_COUNT && previous; i++) {
        struct tap_event *next = expect(scene, .requirements = "V-6.4.3-08", .pattern = own,
                                        .since = mark_after(previous), .max_ns = interval_ns(scene) * 3 / 2);
        if (next)
            expect_true(scene, came_at(scene, next, previous->time_ns + interval_ns(scene)), next,
                        "V-6.2-02 V-6.4.3-09", "Advertisement_Interval between two advertisements",
                        "another time");
        previous = next;
    }
    expect_state(scene, cell->state, NULL);
}

/* Does what only a Master does, besides advertising: answers ARP. */
static void expect_acts_as_master(struct scene *scene, const char *requirements)
{
    struct answers answers = ask_both(scene);
    expect_true(scene, answers.arp, NULL, requirements, "an answer to ARP for the virtual address",
                "nothing");
}

/* L-join-01: no data frame of the device before it has its Multicast Send VCC. */
static void expect_bus_before_data(struct scene *scene)
{
    bool connected = false;
    struct tap_event *data = NULL;
    for (size_t i = 0; i < tap_count(scene->tap) && !connected && !data; i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        connected = event->kind == TAP_CALL_CONNECTED && event->vcc->kind == VCC_MULTICAST_SEND &&
                    event->vcc->caller == port_index(scene->device_port);
        if (event->kind == TAP_SDU && tap_from(event, port_index(scene->device_port)) &&
            tap_frame(scene->tap, event)->layers & LAYER_LE_DATA)
            data = event;
    }
    expect_true(scene, !data, data, "L-join-01", "no data frame before the BUS is connected", "a data frame");
}

/* Judged when both were seen; what is missing was said before. */
static void expect_order(struct scene *scene, struct tap_event *first, struct tap_event *second,
                         const char *expected, const char *requirements)
{
    if (first && second)
        expect_true(scene, first->index < second->index, second, requirements, expected,
                    "the other way round");
}

/* Priority 0, then the disassociation; afterwards Initialize. */
static void shutdown_as_master(struct scene *scene, const struct state_cell *cell)
{
    struct mark since = mark_now(scene);
    scene_control(scene, CONTROL_SHUTDOWN, scene->vrid, 0);
    struct tap_event *stop =
        expect(scene, .requirements = "R-3.3.3-03 V-6.4.3-06",
               .pattern = stop_advertisement(scene, scene->vrid), .since = since, .max_ns = AT_ONCE);
    expect_disassociation_at(scene, SITE, since, cell->state == STATE_MASTER_NP_CONFIRMED, NULL);
    struct pattern gives_up = {.names =
                                   FRAME_SET(LE_UNREGISTER_REQUEST) | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST),
                               .about = true,
                               .about_mac = scene->vmac};
    expect_order(scene, stop, seen(scene, &gives_up, since),
                 "the priority-0 advertisement before the first frame of the disassociation", "R-3.3.3-03");
    struct mark after = stop ? mark_after(stop) : since;
    const struct expectation silences[] = {
        {.requirements = "V-6.4.3-05",
         .pattern = advertisement(scene, scene->vrid),
         .since = after,
         .max_ns = interval_ns(scene) * 5 / 2},
        {.requirements = "V-6.4.3-06", /* it was sent once */
         .pattern = stop_advertisement(scene, scene->vrid),
         .since = after,
         .max_ns = interval_ns(scene) * 5 / 2},
    };
    for (size_t i = 0; i < sizeof silences / sizeof *silences; i++)
        expect_none_at(scene, SITE, &silences[i]);
    if (cell->state == STATE_MASTER_NP_PENDING)
        expect_late_success_undone(scene, since);
    struct answers answers = ask_both(scene);
    expect_true(scene, !answers.arp, answers.arp, "V-6.4.3-07", "ARP for the virtual address unanswered",
                "an ARP reply");
    expect_true(scene, !answers.le_arp, answers.le_arp, "R-3.3.3-03", "LE_ARP for the VMAC unanswered",
                "an LE_ARP_RESPONSE");
    expect_state(scene, STATE_INITIALIZE, NULL);
}
