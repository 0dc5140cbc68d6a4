/* Frames that nobody asked for, echoes of the own ones, floods: in the ELAN and in every state of the router.
 */
#include <string.h>

#include "cases/cells.h"
#include "cases/robustness.h"

#define LECID_OF_NOBODY 0xfeff
/* Of LE_NARP_REQUEST and LE_TOPOLOGY_REQUEST (lane-wire 2). */
#define UNDEFINED_ANSWER_1 0x0108
#define UNDEFINED_ANSWER_2 0x0109

#define IN_ELAN ROUTER_STATE_COUNT /* no state of a router: a device in the ELAN, whatever its role */

static void reach_state(struct scene *scene);
static void expect_same_state(struct scene *scene, const char *requirement);
static void shoot(struct volley *volley, const struct le_control *control, const char *what);
static void shoot_answers(struct volley *volley, uint16_t lecid);

/* --- answers --- */

/* To other clients. */
static void foreign_answers(struct scene *scene)
{
    reach_state(scene);
    struct volley *volley = volley_begin(scene, scene->les_port, VCC_CONTROL_DIRECT);
    shoot_answers(volley, peer_lec_lecid(scene->host_lec));
    shoot_answers(volley, 0);
    shoot_answers(volley, LECID_OF_NOBODY);
    volley_end(volley, NULL);
    if (expect_controls_answered(volley))
        expect_same_state(scene, "L-lecid-03");
}

/* To itself, but to requests that it never made. An LE_ARP_RESPONSE it may learn from. */
static void unasked_answers(struct scene *scene)
{
    static const uint16_t opcodes[] = {LE_CONFIGURE_RESPONSE,  LE_JOIN_RESPONSE,  LE_REGISTER_RESPONSE,
                                       LE_UNREGISTER_RESPONSE, LE_FLUSH_RESPONSE, LE_VERIFY_RESPONSE,
                                       UNDEFINED_ANSWER_1,     UNDEFINED_ANSWER_2};
    reach_state(scene);
    struct volley *volley = volley_begin(scene, scene->les_port, VCC_CONTROL_DIRECT);
    for (size_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++)
        for (uint16_t status = 0; status <= LE_STATUS_DUPLICATE_LAN_DESTINATION; status += 4) {
            struct le_control answer = le_control_of((enum le_opcode)opcodes[i]);
            answer.transaction_id = volley_next_question(volley);
            answer.requester_lecid = les_lecid_of(scene->les, &scene->device_atm);
            answer.status = status;
            answer.source_lan = lan_destination_of_mac(scene->vmac);
            answer.source_atm = scene->device_atm;
            answer.target_atm = scene->plan.ghost_atm;
            shoot(volley, &answer, "that answers nothing");
        }
    volley_end(volley, NULL);
    if (expect_controls_answered(volley))
        expect_same_state(scene, scene->proxy ? NULL : "L-register-08");
}

/* --- its own frames --- */

/* Everything that it sent so far on this kind of VCC comes back. */
static void own_echoes(struct scene *scene, enum vcc_kind sent_on, struct port *from, enum vcc_kind back_on,
                       const char *requirement)
{
    reach_state(scene);
    struct volley *volley = volley_begin(scene, from, back_on);
    size_t count = tap_count(scene->tap);
    for (size_t i = 0; i < count; i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        if (event->kind == TAP_SDU && tap_from(event, port_index(scene->device_port)) &&
            event->vcc->kind == sent_on)
            volley_shoot(volley, event->data, event->size, "that it had sent itself");
    }
    if (!volley->count)
        scene_inconclusive(scene, "the device has sent nothing yet that could come back");
    volley_end(volley, NULL);
    if (expect_controls_answered(volley))
        expect_same_state(scene, requirement);
}

static void own_control_frames(struct scene *scene)
{
    own_echoes(scene, VCC_CONTROL_DIRECT, scene->les_port, VCC_CONTROL_DIRECT, "L-lecid-02");
}

static void own_data_frames(struct scene *scene)
{
    own_echoes(scene, VCC_MULTICAST_SEND, scene->bus_port, VCC_MULTICAST_FORWARD, "L-lecid-01");
}

/* --- floods --- */

