#include "suite/claims.h"

#include <string.h>

#include "wire/field.h"

/* What a claim is compared with. */
struct claim_view {
    const struct device_profile *profile;
    const struct case_instance *instance;
    const struct device_settings *settings;
    const struct tap_event *event;
    const struct frame *frame;
};

/* A claim: the frames of the device that could contradict it, and when they do. */
struct claim {
    const char *key;
    const char *text;
    uint64_t names; /* 0: any */
    bool (*contradicted)(const struct claim_view *view);
};

struct claim_watch {
    struct scene *scene;
    struct contradictions found;
};

static bool beyond_v1(const struct claim_view *view);
static bool short_of_v2(const struct claim_view *view);
static bool proxy_unclaimed(const struct claim_view *view);
static bool proxy_missing(const struct claim_view *view);
static bool vmac_registered(const struct claim_view *view);
static bool other_medium(const struct claim_view *view);
static bool redirect_unclaimed(const struct claim_view *view);
static bool llc_multiplexing_unclaimed(const struct claim_view *view);
static bool authentication_unclaimed(const struct claim_view *view);
static bool authentication_header_unclaimed(const struct claim_view *view);
static bool several_vrids_unclaimed(const struct claim_view *view);
static bool lan_port_unclaimed(const struct claim_view *view);
static bool proxy_arp_unclaimed(const struct claim_view *view);
static bool forwarding_unclaimed(const struct claim_view *view);
static bool other_vrid(const struct claim_view *view);
static bool other_priority(const struct claim_view *view);
static bool other_mac(const struct claim_view *view);
static bool other_atm(const struct claim_view *view);
static bool other_ip(const struct claim_view *view);
static bool other_virtual_address(const struct claim_view *view);

#define JOIN          FRAME_SET(LE_JOIN_REQUEST)
#define ADVERTISES    FRAME_SET(ADVERTISEMENT)
#define CARRIES_TLVS  (JOIN | FRAME_SET(LE_REGISTER_REQUEST) | FRAME_SET(LE_ARP_RESPONSE))
#define OTHER_TRAFFIC (FRAME_SET(IPV4) | FRAME_SET(ICMP_ECHO_REQUEST) | FRAME_SET(ICMP_ECHO_REPLY))

static const struct claim claims[] = {
    {"lane", "claims LANE v1 only, but joins with V2 Capable", JOIN, beyond_v1},
    {"lane", "claims LANE v2, but joins without V2 Capable", JOIN, short_of_v2},
    {"schemes", "claims non-proxy only, but joins with the Proxy flag", JOIN, proxy_unclaimed},
    {"schemes", "claims proxy only, but joins without the Proxy flag", JOIN, proxy_missing},
    {"schemes", "claims proxy only, but registers a VMAC", FRAME_SET(LE_REGISTER_REQUEST), vmac_registered},
    {"media", "does not claim the LAN type with which it joins", JOIN, other_medium},
    {"options", "does not claim redirect, but sends an ICMP redirect", FRAME_SET(ICMP_REDIRECT),
     redirect_unclaimed},
    {"options", "does not claim llc-multiplexing, but sends an LLC-Muxed-ATM-Address", CARRIES_TLVS,
     llc_multiplexing_unclaimed},
    {"options", "does not claim authentication, but sends a password in its advertisements", ADVERTISES,
     authentication_unclaimed},
    {"options", "does not claim authentication-header, but advertises with authentication type 2", ADVERTISES,
     authentication_header_unclaimed},
    {"options", "does not claim several-vrids, but advertises a second one", ADVERTISES,
     several_vrids_unclaimed},
    {"options", "does not claim lan-port, but sends a frame on a LAN port", 0, lan_port_unclaimed},
    {"options", "does not claim proxy-arp, but answers ARP for an address beyond it", FRAME_SET(ARP_REPLY),
     proxy_arp_unclaimed},
    {"options", "does not claim forwarding, but forwards a packet", OTHER_TRAFFIC, forwarding_unclaimed},
    {"vrids", "advertises a VRID that is not among 'vrids'", ADVERTISES, other_vrid},
    {"priorities", "advertises a priority that is not among 'priorities'", ADVERTISES, other_priority},
    {"addresses.mac", "joins with another MAC address than 'mac'", JOIN, other_mac},
    {"addresses.atm", "joins with another ATM address than 'atm'", JOIN, other_atm},
    {"addresses.ip", "advertises from another IP address than 'ip'", ADVERTISES, other_ip},
    {"addresses.virtual", "advertises an address that is not among 'virtual'", ADVERTISES,
     other_virtual_address},
};

/* A claim in the PIXIT that a finding on a requirement contradicts. */
struct judged_claim {
    enum pixit_choice choice;
    unsigned value;
    const char *requirement;
    const char *key;
    const char *text;
};

static const struct judged_claim judged_claims[] = {
    {PIXIT_ADDRESS_LIST_CHECK, ADDRESS_LIST_CHECK_OFF, "V-7.1-07", "pixit.address_list_check",
     "claims address_list_check off, but discards by the address list"},
    {PIXIT_ADDRESS_LIST_CHECK, ADDRESS_LIST_CHECK_ON, "V-7.1-07", "pixit.address_list_check",
     "claims address_list_check on, but does not check the address list"},
};

