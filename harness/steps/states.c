/* Bringing the device to a state, with the evidence (steps/states.h). */
#include "steps/states.h"

#define DEVICE_PORT  0u
#define ANSWER_LIMIT SECONDS(1)
#define ROUND_LIMIT  20

static void bring_to_backup(struct scene *scene);
static void become_master(struct scene *scene);
static void reach_settled(struct scene *scene);
static void await_answer(struct scene *scene, uint64_t name, enum frame_field field, bool refused,
                         const char *what);

void bring_to(struct scene *scene, enum router_state state)
{
    bring_to_elan(scene);
    enter_state(scene, state);
}

void enter_state(struct scene *scene, enum router_state state)
{
    const struct device_settings *device = &scene->plan.device;
    bool associates = scene->lane && !(device->token_ring && device->functional_addresses); /* */
    if (!associates && state != STATE_INITIALIZE && state != STATE_BACKUP) {
        become_master(scene); /* the sub-states are the association's */
        return;
    }
    struct pattern registers = registration(scene, scene->vmac);
    switch (state) {
    case STATE_INITIALIZE:
        break;
    case STATE_BACKUP:
        bring_to_backup(scene);
        break;
    case STATE_MASTER_NP_PENDING:
        les_when(scene->les, (struct les_rule){.opcode = LE_REGISTER_REQUEST,
                                               .lan_given = true,
                                               .lan = scene->vmac,
                                               .from_given = true,
                                               .from = scene->device_atm,
                                               .action = LES_STAY_SILENT});
        become_master(scene);
        if (!await(scene, &registers, mark_at(scene->started), master_down_ns(scene) + ANSWER_LIMIT))
            scene_inconclusive(scene, "as Master the device sent no LE_REGISTER_REQUEST for the VMAC");
        break;
    case STATE_MASTER_NP_REFUSED:
        les_bind(scene->les, scene->vmac, &scene->plan.ghost_atm);
        become_master(scene);
        await_answer(scene, FRAME_SET(LE_REGISTER_RESPONSE), FIELD_SOURCE_LAN, true, "refused registration");
        break;
    case STATE_MASTER_NP_CONFIRMED:
        become_master(scene);
        await_answer(scene, FRAME_SET(LE_REGISTER_RESPONSE), FIELD_SOURCE_LAN, false,
                     "confirmed registration");
        break;
    case STATE_MASTER_PX_PERSISTING:
        les_bind(scene->les, scene->vmac, &scene->plan.ghost_atm);
        become_master(scene);
        await_answer(scene, FRAME_SET(LE_ARP_RESPONSE), FIELD_TARGET_LAN, false, "answered probe");
        break;
    case STATE_MASTER_PX_SETTLED:
        become_master(scene);
        reach_settled(scene);
        break;
    }
}

void bring_to_master(struct scene *scene)
{
    bring_to(scene, quiet_master(scene));
}

enum router_state quiet_master(const struct scene *scene)
{
    return scene->proxy ? STATE_MASTER_PX_SETTLED : STATE_MASTER_NP_CONFIRMED;
}

void start_router(struct scene *scene)
{
    scene_control(scene, CONTROL_STARTUP, scene->vrid, 0);
    for (size_t i = tap_count(scene->tap); i-- > 0;)
        if (tap_at(scene->tap, i)->kind == TAP_CONTROL) {
            scene->started = tap_at(scene->tap, i);
            break;
        }
}

struct tap_event *speaker_takes_over(struct scene *scene, uint8_t priority)
{
    vrrp_speaker_settings_of(scene->speaker)->priority = priority;
    vrrp_speaker_become_master(scene->speaker);
    scene->speaker_is_master = true;
    return next_speaker_advertisement(scene);
}

struct tap_event *speaker_falls_silent(struct scene *scene)
{
    vrrp_speaker_yield(scene->speaker);
    scene->speaker_is_master = false;
    return last_speaker_advertisement(scene);
}

