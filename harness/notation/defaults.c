#include "notation/defaults.h"

#include "wire/token_ring.h"

#define DEFAULT_VRID 1

/* What the frames of a name carry beside their op-code. */
#define HAS_LECID         0x01u /* after the join */
#define HAS_SOURCE        0x02u /* a MAC address: the VMAC */
#define HAS_TARGET        0x04u
#define HAS_SOURCE_ATM    0x08u
#define HAS_TARGET_ATM    0x10u
#define HAS_CONFIGURATION 0x20u /* LAN-TYPE and MAXIMUM-FRAME-SIZE */

struct control_default {
    enum frame_name name;
    uint16_t opcode;
    unsigned has;
};

/* LANE v1 and v2, as in lane-wire 1.1 and the draft, section 3. */
static const struct control_default control_defaults[] = {
    {FRAME_LE_UNKNOWN, 0x00ff, HAS_LECID},
    {FRAME_LE_CONFIGURE_REQUEST, LE_CONFIGURE_REQUEST, HAS_SOURCE_ATM | HAS_CONFIGURATION},
    {FRAME_LE_CONFIGURE_RESPONSE, LE_CONFIGURE_RESPONSE, HAS_SOURCE_ATM | HAS_TARGET_ATM | HAS_CONFIGURATION},
    {FRAME_LE_JOIN_REQUEST, LE_JOIN_REQUEST, HAS_SOURCE_ATM | HAS_CONFIGURATION},
    {FRAME_LE_JOIN_RESPONSE, LE_JOIN_RESPONSE, HAS_LECID | HAS_SOURCE_ATM | HAS_CONFIGURATION},
    {FRAME_READY_QUERY, READY_QUERY, 0},
    {FRAME_READY_IND, READY_IND, 0},
    {FRAME_LE_REGISTER_REQUEST, LE_REGISTER_REQUEST, HAS_LECID | HAS_SOURCE | HAS_SOURCE_ATM},
    {FRAME_LE_REGISTER_RESPONSE, LE_REGISTER_RESPONSE, HAS_LECID | HAS_SOURCE | HAS_SOURCE_ATM},
    {FRAME_LE_UNREGISTER_REQUEST, LE_UNREGISTER_REQUEST, HAS_LECID | HAS_SOURCE | HAS_SOURCE_ATM},
    {FRAME_LE_UNREGISTER_RESPONSE, LE_UNREGISTER_RESPONSE, HAS_LECID | HAS_SOURCE | HAS_SOURCE_ATM},
    {FRAME_LE_ARP_REQUEST, LE_ARP_REQUEST, HAS_LECID | HAS_TARGET | HAS_SOURCE_ATM},
    {FRAME_TARGETLESS_LE_ARP_REQUEST, LE_ARP_REQUEST, HAS_LECID | HAS_SOURCE | HAS_SOURCE_ATM},
    {FRAME_LE_ARP_RESPONSE, LE_ARP_RESPONSE, HAS_LECID | HAS_TARGET | HAS_SOURCE_ATM | HAS_TARGET_ATM},
    {FRAME_LE_FLUSH_REQUEST, LE_FLUSH_REQUEST, HAS_LECID | HAS_SOURCE_ATM | HAS_TARGET_ATM},
    {FRAME_LE_FLUSH_RESPONSE, LE_FLUSH_RESPONSE, HAS_LECID | HAS_SOURCE_ATM | HAS_TARGET_ATM},
    {FRAME_LE_NARP_REQUEST, LE_NARP_REQUEST, HAS_LECID | HAS_TARGET | HAS_SOURCE_ATM | HAS_TARGET_ATM},
    {FRAME_NO_SOURCE_LE_NARP_REQUEST, LE_NARP_REQUEST, HAS_LECID | HAS_TARGET | HAS_TARGET_ATM},
    {FRAME_ZERO_LE_NARP_REQUEST, LE_NARP_REQUEST, HAS_LECID | HAS_TARGET},
    {FRAME_LE_TOPOLOGY_REQUEST, LE_TOPOLOGY_REQUEST, HAS_LECID | HAS_SOURCE_ATM},
    {FRAME_LE_VERIFY_REQUEST, LE_VERIFY_REQUEST, HAS_LECID | HAS_SOURCE_ATM | HAS_TARGET_ATM},
    {FRAME_LE_VERIFY_RESPONSE, LE_VERIFY_RESPONSE, HAS_LECID | HAS_SOURCE_ATM | HAS_TARGET_ATM},
};

static const struct mac_address own_mac = {{0x02, 0x00, 0x00, 0x00, 0x00, 0x01}};
static const struct mac_address other_mac = {{0x02, 0x00, 0x00, 0x00, 0x00, 0x02}};
static const struct ipv4_address own_ip = {0x0a000001};     /* 10.0.0.1 */
static const struct ipv4_address other_ip = {0x0a000002};   /* 10.0.0.2 */
static const struct ipv4_address virtual_ip = {0x0a0000fe}; /* 10.0.0.254 */

