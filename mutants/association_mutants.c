/* Defects of ADDRESS ASSOCIATION and DISASSOCIATION as procedures (draft 2, 3.1, 3.2, 3.3): whether, when and
 * how often the device registers, announces, probes and gives up. What the single frames look like is in
 * announcement_mutants.c. */
#include "base/duration.h"
#include "mutants/lane_rules.h"
#include "reference/vrrp_machine.h"

static bool never(const struct association_state *state)
{
    (void)state;
    return false;
}

static bool always(const struct association_state *state)
{
    (void)state;
    return true;
}

/* --- associating at all --- */

static bool in_v2_only(const struct association_state *state)
{
    return state->v2;
}

static bool first_time_only(const struct association_state *state)
{
    return state->association_count == 1;
}

static bool in_first_join_only(const struct association_state *state)
{
    return state->join_count == 1 || state->association_count == 1;
}

ONE_ENTRY(m40, lec.associates, in_first_join_only)
ONE_ENTRY(m43, lec.associates, in_v2_only)
ONE_ENTRY(m61, lec.associates, first_time_only)

static void enter_unassociated(struct virtual_router *router)
{
    vrrp_send_advertisement(router, router->instance->options->advertised_priority(router));
    vrrp_send_gratuitous_arps(router);
    vrrp_start_adver_timer(router);
    vrrp_enter(router, VRRP_MASTER);
}

/* Associates with the third advertisement: the second enters Master once more, which marks it as the second.
 */
static void advertise_then_associate(struct virtual_router *router)
{
    vrrp_send_advertisement(router, router->instance->options->advertised_priority(router));
    vrrp_start_adver_timer(router);
    if (router->state_before == VRRP_MASTER)
        vrrp_associate(router);
    else
        vrrp_enter(router, VRRP_MASTER);
}

THREE_ENTRIES(m106, vrrp.transitions[VRRP_STARTUP_MASTER][VRRP_INITIALIZE], enter_unassociated,
              vrrp.transitions[VRRP_MASTER_DOWN][VRRP_BACKUP], enter_unassociated,
              vrrp.transitions[VRRP_ADVERTISEMENT_DUE][VRRP_MASTER], advertise_then_associate)

/* --- registration --- */

static bool registers_after_silence_only(const struct association_state *state)
{
    return state->associated && state->registration != REGISTRATION_REFUSED;
}

static bool registers_after_refusal_only(const struct association_state *state)
{
    return state->associated && state->registration != REGISTRATION_PENDING;
}

static bool registers_until_duplicate(const struct association_state *state)
{
    return state->associated && state->refusal != LE_STATUS_DUPLICATE_LAN_DESTINATION;
}

static bool leaves(const struct association_state *state, uint16_t status)
{
    (void)state;
    (void)status;
    return true;
}

ONE_ENTRY(m5, lec.registers, never)
ONE_ENTRY(m6, lec.registers_again, registers_until_duplicate)
ONE_ENTRY(m45, lec.registers, always)
ONE_ENTRY(m74, lec.leaves_elan, leaves)
ONE_ENTRY(m76, lec.registration_retry_ns, MILLISECONDS(100))
ONE_ENTRY(m77, lec.registers_again, registers_after_silence_only)
ONE_ENTRY(m78, lec.registers_again, registers_after_refusal_only)

/* --- repeating the announcement --- */

static bool announces_until_refused(const struct association_state *state)
{
    return lec_options_default().announces_again(state) && (state->proxy || !state->refusal);
}

static bool announces_after_disassociation(const struct association_state *state)
{
    return (!state->associated && !state->proxy) || lec_options_default().announces_again(state);
}

static bool announces_one_round(const struct association_state *state)
{
    return !state->proxy && lec_options_default().announces_again(state);
}

static bool announces_whatever_comes(const struct association_state *state)
{
    return lec_options_default().announces_again(state) ||
           (state->associated && state->probe == PROBE_UNANSWERED);
}

ONE_ENTRY(m4, lec.announcement_interval_ns, MILLISECONDS(100))
ONE_ENTRY(m42, lec.announces_again, announces_until_refused)
ONE_ENTRY(m80, lec.announces_again, announces_after_disassociation)
ONE_ENTRY(m97, lec.announces_again, announces_one_round)
ONE_ENTRY(m98, lec.announces_again, announces_whatever_comes)

/* 'count': the registration is refused; 'time_ns': the last announcement. */
static bool note_refusal(struct interposer *interposer, struct interposed *interposed)
{
    interposer->count = interposed->frame.control.status != LE_STATUS_SUCCESS;
    return true;
}

/* The first announcement of an association, which no advertisement has gone before, is not held back. */
static bool slow_down(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposed;
    int64_t now_ns = interposer_now_ns(interposer);
    if (!interposer->advertising)
        interposer->count = 0;
    if (interposer->count && now_ns - interposer->time_ns < SECONDS(10))
        return false;
    interposer->time_ns = now_ns;
    return true;
}

static const struct interposition m79 =
    RULES({HEARS(LE_REGISTER_RESPONSE), ON_VMAC, IF(is_own_echo), REWRITE(note_refusal)},
          {SENDS_ANY(ANNOUNCEMENTS), ON_VMAC, IF(of_non_proxy), REWRITE(slow_down)});

/* --- probing --- */

static bool probes_first(const struct association_state *state)
{
    return state->proxy && state->announcement_count == 0;
}

/* The answers of the LES have the Remote Address flag clear (lane-rules 4.3). */
static bool answered_by_proxy(const struct le_control *response, const struct atm_address *own)
{
    return lec_options_default().probe_answered(response, own) && response->flags & LE_FLAG_REMOTE_ADDRESS;
}

