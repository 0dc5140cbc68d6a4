#include "suite/role_network.h"

const struct role_network *role_network_of(enum role role)
{
    switch (role) {
    case ROLE_ROUTER:
    case ROLE_CLIENT:
    case ROLE_BRIDGE:
    case ROLE_LES:
    case ROLE_SWITCH:
    case ROLE_VRRP:
        break;
    }
    return &router_network;
}
