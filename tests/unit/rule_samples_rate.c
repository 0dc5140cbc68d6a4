/* Samples of the rules about repetition: announcements, registrations, requests. */
#include "rule_stage.h"

/* Master with a registration that the LES leaves open or refuses; announces every second until
 * 'announced_ns'. */
static void master_unregistered(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    stage_associate(stage);
    struct advertisement message = advertisement_of(stage, 100);
    stage_advertise(stage, &message);
    stage_announce_address(stage);
}

static void announce(struct stage *stage)
{
    struct le_control frame = stage->options & STAGE_V1 ? stage_zero_narp(stage, stage->vmac)
                                                        : stage_targetless(stage, stage->vmac);
    stage_sent(stage, &frame);
    frame = stage_le_arp(stage, stage->vmac);
    if (stage->settings.proxy)
        stage_sent(stage, &frame);
}

static void second(struct stage *stage, bool announces)
{
    struct advertisement message = advertisement_of(stage, 100);
    stage_wait(stage, SECONDS(1));
    stage_advertise(stage, &message);
    if (announces)
        announce(stage);
}

static void refuse(struct stage *stage)
{
    struct le_control request = stage_register(stage, stage->vmac);
    for (size_t i = 0; i < tap_count(stage->tap); i++) {
        const struct frame *frame = tap_frame(stage->tap, tap_at(stage->tap, i));
        if (frame && frame->name == FRAME_LE_REGISTER_REQUEST)
            request.transaction_id = frame->control.transaction_id;
    }
    stage_response(stage, &request, LE_STATUS_DUPLICATE_LAN_DESTINATION);
}

static void announces_fast(struct stage *stage)
{
    master_unregistered(stage);
    stage_wait(stage, stage->broken ? MILLISECONDS(100) : SECONDS(1));
    announce(stage);
}

static void announces_a_little_fast(struct stage *stage)
{
    master_unregistered(stage);
    stage_wait(stage, stage->broken ? MILLISECONDS(950) : SECONDS(1));
    announce(stage);
}

static void announces_once(struct stage *stage)
{
    master_unregistered(stage);
    for (unsigned i = 0; i < 5; i++)
        second(stage, !stage->broken);
}

static void announces_slowly(struct stage *stage)
{
    master_unregistered(stage);
    for (unsigned i = 0; i < 4; i++)
        second(stage, !stage->broken || i % 2 == 1);
}

static void withdraws_twice(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(500));
    stage_control(stage, CONTROL_SHUTDOWN, 0);
    struct advertisement stop = advertisement_of(stage, 0);
    stage_advertise(stage, &stop);
    stage_disassociate(stage);
    stage_wait(stage, MILLISECONDS(100));
    struct le_control frame = stage_withdrawal(stage, stage->vmac);
    if (stage->broken)
        stage_sent(stage, &frame);
}

static void announces_after_registration(struct stage *stage)
{
    stage_master(stage);
    second(stage, stage->broken);
}

static void forbidden(struct stage *stage)
{
    stage->facts.pixit.choice[PIXIT_TARGETLESS_AFTER_REGISTRATION] = TARGETLESS_AFTER_REGISTRATION_FORBIDDEN;
}

static void probes_first_round_only(struct stage *stage)
{
    master_unregistered(stage);
    for (unsigned i = 0; i < 4; i++) {
        struct le_control frame = stage_targetless(stage, stage->vmac);
        second(stage, !stage->broken);
        if (stage->broken)
            stage_sent(stage, &frame);
    }
}

static void registers_at_once(struct stage *stage)
{
    master_unregistered(stage);
    stage_wait(stage, MILLISECONDS(10));
    refuse(stage);
    stage_wait(stage, stage->broken ? MILLISECONDS(100) : SECONDS(1));
    struct le_control frame = stage_register(stage, stage->vmac);
    stage_sent(stage, &frame);
}

static void gives_registration_up(struct stage *stage)
{
    master_unregistered(stage);
    refuse(stage);
    for (unsigned i = 0; i < 15; i++) {
        struct le_control frame = stage_register(stage, stage->vmac);
        second(stage, true);
        if (!stage->broken && i == 7)
            stage_sent(stage, &frame);
    }
}

