/* Cells of the table: questions and packets to the virtual router (RFC 2338 6.4, 8.2; draft 3.3). */
#include "cases/cells.h"

#define ANSWER_LIMIT SECONDS(1)
#define ARP_LIMIT    SECONDS(2) /* a reply may wait for the flush of its old path */
#define PACKET_LIMIT SECONDS(3) /* ARP on both sides of the router */
#define PACKET_TTL   64

/* What a field of an LE_ARP_RESPONSE has to be. */
struct field_demand {
    enum frame_field field;
    struct value value;
    const char *requirements;
};

static void expect_vmac_reply(struct scene *scene, struct tap_event *asked);
static void expect_le_arp_copied(struct scene *scene, struct tap_event *answer, struct le_control request,
                                 const char *requirements);
static void expect_fields(struct scene *scene, struct tap_event *answer, const struct field_demand *demands,
                          size_t count);
static void prove_forwarding(struct scene *scene);
static void prove_ping(struct scene *scene);

/* In Initialize the question is that of the owner's boot. */
void prepare_arp_request(struct scene_plan *plan)
{
    if ((unsigned)plan->instance->test->parameter / ROUTER_EVENT_COUNT == STATE_INITIALIZE)
        prepare_owner(plan);
}

void cell_arp_request(struct scene *scene, const struct state_cell *cell)
{
    reach_without(scene, cell->state, UNPROVEN_ANSWERS);
    struct tap_event *asked = inject_arp_request(scene, scene->virtual_ip);
    if (is_master(cell->state)) {
        expect_vmac_reply(scene, asked);
        expect_state(scene, cell->state, NULL);
    } else if (cell->state == STATE_BACKUP) {
        expect_none(scene, .requirements = "R-3.3.2-01 V-6.4.2-01",
                    .pattern = arp_reply(scene, scene->virtual_ip), .since = mark_at(asked),
                    .max_ns = ARP_LIMIT);
        expect_state(scene, STATE_BACKUP, NULL);
    } else {
        struct pattern physical = {.names = FRAME_SET(GRATUITOUS_ARP) | FRAME_SET(ARP_REPLY) |
                                            FRAME_SET(ARP_REQUEST)};
        physical = pattern_with(physical, FIELD_ARP_SENDER_IP, ipv4_value(scene->virtual_ip));
        physical = pattern_with(physical, FIELD_ARP_SENDER_MAC, mac_value(scene->device_mac));
        struct tap_event *booting = seen(scene, &physical, (struct mark){0});
        expect_true(scene, !booting || booting->index > asked->index, booting, "V-8.2-03",
                    "no ARP message of the owner with its physical MAC address at boot", "one");
        struct pattern started = speaks_as_master(scene);
        started.names &= ~(FRAME_SET(ARP_REPLY) | FRAME_SET(GRATUITOUS_ARP));
        const struct expectation silences[] = {
            {.requirements = "V-8.2-06", .pattern = physical, .since = mark_at(asked), .max_ns = ARP_LIMIT},
            {.requirements = "V-6.4.1-07",
             .pattern = started,
             .since = mark_at(asked),
             .max_ns = master_down_ns(scene)},
        };
        for (size_t i = 0; i < sizeof silences / sizeof *silences; i++)
            expect_none_at(scene, SITE, &silences[i]);
        prove_alive(scene);
    }
}

