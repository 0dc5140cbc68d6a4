#include "steps/plan_changes.h"

#include <string.h>

/* Of HMAC-MD5-96 (RFC 2403 2). */
#define KEY_SIZE 16

void plan_owner(struct scene_plan *plan)
{
    struct virtual_router_settings *router = &plan->device.virtual_routers[0];
    router->priority = VRRP_PRIORITY_OWNER;
    router->addresses[0] = plan->device.elan.address;
    plan->speaker.addresses[0] = router->addresses[0];
    plan->host.gateway = router->addresses[0];
    plan->lower_priority = (uint8_t)random_between(&plan->random, 1, 254);
    plan->higher_priority = VRRP_PRIORITY_OWNER;
    plan->speaker.priority = plan->lower_priority;
}

void plan_owner_at_once(struct scene_plan *plan)
{
    plan->les.answers_on_distribute = false;
    if (!plan->device.virtual_router_count)
        return;
    struct virtual_router_settings *router = &plan->device.virtual_routers[0];
    router->priority = VRRP_PRIORITY_OWNER;
    router->addresses[0] = plan->device.elan.address;
    router->started_by_join = true;
    plan->speaker.addresses[0] = router->addresses[0];
    plan->host.gateway = router->addresses[0];
}

void plan_vrid(struct scene_plan *plan, uint8_t vrid)
{
    plan->device.virtual_routers[0].vrid = vrid;
    plan->speaker.vrid = vrid;
}

void plan_second_address(struct scene_plan *plan)
{
    struct virtual_router_settings *router = &plan->device.virtual_routers[0];
    router->address_count = plan->speaker.address_count = 2;
    router->addresses[1] = plan->speaker.addresses[1] = plan->third_ip;
}

void plan_second_router(struct scene_plan *plan)
{
    struct virtual_router_settings *first = &plan->device.virtual_routers[0];
    struct virtual_router_settings *second = &plan->device.virtual_routers[1];
    *second = *first;
    second->vrid = profile_draw_other_vrid(plan->profile, &plan->random, first->vrid);
    second->addresses[0] = plan->third_ip;
    plan->device.virtual_router_count = 2;
}

void plan_password(struct scene_plan *plan, size_t size)
{
    struct device_settings *device = &plan->device;
    memset(device->password, 0, sizeof device->password);
    for (size_t i = 0; i < size; i++)
        device->password[i] = (char)random_between(&plan->random, 'a', 'z');
    device->authentication_type = plan->speaker.authentication_type = VRRP_AUTHENTICATION_PASSWORD;
    memcpy(plan->speaker.password, device->password, sizeof plan->speaker.password);
}

void plan_key(struct scene_plan *plan)
{
    struct device_settings *device = &plan->device;
    plan_password(plan, 8);
    for (size_t i = 0; i < KEY_SIZE; i++)
        device->key[i] = (char)random_between(&plan->random, '!', '~');
    device->key[KEY_SIZE] = '\0';
    device->spi = (uint32_t)random_between(&plan->random, SPI_MINIMUM, UINT32_MAX);
    device->authentication_type = plan->speaker.authentication_type = VRRP_AUTHENTICATION_AH;
    memcpy(plan->speaker.key, device->key, sizeof plan->speaker.key);
    plan->speaker.spi = device->spi;
}
