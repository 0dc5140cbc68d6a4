#include "steps/device_frames.h"

static struct pattern from_device(uint64_t names);
static struct pattern about_source(uint64_t names, struct mac_address mac);
static struct pattern about_target(uint64_t names, struct mac_address mac);

struct pattern pattern_with(struct pattern pattern, enum frame_field field, struct value value)
{
    for (size_t i = 0; i < PATTERN_CONDITION_ROOM; i++)
        if (!pattern.conditions[i].field) {
            pattern.conditions[i] = (struct condition){.field = field, .value = value};
            break;
        }
    return pattern;
}

struct pattern pattern_without(struct pattern pattern, enum frame_field field, struct value value)
{
    for (size_t i = 0; i < PATTERN_CONDITION_ROOM; i++)
        if (!pattern.conditions[i].field) {
            pattern.conditions[i] = (struct condition){.field = field, .value = value, .differs = true};
            break;
        }
    return pattern;
}

struct pattern advertisement(const struct scene *scene, uint8_t vrid)
{
    (void)scene;
    struct pattern pattern =
        pattern_with(from_device(FRAME_SET(ADVERTISEMENT)), FIELD_VRID, number_value(vrid));
    return pattern_without(pattern, FIELD_PRIORITY, number_value(VRRP_PRIORITY_STOP));
}

struct pattern stop_advertisement(const struct scene *scene, uint8_t vrid)
{
    (void)scene;
    struct pattern pattern =
        pattern_with(from_device(FRAME_SET(ADVERTISEMENT)), FIELD_VRID, number_value(vrid));
    return pattern_with(pattern, FIELD_PRIORITY, number_value(VRRP_PRIORITY_STOP));
}

struct pattern gratuitous_arp(const struct scene *scene, struct ipv4_address address)
{
    (void)scene;
    return pattern_with(from_device(FRAME_SET(GRATUITOUS_ARP)), FIELD_ARP_SENDER_IP, ipv4_value(address));
}

struct pattern arp_reply(const struct scene *scene, struct ipv4_address address)
{
    (void)scene;
    return pattern_with(from_device(FRAME_SET(ARP_REPLY)), FIELD_ARP_SENDER_IP, ipv4_value(address));
}

struct pattern echo_reply(const struct scene *scene, struct ipv4_address from)
{
    (void)scene;
    return pattern_with(from_device(FRAME_SET(ICMP_ECHO_REPLY)), FIELD_IP_SOURCE, ipv4_value(from));
}

struct pattern packet_to(const struct scene *scene, struct ipv4_address destination)
{
    (void)scene;
    return pattern_with(from_device(FRAME_SET(ICMP_ECHO_REQUEST) | FRAME_SET(ICMP_ECHO_REPLY) |
                                    FRAME_SET(ICMP) | FRAME_SET(IPV4)),
                        FIELD_IP_DESTINATION, ipv4_value(destination));
}

struct pattern forwarded_packet_to(const struct scene *scene, struct ipv4_address destination, uint8_t ttl)
{
    struct pattern pattern = pattern_with(packet_to(scene, destination), FIELD_IP_TTL, number_value(ttl));
    return pattern_with(pattern, FIELD_IP_CHECKSUM_GOOD, number_value(1));
}

struct pattern good_echo_reply(const struct scene *scene, struct ipv4_address from)
{
    struct pattern pattern = pattern_with(echo_reply(scene, from), FIELD_IP_CHECKSUM_GOOD, number_value(1));
    return pattern_with(pattern, FIELD_ICMP_CHECKSUM_GOOD, number_value(1));
}

struct pattern registration(const struct scene *scene, struct mac_address mac)
{
    (void)scene;
    return about_source(FRAME_SET(LE_REGISTER_REQUEST), mac);
}

struct pattern unregistration(const struct scene *scene, struct mac_address mac)
{
    (void)scene;
    return about_source(FRAME_SET(LE_UNREGISTER_REQUEST), mac);
}

struct pattern announcement(const struct scene *scene, struct mac_address mac)
{
    return scene->v2 ? about_source(FRAME_SET(TARGETLESS_LE_ARP_REQUEST), mac)
                     : about_target(FRAME_SET(ZERO_LE_NARP_REQUEST), mac);
}

struct pattern withdrawal(const struct scene *scene, struct mac_address mac)
{
    (void)scene;
    return about_target(FRAME_SET(NO_SOURCE_LE_NARP_REQUEST), mac);
}

struct pattern probe(const struct scene *scene, struct mac_address mac)
{
    (void)scene;
    return about_target(FRAME_SET(LE_ARP_REQUEST), mac);
}

struct pattern le_arp_answer(const struct scene *scene, uint32_t transaction_id)
{
    (void)scene;
    return pattern_with(from_device(FRAME_SET(LE_ARP_RESPONSE)), FIELD_TRANSACTION_ID,
                        number_value(transaction_id));
}

struct pattern le_arp_answer_for(const struct scene *scene, struct mac_address mac)
{
    (void)scene;
    return about_target(FRAME_SET(LE_ARP_RESPONSE), mac);
}

struct pattern association_frame(const struct scene *scene, struct mac_address mac)
{
    struct pattern pattern =
        from_device(announcement(scene, mac).names |
                    (scene->proxy ? FRAME_SET(LE_ARP_REQUEST) : FRAME_SET(LE_REGISTER_REQUEST)));
    pattern.about = true;
    pattern.about_mac = mac;
    return pattern;
}

struct pattern disassociation_frame(const struct scene *scene, struct mac_address mac)
{
    struct pattern none = {0};
    if (!scene->proxy)
        return unregistration(scene, mac);
    return scene->v2 ? withdrawal(scene, mac) : none;
}

struct pattern speaks_as_master(const struct scene *scene)
{
    struct pattern pattern =
        from_device(FRAME_SET(ADVERTISEMENT) | FRAME_SET(GRATUITOUS_ARP) | FRAME_SET(ARP_REPLY) |
                    FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(TARGETLESS_LE_ARP_REQUEST) |
                    FRAME_SET(ZERO_LE_NARP_REQUEST) | FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(LE_ARP_RESPONSE));
    pattern.about_mac = scene->vmac;
    pattern.about_ip = scene->virtual_ip;
    pattern.about = true;
    return pattern;
}

static struct pattern from_device(uint64_t names)
{
    return (struct pattern){.names = names};
}

static struct pattern about_source(uint64_t names, struct mac_address mac)
{
    return pattern_with(from_device(names), FIELD_SOURCE_LAN, mac_value(mac));
}

static struct pattern about_target(uint64_t names, struct mac_address mac)
{
    return pattern_with(from_device(names), FIELD_TARGET_LAN, mac_value(mac));
}
