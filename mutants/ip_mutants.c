/* Defects of the router's IP part: ARP, acceptance, forwarding, redirects (RFC 2338 6.4, 8), and the IP
 * header of advertisements (5.2). */
#include "mutants/one_rule.h"
#include "reference/vrrp_machine.h"

static bool is(const struct virtual_router *router, enum vrrp_state state)
{
    return router->state == state;
}

static bool is_owner(const struct virtual_router *router)
{
    return router->priority == VRRP_PRIORITY_OWNER;
}

/* --- who answers ARP --- */

static bool arp_in_backup_too(const struct virtual_router *router, struct ipv4_address address)
{
    (void)address;
    return is(router, VRRP_MASTER) || is(router, VRRP_BACKUP);
}

static bool arp_never(const struct virtual_router *router, struct ipv4_address address)
{
    (void)router;
    (void)address;
    return false;
}

static bool arp_unless_owner(const struct virtual_router *router, struct ipv4_address address)
{
    (void)address;
    return is(router, VRRP_MASTER) && !is_owner(router);
}

static bool acts_after_takeover(const struct virtual_router *router)
{
    return is(router, VRRP_MASTER) && router->state_before != VRRP_BACKUP;
}

static bool arp_unless_taken_over(const struct virtual_router *router, struct ipv4_address address)
{
    (void)address;
    return acts_after_takeover(router);
}

static bool arp_after_shutdown(const struct virtual_router *router, struct ipv4_address address)
{
    (void)address;
    return is(router, VRRP_MASTER) || (is(router, VRRP_INITIALIZE) && router->state_before == VRRP_MASTER);
}

static bool arp_after_yielding(const struct virtual_router *router, struct ipv4_address address)
{
    (void)address;
    return is(router, VRRP_MASTER) || (is(router, VRRP_BACKUP) && router->state_before == VRRP_MASTER);
}

ONE_ENTRY(m9, ip.answers_arp, arp_in_backup_too)
ONE_ENTRY(m108, ip.answers_arp, arp_never)
ONE_ENTRY(m199, ip.answers_arp, arp_unless_owner)
TWO_ENTRIES(m205, ip.answers_arp, arp_unless_taken_over, ip.takes_vmac_frames, acts_after_takeover)
ONE_ENTRY(m211, ip.answers_arp, arp_after_shutdown)
ONE_ENTRY(m217, ip.answers_arp, arp_after_yielding)

/* --- with which MAC address --- */

static struct mac_address physical_mac(const struct virtual_router *router, struct mac_address physical)
{
    (void)router;
    return physical;
}

ONE_ENTRY(m109, ip.arp_reply_mac, physical_mac)
ONE_ENTRY(m197, ip.gratuitous_arp_mac, physical_mac)
ONE_ENTRY(m233, ip.proxy_arp_mac, physical_mac)

static bool always(const struct virtual_router *router)
{
    (void)router;
    return true;
}

static bool before_startup(const struct virtual_router *router)
{
    return !router || is(router, VRRP_INITIALIZE);
}

ONE_ENTRY(m230, ip.announces_interface, always)
ONE_ENTRY(m232, ip.speaks_for_interface, before_startup)

/* A second reply, with the physical MAC address, behind the right one. */
static bool reply_twice(struct interposer *interposer, struct interposed *interposed)
{
    uint8_t octets[ARP_SIZE];
    struct arp arp = interposed->frame.arp;
    struct ethernet ethernet = interposed->frame.ethernet;
    interposer_send_copy(interposer, interposed);
    arp.sender_mac = interposer->settings.elan.mac;
    ethernet.source = interposer->settings.elan.mac;
    ethernet.payload = (struct octets){octets, arp_encode(&arp, octets, sizeof octets)};
    interposer_replace(interposer, interposed, &ethernet);
    return true;
}

static bool is_other_address(const struct interposer *interposer, const struct interposed *interposed)
{
    return !ipv4_equal(interposed->frame.arp.sender_ip, interposer->settings.virtual_routers[0].addresses[0]);
}

/* --- acceptance and forwarding --- */

static bool backup_accepts(const struct virtual_router *router)
{
    return is(router, VRRP_BACKUP) || (is(router, VRRP_MASTER) && is_owner(router));
}

static bool master_accepts(const struct virtual_router *router)
{
    return is(router, VRRP_MASTER);
}

static bool never(const struct virtual_router *router)
{
    (void)router;
    return false;
}

