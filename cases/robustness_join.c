/* Spoilt answers, and frames that come too soon, while the device joins (lane-rules 1). The server keeps
 * silent meanwhile; when it speaks again, the device comes into the ELAN. */
#include <string.h>

#include "cases/robustness.h"
#include "scene/role_network.h"
#include "steps/plan_changes.h"

#define REQUEST_LIMIT SECONDS(60)
/* The greatest C7 (lane-rules 2), which the device may wait before it asks again while nobody has said
 * otherwise; C38, and the join itself. */
#define JOIN_LIMIT SECONDS(330)

/* A phase of the join: what the device asks, and what it does once it is answered. */
struct phase {
    const char *requirement; /* broken by a device that goes on without an answer, or never comes in */
    enum le_opcode request;
    enum vcc_kind vcc;
    bool lost; /* it was in the ELAN before */
};

enum phase_name { CONFIGURE, JOIN, BUS_CONNECT, CONFIGURE_AGAIN, JOIN_AGAIN, PHASE_COUNT };

static const struct phase phases[] = {
    [CONFIGURE] = {"L-join-01", LE_CONFIGURE_REQUEST, VCC_CONFIGURATION_DIRECT, false},
    [JOIN] = {"L-join-03", LE_JOIN_REQUEST, VCC_CONTROL_DIRECT, false},
    [BUS_CONNECT] = {"L-join-05", LE_ARP_REQUEST, VCC_CONTROL_DIRECT, false},
    [CONFIGURE_AGAIN] = {"L-join-01", LE_CONFIGURE_REQUEST, VCC_CONFIGURATION_DIRECT, true},
    [JOIN_AGAIN] = {"L-join-03", LE_JOIN_REQUEST, VCC_CONTROL_DIRECT, true},
};

/* How the frames are wrong. */
enum { OF_OTHER_KINDS = SPOIL_WAY_COUNT, WRONG_COUNT };

static struct tap_event *await_request(struct scene *scene);
static void silence(struct scene *scene, bool silent);
static struct spoilable good_answer(struct scene *scene, const struct le_control *request);
static void send_spoilt(struct scene *scene, struct port *from, const struct vcc *vcc,
                        const struct spoilable *good);
static void send_other_kinds(struct scene *scene, struct port *from, const struct vcc *vcc,
                             const struct le_control *request);
static bool went_on(struct scene *scene, struct mark since);
static bool comes_in(struct scene *scene);
static bool refused(struct scene *scene, struct mark since);

static const struct phase *phase_of(const struct scene *scene)
{
    return &phases[scene->test->parameter / WRONG_COUNT];
}

static int wrong_of(const struct scene *scene)
{
    return scene->test->parameter % WRONG_COUNT;
}

static void spoilt_answers(struct scene *scene)
{
    const struct phase *phase = phase_of(scene);
    struct tap_event *asked = await_request(scene);
    const struct le_control request = tap_frame(scene->tap, asked)->control;
    struct port *from = phase->vcc == VCC_CONFIGURATION_DIRECT ? scene->lecs_port : scene->les_port;
    struct spoilable good = good_answer(scene, &request);
    struct mark since = mark_now(scene);
    if (wrong_of(scene) == OF_OTHER_KINDS)
        send_other_kinds(scene, from, asked->vcc, &request);
    else
        send_spoilt(scene, from, asked->vcc, &good);
    scene_advance(scene, SECONDS(1));
    bool obeyed = went_on(scene, since) && wrong_of(scene) != OF_OTHER_KINDS;
    scene_advance(scene, SECONDS(5)); /* LANE v2 repeats its request meanwhile */
    bool early = went_on(scene, since);
    const char *requirement = obeyed ? "L-frame-01" : phase->requirement;
    silence(scene, false);
    bool in = comes_in(scene);
    if (!in && !early && refused(scene, since))
        scene_inconclusive(scene, "the LES refuses the device's join for another reason");
    expect_true(scene, in && !early, asked, requirement,
                "the device waits for a good answer behind the bad ones, and then comes into the ELAN",
                early ? "it goes on without" : "it does not come in");
    if (!in)
        return;
    scene_advance(scene, SECONDS(2));
    if (prove_alive(scene))
        scene->in_elan = true;
}

