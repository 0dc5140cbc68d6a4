#include "mutants/interposer_ports.h"

#include <stdlib.h>
#include <string.h>

#include "wire/token_ring.h"

#define SDU_ROOM 2048

/* A frame that goes on later. */
struct delayed_frame {
    struct interposer *interposer;
    enum interposer_side side;
    struct timer timer;
    struct delayed_frame *next;
    bool lan;
    uint32_t vcc;
    size_t size;
    uint8_t data[];
};

static void watch(struct interposer *interposer, enum interposer_side side, const struct frame *frame);
static enum frame_carrier carrier_of(const struct interposer *interposer, bool lan, uint32_t vcc);
static void pass(struct interposer *interposer, enum interposer_side side, bool lan, uint32_t vcc,
                 const uint8_t *data, size_t size);
static void let_through(struct interposer *interposer, enum interposer_side side,
                        const struct interposed *interposed);
static bool matches(const struct interposer *interposer, const struct interposer_rule *rule,
                    enum interposer_side side, const struct interposed *interposed);
static bool is_about(const struct interposer *interposer, enum interposer_about about,
                     const struct frame *frame);
static bool is_about_mac(const struct frame *frame, struct mac_address mac);
static bool act(struct interposer *interposer, const struct interposer_rule *rule,
                struct interposed *interposed);
static struct value new_value(const struct interposer *interposer, const struct interposer_rule *rule,
                              const struct frame *frame);
static void let_through_later(struct interposer *interposer, enum interposer_side side,
                              const struct interposed *interposed, int64_t delay_ns);
static void delayed_fires(void *owner);
static void start_ticking(struct interposer *interposer);
static void tick(void *owner);

struct interposer *interposer_new(const struct interposition *interposition,
                                  const struct station_services *below,
                                  const struct device_settings *settings)
{
    struct interposer *interposer = calloc(1, sizeof *interposer);
    if (!interposer)
        abort();
    interposer->interposition = interposition;
    interposer->below = below;
    interposer->settings = *settings;
    interposer->kept.data = interposer->kept_data;
    interposer->kept.room = sizeof interposer->kept_data;
    timer_init(&interposer->ticker, tick, interposer);
    interposer_fill_services(interposer);
    return interposer;
}

const struct station_services *interposer_services(struct interposer *interposer)
{
    return &interposer->above;
}

void interposer_adopt(struct interposer *interposer, const struct station_handlers *inner, void *station)
{
    interposer->inner = inner;
    interposer->station = station;
}

void interposer_free(struct interposer *interposer)
{
    interposer_fail(interposer);
    free(interposer);
}

void interposer_fail(struct interposer *interposer)
{
    interposer->failed = true;
    interposer->below->timer_stop(interposer->below->context, &interposer->ticker);
    while (interposer->delayed) {
        struct delayed_frame *delayed = interposer->delayed;
        interposer->delayed = delayed->next;
        interposer->below->timer_stop(interposer->below->context, &delayed->timer);
        free(delayed);
    }
}

void interposer_start(struct interposer *interposer)
{
    interposer->failed = false;
    start_ticking(interposer);
}

static void start_ticking(struct interposer *interposer)
{
    if (interposer->interposition->tick)
        interposer->below->timer_start(interposer->below->context, &interposer->ticker,
                                       interposer->interposition->period_ns);
}

void interposer_sends(struct interposer *interposer, bool lan, uint32_t vcc, const uint8_t *data, size_t size)
{
    pass(interposer, SENT, lan, vcc, data, size);
}

void interposer_hears(struct interposer *interposer, bool lan, uint32_t vcc, const uint8_t *data, size_t size)
{
    pass(interposer, HEARD, lan, vcc, data, size);
}

void interposer_send(struct interposer *interposer, uint32_t vcc, const uint8_t *data, size_t size)
{
    interposer->below->sdu_send(interposer->below->context, vcc, data, size);
}

