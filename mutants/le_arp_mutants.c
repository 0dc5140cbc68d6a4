/* Defects in answering LE_ARP_REQUEST (lane-rules 5.2, draft 3.3): for which address, in which state, and
 * with which fields. */
#include "mutants/lane_rules.h"

static bool answers_conforming(const struct le_arp_question *question)
{
    return lec_options_default().answers_le_arp(question);
}

/* --- for which address --- */

static bool unless_associated(const struct le_arp_question *question)
{
    return answers_conforming(question) && question->representation != REPRESENTED_ASSOCIATED;
}

static bool unless_associated_by_proxy(const struct le_arp_question *question)
{
    return question->proxy ? unless_associated(question) : answers_conforming(question);
}

static bool unless_associated_and_registered(const struct le_arp_question *question)
{
    return question->proxy ? answers_conforming(question) : unless_associated(question);
}

static bool once_associated(const struct le_arp_question *question)
{
    return answers_conforming(question) || question->associated_before;
}

static bool for_any_address(const struct le_arp_question *question)
{
    (void)question;
    return true;
}

ONE_ENTRY(m10, lec.answers_le_arp, unless_associated)
ONE_ENTRY(m44, lec.answers_le_arp, once_associated)
ONE_ENTRY(m46, lec.answers_le_arp, unless_associated_by_proxy)
ONE_ENTRY(m110, lec.answers_le_arp, unless_associated_and_registered)
ONE_ENTRY(m271, lec.answers_le_arp, for_any_address)

/* --- answers that the device itself does not give --- */

static void answer(struct interposer *interposer, const struct le_control *request)
{
    struct le_control response = le_control_response(request);
    response.flags = interposer->settings.proxy ? LE_FLAG_REMOTE_ADDRESS : 0;
    response.target_atm = interposer->settings.atm_address;
    interposer_send_control(interposer, interposer->control_direct, &response);
}

/* 'count': answers since the request was handed to the device. */
static bool count_answer(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposed;
    interposer->count++;
    return true;
}

static bool answer_if_silent(struct interposer *interposer, struct interposed *interposed)
{
    const struct le_control *request = &interposed->frame.control;
    bool first = lan_destination_is_mac(request->target_lan, interposer_vmac(interposer));
    interposer->count = 0;
    interposer_deliver(interposer, interposed->vcc, interposed->data, interposed->size);
    if (!interposer->count && interposer->running && first)
        answer(interposer, request);
    return false;
}

static const struct interposition m8 =
    RULES({SENDS(LE_ARP_RESPONSE), ON_VMAC, REWRITE(count_answer)},
          {HEARS(LE_ARP_REQUEST), ON_VMAC, IF(is_of_another), REWRITE(answer_if_silent)});

static bool answer_too(struct interposer *interposer, struct interposed *interposed)
{
    answer(interposer, &interposed->frame.control);
    return true;
}

static bool is_about_a_route_of_another(const struct interposer *interposer,
                                        const struct interposed *interposed)
{
    return is_of_another(interposer, interposed) &&
           interposed->frame.control.target_lan.tag == LAN_TAG_ROUTE_DESCRIPTOR;
}

static bool takes_own_questions(const struct le_control *request, uint16_t own_lecid)
{
    bool question = request->opcode == LE_ARP_REQUEST && request->target_lan.tag != LAN_TAG_NOT_PRESENT;
    return question || lec_options_default().takes_request(request, own_lecid);
}

ONE_ENTRY(m272, lec.takes_request, takes_own_questions)

/* --- fields --- */

static bool without_source(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control response = interposed->frame.control;
    response.source_lan = LAN_DESTINATION_NONE;
    return rewrite_control(interposed, &response);
}

/* What M39 gives as TRANSACTION-ID. */
#define TRANSACTION_OF_ITS_OWN 0x39393939

const struct mutant_definition le_arp_mutants[] = {
    {.id = "M8", .interposition = &m8},
    {.id = "M10", .change = m10},
    {.id = "M39", ONE_RULE(SENDS(LE_ARP_RESPONSE), ON_VMAC, GIVE(TRANSACTION_ID, TRANSACTION_OF_ITS_OWN))},
    {.id = "M44", .change = m44},
    {.id = "M46", .change = m46},
    {.id = "M47", ONE_RULE(SENDS(LE_ARP_RESPONSE), ON_VMAC, CHANGE(TARGET_ATM, VALUE_FOREIGN_ATM))},
    {.id = "M110", .change = m110},
    {.id = "M267", ONE_RULE(SENDS(LE_ARP_RESPONSE), ON_VMAC, REWRITE(without_source))},
    {.id = "M268", ONE_RULE(SENDS(LE_ARP_RESPONSE), ON_VMAC, CHANGE(LECID, VALUE_OWN_LECID))},
    {.id = "M269", ONE_RULE(SENDS(LE_ARP_RESPONSE), IF(of_proxy), GIVE(FLAG_REMOTE, 0))},
    {.id = "M270", ONE_RULE(SENDS(LE_ARP_RESPONSE), IF(of_non_proxy), GIVE(FLAG_REMOTE, 1))},
    {.id = "M271",
     .change = m271,
     ONE_RULE(HEARS(LE_ARP_REQUEST), IF(is_about_a_route_of_another), REWRITE(answer_too))},
    {.id = "M272", .change = m272},
    {.id = "M281", ONE_RULE(HEARS(TARGETLESS_LE_ARP_REQUEST), IF(is_of_another), REWRITE(answer_too))},
    {.id = NULL},
};
