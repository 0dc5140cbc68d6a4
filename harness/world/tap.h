/* The tap: everything that was seen in a world, in order, once.
 *
 * An event of the tap is kept for the life of the world. Its frame is decoded when somebody first asks for it
 * (tap_frame) and never twice. Captures, rules, ladders, JSON and expectations read the tap.
 *
 * When an SDU or LAN frame is tapped: one sent by the device under test when it leaves the device; any other
 * when it arrives. So 'time_ns' is always the time at the device's own port, and answers of the device can be
 * measured exactly, whatever the latency of the VCC. A frame sent on a point-to-multipoint VCC is one event
 * with its leaves.
 *
 * Frames of the capture are SDUs, LAN frames, and what the device under test sends or hears of calls: the
 * signalling at its port. Only the former are decoded by tap_frame().
 */
#ifndef WORLD_TAP_H
#define WORLD_TAP_H

#include "station/station.h"
#include "wire/frame.h"

/* What a VCC is for, told from its B-LLI, its direction and who is at its ends (lane-wire 10). */
#define VCC_KINDS(X)                                                                                         \
    X(UNKNOWN, "unknown")                                                                                    \
    X(CONFIGURATION_DIRECT, "configuration-direct")                                                          \
    X(CONTROL_DIRECT, "control-direct")                                                                      \
    X(CONTROL_DISTRIBUTE, "control-distribute")                                                              \
    X(MULTICAST_SEND, "multicast-send")                                                                      \
    X(MULTICAST_FORWARD, "multicast-forward")                                                                \
    X(DATA_DIRECT, "data-direct")

enum vcc_kind {
#define X(name, text) VCC_##name,
    VCC_KINDS(X)
#undef X
        VCC_KIND_COUNT
};
const char *vcc_kind_text(enum vcc_kind kind);

#define PORT_NONE 0xffu /* no port */

/* A set of ports: bit i = port index i. A world has at most 64 ports. */
static inline uint64_t port_bit(unsigned index)
{
    return UINT64_C(1) << index;
}

/* A VCC as the tap knows it; lives as long as the world. */
struct vcc {
    uint32_t id; /* unique in the world, from 1 */
    enum vcc_kind kind;
    struct call call;
    uint8_t caller;  /* port index */
    uint8_t called;  /* port index of the first party */
    uint16_t vci;    /* for captures: VPI 0, VCI 32 and up, unique in the world */
    uint64_t leaves; /* ports that can hear the caller now */
    int64_t latency_ns;
    bool open; /* connected and not yet released */
};

enum tap_kind {
    TAP_SDU,
    TAP_LAN_FRAME,
    TAP_CALL_SETUP,     /* SETUP leaves the caller */
    TAP_CALL_CONNECTED, /* the caller hears CONNECT */
    TAP_CALL_RELEASED,  /* refused, timed out or released; 'cause' says why, 'from' who did it (PORT_NONE: the
                           network) */
    TAP_PARTY_ADDED,    /* a further leaf ('to') connected */
    TAP_PARTY_DROPPED,  /* a leaf gone */
    TAP_CONTROL,        /* the lab acted on the station 'to' */
    TAP_LINK_DOWN,
    TAP_LINK_UP,
    TAP_NOTE /* a timer or decision of an emulated peer that matters to a reader; 'text' */
};

#define PARTY_ALL UINT32_MAX /* the caller or the network releases the call towards every party */

struct tap_event {
    int64_t time_ns;       /* at the device's side, see above */
    int64_t sent_ns;       /* when the sender sent it */
    int64_t late_ns;       /* wall clock: how late the harness was with it; what a deed of the lab took */
    uint32_t index;        /* place in the tap, from 0 */
    uint32_t frame_number; /* number in the capture, from 1; 0 for events that are no frames of it */
    uint8_t kind;          /* enum tap_kind */
    uint8_t from;          /* port index, PORT_NONE */
    uint8_t lan_port;      /* TAP_LAN_FRAME: of the sender */
    uint8_t matched;       /* consumed by an expectation of the case */
    uint8_t carrier;       /* enum frame_carrier; only in a recording (world/tap_stream.h) */
    uint64_t to;           /* ports that get it */
    const struct vcc *vcc; /* NULL for LAN frames, control, link */
    const struct segment *segment; /* TAP_LAN_FRAME */
    const uint8_t *data;
    uint32_t size;
    uint32_t party;                   /* calls: number of the party it is about, 0 the first; PARTY_ALL */
    enum release_cause cause;         /* TAP_CALL_RELEASED, TAP_PARTY_DROPPED */
    const struct atm_address *called; /* TAP_CALL_SETUP: of the party that is called */
    struct control_action control;    /* TAP_CONTROL */
    const char *text;                 /* TAP_NOTE */
    struct frame *decoded;            /* private: use tap_frame() */
};

/* An event of a call, whoever it is between. */
static inline bool tap_kind_is_call(enum tap_kind kind)
{
    return kind >= TAP_CALL_SETUP && kind <= TAP_PARTY_DROPPED;
}

struct tap;

/* Called for each event right after it was recorded, in order. */
struct tap_observer {
    void (*event)(void *context, struct tap_event *event);
    void *context;
};

size_t tap_count(const struct tap *tap);

/* Event 'index' < tap_count(); the pointer stays valid for the life of the world. */
struct tap_event *tap_at(const struct tap *tap, size_t index);

/* Adds an observer; called in the order of adding. At most 8. */
void tap_observe(struct tap *tap, struct tap_observer observer);

/* The decoded frame of a TAP_SDU or TAP_LAN_FRAME event; NULL for every other kind. */
const struct frame *tap_frame(struct tap *tap, struct tap_event *event);

/* Index of the device's port, PORT_NONE if there is none. */
unsigned tap_device(const struct tap *tap);
const char *tap_port_name(const struct tap *tap, unsigned port);

/* True when the event was sent by, or reaches, the port. */
static inline bool tap_from(const struct tap_event *event, unsigned port)
{
    return event->from == port;
}
static inline bool tap_reaches(const struct tap_event *event, unsigned port)
{
    return event->to & port_bit(port);
}

/* One line for any event: "0.613204 dut -> les control-direct LE_REGISTER_REQUEST lecid=5 …". Returns 'line'.
 */
#define TAP_TEXT_SIZE 640
const char *tap_text(struct tap *tap, struct tap_event *event, char *line, size_t size);

/* Only what happened, without time and ends: the frame's line, "SETUP …", "RELEASE cause=16". */
const char *tap_what(struct tap *tap, struct tap_event *event, char *line, size_t size);

/* Names of the receivers, "les", "dut,host-1". */
const char *tap_receivers(const struct tap *tap, const struct tap_event *event, char *line, size_t size);

#endif
