/* One emulated network with its own clock: an ATM cloud, LAN segments, stations, a tap. It lives for one
 * case; nothing in it is shared with another world, so worlds run side by side in threads.
 *
 *   struct world *world = world_new(&settings);
 *   struct port *port = world_port(world, "les");
 *   struct les *les = les_new(port_services(port), …);
 *   port_attach(port, &les_handlers, les);
 *   world_run_until(world, SECONDS(10));
 *   world_free(world);                       // destroys the stations as well
 *
 * Virtual clock: time jumps from event to event, nothing sleeps. Equal settings give the same run, event by
 * event. Of events at the same instant, deliveries come before timers, deliveries in the order of sending,
 * timers of the world itself (cases, T309) before those of the ports, these by port and then by order of
 * starting: an order that a device out of process can keep as well.
 *
 * The device under test is the port marked with port_mark_device(). Its frames are tapped when they leave it,
 * all others when they arrive (world/tap.h).
 */
#ifndef WORLD_WORLD_H
#define WORLD_WORLD_H

#include "base/arena.h"
#include "station/station.h"
#include "world/lateness.h"
#include "world/switch_behaviour.h"

struct world;
struct port;
struct tap;
struct tap_event;

/* Of a world all that happens is kept: the tap with its frames and what was made of them. This bounds it when
 * a station floods, so that no device can use up the machine's memory. The case of the suite that needs most
 * keeps 40 MB (robustness/flood-data-elan: 30,000 frames). */
#define WORLD_MEMORY_LIMIT ((size_t)256 * 1024 * 1024)

struct world_settings {
    uint64_t seed;
    /* Latency of each VCC and LAN segment is drawn from [low, high] and stays the same for its life. */
    int64_t latency_low_ns;
    int64_t latency_high_ns;
    int64_t t303_ns; /* SETUP unanswered: released with CAUSE_TIMER_EXPIRED; 0 = 4 s */
    const struct switch_behaviour *switch_behaviour; /* when a link fails; NULL: switch_behaviour_default() */
    /* Events allowed at one instant before the world stops; 0 = 10,000. */
    unsigned instant_limit;
    /* Octets kept of what happens before the world stops; 0 = WORLD_MEMORY_LIMIT. */
    size_t memory_limit;
    bool token_ring; /* medium of its ELAN: how SDUs are decoded */
    bool wall_clock; /* real time instead of virtual time */
};

/* Memory comes from 'arena', which the caller clears or frees after world_free(). */
struct world *world_new(const struct world_settings *settings, struct arena *arena);
void world_free(struct world *world);

/* Nanoseconds since the world began. */
int64_t world_now_ns(const struct world *world);
struct tap *world_tap(struct world *world);
struct arena *world_arena(struct world *world);

/* A place where a station attaches. 'name' (not copied) stands in the tap: "dut", "les", "host-1"… */
struct port *world_port(struct world *world, const char *name);
const char *port_name(const struct port *port);
struct world *port_world(const struct port *port);
unsigned port_index(const struct port *port);

/* The stream behind random_bits() of this port's services, as it stands: a device in another process draws
 * from a copy. */
struct random port_random(const struct port *port);
const struct station_services *port_services(struct port *port);
void port_attach(struct port *port, const struct station_handlers *handlers, void *station);

/* The port of the device under test; at most one, and port index 0. */
void port_mark_device(struct port *port);

/* Which server of the LAN emulation service stands at a port: tells what the VCCs to and from it are for. */
enum lane_service { SERVICE_NONE, SERVICE_LECS, SERVICE_LES, SERVICE_BUS };
void port_set_service(struct port *port, enum lane_service service);

/* The same for one ATM address of a port where two servers stand, LES and BUS. */
void port_set_address_service(struct port *port, const struct atm_address *address,
                              enum lane_service service);

/* LAN segments: frames sent on port 'lan_port' of one member reach all others. */
struct segment;
struct segment *world_segment(struct world *world, const char *name);
const char *segment_name(const struct segment *segment);
/* A ring: its frames are 802.5 frames from AC on (wire/token_ring.h). Otherwise Ethernet frames. */
void segment_set_token_ring(struct segment *segment);
bool segment_is_token_ring(const struct segment *segment);
void segment_join(struct segment *segment, struct port *port, unsigned lan_port);

