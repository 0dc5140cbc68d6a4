#include "rule_stage.h"

#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "world/world_private.h"

#define PREFIX "\x47\x00\x05\x80\xff\xe1\x00\x00\x00\xf2\x1a\x2b\x3c"

static struct atm_address address_of(uint8_t number);
static struct mac_address mac_of(uint8_t number);
static void publish(struct stage *stage, struct tap_event *event);
static struct le_control control_of(struct stage *stage, enum le_opcode opcode);
static void vcc_event(struct stage *stage, enum tap_kind kind, struct vcc *vcc);
static size_t data_encode(struct stage *stage, uint16_t lecid, const struct ethernet *ethernet, uint8_t *data,
                          size_t room);
static size_t message_encode(const struct advertisement *message, uint8_t *data, size_t room);

struct stage *stage_new(unsigned options, bool broken)
{
    struct stage *stage = calloc(1, sizeof *stage);
    bool owner = options & STAGE_OWNER;
    stage->broken = broken;
    stage->options = options;
    stage->arena = arena_new();
    stage->world =
        world_new(&(struct world_settings){.token_ring = options & STAGE_TOKEN_RING}, stage->arena);
    stage->tap = world_tap(stage->world);
    static const char *const names[] = {"dut", "les", "bus", "lecs", "peer"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        world_port(stage->world, names[i]);
    stage->next_transaction = 1;
    stage->les = address_of(STAGE_LES);
    stage->bus = address_of(STAGE_BUS);
    stage->peer = address_of(STAGE_PEER);
    stage->vmac = mac_of_vrid(STAGE_VRID);
    stage->peer_mac = mac_of(STAGE_PEER);
    stage->virtual_address.number = 0x0a000001;
    stage->peer_address.number = 0x0a00000c;
    struct virtual_router_settings router = {.vrid = STAGE_VRID,
                                             .priority_given = true,
                                             .priority = owner ? VRRP_PRIORITY_OWNER : 100,
                                             .interval_given = true,
                                             .interval_s = 1,
                                             .preempt = true,
                                             .started_by_join = !(options & STAGE_BY_CONTROL),
                                             .address_count = 1,
                                             .addresses = {stage->virtual_address}};
    stage->settings = (struct device_settings){
        .proxy = options & STAGE_PROXY,
        .v2_capable = !(options & STAGE_V1),
        .token_ring = options & STAGE_TOKEN_RING,
        .atm_address = address_of(STAGE_DEVICE),
        .les_address = stage->les,
        .lecs_given = options & STAGE_LECS_GIVEN,
        .elan_name = "elan",
        .elan = {.mac = mac_of(STAGE_DEVICE),
                 .address = {owner ? 0x0a000001 : 0x0a00000b},
                 .prefix_length = 24},
        .virtual_router_count = options & (STAGE_BRIDGE | STAGE_CLIENT | STAGE_SERVER) ? 0 : 1,
        .virtual_routers = {router},
    };
    stage->facts = (struct facts){
        .known = FACT_VCC_KINDS | FACT_CONTROL | FACT_SETTINGS | FACT_COMPLETE | FACT_EGRESS_ORDER,
        .role = options & STAGE_BRIDGE   ? ROLE_BRIDGE
                : options & STAGE_CLIENT ? ROLE_CLIENT
                : options & STAGE_SERVER ? ROLE_LES
                                         : ROLE_ROUTER,
        .proxy = options & STAGE_PROXY,
        .v2 = !(options & STAGE_V1),
        .token_ring = options & STAGE_TOKEN_RING,
        .device = STAGE_DEVICE,
        .settings = &stage->settings,
        .pixit = pixit_default(),
        .tolerance_ns = MILLISECONDS(1),
    };
    bool ring = options & STAGE_TOKEN_RING;
    stage->configuration =
        stage_vcc(stage, VCC_CONFIGURATION_DIRECT, STAGE_DEVICE, STAGE_LECS, B_LLI_CONTROL);
    stage->control = stage_vcc(stage, VCC_CONTROL_DIRECT, STAGE_DEVICE, STAGE_LES, B_LLI_CONTROL);
    stage->send = stage_vcc(stage, VCC_MULTICAST_SEND, STAGE_DEVICE, STAGE_BUS,
                            ring ? B_LLI_MULTICAST_8025 : B_LLI_MULTICAST_8023);
    stage->forward = stage_vcc(stage, VCC_MULTICAST_FORWARD, STAGE_BUS, STAGE_DEVICE,
                               ring ? B_LLI_MULTICAST_8025 : B_LLI_MULTICAST_8023);
    stage->direct = stage_vcc(stage, VCC_DATA_DIRECT, STAGE_DEVICE, STAGE_PEER,
                              ring ? B_LLI_DATA_DIRECT_8025 : B_LLI_DATA_DIRECT_8023);
    return stage;
}

void stage_free(struct stage *stage)
{
    world_free(stage->world);
    arena_free(stage->arena);
    free(stage);
}

void stage_watch(struct stage *stage)
{
    unsigned known = stage->facts.known;
    if (!(known & FACT_SETTINGS))
        stage->facts.settings = NULL;
    struct vcc *vccs[] = {stage->configuration, stage->control, stage->send, stage->forward, stage->direct};
    for (size_t i = 0; i < sizeof vccs / sizeof *vccs && !(known & FACT_VCC_KINDS); i++)
        vccs[i]->kind = VCC_UNKNOWN;
    stage->rules = rule_set_new(&stage->facts, stage->tap, &stage->findings, stage->arena);
    tap_observe(stage->tap, rule_set_observer(stage->rules));
}

void stage_wait(struct stage *stage, int64_t duration_ns)
{
    stage->now_ns += duration_ns;
}

struct tap_event *stage_sdu(struct stage *stage, enum stage_port from, struct vcc *vcc, const uint8_t *data,
                            size_t size)
{
    stage->world->now_ns = stage->now_ns;
    struct tap_event *event = tap_add(stage->tap, TAP_SDU);
    event->from = (uint8_t)from;
    event->to = port_bit(vcc->caller == from ? vcc->called : vcc->caller);
    event->vcc = vcc;
    event->data = arena_copy(stage->arena, data, size);
    event->size = (uint32_t)size;
    publish(stage, event);
    return event;
}

struct tap_event *stage_lan_frame(struct stage *stage, const uint8_t *data, size_t size)
{
    stage->world->now_ns = stage->now_ns;
    struct tap_event *event = tap_add(stage->tap, TAP_LAN_FRAME);
    event->from = STAGE_DEVICE;
    event->to = port_bit(STAGE_PEER);
    event->segment = world_segment(stage->world, "lan");
    event->data = arena_copy(stage->arena, data, size);
    event->size = (uint32_t)size;
    publish(stage, event);
    return event;
}

struct tap_event *stage_sent(struct stage *stage, const struct le_control *control)
{
    uint8_t data[512];
    size_t size = le_control_encode(control, data, sizeof data);
    bool configures = control->opcode == LE_CONFIGURE_REQUEST;
    return stage_sdu(stage, STAGE_DEVICE, configures ? stage->configuration : stage->control, data, size);
}

struct tap_event *stage_heard(struct stage *stage, const struct le_control *control)
{
    uint8_t data[512];
    size_t size = le_control_encode(control, data, sizeof data);
    if (control->opcode == LE_CONFIGURE_RESPONSE)
        return stage_sdu(stage, STAGE_LECS, stage->configuration, data, size);
    return stage_sdu(stage, STAGE_LES, stage->control, data, size);
}

void stage_setup(struct stage *stage, struct vcc *vcc)
{
    vcc_event(stage, TAP_CALL_SETUP, vcc);
}

void stage_connected(struct stage *stage, struct vcc *vcc)
{
    vcc->open = true;
    vcc_event(stage, TAP_CALL_CONNECTED, vcc);
}

void stage_released(struct stage *stage, struct vcc *vcc)
{
    vcc->open = false;
    vcc_event(stage, TAP_CALL_RELEASED, vcc);
}

void stage_control(struct stage *stage, enum control_kind kind, uint32_t number)
{
    stage->world->now_ns = stage->now_ns;
    struct tap_event *event = tap_add(stage->tap, TAP_CONTROL);
    event->to = port_bit(STAGE_DEVICE);
    event->control = (struct control_action){kind, STAGE_VRID, number};
    publish(stage, event);
}

struct vcc *stage_vcc(struct stage *stage, enum vcc_kind kind, enum stage_port caller, enum stage_port called,
                      enum b_lli b_lli)
{
    struct vcc *vcc = arena_zeroed(stage->arena, sizeof *vcc);
    *vcc = (struct vcc){.id = 1,
                        .kind = kind,
                        .call = {.calling = address_of((uint8_t)caller),
                                 .called = address_of((uint8_t)called),
                                 .b_lli = b_lli},
                        .caller = (uint8_t)caller,
                        .called = (uint8_t)called};
    if (!(stage->facts.known & FACT_VCC_KINDS))
        vcc->kind = VCC_UNKNOWN;
    return vcc;
}

struct le_control stage_join_request(struct stage *stage)
{
    struct le_control control = control_of(stage, LE_JOIN_REQUEST);
    bool ring = stage->options & STAGE_TOKEN_RING;
    control.requester_lecid = 0;
    control.flags = (uint16_t)((stage->settings.proxy ? LE_FLAG_PROXY : 0) |
                               (stage->settings.v2_capable ? LE_FLAG_V2_CAPABLE : 0));
    control.source_lan = lan_destination_of_mac(stage->settings.elan.mac);
    control.source_atm = stage->settings.atm_address;
    control.lan_type = ring ? LAN_TYPE_8025 : LAN_TYPE_8023;
    control.max_frame_size = ring ? MAX_FRAME_4544 : MAX_FRAME_1516;
    control.elan_name_size = 4;
    memcpy(control.elan_name, "elan", 4);
    return control;
}

struct le_control stage_register(struct stage *stage, struct mac_address mac)
{
    struct le_control control = control_of(stage, LE_REGISTER_REQUEST);
    control.source_lan = lan_destination_of_mac(mac);
    control.source_atm = stage->settings.atm_address;
    return control;
}

struct le_control stage_unregister(struct stage *stage, struct mac_address mac)
{
    struct le_control control = stage_register(stage, mac);
    control.opcode = LE_UNREGISTER_REQUEST;
    return control;
}

struct le_control stage_targetless(struct stage *stage, struct mac_address mac)
{
    struct le_control control = control_of(stage, LE_ARP_REQUEST);
    control.flags = stage->settings.proxy ? LE_FLAG_REMOTE_ADDRESS : 0;
    control.source_lan = lan_destination_of_mac(mac);
    control.source_atm = stage->settings.atm_address;
    return control;
}

struct le_control stage_withdrawal(struct stage *stage, struct mac_address mac)
{
    struct le_control control = stage_zero_narp(stage, mac);
    control.target_atm = stage->settings.atm_address;
    return control;
}

struct le_control stage_zero_narp(struct stage *stage, struct mac_address mac)
{
    struct le_control control = control_of(stage, LE_NARP_REQUEST);
    control.target_lan = lan_destination_of_mac(mac);
    return control;
}

struct le_control stage_le_arp(struct stage *stage, struct mac_address target)
{
    struct le_control control = control_of(stage, LE_ARP_REQUEST);
    control.source_lan = lan_destination_of_mac(stage->settings.elan.mac);
    control.target_lan = lan_destination_of_mac(target);
    control.source_atm = stage->settings.atm_address;
    return control;
}

struct le_control stage_question(struct stage *stage, struct mac_address target)
{
    struct le_control control = stage_le_arp(stage, target);
    control.requester_lecid = STAGE_PEER_LECID;
    control.source_lan = lan_destination_of_mac(stage->peer_mac);
    control.source_atm = stage->peer;
    return control;
}

struct le_control stage_answer(struct stage *stage, const struct le_control *question)
{
    struct le_control response = le_control_response(question);
    bool vmac = lan_destination_is_mac(question->target_lan, stage->vmac);
    response.flags = stage->settings.proxy && vmac ? LE_FLAG_REMOTE_ADDRESS : 0;
    response.target_atm = stage->settings.atm_address;
    return response;
}

void stage_response(struct stage *stage, const struct le_control *request, enum le_status status)
{
    struct le_control response = le_control_response(request);
    response.status = (uint16_t)status;
    if (request->opcode == LE_JOIN_REQUEST) {
        response.requester_lecid = status == LE_STATUS_SUCCESS ? STAGE_LECID : 0;
        response.flags |= stage->options & STAGE_V1 ? 0 : LE_FLAG_V2_REQUIRED;
    }
    stage_heard(stage, &response);
}

struct advertisement advertisement_of(struct stage *stage, uint8_t priority)
{
    struct advertisement message = {
        .ethernet = {.destination = VRRP_GROUP_MAC, .source = stage->vmac, .type = ETHERTYPE_IPV4},
        .ipv4 = {.ttl = VRRP_TTL,
                 .protocol = IPV4_PROTOCOL_VRRP,
                 .source = stage->settings.elan.address,
                 .destination = VRRP_GROUP},
        .vrrp = {.version = 2,
                 .type = 1,
                 .vrid = stage->settings.virtual_routers[0].vrid,
                 .priority = priority,
                 .address_count = (uint8_t)stage->settings.virtual_routers[0].address_count,
                 .authentication_type = stage->settings.authentication_type,
                 .interval_s = stage->settings.virtual_routers[0].interval_s,
                 .addresses_present = stage->settings.virtual_routers[0].address_count},
    };
    memcpy(message.vrrp.addresses, stage->settings.virtual_routers[0].addresses,
           sizeof stage->settings.virtual_routers[0].addresses);
    if (stage->settings.authentication_type == VRRP_AUTHENTICATION_PASSWORD)
        memcpy(message.vrrp.authentication_data, stage->settings.password,
               strnlen(stage->settings.password, VRRP_AUTHENTICATION_DATA_SIZE));
    message.authentication_header = stage->settings.authentication_type == VRRP_AUTHENTICATION_AH;
    message.spi = stage->settings.spi;
    memcpy(message.key, stage->settings.key, sizeof message.key);
    return message;
}

struct tap_event *stage_advertise(struct stage *stage, const struct advertisement *message)
{
    uint8_t payload[256];
    struct ethernet ethernet = message->ethernet;
    ethernet.payload = (struct octets){payload, message_encode(message, payload, sizeof payload)};
    if (stage->options & STAGE_TOKEN_RING && mac_equal(ethernet.destination, VRRP_GROUP_MAC))
        ethernet.destination = (struct mac_address){{0xc0, 0x00, 0x00, 0x04, 0x00, 0x00}};
    return stage_data(stage, stage->send, &ethernet);
}

struct tap_event *stage_hear_advertisement(struct stage *stage, uint8_t priority)
{
    uint8_t payload[256];
    struct advertisement message = advertisement_of(stage, priority);
    message.ipv4.source = stage->peer_address;
    struct ethernet ethernet = message.ethernet;
    ethernet.payload = (struct octets){payload, message_encode(&message, payload, sizeof payload)};
    return stage_hear_data(stage, &ethernet);
}

struct tap_event *stage_data(struct stage *stage, struct vcc *vcc, const struct ethernet *ethernet)
{
    uint8_t data[1600];
    size_t size = data_encode(stage, STAGE_LECID, ethernet, data, sizeof data);
    return stage_sdu(stage, STAGE_DEVICE, vcc, data, size);
}

struct tap_event *stage_hear_data(struct stage *stage, const struct ethernet *ethernet)
{
    uint8_t data[1600];
    size_t size = data_encode(stage, STAGE_PEER_LECID, ethernet, data, sizeof data);
    return stage_sdu(stage, STAGE_BUS, stage->forward, data, size);
}

struct tap_event *stage_arp(struct stage *stage, const struct arp *arp, struct mac_address source,
                            struct mac_address destination)
{
    uint8_t payload[ARP_SIZE];
    struct ethernet ethernet = {.destination = destination, .source = source, .type = ETHERTYPE_ARP};
    ethernet.payload = (struct octets){payload, arp_encode(arp, payload, sizeof payload)};
    return stage_data(stage, stage->send, &ethernet);
}

struct arp stage_gratuitous(struct stage *stage)
{
    return (struct arp){ARP_REQUEST, stage->vmac, stage->virtual_address, {{0}}, stage->virtual_address};
}

struct tap_event *stage_announce_address(struct stage *stage)
{
    struct arp arp = stage_gratuitous(stage);
    return stage_arp(stage, &arp, stage->vmac, MAC_BROADCAST);
}

void stage_configure(struct stage *stage)
{
    stage_control(stage, CONTROL_START, 0);
    if (!stage->settings.lecs_given)
        return;
    stage_setup(stage, stage->configuration);
    stage_connected(stage, stage->configuration);
    struct le_control request = stage_join_request(stage);
    request.opcode = LE_CONFIGURE_REQUEST;
    stage_sent(stage, &request);
    stage_wait(stage, MILLISECONDS(10));
    stage_response(stage, &request, LE_STATUS_SUCCESS);
}

void stage_call_les(struct stage *stage)
{
    stage_setup(stage, stage->control);
    stage_wait(stage, MILLISECONDS(10));
    stage_connected(stage, stage->control);
}

void stage_ask_join(struct stage *stage)
{
    struct le_control request = stage_join_request(stage);
    stage_sent(stage, &request);
}

void stage_join(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control request = stage_join_request(stage);
    stage_sent(stage, &request);
    stage_wait(stage, MILLISECONDS(10));
    stage_response(stage, &request, LE_STATUS_SUCCESS);
    stage_connect_bus(stage);
}

void stage_connect_bus(struct stage *stage)
{
    struct le_control request = stage_le_arp(stage, MAC_BROADCAST);
    stage_sent(stage, &request);
    stage_wait(stage, MILLISECONDS(10));
    struct le_control response = le_control_response(&request);
    response.target_atm = stage->bus;
    stage_heard(stage, &response);
    stage_setup(stage, stage->send);
    stage_wait(stage, MILLISECONDS(10));
    stage_connected(stage, stage->send);
    stage_setup(stage, stage->forward);
    stage_connected(stage, stage->forward);
}

void stage_down_interval(struct stage *stage)
{
    const struct virtual_router_settings *router = &stage->settings.virtual_routers[0];
    int64_t down_ns = 3 * SECONDS(router->interval_s) + (256 - router->priority) * NS_PER_S / 256;
    stage_wait(stage, router->priority == VRRP_PRIORITY_OWNER ? 0 : down_ns);
}

void stage_associate(struct stage *stage)
{
    struct le_control frame;
    if (!stage->settings.proxy) {
        frame = stage_register(stage, stage->vmac);
        stage_sent(stage, &frame);
    }
    frame = stage->options & STAGE_V1 ? stage_zero_narp(stage, stage->vmac)
                                      : stage_targetless(stage, stage->vmac);
    stage_sent(stage, &frame);
    if (stage->settings.proxy) {
        frame = stage_le_arp(stage, stage->vmac);
        stage_sent(stage, &frame);
    }
}

void stage_disassociate(struct stage *stage)
{
    struct le_control frame;
    if (!stage->settings.proxy) {
        frame = stage_unregister(stage, stage->vmac);
        stage_sent(stage, &frame);
    }
    if (stage->options & STAGE_V1)
        return;
    frame = stage_withdrawal(stage, stage->vmac);
    stage_sent(stage, &frame);
}

void stage_master(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    stage_associate(stage);
    struct advertisement message = advertisement_of(stage, stage->settings.virtual_routers[0].priority);
    stage_advertise(stage, &message);
    stage_announce_address(stage);
    if (stage->settings.proxy)
        return;
    stage_wait(stage, MILLISECONDS(10));
    struct le_control request = stage_register(stage, stage->vmac);
    request.transaction_id = 0x1000;
    for (size_t i = tap_count(stage->tap); i > 0; i--) {
        const struct frame *frame = tap_frame(stage->tap, tap_at(stage->tap, i - 1));
        if (frame && frame->name == FRAME_LE_REGISTER_REQUEST) {
            request.transaction_id = frame->control.transaction_id;
            break;
        }
    }
    stage_response(stage, &request, LE_STATUS_SUCCESS);
    stage_wait(stage, -MILLISECONDS(10));
}

void stage_advertise_for(struct stage *stage, unsigned count)
{
    struct advertisement message = advertisement_of(stage, stage->settings.virtual_routers[0].priority);
    for (unsigned i = 0; i < count; i++) {
        stage_wait(stage, SECONDS(stage->settings.virtual_routers[0].interval_s));
        stage_advertise(stage, &message);
    }
}

bool stage_found(const struct stage *stage, const char *rule, const char *requirement)
{
    for (size_t i = 0; i < stage->findings.count; i++) {
        const struct finding *finding = &stage->findings.list[i];
        if (strcmp(finding->source, rule) == 0 && strcmp(finding->requirement->id, requirement) == 0)
            return true;
    }
    return false;
}

static struct atm_address address_of(uint8_t number)
{
    return atm_address_of((const uint8_t *)PREFIX, mac_of(number), 1);
}

static struct mac_address mac_of(uint8_t number)
{
    return (struct mac_address){{0x00, 0x20, 0x5a, 0x01, 0x01, (uint8_t)(number + 1)}};
}

static void publish(struct stage *stage, struct tap_event *event)
{
    bool hidden = event->kind == TAP_CONTROL && !(stage->facts.known & FACT_CONTROL);
    bool missed = event->index < stage->missed_count && !(stage->facts.known & FACT_COMPLETE);
    if (!hidden && !missed)
        tap_publish(stage->tap, event);
}

static struct le_control control_of(struct stage *stage, enum le_opcode opcode)
{
    struct le_control control = le_control_of(opcode);
    control.transaction_id = stage->next_transaction++;
    control.requester_lecid = STAGE_LECID;
    return control;
}

static void vcc_event(struct stage *stage, enum tap_kind kind, struct vcc *vcc)
{
    stage->world->now_ns = stage->now_ns;
    struct tap_event *event = tap_add(stage->tap, kind);
    event->from = kind == TAP_CALL_CONNECTED ? vcc->called : vcc->caller;
    event->to = port_bit(kind == TAP_CALL_CONNECTED ? vcc->caller : vcc->called);
    event->vcc = vcc;
    event->called = &vcc->call.called;
    publish(stage, event);
}

static size_t data_encode(struct stage *stage, uint16_t lecid, const struct ethernet *ethernet, uint8_t *data,
                          size_t room)
{
    if (stage->options & STAGE_TOKEN_RING)
        return le_data_8025_encode(lecid, ethernet, (struct octets){0}, data, room);
    return le_data_encode(lecid, ethernet, true, data, room);
}

static size_t message_encode(const struct advertisement *message, uint8_t *data, size_t room)
{
    uint8_t vrrp[128];
    struct ipv4 ipv4 = message->ipv4;
    ipv4.payload = (struct octets){vrrp, vrrp_encode(&message->vrrp, vrrp, sizeof vrrp) - message->cut};
    if (message->cut) {
        octets_put_u16(vrrp + 6, 0);
        octets_put_u16(vrrp + 6, internet_checksum(vrrp, ipv4.payload.size));
    }
    if (message->bad_checksum)
        vrrp[6] ^= 0x55;
    if (!message->authentication_header) {
        size_t size = ipv4_encode(&ipv4, data, room);
        data[10] ^= message->bad_ip_checksum ? 0x55 : 0;
        return size;
    }
    uint8_t protected[160];
    struct authentication_header header = {
        .next_protocol = ipv4.protocol, .spi = message->spi, .sequence = 1, .payload = ipv4.payload};
    ipv4.protocol = IPV4_PROTOCOL_AH;
    ipv4.payload =
        (struct octets){protected, authentication_header_encode(&header, protected, sizeof protected)};
    size_t size = ipv4_encode(&ipv4, data, room);
    authentication_header_sign(data, size,
                               (struct octets){(const uint8_t *)message->key, strlen(message->key)});
    return size;
}
