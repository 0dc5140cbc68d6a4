/* Address resolution and forwarding (lane-rules 4.3, 4.4). What is forwarded leaves as it came, octet by
 * octet. */
#include "reference/les_private.h"

static void answer(struct les_client *client, const struct le_control *request, const struct atm_address *atm,
                   const struct les_binding *binding);
static void forward(const struct les_arrival *arrival);
static void forward_to_all(struct les_server *server, const uint8_t *data, size_t size);

void les_asked(const struct les_arrival *arrival)
{
    struct les_client *client = arrival->client;
    struct les_server *server = client->server;
    const struct les_options *options = &server->options;
    const struct le_control *request = arrival->control;
    bool known = options->knows_requester(request, client->lecid);
    bool targetless = request->target_lan.tag == LAN_TAG_NOT_PRESENT;
    if (!known && !targetless) {
        struct le_control refusal = le_control_response(request);
        refusal.status = LE_STATUS_INVALID_LECID;
        les_send(client, &refusal);
        return;
    }
    if (!known)
        return; /* an announcement has no answer */
    bool mac = request->target_lan.tag == LAN_TAG_MAC;
    if (mac && options->is_group(request->target_lan.mac, server->settings.token_ring)) {
        answer(client, request, &server->settings.les.bus_address, NULL);
        return;
    }
    const struct les_binding *binding =
        targetless || options->leaves_answers_to_clients ? NULL : les_binding_of(server, request->target_lan);
    if (binding) {
        struct les_question question = {request->target_lan.mac, binding->lost};
        if (options->answers(&question))
            answer(client, request, &binding->atm, binding);
    } else if (!targetless && options->unregistered_status) {
        struct le_control refusal = le_control_response(request);
        refusal.status = options->unregistered_status;
        les_send(client, &refusal);
    } else {
        forward(arrival);
    }
}

void les_told(const struct les_arrival *arrival)
{
    if (arrival->client->server->options.knows_requester(arrival->control, arrival->client->lecid))
        forward(arrival);
}

/* Only the one who asked gets it. */
void les_answered(const struct les_arrival *arrival)
{
    if (!arrival->client->lecid)
        return;
    struct les_client *requester =
        les_member_of_lecid(arrival->client->server, arrival->control->requester_lecid);
    if (requester)
        les_send_octets(requester, arrival->data, arrival->size);
}

/* Status 0, Remote Address clear: the address is registered. */
static void answer(struct les_client *client, const struct le_control *request, const struct atm_address *atm,
                   const struct les_binding *binding)
{
    struct le_control response = le_control_response(request);
    response.flags = 0;
    response.target_atm = *atm;
    for (size_t i = 0; binding && client->v2 && i < binding->tlv_count; i++)
        le_control_add_tlv(&response, binding->tlvs[i].type, binding->tlvs[i].value.data,
                           (uint8_t)binding->tlvs[i].value.size);
    les_send(client, &response);
}

static void forward(const struct les_arrival *arrival)
{
    struct les_server *server = arrival->client->server;
    struct les_forwarding forwarding = {arrival->control, server->settings.les.v2};
    enum les_recipients recipients = server->options.recipients(&forwarding);
    switch (recipients) {
    case LES_RECIPIENTS_NOBODY:
        break;
    case LES_RECIPIENTS_ALL:
        forward_to_all(server, arrival->data, arrival->size);
        break;
    case LES_RECIPIENTS_OTHERS:
        for (struct les_client *client = server->clients; client; client = client->next)
            if (client->lecid && client != arrival->client)
                les_send_octets(client, arrival->data, arrival->size);
        break;
    case LES_RECIPIENTS_FIRST_PROXY:
    case LES_RECIPIENTS_PROXIES:
        for (struct les_client *client = server->clients; client; client = client->next) {
            if (!client->lecid || !client->proxy || client == arrival->client)
                continue;
            les_send_octets(client, arrival->data, arrival->size);
            if (recipients == LES_RECIPIENTS_FIRST_PROXY)
                break;
        }
        break;
    }
}

/* Control Distribute, and Control Direct to those whom it does not reach. */
static void forward_to_all(struct les_server *server, const uint8_t *data, size_t size)
{
    les_multipoint_send(&server->distribute, data, size);
    for (struct les_client *client = server->clients; client; client = client->next)
        if (client->lecid && !les_multipoint_reaches(&server->distribute, &client->atm))
            les_send_octets(client, data, size);
}
