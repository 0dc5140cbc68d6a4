/* Device settings as JSON: the `settings` of the adapter protocol's `configure` (docs/adapter.md lists every
 * member). */
#ifndef LINKS_SETTINGS_JSON_H
#define LINKS_SETTINGS_JSON_H

#include "links/json_members.h"

/* The members of struct device_settings. What the settings leave open is null: the LECS, the LAN port, a
 * virtual router's priority, interval and preempt mode. */
extern const struct json_member device_settings_members[];

#endif
