/* A router's or client's LEC as sender and called party: unknown unicast, LE_ARP, Data Direct VCCs, READY and
 * flush (lane-rules 5.1, 5.7; lane-wire 9 to 11). */
#include <string.h>

#include "cases/cases.h"
#include "steps/data_path.h"

#define UNKNOWN_FRAMES   3u /* C10 */
#define UNKNOWN_TIME_S   1  /* C11 */
#define RETRIES          1u /* C13 */
#define PATH_SWITCHING_S 6  /* C22 */
#define BURST            20u

static struct mac_address far_mac(const struct scene *scene);
static void bind_at_host(struct scene *scene);
static size_t most_on_bus(struct scene *scene, struct mark since, int64_t length_ns);
static struct tap_event *setup_to_host(struct scene *scene);
static void call_device(struct scene *scene);
static struct tap_event *inject_on_data_direct(struct scene *scene, const struct le_control *control);
static struct tap_event *inject_on_bus(struct scene *scene, const struct le_control *control);
static struct tap_event *arrival_at_device(struct scene *scene, struct mark since, unsigned vcc_kinds);
static struct le_control flush_request(struct scene *scene, const struct atm_address *target);
static void expect_flush_answered(struct scene *scene, struct tap_event *heard, uint32_t transaction_id);
static bool flushed_between(struct scene *scene, const struct tap_event *from, const struct tap_event *to);

/* --- unknown unicast and LE_ARP --- */

static void with_unknown_limits(struct scene_plan *plan)
{
    lecs_settings_add_number(&plan->lecs, TLV_MAXIMUM_UNKNOWN_FRAME_COUNT, UNKNOWN_FRAMES);
    lecs_settings_add_number(&plan->lecs, TLV_MAXIMUM_UNKNOWN_FRAME_TIME, UNKNOWN_TIME_S);
    lecs_settings_add_number(&plan->lecs, TLV_MAXIMUM_RETRY_COUNT, RETRIES);
}

/* LE_ARP with the first frame, whenever the device comes to send it; and wherever the device begins to count
 * C11, in a time of that length at most C10 frames of one and of the next. */
static void floods_within_limits(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *due = let_frame_be_due(scene, far_mac(scene));
    for (unsigned i = 1; i < BURST; i++)
        let_frame_be_due_again(scene, due);
    scene_advance(scene, SECONDS(5));
    struct pattern question = probe(scene, far_mac(scene));
    struct tap_event *asked = seen(scene, &question, mark_at(due));
    size_t most = most_on_bus(scene, mark_at(due), SECONDS(UNKNOWN_TIME_S));
    if (!most)
        scene_inconclusive(scene, "the device sends nothing to an address that it does not know");
    struct pattern by_bus = frame_to(scene, far_mac(scene));
    struct tap_event *first = seen(scene, &by_bus, mark_at(due));
    bool at_once = asked && first && asked->time_ns - first->time_ns <= MILLISECONDS(100);
    expect_true(scene, at_once && most <= 2 * UNKNOWN_FRAMES, asked, "L-le_arp-09",
                "LE_ARP_REQUEST at once, and at most C10 = 3 frames in C11 = 1 s to the BUS",
                at_once ? "more frames" : "no LE_ARP_REQUEST at once");
}

/* Nobody answers: once and C13 times more, C20 apart. */
static void repeats_le_arp(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *due = let_frame_be_due(scene, far_mac(scene));
    scene_advance(scene, 2 * (RETRIES + 1) * scene->plan.le_arp_response_ns);
    struct pattern question = probe(scene, far_mac(scene));
    struct tap_event *last = seen(scene, &question, mark_at(due));
    if (!last)
        scene_inconclusive(scene, "the device does not ask for an address that it does not know");
    unsigned repetitions = 0;
    for (struct tap_event *next; (next = seen(scene, &question, mark_after(last))); last = next) {
        expect_true(scene,
                    next->time_ns - last->time_ns >= scene->plan.le_arp_response_ns - scene->tolerance_ns,
                    next, "L-le_arp-10 L-rate-02", "LE_ARP_REQUEST again C20 = 2 s after the last", "sooner");
        repetitions++;
    }
    expect_true(scene, repetitions <= RETRIES, last, "L-le_arp-10", "LE_ARP_REQUEST repeated C13 = 1 times",
                "more often");
}

