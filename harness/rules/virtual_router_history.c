#include "rules/virtual_router_history.h"

static void started(const struct device_history *device, struct virtual_router_history *router,
                    int64_t now_ns);
static void registered(struct virtual_router_history *router, const struct frame *frame);
static void associate(struct virtual_router_history *router, int64_t now_ns);
static void leave(struct virtual_router_history *router, int64_t now_ns);
static bool unclear(struct virtual_router_history *router, int64_t now_ns);
static bool becomes_master_unseen(const struct device_history *device,
                                  const struct virtual_router_history *router, const struct frame *frame);
static void gave_up(const struct device_history *device, struct virtual_router_history *router,
                    int64_t now_ns);
static void announced(struct virtual_router_history *router, struct tap_event *event, bool defect);
static void yielded(const struct device_history *device, struct virtual_router_history *router,
                    enum rest rest, int64_t now_ns);
static void count_down(struct virtual_router_history *router, int64_t now_ns);
static bool can_tell(const struct device_history *device, const struct virtual_router_history *router);
static bool reached(const struct device_history *device, const struct tap_event *event,
                    const struct frame *frame);
static bool authentication_fits(const struct device_settings *settings, const struct frame *frame);
static bool password_fits(const struct device_settings *settings, const struct vrrp *vrrp);
static bool addresses_fit(const struct virtual_router_settings *settings, const struct vrrp *vrrp);

struct virtual_router_history *virtual_router_history_new(const struct device_history *device, uint8_t vrid)
{
    struct virtual_router_history *router = arena_zeroed(device->arena, sizeof *router);
    router->vrid = vrid;
    const struct device_settings *settings =
        facts_known(device->facts, FACT_SETTINGS) ? device->facts->settings : NULL;
    for (size_t i = 0; settings && i < settings->virtual_router_count; i++) {
        const struct virtual_router_settings *own = &settings->virtual_routers[i];
        if (own->vrid != vrid)
            continue;
        router->settings = own;
        router->priority_known = true;
        router->interval_ns = own->interval_given ? SECONDS(own->interval_s) : SECONDS(1);
    }
    virtual_router_switched_on(device, router);
    if (!facts_known(device->facts, FACT_COMPLETE))
        router->mastery = MASTERY_UNKNOWN;
    return router;
}

void virtual_router_switched_on(const struct device_history *device, struct virtual_router_history *router)
{
    if (router->settings) /* a restarted device has its configuration again */
        router->priority =
            router->settings->priority_given ? router->settings->priority : VRRP_PRIORITY_DEFAULT;
    router->mastery = MASTERY_NO;
    router->rest = REST_OFF;
    router->started = false;
    router->ever_master = false;
    router->may_be_master_ns = can_tell(device, router) ? TIME_NEVER : MASTER_ANY_TIME;
    router->certain_ns = TIME_LONG_AGO;
    router->premature = false;
    router->episode++;
    router->associated = false;
    router->left_ns = TIME_LONG_AGO;
    router->gave_up_ns = TIME_LONG_AGO;
    router->startup_ns = TIME_NEVER;
    router->last_shutdown_ns = TIME_LONG_AGO;
    router->registration_state = REGISTRATION_NONE;
    router->shutdown = NULL;
}

void virtual_router_joined(const struct device_history *device, struct virtual_router_history *router,
                           int64_t now_ns)
{
    bool starts = router->started || (router->settings && router->settings->started_by_join);
    if (router->may_be_master_ns == TIME_NEVER && starts && !router->shutdown)
        started(device, router, now_ns);
}

void virtual_router_lost_elan(struct virtual_router_history *router)
{
    router->episode++;
    router->registration_state = REGISTRATION_NONE;
    router->associated = false;
    router->left_ns = TIME_LONG_AGO;
    if (router->mastery == MASTERY_YES) {
        router->mastery = MASTERY_NO;
        router->rest = REST_LOST;
    }
}

/* What it sent meanwhile was lost. */
void virtual_router_link_restored(const struct device_history *device, struct virtual_router_history *router,
                                  int64_t now_ns)
{
    router->episode++;
    router->associated = false;
    if (router->registration_state != REGISTRATION_NONE)
        router->registration_state = REGISTRATION_UNKNOWN;
    if (!certainly_not_master(device, router, now_ns))
        router->mastery = MASTERY_UNKNOWN;
}

