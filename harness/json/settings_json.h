/* Device settings as JSON: the `settings` of the adapter protocol's `configure` (docs/adapter.md lists every
 * member). */
#ifndef JSON_SETTINGS_JSON_H
#define JSON_SETTINGS_JSON_H

#include "station/device_settings.h"
#include "json/json_members.h"

/* The members of struct device_settings. What the settings leave open is null: the LECS, the LAN port, a
 * virtual router's priority, interval and preempt mode. */
extern const struct json_member device_settings_members[];

/* Writes them as a line of JSON without a newline, ended by '\0'. Returns its size, 0 when it does not fit or
 * a string is not UTF-8. */
#define SETTINGS_TEXT_ROOM 8192
size_t device_settings_write(const struct device_settings *settings, char text[static SETTINGS_TEXT_ROOM]);

#endif
