/* The Broadcast and Unknown Server: what comes on a Multicast Send leaves at once, unchanged, on the
 * Multicast Forward of everybody (lane-rules 7). */
#include <stdlib.h>

#include "reference/les_private.h"

static struct les_sender **place_of(struct les_server *server, uint32_t vcc);
static bool sends(const struct les_server *server, const struct atm_address *atm);

void les_bus_call(struct les_server *server, uint32_t vcc, const struct call *call)
{
    struct les_sender *sender = les_zeroed(sizeof *sender);
    sender->vcc = vcc;
    sender->atm = call->calling;
    sender->next = server->senders;
    server->senders = sender;
    server->services->call_accept(server->services->context, vcc);
    les_multipoint_add(&server->forward, &sender->atm);
}

bool les_bus_released(struct les_server *server, uint32_t vcc)
{
    struct les_sender **place = place_of(server, vcc);
    struct les_sender *sender = *place;
    if (!sender)
        return false;
    *place = sender->next;
    if (!sends(server, &sender->atm))
        les_multipoint_drop(&server->forward, &sender->atm);
    free(sender);
    return true;
}

bool les_bus_received(struct les_server *server, uint32_t vcc, const uint8_t *data, size_t size)
{
    if (!*place_of(server, vcc))
        return false;
    les_multipoint_send(&server->forward, data, size);
    return true;
}

void les_bus_clear(struct les_server *server)
{
    while (server->senders) {
        struct les_sender *sender = server->senders;
        server->senders = sender->next;
        free(sender);
    }
}

static struct les_sender **place_of(struct les_server *server, uint32_t vcc)
{
    struct les_sender **place = &server->senders;
    while (*place && (*place)->vcc != vcc)
        place = &(*place)->next;
    return place;
}

/* A client that calls again before the loss of its first VCC was heard keeps its leaf. */
static bool sends(const struct les_server *server, const struct atm_address *atm)
{
    for (const struct les_sender *sender = server->senders; sender; sender = sender->next)
        if (atm_address_equal(&sender->atm, atm))
            return true;
    return false;
}
