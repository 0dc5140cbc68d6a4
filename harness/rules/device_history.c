#include "rules/device_history.h"

#include "rules/virtual_router_history.h"

static void add_sent(struct device_history *device, struct tap_event *event, const struct frame *frame);
static void add_heard(struct device_history *device, struct tap_event *event, const struct frame *frame);
static void add_other(struct device_history *device, struct tap_event *event);
static void join_asked(struct device_history *device, struct tap_event *event,
                       const struct le_control *request);
static void join_done(struct device_history *device, int64_t now_ns);
static void join_answered(struct device_history *device, struct tap_event *event,
                          const struct le_control *response);
static void call_released(struct device_history *device, struct tap_event *event);
static void controlled(struct device_history *device, struct tap_event *event);
static void meet(struct device_history *device, uint8_t vrid);
static const struct mac_address *subject_of(const struct frame *frame);

/* VMACs on the wire of an 802.5 ELAN: canonical and token ring order (vrrp.md 7). */
static const uint8_t vmac_prefix[] = {0x00, 0x00, 0x5e, 0x00, 0x01};
static const uint8_t vmac_prefix_reversed[] = {0x00, 0x00, 0x7a, 0x00, 0x80};

struct device_history *device_history_new(const struct facts *facts, struct tap *tap, struct arena *arena)
{
    struct device_history *device = arena_zeroed(arena, sizeof *device);
    device->facts = facts;
    device->tap = tap;
    device->arena = arena;
    device->v2 = facts->v2;
    device->switched_on_ns = TIME_NEVER;
    device->unreadable_ns = TIME_LONG_AGO;
    if (!facts_known(facts, FACT_SETTINGS))
        return device;
    const struct device_settings *settings = facts->settings;
    device->atm_known = true;
    device->atm = settings->atm_address;
    device->mac_known = true;
    device->mac = settings->elan.mac;
    for (size_t i = 0; i < settings->virtual_router_count; i++)
        meet(device, settings->virtual_routers[i].vrid);
    return device;
}

void device_history_meet(struct device_history *device, const struct frame *frame)
{
    uint8_t vrid;
    if (facts_known(device->facts, FACT_SETTINGS))
        return;
    const struct mac_address *mac = subject_of(frame);
    if (frame->name == FRAME_ADVERTISEMENT && frame->layers & LAYER_VRRP)
        meet(device, frame->vrrp.vrid);
    else if (mac && vrid_of_mac(device->facts, *mac, &vrid))
        meet(device, vrid);
}

void device_history_add(struct device_history *device, struct tap_event *event, const struct frame *frame,
                        bool sent)
{
    if (!frame)
        add_other(device, event);
    else if (sent)
        add_sent(device, event, frame);
    else
        add_heard(device, event, frame);
}

#define UNREADABLE_NS SECONDS(10)

bool heard_unreadable(const struct device_history *device, int64_t now_ns)
{
    return now_ns - device->unreadable_ns <= UNREADABLE_NS;
}

bool plain_question(const struct le_control *request)
{
    static const char empty[sizeof request->elan_name];
    bool known = true;
    for (size_t i = 0; i < request->tlv_present && known; i++) {
        known = false;
#define X(name, type_number, size, text) known = known || request->tlvs[i].type == type_number;
        LE_TLVS(X)
#undef X
    }
    return known && !request->trailing_size && !request->status && !(request->flags & ~LE_FLAGS) &&
           !request->lan_type && !request->max_frame_size && !request->elan_name_size &&
           memcmp(request->elan_name, empty, sizeof empty) == 0 && request->tlv_count == request->tlv_present;
}

struct virtual_router_history *device_virtual_router(const struct device_history *device, uint8_t vrid)
{
    return device->by_vrid[vrid];
}

struct virtual_router_history *device_vmac(const struct device_history *device, struct mac_address mac)
{
    uint8_t vrid;
    return vrid_of_mac(device->facts, mac, &vrid) ? device->by_vrid[vrid] : NULL;
}

bool vrid_of_mac(const struct facts *facts, struct mac_address mac, uint8_t *vrid)
{
    if (memcmp(mac.octet, vmac_prefix, sizeof vmac_prefix) == 0)
        *vrid = mac.octet[5];
    else if (facts->token_ring && memcmp(mac.octet, vmac_prefix_reversed, sizeof vmac_prefix_reversed) == 0)
        *vrid = mac_reversed(mac).octet[5];
    else
        return false;
    return true;
}