/* 149.76 Mbit/s carry 353 cells of 53 octets in a millisecond; with the AAL5 trailer of 8 octets a frame
 * fills so many of 48. */
#define OC3_CELLS_PER_MS  353u
#define AAL5_TRAILER_SIZE 8u
#define CELL_PAYLOAD_SIZE 48u
#define FLOOD_COUNT       10000u /* frames: about a tenth of a second */

static void flood(struct scene *scene, struct port *from, const struct vcc *vcc,
                  size_t (*make)(struct scene *, uint8_t *))
{
    uint8_t data[LE_CONTROL_SIZE];
    unsigned cells = 0;
    for (unsigned i = 0; i < FLOOD_COUNT; i++) {
        size_t size = make(scene, data);
        send_octets(scene, from, vcc, data, size);
        cells += (unsigned)((size + AAL5_TRAILER_SIZE + CELL_PAYLOAD_SIZE - 1) / CELL_PAYLOAD_SIZE);
        if (cells >= OC3_CELLS_PER_MS) {
            cells -= OC3_CELLS_PER_MS;
            scene_advance(scene, MILLISECONDS(1));
        }
    }
}

/* Questions and announcements about addresses that nobody has. */
static size_t control_of_flood(struct scene *scene, uint8_t *data)
{
    static const enum le_opcode opcodes[] = {LE_ARP_REQUEST, LE_NARP_REQUEST, LE_TOPOLOGY_REQUEST,
                                             LE_FLUSH_REQUEST};
    uint64_t bits = random_next(&scene->random);
    struct le_control control = question_of_nobody(scene, opcodes[bits & 3], (uint32_t)(bits >> 32));
    struct mac_address mac = scene->plan.third_mac;
    memcpy(mac.octet + 3, &bits, 3);
    if (bits & 4)
        control.target_lan = lan_destination_of_mac(mac);
    else
        control.source_lan = lan_destination_of_mac(mac);
    control.target_atm = scene->plan.ghost_atm;
    return le_control_encode(&control, data, LE_CONTROL_SIZE);
}

/* ARP requests, for nobody's address and from many. */
static size_t arp_of_flood(struct scene *scene, uint8_t *data)
{
    uint8_t message[ARP_SIZE];
    struct arp arp = {.operation = ARP_REQUEST,
                      .sender_mac = scene->plan.third_mac,
                      .sender_ip = scene->plan.third_ip,
                      .target_ip = {scene->plan.third_ip.number ^
                                    (uint32_t)random_between(&scene->random, 0, 0xffffff) << 8}};
    struct ethernet ethernet = {.destination = MAC_BROADCAST,
                                .source = arp.sender_mac,
                                .type = ETHERTYPE_ARP,
                                .payload = {message, arp_encode(&arp, message, sizeof message)}};
    return le_data_encode(peer_lec_lecid(scene->host_lec), &ethernet, true, data, LE_CONTROL_SIZE);
}

static void flooded(struct scene *scene, struct port *from, enum vcc_kind kind,
                    size_t (*make)(struct scene *, uint8_t *))
{
    reach_state(scene);
    struct volley *volley = volley_begin(scene, from, kind);
    flood(scene, from, volley->vcc, make);
    scene_advance(scene, SECONDS(1));
    volley = volley_begin(scene, from, kind);
    uint8_t data[LE_CONTROL_SIZE];
    size_t size = make(scene, data);
    volley_shoot(volley, data, size, "that ends a flood");
    volley_end(volley, NULL);
    if (expect_controls_answered(volley))
        expect_same_state(scene, NULL);
}

static void flood_of_control(struct scene *scene)
{
    flooded(scene, scene->les_port, VCC_CONTROL_DIRECT, control_of_flood);
}

static void flood_of_data(struct scene *scene)
{
    flooded(scene, scene->bus_port, VCC_MULTICAST_FORWARD, arp_of_flood);
}

/* --- parts --- */

static void reach_state(struct scene *scene)
{
    if (scene->test->parameter == IN_ELAN)
        bring_to_elan(scene);
    else
        reach(scene, (enum router_state)scene->test->parameter);
}

static void expect_same_state(struct scene *scene, const char *requirement)
{
    if (scene->test->parameter == IN_ELAN)
        prove_alive(scene);
    else
        expect_state(scene, (enum router_state)scene->test->parameter, requirement);
}

