#include "cases/robustness.h"

#define DATA_DIRECT_LIMIT SECONDS(5)
#define LECID_OF_NOBODY   0xfeff

static bool advertises_after(struct scene *scene, struct tap_event *event);

/* What a device that no longer answers the controls owes, and breaks. */
struct control_duty {
    const char *requirement;
    const char *answer;
};

bool expect_controls_answered(const struct volley *volley)
{
    static const struct control_duty lec = {"L-flush-01",
                                            "an answer to LE_FLUSH_REQUEST for its ATM address"};
    static const struct control_duty les = {"L-le_arp-07",
                                            "an answer to LE_ARP_REQUEST for the broadcast address"};
    static const struct control_duty master = {"V-6.4.3-08", "advertisements"};
    struct scene *scene = volley->scene;
    const struct control_duty *duty = !scene->lane                        ? &master
                                      : scene->instance->role == ROLE_LES ? &les
                                                                          : &lec;
    const struct shot *shot = volley_unanswered(volley);
    const char *expected = NULL;
    char line[FRAME_TEXT_SIZE];
    if (shot)
        expected = arena_text(scene->arena, "%s behind the frame %s: %s", duty->answer, shot->what,
                              tap_what(scene->tap, shot->heard, line, sizeof line));
    bool lives = !shot || (!scene->lane && advertises_after(scene, shot->heard));
    if (shot && lives && !scene->inconclusive)
        scene->inconclusive = "the device advertises, but answers ARP for its own address no longer";
    return expect_true(scene, lives, shot ? shot->heard : NULL, duty->requirement, expected, "nothing") &&
           !shot;
}

const char *requirement_of_way(enum spoil_way way)
{
    switch (way) {
    case SPOIL_CUT:
    case SPOIL_HEADER:
        return "L-frame-01";
    case SPOIL_UNUSED:
        return "L-frame-02";
    case SPOIL_LONGER:
    case SPOIL_UNKNOWN_TLV:
        return "L-frame-03";
    case SPOIL_OPCODE:
        return "L-frame-04";
    case SPOIL_TLV_LIE:
    case SPOIL_WAY_COUNT:
        break;
    }
    return NULL;
}

void call_device(struct scene *scene)
{
    peer_lec_call(scene->host_lec, &scene->device_atm);
    for (int64_t end_ns = scene_now_ns(scene) + DATA_DIRECT_LIMIT;
         !vcc_to_device(scene, scene->host_port, VCC_DATA_DIRECT); scene_advance(scene, MILLISECONDS(100)))
        if (scene_now_ns(scene) > end_ns)
            scene_inconclusive(scene, "the device takes no Data Direct VCC");
    scene_advance(scene, SECONDS(1)); /* READY_IND, and what else a new VCC brings */
}

struct le_control question_of_nobody(const struct scene *scene, enum le_opcode opcode,
                                     uint32_t transaction_id)
{
    struct le_control control = le_control_of(opcode);
    control.transaction_id = transaction_id;
    control.requester_lecid = LECID_OF_NOBODY;
    control.source_atm = scene->plan.host_lec.atm_address;
    return control;
}

/* A Master that has heard nothing of a higher priority. */
static bool advertises_after(struct scene *scene, struct tap_event *event)
{
    struct pattern own = advertisement(scene, scene->vrid);
    return await(scene, &own, mark_after(event), 3 * interval_ns(scene));
}
