/* Received control frames: which kinds of VCC each may come on (lane-wire 10), and who takes it. */
#include "reference/lec_private.h"
#include "wire/token_ring.h"

struct rule {
    enum le_opcode opcode;
    unsigned kinds;
    void (*take)(struct lec_vcc *vcc, const struct le_control *control);
};

static void take_configure_response(struct lec_vcc *vcc, const struct le_control *response);
static void take_join_response(struct lec_vcc *vcc, const struct le_control *response);
static void take_register_response(struct lec_vcc *vcc, const struct le_control *response);
static void take_le_arp_request(struct lec_vcc *vcc, const struct le_control *request);
static void take_le_arp_response(struct lec_vcc *vcc, const struct le_control *response);
static void take_le_narp_request(struct lec_vcc *vcc, const struct le_control *request);
static void take_topology_request(struct lec_vcc *vcc, const struct le_control *request);
static void take_flush_request(struct lec_vcc *vcc, const struct le_control *request);
static void take_flush_response(struct lec_vcc *vcc, const struct le_control *response);
static void take_ready_query(struct lec_vcc *vcc, const struct le_control *query);
static void answer_le_arp(struct lec *lec, const struct le_control *request);
static bool leads_to_own_lan(const struct lec *lec, struct lan_destination destination);
static void answer_as_bridge(struct lec *lec, const struct le_control *request);

/* Frames of any other op-code are ignored. READY_IND needs no more than to be heard (lec_direct_heard), an
 * answer to LE_UNREGISTER_REQUEST changes nothing. */
static const struct rule rules[] = {
    {LE_CONFIGURE_RESPONSE, KIND_CONFIGURATION_DIRECT, take_configure_response},
    {LE_JOIN_RESPONSE, KINDS_CONTROL, take_join_response},
    {LE_REGISTER_RESPONSE, KINDS_CONTROL, take_register_response},
    {LE_ARP_REQUEST, KINDS_CONTROL, take_le_arp_request},
    {LE_ARP_RESPONSE, KINDS_CONTROL, take_le_arp_response},
    {LE_NARP_REQUEST, KINDS_CONTROL, take_le_narp_request},
    {LE_TOPOLOGY_REQUEST, KINDS_CONTROL, take_topology_request},
    {LE_FLUSH_REQUEST, KINDS_CONTROL | KINDS_DATA, take_flush_request},
    {LE_FLUSH_RESPONSE, KINDS_CONTROL, take_flush_response},
    {READY_QUERY, KIND_DATA_DIRECT, take_ready_query},
};

#define LANE_PROTOCOL 1
#define LANE_VERSION  1

void lec_control_received(struct lec_vcc *vcc, const uint8_t *data, size_t size)
{
    struct le_control control;
    if (!le_control_decode(data, size, &control, NULL) || control.protocol != LANE_PROTOCOL ||
        control.version != LANE_VERSION)
        return;
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        if (rules[i].opcode == control.opcode && rules[i].kinds & vcc->kind) {
            rules[i].take(vcc, &control);
            return;
        }
    }
}

void lec_tell_topology(struct lec *lec, bool changing)
{
    if (lec->phase != LEC_OPERATIONAL)
        return;
    struct le_control request = lec_request(lec, LE_TOPOLOGY_REQUEST);
    request.source_atm = lec->settings->atm_address;
    request.flags = changing ? LE_FLAG_TOPOLOGY_CHANGE : 0;
    lec_control_send(lec, &request);
}

static void take_configure_response(struct lec_vcc *vcc, const struct le_control *response)
{
    lec_join_configure_response(vcc->lec, response);
}

static void take_join_response(struct lec_vcc *vcc, const struct le_control *response)
{
    lec_join_response(vcc->lec, response);
}

static void take_register_response(struct lec_vcc *vcc, const struct le_control *response)
{
    struct lec *lec = vcc->lec;
    if (!lec_join_register_response(lec, response))
        lec_association_register_response(lec, response);
}