static void shoot(struct volley *volley, const struct le_control *control, const char *what)
{
    uint8_t data[LE_CONTROL_SIZE];
    volley_shoot(volley, data, le_control_encode(control, data, sizeof data), what);
}

/* To a client with this LECID: of every op-code, good and bad, about the VMAC and a third address. */
static void shoot_answers(struct volley *volley, uint16_t lecid)
{
    static const enum le_opcode opcodes[] = {LE_CONFIGURE_RESPONSE,  LE_JOIN_RESPONSE, LE_REGISTER_RESPONSE,
                                             LE_UNREGISTER_RESPONSE, LE_ARP_RESPONSE,  LE_FLUSH_RESPONSE,
                                             LE_VERIFY_RESPONSE,     READY_IND};
    static const uint16_t statuses[] = {LE_STATUS_SUCCESS, LE_STATUS_DUPLICATE_LAN_DESTINATION,
                                        LE_STATUS_INVALID_LECID, 0xffff};
    struct scene *scene = volley->scene;
    for (size_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++)
        for (size_t k = 0; k < sizeof statuses / sizeof *statuses; k++) {
            struct le_control answer = le_control_of(opcodes[i]);
            struct mac_address mac = k % 2 ? scene->plan.third_mac : scene->vmac;
            answer.transaction_id = volley_next_question(volley);
            answer.requester_lecid = lecid;
            answer.status = statuses[k];
            answer.source_lan = answer.target_lan = lan_destination_of_mac(mac);
            answer.source_atm = scene->plan.host_lec.atm_address;
            answer.target_atm = scene->plan.ghost_atm;
            shoot(volley, &answer, "that answers somebody else");
        }
}

#define STATE(name, what, ids, does, function, state, ...)                                                   \
    {                                                                                                        \
        .id = "robustness/" name, .title = what, .requirements = "L-flush-01 " ids, .stimulus = does,        \
        .accepted = "the device answers LE_FLUSH_REQUEST behind each frame; its state is what it was",       \
        .scope = __VA_ARGS__, .capabilities = (state) == (int)IN_ELAN ? 0u : CAPABILITY_CONTROL_STARTUP,     \
        .run = function, .parameter = (int)(state)                                                           \
    }
#define FOREIGN(where, state, ...)                                                                           \
    STATE("foreign-answers-" where, "Answers to other clients: " where, "L-lecid-03",                        \
          "responses of every op-code to other LECIDs", foreign_answers, state, __VA_ARGS__)
#define ANSWERS(where, state, ...)                                                                           \
    STATE("unasked-answers-" where, "Answers that nobody asked for: " where, "L-register-08",                \
          "responses of every op-code with unknown TRANSACTION-IDs", unasked_answers, state, __VA_ARGS__)
#define ECHOES(where, state, ...)                                                                            \
    STATE("own-control-" where, "All own control frames come back: " where, "L-lecid-02",                    \
          "whatever the device sent on Control Direct comes back on it", own_control_frames, state,          \
          __VA_ARGS__)
#define DATA_ECHOES(where, state, ...)                                                                       \
    STATE("own-data-" where, "All own data frames come back: " where, "L-lecid-01",                          \
          "whatever the device sent on Multicast Send comes back on Multicast Forward", own_data_frames,     \
          state, __VA_ARGS__)
#define FLOODS_SCOPE                                                                                         \
    {                                                                                                        \
        .roles = ROLE_ROUTER, .schemes = SCHEME_NON_PROXY | SCHEME_PROXY, .lane = LANE_V2,                   \
        .media = MEDIUM_ETHERNET                                                                             \
    }
#define FLOODED_CLIENTS                                                                                      \
    {                                                                                                        \
        .roles = ROLE_CLIENT | ROLE_BRIDGE, .schemes = SCHEME_PROXY, .lane = LANE_V2,                        \
        .media = MEDIUM_ETHERNET                                                                             \
    }
#define MASTER_IDS "R-3.3.3-01 R-3.3.3-02"

