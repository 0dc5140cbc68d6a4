/* Samples of the rules on an 802.5 ELAN. VMACs are canonical on this stage unless a sample turns them round.
 */
#include "rule_stage.h"

#include "rules/device_history.h"

static void ethernet_layout(struct stage *stage)
{
    uint8_t data[128];
    struct ethernet ethernet = {
        .destination = MAC_BROADCAST, .source = stage->settings.elan.mac, .type = ETHERTYPE_ARP};
    struct arp arp = {
        ARP_REQUEST, stage->settings.elan.mac, stage->settings.elan.address, {{0}}, stage->peer_address};
    uint8_t payload[ARP_SIZE];
    ethernet.payload = (struct octets){payload, arp_encode(&arp, payload, sizeof payload)};
    stage_join(stage);
    size_t size = stage->broken
                      ? le_data_encode(STAGE_LECID, &ethernet, true, data, sizeof data)
                      : le_data_8025_encode(STAGE_LECID, &ethernet, (struct octets){0}, data, sizeof data);
    stage_sdu(stage, STAGE_DEVICE, stage->send, data, size);
}

static void route_descriptor(struct stage *stage, struct le_control frame)
{
    stage_join(stage);
    if (stage->broken && frame.opcode == LE_NARP_REQUEST)
        frame.target_lan.tag = LAN_TAG_ROUTE_DESCRIPTOR;
    else if (stage->broken)
        frame.source_lan.tag = LAN_TAG_ROUTE_DESCRIPTOR;
    stage_sent(stage, &frame);
}

static void registers_route(struct stage *stage)
{
    route_descriptor(stage, stage_register(stage, stage->settings.elan.mac));
}

static void announces_route(struct stage *stage)
{
    route_descriptor(stage, stage_targetless(stage, stage->settings.elan.mac));
}

static void withdraws_route(struct stage *stage)
{
    route_descriptor(stage, stage_withdrawal(stage, stage->settings.elan.mac));
}

static void mixed_address(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    struct mac_address mac = mac_reversed(stage->vmac);
    if (stage->broken)
        mac.octet[5] = STAGE_VRID;
    struct le_control frame = stage_register(stage, mac);
    stage_sent(stage, &frame);
}

static void mixed_orders(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, SECONDS(1));
    struct advertisement message = advertisement_of(stage, 100);
    if (stage->broken)
        message.ethernet.source = mac_reversed(stage->vmac);
    stage_advertise(stage, &message);
}

static void token_ring_order(struct stage *stage)
{
    stage_join(stage);
    stage_down_interval(stage);
    struct mac_address mac = stage->broken ? mac_reversed(stage->vmac) : stage->vmac;
    stage->vmac = mac;
    stage_associate(stage);
    struct advertisement message = advertisement_of(stage, 100);
    stage_advertise(stage, &message);
}

static void canonical(struct stage *stage)
{
    stage->facts.pixit.choice[PIXIT_TR_BIT_ORDER] = TR_BIT_ORDER_CANONICAL;
}

static void physical_source(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, SECONDS(1));
    struct advertisement message = advertisement_of(stage, 100);
    if (stage->broken)
        message.ethernet.source = stage->settings.elan.mac;
    stage_advertise(stage, &message);
}

static void another_group(struct stage *stage)
{
    stage_master(stage);
    stage_wait(stage, SECONDS(1));
    struct advertisement message = advertisement_of(stage, 100);
    if (stage->broken)
        message.ethernet.destination = (struct mac_address){{0x80, 0x01, 0x43, 0x00, 0x80, 0x00}};
    stage_advertise(stage, &message);
}

static void functional_arp(struct stage *stage)
{
    struct arp arp = stage_gratuitous(stage);
    stage_master(stage);
    if (stage->broken)
        arp.sender_mac = (struct mac_address){{0xc0, 0x00, 0x01, 0x00, 0x00, 0x00}};
    stage_arp(stage, &arp, stage->vmac, MAC_BROADCAST);
}

static void physical_frame(struct stage *stage)
{
    struct arp arp = stage_gratuitous(stage);
    stage_master(stage);
    stage_arp(stage, &arp, stage->broken ? stage->settings.elan.mac : stage->vmac, MAC_BROADCAST);
}

const struct sample token_ring_samples[] = {
    {"Ethernet layout", "data-form", "L-frame-07", STAGE_TOKEN_RING, ethernet_layout, NULL},
    {"registers a route descriptor", "registration-form", "R-5-05", STAGE_TOKEN_RING, registers_route, NULL},
    {"announces a route descriptor", "announcement-form", "R-5-05", STAGE_TOKEN_RING, announces_route, NULL},
    {"withdraws a route descriptor", "narp-form", "R-5-05", STAGE_TOKEN_RING, withdraws_route, NULL},
    {"VMAC half turned round", "vmac-form", "V-9.2-06 L-frame-08", STAGE_TOKEN_RING, mixed_address, NULL},
    {"both bit orders", "vmac-form", "L-frame-08", STAGE_TOKEN_RING, mixed_orders, NULL},
    {"the other bit order", "vmac-form", "V-9.2-06 L-frame-08", STAGE_TOKEN_RING, token_ring_order,
     canonical},
    {"physical source", "advertisement-carrier", "R-5-02 R-5-03", STAGE_TOKEN_RING, physical_source, NULL},
    {"another group address", "advertisement-carrier", "V-9.2-08", STAGE_TOKEN_RING, another_group, NULL},
    {"functional address in ARP", "arp-form", "R-5-02", STAGE_TOKEN_RING, functional_arp, NULL},
    {"ARP in a physical frame", "arp-form", "V-9.2-07", STAGE_TOKEN_RING, physical_frame, NULL},
    {0},
};
