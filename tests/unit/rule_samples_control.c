/* Samples of the rules about the form, order and ways of control and data frames. */
#include "rule_stage.h"

static const struct mac_address zero_mac = {{0}};

/* --- header and op-code
 * -------------------------------------------------------------------------------------- */

static void header(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_question(stage, stage->settings.elan.mac);
    stage_heard(stage, &frame);
    frame = stage_answer(stage, &frame);
    frame.version = stage->broken ? 2 : 1;
    stage_sent(stage, &frame);
}

static void size(struct stage *stage)
{
    uint8_t data[LE_CONTROL_SIZE];
    stage_join(stage);
    struct le_control frame = stage_targetless(stage, stage->settings.elan.mac);
    frame.flags = 0;
    le_control_encode(&frame, data, sizeof data);
    stage_sdu(stage, STAGE_DEVICE, stage->control, data, stage->broken ? 76 : sizeof data);
}

static void trailing_octets(struct stage *stage)
{
    uint8_t data[LE_READY_SIZE + 2] = {0};
    stage_join(stage);
    struct le_control frame = le_control_of(READY_QUERY);
    le_control_encode(&frame, data, sizeof data);
    stage_sdu(stage, STAGE_DEVICE, stage->direct, data, stage->broken ? sizeof data : LE_READY_SIZE);
}

static void unused_field(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_le_arp(stage, stage->peer_mac);
    frame.lan_type = stage->broken ? 0xaa : 0;
    stage_sent(stage, &frame);
}

static void narp_answered(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_question(stage, stage->settings.elan.mac);
    stage_heard(stage, &frame);
    frame = stage_answer(stage, &frame);
    if (stage->broken)
        frame.opcode = LE_NARP_REQUEST | LE_RESPONSE_BIT;
    stage_sent(stage, &frame);
}

static void unknown_opcode(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_le_arp(stage, stage->peer_mac);
    frame.opcode = stage->broken ? 0x0042 : LE_ARP_REQUEST;
    stage_sent(stage, &frame);
}

static void v1_verify(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_le_arp(stage, stage->peer_mac);
    if (stage->broken) {
        frame = stage_register(stage, stage->settings.elan.mac);
        frame.opcode = LE_VERIFY_REQUEST;
        frame.source_lan = LAN_DESTINATION_NONE;
    }
    stage_sent(stage, &frame);
}

static void v1_tlv(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_register(stage, stage->settings.elan.mac);
    if (stage->broken)
        le_control_add_tlv(&frame, TLV_LLC_MUXED_ATM_ADDRESS, stage->settings.atm_address.octet,
                           ATM_ADDRESS_SIZE);
    stage_sent(stage, &frame);
}

/* --- configuration and join
 * ---------------------------------------------------------------------------------- */

static void join_lecid(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control frame = stage_join_request(stage);
    frame.requester_lecid = stage->broken ? 9 : 0;
    stage_sent(stage, &frame);
}

static void join_address(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control frame = stage_join_request(stage);
    if (stage->broken)
        frame.source_atm = stage->peer;
    stage_sent(stage, &frame);
}

static void join_name(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control frame = stage_join_request(stage);
    if (stage->broken)
        frame.elan_name[0] = 'x';
    stage_sent(stage, &frame);
}

static void join_scheme(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control frame = stage_join_request(stage);
    if (stage->broken)
        frame.flags ^= LE_FLAG_PROXY;
    stage_sent(stage, &frame);
}

static void join_version(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control frame = stage_join_request(stage);
    if (stage->broken)
        frame.flags &= (uint16_t)~LE_FLAG_V2_CAPABLE;
    stage_sent(stage, &frame);
}

/* --- order of phases
 * ----------------------------------------------------------------------------------------- */

static void join_unconfigured(struct stage *stage)
{
    if (stage->broken)
        stage_control(stage, CONTROL_START, 0);
    else
        stage_configure(stage);
    stage_call_les(stage);
    stage_ask_join(stage);
}

static void registers_early(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control request = stage_join_request(stage);
    struct le_control registration = stage_register(stage, stage->settings.elan.mac);
    stage_sent(stage, &request);
    if (stage->broken)
        stage_sent(stage, &registration);
    stage_wait(stage, MILLISECONDS(10));
    stage_response(stage, &request, LE_STATUS_SUCCESS);
    if (!stage->broken)
        stage_sent(stage, &registration);
}

