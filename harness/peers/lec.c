#include <stdlib.h>

#include "peers/lec_private.h"

static void call_offered(void *station, uint32_t vcc, const struct call *call);
static void call_connected(void *station, uint32_t vcc);
static void call_released(void *station, uint32_t vcc, enum release_cause cause);
static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size);
static bool control(void *station, const struct control_action *action, struct reason *reason);
static void destroy(void *station);
static void send_frame(void *station, const uint8_t *data, size_t size);
static uint32_t path_vcc(const struct peer_lec *lec, enum peer_lec_path path);

const struct station_handlers peer_lec_handlers = {
    .call_offered = call_offered,
    .call_connected = call_connected,
    .call_released = call_released,
    .sdu_received = sdu_received,
    .control = control,
    .destroy = destroy,
};

struct peer_lec_settings peer_lec_settings_default(void)
{
    return (struct peer_lec_settings){
        .v2_capable = true,
        .max_frame_size = MAX_FRAME_1516,
        .mac_in_join = true,
        .rejoins = true,
        .timing =
            {
                .control_timeout_ns = SECONDS(30),
                .initial_control_timeout_ns = SECONDS(5),
                .unknown_frame_count = 10,
                .unknown_frame_time_ns = SECONDS(1),
                .retry_count = 1,
                .aging_time_ns = SECONDS(300),
                .forward_delay_ns = SECONDS(15),
                .le_arp_response_time_ns = SECONDS(1),
                .flush_timeout_ns = SECONDS(4),
                .path_switching_delay_ns = SECONDS(6),
                .connection_completion_ns = SECONDS(4),
                .restart_delay_ns = SECONDS(1),
            },
    };
}

struct peer_lec *peer_lec_new(const struct station_services *services,
                              const struct peer_lec_settings *settings)
{
    struct peer_lec *lec = malloc(sizeof *lec);
    if (!lec)
        abort();
    *lec = (struct peer_lec){
        .services = services,
        .settings = *settings,
        .timing = settings->timing,
        .behaviour = settings->behaviour,
        .sender = sdu_sender_of(services),
        .link = {.services = services,
                 .token_ring = settings->token_ring,
                 .station = lec,
                 .send = send_frame},
        .les_address = settings->les_address,
    };
    timer_init(&lec->phase_timer, peer_lec_phase_timer_fired, lec);
    services->address_register(services->context, &settings->atm_address);
    return lec;
}

struct peer_link *peer_lec_link(struct peer_lec *lec)
{
    return &lec->link;
}

void peer_lec_start(struct peer_lec *lec)
{
    if (lec->phase == LEC_IDLE)
        peer_lec_begin(lec);
}

void peer_lec_leave(struct peer_lec *lec)
{
    if (lec->phase != LEC_DEAD)
        peer_lec_lose_elan(lec, false);
}

/* Nothing is released: whoever is at the other end has to find out. */
void peer_lec_die(struct peer_lec *lec)
{
    lec->phase = LEC_DEAD;
    lec->configuration_direct = lec->control_direct = lec->control_distribute = VCC_NONE;
    lec->multicast_send = lec->multicast_forward = VCC_NONE;
    peer_lec_stop_timer(lec, &lec->phase_timer);
    peer_lec_represented_clear(lec);
    peer_lec_cache_clear(lec);
    peer_lec_data_vcc_clear(lec, false);
    sdu_sender_clear(&lec->sender);
    peer_link_die(&lec->link);
}

bool peer_lec_operational(const struct peer_lec *lec)
{
    return lec->phase == LEC_OPERATIONAL;
}

uint16_t peer_lec_lecid(const struct peer_lec *lec)
{
    return lec->lecid;
}

bool peer_lec_is_v2(const struct peer_lec *lec)
{
    return lec->v2;
}

const struct peer_lec_settings *peer_lec_settings_of(const struct peer_lec *lec)
{
    return &lec->settings;
}

struct peer_lec_behaviour *peer_lec_behave(struct peer_lec *lec)
{
    return &lec->behaviour;
}

void peer_lec_reroute(struct peer_lec *lec, const struct source_route *route)
{
    lec->settings.route = *route;
}

struct le_control peer_lec_request(struct peer_lec *lec, enum le_opcode opcode)
{
    struct le_control request = le_control_of(opcode);
    request.transaction_id = peer_lec_transaction_id(lec);
    request.requester_lecid = lec->lecid;
    request.source_atm = lec->settings.atm_address;
    return request;
}

bool peer_lec_send_control(struct peer_lec *lec, enum peer_lec_path path, const struct le_control *frame)
{
    sdu_sender_send_control(&lec->sender, path_vcc(lec, path), frame, 0);
    return path_vcc(lec, path) != VCC_NONE;
}

bool peer_lec_send_octets(struct peer_lec *lec, enum peer_lec_path path, const uint8_t *data, size_t size)
{
    sdu_sender_send(&lec->sender, path_vcc(lec, path), data, size, 0);
    return path_vcc(lec, path) != VCC_NONE;
}

bool peer_lec_send_octets_direct(struct peer_lec *lec, const struct atm_address *atm, const uint8_t *data,
                                 size_t size)
{
    const struct data_vcc *data_vcc = peer_lec_data_vcc_best(lec, atm);
    if (!data_vcc)
        return false;
    sdu_sender_send(&lec->sender, data_vcc->vcc, data, size, 0);
    return true;
}

