/* Defects of routers on token-ring ELANs: functional addresses, bit order, layout of data frames (RFC
 * 2338 9.2, draft 5, lane-wire 12.2). */
#include "mutants/lane_rules.h"
#include "mutants/one_rule.h"
#include "reference/vrrp_machine.h"
#include "wire/token_ring.h"

/* --- functional addresses --- */

static bool functional_by_default(const struct device_settings *settings)
{
    return settings->token_ring;
}

static bool never_functional(const struct device_settings *settings)
{
    (void)settings;
    return false;
}

static bool always_associates(const struct virtual_router *router)
{
    (void)router;
    return true;
}

/* The table beginning one bit further on. */
static bool shifted_address(uint8_t vrid, struct mac_address *address)
{
    if (vrid < 1 || vrid > FUNCTIONAL_VRID_LAST)
        return false;
    *address = (struct mac_address){{0xc0}};
    octets_put_u16(address->octet + 2, (uint16_t)(0x4000 >> vrid));
    return true;
}

#define VRID_OF_IPX 12

static bool address_for_vrid_12(uint8_t vrid, struct mac_address *address)
{
    *address = (struct mac_address){{0xc0, 0x00, 0x00, 0x08, 0x00, 0x00}};
    return vrid == VRID_OF_IPX || token_ring_functional_address(vrid, address);
}

static struct mac_address virtual_mac_always(struct mac_address virtual_mac, bool group,
                                             struct mac_address physical)
{
    (void)group;
    (void)physical;
    return virtual_mac;
}

static bool drops_functional(const struct virtual_router *router)
{
    const struct vrrp_instance *instance = router->instance;
    return router->state == VRRP_MASTER && !instance->options->functional(instance->settings);
}

/* Group addresses proper, but not functional ones. */
static bool group_but_functional(struct mac_address mac)
{
    return token_ring_is_group(mac) && mac.octet[0] != 0xc0;
}

ONE_ENTRY(m38, vrrp.functional, functional_by_default)
ONE_ENTRY(m125, lec.is_group_8025, group_but_functional)
ONE_ENTRY(m126, vrrp.functional, never_functional)
ONE_ENTRY(m127, vrrp.associates, always_associates)
ONE_ENTRY(m129, ip.takes_vmac_frames, drops_functional)
ONE_ENTRY(m234, vrrp.functional_address, shifted_address)
ONE_ENTRY(m235, vrrp.functional_address, address_for_vrid_12)
ONE_ENTRY(m236, ip.advertisement_frame_source, virtual_mac_always)

/* --- unicast addresses --- */

/* The prefix in one order, the VRID in the other one. */
static struct mac_address half_turned(const struct device_settings *settings, struct mac_address canonical)
{
    struct mac_address mac = settings->canonical_order ? canonical : mac_reversed(canonical);
    mac.octet[5] = settings->canonical_order ? mac_reversed(canonical).octet[5] : canonical.octet[5];
    return settings->token_ring ? mac : canonical;
}

static struct mac_address physical_on_token_ring(struct mac_address virtual_mac, bool group,
                                                 struct mac_address physical)
{
    (void)virtual_mac;
    (void)group;
    return physical;
}

static struct mac_address ethernet_group(bool token_ring)
{
    (void)token_ring;
    return VRRP_GROUP_MAC;
}

ONE_ENTRY(m237, vrrp.in_order, half_turned)
ONE_ENTRY(m238, ip.arp_frame_source, physical_on_token_ring)
ONE_ENTRY(m239, ip.advertisement_group, ethernet_group)

/* --- frames --- */

/* The address where a route descriptor belongs: ring and bridge number in the last two octets. */
static bool describe_route(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control control = interposed->frame.control;
    struct lan_destination *named =
        is_vmac(interposer, control.source_lan) ? &control.source_lan : &control.target_lan;
    *named = (struct lan_destination){.tag = LAN_TAG_ROUTE_DESCRIPTOR};
    octets_put_u16(named->mac.octet + 4, route_descriptor(0x0a1, 1));
    return rewrite_control(interposed, &control);
}

static bool lay_out_as_ethernet(struct interposer *interposer, struct interposed *interposed)
{
    const struct frame *frame = &interposed->frame;
    uint8_t payload[512];
    struct ethernet ethernet = frame->ethernet;
    if (!interposer->settings.token_ring || interposed->lan || !(frame->layers & LAYER_ETHERNET) ||
        ethernet.payload.size > sizeof payload)
        return true;
    memcpy(payload, ethernet.payload.data, ethernet.payload.size);
    ethernet.payload.data = payload;
    ethernet.snap = false;
    interposed->size = le_data_encode(frame->lecid, &ethernet, true, interposed->data, interposed->room);
    return true;
}

static bool of_functional_bridge(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposed;
    return interposer->settings.role == ROLE_BRIDGE && interposer->settings.functional_addresses;
}

/* Behind its announcement of a station the bridge announces the functional address of the router there. */
static bool functional_too(struct interposer *interposer, struct interposed *interposed)
{
    struct mac_address functional = interposer_vmac(interposer);
    struct le_control announcement =
        interposer->v2 ? targetless_le_arp(interposer, functional) : zero_le_narp(interposer, functional);
    interposer_send_control(interposer, interposed->vcc, &announcement);
    return true;
}

const struct mutant_definition token_ring_mutants[] = {
    {.id = "M38", .change = m38},
    {.id = "M125", .change = m125},
    {.id = "M126", .change = m126},
    {.id = "M127",
     .change = m127,
     ONE_RULE(SENDS_ANY(ANNOUNCEMENTS), IF(of_functional_bridge), REWRITE(functional_too))},
    {.id = "M128",
     ONE_RULE(.side = SENT, .names = FRAME_SET(LE_REGISTER_REQUEST) | ANNOUNCEMENTS, .about = ABOUT_VMAC,
              .action = REWRITE_FRAME, .rewrite = describe_route)},
    {.id = "M129", .change = m129},
    {.id = "M234", .change = m234},
    {.id = "M235", .change = m235},
    {.id = "M236", .change = m236},
    {.id = "M237", .change = m237},
    {.id = "M238", .change = m238},
    {.id = "M239", .change = m239},
    {.id = "M247",
     ONE_RULE(.side = SENT, .names = UINT64_MAX, .action = REWRITE_FRAME, .rewrite = lay_out_as_ethernet)},
    {.id = NULL},
};
