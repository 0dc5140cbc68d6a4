/* What the files of the world share; not for others. */
#ifndef WORLD_PRIVATE_H
#define WORLD_PRIVATE_H

#include "base/duration.h"
#include "world/clock.h"
#include "world/tap.h"
#include "world/world.h"

#define PORT_ROOM          64
#define ADDRESS_ROOM       8
#define FIRST_VCI          32
#define MINIMUM_LATENCY_NS MICROSECONDS(10) /* nothing crosses a world faster */

/* Something on its way, to happen at `due_ns`. */
struct delivery {
    void (*arrive)(struct world *world, struct delivery *delivery);
    int64_t due_ns;
    uint64_t sequence; /* order of sending */
    int64_t sent_ns;
    struct connection *connection;
    const struct segment *segment;
    uint8_t port;     /* the receiver, or PORT_NONE: the leaves in 'to' */
    uint8_t from;     /* the sender, PORT_NONE for the network */
    uint8_t lan_port; /* of the sender */
    bool tapped;      /* already in the tap, when it left the device */
    uint64_t to;
    uint32_t party;
    enum release_cause cause;
    const uint8_t *data;
    uint32_t size;
    struct delivery *next_free;
};

/* One party of a call. */
struct party {
    uint32_t number; /* 0: the one of the SETUP */
    uint8_t port;
    struct atm_address address;
    /* SETUP under way; heard; answered; CONNECT heard by the caller; released or refused */
    enum { PARTY_CALLED, PARTY_OFFERED, PARTY_ACCEPTED, PARTY_CONNECTED, PARTY_GONE } state;
    bool dropped;      /* the caller took it out: nothing of it matters to the caller any more */
    bool release_lost; /* it released on a cut link: the caller hears of it when the network gives the link up
                        */
    struct party *next;
};

/* A call and its VCC. */
struct connection {
    struct vcc vcc;   /* what the tap shows */
    bool caller_open; /* the caller still knows it */
    struct party first;
    uint32_t party_count;
    bool connected; /* the caller heard the CONNECT of a party: it may send */
};

struct port {
    struct world *world;
    const char *name;
    uint8_t index;
    enum lane_service service;
    struct {
        struct atm_address address;
        enum lane_service service;
    } address_services[2]; /* several services at one port */
    size_t address_service_count;
    bool link_down;
    int64_t fixed_latency_ns; /* -1: drawn */
    const struct station_handlers *handlers;
    void *station;
    struct timer_queue timers;
    struct station_services services;
    struct atm_address addresses[ADDRESS_ROOM];
    size_t address_count;
    struct segment *segments[4]; /* by LAN port */
    struct timer link_timer;     /* SAAL failure and T309 */
    struct random random;
};

struct segment {
    const char *name;
    bool token_ring;
    uint64_t members;
    uint8_t lan_ports[PORT_ROOM]; /* by port index */
    int64_t latency_ns;
    struct segment *next;
};

struct world {
    struct world_settings settings;
    struct switch_behaviour switch_behaviour;
    struct arena *arena;
    struct clock *clock;
    int64_t now_ns;
    struct tap *tap;
    struct port *ports[PORT_ROOM];
    size_t port_count;
    struct segment *segments;
    struct connection **connections; /* by id - 1 */
    size_t connection_count;
    size_t connection_room;
    struct delivery **heap;
    size_t heap_count;
    size_t heap_room;
    struct delivery *free_deliveries;
    struct timer_queue timers; /* of cases, and T309 */
    uint64_t next_sequence;
    struct random latency;
    int64_t instant_ns; /* for the bound on events per instant */
    unsigned instant_count;
    const char *stuck;
    struct lateness lateness; /* wall clock: of each event */
    int64_t kept_until_ns;  /* wall clock: world time when it will have caught up with waiting for devices */
    int64_t late_itself_ns; /* wall clock: the longest, without such waiting */
};

/* Schedules a delivery: claim, fill, send. */
struct delivery *delivery_new(struct world *world);
void delivery_send(struct world *world, struct delivery *delivery, int64_t latency_ns);

/* Wall clock: by how much real time is beyond 'time_ns' now. Else 0. */
int64_t world_late_ns(const struct world *world, int64_t time_ns);

/* Stops the world when more is kept of it than its settings allow. */
void world_check_memory(struct world *world);

/* A latency from the range of the settings. */
int64_t world_draw_latency(struct world *world);

/* cloud.c: the ATM half of the services, and what a link failure does to calls. */
void cloud_services(struct station_services *services);
void cloud_link_lost(struct world *world, struct port *port);

/* segment.c */
void segment_send(void *context, unsigned lan_port, const uint8_t *data, size_t size);

/* tap.c: tap_add() numbers SDUs and LAN frames, tap_publish() the calls of the device. */
struct tap *tap_new(struct world *world);
struct tap_event *tap_add(struct tap *tap, enum tap_kind kind);
/* The event that was just added happened earlier, at 'time_ns', but not before the one before it. */
void tap_set_time(struct tap *tap, struct tap_event *event, int64_t time_ns);
void tap_publish(struct tap *tap, struct tap_event *event);
void tap_set_device(struct tap *tap, unsigned port);

/* tap_stream.c: a tap without a world, whose frames come from the stream. */
struct tap_stream;
struct tap *tap_of_stream(struct arena *arena, struct tap_stream *stream);
const struct frame *tap_stream_frame(struct tap_stream *stream, struct tap_event *event);

#endif
