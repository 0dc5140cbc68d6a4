#include <stdlib.h>

#include "reference/ip_parts.h"
#include "wire/token_ring.h"

static void learn(struct ip_interface *interface, const struct arp *arp);
static bool may_be_virtual_router(const struct ip_interface *interface, struct mac_address mac);
static bool is_own_address(const struct ip_interface *interface, struct ipv4_address address);
static void answer(struct ip_interface *interface, const struct arp *request);
static void answer_by_proxy(struct ip_interface *interface, const struct arp *request);
static void send_reply(struct ip_interface *interface, const struct arp *request, struct mac_address mac);
static void send_message(struct ip_interface *interface, struct mac_address destination,
                         const struct arp *message);
static bool request_mac(const struct ip_interface *interface, struct mac_address *mac);
static void send_request(struct arp_entry *entry);
static struct arp_entry *find_entry(struct ip_interface *interface, struct ipv4_address address);
static struct arp_entry *new_entry(struct ip_interface *interface, struct ipv4_address address);
static void resolve_entry(struct arp_entry *entry, struct mac_address mac);
static void free_entry(struct arp_entry *entry);
static void entry_due(void *owner);
static void wait_for_entry(struct arp_entry *entry, struct octets datagram);
static void send_datagram(const struct arp_entry *entry, struct octets datagram);
static void start(struct arp_entry *entry, int64_t delay_ns);

void arp_start(struct ip_interface *interface)
{
    for (size_t i = 0; i < ARP_CACHE_ROOM; i++) {
        interface->arp[i].interface = interface;
        timer_init(&interface->arp[i].timer, entry_due, &interface->arp[i]);
    }
}

void arp_clear(struct ip_interface *interface)
{
    for (size_t i = 0; i < ARP_CACHE_ROOM; i++)
        free_entry(&interface->arp[i]);
}

/* RFC 826, "Packet Reception" */
void arp_received(struct ip_interface *interface, const struct arp *arp)
{
    learn(interface, arp);
    if (arp->operation == ARP_REQUEST)
        answer(interface, arp);
}

void arp_send_packet(struct ip_interface *interface, struct ipv4_address next_hop, struct octets datagram)
{
    struct arp_entry *entry = find_entry(interface, next_hop);
    if (entry && entry->resolved) {
        send_datagram(entry, datagram);
        return;
    }
    if (!entry) {
        entry = new_entry(interface, next_hop);
        send_request(entry);
    }
    wait_for_entry(entry, datagram);
}

void arp_announce(struct ip_interface *interface, struct mac_address mac, struct ipv4_address address)
{
    const struct arp arp = {
        .operation = ARP_REQUEST, .sender_mac = mac, .sender_ip = address, .target_ip = address};
    send_message(interface, MAC_BROADCAST, &arp);
}

/* Takes the sender's binding when it is known already, or when the sender speaks to this router and will be
 * answered. */
static void learn(struct ip_interface *interface, const struct arp *arp)
{
    if (ip_is_group(interface, arp->sender_mac) && !may_be_virtual_router(interface, arp->sender_mac))
        return;
    struct arp_entry *entry = find_entry(interface, arp->sender_ip);
    if (!entry && is_own_address(interface, arp->target_ip))
        entry = new_entry(interface, arp->sender_ip);
    if (entry)
        resolve_entry(entry, arp->sender_mac);
}

/* Where virtual routers have functional addresses (RFC 2338 9.2). */
static bool may_be_virtual_router(const struct ip_interface *interface, struct mac_address mac)
{
    struct mac_address address;
    if (!interface->token_ring || !interface->ip->settings->functional_addresses)
        return false;
    for (uint8_t vrid = 1; token_ring_functional_address(vrid, &address); vrid++)
        if (mac_equal(mac, address))
            return true;
    return false;
}

static bool is_own_address(const struct ip_interface *interface, struct ipv4_address address)
{
    return ipv4_equal(address, interface->settings->address) || ip_router_of_address(interface, address);
}

static void answer(struct ip_interface *interface, const struct arp *request)
{
    const struct ip_options *options = interface->ip->options;
    struct mac_address physical = interface->settings->mac;
    const struct virtual_router *router = ip_router_of_address(interface, request->target_ip);
    bool of_interface = ipv4_equal(request->target_ip, interface->settings->address);
    if (router && options->answers_arp(router, request->target_ip))
        send_reply(interface, request, options->arp_reply_mac(router, physical));
    if (of_interface && options->speaks_for_interface(router))
        send_reply(interface, request, physical);
    if (interface->ip->settings->proxy_arp)
        answer_by_proxy(interface, request);
}

/* Answers for what lies beyond another interface (RFC 1027), on the ELAN as a virtual router does (RFC
 * 2338 8.3). */
static void answer_by_proxy(struct ip_interface *interface, const struct arp *request)
{
    const struct ip *ip = interface->ip;
    struct ip_route route;
    if (ipv4_equal(request->sender_ip, request->target_ip) ||
        !ip_find_route(interface->ip, request->target_ip, &route) || route.interface == interface)
        return;
    if (interface->port != IP_ELAN) {
        send_reply(interface, request, interface->settings->mac);
        return;
    }
    const struct virtual_router *router = ip->options->proxy_arp_router(ip->vrrp);
    if (router)
        send_reply(interface, request, ip->options->proxy_arp_mac(router, interface->settings->mac));
}

