#include "reference/reference.h"

#include "reference/bridge.h"
#include "reference/les.h"
#include "reference/router.h"

const struct scope reference_claims = {.roles =
                                           ROLE_ROUTER | ROLE_BRIDGE | ROLE_CLIENT | ROLE_LES | ROLE_VRRP,
                                       .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,
                                       .lane = LANE_V1 | LANE_V2,
                                       .media = MEDIUM_ETHERNET | MEDIUM_TOKEN_RING};

unsigned reference_capabilities(void)
{
    static const struct device_settings everything = {
        .lan_port = true, .redirects = true, .proxy_arp = true, .llc_multiplexed = true};
    return router_capabilities(&everything);
}

void *reference_new(const struct station_services *services, const struct device_settings *settings,
                    const struct reference_options *options, const struct station_handlers **handlers,
                    struct reason *reason)
{
    switch (settings->role) {
    case ROLE_ROUTER:
    case ROLE_CLIENT:
    case ROLE_VRRP:
        *handlers = &router_handlers;
        return router_new(services, settings, options);
    case ROLE_BRIDGE:
        *handlers = &bridge_handlers;
        return bridge_new(services, settings, options);
    case ROLE_LES:
        *handlers = &les_server_handlers;
        return les_server_new(services, settings, options);
    case ROLE_SWITCH:
        break;
    }
    reason_set(reason, "the reference stack can't be a %s", role_name(settings->role));
    return NULL;
}