bool functional_mode(const struct facts *facts)
{
    return facts->token_ring && facts_known(facts, FACT_SETTINGS) && facts->settings->functional_addresses;
}

bool same_mac(const struct facts *facts, struct mac_address a, struct mac_address b)
{
    return mac_equal(a, b) || (facts->token_ring && mac_equal(a, mac_reversed(b)));
}

bool atm_is_foreign(const struct device_history *device, const struct atm_address *address)
{
    return device->atm_known && !atm_address_equal(&device->atm, address);
}

bool atm_is_own(const struct device_history *device, const struct atm_address *address)
{
    return device->atm_known && atm_address_equal(&device->atm, address);
}

bool arp_has_vmac(const struct device_history *device, const struct virtual_router_history *router,
                  const struct arp *arp)
{
    if (functional_mode(device->facts))
        return !same_mac(device->facts, arp->sender_mac, device->mac);
    return same_mac(device->facts, arp->sender_mac, mac_of_vrid(router->vrid));
}

bool device_has_address(const struct device_history *device, struct ipv4_address address)
{
    const struct device_settings *settings = device->facts->settings;
    return ipv4_equal(address, settings->elan.address) ||
           (settings->lan_port && ipv4_equal(address, settings->lan.address)) ||
           device_virtual_address(device, address);
}

struct virtual_router_history *device_virtual_address(const struct device_history *device,
                                                      struct ipv4_address address)
{
    const struct device_settings *settings = device->facts->settings;
    for (size_t i = 0; i < settings->virtual_router_count; i++) {
        const struct virtual_router_settings *router = &settings->virtual_routers[i];
        for (size_t j = 0; j < router->address_count; j++) {
            if (ipv4_equal(address, router->addresses[j]))
                return device->by_vrid[router->vrid];
        }
    }
    return NULL;
}

bool bus_up(const struct device_history *device)
{
    return device->facts->role == ROLE_VRRP || (device->multicast_send && device->multicast_forward);
}

bool certainly_not_joined(const struct device_history *device)
{
    switch (device->join) {
    case JOIN_UNSEEN:
        return facts_known(device->facts, FACT_COMPLETE);
    case JOIN_ASKED:
    case JOIN_REFUSED:
        return true;
    case JOIN_DONE:
    case JOIN_LOST:
        break;
    }
    return false;
}

bool own_echo(const struct device_history *device, const struct frame *frame)
{
    if (frame->layers & LAYER_LE_DATA && frame->lecid == 0 && facts_known(device->facts, FACT_SETTINGS))
        return frame->layers & LAYER_VRRP && /* without a LECID, which is allowed (lane-wire 12.1, 13) */
               ipv4_equal(frame->ipv4.source, device->facts->settings->elan.address);
    if (frame->layers & LAYER_LE_DATA)
        return device->lecid && frame->lecid == device->lecid;
    return frame->layers & LAYER_CONTROL && device->lecid &&
           frame->control.requester_lecid == device->lecid && !(frame->control.opcode & LE_RESPONSE_BIT);
}

bool on_vrrp_interface(const struct facts *facts, const struct tap_event *event)
{
    if (facts->role != ROLE_VRRP)
        return event->kind == TAP_SDU;
    if (event->kind != TAP_LAN_FRAME)
        return false;
    return event->from == facts->device ? event->lan_port == 0
                                        : !facts->segment || event->segment == facts->segment;
}

int64_t reaction_ns(const struct facts *facts)
{
    return 2 * facts->tolerance_ns;
}

static void add_sent(struct device_history *device, struct tap_event *event, const struct frame *frame)
{
    if (frame->name == FRAME_LE_JOIN_REQUEST) {
        join_asked(device, event, &frame->control);
    } else if (frame->name == FRAME_ADVERTISEMENT && frame->layers & LAYER_VRRP) {
        struct virtual_router_history *router = device->by_vrid[frame->vrrp.vrid];
        if (router && on_vrrp_interface(device->facts, event))
            virtual_router_advertised(device, router, event, frame);
    } else {
        const struct mac_address *mac = subject_of(frame);
        struct virtual_router_history *router = mac ? device_vmac(device, *mac) : NULL;
        if (router)
            virtual_router_control_sent(device, router, event, frame);
    }
}

