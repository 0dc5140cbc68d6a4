/* Clients: Control Direct, join, loss (lane-rules 4.1, 4.5). */
#include <stdlib.h>
#include <string.h>

#include "reference/les_private.h"

static void too_late(void *owner);
static uint16_t assign_lecid(struct les_server *server);
static struct le_control join_response(const struct les_client *client, const struct le_control *request,
                                       uint8_t *elan_id);
static void admit(struct les_client *client, const struct le_control *request);
static void remove_client(struct les_client *client);

void les_client_add(struct les_server *server, uint32_t vcc)
{
    const struct station_services *services = server->services;
    struct les_client *client = les_zeroed(sizeof *client);
    client->server = server;
    client->control_direct = vcc;
    client->next = server->clients;
    server->clients = client;
    timer_init(&client->join_timer, too_late, client);
    services->timer_start(services->context, &client->join_timer, server->options.join_timeout_ns);
    services->call_accept(services->context, vcc);
}

struct les_client *les_client_of_vcc(const struct les_server *server, uint32_t vcc)
{
    struct les_client *client = server->clients;
    while (client && client->control_direct != vcc)
        client = client->next;
    return client;
}

struct les_client *les_member_of_lecid(const struct les_server *server, uint16_t lecid)
{
    for (struct les_client *client = server->clients; client; client = client->next)
        if (client->lecid && client->lecid == lecid)
            return client;
    return NULL;
}

struct les_client *les_member_of_atm(const struct les_server *server, const struct atm_address *atm)
{
    for (struct les_client *client = server->clients; client; client = client->next)
        if (client->lecid && atm_address_equal(&client->atm, atm))
            return client;
    return NULL;
}

/* A client whose answer was lost, or is late, asks again on the same VCC and hears the same. */
void les_client_joins(struct les_client *client, const struct le_control *request)
{
    struct les_server *server = client->server;
    struct le_control response;
    uint8_t elan_id[4];
    if (client->lecid && atm_address_equal(&client->atm, &request->source_atm)) {
        response = join_response(client, request, elan_id);
        client->answer_size = le_control_encode(&response, client->answer, sizeof client->answer);
        if (client->join_answered)
            les_send_octets(client, client->answer, client->answer_size);
        return;
    }
    bool brings = request->source_lan.tag != LAN_TAG_NOT_PRESENT;
    struct les_client asking = *client;
    asking.v2 = server->options.requires_v2(server->settings.les.v2, request->flags);
    asking.selective_multicast = request->flags & LE_FLAG_SELECTIVE_MULTICAST;
    asking.atm = request->source_atm;
    struct les_joining joining = {
        .request = request,
        .lan_type = server->settings.token_ring ? LAN_TYPE_8025 : LAN_TYPE_8023,
        .max_frame_size = les_max_frame_size(server),
        .elan_name = server->settings.elan_name,
        .atm_in_use = les_member_of_atm(server, &request->source_atm),
        .registration = brings ? les_register_status(&asking, request->source_lan, &request->source_atm) : 0};
    uint16_t status = server->options.join_status(&joining);
    if (status == LE_STATUS_SUCCESS && client->lecid)
        status = LE_STATUS_INVALID_ATM_ADDRESS; /* one client per Control Direct */
    if (status == LE_STATUS_SUCCESS) {
        admit(client, request);
        return;
    }
    response = le_control_response(request);
    response.status = status;
    les_send(client, &response);
}

/* The answer follows when Control Distribute stands, or can't be had: then its frames come on Control Direct.
 */
void les_client_distributed(struct les_server *server, const struct atm_address *atm)
{
    for (struct les_client *client = server->clients; client; client = client->next) {
        if (!client->lecid || client->join_answered || !atm_address_equal(&client->atm, atm))
            continue;
        client->join_answered = true;
        les_send_octets(client, client->answer, client->answer_size);
    }
}

