#include "peers/bus.h"

#include <stdlib.h>

#include "peers/distribution.h"

/* A Multicast Send. */
struct bus_client {
    uint32_t send_vcc;
    struct atm_address atm;
};

struct bus {
    const struct station_services *services;
    struct bus_settings settings;
    struct distribution forward;
    struct bus_client *clients;
    size_t count;
    size_t room;
};

static void call_offered(void *station, uint32_t vcc, const struct call *call);
static void call_connected(void *station, uint32_t vcc);
static void call_released(void *station, uint32_t vcc, enum release_cause cause);
static void party_connected(void *station, uint32_t vcc, uint32_t party);
static void party_released(void *station, uint32_t vcc, uint32_t party, enum release_cause cause);
static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size);
static void destroy(void *station);
static void leaf_connected(void *owner, const struct atm_address *leaf);
static void leaf_lost(void *owner, const struct atm_address *leaf);
static enum b_lli multicast_b_lli(const struct bus_settings *settings);
static struct bus_client *client_by_vcc(const struct bus *bus, uint32_t vcc);
static struct bus_client *client_by_atm(const struct bus *bus, const struct atm_address *atm);
static void forget(struct bus *bus, struct bus_client *client);

const struct station_handlers bus_handlers = {
    .call_offered = call_offered,
    .call_connected = call_connected,
    .call_released = call_released,
    .party_connected = party_connected,
    .party_released = party_released,
    .sdu_received = sdu_received,
    .destroy = destroy,
};

static const struct distribution_events distribution_events = {leaf_connected, leaf_lost};

struct bus_settings bus_settings_default(void)
{
    return (struct bus_settings){.max_sdu_size = 1516, .echo = true};
}

struct bus *bus_new(const struct station_services *services, const struct bus_settings *settings)
{
    struct bus *bus = malloc(sizeof *bus);
    if (!bus)
        abort();
    struct call forward = {.calling = settings->address,
                           .b_lli = multicast_b_lli(settings),
                           .max_sdu_size = settings->max_sdu_size};
    *bus = (struct bus){
        .services = services,
        .settings = *settings,
        .forward = distribution_of(services, &distribution_events, bus, &forward, !settings->echo),
    };
    services->address_register(services->context, &settings->address);
    return bus;
}

struct bus_settings *bus_settings_of(struct bus *bus)
{
    return &bus->settings;
}

bool bus_hears(const struct bus *bus, const struct atm_address *atm)
{
    return client_by_atm(bus, atm) != NULL;
}

bool bus_reaches(const struct bus *bus, const struct atm_address *atm)
{
    return distribution_reaches(&bus->forward, atm);
}

bool bus_release_send(struct bus *bus, const struct atm_address *atm)
{
    struct bus_client *client = client_by_atm(bus, atm);
    if (!client)
        return false;
    bus->services->call_release(bus->services->context, client->send_vcc, CAUSE_NORMAL);
    forget(bus, client);
    return true;
}

bool bus_drop_forward(struct bus *bus, const struct atm_address *atm)
{
    if (!distribution_reaches(&bus->forward, atm))
        return false;
    distribution_remove(&bus->forward, atm);
    return true;
}

bool bus_restore_forward(struct bus *bus, const struct atm_address *atm)
{
    if (!client_by_atm(bus, atm))
        return false;
    distribution_add(&bus->forward, atm);
    return true;
}

void bus_send(struct bus *bus, const uint8_t *data, size_t size)
{
    distribution_send(&bus->forward, data, size, NULL);
}

static void call_offered(void *station, uint32_t vcc, const struct call *call)
{
    struct bus *bus = station;
    const struct station_services *services = bus->services;
    if (call->b_lli != multicast_b_lli(&bus->settings) || call->point_to_multipoint) {
        services->call_reject(services->context, vcc, CAUSE_REJECTED);
        return;
    }
    struct bus_client *before = client_by_atm(bus, &call->calling);
    if (before) { /* it starts anew, and its release of the old VCC is still on its way */
        services->call_release(services->context, before->send_vcc, CAUSE_NORMAL);
        forget(bus, before);
    }
    distribution_remove(&bus->forward, &call->calling); /* likewise, if it had one */
    if (bus->count == bus->room) {
        bus->room = bus->room ? bus->room * 2 : 8;
        bus->clients = realloc(bus->clients, bus->room * sizeof *bus->clients);
        if (!bus->clients)
            abort();
    }
    bus->clients[bus->count++] = (struct bus_client){.send_vcc = vcc, .atm = call->calling};
    services->call_accept(services->context, vcc);
    if (!bus->settings.withholds_forward)
        distribution_add(&bus->forward, &call->calling);
}

static void call_connected(void *station, uint32_t vcc)
{
    distribution_call_connected(&((struct bus *)station)->forward, vcc);
}

/* A client that gives up its Multicast Send gets no Multicast Forward any more. */
static void call_released(void *station, uint32_t vcc, enum release_cause cause)
{
    (void)cause;
    struct bus *bus = station;
    if (distribution_call_released(&bus->forward, vcc))
        return;
    struct bus_client *client = client_by_vcc(bus, vcc);
    if (!client)
        return;
    struct atm_address atm = client->atm;
    forget(bus, client);
    if (!client_by_atm(bus, &atm))
        distribution_remove(&bus->forward, &atm);
}

static void party_connected(void *station, uint32_t vcc, uint32_t party)
{
    distribution_party_connected(&((struct bus *)station)->forward, vcc, party);
}

static void party_released(void *station, uint32_t vcc, uint32_t party, enum release_cause cause)
{
    (void)cause;
    distribution_party_released(&((struct bus *)station)->forward, vcc, party);
}

static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size)
{
    struct bus *bus = station;
    const struct bus_client *client = client_by_vcc(bus, vcc);
    if (client && !bus->settings.silent)
        distribution_send(&bus->forward, data, size, &client->atm);
}

static void destroy(void *station)
{
    struct bus *bus = station;
    distribution_free(&bus->forward);
    free(bus->clients);
    free(bus);
}

/* Clients are content with a Multicast Forward; nobody has to be told. */
static void leaf_connected(void *owner, const struct atm_address *leaf)
{
    (void)owner;
    (void)leaf;
}

/* A client that gave up its Multicast Forward keeps its Multicast Send until it releases that as well. */
static void leaf_lost(void *owner, const struct atm_address *leaf)
{
    (void)owner;
    (void)leaf;
}

static enum b_lli multicast_b_lli(const struct bus_settings *settings)
{
    return settings->token_ring ? B_LLI_MULTICAST_8025 : B_LLI_MULTICAST_8023;
}

static struct bus_client *client_by_vcc(const struct bus *bus, uint32_t vcc)
{
    for (size_t i = 0; i < bus->count; i++)
        if (bus->clients[i].send_vcc == vcc)
            return &bus->clients[i];
    return NULL;
}

static struct bus_client *client_by_atm(const struct bus *bus, const struct atm_address *atm)
{
    for (size_t i = 0; i < bus->count; i++)
        if (atm_address_equal(&bus->clients[i].atm, atm))
            return &bus->clients[i];
    return NULL;
}

static void forget(struct bus *bus, struct bus_client *client)
{
    *client = bus->clients[--bus->count];
}