void cell_le_arp_request(struct scene *scene, const struct state_cell *cell)
{
    if (cell->state == STATE_BACKUP && random_between(&scene->random, 0, 1)) /* also one that was Master */
        reach_from_master(scene, STATE_BACKUP, quiet_master(scene), UNPROVEN_ANSWERS);
    else
        reach_without(scene, cell->state, UNPROVEN_ANSWERS);
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->vmac, &id);
    if (!is_master(cell->state)) {
        expect_none(scene, .requirements = cell->state == STATE_BACKUP ? "R-3.3.2-02 R-2-01" : "L-le_arp-03",
                    .pattern = le_arp_answer_for(scene, scene->vmac), .since = mark_at(asked),
                    .max_ns = ANSWER_LIMIT);
    } else {
        const char *answers = scene->proxy ? "R-3.3.3-02 R-2-03" : "R-3.3.3-02";
        struct tap_event *answer =
            expect(scene, .requirements = answers, .pattern = le_arp_answer_for(scene, scene->vmac),
                   .since = mark_at(asked), .max_ns = ANSWER_LIMIT);
        if (answer) {
            expect_le_arp_copied(scene, answer, tap_frame(scene->tap, asked)->control,
                                 scene->proxy ? "L-le_arp-01 R-2-03" : "L-le_arp-01");
            const struct field_demand demands[] = {
                {FIELD_TARGET_ATM, atm_value(scene->device_atm), answers},
                {FIELD_STATUS, number_value(LE_STATUS_SUCCESS), answers},
                {FIELD_FLAG_REMOTE, number_value(scene->proxy), "L-le_arp-02"},
            };
            expect_fields(scene, answer, demands, sizeof demands / sizeof *demands);
        }
    }
    expect_state(scene, cell->state, NULL);
}

void cell_le_arp_physical(struct scene *scene, const struct state_cell *cell)
{
    arrive(scene, cell->state);
    uint32_t id;
    struct tap_event *asked = inject_le_arp_request(scene, scene->device_mac, &id);
    struct pattern about = le_arp_answer_for(scene, scene->device_mac);
    struct tap_event *answer = await(scene, &about, mark_at(asked), ANSWER_LIMIT);
    if (!answer)
        scene_inconclusive(scene, "the device does not answer LE_ARP for its own MAC address");
    expect_le_arp_copied(scene, answer, tap_frame(scene->tap, asked)->control, "L-le_arp-01");
    const struct field_demand own = {FIELD_TARGET_ATM, atm_value(scene->device_atm), "L-le_arp-01"};
    expect_fields(scene, answer, &own, 1);
    expect_state(scene, cell->state, NULL);
}

void prepare_packets(struct scene_plan *plan)
{
    plan->upstream = true;
}

void cell_frame_to_vmac(struct scene *scene, const struct state_cell *cell)
{
    arrive(scene, cell->state);
    prove_forwarding(scene);
    renew(scene, cell->state);
    struct pattern forwarded = packet_to(scene, scene->plan.far_ip);
    struct tap_event *sent = inject_packet(scene, scene->plan.far_ip, scene->vmac, PACKET_TTL);
    if (is_master(cell->state)) {
        expect(scene, .requirements = "R-3.3.3-07 V-6.4.3-02",
               .pattern = forwarded_packet_to(scene, scene->plan.far_ip, PACKET_TTL - 1),
               .since = mark_at(sent), .max_ns = PACKET_LIMIT);
    } else if (cell->state == STATE_BACKUP) {
        expect_none(scene, .requirements = "V-6.4.2-02 R-3.3.2-04 R-3.3.3-07", .pattern = forwarded,
                    .since = mark_at(sent), .max_ns = PACKET_LIMIT);
    } else {
        struct tap_event *packet = await(scene, &forwarded, mark_at(sent), PACKET_LIMIT);
        if (packet)
            remark_at(scene, SITE, packet, "V-6.4.1-07", "a frame to the VMAC discarded before Startup",
                      "it was forwarded");
    }
    expect_state(scene, cell->state, NULL);
}

/* A Master that owns the address, or one that does not: half of the seeds each. */
void prepare_virtual_address(struct scene_plan *plan)
{
    unsigned state = (unsigned)plan->instance->test->parameter / ROUTER_EVENT_COUNT;
    if (is_master(state) && random_between(&plan->random, 0, 1))
        prepare_owner(plan);
}

