#include "reference/ip.h"

#include <stdlib.h>

#include "reference/ip_parts.h"

static void interface_init(struct ip *ip, enum ip_port port, const struct interface_settings *settings);
static bool decode_frame(const struct ip_interface *interface, const uint8_t *data, size_t size,
                         struct ethernet *ethernet, struct octets *route);
static struct octets route_to(const struct ip_interface *interface, struct mac_address destination);
static bool takes_frame(const struct ip_interface *interface, struct mac_address destination,
                        const struct virtual_router **router);
static void packet_received(struct ip *ip, struct ip_packet *packet, bool group);
static void advertisement_received(struct ip *ip, const struct ip_packet *packet);

struct ip *ip_new(const struct station_services *services, const struct device_settings *settings,
                  const struct ip_options *options, const struct vrrp_instance *vrrp,
                  const struct ip_actions *actions, void *owner)
{
    struct ip *ip = calloc(1, sizeof *ip);
    if (!ip)
        abort();
    ip->services = services;
    ip->settings = settings;
    ip->options = options;
    ip->vrrp = vrrp;
    ip->actions = actions;
    ip->owner = owner;
    interface_init(ip, IP_ELAN, &settings->elan);
    if (settings->lan_port)
        interface_init(ip, IP_LAN, &settings->lan);
    return ip;
}

void ip_free(struct ip *ip)
{
    if (!ip)
        return;
    ip_die(ip);
    free(ip);
}

void ip_interface_up(struct ip *ip, enum ip_port port)
{
    struct ip_interface *interface = &ip->interfaces[port];
    const struct virtual_router *router = ip_router_of_address(interface, interface->settings->address);
    if (ip->options->announces_interface(router))
        arp_announce(interface, interface->settings->mac, interface->settings->address);
}

void ip_die(struct ip *ip)
{
    for (size_t i = 0; i < ip->interface_count; i++)
        arp_clear(&ip->interfaces[i]);
}

void ip_frame_received(struct ip *ip, enum ip_port port, const uint8_t *data, size_t size)
{
    if (port >= ip->interface_count)
        return;
    struct ip_packet packet = {.from = &ip->interfaces[port]};
    struct ethernet ethernet;
    struct octets route = {0};
    if (!decode_frame(packet.from, data, size, &ethernet, &route) ||
        !takes_frame(packet.from, ethernet.destination, &packet.router))
        return;
    if (packet.from->token_ring)
        source_routes_learn(&packet.from->routes, ethernet.source, route);
    struct arp arp;
    if (ethernet.type == ETHERTYPE_ARP && arp_decode(ethernet.payload, &arp, NULL))
        arp_received(packet.from, &arp);
    if (ethernet.type == ETHERTYPE_IPV4 && ipv4_decode(ethernet.payload, &packet.ipv4, NULL)) {
        packet.octets = (struct octets){ethernet.payload.data, packet.ipv4.total_size};
        packet_received(ip, &packet, ip_is_group(packet.from, ethernet.destination) && !packet.router);
    }
}

void ip_send_advertisement(struct ip *ip, unsigned number, const uint8_t *message, size_t size)
{
    struct ip_interface *interface = &ip->interfaces[IP_ELAN];
    const struct virtual_router *router = vrrp_router(ip->vrrp, number);
    struct ipv4 ipv4 = {
        .identification = ip->identification++,
        .ttl = ip->options->advertisement_ttl,
        .protocol = ip->options->advertisement_protocol,
        .source = ip->options->advertisement_source(router, interface->settings->address),
        .destination = ip->options->advertisement_destination,
        .payload = {message, size},
    };
    uint8_t protected[IP_MTU];
    uint8_t datagram[IP_MTU];
    if (ip_is_authenticated(ip))
        ip_put_authentication_header(ip, &ipv4, protected, sizeof protected);
    size_t datagram_size = ipv4_encode(&ipv4, datagram, sizeof datagram);
    if (ip_is_authenticated(ip))
        ip_sign(ip, datagram, datagram_size);
    struct mac_address vmac = vrrp_vmac_of(ip->vrrp, number);
    struct mac_address source =
        ip->options->advertisement_frame_source(vmac, ip_is_group(interface, vmac), interface->settings->mac);
    ip_send_frame(interface, ip->options->advertisement_group(interface->token_ring), source, ETHERTYPE_IPV4,
                  (struct octets){datagram, datagram_size});
}

void ip_send_gratuitous_arps(struct ip *ip, unsigned number)
{
    struct ip_interface *interface = &ip->interfaces[IP_ELAN];
    const struct virtual_router *router = vrrp_router(ip->vrrp, number);
    struct mac_address mac = ip->options->gratuitous_arp_mac(router, interface->settings->mac);
    for (size_t i = 0; i < router->settings->address_count; i++)
        arp_announce(interface, mac, router->settings->addresses[i]);
}

void ip_send_frame(struct ip_interface *interface, struct mac_address destination, struct mac_address source,
                   uint16_t type, struct octets payload)
{
    const struct ethernet ethernet = {
        .destination = destination, .source = source, .type = type, .payload = payload};
    uint8_t frame[IP_FRAME_ROOM];
    size_t size = interface->token_ring
                      ? token_ring_encode(&ethernet, route_to(interface, destination), frame, sizeof frame)
                      : ethernet_encode(&ethernet, true, frame, sizeof frame);
    if (size)
        interface->ip->actions->send_frame(interface->ip->owner, interface->port, frame, size);
}