int64_t peer_lec_now_ns(const struct peer_lec *lec)
{
    return lec->services->now_ns(lec->services->context);
}

/* Never 0, so that 0 can mean none. */
uint32_t peer_lec_transaction_id(struct peer_lec *lec)
{
    return (uint32_t)lec->services->random_bits(lec->services->context) | 1;
}

void peer_lec_start_timer(struct peer_lec *lec, struct timer *timer, int64_t delay_ns)
{
    lec->services->timer_start(lec->services->context, timer, delay_ns);
}

void peer_lec_stop_timer(struct peer_lec *lec, struct timer *timer)
{
    lec->services->timer_stop(lec->services->context, timer);
}

/* Sends a frame on Control Direct. */
void peer_lec_tell_les(struct peer_lec *lec, const struct le_control *frame)
{
    sdu_sender_send_control(&lec->sender, lec->control_direct, frame, 0);
}

bool peer_lec_mac_is_group(const struct peer_lec *lec, struct mac_address mac)
{
    return lec->settings.token_ring ? (mac.octet[0] & 0x80) != 0 : mac_is_group(mac);
}

/* Octets, for the SETUP of data VCCs (lane-wire 6). */
uint16_t peer_lec_max_sdu_size(const struct peer_lec *lec)
{
    static const uint16_t octets[] = {1516, 1516, 4544, 9234, 18190, 1580};
    return octets[lec->settings.max_frame_size <= MAX_FRAME_1580 ? lec->settings.max_frame_size : 0];
}

/* Control Distribute comes from the LES, Multicast Forward from the BUS, Data Direct from anybody. */
static void call_offered(void *station, uint32_t vcc, const struct call *call)
{
    struct peer_lec *lec = station;
    const struct station_services *services = lec->services;
    bool from_les = call->b_lli == B_LLI_CONTROL && atm_address_equal(&call->calling, &lec->les_address);
    bool from_bus = (call->b_lli == B_LLI_MULTICAST_8023 || call->b_lli == B_LLI_MULTICAST_8025) &&
                    atm_address_equal(&call->calling, &lec->bus_address);
    if (lec->phase == LEC_DEAD)
        return;
    if (from_les && lec->phase >= LEC_JOIN && lec->control_distribute == VCC_NONE) {
        lec->control_distribute = vcc;
        services->call_accept(services->context, vcc);
    } else if (from_bus && lec->phase >= LEC_BUS_CONNECT && lec->multicast_forward == VCC_NONE) {
        lec->multicast_forward = vcc;
        services->call_accept(services->context, vcc);
        peer_lec_multicast_forward_accepted(lec);
    } else if (call->b_lli == peer_lec_data_b_lli(lec) && lec->phase == LEC_OPERATIONAL &&
               !lec->behaviour.refuses_calls) {
        peer_lec_data_vcc_offered(lec, vcc, call);
    } else {
        services->call_reject(services->context, vcc, CAUSE_REJECTED);
    }
}

static void call_connected(void *station, uint32_t vcc)
{
    struct peer_lec *lec = station;
    if (lec->phase != LEC_DEAD && !peer_lec_data_vcc_connected(lec, vcc))
        peer_lec_phase_connected(lec, vcc);
}

static void call_released(void *station, uint32_t vcc, enum release_cause cause)
{
    (void)cause;
    struct peer_lec *lec = station;
    sdu_sender_forget_vcc(&lec->sender, vcc);
    if (lec->phase != LEC_DEAD && !peer_lec_data_vcc_released(lec, vcc))
        peer_lec_phase_released(lec, vcc);
}

static void sdu_received(void *station, uint32_t vcc, const uint8_t *data, size_t size)
{
    struct peer_lec *lec = station;
    if (lec->phase == LEC_DEAD)
        return;
    if (vcc == lec->control_direct || vcc == lec->control_distribute || vcc == lec->configuration_direct)
        peer_lec_control_received(lec, data, size);
    else if (le_control_marked(data, size))
        peer_lec_in_band_received(lec, vcc, data, size);
    else
        peer_lec_data_received(lec, vcc, data, size);
}

static bool control(void *station, const struct control_action *action, struct reason *reason)
{
    struct peer_lec *lec = station;
    switch (action->kind) {
    case CONTROL_START:
        peer_lec_start(lec);
        return true;
    case CONTROL_FAIL:
        peer_lec_die(lec);
        return true;
    case CONTROL_STARTUP:
    case CONTROL_SHUTDOWN:
    case CONTROL_SET_PRIORITY:
        break;
    }
    return reason_set(reason, "an emulated LAN Emulation client can start and fail, nothing else");
}

static void destroy(void *station)
{
    struct peer_lec *lec = station;
    peer_link_destroy_users(&lec->link);
    peer_lec_stop_timer(lec, &lec->phase_timer);
    peer_lec_represented_clear(lec);
    peer_lec_cache_clear(lec);
    peer_lec_data_vcc_clear(lec, false);
    sdu_sender_clear(&lec->sender);
    free(lec);
}

static void send_frame(void *station, const uint8_t *data, size_t size)
{
    peer_lec_send(station, data, size);
}

static uint32_t path_vcc(const struct peer_lec *lec, enum peer_lec_path path)
{
    switch (path) {
    case PEER_LEC_CONTROL_DIRECT:
        return lec->control_direct;
    case PEER_LEC_MULTICAST_SEND:
        return lec->multicast_send;
    }
    return VCC_NONE;
}
