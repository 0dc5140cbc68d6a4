/* What a seed decides about the network of a scene. */
#include <stdio.h>
#include <string.h>

#include "scene/role_network.h"
#include "scene/scene_plan.h"

/* Only addresses that are given, not drawn, meet in so many draws. */
#define DRAW_LIMIT 100

static void draw(struct scene_plan *plan);
static bool addresses_differ(const struct scene_plan *plan);
static void draw_atm_prefix(struct random *random, uint8_t prefix[static 13]);
static struct atm_address draw_atm(struct random *random, const uint8_t prefix[static 13]);
static struct ipv4_address draw_network(struct scene_plan *plan);
static void reserve_hosts(const struct scene_plan *plan, bool used[static 256]);
static void use_given_addresses(struct scene_plan *plan);
static void use_given_timers(struct scene_plan *plan);
static uint8_t draw_priority(struct scene_plan *plan);
static struct ipv4_address take_host(struct random *random, struct ipv4_address network,
                                     bool used[static 256]);
static void draw_device(struct scene_plan *plan, const uint8_t prefix[static 13], struct ipv4_address network,
                        bool used[static 256]);
static void draw_servers(struct scene_plan *plan, const uint8_t prefix[static 13]);
static void draw_peers(struct scene_plan *plan, const uint8_t prefix[static 13], struct ipv4_address network,
                       bool used[static 256]);
static void draw_upstream(struct scene_plan *plan);

bool scene_plan_draw(struct scene_plan *plan, const struct case_instance *instance, uint64_t seed,
                     unsigned capabilities, const struct device_profile *profile)
{
    char label[INSTANCE_TEXT_SIZE];
    struct random random = random_stream(seed, instance_text(instance, label));
    for (unsigned draws = 0; draws < DRAW_LIMIT; draws++) {
        memset(plan, 0, sizeof *plan);
        plan->instance = instance;
        plan->seed = seed;
        plan->capabilities = capabilities;
        plan->profile = profile;
        plan->random = random;
        draw(plan);
        random = plan->random;
        if (addresses_differ(plan))
            return true;
    }
    return false;
}

void scene_plan_choose(struct scene_plan *plan, const struct pixit *pixit)
{
    enum tr_bit_order order = (enum tr_bit_order)pixit->choice[PIXIT_TR_BIT_ORDER];
    plan->pixit = *pixit;
    if (plan->device.token_ring && order != TR_BIT_ORDER_EITHER)
        plan->device.canonical_order = order == TR_BIT_ORDER_CANONICAL;
}

static void draw(struct scene_plan *plan)
{
    plan->latency_low_ns = MICROSECONDS(10);
    plan->latency_high_ns = MILLISECONDS(300);
    plan->device_latency_ns = -1;
    plan->le_arp_response_ns = SECONDS(2);
    use_given_timers(plan);
    plan->start_order = (unsigned)random_between(&plan->random, 0, 2);
    uint8_t prefix[13];
    bool used[256] = {[0] = true, [255] = true};
    draw_atm_prefix(&plan->random, prefix);
    struct ipv4_address network = draw_network(plan);
    reserve_hosts(plan, used);
    draw_device(plan, prefix, network, used);
    draw_servers(plan, prefix);
    draw_peers(plan, prefix, network, used);
    draw_upstream(plan);
    plan->ghost_atm = draw_atm(&plan->random, prefix);
    plan->third_mac = plan_draw_mac(&plan->random);
    plan->third_ip = take_host(&plan->random, network, used);
    if (plan->profile && plan->profile->values.virtual_count > 1)
        plan->third_ip = plan->profile->values.virtual[1]; /* cases make it the second one */
    const struct role_network *role = role_network_of(plan->instance->role);
    if (role->draw)
        role->draw(plan);
}

