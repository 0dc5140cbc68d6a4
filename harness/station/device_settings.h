/* What a case asks a device to be: the configuration that a lab engineer would type in.
 *
 * The suite fills one from the case, its instance and its seed; the reference stack, an adapter process and
 * the emulated peers read it. Text form (adapter protocol, reports): docs/adapter.md.
 */
#ifndef STATION_DEVICE_SETTINGS_H
#define STATION_DEVICE_SETTINGS_H

#include "base/scope.h"
#include "wire/atm_address.h"
#include "wire/ethernet.h"

#define LAN_PORT_ROOM        4 /* LAN ports of a bridge */
#define VIRTUAL_ROUTER_ROOM  4 /* virtual routers per device */
#define VIRTUAL_ADDRESS_ROOM 4 /* addresses per virtual router */
#define STATIC_ROUTE_ROOM    4

/* One virtual router (RFC 2338 6.1.2). */
struct virtual_router_settings {
    uint8_t vrid;         /* 1 to 255 */
    bool priority_given;  /* false: the device uses its default (100, RFC 2338 5.3.4) */
    uint8_t priority;     /* 1 to 255; 255 = address owner */
    bool interval_given;  /* false: the device uses its default (1 s, RFC 2338 5.3.7) */
    uint8_t interval_s;   /* Advertisement_Interval, 1 to 255 s */
    bool preempt_given;   /* false: the device uses its default (True, RFC 2338 6.1.2) */
    bool preempt;         /* Preempt_Mode */
    bool started_by_join; /* Startup event as soon as the ELAN is joined; else by CONTROL_STARTUP */
    size_t address_count;
    struct ipv4_address addresses[VIRTUAL_ADDRESS_ROOM];
};

/* An IP route through a next hop. */
struct static_route {
    struct ipv4_address network;
    uint8_t prefix_length;
    struct ipv4_address next_hop;
};

/* An IP interface. */
struct interface_settings {
    struct mac_address mac;
    struct ipv4_address address; /* primary address */
    uint8_t prefix_length;
};

/* A LANE bridge (draft 4): an ELAN port and LAN ports 0, 1 … of the same medium. */
struct bridge_settings {
    size_t lan_port_count;         /* 1 to LAN_PORT_ROOM */
    uint16_t ageing_s;             /* a station that is silent for this long is forgotten (802.1D: 300) */
    bool source_routing;           /* token ring: forwards by routing information too */
    uint16_t bridge_number;        /* source routing: 1 to 15 */
    uint16_t elan_ring;            /* source routing: ring number of the ELAN (C23), 1 to 4095 */
    uint16_t rings[LAN_PORT_ROOM]; /* source routing: of the LAN ports */
};

/* A LES with its BUS (lane-rules 4, 7), both at one ATM port. */
struct les_service_settings {
    struct atm_address bus_address; /* S6; S1 is les_address of the device */
    bool v2;                        /* LANE version of the server */
    uint32_t elan_id;               /* v2 */
};

struct device_settings {
    enum role role; /* what it shall be; members for other roles have no meaning */

    /* LANE client (lane-rules 2) */
    bool proxy;                     /* C4: joins as proxy LEC */
    bool v2_capable;                /* claims LANE v2; LE_JOIN_RESPONSE decides (L-v2-02) */
    bool token_ring;                /* C2: 802.5 instead of 802.3 */
    bool llc_multiplexed;           /* C34: registers an LLC-Muxed-ATM-Address */
    bool registers_own_mac;         /* proxy only: registers its own MAC as section 3.2 of the draft allows */
    bool canonical_order;           /* token ring: MAC addresses in canonical bit order */
    struct atm_address atm_address; /* C1 */
    bool lecs_given;                /* false: no configuration phase, 'les_address' and 'elan_name' count */
    struct atm_address lecs_address;
    struct atm_address les_address;
    char elan_name[33]; /* C5; may be empty */

    /* IP and VRRP */
    struct interface_settings elan; /* the interface on the ELAN; role vrrp: on LAN port 0 */
    bool lan_port;                  /* has a LAN interface: LAN port 0; role vrrp: LAN port 1 */
    struct interface_settings lan;  /* its interface */
    size_t route_count;
    struct static_route routes[STATIC_ROUTE_ROOM];
    bool proxy_arp;              /* RFC 2338 8.3 */
    bool redirects;              /* RFC 2338 8.1 */
    uint8_t authentication_type; /* of the ELAN interface (RFC 2338 5.3.6): 0, 1 or 2 */
    char password[9];            /* type 1: up to eight characters */
    char key[33]; /* type 2: of HMAC-MD5-96 (RFC 2403): its characters are the octets; RFC 2403 wants 16 */
    uint32_t spi; /* type 2: Security Parameters Index of all routers of the link, 256 and above */
    bool functional_addresses; /* token ring: functional in place of virtual MAC addresses (RFC 2338 9.2) */
    bool route_explorers;      /* token ring: group frames leave as spanning-tree explorers */
    bool address_list_check;   /* the optional check of RFC 2338 7.1 */
    size_t virtual_router_count;
    struct virtual_router_settings virtual_routers[VIRTUAL_ROUTER_ROOM];

    struct bridge_settings bridge;   /* role bridge */
    struct les_service_settings les; /* role les */
};

/* The MAC address by which hosts on the ELAN reach a virtual router of a device with these settings, as
 * frames there carry it: the VMAC, on token ring in the bit order of the settings, or in functional
 * mode the functional address of a VRID that has one (RFC 2338 7.3, 9.2). */
struct mac_address virtual_mac_of(const struct device_settings *settings, uint8_t vrid);

#endif
