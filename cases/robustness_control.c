/* Spoilt LE control frames (lane-wire 1, 2, 4, 7): every kind of question and of cache change that a LEC
 * receives in the ELAN, times the ways of spoiling it. */
#include <string.h>

#include "cases/robustness.h"
#include "steps/data_path.h"
#include "steps/elan_clients.h"

/* A kind of good frame. */
struct subject {
    const char *twin; /* what a device breaks that does not obey the good frame; NULL: nothing */
    void (*reach)(struct scene *scene);
    struct le_control (*make)(struct scene *scene, uint32_t transaction_id);
    uint64_t
        answers; /* a question: what the device answers; 0: a change of its LE_ARP cache, or of nothing */
    size_t needed_size;
    unsigned unused;
    enum vcc_kind vcc;
};

static void reach_data_direct(struct scene *scene);
static void reach_binding(struct scene *scene);
static struct le_control le_arp(struct scene *scene, uint32_t transaction_id);
static struct le_control le_arp_of_vmac(struct scene *scene, uint32_t transaction_id);
static struct le_control le_arp_of_client(struct scene *scene, uint32_t transaction_id);
static struct le_control registration_of_third(struct scene *scene, uint32_t transaction_id);
static struct le_control flush(struct scene *scene, uint32_t transaction_id);
static struct le_control ready(struct scene *scene, uint32_t transaction_id);
static struct le_control targetless(struct scene *scene, uint32_t transaction_id);
static struct le_control zero_narp(struct scene *scene, uint32_t transaction_id);
static struct le_control no_source_narp(struct scene *scene, uint32_t transaction_id);
static struct le_control topology(struct scene *scene, uint32_t transaction_id);

enum subject_name {
    LES_LE_ARP,
    LES_REGISTER,
    LE_ARP,
    LE_ARP_OF_VMAC,
    FLUSH,
    READY,
    TARGETLESS,
    ZERO_NARP,
    NO_SOURCE_NARP,
    TOPOLOGY
};

static const struct subject subjects[] = {
    [LES_LE_ARP] = {"L-le_arp-05", bring_to_elan, le_arp_of_client, FRAME_SET(LE_ARP_RESPONSE), 52,
                    UNUSED_TARGET_ATM, VCC_CONTROL_DIRECT},
    [LES_REGISTER] = {NULL, bring_to_elan, registration_of_third, FRAME_SET(LE_REGISTER_RESPONSE), 52,
                      UNUSED_TARGET_LAN | UNUSED_TARGET_ATM, VCC_CONTROL_DIRECT},
    [LE_ARP] = {NULL, bring_to_elan, le_arp, FRAME_SET(LE_ARP_RESPONSE), 52, UNUSED_TARGET_ATM,
                VCC_CONTROL_DIRECT},
    [LE_ARP_OF_VMAC] = {"R-3.3.3-02", bring_to_master, le_arp_of_vmac, FRAME_SET(LE_ARP_RESPONSE), 52,
                        UNUSED_TARGET_ATM, VCC_CONTROL_DIRECT},
    [FLUSH] = {"L-flush-01", bring_to_elan, flush, FRAME_SET(LE_FLUSH_RESPONSE), 76, UNUSED_SOURCE_LAN,
               VCC_CONTROL_DIRECT},
    [READY] = {"L-ready-02", reach_data_direct, ready, FRAME_SET(READY_IND), 6, 0, VCC_DATA_DIRECT},
    [TARGETLESS] = {"R-2-08", reach_binding, targetless, 0, 52, UNUSED_TARGET_ATM, VCC_CONTROL_DIRECT},
    [ZERO_NARP] = {"R-6-06", reach_binding, zero_narp, 0, 76, UNUSED_SOURCE_LAN, VCC_CONTROL_DIRECT},
    [NO_SOURCE_NARP] = {"R-2-12", reach_binding, no_source_narp, 0, 76, UNUSED_SOURCE_LAN,
                        VCC_CONTROL_DIRECT},
    [TOPOLOGY] = {NULL, bring_to_elan, topology, 0, 16, UNUSED_SOURCE_LAN | UNUSED_TARGET_LAN,
                  VCC_CONTROL_DIRECT},
};

