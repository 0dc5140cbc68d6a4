#include "reference/les.h"

#include <stdlib.h>

#include "reference/les_private.h"

#define LANE_PROTOCOL    1
#define LANE_VERSION     1
#define CONTROL_SDU_SIZE 1516 /* lane-wire 11 */
#define MULTICAST_SIZE   4544
#define FRAME_ROOM       2048

static bool switch_on(struct les_server *server, struct reason *reason);
static void switch_off(struct les_server *server);
static void control_received(struct les_client *client, const uint8_t *data, size_t size);
static void verify(struct les_client *client, const struct le_control *request);
static struct les_multipoint *multipoint_of(struct les_server *server, uint32_t vcc);

/* The station */
static void call_offered(void *station, uint32_t vcc, const struct call *call);
static void call_connected(void *station, uint32_t vcc);
static void call_released(void *station, uint32_t vcc, enum release_cause cause);
static void party_connected(void *station, uint32_t vcc, uint32_t party);
static void party_released(void *station, uint32_t vcc, uint32_t party, enum release_cause cause);
static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size);
static bool control(void *station, const struct control_action *action, struct reason *reason);
static void destroy(void *station);

const struct station_handlers les_server_handlers = {
    .call_offered = call_offered,
    .call_connected = call_connected,
    .call_released = call_released,
    .party_connected = party_connected,
    .party_released = party_released,
    .sdu_received = sdu_received,
    .control = control,
    .destroy = destroy,
};

unsigned les_server_capabilities(void)
{
    return CAPABILITY_CONTROL_FAIL | CAPABILITY_EGRESS_ORDER;
}

struct les_server *les_server_new(const struct station_services *services,
                                  const struct device_settings *settings,
                                  const struct reference_options *options)
{
    struct les_server *server = les_zeroed(sizeof *server);
    server->services = services;
    server->settings = *settings;
    server->options = options ? options->les : les_options_default();
    server->distribute = (struct les_multipoint){.server = server,
                                                 .calling = settings->les_address,
                                                 .b_lli = B_LLI_CONTROL,
                                                 .max_sdu_size = CONTROL_SDU_SIZE,
                                                 .leaf_settled = les_client_distributed};
    server->forward =
        (struct les_multipoint){.server = server,
                                .calling = settings->les.bus_address,
                                .b_lli = settings->token_ring ? B_LLI_MULTICAST_8025 : B_LLI_MULTICAST_8023,
                                .max_sdu_size = les_max_sdu_size(server)};
    return server;
}

void *les_zeroed(size_t size)
{
    void *memory = calloc(1, size);
    if (!memory)
        abort();
    return memory;
}

enum max_frame_size les_max_frame_size(const struct les_server *server)
{
    return server->settings.token_ring ? MAX_FRAME_4544 : MAX_FRAME_1516;
}

uint16_t les_max_sdu_size(const struct les_server *server)
{
    return server->settings.token_ring ? MULTICAST_SIZE : CONTROL_SDU_SIZE;
}

void les_send(struct les_client *client, const struct le_control *control)
{
    uint8_t data[FRAME_ROOM];
    struct les_server *server = client->server;
    size_t size = le_control_encode(control, data, sizeof data);
    if (!size)
        return;
    if (server->options.answers_on_distribute && les_multipoint_reaches(&server->distribute, &client->atm))
        les_multipoint_send(&server->distribute, data, size);
    else
        les_send_octets(client, data, size);
}

void les_send_octets(struct les_client *client, const uint8_t *data, size_t size)
{
    const struct station_services *services = client->server->services;
    services->sdu_send(services->context, client->control_direct, data, size);
}

static bool switch_on(struct les_server *server, struct reason *reason)
{
    if (server->on)
        return reason_set(reason, "the server is on already: fail it first");
    server->on = true;
    server->services->address_register(server->services->context, &server->settings.les_address);
    server->services->address_register(server->services->context, &server->settings.les.bus_address);
    return true;
}

/* A dead server leaves its VCCs to the network. */
static void switch_off(struct les_server *server)
{
    server->on = false;
    server->last_lecid = 0;
    les_clients_clear(server);
    les_bindings_clear(server);
    les_bus_clear(server);
    les_multipoint_clear(&server->distribute);
    les_multipoint_clear(&server->forward);
}