static void draw_device(struct scene_plan *plan, const uint8_t prefix[static 13], struct ipv4_address network,
                        bool used[static 256])
{
    struct random *random = &plan->random;
    struct device_settings *device = &plan->device;
    bool v2 = plan->instance->lane == LANE_V2;
    device->role = plan->instance->role;
    device->proxy = plan->instance->scheme == SCHEME_PROXY;
    /* A client joined by a v1 LES operates as v1 whatever it can do. */
    device->v2_capable = random_between(random, 0, 1) || v2;
    if (plan->profile && !(plan->profile->claims.lane & LANE_V2))
        device->v2_capable = false;
    device->token_ring = plan->instance->medium == MEDIUM_TOKEN_RING;
    device->canonical_order = device->token_ring && random_between(random, 0, 1);
    device->registers_own_mac = random_between(random, 0, 1);
    device->atm_address = draw_atm(random, prefix);
    device->lecs_given = true;
    device->elan.mac = plan_draw_mac(random);
    device->elan.address = take_host(random, network, used);
    device->elan.prefix_length = 24;
    device->virtual_router_count = device->role == ROLE_ROUTER || device->role == ROLE_VRRP;
    struct virtual_router_settings *router = &device->virtual_routers[0];
    router->vrid = profile_draw_vrid(plan->profile, random, 1, 255);
    router->priority_given = true;
    router->priority = draw_priority(plan);
    router->interval_given = true;
    router->interval_s = 1;
    router->preempt_given = true;
    router->preempt = true;
    router->address_count = 1;
    router->addresses[0] = take_host(random, network, used);
    use_given_addresses(plan);
    plan->lower_priority = (uint8_t)random_between(random, 1, router->priority - 1);
    plan->higher_priority = (uint8_t)random_between(random, router->priority + 1, 254);
}

static void draw_servers(struct scene_plan *plan, const uint8_t prefix[static 13])
{
    static const uint16_t slow_requests[] = {LE_JOIN_REQUEST, LE_REGISTER_REQUEST, LE_UNREGISTER_REQUEST,
                                             LE_ARP_REQUEST};
    struct random *random = &plan->random;
    bool token_ring = plan->device.token_ring;
    plan->lecs = lecs_settings_default();
    plan->les = les_settings_default(plan->instance->lane == LANE_V2);
    plan->bus = bus_settings_default();
    plan->lecs.address = draw_atm(random, prefix);
    plan->les.address = draw_atm(random, prefix);
    plan->bus.address = draw_atm(random, prefix);
    plan->lecs.les_address = plan->les.address;
    plan->les.bus_address = plan->bus.address;
    plan->lecs.lan_type = plan->les.lan_type = token_ring ? LAN_TYPE_8025 : LAN_TYPE_8023;
    plan->lecs.max_frame_size = plan->les.max_frame_size = token_ring ? MAX_FRAME_4544 : MAX_FRAME_1516;
    plan->bus.token_ring = token_ring;
    plan->bus.max_sdu_size = token_ring ? 4544 : 1516;
    snprintf(plan->lecs.elan_name, sizeof plan->lecs.elan_name, "elan-%u",
             (unsigned)random_between(random, 1, 999));
    memcpy(plan->les.elan_name, plan->lecs.elan_name, sizeof plan->les.elan_name);
    memcpy(plan->device.elan_name, plan->lecs.elan_name, sizeof plan->device.elan_name);
    plan->device.lecs_address = plan->lecs.address;
    plan->device.les_address = plan->les.address;
    plan->lecs.delay_ns = MILLISECONDS(random_between(random, 0, 900));
    for (size_t i = 0; i < sizeof slow_requests / sizeof *slow_requests; i++)
        plan->les.delays[plan->les.delay_count++] =
            (struct les_delay){slow_requests[i], MICROSECONDS(random_between(random, 0, 900000))};
    plan->les.first_lecid = (uint16_t)random_between(random, 1, 0xfe00);
    plan->les.elan_id = (uint32_t)random_between(random, 1, 0xffff);
    plan->les.answers_on_distribute = random_between(random, 0, 1);
    lecs_settings_add_number(&plan->lecs, TLV_CONTROL_TIMEOUT, 10);
    lecs_settings_add_number(&plan->lecs, TLV_EXPECTED_LE_ARP_RESPONSE_TIME,
                             (uint32_t)(plan->le_arp_response_ns / NS_PER_S));
    if (plan->profile && plan->profile->values.aging_s)
        lecs_settings_add_number(&plan->lecs, TLV_AGING_TIME, plan->profile->values.aging_s);
}

