#include "world/world_private.h"

#include <stdlib.h>
#include <string.h>

/* On the wall clock a world that waits comes back so often. */
#define LOOK_INTERVAL MILLISECONDS(50)

static bool before(const struct delivery *a, const struct delivery *b);
static struct delivery *take_delivery(struct world *world);
static int64_t next_event_ns(const struct world *world);
static bool run_further(struct world *world, int64_t time_ns);
static void run_one_event(struct world *world);
static bool count_instant(struct world *world);
static bool move_to(struct world *world, int64_t time_ns);
static void note_lateness(struct world *world, int64_t time_ns);
static int64_t port_now_ns(void *context);
static void port_timer_start(void *context, struct timer *timer, int64_t delay_ns);
static void port_timer_stop(void *context, struct timer *timer);
static uint64_t port_random_bits(void *context);
static void link_timer_fired(void *owner);

struct world *world_new(const struct world_settings *settings, struct arena *arena)
{
    struct clock *clock = clock_new(settings->wall_clock, NULL);
    if (!clock)
        return NULL;
    struct world *world = arena_zeroed(arena, sizeof *world);
    world->settings = *settings;
    world->arena = arena;
    world->clock = clock;
    world->latency = random_stream(settings->seed, "latency");
    if (!world->settings.t303_ns)
        world->settings.t303_ns = SECONDS(4);
    world->switch_behaviour =
        settings->switch_behaviour ? *settings->switch_behaviour : switch_behaviour_default();
    if (!world->settings.instant_limit)
        world->settings.instant_limit = 10000;
    if (world->settings.latency_low_ns < MINIMUM_LATENCY_NS)
        world->settings.latency_low_ns = MINIMUM_LATENCY_NS;
    if (world->settings.latency_high_ns < world->settings.latency_low_ns)
        world->settings.latency_high_ns = world->settings.latency_low_ns;
    world->tap = tap_new(world);
    return world;
}

void world_free(struct world *world)
{
    if (!world)
        return;
    timer_queue_clear(&world->timers);
    for (size_t i = 0; i < world->port_count; i++) {
        struct port *port = world->ports[i];
        timer_queue_clear(&port->timers);
        if (port->handlers && port->handlers->destroy)
            port->handlers->destroy(port->station);
        timer_queue_clear(&port->timers);
    }
    free(world->heap);
    free(world->connections);
    clock_free(world->clock);
}

int64_t world_now_ns(const struct world *world)
{
    return world->now_ns;
}

struct tap *world_tap(struct world *world)
{
    return world->tap;
}

struct arena *world_arena(struct world *world)
{
    return world->arena;
}

struct port *world_port(struct world *world, const char *name)
{
    if (world->port_count == PORT_ROOM)
        abort(); /* a case that builds so many is a fault of the harness */
    struct port *port = arena_zeroed(world->arena, sizeof *port);
    port->world = world;
    port->name = name;
    port->index = (uint8_t)world->port_count;
    port->fixed_latency_ns = -1;
    port->random = random_stream(world->settings.seed, name);
    timer_init(&port->link_timer, link_timer_fired, port);
    port->services = (struct station_services){.context = port,
                                               .now_ns = port_now_ns,
                                               .timer_start = port_timer_start,
                                               .timer_stop = port_timer_stop,
                                               .lan_frame_send = segment_send,
                                               .random_bits = port_random_bits};
    cloud_services(&port->services);
    world->ports[world->port_count++] = port;
    return port;
}

struct random port_random(const struct port *port)
{
    return port->random;
}

const char *port_name(const struct port *port)
{
    return port->name;
}

struct world *port_world(const struct port *port)
{
    return port->world;
}

unsigned port_index(const struct port *port)
{
    return port->index;
}

const struct station_services *port_services(struct port *port)
{
    return &port->services;
}

void port_attach(struct port *port, const struct station_handlers *handlers, void *station)
{
    port->handlers = handlers;
    port->station = station;
}

