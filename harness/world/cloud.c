/* The ATM cloud: calls and VCCs between ports. Signalling is a function call here; adapters and real
 * signalling map their own onto the same services.
 *
 * A release travels behind the frames that were sent before it, on the same VCC. What a port may hear is
 * decided when it arrives: a party that has released hears nothing any more.
 */
#include "world/world_private.h"

#include <stdlib.h>

static struct connection *find(struct world *world, uint32_t vcc);
static struct connection *connection_new(struct port *caller, const struct call *call);
static enum vcc_kind kind_of(const struct port *caller, const struct port *called, const struct call *call);
static enum lane_service service_at(const struct port *port, const struct atm_address *address);
static struct port *port_of_address(struct world *world, const struct atm_address *address);
static struct party *party_of_port(struct connection *connection, unsigned port);
static bool party_hears(const struct party *party);
static bool party_knows(const struct party *party);
static bool may_send(struct connection *connection, const struct port *port);
static bool any_party_left(const struct connection *connection);
static void tap_vcc_event(struct world *world, enum tap_kind kind, struct connection *connection,
                          uint32_t party, unsigned from, uint64_t to, enum release_cause cause,
                          int64_t sent_ns);
static void tap_setup(struct world *world, struct connection *connection, const struct party *party,
                      const struct delivery *delivery);
static void send_setup(struct world *world, struct connection *connection, struct party *party,
                       const struct atm_address *called);
static struct delivery *to_port(struct world *world, struct connection *connection, unsigned from,
                                unsigned port);
static void setup_arrives(struct world *world, struct delivery *delivery);
static void setup_expires(struct world *world, struct delivery *delivery);
static void connect_arrives(struct world *world, struct delivery *delivery);
static void release_arrives(struct world *world, struct delivery *delivery);
static void refusal_arrives(struct world *world, struct delivery *delivery);
static void sdu_arrives(struct world *world, struct delivery *delivery);
static void network_releases(struct world *world, struct connection *connection, enum release_cause cause);
static void party_is_gone(struct world *world, struct connection *connection, struct party *party,
                          enum release_cause cause);
static bool has_end_at(const struct connection *connection, unsigned port);
static void release_is_due(struct world *world, struct delivery *delivery);
static void release_end(struct world *world, struct connection *connection, unsigned port);
static void network_releases_near_end(struct world *world, struct connection *connection, unsigned port);
static void tell_caller(struct world *world, struct connection *connection, struct party *party,
                        enum release_cause cause);

static void address_register(void *context, const struct atm_address *address)
{
    struct port *port = context;
    if (port->address_count < ADDRESS_ROOM && !port_of_address(port->world, address))
        port->addresses[port->address_count++] = *address;
}

static uint32_t call_setup(void *context, const struct call *call)
{
    struct port *port = context;
    struct connection *connection = connection_new(port, call);
    send_setup(port->world, connection, &connection->first, &call->called);
    return connection->vcc.id;
}

static uint32_t party_add(void *context, uint32_t vcc, const struct atm_address *called)
{
    struct port *port = context;
    struct connection *connection = find(port->world, vcc);
    if (!connection || !connection->caller_open || connection->vcc.caller != port->index)
        return 0;
    struct party *party = arena_zeroed(port->world->arena, sizeof *party);
    party->number = ++connection->party_count;
    party->next = connection->first.next;
    connection->first.next = party;
    send_setup(port->world, connection, party, called);
    return party->number;
}

