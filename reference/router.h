/* The reference router: a LEC (reference/lec.h), an IP host and forwarder (reference/ip.h) and a VRRP router
 * (reference/vrrp.h), joined as sections 3.1 to 3.3 of draft-ietf-vrrp-lane-02 say. As a station it has one
 * ATM port and, when its settings say so, LAN port 0. In role vrrp the LAN port 0 takes the place of ATM port
 * and LEC, and the other interface is on LAN port 1.
 *
 *   struct router *router = router_new(services, &settings, NULL);
 *   … attach(&router_handlers, router) …; CONTROL_START switches it on.
 *
 * A virtual router gets its Startup event when the ELAN is joined (a LAN: at once) (if its settings say so,
 * or CONTROL_STARTUP came by then), and again after each new join until CONTROL_SHUTDOWN.
 */
#ifndef REFERENCE_ROUTER_H
#define REFERENCE_ROUTER_H

#include "reference/options.h"
#include "station/device_settings.h"
#include "station/station.h"

struct router;

/* CAPABILITY_* of the reference router with these settings: all but CAPABILITY_FAIL_LINK, which the lab has
 * to give, and without a LAN port those that need one. */
unsigned router_capabilities(const struct device_settings *settings);

/* 'settings' and 'options' are copied; NULL options = the conforming stack. Owned by the caller;
 * router_handlers.destroy frees it. */
struct router *router_new(const struct station_services *services, const struct device_settings *settings,
                          const struct reference_options *options);

extern const struct station_handlers router_handlers;

#endif