static void associates_early(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control request = stage_join_request(stage);
    stage_sent(stage, &request);
    if (stage->broken)
        stage_associate(stage);
    stage_wait(stage, MILLISECONDS(10));
    stage_response(stage, &request, LE_STATUS_SUCCESS);
    stage_connect_bus(stage);
}

static void works_after_refusal(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control request = stage_join_request(stage);
    stage_sent(stage, &request);
    stage_wait(stage, MILLISECONDS(10));
    stage_response(stage, &request, LE_STATUS_NO_CONFIGURATION);
    stage_wait(stage, MILLISECONDS(10));
    if (stage->broken) {
        struct le_control frame = stage_le_arp(stage, stage->peer_mac);
        stage_sent(stage, &frame);
    }
}

static void data_before_bus(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control request = stage_join_request(stage);
    stage_sent(stage, &request);
    stage_wait(stage, MILLISECONDS(10));
    stage_response(stage, &request, LE_STATUS_SUCCESS);
    struct ethernet ethernet = {
        .destination = MAC_BROADCAST, .source = stage->settings.elan.mac, .type = 0x0800};
    if (stage->broken)
        stage_data(stage, stage->send, &ethernet);
    stage_connect_bus(stage);
}

static void bus_unasked(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control request = stage_join_request(stage);
    stage_sent(stage, &request);
    stage_wait(stage, MILLISECONDS(10));
    stage_response(stage, &request, LE_STATUS_SUCCESS);
    if (stage->broken)
        stage_setup(stage,
                    stage_vcc(stage, VCC_CONTROL_DIRECT, STAGE_DEVICE, STAGE_LES, B_LLI_MULTICAST_8023));
    else
        stage_connect_bus(stage);
}

static void data_unregistered(struct stage *stage)
{
    stage_configure(stage);
    stage_call_les(stage);
    struct le_control request = stage_join_request(stage);
    request.source_lan = LAN_DESTINATION_NONE;
    stage_sent(stage, &request);
    stage_wait(stage, MILLISECONDS(10));
    stage_response(stage, &request, LE_STATUS_SUCCESS);
    struct le_control registration = stage_register(stage, stage->settings.elan.mac);
    if (!stage->broken)
        stage_sent(stage, &registration);
    stage_connect_bus(stage);
    struct arp arp = {
        ARP_REQUEST, stage->settings.elan.mac, stage->settings.elan.address, {{0}}, stage->peer_address};
    stage_arp(stage, &arp, stage->settings.elan.mac, MAC_BROADCAST);
}

/* --- registrations
 * ------------------------------------------------------------------------------------------- */

static void registration_target(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_register(stage, stage->settings.elan.mac);
    if (stage->broken)
        frame.target_lan = frame.source_lan;
    stage_sent(stage, &frame);
}

static void registration_address(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_register(stage, stage->settings.elan.mac);
    if (stage->broken)
        frame.source_atm = stage->peer;
    stage_sent(stage, &frame);
}

static void proxy_registers(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    struct le_control frame = stage_register(stage, stage->broken ? stage->vmac : stage->settings.elan.mac);
    stage_sent(stage, &frame);
}

/* --- announcements
 * ------------------------------------------------------------------------------------------- */

static void targetless_with(struct stage *stage, void (*spoil)(struct stage *stage, struct le_control *frame))
{
    stage_master(stage);
    stage_wait(stage, SECONDS(1));
    struct le_control frame = stage_targetless(stage, stage->vmac);
    if (stage->broken)
        spoil(stage, &frame);
    stage_sent(stage, &frame);
}

static void name_target(struct stage *stage, struct le_control *frame)
{
    frame->target_lan = lan_destination_of_mac(stage->vmac);
}

static void name_zero_target(struct stage *stage, struct le_control *frame)
{
    (void)stage;
    frame->target_lan = lan_destination_of_mac(zero_mac);
}

static void drop_address(struct stage *stage, struct le_control *frame)
{
    (void)stage;
    memset(&frame->source_atm, 0, sizeof frame->source_atm);
}

static void other_selector(struct stage *stage, struct le_control *frame)
{
    (void)stage;
    frame->source_atm.octet[19] ^= 1;
}