static void call_accept(void *context, uint32_t vcc)
{
    struct port *port = context;
    struct world *world = port->world;
    struct connection *connection = find(world, vcc);
    struct party *party = connection ? party_of_port(connection, port->index) : NULL;
    if (!party || party->state != PARTY_OFFERED || port->link_down)
        return;
    party->state = PARTY_ACCEPTED;
    if (!party->dropped)
        connection->vcc.leaves |= port_bit(port->index);
    connection->vcc.open = true;
    struct delivery *delivery = to_port(world, connection, port->index, connection->vcc.caller);
    delivery->arrive = connect_arrives;
    delivery->party = party->number;
    if (port->index == tap_device(world->tap)) {
        delivery->tapped = true;
        tap_vcc_event(world, party->number ? TAP_PARTY_ADDED : TAP_CALL_CONNECTED, connection, party->number,
                      port->index, port_bit(connection->vcc.caller), 0, world->now_ns);
    }
    delivery_send(world, delivery, connection->vcc.latency_ns);
}

static void call_reject(void *context, uint32_t vcc, enum release_cause cause)
{
    struct port *port = context;
    struct connection *connection = find(port->world, vcc);
    struct party *party = connection ? party_of_port(connection, port->index) : NULL;
    if (!party || party->state != PARTY_OFFERED || port->link_down)
        return;
    party->state = PARTY_GONE;
    struct delivery *delivery = to_port(port->world, connection, port->index, connection->vcc.caller);
    delivery->arrive = refusal_arrives;
    delivery->party = party->number;
    delivery->cause = cause;
    if (port->index == tap_device(port->world->tap)) {
        delivery->tapped = true;
        tap_vcc_event(port->world, TAP_CALL_RELEASED, connection, party->number, port->index,
                      port_bit(connection->vcc.caller), cause, port->world->now_ns);
    }
    delivery_send(port->world, delivery, connection->vcc.latency_ns);
}

static void call_release(void *context, uint32_t vcc, enum release_cause cause)
{
    struct port *port = context;
    struct world *world = port->world;
    struct connection *connection = find(world, vcc);
    if (!connection)
        return;
    struct delivery *delivery;
    if (connection->vcc.caller == port->index) {
        if (!connection->caller_open)
            return;
        connection->caller_open = false;
        connection->vcc.open = false;
        delivery = to_port(world, connection, port->index, PORT_NONE);
        delivery->party = PARTY_ALL;
        for (struct party *party = &connection->first; party; party = party->next)
            if (party->state != PARTY_GONE && party->port != PORT_NONE)
                delivery->to |= port_bit(party->port);
        connection->vcc.leaves = 0;
    } else {
        struct party *party = party_of_port(connection, port->index);
        if (!party)
            return;
        party->state = PARTY_GONE;
        party->release_lost = port->link_down;
        connection->vcc.leaves &= ~port_bit(port->index);
        if (!connection->vcc.call.point_to_multipoint)
            connection->vcc.open = false;
        delivery = to_port(world, connection, port->index, connection->vcc.caller);
        delivery->party = party->number;
    }
    delivery->arrive = release_arrives;
    delivery->cause = cause;
    if (port->index == tap_device(world->tap)) {
        delivery->tapped = true;
        tap_vcc_event(world, TAP_CALL_RELEASED, connection, delivery->party, port->index, delivery->to, cause,
                      world->now_ns);
    }
    if (!port->link_down)
        delivery_send(world, delivery, connection->vcc.latency_ns);
}

static void party_drop(void *context, uint32_t vcc, uint32_t number, enum release_cause cause)
{
    struct port *port = context;
    struct connection *connection = find(port->world, vcc);
    if (!connection || connection->vcc.caller != port->index)
        return;
    for (struct party *party = &connection->first; party; party = party->next) {
        if (party->number != number || party->state == PARTY_GONE || party->dropped)
            continue;
        party->dropped = true;
        if (!party_knows(party)) {
            party->state = PARTY_GONE;
            continue;
        }
        connection->vcc.leaves &= ~port_bit(party->port);
        struct delivery *delivery = to_port(port->world, connection, port->index, PORT_NONE);
        delivery->to = port_bit(party->port);
        delivery->party = number;
        delivery->arrive = release_arrives;
        delivery->cause = cause;
        delivery_send(port->world, delivery, connection->vcc.latency_ns);
    }
}