static void draw_peers(struct scene_plan *plan, const uint8_t prefix[static 13], struct ipv4_address network,
                       bool used[static 256])
{
    struct random *random = &plan->random;
    struct peer_lec_settings lec = peer_lec_settings_default();
    lec.token_ring = plan->device.token_ring;
    lec.max_frame_size = plan->les.max_frame_size;
    lec.v2_capable = plan->instance->lane == LANE_V2;
    lec.lecs_given = true;
    lec.lecs_address = plan->lecs.address;
    lec.les_address = plan->les.address;
    memcpy(lec.elan_name, plan->lecs.elan_name, sizeof lec.elan_name);
    lec.rejoins = true;
    plan->speaker_lec = plan->host_lec = lec;
    plan->speaker_lec.atm_address = draw_atm(random, prefix);
    plan->speaker_lec.mac = plan_draw_mac(random);
    plan->speaker_lec.proxy = random_between(random, 0, 1); /* both schemes side by side (R-0-01) */
    plan->host_lec.atm_address = draw_atm(random, prefix);
    plan->host_lec.mac = plan_draw_mac(random);

    const struct virtual_router_settings *router = &plan->device.virtual_routers[0];
    plan->speaker = vrrp_speaker_settings_default();
    plan->speaker.vrid = router->vrid;
    plan->speaker.priority = plan->higher_priority;
    plan->speaker.interval_s = router->interval_s;
    plan->speaker.mac = plan->speaker_lec.mac;
    plan->speaker.address = take_host(random, network, used);
    plan->speaker.address_count = router->address_count;
    plan->speaker.addresses[0] = router->addresses[0];

    plan->host = host_settings_default();
    plan->host.mac = plan->host_lec.mac;
    plan->host.address = take_host(random, network, used);
    plan->host.prefix_length = plan->device.elan.prefix_length;
    plan->host.gateway = router->addresses[0];
}

/* The LAN behind the device: used only when a case asks for it. */
static void draw_upstream(struct scene_plan *plan)
{
    struct ipv4_address network = {0xc6120000u | (uint32_t)random_between(&plan->random, 0, 255)
                                                     << 8}; /* 198.18/15 */
    plan->device.lan.mac = plan_draw_mac(&plan->random);
    plan->device.lan.address = (struct ipv4_address){network.number + 1};
    plan->device.lan.prefix_length = 24;
    plan->upstream_host = host_settings_default();
    plan->upstream_host.mac = plan_draw_mac(&plan->random);
    plan->upstream_host.address = (struct ipv4_address){network.number + 2};
    plan->upstream_host.prefix_length = 24;
    plan->upstream_host.gateway = plan->device.lan.address;
    plan->far_ip = plan->upstream_host.address;
}

/* Once in a million plans two stations would have one address. */
static bool addresses_differ(const struct scene_plan *plan)
{
    const struct mac_address macs[] = {plan->device.elan.mac, plan->device.lan.mac,    plan->speaker_lec.mac,
                                       plan->host_lec.mac,    plan->upstream_host.mac, plan->third_mac};
    const struct atm_address atms[] = {
        plan->device.atm_address,      plan->lecs.address,         plan->les.address, plan->bus.address,
        plan->speaker_lec.atm_address, plan->host_lec.atm_address, plan->ghost_atm};
    for (size_t i = 0; i < sizeof macs / sizeof *macs; i++)
        for (size_t j = 0; j < i; j++)
            if (mac_equal(macs[i], macs[j]))
                return false;
    for (size_t i = 0; i < sizeof atms / sizeof *atms; i++)
        for (size_t j = 0; j < i; j++)
            if (atm_address_equal(&atms[i], &atms[j]))
                return false;
    return true;
}