static void targetless_target(struct stage *stage)
{
    targetless_with(stage, name_target);
}

static void targetless_zero_target(struct stage *stage)
{
    targetless_with(stage, name_zero_target);
}

static void targetless_address(struct stage *stage)
{
    targetless_with(stage, drop_address);
}

static void targetless_selector(struct stage *stage)
{
    targetless_with(stage, other_selector);
}

static void targetless_tlv(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    const uint8_t *own = stage->settings.atm_address.octet;
    struct le_control registration = stage_register(stage, stage->vmac);
    le_control_add_tlv(&registration, TLV_LLC_MUXED_ATM_ADDRESS, own, ATM_ADDRESS_SIZE);
    stage_sent(stage, &registration);
    struct le_control frame = stage_targetless(stage, stage->vmac);
    if (!stage->broken)
        le_control_add_tlv(&frame, TLV_LLC_MUXED_ATM_ADDRESS, own, ATM_ADDRESS_SIZE);
    stage_sent(stage, &frame);
}

static void targetless_in_v1(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, SECONDS(1));
    struct le_control frame =
        stage->broken ? stage_targetless(stage, stage->vmac) : stage_zero_narp(stage, stage->vmac);
    frame.flags = 0;
    stage_sent(stage, &frame);
}

static void targetless_remote(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, SECONDS(1));
    struct le_control frame = stage_targetless(stage, stage->vmac);
    if (stage->broken)
        frame.flags ^= LE_FLAG_REMOTE_ADDRESS;
    stage_sent(stage, &frame);
}

static void probe_source(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, SECONDS(1));
    struct le_control frame = stage_le_arp(stage, stage->vmac);
    if (stage->broken)
        frame.source_lan = lan_destination_of_mac(stage->peer_mac);
    stage_sent(stage, &frame);
}

/* --- LE_NARP_REQUESTs
 * ---------------------------------------------------------------------------------------- */

static void withdrawal_with(struct stage *stage, void (*spoil)(struct stage *stage, struct le_control *frame))
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(100));
    stage_control(stage, CONTROL_SHUTDOWN, 0);
    struct advertisement stop = advertisement_of(stage, 0);
    stage_advertise(stage, &stop);
    struct le_control frame = stage_unregister(stage, stage->vmac);
    stage_sent(stage, &frame);
    frame = stage_withdrawal(stage, stage->vmac);
    if (stage->broken)
        spoil(stage, &frame);
    stage_sent(stage, &frame);
}

static void own_source(struct stage *stage, struct le_control *frame)
{
    frame->source_atm = stage->settings.atm_address;
}

static void foreign_target(struct stage *stage, struct le_control *frame)
{
    frame->target_atm = stage->peer;
}

static void swapped_destinations(struct stage *stage, struct le_control *frame)
{
    (void)stage;
    frame->source_lan = frame->target_lan;
    frame->target_lan = LAN_DESTINATION_NONE;
}

static void wrong_opcode(struct stage *stage, struct le_control *frame)
{
    (void)stage;
    frame->opcode = LE_ARP_REQUEST;
}

static void withdrawal_source(struct stage *stage)
{
    withdrawal_with(stage, own_source);
}

static void withdrawal_target(struct stage *stage)
{
    withdrawal_with(stage, foreign_target);
}

static void withdrawal_swapped(struct stage *stage)
{
    withdrawal_with(stage, swapped_destinations);
}

static void withdrawal_opcode(struct stage *stage)
{
    withdrawal_with(stage, wrong_opcode);
}

static void zero_narp_in_v2(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, SECONDS(1));
    struct le_control frame =
        stage->broken ? stage_zero_narp(stage, stage->vmac) : stage_targetless(stage, stage->vmac);
    stage_sent(stage, &frame);
}

/* A v1 announcement, spoiled. */
static void zero_narp_with(struct stage *stage, void (*spoil)(struct stage *stage, struct le_control *frame))
{
    stage_master(stage);
    stage_wait(stage, SECONDS(1));
    struct le_control frame = stage_zero_narp(stage, stage->vmac);
    if (stage->broken)
        spoil(stage, &frame);
    stage_sent(stage, &frame);
}

static void own_target(struct stage *stage, struct le_control *frame)
{
    frame->target_atm = stage->settings.atm_address;
}