void virtual_router_controlled(const struct device_history *device, struct virtual_router_history *router,
                               struct tap_event *event)
{
    int64_t now_ns = event->time_ns;
    router->episode++;
    switch (event->control.kind) {
    case CONTROL_STARTUP:
        if (router->started && !router->shutdown)
            return;
        router->started = true;
        router->startup_ns = now_ns;
        router->shutdown = NULL;
        if (router->mastery == MASTERY_YES)
            router->mastery = MASTERY_UNKNOWN; /* its Shutdown was never seen on the wire */
        if (device->join == JOIN_DONE)
            started(device, router, now_ns);
        break;
    case CONTROL_SHUTDOWN:
        router->started = false;
        router->shutdown = event;
        router->last_shutdown_ns = now_ns;
        router->rest = router->mastery == MASTERY_NO ? REST_STOPPED_BACKUP : REST_STOPPED;
        if (can_tell(device, router)) {
            router->may_be_master_ns = TIME_NEVER;
            router->certain_ns = now_ns + reaction_ns(device->facts);
        }
        break;
    case CONTROL_SET_PRIORITY:
        router->priority = (uint8_t)event->control.number;
        router->priority_known = true;
        if (router->may_be_master_ns != TIME_NEVER && router->may_be_master_ns != MASTER_ANY_TIME)
            router->may_be_master_ns -= SECONDS(1); /* the greatest change of Skew_Time */
        break;
    case CONTROL_START:
    case CONTROL_FAIL:
        break;
    }
}

/* What a device sends as Master although it can't be is a defect: it changes nothing here. */
void virtual_router_advertised(const struct device_history *device, struct virtual_router_history *router,
                               struct tap_event *event, const struct frame *frame)
{
    if (frame->vrrp.priority == VRRP_PRIORITY_STOP) {
        router->stop_advertisement = event;
        leave(router, event->time_ns);
        if (router->mastery == MASTERY_YES && !router->shutdown)
            router->rest = REST_GAVE_UP;
        router->mastery = MASTERY_NO;
        return;
    }
    router->advertisement = event;
    if (!router->settings) {
        router->priority_known = true;
        router->priority = frame->vrrp.priority;
        router->interval_ns = SECONDS(frame->vrrp.interval_s);
    }
    if (certainly_not_master(device, router, event->time_ns)) {
        router->premature = true;
        return;
    }
    if (unclear(router, event->time_ns))
        return;
    router->mastery = MASTERY_YES;
    router->ever_master = true;
    if (!router->shutdown)
        router->may_be_master_ns = MASTER_ANY_TIME;
}

void virtual_router_heard(const struct device_history *device, struct virtual_router_history *router,
                          struct tap_event *event, const struct frame *frame)
{
    int64_t now_ns = event->time_ns;
    uint8_t priority = frame->vrrp.priority;
    if (yielding_to(device, router, event, frame) == YIELD_NO &&
        advertisement_validity(device, router, event, frame) == VALID)
        router->inferior_heard = event;
    if (priority == VRRP_PRIORITY_STOP) {
        router->priority_0_heard = event;
        int64_t sooner_ns = now_ns + skew_time_ns(router);
        if (router->may_be_master_ns != TIME_NEVER && router->may_be_master_ns > sooner_ns) {
            router->may_be_master_ns = sooner_ns;
            router->counted_from_ns = now_ns;
        }
        return;
    }
    router->master_heard = event;
    enum yielding yielding = yielding_to(device, router, event, frame);
    if (yielding != YIELD_NO)
        router->episode++;
    switch (yielding) {
    case YIELD_HIGHER:
        yielded(device, router, REST_HIGHER, now_ns);
        break;
    case YIELD_EQUAL:
        yielded(device, router, REST_EQUAL, now_ns);
        break;
    case YIELD_MAYBE:
        if (router->mastery == MASTERY_YES)
            router->mastery = MASTERY_UNKNOWN;
        break;
    case YIELD_NO:
        if (router->may_be_master_ns != TIME_NEVER && priority >= router->priority &&
            certainly_not_master(device, router, now_ns) &&
            advertisement_validity(device, router, event, frame) == VALID)
            count_down(router, now_ns);
        break;
    }
}