static const struct subject *subject_of(const struct scene *scene);
static enum spoil_way way_of(const struct scene *scene);
static struct spoilable good_frame(struct scene *scene, uint32_t transaction_id);
static struct volley *begin(struct scene *scene);
static void expect_right_effects(const struct volley *volley);
static void expect_ready(struct scene *scene, struct mark since, size_t least, size_t most,
                         const char *requirement, const char *expected);
static bool shoot_all(struct scene *scene, enum spoilt_effect effect, size_t *count);
static bool expect_obeyed_one_by_one(struct scene *scene);
static struct port *holder(const struct scene *scene);
static struct port *other_holder(const struct scene *scene);
static const struct atm_address *atm_of(const struct scene *scene, const struct port *port);
static bool path_kept(struct scene *scene);
static bool expect_path(struct scene *scene, bool kept, struct tap_event *event, const char *requirement,
                        const char *after);
static void follow_path(struct scene *scene);

/* Each spoilt frame is a question of its own; the good one comes last. */
static void spoilt_question(struct scene *scene)
{
    const struct subject *subject = subject_of(scene);
    subject->reach(scene);
    struct volley *volley = begin(scene);
    struct spoilt spoilt;
    for (unsigned step = 0;; step++) {
        struct spoilable good = good_frame(scene, volley_next_question(volley));
        if (!spoil(&good, way_of(scene), step, &spoilt))
            break;
        volley_shoot(volley, spoilt.data, spoilt.size, spoilt.what)->number = (int)spoilt.effect;
    }
    struct spoilable good = good_frame(scene, volley_next_question(volley));
    struct shot *twin = volley_shoot(volley, good.data, good.size, "that is good");
    twin->number = EFFECT_EITHER;
    struct pattern answer = {.names = subject->answers};
    answer = pattern_with(answer, FIELD_STATUS, number_value(LE_STATUS_SUCCESS));
    volley_end(volley, &answer);
    if (!expect_controls_answered(volley))
        return;
    expect_right_effects(volley);
    if (subject->twin)
        expect_true(scene, twin->effect, twin->heard, subject->twin,
                    "an answer to the good frame behind the spoilt ones", "nothing");
    else if (!twin->effect && !scene->inconclusive)
        scene->inconclusive = "the good frame behind the spoilt ones has no effect either";
}

/* READY_IND does not say which READY_QUERY it answers, and no order holds between it and the answers to the
 * controls, which go to the LES: it is counted. */
static void spoilt_ready(struct scene *scene)
{
    const char *requirement = requirement_of_way(way_of(scene));
    subject_of(scene)->reach(scene);
    size_t count;
    struct mark since = mark_now(scene);
    if (!shoot_all(scene, EFFECT_NONE, &count))
        return;
    if (requirement && count)
        expect_ready(scene, since, 0, 0, requirement, "no answer to any of the spoilt frames");
    if (!shoot_all(scene, EFFECT_EITHER, &count))
        return;
    since = mark_now(scene);
    if (!shoot_all(scene, EFFECT_OF_GOOD_FRAME, &count))
        return;
    if (requirement && count)
        expect_ready(scene, since, count, SIZE_MAX, requirement, "an answer to each of the longer frames");
    struct volley *volley = begin(scene);
    struct spoilable good = good_frame(scene, 0);
    since = mark_now(scene);
    volley_shoot(volley, good.data, good.size, "that is good");
    volley_end(volley, NULL);
    if (expect_controls_answered(volley))
        expect_ready(scene, since, 1, SIZE_MAX, subject_of(scene)->twin,
                     "an answer to the good frame behind the spoilt ones");
}