static struct atm_address atm_of(struct mac_address esi);
static struct mac_address vmac_of(const struct recipe *recipe, bool token_ring);
static struct mac_address mac_or(const struct recipe *recipe, enum frame_field field,
                                 struct mac_address otherwise);
static struct ipv4_address ipv4_or(const struct recipe *recipe, enum frame_field field,
                                   struct ipv4_address otherwise);

struct le_control default_control(const struct recipe *recipe, bool token_ring)
{
    const struct control_default *row = control_defaults;
    while (row->name != recipe->name && row + 1 < control_defaults + sizeof control_defaults / sizeof *row)
        row++;
    struct le_control control = le_control_of((enum le_opcode)row->opcode);
    struct mac_address vmac =
        token_ring ? mac_reversed(mac_of_vrid(DEFAULT_VRID)) : mac_of_vrid(DEFAULT_VRID);
    control.transaction_id = 1;
    if (row->has & HAS_LECID)
        control.requester_lecid = DEFAULT_LECID;
    if (row->has & HAS_SOURCE || recipe->given[FIELD_SOURCE_LAN])
        control.source_lan = lan_destination_of_mac(vmac);
    if (row->has & HAS_TARGET || recipe->given[FIELD_TARGET_LAN])
        control.target_lan = lan_destination_of_mac(vmac);
    if (recipe->given[FIELD_SOURCE_TAG] && !recipe->given[FIELD_SOURCE_LAN])
        control.source_lan =
            (struct lan_destination){.tag = (uint16_t)recipe->values[FIELD_SOURCE_TAG].number};
    if (recipe->given[FIELD_TARGET_TAG] && !recipe->given[FIELD_TARGET_LAN])
        control.target_lan =
            (struct lan_destination){.tag = (uint16_t)recipe->values[FIELD_TARGET_TAG].number};
    if (recipe->given[FIELD_SOURCE_ROUTE])
        control.source_lan = (struct lan_destination){.tag = LAN_TAG_ROUTE_DESCRIPTOR};
    if (recipe->given[FIELD_TARGET_ROUTE])
        control.target_lan = (struct lan_destination){.tag = LAN_TAG_ROUTE_DESCRIPTOR};
    if (row->has & HAS_SOURCE_ATM)
        control.source_atm = atm_of(own_mac);
    if (row->has & HAS_TARGET_ATM)
        control.target_atm = atm_of(other_mac);
    if (row->has & HAS_CONFIGURATION) {
        control.lan_type = token_ring ? LAN_TYPE_8025 : LAN_TYPE_8023;
        control.max_frame_size = token_ring ? MAX_FRAME_4544 : MAX_FRAME_1516;
    }
    return control;
}

struct ethernet default_ethernet(const struct recipe *recipe, bool token_ring)
{
    struct ethernet ethernet = {.destination = other_mac,
                                .source = own_mac,
                                .type = ETHERTYPE_IPV4,
                                .snap = recipe->named[WORD_SNAP] && recipe->snap};
    switch (recipe->name) {
    case FRAME_ADVERTISEMENT:
        ethernet.destination = token_ring ? TOKEN_RING_MULTICAST : VRRP_GROUP_MAC;
        ethernet.source = vmac_of(recipe, token_ring);
        break;
    case FRAME_ARP_REQUEST:
        ethernet.type = ETHERTYPE_ARP;
        ethernet.destination = MAC_BROADCAST;
        ethernet.source = mac_or(recipe, FIELD_ARP_SENDER_MAC, own_mac);
        break;
    case FRAME_GRATUITOUS_ARP:
        ethernet.type = ETHERTYPE_ARP;
        ethernet.destination = MAC_BROADCAST;
        ethernet.source = mac_or(recipe, FIELD_ARP_SENDER_MAC, vmac_of(recipe, token_ring));
        break;
    case FRAME_ARP_REPLY:
        ethernet.type = ETHERTYPE_ARP;
        ethernet.destination = mac_or(recipe, FIELD_ARP_TARGET_MAC, other_mac);
        ethernet.source = mac_or(recipe, FIELD_ARP_SENDER_MAC, own_mac);
        break;
    case FRAME_ETHERNET:
        ethernet.type = 0x88b5; /* for local experiments (IEEE 802) */
        break;
    default:
        break;
    }
    return ethernet;
}

struct arp default_arp(const struct recipe *recipe, bool token_ring)
{
    struct mac_address sender = mac_or(recipe, FIELD_ORIGIN, own_mac);
    struct mac_address vmac = mac_or(recipe, FIELD_ORIGIN, vmac_of(recipe, token_ring));
    struct ipv4_address announced = ipv4_or(recipe, FIELD_ARP_SENDER_IP, virtual_ip);
    switch (recipe->name) {
    case FRAME_GRATUITOUS_ARP:
        return (struct arp){ARP_REQUEST, vmac, announced, {{0}}, announced};
    case FRAME_ARP_REPLY:
        return (struct arp){ARP_REPLY, sender, own_ip, mac_or(recipe, FIELD_DESTINATION, other_mac),
                            other_ip};
    default:
        return (struct arp){ARP_REQUEST, sender, own_ip, {{0}}, other_ip};
    }
}