void interposer_send_control(struct interposer *interposer, uint32_t vcc, const struct le_control *control)
{
    uint8_t data[SDU_ROOM];
    interposer_send(interposer, vcc, data, le_control_encode(control, data, sizeof data));
}

void interposer_send_data(struct interposer *interposer, const struct ethernet *ethernet)
{
    uint8_t data[SDU_ROOM];
    size_t size = interposer_data_encode(interposer, interposer->lecid, ethernet, data, sizeof data);
    interposer_send(interposer, interposer->multicast_send, data, size);
}

size_t interposer_data_encode(const struct interposer *interposer, uint16_t lecid,
                              const struct ethernet *ethernet, uint8_t *data, size_t room)
{
    if (interposer->settings.token_ring)
        return le_data_8025_encode(lecid, ethernet, (struct octets){0}, data, room);
    return le_data_encode(lecid, ethernet, true, data, room);
}

void interposer_replace(const struct interposer *interposer, struct interposed *interposed,
                        const struct ethernet *ethernet)
{
    uint8_t *data = interposed->data;
    size_t room = interposed->room;
    switch (carrier_of(interposer, interposed->lan, interposed->vcc)) {
    case CARRIER_ETHERNET:
        interposed->size = ethernet_encode(ethernet, true, data, room);
        break;
    case CARRIER_TOKEN_RING:
        interposed->size = token_ring_encode(ethernet, (struct octets){0}, data, room);
        break;
    case CARRIER_LANE_8023:
    case CARRIER_LANE_8025:
    case CARRIER_LANE_LLC:
        interposed->size = interposer_data_encode(interposer, interposed->frame.lecid, ethernet, data, room);
        break;
    }
}

void interposer_send_copy(struct interposer *interposer, const struct interposed *interposed)
{
    let_through(interposer, SENT, interposed);
}

void interposer_deliver(struct interposer *interposer, uint32_t vcc, const uint8_t *data, size_t size)
{
    if (interposer->inner->sdu_received)
        interposer->inner->sdu_received(interposer->station, vcc, data, size);
}

int64_t interposer_now_ns(const struct interposer *interposer)
{
    return interposer->below->now_ns(interposer->below->context);
}

struct mac_address interposer_vmac(const struct interposer *interposer)
{
    return virtual_mac_of(&interposer->settings, interposer->settings.virtual_routers[0].vrid);
}

size_t interposer_router_count(const struct interposer *interposer)
{
    const struct device_settings *settings = &interposer->settings;
    return settings->role == ROLE_BRIDGE ? 1 : settings->virtual_router_count;
}

struct le_control interposer_request(struct interposer *interposer, enum le_opcode opcode)
{
    struct le_control request = le_control_of(opcode);
    request.transaction_id = (uint32_t)interposer->below->random_bits(interposer->below->context);
    request.requester_lecid = interposer->lecid;
    request.source_atm = interposer->settings.atm_address;
    return request;
}

static enum frame_carrier carrier_of(const struct interposer *interposer, bool lan, uint32_t vcc)
{
    bool token_ring = interposer->settings.token_ring;
    enum role role = interposer->settings.role;
    /* The LANs of a bridge are of the medium of its ELAN, so is the one that stands in an ELAN's place; any
     * other is Ethernet. */
    if (lan)
        return token_ring && (role == ROLE_BRIDGE || (role == ROLE_VRRP && vcc == 0)) ? CARRIER_TOKEN_RING
                                                                                      : CARRIER_ETHERNET;
    return token_ring ? CARRIER_LANE_8025 : CARRIER_LANE_8023;
}