/* Frames that must have no effect come in one volley, then those that may; those that have to be obeyed one
 * by one; at the end the good one. */
static void spoilt_change(struct scene *scene)
{
    const char *requirement = requirement_of_way(way_of(scene));
    subject_of(scene)->reach(scene);
    size_t count;
    if (!shoot_all(scene, EFFECT_NONE, &count))
        return;
    if (count && requirement && way_of(scene) != SPOIL_OPCODE)
        expect_path(scene, true, NULL, requirement, "the spoilt frames");
    if (!shoot_all(scene, EFFECT_EITHER, &count))
        return;
    follow_path(scene);
    if (!expect_obeyed_one_by_one(scene))
        return;
    struct volley *volley = begin(scene);
    struct spoilable good = good_frame(scene, volley_next_question(volley));
    struct shot *twin = volley_shoot(volley, good.data, good.size, "that is good");
    volley_end(volley, NULL);
    if (expect_controls_answered(volley))
        expect_path(scene, false, twin->heard, subject_of(scene)->twin, "the good frame");
}

/* LE_TOPOLOGY_REQUEST: what it changes takes minutes to see. */
static void spoilt_topology(struct scene *scene)
{
    subject_of(scene)->reach(scene);
    size_t count;
    if (shoot_all(scene, EFFECT_NONE, &count) && shoot_all(scene, EFFECT_EITHER, &count) &&
        shoot_all(scene, EFFECT_OF_GOOD_FRAME, &count))
        prove_alive(scene);
}

static const struct subject *subject_of(const struct scene *scene)
{
    return &subjects[scene->test->parameter / SPOIL_WAY_COUNT];
}

static enum spoil_way way_of(const struct scene *scene)
{
    return (enum spoil_way)(scene->test->parameter % SPOIL_WAY_COUNT);
}

static struct spoilable good_frame(struct scene *scene, uint32_t transaction_id)
{
    const struct subject *subject = subject_of(scene);
    struct spoilable good = {.needed_size = subject->needed_size, .unused = subject->unused};
    struct le_control control = subject->make(scene, transaction_id);
    good.size = le_control_encode(&control, good.data, sizeof good.data);
    return good;
}

static struct volley *begin(struct scene *scene)
{
    const struct subject *subject = subject_of(scene);
    bool from_host = subject->vcc == VCC_DATA_DIRECT || scene->instance->role == ROLE_LES;
    return volley_begin(scene, from_host ? scene->host_port : scene->les_port, subject->vcc);
}

static void expect_right_effects(const struct volley *volley)
{
    struct scene *scene = volley->scene;
    const char *requirement = requirement_of_way(way_of(scene));
    const struct shot *wrong = NULL;
    for (size_t i = 0; i < volley->count && !wrong; i++) {
        const struct shot *shot = &volley->shots[i];
        if ((shot->number == EFFECT_NONE && shot->effect) ||
            (shot->number == EFFECT_OF_GOOD_FRAME && !shot->effect))
            wrong = shot;
    }
    if (!requirement)
        return;
    char line[FRAME_TEXT_SIZE];
    const char *expected = !wrong ? NULL
                                  : arena_text(scene->arena, "%s to the frame %s",
                                               wrong->effect ? "no answer" : "an answer", wrong->what);
    const char *actual =
        !wrong || !wrong->effect ? "nothing" : tap_what(scene->tap, wrong->effect, line, sizeof line);
    expect_true(scene, !wrong,
                !wrong          ? NULL
                : wrong->effect ? wrong->effect
                                : wrong->heard,
                requirement, expected, actual);
}

/* From 'least' to 'most' READY_INDs of the device to the host. */
static void expect_ready(struct scene *scene, struct mark since, size_t least, size_t most,
                         const char *requirement, const char *expected)
{
    struct pattern ready_ind = {.names = FRAME_SET(READY_IND),
                                .reaches = port_bit(port_index(scene->host_port))};
    struct tap_event *first = NULL;
    size_t count = 0;
    for (struct tap_event *event; (event = seen(scene, &ready_ind, since)); since = mark_after(event)) {
        first = first ? first : event;
        count++;
    }
    expect_true(scene, count >= least && count <= most, first, requirement, expected,
                arena_text(scene->arena, "%zu answers", count));
}

