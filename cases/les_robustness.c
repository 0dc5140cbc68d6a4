/* Spoilt control frames that a LES forwards (lane-wire 1, 2, 4, 7); those that it answers are in
 * robustness_control.c. What is no control frame is not forwarded; what only has more in it than it should
 * is, as it came; and the server lives on with its database unharmed. */
#include "base/arena.h"
#include "cases/cases.h"
#include "steps/elan_clients.h"
#include "steps/spoil.h"

#define SHOT_ROOM 256

/* A spoilt frame at the device. */
struct shot {
    struct tap_event *heard;
    enum spoilt_effect wanted;
    const char *what;
};

static enum spoil_way way_of(const struct scene *scene);
static struct spoilable good_frame(struct scene *scene);

static const char *const requirement_of[] = {
    [SPOIL_CUT] = "L-frame-01",    [SPOIL_LONGER] = "L-frame-03", [SPOIL_UNUSED] = "L-frame-02",
    [SPOIL_HEADER] = "L-frame-01", [SPOIL_OPCODE] = "L-frame-04", [SPOIL_UNKNOWN_TLV] = "L-frame-03",
};

static void spoilt_frames(struct scene *scene)
{
    bring_to_elan(scene);
    client_registers(scene, CLIENT_OWNER, scene->vmac);
    struct shot *shots = arena_zeroed(scene->arena, SHOT_ROOM * sizeof *shots);
    size_t count = 0;
    for (unsigned step = 0; count < SHOT_ROOM; step++) {
        struct spoilt spoilt;
        struct spoilable good = good_frame(scene);
        if (!spoil(&good, way_of(scene), step, &spoilt))
            break;
        struct tap_event *heard = client_sends_octets(scene, CLIENT_HOST, spoilt.data, spoilt.size);
        shots[count++] = (struct shot){heard, spoilt.effect, arena_text(scene->arena, "%s", spoilt.what)};
    }
    scene_advance(scene, LES_ANSWER_LIMIT);
    const struct shot *wrong = NULL;
    for (size_t i = 0; i < count && !wrong; i++) {
        bool effect = was_forwarded(scene, shots[i].heard, CLIENT_PLAIN);
        if (shots[i].wanted != EFFECT_EITHER && effect != (shots[i].wanted == EFFECT_OF_GOOD_FRAME))
            wrong = &shots[i];
    }
    bool ignored = wrong && wrong->wanted == EFFECT_OF_GOOD_FRAME;
    if (requirement_of[way_of(scene)])
        expect_true(
            scene, !wrong, wrong ? wrong->heard : NULL, requirement_of[way_of(scene)],
            ignored ? "a copy at every client" : "no copy",
            wrong ? arena_text(scene->arena, "%s of the frame %s", ignored ? "none" : "one", wrong->what)
                  : "that");
    struct spoilable good = good_frame(scene);
    struct tap_event *twin = client_sends_octets(scene, CLIENT_HOST, good.data, good.size);
    scene_advance(scene, LES_ANSWER_LIMIT);
    if (!was_forwarded(scene, twin, CLIENT_PLAIN))
        scene_inconclusive(scene, "the good frame is not forwarded either");
    expect_bound(scene, CLIENT_PLAIN, scene->vmac, client_atm(scene, CLIENT_OWNER), "L-le_arp-05");
}

#define SPOILT(way, name, how, ids)                                                                          \
    {                                                                                                        \
        .id = "les-robustness/zero-le-narp-" name,                                                           \
        .title = "A LES outlives the LE_NARP_REQUEST with zero ATM addresses " how,                          \
        .requirements = ids "L-le_arp-05",                                                                   \
        .stimulus = "LE_NARP_REQUEST with zero ATM addresses " how "; the good frame",                       \
        .accepted =                                                                                          \
            "what is no control frame is not forwarded, what only has more in it is; the registered "        \
            "VMAC is still resolved",                                                                        \
        .scope = LES_ANY, .run = spoilt_frames, .parameter = (way)                                           \
    }

static const struct test_case cases[] = {
    SPOILT(SPOIL_CUT, "cut", "cut short", "L-frame-01 "),
    SPOILT(SPOIL_LONGER, "longer", "with octets behind its end", "L-frame-03 "),
    SPOILT(SPOIL_UNUSED, "unused", "with undefined flags and unused fields set", "L-frame-02 "),
    SPOILT(SPOIL_HEADER, "header", "with a wrong marker, protocol or version", "L-frame-01 "),
    SPOILT(SPOIL_OPCODE, "opcode", "with an unknown op-code", "L-frame-04 "),
    SPOILT(SPOIL_TLV_LIE, "tlv-lie", "with NUMBER-TLVs or a length that lies", ""),
    SPOILT(SPOIL_UNKNOWN_TLV, "unknown-tlv", "with unknown TLVs", "L-frame-03 "),
};

const struct case_list les_robustness_cases = {cases, sizeof cases / sizeof *cases};

static enum spoil_way way_of(const struct scene *scene)
{
    return (enum spoil_way)scene->test->parameter;
}

/* With a transaction id of its own, so that each copy shows. */
static struct spoilable good_frame(struct scene *scene)
{
    struct le_control request = peer_lec_request(scene->host_lec, LE_NARP_REQUEST);
    request.source_atm = (struct atm_address){0};
    request.target_lan = lan_destination_of_mac(scene->plan.third_mac);
    struct spoilable good = {.needed_size = 76, .unused = UNUSED_SOURCE_LAN};
    good.size = le_control_encode(&request, good.data, sizeof good.data);
    return good;
}