/* The request of the phase, which the server leaves unanswered. */
static struct tap_event *await_request(struct scene *scene)
{
    const struct phase *phase = phase_of(scene);
    struct mark since = {0, 0};
    if (phase->lost) {
        bring_to_elan(scene);
        scene->in_elan = false;
        silence(scene, true);
        since = mark_now(scene);
        les_release_control_direct(scene->les, &scene->device_atm);
    } else {
        silence(scene, true);
        start_stations(scene);
    }
    struct pattern pattern = pattern_with((struct pattern){0}, FIELD_OPCODE, number_value(phase->request));
    pattern = pattern_with(pattern, FIELD_SOURCE_ATM, atm_value(scene->device_atm));
    if (phase->request == LE_ARP_REQUEST)
        pattern = pattern_with(pattern, FIELD_TARGET_LAN, mac_value(MAC_BROADCAST));
    struct tap_event *asked = await(scene, &pattern, since, REQUEST_LIMIT);
    if (!asked)
        scene_inconclusive(scene, "the device sends no %s", le_opcode_name((uint16_t)phase->request));
    scene_advance(scene, MILLISECONDS(400)); /* the request arrives */
    return asked;
}

/* Towards the device alone: its peers may join. */
static void silence(struct scene *scene, bool silent)
{
    const struct phase *phase = phase_of(scene);
    if (phase->vcc == VCC_CONFIGURATION_DIRECT)
        lecs_settings_of(scene->lecs)->silent = silent;
    else if (silent)
        les_when(scene->les, (struct les_rule){.opcode = (uint16_t)phase->request,
                                               .from_given = true,
                                               .from = scene->device_atm,
                                               .lan_given = phase->request == LE_ARP_REQUEST,
                                               .lan = MAC_BROADCAST,
                                               .action = LES_STAY_SILENT});
    else
        les_forget_rules(scene->les);
}

/* What the server would answer. */
static struct spoilable good_answer(struct scene *scene, const struct le_control *request)
{
    struct spoilable good = {.needed_size = LE_CONTROL_SIZE};
    struct le_control answer = le_control_response(request);
    answer.lan_type = phase_of(scene)->request == LE_ARP_REQUEST ? 0 : scene->plan.les.lan_type;
    answer.max_frame_size = phase_of(scene)->request == LE_ARP_REQUEST ? 0 : scene->plan.les.max_frame_size;
    answer.target_atm = phase_of(scene)->request == LE_ARP_REQUEST         ? scene->plan.bus.address
                        : phase_of(scene)->request == LE_CONFIGURE_REQUEST ? scene->plan.les.address
                                                                           : answer.target_atm;
    if (phase_of(scene)->request == LE_JOIN_REQUEST)
        answer.requester_lecid = 0xfeff;
    good.size = le_control_encode(&answer, good.data, sizeof good.data);
    return good;
}

static void send_spoilt(struct scene *scene, struct port *from, const struct vcc *vcc,
                        const struct spoilable *good)
{
    struct spoilt spoilt;
    for (unsigned step = 0; spoil(good, (enum spoil_way)wrong_of(scene), step, &spoilt); step++)
        if (spoilt.effect == EFFECT_NONE)
            send_octets(scene, from, vcc, spoilt.data, spoilt.size);
}

/* Every kind of frame but the answer, with the TRANSACTION-ID of the request and with others. */
static void send_other_kinds(struct scene *scene, struct port *from, const struct vcc *vcc,
                             const struct le_control *request)
{
    static const enum le_opcode opcodes[] = {
#define X(name, value) name,
        LE_OPCODES(X)
#undef X
    };
    for (size_t i = 0; i < sizeof opcodes / sizeof *opcodes; i++) {
        if (opcodes[i] == (request->opcode | LE_RESPONSE_BIT))
            continue;
        for (unsigned k = 0; k < 2; k++) {
            struct le_control control = le_control_response(request);
            uint8_t data[LE_CONTROL_SIZE];
            control.opcode = (uint16_t)opcodes[i];
            control.transaction_id += k * 0x10000;
            control.requester_lecid = k ? 0xfeff : request->requester_lecid;
            control.source_lan = lan_destination_of_mac(scene->device_mac);
            control.target_lan = lan_destination_of_mac(scene->vmac);
            control.target_atm = scene->plan.ghost_atm;
            send_octets(scene, from, vcc, data, le_control_encode(&control, data, sizeof data));
        }
    }
}

