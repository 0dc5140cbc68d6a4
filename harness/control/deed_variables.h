/* What a command is told of its deed: environment variables, the same ones each time. */
#ifndef CONTROL_DEED_VARIABLES_H
#define CONTROL_DEED_VARIABLES_H

#include "control/control_plan.h"
#include "control/hook.h"
#include "station/device_settings.h"
#include "wire/octets.h"

/* Every variable once: enum, name, and what it says, for docs/device-file.md. */
#define DEED_VARIABLES(X)                                                                                    \
    X(ACTION, "VMACHECK_ACTION", "the deed: `configure`, `start` …")                                         \
    X(INSTANCE, "VMACHECK_INSTANCE", "number of the device instance, from 1")                                \
    X(CASE, "VMACHECK_CASE", "the case instance, as in results; empty outside of cases")                     \
    X(VRID, "VMACHECK_VRID", "VRID that `startup`, `shutdown` or `set-priority` is about; 0 for the others") \
    X(PRIORITY, "VMACHECK_PRIORITY", "the new one, for `set-priority`; 0 for the others")                    \
    X(SETTINGS, "VMACHECK_SETTINGS",                                                                         \
      "path of a file with all settings of the case as JSON, as `settings` in docs/adapter.md; it is there " \
      "as long as the command runs, readable by this user only")                                             \
    X(ROUTER_VRID, "VMACHECK_ROUTER_VRID", "VRID of the first virtual router; empty if there is none")       \
    X(ROUTER_PRIORITY, "VMACHECK_ROUTER_PRIORITY", "its priority; empty: the device's default")              \
    X(ROUTER_INTERVAL_S, "VMACHECK_ROUTER_INTERVAL_S",                                                       \
      "its advertisement interval in seconds; empty: the device's default")                                  \
    X(ROUTER_PREEMPT, "VMACHECK_ROUTER_PREEMPT", "its preempt mode, 1 or 0; empty: the device's default")    \
    X(ROUTER_ADDRESSES, "VMACHECK_ROUTER_ADDRESSES", "its IP addresses, with spaces between")                \
    X(MAC, "VMACHECK_MAC", "MAC address of the device's interface, like 00-20-5a-12-34-56")                  \
    X(ADDRESS, "VMACHECK_ADDRESS", "IP address of this interface")                                           \
    X(PREFIX_LENGTH, "VMACHECK_PREFIX_LENGTH", "length of its subnet's prefix")

enum deed_variable {
#define X(name, text, meaning) VARIABLE_##name,
    DEED_VARIABLES(X)
#undef X
        DEED_VARIABLE_COUNT
};

/* Name of a variable, and what it says. */
const char *deed_variable_name(enum deed_variable variable);
const char *deed_variable_meaning(enum deed_variable variable);

/* Their values; empty where there is nothing to say. */
struct deed_variables {
    struct hook_variable list[DEED_VARIABLE_COUNT];
    char numbers[DEED_VARIABLE_COUNT][12];
    char mac[MAC_TEXT_SIZE];
    char address[IPV4_TEXT_SIZE];
    char addresses[VIRTUAL_ADDRESS_ROOM * (IPV4_TEXT_SIZE + 1)];
};

/* Fills them in; 'action', 'settings', 'case_name' and 'settings_path' may be NULL, texts have to outlive
 * 'variables'. */
void deed_variables_set(struct deed_variables *variables, enum deed deed, unsigned instance,
                        const struct control_action *action, const struct device_settings *settings,
                        const char *case_name, const char *settings_path);

#endif