static void add_heard(struct device_history *device, struct tap_event *event, const struct frame *frame)
{
    struct virtual_router_history *router;
    if (frame->name == FRAME_ADVERTISEMENT && frame->layers & LAYER_VRRP) {
        router = device->by_vrid[frame->vrrp.vrid];
        if (router && !own_echo(device, frame) && on_vrrp_interface(device->facts, event))
            virtual_router_heard(device, router, event, frame);
    } else if (frame->name == FRAME_LE_JOIN_RESPONSE) {
        join_answered(device, event, &frame->control);
    } else if (frame->name == FRAME_LE_REGISTER_RESPONSE) {
        router = device_vmac(device, frame->control.source_lan.mac);
        if (router && router->registration && frame->control.requester_lecid == device->lecid)
            virtual_router_registration_answered(router, event, frame,
                                                 tap_frame(device->tap, router->registration));
    } else if (frame->name == FRAME_LE_ARP_RESPONSE && frame->control.status == LE_STATUS_SUCCESS &&
               frame->control.requester_lecid == device->lecid &&
               lan_destination_is_mac(frame->control.target_lan, MAC_BROADCAST)) {
        device->bus_known = true;
        device->bus = frame->control.target_atm;
    }
}

static void add_other(struct device_history *device, struct tap_event *event)
{
    switch ((enum tap_kind)event->kind) {
    case TAP_CALL_CONNECTED:
    case TAP_PARTY_ADDED:
        if (event->vcc->kind == VCC_MULTICAST_SEND && event->vcc->caller == device->facts->device)
            device->multicast_send = event->vcc;
        else if (event->vcc->kind == VCC_MULTICAST_FORWARD && event->from == device->facts->device)
            device->multicast_forward = event->vcc;
        break;
    case TAP_CALL_RELEASED:
        call_released(device, event);
        break;
    case TAP_CONTROL:
        controlled(device, event);
        break;
    case TAP_LINK_DOWN:
        device->silenced = true;
        device->disturbances++;
        break;
    case TAP_LINK_UP:
        device->silenced = false;
        device->disturbances++;
        for (size_t i = 0; i < device->vrid_count; i++)
            virtual_router_link_restored(device, device->by_vrid[device->vrids[i]], event->time_ns);
        break;
    case TAP_SDU:
    case TAP_LAN_FRAME:
    case TAP_CALL_SETUP:
    case TAP_PARTY_DROPPED:
    case TAP_NOTE:
        break;
    }
}

static void join_asked(struct device_history *device, struct tap_event *event,
                       const struct le_control *request)
{
    if (device->join != JOIN_ASKED || device->join_request->vcc != event->vcc)
        device->join_transaction_count = 0;
    device->join_transactions[device->join_transaction_count++ % JOIN_TRANSACTION_ROOM] =
        request->transaction_id;
    device->join = JOIN_ASKED;
    device->join_ns = event->time_ns;
    device->join_request = event;
    device->v2 = device->facts->v2;
    device->lecid = 0;
    device->bus_known = false;
    device->multicast_send = NULL;
    device->multicast_forward = NULL;
    if (!device->atm_known) {
        device->atm_known = true;
        device->atm = request->source_atm;
    }
    uint8_t vrid;
    if (!device->mac_known && request->source_lan.tag == LAN_TAG_MAC &&
        !vrid_of_mac(device->facts, request->source_lan.mac, &vrid)) {
        device->mac_known = true;
        device->mac = request->source_lan.mac;
    }
}

/* Control Distribute may bring the answers of other clients as well. */
static void join_answered(struct device_history *device, struct tap_event *event,
                          const struct le_control *response)
{
    if (device->join != JOIN_ASKED)
        return;
    bool asked = false;
    for (size_t i = 0; i < device->join_transaction_count && i < JOIN_TRANSACTION_ROOM; i++)
        asked |= device->join_transactions[i] == response->transaction_id;
    const struct le_control *request = &tap_frame(device->tap, device->join_request)->control;
    if (!asked || !atm_address_equal(&response->source_atm, &request->source_atm))
        return;
    if (response->status != LE_STATUS_SUCCESS) {
        device->join = JOIN_REFUSED;
        device->join_ns = event->time_ns;
        return;
    }
    device->lecid = response->requester_lecid;
    device->v2 = response->flags & LE_FLAG_V2_REQUIRED;
    join_done(device, event->time_ns);
}