static void watch_event(void *context, struct tap_event *event);
static void found(struct claim_watch *watch, const char *key, const char *text, struct tap_event *event);
static bool is_found(const struct claim_watch *watch, const char *text);
static bool flag(const struct claim_view *view, enum frame_field field, bool set);
static bool unclaimed(const struct claim_view *view, unsigned option);
static bool own_address(const struct claim_view *view, struct ipv4_address address);
static bool on_elan(const struct claim_view *view);
static bool faces_its_scheme(const struct claim_view *view);

struct claim_watch *claim_watch_new(struct scene *scene)
{
    struct claim_watch *watch = arena_zeroed(scene->arena, sizeof *watch);
    watch->scene = scene;
    return watch;
}

struct tap_observer claim_watch_observer(struct claim_watch *watch)
{
    return (struct tap_observer){watch_event, watch};
}

struct contradictions claim_watch_end(struct claim_watch *watch)
{
    const struct scene *scene = watch->scene;
    for (size_t i = 0; i < sizeof judged_claims / sizeof *judged_claims; i++) {
        const struct judged_claim *claim = &judged_claims[i];
        const struct requirement *requirement = ledger_find(claim->requirement);
        if (scene->pixit.choice[claim->choice] == claim->value && requirement &&
            findings_name(&scene->findings, requirement))
            found(watch, claim->key, claim->text, NULL);
    }
    return watch->found;
}

static void watch_event(void *context, struct tap_event *event)
{
    struct claim_watch *watch = context;
    struct scene *scene = watch->scene;
    if (event->from != port_index(scene->device_port) ||
        (event->kind != TAP_SDU && event->kind != TAP_LAN_FRAME))
        return;
    struct claim_view view = {.profile = scene->plan.profile,
                              .instance = scene->instance,
                              .settings = &scene->plan.device,
                              .event = event,
                              .frame = tap_frame(scene->tap, event)};
    for (size_t i = 0; i < sizeof claims / sizeof *claims; i++)
        if ((!claims[i].names || claims[i].names & UINT64_C(1) << view.frame->name) &&
            claims[i].contradicted(&view) && !is_found(watch, claims[i].text))
            found(watch, claims[i].key, claims[i].text, event);
}

static void found(struct claim_watch *watch, const char *key, const char *text, struct tap_event *event)
{
    if (watch->found.count < CONTRADICTION_ROOM)
        watch->found.list[watch->found.count++] = (struct contradiction){key, text, event};
}

static bool is_found(const struct claim_watch *watch, const char *text)
{
    for (size_t i = 0; i < watch->found.count; i++)
        if (watch->found.list[i].text == text)
            return true;
    return false;
}

static bool beyond_v1(const struct claim_view *view)
{
    return !(view->profile->claims.lane & LANE_V2) && flag(view, FIELD_FLAG_V2_CAPABLE, true);
}

/* Where the case did not make a v1 client of it. */
static bool short_of_v2(const struct claim_view *view)
{
    return view->settings->v2_capable && flag(view, FIELD_FLAG_V2_CAPABLE, false);
}

static bool proxy_unclaimed(const struct claim_view *view)
{
    return faces_its_scheme(view) && view->profile->claims.schemes == SCHEME_NON_PROXY &&
           flag(view, FIELD_FLAG_PROXY, true);
}

static bool proxy_missing(const struct claim_view *view)
{
    return faces_its_scheme(view) && view->profile->claims.schemes == SCHEME_PROXY &&
           flag(view, FIELD_FLAG_PROXY, false);
}

static bool vmac_registered(const struct claim_view *view)
{
    struct value mac;
    return faces_its_scheme(view) && view->profile->claims.schemes == SCHEME_PROXY &&
           field_get(view->frame, FIELD_SOURCE_LAN, &mac) && mac_is_vmac(mac.mac);
}

static bool other_medium(const struct claim_view *view)
{
    struct value type;
    if (!field_get(view->frame, FIELD_LAN_TYPE, &type))
        return false;
    unsigned medium = type.number == LAN_TYPE_8023   ? MEDIUM_ETHERNET
                      : type.number == LAN_TYPE_8025 ? MEDIUM_TOKEN_RING
                                                     : 0u;
    return medium && !(view->profile->claims.media & medium);
}

static bool redirect_unclaimed(const struct claim_view *view)
{
    return unclaimed(view, CAPABILITY_REDIRECT);
}

static bool llc_multiplexing_unclaimed(const struct claim_view *view)
{
    struct value address;
    return unclaimed(view, CAPABILITY_LLC_MULTIPLEXING) &&
           field_get(view->frame, FIELD_LLC_MUXED_ATM, &address);
}

static bool authentication_unclaimed(const struct claim_view *view)
{
    struct value type;
    return unclaimed(view, CAPABILITY_AUTHENTICATION) &&
           field_get(view->frame, FIELD_AUTHENTICATION_TYPE, &type) &&
           type.number == VRRP_AUTHENTICATION_PASSWORD;
}

