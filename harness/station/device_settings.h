/* What a case asks a device to be: the configuration that a lab engineer would type in.
 *
 * The suite fills one from the case, its instance and its seed; the reference stack, an adapter process and
 * the emulated peers read it. Text form (adapter protocol, reports): docs/adapter.md.
 */
#ifndef STATION_DEVICE_SETTINGS_H
#define STATION_DEVICE_SETTINGS_H

#include "wire/atm_address.h"
#include "wire/ethernet.h"

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

struct device_settings {
    /* LANE client (lane-rules 2) */
    bool proxy;                     /* C4: joins as proxy LEC */
    bool v2_capable;                /* claims LANE v2; LE_JOIN_RESPONSE decides (L-v2-02) */
    bool token_ring;                /* C2: 802.5 instead of 802.3 */
    bool llc_multiplexed;           /* C34: registers an LLC-Muxed-ATM-Address */
    bool registers_own_mac;         /* proxy only: registers its own MAC as section 3.2 of the draft allows */
    struct atm_address atm_address; /* C1 */
    bool lecs_given;                /* false: no configuration phase, 'les_address' and 'elan_name' count */
    struct atm_address lecs_address;
    struct atm_address les_address;
    char elan_name[33]; /* C5; may be empty */

    /* IP and VRRP */
    struct interface_settings elan; /* the interface on the ELAN */
    bool lan_port;                  /* has LAN port 0 */
    struct interface_settings lan;  /* its interface */
    size_t route_count;
    struct static_route routes[STATIC_ROUTE_ROOM];
    bool proxy_arp;              /* RFC 2338 8.3 */
    bool redirects;              /* RFC 2338 8.1 */
    uint8_t authentication_type; /* of the ELAN interface (RFC 2338 5.3.6): 0 or 1 */
    char password[9];            /* up to eight characters */
    bool address_list_check;     /* the optional check of RFC 2338 7.1 */
    size_t virtual_router_count;
    struct virtual_router_settings virtual_routers[VIRTUAL_ROUTER_ROOM];
};

#endif