void ip_send_packet(struct ip *ip, struct ipv4 *ipv4)
{
    struct ip_route route;
    if (!ip_find_route(ip, ipv4->destination, &route))
        return;
    ipv4->ttl = ip->options->default_ttl;
    ipv4->identification = ip->identification++;
    uint8_t datagram[IP_MTU];
    size_t size = ipv4_encode(ipv4, datagram, sizeof datagram);
    if (size)
        arp_send_packet(route.interface, route.next_hop, (struct octets){datagram, size});
}

const struct virtual_router *ip_router_of_address(const struct ip_interface *interface,
                                                  struct ipv4_address address)
{
    const struct device_settings *settings = interface->ip->settings;
    if (interface->port != IP_ELAN)
        return NULL;
    for (unsigned number = 0; number < settings->virtual_router_count; number++)
        for (size_t i = 0; i < settings->virtual_routers[number].address_count; i++)
            if (ipv4_equal(settings->virtual_routers[number].addresses[i], address))
                return vrrp_router(interface->ip->vrrp, number);
    return NULL;
}

bool ip_is_group(const struct ip_interface *interface, struct mac_address mac)
{
    return interface->token_ring ? token_ring_is_group(mac) : mac_is_group(mac);
}

bool ip_in_network(struct ipv4_address address, struct ipv4_address network, uint8_t prefix_length)
{
    return prefix_length == 0 || (address.number ^ network.number) >> (32 - prefix_length) == 0;
}

static void interface_init(struct ip *ip, enum ip_port port, const struct interface_settings *settings)
{
    struct ip_interface *interface = &ip->interfaces[port];
    interface->ip = ip;
    interface->port = port;
    interface->settings = settings;
    interface->token_ring = port == IP_ELAN && ip->settings->token_ring;
    arp_start(interface);
    ip->interface_count = port + 1;
}

static bool decode_frame(const struct ip_interface *interface, const uint8_t *data, size_t size,
                         struct ethernet *ethernet, struct octets *route)
{
    if (interface->token_ring)
        return token_ring_decode(data, size, 0, ethernet, route, NULL);
    return ethernet_decode(data, size, ethernet, NULL);
}

/* Routing information of a frame, empty for none. */
static struct octets route_to(const struct ip_interface *interface, struct mac_address destination)
{
    if (!ip_is_group(interface, destination))
        return source_routes_find(&interface->routes, destination);
    return interface->ip->settings->route_explorers ? source_routes_explorer() : (struct octets){0};
}

/* The link layer's part of RFC 2338 6.4: own MAC address, VMACs (or functional addresses, RFC 2338 9.2) of
 * virtual routers in Master, groups. */
static bool takes_frame(const struct ip_interface *interface, struct mac_address destination,
                        const struct virtual_router **router)
{
    const struct ip *ip = interface->ip;
    if (mac_equal(destination, interface->settings->mac))
        return true;
    for (unsigned number = 0; interface->port == IP_ELAN && number < ip->settings->virtual_router_count;
         number++)
        if (mac_equal(destination, vrrp_vmac_of(ip->vrrp, number))) {
            *router = vrrp_router(ip->vrrp, number);
            return ip->options->takes_vmac_frames(*router);
        }
    return ip_is_group(interface, destination);
}

static void packet_received(struct ip *ip, struct ip_packet *packet, bool group)
{
    const struct ipv4 *ipv4 = &packet->ipv4;
    if (!ipv4->checksum_good)
        return;
    if (ipv4_equal(ipv4->destination, VRRP_GROUP)) {
        advertisement_received(ip, packet);
        return;
    }
    if (group) /* nothing here listens to other groups, and frames to a group are never forwarded (RFC
                  1812 5.3.4) */
        return;
    const struct virtual_router *router = ip_router_of_address(&ip->interfaces[IP_ELAN], ipv4->destination);
    if (router) {
        if (ip->options->accepts_packets(router))
            icmp_received(ip, packet);
        return;
    }
    for (size_t i = 0; i < ip->interface_count; i++)
        if (ipv4_equal(ipv4->destination, ip->interfaces[i].settings->address)) {
            icmp_received(ip, packet);
            return;
        }
    if (ip->options->forwards(ipv4))
        ip_forward(ip, packet);
}

/* A packet to 224.0.0.18, which goes no further whatever it is (RFC 2338 5.2.2). The virtual routers are
 * those of the ELAN, so no VRID is valid on the LAN port (RFC 2338 7.1). */
static void advertisement_received(struct ip *ip, const struct ip_packet *packet)
{
    struct vrrp_arrival arrival = {
        .source = packet->ipv4.source,
        .ttl = packet->ipv4.ttl,
        .protocol = packet->ipv4.protocol,
        .message = packet->ipv4.payload,
    };
    if (packet->from->port != IP_ELAN)
        return;
    if (arrival.protocol == IPV4_PROTOCOL_VRRP ||
        (arrival.protocol == IPV4_PROTOCOL_AH && ip_take_authentication_header(ip, packet, &arrival)))
        ip->actions->advertisement_received(ip->owner, &arrival);
}
