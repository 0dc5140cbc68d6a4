/* What a case does on the LANs behind a bridge: frames of stations there, real or made up, and what the
 * bridge makes of them.
 *
 * A function that sends lets the world run until the frame is at the device's LAN port, and returns the event
 * of its arrival (as steps/inject.h).
 */
#ifndef STEPS_LAN_SIDE_H
#define STEPS_LAN_SIDE_H

#include "steps/states.h"

/* An Ethernet frame from station to station, IPv4 with an ICMP echo request in it, or, to a group address, a
 * gratuitous ARP of the source. Everything that a bridge looks at is in its header. */
struct lan_frame {
    struct mac_address source;
    struct mac_address destination;
};

/* On the segment of LAN port 'lan', without waiting. */
void send_on_lan(struct scene *scene, unsigned lan, const struct lan_frame *frame);

/* The same, and it has arrived. */
struct tap_event *inject_on_lan(struct scene *scene, unsigned lan, const struct lan_frame *frame);

/* Token ring: with this routing information. */
struct tap_event *inject_routed_on_lan(struct scene *scene, unsigned lan, const struct lan_frame *frame,
                                       const struct source_route *route);

/* The same from the ELAN: through the BUS, by the speaker's LEC. */
struct tap_event *inject_on_elan(struct scene *scene, const struct lan_frame *frame);

/* On a Data Direct VCC from the speaker's LEC to the device, which must be there. */
struct tap_event *inject_on_data_direct(struct scene *scene, const struct lan_frame *frame);

/* A station with this MAC address is heard on a LAN: it broadcasts a gratuitous ARP. */
struct tap_event *station_speaks(struct scene *scene, unsigned lan, struct mac_address mac);

/* The same on the ELAN, through the BUS. */
struct tap_event *station_speaks_on_elan(struct scene *scene, struct mac_address mac);

/* The host of a LAN is heard, by the device alone: the frame is for the device's own MAC address. */
struct tap_event *lan_host_speaks(struct scene *scene, unsigned lan);

/* An advertisement of a LAN's VRRP router, with the VMAC as its source, is heard on that LAN and nothing
 * else. */
struct tap_event *lan_router_advertises(struct scene *scene, unsigned lan);

/* A configuration BPDU on a LAN, with or without the topology change flag (802.1D 9.3.1). */
struct tap_event *inject_bpdu(struct scene *scene, unsigned lan, bool changing);

/* A frame from this source that the device sends on the segment of LAN port 'lan'. */
struct pattern frame_on_lan(const struct scene *scene, unsigned lan, struct mac_address source);

/* A frame from this source that the device sends to the ELAN, by whatever VCC. */
struct pattern frame_on_elan(const struct scene *scene, struct mac_address source);

/* Time for the rounds of an association to end; inconclusive when the device does not answer LE_ARP for 'mac'
 * then. For preconditions. */
void await_representation(struct scene *scene, struct mac_address mac);

/* The LES has released the device: waits until it is a member again and hears the BUS. */
bool await_rejoin(struct scene *scene, int64_t max_ns);

/* LE_ARP for 'mac' is answered now, with the device's ATM address; or it is not, and the device lives (true
 * when there was no answer). */
#define expect_represented(scene, mac, requirements)                                                         \
    expect_represented_at((scene), SITE, (mac), (requirements))
#define expect_given_up(scene, mac, requirements) expect_given_up_at((scene), SITE, (mac), (requirements))
struct tap_event *expect_represented_at(struct scene *scene, const char *site, struct mac_address mac,
                                        const char *requirements);
bool expect_given_up_at(struct scene *scene, const char *site, struct mac_address mac,
                        const char *requirements);

/* The first round of an association with a station: announcement and probe within a second of 'since'. Cites
 * the frames' own ids besides 'requirements'. */
#define expect_station_associated(scene, mac, since, requirements)                                           \
    expect_station_associated_at((scene), SITE, (mac), (since), (requirements))
void expect_station_associated_at(struct scene *scene, const char *site, struct mac_address mac,
                                  struct mark since, const char *requirements);

/* The withdrawal that v2 asks for (v1: as the PIXIT says), and the end of the answers. */
#define expect_station_given_up(scene, mac, since, requirements)                                             \
    expect_station_given_up_at((scene), SITE, (mac), (since), (requirements))
void expect_station_given_up_at(struct scene *scene, const char *site, struct mac_address mac,
                                struct mark since, const char *requirements);

#endif