/* --- Data Direct VCCs --- */

static void calls_with_b_lli(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *setup = setup_to_host(scene);
    bool token_ring = scene->plan.device.token_ring;
    enum b_lli wanted = token_ring ? B_LLI_DATA_DIRECT_8025 : B_LLI_DATA_DIRECT_8023;
    expect_true(scene, setup->vcc->call.b_lli == wanted, setup, "L-vcc-02",
                token_ring ? "SETUP pid=3" : "SETUP pid=2", "another B-LLI");
}

static void with_multiplexing(struct scene_plan *plan)
{
    plan->device.llc_multiplexed = plan->capabilities & CAPABILITY_LLC_MULTIPLEXING;
}

static void calls_without_multiplexing(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *setup = setup_to_host(scene);
    expect_true(scene, setup->vcc->call.b_lli != B_LLI_LLC_MULTIPLEXED, setup, "L-v2-05",
                "SETUP with a LANE PID", "SETUP for LLC multiplexing");
}

/* Within the shortest C28; the sources give no other bound. */
static void says_ready(struct scene *scene)
{
    bring_to_elan(scene);
    struct tap_event *setup = setup_to_host(scene);
    struct tap_event *connected = await_call_event(scene, TAP_CALL_CONNECTED, scene->device_port,
                                                   scene->host_port, mark_at(setup), SECONDS(5));
    if (!connected)
        scene_inconclusive(scene, "the call to the host was not connected");
    struct pattern ready = {.names = FRAME_SET(READY_IND), .vcc_kinds = 1u << VCC_DATA_DIRECT};
    expect(scene, .requirements = "L-ready-01", .pattern = ready, .since = mark_after(connected),
           .max_ns = SECONDS(1));
}

static void answers_ready_query(struct scene *scene)
{
    bring_to_elan(scene);
    call_device(scene);
    struct le_control query = le_control_of(READY_QUERY);
    struct tap_event *heard = inject_on_data_direct(scene, &query);
    struct pattern ready = {.names = FRAME_SET(READY_IND), .vcc_kinds = 1u << VCC_DATA_DIRECT};
    expect(scene, .requirements = "L-ready-02", .pattern = ready, .since = mark_at(heard),
           .max_ns = SECONDS(1));
}

/* The host has the lower ATM address (parameter 1), or the device. */
static void with_lower(struct scene_plan *plan)
{
    struct atm_address *host = &plan->host_lec.atm_address;
    struct atm_address *device = &plan->device.atm_address;
    bool host_lower = memcmp(host->octet, device->octet, ATM_ADDRESS_SIZE) < 0;
    if (host_lower == plan->instance->test->parameter)
        return;
    struct atm_address other = *host;
    *host = *device;
    *device = other;
}

static void lower_caller_carries(struct scene *scene)
{
    bring_to_elan(scene);
    bind_at_host(scene);
    prime_path(scene, far_mac(scene), scene->host_port);
    call_device(scene);
    /* The change from the one to the other is flushed, or waits for C22. */
    await_frame_to(scene, far_mac(scene));
    scene_advance(scene, SECONDS(10));
    struct tap_event *event = await_frame_to(scene, far_mac(scene));
    const struct port *lower = scene->test->parameter ? scene->host_port : scene->device_port;
    expect_true(scene, event->vcc->kind == VCC_DATA_DIRECT && event->vcc->caller == port_index(lower), event,
                "L-vcc-03", "data on the VCC that the lower ATM address called", "data on another VCC");
}

static void vcc_of_each_frame(struct scene *scene)
{
    bring_to_master(scene);
    bind_at_host(scene);
    struct tap_event *direct = prime_path(scene, far_mac(scene), scene->host_port);
    struct pattern control = association_frame(scene, scene->vmac);
    control.vcc_kinds = ~(1u << VCC_CONTROL_DIRECT);
    expect_none(scene, .requirements = "L-vcc-01", .pattern = control, .since = mark_at(scene->started),
                .max_ns = scene_now_ns(scene) - scene->started->time_ns);
    struct pattern data = advertisement(scene, scene->vrid);
    data.vcc_kinds = ~(1u << VCC_MULTICAST_SEND);
    expect_none(scene, .requirements = "L-vcc-01", .pattern = data, .since = mark_at(direct),
                .max_ns = 3 * interval_ns(scene));
    prove_alive(scene);
}