void les_client_lost(struct les_client *client)
{
    struct les_server *server = client->server;
    bool joined = client->lecid;
    struct atm_address atm = client->atm;
    remove_client(client);
    if (!joined || les_member_of_atm(server, &atm))
        return;
    les_bindings_lost(server, &atm);
    les_multipoint_drop(&server->distribute, &atm);
}

void les_clients_clear(struct les_server *server)
{
    while (server->clients)
        remove_client(server->clients);
}

/* S4 */
static void too_late(void *owner)
{
    struct les_client *client = owner;
    const struct station_services *services = client->server->services;
    services->call_release(services->context, client->control_direct, CAUSE_NORMAL);
    remove_client(client);
}

/* 0: none left. */
static uint16_t assign_lecid(struct les_server *server)
{
    for (unsigned tries = 0; tries <= UINT16_MAX; tries++) {
        server->last_lecid = server->options.next_lecid(server->last_lecid);
        if (server->options.lecid_usable(les_member_of_lecid(server, server->last_lecid)))
            return server->last_lecid;
    }
    return 0;
}

static void admit(struct les_client *client, const struct le_control *request)
{
    struct les_server *server = client->server;
    const struct station_services *services = server->services;
    uint16_t lecid = assign_lecid(server);
    if (!lecid) {
        struct le_control refusal = le_control_response(request);
        refusal.status = LE_STATUS_INSUFFICIENT_RESOURCES;
        les_send(client, &refusal);
        return;
    }
    services->timer_stop(services->context, &client->join_timer);
    client->lecid = lecid;
    client->atm = request->source_atm;
    client->proxy = request->flags & LE_FLAG_PROXY;
    client->v2 = server->options.requires_v2(server->settings.les.v2, request->flags);
    client->selective_multicast = request->flags & LE_FLAG_SELECTIVE_MULTICAST;
    if (request->source_lan.tag != LAN_TAG_NOT_PRESENT)
        les_binding_enter(server, request);
    uint8_t elan_id[4];
    struct le_control response = join_response(client, request, elan_id);
    client->answer_size = le_control_encode(&response, client->answer, sizeof client->answer);
    enum les_distribution distribution = server->options.distribution;
    if (distribution != LES_DISTRIBUTES_BEFORE_ANSWER ||
        les_multipoint_reaches(&server->distribute, &client->atm))
        les_client_distributed(server, &client->atm);
    if (distribution != LES_DISTRIBUTES_NEVER)
        les_multipoint_add(&server->distribute, &client->atm);
}

/* lane-wire 1.1; the ELAN-ID (C31) is for clients of LANE v2. 'elan_id' must outlive the response. */
static struct le_control join_response(const struct les_client *client, const struct le_control *request,
                                       uint8_t *elan_id)
{
    const struct device_settings *settings = &client->server->settings;
    struct le_control response = le_control_response(request);
    response.requester_lecid = client->lecid;
    response.flags = request->flags & LE_FLAG_PROXY;
    response.lan_type = settings->token_ring ? LAN_TYPE_8025 : LAN_TYPE_8023;
    response.max_frame_size = (uint8_t)les_max_frame_size(client->server);
    response.elan_name_size = (uint8_t)strlen(settings->elan_name);
    memset(response.elan_name, 0, sizeof response.elan_name);
    memcpy(response.elan_name, settings->elan_name, response.elan_name_size);
    if (!client->v2)
        return response;
    response.flags |= LE_FLAG_V2_REQUIRED;
    octets_put_u32(elan_id, settings->les.elan_id);
    le_control_add_tlv(&response, TLV_ELAN_ID, elan_id, 4);
    return response;
}

static void remove_client(struct les_client *client)
{
    const struct station_services *services = client->server->services;
    struct les_client **place = &client->server->clients;
    while (*place != client)
        place = &(*place)->next;
    *place = client->next;
    services->timer_stop(services->context, &client->join_timer);
    free(client);
}
