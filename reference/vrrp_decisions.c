#include "reference/vrrp_decisions.h"

#include "base/duration.h"
#include "reference/vrrp_checks.h"
#include "reference/vrrp_machine.h"
#include "reference/vrrp_message.h"

static struct mac_address order_of_elan(const struct device_settings *settings, struct mac_address canonical);
static bool is_configured_functional(const struct device_settings *settings);
static bool functional_address(uint8_t vrid, struct mac_address *address);
static bool has_unicast_address(const struct virtual_router *router);
static int64_t skew_ns(const struct virtual_router *router);
static int64_t master_down_ns(const struct virtual_router *router);
static int64_t advertisement_interval_ns(const struct virtual_router *router);
static bool is_owner(const struct virtual_router *router);
static int compare_priorities(uint8_t heard, uint8_t local);
static struct ipv4_address primary_address(const struct virtual_router *router);
static bool address_greater(struct ipv4_address sender, struct ipv4_address local);
static bool preempts(const struct virtual_router *router);
static const struct virtual_router *router_of_vrid(const struct vrrp_instance *instance, uint8_t vrid);
static void run_transition(struct virtual_router *router, enum vrrp_event event);

static void become_master(struct virtual_router *router);
static void become_backup(struct virtual_router *router);
static void leave_backup(struct virtual_router *router);
static void leave_master(struct virtual_router *router);
static void lose_interface_as_master(struct virtual_router *router);
static void advertise(struct virtual_router *router);
static void wait_skew_time(struct virtual_router *router);
static void wait_master_down_interval(struct virtual_router *router);
static void yield(struct virtual_router *router);

struct vrrp_options vrrp_options_default(void)
{
    return (struct vrrp_options){
        .default_priority = VRRP_PRIORITY_DEFAULT,
        .default_interval_s = 1,
        .default_preempt = true,
        .startup_waits_for_join = true,
        .vmac = mac_of_vrid,
        .in_order = order_of_elan,
        .functional = is_configured_functional,
        .functional_address = functional_address,
        .associates = has_unicast_address,
        .skew_ns = skew_ns,
        .master_down_ns = master_down_ns,
        .advertisement_interval_ns = advertisement_interval_ns,
        .starts_as_master = is_owner,
        .compare_priorities = compare_priorities,
        .local_address = primary_address,
        .address_greater = address_greater,
        .preempts = preempts,
        .router_of_vrid = router_of_vrid,
        .dispatch = run_transition,
        .transitions =
            {
                [VRRP_STARTUP_MASTER][VRRP_INITIALIZE] = become_master,
                [VRRP_STARTUP_BACKUP][VRRP_INITIALIZE] = become_backup,
                [VRRP_SHUTDOWN] = {[VRRP_BACKUP] = leave_backup, [VRRP_MASTER] = leave_master},
                [VRRP_INTERFACE_LOST] =
                    {[VRRP_BACKUP] = leave_backup, [VRRP_MASTER] = lose_interface_as_master},
                [VRRP_MASTER_DOWN][VRRP_BACKUP] = become_master,
                [VRRP_ADVERTISEMENT_DUE][VRRP_MASTER] = advertise,
                [VRRP_HEARD_STOP] = {[VRRP_BACKUP] = wait_skew_time, [VRRP_MASTER] = advertise},
                [VRRP_HEARD_HIGHER] = {[VRRP_BACKUP] = wait_master_down_interval, [VRRP_MASTER] = yield},
                [VRRP_HEARD_EQUAL_WINNER] =
                    {[VRRP_BACKUP] = wait_master_down_interval, [VRRP_MASTER] = yield},
                [VRRP_HEARD_EQUAL_LOSER][VRRP_BACKUP] = wait_master_down_interval,
                [VRRP_HEARD_TOLERATED][VRRP_BACKUP] = wait_master_down_interval,
                /* VRRP_HEARD_LOWER: discarded in every state (RFC 2338 6.4.2, 6.4.3) */
                /* VRRP_REGISTRATION_REFUSED: the Master stays Master, the LEC persists (draft 3.1) */
            },
        .checks =
            {
                [VRRP_CHECK_TTL] = {"TTL", vrrp_ttl_is_255},
                [VRRP_CHECK_VERSION] = {"version", vrrp_version_is_2},
                [VRRP_CHECK_TYPE] = {"type", vrrp_type_is_advertisement},
                [VRRP_CHECK_LENGTH] = {"length", vrrp_is_complete},
                [VRRP_CHECK_CHECKSUM] = {"checksum", vrrp_checksum_is_good},
                [VRRP_CHECK_AUTHENTICATION_TYPE] = {"authentication type", vrrp_authentication_type_matches},
                [VRRP_CHECK_AUTHENTICATION_HEADER] = {"authentication header",
                                                      vrrp_authentication_header_is_good},
                [VRRP_CHECK_AUTHENTICATION_DATA] = {"authentication data", vrrp_authentication_data_matches},
                [VRRP_CHECK_VRID] = {"VRID", vrrp_vrid_is_known},
                [VRRP_CHECK_ADDRESS_LIST] = {"address list", vrrp_address_list_matches},
                [VRRP_CHECK_INTERVAL] = {"advertisement interval", vrrp_interval_matches},
            },
        .advertised_priority = vrrp_priority_in_force,
        .fill_message = vrrp_fill_message,
        .fill_authentication = vrrp_fill_authentication,
        .encode = vrrp_encode,
    };
}

