#include "peers/peer_link.h"

/* Octets of the largest Ethernet frame. */
#define FRAME_ROOM 1514

static void send_payload(struct peer_link *link, const struct ethernet *ethernet);

void peer_link_add(struct peer_link *link, struct peer_user *user)
{
    struct peer_user **end = &link->users;
    while (*end)
        end = &(*end)->next;
    user->next = NULL;
    *end = user;
}

void peer_link_send(struct peer_link *link, const uint8_t *data, size_t size)
{
    link->send(link->station, data, size);
}

void peer_link_send_ipv4(struct peer_link *link, struct mac_address from, struct mac_address to,
                         const struct ipv4 *ipv4)
{
    uint8_t packet[FRAME_ROOM - ETHERNET_HEADER_SIZE];
    size_t size = ipv4_encode(ipv4, packet, sizeof packet);
    if (size)
        send_payload(link, &(struct ethernet){to, from, ETHERTYPE_IPV4, false, {packet, size}});
}

void peer_link_send_arp(struct peer_link *link, struct mac_address from, struct mac_address to,
                        const struct arp *arp)
{
    uint8_t message[ARP_SIZE];
    uint16_t hardware_type = link->token_ring ? ARP_IEEE_802 : ARP_ETHERNET;
    size_t size = arp_encode_as(hardware_type, arp, message, sizeof message);
    send_payload(link, &(struct ethernet){to, from, ETHERTYPE_ARP, false, {message, size}});
}

void peer_link_send_gratuitous_arp(struct peer_link *link, struct mac_address from, struct mac_address mac,
                                   struct ipv4_address address)
{
    struct arp arp = {
        .operation = ARP_REQUEST, .sender_mac = mac, .sender_ip = address, .target_ip = address};
    peer_link_send_arp(link, from, MAC_BROADCAST, &arp);
}

bool peer_link_is_group(const struct peer_link *link, struct mac_address mac)
{
    return link->token_ring ? (mac.octet[0] & 0x80) != 0 : mac_is_group(mac);
}

void peer_link_receive(struct peer_link *link, const struct peer_frame *frame)
{
    for (struct peer_user *user = link->users; user; user = user->next)
        user->frame_received(user->owner, frame);
}

void peer_link_set_up(struct peer_link *link, bool up)
{
    if (link->up == up)
        return;
    link->up = up;
    for (struct peer_user *user = link->users; user; user = user->next) {
        void (*event)(void *owner) = up ? user->link_up : user->link_down;
        if (event)
            event(user->owner);
    }
}

void peer_link_die(struct peer_link *link)
{
    link->up = false;
    for (struct peer_user *user = link->users; user; user = user->next)
        if (user->died)
            user->died(user->owner);
}

void peer_link_destroy_users(struct peer_link *link)
{
    while (link->users) {
        struct peer_user *user = link->users;
        link->users = user->next;
        user->destroy(user->owner);
    }
}

static void send_payload(struct peer_link *link, const struct ethernet *ethernet)
{
    uint8_t frame[FRAME_ROOM];
    size_t size = ethernet_encode(ethernet, true, frame, sizeof frame);
    if (size)
        peer_link_send(link, frame, size);
}