/* On a LAN there is nothing to join: a router without LANE is there when it is on. */
static void join_done(struct device_history *device, int64_t now_ns)
{
    device->join = JOIN_DONE;
    device->join_ns = now_ns;
    for (size_t i = 0; i < device->vrid_count; i++)
        virtual_router_joined(device, device->by_vrid[device->vrids[i]], now_ns);
}

/* The loss of Control Direct or Control Distribute is the loss of the ELAN (lane-rules 1, phase 6). */
static void call_released(struct device_history *device, struct tap_event *event)
{
    const struct vcc *vcc = event->vcc;
    if (vcc->kind == VCC_DATA_DIRECT || vcc->kind == VCC_CONFIGURATION_DIRECT)
        return;
    device->disturbances++;
    if (vcc == device->multicast_send)
        device->multicast_send = NULL;
    if (vcc == device->multicast_forward)
        device->multicast_forward = NULL;
    bool control =
        vcc->kind == VCC_CONTROL_DISTRIBUTE || (device->join_request && device->join_request->vcc == vcc);
    if (!control || (device->join != JOIN_DONE && device->join != JOIN_ASKED))
        return;
    if (device->join == JOIN_DONE) {
        for (size_t i = 0; i < device->vrid_count; i++)
            virtual_router_lost_elan(device->by_vrid[device->vrids[i]]);
    }
    device->join = device->join == JOIN_DONE ? JOIN_LOST : JOIN_ASKED;
    device->join_ns = event->time_ns;
    device->lecid = 0;
    device->bus_known = false;
}

static void controlled(struct device_history *device, struct tap_event *event)
{
    struct virtual_router_history *router = device->by_vrid[event->control.vrid];
    switch (event->control.kind) {
    case CONTROL_START:
        device->switched_on_ns = event->time_ns;
        device->silenced = false;
        device->disturbances++;
        device->join = JOIN_UNSEEN;
        device->lecid = 0;
        device->bus_known = false;
        device->multicast_send = NULL;
        device->multicast_forward = NULL;
        for (size_t i = 0; i < device->vrid_count; i++)
            virtual_router_switched_on(device, device->by_vrid[device->vrids[i]]);
        if (device->facts->role == ROLE_VRRP)
            join_done(device, event->time_ns);
        break;
    case CONTROL_FAIL:
        device->silenced = true;
        device->disturbances++;
        break;
    case CONTROL_STARTUP:
    case CONTROL_SHUTDOWN:
    case CONTROL_SET_PRIORITY:
        if (router)
            virtual_router_controlled(device, router, event);
        break;
    }
}

static void meet(struct device_history *device, uint8_t vrid)
{
    if (device->by_vrid[vrid])
        return;
    device->vrids[device->vrid_count++] = vrid;
    device->by_vrid[vrid] = virtual_router_history_new(device, vrid);
}

/* The address that a control frame of the device is about (lane-wire 1.1), NULL if it is about none. */
static const struct mac_address *subject_of(const struct frame *frame)
{
    if (!(frame->layers & LAYER_CONTROL))
        return NULL;
    const struct le_control *control = &frame->control;
    switch (frame->name) {
    case FRAME_LE_REGISTER_REQUEST:
    case FRAME_LE_UNREGISTER_REQUEST:
    case FRAME_TARGETLESS_LE_ARP_REQUEST:
        return control->source_lan.tag == LAN_TAG_MAC ? &control->source_lan.mac : NULL;
    case FRAME_LE_ARP_REQUEST:
    case FRAME_LE_ARP_RESPONSE:
    case FRAME_LE_NARP_REQUEST:
    case FRAME_NO_SOURCE_LE_NARP_REQUEST:
    case FRAME_ZERO_LE_NARP_REQUEST:
        return control->target_lan.tag == LAN_TAG_MAC ? &control->target_lan.mac : NULL;
    default:
        return NULL;
    }
}