struct ipv4 default_ipv4(const struct recipe *recipe)
{
    bool icmp = recipe->name >= FRAME_ICMP_ECHO_REQUEST && recipe->name <= FRAME_ICMP;
    bool advertisement = recipe->name == FRAME_ADVERTISEMENT;
    return (struct ipv4){
        .ttl = advertisement ? VRRP_TTL : 64,
        .protocol = recipe_is_protected(recipe) ? IPV4_PROTOCOL_AH
                    : advertisement             ? IPV4_PROTOCOL_VRRP
                    : icmp                      ? IPV4_PROTOCOL_ICMP
                                                : 17 /* UDP */,
        .source = own_ip,
        .destination = advertisement ? VRRP_GROUP : other_ip,
    };
}

struct icmp default_icmp(enum frame_name name)
{
    struct icmp icmp = {.type = ICMP_TIME_EXCEEDED};
    if (name == FRAME_ICMP_ECHO_REQUEST || name == FRAME_ICMP_ECHO_REPLY)
        icmp = (struct icmp){.type = name == FRAME_ICMP_ECHO_REPLY ? ICMP_ECHO_REPLY : ICMP_ECHO_REQUEST,
                             .identifier = 1,
                             .sequence = 1};
    else if (name == FRAME_ICMP_REDIRECT)
        icmp = (struct icmp){.type = ICMP_REDIRECT, .code = 1, .gateway = virtual_ip};
    return icmp;
}

struct vrrp default_vrrp(const struct recipe *recipe)
{
    struct vrrp vrrp = {
        .version = 2,
        .type = 1,
        .vrid = DEFAULT_VRID,
        .priority = VRRP_PRIORITY_DEFAULT,
        .address_count = 1,
        .authentication_type =
            recipe_is_protected(recipe) ? VRRP_AUTHENTICATION_AH : VRRP_AUTHENTICATION_NONE,
        .interval_s = 1,
        .addresses = {virtual_ip},
        .addresses_present = 1,
    };
    if (recipe->named[WORD_ADDRESS]) {
        vrrp.address_count = (uint8_t)recipe->address_count;
        vrrp.addresses_present = recipe->address_count;
        memcpy(vrrp.addresses, recipe->addresses, recipe->address_count * sizeof recipe->addresses[0]);
    }
    return vrrp;
}

bool recipe_is_protected(const struct recipe *recipe)
{
    return recipe->name == FRAME_ADVERTISEMENT && !recipe->named[WORD_PAYLOAD] &&
           (recipe->given[FIELD_AH_SPI] || recipe->given[FIELD_AH_SEQUENCE] || recipe->named[WORD_ICV] ||
            recipe->named[WORD_KEY]);
}

size_t recipe_minimum_size(const struct recipe *recipe, struct recipe_carrier carrier)
{
    if (recipe->named[WORD_OCTETS] || frame_name_is_control(recipe->name) || carrier.token_ring)
        return 0;
    switch (carrier.carrier) {
    case CARRIER_LANE_8023:
        return LE_DATA_MINIMUM_SIZE;
    case CARRIER_LANE_LLC:
        return LLC_PREFIX_SIZE + LE_DATA_MINIMUM_SIZE;
    case CARRIER_ETHERNET:
        return ETHERNET_MINIMUM_SIZE;
    case CARRIER_LANE_8025:
    case CARRIER_TOKEN_RING:
        break;
    }
    return 0;
}

/* A private prefix, and the address as end system identifier. */
static struct atm_address atm_of(struct mac_address esi)
{
    static const uint8_t prefix[13] = {0x47, 0x00, 0x05, 0x80, 0xff, 0xe1};
    return atm_address_of(prefix, esi, 0);
}

static struct mac_address vmac_of(const struct recipe *recipe, bool token_ring)
{
    uint8_t vrid = recipe->given[FIELD_VRID] ? (uint8_t)recipe->values[FIELD_VRID].number : DEFAULT_VRID;
    return token_ring ? mac_reversed(mac_of_vrid(vrid)) : mac_of_vrid(vrid);
}

static struct mac_address mac_or(const struct recipe *recipe, enum frame_field field,
                                 struct mac_address otherwise)
{
    return recipe->given[field] ? recipe->values[field].mac : otherwise;
}

static struct ipv4_address ipv4_or(const struct recipe *recipe, enum frame_field field,
                                   struct ipv4_address otherwise)
{
    return recipe->given[field] ? recipe->values[field].ipv4 : otherwise;
}