static bool backup_takes(const struct virtual_router *router)
{
    return is(router, VRRP_MASTER) || is(router, VRRP_BACKUP);
}

ONE_ENTRY(m107, ip.accepts_packets, backup_accepts)
TWO_ENTRIES(m202, ip.accepts_packets, backup_accepts, ip.takes_vmac_frames, backup_takes)
ONE_ENTRY(m119, ip.takes_vmac_frames, never)
ONE_ENTRY(m120, ip.takes_vmac_frames, backup_takes)
ONE_ENTRY(m209, ip.accepts_packets, master_accepts)
ONE_ENTRY(m210, ip.accepts_packets, never)

/* What comes to 224.0.0.18 goes out of the LAN port as well, as a router would forward a datagram. */
static bool forward_group(struct interposer *interposer, struct interposed *interposed)
{
    uint8_t packet[256];
    uint8_t data[300];
    struct ipv4 ipv4 = interposed->frame.ipv4;
    struct ethernet ethernet = interposed->frame.ethernet;
    unsigned other_port = interposer->settings.role == ROLE_VRRP ? 1 : 0;
    bool other_side = interposed->lan && interposed->vcc == other_port;
    if (!other_side && interposer->settings.lan_port && ipv4.ttl > 1 &&
        ipv4_equal(ipv4.destination, VRRP_GROUP)) {
        ipv4.ttl--;
        ethernet.source = interposer->settings.lan.mac;
        ethernet.payload = (struct octets){packet, ipv4_encode(&ipv4, packet, sizeof packet)};
        size_t size = ethernet_encode(&ethernet, true, data, sizeof data);
        interposer->below->lan_frame_send(interposer->below->context, other_port, data, size);
    }
    return true;
}

/* --- redirects --- */

static struct ipv4_address own_address(const struct virtual_router *router, struct ipv4_address own)
{
    (void)router;
    return own;
}

static struct ipv4_address first_virtual_address(const struct virtual_router *router, struct ipv4_address own)
{
    return router ? router->instance->routers[0].settings->addresses[0] : own;
}

ONE_ENTRY(m227, ip.redirect_source, own_address)
ONE_ENTRY(m228, ip.redirect_source, first_virtual_address)

/* --- the IP header of advertisements --- */

static struct ipv4_address virtual_address(const struct virtual_router *router, struct ipv4_address own)
{
    (void)own;
    return router->settings->addresses[0];
}

ONE_ENTRY(m21, ip.advertisement_ttl, 1)
ONE_ENTRY(m143, ip.advertisement_source, virtual_address)
ONE_ENTRY(m152, ip.advertisement_destination, (struct ipv4_address){0xe0000001})
ONE_ENTRY(m154, ip.advertisement_protocol, IPV4_PROTOCOL_VRRP + 1)

const struct mutant_definition ip_mutants[] = {
    {.id = "M9", .change = m9},
    {.id = "M21", .change = m21},
    {.id = "M107", .change = m107},
    {.id = "M108", .change = m108},
    {.id = "M109", .change = m109},
    {.id = "M119", .change = m119},
    {.id = "M120", .change = m120},
    {.id = "M143", .change = m143},
    {.id = "M152", .change = m152},
    {.id = "M153",
     ONE_RULE(.side = HEARD, .names = UINT64_MAX, .action = REWRITE_FRAME, .rewrite = forward_group)},
    {.id = "M154", .change = m154},
    {.id = "M196",
     ONE_RULE(.side = SENT, .names = FRAME_SET(GRATUITOUS_ARP), .about = ABOUT_VMAC, .when = is_other_address,
              .action = DROP_FRAME)},
    {.id = "M197", .change = m197},
    {.id = "M199", .change = m199},
    {.id = "M202", .change = m202},
    {.id = "M205", .change = m205},
    {.id = "M209", .change = m209},
    {.id = "M210", .change = m210},
    {.id = "M211", .change = m211},
    {.id = "M217", .change = m217},
    {.id = "M227", .change = m227},
    {.id = "M228", .change = m228},
    {.id = "M229",
     ONE_RULE(.side = SENT, .names = FRAME_SET(ARP_REPLY), .about = ABOUT_VMAC, .action = REWRITE_FRAME,
              .rewrite = reply_twice)},
    {.id = "M230", .change = m230},
    {.id = "M232", .change = m232},
    {.id = "M233", .change = m233},
    {.id = NULL},
};
