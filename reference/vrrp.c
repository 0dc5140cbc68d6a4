#include "reference/vrrp.h"

#include <stdlib.h>

#include "reference/vrrp_machine.h"

static void router_init(struct vrrp_instance *instance, unsigned number);
static void dispatch(struct virtual_router *router, enum vrrp_event event);
static void master_down(void *owner);
static void advertisement_due(void *owner);
static void start(struct virtual_router *router, struct timer *timer, int64_t delay_ns);
static void stop(struct virtual_router *router, struct timer *timer);

struct vrrp_instance *vrrp_new(const struct station_services *services,
                               const struct device_settings *settings, const struct vrrp_options *options,
                               const struct vrrp_actions *actions, void *owner)
{
    struct vrrp_instance *instance = calloc(1, sizeof *instance);
    if (!instance)
        abort();
    instance->services = services;
    instance->settings = settings;
    instance->options = options;
    instance->actions = actions;
    instance->owner = owner;
    instance->router_count = settings->virtual_router_count;
    for (unsigned number = 0; number < instance->router_count; number++)
        router_init(instance, number);
    return instance;
}

void vrrp_free(struct vrrp_instance *instance)
{
    if (!instance)
        return;
    vrrp_die(instance);
    free(instance);
}

void vrrp_startup(struct vrrp_instance *instance, unsigned number)
{
    struct virtual_router *router = &instance->routers[number];
    const struct vrrp_options *options = instance->options;
    struct mac_address address;
    if (options->functional(instance->settings) &&
        !options->functional_address(router->settings->vrid, &address))
        return; /* hosts could not reach it */
    dispatch(router, instance->options->starts_as_master(router) ? VRRP_STARTUP_MASTER : VRRP_STARTUP_BACKUP);
}

void vrrp_shutdown(struct vrrp_instance *instance, unsigned number)
{
    dispatch(&instance->routers[number], VRRP_SHUTDOWN);
}

void vrrp_interface_lost(struct vrrp_instance *instance)
{
    for (unsigned number = 0; number < instance->router_count; number++)
        dispatch(&instance->routers[number], VRRP_INTERFACE_LOST);
}

void vrrp_registration_refused(struct vrrp_instance *instance, unsigned number)
{
    dispatch(&instance->routers[number], VRRP_REGISTRATION_REFUSED);
}

void vrrp_die(struct vrrp_instance *instance)
{
    for (unsigned number = 0; number < instance->router_count; number++) {
        struct virtual_router *router = &instance->routers[number];
        vrrp_stop_master_down_timer(router);
        vrrp_stop_adver_timer(router);
        vrrp_enter(router, VRRP_INITIALIZE);
    }
}

void vrrp_set_priority(struct vrrp_instance *instance, unsigned number, uint8_t priority)
{
    instance->routers[number].priority = priority;
}

enum vrrp_state vrrp_state_of(const struct vrrp_instance *instance, unsigned number)
{
    return instance->routers[number].state;
}

uint8_t vrrp_priority_of(const struct vrrp_instance *instance, unsigned number)
{
    return instance->routers[number].priority;
}

struct mac_address vrrp_vmac_of(const struct vrrp_instance *instance, unsigned number)
{
    const struct vrrp_options *options = instance->options;
    uint8_t vrid = instance->routers[number].settings->vrid;
    struct mac_address address;
    if (options->functional(instance->settings) && options->functional_address(vrid, &address))
        return address;
    return options->in_order(instance->settings, options->vmac(vrid));
}

const struct virtual_router *vrrp_router(const struct vrrp_instance *instance, unsigned number)
{
    return &instance->routers[number];
}

uint64_t vrrp_discard_count(const struct vrrp_instance *instance, enum vrrp_check_name check)
{
    return instance->discards[check];
}

void vrrp_associate(struct virtual_router *router)
{
    if (router->instance->options->associates(router))
        router->instance->actions->associate(router->instance->owner, router->number);
}

void vrrp_disassociate(struct virtual_router *router)
{
    if (router->instance->options->associates(router))
        router->instance->actions->disassociate(router->instance->owner, router->number);
}

void vrrp_send_gratuitous_arps(struct virtual_router *router)
{
    router->instance->actions->send_gratuitous_arps(router->instance->owner, router->number);
}

void vrrp_start_adver_timer(struct virtual_router *router)
{
    start(router, &router->adver_timer, router->instance->options->advertisement_interval_ns(router));
}

void vrrp_stop_adver_timer(struct virtual_router *router)
{
    stop(router, &router->adver_timer);
}

void vrrp_start_master_down_timer(struct virtual_router *router, int64_t delay_ns)
{
    start(router, &router->master_down_timer, delay_ns);
}

void vrrp_stop_master_down_timer(struct virtual_router *router)
{
    stop(router, &router->master_down_timer);
}

void vrrp_enter(struct virtual_router *router, enum vrrp_state state)
{
    router->state_before = router->state;
    router->state = state;
}

static void router_init(struct vrrp_instance *instance, unsigned number)
{
    const struct virtual_router_settings *settings = &instance->settings->virtual_routers[number];
    const struct vrrp_options *options = instance->options;
    struct virtual_router *router = &instance->routers[number];
    router->instance = instance;
    router->settings = settings;
    router->number = number;
    router->priority = settings->priority_given ? settings->priority : options->default_priority;
    router->interval_s = settings->interval_given ? settings->interval_s : options->default_interval_s;
    router->preempt = settings->preempt_given ? settings->preempt : options->default_preempt;
    timer_init(&router->master_down_timer, master_down, router);
    timer_init(&router->adver_timer, advertisement_due, router);
}

static void dispatch(struct virtual_router *router, enum vrrp_event event)
{
    router->instance->options->dispatch(router, event);
}

static void master_down(void *owner)
{
    dispatch(owner, VRRP_MASTER_DOWN);
}

static void advertisement_due(void *owner)
{
    dispatch(owner, VRRP_ADVERTISEMENT_DUE);
}

static void start(struct virtual_router *router, struct timer *timer, int64_t delay_ns)
{
    const struct station_services *services = router->instance->services;
    services->timer_start(services->context, timer, delay_ns);
}

static void stop(struct virtual_router *router, struct timer *timer)
{
    const struct station_services *services = router->instance->services;
    services->timer_stop(services->context, timer);
}