/* --- flush --- */

static void answers_flush_by_bus(struct scene *scene)
{
    bring_to_elan(scene);
    struct le_control request = flush_request(scene, &scene->device_atm);
    expect_flush_answered(scene, inject_on_bus(scene, &request), request.transaction_id);
}

static void answers_flush_direct(struct scene *scene)
{
    bring_to_elan(scene);
    call_device(scene);
    struct le_control request = flush_request(scene, &scene->device_atm);
    expect_flush_answered(scene, inject_on_data_direct(scene, &request), request.transaction_id);
}

static void ignores_flush_for_others(struct scene *scene)
{
    bring_to_elan(scene);
    struct le_control request = flush_request(scene, &scene->plan.ghost_atm);
    struct tap_event *heard = inject_on_bus(scene, &request);
    struct pattern answer = pattern_with((struct pattern){.names = FRAME_SET(LE_FLUSH_RESPONSE)},
                                         FIELD_TRANSACTION_ID, number_value(request.transaction_id));
    expect_none(scene, .requirements = "L-flush-02", .pattern = answer, .since = mark_at(heard),
                .max_ns = SECONDS(2));
    prove_alive(scene);
}

static void with_path_switching(struct scene_plan *plan)
{
    lecs_settings_add_number(&plan->lecs, TLV_PATH_SWITCHING_DELAY, PATH_SWITCHING_S);
}

static void flushes_before_change(struct scene *scene)
{
    bring_to_elan(scene);
    bind_at_host(scene);
    struct tap_event *direct = prime_path(scene, far_mac(scene), scene->host_port);
    struct pattern by_bus = frame_to(scene, far_mac(scene));
    by_bus.vcc_kinds = 1u << VCC_MULTICAST_SEND;
    struct tap_event *old = NULL;
    for (struct tap_event *event = seen(scene, &by_bus, (struct mark){0, 0});
         event && event->index < direct->index; event = seen(scene, &by_bus, mark_after(event)))
        old = event;
    if (!old)
        scene_not_applicable(scene,
                             "the device sent nothing to the BUS before its Data Direct VCC was there");
    bool waited = direct->time_ns - old->time_ns >= SECONDS(PATH_SWITCHING_S) - scene->tolerance_ns;
    expect_true(scene, waited || flushed_between(scene, old, direct), direct, "L-flush-04",
                "LE_FLUSH_REQUEST, or C22 = 6 s, between the last frame to the BUS and the first on the Data "
                "Direct VCC",
                "neither");
}

/* The MAC address that frames go to: of nobody until it is bound. */
static struct mac_address far_mac(const struct scene *scene)
{
    return scene->plan.third_mac;
}

static void bind_at_host(struct scene *scene)
{
    les_bind(scene->les, far_mac(scene), &scene->plan.host_lec.atm_address);
}

/* The most frames to the MAC address that went to the BUS in any time of this length. */
static size_t most_on_bus(struct scene *scene, struct mark since, int64_t length_ns)
{
    struct pattern by_bus = frame_to(scene, far_mac(scene));
    by_bus.vcc_kinds = 1u << VCC_MULTICAST_SEND;
    size_t most = 0;
    for (struct tap_event *first = seen(scene, &by_bus, since); first;
         first = seen(scene, &by_bus, mark_after(first))) {
        size_t count = 0;
        for (struct tap_event *event = first; event && event->time_ns < first->time_ns + length_ns;
             event = seen(scene, &by_bus, mark_after(event)))
            count++;
        most = count > most ? count : most;
    }
    return most;
}

/* The device calls the host, because a frame to a MAC address there is due. */
static struct tap_event *setup_to_host(struct scene *scene)
{
    bind_at_host(scene);
    struct mark since = mark_now(scene);
    let_frame_be_due(scene, far_mac(scene));
    struct tap_event *setup =
        await_call_event(scene, TAP_CALL_SETUP, scene->device_port, scene->host_port, since, PATH_NS);
    if (!setup)
        scene_inconclusive(scene, "the device does not set up a Data Direct VCC to the host");
    return setup;
}

