#include "reference/ip_decisions.h"

#include "base/duration.h"
#include "reference/vrrp_machine.h"
#include "wire/token_ring.h"

static bool is_master(const struct virtual_router *router);
static bool is_master_and_owner(const struct virtual_router *router);
static bool speaks_for_address(const struct virtual_router *router, struct ipv4_address address);
static bool is_forwardable(const struct ipv4 *ipv4);
static bool is_not_virtual(const struct virtual_router *router);
static bool announces_nothing(const struct virtual_router *router);
static const struct virtual_router *first_master(const struct vrrp_instance *instance);
static struct mac_address vmac(const struct virtual_router *router, struct mac_address physical);
static struct ipv4_address virtual_address(const struct virtual_router *router, struct ipv4_address own);
static struct ipv4_address primary_address(const struct virtual_router *router, struct ipv4_address own);

static struct mac_address virtual_mac_if_unicast(struct mac_address virtual_mac, bool group,
                                                 struct mac_address physical);
static struct mac_address vrrp_group(bool token_ring);

struct ip_options ip_options_default(void)
{
    return (struct ip_options){
        .takes_vmac_frames = is_master,
        .accepts_packets = is_master_and_owner,
        .forwards = is_forwardable,
        .answers_arp = speaks_for_address,
        .speaks_for_interface = is_not_virtual,
        .announces_interface = announces_nothing,
        .proxy_arp_router = first_master,
        .arp_reply_mac = vmac,
        .arp_request_mac = vmac,
        .gratuitous_arp_mac = vmac,
        .proxy_arp_mac = vmac,
        .redirect_source = virtual_address,
        .advertisement_frame_source = virtual_mac_if_unicast,
        .arp_frame_source = virtual_mac_if_unicast,
        .advertisement_group = vrrp_group,
        .advertisement_source = primary_address,
        .advertisement_destination = VRRP_GROUP,
        .advertisement_ttl = VRRP_TTL,
        .advertisement_protocol = IPV4_PROTOCOL_VRRP,
        .default_ttl = 64,
        .arp_attempts = 3,
        .arp_retry_ns = SECONDS(1),
        .arp_lifetime_ns = SECONDS(1200),
    };
}

static bool is_master(const struct virtual_router *router)
{
    return router->state == VRRP_MASTER;
}

/* RFC 2338 6.4.3 */
static bool is_master_and_owner(const struct virtual_router *router)
{
    return router->state == VRRP_MASTER && router->priority == VRRP_PRIORITY_OWNER;
}

/* RFC 2338 6.4.3: a Master speaks for all of them. */
static bool speaks_for_address(const struct virtual_router *router, struct ipv4_address address)
{
    (void)address;
    return is_master(router);
}

/* Unicast and not of this host alone (RFC 1812 5.3.7): groups, class E with the broadcast, 0/8 and 127/8
 * stay. */
static bool is_forwardable(const struct ipv4 *ipv4)
{
    uint32_t first = ipv4->destination.number >> 24;
    return first != 0 && first != 127 && first < 224;
}

static bool is_not_virtual(const struct virtual_router *router)
{
    return router == NULL;
}

/* RFC 2338 8.2 wants the VMAC in all announcements of an owned address, and the state machine makes those. */
static bool announces_nothing(const struct virtual_router *router)
{
    (void)router;
    return false;
}

static const struct virtual_router *first_master(const struct vrrp_instance *instance)
{
    for (size_t number = 0; number < instance->router_count; number++)
        if (instance->routers[number].state == VRRP_MASTER)
            return &instance->routers[number];
    return NULL;
}

static struct mac_address vmac(const struct virtual_router *router, struct mac_address physical)
{
    (void)physical;
    return vrrp_vmac_of(router->instance, router->number);
}

/* The address that the host used when it chose this router. */
static struct ipv4_address virtual_address(const struct virtual_router *router, struct ipv4_address own)
{
    return router ? router->settings->addresses[0] : own;
}

static struct mac_address virtual_mac_if_unicast(struct mac_address virtual_mac, bool group,
                                                 struct mac_address physical)
{
    return group ? physical : virtual_mac;
}

static struct mac_address vrrp_group(bool token_ring)
{
    return token_ring ? TOKEN_RING_MULTICAST : VRRP_GROUP_MAC;
}

/* RFC 2338 5.2.1 */
static struct ipv4_address primary_address(const struct virtual_router *router, struct ipv4_address own)
{
    (void)router;
    return own;
}