/* 'mac' is the answer and the source of its frame. */
static void send_reply(struct ip_interface *interface, const struct arp *request, struct mac_address mac)
{
    const struct arp reply = {
        .operation = ARP_REPLY,
        .sender_mac = mac,
        .sender_ip = request->target_ip,
        .target_mac = request->sender_mac,
        .target_ip = request->sender_ip,
    };
    send_message(interface, request->sender_mac, &reply);
}

/* Its frame leaves with the address that it speaks of, so that a station that keeps routes apart from its ARP
 * cache learns the way as well (RFC 2338 9.2). */
static void send_message(struct ip_interface *interface, struct mac_address destination,
                         const struct arp *message)
{
    uint8_t data[ARP_SIZE];
    uint16_t hardware_type = interface->token_ring ? ARP_IEEE_802 : ARP_ETHERNET;
    size_t size = arp_encode_as(hardware_type, message, data, sizeof data);
    bool group = ip_is_group(interface, message->sender_mac);
    struct mac_address source =
        interface->ip->options->arp_frame_source(message->sender_mac, group, interface->settings->mac);
    ip_send_frame(interface, destination, source, ETHERTYPE_ARP, (struct octets){data, size});
}

/* The MAC address that may stand next to the interface's address: for an owned one only the VMAC, and only
 * while the virtual router speaks for it (RFC 2338 8.2). */
static bool request_mac(const struct ip_interface *interface, struct mac_address *mac)
{
    const struct ip_options *options = interface->ip->options;
    const struct virtual_router *router = ip_router_of_address(interface, interface->settings->address);
    *mac = interface->settings->mac;
    if (router && options->answers_arp(router, interface->settings->address)) {
        *mac = options->arp_request_mac(router, interface->settings->mac);
        return true;
    }
    return options->speaks_for_interface(router);
}

static void send_request(struct arp_entry *entry)
{
    struct ip_interface *interface = entry->interface;
    struct arp request = {
        .operation = ARP_REQUEST, .sender_ip = interface->settings->address, .target_ip = entry->address};
    if (request_mac(interface, &request.sender_mac))
        send_message(interface, MAC_BROADCAST, &request);
    entry->attempts++;
    start(entry, interface->ip->options->arp_retry_ns);
}

static struct arp_entry *find_entry(struct ip_interface *interface, struct ipv4_address address)
{
    for (size_t i = 0; i < ARP_CACHE_ROOM; i++)
        if (interface->arp[i].used && ipv4_equal(interface->arp[i].address, address))
            return &interface->arp[i];
    return NULL;
}

/* A free entry, or the one that was refreshed longest ago. */
static struct arp_entry *new_entry(struct ip_interface *interface, struct ipv4_address address)
{
    const struct station_services *services = interface->ip->services;
    struct arp_entry *entry = &interface->arp[0];
    for (size_t i = 0; i < ARP_CACHE_ROOM && entry->used; i++)
        if (!interface->arp[i].used || interface->arp[i].changed_ns < entry->changed_ns)
            entry = &interface->arp[i];
    free_entry(entry);
    entry->used = true;
    entry->address = address;
    entry->changed_ns = services->now_ns(services->context);
    return entry;
}

static void resolve_entry(struct arp_entry *entry, struct mac_address mac)
{
    const struct ip *ip = entry->interface->ip;
    entry->resolved = true;
    entry->mac = mac;
    entry->changed_ns = ip->services->now_ns(ip->services->context);
    start(entry, ip->options->arp_lifetime_ns);
    for (size_t i = 0; i < entry->waiting_count; i++) {
        send_datagram(entry, (struct octets){entry->waiting[i]->data, entry->waiting[i]->size});
        free(entry->waiting[i]);
    }
    entry->waiting_count = 0;
}

static void free_entry(struct arp_entry *entry)
{
    const struct station_services *services = entry->interface->ip->services;
    services->timer_stop(services->context, &entry->timer);
    for (size_t i = 0; i < entry->waiting_count; i++)
        free(entry->waiting[i]);
    entry->waiting_count = 0;
    entry->attempts = 0;
    entry->resolved = false;
    entry->used = false;
}

static void entry_due(void *owner)
{
    struct arp_entry *entry = owner;
    if (entry->resolved || entry->attempts >= entry->interface->ip->options->arp_attempts)
        free_entry(entry);
    else
        send_request(entry);
}

/* The queue keeps the latest packets (RFC 1122 2.3.2.2). */
static void wait_for_entry(struct arp_entry *entry, struct octets datagram)
{
    struct waiting_packet *packet = malloc(sizeof *packet + datagram.size);
    if (!packet)
        abort();
    packet->size = datagram.size;
    memcpy(packet->data, datagram.data, datagram.size);
    if (entry->waiting_count == ARP_QUEUE_ROOM) {
        free(entry->waiting[0]);
        entry->waiting_count--;
        memmove(entry->waiting, entry->waiting + 1, entry->waiting_count * sizeof *entry->waiting);
    }
    entry->waiting[entry->waiting_count++] = packet;
}

static void send_datagram(const struct arp_entry *entry, struct octets datagram)
{
    ip_send_frame(entry->interface, entry->mac, entry->interface->settings->mac, ETHERTYPE_IPV4, datagram);
}

static void start(struct arp_entry *entry, int64_t delay_ns)
{
    const struct station_services *services = entry->interface->ip->services;
    services->timer_start(services->context, &entry->timer, delay_ns);
}