/* The host has a Data Direct VCC of its own to the device, ready for use. */
static void call_device(struct scene *scene)
{
    struct mark since = mark_now(scene);
    peer_lec_call(scene->host_lec, &scene->device_atm);
    struct tap_event *connected =
        await_call_event(scene, TAP_CALL_CONNECTED, scene->host_port, scene->device_port, since, SECONDS(5));
    if (!connected)
        scene_inconclusive(scene, "the device does not accept a Data Direct VCC of the host");
    scene_advance(scene, SECONDS(1));
}

static struct tap_event *inject_on_data_direct(struct scene *scene, const struct le_control *control)
{
    uint8_t data[LE_CONTROL_SIZE];
    size_t size = le_control_encode(control, data, sizeof data);
    struct mark since = mark_now(scene);
    if (!peer_lec_send_octets_direct(scene->host_lec, &scene->device_atm, data, size))
        scene_inconclusive(scene, "the host has no Data Direct VCC to the device any more");
    return arrival_at_device(scene, since, 1u << VCC_DATA_DIRECT);
}

static struct tap_event *inject_on_bus(struct scene *scene, const struct le_control *control)
{
    struct mark since = mark_now(scene);
    if (!peer_lec_send_control(scene->host_lec, PEER_LEC_MULTICAST_SEND, control))
        scene_inconclusive(scene, "the host has no Multicast Send VCC any more");
    return arrival_at_device(scene, since, 1u << VCC_MULTICAST_FORWARD);
}

/* The next flush request or ready query on a VCC of these kinds. */
static struct tap_event *arrival_at_device(struct scene *scene, struct mark since, unsigned vcc_kinds)
{
    struct pattern arrival = {.names = FRAME_SET(LE_FLUSH_REQUEST) | FRAME_SET(READY_QUERY),
                              .from_any = true,
                              .reaches = port_bit(port_index(scene->device_port)),
                              .vcc_kinds = vcc_kinds};
    struct tap_event *event = await(scene, &arrival, since, SECONDS(5));
    if (!event)
        scene_inconclusive(scene, "the frame of the host did not reach the device");
    return event;
}

static struct le_control flush_request(struct scene *scene, const struct atm_address *target)
{
    struct le_control request = peer_lec_request(scene->host_lec, LE_FLUSH_REQUEST);
    request.target_atm = *target;
    return request;
}

static void expect_flush_answered(struct scene *scene, struct tap_event *heard, uint32_t transaction_id)
{
    struct pattern answer = pattern_with((struct pattern){.names = FRAME_SET(LE_FLUSH_RESPONSE)},
                                         FIELD_TRANSACTION_ID, number_value(transaction_id));
    answer.vcc_kinds = 1u << VCC_CONTROL_DIRECT;
    expect(scene, .requirements = "L-flush-01", .pattern = answer, .since = mark_at(heard),
           .max_ns = SECONDS(1));
}

/* The device asked for the flush, and heard the answer. */
static bool flushed_between(struct scene *scene, const struct tap_event *from, const struct tap_event *to)
{
    struct pattern request = pattern_with((struct pattern){.names = FRAME_SET(LE_FLUSH_REQUEST)},
                                          FIELD_TARGET_ATM, atm_value(scene->plan.host_lec.atm_address));
    struct pattern response = {.names = FRAME_SET(LE_FLUSH_RESPONSE),
                               .from_any = true,
                               .reaches = port_bit(port_index(scene->device_port))};
    struct tap_event *asked = seen(scene, &request, mark_after(from));
    struct tap_event *answered = asked ? seen(scene, &response, mark_after(asked)) : NULL;
    return answered && answered->index < to->index;
}

#define PATHS_WITH(name, what, ids, stimulates, accepts, where, needs, preparation, function, value)         \
    {                                                                                                        \
        .id = "lec-paths/" name, .title = what, .requirements = ids, .stimulus = stimulates,                 \
        .accepted = accepts, .scope = where, .capabilities = needs, .prepare = preparation, .run = function, \
        .parameter = value                                                                                   \
    }
