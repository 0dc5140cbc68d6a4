#include "reference/ip_parts.h"

static bool is_better(const struct ip_interface *interface, struct ipv4_address destination,
                      struct ipv4_address network, uint8_t prefix_length, int longest);
static struct ip_interface *interface_of(struct ip *ip, struct ipv4_address neighbour);
static bool should_redirect(const struct ip *ip, const struct ip_packet *packet,
                            const struct ip_route *route);
static void send_on(const struct ip_packet *packet, const struct ip_route *route);

void ip_forward(struct ip *ip, const struct ip_packet *packet)
{
    struct ip_route route;
    if (packet->octets.size > IP_MTU || !ip_find_route(ip, packet->ipv4.destination, &route))
        return;
    if (packet->ipv4.ttl <= 1) {
        icmp_send_time_exceeded(ip, packet);
        return;
    }
    if (should_redirect(ip, packet, &route))
        icmp_send_redirect(ip, packet, route.next_hop);
    send_on(packet, &route);
}

bool ip_find_route(struct ip *ip, struct ipv4_address destination, struct ip_route *route)
{
    int longest = -1;
    for (size_t i = 0; i < ip->interface_count; i++) {
        const struct interface_settings *settings = ip->interfaces[i].settings;
        if (!is_better(&ip->interfaces[i], destination, settings->address, settings->prefix_length, longest))
            continue;
        *route = (struct ip_route){&ip->interfaces[i], destination};
        longest = settings->prefix_length;
    }
    for (size_t i = 0; i < ip->settings->route_count; i++) {
        const struct static_route *way = &ip->settings->routes[i];
        struct ip_interface *interface = interface_of(ip, way->next_hop);
        if (!is_better(interface, destination, way->network, way->prefix_length, longest))
            continue;
        *route = (struct ip_route){interface, way->next_hop};
        longest = way->prefix_length;
    }
    return longest >= 0;
}

/* A usable network that holds the destination, with a longer prefix than the best so far. */
static bool is_better(const struct ip_interface *interface, struct ipv4_address destination,
                      struct ipv4_address network, uint8_t prefix_length, int longest)
{
    return interface && prefix_length > longest && ip_in_network(destination, network, prefix_length);
}

/* The interface whose network holds 'neighbour'. */
static struct ip_interface *interface_of(struct ip *ip, struct ipv4_address neighbour)
{
    for (size_t i = 0; i < ip->interface_count; i++) {
        const struct interface_settings *settings = ip->interfaces[i].settings;
        if (ip_in_network(neighbour, settings->address, settings->prefix_length))
            return &ip->interfaces[i];
    }
    return NULL;
}

/* RFC 1812 5.2.7.2: the packet leaves as it came, and its source could have reached the next hop by itself.
 */
static bool should_redirect(const struct ip *ip, const struct ip_packet *packet, const struct ip_route *route)
{
    const struct interface_settings *settings = packet->from->settings;
    return ip->settings->redirects && route->interface == packet->from &&
           ip_in_network(packet->ipv4.source, settings->address, settings->prefix_length);
}

/* The datagram as it came, options and all, with one hop less to go. */
static void send_on(const struct ip_packet *packet, const struct ip_route *route)
{
    uint8_t datagram[IP_MTU];
    size_t size = packet->octets.size;
    size_t header_size = size - packet->ipv4.payload.size;
    memcpy(datagram, packet->octets.data, size);
    datagram[8] = (uint8_t)(packet->ipv4.ttl - 1);
    octets_put_u16(datagram + 10, 0);
    octets_put_u16(datagram + 10, internet_checksum(datagram, header_size));
    arp_send_packet(route->interface, route->next_hop, (struct octets){datagram, size});
}