/* To the next phase, as if it had been answered. A device that starts again is free to do so. */
static bool went_on(struct scene *scene, struct mark since)
{
    struct pattern speaks = {.names = FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_ARP_REQUEST) |
                                      FRAME_SET(TARGETLESS_LE_ARP_REQUEST) | FRAME_SET(ADVERTISEMENT)};
    enum le_opcode request = phase_of(scene)->request;
    if (request == LE_JOIN_REQUEST)
        return seen(scene, &speaks, since);
    for (size_t i = since.index; i < tap_count(scene->tap); i++) {
        const struct tap_event *event = tap_at(scene->tap, i);
        if (event->kind == TAP_CALL_SETUP && tap_from(event, port_index(scene->device_port)) &&
            event->vcc->kind != VCC_CONFIGURATION_DIRECT &&
            (event->vcc->kind != VCC_CONTROL_DIRECT || request == LE_CONFIGURE_REQUEST))
            return true;
    }
    return false;
}

/* By the server, once it answered again. */
static bool refused(struct scene *scene, struct mark since)
{
    struct pattern refusal = {.names = FRAME_SET(LE_JOIN_RESPONSE), .from_any = true};
    refusal = pattern_with(refusal, FIELD_SOURCE_ATM, atm_value(scene->device_atm));
    refusal = pattern_with(refusal, FIELD_STATUS, number_value(LE_STATUS_INVALID_LECID));
    return seen(scene, &refusal, since);
}

static bool comes_in(struct scene *scene)
{
    for (int64_t end_ns = scene_now_ns(scene) + JOIN_LIMIT; scene_now_ns(scene) < end_ns;) {
        if (scene->network->ready(scene))
            return true;
        scene_advance(scene, MILLISECONDS(500));
    }
    return false;
}

#define JOINING(name, what, phase, ids)                                                                      \
    WRONG(name "-cut", what " cut short", phase, SPOIL_CUT, "L-frame-01 " ids),                              \
        WRONG(name "-header", what " with a wrong marker, protocol or version", phase, SPOIL_HEADER,         \
              "L-frame-01 " ids),                                                                            \
        WRONG(name "-others", "frames of every other kind in place of " what, phase, OF_OTHER_KINDS, ids)
#define WRONG(name, what, phase, way, ids)                                                                   \
    {                                                                                                        \
        .id = "robustness/" name, .title = "While it joins: " what, .requirements = ids,                     \
        .stimulus = "the server is silent; " what "; then it answers",                                       \
        .accepted = "the device waits, and comes into the ELAN once it is answered", .scope = LEC_ANY,       \
        .prepare = plan_owner_at_once, .run = spoilt_answers,                                                \
        .parameter = (int)(phase)*WRONG_COUNT + (int)(way)                                                   \
    }

static const struct test_case cases[] = {
    JOINING("configure", "LE_CONFIGURE_RESPONSE", CONFIGURE, "L-join-01"),
    JOINING("join", "LE_JOIN_RESPONSE", JOIN, "L-join-03"),
    JOINING("bus-connect", "the LE_ARP_RESPONSE for the BUS", BUS_CONNECT, "L-join-05"),
    JOINING("configure-again", "LE_CONFIGURE_RESPONSE after the ELAN was lost", CONFIGURE_AGAIN, "L-join-01"),
    JOINING("join-again", "LE_JOIN_RESPONSE after the ELAN was lost", JOIN_AGAIN, "L-join-03"),
};

const struct case_list robustness_join_cases = {cases, sizeof cases / sizeof *cases};
