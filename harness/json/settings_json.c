#include "json/settings_json.h"

static const struct json_member interface_members[] = {
    MEMBER(interface_settings, MEMBER_MAC, mac),
    MEMBER(interface_settings, MEMBER_IPV4, address),
    MEMBER(interface_settings, MEMBER_U8, prefix_length),
    {0},
};

static const struct json_member route_members[] = {
    MEMBER(static_route, MEMBER_IPV4, network),
    MEMBER(static_route, MEMBER_U8, prefix_length),
    MEMBER(static_route, MEMBER_IPV4, next_hop),
    {0},
};

static const struct json_member virtual_router_members[] = {
    MEMBER(virtual_router_settings, MEMBER_U8, vrid),
    MEMBER_OPTIONAL(virtual_router_settings, MEMBER_U8, priority, NULL, priority_given),
    MEMBER_OPTIONAL(virtual_router_settings, MEMBER_U8, interval_s, NULL, interval_given),
    MEMBER_OPTIONAL(virtual_router_settings, MEMBER_BOOL, preempt, NULL, preempt_given),
    MEMBER(virtual_router_settings, MEMBER_BOOL, started_by_join),
    MEMBER_LIST(virtual_router_settings, MEMBER_IPV4, addresses, NULL, address_count),
    {0},
};

static const struct json_member bridge_members[] = {
    MEMBER(bridge_settings, MEMBER_U16, ageing_s),
    MEMBER(bridge_settings, MEMBER_BOOL, source_routing),
    MEMBER(bridge_settings, MEMBER_U16, bridge_number),
    MEMBER(bridge_settings, MEMBER_U16, elan_ring),
    MEMBER_LIST(bridge_settings, MEMBER_U16, rings, NULL, lan_port_count),
    {0},
};

static const struct json_member les_members[] = {
    MEMBER(les_service_settings, MEMBER_ATM, bus_address),
    MEMBER(les_service_settings, MEMBER_BOOL, v2),
    MEMBER(les_service_settings, MEMBER_U32, elan_id),
    {0},
};

const struct json_member device_settings_members[] = {
    MEMBER(device_settings, MEMBER_ROLE, role),
    MEMBER(device_settings, MEMBER_BOOL, proxy),
    MEMBER(device_settings, MEMBER_BOOL, v2_capable),
    MEMBER(device_settings, MEMBER_BOOL, token_ring),
    MEMBER(device_settings, MEMBER_BOOL, canonical_order),
    MEMBER(device_settings, MEMBER_BOOL, llc_multiplexed),
    MEMBER(device_settings, MEMBER_BOOL, registers_own_mac),
    MEMBER(device_settings, MEMBER_ATM, atm_address),
    MEMBER_OPTIONAL(device_settings, MEMBER_ATM, lecs_address, NULL, lecs_given),
    MEMBER(device_settings, MEMBER_ATM, les_address),
    MEMBER(device_settings, MEMBER_TEXT, elan_name),
    MEMBER_STRUCTURE(device_settings, elan, interface_members),
    MEMBER_OPTIONAL(device_settings, MEMBER_OBJECT, lan, interface_members, lan_port),
    MEMBER_LIST(device_settings, MEMBER_OBJECT, routes, route_members, route_count),
    MEMBER(device_settings, MEMBER_BOOL, proxy_arp),
    MEMBER(device_settings, MEMBER_BOOL, redirects),
    MEMBER(device_settings, MEMBER_U8, authentication_type),
    MEMBER(device_settings, MEMBER_TEXT, password),
    MEMBER(device_settings, MEMBER_TEXT, key),
    MEMBER(device_settings, MEMBER_U32, spi),
    MEMBER(device_settings, MEMBER_BOOL, functional_addresses),
    MEMBER(device_settings, MEMBER_BOOL, route_explorers),
    MEMBER(device_settings, MEMBER_BOOL, address_list_check),
    MEMBER_LIST(device_settings, MEMBER_OBJECT, virtual_routers, virtual_router_members,
                virtual_router_count),
    MEMBER_STRUCTURE(device_settings, bridge, bridge_members),
    MEMBER_STRUCTURE(device_settings, les, les_members),
    {0},
};

size_t device_settings_write(const struct device_settings *settings, char text[static SETTINGS_TEXT_ROOM])
{
    struct json_text json = {.at = text, .end = text + SETTINGS_TEXT_ROOM - 1, .good = true};
    json_write_structure(&json, device_settings_members, settings);
    *json.at = '\0';
    return json.good ? (size_t)(json.at - text) : 0;
}