/* All spoilt frames with this effect, and their number. False when the device no longer answers. */
static bool shoot_all(struct scene *scene, enum spoilt_effect effect, size_t *count)
{
    struct volley *volley = begin(scene);
    struct spoilable good = good_frame(scene, volley_next_question(volley));
    struct spoilt spoilt;
    for (unsigned step = 0; spoil(&good, way_of(scene), step, &spoilt); step++)
        if (spoilt.effect == effect)
            volley_shoot(volley, spoilt.data, spoilt.size, spoilt.what);
    *count = volley->count;
    if (!volley->count)
        return true;
    volley_end(volley, NULL);
    return expect_controls_answered(volley);
}

#define OBEYED_COUNT 2 /* of the frames that a way makes; the seed says which */

/* False when the device no longer answers, or does not obey. */
static bool expect_obeyed_one_by_one(struct scene *scene)
{
    struct spoilable good = good_frame(scene, 1);
    struct spoilt spoilt;
    unsigned count = spoil_count(&good, way_of(scene));
    for (unsigned i = 0; i < OBEYED_COUNT; i++) {
        struct volley *volley = begin(scene);
        good = good_frame(scene, volley_next_question(volley));
        spoil(&good, way_of(scene), (unsigned)random_between(&scene->random, 0, count - 1), &spoilt);
        if (spoilt.effect != EFFECT_OF_GOOD_FRAME)
            return true;
        struct shot *shot = volley_shoot(volley, spoilt.data, spoilt.size, spoilt.what);
        volley_end(volley, NULL);
        if (!expect_controls_answered(volley))
            return false;
        if (!expect_path(scene, false, shot->heard, requirement_of_way(way_of(scene)),
                         arena_text(scene->arena, "the frame %s", shot->what)))
            return false;
        follow_path(scene);
    }
    return true;
}

/* --- where the device's frames for third_mac go: the host and the speaker take turns, and the LES knows the
 * one whose turn is next --- */

static void reach_binding(struct scene *scene)
{
    bring_to_elan(scene);
    les_bind(scene->les, scene->plan.third_mac, &scene->plan.host_lec.atm_address);
    prime_path(scene, scene->plan.third_mac, scene->host_port);
    les_bind(scene->les, scene->plan.third_mac, &scene->plan.speaker_lec.atm_address);
}

/* Whose turn it is: the one that the LES does not know. */
static struct port *holder(const struct scene *scene)
{
    return other_holder(scene) == scene->host_port ? scene->speaker_port : scene->host_port;
}

static struct port *other_holder(const struct scene *scene)
{
    struct atm_address atm;
    bool host = les_binding(scene->les, scene->plan.third_mac, &atm) &&
                atm_address_equal(&atm, &scene->plan.host_lec.atm_address);
    return host ? scene->host_port : scene->speaker_port;
}

static const struct atm_address *atm_of(const struct scene *scene, const struct port *port)
{
    return port == scene->host_port ? &scene->plan.host_lec.atm_address
                                    : &scene->plan.speaker_lec.atm_address;
}

static bool path_kept(struct scene *scene)
{
    struct tap_event *event = await_frame_to(scene, scene->plan.third_mac);
    struct pattern kept = frame_directly_to(scene, scene->plan.third_mac, holder(scene));
    return pattern_matches(&kept, scene->tap, event);
}

/* Frames for the address go where they went, or no longer, after a frame. */
static bool expect_path(struct scene *scene, bool kept, struct tap_event *event, const char *requirement,
                        const char *after)
{
    const char *expected = arena_text(scene->arena, "frames for the address go %s where they went before %s",
                                      kept ? "on" : "no longer", after);
    return expect_true(scene, path_kept(scene) == kept, event, requirement, expected,
                       kept ? "they do not" : "they do");
}

