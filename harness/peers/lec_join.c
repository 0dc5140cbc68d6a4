#include "peers/lec_private.h"

/* A TLV of LE_CONFIGURE_RESPONSE that sets a variable: seconds into a duration, or a count. */
struct variable {
    enum le_tlv_type type;
    size_t duration; /* offset in struct peer_lec_timing */
    size_t count;    /* offset, if 'duration' is NO_DURATION */
};

#define NO_DURATION SIZE_MAX
#define DURATION(type, member)                                                                               \
    {                                                                                                        \
        type, offsetof(struct peer_lec_timing, member), 0                                                    \
    }
#define COUNT(type, member)                                                                                  \
    {                                                                                                        \
        type, NO_DURATION, offsetof(struct peer_lec_timing, member)                                          \
    }

static const struct variable variables[] = {
    DURATION(TLV_CONTROL_TIMEOUT, control_timeout_ns),
    COUNT(TLV_MAXIMUM_UNKNOWN_FRAME_COUNT, unknown_frame_count),
    DURATION(TLV_MAXIMUM_UNKNOWN_FRAME_TIME, unknown_frame_time_ns),
    COUNT(TLV_MAXIMUM_RETRY_COUNT, retry_count),
    DURATION(TLV_AGING_TIME, aging_time_ns),
    DURATION(TLV_FORWARD_DELAY_TIME, forward_delay_ns),
    DURATION(TLV_EXPECTED_LE_ARP_RESPONSE_TIME, le_arp_response_time_ns),
    DURATION(TLV_FLUSH_TIMEOUT, flush_timeout_ns),
    DURATION(TLV_PATH_SWITCHING_DELAY, path_switching_delay_ns),
    DURATION(TLV_CONNECTION_COMPLETION_TIMER, connection_completion_ns),
};

static void enter(struct peer_lec *lec, enum peer_lec_phase phase);
static void send_request(struct peer_lec *lec);
static struct le_control request_of_phase(struct peer_lec *lec);
static void describe(const struct peer_lec *lec, struct le_control *request);
static uint32_t set_up(struct peer_lec *lec, const struct atm_address *called, enum b_lli b_lli,
                       uint16_t max_sdu_size);
static void configured(struct peer_lec *lec, const struct le_control *response);
static void joined(struct peer_lec *lec, const struct le_control *response);
static void operational(struct peer_lec *lec);
static void release(struct peer_lec *lec, uint32_t *vcc);
static bool wants_registration(const struct peer_lec *lec);

/* AAL5 SDUs on control VCCs (lane-wire 11). */
#define CONTROL_SDU_SIZE 1516

void peer_lec_begin(struct peer_lec *lec)
{
    lec->timing = lec->settings.timing;
    lec->les_address = lec->settings.les_address;
    enter(lec, lec->settings.lecs_given ? LEC_LECS_CONNECT : LEC_LES_CONNECT);
}

/* Back to the initial state; 'again': and another attempt after a while. */
void peer_lec_lose_elan(struct peer_lec *lec, bool again)
{
    lec->phase = LEC_IDLE;
    peer_lec_stop_timer(lec, &lec->phase_timer);
    peer_link_set_up(&lec->link, false);
    peer_lec_represented_lost(lec);
    peer_lec_cache_clear(lec);
    peer_lec_data_vcc_clear(lec, true);
    sdu_sender_clear(&lec->sender);
    release(lec, &lec->multicast_forward);
    release(lec, &lec->multicast_send);
    release(lec, &lec->control_distribute);
    release(lec, &lec->control_direct);
    release(lec, &lec->configuration_direct);
    lec->multicast_send_connected = false;
    lec->lecid = 0;
    lec->topology_changed = false;
    lec->bus_address = (struct atm_address){0};
    if (again)
        peer_lec_start_timer(lec, &lec->phase_timer, lec->timing.restart_delay_ns);
}

/* One of its own calls stands. */
void peer_lec_phase_connected(struct peer_lec *lec, uint32_t vcc)
{
    if (vcc == lec->configuration_direct && lec->phase == LEC_LECS_CONNECT) {
        enter(lec, LEC_CONFIGURE);
    } else if (vcc == lec->control_direct && lec->phase == LEC_LES_CONNECT) {
        enter(lec, LEC_JOIN);
    } else if (vcc == lec->multicast_send && lec->phase == LEC_BUS_CONNECT) {
        lec->multicast_send_connected = true;
        if (lec->multicast_forward != VCC_NONE)
            operational(lec);
    }
}

