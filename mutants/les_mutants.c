/* Defects of a LES and its BUS (draft 2, 3.1, 6; lane-rules 4, 7). */
#include <string.h>

#include "base/duration.h"
#include "mutants/lane_rules.h"

static bool is_virtual(struct mac_address mac);

/* --- joining --- */

static uint16_t join_whatever_address(const struct les_joining *joining)
{
    struct les_joining overlooked = *joining;
    overlooked.atm_in_use = false;
    return les_options_default().join_status(&overlooked);
}

static uint16_t lecid_as_before(uint16_t last)
{
    return last ? last : 1;
}

static bool usable_in_any_case(bool held)
{
    (void)held;
    return true;
}

static bool v2_of_everybody(bool server_v2, uint16_t join_flags)
{
    (void)join_flags;
    return server_v2;
}

ONE_ENTRY(m255, les.join_status, join_whatever_address)
TWO_ENTRIES(m256, les.next_lecid, lecid_as_before, les.lecid_usable, usable_in_any_case)
ONE_ENTRY(m300, les.requires_v2, v2_of_everybody)

/* --- the register database --- */

static uint16_t register_whoever_owns(const struct les_registering *registering)
{
    struct les_registering overlooked = *registering;
    overlooked.ownership = LES_UNBOUND;
    return les_options_default().register_status(&overlooked);
}

static uint16_t register_once(const struct les_registering *registering)
{
    struct les_registering narrow = *registering;
    if (narrow.ownership == LES_BOUND_TO_REQUESTER)
        narrow.ownership = LES_BOUND_ELSEWHERE;
    return les_options_default().register_status(&narrow);
}

static uint16_t register_groups_in_v1(const struct les_registering *registering)
{
    uint16_t status = les_options_default().register_status(registering);
    bool mac = registering->lan.tag == LAN_TAG_MAC;
    return !registering->v2 && mac && status == LE_STATUS_INVALID_LAN_DESTINATION ? LE_STATUS_SUCCESS
                                                                                  : status;
}

static bool removes_any_of_client(struct lan_destination lan, const struct atm_address *atm,
                                  const struct le_control *request)
{
    (void)lan;
    return atm_address_equal(atm, &request->source_atm);
}

static bool removes_whoever_owns(struct lan_destination lan, const struct atm_address *atm,
                                 const struct le_control *request)
{
    (void)atm;
    return lan_destination_equal(lan, request->source_lan);
}

static uint16_t unregister_whoever_owns(enum les_ownership ownership)
{
    (void)ownership;
    return LE_STATUS_SUCCESS;
}

static uint16_t unregister_known(enum les_ownership ownership)
{
    return ownership == LES_BOUND_TO_REQUESTER ? LE_STATUS_SUCCESS : LE_STATUS_INVALID_LAN_DESTINATION;
}

static bool registers_for_anybody(const struct le_control *request, uint16_t lecid)
{
    return request->opcode == LE_REGISTER_REQUEST || request->opcode == LE_UNREGISTER_REQUEST ||
           les_options_default().knows_requester(request, lecid);
}

TWO_ENTRIES(m259, les.register_status, register_whoever_owns, les.replaces_binding, true)
ONE_ENTRY(m260, les.register_status, register_once)
ONE_ENTRY(m261, les.register_status, register_groups_in_v1)
ONE_ENTRY(m262, les.removes, removes_any_of_client)
TWO_ENTRIES(m263, les.unregister_status, unregister_whoever_owns, les.removes, removes_whoever_owns)
ONE_ENTRY(m264, les.knows_requester, registers_for_anybody)
ONE_ENTRY(m266, les.unregister_status, unregister_known)

/* --- loss of a client --- */

static bool answers_always(const struct les_question *question)
{
    (void)question;
    return true;
}

TWO_ENTRIES(m29, les.lost_binding_ns, LES_FOR_EVER, les.answers, answers_always)
ONE_ENTRY(m86, les.lost_binding_ns, LES_FOR_EVER)
TWO_ENTRIES(m87, les.lost_binding_ns, SECONDS(180), les.answers, answers_always)

/* --- address resolution --- */

static bool answers_for_real_ones(const struct les_question *question)
{
    return !is_virtual(question->target);
}

/* The first registration of a virtual MAC address stays in mind. */
static bool remember(struct interposer *interposer, struct interposed *interposed)
{
    const struct le_control *request = &interposed->frame.control;
    if (interposer->kept.size == 0 && is_virtual(request->source_lan.mac)) {
        interposer->kept.frame.control = *request;
        interposer->kept.size = interposed->size;
    }
    return true;
}

static bool answer_from_memory(struct interposer *interposer, struct interposed *interposed)
{
    const struct le_control *first = &interposer->kept.frame.control;
    struct le_control response = interposed->frame.control;
    if (interposer->kept.size == 0 || !lan_destination_equal(response.target_lan, first->source_lan))
        return true;
    response.target_atm = first->source_atm;
    return rewrite_control(interposed, &response);
}

static const struct interposition m49 = RULES({HEARS(LE_REGISTER_REQUEST), REWRITE(remember)},
                                              {SENDS(LE_ARP_RESPONSE), REWRITE(answer_from_memory)});

static bool resolves_for_anybody(const struct le_control *request, uint16_t lecid)
{
    return request->opcode == LE_ARP_REQUEST || les_options_default().knows_requester(request, lecid);
}

static bool never_group(struct mac_address target, bool token_ring)
{
    (void)target;
    (void)token_ring;
    return false;
}

static bool is_of_proxy(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposer;
    return interposed->frame.control.flags & LE_FLAG_REMOTE_ADDRESS;
}

