#include "peers/caller.h"

#include <stdlib.h>

/* AAL5 SDUs on control VCCs (lane-wire 11). */
#define CONTROL_SDU_SIZE 1516

struct caller {
    const struct station_services *services;
    uint32_t vcc; /* of its call; VCC_NONE: none */
    bool connected;
};

static void call_offered(void *station, uint32_t vcc, const struct call *call);
static void call_connected(void *station, uint32_t vcc);
static void call_released(void *station, uint32_t vcc, enum release_cause cause);

const struct station_handlers caller_handlers = {
    .call_offered = call_offered,
    .call_connected = call_connected,
    .call_released = call_released,
    .destroy = free,
};

struct caller *caller_new(const struct station_services *services, const struct atm_address *atm)
{
    struct caller *caller = malloc(sizeof *caller);
    if (!caller)
        abort();
    *caller = (struct caller){.services = services, .vcc = VCC_NONE};
    services->address_register(services->context, atm);
    return caller;
}

void caller_call(struct caller *caller, const struct atm_address *calling, const struct atm_address *called,
                 enum b_lli b_lli)
{
    caller_release(caller);
    struct call call = {
        .calling = *calling, .called = *called, .b_lli = b_lli, .max_sdu_size = CONTROL_SDU_SIZE};
    caller->vcc = caller->services->call_setup(caller->services->context, &call);
}

bool caller_connected(const struct caller *caller)
{
    return caller->connected;
}

bool caller_send(struct caller *caller, const uint8_t *data, size_t size)
{
    if (caller->connected)
        caller->services->sdu_send(caller->services->context, caller->vcc, data, size);
    return caller->connected;
}

void caller_release(struct caller *caller)
{
    if (caller->vcc != VCC_NONE)
        caller->services->call_release(caller->services->context, caller->vcc, CAUSE_NORMAL);
    caller->vcc = VCC_NONE;
    caller->connected = false;
}

static void call_offered(void *station, uint32_t vcc, const struct call *call)
{
    struct caller *caller = station;
    (void)call;
    caller->services->call_accept(caller->services->context, vcc);
}

static void call_connected(void *station, uint32_t vcc)
{
    struct caller *caller = station;
    caller->connected |= vcc == caller->vcc;
}

static void call_released(void *station, uint32_t vcc, enum release_cause cause)
{
    struct caller *caller = station;
    (void)cause;
    if (vcc != caller->vcc)
        return;
    caller->vcc = VCC_NONE;
    caller->connected = false;
}