void port_mark_device(struct port *port)
{
    tap_set_device(port->world->tap, port->index);
}

void port_set_service(struct port *port, enum lane_service service)
{
    port->service = service;
}

void port_set_address_service(struct port *port, const struct atm_address *address, enum lane_service service)
{
    size_t room = sizeof port->address_services / sizeof *port->address_services;
    if (port->address_service_count == room)
        return;
    port->address_services[port->address_service_count].address = *address;
    port->address_services[port->address_service_count++].service = service;
}

struct tap_event *port_control_begins(struct port *port, const struct control_action *action)
{
    struct tap_event *event = tap_add(port->world->tap, TAP_CONTROL);
    event->to = port_bit(port->index);
    event->control = *action;
    tap_publish(port->world->tap, event);
    return event;
}

bool port_control(struct port *port, const struct control_action *action, struct reason *reason)
{
    port_control_begins(port, action);
    if (!port->handlers || !port->handlers->control)
        return reason_set(reason, "%s can't be controlled", port->name);
    return port->handlers->control(port->station, action, reason);
}

void port_fail_link(struct port *port, enum link_failure failure)
{
    struct world *world = port->world;
    port->link_down = true;
    struct tap_event *event = tap_add(world->tap, TAP_LINK_DOWN);
    event->from = port->index;
    event->to = port_bit(port->index);
    tap_publish(world->tap, event);
    const struct switch_behaviour *behaviour = &world->switch_behaviour;
    if (failure == LINK_CARRIER_LOSS && behaviour->detects_carrier_loss)
        cloud_link_lost(world, port);
    else if (failure != LINK_UNNOTICED)
        timer_queue_start(&world->timers, &port->link_timer,
                          world->now_ns + behaviour->saal_detection_ns + behaviour->t309_ns);
}

void port_restore_link(struct port *port)
{
    struct world *world = port->world;
    port->link_down = false;
    timer_queue_stop(&world->timers, &port->link_timer);
    struct tap_event *event = tap_add(world->tap, TAP_LINK_UP);
    event->from = port->index;
    event->to = port_bit(port->index);
    tap_publish(world->tap, event);
}

void port_set_latency(struct port *port, int64_t latency_ns)
{
    port->fixed_latency_ns = latency_ns < MINIMUM_LATENCY_NS ? MINIMUM_LATENCY_NS : latency_ns;
}

void world_note(struct world *world, const char *text)
{
    struct tap_event *event = tap_add(world->tap, TAP_NOTE);
    event->text = text;
    tap_publish(world->tap, event);
}

void world_run_until(struct world *world, int64_t time_ns)
{
    while (run_further(world, time_ns))
        ;
}

bool world_run_to_next_tap_event(struct world *world, int64_t time_ns)
{
    size_t count = tap_count(world->tap);
    while (run_further(world, time_ns)) {
        if (tap_count(world->tap) > count)
            return true;
    }
    return false;
}

void world_run_until_set(struct world *world, const bool *over, int64_t time_ns)
{
    while (!*over && run_further(world, time_ns))
        ;
}

const char *world_stuck(const struct world *world)
{
    return world->stuck;
}

void world_check_memory(struct world *world)
{
    size_t limit = world->settings.memory_limit ? world->settings.memory_limit : WORLD_MEMORY_LIMIT;
    if (world->stuck || arena_size(world->arena) <= limit)
        return;
    size_t count = 0;
    size_t of_device = 0;
    for (size_t i = 0; i < tap_count(world->tap); i++) {
        const struct tap_event *event = tap_at(world->tap, i);
        bool frame = event->kind == TAP_SDU || event->kind == TAP_LAN_FRAME;
        count += frame;
        of_device += frame && tap_from(event, tap_device(world->tap));
    }
    world->stuck =
        arena_text(world->arena,
                   "%zu frames in %.3f s, %zu of them from the device, are more than vmacheck keeps "
                   "of one case (%zu MiB)",
                   count, (double)world->now_ns / (double)NS_PER_S, of_device, limit >> 20);
    world_note(world, "the case ends here: more frames than vmacheck keeps of one case");
}