struct mac_address plan_draw_mac(struct random *random)
{
    uint64_t bits = random_next(random);
    /* An assigned unicast address: neither group nor locally administered, and not of the VRRP block. */
    return (struct mac_address){
        {0x00, 0x20, 0x5a, (uint8_t)(bits >> 16), (uint8_t)(bits >> 8), (uint8_t)bits}};
}

static void draw_atm_prefix(struct random *random, uint8_t prefix[static 13])
{
    static const uint8_t formats[] = {0x39, 0x45, 0x47};
    prefix[0] = formats[random_between(random, 0, 2)];
    for (size_t i = 1; i < 13; i++)
        prefix[i] = (uint8_t)random_next(random);
}

static struct atm_address draw_atm(struct random *random, const uint8_t prefix[static 13])
{
    return atm_address_of(prefix, plan_draw_mac(random), (uint8_t)random_between(random, 0, 15));
}

/* Private networks on both sides of the sign border of a 32-bit number; or that of an address which is given.
 */
static struct ipv4_address draw_network(struct scene_plan *plan)
{
    static const uint32_t networks[] = {0x0a000000, 0x0a630000, 0xac100000, 0xc0a80000};
    const struct device_values *values = plan->profile ? &plan->profile->values : NULL;
    if (values && (values->ip_given || values->virtual_count)) {
        uint32_t given = values->ip_given ? values->ip.number : values->virtual[0].number;
        return (struct ipv4_address){given & 0xffffff00u};
    }
    struct random *random = &plan->random;
    return (struct ipv4_address){networks[random_between(random, 0, 3)] |
                                 (uint32_t)random_between(random, 0, 255) << 8};
}

/* Nobody else gets an address that is given to the device. */
static void reserve_hosts(const struct scene_plan *plan, bool used[static 256])
{
    const struct device_values *values = plan->profile ? &plan->profile->values : NULL;
    if (values && values->ip_given)
        used[values->ip.number & 0xff] = true;
    for (size_t i = 0; values && i < values->virtual_count; i++)
        used[values->virtual[i].number & 0xff] = true;
}

static void use_given_addresses(struct scene_plan *plan)
{
    const struct device_values *values = plan->profile ? &plan->profile->values : NULL;
    struct device_settings *device = &plan->device;
    if (values && values->mac_given)
        device->elan.mac = values->mac;
    if (values && values->atm_given)
        device->atm_address = values->atm;
    if (values && values->ip_given)
        device->elan.address = values->ip;
    if (values && values->virtual_count)
        device->virtual_routers[0].addresses[0] = values->virtual[0];
}

static void use_given_timers(struct scene_plan *plan)
{
    if (plan->profile && plan->profile->values.le_arp_response_s)
        plan->le_arp_response_ns = SECONDS(plan->profile->values.le_arp_response_s);
}

/* With room for others below and above it. */
static uint8_t draw_priority(struct scene_plan *plan)
{
    int64_t lowest = 3;
    int64_t highest = 252;
    const struct device_values *values = plan->profile ? &plan->profile->values : NULL;
    if (values && values->priority_given && values->priority_lowest <= highest &&
        values->priority_highest >= lowest) {
        lowest = values->priority_lowest > lowest ? values->priority_lowest : lowest;
        highest = values->priority_highest < highest ? values->priority_highest : highest;
    }
    return (uint8_t)random_between(&plan->random, lowest, highest);
}

static struct ipv4_address take_host(struct random *random, struct ipv4_address network,
                                     bool used[static 256])
{
    unsigned number;
    do {
        number = (unsigned)random_between(random, 1, 254);
    } while (used[number]);
    used[number] = true;
    return (struct ipv4_address){network.number | number};
}
