#include "scene/role_network.h"

const struct role_network *role_network_of(enum role role)
{
    switch (role) {
    case ROLE_BRIDGE:
        return &bridge_network;
    case ROLE_CLIENT:
        return &client_network;
    case ROLE_ROUTER:
        break;
    case ROLE_SWITCH:
        return &switch_network;
    case ROLE_LES:
        return &les_network;
    case ROLE_VRRP:
        return &vrrp_network;
    }
    return &router_network;
}
