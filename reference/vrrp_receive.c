#include "reference/vrrp.h"
#include "reference/vrrp_checks.h"
#include "reference/vrrp_machine.h"
#include "reference/vrrp_message.h"
#include "wire/ethernet.h"

static bool accepted(struct vrrp_instance *instance, const struct vrrp_heard *heard);
static enum vrrp_event event_of(const struct virtual_router *router, const struct vrrp_heard *heard);
static bool has_address(const struct vrrp *message, struct ipv4_address address);

void vrrp_receive(struct vrrp_instance *instance, const struct vrrp_arrival *arrival)
{
    struct vrrp_heard heard = {.instance = instance, .arrival = arrival};
    if (vrrp_decode(arrival->message, &heard.message, NULL))
        heard.router = instance->options->router_of_vrid(instance, heard.message.vrid);
    if (!accepted(instance, &heard))
        return;
    struct virtual_router *router = &instance->routers[heard.router->number];
    instance->options->dispatch(router, event_of(router, &heard));
}

bool vrrp_ttl_is_255(const struct vrrp_heard *heard)
{
    return heard->arrival->ttl == VRRP_TTL;
}

bool vrrp_version_is_2(const struct vrrp_heard *heard)
{
    struct octets message = heard->arrival->message;
    return message.size > 0 && message.data[0] >> 4 == VRRP_VERSION;
}

bool vrrp_type_is_advertisement(const struct vrrp_heard *heard)
{
    struct octets message = heard->arrival->message;
    return message.size > 0 && (message.data[0] & 15) == VRRP_TYPE_ADVERTISEMENT;
}

bool vrrp_is_complete(const struct vrrp_heard *heard)
{
    return heard->message.complete;
}

bool vrrp_checksum_is_good(const struct vrrp_heard *heard)
{
    return heard->message.checksum_good;
}

bool vrrp_authentication_type_matches(const struct vrrp_heard *heard)
{
    uint8_t configured = heard->instance->settings->authentication_type;
    return heard->message.authentication_type == configured &&
           (heard->arrival->protocol == IPV4_PROTOCOL_VRRP || configured == VRRP_AUTHENTICATION_AH);
}

bool vrrp_authentication_header_is_good(const struct vrrp_heard *heard)
{
    return heard->instance->settings->authentication_type != VRRP_AUTHENTICATION_AH ||
           (heard->arrival->protocol == IPV4_PROTOCOL_AH && heard->arrival->digest_good);
}

bool vrrp_authentication_data_matches(const struct vrrp_heard *heard)
{
    if (heard->message.authentication_type != VRRP_AUTHENTICATION_PASSWORD)
        return true;
    uint8_t expected[VRRP_AUTHENTICATION_DATA_SIZE];
    vrrp_fill_authentication(heard->instance->settings, expected);
    return memcmp(heard->message.authentication_data, expected, sizeof expected) == 0;
}

bool vrrp_vrid_is_known(const struct vrrp_heard *heard)
{
    return heard->router != NULL;
}

bool vrrp_address_list_matches(const struct vrrp_heard *heard)
{
    const struct vrrp *message = &heard->message;
    const struct virtual_router_settings *settings = heard->router->settings;
    if (!heard->instance->settings->address_list_check || message->priority == VRRP_PRIORITY_OWNER)
        return true;
    if (message->address_count != settings->address_count)
        return false;
    for (size_t i = 0; i < settings->address_count; i++)
        if (!has_address(message, settings->addresses[i]))
            return false;
    return true;
}

bool vrrp_interval_matches(const struct vrrp_heard *heard)
{
    return heard->message.interval_s == heard->router->interval_s;
}

/* RFC 2338 7.1 */
static bool accepted(struct vrrp_instance *instance, const struct vrrp_heard *heard)
{
    for (size_t check = 0; check < VRRP_CHECK_COUNT; check++)
        if (!instance->options->checks[check].passes(heard)) {
            instance->discards[check]++;
            return false;
        }
    return true;
}

/* What an advertisement is to a virtual router (RFC 2338 6.4.2, 6.4.3). */
static enum vrrp_event event_of(const struct virtual_router *router, const struct vrrp_heard *heard)
{
    const struct vrrp_options *options = router->instance->options;
    if (heard->message.priority == VRRP_PRIORITY_STOP)
        return VRRP_HEARD_STOP;
    int order = options->compare_priorities(heard->message.priority, router->priority);
    if (order > 0)
        return VRRP_HEARD_HIGHER;
    if (order < 0)
        return options->preempts(router) ? VRRP_HEARD_LOWER : VRRP_HEARD_TOLERATED;
    return options->address_greater(heard->arrival->source, options->local_address(router))
               ? VRRP_HEARD_EQUAL_WINNER
               : VRRP_HEARD_EQUAL_LOSER;
}

static bool has_address(const struct vrrp *message, struct ipv4_address address)
{
    for (size_t i = 0; i < message->addresses_present; i++)
        if (ipv4_equal(message->addresses[i], address))
            return true;
    return false;
}