/* The next turn, if the device's frames go somewhere else now. */
static void follow_path(struct scene *scene)
{
    if (path_kept(scene))
        return;
    const struct atm_address *previous = atm_of(scene, holder(scene));
    prime_path(scene, scene->plan.third_mac, other_holder(scene));
    les_bind(scene->les, scene->plan.third_mac, previous);
}

/* --- the good frames --- */

static void reach_data_direct(struct scene *scene)
{
    bring_to_elan(scene);
    call_device(scene);
}

static struct le_control le_arp(struct scene *scene, uint32_t transaction_id)
{
    struct le_control control = question_of_nobody(scene, LE_ARP_REQUEST, transaction_id);
    control.source_lan = lan_destination_of_mac(scene->plan.host_lec.mac);
    control.target_lan = lan_destination_of_mac(scene->device_mac);
    return control;
}

static struct le_control le_arp_of_vmac(struct scene *scene, uint32_t transaction_id)
{
    struct le_control control = le_arp(scene, transaction_id);
    control.target_lan = lan_destination_of_mac(scene->vmac);
    return control;
}

/* To a LES: for the address of the client that is no proxy, which is registered. */
static struct le_control le_arp_of_client(struct scene *scene, uint32_t transaction_id)
{
    struct le_control control = le_arp(scene, transaction_id);
    control.requester_lecid = peer_lec_lecid(scene->host_lec);
    control.target_lan = lan_destination_of_mac(client_mac(scene, CLIENT_PLAIN));
    return control;
}

static struct le_control registration_of_third(struct scene *scene, uint32_t transaction_id)
{
    struct le_control control = question_of_nobody(scene, LE_REGISTER_REQUEST, transaction_id);
    control.requester_lecid = peer_lec_lecid(scene->host_lec);
    control.source_lan = lan_destination_of_mac(scene->plan.third_mac);
    return control;
}

static struct le_control flush(struct scene *scene, uint32_t transaction_id)
{
    struct le_control control = question_of_nobody(scene, LE_FLUSH_REQUEST, transaction_id);
    control.target_atm = scene->device_atm;
    return control;
}

static struct le_control ready(struct scene *scene, uint32_t transaction_id)
{
    return question_of_nobody(scene, READY_QUERY, transaction_id);
}

static struct le_control targetless(struct scene *scene, uint32_t transaction_id)
{
    struct le_control control = question_of_nobody(scene, LE_ARP_REQUEST, transaction_id);
    control.source_lan = lan_destination_of_mac(scene->plan.third_mac);
    control.source_atm = *atm_of(scene, other_holder(scene));
    return control;
}

static struct le_control zero_narp(struct scene *scene, uint32_t transaction_id)
{
    struct le_control control = question_of_nobody(scene, LE_NARP_REQUEST, transaction_id);
    control.target_lan = lan_destination_of_mac(scene->plan.third_mac);
    memset(&control.source_atm, 0, sizeof control.source_atm);
    return control;
}

static struct le_control no_source_narp(struct scene *scene, uint32_t transaction_id)
{
    struct le_control control = zero_narp(scene, transaction_id);
    control.target_atm = *atm_of(scene, holder(scene));
    return control;
}

static struct le_control topology(struct scene *scene, uint32_t transaction_id)
{
    struct le_control control = question_of_nobody(scene, LE_TOPOLOGY_REQUEST, transaction_id);
    control.flags = LE_FLAG_TOPOLOGY_CHANGE;
    return control;
}

/* --- the table --- */

#define LIVES "the device answers a question behind each of them, "