const struct lateness *world_lateness(const struct world *world)
{
    return &world->lateness;
}

/* While it is late events take no time: what passes in the world is caught up with. */
int64_t world_kept_waiting(struct world *world, int64_t waited_ns)
{
    int64_t from_ns = world->kept_until_ns > world->now_ns ? world->kept_until_ns : world->now_ns;
    world->kept_until_ns = from_ns + waited_ns;
    return world->kept_until_ns - world->now_ns;
}

int64_t world_late_itself_ns(const struct world *world)
{
    return world->late_itself_ns;
}

int64_t world_real_ns(const struct world *world)
{
    return clock_real_ns(world->clock);
}

void world_restart_clock(struct world *world)
{
    clock_restart(world->clock);
}

int64_t world_late_ns(const struct world *world, int64_t time_ns)
{
    return world->settings.wall_clock ? clock_real_ns(world->clock) - time_ns : 0;
}

bool world_watch(struct world *world, int fd, void (*ready)(void *context), void *context,
                 struct reason *reason)
{
    return clock_watch(world->clock, fd, ready, context, reason);
}

void world_unwatch(struct world *world, int fd)
{
    clock_unwatch(world->clock, fd);
}

void world_timer_start(struct world *world, struct timer *timer, int64_t due_ns)
{
    timer_queue_start(&world->timers, timer, due_ns);
}

void world_timer_stop(struct world *world, struct timer *timer)
{
    timer_queue_stop(&world->timers, timer);
}

struct delivery *delivery_new(struct world *world)
{
    struct delivery *delivery = world->free_deliveries;
    if (delivery) {
        world->free_deliveries = delivery->next_free;
        *delivery = (struct delivery){0};
    } else {
        delivery = arena_zeroed(world->arena, sizeof *delivery);
    }
    delivery->sent_ns = world->now_ns;
    delivery->port = PORT_NONE;
    delivery->from = PORT_NONE;
    return delivery;
}

void delivery_send(struct world *world, struct delivery *delivery, int64_t latency_ns)
{
    if (world->heap_count == world->heap_room) {
        world->heap_room = world->heap_room ? world->heap_room * 2 : 64;
        world->heap = realloc(world->heap, world->heap_room * sizeof(struct delivery *));
        if (!world->heap)
            abort();
    }
    delivery->due_ns = world->now_ns + latency_ns;
    delivery->sequence = world->next_sequence++;
    size_t place = world->heap_count++;
    while (place > 0 && before(delivery, world->heap[(place - 1) / 2])) {
        world->heap[place] = world->heap[(place - 1) / 2];
        place = (place - 1) / 2;
    }
    world->heap[place] = delivery;
}

int64_t world_draw_latency(struct world *world)
{
    return random_between(&world->latency, world->settings.latency_low_ns, world->settings.latency_high_ns);
}

static bool before(const struct delivery *a, const struct delivery *b)
{
    return a->due_ns != b->due_ns ? a->due_ns < b->due_ns : a->sequence < b->sequence;
}

static struct delivery *take_delivery(struct world *world)
{
    struct delivery *first = world->heap[0];
    struct delivery *last = world->heap[--world->heap_count];
    size_t place = 0;
    for (;;) {
        size_t child = 2 * place + 1;
        if (child >= world->heap_count)
            break;
        if (child + 1 < world->heap_count && before(world->heap[child + 1], world->heap[child]))
            child++;
        if (!before(world->heap[child], last))
            break;
        world->heap[place] = world->heap[child];
        place = child;
    }
    if (world->heap_count)
        world->heap[place] = last;
    return first;
}

static int64_t next_event_ns(const struct world *world)
{
    int64_t next_ns = timer_queue_next_ns(&world->timers);
    if (world->heap_count && world->heap[0]->due_ns < next_ns)
        next_ns = world->heap[0]->due_ns;
    for (size_t i = 0; i < world->port_count; i++) {
        int64_t timer_ns = timer_queue_next_ns(&world->ports[i]->timers);
        if (timer_ns < next_ns)
            next_ns = timer_ns;
    }
    return next_ns;
}