static struct mac_address order_of_elan(const struct device_settings *settings, struct mac_address canonical)
{
    return settings->token_ring && !settings->canonical_order ? mac_reversed(canonical) : canonical;
}

static bool is_configured_functional(const struct device_settings *settings)
{
    return settings->token_ring && settings->functional_addresses;
}

/* RFC 2338 9.2: octets 3 and 4 are 4000 >> (VRID - 1); the twelfth bit belongs to IPX. */
static bool functional_address(uint8_t vrid, struct mac_address *address)
{
    if (vrid < 1 || vrid > 11)
        return false;
    *address = (struct mac_address){{0xc0}};
    octets_put_u16(address->octet + 2, (uint16_t)(0x4000 >> (vrid - 1)));
    return true;
}

static bool has_unicast_address(const struct virtual_router *router)
{
    return !router->instance->options->functional(router->instance->settings);
}

/* RFC 2338 6.1.2: (256 - Priority) / 256 seconds. */
static int64_t skew_ns(const struct virtual_router *router)
{
    return SECONDS(256 - router->priority) / 256;
}

/* RFC 2338 6.1.2: 3 * Advertisement_Interval + Skew_Time. */
static int64_t master_down_ns(const struct virtual_router *router)
{
    return 3 * SECONDS(router->interval_s) + router->instance->options->skew_ns(router);
}

static int64_t advertisement_interval_ns(const struct virtual_router *router)
{
    return SECONDS(router->interval_s);
}

/* RFC 2338 6.4.1: Priority 255 is the owner of the addresses. */
static bool is_owner(const struct virtual_router *router)
{
    return router->priority == VRRP_PRIORITY_OWNER;
}

/* RFC 2338 5.3.4: an unsigned integer, higher values are higher priorities. */
static int compare_priorities(uint8_t heard, uint8_t local)
{
    return (heard > local) - (heard < local);
}

/* RFC 2338 6.4.3 compares primary addresses of interfaces. */
static struct ipv4_address primary_address(const struct virtual_router *router)
{
    return router->instance->settings->elan.address;
}

static bool address_greater(struct ipv4_address sender, struct ipv4_address local)
{
    return sender.number > local.number;
}

/* RFC 2338 6.1.2: as Preempt_Mode says; the owner always, also in Backup (draft-requirements A-26). */
static bool preempts(const struct virtual_router *router)
{
    return router->preempt || is_owner(router);
}

static const struct virtual_router *router_of_vrid(const struct vrrp_instance *instance, uint8_t vrid)
{
    for (size_t number = 0; number < instance->router_count; number++)
        if (instance->routers[number].settings->vrid == vrid)
            return &instance->routers[number];
    return NULL;
}

static void run_transition(struct virtual_router *router, enum vrrp_event event)
{
    void (*transition)(struct virtual_router *) =
        router->instance->options->transitions[event][router->state];
    if (transition)
        transition(router);
}

/* RFC 2338 6.4.1 and 6.4.2; draft 3.3.1 and 3.3.2 put the association in front. */
static void become_master(struct virtual_router *router)
{
    vrrp_associate(router);
    vrrp_send_advertisement(router, router->instance->options->advertised_priority(router));
    vrrp_send_gratuitous_arps(router);
    vrrp_start_adver_timer(router);
    vrrp_enter(router, VRRP_MASTER);
}

/* RFC 2338 6.4.1 */
static void become_backup(struct virtual_router *router)
{
    vrrp_start_master_down_timer(router, router->instance->options->master_down_ns(router));
    vrrp_enter(router, VRRP_BACKUP);
}

/* RFC 2338 6.4.2: nothing is sent. */
static void leave_backup(struct virtual_router *router)
{
    vrrp_stop_master_down_timer(router);
    vrrp_enter(router, VRRP_INITIALIZE);
}

/* RFC 2338 6.4.3, draft 3.3.3: the association ends after the advertisement. */
static void leave_master(struct virtual_router *router)
{
    vrrp_stop_adver_timer(router);
    vrrp_send_advertisement(router, VRRP_PRIORITY_STOP);
    vrrp_disassociate(router);
    vrrp_enter(router, VRRP_INITIALIZE);
}

/* As Shutdown, with nobody left to tell (draft-requirements A-18). */
static void lose_interface_as_master(struct virtual_router *router)
{
    vrrp_stop_adver_timer(router);
    vrrp_disassociate(router);
    vrrp_enter(router, VRRP_INITIALIZE);
}

/* RFC 2338 6.4.3: the Adver_Timer fired, or another router stopped. */
static void advertise(struct virtual_router *router)
{
    vrrp_send_advertisement(router, router->instance->options->advertised_priority(router));
    vrrp_start_adver_timer(router);
}

/* RFC 2338 6.4.2: the Master has stopped. */
static void wait_skew_time(struct virtual_router *router)
{
    vrrp_start_master_down_timer(router, router->instance->options->skew_ns(router));
}

/* RFC 2338 6.4.2: the Master is alive. */
static void wait_master_down_interval(struct virtual_router *router)
{
    vrrp_start_master_down_timer(router, router->instance->options->master_down_ns(router));
}

/* RFC 2338 6.4.3, draft 3.3.3: a better router is Master. */
static void yield(struct virtual_router *router)
{
    vrrp_stop_adver_timer(router);
    vrrp_start_master_down_timer(router, router->instance->options->master_down_ns(router));
    vrrp_disassociate(router);
    vrrp_enter(router, VRRP_BACKUP);
}
