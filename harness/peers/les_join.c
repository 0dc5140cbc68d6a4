#include "peers/les_private.h"

#define LAST_LECID 0xfeff

static uint16_t status_of(const struct les *les, const struct les_member *member,
                          const struct le_control *request);
static bool fits(const struct les_settings *settings, const struct le_control *request);
static bool named_otherwise(const struct les_settings *settings, const struct le_control *request);
static unsigned frame_octets(uint8_t code);
static uint16_t assign_lecid(struct les *les);

/* Checks of lane-rules 4.1, then the databases, then Control Distribute, then the answer. A join repeated by
 * a member is answered again. */
void les_handle_join(struct les *les, const struct les_request *request)
{
    struct les_member *member = request->member;
    const struct les_settings *settings = &les->settings;
    struct le_control response = le_control_response(request->control);
    response.status = status_of(les, member, request->control);
    if (response.status != LE_STATUS_SUCCESS) {
        les_answer(les, member, &response, request->answer_delay_ns);
        return;
    }
    bool already = member->lecid != 0;
    if (!already) {
        member->lecid = assign_lecid(les);
        member->atm = request->control->source_atm;
    }
    member->proxy = request->control->flags & LE_FLAG_PROXY;
    member->v2 = settings->v2 && (request->control->flags & LE_FLAG_V2_CAPABLE);
    les->services->timer_stop(les->services->context, &member->join_timer);
    if (request->control->source_lan.tag != LAN_TAG_NOT_PRESENT)
        les_add_binding(les, request->control->source_lan, &member->atm, NULL);

    response.requester_lecid = member->lecid;
    response.lan_type = settings->lan_type;
    response.max_frame_size = settings->max_frame_size;
    response.flags &= LE_FLAG_PROXY;
    if (settings->elan_name[0]) {
        response.elan_name_size = (uint8_t)strlen(settings->elan_name);
        memcpy(response.elan_name, settings->elan_name, sizeof response.elan_name);
    }
    if (member->v2) {
        response.flags |= LE_FLAG_V2_REQUIRED;
        octets_put_u32(les->elan_id, settings->elan_id);
        le_control_add_tlv(&response, TLV_ELAN_ID, les->elan_id, sizeof les->elan_id);
    }
    member->join_response = response;
    member->join_delay_ns = request->answer_delay_ns;
    member->join_pending = true;
    if (settings->omits_distribute || distribution_reaches(&les->distribute, &member->atm))
        les_answer_join(member);
    else
        distribution_add(&les->distribute, &member->atm);
}

void les_answer_join(struct les_member *member)
{
    member->join_pending = false;
    les_answer(member->les, member, &member->join_response, member->join_delay_ns);
}

static uint16_t status_of(const struct les *les, const struct les_member *member,
                          const struct le_control *request)
{
    struct lan_destination lan = request->source_lan;
    const struct les_binding_entry *binding = les_find_binding(les, lan);
    const struct les_member *namesake = les_member_by_atm(les, &request->source_atm);
    if (!fits(&les->settings, request))
        return LE_STATUS_INVALID_PARAMETERS;
    if (named_otherwise(&les->settings, request))
        return LE_STATUS_NO_CONFIGURATION;
    if (request->requester_lecid != 0 && request->requester_lecid != member->lecid)
        return LE_STATUS_INVALID_LECID;
    if (atm_address_is_zero(&request->source_atm))
        return LE_STATUS_INVALID_ATM_ADDRESS;
    if (namesake && namesake != member)
        return LE_STATUS_DUPLICATE_ATM_ADDRESS;
    if (lan.tag == LAN_TAG_MAC && les_mac_is_group(les, lan.mac))
        return LE_STATUS_INVALID_LAN_DESTINATION;
    if (binding && !atm_address_equal(&binding->atm, &request->source_atm))
        return LE_STATUS_DUPLICATE_LAN_DESTINATION;
    return LE_STATUS_SUCCESS;
}

static bool fits(const struct les_settings *settings, const struct le_control *request)
{
    if (request->lan_type != LAN_TYPE_UNSPECIFIED && request->lan_type != settings->lan_type)
        return false;
    return request->max_frame_size == MAX_FRAME_UNSPECIFIED ||
           frame_octets(request->max_frame_size) >= frame_octets(settings->max_frame_size);
}

static bool named_otherwise(const struct les_settings *settings, const struct le_control *request)
{
    size_t size = strlen(settings->elan_name);
    if (!size || !request->elan_name_size)
        return false;
    return request->elan_name_size != size || memcmp(request->elan_name, settings->elan_name, size) != 0;
}

/* Octets of the largest SDU (lane-wire 6); 0 for an unknown code. */
static unsigned frame_octets(uint8_t code)
{
    static const unsigned octets[] = {[MAX_FRAME_1516] = 1516,
                                      [MAX_FRAME_4544] = 4544,
                                      [MAX_FRAME_9234] = 9234,
                                      [MAX_FRAME_18190] = 18190,
                                      [MAX_FRAME_1580] = 1580};
    return code < sizeof octets / sizeof octets[0] ? octets[code] : 0;
}

/* The next LECID that no member has. */
static uint16_t assign_lecid(struct les *les)
{
    uint16_t lecid;
    do {
        if (les->next_lecid == 0 || les->next_lecid > LAST_LECID)
            les->next_lecid = 1;
        lecid = les->next_lecid++;
    } while (les_member_by_lecid(les, lecid));
    return lecid;
}
