#include "reference/les_decisions.h"

#include <string.h>

#include "base/duration.h"

#define LECID_LOWEST  0x0001
#define LECID_HIGHEST 0xfeff

static uint16_t join_status(const struct les_joining *joining);
static uint16_t next_lecid(uint16_t last);
static bool lecid_usable(bool held);
static bool requires_v2(bool server_v2, uint16_t join_flags);
static bool knows_requester(const struct le_control *request, uint16_t lecid);
static uint16_t register_status(const struct les_registering *registering);
static uint16_t unregister_status(enum les_ownership ownership);
static bool removes(struct lan_destination lan, const struct atm_address *atm,
                    const struct le_control *request);
static bool is_group(struct mac_address target, bool token_ring);
static bool answers(const struct les_question *question);
static enum les_recipients recipients(const struct les_forwarding *forwarding);
static bool name_differs(const struct le_control *request, const char *elan_name);

struct les_options les_options_default(void)
{
    return (struct les_options){
        .join_timeout_ns = SECONDS(120),
        .join_status = join_status,
        .next_lecid = next_lecid,
        .lecid_usable = lecid_usable,
        .requires_v2 = requires_v2,
        .knows_requester = knows_requester,
        .register_status = register_status,
        .unregister_status = unregister_status,
        .removes = removes,
        .is_group = is_group,
        .answers = answers,
        .recipients = recipients,
    };
}

/* lane-rules 4.1. A client that can't take the longest frames of the ELAN does not fit into it; one that
 * could take longer ones does. The codes of LANE v1 stand in the order of their sizes. */
static uint16_t join_status(const struct les_joining *joining)
{
    const struct le_control *request = joining->request;
    if (request->requester_lecid != 0)
        return LE_STATUS_INVALID_LECID;
    if (request->lan_type != LAN_TYPE_UNSPECIFIED && request->lan_type != joining->lan_type)
        return LE_STATUS_INVALID_PARAMETERS;
    if (request->max_frame_size != MAX_FRAME_UNSPECIFIED && request->max_frame_size < joining->max_frame_size)
        return LE_STATUS_INVALID_PARAMETERS;
    if (name_differs(request, joining->elan_name))
        return LE_STATUS_NO_CONFIGURATION;
    if (joining->atm_in_use)
        return LE_STATUS_DUPLICATE_ATM_ADDRESS;
    return joining->registration;
}

static uint16_t next_lecid(uint16_t last)
{
    return last < LECID_LOWEST || last >= LECID_HIGHEST ? LECID_LOWEST : (uint16_t)(last + 1);
}

static bool lecid_usable(bool held)
{
    return !held;
}

static bool requires_v2(bool server_v2, uint16_t join_flags)
{
    return server_v2 && join_flags & LE_FLAG_V2_CAPABLE;
}

static bool knows_requester(const struct le_control *request, uint16_t lecid)
{
    return lecid != 0 && request->requester_lecid == lecid;
}

/* lane-rules 4.2 */
static uint16_t register_status(const struct les_registering *registering)
{
    bool route = registering->lan.tag == LAN_TAG_ROUTE_DESCRIPTOR && registering->token_ring;
    if (registering->lan.tag != LAN_TAG_MAC && !route)
        return LE_STATUS_INVALID_LAN_DESTINATION;
    bool group = !route && is_group(registering->lan.mac, registering->token_ring);
    if (group && !(registering->v2 && registering->selective_multicast))
        return LE_STATUS_INVALID_LAN_DESTINATION;
    if (registering->atm_foreign)
        return LE_STATUS_INVALID_ATM_ADDRESS;
    return registering->ownership == LES_BOUND_ELSEWHERE && !group ? LE_STATUS_DUPLICATE_LAN_DESTINATION
                                                                   : LE_STATUS_SUCCESS;
}

static uint16_t unregister_status(enum les_ownership ownership)
{
    return ownership == LES_BOUND_ELSEWHERE ? LE_STATUS_INVALID_LAN_DESTINATION : LE_STATUS_SUCCESS;
}

static bool removes(struct lan_destination lan, const struct atm_address *atm,
                    const struct le_control *request)
{
    return lan_destination_equal(lan, request->source_lan) && atm_address_equal(atm, &request->source_atm);
}

static bool is_group(struct mac_address target, bool token_ring)
{
    return target.octet[0] & (token_ring ? 0x80 : 0x01);
}

static bool answers(const struct les_question *question)
{
    return !question->lost;
}

/* lane-rules 4.4; a v1 server takes a targetless request for one whose target nobody registered. */
static enum les_recipients recipients(const struct les_forwarding *forwarding)
{
    const struct le_control *request = forwarding->request;
    bool targetless = request->target_lan.tag == LAN_TAG_NOT_PRESENT;
    if (request->opcode == LE_ARP_REQUEST && !(targetless && forwarding->v2))
        return LES_RECIPIENTS_PROXIES;
    return LES_RECIPIENTS_ALL;
}

static bool name_differs(const struct le_control *request, const char *elan_name)
{
    size_t size = strlen(elan_name);
    return size && request->elan_name_size &&
           (request->elan_name_size != size || memcmp(request->elan_name, elan_name, size) != 0);
}
