/* The reference stack: a conforming device of every role, made from the same settings as any other device.
 *
 *   const struct station_handlers *handlers;
 *   void *station = reference_new(services, &settings, NULL, &handlers);
 *   port_attach(port, handlers, station);
 *
 * settings->role says which: a router (reference/router.h), as a client one without virtual routers.
 */
#ifndef REFERENCE_REFERENCE_H
#define REFERENCE_REFERENCE_H

#include "reference/options.h"
#include "station/device_settings.h"
#include "station/station.h"

/* What the stack can be, and CAPABILITY_* of it, with nothing left out; the lab adds CAPABILITY_FAIL_LINK. */
extern const struct scope reference_claims;
unsigned reference_capabilities(void);

/* 'settings' and 'options' are copied; NULL options = the conforming stack. 'handlers' gets the table to
 * attach with; handlers->destroy frees the station. NULL, with the reason, for settings that the stack can't
 * be. */
void *reference_new(const struct station_services *services, const struct device_settings *settings,
                    const struct reference_options *options, const struct station_handlers **handlers,
                    struct reason *reason);

#endif
