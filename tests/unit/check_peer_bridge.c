/* The emulated bridge: what it learns, represents, gives up, forwards. */
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "elan_stage.h"
#include "peers/peer_bridge.h"

#define BRIDGE 0u /* numbers of LECs */
#define OTHER  1u

static struct peer_bridge *bridge;
static struct port *lan_port;
static struct peer_link *lan;
static struct peer_listener *on_lan;
static struct peer_listener *on_elan;
static const struct mac_address station = {{0x00, 0x20, 0x5a, 0x11, 0x22, 0x33}};

/* An ELAN with a bridge and another LEC, and a LAN with a port of its own behind the bridge. */
static void open_network(bool v2)
{
    open_elan(v2);
    struct peer_lec_settings settings = peer_elan_lec_settings(elan);
    settings.proxy = true;
    peer_elan_lec(elan, &settings);
    peer_elan_lec(elan, NULL);
    struct segment *segment = world_segment(elan->world, "lan");
    struct port *bridge_port = world_port(elan->world, "bridge-lan");
    struct lan_port *bridge_lan = lan_port_new(port_services(bridge_port), 0);
    port_attach(bridge_port, &lan_port_handlers, bridge_lan);
    lan_port = world_port(elan->world, "station");
    struct lan_port *station_lan = lan_port_new(port_services(lan_port), 0);
    port_attach(lan_port, &lan_port_handlers, station_lan);
    segment_join(segment, bridge_port, 0);
    segment_join(segment, lan_port, 0);
    bridge = peer_bridge_new(elan->lecs_of[BRIDGE], lan_port_link(bridge_lan));
    lan = lan_port_link(station_lan);
    on_lan = peer_elan_listen_on(lan);
    on_elan = peer_elan_listen(elan->lecs_of[OTHER]);
    peer_elan_run(elan, SECONDS(1));
}

/* A frame of an unassigned type. */
static void frame_of(uint8_t frame[static 60], struct mac_address from, struct mac_address to)
{
    memset(frame, 0, 60);
    memcpy(frame, to.octet, 6);
    memcpy(frame + 6, from.octet, 6);
    octets_put_u16(frame + 12, 0x88b5);
}

static void send_on_lan(struct mac_address from, struct mac_address to)
{
    uint8_t frame[60];
    frame_of(frame, from, to);
    peer_link_send(lan, frame, sizeof frame);
    peer_elan_run(elan, SECONDS(1));
}

static void send_on_elan(struct mac_address from, struct mac_address to)
{
    uint8_t frame[60];
    frame_of(frame, from, to);
    peer_lec_send(elan->lecs_of[OTHER], frame, sizeof frame);
    peer_elan_run(elan, SECONDS(1));
}

START_TEST(stations_of_the_lan_are_represented)
{
    open_network(_i);
    ck_assert(!peer_bridge_has(bridge, station));
    send_on_lan(station, MAC_BROADCAST);
    ck_assert(peer_bridge_has(bridge, station));
    ck_assert(peer_lec_represents(elan->lecs_of[BRIDGE], station));
    enum frame_name announcement = _i ? FRAME_TARGETLESS_LE_ARP_REQUEST : FRAME_ZERO_LE_NARP_REQUEST;
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[BRIDGE], announcement, 0), 1);
    ck_assert_uint_eq(on_elan->count, 1);
    peer_lec_resolve(elan->lecs_of[OTHER], station);
    peer_elan_run(elan, SECONDS(1));
    ck_assert(peer_elan_bound(elan->lecs_of[OTHER], station, BRIDGE));
    send_on_lan(station, MAC_BROADCAST); /* known */
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[BRIDGE], announcement, 0), 1);
}
END_TEST

START_TEST(a_station_that_moves_away_is_given_up)
{
    open_network(true);
    send_on_lan(station, MAC_BROADCAST);
    send_on_elan(station, MAC_BROADCAST);
    ck_assert(!peer_bridge_has(bridge, station));
    ck_assert(!peer_lec_represents(elan->lecs_of[BRIDGE], station));
    ck_assert_uint_eq(peer_elan_sent(elan, elan->ports_of[BRIDGE], FRAME_NO_SOURCE_LE_NARP_REQUEST, 0), 1);
    send_on_lan(station, MAC_BROADCAST);
    ck_assert(peer_lec_represents(elan->lecs_of[BRIDGE], station));
}
END_TEST

START_TEST(frames_cross_only_where_they_have_to)
{
    const struct mac_address neighbour = {{0x00, 0x20, 0x5a, 0x44, 0x55, 0x66}};
    open_network(true);
    send_on_lan(station, MAC_BROADCAST);
    send_on_lan(neighbour, station); /* both on the LAN */
    ck_assert_uint_eq(on_elan->count, 1);
    send_on_lan(station, peer_elan_mac(OTHER)); /* not known yet */
    ck_assert_uint_eq(on_elan->count, 2);
    ck_assert_uint_eq(on_lan->count, 0);
    send_on_elan(peer_elan_mac(OTHER), station);
    ck_assert_uint_eq(on_lan->count, 1);
    send_on_elan(peer_elan_mac(OTHER), MAC_BROADCAST);
    ck_assert_uint_eq(on_lan->count, 2);
    send_on_elan(neighbour, peer_elan_mac(OTHER)); /* moved away */
    size_t before = on_lan->count;
    peer_lec_send_on_bus(elan->lecs_of[OTHER], peer_lec_lecid(elan->lecs_of[OTHER]),
                         (uint8_t[60]){0x00, 0x20, 0x5a, 0x44, 0x55, 0x66}, 60);
    peer_elan_run(elan, SECONDS(1));
    ck_assert_uint_eq(on_lan->count, before); /* from the ELAN to the ELAN */
}
END_TEST

int main(void)
{
    Suite *suite = suite_create("peer bridge");
    TCase *tests = tcase_create("bridge");
    tcase_add_checked_fixture(tests, NULL, close_elan);
    tcase_add_loop_test(tests, stations_of_the_lan_are_represented, 0, 2);
    tcase_add_test(tests, a_station_that_moves_away_is_given_up);
    tcase_add_test(tests, frames_cross_only_where_they_have_to);
    suite_add_tcase(suite, tests);
    SRunner *runner = srunner_create(suite);
    srunner_run_all(runner, CK_NORMAL);
    int failed = srunner_ntests_failed(runner);
    srunner_free(runner);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