void virtual_router_control_sent(const struct device_history *device, struct virtual_router_history *router,
                                 struct tap_event *event, const struct frame *frame)
{
    int64_t now_ns = event->time_ns;
    bool disassociating = within_disassociation(device, router, now_ns);
    bool association =
        frame->name == FRAME_LE_REGISTER_REQUEST || frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST;
    bool defect = certainly_not_master(device, router, now_ns);
    router->premature |= defect && association;
    defect |= association && unclear(router, now_ns);
    if (!defect && becomes_master_unseen(device, router, frame))
        router->mastery = MASTERY_UNKNOWN;
    switch (frame->name) {
    case FRAME_LE_REGISTER_REQUEST:
        registered(router, frame);
        if (!defect)
            associate(router, now_ns);
        router->registration = event;
        break;
    case FRAME_LE_UNREGISTER_REQUEST:
        router->registration_state = REGISTRATION_NONE;
        gave_up(device, router, now_ns);
        break;
    case FRAME_TARGETLESS_LE_ARP_REQUEST:
        announced(router, event, defect);
        break;
    case FRAME_ZERO_LE_NARP_REQUEST:
        if (!device->v2 && !disassociating)
            announced(router, event, defect);
        break;
    case FRAME_NO_SOURCE_LE_NARP_REQUEST:
        if (device->v2 || disassociating || router->shutdown || router->mastery == MASTERY_UNKNOWN)
            gave_up(device, router, now_ns);
        else
            announced(router, event, defect);
        break;
    case FRAME_LE_ARP_REQUEST:
        router->probe = event;
        router->probe_count++;
        break;
    default:
        break;
    }
}

void virtual_router_registration_answered(struct virtual_router_history *router, struct tap_event *event,
                                          const struct frame *frame, const struct frame *request)
{
    uint32_t transaction = frame->control.transaction_id;
    bool last = transaction == request->control.transaction_id;
    bool own = false;
    for (size_t i = 0; i < REGISTRATION_TRANSACTION_ROOM && i < router->registration_count; i++)
        own |= router->registration_transactions[i] == transaction;
    if (router->registration_state == REGISTRATION_NONE || !own)
        return; /* unregistered meanwhile, or the answer to somebody else */
    bool success = frame->control.status == LE_STATUS_SUCCESS;
    if (!last && success && router->registration_state != REGISTRATION_CONFIRMED)
        router->registration_state = REGISTRATION_UNKNOWN; /* some take a late answer, some don't */
    else if (last && success)
        router->registration_state = REGISTRATION_CONFIRMED;
    else if (last && router->registration_state == REGISTRATION_ASKED)
        router->registration_state = REGISTRATION_REFUSED;
    else
        return;
    router->registration_answer = event;
}

/* The receive checks of RFC 2338 7.1 as the settings have them. UNSURE: a conforming device may take it or
 * leave it. */
enum validity advertisement_validity(const struct device_history *device,
                                     const struct virtual_router_history *router,
                                     const struct tap_event *event, const struct frame *frame)
{
    const struct vrrp *vrrp = &frame->vrrp;
    if (frame->ipv4.ttl != VRRP_TTL || vrrp->version != 2 || vrrp->type != 1 || !vrrp->checksum_good)
        return INVALID;
    if (!router->settings)
        return UNSURE;
    const struct device_settings *settings = device->facts->settings;
    if (SECONDS(vrrp->interval_s) != router->interval_ns ||
        vrrp->authentication_type != settings->authentication_type || !authentication_fits(settings, frame))
        return INVALID;
    bool header = frame->layers & LAYER_AH;
    bool plain = header == (settings->authentication_type == VRRP_AUTHENTICATION_AH) &&
                 frame->ipv4.checksum_good && frame->ethernet.snap == frame->token_ring &&
                 !frame->llc_multiplexed && vrrp->complete && vrrp->trailing_size == 0 &&
                 ipv4_equal(frame->ipv4.destination, VRRP_GROUP) && addresses_fit(router->settings, vrrp);
    return plain && reached(device, event, frame) ? VALID : UNSURE;
}

bool authentication_header_fits(const struct device_settings *settings, const struct frame *frame)
{
    struct octets datagram = {frame->ethernet.payload.data, frame->ipv4.total_size};
    struct octets key = {(const uint8_t *)settings->key, strnlen(settings->key, sizeof settings->key)};
    return frame->layers & LAYER_AH && frame->ah.spi == settings->spi &&
           authentication_header_is_good(datagram, key);
}

bool certainly_not_master(const struct device_history *device, const struct virtual_router_history *router,
                          int64_t now_ns)
{
    int64_t until_ns = router->may_be_master_ns;
    if (until_ns == MASTER_ANY_TIME || now_ns <= router->certain_ns)
        return false;
    if (until_ns == TIME_NEVER)
        return true;
    return now_ns < until_ns - rule_tolerance_ns(device->facts, until_ns - router->counted_from_ns);
}

bool reacting(const struct virtual_router_history *router, int64_t now_ns)
{
    return router->may_be_master_ns != MASTER_ANY_TIME && now_ns <= router->certain_ns;
}

bool other_master_lives(const struct device_history *device, const struct virtual_router_history *router,
                        int64_t now_ns)
{
    int64_t interval_ns = router->interval_ns ? router->interval_ns : SECONDS(1);
    return router->master_heard && router->master_heard->time_ns >=
                                       now_ns - interval_ns - rule_tolerance_ns(device->facts, interval_ns);
}