static void with_tlv(struct stage *stage, struct le_control *frame)
{
    le_control_add_tlv(frame, TLV_LLC_MUXED_ATM_ADDRESS, stage->settings.atm_address.octet, ATM_ADDRESS_SIZE);
}

static void zero_narp_target(struct stage *stage)
{
    zero_narp_with(stage, own_target);
}

static void zero_narp_source(struct stage *stage)
{
    zero_narp_with(stage, own_source);
}

static void zero_narp_swapped(struct stage *stage)
{
    zero_narp_with(stage, swapped_destinations);
}

static void zero_narp_tlv(struct stage *stage)
{
    zero_narp_with(stage, with_tlv);
}

static void plain_narp(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_zero_narp(stage, stage->peer_mac);
    frame.source_atm = stage->settings.atm_address;
    frame.target_atm = stage->broken ? stage->settings.atm_address : stage->peer;
    stage_sent(stage, &frame);
}

/* A bystander speaks about its own address, or about the VMAC. */
static struct mac_address bystander_subject(const struct stage *stage)
{
    return stage->broken ? stage->vmac : stage->settings.elan.mac;
}

static void bystander_announces(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_targetless(stage, bystander_subject(stage));
    stage_sent(stage, &frame);
}

static void bystander_withdraws(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_withdrawal(stage, bystander_subject(stage));
    stage_sent(stage, &frame);
}

static void bystander_zero_narp(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_zero_narp(stage, bystander_subject(stage));
    stage_sent(stage, &frame);
}

static void v1_leaves(struct stage *stage, bool zero)
{
    stage_master(stage);
    stage_wait(stage, MILLISECONDS(100));
    stage_control(stage, CONTROL_SHUTDOWN, 0);
    struct advertisement stop = advertisement_of(stage, 0);
    stage_advertise(stage, &stop);
    stage_disassociate(stage);
    struct le_control frame =
        zero ? stage_zero_narp(stage, stage->vmac) : stage_withdrawal(stage, stage->vmac);
    if (stage->broken)
        stage_sent(stage, &frame);
}

static void v1_withdraws(struct stage *stage)
{
    v1_leaves(stage, false);
}

static void v1_leaves_with_zero_narp(struct stage *stage)
{
    v1_leaves(stage, true);
}

static void none_in_v1(struct stage *stage)
{
    stage->facts.pixit.choice[PIXIT_V1_DISASSOCIATION] = V1_DISASSOCIATION_NONE;
}

/* --- VMACs
 * ---------------------------------------------------------------------------------------------------- */

static void vmac_of_another_vrid(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    struct le_control frame = stage_register(stage, stage->broken ? mac_of_vrid(0x37) : stage->vmac);
    stage_sent(stage, &frame);
}

/* --- VCCs and data frames
 * -------------------------------------------------------------------------------------- */

static void control_on_multicast_send(struct stage *stage)
{
    uint8_t data[LE_CONTROL_SIZE];
    stage_join(stage);
    struct le_control frame = stage_le_arp(stage, stage->peer_mac);
    le_control_encode(&frame, data, sizeof data);
    stage_sdu(stage, STAGE_DEVICE, stage->broken ? stage->send : stage->control, data, sizeof data);
}

static void broadcast_on_data_direct(struct stage *stage)
{
    stage_join(stage);
    struct ethernet ethernet = {
        .destination = MAC_BROADCAST, .source = stage->settings.elan.mac, .type = 0x0800};
    struct arp arp = {
        ARP_REQUEST, stage->settings.elan.mac, stage->settings.elan.address, {{0}}, stage->peer_address};
    uint8_t payload[ARP_SIZE];
    ethernet.type = ETHERTYPE_ARP;
    ethernet.payload = (struct octets){payload, arp_encode(&arp, payload, sizeof payload)};
    stage_data(stage, stage->broken ? stage->direct : stage->send, &ethernet);
}

static void data_direct_called(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_le_arp(stage, stage->peer_mac);
    stage_sent(stage, &frame);
    struct le_control response = le_control_response(&frame);
    response.target_atm = stage->peer;
    stage_heard(stage, &response);
    if (stage->broken)
        stage->direct->call.b_lli = B_LLI_CONTROL;
    stage_setup(stage, stage->direct);
}