static void take_le_arp_request(struct lec_vcc *vcc, const struct le_control *request)
{
    struct lec *lec = vcc->lec;
    if (lec->phase < LEC_BUS_CONNECT || !lec->options->takes_request(request, lec->lecid))
        return;
    if (request->target_lan.tag == LAN_TAG_NOT_PRESENT)
        lec_cache_targetless_le_arp(lec, request);
    else if (request->target_lan.tag == LAN_TAG_MAC)
        answer_le_arp(lec, request);
    else if (leads_to_own_lan(lec, request->target_lan))
        answer_as_bridge(lec, request);
}

/* The same answer may be one about the BUS, one to a probe, or one for the cache. */
static void take_le_arp_response(struct lec_vcc *vcc, const struct le_control *response)
{
    struct lec *lec = vcc->lec;
    if (!lec_bus_le_arp_response(lec, response) && !lec_association_probe_response(lec, response))
        lec_cache_le_arp_response(lec, response);
}

static void take_le_narp_request(struct lec_vcc *vcc, const struct le_control *request)
{
    struct lec *lec = vcc->lec;
    if (lec->options->takes_request(request, lec->lecid))
        lec_cache_narp(lec, request);
}

static void take_topology_request(struct lec_vcc *vcc, const struct le_control *request)
{
    struct lec *lec = vcc->lec;
    if (!lec->options->takes_request(request, lec->lecid))
        return;
    lec->topology_change = request->flags & LE_FLAG_TOPOLOGY_CHANGE;
    lec_cache_ages_changed(lec);
}

/* The answer goes to the LES, whatever way the request came (L-flush-01). */
static void take_flush_request(struct lec_vcc *vcc, const struct le_control *request)
{
    struct lec *lec = vcc->lec;
    const struct atm_address *own = vcc->llc_multiplexed ? &vcc->local : &lec->settings->atm_address;
    if (!lec->options->answers_flush(request, own))
        return;
    struct le_control response = le_control_response(request);
    lec_control_send(lec, &response);
}

static void take_flush_response(struct lec_vcc *vcc, const struct le_control *response)
{
    lec_data_flush_response(vcc->lec, response);
}

static void take_ready_query(struct lec_vcc *vcc, const struct le_control *query)
{
    (void)query;
    lec_direct_ready_query(vcc);
}

static void answer_le_arp(struct lec *lec, const struct le_control *request)
{
    struct le_arp_question question = {.target = request->target_lan.mac, .proxy = lec->settings->proxy};
    question.representation = lec_representation(lec, question.target, &question.associated_before);
    if (!lec->options->answers_le_arp(&question))
        return;
    struct le_control response = le_control_response(request);
    bool registered = question.representation == REPRESENTED_REGISTERED || !lec->settings->proxy;
    response.flags = registered ? 0 : LE_FLAG_REMOTE_ADDRESS;
    response.target_atm = lec->settings->atm_address;
    if (question.representation == REPRESENTED_ASSOCIATED)
        lec_association_add_tlvs(lec, &response);
    lec_control_send(lec, &response);
}

/* The route descriptor of a source-route bridge: one of its rings, behind the bridge itself (lane-wire 12.2).
 */
static bool leads_to_own_lan(const struct lec *lec, struct lan_destination destination)
{
    const struct bridge_settings *bridge = &lec->settings->bridge;
    if (lec->settings->role != ROLE_BRIDGE || !bridge->source_routing ||
        destination.tag != LAN_TAG_ROUTE_DESCRIPTOR)
        return false;
    for (size_t i = 0; i < bridge->lan_port_count; i++)
        if (octets_u16(destination.mac.octet + 4) ==
            route_descriptor(bridge->rings[i], bridge->bridge_number))
            return true;
    return false;
}

/* Like an answer for a station behind it, which it does not register. */
static void answer_as_bridge(struct lec *lec, const struct le_control *request)
{
    struct le_control response = le_control_response(request);
    response.flags = LE_FLAG_REMOTE_ADDRESS;
    response.target_atm = lec->settings->atm_address;
    lec_control_send(lec, &response);
}
