#include "reference/vrrp_machine.h"
#include "reference/vrrp_message.h"

#define MESSAGE_ROOM (VRRP_HEADER_SIZE + 4 * VRRP_ADDRESS_ROOM + VRRP_AUTHENTICATION_DATA_SIZE)

void vrrp_send_advertisement(struct virtual_router *router, uint8_t priority)
{
    const struct vrrp_instance *instance = router->instance;
    struct vrrp message = {.priority = priority};
    instance->options->fill_message(router, &message);
    instance->options->fill_authentication(instance->settings, message.authentication_data);
    uint8_t data[MESSAGE_ROOM];
    size_t size = instance->options->encode(&message, data, sizeof data);
    instance->actions->send_advertisement(instance->owner, router->number, data, size);
}

uint8_t vrrp_priority_in_force(const struct virtual_router *router)
{
    return router->priority;
}

void vrrp_fill_message(const struct virtual_router *router, struct vrrp *message)
{
    const struct virtual_router_settings *settings = router->settings;
    message->version = VRRP_VERSION;
    message->type = VRRP_TYPE_ADVERTISEMENT;
    message->vrid = settings->vrid;
    message->authentication_type = router->instance->settings->authentication_type;
    message->interval_s = router->interval_s;
    message->address_count = (uint8_t)settings->address_count;
    message->addresses_present = settings->address_count;
    memcpy(message->addresses, settings->addresses, settings->address_count * sizeof *settings->addresses);
}

void vrrp_fill_authentication(const struct device_settings *settings,
                              uint8_t data[static VRRP_AUTHENTICATION_DATA_SIZE])
{
    memset(data, 0, VRRP_AUTHENTICATION_DATA_SIZE);
    if (settings->authentication_type == VRRP_AUTHENTICATION_PASSWORD)
        memcpy(data, settings->password, strnlen(settings->password, VRRP_AUTHENTICATION_DATA_SIZE));
}