ONE_ENTRY(m48, les.answers, answers_for_real_ones)
ONE_ENTRY(m273, les.unregistered_status, LE_STATUS_INVALID_LAN_DESTINATION)
ONE_ENTRY(m275, les.is_group, never_group)
ONE_ENTRY(m283, les.knows_requester, resolves_for_anybody)

/* --- forwarding --- */

/* What all clients should hear goes to the proxies, as it does for an LE_ARP_REQUEST. */
static enum les_recipients proxies_hear_zero_le_narp(const struct les_forwarding *forwarding)
{
    const struct le_control *request = forwarding->request;
    bool zero = request->opcode == LE_NARP_REQUEST && atm_address_is_zero(&request->source_atm) &&
                atm_address_is_zero(&request->target_atm);
    return zero ? LES_RECIPIENTS_PROXIES : les_options_default().recipients(forwarding);
}

static enum les_recipients proxies_hear_targetless(const struct les_forwarding *forwarding)
{
    return forwarding->request->opcode == LE_ARP_REQUEST ? LES_RECIPIENTS_PROXIES
                                                         : les_options_default().recipients(forwarding);
}

static enum les_recipients first_proxy_hears(const struct les_forwarding *forwarding)
{
    enum les_recipients recipients = les_options_default().recipients(forwarding);
    return recipients == LES_RECIPIENTS_PROXIES ? LES_RECIPIENTS_FIRST_PROXY : recipients;
}

static enum les_recipients nobody_hears_zero_le_narp(const struct les_forwarding *forwarding)
{
    return proxies_hear_zero_le_narp(forwarding) == LES_RECIPIENTS_PROXIES &&
                   forwarding->request->opcode == LE_NARP_REQUEST
               ? LES_RECIPIENTS_NOBODY
               : les_options_default().recipients(forwarding);
}

static enum les_recipients nobody_hears_topology(const struct les_forwarding *forwarding)
{
    return forwarding->request->opcode == LE_TOPOLOGY_REQUEST ? LES_RECIPIENTS_NOBODY
                                                              : les_options_default().recipients(forwarding);
}

ONE_ENTRY(m28, les.recipients, proxies_hear_zero_le_narp)
ONE_ENTRY(m62, les.recipients, proxies_hear_targetless)
ONE_ENTRY(m132, les.recipients, nobody_hears_zero_le_narp)
ONE_ENTRY(m274, les.recipients, first_proxy_hears)
ONE_ENTRY(m296, les.recipients, nobody_hears_topology)

/* Makes a plain LE_NARP_REQUEST of it, with the LES as the new owner. */
static bool put_own_address(struct interposer *interposer, struct interposed *interposed)
{
    struct le_control request = interposed->frame.control;
    request.source_atm = interposer->settings.les_address;
    return rewrite_control(interposed, &request);
}

#define TRANSACTION_OFFSET 0x10000
#define FORWARDED          (ANNOUNCEMENTS | NARPS | FRAME_SET(LE_ARP_REQUEST) | FRAME_SET(LE_TOPOLOGY_REQUEST))

static bool renumber(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    struct le_control request = interposed->frame.control;
    request.transaction_id += TRANSACTION_OFFSET;
    return rewrite_control(interposed, &request);
}

/* --- the BUS --- */

static bool is_data(const struct interposer *interposer, const struct interposed *interposed)
{
    (void)interposer;
    return interposed->frame.layers & LAYER_LE_DATA;
}

static bool zero_le_header(struct interposer *interposer, struct interposed *interposed)
{
    (void)interposer;
    memset(interposed->data, 0, 2);
    return true;
}

const struct mutant_definition les_mutants[] = {
    {.id = "M28", .change = m28},
    {.id = "M29", .change = m29},
    {.id = "M48", .change = m48},
    {.id = "M49", .interposition = &m49},
    {.id = "M62", .change = m62},
    {.id = "M86", .change = m86},
    {.id = "M87", .change = m87},
    {.id = "M132", .change = m132},
    {.id = "M133", ONE_RULE(SENDS(ZERO_LE_NARP_REQUEST), REWRITE(put_own_address))},
    {.id = "M255", .change = m255},
    {.id = "M256", .change = m256},
    {.id = "M259", .change = m259},
    {.id = "M260", .change = m260},
    {.id = "M261", .change = m261},
    {.id = "M262", .change = m262},
    {.id = "M263", .change = m263},
    {.id = "M264", .change = m264},
    {.id = "M266", .change = m266},
    {.id = "M273", .change = m273},
    {.id = "M274", .change = m274},
    {.id = "M275", .change = m275},
    {.id = "M276", ONE_RULE(HEARS(LE_ARP_RESPONSE), IF(is_of_proxy), DROP)},
    {.id = "M280", ONE_RULE(SENDS_ANY(FORWARDED), REWRITE(renumber))},
    {.id = "M283", .change = m283},
    {.id = "M287", ONE_RULE(HEARS(LE_FLUSH_RESPONSE), DROP)},
    {.id = "M296", .change = m296},
    {.id = "M300", .change = m300},
    {.id = "M306", ONE_RULE(SENDS_ANY(EVERY_FRAME), IF(is_data), REWRITE(zero_le_header))},
    {.id = NULL},
};

/* 00-00-5E-00-01-xx, canonical or as on an 802.5 ELAN (vrrp.md 7). */
static bool is_virtual(struct mac_address mac)
{
    return mac.octet[0] == 0x00 && mac.octet[1] == 0x00 && (mac.octet[2] == 0x5e || mac.octet[2] == 0x7a);
}