/* Does something to the station as the lab would; recorded in the tap. */
bool port_control(struct port *port, const struct control_action *action, struct reason *reason);

/* The same when somebody else does it: only the record. Who does it sets `late_ns` when it is done. */
struct tap_event *port_control_begins(struct port *port, const struct control_action *action);

/* Wall clock: a frame that a station on a real wire sent on one of its LAN ports, as lan_frame_send(), seen
 * at 'realtime_ns' (CLOCK_REALTIME). That is its time in the tap, as far as the order of the tap allows. */
void port_lan_frame_seen(struct port *port, unsigned lan_port, const uint8_t *data, size_t size,
                         int64_t realtime_ns);

/* Cuts the ATM link of a port; what follows is the switch's behaviour. */
enum link_failure {
    LINK_CARRIER_LOSS, /* the switch sees it: all calls are released at once */
    LINK_SAAL_LOSS,    /* the switch misses its SAAL and releases the calls after T309 */
    LINK_UNNOTICED     /* nothing is released, ever */
};
void port_fail_link(struct port *port, enum link_failure failure);

/* Mends the link; calls that were released stay so. */
void port_restore_link(struct port *port);

/* Fixes the latency of VCCs that are set up from now on by or to this port (instead of drawing it). */
void port_set_latency(struct port *port, int64_t latency_ns);

/* The network side clears a VCC, as an operator on the switch would: both ends hear call_released. 'vcc' is
 * the number in the tap (struct vcc). */
void world_clear_vcc(struct world *world, uint32_t vcc_id, enum release_cause cause);

/* Adds a line to the tap: a decision of an emulated peer or of the case that matters to a reader. */
void world_note(struct world *world, const char *text);

/* Runs all events up to and including 'time_ns', then stands at 'time_ns'. */
void world_run_until(struct world *world, int64_t time_ns);

/* Runs events until a new entry is in the tap or 'time_ns' is reached, whichever is first. True when there is
 * a new entry. Time stands at the entry, with all other events of that instant still to come. */
bool world_run_to_next_tap_event(struct world *world, int64_t time_ns);

/* Runs events until '*over', which a descriptor that is watched sets, or to 'time_ns'. */
void world_run_until_set(struct world *world, const bool *over, int64_t time_ns);

/* Why the world no longer moves, and carries no frames any more: a bound of its settings was hit, on events
 * per instant or on memory. NULL: it moves. */
const char *world_stuck(const struct world *world);

/* Wall clock: how late the world was with each of its events. Nothing on the virtual clock. */
const struct lateness *world_lateness(const struct world *world);

/* Wall clock: a device has kept the world waiting for an answer, for so long. Returns by how much the world
 * is late now because of that, and of such waiting before that it has not caught up with. */
int64_t world_kept_waiting(struct world *world, int64_t waited_ns);

/* Wall clock: by how much the world was late at most that no such waiting explains. */
int64_t world_late_itself_ns(const struct world *world);

/* Wall clock: real time since the world began; not quantised to events as world_now_ns(). Virtual clock: 0.
 */
int64_t world_real_ns(const struct world *world);

/* Wall clock: time begins at 0 now, as if the world had just been made. Before anything has happened in it.
 */
void world_restart_clock(struct world *world);

/* Wall clock: calls 'ready' whenever 'fd' can be read, until the world is freed. Returns false, with the
 * reason, when the descriptor can't be watched or the clock is virtual. */
bool world_watch(struct world *world, int fd, void (*ready)(void *context), void *context,
                 struct reason *reason);

/* No longer; nothing if it is not watched. */
void world_unwatch(struct world *world, int fd);

/* Timers of the harness (cases, injectors): as those of a station, fired before all of them. */
void world_timer_start(struct world *world, struct timer *timer, int64_t due_ns);
void world_timer_stop(struct world *world, struct timer *timer);

#endif