static void sdu_send(void *context, uint32_t vcc, const uint8_t *data, size_t size)
{
    struct port *port = context;
    struct world *world = port->world;
    struct connection *connection = find(world, vcc);
    if (!connection || port->link_down || world->stuck || !may_send(connection, port))
        return;
    struct delivery *delivery = to_port(world, connection, port->index, PORT_NONE);
    if (connection->vcc.caller == port->index)
        delivery->to = connection->vcc.leaves;
    else if (connection->caller_open)
        delivery->to = port_bit(connection->vcc.caller);
    delivery->arrive = sdu_arrives;
    delivery->data = arena_copy(world->arena, data, size);
    delivery->size = (uint32_t)size;
    if (port->index == tap_device(world->tap)) {
        delivery->tapped = true;
        struct tap_event *event = tap_add(world->tap, TAP_SDU);
        event->from = port->index;
        event->to = delivery->to;
        event->vcc = &connection->vcc;
        event->data = delivery->data;
        event->size = delivery->size;
        tap_publish(world->tap, event);
    }
    delivery_send(world, delivery, connection->vcc.latency_ns);
}

void cloud_services(struct station_services *services)
{
    services->address_register = address_register;
    services->call_setup = call_setup;
    services->call_accept = call_accept;
    services->call_reject = call_reject;
    services->call_release = call_release;
    services->party_add = party_add;
    services->party_drop = party_drop;
    services->sdu_send = sdu_send;
}

/* Point-to-point calls first: a root that loses the call of a client drops its leaf by itself. */
void cloud_link_lost(struct world *world, struct port *port)
{
    const struct switch_behaviour *behaviour = &world->switch_behaviour;
    size_t count = behaviour->releases_calls ? world->connection_count : 0;
    int64_t after_ns = 0;
    for (size_t i = 0; i < 2 * count; i++) {
        struct connection *connection = world->connections[i % count];
        bool point_to_multipoint = connection->vcc.call.point_to_multipoint;
        if (point_to_multipoint != (i >= count) || !has_end_at(connection, port->index))
            continue;
        if (!behaviour->release_spacing_ns) {
            release_end(world, connection, port->index);
            continue;
        }
        struct delivery *delivery = to_port(world, connection, PORT_NONE, port->index);
        delivery->arrive = release_is_due;
        delivery_send(world, delivery, after_ns);
        after_ns += behaviour->release_spacing_ns;
    }
}

void world_clear_vcc(struct world *world, uint32_t vcc_id, enum release_cause cause)
{
    struct connection *connection = find(world, vcc_id);
    if (connection)
        network_releases(world, connection, cause);
}

static struct connection *find(struct world *world, uint32_t vcc)
{
    return vcc && vcc <= world->connection_count ? world->connections[vcc - 1] : NULL;
}

static struct connection *connection_new(struct port *caller, const struct call *call)
{
    struct world *world = caller->world;
    if (world->connection_count == world->connection_room) {
        world->connection_room = world->connection_room ? world->connection_room * 2 : 32;
        world->connections =
            realloc(world->connections, world->connection_room * sizeof(struct connection *));
        if (!world->connections)
            abort();
    }
    struct connection *connection = arena_zeroed(world->arena, sizeof *connection);
    world->connections[world->connection_count++] = connection;
    connection->caller_open = true;
    struct port *called = port_of_address(world, &call->called);
    int64_t latency_ns = world_draw_latency(world);
    if (caller->fixed_latency_ns >= 0)
        latency_ns = caller->fixed_latency_ns;
    else if (called && called->fixed_latency_ns >= 0)
        latency_ns = called->fixed_latency_ns;
    connection->vcc = (struct vcc){.id = (uint32_t)world->connection_count,
                                   .kind = kind_of(caller, called, call),
                                   .call = *call,
                                   .caller = caller->index,
                                   .called = called ? called->index : PORT_NONE,
                                   .vci = (uint16_t)(FIRST_VCI + world->connection_count - 1),
                                   .latency_ns = latency_ns};
    return connection;
}