static void multiplexed_in_v1(struct stage *stage)
{
    stage_join(stage);
    if (stage->broken)
        stage->direct->call.b_lli = B_LLI_LLC_MULTIPLEXED;
    stage_setup(stage, stage->direct);
}

static void foreign_answer_used(struct stage *stage)
{
    stage_join(stage);
    struct le_control question = stage_le_arp(stage, stage->peer_mac);
    struct le_control response = le_control_response(&question);
    if (stage->broken)
        response.requester_lecid = STAGE_PEER_LECID + 1;
    else
        stage_sent(stage, &question);
    response.target_atm = stage->peer;
    stage_heard(stage, &response);
    stage_setup(stage, stage->direct);
}

static void short_data(struct stage *stage)
{
    uint8_t data[LE_DATA_MINIMUM_SIZE] = {0};
    struct ethernet ethernet = {
        .destination = stage->peer_mac, .source = stage->settings.elan.mac, .type = 0x0800};
    uint8_t packet[IPV4_HEADER_SIZE];
    struct ipv4 ipv4 = {.ttl = 64,
                        .protocol = 17,
                        .source = stage->settings.elan.address,
                        .destination = stage->peer_address};
    ethernet.payload = (struct octets){packet, ipv4_encode(&ipv4, packet, sizeof packet)};
    stage_join(stage);
    size_t used = le_data_encode(STAGE_LECID, &ethernet, !stage->broken, data, sizeof data);
    stage_sdu(stage, STAGE_DEVICE, stage->send, data, used);
}

static void foreign_lecid(struct stage *stage)
{
    uint8_t data[LE_DATA_MINIMUM_SIZE];
    struct ethernet ethernet = {
        .destination = stage->peer_mac, .source = stage->settings.elan.mac, .type = 0x0800};
    uint8_t packet[IPV4_HEADER_SIZE];
    struct ipv4 ipv4 = {.ttl = 64,
                        .protocol = 17,
                        .source = stage->settings.elan.address,
                        .destination = stage->peer_address};
    ethernet.payload = (struct octets){packet, ipv4_encode(&ipv4, packet, sizeof packet)};
    stage_join(stage);
    le_data_encode(stage->broken ? 99 : 0, &ethernet, true, data, sizeof data);
    stage_sdu(stage, STAGE_DEVICE, stage->send, data, sizeof data);
}

/* --- the default behaviour
 * --------------------------------------------------------------------------------------- */

static void server_frame(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_register(stage, stage->settings.elan.mac);
    if (stage->broken)
        frame.opcode |= LE_RESPONSE_BIT;
    stage_sent(stage, &frame);
}

static void topology(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_le_arp(stage, stage->peer_mac);
    if (stage->broken) {
        frame = le_control_of(LE_TOPOLOGY_REQUEST);
        frame.requester_lecid = STAGE_LECID;
    }
    stage_sent(stage, &frame);
}

static void narp_of_router(struct stage *stage)
{
    stage_join(stage);
    struct le_control frame = stage_zero_narp(stage, stage->peer_mac);
    frame.source_atm = stage->settings.atm_address;
    frame.target_atm = stage->peer;
    if (stage->broken)
        stage_sent(stage, &frame);
}

static void another_protocol(struct stage *stage)
{
    stage_join(stage);
    struct ethernet ethernet = {
        .destination = MAC_BROADCAST, .source = stage->settings.elan.mac, .type = 0x88cc};
    if (stage->broken)
        stage_data(stage, stage->send, &ethernet);
}

static void unasked_arp_reply(struct stage *stage)
{
    stage_master(stage);
    struct arp arp = {ARP_REPLY, stage->vmac, stage->virtual_address, stage->peer_mac, stage->peer_address};
    if (!stage->broken) {
        struct arp question = {
            ARP_REQUEST, stage->peer_mac, stage->peer_address, {{0}}, stage->virtual_address};
        uint8_t payload[ARP_SIZE];
        struct ethernet ethernet = {
            .destination = MAC_BROADCAST, .source = stage->peer_mac, .type = ETHERTYPE_ARP};
        ethernet.payload = (struct octets){payload, arp_encode(&question, payload, sizeof payload)};
        stage_hear_data(stage, &ethernet);
    }
    stage_arp(stage, &arp, stage->vmac, stage->peer_mac);
}

