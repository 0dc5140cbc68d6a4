/* Samples of the rules on an 802.5 ELAN. VMACs are canonical on this stage unless a sample turns them round.
 */
#include "rule_stage.h"

#include <check.h>

#include "rules/device_history.h"
#include "wire/token_ring.h"

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

static void by_route_descriptor(struct stage *stage, struct le_control frame)
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
    by_route_descriptor(stage, stage_register(stage, stage->settings.elan.mac));
}

static void announces_route(struct stage *stage)
{
    by_route_descriptor(stage, stage_targetless(stage, stage->settings.elan.mac));
}

static void withdraws_route(struct stage *stage)
{
    by_route_descriptor(stage, stage_withdrawal(stage, stage->settings.elan.mac));
}

/* Asks for somebody whose data frames it heard. */
static void order_of_question(struct stage *stage)
{
    stage_join(stage);
    stage_hear_advertisement(stage, 200);
    struct mac_address mac = stage->broken ? mac_reversed(stage->vmac) : stage->vmac;
    struct le_control frame = stage_le_arp(stage, mac);
    stage_sent(stage, &frame);
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

/* --- functional mode --- */

static void functional_mode_on(struct stage *stage)
{
    stage->settings.functional_addresses = true;
}

static void vrid_12_too(struct stage *stage)
{
    functional_mode_on(stage);
    stage->settings.virtual_routers[1] = stage->settings.virtual_routers[0];
    stage->settings.virtual_routers[1].vrid = 12;
    stage->settings.virtual_routers[1].addresses[0].number++;
    stage->settings.virtual_router_count = 2;
}

/* The device has joined, and enough time has passed for a Master. */
static struct mac_address functional_master(struct stage *stage)
{
    struct mac_address functional;
    ck_assert(token_ring_functional_address(STAGE_VRID, &functional));
    stage_join(stage);
    stage_down_interval(stage);
    return functional;
}

static void speak_arp(struct stage *stage, struct mac_address sender)
{
    struct arp arp = stage_gratuitous(stage);
    arp.sender_mac = sender;
    stage_arp(stage, &arp, stage->settings.elan.mac, MAC_BROADCAST);
}

static void other_functional_address(struct stage *stage)
{
    struct mac_address functional = functional_master(stage);
    if (stage->broken)
        functional.octet[3] = 0x02; /* of VRID 6 */
    speak_arp(stage, functional);
}

static void address_of_ipx(struct stage *stage)
{
    struct mac_address functional = functional_master(stage);
    struct arp arp = stage_gratuitous(stage);
    arp.sender_mac = functional;
    if (stage->broken) {
        arp.sender_mac = (struct mac_address){{0xc0, 0x00, 0x00, 0x08, 0x00, 0x00}};
        arp.sender_ip = arp.target_ip = stage->settings.virtual_routers[1].addresses[0];
    }
    stage_arp(stage, &arp, stage->settings.elan.mac, MAC_BROADCAST);
}

static void vmac_in_functional_mode(struct stage *stage)
{
    struct mac_address functional = functional_master(stage);
    speak_arp(stage, stage->broken ? stage->vmac : functional);
}

static void advertises_from(struct stage *stage, struct mac_address source)
{
    struct advertisement message = advertisement_of(stage, 100);
    message.ethernet.source = source;
    stage_advertise(stage, &message);
}

static void advertises_from_vmac(struct stage *stage)
{
    functional_master(stage);
    advertises_from(stage, stage->broken ? stage->vmac : stage->settings.elan.mac);
}

static void functional_source(struct stage *stage)
{
    struct mac_address functional = functional_master(stage);
    advertises_from(stage, stage->broken ? functional : stage->settings.elan.mac);
}

static void announces(struct stage *stage, struct le_control announcement)
{
    struct mac_address functional = functional_master(stage);
    if (stage->broken)
        stage_sent(stage, &announcement);
    speak_arp(stage, functional);
}

static void registers_functional(struct stage *stage)
{
    struct mac_address functional;
    ck_assert(token_ring_functional_address(STAGE_VRID, &functional));
    announces(stage, stage_register(stage, functional));
}

static void announces_vmac(struct stage *stage)
{
    announces(stage, stage_targetless(stage, stage->vmac));
}

static void asks_for_functional(struct stage *stage)
{
    stage_master(stage);
    struct le_control question = stage_le_arp(stage, stage->broken ? TOKEN_RING_MULTICAST : stage->peer_mac);
    stage_sent(stage, &question);
}

const struct sample token_ring_samples[] = {
    {"Ethernet layout", "data-form", "L-frame-07", STAGE_TOKEN_RING, ethernet_layout, NULL},
    {"registers a route descriptor", "registration-form", "R-5-05", STAGE_TOKEN_RING, registers_route, NULL},
    {"announces a route descriptor", "announcement-form", "R-5-05", STAGE_TOKEN_RING, announces_route, NULL},
    {"withdraws a route descriptor", "narp-form", "R-5-05", STAGE_TOKEN_RING, withdraws_route, NULL},
    {"VMAC half turned round", "vmac-form", "V-9.2-06 L-frame-08", STAGE_TOKEN_RING, mixed_address, NULL},
    {"question in the other bit order", "address-order", "L-frame-08", STAGE_TOKEN_RING | STAGE_CLIENT,
     order_of_question, NULL},
    {"both bit orders", "vmac-form", "L-frame-08", STAGE_TOKEN_RING, mixed_orders, NULL},
    {"the other bit order", "vmac-form", "V-9.2-06 L-frame-08", STAGE_TOKEN_RING, token_ring_order,
     canonical},
    {"physical source", "advertisement-carrier", "R-5-02 R-5-03", STAGE_TOKEN_RING, physical_source, NULL},
    {"another group address", "advertisement-carrier", "V-9.2-08", STAGE_TOKEN_RING, another_group, NULL},
    {"functional address in ARP", "arp-form", "R-5-02", STAGE_TOKEN_RING, functional_arp, NULL},
    {"ARP in a physical frame", "arp-form", "V-9.2-07", STAGE_TOKEN_RING, physical_frame, NULL},
    {"another functional address", "functional-form", "V-9.2-01", STAGE_TOKEN_RING, other_functional_address,
     functional_mode_on},
    {"functional address of IPX", "functional-form", "V-9.2-02", STAGE_TOKEN_RING, address_of_ipx,
     vrid_12_too},
    {"VMAC in functional mode", "functional-form", "R-5-04 R-5-06 V-9.2-04", STAGE_TOKEN_RING,
     vmac_in_functional_mode, functional_mode_on},
    {"advertisement from the VMAC in functional mode", "functional-form", "R-5-04 R-5-06 V-9.2-04",
     STAGE_TOKEN_RING, advertises_from_vmac, functional_mode_on},
    {"functional address as source", "functional-form", "V-9.2-03", STAGE_TOKEN_RING, functional_source,
     functional_mode_on},
    {"registers a functional address", "functional-form", "R-5-04", STAGE_TOKEN_RING, registers_functional,
     functional_mode_on},
    {"announces the VMAC in functional mode", "functional-form", "R-5-04 R-5-06 V-9.2-04", STAGE_TOKEN_RING,
     announces_vmac, functional_mode_on},
    {"resolves a functional address", "functional-form", "R-5-01", STAGE_TOKEN_RING, asks_for_functional,
     NULL},
    {0},
};