/* By who stands at the ends; the B-LLI that the caller gave is judged by a rule, not believed. */
static enum vcc_kind kind_of(const struct port *caller, const struct port *called, const struct call *call)
{
    enum lane_service service = service_at(caller, &call->calling);
    if (service == SERVICE_LES)
        return VCC_CONTROL_DISTRIBUTE;
    if (service == SERVICE_BUS)
        return VCC_MULTICAST_FORWARD;
    switch (called ? service_at(called, &call->called) : SERVICE_NONE) {
    case SERVICE_LECS:
        return VCC_CONFIGURATION_DIRECT;
    case SERVICE_LES:
        return VCC_CONTROL_DIRECT;
    case SERVICE_BUS:
        return VCC_MULTICAST_SEND;
    case SERVICE_NONE:
        break;
    }
    return called ? VCC_DATA_DIRECT : VCC_UNKNOWN;
}

static enum lane_service service_at(const struct port *port, const struct atm_address *address)
{
    for (size_t i = 0; i < port->address_service_count; i++)
        if (atm_address_equal(&port->address_services[i].address, address))
            return port->address_services[i].service;
    return port->service;
}

static struct port *port_of_address(struct world *world, const struct atm_address *address)
{
    for (size_t i = 0; i < world->port_count; i++)
        for (size_t j = 0; j < world->ports[i]->address_count; j++)
            if (atm_address_equal(&world->ports[i]->addresses[j], address))
                return world->ports[i];
    return NULL;
}

static struct party *party_of_port(struct connection *connection, unsigned port)
{
    for (struct party *party = &connection->first; party; party = party->next)
        if (party->port == port && party->state != PARTY_GONE)
            return party;
    return NULL;
}

static bool party_hears(const struct party *party)
{
    return party && (party->state == PARTY_ACCEPTED || party->state == PARTY_CONNECTED);
}

/* It was offered the call and has not been told of its end. */
static bool party_knows(const struct party *party)
{
    return party->state == PARTY_OFFERED || party_hears(party);
}

/* What the sender knows decides, so that a frame leaves even if the other end is just gone. */
static bool may_send(struct connection *connection, const struct port *port)
{
    if (connection->vcc.caller == port->index)
        return connection->caller_open && connection->connected;
    return !connection->vcc.call.point_to_multipoint && party_hears(party_of_port(connection, port->index));
}

static bool any_party_left(const struct connection *connection)
{
    for (const struct party *party = &connection->first; party; party = party->next)
        if (party->state != PARTY_GONE && !party->dropped)
            return true;
    return false;
}

static void tap_vcc_event(struct world *world, enum tap_kind kind, struct connection *connection,
                          uint32_t party, unsigned from, uint64_t to, enum release_cause cause,
                          int64_t sent_ns)
{
    struct tap_event *event = tap_add(world->tap, kind);
    event->sent_ns = sent_ns;
    event->from = (uint8_t)from;
    event->to = to;
    event->vcc = &connection->vcc;
    event->party = party;
    event->cause = cause;
    tap_publish(world->tap, event);
}

static void tap_setup(struct world *world, struct connection *connection, const struct party *party,
                      const struct delivery *delivery)
{
    struct tap_event *event = tap_add(world->tap, TAP_CALL_SETUP);
    event->sent_ns = delivery->sent_ns;
    event->from = delivery->from;
    event->to = delivery->to;
    event->vcc = &connection->vcc;
    event->called = &party->address;
    event->party = party->number;
    tap_publish(world->tap, event);
}

