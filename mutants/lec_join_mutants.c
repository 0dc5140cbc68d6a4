/* Defects of joining the ELAN (lane-rules 1, draft 3.1 to 3.3.1): what the join says, its order, and what
 * happens when it fails. */
#include "base/duration.h"
#include "mutants/lane_rules.h"

/* --- what the join says --- */

static bool without_source(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control request = interposed->frame.control;
    request.source_lan = LAN_DESTINATION_NONE;
    return rewrite_control(interposed, &request);
}

/* --- too early --- */

/* With each join, the one after a loss included, whatever the state of the router. */
static bool announce_too(struct interposer *interposer, struct interposed *interposed)
{
    struct mac_address vmac = interposer_vmac(interposer);
    struct le_control announcement = interposer->settings.v2_capable ? targetless_le_arp(interposer, vmac)
                                                                     : zero_le_narp(interposer, vmac);
    announcement.requester_lecid = 0;
    send_now(interposer, interposed);
    interposer_send_control(interposer, interposed->vcc, &announcement);
    return false;
}

static bool has_joined(const struct interposer *interposer, const struct interposed *interposed)
{
    const struct le_control *response = &interposed->frame.control;
    return response->status == LE_STATUS_SUCCESS &&
           atm_address_equal(&response->source_atm, &interposer->settings.atm_address);
}

/* Asks, as if it had no address yet, whether its address is in use, on the only VCC that is there. */
static bool send_data_too(struct interposer *interposer, struct interposed *interposed)
{
    const struct interface_settings *interface = &interposer->settings.elan;
    struct arp arp = {
        .operation = ARP_REQUEST, .sender_mac = interface->mac, .target_ip = interface->address};
    uint8_t payload[ARP_SIZE];
    uint8_t data[LE_DATA_MINIMUM_SIZE];
    struct ethernet ethernet = {.destination = MAC_BROADCAST,
                                .source = interface->mac,
                                .type = ETHERTYPE_ARP,
                                .payload = {payload, arp_encode(&arp, payload, sizeof payload)}};
    uint16_t lecid = interposed->frame.control.requester_lecid;
    interposer_send(interposer, interposer->control_direct, data,
                    interposer_data_encode(interposer, lecid, &ethernet, data, sizeof data));
    return true;
}

/* --- the BUS --- */

/* Frames between question and answer of M253. */
#define ANSWER_PERIOD_NS MILLISECONDS(10)

static bool asks_for_bus(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposer;
    return lan_destination_is_mac(interposed->frame.control.target_lan, MAC_BROADCAST);
}

/* The question is kept at home, with an answer that names the LES; in LANE v2 from the second time on, when a
 * BUS that was there is lost. 'count': questions before this one. */
static bool answer_it_oneself(struct interposer *interposer, struct interposed *interposed)
{
    if (!interposer->count++ && interposer->v2)
        return true;
    struct le_control response = le_control_response(&interposed->frame.control);
    response.target_atm = interposer->settings.les_address;
    interposer->kept.size = le_control_encode(&response, interposer->kept_data, interposer->kept.room);
    return false;
}

static void hand_over_answer(struct interposer *interposer)
{
    size_t size = interposer->kept.size;
    interposer->kept.size = 0;
    if (size)
        interposer_deliver(interposer, interposer->control_direct, interposer->kept_data, size);
}

static const struct interposition m253 = {
    .rules =
        (const struct interposer_rule[]){
            {SENDS(LE_ARP_REQUEST), IF(asks_for_bus), REWRITE(answer_it_oneself)}, {.names = 0}},
    .tick = hand_over_answer,
    .period_ns = ANSWER_PERIOD_NS};

/* --- after a failure --- */

static bool is_refused(const struct interposer *interposer, const struct interposed *interposed)
{
    const struct le_control *response = &interposed->frame.control;
    return response->status != LE_STATUS_SUCCESS &&
           atm_address_equal(&response->source_atm, &interposer->settings.atm_address);
}

/* Works on with a LECID of its own choice. */
static bool overlook_refusal(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control response = interposed->frame.control;
    response.status = LE_STATUS_SUCCESS;
    response.requester_lecid = 1;
    return rewrite_control(interposed, &response);
}

static bool unless_refused(enum lec_failure failure)
{
    return failure != LEC_REFUSED;
}

static bool unless_control_lost(enum lec_failure failure)
{
    return failure != LEC_CONTROL_LOST;
}

static int64_t wait_100_ms(const struct lec_variables *variables, bool v2, unsigned sent)
{
    (void)v2;
    int64_t wait_ns = MILLISECONDS(100);
    return sent * wait_ns <= variables->control_timeout_ns ? wait_ns : 0;
}

ONE_ENTRY(m251, lec.joins_again, unless_refused)
ONE_ENTRY(m254, lec.joins_again, unless_control_lost)
ONE_ENTRY(m257, lec.control_wait_ns, wait_100_ms)

static bool has_joined_before(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposed;
    return interposer->joins > 0;
}

static bool is_on_control_distribute(const struct interposer *interposer, const struct interposed *interposed)
{
    return interposed->vcc == interposer->control_distribute;
}

const struct mutant_definition lec_join_mutants[] = {
    {.id = "M7", ONE_RULE(SENDS(LE_JOIN_REQUEST), IF(of_non_proxy), GIVE(FLAG_PROXY, 1))},
    {.id = "M71", ONE_RULE(SENDS(LE_JOIN_REQUEST), REWRITE(without_source))},
    {.id = "M72", ONE_RULE(SENDS(LE_JOIN_REQUEST), IF(of_non_proxy), CHANGE(SOURCE_LAN, VALUE_VMAC))},
    {.id = "M93", ONE_RULE(SENDS(LE_JOIN_REQUEST), IF(of_proxy), GIVE(FLAG_PROXY, 0))},
    {.id = "M100", ONE_RULE(SENDS(LE_JOIN_REQUEST), REWRITE(announce_too))},
    {.id = "M248", ONE_RULE(HEARS(LE_JOIN_RESPONSE), IF(has_joined), REWRITE(send_data_too))},
    {.id = "M249", ONE_RULE(SENDS(LE_JOIN_REQUEST), IF(has_joined_before), CHANGE(LECID, VALUE_OWN_LECID))},
    {.id = "M250", ONE_RULE(HEARS(LE_JOIN_RESPONSE), IF(is_refused), REWRITE(overlook_refusal))},
    {.id = "M251", .change = m251},
    {.id = "M252", ONE_RULE(HEARS(LE_JOIN_RESPONSE), IF(is_on_control_distribute), DROP)},
    {.id = "M253", .interposition = &m253},
    {.id = "M254", .change = m254},
    {.id = "M257", .change = m257},
    {.id = "M297", ONE_RULE(SENDS(LE_JOIN_REQUEST), GIVE(FLAG_V2_CAPABLE, 0))},
    {.id = NULL},
};