struct tap_event *last_speaker_advertisement(struct scene *scene)
{
    /* What is under way arrives: two VCCs of at most 300 ms. */
    scene_advance(scene, MILLISECONDS(700));
    uint16_t own_lecid = scene->les ? les_lecid_of(scene->les, &scene->device_atm) : 0;
    for (size_t i = tap_count(scene->tap); i-- > 0;) {
        struct tap_event *event = tap_at(scene->tap, i);
        const struct frame *frame = tap_frame(scene->tap, event);
        bool heard = event->from != DEVICE_PORT && tap_reaches(event, DEVICE_PORT);
        /* The BUS brings the device its own advertisements as well; their LE header may be 0000. */
        if (heard && frame && frame->name == FRAME_ADVERTISEMENT &&
            (!scene->lane || frame->lecid != own_lecid) &&
            !(frame->lecid == 0 && ipv4_equal(frame->ipv4.source, scene->device_ip)))
            return event;
    }
    scene_inconclusive(scene, "no advertisement of the speaker ever reached the device");
}

int64_t interval_ns(const struct scene *scene)
{
    return SECONDS(scene->interval_s);
}

int64_t skew_ns(const struct scene *scene)
{
    return skew_of_priority_ns(scene->priority);
}

int64_t master_down_ns(const struct scene *scene)
{
    return 3 * interval_ns(scene) + skew_ns(scene);
}

int64_t skew_of_priority_ns(uint8_t priority)
{
    return (256 - priority) * NS_PER_S / 256;
}

/* The speaker is Master; the device starts and keeps silent for longer than its Master_Down_Interval. Answers
 * to questions, and what it takes to send them, are no evidence here: whether a Backup gives them is what
 * cases look at. */
static void bring_to_backup(struct scene *scene)
{
    speaker_takes_over(scene, scene->plan.higher_priority);
    start_router(scene);
    scene_advance(scene, master_down_ns(scene) + interval_ns(scene));
    struct pattern pattern = speaks_as_master(scene);
    pattern.names &= ~(FRAME_SET(ARP_REPLY) | FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(LE_ARP_RESPONSE));
    struct tap_event *event = seen(scene, &pattern, mark_at(scene->started));
    char line[FRAME_TEXT_SIZE];
    if (event)
        scene_inconclusive(scene,
                           "the device did not stay in Backup while a Master of priority %u advertised: %s",
                           scene->plan.higher_priority, tap_what(scene->tap, event, line, sizeof line));
}

static void become_master(struct scene *scene)
{
    start_router(scene);
    struct pattern pattern = advertisement(scene, scene->vrid);
    if (!await(scene, &pattern, mark_at(scene->started), master_down_ns(scene) + SECONDS(5)))
        scene_inconclusive(
            scene, "the device did not become Master: no advertisement within %.3f s of its Startup event",
            (double)(master_down_ns(scene) + SECONDS(5)) / (double)NS_PER_S);
}

/* The answer of the LES about the VMAC reaches the device. */
static void await_answer(struct scene *scene, uint64_t name, enum frame_field field, bool refused,
                         const char *what)
{
    struct pattern pattern = {.names = name, .from_any = true, .reaches = port_bit(DEVICE_PORT)};
    struct value success = number_value(LE_STATUS_SUCCESS);
    pattern = pattern_with(pattern, field, mac_value(scene->vmac));
    pattern = pattern_with(pattern, FIELD_LECID, number_value(les_lecid_of(scene->les, &scene->device_atm)));
    pattern = refused ? pattern_without(pattern, FIELD_STATUS, success)
                      : pattern_with(pattern, FIELD_STATUS, success);
    if (!await(scene, &pattern, mark_at(scene->started), master_down_ns(scene) + SECONDS(5)))
        scene_inconclusive(scene, "no %s for the VMAC was seen", what);
}

/* Announcement rounds end when a probe stays unanswered for C20. */
static void reach_settled(struct scene *scene)
{
    struct pattern pattern = probe(scene, scene->vmac);
    struct mark since = {scene->started->index, scene_now_ns(scene)};
    for (unsigned round = 0; round < ROUND_LIMIT; round++) {
        struct tap_event *event = await(scene, &pattern, since, scene->plan.le_arp_response_ns + SECONDS(2));
        if (!event && round == 0)
            scene_inconclusive(scene, "as Master the device sent no LE_ARP_REQUEST for the VMAC");
        if (!event)
            return;
        since = mark_after(event);
    }
    scene_inconclusive(scene,
                       "the device never settles: it goes on announcing although nobody answers its probes");
}