static void send_setup(struct world *world, struct connection *connection, struct party *party,
                       const struct atm_address *called)
{
    struct port *caller = world->ports[connection->vcc.caller];
    struct port *callee = port_of_address(world, called);
    party->port = callee ? callee->index : PORT_NONE;
    party->address = *called;
    struct delivery *delivery = to_port(world, connection, caller->index, party->port);
    delivery->arrive = setup_arrives;
    delivery->party = party->number;
    delivery->to = callee ? port_bit(callee->index) : 0;
    if (caller->index == tap_device(world->tap)) {
        delivery->tapped = true;
        tap_setup(world, connection, party, delivery);
    }
    if (!caller->link_down)
        delivery_send(world, delivery, connection->vcc.latency_ns);
    struct delivery *expiry = to_port(world, connection, PORT_NONE, party->port);
    expiry->arrive = setup_expires;
    expiry->party = party->number;
    delivery_send(world, expiry, world->settings.t303_ns);
}

static struct delivery *to_port(struct world *world, struct connection *connection, unsigned from,
                                unsigned port)
{
    struct delivery *delivery = delivery_new(world);
    delivery->connection = connection;
    delivery->from = (uint8_t)from;
    delivery->port = (uint8_t)port;
    if (port != PORT_NONE)
        delivery->to = port_bit(port);
    return delivery;
}

static struct party *party_of_number(struct connection *connection, uint32_t number)
{
    struct party *party = &connection->first;
    while (party && party->number != number)
        party = party->next;
    return party;
}

static void setup_arrives(struct world *world, struct delivery *delivery)
{
    struct connection *connection = delivery->connection;
    struct party *party = party_of_number(connection, delivery->party);
    if (!connection->caller_open || party->state != PARTY_CALLED)
        return;
    if (!delivery->tapped)
        tap_setup(world, connection, party, delivery);
    struct port *port = party->port == PORT_NONE ? NULL : world->ports[party->port];
    if (!port || port->link_down) {
        party->state = PARTY_GONE;
        struct delivery *refusal = to_port(world, connection, PORT_NONE, connection->vcc.caller);
        refusal->arrive = refusal_arrives;
        refusal->party = party->number;
        refusal->cause = port ? CAUSE_OUT_OF_ORDER : CAUSE_NO_ROUTE;
        delivery_send(world, refusal, connection->vcc.latency_ns);
        return;
    }
    party->state = PARTY_OFFERED;
    if (port->handlers && port->handlers->call_offered)
        port->handlers->call_offered(port->station, connection->vcc.id, &connection->vcc.call);
    else
        call_reject(port, connection->vcc.id, CAUSE_REJECTED);
}

/* T303: nobody answered the SETUP. */
static void setup_expires(struct world *world, struct delivery *delivery)
{
    struct connection *connection = delivery->connection;
    struct party *party = party_of_number(connection, delivery->party);
    if (party->state == PARTY_CALLED || party->state == PARTY_OFFERED)
        party_is_gone(world, connection, party, CAUSE_TIMER_EXPIRED);
}

static void connect_arrives(struct world *world, struct delivery *delivery)
{
    struct connection *connection = delivery->connection;
    struct party *party = party_of_number(connection, delivery->party);
    struct port *caller = world->ports[connection->vcc.caller];
    if (!connection->caller_open || caller->link_down || party->state != PARTY_ACCEPTED || party->dropped)
        return;
    party->state = PARTY_CONNECTED;
    connection->connected = true;
    if (!delivery->tapped)
        tap_vcc_event(world, party->number ? TAP_PARTY_ADDED : TAP_CALL_CONNECTED, connection, party->number,
                      delivery->from, delivery->to, 0, delivery->sent_ns);
    if (!caller->handlers)
        return;
    if (party->number && caller->handlers->party_connected)
        caller->handlers->party_connected(caller->station, connection->vcc.id, party->number);
    else if (!party->number && caller->handlers->call_connected)
        caller->handlers->call_connected(caller->station, connection->vcc.id);
}