void cell_packet_to_virtual_address(struct scene *scene, const struct state_cell *cell)
{
    arrive(scene, cell->state);
    bool owner = scene->priority == VRRP_PRIORITY_OWNER;
    struct pattern reply = echo_reply(scene, scene->virtual_ip);
    if (!owner)
        prove_ping(scene);
    renew(scene, cell->state);
    struct tap_event *sent = inject_echo_request(scene, scene->virtual_ip, scene->vmac);
    if (owner) {
        expect(scene, .requirements = "V-6.4.3-04 R-3.3.3-07",
               .pattern = good_echo_reply(scene, scene->virtual_ip), .since = mark_at(sent),
               .max_ns = PACKET_LIMIT);
    } else if (cell->state == STATE_INITIALIZE) {
        if (await(scene, &reply, mark_at(sent), PACKET_LIMIT))
            remark_at(scene, SITE, sent, "V-6.4.1-07",
                      "packets to the virtual address ignored before Startup", "an echo reply");
    } else {
        const char *requirements = is_master(cell->state) ? "V-6.4.3-03 R-3.3.3-07" : "V-6.4.2-03 R-3.3.2-04";
        expect_none(scene, .requirements = requirements, .pattern = reply, .since = mark_at(sent),
                    .max_ns = PACKET_LIMIT);
        sent = inject_echo_request(scene, scene->virtual_ip, scene->device_mac);
        expect_none(scene, .requirements = requirements, .pattern = reply, .since = mark_at(sent),
                    .max_ns = PACKET_LIMIT);
    }
    expect_state(scene, cell->state, NULL);
}

/* One reply, with the VMAC. */
static void expect_vmac_reply(struct scene *scene, struct tap_event *asked)
{
    struct pattern reply = arp_reply(scene, scene->virtual_ip);
    struct tap_event *answer = expect(scene, .requirements = "R-3.3.3-01 V-6.4.3-01 V-8.2-01",
                                      .pattern = reply, .since = mark_at(asked), .max_ns = ARP_LIMIT);
    if (answer)
        expect_field(scene, answer, FIELD_ARP_SENDER_MAC, mac_value(scene->vmac), "R-3.3.3-01 V-8.2-01");
    expect_none(scene, .requirements = "V-8.2-02",
                .pattern = pattern_with(reply, FIELD_ARP_SENDER_MAC, mac_value(scene->device_mac)),
                .since = mark_at(asked), .max_ns = ARP_LIMIT);
}

/* L-le_arp-01: what a response copies from its request. */
static void expect_le_arp_copied(struct scene *scene, struct tap_event *answer, struct le_control request,
                                 const char *requirements)
{
    const struct field_demand demands[] = {
        {FIELD_TRANSACTION_ID, number_value(request.transaction_id), requirements},
        {FIELD_LECID, number_value(request.requester_lecid), "L-le_arp-01"},
        {FIELD_SOURCE_LAN, mac_value(request.source_lan.mac), "L-le_arp-01"},
        {FIELD_SOURCE_ATM, atm_value(request.source_atm), "L-le_arp-01"},
    };
    expect_fields(scene, answer, demands, sizeof demands / sizeof *demands);
}

static void expect_fields(struct scene *scene, struct tap_event *answer, const struct field_demand *demands,
                          size_t count)
{
    for (size_t i = 0; i < count; i++)
        expect_field(scene, answer, demands[i].field, demands[i].value, demands[i].requirements);
}

/* A packet to its physical address is forwarded, so one to the VMAC could be. */
static void prove_forwarding(struct scene *scene)
{
    struct pattern forwarded = packet_to(scene, scene->plan.far_ip);
    struct tap_event *sent = inject_packet(scene, scene->plan.far_ip, scene->device_mac, PACKET_TTL);
    if (!await(scene, &forwarded, mark_at(sent), PACKET_LIMIT))
        scene_inconclusive(scene, "the device does not forward packets to its physical MAC address either");
}

static void prove_ping(struct scene *scene)
{
    struct pattern reply = echo_reply(scene, scene->device_ip);
    struct tap_event *sent = inject_echo_request(scene, scene->device_ip, scene->device_mac);
    if (!await(scene, &reply, mark_at(sent), PACKET_LIMIT))
        scene_inconclusive(scene, "the device does not answer echo requests to its own address either");
}
