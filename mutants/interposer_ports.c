/* The interposer's place between the tables of services and handlers: most of it only passes on. */
#include "mutants/interposer_ports.h"

static struct interposer *of(void *context)
{
    return context;
}

/* The VCC is gone. */
static void forget(struct interposer *interposer, uint32_t vcc)
{
    uint32_t *const vccs[] = {&interposer->control_direct, &interposer->control_distribute,
                              &interposer->multicast_send, &interposer->multicast_forward,
                              &interposer->data_direct,    &interposer->data_direct_called};
    for (size_t i = 0; i < sizeof vccs / sizeof *vccs; i++)
        if (*vccs[i] == vcc)
            *vccs[i] = VCC_NONE;
}

static int64_t now_ns(void *context)
{
    return of(context)->below->now_ns(of(context)->below->context);
}

static void timer_start(void *context, struct timer *timer, int64_t delay_ns)
{
    of(context)->below->timer_start(of(context)->below->context, timer, delay_ns);
}

static void timer_stop(void *context, struct timer *timer)
{
    of(context)->below->timer_stop(of(context)->below->context, timer);
}

static void address_register(void *context, const struct atm_address *address)
{
    of(context)->below->address_register(of(context)->below->context, address);
}

static uint32_t call_setup(void *context, const struct call *call)
{
    struct interposer *interposer = context;
    struct call changed = *call;
    if (interposer->interposition->call)
        interposer->interposition->call(interposer, &changed);
    uint32_t vcc = interposer->below->call_setup(interposer->below->context, &changed);
    switch (call->b_lli) {
    case B_LLI_CONTROL:
        if (!interposer->settings.lecs_given ||
            !atm_address_equal(&call->called, &interposer->settings.lecs_address))
            interposer->control_direct = vcc;
        break;
    case B_LLI_MULTICAST_8023:
    case B_LLI_MULTICAST_8025:
        interposer->multicast_send = vcc;
        break;
    case B_LLI_DATA_DIRECT_8023:
    case B_LLI_DATA_DIRECT_8025:
    case B_LLI_LLC_MULTIPLEXED:
        interposer->data_direct_called = vcc;
        break;
    case B_LLI_NONE:
        break;
    }
    return vcc;
}

static void call_accept(void *context, uint32_t vcc)
{
    of(context)->below->call_accept(of(context)->below->context, vcc);
}

static void call_reject(void *context, uint32_t vcc, enum release_cause cause)
{
    forget(context, vcc);
    of(context)->below->call_reject(of(context)->below->context, vcc, cause);
}

static void call_release(void *context, uint32_t vcc, enum release_cause cause)
{
    forget(context, vcc);
    of(context)->below->call_release(of(context)->below->context, vcc, cause);
}

static uint32_t party_add(void *context, uint32_t vcc, const struct atm_address *called)
{
    return of(context)->below->party_add(of(context)->below->context, vcc, called);
}

static void party_drop(void *context, uint32_t vcc, uint32_t party, enum release_cause cause)
{
    of(context)->below->party_drop(of(context)->below->context, vcc, party, cause);
}

static void sdu_send(void *context, uint32_t vcc, const uint8_t *data, size_t size)
{
    interposer_sends(context, false, vcc, data, size);
}

static void lan_frame_send(void *context, unsigned port, const uint8_t *data, size_t size)
{
    interposer_sends(context, true, port, data, size);
}

static uint64_t random_bits(void *context)
{
    return of(context)->below->random_bits(of(context)->below->context);
}

void interposer_fill_services(struct interposer *interposer)
{
    interposer->above = (struct station_services){.context = interposer,
                                                  .now_ns = now_ns,
                                                  .timer_start = timer_start,
                                                  .timer_stop = timer_stop,
                                                  .address_register = address_register,
                                                  .call_setup = call_setup,
                                                  .call_accept = call_accept,
                                                  .call_reject = call_reject,
                                                  .call_release = call_release,
                                                  .party_add = party_add,
                                                  .party_drop = party_drop,
                                                  .sdu_send = sdu_send,
                                                  .lan_frame_send = lan_frame_send,
                                                  .random_bits = random_bits};
}

static void call_offered(void *station, uint32_t vcc, const struct call *call)
{
    struct interposer *interposer = station;
    if (call->b_lli == B_LLI_CONTROL)
        interposer->control_distribute = vcc;
    else if (call->b_lli == B_LLI_MULTICAST_8023 || call->b_lli == B_LLI_MULTICAST_8025)
        interposer->multicast_forward = vcc;
    else
        interposer->data_direct = vcc;
    interposer->inner->call_offered(interposer->station, vcc, call);
}

static void call_connected(void *station, uint32_t vcc)
{
    struct interposer *interposer = station;
    if (vcc == interposer->data_direct_called)
        interposer->data_direct = vcc;
    interposer->inner->call_connected(interposer->station, vcc);
}

static void call_released(void *station, uint32_t vcc, enum release_cause cause)
{
    forget(station, vcc);
    of(station)->inner->call_released(of(station)->station, vcc, cause);
}

static void party_connected(void *station, uint32_t vcc, uint32_t party)
{
    if (of(station)->inner->party_connected)
        of(station)->inner->party_connected(of(station)->station, vcc, party);
}

static void party_released(void *station, uint32_t vcc, uint32_t party, enum release_cause cause)
{
    if (of(station)->inner->party_released)
        of(station)->inner->party_released(of(station)->station, vcc, party, cause);
}

static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size)
{
    interposer_hears(station, false, vcc, data, size);
}

static void lan_frame_received(void *station, unsigned port, const uint8_t *data, size_t size)
{
    interposer_hears(station, true, port, data, size);
}

static bool control(void *station, const struct control_action *action, struct reason *reason)
{
    struct interposer *interposer = station;
    const struct virtual_router_settings *first = &interposer->settings.virtual_routers[0];
    switch (action->kind) {
    case CONTROL_START:
        interposer->running = first->started_by_join;
        interposer_start(interposer);
        break;
    case CONTROL_STARTUP:
    case CONTROL_SHUTDOWN:
        if (action->vrid == first->vrid)
            interposer->running = action->kind == CONTROL_STARTUP;
        break;
    case CONTROL_FAIL:
        interposer_fail(interposer);
        break;
    case CONTROL_SET_PRIORITY:
        break;
    }
    return interposer->inner->control(interposer->station, action, reason);
}

static void destroy(void *station)
{
    struct interposer *interposer = station;
    if (interposer->inner)
        interposer->inner->destroy(interposer->station);
    interposer_free(interposer);
}

const struct station_handlers interposer_handlers = {.call_offered = call_offered,
                                                     .call_connected = call_connected,
                                                     .call_released = call_released,
                                                     .party_connected = party_connected,
                                                     .party_released = party_released,
                                                     .sdu_received = sdu_received,
                                                     .lan_frame_received = lan_frame_received,
                                                     .control = control,
                                                     .destroy = destroy};