/* The release reaches the caller, or the parties in 'to'. */
static void release_arrives(struct world *world, struct delivery *delivery)
{
    struct connection *connection = delivery->connection;
    if (delivery->port == connection->vcc.caller) {
        refusal_arrives(world, delivery);
        return;
    }
    uint64_t hearers = 0;
    for (struct party *party = &connection->first; party; party = party->next)
        if (party->port != PORT_NONE && delivery->to & port_bit(party->port) && party_knows(party) &&
            (!world->ports[party->port]->link_down || delivery->from == PORT_NONE))
            hearers |= port_bit(party->port);
    if (!hearers)
        return;
    if (!delivery->tapped)
        tap_vcc_event(world, TAP_CALL_RELEASED, connection, delivery->party, delivery->from, hearers,
                      delivery->cause, delivery->sent_ns);
    for (struct party *party = &connection->first; party; party = party->next)
        if (party_knows(party) && hearers & port_bit(party->port)) {
            struct port *port = world->ports[party->port];
            party->state = PARTY_GONE;
            if (port->handlers && port->handlers->call_released)
                port->handlers->call_released(port->station, connection->vcc.id, delivery->cause);
        }
}

/* The caller hears that a party is gone: with the last one the whole call. */
static void refusal_arrives(struct world *world, struct delivery *delivery)
{
    struct connection *connection = delivery->connection;
    struct port *caller = world->ports[connection->vcc.caller];
    if (!connection->caller_open || (caller->link_down && delivery->from != PORT_NONE))
        return;
    bool last = !any_party_left(connection);
    if (!last && party_of_number(connection, delivery->party)->dropped)
        return;
    if (!delivery->tapped)
        tap_vcc_event(world, last ? TAP_CALL_RELEASED : TAP_PARTY_DROPPED, connection, delivery->party,
                      delivery->from, delivery->to, delivery->cause, delivery->sent_ns);
    if (last) {
        connection->caller_open = false;
        connection->vcc.open = false;
        connection->vcc.leaves = 0;
        if (caller->handlers && caller->handlers->call_released)
            caller->handlers->call_released(caller->station, connection->vcc.id, delivery->cause);
    } else if (caller->handlers && caller->handlers->party_released) {
        caller->handlers->party_released(caller->station, connection->vcc.id, delivery->party,
                                         delivery->cause);
    }
}

static void sdu_arrives(struct world *world, struct delivery *delivery)
{
    struct connection *connection = delivery->connection;
    uint64_t hearers = 0;
    if (delivery->to & port_bit(connection->vcc.caller)) {
        if (connection->caller_open && !world->ports[connection->vcc.caller]->link_down)
            hearers = port_bit(connection->vcc.caller);
    } else {
        for (struct party *party = &connection->first; party; party = party->next)
            if (party_hears(party) && !world->ports[party->port]->link_down)
                hearers |= port_bit(party->port);
        hearers &= delivery->to;
    }
    if (!delivery->tapped) {
        struct tap_event *event = tap_add(world->tap, TAP_SDU);
        event->sent_ns = delivery->sent_ns;
        event->from = delivery->from;
        event->to = hearers;
        event->vcc = &connection->vcc;
        event->data = delivery->data;
        event->size = delivery->size;
        tap_publish(world->tap, event);
    }
    for (size_t i = 0; i < world->port_count; i++) {
        struct port *port = world->ports[i];
        if (hearers & port_bit(port->index) && port->handlers && port->handlers->sdu_received)
            port->handlers->sdu_received(port->station, connection->vcc.id, delivery->data, delivery->size);
    }
}

/* The network clears the whole call towards everybody who still knows it. */
static void network_releases(struct world *world, struct connection *connection, enum release_cause cause)
{
    connection->vcc.open = false;
    connection->vcc.leaves = 0;
    struct delivery *delivery = to_port(world, connection, PORT_NONE, PORT_NONE);
    delivery->arrive = release_arrives;
    delivery->party = PARTY_ALL;
    delivery->cause = cause;
    for (struct party *party = &connection->first; party; party = party->next)
        if (party->port == PORT_NONE)
            party->state = PARTY_GONE;
        else if (party->state != PARTY_GONE)
            delivery->to |= port_bit(party->port);
    if (delivery->to)
        delivery_send(world, delivery, connection->vcc.latency_ns);
    if (!connection->caller_open)
        return;
    struct delivery *back = to_port(world, connection, PORT_NONE, connection->vcc.caller);
    back->arrive = release_arrives;
    back->cause = cause;
    delivery_send(world, back, connection->vcc.latency_ns);
}

