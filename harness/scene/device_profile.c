#include "scene/device_profile.h"

#include "wire/vrrp.h"

static bool router_fits(const struct device_profile *profile, const struct device_settings *settings,
                        const struct virtual_router_settings *router, struct reason *reason);
static bool address_fits(const struct device_profile *profile, const struct device_settings *settings,
                         struct ipv4_address address);

bool profile_allows_vrid(const struct device_profile *profile, unsigned vrid)
{
    return !profile || !profile->values.vrid_given || profile->values.vrid[vrid & 0xff];
}

uint8_t profile_draw_vrid(const struct device_profile *profile, struct random *random, unsigned lowest,
                          unsigned highest)
{
    uint8_t allowed[256];
    size_t count = 0;
    for (unsigned vrid = lowest; vrid <= highest; vrid++)
        if (profile_allows_vrid(profile, vrid))
            allowed[count++] = (uint8_t)vrid;
    if (!count)
        return (uint8_t)random_between(random, lowest, highest);
    return allowed[random_between(random, 0, (int64_t)count - 1)];
}

uint8_t profile_draw_other_vrid(const struct device_profile *profile, struct random *random, unsigned taken)
{
    bool other = false;
    for (unsigned vrid = 1; vrid <= 255; vrid++)
        other |= vrid != taken && profile_allows_vrid(profile, vrid);
    uint8_t vrid;
    do {
        vrid = profile_draw_vrid(other ? profile : NULL, random, 1, 255);
    } while (vrid == taken);
    return vrid;
}

unsigned profile_vrid_count(const struct device_profile *profile)
{
    unsigned count = 0;
    for (unsigned vrid = 1; vrid <= 255; vrid++)
        count += profile_allows_vrid(profile, vrid);
    return count;
}

struct device_profile profile_share(const struct device_profile *profile, unsigned share, unsigned count)
{
    struct device_profile mine = *profile;
    unsigned number = 0;
    mine.values.vrid_given = true;
    for (unsigned vrid = 1; vrid <= 255; vrid++)
        mine.values.vrid[vrid] = profile_allows_vrid(profile, vrid) && number++ % count == share;
    return mine;
}

bool profile_fits(const struct device_profile *profile, const struct device_settings *settings,
                  struct reason *reason)
{
    if (!profile)
        return true;
    const struct device_values *values = &profile->values;
    char text[ATM_ADDRESS_TEXT_SIZE];
    if (values->mac_given && !mac_equal(values->mac, settings->elan.mac))
        return reason_set(reason, "the case needs another MAC address than %s of %s",
                          mac_text(values->mac, text), profile->source);
    if (values->atm_given && !atm_address_equal(&values->atm, &settings->atm_address))
        return reason_set(reason, "the case needs another ATM address than %s of %s",
                          atm_address_text(&values->atm, text), profile->source);
    if (values->ip_given && !ipv4_equal(values->ip, settings->elan.address))
        return reason_set(reason, "the case needs another IP address than %s of %s",
                          ipv4_text(values->ip, text), profile->source);
    if (settings->v2_capable && settings->role != ROLE_VRRP && !(profile->claims.lane & LANE_V2))
        return reason_set(reason, "the case needs a LEC of LANE v2, which %s does not claim",
                          profile->source);
    for (size_t i = 0; i < settings->virtual_router_count; i++) {
        if (!router_fits(profile, settings, &settings->virtual_routers[i], reason))
            return false;
        for (size_t j = 0; j < i; j++) /* no other one was left for it */
            if (settings->virtual_routers[i].vrid == settings->virtual_routers[j].vrid)
                return reason_set(reason, "the case needs more VRIDs than %s allows", profile->source);
    }
    return true;
}

static bool router_fits(const struct device_profile *profile, const struct device_settings *settings,
                        const struct virtual_router_settings *router, struct reason *reason)
{
    const struct device_values *values = &profile->values;
    char text[IPV4_TEXT_SIZE];
    if (!profile_allows_vrid(profile, router->vrid))
        return reason_set(reason, "the case needs VRID %u, which is not among those of %s", router->vrid,
                          profile->source);
    unsigned priority = router->priority_given ? router->priority : VRRP_PRIORITY_DEFAULT;
    if (values->priority_given && (priority < values->priority_lowest || priority > values->priority_highest))
        return reason_set(reason, "the case needs priority %u; %s allows %u to %u", priority, profile->source,
                          values->priority_lowest, values->priority_highest);
    for (size_t i = 0; i < router->address_count; i++)
        if (!address_fits(profile, settings, router->addresses[i]))
            return reason_set(reason,
                              "the case needs virtual address %s, which is not among those of %s: give %s "
                              "another one, or none",
                              ipv4_text(router->addresses[i], text), profile->source, profile->source);
    return true;
}

/* The owner's is that of its interface. */
static bool address_fits(const struct device_profile *profile, const struct device_settings *settings,
                         struct ipv4_address address)
{
    const struct device_values *values = &profile->values;
    if (!values->virtual_count || ipv4_equal(address, settings->elan.address))
        return true;
    for (size_t i = 0; i < values->virtual_count; i++)
        if (ipv4_equal(values->virtual[i], address))
            return true;
    return false;
}
