/* How the history of a virtual router goes on (rules/device_history.h): called by device_history.c alone, for
 * each event that concerns it. */
#ifndef RULES_VIRTUAL_ROUTER_HISTORY_H
#define RULES_VIRTUAL_ROUTER_HISTORY_H

#include "rules/device_history.h"

/* Whether a received advertisement passes the checks of RFC 2338 7.1. */
enum validity { VALID, INVALID, UNSURE };
enum validity advertisement_validity(const struct device_history *device,
                                     const struct virtual_router_history *router,
                                     const struct tap_event *event, const struct frame *frame);

struct virtual_router_history *virtual_router_history_new(const struct device_history *device, uint8_t vrid);

/* The device was switched on, joined the ELAN, lost it, or its link came back. */
void virtual_router_switched_on(const struct device_history *device, struct virtual_router_history *router);
void virtual_router_joined(const struct device_history *device, struct virtual_router_history *router,
                           int64_t now_ns);
void virtual_router_lost_elan(struct virtual_router_history *router);
void virtual_router_link_restored(const struct device_history *device, struct virtual_router_history *router,
                                  int64_t now_ns);

/* The lab acted on it: STARTUP, SHUTDOWN, SET_PRIORITY. */
void virtual_router_controlled(const struct device_history *device, struct virtual_router_history *router,
                               struct tap_event *event);

/* Advertisements. */
void virtual_router_advertised(const struct device_history *device, struct virtual_router_history *router,
                               struct tap_event *event, const struct frame *frame);
void virtual_router_heard(const struct device_history *device, struct virtual_router_history *router,
                          struct tap_event *event, const struct frame *frame);

/* LE control frames about its VMAC. */
void virtual_router_control_sent(const struct device_history *device, struct virtual_router_history *router,
                                 struct tap_event *event, const struct frame *frame);
void virtual_router_registration_answered(struct virtual_router_history *router, struct tap_event *event,
                                          const struct frame *frame, const struct frame *request);

#endif