/* The network takes one party out of a call: it and the caller hear of it. */
static void party_is_gone(struct world *world, struct connection *connection, struct party *party,
                          enum release_cause cause)
{
    if (party_knows(party)) {
        struct port *port = world->ports[party->port];
        connection->vcc.leaves &= ~port_bit(party->port);
        tap_vcc_event(world, TAP_CALL_RELEASED, connection, party->number, PORT_NONE, port_bit(party->port),
                      cause, world->now_ns);
        if (port->handlers && port->handlers->call_released)
            port->handlers->call_released(port->station, connection->vcc.id, cause);
    }
    party->state = PARTY_GONE;
    tell_caller(world, connection, party, cause);
}

/* Somebody at the port, or, if the port is the caller's, anybody still has to hear of the end of the call. */
static bool has_end_at(const struct connection *connection, unsigned port)
{
    bool calling = connection->vcc.caller == port;
    for (const struct party *party = &connection->first; party; party = party->next)
        if ((calling || party->port == port) && (party->state != PARTY_GONE || party->release_lost))
            return true;
    return calling && connection->caller_open;
}

static void release_is_due(struct world *world, struct delivery *delivery)
{
    if (world->ports[delivery->port]->link_down)
        release_end(world, delivery->connection, delivery->port);
}

/* The link at the port is gone: the network clears what the call has there. */
static void release_end(struct world *world, struct connection *connection, unsigned port)
{
    struct party *party = party_of_port(connection, port);
    bool point_to_multipoint = connection->vcc.call.point_to_multipoint;
    if (connection->vcc.caller == port || (party && !point_to_multipoint)) {
        if (point_to_multipoint || world->switch_behaviour.tells_far_end)
            network_releases(world, connection, CAUSE_OUT_OF_ORDER);
        else
            network_releases_near_end(world, connection, port);
    } else if (party && world->switch_behaviour.drops_leaves) {
        party_is_gone(world, connection, party, CAUSE_OUT_OF_ORDER);
    }
    const struct switch_behaviour *behaviour = &world->switch_behaviour;
    bool tells = point_to_multipoint ? behaviour->drops_leaves : behaviour->tells_far_end;
    for (party = &connection->first; tells && party; party = party->next)
        if (party->port == port && party->release_lost)
            tell_caller(world, connection, party, CAUSE_OUT_OF_ORDER);
}

/* Of a point-to-point call only the end at the port; the other one goes on as if nothing had happened. */
static void network_releases_near_end(struct world *world, struct connection *connection, unsigned port)
{
    struct port *near = world->ports[port];
    if (connection->vcc.caller == port && !connection->caller_open)
        return;
    if (connection->vcc.caller == port)
        connection->caller_open = false;
    else
        connection->first.state = PARTY_GONE;
    tap_vcc_event(world, TAP_CALL_RELEASED, connection, 0, PORT_NONE, port_bit(port), CAUSE_OUT_OF_ORDER,
                  world->now_ns);
    if (near->handlers && near->handlers->call_released)
        near->handlers->call_released(near->station, connection->vcc.id, CAUSE_OUT_OF_ORDER);
}

/* The network tells the caller that it has taken a party out. */
static void tell_caller(struct world *world, struct connection *connection, struct party *party,
                        enum release_cause cause)
{
    party->release_lost = false;
    struct delivery *back = to_port(world, connection, PORT_NONE, connection->vcc.caller);
    back->arrive = refusal_arrives;
    back->party = party->number;
    back->cause = cause;
    delivery_send(world, back, connection->vcc.latency_ns);
}
