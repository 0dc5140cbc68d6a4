/* LAN segments: a frame sent by one member reaches all others after the segment's latency. */
#include "world/world_private.h"

static void send_frame(struct port *port, unsigned lan_port, const uint8_t *data, size_t size,
                       int64_t sent_ns);
static void frame_arrives(struct world *world, struct delivery *delivery);
static struct tap_event *tap_lan_frame(struct world *world, const struct delivery *delivery);

struct segment *world_segment(struct world *world, const char *name)
{
    struct segment *segment = arena_zeroed(world->arena, sizeof *segment);
    segment->name = name;
    segment->latency_ns = world_draw_latency(world);
    segment->next = world->segments;
    world->segments = segment;
    return segment;
}

const char *segment_name(const struct segment *segment)
{
    return segment->name;
}

void segment_set_token_ring(struct segment *segment)
{
    segment->token_ring = true;
}

bool segment_is_token_ring(const struct segment *segment)
{
    return segment->token_ring;
}

void segment_join(struct segment *segment, struct port *port, unsigned lan_port)
{
    segment->members |= port_bit(port->index);
    segment->lan_ports[port->index] = (uint8_t)lan_port;
    port->segments[lan_port % 4] = segment;
}

void segment_send(void *context, unsigned lan_port, const uint8_t *data, size_t size)
{
    struct port *port = context;
    send_frame(port, lan_port, data, size, port->world->now_ns);
}

void port_lan_frame_seen(struct port *port, unsigned lan_port, const uint8_t *data, size_t size,
                         int64_t realtime_ns)
{
    send_frame(port, lan_port, data, size, clock_of_realtime_ns(port->world->clock, realtime_ns));
}

static void send_frame(struct port *port, unsigned lan_port, const uint8_t *data, size_t size,
                       int64_t sent_ns)
{
    struct world *world = port->world;
    struct segment *segment = port->segments[lan_port % 4];
    if (!segment || world->stuck)
        return;
    struct delivery *delivery = delivery_new(world);
    delivery->arrive = frame_arrives;
    delivery->segment = segment;
    delivery->from = port->index;
    delivery->lan_port = (uint8_t)lan_port;
    delivery->to = segment->members & ~port_bit(port->index);
    delivery->data = arena_copy(world->arena, data, size);
    delivery->size = (uint32_t)size;
    if (sent_ns < delivery->sent_ns)
        delivery->sent_ns = sent_ns;
    if (port->index == tap_device(world->tap)) {
        delivery->tapped = true;
        struct tap_event *event = tap_lan_frame(world, delivery);
        tap_set_time(world->tap, event, sent_ns);
        tap_publish(world->tap, event);
    }
    delivery_send(world, delivery, segment->latency_ns);
}

static void frame_arrives(struct world *world, struct delivery *delivery)
{
    if (!delivery->tapped)
        tap_publish(world->tap, tap_lan_frame(world, delivery));
    for (size_t i = 0; i < world->port_count; i++) {
        struct port *port = world->ports[i];
        if (delivery->to & port_bit(port->index) && port->handlers && port->handlers->lan_frame_received)
            port->handlers->lan_frame_received(port->station, delivery->segment->lan_ports[i], delivery->data,
                                               delivery->size);
    }
}

static struct tap_event *tap_lan_frame(struct world *world, const struct delivery *delivery)
{
    struct tap_event *event = tap_add(world->tap, TAP_LAN_FRAME);
    event->sent_ns = delivery->sent_ns;
    event->from = delivery->from;
    event->lan_port = delivery->lan_port;
    event->to = delivery->to;
    event->segment = delivery->segment;
    event->data = delivery->data;
    event->size = delivery->size;
    return event;
}
