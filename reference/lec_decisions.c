#include "reference/lec_decisions.h"

#include "base/duration.h"
#include "wire/token_ring.h"

#define LECID_LOWEST  0x0001
#define LECID_HIGHEST 0xfeff

static bool token_ring_is_group_address(struct mac_address mac);
static int64_t control_wait_ns(const struct lec_variables *variables, bool v2, unsigned sent);
static bool join_accepted(const struct le_control *response);
static bool operates_as_v2(const struct le_control *join_response, bool v2_capable);
static bool joins_again(enum lec_failure failure);
static bool takes_data(uint16_t le_header, uint16_t own_lecid);
static bool takes_request(const struct le_control *request, uint16_t own_lecid);
static bool takes_response(const struct le_control *response, uint16_t own_lecid, bool transaction_known);
static bool answers_le_arp(const struct le_arp_question *question);
static bool answers_flush(const struct le_control *request, const struct atm_address *own);
static enum cache_effect targetless_le_arp_effect(const struct le_arp_binding *binding,
                                                  const struct le_control *request, bool v2);
static enum cache_effect narp_effect(const struct le_arp_binding *binding, const struct le_control *request,
                                     bool v2);
static bool targetless_le_arp_adds(const struct le_control *request, bool v2);
static bool carries_data(const struct atm_address *calling, const struct atm_address *other,
                         const struct atm_address *own);
static bool needs_flush(int64_t since_last_frame_ns, const struct lec_variables *variables);
static bool associates(const struct association_state *state);
static bool registers(const struct association_state *state);
static bool registers_again(const struct association_state *state);
static bool leaves_elan(const struct association_state *state, uint16_t status);
static bool announces_again(const struct association_state *state);
static bool probes(const struct association_state *state);
static bool probe_answered(const struct le_control *response, const struct atm_address *own);
static bool gives_up(struct mac_address vmac, struct mac_address associated);
static bool unregisters(const struct association_state *state);
static bool withdraws(const struct association_state *state);

struct lec_options lec_options_default(void)
{
    /* lane-rules 2, default columns. */
    struct lec_variables v2 = {
        .control_timeout_ns = SECONDS(30),
        .initial_control_timeout_ns = SECONDS(5),
        .control_timeout_multiplier = 2,
        .maximum_unknown_frame_count = 10,
        .maximum_unknown_frame_time_ns = SECONDS(1),
        .vcc_timeout_ns = SECONDS(1200),
        .maximum_retry_count = 1,
        .aging_time_ns = SECONDS(300),
        .forward_delay_ns = SECONDS(15),
        .le_arp_response_ns = SECONDS(1),
        .flush_timeout_ns = SECONDS(4),
        .path_switching_delay_ns = SECONDS(6),
        .connection_completion_ns = SECONDS(4),
        .forward_disconnect_ns = SECONDS(60),
        .reconfigure_low_ns = MILLISECONDS(1),
        .reconfigure_high_ns = MILLISECONDS(5000),
        .bus_connect_retries = 1,
    };
    struct lec_variables v1 = v2;
    v1.control_timeout_ns = SECONDS(120);
    v1.initial_control_timeout_ns = 0;
    v1.control_timeout_multiplier = 0;
    v1.maximum_unknown_frame_count = 1;
    v1.forward_disconnect_ns = SECONDS(120);
    v1.bus_connect_retries = 0;
    return (struct lec_options){
        .v1 = v1,
        .v2 = v2,
        .announcement_interval_ns = SECONDS(1),
        .registration_retry_ns = SECONDS(5),
        .unanswered_pause_ns = SECONDS(10),
        .setup_pause_ns = SECONDS(10),
        .held_frame_count = 16,
        .joins_with_own_mac = true,
        .is_group_8025 = token_ring_is_group_address,
        .control_wait_ns = control_wait_ns,
        .join_accepted = join_accepted,
        .operates_as_v2 = operates_as_v2,
        .joins_again = joins_again,
        .takes_data = takes_data,
        .takes_request = takes_request,
        .takes_response = takes_response,
        .answers_le_arp = answers_le_arp,
        .answers_flush = answers_flush,
        .targetless_le_arp_effect = targetless_le_arp_effect,
        .narp_effect = narp_effect,
        .targetless_le_arp_adds = targetless_le_arp_adds,
        .carries_data = carries_data,
        .needs_flush = needs_flush,
        .associates = associates,
        .registers = registers,
        .registers_again = registers_again,
        .leaves_elan = leaves_elan,
        .announces_again = announces_again,
        .probes = probes,
        .probe_answered = probe_answered,
        .gives_up = gives_up,
        .unregisters = unregisters,
        .withdraws = withdraws,
    };
}

static bool token_ring_is_group_address(struct mac_address mac)
{
    return token_ring_is_group(mac);
}

