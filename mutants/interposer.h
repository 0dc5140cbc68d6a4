/* An interposer: sits between a station and its services and spoils what passes. The station inside does not
 * know of it.
 *
 * What is spoiled is a list of rules, tried in order on each frame that the device sends or hears; the first
 * that matches acts. A rule names frames as the suite does (wire/frame.h) and changes fields as the text line
 * names them (wire/field.h), so that most defects are one line of a table:
 *
 *   {.side = SENT, .names = FRAME_SET(TARGETLESS_LE_ARP_REQUEST), .about = ABOUT_VMAC,
 *    .action = CHANGE_FIELD, .field = FIELD_SOURCE_ATM, .to = VALUE_ZERO}
 *
 * Defects that need more give a `rewrite` function, which may send further frames through interposer_send().
 */
#ifndef MUTANTS_INTERPOSER_H
#define MUTANTS_INTERPOSER_H

#include "station/device_settings.h"
#include "station/station.h"
#include "wire/field.h"

struct interposer;

/* Which way a frame goes, seen from the device. */
enum interposer_side { SENT, HEARD };

/* Whose MAC address a control frame is about (source or target LAN destination), or which VRID an
 * advertisement or the address of an ARP message belongs to. */
enum interposer_about { ABOUT_ANYTHING, ABOUT_VMAC, ABOUT_OWN_MAC };

enum interposer_action {
    DROP_FRAME,
    CHANGE_FIELD, /* 'field' becomes 'to' */
    DELAY_FRAME,  /* by 'delay_ns' */
    REPEAT_FRAME, /* 'times' more, 'delay_ns' apart */
    REWRITE_FRAME /* by 'rewrite' */
};

/* Where a new value comes from. */
enum interposer_value {
    VALUE_ZERO,  /* of the field's kind */
    VALUE_GIVEN, /* 'number' */
    VALUE_OWN_ATM,
    VALUE_OWN_MAC,
    VALUE_VMAC,        /* of the first virtual router */
    VALUE_FOREIGN_ATM, /* the own ATM address with another selector */
    VALUE_OWN_LECID,   /* of the present join, or of the last one */
    VALUE_OWN_IP,
    VALUE_VIRTUAL_IP
};

/* A frame on its way, for `when` and `rewrite`. 'data' may be changed and 'size' shortened or grown within
 * 'room'; 'vcc' may be replaced. */
struct interposed {
    struct frame frame; /* as it was decoded */
    uint8_t *data;
    size_t size;
    size_t room;
    bool lan; /* on LAN port 'vcc', not on a VCC */
    uint32_t vcc;
};

struct interposer_rule {
    enum interposer_side side;
    uint64_t names; /* FRAME_SET(…) | …; 0 ends the list; UINT64_MAX: every frame */
    enum interposer_about about;
    /* A further condition; NULL: none. */
    bool (*when)(const struct interposer *interposer, const struct interposed *interposed);
    enum interposer_action action;
    enum frame_field field;
    enum interposer_value to;
    uint64_t number;
    int64_t delay_ns;
    unsigned times;
    /* REWRITE_FRAME: false drops the frame. */
    bool (*rewrite)(struct interposer *interposer, struct interposed *interposed);
};

/* Everything that one mutant does at its ports. */
struct interposition {
    const struct interposer_rule *rules; /* NULL: none */
    /* Changes a call that the device sets up; NULL: none. */
    void (*call)(struct interposer *interposer, struct call *call);
    /* Called every 'period_ns' from CONTROL_START on; NULL: never. */
    void (*tick)(struct interposer *interposer);
    int64_t period_ns;
};

/* What an interposer knows; for `when`, `rewrite`, `call` and `tick`. */
struct interposer {
    const struct interposition *interposition;
    const struct station_services *below; /* the world's */
    struct station_services above;        /* what the station inside gets */
    const struct station_handlers *inner; /* of the station inside */
    void *station;
    struct device_settings settings;
    struct timer ticker;
    struct delayed_frame *delayed; /* waiting for their time */
    bool failed;                   /* CONTROL_FAIL, and no CONTROL_START since */

    /* the VCCs that matter, VCC_NONE while there are none */
    uint32_t control_direct;
    uint32_t control_distribute;
    uint32_t multicast_send;
    uint32_t multicast_forward;
    uint32_t data_direct;        /* the last one that was opened */
    uint32_t data_direct_called; /* the last one that the device called, open or not yet */

    /* what the frames showed so far */
    uint32_t join_transaction; /* of the last LE_JOIN_REQUEST */
    uint16_t lecid;            /* assigned by LE_JOIN_RESPONSE */
    bool v2;                   /* V2 Required in it */
    /* Sent an advertisement of priority above 0, and none of 0 nor a disassociation since. */
    bool advertising;
    /* The first virtual router had its Startup event, or gets it by the join, and no Shutdown since. */
    bool running;
    unsigned joins;         /* successful LE_JOIN_RESPONSEs */
    unsigned count;         /* for the mutant's own use */
    int64_t time_ns;        /* the same */
    struct interposed kept; /* the same: a frame kept for later, in 'kept_data' */
    uint8_t kept_data[2048];
};

/* Puts an interposer over 'below'. The station inside is to be built on interposer_services() and then given
 * to interposer_adopt(). */
struct interposer *interposer_new(const struct interposition *interposition,
                                  const struct station_services *below,
                                  const struct device_settings *settings);
const struct station_services *interposer_services(struct interposer *interposer);
void interposer_adopt(struct interposer *interposer, const struct station_handlers *inner, void *station);

/* The handlers of the whole; their station is the interposer, and destroy frees it with the station inside.
 */
extern const struct station_handlers interposer_handlers;

/* Sends octets as if the device had, past all rules. */
void interposer_send(struct interposer *interposer, uint32_t vcc, const uint8_t *data, size_t size);
void interposer_send_control(struct interposer *interposer, uint32_t vcc, const struct le_control *control);

/* An Ethernet frame on Multicast Send, with LE header. */
void interposer_send_data(struct interposer *interposer, const struct ethernet *ethernet);

/* The frame as LE data of the medium of the device's ELAN; returns its size, 0 when it does not fit. */
size_t interposer_data_encode(const struct interposer *interposer, uint16_t lecid,
                              const struct ethernet *ethernet, uint8_t *data, size_t room);

/* Puts 'ethernet' in the place of the frame, in the form of what carries it: LE data, or a LAN frame. */
void interposer_replace(const struct interposer *interposer, struct interposed *interposed,
                        const struct ethernet *ethernet);

/* Sends a frame that the device sends as it is now, past all rules. */
void interposer_send_copy(struct interposer *interposer, const struct interposed *interposed);

/* Hands octets to the device as if they had come on 'vcc', past all rules. */
void interposer_deliver(struct interposer *interposer, uint32_t vcc, const uint8_t *data, size_t size);

/* Time now; own values in short. */
int64_t interposer_now_ns(const struct interposer *interposer);
struct mac_address interposer_vmac(const struct interposer *interposer);

/* Virtual routers that matter to the device: its own, or, for a bridge, the one behind it (the first of the
 * settings). */
size_t interposer_router_count(const struct interposer *interposer);

/* A request of this client: its LECID, its ATM address as source. */
struct le_control interposer_request(struct interposer *interposer, enum le_opcode opcode);

#endif
