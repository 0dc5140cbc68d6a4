/* A whole emulated ELAN in a real world for the tests of the peers: LECS, LES, BUS and as many LECs as a test
 * wants.
 *
 *   struct peer_elan *elan = peer_elan_new(v2);
 *   elan->les_settings.echo = false;                 // before peer_elan_build()
 *   peer_elan_build(elan);
 *   struct peer_lec *a = peer_elan_lec(elan, &settings);   // number 0, joins at once
 *   peer_elan_run(elan, SECONDS(5));
 */
#ifndef TESTS_UNIT_PEER_ELAN_H
#define TESTS_UNIT_PEER_ELAN_H

#include "base/duration.h"
#include "peers/bus.h"
#include "peers/host.h"
#include "peers/lan_port.h"
#include "peers/lec.h"
#include "peers/lecs.h"
#include "peers/les.h"
#include "peers/vrrp_speaker.h"
#include "world/tap.h"
#include "world/world.h"

#define PEER_ELAN_LECS 4

struct peer_elan {
    struct arena *arena;
    bool token_ring;
    int64_t latency_low_ns;
    int64_t latency_high_ns;
    struct lecs_settings lecs_settings;
    struct les_settings les_settings;
    struct bus_settings bus_settings;
    struct world *world;
    struct tap *tap;
    struct lecs *lecs;
    struct les *les;
    struct bus *bus;
    struct port *les_port;
    struct port *bus_port;
    struct peer_lec *lecs_of[PEER_ELAN_LECS];
    struct port *ports_of[PEER_ELAN_LECS];
    size_t lec_count;
};

struct peer_elan *peer_elan_new(bool v2);
void peer_elan_build(struct peer_elan *elan);
void peer_elan_free(struct peer_elan *elan);

/* Addresses by number: LEC 'number' has MAC and ATM address; 'ip' is 10.0.0.x. */
struct mac_address peer_elan_mac(unsigned number);
struct atm_address peer_elan_atm(unsigned number);
struct ipv4_address peer_elan_ip(unsigned last_octet);

/* Default settings with the addresses of the next LEC. */
struct peer_lec_settings peer_elan_lec_settings(const struct peer_elan *elan);

/* Adds the next LEC and starts it; NULL: default settings. */
struct peer_lec *peer_elan_lec(struct peer_elan *elan, const struct peer_lec_settings *settings);

/* Lets time pass. */
void peer_elan_run(struct peer_elan *elan, int64_t duration_ns);
int64_t peer_elan_now_ns(const struct peer_elan *elan);

/* Frames of one name that a port sent, from tap index 'since' on; those that reach a port; the last such
 * frame. */
size_t peer_elan_sent(struct peer_elan *elan, const struct port *from, enum frame_name name, size_t since);
size_t peer_elan_got(struct peer_elan *elan, const struct port *to, enum frame_name name, size_t since);
const struct frame *peer_elan_last(struct peer_elan *elan, const struct port *from, enum frame_name name);
struct tap_event *peer_elan_last_event(struct peer_elan *elan, const struct port *from, enum frame_name name);

/* SETUPs seen for VCCs of a kind; the VCC of that kind that was heard of last. */
size_t peer_elan_setups(struct peer_elan *elan, enum vcc_kind kind);
const struct vcc *peer_elan_last_vcc(struct peer_elan *elan, enum vcc_kind kind);

/* 'mac' is cached at 'lec', or registered with the LES, for LEC 'number'. */
bool peer_elan_bound(struct peer_lec *lec, struct mac_address mac, unsigned number);
bool peer_elan_registered(struct peer_elan *elan, struct mac_address mac, unsigned number);

/* Sends an Ethernet frame of an unassigned type from the MAC of the LEC. */
void peer_elan_send_frame(struct peer_lec *lec, struct mac_address to);

/* Counts what is handed up on a link; freed with the link's station. */
struct peer_listener {
    struct peer_user user;
    size_t count;
    struct peer_frame last; /* its data are gone */
};
struct peer_listener *peer_elan_listen_on(struct peer_link *link);
struct peer_listener *peer_elan_listen(struct peer_lec *lec);

/* The tap on standard output, for whoever mends a test. */
void peer_elan_print(struct peer_elan *elan, size_t since);

#endif