#define PATHS(name, what, ids, stimulates, accepts, preparation, function)                                   \
    PATHS_WITH(name, what, ids, stimulates, accepts, LEC_ANY, 0u, preparation, function, 0)

static const struct test_case cases[] = {
    PATHS("unknown-unicast", "An unknown destination is asked for at once, and flooded within C10 and C11",
          "L-le_arp-09", "twenty frames are due at once for a MAC address of nobody; C10 = 3, C11 = 1 s",
          "LE_ARP_REQUEST at once; at most three frames per second to the BUS, wherever the second begins",
          with_unknown_limits, floods_within_limits),
    PATHS("repeats-le-arp", "LE_ARP is repeated after C20, C13 times", "L-le_arp-10 L-rate-02",
          "a frame is due for a MAC address of nobody; C13 = 1, C20 = 2 s",
          "one repetition at most, 2 s later", with_unknown_limits, repeats_le_arp),
    PATHS("calls-with-b-lli", "A Data Direct VCC is called with PID 0002", "L-vcc-02",
          "a frame is due for a MAC address that is elsewhere", "SETUP with the B-LLI of 802.3 Data Direct",
          NULL, calls_with_b_lli),
    PATHS_WITH(
        "calls-without-multiplexing", "With a v1 LES no LLC-multiplexed VCC is called", "L-v2-05",
        "a frame is due for a MAC address that is elsewhere; the device can multiplex if it is able to",
        "SETUP without LLC multiplexing", LEC_V1, 0u, with_multiplexing, calls_without_multiplexing, 0),
    PATHS("says-ready", "The caller of a Data Direct VCC sends READY_IND", "L-ready-01",
          "the call of the device is connected", "READY_IND at once", NULL, says_ready),
    PATHS("answers-ready-query", "READY_QUERY is answered", "L-ready-02",
          "READY_QUERY on a Data Direct VCC of the host", "READY_IND", NULL, answers_ready_query),
    PATHS_WITH("lower-caller-carries-other",
               "Of two VCCs that of the host, whose ATM address is lower, carries data", "L-vcc-03",
               "the device and the host have called each other", "frames on the VCC of the host", LEC_ANY, 0u,
               with_lower, lower_caller_carries, 1),
    PATHS_WITH("lower-caller-carries-own",
               "Of two VCCs that of the device, whose ATM address is lower, carries data", "L-vcc-03",
               "the device and the host have called each other", "frames on the VCC of the device", LEC_ANY,
               0u, with_lower, lower_caller_carries, 0),
    PATHS_WITH("vcc-of-each-frame", "Association frames and advertisements keep to their VCCs", "L-vcc-01",
               "none: the device is Master and has a Data Direct VCC",
               "association frames on Control Direct, advertisements on Multicast Send", ROUTER_ANY,
               CAPABILITY_CONTROL_STARTUP, NULL, vcc_of_each_frame, 0),
    PATHS("answers-flush-by-bus", "A flush by the BUS is answered on Control Direct", "L-flush-01",
          "LE_FLUSH_REQUEST for the device's ATM address on Multicast Forward",
          "LE_FLUSH_RESPONSE on Control Direct", NULL, answers_flush_by_bus),
    PATHS("answers-flush-direct", "A flush on a Data Direct VCC is answered on Control Direct", "L-flush-01",
          "LE_FLUSH_REQUEST for the device's ATM address on a Data Direct VCC",
          "LE_FLUSH_RESPONSE on Control Direct", NULL, answers_flush_direct),
    PATHS("ignores-flush-for-others", "A flush for another ATM address is not answered", "L-flush-02",
          "LE_FLUSH_REQUEST for another ATM address on Multicast Forward", "no LE_FLUSH_RESPONSE", NULL,
          ignores_flush_for_others),
    PATHS("flushes-before-change", "The BUS is flushed before data takes a Data Direct VCC", "L-flush-04",
          "frames are due for a MAC address while its Data Direct VCC comes into being; C22 = 6 s",
          "a flush, or a pause of 6 s, before the first frame on the Data Direct VCC", with_path_switching,
          flushes_before_change),
};

const struct case_list lec_paths_cases = {cases, sizeof cases / sizeof *cases};