/* Frames of any other op-code are none of a server's. */
static void control_received(struct les_client *client, const uint8_t *data, size_t size)
{
    struct le_control control;
    if (!le_control_decode(data, size, &control, NULL))
        return;
    struct les_arrival arrival = {client, &control, data, size};
    bool request = !(control.opcode & LE_RESPONSE_BIT);
    if (control.protocol != LANE_PROTOCOL || control.version != LANE_VERSION) {
        struct le_control response = le_control_response(&control);
        response.status = LE_STATUS_VERSION_NOT_SUPPORTED;
        if (request && control.opcode == LE_JOIN_REQUEST)
            les_send(client, &response);
        return;
    }
    switch (control.opcode) {
    case LE_JOIN_REQUEST:
        les_client_joins(client, &control);
        break;
    case LE_REGISTER_REQUEST:
        les_client_registers(client, &control);
        break;
    case LE_UNREGISTER_REQUEST:
        les_client_unregisters(client, &control);
        break;
    case LE_ARP_REQUEST:
        les_asked(&arrival);
        break;
    case LE_NARP_REQUEST:
    case LE_TOPOLOGY_REQUEST:
        les_told(&arrival);
        break;
    case LE_ARP_RESPONSE:
    case LE_FLUSH_RESPONSE:
        les_answered(&arrival);
        break;
    case LE_VERIFY_REQUEST:
        verify(client, &control);
        break;
    default:
        break;
    }
}

/* LANE v2: is this address one of the LAN emulation service? */
static void verify(struct les_client *client, const struct le_control *request)
{
    const struct les_server *server = client->server;
    if (!server->settings.les.v2)
        return;
    struct le_control response = le_control_response(request);
    if (!server->options.knows_requester(request, client->lecid))
        response.status = LE_STATUS_INVALID_LECID;
    else if (!atm_address_equal(&request->target_atm, &server->settings.les.bus_address) &&
             !atm_address_equal(&request->target_atm, &server->settings.les_address))
        response.status = LE_STATUS_TLV_NOT_FOUND;
    les_send(client, &response);
}

static struct les_multipoint *multipoint_of(struct les_server *server, uint32_t vcc)
{
    if (vcc == VCC_NONE)
        return NULL;
    if (vcc == server->distribute.vcc)
        return &server->distribute;
    return vcc == server->forward.vcc ? &server->forward : NULL;
}

static void call_offered(void *station, uint32_t vcc, const struct call *call)
{
    struct les_server *server = station;
    enum b_lli multicast = server->settings.token_ring ? B_LLI_MULTICAST_8025 : B_LLI_MULTICAST_8023;
    if (!server->on)
        return;
    if (call->point_to_multipoint)
        server->services->call_reject(server->services->context, vcc, CAUSE_REJECTED);
    else if (call->b_lli == B_LLI_CONTROL && atm_address_equal(&call->called, &server->settings.les_address))
        les_client_add(server, vcc);
    else if (call->b_lli == multicast && atm_address_equal(&call->called, &server->settings.les.bus_address))
        les_bus_call(server, vcc, call);
    else
        server->services->call_reject(server->services->context, vcc, CAUSE_REJECTED);
}

static void call_connected(void *station, uint32_t vcc)
{
    struct les_multipoint *multipoint = multipoint_of(station, vcc);
    if (multipoint)
        les_multipoint_connected(multipoint, 0);
}

static void call_released(void *station, uint32_t vcc, enum release_cause cause)
{
    (void)cause;
    struct les_server *server = station;
    struct les_multipoint *multipoint = multipoint_of(server, vcc);
    struct les_client *client = les_client_of_vcc(server, vcc);
    if (multipoint)
        les_multipoint_ended(multipoint);
    else if (client)
        les_client_lost(client);
    else
        les_bus_released(server, vcc);
}

static void party_connected(void *station, uint32_t vcc, uint32_t party)
{
    struct les_multipoint *multipoint = multipoint_of(station, vcc);
    if (multipoint)
        les_multipoint_connected(multipoint, party);
}

static void party_released(void *station, uint32_t vcc, uint32_t party, enum release_cause cause)
{
    (void)cause;
    struct les_multipoint *multipoint = multipoint_of(station, vcc);
    if (multipoint)
        les_multipoint_released(multipoint, party);
}

static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size)
{
    struct les_server *server = station;
    struct les_client *client = les_client_of_vcc(server, vcc);
    if (client)
        control_received(client, data, size);
    else
        les_bus_received(server, vcc, data, size);
}

static bool control(void *station, const struct control_action *action, struct reason *reason)
{
    struct les_server *server = station;
    switch (action->kind) {
    case CONTROL_START:
        return switch_on(server, reason);
    case CONTROL_FAIL:
        switch_off(server);
        return true;
    case CONTROL_STARTUP:
    case CONTROL_SHUTDOWN:
    case CONTROL_SET_PRIORITY:
        break;
    }
    return reason_set(reason, "a LES has no virtual routers");
}

static void destroy(void *station)
{
    struct les_server *server = station;
    if (!server)
        return;
    switch_off(server);
    free(server);
}
