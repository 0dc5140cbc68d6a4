#include "reference/reference.h"

#include "reference/router.h"

const struct scope reference_claims = {.roles = ROLE_ROUTER | ROLE_CLIENT,
                                       .schemes = SCHEME_NON_PROXY | SCHEME_PROXY,
                                       .lane = LANE_V1 | LANE_V2,
                                       .media = MEDIUM_ETHERNET};

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
    if (settings->token_ring) {
        reason_set(reason, "the reference stack joins 802.3 ELANs only");
        return NULL;
    }
    switch (settings->role) {
    case ROLE_ROUTER:
    case ROLE_CLIENT:
        *handlers = &router_handlers;
        return router_new(services, settings, options);
    case ROLE_BRIDGE:
    case ROLE_LES:
    case ROLE_SWITCH:
    case ROLE_VRRP:
        break;
    }
    reason_set(reason, "the reference stack can't be a %s", role_name(settings->role));
    return NULL;
}