/* False: none of the VCCs of the client's membership. */
bool peer_lec_phase_released(struct peer_lec *lec, uint32_t vcc)
{
    uint32_t *const all[] = {&lec->configuration_direct, &lec->control_direct, &lec->control_distribute,
                             &lec->multicast_send, &lec->multicast_forward};
    for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
        if (*all[i] != vcc)
            continue;
        *all[i] = VCC_NONE;
        peer_lec_lose_elan(lec, lec->settings.rejoins);
        return true;
    }
    return false;
}

/* Takes the answer to the request of the phase; false: it is something else. */
bool peer_lec_phase_response(struct peer_lec *lec, const struct le_control *response)
{
    static const uint16_t opcodes[] = {
        [LEC_CONFIGURE] = LE_CONFIGURE_RESPONSE,
        [LEC_JOIN] = LE_JOIN_RESPONSE,
        [LEC_REGISTER] = LE_REGISTER_RESPONSE,
        [LEC_BUS_RESOLVE] = LE_ARP_RESPONSE,
        [LEC_DEAD] = 0,
    };
    uint16_t wanted = opcodes[lec->phase];
    if (wanted == 0 || response->opcode != wanted || response->transaction_id != lec->transaction_id)
        return false;
    if (response->status != LE_STATUS_SUCCESS) {
        peer_lec_lose_elan(lec, lec->settings.rejoins);
        return true;
    }
    switch (lec->phase) {
    case LEC_CONFIGURE:
        configured(lec, response);
        break;
    case LEC_JOIN:
        joined(lec, response);
        break;
    case LEC_REGISTER:
        enter(lec, LEC_BUS_RESOLVE);
        break;
    case LEC_BUS_RESOLVE:
        lec->bus_address = response->target_atm;
        enter(lec, LEC_BUS_CONNECT);
        break;
    case LEC_IDLE:
    case LEC_LECS_CONNECT:
    case LEC_LES_CONNECT:
    case LEC_BUS_CONNECT:
    case LEC_OPERATIONAL:
    case LEC_DEAD:
        break; /* no request is out in these */
    }
    return true;
}

void peer_lec_multicast_forward_accepted(struct peer_lec *lec)
{
    if (lec->phase == LEC_BUS_CONNECT && lec->multicast_send_connected)
        operational(lec);
}

/* Another attempt, another repetition, or the end of this attempt. */
void peer_lec_phase_timer_fired(void *owner)
{
    struct peer_lec *lec = owner;
    if (lec->phase == LEC_IDLE) {
        peer_lec_begin(lec);
        return;
    }
    lec->phase_waited_ns += lec->phase_wait_ns;
    if (lec->phase_waited_ns >= lec->timing.control_timeout_ns) {
        peer_lec_lose_elan(lec, lec->settings.rejoins);
        return;
    }
    send_request(lec);
    lec->phase_wait_ns *= 2; /* C7x */
    if (lec->phase_wait_ns > lec->timing.control_timeout_ns - lec->phase_waited_ns)
        lec->phase_wait_ns = lec->timing.control_timeout_ns - lec->phase_waited_ns;
    peer_lec_start_timer(lec, &lec->phase_timer, lec->phase_wait_ns);
}

/* Goes into a phase: calls or asks, and waits for what follows. */
static void enter(struct peer_lec *lec, enum peer_lec_phase phase)
{
    const struct peer_lec_settings *settings = &lec->settings;
    enum b_lli multicast = settings->token_ring ? B_LLI_MULTICAST_8025 : B_LLI_MULTICAST_8023;
    lec->phase = phase;
    lec->phase_waited_ns = 0;
    lec->phase_wait_ns = lec->timing.control_timeout_ns;
    switch (phase) {
    case LEC_LECS_CONNECT:
        lec->configuration_direct = set_up(lec, &settings->lecs_address, B_LLI_CONTROL, CONTROL_SDU_SIZE);
        break;
    case LEC_LES_CONNECT:
        lec->control_direct = set_up(lec, &lec->les_address, B_LLI_CONTROL, CONTROL_SDU_SIZE);
        break;
    case LEC_BUS_CONNECT:
        lec->multicast_send = set_up(lec, &lec->bus_address, multicast, peer_lec_max_sdu_size(lec));
        break;
    case LEC_CONFIGURE:
    case LEC_JOIN:
    case LEC_REGISTER:
        lec->transaction_id = peer_lec_transaction_id(lec);
        if (settings->v2_capable)
            lec->phase_wait_ns = lec->timing.initial_control_timeout_ns;
        send_request(lec);
        break;
    case LEC_BUS_RESOLVE:
        lec->transaction_id = peer_lec_transaction_id(lec);
        lec->phase_wait_ns = lec->timing.le_arp_response_time_ns;
        send_request(lec);
        break;
    case LEC_IDLE:
    case LEC_OPERATIONAL:
    case LEC_DEAD:
        break;
    }
    peer_lec_start_timer(lec, &lec->phase_timer, lec->phase_wait_ns);
}

