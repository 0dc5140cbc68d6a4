#include "peers/lec_private.h"

static void request_received(struct peer_lec *lec, const struct le_control *request);
static void response_received(struct peer_lec *lec, const struct le_control *response);
static void le_arp_asked(struct peer_lec *lec, const struct le_control *request);
static bool answers_for(const struct peer_lec *lec, struct lan_destination target, bool *remote);
static bool leads_over(const struct peer_lec *lec, uint16_t descriptor);

/* A frame on Configuration Direct, Control Direct or Control Distribute. */
void peer_lec_control_received(struct peer_lec *lec, const uint8_t *data, size_t size)
{
    struct le_control control;
    if (!le_control_decode(data, size, &control, NULL))
        return;
    if (control.opcode & LE_RESPONSE_BIT)
        response_received(lec, &control);
    else if (lec->lecid != 0 && control.requester_lecid != lec->lecid) /* not the own one come back */
        request_received(lec, &control);
}

/* A control frame among data: READY on a Data Direct VCC, LE_FLUSH_REQUEST on any. */
void peer_lec_in_band_received(struct peer_lec *lec, uint32_t vcc, const uint8_t *data, size_t size)
{
    struct le_control control;
    struct data_vcc *data_vcc = peer_lec_data_vcc_find(lec, vcc);
    if (!le_control_decode(data, size, &control, NULL))
        return;
    if (control.opcode == READY_QUERY && data_vcc && !lec->behaviour.ignores_ready_query) {
        struct le_control ready = le_control_of(READY_IND);
        sdu_sender_send_control(&lec->sender, vcc, &ready, 0);
    }
    if (control.opcode == LE_FLUSH_REQUEST && !lec->behaviour.ignores_flush &&
        atm_address_equal(&control.target_atm, &lec->settings.atm_address)) {
        struct le_control response = le_control_response(&control);
        peer_lec_tell_les(lec, &response);
    }
    if (data_vcc && control.opcode != READY_QUERY)
        peer_lec_data_vcc_heard(data_vcc);
}

static void request_received(struct peer_lec *lec, const struct le_control *request)
{
    switch (request->opcode) {
    case LE_ARP_REQUEST:
        if (request->target_lan.tag == LAN_TAG_NOT_PRESENT)
            peer_lec_cache_targetless(lec, request);
        else
            le_arp_asked(lec, request);
        break;
    case LE_NARP_REQUEST:
        peer_lec_cache_le_narp(lec, request);
        break;
    case LE_TOPOLOGY_REQUEST:
        peer_lec_cache_topology(lec, request->flags & LE_FLAG_TOPOLOGY_CHANGE);
        break;
    }
}

/* Before the join the transaction id alone says whose answer it is; then the LECID has to be the own one. */
static void response_received(struct peer_lec *lec, const struct le_control *response)
{
    if (lec->lecid != 0 && response->requester_lecid != lec->lecid)
        return;
    if (peer_lec_phase_response(lec, response) || peer_lec_represented_response(lec, response))
        return;
    if (response->opcode == LE_ARP_RESPONSE)
        peer_lec_cache_response(lec, response);
    else if (response->opcode == LE_FLUSH_RESPONSE)
        peer_lec_path_flushed(lec, response);
}

/* lane-rules 5.2 */
static void le_arp_asked(struct peer_lec *lec, const struct le_control *request)
{
    bool remote;
    if (lec->behaviour.ignores_le_arp || !answers_for(lec, request->target_lan, &remote))
        return;
    struct le_control response = le_control_response(request);
    response.flags = remote ? LE_FLAG_REMOTE_ADDRESS : 0;
    response.target_atm = lec->settings.atm_address;
    sdu_sender_send_control(&lec->sender, lec->control_direct, &response, lec->behaviour.le_arp_delay_ns);
}

/* For what it represents; 'remote': it is not registered with the LES. */
static bool answers_for(const struct peer_lec *lec, struct lan_destination target, bool *remote)
{
    struct mac_address mac = target.mac;
    *remote = true;
    if (target.tag == LAN_TAG_ROUTE_DESCRIPTOR)
        return leads_over(lec, octets_u16(mac.octet + 4));
    if (target.tag != LAN_TAG_MAC)
        return false;
    if (mac_equal(mac, lec->settings.mac)) {
        *remote = lec->settings.mac_unregistered;
        return true;
    }
    const struct represented *represented = peer_lec_represented_find(lec, mac);
    *remote = represented && represented->scheme == PEER_LEC_PROXIED;
    return represented != NULL;
}

/* The descriptor of the way back: the ring in front of the ELAN, and the bridge to it (lane-wire 5). */
static bool leads_over(const struct peer_lec *lec, uint16_t descriptor)
{
    const struct source_route *route = &lec->settings.route;
    return route->descriptor_count > 1 && descriptor == route->descriptors[route->descriptor_count - 2];
}