static const struct test_case cases[] = {
    FOREIGN("elan", IN_ELAN, LEC_ANY),
    FOREIGN("initialize", STATE_INITIALIZE, ROUTER_ANY),
    FOREIGN("backup", STATE_BACKUP, ROUTER_ANY),
    FOREIGN("np-pending", STATE_MASTER_NP_PENDING, ROUTER_NON_PROXY),
    FOREIGN("np-refused", STATE_MASTER_NP_REFUSED, ROUTER_NON_PROXY),
    FOREIGN("np-confirmed", STATE_MASTER_NP_CONFIRMED, ROUTER_NON_PROXY),
    FOREIGN("px-persisting", STATE_MASTER_PX_PERSISTING, ROUTER_PROXY),
    FOREIGN("px-settled", STATE_MASTER_PX_SETTLED, ROUTER_PROXY),
    ANSWERS("elan", IN_ELAN, LEC_ANY),
    ANSWERS("initialize", STATE_INITIALIZE, ROUTER_ANY),
    ANSWERS("backup", STATE_BACKUP, ROUTER_ANY),
    ANSWERS("np-pending", STATE_MASTER_NP_PENDING, ROUTER_NON_PROXY),
    ANSWERS("np-refused", STATE_MASTER_NP_REFUSED, ROUTER_NON_PROXY),
    ANSWERS("np-confirmed", STATE_MASTER_NP_CONFIRMED, ROUTER_NON_PROXY),
    ANSWERS("px-persisting", STATE_MASTER_PX_PERSISTING, ROUTER_PROXY),
    ANSWERS("px-settled", STATE_MASTER_PX_SETTLED, ROUTER_PROXY),
    ECHOES("elan", IN_ELAN, LEC_ANY),
    ECHOES("backup", STATE_BACKUP, ROUTER_ANY),
    ECHOES("np-pending", STATE_MASTER_NP_PENDING, ROUTER_NON_PROXY),
    ECHOES("np-refused", STATE_MASTER_NP_REFUSED, ROUTER_NON_PROXY),
    ECHOES("np-confirmed", STATE_MASTER_NP_CONFIRMED, ROUTER_NON_PROXY),
    ECHOES("px-persisting", STATE_MASTER_PX_PERSISTING, ROUTER_PROXY),
    ECHOES("px-settled", STATE_MASTER_PX_SETTLED, ROUTER_PROXY),
    DATA_ECHOES("np-pending", STATE_MASTER_NP_PENDING, ROUTER_NON_PROXY),
    DATA_ECHOES("np-confirmed", STATE_MASTER_NP_CONFIRMED, ROUTER_NON_PROXY),
    DATA_ECHOES("px-persisting", STATE_MASTER_PX_PERSISTING, ROUTER_PROXY),
    DATA_ECHOES("px-settled", STATE_MASTER_PX_SETTLED, ROUTER_PROXY),
    STATE("flood-control-elan", "A flood of control frames: a client or bridge in the ELAN", "",
          "10,000 control frames at OC-3 rate", flood_of_control, IN_ELAN, FLOODED_CLIENTS),
    STATE("flood-data-elan", "A flood of data frames: a client or bridge in the ELAN", "",
          "10,000 ARP requests at OC-3 rate", flood_of_data, IN_ELAN, FLOODED_CLIENTS),
    STATE("flood-control-backup", "A flood of control frames: Backup", "",
          "10,000 control frames at OC-3 rate", flood_of_control, STATE_BACKUP, FLOODS_SCOPE),
    STATE("flood-control-np-confirmed", "A flood of control frames: np-confirmed", MASTER_IDS,
          "10,000 control frames at OC-3 rate", flood_of_control, STATE_MASTER_NP_CONFIRMED,
          {.roles = ROLE_ROUTER, .schemes = SCHEME_NON_PROXY, .lane = LANE_V2, .media = MEDIUM_ETHERNET}),
    STATE("flood-data-px-settled", "A flood of data frames: px-settled", MASTER_IDS,
          "10,000 ARP requests at OC-3 rate", flood_of_data, STATE_MASTER_PX_SETTLED,
          {.roles = ROLE_ROUTER, .schemes = SCHEME_PROXY, .lane = LANE_V2, .media = MEDIUM_ETHERNET}),
};

const struct case_list robustness_states_cases = {cases, sizeof cases / sizeof *cases};