static bool authentication_header_unclaimed(const struct claim_view *view)
{
    struct value type;
    return unclaimed(view, CAPABILITY_AUTHENTICATION_HEADER) &&
           field_get(view->frame, FIELD_AUTHENTICATION_TYPE, &type) && type.number == VRRP_AUTHENTICATION_AH;
}

static bool several_vrids_unclaimed(const struct claim_view *view)
{
    struct value vrid;
    return unclaimed(view, CAPABILITY_SEVERAL_VRIDS) && field_get(view->frame, FIELD_VRID, &vrid) &&
           vrid.number != view->settings->virtual_routers[0].vrid;
}

/* Without LANE port 0 is the interface on the LAN. */
static bool lan_port_unclaimed(const struct claim_view *view)
{
    unsigned interfaces = view->instance->role == ROLE_VRRP;
    return unclaimed(view, CAPABILITY_LAN_PORT) && view->event->kind == TAP_LAN_FRAME &&
           view->event->lan_port >= interfaces;
}

static bool proxy_arp_unclaimed(const struct claim_view *view)
{
    return unclaimed(view, CAPABILITY_PROXY_ARP) && on_elan(view) &&
           !own_address(view, view->frame->arp.sender_ip);
}

static bool forwarding_unclaimed(const struct claim_view *view)
{
    return unclaimed(view, CAPABILITY_FORWARDING) && !own_address(view, view->frame->ipv4.source);
}

static bool other_vrid(const struct claim_view *view)
{
    struct value vrid;
    return field_get(view->frame, FIELD_VRID, &vrid) &&
           !profile_allows_vrid(view->profile, (unsigned)vrid.number);
}

/* Priority 0 says that it stops. */
static bool other_priority(const struct claim_view *view)
{
    const struct device_values *values = &view->profile->values;
    struct value priority;
    return values->priority_given && field_get(view->frame, FIELD_PRIORITY, &priority) &&
           priority.number != 0 &&
           (priority.number < values->priority_lowest || priority.number > values->priority_highest);
}

static bool other_mac(const struct claim_view *view)
{
    struct value mac;
    return view->profile->values.mac_given && field_get(view->frame, FIELD_SOURCE_LAN, &mac) &&
           !mac_equal(mac.mac, view->profile->values.mac);
}

static bool other_atm(const struct claim_view *view)
{
    struct value atm;
    return view->profile->values.atm_given && field_get(view->frame, FIELD_SOURCE_ATM, &atm) &&
           !atm_address_equal(&atm.atm, &view->profile->values.atm);
}

static bool other_ip(const struct claim_view *view)
{
    struct value ip;
    return view->profile->values.ip_given && field_get(view->frame, FIELD_IP_SOURCE, &ip) &&
           !ipv4_equal(ip.ipv4, view->profile->values.ip);
}

static bool other_virtual_address(const struct claim_view *view)
{
    const struct device_values *values = &view->profile->values;
    struct value address;
    if (!values->virtual_count || !field_get(view->frame, FIELD_VIRTUAL_ADDRESS, &address) ||
        own_address(view, address.ipv4))
        return false;
    for (size_t i = 0; i < values->virtual_count; i++)
        if (ipv4_equal(values->virtual[i], address.ipv4))
            return false;
    return true;
}

static bool flag(const struct claim_view *view, enum frame_field field, bool set)
{
    struct value value;
    return field_get(view->frame, field, &value) && (value.number != 0) == set;
}

/* A bridge, and a LES with its BUS, pass on what routers send: what their frames show of VRRP and IP is no
 * option of theirs. */
static bool unclaimed(const struct claim_view *view, unsigned option)
{
    bool passes_on = view->instance->role == ROLE_BRIDGE || view->instance->role == ROLE_LES;
    unsigned own = CAPABILITY_LAN_PORT | CAPABILITY_LLC_MULTIPLEXING;
    return !(view->profile->options & option) && !(passes_on && !(option & own));
}

/* Of the device itself or one of its virtual routers. */
static bool own_address(const struct claim_view *view, struct ipv4_address address)
{
    const struct device_settings *settings = view->settings;
    if (ipv4_equal(address, settings->elan.address) || ipv4_equal(address, settings->lan.address) ||
        !address.number)
        return true;
    for (size_t i = 0; i < settings->virtual_router_count; i++)
        for (size_t j = 0; j < settings->virtual_routers[i].address_count; j++)
            if (ipv4_equal(address, settings->virtual_routers[i].addresses[j]))
                return true;
    return false;
}

/* The device represents nobody but itself there; a bridge forwards whatever it hears. */
static bool on_elan(const struct claim_view *view)
{
    return view->instance->role != ROLE_BRIDGE &&
           (view->event->kind == TAP_SDU || (view->instance->role == ROLE_VRRP &&
                                             view->event->kind == TAP_LAN_FRAME && !view->event->lan_port));
}

/* The scheme of a client, LES or switch is that of the router it faces. */
static bool faces_its_scheme(const struct claim_view *view)
{
    return view->instance->role == ROLE_ROUTER || view->instance->role == ROLE_BRIDGE;
}
