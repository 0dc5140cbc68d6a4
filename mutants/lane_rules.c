#include "mutants/lane_rules.h"

bool of_proxy(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposed;
    return interposer->settings.proxy;
}

bool of_non_proxy(const struct interposer *interposer, const struct interposed *interposed)
{
    return !of_proxy(interposer, interposed);
}

bool in_v1(const struct interposer *interposer, const struct interposed *interposed)
{
    return !in_v2(interposer, interposed);
}

bool in_v2(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposed;
    return interposer->v2;
}

bool is_own_echo(const struct interposer *interposer, const struct interposed *interposed)
{
    const struct frame *frame = &interposed->frame;
    uint16_t lecid = frame->layers & LAYER_CONTROL ? frame->control.requester_lecid : frame->lecid;
    return interposer->lecid && lecid == interposer->lecid;
}

bool is_of_another(const struct interposer *interposer, const struct interposed *interposed)
{
    return interposer->lecid && !is_own_echo(interposer, interposed);
}

/* The TLVs of a decoded frame lie in the octets that came, not in those of 'interposed', so they may move. */
bool rewrite_control(struct interposed *interposed, const struct le_control *control)
{
    interposed->size = le_control_encode(control, interposed->data, interposed->room);
    return true;
}

bool is_vmac(const struct interposer *interposer, struct lan_destination destination)
{
    const struct device_settings *settings = &interposer->settings;
    for (size_t i = 0; i < interposer_router_count(interposer); i++)
        if (lan_destination_is_mac(destination, virtual_mac_of(settings, settings->virtual_routers[i].vrid)))
            return true;
    return false;
}

void send_now(struct interposer *interposer, const struct interposed *interposed)
{
    interposer_send(interposer, interposed->vcc, interposed->data, interposed->size);
}

struct le_control zero_le_narp(struct interposer *interposer, struct mac_address vmac)
{
    struct le_control control = interposer_request(interposer, LE_NARP_REQUEST);
    control.source_atm = (struct atm_address){{0}};
    control.target_lan = lan_destination_of_mac(vmac);
    return control;
}

struct le_control targetless_le_arp(struct interposer *interposer, struct mac_address vmac)
{
    struct le_control control = interposer_request(interposer, LE_ARP_REQUEST);
    control.flags = interposer->settings.proxy ? LE_FLAG_REMOTE_ADDRESS : 0;
    control.source_lan = lan_destination_of_mac(vmac);
    return control;
}