#define SPOILT(subject, way, name, what, title_way, ids, accepts, function, ...)                             \
    {                                                                                                        \
        .id = "robustness/" name, .title = what " " title_way, .requirements = "L-flush-01 " ids,            \
        .stimulus = what " " title_way ", in every place there is, and the good one",                        \
        .accepted = LIVES accepts, .scope = __VA_ARGS__, .run = function,                                    \
        .capabilities = (subject) == LE_ARP_OF_VMAC ? CAPABILITY_CONTROL_STARTUP : 0u,                       \
        .parameter = (int)(subject)*SPOIL_WAY_COUNT + (int)(way)                                             \
    }

#define READY_WAYS(subject, name, what, twin, function, ...)                                                 \
    SPOILT(subject, SPOIL_CUT, name "-cut", what, "cut short", "L-frame-01 " twin,                           \
           "and a frame without what matters has no effect", function, __VA_ARGS__),                         \
        SPOILT(subject, SPOIL_LONGER, name "-longer", what, "with octets behind its end",                    \
               "L-frame-03 " twin, "and obeys the longer frame", function, __VA_ARGS__),                     \
        SPOILT(subject, SPOIL_HEADER, name "-header", what, "with a wrong marker, protocol or version",      \
               "L-frame-01 " twin, "and they have no effect", function, __VA_ARGS__),                        \
        SPOILT(subject, SPOIL_OPCODE, name "-opcode", what, "with an unknown op-code", "L-frame-04 " twin,   \
               "and gives no answer to an unknown op-code", function, __VA_ARGS__)

#define WAYS(subject, name, what, twin, function, ...)                                                       \
    READY_WAYS(subject, name, what, twin, function, __VA_ARGS__),                                            \
        SPOILT(subject, SPOIL_UNUSED, name "-unused", what, "with undefined flags and unused fields set",    \
               "L-frame-02 " twin, "and obeys the frame", function, __VA_ARGS__),                            \
        SPOILT(subject, SPOIL_TLV_LIE, name "-tlv-lie", what, "with NUMBER-TLVs or a TLV length that lies",  \
               twin, "and obeys the good frame", function, __VA_ARGS__),                                     \
        SPOILT(subject, SPOIL_UNKNOWN_TLV, name "-unknown-tlv", what, "with unknown TLVs",                   \
               "L-frame-03 " twin, "and obeys the frame", function, __VA_ARGS__)

static const struct test_case cases[] = {
    WAYS(LES_LE_ARP, "les-le-arp", "LE_ARP_REQUEST to the LES", "L-le_arp-05 L-le_arp-07", spoilt_question,
         LES_ANY),
    WAYS(LES_REGISTER, "les-register", "LE_REGISTER_REQUEST", "L-le_arp-07", spoilt_question, LES_ANY),
    WAYS(LE_ARP, "le-arp", "LE_ARP_REQUEST for the own address", "", spoilt_question, LEC_ANY),
    WAYS(LE_ARP_OF_VMAC, "le-arp-of-vmac", "LE_ARP_REQUEST for the VMAC of a Master", "R-3.3.3-02",
         spoilt_question, ROUTER_ANY),
    WAYS(FLUSH, "flush", "LE_FLUSH_REQUEST", "", spoilt_question, LEC_ANY),
    READY_WAYS(READY, "ready-query", "READY_QUERY", "L-ready-02", spoilt_ready, LEC_ANY),
    WAYS(TARGETLESS, "targetless", "targetless LE_ARP_REQUEST", "R-2-08", spoilt_change, LEC_V2),
    WAYS(ZERO_NARP, "zero-narp", "zero/zero LE_NARP_REQUEST", "R-6-06", spoilt_change, LEC_ANY),
    WAYS(NO_SOURCE_NARP, "no-source-narp", "no-source LE_NARP_REQUEST", "R-2-12", spoilt_change, LEC_V2),
    WAYS(TOPOLOGY, "topology", "LE_TOPOLOGY_REQUEST", "", spoilt_topology, LEC_ANY),
};

const struct case_list robustness_control_cases = {cases, sizeof cases / sizeof *cases};