static void pass(struct interposer *interposer, enum interposer_side side, bool lan, uint32_t vcc,
                 const uint8_t *data, size_t size)
{
    uint8_t copy[SDU_ROOM];
    struct interposed interposed = {.data = copy, .size = size, .room = sizeof copy, .lan = lan, .vcc = vcc};
    if (interposer->failed)
        return;
    if (size > sizeof copy) { /* no frame that a rule is about */
        interposed.data = (uint8_t *)(uintptr_t)data;
        let_through(interposer, side, &interposed);
        return;
    }
    memcpy(copy, data, size);
    frame_decode(carrier_of(interposer, lan, vcc), data, size, &interposed.frame);
    const struct interposer_rule *rule = interposer->interposition->rules;
    while (rule && rule->names && !matches(interposer, rule, side, &interposed))
        rule++;
    bool through = !rule || !rule->names || act(interposer, rule, &interposed);
    watch(interposer, side, &interposed.frame);
    if (through)
        let_through(interposer, side, &interposed);
}

static void let_through(struct interposer *interposer, enum interposer_side side,
                        const struct interposed *interposed)
{
    void *below = interposer->below->context;
    if (side == SENT && interposed->lan)
        interposer->below->lan_frame_send(below, interposed->vcc, interposed->data, interposed->size);
    else if (side == SENT)
        interposer->below->sdu_send(below, interposed->vcc, interposed->data, interposed->size);
    else if (interposed->lan && interposer->inner->lan_frame_received)
        interposer->inner->lan_frame_received(interposer->station, interposed->vcc, interposed->data,
                                              interposed->size);
    else if (!interposed->lan)
        interposer_deliver(interposer, interposed->vcc, interposed->data, interposed->size);
}

/* What the frames show about the device. */
static void watch(struct interposer *interposer, enum interposer_side side, const struct frame *frame)
{
    switch (frame->name) {
    case FRAME_LE_JOIN_REQUEST:
        if (side == SENT)
            interposer->join_transaction = frame->control.transaction_id;
        break;
    case FRAME_LE_JOIN_RESPONSE:
        if (side == HEARD && frame->control.status == LE_STATUS_SUCCESS &&
            frame->control.transaction_id == interposer->join_transaction &&
            atm_address_equal(&frame->control.source_atm, &interposer->settings.atm_address)) {
            interposer->lecid = frame->control.requester_lecid;
            interposer->v2 = frame->control.flags & LE_FLAG_V2_REQUIRED;
            interposer->joins++;
        }
        break;
    case FRAME_ADVERTISEMENT:
        if (side == SENT && (frame->layers & LAYER_VRRP))
            interposer->advertising = frame->vrrp.priority != VRRP_PRIORITY_STOP;
        break;
    default:
        if (side == SENT &&
            (frame->name == FRAME_LE_UNREGISTER_REQUEST || frame->name == FRAME_NO_SOURCE_LE_NARP_REQUEST))
            interposer->advertising = false;
        break;
    }
}

static bool matches(const struct interposer *interposer, const struct interposer_rule *rule,
                    enum interposer_side side, const struct interposed *interposed)
{
    return rule->side == side && (rule->names & UINT64_C(1) << interposed->frame.name) &&
           is_about(interposer, rule->about, &interposed->frame) &&
           (!rule->when || rule->when(interposer, interposed));
}

static bool is_about(const struct interposer *interposer, enum interposer_about about,
                     const struct frame *frame)
{
    const struct device_settings *settings = &interposer->settings;
    switch (about) {
    case ABOUT_ANYTHING:
        return true;
    case ABOUT_OWN_MAC:
        if (frame->layers & LAYER_ARP)
            return ipv4_equal(frame->arp.sender_ip, settings->elan.address);
        return is_about_mac(frame, settings->elan.mac);
    case ABOUT_VMAC:
        for (size_t i = 0; i < interposer_router_count(interposer); i++) {
            const struct virtual_router_settings *router = &settings->virtual_routers[i];
            if (is_about_mac(frame, virtual_mac_of(settings, router->vrid)))
                return true;
            if ((frame->layers & LAYER_VRRP) && frame->vrrp.vrid == router->vrid)
                return true;
            for (size_t j = 0; j < router->address_count; j++)
                if ((frame->layers & LAYER_ARP) && (ipv4_equal(frame->arp.sender_ip, router->addresses[j]) ||
                                                    ipv4_equal(frame->arp.target_ip, router->addresses[j])))
                    return true;
        }
        return false;
    }
    return false;
}