bool other_master_settled(const struct device_history *device, const struct virtual_router_history *router,
                          int64_t now_ns)
{
    int64_t settling_ns = master_down_interval_ns(router) + router->interval_ns + SECONDS(2);
    return other_master_lives(device, router, now_ns) &&
           (!router->ever_master || now_ns > router->left_ns + settling_ns);
}

bool started_before_join(const struct device_history *device, const struct virtual_router_history *router,
                         int64_t now_ns)
{
    int64_t since_ns = router->settings->started_by_join ? device->switched_on_ns : router->startup_ns;
    return router->rest == REST_STARTED && router->counted_from_ns == device->join_ns &&
           since_ns != TIME_NEVER &&
           now_ns >= since_ns + master_down_interval_ns(router) - device->facts->tolerance_ns;
}

enum yielding yielding_to(const struct device_history *device, const struct virtual_router_history *router,
                          const struct tap_event *event, const struct frame *frame)
{
    uint8_t priority = frame->vrrp.priority;
    if (priority == VRRP_PRIORITY_STOP || (router->priority_known && priority < router->priority))
        return YIELD_NO;
    enum validity validity = advertisement_validity(device, router, event, frame);
    if (validity == INVALID)
        return YIELD_NO;
    if (validity == UNSURE)
        return YIELD_MAYBE;
    struct ipv4_address own = device->facts->settings->elan.address;
    if (priority > router->priority)
        return ipv4_equal(frame->ipv4.source, own) ? YIELD_MAYBE : YIELD_HIGHER;
    if (frame->ipv4.source.number <= own.number)
        return YIELD_NO;
    return priority == VRRP_PRIORITY_OWNER ? YIELD_MAYBE : YIELD_EQUAL;
}

int64_t skew_time_ns(const struct virtual_router_history *router)
{
    unsigned priority = router->priority_known ? router->priority : VRRP_PRIORITY_OWNER;
    return (256 - priority) * NS_PER_S / 256;
}

int64_t master_down_interval_ns(const struct virtual_router_history *router)
{
    return 3 * (router->interval_ns ? router->interval_ns : SECONDS(1)) + skew_time_ns(router);
}

bool within_disassociation(const struct device_history *device, const struct virtual_router_history *router,
                           int64_t now_ns)
{
    bool second =
        !router->associated && now_ns >= router->left_ns &&
        now_ns <= router->left_ns + ASSOCIATION_NS + rule_tolerance_ns(device->facts, ASSOCIATION_NS);
    bool again = router->may_be_master_ns != MASTER_ANY_TIME && !reacting(router, now_ns) &&
                 !certainly_not_master(device, router, now_ns);
    return second && !again;
}

/* A registration while one is confirmed may be a refreshment or show that the device doesn't know of it. */
static void registered(struct virtual_router_history *router, const struct frame *frame)
{
    bool confirmed = router->registration_state == REGISTRATION_CONFIRMED ||
                     router->registration_state == REGISTRATION_UNKNOWN;
    router->registration_state = router->associated && confirmed ? REGISTRATION_UNKNOWN : REGISTRATION_ASKED;
    router->registration_transactions[router->registration_count++ % REGISTRATION_TRANSACTION_ROOM] =
        frame->control.transaction_id;
}

/* Startup (RFC 2338 6.4.1): the owner is Master at once, everybody else Backup for a Master_Down_Interval at
 * least. */
static void started(const struct device_history *device, struct virtual_router_history *router,
                    int64_t now_ns)
{
    router->started = true;
    router->premature = false;
    router->left_ns = TIME_LONG_AGO;
    router->rest = REST_STARTED;
    if (!can_tell(device, router))
        return;
    router->certain_ns = TIME_LONG_AGO;
    if (router->priority == VRRP_PRIORITY_OWNER)
        router->may_be_master_ns = MASTER_ANY_TIME;
    else
        count_down(router, now_ns);
}

static void associate(struct virtual_router_history *router, int64_t now_ns)
{
    if (router->associated)
        return;
    router->associated = true;
    router->associated_ns = now_ns;
    router->announcement_count = 0;
    bool probed = router->probe && router->probe->time_ns >= now_ns - ASSOCIATION_NS &&
                  router->probe->time_ns >= router->left_ns;
    router->probe_count = probed ? 1 : 0;
}

/* A Master's frame from a device that has just stopped to be it: from before, or is it Master again already?
 */
