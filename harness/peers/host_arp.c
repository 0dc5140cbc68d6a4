#include <stdlib.h>

#include "peers/host_private.h"

static struct arp_entry *find(const struct host *host, struct ipv4_address address);
static struct arp_entry *get(struct host *host, struct ipv4_address address);
static void drop(struct arp_entry *entry);
static void learn(struct arp_entry *entry, struct mac_address mac);
static void request_again(void *owner);
static void wait_for_answer(struct arp_entry *entry, const struct ipv4 *packet);

void host_ask(struct host *host, struct ipv4_address address)
{
    struct arp arp = {.operation = ARP_REQUEST,
                      .sender_mac = host->settings.mac,
                      .sender_ip = host->settings.address,
                      .target_ip = address};
    if (!host->dead)
        peer_link_send_arp(host->link, host->settings.mac, MAC_BROADCAST, &arp);
}

void host_announce(struct host *host)
{
    if (!host->dead)
        peer_link_send_gratuitous_arp(host->link, host->settings.mac, host->settings.mac,
                                      host->settings.address);
}

bool host_arp_entry(const struct host *host, struct ipv4_address address, struct mac_address *mac)
{
    const struct arp_entry *entry = find(host, address);
    if (!entry || !entry->known)
        return false;
    if (mac)
        *mac = entry->mac;
    return true;
}

void host_set_arp(struct host *host, struct ipv4_address address, struct mac_address mac)
{
    learn(get(host, address), mac);
}

void host_forget_arp(struct host *host, struct ipv4_address address)
{
    struct arp_entry *entry = find(host, address);
    if (entry)
        drop(entry);
}

/* RFC 826: whoever is known is updated; whoever asks for this host is remembered; then the question is
 * answered. */
void host_arp_received(struct host *host, const struct ethernet *ethernet)
{
    struct arp arp;
    if (!arp_decode(ethernet->payload, &arp, NULL))
        return;
    bool for_us = ipv4_equal(arp.target_ip, host->settings.address);
    struct arp_entry *entry = find(host, arp.sender_ip);
    if (!entry && for_us && !ipv4_equal(arp.sender_ip, arp.target_ip))
        entry = get(host, arp.sender_ip);
    if (entry)
        learn(entry, arp.sender_mac);
    if (arp.operation != ARP_REQUEST || !for_us || host->settings.ignores_arp)
        return;
    struct arp reply = {.operation = ARP_REPLY,
                        .sender_mac = host->settings.mac,
                        .sender_ip = host->settings.address,
                        .target_mac = arp.sender_mac,
                        .target_ip = arp.sender_ip};
    peer_link_send_arp(host->link, host->settings.mac, arp.sender_mac, &reply);
}

/* Sends a packet to the next hop as soon as its MAC address is known. */
void host_arp_send(struct host *host, struct ipv4_address next_hop, const struct ipv4 *packet)
{
    if (host->dead)
        return;
    struct arp_entry *entry = get(host, next_hop);
    if (entry->known) {
        host_send_mac(host, packet, entry->mac);
        return;
    }
    bool asking = entry->waiting != NULL;
    wait_for_answer(entry, packet);
    if (asking)
        return;
    entry->retries_left = host->settings.arp_retries;
    host_ask(host, next_hop);
    host->services->timer_start(host->services->context, &entry->timer, host->settings.arp_timeout_ns);
}

void host_arp_clear(struct host *host)
{
    while (host->arp)
        drop(host->arp);
}

static struct arp_entry *find(const struct host *host, struct ipv4_address address)
{
    for (struct arp_entry *entry = host->arp; entry; entry = entry->next)
        if (ipv4_equal(entry->address, address))
            return entry;
    return NULL;
}

static struct arp_entry *get(struct host *host, struct ipv4_address address)
{
    struct arp_entry *entry = find(host, address);
    if (entry)
        return entry;
    entry = malloc(sizeof *entry);
    if (!entry)
        abort();
    *entry = (struct arp_entry){.next = host->arp, .host = host, .address = address};
    timer_init(&entry->timer, request_again, entry);
    host->arp = entry;
    return entry;
}

static void drop(struct arp_entry *entry)
{
    struct host *host = entry->host;
    struct arp_entry **place = &host->arp;
    while (*place != entry)
        place = &(*place)->next;
    *place = entry->next;
    host->services->timer_stop(host->services->context, &entry->timer);
    while (entry->waiting) {
        struct waiting_packet *packet = entry->waiting;
        entry->waiting = packet->next;
        free(packet);
    }
    free(entry);
}

static void learn(struct arp_entry *entry, struct mac_address mac)
{
    struct host *host = entry->host;
    struct waiting_packet *packet = entry->waiting;
    entry->known = true;
    entry->mac = mac;
    entry->waiting = NULL;
    host->services->timer_stop(host->services->context, &entry->timer);
    while (packet) {
        struct waiting_packet *next = packet->next;
        host_send_mac(host, &packet->packet, mac);
        free(packet);
        packet = next;
    }
}

static void request_again(void *owner)
{
    struct arp_entry *entry = owner;
    struct host *host = entry->host;
    if (entry->retries_left == 0) {
        drop(entry);
        return;
    }
    entry->retries_left--;
    host_ask(host, entry->address);
    host->services->timer_start(host->services->context, &entry->timer, host->settings.arp_timeout_ns);
}

static void wait_for_answer(struct arp_entry *entry, const struct ipv4 *packet)
{
    struct waiting_packet *waiting = malloc(sizeof *waiting + packet->payload.size);
    if (!waiting)
        abort();
    waiting->next = NULL;
    waiting->packet = *packet;
    waiting->packet.payload = (struct octets){waiting->data, packet->payload.size};
    if (packet->payload.size)
        memcpy(waiting->data, packet->payload.data, packet->payload.size);
    struct waiting_packet **end = &entry->waiting;
    while (*end)
        end = &(*end)->next;
    *end = waiting;
}