/* Goes on to the next event, or to 'time_ns' if that comes first. Looks anew each time: a descriptor that is
 * served meanwhile may bring further events. False when there is nothing left to do. */
static bool run_further(struct world *world, int64_t time_ns)
{
    int64_t next_ns = next_event_ns(world);
    if (world->stuck || (next_ns > time_ns && world->now_ns >= time_ns))
        return false;
    if (!move_to(world, next_ns < time_ns ? next_ns : time_ns))
        return true;
    if (world->settings.wall_clock)
        note_lateness(world, world->now_ns);
    if (next_ns <= time_ns)
        run_one_event(world);
    return true;
}

/* The first event that is due now: a delivery before any timer, the world's own timers before those of the
 * ports, these in the order of the ports. */
static void run_one_event(struct world *world)
{
    if (!count_instant(world))
        return;
    if (world->heap_count && world->heap[0]->due_ns <= world->now_ns) {
        struct delivery *delivery = take_delivery(world);
        delivery->arrive(world, delivery);
        delivery->next_free = world->free_deliveries;
        world->free_deliveries = delivery;
        return;
    }
    struct timer *timer = timer_queue_take(&world->timers, world->now_ns);
    for (size_t i = 0; !timer && i < world->port_count; i++)
        timer = timer_queue_take(&world->ports[i]->timers, world->now_ns);
    if (timer)
        timer->fire(timer->owner);
}

static bool count_instant(struct world *world)
{
    if (world->instant_ns != world->now_ns) {
        world->instant_ns = world->now_ns;
        world->instant_count = 0;
    }
    if (++world->instant_count <= world->settings.instant_limit)
        return true;
    world->stuck =
        arena_text(world->arena,
                   "more than %u events at %.9f s: a station acts again and again without any time passing",
                   world->settings.instant_limit, (double)world->now_ns / (double)NS_PER_S);
    return false;
}

/* True when the clock stands at 'time_ns'; on the wall clock descriptors may have been served instead, or the
 * world has just looked how late it is: a machine that stalls while there is nothing to do stalls a device on
 * it as well. */
static bool move_to(struct world *world, int64_t time_ns)
{
    if (time_ns <= world->now_ns)
        return true;
    int64_t look_ns = world->now_ns + LOOK_INTERVAL;
    if (!world->settings.wall_clock || time_ns <= look_ns)
        return clock_wait(world->clock, time_ns, &world->now_ns);
    if (clock_wait(world->clock, look_ns, &world->now_ns))
        note_lateness(world, look_ns);
    return false;
}

/* With what was to happen at 'time_ns', now. */
static void note_lateness(struct world *world, int64_t time_ns)
{
    int64_t late_ns = world_late_ns(world, time_ns);
    int64_t kept_ns = world->kept_until_ns > time_ns ? world->kept_until_ns - time_ns : 0;
    lateness_add(&world->lateness, late_ns);
    if (late_ns - kept_ns > world->late_itself_ns)
        world->late_itself_ns = late_ns - kept_ns;
}

static int64_t port_now_ns(void *context)
{
    return ((struct port *)context)->world->now_ns;
}

static void port_timer_start(void *context, struct timer *timer, int64_t delay_ns)
{
    struct port *port = context;
    timer_queue_start(&port->timers, timer, port->world->now_ns + (delay_ns > 0 ? delay_ns : 0));
}

static void port_timer_stop(void *context, struct timer *timer)
{
    timer_queue_stop(&((struct port *)context)->timers, timer);
}

static uint64_t port_random_bits(void *context)
{
    return random_next(&((struct port *)context)->random);
}

static void link_timer_fired(void *owner)
{
    struct port *port = owner;
    cloud_link_lost(port->world, port);
}
