/* The stations of a capture: who sends in it, as far as that can be told.
 *
 * A LEC is known by its ATM address, by the LECID that its LES gave it, or both; a router on a LAN by the IP
 * source of its advertisements; the servers of the ELAN are one station, since nothing tells them apart. What
 * becomes known later is added to the same station.
 *
 *   struct stations *stations = stations_new();
 *   struct station *lec = stations_lec_of_lecid(stations, 5);
 */
#ifndef AUDIT_STATIONS_H
#define AUDIT_STATIONS_H

#include "base/arena.h"
#include "base/scope.h"
#include "wire/frame.h"

/* More LECs, and more LAN routers, than this are counted, not judged. */
#define STATION_ROOM 1024

enum station_kind { STATION_LEC, STATION_SERVER, STATION_LAN_ROUTER };

/* What is known or possible only bit by bit. */
struct station {
    enum station_kind kind;
    unsigned index;   /* in the order in which they were met */
    unsigned network; /* 0: the ELAN; LANs from 1 on */
    bool local;       /* the capture was taken at its port */
    bool atm_known;   /* LEC */
    uint16_t lecid;   /* LEC; 0: not known */
    struct atm_address atm;
    struct ipv4_address ip; /* LAN router */
    uint64_t first_number;  /* frames that it sent, first and last, and how many */
    uint64_t last_number;
    uint64_t sent_count;
    uint64_t heard_count; /* frames that reached it, as far as that can be told */
    struct station *next; /* of the same hash; private */

    /* What follows is the judges' (audit/judging.h), whose thread is another: on cache lines of its own. */
    uint8_t apart[128];
    struct judge *judge;  /* NULL: not yet */
    bool judged_local;    /* 'local' at the frame that is judged */
    bool claims;          /* it has said that it represents a VMAC */
    bool proxy_known;     /* its LE_JOIN_REQUEST was seen */
    bool proxy;           /* and its Proxy flag */
    bool medium_known;    /* whether its ELAN is 802.3 or 802.5 */
    bool token_ring;      /* its frames are 802.5 */
    uint64_t sent_names;  /* FRAME_SET of what it sent */
    uint64_t heard_names; /* and heard */
};

struct stations;

struct stations *stations_new(void);
void stations_free(struct stations *stations);

/* The LEC with an ATM address; made when it is not there. NULL when there is no room (counted). */
struct station *stations_lec_of_atm(struct stations *stations, const struct atm_address *atm);

/* The LEC with a LECID (not 0); as above. */
struct station *stations_lec_of_lecid(struct stations *stations, uint16_t lecid);

/* Both belong together: the LEC of the address has the LECID from now on. */
struct station *stations_lec_joined(struct stations *stations, const struct atm_address *atm, uint16_t lecid);

/* The servers at the capture point, and the router of a LAN. */
struct station *stations_server(struct stations *stations);
struct station *stations_lan_router(struct stations *stations, unsigned network, struct ipv4_address ip);

/* The servers if they were met, NULL else. */
struct station *stations_known_server(const struct stations *stations);

/* The LEC that had the LECID last, NULL if none is known; nothing is made. */
struct station *stations_known_lecid(const struct stations *stations, uint16_t lecid);

/* The LEC with an ATM address, NULL if none is known; nothing is made. */
struct station *stations_known_atm(const struct stations *stations, const struct atm_address *atm);

/* The only LEC at the capture point, NULL if there are none or several. */
struct station *stations_only_local(const struct stations *stations);

/* The station was seen to send at the capture point. */
void stations_make_local(struct stations *stations, struct station *station);

size_t stations_count(const struct stations *stations);
struct station *stations_at(const struct stations *stations, size_t index);

/* How often a station found no room. */
uint64_t stations_beyond_count(const struct stations *stations);

/* "LEC 5 at 4700…", "servers", "10.0.0.1". Returns 'text'. */
#define STATION_TEXT_SIZE 80
const char *station_text(const struct station *station, char text[static STATION_TEXT_SIZE]);

/* The name by which --device takes it: the ATM address, "lecid 5", "servers" or the IP address. */
const char *station_name(const struct station *station, char text[static STATION_TEXT_SIZE]);

#endif