static void of_role_vrrp(struct stage *stage)
{
    stage->facts.role = ROLE_VRRP;
}

static void unreadable_on_lan(struct stage *stage)
{
    uint8_t octets[ETHERNET_MINIMUM_SIZE];
    memset(octets, 0xff, sizeof octets);
    stage_wait(stage, SECONDS(20));
    stage_lan_frame(stage, octets, stage->broken ? 5 : sizeof octets);
}

const struct sample control_samples[] = {
    {"version 2 in the header", "control-form", "L-frame-01", 0, header, NULL},
    {"76 octets", "control-form", "L-frame-01", 0, size, NULL},
    {"READY_QUERY of eight octets", "control-form", "L-frame-01", 0, trailing_octets, NULL},
    {"unused field filled", "control-form", "L-frame-02", 0, unused_field, NULL},
    {"op-code 0108", "control-form", "L-frame-04", 0, narp_answered, NULL},
    {"unknown op-code", "control-form", "R-7-02", 0, unknown_opcode, NULL},
    {"LE_VERIFY in v1", "control-form", "L-v2-03", STAGE_V1, v1_verify, NULL},
    {"TLV in a v1 registration", "control-form", "L-v2-03", STAGE_V1, v1_tlv, NULL},
    {"join with a LECID", "join-form", "L-join-02", 0, join_lecid, NULL},
    {"join from another ATM address", "join-form", "L-join-02", 0, join_address, NULL},
    {"join of another ELAN", "join-form", "L-join-02", STAGE_LECS_GIVEN, join_name, NULL},
    {"non-proxy joins as proxy", "join-form", "R-3.1-01", 0, join_scheme, NULL},
    {"proxy joins as non-proxy", "join-form", "R-3.2-01", STAGE_PROXY, join_scheme, NULL},
    {"bridge joins as non-proxy", "join-form", "R-4-01", STAGE_PROXY | STAGE_BRIDGE, join_scheme, NULL},
    {"v2 LEC hides it", "join-form", "L-v2-01", 0, join_version, NULL},
    {"join before configuration", "join-order", "L-join-01", STAGE_LECS_GIVEN, join_unconfigured, NULL},
    {"registration before the join", "join-order", "L-join-01", 0, registers_early, NULL},
    {"association before the join", "join-order", "R-3.3.1-01", 0, associates_early, NULL},
    {"works on after a refused join", "join-order", "L-join-03", 0, works_after_refusal, NULL},
    {"data before the BUS", "join-order", "L-join-01", 0, data_before_bus, NULL},
    {"BUS called without asking", "join-order", "L-join-05", 0, bus_unasked, NULL},
    {"data before registration", "join-order", "R-3.1-02 L-register-09", 0, data_unregistered, NULL},
    {"registration with a target", "registration-form", "L-register-01", 0, registration_target, NULL},
    {"registration of another ATM address", "registration-form", "L-register-01", 0, registration_address,
     NULL},
    {"proxy registers the VMAC", "registration-form", "R-2-02 R-3.2-09", STAGE_PROXY, proxy_registers, NULL},
    {"announcement with a target", "announcement-form", "R-2-06", 0, targetless_target, NULL},
    {"announcement with target tag 1", "announcement-form", "R-2-06", 0, targetless_zero_target, NULL},
    {"announcement without ATM address", "announcement-form", "R-2-06", 0, targetless_address, NULL},
    {"announcement unlike the registration", "announcement-form", "R-2-07", 0, targetless_selector, NULL},
    {"announcement without the TLV", "announcement-form", "R-2-07", 0, targetless_tlv, NULL},
    {"targetless in v1", "announcement-form", "R-3.1-07 R-6-04 L-v2-02", STAGE_V1, targetless_in_v1, NULL},
    {"targetless in v1, proxy", "announcement-form", "R-3.2-07 R-6-04 L-v2-02", STAGE_V1 | STAGE_PROXY,
     targetless_in_v1, NULL},
    {"proxy announces with Remote clear", "announcement-form", "L-le_arp-02", STAGE_PROXY, targetless_remote,
     NULL},
    {"non-proxy announces with Remote set", "announcement-form", "L-le_arp-02", 0, targetless_remote, NULL},
    {"probe from another's address", "announcement-form", "R-3.2-04", STAGE_PROXY, probe_source, NULL},
    {"withdrawal with a source", "narp-form", "R-2-11", 0, withdrawal_source, NULL},
    {"withdrawal of another ATM address", "narp-form", "R-2-11", 0, withdrawal_target, NULL},
    {"withdrawal with the VMAC as source", "narp-form", "R-2-11", 0, withdrawal_swapped, NULL},
    {"withdrawal with op-code 0006", "narp-form", "R-2-11", 0, withdrawal_opcode, NULL},
    {"v1 form in v2", "narp-form", "R-6-07", 0, zero_narp_in_v2, NULL},
    {"v1 announcement with its own target", "narp-form", "R-3.1-07 R-6-04", STAGE_V1, zero_narp_target, NULL},
    {"v1 announcement with a source", "narp-form", "R-3.1-07 R-6-03 R-6-04", STAGE_V1, zero_narp_source,
     NULL},
    {"v1 announcement with the VMAC as source", "narp-form", "R-3.1-07", STAGE_V1, zero_narp_swapped, NULL},
    {"v1 announcement of a proxy with a source", "narp-form", "R-3.2-07", STAGE_V1 | STAGE_PROXY,
     zero_narp_source, NULL},
    {"TLV in v1", "narp-form", "R-6-02", STAGE_V1, zero_narp_tlv, NULL},
    {"plain LE_NARP with its own target", "narp-form", "R-6-03", STAGE_PROXY | STAGE_BRIDGE, plain_narp,
     NULL},
    {"plain LE_NARP of a client with its own target", "narp-form", "R-6-03", STAGE_CLIENT, plain_narp, NULL},
    {"bystander announces the VMAC", "bystander-claims", "R-2-17", STAGE_CLIENT, bystander_announces, NULL},
    {"bystander withdraws the VMAC", "bystander-claims", "R-2-18", STAGE_CLIENT, bystander_withdraws, NULL},
    {"bystander announces the VMAC in v1", "bystander-claims", "R-6-11", STAGE_CLIENT | STAGE_V1,
     bystander_zero_narp, NULL},
    {"v1 withdraws", "narp-form", "R-6-08", STAGE_V1, v1_withdraws, NULL},
    {"v1 withdraws where none may", "narp-form", "R-6-08", STAGE_V1, v1_withdraws, none_in_v1},
    {"v1 leaves with its announcement", "narp-form", "R-6-08", STAGE_V1, v1_leaves_with_zero_narp, NULL},
    {"VMAC of another VRID", "vmac-form", "V-7.3-01", 0, vmac_of_another_vrid, NULL},
    {"control frame on Multicast Send", "vcc-use", "L-vcc-01", 0, control_on_multicast_send, NULL},
    {"broadcast on Data Direct", "vcc-use", "L-vcc-01", 0, broadcast_on_data_direct, NULL},
    {"Data Direct called with PID 1", "vcc-use", "L-vcc-02", 0, data_direct_called, NULL},
    {"multiplexed with a v1 LES", "vcc-use", "L-v2-05", STAGE_V1, multiplexed_in_v1, NULL},
    {"calls by another's answer", "vcc-use", "L-lecid-03", 0, foreign_answer_used, NULL},
    {"data frame too short", "data-form", "L-frame-05", 0, short_data, NULL},
    {"LECID never assigned", "data-form", "L-frame-06", 0, foreign_lecid, NULL},
    {"response of a server", "default-behaviour", "L-frame-04", 0, server_frame, NULL},
    {"topology change of a router", "default-behaviour", "L-topology-02", 0, topology, NULL},
    {"plain LE_NARP of a router", "default-behaviour", "R-6-11", 0, narp_of_router, NULL},
    {"another protocol", "default-behaviour", "R-7-02", 0, another_protocol, NULL},
    {"ARP reply nobody asked for", "default-behaviour", "V-8.2-01", 0, unasked_arp_reply, NULL},
    {"five octets on the LAN of a bridge", "default-behaviour", "R-7-02", STAGE_BRIDGE, unreadable_on_lan,
     NULL},
    {"five octets on the LAN of a router without LANE", "default-behaviour", "V-5.1-01", 0, unreadable_on_lan,
     of_role_vrrp},
    {0},
};
