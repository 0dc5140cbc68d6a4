/* The register database: LAN destinations and the ATM addresses that they are bound to (lane-rules 4.2). */
#include <stdlib.h>
#include <string.h>

#include "reference/les_private.h"

static enum les_ownership ownership(const struct les_server *server, struct lan_destination lan,
                                    const struct atm_address *atm);
static void remove_expired(struct les_server *server);
static void remove_binding(struct les_binding **place);
static void keep_tlvs(struct les_binding *binding, const struct le_control *request);
static int64_t now_ns(const struct les_server *server);

struct les_binding *les_binding_of(struct les_server *server, struct lan_destination lan)
{
    remove_expired(server);
    struct les_binding *binding = server->bindings;
    while (binding && !lan_destination_equal(binding->lan, lan))
        binding = binding->next;
    return binding;
}

uint16_t les_register_status(const struct les_client *client, struct lan_destination lan,
                             const struct atm_address *atm)
{
    struct les_server *server = client->server;
    remove_expired(server);
    struct les_registering registering = {.lan = lan,
                                          .token_ring = server->settings.token_ring,
                                          .v2 = client->v2,
                                          .selective_multicast = client->selective_multicast,
                                          .atm_foreign = !atm_address_equal(atm, &client->atm),
                                          .ownership = ownership(server, lan, atm)};
    return server->options.register_status(&registering);
}

void les_binding_enter(struct les_server *server, const struct le_control *request)
{
    struct les_binding **place = &server->bindings;
    for (; *place; place = &(*place)->next) {
        struct les_binding *known = *place;
        if (!lan_destination_equal(known->lan, request->source_lan))
            continue;
        bool own = atm_address_equal(&known->atm, &request->source_atm);
        if (!own && !server->options.replaces_binding && !known->lost)
            continue;
        known->atm = request->source_atm;
        known->lost = false;
        keep_tlvs(known, request);
        return;
    }
    struct les_binding *binding = les_zeroed(sizeof *binding);
    binding->lan = request->source_lan;
    binding->atm = request->source_atm;
    keep_tlvs(binding, request);
    *place = binding;
}

void les_client_registers(struct les_client *client, const struct le_control *request)
{
    struct les_server *server = client->server;
    struct le_control response = le_control_response(request);
    if (!server->options.knows_requester(request, client->lecid))
        response.status = LE_STATUS_INVALID_LECID;
    else
        response.status = les_register_status(client, request->source_lan, &request->source_atm);
    if (response.status == LE_STATUS_SUCCESS)
        les_binding_enter(server, request);
    les_send(client, &response);
}

void les_client_unregisters(struct les_client *client, const struct le_control *request)
{
    struct les_server *server = client->server;
    struct le_control response = le_control_response(request);
    if (!server->options.knows_requester(request, client->lecid))
        response.status = LE_STATUS_INVALID_LECID;
    else if (!atm_address_equal(&request->source_atm, &client->atm))
        response.status = LE_STATUS_INVALID_ATM_ADDRESS;
    else
        response.status =
            server->options.unregister_status(ownership(server, request->source_lan, &request->source_atm));
    if (response.status == LE_STATUS_SUCCESS)
        for (struct les_binding **place = &server->bindings; *place; place = &(*place)->next)
            if (server->options.removes((*place)->lan, &(*place)->atm, request)) {
                remove_binding(place);
                break;
            }
    les_send(client, &response);
}

void les_bindings_lost(struct les_server *server, const struct atm_address *atm)
{
    for (struct les_binding *binding = server->bindings; binding; binding = binding->next)
        if (!binding->lost && atm_address_equal(&binding->atm, atm)) {
            binding->lost = true;
            binding->lost_ns = now_ns(server);
        }
    remove_expired(server);
}

void les_bindings_clear(struct les_server *server)
{
    while (server->bindings)
        remove_binding(&server->bindings);
}

static enum les_ownership ownership(const struct les_server *server, struct lan_destination lan,
                                    const struct atm_address *atm)
{
    enum les_ownership found = LES_UNBOUND;
    for (const struct les_binding *binding = server->bindings; binding; binding = binding->next) {
        if (!lan_destination_equal(binding->lan, lan))
            continue;
        if (atm_address_equal(&binding->atm, atm))
            return LES_BOUND_TO_REQUESTER;
        found = LES_BOUND_ELSEWHERE;
    }
    return found;
}

/* Bindings of clients that are gone, when their time is over. */
static void remove_expired(struct les_server *server)
{
    int64_t keep_ns = server->options.lost_binding_ns;
    for (struct les_binding **place = &server->bindings; *place;) {
        bool over =
            (*place)->lost && keep_ns != LES_FOR_EVER && now_ns(server) >= (*place)->lost_ns + keep_ns;
        if (over)
            remove_binding(place);
        else
            place = &(*place)->next;
    }
}

static void remove_binding(struct les_binding **place)
{
    struct les_binding *binding = *place;
    *place = binding->next;
    free(binding);
}

/* Those that find room, in the order of the request. */
static void keep_tlvs(struct les_binding *binding, const struct le_control *request)
{
    size_t used = 0;
    binding->tlv_count = 0;
    for (size_t i = 0; i < request->tlv_present; i++) {
        const struct le_tlv *tlv = &request->tlvs[i];
        if (tlv->value.size > sizeof binding->octets - used)
            return;
        uint8_t *value = &binding->octets[used];
        if (tlv->value.size)
            memcpy(value, tlv->value.data, tlv->value.size);
        binding->tlvs[binding->tlv_count++] = (struct le_tlv){tlv->type, {value, tlv->value.size}};
        used += tlv->value.size;
    }
}

static int64_t now_ns(const struct les_server *server)
{
    return server->services->now_ns(server->services->context);
}
