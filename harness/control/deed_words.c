#include "control/deed_words.h"

#include "base/text.h"
#include "wire/octets.h"

static void add_settings(struct text *text, const struct device_settings *settings);
static void add_router(struct text *text, const struct virtual_router_settings *router);

const char *deed_words(enum deed deed, unsigned instance, const struct control_action *action,
                       const struct device_settings *settings, const char *case_name,
                       const char *settings_path, char line[static DEED_WORDS_SIZE])
{
    struct text text = text_in(line, DEED_WORDS_SIZE);
    unsigned vrid = action ? action->vrid : 0;
    if (case_name && *case_name)
        text_add(&text, "%s: ", case_name);
    switch (deed) {
    case DEED_START:
        text_add(&text, "switch device %u on", instance);
        break;
    case DEED_STARTUP:
        text_add(&text, "start virtual router %u of device %u", vrid, instance);
        break;
    case DEED_SHUTDOWN:
        text_add(&text, "shut down virtual router %u of device %u", vrid, instance);
        break;
    case DEED_FAIL:
        text_add(&text, "make device %u fail at once, as by pulling its plug", instance);
        break;
    case DEED_SET_PRIORITY:
        text_add(&text, "give virtual router %u of device %u priority %u", vrid, instance,
                 action ? action->number : 0);
        break;
    case DEED_CONFIGURE:
        text_add(&text, "configure device %u and leave it switched off", instance);
        if (settings)
            add_settings(&text, settings);
        if (settings_path)
            text_add(&text, " (all settings: %s)", settings_path);
        break;
    case DEED_STOP:
        text_add(&text, "switch device %u off", instance);
        break;
    case DEED_ALIVE:
        text_add(&text, "look whether device %u is fit for use; n if it is not", instance);
        break;
    case DEED_RESET:
        text_add(&text, "reset device %u and make it fit for use", instance);
        break;
    case DEED_HEARTBEAT:
    case DEED_COUNT:
        break;
    }
    return line;
}

static void add_settings(struct text *text, const struct device_settings *settings)
{
    char mac[MAC_TEXT_SIZE];
    char address[IPV4_TEXT_SIZE];
    text_add(text, ": interface %s, %s/%u", mac_text(settings->elan.mac, mac),
             ipv4_text(settings->elan.address, address), settings->elan.prefix_length);
    for (size_t i = 0; i < settings->virtual_router_count; i++)
        add_router(text, &settings->virtual_routers[i]);
}

static void add_router(struct text *text, const struct virtual_router_settings *router)
{
    char address[IPV4_TEXT_SIZE];
    text_add(text, "; virtual router %u", router->vrid);
    if (router->priority_given)
        text_add(text, ", priority %u", router->priority);
    if (router->interval_given)
        text_add(text, ", interval %u s", router->interval_s);
    if (router->preempt_given)
        text_add(text, ", preempt mode %s", router->preempt ? "true" : "false");
    for (size_t i = 0; i < router->address_count; i++)
        text_add(text, "%s %s", i ? "" : ", addresses", ipv4_text(router->addresses[i], address));
}
