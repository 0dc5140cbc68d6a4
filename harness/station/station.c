#include "station/station.h"

#include <stdio.h>

const struct capability_name capability_names[] = {
    {CAPABILITY_CONTROL_STARTUP, "control-startup"},
    {CAPABILITY_CONTROL_FAIL, "control-fail"},
    {CAPABILITY_CONTROL_PRIORITY, "control-priority"},
    {CAPABILITY_EGRESS_ORDER, "egress-order"},
    {CAPABILITY_FAIL_LINK, "fail-link"},
    {CAPABILITY_LAN_PORT, "lan-port"},
    {CAPABILITY_FORWARDING, "forwarding"},
    {CAPABILITY_REDIRECT, "redirect"},
    {CAPABILITY_PROXY_ARP, "proxy-arp"},
    {CAPABILITY_AUTHENTICATION, "authentication"},
    {CAPABILITY_LLC_MULTIPLEXING, "llc-multiplexing"},
    {CAPABILITY_SEVERAL_VRIDS, "several-vrids"},
    {CAPABILITY_AUTHENTICATION_HEADER, "authentication-header"},
    {0, NULL},
};

const char *control_action_text(const struct control_action *action, char *line, size_t size)
{
    switch (action->kind) {
    case CONTROL_START:
        snprintf(line, size, "start");
        break;
    case CONTROL_STARTUP:
        snprintf(line, size, "startup vrid=%u", action->vrid);
        break;
    case CONTROL_SHUTDOWN:
        snprintf(line, size, "shutdown vrid=%u", action->vrid);
        break;
    case CONTROL_FAIL:
        snprintf(line, size, "fail");
        break;
    case CONTROL_SET_PRIORITY:
        snprintf(line, size, "set-priority vrid=%u priority=%u", action->vrid, action->number);
        break;
    }
    return line;
}