ONE_ENTRY(m41, lec.probe_answered, answered_by_proxy)
ONE_ENTRY(m95, lec.probes, never)
ONE_ENTRY(m96, lec.probes, probes_first)

/* The own request counts as an answer whose ATM address is none of its own. */
static bool into_answer(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control response = le_control_response(&interposed->frame.control);
    return rewrite_control(interposed, &response);
}

/* --- disassociating --- */

static bool gives_up_all(struct mac_address vmac, struct mac_address associated)
{
    (void)vmac;
    (void)associated;
    return true;
}

static bool withdraws_unless_refused(const struct association_state *state)
{
    return lec_options_default().withdraws(state) && !state->refusal;
}

ONE_ENTRY(m12, lec.withdraws, never)
ONE_ENTRY(m70, lec.gives_up, gives_up_all)
ONE_ENTRY(m83, lec.unregisters, never)
ONE_ENTRY(m85, lec.withdraws, withdraws_unless_refused)

/* --- taking its own frame for another client's --- */

/* 'count': the VMAC is announced and not given up. */
static bool note_announcement(struct interposer *interposer, struct interposed *interposed)
{
    interposer->count = interposed->frame.name != FRAME_NO_SOURCE_LE_NARP_REQUEST;
    return true;
}

/* "Another client represents the VMAC now." */
static bool give_up(struct interposer *interposer, struct interposed *interposed)
{
    const struct le_control *echo = &interposed->frame.control;
    bool targetless = interposed->frame.name == FRAME_TARGETLESS_LE_ARP_REQUEST;
    struct lan_destination vmac = targetless ? echo->source_lan : echo->target_lan;
    if (!interposer->count)
        return true;
    interposer->count = 0;
    if (!interposer->settings.proxy) {
        struct le_control unregistration = interposer_request(interposer, LE_UNREGISTER_REQUEST);
        unregistration.source_lan = vmac;
        interposer_send_control(interposer, interposer->control_direct, &unregistration);
    }
    if (interposer->v2) {
        struct le_control withdrawal = zero_le_narp(interposer, vmac.mac);
        withdrawal.target_atm = interposer->settings.atm_address;
        interposer_send_control(interposer, interposer->control_direct, &withdrawal);
    }
    return true;
}

static bool has_given_up(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposed;
    return !interposer->count;
}

static const struct interposition m292 = RULES(
    {SENDS_ANY(ANNOUNCEMENTS | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST)), ON_VMAC, REWRITE(note_announcement)},
    {HEARS_ANY(ANNOUNCEMENTS | FRAME_SET(NO_SOURCE_LE_NARP_REQUEST)), ON_VMAC, IF(is_own_echo),
     REWRITE(give_up)},
    {HEARS(LE_ARP_REQUEST), ON_VMAC, IF(has_given_up), DROP});

/* 'count': a registration of the VMAC is unanswered; 'time_ns': its TRANSACTION-ID. */
static bool note_registration(struct interposer *interposer, struct interposed *interposed)
{
    interposer->count = interposed->frame.name == FRAME_LE_REGISTER_REQUEST;
    interposer->time_ns = interposed->frame.control.transaction_id;
    return true;
}

static bool is_unanswered(const struct interposer *interposer, const struct interposed *interposed)
{
    return interposer->count && is_of_another(interposer, interposed);
}

static bool take_for_own(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control response = interposed->frame.control;
    response.requester_lecid = interposer->lecid;
    response.transaction_id = (uint32_t)interposer->time_ns;
    interposer->count = 0;
    return rewrite_control(interposed, &response);
}

static const struct interposition m265 =
    RULES({SENDS(LE_REGISTER_REQUEST), ON_VMAC, REWRITE(note_registration)},
          {HEARS(LE_REGISTER_RESPONSE), ON_VMAC, IF(is_own_echo), REWRITE(note_registration)},
          {HEARS(LE_REGISTER_RESPONSE), ON_VMAC, IF(is_unanswered), REWRITE(take_for_own)});

const struct mutant_definition association_mutants[] = {
    {.id = "M4", .change = m4},
    {.id = "M5", .change = m5},
    {.id = "M6", .change = m6},
    {.id = "M11", ONE_RULE(SENDS(LE_UNREGISTER_REQUEST), ON_VMAC, DROP)},
    {.id = "M12", .change = m12},
    {.id = "M40", .change = m40},
    {.id = "M41", .change = m41},
    {.id = "M42", .change = m42},
    {.id = "M43", .change = m43},
    {.id = "M45", .change = m45},
    {.id = "M61", .change = m61},
    {.id = "M70", .change = m70},
    {.id = "M74", .change = m74},
    {.id = "M76", .change = m76},
    {.id = "M77", .change = m77},
    {.id = "M78", .change = m78},
    {.id = "M79", .interposition = &m79},
    {.id = "M80", .change = m80},
    {.id = "M83", .change = m83},
    {.id = "M85", .change = m85},
    {.id = "M95", .change = m95},
    {.id = "M96", .change = m96},
    {.id = "M97", .change = m97},
    {.id = "M98", .change = m98},
    {.id = "M99", ONE_RULE(HEARS(LE_ARP_REQUEST), ON_VMAC, IF(is_own_echo), REWRITE(into_answer))},
    {.id = "M106", .change = m106},
    {.id = "M265", .interposition = &m265},
    {.id = "M292", .interposition = &m292},
    {.id = NULL},
};