static bool is_about_mac(const struct frame *frame, struct mac_address mac)
{
    return (frame->layers & LAYER_CONTROL) && (lan_destination_is_mac(frame->control.source_lan, mac) ||
                                               lan_destination_is_mac(frame->control.target_lan, mac));
}

/* False when the frame does not go on (now). */
static bool act(struct interposer *interposer, const struct interposer_rule *rule,
                struct interposed *interposed)
{
    struct value value;
    switch (rule->action) {
    case DROP_FRAME:
        return false;
    case CHANGE_FIELD:
        value = new_value(interposer, rule, &interposed->frame);
        field_set(carrier_of(interposer, interposed->lan, interposed->vcc), interposed->data,
                  interposed->size, rule->field, &value);
        return true;
    case DELAY_FRAME:
        let_through_later(interposer, rule->side, interposed, rule->delay_ns);
        return false;
    case REPEAT_FRAME:
        for (unsigned i = 1; i <= rule->times; i++)
            let_through_later(interposer, rule->side, interposed, i * rule->delay_ns);
        return true;
    case REWRITE_FRAME:
        return rule->rewrite(interposer, interposed);
    }
    return true;
}

static struct value new_value(const struct interposer *interposer, const struct interposer_rule *rule,
                              const struct frame *frame)
{
    const struct device_settings *settings = &interposer->settings;
    struct atm_address foreign = settings->atm_address;
    struct value value = {.kind = VALUE_NUMBER};
    switch (rule->to) {
    case VALUE_ZERO:
        if (field_get(frame, rule->field, &value)) {
            enum value_kind kind = value.kind;
            memset(&value, 0, sizeof value);
            value.kind = kind;
        }
        return value;
    case VALUE_GIVEN:
        return number_value(rule->number);
    case VALUE_OWN_ATM:
        return atm_value(settings->atm_address);
    case VALUE_FOREIGN_ATM:
        foreign.octet[ATM_ADDRESS_SIZE - 1] ^= 0x5a;
        return atm_value(foreign);
    case VALUE_OWN_LECID:
        return number_value(interposer->lecid);
    case VALUE_OWN_MAC:
        return mac_value(settings->elan.mac);
    case VALUE_VMAC:
        return mac_value(interposer_vmac(interposer));
    case VALUE_OWN_IP:
        return ipv4_value(settings->elan.address);
    case VALUE_VIRTUAL_IP:
        return ipv4_value(settings->virtual_routers[0].addresses[0]);
    }
    return value;
}

static void let_through_later(struct interposer *interposer, enum interposer_side side,
                              const struct interposed *interposed, int64_t delay_ns)
{
    struct delayed_frame *delayed = calloc(1, sizeof *delayed + interposed->size);
    if (!delayed)
        abort();
    delayed->interposer = interposer;
    delayed->side = side;
    delayed->lan = interposed->lan;
    delayed->vcc = interposed->vcc;
    delayed->size = interposed->size;
    memcpy(delayed->data, interposed->data, interposed->size);
    delayed->next = interposer->delayed;
    interposer->delayed = delayed;
    timer_init(&delayed->timer, delayed_fires, delayed);
    interposer->below->timer_start(interposer->below->context, &delayed->timer, delay_ns);
}

static void delayed_fires(void *owner)
{
    struct delayed_frame *delayed = owner;
    struct interposer *interposer = delayed->interposer;
    struct interposed interposed = {
        .data = delayed->data, .size = delayed->size, .lan = delayed->lan, .vcc = delayed->vcc};
    struct delayed_frame **link = &interposer->delayed;
    while (*link != delayed)
        link = &(*link)->next;
    *link = delayed->next;
    let_through(interposer, delayed->side, &interposed);
    free(delayed);
}

static void tick(void *owner)
{
    struct interposer *interposer = owner;
    interposer->interposition->tick(interposer);
    start_ticking(interposer);
}
