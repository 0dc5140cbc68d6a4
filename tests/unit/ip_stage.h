/* A stage for the IP part of the reference router: two interfaces with neighbours, virtual routers without a
 * LEC, and everything that is sent, decoded.
 *
 *   tcase_add_checked_fixture(tests, stage_set_up, stage_tear_down);
 *   stage.settings.proxy_arp = true;          // before stage_make()
 *   stage_make();
 *   stage_who_has(IP_ELAN, FAR_IP);
 *   stage_assert_arp_reply(IP_ELAN, mac_of_vrid(1), FAR_IP);
 */
#ifndef TESTS_UNIT_IP_STAGE_H
#define TESTS_UNIT_IP_STAGE_H

#include "base/duration.h"
#include "fake_router_services.h"
#include "reference/ip.h"
#include "reference/vrrp_machine.h"
#include "wire/frame.h"

#define STAGE_SEEN_ROOM  40 /* frames */
#define STAGE_FRAME_ROOM 1600
#define ADDRESS(n)       ((struct ipv4_address){n})
#define MAC(n)           ((struct mac_address){{2, 0, 0, 0, 0, (n)}})
#define NO_MAC           ((struct mac_address){{0}})

/* The ELAN has 10.0.0.0/24, the LAN port 192.168.1.0/24. */
#define ELAN_IP     ADDRESS(0x0a000003)
#define ELAN_MAC    MAC(0x03)
#define LAN_IP      ADDRESS(0xc0a80103)
#define LAN_MAC     MAC(0x13)
#define VIRTUAL_1   ADDRESS(0x0a000001) /* VRID 1 */
#define VIRTUAL_2   ADDRESS(0x0a000002) /* VRID 2 */
#define VIRTUAL_2B  ADDRESS(0x0a00000c) /* VRID 2 */
#define HOST_IP     ADDRESS(0x0a000032) /* on the ELAN */
#define HOST_MAC    MAC(0x32)
#define FAR_IP      ADDRESS(0xc0a80132) /* on the LAN */
#define FAR_MAC     MAC(0x42)
#define GATEWAY_IP  ADDRESS(0x0a000009) /* on the ELAN; the way to 172.17.0.0/16 */
#define GATEWAY_MAC MAC(0x09)
#define BEYOND_LAN  ADDRESS(0xac100001) /* 172.16.0.1, by 192.168.1.99 */
#define LAN_GATEWAY ADDRESS(0xc0a80163)
#define BEYOND_ELAN ADDRESS(0xac110001) /* 172.17.0.1 */

/* A frame that was sent. */
struct seen_frame {
    enum ip_port port;
    uint8_t octets[STAGE_FRAME_ROOM];
    size_t size;
    struct frame frame;
};

struct ip_stage {
    struct fake_services *fake;
    struct device_settings settings;
    struct vrrp_options vrrp_options;
    struct ip_options options;
    struct vrrp_instance *vrrp;
    struct ip *ip;
    /* The frames that left since the last look, in order. */
    struct seen_frame seen[STAGE_SEEN_ROOM];
    size_t seen_count;
    /* The last VRRP message handed up; its octets are gone by then. */
    struct vrrp_arrival arrived;
    size_t arrival_count;
};

extern struct ip_stage stage;

/* The fixture: VRID 1 with one address, VRID 2 with two, priorities by default. */
void stage_set_up(void);
void stage_tear_down(void);
/* Makes the router from settings and options. */
void stage_make(void);
/* Makes VRID 1 the owner of 10.0.0.1, which is then the address of the interface, too. */
void stage_own_virtual_1(void);
/* Brings a virtual router that is in Initialize to this state. */
void stage_bring_to(unsigned number, enum vrrp_state state);
/* An owner that an equal priority from a greater address has sent to Backup. */
void stage_yield(unsigned number);
/* A frame comes in on 'port'; as LLC/SNAP if 'snap'. */
void stage_deliver_as(enum ip_port port, bool snap, struct mac_address destination, struct mac_address source,
                      uint16_t type, struct octets payload);
void stage_deliver(enum ip_port port, struct mac_address destination, struct mac_address source,
                   uint16_t type, struct octets payload);
/* An ARP message, or an IPv4 packet of the host on that side, comes in. */
void stage_deliver_arp(enum ip_port port, struct mac_address destination, const struct arp *arp);
/* The host on that side asks for 'target'. */
void stage_who_has(enum ip_port port, struct ipv4_address target);
/* A neighbour says where 'address' is. */
void stage_is_at(enum ip_port port, struct ipv4_address address, struct mac_address mac);
/* Both hosts and the gateway have been heard of. */
void stage_meet_everybody(void);
void stage_deliver_ipv4(enum ip_port port, struct mac_address destination, const struct ipv4 *ipv4);
/* A UDP-like packet of the ELAN host, with its sequence number as payload. */
void stage_send_to(struct mac_address destination, struct ipv4_address target, uint8_t ttl, uint8_t number);
/* The host on that side sends an echo request, "hello". */
void stage_ping(enum ip_port port, struct mac_address destination, struct ipv4_address target);
/* The one frame that was sent since the last look. */
const struct frame *stage_only_frame(enum ip_port port, enum frame_name name);
void stage_assert_mac(struct mac_address mac, struct mac_address expected);
void stage_assert_ip(struct ipv4_address address, struct ipv4_address expected);
/* Nothing was sent since the last look. */
void stage_assert_silent(void);
/* 'mac' is in the reply and the source of its frame. */
void stage_assert_arp_reply(enum ip_port port, struct mac_address mac, struct ipv4_address address);
/* A packet of stage_send_to() to FAR_IP was sent on to FAR_MAC. */
void stage_assert_forwarded(uint8_t ttl, uint8_t number);
/* A stage_ping() was answered from 'from', with the MAC address of the interface. */
void stage_assert_echo_reply(enum ip_port port, struct ipv4_address from);

#endif