/* v1: one wait of C7. v2: C7i, then C7x times longer each, until they add up to C7. */
static int64_t control_wait_ns(const struct lec_variables *variables, bool v2, unsigned sent)
{
    if (!v2)
        return sent == 1 ? variables->control_timeout_ns : 0;
    int64_t left_ns = variables->control_timeout_ns;
    int64_t wait_ns = variables->initial_control_timeout_ns;
    for (unsigned i = 1; i < sent && left_ns > 0; i++) {
        left_ns -= wait_ns;
        wait_ns *= variables->control_timeout_multiplier;
    }
    if (left_ns <= 0)
        return 0;
    return wait_ns < left_ns ? wait_ns : left_ns;
}

static bool join_accepted(const struct le_control *response)
{
    return response->status == LE_STATUS_SUCCESS && response->requester_lecid >= LECID_LOWEST &&
           response->requester_lecid <= LECID_HIGHEST;
}

static bool operates_as_v2(const struct le_control *join_response, bool v2_capable)
{
    return v2_capable && join_response->flags & LE_FLAG_V2_REQUIRED;
}

static bool joins_again(enum lec_failure failure)
{
    (void)failure;
    return true;
}

static bool takes_data(uint16_t le_header, uint16_t own_lecid)
{
    return le_header != own_lecid;
}

static bool takes_request(const struct le_control *request, uint16_t own_lecid)
{
    return request->requester_lecid != own_lecid;
}

static bool takes_response(const struct le_control *response, uint16_t own_lecid, bool transaction_known)
{
    return response->requester_lecid == own_lecid && transaction_known;
}

static bool answers_le_arp(const struct le_arp_question *question)
{
    return question->representation != REPRESENTED_NOT;
}

static bool answers_flush(const struct le_control *request, const struct atm_address *own)
{
    return atm_address_equal(&request->target_atm, own);
}

/* lane-rules 5.3: a v1 client does not know the form. */
static enum cache_effect targetless_le_arp_effect(const struct le_arp_binding *binding,
                                                  const struct le_control *request, bool v2)
{
    if (!v2 || !lan_destination_equal(request->source_lan, binding->lan))
        return CACHE_KEEPS;
    return atm_address_is_zero(&request->source_atm) ? CACHE_DELETES : CACHE_REPLACES;
}

/* lane-rules 5.4. A zero target matches any binding of the address (draft 6, whatever the source); else the
 * target must be the ATM address of the binding. */
static enum cache_effect narp_effect(const struct le_arp_binding *binding, const struct le_control *request,
                                     bool v2)
{
    (void)v2;
    if (!lan_destination_equal(request->target_lan, binding->lan))
        return CACHE_KEEPS;
    if (atm_address_is_zero(&request->target_atm))
        return CACHE_DELETES;
    if (!atm_address_equal(&request->target_atm, &binding->atm))
        return CACHE_KEEPS;
    return atm_address_is_zero(&request->source_atm) ? CACHE_DELETES : CACHE_REPLACES;
}

static bool targetless_le_arp_adds(const struct le_control *request, bool v2)
{
    (void)request;
    (void)v2;
    return false;
}

/* lane-rules 5.7: the lower calling party. */
static bool carries_data(const struct atm_address *calling, const struct atm_address *other,
                         const struct atm_address *own)
{
    (void)own;
    return memcmp(calling->octet, other->octet, ATM_ADDRESS_SIZE) < 0;
}

static bool needs_flush(int64_t since_last_frame_ns, const struct lec_variables *variables)
{
    return since_last_frame_ns < variables->path_switching_delay_ns;
}

static bool associates(const struct association_state *state)
{
    (void)state;
    return true;
}

static bool registers(const struct association_state *state)
{
    return !state->proxy;
}

static bool registers_again(const struct association_state *state)
{
    return state->associated;
}

static bool leaves_elan(const struct association_state *state, uint16_t status)
{
    (void)state;
    (void)status;
    return false;
}

/* Non-proxy: until the registration is confirmed. Proxy: as long as the probes are answered. */
static bool announces_again(const struct association_state *state)
{
    if (!state->associated)
        return false;
    return state->proxy ? state->probe == PROBE_ANSWERED : state->registration != REGISTRATION_CONFIRMED;
}

static bool probes(const struct association_state *state)
{
    return state->proxy;
}

static bool probe_answered(const struct le_control *response, const struct atm_address *own)
{
    return response->status == LE_STATUS_SUCCESS && !atm_address_equal(&response->target_atm, own);
}

static bool gives_up(struct mac_address vmac, struct mac_address associated)
{
    return mac_equal(vmac, associated);
}

/* While the answer is open the LES may have registered the address already. */
static bool unregisters(const struct association_state *state)
{
    return state->registration == REGISTRATION_PENDING || state->registration == REGISTRATION_CONFIRMED;
}

/* v1 has no frame for it. */
static bool withdraws(const struct association_state *state)
{
    return state->v2 && state->announcement_count > 0;
}
