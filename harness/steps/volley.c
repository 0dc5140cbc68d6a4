#include "steps/volley.h"

#include <string.h>

#include "wire/token_ring.h"

/* One VCC of at most 300 ms, then the answers. */
#define SETTLE_NS MILLISECONDS(1500)

/* A LECID that no LES here gives away (it counts up from below), so that answers end at the LES. */
#define LECID_OF_NOBODY 0xfeff

#define DEVICE_PORT  0u
#define LAN_PORT     0u
#define QUESTION_GAP 0x10000u

static void ask(struct volley *volley);
static void note_sent(struct volley *volley, const struct pattern *effect, struct tap_event *event,
                      size_t *answered);
static size_t place_of(const struct volley *volley, const struct frame *frame, uint32_t first);

const struct vcc *vcc_to_device(struct scene *scene, const struct port *from, enum vcc_kind kind)
{
    unsigned port = port_index(from);
    for (size_t i = tap_count(scene->tap); i-- > 0;) {
        const struct vcc *vcc = tap_at(scene->tap, i)->vcc;
        if (!vcc || !vcc->open || vcc->kind != kind)
            continue;
        if (vcc->caller == port && vcc->leaves & port_bit(DEVICE_PORT))
            return vcc;
        if (vcc->caller == DEVICE_PORT && vcc->called == port)
            return vcc;
    }
    return NULL;
}

void send_octets(struct scene *scene, struct port *from, const struct vcc *vcc, const uint8_t *data,
                 size_t size)
{
    (void)scene;
    const struct station_services *services = port_services(from);
    if (vcc)
        services->sdu_send(services->context, vcc->id, data, size);
    else
        services->lan_frame_send(services->context, LAN_PORT, data, size);
}

struct volley *volley_begin(struct scene *scene, struct port *from, enum vcc_kind kind)
{
    struct volley *volley = arena_zeroed(scene->arena, sizeof *volley);
    volley->scene = scene;
    volley->from = from;
    volley->vcc = scene->lane ? vcc_to_device(scene, from, kind) : NULL;
    if (scene->lane && !volley->vcc)
        scene_inconclusive(scene, "%s has no %s VCC to the device", port_name(from), vcc_kind_text(kind));
    volley->since = mark_now(scene);
    volley->first_control = (uint32_t)random_between(&scene->random, 1, 0x7fff0000);
    volley->first_question = volley->first_control + QUESTION_GAP;
    return volley;
}

uint32_t volley_next_question(const struct volley *volley)
{
    return volley->first_question + (uint32_t)volley->count;
}

struct shot *volley_shoot(struct volley *volley, const uint8_t *data, size_t size, const char *what)
{
    if (volley->count == VOLLEY_ROOM)
        return &volley->shots[VOLLEY_ROOM - 1];
    struct shot *shot = &volley->shots[volley->count];
    shot->what = arena_text(volley->scene->arena, "%s", what);
    send_octets(volley->scene, volley->from, volley->vcc, data, size);
    ask(volley);
    volley->count++;
    return shot;
}

void volley_end(struct volley *volley, const struct pattern *effect)
{
    struct scene *scene = volley->scene;
    unsigned from = port_index(volley->from);
    scene_advance(scene, SETTLE_NS);
    size_t heard = 0;
    size_t answered = 0;
    for (size_t i = volley->since.index; i < tap_count(scene->tap); i++) {
        struct tap_event *event = tap_at(scene->tap, i);
        if (event->kind != TAP_SDU && event->kind != TAP_LAN_FRAME)
            continue;
        if (event->from == DEVICE_PORT) {
            note_sent(volley, effect, event, &answered);
        } else if (event->from == from && event->vcc == volley->vcc &&
                   event->sent_ns >= volley->since.time_ns && heard < 2 * volley->count) {
            if (heard % 2 == 0)
                volley->shots[heard / 2].heard = event;
            heard++;
        }
    }
    if (heard < 2 * volley->count)
        scene_inconclusive(scene, "only %zu of %zu frames reached the device", heard, 2 * volley->count);
    if (!volley_unanswered(volley)) {
        scene->silence_index = SIZE_MAX; /* it lives */
        scene->judged = true;
    }
}

const struct shot *volley_unanswered(const struct volley *volley)
{
    for (size_t i = 0; i < volley->count; i++)
        if (!volley->shots[i].control_answer)
            return &volley->shots[i];
    return NULL;
}

static void ask(struct volley *volley)
{
    struct scene *scene = volley->scene;
    uint8_t data[LE_CONTROL_SIZE];
    if (volley->vcc) {
        bool of_les = scene->instance->role == ROLE_LES;
        struct le_control control = le_control_of(of_les ? LE_ARP_REQUEST : LE_FLUSH_REQUEST);
        control.transaction_id = volley->first_control + (uint32_t)volley->count;
        control.requester_lecid = of_les ? peer_lec_lecid(scene->host_lec) : LECID_OF_NOBODY;
        control.source_atm = scene->plan.host_lec.atm_address;
        if (of_les)
            control.target_lan = lan_destination_of_mac(MAC_BROADCAST);
        else
            control.target_atm = scene->device_atm;
        size_t size = le_control_encode(&control, data, sizeof data);
        send_octets(scene, volley->from, volley->vcc, data, size);
        return;
    }
    bool token_ring = scene->plan.device.token_ring;
    uint8_t message[ARP_SIZE];
    struct arp arp = {.operation = ARP_REQUEST,
                      .sender_mac = scene->plan.host.mac,
                      .sender_ip = scene->plan.host.address,
                      .target_ip = scene->device_ip};
    size_t size = arp_encode_as(token_ring ? ARP_IEEE_802 : ARP_ETHERNET, &arp, message, sizeof message);
    struct ethernet ethernet = {.destination = MAC_BROADCAST,
                                .source = scene->plan.host.mac,
                                .type = ETHERTYPE_ARP,
                                .payload = {message, size}};
    size = token_ring ? token_ring_encode(&ethernet, (struct octets){NULL, 0}, data, sizeof data)
                      : ethernet_encode(&ethernet, true, data, sizeof data);
    send_octets(scene, volley->from, NULL, data, size);
}

static void note_sent(struct volley *volley, const struct pattern *effect, struct tap_event *event,
                      size_t *answered)
{
    const struct frame *frame = tap_frame(volley->scene->tap, event);
    size_t place = volley->count;
    enum frame_name answer =
        volley->scene->instance->role == ROLE_LES ? FRAME_LE_ARP_RESPONSE : FRAME_LE_FLUSH_RESPONSE;
    if (volley->vcc && frame->name == answer)
        place = place_of(volley, frame, volley->first_control);
    else if (!volley->vcc && frame->name == FRAME_ARP_REPLY &&
             ipv4_equal(frame->arp.sender_ip, volley->scene->device_ip))
        place = *answered;
    if (place < volley->count) {
        volley->shots[place].control_answer = event;
        *answered = place + 1;
        return;
    }
    if (!effect || !pattern_matches(effect, volley->scene->tap, event))
        return;
    bool numbered = frame->layers & LAYER_CONTROL && !le_control_is_ready(&frame->control);
    place = numbered ? place_of(volley, frame, volley->first_question) : *answered;
    if (place < volley->count && !volley->shots[place].effect)
        volley->shots[place].effect = event;
}

/* The shot that the frame answers by its TRANSACTION-ID; 'count' if none. */
static size_t place_of(const struct volley *volley, const struct frame *frame, uint32_t first)
{
    uint32_t distance = frame->control.transaction_id - first;
    return distance < volley->count ? distance : volley->count;
}
