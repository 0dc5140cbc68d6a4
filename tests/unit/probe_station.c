#include "probe_station.h"

static void record(struct probe_station *station, struct probe_event event)
{
    event.time_ns = station->services->now_ns(station->services->context);
    if (station->count < PROBE_ROOM)
        station->events[station->count++] = event;
}

static void call_offered(void *context, uint32_t vcc, const struct call *call)
{
    struct probe_station *station = context;
    (void)call;
    record(station, (struct probe_event){.kind = PROBE_OFFERED, .vcc = vcc});
    if (station->accepts)
        station->services->call_accept(station->services->context, vcc);
    else if (station->rejects)
        station->services->call_reject(station->services->context, vcc, CAUSE_BUSY);
}

static void call_connected(void *context, uint32_t vcc)
{
    record(context, (struct probe_event){.kind = PROBE_CONNECTED, .vcc = vcc});
}

static void call_released(void *context, uint32_t vcc, enum release_cause cause)
{
    record(context, (struct probe_event){.kind = PROBE_RELEASED, .vcc = vcc, .cause = cause});
}

static void party_connected(void *context, uint32_t vcc, uint32_t party)
{
    record(context, (struct probe_event){.kind = PROBE_PARTY_CONNECTED, .vcc = vcc, .party = party});
}

static void party_released(void *context, uint32_t vcc, uint32_t party, enum release_cause cause)
{
    record(context,
           (struct probe_event){.kind = PROBE_PARTY_RELEASED, .vcc = vcc, .party = party, .cause = cause});
}

static void sdu_received(void *context, uint32_t vcc, const uint8_t *data, size_t size)
{
    record(context,
           (struct probe_event){.kind = PROBE_SDU, .vcc = vcc, .first_octet = data[0], .size = size});
}

static void lan_frame_received(void *context, unsigned port, const uint8_t *data, size_t size)
{
    record(context,
           (struct probe_event){.kind = PROBE_LAN_FRAME, .vcc = port, .first_octet = data[0], .size = size});
}

const struct station_handlers probe_handlers = {.call_offered = call_offered,
                                                .call_connected = call_connected,
                                                .call_released = call_released,
                                                .party_connected = party_connected,
                                                .party_released = party_released,
                                                .sdu_received = sdu_received,
                                                .lan_frame_received = lan_frame_received};

struct port *probe_attach(struct world *world, const char *name, struct probe_station *station,
                          const struct atm_address *address)
{
    struct port *port = world_port(world, name);
    station->services = port_services(port);
    port_attach(port, &probe_handlers, station);
    station->services->address_register(station->services->context, address);
    return port;
}

struct atm_address probe_address(uint8_t n)
{
    struct atm_address address = {{0x47}};
    address.octet[ATM_ADDRESS_SIZE - 1] = n;
    return address;
}

size_t probe_count(const struct probe_station *station, enum probe_kind kind)
{
    size_t count = 0;
    for (size_t i = 0; i < station->count; i++)
        count += station->events[i].kind == kind;
    return count;
}

const struct probe_event *probe_last(const struct probe_station *station, enum probe_kind kind)
{
    for (size_t i = station->count; i-- > 0;)
        if (station->events[i].kind == kind)
            return &station->events[i];
    return NULL;
}

uint32_t probe_call(struct probe_station *station, uint8_t from, uint8_t to, enum b_lli b_lli,
                    bool point_to_multipoint)
{
    struct call call = {.calling = probe_address(from),
                        .called = probe_address(to),
                        .b_lli = b_lli,
                        .point_to_multipoint = point_to_multipoint,
                        .max_sdu_size = 1516};
    return station->services->call_setup(station->services->context, &call);
}

void probe_send(struct probe_station *station, uint32_t vcc, uint8_t octet)
{
    station->services->sdu_send(station->services->context, vcc, &octet, 1);
}