/* Sends the request of the phase, or sends it again; the VCC phases have none. */
static void send_request(struct peer_lec *lec)
{
    struct le_control request = request_of_phase(lec);
    if (request.opcode == 0)
        return;
    uint32_t vcc = lec->phase == LEC_CONFIGURE ? lec->configuration_direct : lec->control_direct;
    sdu_sender_send_control(&lec->sender, vcc, &request, 0);
}

static struct le_control request_of_phase(struct peer_lec *lec)
{
    struct le_control request = {0};
    struct lan_destination own = lan_destination_of_mac(lec->settings.mac);
    bool mac_shown = lec->settings.mac_in_join && !lec->settings.mac_unregistered;
    switch (lec->phase) {
    case LEC_CONFIGURE:
        request = peer_lec_request(lec, LE_CONFIGURE_REQUEST);
        request.source_lan = own;
        describe(lec, &request);
        break;
    case LEC_JOIN:
        request = peer_lec_request(lec, LE_JOIN_REQUEST);
        request.source_lan = mac_shown ? own : LAN_DESTINATION_NONE;
        describe(lec, &request);
        if (lec->settings.proxy)
            request.flags |= LE_FLAG_PROXY;
        break;
    case LEC_REGISTER:
        request = peer_lec_request(lec, LE_REGISTER_REQUEST);
        request.source_lan = own;
        break;
    case LEC_BUS_RESOLVE:
        request = peer_lec_request(lec, LE_ARP_REQUEST);
        request.source_lan = own;
        request.target_lan = lan_destination_of_mac(MAC_BROADCAST);
        break;
    case LEC_IDLE:
    case LEC_LECS_CONNECT:
    case LEC_LES_CONNECT:
    case LEC_BUS_CONNECT:
    case LEC_OPERATIONAL:
    case LEC_DEAD:
        break;
    }
    request.transaction_id = lec->transaction_id;
    return request;
}

/* What a client says about itself when it configures and joins. */
static void describe(const struct peer_lec *lec, struct le_control *request)
{
    const struct peer_lec_settings *settings = &lec->settings;
    request->lan_type = settings->token_ring ? LAN_TYPE_8025 : LAN_TYPE_8023;
    request->max_frame_size = settings->max_frame_size;
    request->elan_name_size = (uint8_t)strlen(settings->elan_name);
    memcpy(request->elan_name, settings->elan_name, sizeof request->elan_name);
    if (settings->v2_capable)
        request->flags |= LE_FLAG_V2_CAPABLE;
}

static uint32_t set_up(struct peer_lec *lec, const struct atm_address *called, enum b_lli b_lli,
                       uint16_t max_sdu_size)
{
    struct call call = {.calling = lec->settings.atm_address,
                        .called = *called,
                        .b_lli = b_lli,
                        .max_sdu_size = max_sdu_size};
    return lec->services->call_setup(lec->services->context, &call);
}

static void configured(struct peer_lec *lec, const struct le_control *response)
{
    lec->les_address = response->target_atm;
    for (size_t i = 0; i < sizeof variables / sizeof variables[0]; i++) {
        const struct variable *variable = &variables[i];
        const struct le_tlv *tlv = le_control_find_tlv(response, variable->type);
        if (!tlv || (tlv->value.size != 2 && tlv->value.size != 4))
            continue;
        uint32_t number = tlv->value.size == 4 ? octets_u32(tlv->value.data) : octets_u16(tlv->value.data);
        if (variable->duration == NO_DURATION)
            *(uint32_t *)((char *)&lec->timing + variable->count) = number;
        else
            *(int64_t *)((char *)&lec->timing + variable->duration) = SECONDS(number);
    }
    release(lec, &lec->configuration_direct);
    enter(lec, LEC_LES_CONNECT);
}

static void joined(struct peer_lec *lec, const struct le_control *response)
{
    lec->lecid = response->requester_lecid;
    lec->v2 = lec->settings.v2_capable && (response->flags & LE_FLAG_V2_REQUIRED);
    enter(lec, wants_registration(lec) ? LEC_REGISTER : LEC_BUS_RESOLVE);
}

static void operational(struct peer_lec *lec)
{
    lec->phase = LEC_OPERATIONAL;
    peer_lec_stop_timer(lec, &lec->phase_timer);
    peer_lec_represented_joined(lec);
    peer_link_set_up(&lec->link, true);
}

static void release(struct peer_lec *lec, uint32_t *vcc)
{
    if (*vcc != VCC_NONE)
        lec->services->call_release(lec->services->context, *vcc, CAUSE_NORMAL);
    *vcc = VCC_NONE;
}

static bool wants_registration(const struct peer_lec *lec)
{
    return !lec->settings.mac_in_join && !lec->settings.mac_unregistered;
}