static void registers_once(struct stage *stage)
{
    master_unregistered(stage);
    for (unsigned i = 0; i < 12; i++) {
        struct le_control frame = stage_register(stage, stage->vmac);
        second(stage, true);
        if (!stage->broken && i == 4)
            stage_sent(stage, &frame);
    }
}

static void repeat(struct stage *stage, struct le_control frame, int64_t spacing_ns)
{
    stage_sent(stage, &frame);
    stage_wait(stage, stage->broken ? spacing_ns : SECONDS(10));
    frame.transaction_id++;
    stage_sent(stage, &frame);
}

static void repeats_le_arp(struct stage *stage)
{
    stage_join(stage);
    repeat(stage, stage_le_arp(stage, stage->peer_mac), MILLISECONDS(200));
}

/* A bridge that has just asked for a station learns it on a LAN: the probe of its association is a question
 * of its own; without the announcement it is the same one again. */
static void asks_again_as_bridge(struct stage *stage)
{
    stage_join(stage);
    struct le_control question = stage_le_arp(stage, stage->peer_mac);
    struct le_control announcement = stage->options & STAGE_V1 ? stage_zero_narp(stage, stage->peer_mac)
                                                               : stage_targetless(stage, stage->peer_mac);
    stage_sent(stage, &question);
    stage_wait(stage, MILLISECONDS(500));
    if (!stage->broken)
        stage_sent(stage, &announcement);
    question.transaction_id++;
    stage_sent(stage, &question);
}

static void repeats_join(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    repeat(stage, stage_join_request(stage), MILLISECONDS(100));
}

static void repeats_registration(struct stage *stage)
{
    stage_join(stage);
    repeat(stage, stage_register(stage, stage->settings.elan.mac), SECONDS(3));
}

const struct sample rate_samples[] = {
    {"announces ten times a second", "announcement-rate", "R-3.1-06 L-rate-01", 0, announces_fast, NULL},
    {"proxy announces ten times a second", "announcement-rate", "R-3.2-06", STAGE_PROXY, announces_fast,
     NULL},
    {"v1 announces ten times a second", "announcement-rate", "R-3.1-06 L-rate-01", STAGE_V1, announces_fast,
     NULL},
    {"announces a little too fast", "announcement-rate", "R-3.1-06", 0, announces_a_little_fast, NULL},
    {"announces once while unregistered", "announcement-rate", "R-3.1-06", 0, announces_once, NULL},
    {"announces every two seconds", "announcement-rate", "R-3.1-06", 0, announces_slowly, NULL},
    {"withdraws twice", "announcement-rate", "L-rate-01", 0, withdraws_twice, NULL},
    {"announces though registered", "announcement-rate", "R-3.1-06", 0, announces_after_registration,
     forbidden},
    {"probes in the first round only", "probe-rounds", "R-3.2-04", STAGE_PROXY, probes_first_round_only,
     NULL},
    {"registers again at once", "registration-persistence", "R-3.1-05", 0, registers_at_once, NULL},
    {"gives the registration up", "registration-persistence", "R-3.1-05", 0, gives_registration_up, NULL},
    {"registers once", "registration-persistence", "R-3.1-05", 0, registers_once, NULL},
    {"repeats LE_ARP_REQUEST", "request-repetition", "L-le_arp-10 L-rate-02", 0, repeats_le_arp, NULL},
    {"asks again as a bridge", "request-repetition", "L-le_arp-10 L-rate-02", STAGE_PROXY | STAGE_BRIDGE,
     asks_again_as_bridge, NULL},
    {"asks again as a v1 bridge", "request-repetition", "L-le_arp-10 L-rate-02",
     STAGE_PROXY | STAGE_BRIDGE | STAGE_V1, asks_again_as_bridge, NULL},
    {"repeats LE_JOIN_REQUEST", "request-repetition", "L-join-09", 0, repeats_join, NULL},
    {"repeats LE_REGISTER_REQUEST in v1", "request-repetition", "L-join-09", STAGE_V1, repeats_registration,
     NULL},
    {0},
};