static bool unclear(struct virtual_router_history *router, int64_t now_ns)
{
    if (router->mastery != MASTERY_NO || !reacting(router, now_ns) || router->shutdown)
        return false;
    router->mastery = MASTERY_UNKNOWN;
    router->may_be_master_ns = MASTER_ANY_TIME;
    router->episode++;
    return true;
}

/* An association while the BUS is away: the advertisement that belongs to it can't be sent. */
static bool becomes_master_unseen(const struct device_history *device,
                                  const struct virtual_router_history *router, const struct frame *frame)
{
    bool announces = frame->name == FRAME_LE_REGISTER_REQUEST ||
                     frame->name == FRAME_TARGETLESS_LE_ARP_REQUEST ||
                     frame->name == FRAME_ZERO_LE_NARP_REQUEST;
    return announces && router->mastery == MASTERY_NO && !bus_up(device);
}

/* The association is over, or has to be. */
static void leave(struct virtual_router_history *router, int64_t now_ns)
{
    if (router->associated || router->mastery != MASTERY_NO)
        router->left_ns = now_ns;
    router->associated = false;
    router->episode++;
}

/* An unregistration or withdrawal of its own. */
static void gave_up(const struct device_history *device, struct virtual_router_history *router,
                    int64_t now_ns)
{
    leave(router, now_ns);
    router->gave_up_ns = now_ns;
    if (router->mastery != MASTERY_YES || router->shutdown)
        return;
    router->mastery =
        can_tell(device, router) ? MASTERY_UNKNOWN : MASTERY_NO; /* a defect, if there is no reason */
    router->rest = REST_GAVE_UP;
}

static void announced(struct virtual_router_history *router, struct tap_event *event, bool defect)
{
    router->announcement = event;
    if (defect)
        return;
    associate(router, event->time_ns);
    router->announcement_count++;
}

/* A superior advertisement: Master goes to Backup, Backup stays there (RFC 2338 6.4.2, 6.4.3). */
static void yielded(const struct device_history *device, struct virtual_router_history *router,
                    enum rest rest, int64_t now_ns)
{
    if (!certainly_not_master(device, router, now_ns)) {
        if (router->mastery != MASTERY_NO) {
            router->rest = rest;
            leave(router, now_ns);
        }
        router->mastery = MASTERY_NO;
        router->certain_ns = now_ns + reaction_ns(device->facts);
    }
    if (router->may_be_master_ns != TIME_NEVER && can_tell(device, router))
        count_down(router, now_ns);
}

/* Master_Down_Timer := Master_Down_Interval. */
static void count_down(struct virtual_router_history *router, int64_t now_ns)
{
    router->may_be_master_ns = now_ns + master_down_interval_ns(router);
    router->counted_from_ns = now_ns;
}

/* What mastership follows from is known. */
static bool can_tell(const struct device_history *device, const struct virtual_router_history *router)
{
    return router->settings && facts_known(device->facts, FACT_SETTINGS | FACT_CONTROL | FACT_COMPLETE);
}

/* It certainly came to the VRRP part of the device: by the way that multicasts come, to the group. */
static bool reached(const struct device_history *device, const struct tap_event *event,
                    const struct frame *frame)
{
    bool group = device->facts->token_ring || mac_equal(frame->ethernet.destination, VRRP_GROUP_MAC);
    if (device->facts->role == ROLE_VRRP)
        return !device->silenced && group;
    return device->join == JOIN_DONE && bus_up(device) && event->vcc == device->multicast_forward &&
           !device->silenced && frame->layers & LAYER_LE_DATA && group;
}

static bool authentication_fits(const struct device_settings *settings, const struct frame *frame)
{
    switch (settings->authentication_type) {
    case VRRP_AUTHENTICATION_PASSWORD:
        return password_fits(settings, &frame->vrrp);
    case VRRP_AUTHENTICATION_AH:
        return authentication_header_fits(settings, frame);
    default:
        return true;
    }
}

static bool password_fits(const struct device_settings *settings, const struct vrrp *vrrp)
{
    uint8_t password[VRRP_AUTHENTICATION_DATA_SIZE] = {0};
    memcpy(password, settings->password, strnlen(settings->password, sizeof password));
    return memcmp(password, vrrp->authentication_data, sizeof password) == 0;
}

static bool addresses_fit(const struct virtual_router_settings *settings, const struct vrrp *vrrp)
{
    if (vrrp->addresses_present != settings->address_count || vrrp->address_count != settings->address_count)
        return false;
    for (size_t i = 0; i < settings->address_count; i++) {
        if (!ipv4_equal(settings->addresses[i], vrrp->addresses[i]))
            return false;
    }
    return true;
}
